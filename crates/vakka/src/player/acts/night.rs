//! Act 3: the night duty meets an unknown man, who turns out to be Sami (C.4, steps 1 and 2).
//!
//! No page of ours opens a client without an identity code, so Kaisa's system is a vendor's here.

use super::Play;
use super::care_home::citizen_texts;
use crate::demo::kit::Worker;
use crate::player::vendor::{Person, Vendor};
use anyhow::{Context, Result, bail, ensure};
use kanta::document::Document;
use kanta::query::QueryKind;
use records::code::ServiceTask;
use records::relationship::Relationship;
use std::collections::BTreeSet;

const WORKER: &str = "kaisa";
const ARCHIVIST: &str = "elina";
/// Sami in the cast.
pub const SAMI: &str = "Sami Virtala";
/// Whom Kaisa takes him for by a wrong click: a man who is no client of hers.
const ANOTHER: &str = "Mikko Lahtinen";

/// The man before anybody knows his name.
const UNKNOWN: Person<'static> =
    Person { code: "1.2.246.10.99990015.22.2026|010175-901Z", family: "Tuntematon", given: "Mies", born: Some("1975") };

const STATION: &str = "Mies tavattiin rautatieasemalla kello 2. Ei kerro nimeään, ikä arviolta 50 vuotta.";
const SHELTER: &str = "Mies ohjattiin selviämisasemalle. Sovittiin päihdetyön käynnistä aamulla.";
const PLAN: &str = "Asiakassuunnitelma: asunto, toimeentulo ja päihdetyön tuki.";

const CONFIRMED: &str = "Henkilöllisyys vahvistettu, ajokortti";
const UNDONE: &str = "Henkilöllisyyden vahvistus peruttu, väärä henkilö";
const MERGED: &str = "Yhdistetty vanhempaan asiakkuuteen.";

/// What the night left in the archive, each in its newest version.
pub struct Night {
    relationship: Document,
    case: Document,
    entries: [Document; 2],
}

impl Night {
    fn all(&self) -> [&Document; 4] {
        [&self.relationship, &self.case, &self.entries[0], &self.entries[1]]
    }

    fn sets(&self) -> BTreeSet<String> {
        self.all().into_iter().map(|document| document.header.set_id.as_str().to_owned()).collect()
    }
}

/// Sami as a worker takes him down.
pub fn sami(code: &str) -> Person<'_> {
    Person { code, family: "Virtala", given: "Sami Kristian", born: None }
}

/// Sets of the documents that Kaisa finds by a name, or the code of the refusal.
async fn found(vendor: &Vendor, kaisa: &Worker, person: Person<'_>) -> Result<Result<BTreeSet<String>, String>> {
    let answer = vendor.own(kaisa, person, QueryKind::Metadata).await?;
    Ok(answer.map(|answer| answer.rows.iter().map(|row| row.header.set_id.as_str().to_owned()).collect()))
}

async fn must_find(vendor: &Vendor, kaisa: &Worker, person: Person<'_>, sets: &BTreeSet<String>) -> Result<()> {
    match found(vendor, kaisa, person).await? {
        Ok(seen) if seen == *sets => Ok(()),
        Ok(seen) => bail!("{} documents are found, and {} were to be, the same ones", seen.len(), sets.len()),
        Err(code) => bail!("the search is refused: {code}"),
    }
}

/// Step 1: a client by a temporary id; what demands an identity code is not taken.
pub async fn unknown_man(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-10-03T02:10").await?;
    let vendor = Vendor::open(&play.stage).await?;
    let kaisa = vendor.worker(WORKER)?;
    let working = ServiceTask::WorkingAge;
    let relationship = vendor.relationship(kaisa, UNKNOWN, working)?;
    let case = vendor.case(kaisa, UNKNOWN, working)?;
    let entries = [
        vendor.entry(kaisa, UNKNOWN, &case, &[working], STATION)?,
        vendor.entry(kaisa, UNKNOWN, &case, &[working, ServiceTask::SubstanceAbuse], SHELTER)?,
    ];
    let night = Night { relationship, case, entries };
    for document in night.all() {
        vendor.stored(kaisa, document, "a document of the night").await?;
    }
    let plan = vendor.plan(kaisa, UNKNOWN, &night.case, PLAN)?;
    vendor.archive(kaisa, &plan).await?.must_be("TEMP_ID_NOT_ALLOWED", "a plan for a temporary id")?;
    must_find(&vendor, kaisa, UNKNOWN, &night.sets()).await?;
    play.night = Some(night);
    play.made(4);
    Ok("relationship, case and two entries stand under the temporary id; a client plan is refused".to_owned())
}

/// Step 2: he is Sami: new versions, one live relationship, either id finds all; a wrong join is undone before.
pub async fn is_sami(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-10-04T09:00").await?;
    let mut night = play.night.take().context("nobody was met in the night")?;
    let vendor = Vendor::open(&play.stage).await?;
    let kaisa = vendor.worker(WORKER)?;
    let sami = sami(play.stage.code(SAMI)?);
    let older = found(&vendor, kaisa, sami).await?;
    let older = older.map_err(|code| anyhow::anyhow!("Sami is no client of Kaisa's: {code}"))?;
    ensure!(older.is_disjoint(&night.sets()), "the unknown man's documents are Sami's before anybody said so");
    ensure!(!citizen_texts(play, SAMI).await?.contains("rautatieasemalla"), "Sami sees an unknown man's entry");
    wrong_click(play, &vendor, &mut night).await?;
    join(&vendor, kaisa, sami, &mut night).await?;
    let all: BTreeSet<String> = older.union(&night.sets()).cloned().collect();
    must_find(&vendor, kaisa, sami, &all).await?;
    must_find(&vendor, kaisa, UNKNOWN, &all).await?;
    let live = live_relationships(&vendor, kaisa, sami).await?;
    ensure!(live == 1, "Sami has {live} live relationships");
    let late = vendor.entry(kaisa, UNKNOWN, &night.case, &[ServiceTask::WorkingAge], "Myöhässä.")?;
    vendor.archive(kaisa, &late).await?.must_be("TEMP_ID_NOT_ALLOWED", "an entry by the joined id")?;
    vendor.stored(kaisa, &vendor.plan(kaisa, sami, &night.case, PLAN)?, "the same plan by his code").await?;
    let seen = citizen_texts(play, SAMI).await?;
    ensure!(seen.contains("rautatieasemalla") && seen.contains("selviämisasemalle"), "Sami does not see his entries");
    let versions = versions_of(play, &night).await?;
    ensure!(versions == [4, 2, 2, 2], "the archivist sees {versions:?} versions");
    play.made(7);
    Ok(format!("a wrong join undone; then {} documents by either id, one live relationship, seen by Sami", all.len()))
}

/// Kaisa clicks on another man, sees it and undoes it: the relationship alone has been joined.
async fn wrong_click(play: &Play, vendor: &Vendor, night: &mut Night) -> Result<()> {
    let kaisa = vendor.worker(WORKER)?;
    let another = Person { code: play.stage.code(ANOTHER)?, family: "Lahtinen", given: "Mikko Antero", born: None };
    let no_relation = Err("NO_CONTEXT_RELATION".to_owned());
    ensure!(found(vendor, kaisa, another).await? == no_relation, "{ANOTHER} is a client of Kaisa's already");
    let wrong = vendor.next_relationship(another, &night.relationship, CONFIRMED, |_| ())?;
    vendor.stored(kaisa, &wrong, "the wrong join").await?;
    must_find(vendor, kaisa, another, &night.sets()).await?;
    let undone = vendor.next_relationship(UNKNOWN, &wrong, UNDONE, |_| ())?;
    vendor.stored(kaisa, &undone, "its undoing").await?;
    ensure!(found(vendor, kaisa, another).await? == no_relation, "something is left under the wrong name");
    must_find(vendor, kaisa, UNKNOWN, &night.sets()).await?;
    night.relationship = undone;
    Ok(())
}

/// The relationship first, ended into the older one, then case and entries.
async fn join(vendor: &Vendor, kaisa: &Worker, sami: Person<'_>, night: &mut Night) -> Result<()> {
    let case = vendor.next_case(sami, &night.case, CONFIRMED, |case| case)?;
    vendor.archive(kaisa, &case).await?.must_be("CONTEXT_MISMATCH", "the case before its relationship")?;
    let second = vendor.next_relationship(sami, &night.relationship, CONFIRMED, |_| ())?;
    vendor.archive(kaisa, &second).await?.must_be("VERSION_CONFLICT", "a second live relationship")?;
    let today = Some(vendor.today());
    let merged = |relationship: &mut Relationship| {
        relationship.period.end = today;
        relationship.end_reason = Some(MERGED.to_owned());
        relationship.tasks.iter_mut().flat_map(|task| &mut task.organiser_units).for_each(|row| row.period.end = today);
    };
    night.relationship = vendor.next_relationship(sami, &night.relationship, CONFIRMED, merged)?;
    night.case = vendor.next_case(sami, &night.case, CONFIRMED, |case| case)?;
    for entry in &mut night.entries {
        *entry = vendor.next_entry(sami, entry, CONFIRMED)?;
    }
    for document in night.all() {
        vendor.stored(kaisa, document, "a document of the join").await?;
    }
    Ok(())
}

/// How many of the client's relationship documents have no end.
async fn live_relationships(vendor: &Vendor, kaisa: &Worker, person: Person<'_>) -> Result<usize> {
    let answer = vendor.own(kaisa, person, QueryKind::Document).await?;
    let answer = answer.map_err(|code| anyhow::anyhow!("the fetch is refused: {code}"))?;
    let mut live = 0;
    for (row, bytes) in answer.rows.iter().zip(&answer.documents) {
        if row.header.group.code != kanta::code::GROUP_RELATIONSHIP {
            continue;
        }
        let read = kanta::document::decode(bytes, &kanta::Limits::default());
        let read = read.map_err(|fault| anyhow::anyhow!("a relationship document is not readable: {fault:?}"))?;
        let json = serde_json::from_slice(read.document.body.json().context("a relationship without content")?)?;
        live += usize::from(Relationship::parse(&json)?.period.end.is_none());
    }
    Ok(live)
}

/// How many versions of each document the archivist sees.
async fn versions_of(play: &Play, night: &Night) -> Result<Vec<usize>> {
    let mut elina = play.stage.archivist(ARCHIVIST).await?;
    let mut versions = Vec::new();
    for document in night.all() {
        let page = elina.open(&format!("/arkisto/asiakirjat/{}", document.header.id)).await?;
        versions.push(page.count("#versiot tr[data-key]"));
    }
    Ok(versions)
}
