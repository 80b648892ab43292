//! An archive in a process of its own on a folder of its own, messages for it, and the judge who compares what was
//! acknowledged with what is there.

use jiff::{SignedDuration, Timestamp};
use seal::{PolicyFamily, SoftwareKey, TrustStore};
use std::collections::{HashMap, HashSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use store::{Db, Layout, Vault};

/// Product time at which `vakka bench` dates its first message; the archive takes it for five minutes.
const START: &str = "2026-10-01T06:00:00Z";
/// The two sides of the bench's messages: relationships and cases are the organiser's, of the rest every second lane the
/// producer's.
const ORGANISER: &str = "1.2.246.10.99990015.10.0";
const PRODUCER: &str = "1.2.246.10.99990031.10.0";
/// Connections that send.
pub const LANES: usize = 4;
/// Clients of a run: each has a relationship and a case.
const CLIENTS: u64 = 4;
/// What an acknowledgement of acceptance holds.
const ACCEPTED: &str = "<acknowledgement typeCode=\"AA\">";

/// How often a test does its damage: in every run a few times, in the long one as `VAKKA_FAULTS_TIMES` says.
pub fn times(quick: u64) -> u64 {
    std::env::var("VAKKA_FAULTS_TIMES").ok().and_then(|times| times.parse().ok()).unwrap_or(quick)
}

fn vakka() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakka"));
    command.env("VAKKA_LOG", "off").env_remove("VAKKA_SABOTAGE");
    command
}

/// Keys for all tests of this file, made once.
fn keys() -> PathBuf {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("faults-keys");
    std::fs::create_dir_all(&shared).expect("a folder of the build");
    let lock = std::fs::File::create(shared.join("lock")).expect("a lock file");
    lock.lock().expect("the lock");
    if !shared.join("made").exists() {
        let fresh = tempfile::tempdir().expect("a temporary folder");
        let mut bench = vakka();
        bench.args(["bench", "ingest", "--documents", "2", "--connections", "2", "--data-dir"]).arg(fresh.path());
        let made = bench.output().expect("the bench runs");
        assert!(made.status.success(), "the bench made no keys: {}", String::from_utf8_lossy(&made.stderr));
        super::common::copy(&fresh.path().join("keys"), &shared.join("keys"));
        std::fs::write(shared.join("made"), "").expect("a mark");
    }
    shared.join("keys")
}

/// A message of a lane.
#[derive(Clone)]
pub struct Message {
    /// OID of the document inside.
    pub document: String,
    sha256: [u8; 32],
    bytes: Vec<u8>,
    organiser: bool,
}

/// Where an archive lives, and what time it shows.
pub struct Ground {
    /// The data folder.
    pub folder: PathBuf,
    /// Address of the archive's database.
    pub url: String,
    clock_offset_ms: i64,
}

impl Ground {
    /// A data folder with keys in it, and a clock that begins with the messages.
    pub fn new(folder: &Path) -> Self {
        super::common::copy(&keys(), &folder.join("keys"));
        let layout = Layout::create(folder).expect("a data folder");
        let start: Timestamp = START.parse().expect("a time");
        let clock_offset_ms = start.as_millisecond() - real_now().as_millisecond();
        Self { folder: folder.to_owned(), url: layout.archive_url(), clock_offset_ms }
    }

    /// The same archive in another folder.
    pub fn moved(&self, folder: &Path) -> Self {
        let url = Layout::new(folder).archive_url();
        Self { folder: folder.to_owned(), url, clock_offset_ms: self.clock_offset_ms }
    }

    /// Signed messages by lane: relationships and cases first, or documents. Another `run` has the same documents with
    /// another nonce, as a sender sends them again.
    pub fn messages(&self, part: &str, documents: u64, run: u64) -> Vec<Vec<Message>> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let plan = serde_json::json!({
            "documents": documents, "clients": CLIENTS, "lanes": LANES, "rate": 500.0,
            "seed": 1, "first": 0, "offset_s": 0,
        });
        let mut prepare = vakka();
        prepare.args(["bench", "prepare", "--part", part, "--run", &run.to_string(), "--plan", &plan.to_string()]);
        prepare.arg("--keys").arg(self.folder.join("keys")).arg("--messages").arg(folder.path());
        let made = prepare.output().expect("the bench runs");
        assert!(made.status.success(), "no messages: {}", String::from_utf8_lossy(&made.stderr));
        let lanes = (0..LANES).map(|lane| (lane, folder.path().join(format!("{part}-{lane}.messages"))));
        lanes.map(|(lane, file)| read(&file, part == "opening" || lane % 2 == 0)).collect()
    }

    /// Compares what is known with everything that the archive, which no process serves, verifies and gives out.
    pub async fn judge(&self, known: &Known) -> Vec<String> {
        let (app, writer) = archive::App::start(self.config().await).await.expect("the archive opens");
        let mut faults = archive::verify(&app).await.expect("the archive can be read").faults;
        let export = tempfile::tempdir().expect("a temporary folder");
        archive::export(&app, export.path()).await.expect("the archive gives everything out");
        let index = std::fs::read_to_string(export.path().join("index.csv")).expect("an index");
        let mut stored = HashSet::new();
        for document in index.lines().skip(1).filter_map(|line| line.split(',').next()) {
            let bytes = std::fs::read(export.path().join(format!("{document}.xml"))).expect("a document");
            let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &bytes);
            if known.sent.get(document).is_none_or(|sent| sent.as_slice() != digest.as_ref()) {
                faults.push(format!("{document} is not what was sent"));
            }
            if !stored.insert(document.to_owned()) {
                faults.push(format!("{document} is there twice"));
            }
        }
        let lost = known.acknowledged.iter().filter(|document| !stored.contains(*document));
        faults.extend(lost.map(|document| format!("{document} was acknowledged and is lost")));
        let db = app.db.clone();
        drop(app);
        writer.abort();
        db.close().await;
        faults
    }

    async fn config(&self) -> archive::Config {
        let layout = Layout::new(&self.folder);
        let cast = registers::cast::Cast::built_in().expect("the cast");
        let (registers, _) = registers::server::spawn(cast, "127.0.0.1:0").await.expect("registers");
        let trust = Arc::new(self.trust());
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let now = real_now() + SignedDuration::from_millis(self.clock_offset_ms);
        archive::Config {
            db: Db::open(&self.url).await.expect("the database opens"),
            vault: Vault::open_or_create(&layout.keys()).expect("the keys"),
            registers: Arc::new(registers::client::Registers::new(&registers)),
            catalogue: Arc::new(structures::Catalogue::built_in()),
            clock: Arc::new(Standing(now)),
            real_clock: Arc::new(Standing(now)),
            settings: archive::Settings::default(),
            witness: layout.witness(),
            blobs: layout.blobs().join("archive"),
            citizen_key: "unused".to_owned(),
            will_key: None,
            doors: archive::Doors {
                log: None,
                pages: None,
                messages: loopback,
                messages_tls: seal::tls::mutual_server(&self.tls(ORGANISER), &trust).expect("a TLS key"),
                management: loopback,
                citizen: loopback,
            },
            trust,
        }
    }

    fn trust(&self) -> TrustStore {
        TrustStore::from_folder(&self.folder.join("keys/ca"), PolicyFamily::Test).expect("issuers")
    }

    fn tls(&self, organisation: &str) -> SoftwareKey {
        SoftwareKey::load(&self.folder.join("keys"), &format!("{organisation}-tls")).expect("a TLS key")
    }
}

/// The judge's clock stands still.
struct Standing(Timestamp);

impl records::time::Clock for Standing {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[expect(clippy::disallowed_methods, reason = "the processes under test read the machine's clock, too")]
fn real_now() -> Timestamp {
    Timestamp::now()
}

fn read(file: &Path, organiser: bool) -> Vec<Message> {
    let bytes = std::fs::read(file).expect("a file of messages");
    let (mut rest, mut messages) = (bytes.as_slice(), Vec::new());
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let (record, after) = after.split_at(u32::from_le_bytes(*length) as usize);
        let (oid, record) = record[1..].split_at(usize::from(record[0]));
        let (sha256, message) = record.split_first_chunk::<32>().expect("a digest");
        messages.push(Message {
            document: String::from_utf8_lossy(oid).into_owned(),
            sha256: *sha256,
            bytes: message.to_vec(),
            organiser,
        });
        rest = after;
    }
    messages
}

/// An archive process; killed when the test lets go of it.
pub struct Archive {
    child: Child,
    /// Where it takes messages.
    pub messages: SocketAddr,
}

impl Archive {
    /// Starts one and waits until its doors are open.
    pub fn start(ground: &Ground, environment: &[(&str, OsString)]) -> Self {
        let mut command = vakka();
        command.args(["bench", "archive", "--database-url", &ground.url, "--data-dir"]).arg(&ground.folder);
        command.args(["--clock-offset-ms", &ground.clock_offset_ms.to_string()]);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the archive starts");
        let mut line = String::new();
        let output = child.stdout.take().expect("an output");
        BufReader::new(output).read_line(&mut line).expect("a line");
        let ready: serde_json::Value = serde_json::from_str(&line).expect("the archive ended before it was ready");
        let messages = ready["messages"].as_str().and_then(|text| text.parse().ok()).expect("an address");
        Self { child, messages }
    }

    /// The most memory that it ever held, in bytes.
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("a running process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("the kernel tells the peak");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// Whether it has ended by itself.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a process")
    }

    /// SIGKILL while others still talk to it.
    pub fn cut(&self) {
        self.signal("-KILL");
    }

    /// SIGSTOP: it holds its doors and does nothing more.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.is_ok_and(|status| status.success()), "the archive was gone before the signal");
    }

    /// SIGKILL, whatever it is doing.
    pub fn kill(mut self) {
        self.child.kill().expect("a process to kill");
        self.child.wait().expect("an end");
    }

    /// Asks it to end and waits.
    pub fn stop(mut self) {
        drop(self.child.stdin.take());
        let mut rest = String::new();
        let _ = self.child.stdout.take().map(|mut output| output.read_to_string(&mut rest));
        assert!(self.child.wait().expect("an end").success(), "the archive did not end well");
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the senders know.
#[derive(Default, Clone)]
pub struct Known {
    /// Digest of every document that was sent, by OID.
    pub sent: HashMap<String, [u8; 32]>,
    /// Documents acknowledged.
    pub acknowledged: HashSet<String>,
}

/// How many messages were answered how.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Acknowledged.
    pub accepted: usize,
    /// Told to come again.
    pub unavailable: usize,
    /// Without an answer.
    pub unheard: usize,
    /// Refused for good, in the archive's words: none may be.
    pub refused: Vec<String>,
}

/// Both organisations' connections.
pub struct Senders {
    organiser: reqwest::Client,
    producer: reqwest::Client,
    answered: AtomicUsize,
}

impl Senders {
    /// Senders with the keys of a data folder.
    pub fn new(ground: &Ground) -> Self {
        let trust = ground.trust();
        let of = |organisation| {
            let tls = seal::tls::client(Some(&ground.tls(organisation)), &trust).expect("a TLS key");
            let builder = reqwest::Client::builder().tls_backend_preconfigured((*tls).clone()).no_proxy();
            builder.build().expect("a client")
        };
        Self { organiser: of(ORGANISER), producer: of(PRODUCER), answered: AtomicUsize::new(0) }
    }

    /// Answers heard so far.
    pub fn answered(&self) -> usize {
        self.answered.load(Relaxed)
    }

    /// Sends what is not acknowledged yet, each lane one after the other.
    pub async fn send(&self, archive: &Archive, lanes: &[Vec<Message>], known: &mut Known) -> Tally {
        let already = &known.acknowledged;
        let sending = lanes.iter().map(|lane| async move {
            let mut heard = Vec::new();
            for message in lane.iter().filter(|message| !already.contains(&message.document)) {
                heard.push((message, self.post(archive.messages, message).await));
            }
            heard
        });
        let heard: Vec<_> = futures::future::join_all(sending).await.into_iter().flatten().collect();
        let mut tally = Tally::default();
        for (message, answer) in heard {
            let before = known.sent.insert(message.document.clone(), message.sha256);
            assert!(
                before.is_none_or(|sha256| sha256 == message.sha256),
                "another document is sent under the same OID"
            );
            match answer {
                Some((200, body)) if body.contains(ACCEPTED) => {
                    known.acknowledged.insert(message.document.clone());
                    tally.accepted += 1;
                }
                Some((503, _)) => tally.unavailable += 1,
                Some((status, body)) => tally.refused.push(format!("{status} {body}")),
                None => tally.unheard += 1,
            }
        }
        tally
    }

    /// What the archive answers to bytes that are no message.
    pub async fn post_bytes(&self, archive: &Archive, bytes: Vec<u8>) -> Option<u16> {
        let answer = Self::request(&self.organiser, archive.messages).body(bytes).send().await.ok()?;
        Some(answer.status().as_u16())
    }

    fn request(client: &reqwest::Client, address: SocketAddr) -> reqwest::RequestBuilder {
        let request = client.post(format!("https://localhost:{}/sanomat", address.port()));
        request.header("content-type", "application/soap+xml; charset=utf-8")
    }

    async fn post(&self, address: SocketAddr, message: &Message) -> Option<(u16, String)> {
        let client = if message.organiser { &self.organiser } else { &self.producer };
        let answer = Self::request(client, address).body(message.bytes.clone()).send().await.ok()?;
        let heard = (answer.status().as_u16(), answer.text().await.ok()?);
        self.answered.fetch_add(1, Relaxed);
        Some(heard)
    }
}
