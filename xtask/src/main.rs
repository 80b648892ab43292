//! The developer's commands: `cargo xtask demo | test | check | requirements | assets | faults`.
//!
//! Two of them stand in the README and are all that a newcomer needs: `demo` builds and starts everything,
//! `test` runs everything. Whatever a command needs and may install, it installs; otherwise it says what is missing.
#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

mod assets;
mod check;
mod needs;
mod process;
mod requirements;
mod test;

use anyhow::{Result, bail};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask demo [ARGUMENTS OF `vakka demo`]   build everything and start the whole scenario on loopback
cargo xtask test [--only PART]                 run every test: both databases, strangers, browser
cargo xtask check                              format, lints, arrows, texts, freshness of generated files
cargo xtask requirements [--json]              run the fr_ tests and write docs/requirements.md
cargo xtask assets                             build assets/dist from the lock file
cargo xtask faults [--long]                    fault tests: sabotage, kill -9, disks, power, database
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<()> {
    let (command, rest) = arguments.split_first().map_or(("help", &[][..]), |(first, rest)| (first.as_str(), rest));
    match command {
        "demo" => demo(rest),
        "test" => test::run(rest),
        "check" => check::run(),
        "requirements" => requirements::run(rest.iter().any(|word| word == "--json")),
        "assets" => assets::build(),
        "faults" => test::faults(rest.iter().any(|word| word == "--long")),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(())
        }
        other => bail!("unknown command {other:?}.\n{USAGE}"),
    }
}

/// Builds the front-end assets and the release binary, then becomes `vakka demo` with the arguments given.
fn demo(arguments: &[String]) -> Result<()> {
    assets::build()?;
    process::cargo(&["build", "--release", "--package", "vakka"])?;
    let binary = process::root().join(process::target_folder()).join("release/vakka");
    let mut command = process::command(&binary.to_string_lossy(), &["demo"]);
    command.args(arguments);
    process::succeed(command)
}
