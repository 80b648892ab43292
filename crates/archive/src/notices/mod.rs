//! Disclosure notices (luovutusilmoitus, wire-format 10): what a controller disclosed elsewhere — on paper, to a court, to
//! another authority — it tells here, one FHIR AuditEvent for each disclosure, and the disclosure log of its register
//! holds it beside the archive's own (FR-57, FR-58; 703/2023 § 10). It replaces the narrative entry 19010.
//!
//! A transaction: every notice of the bundle is kept, or none. The same notice again is answered as the first time.

mod answer;
pub mod bundle;
pub mod profile;

use crate::{
    App,
    archivist::noted::Noted,
    intake::door,
    joining::{self, Joining},
    log::{Event, log_client},
    sabotage,
    writer::Record,
};
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    response::{IntoResponse, Response},
};
use bundle::{Fault, Notice, Side};
use jiff::{SignedDuration, Timestamp};
use records::{
    id::{Oid, OrganisationId, ServiceUnitId},
    refusal::Refusal,
};
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use store::{
    LogRow, StoreError,
    log::{self, Action, Actor, Disclosure, Outcome, Party},
};

/// Longest bundle: a hundred notices of many items each are far below it.
pub const BUNDLE_BYTES_MAX: usize = 1 << 20;

/// What became of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Written into the log now.
    Now,
    /// Written before.
    Before,
}

/// Why a bundle is not taken.
enum Refused {
    /// Something to mend.
    Faults(Vec<Fault>),
    /// The archive cannot answer now; the sender tries again.
    Unavailable,
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a disclosure notice could not be stored");
        Self::Unavailable
    }
}

fn fault(refusal: Refusal, place: &str, text: &str) -> Fault {
    Fault { refusal, text: text.to_owned(), place: place.to_owned() }
}

/// `POST /fhir`. The same client certificates as `/sanomat`.
pub async fn receive(State(app): State<App>, peer: Option<Extension<web::PeerCertificate>>, body: Bytes) -> Response {
    if let Some(response) = door::misbehave(&app).await {
        return response;
    }
    let connecting = match door::connecting(&app, peer) {
        Ok(connecting) => connecting,
        Err(unheard) => return unheard.into_response(),
    };
    match take(&app, &connecting, &body).await {
        Ok(kept) => answer::taken(&kept, app.clock.now()),
        Err(Refused::Unavailable) => answer::unavailable(),
        Err(Refused::Faults(faults)) => refuse(&app, &connecting, &faults).await,
    }
}

/// A refusal leaves a log row, and is told only when it stands there.
async fn refuse(app: &App, connecting: &OrganisationId, faults: &[Fault]) -> Response {
    let mut event = Event::of_connection(connecting.as_str(), Action::Reject);
    event.register = Some(connecting.as_str().to_owned());
    event.outcome = Outcome::Refused(answer::refusal(faults).code().to_owned());
    event.detail = Some("luovutusilmoitus".to_owned());
    match app.writer.record(Record { event, rests: Vec::new(), nonce: None }).await {
        Ok(()) => answer::refused(faults),
        Err(_) => answer::unavailable(),
    }
}

async fn take(app: &App, connecting: &OrganisationId, body: &[u8]) -> Result<Vec<(Oid, Kept)>, Refused> {
    let one = |refusal, text| Refused::Faults(vec![fault(refusal, "Bundle", text)]);
    if body.len() > BUNDLE_BYTES_MAX {
        return Err(one(Refusal::LimitExceeded, "Sanoma on liian suuri: enintään 1 Mt."));
    }
    let json = structures::parse_strict(body)
        .map_err(|_| one(Refusal::BadRequest, "Sanoma ei ole yksiselitteistä JSONia (UTF-8, ei toistuvia kenttiä)."))?;
    let notices = bundle::read(&json).map_err(Refused::Faults)?;
    let mut tx = app.db.read().await?;
    let joinings = joining::all(&mut tx).await?;
    tx.rollback().await?;
    let (mut ready, mut faults) = (Vec::new(), Vec::new());
    for notice in notices {
        match judge(app, connecting, &joinings, notice).await? {
            Ok(one) => ready.push(one),
            Err(fault) => faults.push(fault),
        }
    }
    if faults.is_empty() { keep(app, connecting, ready).await } else { Err(Refused::Faults(faults)) }
}

/// A notice that may be kept: its controller, and the event that it is.
struct Ready {
    notice: Notice,
    controller: String,
    event: Event,
}

/// What the registers and the joinings say of a notice.
async fn judge(
    app: &App,
    connecting: &OrganisationId,
    joinings: &HashMap<String, Joining>,
    notice: Notice,
) -> Result<Result<Ready, Fault>, Refused> {
    let place = notice.place.clone();
    let told = |refusal, path: &str, text: &str| Ok(Err(fault(refusal, &format!("{place}.{path}"), text)));
    let now = app.clock.now();
    if notice.at > now + SignedDuration::from_secs(app.settings_now().clock_skew_s.max(0)) {
        let path = format!("resource.{}", notice.at_path);
        return told(Refusal::SchemaInvalid, &path, "Luovutuksen aika on tulevaisuudessa.");
    }
    let Some((discloser, controller)) = party(app, &notice.discloser).await? else {
        return told(Refusal::OrgUnknown, "resource.agent", "Luovuttajaa ei ole SOTE-organisaatiorekisterissä.");
    };
    if !sends_for(connecting, controller.as_str(), joinings) {
        let sentence = "Ilmoituksen luovuttaja on muu rekisterinpitäjä kuin se, jonka puolesta yhteys toimii.";
        return told(Refusal::RegisterMismatch, "resource.agent", sentence);
    }
    if joinings.get(controller.as_str()).is_none_or(|joining| joining.state != "joined") {
        return told(Refusal::OrgNotJoined, "resource.agent", "Luovuttaja ei ole liittynyt arkistoon.");
    }
    if !notice.id.is_under(&controller.arc()) {
        return told(Refusal::RegisterMismatch, "fullUrl", "Ilmoituksen tunniste ei ole luovuttajan OID-juuressa.");
    }
    let receiver = match party(app, &notice.receiver).await? {
        Some((receiver, _)) => receiver,
        // A court or the police is in no register of ours; its name must say who it is.
        None if notice.receiver.name.is_some() => outsider(&notice.receiver),
        None => return told(Refusal::OrgUnknown, "resource.agent", "Luovutuksen saajaa ei tunneta: anna myös nimi."),
    };
    if receiver.organisation == discloser.organisation {
        let sentence = "Luovuttaja ja saaja ovat sama rekisterinpitäjä: oman rekisterin käyttö ei ole luovutus.";
        return told(Refusal::RegisterMismatch, "resource.agent", sentence);
    }
    let event = event(connecting, &notice, discloser, receiver);
    Ok(Ok(Ready { notice, controller: controller.as_str().to_owned(), event }))
}

/// The side as the registers know it now, and its organisation; none when they do not.
async fn party(app: &App, side: &Side) -> Result<Option<(Party, OrganisationId)>, Refused> {
    let Some(oid) = &side.oid else { return Ok(None) };
    let unavailable = |_| Refused::Unavailable;
    let person = Party { person: side.person.clone(), person_name: side.person_name.clone(), ..Party::default() };
    let unit = ServiceUnitId::parse(oid).ok();
    if let Some(unit) = &unit
        && let Some(facts) = app.registers.unit(unit).await.map_err(unavailable)?
    {
        let name = app.registers.organisation(&facts.organisation).await.map_err(unavailable)?;
        let party = Party {
            organisation: facts.organisation.as_str().to_owned(),
            organisation_name: name,
            unit: Some(oid.clone()),
            unit_name: Some(facts.name),
            ..person
        };
        return Ok(Some((party, facts.organisation)));
    }
    let Ok(organisation) = OrganisationId::parse(oid) else { return Ok(None) };
    let Some(name) = app.registers.organisation(&organisation).await.map_err(unavailable)? else { return Ok(None) };
    let party = Party { organisation: oid.clone(), organisation_name: Some(name), ..person };
    Ok(Some((party, organisation)))
}

/// A receiver outside social welfare, as the notice names it.
fn outsider(side: &Side) -> Party {
    Party {
        organisation: side.oid.clone().unwrap_or_default(),
        organisation_name: side.name.clone(),
        person: side.person.clone(),
        person_name: side.person_name.clone(),
        ..Party::default()
    }
}

/// Whether a connection may speak for a controller: its own, or a tenant's whose main joiner it is.
fn sends_for(connecting: &OrganisationId, controller: &str, joinings: &HashMap<String, Joining>) -> bool {
    if connecting.as_str() == controller || sabotage::active(sabotage::Fault::NoticeOfAnybody) {
        return true;
    }
    let joined = |organisation: &str| joinings.get(organisation).is_some_and(|joining| joining.state == "joined");
    joinings.get(controller).is_some_and(|tenant| tenant.main_joiner == connecting.as_str())
        && joined(connecting.as_str())
}

fn event(connecting: &OrganisationId, notice: &Notice, discloser: Party, receiver: Party) -> Event {
    let mut event = Event::of_connection(connecting.as_str(), Action::Disclose);
    if let Some(person) = &discloser.person {
        let name = discloser.person_name.clone().unwrap_or_default();
        event.actor = Actor { id: person.clone(), name, role: "worker".to_owned(), ..Actor::default() };
    }
    event.organisation = discloser.organisation.clone();
    event.unit = discloser.unit.clone();
    event.names = [
        Some(discloser.organisation.clone()).zip(discloser.organisation_name.clone()),
        discloser.unit.clone().zip(discloser.unit_name.clone()),
    ]
    .into_iter()
    .flatten()
    .collect();
    event.clients = vec![log_client(&notice.client)];
    event.documents = notice.documents.clone();
    event.count = u32::try_from(notice.documents.len().max(notice.what.len())).unwrap_or(u32::MAX);
    event.purpose = Some(notice.purpose.clone());
    event.source = Some(format!("luovutusilmoitus/{connecting}"));
    event.detail = Some(format!("task={}", notice.task));
    event.happened = Some(notice.at);
    event.discloses(Disclosure {
        discloser,
        receiver,
        basis: notice.basis.clone(),
        what: notice.what.clone(),
        evaluated: None,
        transaction: Some(notice.id.as_str().to_owned()),
    });
    event
}

/// Writes the notices and their log rows in one transaction. The log is durable before the answer leaves.
async fn keep(app: &App, connecting: &OrganisationId, ready: Vec<Ready>) -> Result<Vec<(Oid, Kept)>, Refused> {
    let now = app.clock.now();
    let mut tx = app.db.write().await?;
    // A notice is word from its sender like any message: who sends nothing else is not silent (the page of arrivals).
    let mut noted = Noted::default();
    let (mut kept, mut faults, mut logs) = (Vec::new(), Vec::new(), BTreeMap::<String, Vec<LogRow>>::new());
    for one in ready {
        let digest = app.vault.blind_index(&one.controller, &hex::encode(one.notice.digest));
        let stored = sqlx::query("SELECT digest FROM notices WHERE notice = $1")
            .bind(one.notice.id.as_str().to_owned())
            .fetch_optional(&mut *tx)
            .await
            .map_err(StoreError::from)?;
        let id = one.notice.id.clone();
        match stored.map(|row| row.get::<String, _>(0)) {
            Some(same) if same == digest => kept.push((id, Kept::Before)),
            Some(_) => {
                let sentence = "Samalla tunnisteella on jo toinen ilmoitus. Korjaus lähetetään uudella tunnisteella.";
                faults.push(fault(Refusal::DuplicateOid, &format!("{}.fullUrl", one.notice.place), sentence));
            }
            None => {
                insert(&mut tx, connecting, &one, digest, now).await?;
                noted.note(&one.controller, &one.event, &Outcome::Done, now);
                logs.entry(one.controller).or_default().extend(one.event.rows(Outcome::Done, now));
                kept.push((id, Kept::Now));
            }
        }
    }
    if !faults.is_empty() {
        tx.rollback().await?;
        return Err(Refused::Faults(faults));
    }
    // By the names of the registers, so that two transactions never wait for each other.
    for (register, rows) in logs {
        log::append(&mut tx, &app.vault, &register, &rows).await?;
    }
    noted.write(&mut tx).await?;
    tx.commit().await?;
    Ok(kept)
}

async fn insert(
    tx: &mut store::Tx,
    connecting: &OrganisationId,
    one: &Ready,
    digest: String,
    now: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO notices (notice, controller, connecting, digest, received_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(one.notice.id.as_str().to_owned())
    .bind(one.controller.clone())
    .bind(connecting.as_str().to_owned())
    .bind(digest)
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
