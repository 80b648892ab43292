//! `vakka bench kill --casework`: the client information system is killed at random points while workers write entries and
//! its outbox sends them to an archive in another process; at the end every entry that the form has taken must be in the
//! archive once, word for word, and nothing may wait any more (fault 1 of security-and-faults 5.3).

use super::super::{
    desk::{Arguments as DeskArguments, Desk},
    ingest::Database,
    keys::{Keys, Strength},
    plan,
    postgres::Postgres,
    server::{self, Place, Server},
    window::{by_card, cards},
    words::Dice,
};
use super::Arguments;
use crate::Verdict;
use crate::clock::SystemClock;
use crate::player::browser::Browser;
use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use kanta::document::Body;
use records::time::Clock;
use registers::cast::Cast;
use seal::scs::Emulator;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};
use store::Layout;
use tokio::sync::watch;

/// Workers of the organiser who write at the same time, each about an own client.
const WRITERS: [(&str, &str); 2] = [("marja", "120243-934K"), ("antti", "010177-9532")];
/// The unit of both.
const UNIT: &str = "1.2.246.10.99990015.10.11";
/// Longest time between the pages' being there and the kill: a worker has logged in and writes by then, as a rule.
const ALIVE_MS_MAX: u64 = 1_500;
/// Longest time in which the queue must empty after the last kill.
const EMPTY_MAX: Duration = Duration::from_secs(120);
/// Wait of a worker whose page did not answer.
const AGAIN: Duration = Duration::from_millis(50);
/// Entry of work, an organiser's kind, with a service that nothing else tells.
const KIND: (&str, &str) = ("19005", "45");
/// Words by which the entries of this test are known in the archive.
const MARK: &str = "Merkintä ennen katkoa nro";

/// What the writers know.
#[derive(Default)]
struct Known {
    /// Texts that the form took.
    taken: BTreeSet<String>,
    /// Texts of which nobody heard: there once or not at all.
    unheard: BTreeSet<String>,
}

/// Runs the test.
///
/// # Errors
/// When something cannot be started; what does not hold makes the verdict.
pub async fn run(arguments: &Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let layout = Layout::create(temporary.path().join("archive"))?;
    let cast = Cast::built_in()?;
    // An organiser's worker archives nothing without a card.
    let keys = Keys::open_or_create(&layout.keys(), &cast, Strength::Bench)?;
    let reader = cards(&keys, &WRITERS.map(|(login, _)| login))?;
    let postgres = if arguments.database == Database::Postgres { Some(Postgres::start()?) } else { None };
    let start: Timestamp = plan::START.parse().context("the start is no time")?;
    let place = Place {
        folder: layout.root().to_owned(),
        database_url: match &postgres {
            Some(server) => server.database("archive")?,
            None => layout.archive_url(),
        },
        clock_offset_ms: start.as_millisecond() - SystemClock.now().as_millisecond(),
    };
    let own = Layout::create(temporary.path().join("casework"))?;
    let database = match &postgres {
        Some(server) => server.database("casework")?,
        None => own.casework_url(),
    };
    let archive = Server::start(&place).await?;
    let desk = DeskArguments::new(&place, own.root().to_owned(), database, archive.messages);
    let first = Desk::start(&desk).await?;
    let desk = desk.unseeded();
    let clients = open_clients(&first.pages, &reader).await?;
    println!("{} clients opened; now {} kills", clients.len(), arguments.times);
    let (tell, told) = watch::channel(Some(first.pages.clone()));
    let writers = futures::future::join_all(clients.iter().map(|client| write(client, &reader, told.clone())));
    let (last, known) = tokio::join!(kill(first, &desk, arguments, tell), writers);
    let known = known.into_iter().try_fold(Known::default(), |mut all, one| -> Result<Known> {
        let one = one?;
        all.taken.extend(one.taken);
        all.unheard.extend(one.unheard);
        Ok(all)
    })?;
    let last = last?;
    let mut faults = wait_until_empty(&last.pages, &reader).await?;
    last.stop().await?;
    archive.stop().await?;
    faults.extend(judge(&known, &place, temporary.path(), arguments.times).await?);
    faults.iter().take(20).for_each(|fault| println!("WRONG: {fault}"));
    println!("{}", if faults.is_empty() { "nothing lost, nothing twice" } else { "the client system did not hold" });
    Ok(if faults.is_empty() { Verdict::Done } else { Verdict::FoundWrong })
}

/// A worker with the page of the client about whom he writes.
struct Client {
    login: &'static str,
    page: String,
}

/// Every writer's client contacts the organiser, so that there is a case to write in.
async fn open_clients(pages: &str, reader: &Emulator) -> Result<Vec<Client>> {
    let mut clients = Vec::new();
    for (login, code) in WRITERS {
        let mut browser = by_card(pages, reader, login, UNIT).await?;
        browser.open("/yhteydenotto").await?;
        browser.submit_whole("#yhteydenotto", &[("hetu", code), ("tehtava", "IAKAS")]).await?;
        let page = browser.leads_to().context("the contact is refused")?.to_owned();
        clients.push(Client { login, page });
    }
    Ok(clients)
}

/// Kills and restarts; at the end the address goes away for good, which ends the writers.
async fn kill(
    mut desk: Desk,
    how: &DeskArguments,
    arguments: &Arguments,
    tell: watch::Sender<Option<String>>,
) -> Result<Desk> {
    let mut dice = Dice::of(arguments.seed, 1);
    for time in 1..=arguments.times {
        tokio::time::sleep(Duration::from_millis(dice.below(ALIVE_MS_MAX))).await;
        desk.kill().await?;
        tell.send_replace(None);
        desk = Desk::start(how).await?;
        tell.send_replace(Some(desk.pages.clone()));
        if time % 20 == 0 {
            println!("killed {time} times");
        }
    }
    tokio::time::sleep(Duration::from_millis(ALIVE_MS_MAX)).await;
    Ok(desk)
}

/// Writes entry after entry, until there is no client system any more.
async fn write(client: &Client, reader: &Emulator, mut told: watch::Receiver<Option<String>>) -> Result<Known> {
    let (mut known, mut window, mut number) = (Known::default(), None, 0_u64);
    // The sender goes when the last kill is done.
    while told.has_changed().is_ok() {
        let Ok(pages) = told.wait_for(Option::is_some).await.map(|pages| pages.clone().unwrap_or_default()) else {
            break;
        };
        let mut browser = match window.take() {
            Some(browser) => browser,
            None => match by_card(&pages, reader, client.login, UNIT).await {
                Ok(browser) => browser,
                Err(_) => {
                    tokio::time::sleep(AGAIN).await;
                    continue;
                }
            },
        };
        number += 1;
        let text = format!("{MARK} {number}, kirjasi {}: «Voi hyvin» & söi itse.", client.login);
        match save(&mut browser, client, &text).await {
            Saved::Taken => {
                known.taken.insert(text);
                window = Some(browser);
            }
            Saved::Refused(status) => bail!("an entry was refused ({status}): {}", browser.page().text()),
            Saved::Unheard => {
                known.unheard.insert(text);
            }
            // The form did not come: nothing was sent.
            Saved::NotSent => {}
        }
    }
    Ok(known)
}

enum Saved {
    Taken,
    Refused(u16),
    Unheard,
    NotSent,
}

/// Opens the form and presses *Valmis*. What counts is the answer to the press, before any page that follows.
async fn save(browser: &mut Browser, client: &Client, text: &str) -> Saved {
    let form = format!("{}/asiakirja/{}", client.page, KIND.0);
    if !browser.open(&form).await.is_ok_and(|page| page.status == 200) {
        return Saved::NotSent;
    }
    match browser.submit("#asiakirja", &[("teksti", text), ("palvelu", KIND.1)]).await {
        Ok(page) if page.status == 303 => Saved::Taken,
        Ok(page) => Saved::Refused(page.status),
        Err(_) => Saved::Unheard,
    }
}

/// Waits until nothing waits on the archiving desk; says what came back or still waits.
async fn wait_until_empty(pages: &str, reader: &Emulator) -> Result<Vec<String>> {
    let begun = Instant::now();
    let mut faults = Vec::new();
    for (login, _) in WRITERS {
        let mut browser = by_card(pages, reader, login, UNIT).await?;
        loop {
            let page = browser.open("/arkistointi").await?;
            ensure!(page.status == 200, "the archiving desk does not open ({})", page.status);
            let returned = page.count("[data-state=rejected]");
            if returned > 0 {
                faults.push(format!("documents came back to {login}: {}", page.text()));
            }
            let waiting = browser.open("/arkistointi?nayta=odottaa").await?.count("[data-state=queued]");
            if waiting == 0 || returned > 0 {
                break;
            }
            if begun.elapsed() > EMPTY_MAX {
                faults.push(format!("{waiting} documents of {login} still wait"));
                break;
            }
            tokio::time::sleep(AGAIN).await;
        }
    }
    Ok(faults)
}

/// Compares what the form took with everything that the archive gives out.
async fn judge(known: &Known, place: &Place, folder: &Path, times: u64) -> Result<Vec<String>> {
    let report = server::verify(place).await?;
    let export = folder.join("export");
    server::export(place, &export).await?;
    let stored = texts(&export)?;
    let mut faults = report.faults.clone();
    for text in &known.taken {
        match stored.get(text) {
            Some(1) => {}
            Some(count) => faults.push(format!("there {count} times: {text}")),
            None => faults.push(format!("taken and lost: {text}")),
        }
    }
    for (text, count) in stored.iter().filter(|(text, _)| !known.taken.contains(*text)) {
        if *count > 1 || !known.unheard.contains(text) {
            faults.push(format!("there {count} times and never taken: {text}"));
        }
    }
    let unheard = known.unheard.iter().filter(|text| stored.contains_key(*text)).count();
    println!(
        "{} entries taken by the form, {} unheard of which {unheard} are there, {} entries stored",
        known.taken.len(),
        known.unheard.len(),
        stored.values().sum::<usize>()
    );
    println!("{}", report.summary());
    if (known.taken.len() as u64) < times {
        faults.push("fewer entries than kills: nothing is proved".to_owned());
    }
    Ok(faults)
}

/// The texts of this test in an export, and how many documents hold each.
fn texts(export: &Path) -> Result<HashMap<String, usize>> {
    let mut found = HashMap::new();
    for entry in std::fs::read_dir(export)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "xml") {
            continue;
        }
        let decoded = kanta::document::decode(&std::fs::read(&path)?, &kanta::Limits::default())
            .map_err(|error| anyhow::anyhow!("{}: {error:?}", path.display()))?;
        if let Body::Structured { json, .. } = &decoded.document.body {
            let mut inside = Vec::new();
            collect(&serde_json::from_slice(json)?, &mut inside);
            inside.into_iter().for_each(|text| *found.entry(text).or_default() += 1);
        }
    }
    Ok(found)
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if text.starts_with(MARK) => into.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|one| collect(one, into)),
        Value::Object(map) => map.values().for_each(|one| collect(one, into)),
        _ => {}
    }
}
