//! The queue to the archive: persistent, ordered, and unable to lose or double anything (functional-spec 3.28,
//! FR-93, FR-94).
//!
//! *Order.* A row waits for another of the same organisation, register and client when
//! - the other is a relationship or case queued before it, and it is of a later kind (relationship, case, document);
//! - the other is an earlier version of the same set;
//! - it is a new version of a relationship or case, and the other is a document queued before it that is still on its
//!   way: what was written while the case was open arrives while the case is open.
//!
//! A rejected relationship, case or version holds up those that rest on it until it is corrected; it is the owner's
//! work and visible as such. Unrelated clients never wait for each other. Every edge points to an earlier row, so the
//! queue cannot lock itself.
//!
//! *Life cycle.* `docs/life-cycles/outbox.md`; a test holds it, the enum and the table together.
//!
//! *Crash.* Claiming a row writes a lease. When the sender dies, the lease ends (or [`recover`] ends it at start) and
//! the row is sent again under the same OID, so that the archive gives the first receipt again.

use std::time::Duration;

use jiff::Timestamp;
use sqlx::{Row, any::AnyRow};

use crate::{Connection, Migration, StoreError, Tx};

/// Tables of the queue.
pub const MIGRATIONS: &[Migration] = &[Migration { name: "store/0003-outbox", sql: include_str!("outbox.sql") }];

/// What kind of document a row is; the order is that of sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Client relationship document (asiakkuusasiakirja).
    Relationship = 0,
    /// Case document (asia-asiakirja).
    Case = 1,
    /// Any other document.
    Document = 2,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// In the queue.
    Queued,
    /// Sent, answer not known yet.
    Sending,
    /// The archive has it.
    Archived,
    /// The archive refused it; a person must act.
    Rejected,
    /// Kept until the organisation starts use (paikallinen ennen käyttöönottoa).
    WaitingGoLive,
    /// Waiting for a register access right (Odottaa oikeutta).
    WaitingRight,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Sending, Self::Archived, Self::Rejected, Self::WaitingGoLive, Self::WaitingRight];

    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Archived => "archived",
            Self::Rejected => "rejected",
            Self::WaitingGoLive => "waiting_go_live",
            Self::WaitingRight => "waiting_right",
        }
    }

    fn parse(text: &str) -> Result<Self, StoreError> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or_else(|| StoreError::Inconsistent { table: "outbox", what: "an unknown state".to_owned() })
    }
}

/// A document to be queued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The organisation whose data this is; every query of the client system takes it from its `Op`.
    pub organisation: String,
    /// The register it goes to.
    pub register: String,
    /// Blind index of the client; of a joint case, of the client the case is under.
    pub client: String,
    /// Kind.
    pub kind: Kind,
    /// OID of the version.
    pub document: String,
    /// Set id.
    pub set_id: String,
    /// Version, from 1.
    pub version: u32,
    /// User who sees it when it is stuck.
    pub owner: String,
    /// `Queued`, `WaitingGoLive` or `WaitingRight`.
    pub state: State,
}

/// A row of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Place in the queue.
    pub seq: i64,
    /// What was queued, with its present state.
    pub entry: Entry,
    /// Times it was sent.
    pub attempts: u32,
    /// When it is sent next (queued) or its lease ends (sending).
    pub due_at: Timestamp,
    /// Code of the last failure or refusal (functional-spec 2.4).
    pub code: Option<String>,
    /// When it was queued.
    pub queued_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
}

/// Waits between attempts; the last one repeats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule(Vec<Duration>);

impl Schedule {
    /// A schedule of these waits; an empty list gives the default.
    pub fn new(waits: Vec<Duration>) -> Self {
        if waits.is_empty() { Self::default() } else { Self(waits) }
    }

    /// The wait after so many attempts.
    pub fn wait(&self, attempts: u32) -> Duration {
        let at = (attempts.max(1) as usize - 1).min(self.0.len() - 1);
        self.0[at]
    }
}

/// 1, 5, 15, 60 minutes (decisions.md 12).
impl Default for Schedule {
    fn default() -> Self {
        Self([1, 5, 15, 60].map(|minutes| Duration::from_secs(60 * minutes)).to_vec())
    }
}

/// Counts of one organisation: equal on both sides after a break (FR-93).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows sent at least once.
    pub sent: u64,
    /// Accepted by the archive.
    pub accepted: u64,
    /// Refused by the archive.
    pub rejected: u64,
    /// In the queue or on the way.
    pub queued: u64,
    /// Waiting for start of use or for a right.
    pub waiting: u64,
    /// Since when the oldest row in the queue or on the way has been there.
    pub oldest: Option<Timestamp>,
}

/// Queues a document, in the transaction that stores its sealed bytes. Gives its place in the queue.
///
/// # Errors
/// `Inconsistent` when a later version of the set is queued already or the state is none to begin in; `Database`, with
/// [`StoreError::is_unique_violation`] when the document or version is queued already.
pub async fn enqueue(tx: &mut Tx, entry: &Entry, now: Timestamp) -> Result<i64, StoreError> {
    if matches!(entry.state, State::Sending | State::Archived | State::Rejected) {
        let what = format!("a row cannot begin as {}", entry.state.as_str());
        return Err(StoreError::Inconsistent { table: "outbox", what });
    }
    // The first statement takes the sequence's lock: places in the queue follow the order of commits, and the check
    // of versions sees every earlier row. Deleted rows never give their place to another.
    let seq: i64 = sqlx::query_scalar("UPDATE outbox_sequence SET next = next + 1 WHERE one = 1 RETURNING next - 1")
        .fetch_one(&mut **tx)
        .await?;
    let later: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM outbox WHERE set_id = $1 AND version > $2")
        .bind(&entry.set_id)
        .bind(i64::from(entry.version))
        .fetch_one(&mut **tx)
        .await?;
    if later > 0 {
        let what = format!("version {} of {} comes after a later one", entry.version, entry.set_id);
        return Err(StoreError::Inconsistent { table: "outbox", what });
    }
    sqlx::query(
        "INSERT INTO outbox (seq, organisation, register, client, kind, document, set_id, version, owner, state, \
         attempts, due_at, worker, code, queued_at, changed_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, '', '', $12, $13)",
    )
    .bind(seq)
    .bind(&entry.organisation)
    .bind(&entry.register)
    .bind(&entry.client)
    .bind(entry.kind as i64)
    .bind(&entry.document)
    .bind(&entry.set_id)
    .bind(i64::from(entry.version))
    .bind(&entry.owner)
    .bind(entry.state.as_str())
    .bind(now.as_microsecond())
    .bind(now.as_microsecond())
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(seq)
}

/// Takes rows that may be sent now, oldest first, and gives the worker a lease on them. Commit before sending.
/// The rows of one claim may be sent at the same time: none waits for another.
///
/// # Errors
/// `Database`.
pub async fn claim(
    tx: &mut Tx,
    worker: &str,
    now: Timestamp,
    lease: Duration,
    limit: u32,
) -> Result<Vec<Item>, StoreError> {
    // `<> 'archived'` stands beside other conditions so that the partial indexes are used.
    let ready = sqlx::query(
        "SELECT * FROM outbox o \
         WHERE o.state IN ('queued', 'sending') AND o.state <> 'archived' AND o.due_at <= $1 \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state <> 'archived' AND p.organisation = o.organisation \
           AND p.register = o.register AND p.client = o.client AND p.kind < o.kind AND p.seq < o.seq) \
         AND NOT EXISTS (SELECT 1 FROM outbox p WHERE p.set_id = o.set_id AND p.version < o.version \
           AND p.state <> 'archived') \
         AND (o.kind = 2 OR o.version = 1 OR NOT EXISTS (SELECT 1 FROM outbox p WHERE p.state <> 'archived' \
           AND p.organisation = o.organisation AND p.register = o.register AND p.client = o.client AND p.kind = 2 \
           AND p.seq < o.seq AND p.state IN ('queued', 'sending'))) \
         ORDER BY o.seq LIMIT $2",
    )
    .bind(now.as_microsecond())
    .bind(i64::from(limit))
    .fetch_all(&mut **tx)
    .await?;
    let until = end_of(now, lease);
    let mut claimed = Vec::with_capacity(ready.len());
    for row in &ready {
        let mut item = item(row)?;
        // On PostgreSQL another worker may have been first: the condition is asked again under the row's lock.
        let taken = sqlx::query(
            "UPDATE outbox SET state = 'sending', worker = $2, due_at = $3, attempts = attempts + 1, changed_at = $4 \
             WHERE seq = $1 AND state IN ('queued', 'sending') AND due_at <= $4 AND attempts = $5",
        )
        .bind(item.seq)
        .bind(worker)
        .bind(until.as_microsecond())
        .bind(now.as_microsecond())
        .bind(i64::from(item.attempts))
        .execute(&mut **tx)
        .await?;
        if taken.rows_affected() == 1 {
            item.entry.state = State::Sending;
            item.attempts += 1;
            (item.due_at, item.changed_at) = (until, now);
            claimed.push(item);
        }
    }
    Ok(claimed)
}

/// Records that the archive has the document. Always true once true, so no lease is asked for, and a refusal that a
/// later attempt met does not matter.
///
/// # Errors
/// `Database`; `Inconsistent` when the row does not exist or was never sent.
pub async fn archived(tx: &mut Tx, seq: i64, now: Timestamp) -> Result<(), StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'archived', worker = '', code = '', changed_at = $2 WHERE seq = $1 AND attempts > 0",
    )
    .bind(seq)
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(StoreError::Inconsistent { table: "outbox", what: format!("row {seq} was never sent") })
}

/// Records that the archive refused the document. `false` when the lease has passed to another attempt.
///
/// # Errors
/// `Database`.
pub async fn rejected(tx: &mut Tx, item: &Item, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    settle(tx, item, State::Rejected, code, now, now).await
}

/// Puts a row back after a failure of the way (archive down, time-out, garbage): its outcome is unknown, so it is sent
/// again under the same OID. `false` when the lease has passed to another attempt.
///
/// # Errors
/// `Database`.
pub async fn retry(
    tx: &mut Tx,
    item: &Item,
    code: &str,
    schedule: &Schedule,
    now: Timestamp,
) -> Result<bool, StoreError> {
    settle(tx, item, State::Queued, code, end_of(now, schedule.wait(item.attempts)), now).await
}

/// Sets a claimed row to wait for start of use or for a right. `false` when the lease has passed to another attempt.
///
/// # Errors
/// `Database`; `Inconsistent` when the state is none of waiting.
pub async fn wait(tx: &mut Tx, item: &Item, state: State, code: &str, now: Timestamp) -> Result<bool, StoreError> {
    if !matches!(state, State::WaitingGoLive | State::WaitingRight) {
        let what = format!("a row cannot wait as {}", state.as_str());
        return Err(StoreError::Inconsistent { table: "outbox", what });
    }
    settle(tx, item, state, code, now, now).await
}

async fn settle(
    tx: &mut Tx,
    item: &Item,
    state: State,
    code: &str,
    due: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    // The number of attempts is the fencing token: an answer that comes after the lease went on changes nothing.
    let done = sqlx::query(
        "UPDATE outbox SET state = $2, code = $3, due_at = $4, worker = '', changed_at = $5 \
         WHERE seq = $1 AND state = 'sending' AND attempts = $6",
    )
    .bind(item.seq)
    .bind(state.as_str())
    .bind(code)
    .bind(due.as_microsecond())
    .bind(now.as_microsecond())
    .bind(i64::from(item.attempts))
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Puts a rejected or waiting row back into the queue, after correction (its OID may then be a new one) or when what
/// it waited for has come. `false` when it is not of the organisation, or neither rejected nor waiting.
///
/// # Errors
/// `Database`.
pub async fn requeue(
    tx: &mut Tx,
    organisation: &str,
    seq: i64,
    document: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'queued', document = $3, due_at = $4, worker = '', changed_at = $5 \
         WHERE organisation = $1 AND seq = $2 AND state IN ('rejected', 'waiting_go_live', 'waiting_right')",
    )
    .bind(organisation)
    .bind(seq)
    .bind(document)
    .bind(now.as_microsecond())
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Releases every row of an organisation that waits in this state (mass archiving, functional-spec 3.8). Gives how
/// many.
///
/// # Errors
/// `Database`.
pub async fn release(tx: &mut Tx, organisation: &str, waiting: State, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query(
        "UPDATE outbox SET state = 'queued', due_at = $3, changed_at = $4 \
         WHERE organisation = $1 AND state = $2 AND state IN ('waiting_go_live', 'waiting_right')",
    )
    .bind(organisation)
    .bind(waiting.as_str())
    .bind(now.as_microsecond())
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected())
}

/// Removes a rejected or waiting row for good, when its document is withdrawn before archiving, or a queued one that has
/// never been sent: after an attempt nobody knows whether the archive has it. `false` as [`requeue`].
///
/// # Errors
/// `Database`.
pub async fn withdraw(tx: &mut Tx, organisation: &str, seq: i64) -> Result<bool, StoreError> {
    let done = sqlx::query(
        "DELETE FROM outbox WHERE organisation = $1 AND seq = $2 \
         AND (state IN ('rejected', 'waiting_go_live', 'waiting_right') OR (state = 'queued' AND attempts = 0))",
    )
    .bind(organisation)
    .bind(seq)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Makes every queued row due at once: the archive is back (controlled release is the caller's batch size).
///
/// # Errors
/// `Database`.
pub async fn hurry(tx: &mut Tx, organisation: &str, now: Timestamp) -> Result<u64, StoreError> {
    let done =
        sqlx::query("UPDATE outbox SET due_at = $2 WHERE organisation = $1 AND state = 'queued' AND due_at > $2")
            .bind(organisation)
            .bind(now.as_microsecond())
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected())
}

/// At start: ends the leases of all workers of an earlier life of this process, so that nothing waits for the dead.
/// Only for a queue that one process serves. Gives how many rows will be sent again.
///
/// # Errors
/// `Database`.
pub async fn recover(tx: &mut Tx, now: Timestamp) -> Result<u64, StoreError> {
    let done = sqlx::query("UPDATE outbox SET due_at = $1, worker = '' WHERE state = 'sending' AND due_at > $1")
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected())
}

/// The row of a document.
///
/// # Errors
/// `Database`.
pub async fn find(connection: &mut Connection, organisation: &str, document: &str) -> Result<Option<Item>, StoreError> {
    let row = sqlx::query("SELECT * FROM outbox WHERE organisation = $1 AND document = $2")
        .bind(organisation)
        .bind(document)
        .fetch_optional(connection)
        .await?;
    row.as_ref().map(item).transpose()
}

/// Rows of an organisation in a state, in order, from place `from` on.
///
/// # Errors
/// `Database`.
pub async fn list(
    connection: &mut Connection,
    organisation: &str,
    state: State,
    from: i64,
    limit: u32,
) -> Result<Vec<Item>, StoreError> {
    sqlx::query("SELECT * FROM outbox WHERE organisation = $1 AND state = $2 AND seq >= $3 ORDER BY seq LIMIT $4")
        .bind(organisation)
        .bind(state.as_str())
        .bind(from)
        .bind(i64::from(limit))
        .fetch_all(connection)
        .await?
        .iter()
        .map(item)
        .collect()
}

/// Counts of an organisation.
///
/// # Errors
/// `Database`.
pub async fn counts(connection: &mut Connection, organisation: &str) -> Result<Counts, StoreError> {
    let rows = sqlx::query(
        "SELECT state, COUNT(*), CAST(SUM(CASE WHEN attempts > 0 THEN 1 ELSE 0 END) AS BIGINT), MIN(queued_at) \
         FROM outbox WHERE organisation = $1 GROUP BY state",
    )
    .bind(organisation)
    .fetch_all(connection)
    .await?;
    let mut counts = Counts::default();
    for row in rows {
        let count = row.try_get::<i64, _>(1)?.unsigned_abs();
        counts.sent += row.try_get::<i64, _>(2)?.unsigned_abs();
        match State::parse(row.try_get(0)?)? {
            State::Archived => counts.accepted += count,
            State::Rejected => counts.rejected += count,
            State::WaitingGoLive | State::WaitingRight => counts.waiting += count,
            State::Queued | State::Sending => {
                counts.queued += count;
                let oldest = timestamp(row.try_get(3)?)?;
                counts.oldest = Some(counts.oldest.map_or(oldest, |before| before.min(oldest)));
            }
        }
    }
    Ok(counts)
}

fn item(row: &AnyRow) -> Result<Item, StoreError> {
    let code: String = row.try_get("code")?;
    Ok(Item {
        seq: row.try_get("seq")?,
        entry: Entry {
            organisation: row.try_get("organisation")?,
            register: row.try_get("register")?,
            client: row.try_get("client")?,
            kind: match row.try_get::<i64, _>("kind")? {
                0 => Kind::Relationship,
                1 => Kind::Case,
                _ => Kind::Document,
            },
            document: row.try_get("document")?,
            set_id: row.try_get("set_id")?,
            version: u32::try_from(row.try_get::<i64, _>("version")?).unwrap_or(u32::MAX),
            owner: row.try_get("owner")?,
            state: State::parse(row.try_get("state")?)?,
        },
        attempts: u32::try_from(row.try_get::<i64, _>("attempts")?).unwrap_or(u32::MAX),
        due_at: timestamp(row.try_get("due_at")?)?,
        code: (!code.is_empty()).then_some(code),
        queued_at: timestamp(row.try_get("queued_at")?)?,
        changed_at: timestamp(row.try_get("changed_at")?)?,
    })
}

fn timestamp(micros: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(micros)
        .map_err(|_| StoreError::Inconsistent { table: "outbox", what: "a time out of range".to_owned() })
}

/// The instant after a wait; at the end of time it stays there.
fn end_of(now: Timestamp, wait: Duration) -> Timestamp {
    now.checked_add(wait).unwrap_or(Timestamp::MAX)
}
