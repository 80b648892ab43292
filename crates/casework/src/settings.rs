//! Settings of the organisation and of the worker.

pub mod cards;
pub mod keys;
pub mod pages;

use crate::{error::Result, op::Op};
use store::Tx;

/// The organisation's value of a setting; none when it never chose one.
///
/// # Errors
/// When the database does not answer.
pub async fn value(tx: &mut Tx, org: &str, name: &str) -> Result<Option<String>> {
    let value = sqlx::query_scalar("SELECT value FROM cw_setting WHERE org = $1 AND name = $2").bind(org).bind(name);
    Ok(value.fetch_optional(&mut **tx).await?)
}

/// Keeps a setting of the organisation.
///
/// # Errors
/// When the database refuses.
pub async fn set(op: &Op, tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_setting (org, name, value) VALUES ($1, $2, $3)
         ON CONFLICT (org, name) DO UPDATE SET value = excluded.value",
    )
    .bind(op.org())
    .bind(name)
    .bind(value)
    .execute(&mut **tx)
    .await?;
    Ok(())
}
