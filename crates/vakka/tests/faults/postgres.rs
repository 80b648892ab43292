//! A PostgreSQL below the archive: killed with all its processes while it commits (fault 2), and on a disk that does
//! not confirm (fault 7). The archive stays the same process throughout; each time the
//! judge then compares what was acknowledged with what is there.

use super::durable::shim;
use super::ground::{Archive, Ground, Known, Senders, Tally, times};
use std::ffi::OsString;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What a server is told besides its defaults, with which fsync and synchronous commit are on.
const SETTINGS: [&str; 4] =
    ["listen_addresses=", "max_connections=60", "shared_buffers=16MB", "log_min_messages=panic"];

/// A server of the test's own.
pub struct Postgres {
    /// Holds socket and data; its user may enter.
    folder: PathBuf,
    settings: Vec<String>,
    environment: Vec<(&'static str, OsString)>,
    server: Child,
}

impl Postgres {
    /// Makes a cluster in a folder and starts it. Its log is written in pieces of a megabyte: room for small disks.
    pub fn start(folder: &Path, settings: &[&str], environment: Vec<(&'static str, OsString)>) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        let user = unprivileged_user();
        if let Some((uid, gid)) = user {
            chown(folder, Some(uid), Some(gid)).expect("root gives the folder to the unprivileged user");
        }
        let mut initdb = Command::new(program("initdb"));
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"]);
        initdb.args(["--wal-segsize=1", "-U", "vakka", "-D"]).arg(folder.join("data")).current_dir("/");
        let made = as_user(&mut initdb, user).output().expect("initdb runs");
        assert!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let settings: Vec<String> = SETTINGS.iter().chain(settings).map(|&setting| setting.to_owned()).collect();
        let server = spawn(folder, &settings, &environment);
        Self { folder: folder.to_owned(), settings, environment, server }
    }

    fn url(&self) -> String {
        format!("postgres://vakka@localhost/postgres?host={}", self.folder.display())
    }

    /// SIGKILL to the server and all its children at once, whatever they are doing.
    fn kill(&mut self) {
        let mut kill = Command::new("kill");
        kill.arg("-9").arg(self.server.id().to_string()).args(children(self.server.id()));
        // A child may have ended by itself meanwhile.
        let _ = kill.stderr(Stdio::null()).status();
        self.server.wait().expect("an end");
    }

    /// Starts it again on what is left; its recovery is over when it answers.
    fn start_again(&mut self) {
        // A child that was born during the kill still holds the memory that they shared: it ends by itself.
        for _ in 0..20 {
            self.server = spawn(&self.folder, &self.settings, &self.environment);
            if self.server.try_wait().expect("a process").is_none() {
                return;
            }
        }
        panic!("PostgreSQL does not start again: {}", self.told());
    }

    /// Starts it again when it has ended, and waits until it answers.
    pub fn start_again_if_ended(&mut self) {
        if self.server.try_wait().expect("a process").is_some() {
            return self.start_again();
        }
        wait_until_it_answers(&self.folder, &mut self.server);
    }

    fn told(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Starts a server and waits until it answers or has ended.
fn spawn(folder: &Path, settings: &[String], environment: &[(&'static str, OsString)]) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(folder.join("log")).expect("a log");
    let mut postgres = Command::new(program("postgres"));
    postgres.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).current_dir("/");
    for setting in settings {
        postgres.arg("-c").arg(setting);
    }
    postgres.envs(environment.iter().map(|(name, value)| (name, value)));
    postgres.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut server = as_user(&mut postgres, unprivileged_user()).spawn().expect("PostgreSQL starts");
    wait_until_it_answers(folder, &mut server);
    server
}

/// Waits until it answers or has ended.
fn wait_until_it_answers(folder: &Path, server: &mut Child) {
    for _ in 0..600 {
        let mut ready = Command::new(program("pg_isready"));
        ready.arg("-q").arg("-h").arg(folder).args(["-U", "vakka", "-d", "postgres"]);
        let answers = ready.status().is_ok_and(|status| status.success());
        if answers || server.try_wait().expect("a process").is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("PostgreSQL does not answer");
}

/// Processes whose parent it is.
fn children(parent: u32) -> Vec<String> {
    let processes = std::fs::read_dir("/proc").expect("processes").flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().into_string().ok());
    let is_child = |number: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
        // After the name in brackets: state, then parent.
        let after = stat.rsplit_once(") ").map(|(_, after)| after.to_owned()).unwrap_or_default();
        after.split(' ').nth(1).is_some_and(|of| of == parent.to_string())
    };
    numbers.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter(is_child).collect()
}

/// A program of PostgreSQL: on the path, else Debian's newest.
fn program(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    debian.sort();
    let found = std::env::split_paths(&path).chain(debian.into_iter().rev()).map(|folder| folder.join(name));
    found.into_iter().find(|file| file.is_file()).unwrap_or_else(|| panic!("{name} is missing: install postgresql"))
}

/// PostgreSQL refuses to run as root: then as `postgres`, else as `nobody`.
fn unprivileged_user() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    find("postgres").or_else(|| find("nobody"))
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid),
        None => command,
    }
}

/// A folder that an unprivileged server may reach: not the system's for temporary files, whose path may be too long for a
/// socket.
pub fn reachable() -> tempfile::TempDir {
    let folder = tempfile::Builder::new().prefix("vakka-faults").tempdir_in("/tmp").expect("a temporary folder");
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).expect("a folder to be entered");
    folder
}

/// An archive's ground over a server.
pub fn over(postgres: &Postgres, folder: &Path) -> Ground {
    let mut ground = Ground::new(folder);
    ground.url = postgres.url();
    ground
}

/// How often the database is killed in a quick run.
const KILLS: u64 = 2;
/// Documents of one round, and how many of them are answered when the kill comes.
const ROUND: u64 = 24;
const BEFORE_THE_KILL: usize = 6;

/// Sends everything that is not acknowledged while the database is killed and started again.
async fn kill_while_sending(
    postgres: &mut Postgres,
    archive: &Archive,
    ground: &Ground,
    senders: &Senders,
    known: &mut Known,
    round: u64,
) -> Tally {
    let documents = ground.messages("measured", ROUND * round, 2 * round);
    let (before, pause) = (senders.answered() + BEFORE_THE_KILL, Duration::from_micros(1_700 * (round % 13)));
    let killing = async {
        while senders.answered() < before {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(pause).await;
        tokio::task::block_in_place(|| postgres.kill());
        tokio::time::sleep(Duration::from_millis(100)).await;
        tokio::task::block_in_place(|| postgres.start_again());
    };
    let (tally, ()) = tokio::join!(senders.send(archive, &documents, known), killing);
    tally
}

/// The database is killed again and again at other moments of its commits. Nothing acknowledged is lost, nothing is there
/// twice, nobody is refused for good, and the archive goes on in the same process.
#[tokio::test(flavor = "multi_thread")]
async fn fault_02_a_database_killed_while_it_commits_loses_nothing_and_the_archive_goes_on() {
    let temporary = reachable();
    let mut postgres = Postgres::start(&temporary.path().join("pg"), &[], Vec::new());
    let ground = over(&postgres, &temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });
    let mut broken = 0;
    let kills = times(KILLS);
    for round in 1..=kills {
        let tally = kill_while_sending(&mut postgres, &archive, &ground, &senders, &mut known, round).await;
        assert_eq!((tally.unheard, tally.refused), (0, Vec::new()), "round {round}");
        broken += tally.unavailable;
        let rest = ground.messages("measured", ROUND * round, 2 * round + 1);
        let healed = senders.send(&archive, &rest, &mut known).await;
        assert_eq!(healed, Tally { accepted: tally.unavailable, ..Tally::default() }, "round {round}");
        assert!(archive.ended().is_none(), "the archive ended with its database");
    }
    assert!(broken > 0, "no kill came in the way of a document");
    eprintln!("{kills} kills of the database, {broken} documents told to come again");
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
    assert_eq!(known.acknowledged.len() as u64, 8 + ROUND * kills);
}

/// The control: a database that says it has committed before its log is written loses what was acknowledged, and the judge
/// says so.
#[tokio::test(flavor = "multi_thread")]
async fn fault_02_a_database_that_commits_too_early_is_found_out() {
    let early = ["synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=1GB"];
    // Whether a kill falls into the gap is chance, so there are several; the first loss ends the search.
    for _ in 0..12 {
        let temporary = reachable();
        let mut postgres = Postgres::start(&temporary.path().join("pg"), &early, Vec::new());
        let ground = over(&postgres, &temporary.path().join("data"));
        let (senders, mut known) = (Senders::new(&ground), Known::default());
        let archive = Archive::start(&ground, &[]);
        senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
        kill_while_sending(&mut postgres, &archive, &ground, &senders, &mut known, 1).await;
        archive.kill();
        if ground.judge(&known).await.iter().any(|fault| fault.ends_with("was acknowledged and is lost")) {
            return;
        }
    }
    panic!("the judge sees no loss under a database that commits too early");
}

/// A sync of the database's log fails: PostgreSQL stops by itself, nothing is acknowledged meanwhile, and started again on
/// a healthy disk it has everything acknowledged. The archive stays.
#[tokio::test(flavor = "multi_thread")]
async fn fault_07_a_failed_sync_below_postgresql_acknowledges_nothing() {
    let temporary = reachable();
    let (library, eio) = (shim(temporary.path()), temporary.path().join("eio"));
    let data = temporary.path().join("pg");
    let below = [("LD_PRELOAD", &library), ("FAULTS_ROOT", &data), ("FAULTS_EIO", &eio)];
    let below = below.map(|(name, value)| (name, value.as_os_str().to_owned())).to_vec();
    let mut postgres = Postgres::start(&data, &["restart_after_crash=off"], below);
    let ground = over(&postgres, &temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });

    std::fs::write(&eio, "").expect("a signal");
    let failing = senders.send(&archive, &ground.messages("measured", 20, 1), &mut known).await;
    assert_eq!(failing, Tally { unavailable: 20, ..Tally::default() }, "acknowledged what the disk did not confirm");
    assert!(postgres.server.try_wait().expect("a process").is_some(), "PostgreSQL goes on after a failed sync");
    assert!(archive.ended().is_none(), "the archive ended with its database");
    std::fs::remove_file(&eio).expect("a signal to take away");
    postgres.start_again();
    let after = senders.send(&archive, &ground.messages("measured", 20, 2), &mut known).await;
    assert_eq!(after, Tally { accepted: 20, ..Tally::default() });
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
}
