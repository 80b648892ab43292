//! What one benchmark run makes: how many documents of whom, in which order, with which numbers.
//!
//! Everything follows from the plan by rule, so that the preparing process, the load generator and the checker agree
//! without telling each other anything.

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Product time at which every run begins: within the demo organisations' go-live dates.
pub const START: &str = "2026-10-01T06:00:00Z";
/// The client relationships and cases have opened by then.
pub const OPENED: &str = "2026-09-07";
/// Fewest clients of a run, if it has twice as many documents (interfaces.md 5).
const CLIENTS_MIN: u64 = 10_000;
/// Documents per second that messages are dated for. The archive accepts five minutes in both directions, so the true
/// rate may be far off.
const DATED_RATE: f64 = 500.0;

/// The plan. Travels to the other processes as JSON.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Plan {
    /// Documents of the measured part.
    pub documents: u64,
    /// Clients, each with a relationship and a case that are archived before.
    pub clients: u64,
    /// Connections; each has a file of messages of its own.
    pub lanes: u64,
    /// Messages per second by which the messages are dated.
    pub rate: f64,
    /// Seed of all contents.
    pub seed: u64,
    /// First number of the measured documents, for a run that continues another.
    pub first: u64,
    /// Seconds from [`START`] to the first message of this plan.
    pub offset_s: i64,
}

/// Which part of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Relationship and case of every client.
    Opening,
    /// The measured documents.
    Measured,
}

impl Part {
    /// File of a lane's messages.
    pub fn file(self, lane: u64) -> String {
        let part = if self == Self::Opening { "opening" } else { "measured" };
        format!("{part}-{lane}.messages")
    }
}

impl Plan {
    /// A plan for a run on an empty archive.
    pub fn new(documents: u64, lanes: u64, rate: Option<f64>) -> Self {
        let clients = CLIENTS_MIN.min(documents / 2).max(1);
        let rate = rate.unwrap_or(DATED_RATE).clamp(1.0, DATED_RATE);
        Self { documents, clients, lanes: lanes.max(1), rate, seed: 1, first: 0, offset_s: 0 }
    }

    /// Messages of a part.
    pub fn count(&self, part: Part) -> u64 {
        if part == Part::Opening { 2 * self.clients } else { self.documents }
    }

    /// Product time of the `number`th message of a part; the measured part follows the opening.
    ///
    /// # Errors
    /// When the plan leaves the calendar.
    pub fn at(&self, part: Part, number: u64) -> Result<Timestamp> {
        let opening_s = if part == Part::Measured { self.count(Part::Opening) as f64 / DATED_RATE } else { 0.0 };
        let rate = if part == Part::Opening { DATED_RATE } else { self.rate };
        let after = SignedDuration::from_millis(((opening_s + number as f64 / rate) * 1000.0) as i64);
        Ok(self.start()?.checked_add(after)?)
    }

    /// Product time of the plan's beginning.
    ///
    /// # Errors
    /// When the plan leaves the calendar.
    pub fn start(&self) -> Result<Timestamp> {
        let start: Timestamp = START.parse().context("the start is no time")?;
        Ok(start.checked_add(SignedDuration::from_secs(self.offset_s))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_run_has_two_documents_per_client_and_a_large_one_ten_thousand_clients() {
        assert_eq!(Plan::new(100, 4, None).clients, 50);
        assert_eq!(Plan::new(1_000_000, 4, None).clients, 10_000);
    }

    #[test]
    fn messages_are_dated_in_the_order_of_sending() {
        let plan = Plan::new(20_000, 8, Some(100.0));
        let opening = plan.at(Part::Opening, 19_999).unwrap();
        let first = plan.at(Part::Measured, 0).unwrap();
        assert!(plan.start().unwrap() < opening && opening < first);
        assert_eq!(plan.at(Part::Measured, 100).unwrap().duration_since(first), SignedDuration::from_secs(1));
    }
}
