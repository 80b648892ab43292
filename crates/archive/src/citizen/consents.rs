//! What the client has expressed, as he reads it himself: informing, permission, denials (FR-73).

use super::{CitizenError, Question, prove};
use crate::{
    app::App,
    consents::{self, Standing, Will},
    log::{Event, log_client},
    writer::{Reading, Record, WillRest},
};
use axum::{Json, extract::State};
use records::{consent::Kind, id::ClientId};
use store::log::Action;

/// What stands, each with the day and the document that says it. Denials are told to nobody but the client, those who
/// act for him, and workers who take them down.
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
    let mut event = Event::of_connection("omakanta", Action::Read);
    event.register = Some(kanta::ids::WILL_REGISTER.to_owned());
    proven.describe(&mut event);
    event.clients = vec![log_client(&client)];
    let rest = WillRest { client: index, versions: standing.versions() };
    let record = Record { event, rests: Vec::new(), nonce: None };
    let reading = Reading { wills: vec![rest], ..Reading::of(record) };
    app.writer.read(reading).await.map_err(|_| CitizenError::Unavailable)?;
    Ok(Json(serde_json::json!({
        "informing": told(&standing, Kind::Informing),
        "permission": told(&standing, Kind::Permission),
        "denials": standing.of(Kind::Denial).map(denials).unwrap_or_default(),
    })))
}

fn told(standing: &Standing, kind: Kind) -> serde_json::Value {
    let Some(will) = standing.of(kind) else { return serde_json::Value::Null };
    serde_json::json!({
        "in_force": will.in_force,
        "day": will.day.map(|day| day.to_string()),
        "document": will.document,
        "version": will.version,
    })
}

fn denials(will: &Will) -> Vec<serde_json::Value> {
    let one = |(target, set_on): &(records::consent::Target, jiff::civil::Date)| {
        let (level, code) = target.columns();
        serde_json::json!({ "level": level, "target": code, "day": set_on.to_string() })
    };
    will.denials.iter().map(one).collect()
}
