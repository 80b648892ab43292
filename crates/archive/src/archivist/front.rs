//! `/`: what this archive is, in what state, where to go; open to all, without a word about anybody. `/arkisto`: the own
//! register's figures after login.

use super::{
    Op, Result, names,
    session::Scheme,
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::app::App;
use axum::{Extension, extract::State, response::Response};
use sqlx::Row;
use web::{
    Locale, Page, Product, T,
    ui::{Chip, Field, Input, Notice, Tone},
};

/// `GET /`
pub async fn show(State(app): State<App>, scheme: Option<Extension<Scheme>>, locale: Locale) -> Response {
    let t = app.texts.t(locale.0);
    let down = app.switch.faults().down;
    let ready = !down && crate::management::storable(&app).await;
    let page = Page::new(t.clone(), Product::Archive, t.get("archive-title"), "/");
    let state = if ready {
        Notice::new(Tone::Good, t.get("archive-ready"))
    } else if down {
        Notice::new(Tone::Warning, t.get("archive-down-on-purpose"))
    } else {
        Notice::new(Tone::Bad, t.get("archive-not-ready"))
    };
    let links = links(&app, &t, scheme.is_some_and(|Extension(scheme)| scheme.https));
    let mut sheet = Sheet::new(page)
        .with(Block::Text(t.get("archive-what")))
        .with(Block::Notice(Notice::new(Tone::Info, t.get("archive-not-certified")).text(t.get("archive-stand-in"))))
        .with(Block::Notice(state))
        .with(Block::Links(links));
    if cfg!(feature = "stand-ins") {
        sheet = switches(sheet, &app, &t);
    }
    sheet.html()
}

/// Where to go. The card reader answers https pages only, and what is for machines stands at the plain listener alone.
fn links(app: &App, t: &T, https: bool) -> Vec<(String, String)> {
    let errors = ("/virheet".to_owned(), t.get("archive-link-errors"));
    let login = t.get("archive-link-login");
    if https {
        return vec![(super::login::DOOR.to_owned(), login), errors];
    }
    vec![
        (format!("{}{}", app.settings_now().pages.origin, super::login::DOOR), login),
        errors,
        ("/openapi.json".to_owned(), t.get("archive-link-api")),
        ("/health/ready".to_owned(), t.get("archive-link-health")),
        ("/metrics".to_owned(), t.get("archive-link-metrics")),
    ]
}

/// The vendor's switches (functional specification 3.28), in builds that have them.
fn switches(sheet: Sheet, app: &App, t: &T) -> Sheet {
    let faults = app.switch.faults();
    let word = |on: bool| t.get(if on { "archive-switch-on" } else { "archive-switch-off" });
    let count = |number: u64, key: &str| match number {
        0 => t.get("archive-switch-off"),
        number => t.with(key, [("n", number)]),
    };
    let rows = [
        ("down", word(faults.down)),
        ("slow_ms", count(faults.slow_ms, "archive-switch-ms")),
        ("lose_receipts", count(u64::from(faults.lose_receipts), "archive-switch-times")),
        ("refuse_one_of", count(u64::from(faults.refuse_one_of), "archive-switch-every")),
        ("garbage", word(faults.garbage)),
    ];
    let table = Table {
        id: "kytkimet",
        caption: t.get("archive-switches-caption"),
        head: vec![t.get("archive-switch"), t.get("archive-switch-what"), t.get("archive-switch-state")],
        rows: rows
            .into_iter()
            .map(|(name, state)| {
                let what = t.get(&format!("archive-switch-{}", name.replace('_', "")));
                (name.to_owned(), vec![Cell::text(name), Cell::Text(what), Cell::Text(state)])
            })
            .collect(),
    };
    sheet
        .with(Block::Heading(t.get("archive-switches")))
        .with(Block::Text(t.get("archive-switches-text")))
        .with(Block::Table(table))
}

/// `GET /arkisto`: what the own register holds.
///
/// # Errors
/// What the database says.
pub async fn registers(op: Op) -> Result<Response> {
    let t = &op.t;
    let mut sheet = Sheet::new(op.page(&t.get("registers-title"), "/arkisto"));
    if op.keeper() {
        sheet = sheet.with(Block::Text(t.get("keeper-text"))).with(Block::Links(vec![
            ("/arkisto/saapuminen".to_owned(), t.get("nav-arrivals")),
            ("/arkisto/liittymiset".to_owned(), t.get("nav-joinings")),
        ]));
        return Ok(sheet.html());
    }
    let own: Vec<_> = op.posts.iter().filter(|post| post.role == crate::archivist::settings::Role::Archivist).collect();
    let mut rows = Vec::new();
    for post in &own {
        let name = names::organisation(&op.app, &post.organisation).await;
        let counts = counts(&op.app, &post.organisation).await?;
        let mut cells = vec![Cell::Text(name), Cell::Text(post.organisation.clone())];
        cells.extend(counts.into_iter().map(Cell::text));
        cells.push(if post.organisation == op.post.organisation {
            Cell::Chip(Chip::new(Tone::Good, t.get("registers-looked-at")))
        } else {
            Cell::Text(String::new())
        });
        rows.push((post.organisation.clone(), cells));
    }
    let head =
        ["col-register", "col-oid", "col-documents", "col-cases", "col-relationships", "col-refusals", "col-state"];
    sheet = sheet.with(Block::Text(t.get("registers-text"))).with(Block::Table(Table {
        id: "rekisterit",
        caption: t.get("registers-caption"),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows,
    }));
    if own.len() > 1 {
        let mut options = Vec::new();
        for post in &own {
            options.push((post.organisation.clone(), names::organisation(&op.app, &post.organisation).await));
        }
        let field =
            Field::new("rekisteri", t.get("registers-choose"), op.post.organisation.clone(), Input::Radio(options));
        sheet = sheet.with(Block::Form(Form::new(
            "rekisteri",
            "/arkisto/rekisteri",
            vec![field.required()],
            t.get("registers-choose-submit"),
        )));
    }
    Ok(sheet.html())
}

/// Document versions, cases, relationships and refusals of a register.
async fn counts(app: &App, register: &str) -> Result<Vec<i64>> {
    let mut tx = app.db.read().await?;
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM documents WHERE controller = $1), \
         (SELECT COUNT(*) FROM cases WHERE controller = $1), \
         (SELECT COUNT(*) FROM relationships WHERE controller = $1), \
         (SELECT COUNT(*) FROM refusals WHERE register = $1)",
    )
    .bind(register)
    .fetch_one(&mut *tx)
    .await?;
    Ok((0..4).map(|column| row.get(column)).collect())
}
