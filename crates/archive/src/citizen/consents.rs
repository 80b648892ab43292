//! What the client has expressed, as he reads it himself: informing, permission, denials (FR-73).

use super::{CitizenError, Proven, Question, prove, record, visible};
use crate::{
    app::App,
    consents::{self, Standing, Will},
    log::{Event, log_client},
    queries::found::{self, Row},
    writer::{Reading, Record, WillRest},
};
use axum::{Json, extract::State};
use jiff::civil::Date;
use records::{
    consent::{Kind, Target},
    id::ClientId,
};
use std::collections::HashMap;
use store::log::Action;

/// What stands, each with the day and the document that says it, and what may be expressed here by who asks. Denials are
/// told to nobody but the client, those who act for him, and workers who take them down. Of a denied document its line is
/// told when it is one that the client sees: then this is a look at that document's register, too.
pub async fn consents(
    State(app): State<App>,
    question: Result<Json<Question>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(question) = question.map_err(|_| CitizenError::BadRequest)?;
    let proven = prove(&app, &question).await?;
    let client = ClientId::Hetu(proven.subject.clone());
    let index = consents::client_index(&app.vault, &client);
    let mut tx = app.db.read().await?;
    let standing = consents::load(&mut tx, std::slice::from_ref(&index)).await?.remove(&index).unwrap_or_default();
    tx.rollback().await?;
    let denied = denied(&app, &proven, &standing).await?;
    log_look(&app, &proven, &client, index, &standing).await?;
    let lines: Vec<(String, Row)> = denied.values().cloned().collect();
    record(&app, &proven, Action::Search, &lines, &[]).await?;
    let mut denials = Vec::new();
    for (target, set_on) in standing.of(Kind::Denial).map(|will| will.denials.as_slice()).unwrap_or_default() {
        denials.push(denial(&app, target, *set_on, &denied).await);
    }
    let may = |kind| consents::may(proven.acts, kind);
    Ok(Json(serde_json::json!({
        "informing": told(&standing, Kind::Informing),
        "permission": told(&standing, Kind::Permission),
        "denials": denials,
        "denial_document": standing.of(Kind::Denial).map(|will| will.document.as_str()).unwrap_or_default(),
        "offered": app.will_key.is_some(),
        "may": {
            "informing": may(Kind::Informing),
            "permission": may(Kind::Permission),
            "denial": may(Kind::Denial),
        },
    })))
}

/// The look itself, in the log of the register of expressions of will; when that cannot be written, nothing is shown.
async fn log_look(
    app: &App,
    proven: &Proven,
    client: &ClientId,
    index: String,
    standing: &Standing,
) -> Result<(), CitizenError> {
    let mut event = Event::of_connection("omakanta", Action::Read);
    event.register = Some(kanta::ids::WILL_REGISTER.to_owned());
    proven.describe(&mut event);
    event.clients = vec![log_client(client)];
    event.documents = standing.logged();
    event.count = u32::try_from(event.documents.len()).unwrap_or(u32::MAX);
    let rest = WillRest { client: index, versions: standing.versions() };
    let record = Record { event, rests: Vec::new(), nonce: None };
    let reading = Reading { wills: vec![rest], ..Reading::of(record) };
    app.writer.read(reading).await.map_err(|_| CitizenError::Unavailable)
}

/// The denied documents that the client sees himself, by the OID that the denial names.
async fn denied(
    app: &App,
    proven: &Proven,
    standing: &Standing,
) -> Result<HashMap<String, (String, Row)>, CitizenError> {
    let denials = standing.of(Kind::Denial).map(|will| will.denials.as_slice()).unwrap_or_default();
    let named = |(target, _): &(Target, Date)| match target {
        Target::Document(oid) => Some(oid.clone()),
        _ => None,
    };
    let oids: Vec<String> = denials.iter().filter_map(named).collect();
    if oids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut tx = app.db.read().await?;
    let versions = found::rows_by_document(&mut tx, &oids).await?;
    tx.rollback().await?;
    let mut sets: HashMap<&str, &str> = oids.iter().map(|oid| (oid.as_str(), oid.as_str())).collect();
    // Somebody may have named a later version instead of the original one.
    sets.extend(versions.iter().map(|row| (row.document.as_str(), row.set.as_str())));
    let shown = visible(app, proven).await?;
    let of_set = |set: &str| shown.iter().find(|(_, row)| row.set == set).cloned();
    Ok(sets.into_iter().filter_map(|(oid, set)| Some((oid.to_owned(), of_set(set)?))).collect())
}

async fn denial(
    app: &App,
    target: &Target,
    set_on: Date,
    denied: &HashMap<String, (String, Row)>,
) -> serde_json::Value {
    let (level, code) = target.columns();
    let line = match denied.get(code) {
        Some((controller, row)) => Some(super::line(app, controller.clone(), row).await),
        None => None,
    };
    serde_json::json!({ "level": level, "target": code, "day": set_on.to_string(), "document": line })
}

fn told(standing: &Standing, kind: Kind) -> serde_json::Value {
    let Some(will): Option<&Will> = standing.of(kind) else { return serde_json::Value::Null };
    serde_json::json!({
        "in_force": will.in_force,
        "day": will.day.map(|day| day.to_string()),
        "document": will.document,
        "version": will.version,
    })
}
