//! `vakka bench`: measures the shipped path and proves that it loses nothing.
//!
//! Nothing is switched off: documents arrive over mutual TLS at an archive in a process of its own, everything is
//! checked, logged and on disk before the acknowledgement. Documents are made and signed before the clock starts, by
//! another process, each with its own OID, text and signature.

mod author;
mod batch;
mod desk;
mod documents;
mod fill;
mod ingest;
mod keys;
mod kill;
mod load;
mod log;
mod machine;
mod messages;
mod note;
mod plan;
mod postgres;
mod prepare;
mod questions;
mod read;
mod server;
mod steps;
mod window;
mod words;
mod worker;

use crate::Verdict;
use anyhow::Result;

/// The benchmarks.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Signed documents into the archive, as fast as it takes them or at a rate
    #[command(after_help = "Example: vakka bench ingest --documents 20000 --rate 100")]
    Ingest(ingest::Arguments),
    /// An archive of many documents, for the other benchmarks
    #[command(after_help = "Example: vakka bench fill --documents 100000 --data-dir /var/tmp/archive")]
    Fill(fill::Arguments),
    /// Kill the archive, or the client system, at random points of its work; nothing acknowledged may be lost
    #[command(after_help = "Example: vakka bench kill --times 200; vakka bench kill --casework --times 40")]
    Kill(kill::Arguments),
    /// A note from the browser's requests: open the client, open the form, save
    #[command(after_help = "Example: vakka bench note --notes 100")]
    Note(note::Arguments),
    /// What a worker waits for in a house of many clients with years of notes
    #[command(after_help = "Example: vakka bench worker --clients 1000 --notes 1000")]
    Worker(worker::Arguments),
    /// A night's entries without a card, archived in one press, beside what signing alone allows
    #[command(after_help = "Example: vakka bench batch --entries 10000 --kill-at 40")]
    Batch(batch::Arguments),
    /// Metadata of a client's 20 newest documents, from an archive of many
    #[command(after_help = "Example: vakka bench search --documents 100000 --requests 20000")]
    Search(read::Arguments),
    /// One document with content, from an archive of many
    #[command(after_help = "Example: vakka bench fetch --data-dir /var/tmp/archive")]
    Fetch(read::Arguments),
    /// The enriched summary of a client, from an archive of many
    #[command(after_help = "Example: vakka bench kooste --data-dir /var/tmp/archive")]
    Kooste(read::Arguments),
    /// Verify the log of an archive of many documents; extract one client's rows
    #[command(after_help = "Example: vakka bench log --data-dir /var/tmp/archive")]
    Log(log::Arguments),
    /// The preparing process of the others
    #[command(hide = true)]
    Prepare(prepare::Arguments),
    /// The archive process of the others
    #[command(hide = true)]
    Archive(server::Arguments),
    /// The client system process of the others
    #[command(hide = true)]
    Casework(desk::Arguments),
}

/// Runs a benchmark.
///
/// # Errors
/// When something cannot be started; the verdict tells what does not hold.
pub async fn run(command: Command) -> Result<Verdict> {
    match command {
        Command::Ingest(arguments) => ingest::run(arguments).await,
        Command::Fill(arguments) => fill::run(arguments).await,
        Command::Kill(arguments) => kill::run(arguments).await,
        Command::Note(arguments) => note::run(arguments).await,
        Command::Worker(arguments) => worker::run(arguments).await,
        Command::Batch(arguments) => batch::run(arguments).await,
        Command::Search(arguments) => read::run(read::Work::Search, arguments).await,
        Command::Fetch(arguments) => read::run(read::Work::Fetch, arguments).await,
        Command::Kooste(arguments) => read::run(read::Work::Kooste, arguments).await,
        Command::Log(arguments) => log::run(arguments).await,
        Command::Prepare(arguments) => prepare::run(&arguments).map(|()| Verdict::Done),
        Command::Archive(arguments) => server::run(arguments).await.map(|()| Verdict::Done),
        Command::Casework(arguments) => desk::run(arguments).await.map(|()| Verdict::Done),
    }
}
