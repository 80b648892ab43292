//! `vakka bench fill`: an archive of many documents for the other benchmarks.
//!
//! Every document has its own OID, text and signature and goes through the archive's own decision and writer: the same
//! rows, indexes, keys, log rows and commits as through the door. What is left out is the way there: TLS, `Toimija` and
//! the checks of signatures, which cost more than the rest. Whoever wants to know what those take runs `ingest`.

use super::{
    author::{Author, Authors},
    ingest::Database,
    keys::{Keys, Strength},
    messages::Messages,
    plan::{Part, Plan},
    postgres::Postgres,
    server::{self, Place},
};
use crate::Verdict;
use crate::clock::SystemClock;
use anyhow::{Context, Result, anyhow, bail};
use archive::{
    App,
    intake::{check, decide::Acting, rows::Sealed},
    log::{Event, log_client},
    writer::{Archive, Nonce},
};
use jiff::{SignedDuration, Timestamp};
use records::{access::Duty, access::LoginStrength, code::ServiceTask, time::Clock};
use registers::cast::Cast;
use std::path::{Path, PathBuf};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};
use store::{
    Db, Layout,
    log::{Action, LogDocument},
};
use structures::Catalogue;
use tokio::sync::{Semaphore, mpsc};

/// Documents per client: 72 million documents of 1.4 million clients in 2022 (security-and-faults 5.4).
const PER_CLIENT: u64 = 50;
/// Documents on their way to the writer at once: two of its groups.
const ON_THE_WAY: usize = 512;
/// Documents per second below which no machine fills; bounds the product time that a fill takes.
const SLOWEST: u64 = 100;
/// File of the plan, beside the archive.
const PLAN_FILE: &str = "bench.json";

/// Arguments.
#[derive(clap::Args, Clone)]
pub struct Arguments {
    /// Documents altogether, relationships and cases included
    #[arg(long)]
    documents: u64,
    /// Folder of the archive; a new one
    #[arg(long)]
    data_dir: PathBuf,
    /// Database
    #[arg(long, value_enum, default_value = "sqlite")]
    database: Database,
    /// Address of an empty PostgreSQL database
    #[arg(long, required_if_eq("database", "postgres"))]
    database_url: Option<String>,
}

/// An archive that is filled.
pub struct Filled {
    /// What it was filled by.
    pub plan: Plan,
    /// Where.
    pub layout: Layout,
    /// Address of its database.
    pub database_url: String,
    /// The database's server, when it is the benchmark's own.
    pub postgres: Option<Postgres>,
    _temporary: Option<tempfile::TempDir>,
}

impl Filled {
    /// Documents in it, relationships and cases included.
    pub fn documents(&self) -> u64 {
        self.plan.count(Part::Opening) + self.plan.count(Part::Measured)
    }

    /// Product time by which it was full.
    ///
    /// # Errors
    /// When the plan leaves the calendar.
    pub fn ended(&self) -> Result<Timestamp> {
        ended(&self.plan)
    }
}

fn ended(plan: &Plan) -> Result<Timestamp> {
    let seconds = (plan.count(Part::Opening) + plan.count(Part::Measured)) / SLOWEST;
    Ok(plan.start()?.checked_add(SignedDuration::from_secs(i64::try_from(seconds)?))?)
}

/// Fills a new archive.
///
/// # Errors
/// When the folder holds an archive already, or a document is refused.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let url = arguments.database_url.clone();
    let filled = fill(&arguments.data_dir, arguments.documents, url, None, None, true).await?;
    let db = Db::open(&filled.database_url).await?;
    db.checkpoint_wal().await?;
    println!("{} bytes in the database per document", db.size_bytes().await? / filled.documents().max(1));
    Ok(Verdict::Done)
}

/// The archive in a folder, or one made for the run.
///
/// # Errors
/// When the folder holds no filled archive; as [`run`].
pub async fn given_or_made(
    folder: Option<&Path>,
    documents: u64,
    database: Database,
    database_url: Option<&str>,
    talk: bool,
) -> Result<Filled> {
    if let Some(folder) = folder {
        let plan = std::fs::read(folder.join(PLAN_FILE)).context("not a folder of vakka bench fill")?;
        let layout = Layout::create(folder)?;
        let database_url = database_url.map_or_else(|| layout.archive_url(), str::to_owned);
        let plan = serde_json::from_slice(&plan)?;
        return Ok(Filled { plan, layout, database_url, postgres: None, _temporary: None });
    }
    let temporary = tempfile::tempdir()?;
    let own = database == Database::Postgres && database_url.is_none();
    let postgres = if own { Some(Postgres::start()?) } else { None };
    let url = database_url.map(str::to_owned).or_else(|| postgres.as_ref().map(Postgres::url));
    let folder = temporary.path().to_owned();
    fill(&folder, documents, url, postgres, Some(temporary), talk).await
}

async fn fill(
    folder: &Path,
    documents: u64,
    database_url: Option<String>,
    postgres: Option<Postgres>,
    temporary: Option<tempfile::TempDir>,
    talk: bool,
) -> Result<Filled> {
    if folder.join("keys").exists() {
        bail!("{} holds something already: name a new folder", folder.display());
    }
    let layout = Layout::create(folder)?;
    let keys = Keys::open_or_create(&layout.keys(), &Cast::built_in()?, Strength::Bench)?;
    if talk {
        println!("signatures: {}", Strength::Bench.words());
    }
    let clients = (documents / PER_CLIENT).max(1);
    // Two lanes: the organiser's and the producer's documents in turn.
    let plan = Plan { clients, ..Plan::new(documents.saturating_sub(2 * clients), 2, None) };
    let database_url = database_url.unwrap_or_else(|| layout.archive_url());
    let clock_offset_ms = plan.start()?.as_millisecond() - SystemClock.now().as_millisecond();
    let place = Place { folder: folder.to_owned(), database_url: database_url.clone(), clock_offset_ms };
    let (app, writer) = App::start(server::config(&place).await?).await?;
    server::join(&app).await?;
    let work = Arc::new(Source {
        authors: Authors::open(&Cast::built_in()?, &keys, plan.start()?)?,
        catalogue: Catalogue::built_in(),
        plan: plan.clone(),
    });
    for stage in [Stage::Relationships, Stage::Cases, Stage::Documents] {
        run_stage(&app, &work, stage, talk).await?;
    }
    drop(app);
    writer.await.context("the writer broke")?;
    std::fs::write(folder.join(PLAN_FILE), serde_json::to_vec(&plan)?)?;
    Ok(Filled { plan, layout, database_url, postgres, _temporary: temporary })
}

/// What the makers share.
struct Source {
    authors: Authors,
    catalogue: Catalogue,
    plan: Plan,
}

/// Relationships come before cases, and both before what belongs to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Relationships,
    Cases,
    Documents,
}

impl Stage {
    fn count(self, plan: &Plan) -> u64 {
        if self == Self::Documents { plan.count(Part::Measured) } else { plan.clients }
    }

    fn number(self, index: u64) -> (Part, u64) {
        match self {
            Self::Relationships => (Part::Opening, 2 * index),
            Self::Cases => (Part::Opening, 2 * index + 1),
            Self::Documents => (Part::Measured, index),
        }
    }
}

/// A signed document and who made it.
struct Made {
    bytes: Vec<u8>,
    acting: Acting,
    number: u64,
}

async fn run_stage(app: &App, work: &Arc<Source>, stage: Stage, talk: bool) -> Result<()> {
    let (sender, mut made) = mpsc::channel::<Result<Made>>(ON_THE_WAY);
    let next = Arc::new(AtomicU64::new(0));
    for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
        let (work, next, sender) = (Arc::clone(work), Arc::clone(&next), sender.clone());
        tokio::task::spawn_blocking(move || make(&work, stage, &next, &sender));
    }
    drop(sender);
    let seats = Arc::new(Semaphore::new(ON_THE_WAY));
    let (failed, mut failures) = mpsc::channel::<anyhow::Error>(1);
    let mut count = 0_u64;
    while let Some(document) = made.recv().await {
        let document = document?;
        if let Ok(error) = failures.try_recv() {
            return Err(error);
        }
        let seat = Arc::clone(&seats).acquire_owned().await?;
        let (app, failed) = (app.clone(), failed.clone());
        tokio::spawn(async move {
            if let Err(error) = store(&app, document).await {
                let _ = failed.try_send(error);
            }
            drop(seat);
        });
        count += 1;
        if talk && count.is_multiple_of(20_000) {
            println!("{count} of {} ({stage:?})", stage.count(&work.plan));
        }
    }
    let _all = seats.acquire_many(u32::try_from(ON_THE_WAY)?).await?;
    failures.try_recv().map_or(Ok(()), Err)
}

/// One maker: takes the next number until there is none.
fn make(work: &Source, stage: Stage, next: &AtomicU64, sender: &mpsc::Sender<Result<Made>>) {
    let messages = match Messages::new(&work.plan, &work.authors, &work.catalogue) {
        Ok(messages) => messages,
        Err(error) => return drop(sender.blocking_send(Err(error))),
    };
    loop {
        let index = next.fetch_add(1, Relaxed);
        if index >= stage.count(&work.plan) {
            return;
        }
        let (part, number) = stage.number(index);
        let made = messages.signed(part, number).and_then(|signed| {
            let (bytes, author) = signed.into_parts();
            // The same numbers in both parts must not make the same nonce.
            let number = number + if part == Part::Measured { work.plan.count(Part::Opening) } else { 0 };
            Ok(Made { bytes, acting: acting(author)?, number })
        });
        if sender.blocking_send(made).is_err() {
            return;
        }
    }
}

fn acting(author: &Author) -> Result<Acting> {
    Ok(Acting {
        connecting: author.organisation.as_str().to_owned(),
        organisation: author.organisation.as_str().to_owned(),
        unit: author.unit.clone(),
        duty: Duty::parse(&author.duty).context("a duty of the cast")?,
        tasks: author.tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
        services: Vec::new(),
        login: LoginStrength::Card,
        reason: None,
    })
}

/// Through the archive's decision and writer.
async fn store(app: &App, made: Made) -> Result<()> {
    let Made { bytes, acting, number } = made;
    let (mut entry, header) = check::stored_document(app, &bytes)?;
    entry.author_organisation = records::id::OrganisationId::parse(&acting.organisation).context("an organisation")?;
    entry.connecting = entry.author_organisation.clone();
    let mut event = Event::of_connection(&acting.connecting, Action::Archive);
    event.register = Some(entry.controller.as_str().to_owned());
    event.unit = Some(acting.unit.as_str().to_owned());
    event.purpose = Some("asiakastyo".to_owned());
    event.clients = header.patients.iter().map(|patient| log_client(&patient.id)).collect();
    event.case = entry.case.as_ref().map(|case| case.as_str().to_owned());
    event.documents = vec![LogDocument { id: entry.document.as_str().to_owned(), version: entry.version }];
    event.detail = Some(format!("sha256={}", entry.sha256));
    let subject = check::key_subject(&app.vault, &entry);
    let (key, new) = app.keys.for_writing(entry.controller.as_str(), &subject).await?;
    let written = kanta::query::header_form(&header);
    let sealed = Sealed { subject, ..app.bodies.seal(&key, entry.document.as_str(), &bytes, &written)? };
    let certificates = sealed.certificates.clone();
    let nonce = Nonce { organisation: acting.connecting.clone(), value: format!("fill{number:028x}") };
    let work = Archive { entry, acting, specials: Vec::new(), sealed, key: new.clone(), blob: None, nonce, event };
    app.writer
        .archive(work)
        .await
        .map_err(|denial| anyhow!("document {number} was refused: {}", denial.cause.code()))?;
    if let Some(key) = new {
        app.keys.stored(&key);
    }
    app.bodies.stored(&certificates);
    Ok(())
}
