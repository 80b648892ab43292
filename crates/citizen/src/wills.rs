//! "Luvat ja kiellot": what the person has expressed, as the archive holds it, and the ways to change it (FR-73).
//!
//! Every change goes the same way: a page that says what it means and what happens then ([`check`]), a form that is sent
//! ([`send`]), and a page that tells what was stored. Who may do what is the archive's decision; a page leaves out what the
//! archive says is not offered, and the archive refuses it if somebody sends it all the same.

pub mod check;
pub mod choose;
pub mod send;

use crate::{
    archive::{Denied, Expressed, Line, Wills},
    display,
    op::{Fault, Ground, Op},
};
use askama::Template;
use axum::response::Response;
use records::{code::ServiceTask, id::OrganisationId};
use web::{Page, T};

#[derive(Template)]
#[template(path = "wills.html")]
struct WillsPage {
    page: Page,
    bar: String,
    /// Why something is not offered, one sentence each.
    limits: Vec<String>,
    informing: Section,
    permission: Section,
    denials: Vec<Shown>,
    may_deny: bool,
}

/// What stands of one matter, and the way to change it.
struct Section {
    state: String,
    /// Address of the page on which it is changed or read; empty for none.
    href: &'static str,
    action: String,
    /// Whether the action is what most people come for.
    first: bool,
}

/// A denial in words.
pub struct Shown {
    /// What is denied.
    pub what: display::Named,
    /// When, and how far it reaches.
    pub more: String,
    /// The identifier in small print, or empty.
    pub oid: String,
    /// Address of the page on which it is taken back; empty where that is not offered.
    pub take_back: String,
}

/// The levels of a denial: the word in an address, and the archive's.
pub const LEVELS: [(&str, &str); 3] = [("asiakirja", "document"), ("tehtava", "task"), ("rekisteri", "controller")];

/// The page.
///
/// # Errors
/// When the archive or the organisation register does not answer, or the right to act for the subject has ended.
pub async fn show(op: Op) -> Result<Response, Fault> {
    let wills = read(&op).await?;
    let may_deny = wills.offered && wills.may.denial;
    let mut denials = Vec::with_capacity(wills.denials.len());
    for denied in &wills.denials {
        let take_back = if may_deny { address("peru", denied) } else { String::new() };
        denials.push(Shown { take_back, ..shown(&op, denied).await? });
    }
    Ok(web::html(&WillsPage {
        page: op.page(op.t.get("wills-title")),
        bar: op.bar(),
        limits: limits(&op, &wills),
        informing: informing(&op.t, &wills),
        permission: permission(&op.t, &wills),
        denials,
        may_deny,
    }))
}

/// What stands, asked of the archive.
///
/// # Errors
/// When it does not answer or the right to act for the subject has ended.
pub async fn read(op: &Op) -> Result<Wills, Fault> {
    op.about_subject(op.app.archive.wills(&op.question()).await)
}

fn limits(op: &Op, wills: &Wills) -> Vec<String> {
    let ground = op.visit.subject.as_ref().map(|subject| subject.ground);
    let key = match ground {
        _ if !wills.offered => "wills-not-offered",
        Some(Ground::MandateToView) => "wills-view-only",
        Some(Ground::Guardian) => "wills-guardian",
        _ => return Vec::new(),
    };
    vec![op.t.get(key)]
}

fn informing(t: &T, wills: &Wills) -> Section {
    let state = state(t, wills.informing.as_ref(), ["wills-informed", "wills-not-informed"]);
    let first = !is_in_force(wills.informing.as_ref()) && wills.offered && wills.may.informing;
    let action = if first { "wills-acknowledge" } else { "wills-read" };
    Section { state, href: "/luvat/tieto", action: t.get(action), first }
}

fn permission(t: &T, wills: &Wills) -> Section {
    let in_force = is_in_force(wills.permission.as_ref());
    let offered = wills.offered && wills.may.permission;
    let informed = is_in_force(wills.informing.as_ref());
    let mut state = state(t, wills.permission.as_ref(), ["wills-permitted", "wills-not-permitted"]);
    if offered && !in_force && !informed {
        state = format!("{state} {}", t.get("wills-permit-after"));
    }
    Section {
        state,
        href: if offered && (in_force || informed) { "/luvat/lupa" } else { "" },
        action: t.get(if in_force { "wills-withdraw" } else { "wills-permit" }),
        first: !in_force && informed,
    }
}

/// Whether the newest word is yes.
pub fn is_in_force(will: Option<&Expressed>) -> bool {
    will.is_some_and(|will| will.in_force)
}

/// In force since a day, or not in force; a permission that was withdrawn holds as little as one never given.
fn state(t: &T, will: Option<&Expressed>, [yes, no]: [&str; 2]) -> String {
    match will {
        Some(Expressed { in_force: true, day, .. }) => {
            t.with(yes, [("day", display::day_of(t, day.as_deref().unwrap_or_default()))])
        }
        _ => t.get(no),
    }
}

/// A denial in words, without a way to take it back.
async fn shown(op: &Op, denied: &Denied) -> Result<Shown, Fault> {
    let day = display::day_of(&op.t, &denied.day);
    let plain = |text: String| display::Named { text, lang: "" };
    let (what, more, oid) = match denied.level.as_str() {
        "controller" => {
            let more = op.t.with("wills-denied-controller", [("day", day)]);
            (plain(controller(op, &denied.target).await?), more, String::new())
        }
        "task" => (plain(task(&op.t, &denied.target)), op.t.with("wills-denied-task", [("day", day)]), String::new()),
        _ => {
            let since = op.t.with("wills-denied-document", [("day", day)]);
            let (name, made) = match &denied.document {
                Some(line) => named(&op.t, line),
                None => (plain(op.t.get("wills-document-not-shown")), String::new()),
            };
            let more = if made.is_empty() { since } else { format!("{made}. {since}") };
            (name, more, denied.target.clone())
        }
    };
    Ok(Shown { what, more, oid, take_back: String::new() })
}

/// A document's name, and its day and unit.
pub fn named(t: &T, line: &Line) -> (display::Named, String) {
    let name = display::type_name(t, &line.general_type, &line.name_fi, &line.name_sv);
    let when = line.at().map(|at| display::day(t, records::time::finnish_date(at))).unwrap_or_default();
    let parts: Vec<String> = [when, line.unit_name.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    (name, parts.join(", "))
}

/// The page on which a denial is made (`aseta`) or taken back (`peru`).
fn address(act: &str, denied: &Denied) -> String {
    let word = LEVELS.iter().find(|(_, level)| *level == denied.level).map_or("asiakirja", |(word, _)| word);
    format!("/luvat/kielto/tarkista?teko={act}&taso={word}&kohde={}", denied.target)
}

/// The controller's name; one that the register does not know is told by its identifier.
///
/// # Errors
/// When the organisation register does not answer.
pub async fn controller(op: &Op, oid: &str) -> Result<String, Fault> {
    let Ok(id) = OrganisationId::parse(oid) else { return Ok(oid.to_owned()) };
    Ok(op.app.registers.organisation(&id).await?.map_or_else(|| oid.to_owned(), |known| name_of(&op.t, &known)))
}

/// An organisation's name in the language of the page.
pub fn name_of(t: &T, organisation: &registers::model::Organisation) -> String {
    let swedish = t.lang() == records::Lang::Sv && !organisation.name_sv.is_empty();
    if swedish { organisation.name_sv.clone() } else { organisation.name.clone() }
}

/// A service task's name.
pub fn task(t: &T, code: &str) -> String {
    ServiceTask::parse(code).map_or_else(|| code.to_owned(), |task| task.name(t.lang()).to_owned())
}
