//! The door.

use crate::testing::World;

#[tokio::test]
async fn fr_16_a_card_lets_its_holder_in_and_a_used_answer_does_not() {
    let (world, db) = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/kirjaudu/kortti").await;
    let answer = world.card("marja", &page, "#kortti", "1111");
    let first = browser.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await;
    assert_eq!((first.status, first.location.as_str()), (303, "/tanaan"));
    let again = browser.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await;
    assert_eq!(again.status, 401);
    db.drop().await;
}

#[tokio::test]
async fn a_challenge_is_good_for_two_minutes() {
    let (world, db) = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/kirjaudu/kortti").await;
    let answer = world.card("marja", &page, "#kortti", "1111");
    world.clock.set("2026-09-07T06:33:00Z");
    let late = browser.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await;
    assert_eq!(late.status, 401);
    db.drop().await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_the_same() {
    let (world, db) = World::new().await;
    let mut browser = world.browser();
    let wrong = browser.post("/kirjaudu", &[("tunnus", "marja"), ("salasana", "väärä")]).await;
    let unknown = browser.post("/kirjaudu", &[("tunnus", "ei-ketään"), ("salasana", "väärä")]).await;
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(wrong.text(), unknown.text());
    db.drop().await;
}

#[tokio::test]
async fn without_a_session_every_page_leads_to_the_door() {
    let (world, db) = World::new().await;
    let mut browser = world.browser();
    for path in ["/tanaan", "/asiakkaat", "/arkistointi", "/oikeudet", "/haku", "/asetukset"] {
        let answer = browser.get(path).await;
        assert_eq!((answer.status, answer.location.starts_with("/kirjaudu")), (303, true), "{path}");
    }
    let mut marja = world.by_password("marja").await;
    assert_eq!(marja.get("/asiakkaat").await.status, 200);
    marja.post("/ulos", &[]).await;
    assert_eq!(marja.get("/asiakkaat").await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn the_unit_is_one_of_the_workers_own() {
    let (world, db) = World::new().await;
    let mut antti = world.by_password("antti").await;
    antti.get("/yksikko").await;
    let own = antti.post("/yksikko", &[("yksikko", "1.2.246.10.99990015.10.12")]).await;
    assert_eq!(own.status, 303);
    let foreign = antti.post("/yksikko", &[("yksikko", "1.2.246.10.99990031.10.31")]).await;
    assert_eq!(foreign.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn a_right_that_has_ended_ends_the_session_at_once() {
    let (world, db) = World::new().await;
    world.clock.set("2026-10-31T20:00:00Z");
    let mut joni = world.by_password("joni").await;
    assert_eq!(joni.get("/asiakkaat").await.status, 200);
    world.clock.set("2026-10-31T22:00:00Z");
    assert_eq!(joni.get("/asiakkaat").await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn a_form_without_the_sessions_token_changes_nothing() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let answer = marja.post("/arkistointi/yrita", &[("csrf", "muu")]).await;
    assert_eq!(answer.status, 403);
    let answer = marja.post("/arkistointi/yrita", &[]).await;
    assert_eq!(answer.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn a_staff_card_lets_its_own_holder_in() {
    let (world, db) = World::new().await;
    let mut timo = world.by_card("timo").await;
    assert!(timo.get("/tanaan").await.body.contains("Timo Laine"));
    // Nobody comes into another's session with his own card.
    let page = timo.get("/kirjaudu/kortti").await;
    let answer = world.card("elina", &page, "#kortti", "1111");
    assert_eq!(timo.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await.status, 401);
    let page = timo.get("/kirjaudu/kortti").await;
    let answer = world.card("timo", &page, "#kortti", "1111");
    assert_eq!(timo.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn a_wrong_pin_gives_an_answer_that_opens_nothing() {
    let (world, db) = World::new().await;
    let mut browser = world.browser();
    let page = browser.get("/kirjaudu/kortti").await;
    let answer = world.card("marja", &page, "#kortti", "9999");
    assert_eq!(browser.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await.status, 401);
    assert_eq!(browser.get("/tanaan").await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn guessing_is_slowed_and_says_when_to_try_again_but_not_who_exists() {
    let (world, db) = World::new().await;
    let guess = async |name: &str| {
        let mut browser = world.browser();
        browser.post("/kirjaudu", &[("tunnus", name), ("salasana", "väärä")]).await
    };
    let mut said = Vec::new();
    for name in ["marja", "ei-ketään"] {
        for _ in 0..4 {
            assert_eq!(guess(name).await.status, 401, "{name}");
        }
        let fifth = guess(name).await;
        assert_eq!(fifth.status, 429, "{name}");
        assert!(fifth.text().contains("Yritä uudelleen klo 9.31."), "{}", fifth.text());
        said.push(fifth.text());
    }
    assert_eq!(said[0], said[1], "a known and an unknown name look the same");
    // The right password is not looked at before the time, and another worker comes in as always.
    let right = [("tunnus", "marja"), ("salasana", "vakka-marja")];
    assert_eq!(world.browser().post("/kirjaudu", &right).await.status, 429);
    world.by_password("liisa").await;
    world.by_card("marja").await;
    world.clock.set("2026-09-07T06:30:31Z");
    assert_eq!(world.browser().post("/kirjaudu", &right).await.status, 303);
    // The success forgets the failures: four more are forgiven again.
    for _ in 0..4 {
        assert_eq!(guess("marja").await.status, 401);
    }
    db.drop().await;
}

#[tokio::test]
async fn guesses_sent_at_once_are_slowed_like_those_one_after_another() {
    let (world, db) = World::new().await;
    let guess = async || {
        let mut browser = world.browser();
        browser.post("/kirjaudu", &[("tunnus", "marja"), ("salasana", "väärä")]).await.status
    };
    let said = futures::future::join_all((0..12).map(|_| guess())).await;
    let looked_at = said.iter().filter(|status| **status == 401).count();
    assert!(looked_at <= 4, "{looked_at} of twelve were looked at and told wrong: {said:?}");
    assert!(said.iter().all(|status| [401, 429].contains(status)), "{said:?}");
    db.drop().await;
}
