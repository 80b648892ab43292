//! Planned visits: who is to be met, when and by whom. They make "not recorded" a fact that can be seen.

use axum::{extract::Path, response::Response};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use records::time::{finnish_date, finnish_zone};
use sqlx::{Row, any::AnyRow};
use store::{Tx, log::Action};
use web::ui::{Field, Input};

use super::items::{ROWS_MAX, Scope, moment};
use crate::{
    clients::{self, store as client_store},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording,
    routes::see,
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

/// Kinds of visits; none of them tells of a person's health or service.
pub const KINDS: [&str; 5] = ["visit", "care", "call", "meeting", "outing"];
/// Lengths that the form offers, in minutes; the last is a shift.
const LENGTHS: [i64; 7] = [15, 30, 45, 60, 90, 120, 480];
/// Longest time that visits are planned ahead; a plan is looked at again before that.
const AHEAD_MAX_DAYS: i32 = 92;
/// A visit without a note is asked about for this long.
const BACK_DAYS: i32 = 7;

/// A planned visit.
pub struct Visit {
    /// Its id.
    pub id: String,
    /// The client.
    pub client: String,
    /// The worker, if one is named.
    pub person: Option<String>,
    /// One of [`KINDS`].
    pub kind: String,
    /// Begins.
    pub starts: Timestamp,
    /// Ends.
    pub ends: Timestamp,
    /// Whether an entry of the client has its event within the visit's time.
    pub recorded: bool,
}

fn read(row: &AnyRow) -> Result<Visit> {
    Ok(Visit {
        id: row.try_get("id")?,
        client: row.try_get("client")?,
        person: row.try_get("person")?,
        kind: row.try_get("kind")?,
        starts: moment(row.try_get("starts")?, "cw_visit.starts")?,
        ends: moment(row.try_get("ends")?, "cw_visit.ends")?,
        recorded: row.try_get::<i64, _>("recorded")? == 1,
    })
}

/// Visits of the unit that begin within a time; for [`Scope::Mine`] the worker's own and those of nobody in particular.
///
/// # Errors
/// When the database does not answer.
pub async fn between(op: &Op, tx: &mut Tx, scope: Scope, from: Timestamp, to: Timestamp) -> Result<Vec<Visit>> {
    sqlx::query(
        "SELECT v.id, v.client, v.person, v.kind, v.starts, v.ends,
                CASE WHEN EXISTS (SELECT 1 FROM cw_document d WHERE d.org = v.org AND d.client = v.client
                  AND d.event_at >= v.starts AND d.event_at < v.ends AND d.type_code LIKE '19%'
                  AND d.state <> 'invalidated') THEN 1 ELSE 0 END AS recorded
           FROM cw_visit v
          WHERE v.org = $1 AND v.unit = $2 AND v.starts >= $3 AND v.starts < $4 AND v.state = 'planned'
            AND ($5 = '' OR v.person IS NULL OR v.person = $5)
          ORDER BY v.starts, v.id LIMIT $6",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(from.as_microsecond())
    .bind(to.as_microsecond())
    .bind(if scope == Scope::Mine { op.actor.person.as_str() } else { "" })
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(read)
    .collect()
}

/// Today's visits, and those of the last days that nobody has recorded.
///
/// # Errors
/// When the database does not answer.
pub async fn around_today(op: &Op, tx: &mut Tx, scope: Scope) -> Result<Vec<Visit>> {
    let today = op.today();
    let from = start_of(today.saturating_sub(BACK_DAYS.days()));
    let to = start_of(today.saturating_add(1.day()));
    let mut all = between(op, tx, scope, from, to).await?;
    all.retain(|visit| !visit.recorded || finnish_date(visit.starts) == today);
    Ok(all)
}

/// The instant at which a Finnish day begins.
pub fn start_of(day: Date) -> Timestamp {
    day.to_zoned(finnish_zone()).map_or(Timestamp::MIN, |zoned| zoned.timestamp())
}

/// One visit of the unit.
///
/// # Errors
/// `NotFound` for another unit's or organisation's.
pub async fn by_id(op: &Op, tx: &mut Tx, id: &str) -> Result<Visit> {
    let row = sqlx::query(
        "SELECT id, client, person, kind, starts, ends, 0 AS recorded FROM cw_visit
          WHERE org = $1 AND id = $2 AND unit = $3 AND state = 'planned'",
    )
    .bind(op.org())
    .bind(id)
    .bind(op.unit.as_str())
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Fault::NotFound)?;
    read(&row)
}

/// Id of the draft that the worker writes of a visit: told by both, so that the row finds it again, and two workers who
/// write of the same visit have each a draft of their own (FR-34).
pub fn draft_id(op: &Op, visit: &str) -> String {
    let whole = op.app.vault.blind_index("casework visit drafts", &format!("{} {visit} {}", op.org, op.actor.person));
    whole[..32].to_owned()
}

/// The kind of entry that a visit usually gives.
pub fn entry_kind(op: &Op, visit: &Visit) -> &'static str {
    match visit.kind.as_str() {
        "care" | "outing" => "19007",
        "meeting" => "19004",
        _ => clients::pages::entry_kind(op.kind),
    }
}

/// `GET /kaynnit/{visit}/kirjaa`: the entry of a visit, with the visit's time as that of the event; the same form as
/// everywhere, as a page or in the row.
///
/// # Errors
/// `NotFound` for a visit of another unit; the refusals of opening the client.
pub async fn record(op: Op, Path(id): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let visit = by_id(&op, &mut tx, &id).await?;
    drop(tx);
    let kind = entry_kind(&op, &visit);
    let draft = draft_id(&op, &visit.id);
    let event = visit.starts.to_zoned(finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    recording::pages::begin(&op, &visit.client, kind, &draft, vec![("tapahtuma".into(), event)]).await
}

/// `GET /asiakkaat/{client}/kaynti`
///
/// # Errors
/// The refusals of opening the client.
pub async fn plan_form(op: Op, Path(client): Path<String>) -> Result<Response> {
    Ok(plan_sheet(&op, &client, &Posted(Vec::new()), None).await?.html())
}

async fn plan_sheet(op: &Op, client: &str, typed: &Posted, fault: Option<&'static str>) -> Result<Sheet> {
    let mut tx = op.read().await?;
    let seen = client_store::open(op, &mut tx, client).await?;
    let colleagues = colleagues(op, &mut tx).await?;
    drop(tx);
    let or =
        |name: &str, other: String| Some(typed.get(name).to_owned()).filter(|had| !had.is_empty()).unwrap_or(other);
    let kinds = KINDS.map(|word| (word.to_owned(), op.t.get(&format!("visit-{word}")))).into();
    let repeats = REPEATS.map(|word| (word.to_owned(), op.t.get(&format!("repeat-{word}")))).into();
    let lengths = LENGTHS.iter().map(|n| (n.to_string(), op.t.with("visit-length", [("n", *n)]))).collect();
    let mut people = vec![(String::new(), op.t.get("visit-anybody"))];
    people.extend(colleagues);
    let next = op.now.to_zoned(finnish_zone()).saturating_add(1.hour()).strftime("%Y-%m-%dT%H:00").to_string();
    let fields = vec![
        Field::new("laji", op.t.get("field-visit-kind"), or("laji", "visit".into()), Input::Choice(kinds)),
        Field::new("alkaa", op.t.get("field-visit-start"), or("alkaa", next), Input::Line("datetime-local")).required(),
        Field::new("kesto", op.t.get("field-visit-length"), or("kesto", "60".into()), Input::Choice(lengths)),
        Field::new(
            "tekija",
            op.t.get("field-visit-worker"),
            or("tekija", op.actor.person.clone()),
            Input::Choice(people),
        ),
        Field::new("toistuu", op.t.get("field-visit-repeat"), or("toistuu", "once".into()), Input::Choice(repeats)),
        Field::new("asti", op.t.get("field-visit-until"), or("asti", String::new()), Input::Line("date"))
            .hint(op.t.get("field-visit-until-hint")),
    ];
    let mut sheet = Sheet::new(op.page(op.t.get("visit-plan")), op.t.get("visit-plan"));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    if let Some(key) = fault {
        sheet = sheet.fault(op.t.get(key));
    }
    let action = format!("/asiakkaat/{client}/kaynti");
    Ok(sheet.with(Block::Form(Form::new("kaynti", action, fields, op.t.get("visit-plan-submit")))))
}

/// How a visit repeats.
const REPEATS: [&str; 4] = ["once", "daily", "workdays", "weekly"];

/// Workers of the active unit.
///
/// # Errors
/// When the database does not answer.
pub async fn colleagues(op: &Op, tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT u.person, u.given, u.family FROM cw_user u
           JOIN cw_membership m ON m.org = u.org AND m.person = u.person
          WHERE u.org = $1 AND m.unit = $2 AND (u.employed_to IS NULL OR u.employed_to >= $3)
          ORDER BY u.family, u.given",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            let (given, family): (String, String) = (row.try_get("given")?, row.try_get("family")?);
            Ok((row.try_get("person")?, format!("{given} {family}")))
        })
        .collect()
}

/// What a plan form says, read.
struct Plan {
    kind: &'static str,
    length: SignedDuration,
    person: Option<String>,
    starts: Vec<Timestamp>,
}

/// `POST /asiakkaat/{client}/kaynti`: `laji`, `alkaa`, `kesto`, `tekija`, `toistuu`, `asti`
///
/// # Errors
/// The refusals of opening the client; what cannot be read comes back as the form with a sentence.
pub async fn plan(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = client_store::open(&op, &mut tx, &client).await?;
    let colleagues = colleagues(&op, &mut tx).await?;
    drop(tx);
    let plan = match read_plan(&op, &posted, &colleagues) {
        Ok(plan) => plan,
        Err(key) => {
            let sheet = plan_sheet(&op, &client, &posted, Some(key)).await?;
            return Ok(sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let series = crate::numbers::random_id();
    let mut tx = op.write().await?;
    for starts in &plan.starts {
        let row = NewVisit { client: &client, series: &series, starts: *starts, plan: &plan };
        insert(&op, &mut tx, &row).await?;
    }
    let event = Event::of_client(Action::Create, &seen.client).detail("käynti suunniteltu").count(plan.starts.len());
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    let first = plan.starts.first().copied().unwrap_or(op.now);
    Ok(see(&super::calendar::week_path(finnish_date(first), Scope::Unit)))
}

struct NewVisit<'a> {
    client: &'a str,
    series: &'a str,
    starts: Timestamp,
    plan: &'a Plan,
}

async fn insert(op: &Op, tx: &mut Tx, new: &NewVisit<'_>) -> Result<()> {
    let ends = new.starts.saturating_add(new.plan.length).unwrap_or(new.starts);
    sqlx::query(
        "INSERT INTO cw_visit (org, id, client, unit, person, kind, starts, ends, series, state, made_by, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'planned', $10, $11)",
    )
    .bind(op.org())
    .bind(crate::numbers::random_id())
    .bind(new.client)
    .bind(op.unit.as_str())
    .bind(&new.plan.person)
    .bind(new.plan.kind)
    .bind(new.starts.as_microsecond())
    .bind(ends.as_microsecond())
    .bind(new.series)
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Reads the form; the key of a sentence for what cannot be.
fn read_plan(op: &Op, posted: &Posted, colleagues: &[(String, String)]) -> Result<Plan, &'static str> {
    let kind = KINDS.into_iter().find(|one| *one == posted.get("laji")).ok_or("fault-visit-kind")?;
    let first = people::read_moment(posted.get("alkaa")).ok_or("fault-visit-start")?;
    let minutes = posted.get("kesto").parse().ok().filter(|n| LENGTHS.contains(n)).ok_or("fault-visit-length")?;
    let person = Some(posted.get("tekija").to_owned()).filter(|one| !one.is_empty());
    if person.as_ref().is_some_and(|one| !colleagues.iter().any(|(known, _)| known == one)) {
        return Err("fault-visit-worker");
    }
    let last = op.today().saturating_add(AHEAD_MAX_DAYS.days());
    let begun = op.today().saturating_sub(BACK_DAYS.days());
    let day = finnish_date(first);
    if day < begun || day > last {
        return Err("fault-visit-start");
    }
    let until = match (posted.get("toistuu"), posted.get("asti")) {
        ("once", _) | (_, "") => day,
        (_, text) => people::read_day(text).filter(|end| *end >= day && *end <= last).ok_or("fault-visit-until")?,
    };
    if posted.get("toistuu") != "once" && posted.get("asti").is_empty() {
        return Err("fault-visit-until");
    }
    let starts = repeated(first, until, posted.get("toistuu"));
    Ok(Plan { kind, length: SignedDuration::from_mins(minutes), person, starts })
}

/// The beginnings at the same time of the Finnish day, whatever summer time does.
fn repeated(first: Timestamp, until: Date, how: &str) -> Vec<Timestamp> {
    let zoned = first.to_zoned(finnish_zone());
    let step = if how == "weekly" { 7 } else { 1 };
    let mut starts = Vec::new();
    let mut day = zoned.date();
    while day <= until {
        if how != "workdays" || records::deadline::is_working_day(day) {
            let at = day.to_datetime(zoned.time()).to_zoned(finnish_zone());
            starts.extend(at.map(|at| at.timestamp()));
        }
        day = day.saturating_add(step.days());
    }
    starts
}

/// `POST /kaynnit/{visit}/peru`: the visit is not made; it leaves the list and the calendar.
///
/// # Errors
/// `NotFound` for another unit's.
pub async fn cancel(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    let visit = by_id(&op, &mut tx, &id).await?;
    let client = client_store::by_id(&op.app, &mut tx, op.org(), &visit.client).await?;
    sqlx::query("UPDATE cw_visit SET state = 'cancelled' WHERE org = $1 AND id = $2")
        .bind(op.org())
        .bind(&id)
        .execute(&mut *tx)
        .await?;
    let event = Event::of_client(Action::Change, &client).detail("käynti peruttu");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&super::calendar::week_path(finnish_date(visit.starts), Scope::Unit)))
}
