//! `cargo xtask check`: what can be judged without running the product.

use crate::{process, requirements};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// Which crates each crate may name. Arrows point down only (house plan 1); what is missing here is forbidden.
const ARROWS: &[(&str, &[&str])] = &[
    ("records", &[]),
    ("structures", &["records"]),
    ("kanta", &["records", "structures"]),
    ("paper", &[]),
    ("seal", &["records"]),
    ("store", &["records"]),
    ("web", &["records"]),
    ("registers", &["records", "seal", "store", "web"]),
    ("archive", &["records", "structures", "kanta", "seal", "store", "web", "registers"]),
    ("casework", &["records", "structures", "kanta", "paper", "seal", "store", "web", "registers"]),
    ("citizen", &["records", "structures", "kanta", "store", "web", "registers"]),
];

/// Crates that do no I/O, and what they therefore never name.
const PURE: &[&str] = &["records", "structures", "kanta", "paper"];
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "std::thread",
    "SystemTime::now",
    "tokio::",
    "sqlx::",
    "axum::",
    "reqwest::",
];

/// Longest file and function before the design is asked for a reason.
const FILE_LINES_MAX: usize = 600;

/// Runs every check and tells all that is wrong at once.
///
/// # Errors
/// When any check fails.
pub fn run() -> Result<()> {
    let mut wrong = Vec::new();
    wrong.extend(arrows()?);
    wrong.extend(purity()?);
    wrong.extend(long_files());
    wrong.extend(tests_that_are_not_there()?);
    for line in &wrong {
        println!("{line}");
    }
    process::cargo(&["fmt", "--all", "--check"])?;
    process::cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"])?;
    if !wrong.is_empty() {
        bail!("{} things to mend", wrong.len());
    }
    Ok(())
}

/// Compares every crate's dependencies with the arrows that the plan of the house allows.
fn arrows() -> Result<Vec<String>> {
    let allowed: BTreeMap<&str, &[&str]> = ARROWS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, below) in &allowed {
        let manifest = process::root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).with_context(|| manifest.display().to_string())?;
        let dependencies = text.split("[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for line in dependencies.lines() {
            let other = line.split(['.', ' ', '=']).next().unwrap_or_default();
            if (allowed.contains_key(other) || other == "vakka") && !below.contains(&other) {
                wrong.push(format!("crates/{name} must not depend on {other}"));
            }
        }
    }
    Ok(wrong)
}

/// Tests that the threat model names as evidence and that no longer exist: a measure without its test is only a claim.
fn tests_that_are_not_there() -> Result<Vec<String>> {
    let page = std::fs::read_to_string(process::root().join("docs/threat-model.md"))?;
    let mut code = String::new();
    for file in requirements::rust_files(&process::root().join("crates")) {
        code.push_str(&std::fs::read_to_string(&file)?);
    }
    let names = page.split('`').skip(1).step_by(2).filter(|name| {
        name.matches('_').count() > 1 && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    });
    let gone = names.filter(|name| !code.contains(&format!("fn {name}(")));
    Ok(gone.map(|name| format!("docs/threat-model.md names a test that is not there: {name}")).collect())
}

/// Looks for I/O in the crates that must have none; tests may read files.
fn purity() -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for name in PURE {
        for file in requirements::rust_files(&process::root().join("crates").join(name).join("src")) {
            let text = std::fs::read_to_string(&file)?;
            let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
            let is_test = file.file_name().is_some_and(|name| name.to_string_lossy().contains("tests"));
            for word in IMPURE.iter().filter(|word| !is_test && shipped.contains(**word)) {
                wrong.push(format!("{}: a pure crate must not name {word}", file.display()));
            }
        }
    }
    Ok(wrong)
}

fn long_files() -> Vec<String> {
    requirements::rust_files(&process::root().join("crates"))
        .iter()
        .filter_map(|file| {
            let lines = std::fs::read_to_string(file).ok()?.lines().count();
            (lines > FILE_LINES_MAX).then(|| format!("{}: {lines} lines, more than {FILE_LINES_MAX}", file.display()))
        })
        .collect()
}
