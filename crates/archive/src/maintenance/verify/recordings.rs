//! Every recording: its blob opened piece by piece, and its bytes held against the digest that its signed description
//! names. What the row says of it is compared with the description where documents are walked.

use super::Report;
use crate::{App, maintenance::stored::recording};
use sqlx::Row;
use store::StoreError;

/// Rows read at a time; a blob may be hours long, a row is not.
const PAGE: i64 = 500;

/// Walks all recordings by the OIDs of their documents.
///
/// # Errors
/// What the database says; what is wrong with a blob is told in the report.
pub async fn walk(app: &App, report: &mut Report) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let mut tx = app.db.read().await?;
        let rows = sqlx::query(recording::ROWS).bind(after).bind(PAGE).fetch_all(&mut *tx).await?;
        tx.rollback().await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get(0);
        for row in &rows {
            report.recordings += 1;
            let stored = recording::Stored::of(row);
            if let Err(error) = stored.read(app, |_| Ok(())).await
                && is_there(app, &stored.document).await?
            {
                report.tell("recordings", &stored.document, error);
            }
        }
    }
}

/// The archive may go on working: what was disposed of meanwhile has neither row nor blob.
async fn is_there(app: &App, document: &str) -> Result<bool, StoreError> {
    let mut tx = app.db.read().await?;
    let row = sqlx::query("SELECT 1 FROM recordings WHERE document_oid = $1").bind(document.to_owned());
    Ok(row.fetch_optional(&mut *tx).await?.is_some())
}
