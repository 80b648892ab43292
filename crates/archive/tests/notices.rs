//! Disclosure notices (luovutusilmoitus): FHIR over the messages' door, kept in the disclosure log (FR-57, FR-58).

use archive::{notices::profile, routes, testing::*};
use axum::{Extension, body::Body, http::Request};
use http_body_util::BodyExt;
use seal::SigningKey;
use serde_json::{Value, json};
use std::sync::Arc;
use store::{
    LogRow,
    log::{Action, Outcome, Whose},
    testing::{TestDb, for_each_engine},
};
use tower::ServiceExt;

/// The golden notice: Järvi-Häme gave two documents to a court (documented in docs/messages).
const GOLDEN: &str = include_str!("../../../docs/messages/disclosure-notice.request.json");

fn golden() -> Value {
    serde_json::from_str(GOLDEN).unwrap()
}

/// Posts a bundle as a connection of an organisation.
async fn post(world: &World, organisation: &str, body: impl Into<Body>) -> (u16, Value) {
    let certificate = world.pki.tls(organisation).certificate_der().to_vec();
    let request = Request::post("/fhir").header("content-type", "application/fhir+json").body(body.into()).unwrap();
    let routes = routes::messages(world.app.clone()).layer(Extension(web::PeerCertificate(Arc::new(certificate))));
    let response = routes.oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

async fn send(world: &World, bundle: &Value) -> (u16, Value) {
    post(world, JHHVA, bundle.to_string()).await
}

/// Rows of the disclosure log of a register.
async fn disclosures(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).filter(|row| row.action == Action::Disclose).collect()
}

/// The codes, places and sentences of an OperationOutcome.
fn issues(answer: &Value) -> Vec<(String, String, String)> {
    assert_eq!(answer["resourceType"], "OperationOutcome", "{answer}");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let issue = |issue: &Value| {
        let details = &issue["details"];
        (text(&details["coding"][0]["code"]), text(&issue["expression"][0]), text(&details["text"]))
    };
    answer["issue"].as_array().unwrap().iter().map(issue).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_58_a_notice_of_a_manual_disclosure_stands_in_the_disclosure_log() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (status, answer) = send(&world, &golden()).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!((&answer["resourceType"], &answer["type"]), (&json!("Bundle"), &json!("transaction-response")));
        assert_eq!(answer["entry"].as_array().unwrap().len(), 1, "one AuditEvent, whatever stands beside it");
        assert_eq!(answer["entry"][0]["response"]["status"], "201 Created");
        let rows = disclosures(&world, JHHVA).await;
        let [row] = rows.as_slice() else { panic!("{} rows", rows.len()) };
        let (discloser, receiver) = (row.discloser.clone().unwrap(), row.receiver.clone().unwrap());
        assert_eq!(row.at.to_string(), "2026-09-25T09:15:00Z", "the disclosure's own time");
        assert_eq!(row.recorded, Some(world.app.clock.now().as_microsecond()), "and when it was told");
        assert_eq!((discloser.organisation.as_str(), discloser.unit.as_deref()), (JHHVA, Some(GUIDANCE)));
        assert!(discloser.organisation_name.unwrap().contains("Järvi-Häme"));
        assert_eq!(discloser.person_name.as_deref(), Some("Marja Salo"));
        assert_eq!(
            (receiver.organisation.as_str(), receiver.organisation_name.as_deref()),
            ("", Some("Keski-Suomen käräjäoikeus"))
        );
        assert_eq!((row.basis.kind.as_str(), row.basis.reference.as_deref()), ("statute", Some("L63-1")));
        assert_eq!(row.client.clone().unwrap().id, AINO);
        assert_eq!((row.documents.len(), row.disclosed.len(), row.count), (1, 2, 2));
        assert_eq!(row.purpose.as_deref(), Some("Edunvalvonta-asian käsittely"));
        assert_eq!(row.outcome, Outcome::Done);
        assert_eq!(world.count("notices").await, 1);
        assert_eq!(world.count("arrivals").await, 1, "its sender has been heard of");
        assert_eq!(archive::verify(&world.app).await.unwrap().faults, Vec::<String>::new());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_57_the_client_sees_a_disclosure_told_by_notice_without_the_receiving_person() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let mut bundle = golden();
        bundle["entry"][0]["resource"]["agent"][1]["name"] = json!("Salla Saaja");
        assert_eq!(send(&world, &bundle).await.0, 200);
        let request = Request::post("/citizen/log")
            .header("authorization", "Bearer salaisuus")
            .header("content-type", "application/json")
            .body(Body::from(json!({ "person": AINO, "subject": AINO }).to_string()))
            .unwrap();
        let response = routes::citizen(world.app.clone()).oneshot(request).await.unwrap();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let events: Value = serde_json::from_str(&text).unwrap();
        let event = &events["events"][0];
        assert_eq!((event["action"].as_str(), event["basis"].as_str()), (Some("disclose"), Some("statute")));
        assert_eq!(event["receiver"], "Keski-Suomen käräjäoikeus");
        assert!(!text.contains("Salla Saaja") && !text.contains("Marja Salo"), "{text}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_57_the_same_notice_again_is_logged_once_and_another_under_its_id_never() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        assert_eq!(send(&world, &golden()).await.0, 200);
        // Other white space and another order of members are the same notice.
        let again = serde_json::to_string_pretty(&golden()).unwrap();
        let (status, answer) = post(&world, JHHVA, again).await;
        assert_eq!((status, answer["entry"][0]["response"]["status"].as_str()), (200, Some("200 OK")));
        assert_eq!(disclosures(&world, JHHVA).await.len(), 1);
        let mut other = golden();
        other["entry"][0]["resource"]["purposeOfEvent"][0]["text"] = json!("Muu tarkoitus");
        let (status, answer) = send(&world, &other).await;
        assert_eq!((status, issues(&answer)[0].0.as_str()), (409, "DUPLICATE_OID"));
        // A bundle is kept whole or not at all.
        let mut two = golden();
        let mut fresh = other["entry"][0].clone();
        fresh["fullUrl"] = json!("urn:oid:1.2.246.10.99990015.10.0.95.2026.7");
        two["entry"] = json!([fresh, other["entry"][0]]);
        assert_eq!(send(&world, &two).await.0, 409);
        assert_eq!((disclosures(&world, JHHVA).await.len(), world.count("notices").await), (1, 1));
        two["entry"] = json!([fresh]);
        assert_eq!(send(&world, &two).await.0, 200);
        assert_eq!((disclosures(&world, JHHVA).await.len(), world.count("notices").await), (2, 2));
    })
    .await;
}

/// What is changed in the golden notice, the code, and the place told.
type Refused = (&'static str, fn(&mut Value), &'static str, &'static str);

/// A place in the notice itself.
macro_rules! at {
    ($path:literal) => {
        concat!("Bundle.entry[0].resource.", $path)
    };
}

fn refusals() -> Vec<Refused> {
    vec![
        ("no bundle", |b| b["resourceType"] = json!("AuditEvent"), "SCHEMA_INVALID", "Bundle"),
        ("a batch", |b| b["type"] = json!("batch"), "SCHEMA_INVALID", "Bundle"),
        ("empty", |b| b["entry"] = json!([]), "SCHEMA_INVALID", "Bundle.entry"),
        ("another resource", |b| rename(b, "Patient"), "SCHEMA_INVALID", "Bundle.entry[0].resource"),
        ("a PUT", |b| b["entry"][0]["request"]["method"] = json!("PUT"), "SCHEMA_INVALID", "Bundle.entry[0].request"),
        ("no profile", |b| event(b)["meta"] = json!({}), "SCHEMA_INVALID", at!("meta.profile")),
        ("no register", |b| drop_extension(b, profile::REGISTER_TYPE.text), "SCHEMA_INVALID", at!("extension")),
        ("no task", |b| drop_extension(b, profile::FUNCTION_CODE.text), "SCHEMA_INVALID", at!("extension")),
        (
            "an unknown task",
            |b| event(b)["extension"][1]["valueCoding"]["code"] = json!("4711"),
            "CODE_INVALID",
            at!("extension"),
        ),
        ("no time", |b| event(b)["period"]["start"] = json!("eilen"), "SCHEMA_INVALID", at!("period.start")),
        (
            "the future",
            |b| event(b)["period"]["start"] = json!("2026-09-28T10:00:00Z"),
            "SCHEMA_INVALID",
            at!("period.start"),
        ),
        (
            "written in the future",
            |b| {
                event(b)["period"] = json!(null);
                event(b)["recorded"] = json!("2026-09-28T10:00:00Z");
            },
            "SCHEMA_INVALID",
            at!("recorded"),
        ),
        ("no receiver", |b| drop(event(b)["agent"].as_array_mut().unwrap().pop()), "SCHEMA_INVALID", at!("agent")),
        ("no ground", |b| event(b)["agent"][0]["policy"] = json!([]), "SCHEMA_INVALID", at!("agent.policy")),
        (
            "an unknown ground",
            |b| event(b)["agent"][0]["policy"] = json!(["urn:vakka:peruste:L99"]),
            "SCHEMA_INVALID",
            at!("agent.policy"),
        ),
        ("no purpose", |b| event(b)["purposeOfEvent"] = json!([]), "SCHEMA_INVALID", at!("purposeOfEvent")),
        ("no client", |b| drop(event(b)["entity"].as_array_mut().unwrap().remove(0)), "SCHEMA_INVALID", at!("entity")),
        (
            "a wrong code of the client",
            |b| event(b)["entity"][0]["what"]["identifier"]["value"] = json!("120243-934X"),
            "SCHEMA_INVALID",
            at!("entity.what.identifier"),
        ),
        ("no item", |b| event(b)["entity"].as_array_mut().unwrap().truncate(1), "SCHEMA_INVALID", at!("entity")),
        ("an item without a name", |b| event(b)["entity"][2] = json!({}), "SCHEMA_INVALID", at!("entity[2]")),
        ("no id", |b| b["entry"][0]["fullUrl"] = json!("urn:uuid:1"), "SCHEMA_INVALID", "Bundle.entry[0].fullUrl"),
        ("a hundred and one", too_many, "SCHEMA_INVALID", "Bundle.entry"),
        ("the same id twice", |b| twice(b), "SCHEMA_INVALID", "Bundle.entry[2].fullUrl"),
        (
            "a stray provenance",
            |b| b["entry"][1]["resource"]["target"][0]["reference"] = json!("urn:oid:1.2.3"),
            "SCHEMA_INVALID",
            "Bundle.entry[1].resource.target",
        ),
        (
            "an id of another",
            |b| rename_id(b, "urn:oid:1.2.246.10.99990023.10.0.95.2026.1"),
            "REGISTER_MISMATCH",
            "Bundle.entry[0].fullUrl",
        ),
        (
            "another discloser",
            |b| contained(b)["identifier"][0]["value"] = json!("urn:oid:1.2.246.10.99990023.10.0"),
            "REGISTER_MISMATCH",
            at!("agent"),
        ),
        (
            "an unknown discloser",
            |b| contained(b)["identifier"][0]["value"] = json!("urn:oid:1.2.246.10.1.10.0"),
            "ORG_UNKNOWN",
            at!("agent"),
        ),
        (
            "given to oneself",
            |b| event(b)["agent"][1]["who"] = json!({ "identifier": { "value": format!("urn:oid:{JHHVA}") } }),
            "REGISTER_MISMATCH",
            at!("agent"),
        ),
        (
            "a receiver that nobody knows",
            |b| event(b)["agent"][1]["who"] = json!({ "identifier": { "value": "urn:oid:1.2.3" } }),
            "ORG_UNKNOWN",
            at!("agent"),
        ),
    ]
}

fn event(bundle: &mut Value) -> &mut Value {
    &mut bundle["entry"][0]["resource"]
}

fn contained(bundle: &mut Value) -> &mut Value {
    &mut event(bundle)["contained"][0]
}

fn rename(bundle: &mut Value, kind: &str) {
    event(bundle)["resourceType"] = json!(kind);
    bundle["entry"][0]["request"]["url"] = json!(kind);
    bundle["entry"].as_array_mut().unwrap().truncate(1);
}

fn rename_id(bundle: &mut Value, id: &str) {
    bundle["entry"][0]["fullUrl"] = json!(id);
    bundle["entry"][1]["resource"]["target"][0]["reference"] = json!(id);
}

fn drop_extension(bundle: &mut Value, url: &str) {
    event(bundle)["extension"].as_array_mut().unwrap().retain(|extension| extension["url"] != url);
}

fn too_many(bundle: &mut Value) {
    let mut entry = bundle["entry"][0].clone();
    let entries = bundle["entry"].as_array_mut().unwrap();
    for number in 0..100 {
        entry["fullUrl"] = json!(format!("urn:uuid:00000000-0000-4000-8000-{number:012}"));
        entries.push(entry.clone());
    }
}

fn twice(bundle: &mut Value) {
    let entry = bundle["entry"][0].clone();
    bundle["entry"].as_array_mut().unwrap().push(entry);
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_58_a_faulty_notice_is_refused_with_its_place_and_leaves_only_a_refusal_in_the_log() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        for (what, change, code, place) in refusals() {
            let mut bundle = golden();
            change(&mut bundle);
            let logged = world.count("log_row").await;
            let (status, answer) = send(&world, &bundle).await;
            assert!((400..500).contains(&status), "{what}: {status} {answer}");
            let issues = issues(&answer);
            let found = issues.iter().any(|(c, p, _)| c == code && p == place);
            assert!(found, "{what}: {issues:?}");
            assert!(issues.iter().all(|(_, _, text)| text.ends_with('.') && text.len() > 20), "{what}: {issues:?}");
            assert!(!answer.to_string().contains(AINO), "{what}: a value is repeated");
            assert_eq!(world.count("log_row").await, logged + 1, "{what}");
        }
        assert_eq!((disclosures(&world, JHHVA).await.len(), world.count("notices").await), (0, 0));
        // Not JSON, a name twice, too long: before anything is read.
        for body in ["<xml/>".to_owned(), GOLDEN.replacen('{', "{\"type\":\"batch\",", 1)] {
            let (status, answer) = post(&world, JHHVA, body).await;
            assert_eq!((status, issues(&answer)[0].0.as_str()), (400, "BAD_REQUEST"));
        }
        let (status, answer) = post(&world, JHHVA, " ".repeat(archive::notices::BUNDLE_BYTES_MAX + 1)).await;
        assert_eq!((status, issues(&answer)[0].0.as_str()), (413, "LIMIT_EXCEEDED"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_58_another_organisation_s_connection_tells_nothing_of_a_register() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (status, answer) = post(&world, KIELO, GOLDEN).await;
        assert_eq!((status, issues(&answer)[0].0.as_str()), (403, "REGISTER_MISMATCH"));
        assert!(disclosures(&world, JHHVA).await.is_empty());
        let mut tx = world.app.db.write().await.unwrap();
        let mut joining = archive::joining::Joining::joined(JHHVA);
        joining.state = "suspended".to_owned();
        archive::joining::set(&mut tx, &joining, world.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        let (status, answer) = post(&world, JHHVA, GOLDEN).await;
        assert_eq!((status, issues(&answer)[0].0.as_str()), (403, "ORG_NOT_JOINED"));
        // A tenant's main joiner speaks for it.
        joining.state = "joined".to_owned();
        joining.main_joiner = KIELO.to_owned();
        let mut tx = world.app.db.write().await.unwrap();
        archive::joining::set(&mut tx, &joining, world.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(post(&world, KIELO, GOLDEN).await.0, 200);
    })
    .await;
}

/// Over real TLS: the same door and the same certificates as the messages.
#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_notice_comes_by_mutual_tls_only() {
    let test = TestDb::sqlite().await;
    let (world, handle) = World::served(test.db.clone()).await;
    let url = format!("https://localhost:{}/fhir", handle.messages.port());
    let client = |own| {
        let tls = seal::tls::client(own, &world.pki.trust).unwrap();
        reqwest::Client::builder().use_preconfigured_tls((*tls).clone()).build().unwrap()
    };
    let answer = client(Some(world.pki.tls(JHHVA))).post(&url).body(GOLDEN).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("application/fhir+json"));
    let golden: Value =
        serde_json::from_str(include_str!("../../../docs/messages/disclosure-notice.answer.json")).unwrap();
    let mut given: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    given["entry"][0]["response"]["lastModified"] = golden["entry"][0]["response"]["lastModified"].clone();
    assert_eq!(given, golden);
    assert!(client(None).post(&url).body(GOLDEN).send().await.is_err(), "no answer without a certificate");
    handle.stop().await;
}

/// The golden refusal, and that the documentation names every code of the format with what is known of it.
#[tokio::test]
async fn fr_58_the_documentation_shows_what_is_answered() {
    let test = TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    let mut bundle = golden();
    drop_extension(&mut bundle, profile::FUNCTION_CODE.text);
    event(&mut bundle)["purposeOfEvent"] = json!([]);
    let golden: Value =
        serde_json::from_str(include_str!("../../../docs/messages/disclosure-notice-refused.answer.json")).unwrap();
    assert_eq!(send(&world, &bundle).await, (422, golden));
    let page = include_str!("../../../docs/messages/disclosure-notice.md");
    for (element, name) in profile::NAMES {
        let status = if name.confirmed { "confirmed" } else { "ours" };
        let line = format!("| {element} | `{}` | {status} |", name.text);
        assert!(page.contains(&line), "docs/messages/disclosure-notice.md lacks: {line}");
    }
    for provision in profile::PROVISIONS {
        assert!(page.contains(&format!("`{provision}`")), "{provision}");
    }
}
