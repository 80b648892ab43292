//! Which statement of the specification is shown by which test, written from the tests themselves.
//!
//! A test names its statement, `fn fr_17_…`, or several, `fn fr_20_fr_31_…`. The short statements and the doors stand in `requirements.tsv`;
//! the results are those of a real run. The file is generated, and the check fails when it is stale.

use crate::process;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

const STATEMENTS: &str = include_str!("../requirements.tsv");

/// A test that names a statement, and how it went.
struct Shown {
    name: String,
    passed: bool,
}

type Results = BTreeMap<u32, Vec<Shown>>;

/// Runs the `fr_` tests, writes `docs/requirements.md`, or prints `[{fr, tests, passed}]`.
///
/// # Errors
/// When tests cannot be run, one fails, or a statement has none.
pub fn run(json: bool) -> Result<()> {
    let outcome = run_tests(&["fr_"], !json);
    let results = read_results()?;
    if json {
        print_json(&results);
    } else {
        std::fs::write(process::root().join("docs/requirements.md"), render(&results)?)?;
    }
    outcome
}

/// Runs every Rust test of the workspace and keeps the results for the table.
///
/// # Errors
/// When one fails.
pub fn rust_tests() -> Result<()> {
    run_tests(&[], true)
}

/// Compares the committed table with the one that the last run gives.
///
/// # Errors
/// When they differ, when a statement has no test, or when one of its tests failed.
pub fn is_fresh() -> Result<()> {
    let fresh = render(&read_results()?)?;
    let committed = std::fs::read_to_string(process::root().join("docs/requirements.md")).unwrap_or_default();
    if fresh != committed {
        bail!("docs/requirements.md is stale: run `cargo xtask requirements` and commit it");
    }
    Ok(())
}

/// `cargo test` over the workspace; its lines are shown and the names with their results kept.
fn run_tests(filter: &[&str], show: bool) -> Result<()> {
    let mut command = process::command("cargo", &["test", "--workspace", "--no-fail-fast"]);
    command.args(filter).stdout(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo")?;
    let mut kept = String::new();
    for line in BufReader::new(child.stdout.take().context("no output of cargo")?).lines() {
        let line = line?;
        if line.starts_with("test ") {
            kept.push_str(&line);
            kept.push('\n');
        }
        if show && !line.ends_with("... ok") && !line.is_empty() {
            println!("{line}");
        }
    }
    let status = child.wait()?;
    let folder = process::target_folder().join("xtask");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("tests.txt"), kept)?;
    if !status.success() {
        bail!("cargo test ended with {status}");
    }
    Ok(())
}

fn read_results() -> Result<Results> {
    let kept = std::fs::read_to_string(process::target_folder().join("xtask/tests.txt")).context("no test run yet")?;
    let mut results = Results::new();
    for line in kept.lines() {
        let Some((path, outcome)) = line.strip_prefix("test ").and_then(|rest| rest.split_once(" ... ")) else {
            continue;
        };
        // Long ones wait for `cargo xtask faults`: they show nothing in this run.
        if outcome.starts_with("ignored") {
            continue;
        }
        let name = path.rsplit("::").next().unwrap_or(path).trim_end_matches(" - should panic");
        for number in numbers(name) {
            results.entry(number).or_default().push(Shown { name: name.to_owned(), passed: outcome.starts_with("ok") });
        }
    }
    for tests in results.values_mut() {
        tests.sort_by(|a, b| a.name.cmp(&b.name));
        tests.dedup_by(|a, b| a.name == b.name && a.passed == b.passed);
    }
    Ok(results)
}

/// The statements that a test's name begins with: `fr_20_fr_31_an_entry…` shows two.
fn numbers(mut name: &str) -> Vec<u32> {
    let mut found = Vec::new();
    while let Some((number, rest)) = name.strip_prefix("fr_").and_then(|rest| rest.split_once('_')) {
        let Ok(number) = number.parse() else { break };
        found.push(number);
        name = rest;
    }
    found
}

fn print_json(results: &Results) {
    let rows: Vec<serde_json::Value> = statements()
        .map(|(fr, _, _)| {
            let tests = results.get(&fr).map_or(&[][..], Vec::as_slice);
            serde_json::json!({
                "fr": format!("FR-{fr:02}"),
                "tests": tests.iter().map(|test| test.name.as_str()).collect::<Vec<_>>(),
                "passed": !tests.is_empty() && tests.iter().all(|test| test.passed),
            })
        })
        .collect();
    println!("{}", serde_json::Value::Array(rows));
}

fn statements() -> impl Iterator<Item = (u32, &'static str, &'static str)> {
    STATEMENTS.lines().skip(1).filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next()?.parse().ok()?, columns.next()?, columns.next()?))
    })
}

fn render(results: &Results) -> Result<String> {
    let mut text = String::from(
        "# Statements of the specification and the tests that show them\n\n\
         Written by `cargo xtask requirements`; not edited by hand.\n\n\
         | Statement | In short | Door | Tests | Result |\n|---|---|---|---|---|\n",
    );
    let mut without = Vec::new();
    for (fr, short, door) in statements() {
        let tests = results.get(&fr).map_or(&[][..], Vec::as_slice);
        let failed = tests.iter().filter(|test| !test.passed).count();
        if tests.is_empty() {
            without.push(format!("FR-{fr:02}"));
        }
        let names: Vec<String> = tests.iter().map(|test| format!("`{}`", test.name)).collect();
        let result = if failed == 0 { format!("{} passed", tests.len()) } else { format!("{failed} FAILED") };
        writeln!(text, "| FR-{fr:02} | {short} | {door} | {} | {result} |", names.join("<br>"))?;
    }
    if !without.is_empty() {
        bail!("no test names {}", without.join(", "));
    }
    Ok(text)
}

/// Every Rust file below a folder.
pub fn rust_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}
