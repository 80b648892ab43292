//! Restriction measures and disclosures by hand at the desk.

use std::sync::Arc;

use serde_json::{Value, json};
use store::testing::TestDb;
use structures::Catalogue;

use super::tests::{entry, in_the_care_home};
use crate::testing::{Answer, Browser, World, contact};

const EETU: &str = "230911A957T";
const MAJAKKA: &str = "1.2.246.10.99990058.10.41";

/// Small structures of our own under the types' codes: THL's are no part of the project.
fn catalogue() -> Catalogue {
    let named = |name: &str| json!([{ "lang": "fi", "value": name }]);
    let field = |name: &str, representation: &str| json!({ "sosmeta": { "name": named(name), "representation": named(representation) } });
    let period = json!({
        "sosmeta": { "name": named("Ajanjakso") },
        "properties": { "alkamispaiva": field("Alkamispäivä", "Pvm"), "paattymispaiva": field("Päättymispäivä", "Pvm") },
    });
    let signature = json!({
        "sosmeta": { "name": named("Allekirjoitus") },
        "required": ["allekirjoituksen_tyyppi"],
        "properties": { "allekirjoituksen_tyyppi": field("Allekirjoituksen tyyppi", "Koodi") },
    });
    let mut catalogue = Catalogue::built_in();
    for code in ["11027", "11032"] {
        let structure = json!({
            "sosmeta": { "oid": format!("1.2.246.537.6.1506.{code}.2026.1.1"), "documentType": "Päätös", "documentSubject": "Koe" },
            "properties": { "koepaatos": {
                "sosmeta": { "name": named("Koepäätös") },
                "required": ["allekirjoitus"],
                "properties": {
                    "allekirjoitus": signature,
                    "ensimmainen_paatos": field("Ensimmäinen päätös", "Kytkin"),
                    "rajoitus": { "sosmeta": { "name": named("Rajoitus") }, "properties": { "ajanjakso": period } },
                },
            } },
        });
        catalogue.import(structure.to_string().as_bytes()).expect("a structure");
    }
    catalogue
}

/// A case of a client in child protection, opened by Kaisa, who may decide of it.
async fn in_child_protection(world: &World, hetu: &str) -> (Browser, String) {
    let mut tx = world.app.db.write().await.unwrap();
    for kind in ["11027", "11032"] {
        sqlx::query(
            "INSERT INTO cw_delegation (org, person, type_code, except_services)
             SELECT org, person, $1, '' FROM cw_user WHERE login = 'kaisa' ON CONFLICT DO NOTHING",
        )
        .bind(kind)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    let mut kaisa = world.by_card("kaisa").await;
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.extend([("hetu", hetu), ("tehtava", "10"), ("sukunimi", "Koe"), ("etunimet", "Testi")]);
    let noticed = kaisa.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
    let opened = match noticed.status {
        422 => kaisa.fill(&noticed, "#yhteydenotto", &[("vahvistettu", "on")]).await,
        _ => noticed,
    };
    assert_eq!(opened.status, 303, "{}", opened.text());
    world.send_all().await;
    (kaisa, opened.location)
}

async fn movement(browser: &mut Browser, path: &str, first: bool, until: &str) -> Answer {
    let fields = [
        ("ensimmainen_paatos", if first { "true" } else { "false" }),
        ("rajoitus.ajanjakso.alkamispaiva", "2026-09-28"),
        ("rajoitus.ajanjakso.paattymispaiva", until),
    ];
    browser.post_to(&format!("{path}/asiakirja/11032"), "#asiakirja", &fields).await
}

async fn sign(world: &World, browser: &mut Browser, login: &str, waits: &Answer) {
    assert_eq!(waits.status, 303, "{}", waits.text());
    let page = browser.get(&waits.location).await;
    let answer = world.card(login, &page, "#allekirjoita", "222222");
    let signed = browser.fill(&page, "#allekirjoita", &[("vastaus", &answer)]).await;
    assert_eq!(signed.status, 303, "{}", signed.text());
    world.send_all().await;
}

async fn limits_and_notice(db: TestDb) {
    let world = World::with_catalogue(&db, Arc::new(catalogue())).await;
    world.clock.set("2026-09-28T07:00:00Z");
    let (mut kaisa, path) = in_child_protection(&world, EETU).await;
    let refused = movement(&mut kaisa, &path, true, "2026-10-05").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("ei ole voimassa olevaa sijoituspäätöstä"), "{}", refused.text());
    let placed = kaisa.post_to(&format!("{path}/asiakirja/11027"), "#asiakirja", &[]).await;
    let unsigned = movement(&mut kaisa, &path, true, "2026-10-05").await;
    assert_eq!(unsigned.status, 422, "a placement that nobody has signed places nobody");
    sign(&world, &mut kaisa, "kaisa", &placed).await;
    for (first, until, said) in [
        (true, "2026-10-29", "enintään 30 vuorokaudeksi"),
        (false, "2026-10-22", "enintään 23 vuorokaudeksi"),
        (true, "2026-09-01", "väärässä järjestyksessä"),
        (true, "", "alkamis- ja päättymispäivä puuttuu"),
    ] {
        let refused = movement(&mut kaisa, &path, first, until).await;
        assert_eq!(refused.status, 422, "{until}");
        assert!(refused.text().contains(said), "{until}: {}", refused.text());
        assert!(until.is_empty() || refused.body.contains(until), "what was typed is there");
    }
    let own = movement(&mut kaisa, &path, true, "2026-10-28").await;
    sign(&world, &mut kaisa, "kaisa", &own).await;
    assert!(kaisa.get("/tanaan").await.work("restriction_notice").is_empty(), "who signed it knows it");

    // The institution, under its right.
    let fields = [("yksikko", MAJAKKA), ("palvelu", "24"), ("alkaa", "2026-09-20")];
    let granted = kaisa.post_to(&format!("{path}/oikeus"), "#oikeus", &fields).await;
    assert_eq!(granted.status, 303, "{}", granted.text());
    world.send_all().await;
    let order = kaisa.get(&granted.location).await.text_of("#tilaus").expect("the order");
    let mut petri = world.by_card("petri").await;
    assert_eq!(petri.post_to("/oikeudet", "#liita", &[("tilaus", &order)]).await.status, 303);
    let client = petri.get("/asiakkaat").await.rows("#ostopalvelun-asiakkaat")[0].0.clone();
    let there = format!("/asiakkaat/{client}");
    for (first, until, said) in [
        (true, "2026-10-12", "enintään 7 vuorokaudeksi"),
        (false, "2026-09-30", "jatkamisesta päättää palvelunjärjestäjä"),
    ] {
        let refused = movement(&mut petri, &there, first, until).await;
        assert_eq!(refused.status, 422, "{until}");
        assert!(refused.text().contains(said), "{until}: {}", refused.text());
    }
    let waits = movement(&mut petri, &there, true, "2026-10-05").await;
    assert!(kaisa.get("/tanaan").await.work("restriction_notice").is_empty(), "nothing is told before it is signed");
    sign(&world, &mut petri, "petri", &waits).await;
    let oid = world.archive.kept().last().unwrap().document.header.id.to_string();
    let notices = kaisa.get("/tanaan").await.work("restriction_notice");
    assert_eq!(notices.len(), 1);
    let message = kaisa.get(&format!("/viestit/{}", notices[0])).await;
    let told = message.text_of("#viesti").unwrap();
    assert!(told.contains(&oid) && told.contains("28.9.2026–5.10.2026"), "{told}");
    assert!(!told.contains("Eetu") && !told.contains("Lahtinen") && !told.contains(EETU), "{told}");
    // The twin: whoever works with other clients makes no restriction decision.
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get(&format!("{there}/asiakirja/11032")).await.status, 403);
    monthly(&world, &there, &oid).await;
    drop(world);
    db.drop().await;
}

/// The month's summary to the responsible social worker.
async fn monthly(world: &World, there: &str, oid: &str) {
    let mut petri = world.by_card("petri").await;
    assert!(petri.get("/tanaan").await.work("deadline_restrictions_month").is_empty(), "the month is not over");
    world.clock.set("2026-10-02T07:00:00Z");
    let mut petri = world.by_card("petri").await;
    let list = petri.get("/tanaan").await;
    let waiting = list.work("deadline_restrictions_month");
    assert_eq!(waiting.len(), 1, "{}", list.text());
    assert!(list.row(&waiting[0]).contains("9/2026") && list.row(&waiting[0]).contains("LSL 74"));
    let page = petri.get(&format!("{there}/rajoitukset")).await;
    assert_eq!(page.rows("#rajoitukset").len(), 1);
    assert!(
        page.text().contains("enintään 7 vuorokautta") && page.text().contains("tarkista laista"),
        "{}",
        page.text()
    );
    for month in ["2026-08-01", "2026-09-28", "", "kuukausi"] {
        let refused = petri.fill(&page, "#kuukausikooste", &[("kuukausi", month)]).await;
        assert_eq!(refused.status, 422, "{month}");
    }
    let sent = petri.fill(&page, "#kuukausikooste", &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert!(petri.get("/tanaan").await.work("deadline_restrictions_month").is_empty());
    assert!(petri.get(&format!("{there}/rajoitukset")).await.text().contains("9/2026, lähetetty"));
    let mut kaisa = world.by_card("kaisa").await;
    let notices = kaisa.get("/tanaan").await.work("restriction_notice");
    assert_eq!(notices.len(), 2);
    let mut told = Vec::new();
    for notice in &notices {
        let page = kaisa.get(&format!("/viestit/{notice}")).await;
        assert!(page.attribute("[data-action=oikeus]", "href").is_none(), "no grant is asked for");
        told.push(page.text_of("#viesti").unwrap());
    }
    assert!(told.iter().any(|text| text.contains("Rajoitukset 9/2026") && text.contains(oid)), "{told:?}");
    let mut henna = world.by_card("henna").await;
    assert_eq!(henna.get(&format!("{there}/rajoitukset")).await.status, 403, "another house");
}

#[tokio::test]
async fn fr_44_a_restriction_is_judged_before_its_signature_and_the_social_worker_is_told_on_sqlite() {
    limits_and_notice(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_44_a_restriction_is_judged_before_its_signature_and_the_social_worker_is_told_on_postgres() {
    limits_and_notice(TestDb::postgres().await).await;
}

/// A code of the 900 series of somebody born on a day of this century.
fn born(day: &str) -> String {
    let number: u64 = format!("{day}900").parse().unwrap();
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[usize::try_from(number % 31).unwrap()] as char;
    format!("{day}A900{check}")
}

#[tokio::test]
async fn fr_44_an_adult_is_not_restricted_and_aftercare_ends_on_a_birthday() {
    let db = TestDb::sqlite().await;
    let world = World::with_catalogue(&db, Arc::new(catalogue())).await;
    let (mut kaisa, path) = in_child_protection(&world, &born("150903")).await;
    let refused = movement(&mut kaisa, &path, true, "2026-10-05").await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("koskee vain lasta"), "{}", refused.text());
    let list = kaisa.get("/tanaan").await;
    let ends = list.work("deadline_aftercare_end");
    assert_eq!(ends.len(), 1);
    assert!(list.row(&ends[0]).contains("15.9.") && list.row(&ends[0]).contains("LSL 75"), "{}", list.row(&ends[0]));
    // The twin: a day longer than the list looks ahead, and a child.
    let (mut kaisa, _) = in_child_protection(&world, &born("220903")).await;
    assert_eq!(kaisa.get("/tanaan").await.work("deadline_aftercare_end").len(), 1);
    world.clock.set("2026-09-08T06:30:00Z");
    let mut kaisa = world.by_card("kaisa").await;
    assert_eq!(kaisa.get("/tanaan").await.work("deadline_aftercare_end").len(), 2);
    drop(world);
    db.drop().await;
}

async fn disclosed(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Aino lauloi mukana.").await;
    world.send_all().await;
    let page = liisa.get(&format!("/asiakirjat/{oid}")).await;
    assert_eq!(page.attribute("[data-action=korjauspyynto]", "href"), Some(format!("/asiakirjat/{oid}/korjauspyynto")));
    let link = page.attribute("[data-action=luovutus]", "href").expect("a way to record it");
    let form = liisa.get(&link).await;
    let fields = form.fields("#asiakirja");
    let value = |name: &str| fields.iter().find(|(had, _)| had == name).map(|(_, value)| value.as_str());
    assert_eq!(value("luovutetut_asiakirjat[0].oid_tunnus"), Some(oid.as_str()), "{fields:?}");
    assert_eq!(value("tietojen_luovuttamisen_paivamaara"), Some("2026-09-30"));
    assert_eq!(value("tietojen_luovuttaja.sukunimi"), Some("Kettunen"));
    let before = world.archive.kept().len();
    let purpose = ("kayttotarkoitus_johon_tiedot_on_luovutettu", "Hoidon jatkuminen");
    let missing = liisa.fill(&form, "#asiakirja", &[("teksti", "Asiakkaan suostumus"), purpose]).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("vastaanottaja"), "{}", missing.text());
    let whole = [
        ("teksti", "Asiakkaan suostumus"),
        purpose,
        ("tietojen_vastaanottaja.sukunimi", "Laine"),
        ("tietojen_vastaanottaja.etunimet", "Mari"),
    ];
    let done = liisa.fill(&missing, "#asiakirja", &whole).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    assert_eq!(kept.len(), before + 1);
    let body: Value = serde_json::from_slice(kept[before].document.body.json().unwrap()).unwrap();
    let root = body.as_object().unwrap().values().next().unwrap();
    assert_eq!(root["luovutetut_asiakirjat"][0]["oid_tunnus"]["value"], oid.as_str());
    assert_eq!(root["tietojen_vastaanottaja"]["sukunimi"], "Laine");
    // The twin: another client's document is not there, whoever asks.
    let mut ritva = world.by_password("ritva").await;
    let fields = [("hetu", "170350-962A"), ("palvelu", "85"), ("tapahtuma", "2026-09-29T09:00")];
    let leena = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await.location;
    let hers = entry(&mut liisa, &leena, "Leena lauloi mukana.").await;
    for (whose, document) in [(&leena, &oid), (&path, &hers)] {
        assert_eq!(liisa.get(&format!("{whose}/asiakirja/19010?luovutus={document}")).await.status, 404);
    }
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_58_a_disclosure_is_recorded_from_the_document_that_was_given_on_sqlite() {
    disclosed(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_58_a_disclosure_is_recorded_from_the_document_that_was_given_on_postgres() {
    disclosed(TestDb::postgres().await).await;
}
