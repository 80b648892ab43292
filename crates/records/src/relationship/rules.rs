//! The rules of the client relationship (functional specification 3.2) that no schema can state.

use super::{Relationship, UnitKind};
use crate::Lang;
use crate::code::{ServiceTask, pick};
use crate::id::ServiceUnitId;
use crate::time::Period;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// What a relationship document breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RelationFault {
    /// An end lies before its start.
    EndBeforeStart {
        /// The row's unit; `None` for the relationship itself.
        unit: Option<ServiceUnitId>,
    },
    /// Two rows of the same unit and task overlap (rule 2).
    OverlappingRows {
        /// The task; `None` for rows above the tasks.
        task: Option<ServiceTask>,
        /// The unit.
        unit: ServiceUnitId,
    },
    /// Neither of the two groups of organiser units has a row.
    NoOrganiserUnit,
    /// Place or contact data stand in the document though the client is under non-disclosure (rule 6, FR-60).
    PlaceShown {
        /// The field.
        field: &'static str,
    },
    /// Contacts of a related person under non-disclosure who does not represent the client (rule 5, FR-60).
    RelatedContactsShown,
    /// A related person with role 31–34 has no authority written.
    AuthorityMissing,
    /// The relationship has ended but gives no day for a row that is still open.
    OpenRowInEnded {
        /// The row's unit.
        unit: ServiceUnitId,
    },
    /// The new version is of another relationship.
    OtherRelationship,
    /// The new version is of another client.
    OtherClient,
    /// A row that had ended is missing from the new version (FR-10).
    EndedRowMissing {
        /// The task; `None` for rows above the tasks.
        task: Option<ServiceTask>,
        /// The unit.
        unit: ServiceUnitId,
    },
}

impl RelationFault {
    /// One sentence for the worker.
    pub fn sentence(&self, lang: Lang) -> &'static str {
        let texts = match self {
            Self::EndBeforeStart { .. } => [
                "Päättymispäivä on ennen alkamispäivää.",
                "Slutdatumet är före startdatumet.",
                "The end is before the start.",
            ],
            Self::OverlappingRows { .. } => [
                "Samalla yksiköllä on kaksi päällekkäistä riviä samassa palvelutehtävässä.",
                "Samma enhet har två överlappande rader i samma serviceuppgift.",
                "The same unit has two overlapping rows in the same service task.",
            ],
            Self::NoOrganiserUnit => [
                "Palvelunjärjestäjän palveluyksikkö puuttuu.",
                "Tjänsteanordnarens serviceenhet saknas.",
                "The organiser's service unit is missing.",
            ],
            Self::PlaceShown { .. } => [
                "Asiakkaalla on turvakielto: kotikuntaa ja osoitetietoja ei saa olla asiakirjalla.",
                "Klienten har spärrmarkering: hemkommun och adressuppgifter får inte finnas i handlingen.",
                "The client is under non-disclosure: municipality and address must not be in the document.",
            ],
            Self::RelatedContactsShown => [
                "Turvakiellossa olevan läheisen yhteystietoja ei saa olla asiakirjalla.",
                "Kontaktuppgifter till en närstående med spärrmarkering får inte finnas i handlingen.",
                "Contacts of a related person under non-disclosure must not be in the document.",
            ],
            Self::AuthorityMissing => [
                "Laillisen edustajan toimivalta puuttuu.",
                "Den lagliga företrädarens behörighet saknas.",
                "The representative's authority is missing.",
            ],
            Self::OpenRowInEnded { .. } => [
                "Asiakkuus on päättynyt, mutta yksikön rivillä ei ole päättymispäivää.",
                "Klientrelationen är avslutad men enhetens rad saknar slutdatum.",
                "The relationship has ended but a unit's row has no end.",
            ],
            Self::OtherRelationship | Self::OtherClient => [
                "Uusi versio koskee toista asiakasta tai asiakkuutta.",
                "Den nya versionen gäller en annan klient eller klientrelation.",
                "The new version is of another client or relationship.",
            ],
            Self::EndedRowMissing { .. } => [
                "Päättynyt yksikkö puuttuu uudesta versiosta; päättyneet yksiköt on säilytettävä.",
                "En avslutad enhet saknas i den nya versionen; avslutade enheter ska finnas kvar.",
                "An ended unit is missing from the new version; ended units must be kept.",
            ],
        };
        pick(texts, lang)
    }
}

/// Checks one version by itself. Old relationships (vanha asiakkuus) need no units.
pub fn check(relationship: &Relationship) -> Vec<RelationFault> {
    let mut faults = Vec::new();
    if ends_before_start(relationship.period) {
        faults.push(RelationFault::EndBeforeStart { unit: None });
    }
    check_rows(relationship, &mut faults);
    let any_task_unit = relationship.tasks.iter().any(|row| !row.organiser_units.is_empty());
    if !relationship.old && relationship.organiser_units.is_empty() && !any_task_unit {
        faults.push(RelationFault::NoOrganiserUnit);
    }
    if relationship.client.non_disclosure {
        faults.extend(
            place_shown(&relationship.client.other).into_iter().map(|field| RelationFault::PlaceShown { field }),
        );
    }
    for person in &relationship.related {
        if person.represents() && person.authority.as_deref().is_none_or(|text| text.trim().is_empty()) {
            faults.push(RelationFault::AuthorityMissing);
        }
        if person.non_disclosure && !person.represents() && person.other.get("yhteystiedot").is_some_and(has_content) {
            faults.push(RelationFault::RelatedContactsShown);
        }
    }
    faults
}

/// Checks that `new` may follow `old`: same relationship and client (a temporary id may become a personal identity
/// code), and every row that had ended by `day` is still there (FR-10, invariant B.5/4).
pub fn check_successor(old: &Relationship, new: &Relationship, day: Date) -> Vec<RelationFault> {
    let mut faults = check(new);
    if old.id != new.id {
        faults.push(RelationFault::OtherRelationship);
    }
    let identified = old.client.id.hetu().is_none() && new.client.id.hetu().is_some();
    if old.client.id != new.client.id && !identified {
        faults.push(RelationFault::OtherClient);
    }
    let kept = rows(new);
    for row in rows(old) {
        let ended = row.period.end.is_some_and(|end| end < day);
        let same = |other: &Row| {
            (other.task, other.kind, other.unit, other.period.start) == (row.task, row.kind, row.unit, row.period.start)
                && other.period.end.is_some()
        };
        if ended && !kept.iter().any(same) {
            faults.push(RelationFault::EndedRowMissing { task: row.task, unit: row.unit.clone() });
        }
    }
    faults
}

/// A row as written, its period not shortened by what it stands under.
struct Row<'a> {
    task: Option<ServiceTask>,
    kind: UnitKind,
    unit: &'a ServiceUnitId,
    period: Period,
}

fn rows(relationship: &Relationship) -> Vec<Row<'_>> {
    let mut all = Vec::new();
    for row in &relationship.organiser_units {
        all.push(Row { task: None, kind: UnitKind::Organiser, unit: &row.unit, period: row.period });
    }
    for task_row in &relationship.tasks {
        let task = Some(task_row.task);
        for row in &task_row.organiser_units {
            all.push(Row { task, kind: UnitKind::Organiser, unit: &row.unit, period: row.period });
        }
        for provider in &task_row.providers {
            all.push(Row { task, kind: UnitKind::Provider, unit: &provider.unit, period: provider.period });
            for sub in &provider.subcontractors {
                all.push(Row { task, kind: UnitKind::Subcontractor, unit: &sub.unit, period: sub.period });
            }
        }
    }
    all
}

fn check_rows(relationship: &Relationship, faults: &mut Vec<RelationFault>) {
    let all = rows(relationship);
    for (index, row) in all.iter().enumerate() {
        if ends_before_start(row.period) {
            faults.push(RelationFault::EndBeforeStart { unit: Some(row.unit.clone()) });
        }
        let twin = |other: &&Row| other.task == row.task && other.unit == row.unit && overlap(other.period, row.period);
        if all[index + 1..].iter().any(|other| twin(&other)) {
            faults.push(RelationFault::OverlappingRows { task: row.task, unit: row.unit.clone() });
        }
        if relationship.period.end.is_some() && row.period.end.is_none() {
            faults.push(RelationFault::OpenRowInEnded { unit: row.unit.clone() });
        }
    }
}

fn ends_before_start(period: Period) -> bool {
    period.end.is_some_and(|end| end < period.start)
}

fn overlap(one: Period, other: Period) -> bool {
    one.end.is_none_or(|end| other.start <= end) && other.end.is_none_or(|end| one.start <= end)
}

/// The fields of a client under non-disclosure that must not be filled: all of place and contacts but the phone and
/// the contact address given to the population register.
fn place_shown(client: &Map<String, Value>) -> Vec<&'static str> {
    let mut shown = Vec::new();
    for field in ["kotikunta", "tilapainen_asuinkunta"] {
        if client.get(field).is_some_and(has_content) {
            shown.push(field);
        }
    }
    let contacts = client.get("yhteystiedot").and_then(Value::as_object);
    for field in ["osoite", "tilapainen_osoite", "sahkopostiosoite"] {
        if contacts.and_then(|map| map.get(field)).is_some_and(has_content) {
            shown.push(field);
        }
    }
    shown
}

fn has_content(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(rows) => rows.iter().any(has_content),
        Value::Object(map) => map.values().any(has_content),
        Value::Bool(_) | Value::Number(_) => true,
    }
}
