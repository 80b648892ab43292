//! What workers lift above the rest: at most three notes pinned to a client, and events marked as significant. Both tell
//! who did it; a pin's words are sealed under the client's key.

use std::collections::BTreeSet;

use ::store::{Tx, log::Action};
use axum::{extract::Path, response::Response};
use jiff::Timestamp;
use sqlx::Row;

use super::store::{self, Seen};
use crate::{
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    recording::documents,
    rights,
    routes::see,
    use_log::{self, Event},
};

/// Most notes pinned to a client: what is more is read by nobody (users-and-screens 3.5).
pub const PINS_MAX: usize = 3;
/// Longest pinned note, in letters: a line to be seen at a glance.
pub const PIN_LETTERS_MAX: usize = 120;

/// A pinned note.
pub struct Pin {
    /// Id of its row.
    pub id: String,
    /// The words.
    pub text: String,
    /// Who pinned it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// The client's pinned notes, oldest first.
///
/// # Errors
/// When the database does not answer or a note does not open.
pub async fn pins(op: &Op, tx: &mut Tx, client: &str) -> Result<Vec<Pin>> {
    let rows = sqlx::query(
        "SELECT p.id, p.words, p.created, u.given, u.family FROM cw_pin p
           LEFT JOIN cw_user u ON u.org = p.org AND u.person = p.person
          WHERE p.org = $1 AND p.client = $2 AND p.removed IS NULL ORDER BY p.created, p.id",
    )
    .bind(op.org())
    .bind(client)
    .fetch_all(&mut **tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = op.app.vault.existing_data_key(tx, op.org(), client).await?.ok_or(Fault::NotFound)?;
    let read = |row: &sqlx::any::AnyRow| -> Result<Pin> {
        let id: String = row.try_get("id")?;
        let words = key.open(&row.try_get::<Vec<u8>, _>("words")?, id.as_bytes())?;
        let name = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
        Ok(Pin {
            text: String::from_utf8(words).map_err(|_| Fault::damaged("cw_pin.words"))?,
            by: format!("{} {}", name("given")?, name("family")?),
            at: Timestamp::from_microsecond(row.try_get("created")?).map_err(|_| Fault::damaged("cw_pin.created"))?,
            id,
        })
    };
    rows.iter().map(read).collect()
}

async fn opened(op: &Op, client: &str) -> Result<Seen> {
    let mut tx = op.read().await?;
    store::open(op, &mut tx, client).await
}

/// `POST /asiakkaat/{client}/nosto`: `nosto`
pub async fn pin(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let seen = opened(&op, &client).await?;
    let text = posted.get("nosto");
    if text.is_empty() || text.chars().count() > PIN_LETTERS_MAX {
        return Err(Fault::Form("fault-pinned"));
    }
    let id = crate::numbers::random_id();
    let mut tx = op.write().await?;
    let key = op.app.vault.data_key(&mut tx, op.org(), &client).await?;
    // The count is asked by the statement itself: two who pin at once do not make four.
    let done = sqlx::query(
        "INSERT INTO cw_pin (org, client, id, words, person, created, removed, removed_by)
         SELECT $1, $2, $3, $4, $5, $6, NULL, NULL
          WHERE (SELECT COUNT(*) FROM cw_pin WHERE org = $1 AND client = $2 AND removed IS NULL) < 3",
    )
    .bind(op.org())
    .bind(&client)
    .bind(&id)
    .bind(key.seal(text.as_bytes(), id.as_bytes()))
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Fault::Form("fault-pins-full"));
    }
    use_log::write(&op, &mut tx, Event::of_client(Action::Change, &seen.client).detail("pinned")).await?;
    tx.commit().await?;
    Ok(see(&format!("/asiakkaat/{client}")))
}

/// `POST /asiakkaat/{client}/nosto/{id}/poista`
pub async fn unpin(op: Op, Path((client, id)): Path<(String, String)>, _: Posted) -> Result<Response> {
    let seen = opened(&op, &client).await?;
    let mut tx = op.write().await?;
    sqlx::query(
        "UPDATE cw_pin SET removed = $4, removed_by = $5 WHERE org = $1 AND client = $2 AND id = $3 AND removed IS NULL",
    )
    .bind(op.org())
    .bind(&client)
    .bind(&id)
    .bind(op.now.as_microsecond())
    .bind(&op.actor.person)
    .execute(&mut *tx)
    .await?;
    use_log::write(&op, &mut tx, Event::of_client(Action::Change, &seen.client).detail("unpinned")).await?;
    tx.commit().await?;
    Ok(see(&format!("/asiakkaat/{client}")))
}

/// Sets of the client's documents that somebody has marked as significant.
///
/// # Errors
/// When the database does not answer.
pub async fn significant(op: &Op, tx: &mut Tx, client: &str) -> Result<BTreeSet<String>> {
    let sets: Vec<String> = sqlx::query_scalar("SELECT set_id FROM cw_significant WHERE org = $1 AND client = $2")
        .bind(op.org())
        .bind(client)
        .fetch_all(&mut **tx)
        .await?;
    Ok(sets.into_iter().collect())
}

/// Marks a document's set as significant; a second time changes nothing.
///
/// # Errors
/// When the database refuses.
pub async fn mark(op: &Op, tx: &mut Tx, client: &str, set: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_significant (org, set_id, client, person, created) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, set_id) DO NOTHING",
    )
    .bind(op.org())
    .bind(set)
    .bind(client)
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// `POST /asiakirjat/{oid}/merkittava`: marks the event, or takes the mark away
pub async fn toggle(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = store::open(&op, &mut tx, &one.client).await?;
    rights::check_read(&op, &mut tx, &seen, &one).await?;
    drop(tx);
    let mut tx = op.write().await?;
    let gone = sqlx::query("DELETE FROM cw_significant WHERE org = $1 AND set_id = $2")
        .bind(op.org())
        .bind(one.set_id.as_str())
        .execute(&mut *tx)
        .await?;
    if gone.rows_affected() == 0 {
        mark(&op, &mut tx, &one.client, one.set_id.as_str()).await?;
    }
    use_log::write(&op, &mut tx, Event::of_document(Action::Change, &seen.client, &one).detail("significant")).await?;
    tx.commit().await?;
    Ok(see(&format!("/asiakkaat/{}#t-{oid}", one.client)))
}
