//! Who may decide what (delegation), and what waits for whose signature.

use records::refusal::Refusal;
use sqlx::Row;
use store::Tx;

use crate::{error::Result, op::Op, recording::documents::Stored};

/// The workers who may sign a kind of document, with the writer himself first: value and name for a choice.
///
/// # Errors
/// When the database does not answer.
pub async fn signers(op: &Op, type_code: &str) -> Result<Vec<(String, String)>> {
    let mut tx = op.read().await?;
    let rows = sqlx::query(
        "SELECT DISTINCT u.person, u.given, u.family, u.title FROM cw_user u
           JOIN cw_delegation d ON d.org = u.org AND d.person = u.person
          WHERE u.org = $1 AND d.type_code = $2 ORDER BY u.family, u.given",
    )
    .bind(op.org())
    .bind(type_code)
    .fetch_all(&mut *tx)
    .await?;
    let mut found = vec![(op.actor.person.clone(), format!("{}, {}", op.actor.name(), op.actor.title))];
    for row in rows {
        let person: String = row.try_get("person")?;
        let name = format!(
            "{} {}, {}",
            row.try_get::<String, _>("given")?,
            row.try_get::<String, _>("family")?,
            row.try_get::<String, _>("title")?
        );
        if person != op.actor.person {
            found.push((person, name));
        }
    }
    Ok(found)
}

/// Whether the person has the power to decide the document: by kind and service (functional specification 3.5 rule 3).
///
/// # Errors
/// `SignerForbidden` without it.
pub async fn check_power(op: &Op, tx: &mut Tx, person: &str, one: &Stored) -> Result<()> {
    let service = one.service.as_ref().map_or("", |service| service.code());
    let except: Option<String> = sqlx::query_scalar(
        "SELECT except_services FROM cw_delegation WHERE org = $1 AND person = $2 AND type_code = $3",
    )
    .bind(op.org())
    .bind(person)
    .bind(&one.type_code)
    .fetch_optional(&mut **tx)
    .await?;
    let covers = except.is_some_and(|except| !except.split_whitespace().any(|code| code == service));
    if covers { Ok(()) } else { Err(op.refuse(Refusal::SignerForbidden)) }
}

/// Documents that wait for the worker's own signature, or that he has written and another has to sign.
///
/// # Errors
/// When the database does not answer.
pub async fn waiting(op: &Op, tx: &mut Tx) -> Result<Vec<Stored>> {
    sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND state = 'waiting_signature' AND signer IS NOT NULL
            AND (signer = $2 OR person = $2)
          ORDER BY created",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(Stored::read)
    .collect()
}
