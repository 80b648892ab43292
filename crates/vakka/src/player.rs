//! The player of the scenario: a process of its own that knows only addresses and logins, and acts by the public doors.
//!
//! What it proves is what a person can do. It reads pages and fills forms without script; it signs with the card
//! reader as a browser would; it never looks into a database.

mod acts;
pub mod browser;
mod history;
pub mod people;
mod report;
mod vendor;

use crate::Verdict;
use anyhow::{Context, Result, bail};
use people::Stage;
use report::Report;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::Child;

/// Longest wait for a demo to come up; a first start makes some forty RSA keys.
const START_MAX: Duration = Duration::from_secs(300);

/// How the demo that is played against is started.
pub struct Server {
    /// Command line words after `vakka`; a data folder is among them, so that it can be started again.
    pub words: Vec<String>,
    /// Its landing page.
    pub landing: String,
}

/// The demo as a process that the player started and may kill.
pub struct House {
    server: Server,
    process: Child,
}

impl House {
    /// Starts the demo and waits until it is ready.
    async fn open(server: Server) -> Result<(Self, Stage)> {
        let mut house = Self { process: start(&server)?, server };
        let stage = wait_for(&house.server.landing, &mut house.process).await?;
        Ok((house, stage))
    }

    /// Kills the demo as a power cut would, and starts it again on the same data.
    ///
    /// # Errors
    /// When it does not come up again.
    pub async fn cut_power(&mut self) -> Result<()> {
        self.process.kill().await?;
        self.process = start(&self.server)?;
        wait_for(&self.server.landing, &mut self.process).await?;
        Ok(())
    }
}

fn start(server: &Server) -> Result<Child> {
    // This very program, also when its file has been replaced meanwhile.
    tokio::process::Command::new("/proc/self/exe")
        .args(&server.words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the demo cannot be started")
}

/// Starts a demo in a process of its own, plays the whole scenario, and ends it.
///
/// # Errors
/// When the demo does not come up; steps that do not hold are told in the report.
pub async fn check(server: Server, json: bool) -> Result<Verdict> {
    let (house, stage) = House::open(server).await?;
    let mut report = Report::default();
    acts::play(stage, Some(house), &mut report, acts::Until::End, !json).await;
    if json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        report.print_counts();
    }
    Ok(if report.all_held() { Verdict::Done } else { Verdict::FoundWrong })
}

/// Plays against a demo that is running, up to and including a step such as `2.6`.
///
/// # Errors
/// When there is no such step or one before it does not hold.
pub async fn play_to(places: &crate::demo::places::Places, step: &str) -> Result<()> {
    let until = acts::Until::parse(step).with_context(|| format!("no such step: {step}; steps look like 2.6"))?;
    let mut report = Report::default();
    acts::play(Stage::at(&places.landing).await?, None, &mut report, until, false).await;
    match report.steps.iter().find(|step| !step.ok) {
        Some(step) => bail!("step {} does not hold: {}", step.id, step.detail),
        None => Ok(()),
    }
}

/// Writes the histories of the cast's older clients into a demo that is running.
///
/// # Errors
/// When a page refuses.
pub async fn write_history(places: &crate::demo::places::Places, cast: &registers::cast::Cast) -> Result<()> {
    history::play(&Stage::at(&places.landing).await?, cast).await
}

/// Waits until the landing page answers.
async fn wait_for(landing: &str, demo: &mut Child) -> Result<Stage> {
    let started = Instant::now();
    loop {
        if let Some(status) = demo.try_wait()? {
            bail!("the demo ended with {status} before it was ready");
        }
        match Stage::at(landing).await {
            Ok(stage) if stage.is_ready() => return Ok(stage),
            Ok(_) if started.elapsed() > START_MAX => bail!("the demo did not become ready"),
            Err(error) if started.elapsed() > START_MAX => return Err(error.context("the demo did not come up")),
            Ok(_) | Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}
