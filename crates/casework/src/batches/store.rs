//! Entries that wait for a card holder, and the batches that take them.

use jiff::{Timestamp, civil::Date};
use records::access::{Operation, Settings, login};
use sqlx::{Row as _, any::AnyRow};
use store::Tx;

use crate::{
    app::App,
    archiving::wire::Acting,
    error::{Fault, Result},
    op::Op,
    recording::documents::Stored,
    settings,
};

/// The role that archives for others.
pub const ROLE: &str = "mass_archiver";
/// What the key is for that seals the archiver of a batch.
const KEY: &str = "casework-batch";
/// Name of the organisation's setting *strict mode* (functional specification E).
pub const STRICT: &str = "strict_archiving";

/// Tables of this subject.
pub const TABLES: &str = "
CREATE TABLE cw_ready (
  org TEXT NOT NULL, oid TEXT NOT NULL, unit TEXT NOT NULL, person TEXT NOT NULL, day TEXT NOT NULL,
  created BIGINT NOT NULL, batch TEXT, PRIMARY KEY (org, oid));
CREATE INDEX cw_ready_unit ON cw_ready (org, unit, day);
CREATE INDEX cw_ready_batch ON cw_ready (org, batch, created);
CREATE TABLE cw_batch (
  org TEXT NOT NULL, id TEXT NOT NULL, person TEXT NOT NULL, unit TEXT NOT NULL, actor BLOB NOT NULL,
  total BIGINT NOT NULL, state TEXT NOT NULL CHECK (state IN ('running', 'paused', 'done')),
  created BIGINT NOT NULL, changed BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE INDEX cw_batch_state ON cw_batch (state, created);
CREATE TABLE cw_batch_row (
  org TEXT NOT NULL, batch TEXT NOT NULL, oid TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('sent', 'failed')),
  reason TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (org, batch, oid));
CREATE TABLE cw_place (
  org TEXT NOT NULL, oid TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (org, oid));
CREATE INDEX cw_document_desk ON cw_document (org, unit, state, created);
CREATE INDEX cw_document_archived ON cw_document (org, unit, archived_at);
CREATE INDEX cw_work_document ON cw_work (org, document);
";

/// Whether what this worker finishes waits for a card holder: the organisation is strict, or the login is too weak to
/// archive at all (functional specification 3.8b).
///
/// # Errors
/// When the database does not answer.
pub async fn waits_for_card(op: &Op, tx: &mut Tx) -> Result<bool> {
    let settings = Settings { strict: strict(tx, op.org()).await?, ..Settings::default() };
    Ok(login::check(Operation::ArchiveUnsigned, op.strength(), &settings).is_err())
}

/// Whether archiving needs a card in this organisation.
///
/// # Errors
/// When the database does not answer.
pub async fn strict(tx: &mut Tx, org: &str) -> Result<bool> {
    Ok(settings::value(tx, org, STRICT).await?.as_deref() == Some("1"))
}

/// Lets a finished entry wait for a card holder, in the transaction that stores it.
///
/// # Errors
/// When the database refuses.
pub async fn wait(tx: &mut Tx, org: &str, one: &Stored) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_ready (org, oid, unit, person, day, created, batch) VALUES ($1, $2, $3, $4, $5, $6, NULL)",
    )
    .bind(org)
    .bind(one.oid.as_str())
    .bind(one.unit.as_str())
    .bind(&one.person)
    .bind(records::time::finnish_date(one.event).to_string())
    .bind(one.created.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends the waiting of an entry that its writer took back.
///
/// # Errors
/// When the database refuses.
pub async fn forget(tx: &mut Tx, org: &str, oid: &str) -> Result<()> {
    sqlx::query("DELETE FROM cw_ready WHERE org = $1 AND oid = $2").bind(org).bind(oid).execute(&mut **tx).await?;
    Ok(())
}

/// What a card holder has chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection {
    /// The unit.
    pub unit: String,
    /// First day of the events.
    pub from: Date,
    /// Last day of the events.
    pub to: Date,
    /// One writer, or everybody.
    pub author: Option<String>,
}

/// A line of the preview: how many of a kind, for whom, and why they stay out (a key of texts; empty when they go).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The controller.
    pub register: String,
    /// Name of the kind of document.
    pub title: String,
    /// Why they stay out: `signature`, `right`, `golive`; empty when they go.
    pub out: &'static str,
    /// How many.
    pub n: i64,
}

/// Counts what the selection would archive, and what it leaves out and why. Opens no text.
///
/// # Errors
/// When the database does not answer.
pub async fn preview(op: &Op, tx: &mut Tx, chosen: &Selection) -> Result<Vec<Count>> {
    let sql = format!(
        "SELECT d.register, d.title, CASE WHEN {NO_RIGHT} THEN 'right' WHEN {HELD} THEN 'golive' ELSE '' END AS why,
           COUNT(*) AS n FROM cw_ready r JOIN cw_document d ON d.org = r.org AND d.oid = r.oid
          WHERE r.org = $1 AND r.unit = $2 AND r.day >= $3 AND r.day <= $4 AND (r.person = $5 OR $5 = '')
            AND r.batch IS NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
    );
    let today = op.today().to_string();
    let mut counts = Vec::new();
    for row in sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(op.org())
        .bind(&chosen.unit)
        .bind(chosen.from.to_string())
        .bind(chosen.to.to_string())
        .bind(chosen.author.clone().unwrap_or_default())
        .bind(&today)
        .fetch_all(&mut **tx)
        .await?
    {
        let why: String = row.try_get("why")?;
        let out = ["right", "golive"].into_iter().find(|known| *known == why).unwrap_or_default();
        counts.push(Count {
            register: row.try_get("register")?,
            title: row.try_get("title")?,
            out,
            n: row.try_get("n")?,
        });
    }
    let start = chosen.from.to_zoned(records::time::finnish_zone()).map_err(Fault::failed)?.timestamp();
    let end =
        chosen.to.tomorrow().and_then(|day| day.to_zoned(records::time::finnish_zone())).map_err(Fault::failed)?;
    let signed = sqlx::query(
        "SELECT register, title, COUNT(*) AS n FROM cw_document WHERE org = $1 AND unit = $2
            AND state = 'waiting_signature' AND signer IS NOT NULL AND event_at >= $3 AND event_at < $4
            AND (person = $5 OR $5 = '') GROUP BY register, title ORDER BY register, title",
    )
    .bind(op.org())
    .bind(&chosen.unit)
    .bind(start.as_microsecond())
    .bind(end.timestamp().as_microsecond())
    .bind(chosen.author.clone().unwrap_or_default())
    .fetch_all(&mut **tx)
    .await?;
    for row in &signed {
        let (register, title) = (row.try_get("register")?, row.try_get("title")?);
        counts.push(Count { register, title, out: "signature", n: row.try_get("n")? });
    }
    Ok(counts)
}

/// No right of the unit covers the day of the event, of a document of another's register. `$6` is not used here.
const NO_RIGHT: &str = "d.register <> d.org AND NOT EXISTS (SELECT 1 FROM cw_right g WHERE g.org = d.org
    AND g.case_oid = d.case_oid AND g.unit = d.unit AND g.from_day <= r.day AND (g.to_day IS NULL OR g.to_day >= r.day))";
/// The organiser's start of use is after the day `$6`; a row for the task wins over one for all.
const HELD: &str = "d.register <> d.org AND COALESCE((SELECT MAX(g.day) FROM cw_golive g WHERE g.org = d.org
    AND g.organiser = d.register AND g.task = d.task), (SELECT MAX(g.day) FROM cw_golive g WHERE g.org = d.org
    AND g.organiser = d.register AND g.task = ''), '') > $6";

/// A batch.
#[derive(Clone)]
pub struct Batch {
    /// The organisation.
    pub org: String,
    /// Its id.
    pub id: String,
    /// Who archives.
    pub person: String,
    /// The unit.
    pub unit: String,
    /// Who archives, sealed.
    actor: Vec<u8>,
    /// How many entries it has taken.
    pub total: i64,
    /// `running`, `paused` or `done`.
    pub state: String,
    /// When it was begun.
    pub created: Timestamp,
    /// When its state changed last.
    pub changed: Timestamp,
}

impl Batch {
    fn read(row: &AnyRow) -> Result<Self> {
        let at = |micros: i64| Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged("cw_batch time"));
        Ok(Self {
            org: row.try_get("org")?,
            id: row.try_get("id")?,
            person: row.try_get("person")?,
            unit: row.try_get("unit")?,
            actor: row.try_get("actor")?,
            total: row.try_get("total")?,
            state: row.try_get("state")?,
            created: at(row.try_get("created")?)?,
            changed: at(row.try_get("changed")?)?,
        })
    }

    /// The archiver as the archive has to hear of him.
    ///
    /// # Errors
    /// When the bytes were altered.
    pub fn acting(&self, app: &App) -> Result<Acting> {
        let bytes = app.vault.register_key(KEY, &self.org).open(&self.actor, self.id.as_bytes())?;
        serde_json::from_slice(&bytes).map_err(|_| Fault::damaged("cw_batch.actor"))
    }
}

/// Begins a batch with every entry of the selection that no other batch has taken; `None` when there is none left, as
/// after somebody else's press. One statement takes them, so that no entry is in two batches.
///
/// # Errors
/// When the database refuses.
pub async fn begin(op: &Op, tx: &mut Tx, chosen: &Selection, acting: &Acting) -> Result<Option<Batch>> {
    let id = crate::numbers::random_id();
    // The documents' own facts are asked for by OID, so the writer's lock is held for as long as one pass takes.
    let sql = format!(
        "UPDATE cw_ready SET batch = $7 WHERE org = $1 AND batch IS NULL AND oid IN (
           SELECT r.oid FROM cw_ready r JOIN cw_document d ON d.org = r.org AND d.oid = r.oid
            WHERE r.org = $1 AND r.unit = $2 AND r.day >= $3 AND r.day <= $4 AND (r.person = $5 OR $5 = '')
              AND r.batch IS NULL AND NOT ({NO_RIGHT}) AND NOT ({HELD}))"
    );
    let taken = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(op.org())
        .bind(&chosen.unit)
        .bind(chosen.from.to_string())
        .bind(chosen.to.to_string())
        .bind(chosen.author.clone().unwrap_or_default())
        .bind(op.today().to_string())
        .bind(&id)
        .execute(&mut **tx)
        .await?;
    if taken.rows_affected() == 0 {
        return Ok(None);
    }
    let bytes = serde_json::to_vec(acting).map_err(Fault::failed)?;
    let batch = Batch {
        org: op.org().to_owned(),
        actor: op.app.vault.register_key(KEY, op.org()).seal(&bytes, id.as_bytes()),
        id,
        person: op.actor.person.clone(),
        unit: chosen.unit.clone(),
        total: i64::try_from(taken.rows_affected()).unwrap_or(i64::MAX),
        state: "running".into(),
        created: op.now,
        changed: op.now,
    };
    sqlx::query(
        "INSERT INTO cw_batch (org, id, person, unit, actor, total, state, created, changed)
         VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $7)",
    )
    .bind(op.org())
    .bind(&batch.id)
    .bind(&batch.person)
    .bind(&batch.unit)
    .bind(&batch.actor)
    .bind(batch.total)
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(Some(batch))
}

/// A batch of one of these units.
///
/// # Errors
/// `NotFound`.
pub async fn by_id(tx: &mut Tx, org: &str, id: &str, units: &[String]) -> Result<Batch> {
    let row = sqlx::query("SELECT * FROM cw_batch WHERE org = $1 AND id = $2")
        .bind(org)
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let batch = Batch::read(&row)?;
    if units.contains(&batch.unit) { Ok(batch) } else { Err(Fault::NotFound) }
}

/// The newest batches of the organisation's units, running ones first.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(tx: &mut Tx, org: &str, units: &[String]) -> Result<Vec<Batch>> {
    let rows = sqlx::query(
        "SELECT * FROM cw_batch WHERE org = $1
          ORDER BY CASE WHEN state = 'done' THEN 1 ELSE 0 END, created DESC, id LIMIT 50",
    )
    .bind(org)
    .fetch_all(&mut **tx)
    .await?;
    let all: Vec<Batch> = rows.iter().map(Batch::read).collect::<Result<_>>()?;
    Ok(all.into_iter().filter(|batch| units.contains(&batch.unit)).take(10).collect())
}

/// The batch that the worker goes on with, of any organisation; the oldest first.
///
/// # Errors
/// When the database does not answer.
pub async fn next_running(tx: &mut Tx) -> Result<Option<Batch>> {
    let row = sqlx::query("SELECT * FROM cw_batch WHERE state = 'running' ORDER BY created, id LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(Batch::read).transpose()
}

/// Sets a batch running, paused or done; a batch that is done stays so.
///
/// # Errors
/// When the database refuses.
pub async fn set_state(tx: &mut Tx, batch: &Batch, state: &str, now: Timestamp) -> Result<()> {
    sqlx::query("UPDATE cw_batch SET state = $3, changed = $4 WHERE org = $1 AND id = $2 AND state <> 'done'")
        .bind(&batch.org)
        .bind(&batch.id)
        .bind(state)
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The next entries of a batch, in the order of writing.
///
/// # Errors
/// When the database does not answer.
pub async fn next_rows(tx: &mut Tx, batch: &Batch, limit: i64) -> Result<Vec<Stored>> {
    sqlx::query(
        "SELECT d.* FROM cw_ready r JOIN cw_document d ON d.org = r.org AND d.oid = r.oid
          WHERE r.org = $1 AND r.batch = $2 ORDER BY r.created, r.oid LIMIT $3",
    )
    .bind(&batch.org)
    .bind(&batch.id)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(Stored::read)
    .collect()
}

/// How far a batch is.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Not signed yet.
    pub left: i64,
    /// Signed and on the way.
    pub sent: i64,
    /// In the archive.
    pub archived: i64,
    /// Refused, by the archive or here.
    pub failed: i64,
}

/// Counts a batch's entries by where they stand.
///
/// # Errors
/// When the database does not answer.
pub async fn progress(tx: &mut Tx, batch: &Batch) -> Result<Progress> {
    let left: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cw_ready WHERE org = $1 AND batch = $2")
        .bind(&batch.org)
        .bind(&batch.id)
        .fetch_one(&mut **tx)
        .await?;
    let rows = sqlx::query(
        "SELECT CASE WHEN b.state = 'failed' THEN 'failed' ELSE COALESCE(d.state, 'gone') END AS place, COUNT(*) AS n
          FROM cw_batch_row b LEFT JOIN cw_document d ON d.org = b.org AND d.oid = b.oid
          WHERE b.org = $1 AND b.batch = $2 GROUP BY 1",
    )
    .bind(&batch.org)
    .bind(&batch.id)
    .fetch_all(&mut **tx)
    .await?;
    let mut progress = Progress { left, ..Progress::default() };
    for row in &rows {
        let (place, n): (String, i64) = (row.try_get("place")?, row.try_get("n")?);
        match place.as_str() {
            "archived" | "replaced" | "invalidated" => progress.archived += n,
            "queued" => progress.sent += n,
            _ => progress.failed += n,
        }
    }
    Ok(progress)
}
