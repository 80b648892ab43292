//! `/tanaan`: what must be done now, and what is late. Late first, failures without a click, one button on each row.

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use web::{
    Page,
    ui::{Notice, Tone},
};

use super::{
    items::{self, Found, Group, Item, Scope},
    shift, visits,
};
use crate::{error::Result, op::Op, posted::argument};

/// The whole page.
#[derive(Template)]
#[template(path = "today.html")]
struct Today {
    page: Page,
    heading: String,
    tabs: Vec<Tab>,
    strip: Vec<Number>,
    groups: Vec<GroupView>,
    snoozed: usize,
    with_snoozed: bool,
    here: &'static str,
    empty: String,
    said: Option<Notice>,
    colleagues: Vec<(String, String)>,
    shift: Option<shift::Shift>,
}

/// A tab: address, label, whether it is this one.
struct Tab {
    href: String,
    label: String,
    current: bool,
}

/// One of at most four numbers.
struct Number {
    n: String,
    label: String,
    word: &'static str,
}

struct GroupView {
    word: &'static str,
    title: String,
    folded: bool,
    rows: Vec<RowView>,
}

struct RowView {
    item: Item,
    name: String,
    label: String,
}

impl Scope {
    fn word(self) -> &'static str {
        match self {
            Self::Mine => "minun",
            Self::Unit => "yksikko",
        }
    }
}

/// Where the list says what was done: how many rows, and how many could not be.
pub fn said_path(scope: Scope, word: &str, done: usize, left: usize) -> String {
    format!("/tanaan?nakyma={}&tehty={word}&n={done}&jai={left}", scope.word())
}

/// `GET /tanaan`; `?nakyma=minun|yksikko|vuoro`, `?torkutetut` shows what was put off, `?tunnit=12` for the shift
///
/// # Errors
/// When the database does not answer.
pub async fn show(op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let view = argument(&query, "nakyma").unwrap_or("minun");
    if view == "vuoro" {
        return show_shift(&op, argument(&query, "tunnit")).await;
    }
    let scope = if view == "yksikko" { Scope::Unit } else { Scope::Mine };
    let with_snoozed = query.split('&').any(|part| part.split('=').next() == Some("torkutetut"));
    let mut tx = op.read().await?;
    let found = items::find(&op, &mut tx, scope, with_snoozed).await?;
    let colleagues = visits::colleagues(&op, &mut tx).await?;
    drop(tx);
    let next = next_visit(&found);
    let strip = strip(&op, &found);
    let (snoozed, groups) = (found.snoozed, groups(&op, found));
    let waiting = groups.iter().any(|group| group.word != Group::Done.word());
    let today = Today {
        page: op.page(op.t.get("today-title")),
        heading: op.t.get("today-title"),
        tabs: tabs(&op, scope.word()),
        strip,
        snoozed,
        with_snoozed,
        here: scope.word(),
        empty: if waiting { String::new() } else { empty(&op, next) },
        said: said(&op, &query),
        colleagues: colleagues.into_iter().filter(|(person, _)| *person != op.actor.person).collect(),
        groups,
        shift: None,
    };
    Ok(web::html(&today))
}

async fn show_shift(op: &Op, hours: Option<&str>) -> Result<Response> {
    let shift = shift::read(op, hours.and_then(|text| text.parse().ok())).await?;
    let today = Today {
        page: op.page(op.t.get("today-shift")),
        heading: op.t.get("today-title"),
        tabs: tabs(op, "vuoro"),
        strip: Vec::new(),
        groups: Vec::new(),
        snoozed: 0,
        with_snoozed: false,
        here: "vuoro",
        empty: String::new(),
        said: None,
        colleagues: Vec::new(),
        shift: Some(shift),
    };
    Ok(web::html(&today))
}

fn tabs(op: &Op, current: &str) -> Vec<Tab> {
    let all = [
        ("minun", "/tanaan", "today-mine"),
        ("yksikko", "/tanaan?nakyma=yksikko", "today-unit"),
        ("vuoro", "/tanaan?nakyma=vuoro", "today-shift"),
        ("viikko", "/kalenteri", "today-week"),
    ];
    all.map(|(word, href, key)| Tab { href: href.into(), label: op.t.get(key), current: word == current }).into()
}

fn strip(op: &Op, found: &Found) -> Vec<Number> {
    let all = [
        ("unrecorded", found.unrecorded.to_string(), "today-unrecorded"),
        ("drafts", found.drafts.to_string(), "today-drafts"),
        ("returned", found.returned.to_string(), "today-returned"),
        ("clients", found.clients.to_string(), "today-clients"),
    ];
    all.map(|(word, n, key)| Number { n, label: op.t.get(key), word }).into()
}

fn next_visit(found: &Found) -> Option<String> {
    found.items.iter().find(|one| one.state == "visit" && one.group == Group::Today).map(|one| one.when.clone())
}

fn empty(op: &Op, next: Option<String>) -> String {
    match next {
        Some(time) => op.t.with("today-nothing-next", [("time", time)]),
        None => op.t.get("today-nothing"),
    }
}

fn groups(op: &Op, mut found: Found) -> Vec<GroupView> {
    let mut views = Vec::new();
    for group in Group::ALL {
        let (mine, rest): (Vec<Item>, Vec<Item>) = found.items.into_iter().partition(|one| one.group == group);
        found.items = rest;
        if mine.is_empty() {
            continue;
        }
        let title = op.t.get(&format!("today-group-{}", group.word()));
        let rows = mine.into_iter().map(|item| {
            let name = item.client.as_ref().and_then(|id| found.names.get(id)).cloned().unwrap_or_default();
            RowView { label: op.t.get(item.act.label), name, item }
        });
        views.push(GroupView { word: group.word(), title, folded: group == Group::Done, rows: rows.collect() });
    }
    views
}

/// What the last act did, told above the list.
fn said(op: &Op, query: &str) -> Option<Notice> {
    let word = argument(query, "tehty").filter(|word| SAID.contains(word))?;
    let number = |name| argument(query, name).and_then(|text| text.parse::<usize>().ok()).unwrap_or(0);
    let notice = Notice::new(Tone::Good, op.t.with(&format!("today-said-{word}"), [("n", number("n"))]));
    Some(match number("jai") {
        0 => notice,
        left => Notice { tone: Tone::Warning, ..notice.text(op.t.with("today-said-left", [("n", left)])) },
    })
}

/// What can be said of an act.
const SAID: [&str; 4] = ["torkutettu", "heratetty", "siirretty", "yhteinen"];
