//! What is done to rows of the work list, one or many: putting off, taking back, handing over to a colleague.

use axum::response::Response;
use jiff::ToSpan;
use store::Tx;

use super::{items::Scope, pages, visits};
use crate::{
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    routes::see,
    use_log::{self, Event},
};

/// Most rows at once.
const ROWS_MAX: usize = 200;
/// Longest putting off, in days: whatever waits longer than a month is a decision, not a snooze.
const SNOOZE_MAX_DAYS: i32 = 31;
/// Longest reason, in letters.
const REASON_MAX: usize = 500;

/// `POST /tanaan/valitut`: `kohde` (one for each row), `toimi` (`torkuta`, `herata`, `siirra`), `asti`, `syy`, `kollega`,
/// `nakyma`
///
/// # Errors
/// What the form lacks, in a sentence; the rows stay as they were.
pub async fn selected(op: Op, posted: Posted) -> Result<Response> {
    let keys: Vec<&str> =
        posted.0.iter().filter(|(name, _)| name == "kohde").map(|(_, value)| value.as_str()).take(ROWS_MAX).collect();
    if keys.is_empty() {
        return Err(Fault::Form("fault-nothing-selected"));
    }
    let scope = if posted.get("nakyma") == "yksikko" { Scope::Unit } else { Scope::Mine };
    let (word, done) = match posted.get("toimi") {
        "torkuta" => ("torkutettu", snooze(&op, &posted, &keys).await?),
        "herata" => ("heratetty", wake(&op, &keys).await?),
        "siirra" => ("siirretty", hand_over(&op, posted.get("kollega"), &keys).await?),
        _ => return Err(Fault::Form("fault-nothing-selected")),
    };
    Ok(see(&pages::said_path(scope, word, done, keys.len() - done)))
}

/// Rows that may not be put off in silence: times of the law and what the archive refused.
fn needs_reason(key: &str) -> bool {
    key.starts_with("timer:") || key.starts_with("work:")
}

async fn snooze(op: &Op, posted: &Posted, keys: &[&str]) -> Result<usize> {
    let until = match posted.get("asti") {
        "" => op.today().saturating_add(1.day()),
        text => people::read_day(text).ok_or(Fault::Form("fault-day"))?,
    };
    let last = op.today().saturating_add(SNOOZE_MAX_DAYS.days());
    if until <= op.today() || until > last {
        return Err(Fault::Form("fault-snooze-day"));
    }
    let reason: String = posted.get("syy").chars().take(REASON_MAX).collect();
    if reason.is_empty() && keys.iter().any(|key| needs_reason(key)) {
        return Err(Fault::Form("fault-snooze-reason"));
    }
    let vault = op.app.vault.register_key("casework-snooze", op.org());
    let mut tx = op.write().await?;
    let mut done = 0;
    for key in keys.iter().filter(|key| is_key(key)) {
        sqlx::query(
            "INSERT INTO cw_snooze (org, person, item, until, reason, created) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org, person, item) DO UPDATE SET until = excluded.until, reason = excluded.reason,
               created = excluded.created",
        )
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(*key)
        .bind(until.to_string())
        .bind(vault.seal(reason.as_bytes(), key.as_bytes()))
        .bind(op.now.as_microsecond())
        .execute(&mut *tx)
        .await?;
        done += 1;
    }
    tx.commit().await?;
    Ok(done)
}

/// Whether a text has the form of a row's name: a word, a colon, an id or an OID.
fn is_key(key: &str) -> bool {
    let known = ["work:", "draft:", "visit:", "timer:", "right:"].iter().any(|kind| key.starts_with(kind));
    known && key.len() <= 120 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b":._-".contains(&b))
}

async fn wake(op: &Op, keys: &[&str]) -> Result<usize> {
    let mut tx = op.write().await?;
    let mut done = 0;
    for key in keys {
        let gone = sqlx::query("DELETE FROM cw_snooze WHERE org = $1 AND person = $2 AND item = $3")
            .bind(op.org())
            .bind(&op.actor.person)
            .bind(*key)
            .execute(&mut *tx)
            .await?;
        done += usize::from(gone.rows_affected() == 1);
    }
    tx.commit().await?;
    Ok(done)
}

/// Work items and visits change hands. Drafts are personal (FR-34), and times of the law follow the case's worker.
async fn hand_over(op: &Op, to: &str, keys: &[&str]) -> Result<usize> {
    let mut tx = op.write().await?;
    if !visits::colleagues(op, &mut tx).await?.iter().any(|(person, _)| person == to) {
        return Err(Fault::Form("fault-visit-worker"));
    }
    let mut done = 0;
    for key in keys {
        done += match key.split_once(':') {
            Some(("work", id)) => give_work(op, &mut tx, id, to).await?,
            Some(("visit", id)) => give_visit(op, &mut tx, id, to).await?,
            _ => 0,
        };
    }
    let event = Event::plain(store::log::Action::Change, "own_task").detail("tehtäviä siirretty").count(done);
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(done)
}

/// A work item goes on from its owner, or from a colleague in the same unit.
async fn give_work(op: &Op, tx: &mut Tx, id: &str, to: &str) -> Result<usize> {
    let given = sqlx::query(
        "UPDATE cw_work SET owner = $3 WHERE org = $1 AND id = $2 AND done IS NULL AND kind <> 'signature_waiting'
            AND (owner = $4 OR EXISTS (SELECT 1 FROM cw_membership m WHERE m.org = cw_work.org AND m.person = cw_work.owner
              AND m.unit = $5))",
    )
    .bind(op.org())
    .bind(id)
    .bind(to)
    .bind(&op.actor.person)
    .bind(op.unit.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(usize::from(given.rows_affected() == 1))
}

async fn give_visit(op: &Op, tx: &mut Tx, id: &str, to: &str) -> Result<usize> {
    let given =
        sqlx::query("UPDATE cw_visit SET person = $3 WHERE org = $1 AND id = $2 AND unit = $4 AND state = 'planned'")
            .bind(op.org())
            .bind(id)
            .bind(to)
            .bind(op.unit.as_str())
            .execute(&mut **tx)
            .await?;
    Ok(usize::from(given.rows_affected() == 1))
}
