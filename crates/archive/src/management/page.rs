//! The archivist's page: registers, refusals by cause, grants in force. Organisations and codes only; no client.

use super::{Problem, RegisterLine, register_lines};
use crate::{app::App, grants};
use askama::Template;
use axum::{extract::State, response::Response};
use records::{id::OrganisationId, refusal::Refusal};
use web::{Locale, Page, Product};

/// Most grants shown.
const GRANTS_SHOWN: i64 = 100;

/// One register with its controller's name.
pub struct NamedRegister {
    /// Name of the controller.
    pub name: String,
    /// Counts.
    pub counts: RegisterLine,
}

#[derive(Template)]
#[template(path = "archivist.html")]
struct Archivist {
    page: Page,
    registers: Vec<NamedRegister>,
    refusals: Vec<(String, String, u64)>,
    grants: Vec<grants::GrantLine>,
}

/// Shows the page.
pub async fn show(State(app): State<App>, locale: Locale) -> Result<Response, Problem> {
    let t = app.texts.t(locale.0);
    let mut registers = Vec::new();
    for counts in register_lines(&app).await? {
        let name = match OrganisationId::parse(&counts.controller) {
            Ok(id) => app.registers.organisation(&id).await.ok().flatten().unwrap_or_default(),
            Err(_) => String::new(),
        };
        registers.push(NamedRegister { name, counts });
    }
    let refusals = app.metrics.refusals().into_iter().map(|(code, count)| {
        let sentence = Refusal::parse(&code).map(|refusal| refusal.sentence(locale.0).to_owned()).unwrap_or_default();
        (code, sentence, count)
    });
    let title = t.get("archive-title");
    let page = Archivist {
        page: Page::new(t, Product::Archive, title, "/"),
        registers,
        refusals: refusals.collect(),
        grants: grants::current(&app, GRANTS_SHOWN).await?,
    };
    Ok(web::html(&page))
}
