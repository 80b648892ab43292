//! The way in: message, decision, bytes, durable blob, rows, receipt.

use super::{LENGTH_HEADER, MESSAGE_BYTES_MAX, blob::Incoming};
use crate::{
    app::App,
    entry::Denial,
    intake::{
        decide::{self, Decision},
        door::{self, Message},
        reply,
        working::{Wanted, WorkingSet},
    },
    log::Event,
    recordings::Digest,
    special, sql,
    writer::{Archive, Stored},
};
use axum::{
    Extension,
    body::{Body, Bytes},
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use futures::StreamExt;
use kanta::{document::Recording, frame::Frame, ids::ServiceRequest, soap};
use records::refusal::Refusal;
use sqlx::Row as _;
use std::collections::HashSet;
use store::StoreError;

/// The request's body, read in pieces.
pub(super) struct Pieces {
    stream: axum::body::BodyDataStream,
    left: Bytes,
}

impl Pieces {
    pub(super) fn new(body: Body) -> Self {
        Self { stream: body.into_data_stream(), left: Bytes::new() }
    }

    /// The next bytes; none at the end, an error when the connection broke.
    async fn next(&mut self) -> Option<Result<Bytes, ()>> {
        if !self.left.is_empty() {
            return Some(Ok(std::mem::take(&mut self.left)));
        }
        self.stream.next().await.map(|piece| piece.map_err(|_| ()))
    }

    /// Exactly so many bytes; none when the body ends before.
    pub(super) async fn exactly(&mut self, length: usize) -> Option<Bytes> {
        let mut taken = Vec::with_capacity(length);
        while taken.len() < length {
            let mut piece = self.next().await?.ok()?;
            let rest = piece.split_off(piece.len().min(length - taken.len()));
            taken.extend_from_slice(&piece);
            self.left = rest;
        }
        Some(Bytes::from(taken))
    }

    /// Reads the rest and forgets it, so that a refused sender hears why instead of a broken connection. Not more than
    /// `most` bytes: who sends on after that is cut off.
    async fn drain(&mut self, most: u64) {
        let mut read = 0;
        while let Some(Ok(piece)) = self.next().await {
            read += piece.len() as u64;
            if read > most {
                return;
            }
        }
    }
}

/// Most bytes of a refused recording that are read before the answer.
const DRAINED_MAX: u64 = 8 * 1024 * 1024;

/// `POST /sanomat/tallenne`.
pub async fn archive(
    State(app): State<App>,
    peer: Option<Extension<web::PeerCertificate>>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if let Some(response) = door::misbehave(&app).await {
        return response;
    }
    let connecting = match door::connecting(&app, peer) {
        Ok(connecting) => connecting,
        Err(unheard) => return unheard.into_response(),
    };
    let length = headers.get(LENGTH_HEADER).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    let mut pieces = Pieces::new(body);
    let message = match length.filter(|length| (1..=MESSAGE_BYTES_MAX).contains(length)) {
        Some(length) => pieces.exactly(length).await,
        None => None,
    };
    let Some(message) = message else { return unframed(&app, &connecting).await };
    let Some(message) = door::message(&app, &connecting, message).await else { return reply::unavailable() };
    let event = door::event_of(&app, &connecting, &message).await;
    let version = message.version;
    let asked = (message.frame.clone(), message.actor.clone());
    let refused = |denial| {
        let (frame, actor) = asked.clone();
        let (app, event) = (app.clone(), event.clone());
        async move { door::refused(&app, version, frame.as_ref(), actor.as_ref(), event, denial).await }
    };
    let ready = match prepare(&app, &connecting, message, event.clone()).await {
        Ok(ready) => ready,
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => return reply::unavailable(),
        Err(denial) => {
            pieces.drain(DRAINED_MAX).await;
            return refused(denial).await;
        }
    };
    match receive(&app, &mut pieces, ready).await {
        Ok((frame, entry, stored)) => {
            let receipt = reply::receipt(&entry, stored.receipt, stored.archived_at);
            reply::acknowledge(version, &reply::accepted(&app, &frame, Some(receipt), &[]))
        }
        Err(Failed::Down) => reply::unavailable(),
        Err(Failed::Refused(denial)) => refused(denial).await,
        Err(Failed::Decided(denial)) => reply::acknowledge(version, &reply::refusal(&app, asked.0.as_ref(), &denial)),
    }
}

/// A body in which the message cannot be told from the recording.
async fn unframed(app: &App, connecting: &records::id::OrganisationId) -> Response {
    let sentence = "Otsake Vakka-Message-Length puuttuu tai on väärin: se kertoo sanoman pituuden ennen tallennetta.";
    let denial = Denial::with(Refusal::BadRequest, sentence);
    let event = Event::of_connection(connecting.as_str(), store::log::Action::Reject);
    door::refused(app, soap::Version::V12, None, None, event, denial).await
}

/// A recording that may be received.
struct Ready {
    frame: Frame,
    recording: Recording,
    work: Archive,
    /// The same document is stored already: the bytes are read and forgotten, and the first receipt is given again.
    again: bool,
}

/// Believes the message, asks the registers, and decides once before a byte of the recording is read; the writer decides
/// again in its transaction.
async fn prepare(
    app: &App,
    connecting: &records::id::OrganisationId,
    message: Message,
    event: Event,
) -> Result<Ready, Denial> {
    let Message { frame, actor, document, fault, .. } = message;
    let (frame, actor, document) = match (fault, frame, actor, document) {
        (None, Some(frame), Some(actor), Some(document)) => (frame, actor, document),
        (fault, ..) => return Err(fault.unwrap_or_else(|| Denial::new(Refusal::BadRequest))),
    };
    let recording = document.entry.recording.clone();
    let recording = recording.filter(|_| frame.service_request == ServiceRequest::ArchiveRecording);
    let recording = recording
        .ok_or_else(|| Denial::with(Refusal::BadRequest, "Tähän osoitteeseen lähetetään vain tallenteita (SP12)."))?;
    let most = app.settings_now().recording_bytes_max;
    if recording.bytes > most {
        return Err(Denial::with(Refusal::LimitExceeded, format!("Tallenne on yli {most} tavua.")));
    }
    let work = door::prepare(app, connecting, &frame, &actor, document, event).await?;
    let again = matches!(decide_early(app, &work).await?, Decision::Again { .. });
    Ok(Ready { frame, recording, work, again })
}

async fn decide_early(app: &App, work: &Archive) -> Result<Decision, Denial> {
    let state = async {
        let mut wanted = Wanted::default();
        wanted.entry(&work.entry);
        let mut tx = app.db.read().await?;
        let state = WorkingSet::load(&mut tx, &wanted).await?;
        let mut acting = work.acting.clone();
        special::begin(&mut tx, &mut acting, &work.specials).await?;
        tx.rollback().await?;
        Ok((state, acting))
    };
    let (state, acting) = state.await.map_err(down)?;
    decide::decide(&work.entry, &acting, &state, &app.settings_now(), app.clock.now())
}

fn down(error: StoreError) -> Denial {
    tracing::error!(%error, "a recording could not be stored");
    Denial::new(Refusal::ServiceUnavailable)
}

/// Why a recording was not stored.
enum Failed {
    /// Our fault; the sender tries again.
    Down,
    /// Refused here; its log row is still to be written.
    Refused(Denial),
    /// Refused by the writer, which has written the log row.
    Decided(Denial),
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a recording could not be stored");
        Self::Down
    }
}

/// Takes the bytes and stores all. From the moment the blob is durable nothing depends on the connection any more.
async fn receive(app: &App, pieces: &mut Pieces, ready: Ready) -> Result<(Frame, crate::entry::Entry, Stored), Failed> {
    let Ready { frame, recording, mut work, again } = ready;
    let entry = work.entry.clone();
    if again {
        pieces.drain(recording.bytes).await;
        let stored = app.writer.archive(work).await.map_err(decided)?;
        return Ok((frame, entry, stored));
    }
    let (key, _) = app.keys.for_writing(entry.controller.as_str(), &work.sealed.subject).await?;
    let blob = new_name(entry.document.as_str());
    let incoming = app.blobs.begin(&blob, key).await?;
    let incoming = take(pieces, incoming, &recording).await?;
    work.blob = Some(blob);
    let app = app.clone();
    let stored = tokio::spawn(async move { commit(&app, incoming, work).await }).await;
    let stored = stored.unwrap_or(Err(Failed::Down))?;
    Ok((frame, entry, stored))
}

fn decided(denial: Denial) -> Failed {
    if denial.cause == Refusal::ServiceUnavailable { Failed::Down } else { Failed::Decided(denial) }
}

/// A name that no other upload has, the same document's earlier try included.
fn new_name(document: &str) -> String {
    let mut random = [0; 8];
    // Without random bytes the name is only less surely new, and an existing file is never written over.
    let _ = aws_lc_rs::rand::fill(&mut random);
    format!("{document}-{}", hex::encode(random))
}

async fn take(pieces: &mut Pieces, mut incoming: Incoming, recording: &Recording) -> Result<Incoming, Failed> {
    let (mut length, mut digest) = (0_u64, Digest::default());
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|()| Failed::Down)?;
        length += piece.len() as u64;
        if length > recording.bytes {
            return Err(Failed::Refused(other_bytes()));
        }
        digest.update(&piece);
        incoming.write(&piece).await?;
    }
    if length != recording.bytes || digest.finish() != recording.sha256 {
        return Err(Failed::Refused(other_bytes()));
    }
    Ok(incoming)
}

fn other_bytes() -> Denial {
    Denial::with(Refusal::FrameMismatch, "Tallenteen tavut eivät ole ne, joiden pituuden ja tiivisteen kuvailu kertoo.")
}

async fn commit(app: &App, mut incoming: Incoming, work: Archive) -> Result<Stored, Failed> {
    incoming.finish().await?;
    let (key, certificates) = (work.key.clone(), work.sealed.certificates.clone());
    match app.writer.archive(work).await {
        Ok(stored) => {
            app.bodies.stored(&certificates);
            if let Some(key) = key {
                app.keys.stored(&key);
            }
            incoming.keep();
            Ok(stored)
        }
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => {
            // Whether it was committed is not known: the blob stays until the next start's sweep, which knows.
            incoming.keep();
            Err(Failed::Down)
        }
        Err(denial) => Err(Failed::Decided(denial)),
    }
}

/// Removes blobs that no row names: uploads that were never acknowledged. For the start, before the doors open.
///
/// # Errors
/// What the database or the folder says.
pub async fn sweep(app: &App) -> Result<usize, StoreError> {
    let blobs = app.blobs.all().await?;
    if blobs.is_empty() {
        return Ok(0);
    }
    let mut tx = app.db.read().await?;
    let rows = sql::select_in(&mut tx, "SELECT blob FROM recordings WHERE blob IN", &blobs).await?;
    tx.rollback().await?;
    let named: HashSet<String> = rows.iter().map(|row| row.get(0)).collect();
    let mut removed = 0;
    for blob in blobs.iter().filter(|blob| !named.contains(*blob)) {
        app.blobs.remove(blob).await?;
        removed += 1;
    }
    Ok(removed)
}
