//! Writing through the forms: entries, drafts, structured documents, corrections, invalidation.

use crate::testing::{Browser, World, by_set};

/// Aino's case with a right for Kielo Ahola from 28.9., received by Kielo; the clock stands on 30.9. at 14.20.
pub async fn in_the_care_home(world: &World) -> (Browser, String) {
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let order = crate::access_rights::tests::grant(world, &mut marja, &path, "2026-09-28").await;
    world.clock.set("2026-09-30T11:20:00Z");
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get("/oikeudet").await;
    let answer = liisa.fill(&page, "#liita", &[("tilaus", &order)]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = liisa.get("/asiakkaat").await;
    let client = page.rows("#ostopalvelun-asiakkaat")[0].0.clone();
    (liisa, format!("/asiakkaat/{client}"))
}

/// Writes an entry of everyday life; gives its OID.
pub async fn entry(browser: &mut Browser, path: &str, text: &str) -> String {
    let before: Vec<String> = browser.get(path).await.rows("#asiakirjat").into_iter().map(|(key, _)| key).collect();
    let answer = browser.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &[("teksti", text)]).await;
    assert_eq!((answer.status, answer.location.as_str()), (303, path), "{}", answer.text());
    let page = browser.get(path).await;
    page.rows("#asiakirjat").into_iter().map(|(key, _)| key).find(|key| !before.contains(key)).expect("a new document")
}

#[tokio::test]
async fn fr_20_fr_31_fr_32_an_entry_takes_two_actions_and_carries_all_five_context_items() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let page = liisa.get(&path).await;
    let link = page.attribute("a[data-action=kirjaa]", "href").unwrap();
    let form = liisa.get(&link).await;
    let context = form.text_of("#konteksti").unwrap();
    for part in [
        "Kielo Ahola",
        "Ympärivuorokautinen palveluasuminen",
        "Iäkkäiden palvelut",
        "Palvelun toteutus",
        "95.2026.2.1001",
    ] {
        assert!(context.contains(part), "{part} is missing in {context}");
    }
    let done = liisa.fill(&form, "#asiakirja", &[("teksti", "Aino osallistui lauluhetkeen.")]).await;
    assert_eq!(done.status, 303);
    world.send_all().await;
    let kept = world.archive.kept();
    let header = &kept.last().unwrap().document.header;
    assert_eq!(header.custodian.id.as_str(), "1.2.246.10.99990015.10.0");
    assert_eq!(header.case.as_ref().unwrap().as_str(), "1.2.246.10.99990015.95.2026.2.1001");
    assert_eq!(header.unit.as_ref().unwrap().id.as_str(), "1.2.246.10.99990031.10.31");
    assert_eq!((header.tasks[0].code.as_str(), header.services[0].code.as_str()), ("IAKAS", "85"));
    assert_eq!(header.process.as_ref().unwrap().code, "5");
    assert!(header.id.as_str().starts_with("1.2.246.10.99990031.95.2026.1."));
    db.drop().await;
}

#[tokio::test]
async fn fr_103_a_document_made_for_another_shows_basis_organiser_and_producer() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Aino lauloi mukana.").await;
    world.send_all().await;
    let kept = world.archive.kept();
    let shown = kept.last().unwrap().document.body.xhtml().unwrap().to_owned();
    for part in
        ["Järvi-Hämeen hyvinvointialue", "9999001-5", "Hoivakoti Kielo Oy", "9999003-1", "Rekisterinkäyttöoikeus"]
    {
        assert!(shown.contains(part), "{part}");
    }
    // An organiser's own document says nothing of the kind.
    let own = kept[2].document.body.xhtml().unwrap();
    assert!(!own.contains("Rekisterinkäyttöoikeus"));
    db.drop().await;
}

#[tokio::test]
async fn fr_31_a_missing_context_item_is_named_and_the_text_is_kept() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let form = marja.get(&format!("{path}/asiakirja/19007")).await;
    let answer = marja.fill(&form, "#asiakirja", &[("teksti", "Aino luki lehteä.")]).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text().contains("sosiaalipalvelu") && answer.body.contains("Aino luki lehteä."));
    assert_eq!(marja.get("/tanaan").await.work("draft").len(), 1);
    let done = marja.fill(&form, "#asiakirja", &[("teksti", "Aino luki lehteä."), ("palvelu", "45")]).await;
    assert_eq!(done.status, 303);
    assert!(marja.get("/tanaan").await.work("draft").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_33_an_empty_text_is_refused_kindly_and_a_faulty_document_names_its_fields() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let sent = world.archive.messages();
    let empty = marja.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &[("teksti", "  ")]).await;
    assert_eq!(empty.status, 422);
    assert!(empty.text().contains("Kirjoita ainakin yksi lause"));
    let faulty = marja.post_to(&format!("{path}/asiakirja/1009"), "#asiakirja", &[]).await;
    assert_eq!(faulty.status, 422);
    assert!(faulty.text().contains("Toimenpiteet"), "{}", faulty.text());
    world.send_all().await;
    assert_eq!(world.archive.messages(), sent);
    db.drop().await;
}

#[tokio::test]
async fn fr_34_a_draft_is_its_writers_alone_and_never_leaves() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let sent = world.archive.messages();
    let form = marja.get(&format!("{path}/asiakirja/19005")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let mut fields = form.fields("#asiakirja");
    fields.retain(|(name, _)| !["teksti", "csrf", "palvelu"].contains(&name.as_str()));
    fields.push(("teksti".into(), "Kesken".into()));
    fields.push(("palvelu".into(), "45".into()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let saved = marja.post(&save, &pairs).await;
    assert_eq!((saved.status, saved.body.as_str()), (200, "9.30"));
    assert_eq!(marja.post(&save, &pairs).await.status, 200);
    let drafts = marja.get("/tanaan").await.work("draft");
    assert_eq!(drafts.len(), 1, "saving again writes over");
    let draft = format!("/luonnokset/{}", drafts[0]);
    assert!(marja.get(&draft).await.body.contains("Kesken"));
    let mut antti = world.by_password("antti").await;
    assert_eq!(antti.get(&draft).await.status, 404);
    assert_eq!(antti.post(&save, &pairs).await.status, 404, "nobody writes over another's draft");
    world.send_all().await;
    assert_eq!(world.archive.messages(), sent);
    // A lost session loses nothing: after a new login the draft is finished.
    let mut again = world.by_password("marja").await;
    let page = again.get(&draft).await;
    assert_eq!(again.fill(&page, "#asiakirja", &[]).await.status, 303);
    assert!(again.get("/tanaan").await.work("draft").is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_35_a_correction_is_a_new_version_and_the_second_of_two_is_refused() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let first = entry(&mut liisa, &path, "Soitin tytär Paulalle.").await;
    world.send_all().await;
    let correct = format!("/asiakirjat/{first}/korjaa");
    let form = liisa.get(&correct).await;
    assert!(form.body.contains("Soitin tytär Paulalle."));
    let without = liisa.fill(&form, "#asiakirja", &[("teksti", "Soitin tytär Pirkolle.")]).await;
    assert_eq!(without.status, 422, "a reason is asked for");
    let fields = [("teksti", "Soitin tytär Pirkolle."), ("syy", "väärä nimi")];
    let done = liisa.fill(&form, "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    let second = liisa.fill(&form, "#asiakirja", &fields).await;
    assert_eq!(second.status, 409);
    assert!(second.body.contains("VERSION_CONFLICT"));
    world.send_all().await;
    let kept = world.archive.kept();
    let versions = by_set(&kept)[&first].clone();
    assert_eq!(versions.len(), 2);
    let header = &versions[1].document.header;
    assert_eq!((header.version, header.reason_of_correction.as_deref()), (2, Some("väärä nimi")));
    assert_eq!(header.replaces.as_ref().unwrap().id.as_str(), first);
    let page = liisa.get(&path).await;
    let states: Vec<String> = page.rows("#asiakirjat").into_iter().map(|(_, state)| state).collect();
    assert!(states.contains(&"replaced".to_owned()));
    let old = liisa.get(&correct).await;
    assert_eq!(old.status, 200);
    assert_eq!(liisa.fill(&old, "#asiakirja", &fields).await.status, 409, "an old version is not corrected");
    db.drop().await;
}

#[tokio::test]
async fn fr_36_an_invalidated_document_leaves_use_with_its_reason() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Väärän asiakkaan asia.").await;
    world.send_all().await;
    let form = format!("/asiakirjat/{oid}/mitatoi");
    let without = liisa.post_to(&form, "#mitatoi", &[("syy", "")]).await;
    assert_eq!(without.status, 422);
    assert!(world.archive.nullified().is_empty());
    let done = liisa.post_to(&form, "#mitatoi", &[("syy", "kirjattu väärälle asiakkaalle")]).await;
    assert_eq!(done.status, 303);
    world.send_all().await;
    assert_eq!(world.archive.nullified(), [(oid.clone(), "kirjattu väärälle asiakkaalle".to_owned())]);
    let page = liisa.get(&path).await;
    assert!(page.rows("#asiakirjat").contains(&(oid, "invalidated".to_owned())));
    assert!(!liisa.get(&format!("{path}/kertomus")).await.body.contains("Väärän asiakkaan asia."));
    db.drop().await;
}

#[tokio::test]
async fn fr_46_without_a_card_an_entry_is_archived_but_nothing_is_corrected() {
    let (world, db) = World::new().await;
    let (_, path) = in_the_care_home(&world).await;
    let mut liisa = world.by_password("liisa").await;
    let oid = entry(&mut liisa, &path, "Aino söi lounaan itse.").await;
    world.send_all().await;
    let kept = world.archive.kept();
    let last = kept.last().unwrap();
    assert_eq!(last.document.header.id.as_str(), oid);
    assert_eq!((last.toimija.strength.as_str(), last.toimija.evidence.is_none()), ("second_factor", true));
    let refused = liisa.get(&format!("/asiakirjat/{oid}/korjaa")).await;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("STRONG_AUTH_REQUIRED"));
    // With the card the evidence goes along.
    let mut carded = world.by_card("liisa").await;
    entry(&mut carded, &path, "Aino lepäsi.").await;
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    assert_eq!((last.toimija.strength.as_str(), last.toimija.evidence.is_some()), ("card", true));
    db.drop().await;
}

#[tokio::test]
async fn fr_29_fr_30_every_entry_is_a_document_of_its_own_and_the_narrative_is_in_time_order() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    for (text, at) in
        [("Toinen", "2026-09-29T18:00"), ("Ensimmäinen", "2026-09-28T10:00"), ("Kolmas", "2026-09-30T08:00")]
    {
        let fields = [("teksti", text), ("tapahtuma", at)];
        let done = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await;
        assert_eq!(done.status, 303, "{}", done.text());
    }
    world.send_all().await;
    let kept = world.archive.kept();
    let entries: Vec<_> =
        kept.iter().filter(|one| one.bytes.len() > 1 && one.document.header.id.as_str().contains("99990031")).collect();
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|one| one.document.body.json().is_some() && one.document.body.xhtml().is_some()));
    let text = liisa.get(&format!("{path}/kertomus")).await.text();
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word} is missing"));
    assert!(at("Kolmas") < at("Toinen") && at("Toinen") < at("Ensimmäinen"), "the newest first");
    // The switch turns the order and stands on both pages.
    let page = liisa.get(&format!("{path}/kertomus")).await;
    let oldest = page.attribute("a[data-action=vanhin-ensin]", "href").unwrap();
    let page = liisa.get(&oldest).await;
    let text = page.text();
    let at = |word: &str| text.find(word).unwrap_or_else(|| panic!("{word} is missing"));
    assert!(at("Ensimmäinen") < at("Toinen") && at("Toinen") < at("Kolmas"));
    assert_eq!(page.attribute("a[data-action=uusin-ensin]", "href"), Some(format!("{path}/kertomus")));
    db.drop().await;
}

#[tokio::test]
async fn fr_25_before_the_organisers_start_an_entry_is_held_and_then_goes_by_itself() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let page = liisa.get("/asetukset").await;
    let fields = [("jarjestaja", "1.2.246.10.99990015.10.0"), ("tehtava", "IAKAS"), ("paiva", "2026-10-01")];
    assert_eq!(liisa.fill(&page, "#kayttoonotto", &fields).await.status, 303);
    let oid = entry(&mut liisa, &path, "Ennen käyttöönottoa.").await;
    let sent = world.archive.messages();
    world.send_all().await;
    assert_eq!(world.archive.messages(), sent, "nothing goes before the start");
    assert!(
        liisa
            .get("/arkistointi?nayta=pidatetty")
            .await
            .rows(".pidatetyt")
            .contains(&(oid.clone(), "waiting_go_live".into()))
    );
    world.clock.set("2026-10-01T06:00:00Z");
    world.send_all().await;
    assert_eq!(world.archive.kept().last().unwrap().document.header.id.as_str(), oid);
    db.drop().await;
}

#[tokio::test]
async fn an_event_in_the_future_is_refused_and_the_text_kept() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let fields = [("teksti", "Huomenna."), ("tapahtuma", "2026-10-05T08:00")];
    let answer = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await;
    assert_eq!(answer.status, 422);
    assert!(answer.body.contains("Huomenna."));
    db.drop().await;
}

#[tokio::test]
async fn what_a_request_says_of_client_or_author_is_written_over() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let fields = [
        ("teksti", "Tapaaminen."),
        ("asiakas[0].sukunimi", "Väärä"),
        ("asiakas[0].henkilotunnus", "170350-962A"),
        ("laatija.sukunimi", "Joku"),
        ("palvelu", "45"),
    ];
    let done = marja.post_to(&format!("{path}/asiakirja/19005"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    let json = String::from_utf8(last.document.body.json().unwrap().to_vec()).unwrap();
    assert!(json.contains("120243-934K") && json.contains("Salo") && !json.contains("Väärä") && !json.contains("Joku"));
    db.drop().await;
}

#[tokio::test]
async fn fr_27_the_register_follows_the_case_whatever_a_request_says() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    assert!(form.attribute("#asiakirja [name=rekisteri]", "value").is_none(), "nobody picks a register");
    let own = "1.2.246.10.99990031.10.0";
    let fields = [("teksti", "Aino lauloi."), ("rekisteri", own), ("register", own), ("custodian", own)];
    assert_eq!(liisa.fill(&form, "#asiakirja", &fields).await.status, 303);
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    assert_eq!(last.document.header.custodian.id.as_str(), "1.2.246.10.99990015.10.0");
    let foreign = [("teksti", "Väärä asia."), ("asia", "1.2.246.10.99990031.95.2026.2.1001")];
    assert_eq!(liisa.fill(&form, "#asiakirja", &foreign).await.status, 403);
    db.drop().await;
}

#[tokio::test]
async fn fr_32_in_a_providers_form_no_context_item_is_asked_for() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    for name in ["palvelu", "prosessi", "yksikko", "tehtava"] {
        assert!(form.attribute(&format!("#asiakirja [name={name}]"), "name").is_none(), "{name} is asked for");
    }
    assert_eq!(form.attribute("#asiakirja [name=asia]", "type").as_deref(), Some("hidden"));
    assert!(form.text_of("#konteksti").unwrap().contains("Palvelun toteutus"));
    // Where nothing tells the service, it is asked for.
    let mut marja = world.by_password("marja").await;
    let client = marja.get("/asiakkaat").await.rows("#asiakkaat")[0].0.clone();
    let form = marja.get(&format!("/asiakkaat/{client}/asiakirja/19007")).await;
    assert!(form.attribute("#asiakirja [name=palvelu]", "name").is_some());
    db.drop().await;
}

#[tokio::test]
async fn fr_32_what_a_providers_worker_sends_of_process_unit_or_task_changes_nothing() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let fields = [
        ("teksti", "Aino lauloi."),
        ("prosessi", "2"),
        ("yksikko", "1.2.246.10.99990031.10.32"),
        ("tehtava", "10"),
        ("palvelutehtava", "10"),
        ("asiakaskertomusmerkinta.palvelutehtava", "10"),
        ("laatija.palveluyksikko", "1.2.246.10.99990031.10.32"),
    ];
    let done = liisa.post_to(&format!("{path}/asiakirja/19007"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let last = world.archive.kept().pop().unwrap();
    let header = &last.document.header;
    assert_eq!(header.process.as_ref().unwrap().code, "5", "Palvelun toteutus");
    assert_eq!(header.unit.as_ref().unwrap().id.as_str(), "1.2.246.10.99990031.10.31");
    let tasks: Vec<&str> = header.tasks.iter().map(|task| task.code.as_str()).collect();
    assert_eq!(tasks, ["IAKAS"]);
    let json = String::from_utf8_lossy(last.document.body.json().unwrap()).into_owned();
    assert!(json.contains("IAKAS") && !json.contains("99990031.10.32"), "{json}");
    db.drop().await;
}

#[tokio::test]
async fn fr_29_the_narrative_holds_no_draft_no_old_version_and_nothing_for_another_unit() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Ensin näin.").await;
    world.send_all().await;
    let fields = [("teksti", "Sitten näin."), ("syy", "tarkennus")];
    let done = liisa.post_to(&format!("/asiakirjat/{oid}/korjaa"), "#asiakirja", &fields).await;
    assert_eq!(done.status, 303);
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let draft = form.attribute("#asiakirja [name=luonnos]", "value").unwrap();
    assert_eq!(liisa.post(&save, &[("luonnos", &draft), ("teksti", "Vielä kesken.")]).await.status, 200);
    let narrative = liisa.get(&format!("{path}/kertomus")).await;
    assert!(narrative.body.contains("Sitten näin."));
    assert!(!narrative.body.contains("Ensin näin.") && !narrative.body.contains("Vielä kesken."));
    let mut henna = world.by_password("henna").await;
    let other = henna.get(&format!("{path}/kertomus")).await;
    assert_eq!(other.status, 403);
    assert!(!other.body.contains("Sitten näin."));
    db.drop().await;
}

#[tokio::test]
async fn fr_69_a_document_is_shown_to_the_client_unless_somebody_limits_it() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    entry(&mut liisa, &path, "Aino lauloi.").await;
    world.send_all().await;
    for one in world.archive.kept() {
        let header = &one.document.header;
        assert!(
            header.inaccessible.is_none() && header.special_content.is_none() && header.restriction_argument.is_none()
        );
    }
    db.drop().await;
}

#[tokio::test]
async fn fr_84_every_use_is_in_the_log_and_a_changed_row_is_found() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    liisa.get(&path).await;
    let nowhere = tempfile::tempdir().unwrap();
    let whole = store::log::verify(&world.app.db, &world.app.vault, nowhere.path()).await.unwrap();
    assert!(whole.inconsistencies.is_empty(), "{:?}", whole.inconsistencies);
    let mut tx = world.app.db.read().await.unwrap();
    let size = store::log::head(&mut tx, "casework/1.2.246.10.99990031.10.0").await.unwrap().size;
    drop(tx);
    liisa.get(&path).await;
    let mut tx = world.app.db.read().await.unwrap();
    let after = store::log::head(&mut tx, "casework/1.2.246.10.99990031.10.0").await.unwrap().size;
    drop(tx);
    assert_eq!(after, size + 1, "one opened page is one event");
    // The database itself refuses a change; what is forced past it is found.
    let change =
        "UPDATE log_row SET action = 'search' WHERE register = 'casework/1.2.246.10.99990031.10.0' AND seq = 0";
    let mut tx = world.app.db.write().await.unwrap();
    assert!(sqlx::query(change).execute(&mut *tx).await.is_err());
    drop(tx);
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query("DROP TRIGGER log_row_no_update").execute(&mut *tx).await.unwrap();
    assert_eq!(sqlx::query(change).execute(&mut *tx).await.unwrap().rows_affected(), 1);
    tx.commit().await.unwrap();
    let whole = store::log::verify(&world.app.db, &world.app.vault, nowhere.path()).await.unwrap();
    assert!(!whole.inconsistencies.is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_35_what_has_just_been_written_is_mended_at_once() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    assert!(liisa.get(&path).await.attribute("#korjaa-tuore", "action").is_none());
    let oid = entry(&mut liisa, &path, "Aino söi aamupalan hauan kanssa.").await;
    // Before it has gone it comes back into the editor, and only the mended text ever reaches the archive.
    let page = liisa.get(&path).await;
    assert_eq!(page.attribute("#korjaa-tuore", "action"), Some(format!("/asiakirjat/{oid}/luonnokseksi")));
    // The twin: it is offered to nobody else, and nobody else takes it back.
    let mut ritva = world.by_card("ritva").await;
    let others = ritva.get(&path).await;
    assert!(others.attribute("#korjaa-tuore", "action").is_none());
    assert_eq!(ritva.post(&format!("/asiakirjat/{oid}/luonnokseksi"), &[]).await.status, 409);
    let draft = liisa.fill(&page, "#korjaa-tuore", &[]).await;
    let form = liisa.get(&draft.location).await;
    let done = liisa.fill(&form, "#asiakirja", &[("teksti", "Aino söi aamupalan hauen kanssa.")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    assert!(kept.iter().all(|one| !String::from_utf8_lossy(one.document.body.json().unwrap()).contains("hauan")));
    assert!(String::from_utf8_lossy(kept.last().unwrap().document.body.json().unwrap()).contains("hauen"));
    // After it has gone a new version is offered, to who has a card.
    let oid = kept.last().unwrap().document.header.id.to_string();
    let page = liisa.get(&path).await;
    assert_eq!(page.attribute("a[data-action=korjaa-tuore]", "href"), Some(format!("/asiakirjat/{oid}/korjaa")));
    let mut without = world.by_password("liisa").await;
    let page = without.get(&path).await;
    assert!(page.attribute("a[data-action=korjaa-tuore]", "href").is_none());
    assert!(page.text().contains("vaativat kirjautumisen kortilla"));
    // A while later it is an entry like any other.
    world.clock.set("2026-09-30T11:31:00Z");
    assert!(liisa.get(&path).await.attribute("a[data-action=korjaa-tuore]", "href").is_none());
    db.drop().await;
}

#[tokio::test]
async fn fr_33_what_a_rule_in_words_demands_is_marked_before_the_first_try() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let marked = |page: &crate::testing::Answer, name: &str| {
        let selector = format!("#asiakirja [name=\"{name}\"]");
        assert!(page.attribute(&selector, "name").is_some(), "{name} is not in the form");
        page.attribute(&selector, "required").is_some()
    };
    let decision = marja.get(&format!("{path}/asiakirja/11000")).await;
    assert!(marked(&decision, "paatos.muutoksenhaku.ohjeteksti"), "the rule always holds");
    let pending = marja.get(&format!("{path}/asiakirja/19001")).await;
    assert!(marked(&pending, "arvio_asian_kiireellisyydesta"), "the rule rests on the task of the case");
    // The twin: what rests on another answer is not marked, and the hint tells when it is needed.
    let asked = marja.get(&format!("{path}/asiakirja/19009")).await;
    assert!(!marked(&asked, "saadut_tiedot"));
    assert!(asked.text().contains("Pyydetyt tiedot"));
    db.drop().await;
}

#[tokio::test]
async fn fr_35_a_note_that_is_on_its_way_is_not_taken_back_and_one_press_makes_one_draft() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let drafts = async |browser: &mut Browser| browser.get("/tanaan").await.work("draft").len();
    // The sender has tried: the archive may have it, though its receipt never came.
    world.archive.set(crate::testing::Mode::LosesReceipt);
    let sent = entry(&mut liisa, &path, "Aino söi hauan.").await;
    world.send_all().await;
    let page = liisa.get(&path).await;
    assert!(page.rows("#asiakirjat").contains(&(sent.clone(), "queued".into())));
    let refused = liisa.fill(&page, "#korjaa-tuore", &[]).await;
    assert_eq!(refused.status, 409);
    assert!(refused.text().contains("Asiakirjaa lähetetään jo arkistoon"), "{}", refused.text());
    assert!(refused.text().contains("Korjaa se uudella versiolla") && !refused.body.contains("VERSION_CONFLICT"));
    assert!(refused.body.contains(&format!("href=\"/asiakirjat/{sent}\"")), "a way onward");
    assert_eq!(drafts(&mut liisa).await, 0);
    // The twin: what the sender has not seen comes back, as one draft however often the button is pressed.
    world.archive.set(crate::testing::Mode::Up);
    let fresh = entry(&mut liisa, &path, "Aino söi hauen.").await;
    let take_back = format!("/asiakirjat/{fresh}/luonnokseksi");
    let (mut one, mut other) = (liisa.at(&world.app), liisa.at(&world.app));
    let (first, second) = tokio::join!(one.post(&take_back, &[]), other.post(&take_back, &[]));
    let to_draft = [&first, &second].iter().filter(|answer| answer.location.starts_with("/luonnokset/")).count();
    assert_eq!((to_draft, drafts(&mut liisa).await), (1, 1));
    db.drop().await;
}
