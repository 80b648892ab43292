//! The validator: checks a frame and a document together without storing anything (interfaces.md 3, wire-format 6.7
//! and 15). Level 1 looks at form, agreement, structure, codes, display form and the mathematics of signatures; level 2
//! also at trust, owner, validity and what the structure demands.

use crate::{
    app::App,
    entry::Denial,
    intake::check::{self, Against},
    management::Problem,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use kanta::{Limits, ids::ServiceRequest};
use records::{Lang, id::OrganisationId, refusal::Refusal};

/// The request, as Kela's validator takes it.
#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Request {
    /// The sender's name for the request.
    #[expect(dead_code, reason = "never read, but a request without it is not of the shape and is refused")]
    message_id: serde_json::Value,
    palvelu_pyynto: String,
    level: serde_json::Value,
    siirtokehys_xml: String,
    asiakirja_xml: String,
}

/// Answers 200 with nothing when faultless, 200 with code and description otherwise, 400 when unreadable.
pub async fn validate(
    State(app): State<App>,
    request: Result<Json<Request>, axum::extract::rejection::JsonRejection>,
) -> Result<Response, Problem> {
    let unreadable = || Problem(StatusCode::BAD_REQUEST, Refusal::BadRequest);
    let Json(request) = request.map_err(|_| unreadable())?;
    let level = match &request.level {
        serde_json::Value::String(level) => level.clone(),
        serde_json::Value::Number(level) => level.to_string(),
        _ => return Err(unreadable()),
    };
    let level = match level.as_str() {
        "1" => 1,
        "2" => 2,
        _ => return Err(unreadable()),
    };
    let _seat = app.cpu.acquire().await.map_err(|_| unreadable())?;
    let worker = app.clone();
    let checked = tokio::task::spawn_blocking(move || check_both(&worker, &request, level)).await;
    match checked.map_err(|_| Problem(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable))? {
        Ok(()) => Ok(StatusCode::OK.into_response()),
        Err(denial) => Ok(Json(answer(&denial)).into_response()),
    }
}

/// Numbered sentences, separated as Kela's validator separates them.
fn answer(denial: &Denial) -> serde_json::Value {
    let mut sentences: Vec<String> = denial.details.iter().map(ToString::to_string).collect();
    if sentences.is_empty() {
        sentences.push(denial.told.sentence(Lang::Fi).to_owned());
    }
    let numbered: Vec<String> = (1..).zip(&sentences).map(|(number, text)| format!("{number}. {text}")).collect();
    serde_json::json!({ "code": denial.told.code(), "description": numbered.join("; ") })
}

fn check_both(app: &App, request: &Request, level: u8) -> Result<(), Denial> {
    let bytes = request.asiakirja_xml.as_bytes();
    let formed = kanta::form::check(request.siirtokehys_xml.as_bytes(), bytes, &Limits::default())
        .map_err(|faults| check::fault_denial(&faults))?;
    let wanted = ServiceRequest::parse(&request.palvelu_pyynto)
        .ok_or_else(|| Denial::with(Refusal::BadRequest, "Palvelupyyntöä ei tunneta."))?;
    if wanted != formed.frame.service_request {
        return Err(Denial::with(Refusal::FrameMismatch, "Palvelupyyntö on eri kuin siirtokehyksessä."));
    }
    let json = check::content_of(&formed.decoded, &app.catalogue)?;
    let verified = check::signatures(bytes, &formed.decoded)?;
    if level == 1 {
        return Ok(());
    }
    let header = &formed.decoded.document.header;
    let structure = header.structure_oid.as_deref().and_then(|oid| app.catalogue.get(oid));
    let against = Against {
        catalogue: &app.catalogue,
        trust: &app.trust,
        vault: &app.vault,
        now: app.clock.now(),
        skew_s: app.settings_now().clock_skew_s,
    };
    let (systems, _) = check::trusted_signers(&verified, header, json.as_ref(), structure, &against)?;
    // There is no connection here to compare with: the owner is the controller or the organisation of the unit.
    let owner = |signer: &OrganisationId| {
        *signer == header.custodian.id || header.unit.as_ref().is_some_and(|unit| unit.id.belongs_to(signer))
    };
    if !systems.iter().all(owner) {
        return Err(Denial::with(Refusal::SignatureInvalid, "Järjestelmäallekirjoitus on toisen organisaation."));
    }
    check::entry_of(&formed.decoded, json.as_ref(), structure, bytes, &against).map(|_| ())
}
