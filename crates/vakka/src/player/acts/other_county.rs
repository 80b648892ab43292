//! Act 4: Sami has moved to another county (C.5). What no page of ours shows, its worker's own system asks over the wire;
//! what Sami denies and withdraws himself goes through the pages of his own view.

use super::Play;
use super::care_home::citizen_texts;
use super::night::{SAMI, sami};
use crate::demo::kit::Worker;
use crate::player::vendor::{Person, Vendor};
use anyhow::{Context, Result, bail, ensure};
use kanta::document::Header;
use kanta::ids::Situation;
use kanta::query::{DisclosureTerms, Query, QueryKind, QueryResponse};
use records::Lang;
use records::code::ServiceTask;
use records::consent::Will;
use records::id::{DocumentId, OrganisationId};

/// The worker of Rannikko-Savo.
const WORKER: &str = "oona";
/// The archivist of Järvi-Häme, who takes old documents in.
const ARCHIVIST: &str = "elina";
/// The controller whose documents are disclosed.
const DISCLOSER: &str = "1.2.246.10.99990015.10.0";
/// The other county.
const RECEIVER: &str = "1.2.246.10.99990023.10.0";
/// What Sami denies: the special services for substance abuse and dependency.
const DENIED: ServiceTask = ServiceTask::SubstanceAbuse;

/// A reason of a wide search, of code list 1.2.246.537.6.1299: earlier services bear on the present matter.
const EARLIER_HISTORY: &str = "AIEMMAT_TIEDOT";
/// Spring 2015, eleven years before anything went into the archive.
const LONG_AGO: &str = "2015-04-14T09:00:00Z";
const OLD_TEXT: &str = "Palvelutarpeen arviointi 14.4.2015: Sami asuu tukiasunnossa ja on opiskelemassa.";

/// A question about Sami, without any terms yet.
fn question(worker: &Worker, person: Person<'_>, kind: QueryKind) -> Result<Query> {
    let mut query = Query::new(kind, "1", OrganisationId::parse(&worker.organisation)?);
    query.client = Some(person.id()?);
    Ok(query)
}

fn wide(reason: &str) -> DisclosureTerms {
    DisclosureTerms { wide_search: Some(reason.to_owned()), ..DisclosureTerms::default() }
}

type Disclosed = Result<Box<QueryResponse>, String>;

/// What other controllers disclose, or the code of the refusal.
async fn asked(vendor: &Vendor, worker: &Worker, query: Query) -> Result<Disclosed> {
    let answer = vendor.ask(worker, query, Situation::DisclosurePermit).await?.found()?;
    if let Ok(answer) = &answer {
        let foreign = answer.rows.iter().all(|row| row.header.custodian.id.as_str() == DISCLOSER);
        ensure!(foreign, "a document of no other controller is among the disclosed");
    }
    Ok(answer)
}

async fn disclosed(
    vendor: &Vendor,
    worker: &Worker,
    person: Person<'_>,
    terms: DisclosureTerms,
) -> Result<Result<Vec<Header>, String>> {
    let query = Query { disclosure: terms, ..question(worker, person, QueryKind::DisclosureSearch)? };
    let answer = asked(vendor, worker, query).await?;
    Ok(answer.map(|answer| answer.rows.into_iter().map(|row| row.header).collect()))
}

async fn refused_as(vendor: &Vendor, worker: &Worker, person: Person<'_>, code: &str) -> Result<()> {
    match disclosed(vendor, worker, person, DisclosureTerms::default()).await? {
        Err(told) if told == code => Ok(()),
        Err(told) => bail!("the archive answers {told}, not {code}"),
        Ok(found) => bail!("{} documents are disclosed, and {code} was to be told", found.len()),
    }
}

async fn found(vendor: &Vendor, worker: &Worker, person: Person<'_>, terms: DisclosureTerms) -> Result<Vec<Header>> {
    let found = disclosed(vendor, worker, person, terms).await?;
    found.map_err(|code| anyhow::anyhow!("the search is refused: {code}"))
}

/// How many documents a fetch by OID gives; a denied one and one that is not there give none alike.
async fn fetched(vendor: &Vendor, worker: &Worker, person: Person<'_>, id: &DocumentId) -> Result<usize> {
    let query = Query { document: Some(id.clone()), ..question(worker, person, QueryKind::DisclosureFetch)? };
    let answer = asked(vendor, worker, query).await?;
    let answer = answer.map_err(|code| anyhow::anyhow!("the fetch is refused: {code}"))?;
    Ok(answer.rows.len().max(answer.documents.len()))
}

fn ids(headers: &[Header]) -> Vec<&DocumentId> {
    headers.iter().map(|header| &header.id).collect()
}

/// Step 1: nothing without informing, nothing without permission; with both the other county's documents.
pub async fn permission(play: &mut Play) -> Result<String> {
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, code) = (vendor.worker(WORKER)?, play.stage.code(SAMI)?);
    let (sami, task) = (sami(code), ServiceTask::WorkingAge);
    vendor.stored(oona, &vendor.relationship(oona, sami, task)?, "relationship").await?;
    vendor.stored(oona, &vendor.case(oona, sami, task)?, "case").await?;
    refused_as(&vendor, oona, sami, "NOT_INFORMED").await?;
    let informed = Will::Informing { informed: true, on: vendor.today(), representatives: Vec::new() };
    vendor.stored(oona, &vendor.will(oona, sami, informed, None)?, "informing").await?;
    refused_as(&vendor, oona, sami, "NO_CONSENT").await?;
    let given = Will::Permission { given: true, on: vendor.today(), representatives: Vec::new() };
    vendor.stored(oona, &vendor.will(oona, sami, given, None)?, "permission").await?;
    let found = found(&vendor, oona, sami, DisclosureTerms::default()).await?;
    ensure!(!found.is_empty(), "nothing is disclosed");
    Ok(format!("NOT_INFORMED, then NO_CONSENT, then {} documents of the first county", found.len()))
}

/// Sami denies in his own view: he chooses how widely and what, reads what follows from it, and sends it.
async fn deny(play: &Play, level: &str, target: &str) -> Result<()> {
    let mut citizen = play.stage.citizen(SAMI).await?;
    citizen.open("/luvat").await?.attribute("main a[href='/luvat/kielto']", "href")?;
    citizen.open("/luvat/kielto").await?.attribute(&format!("main a[href='/luvat/kielto/{level}']"), "href")?;
    citizen.open(&format!("/luvat/kielto/{level}")).await?;
    citizen.submit("#valitse", &[("kohde", target)]).await?.must_show("Kielto alkaa heti")?;
    citizen.submit("#kielto", &[]).await?.must_show("Kielto on voimassa nyt")?;
    Ok(())
}

/// Step 2: what Sami denies is gone, a service task as a whole and one document more, and no count tells of it.
pub async fn denial(play: &mut Play) -> Result<String> {
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, sami) = (vendor.worker(WORKER)?, sami(play.stage.code(SAMI)?));
    let before = found(&vendor, oona, sami, DisclosureTerms::default()).await?;
    let of_task = |header: &Header| header.tasks.iter().any(|task| task.code == DENIED.code());
    let (denied, rest): (Vec<Header>, Vec<Header>) = before.iter().cloned().partition(of_task);
    let entry = |header: &&Header| header.group.code == kanta::code::GROUP_CLIENT;
    let (Some(first), Some(one)) = (denied.first(), rest.iter().find(entry)) else {
        bail!("of {} documents {} are stopped by the task: both kinds are wanted", before.len(), denied.len())
    };
    ensure!(fetched(&vendor, oona, sami, &first.id).await? == 1, "what is not denied yet is not given");
    deny(play, "tehtava", DENIED.code()).await?;
    let after = found(&vendor, oona, sami, DisclosureTerms::default()).await?;
    // Whether a relationship document goes with the task stands in its rows, which no header tells; here only
    // what has a task of its own is judged, and the archive's tests judge the rows.
    let tasked = |headers: &[Header]| -> Vec<DocumentId> {
        let with_task = |header: &&Header| header.group.code != kanta::code::GROUP_RELATIONSHIP;
        headers.iter().filter(with_task).map(|header| header.id.clone()).collect()
    };
    ensure!(tasked(&after) == tasked(&rest), "{} documents are disclosed, {} were to be", after.len(), rest.len());
    ensure!(fetched(&vendor, oona, sami, &first.id).await? == 0, "a denied document is given by its OID");
    deny(play, "asiakirja", one.set_id.as_str()).await?;
    let mut citizen = play.stage.citizen(SAMI).await?;
    let denials = citizen.open("/luvat").await?.text_of("#kiellot")?;
    ensure!(denials.contains(DENIED.name(Lang::Fi)), "Sami's page does not show what he denied: {denials}");
    ensure!(!denials.contains("jota ei näytetä"), "Sami's page does not name the document that he denied: {denials}");
    let last = found(&vendor, oona, sami, DisclosureTerms::default()).await?;
    let rest_of_rest: Vec<&DocumentId> = ids(&after).into_iter().filter(|id| **id != one.id).collect();
    ensure!(ids(&last) == rest_of_rest, "{} documents are disclosed, {} were to be", last.len(), rest_of_rest.len());
    play.denied =
        before.iter().filter(|header| !ids(&last).contains(&&header.id)).map(|header| header.id.clone()).collect();
    Ok(format!("the task denied, {} of {} left; one document denied, {} left", after.len(), before.len(), last.len()))
}

/// Step 3: an old text document, and the plan without structure, come only by a wide search with its reason.
pub async fn old_document(play: &mut Play) -> Result<String> {
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, elina, sami) = (vendor.worker(WORKER)?, vendor.worker(ARCHIVIST)?, sami(play.stage.code(SAMI)?));
    let old = vendor.old(elina, sami, ServiceTask::WorkingAge, LONG_AGO.parse()?, OLD_TEXT)?;
    vendor.stored(elina, &old, "the old document").await?;
    let usual = found(&vendor, oona, sami, DisclosureTerms::default()).await?;
    let structured = usual.iter().all(|header| header.structure_oid.is_some());
    ensure!(structured && !usual.is_empty(), "without a wide search a text alone is disclosed, or nothing is");
    match disclosed(&vendor, oona, sami, wide("UTELIAISUUS")).await? {
        Err(code) if code == "CODE_INVALID" => {}
        Err(code) => bail!("the archive answers {code}, not CODE_INVALID"),
        Ok(_) => bail!("a reason that is not of the list opens the wide search"),
    }
    let more = found(&vendor, oona, sami, wide(EARLIER_HISTORY)).await?;
    ensure!(ids(&usual).iter().all(|id| ids(&more).contains(id)), "the wide search finds less than the usual one");
    ensure!(!more.iter().any(|header| play.denied.contains(&header.id)), "a wide search goes over a denial");
    let texts = more.iter().filter(|header| header.structure_oid.is_none()).count();
    ensure!(ids(&more).contains(&&old.header.id) && texts == 2, "the wide search finds {texts} texts, and 2 are there");
    let query = Query {
        disclosure: wide(EARLIER_HISTORY),
        document: Some(old.header.id.clone()),
        ..question(oona, sami, QueryKind::DisclosureFetch)?
    };
    let answer = asked(&vendor, oona, query).await?;
    let answer = answer.map_err(|code| anyhow::anyhow!("the fetch is refused: {code}"))?;
    let bytes = answer.documents.first().context("the old document is not given")?;
    let read = kanta::document::decode(bytes, &kanta::Limits::default());
    let read = read.map_err(|fault| anyhow::anyhow!("the old document is not readable: {fault:?}"))?;
    ensure!(read.document.body == old.body, "the old document comes back with another text");
    ensure!(!citizen_texts(play, SAMI).await?.contains("14.4.2015"), "Sami sees an old document, which none do");
    play.made(1);
    Ok(format!("{} by the usual search, {} by the wide one with its reason", usual.len(), more.len()))
}

/// Step 4: Sami sees to whom his data went and who looked at his permission, and withdraws it in his own view.
pub async fn withdrawn(play: &mut Play) -> Result<String> {
    let mut citizen = play.stage.citizen(SAMI).await?;
    let uses = citizen.open("/kaytto").await?.must_show("Rannikko-Savo")?;
    let row = format!("#kaytto tr[data-organisation='{RECEIVER}']");
    uses.attribute_where(&row, "data-action", |text| text.contains("Luvat ja kiellot"))?;
    let withdraw =
        citizen.open("/luvat").await?.attribute_where("main a.button", "href", |text| text == "Peru lupa")?;
    citizen.open(&withdraw).await?.must_show("Lupa päättyy heti")?;
    citizen.submit("#lupa", &[]).await?.must_show("Lupa on peruttu")?;
    citizen.open("/luvat").await?.must_show("Lupaa ei ole voimassa.")?;
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, sami) = (vendor.worker(WORKER)?, sami(play.stage.code(SAMI)?));
    refused_as(&vendor, oona, sami, "NO_CONSENT").await?;
    Ok("the other county stands in Sami's list; after the withdrawal the next search is refused".to_owned())
}
