//! A client's log request at the archivist's page (FR-83).

#[path = "common/browser.rs"]
mod browser;
mod common;

use archive::testing::*;
use browser::*;
use common::*;
use kanta::query::QueryKind;
use store::log::{Action, LogRow, Whose};
use store::testing::for_each_engine;

const PATH: &str = "/arkisto/lokipyynto";

async fn log_of(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test]
async fn fr_83_the_archivist_prints_who_used_a_client_s_data_when_what_and_on_what_ground() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, pages()).await;
        aino.stored_entry().await;
        aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        aino.world.open_client(&aino.marja, LEENA, &[]).await;
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        let menu = elina.get("/arkisto").await;
        assert_eq!(menu.count(&format!("nav a[href=\"{PATH}\"]")), 1);
        let page = elina.post(PATH, &[("asiakas", AINO)]).await;
        assert_eq!((page.status, page.location.as_str()), (200, ""));
        assert_eq!(page.keys("#rivit").len(), 4, "a relationship, a case, an entry, a search; nothing of Leena's");
        let text = page.text();
        for word in ["Hoivakoti Kielo Oy", "Kielo Ahola", &aino.liisa.family, "Rekisterinkäyttöoikeus", "Asiakastyö"]
        {
            assert!(text.contains(word), "{word}: {text}");
        }
        // The act itself is in the log, with the archivist and the client.
        let row = log_of(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, row.actor.role.as_str()), (Action::ReadLog, "archivist"));
        assert_eq!(row.client.unwrap().id, AINO);
        // Where telling would be a danger, the unit stands for the person.
        let page = elina.post(PATH, &[("asiakas", AINO), ("nimetta", "on")]).await;
        assert!(!page.text().contains(&aino.liisa.family) && page.text().contains("Kielo Ahola"));
        // A day before everything, a code that is none, and nobody's.
        assert_eq!(elina.post(PATH, &[("asiakas", AINO), ("asti", "2026-09-27")]).await.keys("#rivit").len(), 0);
        assert!(!elina.post(PATH, &[("asiakas", AINO), ("asti", "2026-09-28")]).await.keys("#rivit").is_empty());
        let wrong = elina.post(PATH, &[("asiakas", "010101-000X"), ("alkaen", "eilen")]).await;
        assert_eq!((wrong.status, wrong.count(".field.wrong")), (422, 2));
    })
    .await;
}

#[tokio::test]
async fn fr_83_nobody_but_the_registers_archivist_gets_a_client_s_log() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, pages()).await;
        aino.stored_entry().await;
        let before = log_of(&aino.world, JHHVA).await.len();
        // Liisa of Kielo made the entry; the log is the controller's all the same.
        let mut ritva = Browser::logged_in(&aino.world, "ritva").await;
        ritva.get(PATH).await;
        let page = ritva.post(PATH, &[("asiakas", AINO)]).await;
        assert_eq!((page.status, page.keys("#rivit").len()), (200, 0));
        let mut antti = Browser::logged_in(&aino.world, "antti").await;
        antti.get("/arkisto").await;
        assert_eq!(antti.get(PATH).await.status, 403);
        let refused = antti.post(PATH, &[("asiakas", AINO)]).await;
        assert!(refused.status == 403 && !refused.text().contains("vanhentunut"), "{}", refused.text());
        assert_eq!(antti.get("/arkisto").await.count(&format!("nav a[href=\"{PATH}\"]")), 0);
        assert_eq!(Browser::new(&aino.world).get(PATH).await.location, "/arkisto/kirjaudu");
        assert_eq!(log_of(&aino.world, JHHVA).await.len(), before, "nobody read this register's log");
    })
    .await;
}

#[tokio::test]
async fn fr_83_rows_older_than_two_years_come_with_a_recorded_reason_only() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, pages()).await;
        aino.stored_entry().await;
        aino.world.clock.set("2028-09-28T09:00:01Z");
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        elina.get(PATH).await;
        let page = elina.post(PATH, &[("asiakas", AINO)]).await;
        assert_eq!(page.keys("#rivit").len(), 0);
        assert!(page.text().contains("vain erityisestä syystä"), "{}", page.text());
        assert_eq!(elina.post(PATH, &[("asiakas", AINO), ("syy", "vanha")]).await.status, 422);
        let why = "Epäily väärinkäytöstä, tutkintapyyntö 12/2028";
        let page = elina.post(PATH, &[("asiakas", AINO), ("syy", why)]).await;
        assert!(page.keys("#rivit").len() >= 3, "{}", page.text());
        let row = log_of(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!(row.reason.unwrap().text.as_deref(), Some(why));
    })
    .await;
}
