//! Disposal runs: a list, two different approvers, the act, the record that stays.

use super::{
    Official, RetentionError,
    dispose::{Dispose, Target},
    facts::Walk,
    holds,
};
use crate::{
    App,
    intake::working::micros,
    log::Event,
    sabotage::{self, Fault},
    sql::text,
};
use records::{refusal::Refusal, retention::Due, time::finnish_date};
use sqlx::Row;
use store::{
    StoreError, Tx,
    db::{Value, insert_many},
};

/// Sets destroyed in one group of the writer: a group is one transaction, and others wait meanwhile.
const SETS_AT_A_TIME: usize = 100;

/// Type of case documents.
const CASE_TYPE: &str = "1505.2";

/// A run as the archivist sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Run {
    /// `<register>/<running number>`.
    pub run: String,
    /// Who made the list.
    pub made_by: String,
    /// When, in microseconds since 1970.
    pub made_at: i64,
    /// The first of the two who approve, or empty.
    pub first_approver: String,
    /// The second, or empty.
    pub second_approver: String,
    /// `planned`, `approved` or `done`.
    pub state: String,
    /// When it was done; 0 while it is not.
    pub done_at: i64,
}

/// A row of a run's list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Item {
    /// The set of versions.
    pub set: String,
    /// Type of its newest version.
    pub type_code: String,
    /// Its case or empty.
    pub case: String,
    /// The rule of `records::retention`.
    pub rule: String,
    /// The last day of keeping.
    pub last_day: String,
    /// How many versions.
    pub versions: i64,
    /// `listed`, `locked` (held or reopened) or `disposed`.
    pub state: String,
}

/// What an executed run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Outcome {
    /// Sets destroyed.
    pub disposed: usize,
    /// Sets kept because of a hold, a reopened case or a newer version (`RETENTION_LOCK`).
    pub locked: usize,
}

/// Lists every set of the official's register whose time is over today. Held ones are listed too, as locked, so that
/// the two who approve see them.
///
/// # Errors
/// `OutOfReach` when the population data cannot be asked; what the database says.
pub async fn plan(app: &App, by: &Official) -> Result<Run, RetentionError> {
    let (now, controller) = (app.clock.now(), by.controller.as_str());
    let today = finnish_date(now);
    let held = {
        let mut tx = app.db.read().await?;
        holds::in_force(&mut tx, controller).await?
    };
    let mut rows = Vec::new();
    let mut walk = Walk::new(app, controller);
    loop {
        let sets = walk.next().await?;
        if sets.is_empty() {
            break;
        }
        for set in sets {
            let Due::Until(last_day, rule) = set.due else { continue };
            if !set.due.is_over(today) {
                continue;
            }
            let locked = held.contains(&set.set) || held.contains(&set.case);
            rows.push(vec![
                text(set.set),
                text(set.type_code),
                text(set.case),
                text(rule.id),
                text(last_day.to_string()),
                Value::Int(set.versions),
                text(if locked { "locked" } else { "listed" }),
            ]);
        }
    }
    let mut tx = app.db.write().await?;
    let run = next_number(&mut tx, controller).await?;
    rows.iter_mut().for_each(|row| row.insert(0, text(run.as_str())));
    sqlx::query(
        "INSERT INTO disposal_runs (run, controller, made_by, made_at, first_approver, second_approver, approved_at, \
         done_at, state) VALUES ($1, $2, $3, $4, '', '', 0, 0, 'planned')",
    )
    .bind(run.clone())
    .bind(controller.to_owned())
    .bind(by.id.clone())
    .bind(micros(now))
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    insert_many(
        &mut tx,
        "INSERT INTO disposal_items (run, set_oid, type_code, case_oid, rule, last_day, versions, state)",
        rows,
    )
    .await?;
    tx.commit().await?;
    one(app, controller, &run).await
}

/// `<register>/<running number>`; the table refuses a number that another list took at the same moment.
async fn next_number(tx: &mut Tx, controller: &str) -> Result<String, StoreError> {
    let row = sqlx::query("SELECT COUNT(*) FROM disposal_runs WHERE controller = $1")
        .bind(controller.to_owned())
        .fetch_one(&mut **tx)
        .await?;
    Ok(format!("{controller}/{}", row.get::<i64, _>(0) + 1))
}

/// Approves a run. The second approver makes it ready; it must be another person (FR-86).
///
/// # Errors
/// `ROLE_FORBIDDEN` for the same person twice, `BAD_REQUEST` for a run that is not planned.
pub async fn approve(app: &App, run: &str, by: &Official) -> Result<Run, RetentionError> {
    let found = one(app, &by.controller, run).await?;
    if found.state != "planned" {
        return Err(Refusal::BadRequest.into());
    }
    if found.first_approver == by.id && !sabotage::active(Fault::OneApprover) {
        return Err(Refusal::RoleForbidden.into());
    }
    let second = !found.first_approver.is_empty();
    let column = if second {
        "UPDATE disposal_runs SET second_approver = $1, approved_at = $2, state = 'approved' \
         WHERE run = $3 AND state = 'planned' AND first_approver <> ''"
    } else {
        "UPDATE disposal_runs SET first_approver = $1, approved_at = $2 \
         WHERE run = $3 AND state = 'planned' AND first_approver = ''"
    };
    let mut tx = app.db.write().await?;
    sqlx::query(column)
        .bind(by.id.clone())
        .bind(micros(app.clock.now()))
        .bind(run.to_owned())
        .execute(&mut *tx)
        .await
        .map_err(StoreError::from)?;
    tx.commit().await?;
    one(app, &by.controller, run).await
}

/// Destroys what an approved run lists and what still may be destroyed; the rest is locked. Can be repeated after a
/// break: what is destroyed already is not on the list any more. `event` says who acts; each group's log row is its
/// copy, with the versions that were destroyed.
///
/// # Errors
/// `RETENTION_LOCK` for a run that two persons have not approved; `SERVICE_UNAVAILABLE` when the writer is gone.
pub async fn execute(app: &App, run: &str, by: &Official, event: &Event) -> Result<Outcome, RetentionError> {
    let found = one(app, &by.controller, run).await?;
    if found.state != "approved" {
        return Err(Refusal::RetentionLock.into());
    }
    let mut outcome = Outcome::default();
    for targets in still_over(app, &by.controller, run).await?.chunks(SETS_AT_A_TIME) {
        let mut event = event.clone();
        event.register = Some(by.controller.clone());
        event.ground.kind = "statute".to_owned();
        event.ground.reference = Some("703/2023 § 23".to_owned());
        event.detail = Some(run.to_owned());
        let work = Dispose { run: run.to_owned(), controller: by.controller.clone(), targets: targets.to_vec(), event };
        let done = app.writer.dispose(work).await.map_err(|denial| denial.cause)?;
        app.keys.forget(&by.controller, &done.subjects);
        for blob in &done.blobs {
            // After the commit: a blob without a row is removed at the next start, a row without its blob never opens.
            app.blobs.remove(blob).await?;
        }
        outcome.disposed += done.disposed;
    }
    app.db.scrub(super::dispose::TABLES).await?;
    finish(app, run).await?;
    outcome.locked = items(app, &by.controller, run).await?.iter().filter(|item| item.state == "locked").count();
    Ok(outcome)
}

/// The listed sets whose time is over by the facts of this moment; the others are locked for this run. What the list
/// showed as held when two persons approved it stays, though the hold was released since.
async fn still_over(app: &App, controller: &str, run: &str) -> Result<Vec<Target>, RetentionError> {
    let listed: Vec<Item> =
        items(app, controller, run).await?.into_iter().filter(|item| item.state == "listed").collect();
    let today = finnish_date(app.clock.now());
    let mut over = std::collections::HashMap::new();
    let mut walk = Walk::new(app, controller);
    loop {
        let sets = walk.next().await?;
        if sets.is_empty() {
            break;
        }
        for set in sets {
            if let (true, Due::Until(_, rule)) = (set.due.is_over(today), set.due) {
                over.insert(set.set, (set.case, set.versions, rule.id));
            }
        }
    }
    let mut targets = Vec::new();
    let mut locked = Vec::new();
    for item in listed {
        match over.remove(&item.set) {
            Some((case, versions, rule)) if versions == item.versions => {
                let target = Target { set: item.set, case, versions, rule: rule.to_owned() };
                targets.push((item.type_code, target));
            }
            _ => locked.push(item.set),
        }
    }
    // A case document goes after the others of its case.
    targets.sort_by_key(|(type_code, target)| (type_code == CASE_TYPE, target.set.clone()));
    let mut tx = app.db.write().await?;
    lock(&mut tx, run, &locked).await?;
    tx.commit().await?;
    Ok(targets.into_iter().map(|(_, target)| target).collect())
}

/// Marks sets of a run as kept.
pub(super) async fn lock(tx: &mut Tx, run: &str, sets: &[String]) -> Result<(), StoreError> {
    // What another execution of the run has destroyed meanwhile stays told as destroyed.
    let sql = "UPDATE disposal_items SET state = 'locked' WHERE run = $1 AND set_oid = $2 AND state <> 'disposed'";
    mark(tx, run, sets, sql).await
}

/// Runs one marking statement for each set.
pub(super) async fn mark(tx: &mut Tx, run: &str, sets: &[String], sql: &'static str) -> Result<(), StoreError> {
    for set in sets {
        sqlx::query(sql).bind(run.to_owned()).bind(set.clone()).execute(&mut **tx).await?;
    }
    Ok(())
}

async fn finish(app: &App, run: &str) -> Result<(), StoreError> {
    let mut tx = app.db.write().await?;
    sqlx::query("UPDATE disposal_runs SET state = 'done', done_at = $1 WHERE run = $2")
        .bind(micros(app.clock.now()))
        .bind(run.to_owned())
        .execute(&mut *tx)
        .await?;
    tx.commit().await
}

const RUN: &str = "SELECT run, made_by, made_at, first_approver, second_approver, state, done_at FROM disposal_runs ";

fn read(row: &sqlx::any::AnyRow) -> Run {
    Run {
        run: row.get(0),
        made_by: row.get(1),
        made_at: row.get(2),
        first_approver: row.get(3),
        second_approver: row.get(4),
        state: row.get(5),
        done_at: row.get(6),
    }
}

/// A run of a register; another register's looks like one that does not exist.
async fn one(app: &App, controller: &str, run: &str) -> Result<Run, RetentionError> {
    let runs = runs_of(app, controller).await?;
    runs.into_iter().find(|found| found.run == run).ok_or_else(|| Refusal::BadRequest.into())
}

/// The runs of a register, newest first; the list is kept for good.
///
/// # Errors
/// What the database says.
pub async fn runs_of(app: &App, controller: &str) -> Result<Vec<Run>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(sqlx::AssertSqlSafe(format!("{RUN} WHERE controller = $1 ORDER BY made_at DESC")))
        .bind(controller.to_owned())
        .fetch_all(&mut *tx)
        .await?;
    Ok(rows.iter().map(read).collect())
}

/// The list of a run of the register.
///
/// # Errors
/// What the database says.
pub async fn items(app: &App, controller: &str, run: &str) -> Result<Vec<Item>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT i.set_oid, i.type_code, i.case_oid, i.rule, i.last_day, i.versions, i.state FROM disposal_items i \
         JOIN disposal_runs r ON r.run = i.run WHERE i.run = $1 AND r.controller = $2 ORDER BY i.case_oid, i.set_oid",
    )
    .bind(run.to_owned())
    .bind(controller.to_owned())
    .fetch_all(&mut *tx)
    .await?;
    let item = |row: &sqlx::any::AnyRow| Item {
        set: row.get(0),
        type_code: row.get(1),
        case: row.get(2),
        rule: row.get(3),
        last_day: row.get(4),
        versions: row.get(5),
        state: row.get(6),
    };
    Ok(rows.iter().map(item).collect())
}
