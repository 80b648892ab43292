//! `/asiakkaat/{client}/kooste`: the client data summary (asiakastiedon kooste, FR-59), basic or enriched. The archive
//! makes it anew for the worker's own rights; here it is shown and stored nowhere. What the rights do not reach is not in
//! it, and the page does not say that anything is missing.

use ::store::log::{Action, Outcome};
use axum::{extract::Path, response::Response};
use kanta::{
    Code,
    ack::AckType,
    ids::Situation,
    query::{
        QueryKind,
        summary::{ClientSummary, Decision, Named, Person, Plan, Related, Relationship, Summary, Unit, Worker},
    },
};
use records::{
    code::{ServiceTask, SocialService},
    refusal::Refusal,
};
use web::ui::{Field, Input, Notice, Tone};

use super::{
    elsewhere, pages,
    store::{self, Seen},
};
use crate::{
    error::Result,
    op::Op,
    people,
    posted::Posted,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// `GET /asiakkaat/{client}/kooste`
pub async fn ask(op: Op, Path(client): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = store::open(&op, &mut tx, &client).await?;
    drop(tx);
    let mut sheet = blank(&op, &seen, "perus");
    if let Err(refusal) = elsewhere::strong(&op, &seen) {
        sheet = sheet.with(Block::Notice(
            Notice::new(Tone::Warning, refusal.sentence(op.lang())).text(op.t.get("summary-needs-card")),
        ));
        sheet = sheet.with(Block::Links(vec![Link::new("kortti", "/kirjaudu/kortti", op.t.get("login-with-card"))]));
    }
    Ok(sheet.html())
}

fn blank(op: &Op, seen: &Seen, extent: &str) -> Sheet {
    let title = op.t.get("summary-title");
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.get("summary-text")));
    sheet.identity = Some(pages::identity(op, seen));
    let options = ["perus", "rikastettu"].map(|one| (one.to_owned(), op.t.get(&format!("summary-{one}")))).to_vec();
    let field = Field::new("laajuus", op.t.get("summary-extent"), extent, Input::Radio(options)).required();
    let path = format!("/asiakkaat/{}/kooste", seen.client.id);
    sheet.with(Block::Form(Form::new("kooste", path, vec![field], op.t.get("summary-submit"))))
}

/// `POST /asiakkaat/{client}/kooste`: `laajuus` (`perus`, `rikastettu`)
pub async fn show(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let (seen, parts) = fetch(&op, &client, &posted, Action::Read).await?;
    let extent = if enriched(&posted) { "rikastettu" } else { "perus" };
    let hidden = Field::new("laajuus", "", extent, Input::Hidden);
    let path = format!("/asiakkaat/{client}/kooste/tuloste");
    let print = Form::new("tulosta", path, vec![hidden], op.t.get("print-pdf")).quiet();
    let mut sheet = blank(&op, &seen, extent).with(Block::Form(print));
    for part in parts {
        sheet = sheet.with(part);
    }
    Ok(sheet.html())
}

fn enriched(posted: &Posted) -> bool {
    posted.get("laajuus") == "rikastettu"
}

/// Asks the archive for a summary and logs the use as `action`: to be read or to be printed.
///
/// # Errors
/// A page that leads to the card, the refusal of the archive, or a fault of ours.
pub async fn fetch(op: &Op, client: &str, posted: &Posted, action: Action) -> Result<(Seen, Vec<Block>)> {
    let mut tx = op.read().await?;
    let seen = store::open(op, &mut tx, client).await?;
    drop(tx);
    if let Err(refusal) = elsewhere::strong(op, &seen) {
        let page = crate::error::refusal_page(refusal, op.lang());
        return Err(page.onward("/kirjaudu/kortti", "login-with-card").into());
    }
    let enriched = enriched(posted);
    let (mut query, key) = elsewhere::question(&seen, QueryKind::Summary)?;
    query.enriched = enriched;
    let answer = elsewhere::send(op, query, key).await?;
    let outcome = match answer.details.first() {
        Some(detail) if answer.ack != AckType::Accepted => Outcome::Refused(detail.code.clone()),
        _ => Outcome::Done,
    };
    let event = Event::of_client(action, &seen.client).outcome(outcome);
    use_log::write_now(op, event.detail(if enriched { "kooste: enriched" } else { "kooste: basic" })).await?;
    if answer.ack != AckType::Accepted {
        let code = answer.details.first().map_or("RKO_NOT_VALID", |detail| detail.code.as_str());
        return Err(op.refuse(Refusal::parse(code).unwrap_or(Refusal::RkoNotValid)));
    }
    let mut sheet = Sheet::new(op.page(""), "");
    match &answer.summary {
        Some(summary) => {
            sheet = head(op, sheet, summary);
            for one in &summary.clients {
                sheet = client_part(op, sheet, one, summary.clients.len() > 1);
            }
        }
        None => sheet = sheet.with(Block::Empty(op.t.get("summary-empty"))),
    }
    Ok((seen, sheet.blocks))
}

fn head(op: &Op, sheet: Sheet, summary: &Summary) -> Sheet {
    let basis = match summary.basis {
        Situation::RegisterAccess => op.t.get("summary-basis-right"),
        _ => op.t.get("summary-basis-own"),
    };
    let args = [
        ("when", people::moment(summary.made)),
        ("who", op.actor.name()),
        ("controller", summary.controller.name.clone()),
        ("basis", basis),
    ];
    sheet.with(Block::Small(op.t.with("summary-made", args)))
}

fn client_part(op: &Op, mut sheet: Sheet, one: &ClientSummary, several: bool) -> Sheet {
    if let Some(person) = &one.person {
        let title = if several { format!("{} {}", person.family, person.given) } else { op.t.get("summary-person") };
        sheet = sheet.with(Block::Heading(title)).with(Block::Facts(person_facts(op, person)));
    }
    for risk in &one.risks {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("fact-risk")).text(risk.text.clone())));
    }
    if let Some(relationship) = &one.relationship {
        sheet = relationship_part(op, sheet, relationship);
    }
    sheet = table(
        op,
        sheet,
        "kooste-asiat",
        "summary-cases",
        &["col-case", "col-task", "col-state", "col-opened", "col-case-oid"],
        case_rows(op, one),
    );
    sheet = table(
        op,
        sheet,
        "kooste-paatokset",
        "summary-decisions",
        &["col-document", "col-service", "col-period", "summary-decided"],
        one.decisions.iter().map(|decision| decision_row(op, decision)).collect(),
    );
    sheet = table(
        op,
        sheet,
        "kooste-suunnitelmat",
        "summary-plans",
        &["col-document", "summary-drawn", "summary-review", "goals-title"],
        one.plans.iter().map(|plan| plan_row(op, plan)).collect(),
    );
    let documents = one.documents.iter().map(|line| Row {
        key: line.id.to_string(),
        kind: line.type_code.code.clone(),
        cells: vec![
            Cell::Text(kind_name(op, &line.type_code)),
            Cell::Text(people::day(line.event)),
            Cell::Text(tasks(op, &line.tasks)),
        ],
        ..Row::default()
    });
    table(
        op,
        sheet,
        "kooste-asiakirjat",
        "summary-documents",
        &["col-document", "col-event", "col-task"],
        documents.collect(),
    )
}

/// A table under its caption; nothing at all when there are no rows, since an empty part would tell that there is one.
fn table(op: &Op, sheet: Sheet, id: &'static str, caption: &str, head: &[&str], rows: Vec<Row>) -> Sheet {
    if rows.is_empty() {
        return sheet;
    }
    sheet.with(Block::Table(Table {
        id,
        caption: op.t.get(caption),
        head: head.iter().map(|key| op.t.get(key)).collect(),
        rows,
    }))
}

fn person_facts(op: &Op, person: &Person) -> Vec<(String, String)> {
    let mut facts = vec![(op.t.get("col-name"), format!("{} {}", person.family, person.given))];
    let mut put = |key: &str, value: Option<String>| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push((op.t.get(key), value));
        }
    };
    let named = |named: &Option<Named>| {
        named.as_ref().map(|one| if one.name.is_empty() { one.code.clone() } else { one.name.clone() })
    };
    put("alert-protected", person.non_disclosure.then(|| op.t.get("yes")));
    put("summary-language", named(&person.service_language).or_else(|| named(&person.mother_tongue)));
    put("fact-interpreter", person.interpreter.then(|| op.t.get("yes")));
    put("summary-municipality", named(&person.municipality));
    put("field-phone", person.phone.clone());
    put("summary-email", person.email.clone());
    for address in &person.addresses {
        put("summary-address", Some(address.text.clone()));
    }
    facts
}

fn relationship_part(op: &Op, sheet: Sheet, relationship: &Relationship) -> Sheet {
    let period = crate::access_rights::grants::period(relationship.started, relationship.ended);
    let sheet = sheet.with(Block::Facts(vec![(op.t.get("summary-relationship"), period)]));
    let sheet = table(
        op,
        sheet,
        "kooste-tyontekijat",
        "summary-workers",
        &["col-name", "col-unit", "field-phone"],
        relationship.workers.iter().map(worker_row).collect(),
    );
    let sheet = table(
        op,
        sheet,
        "kooste-yksikot",
        "summary-units",
        &["col-unit", "col-task", "col-service", "col-period"],
        relationship.units.iter().map(|unit| unit_row(op, unit)).collect(),
    );
    table(
        op,
        sheet,
        "kooste-laheiset",
        "summary-related",
        &["col-name", "summary-role", "field-phone"],
        relationship.related.iter().map(related_row).collect(),
    )
}

fn worker_row(worker: &Worker) -> Row {
    cells([
        format!("{} {}", worker.family, worker.given),
        worker.unit.clone().unwrap_or_default(),
        worker.phone.clone().unwrap_or_default(),
    ])
}

fn unit_row(op: &Op, unit: &Unit) -> Row {
    let services: Vec<String> =
        unit.services.iter().map(|code| SocialService::new(code.code.clone()).name(op.lang())).collect();
    cells([
        unit.name.clone(),
        unit.task.as_ref().map(|task| tasks(op, std::slice::from_ref(task))).unwrap_or_default(),
        services.join(", "),
        crate::access_rights::grants::period(unit.from, unit.to),
    ])
}

fn related_row(person: &Related) -> Row {
    let roles: Vec<String> = person.roles.iter().cloned().chain(person.authority.clone()).collect();
    let phone = person.phone.clone().unwrap_or_default();
    cells([format!("{} {}", person.family, person.given), roles.join(", "), phone])
}

fn cells<const N: usize>(texts: [String; N]) -> Row {
    Row { cells: texts.map(Cell::Text).into(), ..Row::default() }
}

fn case_rows(op: &Op, one: &ClientSummary) -> Vec<Row> {
    one.cases
        .iter()
        .map(|case| {
            let state = if case.closed.is_none() { "open" } else { "closed" };
            let name = if case.name.name.is_empty() { &case.name.code } else { &case.name.name };
            let mut row = cells([
                name.clone(),
                tasks(op, std::slice::from_ref(&case.task)),
                op.t.get(&format!("case-state-{state}")),
                people::day(case.opened),
                case.id.to_string(),
            ]);
            (row.key, row.state) = (case.id.to_string(), state.into());
            row
        })
        .collect()
}

fn decision_row(op: &Op, decision: &Decision) -> Row {
    let services: Vec<String> =
        decision.services.iter().map(|code| SocialService::new(code.code.clone()).name(op.lang())).collect();
    let day = |day: Option<jiff::civil::Date>| day.map(people::day).unwrap_or_default();
    let mut row = cells([
        kind_name(op, &decision.type_code),
        services.join(", "),
        format!("{}–{}", day(decision.from), day(decision.to)),
        day(decision.decided),
    ]);
    (row.key, row.kind) = (decision.source.to_string(), decision.type_code.code.clone());
    row
}

fn plan_row(op: &Op, plan: &Plan) -> Row {
    let review =
        plan.review.as_deref().map(|text| people::day_text(text.get(..10).unwrap_or(text))).unwrap_or_default();
    let mut row = cells([kind_name(op, &plan.type_code), people::day(plan.drawn_up), review, plan.goals.join("; ")]);
    (row.key, row.kind) = (plan.source.to_string(), plan.type_code.code.clone());
    row
}

fn kind_name(op: &Op, code: &Code) -> String {
    let known = op.app.config.catalogue.newest(&code.code);
    known.map_or_else(|| code.name.clone().unwrap_or_else(|| code.code.clone()), |one| one.name(op.lang()).to_owned())
}

fn tasks(op: &Op, codes: &[Code]) -> String {
    let name = |code: &Code| match ServiceTask::parse(&code.code) {
        Some(task) => task.name(op.lang()).to_owned(),
        None => code.name.clone().unwrap_or_else(|| code.code.clone()),
    };
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}
