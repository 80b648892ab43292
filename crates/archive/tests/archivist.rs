//! The archivist's and the keeper's pages, used as people use them: a card at the door, forms, and the log behind.

#[path = "common/browser.rs"]
mod browser;
mod common;

use archive::testing::{documents::Row, *};
use browser::*;
use common::*;
use store::log::{Action, LogRow, Whose};
use store::testing::{TestDb, for_each_engine};

const WHY: &str = "Asiakas on pyytänyt itseään koskevat tiedot.";

async fn aino(db: store::Db) -> Aino {
    Aino::with(db, pages()).await
}

/// Rows of a register's log.
async fn log_of(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test]
async fn fr_84_a_card_lets_an_archivist_in_once_and_nobody_else() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let world = &aino.world;
        let mut elina = Browser::new(world);
        for path in ["/arkisto", "/arkisto/haku", "/arkisto/hylatyt", "/arkisto/oikeudet", "/arkisto/liittymiset"] {
            assert_eq!(elina.get(path).await.location, "/arkisto/kirjaudu", "{path}");
        }
        let page = elina.get("/arkisto/kirjaudu").await;
        let card = elina.card(&page, "elina");
        assert_eq!(elina.post("/arkisto/kirjaudu", &[("vastaus", &card)]).await.location, "/arkisto");
        assert_eq!(elina.post("/arkisto/kirjaudu", &[("vastaus", &card)]).await.status, 401, "used");
        let login = log_of(world, JHHVA).await.into_iter().find(|row| row.action == Action::Login).unwrap();
        assert_eq!((login.actor.role.as_str(), login.actor.duty.as_deref()), ("archivist", Some("arkistointi")));
        // A good card of somebody without the duty, and a challenge that has grown old.
        assert_eq!(Browser::new(world).log_in("marja").await.status, 401);
        let mut late = Browser::new(world);
        let page = late.get("/arkisto/kirjaudu").await;
        let card = late.card(&page, "elina");
        world.clock.set("2026-09-28T09:03:00Z");
        assert_eq!(late.post("/arkisto/kirjaudu", &[("vastaus", &card)]).await.status, 401);
    })
    .await;
}

#[tokio::test]
async fn an_archivist_who_is_taken_off_the_list_is_out_at_once() {
    let test = TestDb::sqlite().await;
    let aino = aino(test.db.clone()).await;
    let mut elina = Browser::logged_in(&aino.world, "elina").await;
    assert_eq!(elina.get("/arkisto").await.status, 200);
    aino.world.app.settings.write().unwrap().pages.archivists.clear();
    assert_eq!(elina.get("/arkisto").await.location, "/arkisto/kirjaudu");
}

#[tokio::test]
async fn an_archivist_finds_documents_of_the_own_register_and_no_other() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let entry = aino.stored_entry().await;
        let oid = entry.header.id.as_str().to_owned();
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        let own = elina.get("/arkisto").await;
        assert_eq!(own.keys("#rekisterit"), [JHHVA]);
        assert!(own.text().contains("Järvi-Häme"), "{}", own.text());
        let case = aino.case.as_str().to_owned();
        let searches: [&[(&str, &str)]; 7] = [
            &[("asia", &case)],
            &[("asiakirja", &oid)],
            &[("tyyppi", "19007")],
            &[("alkaen", "2026-09-28"), ("asti", "2026-09-28"), ("aika", "tapahtuma"), ("tyyppi", "19007")],
            &[("alkaen", "2026-09-28"), ("aika", "arkistoitu"), ("yksikko", AHOLA)],
            &[("tila", "current"), ("tyyppi", "19007")],
            &[("asiakas", AINO), ("tyyppi", "19007")],
        ];
        for terms in searches {
            let found = elina.post("/arkisto/haku", terms).await;
            assert!(found.keys("#tulokset").contains(&oid), "{terms:?}: {}", found.text());
            assert!(!found.location.contains(AINO));
        }
        let other_case = aino.world.case_id(JHHVA);
        let misses = [
            [("asia", other_case.as_str())],
            [("asiakirja", "1.2.246.10.99990015.95.2026.1.424242")],
            [("tyyppi", "15003")],
            [("asti", "2026-09-27")],
            [("tila", "invalidated")],
            [("alkaen", "2026-09-29")],
            [("yksikko", LEHTO)],
            [("asiakas", LEENA)],
        ];
        for terms in misses {
            assert_eq!(elina.post("/arkisto/haku", &terms).await.keys("#tulokset").len(), 0, "{terms:?}");
        }
        let wrong = elina.post("/arkisto/haku", &[("asia", "abc"), ("asiakas", "010101-000X")]).await;
        assert_eq!((wrong.status, wrong.count(".field.wrong")), (422, 2));
        // Kielo made the entry, but the register is Järvi-Häme's.
        let mut ritva = Browser::logged_in(&aino.world, "ritva").await;
        assert_eq!(ritva.post("/arkisto/haku", &[("asiakirja", &oid)]).await.keys("#tulokset").len(), 0);
        assert_eq!(ritva.get(&format!("/arkisto/asiakirjat/{oid}")).await.status, 404);
        let search = log_of(&aino.world, JHHVA).await.into_iter().rfind(|row| row.action == Action::Search).unwrap();
        assert_eq!(search.actor.role, "archivist");
    })
    .await;
}

#[tokio::test]
async fn fr_84_content_is_opened_with_a_reason_and_the_log_names_the_client() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let entry = aino.stored_entry().await;
        let path = format!("/arkisto/asiakirjat/{}", entry.header.id);
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        let shown = elina.get(&path).await;
        assert_eq!(shown.keys("#versiot"), [entry.header.id.as_str()]);
        assert!(
            !shown.body.contains("Rauhallinen aamu") && !shown.body.contains(AINO) && !shown.body.contains("Korpela")
        );
        let short = elina.post(&format!("{path}/avaa"), &[("peruste", "selvitys"), ("perustelu", "koska")]).await;
        assert_eq!(short.status, 422);
        assert!(!short.body.contains("Rauhallinen aamu"));
        let forged = elina.post(&format!("{path}/avaa"), &[("peruste", "uteliaisuus"), ("perustelu", WHY)]).await;
        assert_eq!(forged.status, 422);
        let reads = async || {
            let rows = log_of(&aino.world, JHHVA).await;
            rows.into_iter()
                .filter(|row| row.action == Action::Read && row.actor.role == "archivist")
                .collect::<Vec<_>>()
        };
        assert!(reads().await.is_empty());
        let open = elina.post(&format!("{path}/avaa"), &[("peruste", "tietopyynto"), ("perustelu", WHY)]).await;
        assert!(open.body.contains("Rauhallinen aamu"), "{}", open.text());
        let read = reads().await.pop().unwrap();
        assert_eq!(read.client.unwrap().id, AINO);
        assert_eq!(read.reason.unwrap().text.as_deref(), Some(WHY));
        assert_eq!(read.documents[0].id, entry.header.id.as_str());
        // The same form without the session's token opens nothing.
        let foreign = [("peruste", "tietopyynto"), ("perustelu", WHY), ("csrf", "x")];
        assert_eq!(elina.post(&format!("{path}/avaa"), &foreign).await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn versions_receipts_and_refusals_of_a_document_stand_on_its_page() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let entry = aino.stored_entry().await;
        let next = aino.world.next_version(&entry);
        expect(&aino.world, &aino.liisa, &next, "AA").await;
        // Other bytes with the same identifier.
        let mut other = next.clone();
        other.header.creation_time += jiff::SignedDuration::from_secs(1);
        expect(&aino.world, &aino.liisa, &other, "DUPLICATE_OID").await;
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        let page = elina.get(&format!("/arkisto/asiakirjat/{}", next.header.id)).await;
        assert_eq!(page.keys("#versiot"), [next.header.id.as_str(), entry.header.id.as_str()]);
        assert!(page.row("#versiot", entry.header.id.as_str()).contains("Korvattu"));
        assert!(page.row("#hylkaykset", next.header.id.as_str()).contains("DUPLICATE_OID"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn refusals_are_told_by_cause_to_the_controller_and_as_told_to_the_sender() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let world = &aino.world;
        // Another unit of the same provider has no right: the cause is one thing, what is told another.
        let stranger = aino.liisa.clone().in_unit(LEHTO);
        let entry = world.entry(&stranger, JHHVA, &aino.case, AINO, ENTRY_AT, "Ei saa.");
        expect(world, &stranger, &entry, "RKO_NOT_VALID").await;
        let unsigned = aino.entry();
        let bytes = kanta::document::encode(&unsigned);
        assert_eq!(world.archive(&aino.liisa, &unsigned, bytes).await.code(), "SIGNATURE_MISSING");
        let mut elina = Browser::logged_in(world, "elina").await;
        let page = elina.get("/arkisto/hylatyt").await;
        let causes = page.keys("#syyt");
        assert!(causes.contains(&"UNIT_MISMATCH".to_owned()) && !page.body.contains(AINO), "{}", page.text());
        assert!(causes.contains(&"SIGNATURE_MISSING".to_owned()), "{}", page.text());
        assert!(page.text().contains("Kielo"), "{}", page.text());
        let filtered = elina.get("/arkisto/hylatyt?syy=UNIT_MISMATCH").await;
        assert_eq!(filtered.keys("#omaan"), ["UNIT_MISMATCH"], "{}", filtered.text());
        let mut ritva = Browser::logged_in(world, "ritva").await;
        let sent = ritva.get("/arkisto/hylatyt").await;
        assert_eq!(sent.count("#omaan"), 0);
        assert!(sent.keys("#lahetetyt").contains(&"RKO_NOT_VALID".to_owned()), "{}", sent.text());
        assert!(!sent.body.contains("UNIT_MISMATCH"), "the cause is the controller's");
    })
    .await;
}

#[tokio::test]
async fn rights_in_force_are_shown_by_name_and_the_client_stays_masked() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let mut elina = Browser::logged_in(&aino.world, "elina").await;
        let page = elina.get("/arkisto/oikeudet").await;
        let row = page.row("#oikeudet", aino.relationship.header.id.as_str());
        assert!(row.contains("Kielo Ahola") && row.contains("Hoivakoti Kielo") && row.contains("28.9.2026"), "{row}");
        assert!(!page.body.contains(AINO) && !page.body.contains("Korpela"));
        let path = page.attribute("#oikeudet td a", "href").unwrap();
        let opened = elina.post(&format!("{path}/avaa"), &[("peruste", "selvitys"), ("perustelu", WHY)]).await;
        assert!(opened.body.contains("Korpela"), "{}", opened.text());
        let mut ritva = Browser::logged_in(&aino.world, "ritva").await;
        assert_eq!(ritva.get("/arkisto/oikeudet").await.count("#oikeudet"), 0);
    })
    .await;
}

#[tokio::test]
async fn fr_93_a_joined_organisation_that_falls_silent_or_old_raises_an_alarm() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let world = &aino.world;
        aino.stored_entry().await;
        let mut elina = Browser::logged_in(world, "elina").await;
        let page = elina.get("/arkisto/saapuminen").await;
        assert!(page.row("#saapuminen", KIELO).contains("Kunnossa"), "{}", page.text());
        // An event of five days ago arrives today.
        world.clock.set("2026-10-03T09:00:00Z");
        aino.world.app.settings.write().unwrap().pages.silent_after_h = 24;
        expect(world, &aino.liisa, &aino.entry_at("2026-09-28T11:00:00+03:00"), "AA").await;
        // A session lives by real time, which a test moves with the product's.
        let mut elina = Browser::logged_in(world, "elina").await;
        let page = elina.get("/arkisto/saapuminen").await;
        assert!(page.row("#saapuminen", KIELO).contains("Myöhässä"), "{}", page.text());
        world.clock.set("2026-10-05T09:00:00Z");
        let mut elina = Browser::logged_in(world, "elina").await;
        let page = elina.get("/arkisto/saapuminen").await;
        assert!(page.row("#saapuminen", KIELO).contains("Hiljaa"), "{}", page.text());
        archive::archivist::arrivals::watch(&world.app).await;
        let metrics = elina.get("/metrics").await.body;
        let alarm = |kind: &str| format!("vakka_archive_arrival_alarm{{organisation=\"{KIELO}\",kind=\"{kind}\"}}");
        assert!(metrics.contains(&format!("{} 1", alarm("silent"))), "{metrics}");
        assert!(metrics.contains(&format!("{} 0", alarm("late"))), "{metrics}");
        assert!(metrics.contains(&format!("message_age_seconds{{organisation=\"{KIELO}\"}} 172800")), "{metrics}");
    })
    .await;
}

#[tokio::test]
async fn fr_24_the_keeper_closes_a_connection_with_two_confirmations_and_opens_it_again() {
    for_each_engine(async |db| {
        let aino = aino(db).await;
        let world = &aino.world;
        let path = format!("/arkisto/liittymiset/{KIELO}");
        let mut antti = Browser::logged_in(world, "antti").await;
        assert!(antti.get("/arkisto/liittymiset").await.keys("#liittymiset").contains(&RSHVA.to_owned()));
        let close = [("tila", "suspended"), ("perustelu", "Järjestelmä lähettää vieraita asiakirjoja.")];
        // The second confirmation is worth nothing without the first.
        assert_eq!(antti.get(&path).await.status, 200);
        assert_eq!(antti.post(&format!("{path}/vahvista"), &[("vahvistan", "on")]).await.status, 404);
        let short = [("tila", "suspended"), ("perustelu", "koska")];
        assert_eq!(antti.post(&format!("{path}/kytkin"), &short).await.status, 422);
        assert_eq!(antti.post(&format!("{path}/kytkin"), &close).await.location, format!("{path}/vahvista"));
        expect(world, &aino.liisa, &aino.entry(), "AA").await;
        let ask = antti.get(&format!("{path}/vahvista")).await;
        assert!(ask.text().contains("Hoivakoti Kielo"), "{}", ask.text());
        antti.post(&format!("{path}/vahvista"), &[]).await;
        expect(world, &aino.liisa, &aino.entry(), "AA").await;
        antti.post(&format!("{path}/vahvista"), &[("vahvistan", "on")]).await;
        expect(world, &aino.liisa, &aino.entry(), "ORG_NOT_JOINED").await;
        let row = log_of(world, KIELO).await.into_iter().rfind(|row| row.action == Action::Administer).unwrap();
        assert_eq!((row.actor.role.as_str(), row.reason.unwrap().code.as_str()), ("keeper", "suspended"));
        let open = [("tila", "joined"), ("perustelu", "Vika on korjattu ja tarkistettu.")];
        antti.post(&format!("{path}/kytkin"), &open).await;
        antti.post(&format!("{path}/vahvista"), &[("vahvistan", "on")]).await;
        expect(world, &aino.liisa, &aino.entry(), "AA").await;
        let history = antti.get(&path).await;
        assert_eq!(history.keys("#historia")[..2], ["joined", "suspended"]);
    })
    .await;
}

#[tokio::test]
async fn fr_24_an_archivist_has_no_switch_and_a_first_confirmation_fades() {
    let test = TestDb::sqlite().await;
    let aino = aino(test.db.clone()).await;
    let world = &aino.world;
    let path = format!("/arkisto/liittymiset/{KIELO}");
    let close = [("tila", "suspended"), ("perustelu", "Järjestelmä lähettää vieraita asiakirjoja.")];
    aino.stored_entry().await;
    let mut elina = Browser::logged_in(world, "elina").await;
    let page = elina.get(&path).await;
    assert_eq!((page.status, page.count("#kytkin")), (200, 0));
    assert_eq!(elina.post(&format!("{path}/kytkin"), &close).await.status, 403);
    assert_eq!(elina.get(&format!("/arkisto/liittymiset/{RSHVA}")).await.status, 404, "never sent to this register");
    let mut antti = Browser::logged_in(world, "antti").await;
    for path in ["/arkisto/haku", "/arkisto/oikeudet"] {
        assert_eq!(antti.get(path).await.status, 403, "the keeper sees no client data");
    }
    antti.get(&path).await;
    antti.post(&format!("{path}/kytkin"), &close).await;
    world.clock.set("2026-09-28T09:10:00Z");
    assert_eq!(antti.post(&format!("{path}/vahvista"), &[("vahvistan", "on")]).await.status, 404);
    expect(world, &aino.liisa, &aino.entry(), "AA").await;
}

/// Every page in every language: nothing is missing, one first heading, labels at every field, no style attribute.
#[tokio::test]
async fn every_page_renders_in_finnish_and_swedish() {
    let test = TestDb::sqlite().await;
    let aino = aino(test.db.clone()).await;
    let world = &aino.world;
    let leena = [Row::from(LEHTO, "2026-09-28")];
    world.open_client(&aino.marja, LEENA, &leena).await;
    let entry = aino.stored_entry().await;
    expect(world, &aino.liisa, &aino.entry_at("2020-01-01T10:00:00+02:00"), "RKO_NOT_VALID").await;
    let document = format!("/arkisto/asiakirjat/{}", entry.header.id);
    let kielo = format!("/arkisto/liittymiset/{KIELO}");
    let pages = [
        "/",
        "/virheet",
        "/virheet/RKO_NOT_VALID",
        "/virheet/DENIAL_IN_FORCE",
        "/arkisto/kirjaudu",
        "/arkisto",
        "/arkisto/haku",
        "/arkisto/hylatyt",
        "/arkisto/oikeudet",
        "/arkisto/saapuminen",
        "/arkisto/lokipyynto",
        "/arkisto/havittaminen",
        "/arkisto/liittymiset",
        &document,
        &kielo,
    ];
    for (login, language) in [("elina", "fi"), ("elina", "sv"), ("antti", "fi"), ("antti", "sv")] {
        let mut browser = Browser::logged_in(world, login).await;
        browser.language(language);
        for path in pages {
            let page = browser.get(path).await;
            if login == "elina" || path.starts_with("/virheet") {
                assert_eq!(page.status, 200, "{path} {}", page.text());
            }
            assert_eq!(page.attribute("html", "lang").as_deref(), Some(language));
            assert_eq!(page.count("main h1"), 1, "{path}");
            assert_eq!(page.count("[style]"), 0, "{path}");
            let inputs = page.count("main input:not([type=hidden]), main select, main textarea");
            assert!(page.count("main label") >= inputs, "{path}: every field has a label");
            assert_eq!(page.count("table"), page.count("table > caption"), "{path}");
        }
    }
}

#[test]
fn texts_are_complete_in_finnish_and_swedish_and_none_is_unused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(folder.join(path)).unwrap();
    let mut sources = Vec::new();
    let mut folders = vec![folder.join("src"), folder.join("templates")];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap().map(Result::unwrap) {
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => sources.extend(std::fs::read_to_string(entry.path()).ok()),
            }
        }
    }
    let own = [(web::Lang::Fi, read("texts/fi.ftl")), (web::Lang::Sv, read("texts/sv.ftl"))];
    let texts = web::Texts::with(&[(own[0].0, &own[0].1), (own[1].0, &own[1].1)]).unwrap();
    let faults = texts.missing_or_unused(&own[0].1, &sources, &[web::Lang::Fi, web::Lang::Sv]);
    assert!(faults.is_empty(), "{faults:#?}");
}
