//! A whole citizen view on real sockets, with the registers of the cast and a fake archive that speaks the citizen
//! interface's JSON. The same doors against the real archive are tested in `crates/vakka`.

use crate::{Config, Handle, serve};
use axum::{
    Json, Router,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::{SignedDuration, Timestamp};
use kanta::{
    Code,
    document::{Author, Body, Document, Header, Organisation, Patient, Signer},
};
use records::{
    id::{ClientId, DocumentId, HETU_ROOT, OrganisationId, PersonalIdentityCode, RegistrationNumber},
    time::Clock,
};
use registers::cast::Cast;
use scraper::{Html, Selector};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

pub(crate) const AINO: &str = "120243-934K";
pub(crate) const PIRKKO: &str = "040569-912U";
pub(crate) const NOORA: &str = "150684-946P";
pub(crate) const EETU: &str = "230911A957T";
pub(crate) const LEENA: &str = "170350-962A";
/// Whose mandate for Väinö is to view only.
pub(crate) const PENTTI: &str = "090748-9051";
pub(crate) const VAINO: &str = "150135-9239";
/// Whose mandate for Pirkko ended at the end of 2025.
pub(crate) const ELSA_NAME: &str = "Elsa";
const KEY: &str = "the key of the interface";
const COUNTY: &str = "1.2.246.10.99990015.10.0";

/// Time that a test moves.
pub(crate) struct Hands(Mutex<Timestamp>);

impl Hands {
    fn at(text: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(text.parse().unwrap())))
    }

    pub(crate) fn forward(&self, by: SignedDuration) {
        *self.0.lock().unwrap() += by;
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// What the fake archive holds. It gives only what is shown to a client: hiding is the archive's work.
#[derive(Default)]
pub(crate) struct Holdings {
    pub(crate) down: bool,
    /// Pairs of person and subject that have a right beside oneself.
    pub(crate) rights: HashSet<(String, String)>,
    relationships: Vec<(String, Value)>,
    documents: Vec<(String, Value, Document)>,
    pub(crate) log: Vec<(String, Value)>,
    pub(crate) wills: Vec<(String, Value)>,
    /// What was expressed: of whom, the document that the page showed, and what.
    pub(crate) expressed: Vec<(String, String, Value)>,
    /// Status and code with which the next expressions are refused.
    pub(crate) refuses: Option<(u16, &'static str)>,
    /// Bodies of every question that came.
    pub(crate) asked: Vec<Value>,
}

pub(crate) type Shared = Arc<Mutex<Holdings>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    person: String,
    subject: String,
    #[serde(default)]
    document: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    seen: String,
    #[serde(default)]
    wish: Option<Value>,
}

/// How the fake refuses: with a status and, where the archive tells one, a code.
fn bare(status: StatusCode) -> Response {
    status.into_response()
}

async fn answer(
    State(shared): State<Shared>,
    Path(what): Path<String>,
    headers: HeaderMap,
    Json(body): Json<Value>,
) -> Result<Json<Value>, Response> {
    if headers.get("authorization").is_none_or(|value| value != format!("Bearer {KEY}").as_str()) {
        return Err(bare(StatusCode::UNAUTHORIZED));
    }
    let mut held = shared.lock().unwrap();
    held.asked.push(body.clone());
    if held.down {
        return Err(bare(StatusCode::SERVICE_UNAVAILABLE));
    }
    let question: Question = serde_json::from_value(body).map_err(|_| bare(StatusCode::BAD_REQUEST))?;
    assert!(!question.name.is_empty(), "the archive's log wants the name of who asks");
    let subject = question.subject.clone();
    if question.person != subject && !held.rights.contains(&(question.person, subject.clone())) {
        return Err(bare(StatusCode::NOT_FOUND));
    }
    if let Some(wish) = question.wish {
        assert!(["fi", "sv", "en"].contains(&question.lang.as_str()));
        if let Some((status, code)) = held.refuses {
            let status = StatusCode::from_u16(status).unwrap();
            return Err((status, Json(json!({ "code": code }))).into_response());
        }
        held.expressed.push((subject, question.seen, wish));
        return Ok(Json(json!({ "receipt": "0123456789abcdef", "archived_at": "2026-10-12T09:00:00Z" })));
    }
    let own = |rows: &[(String, Value)]| -> Vec<Value> {
        rows.iter().filter(|(whose, _)| *whose == subject).map(|(_, row)| row.clone()).collect()
    };
    let documents = || held.documents.iter().filter(|(whose, ..)| *whose == subject);
    match what.as_str() {
        "overview" => {
            let lines: Vec<Value> = documents().map(|(_, line, _)| line.clone()).collect();
            Ok(Json(json!({ "relationships": own(&held.relationships), "documents": lines })))
        }
        "consents" => Ok(Json(own(&held.wills).pop().unwrap_or_else(|| json!({ "denials": [] })))),
        "log" => Ok(Json(json!({ "events": own(&held.log) }))),
        "document" => {
            let wanted = question.document.ok_or_else(|| bare(StatusCode::BAD_REQUEST))?;
            let found = documents().find(|(_, line, _)| line["document"] == wanted.as_str());
            let (_, line, document) = found.ok_or_else(|| bare(StatusCode::NOT_FOUND))?;
            Ok(Json(json!({
                "document": line,
                "xhtml": document.body.xhtml(),
                "xml": STANDARD.encode(kanta::document::encode(document)),
            })))
        }
        _ => Err(bare(StatusCode::NOT_FOUND)),
    }
}

impl Holdings {
    pub(crate) fn relationship(&mut self, whose: &str, worker: &str, phone: &str) {
        let row = json!({
            "controller": COUNTY,
            "controller_name": "Järvi-Hämeen hyvinvointialue",
            "started": "2026-09-07",
            "ended": "",
            "workers": [{ "name": worker, "contact": { "puhelinnumero": phone } }],
        });
        self.relationships.push((whose.to_owned(), row));
    }

    /// Adds a document of a general type; gives its OID.
    pub(crate) fn document(&mut self, whose: &str, general: &str, name: &str, text: &str) -> String {
        let oid = format!("1.2.246.10.99990015.95.2026.1.{}", 1000 + self.documents.len());
        let xhtml = format!(
            "<div xmlns=\"http://www.w3.org/1999/xhtml\" class=\"soc-document\" id=\"OID{oid}\"><h1>{name}</h1><p>{text}</p></div>"
        );
        self.documents.push((whose.to_owned(), line(&oid, general, name), document(&oid, Some(xhtml))));
        oid
    }

    /// Adds a PDF; gives its OID.
    pub(crate) fn pdf(&mut self, whose: &str) -> String {
        let oid = format!("1.2.246.10.99990015.95.2026.1.{}", 1000 + self.documents.len());
        self.documents.push((whose.to_owned(), line(&oid, "11", "Päätös"), document(&oid, None)));
        oid
    }

    /// Takes a document out of what is shown, as invalidating or hiding it does.
    pub(crate) fn hide(&mut self, oid: &str) {
        self.documents.retain(|(_, line, _)| line["document"] != oid);
    }
}

fn line(oid: &str, general: &str, name: &str) -> Value {
    json!({
        "document": oid,
        "controller": COUNTY,
        "controller_name": "Järvi-Hämeen hyvinvointialue",
        "case": "1.2.246.10.99990015.95.2026.2.1001",
        "type_code": "",
        "general_type": general,
        "name_fi": name,
        "name_sv": "",
        "tasks": ["IAKAS"],
        "unit": "1.2.246.10.99990015.10.11",
        "unit_name": "Ikääntyneiden asiakasohjaus",
        "event": "2026-09-21T08:00:00Z",
        "version": 1,
        "set": oid,
        "deniable": general != "1",
    })
}

fn document(oid: &str, xhtml: Option<String>) -> Document {
    let at = "2026-09-21T08:00:00Z".parse().unwrap();
    let county =
        Organisation { id: OrganisationId::parse(COUNTY).unwrap(), name: "Järvi-Hämeen hyvinvointialue".to_owned() };
    let mut header = Header::new(DocumentId::parse(oid).unwrap(), Code::new("5"), county, at);
    header.general_type = Some(Code::new("11"));
    header.patients.push(Patient {
        id: ClientId::parse(HETU_ROOT, AINO).unwrap(),
        family: "Korpela".to_owned(),
        given: "Aino Elisabet".to_owned(),
        calling: None,
        birth_date: None,
        sex: None,
    });
    let number = RegistrationNumber::parse("12345678901").unwrap();
    let (family, given) = ("Hirvonen".to_owned(), "Antti".to_owned());
    header.authors.push(Author { registration: Some(number.clone()), family: family.clone(), given: given.clone() });
    header.signers.push(Signer {
        registration: Some(number),
        family,
        given,
        method: Some(Code::new("1")),
        time: Some(at),
    });
    let body = match xhtml {
        Some(xhtml) => Body::Structured { xhtml, json: b"{}".to_vec() },
        None => Body::Pdf(b"%PDF-1.7 of the test".to_vec()),
    };
    Document { header, body }
}

/// Everything running.
pub(crate) struct Town {
    pub(crate) held: Shared,
    pub(crate) clock: Arc<Hands>,
    pub(crate) system_clock: Arc<Hands>,
    base: String,
    _handle: Handle,
}

impl Town {
    pub(crate) async fn new() -> Self {
        Self::with(Cast::built_in().unwrap()).await
    }

    async fn with(cast: Cast) -> Self {
        let people = [AINO, PIRKKO, NOORA, EETU, LEENA, PENTTI].map(|hetu| PersonalIdentityCode::parse(hetu).unwrap());
        let (registers_url, _) = registers::server::spawn(cast, "127.0.0.1:0").await.unwrap();
        let held = Shared::default();
        let archive = Router::new().route("/citizen/{what}", post(answer)).with_state(Arc::clone(&held));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let archive_url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, archive).await.unwrap() });
        let (clock, system_clock) = (Hands::at("2026-10-12T09:00:00Z"), Hands::at("2026-11-24T09:00:00Z"));
        let handle = serve(Config {
            http: "127.0.0.1:0".parse().unwrap(),
            https: None,
            archive_url,
            archive_key: KEY.to_owned(),
            registers_url,
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            system_clock: Arc::clone(&system_clock) as Arc<dyn Clock>,
            people: people.to_vec(),
        })
        .await
        .unwrap();
        Self { held, clock, system_clock, base: format!("http://{}", handle.http), _handle: handle }
    }

    /// A window without login.
    pub(crate) fn window(&self) -> Window {
        let client = reqwest::Client::builder().cookie_store(true).no_proxy().build().unwrap();
        Window { client, base: self.base.clone() }
    }

    /// A window of somebody who has logged in.
    pub(crate) async fn logged_in(&self, hetu: &str) -> Window {
        let window = self.window();
        let page = window.send("/kirjaudu", &[("hetu", hetu)]).await;
        assert_eq!((page.status, page.path.as_str()), (200, "/"), "{}", page.text());
        window
    }

    /// Product time.
    pub(crate) fn clock_now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What the fake archive holds, to look at or change.
    pub(crate) fn held(&self) -> std::sync::MutexGuard<'_, Holdings> {
        self.held.lock().unwrap()
    }
}

/// A browser window without script.
pub(crate) struct Window {
    client: reqwest::Client,
    base: String,
}

/// What it shows.
pub(crate) struct Shown {
    pub(crate) status: u16,
    pub(crate) path: String,
    pub(crate) html: String,
}

impl Window {
    pub(crate) async fn open(&self, path: &str) -> Shown {
        shown(self.client.get(format!("{}{path}", self.base))).await
    }

    pub(crate) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        shown(self.client.post(format!("{}{path}", self.base)).form(fields)).await
    }

    /// Sends a form of a page as it stands, with more fields or other values.
    pub(crate) async fn submit(&self, page: &Shown, form: &str, more: &[(&str, &str)]) -> Shown {
        let (action, mut fields) = page.form(form);
        for (name, value) in more {
            fields.retain(|(known, _)| known != name);
            fields.push(((*name).to_owned(), (*value).to_owned()));
        }
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(&action, &fields).await
    }

    /// Chooses for whom to act by the words at the radio button, as a person would.
    pub(crate) async fn act_for(&self, name: &str) -> Shown {
        let page = self.open("/puolesta").await;
        let value = page.radio(name).unwrap_or_else(|| panic!("{name} is not in the list: {}", page.text()));
        self.send("/puolesta", &[("csrf", &page.attribute("#puolesta [name=csrf]", "value")), ("kohde", &value)]).await
    }
}

async fn shown(request: reqwest::RequestBuilder) -> Shown {
    let response = request.header("accept", "text/html").send().await.unwrap();
    let path = response.url().path().to_owned();
    Shown { status: response.status().as_u16(), path, html: response.text().await.unwrap() }
}

impl Shown {
    /// Visible text of the main part, white space folded.
    pub(crate) fn text(&self) -> String {
        self.text_of("main")
    }

    pub(crate) fn text_of(&self, css: &str) -> String {
        let document = Html::parse_document(&self.html);
        let texts: Vec<String> = document
            .select(&Selector::parse(css).unwrap())
            .map(|element| element.text().collect::<Vec<_>>().join(" "))
            .collect();
        texts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.html).select(&Selector::parse(css).unwrap()).count()
    }

    pub(crate) fn attribute(&self, css: &str, name: &str) -> String {
        let document = Html::parse_document(&self.html);
        let found = document.select(&Selector::parse(css).unwrap()).find_map(|element| element.attr(name));
        found.unwrap_or_else(|| panic!("no {css} with {name}")).to_owned()
    }

    /// Address and hidden fields of a form.
    pub(crate) fn form(&self, css: &str) -> (String, Vec<(String, String)>) {
        let document = Html::parse_document(&self.html);
        let form = document.select(&Selector::parse(css).unwrap()).next();
        let form = form.unwrap_or_else(|| panic!("no form {css}: {}", self.text()));
        let hidden = Selector::parse("input[type=hidden]").unwrap();
        let field = |input: scraper::ElementRef<'_>| {
            let part = |name| input.attr(name).unwrap_or_default().to_owned();
            (part("name"), part("value"))
        };
        (form.attr("action").unwrap().to_owned(), form.select(&hidden).map(field).collect())
    }

    /// The value of the radio button whose label holds the words.
    pub(crate) fn radio(&self, words: &str) -> Option<String> {
        let document = Html::parse_document(&self.html);
        let (label, radio) = (Selector::parse("label").unwrap(), Selector::parse("input[type=radio]").unwrap());
        let found = document.select(&label).find(|label| label.text().collect::<String>().contains(words))?;
        found.select(&radio).next()?.attr("value").map(str::to_owned)
    }
}
