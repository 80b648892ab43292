//! Disclosure between controllers: Rannikko-Savo asks for what Järvi-Häme holds.

use super::*;
use crate::access::disclosure::{
    Basis, Claim, Denials, Discloser, DisclosureSituation, DisclosureSubject, StatutoryGround, WideSearchReason, Wishes,
};
use crate::code::SpecialReason;
use crate::id::SetId;

pub(super) const REQUESTER: &str = "1.2.246.10.99990023.10.0";
pub(super) const REQUESTER_UNIT: &str = "1.2.246.10.99990023.10.21";
const SET: &str = "1.2.246.10.99990015.95.2026.1.77";

/// Pirjo, who plans with the client at the requesting county, card in the reader.
pub(super) fn pirjo() -> Actor {
    Actor {
        organisation: organisation(REQUESTER),
        unit: unit(REQUESTER_UNIT),
        duty: Duty::BroadResponsibility,
        ..liisa()
    }
}

/// The organiser's decision, in its own register.
pub(super) fn theirs() -> DocumentFacts {
    DocumentFacts { set: Some(SetId::parse(SET).unwrap()), ..decision() }
}

pub(super) fn willing(client: ClientKey) -> Wishes {
    Wishes { client, informed: true, permission: Some(at("2026-10-01T09:00:00Z")), denials: Denials::default() }
}

/// The 6th of October 2026: both have joined, the requester has its own relation, the client is informed and permits.
pub(super) fn disclosing() -> DisclosureSituation {
    let row = UnitRelation {
        unit: unit(REQUESTER_UNIT),
        period: Period { start: date(2026, 10, 1), end: None },
        task: Some(ServiceTask::WorkingAge),
        kind: UnitKind::Organiser,
    };
    DisclosureSituation {
        requester_joining: all_functions(),
        disclosers: vec![Discloser { controller: organisation(CONTROLLER), joining: all_functions() }],
        relationships: vec![RelationshipFacts { client: aino(), id: relationship_id(), units: vec![row] }],
        wishes: vec![willing(aino())],
        ..DisclosureSituation::empty(at("2026-10-06T09:00:00Z"))
    }
}

pub(super) fn by_law(ground: StatutoryGround) -> Claim {
    Claim::Statute { ground, text_characters: 25 }
}

fn seek(document: Option<DocumentFacts>) -> DisclosureSubject {
    DisclosureSubject { client: aino(), document }
}

/// Whether a search finds the document; reading it must say the same.
pub(super) fn found(actor: &Actor, document: &DocumentFacts, situation: &DisclosureSituation) -> bool {
    let search = decide_disclosure(actor, Act::Search, &seek(None), situation);
    let read = decide_disclosure(actor, Act::Read, &seek(Some(document.clone())), situation);
    let found = search.is_ok_and(|right| right.covers(document));
    assert_eq!(found, read.is_ok(), "what is found can be read and nothing else");
    found
}

/// The true cause of a refused search, which must also be what is told.
fn gate(actor: &Actor, situation: &DisclosureSituation) -> Refusal {
    let denied = decide_disclosure(actor, Act::Search, &seek(None), situation).expect_err("has to be refused");
    assert!(denied.told() == denied.refusal() && !denied.told_as_empty());
    denied.refusal()
}

/// The true cause of a document that is not given; it must be told as nothing.
fn hidden(actor: &Actor, document: DocumentFacts, situation: &DisclosureSituation) -> Refusal {
    let denied = decide_disclosure(actor, Act::Read, &seek(Some(document)), situation).expect_err("has to be refused");
    assert!(denied.told_as_empty());
    assert_eq!(denied.told(), Refusal::NoContextRelation);
    denied.refusal()
}

fn denying(denials: Denials) -> DisclosureSituation {
    DisclosureSituation { wishes: vec![Wishes { denials, ..willing(aino()) }], ..disclosing() }
}

/// A denial on each of the three levels, each of which stops [`theirs`].
pub(super) fn three_levels() -> [Denials; 3] {
    [
        Denials { controllers: [organisation(CONTROLLER).arc()].into(), ..Denials::default() },
        Denials { tasks: [TASK].into(), ..Denials::default() },
        Denials { sets: [SetId::parse(SET).unwrap()].into(), ..Denials::default() },
    ]
}

#[test]
fn fr_53_an_informed_clients_permission_opens_other_controllers_documents() {
    assert!(found(&pirjo(), &theirs(), &disclosing()));
    let right = decide_disclosure(&pirjo(), Act::Search, &seek(None), &disclosing()).unwrap();
    assert_eq!((right.route(), right.ground().code()), (Route::Disclosure, "disclosure_permission"));
    assert_eq!(right.controller(), None);
    assert!(right.ground().reference().starts_with("L55-1@2026-10-01T09:00:00Z relationship/"));
}

#[test]
fn fr_53_without_informing_or_permission_nothing_is_given_and_that_is_told() {
    let uninformed = Wishes { informed: false, ..willing(aino()) };
    let silent = Wishes { permission: None, ..willing(aino()) };
    let in_advance = Wishes { permission: Some(at("2026-10-06T09:00:01Z")), ..willing(aino()) };
    let of = |wishes| DisclosureSituation { wishes, ..disclosing() };
    assert_eq!(gate(&pirjo(), &of(vec![uninformed])), Refusal::NotInformed);
    assert_eq!(gate(&pirjo(), &of(Vec::new())), Refusal::NotInformed);
    assert_eq!(gate(&pirjo(), &of(vec![silent])), Refusal::NoConsent);
    assert_eq!(gate(&pirjo(), &of(vec![in_advance])), Refusal::NoConsent);
    assert_eq!(gate(&pirjo(), &of(vec![willing(eetu())])), Refusal::NotInformed);
}

#[test]
fn fr_52_a_permission_covers_what_is_stored_after_it_and_before_it() {
    for event_day in [date(2026, 9, 1), date(2026, 10, 5), date(2026, 10, 6)] {
        assert!(found(&pirjo(), &DocumentFacts { event_day, ..theirs() }, &disclosing()));
    }
}

#[test]
fn the_checks_come_in_their_order() {
    // Everything is wrong at once; each repair uncovers the next cause.
    let mut actor = Actor { login: LoginStrength::SecondFactor, duty: Duty::Support, ..pirjo() };
    let mut moment = DisclosureSituation { now: disclosing().now, ..DisclosureSituation::empty(disclosing().now) };
    assert_eq!(gate(&actor, &moment), Refusal::OrgNotJoined);
    moment.requester_joining = all_functions();
    assert_eq!(gate(&actor, &moment), Refusal::StrongAuthRequired);
    actor.login = LoginStrength::Card;
    assert_eq!(gate(&actor, &moment), Refusal::NoContextRelation);
    moment.relationships = disclosing().relationships;
    assert_eq!(gate(&actor, &moment), Refusal::NotInformed);
    moment.wishes = vec![Wishes { permission: None, denials: three_levels()[1].clone(), ..willing(aino()) }];
    assert_eq!(gate(&actor, &moment), Refusal::NoConsent);
    moment.wishes[0].permission = Some(at("2026-10-01T09:00:00Z"));
    assert_eq!(gate(&actor, &moment), Refusal::RoleForbidden);
    actor.duty = Duty::Mediation;
    let old = DocumentFacts { form: DocumentForm::Old, ..theirs() };
    assert_eq!(hidden(&actor, old.clone(), &moment), Refusal::OrgNotJoined);
    moment.disclosers = disclosing().disclosers;
    assert_eq!(hidden(&actor, old.clone(), &moment), Refusal::DenialInForce);
    moment.wishes[0].denials = Denials::default();
    assert_eq!(hidden(&actor, old.clone(), &moment), Refusal::ReasonRequired);
    moment.wide_search = Some(WideSearchReason::EarlierHistory);
    assert_eq!(hidden(&actor, old.clone(), &moment), Refusal::RoleForbidden);
    actor.duty = Duty::BroadResponsibility;
    assert!(found(&actor, &old, &moment));
}

#[test]
fn fr_24_both_must_have_joined_with_the_disclosure_function() {
    let without = Joining::joined(Functions { own: true, rko: true, disclosure: false });
    let requester = DisclosureSituation { requester_joining: without.clone(), ..disclosing() };
    assert_eq!(gate(&pirjo(), &requester), Refusal::OrgNotJoined);
    let disclosers = vec![Discloser { controller: organisation(CONTROLLER), joining: without }];
    let discloser = DisclosureSituation { disclosers, ..disclosing() };
    assert_eq!(hidden(&pirjo(), theirs(), &discloser), Refusal::OrgNotJoined);
}

#[test]
fn fr_46_disclosure_needs_a_card() {
    for login in [LoginStrength::Password, LoginStrength::SecondFactor] {
        assert_eq!(gate(&Actor { login, ..pirjo() }, &disclosing()), Refusal::StrongAuthRequired);
    }
}

#[test]
fn fr_50_the_relation_is_read_from_the_requesters_own_register() {
    let none = DisclosureSituation { relationships: Vec::new(), ..disclosing() };
    assert_eq!(gate(&pirjo(), &none), Refusal::NoContextRelation);
    let elsewhere = Actor { unit: unit("1.2.246.10.99990023.10.22"), ..pirjo() };
    assert_eq!(gate(&elsewhere, &disclosing()), Refusal::NoContextRelation);
    let mut ended = disclosing();
    ended.relationships[0].units[0].period.end = Some(date(2026, 10, 5));
    assert_eq!(gate(&pirjo(), &ended), Refusal::NoContextRelation);
    assert!(found(&pirjo(), &theirs(), &DisclosureSituation { assigned: true, ..none }));
}

#[test]
fn fr_54_a_denial_on_each_level_hides_the_document_and_is_never_told() {
    for denials in three_levels() {
        let moment = denying(denials);
        assert!(!found(&pirjo(), &theirs(), &moment));
        assert_eq!(hidden(&pirjo(), theirs(), &moment), Refusal::DenialInForce);
        let search = decide_disclosure(&pirjo(), Act::Search, &seek(None), &moment);
        assert!(search.is_ok(), "a search under a denial is answered, with what is left");
    }
}

#[test]
fn fr_54_a_denial_leaves_what_it_does_not_name() {
    let another = DocumentFacts {
        tasks: vec![ServiceTask::WorkingAge],
        set: Some(SetId::parse("1.2.246.10.99990015.95.2026.1.78").unwrap()),
        ..theirs()
    };
    let [_, task, single] = three_levels();
    assert!(found(&pirjo(), &another, &denying(task)));
    assert!(found(&pirjo(), &another, &denying(single)));
    let elsewhere = Denials { controllers: [organisation(PROVIDER).arc()].into(), ..Denials::default() };
    assert!(found(&pirjo(), &theirs(), &denying(elsewhere)));
}

#[test]
fn fr_54_where_task_or_set_are_unknown_any_denial_of_the_kind_stops() {
    let [_, task, single] = three_levels();
    let without_task = DocumentFacts { tasks: Vec::new(), ..theirs() };
    let without_set = DocumentFacts { set: None, ..theirs() };
    assert!(!found(&pirjo(), &without_task, &denying(task.clone())));
    assert!(!found(&pirjo(), &without_set, &denying(single)));
}

#[test]
fn fr_54_a_relationship_document_is_stopped_by_a_denial_of_a_task_of_its_rows_and_of_no_other() {
    let [_, task, _] = three_levels();
    let denied = theirs().tasks[0];
    assert!(task.tasks.contains(&denied) && denied != ServiceTask::WorkingAge);
    let relationship = |tasks: &[ServiceTask]| DocumentFacts {
        group: DocumentGroup::Relationship,
        tasks: tasks.to_vec(),
        process: None,
        ..theirs()
    };
    let moment = denying(task);
    assert!(found(&pirjo(), &relationship(&[denied]), &disclosing()));
    assert!(!found(&pirjo(), &relationship(&[denied]), &moment));
    assert!(!found(&pirjo(), &relationship(&[ServiceTask::WorkingAge, denied]), &moment));
    assert!(found(&pirjo(), &relationship(&[ServiceTask::WorkingAge]), &moment), "another task was denied");
    assert!(!found(&pirjo(), &relationship(&[]), &moment), "its tasks are not known");
}

#[test]
fn fr_55_a_denial_of_a_document_holds_for_its_later_versions() {
    // Versions differ in everything but their set.
    let later = DocumentFacts { type_code: "11001".into(), event_day: date(2026, 10, 6), ..theirs() };
    assert!(!found(&pirjo(), &later, &denying(three_levels()[2].clone())));
}

#[test]
fn fr_54_a_denial_does_not_touch_the_controller_nor_its_providers() {
    // `decide` has no place for a denial: neither route of use can read one.
    assert!(decide(&liisa(), Act::Search, &search(), &situation()).unwrap().covers(&entry()));
    assert!(decide(&marja(), Act::Read, &about(decision()), &situation()).is_ok());
}

#[test]
fn fr_56_old_and_unstructured_documents_come_only_by_a_wide_search_with_a_reason() {
    let wide = DisclosureSituation { wide_search: Some(WideSearchReason::NeedAssessment), ..disclosing() };
    for form in [DocumentForm::Old, DocumentForm::Unstructured] {
        let document = DocumentFacts { form, ..theirs() };
        assert_eq!(hidden(&pirjo(), document.clone(), &disclosing()), Refusal::ReasonRequired);
        assert!(found(&pirjo(), &document, &wide));
    }
    let right = decide_disclosure(&pirjo(), Act::Search, &seek(None), &wide).unwrap();
    assert!(right.ground().reference().contains(" wide:PALVELUTARVE "));
}

#[test]
fn fr_56_a_wide_search_goes_over_no_denial() {
    for denials in three_levels() {
        let moment = DisclosureSituation { wide_search: Some(WideSearchReason::ChildsInterest), ..denying(denials) };
        assert!(!found(&pirjo(), &theirs(), &moment));
    }
}

#[test]
fn fr_61_a_document_with_a_temporary_id_is_never_given_by_permission() {
    let temporary = DocumentFacts { temporary_client: true, ..theirs() };
    assert_eq!(hidden(&pirjo(), temporary.clone(), &disclosing()), Refusal::TempIdNotAllowed);
    let by_law = DisclosureSituation { claim: by_law(StatutoryGround::EvidentNeed), ..disclosing() };
    assert!(found(&pirjo(), &temporary, &by_law));
}

#[test]
fn a_legal_ground_needs_no_informing_and_no_permission_but_words() {
    let moment = |text_characters| DisclosureSituation {
        claim: Claim::Statute { ground: StatutoryGround::EvidentNeed, text_characters },
        wishes: Vec::new(),
        ..disclosing()
    };
    assert_eq!(gate(&pirjo(), &moment(19)), Refusal::ReasonRequired);
    assert!(found(&pirjo(), &theirs(), &moment(20)));
    let right = decide_disclosure(&pirjo(), Act::Search, &seek(None), &moment(20)).unwrap();
    assert_eq!(right.ground().code(), "disclosure_statute");
    assert!(right.ground().reference().starts_with("L56-1 relationship/"));
}

#[test]
fn only_a_ground_that_goes_over_denials_shows_what_is_denied() {
    for ground in StatutoryGround::ALL {
        for denials in three_levels() {
            let moment = DisclosureSituation { claim: by_law(*ground), ..denying(denials) };
            assert_eq!(found(&pirjo(), &theirs(), &moment), ground.passes_denial(), "{}", ground.code());
        }
    }
}

#[test]
fn the_setting_makes_denied_documents_a_matter_of_the_wide_search() {
    let mut moment =
        DisclosureSituation { claim: by_law(StatutoryGround::EvidentNeed), ..denying(three_levels()[0].clone()) };
    moment.settings.denied_only_by_wide_search = true;
    assert!(!found(&pirjo(), &theirs(), &moment));
    moment.wide_search = Some(WideSearchReason::UrgentHelp);
    assert!(found(&pirjo(), &theirs(), &moment));
}

#[test]
fn a_private_provider_claims_no_ground_of_authorities() {
    let private = Actor { duty: Duty::PrivateAdministration, ..pirjo() };
    let moment = |ground| DisclosureSituation { claim: by_law(ground), ..disclosing() };
    assert_eq!(gate(&private, &moment(StatutoryGround::RightToGet)), Refusal::RoleForbidden);
    assert!(found(&private, &theirs(), &moment(StatutoryGround::EvidentNeed)));
}

#[test]
fn fr_51_a_special_reason_opens_the_relation_and_goes_over_no_denial() {
    let reason = |since: &str, text_characters| GivenReason {
        reason: SpecialReason::UrgentHelp,
        text_characters,
        since: at(since),
    };
    let duty_officer = Actor { may_use_special_reason: true, ..pirjo() };
    let moment = |reason| DisclosureSituation { relationships: Vec::new(), reason: Some(reason), ..disclosing() };
    let fresh = moment(reason("2026-10-05T09:00:01Z", 20));
    assert!(found(&duty_officer, &theirs(), &fresh));
    assert_eq!(gate(&pirjo(), &fresh), Refusal::RoleForbidden);
    assert_eq!(gate(&duty_officer, &moment(reason("2026-10-05T09:00:00Z", 20))), Refusal::NoContextRelation);
    assert_eq!(gate(&duty_officer, &moment(reason("2026-10-06T08:00:00Z", 19))), Refusal::ReasonRequired);
    let denied = |claim| DisclosureSituation {
        claim,
        wishes: denying(three_levels()[1].clone()).wishes,
        ..moment(reason("2026-10-06T08:00:00Z", 20))
    };
    assert!(!found(&duty_officer, &theirs(), &denied(Claim::Permission)));
    assert!(found(&duty_officer, &theirs(), &denied(by_law(StatutoryGround::ChildsInterest))));
    let silent = DisclosureSituation { wishes: Vec::new(), ..fresh };
    assert_eq!(gate(&duty_officer, &silent), Refusal::NotInformed);
}

#[test]
fn one_named_clients_denial_or_silence_stops_a_joint_document() {
    let joint = DocumentFacts { clients: vec![aino(), eetu()], ..theirs() };
    let of = |eetu: Wishes| DisclosureSituation { wishes: vec![willing(aino()), eetu], ..disclosing() };
    assert!(found(&pirjo(), &joint, &of(willing(eetu()))));
    assert_eq!(hidden(&pirjo(), joint.clone(), &disclosing()), Refusal::NoConsent);
    for denials in three_levels() {
        let denying = Wishes { denials, ..willing(eetu()) };
        assert_eq!(hidden(&pirjo(), joint.clone(), &of(denying.clone())), Refusal::DenialInForce);
        // A ground is claimed for Aino; Eetu's denial still stands.
        let by_law = DisclosureSituation { claim: by_law(StatutoryGround::EvidentNeed), ..of(denying) };
        assert_eq!(hidden(&pirjo(), joint.clone(), &by_law), Refusal::DenialInForce);
    }
}

#[test]
fn fr_27_the_own_register_and_writing_are_no_matter_of_disclosure() {
    let own = DocumentFacts { controller: organisation(REQUESTER), ..theirs() };
    let mut moment = disclosing();
    moment.disclosers.push(Discloser { controller: organisation(REQUESTER), joining: all_functions() });
    assert_eq!(hidden(&pirjo(), own, &moment), Refusal::RegisterMismatch);
    for act in [Act::Write, Act::Correct, Act::Invalidate] {
        let denied = decide_disclosure(&pirjo(), act, &seek(Some(theirs())), &moment).expect_err("never");
        assert_eq!(denied.refusal(), Refusal::RoleForbidden);
    }
}

#[test]
fn a_document_of_another_client_or_made_void_is_not_given() {
    let other = DocumentFacts { clients: vec![eetu()], ..theirs() };
    assert_eq!(hidden(&pirjo(), other, &disclosing()), Refusal::NoContextRelation);
    let void = DocumentFacts { invalidated: true, ..theirs() };
    assert_eq!(hidden(&pirjo(), void, &disclosing()), Refusal::DocInvalidated);
    for group in [DocumentGroup::Permission, DocumentGroup::Denial] {
        assert_eq!(hidden(&pirjo(), DocumentFacts { group, ..theirs() }, &disclosing()), Refusal::RoleForbidden);
    }
    let nothing = decide_disclosure(&pirjo(), Act::Read, &seek(None), &disclosing()).expect_err("no document");
    assert_eq!(nothing.refusal(), Refusal::BadRequest);
}

#[test]
fn fr_101_the_decrees_matrix_cuts_a_disclosure_too() {
    let therapy = DocumentFacts { type_code: "19014".into(), general_type: Some(GeneralType::Entry), ..theirs() };
    let by_law = DisclosureSituation { claim: by_law(StatutoryGround::EvidentNeed), ..disclosing() };
    for moment in [disclosing(), by_law] {
        assert_eq!(hidden(&pirjo(), therapy.clone(), &moment), Refusal::RoleForbidden);
    }
    // Who carries out a service in task 20 does not see another county's decisions on older people's services.
    let carer = Actor { duty: Duty::CarryingOut, own_tasks: vec![ServiceTask::Disability], ..pirjo() };
    assert_eq!(hidden(&carer, theirs(), &disclosing()), Refusal::RoleForbidden);
}

#[test]
fn the_page_says_on_what_basis_the_data_were_disclosed() {
    let names = Names { unit: "Aikuissosiaalityö", controller: "Järvi-Häme" };
    let right = decide_disclosure(&pirjo(), Act::Search, &seek(None), &disclosing()).unwrap();
    assert_eq!(
        right.sentence(Lang::Fi, names),
        "Näet tiedot: palveluyksikkö Aikuissosiaalityö, luovutus luovutusluvalla, lupa annettu 1.10.2026, Järvi-Häme"
    );
    let moment = DisclosureSituation { claim: by_law(StatutoryGround::ChildsInterest), ..disclosing() };
    let right = decide_disclosure(&pirjo(), Act::Search, &seek(None), &moment).unwrap();
    assert!(right.sentence(Lang::Sv, names).contains("utlämnande med stöd av lag: 56 § 2 punkten: barnets bästa"));
    assert!(right.sentence(Lang::En, names).contains("disclosure by law: § 56 item 2"));
    assert!(matches!(right.ground(), Ground::Disclosure { basis: Basis::Statute(_), .. }));
}
