//! The client relationship (asiakkuus) and its document 1505.1: what rules need of it, and how it is written.
//!
//! The document is the base of every verification of context: its organiser rows are the relation of the own register,
//! its provider rows are the register access rights (functional specification 3.2, 3.3, 3.9).

mod rows;
mod rules;

pub use rows::{ProviderRow, RelatedPerson, ResponsibleWorker, SubcontractorRow, TaskRow, UnitRow};
pub use rules::{RelationFault, check, check_successor};

use crate::Lang;
use crate::code::{Code, ServiceTask};
use crate::grant::{Grant, GrantSource, Via};
use crate::id::{ClientId, DocumentId, Oid, OrganisationId, RelationshipId, ServiceUnitId};
use crate::projection::{Node, Other, ProjectionError, put, put_client, put_other, redacted};
use crate::time::Period;
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The root key of the JSON form.
pub const ROOT_KEY: &str = "asiakkuusasiakirja";
/// The structure that [`Relationship::to_json`] writes.
pub const STRUCTURE: &str = "1.2.246.537.6.1505.1.2023.6.1";

/// A client relationship as one version of its document tells it.
#[derive(Clone, PartialEq)]
pub struct Relationship {
    /// The relationship's own identifier; missing only in old (pre-Kanta) ones.
    pub id: Option<RelationshipId>,
    /// The one client. The document is personal also in a joint case (FR-09).
    pub client: RelationshipClient,
    /// Whether this is old data archived apart (vanha asiakkuus).
    pub old: bool,
    /// Start and end of the relationship.
    pub period: Period,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// The organiser's operating unit (toimintayksikkö); missing only in old ones.
    pub operating_unit: Option<Code>,
    /// The organiser's units that are not under a task.
    pub organiser_units: Vec<UnitRow>,
    /// Workers responsible for the services (FR-12).
    pub workers: Vec<ResponsibleWorker>,
    /// The service tasks with the units that work in them.
    pub tasks: Vec<TaskRow>,
    /// People related to the client.
    pub related: Vec<RelatedPerson>,
    /// When the client is a client of child protection.
    pub child_protection: Option<Period>,
    /// Everything else.
    pub other: Other,
}

/// The client of a relationship.
#[derive(Clone, PartialEq)]
pub struct RelationshipClient {
    /// The identifier: a personal identity code or a temporary id.
    pub id: ClientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Date of birth as written; it may be a year or a month only.
    pub birth: Option<String>,
    /// Non-disclosure for personal safety (turvakielto); the switch is mandatory.
    pub non_disclosure: bool,
    /// Last day of the non-disclosure.
    pub non_disclosure_until: Option<Date>,
    /// Everything else.
    pub other: Other,
}

redacted!(Relationship RelationshipClient);

impl RelationshipClient {
    /// A client without non-disclosure and with nothing else known.
    pub fn new(id: ClientId, family: impl Into<String>, given: impl Into<String>) -> Self {
        let birth = id.hetu().map(|code| code.birth_date().to_string());
        let (family, given) = (family.into(), given.into());
        Self { id, family, given, birth, non_disclosure: false, non_disclosure_until: None, other: Map::new() }
    }
}

impl Relationship {
    /// A new relationship that starts on the day, without any row yet.
    pub fn new(id: RelationshipId, client: RelationshipClient, start: Date, operating_unit: Code) -> Self {
        Self {
            id: Some(id),
            client,
            old: false,
            period: Period { start, end: None },
            end_reason: None,
            operating_unit: Some(operating_unit),
            organiser_units: Vec::new(),
            workers: Vec::new(),
            tasks: Vec::new(),
            related: Vec::new(),
            child_protection: None,
            other: Map::new(),
        }
    }

    /// Reads the JSON form of structure 1505.1. Whether it obeys the rules is told by [`check`].
    ///
    /// # Errors
    /// [`ProjectionError`] with the path of the first field that is missing or wrong.
    pub fn parse(value: &Value) -> Result<Self, ProjectionError> {
        let root = Node::root(value, ROOT_KEY)?;
        let head =
            root.object("sosiaalihuollon_asiakkuus")?.ok_or_else(|| root.missing("sosiaalihuollon_asiakkuus"))?;
        let old = head.flag("vanha_asiakkuus")?.unwrap_or(false);
        let id = match root.tunnus("asiakkuuden_yksilointitunnus")? {
            Some((_, text)) => {
                let wrong = root.identifier("asiakkuuden_yksilointitunnus");
                Some(RelationshipId::parse(&text).map_err(wrong)?)
            }
            None if old => None,
            None => return Err(root.missing("asiakkuuden_yksilointitunnus")),
        };
        let operating_unit = root.code("palvelunjarjestajan_toimintayksikko")?;
        if operating_unit.is_none() && !old {
            return Err(root.missing("palvelunjarjestajan_toimintayksikko"));
        }
        let client = root.object("asiakas")?.ok_or_else(|| root.missing("asiakas"))?;
        let protection = root.object("lastensuojelun_asiakkuus")?;
        Ok(Self {
            id,
            client: read_client(&client)?,
            old,
            period: rows::period(&head, "asiakkuuden_alkamispvm", "asiakkuuden_paattymispvm")?,
            end_reason: head.text("asiakkuuden_paattymisen_perustelu")?,
            operating_unit,
            organiser_units: read_all(&root, "palvelunjarjestajan_palveluyksikko", UnitRow::read)?,
            workers: read_all(&root, "palveluista_vastaava_tyontekija", ResponsibleWorker::read)?,
            tasks: read_all(&root, "sosiaalihuollon_palvelutehtava", TaskRow::read)?,
            related: read_all(&root, "asiakkaaseen_liittyvat_henkilot", RelatedPerson::read)?,
            child_protection: protection.map(|node| read_protection(&node)).transpose()?.flatten(),
            other: root.other(READ),
        })
    }

    /// Writes the JSON form of structure 1505.1, with everything that was read and not understood.
    pub fn to_json(&self) -> Value {
        let mut map = Map::new();
        put(&mut map, "asiakkuuden_yksilointitunnus", self.id.as_ref().map(|id| json!({ "value": id.as_str() })));
        map.insert("asiakas".into(), write_client(&self.client));
        put_rows(&mut map, "asiakkaaseen_liittyvat_henkilot", self.related.iter().map(RelatedPerson::write));
        let mut head = Map::new();
        put(&mut head, "vanha_asiakkuus", self.old.then_some(true));
        rows::put_period(&mut head, self.period);
        put(&mut head, "asiakkuuden_paattymisen_perustelu", self.end_reason.clone());
        map.insert("sosiaalihuollon_asiakkuus".into(), Value::Object(head));
        put(&mut map, "palvelunjarjestajan_toimintayksikko", self.operating_unit.as_ref().map(Code::to_json));
        put_rows(&mut map, "palvelunjarjestajan_palveluyksikko", self.organiser_units.iter().map(UnitRow::write));
        put_rows(&mut map, "palveluista_vastaava_tyontekija", self.workers.iter().map(ResponsibleWorker::write));
        put_rows(&mut map, "sosiaalihuollon_palvelutehtava", self.tasks.iter().map(TaskRow::write));
        put(&mut map, "lastensuojelun_asiakkuus", self.child_protection.map(write_protection));
        put_other(&mut map, &self.other);
        json!({ ROOT_KEY: map })
    }

    /// The row of a task, made when it is missing.
    pub fn task_mut(&mut self, task: ServiceTask, lang: Lang) -> &mut TaskRow {
        let at = self.tasks.iter().position(|row| row.task == task);
        let at = at.unwrap_or_else(|| {
            self.tasks.push(TaskRow::new(task, lang));
            self.tasks.len() - 1
        });
        &mut self.tasks[at]
    }

    /// Every unit row, flat, with its task: the relation that own-register reading rests on.
    pub fn units(&self) -> Vec<UnitRelation> {
        let relation = |unit: &ServiceUnitId, period: Period, task, kind| UnitRelation {
            unit: unit.clone(),
            period: clip(period, self.period.end),
            task,
            kind,
        };
        let mut units: Vec<_> =
            self.organiser_units.iter().map(|r| relation(&r.unit, r.period, None, UnitKind::Organiser)).collect();
        for row in &self.tasks {
            let task = Some(row.task);
            units.extend(row.organiser_units.iter().map(|r| relation(&r.unit, r.period, task, UnitKind::Organiser)));
            for provider in &row.providers {
                units.push(relation(&provider.unit, provider.period, task, UnitKind::Provider));
                let below = &provider.subcontractors;
                units.extend(below.iter().map(|r| relation(&r.unit, r.period, task, UnitKind::Subcontractor)));
            }
        }
        units
    }
}

/// A unit that works with the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRelation {
    /// The unit.
    pub unit: ServiceUnitId,
    /// When; never past the end of the relationship.
    pub period: Period,
    /// In which task; `None` for organiser rows that stand above the tasks.
    pub task: Option<ServiceTask>,
    /// Whose unit it is.
    pub kind: UnitKind,
}

/// Whose unit stands in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum UnitKind {
    /// The organiser's own unit.
    Organiser,
    /// A provider's.
    Provider,
    /// A subcontractor's.
    Subcontractor,
}

/// The register access rights that this version gives in the controller's register (functional specification 3.3).
///
/// Rows of the controller's own units give none: they need none. `document` and `version` say where the rows stand.
pub fn grants(
    relationship: &Relationship,
    controller: &OrganisationId,
    document: Option<&DocumentId>,
    version: u32,
) -> Vec<Grant> {
    let Some(id) = &relationship.id else { return Vec::new() };
    let source = GrantSource { relationship: id.clone(), document: document.cloned(), version };
    let give = |task, services: &[_], unit: &ServiceUnitId, period, via| Grant {
        client: relationship.client.id.clone(),
        controller: controller.clone(),
        task,
        services: services.to_vec(),
        unit: unit.clone(),
        provider: arc_of(unit),
        via,
        period: clip(period, relationship.period.end),
        source: source.clone(),
        revoked: None,
    };
    let mut all = Vec::new();
    for row in &relationship.tasks {
        for provider in &row.providers {
            all.push(give(row.task, &provider.services, &provider.unit, provider.period, Via::Provider));
            for sub in &provider.subcontractors {
                let services = if sub.services.is_empty() { &provider.services } else { &sub.services };
                let via = Via::Subcontractor { provider_unit: provider.unit.clone() };
                all.push(give(row.task, services, &sub.unit, clip(sub.period, provider.period.end), via));
            }
        }
    }
    all.retain(|grant| {
        !grant.unit.belongs_to(controller) && grant.period.end.is_none_or(|end| grant.period.start <= end)
    });
    all
}

/// The arc of the organisation that a unit belongs to.
pub fn arc_of(unit: &ServiceUnitId) -> Oid {
    OrganisationId(unit.0.clone()).arc()
}

/// Keys of the root that the projection reads and writes itself.
const READ: &[&str] = &[
    "asiakkuuden_yksilointitunnus",
    "asiakas",
    "asiakkaaseen_liittyvat_henkilot",
    "sosiaalihuollon_asiakkuus",
    "palvelunjarjestajan_toimintayksikko",
    "palvelunjarjestajan_palveluyksikko",
    "palveluista_vastaava_tyontekija",
    "sosiaalihuollon_palvelutehtava",
    "lastensuojelun_asiakkuus",
];

/// Keys of the client that the projection reads and writes itself.
const READ_CLIENT: &[&str] = &[
    "sukunimi",
    "etunimet",
    "henkilotunnus",
    "tilapainen_yksilointitunnus",
    "syntymaaika",
    "turvakielto",
    "turvakiellon_paattymispaiva",
];

/// A row lasts at most as long as what it stands under.
fn clip(period: Period, end: Option<Date>) -> Period {
    let end = match (period.end, end) {
        (Some(own), Some(outer)) => Some(own.min(outer)),
        (own, outer) => own.or(outer),
    };
    Period { start: period.start, end }
}

fn read_all<'a, T>(
    node: &Node<'a>,
    key: &str,
    read: impl Fn(&Node<'a>) -> Result<T, ProjectionError>,
) -> Result<Vec<T>, ProjectionError> {
    node.objects(key)?.iter().map(read).collect()
}

fn put_rows(map: &mut Other, key: &str, rows: impl Iterator<Item = Value>) {
    let rows: Vec<Value> = rows.collect();
    put(map, key, (!rows.is_empty()).then_some(rows));
}

fn read_client(node: &Node) -> Result<RelationshipClient, ProjectionError> {
    Ok(RelationshipClient {
        id: node.client()?,
        family: node.name("sukunimi")?,
        given: node.name("etunimet")?,
        birth: node.text("syntymaaika")?,
        non_disclosure: node.flag("turvakielto")?.ok_or_else(|| node.missing("turvakielto"))?,
        non_disclosure_until: node.date("turvakiellon_paattymispaiva")?,
        other: node.other(READ_CLIENT),
    })
}

fn write_client(client: &RelationshipClient) -> Value {
    let mut map = Map::new();
    map.insert("sukunimi".into(), client.family.clone().into());
    map.insert("etunimet".into(), client.given.clone().into());
    put_client(&mut map, &client.id);
    put(&mut map, "syntymaaika", client.birth.clone());
    map.insert("turvakielto".into(), client.non_disclosure.into());
    put(&mut map, "turvakiellon_paattymispaiva", client.non_disclosure_until.map(|day| day.to_string()));
    put_other(&mut map, &client.other);
    Value::Object(map)
}

fn read_protection(node: &Node) -> Result<Option<Period>, ProjectionError> {
    let Some(start) = node.date("lastensuojelun_asiakkuuden_alkamispvm")? else { return Ok(None) };
    Ok(Some(Period { start, end: node.date("lastensuojelun_asiakkuuden_paattymispvm")? }))
}

fn write_protection(period: Period) -> Value {
    let mut map = Map::new();
    map.insert("lastensuojelun_asiakkuuden_alkamispvm".into(), period.start.to_string().into());
    put(&mut map, "lastensuojelun_asiakkuuden_paattymispvm", period.end.map(|day| day.to_string()));
    Value::Object(map)
}

#[cfg(test)]
mod tests;
