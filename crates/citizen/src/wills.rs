//! "Luvat ja kiellot": what the person has expressed, as the archive holds it (FR-73). It shows and changes nothing.

use crate::{
    archive::{Denied, Expressed},
    display,
    op::{Fault, Op},
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
    informing: String,
    permission: String,
    denials: Vec<String>,
}

/// The page.
///
/// # Errors
/// When the archive or the organisation register does not answer, or the right to act for the subject has ended.
pub async fn show(op: Op) -> Result<Response, Fault> {
    let wills = op.about_subject(op.app.archive.wills(&op.question()).await)?;
    let mut denials = Vec::with_capacity(wills.denials.len());
    for denied in &wills.denials {
        denials.push(denial(&op, denied).await?);
    }
    Ok(web::html(&WillsPage {
        page: op.page(op.t.get("wills-title")),
        bar: op.bar(),
        informing: state(&op.t, wills.informing.as_ref(), ["wills-informed", "wills-not-informed"]),
        permission: state(&op.t, wills.permission.as_ref(), ["wills-permitted", "wills-not-permitted"]),
        denials,
    }))
}

/// In force since a day, or not in force; a permission that was withdrawn holds as little as one never given.
fn state(t: &T, will: Option<&Expressed>, [yes, no]: [&str; 2]) -> String {
    match will {
        Some(Expressed { in_force: true, day }) => {
            t.with(yes, [("day", display::day_of(t, day.as_deref().unwrap_or_default()))])
        }
        _ => t.get(no),
    }
}

async fn denial(op: &Op, denied: &Denied) -> Result<String, Fault> {
    let day = display::day_of(&op.t, &denied.day);
    let (key, what) = match denied.level.as_str() {
        "controller" => ("wills-denied-controller", controller(op, &denied.target).await?),
        "task" => ("wills-denied-task", task(&op.t, &denied.target)),
        _ => ("wills-denied-document", denied.target.clone()),
    };
    Ok(op.t.with(key, [("what", what), ("day", day)]))
}

/// The controller's name; one that the register does not know is told by its identifier.
async fn controller(op: &Op, oid: &str) -> Result<String, Fault> {
    let Ok(id) = OrganisationId::parse(oid) else { return Ok(oid.to_owned()) };
    Ok(op.app.registers.organisation(&id).await?.map_or_else(|| oid.to_owned(), |known| known.name))
}

fn task(t: &T, code: &str) -> String {
    ServiceTask::parse(code).map_or_else(|| code.to_owned(), |task| task.name(t.lang()).to_owned())
}
