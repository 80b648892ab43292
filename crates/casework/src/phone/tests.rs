//! The phone's door through its requests: each note once, with both times; what is asked and what is refused; whose store.

use serde_json::Value;
use sqlx::Row as _;
use store::{log, testing::TestDb};

use crate::{
    recording::tests::in_the_care_home,
    testing::{Answer, Browser, World},
};

const PHONE: &str = "00112233445566778899aabbccddeeff";
const NOTE: &str = "0123456789abcdef0123456789abcdef";
/// 30.9.2026 at 14.05 in Finland; the world's clock stands at 14.20.
const AT_14_05: &str = "1790766300000";

fn told(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

fn state(answer: &Answer) -> String {
    told(answer)["tila"].as_str().unwrap().to_owned()
}

fn client_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

fn note<'a>(id: &'a str, client: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("lahetys", id),
        ("p-laite", PHONE),
        ("p-asiakas", client),
        ("p-laji", "19007"),
        ("p-kirjoitettu", AT_14_05),
        ("p-hetki", AT_14_05),
        ("teksti", text),
    ]
}

async fn take_up(browser: &mut Browser) -> Value {
    told(&browser.post("/puhelin/laite", &[("laite", PHONE), ("laji", "phone")]).await)
}

/// Texts of the details of the organisation's log.
async fn log_details(world: &World, org: &str) -> Vec<String> {
    let mut tx = world.app.db.read().await.unwrap();
    let register = format!("casework/{org}");
    let rows = log::rows(&mut tx, &world.app.vault, &register, log::Whose::All, 0, 500).await.unwrap();
    rows.into_iter().filter_map(|(_, row)| row.detail).collect()
}

#[tokio::test]
async fn fr_34_fr_37_a_note_from_a_phone_arrives_once_with_both_times_and_the_log_says_that_there_was_no_network() {
    arrives_once(TestDb::sqlite().await).await;
    arrives_once(TestDb::postgres().await).await;
}

async fn arrives_once(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    take_up(&mut liisa).await;
    let before = world.archive.kept().len();
    let sent = note(NOTE, client_of(&path), "Kävely pihalla sujui hyvin.");
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "tallessa");
    // The answer was lost: the same note comes again, also after hours and with other words in it.
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "oli-jo");
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &note(NOTE, client_of(&path), "Muuta.")).await), "oli-jo");
    world.send_all().await;
    let kept = world.archive.kept();
    assert_eq!(kept.len(), before + 1);
    let header = format!("{:?}", kept.last().unwrap().document.header);
    assert!(header.contains("2026-09-30T11:05:00Z"), "the event has the phone's time: {header}");
    assert!(header.contains("2026-09-30T11:20:00Z"), "the recording has ours: {header}");
    let details = log_details(&world, "1.2.246.10.99990031.10.0").await;
    let mine: Vec<&String> = details.iter().filter(|detail| detail.contains("ilman verkkoa")).collect();
    assert_eq!(mine.len(), 1, "{details:?}");
    for part in ["30.9.2026 klo 14.05", "lähetetty 30.9.2026 klo 14.20", PHONE] {
        assert!(mine[0].contains(part), "{part} is missing in {}", mine[0]);
    }
    // The twin: another name is another note.
    let other = "ffffffffffffffffffffffffffffffff";
    let sent = note(other, client_of(&path), "Kävely pihalla sujui hyvin.");
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "tallessa");
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 2);
    db.drop().await;
}

#[tokio::test]
async fn fr_34_the_same_note_twice_at_once_is_one_document() {
    at_once(TestDb::sqlite().await).await;
    at_once(TestDb::postgres().await).await;
}

async fn at_once(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let before = liisa.get(&path).await.rows("#asiakirjat").len();
    let mut twin = liisa.at(&world.app);
    let sent = note(NOTE, client_of(&path), "Kävely pihalla sujui hyvin.");
    let (one, two) = tokio::join!(liisa.post("/puhelin/kirjaus", &sent), twin.post("/puhelin/kirjaus", &sent));
    for answer in [one, two] {
        assert!(["tallessa", "oli-jo"].contains(&state(&answer).as_str()));
    }
    assert_eq!(liisa.get(&path).await.rows("#asiakirjat").len(), before + 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_34_a_form_whose_answer_was_lost_stores_its_note_once() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    let fields = [("teksti", "Söi hyvin."), ("lahetys", NOTE)];
    assert_eq!(liisa.fill(&form, "#asiakirja", &fields).await.status, 303);
    assert_eq!(liisa.fill(&form, "#asiakirja", &fields).await.status, 303);
    // The browser gave it to the queue too.
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &note(NOTE, client_of(&path), "Söi hyvin.")).await), "oli-jo");
    let texts = liisa.get(&format!("{path}/kertomus")).await.text();
    assert_eq!(texts.matches("Söi hyvin.").count(), 1);
    // The twin: without a name two forms are two notes, as always.
    for _ in 0..2 {
        liisa.fill(&form, "#asiakirja", &[("teksti", "Lepäsi."), ("lahetys", "")]).await;
    }
    assert_eq!(liisa.get(&format!("{path}/kertomus")).await.text().matches("Lepäsi.").count(), 2);
    db.drop().await;
}

#[tokio::test]
async fn fr_50_a_note_for_a_client_without_a_relation_is_refused_and_says_why() {
    refused(TestDb::sqlite().await).await;
    refused(TestDb::postgres().await).await;
}

async fn refused(db: TestDb) {
    let world = World::on(&db).await;
    let (_liisa, path) = in_the_care_home(&world).await;
    // Petri works at another unit of the same house.
    let mut petri = world.by_password("petri").await;
    let answer = told(&petri.post("/puhelin/kirjaus", &note(NOTE, client_of(&path), "Väärä asiakas.")).await);
    assert_eq!(answer["tila"], "ei");
    let why = answer["miksi"].as_str().unwrap();
    assert!(why.contains("Teksti on yhä tässä puhelimessa"), "{why}");
    // A client who does not exist gets the same words.
    let unknown = told(&petri.post("/puhelin/kirjaus", &note(NOTE, "ffffffff", "Väärä asiakas.")).await);
    assert_eq!(unknown, answer);
    world.send_all().await;
    assert!(!world.archive.kept().iter().any(|one| format!("{:?}", one.document.body).contains("Väärä asiakas")));
    // A decision is not written on a phone, whoever asks.
    let mut form = note(NOTE, client_of(&path), "Päätös.");
    form.retain(|(name, _)| *name != "p-laji");
    form.push(("p-laji", "11000"));
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &form).await), "ei");
    db.drop().await;
}

#[tokio::test]
async fn fr_87_what_the_judge_asks_about_becomes_a_draft_once_and_never_a_document_by_itself() {
    asks(TestDb::sqlite().await).await;
    asks(TestDb::postgres().await).await;
}

async fn asks(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let before = liisa.get(&path).await.rows("#asiakirjat").len();
    let sent = note(NOTE, client_of(&path), "Verenpaine oli koholla ja lääke annettiin.");
    let answer = told(&liisa.post("/puhelin/kirjaus", &sent).await);
    assert_eq!(answer["tila"], "luonnos", "{answer}");
    assert_eq!(answer["osoite"], format!("/luonnokset/{NOTE}"));
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "luonnos", "the same state again");
    let page = liisa.get(&format!("/luonnokset/{NOTE}")).await;
    assert!(page.body.contains("Verenpaine oli koholla"));
    assert!(page.body.contains("2026-09-30T14:05"), "the event's time is in the draft");
    // The writer answers and finishes it; the phone, which never heard, sends again: still one document.
    let asked = liisa.fill(&page, "#asiakirja", &[]).await;
    assert_eq!(asked.status, 422);
    let done = liisa.fill(&asked, "#asiakirja", &[("tieto", "asiakas")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "luonnos");
    assert_eq!(liisa.get(&path).await.rows("#asiakirjat").len(), before + 1);
    assert!(liisa.get("/tanaan").await.work("draft").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_34_what_a_killed_browser_held_comes_back_as_a_draft_and_two_versions_stand_side_by_side() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let draft = "11111111111111111111111111111111";
    let held = |id: &'static str, text: &'static str| {
        let mut fields = note(id, client_of(&path), text);
        fields.extend([("luonnos", draft), ("p-viimeksi", AT_14_05)]);
        fields
    };
    assert_eq!(state(&liisa.post("/puhelin/luonnos", &held(NOTE, "Aamu sujui")).await), "luonnos");
    // It went on from there: the same draft.
    assert_eq!(state(&liisa.post("/puhelin/luonnos", &held(NOTE, "Aamu sujui hyvin")).await), "luonnos");
    // An older copy is no news.
    assert_eq!(state(&liisa.post("/puhelin/luonnos", &held(NOTE, "Aamu")).await), "oli-jo");
    assert!(liisa.get(&format!("/luonnokset/{draft}")).await.body.contains("Aamu sujui hyvin"));
    // Another text of the same draft: both are there.
    let other = "22222222222222222222222222222222";
    assert_eq!(state(&liisa.post("/puhelin/luonnos", &held(other, "Ilta oli levoton")).await), "luonnos");
    let drafts = liisa.get("/tanaan").await.work("draft");
    assert_eq!(drafts.len(), 2, "{drafts:?}");
    // What was finished from the draft afterwards makes a copy from before no news.
    let page = liisa.get(&format!("/luonnokset/{draft}")).await;
    let done = liisa.fill(&page, "#asiakirja", &[("lahetys", NOTE)]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let third = "33333333333333333333333333333333";
    assert_eq!(state(&liisa.post("/puhelin/luonnos", &held(third, "Aamu sujui")).await), "oli-jo");
    // The twin: another worker's draft is not written over.
    let mut ritva = world.by_password("ritva").await;
    ritva.post("/puhelin/luonnos", &held(third, "Toisen teksti")).await;
    assert!(!liisa.get("/tanaan").await.body.contains("Toisen teksti"));
    db.drop().await;
}

#[tokio::test]
async fn fr_50_the_day_on_a_phone_is_the_workers_own_visits_of_today_and_only_for_his_own_phone() {
    day(TestDb::sqlite().await).await;
    day(TestDb::postgres().await).await;
}

async fn day(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    for at in ["2026-09-30T13:30", "2026-10-01T13:30"] {
        let fields = [("laji", "care"), ("alkaa", at), ("kesto", "30")];
        assert_eq!(liisa.post_to(&format!("{path}/kaynti"), "#kaynti", &fields).await.status, 303);
    }
    let ask = format!("/puhelin/paiva?laite={PHONE}");
    assert_eq!(liisa.get(&ask).await.status, 404, "no phone yet");
    take_up(&mut liisa).await;
    let day = told(&liisa.get(&ask).await);
    let rows = day["rivit"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "today's alone: {day}");
    assert_eq!(rows[0]["nimi"], "Korpela Aino Elisabet");
    assert!(!day.to_string().contains("120243"), "no identity code goes to a phone");
    let hours = (day["asti"].as_i64().unwrap() - day["nyt"].as_i64().unwrap()) / 3_600_000;
    assert_eq!(hours, 10);
    // The twins: a colleague with the phone's id, and a phone of a colleague of another unit.
    let mut petri = world.by_password("petri").await;
    assert_eq!(petri.get(&ask).await.status, 404);
    assert_eq!(petri.get(&format!("/puhelin/avain?laite={PHONE}")).await.status, 404);
    let answer = petri.post("/puhelin/laite", &[("laite", PHONE), ("laji", "phone")]).await;
    assert_eq!(answer.status, 404, "an id is one worker's");
    let own = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    told(&petri.post("/puhelin/laite", &[("laite", own), ("laji", "phone")]).await);
    let theirs = told(&petri.get(&format!("/puhelin/paiva?laite={own}")).await);
    assert!(theirs["rivit"].as_array().unwrap().is_empty());
    // A right that has ended is not taken along.
    let oid = liisa.get("/oikeudet").await;
    let end = oid.attribute("form[id^='paata-saatu']", "action").expect("the right can be noted as ended");
    liisa.post(&end, &[("paattyy", "2026-09-29")]).await;
    let day = told(&liisa.get(&ask).await);
    assert!(day["rivit"].as_array().unwrap().is_empty(), "{day}");
    db.drop().await;
}

#[tokio::test]
async fn a_store_ends_with_the_employment_and_when_its_worker_ends_it() {
    ends(TestDb::sqlite().await).await;
    ends(TestDb::postgres().await).await;
}

async fn ends(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, _) = in_the_care_home(&world).await;
    let half = take_up(&mut liisa).await;
    let ask = format!("/puhelin/avain?laite={PHONE}");
    assert_eq!(told(&liisa.get(&ask).await)["avain"], half["avain"], "the same half each time");
    let mut nobody = world.browser();
    let lives = [("laite", PHONE)];
    assert_eq!(state(&nobody.post("/puhelin/tila", &lives).await), "voimassa");
    assert_eq!(state(&nobody.post("/puhelin/tila", &[("laite", NOTE)]).await), "paattynyt", "an unknown one has none");
    assert_eq!(nobody.get(&ask).await.status, 303, "no half without a session");
    // The employment ends.
    let change = |to: &'static str| {
        let world = &world;
        async move {
            let mut tx = world.app.db.write().await.unwrap();
            sqlx::query("UPDATE cw_user SET employed_to = $1 WHERE login = 'liisa'")
                .bind(Some(to).filter(|day| !day.is_empty()))
                .execute(&mut *tx)
                .await
                .unwrap();
            tx.commit().await.unwrap();
        }
    };
    change("2026-09-29").await;
    assert_eq!(state(&nobody.post("/puhelin/tila", &lives).await), "paattynyt");
    assert_ne!(liisa.get(&ask).await.status, 200);
    change("").await;
    assert_eq!(state(&nobody.post("/puhelin/tila", &lives).await), "voimassa");
    // The worker ends it from another device; the half is gone, not hidden.
    let mut desk = world.by_password("liisa").await;
    assert_eq!(desk.get("/puhelin").await.rows("#puhelimet").len(), 1);
    assert_eq!(desk.post(&format!("/puhelin/{PHONE}/poista"), &[]).await.status, 303);
    assert_eq!(state(&nobody.post("/puhelin/tila", &lives).await), "paattynyt");
    let answer = desk.get(&ask).await;
    assert_eq!(answer.status, 410, "{}", answer.body);
    assert!(!answer.body.contains("avain"));
    let mut tx = world.app.db.read().await.unwrap();
    let left: Vec<u8> = sqlx::query("SELECT secret FROM cw_phone WHERE id = $1")
        .bind(PHONE)
        .fetch_one(&mut *tx)
        .await
        .unwrap()
        .try_get("secret")
        .unwrap();
    assert!(left.is_empty());
    drop(tx);
    let again = desk.post("/puhelin/laite", &[("laite", PHONE), ("laji", "phone")]).await;
    assert_eq!(again.status, 404, "an ended store does not come back");
    db.drop().await;
}

#[tokio::test]
async fn fr_46_a_note_from_a_phone_without_a_card_is_archived_unless_the_organisation_is_strict() {
    let (world, db) = World::new().await;
    let (_, path) = in_the_care_home(&world).await;
    let mut liisa = world.by_password("liisa").await;
    let before = world.archive.kept().len();
    let sent = note(NOTE, client_of(&path), "Kortitta kirjattu.");
    assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "tallessa");
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 1);
    let mut ritva = world.by_password("ritva").await;
    ritva.post("/asetukset/korttipakko", &[("pakko", "on")]).await;
    let other = "ffffffffffffffffffffffffffffffff";
    let sent = note(other, client_of(&path), "Odottaa korttia.");
    assert_eq!(
        state(&liisa.post("/puhelin/kirjaus", &sent).await),
        "tallessa",
        "it is safe, and waits for a card holder"
    );
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 1);
    db.drop().await;
}

#[tokio::test]
async fn what_a_phone_keeps_holds_nobodys_data_and_only_a_keeper_sets_its_hours() {
    let (world, db) = World::new().await;
    let mut nobody = world.browser();
    for path in ["/puhelin/kuori/fi", "/puhelin/kuori/sv", "/puhelin/poikki/fi", "/puhelin/poikki/sv"] {
        let page = nobody.get(path).await;
        assert_eq!(page.status, 200);
        assert!(page.ids_twice().is_empty(), "{path} {:?}", page.ids_twice());
    }
    assert_eq!(nobody.get("/puhelin/kuori/xx").await.status, 404);
    let script = nobody.get("/verkotta.js").await.body;
    assert!(!script.contains("__VERSION__") && script.contains("vakka-"));
    for path in script.split('"').filter(|word| word.starts_with("/tyo/") || word.starts_with("/assets/")) {
        assert_eq!(nobody.get(path).await.status, 200, "{path}");
    }
    let manifest = nobody.get("/tyo/vakka.webmanifest").await;
    assert!(manifest.body.contains("\"start_url\":\"/tanaan\""), "{}", manifest.body);
    let mut liisa = world.by_password("liisa").await;
    assert_eq!(liisa.post("/puhelin/tunnit", &[("tunnit", "4")]).await.status, 403);
    let mut ritva = world.by_password("ritva").await;
    assert_eq!(ritva.post("/puhelin/tunnit", &[("tunnit", "99")]).await.status, 422);
    assert_eq!(ritva.post("/puhelin/tunnit", &[("tunnit", "4")]).await.status, 303);
    assert!(ritva.get("/puhelin").await.text().contains("enintään 4 tuntia"));
    db.drop().await;
}

#[tokio::test]
async fn fr_34_a_phone_is_not_asked_about_a_moment_and_brings_the_one_that_its_writer_accepted() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    take_up(&mut liisa).await;
    let text = "Eilen 18 Aino soitti tyttärelleen.";
    let accepted = ("milloin", "2026-09-29T18:00");
    let notes = [(NOTE, None, "2026-09-30T11:05:00Z"), (PHONE, Some(accepted), "2026-09-29T15:00:00Z")];
    for (id, answer, event) in notes {
        let mut sent = note(id, client_of(&path), text);
        sent.extend(answer);
        assert_eq!(state(&liisa.post("/puhelin/kirjaus", &sent).await), "tallessa");
        world.send_all().await;
        let header = format!("{:?}", world.archive.kept().last().unwrap().document.header);
        assert!(header.contains(event), "{event}: {header}");
    }
    db.drop().await;
}
