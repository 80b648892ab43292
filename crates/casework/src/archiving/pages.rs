//! `/arkistointi`: the archiving desk — what came back and why, what waits, what is held, what is in the archive.

use axum::{extract::Path, response::Response};
use store::outbox;
use web::ui::Chip;

use super::worker;
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::documents::{self, Stored},
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
};

/// Most rows of a table; older ones are found on the client's page.
const ROWS_MAX: i64 = 100;

/// `GET /arkistointi`
pub async fn show(op: Op) -> Result<Response> {
    let mut tx = op.read().await?;
    let counts = outbox::counts(&mut tx, op.org()).await?;
    let title = op.t.get("archiving-title");
    let down = op.app.archive.down_since();
    let state = match down {
        Some(since) => op.t.with("archive-down-since", &[("time", people::time_of_day(since))]),
        None => op.t.get("archive-up"),
    };
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Facts(vec![
        (op.t.get("count-archived"), counts.accepted.to_string()),
        (op.t.get("count-queued"), counts.queued.to_string()),
        (op.t.get("count-rejected"), counts.rejected.to_string()),
        (op.t.get("count-waiting"), counts.waiting.to_string()),
        (op.t.get("archive-state"), state),
    ]));
    sheet = sheet.with(Block::Form(Form::new("yrita-nyt", "/arkistointi/yrita", Vec::new(), op.t.get("retry-now"))));
    for (id, caption, states) in [
        ("palautuneet", "desk-returned", "rejected"),
        ("odottavat", "desk-queued", "queued"),
        ("odottaa-oikeutta", "desk-right", "waiting_right"),
        ("pidatetyt", "desk-held", "waiting_go_live"),
        ("arkistoidut", "desk-archived", "archived"),
    ] {
        let rows = in_state(&op, &mut tx, states).await?;
        sheet = sheet.with(Block::Heading(op.t.get(caption)));
        sheet = sheet.with(table(&op, &mut tx, id, caption, &rows).await?);
    }
    Ok(sheet.html())
}

/// Documents of the worker's unit in a state, newest first.
async fn in_state(op: &Op, tx: &mut store::Tx, state: &str) -> Result<Vec<Stored>> {
    sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND state = $2 AND unit = $3 ORDER BY created DESC, oid DESC LIMIT $4",
    )
    .bind(op.org())
    .bind(state)
    .bind(op.unit.as_str())
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(Stored::read)
    .collect()
}

async fn table(op: &Op, tx: &mut store::Tx, id: &'static str, caption: &'static str, rows: &[Stored]) -> Result<Block> {
    if rows.is_empty() {
        return Ok(Block::Empty(op.t.get(&format!("{caption}-none"))));
    }
    let mut table = Table {
        id,
        caption: op.t.get(caption),
        head: ["col-document", "col-client", "col-register", "col-author", "col-written", "col-state", "col-mend"]
            .map(|key| op.t.get(key))
            .to_vec(),
        rows: Vec::new(),
    };
    for one in rows {
        let client = clients::by_id(&op.app, tx, op.org(), &one.client).await?;
        let own = one.register == op.org;
        let said = match (&one.mend, &one.refusal) {
            (Some(mend), Some(code)) => format!("{mend} ({code})"),
            _ => String::new(),
        };
        table.rows.push(Row {
            key: one.oid.to_string(),
            state: one.state.clone(),
            kind: one.type_code.clone(),
            case: one.case.as_ref().map(ToString::to_string).unwrap_or_default(),
            cells: vec![
                Cell::link(format!("/asiakirjat/{}", one.oid), one.title.clone()),
                Cell::link(format!("/asiakkaat/{}", client.id), client.person.name()),
                Cell::Text(op.t.get(if own { "register-short-own" } else { "register-short-organiser" })),
                Cell::Text(one.author.clone()),
                Cell::Text(people::moment(one.created)),
                Cell::Chip(Chip::state(&op.t, one.word())),
                Cell::Text(said),
            ],
        });
    }
    Ok(Block::Table(table))
}

/// `POST /arkistointi/yrita`: everything that waits for its next attempt is due now
pub async fn hurry(op: Op, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    outbox::hurry(&mut tx, op.org(), op.now).await?;
    sqlx::query("UPDATE cw_nullify SET due_at = $2 WHERE org = $1 AND state = 'queued'")
        .bind(op.org())
        .bind(op.now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(see("/arkistointi"))
}

/// `POST /arkistointi/{oid}/yrita`: a returned document goes again as it is, when the fault was elsewhere
pub async fn retry(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    clients::open(&op, &mut tx, &one.client).await?;
    drop(tx);
    if !matches!(one.state.as_str(), "rejected" | "waiting_right" | "waiting_go_live") {
        return Err(Fault::NotFound);
    }
    worker::requeue(&op.app, op.org(), &oid).await?;
    Ok(see(&format!("/asiakirjat/{oid}")))
}
