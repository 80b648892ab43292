//! Every storage test runs on both engines (house plan §3). This starts a private PostgreSQL and gives every test a
//! database of its own.
//!
//! nextest runs each test in a process of its own, and starting PostgreSQL takes a second or two. So one server is
//! shared by the processes of one run: they agree on it by their parent's process id under a lock file, and a small
//! watcher stops it and removes its folder when that parent is gone. `VAKKA_TEST_POSTGRES` names a server that is
//! there already.
//!
//! `fsync` is off: these tests kill our own processes, not the machine.

use std::{
    fs,
    os::unix::{
        fs::{MetadataExt, PermissionsExt, chown},
        net::UnixStream,
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use sqlx::{Connection, Executor};

use crate::{Db, layout::sqlite_url};

/// What to tell the reader when PostgreSQL is nowhere. Nothing is skipped silently.
const MISSING: &str = "PostgreSQL's programs (initdb, postgres) are neither on the PATH nor under \
     /usr/lib/postgresql/*/bin: install the package postgresql (Debian: apt-get install postgresql), or name a server \
     in VAKKA_TEST_POSTGRES=postgres://user@host/postgres";

/// Runs a test on a fresh SQLite and on a fresh PostgreSQL database. `VAKKA_TEST_ENGINE=sqlite` leaves the second out, for
/// the check that deliberate faults are seen; no other run sets it.
///
/// # Panics
/// When the test panics, or when PostgreSQL cannot be found or started.
pub async fn for_each_engine<F: AsyncFn(Db)>(test: F) {
    eprintln!("on SQLite:");
    let sqlite = TestDb::sqlite().await;
    test(sqlite.db.clone()).await;
    sqlite.drop().await;
    if std::env::var("VAKKA_TEST_ENGINE").is_ok_and(|engine| engine == "sqlite") {
        return;
    }
    eprintln!("on PostgreSQL:");
    let postgres = TestDb::postgres().await;
    test(postgres.db.clone()).await;
    postgres.drop().await;
}

/// A fresh database that goes away with this value.
#[derive(Debug)]
pub struct TestDb {
    /// The database.
    pub db: Db,
    /// Its address, to be opened again or by another process.
    pub url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    /// Removed when dropped.
    Folder { _folder: tempfile::TempDir },
    /// Name of a database on the shared server.
    Server(String),
}

impl TestDb {
    /// A fresh SQLite database in a temporary folder.
    ///
    /// # Panics
    /// When it cannot be made.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = sqlite_url(&folder.path().join("test.db"));
        let db = Db::open(&url).await.expect("a SQLite database");
        Self { db, url, place: Place::Folder { _folder: folder } }
    }

    /// A fresh database on the private PostgreSQL.
    ///
    /// # Panics
    /// When PostgreSQL cannot be found or started; says what to install.
    pub async fn postgres() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = postgres_url();
        let name = format!("t{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        admin(&server, format!("CREATE DATABASE {name} STRATEGY FILE_COPY")).await;
        let url = with_database(&server, &name);
        let db = Db::open(&url).await.expect("the fresh PostgreSQL database");
        Self { db, url, place: Place::Server(name) }
    }

    /// Closes and removes the database.
    pub async fn drop(self) {
        self.db.close().await;
        if let Place::Server(name) = self.place {
            admin(&postgres_url(), format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn admin(server: &str, sql: String) {
    let mut connection = sqlx::PgConnection::connect(server).await.expect("the test PostgreSQL answers");
    // Only names made here are composed into the text: database names cannot be bound.
    connection.execute(sqlx::AssertSqlSafe(sql)).await.expect("the test PostgreSQL makes a database");
    let _ = connection.close().await;
}

/// The server's address with another database. The database is the path of the URL.
fn with_database(server: &str, name: &str) -> String {
    let (address, query) = server.split_once('?').map_or((server, None), |(a, q)| (a, Some(q)));
    let base = address.rsplit_once('/').map_or(address, |(base, _)| base);
    query.map_or(format!("{base}/{name}"), |query| format!("{base}/{name}?{query}"))
}

/// Address of the PostgreSQL that this test run uses, started when needed.
///
/// # Panics
/// When PostgreSQL cannot be found or started; says what to install.
pub fn postgres_url() -> String {
    static URL: OnceLock<String> = OnceLock::new();
    URL.get_or_init(|| std::env::var("VAKKA_TEST_POSTGRES").unwrap_or_else(|_| shared_server())).clone()
}

/// The server shared by the processes of this run.
fn shared_server() -> String {
    let run = std::os::unix::process::parent_id();
    // Not TMPDIR: a socket's path is at most 107 bytes, and the unprivileged user must be able to enter.
    let folder = Path::new("/tmp").join(format!("vakka-test-postgres-{}-{run}", own_uid()));
    make_folder(&folder);
    let lock = fs::File::create(folder.join("lock")).expect("the lock file of the test PostgreSQL");
    lock.lock().expect("the lock of the test PostgreSQL");
    // The folder of an earlier run with the same process id may have outlived its server.
    let alive = folder.join("ready").exists() && UnixStream::connect(folder.join(SOCKET)).is_ok();
    if !alive {
        start(&folder, run);
        fs::write(folder.join("ready"), "").expect("the mark of the test PostgreSQL");
    }
    format!("postgres://{SUPERUSER}@localhost/postgres?host={}", folder.display())
}

const SOCKET: &str = ".s.PGSQL.5432";
const SUPERUSER: &str = "vakka";

/// The folder holds the socket, the data and the lock. It belongs to whoever runs the server.
fn make_folder(folder: &Path) {
    if !folder.is_dir() {
        fs::create_dir_all(folder).expect("a folder for the test PostgreSQL");
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).expect("a private folder");
    }
}

#[expect(clippy::zombie_processes, reason = "the watcher outlives this process on purpose and ends with the run")]
fn start(folder: &Path, run: u32) {
    let bin = programs().unwrap_or_else(|| panic!("{MISSING}"));
    let user = unprivileged_user();
    if let Some((uid, gid)) = user {
        chown(folder, Some(uid), Some(gid)).expect("root gives the folder to the unprivileged user");
    }
    let data = folder.join("data");
    let _ = fs::remove_dir_all(&data);
    let mut initdb = Command::new(bin.join("initdb"));
    initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions", "-U", SUPERUSER]);
    initdb.arg("-D").arg(&data);
    let made = as_user(initdb.current_dir("/"), user).output().expect("initdb runs");
    assert!(made.status.success(), "initdb failed: {}", String::from_utf8_lossy(&made.stderr));
    // The watcher lives as long as the test run, not as long as the one test that happened to come first.
    let watcher = format!(
        "'{bin}/postgres' -D '{data}' -k '{folder}' -c listen_addresses='' -c fsync=off -c full_page_writes=off \
           -c max_connections=400 -c shared_buffers=32MB -c autovacuum=off -c log_min_messages=error \
           >'{folder}/server.log' 2>&1 & \
         server=$!; while kill -0 $server && [ -d /proc/{run} ]; do sleep 1; done; \
         kill -QUIT $server; wait $server; rm -rf '{folder}'",
        bin = bin.display(),
        data = data.display(),
        folder = folder.display(),
    );
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", &watcher]).current_dir("/").process_group(0);
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    as_user(&mut shell, user).spawn().expect("the test PostgreSQL starts");
    let socket = folder.join(SOCKET);
    for _ in 0..600 {
        if socket.exists() && answers(&bin, folder) {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let log = fs::read_to_string(folder.join("server.log")).unwrap_or_default();
    panic!("the test PostgreSQL did not start in 30 s: {log}");
}

fn answers(bin: &Path, folder: &Path) -> bool {
    let mut ready = Command::new(bin.join("pg_isready"));
    ready.arg("-q").arg("-h").arg(folder).args(["-U", SUPERUSER, "-d", "postgres"]);
    ready.status().is_ok_and(|status| status.success())
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid),
        None => command,
    }
}

/// The folder of `initdb` and `postgres`: on the PATH, else the newest of Debian's.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| (entry.file_name().to_string_lossy().parse().unwrap_or(0), entry.path().join("bin")))
        .collect();
    debian.sort();
    std::env::split_paths(&path)
        .chain(debian.into_iter().rev().map(|(_, folder)| folder))
        .find(|folder| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file()))
}

fn own_uid() -> u32 {
    fs::metadata("/proc/self").map(|meta| meta.uid()).unwrap_or(0)
}

/// PostgreSQL refuses to run as root: then as `postgres`, else as `nobody`.
fn unprivileged_user() -> Option<(u32, u32)> {
    if own_uid() != 0 {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody")).or(Some((65534, 65534)))
}
