//! "Hae Kannasta": what the archive has of a client beyond this system. The rows are kept for the worker who asked and
//! for the unit he asked in, because the archive answered his rights and nobody else's; they lock with the right.

use ::store::{
    Tx,
    db::{Value as Cell, insert_many},
    log::{Action, Outcome},
};
use axum::{extract::Path, response::Response};
use jiff::Timestamp;
use kanta::{
    ack::AckType,
    query::{Query, QueryKind, QueryResponse},
    toimija::SearchKey,
};
use records::{
    access::{Operation, Settings, login},
    code::ServiceTask,
    id::CaseId,
    refusal::Refusal,
};
use sqlx::Row;

use super::store::{self, Arrangement, Seen};
use crate::{
    archiving::{store::acting, wire::WireError},
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    routes::see,
    use_log::{self, Event},
};

/// Most pages of rows asked in one go: five hundred documents are more than anybody reads.
const PAGES_MAX: usize = 10;

/// A document that the archive told of.
#[derive(Clone)]
pub struct Elsewhere {
    /// OID of the version.
    pub oid: String,
    /// The controller.
    pub register: String,
    /// The case.
    pub case: String,
    /// Kind: `19007`.
    pub type_code: String,
    /// Name of the kind.
    pub title: String,
    /// Service task.
    pub task: Option<ServiceTask>,
    /// Unit of origin.
    pub unit: String,
    /// Its name.
    pub unit_name: String,
    /// Who wrote it.
    pub author: String,
    /// When it happened.
    pub event: Timestamp,
}

/// What was fetched, and when.
#[derive(Default)]
pub struct Fetched {
    /// Documents that are not in this system.
    pub rows: Vec<Elsewhere>,
    /// When the archive was asked last; `None` for never.
    pub at: Option<Timestamp>,
}

/// What the archive told this worker of the client last time.
///
/// # Errors
/// When the database does not answer.
pub async fn fetched(op: &Op, tx: &mut Tx, client: &str) -> Result<Fetched> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT at FROM cw_fetch WHERE org = $1 AND person = $2 AND unit = $3 AND client = $4")
            .bind(op.org())
            .bind(&op.actor.person)
            .bind(op.unit.as_str())
            .bind(client)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(at) = at else { return Ok(Fetched::default()) };
    let rows = sqlx::query(
        "SELECT f.* FROM cw_fetched f WHERE f.org = $1 AND f.person = $2 AND f.at_unit = $3 AND f.client = $4
           AND NOT EXISTS (SELECT 1 FROM cw_document d WHERE d.org = f.org AND d.oid = f.oid)",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(op.unit.as_str())
    .bind(client)
    .fetch_all(&mut **tx)
    .await?;
    Ok(Fetched { rows: rows.iter().map(read).collect::<Result<_>>()?, at: Timestamp::from_microsecond(at).ok() })
}

fn read(row: &sqlx::any::AnyRow) -> Result<Elsewhere> {
    let text = |name: &str| row.try_get::<String, _>(name);
    Ok(Elsewhere {
        oid: text("oid")?,
        register: text("register")?,
        case: text("case_oid")?,
        type_code: text("type_code")?,
        title: text("title")?,
        task: ServiceTask::parse(&text("task")?),
        unit: text("unit")?,
        unit_name: text("unit_name")?,
        author: text("author")?,
        event: Timestamp::from_microsecond(row.try_get("event_at")?).map_err(|_| Fault::damaged("cw_fetched"))?,
    })
}

/// `POST /asiakkaat/{client}/kanta`
pub async fn fetch(op: Op, Path(client): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = store::open(&op, &mut tx, &client).await?;
    drop(tx);
    if let Err(refusal) = strong(&op, &seen) {
        let page = crate::error::refusal_page(refusal, op.lang());
        return Err(page.onward("/kirjaudu/kortti", "login-with-card").into());
    }
    let mut rows = Vec::new();
    let mut next = None;
    for _ in 0..PAGES_MAX {
        let (mut query, key) = question(&seen, QueryKind::Metadata)?;
        query.page = next.take();
        let answer = send(&op, query, key).await?;
        let outcome = match answer.details.first() {
            Some(detail) if answer.ack != AckType::Accepted => Outcome::Refused(detail.code.clone()),
            _ => Outcome::Done,
        };
        let event = Event::of_client(Action::Search, &seen.client).outcome(outcome).count(answer.rows.len());
        use_log::write_now(&op, event).await?;
        if answer.ack != AckType::Accepted {
            let code = answer.details.first().map_or("RKO_NOT_VALID", |detail| detail.code.as_str());
            return Err(op.refuse(Refusal::parse(code).unwrap_or(Refusal::RkoNotValid)));
        }
        next = answer.next_page.clone();
        rows.extend(answer.rows.into_iter().map(|row| row.header));
        if next.is_none() {
            break;
        }
    }
    keep(&op, &client, &rows).await?;
    Ok(see(&format!("/asiakkaat/{client}#aikajana")))
}

/// Whether the login is strong enough to ask the archive of the client (functional specification 3.8b).
///
/// # Errors
/// The refusal to be told.
pub fn strong(op: &Op, seen: &Seen) -> std::result::Result<(), Refusal> {
    let bought = seen.client.arrangement == Arrangement::Bought;
    let operation = if bought { Operation::SearchRegisterRight } else { Operation::SearchOwnRegister };
    login::check(operation, op.strength(), &Settings::default())
}

/// A question about the client: under a right by its case, in the own register by the client.
///
/// # Errors
/// When what is stored is damaged.
pub fn question(seen: &Seen, kind: QueryKind) -> Result<(Query, SearchKey)> {
    let mut query = Query::new(kind, crate::numbers::random_id(), seen.client.register.clone());
    let key = match &seen.right {
        Some(right) => {
            let case = CaseId::parse(&right.case).map_err(|_| Fault::damaged("cw_right.case_oid"))?;
            query.case = Some(case.clone());
            SearchKey { kind: "case".into(), value: case.to_string() }
        }
        None => {
            let id = seen.client.person.id().map_err(|_| Fault::damaged("cw_client.person"))?;
            let value = id.extension().to_owned();
            query.client = Some(id);
            SearchKey { kind: "client".into(), value }
        }
    };
    Ok((query, key))
}

/// Asks the archive.
///
/// # Errors
/// `ServiceUnavailable` when it does not answer; nothing has changed then.
pub async fn send(op: &Op, query: Query, key: SearchKey) -> Result<QueryResponse> {
    let connection = op.app.connection(&op.org).ok_or_else(|| op.refuse(Refusal::OrgNotJoined))?;
    match op.app.archive.ask(connection, &acting(op), query, key, op.now).await {
        Ok(answer) => Ok(answer),
        Err(WireError::Down) => Err(op.refuse(Refusal::ServiceUnavailable)),
        Err(WireError::Garbage) => Err(op.refuse(Refusal::Timeout)),
        Err(error) => Err(Fault::failed(error)),
    }
}

async fn keep(op: &Op, client: &str, headers: &[kanta::document::Header]) -> Result<()> {
    let mut tx = op.write().await?;
    sqlx::query("DELETE FROM cw_fetched WHERE org = $1 AND person = $2 AND at_unit = $3 AND client = $4")
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(op.unit.as_str())
        .bind(client)
        .execute(&mut *tx)
        .await?;
    let rows = headers.iter().map(|header| row(op, client, header)).collect();
    insert_many(
        &mut tx,
        "INSERT INTO cw_fetched (org, person, at_unit, client, oid, register, case_oid, type_code, title, task, unit,
           unit_name, author, event_at)",
        rows,
    )
    .await?;
    sqlx::query(
        "INSERT INTO cw_fetch (org, person, unit, client, at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, person, unit, client) DO UPDATE SET at = excluded.at",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(op.unit.as_str())
    .bind(client)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

fn row(op: &Op, client: &str, header: &kanta::document::Header) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let kind =
        header.specific_type.as_ref().map_or_else(|| format!("1505.{}", header.group.code), |kind| kind.code.clone());
    let named = header.specific_type.as_ref().or(header.general_type.as_ref()).unwrap_or(&header.group);
    let task = header.tasks.first().map(|task| task.code.clone()).unwrap_or_default();
    let author = header.authors.first().map(|one| format!("{} {}", one.given, one.family)).unwrap_or_default();
    vec![
        text(op.org()),
        text(&op.actor.person),
        text(op.unit.as_str()),
        text(client),
        text(header.id.as_str()),
        text(header.custodian.id.as_str()),
        Cell::Text(header.case.as_ref().map(ToString::to_string).unwrap_or_default()),
        Cell::Text(kind),
        Cell::Text(named.name.clone().unwrap_or_else(|| named.code.clone())),
        Cell::Text(task),
        Cell::Text(header.unit.as_ref().map(|unit| unit.id.to_string()).unwrap_or_default()),
        Cell::Text(header.unit.as_ref().map(|unit| unit.name.clone()).unwrap_or_default()),
        Cell::Text(author),
        Cell::Int(header.effective_time.as_microsecond()),
    ]
}
