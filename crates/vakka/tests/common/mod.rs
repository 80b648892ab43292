//! A demo in a process of its own, and a person at its pages, for tests that see the product from outside only.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub mod scan;
pub mod window;

/// Listeners of a demo lie at its base port and up to this far above it (interfaces.md 2).
const PORTS: u16 = 13;
/// Longest wait for a demo that writes its older clients' histories and plays, on a machine with much else to do.
const READY_MAX: Duration = Duration::from_secs(400);

/// A base port from which every port of a demo is free now, below those that the machine gives to clients. Tests of one
/// machine begin at different places.
pub fn free_base() -> u16 {
    // Tests of one process begin at different places, too.
    static NEXT: std::sync::atomic::AtomicU16 = std::sync::atomic::AtomicU16::new(0);
    let own = NEXT.fetch_add(20, std::sync::atomic::Ordering::Relaxed);
    let first = 20_000 + u16::try_from(std::process::id() % 240).expect("below 240") * 50 + own;
    let free = |base: &u16| (0..=PORTS).all(|offset| TcpListener::bind((Ipv4Addr::LOCALHOST, base + offset)).is_ok());
    (0..).map(|step| first + step * 20).find(free).expect("a machine has free ports")
}

/// A data folder with nothing in it but keys: making them takes most of a first start, so all tests share one set.
pub fn data_folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    copy(&shared_keys(), &folder.path().join("keys"));
    folder
}

/// Makes the keys once; other tests and test processes wait.
fn shared_keys() -> PathBuf {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("demo-keys");
    std::fs::create_dir_all(&shared).expect("a folder of the build");
    let lock = std::fs::File::create(shared.join("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if !shared.join("made").exists() {
        let fresh = tempfile::tempdir().expect("a temporary folder");
        let mut demo = Demo::start(Path::new(env!("CARGO_BIN_EXE_vakka")), fresh.path(), &[], None);
        // On a thread of its own, as the test that asks may be asynchronous itself.
        std::thread::spawn(move || demo.wait_until_ready()).join().expect("a demo that gets ready");
        copy(&fresh.path().join("keys"), &shared.join("keys"));
        std::fs::write(shared.join("made"), "").expect("a mark");
    }
    shared.join("keys")
}

/// Copies a folder with everything below it.
pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder to read") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a kind of file").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file to copy");
        }
    }
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder to read") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { open.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// A demo that runs; it is killed when the test lets go of it.
pub struct Demo {
    process: Child,
    /// Port of the landing page.
    pub base: u16,
}

impl Demo {
    /// Starts `vakka demo` on a data folder. With a log it is talkative, and both outputs go there.
    pub fn start(binary: &Path, data: &Path, arguments: &[&str], log: Option<&Path>) -> Self {
        Self::start_at(free_base(), binary, data, arguments, log)
    }

    /// The same on given ports, for one that is started again.
    pub fn start_at(base: u16, binary: &Path, data: &Path, arguments: &[&str], log: Option<&Path>) -> Self {
        let output = |otherwise: fn() -> Stdio| match log {
            None => otherwise(),
            Some(log) => std::fs::File::options().create(true).append(true).open(log).expect("a log").into(),
        };
        // The parser of pages speaks for the player, who is a person at a browser and no part of the product.
        let words = if log.is_some() { "debug,html5ever=off,markup5ever=off,selectors=off" } else { "error" };
        let process = Command::new(binary)
            .args(["demo", "--port-base", &base.to_string(), "--data-dir"])
            .arg(data)
            .args(arguments)
            .env_remove("VAKKA_SABOTAGE")
            .env("VAKKA_LOG", words)
            .stdin(Stdio::null())
            .stdout(output(Stdio::null))
            .stderr(output(Stdio::inherit))
            .spawn()
            .expect("the demo starts");
        Self { process, base }
    }

    /// Address of one of the demo's listeners.
    pub fn at(&self, offset: u16) -> String {
        format!("http://localhost:{}", self.base + offset)
    }

    /// [`Self::ready`] for one who is not asynchronous.
    pub fn wait_until_ready(&mut self) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(self.ready());
    }

    /// Waits until the landing page says that everything is there.
    pub async fn ready(&mut self) {
        let started = Instant::now();
        let facts = format!("{}/demo.json", self.at(0));
        loop {
            assert!(self.process.try_wait().expect("a process").is_none(), "the demo ended before it was ready");
            assert!(started.elapsed() < READY_MAX, "the demo did not become ready");
            if let Ok(answer) = reqwest::get(&facts).await
                && answer.json::<serde_json::Value>().await.is_ok_and(|facts| facts["ready"] == true)
            {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Ends it as its keeper does: with Ctrl+C, and waits.
    pub fn stop(mut self) {
        let asked = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status();
        assert!(asked.is_ok_and(|status| status.success()), "the demo cannot be asked to stop");
        assert!(self.process.wait().expect("an end").success(), "the demo did not stop in order");
    }

    /// Ends it as a power cut does: SIGKILL, nothing is told.
    pub fn kill(mut self) {
        self.process.kill().expect("a process to kill");
        self.process.wait().expect("an end");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
