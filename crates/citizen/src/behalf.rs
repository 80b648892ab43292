//! For whom: oneself, one's minor children, or who has given a mandate (functional specification 3.19).
//!
//! The list is read from the registers each time it is shown and each time something is chosen from it, and the archive
//! proves the right again at every request. What the page says here gives no right.

use crate::op::{Fault, Ground, Op, Subject};
use askama::Template;
use axum::{
    Form,
    extract::RawQuery,
    response::{IntoResponse, Redirect, Response},
};
use records::time::finnish_date;
use registers::model::Scope;
use serde::Deserialize;
use web::{
    Page, PageError,
    ui::{Notice, Tone},
};

/// The value of the choice of one's own matters.
const SELF: &str = "";

#[derive(Template)]
#[template(path = "behalf.html")]
struct BehalfPage {
    page: Page,
    bar: String,
    people: Vec<Choosable>,
    nobody: bool,
}

/// One of the choices.
struct Choosable {
    key: String,
    label: String,
    chosen: bool,
}

/// The choice.
#[derive(Deserialize)]
pub struct Choice {
    #[serde(default)]
    csrf: String,
    #[serde(default)]
    kohde: String,
}

/// Whom the person may act for today, wards first.
async fn list(op: &Op) -> Result<Vec<Subject>, Fault> {
    let today = finnish_date(op.app.clock.now());
    let person = &op.visit.person;
    let (custody, mandates) = futures::try_join!(
        op.app.registers.guardianships(person, today),
        op.app.registers.mandates_of_agent(person, today)
    )?;
    let wards = custody.wards.into_iter().map(|ward| (ward, Ground::Guardian));
    let ground = |scope| if scope == Scope::ViewAndAct { Ground::Mandate } else { Ground::MandateToView };
    let principals = mandates.into_iter().map(|mandate| (mandate.principal, ground(mandate.scope)));
    Ok(wards.chain(principals).map(|(named, ground)| Subject { hetu: named.hetu, name: named.name, ground }).collect())
}

/// The list.
///
/// # Errors
/// When a register does not answer.
pub async fn form(op: Op, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let subjects = list(&op).await?;
    let now = op.visit.subject.as_ref().map_or_else(|| SELF.to_owned(), |subject| op.key_of(&subject.hetu));
    let choosable = |key: String, label: String| Choosable { chosen: key == now, key, label };
    let mut people = vec![choosable(SELF.to_owned(), op.t.with("behalf-self", [("name", op.visit.name.as_str())]))];
    people.extend(subjects.iter().map(|subject| {
        let ground = match subject.ground {
            Ground::Guardian => "behalf-guardian",
            Ground::Mandate => "behalf-mandate",
            Ground::MandateToView => "behalf-mandate-view",
        };
        choosable(op.key_of(&subject.hetu), op.t.with(ground, [("name", subject.name.as_str())]))
    }));
    let mut page = op.page(op.t.get("behalf-title"));
    if query.as_deref().is_some_and(|query| query.split('&').any(|pair| pair == "paattynyt=1")) {
        page = page.notice(Notice::new(Tone::Warning, op.t.get("behalf-ended")).text(op.t.get("behalf-ended-more")));
    }
    Ok(web::html(&BehalfPage { page, bar: op.bar(), people, nobody: subjects.is_empty() }))
}

/// Takes the choice, if the registers still say that the person may.
///
/// # Errors
/// When a register does not answer or the form is not ours. Somebody who is not in the list is answered like a page
/// that does not exist.
pub async fn choose(op: Op, Form(choice): Form<Choice>) -> Result<Response, Fault> {
    web::csrf::check(&op.csrf, &choice.csrf)?;
    let subject = if choice.kohde == SELF {
        None
    } else {
        let people = list(&op).await?;
        let chosen = people
            .into_iter()
            .find(|subject| op.key_of(&subject.hetu) == choice.kohde || subject.hetu.as_str() == choice.kohde);
        Some(chosen.ok_or_else(|| PageError::not_found().onward("/puolesta", "nav-behalf"))?)
    };
    op.app.sessions.update(&op.token, |visit| {
        visit.subject = subject;
        visit.done = None;
    });
    Ok(Redirect::to("/").into_response())
}
