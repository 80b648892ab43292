//! The outbox worker: takes what may go now, sends one frame per document, and settles the answer. It survives kill −9
//! since the queue is in the database and a lost answer is asked for again under the same OID (FR-93, FR-94).

use std::time::Duration;

use futures::stream::{self, StreamExt};
use kanta::Limits;
use records::id::OrganisationId;
use sqlx::Row;
use store::outbox::{self, Item, Schedule, State};

use super::{store as queue, wire::WireError};
use crate::{
    app::App,
    error::{Fault, Result},
    recording::documents,
};

/// How long a sender may keep a document before another may try: longer than the wire's own time-outs.
const LEASE: Duration = Duration::from_secs(60);
/// Rows of one claim; the release after a break is controlled by it (functional specification 3.28).
const BATCH: u32 = 32;
/// Documents on their way at once; clients do not wait for each other, versions of a client do.
const AT_ONCE: usize = 4;
/// Longest sleep between looks, so that a clock moved forward is seen soon.
const IDLE: Duration = Duration::from_millis(500);

/// Runs until the task is aborted.
pub async fn run(app: App) {
    if let Err(error) = recover(&app).await {
        tracing::error!(%error, "the queue could not be recovered");
    }
    loop {
        match pass(&app).await {
            Ok(0) => {
                let _ = tokio::time::timeout(IDLE, app.wake.notified()).await;
            }
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the outbox worker");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

async fn recover(app: &App) -> Result<()> {
    let mut tx = app.db.write().await?;
    outbox::recover(&mut tx, app.now()).await?;
    Ok(tx.commit().await?)
}

/// One look at the queue: releases what has waited long enough, sends a batch. Gives how many were sent.
///
/// # Errors
/// When the database does not answer; nothing is lost then.
pub async fn pass(app: &App) -> Result<usize> {
    release(app).await?;
    super::alarm::run(app).await?;
    crate::settings::cards::warn(app).await?;
    let mut tx = app.db.write().await?;
    let items = outbox::claim(&mut tx, "casework", app.now(), LEASE, BATCH).await?;
    tx.commit().await?;
    let count = items.len();
    stream::iter(items)
        .for_each_concurrent(AT_ONCE, |item| async move {
            if let Err(error) = send(app, &item).await {
                tracing::error!(%error, document = item.entry.document, "a document stays in the queue");
            }
        })
        .await;
    Ok(count + nullify_all(app).await?)
}

async fn send(app: &App, item: &Item) -> Result<()> {
    match try_send(app, item).await {
        Ok(answer) => queue::settle(app, item, &answer, app.now()).await,
        Err(error) => {
            let code = match &error {
                WireError::Down => "SERVICE_UNAVAILABLE",
                WireError::Garbage => "TIMEOUT",
                WireError::NotConnected(why) => {
                    tracing::error!(why, "no connection to the archive");
                    "SERVICE_UNAVAILABLE"
                }
            };
            let schedule = Schedule::new(app.config.retry_waits.clone());
            let mut tx = app.db.write().await?;
            outbox::retry(&mut tx, item, code, &schedule, app.now()).await?;
            Ok(tx.commit().await?)
        }
    }
}

async fn try_send(app: &App, item: &Item) -> std::result::Result<kanta::ack::Acknowledgement, WireError> {
    let broken = |error: Fault| WireError::NotConnected(error.to_string());
    let org = item.entry.organisation.as_str();
    let (bytes, acting) = load(app, org, &item.entry.document).await.map_err(broken)?;
    // The limits are the archive's to judge: what is too large for it comes back with its words, and does not stand here
    // for ever as something that cannot be read.
    let wide = Limits { elements: usize::MAX, xhtml_bytes: usize::MAX, json_bytes: usize::MAX, ..Limits::default() };
    let decoded = kanta::document::decode(&bytes, &wide).map_err(|_| WireError::NotConnected("document".into()))?;
    let organisation = OrganisationId::parse(org).map_err(|_| WireError::NotConnected("organisation".into()))?;
    let connection =
        app.connection(&organisation).ok_or_else(|| WireError::NotConnected("no connection".into()))?.clone();
    app.archive.store(&connection, &acting, &decoded.document, bytes, app.now()).await
}

async fn load(app: &App, org: &str, oid: &str) -> Result<(Vec<u8>, super::wire::Acting)> {
    let mut tx = app.db.read().await?;
    let stored = documents::by_oid(&mut tx, org, oid).await?;
    let bytes = stored.signed(app, &mut tx, org).await?;
    let sealed: Vec<u8> = sqlx::query_scalar("SELECT actor FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(oid)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Fault::damaged("cw_errand"))?;
    Ok((bytes, queue::open_acting(app, org, oid, &sealed)?))
}

/// What waited for a day or a right that has come. Asked again and again, so it must not read every document.
pub(super) const READY: &str = "SELECT d.org, d.oid, d.state FROM cw_document d
    WHERE (d.state = 'waiting_go_live' AND NOT EXISTS (SELECT 1 FROM cw_golive g WHERE g.org = d.org
             AND g.organiser = d.register AND g.task IN (d.task, '') AND g.day > $1))
       OR (d.state = 'waiting_right' AND d.refusal IS NULL AND EXISTS (SELECT 1 FROM cw_right r
             WHERE r.org = d.org AND r.case_oid = d.case_oid AND r.unit = d.unit AND r.from_day <= $1))";

/// Releases documents whose organiser has started use, and those for which a right has come (FR-25).
///
/// # Errors
/// When the database does not answer.
pub async fn release(app: &App) -> Result<()> {
    let today = records::time::finnish_date(app.now()).to_string();
    let mut tx = app.db.read().await?;
    let ready = sqlx::query(READY).bind(&today).fetch_all(&mut *tx).await?;
    drop(tx);
    for row in ready {
        let (org, oid): (String, String) = (row.try_get("org")?, row.try_get("oid")?);
        if covered(app, &org, &oid).await? {
            requeue(app, &org, &oid).await?;
        }
    }
    Ok(())
}

/// Whether a right covers the day of the event: what is outside stays on the list to be agreed with the organiser.
async fn covered(app: &App, org: &str, oid: &str) -> Result<bool> {
    let mut tx = app.db.read().await?;
    let one = documents::by_oid(&mut tx, org, oid).await?;
    let day = records::time::finnish_date(one.event).to_string();
    let count: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_right WHERE org = $1 AND case_oid = $2 AND unit = $3 AND from_day <= $4
            AND (to_day IS NULL OR to_day >= $4)",
    )
    .bind(org)
    .bind(one.case.as_ref().map(|case| case.as_str().to_owned()))
    .bind(one.unit.as_str())
    .bind(day)
    .fetch_one(&mut *tx)
    .await?;
    Ok(count > 0)
}

/// Puts a waiting or returned document back into the queue under its own OID.
///
/// # Errors
/// When the database refuses.
pub async fn requeue(app: &App, org: &str, oid: &str) -> Result<()> {
    let mut tx = app.db.write().await?;
    if let Some(item) = outbox::find(&mut tx, org, oid).await?
        && matches!(item.entry.state, State::Rejected | State::WaitingGoLive | State::WaitingRight)
    {
        outbox::requeue(&mut tx, org, item.seq, oid, app.now()).await?;
        documents::set_state(&mut tx, org, oid, "queued").await?;
    }
    tx.commit().await?;
    app.wake.notify_one();
    Ok(())
}

/// Sends what waits to be invalidated, once its document is in the archive (FR-36).
async fn nullify_all(app: &App) -> Result<usize> {
    let now = app.now();
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT org, oid, actor, reason, attempts FROM cw_nullify WHERE state = 'queued' AND due_at <= $1 LIMIT 32",
    )
    .bind(now.as_microsecond())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let count = rows.len();
    for row in rows {
        nullify(app, &row).await?;
    }
    Ok(count)
}

async fn nullify(app: &App, row: &sqlx::any::AnyRow) -> Result<()> {
    let (org, oid): (String, String) = (row.try_get("org")?, row.try_get("oid")?);
    let acting = queue::open_acting(app, &org, &oid, &row.try_get::<Vec<u8>, _>("actor")?)?;
    let key = app.vault.register_key("casework-errand", &org);
    let reason = key.open(&row.try_get::<Vec<u8>, _>("reason")?, oid.as_bytes())?;
    let attempts: i64 = row.try_get("attempts")?;
    let mut tx = app.db.read().await?;
    let stored = documents::by_oid(&mut tx, &org, &oid).await?;
    let bytes = stored.signed(app, &mut tx, &org).await?;
    drop(tx);
    let decoded = kanta::document::decode(&bytes, &Limits::default()).map_err(|_| Fault::damaged("document"))?;
    let organisation = OrganisationId::parse(&org).map_err(|_| Fault::damaged("cw_nullify.org"))?;
    let connection = app.connection(&organisation).ok_or(Fault::damaged("no connection"))?.clone();
    let reason = String::from_utf8_lossy(&reason);
    let answer = app.archive.nullify(&connection, &acting, &decoded.document, &reason, app.now()).await;
    let (state, problem) = match &answer {
        Ok(answer) if answer.kind == kanta::ack::AckType::Accepted => ("done", None),
        Ok(answer) => ("refused", Some(answer.details.first().map_or("BAD_REQUEST", |one| &one.code).to_owned())),
        Err(_) => ("queued", None),
    };
    let wait = Schedule::new(app.config.retry_waits.clone()).wait(u32::try_from(attempts + 1).unwrap_or(u32::MAX));
    let due = app.now().checked_add(wait).unwrap_or(jiff::Timestamp::MAX);
    let mut tx = app.db.write().await?;
    sqlx::query("UPDATE cw_nullify SET state = $3, attempts = $4, due_at = $5 WHERE org = $1 AND oid = $2")
        .bind(&org)
        .bind(&oid)
        .bind(state)
        .bind(attempts + 1)
        .bind(due.as_microsecond())
        .execute(&mut *tx)
        .await?;
    if let Some(problem) = problem {
        let work = queue::Work {
            kind: records::work::WorkKind::ReturnedDocument.code(),
            owner: &acting.person,
            client: Some(&stored.client),
            document: Some(&oid),
            detail: &problem,
            due: None,
        };
        queue::open_work(&mut tx, &org, &work, app.now()).await?;
        sqlx::query("UPDATE cw_document SET refusal = $3, state = 'archived' WHERE org = $1 AND oid = $2")
            .bind(&org)
            .bind(&oid)
            .bind(&problem)
            .execute(&mut *tx)
            .await?;
    }
    Ok(tx.commit().await?)
}
