//! Whether the disk below a SQLite database is still believed.
//!
//! When a sync fails, the system may throw away what it could not write and call the rest written: a second sync that
//! succeeds proves nothing. So nothing is written after the first failure until the process is started anew, and a start
//! copies what the write-ahead log shows into the database file first. PostgreSQL does the same by itself: it stops.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use crate::StoreError;

/// SQLite's codes for a sync of a file, and of a folder, that failed.
const SYNC_FAILED: [&str; 2] = ["1034", "1290"];

/// See the module; cheap to clone, shared by everything that writes to one database.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk(Arc<AtomicBool>);

impl Disk {
    /// Whether something may be written.
    ///
    /// # Errors
    /// `Unconfirmed` from the first sync on that failed.
    pub(crate) fn believed(&self) -> Result<(), StoreError> {
        if self.0.load(Relaxed) { Err(StoreError::Unconfirmed) } else { Ok(()) }
    }

    /// Passes on what became of a write, and remembers a sync that failed.
    ///
    /// # Errors
    /// `Unconfirmed` for a sync that failed, else what was given.
    pub(crate) fn heard<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        if outcome.as_ref().is_err_and(is_failed_sync) {
            self.0.store(true, Relaxed);
            return Err(StoreError::Unconfirmed);
        }
        outcome
    }
}

fn is_failed_sync(error: &StoreError) -> bool {
    let StoreError::Database(sqlx::Error::Database(error)) = error else { return false };
    error.code().is_some_and(|code| SYNC_FAILED.contains(&code.as_ref()))
}
