//! `vakka bench batch`: a night's entries of writers without a card, archived by one card holder in one press (FR-48), beside
//! what signing alone allows on this machine.
//!
//! Everything goes through the shipped pages: the entries are written by the form, two browsers press at once, the client
//! system is killed when a share of the entries has arrived, and goes on unasked. Meanwhile another worker saves notes, and
//! each is timed. At the end every entry must be in the archive once.

use super::{
    desk::{Arguments as DeskArguments, Desk},
    keys::{ARCHIVER, Keys, Strength},
    machine::Machine,
    plan,
    server::{self, PRODUCER, Place, Server},
    window::{by_card, by_password, cards},
};
use crate::Verdict;
use crate::clock::SystemClock;
use crate::player::browser::Browser;
use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use kanta::document::Body;
use records::time::Clock;
use registers::cast::Cast;
use seal::scs::Emulator;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};
use store::Layout;

/// The unit of everybody here.
const UNIT: &str = "1.2.246.10.99990031.10.31";
/// The writer without a card, and the worker whose notes are timed.
const WRITER: &str = "joni";
const OTHER: &str = "liisa";
/// The client of all entries: an own contract, so that no right of an organiser is needed.
const CLIENT: &str = "090748-9051";
const KIND: &str = "19007";
/// Words by which the entries are known in the archive.
const MARK: &str = "Yömerkintä nro";
/// Windows in which the writer writes at the same time: as many as one person may have open.
const WINDOWS: usize = 2;
/// Documents that are signed for the comparison, per core.
const SIGNED: usize = 400;
/// Longest time that the batch may take.
const END_MAX: Duration = Duration::from_secs(3600);
const AGAIN: Duration = Duration::from_millis(250);

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Entries that wait for a card
    #[arg(long, default_value_t = 10_000)]
    entries: usize,
    /// Kill the client system when this share of them has left the batch, in per cent; 0 for no kill
    #[arg(long, default_value_t = 40)]
    kill_at: usize,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Figures {
    entries: usize,
    distinct_archived: usize,
    twice: usize,
    killed_at: Option<i64>,
    seconds: f64,
    per_second: f64,
    signing_alone_per_second: f64,
    share_of_signing: f64,
    notes: usize,
    note_p50_ms: f64,
    note_p95_ms: f64,
    note_max_ms: f64,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When something cannot be started; what does not hold makes the verdict.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let layout = Layout::create(temporary.path().join("archive"))?;
    let cast = Cast::built_in()?;
    let keys = Keys::open_or_create(&layout.keys(), &cast, Strength::Bench)?;
    let reader = cards(&keys, &[ARCHIVER, OTHER])?;
    let start: Timestamp = plan::START.parse().context("the start is no time")?;
    let place = Place {
        folder: layout.root().to_owned(),
        database_url: layout.archive_url(),
        clock_offset_ms: start.as_millisecond() - SystemClock.now().as_millisecond(),
    };
    let own = Layout::create(temporary.path().join("casework"))?;
    let archive = Server::start(&place).await?;
    let how = DeskArguments::new(&place, own.root().to_owned(), own.casework_url(), archive.messages);
    let desk = Desk::start(&how).await?;
    let client = open_client(&desk.pages, &reader).await?;
    write_all(&desk.pages, &client, arguments.entries).await?;
    println!("{} entries wait for a card", arguments.entries);
    let ran = batch(desk, &how.unseeded(), &reader, &client, &arguments).await?;
    archive.stop().await?;
    let export = temporary.path().join("export");
    server::export(&place, &export).await?;
    let stored = entries(&export)?;
    let alone = signing_alone(&keys, &export)?;
    let per_second = arguments.entries as f64 / ran.seconds;
    let mut notes = ran.notes.clone();
    notes.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let index = ((notes.len() as f64 * share).ceil() as usize).saturating_sub(1);
        notes.get(index).map_or(0.0, |ms| (ms * 10.0).round() / 10.0)
    };
    let figures = Figures {
        entries: arguments.entries,
        distinct_archived: stored.len(),
        twice: stored.values().filter(|count| **count > 1).count(),
        killed_at: ran.killed_at,
        seconds: ran.seconds,
        per_second,
        signing_alone_per_second: alone,
        share_of_signing: per_second / alone,
        notes: notes.len(),
        note_p50_ms: at(0.5),
        note_p95_ms: at(0.95),
        note_max_ms: at(1.0),
        machine: Machine::here(),
    };
    tell(&figures, arguments.json)?;
    let holds = figures.distinct_archived == figures.entries && figures.twice == 0;
    Ok(if holds { Verdict::Done } else { Verdict::FoundWrong })
}

fn tell(figures: &Figures, json: bool) -> Result<()> {
    if json {
        println!("{}", serde_json::to_string(figures)?);
        return Ok(());
    }
    println!("{}", figures.machine.words());
    println!(
        "{} of {} entries in the archive, {} twice, in {:.1} s: {:.0} entries/s; signing alone {:.0}/s ({:.0} %)",
        figures.distinct_archived,
        figures.entries,
        figures.twice,
        figures.seconds,
        figures.per_second,
        figures.signing_alone_per_second,
        figures.share_of_signing * 100.0
    );
    if let Some(left) = figures.killed_at {
        println!("killed with {left} left in the batch; it went on unasked");
    }
    println!(
        "another worker's {} notes meanwhile: p50 {} ms, p95 {} ms, max {} ms",
        figures.notes, figures.note_p50_ms, figures.note_p95_ms, figures.note_max_ms
    );
    Ok(())
}

/// Opens the own-contract client; relationship and case go to the archive by themselves.
async fn open_client(pages: &str, reader: &Emulator) -> Result<String> {
    let mut ritva = by_card(pages, reader, ARCHIVER, UNIT).await?;
    ritva.open("/oma-asiakas").await?;
    ritva.submit_whole("#oma-asiakas", &[("hetu", CLIENT), ("tehtava", "IAKAS"), ("palvelu", "85")]).await?;
    let text = ritva.page().text();
    Ok(ritva.leads_to().with_context(|| format!("the client is refused: {text}"))?.to_owned())
}

/// The writer writes every entry through the form. His login is too weak to archive, so each waits for a card.
async fn write_all(pages: &str, client: &str, entries: usize) -> Result<()> {
    let form = format!("{client}/asiakirja/{KIND}");
    let windows = (0..WINDOWS).map(|window| {
        let form = form.clone();
        async move {
            let mut joni = by_password(pages, WRITER, UNIT).await?;
            for number in (window..entries).step_by(WINDOWS) {
                joni.open(&form).await?;
                joni.submit("#asiakirja", &[("teksti", &format!("{MARK} {number}. Nukkui rauhallisesti."))]).await?;
                ensure!(
                    joni.page().status == 303,
                    "an entry is refused ({}): {}",
                    joni.page().status,
                    joni.page().text()
                );
            }
            Ok::<_, anyhow::Error>(())
        }
    });
    futures::future::try_join_all(windows).await.map(drop)
}

struct Ran {
    seconds: f64,
    killed_at: Option<i64>,
    notes: Vec<f64>,
}

/// Two browsers press at once; the system is killed on the way; the clock runs from the press to the last archived entry,
/// without the time in which there was no client system.
async fn batch(desk: Desk, how: &DeskArguments, reader: &Emulator, client: &str, arguments: &Arguments) -> Result<Ran> {
    let (mut one, mut two) =
        (by_card(&desk.pages, reader, ARCHIVER, UNIT).await?, by_card(&desk.pages, reader, ARCHIVER, UNIT).await?);
    one.open("/arkistointi/era").await?;
    two.open("/arkistointi/era").await?;
    let begun = Instant::now();
    let (first, second) = tokio::join!(one.submit("#arkistoi-era", &[]), two.submit("#arkistoi-era", &[]));
    first?;
    second?;
    let place = one.leads_to().context("the batch does not begin")?.to_owned();
    ensure!(two.leads_to() == Some(place.as_str()), "two presses made two batches");
    let mut desk = Some(desk);
    let (mut away, mut killed_at, mut notes) = (Duration::ZERO, None, Vec::new());
    let mut liisa = by_card(&desk.as_ref().context("a client system")?.pages, reader, OTHER, UNIT).await?;
    let target = arguments.entries as i64 - (arguments.entries * arguments.kill_at / 100) as i64;
    loop {
        ensure!(begun.elapsed() < END_MAX, "the batch does not end");
        one.open(&place).await?;
        let figures: BTreeMap<String, String> = figures(&one);
        let count = |name: &str| figures.get(name).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        let (archived, failed, left) = (count("Arkistoitu"), count("Palautuneet"), count("Jonossa"));
        if failed > 0 {
            bail!("{failed} entries came back: {}", one.page().text());
        }
        if archived >= arguments.entries as i64 {
            break;
        }
        if arguments.kill_at > 0 && killed_at.is_none() && left <= target {
            let gone = Instant::now();
            desk.take().context("a client system")?.kill().await?;
            let fresh = Desk::start(how).await?;
            one = by_card(&fresh.pages, reader, ARCHIVER, UNIT).await?;
            liisa = by_card(&fresh.pages, reader, OTHER, UNIT).await?;
            desk = Some(fresh);
            killed_at = Some(left);
            away += gone.elapsed();
            continue;
        }
        notes.push(note(&mut liisa, client).await?);
        tokio::time::sleep(AGAIN).await;
    }
    let seconds = (begun.elapsed() - away).as_secs_f64();
    if let Some(desk) = desk {
        desk.stop().await?;
    }
    Ok(Ran { seconds, killed_at, notes })
}

/// The pairs of the progress page.
fn figures(browser: &Browser) -> BTreeMap<String, String> {
    let html = scraper::Html::parse_document(&browser.page().html);
    let pick = |css: &str| {
        scraper::Selector::parse(css).map(|selector| {
            html.select(&selector).map(|node| node.text().collect::<String>().trim().to_owned()).collect::<Vec<_>>()
        })
    };
    match (pick("#era dt"), pick("#era dd")) {
        (Ok(terms), Ok(values)) => terms.into_iter().zip(values).collect(),
        _ => BTreeMap::new(),
    }
}

/// Another user saves a note: the time of the press alone, in milliseconds.
async fn note(browser: &mut Browser, client: &str) -> Result<f64> {
    browser.open(&format!("{client}/asiakirja/{KIND}")).await?;
    let begun = Instant::now();
    browser.submit("#asiakirja", &[("teksti", "Rauhallinen aamu. Söi puuron.")]).await?;
    ensure!(browser.page().status == 303, "a note is refused ({})", browser.page().status);
    Ok(begun.elapsed().as_secs_f64() * 1000.0)
}

/// How often each entry of this run is in the export.
fn entries(export: &Path) -> Result<BTreeMap<String, usize>> {
    let mut found = BTreeMap::new();
    for bytes in documents(export)? {
        let decoded = kanta::document::decode(&bytes, &kanta::Limits::default())
            .map_err(|error| anyhow::anyhow!("a document of the export: {error:?}"))?;
        let Body::Structured { json, .. } = &decoded.document.body else { continue };
        let text = String::from_utf8_lossy(json).into_owned();
        let Some(at) = text.find(MARK) else { continue };
        let words: String = text[at..].chars().take_while(|c| *c != '.').collect();
        *found.entry(words).or_default() += 1;
    }
    Ok(found)
}

fn documents(export: &Path) -> Result<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(export)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "xml") {
            all.push(std::fs::read(&path)?);
        }
    }
    Ok(all)
}

/// What signing alone allows: one of the run's own documents, built anew and signed on every core by the same key, with the
/// signature of the message beside it, since each document takes both.
fn signing_alone(keys: &Keys, export: &Path) -> Result<f64> {
    let bytes = documents(export)?.pop().context("an empty export")?;
    let decoded = kanta::document::decode(&bytes, &kanta::Limits::default())
        .map_err(|error| anyhow::anyhow!("a document of the export: {error:?}"))?;
    let unsigned = kanta::document::encode(&decoded.document);
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    std::thread::scope(|scope| -> Result<()> {
        let mut threads = Vec::new();
        for _ in 0..cores {
            let key = keys.system(PRODUCER)?;
            let unsigned = &unsigned;
            threads.push(scope.spawn(move || -> Result<()> {
                for _ in 0..SIGNED {
                    seal::sign(unsigned, seal::Role::System, &key, SystemClock.now())?;
                    std::hint::black_box(seal::SigningKey::sign(&key, unsigned)?);
                }
                Ok(())
            }));
        }
        for thread in threads {
            thread.join().map_err(|_| anyhow::anyhow!("a signing thread panicked"))??;
        }
        Ok(())
    })?;
    Ok((SIGNED * cores) as f64 / begun.elapsed().as_secs_f64())
}
