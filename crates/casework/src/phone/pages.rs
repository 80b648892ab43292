//! `/puhelin`: where a worker takes a phone into use, sees which browsers hold a store, and ends one that is lost; and what
//! the browser's script asks: its half of the lock, whether its store may live on.

use ::store::log::Action;
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header::CACHE_CONTROL},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use records::refusal::Refusal;
use serde::Serialize;
use serde_json::json;
use web::ui::{Chip, Field, Input, Tone};

use super::{shell, store};
use crate::{
    app::App,
    error::{Fault, Result},
    op::Op,
    people,
    posted::{Posted, argument},
    routes::see,
    settings::{self, cards},
    sheet::{Block, Cell, Form, Row, Sheet, Table},
    use_log::{self, Event},
};

/// An answer for the script.
pub fn json(value: &impl Serialize) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(json!(value))).into_response()
}

/// The store that a query names.
///
/// # Errors
/// `NotFound` when it names none.
pub fn named(query: Option<&str>) -> Result<&str> {
    query.and_then(|query| argument(query, "laite")).filter(|id| store::is_id(id)).ok_or(Fault::NotFound)
}

/// `GET /puhelin`
///
/// # Errors
/// When the database does not answer.
pub async fn show(op: Op) -> Result<Response> {
    let mut tx = op.read().await?;
    let hours = store::hours(&op, &mut tx).await?;
    let phones: Vec<_> = store::of_worker(&op, &mut tx).await?.into_iter().filter(|one| one.kind == "phone").collect();
    drop(tx);
    let title = op.t.get("phone-title");
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.with("phone-text", [("n", hours)])));
    sheet = sheet.part(&shell::TakeUp { t: op.t.clone() })?;
    sheet = sheet.with(Block::Heading(op.t.get("phone-list")));
    if phones.is_empty() {
        sheet = sheet.with(Block::Empty(op.t.get("phone-list-empty")));
    } else {
        sheet = sheet.with(Block::Table(table(&op, &phones)));
    }
    if cards::keeps(&op) {
        let offered = store::HOURS_OFFERED.map(|n| (n.to_string(), op.t.with("phone-hours-n", [("n", n)])));
        let field = Field::new("tunnit", op.t.get("phone-hours"), hours.to_string(), Input::Choice(offered.into()));
        sheet = sheet.with(Block::Heading(op.t.get("phone-hours-title"))).with(Block::Form(Form::new(
            "puhelintunnit",
            "/puhelin/tunnit",
            vec![field],
            op.t.get("settings-save"),
        )));
    }
    Ok(sheet.html())
}

fn table(op: &Op, phones: &[store::Phone]) -> Table {
    let head = ["phone-col-made", "phone-col-seen", "phone-col-here", "phone-col-end"];
    let row = |one: &store::Phone| {
        let end = Form::new(
            format!("puhelin-pois-{}", one.id),
            format!("/puhelin/{}/poista", one.id),
            Vec::new(),
            op.t.get("phone-end"),
        );
        Row {
            key: one.id.clone(),
            state: "phone".into(),
            cells: vec![
                Cell::Text(people::moment(one.made)),
                Cell::Text(people::moment(one.seen)),
                Cell::Chip(Chip::new(Tone::Good, op.t.get("phone-in-use"))),
                Cell::Form(end),
            ],
            ..Row::default()
        }
    };
    Table {
        id: "puhelimet",
        caption: op.t.get("phone-list"),
        head: head.map(|key| op.t.get(key)).into(),
        rows: phones.iter().map(row).collect(),
    }
}

/// What the script gets of a store.
fn half(op: &Op, secret: &[u8]) -> Response {
    json(&json!({
        "avain": BASE64_STANDARD.encode(secret),
        "csrf": op.csrf,
        "nyt": op.now.as_millisecond(),
        "oma": store::tag(op),
    }))
}

/// `POST /puhelin/laite`: `laite` (id made by the browser), `laji` (`browser` or `phone`)
///
/// # Errors
/// `NotFound` when the id is another worker's, or has ended.
pub async fn make(op: Op, posted: Posted) -> Result<Response> {
    let id = Some(posted.get("laite")).filter(|id| store::is_id(id)).ok_or(Fault::Form("fault-phone-sending"))?;
    let kind = if posted.get("laji") == "phone" { "phone" } else { "browser" };
    let secret = store::make(&op, id, kind).await?;
    Ok(half(&op, &secret))
}

/// `GET /puhelin/avain?laite=…`: the server's half of the lock, for the worker whose store it is. Of a store that has ended
/// only the token of forms is given: whoever may still write sends what his phone can read before it is emptied.
///
/// # Errors
/// `NotFound` when it is another's, or has ended.
pub async fn key(op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let id = named(query.as_deref())?;
    let mut tx = op.read().await?;
    if store::has_ended(&op, &mut tx, id).await? {
        return Ok(
            (StatusCode::GONE, json(&json!({ "csrf": op.csrf, "nyt": op.now.as_millisecond() }))).into_response()
        );
    }
    let secret = store::secret(&op, &mut tx, id).await?;
    drop(tx);
    Ok(half(&op, &secret))
}

/// `POST /puhelin/tila`: `laite`. Asked without a session, by a phone that cannot get its half: whether its store may live on.
///
/// # Errors
/// When the database does not answer; then the phone keeps what it has.
pub async fn state(State(app): State<App>, posted: Posted) -> Result<Response> {
    let id = posted.get("laite");
    let lives = store::is_id(id) && store::lives(&app, id).await?;
    Ok(json(&json!({ "tila": if lives { "voimassa" } else { "paattynyt" } })))
}

/// `POST /puhelin/{id}/poista`: the worker's own phone is lost, or is not used any more
///
/// # Errors
/// When the database refuses.
pub async fn end(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    store::end(&op, &id).await?;
    Ok(see("/puhelin"))
}

/// `POST /puhelin/tunnit`: `tunnit`
///
/// # Errors
/// `RoleForbidden` for whoever does not keep the register of users.
pub async fn save_hours(op: Op, posted: Posted) -> Result<Response> {
    if !cards::keeps(&op) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    let hours = posted.get("tunnit").parse().ok().filter(|hours| store::HOURS_OFFERED.contains(hours));
    let hours = hours.ok_or(Fault::Form("fault-phone-hours"))?;
    let mut tx = op.write().await?;
    settings::set(&op, &mut tx, store::HOURS, &hours.to_string()).await?;
    let event = Event::plain(Action::Administer, "own_task").detail(format!("puhelimen tunnit {hours}"));
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/puhelin"))
}

/// What a phone asks for that is nobody's: only our own few words in two languages.
pub fn missing() -> Response {
    StatusCode::NOT_FOUND.into_response()
}
