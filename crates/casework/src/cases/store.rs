//! Cases as this system knows them: an organiser's own, and those whose OID a provider has received.

use jiff::civil::Date;
use records::{
    code::{CaseName, ServiceTask},
    id::{CaseId, OrganisationId},
    refusal::Refusal,
};
use sqlx::{Row, any::AnyRow};
use store::Tx;

use crate::{
    error::{Fault, Result},
    op::Op,
};

/// A case.
#[derive(Clone)]
pub struct Case {
    /// Its OID (asiatunnus).
    pub oid: CaseId,
    /// The controller.
    pub register: OrganisationId,
    /// The client.
    pub client: String,
    /// Name from list 1265; the provider may not know it.
    pub name: CaseName,
    /// Words for the name *other*.
    pub extra: String,
    /// Exactly one service task.
    pub task: ServiceTask,
    /// Whether it is open.
    pub open: bool,
    /// Day of opening.
    pub opened: Date,
    /// Day of closing.
    pub closed: Option<Date>,
    /// Person responsible.
    pub responsible: String,
}

fn read(row: &AnyRow) -> Result<Case> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let damaged = |_| Fault::damaged("cw_case");
    Ok(Case {
        oid: CaseId::parse(&text("oid")?).map_err(damaged)?,
        register: OrganisationId::parse(&text("register")?).map_err(damaged)?,
        client: text("client")?,
        name: CaseName::parse(&text("name_code")?).unwrap_or(CaseName::Other),
        extra: text("extra")?,
        task: ServiceTask::parse(&text("task")?).ok_or(Fault::damaged("cw_case.task"))?,
        open: text("state")? == "open",
        opened: text("opened")?.parse().map_err(|_| Fault::damaged("cw_case.opened"))?,
        closed: row
            .try_get::<Option<String>, _>("closed")?
            .map(|day| day.parse())
            .transpose()
            .map_err(|_| Fault::damaged("cw_case.closed"))?,
        responsible: text("responsible")?,
    })
}

/// The client's cases, open ones first, newest first (FR-04).
///
/// # Errors
/// When the database does not answer.
pub async fn of_client(op: &Op, tx: &mut Tx, client: &str) -> Result<Vec<Case>> {
    sqlx::query("SELECT * FROM cw_case WHERE org = $1 AND client = $2 ORDER BY state DESC, opened DESC, oid DESC")
        .bind(op.org())
        .bind(client)
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// A case by its OID.
///
/// # Errors
/// `NotFound`.
pub async fn by_oid(op: &Op, tx: &mut Tx, oid: &str) -> Result<Case> {
    let row = sqlx::query("SELECT * FROM cw_case WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(oid)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    read(&row)
}

/// Stores a case, or leaves the one that is there.
///
/// # Errors
/// When the database refuses.
pub async fn insert(org: &str, tx: &mut Tx, case: &Case, unit: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_case (org, oid, register, client, set_id, version, name_code, extra, task, state, opened, closed,
           unit, responsible) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         ON CONFLICT (org, oid) DO NOTHING",
    )
    .bind(org)
    .bind(case.oid.as_str())
    .bind(case.register.as_str())
    .bind(&case.client)
    .bind(None::<String>)
    .bind(None::<i64>)
    .bind(case.name.code())
    .bind(&case.extra)
    .bind(case.task.code())
    .bind(if case.open { "open" } else { "closed" })
    .bind(case.opened.to_string())
    .bind(None::<String>)
    .bind(unit)
    .bind(&case.responsible)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A case of the client that a new document may belong to: the only open one in the worker's own tasks, or none when
/// there are several.
///
/// # Errors
/// When the database does not answer.
pub async fn only_case(op: &Op, tx: &mut Tx, client: &str) -> Result<(Option<Case>, Vec<Case>)> {
    let open: Vec<Case> =
        of_client(op, tx, client).await?.into_iter().filter(|case| case.open && op.covers(case.task)).collect();
    let only = if open.len() == 1 { open.first().cloned() } else { None };
    Ok((only, open))
}

/// A case by its OID, of this client.
///
/// # Errors
/// `CaseClientMismatch` when the case is another client's: a document follows its case into the register (FR-27); and
/// `RoleForbidden` when its task is not the worker's own (FR-101).
pub async fn case_of(op: &Op, tx: &mut Tx, client: &str, oid: &CaseId) -> Result<Case> {
    of_client(op, tx, client)
        .await?
        .into_iter()
        .find(|case| &case.oid == oid)
        .ok_or_else(|| op.refuse(Refusal::CaseClientMismatch))
        .and_then(|case| if op.covers(case.task) { Ok(case) } else { Err(op.refuse(Refusal::RoleForbidden)) })
}
