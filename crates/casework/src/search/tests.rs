//! Searching in the archive.

use crate::testing::{Mode, World};
use records::refusal::Refusal;

const CASE: &str = "1.2.246.10.99990015.95.2026.2.1001";

#[tokio::test]
async fn fr_16_a_case_oid_and_a_card_find_the_documents_and_no_card_finds_nothing() {
    let (world, db) = World::new().await;
    let (mut liisa, _) = crate::recording::tests::in_the_care_home(&world).await;
    let page = liisa.get("/haku").await;
    let found = liisa.fill(&page, "#haku-asia", &[("asia", CASE)]).await;
    assert_eq!(found.status, 200, "{}", found.text());
    assert!(found.rows("#tulokset").len() >= 2);
    assert!(found.text().contains("Järjestäjän rekisteri"));
    let (query, toimija) = world.archive.queries().pop().unwrap();
    assert_eq!(query.controller.as_str(), "1.2.246.10.99990015.10.0");
    assert_eq!((toimija.strength.as_str(), toimija.unit.as_str()), ("card", "1.2.246.10.99990031.10.31"));
    let form = found.attribute("#tulokset form", "id").unwrap();
    let opened = liisa.fill(&found, &format!("[id=\"{form}\"]"), &[]).await;
    assert_eq!(opened.status, 200, "{}", opened.text());
    assert!(opened.attribute("#asiakirja", "class").is_some() && !opened.body.contains("120243-934K"));
    let asked = world.archive.queries().len();
    let mut weak = world.by_password("liisa").await;
    let page = weak.get("/haku").await;
    let refused = weak.fill(&page, "#haku-asia", &[("asia", CASE)]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("STRONG_AUTH_REQUIRED") && refused.body.contains("/kirjaudu/kortti"));
    assert_eq!(world.archive.queries().len(), asked, "nothing was asked");
    db.drop().await;
}

#[tokio::test]
async fn fr_17_only_the_own_list_explains_that_another_unit_has_the_right() {
    let (world, db) = World::new().await;
    crate::recording::tests::in_the_care_home(&world).await;
    world.archive.set(Mode::Refuses(Refusal::RkoNotValid));
    let mut henna = world.by_card("henna").await;
    let page = henna.get("/haku").await;
    let refused = henna.fill(&page, "#haku-asia", &[("asia", CASE)]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("RKO_NOT_VALID") && refused.body.contains("UNIT_MISMATCH"));
    assert!(refused.text().contains("Kielo Ahola") && !refused.body.contains("Korpela"));
    // Of a case that nobody has told of, nothing is explained.
    let unknown = henna.fill(&page, "#haku-asia", &[("asia", "1.2.246.10.99990015.95.2026.2.9999")]).await;
    assert!(unknown.body.contains("RKO_NOT_VALID") && !unknown.body.contains("UNIT_MISMATCH"));
    db.drop().await;
}

#[tokio::test]
async fn fr_49_the_own_register_is_searched_by_metadata_and_needs_a_key() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    world.aino(&mut marja).await;
    let page = marja.get("/haku").await;
    let fields = [("asiakas", "120243-934K"), ("tehtava", "IAKAS"), ("alkaen", "2026-09-01"), ("tyyppi", "4006")];
    let found = marja.fill(&page, "#haku-oma", &fields).await;
    assert_eq!(found.status, 200, "{}", found.text());
    let (query, _) = world.archive.queries().pop().unwrap();
    assert_eq!((query.task.as_deref(), query.type_code.as_deref()), (Some("IAKAS"), Some("4006")));
    assert_eq!(query.from.unwrap().to_string(), "2026-09-01");
    let asked = world.archive.queries().len();
    assert_eq!(marja.fill(&page, "#haku-oma", &[]).await.status, 422);
    assert_eq!(marja.fill(&page, "#haku-oma", &[("asiakas", "120243-934L")]).await.status, 422);
    assert_eq!(world.archive.queries().len(), asked);
    db.drop().await;
}

#[tokio::test]
async fn fr_50_a_refused_search_shows_no_data() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    world.aino(&mut marja).await;
    world.archive.set(Mode::Refuses(Refusal::NoContextRelation));
    let page = marja.get("/haku").await;
    let refused = marja.fill(&page, "#haku-oma", &[("asia", CASE)]).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("NO_CONTEXT_RELATION") && refused.rows("#tulokset").is_empty());
    world.archive.set(Mode::Up);
    assert_eq!(marja.fill(&page, "#haku-oma", &[("asia", CASE)]).await.status, 200);
    db.drop().await;
}

#[tokio::test]
async fn fr_93_a_search_during_a_break_says_so() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    world.archive.set(Mode::Down);
    let page = marja.get("/haku").await;
    let answer = marja.fill(&page, "#haku-oma", &[("asia", CASE)]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("SERVICE_UNAVAILABLE"));
    let banner = marja.get("/asiakkaat").await;
    assert!(banner.text().contains("Arkisto ei vastaa"));
    db.drop().await;
}

#[tokio::test]
async fn fr_21_a_refusal_by_the_archive_locks_the_local_copies_until_the_right_is_found_again() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let oid = crate::recording::tests::entry(&mut liisa, &path, "Aino lauloi.").await;
    world.send_all().await;
    world.archive.set(Mode::Refuses(Refusal::RkoNotValid));
    let page = liisa.get("/haku").await;
    assert_eq!(liisa.fill(&page, "#haku-asia", &[("asia", CASE)]).await.status, 403);
    assert_eq!(liisa.get(&format!("/asiakirjat/{oid}")).await.status, 403);
    world.archive.set(Mode::Up);
    assert_eq!(liisa.fill(&page, "#haku-asia", &[("asia", CASE)]).await.status, 200);
    assert_eq!(liisa.get(&format!("/asiakirjat/{oid}")).await.status, 200);
    db.drop().await;
}
