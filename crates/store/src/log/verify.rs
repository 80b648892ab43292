//! The check job of FR-84: walks every log, re-hashes every row, and compares with the heads and with the
//! checkpoints kept outside. Stored hashes are compared, never believed.
//!
//! One task reads large pages while every core hashes and opens the rows of the page before; only the tree itself is
//! built in order.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    thread,
};

use sqlx::{Row, any::AnyRow};
use tokio::sync::mpsc;

use super::{Keys, LogRow, Stored, open_payload, stored_head};
use crate::{
    Connection, Db, StoreError, Vault,
    merkle::{Frontier, Hash},
    witness,
};

/// Rows read at once: memory stays at a few megabytes however long the log is, and the cost of a query is forgotten.
const PAGE: i64 = 8_000;
/// Pages that wait for the checking threads.
const PAGES_AHEAD: usize = 2;
/// Inconsistencies told per register: the first ones say where to look.
const MAX_TOLD: usize = 100;

/// Something in the log that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inconsistency {
    /// `log_row`, `log_head` or `witness`.
    pub table: &'static str,
    /// The row: register and sequence number, or the file.
    pub row: String,
    /// What does not hold.
    pub what: String,
}

impl std::fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}: {}", self.table, self.row, self.what)
    }
}

/// The outcome of [`verify`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Logs walked.
    pub registers: u64,
    /// Rows re-hashed.
    pub rows: u64,
    /// Checkpoints compared.
    pub checkpoints: u64,
    /// Everything that does not hold; empty means OK.
    pub inconsistencies: Vec<Inconsistency>,
}

impl Verification {
    fn tell(&mut self, table: &'static str, row: impl Into<String>, what: impl Into<String>) {
        self.inconsistencies.push(Inconsistency { table, row: row.into(), what: what.into() });
    }
}

/// Sees every row that opened, in order, for checks that compare the log with something else.
pub trait Visit: Send + 'static {
    /// One row of a register's log.
    fn row(&mut self, register: &str, seq: u64, row: &LogRow);
}

/// Compares with nothing else.
impl Visit for () {
    fn row(&mut self, _: &str, _: u64, _: &LogRow) {}
}

/// Walks all logs of a database in one snapshot.
///
/// # Errors
/// `Database` or `File` when reading fails; what is wrong with the log is in the result.
pub async fn verify(db: &Db, vault: &Vault, witness_folder: &Path) -> Result<Verification, StoreError> {
    Ok(verify_with(db, vault, witness_folder, None, ()).await?.0)
}

/// The same, compared with what a witness of its own kept, too ([`witness::keeper`]), and shown to a visitor.
///
/// # Errors
/// As [`verify`]; `File` when `outside` is not a witness's folder or cannot be read, `Inconsistent` when its keys are none.
pub async fn verify_with<V: Visit>(
    db: &Db,
    vault: &Vault,
    witness_folder: &Path,
    outside: Option<&Path>,
    visit: V,
) -> Result<(Verification, V), StoreError> {
    let mut found = Verification::default();
    // Checkpoints before the snapshot: each is then at most as long as the log in it.
    let mut witnessed = remembered(vault, witness_folder, outside, &mut found)?;
    let mut tx = db.read_here().await?;
    let mut registers: BTreeSet<String> =
        sqlx::query_scalar("SELECT register FROM log_head UNION SELECT register FROM log_row")
            .fetch_all(&mut *tx)
            .await?
            .into_iter()
            .collect();
    registers.extend(witnessed.keys().cloned());
    let mut walk = Walk { register: String::new(), roots: Roots::new(), told: 0, found, visit };
    for register in registers {
        walk.roots = witnessed.remove(&register).unwrap_or_default();
        walk.register = register;
        walk.told = 0;
        walk = walk.run(&mut tx, vault).await?;
    }
    tx.rollback().await?;
    Ok((walk.found, walk.visit))
}

/// Roots that were seen at a size; more than one when two memories disagree, and then at least one is not the log's.
type Roots = BTreeMap<u64, BTreeSet<Hash>>;

/// What the archive's own folder and the witness remember, by register.
fn remembered(
    vault: &Vault,
    own: &Path,
    outside: Option<&Path>,
    found: &mut Verification,
) -> Result<BTreeMap<String, Roots>, StoreError> {
    let (mut checkpoints, strangers) = witness::kept(own, vault)?;
    for file in strangers {
        found.tell("witness", file.display().to_string(), "not a checkpoint signed with this system's key");
    }
    if let Some(folder) = outside {
        let memory = witness::keeper::memory(folder)?;
        if memory.log_key != witness::public_key(vault) {
            let what = "the witness knows another key of this archive: the key was replaced";
            found.tell("witness", folder.display().to_string(), what);
        }
        for file in memory.strangers {
            found.tell("witness", file.display().to_string(), "not signed by the log and the witness");
        }
        checkpoints.extend(memory.checkpoints);
    }
    let mut witnessed: BTreeMap<String, Roots> = BTreeMap::new();
    for checkpoint in checkpoints {
        let roots = witnessed.entry(checkpoint.register).or_default();
        roots.entry(checkpoint.size).or_default().insert(checkpoint.root);
    }
    Ok(witnessed)
}

/// One log under way.
struct Walk<V> {
    register: String,
    roots: Roots,
    told: usize,
    found: Verification,
    visit: V,
}

/// A row as the checking threads leave it.
struct Checked {
    seq: i64,
    hash: Hash,
    /// Why it is not as it was written.
    fault: Option<&'static str>,
    row: Option<LogRow>,
}

impl<V: Visit> Walk<V> {
    fn tell_row(&mut self, seq: i64, what: &str) {
        self.told += 1;
        if self.told <= MAX_TOLD {
            self.found.tell("log_row", format!("{} {seq}", self.register), what);
        }
    }

    async fn run(mut self, connection: &mut Connection, vault: &Vault) -> Result<Self, StoreError> {
        self.found.registers += 1;
        let (pages, waiting) = mpsc::channel(PAGES_AHEAD);
        let (register, keys) = (self.register.clone(), Keys::new(vault, &self.register));
        let checking = tokio::task::spawn_blocking(move || self.check(keys, waiting));
        read_pages(connection, &register, pages).await?;
        let (mut walk, frontier) = checking.await.map_err(|_| panicked())??;
        walk.check_head(connection, &frontier).await?;
        walk.check_witness(&frontier);
        Ok(walk)
    }

    /// Takes pages until there are no more; gives the tree over all rows.
    fn check(mut self, keys: Keys, mut pages: mpsc::Receiver<Vec<AnyRow>>) -> Result<(Self, Frontier), StoreError> {
        let (mut frontier, mut expected) = (Frontier::default(), 0);
        while let Some(page) = pages.blocking_recv() {
            for checked in check_page(&page, &keys, &self.register)? {
                self.row(&checked, expected, &mut frontier);
                expected = checked.seq + 1;
            }
        }
        Ok((self, frontier))
    }

    fn row(&mut self, checked: &Checked, expected: i64, frontier: &mut Frontier) {
        self.found.rows += 1;
        if checked.seq != expected {
            self.tell_row(expected, "missing: the sequence has a gap before the next row");
        }
        if let Some(fault) = checked.fault {
            self.tell_row(checked.seq, fault);
        }
        if let Some(row) = &checked.row {
            self.visit.row(&self.register, checked.seq.unsigned_abs(), row);
        }
        frontier.push(checked.hash);
        if let Some(roots) = self.roots.get(&frontier.size())
            && roots.iter().any(|root| *root != frontier.root())
        {
            let name = format!("{} at size {}", self.register, frontier.size());
            self.found.tell("log_row", name, "the rows up to here are not those that the checkpoint outside saw");
        }
    }

    async fn check_head(&mut self, connection: &mut Connection, walked: &Frontier) -> Result<(), StoreError> {
        let head = match stored_head(connection, &self.register).await {
            Ok(head) => head.unwrap_or_default(),
            Err(StoreError::Inconsistent { what, .. }) => {
                self.found.tell("log_head", self.register.clone(), what);
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        if head.size() != walked.size() {
            let what = format!("says {} rows, the log has {}", head.size(), walked.size());
            self.found.tell("log_head", self.register.clone(), what);
        } else if head != *walked {
            self.found.tell("log_head", self.register.clone(), "its hashes are not those of the rows");
        }
        Ok(())
    }

    fn check_witness(&mut self, walked: &Frontier) {
        self.found.checkpoints += self.roots.len() as u64;
        if let Some((size, _)) = self.roots.last_key_value()
            && *size > walked.size()
        {
            let what = format!("truncated: a checkpoint outside saw {size} rows, the log has {}", walked.size());
            self.found.tell("log_row", format!("{} {}", self.register, walked.size()), what);
        }
    }
}

/// Reads a log in pages, ahead of those who check them. Ends early when they have stopped.
async fn read_pages(
    connection: &mut Connection,
    register: &str,
    pages: mpsc::Sender<Vec<AnyRow>>,
) -> Result<(), StoreError> {
    let mut next = 0_i64;
    loop {
        let rows = sqlx::query(
            "SELECT seq, at, client, actor, action, outcome, payload, leaf FROM log_row \
             WHERE register = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
        )
        .bind(register)
        .bind(next)
        .bind(PAGE)
        .fetch_all(&mut *connection)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        next = last.try_get::<i64, _>(0)? + 1;
        if pages.send(rows).await.is_err() {
            return Ok(());
        }
    }
}

/// Checks the rows of a page on every core; the order stays.
fn check_page(page: &[AnyRow], keys: &Keys, register: &str) -> Result<Vec<Checked>, StoreError> {
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let part = page.len().div_ceil(cores).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = page
            .chunks(part)
            .map(|rows| scope.spawn(move || rows.iter().map(|row| check_row(row, keys, register)).collect()))
            .collect();
        let mut all = Vec::with_capacity(page.len());
        for part in parts {
            let checked: Result<Vec<Checked>, StoreError> = part.join().map_err(|_| panicked())?;
            all.extend(checked?);
        }
        Ok(all)
    })
}

/// Re-hashes one row, opens it, and compares its columns.
fn check_row(row: &AnyRow, keys: &Keys, register: &str) -> Result<Checked, StoreError> {
    let leaf: Vec<u8> = row.try_get(7)?;
    let stored = Stored {
        seq: row.try_get(0)?,
        at: row.try_get(1)?,
        client: row.try_get(2)?,
        actor: row.try_get(3)?,
        action: row.try_get(4)?,
        outcome: row.try_get(5)?,
        payload: row.try_get(6)?,
        leaf: [0; 32],
    };
    let hash = stored.hash(register);
    let opened = open_payload(&keys.payload, register, stored.seq.unsigned_abs(), &stored.payload).ok();
    let fault = if hash[..] != leaf {
        Some("its content does not give its hash")
    } else {
        match &opened {
            None => Some("its sealed content does not open"),
            Some(row) if !columns_tell_the_row(keys, &stored, row) => {
                Some("its columns differ from its sealed content")
            }
            Some(_) => None,
        }
    };
    Ok(Checked { seq: stored.seq, hash, fault, row: opened })
}

/// The searchable columns must tell what the sealed row tells: else a row could be hidden from a client's own
/// request without touching its content.
fn columns_tell_the_row(keys: &Keys, stored: &Stored, row: &LogRow) -> bool {
    let (client, actor) = keys.indexes(row);
    (client == stored.client && actor == stored.actor)
        && row.at.as_microsecond() == stored.at
        && row.action.as_str() == stored.action
        && row.outcome.as_str() == stored.outcome
}

fn panicked() -> StoreError {
    StoreError::Inconsistent { table: "log_row", what: "the check itself broke on a row".to_owned() }
}
