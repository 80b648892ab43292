//! `/kalenteri`: the visits of a week, of the worker or of the unit.

use askama::Template;
use axum::{extract::RawQuery, response::Response};
use jiff::{
    ToSpan,
    civil::{Date, ISOWeekDate, Weekday},
};
use web::{
    Page,
    ui::{Chip, Tone},
};

use super::{
    items::{Scope, short_day},
    visits::{self, Visit, start_of},
};
use crate::{clients::store as clients, error::Result, op::Op, people, posted::argument};

#[derive(Template)]
#[template(path = "week.html")]
struct Week {
    page: Page,
    heading: String,
    before: String,
    after: String,
    now: String,
    whose: Vec<(String, String, bool)>,
    days: Vec<Day>,
    count: usize,
}

struct Day {
    title: String,
    today: bool,
    visits: Vec<Line>,
}

struct Line {
    id: String,
    time: String,
    name: String,
    client: String,
    thing: String,
    chip: Option<Chip>,
    record: bool,
}

/// Address of the week of a day.
pub fn week_path(day: Date, scope: Scope) -> String {
    let week = day.iso_week_date();
    let whose = if scope == Scope::Unit { "yksikko" } else { "minun" };
    format!("/kalenteri?viikko={}-W{:02}&keiden={whose}", week.year(), week.week())
}

/// `2026-W40` → its Monday.
fn monday(text: &str) -> Option<Date> {
    let (year, week) = text.split_once("-W")?;
    let week = ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, Weekday::Monday).ok()?;
    Some(week.date())
}

/// `GET /kalenteri?viikko=2026-W40&keiden=minun|yksikko`
///
/// # Errors
/// When the database does not answer.
pub async fn show(op: Op, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let scope = if argument(&query, "keiden") == Some("minun") { Scope::Mine } else { Scope::Unit };
    let this = op.today().iso_week_date();
    let first = argument(&query, "viikko").and_then(monday).unwrap_or_else(|| {
        ISOWeekDate::new(this.year(), this.week(), Weekday::Monday).map_or(op.today(), ISOWeekDate::date)
    });
    let mut tx = op.read().await?;
    let end = first.saturating_add(7.days());
    let found = visits::between(&op, &mut tx, scope, start_of(first), start_of(end)).await?;
    let mut lines: Vec<(Date, Line)> = Vec::new();
    for visit in found {
        let name = clients::by_id(&op.app, &mut tx, op.org(), &visit.client).await?.person.name();
        lines.push((records::time::finnish_date(visit.starts), line(&op, visit, name)));
    }
    drop(tx);
    let count = lines.len();
    let number = first.iso_week_date();
    let heading = op.t.with("week-title", [("n", i64::from(number.week())), ("year", i64::from(number.year()))]);
    let whose = [(Scope::Mine, "today-mine"), (Scope::Unit, "today-unit")];
    let week = Week {
        page: op.page(&heading),
        heading,
        before: week_path(first.saturating_sub(7.days()), scope),
        after: week_path(end, scope),
        now: week_path(op.today(), scope),
        whose: whose.map(|(one, key)| (week_path(first, one), op.t.get(key), one == scope)).into(),
        days: days(&op, first, lines),
        count,
    };
    Ok(web::html(&week))
}

fn days(op: &Op, first: Date, mut lines: Vec<(Date, Line)>) -> Vec<Day> {
    let mut days = Vec::new();
    for n in 0..7_i32 {
        let day = first.saturating_add(n.days());
        let (own, rest): (Vec<_>, Vec<_>) = lines.into_iter().partition(|(of, _)| *of == day);
        lines = rest;
        days.push(Day {
            title: format!("{} {}", op.t.get(&format!("weekday-{}", n + 1)), short_day(day)),
            today: day == op.today(),
            visits: own.into_iter().map(|(_, line)| line).collect(),
        });
    }
    days
}

fn line(op: &Op, visit: Visit, name: String) -> Line {
    let over = visit.ends <= op.now;
    let chip = match (visit.recorded, over) {
        (true, _) => Some(Chip::new(Tone::Good, op.t.get("today-recorded"))),
        (false, true) => Some(Chip::new(Tone::Warning, op.t.get("week-unrecorded"))),
        _ => None,
    };
    Line {
        time: format!("{}–{}", people::time_of_day(visit.starts), people::time_of_day(visit.ends)),
        thing: op.t.get(&format!("visit-{}", visit.kind)),
        record: !visit.recorded && visit.starts <= op.now,
        id: visit.id,
        client: visit.client,
        name,
        chip,
    }
}
