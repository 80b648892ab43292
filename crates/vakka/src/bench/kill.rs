//! `vakka bench kill`: the archive is killed at random points of a running ingest, again and again; at the end every
//! acknowledged document must be there, none twice, and the archive consistent (invariants I1–I3 of
//! security-and-faults 5.2, fault 2 of 5.3).
//!
//! A kill ends the process, not the machine: what it proves is that nothing is acknowledged before its transaction is
//! committed, that nothing half done survives, and that a sender who does not know may send again.

mod casework;

use super::{
    author::Authors,
    ingest::Database,
    keys::{Keys, Strength},
    load::{Answer, Caller, Callers},
    messages::{Messages, Side},
    plan::{Part, Plan},
    postgres::Postgres,
    server::{self, Place, Server},
    words::Dice,
};
use crate::Verdict;
use crate::clock::SystemClock;
use anyhow::{Context, Result, bail};
use jiff::{SignedDuration, Timestamp};
use records::time::Clock;
use registers::cast::Cast;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::Layout;
use structures::Catalogue;
use tokio::sync::watch;

/// Clients of the run.
const CLIENTS: u64 = 40;
/// Longest time between the doors' opening and the kill.
const ALIVE_MS_MAX: u64 = 700;
/// Wait before an unanswered document is sent again.
const AGAIN: Duration = Duration::from_millis(20);
/// Sendings of one document before something else than the kills must be wrong.
const SENDINGS_MAX: u64 = 500;

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// How often the process is killed
    #[arg(long, default_value_t = 200)]
    times: u64,
    /// Kill the client information system while its workers write, instead of the archive
    #[arg(long)]
    casework: bool,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Keep-alive connections to the archive
    #[arg(long, default_value_t = 8)]
    connections: u64,
    /// Seed of the kills' points in time
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What the senders know.
#[derive(Default)]
struct Known {
    /// Digest of every document that was sent, by OID.
    sent: HashMap<String, [u8; 32]>,
    /// OIDs that were acknowledged.
    acknowledged: HashSet<String>,
    /// Sendings whose answer never came.
    unanswered: u64,
    /// Refusals: there must be none.
    refused: Vec<String>,
}

/// Runs the test.
///
/// # Errors
/// When something cannot be started; what does not hold makes the verdict.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    if arguments.casework {
        return casework::run(&arguments).await;
    }
    archive(arguments).await
}

async fn archive(arguments: Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let layout = Layout::create(temporary.path().join("data"))?;
    let (cast, catalogue) = (Cast::built_in()?, Catalogue::built_in());
    let keys = Keys::open_or_create(&layout.keys(), &cast, Strength::Bench)?;
    let lanes = arguments.connections.max(1);
    let plan = Plan { documents: u64::MAX, clients: CLIENTS, lanes, rate: 500.0, seed: 1, first: 0, offset_s: 0 };
    let authors = Authors::open(&cast, &keys, plan.start()?)?;
    let postgres = if arguments.database == Database::Postgres { Some(Postgres::start()?) } else { None };
    let place = Place {
        folder: layout.root().to_owned(),
        database_url: postgres.as_ref().map_or_else(|| layout.archive_url(), Postgres::url),
        clock_offset_ms: plan.start()?.as_millisecond() - SystemClock.now().as_millisecond(),
    };
    let senders = Senders {
        messages: Messages::new(&plan, &authors, &catalogue)?,
        callers: Callers::open(&keys)?,
        clock_offset_ms: place.clock_offset_ms,
        known: Mutex::default(),
    };
    let server = Server::start(&place).await?;
    let (tell, told) = watch::channel(Some(server.messages));
    senders.all(Part::Opening, lanes, &told).await?;
    println!("{} relationships and cases archived; now {} kills", 2 * CLIENTS, arguments.times);
    let killing = kill(server, &place, &arguments, tell);
    let (server, sent) = tokio::join!(killing, senders.all(Part::Measured, lanes, &told));
    sent?;
    server?.stop().await?;
    let known = senders.known.into_inner().unwrap_or_else(PoisonError::into_inner);
    judge(&known, &place, temporary.path()).await
}

/// Kills and restarts; at the end the address goes away for good, which ends the senders.
async fn kill(
    mut server: Server,
    place: &Place,
    arguments: &Arguments,
    tell: watch::Sender<Option<SocketAddr>>,
) -> Result<Server> {
    let mut dice = Dice::of(arguments.seed, 0);
    for time in 1..=arguments.times {
        tokio::time::sleep(Duration::from_millis(dice.below(ALIVE_MS_MAX))).await;
        server.kill().await?;
        tell.send_replace(None);
        server = Server::start(place).await?;
        tell.send_replace(Some(server.messages));
        if time % 20 == 0 {
            println!("killed {time} times");
        }
    }
    tokio::time::sleep(Duration::from_millis(ALIVE_MS_MAX)).await;
    Ok(server)
}

struct Senders<'a> {
    messages: Messages<'a>,
    callers: Callers,
    clock_offset_ms: i64,
    known: Mutex<Known>,
}

impl Senders<'_> {
    /// Sends a part on all lanes: the opening to its end, the rest until the killer is done.
    async fn all(&self, part: Part, lanes: u64, told: &watch::Receiver<Option<SocketAddr>>) -> Result<()> {
        let lanes = (0..lanes).map(|lane| self.lane(part, lane, told.clone()));
        futures::future::try_join_all(lanes).await.map(|_| ())
    }

    async fn lane(&self, part: Part, lane: u64, mut told: watch::Receiver<Option<SocketAddr>>) -> Result<()> {
        let mut caller = None;
        for number in self.messages.numbers(part, lane) {
            if told.has_changed().is_err() {
                return Ok(());
            }
            self.deliver(part, lane, number, &mut caller, &mut told).await?;
            // Making documents keeps this thread busy; the others get their turn.
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Sends a document until somebody answers, each time with a new `Toimija`.
    async fn deliver(
        &self,
        part: Part,
        lane: u64,
        number: u64,
        caller: &mut Option<Caller>,
        told: &mut watch::Receiver<Option<SocketAddr>>,
    ) -> Result<()> {
        let signed = self.messages.signed(part, number)?;
        for sending in 0..SENDINGS_MAX {
            let Ok(address) = told.wait_for(Option::is_some).await.map(|address| *address) else { return Ok(()) };
            // The upper half of the run's number tells the parts apart, so that no nonce comes twice.
            let run = sending + if part == Part::Opening { 1 << 32 } else { 0 };
            let message = signed.message(number, run, self.now()?)?;
            self.know(|known| known.sent.insert(message.document.clone(), message.sha256));
            match self.post(address, lane, part, caller, message.bytes).await {
                Ok(Answer::Accepted) => {
                    self.know(|known| known.acknowledged.insert(message.document));
                    return Ok(());
                }
                Ok(Answer::Refused(told)) => {
                    self.know(|known| known.refused.push(format!("{}: {told}", message.document)));
                    return Ok(());
                }
                Ok(Answer::Unavailable) => {}
                Err(_) => {
                    *caller = None;
                    self.know(|known| known.unanswered += 1);
                }
            }
            tokio::time::sleep(AGAIN).await;
        }
        bail!("document {number} was sent {SENDINGS_MAX} times without an answer")
    }

    async fn post(
        &self,
        address: Option<SocketAddr>,
        lane: u64,
        part: Part,
        caller: &mut Option<Caller>,
        message: Vec<u8>,
    ) -> Result<Answer> {
        let address = address.context("the archive is down")?;
        if caller.is_none() {
            *caller = Some(Caller::connect(address, &self.callers, Side::of(part, lane)).await?);
        }
        caller.as_mut().context("not connected")?.post(message).await
    }

    fn know<T>(&self, change: impl FnOnce(&mut Known) -> T) {
        change(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn now(&self) -> Result<Timestamp> {
        Ok(SystemClock.now().checked_add(SignedDuration::from_millis(self.clock_offset_ms))?)
    }
}

/// Compares what the senders know with everything that the archive gives out.
async fn judge(known: &Known, place: &Place, folder: &Path) -> Result<Verdict> {
    let report = server::verify(place).await?;
    let export = folder.join("export");
    server::export(place, &export).await?;
    let index = std::fs::read_to_string(export.join("index.csv"))?;
    let rows: Vec<Vec<&str>> = index.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let mut faults = report.faults.clone();
    let (mut stored, mut versions) = (HashSet::new(), HashSet::new());
    for row in &rows {
        let [document, set, version, ..] = row.as_slice() else { bail!("the index has a short row") };
        if !stored.insert(*document) || !versions.insert((*set, *version)) {
            faults.push(format!("{document} is there twice"));
        }
        let bytes = std::fs::read(export.join(format!("{document}.xml")))?;
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
        match known.sent.get(*document) {
            Some(sent) if sent.as_slice() == digest.as_ref() => {}
            Some(_) => faults.push(format!("{document} is not what was sent")),
            None => faults.push(format!("{document} was never sent")),
        }
    }
    let lost = known.acknowledged.iter().filter(|document| !stored.contains(document.as_str()));
    faults.extend(lost.map(|document| format!("{document} was acknowledged and is lost")));
    faults.extend(known.refused.iter().map(|refused| format!("refused: {refused}")));
    println!(
        "{} documents acknowledged, {} sendings unanswered, {} documents stored",
        known.acknowledged.len(),
        known.unanswered,
        rows.len()
    );
    println!("{}", report.summary());
    faults.iter().take(20).for_each(|fault| println!("WRONG: {fault}"));
    println!("{}", if faults.is_empty() { "nothing lost, nothing twice" } else { "the archive did not hold" });
    Ok(if faults.is_empty() { Verdict::Done } else { Verdict::FoundWrong })
}
