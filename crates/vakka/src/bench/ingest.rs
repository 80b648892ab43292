//! `vakka bench ingest`: how fast the archive takes signed documents, everything checked, logged and on disk.

use super::{
    keys::{Keys, Strength},
    load::{self, Callers, Load, Pace},
    machine::{Machine, cpu_s, own_cpu_s},
    plan::{Part, Plan},
    postgres::Postgres,
    prepare::{Made, prepare},
    server::{self, Place, Server},
};
use crate::Verdict;
use crate::clock::SystemClock;
use anyhow::{Context, Result, bail};
use records::time::Clock;
use registers::cast::Cast;
use serde::Serialize;
use std::path::PathBuf;
use store::{Db, Layout};

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Database {
    /// Embedded, in a file.
    Sqlite,
    /// A server of the benchmark's own unless another is named.
    Postgres,
}

impl Database {
    /// Its name.
    pub fn name(self) -> &'static str {
        if self == Self::Sqlite { "sqlite" } else { "postgres" }
    }
}

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Measured documents; relationship and case of every client are archived before
    #[arg(long, default_value_t = 20_000)]
    documents: u64,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Address of an empty PostgreSQL database to use instead of an own server
    #[arg(long)]
    database_url: Option<String>,
    /// Keep-alive connections, the organiser's and the producer's in turn
    #[arg(long, default_value_t = 8)]
    connections: u64,
    /// Documents per second to send; as many as possible without it
    #[arg(long)]
    rate: Option<f64>,
    /// Keys of the sizes of the profiles (RSA-4096) instead of RSA-2048
    #[arg(long)]
    full: bool,
    /// Work and leave everything in this folder instead of a temporary one
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Figures {
    database: &'static str,
    documents: u64,
    clients: u64,
    connections: u64,
    rate: Option<f64>,
    documents_per_s: f64,
    p50_ms: f64,
    p99_ms: f64,
    max_ms: f64,
    cpu_s: f64,
    database_cpu_s: f64,
    generator_cpu_s: f64,
    seconds: f64,
    bytes_per_document: u64,
    signed_bytes_mean: u64,
    opening_documents: u64,
    opening_documents_per_s: f64,
    stored: u64,
    log_rows: u64,
    verified: bool,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be started; what does not hold is told and makes the verdict.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let folder = arguments.data_dir.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    let strength = if arguments.full { Strength::Full } else { Strength::Bench };
    let bench = Bench::prepare(&arguments, folder, strength).await?;
    if !arguments.json {
        println!("{}", Machine::here().words());
        println!("signatures: {}", strength.words());
    }
    let figures = bench.measure(&arguments).await?;
    if arguments.json {
        println!("{}", serde_json::to_string(&figures)?);
    } else {
        figures.print();
    }
    Ok(if figures.verified { Verdict::Done } else { Verdict::FoundWrong })
}

/// A run with everything made and nothing started.
struct Bench {
    plan: Plan,
    layout: Layout,
    files: PathBuf,
    postgres: Option<Postgres>,
    made: Made,
}

impl Bench {
    async fn prepare(arguments: &Arguments, folder: PathBuf, strength: Strength) -> Result<Self> {
        let layout = Layout::create(folder)?;
        let plan = Plan::new(arguments.documents, arguments.connections, arguments.rate);
        let files = layout.root().join("messages");
        std::fs::create_dir_all(&files)?;
        Keys::open_or_create(&layout.keys(), &Cast::built_in()?, strength)?;
        prepare(&layout.keys(), &files, &plan, Part::Opening, 0).await?;
        let made = prepare(&layout.keys(), &files, &plan, Part::Measured, 0).await?;
        let own = arguments.database == Database::Postgres && arguments.database_url.is_none();
        let postgres = if own { Some(Postgres::start()?) } else { None };
        Ok(Self { plan, layout, files, postgres, made })
    }

    fn place(&self, arguments: &Arguments) -> Result<Place> {
        let database_url = match (&arguments.database_url, &self.postgres) {
            (Some(url), _) => url.clone(),
            (None, Some(postgres)) => postgres.url(),
            (None, None) => self.layout.archive_url(),
        };
        let clock_offset_ms = self.plan.start()?.as_millisecond() - SystemClock.now().as_millisecond();
        Ok(Place { folder: self.layout.root().to_owned(), database_url, clock_offset_ms })
    }

    async fn measure(&self, arguments: &Arguments) -> Result<Figures> {
        let place = self.place(arguments)?;
        let server = Server::start(&place).await?;
        let callers = Callers::open(&Keys::open(&self.layout.keys()))?;
        let database = self.postgres.as_ref().map(Postgres::pid);
        let used = || (cpu_s(server.pid()), database.map_or(0.0, cpu_s), own_cpu_s());

        let opening = self.send(&server, &callers, Part::Opening, Pace::Full).await?;
        let (cpu, bytes) = (used(), size(&place).await?);
        let load =
            self.send(&server, &callers, Part::Measured, arguments.rate.map_or(Pace::Full, Pace::PerSecond)).await?;
        let (cpu_after, bytes_after) = (used(), size(&place).await?);
        server.stop().await?;

        let report = server::verify(&place).await?;
        report.faults.iter().take(20).for_each(|fault| eprintln!("{fault}"));
        let stored = opening.accepted + load.accepted;
        Ok(Figures {
            database: arguments.database.name(),
            documents: load.accepted,
            clients: self.plan.clients,
            connections: self.plan.lanes,
            rate: arguments.rate,
            documents_per_s: round(load.per_s()),
            p50_ms: round(load.percentile_ms(0.50)),
            p99_ms: round(load.percentile_ms(0.99)),
            max_ms: round(load.percentile_ms(1.0)),
            cpu_s: round(cpu_after.0 - cpu.0),
            database_cpu_s: round(cpu_after.1 - cpu.1),
            generator_cpu_s: round(cpu_after.2 - cpu.2),
            seconds: round(load.seconds),
            bytes_per_document: bytes_after.saturating_sub(bytes) / load.accepted.max(1),
            signed_bytes_mean: self.made.bytes / self.made.documents.max(1),
            opening_documents: opening.accepted,
            opening_documents_per_s: round(opening.per_s()),
            stored,
            log_rows: report.log_rows,
            verified: report.faults.is_empty() && report.documents == stored && report.log_rows >= stored,
            machine: Machine::here(),
        })
    }

    async fn send(&self, server: &Server, callers: &Callers, part: Part, pace: Pace) -> Result<Load> {
        let load = load::send(server.messages, callers, &self.files, &self.plan, part, pace).await?;
        if let Some(first) = load.refused.first() {
            bail!("{} of the documents were refused, the first: {first}", load.refused.len());
        }
        Ok(load)
    }
}

async fn size(place: &Place) -> Result<u64> {
    let db = Db::open(&place.database_url).await?;
    let bytes = db.size_bytes().await.context("the database's size")?;
    db.close().await;
    Ok(bytes)
}

/// To two decimals.
pub fn round(figure: f64) -> f64 {
    (figure * 100.0).round() / 100.0
}

impl Figures {
    fn print(&self) {
        println!(
            "{}: {} documents ({} bytes mean) over {} clients and {} connections, after {} relationships and cases \
             at {}/s",
            self.database,
            self.documents,
            self.signed_bytes_mean,
            self.clients,
            self.connections,
            self.opening_documents,
            self.opening_documents_per_s
        );
        if let Some(rate) = self.rate {
            println!("sent at            {rate}/s, each at its time");
        }
        println!("documents/s        {}", self.documents_per_s);
        println!("p50 / p99 / max    {} / {} / {} ms", self.p50_ms, self.p99_ms, self.max_ms);
        println!(
            "CPU                archive {} s, database server {} s, load generator {} s in {} s",
            self.cpu_s, self.database_cpu_s, self.generator_cpu_s, self.seconds
        );
        println!("bytes/document     {}", self.bytes_per_document);
        let verdict = if self.verified { "OK" } else { "INCONSISTENT" };
        println!("archive verify     {verdict} {} documents, {} log rows", self.stored, self.log_rows);
    }
}
