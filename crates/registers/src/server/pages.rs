//! Plain pages that list what the registers hold, for people who look at the demo. No identity code stands on them.

use super::{Content, Server};
use askama::Template;
use axum::Router;
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use axum::routing::get;
use records::Lang;
use std::sync::Arc;
use web::ui::{Chip, Tone};
use web::{Locale, NavItem, Page, Product, T, Texts};

/// The pages' texts.
pub(crate) const TEXTS: [(Lang, &str); 3] = [
    (Lang::Fi, include_str!("../../texts/fi.ftl")),
    (Lang::Sv, include_str!("../../texts/sv.ftl")),
    (Lang::En, include_str!("../../texts/en.ftl")),
];

type Pages = State<(Server, Arc<Texts>)>;

/// The pages' routes.
pub(super) fn routes(server: Server, texts: Arc<Texts>) -> Router {
    Router::new()
        .route("/", get(front))
        .route("/pages/rights", get(rights))
        .route("/pages/people", get(people))
        .route("/pages/codes", get(codes))
        .with_state((server, texts))
}

fn page(t: &T, title: &str, path: &str) -> Page {
    let links = [
        ("/", "nav-organisations"),
        ("/pages/rights", "nav-rights"),
        ("/pages/people", "nav-people"),
        ("/pages/codes", "nav-codes"),
    ];
    let mut page = Page::new(t.clone(), Product::Registers, t.get(title), path);
    page.nav = links
        .map(|(href, key)| NavItem { href: href.to_owned(), label: t.get(key), current: href == path, count: 0 })
        .into();
    page
}

/// A cell of a list: text, and a chip where a state is shown.
struct Row {
    cells: Vec<String>,
    chip: Option<Chip>,
}

/// A titled table.
struct Section {
    title: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "register.html")]
struct Listing {
    page: Page,
    lead: String,
    head: Vec<String>,
    sections: Vec<Section>,
}

fn validity(t: &T, ended: bool) -> Chip {
    if ended { Chip::new(Tone::Warning, t.get("state-ended")) } else { Chip::new(Tone::Good, t.get("state-valid")) }
}

async fn front(State((server, texts)): Pages, Locale(lang): Locale, OriginalUri(uri): OriginalUri) -> Response {
    let t = texts.t(lang);
    let content = server.read();
    let sections = content.organisations.iter().map(|one| Section {
        title: format!(
            "{} ({}, {})",
            if lang == Lang::Sv { &one.name_sv } else { &one.name },
            one.business_id,
            one.oid
        ),
        rows: units_of(&content, one.oid.as_str(), &t),
    });
    web::html(&Listing {
        page: page(&t, "nav-organisations", uri.path()),
        lead: t.get("organisations-lead"),
        head: vec![t.get("head-unit"), t.get("head-oid"), t.get("head-valid"), t.get("head-state")],
        sections: sections.collect(),
    })
}

fn units_of(content: &Content, organisation: &str, t: &T) -> Vec<Row> {
    let units = content.units.iter().filter(|unit| unit.organisation.as_str() == organisation);
    let row = |unit: &crate::model::Unit| {
        let name = if t.lang() == Lang::Sv { unit.name_sv.clone() } else { unit.name.clone() };
        let until = unit.valid_to.map(finnish).unwrap_or_default();
        Row {
            cells: vec![name, unit.oid.to_string(), format!("{}–{until}", finnish(unit.valid_from))],
            chip: Some(validity(t, unit.valid_to.is_some())),
        }
    };
    units.map(row).collect()
}

/// A day as Finns write it.
fn finnish(day: jiff::civil::Date) -> String {
    format!("{}.{}.{}", day.day(), day.month(), day.year())
}

async fn rights(State((server, texts)): Pages, Locale(lang): Locale, OriginalUri(uri): OriginalUri) -> Response {
    let t = texts.t(lang);
    let content = server.read();
    let rows = content.rights.iter().map(|one| Row {
        cells: vec![
            format!("{} {}", one.given, one.family),
            one.registration.as_str().to_owned(),
            one.profession.clone(),
        ],
        chip: Some(if one.suspended {
            Chip::new(Tone::Bad, t.get("state-suspended"))
        } else {
            Chip::new(Tone::Good, t.get("state-valid"))
        }),
    });
    web::html(&Listing {
        page: page(&t, "nav-rights", uri.path()),
        lead: t.get("rights-lead"),
        head: vec![t.get("head-name"), t.get("head-number"), t.get("head-profession"), t.get("head-state")],
        sections: vec![Section { title: t.get("nav-rights"), rows: rows.collect() }],
    })
}

async fn people(State((server, texts)): Pages, Locale(lang): Locale, OriginalUri(uri): OriginalUri) -> Response {
    let t = texts.t(lang);
    let content = server.read();
    let rows = content.people.iter().map(|one| Row {
        cells: vec![one.name(), web::ui::masked(&one.hetu), one.municipality.clone()],
        chip: one.non_disclosure.then(|| Chip::new(Tone::Warning, t.get("state-non-disclosure"))),
    });
    let mandates = content.cast.mandates.iter().filter_map(|one| {
        let (agent, principal) = (content.named(&one.agent)?, content.named(&one.principal)?);
        let until = one.valid_to.map(finnish).unwrap_or_default();
        Some(Row {
            cells: vec![agent.name, principal.name, format!("{}–{until}", finnish(one.valid_from))],
            chip: Some(validity(&t, one.valid_to.is_some())),
        })
    });
    web::html(&Listing {
        page: page(&t, "nav-people", uri.path()),
        lead: t.get("people-lead"),
        head: vec![t.get("head-name"), t.get("head-code"), t.get("head-more"), t.get("head-state")],
        sections: vec![
            Section { title: t.get("nav-people"), rows: rows.collect() },
            Section { title: t.get("mandates"), rows: mandates.collect() },
        ],
    })
}

async fn codes(State((server, texts)): Pages, Locale(lang): Locale, OriginalUri(uri): OriginalUri) -> Response {
    let t = texts.t(lang);
    let content = server.read();
    let sections = content.codes.iter().map(|list| Section {
        title: format!("{} ({})", list.name, list.oid),
        rows: list
            .codes
            .iter()
            .map(|row| Row {
                cells: vec![row.code.clone(), row.fi.clone(), row.sv.clone()],
                chip: Some(if row.confirmed {
                    Chip::new(Tone::Good, t.get("state-official"))
                } else {
                    Chip::new(Tone::Info, t.get("state-local"))
                }),
            })
            .collect(),
    });
    web::html(&Listing {
        page: page(&t, "nav-codes", uri.path()),
        lead: t.get("codes-lead"),
        head: vec![t.get("head-code"), t.get("head-fi"), t.get("head-sv"), t.get("head-state")],
        sections: sections.collect(),
    })
}
