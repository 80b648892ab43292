//! The newest version of each client relationship, and which of the organiser's units handle whom (FR-09).

use records::{
    id::{DocumentId, SetId},
    relationship::Relationship,
};
use sqlx::Row;
use store::Tx;

use crate::{
    app::App,
    error::{Fault, Result},
    op::Op,
    recording::documents::Stored,
};

/// The newest version.
pub struct Kept {
    /// What it says.
    pub whole: Relationship,
    /// Set id.
    pub set_id: SetId,
    /// OID of the newest version.
    pub newest: DocumentId,
    /// Its number.
    pub version: u32,
}

/// The relationship of a client in the organisation's own register, if there is one.
///
/// # Errors
/// When what is stored is damaged.
pub async fn of_client(app: &App, tx: &mut Tx, org: &str, client: &str) -> Result<Option<Kept>> {
    let Some(row) = sqlx::query("SELECT * FROM cw_relationship WHERE org = $1 AND client = $2")
        .bind(org)
        .bind(client)
        .fetch_optional(&mut **tx)
        .await?
    else {
        return Ok(None);
    };
    let oid: String = row.try_get("oid")?;
    let key = app.vault.existing_data_key(tx, org, client).await?.ok_or(Fault::NotFound)?;
    let body = key.unpack(&row.try_get::<Vec<u8>, _>("body")?, oid.as_bytes())?;
    let value: serde_json::Value = serde_json::from_slice(&body).map_err(|_| Fault::damaged("cw_relationship.body"))?;
    let damaged = |_| Fault::damaged("cw_relationship");
    Ok(Some(Kept {
        whole: Relationship::parse(&value).map_err(|_| Fault::damaged("cw_relationship.body"))?,
        set_id: SetId::parse(&row.try_get::<String, _>("set_id")?).map_err(damaged)?,
        newest: DocumentId::parse(&row.try_get::<String, _>("newest")?).map_err(damaged)?,
        version: u32::try_from(row.try_get::<i64, _>("version")?)
            .map_err(|_| Fault::damaged("cw_relationship.version"))?,
    }))
}

/// Stores a version as the newest: the second of two workers who changed the same version gets `VersionConflict`.
///
/// # Errors
/// `VersionConflict`, or when the database refuses.
pub async fn save(op: &Op, tx: &mut Tx, client: &str, whole: &Relationship, one: &Stored) -> Result<()> {
    let oid = whole.id.as_ref().map(ToString::to_string).unwrap_or_default();
    let key = op.app.vault.data_key(tx, op.org(), client).await?;
    let body = key.pack(&serde_json::to_vec(&whole.to_json()).map_err(Fault::failed)?, oid.as_bytes());
    let done = sqlx::query(
        "INSERT INTO cw_relationship (org, oid, register, client, set_id, newest, version, body, started, ended)
         VALUES ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (org, oid) DO UPDATE SET newest = excluded.newest, version = excluded.version, body = excluded.body,
           ended = excluded.ended WHERE cw_relationship.version = excluded.version - 1",
    )
    .bind(op.org())
    .bind(&oid)
    .bind(client)
    .bind(one.set_id.as_str())
    .bind(one.oid.as_str())
    .bind(i64::from(one.version))
    .bind(body)
    .bind(whole.period.start.to_string())
    .bind(whole.period.end.map(|day| day.to_string()))
    .execute(&mut **tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(op.refuse(records::refusal::Refusal::VersionConflict));
    }
    for task in &whole.tasks {
        for unit in &task.organiser_units {
            sqlx::query(
                "INSERT INTO cw_handling (org, client, unit, task, from_day, to_day) VALUES ($1, $2, $3, $4, $5, $6)
                 ON CONFLICT (org, client, unit, task) DO UPDATE SET to_day = excluded.to_day",
            )
            .bind(op.org())
            .bind(client)
            .bind(unit.unit.as_str())
            .bind(task.task.code())
            .bind(unit.period.start.to_string())
            .bind(unit.period.end.map(|day| day.to_string()))
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}
