//! `/arkisto/havittaminen`: what the statute no longer lets the register keep (functional specification 3.23): the list,
//! two approvers, the act, and the record that stays for good; and holds, which keep a case whatever its age.

use super::{
    Fault, Op, Result, names, right,
    session::Posted,
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::{
    intake::working::instant,
    retention::{self, Hold, HoldReason, Item, Official, RetentionError, Run, holds},
};
use axum::{
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use records::{Lang, id::Oid, refusal::Refusal, retention::RULES};
use store::log::Action;
use web::ui::{Chip, Field, Input, Notice, Tone};

const PATH: &str = "/arkisto/havittaminen";

fn fault(error: RetentionError, lang: Lang) -> Fault {
    match error {
        RetentionError::Store(error) => Fault::Store(error),
        RetentionError::Refused(refusal) => Fault::Refused(refusal, lang),
        RetentionError::OutOfReach => Fault::Refused(Refusal::ServiceUnavailable, lang),
    }
}

/// The person as the disposal record names them.
fn official(op: &Op) -> Result<Official> {
    Ok(Official { id: op.post.number.clone(), controller: op.register()?.to_owned() })
}

/// The run in an address, its register included: a page of one register never acts on another's list.
fn address(run: &str) -> String {
    format!("{PATH}/{}", run.replace('/', "-"))
}

/// The number of a run in its register's own order.
fn number(run: &str) -> &str {
    run.rsplit('/').next().unwrap_or(run)
}

async fn run(op: &Op, wanted: &str) -> Result<Run> {
    let runs = retention::runs_of(&op.app, op.register()?).await?;
    runs.into_iter().find(|run| run.run.replace('/', "-") == wanted).ok_or(Fault::NotFound)
}

/// Notes in the register's log what is asked about retention, before it is done or refused.
async fn note(op: &Op, detail: String) -> Result<()> {
    let mut event = right::event(op, Action::Administer);
    event.detail = Some(detail);
    right::record(&op.app, event, op.lang()).await
}

/// `GET /arkisto/havittaminen`
///
/// # Errors
/// `ROLE_FORBIDDEN` for the keeper; what the database says.
pub async fn show(op: Op) -> Result<Response> {
    Ok(sheet(&op, None).await?.html())
}

/// The page; `wrong` is a target that cannot be held, as it was written.
async fn sheet(op: &Op, wrong: Option<&str>) -> Result<Sheet> {
    let register = op.register()?.to_owned();
    let t = &op.t;
    let runs = retention::runs_of(&op.app, &register).await?;
    let held = holds::of_register(&op.app, &register).await?;
    let make = Form::new("laadi", PATH, Vec::new(), t.get("disposal-make"));
    let mut sheet = Sheet::new(op.page(&t.get("disposal-title"), PATH))
        .with(Block::Text(t.get("disposal-text")))
        .with(Block::Form(make));
    sheet = match runs.is_empty() {
        true => sheet.with(Block::Empty(t.get("disposal-none"))),
        false => sheet.with(Block::Table(runs_table(op, &runs))),
    };
    sheet = sheet.with(Block::Heading(t.get("hold-title"))).with(Block::Text(t.get("hold-text")));
    sheet = match held.is_empty() {
        true => sheet.with(Block::Empty(t.get("hold-none"))),
        false => sheet.with(Block::Table(holds_table(op, &held))),
    };
    sheet = sheet.with(Block::Form(hold_form(op, wrong)));
    if held.iter().any(|hold| hold.released_at == 0) {
        sheet = sheet.with(Block::Form(release_form(op, &held)));
    }
    Ok(sheet)
}

fn state_chip(op: &Op, state: &str) -> Chip {
    let tone = match state {
        "done" | "disposed" => Tone::Good,
        "approved" => Tone::Busy,
        "locked" => Tone::Warning,
        _ => Tone::Info,
    };
    Chip::new(tone, op.t.get(&format!("disposal-{state}")))
}

fn runs_table(op: &Op, runs: &[Run]) -> Table {
    let row = |run: &Run| {
        let n = number(&run.run).to_owned();
        let cells = vec![
            Cell::Link(address(&run.run), op.t.with("disposal-number", [("n", n.as_str())])),
            Cell::Text(names::moment(instant(run.made_at), op.lang())),
            Cell::Text(run.made_by.clone()),
            Cell::Chip(state_chip(op, &run.state)),
        ];
        (n, cells)
    };
    table(op, "ajot", "disposal-caption", &["col-run", "col-time", "col-made-by", "col-state"], runs.iter().map(row))
}

fn holds_table(op: &Op, held: &[Hold]) -> Table {
    let row = |hold: &Hold| {
        let until = match hold.released_at {
            0 => op.t.get("hold-in-force"),
            at => names::moment(instant(at), op.lang()),
        };
        let cells = vec![
            Cell::text(&hold.target),
            Cell::Text(op.t.get(&format!("hold-{}", hold.reason))),
            Cell::Text(names::moment(instant(hold.placed_at), op.lang())),
            Cell::Text(until),
        ];
        (hold.target.clone(), cells)
    };
    table(op, "pidot", "hold-caption", &["col-held", "col-reason", "col-time", "col-released"], held.iter().map(row))
}

fn table(
    op: &Op,
    id: &'static str,
    caption: &str,
    head: &[&str],
    rows: impl Iterator<Item = (String, Vec<Cell>)>,
) -> Table {
    let head = head.iter().map(|key| op.t.get(key)).collect();
    Table { id, caption: op.t.get(caption), head, rows: rows.collect() }
}

fn hold_form(op: &Op, wrong: Option<&str>) -> Form {
    let t = &op.t;
    let reasons =
        HoldReason::ALL.iter().map(|reason| (reason.code().to_owned(), t.get(&format!("hold-{}", reason.code()))));
    let mut target =
        Field::line("kohde", t.get("col-held"), wrong.unwrap_or_default()).hint(t.get("hold-target-hint")).required();
    if wrong.is_some() {
        target = target.error(t.get("hold-unknown"));
    }
    let fields = vec![target, Field::new("syy", t.get("col-reason"), "", Input::Choice(reasons.collect())).required()];
    Form::new("pida", format!("{PATH}/pito"), fields, t.get("hold-place"))
}

fn release_form(op: &Op, held: &[Hold]) -> Form {
    let in_force = held.iter().filter(|hold| hold.released_at == 0);
    let choices = in_force.map(|hold| (hold.target.clone(), hold.target.clone())).collect();
    let field = Field::new("kohde", op.t.get("col-held"), "", Input::Choice(choices)).scoped("v_").required();
    Form::new("vapauta", format!("{PATH}/vapautus"), vec![field], op.t.get("hold-release"))
}

/// `POST /arkisto/havittaminen`: makes a list of what is over today
///
/// # Errors
/// `SERVICE_UNAVAILABLE` when the population data cannot be asked.
pub async fn make(posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let by = official(op)?;
    note(op, "disposal list".to_owned()).await?;
    let made = retention::plan(&op.app, &by).await.map_err(|error| fault(error, op.lang()))?;
    Ok(Redirect::to(&address(&made.run)).into_response())
}

/// `GET /arkisto/havittaminen/{run}`
///
/// # Errors
/// Not found for a list of another register.
pub async fn one(op: Op, Path(wanted): Path<String>) -> Result<Response> {
    let run = run(&op, &wanted).await?;
    let t = &op.t;
    let items = retention::items(&op.app, op.register()?, &run.run).await?;
    let n = number(&run.run).to_owned();
    let path = address(&run.run);
    let facts = [
        ("col-state", t.get(&format!("disposal-{}", run.state))),
        ("col-made-by", run.made_by.clone()),
        ("col-time", names::moment(instant(run.made_at), op.lang())),
        ("disposal-first", run.first_approver.clone()),
        ("disposal-second", run.second_approver.clone()),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(key, value)| (t.get(key), value));
    let mut sheet =
        Sheet::new(op.page(&t.with("disposal-number", [("n", n.as_str())]), &path)).with(Block::Facts(facts.collect()));
    sheet = match items.is_empty() {
        true => sheet.with(Block::Empty(t.get("disposal-empty"))),
        false => sheet.with(Block::Table(items_table(&op, &items))),
    };
    Ok(next_step(&op, &run, items.is_empty(), sheet).html())
}

fn items_table(op: &Op, items: &[Item]) -> Table {
    let rule = |id: &str| RULES.iter().find(|rule| rule.id == id).map_or(id.to_owned(), |rule| rule.text.to_owned());
    let row = |item: &Item| {
        let cells = vec![
            Cell::Text(names::document_type(&op.app, &item.type_code, op.lang())),
            Cell::text(&item.case),
            Cell::Text(rule(&item.rule)),
            Cell::Text(names::day_text(&item.last_day)),
            Cell::text(item.versions),
            Cell::Chip(state_chip(op, &item.state)),
        ];
        (item.set.clone(), cells)
    };
    let head = ["col-type", "col-case", "col-rule", "col-last-day", "col-versions", "col-state"];
    table(op, "luettelo", "disposal-items", &head, items.iter().map(row))
}

/// What the person may do next with the list.
fn next_step(op: &Op, run: &Run, empty: bool, sheet: Sheet) -> Sheet {
    let t = &op.t;
    let path = address(&run.run);
    match run.state.as_str() {
        "planned" if empty => sheet,
        "planned" if run.first_approver == op.post.number => {
            sheet.with(Block::Notice(Notice::new(Tone::Info, t.get("disposal-another"))))
        }
        "planned" => {
            let form = Form::new("hyvaksy", format!("{path}/hyvaksy"), Vec::new(), t.get("disposal-approve"));
            sheet.with(Block::Text(t.get("disposal-approve-text"))).with(Block::Form(form))
        }
        "approved" => {
            let sure = Field::new("vahvistan", t.get("disposal-sure"), "", Input::Check).required();
            let form = Form::new("havita", format!("{path}/havita"), vec![sure], t.get("disposal-execute"));
            sheet
                .with(Block::Notice(Notice::new(Tone::Warning, t.get("disposal-execute-text"))))
                .with(Block::Form(form))
        }
        _ => sheet.with(Block::Text(t.get("disposal-kept"))),
    }
}

/// `POST /arkisto/havittaminen/{run}/hyvaksy`
///
/// # Errors
/// `ROLE_FORBIDDEN` for the same person twice.
pub async fn approve(Path(wanted): Path<String>, posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let (run, by) = (run(op, &wanted).await?, official(op)?);
    note(op, format!("asks: disposal {} approve", run.run)).await?;
    retention::approve(&op.app, &run.run, &by).await.map_err(|error| fault(error, op.lang()))?;
    Ok(Redirect::to(&format!("{PATH}/{wanted}")).into_response())
}

/// `POST /arkisto/havittaminen/{run}/havita`: `vahvistan`
///
/// # Errors
/// `RETENTION_LOCK` for a list that two persons have not approved.
pub async fn execute(Path(wanted): Path<String>, posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let (run, by) = (run(op, &wanted).await?, official(op)?);
    let back = Redirect::to(&format!("{PATH}/{wanted}")).into_response();
    if !posted.ticked("vahvistan") {
        return Ok(back);
    }
    let event = right::event(op, Action::Dispose);
    retention::execute(&op.app, &run.run, &by, &event).await.map_err(|error| fault(error, op.lang()))?;
    Ok(back)
}

/// `POST /arkisto/havittaminen/pito`: `kohde`, `syy`
///
/// # Errors
/// What the database says. A target that the register does not hold is told at its field.
pub async fn hold(posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let by = official(op)?;
    let reason = HoldReason::parse(posted.get("syy")).ok_or(Fault::Refused(Refusal::ReasonRequired, op.lang()))?;
    let target = posted.get("kohde");
    let wrong = async || Ok(sheet(op, Some(target)).await?.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    // What is no identifier may be anything, and the log keeps what it gets.
    if Oid::parse(target).is_err() {
        return wrong().await;
    }
    note(op, format!("asks: hold {} {target}", reason.code())).await?;
    match holds::place(&op.app, target, reason, &by).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(RetentionError::Refused(Refusal::CaseUnknown)) => wrong().await,
        Err(error) => Err(fault(error, op.lang())),
    }
}

/// `POST /arkisto/havittaminen/vapautus`: `kohde`
///
/// # Errors
/// What the database says.
pub async fn release(posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let by = official(op)?;
    let target = posted.get("kohde");
    if Oid::parse(target).is_err() {
        return Err(Fault::NotFound);
    }
    note(op, format!("asks: hold release {target}")).await?;
    holds::release(&op.app, target, &by).await.map_err(|error| fault(error, op.lang()))?;
    Ok(Redirect::to(PATH).into_response())
}
