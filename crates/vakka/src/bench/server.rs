//! The archive as a process of its own, started, watched, killed and stopped by the benchmarks.
//!
//! It is [`archive::serve`] with the configuration that `vakka serve` would give it: mutual TLS, every check, the log,
//! fsync. Only its clock is another, since the prepared messages are dated.

use super::keys::Keys;
use crate::clock::{MovableClock, SystemClock};
use anyhow::{Context, Result, bail};
use archive::joining::{self, Joining};
use jiff::SignedDuration;
use records::time::Clock;
use registers::cast::Cast;
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use store::{Db, Layout, Vault};
use structures::Catalogue;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};

/// The organiser's OID in the cast; its TLS key is the server's.
pub const ORGANISER: &str = "1.2.246.10.99990015.10.0";
/// The producer's OID in the cast.
pub const PRODUCER: &str = "1.2.246.10.99990031.10.0";

/// Arguments of the hidden command.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// The data folder
    #[arg(long)]
    data_dir: PathBuf,
    /// Address of the archive's database
    #[arg(long)]
    database_url: String,
    /// How far product time is ahead of the system's, in milliseconds
    #[arg(long, allow_hyphen_values = true)]
    clock_offset_ms: i64,
}

/// What a started archive says on its standard output.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Ready {
    messages: SocketAddr,
}

/// Where an archive lives and what time it shows.
#[derive(Debug, Clone)]
pub struct Place {
    /// The data folder.
    pub folder: PathBuf,
    /// Address of the database.
    pub database_url: String,
    /// How far product time is ahead of the system's, in milliseconds.
    pub clock_offset_ms: i64,
}

/// The hidden command: serves until its standard input ends.
///
/// # Errors
/// When the archive cannot be started.
pub async fn run(arguments: Arguments) -> Result<()> {
    let place = Place {
        folder: arguments.data_dir,
        database_url: arguments.database_url,
        clock_offset_ms: arguments.clock_offset_ms,
    };
    let handle = archive::serve(config(&place).await?).await?;
    join(&handle.app).await?;
    println!("{}", serde_json::to_string(&Ready { messages: handle.messages })?);
    let mut rest = Vec::new();
    tokio::io::stdin().read_to_end(&mut rest).await?;
    handle.stop().await;
    Ok(())
}

/// The archive's parts over a bench folder; also for verification in the benchmark's own process.
///
/// # Errors
/// When keys or database cannot be opened.
pub async fn config(place: &Place) -> Result<archive::Config> {
    let (layout, cast) = (Layout::create(&place.folder)?, Cast::built_in()?);
    let (registers, _) = registers::server::spawn(cast, "127.0.0.1:0").await?;
    let keys = Keys::open(&layout.keys());
    let trust = Arc::new(keys.trust()?);
    let now = SystemClock.now().checked_add(SignedDuration::from_millis(place.clock_offset_ms))?;
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    Ok(archive::Config {
        db: Db::open(&place.database_url).await?,
        vault: Vault::open_or_create(&layout.keys())?,
        registers: Arc::new(registers::client::Registers::new(&registers)),
        catalogue: Arc::new(Catalogue::built_in()),
        clock: Arc::new(MovableClock::starting(now)),
        real_clock: Arc::new(SystemClock),
        settings: archive::Settings::default(),
        witness: layout.witness(),
        blobs: layout.blobs().join("archive"),
        citizen_key: "unused".to_owned(),
        will_key: None,
        doors: archive::Doors {
            log: None,
            pages: None,
            messages: loopback,
            messages_tls: seal::tls::mutual_server(&keys.tls(ORGANISER)?, &trust)?,
            management: loopback,
            citizen: loopback,
        },
        trust,
    })
}

/// Joins the cast's organisations, once.
///
/// # Errors
/// What the database says.
pub async fn join(app: &archive::App) -> Result<()> {
    let mut tx = app.db.write().await?;
    if joining::all(&mut tx).await?.is_empty() {
        for organisation in &Cast::built_in()?.organisations {
            joining::set(&mut tx, &Joining::joined(organisation.oid.as_str()), app.clock.now()).await?;
            for live in &organisation.go_live {
                joining::set_go_live(&mut tx, organisation.oid.as_str(), &live.task, live.from).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A running archive process.
pub struct Server {
    child: Child,
    /// Where it takes messages.
    pub messages: SocketAddr,
}

impl Server {
    /// Starts an archive and waits until its doors are open.
    ///
    /// # Errors
    /// When it ends before.
    pub async fn start(place: &Place) -> Result<Self> {
        let mut child = Command::new("/proc/self/exe")
            .args(["bench", "archive", "--database-url", &place.database_url])
            .args(["--clock-offset-ms", &place.clock_offset_ms.to_string()])
            .arg("--data-dir")
            .arg(&place.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("the archive process cannot be started")?;
        let output = child.stdout.take().context("the archive process has no output")?;
        let Some(line) = BufReader::new(output).lines().next_line().await? else {
            bail!("the archive process ended with {} before it was ready", child.wait().await?);
        };
        let ready: Ready = serde_json::from_str(&line).context("the archive process said something else")?;
        Ok(Self { child, messages: ready.messages })
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id().unwrap_or(0)
    }

    /// `kill -9`, whatever it is doing.
    ///
    /// # Errors
    /// When it has ended by itself.
    pub async fn kill(mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the archive ended by itself with {status}");
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
        if status.success() { Ok(()) } else { bail!("the archive ended with {status}") }
    }
}

/// Verifies an archive that no process serves.
///
/// # Errors
/// When it cannot be read.
pub async fn verify(place: &Place) -> Result<archive::maintenance::Report> {
    let (app, _writer) = archive::App::start(config(place).await?).await?;
    Ok(archive::verify(&app).await?)
}

/// Exports an archive that no process serves; gives the number of documents.
///
/// # Errors
/// When it cannot be read.
pub async fn export(place: &Place, to: &Path) -> Result<u64> {
    let (app, _writer) = archive::App::start(config(place).await?).await?;
    Ok(archive::export(&app, to).await?)
}
