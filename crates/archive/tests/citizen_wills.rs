//! What people express in the citizen view, through the archive's citizen interface (FR-52, FR-54, FR-73, FR-74, FR-75),
//! and who looked at it (FR-76).

mod common;

use archive::{routes, testing::consents::*, testing::*};
use axum::{body::Body, http::Request};
use common::*;
use http_body_util::BodyExt;
use kanta::{
    ids::Situation,
    query::{Query, QueryKind},
};
use records::code::ServiceTask;
use serde_json::{Value, json};
use store::testing::for_each_engine;
use tower::ServiceExt;

const PIRKKO: &str = "040569-912U";
const NOORA: &str = "150684-946P";
const EETU: &str = "230911A957T";
/// Who may look at Väinö's matters and not act.
const PENTTI: &str = "090748-9051";
const VAINO: &str = "150135-9239";

async fn ask(world: &World, path: &str, body: Value) -> (u16, Value) {
    let request = Request::post(path)
        .header("authorization", "Bearer salaisuus")
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = routes::citizen(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// What stands of somebody.
async fn stands(world: &World, person: &str, subject: &str) -> Value {
    let (status, stands) =
        ask(world, "/citizen/consents", json!({ "person": person, "subject": subject, "name": "Testi" })).await;
    assert_eq!(status, 200);
    stands
}

/// The newest version of the kind of a wish, as a page would have shown it.
async fn seen(world: &World, subject: &str, wish: &Value) -> String {
    let stands = stands(world, subject, subject).await;
    let seen = match wish["what"].as_str().unwrap() {
        "acknowledge" => &stands["informing"]["document"],
        "permit" | "withdraw" => &stands["permission"]["document"],
        _ => &stands["denial_document"],
    };
    seen.as_str().unwrap_or_default().to_owned()
}

async fn wish_from(world: &World, person: &str, subject: &str, wish: Value, seen: &str) -> (u16, Value) {
    let body =
        json!({ "person": person, "subject": subject, "name": "Testi", "lang": "fi", "seen": seen, "wish": wish });
    ask(world, "/citizen/express", body).await
}

/// Expresses something as from a fresh page; gives `OK` or the code of the refusal.
async fn wish(world: &World, person: &str, subject: &str, wish: Value) -> String {
    let seen = seen(world, subject, &wish).await;
    let (status, answer) = wish_from(world, person, subject, wish, &seen).await;
    if status == 200 {
        assert!(answer["receipt"].as_str().is_some_and(|receipt| receipt.len() == 32), "{answer}");
        return "OK".to_owned();
    }
    answer["code"].as_str().unwrap_or("?").to_owned()
}

fn plain(what: &str) -> Value {
    json!({ "what": what })
}

fn deny(level: &str, target: &str) -> Value {
    json!({ "what": "deny", "level": level, "target": target })
}

fn take_back(level: &str, target: &str) -> Value {
    json!({ "what": "take_back", "level": level, "target": target })
}

/// A disclosure search of Oona's about somebody; the code of the refusal, or how many documents are found.
async fn searched(world: &World, oona: &Member, hetu: &str) -> Result<usize, String> {
    let mut query = Query::new(QueryKind::DisclosureSearch, "1", organisation(RSHVA));
    query.client = Some(documents::client(hetu));
    let mut sending = world.sending(oona, RSHVA);
    sending.situation = Situation::DisclosurePermit;
    match world.send(oona, &kanta::frame::query(query, sending)).await {
        Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => Ok(answer.rows.len()),
        reply => Err(reply.code()),
    }
}

#[tokio::test]
async fn fr_73_the_client_acknowledges_gives_withdraws_and_it_holds_at_the_next_request() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        aino.stored_entry().await;
        let oona = world.worker("oona");
        world.open_client(&oona, AINO, &[]).await;
        assert_eq!(searched(world, &oona, AINO).await, Err("NOT_INFORMED".to_owned()));
        // A permission rests on the informing.
        assert_eq!(wish(world, AINO, AINO, plain("permit")).await, "NOT_INFORMED");
        assert_eq!(wish(world, AINO, AINO, plain("acknowledge")).await, "OK");
        assert_eq!(searched(world, &oona, AINO).await, Err("NO_CONSENT".to_owned()));
        assert_eq!(wish(world, AINO, AINO, plain("permit")).await, "OK");
        assert!(searched(world, &oona, AINO).await.unwrap() > 0);
        let now = stands(world, AINO, AINO).await;
        assert_eq!((&now["informing"]["in_force"], &now["permission"]["in_force"]), (&json!(true), &json!(true)));
        assert_eq!(wish(world, AINO, AINO, plain("withdraw")).await, "OK");
        assert_eq!(searched(world, &oona, AINO).await, Err("NO_CONSENT".to_owned()));
        let now = stands(world, AINO, AINO).await;
        assert_eq!((&now["permission"]["in_force"], &now["permission"]["version"]), (&json!(false), &json!(2)));
        // The same once more changes nothing, and says so.
        assert_eq!(wish(world, AINO, AINO, plain("withdraw")).await, "UNCHANGED");
        assert_eq!(world.count("consents").await, 3);
        // Who made them is told, and that intake would take none of them without an author.
        assert_eq!(channels(world).await, ["citizen", "citizen", "citizen"]);
    })
    .await;
}

async fn channels(world: &World) -> Vec<String> {
    let mut tx = world.app.db.read().await.unwrap();
    sqlx::query_scalar("SELECT channel FROM consents ORDER BY document_oid").fetch_all(&mut *tx).await.unwrap()
}

#[tokio::test]
async fn fr_54_what_the_client_denies_in_his_view_is_gone_on_every_level_and_back_when_taken_back() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        let entry = aino.stored_entry().await;
        let oona = world.worker("oona");
        world.open_client(&oona, AINO, &[]).await;
        wish(world, AINO, AINO, plain("acknowledge")).await;
        wish(world, AINO, AINO, plain("permit")).await;
        let all = searched(world, &oona, AINO).await.unwrap();
        let oid = entry.header.set_id.as_str();
        for (level, target, left) in
            [("document", oid, all - 1), ("task", ServiceTask::Elderly.code(), 0), ("controller", JHHVA, 0)]
        {
            assert_eq!(wish(world, AINO, AINO, deny(level, target)).await, "OK", "{level}");
            assert_eq!(searched(world, &oona, AINO).await, Ok(left), "{level}");
            assert_eq!(wish(world, AINO, AINO, deny(level, target)).await, "UNCHANGED", "{level}");
            assert_eq!(wish(world, AINO, AINO, take_back(level, target)).await, "OK", "{level}");
            assert_eq!(searched(world, &oona, AINO).await, Ok(all), "{level}");
        }
        let now = stands(world, AINO, AINO).await;
        assert_eq!(now["denials"].as_array().unwrap().len(), 0);
        // The controller and its producer still see what is denied.
        assert_eq!(wish(world, AINO, AINO, deny("document", oid)).await, "OK");
        let own = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        assert!(own.iter().any(|id| id == entry.header.id.as_str()), "the producer lost its own entry");
    })
    .await;
}

#[tokio::test]
async fn fr_54_only_a_known_controller_a_task_and_an_own_shown_document_can_be_denied() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        let entry = aino.stored_entry().await;
        let mut hidden = aino.entry();
        hidden.header.special_content = Some(kanta::Code::new("K"));
        expect(world, &aino.liisa, &hidden, "AA").await;
        let text = world.unstructured(&aino.marja, JHHVA, &aino.case, AINO, "3", "1000", None);
        expect(world, &aino.marja, &text, "AA").await;
        let refused = [
            deny("document", hidden.header.id.as_str()),
            deny("document", text.header.id.as_str()),
            deny("document", "1.2.246.10.99990015.95.2026.1.77"),
            deny("controller", "1.2.246.10.1234.10.0"),
            deny("task", "KAIKKI"),
            deny("everything", JHHVA),
        ];
        for one in refused {
            assert_eq!(wish(world, AINO, AINO, one.clone()).await, "NOT_DENIABLE", "{one}");
        }
        // Another person's document is none of hers.
        let oid = entry.header.set_id.as_str();
        assert_eq!(wish(world, LEENA, LEENA, deny("document", oid)).await, "NOT_DENIABLE");
        assert_eq!(world.count("denials").await, 0);
        assert_eq!(wish(world, AINO, AINO, deny("document", oid)).await, "OK");
        // She reads the document's own name, day and unit beside the denial.
        let now = stands(world, AINO, AINO).await;
        let line = &now["denials"][0]["document"];
        assert_eq!((line["set"].as_str().unwrap(), line["deniable"].as_bool()), (oid, Some(true)));
        assert!(!line["name_fi"].as_str().unwrap().is_empty() && line["unit_name"].as_str().unwrap().contains("Ahola"));
        // A later version of it is the same document; and one that is not shown any more has no name here.
        expect(world, &aino.liisa, &world.next_version(&entry), "AA").await;
        assert_eq!(stands(world, AINO, AINO).await["denials"][0]["document"]["version"], 2);
        let off = archive::Settings { entries_shown_from: None, ..world.app.settings_now() };
        *world.app.settings.write().unwrap() = off;
        let now = stands(world, AINO, AINO).await;
        assert_eq!((&now["denials"][0]["document"], &now["denials"][0]["target"]), (&Value::Null, &json!(oid)));
    })
    .await;
}

#[tokio::test]
async fn fr_73_of_two_at_once_the_second_is_told_that_something_changed() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        wish(world, AINO, AINO, plain("acknowledge")).await;
        let from = seen(world, AINO, &plain("permit")).await;
        // Two pages that both showed the same; Pirkko has a mandate to act.
        let deny_task = deny("task", ServiceTask::Elderly.code());
        let (first, second) = futures::join!(
            wish_from(world, AINO, AINO, deny_task.clone(), ""),
            wish_from(world, PIRKKO, AINO, deny("controller", JHHVA), ""),
        );
        let mut statuses = [first.0, second.0];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "{first:?} {second:?}");
        let loser = if first.0 == 409 { first } else { second };
        assert_eq!(loser.1["code"], "VERSION_CONFLICT");
        assert_eq!(world.count("denials").await, 1);
        // One after the other too: the page is old.
        assert_eq!(wish(world, AINO, AINO, plain("permit")).await, "OK");
        assert_eq!(wish(world, AINO, AINO, plain("withdraw")).await, "OK");
        let (status, answer) = wish_from(world, PIRKKO, AINO, plain("permit"), &from).await;
        assert_eq!((status, &answer["code"]), (409, &json!("VERSION_CONFLICT")));
        // And a worker who began from what stood before is told so too.
        let late = world.will(&aino.marja, AINO, permission(true, world.today()));
        expect(world, &aino.marja, &late, "VERSION_CONFLICT").await;
    })
    .await;
}

#[tokio::test]
async fn fr_74_a_guardian_gives_a_permission_and_has_no_way_to_deny() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let task = ServiceTask::ChildProtection.code();
        assert_eq!(wish(&world, NOORA, EETU, plain("acknowledge")).await, "OK");
        assert_eq!(wish(&world, NOORA, EETU, plain("permit")).await, "OK");
        assert_eq!(wish(&world, NOORA, EETU, deny("task", task)).await, "ROLE_FORBIDDEN");
        let may = stands(&world, NOORA, EETU).await["may"].clone();
        assert_eq!(may, json!({ "informing": true, "permission": true, "denial": false }));
        // He himself may, and she cannot take it back either.
        assert_eq!(wish(&world, EETU, EETU, deny("task", task)).await, "OK");
        assert_eq!(wish(&world, NOORA, EETU, take_back("task", task)).await, "ROLE_FORBIDDEN");
        assert_eq!(world.count("denials").await, 1);
        // The document names her with her role: she gave, not he.
        let sql = "SELECT document_oid FROM consents WHERE kind = 'permission'";
        let mut tx = world.app.db.read().await.unwrap();
        let document: String = sqlx::query_scalar(sql).fetch_one(&mut *tx).await.unwrap();
        tx.rollback().await.unwrap();
        let xml = stored(&world, &document).await;
        let json: Value = serde_json::from_slice(xml.body.json().unwrap()).unwrap();
        let giver = &json["luovutuslupa_asiakirja"]["luovutusluvan_antaja"][0];
        assert_eq!((&giver["rooli"]["code"], &giver["sukunimi"]), (&json!("31"), &json!("Lahtinen")));
        assert_eq!(json["luovutuslupa_asiakirja"]["luovutusluvan_antaja_on_laillinen_edustaja"], true);
        // On his 18th birthday all of it ends.
        world.clock.set("2029-09-22T21:00:00Z");
        let (status, _) = wish_from(&world, NOORA, EETU, plain("withdraw"), &document).await;
        assert_eq!(status, 404);
    })
    .await;
}

async fn stored(world: &World, document: &str) -> kanta::document::Document {
    let rows = archive::consents::newest(&world.app, &documents::client(EETU)).await.unwrap();
    let row = rows.into_iter().find(|row| row.document.as_str() == document).unwrap();
    let bytes = archive::consents::opened(&world.app, &[row]).await.unwrap().remove(0);
    kanta::document::decode(&bytes, &kanta::Limits::default()).unwrap().document
}

#[tokio::test]
async fn fr_75_a_mandate_gives_what_it_says_and_no_more() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        // To view and act.
        assert_eq!(wish(&world, PIRKKO, AINO, plain("acknowledge")).await, "OK");
        assert_eq!(wish(&world, PIRKKO, AINO, deny("controller", JHHVA)).await, "OK");
        // To view: everything is seen and nothing expressed.
        let may = stands(&world, PENTTI, VAINO).await["may"].clone();
        assert_eq!(may, json!({ "informing": false, "permission": false, "denial": false }));
        for one in [plain("acknowledge"), plain("withdraw"), deny("controller", JHHVA)] {
            assert_eq!(wish(&world, PENTTI, VAINO, one.clone()).await, "ROLE_FORBIDDEN", "{one}");
        }
        // None at all: not even that there is something is told.
        for (person, subject) in [(LEENA, AINO), (AINO, PIRKKO), (NOORA, AINO)] {
            let (status, answer) = wish_from(&world, person, subject, plain("acknowledge"), "").await;
            assert_eq!((status, &answer["code"]), (404, &json!("NOT_FOUND")));
        }
        assert_eq!(world.count("consents").await, 2);
    })
    .await;
}

/// Another's row of a denial keeps who set it when the whole set is written anew.
#[tokio::test]
async fn fr_73_a_denial_keeps_its_day_and_who_set_it_when_another_is_added() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        assert_eq!(wish(&world, PIRKKO, AINO, deny("controller", JHHVA)).await, "OK");
        world.clock.set("2026-10-05T09:00:00Z");
        assert_eq!(wish(&world, AINO, AINO, deny("task", ServiceTask::Elderly.code())).await, "OK");
        let rows = archive::consents::newest(&world.app, &documents::client(AINO)).await.unwrap();
        let bytes = archive::consents::opened(&world.app, &rows).await.unwrap().remove(0);
        let document = kanta::document::decode(&bytes, &kanta::Limits::default()).unwrap().document;
        let json: Value = serde_json::from_slice(document.body.json().unwrap()).unwrap();
        let group = &json["kieltoasiakirja"]["rekisterinpitajaa_koskevat_luovutuskiellot"];
        let row = &group["rekisterinpitajaa_koskeva_luovutuskielto"][0];
        assert_eq!(row["kiellon_asettamisen_ajankohta"], "2026-09-28");
        let who = &row["henkilo_joka_kieltaa_asiakastietojen_luovuttamisen"][0];
        assert_eq!((&who["rooli"]["code"], &who["sukunimi"]), (&json!("34"), &json!("Korpela")));
        let group = &json["kieltoasiakirja"]["palvelutehtavaa_koskevat_luovutuskiellot"];
        assert_eq!(group["palvelutehtavaa_koskeva_luovutuskielto"][0]["kieltaja_on_laillinen_edustaja"], Value::Null);
    })
    .await;
}

/// A document of the view is one like any other: signed, checked, found by verification, derived anew; a worker goes on
/// from it, and the view from the worker's.
#[tokio::test]
async fn fr_52_the_view_and_the_counter_write_the_same_document_in_turns() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        assert_eq!(wish(world, AINO, AINO, plain("acknowledge")).await, "OK");
        assert_eq!(wish(world, AINO, AINO, plain("permit")).await, "OK");
        let mut query = by_client(QueryKind::Consents, JHHVA, AINO);
        query.id = "7".to_owned();
        let found = search(world, &aino.marja, query).await.answer();
        let given = found.rows.iter().find(|row| row.header.group.code == "8").expect("the permission");
        assert_eq!(given.header.custodian.id.as_str(), kanta::ids::WILL_REGISTER);
        assert!(given.header.authors.is_empty() && given.header.unit.is_none());
        let before = kanta::document::Document {
            header: given.header.clone(),
            body: kanta::document::Body::Display { xhtml: String::new() },
        };
        let withdrawn = world.next_will(&aino.marja, &before, AINO, permission(false, world.today()));
        expect(world, &aino.marja, &withdrawn, "AA").await;
        assert_eq!(wish(world, AINO, AINO, plain("permit")).await, "OK");
        assert_eq!(stands(world, AINO, AINO).await["permission"]["version"], 3);
        assert_eq!(archive::rebuild_consents(&world.app).await.unwrap(), 4);
        let report = archive::verify(&world.app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    })
    .await;
}

/// Over the wire nobody writes into the national register itself, nor without an author: that is the view's alone.
#[tokio::test]
async fn fr_52_no_message_makes_a_document_of_the_view() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        let mut national = world.will(&aino.marja, AINO, permission(true, world.today()));
        national.header.custodian.id = organisation(kanta::ids::WILL_REGISTER);
        let reply = world.store(&aino.marja, &national).await;
        assert_ne!(reply.code(), "AA");
        let nameless = world.will_by(&aino.marja, AINO, permission(true, world.today()), None);
        expect(world, &aino.marja, &nameless, "SCHEMA_INVALID").await;
        assert_eq!(world.count("consents").await, 0);
    })
    .await;
}

#[tokio::test]
async fn fr_73_without_a_signing_key_nothing_is_offered_and_nothing_stored() {
    for_each_engine(async |db| {
        let world = World::without_will_key(db).await;
        assert_eq!(stands(&world, AINO, AINO).await["offered"], false);
        assert_eq!(wish(&world, AINO, AINO, plain("acknowledge")).await, "NOT_OFFERED");
        assert_eq!(world.count("consents").await, 0);
    })
    .await;
}

/// Who looked and who changed stands in the client's own list; a refused question that told of his permission too.
#[tokio::test]
async fn fr_76_the_client_sees_who_looked_at_permissions_and_denials() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let world = &aino.world;
        let oona = world.worker("oona");
        world.open_client(&oona, AINO, &[]).await;
        assert_eq!(searched(world, &oona, AINO).await, Err("NOT_INFORMED".to_owned()));
        assert_eq!(looks(world).await, [format!("{RSHVA} read disclosure")]);
        wish(world, PIRKKO, AINO, plain("acknowledge")).await;
        search(world, &aino.marja, by_client(QueryKind::Consents, JHHVA, AINO)).await.answer();
        let looks = looks(world).await;
        let mandate = |action: &str| format!("OmaKanta {action} mandate");
        for row in [format!("{JHHVA} read own_register"), mandate("consent"), format!("{RSHVA} read disclosure")] {
            assert_eq!(looks.iter().filter(|look| **look == row).count(), 1, "{row}: {looks:?}");
        }
        // The worker's reading is told once: by the register that was read.
        let question = json!({ "person": AINO, "subject": AINO });
        let (_, log) = ask(world, "/citizen/log", question).await;
        let events = log["events"].as_array().unwrap();
        let twice = |event: &&Value| event["register"] == "Järvi-Hämeen hyvinvointialue" && event["action"] == "read";
        assert_eq!(events.iter().filter(twice).count(), 0, "{log}");
        let text = log.to_string();
        assert!(text.contains("\"on_behalf\":\"Testi\"") && !text.contains("Salo") && !text.contains(AINO), "{text}");
        // Of somebody else's permissions nothing is there.
        let (_, other) = ask(world, "/citizen/log", json!({ "person": LEENA, "subject": LEENA })).await;
        assert_eq!(other["events"].as_array().unwrap().len(), 0);
        let report = archive::verify(&world.app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    })
    .await;
}

/// Without a relation nothing is looked at, and so no row tells of a look.
#[tokio::test]
async fn fr_76_a_question_without_a_relation_is_no_look() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let oona = aino.world.worker("oona");
        assert_eq!(searched(&aino.world, &oona, AINO).await, Err("NO_CONTEXT_RELATION".to_owned()));
        assert_eq!(looks(&aino.world).await, [""; 0]);
    })
    .await;
}

/// The rows of Aino's log that tell of the register of expressions of will: who, what, on what ground.
async fn looks(world: &World) -> Vec<String> {
    let (status, log) = ask(world, "/citizen/log", json!({ "person": AINO, "subject": AINO })).await;
    assert_eq!(status, 200);
    let of_wills = log["events"].as_array().unwrap().iter().filter(|event| event["wills"] == true).map(|event| {
        let part = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", part("organisation_oid"), part("action"), part("basis"))
    });
    of_wills.filter(|row| row != "OmaKanta read citizen_self").collect()
}
