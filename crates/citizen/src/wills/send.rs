//! What is sent: it ends in a signed document in the archive, or in a page that says why it did not.

use super::{LEVELS, check, choose};
use crate::{
    archive::{Aim, NotStored, Receipt, Wish},
    display,
    op::{Done, Fault, Op},
};
use askama::Template;
use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::Timestamp;
use serde::Deserialize;
use web::{Page, PageError};

/// A form of these pages.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Sent {
    csrf: String,
    /// For whom the page was shown ([`Op::key_of`]).
    kenen: String,
    /// The document that the page showed.
    nahty: String,
    teko: String,
    taso: String,
    kohde: String,
}

#[derive(Template)]
#[template(path = "will_done.html")]
struct DonePage {
    page: Page,
    bar: String,
    done: Done,
}

/// What a person reads afterwards: the keys of the title and of what happens now, and what it was about.
struct Told {
    title: &'static str,
    next: &'static str,
    about: Vec<(String, String)>,
}

/// Nothing can be changed here.
pub fn not_offered() -> PageError {
    stopped(StatusCode::CONFLICT, "stopped-not-offered", "stopped-not-offered-advice")
}

/// The right does not reach so far.
pub fn forbidden() -> PageError {
    stopped(StatusCode::FORBIDDEN, "stopped-forbidden", "stopped-forbidden-advice")
}

/// The informing comes first.
pub fn not_informed() -> PageError {
    let page = PageError::new(StatusCode::CONFLICT, "stopped-not-informed", "stopped-not-informed-advice");
    page.onward("/luvat/tieto", "wills-acknowledge")
}

/// This cannot be denied here.
pub fn not_deniable() -> PageError {
    stopped(StatusCode::UNPROCESSABLE_ENTITY, "stopped-not-deniable", "stopped-not-deniable-advice")
}

fn stopped(status: StatusCode, happened: &'static str, advice: &'static str) -> PageError {
    PageError::new(status, happened, advice).onward("/luvat", "back-to-wills")
}

/// Takes that somebody has read the information.
///
/// # Errors
/// When the form is not ours, or nothing was stored.
pub async fn informing(op: Op, Form(sent): Form<Sent>) -> Result<Response, Fault> {
    web::csrf::check(&op.csrf, &sent.csrf)?;
    let told = Told { title: "done-informed", next: "done-informed-next", about: Vec::new() };
    express(&op, &sent, Wish::Acknowledge, told).await
}

/// Takes the permission, or its withdrawal.
///
/// # Errors
/// As [`informing`].
pub async fn permission(op: Op, Form(sent): Form<Sent>) -> Result<Response, Fault> {
    web::csrf::check(&op.csrf, &sent.csrf)?;
    let (wish, title, next) = match sent.teko.as_str() {
        "anna" => (Wish::Permit, "done-permitted", "done-permitted-next"),
        "peru" => (Wish::Withdraw, "done-withdrawn", "done-withdrawn-next"),
        _ => return Err(PageError::of_status(StatusCode::BAD_REQUEST).into()),
    };
    express(&op, &sent, wish, Told { title, next, about: Vec::new() }).await
}

/// Takes a denial, or that one is taken back.
///
/// # Errors
/// As [`informing`].
pub async fn denial(op: Op, Form(sent): Form<Sent>) -> Result<Response, Fault> {
    web::csrf::check(&op.csrf, &sent.csrf)?;
    let level = LEVELS.iter().find(|(word, _)| *word == sent.taso).map(|(_, level)| *level);
    let level = level.ok_or_else(|| PageError::of_status(StatusCode::BAD_REQUEST))?;
    let aim = Aim { level: level.to_owned(), target: sent.kohde.clone() };
    let wills = choose::offered(&op).await?;
    let standing = wills.denials.iter().find(|one| one.level == aim.level && one.target == aim.target);
    let (wish, title, next) = match sent.teko.as_str() {
        "aseta" => (Wish::Deny(aim.clone()), "done-denied", "done-denied-next"),
        "peru" => (Wish::TakeBack(aim.clone()), "done-taken-back", "done-taken-back-next"),
        _ => return Err(PageError::of_status(StatusCode::BAD_REQUEST).into()),
    };
    let what = match standing {
        Some(denied) => check::standing(&op, denied).await?,
        None if sent.teko == "peru" => return Err(unchanged().into()),
        None => check::target(&op, &aim).await?.0,
    };
    let widely = (op.t.get("fact-how-widely"), op.t.get(check::how_widely(level)));
    let about = vec![widely, (op.t.get("fact-what"), what)];
    express(&op, &sent, wish, Told { title, next, about }).await
}

fn unchanged() -> PageError {
    stopped(StatusCode::CONFLICT, "stopped-unchanged", "stopped-unchanged-advice")
}

async fn express(op: &Op, sent: &Sent, wish: Wish, told: Told) -> Result<Response, Fault> {
    // Another tab may have changed for whom somebody acts since the page was shown.
    if sent.kenen != op.key_of(op.subject()) {
        return Err(stopped(StatusCode::CONFLICT, "stopped-other-person", "stopped-other-person-advice").into());
    }
    let stored = op.app.archive.express(&op.question(), op.lang().tag(), &sent.nahty, &wish).await;
    let receipt = stored.map_err(|error| fault(op, error))?;
    let done = done(op, told, &receipt);
    op.app.sessions.update(&op.token, |visit| visit.done = Some(done));
    Ok(Redirect::to("/luvat/tehty").into_response())
}

fn fault(op: &Op, error: NotStored) -> Fault {
    match error {
        NotStored::Archive(error) => {
            op.about_subject::<()>(Err(error)).err().unwrap_or_else(|| PageError::not_found().into())
        }
        NotStored::Forbidden => forbidden().into(),
        NotStored::NotInformed => not_informed().into(),
        NotStored::NotDeniable => not_deniable().into(),
        NotStored::NotOffered => not_offered().into(),
        NotStored::Unchanged => unchanged().into(),
        NotStored::Conflict => stopped(StatusCode::CONFLICT, "stopped-conflict", "stopped-conflict-advice").into(),
    }
}

fn done(op: &Op, told: Told, receipt: &Receipt) -> Done {
    let at = receipt.archived_at.parse::<Timestamp>();
    let at = at.map_or_else(|_| receipt.archived_at.clone(), |at| display::moment(&op.t, at));
    let mut facts: Vec<(String, String)> = Vec::new();
    facts.extend(op.visit.subject.iter().map(|subject| (op.t.get("fact-whose"), subject.name.clone())));
    facts.extend(told.about);
    facts.extend([(op.t.get("fact-when"), at), (op.t.get("fact-receipt"), receipt.receipt.clone())]);
    Done { title: op.t.get(told.title), next: op.t.get(told.next), facts }
}

/// What was stored last; without anything stored, the page of permissions and denials.
///
/// # Errors
/// None.
pub async fn tell(op: Op) -> Result<Response, Fault> {
    let Some(done) = op.visit.done.clone() else { return Ok(Redirect::to("/luvat").into_response()) };
    Ok(web::html(&DonePage { page: op.page(done.title.clone()), bar: op.bar(), done }))
}
