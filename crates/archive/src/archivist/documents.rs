//! `/arkisto/asiakirjat/{oid}`: one document's metadata, versions, receipts and refusals; its content only after a reason,
//! by a read that the log names with its client.

use super::{
    Fault, Op, Result, names, right, search,
    search::Line,
    session::Posted,
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::{log::log_client, maintenance::stored};
use axum::{extract::Path, response::Response};
use kanta::Limits;
use records::{
    access::{Act, ClientKey, REASON_CHARACTERS_MIN},
    id::OrganisationId,
    refusal::Refusal,
};
use sqlx::Row as _;
use store::log::{Action, LogDocument, Reason};
use web::ui::{Field, Input, Notice, Tone};

/// Why an archivist opens a document's content; our own list, since the decree names none.
pub const REASONS: [&str; 4] = ["tietopyynto", "korjaus", "selvitys", "havittaminen"];

fn path(document: &str) -> String {
    format!("/arkisto/asiakirjat/{document}")
}

/// The document, when the duty reaches it; otherwise it looks like one that does not exist.
async fn reached(op: &Op, document: &str, act: Act) -> Result<(Line, Vec<Line>)> {
    let register = op.register()?;
    let controller = OrganisationId::parse(register).map_err(|_| Fault::NotFound)?;
    let mut tx = op.app.db.read().await?;
    let line = search::line(&mut tx, register, document).await?.ok_or(Fault::NotFound)?;
    let clients: Vec<ClientKey> = line.clients.iter().map(|client| ClientKey::new(client.clone())).collect();
    let facts = line.facts(&controller, act == Act::Read);
    let asked = (act == Act::Read).then(|| facts.clone());
    let allowed = right::decide(op, &mut tx, act, clients, asked).await.map_err(|fault| match fault {
        // What the decree keeps from the archive looks like nothing.
        Fault::Refused(Refusal::RoleForbidden, _) => Fault::NotFound,
        other => other,
    })?;
    if act == Act::Search && !allowed.covers(&facts) {
        return Err(Fault::NotFound);
    }
    let versions = search::versions(&mut tx, register, &line.set).await?;
    Ok((line, versions))
}

fn logged(line: &Line) -> Vec<LogDocument> {
    vec![LogDocument { id: line.document.clone(), version: u32::try_from(line.version).unwrap_or(0) }]
}

/// `GET /arkisto/asiakirjat/{oid}`
///
/// # Errors
/// Not found for a document that the duty does not reach.
pub async fn show(op: Op, Path(document): Path<String>) -> Result<Response> {
    let (line, versions) = reached(&op, &document, Act::Search).await?;
    let mut event = right::event(&op, Action::Search);
    event.documents = logged(&line);
    event.case = Some(line.case.clone()).filter(|case| !case.is_empty());
    event.count = 1;
    right::record(&op.app, event, op.lang()).await?;
    sheet(&op, &line, &versions, None).await.map(|sheet| sheet.html())
}

async fn sheet(op: &Op, line: &Line, versions: &[Line], wrong: Option<(&Posted, String)>) -> Result<Sheet> {
    let t = &op.t;
    let title = names::document_type(&op.app, &line.type_code, op.lang());
    let mut sheet = Sheet::new(op.page(&title, &path(&line.document)))
        .with(Block::Facts(facts(op, line).await))
        .with(Block::Table(version_table(op, line, versions).await));
    let refusals = refusal_table(op, versions).await?;
    sheet = match refusals.rows.is_empty() {
        true => sheet.with(Block::Text(t.get("document-no-refusals"))),
        false => sheet.with(Block::Table(refusals)),
    };
    if line.state == "invalidated" {
        let notice = Notice::new(Tone::Warning, t.get("document-invalidated"));
        return Ok(sheet.with(Block::Notice(notice.text(t.get("document-invalidated-text")))));
    }
    let form = Form::new(
        "avaa",
        format!("{}/avaa", path(&line.document)),
        reason_fields(op, wrong),
        t.get("document-open-submit"),
    );
    Ok(sheet
        .with(Block::Heading(t.get("document-open")))
        .with(Block::Text(t.get("document-open-text")))
        .with(Block::Form(form)))
}

fn reason_fields(op: &Op, wrong: Option<(&Posted, String)>) -> Vec<Field> {
    let t = &op.t;
    let had = |name: &str| wrong.as_ref().map_or(String::new(), |(posted, _)| posted.get(name).to_owned());
    let reasons = REASONS.iter().map(|code| ((*code).to_owned(), t.get(&format!("reason-{code}")))).collect();
    let mut text = Field::new("perustelu", t.get("document-reason-text"), had("perustelu"), Input::Text(3))
        .hint(t.with("document-reason-hint", [("n", REASON_CHARACTERS_MIN)]))
        .required();
    if let Some((_, said)) = &wrong {
        text = text.error(said.clone());
    }
    vec![Field::new("peruste", t.get("document-reason"), had("peruste"), Input::Choice(reasons)).required(), text]
}

async fn facts(op: &Op, line: &Line) -> Vec<(String, String)> {
    let t = &op.t;
    let (unit, unit_of) = names::unit(&op.app, &line.unit).await;
    let pair = |key: &str, value: String| (t.get(key), value);
    let unit = if unit_of.is_empty() { unit } else { format!("{unit}, {unit_of}") };
    vec![
        pair("col-oid", line.document.clone()),
        pair("col-set", line.set.clone()),
        pair("col-version", line.version.to_string()),
        pair("col-state", t.get(&format!("document-state-{}", line.state))),
        pair("col-case", line.case.clone()),
        pair("col-task", names::tasks(&line.tasks, op.lang())),
        pair("col-event", names::moment(line.event, op.lang())),
        pair("col-created", names::moment(line.created, op.lang())),
        pair("col-archived", names::moment(line.archived, op.lang())),
        pair("col-unit", unit),
        pair("col-author-organisation", names::organisation(&op.app, &line.author_organisation).await),
        pair("col-connecting", names::organisation(&op.app, &line.connecting).await),
        pair("col-basis", t.get(&format!("basis-{}", line.basis))),
        pair("col-receipt", line.receipt.clone()),
        pair("col-sha256", line.sha256.clone()),
        pair("col-clients", line.clients.len().to_string()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect()
}

async fn version_table(op: &Op, shown: &Line, versions: &[Line]) -> Table {
    let mut rows = Vec::with_capacity(versions.len());
    for line in versions {
        let oid = match line.document == shown.document {
            true => Cell::text(&line.document),
            false => Cell::Link(path(&line.document), line.document.clone()),
        };
        let cells = vec![
            Cell::text(line.version),
            oid,
            Cell::Chip(search::state_chip(op, &line.state)),
            Cell::Text(names::moment(line.archived, op.lang())),
            Cell::Text(names::organisation(&op.app, &line.author_organisation).await),
            Cell::text(&line.receipt),
        ];
        rows.push((line.document.clone(), cells));
    }
    let head = ["col-version", "col-oid", "col-state", "col-archived", "col-author-organisation", "col-receipt"];
    Table {
        id: "versiot",
        caption: op.t.get("document-versions"),
        head: head.iter().map(|key| op.t.get(key)).collect(),
        rows,
    }
}

/// Refused messages that named one of the versions: for example those before the one that was stored.
async fn refusal_table(op: &Op, versions: &[Line]) -> Result<Table> {
    let mut tx = op.app.db.read().await?;
    let mut rows = Vec::new();
    for line in versions {
        let found = sqlx::query(
            "SELECT at, cause, sender FROM refusals WHERE register = $1 AND document = $2 ORDER BY at DESC LIMIT 20",
        )
        .bind(op.post.organisation.clone())
        .bind(line.document.clone())
        .fetch_all(&mut *tx)
        .await?;
        for row in found {
            let code: String = row.get(1);
            let cells = vec![
                Cell::Text(names::moment(crate::intake::working::instant(row.get(0)), op.lang())),
                Cell::Link(format!("/virheet/{code}"), code),
                Cell::Text(names::organisation(&op.app, row.get(2)).await),
                Cell::text(line.version),
            ];
            rows.push((line.document.clone(), cells));
        }
    }
    let head = ["col-time", "col-cause", "col-sender", "col-version"];
    Ok(Table {
        id: "hylkaykset",
        caption: op.t.get("document-refusals"),
        head: head.iter().map(|key| op.t.get(key)).collect(),
        rows,
    })
}

/// `POST /arkisto/asiakirjat/{oid}/avaa`: `peruste` (one of [`REASONS`]), `perustelu`
///
/// # Errors
/// Not found for a document that the duty does not reach; when the log cannot be written, nothing is shown.
pub async fn open(Path(document): Path<String>, posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let (code, text) = (posted.get("peruste"), posted.get("perustelu"));
    if !REASONS.contains(&code) || text.chars().count() < REASON_CHARACTERS_MIN {
        let (line, versions) = reached(op, &document, Act::Search).await?;
        let said = op.t.with("document-reason-short", [("n", REASON_CHARACTERS_MIN)]);
        let sheet = sheet(op, &line, &versions, Some((&posted, said))).await?;
        return Ok(sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    let (line, _) = reached(op, &document, Act::Read).await?;
    let bytes = content(op, &line).await?;
    let decoded = kanta::document::decode(&bytes, &Limits::default()).map_err(|_| Fault::NotFound)?;
    let header = &decoded.document.header;
    let mut event = right::event(op, Action::Read);
    event.documents = logged(&line);
    event.case = Some(line.case.clone()).filter(|case| !case.is_empty());
    event.clients = header.patients.iter().map(|patient| log_client(&patient.id)).collect();
    event.reason = Some(Reason { code: code.to_owned(), text: Some(text.to_owned()) });
    event.count = 1;
    right::record(&op.app, event, op.lang()).await?;
    let title = names::document_type(&op.app, &line.type_code, op.lang());
    let mut sheet = Sheet::new(op.page(&title, &path(&line.document)))
        .with(Block::Notice(
            Notice::new(Tone::Info, op.t.get("document-opened")).text(op.t.get("document-opened-text")),
        ))
        .with(Block::Links(vec![(path(&line.document), op.t.get("document-back"))]));
    sheet = match decoded.document.body.xhtml() {
        // Checked at intake; what is shown passes the gate once more.
        Some(xhtml) if kanta::xhtml::check(xhtml, &header.id).is_ok() => sheet.with(Block::Document(xhtml.to_owned())),
        _ => sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("document-not-shown")))),
    };
    Ok(sheet.html())
}

/// The exact signed bytes.
async fn content(op: &Op, line: &Line) -> Result<Vec<u8>> {
    let mut tx = op.app.db.read().await?;
    let body: Vec<u8> = sqlx::query_scalar(concat!(
        "SELECT b.body FROM documents d ",
        crate::sql::with_body!(),
        " WHERE d.document_oid = $1 AND d.controller = $2"
    ))
    .bind(line.document.clone())
    .bind(op.post.organisation.clone())
    .fetch_one(&mut *tx)
    .await?;
    tx.rollback().await?;
    Ok(stored::open(&op.app, &line.document, &op.post.organisation, &line.key_subject, &line.sha256, &body).await?)
}
