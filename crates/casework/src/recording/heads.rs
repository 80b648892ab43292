//! Reading of stored documents for lists: their heads without content, and the contents of one page at once.

use store::Tx;

use super::documents::Stored;
use crate::error::Result;

/// Every column of a version but its content and its signed bytes, which stand as empty: a list that opens nothing reads
/// a hundredth of the bytes.
macro_rules! head {
    ($rest:literal) => {
        concat!(
            "SELECT org, oid, set_id, version, replaces, register, client, case_oid, type_code, structure, title, state,
               person, author, unit, unit_name, task, service, process, event_at, created, archived_at,
               CAST('' AS BLOB) AS body, CAST('' AS BLOB) AS sealed, signer, signed_at, reason, refusal, mend, strength
               FROM cw_document WHERE ",
            $rest
        )
    };
}

/// A document by its OID without its content; `None` when there is none.
///
/// # Errors
/// When the database does not answer.
pub async fn head(tx: &mut Tx, org: &str, oid: &str) -> Result<Option<Stored>> {
    let row = sqlx::query(head!("org = $1 AND oid = $2")).bind(org).bind(oid).fetch_optional(&mut **tx).await?;
    row.as_ref().map(Stored::read).transpose()
}

/// Most documents whose content one page opens.
pub const BODIES_MAX: usize = 50;

/// Documents by their OIDs, with their content, in one question. What is not there is left out.
///
/// # Errors
/// When the database does not answer.
pub async fn with_bodies(tx: &mut Tx, org: &str, oids: &[&str]) -> Result<Vec<Stored>> {
    if oids.is_empty() {
        return Ok(Vec::new());
    }
    let mut query = sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND oid IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14,
           $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36,
           $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51)
         ORDER BY event_at DESC, created DESC, oid DESC",
    )
    .bind(org);
    for place in 0..BODIES_MAX {
        query = query.bind(oids.get(place).map(|oid| (*oid).to_owned()).unwrap_or_default());
    }
    query.fetch_all(&mut **tx).await?.iter().map(Stored::read).collect()
}

/// The client's documents without their content, newest event first: what lists and filters need.
///
/// # Errors
/// When the database does not answer.
pub async fn heads_of_client(tx: &mut Tx, org: &str, client: &str) -> Result<Vec<Stored>> {
    sqlx::query(head!("org = $1 AND client = $2 ORDER BY event_at DESC, created DESC, oid DESC"))
        .bind(org)
        .bind(client)
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(Stored::read)
        .collect()
}
