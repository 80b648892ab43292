//! `vakka bench log`: how fast the log is verified, and how fast one client's rows come out of all; with `--whole` also how
//! fast everything is: bodies, digests, signatures, derived rows and log.

use super::{
    documents::person,
    fill,
    ingest::{Database, round},
    machine::{Machine, own_cpu_s},
    server::{self, ORGANISER, Place},
    words::Dice,
};
use crate::{Verdict, clock::SystemClock};
use anyhow::{Context, Result, ensure};
use records::time::Clock;
use serde::Serialize;
use std::path::PathBuf;
use std::time::Instant;
use store::log::Whose;

/// Clients whose rows are extracted.
const EXTRACTED: u64 = 200;
/// Rows of a page of an extraction.
const PAGE: u32 = 1_000;

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Documents of an archive made for the run; each leaves a log row
    #[arg(long, default_value_t = 20_000)]
    documents: u64,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Address of the filled, or of an empty, PostgreSQL database instead of an own server
    #[arg(long)]
    database_url: Option<String>,
    /// Folder that `vakka bench fill` has made
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Verify the documents with their signatures too
    #[arg(long)]
    whole: bool,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Figures {
    bench: &'static str,
    database: &'static str,
    rows: u64,
    rows_per_s: f64,
    verify_s: f64,
    rows_of_client_mean: f64,
    extract_p50_ms: f64,
    extract_p99_ms: f64,
    /// Documents verified, and how many in a second, the log of all included.
    whole: Option<(u64, f64)>,
    cpu_s: f64,
    verified: bool,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When the archive cannot be opened.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let filled = fill::given_or_made(
        arguments.data_dir.as_deref(),
        arguments.documents,
        arguments.database,
        arguments.database_url.as_deref(),
        !arguments.json,
    )
    .await?;
    let clock_offset_ms = filled.ended()?.as_millisecond() - SystemClock.now().as_millisecond();
    let place =
        Place { folder: filled.layout.root().to_owned(), database_url: filled.database_url.clone(), clock_offset_ms };
    let (app, _writer) = archive::App::start(server::config(&place).await?).await?;

    let begun = Instant::now();
    let found = store::log::verify(&app.db, &app.vault, &app.witness).await?;
    let verify_s = begun.elapsed().as_secs_f64();
    let (times, given) = extract(&app, &filled.plan).await?;
    let mut verified = found.inconsistencies.is_empty();
    let (whole, cpu_s) = if arguments.whole { whole(&app, &mut verified).await? } else { (None, 0.0) };
    let at = |share: f64| times.get(((times.len() as f64 * share).ceil() as usize).saturating_sub(1)).copied();
    let figures = Figures {
        bench: "log",
        database: arguments.database.name(),
        rows: found.rows,
        rows_per_s: round(found.rows as f64 / verify_s.max(0.001)),
        verify_s: round(verify_s),
        rows_of_client_mean: round(given as f64 / EXTRACTED as f64),
        extract_p50_ms: round(at(0.50).context("nothing was extracted")?),
        extract_p99_ms: round(at(0.99).context("nothing was extracted")?),
        whole,
        cpu_s,
        verified,
        machine: Machine::here(),
    };
    figures.tell(arguments.json)?;
    Ok(if figures.verified { Verdict::Done } else { Verdict::FoundWrong })
}

/// What [`Figures::whole`] tells, and the CPU seconds that it took.
async fn whole(app: &archive::App, verified: &mut bool) -> Result<(Option<(u64, f64)>, f64)> {
    let (begun, used) = (Instant::now(), own_cpu_s());
    let report = archive::verify(app).await?;
    *verified &= report.faults.is_empty();
    let per_s = round(report.documents as f64 / begun.elapsed().as_secs_f64().max(0.001));
    Ok((Some((report.documents, per_s)), round(own_cpu_s() - used)))
}

/// Milliseconds per extraction, sorted, and rows altogether.
async fn extract(app: &archive::App, plan: &super::plan::Plan) -> Result<(Vec<f64>, u64)> {
    let (mut times, mut given) = (Vec::new(), 0);
    for number in 0..EXTRACTED {
        let client = person(Dice::of(plan.seed ^ 0x10, number).below(plan.clients))?;
        let index = app.vault.blind_index(ORGANISER, client.extension());
        let begun = Instant::now();
        let mut tx = app.db.read().await?;
        let whose = Whose::Client(&index);
        let rows = store::log::rows(&mut tx, &app.vault, ORGANISER, whose, 0, PAGE).await?;
        tx.rollback().await?;
        times.push(begun.elapsed().as_secs_f64() * 1000.0);
        ensure!(!rows.is_empty(), "a client of the plan has no log rows");
        given += rows.len() as u64;
    }
    times.sort_by(f64::total_cmp);
    Ok((times, given))
}

impl Figures {
    fn tell(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{}", self.machine.words());
        println!("log, {}: {} rows verified in {} s", self.database, self.rows, self.verify_s);
        println!("rows/s             {}", self.rows_per_s);
        println!(
            "one client's rows  {} in the mean, p50 / p99 {} / {} ms",
            self.rows_of_client_mean, self.extract_p50_ms, self.extract_p99_ms
        );
        if let Some((documents, per_s)) = self.whole {
            println!("whole archive      {documents} documents, {per_s} in a second, {} s of CPU", self.cpu_s);
        }
        println!("log verify         {}", if self.verified { "OK" } else { "INCONSISTENT" });
        Ok(())
    }
}
