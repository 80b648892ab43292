//! "Sosiaalipalvelujen tiedot": services, own worker and documents, by controller and case.

use crate::{
    archive::{Line, Relationship},
    display,
    op::{Fault, Op},
};
use askama::Template;
use axum::response::Response;
use records::code::ServiceTask;
use web::{Page, T};

/// The sections of documents: id of the list, general type. What fits none goes last, and only when there is any.
const SECTIONS: [(&str, &str); 4] = [("paatokset", "11"), ("suunnitelmat", "15"), ("arviot", "1"), ("merkinnat", "19")];
/// Id of the last section.
const OTHERS: &str = "muut";

#[derive(Template)]
#[template(path = "overview.html")]
struct OverviewPage {
    page: Page,
    bar: String,
    services: Vec<Service>,
    sections: Vec<Section>,
}

/// A client relationship as the page shows it.
struct Service {
    controller: String,
    name: String,
    since: String,
    ended: bool,
    workers: Vec<(String, String)>,
}

/// Documents of one kind.
struct Section {
    id: &'static str,
    title: String,
    groups: Vec<Group>,
}

/// Documents of one case of one controller.
struct Group {
    controller: String,
    case: String,
    task: String,
    rows: Vec<Row>,
}

/// A document.
struct Row {
    oid: String,
    name: String,
    lang: &'static str,
    more: String,
}

/// The overview.
///
/// # Errors
/// When the archive does not answer, or the right to act for the subject has ended.
pub async fn show(op: Op) -> Result<Response, Fault> {
    let question = op.question();
    let overview = op.about_subject(op.app.archive.overview(&question).await)?;
    let today = records::time::finnish_date(op.app.clock.now());
    Ok(web::html(&OverviewPage {
        page: op.page(op.t.get("overview-title")),
        bar: op.bar(),
        services: overview.relationships.into_iter().map(|one| service(&op.t, one, today)).collect(),
        sections: sections(&op.t, overview.documents),
    }))
}

fn service(t: &T, one: Relationship, today: jiff::civil::Date) -> Service {
    let started = display::day_of(t, &one.started);
    let since = if one.ended.is_empty() {
        t.with("service-since", [("start", started)])
    } else {
        t.with("service-was", [("start", started), ("end", display::day_of(t, &one.ended))])
    };
    Service {
        ended: one.ended.parse::<jiff::civil::Date>().is_ok_and(|end| end < today),
        controller: one.controller,
        name: one.controller_name,
        since,
        workers: one.workers.iter().map(|worker| (worker.name.clone(), worker.reachable_at())).collect(),
    }
}

fn sections(t: &T, documents: Vec<Line>) -> Vec<Section> {
    let mut sections: Vec<Section> = SECTIONS
        .iter()
        .map(|(id, _)| Section { id, title: t.get(&format!("section-{id}")), groups: Vec::new() })
        .collect();
    let mut others = Section { id: OTHERS, title: t.get("section-muut"), groups: Vec::new() };
    for line in documents {
        let at = SECTIONS.iter().position(|(_, general)| *general == line.general_type);
        let section = at.and_then(|at| sections.get_mut(at)).unwrap_or(&mut others);
        section.add(t, line);
    }
    if !others.groups.is_empty() {
        sections.push(others);
    }
    sections
}

impl Section {
    fn add(&mut self, t: &T, line: Line) {
        let row = row(t, &line);
        let same = |group: &&mut Group| group.controller == line.controller_name && group.case == line.case;
        match self.groups.iter_mut().find(same) {
            Some(group) => group.rows.push(row),
            None => self.groups.push(Group {
                task: tasks(t, &line.tasks),
                controller: line.controller_name,
                case: line.case,
                rows: vec![row],
            }),
        }
    }
}

/// Names of service tasks; an unknown code says nothing to a citizen and is left out.
pub fn tasks(t: &T, codes: &[String]) -> String {
    let names = codes.iter().filter_map(|code| ServiceTask::parse(code)).map(|task| task.name(t.lang()));
    names.collect::<Vec<_>>().join(", ")
}

fn row(t: &T, line: &Line) -> Row {
    let name = display::type_name(t, &line.general_type, &line.name_fi, &line.name_sv);
    let when = line.at().map(|at| display::day(t, records::time::finnish_date(at))).unwrap_or_default();
    let more = [when, line.unit_name.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
    Row { oid: line.document.clone(), name: name.text, lang: name.lang, more: more.join(" · ") }
}
