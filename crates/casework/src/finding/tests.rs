//! Finding through the page: what a worker may see is found, what he may not is not there; what was stored before the
//! index was is found after the backfill; and nothing searched stands in clear.

use store::testing::TestDb;

use super::backfill;
use crate::{
    recording::tests::{entry, in_the_care_home},
    testing::{Answer, Browser, World},
};

/// Links of the hits: clients and documents.
fn hits(page: &Answer) -> (Vec<String>, Vec<String>) {
    let page = scraper::Html::parse_document(&page.body);
    let of = |list: &str| {
        let selector = scraper::Selector::parse(&format!("{list} a.hit")).unwrap();
        page.select(&selector).filter_map(|link| link.value().attr("href")).map(str::to_owned).collect()
    };
    (of("#osuma-asiakkaat"), of("#osuma-asiakirjat"))
}

async fn find(browser: &mut Browser, typed: &str) -> (Vec<String>, Vec<String>) {
    let page = browser.post("/etsi", &[("haku", typed)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let fragment = browser.post("/etsi/osumat", &[("haku", typed)]).await;
    assert_eq!(hits(&page), hits(&fragment), "the page and the palette answer the same");
    assert!(!fragment.body.contains("<html"), "a fragment is no page");
    hits(&page)
}

async fn found_by_right(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Aino kaatui keittiössä ja soitti tyttärelleen.").await;
    for typed in ["kor", "Korpela", "aino kor", "120243-934K"] {
        assert_eq!(find(&mut liisa, typed).await.0, std::slice::from_ref(&path), "{typed}");
    }
    for typed in ["kaatuminen", "kaatumisen keittiö", "tytär", "SOITTO"] {
        assert_eq!(find(&mut liisa, typed).await.1, [format!("/asiakirjat/{oid}")], "{typed}");
    }
    for typed in ["kaatopaikka", "kaatui eteinen", "tyttö", "k", "", "*", "120243-934L"] {
        assert_eq!(find(&mut liisa, typed).await, (Vec::new(), Vec::new()), "{typed}");
    }
    // The organiser's worker finds her own documents and not what only the provider's system holds.
    let mut marja = world.by_password("marja").await;
    assert_eq!(find(&mut marja, "kaatui keittiö").await.1, Vec::<String>::new());
    assert_eq!(find(&mut marja, "kaatuminen").await.1.len(), 2, "the notification and the entry on coming pending");
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_49_a_worker_finds_clients_by_beginnings_and_entries_by_stems_on_sqlite() {
    found_by_right(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_49_a_worker_finds_clients_by_beginnings_and_entries_by_stems_on_postgres() {
    found_by_right(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_50_who_has_no_relation_finds_neither_client_nor_text() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Aino kaatui keittiössä.").await;
    // Another unit of the county, another organisation, and a duty that only supervises.
    for login in ["kaisa", "petri", "oona", "timo"] {
        let mut other = world.by_password(login).await;
        for typed in ["korpela", "kaatui", "120243-934K"] {
            let page = other.post("/etsi/osumat", &[("haku", typed)]).await;
            assert_eq!(hits(&page), (Vec::new(), Vec::new()), "{login} {typed}");
            assert!(!page.body.contains("Korpela"), "{login} {typed}");
        }
    }
    // A right that has ended locks the organiser's documents for the search as for the lists (FR-21).
    assert_eq!(find(&mut liisa, "kaatui").await.1.len(), 1);
    world.send_all().await;
    world.clock.set("2027-06-01T08:00:00Z");
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_right SET to_day = '2026-12-31'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut liisa = world.by_password("liisa").await;
    assert_eq!(find(&mut liisa, "kaatui").await.1, Vec::<String>::new());
    db.drop().await;
}

#[tokio::test]
async fn fr_49_a_worker_of_another_task_does_not_find_the_text() {
    let (world, db) = World::new().await;
    let mut kaisa = world.by_card("kaisa").await;
    world.aino(&mut kaisa).await;
    assert_eq!(find(&mut kaisa, "kaatunut").await.1.len(), 2);
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_membership SET tasks = 'TYOIK' WHERE unit = '1.2.246.10.99990015.10.14'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(find(&mut kaisa, "kaatunut").await.1, Vec::<String>::new());
    db.drop().await;
}

#[tokio::test]
async fn fr_35_fr_36_old_and_void_versions_are_not_found() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let first = entry(&mut liisa, &path, "Soitin tytär Paulalle.").await;
    world.send_all().await;
    let fields = [("teksti", "Soitin tytär Pirkolle."), ("syy", "väärä nimi")];
    let done = liisa.post_to(&format!("/asiakirjat/{first}/korjaa"), "#asiakirja", &fields).await;
    world.send_all().await;
    assert_eq!(find(&mut liisa, "Paulalle").await.1, Vec::<String>::new());
    assert_eq!(find(&mut liisa, "Pirkolle").await.1, std::slice::from_ref(&done.location));
    let void = format!("{}/mitatoi", done.location);
    liisa.post_to(&void, "#mitatoi", &[("syy", "väärä asiakas")]).await;
    assert_eq!(find(&mut liisa, "Pirkolle").await.1, Vec::<String>::new());
    db.drop().await;
}

async fn filled_back(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Aino kaatui keittiössä.").await;
    // As it was before there was an index.
    let mut tx = world.app.db.write().await.unwrap();
    for table in ["DELETE FROM cw_word", "DELETE FROM cw_indexed", "DELETE FROM cw_name_start"] {
        sqlx::query(table).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(find(&mut liisa, "kaatuminen").await, (Vec::new(), Vec::new()));
    assert!(backfill::all(&world.app).await.unwrap() > 2);
    assert_eq!(backfill::all(&world.app).await.unwrap(), 0, "doing it again changes nothing");
    assert_eq!(find(&mut liisa, "kaatuminen").await.1.len(), 1);
    assert_eq!(find(&mut liisa, "korp").await.0, [path]);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn what_was_stored_before_the_index_is_found_after_the_next_start_on_sqlite() {
    filled_back(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn what_was_stored_before_the_index_is_found_after_the_next_start_on_postgres() {
    filled_back(TestDb::postgres().await).await;
}

#[tokio::test]
async fn the_index_holds_numbers_alone_and_a_search_is_logged() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Kaatuminen keittiössä.").await;
    let mut tx = world.app.db.read().await.unwrap();
    let words: Vec<(i64, String)> =
        sqlx::query_as("SELECT w.stem, i.client FROM cw_word w JOIN cw_indexed i ON i.number = w.document")
            .fetch_all(&mut *tx)
            .await
            .unwrap();
    assert!(!words.is_empty() && words.iter().all(|(_, client)| client.len() == 32));
    let rows = async |tx: &mut store::Tx| -> i64 {
        sqlx::query_scalar("SELECT COUNT(*) FROM log_row").fetch_one(&mut **tx).await.unwrap()
    };
    let before = rows(&mut tx).await;
    drop(tx);
    liisa.post("/etsi/osumat", &[("haku", "korpela")]).await;
    liisa.post("/etsi/osumat", &[("haku", "nobody at all")]).await;
    let mut tx = world.app.db.read().await.unwrap();
    assert_eq!(rows(&mut tx).await, before + 1, "a list of people is a use, a list of nobody is none");
    drop(tx);
    db.drop().await;
}
