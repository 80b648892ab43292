//! What the archive's log rows say, and that nothing is shown without them (FR-57, FR-83, FR-84; 703/2023 § 10).

mod common;

use archive::{
    log::{
        Event,
        request::{Request as LogRequest, RequestError, of_client},
    },
    routes,
    testing::*,
    writer::Record,
};
use axum::{body::Body, http::Request};
use common::*;
use http_body_util::BodyExt;
use kanta::query::QueryKind;
use records::id::{ClientId, PersonalIdentityCode};
use seal::SigningKey;
use sqlx::{Executor, Row};
use store::{
    Engine, LogRow,
    log::{Action, Basis, Disclosure, LogDocument, Outcome, Party, Whose},
    merkle,
    testing::for_each_engine,
    witness::{Checkpoint, LOG_NAME, PublicKey, note},
};
use tower::ServiceExt;

/// Rows of a register's log, newest last.
async fn rows(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_83_a_use_row_tells_role_duty_unit_and_strength_as_they_were_then() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        let row = rows(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, &row.outcome), (Action::Search, &Outcome::Done));
        assert_eq!(row.actor.id, aino.liisa.hetu.as_str());
        assert_eq!(row.actor.name, format!("{} {}", aino.liisa.given, aino.liisa.family));
        assert_eq!(row.actor.role, "worker");
        assert_eq!(row.actor.duty.as_deref(), Some(aino.liisa.duty.as_str()));
        assert_eq!(row.actor.strength.as_deref(), Some("card"));
        assert!(row.actor.method.unwrap().starts_with("professional "));
        assert!(row.actor.issuer.is_some(), "the issuer and the serial name one card");
        assert_eq!((row.organisation.as_str(), row.unit.as_deref()), (KIELO, Some(AHOLA)));
        // As then: a later renaming in the registers changes no report.
        assert_eq!(row.organisation_name.as_deref(), Some("Hoivakoti Kielo Oy"));
        assert_eq!(row.unit_name.as_deref(), Some("Kielo Ahola, ympärivuorokautinen palveluasuminen"));
        assert_eq!(row.basis.kind, "grant");
        assert!(row.basis.reference.is_some());
        assert_eq!(row.client.unwrap().id, AINO);
        assert_eq!(row.purpose.as_deref(), Some("asiakastyo"));
        assert_eq!((row.recorded, row.receiver.is_some()), (None, false));
        // Who only claims a card is logged as who he proved to be.
        let weak = aino.liisa.clone().without_card();
        let frame = kanta::frame::query(by_case(QueryKind::Metadata, &aino.case), aino.world.sending(&weak, JHHVA));
        let message = aino.world.message_with(&weak, &frame, &|toimija| toimija.strength = "card".to_owned());
        aino.world.post(KIELO, message).await;
        let row = rows(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!(row.actor.strength.as_deref(), Some("password"));
        assert!(matches!(row.outcome, Outcome::Denied(_)));
    })
    .await;
}

/// What § 10 of 703/2023 demands of a luovutusloki, in one row of the discloser's register.
#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_disclosure_row_holds_every_field_of_the_law() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let mut event = Event::of_connection(RSHVA, Action::Read);
        event.actor.id = "010190-999X".to_owned();
        event.actor.name = "Ville Virta".to_owned();
        event.actor.duty = Some("2".to_owned());
        event.unit = Some("1.2.246.10.99990023.10.21".to_owned());
        event.purpose = Some("asiakastyo".to_owned());
        event.clients = vec![archive::log::log_client(&ClientId::Hetu(PersonalIdentityCode::parse(AINO).unwrap()))];
        event.documents = vec![LogDocument { id: "1.2.246.10.99990015.95.2026.1.7".to_owned(), version: 2 }];
        event.count = 1;
        let receiver = event.acting_party();
        event.discloses(Disclosure {
            discloser: Party { organisation: JHHVA.to_owned(), ..Party::default() },
            receiver,
            basis: Basis { kind: "disclosure".to_owned(), reference: Some("1.2.246.10.9.95.2026.8.1 v1".to_owned()) },
            what: vec!["Asiakassuunnitelma".to_owned()],
            evaluated: Some("informed permission=1 denials=none".to_owned()),
            transaction: Some("T-1".to_owned()),
        });
        event.name_places(&world.app.registers).await;
        event.name_organisations(vec![JHHVA.to_owned()], &world.app.registers).await;
        world.app.writer.record(Record { event: event.clone(), rests: Vec::new(), nonce: None }).await.unwrap();
        let row = rows(&world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, &row.outcome, row.count), (Action::Disclose, &Outcome::Done, 1));
        let (discloser, receiver) = (row.discloser.unwrap(), row.receiver.unwrap());
        assert_eq!(discloser.organisation, JHHVA);
        assert!(discloser.organisation_name.unwrap().contains("Järvi-Häme"));
        assert_eq!((receiver.organisation.as_str(), receiver.person_name.as_deref()), (RSHVA, Some("Ville Virta")));
        assert!(receiver.organisation_name.unwrap().contains("Rannikko-Savo"));
        assert_eq!(row.basis.reference.as_deref(), Some("1.2.246.10.9.95.2026.8.1 v1"));
        assert_eq!(row.disclosed, ["Asiakassuunnitelma"]);
        assert_eq!((row.documents.len(), row.purpose.as_deref()), (1, Some("asiakastyo")));
        assert!(row.evaluated.is_some() && row.transaction.is_some());
        // The refused twin is logged as a disclosure, too: asked, and nothing given.
        event.documents.clear();
        event.denied(&archive::entry::Denial::new(records::refusal::Refusal::NoConsent));
        world.app.writer.record(Record { event, rests: Vec::new(), nonce: None }).await.unwrap();
        let row = rows(&world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, row.outcome), (Action::Disclose, Outcome::Denied("NO_CONSENT".to_owned())));
        assert_eq!((row.documents.len(), row.count), (0, 0));
    })
    .await;
}

/// Makes the log refuse every new row, as a full disk or a broken table would.
async fn break_log(world: &World) {
    let sql = match world.app.db.engine() {
        Engine::Sqlite => "CREATE TRIGGER full BEFORE INSERT ON log_row BEGIN SELECT RAISE(ABORT, 'disk full'); END;",
        Engine::Postgres => {
            "CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS $$ \
             BEGIN RAISE EXCEPTION 'disk full'; END $$; \
             CREATE TRIGGER disk_full BEFORE INSERT ON log_row FOR EACH ROW EXECUTE FUNCTION disk_full();"
        }
    };
    let mut tx = world.app.db.write().await.unwrap();
    tx.execute(sql).await.unwrap();
    tx.commit().await.unwrap();
}

/// Posts a message and gives every byte that comes back.
async fn raw(world: &World, member: &Member, frame: &kanta::frame::Frame) -> (u16, String) {
    let certificate = world.pki.tls(member.organisation.as_str()).certificate_der().to_vec();
    let request = Request::post("/sanomat")
        .extension(web::PeerCertificate(std::sync::Arc::new(certificate)))
        .body(Body::from(world.message(member, frame)))
        .unwrap();
    let response = routes::messages(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// Asks the citizen interface, and gives every byte that comes back.
async fn citizen(world: &World, path: &str, body: serde_json::Value) -> (u16, String) {
    let request = Request::post(path)
        .header("authorization", "Bearer salaisuus")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = routes::citizen(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&bytes).into_owned())
}

/// The X-Road rule: log first, then show. A log that cannot be written stops reading, archiving and refusing alike.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_when_the_log_cannot_be_written_nothing_is_shown_or_stored() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let (world, oid) = (&aino.world, entry.header.id.as_str());
        let mut read = by_case(QueryKind::Document, &aino.case);
        read.document = Some(entry.header.id.clone());
        let read = |member: &Member| kanta::frame::query(read.clone(), world.sending(member, JHHVA));
        let search =
            || kanta::frame::query(by_case(QueryKind::Metadata, &aino.case), world.sending(&aino.liisa, JHHVA));
        let question = serde_json::json!({ "person": AINO, "subject": AINO, "document": oid });
        for (given, path) in [(true, "/citizen/document"), (true, "/citizen/documents")] {
            assert_eq!(citizen(world, path, question.clone()).await.1.contains(oid), given, "{path}");
        }
        assert!(raw(world, &aino.liisa, &read(&aino.liisa)).await.1.contains(oid));
        let (documents, logged) = (world.count("documents").await, world.count("log_row").await);

        break_log(world).await;
        for frame in [read(&aino.liisa), search()] {
            let (status, answer) = raw(world, &aino.liisa, &frame).await;
            assert_eq!(status, 503, "{answer}");
            assert!(!answer.contains(oid) && !answer.contains("queryAck"), "{answer}");
        }
        for path in ["/citizen/document", "/citizen/documents", "/citizen/overview"] {
            let (status, answer) = citizen(world, path, question.clone()).await;
            assert_eq!(status, 503, "{path}: {answer}");
            assert!(!answer.contains(oid) && !answer.contains("relationships"), "{answer}");
        }
        assert_eq!(world.store(&aino.liisa, &aino.entry()).await.code(), "503");
        // A refusal tells something, too: without its log row it is not told.
        let elsewhere = aino.liisa.clone().in_unit(LEHTO);
        assert_eq!(raw(world, &elsewhere, &read(&elsewhere)).await.0, 503);
        assert_eq!(world.count("documents").await, documents);
        assert_eq!(world.count("log_row").await, logged);
        assert_eq!(archive::verify(&world.app).await.unwrap().faults, Vec::<String>::new());
    })
    .await;
}

/// Every route of the archive with every method, as `routes.rs` lists them: the rows that were there stay as they were.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_no_route_of_the_archive_changes_or_deletes_a_log_row() {
    let table = include_str!("../src/routes.rs");
    let plain = |part| if str::starts_with(part, '{') { "1" } else { part };
    let paths: Vec<String> = table
        .split('"')
        .filter(|text| text.starts_with('/') && !text.contains(char::is_whitespace))
        .map(|path| path.split('/').map(plain).collect::<Vec<_>>().join("/"))
        .collect();
    assert!(paths.len() >= 30, "{paths:?}");
    for path in paths.iter().filter(|path| path.contains("/log")) {
        assert!(
            ["/log/key", "/log/checkpoint", "/log/proof/inclusion", "/log/proof/consistency", "/citizen/log"]
                .contains(&path.as_str()),
            "{path} is new: is it a way into the log? Name it here when it only reads"
        );
    }
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let stored = async || {
            let mut tx = aino.world.app.db.read().await.unwrap();
            let sql = "SELECT register, seq, at, action, outcome, leaf, payload FROM log_row ORDER BY register, seq";
            let rows = sqlx::query(sql).fetch_all(&mut *tx).await.unwrap();
            rows.iter()
                .map(|row| {
                    (row.get::<String, _>(0), row.get::<i64, _>(1), row.get::<Vec<u8>, _>(5), row.get::<Vec<u8>, _>(6))
                })
                .collect::<Vec<_>>()
        };
        let before = stored().await;
        assert!(before.len() >= 3);
        for path in &paths {
            for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
                for routes in [
                    routes::messages(aino.world.app.clone()),
                    routes::management(aino.world.app.clone()),
                    routes::citizen(aino.world.app.clone()),
                    routes::log(aino.world.app.clone()),
                ] {
                    let request = Request::builder()
                        .method(method)
                        .uri(path.as_str())
                        .header("authorization", "Bearer salaisuus")
                        .header("content-type", "application/json")
                        .body(Body::from("{\"register\":\"1\",\"seq\":0}"))
                        .unwrap();
                    routes.oneshot(request).await.unwrap();
                }
            }
        }
        let after = stored().await;
        let kept: Vec<_> = after.iter().filter(|row| before.contains(row)).cloned().collect();
        assert_eq!(kept, before, "a row was changed or deleted");
        assert_eq!(log_triggers(&aino.world).await, expected_triggers(aino.world.app.db.engine()));
        let faults = archive::verify(&aino.world.app).await.unwrap().faults;
        assert_eq!(faults, Vec::<String>::new());
    })
    .await;
}

/// The triggers that the database really has on the tables of the log.
async fn log_triggers(world: &World) -> Vec<String> {
    let sql = match world.app.db.engine() {
        Engine::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'log_%' ORDER BY name"
        }
        Engine::Postgres => {
            "SELECT CAST(tgname AS TEXT) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' \
             AND tgrelid IN ('log_row'::regclass, 'log_head'::regclass) ORDER BY 1"
        }
    };
    let mut tx = world.app.db.read().await.unwrap();
    sqlx::query_scalar(sql).fetch_all(&mut *tx).await.unwrap()
}

fn expected_triggers(engine: Engine) -> Vec<String> {
    let names: &[&str] = match engine {
        Engine::Sqlite => &[
            "log_head_no_delete",
            "log_head_no_replace",
            "log_head_no_shrink",
            "log_row_no_delete",
            "log_row_no_replace",
            "log_row_no_update",
        ],
        Engine::Postgres => &["log_head_no_shrink", "log_head_no_truncate", "log_row_no_change", "log_row_no_truncate"],
    };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A proof that the archive gives over its door convinces the verifier of its own row only (fault 50).
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_the_doors_proof_convinces_and_a_forged_one_does_not() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let get = async |path: String| {
            let request = Request::get(path).body(Body::empty()).unwrap();
            let response = routes::log(aino.world.app.clone()).oneshot(request).await.unwrap();
            String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
        };
        let (name, key) = PublicKey::parse(&get("/log/key".to_owned()).await).unwrap();
        assert_eq!(name, LOG_NAME);
        let notes = note::split(&get("/log/checkpoint".to_owned()).await);
        let heads: Vec<Checkpoint> = notes.iter().filter_map(|note| Checkpoint::open_with(note, &key)).collect();
        let head = heads.iter().find(|head| head.register == JHHVA).unwrap();
        let hashes = |text: &str| -> Vec<merkle::Hash> {
            let hashes: Vec<String> = serde_json::from_str(text).unwrap();
            hashes.iter().map(|hash| hex::decode(hash).unwrap().try_into().unwrap()).collect()
        };
        let leaves: Vec<Vec<u8>> = {
            let mut tx = aino.world.app.db.read().await.unwrap();
            let query = sqlx::query_scalar("SELECT leaf FROM log_row WHERE register = $1 ORDER BY seq").bind(JHHVA);
            query.fetch_all(&mut *tx).await.unwrap()
        };
        for (index, leaf) in (0_u64..).zip(&leaves) {
            let leaf: merkle::Hash = leaf.as_slice().try_into().unwrap();
            let path = format!("/log/proof/inclusion?register={JHHVA}&index={index}&size={}", head.size);
            let proof = hashes(&get(path).await);
            assert!(merkle::verify_inclusion(&leaf, index, head.size, &proof, &head.root));
            for at in 0..proof.len() {
                let mut forged = proof.clone();
                forged[at][7] ^= 1;
                assert!(!merkle::verify_inclusion(&leaf, index, head.size, &forged, &head.root));
            }
        }
    })
    .await;
}

/// FR-83 for a client out of the register's log: who, when, what, on what ground, a provider's use included.
#[tokio::test(flavor = "multi_thread")]
async fn fr_83_a_client_s_log_request_tells_all_use_and_older_than_two_years_for_a_recorded_reason_only() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        aino.world.open_client(&aino.marja, LEENA, &[]).await;
        let (register, client) = (organisation(JHHVA), documents::client(AINO));
        let of = async |reason: Option<&str>| {
            let request =
                LogRequest { register: &register, client: &client, from: None, to: None, special_reason: reason };
            let mut event = Event::of_connection(JHHVA, Action::ReadLog);
            event.actor.name = "Tiina Tietosuoja".to_owned();
            of_client(&aino.world.app, &request, event).await
        };
        let logged = rows(&aino.world, JHHVA).await.len();
        let report = of(None).await.unwrap();
        assert_eq!(report.lines.len(), 4, "a relationship, a case, an entry and a search; nothing of Leena's");
        let by_liisa: Vec<_> = report.lines.iter().filter(|line| line.basis.kind == "grant").collect();
        assert_eq!(by_liisa.len(), 2, "the provider's use under the right is the controller's log");
        assert!(by_liisa.iter().all(|line| line.organisation == "Hoivakoti Kielo Oy" && line.done));
        assert!(by_liisa.iter().any(|line| line.action == Action::Search && line.who.ends_with(&aino.liisa.family)));
        // The reading is in the log before it is given, and is told in the next reply.
        let all = rows(&aino.world, JHHVA).await;
        assert_eq!((all.len(), all.last().unwrap().action), (logged + 1, Action::ReadLog));
        assert_eq!(of(None).await.unwrap().lines.len(), 5);

        aino.world.clock.set("2028-09-28T09:00:01Z");
        let report = of(None).await.unwrap();
        assert_eq!(report.lines.len(), 0, "all of it is older than two years");
        assert!(report.older_left_out.is_some());
        assert!(matches!(of(Some("vanha")).await, Err(RequestError::Reason)));
        let report = of(Some("Epäily väärinkäytöstä, tutkintapyyntö 12/2028")).await.unwrap();
        assert!(report.lines.len() >= 6 && report.older_left_out.is_none());
        let last = rows(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!(last.reason.unwrap().text.as_deref(), Some("Epäily väärinkäytöstä, tutkintapyyntö 12/2028"));
        // And when the reading cannot be logged, nothing is shown.
        break_log(&aino.world).await;
        assert!(matches!(of(None).await, Err(RequestError::NotLogged)));
    })
    .await;
}

/// The lookup goes by the client's blind index: the plan must not read the log from end to end.
#[tokio::test(flavor = "multi_thread")]
async fn fr_83_a_client_s_rows_are_looked_up_and_not_scanned() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (explain, wanted): (&str, &[&str]) = match world.app.db.engine() {
            Engine::Sqlite => ("EXPLAIN QUERY PLAN", &["log_row_client"]),
            // On a table of few rows PostgreSQL would rather scan; told not to, it must find the index.
            Engine::Postgres => ("EXPLAIN", &["log_row_client"]),
        };
        let mut tx = world.app.db.read().await.unwrap();
        if world.app.db.engine() == Engine::Postgres {
            tx.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off;").await.unwrap();
        }
        let client = match world.app.db.engine() {
            Engine::Sqlite => "x'00'",
            Engine::Postgres => "'\\x00'",
        };
        // A plan is told of literals on both.
        let values = [("$1", format!("'{JHHVA}'")), ("$2", "0".into()), ("$3", "1000".into()), ("$4", client.into())];
        let mut sql = store::log::CLIENT_SINCE.replace("$5", "5");
        for (place, value) in values {
            assert!(sql.contains(place), "{place} is not in {sql}");
            sql = sql.replace(place, &value);
        }
        let plan = sqlx::query(sqlx::AssertSqlSafe(format!("{explain} {sql}"))).fetch_all(&mut *tx).await.unwrap();
        let column = plan[0].len() - 1;
        let plan: Vec<String> = plan.iter().map(|row| row.get::<String, _>(column)).collect();
        assert!(wanted.iter().all(|word| plan.join(" ").contains(word)), "{plan:?}");
        assert!(!plan.join(" ").contains("TEMP B-TREE"), "the index gives the order, too: {plan:?}");
    })
    .await;
}
