//! Who sees whom.

use crate::testing::World;

#[tokio::test]
async fn fr_101_a_duty_that_only_supervises_opens_no_client_and_writes_nothing() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let oid = marja.get(&path).await.rows("#asiakirjat")[0].0.clone();
    let mut timo = world.by_password("timo").await;
    let places =
        [path.clone(), format!("{path}/asiakirja/19005"), format!("/asiakirjat/{oid}"), "/yhteydenotto".into()];
    for place in &places {
        let refused = timo.get(place).await;
        assert_eq!(refused.status, 403, "{place}");
        assert!(refused.body.contains("ROLE_FORBIDDEN") && !refused.body.contains("Korpela"), "{place}");
        assert_eq!(marja.get(place).await.status, 200, "{place}");
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_49_a_worker_sees_only_the_service_tasks_of_the_duty() {
    let (world, db) = World::new().await;
    let mut kaisa = world.by_card("kaisa").await;
    let path = world.aino(&mut kaisa).await;
    let fields = [("tehtava", "TYOIK"), ("asian_nimi", "PAIVYSTYS")];
    assert_eq!(kaisa.post_to(&format!("{path}/asia"), "#asia", &fields).await.status, 303);
    assert_eq!(kaisa.get(&path).await.rows("#asiat").len(), 2);
    // The same unit, a worker of one task only: the other task is not there, not even as a number.
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_membership SET tasks = 'TYOIK' WHERE unit = '1.2.246.10.99990015.10.14'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = kaisa.get(&path).await;
    assert_eq!(page.rows("#asiat").len(), 1);
    assert!(!page.text().contains("Lastensuojelu"));
    db.drop().await;
}

#[tokio::test]
async fn a_name_is_searched_by_whole_words_and_never_stands_in_an_address() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let found = marja.post("/asiakkaat/haku", &[("haku", "korpela aino")]).await;
    assert_eq!(found.rows("#asiakkaat").len(), 1);
    assert!(path.ends_with(&found.rows("#asiakkaat")[0].0));
    for nobody in ["kor", "Korpela Eetu", "*", "120243-934L"] {
        assert!(marja.post("/asiakkaat/haku", &[("haku", nobody)]).await.rows("#asiakkaat").is_empty(), "{nobody}");
    }
    assert!(!found.body.contains("120243-934K"));
    db.drop().await;
}
