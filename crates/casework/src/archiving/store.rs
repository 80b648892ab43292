//! The way of a ready document into the archive: queueing with the actor's sealed facts, and settling what came back.

use jiff::Timestamp;
use kanta::ack::{AckType, Acknowledgement};
use records::{Lang, refusal::Refusal, work};
use store::{
    Tx,
    outbox::{self, Entry, Item, Kind, State},
};

use super::wire::Acting;
use crate::{
    app::App,
    error::{Fault, Result},
    op::Op,
    recording::documents::{self, Stored},
};

/// The actor of this request, to be kept with a document.
pub fn acting(op: &Op) -> Acting {
    Acting {
        person: op.actor.person.clone(),
        hetu: op.actor.hetu.as_str().to_owned(),
        family: op.actor.family.clone(),
        given: op.actor.given.clone(),
        registration: op.actor.registration.as_ref().map(|number| number.as_str().to_owned()),
        unit: op.unit.as_str().to_owned(),
        unit_name: op.unit_name.clone(),
        duty: op.actor.duty.clone(),
        tasks: op.actor.tasks.clone(),
        strength: op.strength().code().to_owned(),
        evidence: op.login.evidence(),
    }
}

/// Seals the actor for the queue.
///
/// # Errors
/// Never in practice; serialising cannot fail.
pub fn seal_acting(app: &App, org: &str, oid: &str, acting: &Acting) -> Result<Vec<u8>> {
    let bytes = serde_json::to_vec(acting).map_err(Fault::failed)?;
    Ok(app.vault.register_key("casework-errand", org).seal(&bytes, oid.as_bytes()))
}

/// Opens a sealed actor.
///
/// # Errors
/// When the bytes were altered.
pub fn open_acting(app: &App, org: &str, oid: &str, sealed: &[u8]) -> Result<Acting> {
    let bytes = app.vault.register_key("casework-errand", org).open(sealed, oid.as_bytes())?;
    serde_json::from_slice(&bytes).map_err(|_| Fault::damaged("cw_errand.actor"))
}

/// Puts a ready document into the queue, in the transaction that stores it.
///
/// # Errors
/// `VersionConflict` when the version is queued already.
pub async fn enqueue(op: &Op, tx: &mut Tx, one: &Stored) -> Result<()> {
    enqueue_as(&op.app, tx, op.org(), one, &acting(op), op.now).await
}

/// As [`enqueue`], for an actor who is not in a request (the seed).
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_as(
    app: &App,
    tx: &mut Tx,
    org: &str,
    one: &Stored,
    acting: &Acting,
    now: Timestamp,
) -> Result<()> {
    let entry = Entry {
        organisation: org.to_owned(),
        register: one.register.as_str().to_owned(),
        client: one.client.clone(),
        kind: match one.type_code.as_str() {
            documents::RELATIONSHIP => Kind::Relationship,
            documents::CASE => Kind::Case,
            _ => Kind::Document,
        },
        document: one.oid.as_str().to_owned(),
        set_id: one.set_id.as_str().to_owned(),
        version: one.version,
        // Who wrote it mends it, whoever signed or sent it (functional specification 2.4).
        owner: one.person.clone(),
        state: match one.state.as_str() {
            "waiting_go_live" => State::WaitingGoLive,
            "waiting_right" => State::WaitingRight,
            _ => State::Queued,
        },
    };
    outbox::enqueue(tx, &entry, now).await.map_err(conflict)?;
    put_errand(app, tx, org, one.oid.as_str(), acting).await
}

/// Keeps the actor with a document of the queue, in place of the one that was there.
///
/// # Errors
/// When the database refuses.
pub async fn put_errand(app: &App, tx: &mut Tx, org: &str, oid: &str, acting: &Acting) -> Result<()> {
    let sealed = seal_acting(app, org, oid, acting)?;
    sqlx::query(
        "INSERT INTO cw_errand (org, oid, actor) VALUES ($1, $2, $3)
         ON CONFLICT (org, oid) DO UPDATE SET actor = excluded.actor",
    )
    .bind(org)
    .bind(oid)
    .bind(sealed)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Keeps where in a returned document the fault is, so that the desk can open the place; empty for nowhere.
///
/// # Errors
/// When the database refuses.
pub async fn put_place(tx: &mut Tx, org: &str, oid: &str, place: &str) -> Result<()> {
    sqlx::query("DELETE FROM cw_place WHERE org = $1 AND oid = $2").bind(org).bind(oid).execute(&mut **tx).await?;
    if !place.is_empty() {
        sqlx::query("INSERT INTO cw_place (org, oid, place) VALUES ($1, $2, $3)")
            .bind(org)
            .bind(oid)
            .bind(place)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// A worker's name; empty when the organisation has no such worker.
///
/// # Errors
/// When the database does not answer.
pub async fn name_of(tx: &mut Tx, org: &str, person: &str) -> Result<String> {
    let name: Option<String> =
        sqlx::query_scalar("SELECT given || ' ' || family FROM cw_user WHERE org = $1 AND person = $2")
            .bind(org)
            .bind(person)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(name.unwrap_or_default())
}

/// Workers of a unit who have one of these roles today, by id; of the whole organisation when `unit` is empty.
///
/// # Errors
/// When the database does not answer.
pub async fn with_role(tx: &mut Tx, org: &str, unit: &str, roles: &[&str], now: Timestamp) -> Result<Vec<String>> {
    let today = records::time::finnish_date(now).to_string();
    let rows = sqlx::query(
        "SELECT DISTINCT u.person, u.roles FROM cw_user u JOIN cw_membership m ON m.org = u.org AND m.person = u.person
          WHERE u.org = $1 AND (m.unit = $2 OR $2 = '') AND u.employed_from <= $3
            AND (u.employed_to IS NULL OR u.employed_to >= $3) ORDER BY u.person",
    )
    .bind(org)
    .bind(unit)
    .bind(today)
    .fetch_all(&mut **tx)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let has: String = sqlx::Row::try_get(&row, "roles")?;
        if has.split_whitespace().any(|role| roles.contains(&role)) {
            found.push(sqlx::Row::try_get(&row, "person")?);
        }
    }
    Ok(found)
}

fn conflict(error: store::StoreError) -> Fault {
    let later = matches!(&error, store::StoreError::Inconsistent { table: "outbox", .. });
    if later || error.is_unique_violation() { Fault::Refused(Refusal::VersionConflict) } else { error.into() }
}

/// Settles a document after the archive's answer: archived, or returned with what to mend and a work item with an
/// owner (functional specification 2.4). All in one transaction.
///
/// # Errors
/// When the database refuses; the document is then sent again and the archive gives the same receipt.
pub async fn settle(app: &App, item: &Item, answer: &Acknowledgement, now: Timestamp) -> Result<()> {
    let org = item.entry.organisation.as_str();
    let mut tx = app.db.write().await?;
    if answer.kind == AckType::Accepted {
        outbox::archived(&mut tx, item.seq, now).await?;
        archived(&mut tx, item, answer, now).await?;
    } else {
        let code = answer.details.first().map_or("BAD_REQUEST", |one| one.code.as_str()).to_owned();
        returned(&mut tx, item, &code, answer, now).await?;
    }
    tx.commit().await?;
    tracing::info!(organisation = org, document = item.entry.document, answer = answer.kind.code(), "settled");
    Ok(())
}

async fn archived(tx: &mut Tx, item: &Item, answer: &Acknowledgement, now: Timestamp) -> Result<()> {
    let org = item.entry.organisation.as_str();
    let at = answer.receipt.as_ref().map_or(now, |receipt| receipt.archived);
    sqlx::query(
        "UPDATE cw_document SET state = 'archived', archived_at = $3, refusal = NULL, mend = NULL
          WHERE org = $1 AND oid = $2 AND state <> 'invalidated'",
    )
    .bind(org)
    .bind(&item.entry.document)
    .bind(at.as_microsecond())
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE cw_document SET state = 'replaced' WHERE org = $1 AND set_id = $2 AND version < $3 AND state = 'archived'",
    )
    .bind(org)
    .bind(&item.entry.set_id)
    .bind(i64::from(item.entry.version))
    .execute(&mut **tx)
    .await?;
    sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(&item.entry.document)
        .execute(&mut **tx)
        .await?;
    close_work(tx, org, &item.entry.document, now).await
}

async fn returned(tx: &mut Tx, item: &Item, code: &str, answer: &Acknowledgement, now: Timestamp) -> Result<()> {
    let org = item.entry.organisation.as_str();
    let refusal = Refusal::parse(code);
    let (state, queue) = match refusal {
        Some(Refusal::GoLiveNotReached) => ("waiting_go_live", State::WaitingGoLive),
        Some(Refusal::RkoNotValid) => ("waiting_right", State::WaitingRight),
        _ => ("rejected", State::Rejected),
    };
    let settled = match queue {
        State::Rejected => outbox::rejected(tx, item, code, now).await?,
        waiting => outbox::wait(tx, item, waiting, code, now).await?,
    };
    if !settled {
        return Ok(());
    }
    let said: Vec<&str> = answer.details.iter().map(|one| one.text.as_str()).collect();
    let mend = match (refusal, said.is_empty()) {
        (Some(refusal), true) => refusal.sentence(Lang::Fi).to_owned(),
        (_, false) => said.join(" "),
        (None, true) => code.to_owned(),
    };
    sqlx::query("UPDATE cw_document SET state = $3, refusal = $4, mend = $5 WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(&item.entry.document)
        .bind(state)
        .bind(code)
        .bind(&mend)
        .execute(&mut **tx)
        .await?;
    let place = answer.details.iter().find_map(|one| one.place.clone()).unwrap_or_default();
    put_place(tx, org, &item.entry.document, &place).await?;
    let kind = refusal.and_then(work::item_for).unwrap_or(work::WorkKind::ReturnedDocument);
    let work = Work {
        kind: kind.code(),
        owner: &item.entry.owner,
        client: Some(&item.entry.client),
        document: Some(&item.entry.document),
        detail: code,
        due: None,
    };
    close_work(tx, org, &item.entry.document, now).await?;
    open_work(tx, org, &work, now).await?;
    Ok(())
}

/// Something that somebody has to do.
pub struct Work<'a> {
    /// Kind, by [`work::WorkKind::code`].
    pub kind: &'a str,
    /// The person who owns it.
    pub owner: &'a str,
    /// The client.
    pub client: Option<&'a str>,
    /// The document.
    pub document: Option<&'a str>,
    /// Code or words without personal data.
    pub detail: &'a str,
    /// Day by which.
    pub due: Option<&'a str>,
}

/// Makes a work item.
///
/// # Errors
/// When the database refuses.
pub async fn open_work(tx: &mut Tx, org: &str, work: &Work<'_>, now: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_work (org, id, kind, owner, client, document, detail, due, created, done)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(org)
    .bind(crate::numbers::random_id())
    .bind(work.kind)
    .bind(work.owner)
    .bind(work.client)
    .bind(work.document)
    .bind(work.detail)
    .bind(work.due)
    .bind(now.as_microsecond())
    .bind(None::<i64>)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Closes every open work item of a document.
///
/// # Errors
/// When the database refuses.
pub async fn close_work(tx: &mut Tx, org: &str, document: &str, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE cw_work SET done = $3 WHERE org = $1 AND document = $2 AND done IS NULL")
        .bind(org)
        .bind(document)
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
