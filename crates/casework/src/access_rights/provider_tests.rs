//! The provider's half: notices, what is due, corrections asked for, words about a case.

use super::tests::grant;
use crate::{
    recording::tests::{entry, in_the_care_home},
    testing::World,
};

const COUNTY: &str = "1.2.246.10.99990015.10.0";
const AHOLA: &str = "1.2.246.10.99990031.10.31";

#[tokio::test]
async fn fr_19_a_notice_lands_on_the_organisers_list_and_opens_the_grant_form_filled() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let mut liisa = world.by_password("liisa").await;
    let whole = [
        ("laji", "client_chose_us"),
        ("jarjestaja", COUNTY),
        ("hetu", "120243-934K"),
        ("yksikko", AHOLA),
        ("alkaa", "2026-09-28"),
    ];
    for (name, value) in
        [("hetu", "120243-934L"), ("yksikko", "1.2.246.10.99990058.10.41"), ("alkaa", ""), ("laji", "muu")]
    {
        let mut fields = whole.to_vec();
        fields.retain(|(had, _)| *had != name);
        fields.push((name, value));
        let refused = liisa.post_to("/oikeudet/ilmoitus", "#ilmoitus", &fields).await;
        assert_eq!(refused.status, 422, "{name}={value}");
    }
    assert!(marja.get("/tanaan").await.rows("#tyot").iter().all(|(_, kind)| kind != "provider_notice"));
    let sent = liisa.post_to("/oikeudet/ilmoitus", "#ilmoitus", &whole).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    // The provider knows no case of the client and is told of none.
    let own = liisa.get(&sent.location).await;
    assert!(own.text().contains("Perillä") && !own.body.contains("95.2026.2"), "{}", own.text());
    let work = marja.get("/tanaan").await.rows("#tyot");
    let id = work.iter().find(|(_, kind)| kind == "provider_notice").expect("a work item").0.clone();
    let page = marja.get(&format!("/viestit/{id}")).await;
    let form = page.attribute("a[data-action=oikeus]", "href").expect("the grant form");
    assert!(!form.contains("120243") && form.starts_with(&path), "{form}");
    let form = marja.get(&form).await;
    let fields = form.fields("#oikeus");
    let value = |name: &str| fields.iter().find(|(had, _)| had == name).unwrap().1.clone();
    assert_eq!((value("yksikko"), value("alkaa")), (AHOLA.to_owned(), "2026-09-28".to_owned()));
    // Read there is read here; handled there is handled here.
    assert!(liisa.get(&sent.location).await.text().contains("Luettu"));
    let page = marja.get(&format!("/viestit/{id}")).await;
    assert_eq!(marja.fill(&page, "#kasitelty", &[]).await.status, 303);
    assert!(liisa.get(&sent.location).await.text().contains("Käsitelty"));
    assert!(marja.get("/tanaan").await.rows("#tyot").iter().all(|(key, _)| *key != id));
    // Nobody else's: another county, another provider.
    for login in ["oona", "petri"] {
        let mut other = world.by_password(login).await;
        assert_eq!(other.get(&format!("/viestit/{id}")).await.status, 404, "{login}");
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_18_fr_19_fr_103_a_subcontractor_is_told_of_stands_under_its_provider_and_in_the_chain() {
    let (world, db) = World::new().await;
    let (mut liisa, _) = in_the_care_home(&world).await;
    let mut marja = world.by_password("marja").await;
    let fields = [
        ("laji", "subcontractor"),
        ("jarjestaja", COUNTY),
        ("hetu", "120243-934K"),
        ("yksikko", "1.2.246.10.99990058.10.41"),
        ("alkaa", "2026-10-01"),
        ("teksti", "Majakka hoitaa iltavuorot."),
    ];
    let mut own = fields.to_vec();
    own[3] = ("yksikko", AHOLA);
    assert_eq!(
        liisa.post_to("/oikeudet/ilmoitus", "#ilmoitus", &own).await.status,
        422,
        "one's own is no subcontractor"
    );
    let sent = liisa.post_to("/oikeudet/ilmoitus", "#ilmoitus", &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let work = marja.get("/tanaan").await.rows("#tyot");
    let id = work.iter().find(|(_, kind)| kind == "provider_notice").unwrap().0.clone();
    let page = marja.get(&format!("/viestit/{id}")).await;
    assert!(page.text().contains("Majakka hoitaa iltavuorot."));
    let form = page.attribute("a[data-action=oikeus]", "href").unwrap();
    let given = marja.post_to(&form, "#oikeus", &[("palvelu", "85")]).await;
    assert_eq!(given.status, 303, "{}", given.text());
    // FR-18: the row stands under Kielo's; the twin, one under a unit that has no right, is refused.
    world.send_all().await;
    let kept = world.archive.kept().pop().unwrap();
    let body: serde_json::Value = serde_json::from_slice(kept.document.body.json().unwrap()).unwrap();
    let whole = records::relationship::Relationship::parse(&body).unwrap();
    assert_eq!(whole.tasks[0].providers[0].subcontractors[0].unit.as_str(), "1.2.246.10.99990058.10.41");
    let nowhere = [("palvelu", "85"), ("tuottaja", "1.2.246.10.99990031.10.32")];
    assert_eq!(marja.post_to(&form_of(&page), "#oikeus", &nowhere).await.status, 422);
    // The subcontractor's own system receives its order, and its documents tell the whole chain (FR-103).
    let order = marja.get(&given.location).await.text_of("#tilaus").unwrap();
    assert!(order.contains("Tuottaja: Hoivakoti Kielo Oy (9999003-1)"), "{order}");
    world.clock.set("2026-10-02T11:20:00Z");
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_membership SET tasks = 'IAKAS' WHERE unit = '1.2.246.10.99990058.10.41'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let mut petri = world.by_card("petri").await;
    let page = petri.get("/oikeudet").await;
    assert_eq!(petri.fill(&page, "#liita", &[("tilaus", &order)]).await.status, 303);
    let client = petri.get("/asiakkaat").await.rows("#ostopalvelun-asiakkaat")[0].0.clone();
    entry(&mut petri, &format!("/asiakkaat/{client}"), "Iltavuoro sujui.").await;
    world.send_all().await;
    let shown = world.archive.kept().pop().unwrap().document.body.xhtml().unwrap().to_owned();
    for part in ["Järvi-Hämeen hyvinvointialue", "Hoivakoti Kielo Oy", "Nuorten talo Majakka Oy", "9999005-8"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    db.drop().await;
}

fn form_of(page: &crate::testing::Answer) -> String {
    page.attribute("a[data-action=oikeus]", "href").unwrap()
}

#[tokio::test]
async fn fr_38_what_the_organiser_requires_of_a_service_is_the_providers_missing_list() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let add = [("palvelu", "85"), ("tyyppi", "15004"), ("paivia", "30")];
    assert_eq!(marja.post_to("/oikeudet/vaadittavat", "#vaadi", &add).await.status, 303);
    let wrong = [("palvelu", "85"), ("tyyppi", "11000"), ("paivia", "30")];
    assert_eq!(
        marja.post_to("/oikeudet/vaadittavat", "#vaadi", &wrong).await.status,
        422,
        "a decision is no provider's"
    );
    let other = [("palvelu", "45"), ("tyyppi", "16009"), ("paivia", "5")];
    assert_eq!(marja.post_to("/oikeudet/vaadittavat", "#vaadi", &other).await.status, 303);
    let order = grant(&world, &mut marja, &path, "2026-09-28").await;
    assert!(order.contains("Vaadittavat asiakirjat: 15004 30") && !order.contains("16009"), "{order}");
    world.clock.set("2026-09-30T11:20:00Z");
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get("/oikeudet").await;
    assert_eq!(liisa.fill(&page, "#liita", &[("tilaus", &order)]).await.status, 303);
    let page = liisa.get("/oikeudet").await;
    assert_eq!(page.rows("#puuttuvat"), [("15004".to_owned(), "due".to_owned())]);
    assert!(page.text_of("#puuttuvat").unwrap().contains("28.10.2026"));
    world.clock.set("2026-10-29T08:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    assert_eq!(liisa.get("/oikeudet").await.rows("#puuttuvat"), [("15004".to_owned(), "late".to_owned())]);
    // Another unit of the same house is not told of Aino.
    let mut henna = world.by_password("henna").await;
    assert!(henna.get("/oikeudet").await.rows("#puuttuvat").is_empty());
    // An organiser's table is the organiser's.
    assert_eq!(liisa.get("/oikeudet/vaadittavat").await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn fr_23_a_correction_is_asked_of_the_organiser_and_becomes_its_work() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Tytär Paula kävi.").await;
    world.send_all().await;
    let door = format!("/asiakirjat/{oid}/korjauspyynto");
    assert_eq!(liisa.post_to(&door, "#korjauspyynto", &[("teksti", "")]).await.status, 422);
    let text = "Tyttären nimi on Pirkko.";
    let sent = liisa.post_to(&door, "#korjauspyynto", &[("teksti", text)]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let mut marja = world.by_password("marja").await;
    let work = marja.get("/tanaan").await.rows("#tyot");
    let id = work.iter().find(|(_, kind)| kind == "correction_request").expect("a work item").0.clone();
    let page = marja.get(&format!("/viestit/{id}")).await;
    assert!(page.text().contains(text) && page.text().contains(&oid));
    // The answer goes back along the case.
    let answered = marja.fill(&page, "#vastaa", &[("teksti", "Korjattu.")]).await;
    assert_eq!(answered.status, 303);
    assert_eq!(liisa.get("/oikeudet").await.rows("#viestit").len(), 2);
    // An organiser has no such door, and a unit without a relation opens none.
    assert_eq!(marja.get(&door).await.status, 403);
    let mut henna = world.by_password("henna").await;
    assert_eq!(henna.get(&door).await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn no_message_stands_in_clear_and_a_word_about_a_case_is_seen_by_both() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let choice = format!("1.2.246.10.99990015.95.2026.2.1001 {COUNTY}");
    let foreign = [("asia", "1.2.246.10.99990023.95.2026.2.1 1.2.246.10.99990023.10.0"), ("teksti", "Hei")];
    let door = format!("{path}/viesti");
    assert_eq!(liisa.post_to(&door, "#viesti", &foreign).await.status, 422);
    let sent = liisa
        .post_to(&door, "#viesti", &[("asia", &choice), ("teksti", "Viesti-merkkijono: tulehdus hoidettu.")])
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let mut marja = world.by_password("marja").await;
    assert_eq!(marja.get("/oikeudet").await.rows("#viestit").len(), 1);
    db.db.checkpoint_wal().await.unwrap();
    let file = db.url.trim_start_matches("sqlite:").split('?').next().unwrap().to_owned();
    for part in [file.clone(), format!("{file}-wal")] {
        let Ok(bytes) = std::fs::read(&part) else { continue };
        assert!(!bytes.windows(17).any(|window| window == b"Viesti-merkkijono"), "a message stands in clear");
    }
    drop(world);
    db.drop().await;
}
