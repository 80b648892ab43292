//! `vakka bench note`: what a note costs the one who writes it, from the browser's requests: open the client, open the
//! form, save. The demo runs in a process of its own, so every role works as it does for people.

use super::{machine::Machine, steps::Step};
use crate::Verdict;
use crate::demo::places::Ports;
use crate::player::people::Stage;
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// Longest wait for the demo: it makes some forty RSA keys and plays the older clients' history.
const START_MAX: Duration = Duration::from_secs(300);
/// A worker of the cast whose client is always there.
const WORKER: &str = "liisa";
/// Type of the note.
const KIND: &str = "19007";
const TEXT: &str = "Rauhallinen aamu. Söi puuron ja kävi aamupäivällä ulkona. Iltapäivällä osallistui lauluhetkeen.";

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Notes to write
    #[arg(long, default_value_t = 100)]
    notes: usize,
    /// Port of the demo's landing page
    #[arg(long, default_value_t = 9700)]
    port_base: u16,
    /// One JSON object on standard output
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Figures {
    notes: usize,
    steps: Vec<Step>,
    #[serde(flatten)]
    machine: Machine,
}

/// Runs the benchmark.
///
/// # Errors
/// When the demo does not come up or a page refuses.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let folder = tempfile::tempdir()?;
    let mut demo = Command::new("/proc/self/exe")
        .args(["demo", "--port-base", &arguments.port_base.to_string(), "--data-dir"])
        .arg(folder.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("the demo cannot be started")?;
    let stage = wait(&Ports::from(arguments.port_base)?.places().landing, &mut demo).await?;
    let steps = write(&stage, arguments.notes).await?;
    demo.kill().await?;
    let figures = Figures { notes: arguments.notes, steps, machine: Machine::here() };
    if arguments.json {
        println!("{}", serde_json::to_string(&figures)?);
        return Ok(Verdict::Done);
    }
    println!("{}", figures.machine.words());
    figures.steps.iter().for_each(Step::tell);
    Ok(Verdict::Done)
}

async fn wait(landing: &str, demo: &mut Child) -> Result<Stage> {
    let started = Instant::now();
    loop {
        if let Some(status) = demo.try_wait()? {
            bail!("the demo ended with {status} before it was ready");
        }
        match Stage::at(landing).await {
            Ok(stage) if stage.is_ready() => return Ok(stage),
            _ if started.elapsed() > START_MAX => bail!("the demo did not come up"),
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}

async fn write(stage: &Stage, notes: usize) -> Result<Vec<Step>> {
    let mut worker = stage.by_card(WORKER, None).await?;
    let client = worker.open("/asiakkaat").await?.attribute("main a[href^='/asiakkaat/']", "href")?;
    // Saving answers with a redirection to the page that follows: two requests.
    let mut steps = [Step::named("open client", 1), Step::named("open the form", 1), Step::named("save", 2)];
    for note in 0..notes {
        let begun = Instant::now();
        worker.open(&client).await?;
        steps[0].add(begun, &worker);
        let begun = Instant::now();
        worker.open(&format!("{client}/asiakirja/{KIND}")).await?;
        steps[1].add(begun, &worker);
        let (begun, text) = (Instant::now(), format!("{TEXT} Merkintä {note}."));
        worker.submit("#asiakirja", &[("teksti", &text)]).await?;
        steps[2].add(begun, &worker);
        ensure!(worker.page().status == 200, "the note is not saved ({})", worker.page().status);
    }
    steps.iter_mut().for_each(Step::close);
    Ok(steps.into())
}
