//! The client's page: eight facts from the documents that exist, the timeline with its filters and pages, pins and marks;
//! each with the worker who must not see it.

use store::testing::TestDb;

use crate::{
    recording::tests::{entry, in_the_care_home},
    signing::tests::decision,
    testing::{Answer, Browser, World},
};

/// Text of a fact.
fn fact(page: &Answer, id: &str) -> String {
    let text = page.text_of(&format!("#{id}")).unwrap_or_else(|| panic!("no {id}: {}", page.text()));
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A signed decision in force until a day; Antti signs it.
pub async fn decided(world: &World, marja: &mut Browser, path: &str, until: &str) {
    let mut fields = decision();
    fields.push(("paatos.paatoksen_voimassaolo.paattymispaiva", until));
    let answer = marja.post_to(&format!("{path}/asiakirja/11000"), "#asiakirja", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = marja.get(&answer.location).await;
    let antti = page.fields("#siirra").iter().find(|(name, _)| name == "allekirjoittaja").unwrap().1.clone();
    marja.fill(&page, "#siirra", &[("allekirjoittaja", &antti)]).await;
    let mut antti = world.by_card("antti").await;
    let page = antti.get(&answer.location).await;
    let signature = world.card("antti", &page, "#allekirjoita", "222222");
    let done = antti.fill(&page, "#allekirjoita", &[("vastaus", &signature)]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
}

async fn facts(db: TestDb) {
    let world = World::on(&db).await;
    let mut marja = world.by_card("marja").await;
    let path = world.aino(&mut marja).await;
    let empty = marja.get(&path).await;
    for (id, part) in [
        ("fakta-tyontekija", "Marja Salo"),
        ("fakta-asiat", "Iäkkäiden palvelut 7.9.2026 alkaen"),
        ("fakta-palvelut", "Ei palveluja juuri nyt."),
        ("fakta-paatokset", "Ei voimassa olevia päätöksiä"),
        ("fakta-suunnitelma", "Ei suunnitelmaa"),
        ("fakta-nostot", "Ei nostoja."),
        ("fakta-viimeksi", "merkittävä"),
    ] {
        assert!(fact(&empty, id).contains(part), "{id}: {}", fact(&empty, id));
    }
    world.clock.set("2026-09-21T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    decided(&world, &mut marja, &path, "2026-12-31").await;
    crate::access_rights::tests::grant(&world, &mut marja, &path, "2026-09-28").await;
    let plan = [
        ("suunnitelma.asetettavat_tavoitteet[0].nimi", "Kotona turvallisesti"),
        ("suunnitelma.suunnitelman_tarkistaminen.ajankohta", "tammikuussa 2027"),
    ];
    let done = marja.post_to(&format!("{path}/asiakirja/15003"), "#asiakirja", &plan).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let page = marja.get(&path).await;
    let decisions = fact(&page, "fakta-paatokset");
    assert!(decisions.contains("Ympärivuorokautinen palveluasuminen") && decisions.contains("31.12.2026 asti"));
    assert!(decisions.contains("Antti Hirvonen"), "who decided: {decisions}");
    let services = fact(&page, "fakta-palvelut");
    assert!(services.contains("Kielo Ahola") && services.contains("alkaa 28.9.2026"), "{services}");
    assert!(fact(&page, "fakta-suunnitelma").contains("tammikuussa 2027"));
    assert!(fact(&page, "fakta-tyontekija").contains("019 000 0000"));
    assert!(page.text_of("#tavoitteet").unwrap().contains("Kotona turvallisesti"));
    assert!(page.text_of("#identity .why").unwrap().contains("Ikääntyneiden asiakasohjaus"));
    // A decision that has ended is a fact no more.
    world.clock.set("2027-01-01T07:00:00Z");
    let mut marja = world.by_card("marja").await;
    assert!(!fact(&marja.get(&path).await, "fakta-paatokset").contains("31.12.2026"));
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_12_the_page_shows_responsible_worker_services_and_the_decisions_end_on_sqlite() {
    facts(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_12_the_page_shows_responsible_worker_services_and_the_decisions_end_on_postgres() {
    facts(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_49_a_worker_of_another_task_sees_no_fact_of_this_one() {
    let (world, db) = World::new().await;
    let mut kaisa = world.by_card("kaisa").await;
    let path = world.aino(&mut kaisa).await;
    assert!(fact(&kaisa.get(&path).await, "fakta-tyontekija").contains("Kaisa"));
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_membership SET tasks = 'TYOIK' WHERE unit = '1.2.246.10.99990015.10.14'")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let page = kaisa.get(&path).await;
    for id in ["fakta-asiat", "fakta-paatokset", "fakta-palvelut", "fakta-viimeksi"] {
        assert!(!fact(&page, id).contains("2026"), "{id}: {}", fact(&page, id));
    }
    assert!(!page.text().contains("kaatunut"), "no text of another task");
    db.drop().await;
}

#[tokio::test]
async fn fr_29_the_timeline_filters_by_kind_author_and_significance_and_the_address_names_nobody() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let fall = entry(&mut liisa, &path, "Aino kaatui keittiössä.").await;
    let song = entry(&mut liisa, &path, "Aino lauloi kuorossa.").await;
    let mut ritva = world.by_card("ritva").await;
    let talk = entry(&mut ritva, &path, "Omainen soitti ja kysyi kuulumisia.").await;
    let keys = |page: &Answer| -> Vec<String> { page.rows("#asiakirjat").into_iter().map(|(key, _)| key).collect() };
    let page = liisa.get(&path).await;
    assert_eq!(keys(&page).len(), 3);
    assert!(page.row(&fall).contains("Aino kaatui keittiössä."), "the text stands in place");
    // By author: the choice is an id, never a name.
    let options = scraper::Html::parse_document(&page.body);
    let selector = scraper::Selector::parse("#suodata_id_laatija option, [name=laatija] option").unwrap();
    let of_ritva = options
        .select(&selector)
        .find(|option| option.text().any(|text| text.contains("Ritva")))
        .and_then(|option| option.value().attr("value"))
        .unwrap()
        .to_owned();
    assert!(!of_ritva.to_lowercase().contains("ritva"));
    assert_eq!(keys(&liisa.get(&format!("{path}?laatija={of_ritva}")).await), std::slice::from_ref(&talk));
    assert!(keys(&liisa.get(&format!("{path}?laji=paatos")).await).is_empty());
    assert_eq!(keys(&liisa.get(&format!("{path}?laji=merkinta")).await).len(), 3);
    // By significance, which a worker gives.
    assert!(keys(&liisa.get(&format!("{path}?merkittavat=on")).await).is_empty());
    let page = liisa.get(&path).await;
    assert_eq!(liisa.fill(&page, &format!("[id='merkittava-{fall}']"), &[]).await.status, 303);
    assert_eq!(keys(&liisa.get(&format!("{path}?merkittavat=on")).await), std::slice::from_ref(&fall));
    assert!(fact(&liisa.get(&path).await, "fakta-viimeksi").contains("merkittävä"));
    // By words: the form posts, so that nothing of a client stands in an address.
    let found = liisa.post_to(&path, "#etsi-teksti", &[("teksti", "kaatuminen")]).await;
    assert_eq!(keys(&found), [fall]);
    assert_eq!(found.attribute("#etsi-teksti", "method").as_deref(), Some("post"));
    let nothing = liisa.post_to(&path, "#etsi-teksti", &[("teksti", "tanssi")]).await;
    assert!(keys(&nothing).is_empty() && nothing.text().contains("Mikään tapahtuma ei vastaa"));
    assert_ne!(song, talk);
    db.drop().await;
}

async fn paged(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let first = entry(&mut liisa, &path, "Ensimmäinen.").await;
    // Five hundred more of the same, as rows: writing them by form would test the form.
    let mut tx = world.app.db.write().await.unwrap();
    let columns =
        "register, client, case_oid, type_code, structure, title, state, person, author, unit, unit_name, task,
        service, process, created, archived_at, body, sealed, signer, signed_at, reason, refusal, mend, strength";
    for number in 0..500 {
        let sql = format!(
            "INSERT INTO cw_document (org, oid, set_id, version, replaces, event_at, {columns})
             SELECT org, '1.2.246.10.99990031.95.2026.1.{n}', '1.2.246.10.99990031.95.2026.1.{n}', 1, NULL,
               event_at - {n} * 3600000000, {columns} FROM cw_document WHERE oid = $1",
            n = number + 900_000
        );
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&first).execute(&mut *tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    // The copies' content is sealed under another OID, and only the page's own are opened: the first page has fifty of
    // them, so the copies that are shown must be readable; here they are not, which proves what is opened.
    let broken = liisa.get(&format!("{path}?laji=paatos")).await;
    assert_eq!(broken.status, 200, "a page without them opens none of them");
    assert_eq!(liisa.get(&path).await.status, 500, "a page with them opens them");
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn only_the_pages_own_documents_are_opened_on_sqlite() {
    paged(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn only_the_pages_own_documents_are_opened_on_postgres() {
    paged(TestDb::postgres().await).await;
}

#[tokio::test]
async fn three_notes_are_pinned_with_a_name_and_no_fourth_and_nobody_else_sees_or_takes_them() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    for text in ["Kuulolaite vasemmassa korvassa", "Soita ennen käyntiä", "Koira"] {
        assert_eq!(marja.post_to(&path, "#nosto", &[("nosto", text)]).await.status, 303);
    }
    let page = marja.get(&path).await;
    let alerts = fact(&page, "fakta-nostot");
    assert!(alerts.contains("Kuulolaite vasemmassa korvassa Marja Salo nosti 7.9.2026"), "{alerts}");
    assert!(page.attribute("#nosto", "action").is_none(), "there is no form for a fourth");
    assert_eq!(marja.post(&format!("{path}/nosto"), &[("nosto", "Neljäs")]).await.status, 422);
    assert!(!marja.get(&path).await.body.contains("Neljäs"));
    let remove = page.attribute("form[data-action=poista-nosto]", "action").unwrap();
    // Another unit neither sees nor takes away nor adds.
    let mut kaisa = world.by_password("kaisa").await;
    assert_eq!(kaisa.post(&remove, &[]).await.status, 403);
    assert_eq!(kaisa.post(&format!("{path}/nosto"), &[("nosto", "Vieras")]).await.status, 403);
    assert_eq!(marja.post(&remove, &[]).await.status, 303);
    assert_eq!(fact(&marja.get(&path).await, "fakta-nostot").matches("Marja Salo nosti").count(), 2);
    // At rest the words are sealed.
    let mut tx = world.app.db.read().await.unwrap();
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("SELECT words FROM cw_pin").fetch_all(&mut *tx).await.unwrap();
    assert!(kept.len() == 3 && kept.iter().all(|words| !words.windows(5).any(|part| part == b"Koira")));
    drop(tx);
    db.drop().await;
}

#[tokio::test]
async fn fr_16_what_the_archive_tells_stands_in_the_timeline_of_the_worker_who_asked_until_the_right_ends() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let page = liisa.get(&path).await;
    assert!(page.text_of("#kanta-haettu").unwrap().contains("ei ole haettu"));
    let mine = page.rows("#asiakirjat").len();
    assert_eq!(liisa.fill(&page, "#hae-kannasta", &[]).await.status, 303);
    let page = liisa.get(&path).await;
    assert!(page.text_of("#kanta-haettu").unwrap().contains("30.9.2026 klo 14.20"));
    let elsewhere = |page: &Answer| page.rows("#asiakirjat").iter().filter(|(_, state)| state == "elsewhere").count();
    assert!(elsewhere(&page) >= 2 && page.rows("#asiakirjat").len() > mine);
    assert!(page.text_of("#asiakirjat").unwrap().contains("järjestäjän"));
    // The archive answered Liisa's rights: her colleague asks for himself.
    let mut ritva = world.by_card("ritva").await;
    assert_eq!(elsewhere(&ritva.get(&path).await), 0);
    // Without a card the archive is not asked.
    let mut weak = world.by_password("liisa").await;
    let page = weak.get(&path).await;
    let refused = weak.fill(&page, "#hae-kannasta", &[]).await;
    assert!(refused.status == 403 && refused.body.contains("STRONG_AUTH_REQUIRED"));
    // The rows lock with the right.
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("UPDATE cw_right SET to_day = '2026-09-29'").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(elsewhere(&liisa.get(&path).await), 0);
    db.drop().await;
}

/// A summary such as the archive makes of Aino.
pub(crate) fn aino_summary(enriched: bool) -> kanta::query::summary::Summary {
    use kanta::{Code, query::summary as part};
    let oid = |text: &str| records::id::DocumentId::parse(text).unwrap();
    let day = |text: &str| text.parse().unwrap();
    let mut client = part::ClientSummary::default();
    client.cases.push(part::Case {
        id: records::id::CaseId::parse("1.2.246.10.99990015.95.2026.2.1001").unwrap(),
        source: oid("1.2.246.10.99990015.95.2026.1.1002"),
        name: part::Named { code: "PALVELUTARVE".into(), name: "Palvelutarpeen arviointia koskeva asia".into() },
        task: Code::new("IAKAS"),
        opened: day("2026-09-07"),
        closed: None,
        joint: false,
    });
    client.relationship = Some(part::Relationship {
        id: records::id::RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1001").unwrap(),
        source: None,
        started: day("2026-09-07"),
        ended: None,
        end_reason: None,
        child_protection: None,
        child_protection_until: None,
        units: Vec::new(),
        workers: vec![part::Worker {
            family: "Salo".into(),
            given: "Marja".into(),
            unit: Some("Ikääntyneiden asiakasohjaus".into()),
            registration: None,
            phone: Some("019 000 0000".into()),
        }],
        related: Vec::new(),
    });
    if enriched {
        client.decisions.push(part::Decision {
            source: oid("1.2.246.10.99990015.95.2026.1.1009"),
            type_code: Code::new("11000"),
            tasks: vec![Code::new("IAKAS")],
            services: vec![Code::new("85")],
            outcome: None,
            decided: Some(day("2026-09-21")),
            from: Some(day("2026-09-28")),
            to: Some(day("2026-12-31")),
            restriction: false,
        });
    }
    part::Summary {
        made: "2026-09-30T11:20:00Z".parse().unwrap(),
        enriched,
        basis: kanta::ids::Situation::RegisterAccess,
        controller: kanta::document::Organisation {
            id: records::id::OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap(),
            name: "Järvi-Hämeen hyvinvointialue".into(),
        },
        clients: vec![client],
    }
}

#[tokio::test]
async fn fr_59_the_summary_comes_from_the_archive_and_shows_only_the_parts_that_it_gave() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let kooste = format!("{path}/kooste");
    world.archive.summarise(aino_summary(false));
    let page = liisa.post_to(&kooste, "#kooste", &[("laajuus", "perus")]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert_eq!(page.rows("#kooste-asiat"), [("1.2.246.10.99990015.95.2026.2.1001".to_owned(), "open".to_owned())]);
    assert!(page.text_of("#kooste-tyontekijat").unwrap().contains("Salo Marja"));
    for part in ["#kooste-paatokset", "#kooste-suunnitelmat", "#kooste-asiakirjat", "#kooste-laheiset"] {
        assert!(page.text_of(part).is_none(), "{part} was not given, and nothing says that it could be");
    }
    let (query, toimija) = world.archive.queries().pop().unwrap();
    assert!(query.kind == kanta::query::QueryKind::Summary && !query.enriched && query.client.is_none());
    assert_eq!(query.case.unwrap().as_str(), "1.2.246.10.99990015.95.2026.2.1001");
    assert_eq!(toimija.search_key.unwrap().kind, "case");
    world.archive.summarise(aino_summary(true));
    let page = liisa.post_to(&kooste, "#kooste", &[("laajuus", "rikastettu")]).await;
    let decisions = page.text_of("#kooste-paatokset").unwrap();
    assert!(decisions.contains("28.9.2026–31.12.2026") && decisions.contains("Ympärivuorokautinen"), "{decisions}");
    assert!(world.archive.queries().pop().unwrap().0.enriched);
    // Nothing of it is kept: the client's own page has no decision.
    assert!(!fact(&liisa.get(&path).await, "fakta-paatokset").contains("31.12.2026"));
    // A password is not enough, another unit has no client, and a refusal of the archive is told as one.
    let mut weak = world.by_password("liisa").await;
    let asked = world.archive.queries().len();
    assert!(weak.get(&kooste).await.text().contains("kortilla"));
    assert_eq!(weak.post(&kooste, &[("laajuus", "perus")]).await.status, 403);
    let mut petri = world.by_card("petri").await;
    assert_eq!(petri.post(&kooste, &[("laajuus", "perus")]).await.status, 403);
    assert_eq!(world.archive.queries().len(), asked, "neither was asked of the archive");
    world.archive.set(crate::testing::Mode::Refuses(records::refusal::Refusal::RkoNotValid));
    let refused = liisa.post(&kooste, &[("laajuus", "perus")]).await;
    assert!(refused.status == 403 && refused.body.contains("RKO_NOT_VALID") && !refused.body.contains("Salo"));
    db.drop().await;
}

#[tokio::test]
async fn fr_26_the_two_registers_of_a_provider_are_told_apart_on_page_and_search() {
    let (world, db) = World::new().await;
    let (mut liisa, bought) = in_the_care_home(&world).await;
    let mut ritva = world.by_password("ritva").await;
    let fields = [("hetu", "120243-934K"), ("palvelu", "85"), ("tapahtuma", "2026-09-30T09:00")];
    let own = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await.location;
    entry(&mut liisa, &own, "Seurantaa kaatumisen jälkeen.").await;
    let here = liisa.get(&own).await;
    assert!(fact(&here, "fakta-palvelut").contains("oma sopimus"), "{}", fact(&here, "fakta-palvelut"));
    assert_eq!(here.attribute("#identity .register", "data-register").as_deref(), Some("own"));
    let there = liisa.get(&bought).await;
    assert!(fact(&there, "fakta-palvelut").contains("Järvi-Hämeen hyvinvointialue"));
    assert!(!there.body.contains("Seurantaa kaatumisen jälkeen."), "a fact of one register is no fact of the other");
    let found = liisa.post("/etsi/osumat", &[("haku", "korpela")]).await;
    assert!(found.body.contains("Oma rekisteri") && found.body.contains("Järjestäjän rekisteri"));
    db.drop().await;
}
