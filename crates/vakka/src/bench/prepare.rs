//! The preparing process: makes and signs all documents before the clock starts, on all cores.

use super::{
    author::Authors,
    keys::Keys,
    messages::{Lane, Messages},
    plan::{Part, Plan},
};
use anyhow::{Context, Result, anyhow, ensure};
use registers::cast::Cast;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use structures::Catalogue;

/// Arguments of the hidden command.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Folder of the keys
    #[arg(long)]
    keys: PathBuf,
    /// Folder of the messages
    #[arg(long)]
    messages: PathBuf,
    /// The plan
    #[arg(long)]
    plan: String,
    /// The part
    #[arg(long)]
    part: Part,
    /// Which sending this is; it makes the nonces
    #[arg(long, default_value_t = 0)]
    run: u64,
}

/// What was made.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Made {
    /// Documents.
    pub documents: u64,
    /// Bytes of the signed documents.
    pub bytes: u64,
}

/// The hidden command: makes the files and says what it made.
///
/// # Errors
/// When something cannot be made, signed or written.
pub fn run(arguments: &Arguments) -> Result<()> {
    let plan: Plan = serde_json::from_str(&arguments.plan)?;
    let (cast, catalogue) = (Cast::built_in()?, Catalogue::built_in());
    let authors = Authors::open(&cast, &Keys::open(&arguments.keys), plan.start()?)?;
    let messages = Messages::new(&plan, &authors, &catalogue)?;
    let (next, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let lanes = || -> Result<()> {
        loop {
            let lane = next.fetch_add(1, Relaxed);
            if lane >= plan.lanes {
                return Ok(());
            }
            bytes.fetch_add(make(&messages, arguments, &plan, lane)?, Relaxed);
        }
    };
    std::thread::scope(|scope| {
        let makers: Vec<_> = (0..threads).map(|_| scope.spawn(lanes)).collect();
        makers.into_iter().try_for_each(|maker| maker.join().map_err(|_| anyhow!("a maker broke"))?)
    })?;
    let made = Made { documents: plan.count(arguments.part), bytes: bytes.into_inner() };
    println!("{}", serde_json::to_string(&made)?);
    Ok(())
}

fn make(messages: &Messages, arguments: &Arguments, plan: &Plan, lane: u64) -> Result<u64> {
    let mut file = Lane::create(&arguments.messages.join(arguments.part.file(lane)))?;
    let mut bytes = 0;
    for number in messages.numbers(arguments.part, lane) {
        let signed = messages.signed(arguments.part, number)?;
        bytes += signed.len() as u64;
        // Both parts of a run draw from one row of numbers, so that no nonce comes twice.
        let unique = number + if arguments.part == Part::Measured { plan.count(Part::Opening) } else { 0 };
        file.push(&signed.message(unique, arguments.run, plan.at(arguments.part, number)?)?)?;
    }
    file.finish()?;
    Ok(bytes)
}

/// Runs the preparing process and waits for it.
///
/// # Errors
/// When it does not end well.
pub async fn prepare(keys: &Path, messages: &Path, plan: &Plan, part: Part, run: u64) -> Result<Made> {
    let part = if part == Part::Opening { "opening" } else { "measured" };
    let output = tokio::process::Command::new("/proc/self/exe")
        .args(["bench", "prepare", "--part", part, "--run", &run.to_string(), "--plan", &serde_json::to_string(plan)?])
        .arg("--keys")
        .arg(keys)
        .arg("--messages")
        .arg(messages)
        .stderr(std::process::Stdio::inherit())
        .kill_on_drop(true)
        .output()
        .await
        .context("the preparing process cannot be started")?;
    ensure!(output.status.success(), "the preparing process ended with {}", output.status);
    serde_json::from_slice(&output.stdout).context("the preparing process said something else")
}
