//! Sends a document that came back once more, with the one thing changed that its cause names: another unit, another
//! case, the newest version of its structure, or only a new signature. The archive has never stored it, so it keeps its
//! OID; its author and what he wrote stay.

use records::{
    access::Act,
    code::Code,
    id::{DocumentId, ServiceUnitId},
};
use store::{Tx, log::Action, outbox};
use structures::Structure;

use super::{
    cause::Cause,
    store::{self as queue, Work},
    wire::Acting,
};
use crate::{
    cases::store::{self as cases, Case},
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    recording::{
        content::{self, Facts},
        documents::{self, Stored},
        store as recording,
    },
    rights, use_log,
};

/// What is changed before the document goes again.
#[derive(Default)]
pub struct Change<'a> {
    /// Another unit of origin.
    pub unit: Option<(ServiceUnitId, String)>,
    /// Another case.
    pub case: Option<&'a Case>,
    /// The newest version of the structure.
    pub newest: bool,
    /// A new OID, when another document has the old one.
    pub new_oid: bool,
}

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Sent {
    /// In the queue again, or waiting for its professional's signature.
    Again,
    /// The content does not fit; the document says what is missing and is opened.
    Faulty,
    /// Somebody has been faster.
    Gone,
}

/// Changes, signs and queues.
///
/// # Errors
/// When the worker has no right to the client or the document.
pub async fn resend(op: &Op, oid: &str, cause: Cause, change: &Change<'_>) -> Result<Sent> {
    let mut tx = op.read().await?;
    let mut one = documents::by_oid(&mut tx, op.org(), oid).await?;
    if !matches!(one.state.as_str(), "rejected" | "waiting_right") || one.type_code.starts_with("1505") {
        return Ok(Sent::Gone);
    }
    let seen = clients::open(op, &mut tx, &one.client).await?;
    rights::check_read(op, &mut tx, &seen, &one).await?;
    let mut body = one.body(&op.app, &mut tx, op.org()).await?;
    apply(op, &mut tx, &mut one, change).await?;
    let case = match &one.case {
        Some(case) => Some(cases::by_oid(op, &mut tx, case.as_str()).await?),
        None => None,
    };
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    rights::check(op, &mut tx, &seen, Act::Write, &one, case.as_ref()).await?;
    drop(tx);
    refill(op, &one, structure, &mut body, &seen.client.person, case.as_ref()).await?;
    if let Err(faults) = structures::validate(structure, &body) {
        let said: Vec<String> = faults.iter().take(5).map(|fault| fault.message(records::Lang::Fi)).collect();
        let place = faults.first().map(|fault| fault.path.clone()).unwrap_or_default();
        return faulty(op, oid, &one, &said.join(" "), &place).await;
    }
    let professional = structure.needs_professional_signature();
    let signed =
        if professional { Vec::new() } else { recording::sign_by_system(op, &one, structure, &body, &seen).await? };
    one.state = if professional { "waiting_signature".into() } else { "queued".into() };
    if professional && one.signer.is_none() {
        one.signer = Some(one.person.clone());
    }
    let mut tx = op.write().await?;
    if !rename(op, &mut tx, oid, &one).await? {
        return Ok(Sent::Gone);
    }
    documents::put_signed(&op.app, &mut tx, op.org(), &one, &body, &signed).await?;
    let acting = actor(op, &mut tx, oid, &one, cause).await?;
    requeue(op, &mut tx, oid, &one, &acting).await?;
    let event = use_log::Event::of_document(Action::Change, &seen.client, &one)
        .detail(format!("lähetetty uudelleen: {}", cause.code()));
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(Sent::Again)
}

async fn apply(op: &Op, tx: &mut Tx, one: &mut Stored, change: &Change<'_>) -> Result<()> {
    if let Some((unit, name)) = &change.unit {
        (one.unit, one.unit_name) = (unit.clone(), name.clone());
    }
    if let Some(case) = change.case {
        (one.case, one.task) = (Some(case.oid.clone()), Some(case.task));
    }
    if change.newest {
        let newest = op.app.config.catalogue.newest(&one.type_code).ok_or(Fault::NotFound)?;
        one.structure = newest.oid().to_owned();
    }
    if change.new_oid {
        // The number is of the storing organisation and of the year of the act, as every number (decisions.md 7).
        let _ = tx;
        let mut numbers = op.write().await?;
        let oid: DocumentId = crate::numbers::document(&mut numbers, &op.org, op.today().year()).await?;
        numbers.commit().await?;
        if one.version == 1 {
            one.set_id = oid.as_set();
        }
        one.oid = oid;
    }
    Ok(())
}

/// The system's facts are written anew: what a worker wrote is never touched.
async fn refill(
    op: &Op,
    one: &Stored,
    structure: &Structure,
    body: &mut serde_json::Value,
    client: &crate::people::Person,
    case: Option<&Case>,
) -> Result<()> {
    let mut author = recording::worker(op, &one.person).await?;
    author.unit = Code::organisation(&one.unit.0, &one.unit_name);
    let decider = match one.signer.as_deref().filter(|signer| *signer != one.person) {
        Some(signer) => Some(recording::worker(op, signer).await?),
        None => None,
    };
    let Some(task) = one.task else { return Ok(()) };
    let facts = Facts {
        client,
        author: &author,
        decider: decider.as_ref(),
        task: task.to_code(records::Lang::Fi),
        service: one.service.as_ref().map(|service| service.to_code(records::Lang::Fi)),
        event: one.event,
        today: records::time::finnish_date(one.created),
        pending: case.map(|case| case.opened),
    };
    content::fill(structure, body, &facts);
    Ok(())
}

/// The changed version does not fit its structure: it stays returned, and says what is missing.
async fn faulty(op: &Op, oid: &str, one: &Stored, said: &str, place: &str) -> Result<Sent> {
    let mut tx = op.write().await?;
    sqlx::query(
        "UPDATE cw_document SET structure = $3, refusal = 'SCHEMA_INVALID', mend = $4, state = 'rejected'
          WHERE org = $1 AND oid = $2 AND state = 'rejected'",
    )
    .bind(op.org())
    .bind(oid)
    .bind(&one.structure)
    .bind(said)
    .execute(&mut *tx)
    .await?;
    queue::put_place(&mut tx, op.org(), oid, place).await?;
    tx.commit().await?;
    Ok(Sent::Faulty)
}

async fn rename(op: &Op, tx: &mut Tx, oid: &str, one: &Stored) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE cw_document SET oid = $3, set_id = $4, unit = $5, unit_name = $6, case_oid = $7, task = $8,
           structure = $9, refusal = NULL, mend = NULL
          WHERE org = $1 AND oid = $2 AND state IN ('rejected', 'waiting_right')",
    )
    .bind(op.org())
    .bind(oid)
    .bind(one.oid.as_str())
    .bind(one.set_id.as_str())
    .bind(one.unit.as_str())
    .bind(&one.unit_name)
    .bind(one.case.as_ref().map(|case| case.as_str().to_owned()))
    .bind(one.task.map(|task| task.code().to_owned()))
    .bind(&one.structure)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Who sends: whoever pressed the button, unless the writer was identified more strongly and nothing was wrong with that.
async fn actor(op: &Op, tx: &mut Tx, oid: &str, one: &Stored, cause: Cause) -> Result<Acting> {
    let mut acting = queue::acting(op);
    let sealed: Option<Vec<u8>> = sqlx::query_scalar("SELECT actor FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(oid)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(sealed) = sealed
        && acting.evidence.is_none()
        && cause != Cause::Certificate
    {
        let had = queue::open_acting(&op.app, op.org(), oid, &sealed)?;
        if had.evidence.is_some() {
            acting = had;
        }
    }
    if cause == Cause::Unit {
        (acting.unit, acting.unit_name) = (one.unit.as_str().to_owned(), one.unit_name.clone());
    }
    Ok(acting)
}

async fn requeue(op: &Op, tx: &mut Tx, old: &str, one: &Stored, acting: &Acting) -> Result<()> {
    let org = op.org();
    sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2").bind(org).bind(old).execute(&mut **tx).await?;
    queue::close_work(tx, org, old, op.now).await?;
    queue::put_place(tx, org, old, "").await?;
    let item = outbox::find(tx, org, old).await?;
    if one.state == "waiting_signature" {
        if let Some(item) = item {
            outbox::withdraw(tx, org, item.seq).await?;
        }
        let work = Work {
            kind: records::work::WorkKind::SignatureWaiting.code(),
            owner: one.signer.as_deref().unwrap_or(&one.person),
            client: Some(&one.client),
            document: Some(one.oid.as_str()),
            detail: &one.title,
            due: None,
        };
        return queue::open_work(tx, org, &work, op.now).await;
    }
    match item {
        Some(item) => {
            outbox::requeue(tx, org, item.seq, one.oid.as_str(), op.now).await?;
            queue::put_errand(&op.app, tx, org, one.oid.as_str(), acting).await
        }
        None => queue::enqueue_as(&op.app, tx, org, one, acting, op.now).await,
    }
}
