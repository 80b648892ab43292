//! The citizen interface: JSON over its own door, whose data a person may see proven by the archive itself.

mod common;

use archive::{Settings, routes, testing::*};
use axum::{body::Body, http::Request};
use common::*;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use store::testing::for_each_engine;
use tower::ServiceExt;

const PIRKKO: &str = "040569-912U";

async fn ask(world: &World, path: &str, key: &str, body: Value) -> (u16, Value) {
    let request = Request::post(path)
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let response = routes::citizen(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn documents(world: &World, person: &str, subject: &str) -> (u16, Vec<String>) {
    let question = json!({ "person": person, "subject": subject, "name": "Pirkko Korpela" });
    let (status, answer) = ask(world, "/citizen/documents", "salaisuus", question).await;
    let lines = answer["documents"].as_array().cloned().unwrap_or_default();
    (status, lines.iter().filter_map(|line| line["document"].as_str().map(str::to_owned)).collect())
}

#[tokio::test]
async fn fr_69_a_document_of_a_shown_type_is_visible_at_once() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let id = entry.header.id.as_str().to_owned();
        let (status, shown) = documents(&aino.world, AINO, AINO).await;
        assert_eq!((status, shown), (200, vec![id.clone()]), "the entry, and no case or relationship document");
        let question = json!({ "person": AINO, "subject": AINO, "document": id });
        let (status, answer) = ask(&aino.world, "/citizen/document", "salaisuus", question).await;
        assert_eq!(status, 200);
        assert!(answer["xhtml"].as_str().unwrap().contains("Rauhallinen aamu."));
        // A document with special content is not there at all.
        let mut hidden = aino.entry();
        hidden.header.special_content = Some(kanta::Code::new("K"));
        expect(&aino.world, &aino.liisa, &hidden, "AA").await;
        assert_eq!(documents(&aino.world, AINO, AINO).await.1.len(), 1);
        let question = json!({ "person": AINO, "subject": AINO, "document": hidden.header.id.as_str() });
        assert_eq!(ask(&aino.world, "/citizen/document", "salaisuus", question).await.0, 404);
    })
    .await;
}

#[tokio::test]
async fn fr_69_entries_are_not_shown_before_their_day_and_only_the_newest_version_is() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let first = aino.stored_entry().await;
        let second = aino.world.next_version(&first);
        expect(&aino.world, &aino.liisa, &second, "AA").await;
        let id = second.header.id.as_str().to_owned();
        assert_eq!(documents(&aino.world, AINO, AINO).await.1, vec![id]);
        let off = Settings { entries_shown_from: None, ..aino.world.app.settings_now() };
        *aino.world.app.settings.write().unwrap() = off;
        assert_eq!(documents(&aino.world, AINO, AINO).await, (200, vec![]));
    })
    .await;
}

#[tokio::test]
async fn fr_36_an_invalidated_document_is_not_shown() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let sending = aino.world.sending(&aino.liisa, JHHVA);
        let frame = kanta::frame::nullify(&entry.header, "väärä asiakas", sending);
        assert_eq!(aino.world.send(&aino.liisa, &frame).await.code(), "AA");
        assert_eq!(documents(&aino.world, AINO, AINO).await, (200, vec![]));
    })
    .await;
}

#[tokio::test]
async fn fr_75_a_mandate_in_the_register_opens_and_nothing_else_does() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        assert_eq!(documents(&aino.world, PIRKKO, AINO).await.1.len(), 1);
        assert_eq!(documents(&aino.world, AINO, PIRKKO).await, (404, vec![]));
        assert_eq!(documents(&aino.world, LEENA, AINO).await, (404, vec![]));
        let question = json!({ "person": PIRKKO, "subject": AINO });
        assert_eq!(ask(&aino.world, "/citizen/documents", "arvaus", question.clone()).await.0, 401);
        assert_eq!(ask(&aino.world, "/citizen/documents", "", question).await.0, 401);
    })
    .await;
}

#[tokio::test]
async fn fr_68_a_guardians_access_ends_on_the_eighteenth_birthday() {
    let test = store::testing::TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    let (noora, eetu) = ("150684-946P", "230911A957T");
    assert_eq!(documents(&world, noora, eetu).await.0, 200);
    world.clock.set("2029-09-22T20:00:00Z");
    assert_eq!(documents(&world, noora, eetu).await.0, 200);
    world.clock.set("2029-09-22T21:00:00Z");
    assert_eq!(documents(&world, noora, eetu).await.0, 404);
}

#[tokio::test]
async fn fr_76_the_client_sees_who_has_used_the_data_by_organisation_only() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        aino.finds(&aino.liisa, by_case(kanta::query::QueryKind::Document, &aino.case)).await.unwrap();
        documents(&aino.world, PIRKKO, AINO).await;
        let question = json!({ "person": AINO, "subject": AINO });
        let (status, answer) = ask(&aino.world, "/citizen/log", "salaisuus", question).await;
        assert_eq!(status, 200);
        let events = answer["events"].as_array().unwrap();
        let of = |organisation: &str, action: &str| {
            events.iter().any(|event| {
                event["organisation"].as_str().unwrap().contains(organisation) && event["action"] == action
            })
        };
        assert!(of("Kielo", "archive") && of("Kielo", "read") && of("Järvi-Häm", "archive"), "{answer}");
        assert!(events.iter().any(|event| event["on_behalf"] == "Pirkko Korpela"));
        let text = answer.to_string();
        for hidden in ["Kettunen", "Salo", AINO, aino.liisa.hetu.as_str()] {
            assert!(!text.contains(hidden), "{hidden} is shown");
        }
        let (_, nobody) =
            ask(&aino.world, "/citizen/log", "salaisuus", json!({ "person": LEENA, "subject": LEENA })).await;
        assert_eq!(nobody["events"].as_array().unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn fr_12_the_overview_shows_the_start_of_the_relationship() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let question = json!({ "person": AINO, "subject": AINO });
        let (status, answer) = ask(&aino.world, "/citizen/overview", "salaisuus", question).await;
        assert_eq!(status, 200);
        assert_eq!(answer["relationships"][0]["started"], "2026-09-07");
        assert!(answer["relationships"][0]["controller_name"].as_str().unwrap().contains("Järvi-Häm"));
        let (_, nobody) =
            ask(&aino.world, "/citizen/overview", "salaisuus", json!({ "person": LEENA, "subject": LEENA })).await;
        assert_eq!(nobody["relationships"].as_array().unwrap().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn fr_76_a_look_at_the_overview_is_one_row_in_the_log_of_the_register() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let question = json!({ "person": AINO, "subject": AINO });
        let looks = async || {
            let (_, answer) = ask(&aino.world, "/citizen/log", "salaisuus", question.clone()).await;
            let events = answer["events"].as_array().unwrap().clone();
            events.iter().filter(|event| event["basis"] == "citizen_self" && event["action"] == "search").count()
        };
        let before = looks().await;
        let (_, answer) = ask(&aino.world, "/citizen/overview", "salaisuus", question.clone()).await;
        assert!(!answer["documents"].as_array().unwrap().is_empty(), "{answer}");
        assert_eq!(looks().await, before + 1);
        // The twin: who has no right to her data gets nothing and leaves no look behind.
        let foreign = json!({ "person": LEENA, "subject": AINO });
        let (status, _) = ask(&aino.world, "/citizen/overview", "salaisuus", foreign).await;
        assert_eq!((status, looks().await), (404, before + 1));
    })
    .await;
}

/// A plan of Liisa's, whose showing the change limits.
fn limited(aino: &Aino, change: impl Fn(&mut kanta::document::Header)) -> kanta::document::Document {
    let mut entry = aino.entry();
    change(&mut entry.header);
    entry
}

#[tokio::test]
async fn fr_71_a_delayed_document_shows_itself_on_its_day() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let unexplained = limited(&aino, |header| header.shown_from = Some(jiff::civil::date(2026, 10, 5)));
        expect(&aino.world, &aino.liisa, &unexplained, "REASON_REQUIRED").await;
        let delayed = limited(&aino, |header| {
            header.shown_from = Some(jiff::civil::date(2026, 10, 5));
            header.restriction_argument = Some("Keskustellaan ensin asiakkaan kanssa.".to_owned());
        });
        expect(&aino.world, &aino.liisa, &delayed, "AA").await;
        assert_eq!(documents(&aino.world, AINO, AINO).await, (200, vec![]));
        // 23.59 Finnish time of the day before, and midnight.
        aino.world.clock.set("2026-10-04T20:59:00Z");
        assert_eq!(documents(&aino.world, AINO, AINO).await, (200, vec![]));
        aino.world.clock.set("2026-10-04T21:00:00Z");
        assert_eq!(documents(&aino.world, AINO, AINO).await.1, [delayed.header.id.as_str()]);
    })
    .await;
}

#[tokio::test]
async fn fr_70_a_provider_hides_no_longer_than_the_setting_says() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let hidden = limited(&aino, |header| {
            header.inaccessible = Some(kanta::Code::new("1"));
            header.restriction_argument = Some("Vaarantaisi asiakkaan turvallisuuden.".to_owned());
        });
        expect(&aino.world, &aino.liisa, &hidden, "AA").await;
        let far = limited(&aino, |header| {
            header.shown_from = Some(jiff::civil::date(2030, 1, 1));
            header.restriction_argument = Some("Odottaa.".to_owned());
        });
        expect(&aino.world, &aino.liisa, &far, "AA").await;
        // A time of its own ahead of the archive's clock would move the limit, so it is not taken.
        let dated_ahead = limited(&aino, |header| {
            header.creation_time = archive::testing::documents::at("2026-12-24T10:00:00+02:00");
            header.inaccessible = Some(kanta::Code::new("1"));
            header.restriction_argument = Some("Vaarantaisi asiakkaan turvallisuuden.".to_owned());
        });
        expect(&aino.world, &aino.liisa, &dated_ahead, "HEADER_INVALID").await;
        aino.world.clock.set("2026-10-27T09:00:00Z");
        assert_eq!(documents(&aino.world, AINO, AINO).await, (200, vec![]));
        aino.world.clock.set("2026-10-28T09:00:00Z");
        assert_eq!(documents(&aino.world, AINO, AINO).await.1.len(), 2, "thirty days have passed");
    })
    .await;
}

#[tokio::test]
async fn fr_72_payment_commitments_and_old_documents_are_never_shown() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let made = |group: &str, code: &str| {
            let mut document = aino.world.unstructured(&aino.marja, JHHVA, &aino.case, AINO, group, code, None);
            document.header.general_type = Some(kanta::Code::new(if code == "9001" { "9" } else { "1" }));
            document
        };
        for (group, code) in [("3", "9001"), ("4", "1000"), ("3", "1000")] {
            let reply = aino.world.store(&aino.marja, &made(group, code)).await;
            assert_eq!(reply.code(), "AA", "{group} {code}: {}", reply.texts());
        }
        assert_eq!(documents(&aino.world, AINO, AINO).await.1.len(), 1, "only the plain assessment");
    })
    .await;
}
