//! Times of the law and ends of rights as rows of the work list: counted from cases and documents at each look, so that
//! there is nothing to keep in step.

use std::collections::BTreeMap;

use jiff::{ToSpan, civil::Date};
use records::{
    code::ServiceTask,
    deadline::{self, Start, TIMERS, Timer},
};
use sqlx::Row;
use store::Tx;

use super::items::{Act, Item, ROWS_MAX, Scope, day_rank, due_group, short_day};
use crate::{
    error::{Fault, Result},
    op::{Kind, Op},
};

/// The work item that opening a case of somebody over 75 makes.
pub const ASSESSMENT_DUE: &str = "assessment_due";
/// A time is shown this long before its last day.
const AHEAD_DAYS: i32 = 14;
/// Cases opened longer ago have no times of their opening any more: such a list would be about the past.
const CASES_DAYS: i32 = 400;

/// Whether the need of a case has been assessed; then its time has ended.
///
/// # Errors
/// When the database does not answer.
pub async fn assessed(op: &Op, tx: &mut Tx, case: &str) -> Result<bool> {
    let types: Vec<String> = sqlx::query_scalar(
        "SELECT type_code FROM cw_document WHERE org = $1 AND case_oid = $2 AND state <> 'invalidated'",
    )
    .bind(op.org())
    .bind(case)
    .fetch_all(&mut **tx)
    .await?;
    Ok(types.iter().any(|kind| deadline::ASSESSMENTS.contains(&kind.as_str())))
}

/// The rows.
///
/// # Errors
/// When the database does not answer.
pub async fn items(op: &Op, tx: &mut Tx, scope: Scope) -> Result<Vec<Item>> {
    match op.kind {
        Kind::Organiser => {
            let mut items = of_cases(op, tx, scope).await?;
            items.extend(grants_ending(op, tx, scope).await?);
            Ok(items)
        }
        Kind::Provider => {
            let mut items = rights_ending(op, tx).await?;
            items.extend(restriction_months(op, tx).await?);
            Ok(items)
        }
    }
}

/// A case with the newest days of the documents that start or end times.
struct Running {
    oid: String,
    client: String,
    task: ServiceTask,
    opened: Date,
    granted: bool,
    born: Option<Date>,
    newest: BTreeMap<String, Date>,
}

/// The types stand in the text of the query; a test compares them with the table.
pub(super) const CASES_SQL: &str =
    "SELECT c.oid, c.client, c.task, c.opened, d.type_code, MAX(d.event_at) AS at,
            CASE WHEN EXISTS (SELECT 1 FROM cw_grant g WHERE g.org = c.org AND g.case_oid = c.oid) THEN 1 ELSE 0 END AS granted
       FROM cw_case c LEFT JOIN cw_document d ON d.org = c.org AND d.case_oid = c.oid
        AND d.type_code IN ('1000', '1004', '1005', '1006', '1008', '1009', '1010', '1012', '1013', '1015', '1019',
          '19002', '15009', '11030', '11055', '11023', '11027', '11025', '11026')
        AND d.state NOT IN ('invalidated', 'replaced')
      WHERE c.org = $1 AND c.unit = $2 AND c.state = 'open' AND (c.opened >= $3 OR c.task = '10')
        AND ($4 = '' OR c.responsible = $4)
      GROUP BY c.org, c.oid, c.client, c.task, c.opened, d.type_code ORDER BY c.opened LIMIT 4000";

async fn of_cases(op: &Op, tx: &mut Tx, scope: Scope) -> Result<Vec<Item>> {
    let since = op.today().saturating_sub(CASES_DAYS.days());
    let rows = sqlx::query(CASES_SQL)
        .bind(op.org())
        .bind(op.unit.as_str())
        .bind(since.to_string())
        .bind(if scope == Scope::Mine { op.actor.person.as_str() } else { "" })
        .fetch_all(&mut **tx)
        .await?;
    let mut cases: BTreeMap<String, Running> = BTreeMap::new();
    for row in &rows {
        let oid: String = row.try_get("oid")?;
        let Some(task) = ServiceTask::parse(&row.try_get::<String, _>("task")?) else { continue };
        let opened: String = row.try_get("opened")?;
        let case = cases.entry(oid.clone()).or_insert(Running {
            oid,
            client: row.try_get("client")?,
            task,
            opened: opened.parse().map_err(|_| Fault::damaged("cw_case.opened"))?,
            granted: row.try_get::<i64, _>("granted")? == 1,
            born: None,
            newest: BTreeMap::new(),
        });
        if let (Some(kind), Some(at)) =
            (row.try_get::<Option<String>, _>("type_code")?, row.try_get::<Option<i64>, _>("at")?)
        {
            case.newest.insert(kind, records::time::finnish_date(super::items::moment(at, "cw_document.event_at")?));
        }
    }
    let by_age = |task: ServiceTask| {
        TIMERS.iter().any(|timer| matches!(timer.start, Start::Birthday(_)) && timer.concerns(task))
    };
    for case in cases.values_mut().filter(|case| by_age(case.task)) {
        case.born = crate::clients::store::by_id(&op.app, tx, op.org(), &case.client).await?.person.born();
    }
    let mut items: Vec<Item> = cases.values().flat_map(|case| running(op, case)).collect();
    items.sort_by_key(|one| one.rank);
    items.truncate(usize::try_from(ROWS_MAX).unwrap_or(usize::MAX));
    Ok(items)
}

/// The times of a case that run and are near or over.
fn running(op: &Op, case: &Running) -> Vec<Item> {
    let near = op.today().saturating_add(AHEAD_DAYS.days());
    let due = |timer: &'static Timer| due(timer, case).filter(|day| *day <= near).map(|day| (timer, day));
    TIMERS
        .iter()
        .filter(|timer| op.covers(case.task) && timer.concerns(case.task))
        .filter_map(due)
        .map(|(timer, day)| timer_item(op, case, timer, day))
        .collect()
}

/// The last day of a time that runs in the case.
fn due(timer: &Timer, case: &Running) -> Option<Date> {
    let newest = |types: &[&str]| types.iter().filter_map(|kind| case.newest.get(*kind)).max().copied();
    match timer.start {
        Start::Case => {
            let ended = newest(timer.ended_by).is_some() || (timer.code == "carry_out" && case.granted);
            (!ended).then(|| timer.due(case.opened))
        }
        Start::Document(types) => {
            let from = newest(types)?;
            newest(timer.ended_by).is_none_or(|end| end < from).then(|| timer.due(from))
        }
        Start::Birthday(years) => case.born.map(|born| timer.due(deadline::birthday(born, years))),
    }
}

fn timer_item(op: &Op, case: &Running, timer: &Timer, day: Date) -> Item {
    let (group, chip) = due_group(op, day);
    let source =
        if timer.confirmed { timer.source.to_owned() } else { op.t.with("today-source-open", [("law", timer.source)]) };
    Item {
        key: format!("timer:{}:{}", timer.code, case.oid),
        row: case.oid.clone(),
        state: format!("deadline_{}", timer.code),
        client: Some(case.client.clone()),
        group,
        when: short_day(day),
        thing: timer.name(op.lang()).to_owned(),
        detail: source,
        chip,
        act: Act { href: format!("/asiakkaat/{}", case.client), label: "open", in_row: false },
        discard: String::new(),
        rank: day_rank(day),
    }
}

/// Rights that the organiser has given and that end soon: the decision behind them ends then by default (3.8).
async fn grants_ending(op: &Op, tx: &mut Tx, scope: Scope) -> Result<Vec<Item>> {
    let rows = sqlx::query(
        "SELECT g.id, g.client, g.to_day, g.unit_name AS place FROM cw_grant g
           JOIN cw_case c ON c.org = g.org AND c.oid = g.case_oid
          WHERE g.org = $1 AND c.unit = $2 AND g.to_day >= $3 AND g.to_day <= $4 AND ($5 = '' OR c.responsible = $5)
          ORDER BY g.to_day LIMIT $6",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .bind(op.today().saturating_add(AHEAD_DAYS.days()).to_string())
    .bind(if scope == Scope::Mine { op.actor.person.as_str() } else { "" })
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(|row| ending(op, row)).collect()
}

/// Rights that the unit has received and that end soon.
async fn rights_ending(op: &Op, tx: &mut Tx) -> Result<Vec<Item>> {
    let rows = sqlx::query(
        "SELECT id, client, to_day, organiser_name AS place FROM cw_right
          WHERE org = $1 AND unit = $2 AND to_day >= $3 AND to_day <= $4 ORDER BY to_day LIMIT $5",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .bind(op.today().saturating_add(AHEAD_DAYS.days()).to_string())
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter().map(|row| ending(op, row)).collect()
}

fn ending(op: &Op, row: &sqlx::any::AnyRow) -> Result<Item> {
    let (id, client): (String, String) = (row.try_get("id")?, row.try_get("client")?);
    let day: String = row.try_get("to_day")?;
    let day: Date = day.parse().map_err(|_| Fault::damaged("to_day"))?;
    let (group, chip) = due_group(op, day);
    Ok(Item {
        key: format!("right:{id}"),
        row: id,
        state: "right_ending".into(),
        group,
        when: short_day(day),
        thing: op.t.get("today-right-ends"),
        detail: row.try_get("place")?,
        chip,
        act: Act { href: format!("/asiakkaat/{client}"), label: "open", in_row: false },
        discard: String::new(),
        rank: day_rank(day),
        client: Some(client),
    })
}

/// Entries on restrictions and decisions of them; a test compares the types with the table.
pub(super) const MEASURES_SQL: &str = "SELECT DISTINCT d.client, d.event_at, COALESCE(m.prefill, '') AS sent
       FROM cw_document d
       LEFT JOIN cw_message_case c ON c.org = d.org AND c.client = d.client
       LEFT JOIN cw_message m ON m.org = c.org AND m.id = c.message AND m.kind = 'restriction_month' AND m.direction = 'out'
      WHERE d.org = $1 AND d.unit = $2 AND d.event_at >= $3 AND d.register <> d.org
        AND d.type_code IN ('19008', '11032', '11009', '11010', '11012', '11014', '11019', '11021', '11028', '11033', '11036',
          '11050', '11056')
        AND d.state NOT IN ('invalidated', 'replaced') ORDER BY d.event_at LIMIT $4";

/// Months whose restrictions of a child have not been put together for the responsible social worker, each from the day
/// after the month on (Child Welfare Act 74 §). A message about the case with the month ends it.
async fn restriction_months(op: &Op, tx: &mut Tx) -> Result<Vec<Item>> {
    if !op.covers(ServiceTask::ChildProtection) {
        return Ok(Vec::new());
    }
    let since = super::visits::start_of(op.today().saturating_sub(MONTHS_BACK.months()));
    let rows = sqlx::query(MEASURES_SQL)
        .bind(op.org())
        .bind(op.unit.as_str())
        .bind(since.as_microsecond())
        .bind(ROWS_MAX)
        .fetch_all(&mut **tx)
        .await?;
    let mut open: BTreeMap<(String, Date), bool> = BTreeMap::new();
    for row in &rows {
        let at = super::items::moment(row.try_get("event_at")?, "cw_document.event_at")?;
        let day = records::time::finnish_date(at);
        let month = day.saturating_sub((i32::from(day.day()) - 1).days());
        let sent = row.try_get::<String, _>("sent")? == format!("kuukausi={month}");
        *open.entry((row.try_get("client")?, month)).or_default() |= sent;
    }
    let over = |month: Date| month.saturating_add(1.months()) <= op.today();
    let waiting = open.into_iter().filter(|((_, month), sent)| !sent && over(*month));
    Ok(waiting.map(|((client, month), _)| month_item(op, client, month)).collect())
}

/// Months that are still asked for.
const MONTHS_BACK: i32 = 6;

fn month_item(op: &Op, client: String, month: Date) -> Item {
    let due = deadline::restrictions_due(month);
    let (group, chip) = due_group(op, due);
    Item {
        key: format!("timer:restrictions:{client}-{month}"),
        row: format!("{client}-{month}"),
        state: "deadline_restrictions_month".into(),
        group,
        when: short_day(due),
        thing: op.t.with("today-restrictions", [("month", format!("{}/{}", month.month(), month.year()))]),
        detail: deadline::RESTRICTIONS_MONTHLY.to_owned(),
        chip,
        act: Act { href: format!("/asiakkaat/{client}/rajoitukset"), label: "open", in_row: false },
        discard: String::new(),
        rank: day_rank(due),
        client: Some(client),
    }
}
