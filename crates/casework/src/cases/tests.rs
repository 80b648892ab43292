//! Opening a case through the contact form.

use store::testing::TestDb;

use crate::testing::{Browser, Mode, World, contact};

async fn opens(db: TestDb) {
    let world = World::on(&db).await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    // The archive has the relationship and the case before any other document of the case.
    let kinds = world.archive.kinds();
    assert_eq!(kinds[..2], ["1505.1", "1505.2"]);
    // The two documents of the case rest on it and not on each other.
    assert!(kinds.len() == 4 && kinds.contains(&"4006".to_owned()) && kinds.contains(&"19001".to_owned()));
    let page = marja.get(&path).await;
    let cases = page.rows("#asiat");
    assert_eq!(cases, [("1.2.246.10.99990015.95.2026.2.1001".to_owned(), "open".to_owned())]);
    assert!(page.row(&cases[0].0).contains("Iäkkäiden palvelut"));
    let states: Vec<String> = page.rows("#asiakirjat").into_iter().map(|(_, state)| state).collect();
    assert_eq!(states, ["archived"; 4]);
    assert!(page.text_of("#identity .why").unwrap().contains("Ikääntyneiden asiakasohjaus"));
    let body = world.archive.kept()[1].document.body.json().unwrap().to_vec();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["asia_asiakirja"]["asian_tiedot"]["avauspaiva"], "2026-09-07");
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_01_fr_02_a_contact_opens_a_case_that_the_archive_holds_first_on_sqlite() {
    opens(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_01_fr_02_a_contact_opens_a_case_that_the_archive_holds_first_on_postgres() {
    opens(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_01_a_contact_without_a_right_code_or_a_task_opens_nothing() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    for (name, value) in [
        ("hetu", "120243-934L"),
        ("tehtava", ""),
        ("asian_nimi", "99"),
        ("tapahtuma", "2027-01-01T10:00"),
        ("kuvaus_tilanteesta_ja_huolesta", ""),
    ] {
        let mut fields = contact();
        fields.retain(|(had, _)| *had != name);
        fields.push((name, value));
        let answer = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
        assert_eq!(answer.status, 422, "{name}");
    }
    world.send_all().await;
    assert_eq!(world.archive.messages(), 0);
    assert!(marja.get("/asiakkaat").await.rows("#asiakkaat").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_04_fr_08_fr_09_a_second_case_uses_the_same_relationship() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let answer = marja.post_to(&format!("{path}/asia"), "#asia", &[("asian_nimi", "ASUMINEN")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    world.send_all().await;
    let page = marja.get(&path).await;
    assert_eq!(page.rows("#asiat").len(), 2);
    let kinds = world.archive.kinds();
    assert_eq!(kinds.iter().filter(|kind| *kind == "1505.1").count(), 1);
    assert_eq!(kinds.iter().filter(|kind| *kind == "1505.2").count(), 2);
    // The same contact again finds the same client, and so the same relationship.
    assert_eq!(world.aino(&mut marja).await, path);
    assert_eq!(world.archive.kinds().iter().filter(|kind| *kind == "1505.1").count(), 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_12_the_relationship_names_the_responsible_worker_and_unit() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    world.aino(&mut marja).await;
    let body = world.archive.kept()[0].document.body.json().unwrap().to_vec();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let worker = &body["asiakkuusasiakirja"]["palveluista_vastaava_tyontekija"][0];
    assert_eq!(worker["sukunimi"], "Salo");
    assert_eq!(worker["yhteystiedot"]["puhelinnumero"], "019 000 0000");
    db.drop().await;
}

#[tokio::test]
async fn fr_26_fr_27_a_client_by_contract_goes_to_the_providers_own_register() {
    let (world, db) = World::new().await;
    let mut ritva = world.by_password("ritva").await;
    let fields = [("hetu", "170350-962A"), ("palvelu", "85"), ("tapahtuma", "2026-09-07T09:00")];
    let answer = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let mut liisa = world.by_password("liisa").await;
    assert_eq!(liisa.get("/oma-asiakas").await.status, 403, "who only carries out opens nothing");
    let entry = format!("{}/asiakirja/19007", answer.location);
    let fields = [("teksti", "Leena lauloi kuorossa.")];
    let done = liisa.post_to(&entry, "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    assert_eq!(kept.len(), 3);
    assert!(kept.iter().all(|one| one.document.header.custodian.id.as_str() == "1.2.246.10.99990031.10.0"));
    let page = liisa.get(&answer.location).await;
    assert_eq!(page.attribute("#identity .register", "data-register").as_deref(), Some("own"));
    // Marja's organisation has no such client, and a provider opens no case of an organiser.
    let mut marja = world.by_password("marja").await;
    let found = marja.post("/asiakkaat/haku", &[("haku", "170350-962A")]).await;
    assert!(found.rows("#asiakkaat").is_empty());
    assert_eq!(liisa.get("/yhteydenotto").await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn fr_50_another_unit_sees_neither_the_client_nor_that_there_is_one() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let mut kaisa = world.by_password("kaisa").await;
    let known = kaisa.get(&path).await;
    let unknown = kaisa.get("/asiakkaat/00000000000000000000000000000000").await;
    assert_eq!((known.status, unknown.status), (403, 403));
    assert_eq!(known.text(), unknown.text());
    assert!(!known.body.contains("Korpela"));
    assert_eq!(marja.get(&path).await.status, 200);
    db.drop().await;
}

#[tokio::test]
async fn fr_33_a_refused_document_comes_back_with_what_to_mend_and_an_owner() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    world.archive.set(Mode::Refuses(records::refusal::Refusal::SchemaInvalid));
    let path = world.aino(&mut marja).await;
    let page = marja.get(&path).await;
    // Only the first goes; what rests on it waits.
    let rejected: Vec<_> = page.rows("#asiakirjat").into_iter().filter(|(_, state)| state == "rejected").collect();
    assert_eq!(rejected.len(), 1);
    let today = marja.get("/tanaan").await;
    assert!(today.rows("#tyot").iter().any(|(key, state)| *key == rejected[0].0 && state == "returned_document"));
    let desk = marja.get("/arkistointi").await;
    assert!(desk.row(&rejected[0].0).contains("SCHEMA_INVALID"));
    db.drop().await;
}

/// The body of the first stored document of a kind.
fn body(world: &World, at: usize) -> serde_json::Value {
    serde_json::from_slice(world.archive.kept()[at].document.body.json().unwrap()).unwrap()
}

#[tokio::test]
async fn fr_02_the_pending_date_is_the_day_on_which_the_matter_came_not_the_day_of_typing() {
    let (world, db) = World::new().await;
    world.clock.set("2026-09-09T06:30:00Z");
    let mut marja = world.by_password("marja").await;
    world.aino(&mut marja).await;
    let case = body(&world, 1);
    assert_eq!(case["asia_asiakirja"]["asian_tiedot"]["avauspaiva"], "2026-09-07");
    let kept = world.archive.kept();
    assert_eq!(records::time::finnish_date(kept[1].document.header.creation_time).to_string(), "2026-09-09");
    // A day that has not come cannot be one.
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "tapahtuma");
    fields.push(("tapahtuma", "2026-09-10T09:00"));
    assert_eq!(marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await.status, 422);
    db.drop().await;
}

#[tokio::test]
async fn fr_08_the_first_case_makes_the_relationship_with_the_handling_unit_and_the_second_does_not() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let whole = records::relationship::Relationship::parse(&body(&world, 0)).unwrap();
    assert_eq!(whole.id.unwrap().as_str(), "1.2.246.10.99990015.95.2026.3.1001");
    let row = &whole.tasks[0].organiser_units[0];
    assert_eq!((row.unit.as_str(), row.period.start.to_string()), ("1.2.246.10.99990015.10.11", "2026-09-07".into()));
    marja.post_to(&format!("{path}/asia"), "#asia", &[("asian_nimi", "ASUMINEN")]).await;
    world.send_all().await;
    assert_eq!(world.archive.kinds().iter().filter(|kind| *kind == "1505.1").count(), 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_09_there_is_one_relationship_per_client_and_register_and_it_names_one_client() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    world.aino(&mut marja).await;
    world.aino(&mut marja).await;
    let sets: std::collections::BTreeSet<String> = world
        .archive
        .kept()
        .iter()
        .filter(|one| one.document.header.relationship.is_some())
        .map(|one| one.document.header.set_id.to_string())
        .collect();
    assert_eq!(sets.len(), 1);
    assert_eq!(world.archive.kept()[0].document.header.patients.len(), 1);
    // Another client has one of his own.
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.push(("hetu", "010177-9532"));
    assert_eq!(marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await.status, 303);
    world.send_all().await;
    assert_eq!(world.archive.kinds().iter().filter(|kind| *kind == "1505.1").count(), 2);
    db.drop().await;
}

#[tokio::test]
async fn fr_04_a_further_case_needs_a_name_a_day_that_has_come_and_one_of_the_workers_own_tasks() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let sent = world.archive.messages();
    for (name, value) in
        [("asian_nimi", ""), ("asian_nimi", "99"), ("tapahtuma", "2026-09-08T09:00"), ("tehtava", "10")]
    {
        let refused = marja.post_to(&format!("{path}/asia"), "#asia", &[(name, value)]).await;
        assert_eq!(refused.status, 422, "{name}={value}");
    }
    world.send_all().await;
    assert_eq!((world.archive.messages(), marja.get(&path).await.rows("#asiat").len()), (sent, 1));
    db.drop().await;
}

#[tokio::test]
async fn fr_08_a_refused_contact_makes_neither_a_client_nor_a_relationship() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let mut fields = contact();
    fields.push(("tehtava", "10"));
    let refused = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(refused.status, 422, "a task that is not hers");
    world.send_all().await;
    assert_eq!(world.archive.messages(), 0);
    assert!(marja.post("/asiakkaat/haku", &[("haku", "120243-934K")]).await.rows("#asiakkaat").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_09_a_second_client_in_the_request_does_not_enter_the_relationship() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let mut fields = contact();
    fields.extend([("asiakas[1].henkilotunnus", "010177-9532"), ("asiakas[1].sukunimi", "Virtala")]);
    assert_eq!(marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await.status, 303);
    world.send_all().await;
    for one in world.archive.kept() {
        assert_eq!(one.document.header.patients.len(), 1);
        assert!(!String::from_utf8_lossy(one.document.body.json().unwrap()).contains("Virtala"));
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_12_nobody_else_is_made_responsible_by_what_a_request_says() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let mut fields = contact();
    fields.extend([
        ("palveluista_vastaava_tyontekija[0].sukunimi", "Hirvonen"),
        ("palveluista_vastaava_tyontekija[0].yhteystiedot.puhelinnumero", "019 999 9999"),
        ("vastuutyontekija", "antti"),
    ]);
    assert_eq!(marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await.status, 303);
    world.send_all().await;
    let worker = &body(&world, 0)["asiakkuusasiakirja"]["palveluista_vastaava_tyontekija"];
    assert_eq!((worker.as_array().unwrap().len(), worker[0]["sukunimi"].as_str()), (1, Some("Salo")));
    assert_eq!(worker[0]["yhteystiedot"]["puhelinnumero"], "019 000 0000");
    db.drop().await;
}

#[tokio::test]
async fn fr_26_the_two_registers_of_a_provider_do_not_mix() {
    let (world, db) = World::new().await;
    // Aino buys an hour of company by herself and lives at Kielo Ahola for the county.
    let (mut liisa, bought) = crate::recording::tests::in_the_care_home(&world).await;
    let mut ritva = world.by_password("ritva").await;
    let fields = [("hetu", "120243-934K"), ("palvelu", "85"), ("tapahtuma", "2026-09-30T09:00")];
    let own = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await.location;
    assert_ne!(own, bought);
    let case_of = async |browser: &mut Browser, path: &str| browser.get(path).await.rows("#asiat")[0].0.clone();
    let (county, contract) = (case_of(&mut liisa, &bought).await, case_of(&mut liisa, &own).await);
    for (path, foreign) in [(&own, &county), (&bought, &contract)] {
        let fields = [("teksti", "Väärään rekisteriin."), ("asia", foreign.as_str())];
        let refused = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.body.contains("CASE_CLIENT_MISMATCH"));
    }
    crate::recording::tests::entry(&mut liisa, &own, "Omaan rekisteriin.").await;
    crate::recording::tests::entry(&mut liisa, &bought, "Järjestäjän rekisteriin.").await;
    world.send_all().await;
    for (text, register) in [("Omaan", "1.2.246.10.99990031.10.0"), ("Järjestäjän", "1.2.246.10.99990015.10.0")] {
        let kept = world.archive.kept();
        let of: Vec<_> = kept
            .iter()
            .filter(|one| String::from_utf8_lossy(one.document.body.json().unwrap()).contains(text))
            .map(|one| one.document.header.custodian.id.to_string())
            .collect();
        assert_eq!(of, [register]);
    }
    assert!(!liisa.get(&format!("{own}/kertomus")).await.body.contains("Järjestäjän rekisteriin."));
    assert!(!liisa.get(&format!("{bought}/kertomus")).await.body.contains("Omaan rekisteriin."));
    db.drop().await;
}

#[tokio::test]
async fn a_name_that_does_not_fit_the_code_and_a_namesake_of_the_same_day_are_noticed_before_opening() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let mut fields = contact();
    fields.extend([("sukunimi", "Korpinen"), ("etunimet", "Aino")]);
    let noticed = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(noticed.status, 422);
    assert!(noticed.text().contains("Korpela Aino"), "{}", noticed.text());
    assert!(noticed.body.contains("Äiti on kaatunut kahdesti"), "what was typed is kept");
    assert!(marja.get("/asiakkaat").await.rows("#asiakkaat").is_empty(), "nothing was opened");
    let done = marja.fill(&noticed, "#yhteydenotto", &[("vahvistettu", "on")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    // Aino Korpela of the same day under another code: a slip of one digit.
    let twin = [("hetu", "120243-935L"), ("sukunimi", "Korpela"), ("etunimet", "Aino")];
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.extend(twin);
    let noticed = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(noticed.status, 422);
    assert!(noticed.text().contains("120243-••••"), "{}", noticed.text());
    assert!(!noticed.body.contains("120243-934K"));
    // Another unit may not know that there is an Aino, and learns nothing.
    let mut kaisa = world.by_password("kaisa").await;
    let silent = kaisa.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(silent.status, 303, "{}", silent.text());
    assert_eq!(marja.fill(&noticed, "#yhteydenotto", &[("vahvistettu", "on")]).await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn fr_04_a_second_case_of_the_same_kind_is_asked_about_and_another_kind_is_not() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let form = format!("{path}/asia");
    let cases = async |marja: &mut crate::testing::Browser| marja.get(&path).await.rows("#asiat").len();
    let before = cases(&mut marja).await;
    let asked = marja.post_to(&form, "#asia", &[]).await;
    assert_eq!(asked.status, 422, "{}", asked.text());
    assert!(asked.text().contains("jo avoin samanlainen asia"), "{}", asked.text());
    let there = asked.attribute("a[data-action=jatka-asiaa]", "href").expect("a way to the open case");
    assert_eq!(marja.get(&there).await.status, 200);
    assert_eq!(cases(&mut marja).await, before, "nothing was opened");
    // The twins: knowingly, and of another kind.
    assert_eq!(marja.fill(&asked, "#asia", &[("silti", "on")]).await.status, 303);
    assert_eq!(marja.post_to(&form, "#asia", &[("asian_nimi", "ASUMINEN")]).await.status, 303);
    assert_eq!(cases(&mut marja).await, before + 2);
    db.drop().await;
}
