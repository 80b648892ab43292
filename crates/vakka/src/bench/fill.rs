//! `vakka bench fill`: an archive of many documents for the other benchmarks, through the same door and the same checks.

use super::{
    ingest::Database,
    keys::{Keys, Strength},
    load::{self, Callers, Pace},
    plan::{Part, Plan},
    prepare::prepare,
    server::{Place, Server},
};
use crate::Verdict;
use crate::clock::SystemClock;
use anyhow::{Context, Result, bail};
use records::time::Clock;
use registers::cast::Cast;
use std::path::PathBuf;
use std::time::Instant;
use store::Layout;

/// Documents per client: 72 million documents of 1.4 million clients in 2022 (security-and-faults 5.4).
const PER_CLIENT: u64 = 50;
/// Documents prepared at a time: their files take some 30 kB each.
const CHUNK: u64 = 20_000;

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Documents altogether, relationships and cases included
    #[arg(long)]
    documents: u64,
    /// Folder of the archive; a new one
    #[arg(long)]
    data_dir: PathBuf,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Address of an empty PostgreSQL database
    #[arg(long, required_if_eq("database", "postgres"))]
    database_url: Option<String>,
    /// Keep-alive connections
    #[arg(long, default_value_t = 8)]
    connections: u64,
}

/// Fills the archive.
///
/// # Errors
/// When the folder holds an archive already, or a document is refused.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    if arguments.data_dir.join("keys").exists() {
        bail!("{} holds something already: name a new folder", arguments.data_dir.display());
    }
    let layout = Layout::create(&arguments.data_dir)?;
    let keys = Keys::open_or_create(&layout.keys(), &Cast::built_in()?, Strength::Bench)?;
    println!("signatures: {}", Strength::Bench.words());
    let files = tempfile::tempdir_in(layout.root())?;
    let clients = (arguments.documents / PER_CLIENT).max(1);
    let mut plan = Plan { clients, ..Plan::new(CHUNK, arguments.connections, None) };
    let database_url = arguments.database_url.clone().unwrap_or_else(|| layout.archive_url());
    let clock_offset_ms = plan.start()?.as_millisecond() - SystemClock.now().as_millisecond();
    let place = Place { folder: arguments.data_dir.clone(), database_url, clock_offset_ms };
    let server = Server::start(&place).await?;
    let callers = Callers::open(&keys)?;

    let (begun, mut left, mut part) = (Instant::now(), arguments.documents, Part::Opening);
    for run in 0.. {
        if left == 0 {
            break;
        }
        if part == Part::Measured {
            plan.documents = left.min(CHUNK);
            plan.offset_s = i64::try_from(begun.elapsed().as_secs()).context("a run of centuries")?;
        }
        prepare(&layout.keys(), files.path(), &plan, part, run).await?;
        let sent = load::send(server.messages, &callers, files.path(), &plan, part, Pace::Full).await?;
        if let Some(first) = sent.refused.first() {
            bail!("{} of the documents were refused, the first: {first}", sent.refused.len());
        }
        left = left.saturating_sub(sent.accepted);
        if part == Part::Measured {
            plan.first += plan.documents;
        }
        part = Part::Measured;
        println!("{} of {} documents", arguments.documents - left, arguments.documents);
    }
    server.stop().await?;
    Ok(Verdict::Done)
}
