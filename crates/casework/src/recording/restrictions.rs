//! Restriction measures at the desk (FR-44, functional specification 3.34): the limits of each decision are judged before it
//! is signed, by the archive's own rules; the responsible social worker is told of each; a month's events are put together
//! for him (Child Welfare Act 74 §).

use ::store::{Tx, log::Action};
use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use records::{
    code::ServiceTask,
    restriction::{self, Fault as Broken, KINDS, Placement, Restriction},
    time::finnish_date,
    work::WorkKind,
};
use serde_json::Value;
use sqlx::Row as _;
use web::ui::{Chip, Field, Input, Notice, Tone};

use super::{documents::Stored, heads, store::Finishing};
use crate::{
    access_rights::messages::{self, New},
    archiving::{self, store::Work},
    clients::{self, store::Arrangement},
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    rights,
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
    use_log::{self, Event},
};

/// The entry on a restriction.
const ENTRY: &str = "19008";
/// Decisions that end a restriction: of freedom of movement, of special care, of contact.
const ENDS: [&str; 3] = ["11031", "11011", "11049"];
/// The assessment with the child afterwards (Child Welfare Act 74 a §).
const ASSESSMENT: &str = "1018";
/// Months that the page looks back.
const MONTHS_BACK: i32 = 12;

/// Whether an institution writes the kind under its right: what restricts a child, ends it, or assesses it afterwards.
pub fn may_institution_write(op: &Op, kind: &str) -> bool {
    op.covers(ServiceTask::ChildProtection) && is_measure(kind)
}

fn is_measure(kind: &str) -> bool {
    restriction::kind_of(kind).is_some() || ENDS.contains(&kind) || kind == ASSESSMENT
}

/// Judges a restriction decision before it is stored: the archive would refuse it days later, when the child has been
/// restricted already. Whether a producer's child is placed only the organiser's register knows, so the archive judges it.
///
/// # Errors
/// When the database does not answer.
pub async fn check(op: &Op, what: &Finishing<'_>) -> Result<std::result::Result<(), Broken>> {
    let Some(kind) = restriction::kind_of(what.structure.type_code()) else { return Ok(Ok(())) };
    let day = finnish_date(what.event);
    let root = what.body.get(what.structure.root_key());
    let judged = Restriction {
        kind,
        period: root.and_then(restriction::period_in),
        continued: root.is_some_and(restriction::continues),
        adult: what.seen.client.person.born().is_some_and(|born| restriction::of_age(born, day)),
        in_child_protection: what.case.is_some_and(|case| case.task == ServiceTask::ChildProtection),
    };
    let bought = what.seen.client.arrangement == Arrangement::Bought;
    if let Err(broken) = restriction::check(&judged, bought) {
        return Ok(Err(broken));
    }
    if bought {
        return Ok(Ok(()));
    }
    let mut tx = op.read().await?;
    let placements: Vec<Placement> = heads::heads_of_client(&mut tx, op.org(), &what.seen.client.id)
        .await?
        .into_iter()
        .filter(|one| restriction::tells_of_placement(&one.type_code))
        .filter(|one| !matches!(one.word(), "replaced" | "invalidated") && one.state != "waiting_signature")
        .map(|one| Placement { from: finnish_date(one.event), type_code: one.type_code })
        .collect();
    Ok(restriction::check_placed(&placements, day))
}

/// What is said of a decision that may not stand.
pub fn sentence(op: &Op, broken: Broken) -> String {
    match broken {
        Broken::OtherTask => op.t.get("restriction-other-task"),
        Broken::Adult => op.t.get("restriction-adult"),
        Broken::NoPeriod => op.t.get("restriction-no-period"),
        Broken::TooLong(days) => op.t.with("restriction-too-long", [("n", days)]),
        Broken::ContinuedByInstitution => op.t.get("restriction-continued"),
        Broken::NotPlaced => op.t.get("restriction-not-placed"),
    }
}

/// Tells the responsible social worker of a restriction decision that has just been signed: under a right by a message to
/// the organiser, in the own register by a work item; whoever signed himself knows it.
///
/// # Errors
/// When the database refuses.
pub async fn tell(op: &Op, tx: &mut Tx, one: &Stored, body: &Value) -> Result<()> {
    if restriction::kind_of(&one.type_code).is_none() {
        return Ok(());
    }
    if one.register != op.org {
        let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
        let period = body.get(structure.root_key()).and_then(restriction::period_in);
        let text = notice(op, one, period);
        let new = New {
            kind: "restriction",
            to: &one.register,
            text: &text,
            cases: one.case.iter().map(ToString::to_string).collect(),
            document: Some(one.oid.as_str()),
            prefill: String::new(),
            answers: None,
            hetu: None,
        };
        messages::send(op, tx, &new).await?;
        return Ok(());
    }
    let Some(case) = &one.case else { return Ok(()) };
    let responsible = crate::cases::store::by_oid(op, tx, case.as_str()).await?.responsible;
    if responsible == op.actor.person {
        return Ok(());
    }
    let work = Work {
        kind: WorkKind::RestrictionNotice.code(),
        owner: &responsible,
        client: Some(&one.client),
        document: Some(one.oid.as_str()),
        detail: &one.title,
        due: None,
    };
    archiving::store::open_work(tx, op.org(), &work, op.now).await
}

/// The words of the notice: which decision, in which case, for how long. Nobody is named; the case tells who it is about.
fn notice(op: &Op, one: &Stored, period: Option<(Date, Date)>) -> String {
    let mut lines = vec![op.t.with("restriction-notice", [("title", one.title.as_str()), ("unit", &one.unit_name)])];
    if let Some((first, last)) = period {
        lines.push(op.t.with("restriction-period", [("from", people::day(first)), ("to", people::day(last))]));
    }
    lines.push(op.t.with("restriction-document", [("oid", one.oid.as_str())]));
    lines.join("\n")
}

/// A measure or an entry on one, with the month that it belongs to.
struct Measure {
    head: Stored,
    month: Date,
}

async fn measures(op: &Op, client: &str) -> Result<(clients::store::Seen, Vec<Measure>)> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    if seen.locked {
        return Ok((seen, Vec::new()));
    }
    let reach = rights::reach(op, &mut tx, &seen).await?;
    let since = op.today().saturating_sub(MONTHS_BACK.months());
    let all = heads::heads_of_client(&mut tx, op.org(), client).await?;
    let measures = all
        .into_iter()
        .filter(|one| is_measure(&one.type_code) || one.type_code == ENTRY)
        .filter(|one| !matches!(one.word(), "replaced" | "invalidated") && reach.shows(op, one))
        .filter(|one| finnish_date(one.event) >= since)
        .map(|head| Measure { month: first_of_month(finnish_date(head.event)), head })
        .collect();
    Ok((seen, measures))
}

fn first_of_month(day: Date) -> Date {
    Date::new(day.year(), day.month(), 1).unwrap_or(date(day.year(), 1, 1))
}

/// `9/2026`
fn month_text(month: Date) -> String {
    format!("{}/{}", month.month(), month.year())
}

/// `GET /asiakkaat/{client}/rajoitukset`: the measures of the last year, the limits of each, and the month's summary
///
/// # Errors
/// The refusals of opening the client.
pub async fn show(op: Op, Path(client): Path<String>) -> Result<Response> {
    Ok(sheet(&op, &client, None).await?.html())
}

async fn sheet(op: &Op, client: &str, fault: Option<&'static str>) -> Result<Sheet> {
    let (seen, measures) = measures(op, client).await?;
    let event = Event::of_client(Action::Read, &seen.client).detail("rajoitukset").count(measures.len());
    use_log::write_now(op, event).await?;
    let mut sheet = Sheet::new(op.page(op.t.get("restrictions-title")), op.t.get("restrictions-title"));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    if let Some(key) = fault {
        sheet = sheet.fault(op.t.get(key));
    }
    if seen.locked {
        return Ok(sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("client-locked")))));
    }
    sheet = match measures.is_empty() {
        true => sheet.with(Block::Empty(op.t.get("restrictions-none"))),
        false => sheet.with(Block::Table(table(op, &measures))),
    };
    if op.kind == Kind::Provider && !measures.is_empty() {
        let sent = sent_months(op, client, &seen).await?;
        let mut months: Vec<Date> = measures.iter().map(|one| one.month).collect();
        months.dedup();
        let options = months.iter().map(|month| (month.to_string(), month_label(op, *month, &sent))).collect();
        let first = months.first().map(ToString::to_string).unwrap_or_default();
        let field = Field::new("kuukausi", op.t.get("restrictions-month"), first, Input::Choice(options)).required();
        let form = Form::new(
            "kuukausikooste",
            format!("/asiakkaat/{client}/rajoitukset"),
            vec![field],
            op.t.get("restrictions-send"),
        );
        sheet = sheet
            .with(Block::Heading(op.t.get("restrictions-monthly")))
            .with(Block::Text(op.t.get("restrictions-monthly-text")))
            .with(Block::Form(form));
    }
    Ok(sheet.with(Block::Heading(op.t.get("restrictions-limits"))).with(Block::Facts(limits(op))))
}

fn month_label(op: &Op, month: Date, sent: &[Date]) -> String {
    match sent.contains(&month) {
        true => op.t.with("restrictions-month-sent", [("month", month_text(month))]),
        false => month_text(month),
    }
}

fn table(op: &Op, measures: &[Measure]) -> Table {
    let rows = measures.iter().map(|one| Row {
        key: one.head.oid.to_string(),
        state: one.head.word().into(),
        kind: one.head.type_code.clone(),
        case: one.head.case.as_ref().map(ToString::to_string).unwrap_or_default(),
        cells: vec![
            Cell::link(format!("/asiakirjat/{}", one.head.oid), clients::pages::title(op, &one.head)),
            Cell::Text(people::moment(one.head.event)),
            Cell::Text(format!("{}, {}", one.head.author, one.head.unit_name)),
            Cell::Chip(Chip::state(&op.t, one.head.word())),
        ],
    });
    Table {
        id: "rajoitukset",
        caption: op.t.get("restrictions-title"),
        head: ["col-document", "col-event", "col-author", "col-state"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

/// The limits of each measure as far as a source tells them; what none tells is said to be open, never made up.
fn limits(op: &Op) -> Vec<(String, String)> {
    let name = |kind: &str| op.app.config.catalogue.newest(kind).map(|one| one.name(op.lang()).to_owned());
    KINDS
        .iter()
        .filter_map(|kind| {
            let said = match kind.days {
                Some(days) => {
                    let args = [
                        ("institution", days.institution),
                        ("continued", days.continued),
                        ("organiser", days.organiser),
                    ];
                    let said = op.t.with("restriction-days", args);
                    if days.confirmed { said } else { format!("{said} {}", op.t.get("restriction-unconfirmed")) }
                }
                None => op.t.get("restriction-days-open"),
            };
            Some((name(kind.type_code)?, said))
        })
        .collect()
}

/// Months whose summary has been sent; the message's start of an address keeps the month, which names nobody.
async fn sent_months(op: &Op, client: &str, seen: &clients::store::Seen) -> Result<Vec<Date>> {
    let mut tx = op.read().await?;
    let rows = sqlx::query(
        "SELECT DISTINCT m.prefill FROM cw_message m JOIN cw_message_case c ON c.org = m.org AND c.message = m.id
          WHERE m.org = $1 AND m.kind = 'restriction_month' AND m.direction = 'out' AND m.other = $2 AND c.client = $3",
    )
    .bind(op.org())
    .bind(seen.client.register.as_str())
    .bind(client)
    .fetch_all(&mut *tx)
    .await?;
    let month = |text: String| text.strip_prefix("kuukausi=").and_then(|day| day.parse().ok());
    let texts = rows.iter().map(|row| row.try_get::<String, _>("prefill"));
    Ok(texts.collect::<std::result::Result<Vec<_>, _>>()?.into_iter().filter_map(month).collect())
}

/// `POST /asiakkaat/{client}/rajoitukset`: `kuukausi`: the month's measures go to the responsible social worker as a message
///
/// # Errors
/// The refusals of opening the client; a month without measures comes back with a sentence.
pub async fn send(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let (seen, measures) = measures(&op, &client).await?;
    let month: Option<Date> = posted.get("kuukausi").parse().ok().filter(|day: &Date| day.day() == 1);
    let chosen: Vec<&Measure> = measures.iter().filter(|one| Some(one.month) == month).collect();
    let (Some(month), false) = (month, chosen.is_empty() || seen.client.register == op.org) else {
        return Ok(sheet(&op, &client, Some("restrictions-month-empty"))
            .await?
            .html_as(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let mut lines = vec![op.t.with("restrictions-monthly-head", [("month", month_text(month))])];
    lines.extend(chosen.iter().rev().map(|one| {
        let title = one.head.title.clone();
        let args = [("when", people::moment(one.head.event)), ("title", title), ("oid", one.head.oid.to_string())];
        op.t.with("restrictions-monthly-line", args)
    }));
    let mut cases: Vec<String> = chosen.iter().filter_map(|one| Some(one.head.case.as_ref()?.to_string())).collect();
    cases.sort();
    cases.dedup();
    let new = New {
        kind: "restriction_month",
        to: &seen.client.register,
        text: &lines.join("\n"),
        cases,
        document: None,
        prefill: format!("kuukausi={month}"),
        answers: None,
        hetu: None,
    };
    let shown = chosen.iter().map(|one| (one.head.oid.to_string(), one.head.version));
    let event = Event::of_client(Action::Change, &seen.client).detail("rajoitusten kuukausikooste").documents(shown);
    let mut tx = op.write().await?;
    let id = messages::send(&op, &mut tx, &new).await?;
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&format!("/viestit/{id}")))
}
