//! Names and times as people read them. A name that the registers do not give now is replaced by the identifier: a page
//! of the archive never waits for them.

use crate::app::App;
use jiff::{Timestamp, civil::Date};
use records::{
    Lang,
    code::ServiceTask,
    id::{OrganisationId, ServiceUnitId},
    time::finnish_zone,
};

/// The name of an organisation.
pub async fn organisation(app: &App, oid: &str) -> String {
    let Ok(id) = OrganisationId::parse(oid) else { return oid.to_owned() };
    app.registers.organisation(&id).await.ok().flatten().unwrap_or_else(|| oid.to_owned())
}

/// The name of a unit, and the organisation that it belongs to.
pub async fn unit(app: &App, oid: &str) -> (String, String) {
    let Ok(id) = ServiceUnitId::parse(oid) else { return (oid.to_owned(), String::new()) };
    match app.registers.unit(&id).await {
        Ok(Some(facts)) => {
            let organisation = organisation(app, facts.organisation.as_str()).await;
            (facts.name, organisation)
        }
        _ => (oid.to_owned(), String::new()),
    }
}

/// The name of a document type: of its newest structure, of its general type, or the code.
pub fn document_type(app: &App, code: &str, lang: Lang) -> String {
    match app.catalogue.newest(code) {
        Some(structure) if !structure.name(lang).is_empty() => structure.name(lang).to_owned(),
        _ => code.to_owned(),
    }
}

/// The names of service tasks.
pub fn tasks(codes: &[String], lang: Lang) -> String {
    let name = |code: &String| ServiceTask::parse(code).map_or(code.clone(), |task| task.name(lang).to_owned());
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// `7.9.2026`.
pub fn day(date: Date) -> String {
    format!("{}.{}.{}", date.day(), date.month(), date.year())
}

/// An ISO day as people read it; what is no day stays as it is.
pub fn day_text(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), day)
}

/// `7.9.2026 klo 9.15` in Finnish time, `kl.` in Swedish.
pub fn moment(at: Timestamp, lang: Lang) -> String {
    let local = at.to_zoned(finnish_zone());
    let word = match lang {
        Lang::Fi => " klo ",
        Lang::Sv => " kl. ",
        Lang::En => " at ",
    };
    format!("{}{word}{}.{:02}", day(local.date()), local.hour(), local.minute())
}
