//! Mass archiving through the pages: who may, what goes, what stays, and that nothing goes twice.

use store::testing::TestDb;

use super::{store as batches, worker};
use crate::{
    App,
    recording::{
        documents::{self, New},
        tests::{entry, in_the_care_home},
    },
    testing::{Browser, Mode, World},
};

const KIELO: &str = "1.2.246.10.99990031.10.0";

/// Kielo archives by card alone; Joni, who has none, is at work with Aino's page.
async fn strict(world: &World) -> (Browser, String) {
    let (_, path) = in_the_care_home(world).await;
    let mut ritva = world.by_password("ritva").await;
    assert_eq!(ritva.post_to("/asetukset", "#korttipakko", &[("pakko", "on")]).await.status, 303);
    (world.by_password("joni").await, path)
}

async fn run(app: &App) {
    while worker::pass(app).await.unwrap() > 0 {}
    for _ in 0..2000 {
        if crate::archiving::worker::pass(app).await.unwrap() == 0 {
            return;
        }
    }
    panic!("the queue does not become empty");
}

/// Copies of one waiting entry, each with its own OID, as a night's many hands would leave them.
async fn many(world: &World, oid: &str, count: usize) {
    let app = &world.app;
    let mut tx = app.db.write().await.unwrap();
    let one = documents::by_oid(&mut tx, KIELO, oid).await.unwrap();
    let body = one.body(app, &mut tx, KIELO).await.unwrap();
    let org = records::id::OrganisationId::parse(KIELO).unwrap();
    for _ in 0..count {
        let mut copy = one.clone();
        copy.oid = crate::numbers::document(&mut tx, &org, 2026).await.unwrap();
        copy.set_id = copy.oid.as_set();
        documents::insert(app, &mut tx, KIELO, &New { stored: &copy, body: &body, signed: &[] }).await.unwrap();
        batches::wait(&mut tx, KIELO, &copy).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn a_card_holder_archives(db: TestDb) {
    let world = World::on(&db).await;
    let (mut joni, path) = strict(&world).await;
    let before = world.archive.kept().len();
    let mut oids = Vec::new();
    for text in ["Yö klo 23.", "Yö klo 2.", "Yö klo 5."] {
        oids.push(entry(&mut joni, &path, text).await);
    }
    run(&world.app).await;
    assert_eq!(world.archive.kept().len(), before, "nothing goes without a card");
    let page = joni.get("/arkistointi").await;
    assert_eq!(page.rows("#syy-card").len(), 3);
    assert!(page.text().contains("Odottaa korttia"));
    // Nobody is asked to sign what needs no signature.
    assert!(joni.get("/allekirjoitus").await.rows("#allekirjoitettavat").is_empty());
    assert_eq!(joni.get(&format!("/allekirjoitus/{}", oids[0])).await.status, 404);
    // Liisa has a card and not the role; Ritva has the role, and needs her card.
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get("/arkistointi/era").await.status, 403);
    let mut ritva = world.by_password("ritva").await;
    let refused = ritva.post_to("/arkistointi/era", "#arkistoi-era", &[]).await;
    assert!(refused.status == 403 && refused.body.contains("STRONG_AUTH_REQUIRED"), "{}", refused.text());
    let mut ritva = world.by_card("ritva").await;
    assert!(ritva.get("/arkistointi").await.text().contains("Arkistoi valmiit (3)"));
    let page = ritva.get("/arkistointi/era").await;
    assert!(page.row("1.2.246.10.99990015.10.0").contains("Järvi-Hämeen"), "{}", page.text());
    assert!(page.text().contains("Arkistoi 3") && !page.body.contains("Yö klo"), "no text is opened");
    let done = ritva.fill(&page, "#arkistoi-era", &[]).await;
    assert!(done.location.starts_with("/arkistointi/era/"), "{}", done.text());
    // Pressed again, and pressed by another at the same page: the same batch, nothing doubled.
    assert_eq!(ritva.fill(&page, "#arkistoi-era", &[]).await.location, done.location);
    run(&world.app).await;
    let kept = world.archive.kept();
    assert_eq!(kept.len(), before + 3);
    for oid in &oids {
        let one = kept[before..].iter().find(|one| one.document.header.id.as_str() == oid).expect("each of them");
        assert_eq!(one.document.header.authors[0].family, "Mäki", "the author stays the author");
        assert_eq!(one.toimija.worker.as_str(), "050570-9266", "the archiver sends");
        assert!(one.toimija.evidence.is_some());
    }
    let report = ritva.get(&done.location).await.text();
    assert!(
        report.contains("Arkistoitu 3 / 3") && report.contains("Valmis") && report.contains("Ritva Aalto"),
        "{report}"
    );
    let mut tx = world.app.db.read().await.unwrap();
    let logged: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM log_row WHERE register = $1 AND action = 'archive'")
        .bind(format!("casework/{KIELO}"))
        .fetch_one(&mut *tx)
        .await
        .unwrap();
    assert_eq!(logged, 4, "the batch and each of its documents");
    drop(tx);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_48_a_card_holder_archives_for_those_without_a_card_on_sqlite() {
    a_card_holder_archives(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_48_a_card_holder_archives_for_those_without_a_card_on_postgres() {
    a_card_holder_archives(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_48_what_needs_a_signature_a_right_or_a_start_of_use_stays_out_and_says_why() {
    let (world, db) = World::new().await;
    let (mut joni, path) = strict(&world).await;
    let goes = entry(&mut joni, &path, "Menee.").await;
    let early = [("teksti", "Ennen oikeutta."), ("tapahtuma", "2026-09-27T12:00")];
    assert_eq!(joni.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &early).await.status, 303);
    let mut tx = world.app.db.write().await.unwrap();
    // A document that a professional has to sign, of the same unit and day.
    sqlx::query("UPDATE cw_document SET signer = person WHERE oid = $1").bind(&goes).execute(&mut *tx).await.unwrap();
    sqlx::query("DELETE FROM cw_ready WHERE oid = $1").bind(&goes).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let mut ritva = world.by_card("ritva").await;
    let states = |page: &crate::testing::Answer| {
        let mut states: Vec<String> = page.rows("#jaa").into_iter().map(|(_, state)| state).collect();
        states.sort();
        states
    };
    let page = ritva.get("/arkistointi/era").await;
    assert_eq!(states(&page), ["right", "signature"], "{}", page.text());
    assert!(
        page.text().contains("Vaatii ammattilaisen allekirjoituksen")
            && page.attribute("#arkistoi-era", "id").is_none()
    );
    // Written now and covered, but the organiser has not begun.
    entry(&mut joni, &path, "Pidätetään.").await;
    let form = [("jarjestaja", "1.2.246.10.99990015.10.0"), ("tehtava", "IAKAS"), ("paiva", "2026-12-01")];
    assert_eq!(ritva.post_to("/asetukset", "#kayttoonotto", &form).await.status, 303);
    assert_eq!(states(&ritva.get("/arkistointi/era").await), ["golive", "right", "signature"]);
    let nothing = ritva.post("/arkistointi/era", &[]).await;
    assert_eq!(nothing.location, "/arkistointi/era", "there is nothing to take");
    // Another unit's waiting entries are not of Ritva's choice.
    assert_eq!(ritva.get("/arkistointi/era?yksikko=1.2.246.10.99990031.10.32").await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn fr_48_a_refused_row_stays_with_its_reason_and_goes_back_to_its_writer() {
    let (world, db) = World::new().await;
    let (mut joni, path) = strict(&world).await;
    for text in ["Hyvä.", "Vajaa."] {
        entry(&mut joni, &path, text).await;
    }
    world.archive.judge(|document, _| {
        let bad = document.body.json().is_some_and(|json| String::from_utf8_lossy(json).contains("Vajaa."));
        bad.then(|| kanta::ack::Detail::refusal(records::refusal::Refusal::ContextMissing))
    });
    let mut ritva = world.by_card("ritva").await;
    let done = ritva.post_to("/arkistointi/era", "#arkistoi-era", &[]).await;
    run(&world.app).await;
    let report = ritva.get(&done.location).await.text();
    assert!(
        report.contains("Arkistoitu 1 / 2") && report.contains("osa palautui") && report.contains("CONTEXT_MISSING"),
        "{report}"
    );
    // On Joni's own list, mended by Joni, and then again for a card holder.
    assert!(ritva.get("/tanaan").await.rows("#tyot").iter().all(|(_, kind)| kind != "returned_document"));
    let work = joni.get("/tanaan").await.rows("#tyot");
    let (oid, _) = work.into_iter().find(|(_, kind)| kind == "returned_document").expect("it is the writer's");
    let draft = joni.post(&format!("/arkistointi/{oid}/avaa"), &[]).await;
    let form = joni.get(draft.location.split('#').next().unwrap()).await;
    assert_eq!(joni.fill(&form, "#asiakirja", &[("teksti", "Täydennetty.")]).await.status, 303);
    ritva.post_to("/arkistointi/era", "#arkistoi-era", &[]).await;
    run(&world.app).await;
    let last = world.archive.kept().pop().unwrap();
    assert!(String::from_utf8_lossy(last.document.body.json().unwrap()).contains("Täydennetty."));
    assert_eq!(last.document.header.authors[0].family, "Mäki");
    db.drop().await;
}

#[tokio::test]
async fn fr_48_a_batch_pauses_goes_on_and_resumes_unasked_after_a_kill() {
    let db = TestDb::sqlite().await;
    let world = World::on(&db).await;
    let (mut joni, path) = strict(&world).await;
    let first = entry(&mut joni, &path, "Yövuoro.").await;
    many(&world, &first, 239).await;
    let before = world.archive.kept().len();
    // Two browsers press at once.
    let mut one = world.by_card("ritva").await;
    let mut two = one.at(&world.app);
    let (left, right) = (one.get("/arkistointi/era").await, two.get("/arkistointi/era").await);
    let (first, second) = tokio::join!(one.fill(&left, "#arkistoi-era", &[]), two.fill(&right, "#arkistoi-era", &[]));
    assert_eq!(first.location, second.location, "one batch");
    let place = first.location;
    while worker::pass(&world.app).await.unwrap() > 0 {
        let page = one.get(&place).await;
        if !page.text().contains("Jonossa240") && page.text_of("dl").unwrap().contains("144") {
            break;
        }
    }
    // Paused, nothing moves.
    let page = one.get(&place).await;
    assert_eq!(one.fill(&page, "#tauko", &[]).await.status, 303);
    assert_eq!(worker::pass(&world.app).await.unwrap(), 0);
    let page = one.get(&place).await;
    assert!(page.text().contains("Tauolla"));
    assert_eq!(one.fill(&page, "#jatka", &[]).await.status, 303);
    // The process dies; another one goes on by itself.
    let app = world.restarted(&db).await;
    run(&app).await;
    let mut oids: Vec<String> =
        world.archive.kept()[before..].iter().map(|one| one.document.header.id.to_string()).collect();
    oids.sort();
    let all = oids.len();
    oids.dedup();
    assert_eq!((all, oids.len()), (240, 240), "each once");
    drop((world, app));
    db.drop().await;
}

#[tokio::test]
async fn fr_46_fr_47_without_strict_mode_a_card_less_writer_archives_at_once_and_takes_back_what_waits() {
    let (world, db) = World::new().await;
    let (_, path) = in_the_care_home(&world).await;
    let mut joni = world.by_password("joni").await;
    let before = world.archive.kept().len();
    entry(&mut joni, &path, "Ilman korttia.").await;
    run(&world.app).await;
    assert_eq!(world.archive.kept().len(), before + 1);
    // Strict, and the writer takes his waiting entry back; the batch then has nothing.
    let mut ritva = world.by_card("ritva").await;
    assert_eq!(ritva.post_to("/asetukset", "#korttipakko", &[("pakko", "on")]).await.status, 303);
    let oid = entry(&mut joni, &path, "Odottaa.").await;
    assert!(ritva.get("/arkistointi/era").await.text().contains("Arkistoi 1"));
    assert_eq!(joni.post(&format!("/asiakirjat/{oid}/luonnokseksi"), &[]).await.status, 303);
    assert!(ritva.get("/arkistointi/era").await.text().contains("mikään ei odota korttia"));
    // Who does not keep the register of users cannot switch it.
    assert_eq!(joni.post("/asetukset/korttipakko", &[]).await.status, 403);
    world.archive.set(Mode::Up);
    db.drop().await;
}

#[tokio::test]
async fn fr_45_a_card_lasts_five_years_at_most_and_is_warned_of_sixty_days_before() {
    let (world, db) = World::new().await;
    world.by_card("liisa").await;
    let mut ritva = world.by_card("ritva").await;
    let page = ritva.get("/asetukset").await;
    let table = page.text_of("#kayttajat").unwrap();
    assert!(table.contains("7.9.2031"), "five years from the day it was seen: {table}");
    let mut tx = world.app.db.read().await.unwrap();
    let liisa: String =
        sqlx::query_scalar("SELECT person FROM cw_user WHERE login = 'liisa'").fetch_one(&mut *tx).await.unwrap();
    drop(tx);
    let card =
        |to: &'static str| [("tyontekija", liisa.clone()), ("alkaa", "2025-01-01".into()), ("paattyy", to.into())];
    let post = async |browser: &mut Browser, fields: [(&str, String); 3]| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        browser.post("/asetukset/kortti", &fields).await
    };
    assert_eq!(post(&mut ritva, card("2030-01-02")).await.status, 422, "longer than five years");
    assert_eq!(post(&mut ritva, card("2026-11-07")).await.status, 303);
    let told = async || {
        world.send_all().await;
        let mut liisa = world.by_password("liisa").await;
        liisa.get("/tanaan").await.rows("#tyot").iter().filter(|(_, kind)| kind == "card_expiry").count()
    };
    assert_eq!(told().await, 0, "61 days before");
    world.clock.set("2026-09-08T06:00:00Z");
    assert_eq!(told().await, 1, "60 days before");
    assert_eq!(told().await, 1, "once");
    let mut ritva = world.by_card("ritva").await;
    assert!(ritva.get("/asetukset").await.text().contains("vanhenee 7.11.2026"));
    assert!(ritva.get("/tanaan").await.rows("#tyot").iter().any(|(_, kind)| kind == "card_expiry"), "the manager, too");
    assert_eq!(post(&mut ritva, card("2029-12-31")).await.status, 303);
    assert_eq!(told().await, 0, "renewed");
    let mut liisa_browser = world.by_card("liisa").await;
    assert_eq!(post(&mut liisa_browser, card("2029-12-31")).await.status, 403);
    db.drop().await;
}
