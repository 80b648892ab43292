//! Changes of the client relationship document 1505.1, the whole of what the archive derives grants and relations from
//! (FR-08–FR-12). Ended rows stay in it with their end dates (B.5 invariant 4).

use jiff::civil::Date;
use records::Lang;
use records::code::{Code, ServiceTask, SocialService};
use records::id::{IdError, RegistrationNumber, RelationshipId, ServiceUnitId};
use records::relationship::{
    ProviderRow, Relationship, RelationshipClient, ResponsibleWorker, SubcontractorRow, TaskRow, UnitRow,
};
use records::time::Period;
use serde_json::json;

use crate::people::Person;
use crate::recording::content::Author;

/// What the first version says.
pub struct First<'a> {
    /// The relationship.
    pub oid: &'a RelationshipId,
    /// The client.
    pub client: &'a Person,
    /// First day.
    pub start: Date,
    /// The organiser's operating unit, as a code of the organisation register.
    pub operating_unit: Code,
    /// The responsible worker and the handling unit.
    pub worker: &'a Author,
    /// The worker's registration number.
    pub registration: Option<RegistrationNumber>,
    /// The service task of the case.
    pub task: ServiceTask,
}

/// Version 1.
///
/// # Errors
/// When the client's or the unit's identifier is damaged.
pub fn first(about: &First<'_>) -> Result<Relationship, IdError> {
    let person = about.client;
    let mut client = RelationshipClient::new(person.id()?, &person.family, &person.given);
    client.non_disclosure = person.protected;
    let mut contact = serde_json::Map::new();
    // Under turvakielto no address is recorded (functional specification 3.2 rule 6).
    if !person.protected && !person.street.is_empty() {
        let address = json!([{ "lahiosoite": person.street, "postinumero": person.postal_code,
            "postitoimipaikka": person.post_office }]);
        contact.insert("osoite".into(), address);
    }
    if !person.phone.is_empty() {
        contact.insert("puhelinnumero".into(), json!(person.phone));
    }
    if !contact.is_empty() {
        client.other.insert("yhteystiedot".into(), contact.into());
    }
    let mut whole = Relationship::new(about.oid.clone(), client, about.start, about.operating_unit.clone());
    whole.workers.push(ResponsibleWorker {
        family: about.worker.family.clone(),
        given: about.worker.given.clone(),
        unit: Some(about.worker.unit.clone()),
        registration: about.registration.clone(),
        phone: (!about.worker.phone.is_empty()).then(|| about.worker.phone.clone()),
        other: serde_json::Map::new(),
    });
    add_unit(&mut whole, about.task, &unit_of(&about.worker.unit)?, &about.worker.unit.display, about.start);
    Ok(whole)
}

fn unit_of(code: &Code) -> Result<ServiceUnitId, IdError> {
    ServiceUnitId::parse(&code.code)
}

/// Adds the organiser's unit under a task when it is not there; says whether something changed.
pub fn add_unit(whole: &mut Relationship, task: ServiceTask, unit: &ServiceUnitId, name: &str, start: Date) -> bool {
    let row = task_row(whole, task);
    if row.organiser_units.iter().any(|had| &had.unit == unit && had.period.end.is_none()) {
        return false;
    }
    row.organiser_units.push(UnitRow::new(unit.clone(), name, Period { start, end: None }));
    true
}

fn task_row(whole: &mut Relationship, task: ServiceTask) -> &mut TaskRow {
    let at = whole.tasks.iter().position(|row| row.task == task).unwrap_or_else(|| {
        whole.tasks.push(TaskRow::new(task, Lang::Fi));
        whole.tasks.len() - 1
    });
    &mut whole.tasks[at]
}

/// Adds a provider's row, which is the grant (functional specification 3.3 step 3). Refuses a second row of the same
/// unit and task whose days overlap (3.2 rule 2).
pub fn grant(
    whole: &mut Relationship,
    task: ServiceTask,
    service: &SocialService,
    unit: &ServiceUnitId,
    name: &str,
    period: Period,
) -> bool {
    let row = task_row(whole, task);
    if row.providers.iter().any(|had| &had.unit == unit && overlap(had.period, period)) {
        return false;
    }
    row.providers.push(ProviderRow::new(unit.clone(), name, vec![service.clone()], period));
    true
}

fn overlap(one: Period, other: Period) -> bool {
    one.end.is_none_or(|end| other.start <= end) && other.end.is_none_or(|end| one.start <= end)
}

/// Adds a subcontractor's row under the row of a provider's unit that is in force on its first day: a grant of its own,
/// which ends with the provider's at the latest (FR-18). Refuses one without a provider and a second that overlaps.
pub fn subcontract(
    whole: &mut Relationship,
    task: ServiceTask,
    provider: &ServiceUnitId,
    service: &SocialService,
    unit: &ServiceUnitId,
    name: &str,
    period: Period,
) -> bool {
    let row = task_row(whole, task);
    let covers = |had: Period| had.start <= period.start && had.end.is_none_or(|end| period.start <= end);
    let Some(above) = row.providers.iter_mut().find(|row| &row.unit == provider && covers(row.period)) else {
        return false;
    };
    if above.subcontractors.iter().any(|had| &had.unit == unit && overlap(had.period, period)) {
        return false;
    }
    above.subcontractors.push(SubcontractorRow::new(unit.clone(), name, vec![service.clone()], period));
    true
}

/// Ends a provider's or a subcontractor's row on a day: the row stays, with its last day. Says whether a row was found.
pub fn end_grant(whole: &mut Relationship, task: ServiceTask, unit: &ServiceUnitId, start: Date, end: Date) -> bool {
    let row = task_row(whole, task);
    if let Some(found) = row.providers.iter_mut().find(|row| &row.unit == unit && row.period.start == start) {
        found.period.end = Some(end);
        // Nobody works below a provider that has ended.
        for below in found.subcontractors.iter_mut().filter(|below| below.period.end.is_none_or(|had| had > end)) {
            below.period.end = Some(end.max(below.period.start));
        }
        return true;
    }
    let mut below = row.providers.iter_mut().flat_map(|row| row.subcontractors.iter_mut());
    let found = below.find(|row| &row.unit == unit && row.period.start == start);
    found.map(|row| row.period.end = Some(end)).is_some()
}

/// Takes a mistaken grant away at once: the row disappears from the newest version (3.3 step 8).
pub fn withdraw_grant(whole: &mut Relationship, task: ServiceTask, unit: &ServiceUnitId, start: Date) -> bool {
    let row = task_row(whole, task);
    let count = |row: &TaskRow| row.providers.iter().map(|one| 1 + one.subcontractors.len()).sum::<usize>();
    let before = count(row);
    row.providers.retain(|row| &row.unit != unit || row.period.start != start);
    for above in &mut row.providers {
        above.subcontractors.retain(|row| &row.unit != unit || row.period.start != start);
    }
    count(row) < before
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use records::id::{HETU_ROOT, Oid};

    fn unit(oid: &str) -> Code {
        Code::organisation(&Oid::parse(oid).unwrap(), "Yksikkö")
    }

    fn whole() -> Relationship {
        let client = Person {
            root: HETU_ROOT.into(),
            code: "120243-934K".into(),
            family: "Korpela".into(),
            given: "Aino".into(),
            ..Person::default()
        };
        let worker = Author {
            family: "Salo".into(),
            given: "Marja".into(),
            title: "palveluohjaaja".into(),
            unit: unit("1.2.246.10.99990015.10.11"),
            phone: "019 000 0000".into(),
        };
        first(&First {
            oid: &RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1001").unwrap(),
            client: &client,
            start: date(2026, 9, 7),
            operating_unit: unit("1.2.246.10.99990015.10.0"),
            worker: &worker,
            task: ServiceTask::Elderly,
            registration: None,
        })
        .unwrap()
    }

    fn ahola() -> ServiceUnitId {
        ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap()
    }

    fn give(whole: &mut Relationship) -> bool {
        let period = Period { start: date(2026, 9, 28), end: None };
        grant(whole, ServiceTask::Elderly, &SocialService::new("85"), &ahola(), "Kielo Ahola", period)
    }

    #[test]
    fn fr_10_an_ended_row_stays_with_its_last_day() {
        let mut whole = whole();
        assert!(give(&mut whole));
        assert!(end_grant(&mut whole, ServiceTask::Elderly, &ahola(), date(2026, 9, 28), date(2026, 11, 15)));
        let row = &whole.tasks[0].providers[0];
        assert_eq!(row.period, Period { start: date(2026, 9, 28), end: Some(date(2026, 11, 15)) });
        assert!(!end_grant(&mut whole, ServiceTask::Elderly, &ahola(), date(2026, 9, 29), date(2026, 11, 15)));
    }

    #[test]
    fn fr_10_a_second_row_of_the_same_unit_and_days_is_refused() {
        let mut whole = whole();
        assert!(give(&mut whole));
        assert!(!give(&mut whole));
    }

    #[test]
    fn a_mistaken_row_is_withdrawn_and_nothing_else() {
        let mut whole = whole();
        let before = whole.to_json();
        assert!(give(&mut whole));
        assert!(withdraw_grant(&mut whole, ServiceTask::Elderly, &ahola(), date(2026, 9, 28)));
        assert_eq!(whole.to_json(), before);
    }

    #[test]
    fn fr_12_the_first_version_names_the_responsible_worker_with_a_phone() {
        let whole = whole();
        assert_eq!(whole.workers[0].phone.as_deref(), Some("019 000 0000"));
        assert!(records::relationship::check(&whole).is_empty());
    }

    #[test]
    fn the_same_unit_is_not_added_twice() {
        let mut whole = whole();
        let own = ServiceUnitId::parse("1.2.246.10.99990015.10.11").unwrap();
        assert!(!add_unit(&mut whole, ServiceTask::Elderly, &own, "Yksikkö", date(2026, 9, 8)));
        assert!(add_unit(&mut whole, ServiceTask::Disability, &own, "Yksikkö", date(2026, 9, 8)));
        assert_eq!(whole.tasks.len(), 2);
    }
}
