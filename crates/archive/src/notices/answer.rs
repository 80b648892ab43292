//! What is answered to a bundle of notices: FHIR's own forms, a transaction-response or an OperationOutcome.

use super::{Kept, bundle::Fault};
use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use records::{Lang, id::Oid, refusal::Refusal};
use serde_json::{Value, json};

/// Code system of the catalogue (functional specification 2.4); ours.
const CODES: &str = "urn:vakka:kuittaus:1";

fn reply(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/fhir+json; charset=utf-8")], body.to_string()).into_response()
}

/// Every notice is in the log.
pub fn taken(kept: &[(Oid, Kept)], now: Timestamp) -> Response {
    let entry = |(id, kept): &(Oid, Kept)| {
        let status = if *kept == Kept::Now { "201 Created" } else { "200 OK" };
        json!({ "response": {
            "status": status,
            "location": format!("AuditEvent/{}/_history/1", id.as_str()),
            "lastModified": now.to_string(),
        }})
    };
    let entries: Vec<Value> = kept.iter().map(entry).collect();
    reply(StatusCode::OK, &json!({ "resourceType": "Bundle", "type": "transaction-response", "entry": entries }))
}

/// The refusal that the whole bundle counts as: the first.
pub fn refusal(faults: &[Fault]) -> Refusal {
    faults.first().map_or(Refusal::BadRequest, |fault| fault.refusal)
}

/// Nothing is in the log but that this came.
pub fn refused(faults: &[Fault]) -> Response {
    let issue = |fault: &Fault| {
        json!({
            "severity": "error",
            "code": kind(fault.refusal),
            "details": { "coding": [{ "system": CODES, "code": fault.refusal.code() }], "text": fault.text },
            "expression": [fault.place],
        })
    };
    let issues: Vec<Value> = faults.iter().map(issue).collect();
    reply(status(refusal(faults)), &json!({ "resourceType": "OperationOutcome", "issue": issues }))
}

/// The sender keeps its notice and sends it again.
pub fn unavailable() -> Response {
    let refusal = Refusal::ServiceUnavailable;
    let issue = json!({
        "severity": "error",
        "code": "transient",
        "details": { "coding": [{ "system": CODES, "code": refusal.code() }], "text": refusal.sentence(Lang::Fi) },
    });
    reply(StatusCode::SERVICE_UNAVAILABLE, &json!({ "resourceType": "OperationOutcome", "issue": [issue] }))
}

fn status(refusal: Refusal) -> StatusCode {
    match refusal {
        Refusal::BadRequest => StatusCode::BAD_REQUEST,
        Refusal::LimitExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        Refusal::RegisterMismatch | Refusal::OrgNotJoined => StatusCode::FORBIDDEN,
        Refusal::DuplicateOid => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

/// FHIR's issue type.
fn kind(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BadRequest => "structure",
        Refusal::LimitExceeded => "too-long",
        Refusal::RegisterMismatch | Refusal::OrgNotJoined => "forbidden",
        Refusal::DuplicateOid => "duplicate",
        Refusal::CodeInvalid => "code-invalid",
        Refusal::OrgUnknown => "not-found",
        _ => "invalid",
    }
}
