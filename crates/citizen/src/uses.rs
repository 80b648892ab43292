//! "Who has used my data": organisation, time, purpose and ground, never a worker's name (FR-76, law-and-codes 8).

use crate::{
    archive::Use,
    display,
    op::{Fault, Op},
};
use askama::Template;
use axum::{extract::RawQuery, response::Response};
use jiff::Timestamp;
use web::{Page, T, ui::Pager};

/// Rows on one page: about what a phone scrolls through in a minute.
const ROWS: usize = 100;

#[derive(Template)]
#[template(path = "uses.html")]
struct UsesPage {
    page: Page,
    bar: String,
    months: Vec<Month>,
    pager: Pager,
}

/// The uses of a month.
struct Month {
    name: String,
    rows: Vec<Row>,
}

/// One use.
#[derive(PartialEq, Eq)]
struct Row {
    at: String,
    organisation: String,
    organisation_oid: String,
    action: String,
    action_code: String,
    purpose: String,
    basis: String,
    basis_code: String,
    register: String,
}

/// The page.
///
/// # Errors
/// When the archive does not answer, or the right to act for the subject has ended.
pub async fn show(op: Op, RawQuery(query): RawQuery) -> Result<Response, Fault> {
    let uses = op.about_subject(op.app.archive.uses(&op.question()).await)?;
    let from = first_row(query.as_deref()).min(uses.len());
    let address = |from: usize| if from == 0 { "/kaytto".to_owned() } else { format!("/kaytto?alkaen={from}") };
    let pager = Pager {
        previous: if from > 0 { address(from.saturating_sub(ROWS)) } else { String::new() },
        next: if from + ROWS < uses.len() { address(from + ROWS) } else { String::new() },
    };
    let shown = uses.iter().skip(from).take(ROWS);
    Ok(web::html(&UsesPage {
        page: op.page(op.t.get("uses-title")),
        bar: op.bar(),
        months: months(&op.t, shown),
        pager,
    }))
}

impl Month {
    /// Whether the same row stands already among those of its minute.
    fn has_of_this_minute(&self, row: &Row) -> bool {
        self.rows.iter().rev().take_while(|other| other.at == row.at).any(|other| other == row)
    }
}

fn first_row(query: Option<&str>) -> usize {
    let value = query.and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("alkaen=")));
    value.and_then(|value| value.parse().ok()).unwrap_or(0)
}

fn months<'a>(t: &T, uses: impl Iterator<Item = &'a Use>) -> Vec<Month> {
    let mut months: Vec<Month> = Vec::new();
    for one in uses {
        let name = month(t, &one.at);
        let row = row(t, one);
        match months.last_mut() {
            // A visit asks the archive several times, and of several registers; who reads the log sees one visit to each.
            // Uses by others all stand.
            Some(month) if is_visit(one) && month.has_of_this_minute(&row) => {}
            Some(month) if month.name == name => month.rows.push(row),
            _ => months.push(Month { name, rows: vec![row] }),
        }
    }
    months
}

fn month(t: &T, at: &str) -> String {
    let Ok(at) = at.parse::<Timestamp>() else { return String::new() };
    let day = records::time::finnish_date(at);
    let name = t.get(&format!("month-{}", day.month()));
    t.with("month-of-year", [("month", name), ("year", format!("{:04}", day.year()))])
}

fn row(t: &T, one: &Use) -> Row {
    let at = one.at.parse::<Timestamp>().map_or_else(|_| one.at.clone(), |at| display::moment(t, at));
    let action = t.get(action_key(&one.action));
    let action = if one.documents > 0 {
        t.with("action-documents", [("action", action), ("n", one.documents.to_string())])
    } else {
        action
    };
    Row {
        at,
        organisation: organisation(t, one),
        organisation_oid: one.organisation_oid.clone(),
        action,
        action_code: one.action.clone(),
        purpose: purpose(t, one),
        basis: basis(t, one),
        basis_code: one.basis.clone(),
        register: if one.wills { t.get("uses-register-wills") } else { one.register.clone() },
    }
}

/// The organisation; the view itself has a name of its own here.
fn organisation(t: &T, one: &Use) -> String {
    match one.organisation_oid.as_str() {
        "OmaKanta" => t.get("uses-this-view"),
        oid if one.organisation.is_empty() => oid.to_owned(),
        _ => one.organisation.clone(),
    }
}

fn action_key(action: &str) -> &'static str {
    match action {
        "search" | "read" | "print" | "export" => "action-read",
        "create" | "change" | "archive" | "visibility" => "action-write",
        "invalidate" => "action-invalidate",
        "grant" => "action-grant",
        "disclose" => "action-disclose",
        "consent" => "action-consent",
        "dispose" => "action-dispose",
        "read_log" => "action-read_log",
        _ => "action-other",
    }
}

/// Whether the subject, or who acts for the subject, has looked.
fn is_visit(one: &Use) -> bool {
    matches!(one.basis.as_str(), "citizen_self" | "guardian" | "mandate") && action_key(&one.action) == "action-read"
}

/// Whether the subject, or who acts for the subject, has expressed something.
fn is_own_act(one: &Use) -> bool {
    one.organisation_oid == "OmaKanta" && action_key(&one.action) == "action-consent"
}

/// What for. The purpose of the client system's messages is known by its words; any other is shown as it came.
fn purpose(t: &T, one: &Use) -> String {
    match one.purpose.as_deref() {
        None | Some("") if is_visit(one) => t.get("purpose-citizen"),
        None | Some("") if is_own_act(one) => t.get("purpose-citizen-act"),
        None | Some("") => t.get("purpose-none"),
        Some("asiakkuuden hoito" | "asiakastyo") => t.get("purpose-care"),
        Some(other) => other.to_owned(),
    }
}

/// On what right. Who acted for the subject is told by name: that is a private person's act, not a worker's.
fn basis(t: &T, one: &Use) -> String {
    let name = one.on_behalf.as_deref().filter(|name| !name.is_empty());
    match (one.basis.as_str(), name) {
        ("own_register", _) => t.get("basis-own_register"),
        ("grant", _) => t.get("basis-grant"),
        ("citizen_self", _) => t.get("basis-citizen_self"),
        ("guardian" | "mandate", Some(name)) => t.with("basis-behalf", [("name", name)]),
        ("guardian", None) => t.get("basis-guardian"),
        ("mandate", None) => t.get("basis-mandate"),
        // Such a question reads the permission before anybody is given anything, and also when nothing is.
        ("disclosure", _) if one.wills => t.get("basis-checked"),
        ("disclosure", _) => t.get("basis-disclosure"),
        ("statute", _) => t.get("basis-statute"),
        ("technical", _) => t.get("basis-technical"),
        _ => t.get("basis-other"),
    }
}
