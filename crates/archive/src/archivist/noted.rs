//! What the writer notes beside a log row, in the same transaction, so that the archivist's pages need not open the
//! log: refused messages by cause, and when an organisation was last heard of. Codes, organisations and times only.

use crate::{log::Event, sql::text};
use jiff::Timestamp;
use std::collections::BTreeMap;
use store::{
    StoreError, Tx,
    db::{Value, insert_many},
    log::{Action, Outcome},
};

/// Rows of one group.
#[derive(Debug, Default)]
pub struct Noted {
    refusals: Vec<Vec<Value>>,
    arrivals: BTreeMap<(String, String), (i64, i64)>,
}

impl Noted {
    /// Notes an event of a register. What did not come as a message (a page, a citizen's request) is no arrival; a
    /// message that could not be read has no number, but a system for its actor.
    pub fn note(&mut self, register: &str, event: &Event, outcome: &Outcome, at: Timestamp) {
        if event.source.is_none() && event.actor.role != "system" {
            return;
        }
        let at = at.as_microsecond();
        let stored = matches!(event.action, Action::Archive) && matches!(outcome, Outcome::Done);
        let key = (register.to_owned(), event.organisation.clone());
        let last = self.arrivals.entry(key).or_default();
        *last = (at, if stored { at } else { last.1 });
        let (Outcome::Denied(cause) | Outcome::Refused(cause)) = outcome else { return };
        let told = event.detail.as_deref().and_then(|detail| detail.strip_prefix("told=")).unwrap_or(cause);
        let document = event.documents.first().map(|document| document.id.as_str()).unwrap_or_default();
        self.refusals.push(vec![
            text(register),
            Value::Int(at),
            text(cause.as_str()),
            text(told),
            text(event.organisation.as_str()),
            text(event.unit.clone().unwrap_or_default()),
            text(document),
            text(event.action.as_str()),
        ]);
    }

    /// Writes what was noted.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        insert_many(
            tx,
            "INSERT INTO refusals (register, at, cause, told, sender, unit, document, action)",
            self.refusals,
        )
        .await?;
        for ((register, organisation), (message, archived)) in self.arrivals {
            sqlx::query(
                "INSERT INTO arrivals (register, organisation, last_message, last_archived) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (register, organisation) DO UPDATE SET last_message = excluded.last_message, \
                 last_archived = CASE WHEN excluded.last_archived > arrivals.last_archived \
                 THEN excluded.last_archived ELSE arrivals.last_archived END",
            )
            .bind(register)
            .bind(organisation)
            .bind(message)
            .bind(archived)
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }
}
