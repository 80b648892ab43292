//! `vakka archive verify`: believes nothing. Every body is opened, re-hashed, its signatures verified and its rows derived
//! anew; every log row is re-hashed and the heads compared with the witness; and what the log says was archived must be
//! there as it was, or have been disposed of in the open.
//!
//! | File | What it looks at |
//! |---|---|
//! | `documents` | each stored version and what it derives |
//! | `recordings` | each blob, held against the digest of its signed description |
//! | `derived` | rows that belong to no version, and versions that do not follow each other |
//! | `against_log` | the log and the documents, each against the other |

mod against_log;
mod derived;
mod documents;
mod recordings;

use crate::{
    App,
    sabotage::{self, Fault},
};
use std::path::Path;
use store::StoreError;

pub use against_log::TEST_RESET;

/// What the walk found.
#[derive(Debug, Default)]
pub struct Report {
    /// Versions checked.
    pub documents: u64,
    /// Recordings read.
    pub recordings: u64,
    /// Log rows re-hashed.
    pub log_rows: u64,
    /// Every inconsistency with its table and row.
    pub faults: Vec<String>,
}

impl Report {
    /// The first line that the command prints.
    pub fn summary(&self) -> String {
        let word = if self.faults.is_empty() { "OK" } else { "INCONSISTENT" };
        let recordings = match self.recordings {
            0 => String::new(),
            recordings => format!(", {recordings} recordings"),
        };
        format!("{word} {} documents, {} log rows{recordings}", self.documents, self.log_rows)
    }

    /// Tells of a row of a table.
    fn tell(&mut self, table: &str, row: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{table} {row}: {what}"));
    }
}

/// Walks the whole archive.
///
/// # Errors
/// When reading fails; what is wrong with the contents is in the report.
pub async fn verify(app: &App) -> Result<Report, StoreError> {
    verify_with(app, None).await
}

/// The same, and compares the logs with what a witness kept in its own folder.
///
/// # Errors
/// As [`verify`]; `Inconsistent` when the folder is not a witness's.
pub async fn verify_with(app: &App, witness: Option<&Path>) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let witness = witness.filter(|_| !sabotage::active(Fault::TruncateLogUnseen));
    // Documents before the log: whatever is stored meanwhile then has its log row, and the archive may go on working.
    let seen = documents::walk(app, &mut report).await?;
    recordings::walk(app, &mut report).await?;
    derived::check(app, &mut report).await?;
    let (log, seen) = store::log::verify_with(&app.db, &app.vault, &app.witness, witness, seen).await?;
    report.log_rows = log.rows;
    report.faults.extend(log.inconsistencies.iter().map(ToString::to_string));
    if !sabotage::active(Fault::DeletionUnseen) {
        against_log::settle(app, seen, &mut report).await?;
    }
    Ok(report)
}
