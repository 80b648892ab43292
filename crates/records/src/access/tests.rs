//! The decision, fact by fact, then as properties, then as a table for lawyers.

use super::*;
use crate::code::GeneralType;
use crate::grant::{GrantSource, Via};
use crate::joining::{Functions, JoiningModel, JoiningState};
use crate::relationship::UnitKind;
use jiff::civil::date;

mod disclosure;
mod disclosure_properties;
mod own_register;
mod properties;
mod register_right;

const CONTROLLER: &str = "1.2.246.10.99990015.10.0";
const PROVIDER: &str = "1.2.246.10.99990031.10.0";
const UNIT: &str = "1.2.246.10.99990031.10.31";
const OTHER_UNIT: &str = "1.2.246.10.99990031.10.32";
const ORGANISER_UNIT: &str = "1.2.246.10.99990015.10.11";
const CASE: &str = "1.2.246.10.99990015.95.2026.2.1001";
const TASK: ServiceTask = ServiceTask::Elderly;

fn organisation(oid: &str) -> OrganisationId {
    OrganisationId::parse(oid).unwrap()
}

fn unit(oid: &str) -> ServiceUnitId {
    ServiceUnitId::parse(oid).unwrap()
}

fn aino() -> ClientKey {
    ClientKey::new("aino")
}

fn eetu() -> ClientKey {
    ClientKey::new("eetu")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Liisa at Kielo Ahola, card in the reader.
fn liisa() -> Actor {
    Actor {
        organisation: organisation(PROVIDER),
        unit: unit(UNIT),
        duty: Duty::CarryingOut,
        own_tasks: vec![TASK],
        own_services: Vec::new(),
        login: LoginStrength::Card,
        access: None,
        may_use_special_reason: false,
    }
}

/// Marja at the organiser.
fn marja() -> Actor {
    Actor { organisation: organisation(CONTROLLER), unit: unit(ORGANISER_UNIT), duty: Duty::Arranging, ..liisa() }
}

fn entry() -> DocumentFacts {
    DocumentFacts {
        controller: organisation(CONTROLLER),
        clients: vec![aino()],
        case: Some(CaseId::parse(CASE).unwrap()),
        group: DocumentGroup::ClientDocument,
        type_code: "19007".into(),
        general_type: Some(GeneralType::Entry),
        tasks: vec![TASK],
        services: vec![SocialService::new("85")],
        process: Some(ServiceProcess::CarryingOut),
        unit: Some(unit(UNIT)),
        author_arc: organisation(PROVIDER).arc(),
        event_day: date(2026, 10, 5),
        needs_professional_signature: false,
        invalidated: false,
        set: None,
        form: DocumentForm::Structured,
        temporary_client: false,
    }
}

/// The organiser's decision on the granted service.
fn decision() -> DocumentFacts {
    DocumentFacts {
        type_code: "11000".into(),
        general_type: Some(GeneralType::Decision),
        process: Some(ServiceProcess::Arranging),
        unit: Some(unit(ORGANISER_UNIT)),
        author_arc: organisation(CONTROLLER).arc(),
        needs_professional_signature: true,
        ..entry()
    }
}

fn search() -> Subject {
    Subject {
        controller: organisation(CONTROLLER),
        clients: vec![aino()],
        case: Some(CaseId::parse(CASE).unwrap()),
        document: None,
    }
}

fn about(document: DocumentFacts) -> Subject {
    Subject {
        controller: organisation(CONTROLLER),
        clients: document.clients.clone(),
        case: document.case.clone(),
        document: Some(document),
    }
}

fn grant() -> Grant<ClientKey> {
    Grant {
        client: aino(),
        controller: organisation(CONTROLLER),
        task: TASK,
        services: vec![SocialService::new("85")],
        unit: unit(UNIT),
        provider: organisation(PROVIDER).arc(),
        via: Via::Provider,
        period: Period { start: date(2026, 9, 28), end: Some(date(2026, 11, 15)) },
        source: GrantSource { relationship: relationship_id(), document: None, version: 2 },
        revoked: None,
    }
}

fn relationship_id() -> RelationshipId {
    RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1001").unwrap()
}

fn case() -> CaseFacts {
    CaseFacts {
        id: CaseId::parse(CASE).unwrap(),
        controller: organisation(CONTROLLER),
        task: TASK,
        clients: vec![CaseMember { client: aino(), joined: None, left: None }],
        state: CaseState::Open,
        closed: None,
    }
}

fn all_functions() -> Joining {
    Joining::joined(Functions { own: true, rko: true, disclosure: true })
}

/// The 6th of October 2026: everybody has joined, the right is in force.
fn situation() -> Situation {
    let row = |oid, kind| UnitRelation {
        unit: unit(oid),
        period: Period { start: date(2026, 9, 7), end: None },
        task: Some(TASK),
        kind,
    };
    Situation {
        actor_joining: all_functions(),
        controller_joining: all_functions(),
        go_live: GoLive::from(date(2026, 9, 1)),
        relationships: vec![RelationshipFacts {
            client: aino(),
            id: relationship_id(),
            units: vec![row(ORGANISER_UNIT, UnitKind::Organiser), row(UNIT, UnitKind::Provider)],
        }],
        grants: vec![grant()],
        case: Some(case()),
        ..Situation::empty(at("2026-10-06T09:00:00Z"))
    }
}

/// The true cause and what is told.
fn refused(actor: &Actor, act: Act, subject: &Subject, situation: &Situation) -> (Refusal, Refusal) {
    let denied = decide(actor, act, subject, situation).expect_err("this has to be refused");
    (denied.refusal(), denied.told())
}

#[test]
fn fr_101_the_policy_is_the_one_that_was_read() {
    insta::assert_snapshot!("policy", policy_table());
}

#[test]
fn a_client_key_shows_nothing_in_debug() {
    assert_eq!(format!("{:?}", ClientKey::new("120243-934K")), "ClientKey(…)");
}
