//! Holds: what is kept whatever its age.

use super::{Official, RetentionError};
use crate::{App, intake::working::micros};
use records::refusal::Refusal;
use sqlx::Row;
use std::collections::HashSet;
use store::{StoreError, Tx};

/// Why something is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// A log investigation is open (lokiselvitys).
    LogInvestigation,
    /// An appeal is open (muutoksenhaku).
    Appeal,
    /// The National Archives has ordered it to be kept (arkistointimääräys).
    ArchiveOrder,
    /// The client disputes the content or the disposal.
    Dispute,
}

impl HoldReason {
    /// Every reason.
    pub const ALL: &'static [HoldReason] = &[Self::LogInvestigation, Self::Appeal, Self::ArchiveOrder, Self::Dispute];

    /// The word in the table.
    pub fn code(self) -> &'static str {
        match self {
            Self::LogInvestigation => "log_investigation",
            Self::Appeal => "appeal",
            Self::ArchiveOrder => "archive_order",
            Self::Dispute => "dispute",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

/// A hold as the archivist sees it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Hold {
    /// OID of a case or of a set of versions.
    pub target: String,
    /// Why.
    pub reason: String,
    /// Who placed it.
    pub placed_by: String,
    /// When, in microseconds since 1970.
    pub placed_at: i64,
    /// When it was released; 0 while it holds.
    pub released_at: i64,
}

/// Places a hold on a case or a set of the official's own register. Pressed twice at one instant it is one hold; pressed
/// again at the instant of its release it holds.
///
/// # Errors
/// `CASE_UNKNOWN` when the register holds neither; what the database says.
pub async fn place(app: &App, target: &str, reason: HoldReason, by: &Official) -> Result<(), RetentionError> {
    let mut tx = app.db.write().await?;
    let known = sqlx::query(
        "SELECT 1 FROM documents WHERE controller = $1 AND (set_oid = $2 OR case_oid = $2) \
         UNION SELECT 1 FROM cases WHERE controller = $1 AND case_oid = $2",
    )
    .bind(by.controller.clone())
    .bind(target.to_owned())
    .fetch_optional(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    if known.is_none() {
        return Err(Refusal::CaseUnknown.into());
    }
    sqlx::query(
        "INSERT INTO retention_holds (controller, target, reason, placed_by, placed_at, released_by, released_at) \
         VALUES ($1, $2, $3, $4, $5, '', 0) \
         ON CONFLICT (controller, target, placed_at) DO UPDATE SET released_by = '', released_at = 0",
    )
    .bind(by.controller.clone())
    .bind(target.to_owned())
    .bind(reason.code())
    .bind(by.id.clone())
    .bind(micros(app.clock.now()))
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    Ok(tx.commit().await?)
}

/// Releases every hold on a target of the official's own register.
///
/// # Errors
/// What the database says.
pub async fn release(app: &App, target: &str, by: &Official) -> Result<(), RetentionError> {
    let mut tx = app.db.write().await?;
    sqlx::query(
        "UPDATE retention_holds SET released_by = $1, released_at = $2 \
         WHERE controller = $3 AND target = $4 AND released_at = 0",
    )
    .bind(by.id.clone())
    .bind(micros(app.clock.now()))
    .bind(by.controller.clone())
    .bind(target.to_owned())
    .execute(&mut *tx)
    .await
    .map_err(StoreError::from)?;
    Ok(tx.commit().await?)
}

/// All holds of a register, newest first, released ones included.
///
/// # Errors
/// What the database says.
pub async fn of_register(app: &App, controller: &str) -> Result<Vec<Hold>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT target, reason, placed_by, placed_at, released_at FROM retention_holds WHERE controller = $1 \
         ORDER BY placed_at DESC, target",
    )
    .bind(controller.to_owned())
    .fetch_all(&mut *tx)
    .await?;
    let hold = |row: &sqlx::any::AnyRow| Hold {
        target: row.get(0),
        reason: row.get(1),
        placed_by: row.get(2),
        placed_at: row.get(3),
        released_at: row.get(4),
    };
    Ok(rows.iter().map(hold).collect())
}

/// The targets that are held in a register now.
///
/// # Errors
/// What the database says.
pub async fn in_force(tx: &mut Tx, controller: &str) -> Result<HashSet<String>, StoreError> {
    let rows = sqlx::query("SELECT target FROM retention_holds WHERE controller = $1 AND released_at = 0")
        .bind(controller.to_owned())
        .fetch_all(&mut **tx)
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
