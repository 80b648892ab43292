//! Reading stored recordings back, piece by piece, their length and digest compared at the end.

use crate::{App, recordings::Digest};
use sqlx::{Row, any::AnyRow};
use store::StoreError;

/// Rows of recordings by the OIDs of their documents, after one and not more than so many.
pub const ROWS: &str = "SELECT r.document_oid, r.blob, r.media, r.bytes, r.sha256, d.controller, d.key_subject \
     FROM recordings r JOIN documents d ON d.document_oid = r.document_oid \
     WHERE r.document_oid > $1 ORDER BY r.document_oid LIMIT $2";

/// A row of [`ROWS`].
pub struct Stored {
    /// OID of the document that describes it.
    pub document: String,
    /// Media type.
    pub media: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256 of the bytes, hexadecimal.
    pub sha256: String,
    blob: String,
    controller: String,
    key_subject: String,
}

impl Stored {
    /// What a row says.
    pub fn of(row: &AnyRow) -> Self {
        Self {
            document: row.get(0),
            blob: row.get(1),
            media: row.get(2),
            bytes: row.get::<i64, _>(3).unsigned_abs(),
            sha256: row.get(4),
            controller: row.get(5),
            key_subject: row.get(6),
        }
    }

    /// Reads the whole recording, each piece handed over as it is opened.
    ///
    /// # Errors
    /// When the blob is not there, a piece does not open or is missing, or the bytes are not those that were described;
    /// and what `take` says.
    pub async fn read(
        &self,
        app: &App,
        mut take: impl FnMut(&[u8]) -> Result<(), std::io::Error>,
    ) -> Result<(), StoreError> {
        let key = app.keys.for_reading(&self.controller, &self.key_subject).await?;
        let mut blob = app.blobs.open(&self.blob, key).await?;
        let (mut digest, mut length) = (Digest::default(), 0);
        while let Some(piece) = blob.next().await? {
            digest.update(&piece);
            length += piece.len() as u64;
            take(&piece).map_err(|error| inconsistent(format!("{} cannot be written: {error}", self.document)))?;
        }
        if length != self.bytes || digest.finish() != self.sha256 {
            return Err(inconsistent(format!("{} has other bytes than its description says", self.document)));
        }
        Ok(())
    }
}

fn inconsistent(what: String) -> StoreError {
    StoreError::Inconsistent { table: "recordings", what }
}
