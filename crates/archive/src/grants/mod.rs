//! Register access rights (rekisterinkäyttöoikeus). They are written only by the intake of relationship documents; what
//! is here reads them, and rebuilds them from the stored documents to prove that nothing else ever wrote them.

use crate::{
    App,
    entry::{Derived, GROUP_RELATIONSHIP},
    intake::{
        check,
        rows::{grant_rows, insert_grants, supersede},
        working::instant,
    },
    maintenance::stored::{self, StoredBody},
    queries::found,
    sql,
};
use records::code::ServiceTask;
use sqlx::Row;
use std::collections::HashMap;
use store::{StoreError, Tx};

/// One grant row as the archivist sees it: no client.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GrantLine {
    /// The organiser.
    pub controller: String,
    /// Service task.
    pub task: String,
    /// The unit.
    pub unit: String,
    /// `provider` or `subcontractor`.
    pub via: String,
    /// First day.
    pub starts: String,
    /// Last day or empty.
    pub ends: String,
}

/// Current grants, at most `limit`, newest first; without clients.
///
/// # Errors
/// What the database says.
pub async fn current(app: &App, limit: i64) -> Result<Vec<GrantLine>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT controller, task, unit, via, starts, ends FROM grants \
         WHERE superseded_at = 0 AND via <> 'organiser' ORDER BY granted_at DESC, unit LIMIT $1",
    )
    .bind(limit)
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows
        .iter()
        .map(|row| GrantLine {
            controller: row.get(0),
            task: row.get(1),
            unit: row.get(2),
            via: row.get(3),
            starts: row.get(4),
            ends: row.get(5),
        })
        .collect())
}

/// The service tasks of the relationship documents among rows, by document: each task under which a unit stands, the
/// organiser's own or a provider's.
///
/// # Errors
/// What the database says.
pub async fn tasks_of(tx: &mut Tx, rows: &[found::Row]) -> Result<HashMap<String, Vec<ServiceTask>>, StoreError> {
    let relationships = rows.iter().filter(|row| row.group == GROUP_RELATIONSHIP);
    let documents: Vec<String> = relationships.map(|row| row.document.as_str().to_owned()).collect();
    let mut tasks: HashMap<String, Vec<ServiceTask>> = HashMap::new();
    for row in sql::select_in(tx, "SELECT document_oid, task FROM grants WHERE document_oid IN", &documents).await? {
        tasks.entry(row.get(0)).or_default().extend(ServiceTask::parse(row.get(1)));
    }
    Ok(tasks)
}

/// Drops all grants and derives them anew from the stored relationship documents, in the order they were archived.
///
/// # Errors
/// What the database says, or a stored document that does not open.
pub async fn rebuild(app: &App) -> Result<usize, StoreError> {
    let bodies = stored::of_group(app, GROUP_RELATIONSHIP).await?;
    let mut tx = app.db.write().await?;
    sqlx::query("DELETE FROM grants").execute(&mut *tx).await?;
    let mut count = 0;
    for StoredBody { document, set, archived_at, invalidated_at, bytes, .. } in bodies {
        let entry = check::stored_entry(app, &bytes)?;
        let Derived::Relationship(facts) = &entry.derived else { continue };
        let at = instant(archived_at);
        insert_grants(&mut tx, grant_rows(&entry, facts, at)).await?;
        supersede(&mut tx, &set, &document, at).await?;
        if invalidated_at > 0 {
            end_invalidated(&mut tx, &set, invalidated_at).await?;
        }
        count += facts.rows.len();
    }
    tx.commit().await?;
    Ok(count)
}

/// Rows of an invalidated set are never current.
async fn end_invalidated(tx: &mut Tx, set: &str, at: i64) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE grants SET superseded_at = $1 WHERE superseded_at = 0 AND document_oid IN \
         (SELECT document_oid FROM documents WHERE set_oid = $2)",
    )
    .bind(at)
    .bind(set.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
