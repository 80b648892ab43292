//! A summary from notes, through its form: what is quoted, what is not, and that it finishes as any document.

use store::testing::TestDb;

use crate::{
    recording::tests::{entry, in_the_care_home},
    testing::{Answer, Browser, World},
};

async fn digest(browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Answer {
    browser.post_to(&format!("{path}/koonti"), "#koonti", fields).await
}

/// The text that the draft quotes.
async fn quoted(browser: &mut Browser, made: &Answer) -> String {
    assert_eq!(made.status, 303, "{}", made.text());
    let page = browser.get(&made.location).await;
    page.text_of("[name='yhteenveto.asiasisalto']").unwrap_or_else(|| page.body.clone())
}

async fn by_period(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Lauloi aamupäivällä.").await;
    let wrong = entry(&mut liisa, &path, "Väärä asukas.").await;
    let mended = entry(&mut liisa, &path, "Söi lounaan sängyssä.").await;
    world.send_all().await;
    let fields = [("teksti", "Söi lounaan pöydässä."), ("syy", "paikka oli väärä")];
    assert_eq!(liisa.post_to(&format!("/asiakirjat/{mended}/korjaa"), "#asiakirja", &fields).await.status, 303);
    let fields = [("syy", "väärä asiakas")];
    assert_eq!(liisa.post_to(&format!("/asiakirjat/{wrong}/mitatoi"), "#mitatoi", &fields).await.status, 303);
    world.send_all().await;
    world.clock.set("2026-10-06T08:00:00Z");
    liisa = world.by_card("liisa").await;
    entry(&mut liisa, &path, "Ulkoili torilla.").await;
    let made = digest(&mut liisa, &path, &[("jakso", "viime-kuukausi")]).await;
    let text = quoted(&mut liisa, &made).await;
    assert!(text.contains("Kirjauksia jaksolla yhteensä 2."), "{text}");
    for said in ["30.9.2026 Liisa Kettunen: Lauloi aamupäivällä.", "Söi lounaan pöydässä."] {
        assert!(text.contains(said), "{said} is missing in {text}");
    }
    for never in ["Väärä asukas", "sängyssä", "torilla"] {
        assert!(!text.contains(never), "{never} is quoted: {text}");
    }
    let made = digest(&mut liisa, &path, &[("jakso", "tama-kuukausi")]).await;
    let text = quoted(&mut liisa, &made).await;
    assert!(text.contains("torilla") && !text.contains("Lauloi"), "{text}");
    // Days of one's own, both included.
    let own = [("jakso", "omat"), ("alku", "2026-09-30"), ("loppu", "2026-10-06")];
    let made = digest(&mut liisa, &path, &own).await;
    let text = quoted(&mut liisa, &made).await;
    assert!(text.contains("torilla") && text.contains("Lauloi"), "{text}");
    finishes(&world, &mut liisa, &made.location).await;
    drop(world);
    db.drop().await;
}

/// The draft is a document like any other.
async fn finishes(world: &World, liisa: &mut Browser, draft: &str) {
    let fields = [("johtopaatokset", "Ulkoilua jatketaan.")];
    let done = liisa.post_to(draft, "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    let is_summary = |one: &&crate::testing::Kept| {
        one.document.header.specific_type.as_ref().is_some_and(|kind| kind.code == "16009")
    };
    let last = &kept.iter().find(is_summary).expect("the summary is archived").document;
    let kanta::document::Body::Structured { json, .. } = &last.body else { panic!("a structured document") };
    let content: serde_json::Value = serde_json::from_slice(json).unwrap();
    let summary = &content["sosiaalihuollon_yhteenveto"];
    assert_eq!(summary["ajanjakso"]["alkamispaiva"], "2026-09-30");
    assert_eq!(summary["johtopaatokset"], "Ulkoilua jatketaan.");
    assert!(summary["yhteenveto"]["asiasisalto"].as_str().unwrap().contains("Ulkoili torilla."));
}

#[tokio::test]
async fn fr_38_a_summary_quotes_the_notes_of_its_period_in_their_newest_versions_on_sqlite() {
    by_period(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_38_a_summary_quotes_the_notes_of_its_period_in_their_newest_versions_on_postgres() {
    by_period(TestDb::postgres().await).await;
}

#[tokio::test]
async fn a_period_without_notes_or_without_order_makes_no_draft_and_says_what_to_do() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Lauloi aamupäivällä.").await;
    let drafts = liisa.get(&path).await.rows("#luonnokset").len();
    for (fields, said) in [
        (vec![("jakso", "viime-viikko")], "ei ole kirjauksia"),
        (vec![("jakso", "omat"), ("alku", "2026-09-30"), ("loppu", "2026-09-01")], "Päiviä ei voitu lukea"),
        (vec![("jakso", "omat"), ("alku", "2026-09-01"), ("loppu", "2027-01-01")], "Päiviä ei voitu lukea"),
        (vec![("jakso", "omat")], "Päiviä ei voitu lukea"),
    ] {
        let answer = digest(&mut liisa, &path, &fields).await;
        assert_eq!(answer.status, 422, "{fields:?}: {}", answer.text());
        assert!(answer.text().contains(said), "{fields:?}: {}", answer.text());
    }
    assert_eq!(liisa.get(&path).await.rows("#luonnokset").len(), drafts);
    db.drop().await;
}

#[tokio::test]
async fn a_note_is_quoted_under_its_goal_and_the_rest_under_others() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let plan = [
        ("suunnitelma.asetettavat_tavoitteet[0].nimi", "Ulkoilu päivittäin"),
        ("suunnitelma.asetettavat_tavoitteet[0].kuvaus", "Pihalla tai parvekkeella"),
    ];
    assert_eq!(liisa.post_to(&format!("{path}/asiakirja/15004"), "#asiakirja", &plan).await.status, 303);
    let page = liisa.get(&format!("{path}/asiakirja/19007")).await;
    let goal = page.attribute("[name^='tavoite-']", "name").expect("a goal to tick");
    let fields = [("teksti", "Kävimme pihalla."), (goal.as_str(), "on")];
    assert_eq!(liisa.fill(&page, "#asiakirja", &fields).await.status, 303);
    entry(&mut liisa, &path, "Katsoi televisiota.").await;
    let made = digest(&mut liisa, &path, &[("jakso", "tama-kuukausi")]).await;
    let text = quoted(&mut liisa, &made).await;
    let at = |said: &str| text.find(said).unwrap_or_else(|| panic!("{said} is missing in {text}"));
    assert!(at("Tavoite: Ulkoilu päivittäin") < at("Kävimme pihalla."), "{text}");
    assert!(
        at("Kävimme pihalla.") < at("Muut kirjaukset") && at("Muut kirjaukset") < at("Katsoi televisiota."),
        "{text}"
    );
    db.drop().await;
}

#[tokio::test]
async fn fr_21_no_summary_is_made_of_notes_after_the_right_has_ended() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Lauloi aamupäivällä.").await;
    world.send_all().await;
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_right SET to_day = '2026-09-30'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    world.clock.set("2026-10-06T08:00:00Z");
    liisa = world.by_card("liisa").await;
    let answer = digest(&mut liisa, &path, &[("jakso", "viime-kuukausi")]).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    assert!(liisa.get(&path).await.rows("#luonnokset").is_empty(), "no draft");
    db.drop().await;
}

#[tokio::test]
async fn fr_34_another_workers_draft_of_a_summary_is_not_shown() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Lauloi aamupäivällä.").await;
    let made = digest(&mut liisa, &path, &[("jakso", "tama-kuukausi")]).await;
    let mut ritva = world.by_card("ritva").await;
    assert_eq!(ritva.get(&made.location).await.status, 404);
    db.drop().await;
}
