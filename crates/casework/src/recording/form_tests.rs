//! The form of a structured document: repeats and answers from before without script, the bar, and faults with places.

use store::testing::TestDb;

use super::tests::in_the_care_home;
use crate::testing::{Answer, Browser, World};

const PLAN: &str = "/asiakirja/15004";
const GOAL: &str = "suunnitelma.asetettavat_tavoitteet";

fn value(page: &Answer, name: &str) -> Option<String> {
    page.fields("#asiakirja").into_iter().find(|(had, _)| had == name).map(|(_, value)| value)
}

async fn press(browser: &mut Browser, page: &Answer, button: &str, more: &[(&str, &str)]) -> Answer {
    let mut fields = vec![("toiminto", button)];
    fields.extend(more);
    browser.fill(page, "#asiakirja", &fields).await
}

#[tokio::test]
async fn fr_33_a_goal_is_added_and_removed_without_script_and_nothing_typed_is_lost() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let page = liisa.get(&format!("{path}{PLAN}")).await;
    let (first, second, third) = (format!("{GOAL}[0].nimi"), format!("{GOAL}[1].nimi"), format!("{GOAL}[2].nimi"));
    let add = format!("lisaa:{GOAL}");
    let page = press(&mut liisa, &page, &add, &[(&first, "Yöt turvallisesti")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(value(&page, &first).as_deref(), Some("Yöt turvallisesti"));
    let page = press(&mut liisa, &page, &add, &[(&second, "Ulkoilu")]).await;
    let page = press(&mut liisa, &page, &format!("poista:{GOAL}[1]"), &[(&third, "Ruoka")]).await;
    assert_eq!(value(&page, &second).as_deref(), Some("Ruoka"), "the third moved up");
    assert!(value(&page, &third).is_none());
    // What was typed before the press is a draft, and the twin: an unknown button changes nothing.
    assert_eq!(liisa.get("/tanaan").await.work("draft").len(), 1);
    let same = press(&mut liisa, &page, "lisaa:ei_ole", &[]).await;
    assert_eq!(same.status, 200);
    assert_eq!(value(&same, &second).as_deref(), Some("Ruoka"));
    let done = liisa.fill(&page, "#asiakirja", &[(&format!("{GOAL}[0].kuvaus"), "Yökierrot")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept().pop().unwrap();
    let json = String::from_utf8(kept.document.body.json().unwrap().to_vec()).unwrap();
    assert!(json.contains("Yöt turvallisesti") && json.contains("Ruoka") && !json.contains("Ulkoilu"));
    db.drop().await;
}

#[tokio::test]
async fn fr_33_what_is_no_client_document_is_not_offered_as_one() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let offered = marja.get(&format!("{path}/asiakirja/valitse")).await;
    for kind in ["INFORMOINTI", "1505.1", "1505.2"] {
        let form = format!("/asiakirja/{kind}");
        assert!(!offered.body.contains(&form), "{kind} is offered");
        assert_eq!(marja.get(&format!("{path}{form}")).await.status, 403, "{kind} opens");
    }
    // The twin: a client document is offered and opens.
    assert!(offered.body.contains(PLAN));
    assert_eq!(marja.get(&format!("{path}{PLAN}")).await.status, 200);
    db.drop().await;
}

async fn from_before(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let name = format!("{GOAL}[0].nimi");
    let text = format!("{GOAL}[0].kuvaus");
    let first = liisa.get(&format!("{path}{PLAN}")).await;
    assert!(first.attribute("button[value='edellisesta:']", "name").is_none(), "nothing to take from");
    let fields = [(name.as_str(), "Yöt turvallisesti"), (text.as_str(), "Yökierrot klo 23, 2 ja 5")];
    assert_eq!(liisa.fill(&first, "#asiakirja", &fields).await.status, 303);
    world.send_all().await;
    world.clock.set("2026-10-15T08:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get(&format!("{path}{PLAN}")).await;
    let button = page.attribute("button[value='edellisesta:suunnitelma']", "value").expect("a section with a button");
    // What is typed is not written over; what is empty is filled and marked.
    let page = press(&mut liisa, &page, &button, &[(&name, "Ulkoilu päivittäin")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(value(&page, &name).as_deref(), Some("Ulkoilu päivittäin"));
    assert_eq!(value(&page, &text).as_deref(), Some("Yökierrot klo 23, 2 ja 5"));
    let mark = |page: &Answer, name: &str| {
        let id = name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_");
        page.text_of(&format!("[id='id_{id}-mark']"))
    };
    assert!(mark(&page, &text).expect("a mark").contains("30.9.2026"));
    assert!(mark(&page, &name).is_none(), "an own answer is not marked");
    let done = liisa.fill(&page, "#asiakirja", &[]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_33_answers_come_from_the_document_before_and_say_so_on_sqlite() {
    from_before(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_33_answers_come_from_the_document_before_and_say_so_on_postgres() {
    from_before(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_21_answers_are_not_taken_from_a_document_that_the_end_of_the_right_has_locked() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let (name, text) = (format!("{GOAL}[0].nimi"), format!("{GOAL}[0].kuvaus"));
    let fields = [(name.as_str(), "Yöt turvallisesti"), (text.as_str(), "Yökierrot")];
    assert_eq!(liisa.post_to(&format!("{path}{PLAN}"), "#asiakirja", &fields).await.status, 303);
    world.send_all().await;
    assert!(liisa.get(&format!("{path}{PLAN}")).await.attribute("button[value='edellisesta:']", "name").is_some());
    let rights = liisa.get("/oikeudet").await;
    let form = rights.all("form[data-action='paata-saatu'], form[id^='paata-saatu']", "action");
    let action = form.first().expect("a right to end").clone();
    assert_eq!(liisa.post(&action, &[("paattyy", "2026-09-30")]).await.status, 303);
    world.clock.set("2026-10-02T08:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get(&format!("{path}{PLAN}")).await;
    assert_eq!(page.status, 200, "recording goes on");
    assert!(page.attribute("button[value='edellisesta:']", "name").is_none());
    let page = press(&mut liisa, &page, "edellisesta:", &[]).await;
    assert!(!page.body.contains("Yökierrot"), "nor by a request made by hand");
    db.drop().await;
}

#[tokio::test]
async fn fr_33_the_bar_tells_what_is_missing_and_leads_there() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let page = marja.get(&format!("{path}/asiakirja/11000")).await;
    let said = page.text_of("#puuttuu .bar-text").expect("a bar");
    assert!(said.contains("pakollista kohtaa puuttuu"), "{said}");
    let links = page.all("#puuttuu a", "href");
    assert!(!links.is_empty());
    for link in &links {
        let id = link.trim_start_matches('#');
        assert!(page.attribute(&format!("[id='{id}']"), "id").is_some(), "{link} leads nowhere");
    }
    // Saved while typing, the script gets the bar alone; a filled field has left it.
    let save = page.attribute("#asiakirja", "data-autosave").unwrap();
    let mut fields = page.fields("#asiakirja");
    for (name, value) in &mut fields {
        if name == "paatos.ratkaisu_ja_perustelut" {
            *value = "Myönnetään.".into();
        }
    }
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = marja.post_accepting(&save, &pairs, "text/html").await;
    assert_eq!(saved.status, 200);
    let left = saved.all("#puuttuu a", "href");
    assert_eq!(left.len() + 1, links.len(), "{left:?}");
    // The twin: a script of an entry gets the time alone, as before.
    assert!(marja.post(&save, &pairs).await.body.len() < 6);
    db.drop().await;
}

#[tokio::test]
async fn fr_33_a_faulty_form_comes_back_with_links_to_its_faults_and_every_value() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let fields = [
        ("paatos.ratkaisu_ja_perustelut", "Myönnetään."),
        ("paatos.paatoksen_voimassaolo.alkamispaiva", "joskus keväällä"),
    ];
    let back = marja.post_to(&format!("{path}/asiakirja/11000"), "#asiakirja", &fields).await;
    assert_eq!(back.status, 422);
    for (name, typed) in fields {
        assert_eq!(value(&back, name).as_deref(), Some(typed), "{name} was lost");
    }
    let links = back.all(".notice.bad a", "href");
    assert!(links.len() > 2, "{links:?}");
    for link in &links {
        let id = link.trim_start_matches('#');
        assert!(back.attribute(&format!("[id='{id}']"), "id").is_some(), "{link} leads nowhere");
    }
    assert!(back.text().contains("Kirjoittamasi on tallessa"));
    assert!(back.attribute("[id='id_paatos_paatoksen_voimassaolo_alkamispaiva']", "aria-invalid").is_some());
    db.drop().await;
}

#[tokio::test]
async fn fr_33_a_long_list_is_searched_by_name_and_a_code_or_its_name_means_the_same() {
    let (world, db) = World::new().await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let page = marja.get(&format!("{path}/asiakirja/11000")).await;
    let name = "paatos.sosiaalipalvelu_jota_paatos_koskee.sosiaalipalvelu";
    let list = page.attribute(&format!("[name='{name}']"), "list").expect("a list to search in");
    let offered = page.all(&format!("#{list} option"), "value");
    assert!(offered.contains(&"Ympärivuorokautinen palveluasuminen (85)".to_owned()), "{offered:?}");
    let mut fields = crate::signing::tests::decision();
    fields.retain(|(had, _)| *had != name);
    fields.push((name, "Ympärivuorokautinen palveluasuminen (85)"));
    let done = marja.fill(&page, "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let waiting = marja.get(&done.location).await;
    assert!(waiting.text().contains("Ympärivuorokautinen palveluasuminen"), "{}", waiting.text());
    assert!(!waiting.text().contains("(85)"), "the name alone is the document's");
    // The twin: a text that means no code is refused by the field's name and stays as typed.
    fields.pop();
    fields.push((name, "Palveluasunto jossain"));
    let refused = marja.fill(&page, "#asiakirja", &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("ei ole luettelossa"), "{}", refused.text());
    assert_eq!(value(&refused, name).as_deref(), Some("Palveluasunto jossain"));
    db.drop().await;
}

#[tokio::test]
async fn fr_33_a_form_whose_names_exist_in_finnish_only_says_so_in_swedish() {
    let db = TestDb::sqlite().await;
    let world = match super::every_tests::published() {
        Some(catalogue) => World::with_catalogue(&db, std::sync::Arc::new(catalogue)).await,
        None => World::on(&db).await,
    };
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    // The background of a child who is to be adopted: THL gives its names in Finnish only.
    let (only, both) = (format!("{path}/asiakirja/16000"), format!("{path}/asiakirja/19005"));
    let said = |page: &Answer| page.text().contains("bara på finska");
    assert!(!said(&marja.get(&both).await));
    marja.language("sv");
    assert!(!said(&marja.get(&both).await), "what has both languages says nothing");
    if world.app.config.catalogue.newest("16000").is_some() {
        let page = marja.get(&only).await;
        assert_eq!(page.status, 200, "{}", page.text());
        assert!(said(&page), "{}", page.text());
        marja.language("fi");
        assert!(!marja.get(&only).await.text().contains("vain suomeksi"), "a Finnish reader is not told");
    } else {
        eprintln!("THL's structures are not at hand: the form in Finnish only was not looked at");
    }
    db.drop().await;
}
