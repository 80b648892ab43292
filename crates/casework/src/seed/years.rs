//! Years of daily notes behind the clients of a house, so that a benchmark measures pages over a full database.
//!
//! Every note is sealed under its client's key and indexed by its words as a written one is. It is not signed anew and goes
//! nowhere: its bytes for the archive are those of the client's first note, and it counts as archived.

use jiff::SignedDuration;
use sqlx::Row as _;

use crate::{
    app::App,
    error::{Fault, Result},
    numbers,
    recording::{
        content,
        documents::{self, New, Stored},
    },
};

/// From one note to the one before it: a little more than a day, so that the hours differ.
const BETWEEN: SignedDuration = SignedDuration::from_hours(25);

/// Lays `count` notes behind the first note of every client who has one; `text` gives the words of a client's note by the
/// numbers of both. Returns how many were made.
///
/// # Errors
/// When a first note is no narrative entry, or the database refuses.
pub async fn lay(app: &App, count: usize, text: impl Fn(usize, usize) -> String) -> Result<usize> {
    let mut tx = app.db.read().await?;
    let firsts = sqlx::query(
        "SELECT d.* FROM cw_document d JOIN (SELECT org, client, MIN(oid) AS first FROM cw_document
           WHERE type_code = '19007' AND state = 'archived' GROUP BY org, client) f ON f.org = d.org AND f.first = d.oid",
    )
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    for (client, row) in firsts.iter().enumerate() {
        behind(app, &row.try_get::<String, _>("org")?, &Stored::read(row)?, count, |number| text(client, number))
            .await?;
    }
    Ok(firsts.len() * count)
}

async fn behind(app: &App, org: &str, first: &Stored, count: usize, text: impl Fn(usize) -> String) -> Result<()> {
    let structure = app.config.catalogue.get(&first.structure).ok_or(Fault::NotFound)?;
    let path = content::text_path(structure).ok_or(Fault::NotFound)?;
    let organisation = records::id::OrganisationId::parse(org).map_err(Fault::failed)?;
    let mut tx = app.db.write().await?;
    let mut body = first.body(app, &mut tx, org).await?;
    let signed = first.signed(app, &mut tx, org).await?;
    let mut one = first.clone();
    for number in 0..count {
        one.event = one.event.checked_sub(BETWEEN).map_err(Fault::failed)?;
        one.created = one.event;
        one.oid = numbers::document(&mut tx, &organisation, records::time::finnish_date(one.event).year()).await?;
        one.set_id = one.oid.as_set();
        content::put_text(structure, &mut body, &path, &text(number));
        documents::insert(app, &mut tx, org, &New { stored: &one, body: &body, signed: &signed }).await?;
    }
    sqlx::query("UPDATE cw_document SET archived_at = created WHERE org = $1 AND client = $2 AND archived_at IS NULL")
        .bind(org)
        .bind(&first.client)
        .execute(&mut *tx)
        .await?;
    Ok(tx.commit().await?)
}
