//! `/arkisto/saapuminen`: the queues as they look from the receiving end. A client system's queue cannot be seen from
//! here; what can be seen is when an organisation was last heard of, and how old events were when their documents came.
//! A joined organisation that falls silent or old raises an alarm, on the page and for Prometheus.

use super::{
    Op, Result, names,
    sheet::{Block, Cell, Sheet, Table},
};
use crate::{app::App, intake::working::instant, joining};
use axum::response::Response;
use jiff::{SignedDuration, Timestamp};
use records::time::{finnish_date, finnish_zone};
use sqlx::Row as _;
use std::collections::BTreeMap;
use store::{StoreError, Tx};
use web::ui::{Chip, Notice, Tone};

const PATH: &str = "/arkisto/saapuminen";

/// Most documents of a register's day that ages are counted of: the newest tell enough.
const DOCUMENTS_MAX: i64 = 20_000;

/// What is known of one organisation's sending.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrival {
    /// The organisation.
    pub organisation: String,
    /// When it joined, or was last changed.
    pub since: Timestamp,
    /// Last message of any kind.
    pub message: Option<Timestamp>,
    /// Last document stored.
    pub archived: Option<Timestamp>,
    /// Documents of this Finnish day.
    pub today: usize,
    /// Median time from the event to archiving, of this day.
    pub median: Option<SignedDuration>,
    /// Longest time from the event to archiving, of this day.
    pub oldest: Option<SignedDuration>,
    /// Nothing has been heard for longer than the settings allow.
    pub silent: bool,
    /// Something came later than the settings allow.
    pub late: bool,
}

/// What is known of the joined organisations: of those that send to one register, or of all.
///
/// # Errors
/// What the database says.
pub async fn measure(app: &App, register: Option<&str>) -> std::result::Result<Vec<Arrival>, StoreError> {
    let settings = app.settings_now().pages;
    let now = app.clock.now();
    let mut tx = app.db.read().await?;
    let heard = heard(&mut tx, register).await?;
    let registers: Vec<String> = match register {
        Some(register) => vec![register.to_owned()],
        None => joining::all(&mut tx).await?.into_keys().collect(),
    };
    let mut ages: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for register in &registers {
        day_ages(&mut tx, register, now, &mut ages).await?;
    }
    let joined = sqlx::query("SELECT organisation, since FROM joining WHERE state = 'joined' ORDER BY organisation")
        .fetch_all(&mut *tx)
        .await?;
    tx.rollback().await?;
    let mut arrivals = Vec::new();
    for row in joined {
        let organisation: String = row.get(0);
        let last = heard.get(&organisation);
        if register.is_some_and(|register| register != organisation) && last.is_none() {
            continue;
        }
        let mut ages = ages.remove(&organisation).unwrap_or_default();
        ages.sort_unstable();
        let since = instant(row.get(1));
        let (message, archived) = last.copied().unwrap_or((0, 0));
        let known = |at: i64| (at > 0).then(|| instant(at));
        let duration = |micros: &i64| SignedDuration::from_micros(*micros);
        let quiet = now.duration_since(known(message).unwrap_or(since).max(since));
        let oldest = ages.last().map(duration);
        arrivals.push(Arrival {
            organisation,
            since,
            message: known(message),
            archived: known(archived),
            today: ages.len(),
            median: ages.get(ages.len() / 2).map(duration),
            oldest,
            silent: quiet > SignedDuration::from_hours(settings.silent_after_h),
            late: oldest.is_some_and(|oldest| oldest > SignedDuration::from_hours(settings.late_after_h)),
        });
    }
    Ok(arrivals)
}

/// Last message and last document by organisation.
async fn heard(tx: &mut Tx, register: Option<&str>) -> std::result::Result<BTreeMap<String, (i64, i64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT organisation, MAX(last_message), MAX(last_archived) FROM arrivals \
         WHERE $1 = '' OR register = $1 GROUP BY organisation",
    )
    .bind(register.unwrap_or_default().to_owned())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect())
}

/// Times from event to archiving of the day's documents, by organisation, in microseconds.
async fn day_ages(
    tx: &mut Tx,
    register: &str,
    now: Timestamp,
    ages: &mut BTreeMap<String, Vec<i64>>,
) -> std::result::Result<(), StoreError> {
    let day = finnish_date(now).to_zoned(finnish_zone()).map_or(now, |start| start.timestamp());
    let rows = sqlx::query(
        "SELECT author_organisation, event_to, archived_at FROM documents \
         WHERE controller = $1 AND archived_at >= $2 ORDER BY archived_at DESC LIMIT $3",
    )
    .bind(register.to_owned())
    .bind(day.as_microsecond())
    .bind(DOCUMENTS_MAX)
    .fetch_all(&mut **tx)
    .await?;
    for row in rows {
        let age = row.get::<i64, _>(2) - row.get::<i64, _>(1);
        // An event may lie ahead (a right that begins tomorrow): it is not late.
        ages.entry(row.get(0)).or_default().push(age.max(0));
    }
    Ok(())
}

/// Measures for Prometheus; called once a minute.
pub async fn watch(app: &App) {
    match measure(app, None).await {
        Ok(arrivals) => app.metrics.arrivals(&arrivals, app.clock.now()),
        Err(error) => tracing::error!(%error, "who has fallen silent could not be measured"),
    }
}

/// `3 h 20 min`, or days when it is long.
fn span(duration: SignedDuration) -> String {
    match duration.as_mins() {
        minutes if minutes < 60 => format!("{minutes} min"),
        minutes if minutes < 48 * 60 => format!("{} h {} min", minutes / 60, minutes % 60),
        minutes => format!("{} d {} h", minutes / (24 * 60), minutes / 60 % 24),
    }
}

/// `GET /arkisto/saapuminen`
///
/// # Errors
/// What the database says.
pub async fn show(op: Op) -> Result<Response> {
    let register = if op.keeper() { None } else { Some(op.register()?.to_owned()) };
    let arrivals = measure(&op.app, register.as_deref()).await?;
    let (t, settings) = (&op.t, op.app.settings_now().pages);
    let mut sheet = Sheet::new(op.page(&t.get("arrivals-title"), PATH)).with(Block::Text(
        t.with("arrivals-text", [("silent", settings.silent_after_h), ("late", settings.late_after_h)]),
    ));
    let alarms = arrivals.iter().filter(|arrival| arrival.silent || arrival.late).count();
    if alarms > 0 {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Bad, t.with("arrivals-alarms", [("n", alarms)]))));
    }
    if arrivals.is_empty() {
        return Ok(sheet.with(Block::Empty(t.get("arrivals-none"))).html());
    }
    Ok(sheet.with(Block::Table(table(&op, &arrivals).await)).html())
}

async fn table(op: &Op, arrivals: &[Arrival]) -> Table {
    let t = &op.t;
    let never = || t.get("arrivals-never");
    let mut rows = Vec::with_capacity(arrivals.len());
    for arrival in arrivals {
        let chip = match (arrival.silent, arrival.late) {
            (true, _) => Chip::new(Tone::Bad, t.get("arrivals-silent")),
            (false, true) => Chip::new(Tone::Warning, t.get("arrivals-late")),
            (false, false) => Chip::new(Tone::Good, t.get("arrivals-fine")),
        };
        let moment = |at: Option<Timestamp>| at.map_or_else(never, |at| names::moment(at, op.lang()));
        let cells = vec![
            Cell::Text(names::organisation(&op.app, &arrival.organisation).await),
            Cell::Chip(chip),
            Cell::Text(moment(arrival.message)),
            Cell::Text(moment(arrival.archived)),
            Cell::text(arrival.today),
            Cell::Text(arrival.median.map(span).unwrap_or_default()),
            Cell::Text(arrival.oldest.map(span).unwrap_or_default()),
        ];
        rows.push((arrival.organisation.clone(), cells));
    }
    let head = [
        "col-organisation",
        "col-state",
        "col-last-message",
        "col-last-archived",
        "col-today",
        "col-median",
        "col-oldest",
    ];
    Table {
        id: "saapuminen",
        caption: t.get("arrivals-caption"),
        head: head.iter().map(|key| t.get(key)).collect(),
        rows,
    }
}
