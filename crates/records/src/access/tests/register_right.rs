//! The register access right (FR-13…25).

use super::*;

#[test]
fn fr_13_with_a_grant_the_client_is_found_and_own_documents_are_stored() {
    let found = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    assert_eq!(found.ground().code(), "register_right");
    assert_eq!(found.ground().reference(), grant().key());
    assert!(found.covers(&decision()) && found.covers(&entry()));
    assert!(decide(&liisa(), Act::Write, &about(entry()), &situation()).is_ok());
}

#[test]
fn fr_13_before_the_row_every_search_and_store_is_rko_not_valid() {
    let none = Situation { grants: Vec::new(), ..situation() };
    assert_eq!(refused(&liisa(), Act::Search, &search(), &none).1, Refusal::RkoNotValid);
    assert_eq!(refused(&liisa(), Act::Write, &about(entry()), &none).1, Refusal::RkoNotValid);
    let future = Situation { now: at("2026-09-27T20:59:59Z"), ..situation() };
    assert_eq!(refused(&liisa(), Act::Search, &search(), &future).1, Refusal::RkoNotValid);
}

#[test]
fn fr_14_a_grant_is_for_one_client() {
    let mut other = search();
    other.clients = vec![eetu()];
    let mut moment = situation();
    moment.case.as_mut().unwrap().clients.push(CaseMember { client: eetu(), joined: None, left: None });
    assert_eq!(refused(&liisa(), Act::Search, &other, &moment), (Refusal::RkoNotValid, Refusal::RkoNotValid));
    let joint = DocumentFacts { clients: vec![aino(), eetu()], ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(joint.clone()), &moment).1, Refusal::RkoNotValid);
    let both = Subject { clients: vec![aino(), eetu()], ..search() };
    let found = decide(&liisa(), Act::Search, &both, &moment).unwrap();
    assert!(found.covers(&entry()) && !found.covers(&joint), "a joint document needs a grant for each client");
}

#[test]
fn fr_16_without_a_card_the_search_is_refused() {
    for login in [LoginStrength::Password, LoginStrength::SecondFactor] {
        let actor = Actor { login, ..liisa() };
        let strong = Refusal::StrongAuthRequired;
        assert_eq!(refused(&actor, Act::Search, &search(), &situation()), (strong, strong));
        assert_eq!(refused(&actor, Act::Read, &about(entry()), &situation()), (strong, strong));
    }
}

#[test]
fn fr_46_without_a_card_an_entry_is_stored_unless_strict() {
    let joni = Actor { login: LoginStrength::SecondFactor, ..liisa() };
    assert!(decide(&joni, Act::Write, &about(entry()), &situation()).is_ok());
    let mut strict = situation();
    strict.settings.strict = true;
    assert_eq!(refused(&joni, Act::Write, &about(entry()), &strict).0, Refusal::StrongAuthRequired);
    assert!(decide(&liisa(), Act::Write, &about(entry()), &strict).is_ok());
}

#[test]
fn fr_17_another_unit_of_the_same_company_gets_nothing_and_is_not_told_why() {
    let henna = Actor { unit: unit(OTHER_UNIT), ..liisa() };
    let answer = (Refusal::UnitMismatch, Refusal::RkoNotValid);
    assert_eq!(refused(&henna, Act::Search, &search(), &situation()), answer);
    let written = DocumentFacts { unit: Some(unit(OTHER_UNIT)), ..entry() };
    assert_eq!(refused(&henna, Act::Write, &about(written.clone()), &situation()), answer);
    assert_eq!(refused(&liisa(), Act::Write, &about(written), &situation()), answer);
}

#[test]
fn fr_17_a_unit_of_another_company_does_not_work_for_this_one() {
    let stranger = Actor { organisation: organisation("1.2.246.10.99990058.10.0"), ..liisa() };
    assert_eq!(refused(&stranger, Act::Search, &search(), &situation()).1, Refusal::RkoNotValid);
}

#[test]
fn fr_21_the_right_ends_at_midnight_finnish_time() {
    let last = Situation { now: at("2026-11-15T21:59:59Z"), ..situation() };
    assert!(decide(&liisa(), Act::Search, &search(), &last).is_ok());
    let after = Situation { now: at("2026-11-15T22:00:00Z"), ..situation() };
    let refusal = (Refusal::RkoNotValid, Refusal::RkoNotValid);
    assert_eq!(refused(&liisa(), Act::Search, &search(), &after), refusal);
    assert_eq!(refused(&liisa(), Act::Read, &about(entry()), &after), refusal);
}

#[test]
fn fr_22_late_entries_about_the_period_are_taken_in_the_grace_time_only() {
    let grace = Situation { now: at("2026-12-10T09:00:00Z"), ..situation() };
    assert!(decide(&liisa(), Act::Write, &about(entry()), &grace).is_ok());
    let later = DocumentFacts { event_day: date(2026, 11, 16), ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(later), &grace).1, Refusal::RkoNotValid);
    let ended = Situation { now: at("2026-12-16T09:00:00Z"), ..situation() };
    assert_eq!(refused(&liisa(), Act::Write, &about(entry()), &ended).1, Refusal::RkoNotValid);
}

#[test]
fn fr_22_a_grant_taken_back_as_a_mistake_has_no_grace() {
    let mut moment = situation();
    moment.grants[0].revoked = Some(at("2026-10-06T08:00:00Z"));
    for act in [Act::Search, Act::Read, Act::Write, Act::Correct] {
        assert_eq!(refused(&liisa(), act, &about(entry()), &moment).1, Refusal::RkoNotValid, "{}", act.code());
    }
}

#[test]
fn fr_23_only_own_documents_are_corrected_inside_the_grace_time() {
    let grace = Situation { now: at("2026-12-10T09:00:00Z"), ..situation() };
    assert!(decide(&liisa(), Act::Correct, &about(entry()), &grace).is_ok());
    let organisers = DocumentFacts { author_arc: organisation(CONTROLLER).arc(), ..entry() };
    let not_author = (Refusal::NotAuthor, Refusal::NotAuthor);
    assert_eq!(refused(&liisa(), Act::Correct, &about(organisers.clone()), &grace), not_author);
    assert_eq!(refused(&liisa(), Act::Invalidate, &about(organisers), &grace), not_author);
}

#[test]
fn fr_24_both_parties_must_have_joined_with_the_function() {
    let refusal = (Refusal::OrgNotJoined, Refusal::OrgNotJoined);
    let without = Joining::joined(Functions { own: true, rko: false, disclosure: true });
    let suspended = Joining { state: JoiningState::Suspended, ..all_functions() };
    for joining in [without, suspended, Joining::none(), Joining { patient_system: true, ..all_functions() }] {
        let actor = Situation { actor_joining: joining.clone(), ..situation() };
        let controller = Situation { controller_joining: joining, ..situation() };
        assert_eq!(refused(&liisa(), Act::Search, &search(), &actor), refusal);
        assert_eq!(refused(&liisa(), Act::Write, &about(entry()), &controller), refusal);
    }
}

#[test]
fn fr_88_a_guest_in_the_organisers_system_needs_no_joining_of_its_own() {
    let model = JoiningModel::Parallel { organiser: organisation(CONTROLLER) };
    let guest = Situation { actor_joining: Joining { model, ..Joining::none() }, ..situation() };
    assert!(decide(&liisa(), Act::Search, &search(), &guest).is_ok());
    let model = JoiningModel::Parallel { organiser: organisation("1.2.246.10.99990023.10.0") };
    let elsewhere = Situation { actor_joining: Joining { model, ..Joining::none() }, ..situation() };
    assert_eq!(refused(&liisa(), Act::Search, &search(), &elsewhere).0, Refusal::OrgNotJoined);
}

#[test]
fn fr_25_before_go_live_nothing_is_taken_and_the_requester_is_told() {
    let mut waiting = situation();
    waiting.go_live.tasks.insert(TASK, date(2026, 11, 1));
    let refusal = (Refusal::GoLiveNotReached, Refusal::GoLiveNotReached);
    assert_eq!(refused(&liisa(), Act::Write, &about(entry()), &waiting), refusal);
    assert_eq!(refused(&liisa(), Act::Search, &search(), &waiting), refusal);
    waiting.now = at("2026-10-31T22:00:00Z");
    assert!(decide(&liisa(), Act::Write, &about(entry()), &waiting).is_ok());
}

#[test]
fn fr_25_before_go_live_a_document_waits_for_that_and_not_for_its_right() {
    let waiting = Situation { grants: Vec::new(), go_live: GoLive::from(date(2026, 11, 1)), ..situation() };
    assert_eq!(refused(&liisa(), Act::Write, &about(entry()), &waiting).1, Refusal::GoLiveNotReached);
    assert_eq!(refused(&liisa(), Act::Search, &search(), &waiting).1, Refusal::GoLiveNotReached);
}

#[test]
fn fr_101_a_grant_in_a_task_that_is_not_the_workers_own_gives_nothing() {
    let elsewhere = Actor { own_tasks: vec![ServiceTask::Disability], ..liisa() };
    assert_eq!(refused(&elsewhere, Act::Search, &search(), &situation()).1, Refusal::RkoNotValid);
    assert_eq!(refused(&elsewhere, Act::Write, &about(entry()), &situation()).1, Refusal::RkoNotValid);
}

#[test]
fn a_grant_in_another_task_than_the_cases_gives_nothing() {
    let mut moment = situation();
    moment.case.as_mut().unwrap().task = ServiceTask::WorkingAge;
    let worker = Actor { own_tasks: vec![TASK, ServiceTask::WorkingAge], ..liisa() };
    assert_eq!(refused(&worker, Act::Search, &search(), &moment).1, Refusal::RkoNotValid);
}

#[test]
fn an_organiser_may_leave_a_case_or_some_types_only() {
    let narrowed = |narrowing| {
        let moment = Situation { narrowings: vec![narrowing], ..situation() };
        decide(&liisa(), Act::Search, &search(), &moment).unwrap()
    };
    let only = |code: &str| Some([code.to_owned()].into());
    let types = narrowed(Narrowing { types: only("15003"), ..Narrowing::default() });
    assert!(!types.covers(&decision()));
    assert!(types.covers(&entry()), "own documents stay");
    let case = narrowed(Narrowing { case: search().case, ..Narrowing::default() });
    assert!(case.covers(&decision()));
    assert!(!case.covers(&DocumentFacts { case: Some(CaseId::parse("1.2.3.4").unwrap()), ..decision() }));
}

#[test]
fn fr_101_what_is_narrowed_for_one_service_leaves_the_others() {
    let (narrowed, untouched) = (SocialService::new("85"), SocialService::new("46"));
    let narrowing = Narrowing { service: Some(narrowed.clone()), types: Some(["19007".to_owned()].into()), case: None };
    let of = |grants: Vec<Grant<ClientKey>>| Situation { grants, narrowings: vec![narrowing.clone()], ..situation() };
    let granted = |services: &[&SocialService]| Grant {
        services: services.iter().map(|service| (*service).clone()).collect(),
        ..grant()
    };
    let on = |service: &SocialService| DocumentFacts { services: vec![service.clone()], ..decision() };
    let plan = DocumentFacts {
        type_code: "15003".into(),
        general_type: Some(GeneralType::Plan),
        services: Vec::new(),
        ..decision()
    };
    // Two grants, or one that names both services: the same.
    for grants in [vec![granted(&[&narrowed]), granted(&[&untouched])], vec![granted(&[&narrowed, &untouched])]] {
        let found = decide(&liisa(), Act::Search, &search(), &of(grants)).unwrap();
        assert!(!found.covers(&on(&narrowed)), "the decision on the narrowed service");
        assert!(found.covers(&on(&untouched)), "the decision on the other");
        assert!(found.covers(&plan), "the plan comes with the other grant");
    }
    let alone = decide(&liisa(), Act::Search, &search(), &of(vec![granted(&[&narrowed])])).unwrap();
    assert!(!alone.covers(&plan) && alone.covers(&entry()));
    let other = decide(&liisa(), Act::Search, &search(), &of(vec![granted(&[&untouched])])).unwrap();
    assert!(other.covers(&plan));
}

#[test]
fn fr_101_a_denied_group_is_written_only_by_who_carries_out() {
    let therapy = DocumentFacts { type_code: "19014".into(), ..entry() };
    assert!(decide(&liisa(), Act::Write, &about(therapy.clone()), &situation()).is_ok());
    let clerk = Actor { duty: Duty::PrivateAdministration, ..liisa() };
    assert!(decide(&clerk, Act::Write, &about(entry()), &situation()).is_ok());
    assert_eq!(refused(&clerk, Act::Write, &about(therapy.clone()), &situation()).0, Refusal::RoleForbidden);
    assert_eq!(refused(&liisa(), Act::Read, &about(therapy), &situation()).1, Refusal::RkoNotValid);
}

#[test]
fn what_another_organisation_has_made_is_not_stored_as_own() {
    let of_another = DocumentFacts { author_arc: organisation(CONTROLLER).arc(), ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(of_another), &situation()).0, Refusal::NotAuthor);
}

#[test]
fn fr_22_nothing_is_stored_of_an_event_that_has_not_been() {
    let tomorrow = DocumentFacts { event_day: date(2026, 10, 7), ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(tomorrow), &situation()).1, Refusal::RkoNotValid);
}

#[test]
fn fr_31_a_service_outside_the_grant_does_not_fit_it() {
    let other = DocumentFacts { services: vec![SocialService::new("12")], ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(other), &situation()).1, Refusal::ContextMismatch);
}

#[test]
fn who_supports_archives_or_oversees_uses_no_right_of_another_register() {
    for duty in [Duty::Support, Duty::Archivist, Duty::Oversight] {
        let actor = Actor { duty, ..liisa() };
        assert_eq!(refused(&actor, Act::Search, &search(), &situation()).0, Refusal::RoleForbidden);
    }
}

#[test]
fn fr_25_go_live_of_one_task_says_nothing_of_a_client_without_a_grant() {
    let mut waiting = situation();
    waiting.go_live.tasks.insert(TASK, date(2026, 11, 1));
    waiting.grants.clear();
    assert_eq!(refused(&liisa(), Act::Search, &search(), &waiting).1, Refusal::RkoNotValid);
}

#[test]
fn fr_14_unknown_case_other_client_other_unit_and_ended_sound_the_same() {
    let unknown = Situation { case: None, ..situation() };
    let elsewhere = Situation {
        case: Some(CaseFacts { controller: organisation("1.2.246.10.99990023.10.0"), ..case() }),
        ..situation()
    };
    let not_member = Situation { case: Some(CaseFacts { clients: Vec::new(), ..case() }), ..situation() };
    let ended = Situation { now: at("2027-03-01T09:00:00Z"), ..situation() };
    let none = Situation { grants: Vec::new(), ..situation() };
    let mut causes = Vec::new();
    for moment in [unknown, elsewhere, not_member, ended, none] {
        let (cause, told) = refused(&liisa(), Act::Search, &search(), &moment);
        assert_eq!(told, Refusal::RkoNotValid);
        causes.push(cause);
    }
    assert_eq!(
        causes,
        [
            Refusal::CaseUnknown,
            Refusal::RegisterMismatch,
            Refusal::CaseClientMismatch,
            Refusal::RkoNotValid,
            Refusal::RkoNotValid
        ]
    );
}

#[test]
fn fr_28_a_grant_in_one_county_reaches_nothing_of_another() {
    let other = organisation("1.2.246.10.99990023.10.0");
    let found = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    assert!(!found.covers(&DocumentFacts { controller: other.clone(), ..entry() }));
    let there = Subject { controller: other, ..search() };
    assert_eq!(refused(&liisa(), Act::Search, &there, &situation()).1, Refusal::RkoNotValid);
}

#[test]
fn fr_101_the_scope_of_a_grant_is_that_of_carrying_out() {
    let found = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    let organisers = |document: DocumentFacts| DocumentFacts { author_arc: organisation(CONTROLLER).arc(), ..document };
    let plan = DocumentFacts { type_code: "15003".into(), general_type: Some(GeneralType::Plan), ..decision() };
    assert!(found.covers(&DocumentFacts { services: Vec::new(), process: Some(ServiceProcess::Planning), ..plan }));
    let other_service = DocumentFacts { services: vec![SocialService::new("12")], ..organisers(entry()) };
    let other_task = DocumentFacts { tasks: vec![ServiceTask::WorkingAge], ..organisers(entry()) };
    for hidden in [other_service, other_task] {
        assert!(!found.covers(&hidden));
        assert_eq!(refused(&liisa(), Act::Read, &about(hidden), &situation()).1, Refusal::RkoNotValid);
    }
}

#[test]
fn fr_101_a_related_service_of_the_table_is_seen_too() {
    let other = DocumentFacts { services: vec![SocialService::new("12")], ..decision() };
    let mut moment = situation();
    moment.settings.related_services.insert("85".into(), vec!["12".into()]);
    let before = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    let after = decide(&liisa(), Act::Search, &search(), &moment).unwrap();
    assert!(!before.covers(&other) && after.covers(&other));
}

#[test]
fn the_case_documents_of_other_tasks_are_not_seen() {
    let found = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    let case = DocumentFacts {
        group: DocumentGroup::Case,
        type_code: "1505.2".into(),
        process: None,
        general_type: None,
        ..decision()
    };
    assert!(found.covers(&case));
    assert!(!found.covers(&DocumentFacts { tasks: vec![ServiceTask::WorkingAge], ..case }));
}

#[test]
fn a_provider_never_writes_cases_relationships_or_the_organisers_decisions() {
    let own_decision = DocumentFacts { author_arc: organisation(PROVIDER).arc(), unit: Some(unit(UNIT)), ..decision() };
    let carried_out = DocumentFacts { process: Some(ServiceProcess::CarryingOut), ..own_decision.clone() };
    let case = DocumentFacts { group: DocumentGroup::Case, ..entry() };
    let relationship = DocumentFacts { group: DocumentGroup::Relationship, ..entry() };
    let planning = DocumentFacts { process: Some(ServiceProcess::Planning), ..entry() };
    for document in [own_decision, carried_out, case, relationship, planning] {
        assert_eq!(refused(&liisa(), Act::Write, &about(document), &situation()).0, Refusal::RoleForbidden);
    }
    let restriction = DocumentFacts {
        type_code: "11039".into(),
        general_type: Some(GeneralType::Decision),
        needs_professional_signature: true,
        ..entry()
    };
    assert!(decide(&liisa(), Act::Write, &about(restriction), &situation()).is_ok());
}

#[test]
fn fr_31_a_document_without_its_process_or_service_is_told_so() {
    let without_process = DocumentFacts { process: None, ..entry() };
    let without_service = DocumentFacts { services: Vec::new(), ..entry() };
    for document in [without_process, without_service] {
        assert_eq!(refused(&liisa(), Act::Write, &about(document), &situation()).1, Refusal::ContextMissing);
    }
}

#[test]
fn fr_07_a_closed_case_takes_events_before_its_closing_inside_the_window() {
    let closed = Some(CaseFacts { state: CaseState::Closed, closed: Some(date(2026, 10, 5)), ..case() });
    let moment = Situation { case: closed, ..situation() };
    assert!(decide(&liisa(), Act::Write, &about(entry()), &moment).is_ok());
    let after = DocumentFacts { event_day: date(2026, 10, 6), ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(after), &moment), (Refusal::CaseClosed, Refusal::CaseClosed));
}

#[test]
fn the_page_says_on_what_ground_the_data_are_seen() {
    let found = decide(&liisa(), Act::Search, &search(), &situation()).unwrap();
    let names = Names { unit: "Kielo Ahola", controller: "Järvi-Häme" };
    assert_eq!(
        found.sentence(Lang::Fi, names),
        "Näet tiedot: palveluyksikkö Kielo Ahola, rekisterinkäyttöoikeus 28.9.2026–15.11.2026, Järvi-Häme"
    );
    assert!(found.sentence(Lang::Sv, names).starts_with("Du ser uppgifterna: serviceenhet Kielo Ahola"));
}

#[test]
fn fr_14_a_relationship_document_that_is_changed_under_a_right_sounds_like_one_that_is_not_there() {
    let relationship = DocumentFacts { group: DocumentGroup::Relationship, case: None, ..decision() };
    for act in [Act::Write, Act::Correct, Act::Invalidate] {
        assert_eq!(refused(&liisa(), act, &about(relationship.clone()), &situation()).1, Refusal::RkoNotValid);
    }
    let without_case = DocumentFacts { case: None, ..entry() };
    assert_eq!(refused(&liisa(), Act::Write, &about(without_case), &situation()).1, Refusal::ContextMissing);
}
