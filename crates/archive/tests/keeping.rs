//! Keeping: verification, export, checkpoints, the management door, the validator, and the doors over real TLS.

mod common;

use archive::{routes, switch::Faults, testing::*};
use axum::{body::Body, http::Request};
use common::*;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_engine};
use tower::ServiceExt;

async fn call(world: &World, method: &str, path: &str, body: Value) -> (u16, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from(if body.is_null() { String::new() } else { body.to_string() }))
        .unwrap();
    let response = routes::management(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

#[tokio::test]
async fn verification_finds_every_kind_of_tampering() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let entry = aino.stored_entry().await;
    let report = archive::verify(&aino.world.app).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert!(report.summary().starts_with("OK 3 documents, "));
    for sql in [
        "UPDATE documents SET unit = '1.2.3' WHERE type_code = '19007'",
        "UPDATE bodies SET body = CAST(substr(body, 1, 40) AS BLOB) \
         WHERE number IN (SELECT place & 4294967295 FROM documents WHERE type_code = '19007')",
        "DELETE FROM document_clients WHERE document_oid LIKE '%.95.2026.1.%'",
        "UPDATE documents SET version = 7 WHERE type_code = '19007'",
    ] {
        let mut tx = aino.world.app.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        let inside = {
            tx.commit().await.unwrap();
            archive::verify(&aino.world.app).await.unwrap()
        };
        assert!(!inside.faults.is_empty(), "{sql}");
        assert!(inside.faults.iter().any(|fault| fault.contains("document")), "{:?}", inside.faults);
    }
    // A document that is not what was signed is never given.
    let refused = aino.finds(&aino.marja, by_client(kanta::query::QueryKind::Document, JHHVA, AINO)).await;
    assert!(refused.is_err() || !refused.unwrap().contains(&entry.header.id.as_str().to_owned()));
}

#[tokio::test]
async fn the_export_holds_the_exact_signed_bytes() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.entry();
        let bytes = aino.world.sign(&entry, KIELO);
        assert_eq!(aino.world.archive(&aino.liisa, &entry, bytes.clone()).await.code(), "AA");
        let folder = aino.world.folder().join("export");
        assert_eq!(archive::export(&aino.world.app, &folder).await.unwrap(), 3);
        assert_eq!(std::fs::read(folder.join(format!("{}.xml", entry.header.id))).unwrap(), bytes);
        let sums = std::fs::read_to_string(folder.join("sha256sums.txt")).unwrap();
        assert_eq!(sums.lines().count(), 3);
        let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes));
        assert!(sums.contains(&format!("{digest}  {}.xml", entry.header.id)));
        let root = std::fs::read_to_string(folder.join("ca.pem")).unwrap();
        assert_eq!(root.matches("BEGIN CERTIFICATE").count(), 1);
        assert!(folder.join("intermediates/01.pem").exists());
        let index = std::fs::read_to_string(folder.join("index.csv")).unwrap();
        assert_eq!(index.lines().count(), 4);
        assert!(!index.contains(AINO));
    })
    .await;
}

#[tokio::test]
async fn fr_24_the_archive_keeper_sets_joining_by_the_management_door() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let mut joining = serde_json::to_value(archive::joining::Joining::joined(KIELO)).unwrap();
    joining["state"] = json!("suspended");
    assert_eq!(call(&aino.world, "PUT", &format!("/joining/{KIELO}"), joining.clone()).await.0, 204);
    expect(&aino.world, &aino.liisa, &aino.entry(), "ORG_NOT_JOINED").await;
    joining["state"] = json!("joined");
    assert_eq!(call(&aino.world, "PUT", &format!("/joining/{KIELO}"), joining.clone()).await.0, 204);
    expect(&aino.world, &aino.liisa, &aino.entry(), "AA").await;
    joining["state"] = json!("maybe");
    let (status, problem) = call(&aino.world, "PUT", &format!("/joining/{KIELO}"), joining).await;
    assert_eq!(status, 400);
    assert!(problem.contains("BAD_REQUEST"));
    let (status, text) = call(&aino.world, "GET", "/registers", Value::Null).await;
    assert_eq!(status, 200);
    assert!(text.contains(JHHVA));
    for path in ["/health/live", "/health/ready", "/metrics", "/openapi.json", "/joining", "/go-live", "/settings", "/"]
    {
        assert_eq!(call(&aino.world, "GET", path, Value::Null).await.0, 200, "{path}");
    }
    let (status, note) = call(&aino.world, "GET", &format!("/log/checkpoint?register={JHHVA}"), Value::Null).await;
    assert_eq!(status, 200);
    assert!(note.contains(JHHVA));
    let proof = format!("/log/proof/inclusion?register={JHHVA}&index=0&size=2");
    assert_eq!(call(&aino.world, "GET", &proof, Value::Null).await.0, 200);
    let proof = format!("/log/proof/inclusion?register={JHHVA}&index=9&size=2");
    assert_eq!(call(&aino.world, "GET", &proof, Value::Null).await.0, 404);
}

#[tokio::test]
async fn fr_93_the_switches_make_the_archive_misbehave_and_behave_again() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let set = async |faults: Value| {
        assert_eq!(call(&aino.world, "POST", "/test/faults", faults).await.0, 204);
    };
    set(json!({ "down": true })).await;
    assert_eq!(aino.world.store(&aino.liisa, &aino.entry()).await.code(), "503");
    assert_eq!(call(&aino.world, "GET", "/health/ready", Value::Null).await.0, 503);
    set(json!({ "lose_receipts": 1 })).await;
    let entry = aino.entry();
    let bytes = aino.world.sign(&entry, KIELO);
    assert_eq!(aino.world.archive(&aino.liisa, &entry, bytes.clone()).await.code(), "503");
    let count = aino.world.count("documents").await;
    assert_eq!(aino.world.archive(&aino.liisa, &entry, bytes).await.code(), "AA", "the same document again");
    assert_eq!(aino.world.count("documents").await, count, "it was stored the first time");
    set(json!({ "refuse_one_of": 2 })).await;
    let codes = [
        aino.world.store(&aino.liisa, &aino.entry()).await.code(),
        aino.world.store(&aino.liisa, &aino.entry()).await.code(),
    ];
    assert_eq!(codes, ["AA", "503"]);
    set(json!({ "garbage": true })).await;
    assert_eq!(aino.world.store(&aino.liisa, &aino.entry()).await.code(), "200");
    assert_eq!(call(&aino.world, "POST", "/test/reset", Value::Null).await.0, 204);
    assert_eq!(aino.world.app.switch.faults(), Faults::default());
    assert_eq!(aino.world.count("documents").await, 0);
}

#[tokio::test]
async fn the_validator_answers_by_level_and_stores_nothing() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let before = aino.world.count("documents").await;
    let entry = aino.entry();
    let bytes = aino.world.sign(&entry, RSHVA);
    let frame = frame_of(&aino.world, &aino.liisa, &entry, bytes.clone());
    let request = |document: &[u8], level: &str| {
        json!({ "messageId": "1", "palveluPyynto": "SP17", "level": level,
            "siirtokehysXml": String::from_utf8(kanta::frame::encode(&frame)).unwrap(),
            "asiakirjaXml": String::from_utf8(document.to_vec()).unwrap() })
    };
    let path = "/shark-validointi/validoi/asiakirja/tulos";
    assert_eq!(call(&aino.world, "POST", path, request(&bytes, "1")).await, (200, String::new()));
    let (_, foreign) = call(&aino.world, "POST", path, request(&bytes, "2")).await;
    assert!(foreign.contains("SIGNATURE_INVALID"), "level 2 looks at the owner: {foreign}");
    let own = aino.world.sign(&entry, KIELO);
    let mut right = request(&own, "2");
    let frame = frame_of(&aino.world, &aino.liisa, &entry, own.clone());
    right["siirtokehysXml"] = json!(String::from_utf8(kanta::frame::encode(&frame)).unwrap());
    assert_eq!(call(&aino.world, "POST", path, right).await, (200, String::new()));
    let unsigned = kanta::document::encode(&entry);
    let mut bare = kanta::frame::archive(&entry, Vec::new(), aino.world.sending(&aino.liisa, JHHVA));
    bare.package = None;
    let mut asked = request(&unsigned, "1");
    asked["siirtokehysXml"] = json!(String::from_utf8(kanta::frame::encode(&bare)).unwrap());
    let (status, answer) = call(&aino.world, "POST", path, asked).await;
    assert_eq!(status, 200);
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["code"], "SIGNATURE_MISSING");
    assert!(answer["description"].as_str().unwrap().starts_with("1. "));
    let (status, answer) = call(&aino.world, "POST", path, request(&unsigned, "1")).await;
    assert!(status == 200 && answer.contains("FRAME_MISMATCH"));
    let (status, problem) = call(&aino.world, "POST", path, json!({ "level": 1 })).await;
    assert_eq!(status, 400);
    assert!(problem.contains("BAD_REQUEST"));
    assert_eq!(aino.world.count("documents").await, before);
}

/// interfaces.md 4: a receipt only for what is on disk. The database here refuses to take another document.
#[tokio::test]
async fn fr_94_no_receipt_is_given_for_what_could_not_be_stored() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let refuse = "CREATE TRIGGER full BEFORE INSERT ON documents BEGIN SELECT RAISE(ABORT, 'disk full'); END";
    for (sql, code) in [(refuse, "503"), ("DROP TRIGGER full", "AA")] {
        let mut tx = aino.world.app.db.write().await.unwrap();
        sqlx::query(sql).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let (documents, logged) = (aino.world.count("documents").await, aino.world.count("log_row").await);
        assert_eq!(aino.world.store(&aino.liisa, &aino.entry()).await.code(), code);
        let more = i64::from(code == "AA");
        assert_eq!(aino.world.count("documents").await, documents + more);
        assert_eq!(aino.world.count("log_row").await, logged + more);
    }
}

/// decisions.md 18: what a reading rested on is looked at again when its log row is written.
#[tokio::test]
async fn fr_21_a_right_that_changes_under_way_gives_nothing() {
    use archive::{
        log::Event,
        writer::{Record, Rest},
    };
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    let client = archive::intake::check::client_index(&aino.world.app.vault, JHHVA, &documents::client(AINO));
    let record = |version: &str| {
        let mut event = Event::of_connection(KIELO, store::log::Action::Read);
        event.register = Some(JHHVA.to_owned());
        event.ground.kind = "grant".to_owned();
        let rest = Rest { controller: JHHVA.to_owned(), client: client.clone(), version: Some(version.to_owned()) };
        Record { event, rests: vec![rest], nonce: None }
    };
    let first = aino.relationship.header.id.as_str();
    assert!(aino.world.app.writer.record(record(first)).await.is_ok());
    let withdrawn = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &[]);
    expect(&aino.world, &aino.marja, &withdrawn, "AA").await;
    let denial = aino.world.app.writer.record(record(first)).await.unwrap_err();
    assert_eq!(denial.told, records::refusal::Refusal::RkoNotValid);
}

/// The same message over the real doors: mutual TLS, and no answer at all without a client certificate.
#[tokio::test(flavor = "multi_thread")]
async fn fr_20_the_door_is_mutual_tls() {
    let test = TestDb::sqlite().await;
    let (world, handle) = World::served(test.db.clone()).await;
    let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
    let (case, _) = world.open_client(&marja, AINO, &[documents::Row::from(AHOLA, "2026-09-28")]).await;
    let entry = world.entry(&liisa, JHHVA, &case, AINO, ENTRY_AT, "Yli verkon.");
    let frame = frame_of(&world, &liisa, &entry, world.sign(&entry, KIELO));
    let client = |own| {
        let tls = seal::tls::client(own, &world.pki.trust).unwrap();
        reqwest::Client::builder().use_preconfigured_tls((*tls).clone()).build().unwrap()
    };
    let url = format!("https://localhost:{}/sanomat", handle.messages.port());
    let message = world.message(&liisa, &frame);
    let response = client(Some(world.pki.tls(KIELO))).post(&url).body(message.clone()).send().await.unwrap();
    let status = response.status().as_u16();
    assert_eq!(response.headers()["content-type"], kanta::soap::Version::V12.content_type());
    assert_eq!(read_reply(status, &response.bytes().await.unwrap()).code(), "AA");
    let stranger = client(None).post(&url).body(message).send().await;
    assert!(stranger.is_err(), "a connection without a certificate got an answer");
    handle.stop().await;
}
