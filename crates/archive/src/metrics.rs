//! Counters of the archive, for `/metrics`. They hold numbers and catalogue codes only.

use crate::archivist::arrivals::Arrival;
use jiff::Timestamp;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

type ByCause = Family<Vec<(String, String)>, Counter>;
type ByOrganisation = Family<Vec<(String, String)>, Gauge>;

/// See the module.
#[derive(Debug, Default)]
pub struct Metrics {
    archived: Counter,
    queries: Counter,
    groups: Counter,
    grouped: Counter,
    refused: ByCause,
    skewed: ByCause,
    message_age: ByOrganisation,
    archived_age: ByOrganisation,
    oldest_event: ByOrganisation,
    alarms: ByOrganisation,
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
        let help = "Messages of a sender whose clock is more than a minute off, by organisation";
        registry.register("clock_skew_alarms", help, self.skewed.clone());
        let ages = [
            ("message_age_seconds", "Time since the last message of a joined organisation", &self.message_age),
            ("archived_age_seconds", "Time since the last document of a joined organisation", &self.archived_age),
            ("oldest_event_seconds", "Longest time from event to archiving today", &self.oldest_event),
            ("arrival_alarm", "1 when a joined organisation is silent or late", &self.alarms),
        ];
        for (name, help, gauge) in ages {
            registry.register(name, help, gauge.clone());
        }
        registry
    }

    /// What was measured of the joined organisations' sending. An organisation that was never heard of has no age.
    pub fn arrivals(&self, arrivals: &[Arrival], now: Timestamp) {
        for gauge in [&self.message_age, &self.archived_age, &self.oldest_event, &self.alarms] {
            gauge.clear();
        }
        for arrival in arrivals {
            let label = vec![("organisation".to_owned(), arrival.organisation.clone())];
            let age = |at: Timestamp| now.duration_since(at).as_secs();
            if let Some(at) = arrival.message {
                self.message_age.get_or_create(&label).set(age(at));
            }
            if let Some(at) = arrival.archived {
                self.archived_age.get_or_create(&label).set(age(at));
            }
            if let Some(oldest) = arrival.oldest {
                self.oldest_event.get_or_create(&label).set(oldest.as_secs());
            }
            for (kind, on) in [("silent", arrival.silent), ("late", arrival.late)] {
                let mut label = label.clone();
                label.push(("kind".to_owned(), kind.to_owned()));
                self.alarms.get_or_create(&label).set(i64::from(on));
            }
        }
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

    /// One message whose sender's clock is off.
    pub fn skewed(&self, organisation: &str) {
        self.skewed.get_or_create(&vec![("organisation".to_owned(), organisation.to_owned())]).inc();
    }

    /// One refusal, by its cause.
    pub fn refused(&self, code: &str) {
        self.refused.get_or_create(&vec![("cause".to_owned(), code.to_owned())]).inc();
    }
}
