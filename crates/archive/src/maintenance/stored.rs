//! Reading stored documents back: decrypted, and their digest compared before anybody gets them (fault 5).

pub mod recording;

use crate::{App, bodies::Unopened, sql};
use sqlx::Row;
use store::{StoreError, vault::DataKey};

/// A stored version with its exact signed bytes.
pub struct StoredBody {
    /// Version OID.
    pub document: String,
    /// Set OID.
    pub set: String,
    /// When it was archived, microseconds.
    pub archived_at: i64,
    /// When it was invalidated, microseconds; 0 when it was not.
    pub invalidated_at: i64,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Opens a stored body.
///
/// # Errors
/// `Sealed` when it does not open, `Inconsistent` when it is not the document that was signed.
pub async fn open(
    app: &App,
    document: &str,
    controller: &str,
    subject: &str,
    sha256: &str,
    body: &[u8],
) -> Result<Vec<u8>, StoreError> {
    let key = app.keys.for_reading(controller, subject).await?;
    match open_with(app, &key, document, sha256, body) {
        Err(Unopened::Certificates(names)) => {
            app.bodies.load(&names).await?;
            // Between the two somebody else may have emptied the memory: once more is enough for one document.
            open_with(app, &key, document, sha256, body).map_err(stored_error)
        }
        opened => opened.map_err(stored_error),
    }
}

/// What a body that still lacks its certificates is called.
pub fn stored_error(error: Unopened) -> StoreError {
    match error {
        Unopened::Store(error) => error,
        Unopened::Certificates(_) => StoreError::Sealed,
    }
}

/// Opens a stored body with its key at hand; CPU only.
///
/// # Errors
/// As [`open`], or the certificates that are not in memory.
pub fn open_with(app: &App, key: &DataKey, document: &str, sha256: &str, body: &[u8]) -> Result<Vec<u8>, Unopened> {
    let bytes = app.bodies.open(key, document, body)?;
    let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes));
    if digest != sha256 {
        let what = format!("{document} is not what was archived");
        return Err(Unopened::Store(StoreError::Inconsistent { table: "documents", what }));
    }
    Ok(bytes)
}

/// [`open_with`] on a thread that may wait, with whatever certificates it needs.
///
/// # Errors
/// As [`open`].
pub fn open_waiting(
    app: &App,
    runtime: &tokio::runtime::Handle,
    key: &DataKey,
    document: &str,
    sha256: &str,
    body: &[u8],
) -> Result<Vec<u8>, StoreError> {
    match open_with(app, key, document, sha256, body) {
        Err(Unopened::Certificates(names)) => {
            runtime.block_on(app.bodies.load(&names))?;
            open_with(app, key, document, sha256, body).map_err(stored_error)
        }
        opened => opened.map_err(stored_error),
    }
}

/// The documents of a group in the order they were archived.
///
/// # Errors
/// What the database says, or a body that does not open.
pub async fn of_group(app: &App, group: &str) -> Result<Vec<StoredBody>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(concat!(
        "SELECT d.document_oid, d.set_oid, d.controller, d.archived_at, d.key_subject, d.sha256, b.body, \
         d.invalidated_at FROM documents d ",
        sql::with_body!(),
        " WHERE d.document_group = $1 ORDER BY d.archived_at, d.set_oid, d.version"
    ))
    .bind(group.to_owned())
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    let mut bodies = Vec::with_capacity(rows.len());
    for row in rows {
        let (document, controller): (String, String) = (row.get(0), row.get(2));
        let body: Vec<u8> = row.get(6);
        let bytes = open(app, &document, &controller, row.get(4), row.get(5), &body).await?;
        bodies.push(StoredBody {
            document,
            set: row.get(1),
            archived_at: row.get(3),
            invalidated_at: row.get(7),
            bytes,
        });
    }
    Ok(bodies)
}
