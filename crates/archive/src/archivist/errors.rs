//! `/virheet` and `/virheet/{code}`: a page for each code of the catalogue, open to all; the validator's answers and the
//! refusals link here.

use super::{
    Fault, Result,
    sheet::{Block, Cell, Sheet, Table},
};
use crate::{
    app::App,
    validator::explain::{self, EXPLANATIONS},
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use records::refusal::Refusal;
use web::{Locale, Page, Product};

const PATH: &str = "/virheet";

/// `GET /virheet`
pub async fn index(State(app): State<App>, locale: Locale) -> Response {
    let t = app.texts.t(locale.0);
    let rows = EXPLANATIONS.iter().map(|explanation| {
        let code = explanation.refusal.code();
        let cells = vec![
            Cell::Link(format!("{PATH}/{code}"), code.to_owned()),
            Cell::text(explanation.refusal.sentence(locale.0)),
        ];
        (code.to_owned(), cells)
    });
    let table = Table {
        id: "virheet",
        caption: t.get("errors-caption"),
        head: vec![t.get("col-code"), t.get("col-what")],
        rows: rows.collect(),
    };
    let page = Page::new(t.clone(), Product::Archive, t.get("errors-title"), PATH);
    Sheet::new(page).with(Block::Text(t.get("errors-text"))).with(Block::Table(table)).html()
}

/// `GET /virheet/{code}`
///
/// # Errors
/// Not found for what is no code.
pub async fn show(State(app): State<App>, locale: Locale, Path(code): Path<String>) -> Result<Response> {
    let t = app.texts.t(locale.0);
    let explanation = Refusal::parse(&code).and_then(explain::explanation).ok_or(Fault::NotFound)?;
    let refusal = explanation.refusal;
    let told = match (refusal.may_be_told(), refusal.hidden_under_grant()) {
        (false, _) => "errors-told-never",
        (true, true) => "errors-told-hidden",
        (true, false) => "errors-told",
    };
    let again = if refusal.retryable() { "errors-again" } else { "errors-not-again" };
    let facts = vec![
        (t.get("errors-what"), refusal.sentence(locale.0).to_owned()),
        (t.get("errors-why"), explanation.why(locale.0).to_owned()),
        (t.get("errors-mend"), explanation.mend(locale.0).to_owned()),
        (t.get("errors-place"), explanation.place.to_owned()),
        (t.get("errors-is-told"), format!("{} {}", t.get(told), t.get(again))),
    ];
    let page = Page::new(t.clone(), Product::Archive, refusal.code(), format!("{PATH}/{}", refusal.code()));
    let sheet =
        Sheet::new(page).with(Block::Facts(facts)).with(Block::Links(vec![(PATH.to_owned(), t.get("errors-all"))]));
    Ok(sheet.html())
}
