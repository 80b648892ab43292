//! Cards in the register of users (FR-45): valid for at most five years, with a warning sixty days before the end; and
//! whether archiving needs a card in this organisation (FR-47).

use axum::response::Response;
use jiff::{Span, civil::Date};
use records::{refusal::Refusal, work::WorkKind};
use seal::CertificateFacts;
use sqlx::Row as _;
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Tone};

use crate::{
    app::App,
    archiving::{
        alarm::MANAGERS,
        store::{self as queue, Work},
    },
    batches,
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    routes::see,
    sheet::{Cell, Form},
    use_log::{self, Event},
};

/// Longest validity of a card (FR-45, seed 1).
const YEARS_MAX: i64 = 5;
/// Days before the end in which it is warned of.
pub const WARNING_DAYS: i64 = 60;
/// Roles that keep the register of users.
const KEEPERS: [&str; 3] = ["unit_manager", "access_admin", "administrator"];

/// Whether the worker keeps the register of users.
pub fn keeps(op: &Op) -> bool {
    op.actor.roles.iter().any(|role| KEEPERS.contains(&role.as_str()))
}

fn latest(from: Date) -> Date {
    from.checked_add(Span::new().years(YEARS_MAX)).unwrap_or(Date::MAX)
}

/// Notes the card that a worker has shown. What is longer than a card may be counts from the day it was seen first.
///
/// # Errors
/// When the database refuses.
pub async fn shown(app: &App, org: &str, person: &str, facts: &CertificateFacts) -> Result<()> {
    let day = records::time::finnish_date;
    let today = day(app.now());
    let (begins, ends) = (day(facts.not_before), day(facts.not_after));
    let from = if latest(begins) < today { today } else { begins };
    let mut tx = app.db.write().await?;
    sqlx::query(
        "INSERT INTO cw_card (org, person, from_day, to_day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, person) DO NOTHING",
    )
    .bind(org)
    .bind(person)
    .bind(from.to_string())
    .bind(ends.min(latest(from)).to_string())
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

/// The cell of the register of users: until when the worker's card is valid.
///
/// # Errors
/// When the database does not answer.
pub async fn cell(op: &Op, tx: &mut Tx, person: &str) -> Result<Cell> {
    let to: Option<String> = sqlx::query_scalar("SELECT to_day FROM cw_card WHERE org = $1 AND person = $2")
        .bind(op.org())
        .bind(person)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(to) = to else { return Ok(Cell::Text(op.t.get("card-none"))) };
    let until: Date = to.parse().map_err(|_| Fault::damaged("cw_card.to_day"))?;
    let today = op.today();
    let warn = today.checked_add(Span::new().days(WARNING_DAYS)).unwrap_or(Date::MAX);
    Ok(if until < today {
        Cell::Chip(Chip::new(Tone::Bad, op.t.with("card-ended", [("day", people::day(until))])))
    } else if until <= warn {
        Cell::Chip(Chip::new(Tone::Warning, op.t.with("card-ends", [("day", people::day(until))])))
    } else {
        Cell::Text(people::day(until))
    })
}

/// Forms of who keeps the register: a card's days, and strict mode.
///
/// # Errors
/// When the database does not answer.
pub async fn forms(op: &Op, tx: &mut Tx, workers: Vec<(String, String)>) -> Result<Vec<Form>> {
    if !keeps(op) {
        return Ok(Vec::new());
    }
    let fields = vec![
        Field::new("tyontekija", op.t.get("col-name"), "", Input::Choice(workers)).required(),
        Field::new("alkaa", op.t.get("field-from"), "", Input::Line("date")).required().scoped("kortti_"),
        Field::new("paattyy", op.t.get("field-to"), "", Input::Line("date")).required().scoped("kortti_"),
    ];
    let card =
        Form::new("kortit", "/asetukset/kortti", fields, op.t.get("golive-submit")).folded(op.t.get("card-change"));
    let strict = batches::store::strict(tx, op.org()).await?;
    let tick = Field::new("pakko", op.t.get("strict-label"), if strict { "on" } else { "" }, Input::Check)
        .hint(op.t.get("strict-hint"));
    Ok(vec![card, Form::new("korttipakko", "/asetukset/korttipakko", vec![tick], op.t.get("golive-submit"))])
}

/// `POST /asetukset/kortti`: `tyontekija`, `alkaa`, `paattyy`
pub async fn save(op: Op, posted: Posted) -> Result<Response> {
    if !keeps(&op) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    let (Some(from), Some(to)) = (people::read_day(posted.get("alkaa")), people::read_day(posted.get("paattyy")))
    else {
        return Err(Fault::Form("fault-day"));
    };
    if to < from {
        return Err(Fault::Form("fault-day"));
    }
    if to > latest(from) {
        return Err(Fault::Form("fault-card-years"));
    }
    let person = posted.get("tyontekija");
    let mut tx = op.write().await?;
    if queue::name_of(&mut tx, op.org(), person).await?.is_empty() {
        return Err(Fault::NotFound);
    }
    sqlx::query(
        "INSERT INTO cw_card (org, person, from_day, to_day) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, person) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day",
    )
    .bind(op.org())
    .bind(person)
    .bind(from.to_string())
    .bind(to.to_string())
    .execute(&mut *tx)
    .await?;
    queue::close_work(&mut tx, op.org(), person, op.now).await?;
    use_log::write(&op, &mut tx, Event::plain(Action::Administer, "own_task").detail("toimikortin voimassaolo"))
        .await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(see("/asetukset"))
}

/// `POST /asetukset/korttipakko`: `pakko`
pub async fn strict(op: Op, posted: Posted) -> Result<Response> {
    if !keeps(&op) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    let value = if posted.ticked("pakko") { "1" } else { "0" };
    let mut tx = op.write().await?;
    super::set(&op, &mut tx, batches::store::STRICT, value).await?;
    let event = Event::plain(Action::Administer, "own_task").detail(format!("korttipakko {value}"));
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/asetukset"))
}

/// Warns of cards that end within sixty days: the holder and the managers of his units. One open item each.
///
/// # Errors
/// When the database does not answer.
pub async fn warn(app: &App) -> Result<()> {
    let today = records::time::finnish_date(app.now());
    let until = today.checked_add(Span::new().days(WARNING_DAYS)).unwrap_or(Date::MAX).to_string();
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT c.org, c.person, c.to_day, u.given, u.family FROM cw_card c JOIN cw_user u ON u.org = c.org AND u.person = c.person
          WHERE c.to_day <= $1 AND (u.employed_to IS NULL OR u.employed_to >= $2) AND NOT EXISTS (SELECT 1 FROM cw_work w
            WHERE w.org = c.org AND w.document = c.person AND w.kind = $3 AND w.done IS NULL) LIMIT 50",
    )
    .bind(&until)
    .bind(today.to_string())
    .bind(WorkKind::CardExpiry.code())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    if rows.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.write().await?;
    for row in &rows {
        let text = |name: &str| row.try_get::<String, _>(name);
        let (org, person, to) = (text("org")?, text("person")?, text("to_day")?);
        let units: Vec<String> = sqlx::query_scalar("SELECT unit FROM cw_membership WHERE org = $1 AND person = $2")
            .bind(&org)
            .bind(&person)
            .fetch_all(&mut *tx)
            .await?;
        let mut owners = vec![person.clone()];
        for unit in units {
            owners.extend(queue::with_role(&mut tx, &org, &unit, &MANAGERS, app.now()).await?);
        }
        owners.sort();
        owners.dedup();
        let detail = format!("{} {}", text("given")?, text("family")?);
        for owner in owners {
            let work = Work {
                kind: WorkKind::CardExpiry.code(),
                owner: &owner,
                client: None,
                document: Some(&person),
                detail: &detail,
                due: Some(&to),
            };
            queue::open_work(&mut tx, &org, &work, app.now()).await?;
        }
    }
    Ok(tx.commit().await?)
}
