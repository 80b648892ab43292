//! The act itself, inside the writer's group: the record is written, the rows and the client's key are destroyed, in one
//! transaction, so that a crash leaves either the document or its record.

use super::{holds, runs};
use crate::{
    intake::working::micros,
    log::Event,
    sabotage::{self, Fault},
    sql,
};
use jiff::Timestamp;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use store::{StoreError, Tx, log::LogDocument};

/// Tables in which a destroyed document has lain; PostgreSQL, which leaves old bytes behind, rewrites each of them, and
/// SQLite its whole file (`Db::scrub`).
pub const TABLES: &[&str] = &[
    "documents",
    "bodies",
    "document_clients",
    "data_key",
    "grants",
    "temporary_links",
    "consents",
    "denials",
    "recordings",
    "case_clients",
    "case_links",
    "cases",
    "relationships",
    "visibility_rules",
];

/// Sets to destroy.
#[derive(Debug)]
pub struct Dispose {
    /// The approved run.
    pub run: String,
    /// The register.
    pub controller: String,
    /// What, as the facts were a moment ago.
    pub targets: Vec<Target>,
    /// For the log.
    pub event: Event,
}

/// A set and what its disposal rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The set.
    pub set: String,
    /// Its case or empty.
    pub case: String,
    /// How many versions it had.
    pub versions: i64,
    /// The rule by which its time is over.
    pub rule: String,
}

/// What was destroyed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Disposed {
    /// Sets.
    pub disposed: usize,
    /// Whose keys are gone: blind indexes.
    pub subjects: Vec<String>,
    /// Recordings whose bytes nothing names any more.
    pub blobs: Vec<String>,
}

/// Destroys what may be destroyed; the rest is marked locked. Gives what was done and the versions, for the log.
///
/// # Errors
/// What the database says; then nothing was destroyed.
pub async fn write(tx: &mut Tx, work: &Dispose, now: Timestamp) -> Result<(Disposed, Vec<LogDocument>), StoreError> {
    let held = if sabotage::active(Fault::NoHoldCheck) {
        HashSet::new()
    } else {
        holds::in_force(tx, &work.controller).await?
    };
    let mut locked = Vec::new();
    let mut gone = Vec::new();
    let mut documents = Vec::new();
    let mut owners = Owners::new();
    let mut blobs = Vec::new();
    for target in &work.targets {
        let versions = versions_of(tx, &work.controller, &target.set).await?;
        let held = held.contains(&target.set) || held.contains(&target.case);
        let grown = versions.len() != usize::try_from(target.versions).unwrap_or(usize::MAX);
        let needed = is_open(tx, &target.case).await? || case_is_needed(tx, target).await?;
        if held || grown || versions.is_empty() || needed {
            locked.push(target.set.clone());
            continue;
        }
        record(tx, work, target, now).await?;
        for (document, (_, subject)) in &versions {
            owners.entry(subject.clone()).or_default().extend(clients_of(tx, document).await?);
            blobs.extend(blob_of(tx, document).await?);
        }
        destroy(tx, target, &versions).await?;
        documents.extend(versions.into_iter().map(|(id, (version, _))| LogDocument { id, version }));
        gone.push(target.set.clone());
    }
    let subjects = destroy_keys(tx, &work.controller, owners).await?;
    runs::lock(tx, &work.run, &locked).await?;
    runs::mark(tx, &work.run, &gone, "UPDATE disposal_items SET state = 'disposed' WHERE run = $1 AND set_oid = $2")
        .await?;
    Ok((Disposed { disposed: gone.len(), subjects, blobs }, documents))
}

/// Versions of a set: OID to number and key's owner.
async fn versions_of(tx: &mut Tx, controller: &str, set: &str) -> Result<BTreeMap<String, (u32, String)>, StoreError> {
    let rows =
        sqlx::query("SELECT document_oid, version, key_subject FROM documents WHERE set_oid = $1 AND controller = $2")
            .bind(set.to_owned())
            .bind(controller.to_owned())
            .fetch_all(&mut **tx)
            .await?;
    let version = |row: &sqlx::any::AnyRow| u32::try_from(row.get::<i64, _>(1)).unwrap_or(0);
    Ok(rows.iter().map(|row| (row.get(0), (version(row), row.get(2)))).collect())
}

/// Whether the case was reopened since the list was made.
async fn is_open(tx: &mut Tx, case: &str) -> Result<bool, StoreError> {
    let row = sqlx::query("SELECT 1 FROM cases WHERE case_oid = $1 AND state = 'open'")
        .bind(case.to_owned())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.is_some())
}

/// A case document tells when the time of the others is over: it goes last.
async fn case_is_needed(tx: &mut Tx, target: &Target) -> Result<bool, StoreError> {
    let row = sqlx::query(
        "SELECT 1 FROM cases c JOIN documents d ON d.case_oid = c.case_oid AND d.set_oid <> c.set_oid \
         WHERE c.set_oid = $1 LIMIT 1",
    )
    .bind(target.set.clone())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.is_some())
}

async fn record(tx: &mut Tx, work: &Dispose, target: &Target, now: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO disposals (document_oid, set_oid, version, controller, document_group, type_code, tasks, case_oid, \
         archived_at, disposed_at, rule, run) SELECT document_oid, set_oid, version, controller, document_group, \
         type_code, tasks, COALESCE(case_oid, ''), archived_at, CAST($1 AS BIGINT), $2, $3 FROM documents \
         WHERE set_oid = $4",
    )
    .bind(micros(now))
    .bind(target.rule.clone())
    .bind(work.run.clone())
    .bind(target.set.clone())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn destroy(tx: &mut Tx, target: &Target, versions: &BTreeMap<String, (u32, String)>) -> Result<(), StoreError> {
    for document in versions.keys() {
        for sql in [
            "DELETE FROM document_clients WHERE document_oid = $1",
            "DELETE FROM grants WHERE document_oid = $1",
            "DELETE FROM temporary_links WHERE document_oid = $1",
            "DELETE FROM consents WHERE document_oid = $1",
            "DELETE FROM denials WHERE document_oid = $1",
            "DELETE FROM recordings WHERE document_oid = $1",
        ] {
            sqlx::query(sql).bind(document.clone()).execute(&mut **tx).await?;
        }
    }
    for sql in [
        "DELETE FROM case_clients WHERE case_oid IN (SELECT case_oid FROM cases WHERE set_oid = $1)",
        "DELETE FROM case_links WHERE case_oid IN (SELECT case_oid FROM cases WHERE set_oid = $1)",
        "DELETE FROM cases WHERE set_oid = $1",
        "DELETE FROM relationships WHERE set_oid = $1",
        "DELETE FROM visibility_rules WHERE set_oid = $1",
        "DELETE FROM bodies WHERE number IN (SELECT place & 4294967295 FROM documents WHERE set_oid = $1)",
        "DELETE FROM documents WHERE set_oid = $1",
    ] {
        sqlx::query(sql).bind(target.set.clone()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Whose key sealed what is destroyed: the key's owner, and the clients of those documents.
type Owners = BTreeMap<String, BTreeSet<String>>;

async fn clients_of(tx: &mut Tx, document: &str) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query("SELECT client FROM document_clients WHERE document_oid = $1")
        .bind(document.to_owned())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn blob_of(tx: &mut Tx, document: &str) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("SELECT blob FROM recordings WHERE document_oid = $1")
        .bind(document.to_owned())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(row.map(|row| row.get(0)))
}

/// Destroys the keys under which nothing is left in the register; gives their owners. What is left is looked for among
/// the clients' own documents, for which there is an index.
async fn destroy_keys(tx: &mut Tx, controller: &str, owners: Owners) -> Result<Vec<String>, StoreError> {
    let mut gone = Vec::new();
    for (subject, clients) in owners {
        let mut left = false;
        for client in clients {
            let row = sqlx::query(
                "SELECT 1 FROM document_clients c JOIN documents d ON d.document_oid = c.document_oid \
                 WHERE c.client = $1 AND c.controller = $2 AND d.key_subject = $3 LIMIT 1",
            )
            .bind(client)
            .bind(controller.to_owned())
            .bind(subject.clone())
            .fetch_optional(&mut **tx)
            .await?;
            left |= row.is_some();
        }
        if !left {
            sqlx::query("DELETE FROM data_key WHERE register = $1 AND client = $2")
                .bind(controller.to_owned())
                .bind(subject.clone())
                .execute(&mut **tx)
                .await?;
            gone.push(subject);
        }
    }
    Ok(gone)
}

/// OIDs among `documents` that were destroyed: a number is never given twice.
///
/// # Errors
/// What the database says.
pub async fn already(tx: &mut Tx, documents: &[String]) -> Result<HashSet<String>, StoreError> {
    let rows = sql::select_in(tx, "SELECT document_oid FROM disposals WHERE document_oid IN", documents).await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
