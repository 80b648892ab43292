//! The client data summary (kooste) from the outside: bytes on `/sanomat`, both databases.

mod common;

use archive::{
    Settings,
    testing::{documents::Row, *},
};
use common::*;
use kanta::{
    document::{Body, Document},
    query::{
        QueryKind,
        summary::{AddressKind, ClientSummary, Summary},
    },
};
use records::{
    code::{ServiceProcess, ServiceTask},
    relationship::UnitKind,
    time::{Clock, finnish_date},
};
use serde_json::{Value, json};
use store::testing::for_each_engine;

/// The summary that a search gives, or the code of its refusal.
async fn summary(aino: &Aino, member: &Member, mut query: kanta::query::Query) -> Result<Summary, String> {
    query.enriched = true;
    match search(&aino.world, member, query).await {
        Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
            assert!(answer.rows.is_empty() && answer.documents.is_empty());
            Ok(answer.summary.expect("a summary"))
        }
        other => Err(other.code()),
    }
}

/// The one client; a summary has no `Debug`, since it holds personal data.
fn only(mut clients: Vec<ClientSummary>) -> ClientSummary {
    assert_eq!(clients.len(), 1);
    clients.remove(0)
}

/// The one client of the organiser's own summary.
async fn own(aino: &Aino) -> ClientSummary {
    let found = summary(aino, &aino.marja, by_client(QueryKind::Summary, JHHVA, AINO)).await.unwrap();
    only(found.clients)
}

/// The one client of the provider's summary under its right.
async fn granted(aino: &Aino) -> ClientSummary {
    let found = summary(aino, &aino.liisa, by_case(QueryKind::Summary, &aino.case)).await.unwrap();
    only(found.clients)
}

/// The document with changed content and the display form of it.
fn changed(world: &World, mut document: Document, type_code: &str, change: impl Fn(&mut Value)) -> Document {
    let Body::Structured { json, .. } = &document.body else { panic!("no content") };
    let mut content: Value = serde_json::from_slice(json).unwrap();
    change(content.as_object_mut().unwrap().values_mut().next().unwrap());
    let structure = world.app.catalogue.newest(type_code).unwrap();
    let display = structures::Display {
        document: &document.header.id,
        organisation: "Rekisterinpitäjä",
        date: finnish_date(world.clock.now()),
        language: records::Lang::Fi,
        on_behalf: None,
    };
    let xhtml = structures::display_form(structure, &content, &display);
    document.body = Body::Structured { xhtml, json: content.to_string().into_bytes() };
    document
}

fn code(system: &str, code: &str, display: &str) -> Value {
    json!({ "system": format!("urn:oid:1.2.246.537.{system}"), "code": code, "display": display })
}

fn unit(oid: &str, name: &str) -> Value {
    code("6.202.2008", oid, name)
}

/// Aino's address in all its forms, a phone, a municipality.
fn with_place(root: &mut Value) {
    let address =
        |street: &str| json!({ "lahiosoite": street, "postinumero": "00000", "postitoimipaikka": "Keskinen" });
    root["asiakas"]["kotikunta"] = json!({ "kunta": code("6.21", "999", "Keskinen") });
    root["asiakas"]["yhteystiedot"] = json!({
        "osoite": [address("Kuusitie 4")],
        "tilapainen_osoite": address("Mäntykuja 2"),
        "yhteysosoite": address("PL 1"),
        "puhelinnumero": "050 000 0000",
        "sahkopostiosoite": "aino@example.invalid",
    });
}

/// The worker responsible in the unit of the grant's task, and one of another task; another task with its provider; a
/// risk in force and one that has passed; a related person.
fn with_more(root: &mut Value) {
    let worker = |family: &str, unit: Value| {
        json!({ "sukunimi": family, "etunimet": "Testi", "palveluyksikko": unit,
            "yhteystiedot": { "puhelinnumero": "050 000 0001" } })
    };
    root["palveluista_vastaava_tyontekija"] = json!([
        worker("Vastaava", unit(GUIDANCE, "Ikääntyneiden asiakasohjaus")),
        worker("Toinen", unit(FAMILIES, "Perhepalvelut")),
    ]);
    let tasks = root["sosiaalihuollon_palvelutehtava"].as_array_mut().unwrap();
    tasks.push(json!({
        "palvelutehtava": ServiceTask::Disability.to_code(records::Lang::Fi).to_json(),
        "palvelunjarjestajan_palveluyksikko":
            [{ "palveluyksikon_nimi": unit(FAMILIES, "Perhepalvelut"), "asiakkuuden_alkamispvm": "2026-09-07" }],
        "palveluntuottaja": [{ "palveluyksikon_nimi": unit(LEHTO, "Kielo Lehto"),
            "sosiaalipalvelu": [code("6.1222.201601", "46", "Muu")], "asiakkuuden_alkamispvm": "2026-09-07" }],
    }));
    root["riskitieto"] = json!([
        { "riskin_kuvaus": "Kotona vihainen koira", "riskitiedon_alkamispaiva": "2026-09-07" },
        { "riskin_kuvaus": "Mennyt riski", "voimassa_maaraajan": true,
            "maaraaikaisen_riskitiedon_paattymispaiva": "2026-09-20" },
    ]);
    root["asiakkaaseen_liittyvat_henkilot"] = json!([
        { "sukunimi": "Läheinen", "etunimet": "Paula", "yhteystiedot": { "puhelinnumero": "050 000 0002" } },
    ]);
}

/// The organiser's unit of families' services.
const FAMILIES: &str = "1.2.246.10.99990015.10.12";

/// Stores the next version of Aino's relationship document with a change.
async fn relationship(aino: &Aino, change: impl Fn(&mut Value)) -> Document {
    let rows = [Row::from(AHOLA, "2026-09-28")];
    let next = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &rows);
    let next = changed(&aino.world, next, "1505.1", change);
    expect(&aino.world, &aino.marja, &next, "AA").await;
    next
}

/// A decision of Antti's on the service of the right, in force from the first of September to a day.
async fn decision(aino: &Aino, until: Option<&str>, change: impl Fn(&mut Document)) -> Document {
    let antti = Member { unit: aino.marja.unit.clone(), ..aino.world.worker("antti") };
    let made = aino.world.sample(&antti, JHHVA, &aino.case, AINO, "11000", ServiceProcess::Arranging);
    let mut made = changed(&aino.world, made, "11000", |root| {
        root["paatos"]["paatoksen_voimassaolo"] = json!({ "alkamispaiva": "2026-09-01" });
        if let Some(until) = until {
            root["paatos"]["paatoksen_voimassaolo"]["paattymispaiva"] = json!(until);
        }
    });
    change(&mut made);
    let (xml, now) = (kanta::document::encode(&made), aino.world.clock.now());
    let signed = seal::sign(&xml, seal::Role::Professional, aino.world.pki.key("antti-sign"), now).unwrap();
    let signed = seal::sign(&signed, seal::Role::System, aino.world.pki.system(JHHVA), now).unwrap();
    let reply = aino.world.archive(&antti, &made, signed).await;
    assert_eq!(reply.code(), "AA", "{}", reply.texts());
    made
}

async fn plan(aino: &Aino, goal: &str) -> Document {
    let made = aino.world.sample(&aino.liisa, JHHVA, &aino.case, AINO, "15004", ServiceProcess::CarryingOut);
    let made = changed(&aino.world, made, "15004", |root| {
        root["suunnitelma"]["asetettavat_tavoitteet"] = json!([{ "nimi": "Liikkuminen", "kuvaus": goal }]);
        root["suunnitelma"]["suunnitelman_tarkistaminen"] = json!({ "ajankohta": "maaliskuussa" });
    });
    expect(&aino.world, &aino.liisa, &made, "AA").await;
    made
}

fn contains(summary: &Summary, word: &str) -> bool {
    let frame = kanta::query::Query::new(QueryKind::Summary, "1", organisation(JHHVA));
    let mut answer = answer_with(&frame);
    answer.summary = Some(summary.clone());
    String::from_utf8(kanta::query::encode_response(&answer)).unwrap().contains(word)
}

fn answer_with(query: &kanta::query::Query) -> kanta::query::QueryResponse {
    let id = kanta::frame::MessageId {
        root: records::id::Oid::parse(kanta::ids::ARCHIVE_PARTY).unwrap(),
        extension: "1".to_owned(),
    };
    kanta::query::QueryResponse {
        message_id: id.clone(),
        created: jiff::Timestamp::UNIX_EPOCH,
        processing: kanta::frame::Processing::Debugging,
        sender: id.root.clone(),
        receiver: organisation(JHHVA),
        target: id,
        kind: query.kind,
        query_id: query.id.clone(),
        ack: kanta::ack::AckType::Accepted,
        details: Vec::new(),
        rows: Vec::new(),
        documents: Vec::new(),
        next_page: None,
        summary: None,
    }
}

#[tokio::test]
async fn fr_59_the_own_register_gives_cases_units_workers_decisions_and_plans() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let document = relationship(&aino, with_more).await;
        let in_force = decision(&aino, None, |_| {}).await;
        let over = decision(&aino, Some("2026-09-27"), |_| {}).await;
        plan(&aino, "Kävely sisällä").await;
        aino.world.clock.set("2026-09-28T09:01:00Z");
        let newest = plan(&aino, "Kävely pihalla").await;
        let client = own(&aino).await;

        let person = client.person.expect("the client");
        assert_eq!((person.id.extension(), person.non_disclosure), (AINO, false));
        let relationship = client.relationship.expect("the relationship");
        assert_eq!(relationship.source.as_ref(), Some(&document.header.id));
        let units: Vec<_> =
            relationship.units.iter().map(|unit| (unit.id.as_ref().unwrap().as_str(), unit.kind)).collect();
        assert_eq!(
            units,
            [
                (GUIDANCE, UnitKind::Organiser),
                (AHOLA, UnitKind::Provider),
                (FAMILIES, UnitKind::Organiser),
                (LEHTO, UnitKind::Provider),
            ]
        );
        let workers: Vec<_> = relationship.workers.iter().map(|worker| worker.family.as_str()).collect();
        assert_eq!(workers, ["Vastaava", "Toinen"]);
        let risks: Vec<_> = client.risks.iter().map(|risk| risk.text.as_str()).collect();
        assert_eq!(risks, ["Kotona vihainen koira"]);
        assert_eq!(client.cases.iter().map(|case| &case.id).collect::<Vec<_>>(), [&aino.case]);
        let decisions: Vec<_> = client.decisions.iter().map(|decision| &decision.source).collect();
        assert_eq!(decisions, [&in_force.header.id], "{} has ended", over.header.id);
        let [plan] = client.plans.as_slice() else { panic!("the newest plan of the type") };
        assert_eq!(
            (&plan.source, plan.goals.as_slice()),
            (&newest.header.id, &["Liikkuminen: Kävely pihalla".to_owned()][..])
        );
        assert_eq!(plan.review.as_deref(), Some("maaliskuussa"));
        assert!(client.documents.iter().any(|line| line.id == over.header.id), "the list of documents has all");
    })
    .await;
}

#[tokio::test]
async fn fr_59_the_basic_form_has_no_decisions_plans_or_documents() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        plan(&aino, "Kävely").await;
        let query = by_client(QueryKind::Summary, JHHVA, AINO);
        let basic = search(&aino.world, &aino.marja, query).await.answer().summary.unwrap();
        assert!(!basic.enriched);
        let client = &basic.clients[0];
        assert!(client.relationship.is_some() && client.cases.len() == 1);
        assert!(client.decisions.is_empty() && client.plans.is_empty() && client.documents.is_empty());
        assert_eq!(own(&aino).await.plans.len(), 1, "the enriched form has the plan");
    })
    .await;
}

/// docs/decisions/0003: under a right to another's register the summary is the cut form of the relationship document.
#[tokio::test]
async fn fr_59_a_grant_gives_basic_data_and_own_rows_and_nothing_of_other_services() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let document = relationship(&aino, with_more).await;
        let other = aino.world.case_id(JHHVA);
        let mut case = aino.world.case_of(&aino.marja, &other, AINO, |mut case| {
            case.task = ServiceTask::Disability;
            case
        });
        case.header.tasks = vec![kanta::Code::new(ServiceTask::Disability.code())];
        expect(&aino.world, &aino.marja, &case, "AA").await;
        let granted_service = decision(&aino, None, |_| {}).await;
        let other_service = decision(&aino, None, |made| made.header.services = vec![kanta::Code::new("46")]).await;

        let whole = own(&aino).await;
        assert_eq!((whole.cases.len(), whole.decisions.len()), (2, 2), "the twin sees both");
        let found = summary(&aino, &aino.liisa, by_case(QueryKind::Summary, &aino.case)).await.unwrap();
        assert_eq!(found.basis, kanta::ids::Situation::RegisterAccess);
        let client = found.clients[0].clone();
        assert_eq!(client.person.as_ref().map(|person| person.id.extension()), Some(AINO));
        let own_part = client.relationship.expect("the own part");
        assert_eq!(own_part.source, None, "the document itself is not given");
        let units: Vec<_> =
            own_part.units.iter().filter_map(|unit| unit.id.as_ref()).map(|unit| unit.as_str()).collect();
        assert_eq!(units, [AHOLA]);
        let workers: Vec<_> = own_part.workers.iter().map(|worker| worker.family.as_str()).collect();
        assert_eq!(workers, ["Vastaava"], "the contact in the granted task");
        assert_eq!(client.cases.iter().map(|case| &case.id).collect::<Vec<_>>(), [&aino.case]);
        let decisions: Vec<_> = client.decisions.iter().map(|decision| &decision.source).collect();
        assert_eq!(decisions, [&granted_service.header.id]);
        for hidden in
            [LEHTO, FAMILIES, "Toinen", other.as_str(), document.header.id.as_str(), other_service.header.id.as_str()]
        {
            assert!(!contains(&found, hidden), "{hidden} is outside the right");
        }
    })
    .await;
}

#[tokio::test]
async fn fr_59_a_summary_is_refused_as_a_search_is() {
    for_each_engine(async |db| {
        let settings = Settings { own_search_needs_card: false, ..Settings::default() };
        let aino = Aino::with(db, settings).await;
        let unknown = aino.world.case_id(JHHVA);
        let henna = aino.world.worker("henna");
        let code = async |member: &Member, query| summary(&aino, member, query).await.expect_err("a refusal");
        assert_eq!(code(&aino.liisa, by_case(QueryKind::Summary, &unknown)).await, "RKO_NOT_VALID");
        assert_eq!(code(&henna, by_case(QueryKind::Summary, &aino.case)).await, "RKO_NOT_VALID");
        assert_eq!(code(&aino.marja, by_client(QueryKind::Summary, JHHVA, LEENA)).await, "NO_CONTEXT_RELATION");
        // A summary needs a card even where the own register's search does not.
        let cardless = aino.marja.clone().without_card();
        assert_eq!(code(&cardless, by_client(QueryKind::Summary, JHHVA, AINO)).await, "STRONG_AUTH_REQUIRED");
        assert!(aino.finds(&cardless, by_client(QueryKind::Metadata, JHHVA, AINO)).await.is_ok());
        let mut narrowed = by_client(QueryKind::Summary, JHHVA, AINO);
        narrowed.type_code = Some("19007".to_owned());
        assert_eq!(code(&aino.marja, narrowed).await, "BAD_REQUEST");
        assert!(summary(&aino, &aino.liisa, by_case(QueryKind::Summary, &aino.case)).await.is_ok());
        aino.world.clock.set("2026-09-27T12:00:00Z");
        assert_eq!(code(&aino.liisa, by_case(QueryKind::Summary, &aino.case)).await, "RKO_NOT_VALID");
    })
    .await;
}

#[tokio::test]
async fn fr_59_one_log_event_names_the_sources_and_nothing_else_is_stored() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let plan = plan(&aino, "Kävely").await;
        let (documents, rows) = (aino.world.count("documents").await, aino.world.count("log_row").await);
        granted(&aino).await;
        assert_eq!(aino.world.count("documents").await, documents);
        assert_eq!(aino.world.count("log_row").await, rows + 1);
        let mut tx = aino.world.app.db.read().await.unwrap();
        let whose = store::log::Whose::All;
        let log = store::log::rows(&mut tx, &aino.world.app.vault, JHHVA, whose, 0, 1000).await.unwrap();
        let (_, event) = log.last().expect("a row");
        assert!(event.detail.as_deref().unwrap().contains("kind=Summary extent=enriched"));
        assert_eq!(event.client.as_ref().map(|client| client.id.as_str()), Some(AINO));
        let sources: Vec<&str> = event.documents.iter().map(|document| document.id.as_str()).collect();
        for source in [&entry, &plan, &aino.relationship] {
            assert!(sources.contains(&source.header.id.as_str()), "{}", source.header.id);
        }
    })
    .await;
}

#[tokio::test]
async fn fr_36_an_invalidated_document_is_in_no_summary() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let plan = plan(&aino, "Kävely").await;
        assert_eq!(own(&aino).await.plans.len(), 1);
        let frame = kanta::frame::nullify(&plan.header, "Väärä asiakas", aino.world.sending(&aino.liisa, JHHVA));
        assert_eq!(aino.world.send(&aino.liisa, &frame).await.code(), "AA");
        let client = own(&aino).await;
        assert!(client.plans.is_empty() && client.documents.iter().all(|line| line.id != plan.header.id));
    })
    .await;
}

/// A relationship document with an address under non-disclosure is refused at the door (FR-60). One that an older rule
/// let in still shows nothing: the body is put in its place as it would stand there.
#[tokio::test]
async fn fr_60_under_non_disclosure_a_summary_shows_no_place() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let document = relationship(&aino, with_place).await;
        let open = own(&aino).await.person.unwrap();
        assert_eq!((open.addresses.len(), open.municipality.is_some(), open.email.is_some()), (3, true, true));

        let protected = changed(&aino.world, document, "1505.1", |root| root["asiakas"]["turvakielto"] = json!(true));
        replace_body(&aino, &protected).await;
        for (client, whose) in [(own(&aino).await, "own"), (granted(&aino).await, "granted")] {
            let person = client.person.unwrap();
            assert!(person.non_disclosure);
            assert_eq!(person.phone.as_deref(), Some("050 000 0000"), "{whose}");
            let kinds: Vec<_> = person.addresses.iter().map(|address| address.kind).collect();
            assert_eq!(kinds, [AddressKind::Contact], "{whose}");
            assert_eq!((person.municipality, person.email), (None, None), "{whose}");
        }
    })
    .await;
}

async fn replace_body(aino: &Aino, document: &Document) {
    let app = &aino.world.app;
    let bytes = aino.world.sign(document, JHHVA);
    let oid = document.header.id.as_str();
    let index = archive::intake::check::client_index(&app.vault, JHHVA, &documents::client(AINO));
    let key = app.keys.for_reading(JHHVA, &index).await.unwrap();
    let body = key.pack(&bytes, &archive::keys::document_aad(oid));
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes));
    let mut tx = app.db.write().await.unwrap();
    sqlx::query(SET_BODY).bind(body).bind(oid.to_owned()).execute(&mut *tx).await.unwrap();
    sqlx::query("UPDATE documents SET sha256 = $1 WHERE document_oid = $2")
        .bind(digest)
        .bind(oid.to_owned())
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn fr_60_secret_contacts_stay_in_the_own_register() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        relationship(&aino, |root| {
            with_place(root);
            root["asiakas"]["salaiset_yhteystiedot"] = json!(true);
        })
        .await;
        assert_eq!(own(&aino).await.person.unwrap().addresses.len(), 3);
        let person = granted(&aino).await.person.unwrap();
        assert_eq!((person.addresses.len(), person.email), (1, None));
    })
    .await;
}

#[tokio::test]
async fn fr_60_a_protected_unit_is_named_only_as_the_controller() {
    for_each_engine(async |db| {
        let settings = Settings { protected_units: [LEHTO.to_owned(), AHOLA.to_owned()].into(), ..Settings::default() };
        let aino = Aino::with(db, settings).await;
        relationship(&aino, with_more).await;
        let names = |client: ClientSummary| -> Vec<Option<String>> {
            let units = client.relationship.unwrap().units;
            units.into_iter().map(|unit| unit.id.map(|id| id.as_str().to_owned())).collect()
        };
        let all = [GUIDANCE, AHOLA, FAMILIES, LEHTO].map(|oid| Some(oid.to_owned()));
        assert_eq!(names(own(&aino).await), all, "without non-disclosure the own register names it");
        // The unit itself knows where it is.
        assert_eq!(names(granted(&aino).await), [Some(AHOLA.to_owned())]);

        let next =
            aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &[Row::from(AHOLA, "2026-09-28")]);
        let mut next = changed(&aino.world, next, "1505.1", |root| {
            with_more(root);
            root["asiakas"]["turvakielto"] = json!(true);
        });
        next.header.version = 3;
        let second = newest(&aino).await;
        next.header.replaces.as_mut().unwrap().id = second;
        next.header.replaces.as_mut().unwrap().version = 2;
        expect(&aino.world, &aino.marja, &next, "AA").await;
        let client = own(&aino).await;
        let name = client.relationship.as_ref().unwrap().units[1].name.clone();
        assert_eq!(name, aino.world.cast.organisations.iter().find(|one| one.oid.as_str() == JHHVA).unwrap().name);
        assert_eq!(names(client), [Some(GUIDANCE.to_owned()), None, Some(FAMILIES.to_owned()), None]);
    })
    .await;
}

/// The newest relationship document of Aino's.
async fn newest(aino: &Aino) -> records::id::DocumentId {
    own(aino).await.relationship.unwrap().source.unwrap()
}
