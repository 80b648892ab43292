//! The work list, visits, the hand-over and the lock through their pages.

use std::collections::BTreeSet;

use records::deadline::{Start, TIMERS, Timer};
use store::testing::TestDb;

use super::timers::{CASES_SQL, MEASURES_SQL};
use crate::{
    recording::tests::{entry, in_the_care_home},
    testing::{Answer, Browser, World},
};

/// A visit of 30.9. at 13.30–14.00 by Liisa, which has just ended when the clock stands at 14.20.
async fn plan(browser: &mut Browser, client: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("laji", "care"), ("alkaa", "2026-09-30T13:30"), ("kesto", "30")];
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    browser.post_to(&format!("{client}/kaynti"), "#kaynti", &fields).await
}

#[tokio::test]
async fn fr_32_fr_37_a_visit_is_recorded_from_the_list_with_its_own_time_and_no_context_typed() {
    visit_is_recorded(TestDb::sqlite().await).await;
    visit_is_recorded(TestDb::postgres().await).await;
}

async fn visit_is_recorded(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    assert_eq!(plan(&mut liisa, &client, &[]).await.status, 303);
    let list = liisa.get("/tanaan").await;
    let visit = list.work("visit_unrecorded");
    assert_eq!(visit.len(), 1, "{}", list.text());
    let row = format!("li[data-key=\"{}\"]", visit[0]);
    assert!(list.row(&visit[0]).contains("Korpela Aino") && list.row(&visit[0]).contains("Kirjaamatta 20 min"));
    let link = list.attribute(&format!("{row} a[data-in-row]"), "href").unwrap();
    let form = liisa.get(&link).await;
    let context = form.text_of("#konteksti").unwrap();
    assert!(context.contains("Kielo Ahola") && context.contains("95.2026.2.1001"), "{context}");
    let done = liisa.fill(&form, "#asiakirja", &[("teksti", "Aino söi hyvin.")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    // FR-37: the event has the visit's time, the recording its own.
    let kept = world.archive.kept();
    let header = &kept.last().unwrap().document.header;
    let times = serde_json::to_string(&format!("{header:?}")).unwrap();
    assert!(times.contains("2026-09-30T10:30:00Z"), "{times}");
    let list = liisa.get("/tanaan").await;
    assert!(list.work("visit_unrecorded").is_empty());
    assert_eq!(list.work("visit_recorded"), visit, "what is recorded today stays in sight, folded");
    db.drop().await;
}

#[tokio::test]
async fn fr_37_a_note_of_another_time_does_not_record_the_visit() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    plan(&mut liisa, &client, &[]).await;
    let at_eight = [("teksti", "Aamupala."), ("tapahtuma", "2026-09-30T08:00")];
    let answer = liisa.post_to(&format!("{client}/asiakirja/19007"), "#asiakirja", &at_eight).await;
    assert_eq!(answer.status, 303);
    assert_eq!(liisa.get("/tanaan").await.work("visit_unrecorded").len(), 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_34_a_visits_draft_is_each_writers_own_and_the_row_goes_on_with_it() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    plan(&mut liisa, &client, &[("tekija", "")]).await;
    let visit = liisa.get("/tanaan").await.work("visit_unrecorded")[0].clone();
    let path = format!("/kaynnit/{visit}/kirjaa");
    let form = liisa.get(&path).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let draft = form.attribute("#asiakirja [name=luonnos]", "value").unwrap();
    liisa.post(&save, &[("luonnos", &draft), ("teksti", "Kesken"), ("tapahtuma", "2026-09-30T13:30")]).await;
    let list = liisa.get("/tanaan").await;
    assert!(list.work("draft").is_empty(), "one row for the visit and its draft");
    assert!(list.row(&visit).contains("Luonnos") && list.row(&visit).contains("Jatka"));
    assert!(liisa.get(&path).await.body.contains("Kesken"));
    // The twin: a colleague of the unit sees the visit, and nothing of the draft.
    let mut ritva = world.by_password("ritva").await;
    let list = ritva.get("/tanaan?nakyma=yksikko").await;
    if list.work("visit_unrecorded").contains(&visit) {
        assert!(!list.row(&visit).contains("Luonnos"));
        assert!(!ritva.get(&path).await.body.contains("Kesken"));
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_50_a_visit_of_another_unit_is_not_there() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    plan(&mut liisa, &client, &[]).await;
    let visit = liisa.get("/tanaan").await.work("visit_unrecorded")[0].clone();
    for login in ["petri", "marja", "oona"] {
        let mut other = world.by_password(login).await;
        for view in ["/tanaan", "/tanaan?nakyma=yksikko", "/tanaan?nakyma=vuoro", "/kalenteri"] {
            let page = other.get(view).await;
            assert!(!page.body.contains(&visit), "{login} {view}");
        }
        assert_eq!(other.get(&format!("/kaynnit/{visit}/kirjaa")).await.status, 404, "{login}");
        assert_eq!(other.post(&format!("/kaynnit/{visit}/peru"), &[]).await.status, 404, "{login}");
    }
    db.drop().await;
}

#[tokio::test]
async fn late_rows_come_first_and_a_draft_turns_amber_and_red() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    let form = liisa.get(&format!("{client}/asiakirja/19007")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let draft = form.attribute("#asiakirja [name=luonnos]", "value").unwrap();
    liisa.post(&save, &[("luonnos", &draft), ("teksti", "Kesken")]).await;
    plan(&mut liisa, &client, &[("alkaa", "2026-09-30T23:00"), ("laji", "visit")]).await;
    let group = |page: &Answer| page.attribute(&format!("[data-group]:has(li[data-key=\"{draft}\"])"), "data-group");
    let chip = |page: &Answer| page.attribute(&format!("li[data-key=\"{draft}\"] .chip"), "class").unwrap();
    let now = liisa.get("/tanaan").await;
    assert_eq!(group(&now).as_deref(), Some("now"));
    for (clock, class) in [("2026-09-30T19:21:00Z", "warning"), ("2026-10-01T11:21:00Z", "bad")] {
        world.clock.set(clock);
        liisa = world.by_card("liisa").await;
        let later = liisa.get("/tanaan").await;
        assert_eq!(group(&later).as_deref(), Some("late"));
        assert!(chip(&later).contains(class), "{clock} {}", chip(&later));
        assert_eq!(later.rows("#tyot")[0].0, draft, "late first");
    }
    db.drop().await;
}

#[tokio::test]
async fn what_is_put_off_is_out_of_sight_until_its_day_and_a_time_of_the_law_asks_for_a_reason() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    world.aino(&mut marja).await;
    let page = marja.get("/tanaan").await;
    let key = page.attribute("li[data-state=assessment_due] .pick input", "value").unwrap();
    let refused = marja.post("/tanaan/valitut", &[("kohde", &key), ("toimi", "torkuta")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Kirjoita syy"), "{}", refused.text());
    let long = [("kohde", key.as_str()), ("toimi", "torkuta"), ("syy", "Odottaa"), ("asti", "2027-01-01")];
    assert_eq!(marja.post("/tanaan/valitut", &long).await.status, 422);
    assert_eq!(marja.get("/tanaan").await.work("assessment_due").len(), 1, "the twin: nothing was put off");
    let done =
        marja.post("/tanaan/valitut", &[("kohde", &key), ("toimi", "torkuta"), ("syy", "Odottaa omaista")]).await;
    assert_eq!(done.status, 303);
    let list = marja.get(&done.location).await;
    assert!(list.work("assessment_due").is_empty() && list.text().contains("Yksi rivi torkutettu"));
    assert_eq!(marja.get("/tanaan?torkutetut").await.work("assessment_due").len(), 1);
    world.clock.set("2026-09-08T06:30:00Z");
    let mut marja = world.by_password("marja").await;
    assert_eq!(marja.get("/tanaan").await.work("assessment_due").len(), 1, "it is due again");
    assert_eq!(marja.post("/tanaan/valitut", &[("toimi", "torkuta")]).await.status, 422);
    db.drop().await;
}

#[tokio::test]
async fn a_row_goes_to_a_colleague_of_the_unit_and_to_nobody_else() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let client = world.aino(&mut marja).await;
    let page = marja.get("/tanaan").await;
    let key = page.attribute("li[data-state=assessment_due] .pick input", "value").unwrap();
    let stranger = marja.post("/tanaan/valitut", &[("kohde", &key), ("toimi", "siirra"), ("kollega", "0000")]).await;
    assert_eq!(stranger.status, 422);
    let colleague = page.attribute("#id_kollega option", "value");
    if let Some(colleague) = colleague {
        let given = [("kohde", key.as_str()), ("toimi", "siirra"), ("kollega", colleague.as_str())];
        assert_eq!(marja.post("/tanaan/valitut", &given).await.status, 303);
        assert!(marja.get("/tanaan").await.work("assessment_due").is_empty());
        assert_eq!(marja.get("/tanaan?nakyma=yksikko").await.work("assessment_due").len(), 1);
    }
    // The assessment ends the time, whoever has the row.
    let faulty = marja.get(&format!("{client}/asiakirja/1000")).await;
    assert_eq!(faulty.status, 200);
    db.drop().await;
}

#[tokio::test]
async fn the_shift_is_told_in_one_page_and_reading_it_is_logged() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    entry(&mut liisa, &client, "Aino lauloi.").await;
    plan(&mut liisa, &client, &[("alkaa", "2026-09-30T10:00"), ("kesto", "15")]).await;
    let page = liisa.get("/tanaan?nakyma=vuoro").await;
    assert!(page.text().contains("Aino lauloi.") && page.text().contains("Korpela Aino"), "{}", page.text());
    assert!(page.attribute("#kirjaamattomat a", "href").is_some());
    // The twin: what happened before the chosen time is not in it.
    world.clock.set("2026-10-02T11:20:00Z");
    let mut liisa = world.by_card("liisa").await;
    assert!(!liisa.get("/tanaan?nakyma=vuoro&tunnit=8").await.text().contains("Aino lauloi."));
    assert!(liisa.get("/tanaan?nakyma=vuoro&tunnit=72").await.text().contains("Aino lauloi."));
    db.drop().await;
}

#[tokio::test]
async fn a_plan_that_cannot_be_read_comes_back_with_what_was_typed() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    for (more, said) in [
        ([("alkaa", "eilen")].as_slice(), "alkamisaika"),
        (&[("alkaa", "2027-09-30T13:30")], "alkamisaika"),
        (&[("toistuu", "daily")], "viimeinen päivä"),
        (&[("toistuu", "daily"), ("asti", "2027-09-30")], "viimeinen päivä"),
        (&[("tekija", "0000")], "omasta yksiköstä"),
        (&[("kesto", "7")], "kesto"),
    ] {
        let answer = plan(&mut liisa, &client, more).await;
        assert_eq!(answer.status, 422, "{more:?}");
        assert!(answer.text().contains(said), "{more:?}: {}", answer.text());
        assert_eq!(answer.attribute("[name=laji] option[selected]", "value").as_deref(), Some("care"));
    }
    // Workdays over a week: five visits, and the calendar shows the week's.
    let done = plan(&mut liisa, &client, &[("toistuu", "workdays"), ("asti", "2026-10-06")]).await;
    assert_eq!(done.status, 303);
    assert_eq!(liisa.get(&done.location).await.rows("#viikko").len(), 3, "30.9.–2.10.");
    assert_eq!(liisa.get("/kalenteri?viikko=2026-W41").await.rows("#viikko").len(), 2, "5.–6.10.");
    db.drop().await;
}

#[tokio::test]
async fn a_feed_tells_times_and_no_names_and_ends_with_its_key() {
    feed(TestDb::sqlite().await).await;
    feed(TestDb::postgres().await).await;
}

async fn feed(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    plan(&mut liisa, &client, &[]).await;
    liisa.get("/asetukset").await;
    let made = liisa.post("/asetukset/kalenteri", &[]).await;
    let address = made.text_of("#syote").unwrap();
    let path = address.split_once("localhost").unwrap().1.to_owned();
    let mut calendar = world.browser();
    let feed = calendar.get(&path).await;
    assert_eq!(feed.status, 200);
    assert!(feed.body.contains("DTSTART:20260930T103000Z\r\n") && feed.body.contains("SUMMARY:Hoitohetki"));
    let id = client.rsplit('/').next().unwrap();
    for personal in ["Aino", "Korpela", "120243", "Kielo", id] {
        assert!(!feed.body.contains(personal) && !path.contains(personal), "{personal}");
    }
    assert!(feed.body.lines().all(|line| line.len() <= 75), "RFC 5545 3.1");
    assert_eq!(calendar.get("/kalenteri/syote.ics?avain=väärä").await.status, 404);
    assert_eq!(calendar.get("/kalenteri/syote.ics").await.status, 404);
    liisa.post("/asetukset/kalenteri/poista", &[]).await;
    assert_eq!(calendar.get(&path).await.status, 404);
    db.drop().await;
}

#[tokio::test]
async fn a_locked_page_gives_nothing_until_its_worker_is_back_and_drafts_follow_the_person() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    let form = liisa.get(&format!("{client}/asiakirja/19007")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let draft = form.attribute("#asiakirja [name=luonnos]", "value").unwrap();
    liisa.post(&save, &[("luonnos", &draft), ("teksti", "Kesken jäi")]).await;
    let back = format!("/luonnokset/{draft}");
    let locked = liisa.post("/lukitse", &[("paluu", &back)]).await;
    assert_eq!((locked.status, locked.location.as_str()), (303, "/lukittu"));
    // Whatever is asked for, the locked page answers; a script is told so, since it follows no redirect.
    for path in ["/tanaan", &client, &back, "/asiakkaat", "/yksikko", "/komennot"] {
        let page = liisa.get(path).await;
        assert_eq!((page.status, page.location.as_str()), (303, "/lukittu"), "{path}");
    }
    assert_eq!(liisa.post(&save, &[("luonnos", &draft), ("teksti", "toinen")]).await.location, "/lukittu");
    let page = liisa.get("/lukittu").await;
    assert!(page.text().contains("Lukittu: Liisa") && !page.body.contains("Korpela"));
    let wrong = liisa.fill(&page, "#avaa-lukko", &[("salasana", "väärä")]).await;
    assert_eq!(wrong.status, 401);
    assert_eq!(liisa.get("/tanaan").await.location, "/lukittu");
    let opened = liisa.fill(&page, "#avaa-lukko", &[("salasana", "vakka-liisa")]).await;
    assert_eq!((opened.status, opened.location.as_str()), (303, back.as_str()));
    assert!(liisa.get(&back).await.body.contains("Kesken jäi"));
    // Another comes to the same device: the first is out, and finds the draft at another.
    liisa.post("/lukitse", &[("paluu", "//elsewhere.example")]).await;
    let page = liisa.get("/lukittu").await;
    assert_eq!(liisa.fill(&page, "#vaihda", &[]).await.location, "/kirjaudu");
    assert_eq!(liisa.get("/tanaan").await.location, "/kirjaudu");
    let mut elsewhere = world.by_password("liisa").await;
    assert!(elsewhere.get(&back).await.body.contains("Kesken jäi"));
    db.drop().await;
}

#[tokio::test]
async fn a_pin_opens_a_locked_page_and_three_wrong_ones_end_the_session() {
    let (world, db) = World::new().await;
    let mut liisa = world.by_password("liisa").await;
    liisa.get("/asetukset").await;
    let pin = |password: &'static str, pin: &'static str| [("salasana", password), ("pin", pin)];
    assert_eq!(liisa.post("/asetukset/pin", &pin("väärä", "2468")).await.status, 422);
    assert_eq!(liisa.post("/asetukset/pin", &pin("vakka-liisa", "12")).await.status, 422);
    assert_eq!(liisa.post("/asetukset/pin", &pin("vakka-liisa", "2468")).await.status, 303);
    assert_eq!(liisa.post("/lukitse", &[("paluu", "/asiakkaat")]).await.location, "/lukittu");
    liisa.get("/lukittu").await;
    assert_eq!(liisa.post("/lukittu", &[("salasana", "1111")]).await.status, 401);
    assert_eq!(liisa.post("/lukittu", &[("salasana", "2468")]).await.location, "/asiakkaat");
    liisa.get("/asiakkaat").await;
    liisa.post("/lukitse", &[]).await;
    liisa.get("/lukittu").await;
    for tries in 0..3 {
        let answer = liisa.post("/lukittu", &[("salasana", "0000")]).await;
        assert_eq!(answer.location.as_str(), if tries == 2 { "/kirjaudu" } else { "" });
    }
    assert_eq!(liisa.get("/tanaan").await.location, "/kirjaudu");
    db.drop().await;
}

#[tokio::test]
async fn single_keys_are_remapped_and_switched_off_by_the_worker() {
    let (world, db) = World::new().await;
    let mut liisa = world.by_password("liisa").await;
    let keys = |page: &Answer| page.attribute("meta[name=vakka-keys]", "content").unwrap();
    let page = liisa.get("/tanaan").await;
    assert!(keys(&page).contains("next j") && keys(&page).contains("record e"));
    let settings = liisa.get("/asetukset").await;
    let twice = liisa.fill(&settings, "#nappaimet", &[("key-next", "k")]).await;
    assert_eq!(twice.status, 422, "two acts of one key");
    assert_eq!(liisa.fill(&settings, "#nappaimet", &[("key-next", "n")]).await.status, 303);
    let page = liisa.get("/tanaan").await;
    assert!(keys(&page).contains("next n"));
    let settings = liisa.get("/asetukset").await;
    let mut fields = settings.fields("#nappaimet");
    fields.retain(|(name, _)| name != "kaytossa");
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(liisa.post("/asetukset/nappaimet", &fields).await.status, 303);
    assert_eq!(keys(&liisa.get("/tanaan").await), "");
    let mut other = world.by_password("marja").await;
    assert!(keys(&other.get("/tanaan").await).contains("next j"), "everybody's keys are their own");
    db.drop().await;
}

#[tokio::test]
async fn clients_and_commands_are_found_by_a_word_that_stands_in_no_address() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    liisa.get("/komennot").await;
    let found = liisa.post("/komennot", &[("haku", "kirjaa Korpela")]).await;
    assert_eq!(found.attribute("#osumat a", "href"), Some(format!("{client}/asiakirja/19007")));
    let command = liisa.post("/komennot", &[("haku", "asetuk")]).await;
    assert_eq!(command.attribute("#osumat a", "href").as_deref(), Some("/asetukset"));
    let mut petri = world.by_password("petri").await;
    petri.get("/komennot").await;
    assert!(!petri.post("/komennot", &[("haku", "Korpela")]).await.body.contains("Aino"));
    db.drop().await;
}

/// Every type that the table of times names.
fn types_in_table() -> BTreeSet<&'static str> {
    let of = |timer: &'static Timer| {
        let started: &[&str] = match timer.start {
            Start::Case | Start::Birthday(_) => &[],
            Start::Document(types) => types,
        };
        started.iter().chain(timer.ended_by).copied()
    };
    TIMERS.iter().flat_map(of).collect()
}

fn types_in(sql: &str) -> BTreeSet<&str> {
    let inside = sql.split_once("IN (").unwrap().1.split_once(')').unwrap().0;
    inside.split(',').map(|part| part.trim().trim_matches('\'')).collect()
}

#[test]
fn the_query_of_restrictions_names_the_types_of_the_table_and_the_entry() {
    let mut types: BTreeSet<&str> = records::restriction::KINDS.iter().map(|kind| kind.type_code).collect();
    types.insert("19008");
    assert_eq!(types_in(MEASURES_SQL), types);
}

#[test]
fn the_query_of_cases_names_the_types_of_the_table_and_no_others() {
    assert_eq!(types_in(CASES_SQL), types_in_table());
}

/// The `n`-th of a thousand identity codes of the 900 series.
fn code(n: u32) -> String {
    let (day, serial) = (n / 100 + 1, 900 + n % 100);
    let number = format!("{day:02}0140{serial}").parse::<u64>().unwrap();
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[usize::try_from(number % 31).unwrap()] as char;
    format!("{day:02}0140-{serial}{check}")
}

#[tokio::test]
async fn the_list_of_a_thousand_clients_is_one_bounded_page() {
    let (world, db) = World::new().await;
    let (mut liisa, client) = in_the_care_home(&world).await;
    plan(&mut liisa, &client, &[]).await;
    let org = records::id::OrganisationId::parse("1.2.246.10.99990031.10.0").unwrap();
    let unit = "1.2.246.10.99990031.10.31";
    let now = world.app.now();
    let mut tx = world.app.db.write().await.unwrap();
    for n in 0..1000 {
        let person = crate::people::Person {
            root: records::id::HETU_ROOT.into(),
            code: code(n),
            family: "Asukas".into(),
            given: format!("Numero{n}"),
            ..Default::default()
        };
        let own = crate::clients::store::Arrangement::Own;
        let ensured =
            crate::clients::store::ensure(&world.app, &mut tx, &org, &org, &person, own, Some((unit, "85")), now).await;
        sqlx::query(
            "INSERT INTO cw_visit (org, id, client, unit, person, kind, starts, ends, series, state, made_by, created)
             VALUES ($1, $2, $3, $4, $5, 'care', $6, $6, '', 'planned', '', $6)",
        )
        .bind(org.as_str())
        .bind(crate::numbers::random_id())
        .bind(ensured.unwrap())
        .bind(unit)
        .bind(None::<String>)
        .bind(now.as_microsecond() - 3_600_000_000)
        .execute(&mut *tx)
        .await
        .unwrap();
    }
    tx.commit().await.unwrap();
    liisa.get("/tanaan").await;
    let begun = std::time::Instant::now();
    let page = liisa.get("/tanaan?nakyma=yksikko").await;
    eprintln!("the list of a thousand clients: {:?}, {} bytes", begun.elapsed(), page.body.len());
    assert_eq!(page.work("visit_unrecorded").len(), 200);
    assert!(page.text_of("[data-number=clients] strong").unwrap().trim().parse::<u32>().unwrap() >= 1000);
    db.drop().await;
}
