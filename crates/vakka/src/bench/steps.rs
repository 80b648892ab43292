//! What a worker waits for, step by step: the time from sending to the whole page.

use crate::player::browser::Browser;
use serde::Serialize;
use std::time::Instant;

/// A step over all rounds of a run.
#[derive(Debug, Default, Serialize)]
pub struct Step {
    step: &'static str,
    p50_ms: f64,
    p95_ms: f64,
    p99_ms: f64,
    requests: usize,
    bytes: usize,
    #[serde(skip)]
    all_ms: Vec<f64>,
}

impl Step {
    /// A step that takes so many requests.
    pub fn named(step: &'static str, requests: usize) -> Self {
        Self { step, requests, ..Self::default() }
    }

    /// Counts one round that was begun then and whose page the browser shows now.
    pub fn add(&mut self, begun: Instant, browser: &Browser) {
        self.all_ms.push(begun.elapsed().as_secs_f64() * 1000.0);
        self.bytes = browser.page().html.len();
    }

    /// Reckons the figures.
    pub fn close(&mut self) {
        self.all_ms.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let index = ((self.all_ms.len() as f64 * share).ceil() as usize).saturating_sub(1);
            (self.all_ms.get(index).copied().unwrap_or(0.0) * 100.0).round() / 100.0
        };
        (self.p50_ms, self.p95_ms, self.p99_ms) = (at(0.50), at(0.95), at(0.99));
    }

    /// Prints the figures as a line.
    pub fn tell(&self) {
        println!(
            "{:<26} p50 {} ms, p95 {} ms, p99 {} ms, {} requests, {} bytes",
            self.step, self.p50_ms, self.p95_ms, self.p99_ms, self.requests, self.bytes
        );
    }
}
