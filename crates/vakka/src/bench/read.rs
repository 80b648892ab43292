//! `vakka bench search | fetch | kooste`: how fast the archive answers, with decision and log row, over an archive of many
//! documents.
//!
//! The questions are signed before the clock starts. Every answer's log row is on disk before its first byte leaves, as
//! always; a question that finds nothing counts as refused and fails the run.

use super::{
    author::Authors,
    fill::{self, Filled},
    ingest::{Database, round},
    keys::Keys,
    load::{self, Callers, Load},
    machine::{Machine, cpu_s, own_cpu_s},
    messages::Messages,
    questions,
    server::{self, Place, Server},
};
use crate::{Verdict, clock::SystemClock};
use anyhow::{Result, bail};
use jiff::ToSpan;
use records::time::Clock;
use registers::cast::Cast;
use serde::Serialize;
use std::path::PathBuf;
use structures::Catalogue;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// Metadata of a client's newest documents.
    Search,
    /// One document.
    Fetch,
    /// The enriched summary.
    Kooste,
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Fetch => "fetch",
            Self::Kooste => "kooste",
        }
    }
}

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Documents of an archive made for the run; not needed with the folder of one that `fill` has made
    #[arg(long, default_value_t = 20_000)]
    documents: u64,
    /// Questions
    #[arg(long, default_value_t = 10_000)]
    requests: u64,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Address of the filled, or of an empty, PostgreSQL database instead of an own server
    #[arg(long)]
    database_url: Option<String>,
    /// Keep-alive connections, the organiser's and the producer's in turn
    #[arg(long, default_value_t = 8)]
    connections: u64,
    /// Folder that `vakka bench fill` has made
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Do not verify the archive at the end: for series of runs over one large archive
    #[arg(long)]
    no_verify: bool,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Figures {
    bench: &'static str,
    database: &'static str,
    documents: u64,
    clients: u64,
    requests: u64,
    connections: u64,
    requests_per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    cpu_ms_per_request: f64,
    database_cpu_ms_per_request: f64,
    generator_cpu_ms_per_request: f64,
    seconds: f64,
    verified: Option<bool>,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be started, or a question is refused.
pub async fn run(work: Work, arguments: Arguments) -> Result<Verdict> {
    let filled = fill::given_or_made(
        arguments.data_dir.as_deref(),
        arguments.documents,
        arguments.database,
        arguments.database_url.as_deref(),
        !arguments.json,
    )
    .await?;
    let (place, load, cpu) = measure(work, &arguments, &filled).await?;
    let verified = if arguments.no_verify { None } else { Some(server::verify(&place).await?.faults.is_empty()) };
    let per_request = |seconds: f64| round(seconds * 1000.0 / load.accepted.max(1) as f64);
    let figures = Figures {
        bench: work.name(),
        database: arguments.database.name(),
        documents: filled.documents(),
        clients: filled.plan.clients,
        requests: load.accepted,
        connections: arguments.connections,
        requests_per_s: round(load.per_s()),
        p50_ms: round(load.percentile_ms(0.50)),
        p99_ms: round(load.percentile_ms(0.99)),
        max_ms: round(load.percentile_ms(1.0)),
        cpu_ms_per_request: per_request(cpu.0),
        database_cpu_ms_per_request: per_request(cpu.1),
        generator_cpu_ms_per_request: per_request(cpu.2),
        seconds: round(load.seconds),
        verified,
        machine: Machine::here(),
    };
    figures.tell(arguments.json)?;
    Ok(if verified == Some(false) { Verdict::FoundWrong } else { Verdict::Done })
}

/// Seconds of CPU of the archive, of the database's server and of the load generator.
type Cpu = (f64, f64, f64);

async fn measure(work: Work, arguments: &Arguments, filled: &Filled) -> Result<(Place, Load, Cpu)> {
    let mut plan = filled.plan.clone();
    plan.lanes = arguments.connections.max(1);
    // A day after the archive was filled, so that nothing of it is still in its window.
    let at = filled.ended()?.checked_add(24.hours())?;
    let (cast, catalogue, keys) = (Cast::built_in()?, Catalogue::built_in(), Keys::open(&filled.layout.keys()));
    let authors = Authors::open(&cast, &keys, at)?;
    let messages = Messages::new(&filled.plan, &authors, &catalogue)?;
    let run = SystemClock.now().as_microsecond().unsigned_abs();
    let lanes = questions::make(work, &plan, &messages, &authors, arguments.requests, run, at)?;

    let clock_offset_ms = at.as_millisecond() - SystemClock.now().as_millisecond();
    let place =
        Place { folder: filled.layout.root().to_owned(), database_url: filled.database_url.clone(), clock_offset_ms };
    let server = Server::start(&place).await?;
    let callers = Callers::open(&keys)?;
    let database = filled.postgres.as_ref().map(super::postgres::Postgres::pid);
    let used = || (cpu_s(server.pid()), database.map_or(0.0, cpu_s), own_cpu_s());
    let before = used();
    let load = load::ask(server.messages, &callers, lanes).await?;
    let after = used();
    server.stop().await?;
    if let Some(first) = load.refused.first() {
        bail!("{} of the questions were refused or found nothing, the first: {first}", load.refused.len());
    }
    Ok((place, load, (after.0 - before.0, after.1 - before.1, after.2 - before.2)))
}

impl Figures {
    fn tell(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{}", self.machine.words());
        println!(
            "{}, {}: {} questions over {} documents of {} clients, {} connections",
            self.bench, self.database, self.requests, self.documents, self.clients, self.connections
        );
        println!("requests/s         {}", self.requests_per_s);
        println!("p50 / p99 / max    {} / {} / {} ms", self.p50_ms, self.p99_ms, self.max_ms);
        println!(
            "CPU per request    archive {} ms, database server {} ms, load generator {} ms",
            self.cpu_ms_per_request, self.database_cpu_ms_per_request, self.generator_cpu_ms_per_request
        );
        let verdict = match self.verified {
            Some(true) => "OK",
            Some(false) => "INCONSISTENT",
            None => "not asked for",
        };
        println!("archive verify     {verdict}");
        Ok(())
    }
}
