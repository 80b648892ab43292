//! One document: what it is, who made it, and its display form.

use crate::{
    archive::Opened,
    display,
    op::{Fault, Op},
    overview,
};
use askama::Template;
use axum::{
    extract::Path,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use kanta::document::{Body, Document};
use records::id::DocumentId;
use web::{Page, PageError, T};

/// General types that have words of their own for "What is this?".
const EXPLAINED: [&str; 4] = ["1", "11", "15", "19"];
/// The implementation plan: made by who carries the service out, so it has words of its own too.
const IMPLEMENTATION_PLAN: &str = "15004";

#[derive(Template)]
#[template(path = "document.html")]
struct DocumentPage {
    page: Page,
    bar: String,
    name: display::Named,
    what: Vec<String>,
    facts: Vec<(String, String)>,
    /// The display form, past the gate.
    html: String,
    /// Tag of the document's language.
    lang: &'static str,
    /// Address of the PDF, or empty.
    file: String,
}

/// The document's page.
///
/// # Errors
/// The same page for an unknown document, a hidden one, another person's and an identifier that is none.
pub async fn show(op: Op, Path(oid): Path<String>) -> Result<Response, Fault> {
    let (id, opened) = open(&op, &oid).await?;
    let decoded = opened.decoded();
    let line = &opened.document;
    let name = display::type_name(&op.t, &line.general_type, &line.name_fi, &line.name_sv);
    let html = opened.xhtml.as_deref().map(|xhtml| gate(xhtml, &id)).unwrap_or_default();
    let is_pdf = decoded.as_ref().is_some_and(|document| matches!(document.body, Body::Pdf(_)));
    Ok(web::html(&DocumentPage {
        page: op.page(name.text.clone()),
        bar: op.bar(),
        what: what(&op.t, &line.general_type, &line.type_code),
        facts: facts(&op.t, &opened, decoded.as_ref()),
        lang: decoded.as_ref().map_or("fi", |document| document.header.language.tag()),
        file: if is_pdf { format!("/asiakirjat/{id}/tiedosto") } else { String::new() },
        name,
        html,
    }))
}

/// The PDF of a document without a display form.
///
/// # Errors
/// As [`show`]; a document that is no PDF has no such page.
pub async fn file(op: Op, Path(oid): Path<String>) -> Result<Response, Fault> {
    let (id, opened) = open(&op, &oid).await?;
    let Some(Document { body: Body::Pdf(bytes), .. }) = opened.decoded() else {
        return Err(PageError::not_found().into());
    };
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        // Saved, not opened in the page: a PDF may carry script.
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.pdf\"")),
    ];
    Ok((headers, bytes).into_response())
}

async fn open(op: &Op, oid: &str) -> Result<(DocumentId, Opened), Fault> {
    let id = DocumentId::parse(oid).map_err(|_| PageError::not_found())?;
    let opened = op.app.archive.document(&op.question(), &id).await?;
    Ok((id, opened))
}

/// The display form past the allow-list gate, as HTML; empty when it does not pass. The archive has checked it when it
/// came in; it is checked again since the page is where it could do harm.
fn gate(xhtml: &str, id: &DocumentId) -> String {
    match kanta::xhtml::check(xhtml, id) {
        Ok(()) => display::as_html(xhtml),
        Err(_) => {
            tracing::error!(document = %id, "a display form did not pass the gate and is not shown");
            String::new()
        }
    }
}

/// "What is this?" in two lines.
fn what(t: &T, general: &str, type_code: &str) -> Vec<String> {
    let key = match general {
        "15" if type_code == IMPLEMENTATION_PLAN => "what-15004",
        general if EXPLAINED.contains(&general) => &format!("what-{general}"),
        _ => "what-other",
    };
    t.get(key).lines().map(str::to_owned).collect()
}

fn facts(t: &T, opened: &Opened, decoded: Option<&Document>) -> Vec<(String, String)> {
    let line = &opened.document;
    let when = line.at().map(|at| display::day(t, records::time::finnish_date(at))).unwrap_or_default();
    let signers = decoded.map(|document| signers(t, document)).unwrap_or_default();
    let authors = decoded.map(authors).unwrap_or_default();
    [
        ("fact-date", when),
        ("fact-controller", line.controller_name.clone()),
        ("fact-unit", line.unit_name.clone()),
        ("fact-task", overview::tasks(t, &line.tasks)),
        ("fact-author", authors),
        ("fact-signer", signers),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .map(|(key, value)| (t.get(key), value))
    .collect()
}

fn authors(document: &Document) -> String {
    let names = document.header.authors.iter().map(|author| format!("{} {}", author.given, author.family));
    names.collect::<Vec<_>>().join(", ")
}

/// Professionals who signed with a card; otherwise a system has signed. Whose system the header does not say.
fn signers(t: &T, document: &Document) -> String {
    if document.header.signers.is_empty() {
        return t.get("signed-by-system");
    }
    let names = document.header.signers.iter().map(|signer| {
        let name = format!("{} {}", signer.given, signer.family);
        match signer.time {
            Some(at) => format!("{name}, {}", display::moment(t, at)),
            None => name,
        }
    });
    names.collect::<Vec<_>>().join("; ")
}
