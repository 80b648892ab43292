//! Fetching: the headers of a page as they were made ready at intake, and with content the exact signed bytes, opened and
//! compared with their digest.

use super::found::Row;
use crate::{
    app::App,
    bodies::{Name, Unopened},
    maintenance::stored,
    sql,
};
use kanta::{
    Limits,
    query::{VersionState, WrittenRow, header_form},
};
use records::{access::ClientKey, id::ClientId};
use sqlx::Row as _;
use std::{collections::HashMap, sync::Arc};
use store::{StoreError, vault::DataKey};

/// More documents than this take milliseconds to open: not on a thread that serves connections.
const OPENED_HERE_MAX: usize = 4;

/// Rows ready to be written, and the bytes in the same order when they were asked for.
#[derive(Default)]
pub struct Fetched {
    /// Metadata.
    pub rows: Vec<WrittenRow>,
    /// Exact bytes.
    pub documents: Vec<Vec<u8>>,
}

/// Fetches a page.
///
/// # Errors
/// What the database says; `Inconsistent` when a stored document is not what was archived: it is never given.
pub async fn fetch(app: &App, rows: &[Row], with_content: bool) -> Result<Fetched, StoreError> {
    let old: Vec<Row> = rows.iter().filter(|row| row.header.is_none()).cloned().collect();
    let mut read = HashMap::new();
    for (row, bytes) in old.iter().zip(open(app, &old).await?) {
        // A row of before headers were kept: its body tells.
        let decoded = kanta::document::decode(&bytes, &Limits::default()).map_err(|_| unreadable(row))?;
        read.insert(row.document.as_str().to_owned(), header_form(&decoded.document.header));
    }
    let mut fetched = Fetched::default();
    for row in rows {
        let document = row.document.as_str();
        let header = match &row.header {
            Some(sealed) => {
                let key = app.keys.for_reading(&row.controller, &row.key_subject).await?;
                app.bodies.open_header(&key, document, sealed)?
            }
            None => read.remove(document).ok_or_else(|| unreadable(row))?,
        };
        let state = match row.state.as_str() {
            "current" => VersionState::Valid,
            "replaced" => VersionState::Replaced,
            _ => VersionState::Nullified,
        };
        fetched.rows.push(WrittenRow { header, state, archived: row.archived_at });
    }
    if with_content {
        fetched.documents = open(app, rows).await?;
    }
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
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut bodies = bodies(app, rows).await?;
    let mut sealed = Vec::with_capacity(rows.len());
    for row in rows {
        let missing = || StoreError::Inconsistent { table: "documents", what: format!("{} has no body", row.document) };
        let body = bodies.remove(row.document.as_str()).ok_or_else(missing)?;
        let key = app.keys.for_reading(&row.controller, &row.key_subject).await?;
        sealed.push((row.clone(), body, key));
    }
    let sealed = Arc::new(sealed);
    match open_somewhere(app, &sealed).await {
        Err(Unopened::Certificates(names)) => {
            app.bodies.load(&names).await?;
            open_somewhere(app, &sealed).await.map_err(stored::stored_error)
        }
        opened => opened.map_err(stored::stored_error),
    }
}

/// A row with its body and its key.
type Closed = (Row, Vec<u8>, Arc<DataKey>);

async fn open_somewhere(app: &App, sealed: &Arc<Vec<Closed>>) -> Result<Vec<Vec<u8>>, Unopened> {
    if sealed.len() <= OPENED_HERE_MAX {
        return open_all(app, sealed);
    }
    let (app, sealed) = (app.clone(), Arc::clone(sealed));
    let opened = tokio::task::spawn_blocking(move || open_all(&app, &sealed)).await;
    opened.unwrap_or(Err(Unopened::Store(StoreError::Sealed)))
}

/// All of them, or every certificate that is still to be read for them.
fn open_all(app: &App, sealed: &[Closed]) -> Result<Vec<Vec<u8>>, Unopened> {
    let (mut documents, mut missing) = (Vec::with_capacity(sealed.len()), Vec::<Name>::new());
    for (row, body, key) in sealed {
        match stored::open_with(app, key, row.document.as_str(), &row.sha256, body) {
            Ok(bytes) => documents.push(bytes),
            Err(Unopened::Certificates(names)) => missing.extend(names),
            Err(error) => return Err(error),
        }
    }
    missing.sort_unstable();
    missing.dedup();
    if missing.is_empty() { Ok(documents) } else { Err(Unopened::Certificates(missing)) }
}

/// The stored bodies of rows.
async fn bodies(app: &App, rows: &[Row]) -> Result<HashMap<String, Vec<u8>>, StoreError> {
    let oids: Vec<String> = rows.iter().map(|row| row.document.as_str().to_owned()).collect();
    let mut tx = app.db.read_here().await?;
    const SQL: &str =
        concat!("SELECT d.document_oid, b.body FROM documents d ", sql::with_body!(), " WHERE d.document_oid IN");
    let found = sql::select_in(&mut tx, SQL, &oids).await?;
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
    let mut tx = app.db.read_here().await?;
    let row = sqlx::query(concat!(
        "SELECT d.document_oid, d.key_subject, d.sha256, b.body FROM relationships r \
         JOIN documents d ON d.document_oid = r.document_oid ",
        sql::with_body!(),
        " WHERE r.controller = $1 AND r.client = $2"
    ))
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
