//! The own register (FR-49…51) and the decree's matrix (FR-101).

use super::*;

fn own_entry() -> DocumentFacts {
    DocumentFacts { unit: Some(unit(ORGANISER_UNIT)), author_arc: organisation(CONTROLLER).arc(), ..entry() }
}

#[test]
fn fr_49_a_search_returns_only_what_the_duty_covers() {
    let found = decide(&marja(), Act::Search, &search(), &situation()).unwrap();
    assert_eq!(found.ground().code(), "relationship");
    assert!(found.covers(&decision()));
    let child = DocumentFacts { tasks: vec![ServiceTask::ChildProtection], ..decision() };
    assert!(!found.covers(&child));
    assert_eq!(refused(&marja(), Act::Read, &about(child), &situation()).0, Refusal::RoleForbidden);
}

#[test]
fn fr_50_without_a_relation_of_the_unit_the_search_is_refused() {
    let elsewhere = Actor { unit: unit("1.2.246.10.99990015.10.12"), ..marja() };
    let refusal = (Refusal::NoContextRelation, Refusal::NoContextRelation);
    assert_eq!(refused(&elsewhere, Act::Search, &search(), &situation()), refusal);
    let mut ended = situation();
    ended.relationships[0].units[0].period.end = Some(date(2026, 10, 5));
    assert_eq!(refused(&marja(), Act::Search, &search(), &ended), refusal);
    let none = Situation { relationships: Vec::new(), ..situation() };
    assert_eq!(refused(&marja(), Act::Search, &search(), &none), refusal);
}

#[test]
fn fr_50_a_given_matter_is_a_relation_too() {
    let elsewhere = Actor { unit: unit("1.2.246.10.99990015.10.12"), ..marja() };
    let assigned = Situation { assigned: true, ..situation() };
    assert_eq!(*decide(&elsewhere, Act::Search, &search(), &assigned).unwrap().ground(), Ground::Assigned);
}

#[test]
fn fr_51_a_special_reason_opens_one_client_for_a_day() {
    let kaisa = Actor {
        unit: unit("1.2.246.10.99990015.10.14"),
        duty: Duty::BroadResponsibility,
        may_use_special_reason: true,
        ..marja()
    };
    let given = |text_characters, since: &str| Situation {
        reason: Some(GivenReason { reason: SpecialReason::UrgentHelp, text_characters, since: at(since) }),
        ..situation()
    };
    let fresh = given(25, "2026-10-06T08:00:00Z");
    assert_eq!(decide(&kaisa, Act::Search, &search(), &fresh).unwrap().ground().code(), "special_reason");
    let cause = |actor: &Actor, moment: &Situation| refused(actor, Act::Search, &search(), moment).0;
    assert_eq!(cause(&kaisa, &given(19, "2026-10-06T08:00:00Z")), Refusal::ReasonRequired);
    assert_eq!(cause(&kaisa, &given(25, "2026-10-05T09:00:00Z")), Refusal::NoContextRelation);
    let without_role = Actor { may_use_special_reason: false, ..kaisa };
    assert_eq!(cause(&without_role, &fresh), Refusal::RoleForbidden);
}

#[test]
fn fr_51_a_special_reason_does_not_open_anothers_register() {
    let moment = Situation {
        grants: Vec::new(),
        reason: Some(GivenReason {
            reason: SpecialReason::UrgentHelp,
            text_characters: 40,
            since: at("2026-10-06T08:00:00Z"),
        }),
        ..situation()
    };
    let actor = Actor { may_use_special_reason: true, ..liisa() };
    assert_eq!(refused(&actor, Act::Search, &search(), &moment).1, Refusal::RkoNotValid);
}

#[test]
fn fr_03_a_document_without_a_known_case_is_refused() {
    let mut without = about(own_entry());
    without.case = None;
    assert_eq!(refused(&marja(), Act::Write, &without, &situation()).1, Refusal::ContextMissing);
    let unknown = Situation { case: None, ..situation() };
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &unknown).1, Refusal::CaseUnknown);
}

#[test]
fn fr_27_the_register_of_the_document_is_that_of_its_case() {
    let mut moment = situation();
    moment.case.as_mut().unwrap().controller = organisation(PROVIDER);
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &moment).1, Refusal::RegisterMismatch);
    let own_register = DocumentFacts { controller: organisation(PROVIDER), ..entry() };
    let subject = Subject { controller: organisation(PROVIDER), ..about(own_register) };
    assert_eq!(refused(&liisa(), Act::Write, &subject, &situation()).1, Refusal::RegisterMismatch);
}

#[test]
fn fr_63_a_document_names_only_clients_of_the_case_on_the_day() {
    let mut moment = situation();
    moment.case.as_mut().unwrap().clients[0].left = Some(date(2026, 10, 4));
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &moment).0, Refusal::CaseClientMismatch);
    moment.case.as_mut().unwrap().clients[0].left = Some(date(2026, 10, 5));
    assert!(decide(&marja(), Act::Write, &about(own_entry()), &moment).is_ok());
}

#[test]
fn fr_08_a_document_before_the_relationship_is_refused_but_the_relationship_itself_is_taken() {
    let none = Situation { relationships: Vec::new(), ..situation() };
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &none).1, Refusal::ClientrelMissing);
    let first = DocumentFacts { group: DocumentGroup::Relationship, type_code: "1505.1".into(), ..own_entry() };
    assert_eq!(*decide(&marja(), Act::Write, &about(first.clone()), &none).unwrap().ground(), Ground::Opening);
    let carer = Actor { duty: Duty::CarryingOut, ..marja() };
    assert_eq!(refused(&carer, Act::Write, &about(first), &none).0, Refusal::NoContextRelation);
}

#[test]
fn a_right_that_is_not_in_force_gives_nothing() {
    let ended = Actor { access: Some(Period { start: date(2026, 1, 1), end: Some(date(2026, 10, 5)) }), ..marja() };
    assert_eq!(refused(&ended, Act::Search, &search(), &situation()).1, Refusal::AccessExpired);
}

#[test]
fn fr_101_the_denied_groups_stay_closed_to_broad_responsibility() {
    let broad = Actor { duty: Duty::BroadResponsibility, ..marja() };
    let found = decide(&broad, Act::Search, &search(), &situation()).unwrap();
    let of = |type_code: &str, service: &str| DocumentFacts {
        type_code: type_code.into(),
        services: vec![SocialService::new(service)],
        ..own_entry()
    };
    assert!(found.covers(&of("19007", "85")));
    for hidden in [
        of("19007", SocialService::MEDIATION),
        of("19007", SocialService::SHELTER),
        of("1011", SocialService::SHELTER),
        of("19014", "85"),
        of("19015", "85"),
    ] {
        assert!(!found.covers(&hidden), "{}", hidden.type_code);
    }
    let child = Actor { duty: Duty::ChildsSocialWorker, ..marja() };
    let found = decide(&child, Act::Search, &search(), &situation()).unwrap();
    assert!(found.covers(&of("19007", SocialService::SHELTER)) && !found.covers(&of("19014", "85")));
}

#[test]
fn fr_101_mediation_sees_its_own_and_nothing_else() {
    let mediator = Actor { duty: Duty::Mediation, own_tasks: vec![ServiceTask::FamilyLaw], ..marja() };
    let found = decide(&mediator, Act::Search, &search(), &situation()).unwrap();
    assert!(!found.covers(&own_entry()));
    let own = DocumentFacts { services: vec![SocialService::new(SocialService::MEDIATION)], ..own_entry() };
    assert!(found.covers(&own));
}

#[test]
fn fr_31_only_an_organiser_may_leave_the_service_empty_and_nobody_the_process() {
    let without = DocumentFacts { services: Vec::new(), process: Some(ServiceProcess::Initiation), ..own_entry() };
    assert!(decide(&marja(), Act::Write, &about(without.clone()), &situation()).is_ok());
    let mut mandatory = situation();
    mandatory.settings.social_service_mandatory = true;
    assert_eq!(refused(&marja(), Act::Write, &about(without), &mandatory).1, Refusal::ContextMissing);
    let no_process = DocumentFacts { process: None, ..own_entry() };
    assert_eq!(refused(&marja(), Act::Write, &about(no_process), &situation()).1, Refusal::ContextMissing);
}

#[test]
fn who_only_carries_out_writes_nothing_else() {
    let carer = Actor { duty: Duty::CarryingOut, own_services: vec![SocialService::new("85")], ..marja() };
    assert!(decide(&carer, Act::Write, &about(own_entry()), &situation()).is_ok());
    assert!(decide(&carer, Act::Read, &about(decision()), &situation()).is_ok());
    assert_eq!(refused(&carer, Act::Write, &about(decision()), &situation()).0, Refusal::RoleForbidden);
    let therapy = DocumentFacts { type_code: "19014".into(), ..own_entry() };
    assert!(decide(&carer, Act::Write, &about(therapy.clone()), &situation()).is_ok());
    assert_eq!(refused(&marja(), Act::Write, &about(therapy), &situation()).0, Refusal::RoleForbidden);
}

#[test]
fn fr_24_the_own_register_too_is_open_only_to_who_has_joined() {
    let suspended = Joining { state: JoiningState::Suspended, ..all_functions() };
    let moment = Situation { controller_joining: suspended, ..situation() };
    assert_eq!(refused(&marja(), Act::Search, &search(), &moment).1, Refusal::OrgNotJoined);
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &moment).1, Refusal::OrgNotJoined);
}

#[test]
fn fr_31_a_document_in_another_task_or_unit_than_its_context_is_refused() {
    let other_task = DocumentFacts { tasks: vec![ServiceTask::WorkingAge], ..own_entry() };
    assert_eq!(refused(&marja(), Act::Write, &about(other_task.clone()), &situation()).1, Refusal::ContextMismatch);
    let both = DocumentFacts { tasks: vec![ServiceTask::WorkingAge, TASK], ..other_task };
    assert!(decide(&marja(), Act::Write, &about(both), &situation()).is_ok());
    let other_unit = DocumentFacts { unit: Some(unit("1.2.246.10.99990015.10.12")), ..own_entry() };
    assert_eq!(refused(&marja(), Act::Write, &about(other_unit), &situation()).1, Refusal::UnitMismatch);
}

#[test]
fn fr_07_the_late_window_of_a_closed_case_ends() {
    let closed = Some(CaseFacts { state: CaseState::Closed, closed: Some(date(2026, 10, 5)), ..case() });
    let on = |now: &str| Situation { now: at(now), case: closed.clone(), ..situation() };
    assert!(decide(&marja(), Act::Write, &about(own_entry()), &on("2027-01-03T09:00:00Z")).is_ok());
    let after = on("2027-01-04T09:00:00Z");
    assert_eq!(refused(&marja(), Act::Write, &about(own_entry()), &after).1, Refusal::CaseClosed);
}

#[test]
fn fr_27_a_document_of_another_controller_is_not_written_through_this_register() {
    let subject = Subject {
        document: Some(DocumentFacts { controller: organisation(PROVIDER), ..own_entry() }),
        ..about(own_entry())
    };
    assert_eq!(refused(&marja(), Act::Write, &subject, &situation()).0, Refusal::RegisterMismatch);
}

#[test]
fn an_invalidated_document_is_neither_found_nor_read() {
    let void = DocumentFacts { invalidated: true, ..own_entry() };
    assert!(!decide(&marja(), Act::Search, &search(), &situation()).unwrap().covers(&void));
    assert_eq!(refused(&marja(), Act::Read, &about(void.clone()), &situation()).0, Refusal::DocInvalidated);
    assert_eq!(refused(&marja(), Act::Correct, &about(void), &situation()).0, Refusal::DocInvalidated);
}
