//! What the player saw: one line per step, the statements it shows, and the counts at the end.

use serde::Serialize;
use std::collections::BTreeMap;

/// A step of the scenario and how it went.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// Act and step, `C.2/7`.
    pub id: String,
    /// Statements of the specification that the step shows.
    pub fr: Vec<String>,
    /// Whether everything held.
    pub ok: bool,
    /// What was seen, or what was not as it must be. Never personal data.
    pub detail: String,
}

/// The whole play.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The steps in the order in which they were played.
    pub steps: Vec<Step>,
    /// The counts of the scenario's last page (C.10).
    pub counts: BTreeMap<String, u64>,
}

impl Report {
    /// Adds a step and, for people, says it at once.
    pub fn step(&mut self, id: &str, fr: &[u32], outcome: anyhow::Result<String>, speak: bool) {
        let (ok, detail) = match outcome {
            Ok(detail) => (true, detail),
            Err(error) => (false, format!("{error:#}")),
        };
        let fr: Vec<String> = fr.iter().map(|number| format!("FR-{number:02}")).collect();
        if speak {
            println!("{} {id:<8} {} [{}]", if ok { "ok  " } else { "FAIL" }, detail, fr.join(" "));
        }
        self.steps.push(Step { id: id.to_owned(), fr, ok, detail });
    }

    /// Whether every step held.
    pub fn all_held(&self) -> bool {
        self.steps.iter().all(|step| step.ok)
    }

    /// The closing lines for people.
    pub fn print_counts(&self) {
        for (name, count) in &self.counts {
            println!("{name}: {count}");
        }
        let failed = self.steps.iter().filter(|step| !step.ok).count();
        println!("{} steps held, {failed} did not", self.steps.len() - failed);
    }
}
