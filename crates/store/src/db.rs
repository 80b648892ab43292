//! Opens a database and hands out transactions, so that nothing above knows which engine it stands on.
//!
//! SQLite takes one writer at a time. Instead of letting writers collide and retry, the one writing connection is
//! the lock: writers wait for it in order, and `BEGIN IMMEDIATE` guards against other processes. Readers have
//! connections of their own and see a snapshot. On PostgreSQL both are the same pool.

use std::{
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::{Arc, Once},
    time::Duration,
};

pub use crate::rows::{Value, insert_many};
use crate::{
    connection::{Connection, Kind},
    disk::Disk,
    here::Here,
    memory::Memory,
    wal,
};
use aws_lc_rs::digest::{SHA256, digest};
use sqlx::{AnyConnection, AnyPool, Connection as _, Executor, Row, any::AnyPoolOptions, sqlite::SqliteConnectOptions};

/// Longest wait for a connection or a lock. Longer means that something is stuck, and the caller should say so.
const WAIT: Duration = Duration::from_secs(30);
/// How often, and with what pause, old readers are waited for before deleted bytes are removed: five seconds in all.
const CHECKPOINT_TRIES: u32 = 100;
const CHECKPOINT_PAUSE: Duration = Duration::from_millis(50);
/// Readers on SQLite: enough to keep every core of a small machine busy.
const SQLITE_READERS: u32 = 8;
/// Readers on SQLite that run where they are asked: each is done before its thread does anything else, so more would wait.
const HERE_READERS: usize = 16;
/// Connections to PostgreSQL: its default limit is 100 for all programs together.
const POSTGRES_CONNECTIONS: u32 = 16;
/// Prepared statements that a connection to PostgreSQL keeps.
const POSTGRES_STATEMENTS: u32 = 512;
/// What every PostgreSQL connection is told. A prepared statement planned while its tables were empty would go on reading
/// them from end to end as they grow: each execution is planned anew (docs/performance.md). Compiling queries pays only
/// for reports, of which there are none.
const POSTGRES_SETTINGS: &str = "SET plan_cache_mode = force_custom_plan; SET jit = off";
/// Key of the PostgreSQL advisory lock under which migrations run ("vakka" in ASCII).
const MIGRATION_LOCK: i64 = 0x0076_616b_6b61;

/// Why the store could not do what was asked. No text here holds personal data.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or is out of reach; the caller may answer 503.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// A sync of the database's files failed: what is on the disk is not known any more. Nothing is written until the
    /// program is started again, which should wait until somebody has looked at the disk.
    #[error(
        "the disk did not confirm a write: nothing is taken until the disk is looked at and the program started again"
    )]
    Unconfirmed,
    /// The URL is neither `sqlite:` nor `postgres:`.
    #[error("a database address begins with sqlite: or postgres:")]
    Url,
    /// A file or folder could not be read or written.
    #[error("{path}: {error}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: std::io::Error,
    },
    /// A migration that was applied before now has another text.
    #[error("migration {0} was changed after it was applied: write a new migration instead")]
    MigrationChanged(String),
    /// A migration failed.
    #[error("migration {name} failed: {error}")]
    Migration {
        /// Name of the migration.
        name: &'static str,
        /// What the database said.
        error: sqlx::Error,
    },
    /// A key is missing, unreadable, or too widely readable.
    #[error("{0}")]
    Key(String),
    /// Sealed bytes did not open: altered, of another owner, or sealed with another key.
    #[error("sealed data did not open: it was altered, belongs elsewhere, or its key is another")]
    Sealed,
    /// A row breaks a rule of its table.
    #[error("{table}: {what}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The rule that does not hold.
        what: String,
    },
}

impl StoreError {
    /// Names the file that an I/O error is about.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }

    /// Whether the database said that a row with this key exists already.
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Database(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

/// Which database stands below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// SQLite in WAL mode, `synchronous=FULL`.
    Sqlite,
    /// PostgreSQL 15 or newer.
    Postgres,
}

/// A database: cheap to clone, shared by everything that uses it.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    writer: AnyPool,
    reader: AnyPool,
    /// SQLite's connection for checkpoints; see `wal`.
    beside: Option<AnyPool>,
    /// SQLite without a thread of its own: readers, and the writer.
    here: Option<(Arc<Here>, Arc<Here>)>,
    /// Whether a sync failed; only SQLite's can.
    disk: Disk,
    memory: Memory,
    /// Tells the checkpoints that somebody still uses this database.
    _alive: Arc<()>,
}

/// A transaction. Dropping it without [`Tx::commit`] rolls it back.
///
/// `sqlx::query("…").execute(&mut *tx)` where `tx: Tx`; `&mut **tx` where `tx: &mut Tx`.
#[derive(Debug)]
pub struct Tx {
    inner: Connection,
    engine: Engine,
    disk: Disk,
    memory: Memory,
    reads: bool,
}

impl Db {
    /// Opens `sqlite:PATH` (made when missing; `sqlite:PATH?mode=rw` refuses a missing one) or `postgres://…`.
    ///
    /// # Errors
    /// `Url` for another scheme, `Database` when the database cannot be reached.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let pool = AnyPoolOptions::new()
                .max_connections(POSTGRES_CONNECTIONS)
                .acquire_timeout(WAIT)
                .after_connect(|c, _| Box::pin(async move { c.execute(POSTGRES_SETTINGS).await.map(|_| ()) }))
                .connect(&with_statements(url))
                .await?;
            let _alive = Arc::new(());
            let (writer, disk) = (pool.clone(), Disk::default());
            Ok(Self {
                engine: Engine::Postgres,
                writer,
                reader: pool,
                beside: None,
                here: None,
                disk,
                memory: Memory::default(),
                _alive,
            })
        } else {
            Err(StoreError::Url)
        }
    }

    async fn open_sqlite(url: &str) -> Result<Self, StoreError> {
        let url = if url.contains('?') { url.to_owned() } else { format!("{url}?mode=rwc") };
        // A full disk makes SQLite undo a transaction by itself; sqlx's own ROLLBACK then fails, and it believes for ever
        // that the transaction is open. Such a connection is closed and another one made.
        let options = |connections| {
            let options = AnyPoolOptions::new().max_connections(connections).acquire_timeout(WAIT);
            options
                .test_before_acquire(false)
                .before_acquire(|c, _| Box::pin(async move { Ok(!c.is_in_transaction()) }))
        };
        // The first connection switches the file to WAL before any reader opens it.
        let writer = options(1).after_connect(|c, _| Box::pin(sqlite_settings(c, false))).connect(&url).await?;
        let disk = Disk::default();
        // What the log of a killed process shows may never have reached the disk: it is copied before anybody rests on it.
        // What else hinders the copying is tried again in `wal`.
        let copied = disk.heard(wal::pass(&writer).await);
        if matches!(copied, Err(StoreError::Unconfirmed)) {
            return Err(StoreError::Unconfirmed);
        }
        let reader =
            options(SQLITE_READERS).after_connect(|c, _| Box::pin(sqlite_settings(c, true))).connect(&url).await?;
        let beside = options(1).after_connect(|c, _| Box::pin(sqlite_settings(c, false))).connect_lazy(&url)?;
        let _alive = Arc::new(());
        tokio::spawn(wal::keep_short(beside.clone(), writer.clone(), disk.clone(), Arc::downgrade(&_alive)));
        let file = url.parse::<SqliteConnectOptions>()?.get_filename().to_path_buf();
        let here =
            Some((Here::new(file.clone(), HERE_READERS, SQLITE_READS_HERE), Here::new(file, 1, SQLITE_SETTINGS)));
        let (beside, memory) = (Some(beside), Memory::default());
        Ok(Self { engine: Engine::Sqlite, writer, reader, beside, here, disk, memory, _alive })
    }

    /// Which database stands below.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Begins a writing transaction. On SQLite waits for the one writer; keep it short, and never sign, call the
    /// network or make a PDF inside it (house plan §3).
    ///
    /// # Errors
    /// `Database` when the database cannot be reached in 30 s, `Unconfirmed` after a sync that failed.
    pub async fn write(&self) -> Result<Tx, StoreError> {
        let statement = match self.engine {
            Engine::Sqlite => "BEGIN IMMEDIATE",
            Engine::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED",
        };
        self.disk.believed()?;
        Ok(self.tx(Kind::Pool(self.writer.begin_with(statement).await?), false))
    }

    /// The same as [`Db::write`] for statements that are all short: on SQLite they run on the calling thread, not on one
    /// of the connection's own, and only the commit is waited for apart.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_here(&self) -> Result<Tx, StoreError> {
        let Some((_, writer)) = &self.here else { return self.write().await };
        self.disk.believed()?;
        let lock = self.writer.acquire().await?;
        Ok(self.tx(Kind::Here(writer.begin("BEGIN IMMEDIATE", Some(lock)).await?), false))
    }

    fn tx(&self, kind: Kind, reads: bool) -> Tx {
        let (disk, memory) = (self.disk.clone(), self.memory.clone());
        Tx { inner: Connection(kind), engine: self.engine, disk, memory, reads }
    }

    /// Begins a reading transaction: everything in it sees one snapshot, and writing is refused.
    ///
    /// # Errors
    /// `Database` when the database cannot be reached in 30 s.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        let statement = match self.engine {
            Engine::Sqlite => "BEGIN DEFERRED",
            Engine::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        Ok(self.tx(Kind::Pool(self.reader.begin_with(statement).await?), true))
    }

    /// The same as [`Db::read`] for a few short statements by key: on SQLite they run on the calling thread, which
    /// answers nobody else meanwhile.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub async fn read_here(&self) -> Result<Tx, StoreError> {
        let Some((readers, _)) = &self.here else { return self.read().await };
        Ok(self.tx(Kind::Here(readers.begin("BEGIN DEFERRED", None).await?), true))
    }

    /// The same as [`Db::write`].
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        self.write().await
    }

    /// Size of the database on disk, in bytes, its write-ahead log not counted.
    ///
    /// # Errors
    /// `Database` when it cannot be asked.
    pub async fn size_bytes(&self) -> Result<u64, StoreError> {
        let sql = match self.engine {
            Engine::Sqlite => {
                "SELECT CAST(page_count * page_size AS BIGINT) FROM pragma_page_count(), pragma_page_size()"
            }
            Engine::Postgres => "SELECT pg_database_size(current_database())",
        };
        let size: i64 = sqlx::query_scalar(sql).fetch_one(&self.reader).await?;
        Ok(size.unsigned_abs())
    }

    /// What keeps this database from being durable, as sentences for `vakka doctor`; production refuses to start with
    /// any (fault 52). Empty means that a commit survives a power cut.
    ///
    /// # Errors
    /// `Database` when it cannot be asked.
    pub async fn durability_faults(&self) -> Result<Vec<String>, StoreError> {
        let wanted: &[(&'static str, &str, &str)] = match self.engine {
            Engine::Sqlite => {
                &[("PRAGMA journal_mode", "journal_mode", "wal"), ("PRAGMA synchronous", "synchronous", "2")]
            }
            Engine::Postgres => &[
                ("SHOW fsync", "fsync", "on"),
                ("SHOW full_page_writes", "full_page_writes", "on"),
                ("SHOW synchronous_commit", "synchronous_commit", "on"),
            ],
        };
        let mut faults = Vec::new();
        for (question, setting, right) in wanted {
            let row = sqlx::query(*question).fetch_one(&self.writer).await?;
            let value = row.try_get::<String, _>(0).or_else(|_| row.try_get::<i64, _>(0).map(|n| n.to_string()))?;
            // PostgreSQL with a synchronous standby may promise more than `on`.
            if value != *right && value != "remote_apply" {
                faults.push(format!("the database setting {setting} is {value}: set it to {right}"));
            }
        }
        Ok(faults)
    }

    /// Moves SQLite's write-ahead log into the database file and empties it; nothing to do on PostgreSQL. A reader that
    /// still holds an old snapshot, or a pass of `wal`, is waited for.
    ///
    /// # Errors
    /// `Database` when the database refuses, `Inconsistent` when the log is still in use after a while.
    pub async fn checkpoint_wal(&self) -> Result<(), StoreError> {
        if self.engine != Engine::Sqlite {
            return Ok(());
        }
        for _ in 0..CHECKPOINT_TRIES {
            let emptied = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&self.writer).await;
            let row = self.disk.heard(emptied.map_err(StoreError::from))?;
            let busy = row.try_get::<i64, _>(0).or_else(|_| row.try_get::<i32, _>(0).map(i64::from))?;
            if busy == 0 {
                return Ok(());
            }
            tokio::time::sleep(CHECKPOINT_PAUSE).await;
        }
        Err(StoreError::Inconsistent {
            table: "write-ahead log",
            what: "it is in use and cannot be emptied".to_owned(),
        })
    }

    /// Removes from the database's files what was deleted: SQLite's file is written anew and its write-ahead log emptied,
    /// PostgreSQL's tables are written anew. Overwriting what is deleted is not enough on SQLite: a row that an update or
    /// a neighbour's deletion had moved to another page leaves a copy in the page's free space. PostgreSQL's own
    /// write-ahead log keeps old bytes until it is recycled; that is the operator's to bound.
    ///
    /// `tables` are names in this program's own source, never from outside.
    ///
    /// # Errors
    /// `Database` when the database refuses, `Inconsistent` when somebody still reads what was deleted or the log stays in
    /// use.
    pub async fn scrub(&self, tables: &[&'static str]) -> Result<(), StoreError> {
        if self.engine == Engine::Sqlite {
            // The copy on the way is as large as the database: not in memory.
            let anew = self.writer.execute("PRAGMA temp_store = FILE; VACUUM; PRAGMA temp_store = MEMORY;").await;
            self.disk.heard(anew.map_err(StoreError::from))?;
            return self.checkpoint_wal().await;
        }
        self.wait_until_unseen().await?;
        for table in tables {
            self.writer.execute(sqlx::AssertSqlSafe(format!("VACUUM (FULL) {table}"))).await?;
        }
        Ok(())
    }

    /// Waits until no snapshot on PostgreSQL can be older than now: rewriting a table keeps every row that anybody may
    /// still see, deleted ones too. Readers of this database count, and whoever still writes anywhere in the server, for
    /// a new snapshot reaches back to them.
    async fn wait_until_unseen(&self) -> Result<(), StoreError> {
        const NOW: &str = "SELECT CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT)";
        const OLDER: &str = "SELECT (SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
            AND pid <> pg_backend_pid() AND CAST(CAST(backend_xmin AS TEXT) AS BIGINT) <= $1 % 4294967296) \
            + (CASE WHEN CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS TEXT) AS BIGINT) <= $1 THEN 1 ELSE 0 END)";
        let now: i64 = sqlx::query_scalar(NOW).fetch_one(&self.writer).await?;
        for _ in 0..CHECKPOINT_TRIES {
            let older: i64 = sqlx::query_scalar(OLDER).bind(now).fetch_one(&self.writer).await?;
            if older == 0 {
                return Ok(());
            }
            tokio::time::sleep(CHECKPOINT_PAUSE).await;
        }
        Err(StoreError::Inconsistent {
            table: "pg_stat_activity",
            what: "somebody still reads what was deleted".to_owned(),
        })
    }

    /// Writes a complete, consistent copy of a SQLite database into a new file while it stays in use.
    ///
    /// # Errors
    /// `Url` on PostgreSQL, whose own tools (`pg_dump`, WAL archiving) do this; `Database` when the file exists.
    pub async fn copy_into(&self, file: &std::path::Path) -> Result<(), StoreError> {
        if self.engine != Engine::Sqlite {
            return Err(StoreError::Url);
        }
        let path = file.to_str().ok_or(StoreError::Url)?;
        sqlx::query("VACUUM INTO $1").bind(path).execute(&self.writer).await?;
        Ok(())
    }

    /// Closes every connection. Needed before the file is moved or compared; otherwise dropping is enough.
    pub async fn close(&self) {
        if let Some(beside) = &self.beside {
            beside.close().await;
        }
        if let Some((readers, writer)) = &self.here {
            readers.close();
            writer.close();
        }
        self.reader.close().await;
        self.writer.close().await;
    }
}

/// The address with room for every statement in its several lengths: one that is not kept costs a round trip more.
fn with_statements(url: &str) -> String {
    let and = if url.contains('?') { '&' } else { '?' };
    if url.contains("statement-cache-capacity=") {
        return url.to_owned();
    }
    format!("{url}{and}statement-cache-capacity={POSTGRES_STATEMENTS}")
}

/// What every SQLite connection is told. A new file has pages of 8 kB, of which a row of a document fills a quarter;
/// one of 4 kB it left half empty. FULL: an acknowledged document survives a power cut (house plan §3).
macro_rules! sqlite_settings {
    () => {
        "PRAGMA page_size = 8192; PRAGMA busy_timeout = 30000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
         PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536; \
         PRAGMA wal_autocheckpoint = 65536; PRAGMA secure_delete = FAST;"
    };
}

/// The file is not mapped into memory: each commit by one connection makes the others map it anew, which costs a question
/// more than copying its pages (docs/performance.md).
const SQLITE_SETTINGS: &str = sqlite_settings!();
const SQLITE_READS_HERE: &str = concat!(sqlite_settings!(), " PRAGMA query_only = ON;");

async fn sqlite_settings(connection: &mut AnyConnection, reader: bool) -> Result<(), sqlx::Error> {
    connection.execute(SQLITE_SETTINGS).await?;
    if reader {
        connection.execute("PRAGMA query_only = ON").await?;
    }
    Ok(())
}

impl Tx {
    /// Makes everything done so far durable: returns after it is on disk. After an error inside a transaction, roll
    /// back: the engines differ in what is left of it.
    ///
    /// # Errors
    /// `Database` and `Unconfirmed`: then nothing of the transaction may be believed to be stored.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.engine == Engine::Postgres {
            // PostgreSQL answers COMMIT with success after an error that the caller passed over, and stores nothing.
            // In that state it refuses any question, so one is asked: an acknowledgement must never rest on it.
            (&mut self.inner).execute("SELECT 1").await?;
        }
        // Another writer may have met the failure while this one waited for its commit.
        self.disk.believed()?;
        self.disk.heard(self.inner.commit().await.map_err(StoreError::from))
    }

    /// Undoes everything done so far.
    ///
    /// # Errors
    /// `Database` when the connection broke; the database undoes it by itself then.
    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }

    /// Which database stands below.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// What was kept of this database's content by [`Tx::keep`] at a version.
    pub fn kept<T: Send + Sync + 'static>(&self, version: i64) -> Option<Arc<T>> {
        self.memory.get(version)
    }

    /// Keeps something that was read in this transaction, with the version of it that was read in the same. Only a
    /// reading transaction keeps: what a writing one sees may never be committed.
    pub fn keep<T: Send + Sync + 'static>(&self, version: i64, value: &Arc<T>) {
        if self.reads {
            self.memory.put(version, value);
        }
    }
}

impl Deref for Tx {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.inner
    }
}

/// One step of a schema. Once applied anywhere, its text never changes.
///
/// The SQL is one text for both engines. Where they must differ (triggers), lines that say exactly `--- sqlite`,
/// `--- postgres` and `--- both` switch the engine that the following lines are for.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Unique in the database: `casework/0001-clients`.
    pub name: &'static str,
    /// Statements separated by semicolons.
    pub sql: &'static str,
}

/// Applies, in order, the migrations that this database does not have yet; each in a transaction of its own.
/// May be called several times with the lists of different crates.
///
/// # Errors
/// `MigrationChanged` when an applied one has another text now, `Migration` when one fails.
pub async fn migrate(db: &Db, migrations: &'static [Migration]) -> Result<(), StoreError> {
    let mut tx = db.write().await?;
    if db.engine == Engine::Postgres {
        // Two programs that start at once must not both create the domain and the tables.
        sqlx::query("SELECT 1 FROM pg_advisory_xact_lock($1)").bind(MIGRATION_LOCK).execute(&mut *tx).await?;
        tx.execute(
            "DO $$ BEGIN IF to_regtype('blob') IS NULL THEN CREATE DOMAIN blob AS bytea; END IF; END $$;
             SET LOCAL client_min_messages = warning;",
        )
        .await?;
    }
    tx.execute("CREATE TABLE IF NOT EXISTS store_migration (name TEXT PRIMARY KEY, checksum TEXT NOT NULL)").await?;
    for migration in migrations {
        apply(&mut tx, migration).await?;
    }
    tx.commit().await
}

async fn apply(tx: &mut Tx, migration: &'static Migration) -> Result<(), StoreError> {
    let checksum = hex::encode(digest(&SHA256, migration.sql.as_bytes()));
    let applied: Option<String> = sqlx::query_scalar("SELECT checksum FROM store_migration WHERE name = $1")
        .bind(migration.name)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(applied) = applied {
        if applied != checksum {
            return Err(StoreError::MigrationChanged(migration.name.to_owned()));
        }
        return Ok(());
    }
    let sql = sqlx::AssertSqlSafe(sql_for(migration.sql, tx.engine()));
    sqlx::raw_sql(sql)
        .execute(&mut **tx)
        .await
        .map_err(|error| StoreError::Migration { name: migration.name, error })?;
    sqlx::query("INSERT INTO store_migration (name, checksum) VALUES ($1, $2)")
        .bind(migration.name)
        .bind(checksum)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The lines of a migration that are for this engine.
fn sql_for(sql: &str, engine: Engine) -> String {
    let mut here = true;
    let mut text = String::with_capacity(sql.len());
    for line in sql.lines() {
        match line.trim() {
            "--- both" => here = true,
            "--- sqlite" => here = engine == Engine::Sqlite,
            "--- postgres" => here = engine == Engine::Postgres,
            _ if here => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    text
}
