//! Granting, delivering, receiving, ending.

use crate::testing::{Browser, World};

/// Grants Kielo Ahola a right to Aino's case; gives the order as text.
pub async fn grant(world: &World, marja: &mut Browser, path: &str, from: &str) -> String {
    let fields = [("yksikko", "1.2.246.10.99990031.10.31"), ("palvelu", "85"), ("alkaa", from)];
    let answer = marja.post_to(&format!("{path}/oikeus"), "#oikeus", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    world.send_all().await;
    let page = marja.get(&answer.location).await;
    page.text_of("#tilaus").expect("the order")
}

#[tokio::test]
async fn fr_10_fr_13_a_grant_is_a_row_in_a_new_version_of_the_relationship() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let order = grant(&world, &mut marja, &path, "2026-09-28").await;
    assert!(order.contains("1.2.246.10.99990015.95.2026.2.1001") && order.contains("1.2.246.10.99990031.10.31"));
    let kept = world.archive.kept().pop().unwrap();
    assert_eq!(kept.document.header.version, 2);
    let body: serde_json::Value = serde_json::from_slice(kept.document.body.json().unwrap()).unwrap();
    let whole = records::relationship::Relationship::parse(&body).unwrap();
    let row = &whole.tasks[0].providers[0];
    assert_eq!((row.unit.as_str(), row.period.start.to_string()), ("1.2.246.10.99990031.10.31", "2026-09-28".into()));
    let fields = [("yksikko", "1.2.246.10.99990031.10.31"), ("palvelu", "85"), ("alkaa", "2026-10-01")];
    let twice = marja.post_to(&format!("{path}/oikeus"), "#oikeus", &fields).await;
    assert_eq!(twice.status, 422, "the unit has the right already");
    db.drop().await;
}

#[tokio::test]
async fn fr_15_a_grant_stays_on_the_list_until_its_case_oid_has_been_delivered() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    grant(&world, &mut marja, &path, "2026-09-28").await;
    let page = marja.get("/oikeudet").await;
    let missing = page.rows("#toimittamatta");
    assert_eq!(missing.len(), 1);
    let order = format!("/oikeudet/{}/tilaus", missing[0].0);
    let nobody = marja.post_to(&order, "#toimitus", &[("vastaanottaja", "")]).await;
    assert_eq!(nobody.status, 422);
    assert_eq!(marja.get("/oikeudet").await.rows("#toimittamatta").len(), 1);
    world.clock.set("2026-09-24T11:02:00Z");
    let mut marja = world.by_password("marja").await;
    let done = marja.post_to(&order, "#toimitus", &[("vastaanottaja", "Kielo Ahola, Ritva Aalto")]).await;
    assert_eq!(done.status, 303);
    let page = marja.get("/oikeudet").await;
    assert!(page.rows("#toimittamatta").is_empty());
    assert!(page.row(&missing[0].0).contains("24.9.2026 klo 14.02"));
    db.drop().await;
}

#[tokio::test]
async fn fr_15_an_order_for_another_house_is_not_received() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let order = grant(&world, &mut marja, &path, "2026-09-28").await;
    let mut petri = world.by_password("petri").await;
    let page = petri.get("/oikeudet").await;
    assert_eq!(petri.fill(&page, "#liita", &[("tilaus", &order)]).await.status, 422);
    assert!(petri.get("/asiakkaat").await.rows("#ostopalvelun-asiakkaat").is_empty());
    let mut liisa = world.by_password("liisa").await;
    let page = liisa.get("/oikeudet").await;
    assert_eq!(liisa.fill(&page, "#liita", &[("tilaus", &order)]).await.status, 303);
    assert_eq!(liisa.get("/oikeudet").await.rows("#saadut").len(), 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_21_after_the_end_the_organisers_documents_are_locked_from_midnight() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let oid = crate::recording::tests::entry(&mut liisa, &path, "Aino lauloi.").await;
    world.send_all().await;
    let page = liisa.get("/oikeudet").await;
    let form = page.attribute("#saadut form", "id").unwrap();
    let done = liisa.fill(&page, &format!("#{form}"), &[("paattyy", "2026-11-15")]).await;
    assert_eq!(done.status, 303);
    world.clock.set("2026-11-15T21:59:00Z");
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get(&format!("/asiakirjat/{oid}")).await.status, 200);
    world.clock.set("2026-11-15T22:00:00Z");
    let locked = liisa.get(&format!("/asiakirjat/{oid}")).await;
    assert_eq!(locked.status, 403);
    assert!(locked.body.contains("RKO_NOT_VALID") && !locked.body.contains("lauloi"));
    assert!(!liisa.get(&format!("{path}/kertomus")).await.body.contains("lauloi"));
    assert!(liisa.get(&path).await.text_of("#identity .why").unwrap().contains("päättyi 15.11.2026"));
    db.drop().await;
}

#[tokio::test]
async fn fr_10_ending_a_grant_keeps_its_row_and_a_mistake_takes_it_away() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    grant(&world, &mut marja, &path, "2026-09-28").await;
    let id = marja.get("/oikeudet").await.rows("#myonnetyt")[0].0.clone();
    let early = marja.post_to(&format!("/oikeudet/{id}/paata"), "#paata", &[("paattyy", "2026-09-01")]).await;
    assert_eq!(early.status, 422, "an end before the start");
    let done = marja.post_to(&format!("/oikeudet/{id}/paata"), "#paata", &[("paattyy", "2026-11-15")]).await;
    assert_eq!(done.status, 303);
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(last.document.body.json().unwrap()).unwrap();
    let whole = records::relationship::Relationship::parse(&body).unwrap();
    assert_eq!(whole.tasks[0].providers[0].period.end.unwrap().to_string(), "2026-11-15");
    assert_eq!(last.document.header.version, 3);
    let mistake = marja.post_to(&format!("/oikeudet/{id}/paata"), "#paata", &[("virhe", "on")]).await;
    assert_eq!(mistake.status, 303);
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(last.document.body.json().unwrap()).unwrap();
    assert!(records::relationship::Relationship::parse(&body).unwrap().tasks[0].providers.is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_28_clients_of_two_counties_stay_in_their_own_registers() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let other = "Järjestäjän nimi: Rannikko-Savon hyvinvointialue\nAsian tunnus: 1.2.246.10.99990023.95.2026.2.1001\n\
        Henkilötunnus: 120243-934K\nSukunimi: Korpela\nEtunimet: Aino Elisabet\nPalveluyksikkö: 1.2.246.10.99990031.10.31\n\
        Palvelutehtävä: IAKAS\nSosiaalipalvelu: 85\nAlkaa: 2026-09-28\n";
    let page = liisa.get("/oikeudet").await;
    assert_eq!(liisa.fill(&page, "#liita", &[("tilaus", other)]).await.status, 303);
    let clients = liisa.get("/asiakkaat").await.rows("#ostopalvelun-asiakkaat");
    assert_eq!(clients.len(), 2, "the same person in two registers is two clients");
    let second = clients.iter().map(|(id, _)| format!("/asiakkaat/{id}")).find(|one| *one != path).unwrap();
    crate::recording::tests::entry(&mut liisa, &path, "Keskisen asia.").await;
    crate::recording::tests::entry(&mut liisa, &second, "Rannikon asia.").await;
    world.send_all().await;
    let kept = world.archive.kept();
    let of = |text: &str| {
        let holds =
            |one: &&crate::testing::Kept| String::from_utf8_lossy(one.document.body.json().unwrap()).contains(text);
        kept.iter().find(holds).unwrap().document.header.custodian.id.to_string()
    };
    assert_eq!(of("Keskisen asia."), "1.2.246.10.99990015.10.0");
    assert_eq!(of("Rannikon asia."), "1.2.246.10.99990023.10.0");
    // A case of the other register is not the client's.
    let fields = [("teksti", "Väärä asia"), ("asia", "1.2.246.10.99990023.95.2026.2.1001")];
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    let refused = liisa.fill(&form, "#asiakirja", &fields).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("CASE_CLIENT_MISMATCH"));
    db.drop().await;
}

#[tokio::test]
async fn fr_13_an_order_alone_gives_no_right_the_archive_decides() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    world.archive.set(crate::testing::Mode::Refuses(records::refusal::Refusal::RkoNotValid));
    let oid = crate::recording::tests::entry(&mut liisa, &path, "Ennen oikeutta.").await;
    world.send_all().await;
    let waiting = liisa.get("/arkistointi").await.rows(".odottaa-oikeutta");
    assert_eq!(waiting, [(oid.clone(), "waiting_right".to_owned())]);
    assert!(liisa.get("/tanaan").await.rows("#tyot").contains(&(oid.clone(), "right_missing".to_owned())));
    world.archive.set(crate::testing::Mode::Up);
    let page = liisa.get(&format!("/asiakirjat/{oid}")).await;
    assert_eq!(liisa.fill(&page, "#yrita", &[]).await.status, 303);
    world.send_all().await;
    assert_eq!(world.archive.kept().pop().unwrap().document.header.id.as_str(), oid);
    db.drop().await;
}

#[tokio::test]
async fn fr_10_fr_13_a_grant_to_no_unit_or_outside_ones_own_tasks_changes_no_relationship() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let before = world.archive.kept().len();
    let whole = [("yksikko", "1.2.246.10.99990031.10.31"), ("palvelu", "85"), ("alkaa", "2026-09-28")];
    for (name, value, status) in [
        ("yksikko", "1.2.246.10.99990015.10.11", 422), // a unit of the county itself is no producer
        ("yksikko", "", 422),
        ("alkaa", "", 422),
        ("paattyy", "2026-09-01", 422),                      // an end before the start
        ("asia", "1.2.246.10.99990023.95.2026.2.1001", 403), // a case of another county
    ] {
        let mut fields = whole.to_vec();
        fields.retain(|(had, _)| *had != name);
        fields.push((name, value));
        let refused = marja.post_to(&format!("{path}/oikeus"), "#oikeus", &fields).await;
        assert_eq!(refused.status, status, "{name}={value}");
    }
    // A provider makes no grants at all, and the client's rows have stayed as they were.
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get(&format!("{path}/oikeus")).await.status, 403);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before);
    assert!(marja.get("/oikeudet").await.rows("#myonnetyt").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_15_the_list_of_grants_names_each_client_to_the_unit_that_handles_him() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    grant(&world, &mut marja, &path, "2026-09-28").await;
    let page = marja.get("/oikeudet").await;
    for table in ["#toimittamatta", "#myonnetyt"] {
        assert_eq!(page.attribute(&format!("{table} tbody th a"), "href"), Some(path.clone()), "{table}");
        assert!(page.text_of(&format!("{table} tbody th")).unwrap().contains("Korpela"), "{table}");
    }
    // The twin: another unit of the county learns neither the name nor that there is a grant.
    let mut kaisa = world.by_password("kaisa").await;
    let other = kaisa.get("/oikeudet").await;
    assert!(other.rows("#myonnetyt").is_empty() && !other.body.contains("Korpela"));
    db.drop().await;
}

#[tokio::test]
async fn fr_21_after_the_end_old_versions_are_locked_as_the_newest_is() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = crate::recording::tests::in_the_care_home(&world).await;
    let old = crate::recording::tests::entry(&mut liisa, &path, "Aino lauloi väärin.").await;
    world.send_all().await;
    let fields = [("teksti", "Aino lauloi oikein."), ("syy", "tarkennus")];
    let done = liisa.post_to(&format!("/asiakirjat/{old}/korjaa"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let new = done.location.trim_start_matches("/asiakirjat/").to_owned();
    // The twin: while the right is in force, both stand and open.
    let rows = liisa.get(&path).await.rows("#asiakirjat");
    assert!(rows.contains(&(old.clone(), "replaced".into())) && rows.contains(&(new.clone(), "archived".into())));
    assert!(liisa.get(&format!("/asiakirjat/{old}")).await.body.contains("väärin"));
    let page = liisa.get("/oikeudet").await;
    let form = page.attribute("#saadut form", "id").unwrap();
    assert_eq!(liisa.fill(&page, &format!("#{form}"), &[("paattyy", "2026-11-15")]).await.status, 303);
    world.clock.set("2026-11-15T22:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    for oid in [&old, &new] {
        let locked = liisa.get(&format!("/asiakirjat/{oid}")).await;
        assert_eq!(locked.status, 403, "{oid}");
        assert!(locked.body.contains("RKO_NOT_VALID") && !locked.body.contains("lauloi"), "{oid}");
    }
    assert!(liisa.get(&path).await.rows("#asiakirjat").is_empty());
    // What never reached the register is the writer's own and stays open.
    let own = crate::recording::tests::entry(&mut liisa, &path, "Oikeuden jälkeen.").await;
    world.send_all().await;
    assert_eq!(liisa.get(&path).await.rows("#asiakirjat"), [(own.clone(), "waiting_right".to_owned())]);
    assert!(liisa.get(&format!("/asiakirjat/{own}")).await.body.contains("Oikeuden jälkeen."));
    // A correction in the grace time (FR-23) is not locked either, and does not list what is.
    let done = liisa.post_to(&format!("/asiakirjat/{new}/korjaa"), "#asiakirja", &fields).await;
    let waiting = liisa.get(&done.location).await;
    assert_eq!((done.status, waiting.status), (303, 200), "{}", done.text());
    assert!(waiting.rows("#versiot").is_empty(), "{}", waiting.text());
    db.drop().await;
}

#[tokio::test]
async fn fr_101_a_grant_outside_ones_own_tasks_is_neither_shown_nor_opened_nor_ended() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    grant(&world, &mut marja, &path, "2026-09-28").await;
    let id = marja.get(&path).await.rows("#myonnetyt")[0].0.clone();
    let doors = ["tilaus", "paata"].map(|what| format!("/oikeudet/{id}/{what}"));
    for door in &doors {
        assert_eq!(marja.get(door).await.status, 200, "the twin: in her own task, {door}");
    }
    let before = world.archive.kept().len();
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_membership SET tasks = 'TYOIK'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert!(marja.get(&path).await.rows("#myonnetyt").is_empty());
    for door in &doors {
        assert_eq!(marja.get(door).await.status, 404, "{door}");
    }
    let delivered = [("tapa", "phone"), ("vastaanottaja", "Ritva Aalto")];
    assert_eq!(marja.post(&format!("/oikeudet/{id}/toimitus"), &delivered).await.status, 404);
    assert_eq!(marja.post(&doors[1], &[("paattyy", "2026-11-15")]).await.status, 404);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before, "nothing was ended");
    db.drop().await;
}
