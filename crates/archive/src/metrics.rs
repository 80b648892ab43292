//! Counters of the archive, for `/metrics` and the archivist's page. They hold numbers and catalogue codes only.

use prometheus_client::{
    metrics::{counter::Counter, family::Family},
    registry::Registry,
};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

type ByCause = Family<Vec<(String, String)>, Counter>;

/// See the module.
#[derive(Debug, Default)]
pub struct Metrics {
    archived: Counter,
    queries: Counter,
    groups: Counter,
    grouped: Counter,
    refused: ByCause,
    causes: Mutex<BTreeMap<String, u64>>,
}

impl Metrics {
    /// The registry that `/metrics` shows.
    pub fn registry(&self) -> Registry {
        let mut registry = Registry::with_prefix("vakka_archive");
        registry.register("documents_stored", "Documents stored", self.archived.clone());
        registry.register("queries", "Queries handled", self.queries.clone());
        registry.register("groups_written", "Groups committed", self.groups.clone());
        registry.register("group_items", "Items in committed groups", self.grouped.clone());
        registry.register("refusals", "Refused messages by true cause", self.refused.clone());
        registry
    }

    /// One document stored.
    pub fn archived(&self) {
        self.archived.inc();
    }

    /// One query handled.
    pub fn query(&self) {
        self.queries.inc();
    }

    /// One group of so many items written.
    pub fn group(&self, items: usize) {
        self.groups.inc();
        self.grouped.inc_by(items as u64);
    }

    /// One refusal, by its cause.
    pub fn refused(&self, code: &str) {
        self.refused.get_or_create(&vec![("cause".to_owned(), code.to_owned())]).inc();
        *self.causes.lock().unwrap_or_else(PoisonError::into_inner).entry(code.to_owned()).or_default() += 1;
    }

    /// Refusals since the start, by cause.
    pub fn refusals(&self) -> BTreeMap<String, u64> {
        self.causes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
