//! `vakka archive verify` and `vakka archive export`.

use crate::Verdict;
use anyhow::{Result, bail};
use std::path::PathBuf;

/// What to do with an archive.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Walk the whole archive and say what does not fit: documents, indexes, log, checkpoints
    #[command(after_help = "Example: vakka archive verify --data-dir demo-data --witness /mnt/witness/vakka-witness")]
    Verify {
        #[command(flatten)]
        place: Place,
        /// Folder of a witness (`vakka witness`), or a copy of it: its memory counts, whatever the archive's own says
        #[arg(long)]
        witness: Option<PathBuf>,
    },
    /// Write every document version as signed, with index, checksums and certificates
    #[command(after_help = "Example: vakka archive export --data-dir demo-data --out export")]
    Export {
        #[command(flatten)]
        place: Place,
        /// Folder for the files
        #[arg(long)]
        out: PathBuf,
    },
}

/// Which archive.
#[derive(clap::Args)]
pub struct Place {
    /// Its data folder
    #[arg(long, required_unless_present = "config")]
    data_dir: Option<PathBuf>,
    /// Or the configuration that it is served with
    #[arg(long)]
    config: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// When the archive cannot be opened or the folder cannot be written.
pub async fn run(command: Command) -> Result<Verdict> {
    match command {
        Command::Verify { place, witness } => {
            let report = archive::verify_with(&place.open().await?, witness.as_deref()).await?;
            for fault in &report.faults {
                println!("{fault}");
            }
            println!("{}", report.summary());
            Ok(if report.faults.is_empty() { Verdict::Done } else { Verdict::FoundWrong })
        }
        Command::Export { place, out } => {
            let documents = archive::export(&place.open().await?, &out).await?;
            println!("{documents} documents in {}", out.display());
            Ok(Verdict::Done)
        }
    }
}

impl Place {
    async fn open(&self) -> Result<archive::App> {
        match (&self.config, &self.data_dir) {
            (Some(config), _) => crate::serve::open_archive_of(config).await,
            (None, Some(data)) => crate::serve::open_archive(data, None).await,
            (None, None) => bail!("give --data-dir or --config"),
        }
    }
}
