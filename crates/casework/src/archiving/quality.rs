//! `/arkistointi/seuranta`: how soon the units' documents reach the archive (FR-37), and `/arkistointi/varmenteet`: what
//! to do when a certificate is not valid any more.

use std::collections::BTreeMap;

use axum::response::Response;
use jiff::SignedDuration;
use records::work::WorkKind;
use sqlx::Row as _;

use super::store::{self as queue, Work};
use crate::{
    error::Result,
    op::Op,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
};

/// Days back that the share is counted over.
const DAYS: i64 = 30;
/// Within this time from the event a document should be in the archive.
const SOON: SignedDuration = SignedDuration::from_hours(24);
/// Fewer documents than this give no share: it would tell of single clients, and of nothing else.
const FEWEST: i64 = 5;

#[derive(Default)]
struct Share {
    all: i64,
    soon: i64,
}

/// `GET /arkistointi/seuranta`
pub async fn show(op: Op) -> Result<Response> {
    let title = op.t.get("quality-title");
    let from = op.now.checked_sub(SignedDuration::from_hours(24 * DAYS)).unwrap_or(jiff::Timestamp::MIN);
    let mut tx = op.read().await?;
    // The event and the writing are both stored; what counts is the way from the event into the archive.
    let rows = sqlx::query(
        "SELECT d.unit, d.unit_name, COUNT(*) AS n,
           CAST(SUM(CASE WHEN d.archived_at - d.event_at <= $3 THEN 1 ELSE 0 END) AS BIGINT) AS soon
          FROM cw_document d WHERE d.org = $1 AND d.archived_at >= $2 AND d.version = 1 AND d.type_code NOT LIKE '1505%'
          GROUP BY d.unit, d.unit_name ORDER BY d.unit_name",
    )
    .bind(op.org())
    .bind(from.as_microsecond())
    .bind(i64::try_from(SOON.as_micros()).unwrap_or(i64::MAX))
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let mut units: BTreeMap<(String, String), Share> = BTreeMap::new();
    for row in &rows {
        let share = units.entry((row.try_get("unit_name")?, row.try_get("unit")?)).or_default();
        share.all += row.try_get::<i64, _>("n")?;
        share.soon += row.try_get::<i64, _>("soon")?;
    }
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.with("quality-text", [("n", DAYS)])));
    sheet = match units.is_empty() {
        true => sheet.with(Block::Empty(op.t.get("quality-none"))),
        false => sheet.with(Block::Table(table(&op, units))),
    };
    Ok(sheet.with(Block::Links(vec![Link::new("arkistointi", "/arkistointi", op.t.get("nav-archiving"))])).html())
}

fn table(op: &Op, units: BTreeMap<(String, String), Share>) -> Table {
    let rows = units.into_iter().map(|((name, unit), share)| {
        let told =
            if share.all < FEWEST { op.t.get("quality-few") } else { format!("{} %", share.soon * 100 / share.all) };
        Row {
            key: unit,
            cells: vec![Cell::Text(name), Cell::Text(share.all.to_string()), Cell::Text(told)],
            ..Row::default()
        }
    });
    Table {
        id: "seuranta",
        caption: op.t.get("quality-title"),
        head: ["col-unit", "col-documents", "col-share"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

/// `GET /arkistointi/varmenteet`: a guide for the administrator, with a button that tells him
pub async fn guide(op: Op) -> Result<Response> {
    let title = op.t.get("certificates-title");
    let steps = ["certificates-1", "certificates-2", "certificates-3", "certificates-4"];
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.get("certificates-text")));
    for step in steps {
        sheet = sheet.with(Block::Text(op.t.get(step)));
    }
    let form = Form::new("ilmoita", "/arkistointi/varmenteet", Vec::new(), op.t.get("certificates-tell"));
    Ok(sheet
        .with(Block::Form(form))
        .with(Block::Links(vec![Link::new("arkistointi", "/arkistointi", op.t.get("nav-archiving"))]))
        .html())
}

/// `POST /arkistointi/varmenteet`: the administrators get a work item; one that is open already stays the only one
pub async fn tell(op: Op, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    let mut owners = queue::with_role(&mut tx, op.org(), "", &["access_admin", "administrator"], op.now).await?;
    if owners.is_empty() {
        owners = queue::with_role(&mut tx, op.org(), "", &["unit_manager"], op.now).await?;
    }
    for owner in owners {
        let open: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM cw_work WHERE org = $1 AND owner = $2 AND kind = $3 AND done IS NULL",
        )
        .bind(op.org())
        .bind(&owner)
        .bind(WorkKind::CertificateExpiry.code())
        .fetch_one(&mut *tx)
        .await?;
        if open == 0 {
            let today = op.today().to_string();
            let work = Work {
                kind: WorkKind::CertificateExpiry.code(),
                owner: &owner,
                client: None,
                document: None,
                detail: &op.unit_name,
                due: Some(&today),
            };
            queue::open_work(&mut tx, op.org(), &work, op.now).await?;
        }
    }
    tx.commit().await?;
    Ok(see("/arkistointi"))
}
