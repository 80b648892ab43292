//! `vakka serve`: the roles named in a configuration file, each as it would run on a machine of its own.

mod config;
mod lists;

use crate::Verdict;
use crate::clock::SystemClock;
use crate::commands::structures::catalogue_of;
use anyhow::{Context, Result, bail};
pub use config::WitnessRole;
use config::{ArchiveRole, CaseworkRole, CitizenRole, File, Mode};
use records::time::Clock;
use seal::trust::PolicyFamily;
use seal::{SoftwareKey, TrustStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Db, Layout, Vault};
use structures::Catalogue;

/// Arguments of `vakka serve`, `migrate` and `doctor`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The configuration file
    #[arg(long, default_value = "vakka.toml")]
    config: PathBuf,
}

/// What every role of one file shares.
struct Common {
    layout: Layout,
    vault: Vault,
    trust: Arc<TrustStore>,
    catalogue: Arc<Catalogue>,
}

/// Starts the roles and runs until it is stopped.
///
/// # Errors
/// When the file cannot be read, a role cannot start, or a production file meets a build with stand-ins.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let file = File::read(&arguments.config)?;
    file.check_mode()?;
    let common = Common::open(&file)?;
    let lists = lists::keep_fresh(Arc::clone(&common.trust), common.layout.keys().join("ca"));
    #[cfg(feature = "stand-ins")]
    if let Some(role) = &file.registers {
        crate::demo::serve_registers(role.listen).await?;
    }
    let archive = match &file.archive {
        Some(role) => Some(archive::serve(archive_config(&common, role).await?).await?),
        None => None,
    };
    let casework = match &file.casework {
        Some(role) => Some(casework::serve(casework_config(&common, role)?).await?),
        None => None,
    };
    let citizen = match &file.citizen {
        Some(role) => Some(citizen::serve(citizen_config(&common, role)?).await?),
        None => None,
    };
    let witness = match &file.witness {
        Some(role) => Some(crate::commands::witness::start(role.clone()).await?),
        None => None,
    };
    println!("Serving. Not certified, not connected to Kela.");
    crate::stop::stopped().await?;
    lists.abort();
    if let Some(casework) = casework {
        casework.stop().await;
    }
    if let Some(citizen) = citizen {
        citizen.stop().await;
    }
    if let Some(archive) = archive {
        archive.stop().await;
    }
    Ok(witness.map_or(Verdict::Done, |witness| witness.verdict()))
}

/// Brings every database of the file up to date and ends.
///
/// # Errors
/// When a database cannot be opened or a migration was changed after it ran.
pub async fn migrate(arguments: Arguments) -> Result<Verdict> {
    let file = File::read(&arguments.config)?;
    let common = Common::open(&file)?;
    if let Some(role) = &file.archive {
        archive::App::start(archive_config(&common, role).await?).await?;
        println!("archive: up to date");
    }
    if let Some(role) = &file.casework {
        casework::App::open(casework_config(&common, role)?).await?;
        println!("casework: up to date");
    }
    Ok(Verdict::Done)
}

/// Prints the configuration as it is understood, without secrets, and what is wrong with it.
///
/// # Errors
/// When the file cannot be read at all.
pub async fn doctor(arguments: Arguments) -> Result<Verdict> {
    let file = File::read(&arguments.config)?;
    println!("{}", toml::to_string_pretty(&file)?);
    let mut wrong = Vec::new();
    if let Err(error) = file.check_mode() {
        wrong.push(error.to_string());
    }
    match Common::open(&file) {
        Err(error) => wrong.push(format!("{error:#}")),
        Ok(common) => {
            if let Some(role) = &file.archive {
                wrong.extend(database_faults("archive", role.database(&common.layout)).await);
            }
            if let Some(role) = &file.casework {
                wrong.extend(database_faults("casework", role.database(&common.layout)).await);
            }
        }
    }
    for fault in &wrong {
        println!("WRONG: {fault}");
    }
    Ok(if wrong.is_empty() { Verdict::Done } else { Verdict::FoundWrong })
}

async fn database_faults(role: &str, url: String) -> Vec<String> {
    match Db::open(&url).await {
        Err(error) => vec![format!("{role}: {error}")],
        Ok(db) => match db.durability_faults().await {
            Ok(faults) => faults.into_iter().map(|fault| format!("{role}: {fault}")).collect(),
            Err(error) => vec![format!("{role}: {error}")],
        },
    }
}

impl Common {
    fn open(file: &File) -> Result<Self> {
        let layout = Layout::create(&file.data_dir)?;
        let family = if file.mode == Mode::Production { PolicyFamily::Production } else { PolicyFamily::Test };
        let trust = TrustStore::from_folder(&layout.keys().join("ca"), family)
            .context("the issuers of certificates cannot be read from keys/ca")?;
        Ok(Self {
            vault: Vault::open_or_create(&layout.keys())?,
            trust: Arc::new(trust),
            catalogue: Arc::new(catalogue_of(layout.root(), file.structures.as_deref())?),
            layout,
        })
    }

    fn key(&self, name: &str) -> Result<SoftwareKey> {
        SoftwareKey::load(&self.layout.keys(), name).with_context(|| format!("the key {name} cannot be read from keys"))
    }
}

/// An archive opened without its doors, for commands that look at a data folder.
///
/// # Errors
/// When the folder holds no archive or its keys cannot be read.
pub async fn open_archive(data: &Path, structures: Option<&Path>) -> Result<archive::App> {
    if !data.join("archive").is_dir() {
        bail!("{} holds no archive", data.display());
    }
    let file = File::of_folder(data, structures);
    let common = Common::open(&file)?;
    let role = ArchiveRole::closed();
    Ok(archive::App::start(archive_config(&common, &role).await?).await?.0)
}

/// The same from a configuration file.
///
/// # Errors
/// When the file names no archive.
pub async fn open_archive_of(config: &Path) -> Result<archive::App> {
    let file = File::read(config)?;
    let common = Common::open(&file)?;
    let role = file.archive.as_ref().context("the configuration names no archive")?;
    Ok(archive::App::start(archive_config(&common, role).await?).await?.0)
}

async fn archive_config(common: &Common, role: &ArchiveRole) -> Result<archive::Config> {
    Ok(archive::Config {
        db: Db::open(&role.database(&common.layout)).await?,
        vault: common.vault.clone(),
        registers: Arc::new(registers::client::Registers::new(&role.registers)),
        trust: Arc::clone(&common.trust),
        catalogue: Arc::clone(&common.catalogue),
        clock: Arc::new(SystemClock),
        real_clock: Arc::new(SystemClock),
        settings: role.settings.clone(),
        witness: common.layout.witness(),
        blobs: common.layout.blobs().join("archive"),
        citizen_key: role.citizen_key(&common.layout)?,
        will_key: match &role.wills {
            Some(name) => Some(Arc::new(common.key(name)?)),
            None => None,
        },
        doors: archive::Doors {
            log: role.log,
            pages: match role.pages {
                Some(address) => Some((address, seal::tls::server(&common.key(&role.tls)?)?)),
                None => None,
            },
            messages: role.messages,
            messages_tls: seal::tls::mutual_server(&common.key(&role.tls)?, &common.trust)?,
            management: role.management,
            citizen: role.citizen,
        },
    })
}

fn casework_config(common: &Common, role: &CaseworkRole) -> Result<casework::Config> {
    let connections = role.connections.iter().map(|connection| {
        Ok(casework::Connection {
            organisation: connection.organisation.clone(),
            system_key: Arc::new(common.key(&connection.system)?),
            tls: seal::tls::client(Some(&common.key(&connection.tls)?), &common.trust)?,
        })
    });
    Ok(casework::Config {
        http: role.http,
        https: match role.https {
            Some(listen) => Some(casework::Https {
                listen,
                tls: seal::tls::server(&common.key(&role.tls)?)?,
                origin: role.origin.clone(),
            }),
            None => None,
        },
        card_origin: role.origin.clone(),
        database_url: role.database(&common.layout),
        keys: common.layout.keys(),
        archive_url: role.archive.clone(),
        connections: connections.collect::<Result<_>>()?,
        registers_url: role.registers.clone(),
        card_urls: role.card_readers.clone(),
        trust: Arc::clone(&common.trust),
        catalogue: Arc::clone(&common.catalogue),
        clock: Arc::new(SystemClock) as Arc<dyn Clock>,
        system_clock: Arc::new(SystemClock),
        retry_waits: casework::app::RETRY_WAITS.to_vec(),
        show_clock: false,
        registered_devices: false,
    })
}

fn citizen_config(common: &Common, role: &CitizenRole) -> Result<citizen::Config> {
    Ok(citizen::Config {
        http: role.http,
        https: match role.https {
            Some(listen) => Some((listen, seal::tls::server(&common.key(&role.tls)?)?)),
            None => None,
        },
        archive_url: role.archive.clone(),
        archive_key: config::read_secret(&common.layout, &role.key_file)?,
        registers_url: role.registers.clone(),
        clock: Arc::new(SystemClock) as Arc<dyn Clock>,
        system_clock: Arc::new(SystemClock),
        people: Vec::new(),
    })
}
