//! What every door of the archive shares.

use crate::{
    bodies::Bodies,
    config::Config,
    facts::Cached,
    identities::Identities,
    intake::{actor::Logins, room::Room},
    keys::KeyRing,
    metrics::Metrics,
    recordings::{self, Blobs},
    schema,
    settings::Settings,
    switch::Switch,
    writer::{Tools, Writer},
};
use records::time::Clock;
use seal::{SigningKey, TrustStore};
use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{Db, StoreError, Vault, migrate};
use structures::Catalogue;
use tokio::sync::Semaphore;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The parts; reached through [`App`]'s `Deref`.
pub struct Inner {
    /// The database.
    pub db: Db,
    /// The keys.
    pub vault: Vault,
    /// Data keys in memory.
    pub keys: KeyRing,
    /// How bytes of documents are stored.
    pub bodies: Bodies,
    /// Facts of the registers outside.
    pub registers: Cached,
    /// Whom certificates are believed.
    pub trust: Arc<TrustStore>,
    /// Document structures.
    pub catalogue: Arc<Catalogue>,
    /// Product time.
    pub clock: Arc<dyn Clock>,
    /// Real time, for TLS (decisions.md 14).
    pub real_clock: Arc<dyn Clock>,
    /// Settings.
    pub settings: Arc<RwLock<Settings>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// The one writer.
    pub writer: Writer,
    /// Logins verified a moment ago.
    pub logins: Logins,
    /// Who blind indexes are, in memory.
    pub identities: Identities,
    /// Room for large bodies.
    pub room: Room,
    /// Seats for CPU work: as many as there are cores, so that checking never starves the rest.
    pub cpu: Semaphore,
    /// The up/down switch and the test faults.
    pub switch: Switch,
    /// Texts of the archivist's page.
    pub texts: Arc<web::Texts>,
    /// Who is logged in to the archive's pages.
    pub archivists: web::Sessions<crate::archivist::Login>,
    /// Folder of signed checkpoints, kept apart from the database.
    pub witness: std::path::PathBuf,
    /// Recordings.
    pub blobs: Blobs,
    /// Bearer key of the citizen interface.
    pub citizen_key: String,
    /// The key that signs what people express in the citizen view, when there is one.
    pub will_key: Option<Arc<dyn SigningKey>>,
    /// Roots of full tiles of the logs, for proofs over long ones.
    pub tiles: store::log::Tiles,
    messages: AtomicU64,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

impl App {
    /// Migrates the database and starts the writer.
    ///
    /// # Errors
    /// What the store says.
    pub async fn start(config: Config) -> Result<(Self, tokio::task::JoinHandle<()>), StoreError> {
        let Config {
            db,
            vault,
            registers,
            trust,
            catalogue,
            clock,
            real_clock,
            settings,
            witness,
            blobs,
            citizen_key,
            will_key,
            ..
        } = config;
        migrate(&db, store::vault::MIGRATIONS).await?;
        migrate(&db, store::log::MIGRATIONS).await?;
        migrate(&db, schema::MIGRATIONS).await?;
        let registers = Cached::new(registers, Duration::from_millis(settings.register_cache_ms));
        let settings = Arc::new(RwLock::new(settings));
        let metrics = Arc::new(Metrics::default());
        let tools = Tools {
            db: db.clone(),
            vault: vault.clone(),
            clock: Arc::clone(&clock),
            settings: Arc::clone(&settings),
            metrics: Arc::clone(&metrics),
        };
        let (writer, task) = Writer::start(tools).await?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let start = clock.now().as_microsecond().unsigned_abs();
        // A session's age is real time, never the demo's movable one.
        let session_clock = Arc::clone(&real_clock);
        let app = Self(Arc::new(Inner {
            keys: KeyRing::new(db.clone(), vault.clone()),
            bodies: Bodies::new(db.clone(), vault.clone()),
            db,
            vault,
            registers,
            trust,
            catalogue,
            clock,
            real_clock,
            settings,
            metrics,
            writer,
            logins: Logins::default(),
            identities: Identities::default(),
            room: Room::default(),
            cpu: Semaphore::new(cores),
            switch: Switch::default(),
            texts: texts()?,
            archivists: web::Sessions::new(web::session::Policy::staff("vakka_arkisto"), session_clock),
            witness,
            blobs: Blobs::new(blobs),
            citizen_key,
            will_key,
            tiles: store::log::Tiles::default(),
            messages: AtomicU64::new(start),
        }));
        let left = recordings::sweep(&app).await?;
        if left > 0 {
            tracing::info!(left, "recordings that were never acknowledged were removed");
        }
        Ok((app, task))
    }

    /// The settings as they are now.
    pub fn settings_now(&self) -> Settings {
        self.settings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The running number of the next message of the archive's own. It begins at the time of the start, so that a
    /// restart never repeats one.
    pub fn next_message(&self) -> u64 {
        self.messages.fetch_add(1, Relaxed)
    }
}

/// The archive's own texts in three languages.
fn texts() -> Result<Arc<web::Texts>, StoreError> {
    use records::Lang;
    let own = [
        (Lang::Fi, include_str!("../texts/fi.ftl")),
        (Lang::Sv, include_str!("../texts/sv.ftl")),
        (Lang::En, include_str!("../texts/en.ftl")),
    ];
    web::Texts::with(&own).map_err(|error| StoreError::Inconsistent { table: "texts", what: error.to_string() })
}
