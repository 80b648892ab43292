//! What the desk shows: documents without their contents, their causes, and the figures of its head line.

use std::collections::BTreeMap;

use jiff::Timestamp;
use records::refusal::Refusal;
use sqlx::{Row as _, any::AnyRow};
use store::Tx;

use super::cause::Cause;
use crate::{
    error::{Fault, Result},
    op::Op,
};

/// Most documents that a tab reads; what is beyond is counted.
pub const ROWS_MAX: i64 = 2000;

/// A document without its content.
#[derive(Clone)]
pub struct Light {
    /// OID of the version.
    pub oid: String,
    /// The client.
    pub client: String,
    /// The controller.
    pub register: String,
    /// The case.
    pub case: Option<String>,
    /// Kind of document.
    pub type_code: String,
    /// Name of the kind.
    pub title: String,
    /// Life-cycle state.
    pub state: String,
    /// Who wrote it, by id.
    pub person: String,
    /// Who wrote it, by name.
    pub author: String,
    /// The unit of origin.
    pub unit: String,
    /// The service task, by code.
    pub task: Option<String>,
    /// When it was finished.
    pub created: Timestamp,
    /// When the archive stored it.
    pub archived: Option<Timestamp>,
    /// Code of the last refusal.
    pub refusal: Option<String>,
    /// What the archive said.
    pub mend: Option<String>,
    /// Who has to sign.
    pub signer: Option<String>,
    /// When the queue tries again.
    pub due: Option<Timestamp>,
    /// What holds it back; `None` where nothing does.
    pub cause: Option<Cause>,
}

const COLUMNS: &str = "d.oid, d.client, d.register, d.case_oid, d.type_code, d.structure, d.title, d.state, d.person, \
    d.author, d.unit, d.task, d.created, d.archived_at, d.refusal, d.mend, d.signer, o.attempts, o.due_at";

/// A tab of the desk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tab {
    /// Came back, or waits for something that a person has to do.
    Returned,
    /// Goes by itself, or waits for a card or a signature.
    Waiting,
    /// Held until the organiser's start of use.
    Held,
    /// In the archive.
    Archived,
}

impl Tab {
    /// Every tab in its order.
    pub const ALL: [Self; 4] = [Self::Returned, Self::Waiting, Self::Held, Self::Archived];

    /// The word in the address.
    pub fn code(self) -> &'static str {
        match self {
            Self::Returned => "palautuneet",
            Self::Waiting => "odottaa",
            Self::Held => "pidatetty",
            Self::Archived => "arkistoitu",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.code() == word)
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Returned => "d.state IN ('rejected', 'waiting_right')",
            Self::Waiting => "d.state IN ('queued', 'waiting_signature')",
            Self::Held => "d.state = 'waiting_go_live'",
            Self::Archived => "d.state IN ('archived', 'replaced')",
        }
    }
}

/// The documents of a tab in the worker's unit, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_tab(op: &Op, tx: &mut Tx, tab: Tab, limit: i64) -> Result<Vec<Light>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM cw_document d LEFT JOIN outbox o ON o.organisation = d.org AND o.document = d.oid
          WHERE d.org = $1 AND d.unit = $2 AND {} ORDER BY d.created DESC, d.oid DESC LIMIT $3",
        tab.condition()
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
        .bind(op.org())
        .bind(op.unit.as_str())
        .bind(limit)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| read(op, row)).collect()
}

fn read(op: &Op, row: &AnyRow) -> Result<Light> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let maybe = |name: &str| row.try_get::<Option<String>, _>(name);
    let at = |micros: i64| Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged("cw_document time"));
    let (type_code, structure, state) = (text("type_code")?, text("structure")?, text("state")?);
    let (refusal, signer) = (maybe("refusal")?, maybe("signer")?);
    let tried = row.try_get::<Option<i64>, _>("attempts")?.unwrap_or(0) > 0;
    let newest = op.app.config.catalogue.newest(&type_code).is_some_and(|newest| newest.oid() != structure);
    let cause = match state.as_str() {
        "waiting_right" => Some(Cause::Right),
        "waiting_go_live" => Some(Cause::GoLive),
        "waiting_signature" => signer.is_some().then_some(Cause::Signature),
        "queued" => tried.then_some(Cause::Down),
        "rejected" => Some(Cause::of_refusal(refusal.as_deref().and_then(Refusal::parse), newest)),
        _ => None,
    };
    Ok(Light {
        oid: text("oid")?,
        client: text("client")?,
        register: text("register")?,
        case: maybe("case_oid")?,
        type_code,
        title: text("title")?,
        state,
        person: text("person")?,
        author: text("author")?,
        unit: text("unit")?,
        task: maybe("task")?,
        created: at(row.try_get("created")?)?,
        archived: row.try_get::<Option<i64>, _>("archived_at")?.map(at).transpose()?,
        refusal,
        mend: maybe("mend")?,
        signer,
        due: row.try_get::<Option<i64>, _>("due_at")?.map(at).transpose()?,
        cause,
    })
}

/// The documents of one group: a cause, an organiser and perhaps one client.
///
/// # Errors
/// When the database does not answer.
pub async fn of_group(op: &Op, tx: &mut Tx, cause: Cause, register: &str, client: &str) -> Result<Vec<Light>> {
    let mut found = of_tab(op, tx, Tab::Returned, ROWS_MAX).await?;
    if cause == Cause::Signature {
        found.extend(of_tab(op, tx, Tab::Waiting, ROWS_MAX).await?);
    }
    found.retain(|one| {
        one.cause == Some(cause) && one.register == register && (client.is_empty() || one.client == client)
    });
    // In the order of writing, so that what is sent again goes in the order in which it was written.
    found.reverse();
    Ok(found)
}

/// The figures of the head line.
#[derive(Default, Debug, PartialEq, Eq)]
pub struct Figures {
    /// Archived on the Finnish day of the request.
    pub today: i64,
    /// On the way, or waiting for a card or a signature.
    pub waiting: i64,
    /// Came back, or waits for a right.
    pub returned: i64,
    /// Held until a start of use.
    pub held: i64,
    /// Of today's: time from finishing to archive that 95 of 100 stay under, in seconds.
    pub delay: Option<i64>,
    /// When the newest came into the archive.
    pub newest: Option<Timestamp>,
}

/// Counts the unit's documents.
///
/// # Errors
/// When the database does not answer.
pub async fn figures(op: &Op, tx: &mut Tx) -> Result<Figures> {
    let mut figures = Figures::default();
    let rows = sqlx::query(
        "SELECT state, COUNT(*) AS n FROM cw_document WHERE org = $1 AND unit = $2
            AND state IN ('queued', 'waiting_signature', 'rejected', 'waiting_right', 'waiting_go_live') GROUP BY state",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .fetch_all(&mut **tx)
    .await?;
    let by_state: BTreeMap<String, i64> =
        rows.iter().map(|row| Ok((row.try_get("state")?, row.try_get("n")?))).collect::<Result<_, sqlx::Error>>()?;
    let of = |state: &str| by_state.get(state).copied().unwrap_or(0);
    figures.waiting = of("queued") + of("waiting_signature");
    figures.returned = of("rejected") + of("waiting_right");
    figures.held = of("waiting_go_live");
    let midnight = op.today().to_zoned(records::time::finnish_zone()).map_err(Fault::failed)?.timestamp();
    let mut delays: Vec<i64> = sqlx::query_scalar(
        "SELECT archived_at - created FROM cw_document WHERE org = $1 AND unit = $2 AND archived_at >= $3",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(midnight.as_microsecond())
    .fetch_all(&mut **tx)
    .await?;
    delays.sort_unstable();
    figures.today = i64::try_from(delays.len()).unwrap_or(i64::MAX);
    figures.delay = delays.get((delays.len() * 95).div_ceil(100).saturating_sub(1)).map(|micros| micros / 1_000_000);
    let newest: Option<i64> =
        sqlx::query_scalar("SELECT MAX(archived_at) FROM cw_document WHERE org = $1 AND unit = $2")
            .bind(op.org())
            .bind(op.unit.as_str())
            .fetch_one(&mut **tx)
            .await?;
    figures.newest = newest.and_then(|at| Timestamp::from_microsecond(at).ok());
    Ok(figures)
}
