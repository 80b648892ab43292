//! The archive keeper's door: joining, go-live dates, settings, counters, checkpoints and proofs of the logs, and in
//! stand-in builds the switches of misbehaviour. No personal data pass here.

pub mod page;

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
use jiff::civil::Date;
use records::{Lang, id::OrganisationId, refusal::Refusal};
use sqlx::Row;
use std::sync::{Arc, PoisonError};
use store::StoreError;

/// `application/problem+json` with a code of the catalogue.
#[derive(Debug)]
pub struct Problem(pub StatusCode, pub Refusal);

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::json!({
            "type": "about:blank",
            "status": self.0.as_u16(),
            "code": self.1.code(),
            "title": self.1.sentence(Lang::Fi),
        });
        (self.0, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the management door could not answer");
        Self(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable)
    }
}

fn bad_request() -> Problem {
    Problem(StatusCode::BAD_REQUEST, Refusal::BadRequest)
}

/// Whether the archive can store: asks the database.
pub fn readiness(app: App) -> web::health::Ready {
    Arc::new(move || {
        let app = app.clone();
        Box::pin(async move {
            if app.switch.faults().down {
                return Err("down on purpose");
            }
            let mut tx = app.db.read().await.map_err(|_| "database")?;
            sqlx::query("SELECT 1").execute(&mut *tx).await.map_err(|_| "database")?;
            Ok(())
        })
    })
}

/// The interface's description.
pub async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], include_str!("openapi.json")).into_response()
}

/// Who has joined.
pub async fn joinings(State(app): State<App>) -> Result<Json<Vec<Joining>>, Problem> {
    let mut tx = app.db.read().await?;
    let mut all: Vec<Joining> = joining::all(&mut tx).await?.into_values().collect();
    all.sort_by(|a, b| a.organisation.cmp(&b.organisation));
    Ok(Json(all))
}

/// Sets an organisation's joining.
pub async fn set_joining(
    State(app): State<App>,
    Path(organisation): Path<String>,
    body: Result<Json<Joining>, axum::extract::rejection::JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(joining) = body.map_err(|_| bad_request())?;
    let known = OrganisationId::parse(&organisation).is_ok_and(|id| id.as_str() == joining.organisation);
    let words = records::joining::JoiningState::parse(&joining.state).is_some()
        && matches!(joining.model.as_str(), "direct" | "joint" | "parallel")
        && matches!(joining.system_kind.as_str(), "client" | "patient");
    if !known || !words {
        return Err(bad_request());
    }
    let mut tx = app.db.write().await?;
    joining::set(&mut tx, &joining, app.clock.now()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
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
    body: Result<Json<Starts>, axum::extract::rejection::JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(Starts { starts }) = body.map_err(|_| bad_request())?;
    let task_known = task == "*" || records::code::ServiceTask::parse(&task).is_some();
    if OrganisationId::parse(&organiser).is_err() || !task_known {
        return Err(bad_request());
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
pub async fn set_settings(
    State(app): State<App>,
    body: Result<Json<Settings>, axum::extract::rejection::JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(settings) = body.map_err(|_| bad_request())?;
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

fn hashes(proof: Option<Vec<store::merkle::Hash>>) -> Result<Json<Vec<String>>, Problem> {
    let proof = proof.ok_or(Problem(StatusCode::NOT_FOUND, Refusal::BadRequest))?;
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
pub async fn set_test_faults(
    State(app): State<App>,
    body: Result<Json<crate::switch::Faults>, axum::extract::rejection::JsonRejection>,
) -> Result<StatusCode, Problem> {
    let Json(faults) = body.map_err(|_| bad_request())?;
    app.switch.set(faults);
    Ok(StatusCode::NO_CONTENT)
}

/// Empties the archive but for who has joined; logs stay, since nothing can delete them.
#[cfg(feature = "stand-ins")]
pub async fn test_reset(State(app): State<App>) -> Result<StatusCode, Problem> {
    let mut tx = app.db.write().await?;
    for sql in [
        "DELETE FROM document_clients",
        "DELETE FROM documents",
        "DELETE FROM case_clients",
        "DELETE FROM cases",
        "DELETE FROM relationships",
        "DELETE FROM grants",
        "DELETE FROM visibility_rules",
    ] {
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
