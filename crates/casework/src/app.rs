//! What the whole application shares, and what it needs to be told at start.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use records::{id::OrganisationId, time::Clock};
use seal::{SigningKey, SoftwareKey, TrustStore};
use store::{Db, StoreError, Vault};
use structures::Catalogue;
use web::{Sessions, Texts, session::Policy};

use crate::{
    archiving::wire::Archive,
    login::{Login, throttle::Throttle},
};

/// Waits before the second, third, … attempt to reach the archive (decisions.md 12). The last one repeats.
pub const RETRY_WAITS: [Duration; 4] =
    [Duration::from_secs(60), Duration::from_secs(300), Duration::from_secs(900), Duration::from_secs(3600)];

/// One organisation's way to the archive: its client certificate and its system signature.
#[derive(Clone)]
pub struct Connection {
    /// The organisation.
    pub organisation: OrganisationId,
    /// Signs documents and the `Toimija` header with the system signature certificate.
    pub system_key: Arc<dyn SigningKey>,
    /// Shows the organisation's client certificate and trusts the archive's server certificate.
    pub tls: Arc<rustls::ClientConfig>,
}

/// Where people reach the application.
#[derive(Clone)]
pub struct Https {
    /// Address to listen at.
    pub listen: SocketAddr,
    /// Certificate and key of the server.
    pub tls: Arc<rustls::ServerConfig>,
    /// `https://localhost:8711`: the origin that a card login's challenge names.
    pub origin: String,
}

/// The start configuration.
#[derive(Clone)]
pub struct Config {
    /// Address of plain http, for people on the same machine; `127.0.0.1:0` takes any free port.
    pub http: SocketAddr,
    /// Address of https, for login with a real card through SCS in the browser.
    pub https: Option<Https>,
    /// Origin that a card login over plain http names. SCS accepts https origins only, so this is the https one.
    pub card_origin: String,
    /// `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// Folder of keys, outside the database.
    pub keys: PathBuf,
    /// The archive's `/sanomat`, e.g. `https://localhost:8704/sanomat`.
    pub archive_url: String,
    /// One per organisation in this installation.
    pub connections: Vec<Connection>,
    /// The registers' address, e.g. `http://localhost:8705`.
    pub registers_url: String,
    /// The card reader program's addresses, tried by the page's script in this order.
    pub card_urls: Vec<String>,
    /// Issuers of cards.
    pub trust: Arc<TrustStore>,
    /// Document structures.
    pub catalogue: Arc<Catalogue>,
    /// Product time.
    pub clock: Arc<dyn Clock>,
    /// The system's own time, for sessions and certificates of TLS.
    pub system_clock: Arc<dyn Clock>,
    /// Waits between attempts; [`RETRY_WAITS`] in production, shorter in tests.
    pub retry_waits: Vec<Duration>,
    /// Whether devices are registered to the organisation, so that a password there counts as a second factor.
    pub registered_devices: bool,
    /// Whether the demo's clock may move; then pages show its time.
    pub show_clock: bool,
}

/// The running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What [`App`] holds.
pub struct Inner {
    /// The database.
    pub db: Db,
    /// Keys.
    pub vault: Vault,
    /// The configuration.
    pub config: Config,
    /// Texts in all languages.
    pub texts: Arc<Texts>,
    /// Who is logged in, over http.
    pub sessions: Sessions<Login>,
    /// How often a wrong password has been typed lately.
    pub throttle: Throttle,
    /// The way to the archive.
    pub archive: Archive,
    /// The registers outside.
    pub registers: registers::client::Client,
    /// Wakes the outbox worker when something has been put into the queue.
    pub wake: tokio::sync::Notify,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

/// Why the application did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database or its keys.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The texts are broken; a fault of the build.
    #[error(transparent)]
    Texts(#[from] web::texts::TextsError),
    /// An address cannot be listened at.
    #[error("cannot listen at {address}: {error}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        error: std::io::Error,
    },
    /// The HTTP client for the archive cannot be made.
    #[error("the connection to the archive cannot be prepared: {0}")]
    Connection(String),
}

impl App {
    /// Opens database and keys and brings the schema up to date. Nothing listens yet.
    ///
    /// # Errors
    /// [`StartError`]; nothing has been changed then but the schema.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let db = Db::open(&config.database_url).await?;
        store::migrate(&db, store::vault::MIGRATIONS).await?;
        store::migrate(&db, store::log::MIGRATIONS).await?;
        store::migrate(&db, store::outbox::MIGRATIONS).await?;
        store::migrate(&db, crate::schema::MIGRATIONS).await?;
        let vault = Vault::open_or_create(&config.keys)?;
        let texts = Texts::with(&crate::TEXTS)?;
        let sessions = Sessions::new(Policy::staff("vakka-tyo"), Arc::clone(&config.system_clock));
        let archive = Archive::new(&config).map_err(StartError::Connection)?;
        let registers = registers::client::Client::new(&config.registers_url);
        let throttle = Throttle::default();
        let wake = tokio::sync::Notify::new();
        Ok(Self(Arc::new(Inner { db, vault, config, texts, sessions, throttle, archive, registers, wake })))
    }

    /// Product time.
    pub fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// The way to the archive of one organisation, if it has one.
    pub fn connection(&self, organisation: &OrganisationId) -> Option<&Connection> {
        self.config.connections.iter().find(|one| &one.organisation == organisation)
    }
}

/// The demo's system key, read from the keys folder; a convenience for `vakka`.
///
/// # Errors
/// When the files are missing or do not fit together.
pub fn load_system_key(folder: &std::path::Path, name: &str) -> Result<Arc<dyn SigningKey>, seal::KeyError> {
    Ok(Arc::new(SoftwareKey::load(folder, name)?))
}
