//! `/tanaan`: returned documents first, then signatures, deliveries, deadlines and drafts: zero clicks to see failures.

use axum::response::Response;
use sqlx::Row as _;
use web::ui::{Chip, Tone};

use crate::{
    clients::{self, store as client_store},
    error::Result,
    op::Op,
    people, recording,
    sheet::{Block, Cell, Link, Row, Sheet, Table},
};

/// `GET /tanaan`
pub async fn show(op: Op) -> Result<Response> {
    let mut tx = op.read().await?;
    let title = op.t.get("today-title");
    let mut table = Table {
        id: "tyot",
        caption: op.t.get("work-list"),
        head: ["col-due", "col-client", "col-thing", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    let items = sqlx::query(
        "SELECT * FROM cw_work WHERE org = $1 AND owner = $2 AND done IS NULL
          ORDER BY CASE WHEN due IS NULL THEN 1 ELSE 0 END, due, created DESC",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut *tx)
    .await?;
    for item in &items {
        table.rows.push(row(&op, &mut tx, item).await?);
    }
    let drafts = recording::store::drafts(&op, &mut tx, None).await?;
    let present = client_store::list(&op, &mut tx, "").await?.len();
    drop(tx);
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Facts(vec![
        (op.t.get("today-works"), items.len().to_string()),
        (op.t.get("today-drafts"), drafts.len().to_string()),
        (op.t.get("today-clients"), present.to_string()),
    ]));
    sheet = match table.rows.is_empty() {
        // On a phone the navigation is folded, so an empty page itself leads on (users-and-screens 3.3).
        true => sheet.with(Block::Empty(op.t.get("today-nothing"))).with(Block::Links(vec![
            Link::main("asiakkaat", "/asiakkaat", op.t.get("nav-clients")),
            Link::new("haku", "/haku", op.t.get("nav-search")),
        ])),
        false => sheet.with(Block::Table(table)),
    };
    if !drafts.is_empty() {
        sheet = sheet.with(Block::Table(clients::pages::draft_table(&op, &drafts)));
    }
    Ok(sheet.html())
}

async fn row(op: &Op, tx: &mut store::Tx, item: &sqlx::any::AnyRow) -> Result<Row> {
    let kind: String = item.try_get("kind")?;
    let due: Option<String> = item.try_get("due")?;
    let client: Option<String> = item.try_get("client")?;
    let document: Option<String> = item.try_get("document")?;
    let detail: String = item.try_get("detail")?;
    let late = due.as_deref().is_some_and(|due| due < op.today().to_string().as_str());
    let known = records::work::WorkKind::ALL.iter().find(|one| one.code() == kind);
    let name = known.map_or_else(|| op.t.get("work-assessment_due"), |one| one.name(op.lang()).to_owned());
    let (href, label) = match (kind.as_str(), &document, &client) {
        ("signature_waiting", Some(oid), _) => (format!("/allekirjoitus/{oid}"), "sign"),
        ("case_delivery", Some(id), _) => (format!("/oikeudet/{id}/tilaus"), "grant-order"),
        (_, Some(oid), _) => (format!("/asiakirjat/{oid}"), "open"),
        (_, None, Some(client)) => (format!("/asiakkaat/{client}"), "open"),
        _ => ("/tanaan".to_owned(), "open"),
    };
    let who = match &client {
        Some(client) => client_store::by_id(&op.app, tx, op.org(), client).await.map(|one| one.person.name()),
        None => Ok(String::new()),
    };
    let when = due.as_deref().map(people::day_text).unwrap_or_default();
    Ok(Row {
        key: document.unwrap_or_default(),
        state: kind,
        kind: String::new(),
        case: String::new(),
        cells: vec![
            if late {
                Cell::Chip(Chip::new(Tone::Bad, format!("{} {when}", op.t.get("late"))))
            } else {
                Cell::Text(when)
            },
            Cell::Text(who.unwrap_or_default()),
            Cell::Text(format!("{name} · {detail}")),
            Cell::link(href, op.t.get(label)),
        ],
    })
}
