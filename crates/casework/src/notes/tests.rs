//! What is noticed before a note is saved, through the form.

use store::testing::TestDb;

use crate::{
    recording::tests::in_the_care_home,
    testing::{Answer, Browser, World, contact},
};

async fn note(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", fields).await
}

/// A second client of Marja's unit.
async fn another(browser: &mut Browser, hetu: &str, family: &str, given: &str) -> String {
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.extend([("hetu", hetu), ("sukunimi", family), ("etunimet", given)]);
    let answer = browser.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location
}

async fn names(db: TestDb) {
    let world = World::on(&db).await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    another(&mut marja, "010190-901R", "Kallionpää", "Einari Johannes").await;
    world.send_all().await;
    let sent = world.archive.kept().len();
    let text = "Kävelimme torille. Einarin poika oli mukana.";
    let stopped = note(&mut marja, &path, &[("teksti", text), ("palvelu", "45")]).await;
    assert_eq!(stopped.status, 422);
    assert!(stopped.text().contains("toisen asiakkaan nimi: Einarin"), "{}", stopped.text());
    assert!(stopped.body.contains(text), "nothing is lost");
    assert!(!stopped.text().contains("Kallionpää"), "the page tells the word, not who");
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), sent, "nothing has gone");
    // Without looking it stops again; having looked, the same words pass and a new name is asked about.
    assert_eq!(marja.fill(&stopped, "#asiakirja", &[]).await.status, 422);
    let more = [("tarkistettu", "on"), ("teksti", "Einarin poika ja Kallionpään talo.")];
    let again = marja.fill(&stopped, "#asiakirja", &more).await;
    assert_eq!(again.status, 422);
    assert!(again.text().contains("Kallionpään"), "{}", again.text());
    assert_eq!(marja.fill(&stopped, "#asiakirja", &[("tarkistettu", "on")]).await.status, 303);
    // The twins: the client's own name, a relative, and the same letters in small ones.
    for fine in ["Aino Salo lauloi. Korpelan Pirkko soitti.", "Puhuimme einarista eli kasvista."] {
        let done = note(&mut marja, &path, &[("teksti", fine), ("palvelu", "45")]).await;
        assert_eq!(done.status, 303, "{fine}: {}", done.text());
    }
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_50_another_clients_name_is_noticed_before_saving_on_sqlite() {
    names(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_50_another_clients_name_is_noticed_before_saving_on_postgres() {
    names(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_50_the_check_tells_nobody_who_is_a_client_elsewhere() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    another(&mut marja, "010190-901R", "Kallionpää", "Einari").await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let fields = [("teksti", "Einari Kallionpää kävi kylässä.")];
    let done = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    db.drop().await;
}

async fn patient_data(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.send_all().await;
    let sent = world.archive.kept().len();
    let entry = format!("{path}/asiakirja/19007");
    // A worker with a health profession is asked at every entry; the kind of entry presets the answer.
    let page = liisa.get(&entry).await;
    assert_eq!(page.attribute("[name=tieto][checked]", "value").as_deref(), Some("asiakas"));
    let text = "Verenpaine 150/90 mitattu aamulla.";
    let stopped = liisa.fill(&page, "#asiakirja", &[("teksti", text)]).await;
    assert_eq!(stopped.status, 422);
    assert!(stopped.text().contains("Kuuluuko tämä potilastietoihin? Tekstissä on: Verenpaine"), "{}", stopped.text());
    let kept = liisa.fill(&stopped, "#asiakirja", &[("tieto", "potilas")]).await;
    assert_eq!(kept.status, 303, "{}", kept.text());
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), sent, "a patient entry never leaves for the archive");
    assert!(liisa.get("/tanaan").await.work("draft").is_empty());
    assert!(!liisa.get(&path).await.text().contains("Verenpaine"));
    // Its own list, its file, and the handing over.
    let list = liisa.get("/potilastiedot").await;
    let rows = list.rows("#potilastiedot");
    assert_eq!((rows.len(), rows[0].1.as_str()), (1, "waiting"));
    assert!(liisa.get(&format!("/potilastiedot/{}", rows[0].0)).await.text().contains(text));
    let file = liisa.get("/potilastiedot/tiedosto").await;
    let file: serde_json::Value = serde_json::from_str(&file.body).unwrap();
    assert_eq!(file["merkinnat"][0]["teksti"], text);
    world.clock.set("2027-03-01T08:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    let list = liisa.get("/potilastiedot").await;
    assert!(list.text().contains("Yksi potilastieto on luovuttamatta"), "{}", list.text());
    assert_eq!(liisa.fill(&list, "#luovuta", &[("vastaanottaja", "")]).await.status, 422);
    assert_eq!(liisa.fill(&list, "#luovuta", &[("vastaanottaja", "Potilastietojärjestelmä")]).await.status, 303);
    let list = liisa.get("/potilastiedot").await;
    assert_eq!(list.rows("#potilastiedot")[0].1, "handed");
    assert!(!list.text().contains("luovuttamatta"));
    // The twin: who has no health profession opens neither the list nor an entry.
    let mut marja = world.by_card("marja").await;
    for path in ["/potilastiedot".to_owned(), "/potilastiedot/tiedosto".into(), format!("/potilastiedot/{}", rows[0].0)]
    {
        assert_eq!(marja.get(&path).await.status, 403, "{path}");
    }
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_87_fr_105_a_patient_entry_is_kept_apart_and_handed_over_on_sqlite() {
    patient_data(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_87_fr_105_a_patient_entry_is_kept_apart_and_handed_over_on_postgres() {
    patient_data(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_87_who_has_looked_may_keep_a_short_fact_as_client_data() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let page = marja.get(&format!("{path}/asiakirja/19005")).await;
    assert!(page.attribute("[name=tieto]", "name").is_none(), "who has no health profession is not asked");
    let fields = [("teksti", "Haava vaikeuttaa kävelyä, sovittiin kuljetuksesta."), ("palvelu", "45")];
    let stopped = marja.fill(&page, "#asiakirja", &fields).await;
    assert_eq!(stopped.status, 422);
    assert!(stopped.attribute("[name=tieto][checked]", "value").is_none(), "nothing is preset now");
    assert_eq!(marja.fill(&stopped, "#asiakirja", &[]).await.status, 422);
    assert_eq!(marja.fill(&stopped, "#asiakirja", &[("tieto", "asiakas")]).await.status, 303);
    db.drop().await;
}

#[tokio::test]
async fn fr_60_an_address_of_a_client_under_turvakielto_is_noticed() {
    let (world, db) = World::new().await;
    let mut kaisa = world.by_card("kaisa").await;
    let hidden = protected(&world, &mut kaisa).await;
    let fields = [("teksti", "Muutti osoitteeseen Mäntykatu 12."), ("palvelu", "45")];
    let stopped = note(&mut kaisa, &hidden, &fields).await;
    assert_eq!(stopped.status, 422);
    assert!(stopped.text().contains("turvakielto. Tekstissä on osoite: Mäntykatu 12"), "{}", stopped.text());
    // The twin: of another client an address is told freely.
    let open = another(&mut kaisa, "010190-901R", "Kallionpää", "Einari").await;
    assert_eq!(note(&mut kaisa, &open, &fields).await.status, 303);
    db.drop().await;
}

/// The client of the cast who is under turvakielto.
async fn protected(world: &World, kaisa: &mut Browser) -> String {
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.push(("hetu", world.protected_hetu()));
    let answer = kaisa.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.location
}

#[tokio::test]
async fn a_phrase_is_written_out_and_an_unknown_code_stays() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let page = liisa.get("/fraasit").await;
    let phrase = [("koodi", ";aamu"), ("sisalto", "Heräsi levänneenä ja söi aamupalan.")];
    assert_eq!(liisa.fill(&page, "#fraasi", &phrase).await.status, 303);
    let note = [("teksti", ";aamu Ulkoili. ;ilta jäi; tulematta")];
    let done = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &note).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let told = liisa.get(&format!("{path}/kertomus")).await.text();
    assert!(told.contains("Heräsi levänneenä ja söi aamupalan. Ulkoili. ;ilta jäi; tulematta"), "{told}");
    // The twins: a bad code comes back as typed, another's phrase is not hers, and who does not decide shares nothing.
    let bad = liisa.fill(&page, "#fraasi", &[("koodi", "a b"), ("sisalto", "x")]).await;
    assert_eq!(bad.status, 422);
    assert!(bad.body.contains("a b"));
    let shared = liisa.post("/fraasit", &[("koodi", "yht"), ("sisalto", "x"), ("yhteinen", "on")]).await;
    assert_eq!(shared.status, 403);
    let mut ritva = world.by_card("ritva").await;
    assert!(ritva.get("/fraasit").await.rows("#fraasit").is_empty());
    assert_eq!(liisa.post("/fraasit/aamu/poista", &[]).await.status, 303);
    assert!(liisa.get("/fraasit").await.rows("#fraasit").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn a_goal_stands_beside_the_note_and_its_tick_is_kept() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let entry = format!("{path}/asiakirja/19007");
    assert!(!liisa.get(&entry).await.body.contains("name=\"tavoite-"), "no plan, no goals");
    let plan = [
        ("suunnitelma.asetettavat_tavoitteet[0].nimi", "Ulkoilu päivittäin"),
        ("suunnitelma.asetettavat_tavoitteet[0].kuvaus", "Pihalla tai parvekkeella"),
    ];
    let done = liisa.post_to(&format!("{path}/asiakirja/15004"), "#asiakirja", &plan).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let page = liisa.get(&entry).await;
    let goal = page.attribute("[name^='tavoite-']", "name").expect("a goal to tick");
    let fields = [("teksti", "Kävimme pihalla."), (goal.as_str(), "on"), ("merkittava", "on")];
    assert_eq!(liisa.fill(&page, "#asiakirja", &fields).await.status, 303);
    let newest = |page: &Answer| page.rows("#asiakirjat").into_iter().map(|(key, _)| key).collect::<Vec<_>>();
    let page = liisa.get(&path).await;
    let mut marked = 0;
    for oid in newest(&page) {
        let shown = liisa.get(&format!("/asiakirjat/{oid}")).await.text();
        marked += usize::from(shown.contains("Tavoite: Ulkoilu päivittäin") && shown.contains("Merkittävä"));
    }
    assert_eq!(marked, 1);
    db.drop().await;
}

#[tokio::test]
async fn a_moment_that_a_note_begins_with_is_offered_and_never_taken_silently() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.send_all().await;
    let sent = world.archive.kept().len();
    let text = "Eilen 18.30 Aino soitti tyttärelleen.";
    let entry = format!("{path}/asiakirja/19007");
    let stopped = liisa.post_to(&entry, "#asiakirja", &[("teksti", text)]).await;
    assert_eq!(stopped.status, 422);
    assert!(stopped.text().contains("Tekstin alussa lukee ”Eilen 18.30”"), "{}", stopped.text());
    assert!(stopped.text().contains("tiistai 29.9.2026 klo 18.30"), "{}", stopped.text());
    assert!(stopped.body.contains(text), "nothing is lost");
    assert!(stopped.attribute("[name=milloin][checked]", "value").is_none(), "nothing is preset");
    assert!(stopped.attribute("[name=tarkistettu]", "name").is_none(), "one question, not two");
    // The twin: without an answer nothing is kept, whatever else is ticked.
    assert_eq!(liisa.fill(&stopped, "#asiakirja", &[("tarkistettu", "on")]).await.status, 422);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), sent, "nothing has gone");
    let offered = stopped.all("[name=milloin]", "value");
    assert_eq!(offered, ["2026-09-29T18:30", "kentta"]);
    assert_eq!(liisa.fill(&stopped, "#asiakirja", &[("milloin", &offered[0])]).await.status, 303);
    let told = liisa.get(&format!("{path}/kertomus")).await.text();
    assert!(told.contains("29.9.2026 klo 18.30"), "{told}");
    // Who says that the time is right keeps it; words that are new are asked about anew.
    let again = "Toissapäivänä Aino sai postia.";
    let stopped = liisa.post_to(&entry, "#asiakirja", &[("teksti", again)]).await;
    let other = [("milloin", "kentta"), ("teksti", "Eilen 9 Aino sai postia.")];
    let asked = liisa.fill(&stopped, "#asiakirja", &other).await;
    assert_eq!(asked.status, 422, "an answer about other words is no answer");
    assert!(asked.attribute("[name=milloin][checked]", "value").is_none());
    assert_eq!(liisa.fill(&stopped, "#asiakirja", &[("milloin", "kentta")]).await.status, 303);
    let told = liisa.get(&format!("{path}/kertomus")).await.text();
    assert!(told.contains(again) && !told.contains("28.9.2026 klo 12.00"), "{told}");
    // A moment that has not come is no answer; the time that says the same, and a story's yesterday, ask nothing.
    let future = liisa.fill(&stopped, "#asiakirja", &[("milloin", "2026-12-24T18:00")]).await;
    assert_eq!(future.status, 422);
    for (text, at) in [(text, "2026-09-29T18:30"), ("Aino kertoi, että eilen 18 satoi.", "2026-09-30T10:00")] {
        let done = liisa.post_to(&entry, "#asiakirja", &[("teksti", text), ("tapahtuma", at)]).await;
        assert_eq!(done.status, 303, "{text}: {}", done.text());
    }
    db.drop().await;
}
