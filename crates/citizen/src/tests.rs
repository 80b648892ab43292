//! Rules of the citizen view, through its pages.

use crate::testing::{AINO, EETU, ELSA_NAME, LEENA, NOORA, PIRKKO, Town};
use jiff::SignedDuration;
use records::Lang;
use serde_json::json;

/// Lets a person act for another in the fake archive, as its own look into the registers would.
fn allow(town: &Town, person: &str, subject: &str) {
    town.held().rights.insert((person.to_owned(), subject.to_owned()));
}

#[tokio::test]
async fn fr_69_an_archived_document_is_shown_at_once_and_opens() {
    let town = Town::new().await;
    let aino = town.logged_in(AINO).await;
    assert_eq!(aino.open("/").await.count("#paatokset a"), 0);
    let decision = town.held().document(AINO, "11", "Päätös palvelusta", "Myönnetään asuminen.");
    let overview = aino.open("/").await;
    assert_eq!(overview.attribute("#paatokset a[data-key]", "data-key"), decision);
    assert!(overview.text_of("#paatokset").contains("Järvi-Hämeen hyvinvointialue · Iäkkäiden palvelut"));
    let page = aino.open(&format!("/asiakirjat/{decision}")).await;
    assert_eq!(page.status, 200);
    assert!(page.text_of("article#asiakirja").contains("Myönnetään asuminen."));
    let text = page.text();
    for words in ["Mikä tämä on?", "Antti Hirvonen, 21.9.2026 klo 11.00", "Ikääntyneiden asiakasohjaus"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    assert_eq!(page.count("section.notice p"), 2, "two lines say what the document is");
}

#[tokio::test]
async fn fr_69_anothers_document_is_the_same_page_as_an_unknown_one() {
    let town = Town::new().await;
    let (decision, hidden) = {
        let mut held = town.held();
        let decision = held.document(AINO, "11", "Päätös palvelusta", "Myönnetään asuminen.");
        let hidden = held.document(LEENA, "11", "Päätös", "Piilossa.");
        held.hide(&hidden);
        (decision, hidden)
    };
    let leena = town.logged_in(LEENA).await;
    let mut pages = Vec::new();
    for oid in [decision.as_str(), hidden.as_str(), "1.2.246.10.99990015.95.2026.1.77", "not-an-oid"] {
        let page = leena.open(&format!("/asiakirjat/{oid}")).await;
        assert_eq!(page.status, 404, "{oid}");
        pages.push(page.html.replace(oid, ""));
        let file = leena.open(&format!("/asiakirjat/{oid}/tiedosto")).await;
        assert_eq!(file.status, 404, "{oid}");
    }
    assert!(pages.windows(2).all(|two| two[0] == two[1]), "the pages tell the cases apart");
    assert!(!leena.open("/").await.html.contains("asiakirjat/"));
    let aino = town.logged_in(AINO).await;
    assert_eq!(aino.open(&format!("/asiakirjat/{decision}")).await.status, 200);
}

#[tokio::test]
async fn fr_36_an_invalidated_document_disappears_without_a_trace() {
    let town = Town::new().await;
    let (kept, wrong) = {
        let mut held = town.held();
        (held.document(AINO, "19", "Merkintä", "Lauloi mukana."), held.document(AINO, "19", "Merkintä", "Väärä."))
    };
    let aino = town.logged_in(AINO).await;
    assert_eq!(aino.open("/").await.count("#merkinnat a[data-key]"), 2);
    town.held().hide(&wrong);
    let overview = aino.open("/").await;
    assert_eq!(overview.count("#merkinnat a[data-key]"), 1);
    assert!(!overview.html.contains(&wrong) && overview.html.contains(&kept));
    assert_eq!(aino.open(&format!("/asiakirjat/{wrong}")).await.status, 404);
}

#[tokio::test]
async fn fr_12_the_start_of_the_relationship_and_the_own_worker_are_seen() {
    let town = Town::new().await;
    town.held().relationship(AINO, "Marja Salo", "019 000 0000");
    let text = town.logged_in(AINO).await.open("/").await.text_of("#asiakkuudet");
    for words in ["Järvi-Hämeen hyvinvointialue", "7.9.2026", "Omatyöntekijä", "Marja Salo, 019 000 0000"] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let other = town.logged_in(LEENA).await.open("/").await;
    assert!(!other.html.contains("Marja Salo"));
    assert_eq!(other.text_of("#asiakkuudet"), "Tietoja ei ole");
}

#[tokio::test]
async fn fr_76_one_look_at_the_overview_asks_the_archive_once() {
    let town = Town::new().await;
    town.held().document(AINO, "11", "Päätös palvelusta", "Myönnetään asuminen.");
    town.held().relationship(AINO, "Marja Salo", "019 000 0000");
    let aino = town.logged_in(AINO).await;
    let before = town.held().asked.len();
    let page = aino.open("/").await;
    assert_eq!(page.count("#paatokset a[data-key]"), 1);
    assert!(page.text_of("#asiakkuudet").contains("Marja Salo"));
    assert_eq!(town.held().asked.len(), before + 1, "each question is a row in somebody's log");
}

#[tokio::test]
async fn fr_72_an_empty_section_says_that_there_are_no_data() {
    let town = Town::new().await;
    town.held().document(AINO, "15", "Asiakassuunnitelma", "Turvalliset yöt.");
    let page = town.logged_in(AINO).await.open("/").await;
    for id in ["asiakkuudet", "paatokset", "arviot", "merkinnat"] {
        assert_eq!(page.text_of(&format!("#{id}")), "Tietoja ei ole", "{id}");
    }
    assert!(!page.text_of("#suunnitelmat").contains("Tietoja ei ole"));
    assert_eq!(page.count("#muut"), 0);
}

#[tokio::test]
async fn fr_74_a_guardian_sees_the_minors_data_and_nothing_sets_a_denial() {
    let town = Town::new().await;
    allow(&town, NOORA, EETU);
    let plan = town.held().document(EETU, "15", "Asiakassuunnitelma", "Koulu alkaa kymmeneltä.");
    let noora = town.logged_in(NOORA).await;
    let page = noora.act_for("Eetu Lahtinen").await;
    assert_eq!(page.text_of("#asioit-puolesta strong"), "Asioit puolesta: Eetu Lahtinen");
    assert!(noora.open(&format!("/asiakirjat/{plan}")).await.text().contains("Koulu alkaa"));
    for path in ["/", "/luvat", "/kaytto", "/puolesta"] {
        assert!(!noora.open(path).await.text().to_lowercase().contains("aseta kielto"));
    }
    assert_eq!(noora.open("/luvat").await.count("a[href^='/luvat/kielto']"), 0);
    // The twin: Aino has no custody of Eetu, so he is not in her list and cannot be chosen.
    let aino = town.logged_in(AINO).await;
    let list = aino.open("/puolesta").await;
    assert!(list.radio("Eetu").is_none());
    let csrf = list.attribute("#puolesta [name=csrf]", "value");
    assert_eq!(aino.send("/puolesta", &[("csrf", &csrf), ("kohde", EETU)]).await.status, 404);
    assert_eq!(aino.open("/").await.count("#asioit-puolesta"), 0);
}

#[tokio::test]
async fn fr_73_the_person_sees_what_stands_of_informing_permission_and_denials() {
    let town = Town::new().await;
    allow(&town, PIRKKO, AINO);
    let told = |in_force| json!({ "in_force": in_force, "day": "2026-10-05", "document": "1.2", "version": 1 });
    let stands = json!({ "informing": told(true), "permission": told(true), "denials": [
        { "level": "controller", "target": "1.2.246.10.99990015.10.0", "day": "2026-10-06" },
        { "level": "document", "target": "1.2.246.10.99990015.95.2026.1.7", "day": "2026-10-07" },
    ] });
    town.held().wills.push((AINO.to_owned(), stands));
    let pirkko = town.logged_in(PIRKKO).await;
    // Her own page first: nothing of Aino's is on it.
    let own = pirkko.open("/luvat").await;
    assert_eq!(own.text_of("#luovutuslupa"), "Lupaa ei ole voimassa.");
    assert_eq!(own.text_of("#kiellot"), "Kieltoja ei ole.");
    pirkko.act_for("Aino").await;
    let page = pirkko.open("/luvat").await;
    assert_eq!(page.text_of("#luovutuslupa"), "Lupa on voimassa. Se on annettu 5.10.2026.");
    assert!(page.text_of("#informointi").contains("5.10.2026"));
    let denials = page.text_of("#kiellot");
    assert!(denials.contains("Järvi-Hämeen hyvinvointialue"), "{denials}");
    assert!(denials.contains("Kaikki tämän rekisterinpitäjän tiedot. Kielletty 6.10.2026"), "{denials}");
    // A document that is not shown to him has no name here, only its identifier in small print.
    assert!(denials.contains("Asiakirja, jota ei näytetä"), "{denials}");
    assert!(page.text_of("#kiellot .small").contains("1.2.246.10.99990015.95.2026.1.7"), "{denials}");
    // The twin: withdrawn is as little in force as never given.
    town.held().wills.push((AINO.to_owned(), json!({ "permission": told(false), "denials": [] })));
    let page = pirkko.open("/luvat").await;
    assert_eq!(page.text_of("#luovutuslupa"), "Lupaa ei ole voimassa.");
    assert_eq!(page.text_of("#kiellot"), "Kieltoja ei ole.");
}

#[tokio::test]
async fn fr_74_custody_ends_on_the_eighteenth_birthday() {
    let town = Town::new().await;
    let noora = town.logged_in(NOORA).await;
    assert!(noora.open("/puolesta").await.radio("Eetu").is_some());
    // 23.9.2029, Finnish time.
    town.clock.forward("2029-09-22T21:00:00Z".parse::<jiff::Timestamp>().unwrap().duration_since(town.clock_now()));
    assert!(noora.open("/puolesta").await.radio("Eetu").is_none());
}

#[tokio::test]
async fn fr_75_an_ended_mandate_removes_the_person_from_the_list() {
    let town = Town::new().await;
    let pirkko = town.logged_in(PIRKKO).await;
    let list = pirkko.open("/puolesta").await;
    assert!(list.radio("Aino Korpela").is_some());
    assert!(list.radio(ELSA_NAME).is_none(), "her mandate ended in 2025");
}

#[tokio::test]
async fn fr_75_a_mandate_that_ends_meanwhile_ends_the_acting_at_the_next_request() {
    let town = Town::new().await;
    allow(&town, PIRKKO, AINO);
    let decision = town.held().document(AINO, "11", "Päätös palvelusta", "Myönnetään asuminen.");
    let pirkko = town.logged_in(PIRKKO).await;
    assert_eq!(pirkko.act_for("Aino Korpela").await.count("#paatokset a"), 1);
    town.held().rights.clear();
    assert_eq!(pirkko.open(&format!("/asiakirjat/{decision}")).await.status, 404);
    let page = pirkko.open("/").await;
    assert_eq!(page.path, "/puolesta");
    assert!(page.text().contains("Et voi enää asioida tämän henkilön puolesta"));
    assert_eq!(page.count("#asioit-puolesta"), 0);
    assert_eq!(pirkko.open("/").await.count("#paatokset a"), 0, "her own matters, which are none");
    // Every question named both people, so that the archive could prove the right.
    assert!(town.held().asked.iter().any(|asked| asked["person"] == PIRKKO && asked["subject"] == AINO));
}

#[tokio::test]
async fn fr_76_the_log_tells_organisation_time_purpose_and_ground_and_no_workers_name() {
    let town = Town::new().await;
    let kielo = "1.2.246.10.99990031.10.0";
    let read = json!({
        "at": "2026-09-30T11:20:00Z", "register": "Järvi-Hämeen hyvinvointialue", "organisation": "Hoivakoti Kielo Oy",
        "organisation_oid": kielo, "action": "read", "basis": "grant", "purpose": "asiakkuuden hoito", "documents": 2,
        "on_behalf": null, "actor": "Liisa Kettunen",
    });
    let visit = json!({
        "at": "2026-10-12T09:00:00Z", "register": "Järvi-Hämeen hyvinvointialue", "organisation": "OmaKanta",
        "organisation_oid": "OmaKanta", "action": "read", "basis": "mandate", "purpose": null, "documents": 1,
        "on_behalf": "Pirkko Korpela",
    });
    // Of two registers in turns, as one page may ask of both.
    let wills = json!({
        "at": "2026-10-12T09:00:00Z", "wills": true, "organisation": "OmaKanta", "organisation_oid": "OmaKanta",
        "action": "read", "basis": "mandate", "documents": 1, "on_behalf": "Pirkko Korpela",
    });
    let log = [visit.clone(), wills.clone(), visit, wills, read.clone(), read];
    town.held().log.extend(log.map(|row| (AINO.to_owned(), row)));
    let page = town.logged_in(AINO).await.open("/kaytto").await;
    let row = page.text_of(&format!("#kaytto tr[data-organisation='{kielo}']"));
    for words in
        ["Hoivakoti Kielo Oy", "30.9.2026 klo 14.20", "2 asiakirjaa", "Asiakkuuden hoito", "Järjestäjän antama"]
    {
        assert!(row.contains(words), "{words}: {row}");
    }
    assert!(!page.html.contains("Liisa Kettunen"));
    assert!(page.text().contains("Pirkko Korpela puolesta"));
    // One visit of the citizen is one row in each register, however often the page asked; every use by others stands.
    assert_eq!(page.count("#kaytto tr[data-basis=mandate]"), 2, "one of each register");
    assert!(page.text_of("#kaytto tr[data-basis=mandate]").contains("Luvat ja kiellot"));
    assert_eq!(page.count("#kaytto tr[data-basis=grant]"), 2);
    let other = town.logged_in(LEENA).await.open("/kaytto").await;
    assert_eq!(other.count("#kaytto tr"), 0);
    assert!(other.text_of("#kaytto").contains("Tietoja ei ole"));
}

#[tokio::test]
async fn long_logs_are_shown_in_parts() {
    let town = Town::new().await;
    let row =
        json!({ "at": "2026-09-30T11:20:00Z", "organisation_oid": "1.2", "action": "read", "basis": "own_register" });
    town.held().log.extend((0..150).map(|_| (AINO.to_owned(), row.clone())));
    let aino = town.logged_in(AINO).await;
    let first = aino.open("/kaytto").await;
    assert_eq!(first.count("#kaytto tbody tr"), 100);
    let rest = aino.open(&first.attribute("nav.pager a[rel=next]", "href")).await;
    assert_eq!((rest.count("#kaytto tbody tr"), rest.count("nav.pager a[rel=next]")), (50, 0));
}

#[tokio::test]
async fn a_display_form_that_could_do_harm_is_not_shown() {
    let town = Town::new().await;
    let bad = town.held().document(AINO, "11", "Päätös", "<script>alert(1)</script>");
    let hurt = town.held().document(AINO, "11", "Päätös", "<b onclick='x'>teksti</b>");
    let aino = town.logged_in(AINO).await;
    for oid in [bad, hurt] {
        let page = aino.open(&format!("/asiakirjat/{oid}")).await;
        assert_eq!((page.status, page.count("#asiakirja")), (200, 0));
        assert!(!page.html.contains("alert(1)") && !page.html.contains("onclick"));
        assert!(page.text().contains("Asiakirjaa ei voi näyttää tässä"));
    }
}

#[tokio::test]
async fn a_pdf_is_a_file_and_a_structured_document_is_none() {
    let town = Town::new().await;
    let pdf = town.held().pdf(AINO);
    let plain = town.held().document(AINO, "11", "Päätös", "Teksti.");
    let aino = town.logged_in(AINO).await;
    let page = aino.open(&format!("/asiakirjat/{pdf}")).await;
    let file = aino.open(&page.attribute("main a[download]", "href")).await;
    assert!(file.status == 200 && file.html.starts_with("%PDF"));
    assert_eq!(aino.open(&format!("/asiakirjat/{plain}/tiedosto")).await.status, 404);
}

#[tokio::test]
async fn when_the_archive_is_down_a_page_says_so() {
    let town = Town::new().await;
    let aino = town.logged_in(AINO).await;
    town.held().down = true;
    for path in ["/", "/luvat", "/kaytto", "/asiakirjat/1.2.246.10.99990015.95.2026.1.1"] {
        let page = aino.open(path).await;
        assert_eq!(page.status, 503, "{path}");
        assert!(page.text().contains("Arkisto ei vastaa juuri nyt"), "{path}: {}", page.text());
    }
    town.held().down = false;
    assert_eq!(aino.open("/").await.status, 200);
}

#[tokio::test]
async fn only_people_of_the_exercise_log_in_and_without_login_nothing_is_shown() {
    let town = Town::new().await;
    let window = town.window();
    for path in ["/", "/luvat", "/kaytto", "/puolesta", "/asiakirjat/1.2.246.10.99990015.95.2026.1.1"] {
        let page = window.open(path).await;
        assert_eq!((page.status, page.path.as_str(), page.count("#kirjaudu")), (200, "/kirjaudu", 1), "{path}");
    }
    // Valid codes that the configuration does not name, and texts that are no codes.
    for code in ["280744-916L", "150135-9239", "120243-9349", "", "x"] {
        let page = window.send("/kirjaudu", &[("hetu", code)]).await;
        assert_eq!(page.path, "/kirjaudu");
        assert!(page.text().contains("Tällä tunnuksella ei voi kirjautua"), "{code}");
        assert!(code.len() < 5 || !page.html.contains(code), "the code stands in the page");
    }
    assert_eq!(window.open("/").await.path, "/kirjaudu");
    assert!(town.held().asked.is_empty());
}

#[tokio::test]
async fn a_session_ends_by_itself_and_by_log_out() {
    let town = Town::new().await;
    let aino = town.logged_in(AINO).await;
    town.system_clock.forward(SignedDuration::from_mins(14));
    assert_eq!(aino.open("/").await.path, "/");
    town.system_clock.forward(SignedDuration::from_mins(15));
    assert_eq!(aino.open("/").await.path, "/kirjaudu");

    let aino = town.logged_in(AINO).await;
    assert_eq!(aino.send("/ulos", &[("csrf", "another")]).await.status, 403);
    let csrf = aino.open("/").await.attribute("form[action='/ulos'] [name=csrf]", "value");
    assert!(aino.send("/ulos", &[("csrf", &csrf)]).await.text().contains("Olet kirjautunut ulos"));
    assert_eq!(aino.open("/").await.path, "/kirjaudu");
}

#[tokio::test]
async fn a_choice_without_the_sessions_token_is_refused() {
    let town = Town::new().await;
    allow(&town, PIRKKO, AINO);
    let pirkko = town.logged_in(PIRKKO).await;
    let value = pirkko.open("/puolesta").await.radio("Aino").unwrap();
    assert_eq!(pirkko.send("/puolesta", &[("csrf", "x"), ("kohde", &value)]).await.status, 403);
    assert_eq!(pirkko.open("/").await.count("#asioit-puolesta"), 0);
    // A key out of another session means nothing here.
    let other = town.logged_in(PIRKKO).await;
    let csrf = other.open("/puolesta").await.attribute("#puolesta [name=csrf]", "value");
    assert_eq!(other.send("/puolesta", &[("csrf", &csrf), ("kohde", &value)]).await.status, 404);
}

#[tokio::test]
async fn every_page_is_whole_in_every_language_and_holds_no_identity_code() {
    let town = Town::new().await;
    allow(&town, PIRKKO, AINO);
    let decision = {
        let mut held = town.held();
        held.relationship(AINO, "Marja Salo", "019 000 0000");
        for general in ["1", "15", "19", "7"] {
            held.document(AINO, general, "Nimi", "Teksti.");
        }
        let visit = json!({ "at": "2026-10-12T09:00:00Z", "organisation_oid": "OmaKanta", "action": "read",
            "basis": "guardian", "documents": 1 });
        held.log.push((AINO.to_owned(), visit));
        let may = json!({ "informing": true, "permission": true, "denial": true });
        let informed = json!({ "in_force": true, "day": "2026-10-05", "document": "1.2" });
        held.wills.push((AINO.to_owned(), json!({ "informing": informed, "offered": true, "may": may })));
        held.document(AINO, "11", "Päätös", "Teksti.")
    };
    let pirkko = town.logged_in(PIRKKO).await;
    pirkko.act_for("Aino").await;
    let document = format!("/asiakirjat/{decision}");
    let check = format!("/luvat/kielto/tarkista?teko=aseta&taso=asiakirja&kohde={decision}");
    let paths = [
        "/",
        document.as_str(),
        "/luvat",
        "/luvat/tieto",
        "/luvat/lupa",
        "/luvat/kielto",
        "/luvat/kielto/asiakirja?puuttuu=1",
        "/luvat/kielto/tehtava",
        "/luvat/kielto/rekisteri",
        check.as_str(),
        "/kaytto",
        "/puolesta?paattynyt=1",
        "/kirjaudu",
        "/ulos",
        "/none",
    ];
    for (lang, certified) in [("fi", "Ei sertifioitu"), ("sv", "Inte certifierad"), ("en", "Not certified")] {
        pirkko.open(&format!("/?kieli={lang}")).await;
        for path in paths {
            let page = pirkko.open(path).await;
            assert!(!page.html.contains('⟦'), "{lang} {path} lacks a text");
            assert!(page.text_of("footer").contains(certified), "{lang} {path}");
            assert_eq!((page.count("main > h1"), page.count(&format!("html[lang={lang}]"))), (1, 1), "{lang} {path}");
            assert!(!page.html.contains("style="), "{lang} {path}");
            // The login form alone has to send whole codes; nothing shows them.
            let whole = [AINO, PIRKKO, NOORA, EETU, LEENA].iter().any(|code| page.html.contains(code));
            assert!(path == "/kirjaudu" || !whole, "{lang} {path} holds an identity code");
            assert!(!page.text().contains(AINO), "{lang} {path} shows an identity code");
        }
    }
}

#[test]
fn texts_are_complete_in_three_languages_and_all_are_used() {
    let sources = [
        include_str!("behalf.rs"),
        include_str!("display.rs"),
        include_str!("documents.rs"),
        include_str!("login.rs"),
        include_str!("op.rs"),
        include_str!("overview.rs"),
        include_str!("uses.rs"),
        include_str!("wills.rs"),
        include_str!("wills/check.rs"),
        include_str!("wills/choose.rs"),
        include_str!("wills/send.rs"),
        include_str!("../templates/behalf.html"),
        include_str!("../templates/deny.html"),
        include_str!("../templates/deny_what.html"),
        include_str!("../templates/document.html"),
        include_str!("../templates/ended.html"),
        include_str!("../templates/frame.html"),
        include_str!("../templates/login.html"),
        include_str!("../templates/overview.html"),
        include_str!("../templates/uses.html"),
        include_str!("../templates/will_check.html"),
        include_str!("../templates/will_done.html"),
        include_str!("../templates/wills.html"),
    ]
    .map(str::to_owned);
    let texts = web::Texts::with(&crate::TEXTS).unwrap();
    let faults = texts.missing_or_unused(crate::TEXTS[0].1, &sources, &[Lang::Fi, Lang::Sv, Lang::En]);
    assert!(faults.is_empty(), "{faults:#?}");
}
