//! `/arkisto/hylatyt`: refused messages by cause, and one by one with code, sender and time; no client stands there.
//!
//! In the own register the true cause is shown. Of what the own organisation sent to another's register the archivist
//! learns what the sender was told and no more (decisions.md 3).

use super::{
    Op, Result, names, search,
    sheet::{Block, Cell, Sheet, Table},
};
use crate::{intake::working::instant, log::TECHNICAL};
use axum::{extract::Query, response::Response};
use records::refusal::Refusal;
use sqlx::Row as _;
use store::Tx;
use web::ui::{Chip, Tone};

/// Most refusals of one list.
const SHOWN: usize = 100;

const PATH: &str = "/arkisto/hylatyt";

/// Which cause; a code, nothing personal.
#[derive(serde::Deserialize, Default)]
pub struct Which {
    #[serde(default)]
    syy: String,
}

/// `GET /arkisto/hylatyt?syy=CODE`
///
/// # Errors
/// What the database says.
pub async fn show(op: Op, Query(which): Query<Which>) -> Result<Response> {
    let t = &op.t;
    // An unknown code filters like none: the code goes nowhere but into the comparison.
    let cause = Refusal::parse(&which.syy).map_or("", Refusal::code);
    let register = if op.keeper() { TECHNICAL } else { op.register()? };
    let mut tx = op.app.db.read().await?;
    let counts = counts(&op, &mut tx, register).await?;
    let (own, own_cut) = list(&op, &mut tx, OWN, register, cause).await?;
    let (sent, sent_cut) = match op.keeper() {
        true => (Vec::new(), false),
        false => list(&op, &mut tx, SENT, register, cause).await?,
    };
    tx.rollback().await?;
    let mut sheet = Sheet::new(op.page(&t.get("refusals-title"), PATH)).with(Block::Text(t.get("refusals-text")));
    if counts.rows.is_empty() && own.is_empty() && sent.is_empty() {
        return Ok(sheet.with(Block::Empty(t.get("refusals-none"))).html());
    }
    if !counts.rows.is_empty() {
        sheet = sheet.with(Block::Table(counts));
    }
    if !cause.is_empty() {
        let said = t.with("refusals-only", [("code", cause)]);
        sheet = sheet.with(Block::Text(said)).with(Block::Links(vec![(PATH.to_owned(), t.get("refusals-all"))]));
    }
    for (id, caption, rows, cut) in
        [("omaan", "refusals-own", own, own_cut), ("lahetetyt", "refusals-sent", sent, sent_cut)]
    {
        if rows.is_empty() {
            continue;
        }
        if cut {
            sheet = sheet.with(Block::Notice(search::cut_notice(&op, SHOWN)));
        }
        sheet = sheet.with(Block::Table(table(&op, id, caption, rows)));
    }
    Ok(sheet.html())
}

async fn counts(op: &Op, tx: &mut Tx, register: &str) -> Result<Table> {
    let t = &op.t;
    let found = sqlx::query(
        "SELECT cause, COUNT(*), MAX(at) FROM refusals WHERE register = $1 GROUP BY cause ORDER BY COUNT(*) DESC, cause",
    )
    .bind(register.to_owned())
    .fetch_all(&mut **tx)
    .await?;
    let row = |row: &sqlx::any::AnyRow| {
        let code: String = row.get(0);
        let sentence = Refusal::parse(&code).map(|refusal| refusal.sentence(op.lang()).to_owned()).unwrap_or_default();
        let cells = vec![
            Cell::Link(format!("{PATH}?syy={code}"), code.clone()),
            Cell::text(row.get::<i64, _>(1)),
            Cell::Text(names::moment(instant(row.get(2)), op.lang())),
            Cell::Text(sentence),
            Cell::Link(format!("/virheet/{code}"), t.with("refusals-mend", [("code", code.as_str())])),
        ];
        (code, cells)
    };
    let head = ["col-cause", "col-count", "col-newest", "col-what", "col-help"];
    Ok(Table {
        id: "syyt",
        caption: t.get("refusals-by-cause"),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows: found.iter().map(row).collect(),
    })
}

const OWN: &str = "SELECT at, cause, sender, unit, document, action FROM refusals \
    WHERE register = $1 AND ($2 = '' OR cause = $2) ORDER BY at DESC LIMIT $3";
const SENT: &str = "SELECT at, told, register, unit, document, action FROM refusals \
    WHERE sender = $1 AND register <> $1 AND ($2 = '' OR told = $2) ORDER BY at DESC LIMIT $3";

type Rows = Vec<(String, Vec<Cell>)>;

async fn list(op: &Op, tx: &mut Tx, sql: &'static str, organisation: &str, cause: &str) -> Result<(Rows, bool)> {
    let found = sqlx::query(sql)
        .bind(organisation.to_owned())
        .bind(cause.to_owned())
        .bind(i64::try_from(SHOWN + 1).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
    let cut = found.len() > SHOWN;
    let mut rows = Vec::with_capacity(found.len());
    for row in found.iter().take(SHOWN) {
        let (code, document): (String, String) = (row.get(1), row.get(4));
        let unit = match row.get::<&str, _>(3) {
            "" => String::new(),
            unit => names::unit(&op.app, unit).await.0,
        };
        let cells = vec![
            Cell::Text(names::moment(instant(row.get(0)), op.lang())),
            Cell::Chip(Chip::new(Tone::Bad, code.clone())),
            Cell::Text(names::organisation(&op.app, row.get(2)).await),
            Cell::Text(unit),
            Cell::Text(op.t.get(&format!("action-{}", row.get::<&str, _>(5)))),
            Cell::Text(document),
        ];
        rows.push((code, cells));
    }
    Ok((rows, cut))
}

fn table(op: &Op, id: &'static str, caption: &str, rows: Rows) -> Table {
    let other = if id == "omaan" { "col-sender" } else { "col-register" };
    let head = ["col-time", "col-cause", other, "col-unit", "col-act", "col-document"];
    Table { id, caption: op.t.get(caption), head: head.iter().map(|key| op.t.get(key)).collect(), rows }
}
