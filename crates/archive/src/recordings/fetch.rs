//! The way out: the controller asks for the describing document by its OID and gets the recording.

use super::{MESSAGE_BYTES_MAX, blob::Outgoing};
use crate::{
    app::App,
    entry::Denial,
    intake::{
        door::{self, Message},
        reply,
    },
    log::Event,
    queries, sql,
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::header::{CONTENT_LENGTH, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use kanta::{ids::ServiceRequest, ids::Situation};
use records::refusal::Refusal;
use sqlx::Row as _;
use store::StoreError;

/// `POST /sanomat/tallenne/haku`. The log row is durable before the first byte leaves.
pub async fn fetch(State(app): State<App>, peer: Option<Extension<web::PeerCertificate>>, body: Body) -> Response {
    if let Some(response) = door::misbehave(&app).await {
        return response;
    }
    let connecting = match door::connecting(&app, peer) {
        Ok(connecting) => connecting,
        Err(unheard) => return unheard.into_response(),
    };
    let Ok(bytes) = axum::body::to_bytes(body, MESSAGE_BYTES_MAX).await else { return reply::unavailable() };
    let Some(message) = door::message(&app, &connecting, bytes).await else { return reply::unavailable() };
    let mut event = door::event_of(&app, &connecting, &message).await;
    let Message { version, frame, actor, fault, .. } = message;
    let given = match (fault, frame.as_ref(), actor.as_ref()) {
        (None, Some(frame), Some(actor)) => {
            let wanted = frame.service_request == ServiceRequest::QueryDocument
                && frame.query.as_ref().is_some_and(|query| query.document.is_some());
            if !wanted {
                Err(Denial::with(Refusal::BadRequest, "Tallenne haetaan kuvailun tunnisteella (SP10)."))
            } else if frame.situation == Situation::RegisterAccess {
                Err(Denial::with(Refusal::RoleForbidden, "Tallenteen hakee rekisterinpitäjä."))
            } else {
                open(&app, &connecting, frame, actor, &mut event).await
            }
        }
        (fault, ..) => Err(fault.unwrap_or_else(|| Denial::new(Refusal::BadRequest))),
    };
    match (given, actor.as_ref()) {
        (Ok((found, permitted)), Some(actor)) => match queries::record(&app, actor, event, permitted).await {
            Ok(()) => answer(found),
            Err(denial) if denial.cause == Refusal::ServiceUnavailable => reply::unavailable(),
            // The writer has written the log row and used the message up.
            Err(denial) => reply::refuse(&app, version, frame.as_ref(), &denial),
        },
        (Ok(_), None) => reply::unavailable(),
        (Err(denial), _) if denial.cause == Refusal::ServiceUnavailable => reply::unavailable(),
        (Err(denial), actor) => door::refused(&app, version, frame.as_ref(), actor, event, denial).await,
    }
}

/// An opened recording.
struct Found {
    media: String,
    bytes: u64,
    blob: Outgoing,
}

/// Decides as for any document and looks the blob up before anything is logged: what is logged as played can be played.
async fn open(
    app: &App,
    connecting: &records::id::OrganisationId,
    frame: &kanta::frame::Frame,
    actor: &crate::intake::actor::Actor,
    event: &mut Event,
) -> Result<(Found, queries::Answer), Denial> {
    let permitted = queries::permitted(app, connecting, frame, actor, event).await?;
    let named = frame.query.as_ref().and_then(|query| query.document.as_ref());
    let document = named.filter(|_| permitted.found()).ok_or_else(|| Denial::new(Refusal::NoContextRelation))?;
    let found = look_up(app, document.as_str()).await.map_err(|error| {
        tracing::error!(%error, "a recording could not be opened");
        Denial::new(Refusal::ServiceUnavailable)
    })?;
    let found = found.ok_or_else(|| Denial::with(Refusal::BadRequest, "Asiakirja ei ole tallenteen kuvailu."))?;
    event.detail = Some("tallenne".to_owned());
    Ok((found, permitted))
}

async fn look_up(app: &App, document: &str) -> Result<Option<Found>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sql::select_in(
        &mut tx,
        "SELECT r.blob, r.media, r.bytes, d.controller, d.key_subject FROM recordings r \
         JOIN documents d ON d.document_oid = r.document_oid WHERE r.document_oid IN",
        &[document.to_owned()],
    )
    .await?;
    tx.rollback().await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let key = app.keys.for_reading(row.get(3), row.get(4)).await?;
    let blob = app.blobs.open(row.get(0), key).await?;
    Ok(Some(Found { media: row.get(1), bytes: row.get::<i64, _>(2).unsigned_abs(), blob }))
}

/// Streams the pieces; one that does not open ends the answer short of its length, which the receiver sees.
fn answer(found: Found) -> Response {
    let pieces = futures::stream::unfold(Some(found.blob), |blob| async {
        let mut blob = blob?;
        match blob.next().await {
            Ok(Some(piece)) => Some((Ok(Bytes::from(piece)), Some(blob))),
            Ok(None) => None,
            Err(error) => {
                tracing::error!(%error, "a recording broke while it was read");
                Some((Err(std::io::Error::other("the recording cannot be read")), None))
            }
        }
    });
    let headers = [(CONTENT_TYPE, found.media), (CONTENT_LENGTH, found.bytes.to_string())];
    (headers, Body::from_stream(pieces)).into_response()
}
