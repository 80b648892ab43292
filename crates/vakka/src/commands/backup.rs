//! `vakka backup` and `vakka restore`.

use crate::{DataFolder, Verdict};
use std::path::PathBuf;

/// Arguments of `vakka backup`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    data: DataFolder,
    /// A folder that does not exist yet
    #[arg(long)]
    to: PathBuf,
}

/// Arguments of `vakka restore`.
#[derive(clap::Args)]
pub struct RestoreArguments {
    #[command(flatten)]
    data: DataFolder,
    /// A folder made by `vakka backup`
    #[arg(long)]
    from: PathBuf,
}

/// Copies databases, keys, witness and blobs of a data folder that may be in use.
pub async fn backup(arguments: Arguments) -> anyhow::Result<Verdict> {
    let files = store::backup::backup(&arguments.data.data_dir, &arguments.to).await?;
    println!("{files} files copied to {}", arguments.to.display());
    Ok(Verdict::Done)
}

/// Puts a copy in the place of a data folder that does not exist or is empty.
pub fn restore(arguments: RestoreArguments) -> anyhow::Result<Verdict> {
    let files = store::backup::restore(&arguments.from, &arguments.data.data_dir)?;
    println!("{files} files restored to {}", arguments.data.data_dir.display());
    Ok(Verdict::Done)
}
