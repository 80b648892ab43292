//! What must hold whatever the facts are.

use super::*;
use crate::access::scope::in_group;
use proptest::prelude::*;

pub(super) fn any_task() -> impl Strategy<Value = ServiceTask> {
    proptest::sample::select(ServiceTask::ALL)
}

pub(super) fn any_service() -> impl Strategy<Value = SocialService> {
    let codes = ["85", "12", "46", SocialService::MEDIATION, SocialService::SHELTER, SocialService::INFORMAL_CARE];
    proptest::sample::select(codes.to_vec()).prop_map(SocialService::new)
}

fn any_unit() -> impl Strategy<Value = ServiceUnitId> {
    proptest::sample::select(vec![UNIT, OTHER_UNIT, ORGANISER_UNIT]).prop_map(unit)
}

pub(super) fn any_day() -> impl Strategy<Value = Date> {
    (0i64..200).prop_map(|days| date(2026, 8, 1).checked_add(jiff::ToSpan::days(days)).unwrap())
}

pub(super) fn any_client() -> impl Strategy<Value = ClientKey> {
    proptest::bool::ANY.prop_map(|first| if first { aino() } else { eetu() })
}

prop_compose! {
    pub(super) fn any_document()(
        clients in proptest::collection::vec(any_client(), 1..3),
        group in proptest::sample::select(vec![DocumentGroup::ClientDocument, DocumentGroup::Case, DocumentGroup::Relationship]),
        type_code in proptest::sample::select(vec!["19007", "19014", "19015", "1011", "15003", "11000", "11039"]),
        general_type in proptest::option::of(proptest::sample::select(GeneralType::ALL)),
        task in any_task(),
        service in any_service(),
        process in proptest::option::of(proptest::sample::select(ServiceProcess::ALL)),
        unit in any_unit(),
        own in proptest::bool::ANY,
        event_day in any_day(),
    ) -> DocumentFacts {
        DocumentFacts {
            clients,
            group,
            type_code: type_code.into(),
            general_type,
            tasks: vec![task],
            services: vec![service],
            process,
            unit: Some(unit),
            author_arc: organisation(if own { PROVIDER } else { CONTROLLER }).arc(),
            event_day,
            ..entry()
        }
    }
}

prop_compose! {
    fn any_grant()(
        client in any_client(),
        task in any_task(),
        service in any_service(),
        unit in any_unit(),
        start in any_day(),
        length in proptest::option::of(0i64..90),
        revoked in proptest::bool::weighted(0.1),
    ) -> Grant<ClientKey> {
        let end = length.map(|days| start.checked_add(jiff::ToSpan::days(days)).unwrap());
        Grant {
            client,
            task,
            services: vec![service],
            provider: crate::relationship::arc_of(&unit),
            unit,
            period: Period { start, end },
            revoked: revoked.then(|| at("2026-10-01T00:00:00Z")),
            ..grant()
        }
    }
}

prop_compose! {
    fn any_moment()(
        grants in proptest::collection::vec(any_grant(), 0..4),
        day in any_day(),
        strict in proptest::bool::ANY,
        task in any_task(),
    ) -> Situation {
        let mut moment = Situation { grants, now: at(&format!("{day}T09:00:00Z")), ..situation() };
        moment.settings.strict = strict;
        let case = moment.case.as_mut().unwrap();
        case.task = task;
        case.clients.push(CaseMember { client: eetu(), joined: None, left: None });
        moment
    }
}

prop_compose! {
    fn any_worker()(
        duty in proptest::sample::select(Duty::ALL),
        tasks in proptest::collection::vec(any_task(), 0..4),
        services in proptest::collection::vec(any_service(), 0..3),
        login in proptest::sample::select(LoginStrength::ALL),
        unit in proptest::sample::select(vec![UNIT, OTHER_UNIT]),
    ) -> Actor {
        Actor { duty, own_tasks: tasks, own_services: services, login, unit: super::unit(unit), ..liisa() }
    }
}

pub(super) fn any_act() -> impl Strategy<Value = Act> {
    proptest::sample::select(Act::ALL)
}

// A worker, moment and document for which the right exists, so that properties are not empty for want of a grant.
prop_compose! {
    fn granted()(worker in any_worker(), moment in any_moment(), document in any_document(), tasks in any_task())
        -> (Actor, Situation, DocumentFacts)
    {
        let mut worker = Actor { login: LoginStrength::Card, ..worker };
        worker.own_tasks.push(tasks);
        let mut moment = moment;
        moment.case.as_mut().unwrap().task = tasks;
        let period = Period { start: date(2026, 8, 1), end: None };
        for client in [aino(), eetu()] {
            moment.grants.push(Grant { client, task: tasks, unit: worker.unit.clone(), period, ..grant() });
        }
        (worker, moment, document)
    }
}

/// A grant that differs in exactly one thing from the one that would do for Liisa, Aino and the day.
fn near_miss() -> impl Strategy<Value = Grant<ClientKey>> {
    (0usize..7).prop_map(|thing| {
        let mut miss = grant();
        match thing {
            0 => miss.client = eetu(),
            1 => miss.controller = organisation("1.2.246.10.99990023.10.0"),
            2 => miss.unit = unit(OTHER_UNIT),
            3 => miss.task = ServiceTask::WorkingAge,
            4 => miss.period.start = date(2026, 10, 7),
            // Past its end by more than the grace time.
            5 => miss.period = Period { start: date(2026, 7, 1), end: Some(date(2026, 8, 1)) },
            _ => miss.revoked = Some(at("2026-10-06T08:59:59Z")),
        }
        miss
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn fr_13_a_grant_that_misses_by_one_thing_gives_nothing(
        misses in proptest::collection::vec(near_miss(), 0..5), act in any_act(), general in proptest::bool::ANY,
    ) {
        let document = if general { entry() } else { decision() };
        let moment = Situation { grants: misses, ..situation() };
        prop_assert!(decide(&liisa(), Act::Search, &search(), &moment).is_err());
        prop_assert!(decide(&liisa(), act, &about(document), &moment).is_err());
    }

    #[test]
    fn fr_13_one_right_grant_among_misses_is_enough(
        misses in proptest::collection::vec(near_miss(), 0..5), at in 0usize..5,
    ) {
        let mut grants = misses;
        grants.insert(at.min(grants.len()), grant());
        let moment = Situation { grants, ..situation() };
        let found = decide(&liisa(), Act::Search, &search(), &moment);
        prop_assert_eq!(found.unwrap().ground().reference(), grant().key());
        prop_assert!(decide(&liisa(), Act::Write, &about(entry()), &moment).is_ok());
    }

    #[test]
    fn fr_101_no_grant_ever_shows_a_denied_group((worker, moment, document) in granted()) {
        let subject = Subject { clients: vec![aino(), eetu()], document: None, ..search() };
        let denied = DeniedGroup::ALL.iter().any(|group| in_group(&document, *group));
        if let Ok(found) = decide(&worker, Act::Search, &subject, &moment) {
            prop_assert!(!(denied && found.covers(&document)));
        }
        prop_assert!(!(denied && decide(&worker, Act::Read, &about(document), &moment).is_ok()));
    }

    #[test]
    fn fr_101_an_organiser_narrows_and_never_widens(
        (worker, moment, document) in granted(), types in proptest::collection::btree_set("1[59]0[01][0-9]", 0..3),
        case in proptest::bool::ANY, service in proptest::option::of(any_service()),
    ) {
        let subject = Subject { clients: vec![aino(), eetu()], document: None, ..search() };
        let narrowing = Narrowing { service, types: Some(types), case: case.then(|| CaseId::parse("1.2.3.4").unwrap()) };
        let narrowed = Situation { narrowings: vec![narrowing], ..moment.clone() };
        let wide = decide(&worker, Act::Search, &subject, &moment);
        let narrow = decide(&worker, Act::Search, &subject, &narrowed);
        prop_assert_eq!(wide.is_ok(), narrow.is_ok());
        if let (Ok(wide), Ok(narrow)) = (wide, narrow) {
            prop_assert!(!narrow.covers(&document) || wide.covers(&document));
        }
    }

    #[test]
    fn a_stronger_login_never_takes_away(
        worker in any_worker(), moment in any_moment(), document in any_document(), act in any_act(),
    ) {
        let subject = about(document);
        let card = Actor { login: LoginStrength::Card, ..worker.clone() };
        if decide(&worker, act, &subject, &moment).is_ok() {
            prop_assert!(decide(&card, act, &subject, &moment).is_ok());
        }
    }

    #[test]
    fn fr_17_under_a_right_nothing_is_told_that_depends_on_another_client_or_unit(
        worker in any_worker(), moment in any_moment(), document in any_document(), act in any_act(),
    ) {
        if let Err(denied) = decide(&worker, act, &about(document), &moment) {
            prop_assert!(!denied.told().hidden_under_grant() || denied.told() == Refusal::RkoNotValid);
            prop_assert_ne!(denied.told(), Refusal::DenialInForce);
        }
    }

    #[test]
    fn what_is_found_can_be_read_and_nothing_else((worker, moment, document) in granted()) {
        let subject = Subject { clients: vec![aino(), eetu()], document: None, ..search() };
        if let Ok(found) = decide(&worker, Act::Search, &subject, &moment) {
            let read = decide(&worker, Act::Read, &about(document.clone()), &moment).is_ok();
            prop_assert_eq!(found.covers(&document), read);
        }
    }
}
