//! What to deny: first how widely, then what.

use super::{LEVELS, name_of, named, read};
use crate::{
    archive::Wills,
    op::{Fault, Op},
};
use askama::Template;
use axum::{
    extract::{Path, RawQuery},
    response::{IntoResponse, Redirect, Response},
};
use records::{code::ServiceTask, time::finnish_date};
use registers::model::OrganisationKind;
use web::{Page, PageError};

#[derive(Template)]
#[template(path = "deny.html")]
struct LevelsPage {
    page: Page,
    bar: String,
    levels: Vec<Level>,
}

/// A way to deny.
struct Level {
    word: &'static str,
    title: String,
    text: String,
}

#[derive(Template)]
#[template(path = "deny_what.html")]
struct TargetsPage {
    page: Page,
    bar: String,
    lead: String,
    legend: String,
    level: &'static str,
    targets: Vec<Target>,
    nothing: String,
    note: String,
    /// What is wrong, or empty.
    error: String,
}

/// One thing that can be denied.
struct Target {
    value: String,
    what: crate::display::Named,
    more: String,
}

/// How widely.
///
/// # Errors
/// When the archive does not answer, or nothing can be denied here.
pub async fn levels(op: Op) -> Result<Response, Fault> {
    offered(&op).await?;
    let level = |word, title: &str, text: &str| Level { word, title: op.t.get(title), text: op.t.get(text) };
    Ok(web::html(&LevelsPage {
        page: op.page(op.t.get("deny-title")),
        bar: op.bar(),
        levels: vec![
            level("asiakirja", "deny-document", "deny-document-text"),
            level("tehtava", "deny-task", "deny-task-text"),
            level("rekisteri", "deny-controller", "deny-controller-text"),
        ],
    }))
}

/// What stands, when a denial may be made or taken back here.
///
/// # Errors
/// The archive's, or a page that says that it is not offered.
pub async fn offered(op: &Op) -> Result<Wills, Fault> {
    let wills = read(op).await?;
    if !wills.offered {
        return Err(super::send::not_offered().into());
    }
    if wills.may.denial { Ok(wills) } else { Err(super::send::forbidden().into()) }
}

/// What, on one level.
///
/// # Errors
/// When the archive or a register does not answer, nothing can be denied here, or there is no such level.
pub async fn targets(op: Op, Path(word): Path<String>, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let level = LEVELS.iter().find(|(known, _)| *known == word).ok_or_else(PageError::not_found)?;
    let wills = offered(&op).await?;
    let denied = |target: &str| wills.denials.iter().any(|one| one.level == level.1 && one.target == target);
    let (all, keys) = match level.1 {
        "document" => (documents(&op).await?, ["deny-document", "deny-document-lead", "deny-document-which"]),
        "task" => (tasks(&op), ["deny-task", "deny-task-lead", "deny-task-which"]),
        _ => (controllers(&op).await?, ["deny-controller", "deny-controller-lead", "deny-controller-which"]),
    };
    let [title, lead, legend] = keys.map(|key| op.t.get(key));
    let targets: Vec<Target> = all.into_iter().filter(|target| !denied(&target.value)).collect();
    let missing = query.as_deref().is_some_and(|query| query.split('&').any(|pair| pair == "puuttuu=1"));
    let note = if level.1 == "document" { op.t.get("deny-document-note") } else { String::new() };
    Ok(web::html(&TargetsPage {
        page: op.page(title),
        bar: op.bar(),
        lead,
        legend,
        level: level.0,
        nothing: op.t.get("deny-nothing"),
        targets,
        note,
        error: if missing { op.t.get("deny-choose-one") } else { String::new() },
    }))
}

/// To the choice once more: nothing was chosen.
pub fn again(word: &str) -> Response {
    Redirect::to(&format!("/luvat/kielto/{word}?puuttuu=1")).into_response()
}

/// The documents that are shown here and can be denied one by one, newest first.
async fn documents(op: &Op) -> Result<Vec<Target>, Fault> {
    let overview = op.about_subject(op.app.archive.overview(&op.question()).await)?;
    let target = |line: crate::archive::Line| {
        let (what, more) = named(&op.t, &line);
        Target { value: line.set, what, more }
    };
    Ok(overview.documents.into_iter().filter(|line| line.deniable).map(target).collect())
}

fn tasks(op: &Op) -> Vec<Target> {
    let target = |task: &ServiceTask| plain(task.code().to_owned(), task.name(op.t.lang()).to_owned(), String::new());
    ServiceTask::ALL.iter().map(target).collect()
}

/// Controllers of the organisation register: those whose client the subject is come first.
async fn controllers(op: &Op) -> Result<Vec<Target>, Fault> {
    let overview = op.about_subject(op.app.archive.overview(&op.question()).await)?;
    let own = |oid: &str| overview.relationships.iter().any(|one| one.controller == oid);
    let today = finnish_date(op.app.clock.now());
    let organisations = op.app.registers.organisations().await?;
    let kept = organisations.iter().filter(|one| {
        let keeps = one.kind == OrganisationKind::Organiser && one.valid_to.is_none_or(|end| today <= end);
        keeps || own(one.oid.as_str())
    });
    let mut targets: Vec<(bool, Target)> = kept
        .map(|one| {
            let own = own(one.oid.as_str());
            let more = if own { op.t.get("deny-own-controller") } else { String::new() };
            (!own, plain(one.oid.as_str().to_owned(), name_of(&op.t, one), more))
        })
        .collect();
    targets.sort_by_key(|(other, _)| *other);
    Ok(targets.into_iter().map(|(_, target)| target).collect())
}

fn plain(value: String, text: String, more: String) -> Target {
    Target { value, what: crate::display::Named { text, lang: "" }, more }
}
