//! The scenario as a table: which step, which statements it shows, who does it.

mod aino;
mod care_home;
mod go_live;
mod long_run;
mod night;
mod other_county;
mod outage;

pub use aino::{GUIDANCE, all_archived, write_entry_with};

use super::House;
use super::browser::Browser;
use super::people::Stage;
use super::report::Report;
use anyhow::{Context, Result};
use futures::future::BoxFuture;

/// How far to play.
#[derive(Clone, PartialEq, Eq)]
pub enum Until {
    /// To the end.
    End,
    /// Up to and including a step.
    Step(String),
}

impl Until {
    /// Reads `ACT.STEP`: act 1 is section C.2 of the scenario. Nothing when there is no such step.
    pub fn parse(text: &str) -> Option<Self> {
        let (act, step) = text.split_once('.')?;
        let id = format!("C.{}/{step}", act.parse::<u32>().ok()? + 1);
        SCRIPT.iter().any(|known| known.id == id).then_some(Self::Step(id))
    }
}

type Act = for<'a> fn(&'a mut Play) -> BoxFuture<'a, Result<String>>;

struct Step {
    id: &'static str,
    fr: &'static [u32],
    act: Act,
}

macro_rules! script {
    ($($id:literal [$($fr:literal),*] $act:path;)+) => {
        &[$(Step { id: $id, fr: &[$($fr),*], act: |play| Box::pin($act(play)) },)+]
    };
}

const SCRIPT: &[Step] = script! {
    "C.1/3" [25] go_live::date_moves;
    "C.2/1" [1, 2, 8, 9, 10, 12, 29, 31] aino::concern;
    "C.2/2" [29, 30, 31] aino::assessment_of_notification;
    "C.2/3" [69] aino::assessment_of_need;
    "C.2/4" [69] aino::client_plan;
    "C.2/5" [40, 42] aino::decision;
    "C.2/6" [10, 13, 15] aino::grant;
    "C.2/7" [13] care_home::too_early;
    "C.2/8" [17] care_home::wrong_unit;
    "C.2/9" [16, 46, 101] care_home::right_unit;
    "C.2/10" [20, 30, 32, 40, 103] care_home::service_begins;
    "C.2/11" [20, 29, 32, 46] care_home::day;
    "C.2/13" [35, 36] care_home::correction;
    "C.2/14" [14, 26, 27, 50] care_home::own_contract;
    "C.4/1" [61] night::unknown_man;
    "C.4/2" [62] night::is_sami;
    "C.2/15" [12, 36, 69] care_home::daughter_reads;
    "C.6" [93, 94] outage::archive_breaks;
    "C.2/17" [10, 21] care_home::right_ends;
    "C.5/1" [52, 53] other_county::permission;
    "C.5/2" [54] other_county::denial;
    "C.5/3" [56, 96] other_county::old_document;
    "C.5/4" [53, 57, 76] other_county::withdrawn;
    "C.9" [85, 86] long_run::disposal;
};

/// What the people of the play know from one step to the next.
pub struct Play {
    /// The demo.
    pub stage: Stage,
    /// Aino's page in the organiser's system.
    pub aino: String,
    /// The case OID as Marja's page shows it.
    pub case: String,
    /// The order with the case OID, as the provider gets it.
    pub order: String,
    /// Aino's page in the provider's system.
    pub aino_at_kielo: String,
    /// What the night duty wrote of an unknown man, until he is known.
    night: Option<night::Night>,
    /// What Sami denied.
    denied: Vec<records::id::DocumentId>,
    /// The demo's process, when the player started it itself.
    pub house: Option<House>,
    sent: u64,
}

impl Play {
    /// Marja at her browser. She logs in for every step: a session ends with the working day.
    ///
    /// # Errors
    /// When she cannot log in.
    pub async fn marja(&self) -> Result<Browser> {
        self.stage.by_card("marja", None).await
    }

    /// Counts documents that somebody made.
    pub fn made(&mut self, documents: u64) {
        self.sent += documents;
    }
}

/// Plays up to a step; each step is told to the report.
pub async fn play(stage: Stage, house: Option<House>, report: &mut Report, until: Until, speak: bool) {
    let mut play = Play {
        stage,
        aino: String::new(),
        case: String::new(),
        order: String::new(),
        aino_at_kielo: String::new(),
        night: None,
        denied: Vec::new(),
        house,
        sent: 0,
    };
    for step in SCRIPT {
        let outcome = (step.act)(&mut play).await;
        report.step(step.id, step.fr, outcome, speak);
        if until == Until::Step(step.id.to_owned()) {
            break;
        }
    }
    report.counts.insert("documents made by the players".to_owned(), play.sent);
    if let Err(error) = count_archive(&play, report).await {
        report.step("C.10", &[], Err(error), speak);
    }
}

/// The archive keeper's counts, by register and refusal.
async fn count_archive(play: &Play, report: &mut Report) -> Result<()> {
    let counts = format!("{}/registers", play.stage.places().archive);
    let answer: serde_json::Value = reqwest::get(counts).await?.error_for_status()?.json().await?;
    for register in answer.as_array().context("the archive's counts are no list")? {
        let name = register["controller"].as_str().unwrap_or("?");
        for kind in ["documents", "log_rows", "refused"] {
            if let Some(count) = register[kind].as_u64() {
                report.counts.insert(format!("{kind} of register {name}"), count);
            }
        }
    }
    Ok(())
}
