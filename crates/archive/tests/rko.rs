//! Register access rights from the outside: bytes on `/sanomat`, both databases.

mod common;

use archive::{
    joining::{self, Joining},
    testing::{documents::Row, *},
};
use common::*;
use kanta::query::QueryKind;
use records::time::Clock;
use store::testing::for_each_engine;

#[tokio::test]
async fn fr_13_a_right_comes_into_being_only_with_the_unit_row() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let (case, relationship) = world.open_client(&marja, AINO, &[]).await;
        let entry = world.entry(&liisa, JHHVA, &case, AINO, ENTRY_AT, "Rauhallinen aamu.");
        expect(&world, &liisa, &entry, "RKO_NOT_VALID").await;
        assert_eq!(search(&world, &liisa, by_case(QueryKind::Document, &case)).await.code(), "RKO_NOT_VALID");

        let granted = world.next_relationship(&marja, &relationship, AINO, &[Row::from(AHOLA, "2026-09-28")]);
        expect(&world, &marja, &granted, "AA").await;
        expect(&world, &liisa, &entry, "AA").await;
        let found = search(&world, &liisa, by_case(QueryKind::Document, &case)).await.answer();
        assert!(found.rows.iter().any(|row| row.header.id == entry.header.id));
    })
    .await;
}

#[tokio::test]
async fn fr_14_a_right_to_one_client_is_none_to_another() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (other, _) = aino.world.open_client(&aino.marja, LEENA, &[]).await;
        aino.stored_entry().await;
        let entry = aino.world.entry(&aino.liisa, JHHVA, &other, LEENA, ENTRY_AT, "Toisen asiakkaan asia.");
        expect(&aino.world, &aino.liisa, &entry, "RKO_NOT_VALID").await;
        let wrong_client = aino.world.entry(&aino.liisa, JHHVA, &aino.case, LEENA, ENTRY_AT, "Väärä asiakas.");
        expect(&aino.world, &aino.liisa, &wrong_client, "RKO_NOT_VALID").await;
        assert_eq!(aino.finds(&aino.liisa, by_case(QueryKind::Document, &other)).await, Err("RKO_NOT_VALID".into()));
    })
    .await;
}

#[tokio::test]
async fn fr_16_the_case_oid_opens_the_clients_data_with_a_card_only() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        assert!(found.contains(&entry.header.id.as_str().to_owned()));
        let without = aino.liisa.clone().without_card();
        let refused = aino.finds(&without, by_case(QueryKind::Metadata, &aino.case)).await;
        assert_eq!(refused, Err("STRONG_AUTH_REQUIRED".into()));
    })
    .await;
}

#[tokio::test]
async fn fr_17_another_unit_of_the_same_company_gets_nothing() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let henna = aino.world.worker("henna");
        assert_eq!(aino.finds(&henna, by_case(QueryKind::Document, &aino.case)).await, Err("RKO_NOT_VALID".into()));
        let entry = aino.world.entry(&henna, JHHVA, &aino.case, AINO, ENTRY_AT, "Väärästä yksiköstä.");
        expect(&aino.world, &henna, &entry, "RKO_NOT_VALID").await;
    })
    .await;
}

#[tokio::test]
async fn fr_20_a_document_by_right_is_the_organisers_and_found_at_once() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let found = search(&aino.world, &aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.answer();
        let at = found.rows.iter().position(|row| row.header.id == entry.header.id).expect("found at once");
        assert_eq!(found.rows[at].header.custodian.id.as_str(), JHHVA);
        assert_eq!(found.rows[at].header.unit.as_ref().unwrap().id.as_str(), AHOLA);
        // Nothing of it is in the producer's own register.
        let own = aino.finds(&aino.liisa, by_client(QueryKind::Document, KIELO, AINO)).await;
        assert_eq!(own, Err("NO_CONTEXT_RELATION".into()));
    })
    .await;
}

#[tokio::test]
async fn fr_21_the_right_stops_at_midnight_finnish_time_after_its_end() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let rows = [Row::from(AHOLA, "2026-09-28").until("2026-11-15")];
        let ended = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &rows);
        expect(&aino.world, &aino.marja, &ended, "AA").await;
        aino.world.clock.set("2026-11-15T21:59:59Z");
        assert!(aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.is_ok());
        aino.world.clock.set("2026-11-15T22:00:00Z");
        assert_eq!(
            aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await,
            Err("RKO_NOT_VALID".into())
        );
        // FR-22: a late entry about a day inside the right is taken, a later day is not.
        aino.world.clock.set("2026-11-17T10:00:00Z");
        expect(&aino.world, &aino.liisa, &aino.entry_at("2026-11-14T10:00:00+02:00"), "AA").await;
        expect(&aino.world, &aino.liisa, &aino.entry_at("2026-11-17T10:00:00+02:00"), "RKO_NOT_VALID").await;
        aino.world.clock.set("2026-12-20T10:00:00Z");
        expect(&aino.world, &aino.liisa, &aino.entry_at("2026-11-14T11:00:00+02:00"), "RKO_NOT_VALID").await;
    })
    .await;
}

#[tokio::test]
async fn fr_24_both_parties_must_have_joined_with_the_function() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        for changed in [
            Joining { state: "suspended".into(), ..Joining::joined(KIELO) },
            Joining { rko: false, ..Joining::joined(KIELO) },
            Joining { system_kind: "patient".into(), ..Joining::joined(KIELO) },
            Joining { rko: false, ..Joining::joined(JHHVA) },
        ] {
            join(&aino.world, &changed).await;
            expect(&aino.world, &aino.liisa, &aino.entry(), "ORG_NOT_JOINED").await;
            let refused = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await;
            assert_eq!(refused, Err("ORG_NOT_JOINED".into()));
            join(&aino.world, &Joining::joined(&changed.organisation)).await;
        }
        expect(&aino.world, &aino.liisa, &aino.entry(), "AA").await;
    })
    .await;
}

async fn join(world: &World, joining: &Joining) {
    let mut tx = world.app.db.write().await.unwrap();
    joining::set(&mut tx, joining, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn fr_25_before_go_live_nothing_is_taken() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut tx = aino.world.app.db.write().await.unwrap();
        joining::set_go_live(&mut tx, JHHVA, "IAKAS", "2026-10-01".parse().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
        expect(&aino.world, &aino.liisa, &aino.entry(), "GO_LIVE_NOT_REACHED").await;
        aino.world.clock.set("2026-10-01T09:00:00Z");
        expect(&aino.world, &aino.liisa, &aino.entry(), "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_28_one_countys_search_never_shows_anothers_documents() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let mut query = by_case(QueryKind::Document, &aino.case);
        query.controller = organisation(RSHVA);
        assert_eq!(aino.finds(&aino.liisa, query).await, Err("RKO_NOT_VALID".into()));
        let oona = aino.world.worker("oona");
        let refused = aino.finds(&oona, by_client(QueryKind::Document, RSHVA, AINO)).await;
        assert_eq!(refused, Err("NO_CONTEXT_RELATION".into()));
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        assert!(found.contains(&entry.header.id.as_str().to_owned()));
    })
    .await;
}

/// The bytes of a refused search, without message ids and time.
async fn refusal_bytes(aino: &Aino, member: &Member, case: &records::id::CaseId) -> Vec<u8> {
    let reply = search(&aino.world, member, by_case(QueryKind::Document, case)).await;
    assert_eq!(reply.code(), "RKO_NOT_VALID");
    let mut answer = match reply {
        Reply::Answer(answer) => *answer,
        other => panic!("{}", other.code()),
    };
    answer.message_id.extension = String::new();
    answer.target.extension = String::new();
    answer.created = "2026-09-28T09:00:00Z".parse().unwrap();
    kanta::query::encode_response(&answer)
}

/// decisions.md 3: every refusal under a grant has the same bytes but for message ids and time.
#[tokio::test]
async fn fr_13_refusals_under_a_grant_look_the_same() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let (other, _) = aino.world.open_client(&aino.marja, LEENA, &[]).await;
        let unknown = aino.world.case_id(JHHVA);
        let henna = aino.world.worker("henna");
        let mut seen = Vec::new();
        for (member, case) in [(&aino.liisa, &unknown), (&aino.liisa, &other), (&henna, &aino.case)] {
            seen.push(refusal_bytes(&aino, member, case).await);
        }
        aino.world.clock.set("2026-09-27T12:00:00Z");
        seen.push(refusal_bytes(&aino, &aino.liisa, &aino.case).await);
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "a refusal tells its cause");
    })
    .await;
}

/// The same for storing: unknown case, other client, other unit and no right yet give one and the same acknowledgement.
#[tokio::test]
async fn fr_17_refused_documents_under_a_grant_look_the_same() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (other, _) = aino.world.open_client(&aino.marja, LEENA, &[]).await;
        let unknown = aino.world.case_id(JHHVA);
        let henna = aino.world.worker("henna");
        let mut seen = Vec::new();
        for (member, case, hetu) in [
            (&aino.liisa, &unknown, AINO),
            (&aino.liisa, &other, LEENA),
            (&aino.liisa, &aino.case, LEENA),
            (&henna, &aino.case, AINO),
        ] {
            let entry = aino.world.entry(member, JHHVA, case, hetu, ENTRY_AT, "Ei oikeutta.");
            let Reply::Ack(mut ack) = aino.world.store(member, &entry).await else { panic!("not an acknowledgement") };
            ack.message_id.extension = String::new();
            ack.target = None;
            seen.push(kanta::ack::encode(&ack));
        }
        assert!(String::from_utf8_lossy(&seen[0]).contains("RKO_NOT_VALID"));
        assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "a refusal tells its cause");
    })
    .await;
}

/// Grants are written by the intake of relationship documents only: dropped and rebuilt they are the same.
#[tokio::test]
async fn fr_13_grants_rebuilt_from_the_documents_are_the_same() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.world.open_client(&aino.marja, LEENA, &[Row::from(LEHTO, "2026-09-01").until("2026-09-20")]).await;
        aino.world.clock.set("2026-10-01T09:00:00Z");
        let rows = [Row::from(AHOLA, "2026-09-28").until("2026-10-05"), Row::from(LEHTO, "2026-10-06")];
        let second = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &rows);
        expect(&aino.world, &aino.marja, &second, "AA").await;
        let before = grants(&aino.world).await;
        assert!(before.len() >= 6);
        let mut tx = aino.world.app.db.write().await.unwrap();
        sqlx::query("DELETE FROM grants").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(archive::rebuild_grants(&aino.world.app).await.unwrap(), before.len());
        assert_eq!(grants(&aino.world).await, before);
    })
    .await;
}

async fn grants(world: &World) -> Vec<(String, i64, String, String, String, String, i64, i64)> {
    let mut tx = world.app.db.read().await.unwrap();
    sqlx::query_as(
        "SELECT document_oid, row_number, client, unit, starts, ends, granted_at, superseded_at FROM grants \
         ORDER BY document_oid, row_number",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

#[tokio::test]
async fn fr_103_a_document_on_anothers_behalf_names_the_basis() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut entry = aino.entry();
        entry.header.outsourcing_customer = None;
        let reply = aino.world.store(&aino.liisa, &entry).await;
        assert_eq!(reply.code(), "CONTEXT_MISSING");
        assert!(reply.texts().contains("käsittelyn peruste"));
        aino.stored_entry().await;
    })
    .await;
}

#[tokio::test]
async fn fr_46_an_entry_goes_without_a_card_but_a_correction_does_not() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mobile = aino.liisa.clone().without_card();
        let entry = aino.entry();
        expect(&aino.world, &mobile, &entry, "AA").await;
        let corrected = aino.world.next_version(&entry);
        expect(&aino.world, &mobile, &corrected, "STRONG_AUTH_REQUIRED").await;
        expect(&aino.world, &aino.liisa, &corrected, "AA").await;
        // FR-47: in strict mode the same entry needs a card.
        join(&aino.world, &Joining { strict: true, ..Joining::joined(KIELO) }).await;
        expect(&aino.world, &mobile, &aino.entry(), "STRONG_AUTH_REQUIRED").await;
    })
    .await;
}

#[tokio::test]
async fn fr_101_a_grant_shows_what_carrying_out_may_see_and_no_more() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let own = aino.stored_entry().await;
        // The organiser's own entry of its own unit is not of the granted service's carrying out.
        let mut visit = aino.world.entry(&aino.marja, JHHVA, &aino.case, AINO, ENTRY_AT, "Kotikäynti.");
        visit.header.process = Some(kanta::Code::new("2"));
        expect(&aino.world, &aino.marja, &visit, "AA").await;
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        assert!(found.contains(&own.header.id.as_str().to_owned()));
        assert!(!found.contains(&visit.header.id.as_str().to_owned()), "an assessment's entry is outside the right");
        // An unknown duty has no right at all.
        let stranger = Member { duty: "kaikki".to_owned(), ..aino.liisa.clone() };
        assert_eq!(aino.finds(&stranger, by_case(QueryKind::Document, &aino.case)).await, Err("ACTOR_INVALID".into()));
    })
    .await;
}

/// functional specification 3.3: the signed relationship document names all units and tasks of the client and cannot be
/// cut to the provider's own rows, so a grant never gives it; nor does it give metadata by which it could be fetched.
#[tokio::test]
async fn fr_101_the_relationship_document_is_not_given_under_a_grant() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let relationship = aino.relationship.header.id.as_str().to_owned();
        for kind in [QueryKind::Relationship, QueryKind::Metadata, QueryKind::Document] {
            let found = aino.finds(&aino.liisa, by_case(kind, &aino.case)).await.unwrap();
            assert!(!found.contains(&relationship), "{kind:?}");
            let mut named = by_case(kind, &aino.case);
            named.document = Some(aino.relationship.header.id.clone());
            assert_eq!(aino.finds(&aino.liisa, named.clone()).await, Err("RKO_NOT_VALID".into()), "{kind:?}");
            let own = aino.finds(&aino.marja, named).await;
            assert_eq!(own, Ok(vec![relationship.clone()]), "the organiser's own search, {kind:?}");
        }
    })
    .await;
}

/// What a grant to one client reaches cannot be widened by what else the question names.
#[tokio::test]
async fn fr_14_a_question_that_mixes_clients_cases_and_documents_gives_nothing() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let own = aino.stored_entry().await;
        let (other, _) = aino.world.open_client(&aino.marja, LEENA, &[]).await;
        let visit = aino.world.entry(&aino.marja, JHHVA, &other, LEENA, ENTRY_AT, "Toisen asiakkaan käynti.");
        expect(&aino.world, &aino.marja, &visit, "AA").await;
        let mut by_other_client = by_case(QueryKind::Document, &aino.case);
        by_other_client.client = Some(documents::client(LEENA));
        let mut by_other_case = by_case(QueryKind::Document, &other);
        by_other_case.client = Some(documents::client(AINO));
        let mut by_document = by_case(QueryKind::Document, &aino.case);
        by_document.document = Some(visit.header.id.clone());
        let mut by_set = by_case(QueryKind::Document, &aino.case);
        by_set.set = Some(visit.header.set_id.clone());
        for query in [by_other_client, by_other_case, by_document] {
            assert_eq!(aino.finds(&aino.liisa, query).await, Err("RKO_NOT_VALID".into()));
        }
        assert_eq!(aino.finds(&aino.liisa, by_set).await, Ok(Vec::new()));
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        assert!(found.contains(&own.header.id.as_str().to_owned()));
    })
    .await;
}

/// FR-23: a provider neither corrects nor invalidates what others have made, and cannot tell whether it exists.
#[tokio::test]
async fn fr_23_a_provider_changes_only_its_own_documents() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let own = aino.stored_entry().await;
        let theirs = aino.world.entry(&aino.marja, JHHVA, &aino.case, AINO, ENTRY_AT, "Järjestäjän oma käynti.");
        expect(&aino.world, &aino.marja, &theirs, "AA").await;
        let mut taken = aino.world.next_version(&own);
        taken.header.set_id = theirs.header.set_id.clone();
        if let Some(replaced) = &mut taken.header.replaces {
            replaced.id = theirs.header.id.clone();
            replaced.set_id = theirs.header.set_id.clone();
        }
        expect(&aino.world, &aino.liisa, &taken, "NOT_AUTHOR").await;
        let nullify = async |document: &kanta::document::Document| {
            let frame =
                kanta::frame::nullify(&document.header, "Väärä asiakas", aino.world.sending(&aino.liisa, JHHVA));
            aino.world.send(&aino.liisa, &frame).await.code()
        };
        assert_eq!(nullify(&theirs).await, "NOT_AUTHOR");
        assert_eq!(nullify(&own).await, "AA");
    })
    .await;
}

/// decisions.md 4: an organiser narrows per service; what it narrows for one leaves the grants for another as they are.
#[tokio::test]
async fn fr_101_an_organiser_narrows_one_service_and_leaves_the_other() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let mut cases = Vec::new();
        for (hetu, service) in [(AINO, "85"), (LEENA, "46")] {
            let rows = [Row::from(AHOLA, "2026-09-28").on(service)];
            let (case, _) = world.open_client(&marja, hetu, &rows).await;
            let plan = world.sample(&marja, JHHVA, &case, hetu, "15003", records::code::ServiceProcess::Planning);
            expect(&world, &marja, &plan, "AA").await;
            cases.push((case, plan.header.id.as_str().to_owned()));
        }
        let narrow = async |service: &str, types: &[&str]| {
            let types: Vec<String> = types.iter().map(|code| (*code).to_owned()).collect();
            let mut tx = world.app.db.write().await.unwrap();
            joining::set_scope(&mut tx, JHHVA, service, &types).await.unwrap();
            tx.commit().await.unwrap();
        };
        let plans_found = async || {
            let mut found = Vec::new();
            for (case, plan) in &cases {
                let answer = search(&world, &liisa, by_case(QueryKind::Metadata, case)).await.answer();
                found.push(answer.rows.iter().any(|row| row.header.id.as_str() == plan));
            }
            found
        };
        assert_eq!(plans_found().await, [true, true]);
        narrow("85", &["19007"]).await;
        assert_eq!(plans_found().await, [false, true]);
        narrow("46", &["15003"]).await;
        assert_eq!(plans_found().await, [false, true]);
        narrow("*", &["19007"]).await;
        assert_eq!(plans_found().await, [false, false]);
        for service in ["*", "85", "46"] {
            narrow(service, &[]).await;
        }
        assert_eq!(plans_found().await, [true, true]);
    })
    .await;
}

/// Who has joined, first days and narrowings are remembered between messages; a change by whatever hand counts from the
/// next message on, and one that was not committed never.
#[tokio::test]
async fn fr_24_a_change_of_joining_counts_from_the_next_message() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await.header.id.as_str().to_owned();
        let ask = async || aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await;
        let found = |answer: &Result<Vec<String>, String>| answer.as_ref().is_ok_and(|rows| rows.contains(&entry));
        let change = async |sql: &'static str, commit: bool| {
            let mut tx = aino.world.app.db.write().await.unwrap();
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
            if commit { tx.commit().await.unwrap() } else { tx.rollback().await.unwrap() }
        };
        assert!(found(&ask().await) && found(&ask().await));
        for (away, back) in [
            ("UPDATE joining SET state = 'suspended'", "UPDATE joining SET state = 'joined'"),
            ("UPDATE go_live SET starts = '2030-01-01'", "UPDATE go_live SET starts = '2020-01-01'"),
        ] {
            change(away, false).await;
            assert!(found(&ask().await), "{away}: rolled back");
            change(away, true).await;
            assert!(!found(&ask().await), "{away}: not seen");
            change(back, true).await;
            assert!(found(&ask().await), "{back}: not seen");
        }
        change("DELETE FROM go_live", true).await;
        assert!(!found(&ask().await));
    })
    .await;
}
