//! `vakka demo`: everything on loopback with the cast of the scenario; with `--check`, the scenario played and judged.

pub mod keys;
pub mod kit;
mod landing;
pub mod places;
mod start;

use crate::{Verdict, player};
use anyhow::{Context, Result};
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// Port of the landing page unless told.
const PORT_BASE: u16 = 8700;

/// Arguments of `vakka demo`.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Keep the data here and continue what is there; without it they go with the process
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Port of the landing page; the others follow it
    #[arg(long, default_value_t = PORT_BASE)]
    port_base: u16,
    /// Folder of THL's published structures; they replace the built-in ones of the same OID
    #[arg(long, env = "VAKKA_STRUCTURES")]
    structures: Option<PathBuf>,
    /// Start the product's clock here, RFC 3339; Monday 7.9.2026 9.00 Finnish time unless told
    #[arg(long)]
    clock: Option<Timestamp>,
    /// Play the scenario up to and including this step before serving, `2.6`
    #[arg(long, value_name = "ACT.STEP")]
    play_to: Option<String>,
    /// Play the scenario through the public doors, print one line per step, and end
    #[arg(long)]
    check: bool,
    /// With --check: one JSON object on standard output instead of lines
    #[arg(long, requires = "check")]
    json: bool,
}

/// Runs the demo until it is stopped, or the check until it has judged.
///
/// # Errors
/// When something cannot be started or reached.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let temporary = tempfile::tempdir()?;
    let folder = arguments.data_dir.clone().unwrap_or_else(|| temporary.path().to_path_buf());
    if arguments.check {
        return player::check(arguments.as_server(&folder)?, arguments.json).await;
    }
    // The archive decides, not the keys: keys may be prepared beforehand, and a first start may end while it makes them.
    let fresh = !folder.join("archive/archive.db").is_file();
    let demo = start::start(&arguments, &folder).await?;
    if fresh {
        player::write_history(&demo.places, &demo.cast)
            .await
            .context("the older clients' history could not be written")?;
    }
    if let Some(step) = &arguments.play_to {
        player::play_to(&demo.places, step).await?;
    }
    demo.open();
    crate::stop::stopped().await?;
    demo.stop().await;
    Ok(Verdict::Done)
}

/// The stand-ins of the registers with the cast of the scenario, for `vakka serve`.
///
/// # Errors
/// When the address is taken.
pub async fn serve_registers(listen: std::net::SocketAddr) -> Result<()> {
    registers::server::spawn(registers::cast::Cast::built_in()?, &listen.to_string()).await?;
    Ok(())
}

impl Arguments {
    /// The command line by which the player starts the demo that it plays against.
    fn as_server(&self, folder: &Path) -> Result<player::Server> {
        let mut words = vec!["demo".to_owned(), "--port-base".to_owned(), self.port_base.to_string()];
        words.extend(["--data-dir".to_owned(), folder.to_string_lossy().into_owned()]);
        if let Some(structures) = &self.structures {
            words.extend(["--structures".to_owned(), structures.to_string_lossy().into_owned()]);
        }
        if let Some(clock) = self.clock {
            words.extend(["--clock".to_owned(), clock.to_string()]);
        }
        Ok(player::Server { words, landing: places::Ports::from(self.port_base)?.places().landing })
    }
}
