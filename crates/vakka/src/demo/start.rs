//! Starts every role of the demo in one process, as `vakka serve` would start them in many.

use super::Arguments;
use super::keys::Keys;
use super::kit;
use super::landing::{self, Landing};
use super::places::{Places, Ports};
use crate::clock::{MovableClock, SystemClock};
use crate::commands::structures::catalogue_of;
use anyhow::{Context, Result};
use archive::archivist::settings::{ArchiveUser, Role};
use archive::joining::{self, Joining};
use jiff::Timestamp;
use records::access::Duty;
use records::time::Clock;
use registers::cast::Cast;
use registers::emulator::CardReader;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::{Db, Layout, Vault};
use structures::Catalogue;

/// The clock's offset, in the data folder.
const CLOCK_FILE: &str = "clock";

/// Where the card reader's software of a real workstation listens.
const SCS_PORT: u16 = 53952;

/// Who of the cast plays the archive's keeper, too.
const KEEPER: &str = "timo";
/// Who of the cast is the second archivist, whom a disposal needs.
const SECOND_ARCHIVIST: &str = "antti";

/// When the scenario begins: Monday 7.9.2026, 9.00 Finnish time.
const START: &str = "2026-09-07T06:00:00Z";

/// A running demo.
pub struct Demo {
    /// Where everything is.
    pub places: Places,
    /// The cast with its logins.
    pub cast: Arc<Cast>,
    /// The connection kit's folder.
    kit: PathBuf,
    ready: Arc<AtomicBool>,
    archive: archive::Handle,
    casework: casework::Handle,
    citizen: citizen::Handle,
}

impl Demo {
    /// Says where everything is and who may log in, and lets programs begin.
    pub fn open(&self) {
        self.ready.store(true, Ordering::Release);
        println!("Vakka is not certified and not connected to Kela. All people here are invented.\n");
        println!("Start here: {}\n", self.places.landing);
        println!("Client information system  {}  {}", self.places.casework, self.places.casework_https);
        println!("Citizen view               {}  {}", self.places.citizen, self.places.citizen_https);
        println!("Archive                    {}  {}", self.places.archive, self.places.archive_https);
        println!("Messages (mutual TLS)      {}", self.places.messages);
        println!("Registers                  {}", self.places.registers);
        println!("Card reader                {}", self.places.reader);
        println!("Keys for your own system   {}\n", self.kit.display());
        for worker in &self.cast.workers {
            println!("{:<10} {:<14} {}, {}", worker.login, worker.password, worker.name(), worker.title);
        }
        println!("\nReady. Stop with Ctrl+C.");
    }

    /// Ends every role; what was acknowledged is on disk already.
    pub async fn stop(self) {
        self.casework.stop().await;
        self.citizen.stop().await;
        self.archive.stop().await;
    }
}

/// What every role is given.
struct Common {
    layout: Layout,
    vault: Vault,
    keys: Keys,
    cast: Arc<Cast>,
    clock: Arc<MovableClock>,
    catalogue: Arc<Catalogue>,
    ports: Ports,
    places: Places,
    citizen_key: String,
}

/// Starts registers, archive, client information system, citizen view, card reader and landing page.
///
/// # Errors
/// When a port is taken, a key cannot be made or a database cannot be opened.
pub async fn start(arguments: &Arguments, folder: &Path) -> Result<Demo> {
    let common = prepare(arguments, folder)?;
    registers::server::spawn((*common.cast).clone(), &common.ports.registers().to_string())
        .await
        .with_context(|| port_taken(arguments))?;
    let archive = start_archive(&common).await?;
    let casework = start_casework(&common).await?;
    let citizen = start_citizen(&common).await?;
    start_reader(&common).await?;
    let ready = Arc::new(AtomicBool::new(false));
    kit::write(&common.layout.root().join(kit::FOLDER), &common.keys, &common.cast)?;
    start_landing(&common, &archive, Arc::clone(&ready)).await?;
    let kit = common.layout.root().join(kit::FOLDER);
    Ok(Demo { places: common.places, kit, cast: common.cast, ready, archive, casework, citizen })
}

fn port_taken(arguments: &Arguments) -> String {
    format!("a port from {} on is taken; choose others with --port-base", arguments.port_base)
}

fn prepare(arguments: &Arguments, folder: &Path) -> Result<Common> {
    let layout = Layout::create(folder)?;
    let cast = Arc::new(Cast::built_in()?);
    let ports = Ports::from(arguments.port_base)?;
    Ok(Common {
        vault: Vault::open_or_create(&layout.keys())?,
        keys: Keys::open(&layout.keys(), &cast)?,
        cast,
        clock: Arc::new(clock(&layout, arguments.clock)?),
        catalogue: Arc::new(catalogue_of(folder, arguments.structures.as_deref())?),
        ports,
        places: ports.places(),
        citizen_key: random_key()?,
        layout,
    })
}

/// The clock of a continued demo goes on; a fresh one begins where it is told.
fn clock(layout: &Layout, told: Option<Timestamp>) -> Result<MovableClock> {
    if let Ok(kept) = std::fs::read_to_string(layout.root().join(CLOCK_FILE)) {
        return Ok(MovableClock::continuing(kept.trim().parse().context("the kept clock is not a number")?));
    }
    let start = match told {
        Some(at) => at,
        None => START.parse::<Timestamp>()?,
    };
    let clock = MovableClock::starting(start);
    std::fs::write(layout.root().join(CLOCK_FILE), clock.offset_ms().to_string())?;
    Ok(clock)
}

/// A bearer key for the way from the citizen view to the archive, of this process only.
fn random_key() -> Result<String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).context("the machine gives no random numbers")?;
    Ok(hex::encode(bytes))
}

async fn start_archive(common: &Common) -> Result<archive::Handle> {
    let handle = archive::serve(archive::Config {
        db: Db::open(&common.layout.archive_url()).await?,
        vault: common.vault.clone(),
        registers: Arc::new(registers::client::Registers::new(&common.places.registers)),
        trust: Arc::clone(&common.keys.trust),
        catalogue: Arc::clone(&common.catalogue),
        clock: Arc::clone(&common.clock) as Arc<dyn Clock>,
        real_clock: Arc::new(SystemClock),
        settings: archive_settings(common),
        witness: common.layout.witness(),
        blobs: common.layout.blobs().join("archive"),
        citizen_key: common.citizen_key.clone(),
        will_key: Some(Arc::new(common.keys.wills()?)),
        doors: archive::Doors {
            log: None,
            pages: Some((common.ports.archive_https(), seal::tls::server(&common.keys.server()?)?)),
            messages: common.ports.messages(),
            messages_tls: seal::tls::mutual_server(&common.keys.server()?, &common.keys.trust)?,
            management: common.ports.archive(),
            citizen: common.ports.citizen_interface(),
        },
    })
    .await?;
    let mut tx = handle.app.db.write().await?;
    let now = common.clock.now();
    for organisation in &common.cast.organisations {
        joining::set(&mut tx, &joined(organisation), now).await?;
        for date in &organisation.go_live {
            joining::set_go_live(&mut tx, organisation.oid.as_str(), &date.task, date.from).await?;
        }
    }
    tx.commit().await?;
    Ok(handle)
}

/// Every organisation of the cast logs in at the one client system of the demo.
fn archive_settings(common: &Common) -> archive::Settings {
    let origins = |organisation: &registers::cast::CastOrganisation| {
        (organisation.oid.as_str().to_owned(), vec![common.places.casework_https.clone()])
    };
    archive::Settings {
        entries_shown_from: Some(jiff::civil::date(2026, 1, 1)),
        login_origins: common.cast.organisations.iter().map(origins).collect(),
        pages: archive::archivist::settings::PageSettings {
            archivists: archivists(&common.cast),
            origin: common.places.archive_https.clone(),
            card_readers: vec![common.places.reader.clone(), "https://localhost:53952".to_owned()],
            ..Default::default()
        },
        ..Default::default()
    }
}

/// Whose duty in the cast is the archive keeps the register of the employer. Nobody of the cast works for the archive
/// itself, so one more of them plays its keeper.
fn archivists(cast: &Cast) -> Vec<ArchiveUser> {
    let of_archive = Duty::Archivist.code();
    let user = |worker: &registers::cast::Worker, role| ArchiveUser {
        number: worker.registration.as_ref().map_or(worker.login.as_str(), |number| number.as_str()).to_owned(),
        professional: worker.registration.is_some(),
        role,
        organisation: "archive".to_owned(),
        unit: String::new(),
    };
    let mut users = Vec::new();
    for worker in cast.workers.iter().filter(|worker| worker.card) {
        for employment in &worker.employments {
            for membership in employment.units.iter().filter(|membership| membership.duty == of_archive) {
                users.push(ArchiveUser {
                    organisation: employment.organisation.as_str().to_owned(),
                    unit: membership.unit.as_str().to_owned(),
                    ..user(worker, Role::Archivist)
                });
            }
        }
    }
    for worker in cast.workers.iter().filter(|worker| worker.login == SECOND_ARCHIVIST) {
        let Some(employment) = worker.employments.first() else { continue };
        let unit = employment.units.first().map(|membership| membership.unit.as_str().to_owned());
        users.push(ArchiveUser {
            organisation: employment.organisation.as_str().to_owned(),
            unit: unit.unwrap_or_default(),
            ..user(worker, Role::Archivist)
        });
    }
    users.extend(cast.workers.iter().filter(|worker| worker.login == KEEPER).map(|worker| user(worker, Role::Keeper)));
    users
}

fn joined(organisation: &registers::cast::CastOrganisation) -> Joining {
    let disclosure = organisation.joining.functions.iter().any(|function| function == "disclosure");
    Joining { disclosure, ..Joining::joined(organisation.oid.as_str()) }
}

async fn start_casework(common: &Common) -> Result<casework::Handle> {
    let connections = common.cast.organisations.iter().map(|organisation| {
        Ok(casework::Connection {
            organisation: organisation.oid.clone(),
            system_key: Arc::new(common.keys.system(organisation)?),
            tls: seal::tls::client(Some(&common.keys.tls(organisation)?), &common.keys.trust)?,
        })
    });
    let handle = casework::serve(casework::Config {
        http: common.ports.casework(),
        https: Some(casework::Https {
            listen: common.ports.casework_https(),
            tls: seal::tls::server(&common.keys.server()?)?,
            origin: common.places.casework_https.clone(),
        }),
        card_origin: common.places.casework_https.clone(),
        database_url: common.layout.casework_url(),
        keys: common.layout.keys(),
        archive_url: common.places.messages.clone(),
        connections: connections.collect::<Result<_>>()?,
        registers_url: common.places.registers.clone(),
        card_urls: vec![common.places.reader.clone(), "https://localhost:53952".to_owned()],
        trust: Arc::clone(&common.keys.trust),
        catalogue: Arc::clone(&common.catalogue),
        clock: Arc::clone(&common.clock) as Arc<dyn Clock>,
        system_clock: Arc::new(SystemClock),
        retry_waits: casework::app::RETRY_WAITS.to_vec(),
        show_clock: true,
        registered_devices: true,
    })
    .await?;
    casework::seed::seed(&handle.app, &common.cast).await?;
    Ok(handle)
}

async fn start_citizen(common: &Common) -> Result<citizen::Handle> {
    Ok(citizen::serve(citizen::Config {
        http: common.ports.citizen(),
        https: Some((common.ports.citizen_https(), seal::tls::server(&common.keys.server()?)?)),
        archive_url: format!("http://{}", common.ports.citizen_interface()),
        archive_key: common.citizen_key.clone(),
        registers_url: common.places.registers.clone(),
        clock: Arc::clone(&common.clock) as Arc<dyn Clock>,
        system_clock: Arc::new(SystemClock),
        people: common.cast.people.iter().filter(|person| person.login).map(|person| person.hetu.clone()).collect(),
    })
    .await?)
}

async fn start_reader(common: &Common) -> Result<()> {
    let reader = CardReader::new(common.keys.cards(&common.cast)?)?;
    let tls = seal::tls::server(&common.keys.server()?)?;
    let own = tokio::net::TcpListener::bind(common.ports.reader()).await?;
    // The real software's port, when no real software and no other demo has it.
    let usual = tokio::net::TcpListener::bind((std::net::Ipv4Addr::LOCALHOST, SCS_PORT)).await.ok();
    for listener in [Some(own), usual].into_iter().flatten() {
        let (reader, tls) = (reader.clone(), Arc::clone(&tls));
        tokio::spawn(async move {
            if let Err(error) = reader.serve(listener, tls).await {
                tracing::error!(%error, "the card reader ended");
            }
        });
    }
    Ok(())
}

async fn start_landing(common: &Common, archive: &archive::Handle, ready: Arc<AtomicBool>) -> Result<()> {
    let routes = landing::routes(Landing {
        cast: Arc::clone(&common.cast),
        places: Arc::new(common.places.clone()),
        clock: Arc::clone(&common.clock),
        clock_file: common.layout.root().join(CLOCK_FILE),
        archive: archive.app.clone(),
        kit: common.layout.root().join(kit::FOLDER),
        ready,
    })?;
    let listener = tokio::net::TcpListener::bind(common.ports.landing()).await?;
    tokio::spawn(async move {
        let served = web::serve(listener, routes, None, web::Limits::default(), std::future::pending()).await;
        if let Err(error) = served {
            tracing::error!(%error, "the landing page ended");
        }
    });
    Ok(())
}
