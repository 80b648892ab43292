//! The last page before something is expressed: what it is, what it means, and what happens then. The law wants the client
//! to know that before he permits or denies (703/2023 §§ 58, 68).

use super::{LEVELS, Shown, choose, controller, is_in_force, named, read, shown, task};
use crate::{
    archive::{Aim, Denied},
    op::{Fault, Op},
};
use askama::Template;
use axum::{
    extract::Query,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;
use web::{Page, PageError};

#[derive(Template)]
#[template(path = "will_check.html")]
struct CheckPage {
    page: Page,
    bar: String,
    lead: Vec<String>,
    facts: Vec<(String, String)>,
    oid: String,
    meaning: String,
    effects: Vec<String>,
    form: Option<SendForm>,
}

/// The form that expresses it.
struct SendForm {
    id: &'static str,
    action: &'static str,
    button: String,
    fields: Vec<(&'static str, String)>,
}

/// Lines of a text, one paragraph or point each.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Fields that every form carries: for whom it was shown, and what stood then.
fn fields(op: &Op, seen: &str) -> Vec<(&'static str, String)> {
    vec![("kenen", op.key_of(op.subject())), ("nahty", seen.to_owned())]
}

/// For whom, on a page of an agent.
fn whose(op: &Op) -> Vec<(String, String)> {
    let subject = op.visit.subject.iter();
    subject.map(|subject| (op.t.get("fact-whose"), subject.name.clone())).collect()
}

/// What the national services are; and having read it is acknowledged.
///
/// # Errors
/// When the archive does not answer, or the right to act for the subject has ended.
pub async fn informing(op: Op) -> Result<Response, Fault> {
    let wills = read(&op).await?;
    let open = wills.offered && wills.may.informing && !is_in_force(wills.informing.as_ref());
    let seen = wills.informing.as_ref().map_or("", |will| will.document.as_str());
    let form = SendForm {
        id: "tieto",
        action: "/luvat/tieto",
        button: op.t.get("informing-button"),
        fields: fields(&op, seen),
    };
    Ok(web::html(&CheckPage {
        page: op.page(op.t.get("wills-informing")),
        bar: op.bar(),
        lead: lines(&op.t.get("informing-lead")),
        facts: whose(&op),
        oid: String::new(),
        meaning: op.t.get("informing-rights"),
        effects: lines(&op.t.get("informing-effects")),
        form: open.then_some(form),
    }))
}

/// Giving the permission, or withdrawing the one in force.
///
/// # Errors
/// As [`informing`], and a page that says what comes first or why nothing can be changed here.
pub async fn permission(op: Op) -> Result<Response, Fault> {
    let wills = read(&op).await?;
    if !wills.offered {
        return Err(super::send::not_offered().into());
    }
    if !wills.may.permission {
        return Err(super::send::forbidden().into());
    }
    let withdraw = is_in_force(wills.permission.as_ref());
    if !withdraw && !is_in_force(wills.informing.as_ref()) {
        return Err(super::send::not_informed().into());
    }
    let [title, lead, effects, button, act] = if withdraw {
        ["withdraw-title", "withdraw-lead", "withdraw-effects", "withdraw-button", "peru"]
    } else {
        ["permit-title", "permit-lead", "permit-effects", "permit-button", "anna"]
    };
    let seen = wills.permission.as_ref().map_or("", |will| will.document.as_str());
    let mut fields = fields(&op, seen);
    fields.push(("teko", act.to_owned()));
    Ok(web::html(&CheckPage {
        page: op.page(op.t.get(title)),
        bar: op.bar(),
        lead: lines(&op.t.get(lead)),
        facts: whose(&op),
        oid: String::new(),
        meaning: op.t.get("check-meaning"),
        effects: lines(&op.t.get(effects)),
        form: Some(SendForm { id: "lupa", action: "/luvat/lupa", button: op.t.get(button), fields }),
    }))
}

/// What a denial aims at, from an address. It holds no identity code: an OID or a code of a list.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    teko: String,
    #[serde(default)]
    taso: String,
    #[serde(default)]
    kohde: String,
}

/// Making a denial, or taking one back.
///
/// # Errors
/// As [`permission`]; a target that cannot be denied is a page of its own.
pub async fn denial(op: Op, Query(chosen): Query<Chosen>) -> Result<Response, Fault> {
    let (word, level) = *LEVELS.iter().find(|(word, _)| *word == chosen.taso).ok_or_else(PageError::not_found)?;
    if chosen.kohde.is_empty() {
        return Ok(choose::again(word));
    }
    let wills = choose::offered(&op).await?;
    let aim = Aim { level: level.to_owned(), target: chosen.kohde.clone() };
    let standing = wills.denials.iter().find(|one| one.level == aim.level && one.target == aim.target);
    let take_back = chosen.teko == "peru";
    let (what, oid) = match standing {
        // Taken back meanwhile: the list says so.
        None if take_back => return Ok(Redirect::to("/luvat").into_response()),
        Some(denied) => in_words(shown(&op, denied).await?),
        None => target(&op, &aim).await?,
    };
    let [title, lead, effects, button, act] = if take_back {
        ["take-back-title", "take-back-lead", "take-back-effects", "take-back-button", "peru"]
    } else {
        ["deny-check-title", "deny-check-lead", "deny-effects", "deny-button", "aseta"]
    };
    let mut fields = fields(&op, &wills.denial_document);
    fields.extend([("teko", act.to_owned()), ("taso", word.to_owned()), ("kohde", chosen.kohde)]);
    let mut facts = whose(&op);
    facts.extend([(op.t.get("fact-how-widely"), op.t.get(how_widely(level))), (op.t.get("fact-what"), what)]);
    Ok(web::html(&CheckPage {
        page: op.page(op.t.get(title)),
        bar: op.bar(),
        lead: lines(&op.t.get(lead)),
        facts,
        oid,
        meaning: op.t.get("check-meaning"),
        effects: lines(&op.t.get(effects)),
        form: Some(SendForm { id: "kielto", action: "/luvat/kielto", button: op.t.get(button), fields }),
    }))
}

/// The level in words.
pub fn how_widely(level: &str) -> &'static str {
    match level {
        "controller" => "deny-controller",
        "task" => "deny-task",
        _ => "deny-document",
    }
}

fn in_words(denied: Shown) -> (String, String) {
    (denied.what.text, denied.oid)
}

/// What is about to be denied: its name, and the OID of a document in small print.
///
/// # Errors
/// When a register does not answer, or it cannot be denied.
pub async fn target(op: &Op, aim: &Aim) -> Result<(String, String), Fault> {
    match aim.level.as_str() {
        "controller" => Ok((controller(op, &aim.target).await?, String::new())),
        "task" => Ok((task(&op.t, &aim.target), String::new())),
        _ => {
            let overview = op.about_subject(op.app.archive.overview(&op.question()).await)?;
            let line = overview.documents.iter().find(|line| line.set == aim.target && line.deniable);
            let (name, made) = named(&op.t, line.ok_or_else(super::send::not_deniable)?);
            let text = if made.is_empty() { name.text } else { format!("{}, {made}", name.text) };
            Ok((text, aim.target.clone()))
        }
    }
}

/// A denial that stands, in the words of the page that tells what was done.
///
/// # Errors
/// When the organisation register does not answer.
pub async fn standing(op: &Op, denied: &Denied) -> Result<String, Fault> {
    Ok(in_words(shown(op, denied).await?).0)
}
