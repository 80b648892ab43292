//! `/arkisto/lokipyynto`: a client's log request (FR-83, functional specification 3.22). The archivist gets the rows as
//! the client shall get them, out of the own register's log alone: who, when, what, in which matter and on what ground.
//! The page is printed as it stands; the form above it is not.
//!
//! Names of workers are told as the law has it (703/2023 § 11), unless the controller has found that telling them would
//! put somebody in danger: then the unit stands for the person. Whether a request is refused, and the written decision of
//! it, are the controller's; so are the rows of other registers and of the client systems' own logs.

use super::{
    Fault, Op, Result, names, right, search,
    session::Posted,
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::log::request::{self, Line, Report, Request, RequestError};
use axum::{http::StatusCode, response::Response};
use jiff::{Timestamp, ToSpan, civil::Date};
use records::{
    id::{ClientId, OrganisationId},
    refusal::Refusal,
    time::finnish_zone,
};
use std::collections::BTreeMap;
use store::log::Action;
use web::ui::{Field, Input, Notice, Tone};

/// Path of the page.
pub const PATH: &str = "/arkisto/lokipyynto";

/// What is wrong, by field.
type Wrong = BTreeMap<&'static str, String>;

/// What was asked.
struct Asked {
    client: ClientId,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

/// `GET /arkisto/lokipyynto`
///
/// # Errors
/// For the keeper, who has no register.
pub async fn show(op: Op) -> Result<Response> {
    op.register()?;
    Ok(sheet(&op, fields(&op, None, &Wrong::new())).html())
}

/// `POST /arkisto/lokipyynto`: `asiakas`, `alkaen`, `asti`, `syy` for rows older than two years, `nimetta`
///
/// # Errors
/// For the keeper; what the database says; when the reading cannot be logged, nothing is shown.
pub async fn report(posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let register = op.register()?.to_owned();
    let asked = match asked(&posted) {
        Ok(asked) => asked,
        Err(wrong) => return Ok(again(&posted, &wrong)),
    };
    let register = OrganisationId::parse(&register).map_err(|_| Fault::Refused(Refusal::OrgUnknown, op.lang()))?;
    let request = Request {
        register: &register,
        client: &asked.client,
        from: asked.from,
        to: asked.to,
        special_reason: Some(posted.get("syy")).filter(|reason| !reason.is_empty()),
    };
    let mut event = right::event(op, Action::ReadLog);
    event.name_places(&op.app.registers).await;
    let report = match request::of_client(&op.app, &request, event).await {
        Ok(report) => report,
        Err(RequestError::Reason) => {
            return Ok(again(&posted, &Wrong::from([("syy", op.t.get("log-request-reason-short"))])));
        }
        Err(RequestError::Store(error)) => return Err(error.into()),
        Err(RequestError::NotLogged) => return Err(Fault::Refused(Refusal::ServiceUnavailable, op.lang())),
    };
    Ok(drawn(&posted, &report).html())
}

fn again(posted: &Posted, wrong: &Wrong) -> Response {
    sheet(&posted.op, fields(&posted.op, Some(posted), wrong)).html_as(StatusCode::UNPROCESSABLE_ENTITY)
}

fn sheet(op: &Op, fields: Vec<Field>) -> Sheet {
    Sheet::new(op.page(&op.t.get("log-request-title"), PATH))
        .with(Block::Text(op.t.get("log-request-text")))
        .with(Block::Form(Form::new("lokipyynto", PATH, fields, op.t.get("log-request-submit"))))
}

fn fields(op: &Op, posted: Option<&Posted>, wrong: &Wrong) -> Vec<Field> {
    let t = &op.t;
    let had = |name: &str| posted.map_or(String::new(), |posted| posted.get(name).to_owned());
    let fields = vec![
        Field::line("asiakas", t.get("search-client"), had("asiakas")).hint(t.get("search-client-hint")),
        Field::new("alkaen", t.get("search-from"), had("alkaen"), Input::Line("date")),
        Field::new("asti", t.get("search-to"), had("asti"), Input::Line("date")),
        Field::new("syy", t.get("log-request-reason"), had("syy"), Input::Text(2))
            .hint(t.get("log-request-reason-hint")),
        Field::new("nimetta", t.get("log-request-nameless"), had("nimetta"), Input::Check),
    ];
    let told = |field: Field| match wrong.get(field.name.as_str()) {
        Some(said) => field.error(said.clone()),
        None => field,
    };
    fields.into_iter().map(told).collect()
}

fn asked(posted: &Posted) -> std::result::Result<Asked, Wrong> {
    let t = &posted.op.t;
    let mut wrong = Wrong::new();
    let client = search::client(posted.get("asiakas"));
    if client.is_none() {
        wrong.insert("asiakas", t.get("search-not-client"));
    }
    let mut day = |name: &'static str| -> Option<Date> {
        let text = posted.get(name);
        let day = text.parse().ok();
        if day.is_none() && !text.is_empty() {
            wrong.insert(name, t.get("search-not-day"));
        }
        day
    };
    let (from, to) = (day("alkaen"), day("asti"));
    match client {
        // The last day is asked for as a whole.
        Some(client) if wrong.is_empty() => {
            let to = to.and_then(|day| day.checked_add(1.day()).ok());
            Ok(Asked { client, from: from.and_then(begins), to: to.and_then(begins) })
        }
        _ => Err(wrong),
    }
}

/// The first moment of a Finnish day.
fn begins(day: Date) -> Option<Timestamp> {
    day.to_zoned(finnish_zone()).ok().map(|at| at.timestamp())
}

fn drawn(posted: &Posted, report: &Report) -> Sheet {
    let op = &posted.op;
    let mut page =
        sheet(op, fields(op, Some(posted), &Wrong::new())).with(Block::Heading(op.t.get("log-request-found")));
    if let Some(limit) = report.older_left_out {
        let title = op.t.with("log-request-left-out", [("at", names::moment(limit, op.lang()))]);
        page = page.with(Block::Notice(Notice::new(Tone::Info, title)));
    }
    if report.lines.is_empty() {
        return page.with(Block::Empty(op.t.get("log-request-none")));
    }
    let nameless = posted.ticked("nimetta");
    page.with(Block::Table(table(op, &report.lines, nameless)))
}

fn table(op: &Op, lines: &[Line], nameless: bool) -> Table {
    let t = &op.t;
    let head = [
        "col-time",
        "col-organisation",
        "col-unit",
        "col-user",
        "col-act",
        "col-document",
        "col-case",
        "col-purpose",
        "col-basis",
        "col-receiver",
        "col-state",
    ];
    Table {
        id: "rivit",
        caption: t.with("log-request-caption", [("n", lines.len())]),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows: lines.iter().map(|line| (line.row.to_string(), cells(op, line, nameless))).collect(),
    }
}

fn cells(op: &Op, line: &Line, nameless: bool) -> Vec<Cell> {
    let t = &op.t;
    let documents: Vec<&str> = line.documents.iter().map(|document| document.id.as_str()).collect();
    let what = documents.into_iter().chain(line.disclosed.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
    let receiver = line.receiver.as_ref();
    let receiver = receiver.map(|party| party.organisation_name.clone().unwrap_or_else(|| party.organisation.clone()));
    vec![
        Cell::Text(names::moment(line.at, op.lang())),
        Cell::text(&line.organisation),
        Cell::Text(line.unit.clone().unwrap_or_default()),
        Cell::Text(if nameless { t.get("log-request-name-kept") } else { line.who.clone() }),
        Cell::Text(t.get(&format!("action-{}", line.action.as_str()))),
        Cell::Text(what),
        Cell::Text(line.case.clone().unwrap_or_default()),
        Cell::Text(line.purpose.as_deref().map(|purpose| purpose_text(op, purpose)).unwrap_or_default()),
        Cell::Text(t.get(ground(&line.basis.kind))),
        Cell::Text(receiver.unwrap_or_default()),
        Cell::Text(t.get(if line.done { "log-request-done" } else { "log-request-stopped" })),
    ]
}

/// The words of a ground in the log; one that has none of its own is technical.
fn ground(kind: &str) -> &'static str {
    match kind {
        "own_register" => "basis-own",
        "grant" => "basis-rko",
        "disclosure" => "basis-disclosure",
        "statute" => "basis-statute",
        "special_reason" => "basis-special",
        _ => "basis-other",
    }
}

/// The two purposes that this product's own messages carry in words; another's word stays as it was sent.
fn purpose_text(op: &Op, purpose: &str) -> String {
    match purpose {
        "asiakastyo" => op.t.get("purpose-client-work"),
        "arkistonhoito" => op.t.get("purpose-archive"),
        other => other.to_owned(),
    }
}
