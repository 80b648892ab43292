//! `vakka bench worker`: what a worker waits for in a house of many clients with years of notes behind them.
//!
//! The clients are opened by the shipped page and have a first note each, archived by the archive beside it. The years
//! behind are laid into the database by [`casework::seed::years`], sealed and indexed as written notes are. Then one worker
//! of the unit goes through the day: the work list, a client, a search as it is typed, a word in the texts, a note. Clients
//! are taken in no order, so that nothing of one is still warm from before.

use super::{
    desk::{self, Arguments as DeskArguments, Desk},
    keys::{ARCHIVER, Keys, Strength},
    machine::Machine,
    plan,
    server::{Place, Server},
    steps::Step,
    window::{by_card, cards},
    words::{self, Dice},
};
use crate::Verdict;
use crate::clock::SystemClock;
use crate::player::browser::Browser;
use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use records::time::Clock;
use registers::cast::Cast;
use seal::scs::Emulator;
use serde::Serialize;
use std::time::{Duration, Instant};
use store::Layout;

/// The unit of everybody here, and the worker whose day it is.
const UNIT: &str = "1.2.246.10.99990031.10.31";
const WORKER: &str = "liisa";
const KIND: &str = "19007";
const TEXT: &str = "Rauhallinen aamu. Söi puuron ja kävi aamupäivällä ulkona. Iltapäivällä osallistui lauluhetkeen.";
/// Words that are sought in the texts, in another form than some notes have them.
const SOUGHT: [&str; 5] = ["laulaa", "ulkoilu", "puuro", "yöllä", "keskustelu"];
/// Longest wait for the first documents to be in the archive.
const EMPTY_MAX: Duration = Duration::from_secs(900);
const AGAIN: Duration = Duration::from_millis(500);

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Clients of the unit
    #[arg(long, default_value_t = 1_000)]
    clients: u64,
    /// Notes behind each client
    #[arg(long, default_value_t = 1_000)]
    notes: usize,
    /// Rounds of the day, each with another client
    #[arg(long, default_value_t = 200)]
    rounds: usize,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    clients: u64,
    notes: usize,
    fill_seconds: f64,
    database_bytes: u64,
    steps: Vec<Step>,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be started or a page refuses.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let layout = Layout::create(temporary.path().join("archive"))?;
    let keys = Keys::open_or_create(&layout.keys(), &Cast::built_in()?, Strength::Bench)?;
    let reader = cards(&keys, &[ARCHIVER, WORKER])?;
    let start: Timestamp = plan::START.parse().context("the start is no time")?;
    let place = Place {
        folder: layout.root().to_owned(),
        database_url: layout.archive_url(),
        clock_offset_ms: start.as_millisecond() - SystemClock.now().as_millisecond(),
    };
    let own = Layout::create(temporary.path().join("casework"))?;
    let archive = Server::start(&place).await?;
    let how = DeskArguments::new(&place, own.root().to_owned(), own.casework_url(), archive.messages)
        .with_people(arguments.clients);
    let first = Desk::start(&how).await?;
    let clients = open_clients(&first.pages, &reader, arguments.clients).await?;
    wait_until_empty(&first.pages, &reader).await?;
    first.stop().await?;
    let begun = Instant::now();
    let desk = Desk::start(&how.unseeded().with_notes(arguments.notes)).await?;
    let fill_seconds = begun.elapsed().as_secs_f64();
    let steps = day(&desk.pages, &reader, &clients, arguments.rounds).await?;
    desk.stop().await?;
    archive.stop().await?;
    let figures = Figures {
        clients: arguments.clients,
        notes: arguments.notes,
        fill_seconds,
        database_bytes: bytes(own.root())?,
        steps,
        machine: Machine::here(),
    };
    tell(&figures, arguments.json)?;
    Ok(Verdict::Done)
}

fn tell(figures: &Figures, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(figures)?);
        return Ok(());
    }
    println!("{}", figures.machine.words());
    println!(
        "{} clients with {} notes each, laid in {:.0} s; {} MB in the data folder",
        figures.clients,
        figures.notes,
        figures.fill_seconds,
        figures.database_bytes / 1_000_000
    );
    figures.steps.iter().for_each(Step::tell);
    Ok(())
}

/// Opens every client by an own contract, so that no right of an organiser is needed, and writes the first note.
async fn open_clients(pages: &str, reader: &Emulator, clients: u64) -> Result<Vec<String>> {
    let mut ritva = by_card(pages, reader, ARCHIVER, UNIT).await?;
    let mut opened = Vec::new();
    for number in 0..clients {
        ritva.open("/oma-asiakas").await?;
        let identity = desk::identity(number);
        ritva.submit_whole("#oma-asiakas", &[("hetu", &identity), ("tehtava", "IAKAS"), ("palvelu", "85")]).await?;
        let text = ritva.page().text();
        let client = ritva.leads_to().with_context(|| format!("a client is refused: {text}"))?.to_owned();
        save(&mut ritva, &client).await?;
        opened.push(client);
    }
    Ok(opened)
}

async fn wait_until_empty(pages: &str, reader: &Emulator) -> Result<()> {
    let mut ritva = by_card(pages, reader, ARCHIVER, UNIT).await?;
    let begun = Instant::now();
    while ritva.open("/arkistointi?nayta=odottaa").await?.count("[data-state=queued]") > 0 {
        if begun.elapsed() > EMPTY_MAX {
            bail!("the first documents do not reach the archive: {}", ritva.page().text());
        }
        tokio::time::sleep(AGAIN).await;
    }
    Ok(())
}

async fn day(pages: &str, reader: &Emulator, clients: &[String], rounds: usize) -> Result<Vec<Step>> {
    let mut liisa = by_card(pages, reader, WORKER, UNIT).await?;
    let mut dice = Dice::of(3, clients.len() as u64);
    let mut steps = [
        Step::named("work list", 1),
        Step::named("clients of the unit", 1),
        Step::named("open client", 1),
        Step::named("a name's first letters", 1),
        Step::named("word in the texts", 1),
        Step::named("open the form", 1),
        Step::named("save", 1),
    ];
    for round in 0..rounds {
        let chosen = dice.below(clients.len() as u64);
        let client = &clients[chosen as usize];
        for (step, path) in [(0, "/tanaan"), (1, "/asiakkaat"), (2, client.as_str())] {
            let begun = Instant::now();
            liisa.open(path).await?;
            steps[step].add(begun, &liisa);
        }
        let letters: String = words::name(chosen).0.chars().take(3).collect();
        sought(&mut liisa, &mut steps[3], ("/etsi", "#etsi"), &letters).await?;
        sought(&mut liisa, &mut steps[4], ("/etsi", "#etsi"), SOUGHT[round % SOUGHT.len()]).await?;
        let begun = Instant::now();
        liisa.open(&format!("{client}/asiakirja/{KIND}")).await?;
        steps[5].add(begun, &liisa);
        let begun = Instant::now();
        liisa.submit("#asiakirja", &[("teksti", &format!("{TEXT} Merkintä {round}."))]).await?;
        steps[6].add(begun, &liisa);
        ensure!(liisa.page().status == 303, "a note is refused ({}): {}", liisa.page().status, liisa.page().text());
    }
    steps.iter_mut().for_each(Step::close);
    Ok(steps.into())
}

/// One answer to what is typed; it must have found something, or the figure means nothing.
async fn sought(browser: &mut Browser, step: &mut Step, (page, form): (&str, &str), words: &str) -> Result<()> {
    browser.open(page).await?;
    let begun = Instant::now();
    browser.submit(form, &[("haku", words)]).await?;
    step.add(begun, browser);
    ensure!(browser.page().count("#osumat li, #osumat tr") > 0, "nothing is found by «{words}» at {page}");
    Ok(())
}

async fn save(browser: &mut Browser, client: &str) -> Result<()> {
    browser.open(&format!("{client}/asiakirja/{KIND}")).await?;
    browser.submit("#asiakirja", &[("teksti", TEXT)]).await?;
    ensure!(browser.page().status == 303, "a note is refused ({}): {}", browser.page().status, browser.page().text());
    Ok(())
}

/// What a folder holds, in bytes.
fn bytes(folder: &std::path::Path) -> Result<u64> {
    let mut sum = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let facts = entry.metadata()?;
        sum += if facts.is_dir() { bytes(&entry.path())? } else { facts.len() };
    }
    Ok(sum)
}
