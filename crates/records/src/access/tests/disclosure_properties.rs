//! What must hold of a disclosure whatever the facts are (functional specification B.5 invariant 8).

use super::disclosure::{REQUESTER, REQUESTER_UNIT, disclosing, pirjo, theirs};
use super::properties::{any_act, any_client, any_day, any_document, any_service, any_task};
use super::*;
use crate::access::disclosure::{
    Claim, Denials, Discloser, DisclosureSituation, DisclosureSubject, StatutoryGround, WideSearchReason, Wishes,
};
use crate::code::SpecialReason;
use crate::id::SetId;
use proptest::prelude::*;

fn set(number: u8) -> SetId {
    SetId::parse(&format!("1.2.246.10.99990015.95.2026.1.{number}")).unwrap()
}

fn any_set() -> impl Strategy<Value = SetId> {
    (1u8..5).prop_map(set)
}

fn any_controller() -> impl Strategy<Value = OrganisationId> {
    proptest::sample::select(vec![CONTROLLER, REQUESTER, PROVIDER]).prop_map(organisation)
}

fn any_joining() -> impl Strategy<Value = Joining> {
    proptest::sample::select(vec![(true, true), (true, true), (true, true), (false, true), (true, false)]).prop_map(
        |(disclosure, joined)| Joining {
            state: if joined { JoiningState::Joined } else { JoiningState::Suspended },
            ..Joining::joined(Functions { own: true, rko: true, disclosure })
        },
    )
}

fn any_claim() -> impl Strategy<Value = Claim> {
    prop_oneof![
        Just(Claim::Permission),
        (proptest::sample::select(StatutoryGround::ALL), 15usize..30)
            .prop_map(|(ground, text_characters)| Claim::Statute { ground, text_characters }),
    ]
}

prop_compose! {
    fn any_denials()(
        controllers in proptest::collection::vec(any_controller(), 0..2),
        tasks in proptest::collection::btree_set(any_task(), 0..2),
        sets in proptest::collection::btree_set(any_set(), 0..2),
        some in proptest::bool::ANY,
    ) -> Denials {
        let controllers = controllers.iter().map(OrganisationId::arc).collect();
        if some { Denials { controllers, tasks, sets } } else { Denials::default() }
    }
}

prop_compose! {
    fn any_wishes(client: ClientKey)(
        informed in proptest::bool::weighted(0.9),
        permission in proptest::option::weighted(0.9, 0i64..8),
        denials in any_denials(),
    ) -> Wishes {
        let permission = permission.map(|days| at("2026-10-01T09:00:00Z") + jiff::SignedDuration::from_hours(24 * days));
        Wishes { client: client.clone(), informed, permission, denials }
    }
}

prop_compose! {
    fn any_theirs()(
        document in any_document(),
        controller in any_controller(),
        set in proptest::option::weighted(0.9, any_set()),
        form in proptest::sample::select(DocumentForm::ALL),
        temporary_client in proptest::bool::weighted(0.1),
        group in proptest::sample::select(DocumentGroup::ALL),
        tasks in proptest::collection::vec(any_task(), 0..3),
        invalidated in proptest::bool::weighted(0.1),
    ) -> DocumentFacts {
        DocumentFacts { controller, set, form, temporary_client, group, tasks, invalidated, ..document }
    }
}

prop_compose! {
    fn any_requester()(
        duty in proptest::sample::select(Duty::ALL),
        own_tasks in proptest::collection::vec(any_task(), 0..4),
        own_services in proptest::collection::vec(any_service(), 0..3),
        card in proptest::bool::weighted(0.9),
        unit in proptest::sample::select(vec![REQUESTER_UNIT, REQUESTER_UNIT, UNIT]),
        may_use_special_reason in proptest::bool::ANY,
    ) -> Actor {
        let login = if card { LoginStrength::Card } else { LoginStrength::SecondFactor };
        Actor { duty, own_tasks, own_services, login, unit: super::unit(unit), may_use_special_reason, ..pirjo() }
    }
}

prop_compose! {
    fn any_disclosing()(
        requester_joining in any_joining(),
        joinings in proptest::collection::vec((any_controller(), any_joining()), 0..4),
        wishes in (any_wishes(aino()), any_wishes(eetu())),
        claim in any_claim(),
        wide_search in proptest::option::of(proptest::sample::select(WideSearchReason::ALL)),
        assigned in proptest::bool::ANY,
        reason in proptest::option::of((15usize..30, 0i64..30)),
        day in any_day(),
        denied_only_by_wide_search in proptest::bool::ANY,
    ) -> DisclosureSituation {
        let now = at(&format!("{day}T09:00:00Z"));
        let reason = reason.map(|(text_characters, hours)| GivenReason {
            reason: SpecialReason::UrgentHelp,
            text_characters,
            since: now - jiff::SignedDuration::from_hours(hours),
        });
        let disclosers = joinings.into_iter().map(|(controller, joining)| Discloser { controller, joining });
        DisclosureSituation {
            now,
            requester_joining,
            disclosers: disclosers.collect(),
            wishes: vec![wishes.0, wishes.1],
            claim,
            wide_search,
            assigned,
            reason,
            settings: Settings { denied_only_by_wide_search, ..Settings::default() },
            ..disclosing()
        }
    }
}

/// A moment in which little stands in the way, so that the properties are not empty.
fn mostly_open() -> impl Strategy<Value = DisclosureSituation> {
    (any_disclosing(), proptest::bool::weighted(0.8)).prop_map(|(moment, open)| {
        if !open {
            return moment;
        }
        let disclosers =
            [CONTROLLER, PROVIDER].map(|oid| Discloser { controller: organisation(oid), joining: all_functions() });
        DisclosureSituation {
            requester_joining: all_functions(),
            disclosers: disclosers.into(),
            assigned: true,
            now: at("2026-10-09T09:00:00Z"),
            ..moment
        }
    })
}

fn seek(client: ClientKey, document: Option<DocumentFacts>) -> DisclosureSubject {
    DisclosureSubject { client, document }
}

fn shown(actor: &Actor, client: &ClientKey, document: &DocumentFacts, moment: &DisclosureSituation) -> bool {
    decide_disclosure(actor, Act::Search, &seek(client.clone(), None), moment).is_ok_and(|right| right.covers(document))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_disclosure_is_decided_whatever_the_facts_are_and_reading_agrees_with_finding(
        actor in any_requester(), act in any_act(), client in any_client(), document in any_theirs(),
        moment in any_disclosing(),
    ) {
        let decided = decide_disclosure(&actor, act, &seek(client.clone(), Some(document.clone())), &moment);
        if let Ok(right) = &decided {
            prop_assert_eq!((right.route(), right.act()), (Route::Disclosure, act));
            prop_assert!(matches!(act, Act::Search | Act::Read));
            prop_assert!(right.ground().code().starts_with("disclosure_"));
        }
        if act == Act::Read {
            prop_assert_eq!(decided.is_ok(), shown(&actor, &client, &document, &moment));
        }
    }

    #[test]
    fn fr_54_one_more_denial_never_shows_more(
        actor in any_requester(), client in any_client(), document in any_theirs(), moment in mostly_open(),
        more in any_denials(), whose in 0usize..2,
    ) {
        let mut denied = moment.clone();
        let denials = &mut denied.wishes[whose].denials;
        denials.controllers.extend(more.controllers);
        denials.tasks.extend(more.tasks);
        denials.sets.extend(more.sets);
        prop_assert!(!shown(&actor, &client, &document, &denied) || shown(&actor, &client, &document, &moment));
        // Nor does the search itself tell of it: the same right or the same refusal.
        let search = |moment| decide_disclosure(&actor, Act::Search, &seek(client.clone(), None), moment);
        prop_assert_eq!(search(&denied).map(|r| r.ground().clone()), search(&moment).map(|r| r.ground().clone()));
    }

    #[test]
    fn fr_54_what_is_denied_is_shown_only_with_a_logged_ground_that_goes_over_it(
        actor in any_requester(), client in any_client(), document in any_theirs(), moment in mostly_open(),
    ) {
        let of = |client: &ClientKey| moment.wishes.iter().find(|wishes| wishes.client == *client);
        let stopped = |client: &ClientKey| of(client).is_some_and(|wishes| wishes.denials.stop(&document));
        let Ok(right) = decide_disclosure(&actor, Act::Read, &seek(client.clone(), Some(document.clone())), &moment)
        else { return Ok(()) };
        for named in document.clients.iter().filter(|named| stopped(named)) {
            let over = StatutoryGround::ALL.iter().any(|ground| {
                ground.passes_denial() && right.ground().reference().starts_with(ground.code())
            });
            prop_assert!(over && right.ground().code() == "disclosure_statute" && *named == client);
        }
    }

    #[test]
    fn fr_52_a_permission_covers_what_is_stored_whenever(
        actor in any_requester(), document in any_theirs(), moment in mostly_open(), day in any_day(),
    ) {
        let later = DocumentFacts { event_day: day, ..document.clone() };
        prop_assert_eq!(shown(&actor, &aino(), &document, &moment), shown(&actor, &aino(), &later, &moment));
    }

    #[test]
    fn fr_27_the_routes_exclude_each_other(
        actor in any_requester(), client in any_client(), document in any_theirs(), moment in mostly_open(),
    ) {
        let own = document.controller.arc() == actor.organisation.arc();
        prop_assert!(!(own && shown(&actor, &client, &document, &moment)));
        // And no use of a register ever reaches what lies in another.
        let subject = Subject { controller: organisation(REQUESTER), ..about(document.clone()) };
        if let Ok(right) = decide(&actor, Act::Search, &subject, &situation()) {
            prop_assert!(right.route() != Route::Disclosure && (own || !right.covers(&document)));
        }
    }

    #[test]
    fn refused_documents_are_told_alike_and_a_refused_request_says_nothing_of_them(
        actor in any_requester(), client in any_client(), document in any_theirs(), moment in mostly_open(),
    ) {
        let gate = decide_disclosure(&actor, Act::Search, &seek(client.clone(), None), &moment);
        match decide_disclosure(&actor, Act::Read, &seek(client, Some(document)), &moment) {
            Ok(_) => prop_assert!(gate.is_ok()),
            Err(denied) if denied.told_as_empty() => {
                prop_assert!(gate.is_ok());
                prop_assert_eq!(denied.told(), Refusal::NoContextRelation);
            }
            Err(denied) => {
                prop_assert_eq!(gate.unwrap_err(), denied);
                prop_assert!(denied.told().may_be_told() && denied.told() == denied.refusal());
            }
        }
    }

    #[test]
    fn fr_101_no_disclosure_shows_what_the_decree_denies_the_duty(
        actor in any_requester(), client in any_client(), document in any_theirs(), moment in mostly_open(),
    ) {
        let denied = actor.duty.rule().denied.iter().any(|group| crate::access::scope::in_group(&document, *group));
        prop_assert!(!(denied && shown(&actor, &client, &document, &moment)));
    }
}

/// The properties above are worth nothing if nothing is ever shown, or nothing is ever denied in them.
#[test]
fn the_histories_show_and_deny() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut shows, mut denies, mut over) = (0, 0, 0);
    for _ in 0..4000 {
        let moment = mostly_open().new_tree(&mut runner).unwrap().current();
        let document = any_theirs().new_tree(&mut runner).unwrap().current();
        let document = DocumentFacts { clients: vec![aino()], controller: organisation(CONTROLLER), ..document };
        let seen = shown(&pirjo(), &aino(), &document, &moment);
        let stopped = moment.wishes[0].denials.stop(&document);
        shows += usize::from(seen);
        denies += usize::from(stopped && !seen);
        over += usize::from(stopped && seen);
    }
    assert!(shows > 200 && denies > 200 && over > 20, "shown {shows}, denied {denies}, over a denial {over}");
    assert!(shown(&pirjo(), &aino(), &theirs(), &disclosing()));
}
