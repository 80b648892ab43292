//! Act 4: Sami has moved to another county (C.5). What no page of ours shows, its worker's own system asks over the wire.

use super::Play;
use crate::demo::kit::Worker;
use crate::player::vendor::{Person, Reply, Vendor};
use anyhow::{Result, bail, ensure};
use kanta::document::Document;
use kanta::ids::Situation;
use kanta::query::{Query, QueryKind};
use records::code::ServiceTask;
use records::consent::{Denial, Target, Will};
use records::id::OrganisationId;

/// The worker of Rannikko-Savo.
const WORKER: &str = "oona";
const SAMI: &str = "Sami Virtala";
/// The controller whose documents are disclosed.
const DISCLOSER: &str = "1.2.246.10.99990015.10.0";

/// Sami as the other county takes him down.
fn sami(code: &str) -> Person<'_> {
    Person { hetu: code, family: "Virtala", given: "Sami Kristian" }
}

/// OIDs of what other controllers disclose, or the code of the refusal.
async fn disclosed(vendor: &Vendor, worker: &Worker, person: Person<'_>) -> Result<Result<Vec<String>, String>> {
    let mut query = Query::new(QueryKind::DisclosureSearch, "1", OrganisationId::parse(&worker.organisation)?);
    query.client = Some(person.id()?);
    let reply = vendor.ask(worker, query, Situation::DisclosurePermit).await?;
    let code = reply.code().to_owned();
    match reply {
        Reply::Answer(answer) if code == "AA" => {
            let foreign = answer.rows.iter().all(|row| row.header.custodian.id.as_str() == DISCLOSER);
            ensure!(foreign, "a document of no other controller is among the disclosed");
            Ok(Ok(answer.rows.iter().map(|row| row.header.id.as_str().to_owned()).collect()))
        }
        _ => Ok(Err(code)),
    }
}

async fn refused_as(vendor: &Vendor, worker: &Worker, person: Person<'_>, code: &str) -> Result<()> {
    match disclosed(vendor, worker, person).await? {
        Err(told) if told == code => Ok(()),
        Err(told) => bail!("the archive answers {told}, not {code}"),
        Ok(found) => bail!("{} documents are disclosed, and {code} was to be told", found.len()),
    }
}

async fn found(vendor: &Vendor, worker: &Worker, person: Person<'_>) -> Result<Vec<String>> {
    disclosed(vendor, worker, person).await?.map_err(|code| anyhow::anyhow!("the search is refused: {code}"))
}

async fn stored(vendor: &Vendor, worker: &Worker, document: &Document, what: &str) -> Result<()> {
    vendor.archive(worker, document).await?.must_be("AA", what)
}

/// Step 1: nothing without informing, nothing without permission; with both the other county's documents.
pub async fn permission(play: &mut Play) -> Result<String> {
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, code) = (vendor.worker(WORKER)?, play.stage.code(SAMI)?);
    let (sami, task) = (sami(code), ServiceTask::WorkingAge);
    stored(&vendor, oona, &vendor.relationship(oona, sami, task)?, "relationship").await?;
    stored(&vendor, oona, &vendor.case(oona, sami, task)?, "case").await?;
    refused_as(&vendor, oona, sami, "NOT_INFORMED").await?;
    let informed = Will::Informing { informed: true, on: vendor.today(), representatives: Vec::new() };
    stored(&vendor, oona, &vendor.will(oona, sami, informed, None)?, "informing").await?;
    refused_as(&vendor, oona, sami, "NO_CONSENT").await?;
    let given = Will::Permission { given: true, on: vendor.today(), representatives: Vec::new() };
    let given = vendor.will(oona, sami, given, None)?;
    stored(&vendor, oona, &given, "permission").await?;
    let found = found(&vendor, oona, sami).await?;
    ensure!(!found.is_empty(), "nothing is disclosed");
    play.permission = Some(given);
    Ok(format!("NOT_INFORMED, then NO_CONSENT, then {} documents of the first county", found.len()))
}

/// Step 2: what Sami denies is gone, and no count tells of it.
pub async fn denial(play: &mut Play) -> Result<String> {
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, sami) = (vendor.worker(WORKER)?, sami(play.stage.code(SAMI)?));
    let before = found(&vendor, oona, sami).await?;
    let Some(denied) = before.first() else { bail!("nothing is disclosed that could be denied") };
    let target = Target::Document(denied.clone());
    let denials = Will::Denials(vec![Denial { target, set_on: vendor.today(), representatives: Vec::new() }]);
    stored(&vendor, oona, &vendor.will(oona, sami, denials, None)?, "denial").await?;
    let after = found(&vendor, oona, sami).await?;
    let rest: Vec<String> = before.iter().filter(|one| *one != denied).cloned().collect();
    ensure!(after == rest, "{} documents are disclosed, {} were to be", after.len(), rest.len());
    Ok(format!("one document denied, {} of {} left", after.len(), before.len()))
}

/// Step 4: Sami sees to whom his data went, and withdraws the permission.
pub async fn withdrawn(play: &mut Play) -> Result<String> {
    let mut citizen = play.stage.citizen(SAMI).await?;
    citizen.open("/kaytto").await?.must_show("Rannikko-Savo")?;
    let vendor = Vendor::open(&play.stage).await?;
    let (oona, sami) = (vendor.worker(WORKER)?, sami(play.stage.code(SAMI)?));
    let no = Will::Permission { given: false, on: vendor.today(), representatives: Vec::new() };
    let no = vendor.will(oona, sami, no, play.permission.as_ref())?;
    stored(&vendor, oona, &no, "withdrawal").await?;
    refused_as(&vendor, oona, sami, "NO_CONSENT").await?;
    Ok("the other county stands in Sami's list; after the withdrawal the next search is refused".to_owned())
}
