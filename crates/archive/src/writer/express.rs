//! What somebody expresses in the citizen view: stored in the same group transactions as what comes over `/sanomat`, with
//! a decision of its own and with no message that could come twice.

use super::{Group, Stored, log, receipt};
use crate::{
    consents,
    entry::{Basis, Denial, Derived, Entry},
    facts::ActsAs,
    intake::{
        join,
        rows::{NewKey, Rows, Sealed},
        working::WorkingSet,
    },
    log::Event,
};
use jiff::Timestamp;
use records::refusal::Refusal;
use store::log::Outcome;

/// An expression of will to store.
#[derive(Debug)]
pub struct Express {
    /// The document's row and what it derives.
    pub entry: Entry,
    /// As what somebody acts for the client; none when it is the client.
    pub acts: Option<ActsAs>,
    /// Its bytes.
    pub sealed: Sealed,
    /// The key, when it is not stored yet.
    pub key: Option<NewKey>,
    /// Who, whose and why, for the log.
    pub event: Event,
}

impl Group<'_> {
    pub(super) fn express(
        &mut self,
        work: Express,
        state: &mut WorkingSet,
        rows: &mut Rows,
        now: Timestamp,
    ) -> Result<Stored, Denial> {
        let Express { entry, acts, sealed, key, event } = work;
        if !self.opens_again(&entry, &sealed.subject, key.is_some()) {
            return Err(Denial::new(Refusal::ServiceUnavailable));
        }
        if let Err(denial) = decide(&entry, acts, state) {
            self.refuse(rows, state, event, &denial, now);
            return Err(denial);
        }
        let (receipt, effects) = (receipt(&entry, now), join::effects(&entry, state));
        rows.document(&entry, Basis::Own, &receipt, sealed, now);
        rows.derived(&entry, &effects, now);
        if let Some(key) = key {
            rows.key(key);
        }
        state.accept(&entry, &effects, &receipt, now);
        self.tools.metrics.archived();
        log(rows, state, event, Outcome::Done, now);
        Ok(Stored { receipt, archived_at: now })
    }
}

fn decide(entry: &Entry, acts: Option<ActsAs>, state: &WorkingSet) -> Result<(), Denial> {
    let document = entry.document.as_str();
    if state.documents.contains_key(document) || state.disposed.contains(document) {
        return Err(Denial::new(Refusal::DuplicateOid));
    }
    match &entry.derived {
        Derived::Consent(facts) => consents::decide_citizen(entry, facts, acts, state),
        _ => Err(Denial::new(Refusal::RoleForbidden)),
    }
}
