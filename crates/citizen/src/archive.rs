//! A client of the archive's citizen interface (decisions.md 16).
//!
//! Codes travel in bodies only. Nothing of a question or an answer goes into an error or a log line.

use base64::{Engine, engine::general_purpose::STANDARD};
use jiff::Timestamp;
use records::id::{DocumentId, PersonalIdentityCode};
use reqwest::StatusCode;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::time::Duration;

/// How long an answer may take before the page says that the archive does not answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// Largest answer read, in bytes: one document as XML in base64 with its display form.
const ANSWER_BYTES_MAX: usize = 48 * 1024 * 1024;

/// Why something was not stored; nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotStored {
    /// The archive gave no answer or knows no right.
    Archive(ArchiveError),
    /// The right to act for the subject does not reach so far.
    Forbidden,
    /// Something else was expressed meanwhile.
    Conflict,
    /// It is so already.
    Unchanged,
    /// The informing comes before the permission.
    NotInformed,
    /// This cannot be denied here.
    NotDeniable,
    /// Nothing can be changed here.
    NotOffered,
}

/// Why the archive gave nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArchiveError {
    /// No right to the subject's data, or no such document: never told apart.
    #[error("the archive has nothing to show")]
    NotFound,
    /// The archive is out of reach or answers what cannot be read.
    #[error("the archive does not answer")]
    Down,
}

/// Who asks about whom.
pub struct Question<'a> {
    /// Who has logged in.
    pub person: &'a PersonalIdentityCode,
    /// Whose data are asked for.
    pub subject: &'a PersonalIdentityCode,
    /// The name of who has logged in, for the archive's log ("… puolesta").
    pub name: &'a str,
}

/// A client of the interface.
pub struct Archive {
    http: reqwest::Client,
    base: String,
    key: String,
}

/// Own client relationships and documents: one question for the whole first page, so that a look at it is one use.
#[derive(Deserialize)]
pub struct Overview {
    /// One for each controller.
    #[serde(default)]
    pub relationships: Vec<Relationship>,
    /// The documents shown, newest first.
    #[serde(default)]
    pub documents: Vec<Line>,
}

/// A client relationship.
#[derive(Deserialize)]
pub struct Relationship {
    /// Controller's OID.
    pub controller: String,
    /// Controller's name.
    #[serde(default)]
    pub controller_name: String,
    /// First day, ISO 8601.
    #[serde(default)]
    pub started: String,
    /// Last day, or empty.
    #[serde(default)]
    pub ended: String,
    /// Responsible workers.
    #[serde(default)]
    pub workers: Vec<Worker>,
}

/// A responsible worker (omatyöntekijä).
#[derive(Deserialize)]
pub struct Worker {
    /// Name.
    #[serde(default)]
    pub name: String,
    /// Telephone.
    #[serde(default)]
    pub phone: Option<String>,
    /// Other contact data, as the relationship document has them.
    #[serde(default)]
    pub contact: Option<serde_json::Value>,
}

impl Worker {
    /// Telephone and e-mail as they are shown, e.g. `019 000 0000`.
    pub fn reachable_at(&self) -> String {
        let mut found: Vec<String> = self.phone.iter().filter(|phone| !phone.is_empty()).cloned().collect();
        if let Some(contact) = &self.contact {
            contacts(contact, &mut found);
        }
        found.dedup();
        found.join(", ")
    }
}

/// Texts under telephone and e-mail keys, however deep the structure holds them. An address is never among them.
fn contacts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) if !text.is_empty() => found.push(text.clone()),
        serde_json::Value::Array(list) => list.iter().for_each(|one| contacts(one, found)),
        serde_json::Value::Object(map) => {
            let wanted = |key: &str| key.contains("puhelin") || key.contains("sahkoposti");
            map.iter().filter(|(key, _)| wanted(key)).for_each(|(_, one)| contacts(one, found));
        }
        _ => {}
    }
}

/// One document in a list.
#[derive(Deserialize)]
pub struct Line {
    /// OID of the version.
    pub document: String,
    /// Controller's OID.
    #[serde(default)]
    pub controller: String,
    /// Controller's name.
    #[serde(default)]
    pub controller_name: String,
    /// Case, or empty.
    #[serde(default)]
    pub case: String,
    /// General type: 11 decision, 15 plan, 1 assessment, 19 entry.
    #[serde(default)]
    pub general_type: String,
    /// Specific type, e.g. 15004.
    #[serde(default)]
    pub type_code: String,
    /// Finnish name of the type.
    #[serde(default)]
    pub name_fi: String,
    /// Swedish name of the type.
    #[serde(default)]
    pub name_sv: String,
    /// Service tasks.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Unit's name.
    #[serde(default)]
    pub unit_name: String,
    /// Time of the event, RFC 3339.
    #[serde(default)]
    pub event: String,
    /// Original OID, the same in all versions.
    #[serde(default)]
    pub set: String,
    /// Whether the disclosure of this one document can be denied.
    #[serde(default)]
    pub deniable: bool,
}

impl Line {
    /// When the event was, if it is known.
    pub fn at(&self) -> Option<Timestamp> {
        self.event.parse().ok()
    }
}

/// One document with its content.
#[derive(Deserialize)]
pub struct Opened {
    /// Its line.
    pub document: Line,
    /// The display form; none for a PDF.
    #[serde(default)]
    pub xhtml: Option<String>,
    /// The signed bytes in base64.
    #[serde(default)]
    xml: String,
}

impl Opened {
    /// The signed document, read; none when it cannot be.
    pub fn decoded(&self) -> Option<kanta::document::Document> {
        let bytes = STANDARD.decode(&self.xml).ok()?;
        kanta::document::decode(&bytes, &kanta::Limits::default()).ok().map(|decoded| decoded.document)
    }
}

/// What a person has expressed.
#[derive(Deserialize)]
pub struct Wills {
    /// That he was informed; none when nobody has noted it.
    pub informing: Option<Expressed>,
    /// The permission to disclose; none when it was never given.
    pub permission: Option<Expressed>,
    /// The denials in force.
    #[serde(default)]
    pub denials: Vec<Denied>,
    /// The newest document of denials, or empty.
    #[serde(default)]
    pub denial_document: String,
    /// Whether the archive takes anything here at all.
    #[serde(default)]
    pub offered: bool,
    /// How far the right of who asks reaches.
    #[serde(default)]
    pub may: May,
}

/// What who asks may express.
#[derive(Deserialize, Default, Clone, Copy)]
#[serde(default)]
pub struct May {
    /// Having been informed.
    pub informing: bool,
    /// Giving and withdrawing the permission.
    pub permission: bool,
    /// Denying, and taking a denial back.
    pub denial: bool,
}

/// The newest word on one matter.
#[derive(Deserialize)]
pub struct Expressed {
    /// Informed, or permitted.
    pub in_force: bool,
    /// The day, ISO 8601.
    pub day: Option<String>,
    /// The document that says it.
    #[serde(default)]
    pub document: String,
}

/// One denial.
#[derive(Deserialize)]
pub struct Denied {
    /// `controller`, `task` or `document`.
    pub level: String,
    /// The controller's OID, the task's code or the document's original OID.
    pub target: String,
    /// The day, ISO 8601.
    pub day: String,
    /// The denied document, when it is one that is shown.
    #[serde(default)]
    pub document: Option<Line>,
}

/// What is expressed, and on what ground of knowledge.
#[derive(Serialize)]
pub struct Expression<'a> {
    person: &'a str,
    subject: &'a str,
    name: &'a str,
    lang: &'a str,
    /// The newest document that the page showed, or empty.
    seen: &'a str,
    wish: &'a Wish,
}

/// What is wished.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Wish {
    /// To have been informed.
    Acknowledge,
    /// To give the permission.
    Permit,
    /// To withdraw it.
    Withdraw,
    /// To deny one thing more.
    Deny(Aim),
    /// To take one denial back.
    TakeBack(Aim),
}

/// What a denial aims at.
#[derive(Serialize, Clone, PartialEq, Eq, Debug)]
pub struct Aim {
    /// `controller`, `task` or `document`.
    pub level: String,
    /// The controller's OID, the task's code or the document's original OID.
    pub target: String,
}

/// That it was stored.
#[derive(Deserialize)]
pub struct Receipt {
    /// The receipt's reference.
    pub receipt: String,
    /// When, RFC 3339.
    pub archived_at: String,
}

#[derive(Deserialize)]
struct Refused {
    code: String,
}

#[derive(Deserialize)]
struct Log {
    events: Vec<Use>,
}

/// One use of the data.
#[derive(Deserialize)]
pub struct Use {
    /// When, RFC 3339.
    #[serde(default)]
    pub at: String,
    /// Whose register, by name.
    #[serde(default)]
    pub register: String,
    /// Whether it is the register of permissions and denials, which is no controller's.
    #[serde(default)]
    pub wills: bool,
    /// Who used, by the organisation's name.
    #[serde(default)]
    pub organisation: String,
    /// The organisation's OID, or the name of the service.
    #[serde(default)]
    pub organisation_oid: String,
    /// What was done.
    #[serde(default)]
    pub action: String,
    /// On what right.
    #[serde(default)]
    pub basis: String,
    /// What for.
    #[serde(default)]
    pub purpose: Option<String>,
    /// How many documents.
    #[serde(default)]
    pub documents: u64,
    /// Who acted for the subject, by name.
    #[serde(default)]
    pub on_behalf: Option<String>,
}

impl Archive {
    /// A client of the interface at `base` with its bearer key.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(base: &str, key: &str) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder().timeout(ANSWER_WITHIN).no_proxy().build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key: key.to_owned() })
    }

    /// Relationships with own workers (FR-12), and the documents shown (FR-69).
    ///
    /// # Errors
    /// [`ArchiveError`]
    pub async fn overview(&self, question: &Question<'_>) -> Result<Overview, ArchiveError> {
        self.ask("overview", question, None).await
    }

    /// One document.
    ///
    /// # Errors
    /// [`ArchiveError`]; a hidden document and an unknown one are the same.
    pub async fn document(&self, question: &Question<'_>, document: &DocumentId) -> Result<Opened, ArchiveError> {
        self.ask("document", question, Some(document)).await
    }

    /// Uses of the subject's data, newest first (FR-76).
    ///
    /// # Errors
    /// [`ArchiveError`]
    pub async fn uses(&self, question: &Question<'_>) -> Result<Vec<Use>, ArchiveError> {
        Ok(self.ask::<Log>("log", question, None).await?.events)
    }

    /// Informing, permission and denials as they stand (FR-73).
    ///
    /// # Errors
    /// [`ArchiveError`]
    pub async fn wills(&self, question: &Question<'_>) -> Result<Wills, ArchiveError> {
        self.ask("consents", question, None).await
    }

    /// Expresses something; it holds when this returns.
    ///
    /// # Errors
    /// [`NotStored`]
    pub async fn express(
        &self,
        question: &Question<'_>,
        lang: &str,
        seen: &str,
        wish: &Wish,
    ) -> Result<Receipt, NotStored> {
        let Question { person, subject, name } = *question;
        let body = Expression { person: person.as_str(), subject: subject.as_str(), name, lang, seen, wish };
        let (status, bytes) = self.post("express", &body).await.map_err(NotStored::Archive)?;
        if status == StatusCode::OK {
            return serde_json::from_slice(&bytes).map_err(|_| NotStored::Archive(ArchiveError::Down));
        }
        let code = serde_json::from_slice::<Refused>(&bytes).map(|refused| refused.code).unwrap_or_default();
        Err(match (status, code.as_str()) {
            (StatusCode::NOT_FOUND, _) => NotStored::Archive(ArchiveError::NotFound),
            (_, "ROLE_FORBIDDEN") => NotStored::Forbidden,
            (_, "VERSION_CONFLICT") => NotStored::Conflict,
            (_, "UNCHANGED") => NotStored::Unchanged,
            (_, "NOT_INFORMED") => NotStored::NotInformed,
            (_, "NOT_DENIABLE") => NotStored::NotDeniable,
            (_, "NOT_OFFERED") => NotStored::NotOffered,
            _ => NotStored::Archive(down("express", "refused")),
        })
    }

    async fn ask<T: DeserializeOwned>(
        &self,
        what: &'static str,
        question: &Question<'_>,
        document: Option<&DocumentId>,
    ) -> Result<T, ArchiveError> {
        let mut body = serde_json::json!({
            "person": question.person.as_str(),
            "subject": question.subject.as_str(),
            "name": question.name,
        });
        if let Some(document) = document {
            body["document"] = document.as_str().into();
        }
        match self.post(what, &body).await? {
            (StatusCode::OK, bytes) => serde_json::from_slice(&bytes).map_err(|_| down(what, "not understood")),
            (StatusCode::NOT_FOUND, _) => Err(ArchiveError::NotFound),
            _ => Err(down(what, "refused")),
        }
    }

    async fn post(&self, what: &'static str, body: &impl Serialize) -> Result<(StatusCode, Vec<u8>), ArchiveError> {
        let request = self.http.post(format!("{}/citizen/{what}", self.base)).bearer_auth(&self.key).json(body);
        let mut response = request.send().await.map_err(|_| down(what, "out of reach"))?;
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| down(what, "broke off"))? {
            if bytes.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(down(what, "too long"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok((response.status(), bytes))
    }
}

fn down(what: &'static str, why: &'static str) -> ArchiveError {
    tracing::warn!(what, why, "the archive gave no answer");
    ArchiveError::Down
}
