//! `/asiat/{oid}`: one case with its state, its links, and what can be done with it.

use ::store::log::Action;
use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::civil::Date;
use kanta::document::CaseLink;
use records::{code::CaseState, refusal::Refusal};
use web::ui::{Field, Input, Notice, Tone};

use super::{
    life::{self, Change, Link as Joined, Obstacle},
    open::{self, Opening},
    pages as opening,
    store::{self, Case},
};
use crate::{
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    routes::see,
    sheet::{Block, Form, Group, Link, Sheet},
    use_log::{self, Event},
};

struct Loaded {
    case: Case,
    seen: Seen,
    links: Vec<Joined>,
    obstacles: Vec<Obstacle>,
}

async fn load(op: &Op, oid: &str) -> Result<Loaded> {
    let mut tx = op.read().await?;
    let case = match store::by_oid(op, &mut tx, oid).await {
        // As for a case of a client whom the worker may not see.
        Err(Fault::NotFound) => return Err(op.refuse(Refusal::NoContextRelation)),
        other => other?,
    };
    let seen = clients::store::open(op, &mut tx, &case.client).await?;
    if !op.covers(case.task) {
        return Err(op.refuse(Refusal::NoContextRelation));
    }
    let links = life::links(op, &mut tx, &case).await?;
    let changes = case.open && life::may_change(op, &case).is_ok();
    let obstacles = if changes { life::obstacles(op, &mut tx, &seen, &case).await? } else { Vec::new() };
    Ok(Loaded { case, seen, links, obstacles })
}

/// `GET /asiat/{oid}`
pub async fn show(op: Op, Path(oid): Path<String>) -> Result<Response> {
    let loaded = load(&op, &oid).await?;
    let event = Event::of_client(Action::Read, &loaded.seen.client).case(loaded.case.oid.as_str());
    use_log::write_now(&op, event).await?;
    Ok(sheet(&op, &loaded, &[], None).html())
}

fn sheet(op: &Op, loaded: &Loaded, typed: &[(String, String)], fault: Option<String>) -> Sheet {
    let Loaded { case, seen, links, obstacles } = loaded;
    let name = clients::pages::case_name(op, case);
    let mut sheet = Sheet::new(op.page(&name), &name);
    sheet.identity = Some(clients::pages::identity(op, seen));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    sheet = sheet.with(Block::Facts(facts(op, case, links)));
    if life::may_change(op, case).is_err() {
        return sheet.with(Block::Small(op.t.get("case-not-yours")));
    }
    if case.open {
        sheet = closing(op, sheet, case, obstacles, typed);
        if !op.actor.tasks.iter().any(|code| code != case.task.code()) {
            return sheet;
        }
        let form = extension(op, case, typed).folded(op.t.get("case-extend-open"));
        return sheet.with(Block::Heading(op.t.get("case-extend"))).with(Block::Form(form));
    }
    if let Some(last) = life::late_until(case).filter(|last| op.today() <= *last) {
        let day = people::day(last);
        let href = format!("/asiakkaat/{}/asiakirja/19005?asia={}", case.client, case.oid);
        sheet = sheet
            .with(Block::Notice(Notice::new(Tone::Info, op.t.with("case-late", [("day", day)]))))
            .with(Block::Links(vec![Link::new("jalkikirjaus", href, op.t.get("case-late-entry"))]));
    } else {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Info, op.t.get("case-late-over"))));
    }
    let reason = Field::line("syy", op.t.get("field-reopen-reason"), value(typed, "syy")).required();
    sheet.with(Block::Heading(op.t.get("case-reopen"))).with(Block::Form(Form::new(
        "avaa-asia",
        format!("/asiat/{}/avaa", case.oid),
        vec![reason],
        op.t.get("case-reopen"),
    )))
}

fn value(typed: &[(String, String)], name: &str) -> String {
    typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
}

fn facts(op: &Op, case: &Case, links: &[Joined]) -> Vec<(String, String)> {
    let state = if case.open { "open" } else { "closed" };
    let mut facts = vec![
        (op.t.get("col-task"), case.task.name(op.lang()).to_owned()),
        (op.t.get("col-state"), op.t.get(&format!("case-state-{state}"))),
        (op.t.get("col-opened"), people::day(case.opened)),
    ];
    if let Some(day) = case.closed {
        facts.push((op.t.get("col-closed"), people::day(day)));
    }
    facts.push((op.t.get("col-case-oid"), case.oid.to_string()));
    for joined in links {
        let key = match joined.forward {
            true => format!("case-link-back-{}", joined.kind),
            false => format!("case-link-on-{}", joined.kind),
        };
        let task = joined.task.map(|task| task.name(op.lang()).to_owned()).unwrap_or_default();
        let (case, day) = (joined.link.case.to_string(), people::day(joined.link.since));
        let reason = joined.link.reason.clone().unwrap_or_default();
        let args = [("task", task), ("case", case), ("day", day), ("who", joined.by.clone()), ("reason", reason)];
        facts.push((op.t.get(&key), op.t.with("case-link", args)));
    }
    facts
}

fn closing(op: &Op, sheet: Sheet, case: &Case, obstacles: &[Obstacle], typed: &[(String, String)]) -> Sheet {
    let mut sheet = sheet.with(Block::Heading(op.t.get("case-close")));
    for (soft, key) in [(false, "case-close-stopped"), (true, "case-close-notes")] {
        let lines: Vec<&Obstacle> = obstacles.iter().filter(|one| one.overridable == soft).collect();
        if lines.is_empty() {
            continue;
        }
        let tone = if soft { Tone::Warning } else { Tone::Bad };
        let said: Vec<String> = lines.iter().map(|one| said(op, one)).collect();
        sheet = sheet.with(Block::Notice(Notice::new(tone, op.t.get(key)).text(said.join(" "))));
        let links =
            lines.iter().map(|one| Link::new("este", one.href.clone(), op.t.get(&format!("obstacle-go-{}", one.key))));
        sheet = sheet.with(Block::Links(links.collect()));
    }
    if obstacles.iter().any(|one| !one.overridable) {
        return sheet;
    }
    let day = match value(typed, "paattyy") {
        typed if typed.is_empty() => op.today().to_string(),
        typed => typed,
    };
    let mut fields = vec![Field::new("paattyy", op.t.get("field-closed-on"), day, Input::Line("date")).required()];
    if !obstacles.is_empty() {
        fields.push(
            Field::line("syy", op.t.get("field-close-reason"), value(typed, "syy"))
                .hint(op.t.get("field-close-reason-hint"))
                .required(),
        );
    }
    sheet.with(Block::Form(Form::new(
        "paata-asia",
        format!("/asiat/{}/paata", case.oid),
        fields,
        op.t.get("case-close"),
    )))
}

fn said(op: &Op, one: &Obstacle) -> String {
    op.t.with(&format!("obstacle-{}", one.key), [("n", one.count.to_string()), ("what", one.what.clone())])
}

/// `POST /asiat/{oid}/paata`: `paattyy`, `syy` (FR-06)
pub async fn close(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let loaded = load(&op, &oid).await?;
    life::may_change(&op, &loaded.case)?;
    let again =
        |message: String| Ok(sheet(&op, &loaded, &posted.0, Some(message)).html_as(StatusCode::UNPROCESSABLE_ENTITY));
    if !loaded.case.open {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    if loaded.obstacles.iter().any(|one| !one.overridable) {
        return again(op.t.get("fault-obstacles"));
    }
    let reason = posted.get("syy");
    if !loaded.obstacles.is_empty() && reason.is_empty() {
        return again(op.t.get("fault-close-reason"));
    }
    let fits = |day: &Date| (loaded.case.opened..=op.today()).contains(day);
    let Some(day) = people::read_day(posted.get("paattyy")).filter(fits) else {
        return again(op.t.get("fault-closed-on"));
    };
    let reason = if reason.is_empty() { "asia päättyi" } else { reason };
    let change = Change { state: Some((CaseState::Closed, Some(day))), content: None, reason };
    life::change(&op, &loaded.seen, &loaded.case, &change).await?;
    Ok(see(&format!("/asiat/{oid}")))
}

/// `POST /asiat/{oid}/avaa`: `syy` (functional specification 3.1 rule 5)
pub async fn reopen(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let loaded = load(&op, &oid).await?;
    life::may_change(&op, &loaded.case)?;
    if loaded.case.open {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let reason = posted.get("syy");
    if reason.is_empty() {
        let sheet = sheet(&op, &loaded, &posted.0, Some(op.t.get("fault-reason")));
        return Ok(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    }
    let change = Change { state: Some((CaseState::Open, None)), content: None, reason };
    life::change(&op, &loaded.seen, &loaded.case, &change).await?;
    Ok(see(&format!("/asiat/{oid}")))
}

fn extension(op: &Op, case: &Case, typed: &[(String, String)]) -> Form {
    let kinds = ["extends", "moves"].map(|kind| (kind.to_owned(), op.t.get(&format!("case-kind-{kind}")))).to_vec();
    let kind = match value(typed, "tapa") {
        typed if typed.is_empty() => "extends".to_owned(),
        typed => typed,
    };
    let mut fields = vec![Field::new("tapa", op.t.get("field-link-kind"), kind, Input::Radio(kinds)).required()];
    // Another task than that of the case: in the same one a further case needs no link.
    fields.extend(opening::case_fields(op, typed, true).into_iter().map(|field| match field.input {
        Input::Choice(options) if field.name == "tehtava" => {
            let other = options.into_iter().filter(|(code, _)| code != case.task.code()).collect();
            Field { input: Input::Choice(other), ..field }
        }
        input => Field { input, ..field },
    }));
    fields.push(Field::line("syy", op.t.get("field-link-reason"), value(typed, "syy")).required());
    Form {
        id: "laajenna".into(),
        action: format!("/asiat/{}/laajenna", case.oid),
        context: op.t.get("case-extend-text"),
        groups: vec![Group { fields, ..Group::default() }],
        submit: op.t.get("case-extend-submit"),
        ..Form::default()
    }
}

/// `POST /asiat/{oid}/laajenna`: a new case in another task, joined to this one (FR-05)
pub async fn extend(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let loaded = load(&op, &oid).await?;
    life::may_change(&op, &loaded.case)?;
    let again =
        |key: &str| Ok(sheet(&op, &loaded, &posted.0, Some(op.t.get(key))).html_as(StatusCode::UNPROCESSABLE_ENTITY));
    let form = match opening::case_form(&op, &posted) {
        Ok(form) => form,
        Err(key) => return again(key),
    };
    if form.task == loaded.case.task {
        return again("fault-same-task");
    }
    let reason = posted.get("syy");
    let kind = posted.get("tapa");
    if reason.is_empty() || !["extends", "moves"].contains(&kind) {
        return again("fault-reason");
    }
    let link = CaseLink { case: loaded.case.oid.clone(), since: op.today(), reason: Some(reason.to_owned()) };
    let opening = Opening {
        person: &loaded.seen.client.person,
        arrangement: loaded.seen.client.arrangement,
        task: form.task,
        name: form.name,
        extra: &form.extra,
        event: form.event,
        urgency: Some(posted.get("kiireellisyys")),
        notification: None,
        service: None,
        joins: Some((link, kind)),
    };
    match open::open(&op, opening).await? {
        open::Opened::Client(client) => Ok(see(&format!("/asiakkaat/{client}#asiat"))),
        open::Opened::Faults(_) => Err(op.refuse(Refusal::SchemaInvalid)),
    }
}
