//! The twelve failures of users-and-screens 3.7, each the whole way: a condition on the wire, the desk's own words where
//! the worker looks, the button, and the document in the archive. The archive judges the documents themselves, so what a
//! button changes is what lets them in; a refused twin stays out.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kanta::{
    ack::{Detail, DetailType},
    document::Document,
};
use records::refusal::Refusal;
use store::testing::TestDb;

use crate::{
    recording::tests::{entry, in_the_care_home},
    testing::{Answer, Browser, Mode, World},
};

const AHOLA: &str = "1.2.246.10.99990031.10.31";
const LEHTO: &str = "1.2.246.10.99990031.10.32";
const COUNTY: &str = "1.2.246.10.99990015.10.0";

fn is_entry(document: &Document) -> bool {
    document.header.specific_type.as_ref().is_some_and(|kind| kind.code.starts_with("19"))
}

fn says(document: &Document, words: &str) -> bool {
    document.body.json().is_some_and(|json| String::from_utf8_lossy(json).contains(words))
}

/// The desk with one group of this cause, in the catalogue's words.
async fn desk(browser: &mut Browser, cause: &str, words: &str, oid: &str) -> Answer {
    let page = browser.get("/arkistointi").await;
    let section = format!("#syy-{cause}");
    let text = page.text_of(&section).unwrap_or_else(|| panic!("no {cause}: {}", page.text()));
    assert!(text.contains(words), "{words} is not said: {text}");
    assert!(page.rows(&section).iter().any(|(key, _)| key == oid), "{oid} is not in {cause}: {}", page.text());
    assert!(page.text().contains("Palautuneet (1)"), "{}", page.text());
    page
}

/// Presses the button of the group.
async fn press(browser: &mut Browser, page: &Answer, cause: &str, fields: &[(&str, &str)]) -> String {
    let answer = browser.fill(page, &format!("form[data-action=korjaa-{cause}]"), fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let after = browser.get(&answer.location).await;
    assert_eq!(after.status, 200);
    after.text()
}

async fn archived(world: &World, browser: &mut Browser, oid: &str) {
    world.send_all().await;
    assert!(
        world.archive.kept().iter().any(|one| one.document.header.id.as_str() == oid),
        "{oid} is not in the archive"
    );
    let page = browser.get(&format!("/asiakirjat/{oid}")).await;
    assert!(page.text().contains("Arkistoitu"), "{}", page.text());
    assert!(
        browser.get("/arkistointi?nayta=palautuneet").await.text().contains("Mikään ei ole palautunut")
            || browser.get("/arkistointi").await.text().contains("Kaikki valmiit")
    );
    assert!(browser.get("/tanaan").await.rows("#tyot").iter().all(|(key, _)| key != oid), "the work item stays");
}

fn refusal(refusal: Refusal) -> Option<Detail> {
    Some(Detail::refusal(refusal))
}

async fn right(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let mut marja = world.by_password("marja").await;
    // The organiser has withdrawn the right by mistake; the archive knows only what the newest relationship says.
    let granted = Arc::new(AtomicBool::new(true));
    let seen = Arc::clone(&granted);
    world.archive.judge(move |document, _| {
        if document.header.group.code == "1" {
            seen.store(says(document, AHOLA), Ordering::Relaxed);
        }
        let under_right = document.header.outsourcing_customer.is_some();
        (under_right && !seen.load(Ordering::Relaxed)).then(|| Detail::refusal(Refusal::RkoNotValid))
    });
    let id = marja.get("/oikeudet").await.rows("#myonnetyt")[0].0.clone();
    let done = marja.post_to(&format!("/oikeudet/{id}/paata"), "#paata", &[("virhe", "on")]).await;
    assert_eq!(done.status, 303);
    world.send_all().await;
    assert!(!granted.load(Ordering::Relaxed));
    let oid = entry(&mut liisa, &path, "Aino lauloi.").await;
    world.send_all().await;
    let page = desk(&mut liisa, "right", "Rekisterinkäyttöoikeus puuttuu", &oid).await;
    let said = press(&mut liisa, &page, "right", &[]).await;
    assert!(said.contains("Oikeus pyydetty yhdelle asiakirjalle") && said.contains("Oikeutta on pyydetty"), "{said}");
    // Pressed again it asks for nothing twice.
    let page = liisa.get("/arkistointi").await;
    press(&mut liisa, &page, "right", &[]).await;
    assert_eq!(liisa.get("/oikeudet").await.rows("#viestit").len(), 1);
    // It is on Marja's list, and opens the grant form filled.
    let work = marja.get("/tanaan").await.rows("#tyot");
    let message = work.iter().find(|(_, kind)| kind == "provider_notice").expect("a work item").0.clone();
    let page = marja.get(&format!("/viestit/{message}")).await;
    assert!(page.text().contains(AHOLA), "{}", page.text());
    let form = page.attribute("a[data-action=oikeus]", "href").expect("the grant form");
    let given = marja.post_to(&form, "#oikeus", &[("palvelu", "85")]).await;
    assert_eq!(given.status, 303, "{}", given.text());
    let delivered = marja.post_to(&given.location, "#toimitus", &[]).await;
    assert_eq!(delivered.status, 303, "{}", delivered.text());
    world.send_all().await;
    assert!(world.archive.kept().iter().all(|one| one.document.header.id.as_str() != oid), "not before it is received");
    let page = liisa.get("/oikeudet").await;
    let arrived = page.rows("#saapuneet");
    assert_eq!(arrived.len(), 1, "{}", page.text());
    assert_eq!(liisa.fill(&page, &format!("#ota-{}", arrived[0].0), &[]).await.status, 303);
    archived(&world, &mut liisa, &oid).await;
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_01_a_missing_right_is_asked_for_and_given_and_the_entry_goes_on_sqlite() {
    right(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_93_failure_01_a_missing_right_is_asked_for_and_given_and_the_entry_goes_on_postgres() {
    right(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_93_failure_02_a_closed_unit_is_changed_for_one_of_ones_own() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query(
        "INSERT INTO cw_membership (org, person, unit, duty, tasks) SELECT org, person, $1, duty, tasks FROM cw_membership
          WHERE unit = '1.2.246.10.99990031.10.31' ON CONFLICT DO NOTHING",
    )
    .bind(LEHTO)
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let closed = |document: &Document| document.header.unit.as_ref().is_some_and(|unit| unit.id.as_str() == AHOLA);
    world.archive.judge(move |document, toimija| {
        (closed(document) || toimija.unit.as_str() == AHOLA).then(|| Detail::refusal(Refusal::UnitExpired))
    });
    let oid = entry(&mut liisa, &path, "Aino ulkoili.").await;
    world.send_all().await;
    let page = desk(&mut liisa, "unit", "Palveluyksikön tunnus ei ole voimassa", &oid).await;
    // A unit that one does not work in is refused, and nothing has changed.
    let form = "form[data-action=korjaa-unit]";
    let foreign = [("yksikko", "1.2.246.10.99990058.10.41")];
    assert_eq!(liisa.fill(&page, form, &foreign).await.status, 422);
    press(&mut liisa, &page, "unit", &[("yksikko", LEHTO)]).await;
    world.send_all().await;
    let kept = world.archive.kept().pop().unwrap();
    assert_eq!(kept.document.header.unit.as_ref().unwrap().id.as_str(), LEHTO);
    assert_eq!(kept.document.header.id.as_str(), oid, "it keeps its OID");
    assert!(says(&kept.document, "Kettunen"), "the author is who wrote it");
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_03_a_closed_case_is_changed_for_another() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let first = "1.2.246.10.99990015.95.2026.2.1001";
    world.archive.judge(move |document, _| {
        let closed = document.header.case.as_ref().is_some_and(|case| case.as_str() == first);
        (is_entry(document) && closed).then(|| Detail::refusal(Refusal::CaseClosed))
    });
    let fields = [("teksti", "Puhelu tyttären kanssa."), ("palvelu", "45")];
    let done = marja.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let oid = marja.get("/arkistointi").await.rows("#syy-case")[0].0.clone();
    let another = [("tehtava", "IAKAS"), ("tapahtuma", "2026-09-07T09:20"), ("silti", "on")];
    let opened = marja.post_to(&format!("{path}/asia"), "#asia", &another).await;
    assert_eq!(opened.status, 303, "{}", opened.text());
    world.send_all().await;
    let page = desk(&mut marja, "case", "Asiaa ei löydy tällä tunnuksella", &oid).await;
    assert!(!page.body.contains(&format!("value=\"{first}\"")), "the closed case is not offered");
    // A case of another client is refused.
    let foreign = [("asia", "1.2.246.10.99990015.95.2026.2.9999")];
    assert_eq!(marja.fill(&page, "form[data-action=korjaa-case]", &foreign).await.status, 403);
    press(&mut marja, &page, "case", &[]).await;
    archived(&world, &mut marja, &oid).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_04_a_missing_field_is_opened_at_its_place() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.archive.judge(|document, _| {
        (is_entry(document) && !says(document, "tarkoitus")).then(|| Detail {
            kind: DetailType::Error,
            code: Refusal::SchemaInvalid.code().into(),
            text: "Kohta Tarkoitus puuttuu.".into(),
            place: Some("asiakaskertomusmerkinta.tarkoitus".into()),
        })
    });
    let oid = entry(&mut liisa, &path, "Aino söi.").await;
    world.send_all().await;
    let page = desk(&mut liisa, "content", "Kohta Tarkoitus puuttuu.", &oid).await;
    assert!(liisa.get("/tanaan").await.rows("#tyot").contains(&(oid.clone(), "returned_document".into())));
    let opened = liisa.fill(&page, &format!("#avaa-{}", oid.replace('.', "\\.")), &[]).await;
    assert!(opened.location.ends_with("#id_asiakaskertomusmerkinta_tarkoitus"), "{}", opened.location);
    let draft = liisa.get(opened.location.split('#').next().unwrap()).await;
    assert!(draft.body.contains("Aino söi."));
    assert_eq!(liisa.fill(&draft, "#asiakirja", &[("teksti", "Aino söi; tarkoitus oli voimistua.")]).await.status, 303);
    world.send_all().await;
    assert!(says(&world.archive.kept().pop().unwrap().document, "voimistua"));
    assert!(liisa.get("/arkistointi").await.text().contains("Kaikki valmiit merkinnät on arkistoitu"));
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_05_an_old_template_is_converted_to_the_new_one() {
    let folder = std::env::var_os("VAKKA_STRUCTURES").map_or_else(
        || std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sosmeta"),
        Into::into,
    );
    let Ok(file) = std::fs::read_to_string(folder.join("1.2.246.537.6.1506.19007.2022.1.10.json")) else {
        eprintln!("!!! NOT RUN, THL's structures are neither beside the project nor in VAKKA_STRUCTURES");
        return;
    };
    let db = TestDb::sqlite().await;
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let newer = "1.2.246.537.6.1506.19007.2031.1.10";
    world.archive.judge(move |document, _| {
        let old = document.header.structure_oid.as_deref() != Some(newer);
        (is_entry(document) && old).then(|| Detail::refusal(Refusal::SchemaInvalid))
    });
    let oid = entry(&mut liisa, &path, "Aino luki.").await;
    world.send_all().await;
    let mut catalogue = structures::Catalogue::built_in();
    catalogue.import(file.replace("19007.2022.1.10", "19007.2031.1.10").as_bytes()).unwrap();
    assert_eq!(catalogue.newest("19007").unwrap().oid(), newer);
    let app = world.restarted_with(&db, catalogue).await;
    let mut liisa = Browser::new(&app);
    let login = [("tunnus", "liisa"), ("salasana", "vakka-liisa")];
    assert_eq!(liisa.post("/kirjaudu", &login).await.status, 303);
    let page = desk(&mut liisa, "template", "Asiakirjapohja on vanhentunut", &oid).await;
    let said = press(&mut liisa, &page, "template", &[]).await;
    assert!(said.contains("Muunnettu uuteen pohjaan ja lähetetty: 1"), "{said}");
    while super::worker::pass(&app).await.unwrap() > 0 {}
    let kept = world.archive.kept().pop().unwrap();
    assert_eq!(kept.document.header.structure_oid.as_deref(), Some(newer));
    assert!(kept.document.header.id.as_str() == oid && says(&kept.document, "Aino luki."));
    drop((world, app));
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_06_a_missing_signature_is_reminded_of_and_given() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    world.clock.set("2026-09-21T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    let fields = crate::signing::tests::decision();
    let written = marja.post_to(&format!("{path}/asiakirja/11000"), "#asiakirja", &fields).await;
    assert_eq!(written.status, 303, "{}", written.text());
    let oid = written.location.trim_start_matches("/allekirjoitus/").to_owned();
    let page = marja.get(&written.location).await;
    let signer = page.fields("#siirra").iter().find(|(name, _)| name == "allekirjoittaja").unwrap().1.clone();
    assert_eq!(marja.fill(&page, "#siirra", &[("allekirjoittaja", &signer)]).await.status, 303);
    let page = marja.get("/arkistointi?nayta=odottaa").await;
    let text = page.text_of("#syy-signature").expect("the group");
    assert!(text.contains("odottaa allekirjoitusta") && text.contains("Antti Hirvonen"), "{text}");
    press(&mut marja, &page, "signature", &[]).await;
    let mut antti = world.by_card("antti").await;
    let work = antti.get("/tanaan").await;
    assert_eq!(work.rows("#tyot").iter().filter(|(key, _)| *key == oid).count(), 1, "reminded once, not doubled");
    let page = antti.get(&format!("/allekirjoitus/{oid}")).await;
    let answer = world.card("antti", &page, "#allekirjoita", "222222");
    assert_eq!(antti.fill(&page, "#allekirjoita", &[("vastaus", &answer)]).await.status, 303);
    archived(&world, &mut antti, &oid).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_07_a_refused_certificate_has_its_guide_and_another_card_sends() {
    let (world, db) = World::new().await;
    let (_, path) = in_the_care_home(&world).await;
    let mut joni = world.by_password("joni").await;
    world.archive.judge(|document, toimija| {
        (is_entry(document) && toimija.evidence.is_none()).then(|| Detail::refusal(Refusal::CardExpired))
    });
    let oid = entry(&mut joni, &path, "Aino nukkui hyvin.").await;
    world.send_all().await;
    let page = desk(&mut joni, "certificate", "Varmenne tai kortti ei kelpaa", &oid).await;
    assert_eq!(page.attribute("a[data-action=ohje]", "href").as_deref(), Some("/arkistointi/varmenteet"));
    let told = joni.post_to("/arkistointi/varmenteet", "#ilmoita", &[]).await;
    assert_eq!(told.status, 303);
    // Without a card the button changes nothing.
    let page = joni.get("/arkistointi").await;
    assert_eq!(joni.fill(&page, "form[data-action=korjaa-certificate]", &[]).await.status, 403);
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get("/arkistointi").await;
    press(&mut liisa, &page, "certificate", &[]).await;
    archived(&world, &mut liisa, &oid).await;
    let kept = world.archive.kept().pop().unwrap();
    assert!(
        says(&kept.document, "Mäki") && kept.toimija.worker.as_str() == "220690-908J",
        "author stays, sender is new"
    );
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_08_a_wrong_identity_is_checked_and_everything_of_the_client_goes() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.archive.judge(|document, _| {
        let right = document.header.patients.first().is_some_and(|one| one.family == "Korpela-Virta");
        (is_entry(document) && !right).then(|| Detail::refusal(Refusal::CaseClientMismatch))
    });
    let oid = entry(&mut liisa, &path, "Aino tuli.").await;
    let other = entry(&mut liisa, &path, "Aino asettui.").await;
    world.send_all().await;
    let page = liisa.get("/arkistointi").await;
    assert!(page.text_of("#syy-identity").expect("the group").contains("Henkilötiedot eivät täsmää"));
    let check = page.attribute("a[data-action=henkilo]", "href").unwrap();
    let wrong = liisa.post_to(&check, "#henkilo", &[("hetu", "120243-934L")]).await;
    assert_eq!(wrong.status, 422, "a wrong check character is refused");
    let done = liisa.post_to(&check, "#henkilo", &[("sukunimi", "Korpela-Virta")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    archived(&world, &mut liisa, &other).await;
    archived(&world, &mut liisa, &oid).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_09_a_duplicate_is_compared_and_marked_or_sent_under_a_new_oid() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Aino keitti kahvia.").await;
    world.send_all().await;
    // The same content lies there; our receipt was lost with an old copy of the database.
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_document SET state = 'queued', archived_at = NULL WHERE oid = $1")
        .bind(&oid)
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query("UPDATE outbox SET state = 'rejected' WHERE document = $1").bind(&oid).execute(&mut *tx).await.unwrap();
    sqlx::query("UPDATE cw_document SET state = 'rejected', refusal = 'DUPLICATE_OID' WHERE oid = $1")
        .bind(&oid)
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = desk(&mut liisa, "duplicate", "Samalla tunnuksella on jo asiakirja arkistossa", &oid).await;
    let before = world.archive.kept().len();
    press(&mut liisa, &page, "duplicate", &[]).await;
    archived(&world, &mut liisa, &oid).await;
    assert_eq!(world.archive.kept().len(), before, "nothing was sent again");
    // The twin: another document has the OID, so ours goes under a new one.
    let taken = Arc::new(std::sync::Mutex::new(None::<String>));
    let first = Arc::clone(&taken);
    world.archive.judge(move |document, _| {
        let mut first = first.lock().unwrap();
        let oid = first.get_or_insert_with(|| document.header.id.to_string()).clone();
        if *oid == *document.header.id.as_str() { refusal(Refusal::DuplicateOid) } else { None }
    });
    let second = entry(&mut liisa, &path, "Aino leipoi.").await;
    world.send_all().await;
    let page = desk(&mut liisa, "duplicate", "Samalla tunnuksella", &second).await;
    press(&mut liisa, &page, "duplicate", &[]).await;
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    assert!(says(&last.document, "Aino leipoi.") && last.document.header.id.as_str() != second);
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_10_what_is_too_large_is_opened_and_shortened() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.archive.judge(|document, _| {
        let large = document.body.json().is_some_and(|json| json.len() > 20_000);
        large.then(|| Detail::refusal(Refusal::LimitExceeded))
    });
    let oid = entry(&mut liisa, &path, &"Pitkä merkintä. ".repeat(2000)).await;
    world.send_all().await;
    let page = desk(&mut liisa, "size", "Asiakirja on liian suuri", &oid).await;
    let opened = liisa.fill(&page, "form[data-action=avaa-kohta]", &[]).await;
    let draft = liisa.get(opened.location.split('#').next().unwrap()).await;
    assert_eq!(liisa.fill(&draft, "#asiakirja", &[("teksti", "Lyhyt merkintä.")]).await.status, 303);
    world.send_all().await;
    assert!(says(&world.archive.kept().pop().unwrap().document, "Lyhyt merkintä."));
    db.drop().await;
}

#[tokio::test]
async fn fr_93_failure_11_a_break_is_told_with_the_next_try_and_needs_no_button() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.archive.set(Mode::Down);
    let oid = entry(&mut liisa, &path, "Katkon aikana.").await;
    world.send_all().await;
    let page = liisa.get("/arkistointi").await;
    let text = page.text_of("#syy-down").expect("the group");
    assert!(text.contains("Kanta ei vastaa") && text.contains("Yritetään uudelleen 30.9.2026 klo 14.21"), "{text}");
    assert!(page.attribute("form[data-action=korjaa-down]", "id").is_none());
    assert!(page.text().contains("ei vastaa 14.20 alkaen"), "{}", page.text());
    world.archive.set(Mode::Up);
    world.clock.set("2026-09-30T11:21:00Z");
    archived(&world, &mut liisa, &oid).await;
    assert!(liisa.get("/arkistointi").await.text().contains("toimii (14.21)"));
    db.drop().await;
}

#[tokio::test]
async fn fr_25_fr_93_failure_12_what_is_held_names_the_day_and_goes_on_it() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let form = [("jarjestaja", COUNTY), ("tehtava", "IAKAS"), ("paiva", "2026-10-05")];
    assert_eq!(liisa.post_to("/asetukset", "#kayttoonotto", &form).await.status, 303);
    let oid = entry(&mut liisa, &path, "Ennen käyttöönottoa.").await;
    world.send_all().await;
    let page = liisa.get("/arkistointi?nayta=pidatetty").await;
    let text = page.text_of("#syy-golive").expect("the group");
    assert!(text.contains("Pidätetty") && text.contains("Järjestäjä aloittaa 5.10.2026"), "{text}");
    world.clock.set("2026-10-05T05:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    archived(&world, &mut liisa, &oid).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_93_nothing_waits_unseen_the_writer_is_told_after_a_day_and_the_manager_after_three() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    world.archive.set(Mode::Refuses(Refusal::RkoNotValid));
    let oid = entry(&mut liisa, &path, "Odottaa.").await;
    world.send_all().await;
    let told = async |login: &str, kind: &str| {
        world.send_all().await;
        let mut browser = world.by_password(login).await;
        let rows = browser.get("/tanaan").await.rows("#tyot");
        rows.iter().filter(|(key, state)| *key == oid && state == kind).count()
    };
    world.clock.set("2026-10-01T11:19:00Z");
    assert_eq!(told("liisa", "archive_late").await, 0, "not before the day is over");
    world.clock.set("2026-10-01T11:20:00Z");
    assert_eq!((told("liisa", "archive_late").await, told("ritva", "archive_overdue").await), (1, 0));
    let mut liisa = world.by_password("liisa").await;
    let page = liisa.get("/arkistointi").await.text();
    assert!(page.contains("Yksi asiakirja on odottanut yli vuorokauden") && page.contains("1 vrk"), "{page}");
    world.clock.set("2026-10-03T11:20:00Z");
    assert_eq!((told("liisa", "archive_late").await, told("ritva", "archive_overdue").await), (1, 1), "once each");
    // In the archive, and both are gone.
    world.archive.set(Mode::Up);
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get(&format!("/asiakirjat/{oid}")).await;
    assert_eq!(liisa.fill(&page, "#yrita", &[]).await.status, 303);
    assert_eq!((told("liisa", "archive_late").await, told("ritva", "archive_overdue").await), (0, 0));
    db.drop().await;
}

#[tokio::test]
async fn fr_37_the_share_archived_within_a_day_is_told_per_unit_and_few_documents_tell_nothing() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    for number in 0..4 {
        entry(&mut liisa, &path, &format!("Merkintä {number}.")).await;
    }
    world.send_all().await;
    let row = |page: &Answer| page.row(AHOLA);
    assert!(row(&liisa.get("/arkistointi/seuranta").await).contains("liian vähän"));
    // One about something of two days ago: written late, archived late after the event.
    let fields = [("teksti", "Toissapäivänä."), ("tapahtuma", "2026-09-28T12:00")];
    assert_eq!(liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await.status, 303);
    world.send_all().await;
    let page = liisa.get("/arkistointi/seuranta").await;
    assert!(row(&page).contains("80 %"), "{}", row(&page));
    db.drop().await;
}
