//! The check job of FR-84: walks every log, re-hashes every row, and compares with the heads and with the
//! checkpoints kept outside. Stored hashes are compared, never believed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use sqlx::{AnyConnection, Row, any::AnyRow};

use super::{Keys, LogRow, Stored, open_payload, stored_head};
use crate::{
    Db, StoreError, Vault,
    merkle::{Frontier, Hash},
    witness,
};

/// Rows read at once: memory stays small however long the log is.
const PAGE: i64 = 2000;
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

/// Walks all logs of a database in one snapshot.
///
/// # Errors
/// `Database` or `File` when reading fails; what is wrong with the log is in the result.
pub async fn verify(db: &Db, vault: &Vault, witness_folder: &Path) -> Result<Verification, StoreError> {
    let mut found = Verification::default();
    // Checkpoints before the snapshot: each is then at most as long as the log in it.
    let (checkpoints, strangers) = witness::kept(witness_folder, vault)?;
    for file in strangers {
        found.tell("witness", file.display().to_string(), "not a checkpoint signed with this system's key");
    }
    let mut witnessed: BTreeMap<String, BTreeMap<u64, Hash>> = BTreeMap::new();
    for checkpoint in checkpoints {
        witnessed.entry(checkpoint.register).or_default().insert(checkpoint.size, checkpoint.root);
    }
    let mut tx = db.read().await?;
    let mut registers: BTreeSet<String> =
        sqlx::query_scalar("SELECT register FROM log_head UNION SELECT register FROM log_row")
            .fetch_all(&mut *tx)
            .await?
            .into_iter()
            .collect();
    registers.extend(witnessed.keys().cloned());
    for register in registers {
        let roots = witnessed.remove(&register).unwrap_or_default();
        let mut walk = Walk { keys: Keys::new(vault, &register), register, roots, told: 0, found };
        walk.run(&mut tx).await?;
        found = walk.found;
    }
    tx.rollback().await?;
    Ok(found)
}

struct Walk {
    register: String,
    keys: Keys,
    roots: BTreeMap<u64, Hash>,
    told: usize,
    found: Verification,
}

impl Walk {
    fn tell_row(&mut self, seq: i64, what: &str) {
        self.told += 1;
        if self.told <= MAX_TOLD {
            self.found.tell("log_row", format!("{} {seq}", self.register), what);
        }
    }

    async fn run(&mut self, connection: &mut AnyConnection) -> Result<(), StoreError> {
        self.found.registers += 1;
        let mut frontier = Frontier::default();
        let mut next = 0;
        loop {
            let rows = sqlx::query(
                "SELECT seq, at, client, actor, action, outcome, payload, leaf FROM log_row \
                 WHERE register = $1 AND seq >= $2 ORDER BY seq LIMIT $3",
            )
            .bind(&self.register)
            .bind(next)
            .bind(PAGE)
            .fetch_all(&mut *connection)
            .await?;
            for row in &rows {
                next = self.row(row, next, &mut frontier)? + 1;
            }
            if (rows.len() as i64) < PAGE {
                break;
            }
        }
        self.check_head(connection, &frontier).await?;
        self.check_witness(&frontier);
        Ok(())
    }

    /// Re-hashes one row; gives its sequence number.
    fn row(&mut self, row: &AnyRow, expected: i64, frontier: &mut Frontier) -> Result<i64, StoreError> {
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
        self.found.rows += 1;
        if stored.seq != expected {
            self.tell_row(expected, "missing: the sequence has a gap before the next row");
        }
        let hash = stored.hash(&self.register);
        if hash[..] != leaf {
            self.tell_row(stored.seq, "its content does not give its hash");
        }
        match open_payload(&self.keys.payload, &self.register, stored.seq.unsigned_abs(), &stored.payload) {
            Ok(row) if self.columns_tell_the_row(&stored, &row) => {}
            Ok(_) => self.tell_row(stored.seq, "its columns differ from its sealed content"),
            Err(_) => self.tell_row(stored.seq, "its sealed content does not open"),
        }
        frontier.push(hash);
        if let Some(root) = self.roots.get(&frontier.size())
            && *root != frontier.root()
        {
            let name = format!("{} at size {}", self.register, frontier.size());
            self.found.tell("log_row", name, "the rows up to here are not those that the checkpoint outside saw");
        }
        Ok(stored.seq)
    }

    /// The searchable columns must tell what the sealed row tells: else a row could be hidden from a client's own
    /// request without touching its content.
    fn columns_tell_the_row(&self, stored: &Stored, row: &LogRow) -> bool {
        self.keys.indexes(row) == (stored.client.clone(), stored.actor.clone())
            && row.at.as_microsecond() == stored.at
            && row.action.as_str() == stored.action
            && row.outcome.as_str() == stored.outcome
    }

    async fn check_head(&mut self, connection: &mut AnyConnection, walked: &Frontier) -> Result<(), StoreError> {
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
