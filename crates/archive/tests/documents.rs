//! Documents, versions, registers and signatures from the outside: bytes on `/sanomat`, both databases.

mod common;

use archive::testing::{documents::Row, *};
use common::*;
use kanta::query::QueryKind;
use records::code::ServiceProcess;
use store::testing::for_each_engine;

#[tokio::test]
async fn fr_01_the_case_document_comes_before_any_other_of_the_case() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let unopened = aino.world.case_id(JHHVA);
        let entry = aino.world.entry(&aino.marja, JHHVA, &unopened, AINO, ENTRY_AT, "Ennen asiaa.");
        expect(&aino.world, &aino.marja, &entry, "CASE_UNKNOWN").await;
        expect(&aino.world, &aino.marja, &aino.world.case(&aino.marja, &unopened, AINO), "AA").await;
        expect(&aino.world, &aino.marja, &entry, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_03_a_document_needs_a_case_of_its_register() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut entry = aino.world.entry(&aino.marja, JHHVA, &aino.case, AINO, ENTRY_AT, "Ilman asiaa.");
        entry.header.case = None;
        let reply = aino.world.store(&aino.marja, &entry).await;
        assert!(reply.texts().contains("asia"), "{}", reply.texts());
        assert!(["CONTEXT_MISSING", "HEADER_INVALID"].contains(&reply.code().as_str()), "{}", reply.code());
        entry.header.case = Some(aino.world.case_id(JHHVA));
        expect(&aino.world, &aino.marja, &entry, "CASE_UNKNOWN").await;
        entry.header.case = Some(aino.case.clone());
        expect(&aino.world, &aino.marja, &entry, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_04_a_client_has_several_open_cases() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let second = aino.world.case_id(JHHVA);
        expect(&aino.world, &aino.marja, &aino.world.case(&aino.marja, &second, AINO), "AA").await;
        let found = search(&aino.world, &aino.marja, by_client(QueryKind::Case, JHHVA, AINO)).await.answer();
        let cases: Vec<_> = found.rows.iter().filter_map(|row| row.header.case.clone()).collect();
        assert!(cases.contains(&aino.case) && cases.contains(&second));
        // A second set for the same case is no second case.
        expect(&aino.world, &aino.marja, &aino.world.case(&aino.marja, &second, AINO), "VERSION_CONFLICT").await;
    })
    .await;
}

#[tokio::test]
async fn fr_07_a_closed_case_takes_no_new_documents() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let case = aino.world.case_id(JHHVA);
        let first = aino.world.case(&aino.marja, &case, AINO);
        expect(&aino.world, &aino.marja, &first, "AA").await;
        let closing = "2026-09-27".parse().unwrap();
        let mut closed = aino.world.case_of(&aino.marja, &case, AINO, |case| case.closed_on(closing));
        closed.header.set_id = first.header.set_id.clone();
        closed.header.version = 2;
        closed.header.replaces = aino.world.next_version(&first).header.replaces;
        expect(&aino.world, &aino.marja, &closed, "AA").await;
        let entry = |at| aino.world.entry(&aino.marja, JHHVA, &case, AINO, at, "Suljettu asia.");
        expect(&aino.world, &aino.marja, &entry(ENTRY_AT), "CASE_CLOSED").await;
        expect(&aino.world, &aino.marja, &entry("2026-09-26T10:00:00+03:00"), "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_09_one_live_relationship_per_client_and_register() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let second = aino.world.relationship(&aino.marja, &aino.world.relationship_id(JHHVA), AINO, &[]);
        expect(&aino.world, &aino.marja, &second, "VERSION_CONFLICT").await;
        let next = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &[]);
        expect(&aino.world, &aino.marja, &next, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_10_rows_that_have_ended_stay() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let ended = [Row::from(AHOLA, "2026-09-10").until("2026-09-20")];
        let (_, relationship) = aino.world.open_client(&aino.marja, LEENA, &ended).await;
        let without = aino.world.next_relationship(&aino.marja, &relationship, LEENA, &[]);
        expect(&aino.world, &aino.marja, &without, "SCHEMA_INVALID").await;
        let with = aino.world.next_relationship(&aino.marja, &relationship, LEENA, &ended);
        expect(&aino.world, &aino.marja, &with, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_11_units_must_be_known_and_valid() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let with = |rows: &[Row]| world.relationship(&marja, &world.relationship_id(JHHVA), AINO, rows);
        expect(&world, &marja, &with(&[Row::from("1.2.246.10.99990031.10.999", "2026-09-28")]), "ORG_UNKNOWN").await;
        // Closed on 31.12.2025.
        expect(&world, &marja, &with(&[Row::from("1.2.246.10.99990015.10.15", "2026-09-28")]), "UNIT_EXPIRED").await;
        assert_eq!(world.count("documents").await, 0);
        expect(&world, &marja, &with(&[Row::from(AHOLA, "2026-09-28")]), "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_27_the_register_follows_the_case() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let ritva = aino.world.worker("ritva");
        let (own_case, _) = aino.world.open_client(&ritva, LEENA, &[]).await;
        let own = aino.world.entry(&ritva, KIELO, &own_case, LEENA, ENTRY_AT, "Oma sopimus.");
        expect(&aino.world, &ritva, &own, "AA").await;
        // Leena's entry with Aino's case, and Aino's with the producer's own case.
        let crossed = aino.world.entry(&ritva, KIELO, &aino.case, LEENA, ENTRY_AT, "Väärä asia.");
        expect(&aino.world, &ritva, &crossed, "REGISTER_MISMATCH").await;
        let other_way = aino.world.entry(&aino.liisa, JHHVA, &own_case, AINO, ENTRY_AT, "Väärä rekisteri.");
        expect(&aino.world, &aino.liisa, &other_way, "REGISTER_MISMATCH").await;
        // The organiser does not see the producer's own client.
        let refused = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, LEENA)).await;
        assert_eq!(refused, Err("NO_CONTEXT_RELATION".into()));
    })
    .await;
}

#[tokio::test]
async fn fr_27_a_new_version_stays_in_the_register_of_the_first() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let (tasks, services) = (aino.liisa.tasks.clone(), vec!["85".to_owned()]);
        let oona = Member { tasks, services, ..aino.world.worker("oona") };
        let (case, _) = aino.world.open_client(&oona, AINO, &[]).await;
        let there = aino.world.entry(&oona, RSHVA, &case, AINO, ENTRY_AT, "Toisaalla.");
        expect(&aino.world, &oona, &aino.world.following(there.clone(), &entry, "korjaus"), "REGISTER_MISMATCH").await;
        expect(&aino.world, &oona, &there, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_29_every_entry_is_a_document_of_its_own() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (first, second) = (aino.stored_entry().await, aino.stored_entry().await);
        assert_ne!(first.header.id, second.header.id);
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        assert!([&first, &second].iter().all(|entry| found.contains(&entry.header.id.as_str().to_owned())));
        // The same OID for another entry is refused and changes nothing.
        let mut twin = aino.world.entry(&aino.liisa, JHHVA, &aino.case, AINO, ENTRY_AT, "Toinen teksti.");
        let id = (twin.header.id.as_str().to_owned(), first.header.id.as_str().to_owned());
        twin.header.id = first.header.id.clone();
        twin.header.set_id = first.header.set_id.clone();
        if let kanta::document::Body::Structured { xhtml, .. } = &mut twin.body {
            *xhtml = xhtml.replace(&id.0, &id.1);
        }
        expect(&aino.world, &aino.liisa, &twin, "DUPLICATE_OID").await;
    })
    .await;
}

#[tokio::test]
async fn fr_30_all_fourteen_kinds_of_entry_are_archived() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        // Therapy and examinations are written by those who carry out the service, never by those who arrange it.
        let worker = Member { duty: "toteutus".to_owned(), ..aino.marja.clone() };
        let therapy = aino.world.sample(&aino.marja, JHHVA, &aino.case, AINO, "19014", ServiceProcess::CarryingOut);
        expect(&aino.world, &aino.marja, &therapy, "ROLE_FORBIDDEN").await;
        let kinds = (19001..=19015).filter(|kind| *kind != 19011).map(|kind| kind.to_string());
        for kind in kinds {
            let process = ServiceProcess::CarryingOut;
            let entry = aino.world.sample(&worker, JHHVA, &aino.case, AINO, &kind, process);
            let mut empty = entry.clone();
            if let kanta::document::Body::Structured { json, .. } = &mut empty.body {
                let value: serde_json::Value = serde_json::from_slice(json).unwrap();
                let key = value.as_object().unwrap().keys().next().unwrap().clone();
                *json = serde_json::json!({ key: {} }).to_string().into_bytes();
            }
            let reply = aino.world.store(&worker, &empty).await;
            assert_eq!(reply.code(), "SCHEMA_INVALID", "{kind}: {}", reply.texts());
            let reply = aino.world.store(&worker, &entry).await;
            assert_eq!(reply.code(), "AA", "{kind}: {}", reply.texts());
        }
    })
    .await;
}

#[tokio::test]
async fn fr_34_a_draft_never_enters_the_archive() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut draft = aino.entry();
        draft.header.record_status = kanta::Code::new("1");
        let reply = aino.world.store(&aino.liisa, &draft).await;
        assert!(["CODE_INVALID", "HEADER_INVALID"].contains(&reply.code().as_str()), "{}", reply.code());
        draft.header.record_status = kanta::Code::new("3");
        expect(&aino.world, &aino.liisa, &draft, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_31_each_missing_item_of_context_is_named() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let refused = async |change: &dyn Fn(&mut kanta::document::Header), word: &str| {
            let mut entry = aino.entry();
            change(&mut entry.header);
            let reply = aino.world.store(&aino.liisa, &entry).await;
            assert!(["CONTEXT_MISSING", "HEADER_INVALID"].contains(&reply.code().as_str()), "{word}: {}", reply.code());
        };
        refused(&|header| header.process = None, "palveluprosessi").await;
        refused(&|header| header.unit = None, "palveluyksikkö").await;
        refused(&|header| header.tasks.clear(), "palvelutehtävä").await;
        let mut entry = aino.entry();
        entry.header.services.clear();
        strip_services(&mut entry);
        let reply = aino.world.store(&aino.liisa, &entry).await;
        assert_eq!(reply.code(), "CONTEXT_MISSING");
        assert!(reply.texts().contains("sosiaalipalvelu"), "{}", reply.texts());
        aino.stored_entry().await;
    })
    .await;
}

/// Takes the social service out of the content.
fn strip_services(document: &mut kanta::document::Document) {
    if let kanta::document::Body::Structured { json, .. } = &mut document.body {
        let mut value: serde_json::Value = serde_json::from_slice(json).unwrap();
        value["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]
            .as_object_mut()
            .unwrap()
            .remove("sosiaalipalvelu");
        *json = value.to_string().into_bytes();
    }
}

#[tokio::test]
async fn fr_33_content_outside_the_structure_is_refused_with_the_fields_finnish_name() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut entry = aino.entry();
        if let kanta::document::Body::Structured { json, .. } = &mut entry.body {
            let mut value: serde_json::Value = serde_json::from_slice(json).unwrap();
            value["merkinta_asiakkaan_arjesta"]["laatija"].as_object_mut().unwrap().remove("sukunimi");
            *json = value.to_string().into_bytes();
        }
        let reply = aino.world.store(&aino.liisa, &entry).await;
        assert_eq!(reply.code(), "SCHEMA_INVALID");
        assert!(reply.texts().contains("Sukunimi"), "{}", reply.texts());
        aino.stored_entry().await;
    })
    .await;
}

#[tokio::test]
async fn fr_35_a_correction_is_the_next_version_and_the_second_of_two_conflicts() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let first = aino.stored_entry().await;
        let (second, rival) = (aino.world.next_version(&first), aino.world.next_version(&first));
        expect(&aino.world, &aino.liisa, &second, "AA").await;
        expect(&aino.world, &aino.liisa, &rival, "VERSION_CONFLICT").await;
        let mut skipped = aino.world.next_version(&second);
        skipped.header.version = 4;
        skipped.header.replaces.as_mut().unwrap().version = 3;
        let reply = aino.world.store(&aino.liisa, &skipped).await;
        assert!(["VERSION_CONFLICT", "HEADER_INVALID"].contains(&reply.code().as_str()), "{}", reply.code());

        let mut query = by_client(QueryKind::Document, JHHVA, AINO);
        query.set = Some(first.header.set_id.clone());
        let newest = aino.finds(&aino.marja, query.clone()).await.unwrap();
        assert_eq!(newest, [second.header.id.as_str()]);
        query.all_versions = true;
        let history = aino.finds(&aino.marja, query.clone()).await.unwrap();
        assert_eq!(history.len(), 2);
        // Under the right no history is shown.
        query = by_case(QueryKind::Document, &aino.case);
        query.all_versions = true;
        let shown = aino.finds(&aino.liisa, query).await.unwrap();
        assert!(!shown.contains(&first.header.id.as_str().to_owned()));
    })
    .await;
}

#[tokio::test]
async fn fr_36_an_invalidated_document_is_gone_and_its_reason_stays_in_the_log() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let frame = |member: &Member, reason: &str| {
            kanta::frame::nullify(&entry.header, reason, aino.world.sending(member, JHHVA))
        };
        assert_eq!(aino.world.send(&aino.liisa, &frame(&aino.liisa, "")).await.code(), "REASON_REQUIRED");
        let mobile = aino.liisa.clone().without_card();
        assert_eq!(aino.world.send(&mobile, &frame(&mobile, "väärä asiakas")).await.code(), "STRONG_AUTH_REQUIRED");
        let henna = aino.world.worker("henna");
        assert_eq!(aino.world.send(&henna, &frame(&henna, "väärä asiakas")).await.code(), "RKO_NOT_VALID");
        let reply = aino.world.send(&aino.liisa, &frame(&aino.liisa, "kirjattu väärälle asiakkaalle")).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        let found = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.unwrap();
        assert!(!found.contains(&entry.header.id.as_str().to_owned()));
        let corrected = aino.world.next_version(&entry);
        expect(&aino.world, &aino.liisa, &corrected, "DOC_INVALIDATED").await;
        assert!(log_of(&aino).await.iter().any(|row| {
            row.reason.as_ref().and_then(|reason| reason.text.as_deref()) == Some("kirjattu väärälle asiakkaalle")
        }));
    })
    .await;
}

async fn log_of(aino: &Aino) -> Vec<store::LogRow> {
    let mut tx = aino.world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &aino.world.app.vault, JHHVA, store::log::Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test]
async fn fr_39_a_document_without_the_organisations_signature_is_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let unsigned = kanta::document::encode(&entry);
        assert_eq!(aino.world.archive(&aino.liisa, &entry, unsigned).await.code(), "SIGNATURE_MISSING");
        let foreign = aino.world.sign(&entry, RSHVA);
        assert_eq!(aino.world.archive(&aino.liisa, &entry, foreign).await.code(), "SIGNATURE_INVALID");
        let signed = aino.world.sign(&entry, KIELO);
        let text = String::from_utf8(signed).unwrap();
        let at = text.find("<ds:DigestValue>").expect("a digest") + 20;
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(aino.world.archive(&aino.liisa, &entry, changed).await.code(), "SIGNATURE_INVALID");
        assert_eq!(aino.world.archive(&aino.liisa, &entry, text.into_bytes()).await.code(), "AA");
    })
    .await;
}

#[tokio::test]
async fn fr_40_the_structure_says_whether_a_professional_must_sign() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let antti = Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") };
        let decision = aino.world.sample(&antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging);
        expect(&aino.world, &antti, &decision, "SIGNATURE_MISSING").await;
        let signed = professional(&aino, &decision, "antti");
        let reply = aino.world.archive(&antti, &decision, signed).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        // An entry and an implementation plan need the system's signature only.
        let plan = aino.world.sample(&aino.liisa, JHHVA, &aino.case, AINO, "15004", ServiceProcess::CarryingOut);
        expect(&aino.world, &aino.liisa, &plan, "AA").await;
        aino.stored_entry().await;
    })
    .await;
}

#[tokio::test]
async fn fr_42_the_signer_is_the_one_whom_the_content_names() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let antti = Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") };
        let decision = aino.world.sample(&antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging);
        let by_another = professional(&aino, &decision, "marja");
        assert_eq!(aino.world.archive(&antti, &decision, by_another).await.code(), "SIGNER_FORBIDDEN");
        let by_himself = professional(&aino, &decision, "antti");
        assert_eq!(aino.world.archive(&antti, &decision, by_himself).await.code(), "AA");
    })
    .await;
}

/// The document signed with a worker's card, then by the organiser's system.
fn professional(aino: &Aino, document: &kanta::document::Document, login: &str) -> Vec<u8> {
    use records::time::Clock;
    let card = aino.world.pki.key(&format!("{login}-sign"));
    let now = aino.world.clock.now();
    let xml = kanta::document::encode(document);
    let signed = seal::sign(&xml, seal::Role::Professional, card, now).unwrap();
    seal::sign(&signed, seal::Role::System, aino.world.pki.system(JHHVA), now).unwrap()
}

#[tokio::test]
async fn fr_49_the_own_register_is_searched_by_all_metadata() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let id = entry.header.id.as_str().to_owned();
        let query = || by_client(QueryKind::Metadata, JHHVA, AINO);
        let mut hits = vec![query(); 8];
        hits[0].case = Some(aino.case.clone());
        hits[1].task = Some("IAKAS".to_owned());
        hits[2].service = Some("85".to_owned());
        hits[3].process = Some("5".to_owned());
        hits[4].type_code = Some("19007".to_owned());
        hits[5].unit = Some(aino.liisa.unit.clone());
        hits[6].author = aino.liisa.registration.clone();
        hits[7].from = Some("2026-09-28".parse().unwrap());
        for query in hits {
            assert!(aino.finds(&aino.marja, query.clone()).await.unwrap().contains(&id), "{query:?}");
        }
        let mut misses = vec![query(); 7];
        misses[0].task = Some("10".to_owned());
        misses[1].service = Some("24".to_owned());
        misses[2].process = Some("2".to_owned());
        misses[3].type_code = Some("19005".to_owned());
        misses[4].unit = Some(aino.marja.unit.clone());
        misses[5].author = aino.marja.registration.clone();
        misses[6].to = Some("2026-09-27".parse().unwrap());
        for query in misses {
            assert!(!aino.finds(&aino.marja, query.clone()).await.unwrap().contains(&id), "{query:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn fr_49_pages_follow_each_other_without_gap_or_repeat() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut stored = Vec::new();
        for _ in 0..7 {
            stored.push(aino.stored_entry().await.header.id.as_str().to_owned());
        }
        let mut query = by_client(QueryKind::Metadata, JHHVA, AINO);
        query.type_code = Some("19007".to_owned());
        query.rows_max = Some(3);
        let (mut found, mut pages) = (Vec::new(), 0);
        loop {
            let page = search(&aino.world, &aino.marja, query.clone()).await.answer();
            found.extend(page.rows.iter().map(|row| row.header.id.as_str().to_owned()));
            pages += 1;
            let Some(next) = page.next_page else { break };
            query.page = Some(next);
        }
        assert_eq!(pages, 3);
        found.sort();
        stored.sort();
        assert_eq!(found, stored);
    })
    .await;
}

#[tokio::test]
async fn fr_50_without_a_relation_nothing_is_shown() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let kaisa = aino.world.worker("marja").in_unit("1.2.246.10.99990015.10.12");
        let refused = aino.finds(&kaisa, by_client(QueryKind::Document, JHHVA, AINO)).await;
        assert_eq!(refused, Err("NO_CONTEXT_RELATION".into()));
        let nobody = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, LEENA)).await;
        assert_eq!(nobody, Err("NO_CONTEXT_RELATION".into()), "somebody unknown looks like somebody unrelated");
        assert!(aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn fr_84_every_reading_is_in_the_log_before_it_is_answered() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let before = log_of(&aino).await.len();
        aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        let log = log_of(&aino).await;
        let row = &log[before];
        assert_eq!(row.action, store::log::Action::Read);
        assert_eq!(row.basis.kind, "grant");
        assert_eq!(row.unit.as_deref(), Some(AHOLA));
        assert_eq!(row.client.as_ref().map(|client| client.id.as_str()), Some(AINO));
        assert!(row.documents.iter().any(|document| document.id == entry.header.id.as_str()));
        assert_eq!(row.documents.len(), row.count as usize);
        // A refused try is there too, with its true cause.
        let henna = aino.world.worker("henna");
        aino.finds(&henna, by_case(QueryKind::Document, &aino.case)).await.unwrap_err();
        let refused = log_of(&aino).await.pop().unwrap();
        assert_eq!(refused.outcome, store::log::Outcome::Denied("UNIT_MISMATCH".into()));
    })
    .await;
}

#[tokio::test]
async fn fr_94_the_same_document_again_gets_the_first_receipt() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = aino.world.sign(&entry, KIELO);
        let receipt = |reply: Reply| match reply {
            Reply::Ack(ack) => ack.receipt.expect("a receipt"),
            other => panic!("{}", other.code()),
        };
        let first = receipt(aino.world.archive(&aino.liisa, &entry, bytes.clone()).await);
        let count = aino.world.count("documents").await;
        aino.world.clock.set("2026-09-29T09:00:00Z");
        let second = receipt(aino.world.archive(&aino.liisa, &entry, bytes).await);
        assert_eq!(first, second);
        assert_eq!(aino.world.count("documents").await, count);
        let other_bytes = aino.world.sign(&entry, KIELO);
        assert_eq!(aino.world.archive(&aino.liisa, &entry, other_bytes).await.code(), "DUPLICATE_OID");
    })
    .await;
}

/// Relationship and case of a new client at once: both carry the client's new key, often in two groups.
#[tokio::test(flavor = "multi_thread")]
async fn fr_93_a_new_clients_documents_may_come_at_once() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        let documents: Vec<_> = (1..=25)
            .flat_map(|number| {
                let hetu = structures::sample::hetu(number);
                let relationship = world.relationship(&marja, &world.relationship_id(JHHVA), &hetu, &[]);
                [relationship, world.case(&marja, &world.case_id(JHHVA), &hetu)]
            })
            .collect();
        let replies = futures::future::join_all(documents.iter().map(|one| world.store(&marja, one))).await;
        let codes: Vec<String> = replies.iter().map(Reply::code).filter(|code| code != "AA").collect();
        assert_eq!(codes, Vec::<String>::new());
        assert_eq!(world.count("data_key").await, 25);
        assert!(archive::verify(&world.app).await.unwrap().faults.is_empty());
    })
    .await;
}

/// Many at once go in few groups, and two versions in one group keep their order.
#[tokio::test]
async fn fr_93_documents_sent_at_once_are_all_there_once() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let before = aino.world.count("documents").await;
        let entries: Vec<_> = (0..40).map(|_| aino.entry()).collect();
        let sent = entries.iter().map(|entry| aino.world.store(&aino.liisa, entry));
        let replies = futures::future::join_all(sent).await;
        assert!(replies.iter().all(|reply| reply.code() == "AA"));
        assert_eq!(aino.world.count("documents").await, before + 40);
        let report = archive::verify(&aino.world.app).await.unwrap();
        assert_eq!(report.faults, Vec::<String>::new());
        assert_eq!(report.documents, u64::try_from(before + 40).unwrap());
    })
    .await;
}

/// FR-63: in a joint case the unit of one client does not see what another client has elsewhere.
#[tokio::test]
async fn fr_63_a_joint_case_does_not_open_the_other_clients_documents() {
    use records::{case::CaseClient, projection::Moment};
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let elsewhere = aino.marja.clone().in_unit("1.2.246.10.99990015.10.12");
        let (leenas, _) = aino.world.open_client(&elsewhere, LEENA, &[]).await;
        let visit = aino.world.entry(&elsewhere, JHHVA, &leenas, LEENA, ENTRY_AT, "Leenan oma käynti.");
        expect(&aino.world, &elsewhere, &visit, "AA").await;
        let joint = aino.world.case_id(JHHVA);
        let day = Some(Moment::Day("2026-09-07".parse().unwrap()));
        let mut document = aino.world.case_of(&aino.marja, &joint, AINO, |mut case| {
            case.joint = true;
            case.clients[0].joined = day;
            case.clients
                .push(CaseClient { joined: day, ..CaseClient::new(documents::client(LEENA), "Heikkinen", "Leena") });
            case
        });
        let mut second = document.header.patients[0].clone();
        second.id = documents::client(LEENA);
        document.header.patients.push(second);
        expect(&aino.world, &aino.marja, &document, "AA").await;
        let found = aino.finds(&aino.marja, by_case(QueryKind::Metadata, &joint)).await.unwrap();
        assert!(found.contains(&document.header.id.as_str().to_owned()), "the joint case itself is seen");
        assert!(!found.contains(&visit.header.id.as_str().to_owned()), "a document of the other client alone is not");
        let found = aino.finds(&elsewhere, by_case(QueryKind::Metadata, &joint)).await.unwrap();
        assert!(found.contains(&visit.header.id.as_str().to_owned()), "her own unit sees it");
    })
    .await;
}
