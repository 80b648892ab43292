//! Numbers that a message uses once (decisions.md 2): in memory what the table holds, and never more. A number whose group
//! could not be written was not used, so that its sender may send the same bytes again; whether it was written is read
//! from the table, for a commit that did not answer may have happened.

use super::{Nonce, Tools};
use crate::intake::working::instant;
use jiff::Timestamp;
use sqlx::Row;
use std::collections::HashMap;
use store::{StoreError, Tx};

/// Nonces in their window: when each expires.
#[derive(Default)]
pub(super) struct Nonces {
    used: HashMap<Nonce, Timestamp>,
    /// Whether a group failed since the table was read.
    doubted: bool,
}

impl Nonces {
    /// Those of the table that are still in their window.
    ///
    /// # Errors
    /// What the database says.
    pub(super) async fn load(tools: &Tools) -> Result<Self, StoreError> {
        let mut tx = tools.db.read().await?;
        Ok(Self { used: read(&mut tx, tools.clock.now()).await?, doubted: false })
    }

    /// Whether a nonce was used. One that has expired but is not forgotten yet counts: the table still holds it.
    pub(super) fn contains(&self, nonce: &Nonce) -> bool {
        self.used.contains_key(nonce)
    }

    /// Uses a nonce in this group; false when it was used before.
    pub(super) fn use_up(&mut self, nonce: Nonce, expires: Timestamp) -> bool {
        self.used.insert(nonce, expires).is_none()
    }

    /// Forgets what had expired by an instant.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.used.retain(|_, expires| *expires > now);
    }

    /// A group could not be written, or nobody knows whether it was.
    pub(super) fn doubt(&mut self) {
        self.doubted = true;
    }

    /// At the beginning of a group: after a failed one the table says what was used.
    ///
    /// # Errors
    /// What the database says; then the doubt stays.
    pub(super) async fn settle(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        if self.doubted {
            // Expired ones too: the next group that forgets takes them out of both.
            self.used = read(tx, Timestamp::MIN).await?;
            self.doubted = false;
        }
        Ok(())
    }
}

async fn read(tx: &mut Tx, after: Timestamp) -> Result<HashMap<Nonce, Timestamp>, StoreError> {
    let rows = sqlx::query("SELECT organisation, nonce, expires FROM nonces WHERE expires > $1")
        .bind(after.as_microsecond())
        .fetch_all(&mut **tx)
        .await?;
    let nonce = |row: &sqlx::any::AnyRow| Nonce { organisation: row.get(0), value: row.get(1) };
    Ok(rows.iter().map(|row| (nonce(row), instant(row.get(2)))).collect())
}
