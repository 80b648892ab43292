//! `POST /sanomat`: one message in, one acknowledgement or answer out.

use super::{actor, actor::Actor, check, check::Checked, decide, reply, rows::Sealed};
use crate::{
    app::App,
    entry::{Denial, Derived},
    log::{Event, log_client},
    queries, recordings,
    sabotage::{self, Fault},
    special, sql,
    writer::{Archive, Nullify, Record},
};
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use kanta::{Limits, frame::Frame, ids::ServiceRequest, soap};
use records::{id::OrganisationId, refusal::Refusal, time::finnish_date};
use seal::TrustError;
use sqlx::Row;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};
use store::{
    StoreError,
    log::{Action, LogDocument, Outcome},
};

/// Longest message accepted: one document of the largest size twice base64-coded, and its frame.
pub const MESSAGE_BYTES_MAX: usize = kanta::limits::MESSAGE_BYTES_MAX;

/// The handler. The client certificate was checked by TLS against the issuers; here it is asked whom it names.
pub async fn messages(State(app): State<App>, peer: Option<Extension<web::PeerCertificate>>, body: Bytes) -> Response {
    if let Some(response) = misbehave(&app).await {
        return response;
    }
    let connecting = match connecting(&app, peer) {
        Ok(connecting) => connecting,
        Err(unheard) => return unheard.into_response(),
    };
    let began = Instant::now();
    let response = handle(&app, connecting, body).await;
    if response.extensions().get::<reply::AlikeInTime>().is_some() {
        even_out(began.elapsed(), app.settings_now().refusal_step_ms).await;
    }
    if app.switch.lose_this() { reply::unavailable() } else { response }
}

/// Why a connection is not listened to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unheard {
    /// Its certificate is not believed.
    Stranger,
    /// Our own revocation list is too old to say whether it is.
    Later,
}

impl IntoResponse for Unheard {
    fn into_response(self) -> Response {
        match self {
            Self::Stranger => reply::stranger(),
            Self::Later => reply::unavailable(),
        }
    }
}

/// The organisation that the connection's certificate names now.
///
/// # Errors
/// Why it is not believed.
pub fn connecting(app: &App, peer: Option<Extension<web::PeerCertificate>>) -> Result<OrganisationId, Unheard> {
    let Extension(web::PeerCertificate(certificate)) = peer.ok_or(Unheard::Stranger)?;
    let connecting = seal::tls::connecting_organisation(&certificate, &app.trust, app.real_clock.now());
    connecting.map_err(|error| {
        tracing::info!(%error, "a connection was not believed");
        if error == TrustError::NoFreshCrl { Unheard::Later } else { Unheard::Stranger }
    })
}

/// Lets a refusal under a right take a whole number of steps: how much was looked up before it says whether case, client
/// or document exist, as surely as words would (decisions.md 3).
async fn even_out(taken: Duration, step_ms: u64) {
    let step = u128::from(step_ms) * 1_000;
    if let Some(beyond) = taken.as_micros().checked_rem(step).filter(|beyond| *beyond > 0) {
        let left = u64::try_from(step - beyond).unwrap_or_default();
        tokio::time::sleep(Duration::from_micros(left)).await;
    }
}

/// The stand-in's faults (functional specification 3.28).
pub async fn misbehave(app: &App) -> Option<Response> {
    let faults = app.switch.faults();
    if faults.slow_ms > 0 {
        tokio::time::sleep(Duration::from_millis(faults.slow_ms)).await;
    }
    if faults.down || app.switch.refuse_this() {
        return Some(reply::unavailable());
    }
    faults.garbage.then(|| "<html>ei tämä ole vastaus".into_response())
}

/// A message as far as it could be read.
pub struct Message {
    /// The SOAP that the sender spoke.
    pub version: soap::Version,
    /// The frame.
    pub frame: Option<Frame>,
    /// Who acts, when believed.
    pub actor: Option<Actor>,
    /// The document, when right by itself.
    pub document: Option<Checked>,
    /// The first fault.
    pub fault: Option<Denial>,
}

/// Reads and checks a message: CPU only.
fn read(app: &App, connecting: &OrganisationId, bytes: &[u8]) -> Message {
    let mut message = Message { version: soap::Version::V12, frame: None, actor: None, document: None, fault: None };
    if let Err(denial) = read_into(app, connecting, bytes, &mut message) {
        message.fault = Some(denial);
    }
    message
}

fn read_into(app: &App, connecting: &OrganisationId, bytes: &[u8], message: &mut Message) -> Result<(), Denial> {
    let limits = Limits::default();
    let fault = |fault: kanta::Fault| check::fault_denial(&[fault]);
    let (settings, now) = (app.settings_now(), app.clock.now());
    let envelope = soap::decode(bytes, &limits).map_err(fault)?;
    message.version = envelope.version;
    let toimija = envelope.toimija_xml.as_deref();
    let acting = actor::verify(toimija, connecting, &app.trust, &app.logins, &settings, now);
    // The frame is read even when the actor is not believed, so that the refusal names the message it answers.
    let frame = kanta::frame::decode(&envelope.body_xml, &limits).map_err(fault);
    message.frame = frame.as_ref().ok().cloned();
    let acting = acting?;
    watch_clock(app, &acting, now);
    message.actor = Some(acting.clone());
    let frame = frame?;
    actor::agrees(&acting, &frame.user)?;
    if frame.service_request == ServiceRequest::ArchiveRecording {
        recordings::check_day(&settings, now)?;
    }
    if frame.service_request.is_archive() {
        let package = frame
            .package
            .as_deref()
            .ok_or_else(|| Denial::with(Refusal::FrameMismatch, "Siirtokehyksestä puuttuu asiakirja."))?;
        let against = check::Against {
            catalogue: &app.catalogue,
            trust: &app.trust,
            vault: &app.vault,
            now,
            skew_s: settings.clock_skew_s,
            ahead_min: settings.dated_ahead_min,
        };
        let document = check::document(&frame, package, &against)?;
        actor::login_alive(&acting, &settings, document.signed_at.min(now))?;
        message.document = Some(document);
    } else {
        actor::login_alive(&acting, &settings, now)?;
    }
    Ok(())
}

/// A sender's clock that is this far off is told of, long before its messages are refused (fault 11).
const CLOCK_ALARM: SignedDuration = SignedDuration::from_secs(60);

fn watch_clock(app: &App, actor: &Actor, now: Timestamp) {
    let off = now.duration_since(actor.toimija.time);
    if off.abs() > CLOCK_ALARM {
        let organisation = actor.toimija.connecting.as_str();
        tracing::warn!(organisation, seconds = off.as_secs(), "a sender's clock is off");
        app.metrics.skewed(organisation);
    }
}

/// Longest message that is checked where it arrived. It takes about a millisecond, less than the way to another thread
/// and back costs when all cores are busy; a long one would keep other connections waiting.
const CHECKED_HERE_BYTES_MAX: usize = 128 << 10;

/// [`read`], on this thread or another. None when it panicked: that would be our fault, never the sender's, who keeps
/// the document and sends it again.
async fn read_somewhere(app: &App, connecting: &OrganisationId, body: Bytes) -> Option<Message> {
    if body.len() <= CHECKED_HERE_BYTES_MAX {
        return catch_unwind(AssertUnwindSafe(|| read(app, connecting, &body))).ok();
    }
    let (app, connecting) = (app.clone(), connecting.clone());
    tokio::task::spawn_blocking(move || read(&app, &connecting, &body)).await.ok()
}

/// Reads and checks a message in a seat of its own. None when that is our fault.
pub async fn message(app: &App, connecting: &OrganisationId, body: Bytes) -> Option<Message> {
    let _seat = app.cpu.acquire().await.ok()?;
    read_somewhere(app, connecting, body).await
}

async fn handle(app: &App, connecting: OrganisationId, body: Bytes) -> Response {
    let Some(message) = message(app, &connecting, body).await else { return reply::unavailable() };
    let event = event_of(app, &connecting, &message).await;
    let Message { version, frame, actor, document, fault } = message;
    match (fault, frame, actor, document) {
        (None, Some(frame), Some(actor), Some(document)) if document.entry.recording.is_some() => {
            let sentence = "Tallenne lähetetään osoitteeseen /sanomat/tallenne, tavut sanoman perässä.";
            let denial = Denial::with(Refusal::BadRequest, sentence);
            refused(app, version, Some(&frame), Some(&actor), event, denial).await
        }
        (None, Some(frame), Some(actor), Some(document)) => {
            archive(app, version, connecting, frame, actor, document, event).await
        }
        (None, Some(frame), Some(actor), None) if frame.service_request == ServiceRequest::Nullify => {
            nullify(app, version, connecting, frame, actor, event).await
        }
        (None, Some(frame), Some(actor), None) => queries::answer(app, version, connecting, frame, actor, event).await,
        (fault, frame, actor, _) => {
            let denial = fault.unwrap_or_else(|| Denial::new(Refusal::BadRequest));
            if denial.cause == Refusal::ServiceUnavailable {
                return reply::unavailable();
            }
            refused(app, version, frame.as_ref(), actor.as_ref(), event, denial).await
        }
    }
}

/// The log event, with everything that is known so far.
pub async fn event_of(app: &App, connecting: &OrganisationId, message: &Message) -> Event {
    let mut event = unnamed_event(connecting, message);
    event.name_places(&app.registers).await;
    event
}

fn unnamed_event(connecting: &OrganisationId, message: &Message) -> Event {
    let Message { frame, actor, document, .. } = message;
    let (frame, actor, document) = (frame.as_ref(), actor.as_ref(), document.as_ref());
    let action = match frame.map(|frame| frame.service_request) {
        Some(ServiceRequest::Nullify) => Action::Invalidate,
        Some(request) if !request.is_archive() => Action::Search,
        Some(_) => Action::Archive,
        None => Action::Reject,
    };
    let mut event = Event::of_connection(connecting.as_str(), action);
    let Some(frame) = frame else { return event };
    event.register = Some(frame.controller.as_str().to_owned());
    event.source = Some(format!("{}/{}", frame.message_id.root, frame.message_id.extension));
    if let Some(actor) = actor {
        actor.describe(&frame.user, &mut event);
    }
    if let Some(subject) = &frame.subject {
        event.documents = vec![LogDocument { id: subject.id.as_str().to_owned(), version: subject.version }];
        event.clients = subject.patients.iter().map(|patient| log_client(&patient.id)).collect();
    }
    if let Some(document) = document {
        if matches!(document.entry.derived, Derived::Consent(_)) {
            event.action = Action::Consent;
        }
        event.clients = document.clients.iter().map(log_client).collect();
        event.case = document.entry.case.as_ref().map(|case| case.as_str().to_owned());
        event.detail = Some(format!("sha256={}", document.entry.sha256));
    }
    event
}

/// Answers a refusal after its log row is durable; when the log cannot be written, nothing is told but "later". The
/// message of a believed actor is used up by it: the same bytes again are a replay, whatever has changed meanwhile.
pub async fn refused(
    app: &App,
    version: soap::Version,
    frame: Option<&Frame>,
    actor: Option<&Actor>,
    mut event: Event,
    denial: Denial,
) -> Response {
    event.denied(&denial);
    match app.writer.record(Record { event, rests: Vec::new(), nonce: actor.map(Actor::nonce) }).await {
        Ok(()) => reply::refuse(app, version, frame, &denial),
        Err(replay) if replay.cause != Refusal::ServiceUnavailable => reply::refuse(app, version, frame, &replay),
        Err(_) => reply::unavailable(),
    }
}

async fn archive(
    app: &App,
    version: soap::Version,
    connecting: OrganisationId,
    frame: Frame,
    actor: Actor,
    document: Checked,
    event: Event,
) -> Response {
    let warnings = document.warnings.clone();
    let ready = match prepare(app, &connecting, &frame, &actor, document, event.clone()).await {
        Ok(ready) => ready,
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => return reply::unavailable(),
        Err(denial) => return refused(app, version, Some(&frame), Some(&actor), event, denial).await,
    };
    let entry = ready.entry.clone();
    let (key, certificates) = (ready.key.clone(), ready.sealed.certificates.clone());
    match app.writer.archive(ready).await {
        Ok(stored) => {
            app.bodies.stored(&certificates);
            if let Some(key) = key {
                app.keys.stored(&key);
            }
            let receipt = reply::receipt(&entry, stored.receipt, stored.archived_at);
            reply::acknowledge(version, &reply::accepted(app, &frame, Some(receipt), &warnings))
        }
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => reply::unavailable(),
        Err(denial) => reply::refuse(app, version, Some(&frame), &denial),
    }
}

/// Asks the registers, encrypts, and makes the writer's work.
///
/// # Errors
/// What the registers tell against it; `SERVICE_UNAVAILABLE` when they cannot be asked.
pub async fn prepare(
    app: &App,
    connecting: &OrganisationId,
    frame: &Frame,
    actor: &Actor,
    document: Checked,
    mut event: Event,
) -> Result<Archive, Denial> {
    let now = app.clock.now();
    let acting = actor::acting(actor, connecting, &app.registers, now).await?;
    event.organisation = acting.organisation.clone();
    actor::check_situation(frame.situation, decide::basis(&acting, frame.controller.as_str()))?;
    let Checked { mut entry, header, system_signers, professional_signers, .. } = document;
    let owner = |signer: &OrganisationId| signer == connecting || signer.as_str() == acting.organisation;
    if !system_signers.iter().all(owner) {
        return Err(Denial::with(Refusal::SignatureInvalid, "Järjestelmäallekirjoitus on toisen organisaation."));
    }
    for number in &professional_signers {
        // FR-104: the professional right is in force today; what was signed before it ended was sent without delay.
        match app.registers.professional(number).await.map_err(|_| actor::out_of_reach())? {
            Some(true) => {}
            Some(false) if sabotage::active(Fault::SuspendedMaySign) => {}
            _ => return Err(Denial::with(Refusal::SignerForbidden, "Allekirjoittajan ammattioikeus ei ole voimassa.")),
        }
    }
    check_units(app, &entry).await?;
    entry.author_organisation =
        OrganisationId::parse(&acting.organisation).map_err(|_| Denial::new(Refusal::OrgUnknown))?;
    entry.connecting = connecting.clone();
    let subject = check::key_subject(&app.vault, &entry);
    let down = |error: StoreError| {
        tracing::error!(%error, "a data key could not be had");
        Denial::new(Refusal::ServiceUnavailable)
    };
    let (key, new) = app.keys.for_writing(entry.controller.as_str(), &subject).await.map_err(down)?;
    let package = frame.package.as_deref().unwrap_or_default();
    let sealed = app.bodies.seal(&key, entry.document.as_str(), package, &header).map_err(down)?;
    Ok(Archive {
        specials: special::uses_of(&app.vault, actor, &entry),
        entry,
        acting,
        sealed: Sealed { subject, ..sealed },
        key: new,
        blob: None,
        nonce: actor.nonce(),
        event,
    })
}

/// FR-11: the unit of origin is valid on the day of the event, every unit row of a relationship on its first and last
/// day; the controller is an organisation that the register knows.
async fn check_units(app: &App, entry: &crate::entry::Entry) -> Result<(), Denial> {
    let known = app.registers.organisation(entry.custodian()).await.map_err(|_| actor::out_of_reach())?;
    if known.is_none() {
        return Err(Denial::new(Refusal::OrgUnknown));
    }
    if let Some(unit) = entry.unit.as_ref().filter(|_| entry.old) {
        // Units of an old document's day may never have stood in the register; today's must be known.
        let found = app.registers.unit(unit).await.map_err(|_| actor::out_of_reach())?;
        found.ok_or_else(|| Denial::new(Refusal::OrgUnknown))?;
    } else if let Some(unit) = &entry.unit {
        actor::valid_unit(unit, finnish_date(entry.event.0), &app.registers).await?;
    }
    if let Derived::Relationship(facts) = &entry.derived {
        for row in &facts.rows {
            actor::valid_unit(&row.unit, row.starts, &app.registers).await?;
            if let Some(end) = row.ends {
                actor::valid_unit(&row.unit, end, &app.registers).await?;
            }
        }
    }
    Ok(())
}

async fn nullify(
    app: &App,
    version: soap::Version,
    connecting: OrganisationId,
    frame: Frame,
    actor: Actor,
    event: Event,
) -> Response {
    let ready = match prepare_nullify(app, &connecting, &frame, &actor, event.clone()).await {
        Ok(ready) => ready,
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => return reply::unavailable(),
        Err(denial) => return refused(app, version, Some(&frame), Some(&actor), event, denial).await,
    };
    match app.writer.nullify(ready).await {
        Ok(_) => reply::acknowledge(version, &reply::accepted(app, &frame, None, &[])),
        Err(denial) if denial.cause == Refusal::ServiceUnavailable => reply::unavailable(),
        Err(denial) => reply::acknowledge(version, &reply::refusal(app, Some(&frame), &denial)),
    }
}

async fn prepare_nullify(
    app: &App,
    connecting: &OrganisationId,
    frame: &Frame,
    actor: &Actor,
    mut event: Event,
) -> Result<Nullify, Denial> {
    let acting = actor::acting(actor, connecting, &app.registers, app.clock.now()).await?;
    event.organisation = acting.organisation.clone();
    actor::check_situation(frame.situation, decide::basis(&acting, frame.controller.as_str()))?;
    let reason = frame.reason.clone().filter(|reason| !reason.trim().is_empty());
    let reason = reason.ok_or_else(|| Denial::with(Refusal::ReasonRequired, "Mitätöinnin syy puuttuu."))?;
    event.reason = Some(store::log::Reason { code: "mitatointi".to_owned(), text: Some(reason) });
    let subject = frame
        .subject
        .as_ref()
        .ok_or_else(|| Denial::with(Refusal::FrameMismatch, "Mitätöitävän asiakirjan tunniste puuttuu."))?;
    let (clients, case) = clients_of_set(app, subject.set_id.as_str()).await.map_err(|error| {
        tracing::error!(%error, "the clients of a set could not be read");
        Denial::new(Refusal::ServiceUnavailable)
    })?;
    event.outcome = Outcome::Done;
    Ok(Nullify {
        set: subject.set_id.as_str().to_owned(),
        controller: frame.controller.clone(),
        specials: special::uses(&app.vault, actor, frame.controller.as_str(), &clients),
        clients,
        case,
        acting,
        nonce: actor.nonce(),
        event,
    })
}

/// Clients and case of a set; the decision itself reads the set again in the writer.
async fn clients_of_set(app: &App, set: &str) -> Result<(Vec<String>, Option<String>), StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sql::select_in(
        &mut tx,
        // Of the newest version: an earlier one may name a temporary id, under which nobody has a right any more.
        "SELECT DISTINCT c.client, d.case_oid FROM documents d JOIN document_clients c ON c.document_oid = d.document_oid \
         WHERE d.version = (SELECT MAX(n.version) FROM documents n WHERE n.set_oid = d.set_oid) AND d.set_oid IN",
        &[set.to_owned()],
    )
    .await?;
    tx.rollback().await?;
    let case = rows.first().and_then(|row| row.get::<Option<String>, _>(1));
    Ok((rows.iter().map(|row| row.get(0)).collect(), case))
}
