//! What was stored before there was an index is indexed at the next start, a little at a time, beside the work of the
//! day. Doing it again changes nothing.

use sqlx::Row;

use super::index;
use crate::{app::App, clients, error::Result, recording::documents::Stored};

/// Documents and clients per transaction: other writers wait no longer than this takes.
const AT_ONCE: usize = 50;

/// Indexes everything that is not indexed yet; a document that cannot be read is told in the program's log, and the rest
/// goes on. Gives how many were indexed.
///
/// # Errors
/// When the database does not answer.
pub async fn all(app: &App) -> Result<usize> {
    let mut done = 0;
    loop {
        let some = documents(app).await? + names(app).await?;
        done += some;
        if some == 0 {
            return Ok(done);
        }
        tokio::task::yield_now().await;
    }
}

async fn documents(app: &App) -> Result<usize> {
    let mut tx = app.db.write().await?;
    let rows = sqlx::query(
        "SELECT d.* FROM cw_document d WHERE NOT EXISTS
           (SELECT 1 FROM cw_indexed i WHERE i.org = d.org AND i.oid = d.oid) LIMIT 50",
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        let org: String = row.try_get("org")?;
        let one = Stored::read(row)?;
        match one.body(app, &mut tx, &org).await {
            Ok(body) => index::document(app, &mut tx, &org, &one, &body).await?,
            Err(fault) => {
                tracing::warn!(document = %one.oid, %fault, "not indexed");
                index::document(app, &mut tx, &org, &one, &serde_json::Value::Null).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(rows.len().min(AT_ONCE))
}

async fn names(app: &App) -> Result<usize> {
    let mut tx = app.db.write().await?;
    let rows: Vec<(String, String)> = sqlx::query_as(
        "SELECT c.org, c.client FROM cw_client c WHERE NOT EXISTS
           (SELECT 1 FROM cw_name_start n WHERE n.org = c.org AND n.client = c.client) AND EXISTS
           (SELECT 1 FROM cw_name w WHERE w.org = c.org AND w.client = c.client) LIMIT 50",
    )
    .fetch_all(&mut *tx)
    .await?;
    for (org, client) in &rows {
        let known = clients::store::by_id(app, &mut tx, org, client).await?;
        index::client(app, &mut tx, org, client, &known.person).await?;
    }
    tx.commit().await?;
    Ok(rows.len().min(AT_ONCE))
}
