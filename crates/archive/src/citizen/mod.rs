//! The citizen interface (decisions.md 16): not a client of `/sanomat`, its own listener, the same care. Whose data a
//! person may see is proven here against the registers; the citizen view only says who has logged in.

mod consents;
mod express;
mod log;
pub mod policy;

pub use consents::consents;
pub use express::express;
pub use log::log;

use crate::{
    app::App,
    facts::ActsAs,
    intake::check,
    log::{Event, log_client},
    maintenance::stored,
    queries::found::{self, Row},
    sql,
    writer::Record,
};
use axum::{
    Json,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header::AUTHORIZATION},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use records::{
    id::{ClientId, DocumentId, PersonalIdentityCode},
    time::finnish_date,
};
use registers::model::Scope;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use store::{
    StoreError,
    log::{Action, Actor, LogDocument, Outcome},
};

/// Who asks about whom. Codes travel only in the body, never in an address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    person: String,
    subject: String,
    #[serde(default)]
    document: Option<String>,
    /// The person's name as the login gave it, for the log ("… puolesta").
    #[serde(default)]
    name: String,
}

/// Why nothing is given. 404 where existence must stay hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitizenError {
    /// The question cannot be read.
    BadRequest,
    /// No right to the subject's data, or no such document: the same answer.
    NotFound,
    /// A register or the database is out of reach.
    Unavailable,
    /// The right to act for the subject does not reach so far (FR-74, FR-75).
    Forbidden,
    /// Something else was expressed meanwhile.
    Conflict,
    /// It is so already; nothing was changed.
    Unchanged,
    /// A permission before the informing.
    NotInformed,
    /// No such controller, task or document can be denied here; whether it exists is not told.
    NotDeniable,
    /// Nothing can be expressed here: no signing key, or a person whom the population data do not know.
    NotOffered,
}

impl IntoResponse for CitizenError {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::BadRequest => (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
            Self::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "SERVICE_UNAVAILABLE"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "ROLE_FORBIDDEN"),
            Self::Conflict => (StatusCode::CONFLICT, "VERSION_CONFLICT"),
            Self::Unchanged => (StatusCode::CONFLICT, "UNCHANGED"),
            Self::NotInformed => (StatusCode::CONFLICT, "NOT_INFORMED"),
            Self::NotDeniable => (StatusCode::UNPROCESSABLE_ENTITY, "NOT_DENIABLE"),
            Self::NotOffered => (StatusCode::CONFLICT, "NOT_OFFERED"),
        };
        (status, Json(serde_json::json!({ "code": code }))).into_response()
    }
}

impl From<StoreError> for CitizenError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the citizen interface could not answer");
        Self::Unavailable
    }
}

/// Lets only the citizen view in, by its bearer key; compared without telling by time how much of it fits.
pub async fn only_with_key(State(app): State<App>, headers: HeaderMap, request: Request, next: Next) -> Response {
    let faults = app.switch.faults();
    if faults.down {
        return CitizenError::Unavailable.into_response();
    }
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let expected = format!("Bearer {}", app.citizen_key);
    let same = aws_lc_rs::constant_time::verify_slices_are_equal(given.as_bytes(), expected.as_bytes()).is_ok();
    if same && !app.citizen_key.is_empty() { next.run(request).await } else { StatusCode::UNAUTHORIZED.into_response() }
}

/// A right to see a subject's data, proven just now.
struct Proven {
    person: PersonalIdentityCode,
    subject: PersonalIdentityCode,
    acts: Option<ActsAs>,
    name: String,
}

impl Proven {
    fn role(&self) -> &'static str {
        match self.acts {
            None => "citizen",
            Some(ActsAs::Guardian) => "guardian",
            Some(ActsAs::Mandate(_)) => "mandate",
        }
    }

    /// Fills the log event with who acts, for whom and on what ground.
    fn describe(&self, event: &mut Event) {
        event.actor = Actor {
            id: self.person.as_str().to_owned(),
            name: self.name.clone(),
            role: self.role().to_owned(),
            method: Some("suomi.fi".to_owned()),
            ..Actor::default()
        };
        event.organisation = "OmaKanta".to_owned();
        event.ground.kind = self.ground().to_owned();
        event.ground.reference = match self.acts {
            Some(ActsAs::Mandate(Scope::View)) => Some("view".to_owned()),
            Some(ActsAs::Mandate(Scope::ViewAndAct)) => Some("view_and_act".to_owned()),
            _ => None,
        };
    }

    fn ground(&self) -> &'static str {
        match self.acts {
            None => "citizen_self",
            Some(ActsAs::Guardian) => "guardian",
            Some(ActsAs::Mandate(_)) => "mandate",
        }
    }
}

async fn prove(app: &App, question: &Question) -> Result<Proven, CitizenError> {
    let parse = |text: &str| PersonalIdentityCode::parse(text).map_err(|_| CitizenError::BadRequest);
    let (person, subject) = (parse(&question.person)?, parse(&question.subject)?);
    let name = question.name.clone();
    if person == subject {
        return Ok(Proven { person, subject, acts: None, name });
    }
    let today = finnish_date(app.clock.now());
    let acts = app.registers.may_act_for(&person, &subject, today).await.map_err(|_| CitizenError::Unavailable)?;
    // FR-68: on the 18th birthday a guardian's access ends, whatever the register still says.
    let minor = age(subject.birth_date(), today) < 18;
    match acts {
        Some(ActsAs::Guardian) if !minor => Err(CitizenError::NotFound),
        Some(acts) => Ok(Proven { person, subject, acts: Some(acts), name }),
        None => Err(CitizenError::NotFound),
    }
}

fn age(birth: jiff::civil::Date, today: jiff::civil::Date) -> i16 {
    let had_birthday = (today.month(), today.day()) >= (birth.month(), birth.day());
    today.year() - birth.year() - i16::from(!had_birthday)
}

/// Controllers that have a register: everybody that ever joined.
async fn controllers(app: &App) -> Result<Vec<String>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query("SELECT organisation FROM joining ORDER BY organisation").fetch_all(&mut *tx).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// The documents that a citizen sees, by register.
async fn visible(app: &App, proven: &Proven) -> Result<Vec<(String, Row)>, CitizenError> {
    let client = ClientId::Hetu(proven.subject.clone());
    let settings = app.settings_now();
    let today = finnish_date(app.clock.now());
    let mut all = Vec::new();
    for controller in controllers(app).await? {
        let index = check::client_index(&app.vault, &controller, &client);
        let mut tx = app.db.read().await?;
        let rows = found::rows_of(&mut tx, &controller, std::slice::from_ref(&index)).await?;
        let sets: Vec<String> = rows.iter().map(|row| row.set.clone()).collect();
        let rules = policy::rules(&mut tx, &sets).await?;
        tx.rollback().await?;
        let shown = rows.into_iter().filter(|row| policy::shown(row, rules.get(&row.set), &settings, today));
        all.extend(shown.map(|row| (controller.clone(), row)));
    }
    all.sort_by_key(|(_, row)| std::cmp::Reverse((row.event_from, row.document.clone())));
    Ok(all)
}

/// One document's line.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Document version.
    pub document: String,
    /// Controller's OID.
    pub controller: String,
    /// Controller's name.
    pub controller_name: String,
    /// Case or empty.
    pub case: String,
    /// Specific type.
    pub type_code: String,
    /// General type.
    pub general_type: String,
    /// Finnish name of the type.
    pub name_fi: String,
    /// Swedish name of the type.
    pub name_sv: String,
    /// Service tasks.
    pub tasks: Vec<String>,
    /// Unit's OID.
    pub unit: String,
    /// Unit's name.
    pub unit_name: String,
    /// Time of the event.
    pub event: String,
    /// Version number.
    pub version: u32,
    /// Original OID: all versions of the document.
    pub set: String,
    /// Whether the client may deny the disclosure of this one document.
    pub deniable: bool,
}

/// A denial aims at structured client documents and entries, never at a text alone or an old document (FR-54, R-404).
fn deniable(row: &Row) -> bool {
    row.structured && row.group == kanta::code::GROUP_CLIENT
}

async fn line(app: &App, controller: String, row: &Row) -> Line {
    let structure = app.catalogue.newest(&row.type_code);
    let name = |lang| structure.map(|structure| structure.name(lang).to_owned()).unwrap_or_default();
    Line {
        document: row.document.as_str().to_owned(),
        controller_name: organisation_name(app, &controller).await,
        controller,
        case: row.case.clone(),
        type_code: row.type_code.clone(),
        general_type: row.general_type.clone(),
        name_fi: name(records::Lang::Fi),
        name_sv: name(records::Lang::Sv),
        tasks: row.tasks.clone(),
        unit_name: unit_name(app, &row.unit).await,
        unit: row.unit.clone(),
        event: row.event_from.to_string(),
        version: row.version,
        set: row.set.clone(),
        deniable: deniable(row),
    }
}

async fn lines(app: &App, shown: Vec<(String, Row)>) -> Vec<Line> {
    let mut lines = Vec::with_capacity(shown.len());
    for (controller, row) in shown {
        lines.push(line(app, controller, &row).await);
    }
    lines
}

async fn organisation_name(app: &App, oid: &str) -> String {
    let Ok(id) = records::id::OrganisationId::parse(oid) else { return String::new() };
    app.registers.organisation(&id).await.ok().flatten().unwrap_or_default()
}

async fn unit_name(app: &App, oid: &str) -> String {
    let Ok(id) = records::id::ServiceUnitId::parse(oid) else { return String::new() };
    app.registers.unit(&id).await.ok().flatten().map(|unit| unit.name).unwrap_or_default()
}

/// Writes the log rows of a reading, one in each register concerned, before anything is given. `beside` names registers
/// of which something else than documents is given.
async fn record(
    app: &App,
    proven: &Proven,
    action: Action,
    given: &[(String, Row)],
    beside: &[String],
) -> Result<(), CitizenError> {
    let mut registers: Vec<&String> = given.iter().map(|(controller, _)| controller).chain(beside).collect();
    registers.sort();
    registers.dedup();
    for register in registers {
        let mut event = Event::of_connection("omakanta", action);
        event.register = Some(register.clone());
        proven.describe(&mut event);
        event.clients = vec![log_client(&ClientId::Hetu(proven.subject.clone()))];
        event.documents = given
            .iter()
            .filter(|(controller, _)| controller == register)
            .map(|(_, row)| LogDocument { id: row.document.as_str().to_owned(), version: row.version })
            .collect();
        event.count = u32::try_from(event.documents.len()).unwrap_or(u32::MAX);
        event.outcome = Outcome::Done;
        let record = Record { event, rests: Vec::new(), nonce: None };
        app.writer.record(record).await.map_err(|_| CitizenError::Unavailable)?;
    }
    Ok(())
}

/// The start of relationships, the responsible workers, and the documents shown, newest first: everything that the first
/// page of the citizen view needs, in one question, so that one look at it is one row in the log of each register.
pub async fn overview(
    State(app): State<App>,
    question: Result<Json<Question>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(question) = question.map_err(|_| CitizenError::BadRequest)?;
    let proven = prove(&app, &question).await?;
    let documents = visible(&app, &proven).await?;
    let relationships = relationships(&app, &proven).await?;
    let controllers: Vec<String> =
        relationships.iter().filter_map(|one| Some(one.get("controller")?.as_str()?.to_owned())).collect();
    record(&app, &proven, Action::Search, &documents, &controllers).await?;
    let documents = lines(&app, documents).await;
    Ok(Json(serde_json::json!({ "relationships": relationships, "documents": documents })))
}

/// Own relationships: controller, start, end, own worker's name and contact (FR-12), from the newest version.
async fn relationships(app: &App, proven: &Proven) -> Result<Vec<serde_json::Value>, CitizenError> {
    let client = ClientId::Hetu(proven.subject.clone());
    let mut all = Vec::new();
    for controller in controllers(app).await? {
        let index = check::client_index(&app.vault, &controller, &client);
        let mut tx = app.db.read().await?;
        let row = sqlx::query(concat!(
            "SELECT r.started, r.ended, d.document_oid, d.key_subject, d.sha256, b.body FROM relationships r \
             JOIN documents d ON d.document_oid = r.document_oid ",
            sql::with_body!(),
            " WHERE r.controller = $1 AND r.client = $2"
        ))
        .bind(controller.clone())
        .bind(index)
        .fetch_optional(&mut *tx)
        .await
        .map_err(StoreError::from)?;
        tx.rollback().await?;
        let Some(row) = row else { continue };
        let body: Vec<u8> = row.get(5);
        let bytes = stored::open(app, row.get(2), &controller, row.get(3), row.get(4), &body).await?;
        all.push(serde_json::json!({
            "controller": controller,
            "controller_name": organisation_name(app, &controller).await,
            "started": row.get::<String, _>(0),
            "ended": row.get::<String, _>(1),
            "workers": policy::workers(&bytes),
        }));
    }
    Ok(all)
}

/// The documents shown, newest first.
pub async fn documents(
    State(app): State<App>,
    question: Result<Json<Question>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(question) = question.map_err(|_| CitizenError::BadRequest)?;
    let proven = prove(&app, &question).await?;
    let shown = visible(&app, &proven).await?;
    record(&app, &proven, Action::Search, &shown, &[]).await?;
    Ok(Json(serde_json::json!({ "documents": lines(&app, shown).await })))
}

/// One document: its line, its display form and the exact signed bytes.
pub async fn document(
    State(app): State<App>,
    question: Result<Json<Question>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(question) = question.map_err(|_| CitizenError::BadRequest)?;
    let wanted = question.document.as_deref().and_then(|oid| DocumentId::parse(oid).ok());
    let wanted = wanted.ok_or(CitizenError::BadRequest)?;
    let proven = prove(&app, &question).await?;
    let shown = visible(&app, &proven).await?;
    let found = shown.into_iter().find(|(_, row)| row.document == wanted).ok_or(CitizenError::NotFound)?;
    let (controller, row) = found;
    let body = body_of(&app, &row).await?;
    let bytes = stored::open(&app, row.document.as_str(), &controller, &row.key_subject, &row.sha256, &body).await?;
    let decoded = kanta::document::decode(&bytes, &kanta::Limits::default()).map_err(|_| CitizenError::Unavailable)?;
    let given = [(controller.clone(), row)];
    record(&app, &proven, Action::Read, &given, &[]).await?;
    let [(controller, row)] = given;
    Ok(Json(serde_json::json!({
        "document": line(&app, controller, &row).await,
        "xhtml": decoded.document.body.xhtml(),
        "xml": STANDARD.encode(&bytes),
    })))
}

async fn body_of(app: &App, row: &Row) -> Result<Vec<u8>, StoreError> {
    let mut tx = app.db.read().await?;
    let oid = [row.document.as_str().to_owned()];
    const SQL: &str = concat!("SELECT b.body FROM documents d ", sql::with_body!(), " WHERE d.document_oid IN");
    let rows = sql::select_in(&mut tx, SQL, &oid).await?;
    rows.first().map(|row| row.get(0)).ok_or(StoreError::Sealed)
}
