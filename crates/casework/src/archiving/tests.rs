//! Breaks and lost receipts: nothing is lost, nothing is there twice, the order holds.

use sqlx::Row as _;
use store::testing::TestDb;

use crate::testing::{Mode, World};

async fn survives_a_break(db: TestDb) {
    let world = World::on(&db).await;
    let mut marja = world.by_password("marja").await;
    world.archive.set(Mode::Down);
    let path = world.aino(&mut marja).await;
    assert!(world.archive.kept().is_empty());
    let page = marja.get(&path).await;
    assert!(page.text().contains("Arkisto ei vastaa"));
    assert!(page.rows("#asiakirjat").iter().all(|(_, state)| state == "queued"));
    // The process dies and comes back over the same database.
    let app = world.restarted(&db).await;
    world.archive.set(Mode::Up);
    let mut marja = marja.at(&app);
    assert_eq!(marja.get("/arkistointi").await.status, 303, "sessions end with the process");
    world.clock.set("2026-09-07T06:32:00Z");
    for _ in 0..20 {
        if crate::archiving::worker::pass(&app).await.unwrap() == 0 {
            break;
        }
    }
    let kinds = world.archive.kinds();
    assert_eq!(kinds[..2], ["1505.1", "1505.2"]);
    assert_eq!(kinds.len(), 4);
    let mut tx = app.db.read().await.unwrap();
    let counts = store::outbox::counts(&mut tx, "1.2.246.10.99990015.10.0").await.unwrap();
    assert_eq!((counts.sent, counts.accepted, counts.rejected, counts.queued), (4, 4, 0, 0));
    drop(tx);
    drop((world, app));
    db.drop().await;
}

#[tokio::test]
async fn fr_93_a_break_and_a_restart_lose_nothing_and_keep_the_order_on_sqlite() {
    survives_a_break(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_93_a_break_and_a_restart_lose_nothing_and_keep_the_order_on_postgres() {
    survives_a_break(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_94_a_lost_receipt_is_asked_for_again_under_the_same_oid() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    world.archive.set(Mode::LosesReceipt);
    let path = world.aino(&mut marja).await;
    assert_eq!(world.archive.kept().len(), 1, "the first is there, its receipt is not");
    assert!(marja.get(&path).await.rows("#asiakirjat").iter().all(|(_, state)| state == "queued"));
    world.archive.set(Mode::Up);
    // "Yritä nyt" does not wait for the schedule.
    let page = marja.get("/arkistointi").await;
    assert_eq!(marja.fill(&page, "#yrita-nyt", &[]).await.status, 303);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), 4, "nothing is there twice");
    assert!(marja.get(&path).await.rows("#asiakirjat").iter().all(|(_, state)| state == "archived"));
    db.drop().await;
}

#[tokio::test]
async fn fr_93_a_grant_during_a_break_arrives_and_so_do_the_entries() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    world.archive.set(Mode::Down);
    for text in ["Aamu", "Päivä", "Ilta"] {
        crate::recording::tests::entry(&mut liisa, &path, text).await;
    }
    world.send_all().await;
    let before = world.archive.kept().len();
    world.archive.set(Mode::Up);
    let page = liisa.get("/arkistointi").await;
    liisa.fill(&page, "#yrita-nyt", &[]).await;
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 3);
    assert!(!liisa.get("/tanaan").await.text().contains("Arkisto ei vastaa"));
    db.drop().await;
}

#[tokio::test]
async fn fr_20_without_a_right_nothing_reaches_the_organisers_register_and_the_document_waits() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    world.archive.set(Mode::Refuses(records::refusal::Refusal::RkoNotValid));
    let oid = crate::recording::tests::entry(&mut liisa, &path, "Odottaa oikeutta.").await;
    world.send_all().await;
    let desk = liisa.get("/arkistointi").await;
    assert!(desk.rows(".odottaa-oikeutta").contains(&(oid.clone(), "waiting_right".into())));
    assert!(world.archive.kept().iter().all(|one| one.document.header.id.as_str() != oid));
    world.archive.set(Mode::Up);
    let page = liisa.get(&format!("/asiakirjat/{oid}")).await;
    let draft = liisa.fill(&page, "#palauta-luonnokseksi", &[]).await;
    assert!(draft.location.starts_with("/luonnokset/"), "{}", draft.text());
    let form = liisa.get(&draft.location).await;
    assert!(form.body.contains("Odottaa oikeutta."));
    assert_eq!(liisa.fill(&form, "#asiakirja", &[]).await.status, 303);
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    assert!(String::from_utf8_lossy(last.document.body.json().unwrap()).contains("Odottaa oikeutta."));
    db.drop().await;
}

#[tokio::test]
async fn no_code_name_or_text_stands_in_clear_in_the_database() {
    let db = TestDb::sqlite().await;
    let world = World::on(&db).await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    crate::recording::tests::entry(&mut liisa, &path, "Salaisuus-merkkijono").await;
    world.send_all().await;
    db.db.checkpoint_wal().await.unwrap();
    let file = db.url.trim_start_matches("sqlite:").split('?').next().unwrap().to_owned();
    for part in [file.clone(), format!("{file}-wal")] {
        let Ok(bytes) = std::fs::read(&part) else { continue };
        for marked in ["Salaisuus-merkkijono", "120243-934K", "Korpela", "Aino Elisabet", "140378-902N"] {
            let found = bytes.windows(marked.len()).any(|window| window == marked.as_bytes());
            assert!(!found, "{marked} stands in clear");
        }
    }
    drop(world);
    db.drop().await;
}

async fn waiting_plan(db: TestDb) {
    let world = World::on(&db).await;
    let sqlite = world.app.db.engine() == store::Engine::Sqlite;
    let explain = if sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
    let (late, ready) = (format!("{explain} {}", super::alarm::LATE), format!("{explain} {}", super::worker::READY));
    let late = sqlx::query(sqlx::AssertSqlSafe(late)).bind(1_i64).bind("kind").bind(1_i64);
    let ready = sqlx::query(sqlx::AssertSqlSafe(ready)).bind("2026-10-01");
    for asked in [late, ready] {
        let mut tx = world.app.db.read().await.unwrap();
        if !sqlite {
            // So few rows are read through in any case; what is asked is whether there is another way.
            sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
        }
        let rows = asked.fetch_all(&mut *tx).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get(if sqlite { 3 } else { 0 })).collect();
        let read_through = |line: &String| line.starts_with("SCAN d") || line.contains("Seq Scan on cw_document");
        assert!(!plan.iter().any(read_through), "{plan:?}");
    }
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn what_waits_is_not_looked_for_among_all_documents_on_sqlite() {
    waiting_plan(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn what_waits_is_not_looked_for_among_all_documents_on_postgres() {
    waiting_plan(TestDb::postgres().await).await;
}
