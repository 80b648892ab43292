//! What bad input gets: a coded refusal, and nothing stored but a log row. Never a panic.

mod common;

use archive::testing::*;
use common::*;
use store::testing::for_each_engine;

/// Replaces text inside the signed document.
fn broken(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    assert!(text.contains(from), "the test's text is not in the document: {from}");
    text.replacen(from, to, 1).into_bytes()
}

/// Sends and checks: the code, nothing stored, exactly one log row more.
async fn refused(aino: &Aino, organisation: &str, message: Vec<u8>, codes: &[&str]) {
    let (documents, clients) = (aino.world.count("documents").await, aino.world.count("document_clients").await);
    let (logged, nonces) = (aino.world.count("log_row").await, aino.world.count("nonces").await);
    let reply = aino.world.post(organisation, message).await;
    assert!(codes.contains(&reply.code().as_str()), "{codes:?} but {} {}", reply.code(), reply.texts());
    assert_eq!(aino.world.count("documents").await, documents, "{codes:?}");
    assert_eq!(aino.world.count("document_clients").await, clients, "{codes:?}");
    assert_eq!(aino.world.count("log_row").await, logged + 1, "{codes:?}");
    // The message of a believed actor is used up, any other leaves nothing.
    assert!((nonces..=nonces + 1).contains(&aino.world.count("nonces").await), "{codes:?}");
    assert!(!reply.texts().contains("120243"), "an identity code is in the refusal");
}

#[tokio::test]
async fn fr_33_unreadable_messages_are_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = aino.world.sign(&entry, KIELO);
        let message = aino.world.message(&aino.liisa, &frame_of(&aino.world, &aino.liisa, &entry, bytes));
        let whole = String::from_utf8(message).unwrap();
        let cut = whole.len() - 40;
        refused(&aino, KIELO, whole.as_bytes()[..cut].to_vec(), &["XML_INVALID"]).await;
        let doctype = whole.replacen("<soap:Envelope", "<!DOCTYPE x [<!ENTITY a \"b\">]><soap:Envelope", 1);
        refused(&aino, KIELO, doctype.into_bytes(), &["DTD_FORBIDDEN"]).await;
        let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
        let deep = whole.replacen("<soap:Body>", &format!("<soap:Body>{deep}"), 1);
        refused(&aino, KIELO, deep.into_bytes(), &["LIMIT_EXCEEDED"]).await;
        refused(&aino, KIELO, "ei xml:ää".into(), &["XML_INVALID", "BAD_REQUEST"]).await;
        refused(&aino, KIELO, Vec::new(), &["XML_INVALID", "BAD_REQUEST"]).await;
        let huge = vec![b' '; kanta::limits::MESSAGE_BYTES_MAX + 1];
        assert_eq!(aino.world.post(KIELO, huge).await.code(), "413");
    })
    .await;
}

#[tokio::test]
async fn fr_33_wrong_documents_are_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = aino.world.sign(&entry, KIELO);
        let send = async |bytes: Vec<u8>, codes: &[&str]| {
            let frame = frame_of(&aino.world, &aino.liisa, &entry, bytes);
            refused(&aino, KIELO, aino.world.message(&aino.liisa, &frame), codes).await;
        };
        let structure = entry.header.structure_oid.clone().unwrap();
        send(broken(&bytes, &structure, "1.2.246.537.6.1506.19007.2099.1.1"), &["SCHEMA_INVALID"]).await;
        send(broken(&bytes, "code=\"IAKAS\"", "code=\"77\""), &["CODE_INVALID", "HEADER_INVALID"]).await;
        send(broken(&bytes, AINO, "120243-934L"), &["HEADER_INVALID"]).await;
        send(broken(&bytes, AINO, LEENA), &["FRAME_MISMATCH"]).await;
        // Another digest of the body: the body was changed after signing.
        let changed = {
            let text = String::from_utf8(bytes.clone()).unwrap();
            let at = text.find("<ep2:json").unwrap();
            let at = at + text[at..].find('>').unwrap() + 200;
            let mut changed = text.into_bytes();
            changed[at] = if changed[at] == b'a' { b'b' } else { b'a' };
            changed
        };
        send(changed, &["SIGNATURE_INVALID", "SCHEMA_INVALID"]).await;
    })
    .await;
}

/// The header is unsigned: a document re-addressed to another client, frame and all, is caught by its signed content.
#[tokio::test]
async fn fr_39_a_document_readdressed_to_another_client_is_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = broken(&aino.world.sign(&entry, KIELO), AINO, LEENA);
        let mut readdressed = entry.clone();
        readdressed.header.patients[0].id = documents::client(LEENA);
        let frame = frame_of(&aino.world, &aino.liisa, &readdressed, bytes);
        refused(&aino, KIELO, aino.world.message(&aino.liisa, &frame), &["HEADER_INVALID"]).await;
    })
    .await;
}

#[tokio::test]
async fn fr_16_a_message_without_a_true_actor_is_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let frame = frame_of(&aino.world, &aino.liisa, &entry, aino.world.sign(&entry, KIELO));
        let body = String::from_utf8(kanta::frame::encode(&frame)).unwrap();
        let invalid = &["ACTOR_INVALID"];
        refused(&aino, KIELO, kanta::soap::encode(None, &body), invalid).await;
        let unsigned = kanta::toimija::encode(&aino.world.toimija(&aino.liisa));
        refused(&aino, KIELO, kanta::soap::encode(Some(&unsigned), &body), invalid).await;
        let forged = aino.world.sign_toimija(&aino.world.toimija(&aino.liisa), RSHVA);
        refused(&aino, KIELO, kanta::soap::encode(Some(&forged), &body), invalid).await;
        let changed = aino.world.sign_toimija(&aino.world.toimija(&aino.liisa), KIELO).replace("toteutus", "hallinto");
        refused(&aino, KIELO, kanta::soap::encode(Some(&changed), &body), invalid).await;
        let old = aino.world.message_with(&aino.liisa, &frame, &|toimija| {
            toimija.time = "2026-09-28T08:54:00Z".parse().unwrap();
        });
        refused(&aino, KIELO, old, invalid).await;
        // Signed by Kielo, sent over Rannikko-Savo's connection.
        refused(&aino, RSHVA, aino.world.message(&aino.liisa, &frame), invalid).await;
        // Another person in the frame than in the element.
        let other = aino.world.message_with(&aino.liisa, &frame, &|toimija| {
            toimija.worker = aino.world.worker("henna").hetu;
        });
        refused(&aino, KIELO, other, invalid).await;
        // A unit of another organisation.
        let stranger = aino.liisa.clone().in_unit(GUIDANCE);
        let mut frame = frame_of(&aino.world, &stranger, &entry, aino.world.sign(&entry, KIELO));
        refused(&aino, KIELO, aino.world.message(&stranger, &frame), &["FRAME_MISMATCH"]).await;
        frame.situation = kanta::ids::Situation::OwnRegister;
        refused(&aino, KIELO, aino.world.message(&stranger, &frame), invalid).await;
        // A unit that the register does not know.
        let nowhere = aino.liisa.clone().in_unit("1.2.246.10.99990031.10.999");
        let frame = frame_of(&aino.world, &nowhere, &entry, aino.world.sign(&entry, KIELO));
        refused(&aino, KIELO, aino.world.message(&nowhere, &frame), &["ORG_UNKNOWN"]).await;
    })
    .await;
}

#[tokio::test]
async fn fr_16_a_claimed_card_is_no_card_and_a_broken_proof_is_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let query = by_case(kanta::query::QueryKind::Document, &aino.case);
        let frame = kanta::frame::query(query, aino.world.sending(&aino.liisa, JHHVA));
        let claimed = aino.world.message_with(&aino.liisa, &frame, &|toimija| toimija.evidence = None);
        refused(&aino, KIELO, claimed, &["STRONG_AUTH_REQUIRED"]).await;
        let broken = aino.world.message_with(&aino.liisa, &frame, &|toimija| {
            toimija.evidence.as_mut().unwrap().signature[9] ^= 1;
        });
        refused(&aino, KIELO, broken, &["ACTOR_INVALID"]).await;
        // Henna's card under Liisa's name.
        let henna = aino.world.toimija(&aino.world.worker("henna")).evidence;
        let borrowed = aino.world.message_with(&aino.liisa, &frame, &|toimija| toimija.evidence.clone_from(&henna));
        refused(&aino, KIELO, borrowed, &["ACTOR_INVALID"]).await;
        assert_eq!(aino.world.send(&aino.liisa, &frame).await.code(), "ANSWER");
    })
    .await;
}

#[tokio::test]
async fn fr_94_a_replayed_message_is_refused() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let frame = frame_of(&aino.world, &aino.liisa, &entry, aino.world.sign(&entry, KIELO));
        let message = aino.world.message(&aino.liisa, &frame);
        assert_eq!(aino.world.post(KIELO, message.clone()).await.code(), "AA");
        refused(&aino, KIELO, message, &["ACTOR_INVALID"]).await;
        // The same document in a fresh message gets its receipt.
        assert_eq!(aino.world.send(&aino.liisa, &frame).await.code(), "AA");
    })
    .await;
}

/// A refusal uses the message up as well: what was refused yesterday is not let in by being sent again.
#[tokio::test]
async fn fr_94_a_refused_message_cannot_be_replayed() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let (case, relationship) = world.open_client(&marja, AINO, &[]).await;
        let query =
            kanta::frame::query(by_case(kanta::query::QueryKind::Document, &case), world.sending(&liisa, JHHVA));
        let entry = world.entry(&liisa, JHHVA, &case, AINO, ENTRY_AT, "Rauhallinen aamu.");
        let frame = frame_of(&world, &liisa, &entry, world.sign(&entry, KIELO));
        let (asked, stored) = (world.message(&liisa, &query), world.message(&liisa, &frame));
        assert_eq!(world.post(KIELO, asked.clone()).await.code(), "RKO_NOT_VALID");
        assert_eq!(world.post(KIELO, stored.clone()).await.code(), "RKO_NOT_VALID");
        let granted =
            world.next_relationship(&marja, &relationship, AINO, &[documents::Row::from(AHOLA, "2026-09-28")]);
        expect(&world, &marja, &granted, "AA").await;
        assert_eq!(world.post(KIELO, asked).await.code(), "ACTOR_INVALID");
        assert_eq!(world.post(KIELO, stored).await.code(), "ACTOR_INVALID");
        // The same in fresh messages goes.
        assert_eq!(world.send(&liisa, &query).await.code(), "ANSWER");
        assert_eq!(world.send(&liisa, &frame).await.code(), "AA");
    })
    .await;
}

/// FR-16: the login behind a search is of today and of the sender's own house.
#[tokio::test]
async fn fr_16_an_old_or_foreign_login_proves_nothing() {
    for_each_engine(async |db| {
        let origins = std::collections::BTreeMap::from([(KIELO.to_owned(), vec![ORIGIN.to_owned()])]);
        let aino = Aino::with(db, archive::Settings { login_origins: origins, ..Default::default() }).await;
        aino.stored_entry().await;
        let query = by_case(kanta::query::QueryKind::Document, &aino.case);
        let frame = kanta::frame::query(query, aino.world.sending(&aino.liisa, JHHVA));
        let shown = |origin: &str, at: &str| {
            let evidence = aino.world.evidence_of("liisa", origin, documents::at(at));
            aino.world.message_with(&aino.liisa, &frame, &|toimija| toimija.evidence = Some(evidence.clone()))
        };
        let invalid = &["ACTOR_INVALID"];
        refused(&aino, KIELO, shown(ORIGIN, "2026-09-25T09:00:00Z"), invalid).await;
        refused(&aino, KIELO, shown(ORIGIN, "2026-09-27T22:59:59Z"), invalid).await;
        refused(&aino, KIELO, shown(ORIGIN, "2026-09-28T09:06:00Z"), invalid).await;
        refused(&aino, KIELO, shown("https://muu.example", "2026-09-28T08:00:00Z"), invalid).await;
        refused(&aino, KIELO, shown("http://localhost:8711", "2026-09-28T08:00:00Z"), invalid).await;
        for at in ["2026-09-27T23:00:00Z", "2026-09-28T09:00:00Z", "2026-09-28T09:04:00Z"] {
            assert_eq!(aino.world.post(KIELO, shown(ORIGIN, at)).await.code(), "ANSWER", "{at}");
        }
    })
    .await;
}

/// A document that waited in its sender's queue over a break: what counts is the login at its signing.
#[tokio::test]
async fn fr_93_a_queued_document_is_proved_by_the_login_at_its_signing() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let corrected = aino.world.next_version(&entry);
        let bytes = aino.world.sign(&corrected, KIELO);
        let login = |at: &str| aino.world.evidence_of("liisa", ORIGIN, documents::at(at));
        let (yesterday, morning) = (login("2026-09-27T08:00:00Z"), login("2026-09-28T05:00:00Z"));
        aino.world.clock.set("2026-09-29T09:00:00Z");
        let frame = frame_of(&aino.world, &aino.liisa, &corrected, bytes);
        let send = |evidence: &kanta::toimija::LoginEvidence| {
            aino.world.message_with(&aino.liisa, &frame, &|toimija| toimija.evidence = Some(evidence.clone()))
        };
        refused(&aino, KIELO, send(&yesterday), &["ACTOR_INVALID"]).await;
        assert_eq!(aino.world.post(KIELO, send(&morning)).await.code(), "AA");
    })
    .await;
}

/// A staff card proves its holder and no professional; a professional's card proves no one without a right.
#[tokio::test]
async fn fr_16_a_staff_card_proves_no_professional() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let query = by_case(kanta::query::QueryKind::Document, &aino.case);
        let frame = kanta::frame::query(query, aino.world.sending(&aino.liisa, JHHVA));
        let staff = aino.world.evidence_of("elina", ORIGIN, aino.world.app.clock.now());
        let borrowed = aino.world.message_with(&aino.liisa, &frame, &|toimija| {
            toimija.evidence = Some(staff.clone());
        });
        refused(&aino, KIELO, borrowed, &["ACTOR_INVALID"]).await;
        let unnamed = aino.world.message_with(&aino.liisa, &frame, &|toimija| {
            toimija.evidence = Some(staff.clone());
            toimija.registration = None;
        });
        refused(&aino, KIELO, unnamed, &["ACTOR_INVALID"]).await;
        let hidden = aino.world.message_with(&aino.liisa, &frame, &|toimija| toimija.registration = None);
        refused(&aino, KIELO, hidden, &["ACTOR_INVALID"]).await;
        assert_eq!(aino.world.send(&aino.liisa, &frame).await.code(), "ANSWER");
        // The holder of the staff card is believed: refused or answered by her duty, not as a stranger.
        let elina = aino.world.worker("elina");
        let own = search(&aino.world, &elina, by_client(kanta::query::QueryKind::Metadata, JHHVA, AINO)).await;
        assert_ne!(own.code(), "ACTOR_INVALID", "{}", own.texts());
        assert_ne!(own.code(), "STRONG_AUTH_REQUIRED");
    })
    .await;
}

/// What the frame says of the ground of use is the ground that the archive finds.
#[tokio::test]
async fn fr_13_the_usage_situation_is_the_true_one() {
    use kanta::ids::Situation;
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        for situation in [Situation::OwnRegister, Situation::DisclosureLaw, Situation::SpecialReason] {
            let mut frame = frame_of(&aino.world, &aino.liisa, &entry, aino.world.sign(&entry, KIELO));
            frame.situation = situation;
            refused(&aino, KIELO, aino.world.message(&aino.liisa, &frame), &["FRAME_MISMATCH"]).await;
            // The same words whether the case exists or not.
            for case in [aino.case.clone(), aino.world.case_id(JHHVA)] {
                let query = by_case(kanta::query::QueryKind::Document, &case);
                let mut asked = kanta::frame::query(query, aino.world.sending(&aino.liisa, JHHVA));
                asked.situation = situation;
                assert_eq!(aino.world.send(&aino.liisa, &asked).await.code(), "FRAME_MISMATCH");
            }
        }
        let own = by_client(kanta::query::QueryKind::Metadata, JHHVA, AINO);
        let mut asked = kanta::frame::query(own, aino.world.sending(&aino.marja, JHHVA));
        asked.situation = Situation::RegisterAccess;
        assert_eq!(aino.world.send(&aino.marja, &asked).await.code(), "FRAME_MISMATCH");
        expect(&aino.world, &aino.liisa, &entry, "AA").await;
    })
    .await;
}

/// docs/messages: one detail for each fault, in Finnish, with its place when it has one.
#[tokio::test]
async fn fr_33_a_refusal_has_one_detail_for_each_fault() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = broken(&aino.world.sign(&entry, KIELO), AINO, LEENA);
        let frame = frame_of(&aino.world, &aino.liisa, &entry, bytes);
        let Reply::Ack(ack) = aino.world.send(&aino.liisa, &frame).await else { panic!("no acknowledgement") };
        assert_eq!(ack.details.len(), 1, "{:?}", ack.details);
        assert!(ack.details[0].place.as_ref().is_some_and(|place| place.contains("recordTarget")), "{:?}", ack.details);
        // The value of a signature: words of the archive, not of a library.
        let text = String::from_utf8(aino.world.sign(&entry, KIELO)).unwrap();
        let at = text.find("SignatureValue>").unwrap() + "SignatureValue>".len();
        let mut forged = text.into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let frame = frame_of(&aino.world, &aino.liisa, &entry, forged);
        let reply = aino.world.send(&aino.liisa, &frame).await;
        assert_eq!(
            (reply.code().as_str(), reply.texts().as_str()),
            ("SIGNATURE_INVALID", "Allekirjoitus ei vastaa varmenteen avainta.")
        );
    })
    .await;
}

/// Nothing that identifies a person stands in clear in the database file.
#[tokio::test]
async fn fr_84_nothing_of_a_person_is_in_clear_in_the_database() {
    let test = store::testing::TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let marked = aino.world.entry(&aino.liisa, JHHVA, &aino.case, AINO, ENTRY_AT, "MERKITTYTEKSTI aamusta");
    expect(&aino.world, &aino.liisa, &marked, "AA").await;
    aino.finds(&aino.liisa, by_case(kanta::query::QueryKind::Document, &aino.case)).await.unwrap();
    let path = test.url.trim_start_matches("sqlite:").split('?').next().unwrap().to_owned();
    let files = [path.clone(), format!("{path}-wal")];
    let read: Vec<_> = files.iter().filter_map(|file| std::fs::read(file.trim_start_matches("//")).ok()).collect();
    assert!(read.iter().map(Vec::len).sum::<usize>() > 100_000, "the database was not found");
    for bytes in read {
        for needle in ["MERKITTYTEKSTI", "Korpela", "120243-934K", aino.liisa.hetu.as_str(), "Kettunen"] {
            let found = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "{needle} stands in clear");
        }
    }
}
