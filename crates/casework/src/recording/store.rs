//! From a worker's words to a signed document in the queue, and the personal drafts before that.

use jiff::Timestamp;
use records::{
    Lang,
    access::Act,
    code::{Code, ServiceProcess, ServiceTask, SocialService},
    id::{DocumentId, OrganisationId},
    refusal::Refusal,
};
use seal::Role;
use serde_json::Value;
use sqlx::Row;
use store::Tx;
use structures::{Fault as ContentFault, Structure};

pub use super::drafts::{Draft, delete_draft, draft, drafts, give_draft, save_draft};
use super::{
    content::{self, Author, Facts},
    documents::{self, Around, New, Stored},
};
use crate::{
    app::App,
    archiving,
    cases::store::Case,
    clients::store::{Arrangement, Seen},
    error::{Fault, Result},
    notes::marks::Mark,
    op::{Kind, Op},
    phone::store::{self as phone, Sending},
    rights, sabotage,
};

/// What a worker wants to finish.
pub struct Finishing<'a> {
    /// The client, seen by right.
    pub seen: &'a Seen,
    /// The case; none only for relationship documents.
    pub case: Option<&'a Case>,
    /// The structure.
    pub structure: &'a Structure,
    /// What the worker wrote, without the system's facts.
    pub body: Value,
    /// When it happened.
    pub event: Timestamp,
    /// Chosen service, when the worker chose one.
    pub service: Option<SocialService>,
    /// Chosen process, when the worker chose one.
    pub process: Option<ServiceProcess>,
    /// The version that this one corrects, and why.
    pub corrects: Option<(&'a Stored, &'a str)>,
    /// The person who is to sign, when a professional must; the writer himself when empty.
    pub signer: Option<&'a str>,
    /// The draft that ends with this.
    pub draft: &'a str,
    /// What is kept of a note beside its document.
    pub marks: &'a [Mark],
    /// The browser's name for this sending, when it gave one: the same one is stored once.
    pub sending: Option<&'a Sending>,
}

/// How a finishing ended.
pub enum Finished {
    /// Stored.
    Stored {
        /// The version.
        oid: DocumentId,
        /// Whether a professional has to sign it now.
        to_sign: bool,
    },
    /// The same sending has been stored before; nothing was done now.
    Before {
        /// The version that it made then.
        oid: String,
    },
    /// The content breaks its structure; nothing was stored but the draft (FR-33).
    Faults(Vec<ContentFault>),
    /// One of the five context items is missing; the key of its name (FR-31).
    Missing(&'static str),
    /// A decision that restricts a child may not stand (FR-44).
    Restricted(records::restriction::Fault),
}

/// The worker as a document names him.
pub fn author(op: &Op) -> Author {
    Author {
        family: op.actor.family.clone(),
        given: op.actor.given.clone(),
        title: op.actor.title.clone(),
        unit: Code::organisation(&op.unit.0, &op.unit_name),
        phone: op.actor.phone.clone(),
    }
}

/// The process by default (functional specification 3.6): a provider carries out; an organiser's follows from the kind
/// of document.
pub fn default_process(kind: Kind, type_code: &str) -> ServiceProcess {
    if kind == Kind::Provider {
        return ServiceProcess::CarryingOut;
    }
    let number: u32 = type_code.parse().unwrap_or(0);
    match number {
        19_001 | 3_000..=4_999 => ServiceProcess::Initiation,
        1_000..=1_999 | 5_000..=5_999 | 7_000..=7_999 => ServiceProcess::Assessment,
        15_004 => ServiceProcess::CarryingOut,
        15_000..=15_999 => ServiceProcess::Planning,
        8_000..=8_999 | 11_000..=11_999 | 13_000..=14_999 => ServiceProcess::Arranging,
        _ if type_code == documents::CASE => ServiceProcess::Initiation,
        _ => ServiceProcess::CarryingOut,
    }
}

/// The social service by default: from the right; else, for a plan of one service, from what the worker wrote; else
/// none, which only an organiser may leave (FR-31).
pub fn default_service(seen: &Seen) -> Option<SocialService> {
    let agreed = seen.right.as_ref().map(|right| &right.service).or(seen.client.service.as_ref());
    agreed.filter(|code| !code.is_empty()).map(SocialService::new)
}

/// Checks, signs and queues what a worker has finished.
///
/// # Errors
/// `VersionConflict` for the second of two corrections; faults of the content come in the result.
pub async fn finish(op: &Op, mut what: Finishing<'_>) -> Result<Finished> {
    let stored = match ready(op, &mut what).await? {
        Ok(stored) => stored,
        Err(why) => return Ok(why),
    };
    let signed = sign(op, &what, &stored).await?;
    let mut tx = op.write().await?;
    if let Some(sending) = what.sending {
        let saved = ("saved", stored.oid.as_str());
        if !phone::give_receipt(op, &mut tx, sending, saved, what.draft).await? {
            let had = phone::receipt(op, &mut tx, &sending.id).await?.ok_or(Fault::NotFound)?;
            return Ok(Finished::Before { oid: had.place });
        }
    }
    put(op, &mut tx, &what, &stored, &signed).await?;
    if sabotage::active(sabotage::Fault::SayDoneBeforeCommit) {
        commit_later(&op.app, tx);
    } else {
        tx.commit().await?;
        op.app.wake.notify_one();
    }
    Ok(Finished::Stored { to_sign: stored.awaits_signer(), oid: stored.oid })
}

/// The version that a finished document becomes, with its number, or why it cannot be; nothing is stored yet.
///
/// # Errors
/// When the worker may not write it, in the words that may be told.
pub(super) async fn ready(op: &Op, what: &mut Finishing<'_>) -> Result<Result<Stored, Finished>> {
    let process = what.process.unwrap_or_else(|| default_process(op.kind, what.structure.type_code()));
    let service =
        what.service.clone().or_else(|| default_service(what.seen)).or_else(|| service_in(what.structure, &what.body));
    if what.structure.type_code() != documents::RELATIONSHIP && what.case.is_none() {
        return Ok(Err(Finished::Missing("context-case")));
    }
    let service_needed = op.kind == Kind::Provider || process == ServiceProcess::CarryingOut;
    if service_needed && service.is_none() && what.case.is_some() {
        return Ok(Err(Finished::Missing("context-service")));
    }
    fill(op, what, service.as_ref()).await?;
    if let Err(faults) = structures::validate(what.structure, &what.body) {
        return Ok(Err(Finished::Faults(faults)));
    }
    if let Err(fault) = super::restrictions::check(op, what).await? {
        return Ok(Err(Finished::Restricted(fault)));
    }
    let stored = prepare(op, what, service, process).await?;
    if stored.type_code != documents::RELATIONSHIP {
        let act = if what.corrects.is_some() { Act::Correct } else { Act::Write };
        let mut tx = op.read().await?;
        rights::check(op, &mut tx, what.seen, act, &stored, what.case).await?;
    }
    Ok(Ok(stored))
}

fn event_day(event: Timestamp) -> String {
    records::time::finnish_date(event).to_string()
}

/// The service that the content itself names, for structures about one service.
fn service_in(structure: &Structure, body: &Value) -> Option<SocialService> {
    let root = body.get(structure.root_key())?;
    let places = [
        "/sosiaalipalvelu/code",
        "/suunnitelma/sosiaalipalvelu_jota_suunnitelma_koskee/code",
        "/paatos/sosiaalipalvelu_jota_paatos_koskee/sosiaalipalvelu/code",
        "/asiakaskertomusmerkinta/sosiaalipalvelu/0/code",
    ];
    places.iter().find_map(|place| root.pointer(place)?.as_str()).map(SocialService::new)
}

async fn fill(op: &Op, what: &mut Finishing<'_>, service: Option<&SocialService>) -> Result<()> {
    if matches!(what.structure.type_code(), documents::RELATIONSHIP | documents::CASE) {
        return Ok(());
    }
    let decider = match what.signer {
        Some(person) if person != op.actor.person => Some(worker(op, person).await?),
        _ => None,
    };
    let author = author(op);
    let task = what.case.map_or(ServiceTask::Elderly, |case| case.task);
    let facts = Facts {
        client: &what.seen.client.person,
        author: &author,
        decider: decider.as_ref(),
        task: task.to_code(Lang::Fi),
        service: service.map(|service| service.to_code(Lang::Fi)),
        event: what.event,
        today: op.today(),
        pending: what.case.map(|case| case.opened),
    };
    content::fill(what.structure, &mut what.body, &facts);
    Ok(())
}

/// Another worker of the organisation, as a document names him.
///
/// # Errors
/// `NotFound` when the organisation has no such worker.
pub async fn worker(op: &Op, person: &str) -> Result<Author> {
    let mut tx = op.read().await?;
    let row = sqlx::query(
        "SELECT u.family, u.given, u.title, u.phone, n.unit, n.name FROM cw_user u
           JOIN cw_membership m ON m.org = u.org AND m.person = u.person
           JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE u.org = $1 AND u.person = $2 ORDER BY CASE WHEN n.unit = $3 THEN 0 ELSE 1 END, n.unit LIMIT 1",
    )
    .bind(op.org())
    .bind(person)
    .bind(op.unit.as_str())
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Fault::NotFound)?;
    let unit: String = row.try_get("unit")?;
    let unit = records::id::Oid::parse(&unit).map_err(|_| Fault::damaged("cw_unit.unit"))?;
    Ok(Author {
        family: row.try_get("family")?,
        given: row.try_get("given")?,
        title: row.try_get("title")?,
        phone: row.try_get("phone")?,
        unit: Code::organisation(&unit, row.try_get::<String, _>("name")?),
    })
}

/// Gives the OID and the facts of the version. The number is taken in a short transaction of its own, since the
/// signature needs it and must not be made inside a write.
async fn prepare(
    op: &Op,
    what: &Finishing<'_>,
    service: Option<SocialService>,
    process: ServiceProcess,
) -> Result<Stored> {
    let mut tx = op.write().await?;
    let oid = crate::numbers::document(&mut tx, &op.org, op.today().year()).await?;
    tx.commit().await?;
    let register = what.seen.client.register.clone();
    let mut stored = Stored::new(oid, what.structure, register, &what.seen.client.id, op, what.event, "queued");
    stored.case = what.case.map(|case| case.oid.clone());
    stored.task = what.case.map(|case| case.task);
    stored.service = service;
    stored.process = what.case.map(|_| process);
    if let Some((old, reason)) = what.corrects {
        stored.set_id = old.set_id.clone();
        stored.version = old.version + 1;
        stored.replaces = Some(old.oid.clone());
        stored.give_reason(&op.app, op.org(), reason);
    }
    if what.structure.needs_professional_signature() {
        stored.state = "waiting_signature".into();
        stored.signer = Some(what.signer.unwrap_or(&op.actor.person).to_owned());
    } else {
        stored.state = queue_state(op, what).await?.into();
        let mut tx = op.read().await?;
        // Whoever may not archive writes and finishes; a card holder archives it in a batch (FR-48).
        if what.corrects.is_none() && crate::batches::store::waits_for_card(op, &mut tx).await? {
            stored.state = "waiting_signature".into();
        }
    }
    Ok(stored)
}

/// Whether a document may go now, or waits for the organiser's start of use or for a right (FR-25, decisions.md 11).
async fn queue_state(op: &Op, what: &Finishing<'_>) -> Result<&'static str> {
    if what.seen.client.arrangement != Arrangement::Bought {
        return Ok("queued");
    }
    let mut tx = op.read().await?;
    let rights = crate::clients::store::rights_of(op, &mut tx, &what.seen.client.id).await?;
    let case = what.case.map_or("", |case| case.oid.as_str());
    let day = event_day(what.event);
    if !rights.iter().any(|right| right.case == case && right.covers(&day)) {
        return Ok("waiting_right");
    }
    let task = what.case.map_or("", |case| case.task.code());
    let live = go_live(&mut tx, op.org(), what.seen.client.register.as_str(), task).await?;
    Ok(if live.is_none_or(|live| live <= op.today().to_string()) { "queued" } else { "waiting_go_live" })
}

/// The organiser's start of use for a task, by this provider's settings; a row for the task wins over one for all.
///
/// # Errors
/// When the database does not answer.
pub async fn go_live(tx: &mut Tx, org: &str, organiser: &str, task: &str) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT day FROM cw_golive WHERE org = $1 AND organiser = $2 AND task IN ($3, '') ORDER BY task DESC LIMIT 1",
    )
    .bind(org)
    .bind(organiser)
    .bind(task)
    .fetch_optional(&mut **tx)
    .await?)
}

/// The signed bytes of a version; none while a professional has still to sign.
///
/// # Errors
/// When the organisation has no system key.
pub(super) async fn sign(op: &Op, what: &Finishing<'_>, stored: &Stored) -> Result<Vec<u8>> {
    if stored.state == "waiting_signature" {
        return Ok(Vec::new());
    }
    sign_by_system(op, stored, what.structure, &what.body, what.seen).await
}

/// Stores a version with its place in the queue, its marks and its row of the use log, in the caller's transaction.
///
/// # Errors
/// `VersionConflict` for the second of two corrections.
pub(super) async fn put(op: &Op, tx: &mut Tx, what: &Finishing<'_>, stored: &Stored, signed: &[u8]) -> Result<()> {
    if let Some((old, _)) = what.corrects {
        let newest = documents::by_oid(tx, op.org(), old.oid.as_str()).await?;
        if newest.state != "archived" {
            return Err(op.refuse(Refusal::VersionConflict));
        }
    }
    let new = New { stored, body: &what.body, signed };
    match documents::insert(&op.app, tx, op.org(), &new).await {
        Err(Fault::Store(error)) if error.is_unique_violation() => return Err(op.refuse(Refusal::VersionConflict)),
        other => other?,
    }
    if stored.state == "waiting_signature" && stored.signer.is_none() {
        crate::batches::store::wait(tx, op.org(), stored).await?;
    } else if stored.state == "waiting_signature" {
        let work = archiving::store::Work {
            kind: records::work::WorkKind::SignatureWaiting.code(),
            owner: stored.signer.as_deref().unwrap_or(&op.actor.person),
            client: Some(&stored.client),
            document: Some(stored.oid.as_str()),
            detail: &stored.title,
            due: None,
        };
        archiving::store::open_work(tx, op.org(), &work, op.now).await?;
    } else {
        archiving::store::enqueue(op, tx, stored).await?;
    }
    crate::notes::marks::store(op, tx, &stored.client, stored.set_id.as_str(), what.marks).await?;
    delete_draft(tx, op, what.draft).await?;
    let mut event = crate::use_log::Event::of_document(store::log::Action::Create, &what.seen.client, stored);
    if let Some(detail) = what.sending.and_then(|sending| sending.detail(op.now)) {
        event = event.detail(detail);
    }
    crate::use_log::write(op, tx, event).await
}

/// The deliberate fault `say-done-before-commit`: long enough for a kill to come in between.
fn commit_later(app: &App, tx: Tx) {
    let app = app.clone();
    tokio::spawn(async move {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        if tx.commit().await.is_ok() {
            app.wake.notify_one();
        }
    });
}

/// Builds the bytes and signs them with the system signature of the storing organisation (FR-39).
///
/// # Errors
/// When the organisation has no system key.
pub async fn sign_by_system(
    op: &Op,
    stored: &Stored,
    structure: &Structure,
    body: &Value,
    seen: &Seen,
) -> Result<Vec<u8>> {
    let unsigned = bytes(op, stored, structure, body, seen, Vec::new()).await?;
    let key = op.app.connection(&op.org).ok_or_else(|| Fault::failed("no system key"))?.system_key.clone();
    let at = op.now;
    // A signature costs milliseconds of a core: not on the threads that serve requests.
    tokio::task::spawn_blocking(move || seal::sign(&unsigned, Role::System, key.as_ref(), at))
        .await
        .map_err(Fault::failed)?
        .map_err(Fault::failed)
}

/// The unsigned bytes of a version.
///
/// # Errors
/// When what is stored is damaged.
pub async fn bytes(
    op: &Op,
    stored: &Stored,
    structure: &Structure,
    body: &Value,
    seen: &Seen,
    signers: Vec<kanta::document::Signer>,
) -> Result<Vec<u8>> {
    let mut tx = op.read().await?;
    let (controller_name, business) = register_facts(op, &mut tx, seen).await?;
    let author = author_of(op, &mut tx, &stored.person).await?;
    let relationship: Option<String> = match stored.type_code.as_str() {
        documents::RELATIONSHIP => {
            let place = format!("/{}/asiakkuuden_yksilointitunnus/value", structure.root_key());
            body.pointer(&place).and_then(Value::as_str).map(str::to_owned)
        }
        _ => None,
    };
    let own_business = business_id(&op.org);
    let above = crate::access_rights::required::above(&mut tx, op.org(), stored).await?;
    let around = Around {
        client: &seen.client.person,
        author,
        controller_name: &controller_name,
        storing: &op.org,
        storing_name: &op.org_name,
        business_ids: (&business, &own_business),
        above,
        relationship: relationship.and_then(|oid| records::id::RelationshipId::parse(&oid).ok()),
        signers,
        reason: stored.reason(&op.app, op.org())?,
    };
    let document = documents::build(structure, stored, body, &around)?;
    Ok(kanta::document::encode(&document))
}

async fn author_of(op: &Op, tx: &mut Tx, person: &str) -> Result<kanta::document::Author> {
    let row = sqlx::query("SELECT family, given, registration FROM cw_user WHERE org = $1 AND person = $2")
        .bind(op.org())
        .bind(person)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let registration = row.try_get::<Option<String>, _>("registration")?;
    let registration = registration.and_then(|number| records::id::RegistrationNumber::parse(&number).ok());
    let (family, given): (String, String) = (row.try_get("family")?, row.try_get("given")?);
    Ok(documents::header_author(&family, &given, registration))
}

async fn register_facts(op: &Op, tx: &mut Tx, seen: &Seen) -> Result<(String, String)> {
    let register = &seen.client.register;
    let business = business_id(register);
    if register == &op.org {
        return Ok((op.org_name.clone(), business));
    }
    let name: Option<String> =
        sqlx::query_scalar("SELECT organiser_name FROM cw_right WHERE org = $1 AND organiser = $2 LIMIT 1")
            .bind(op.org())
            .bind(register.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    Ok((name.unwrap_or_else(|| register.to_string()), business))
}

/// The business id that an organisation's OID is made of (decisions.md 7): `…10.99990015.10.0` → `9999001-5`.
pub fn business_id(organisation: &OrganisationId) -> String {
    let arc = organisation.arc();
    let digits = arc.as_str().rsplit('.').next().unwrap_or_default();
    let padded = format!("{digits:0>8}");
    format!("{}-{}", &padded[..7], &padded[7..])
}
