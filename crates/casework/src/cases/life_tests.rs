//! Closing with its obstacles, late entries, reopening, and going on in another task.

use store::testing::TestDb;

use crate::testing::{Answer, Browser, World};

const FREE: [(&str, &str); 2] = [("paattyy", "2026-09-07"), ("syy", "asiakas muutti toiselle alueelle")];

/// The page of the client's first case.
async fn case_page(browser: &mut Browser, path: &str) -> (String, Answer) {
    let client = browser.get(path).await;
    let case = format!("/asiat/{}", client.rows("#asiat")[0].0);
    let page = browser.get(&case).await;
    assert_eq!(page.status, 200, "{}", page.text());
    (case, page)
}

/// The newest case document that the archive has.
fn newest(world: &World) -> (kanta::document::Document, serde_json::Value) {
    let all = world.archive.kept();
    let case = |one: &crate::testing::Kept| {
        String::from_utf8_lossy(one.document.body.json().unwrap()).contains("asia_asiakirja")
    };
    let last = all.into_iter().rfind(case).unwrap();
    let body = serde_json::from_slice(last.document.body.json().unwrap()).unwrap();
    (last.document, body)
}

async fn closes(db: TestDb) {
    let world = World::on(&db).await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let (case, page) = case_page(&mut marja, &path).await;
    assert!(page.text().contains("ei ole merkintää palvelun päättymisestä"));
    let without = marja.fill(&page, "#paata-asia", &[("syy", "")]).await;
    assert_eq!(without.status, 422, "what is noticed wants a reason");
    for day in ["2026-09-06", "2026-09-08", "huomenna"] {
        let wrong = marja.fill(&page, "#paata-asia", &[("paattyy", day), ("syy", "x")]).await;
        assert_eq!(wrong.status, 422, "{day}");
    }
    let done = marja.fill(&page, "#paata-asia", &FREE).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let (document, body) = newest(&world);
    let facts = &body["asia_asiakirja"]["asian_tiedot"];
    assert_eq!(
        (facts["tila"]["code"].as_str(), facts["paattymispaiva"].as_str()),
        (Some("SULJETTU"), Some("2026-09-07"))
    );
    assert_eq!(document.header.version, 2);
    assert_eq!(document.header.reason_of_correction.as_deref(), Some("asiakas muutti toiselle alueelle"));
    assert_eq!(marja.get(&path).await.rows("#asiat")[0].1, "closed");
    // Closed is closed: the old page's form changes nothing.
    assert_eq!(marja.fill(&page, "#paata-asia", &FREE).await.status, 409);
    // Reopened with a reason only.
    let page = marja.get(&case).await;
    assert_eq!(marja.fill(&page, "#avaa-asia", &[("syy", "")]).await.status, 422);
    assert_eq!(marja.fill(&page, "#avaa-asia", &[("syy", "asiakas palasi")]).await.status, 303);
    world.send_all().await;
    let (document, body) = newest(&world);
    let facts = &body["asia_asiakirja"]["asian_tiedot"];
    assert_eq!((facts["tila"]["code"].as_str(), facts.get("paattymispaiva")), (Some("AVOIN"), None));
    assert_eq!(document.header.version, 3);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_06_a_closed_case_is_a_new_version_with_state_and_end_date_on_sqlite() {
    closes(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_06_a_closed_case_is_a_new_version_with_state_and_end_date_on_postgres() {
    closes(TestDb::postgres().await).await;
}

/// Closing is stopped: there is no form, and posting past the page changes nothing.
async fn stopped(world: &World, browser: &mut Browser, path: &str, said: &str) {
    let (case, page) = case_page(browser, path).await;
    assert!(page.text().contains(said), "{said}: {}", page.text());
    assert!(page.attribute("#paata-asia", "action").is_none(), "{said}");
    let sent = world.archive.messages();
    let refused = browser.post(&format!("{case}/paata"), &FREE).await;
    assert_eq!(refused.status, 422, "{said}");
    assert_eq!(browser.get(path).await.rows("#asiat")[0].1, "open", "{said}");
    assert_eq!(world.archive.messages(), sent, "{said}");
}

#[tokio::test]
async fn fr_06_drafts_queued_and_rejected_documents_stop_the_closing_with_a_list() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    // Another's draft: named by its writer, its words by nobody.
    let mut antti = world.by_password("antti").await;
    let same_unit = antti.get(&path).await.status == 200;
    let writer = if same_unit { &mut antti } else { &mut marja };
    let form = writer.get(&format!("{path}/asiakirja/19005")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let mut fields = form.fields("#asiakirja");
    fields.retain(|(name, _)| !["teksti", "csrf"].contains(&name.as_str()));
    fields.push(("teksti".into(), "Kesken jäänyt".into()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(writer.post(&save, &pairs).await.status, 200);
    let draft = writer.get("/tanaan").await.work("draft")[0].clone();
    stopped(&world, &mut marja, &path, "Yksi luonnos on kesken").await;
    assert!(!case_page(&mut marja, &path).await.1.body.contains("Kesken jäänyt"));
    let writer = if same_unit { &mut antti } else { &mut marja };
    writer.post(&format!("/luonnokset/{draft}/poista"), &[]).await;
    // A document that waits to go.
    world.archive.set(crate::testing::Mode::Down);
    marja
        .post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &[("teksti", "Soitettu."), ("palvelu", "45")])
        .await;
    stopped(&world, &mut marja, &path, "odottaa arkistointia").await;
    // One that came back.
    world.archive.set(crate::testing::Mode::Refuses(records::refusal::Refusal::SchemaInvalid));
    marja.post("/arkistointi/yrita", &[]).await;
    world.send_all().await;
    stopped(&world, &mut marja, &path, "Arkisto on palauttanut yhden asiakirjan").await;
    db.drop().await;
}

#[tokio::test]
async fn fr_06_a_running_service_decision_stops_the_closing_and_an_ended_one_does_not() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    world.clock.set("2026-09-21T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    crate::clients::page_tests::decided(&world, &mut marja, &path, "2026-12-31").await;
    stopped(&world, &mut marja, &path, "Yksi palvelupäätös on voimassa").await;
    world.clock.set("2027-01-02T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    let (_, page) = case_page(&mut marja, &path).await;
    assert!(page.attribute("#paata-asia", "action").is_some(), "{}", page.text());
    db.drop().await;
}

#[tokio::test]
async fn fr_06_only_the_registers_own_worker_of_the_task_closes_a_case() {
    let (world, db) = World::new().await;
    let (mut liisa, bought) = crate::recording::tests::in_the_care_home(&world).await;
    let (case, page) = case_page(&mut liisa, &bought).await;
    assert!(page.attribute("#paata-asia", "action").is_none());
    let refused = liisa.post(&format!("{case}/paata"), &FREE).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("REGISTER_MISMATCH"));
    // Another unit of the county does not even learn that there is such a case.
    let mut kaisa = world.by_password("kaisa").await;
    let known = kaisa.get(&case).await;
    let unknown = kaisa.get("/asiat/1.2.246.10.99990015.95.2026.2.9999").await;
    assert_eq!((known.status, known.text()), (403, unknown.text()));
    assert_eq!(kaisa.post(&format!("{case}/paata"), &FREE).await.status, 403);
    assert_eq!(kaisa.post(&format!("{case}/avaa"), &[("syy", "x")]).await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn fr_07_a_closed_case_takes_what_happened_before_within_the_window_and_nothing_else() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let (case, page) = case_page(&mut marja, &path).await;
    assert_eq!(marja.fill(&page, "#paata-asia", &FREE).await.status, 303);
    world.send_all().await;
    world.clock.set("2026-09-20T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    let page = marja.get(&case).await;
    assert!(page.text().contains("6.12.2026 asti"), "{}", page.text());
    let late = page.attribute("a[data-action=jalkikirjaus]", "href").unwrap();
    let write = async |marja: &mut Browser, at: &str| {
        let fields = [("teksti", "Soitettu."), ("palvelu", "45"), ("tapahtuma", at)];
        marja.post_to(&late, "#asiakirja", &fields).await
    };
    let after = write(&mut marja, "2026-09-08T09:00").await;
    assert!(after.status == 403 && after.body.contains("CASE_CLOSED"), "{}", after.text());
    let before = write(&mut marja, "2026-09-07T09:00").await;
    assert_eq!(before.status, 303, "{}", before.text());
    world.send_all().await;
    let header = world.archive.kept().pop().unwrap().document.header;
    assert_eq!(format!("/asiat/{}", header.case.unwrap()), case);
    // The window closes.
    world.clock.set("2026-12-07T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    assert!(marja.get(&case).await.attribute("a[data-action=jalkikirjaus]", "href").is_none());
    let over = write(&mut marja, "2026-09-07T10:00").await;
    assert!(over.status == 403 && over.body.contains("CASE_CLOSED"));
    db.drop().await;
}

async fn extends(db: TestDb) {
    let world = World::on(&db).await;
    let mut kaisa = world.by_card("kaisa").await;
    let path = world.aino(&mut kaisa).await;
    let (case, page) = case_page(&mut kaisa, &path).await;
    let own = page.attribute("#laajenna", "action").unwrap();
    let fields = [("tehtava", "TYOIK"), ("asian_nimi", "PAIVYSTYS"), ("syy", "tarvitsee tukea työhön")];
    // The same task is no extension, and the old case keeps its own whatever is posted.
    let mut tx = world.app.db.read().await.unwrap();
    let task: String = sqlx::query_scalar("SELECT task FROM cw_case").fetch_one(&mut *tx).await.unwrap();
    let own_tasks: String =
        sqlx::query_scalar("SELECT tasks FROM cw_membership WHERE unit = '1.2.246.10.99990015.10.14'")
            .fetch_one(&mut *tx)
            .await
            .unwrap();
    drop(tx);
    let other = records::code::ServiceTask::ALL.iter().find(|one| !own_tasks.split(' ').any(|own| own == one.code()));
    let same = kaisa.fill(&page, "#laajenna", &[("tehtava", &task), ("asian_nimi", "PAIVYSTYS"), ("syy", "x")]).await;
    assert_eq!(same.status, 422);
    assert_eq!(kaisa.fill(&page, "#laajenna", &[("tehtava", "TYOIK"), ("syy", "")]).await.status, 422);
    let foreign = kaisa.fill(&page, "#laajenna", &[("tehtava", other.unwrap().code()), ("syy", "x")]).await;
    assert_eq!(foreign.status, 422, "a task that is not the worker's own");
    assert_eq!(kaisa.get(&path).await.rows("#asiat").len(), 1);
    let done = kaisa.fill(&page, "#laajenna", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let cases = kaisa.get(&path).await.rows("#asiat");
    assert_eq!(cases.len(), 2);
    let old = case.trim_start_matches("/asiat/").to_owned();
    let new = cases.iter().map(|(oid, _)| oid.clone()).find(|oid| *oid != old).unwrap();
    let (document, body) = newest(&world);
    assert_eq!(document.header.case.as_ref().unwrap().as_str(), new);
    assert_eq!(document.header.links.len(), 1);
    assert_eq!(document.header.links[0].case.as_str(), old);
    assert_eq!(document.header.links[0].reason.as_deref(), Some("tarvitsee tukea työhön"));
    assert_eq!(body["asia_asiakirja"]["asian_tiedot"]["palvelutehtava"]["code"], "TYOIK");
    // Both show the link, with day, reason and worker.
    for (page, other, word) in
        [(format!("/asiat/{new}"), &old, "Laajentaa asiaa"), (case.clone(), &new, "Laajenee asiaan")]
    {
        let text = kaisa.get(&page).await.text();
        assert!(text.contains(other.as_str()) && text.contains(word), "{text}");
        assert!(text.contains("tarvitsee tukea työhön") && text.contains("7.9.2026"), "{text}");
    }
    // The link outlives the next version.
    let closing = kaisa.get(&format!("/asiat/{new}")).await;
    assert_eq!(kaisa.fill(&closing, "#paata-asia", &FREE).await.status, 303);
    world.send_all().await;
    assert_eq!(newest(&world).0.header.links.len(), 1);
    // Nobody extends another's case.
    let mut marja = world.by_password("marja").await;
    assert_eq!(marja.post(&own, &fields).await.status, 403);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_05_a_case_goes_on_in_another_task_as_a_new_case_that_is_joined_on_sqlite() {
    extends(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_05_a_case_goes_on_in_another_task_as_a_new_case_that_is_joined_on_postgres() {
    extends(TestDb::postgres().await).await;
}

#[tokio::test]
async fn two_who_close_at_once_make_one_version() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let (_, page) = case_page(&mut marja, &path).await;
    let mut other = world.by_card("marja").await;
    let again = case_page(&mut other, &path).await.1;
    let (one, two) = tokio::join!(marja.fill(&page, "#paata-asia", &FREE), other.fill(&again, "#paata-asia", &FREE));
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert_eq!(answers, [303, 409]);
    world.send_all().await;
    assert_eq!(newest(&world).0.header.version, 2);
    db.drop().await;
}
