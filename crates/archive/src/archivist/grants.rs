//! `/arkisto/oikeudet`: register access rights (rekisterinkäyttöoikeus) in force in the own register, by unit. The client
//! stays masked: who it is stands in the relationship document, which is opened with a reason and a log row.

use super::{
    Op, Result, names, right, search,
    sheet::{Block, Cell, Sheet, Table},
};
use crate::sql;
use axum::response::Response;
use records::time::finnish_date;
use sqlx::Row as _;
use store::log::Action;

/// Most rights shown.
const SHOWN: usize = 200;

const PATH: &str = "/arkisto/oikeudet";

/// `GET /arkisto/oikeudet`
///
/// # Errors
/// What the database says; when the log cannot be written, nothing is shown.
pub async fn show(op: Op) -> Result<Response> {
    let register = op.register()?.to_owned();
    let mut tx = op.app.db.read().await?;
    let found = sqlx::query(
        "SELECT document_oid, task, services, unit, via, starts, ends FROM grants \
         WHERE controller = $1 AND superseded_at = 0 AND via <> 'organiser' AND starts <= $2 \
         AND (ends = '' OR ends >= $2) \
         ORDER BY granted_at DESC, document_oid, row_number LIMIT $3",
    )
    .bind(register)
    .bind(finnish_date(op.now()).to_string())
    .bind(i64::try_from(SHOWN + 1).unwrap_or(i64::MAX))
    .fetch_all(&mut *tx)
    .await?;
    tx.rollback().await?;
    let mut rows = Vec::with_capacity(found.len());
    for row in found.iter().take(SHOWN) {
        let document: String = row.get(0);
        let (unit, organisation) = names::unit(&op.app, row.get(3)).await;
        let ends: &str = row.get(6);
        let cells = vec![
            Cell::Text(unit),
            Cell::Text(organisation),
            Cell::Text(op.t.get(&format!("via-{}", row.get::<&str, _>(4)))),
            Cell::Text(names::tasks(&[row.get::<String, _>(1)], op.lang())),
            Cell::Text(services(row.get(2), op.lang())),
            Cell::Text(names::day_text(row.get(5))),
            Cell::Text(if ends.is_empty() { op.t.get("grants-open-end") } else { names::day_text(ends) }),
            Cell::Link(format!("/arkisto/asiakirjat/{document}"), op.t.get("grants-client-masked")),
        ];
        rows.push((document, cells));
    }
    let mut event = right::event(&op, Action::Search);
    event.count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    event.detail = Some("kind=grants".to_owned());
    right::record(&op.app, event, op.lang()).await?;
    let t = &op.t;
    let mut sheet = Sheet::new(op.page(&t.get("grants-title"), PATH)).with(Block::Text(t.get("grants-text")));
    if rows.is_empty() {
        return Ok(sheet.with(Block::Empty(t.get("grants-none"))).html());
    }
    if found.len() > SHOWN {
        sheet = sheet.with(Block::Notice(search::cut_notice(&op, SHOWN)));
    }
    let head =
        ["col-unit", "col-organisation", "col-via", "col-task", "col-services", "col-starts", "col-ends", "col-client"];
    let table = Table {
        id: "oikeudet",
        caption: t.with("grants-caption", [("n", rows.len())]),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows,
    };
    Ok(sheet.with(Block::Table(table)).html())
}

fn services(column: &str, lang: records::Lang) -> String {
    let name = |code: String| records::code::SocialService::new(code).name(lang);
    sql::split(column).into_iter().map(name).collect::<Vec<_>>().join(", ")
}
