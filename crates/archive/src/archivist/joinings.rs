//! `/arkisto/liittymiset`: who has joined, with the history of states and the first days of register access rights; and
//! the keeper's switch, which closes an organisation's connection or opens it again (functional specification 3.25: Kela
//! may close the connection of a system or user that endangers Kanta). The switch takes two confirmations: the second
//! page tells what will happen, and the first one's memory fades.

use super::{
    Fault, Op, Result, names, right,
    session::{Closing, Posted},
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::{
    intake::working::instant,
    joining::{self, Joining},
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::SignedDuration;
use records::{access::REASON_CHARACTERS_MIN, code::ServiceTask, joining::JoiningState, refusal::Refusal};
use sqlx::Row as _;
use std::collections::BTreeSet;
use store::log::{Action, Reason};
use web::ui::{Chip, Field, Input, Notice, Tone};

const PATH: &str = "/arkisto/liittymiset";

/// How long a first confirmation waits for the second.
const SECOND_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// The organisations that the person may see: the keeper all, an archivist its own and those that have sent to its
/// register.
async fn seen(op: &Op) -> Result<Vec<Joining>> {
    let mut tx = op.app.db.read().await?;
    let mut all: Vec<Joining> = joining::all(&mut tx).await?.into_values().collect();
    if !op.keeper() {
        let rows = sqlx::query_scalar("SELECT organisation FROM arrivals WHERE register = $1")
            .bind(op.post.organisation.clone())
            .fetch_all(&mut *tx)
            .await?;
        let mut own: BTreeSet<String> = rows.into_iter().collect();
        own.insert(op.post.organisation.clone());
        all.retain(|joining| own.contains(&joining.organisation));
    }
    tx.rollback().await?;
    all.sort_by(|a, b| a.organisation.cmp(&b.organisation));
    Ok(all)
}

fn state_chip(op: &Op, state: &str) -> Chip {
    let parsed = JoiningState::parse(state).unwrap_or(JoiningState::NotJoined);
    let tone = match parsed {
        JoiningState::Joined => Tone::Good,
        JoiningState::Suspended => Tone::Bad,
        JoiningState::Testing => Tone::Busy,
        _ => Tone::Info,
    };
    Chip::new(tone, parsed.name(op.lang()))
}

fn functions(op: &Op, joining: &Joining) -> String {
    [(joining.own_register, "function-own"), (joining.rko, "function-rko"), (joining.disclosure, "function-disclosure")]
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, key)| op.t.get(key))
        .collect::<Vec<_>>()
        .join(", ")
}

/// `GET /arkisto/liittymiset`
///
/// # Errors
/// What the database says.
pub async fn show(op: Op) -> Result<Response> {
    let t = &op.t;
    let joinings = seen(&op).await?;
    let mut rows = Vec::with_capacity(joinings.len());
    for joining in &joinings {
        let cells = vec![
            Cell::Link(
                format!("{PATH}/{}", joining.organisation),
                names::organisation(&op.app, &joining.organisation).await,
            ),
            Cell::Chip(state_chip(&op, &joining.state)),
            Cell::Text(t.get(&format!("model-{}", joining.model))),
            Cell::Text(functions(&op, joining)),
            Cell::text(&joining.organisation),
        ];
        rows.push((joining.organisation.clone(), cells));
    }
    let head = ["col-organisation", "col-state", "col-model", "col-functions", "col-oid"];
    let sheet = Sheet::new(op.page(&t.get("joinings-title"), PATH)).with(Block::Text(t.get("joinings-text"))).with(
        Block::Table(Table {
            id: "liittymiset",
            caption: t.get("joinings-caption"),
            head: head.iter().map(|key| t.get(key)).collect(),
            rows,
        }),
    );
    Ok(days(&op, sheet).await?.html())
}

/// First days of register access rights: of the own register, of all for the keeper.
async fn days(op: &Op, sheet: Sheet) -> Result<Sheet> {
    let t = &op.t;
    let mut tx = op.app.db.read().await?;
    let mut days: Vec<_> = joining::go_live(&mut tx).await?.into_iter().collect();
    tx.rollback().await?;
    days.retain(|((organiser, _), _)| op.keeper() || *organiser == op.post.organisation);
    days.sort();
    if days.is_empty() {
        return Ok(sheet.with(Block::Empty(t.get("go-live-none"))));
    }
    let mut rows = Vec::with_capacity(days.len());
    for ((organiser, task), first) in days {
        let task_name =
            ServiceTask::parse(&task).map_or_else(|| t.get("go-live-all"), |task| task.name(op.lang()).to_owned());
        let cells = vec![
            Cell::Text(task_name),
            Cell::Text(names::day(first)),
            Cell::Text(names::organisation(&op.app, &organiser).await),
        ];
        rows.push((task, cells));
    }
    let head = ["col-task", "col-first-day", "col-organiser"];
    Ok(sheet.with(Block::Table(Table {
        id: "kayttoonotot",
        caption: t.get("go-live-caption"),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows,
    })))
}

async fn one(op: &Op, organisation: &str) -> Result<Joining> {
    seen(op).await?.into_iter().find(|joining| joining.organisation == organisation).ok_or(Fault::NotFound)
}

/// `GET /arkisto/liittymiset/{organisation}`
///
/// # Errors
/// Not found for an organisation that the person may not see.
pub async fn organisation(op: Op, Path(organisation): Path<String>) -> Result<Response> {
    let joining = one(&op, &organisation).await?;
    Ok(sheet(&op, &joining, None).await?.html())
}

async fn sheet(op: &Op, joining: &Joining, wrong: Option<String>) -> Result<Sheet> {
    let t = &op.t;
    let name = names::organisation(&op.app, &joining.organisation).await;
    let main = match joining.main_joiner.as_str() {
        "" => String::new(),
        main => names::organisation(&op.app, main).await,
    };
    let state = JoiningState::parse(&joining.state).unwrap_or(JoiningState::NotJoined);
    let facts = [
        ("col-oid", joining.organisation.clone()),
        ("col-state", state.name(op.lang()).to_owned()),
        ("col-model", t.get(&format!("model-{}", joining.model))),
        ("col-main-joiner", main),
        ("col-functions", functions(op, joining)),
        ("col-strict", t.get(if joining.strict { "word-yes" } else { "word-no" })),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (t.get(key), value));
    let path = format!("{PATH}/{}", joining.organisation);
    let mut sheet = Sheet::new(op.page(&name, &path))
        .with(Block::Facts(facts.collect()))
        .with(Block::Table(history(op, &joining.organisation).await?));
    if let Some((form, title)) = op.keeper().then(|| switch(op, joining, state, wrong)).flatten() {
        sheet = sheet.with(Block::Heading(title)).with(Block::Text(t.get("switch-text"))).with(Block::Form(form));
    }
    Ok(sheet)
}

/// The functions of a history row, which holds them as `name=true`.
fn functions_then(op: &Op, stored: &str) -> String {
    let words =
        [("own=true", "function-own"), ("rko=true", "function-rko"), ("disclosure=true", "function-disclosure")];
    let on = words.iter().filter(|(word, _)| stored.split(' ').any(|one| one == *word));
    on.map(|(_, key)| op.t.get(key)).collect::<Vec<_>>().join(", ")
}

async fn history(op: &Op, organisation: &str) -> Result<Table> {
    let mut tx = op.app.db.read().await?;
    let found = sqlx::query(
        "SELECT at, state, functions FROM joining_history WHERE organisation = $1 ORDER BY at DESC LIMIT 50",
    )
    .bind(organisation.to_owned())
    .fetch_all(&mut *tx)
    .await?;
    let row = |row: &sqlx::any::AnyRow| {
        let state: String = row.get(1);
        let cells = vec![
            Cell::Text(names::moment(instant(row.get(0)), op.lang())),
            Cell::Chip(state_chip(op, &state)),
            Cell::Text(functions_then(op, row.get(2))),
        ];
        (state, cells)
    };
    let head = ["col-time", "col-state", "col-functions-then"];
    Ok(Table {
        id: "historia",
        caption: op.t.get("joinings-history"),
        head: head.iter().map(|key| op.t.get(key)).collect(),
        rows: found.iter().map(row).collect(),
    })
}

/// The switch, where the state has one: a joined organisation can be closed, a closed one opened.
fn switch(op: &Op, joining: &Joining, state: JoiningState, wrong: Option<String>) -> Option<(Form, String)> {
    let t = &op.t;
    let (target, title) = match state {
        JoiningState::Joined => ("suspended", "switch-close"),
        JoiningState::Suspended => ("joined", "switch-open"),
        _ => return None,
    };
    let mut reason = Field::new("perustelu", t.get("switch-reason"), "", Input::Text(3))
        .hint(t.with("document-reason-hint", [("n", REASON_CHARACTERS_MIN)]))
        .required();
    if let Some(said) = wrong {
        reason = reason.error(said);
    }
    let fields = vec![Field::new("tila", "", target, Input::Hidden), reason];
    let form = Form::new("kytkin", format!("{PATH}/{}/kytkin", joining.organisation), fields, t.get("switch-first"));
    Some((form, t.get(title)))
}

fn keeper_only(op: &Op) -> Result<()> {
    if op.keeper() { Ok(()) } else { Err(Fault::Refused(Refusal::RoleForbidden, op.lang())) }
}

/// Whether the switch leads from the state to the other.
fn leads(from: &str, to: &str) -> bool {
    matches!((from, to), ("joined", "suspended") | ("suspended", "joined"))
}

/// `POST /arkisto/liittymiset/{organisation}/kytkin`: `tila`, `perustelu`: the first confirmation
///
/// # Errors
/// `ROLE_FORBIDDEN` for an archivist.
pub async fn first(Path(organisation): Path<String>, posted: Posted) -> Result<Response> {
    let op = &posted.op;
    keeper_only(op)?;
    let joining = one(op, &organisation).await?;
    let (state, reason) = (posted.get("tila"), posted.get("perustelu"));
    if !leads(&joining.state, state) {
        return Err(Fault::NotFound);
    }
    if reason.chars().count() < REASON_CHARACTERS_MIN {
        let said = op.t.with("document-reason-short", [("n", REASON_CHARACTERS_MIN)]);
        return Ok(sheet(op, &joining, Some(said)).await?.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let closing = Closing { organisation, state: state.to_owned(), reason: reason.to_owned(), at: op.now() };
    let target = format!("{PATH}/{}/vahvista", closing.organisation);
    op.app.archivists.update(&op.token, |login| login.closing = Some(closing));
    Ok(Redirect::to(&target).into_response())
}

/// The first confirmation that waits, when it is of this organisation and fresh.
fn waiting(op: &Op, organisation: &str) -> Result<Closing> {
    let fresh =
        |closing: &Closing| closing.organisation == organisation && op.now().duration_since(closing.at) < SECOND_WITHIN;
    op.closing.clone().filter(fresh).ok_or(Fault::NotFound)
}

/// `GET /arkisto/liittymiset/{organisation}/vahvista`: what will happen
///
/// # Errors
/// Not found without a fresh first confirmation.
pub async fn ask(op: Op, Path(organisation): Path<String>) -> Result<Response> {
    keeper_only(&op)?;
    let closing = waiting(&op, &organisation)?;
    let t = &op.t;
    let name = names::organisation(&op.app, &organisation).await;
    let (title, text) = match closing.state.as_str() {
        "suspended" => ("switch-close", "switch-close-means"),
        _ => ("switch-open", "switch-open-means"),
    };
    let path = format!("{PATH}/{organisation}/vahvista");
    let sure = Field::new("vahvistan", t.with("switch-sure", [("name", name.as_str())]), "", Input::Check).required();
    let sheet = Sheet::new(op.page(&t.get(title), &path))
        .with(Block::Facts(vec![(t.get("col-organisation"), name), (t.get("switch-reason"), closing.reason)]))
        .with(Block::Notice(Notice::new(Tone::Warning, t.get(text))))
        .with(Block::Form(Form::new("vahvista", path, vec![sure], t.get("switch-second"))))
        .with(Block::Links(vec![(format!("{PATH}/{organisation}"), t.get("switch-leave"))]));
    Ok(sheet.html())
}

/// `POST /arkisto/liittymiset/{organisation}/vahvista`: `vahvistan`: the second confirmation
///
/// # Errors
/// Not found without a fresh first confirmation; when the log cannot be written, nothing changes.
pub async fn second(Path(organisation): Path<String>, posted: Posted) -> Result<Response> {
    let op = &posted.op;
    keeper_only(op)?;
    let closing = waiting(op, &organisation)?;
    if !posted.ticked("vahvistan") {
        return Ok(Redirect::to(&format!("{PATH}/{organisation}/vahvista")).into_response());
    }
    let mut joining = one(op, &organisation).await?;
    if !leads(&joining.state, &closing.state) {
        return Err(Fault::NotFound);
    }
    let mut event = right::event(op, Action::Administer);
    event.register = Some(organisation.clone());
    event.ground.kind = "technical".to_owned();
    event.reason = Some(Reason { code: closing.state.clone(), text: Some(closing.reason) });
    event.detail = Some(format!("joining {} -> {}", joining.state, closing.state));
    // The log comes first: a switch that nobody could account for is not turned.
    right::record(&op.app, event, op.lang()).await?;
    joining.state = closing.state;
    let mut tx = op.app.db.write().await?;
    joining::set(&mut tx, &joining, op.now()).await?;
    tx.commit().await?;
    op.app.archivists.update(&op.token, |login| login.closing = None);
    Ok(Redirect::to(&format!("{PATH}/{organisation}")).into_response())
}
