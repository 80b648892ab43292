//! Moves SQLite's write-ahead log into the database file beside the writer, not inside its commits.
//!
//! SQLite by itself does it within whichever commit makes the log too long, and that commit then waits for hundreds of
//! milliseconds of writing: at 100 documents/s one sender in fifty waited so (docs/performance.md). A passive
//! checkpoint on a connection of its own disturbs nobody. Only the last few pages, written meanwhile, are moved while
//! the writer stands still, so that the log can begin anew instead of growing.

use crate::{StoreError, disk::Disk};
use sqlx::{AnyPool, Row};
use std::{sync::Weak, time::Duration};

/// Pause between two passes: bounds the log to about a second of writing; 38 MB was the most seen at 630 documents/s.
const PAUSE: Duration = Duration::from_millis(500);
/// Pages in the log from which on it is worth stopping the writer for a few milliseconds to begin it anew.
const RESTART_PAGES: i64 = 4_000;

/// Works until the database is closed, its last handle is dropped, or its disk is not believed any more.
pub(crate) async fn keep_short(beside: AnyPool, writer: AnyPool, disk: Disk, alive: Weak<()>) {
    loop {
        tokio::time::sleep(PAUSE).await;
        if alive.strong_count() == 0 || beside.is_closed() || disk.believed().is_err() {
            return;
        }
        // What fails now is tried again; the writer's own limit (`wal_autocheckpoint`) stands behind it.
        let Ok(pages) = disk.heard(pass(&beside).await) else { continue };
        if pages >= RESTART_PAGES {
            let _ = disk.heard(pass(&writer).await);
        }
    }
}

/// One passive checkpoint; gives the pages that the log held.
pub(crate) async fn pass(pool: &AnyPool) -> Result<i64, StoreError> {
    let row = sqlx::query("PRAGMA wal_checkpoint(PASSIVE)").fetch_one(pool).await?;
    Ok(row.try_get::<i64, _>(1).or_else(|_| row.try_get::<i32, _>(1).map(i64::from))?)
}
