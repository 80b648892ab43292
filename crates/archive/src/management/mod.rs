//! The management interface: joining, go-live dates, settings, counters, checkpoints and proofs of the logs, and in
//! stand-in builds the switches of misbehaviour. No personal data pass here. `openapi.json` describes it; [`contract`]
//! holds every body against that description, so that the two cannot drift apart.

pub mod contract;
pub mod problem;

pub use problem::Problem;

use crate::{
    app::App,
    joining::{self, Joining},
    settings::Settings,
};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use contract::Body;
use jiff::civil::Date;
use records::{id::OrganisationId, refusal::Refusal};
use sqlx::Row;
use std::sync::{Arc, PoisonError};
use store::StoreError;

/// Whether the archive can store: asks the database.
pub async fn storable(app: &App) -> bool {
    let Ok(mut tx) = app.db.read().await else { return false };
    sqlx::query("SELECT 1").execute(&mut *tx).await.is_ok()
}

/// The same, with the vendor's switch, as the shell asks it.
pub fn readiness(app: App) -> web::health::Ready {
    Arc::new(move || {
        let app = app.clone();
        Box::pin(async move {
            if app.switch.faults().down {
                return Err("down on purpose");
            }
            if storable(&app).await { Ok(()) } else { Err("database") }
        })
    })
}

/// The interface's description.
pub async fn openapi() -> Response {
    Json(contract::document().clone()).into_response()
}

/// Who has joined.
pub async fn joinings(State(app): State<App>) -> Result<Json<Vec<Joining>>, Problem> {
    let mut tx = app.db.read().await?;
    let mut all: Vec<Joining> = joining::all(&mut tx).await?.into_values().collect();
    all.sort_by(|a, b| a.organisation.cmp(&b.organisation));
    Ok(Json(all))
}

/// Sets an organisation's joining. The organisation stands in the path and in the body, so that a body cannot be put
/// to another's place by mistake.
pub async fn set_joining(
    State(app): State<App>,
    Path(organisation): Path<String>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let joining: Joining = contract::read("Joining", body)?;
    known(&app, &organisation).await?;
    if joining.organisation != organisation {
        return Err(Problem::conflict("the organisation of the body is another than that of the path"));
    }
    if !joining.main_joiner.is_empty() {
        known(&app, &joining.main_joiner).await?;
    }
    let mut tx = app.db.write().await?;
    joining::set(&mut tx, &joining, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An organisation of the organisation register.
async fn known(app: &App, organisation: &str) -> Result<OrganisationId, Problem> {
    let unknown = || Problem::new(StatusCode::NOT_FOUND, Refusal::OrgUnknown);
    let id = OrganisationId::parse(organisation).map_err(|_| unknown())?;
    match app.registers.organisation(&id).await {
        Ok(Some(_)) => Ok(id),
        Ok(None) => Err(unknown()),
        Err(_) => Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable)),
    }
}

/// First days of register access rights.
pub async fn go_lives(State(app): State<App>) -> Result<Json<Vec<serde_json::Value>>, Problem> {
    let mut tx = app.db.read().await?;
    let mut days: Vec<_> = joining::go_live(&mut tx).await?.into_iter().collect();
    days.sort();
    let lines = days.into_iter().map(|((organiser, task), starts)| {
        serde_json::json!({ "organiser": organiser, "task": task, "starts": starts.to_string() })
    });
    Ok(Json(lines.collect()))
}

/// The body of a go-live date.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Starts {
    starts: Date,
}

/// Sets a first day; task `*` is all tasks that have none of their own.
pub async fn set_go_live(
    State(app): State<App>,
    Path((organiser, task)): Path<(String, String)>,
    body: Body,
) -> Result<StatusCode, Problem> {
    let Starts { starts } = contract::read("GoLiveDay", body)?;
    known(&app, &organiser).await?;
    if task != "*" && records::code::ServiceTask::parse(&task).is_none() {
        return Err(Problem::new(StatusCode::NOT_FOUND, Refusal::CodeInvalid));
    }
    let mut tx = app.db.write().await?;
    joining::set_go_live(&mut tx, &organiser, &task, starts).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The settings in force.
pub async fn settings(State(app): State<App>) -> Json<Settings> {
    Json(app.settings_now())
}

/// Sets the settings until the next start; lasting ones stand in the configuration.
pub async fn set_settings(State(app): State<App>, body: Body) -> Result<StatusCode, Problem> {
    let settings: Settings = contract::read("Settings", body)?;
    *app.settings.write().unwrap_or_else(PoisonError::into_inner) = settings;
    Ok(StatusCode::NO_CONTENT)
}

/// One register's counts.
#[derive(Debug, serde::Serialize)]
pub struct RegisterLine {
    /// The controller.
    pub controller: String,
    /// Versions stored.
    pub documents: i64,
    /// Cases.
    pub cases: i64,
    /// Client relationships.
    pub relationships: i64,
}

/// Counts by register.
///
/// # Errors
/// What the database says.
pub async fn register_lines(app: &App) -> Result<Vec<RegisterLine>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT j.organisation, (SELECT COUNT(*) FROM documents d WHERE d.controller = j.organisation), \
         (SELECT COUNT(*) FROM cases c WHERE c.controller = j.organisation), \
         (SELECT COUNT(*) FROM relationships r WHERE r.controller = j.organisation) \
         FROM joining j ORDER BY j.organisation",
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows
        .iter()
        .map(|row| RegisterLine {
            controller: row.get(0),
            documents: row.get(1),
            cases: row.get(2),
            relationships: row.get(3),
        })
        .collect())
}

/// The registers of the archive.
pub async fn registers(State(app): State<App>) -> Result<Json<Vec<RegisterLine>>, Problem> {
    Ok(Json(register_lines(&app).await?))
}

/// Which register's log.
#[derive(serde::Deserialize)]
pub struct WhichLog {
    register: Option<String>,
    index: Option<u64>,
    size: Option<u64>,
    from: Option<u64>,
    to: Option<u64>,
}

/// Signed notes of all logs, or of one.
pub async fn checkpoints(State(app): State<App>, Query(which): Query<WhichLog>) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let mut text = String::new();
    for register in store::log::registers(&mut tx).await? {
        if which.register.as_ref().is_none_or(|wanted| *wanted == register) {
            let head = store::log::head(&mut tx, &register).await?;
            text.push_str(&head.sign(&app.vault));
            text.push('\n');
        }
    }
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

fn bad_request() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, Refusal::BadRequest)
}

fn hashes(proof: Option<Vec<store::merkle::Hash>>) -> Result<Json<Vec<String>>, Problem> {
    let proof = proof.ok_or(Problem::new(StatusCode::NOT_FOUND, Refusal::BadRequest))?;
    Ok(Json(proof.iter().map(hex::encode).collect()))
}

/// Proof that a row is in the log.
pub async fn inclusion(State(app): State<App>, Query(which): Query<WhichLog>) -> Result<Json<Vec<String>>, Problem> {
    let (Some(register), Some(index), Some(size)) = (which.register, which.index, which.size) else {
        return Err(bad_request());
    };
    let mut tx = app.db.read().await?;
    hashes(app.tiles.inclusion_proof(&mut tx, &register, index, size).await?)
}

/// Proof that the log of one size is a beginning of that of another.
pub async fn consistency(State(app): State<App>, Query(which): Query<WhichLog>) -> Result<Json<Vec<String>>, Problem> {
    let (Some(register), Some(from), Some(to)) = (which.register, which.from, which.to) else {
        return Err(bad_request());
    };
    let mut tx = app.db.read().await?;
    hashes(app.tiles.consistency_proof(&mut tx, &register, from, to).await?)
}

/// The faults in force.
#[cfg(feature = "stand-ins")]
pub async fn test_faults(State(app): State<App>) -> Json<crate::switch::Faults> {
    Json(app.switch.faults())
}

/// Sets the faults.
#[cfg(feature = "stand-ins")]
pub async fn set_test_faults(State(app): State<App>, body: Body) -> Result<StatusCode, Problem> {
    let faults: crate::switch::Faults = contract::read("Faults", body)?;
    app.switch.set(faults);
    Ok(StatusCode::NO_CONTENT)
}

/// What a reset empties. Joining, go-live dates and narrowings are an operator's, not a test's; logs, keys and nonces
/// stay, since nothing may forget them.
#[cfg(feature = "stand-ins")]
pub const RESET: &[&str] = &[
    "document_clients",
    "documents",
    "bodies",
    "case_clients",
    "cases",
    "relationships",
    "grants",
    "visibility_rules",
    "temporary_links",
    "case_links",
    "recordings",
    "consents",
    "denials",
    "special_reasons",
    "notices",
    "retention_holds",
    "disposal_items",
    "disposal_runs",
    "disposals",
    "refusals",
    "arrivals",
];

/// What a reset leaves, beside the tables of `store`. Certificates are nobody's documents, and memory holds them.
#[cfg(feature = "stand-ins")]
pub const KEPT: &[&str] =
    &["joining", "joining_history", "go_live", "scope_policies", "steering_version", "nonces", "certificates"];

/// Empties the archive but for who has joined; logs stay, since nothing can delete them. Every switch goes off.
#[cfg(feature = "stand-ins")]
pub async fn test_reset(State(app): State<App>) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    for table in RESET {
        let sql = sqlx::AssertSqlSafe(format!("DELETE FROM {table}"));
        sqlx::query(sql).execute(&mut *tx).await.map_err(StoreError::from)?;
    }
    // Said in the open: verification asks the log where the documents have gone.
    for register in store::log::registers(&mut tx).await? {
        let mut event = crate::log::Event::of_connection("archive", store::log::Action::Administer);
        event.detail = Some(crate::maintenance::verify::TEST_RESET.to_owned());
        let rows = event.rows(store::log::Outcome::Done, app.clock.now());
        store::log::append(&mut tx, &app.vault, &register, &rows).await?;
    }
    tx.commit().await?;
    app.switch.set(crate::switch::Faults::default());
    Ok(StatusCode::NO_CONTENT)
}
