//! A common note through its page.

use store::{log, testing::TestDb};

use crate::{
    recording::tests::in_the_care_home,
    testing::{Answer, Browser, World, contact},
};

/// What each of the two clients is known by: nothing of one may stand in what is the other's.
const AINO: [&str; 4] = ["Aino", "Korpela", "120243-934K", "1.2.246.10.99990015.95.2026.2.1001"];
const LEENA: [&str; 2] = ["Leena", "170350-962A"];
const KIELO_LOG: &str = "casework/1.2.246.10.99990031.10.0";

/// Liisa at Kielo Ahola with two clients: Aino, whose service the organiser buys, and Leena by own contract.
async fn two_clients(world: &World) -> (Browser, String, String) {
    let (_, aino) = in_the_care_home(world).await;
    let mut ritva = world.by_password("ritva").await;
    let fields = [("hetu", "170350-962A"), ("palvelu", "85"), ("tapahtuma", "2026-09-29T09:00")];
    let answer = ritva.post_to("/oma-asiakas", "#oma-asiakas", &fields).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    world.send_all().await;
    (world.by_card("liisa").await, aino, answer.location)
}

fn box_of(path: &str) -> String {
    format!("asiakas-{}", path.rsplit('/').next().unwrap())
}

async fn send(browser: &mut Browser, fields: &[(&str, &str)]) -> Answer {
    browser.post_to("/kirjaa-monelle", "#yhteinen", fields).await
}

async fn newest_log_rows(world: &World) -> Vec<log::LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = log::rows(&mut tx, &world.app.vault, KIELO_LOG, log::Whose::All, 0, 500).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

async fn one_document_each(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, aino, leena) = two_clients(&world).await;
    let page = liisa.get("/asiakkaat").await;
    let link = page.attribute("a[data-action=kirjaa-monelle]", "href").expect("a way to the page");
    let before = (world.archive.kept().len(), newest_log_rows(&world).await.len());
    let form = liisa.get(&link).await;
    let text = "Lauluryhmä kokoontui. Laulettiin vanhoja iskelmiä.";
    let (first, second) = (box_of(&aino), box_of(&leena));
    let done = liisa
        .fill(&form, "#yhteinen", &[("teksti", text), (&first, "on"), (&second, "on"), ("merkittava", "on")])
        .await;
    assert_eq!(done.status, 303, "{}", done.text());
    let said = liisa.get(&done.location).await;
    assert!(said.text().contains("Kirjattu 2 asiakkaalle"), "{}", said.text());
    world.send_all().await;
    let kept = world.archive.kept();
    let new = &kept[before.0..];
    assert_eq!(new.len(), 2, "a document for each");
    for one in new {
        let header = &one.document.header;
        let of_aino = header.custodian.id.as_str() == "1.2.246.10.99990015.10.0";
        let own_case = if of_aino { AINO[3] } else { header.case.as_ref().unwrap().as_str() };
        assert_eq!(header.case.as_ref().unwrap().as_str(), own_case, "the document follows its case into the register");
        let whole = String::from_utf8_lossy(&kanta::document::encode(&one.document)).into_owned();
        let json = String::from_utf8_lossy(one.document.body.json().unwrap()).into_owned();
        let shown = one.document.body.xhtml().unwrap();
        assert!(json.contains(text) && shown.contains("Lauluryhmä"));
        for others in if of_aino { LEENA.as_slice() } else { AINO.as_slice() } {
            let told = [whole.as_str(), &json, shown].iter().any(|part| part.contains(others));
            assert!(!told, "{others} stands in another's document");
        }
    }
    // Each client's page tells of the one document, and of nobody else; so does the document's own page.
    for (path, others) in [(&aino, LEENA.as_slice()), (&leena, AINO.as_slice())] {
        let page = liisa.get(path).await;
        let oid = page.rows("#asiakirjat")[0].0.clone();
        let opened = liisa.get(&format!("/asiakirjat/{oid}")).await;
        assert!(opened.text().contains("Lauluryhmä") && opened.text().contains("Merkittävä"), "{}", opened.text());
        for other in others {
            assert!(!page.body.contains(other) && !opened.body.contains(other), "{other} on {path}");
        }
    }
    // And a row of the use log for each document, with its own client alone.
    let rows = newest_log_rows(&world).await;
    let created: Vec<&log::LogRow> = rows[before.1..].iter().filter(|row| row.action == log::Action::Create).collect();
    assert_eq!(created.len(), 2);
    for row in created {
        let whole = format!("{row:?}");
        let id = row.client.as_ref().map(|client| client.id.clone()).unwrap();
        let others = if id == AINO[2] { LEENA.as_slice() } else { AINO.as_slice() };
        assert_eq!(row.documents.len(), 1);
        assert!(others.iter().all(|other| !whole.contains(other)), "{whole}");
    }
    assert!(liisa.get("/tanaan").await.work("draft").is_empty());
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_26_fr_27_fr_29_a_common_note_is_each_clients_own_document_and_tells_of_nobody_else_on_sqlite() {
    one_document_each(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_26_fr_27_fr_29_a_common_note_is_each_clients_own_document_and_tells_of_nobody_else_on_postgres() {
    one_document_each(TestDb::postgres().await).await;
}

async fn nothing_half_done(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, aino, leena) = two_clients(&world).await;
    // A client of another unit, whom Liisa cannot know of.
    let mut marja = world.by_password("marja").await;
    let mut fields = contact();
    fields.retain(|(name, _)| *name != "hetu");
    fields.extend([("hetu", "010190-901R"), ("sukunimi", "Kallionpää"), ("etunimet", "Einari")]);
    let stranger = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await.location;
    world.send_all().await;
    let before = world.archive.kept().len();
    let (first, second, third) = (box_of(&aino), box_of(&leena), box_of(&stranger));
    let both = [(first.as_str(), "on"), (second.as_str(), "on")];
    for (text, more, status, said) in [
        ("Ryhmä lauloi.", vec![(third.as_str(), "on")], 403, "Yksi valituista ei ole enää yksikkösi asiakas"),
        ("Ainon kanssa laulettiin.", vec![], 422, "valitun asiakkaan nimi tai tunnus: Ainon"),
        ("Mukana 120243-934k.", vec![], 422, "120243-••••"),
        ("", vec![], 422, "Kirjoita ainakin yksi lause"),
        (
            "Ryhmä lauloi.",
            vec![("tapahtuma", "2026-09-20T10:00")],
            422,
            "Korpela Aino Elisabet: oikeus ei kata tapahtumapäivää",
        ),
        ("Ryhmä lauloi.", vec![("laji", "19012")], 422, "ei riitä pelkkä teksti"),
        ("Ryhmä lauloi.", vec![("laji", "19008")], 422, "ei riitä pelkkä teksti"),
        ("Ryhmä lauloi.", vec![(first.as_str(), ""), (second.as_str(), "")], 422, "Valitse ainakin yksi"),
    ] {
        let page = liisa.get("/kirjaa-monelle").await;
        let mut fields: Vec<(&str, &str)> = both.to_vec();
        fields.push(("teksti", text));
        for (name, value) in more {
            fields.retain(|(had, _)| *had != name);
            if !value.is_empty() {
                fields.push((name, value));
            }
        }
        let refused = liisa.fill(&page, "#yhteinen", &fields).await;
        assert_eq!(refused.status, status, "{text} {fields:?}: {}", refused.text());
        assert!(refused.text().contains(said), "{said}: {}", refused.text());
        assert!(refused.body.contains(text), "nothing is lost");
        assert!(
            !refused.body.contains("Kallionpää") && !refused.body.contains(&third),
            "who is not theirs is not told of"
        );
        world.send_all().await;
        assert_eq!(world.archive.kept().len(), before, "nothing was stored for anybody: {said}");
    }
    let drafts = liisa.get("/tanaan").await.work("draft");
    assert_eq!(drafts.len(), 8, "each came back as a draft");
    // FR-34: a draft is its writer's alone. They are of one moment, so their order is chance.
    let mut sung = Vec::new();
    for draft in &drafts {
        let page = liisa.get(&format!("/kirjaa-monelle/{draft}")).await;
        sung.extend(page.body.contains("Ryhmä lauloi.").then_some(draft));
    }
    assert_eq!(sung.len(), 5, "each has its own text");
    let way = format!("/kirjaa-monelle/{}", sung[0]);
    let mut ritva = world.by_card("ritva").await;
    assert_eq!(ritva.get(&way).await.status, 404);
    let form = ritva.get("/kirjaa-monelle").await;
    let theft = ritva.fill(&form, "#yhteinen", &[("luonnos", sung[0]), ("teksti", "")]).await;
    assert_eq!(theft.status, 404, "nobody writes over another's draft");
    assert_eq!(liisa.post(&format!("{way}/poista"), &[]).await.status, 303);
    assert_eq!(liisa.get("/tanaan").await.work("draft").len(), 7);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_34_fr_50_a_common_note_that_cannot_be_for_one_is_for_nobody_on_sqlite() {
    nothing_half_done(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_34_fr_50_a_common_note_that_cannot_be_for_one_is_for_nobody_on_postgres() {
    nothing_half_done(TestDb::postgres().await).await;
}

/// The database stops at the second of two documents: the first is not there either, nor its place in the queue.
async fn stopped_in_the_middle(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, aino, leena) = two_clients(&world).await;
    let before = (world.archive.kept().len(), newest_log_rows(&world).await.len());
    let id = aino.rsplit('/').next().unwrap();
    let stop = if db.url.starts_with("postgres") {
        format!("ALTER TABLE cw_document ADD CONSTRAINT stop CHECK (client <> '{id}') NOT VALID")
    } else {
        format!(
            "CREATE TRIGGER stop BEFORE INSERT ON cw_document WHEN NEW.client = '{id}'
               BEGIN SELECT RAISE(ABORT, 'stop'); END"
        )
    };
    let mut tx = world.app.db.write().await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(stop)).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let (first, second) = (box_of(&aino), box_of(&leena));
    let failed = send(&mut liisa, &[("teksti", "Ryhmä lauloi."), (&first, "on"), (&second, "on")]).await;
    assert_eq!(failed.status, 500);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before.0);
    assert!(!liisa.get(&leena).await.body.contains("Ryhmä lauloi."));
    let created =
        newest_log_rows(&world).await[before.1..].iter().filter(|row| row.action == log::Action::Create).count();
    assert_eq!(created, 0);
    // The twin: for the other alone it goes.
    assert_eq!(send(&mut liisa, &[("teksti", "Ryhmä lauloi."), (&second, "on")]).await.status, 303);
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_29_a_common_note_that_stops_in_the_middle_is_for_nobody_on_sqlite() {
    stopped_in_the_middle(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_29_a_common_note_that_stops_in_the_middle_is_for_nobody_on_postgres() {
    stopped_in_the_middle(TestDb::postgres().await).await;
}

#[tokio::test]
async fn fr_21_a_client_whose_right_has_ended_is_not_offered_and_stops_the_note() {
    let (world, db) = World::new().await;
    let (mut liisa, aino, leena) = two_clients(&world).await;
    let page = liisa.get(&aino).await;
    let (first, second) = (box_of(&aino), box_of(&leena));
    assert_eq!(page.status, 200);
    let early = liisa.get("/kirjaa-monelle").await;
    assert!(early.body.contains(&first));
    let rights = liisa.get("/oikeudet").await;
    let form = rights.all("form[id^=paata-]", "id").pop().expect("the form of the right's end");
    let ended = liisa.fill(&rights, &format!("#{form}"), &[("paattyy", "2026-10-15")]).await;
    assert_eq!(ended.status, 303, "{}", ended.text());
    world.clock.set("2026-10-20T07:00:00Z");
    let mut liisa = world.by_card("liisa").await;
    let page = liisa.get("/kirjaa-monelle").await;
    assert!(!page.body.contains(&first) && page.body.contains(&second));
    assert!(page.text().contains("oikeus on päättynyt"));
    let before = world.archive.kept().len();
    let sent = [("teksti", "Ryhmä lauloi."), (first.as_str(), "on"), (second.as_str(), "on")];
    let refused = liisa.fill(&page, "#yhteinen", &sent).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("Korpela Aino Elisabet: oikeus on päättynyt"), "{}", refused.text());
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before);
    // The twin: for the other alone it goes.
    assert_eq!(send(&mut liisa, &[("teksti", "Ryhmä lauloi."), (&second, "on")]).await.status, 303);
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 1);
    db.drop().await;
}

#[tokio::test]
async fn fr_31_an_organisers_common_note_asks_the_service_once_and_looks_for_other_names() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let aino = world.aino(&mut marja).await;
    let mut paths = vec![aino];
    for (hetu, family, given) in [("010190-901R", "Kallionpää", "Einari"), ("170350-962A", "Mäkinen", "Leena")] {
        let mut fields = contact();
        fields.retain(|(name, _)| *name != "hetu");
        fields.extend([("hetu", hetu), ("sukunimi", family), ("etunimet", given)]);
        let answer = marja.post_to("/yhteydenotto", "#yhteydenotto", &fields).await;
        let answer = match answer.status {
            303 => answer,
            _ => marja.fill(&answer, "#yhteydenotto", &[("vahvistettu", "on")]).await,
        };
        assert_eq!(answer.status, 303, "{}", answer.text());
        paths.push(answer.location);
    }
    world.send_all().await;
    let before = world.archive.kept().len();
    let boxes: Vec<String> = paths.iter().map(|path| box_of(path)).collect();
    let chosen = |text: &'static str| vec![("teksti", text), (boxes[0].as_str(), "on"), (boxes[2].as_str(), "on")];
    let missing = send(&mut marja, &chosen("Yhteinen retki torille.")).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text().contains("sosiaalipalvelu"), "{}", missing.text());
    // Who was not chosen is asked about, as in any note; the writer looks and goes on.
    let mut fields = chosen("Einari kantoi kassit.");
    fields.push(("palvelu", "45"));
    let asked = send(&mut marja, &fields).await;
    assert_eq!(asked.status, 422);
    assert!(asked.text().contains("toisen asiakkaan nimi: Einari"), "{}", asked.text());
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before);
    let done = marja.fill(&asked, "#yhteinen", &[("tarkistettu", "on")]).await;
    assert_eq!(done.status, 303, "{}", done.text());
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before + 2);
    // Another service task than the worker's own, and a duty that writes nothing.
    let mut elina = world.by_password("elina").await;
    assert_eq!(elina.get("/kirjaa-monelle").await.status, 403);
    assert_eq!(elina.post("/kirjaa-monelle", &fields).await.status, 403);
    db.drop().await;
}
