//! The tamper-evident log: one per register (decisions.md 17), append-only by triggers, provable by a Merkle tree
//! whose checkpoints lie outside the database (FR-84, fault 49).
//!
//! A row is an encrypted [`LogRow`] and a leaf hash over everything in the row. The head keeps the size and the right
//! edge of the tree, so that appending hashes O(log n) nodes. Verification believes none of the stored hashes.

mod row;
mod tree;
mod verify;

use sqlx::Row;

pub use row::{Action, Actor, Basis, Disclosure, LogClient, LogDocument, LogRow, Outcome, Party, Reason};
pub use tree::Tiles;
pub use verify::{Inconsistency, Verification, Visit, verify, verify_with};

use crate::{
    Connection, Db, Migration, StoreError, Tx, Vault,
    db::{Value, insert_many},
    merkle::{self, Frontier, Hash},
    packing::documents,
    vault::{DataKey, IndexKey},
    witness::{self, Checkpoint},
};

/// Bytes of a blind index that the log stores: 128 bits are enough to tell people apart, and the log is the largest
/// table.
const INDEX_LEN: usize = 16;
/// Purpose of the key that encrypts log rows. It is a register's, not a client's: the log outlives disposal (12
/// years, functional-spec 2.5).
const KEY_PURPOSE: &str = "log";
/// Most rows that [`rows`] gives at once.
pub const MAX_PAGE: u32 = 1000;

/// Tables of the log.
pub const MIGRATIONS: &[Migration] = &[Migration { name: "store/0002-log", sql: include_str!("schema.sql") }];

/// What [`append`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// Sequence number of the first row of this call; the others follow without gaps. Sequences begin at 0.
    pub first: u64,
    /// The log after this call.
    pub head: Checkpoint,
}

/// Appends rows to a register's log. Serialises writers of the same register; call it last in a transaction, so
/// that the lock is short, and for several registers in the order of their names, so that two transactions never wait
/// for each other.
///
/// # Errors
/// `Database`; `Inconsistent` when the stored head makes no sense: then nothing may be appended or shown.
pub async fn append(tx: &mut Tx, vault: &Vault, register: &str, rows: &[LogRow]) -> Result<Appended, StoreError> {
    let mut frontier = lock_head(tx, register).await?;
    let first = frontier.size();
    let keys = Keys::new(vault, register);
    let mut stored = Vec::with_capacity(rows.len());
    for (row, seq) in rows.iter().zip(first..) {
        let row = Stored::new(&keys, register, seq, row)?;
        frontier.push(row.leaf);
        stored.push(row.into_values(register));
    }
    insert_many(tx, "INSERT INTO log_row (register, seq, at, client, actor, action, outcome, payload, leaf)", stored)
        .await?;
    sqlx::query("UPDATE log_head SET size = $2, frontier = $3 WHERE register = $1")
        .bind(register)
        .bind(int(frontier.size()))
        .bind(frontier.to_bytes())
        .execute(&mut **tx)
        .await?;
    let head = Checkpoint { register: register.to_owned(), size: frontier.size(), root: frontier.root() };
    Ok(Appended { first, head })
}

/// Locks the register's head and reads it. The first statement writes, so that PostgreSQL takes the row's lock
/// before the size is read; SQLite holds its write lock already.
async fn lock_head(tx: &mut Tx, register: &str) -> Result<Frontier, StoreError> {
    const LOCK: &str = "UPDATE log_head SET size = size WHERE register = $1 RETURNING size, frontier";
    if let Some(head) = read_head(tx, LOCK, register).await? {
        return Ok(head);
    }
    check_name(register)?;
    sqlx::query("INSERT INTO log_head (register, size, frontier) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING")
        .bind(register)
        .bind(Vec::<u8>::new())
        .execute(&mut **tx)
        .await?;
    read_head(tx, LOCK, register).await?.ok_or_else(|| broken_head(register))
}

async fn stored_head(connection: &mut Connection, register: &str) -> Result<Option<Frontier>, StoreError> {
    read_head(connection, "SELECT size, frontier FROM log_head WHERE register = $1", register).await
}

async fn read_head(
    connection: &mut Connection,
    sql: &'static str,
    register: &str,
) -> Result<Option<Frontier>, StoreError> {
    let row = sqlx::query(sql).bind(register).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    let (size, bytes): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
    let frontier = u64::try_from(size).ok().and_then(|size| Frontier::from_bytes(size, &bytes));
    frontier.map(Some).ok_or_else(|| broken_head(register))
}

fn broken_head(register: &str) -> StoreError {
    StoreError::Inconsistent { table: "log_head", what: format!("the head of {register} does not fit its size") }
}

/// A register's name stands in signed notes, where spaces, plus signs and line breaks have a meaning.
fn check_name(register: &str) -> Result<(), StoreError> {
    if register.is_empty() || register.chars().any(|c| c.is_whitespace() || c.is_control() || c == '+') {
        return Err(StoreError::Inconsistent { table: "log_head", what: "not a name for a register".to_owned() });
    }
    Ok(())
}

/// Size and root of a register's log; an empty log when there is none.
///
/// # Errors
/// `Database`, or `Inconsistent` when the stored head makes no sense.
pub async fn head(connection: &mut Connection, register: &str) -> Result<Checkpoint, StoreError> {
    let frontier = stored_head(connection, register).await?.unwrap_or_default();
    Ok(Checkpoint { register: register.to_owned(), size: frontier.size(), root: frontier.root() })
}

/// All registers that have a log, by name.
///
/// # Errors
/// `Database`.
pub async fn registers(connection: &mut Connection) -> Result<Vec<String>, StoreError> {
    Ok(sqlx::query_scalar("SELECT register FROM log_head ORDER BY register").fetch_all(connection).await?)
}

/// Writes a signed checkpoint of every log into the witness folder; the owner of the log calls it periodically and
/// at shutdown. Gives the checkpoints written.
///
/// # Errors
/// `Database`; `File` when the folder is out of reach; `Inconsistent` when a log shrank or forked since the last one.
pub async fn checkpoint(db: &Db, vault: &Vault, folder: &std::path::Path) -> Result<Vec<Checkpoint>, StoreError> {
    let mut tx = db.read().await?;
    let mut heads = Vec::new();
    for register in registers(&mut tx).await? {
        heads.push(head(&mut tx, &register).await?);
    }
    tx.rollback().await?;
    for head in heads.iter().filter(|head| head.size > 0) {
        witness::keep(folder, head, vault)?;
    }
    Ok(heads)
}

/// Which rows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose<'a> {
    /// Of every client.
    All,
    /// Of a client, by blind index.
    Client(&'a str),
    /// Of an actor, by blind index.
    Actor(&'a str),
    /// Of a client, by blind index, that happened at or after a time in microseconds.
    ClientSince(&'a str, i64),
}

/// The lookup of [`Whose::ClientSince`]: register, first sequence number, limit, blind index, time. A test explains it.
pub const CLIENT_SINCE: &str = "SELECT seq, payload FROM log_row WHERE register = $1 AND seq >= $2 AND client = $4 \
     AND at >= $5 ORDER BY seq LIMIT $3";

/// Rows of a register's log in order of sequence, from `from` on, at most `limit` (and [`MAX_PAGE`]) of them.
/// The next page begins at the last sequence number plus one.
///
/// # Errors
/// `Database`; `Sealed` or `Inconsistent` when a row does not open.
pub async fn rows(
    connection: &mut Connection,
    vault: &Vault,
    register: &str,
    whose: Whose<'_>,
    from: u64,
    limit: u32,
) -> Result<Vec<(u64, LogRow)>, StoreError> {
    let (sql, index, since) = match whose {
        Whose::All => {
            ("SELECT seq, payload FROM log_row WHERE register = $1 AND seq >= $2 ORDER BY seq LIMIT $3", None, None)
        }
        Whose::Client(index) => (
            "SELECT seq, payload FROM log_row WHERE register = $1 AND seq >= $2 AND client = $4 ORDER BY seq LIMIT $3",
            Some(index),
            None,
        ),
        Whose::ClientSince(index, since) => (CLIENT_SINCE, Some(index), Some(since)),
        Whose::Actor(index) => (
            "SELECT seq, payload FROM log_row WHERE register = $1 AND seq >= $2 AND actor = $4 ORDER BY seq LIMIT $3",
            Some(index),
            None,
        ),
    };
    let mut query = sqlx::query(sql).bind(register).bind(int(from)).bind(i64::from(limit.min(MAX_PAGE)));
    if let Some(index) = index {
        query = query.bind(short_index(index));
    }
    if let Some(since) = since {
        query = query.bind(since);
    }
    let key = vault.register_key(KEY_PURPOSE, register);
    let mut rows = Vec::new();
    for row in query.fetch_all(connection).await? {
        let (seq, payload): (i64, Vec<u8>) = (row.try_get(0)?, row.try_get(1)?);
        rows.push((seq.unsigned_abs(), open_payload(&key, register, seq.unsigned_abs(), &payload)?));
    }
    Ok(rows)
}

/// Proof that row `index` is in the tree of the first `size` rows; `None` when either lies outside the log.
/// Reads every leaf, so its time grows with the log: the plain form that [`Tiles`] is measured against.
///
/// # Errors
/// `Database`.
pub async fn inclusion_proof(
    connection: &mut Connection,
    register: &str,
    index: u64,
    size: u64,
) -> Result<Option<Vec<Hash>>, StoreError> {
    let leaves = leaves(connection, register, size).await?;
    Ok(leaves.and_then(|leaves| merkle::inclusion_proof(&leaves, usize::try_from(index).ok()?)))
}

/// Proof that the tree of the first `from` rows is a beginning of the tree of the first `to`.
///
/// # Errors
/// `Database`.
pub async fn consistency_proof(
    connection: &mut Connection,
    register: &str,
    from: u64,
    to: u64,
) -> Result<Option<Vec<Hash>>, StoreError> {
    let leaves = leaves(connection, register, to).await?;
    Ok(leaves.and_then(|leaves| merkle::consistency_proof(&leaves, usize::try_from(from).ok()?)))
}

async fn leaves(connection: &mut Connection, register: &str, size: u64) -> Result<Option<Vec<Hash>>, StoreError> {
    let leaves: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT leaf FROM log_row WHERE register = $1 AND seq < $2 ORDER BY seq")
            .bind(register)
            .bind(int(size))
            .fetch_all(connection)
            .await?;
    let leaves: Option<Vec<Hash>> = leaves.into_iter().map(|leaf| leaf.try_into().ok()).collect();
    Ok(leaves.filter(|leaves| leaves.len() as u64 == size))
}

/// The keys of one register's log.
struct Keys {
    payload: DataKey,
    index: IndexKey,
}

impl Keys {
    fn new(vault: &Vault, register: &str) -> Self {
        Self { payload: vault.register_key(KEY_PURPOSE, register), index: vault.index_key(register) }
    }

    /// The columns for the client (empty when none) and the actor.
    fn indexes(&self, row: &LogRow) -> (Vec<u8>, Vec<u8>) {
        let short = |id: &str| self.index.index(id)[..INDEX_LEN].to_vec();
        (row.client.as_ref().map(|client| short(&client.id)).unwrap_or_default(), short(&row.actor.id))
    }
}

/// A row as it lies in the table.
struct Stored {
    seq: i64,
    at: i64,
    client: Vec<u8>,
    actor: Vec<u8>,
    action: String,
    outcome: String,
    payload: Vec<u8>,
    leaf: Hash,
}

impl Stored {
    fn new(keys: &Keys, register: &str, seq: u64, row: &LogRow) -> Result<Self, StoreError> {
        let json = serde_json::to_vec(row)
            .map_err(|error| StoreError::Inconsistent { table: "log_row", what: error.to_string() })?;
        let (client, actor) = keys.indexes(row);
        let mut stored = Self {
            seq: int(seq),
            at: row.at.as_microsecond(),
            client,
            actor,
            action: row.action.as_str().to_owned(),
            outcome: row.outcome.as_str().to_owned(),
            payload: keys.payload.pack_with(&json, documents(), &aad(register, seq))?,
            leaf: [0; 32],
        };
        stored.leaf = stored.hash(register);
        Ok(stored)
    }

    /// The leaf hash: over every column, each with its length before it, so that no two rows have the same bytes.
    fn hash(&self, register: &str) -> Hash {
        let mut bytes = Vec::with_capacity(self.payload.len() + 128);
        bytes.push(1);
        bytes.extend_from_slice(&self.seq.to_be_bytes());
        bytes.extend_from_slice(&self.at.to_be_bytes());
        let texts = [register.as_bytes(), &self.client, &self.actor, self.action.as_bytes(), self.outcome.as_bytes()];
        for text in texts.into_iter().chain([self.payload.as_slice()]) {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text);
        }
        merkle::leaf(&bytes)
    }

    fn into_values(self, register: &str) -> Vec<Value> {
        vec![
            Value::Text(register.to_owned()),
            Value::Int(self.seq),
            Value::Int(self.at),
            Value::Blob(self.client),
            Value::Blob(self.actor),
            Value::Text(self.action),
            Value::Text(self.outcome),
            Value::Blob(self.payload),
            Value::Blob(self.leaf.to_vec()),
        ]
    }
}

/// A payload belongs to its place: moved to another, it does not open.
fn aad(register: &str, seq: u64) -> Vec<u8> {
    [b"log row ", &seq.to_be_bytes()[..], register.as_bytes()].concat()
}

fn open_payload(key: &DataKey, register: &str, seq: u64, payload: &[u8]) -> Result<LogRow, StoreError> {
    // Rows of before are not packed; they open all the same.
    let json = key.unpack_with(payload, Some(documents()), &aad(register, seq))?.bytes;
    serde_json::from_slice(&json).map_err(|_| StoreError::Inconsistent {
        table: "log_row",
        what: format!("row {seq} of {register} is not a log row"),
    })
}

/// The first 128 bits of a blind index. Anything that is not one finds nothing.
fn short_index(index: &str) -> Vec<u8> {
    let mut bytes = hex::decode(index).unwrap_or_default();
    bytes.truncate(INDEX_LEN);
    bytes
}

/// Sequence numbers are counted here and far below 2^63.
fn int(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
