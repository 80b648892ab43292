//! Acknowledgements. Under a grant the same refusal has the same bytes but for message ids and time (decisions.md 3).

use crate::{app::App, entry::Denial};
use axum::{
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use kanta::{
    ack::{AckType, Acknowledgement, Detail, DetailType, Receipt},
    frame::{Frame, MessageId, Processing},
    query::{Query, QueryResponse},
    soap,
};
use records::{Lang, id::Oid, refusal::Refusal};

/// The archive's party id.
pub fn party(app: &App) -> Oid {
    Oid::parse(&app.settings_now().party).unwrap_or_else(|_| fallback_party())
}

fn fallback_party() -> Oid {
    Oid::parse(kanta::ids::ARCHIVE_PARTY).expect("the constant is an OID")
}

/// A new message id of the archive's own.
pub fn message_id(app: &App) -> MessageId {
    MessageId { root: party(app), extension: app.next_message().to_string() }
}

/// The details of a refusal, one for each fault: what to mend and where, or the catalogue's sentence when it says all.
pub fn details(denial: &Denial) -> Vec<Detail> {
    if denial.details.is_empty() {
        return vec![Detail::refusal(denial.told)];
    }
    let told = denial.details.iter().map(|told| Detail {
        kind: DetailType::Error,
        code: denial.told.code().to_owned(),
        text: told.text.clone(),
        place: told.place.clone(),
    });
    told.collect()
}

/// AR when nothing of the content was judged, AE when the content or the right was.
fn kind_of(refusal: Refusal) -> AckType {
    match refusal {
        Refusal::XmlInvalid
        | Refusal::DtdForbidden
        | Refusal::LimitExceeded
        | Refusal::BadRequest
        | Refusal::ActorInvalid
        | Refusal::ServiceUnavailable
        | Refusal::Timeout => AckType::Rejected,
        _ => AckType::Error,
    }
}

/// The acknowledgement of a refusal. `frame` is what could be read of the message.
pub fn refusal(app: &App, frame: Option<&Frame>, denial: &Denial) -> Acknowledgement {
    Acknowledgement {
        message_id: message_id(app),
        created: app.clock.now(),
        processing: frame.map_or(Processing::Debugging, |frame| frame.processing),
        sender: party(app),
        receiver: frame.map(|frame| frame.controller.clone()),
        kind: kind_of(denial.told),
        target: frame.map(|frame| frame.message_id.clone()),
        details: details(denial),
        receipt: None,
    }
}

/// Tells a refusal in the form that the message asks for: a query's answer, or an acknowledgement.
pub fn refuse(app: &App, version: soap::Version, frame: Option<&Frame>, denial: &Denial) -> Response {
    let question = frame.and_then(|frame| frame.query.as_ref().map(|query| (frame, query)));
    let mut response = match question {
        None => acknowledge(version, &refusal(app, frame, denial)),
        Some((frame, query)) => {
            let mut answer = answer(app, frame, query);
            answer.ack = kind_of(denial.told);
            answer.details = details(denial);
            envelope(version, kanta::query::encode_response(&answer))
        }
    };
    if denial.told == Refusal::RkoNotValid {
        response.extensions_mut().insert(AlikeInTime);
    }
    response
}

/// The mark of an answer that must not tell its cause by the time it takes.
#[derive(Debug, Clone, Copy)]
pub struct AlikeInTime;

/// The answer to a query, with nothing found yet.
pub fn answer(app: &App, frame: &Frame, query: &Query) -> QueryResponse {
    QueryResponse {
        message_id: message_id(app),
        created: app.clock.now(),
        processing: frame.processing,
        sender: party(app),
        receiver: frame.controller.clone(),
        target: frame.message_id.clone(),
        kind: query.kind,
        query_id: query.id.clone(),
        ack: AckType::Accepted,
        details: Vec::new(),
        rows: Vec::new(),
        documents: Vec::new(),
        next_page: None,
        summary: None,
    }
}

/// The acknowledgement of something stored. The receipt is the first one whenever the document comes again
/// (interfaces.md 4).
pub fn accepted(app: &App, frame: &Frame, receipt: Option<Receipt>, warnings: &[kanta::Warning]) -> Acknowledgement {
    let warnings = warnings.iter().map(|warning| Detail {
        kind: DetailType::Warning,
        code: Refusal::HeaderInvalid.code().to_owned(),
        text: warning.problem.clone(),
        place: Some(warning.place.clone()),
    });
    Acknowledgement {
        message_id: message_id(app),
        created: app.clock.now(),
        processing: frame.processing,
        sender: party(app),
        receiver: Some(frame.controller.clone()),
        kind: AckType::Accepted,
        target: Some(frame.message_id.clone()),
        details: warnings.collect(),
        receipt,
    }
}

/// Wraps an acknowledgement in the SOAP that the sender spoke.
pub fn acknowledge(version: soap::Version, ack: &Acknowledgement) -> Response {
    envelope(version, kanta::ack::encode(ack))
}

/// Wraps a body in the SOAP that the sender spoke.
pub fn envelope(version: soap::Version, body: Vec<u8>) -> Response {
    let body = String::from_utf8(body).unwrap_or_default();
    let bytes = soap::encode_as(version, None, &body);
    ([(CONTENT_TYPE, version.content_type())], bytes).into_response()
}

/// What a connection gets that names nobody known: plain words, since it is no partner of ours.
pub fn stranger() -> Response {
    let sentence = Refusal::OrgUnknown.sentence(Lang::Fi);
    (StatusCode::FORBIDDEN, sentence).into_response()
}

/// 503 with the catalogue's sentence; the sender keeps its document and retries.
pub fn unavailable() -> Response {
    let sentence = Refusal::ServiceUnavailable.sentence(Lang::Fi);
    (StatusCode::SERVICE_UNAVAILABLE, sentence).into_response()
}

/// The receipt of a stored document.
pub fn receipt(entry: &crate::entry::Entry, reference: String, archived: Timestamp) -> Receipt {
    Receipt { document: entry.document.clone(), set: entry.set.clone(), version: entry.version, archived, reference }
}
