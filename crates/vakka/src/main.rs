//! `vakka`: one binary for the client information system, the archive, the citizen view and the registers.
//!
//! This file reads the command line and hands over; nothing is decided here.
#![allow(clippy::print_stdout, reason = "a command line tool speaks on standard output")]

#[cfg(feature = "stand-ins")]
mod bench;
mod clock;
mod commands;
#[cfg(feature = "stand-ins")]
mod demo;
#[cfg(feature = "stand-ins")]
mod player;
mod serve;
mod stop;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A question takes and gives back hundreds of pages and strings: the system's own allocator costs a quarter of its time
/// (docs/performance.md).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The whole command line.
#[derive(Parser)]
#[command(
    name = "vakka",
    version,
    about = "Client information system and archive stand-in for Finnish social welfare. \
             Not certified, not connected to Kela."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[cfg(feature = "stand-ins")]
    /// Start everything on loopback with the cast of the scenario, or play the scenario with --check
    #[command(after_help = "Example: vakka demo --port-base 8700 --clock 2026-09-07T06:00:00Z")]
    Demo(demo::Arguments),
    /// Run the roles named in a configuration file
    #[command(after_help = "Example: vakka serve --config vakka.toml")]
    Serve(serve::Arguments),
    /// Bring the databases of a configuration up to date
    #[command(after_help = "Example: vakka migrate --config vakka.toml")]
    Migrate(serve::Arguments),
    /// Print the effective configuration, secrets hidden, and what is wrong with it
    #[command(after_help = "Example: vakka doctor --config vakka.toml")]
    Doctor(serve::Arguments),
    /// Verify or export an archive
    #[command(subcommand)]
    Archive(commands::archive::Command),
    /// Watch an archive's logs from another machine: cosign what continues, refuse what does not
    #[command(after_help = "Example: vakka witness --archive http://archive.example:8715 --dir /var/lib/vakka-witness")]
    Witness(commands::witness::Arguments),
    /// Import or list document structures
    #[command(subcommand)]
    Structures(commands::structures::Command),
    #[cfg(feature = "stand-ins")]
    /// Make certificates under the local test CA
    #[command(subcommand)]
    Pki(commands::pki::Command),
    /// Copy a data folder while it is in use
    #[command(after_help = "Example: vakka backup --data-dir /var/lib/vakka --to /backup/vakka-2026-11-24")]
    Backup(commands::backup::Arguments),
    /// Put a copied data folder back
    #[command(after_help = "Example: vakka restore --data-dir /var/lib/vakka --from /backup/vakka-2026-11-24")]
    Restore(commands::backup::RestoreArguments),
    #[cfg(feature = "stand-ins")]
    /// Measure the shipped path
    #[command(subcommand)]
    Bench(bench::Command),
}

/// What a command found out, as the exit code tells it: 0 done, 1 found something wrong, 2 wrong use.
enum Verdict {
    Done,
    FoundWrong,
}

/// A data folder given on the command line.
#[derive(clap::Args, Clone)]
struct DataFolder {
    /// The data folder
    #[arg(long)]
    data_dir: PathBuf,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("VAKKA_LOG").unwrap_or_else(|_| "warn,vakka=info".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    #[cfg(feature = "sabotage")]
    choose_sabotage();
    let runtime = tokio::runtime::Runtime::new().expect("the machine gives threads");
    match runtime.block_on(run(cli.command)) {
        Ok(Verdict::Done) => ExitCode::SUCCESS,
        Ok(Verdict::FoundWrong) => ExitCode::from(1),
        Err(error) => {
            eprintln!("vakka: {error:#}");
            ExitCode::from(2)
        }
    }
}

async fn run(command: Command) -> anyhow::Result<Verdict> {
    match command {
        #[cfg(feature = "stand-ins")]
        Command::Demo(arguments) => demo::run(arguments).await,
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::Migrate(arguments) => serve::migrate(arguments).await,
        Command::Doctor(arguments) => serve::doctor(arguments).await,
        Command::Archive(command) => commands::archive::run(command).await,
        Command::Witness(arguments) => commands::witness::run(arguments).await,
        Command::Structures(command) => commands::structures::run(command),
        #[cfg(feature = "stand-ins")]
        Command::Pki(command) => commands::pki::run(command),
        Command::Backup(arguments) => commands::backup::backup(arguments).await,
        Command::Restore(arguments) => commands::backup::restore(arguments),
        #[cfg(feature = "stand-ins")]
        Command::Bench(command) => bench::run(command).await,
    }
}

/// Takes the one deliberate fault of this process from its environment.
#[cfg(feature = "sabotage")]
fn choose_sabotage() {
    let Ok(name) = std::env::var("VAKKA_SABOTAGE") else { return };
    match (archive::sabotage::Fault::parse(&name), casework::sabotage::Fault::parse(&name)) {
        (Some(fault), _) => archive::sabotage::choose(fault),
        (None, Some(fault)) => casework::sabotage::choose(fault),
        (None, None) => {
            eprintln!("vakka: no such sabotage: {name}");
            std::process::exit(2);
        }
    }
}
