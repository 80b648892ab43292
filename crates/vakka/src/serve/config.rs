//! The configuration file, `vakka.toml`. Secrets are never in it: it names files of the keys folder.

use anyhow::{Context, Result, bail};
use records::id::OrganisationId;
use serde::{Deserialize, Serialize};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use store::Layout;

/// The whole file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Whether real people's data may be here.
    #[serde(default)]
    pub mode: Mode,
    /// Databases, keys, witness, blobs.
    pub data_dir: PathBuf,
    /// A folder of THL's structures, beside those imported into the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub structures: Option<PathBuf>,
    /// The archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<ArchiveRole>,
    /// The client information system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub casework: Option<CaseworkRole>,
    /// The citizen view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citizen: Option<CitizenRole>,
    /// A witness beside the roles; better is `vakka witness` on another machine.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<WitnessRole>,
    /// The stand-ins of the registers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registers: Option<RegistersRole>,
}

/// What the installation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Test persons and test certificates only.
    #[default]
    Test,
    /// Production: no stand-ins, and only certificates of the production family.
    Production,
}

/// `[archive]`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveRole {
    /// `sqlite:PATH` or `postgres://…`; the data folder's own unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Messages, mutual TLS.
    pub messages: SocketAddr,
    /// Management, validator, keeper's page.
    pub management: SocketAddr,
    /// Citizen interface.
    pub citizen: SocketAddr,
    /// Checkpoints and proofs of the logs alone, for a witness on another machine.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub log: Option<SocketAddr>,
    /// The archivist's pages over https; card logins name it as `settings.pages.origin`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pages: Option<SocketAddr>,
    /// Name of the server's key in the keys folder.
    #[serde(default = "server_key")]
    pub tls: String,
    /// File of the keys folder with the bearer key of the citizen view.
    #[serde(default = "citizen_key_file")]
    pub key_file: String,
    /// Name of the key of the keys folder that signs what people express in the citizen view; its certificate is a system
    /// certificate of `2.999.246.537.8`. Without it the citizen view shows permissions and denials and changes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wills: Option<String>,
    /// The registers' address.
    pub registers: String,
    /// Settings; those left out have their defaults.
    #[serde(default)]
    pub settings: archive::Settings,
}

/// `[casework]`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseworkRole {
    /// As for the archive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<String>,
    /// Plain http, for people on the same machine.
    pub http: SocketAddr,
    /// Https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<SocketAddr>,
    /// Name of the https key in the keys folder.
    #[serde(default = "server_key")]
    pub tls: String,
    /// The https origin that card logins name.
    pub origin: String,
    /// The archive's messages, `https://…/sanomat`.
    pub archive: String,
    /// The registers' address.
    pub registers: String,
    /// Addresses of the card reader's software.
    #[serde(default)]
    pub card_readers: Vec<String>,
    /// The organisations of this installation.
    #[serde(default, rename = "connection")]
    pub connections: Vec<ConnectionRole>,
}

/// `[[casework.connection]]`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionRole {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Name of its system signature key.
    pub system: String,
    /// Name of its TLS key.
    pub tls: String,
}

/// `[citizen]`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitizenRole {
    /// Plain http.
    pub http: SocketAddr,
    /// Https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub https: Option<SocketAddr>,
    /// Name of the https key.
    #[serde(default = "server_key")]
    pub tls: String,
    /// The archive's citizen interface.
    pub archive: String,
    /// File of the keys folder with its bearer key.
    #[serde(default = "citizen_key_file")]
    pub key_file: String,
    /// The registers' address.
    pub registers: String,
}

/// `[witness]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessRole {
    /// The archive's log door, or its management door.
    pub archive: String,
    /// The witness's own folder: never the archive's data folder.
    pub dir: PathBuf,
    /// Seconds between two rounds.
    #[serde(default = "witness_round")]
    pub every: u64,
    /// The archive's verifier key, when it is known from elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Where `/metrics` and `/health/ready` answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,
}

/// `[registers]`
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistersRole {
    /// Where they answer.
    pub listen: SocketAddr,
}

/// Once a minute, as often as the archive puts its own checkpoints aside.
fn witness_round() -> u64 {
    60
}

fn server_key() -> String {
    "server".to_owned()
}

fn citizen_key_file() -> String {
    "citizen.key".to_owned()
}

impl File {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not there or holds something unknown.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not understood", path.display()))
    }

    /// A file that says nothing but where the data are.
    pub fn of_folder(data: &Path, structures: Option<&Path>) -> Self {
        Self {
            mode: Mode::Test,
            data_dir: data.to_path_buf(),
            structures: structures.map(Path::to_path_buf),
            archive: None,
            casework: None,
            citizen: None,
            witness: None,
            registers: None,
        }
    }

    /// Production never runs with the test CA, the card emulator, demo logins or a movable clock in it.
    ///
    /// # Errors
    /// When the mode is production and this build has stand-ins, or the file asks for one that this build lacks.
    pub fn check_mode(&self) -> Result<()> {
        if self.registers.is_some() && !cfg!(feature = "stand-ins") {
            bail!("[registers] are stand-ins, and this build has none");
        }
        if self.mode == Mode::Production && (cfg!(feature = "stand-ins") || self.registers.is_some()) {
            bail!(
                "mode = \"production\" does not run with stand-ins in the build; \
                 build with `cargo build --release --no-default-features`"
            );
        }
        Ok(())
    }
}

impl ArchiveRole {
    /// A role whose doors are never opened.
    pub fn closed() -> Self {
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            database: None,
            messages: nowhere,
            management: nowhere,
            citizen: nowhere,
            log: None,
            pages: None,
            tls: server_key(),
            key_file: String::new(),
            wills: None,
            registers: "http://localhost:0".to_owned(),
            settings: archive::Settings::default(),
        }
    }

    /// Where the archive's rows are.
    pub fn database(&self, layout: &Layout) -> String {
        self.database.clone().unwrap_or_else(|| layout.archive_url())
    }

    /// The bearer key; an archive whose doors stay closed has none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn citizen_key(&self, layout: &Layout) -> Result<String> {
        if self.key_file.is_empty() { Ok(String::new()) } else { read_secret(layout, &self.key_file) }
    }
}

impl CaseworkRole {
    /// Where the client information system's rows are.
    pub fn database(&self, layout: &Layout) -> String {
        self.database.clone().unwrap_or_else(|| layout.casework_url())
    }
}

/// A secret of the keys folder, without the line end.
///
/// # Errors
/// When the file is missing or shorter than a secret may be.
pub fn read_secret(layout: &Layout, name: &str) -> Result<String> {
    const CHARACTERS_MIN: usize = 32;
    let path = layout.keys().join(name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let secret = text.trim().to_owned();
    if secret.len() < CHARACTERS_MIN {
        bail!("{} is shorter than {CHARACTERS_MIN} characters", path.display());
    }
    Ok(secret)
}
