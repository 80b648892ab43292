//! Act 8: ten years after a case was closed its documents go, by the archive's own pages (C.9).
//!
//! The last act: the clock moves forward only.

use super::Play;
use super::care_home::citizen_texts;
use crate::demo::kit::Worker;
use crate::player::browser::{Browser, Page};
use crate::player::vendor::{Person, Vendor};
use anyhow::{Context, Result, ensure};
use kanta::document::Document;
use kanta::query::QueryKind;
use records::code::ServiceTask;
use std::collections::BTreeSet;

/// The worker whose client it is, and the archivists of her register.
const WORKER: &str = "marja";
const ARCHIVISTS: [&str; 2] = ["elina", "antti"];
/// Until now a client of Kielo's alone.
const LEENA: &str = "Leena Heikkinen";
const PAGES: &str = "/arkisto/havittaminen";

const GOES: &str = "Leena tiedusteli kotihoidon ateriapalvelua.";
const HELD_BEFORE: &str = "Leena kertoi lainanneensa rahaa naapurille.";
const HELD_LATE: &str = "Leena perui ateriapalvelun ja muutti mielensä.";

/// What was written of Leena in 2026.
struct Matter {
    relationship: Document,
    /// The first version of the case document; its set is listed.
    case: Document,
    goes: Document,
    held_before: Document,
    held_late: Document,
}

fn set(document: &Document) -> &str {
    document.header.set_id.as_str()
}

/// What is over is listed, what is on hold stays, two persons dispose of the rest; the relationship waits for a death.
pub async fn disposal(play: &mut Play) -> Result<String> {
    let code = play.stage.code(LEENA)?.to_owned();
    let leena = Person { code: &code, family: "Heikkinen", given: "Leena Maria", born: None };
    let matter = closed_in_2026(play, leena).await?;
    ensure!(citizen_texts(play, LEENA).await?.contains(GOES), "Leena does not see the entry");
    play.stage.move_clock("2036-12-15T12:00").await?;
    let mut elina = play.stage.archivist(ARCHIVISTS[0]).await?;
    ensure!(listed(list(&mut elina).await?).is_empty(), "something is listed on the last day of keeping");
    play.stage.move_clock("2037-01-05T09:00").await?;
    let path = approved_by_two(play, &matter).await?;
    let mut antti = play.stage.archivist(ARCHIVISTS[1]).await?;
    // A log investigation begins after the list was approved: it is looked at in the act itself.
    hold(&mut antti, set(&matter.held_late)).await?;
    antti.open(&path).await?;
    let done = antti.submit("#havita", &[("vahvistan", "on")]).await?;
    for (document, state) in [
        (&matter.goes, "Hävitetty"),
        (&matter.held_before, "Säilytetään"),
        (&matter.held_late, "Säilytetään"),
        (&matter.case, "Säilytetään"),
    ] {
        let told = row(done, set(document))?;
        ensure!(told.contains(state), "a document is not told as {state}: {told}");
    }
    for (document, status) in [(&matter.goes, 404), (&matter.held_before, 200), (&matter.held_late, 200)] {
        let seen = antti.open(&format!("/arkisto/asiakirjat/{}", document.header.id)).await?.status;
        ensure!(seen == status, "the archivist's page of a document answers {seen}, not {status}");
    }
    left_in_the_register(play, leena, &matter).await?;
    ensure!(!citizen_texts(play, LEENA).await?.contains(GOES), "Leena still sees what is disposed of");
    Ok("of three entries one is disposed of by two persons, two on hold stay, and so do case and relationship"
        .to_owned())
}

/// Marja's client for a month: relationship, case and three entries, and the case closed on 15.12.2026.
async fn closed_in_2026(play: &mut Play, leena: Person<'_>) -> Result<Matter> {
    play.stage.move_clock("2026-11-17T10:00").await?;
    let vendor = Vendor::open(&play.stage).await?;
    let (marja, task) = (vendor.worker(WORKER)?, ServiceTask::Elderly);
    let relationship = vendor.relationship(marja, leena, task)?;
    let case = vendor.case(marja, leena, task)?;
    let entry = |text: &str| vendor.entry(marja, leena, &case, &[task], text);
    let (goes, held_before, held_late) = (entry(GOES)?, entry(HELD_BEFORE)?, entry(HELD_LATE)?);
    for document in [&relationship, &case, &goes, &held_before, &held_late] {
        vendor.stored(marja, document, "a document of Leena's").await?;
    }
    play.stage.move_clock("2026-12-15T10:00").await?;
    let vendor = Vendor::open(&play.stage).await?;
    let closed = vendor.next_case(leena, &case, "asia päättyi", |case| case.closed_on(vendor.today()))?;
    vendor.stored(vendor.worker(WORKER)?, &closed, "the closed case").await?;
    play.made(6);
    Ok(Matter { relationship, case, goes, held_before, held_late })
}

/// Elina holds one document, makes the list, and she and Antti approve it; gives the list's address.
async fn approved_by_two(play: &Play, matter: &Matter) -> Result<String> {
    let mut elina = play.stage.archivist(ARCHIVISTS[0]).await?;
    hold(&mut elina, set(&matter.held_before)).await?;
    let page = list(&mut elina).await?;
    let expected = [&matter.case, &matter.goes, &matter.held_before, &matter.held_late];
    let expected: BTreeSet<String> = expected.into_iter().map(|document| set(document).to_owned()).collect();
    ensure!(listed(page) == expected, "{} documents are listed, {} were to be", listed(page).len(), expected.len());
    for (document, state) in [(&matter.held_before, "Säilytetään"), (&matter.goes, "Hävitetään")] {
        let told = row(page, set(document))?;
        ensure!(told.contains(state), "a document is not listed as {state}: {told}");
    }
    let path = page.path.clone();
    elina.submit("#hyvaksy", &[]).await?;
    ensure!(elina.page().count("#hyvaksy, #havita") == 0, "one person may go on alone");
    // The buttons are gone, so she posts where they would.
    for (act, code) in [("hyvaksy", "ROLE_FORBIDDEN"), ("havita", "RETENTION_LOCK")] {
        elina.open(PAGES).await?;
        let page = elina.forge("#laadi", &format!("{path}/{act}"), &[("vahvistan", "on")]).await?;
        ensure!(page.status == 403, "{act} by one person alone answers {}", page.status);
        page.must_show(code)?;
    }
    let mut antti = play.stage.archivist(ARCHIVISTS[1]).await?;
    antti.open(&path).await?;
    antti.submit("#hyvaksy", &[]).await?;
    ensure!(antti.page().count("#havita") == 1, "two have approved, and the list cannot be executed");
    Ok(path)
}

/// Keeps a document because a log investigation is going on.
async fn hold(archivist: &mut Browser, target: &str) -> Result<()> {
    archivist.open(PAGES).await?;
    let page = archivist.submit("#pida", &[("kohde", target), ("syy", "log_investigation")]).await?;
    ensure!(page.count(&format!("#pidot tr[data-key='{target}']")) == 1, "the hold is not told: {}", page.text());
    Ok(())
}

/// Makes a list of what is over today.
async fn list(archivist: &mut Browser) -> Result<&Page> {
    archivist.open(PAGES).await?;
    let page = archivist.submit("#laadi", &[]).await?;
    ensure!(page.status == 200 && page.path.starts_with(PAGES), "no list is made ({}): {}", page.status, page.text());
    Ok(page)
}

fn listed(page: &Page) -> BTreeSet<String> {
    page.attributes("#luettelo tr[data-key]", "data-key").into_iter().collect()
}

fn row(page: &Page, key: &str) -> Result<String> {
    page.text_of(&format!("#luettelo tr[data-key='{key}']"))
}

/// What Marja finds of Leena in 2037.
async fn left_in_the_register(play: &Play, leena: Person<'_>, matter: &Matter) -> Result<()> {
    let vendor = Vendor::open(&play.stage).await?;
    let marja: &Worker = vendor.worker(WORKER)?;
    let answer = vendor.own(marja, leena, QueryKind::Metadata).await?;
    let answer = answer.ok().context("Marja's search is refused")?;
    let left: BTreeSet<&str> = answer.rows.iter().map(|row| row.header.set_id.as_str()).collect();
    let expected = [&matter.relationship, &matter.case, &matter.held_before, &matter.held_late].map(set);
    ensure!(left == BTreeSet::from(expected), "{} documents are left, {} were to be", left.len(), expected.len());
    Ok(())
}
