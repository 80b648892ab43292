//! Who has used the subject's data, as the citizen reads it (FR-76): the log of every controller, and that of the register
//! of expressions of will, which no controller keeps (docs/decisions/0005).

use super::{CitizenError, Question, controllers, organisation_name, prove};
use crate::app::App;
use axum::{Json, extract::State};
use kanta::ids::WILL_REGISTER;
use std::collections::HashSet;
use store::{
    LogRow, StoreError,
    log::{Action, Outcome, Whose},
};

/// Most log rows shown of one register; older ones are asked for from the controller (law-and-codes 1.5).
const LOG_ROWS_MAX: u32 = 1000;

/// Organisation, time, act and ground; no worker's name (FR-76, law-and-codes 8).
pub async fn log(
    State(app): State<App>,
    question: Result<Json<Question>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(question) = question.map_err(|_| CitizenError::BadRequest)?;
    let proven = prove(&app, &question).await?;
    let subject = proven.subject.as_str();
    let wills = done(&app, WILL_REGISTER, subject).await?;
    let looks: HashSet<&str> =
        wills.iter().filter(|row| row.action == Action::Read).filter_map(|row| row.source.as_deref()).collect();
    let mut lines = Vec::new();
    for row in &wills {
        lines.push(line(&app, WILL_REGISTER, row).await);
    }
    for register in controllers(&app).await? {
        let rows = done(&app, &register, subject).await?;
        // A look that stands in the register of expressions of will is not told a second time by the register whose
        // worker looked.
        for row in rows.iter().filter(|row| !is_look_at_wills(row, &looks)) {
            lines.push(line(&app, &register, row).await);
        }
    }
    lines.sort_by(|a, b| b["at"].as_str().cmp(&a["at"].as_str()));
    Ok(Json(serde_json::json!({ "events": lines })))
}

/// What was done with the subject's data in a register; tries that were refused are not uses.
async fn done(app: &App, register: &str, subject: &str) -> Result<Vec<LogRow>, StoreError> {
    let index = app.vault.blind_index(register, subject);
    let mut tx = app.db.read().await?;
    let rows = store::log::rows(&mut tx, &app.vault, register, Whose::Client(&index), 0, LOG_ROWS_MAX).await?;
    tx.rollback().await?;
    Ok(rows.into_iter().map(|(_, row)| row).filter(|row| matches!(row.outcome, Outcome::Done)).collect())
}

/// Whether a controller's row is its worker's reading of expressions of will, and nothing else.
fn is_look_at_wills(row: &LogRow, looks: &HashSet<&str>) -> bool {
    let twin = row.source.as_deref().is_some_and(|source| looks.contains(source));
    twin && row.detail.as_deref().is_some_and(|detail| detail.starts_with("kind=Consents"))
}

async fn line(app: &App, register: &str, row: &LogRow) -> serde_json::Value {
    let acted_for = matches!(row.actor.role.as_str(), "guardian" | "mandate").then(|| row.actor.name.clone());
    // The name as it was then; rows older than names are told by today's.
    let organisation = match (row.organisation.as_str(), &row.organisation_name) {
        ("OmaKanta" | WILL_REGISTER, _) => "OmaKanta".to_owned(),
        (_, Some(name)) => name.clone(),
        (oid, None) => organisation_name(app, oid).await,
    };
    let organisation_oid = if organisation == "OmaKanta" { "OmaKanta" } else { row.organisation.as_str() };
    serde_json::json!({
        "at": row.at.to_string(),
        "register": organisation_name(app, register).await,
        "wills": register == WILL_REGISTER,
        "organisation": organisation,
        "organisation_oid": organisation_oid,
        "action": row.action.as_str(),
        "basis": row.basis.kind,
        "purpose": row.purpose,
        // To whom, when it was disclosed; never the receiving person (703/2023 § 74).
        "receiver": row.receiver.as_ref().map(|party| party.organisation_name.as_ref().unwrap_or(&party.organisation)),
        "documents": row.documents.len(),
        "on_behalf": acted_for,
    })
}
