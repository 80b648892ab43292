//! From the relationship document: who the client is, the units, the workers, the risks.

use super::{content, view::View};
use crate::queries::found::Row;
use jiff::civil::Date;
use kanta::{
    Code,
    query::summary::{Address, AddressKind, ClientSummary, Person, Related, Relationship, Risk, Unit, Worker},
};
use records::{
    Lang,
    code::{ServiceTask, SocialService},
    id::ServiceUnitId,
    relationship::{self, RelatedPerson, RelationshipClient, ResponsibleWorker, TaskRow, UnitKind},
    time::Period,
};
use serde_json::Value;

/// Fills what the relationship document tells. One that cannot be read leaves its parts out.
pub fn fill(summary: &mut ClientSummary, row: &Row, json: &Value, view: &View<'_>, today: Date) {
    let Ok(read) = relationship::Relationship::parse(json) else { return };
    summary.person = Some(person(&read.client, view));
    summary.risks = risks(&read, today);
    summary.relationship = part(&read, row, view);
}

fn person(client: &RelationshipClient, view: &View<'_>) -> Person {
    let other = Value::Object(client.other.clone());
    let contacts = other.get("yhteystiedot").unwrap_or(&Value::Null);
    let hidden = view.hides_place(client.non_disclosure, content::yes(&other, "salaiset_yhteystiedot"));
    let municipality = other.get("kotikunta").and_then(|group| content::named(group, "kunta"));
    Person {
        id: client.id.clone(),
        family: client.family.clone(),
        given: client.given.clone(),
        birth: client.birth.clone(),
        non_disclosure: client.non_disclosure,
        non_disclosure_until: client.non_disclosure_until,
        municipality: municipality.filter(|_| !hidden),
        mother_tongue: content::named(&other, "aidinkieli"),
        service_language: content::named(&other, "asiointikieli"),
        interpreter: other.get("tulkkaustiedot").is_some_and(|group| content::yes(group, "tulkkauksen_tarve")),
        phone: content::text(contacts, "puhelinnumero"),
        email: content::text(contacts, "sahkopostiosoite").filter(|_| !hidden),
        addresses: addresses(contacts, hidden),
    }
}

/// Under non-disclosure only the contact address that the client has given to the population register.
fn addresses(contacts: &Value, hidden: bool) -> Vec<Address> {
    let of = |key: &str, kind: AddressKind| -> Vec<Address> {
        let each = content::each(contacts, key).into_iter().filter_map(content::address);
        each.map(|text| Address { kind, text }).collect()
    };
    let mut all = of("yhteysosoite", AddressKind::Contact);
    if !hidden {
        all.extend(of("osoite", AddressKind::Home));
        all.extend(of("tilapainen_osoite", AddressKind::Temporary));
    }
    all
}

fn risks(read: &relationship::Relationship, today: Date) -> Vec<Risk> {
    let rows = read.other.get("riskitieto").and_then(Value::as_array).into_iter().flatten();
    let risk = |row: &Value| {
        let to = content::day(row, "maaraaikaisen_riskitiedon_paattymispaiva");
        Some(Risk {
            from: content::day(row, "riskitiedon_alkamispaiva"),
            to,
            text: content::text(row, "riskin_kuvaus")?,
        })
    };
    rows.filter_map(risk).filter(|risk| risk.to.is_none_or(|last| last >= today)).collect()
}

fn part(read: &relationship::Relationship, row: &Row, view: &View<'_>) -> Option<Relationship> {
    let (whole, protects) = (view.covers(row), read.client.non_disclosure);
    Some(Relationship {
        id: read.id.clone()?,
        source: whole.then(|| row.document.clone()),
        started: read.period.start,
        ended: read.period.end,
        end_reason: read.end_reason.clone().filter(|_| whole),
        // That somebody is a client of child protection tells of another task.
        child_protection: read.child_protection.filter(|_| whole).map(|period| period.start),
        child_protection_until: read.child_protection.filter(|_| whole).and_then(|period| period.end),
        units: units(read, view, whole, protects),
        workers: workers(read, view, whole, protects),
        related: read.related.iter().map(related).collect(),
    })
}

/// All rows, or the asker's own.
fn units(read: &relationship::Relationship, view: &View<'_>, whole: bool, protects: bool) -> Vec<Unit> {
    let row = |unit: &ServiceUnitId, name: &str, kind, task: Option<ServiceTask>, given: &[SocialService], period| {
        (whole || view.own(unit)).then(|| {
            let hidden = view.protects(unit.as_str(), protects);
            let Period { start: from, end: to } = period;
            Unit {
                id: (!hidden).then(|| unit.clone()),
                name: if hidden { view.controller_name().to_owned() } else { name.to_owned() },
                kind,
                task: task.map(|task| task.to_code(Lang::Fi).into()),
                services: given.iter().map(|service| Code::from(service.to_code(Lang::Fi))).collect(),
                from,
                to,
            }
        })
    };
    let mut all: Vec<Option<Unit>> = Vec::new();
    let organiser =
        |one: &relationship::UnitRow, task| row(&one.unit, &one.name, UnitKind::Organiser, task, &[], one.period);
    all.extend(read.organiser_units.iter().map(|one| organiser(one, None)));
    for task in &read.tasks {
        all.extend(task.organiser_units.iter().map(|one| organiser(one, Some(task.task))));
        for one in &task.providers {
            all.push(row(&one.unit, &one.name, UnitKind::Provider, Some(task.task), &one.services, one.period));
            all.extend(one.subcontractors.iter().map(|sub| {
                row(&sub.unit, &sub.name, UnitKind::Subcontractor, Some(task.task), &sub.services, sub.period)
            }));
        }
    }
    all.into_iter().flatten().collect()
}

/// All responsible workers, or those of the organiser's units in a task in which the asker has a row: another's name
/// and unit would tell of another service.
fn workers(read: &relationship::Relationship, view: &View<'_>, whole: bool, protects: bool) -> Vec<Worker> {
    let own_task = |task: &&TaskRow| {
        let subs = task.providers.iter().flat_map(|one| one.subcontractors.iter().map(|sub| &sub.unit));
        task.providers.iter().map(|one| &one.unit).chain(subs).any(|unit| view.own(unit))
    };
    let near: Vec<&str> = read
        .tasks
        .iter()
        .filter(own_task)
        .flat_map(|task| task.organiser_units.iter().map(|one| one.unit.as_str()))
        .collect();
    let shown = |worker: &&ResponsibleWorker| {
        whole || worker.unit.as_ref().is_some_and(|unit| near.contains(&unit.code.as_str()))
    };
    let part = |worker: &ResponsibleWorker| {
        let hidden = worker.unit.as_ref().is_some_and(|unit| view.protects(&unit.code, protects));
        let unit = worker.unit.as_ref().map(|unit| if hidden { view.controller_name() } else { &unit.display });
        Worker {
            family: worker.family.clone(),
            given: worker.given.clone(),
            unit: unit.filter(|name| !name.is_empty()).map(str::to_owned),
            registration: worker.registration.clone(),
            phone: worker.phone.clone(),
        }
    };
    read.workers.iter().filter(shown).map(part).collect()
}

/// FR-60: no contact data of a person under non-disclosure who does not represent the client.
fn related(person: &RelatedPerson) -> Related {
    let contacts = person.other.get("yhteystiedot").unwrap_or(&Value::Null);
    let hidden = person.non_disclosure && !person.represents();
    let known = person.roles.iter().map(|role| role.name(Lang::Fi).to_owned());
    Related {
        family: person.family.clone(),
        given: person.given.clone(),
        roles: known.chain(person.other_roles.iter().map(|role| role.display.clone())).collect(),
        authority: person.authority.clone(),
        non_disclosure: person.non_disclosure,
        phone: content::text(contacts, "puhelinnumero").filter(|_| !hidden),
    }
}
