//! Personal drafts (FR-34).

use jiff::Timestamp;
use sqlx::Row;
use store::Tx;

use super::documents::Stored;
use crate::{
    error::{Fault, Result},
    op::Op,
};

/// A personal draft (FR-34): sealed, visible to its author only, never sent.
pub struct Draft {
    /// Its id.
    pub id: String,
    /// The client.
    pub client: String,
    /// Kind of document.
    pub type_code: String,
    /// The form's fields.
    pub fields: Vec<(String, String)>,
    /// OID of the version that it corrects.
    pub corrects: Option<String>,
    /// When it was saved last.
    pub updated: Timestamp,
}

/// Saves a draft under its id; the id comes from the form, so that saving again writes over it.
///
/// # Errors
/// `NotFound` when the id is another worker's draft.
pub async fn save_draft(op: &Op, tx: &mut Tx, draft: &Draft) -> Result<()> {
    let key = op.app.vault.data_key(tx, op.org(), &draft.client).await?;
    let body = serde_json::to_vec(&draft.fields).map_err(Fault::failed)?;
    let sealed = key.pack(&body, draft.id.as_bytes());
    let done = sqlx::query(
        "INSERT INTO cw_draft (org, id, person, client, case_oid, type_code, body, corrects, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
         ON CONFLICT (org, id) DO UPDATE SET body = excluded.body, updated = excluded.updated,
           type_code = excluded.type_code WHERE cw_draft.person = excluded.person",
    )
    .bind(op.org())
    .bind(&draft.id)
    .bind(&op.actor.person)
    .bind(&draft.client)
    .bind(None::<String>)
    .bind(&draft.type_code)
    .bind(sealed)
    .bind(&draft.corrects)
    .bind(draft.updated.as_microsecond())
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Fault::NotFound) }
}

/// Makes a draft for the writer of a document that is taken back before its signature.
///
/// # Errors
/// When the database refuses.
pub async fn give_draft(op: &Op, tx: &mut Tx, id: &str, one: &Stored, fields: &[(String, String)]) -> Result<()> {
    let key = op.app.vault.data_key(tx, op.org(), &one.client).await?;
    let sealed = key.pack(&serde_json::to_vec(fields).map_err(Fault::failed)?, id.as_bytes());
    sqlx::query(
        "INSERT INTO cw_draft (org, id, person, client, case_oid, type_code, body, corrects, created, updated)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
    )
    .bind(op.org())
    .bind(id)
    .bind(&one.person)
    .bind(&one.client)
    .bind(one.case.as_ref().map(|case| case.as_str().to_owned()))
    .bind(&one.type_code)
    .bind(sealed)
    .bind(one.replaces.as_ref().map(|oid| oid.as_str().to_owned()))
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Reads one of the worker's own drafts.
///
/// # Errors
/// `NotFound` for another's.
pub async fn draft(op: &Op, tx: &mut Tx, id: &str) -> Result<Draft> {
    let row = sqlx::query("SELECT * FROM cw_draft WHERE org = $1 AND id = $2 AND person = $3")
        .bind(op.org())
        .bind(id)
        .bind(&op.actor.person)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let client: String = row.try_get("client")?;
    let key = op.app.vault.existing_data_key(tx, op.org(), &client).await?.ok_or(Fault::NotFound)?;
    let body = key.unpack(&row.try_get::<Vec<u8>, _>("body")?, id.as_bytes())?;
    Ok(Draft {
        id: id.to_owned(),
        type_code: row.try_get("type_code")?,
        fields: serde_json::from_slice(&body).map_err(|_| Fault::damaged("cw_draft.body"))?,
        corrects: row.try_get("corrects")?,
        updated: Timestamp::from_microsecond(row.try_get("updated")?)
            .map_err(|_| Fault::damaged("cw_draft.updated"))?,
        client,
    })
}

/// The worker's drafts as rows of a list: id, client, kind, time.
///
/// # Errors
/// When the database does not answer.
pub async fn drafts(op: &Op, tx: &mut Tx, client: Option<&str>) -> Result<Vec<(String, String, String, Timestamp)>> {
    let rows = sqlx::query(
        "SELECT id, client, type_code, updated FROM cw_draft WHERE org = $1 AND person = $2 ORDER BY updated DESC",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?;
    let mut found = Vec::new();
    for row in rows {
        let owner: String = row.try_get("client")?;
        if client.is_none_or(|wanted| wanted == owner) {
            let at = Timestamp::from_microsecond(row.try_get("updated")?).map_err(|_| Fault::damaged("cw_draft"))?;
            found.push((row.try_get("id")?, owner, row.try_get("type_code")?, at));
        }
    }
    Ok(found)
}

/// Ends a draft; nothing when there is none.
///
/// # Errors
/// When the database refuses.
pub async fn delete_draft(tx: &mut Tx, op: &Op, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM cw_draft WHERE org = $1 AND id = $2 AND person = $3")
        .bind(op.org())
        .bind(id)
        .bind(&op.actor.person)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
