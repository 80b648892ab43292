//! `cargo xtask test`: every test but the long ones (`cargo xtask faults --long`), part by part, each with its time.
//!
//! All parts run even when one fails, so that one run tells everything; the closing line counts them.

use crate::{assets, check, needs, process, requirements};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A part of the whole run.
struct Part {
    name: &'static str,
    run: fn() -> Result<()>,
}

const PARTS: &[Part] = &[
    Part { name: "assets", run: assets::build },
    Part { name: "rust", run: requirements::rust_tests },
    Part { name: "requirements", run: requirements::is_fresh },
    Part { name: "scenario", run: scenario },
    Part { name: "sabotage", run: sabotage },
    Part { name: "kill", run: kill_quick },
    Part { name: "strangers", run: strangers },
    Part { name: "browser", run: browser },
    Part { name: "check", run: check::run },
];

/// Runs all parts, or the one named after `--only`.
///
/// # Errors
/// When a need cannot be met or any part failed.
pub fn run(arguments: &[String]) -> Result<()> {
    let only = match arguments {
        [] => None,
        [flag, name] if flag == "--only" => Some(name.as_str()),
        _ => bail!(
            "usage: cargo xtask test [--only {}]",
            PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join("|")
        ),
    };
    needs::satisfy()?;
    let chosen: Vec<&Part> = PARTS.iter().filter(|part| only.is_none_or(|name| name == part.name)).collect();
    if chosen.is_empty() {
        bail!("no such part: {}", only.unwrap_or_default());
    }
    let results: Vec<_> = chosen.iter().map(|part| timed(part)).collect();
    summarise(&chosen, &results)
}

/// `cargo xtask faults`: the fault tests alone; `long` takes the full counts instead of the quick ones.
///
/// # Errors
/// When any of them fails.
pub fn faults(long: bool) -> Result<()> {
    needs::satisfy()?;
    sabotage()?;
    if !long {
        kill_quick()?;
        return machine("4");
    }
    for database in ["sqlite", "postgres"] {
        kill(&["--times", "200", "--database", database])?;
        kill(&["--casework", "--times", "200", "--database", database])?;
    }
    machine("20")?;
    histories("10000", "200")?;
    sabotaged_histories("10")?;
    decisions()
}

/// Faults of the machine below the archive, so many times each: cut power, a killed database, disks full or failing.
fn machine(times: &str) -> Result<()> {
    let mut command = process::command("cargo", &["test", "--package", "vakka", "--test", "faults"]);
    command.env("VAKKA_FAULTS_TIMES", times);
    process::succeed(command)
}

/// The archive's decisions once more over the wire: the whole matrix on PostgreSQL too, and refusals alike in time.
fn decisions() -> Result<()> {
    let tests = ["--test", "decision_table", "--test", "likeness", "--", "--ignored", "--test-threads=1"];
    process::cargo(&[["test", "--package", "archive"].as_slice(), &tests].concat())
}

/// Random histories of the archive against its model, many and long ones, with an optimised build (docs/histories.md).
fn histories(histories: &str, steps: &str) -> Result<()> {
    let arguments = ["test", "--release", "--package", "archive", "--test", "histories", "--", "--nocapture"];
    let mut command = process::command("cargo", &arguments);
    command.env("VAKKA_HISTORIES", histories).env("VAKKA_STEPS", steps);
    process::succeed(command)
}

/// Each deliberate fault that breaks what the histories play, looked for from so many beginnings.
fn sabotaged_histories(rounds: &str) -> Result<()> {
    let built = ["--release", "--package", "archive", "--features", "sabotage"];
    let files = process::test_files(&[built.as_slice(), &["--test", "histories"]].concat())?;
    let test = ["--test", "sabotage", "histories", "--", "--ignored", "--nocapture"];
    let mut command = process::command("cargo", &[["test"].as_slice(), &built, &test].concat());
    command.env("VAKKA_ARCHIVE_TESTS", std::env::join_paths(files)?).env("VAKKA_ROUNDS", rounds);
    process::succeed(command)
}

fn timed(part: &Part) -> (Duration, Result<()>) {
    println!("\n==== {} ====", part.name);
    let start = Instant::now();
    let result = (part.run)();
    if let Err(error) = &result {
        println!("{}: {error:#}", part.name);
    }
    (start.elapsed(), result)
}

fn summarise(parts: &[&Part], results: &[(Duration, Result<()>)]) -> Result<()> {
    println!("\n==== summary ====");
    for (part, (time, result)) in parts.iter().zip(results) {
        println!(
            "{:<14} {:>6.1} s  {}",
            part.name,
            time.as_secs_f64(),
            if result.is_ok() { "passed" } else { "FAILED" }
        );
    }
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    println!("{} passed, {failed} failed", results.len() - failed);
    if failed > 0 {
        bail!("{failed} of {} parts failed", results.len());
    }
    Ok(())
}

/// The debug binary, built when it is not fresh.
fn binary() -> Result<PathBuf> {
    process::cargo(&["build", "--package", "vakka"])?;
    Ok(process::target_folder().join("debug/vakka"))
}

/// Plays the demo scenario through the public doors.
fn scenario() -> Result<()> {
    process::succeed(process::command(&binary()?.to_string_lossy(), &["demo", "--check"]))
}

/// Builds with the deliberate faults and proves that each turns exactly its own steps red.
fn sabotage() -> Result<()> {
    process::cargo(&["build", "--package", "vakka", "--features", "sabotage"])?;
    let kept = process::target_folder().join("xtask");
    std::fs::create_dir_all(&kept)?;
    let sabotaged = kept.join("vakka-sabotage");
    std::fs::copy(process::target_folder().join("debug/vakka"), &sabotaged)?;
    let mut command =
        process::command("cargo", &["test", "--package", "vakka", "--test", "sabotage", "--", "--ignored"]);
    command.env("VAKKA_SABOTAGED", &sabotaged);
    process::succeed(command)?;
    must_lose(&sabotaged, "ack-before-commit", &[], "was acknowledged and is lost")?;
    must_lose(&sabotaged, "say-done-before-commit", &["--casework"], "taken and lost: ")?;
    sabotaged_archive()
}

/// A build that acknowledges before it has committed fails the test of kills: else that test proves nothing. It must fail
/// by a loss, in the words that `vakka bench kill` has for one, and not by any other wrong.
fn must_lose(sabotaged: &Path, fault: &str, whom: &[&str], loss: &str) -> Result<()> {
    println!("{fault} under kills:");
    let mut command = process::command(&sabotaged.to_string_lossy(), &["bench", "kill", "--times", "10"]);
    command.args(whom).env("VAKKA_SABOTAGE", fault).stderr(std::process::Stdio::inherit());
    let output = command.output()?;
    let told = String::from_utf8_lossy(&output.stdout);
    print!("{told}");
    match output.status.code() {
        Some(1) if told.contains(loss) => Ok(()),
        _ => bail!("{fault} lost nothing in ten kills ({})", output.status),
    }
}

/// Proves that each deliberate fault of the archive turns the archive's own tests red.
fn sabotaged_archive() -> Result<()> {
    let files = process::test_files(&["--package", "archive", "--features", "sabotage"])?;
    let words = ["test", "--package", "archive", "--features", "sabotage", "--test", "sabotage", "--", "--ignored"];
    let mut command = process::command("cargo", &words);
    command.arg("--nocapture").env("VAKKA_ARCHIVE_TESTS", std::env::join_paths(files)?);
    process::succeed(command)
}

/// Kills the archive and the client system at random points of a run; a quick number of times.
fn kill_quick() -> Result<()> {
    kill(&["--times", "8"])?;
    kill(&["--casework", "--times", "8"])
}

fn kill(arguments: &[&str]) -> Result<()> {
    let mut command = process::command(&binary()?.to_string_lossy(), &["bench", "kill"]);
    command.args(arguments);
    process::succeed(command)
}

/// Lets programs that are not ours judge what the product gives: xmlsec1, Python, THL's own schemas.
fn strangers() -> Result<()> {
    let python = needs::python()?;
    let mut command = process::command(&python.to_string_lossy(), &["-m", "pytest", "-q", "tests/strangers"]);
    command.env("VAKKA", binary()?);
    process::succeed(command)
}

/// Opens every page in a real browser, in both languages and two sizes, and lets axe look at it.
fn browser() -> Result<()> {
    let folder = process::root().join("tests/e2e");
    let mut install = process::command("npm", &["ci", "--no-audit", "--no-fund"]);
    install.current_dir(&folder);
    process::succeed(install)?;
    let mut command = process::command("npm", &["test"]);
    // The quick run: one page of each kind, in four variants of six; the rest takes twice the time and rarely tells more.
    command.current_dir(&folder).env("VAKKA", binary()?).env("E2E_PER_KIND", "1");
    process::succeed(command)
}
