//! The client information system as a process of its own, beside an archive in another, for the test that kills it.
//!
//! It is [`casework::serve`] with the cast's workers and with the keys of the run; its data folder is its own.

use super::keys::Keys;
use super::server::{ORGANISER, PRODUCER};
use super::words::{self, Dice};
use crate::clock::{MovableClock, SystemClock};
use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use records::id::{OrganisationId, PersonalIdentityCode};
use records::time::Clock;
use registers::cast::{Cast, CastPerson};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use store::Layout;
use structures::Catalogue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// Origin that card logins name.
pub const ORIGIN: &str = "https://localhost:8711";
/// Length of a laid note: some three sentences.
const NOTE_BYTES: usize = 300;
/// Where the run's people begin in the series of identity codes: behind those that the cast's people are likely to have.
const FIRST_PERSON: u64 = 500_000;
/// An archive that is there answers at once, so a document that was under way at a kill need not wait long.
const RETRY_WAITS: [Duration; 1] = [Duration::from_millis(200)];

/// Arguments of the hidden command, and all that a client system is told.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// The data folder
    #[arg(long)]
    data_dir: PathBuf,
    /// Folder of the run's certificates
    #[arg(long)]
    keys: PathBuf,
    /// Address of the client system's database
    #[arg(long)]
    database_url: String,
    /// Address of the archive's messages
    #[arg(long)]
    messages: SocketAddr,
    /// How far product time is ahead of the system's, in milliseconds
    #[arg(long, allow_hyphen_values = true)]
    clock_offset_ms: i64,
    /// Write the cast's workers into the register of users first
    #[arg(long)]
    seed: bool,
    /// So many people more in the population register than the cast has
    #[arg(long, default_value_t = 0)]
    people: u64,
    /// So many notes behind every client's first one, laid before the pages are there
    #[arg(long, default_value_t = 0)]
    notes: usize,
}

impl Arguments {
    /// A client system that sends to an archive.
    pub fn new(place: &super::server::Place, folder: PathBuf, database_url: String, messages: SocketAddr) -> Self {
        let keys = place.folder.join("keys");
        Self {
            data_dir: folder,
            keys,
            database_url,
            messages,
            clock_offset_ms: place.clock_offset_ms,
            seed: true,
            people: 0,
            notes: 0,
        }
    }

    /// The same with the register of users as it is.
    pub fn unseeded(mut self) -> Self {
        self.seed = false;
        self
    }

    /// The same with so many people more to open as clients.
    pub fn with_people(mut self, people: u64) -> Self {
        self.people = people;
        self
    }

    /// The same with so many notes behind every client's first one.
    pub fn with_notes(mut self, notes: usize) -> Self {
        self.notes = notes;
        self
    }
}

/// What a started client system says on its standard output.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Ready {
    pages: SocketAddr,
}

/// The hidden command: serves until its standard input ends.
///
/// # Errors
/// When the client system cannot be started.
pub async fn run(arguments: Arguments) -> Result<()> {
    let mut cast = Cast::built_in()?;
    for number in 0..arguments.people {
        cast.people.push(person(number)?);
    }
    let handle = casework::serve(config(&arguments, &cast).await?).await?;
    if arguments.seed {
        casework::seed::seed(&handle.app, &cast).await.map_err(|error| anyhow::anyhow!("the seed: {error}"))?;
    }
    if arguments.notes > 0 {
        let text = |client, number| words::text(&mut Dice::of(client as u64, number as u64), NOTE_BYTES);
        let laid = casework::seed::years::lay(&handle.app, arguments.notes, text).await;
        laid.map_err(|error| anyhow::anyhow!("the notes: {error}"))?;
    }
    println!("{}", serde_json::to_string(&Ready { pages: handle.http })?);
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    handle.stop().await;
    Ok(())
}

/// The identity code of one of the people that a run adds to the cast; nobody of the cast has it.
pub fn identity(number: u64) -> String {
    structures::sample::hetu(FIRST_PERSON + number)
}

fn person(number: u64) -> Result<CastPerson> {
    let (family, given) = words::name(number);
    let hetu = PersonalIdentityCode::parse(&identity(number))?;
    Ok(CastPerson {
        sex: if hetu.as_str().as_bytes()[9] % 2 == 0 { "2" } else { "1" }.to_owned(),
        hetu,
        calling: given.split(' ').next().unwrap_or_default().to_owned(),
        family,
        given,
        municipality: "Keskinen".to_owned(),
        language: "fi".to_owned(),
        address: format!("Koetie {number}, Keskinen"),
        non_disclosure: false,
        login: false,
    })
}

async fn config(arguments: &Arguments, cast: &Cast) -> Result<casework::Config> {
    let layout = Layout::create(&arguments.data_dir)?;
    let keys = Keys::open(&arguments.keys);
    let trust = Arc::new(keys.trust()?);
    let (registers, _) = registers::server::spawn(cast.clone(), "127.0.0.1:0").await?;
    let now = SystemClock.now().checked_add(SignedDuration::from_millis(arguments.clock_offset_ms))?;
    let connections = [ORGANISER, PRODUCER].map(|oid| -> Result<casework::Connection> {
        Ok(casework::Connection {
            organisation: OrganisationId::parse(oid)?,
            system_key: Arc::new(keys.system(oid)?),
            tls: seal::tls::client(Some(&keys.tls(oid)?), &trust)?,
        })
    });
    Ok(casework::Config {
        http: SocketAddr::from(([127, 0, 0, 1], 0)),
        https: None,
        card_origin: ORIGIN.to_owned(),
        database_url: arguments.database_url.clone(),
        keys: layout.keys(),
        archive_url: format!("https://localhost:{}/sanomat", arguments.messages.port()),
        connections: connections.into_iter().collect::<Result<_>>()?,
        registers_url: registers,
        card_urls: Vec::new(),
        trust,
        catalogue: Arc::new(Catalogue::built_in()),
        clock: Arc::new(MovableClock::starting(now)),
        system_clock: Arc::new(SystemClock),
        retry_waits: RETRY_WAITS.to_vec(),
        show_clock: false,
        registered_devices: false,
    })
}

/// A running client system process.
pub struct Desk {
    child: Child,
    /// Where its pages are, `http://localhost:…`: its cookies go to a machine of that name only.
    pub pages: String,
}

impl Desk {
    /// Starts one and waits until its pages are there.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn start(arguments: &Arguments) -> Result<Self> {
        let mut command = Command::new("/proc/self/exe");
        command
            .args(["bench", "casework", "--database-url", &arguments.database_url])
            .args(["--messages", &arguments.messages.to_string()])
            .args(["--clock-offset-ms", &arguments.clock_offset_ms.to_string()]);
        command.arg("--data-dir").arg(&arguments.data_dir).arg("--keys").arg(&arguments.keys);
        command.args(["--people", &arguments.people.to_string(), "--notes", &arguments.notes.to_string()]);
        if arguments.seed {
            command.arg("--seed");
        }
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the client system cannot be started")?;
        let output = child.stdout.take().context("the client system has no output")?;
        let Some(line) = BufReader::new(output).lines().next_line().await? else {
            bail!("the client system ended with {} before it was ready", child.wait().await?);
        };
        let ready: Ready = serde_json::from_str(&line).context("the client system said something else")?;
        Ok(Self { child, pages: format!("http://localhost:{}", ready.pages.port()) })
    }

    /// `kill -9`, whatever it is doing.
    ///
    /// # Errors
    /// When it has ended by itself.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the client system ended by itself with {status}");
        }
        Ok(self.child.kill().await?)
    }

    /// Asks it to end and waits.
    ///
    /// # Errors
    /// When it does not end well.
    pub async fn stop(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let status = self.child.wait().await?;
        if status.success() { Ok(()) } else { bail!("the client system ended with {status}") }
    }
}
