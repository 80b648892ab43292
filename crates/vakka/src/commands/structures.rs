//! `vakka structures import` and `list`.

use crate::Verdict;
use anyhow::{Context, bail};
use records::Lang;
use std::path::{Path, PathBuf};
use structures::{Catalogue, Source};

/// What to do with document structures.
#[derive(clap::Subcommand)]
pub enum Command {
    /// Read THL's published structures from a folder of JSON Schema files and say what was understood
    #[command(after_help = "Example: vakka structures import sosmeta/")]
    Import {
        /// The folder
        folder: PathBuf,
        /// The data folder that keeps them; without it they are only read and checked
        #[arg(long)]
        data_dir: Option<PathBuf>,
    },
    /// Print OID, name, version and source of every structure
    #[command(after_help = "Example: vakka structures list --structures sosmeta/")]
    List {
        /// A folder of THL's files to add to the built-in ones
        #[arg(long)]
        structures: Option<PathBuf>,
    },
}

/// Runs the command.
pub fn run(command: Command) -> anyhow::Result<Verdict> {
    match command {
        Command::Import { folder, data_dir } => import(&folder, data_dir.as_deref()),
        Command::List { structures } => {
            let catalogue = catalogue(structures.as_deref())?;
            for structure in catalogue.all() {
                let source = if structure.source() == Source::Thl { "THL" } else { "built-in" };
                println!("{}\t{}\t{}\t{source}", structure.oid(), structure.name(Lang::Fi), structure.version());
            }
            Ok(Verdict::Done)
        }
    }
}

/// The built-in structures, with those of a folder in their place or beside them.
///
/// # Errors
/// When the folder cannot be read or a file in it is no structure.
pub fn catalogue(folder: Option<&Path>) -> anyhow::Result<Catalogue> {
    let mut catalogue = Catalogue::built_in();
    if let Some(folder) = folder {
        for file in json_files(folder)? {
            let bytes = std::fs::read(&file)?;
            catalogue.import(&bytes).with_context(|| file.display().to_string())?;
        }
    }
    Ok(catalogue)
}

/// The structures of a data folder: built-in ones, those imported into it, those of a further folder.
///
/// # Errors
/// As [`catalogue`].
pub fn catalogue_of(data: &Path, further: Option<&Path>) -> anyhow::Result<Catalogue> {
    let imported = data.join("structures");
    let mut catalogue = catalogue(imported.is_dir().then_some(imported.as_path()))?;
    for file in further.map(json_files).transpose()?.unwrap_or_default() {
        catalogue.import(&std::fs::read(&file)?).with_context(|| file.display().to_string())?;
    }
    Ok(catalogue)
}

fn json_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    Ok(files)
}

fn import(folder: &Path, data: Option<&Path>) -> anyhow::Result<Verdict> {
    let files = json_files(folder)?;
    if files.is_empty() {
        bail!("{} holds no JSON files", folder.display());
    }
    let mut catalogue = Catalogue::built_in();
    let mut refused = 0;
    for file in &files {
        if let Err(error) = catalogue.import(&std::fs::read(file)?) {
            eprintln!("{}: {error}", file.display());
            refused += 1;
        } else if let Some(data) = data {
            let kept = data.join("structures");
            std::fs::create_dir_all(&kept)?;
            std::fs::copy(file, kept.join(file.file_name().context("a file has a name")?))?;
        }
    }
    println!("{} structures understood, {refused} refused", files.len() - refused);
    Ok(if refused == 0 { Verdict::Done } else { Verdict::FoundWrong })
}
