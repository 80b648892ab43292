//! Years of daily notes behind the clients of a house, so that a benchmark measures pages over a full database.
//!
//! Every note is sealed under its client's key and indexed by its words as a written one is. It is not signed anew and goes
//! nowhere: its bytes for the archive are those of the client's first note, and it counts as archived.

use jiff::SignedDuration;
use records::id::OrganisationId;
use serde_json::Value;
use sqlx::Row as _;
use store::Tx;

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

/// A client's first note, after which the laid ones are made.
struct First {
    org: OrganisationId,
    stored: Stored,
    body: Value,
    signed: Vec<u8>,
}

/// Lays `count` notes behind the first note of every client who has one, the oldest first as years go; `text` gives the
/// words of a client's note by the numbers of both. Returns how many were made.
///
/// # Errors
/// When a first note is no narrative entry, or the database refuses.
pub async fn lay(app: &App, count: usize, text: impl Fn(usize, usize) -> String) -> Result<usize> {
    let mut firsts = firsts(app).await?;
    for number in (1..=count).rev() {
        let mut tx = app.db.write().await?;
        for (client, first) in firsts.iter_mut().enumerate() {
            let ago = BETWEEN.checked_mul(i32::try_from(number).map_err(Fault::failed)?);
            let ago = ago.ok_or_else(|| Fault::failed("too many years"))?;
            note(app, &mut tx, first, ago, &text(client, number)).await?;
        }
        tx.commit().await?;
    }
    let mut tx = app.db.write().await?;
    sqlx::query("UPDATE cw_document SET archived_at = created WHERE state = 'archived' AND archived_at IS NULL")
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(firsts.len() * count)
}

async fn firsts(app: &App) -> Result<Vec<First>> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT d.* FROM cw_document d JOIN (SELECT org, client, MIN(oid) AS first FROM cw_document
           WHERE type_code = '19007' AND state = 'archived' GROUP BY org, client) f ON f.org = d.org AND f.first = d.oid",
    )
    .fetch_all(&mut *tx)
    .await?;
    let mut firsts = Vec::new();
    for row in &rows {
        let org: String = row.try_get("org")?;
        let stored = Stored::read(row)?;
        let body = stored.body(app, &mut tx, &org).await?;
        let signed = stored.signed(app, &mut tx, &org).await?;
        firsts.push(First { org: OrganisationId::parse(&org).map_err(Fault::failed)?, stored, body, signed });
    }
    Ok(firsts)
}

async fn note(app: &App, tx: &mut Tx, first: &mut First, ago: SignedDuration, text: &str) -> Result<()> {
    let mut one = first.stored.clone();
    let structure = app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let path = content::text_path(structure).ok_or(Fault::NotFound)?;
    content::put_text(structure, &mut first.body, &path, text);
    one.event = one.event.checked_sub(ago).map_err(Fault::failed)?;
    one.created = one.event;
    one.oid = numbers::document(tx, &first.org, records::time::finnish_date(one.event).year()).await?;
    one.set_id = one.oid.as_set();
    let new = New { stored: &one, body: &first.body, signed: &first.signed };
    documents::insert(app, tx, first.org.as_str(), &new).await
}
