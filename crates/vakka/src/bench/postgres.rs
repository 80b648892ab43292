//! A PostgreSQL of the benchmark's own, with the settings it comes with: fsync, full pages and synchronous commit on.

use anyhow::{Context, Result, bail, ensure};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A running server; stopped when dropped.
pub struct Postgres {
    folder: tempfile::TempDir,
    server: std::process::Child,
    programs: PathBuf,
    user: Option<(u32, u32)>,
}

impl Postgres {
    /// Makes and starts a server on a socket in a temporary folder.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; says what to install.
    pub fn start() -> Result<Self> {
        let programs = programs()
            .context("PostgreSQL is not installed: apt-get install postgresql, or name a server with --database-url")?;
        // Not the system's folder for temporary files: a socket's path has at most 107 bytes.
        let folder = tempfile::Builder::new().prefix("vakka-bench-pg").tempdir_in("/tmp")?;
        let user = unprivileged_user();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700))?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        let mut initdb = Command::new(programs.join("initdb"));
        initdb.args(["--auth=trust", "--encoding=UTF8", "--locale=C", "--no-instructions", "-U", "vakka", "-D"]);
        let made = as_user(initdb.arg(&data).current_dir("/"), user).output()?;
        ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let log = std::fs::File::create(folder.path().join("log"))?;
        let mut postgres = Command::new(programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
        postgres.args(["-c", "listen_addresses=", "-c", "max_connections=60"]);
        postgres.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let server = as_user(&mut postgres, user).spawn()?;
        let server = Self { folder, server, programs, user };
        server.wait()?;
        Ok(server)
    }

    /// Address of its database.
    pub fn url(&self) -> String {
        format!("postgres://vakka@localhost/postgres?host={}", self.folder.path().display())
    }

    /// Makes one more database and gives its address.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn database(&self, name: &str) -> Result<String> {
        let mut createdb = Command::new(self.programs.join("createdb"));
        createdb.arg("-h").arg(self.folder.path()).args(["-U", "vakka", name]).current_dir("/");
        let made = as_user(&mut createdb, self.user).output()?;
        ensure!(made.status.success(), "createdb: {}", String::from_utf8_lossy(&made.stderr));
        Ok(format!("postgres://vakka@localhost/{name}?host={}", self.folder.path().display()))
    }

    /// Process id of the server, whose children do the work.
    pub fn pid(&self) -> u32 {
        self.server.id()
    }

    fn wait(&self) -> Result<()> {
        for _ in 0..400 {
            let mut ready = Command::new(self.programs.join("pg_isready"));
            ready.arg("-q").arg("-h").arg(self.folder.path()).args(["-U", "vakka", "-d", "postgres"]);
            if ready.status().is_ok_and(|status| status.success()) {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!("PostgreSQL did not start: {}", std::fs::read_to_string(self.folder.path().join("log"))?);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = Command::new(self.programs.join("pg_ctl"));
        stop.arg("-D").arg(self.folder.path().join("data")).args(["stop", "-s", "-m", "fast"]).current_dir("/");
        if !as_user(&mut stop, self.user).status().is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

fn as_user(command: &mut Command, user: Option<(u32, u32)>) -> &mut Command {
    match user {
        Some((uid, gid)) => command.uid(uid).gid(gid),
        None => command,
    }
}

/// The folder of PostgreSQL's programs: on the path, else the newest of Debian's.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    debian.sort();
    let whole = |folder: &Path| ["initdb", "postgres", "pg_isready"].iter().all(|name| folder.join(name).is_file());
    std::env::split_paths(&path).chain(debian.into_iter().rev()).find(|folder| whole(folder))
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
