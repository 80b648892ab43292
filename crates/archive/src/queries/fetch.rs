//! Fetching: the exact signed bytes of the rows of a page, opened and compared with their digest, and their headers.

use super::found::Row;
use crate::{app::App, maintenance::stored, sql};
use kanta::{
    Limits,
    query::{MetadataRow, VersionState},
};
use records::{access::ClientKey, id::ClientId};
use sqlx::Row as _;
use std::{collections::HashMap, sync::Arc};
use store::{StoreError, vault::DataKey};

/// Rows with headers, and the bytes in the same order.
pub struct Fetched {
    /// Metadata.
    pub rows: Vec<MetadataRow>,
    /// Exact bytes.
    pub documents: Vec<Vec<u8>>,
}

/// Fetches a page.
///
/// # Errors
/// What the database says; `Inconsistent` when a stored document is not what was archived: it is never given.
pub async fn fetch(app: &App, rows: &[Row]) -> Result<Fetched, StoreError> {
    let documents = open(app, rows).await?;
    let mut fetched = Fetched { rows: Vec::with_capacity(rows.len()), documents: Vec::new() };
    for (row, bytes) in rows.iter().zip(&documents) {
        let decoded = kanta::document::decode(bytes, &Limits::default()).map_err(|_| unreadable(row))?;
        fetched.rows.push(MetadataRow {
            header: decoded.document.header,
            state: match row.state.as_str() {
                "current" => VersionState::Valid,
                "replaced" => VersionState::Replaced,
                _ => VersionState::Nullified,
            },
            archived: row.archived_at,
        });
    }
    fetched.documents = documents;
    Ok(fetched)
}

/// A stored document that cannot be read though its digest holds.
pub fn unreadable(row: &Row) -> StoreError {
    StoreError::Inconsistent { table: "documents", what: format!("{} cannot be read", row.document) }
}

/// The exact signed bytes of rows, in their order.
///
/// # Errors
/// As [`fetch`].
pub async fn open(app: &App, rows: &[Row]) -> Result<Vec<Vec<u8>>, StoreError> {
    let mut bodies = bodies(app, rows).await?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in rows {
        let missing = || StoreError::Inconsistent { table: "documents", what: format!("{} has no body", row.document) };
        let body = bodies.remove(row.document.as_str()).ok_or_else(missing)?;
        let key = app.keys.for_reading(&row.controller, &row.key_subject).await?;
        sealed.push((row.clone(), body, key));
    }
    // A page of a hundred documents takes tens of milliseconds to open: not on a thread that serves connections.
    let opened = tokio::task::spawn_blocking(move || open_all(sealed)).await;
    opened.unwrap_or(Err(StoreError::Sealed))
}

fn open_all(sealed: Vec<(Row, Vec<u8>, Arc<DataKey>)>) -> Result<Vec<Vec<u8>>, StoreError> {
    let open = |(row, body, key): (Row, Vec<u8>, Arc<DataKey>)| {
        stored::open_with(&key, row.document.as_str(), &row.sha256, &body)
    };
    sealed.into_iter().map(open).collect()
}

async fn bodies(app: &App, rows: &[Row]) -> Result<HashMap<String, Vec<u8>>, StoreError> {
    let oids: Vec<String> = rows.iter().map(|row| row.document.as_str().to_owned()).collect();
    let mut tx = app.db.read().await?;
    let found =
        sql::select_in(&mut tx, "SELECT document_oid, body FROM documents WHERE document_oid IN", &oids).await?;
    tx.rollback().await?;
    Ok(found.into_iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Who the clients are whose data were searched, for the log: the one whom the query named, or those of the case, whose
/// relationship documents tell it. Kept in memory only.
///
/// # Errors
/// What the database says.
pub async fn identities(
    app: &App,
    controller: &str,
    clients: &[ClientKey],
    named: Option<&ClientId>,
) -> Result<Vec<ClientId>, StoreError> {
    if let Some(named) = named {
        return Ok(vec![named.clone()]);
    }
    let mut known = Vec::with_capacity(clients.len());
    for client in clients {
        if let Some(identity) = app.identities.get(client.as_str()) {
            known.push(identity);
        } else if let Some(identity) = identity_of(app, controller, client.as_str()).await? {
            app.identities.put(client.as_str(), &identity);
            known.push(identity);
        }
    }
    Ok(known)
}

pub(crate) async fn identity_of(app: &App, controller: &str, client: &str) -> Result<Option<ClientId>, StoreError> {
    let mut tx = app.db.read().await?;
    let row = sqlx::query(
        "SELECT d.document_oid, d.key_subject, d.sha256, d.body FROM relationships r \
         JOIN documents d ON d.document_oid = r.document_oid WHERE r.controller = $1 AND r.client = $2",
    )
    .bind(controller.to_owned())
    .bind(client.to_owned())
    .fetch_optional(&mut *tx)
    .await?;
    tx.rollback().await?;
    let Some(row) = row else { return Ok(None) };
    let body: Vec<u8> = row.get(3);
    let bytes = stored::open(app, row.get(0), controller, row.get(1), row.get(2), &body).await?;
    let decoded = kanta::document::decode(&bytes, &Limits::default());
    Ok(decoded.ok().and_then(|decoded| decoded.document.header.patients.into_iter().next()).map(|patient| patient.id))
}
