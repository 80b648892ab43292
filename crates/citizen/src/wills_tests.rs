//! Rules of permissions and denials in the citizen view, through its pages (FR-73, FR-74, FR-75).

use crate::testing::{AINO, EETU, LEENA, NOORA, PENTTI, PIRKKO, Shown, Town, VAINO};
use serde_json::{Value, json};

/// What stands, as the archive would tell it to somebody who may do everything.
fn stands(informed: bool, permitted: bool, denials: &Value) -> Value {
    let told = |in_force, document: &str| json!({ "in_force": in_force, "day": "2026-10-05", "document": document, "version": 1 });
    json!({
        "informing": if informed { told(true, "1.2.3.1") } else { Value::Null },
        "permission": if permitted { told(true, "1.2.3.2") } else { Value::Null },
        "denials": denials,
        "denial_document": "1.2.3.3",
        "offered": true,
        "may": { "informing": true, "permission": true, "denial": true },
    })
}

/// A town in which something stands of Aino.
async fn town(stands: Value) -> Town {
    let town = Town::new().await;
    town.held().wills.push((AINO.to_owned(), stands));
    town
}

/// What was expressed last.
fn last(town: &Town) -> (String, String, Value) {
    town.held().expressed.last().cloned().expect("something was expressed")
}

#[tokio::test]
async fn fr_73_having_been_informed_is_acknowledged_and_a_receipt_says_what_happens_now() {
    let town = town(stands(false, false, &json!([]))).await;
    let aino = town.logged_in(AINO).await;
    let wills = aino.open("/luvat").await;
    let page = aino.open(&wills.attribute("a.primary", "href")).await;
    assert_eq!(page.path, "/luvat/tieto");
    for words in ["valtakunnalliseen arkistoon", "Lupa on vapaaehtoinen", "Palvelua saa, vaikka lupaa ei anna"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let done = aino.submit(&page, "#tieto", &[]).await;
    assert_eq!((done.status, done.path.as_str()), (200, "/luvat/tehty"));
    for words in ["Tieto on kuitattu", "Nyt voi antaa luvan", "0123456789abcdef", "12.10.2026 klo 12.00"] {
        assert!(done.text().contains(words), "{words}: {}", done.text());
    }
    assert_eq!(last(&town), (AINO.to_owned(), String::new(), json!({ "what": "acknowledge" })));
    // To look at the receipt again stores nothing again.
    assert_eq!(aino.open("/luvat/tehty").await.status, 200);
    assert_eq!(town.held().expressed.len(), 1);
}

#[tokio::test]
async fn fr_73_the_permission_is_given_after_the_informing_and_withdrawn() {
    let town = town(stands(false, false, &json!([]))).await;
    let aino = town.logged_in(AINO).await;
    let first = aino.open("/luvat/lupa").await;
    assert_eq!((first.status, first.count("#lupa")), (409, 0));
    assert!(first.text().contains("Lue ensin tieto"), "{}", first.text());
    town.held().wills.push((AINO.to_owned(), stands(true, false, &json!([]))));
    let page = aino.open("/luvat/lupa").await;
    for words in ["Lupa alkaa heti", "jotka tallennetaan myöhemmin", "kunnes se perutaan"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let done = aino.submit(&page, "#lupa", &[]).await;
    assert!(done.text().contains("Lupa on voimassa nyt"), "{}", done.text());
    assert_eq!(last(&town), (AINO.to_owned(), String::new(), json!({ "what": "permit" })));
    town.held().wills.push((AINO.to_owned(), stands(true, true, &json!([]))));
    let page = aino.open("/luvat/lupa").await;
    assert!(page.text().contains("Lupa päättyy heti"), "{}", page.text());
    assert!(aino.submit(&page, "#lupa", &[]).await.text().contains("Lupa on peruttu"));
    assert_eq!(last(&town), (AINO.to_owned(), "1.2.3.2".to_owned(), json!({ "what": "withdraw" })));
}

#[tokio::test]
async fn fr_54_a_denial_is_chosen_checked_and_made_on_each_level() {
    let town = town(stands(true, true, &json!([]))).await;
    let text = {
        let mut held = town.held();
        held.relationship(AINO, "Marja Salo", "");
        held.document(AINO, "15", "Asiakassuunnitelma", "Yöt.");
        held.document(AINO, "1", "Arvio", "Vanha.")
    };
    let aino = town.logged_in(AINO).await;
    let levels = aino.open("/luvat/kielto").await;
    let county = "1.2.246.10.99990015.10.0";
    let cases = [
        ("asiakirja", "document", "Asiakassuunnitelma"),
        ("tehtava", "task", "Päihde"),
        ("rekisteri", "controller", "Järvi-Häm"),
    ];
    for (word, level, label) in cases {
        assert_eq!(levels.count(&format!("a[href='/luvat/kielto/{word}']")), 1);
        let page = aino.open(&format!("/luvat/kielto/{word}")).await;
        assert!(!page.html.contains(&text), "a text alone cannot be denied by itself");
        let value = page.radio(label).unwrap_or_else(|| panic!("no {label}: {}", page.text()));
        // Nothing chosen: the same page says what to do.
        let again = aino.open(&format!("/luvat/kielto/tarkista?teko=aseta&taso={word}&kohde=")).await;
        assert_eq!(again.path, format!("/luvat/kielto/{word}"));
        assert!(again.text().contains("Valitse yksi vaihtoehto"));
        let check = aino.open(&format!("/luvat/kielto/tarkista?teko=aseta&taso={word}&kohde={value}")).await;
        for words in [label, "Kielto alkaa heti", "Toinen ei näe, että jotain on kielletty", "Laki voi joskus"] {
            assert!(check.text().contains(words), "{words}: {}", check.text());
        }
        let done = aino.submit(&check, "#kielto", &[]).await;
        assert!(done.text().contains("Kielto on voimassa nyt") && done.text().contains(label), "{}", done.text());
        let wish = json!({ "what": "deny", "level": level, "target": value });
        assert_eq!(last(&town), (AINO.to_owned(), "1.2.3.3".to_owned(), wish));
    }
    // The twin: what is not in the list cannot be denied by writing its address.
    for (word, value) in [("asiakirja", text.as_str()), ("asiakirja", "1.2.3"), ("kaikki", county)] {
        let page = aino.open(&format!("/luvat/kielto/tarkista?teko=aseta&taso={word}&kohde={value}")).await;
        assert!([404, 422].contains(&page.status) && page.count("#kielto") == 0, "{word} {value}: {}", page.status);
    }
}

#[tokio::test]
async fn fr_73_a_denied_document_is_told_by_its_name_and_taken_back() {
    let town = Town::new().await;
    let line = {
        let mut held = town.held();
        let oid = held.document(AINO, "15", "Asiakassuunnitelma", "Yöt.");
        json!({ "document": oid, "set": oid, "general_type": "15", "name_fi": "Asiakassuunnitelma",
            "unit_name": "Ikääntyneiden asiakasohjaus", "event": "2026-09-21T08:00:00Z" })
    };
    let oid = line["set"].as_str().unwrap().to_owned();
    let denials = json!([{ "level": "document", "target": oid, "day": "2026-10-07", "document": line }]);
    town.held().wills.push((AINO.to_owned(), stands(true, true, &denials)));
    let aino = town.logged_in(AINO).await;
    let page = aino.open("/luvat").await;
    assert_eq!(page.text_of("#kiellot strong"), "Asiakassuunnitelma");
    assert!(page.text_of("#kiellot").contains("21.9.2026, Ikääntyneiden asiakasohjaus. Kielletty 7.10.2026."));
    assert_eq!(page.text_of("#kiellot .oid"), oid, "the identifier is small print");
    // It is not offered a second time.
    assert!(!aino.open("/luvat/kielto/asiakirja").await.html.contains(&oid));
    let check = aino.open(&page.attribute("#kiellot a", "href")).await;
    assert!(check.text().contains("Kielto päättyy heti"), "{}", check.text());
    assert!(aino.submit(&check, "#kielto", &[]).await.text().contains("Kielto on peruttu"));
    assert_eq!(last(&town).2, json!({ "what": "take_back", "level": "document", "target": oid }));
}

#[tokio::test]
async fn fr_73_what_the_archive_refuses_is_told_and_stores_nothing() {
    let town = town(stands(true, false, &json!([]))).await;
    let aino = town.logged_in(AINO).await;
    for (status, code, words) in [
        (409, "VERSION_CONFLICT", "Tiedot ehtivät muuttua"),
        (409, "UNCHANGED", "Tämä on jo voimassa"),
        (409, "NOT_INFORMED", "Lue ensin tieto"),
        (403, "ROLE_FORBIDDEN", "Tätä ei voi tehdä toisen puolesta"),
        (409, "NOT_OFFERED", "ei voi nyt muuttaa"),
        (503, "SERVICE_UNAVAILABLE", "Arkisto ei vastaa juuri nyt"),
    ] {
        town.held().refuses = None;
        let page = aino.open("/luvat/lupa").await;
        town.held().refuses = Some((status, code));
        let told = aino.submit(&page, "#lupa", &[]).await;
        assert_eq!(told.status, status, "{code}");
        assert!(told.text().contains(words), "{code}: {}", told.text());
        assert!(!told.html.contains('⟦'), "{code} lacks a text");
    }
    assert!(town.held().expressed.is_empty());
    assert_eq!(aino.open("/luvat/tehty").await.path, "/luvat", "there is nothing to tell");
}

#[tokio::test]
async fn fr_73_a_form_without_the_sessions_token_or_of_another_person_is_refused() {
    let town = town(stands(true, false, &json!([]))).await;
    town.held().rights.insert((PIRKKO.to_owned(), AINO.to_owned()));
    let pirkko = town.logged_in(PIRKKO).await;
    pirkko.act_for("Aino").await;
    let page = pirkko.open("/luvat/lupa").await;
    assert!(page.text().contains("Kenen puolesta Aino Korpela"), "{}", page.text());
    for form in [[("csrf", "x")], [("csrf", "")]] {
        assert_eq!(pirkko.submit(&page, "#lupa", &form).await.status, 403);
    }
    for path in ["/luvat/tieto", "/luvat/lupa", "/luvat/kielto"] {
        assert_eq!(pirkko.send(path, &[("teko", "anna")]).await.status, 403, "{path}");
    }
    // In another tab she goes back to her own matters; the page of Aino's is still open.
    let list = pirkko.open("/puolesta").await;
    let csrf = list.attribute("#puolesta [name=csrf]", "value");
    pirkko.send("/puolesta", &[("csrf", &csrf), ("kohde", "")]).await;
    let told = pirkko.submit(&page, "#lupa", &[]).await;
    assert_eq!(told.status, 409);
    assert!(told.text().contains("Vaihdoit henkilöä"), "{}", told.text());
    assert!(town.held().expressed.is_empty());
    // Nor does a window without login get anywhere.
    let nobody = town.window();
    let (action, _) = page.form("#lupa");
    assert_eq!(nobody.send(&action, &[("teko", "anna")]).await.path, "/kirjaudu");
    // And with everything right it is Aino's.
    pirkko.act_for("Aino").await;
    let page = pirkko.open("/luvat/lupa").await;
    assert_eq!(pirkko.submit(&page, "#lupa", &[]).await.path, "/luvat/tehty");
    assert_eq!(last(&town).0, AINO);
}

#[tokio::test]
async fn fr_74_a_guardian_is_offered_informing_and_permission_and_no_denial() {
    let town = Town::new().await;
    town.held().rights.insert((NOORA.to_owned(), EETU.to_owned()));
    let denials = json!([{ "level": "task", "target": "15", "day": "2026-10-07" }]);
    let mut held = stands(true, false, &denials);
    held["may"]["denial"] = false.into();
    town.held().wills.push((EETU.to_owned(), held));
    let noora = town.logged_in(NOORA).await;
    noora.act_for("Eetu").await;
    let page = noora.open("/luvat").await;
    assert!(page.text().contains("Kieltoja huoltaja ei voi tässä palvelussa asettaa eikä perua"), "{}", page.text());
    assert_eq!((page.count("a[href='/luvat/lupa']"), page.count("a[href^='/luvat/kielto']")), (1, 0));
    let addresses =
        ["/luvat/kielto", "/luvat/kielto/tehtava", "/luvat/kielto/tarkista?teko=peru&taso=tehtava&kohde=15"];
    for path in addresses {
        assert_eq!(forbidden(&noora.open(path).await), (403, 0), "{path}");
    }
    let lupa = noora.open("/luvat/lupa").await;
    let (_, fields) = lupa.form("#lupa");
    let csrf = &fields.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fields = [("csrf", csrf.as_str()), ("teko", "aseta"), ("taso", "tehtava"), ("kohde", "15")];
    assert_eq!(noora.send("/luvat/kielto", &fields).await.status, 403);
    assert!(town.held().expressed.is_empty());
    assert_eq!(noora.submit(&lupa, "#lupa", &[]).await.path, "/luvat/tehty");
    assert_eq!(last(&town).0, EETU);
}

fn forbidden(page: &Shown) -> (u16, usize) {
    (page.status, page.count("main form"))
}

#[tokio::test]
async fn fr_75_a_mandate_to_view_shows_everything_and_offers_nothing() {
    let town = Town::new().await;
    town.held().rights.insert((PENTTI.to_owned(), VAINO.to_owned()));
    let mut held = stands(true, true, &json!([{ "level": "task", "target": "15", "day": "2026-10-07" }]));
    held["may"] = json!({ "informing": false, "permission": false, "denial": false });
    town.held().wills.push((VAINO.to_owned(), held));
    let pentti = town.logged_in(PENTTI).await;
    assert!(pentti.open("/puolesta").await.text().contains("valtuus vain katsoa"));
    pentti.act_for("Väinö").await;
    let page = pentti.open("/luvat").await;
    assert!(page.text().contains("Valtuutesi on vain katsomista varten"), "{}", page.text());
    assert_eq!(page.text_of("#luovutuslupa"), "Lupa on voimassa. Se on annettu 5.10.2026.");
    assert_eq!(page.count("a[href='/luvat/lupa'], a[href^='/luvat/kielto']"), 0);
    assert_eq!(forbidden(&pentti.open("/luvat/lupa").await), (403, 0));
    assert_eq!(forbidden(&pentti.open("/luvat/tieto").await), (200, 0), "the information may be read");
    // The twin: who has a mandate to act is offered all of it, and Leena none.
    assert!(town.logged_in(LEENA).await.open("/puolesta").await.radio("Väinö").is_none());
}

#[tokio::test]
async fn fr_73_without_a_key_at_the_archive_the_page_says_where_to_go() {
    let mut held = stands(true, true, &json!([{ "level": "task", "target": "15", "day": "2026-10-07" }]));
    held["offered"] = false.into();
    let town = town(held).await;
    let aino = town.logged_in(AINO).await;
    let page = aino.open("/luvat").await;
    let why = "Täällä lupaa ja kieltoja voi nyt vain katsoa, koska palvelu ei pysty allekirjoittamaan";
    assert!(page.text().contains(why) && page.text().contains("siinä sosiaalipalvelussa"), "{}", page.text());
    assert_eq!(page.count("main form, a[href='/luvat/lupa'], a[href^='/luvat/kielto']"), 0);
    for path in ["/luvat/lupa", "/luvat/kielto", "/luvat/kielto/tehtava"] {
        assert_eq!(forbidden(&aino.open(path).await), (409, 0), "{path}");
    }
}
