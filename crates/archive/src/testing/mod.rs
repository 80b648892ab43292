//! A small world for tests and benchmarks: an archive over any database, the scenario's cast with their cards and
//! keys, and signed messages of theirs. Feature `testing`; nothing of it is in a production build.

pub mod consents;
pub mod documents;
pub mod kinds;
pub mod pki;

use crate::{
    App, Config, Doors, Settings,
    facts::{ActsAs, Fixed, PersonName, UnitFacts},
    joining::{self, Joining},
    routes,
};
use axum::{Extension, body::Body, http::Request};
use http_body_util::BodyExt;
use jiff::{Timestamp, civil::date};
use kanta::{
    Limits,
    ack::Acknowledgement,
    frame::{Frame, MessageId, Processing, Sending, User},
    ids::Situation,
    query::QueryResponse,
    soap,
    toimija::{LoginEvidence, Toimija},
};
use pki::Pki;
use records::{
    id::{Oid, OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId},
    time::Clock,
};
use registers::{cast::Cast, model::Scope};
use seal::SigningKey;
use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};
use store::{Db, Vault};
use structures::Catalogue;
use tower::ServiceExt;

/// Järvi-Häme, the organiser.
pub const JHHVA: &str = "1.2.246.10.99990015.10.0";
/// Rannikko-Savo, another organiser.
pub const RSHVA: &str = "1.2.246.10.99990023.10.0";
/// Hoivakoti Kielo, the producer.
pub const KIELO: &str = "1.2.246.10.99990031.10.0";
/// The organiser's unit of older people's guidance.
pub const GUIDANCE: &str = "1.2.246.10.99990015.10.11";
/// Kielo Ahola.
pub const AHOLA: &str = "1.2.246.10.99990031.10.31";
/// Kielo Lehto.
pub const LEHTO: &str = "1.2.246.10.99990031.10.32";
/// Where the cast logs in.
pub const ORIGIN: &str = "https://localhost:8711";
/// Aino Korpela.
pub const AINO: &str = "120243-934K";
/// Leena Heikkinen, who has an own contract with Kielo.
pub const LEENA: &str = "170350-962A";

/// A clock that only a test moves.
#[derive(Debug)]
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Stands at an instant.
    pub fn at(text: &str) -> Self {
        Self(Mutex::new(text.parse().expect("an instant")))
    }

    /// Moves to an instant.
    pub fn set(&self, text: &str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = text.parse().expect("an instant");
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A worker as a message names him.
#[derive(Clone)]
pub struct Member {
    /// Login, also the name of the card.
    pub login: String,
    /// Identity code.
    pub hetu: PersonalIdentityCode,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Registration number.
    pub registration: Option<RegistrationNumber>,
    /// Organisation.
    pub organisation: OrganisationId,
    /// Active unit.
    pub unit: ServiceUnitId,
    /// Duty.
    pub duty: String,
    /// Own tasks.
    pub tasks: Vec<String>,
    /// Own services.
    pub services: Vec<String>,
    /// Whether the login is by card.
    pub card: bool,
}

impl Member {
    /// The same worker without a card.
    pub fn without_card(mut self) -> Self {
        self.card = false;
        self
    }

    /// The same worker in another unit.
    pub fn in_unit(mut self, unit: &str) -> Self {
        self.unit = ServiceUnitId::parse(unit).expect("a unit");
        self
    }
}

/// What came back.
#[derive(Debug)]
pub enum Reply {
    /// An acknowledgement.
    Ack(Box<Acknowledgement>),
    /// An answer to a query.
    Answer(Box<QueryResponse>),
    /// Neither.
    Other(u16),
}

impl Reply {
    /// The acknowledgement's first code, or `AA`.
    pub fn code(&self) -> String {
        match self {
            Self::Ack(ack) if ack.kind == kanta::ack::AckType::Accepted => "AA".to_owned(),
            Self::Ack(ack) => ack.details.first().map_or_else(String::new, |detail| detail.code.clone()),
            Self::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => "ANSWER".to_owned(),
            Self::Answer(answer) => answer.details.first().map_or_else(String::new, |detail| detail.code.clone()),
            Self::Other(status) => status.to_string(),
        }
    }

    /// The texts of the acknowledgement's details.
    pub fn texts(&self) -> String {
        match self {
            Self::Ack(ack) => ack.details.iter().map(|detail| detail.text.as_str()).collect::<Vec<_>>().join(" "),
            Self::Answer(answer) => {
                answer.details.iter().map(|detail| detail.text.as_str()).collect::<Vec<_>>().join(" ")
            }
            Self::Other(_) => String::new(),
        }
    }

    /// The answer to a query.
    ///
    /// # Panics
    /// When it is not one.
    pub fn answer(self) -> QueryResponse {
        match self {
            Self::Answer(answer) => *answer,
            other => panic!("not an answer: {} {}", other.code(), other.texts()),
        }
    }
}

/// See the module.
pub struct World {
    /// The archive.
    pub app: App,
    /// Its clock.
    pub clock: Arc<TestClock>,
    /// The cast.
    pub cast: Cast,
    /// Keys and cards.
    pub pki: Arc<Pki>,
    numbers: AtomicU64,
    folder: tempfile::TempDir,
    suspended: Arc<Mutex<HashSet<String>>>,
}

/// Changes to a `Toimija` before it is signed.
pub type Change<'a> = &'a dyn Fn(&mut Toimija);

impl World {
    /// An archive with the scenario's organisations joined and live, at noon of 28.9.2026.
    pub async fn new(db: Db) -> Self {
        Self::with(db, Settings { entries_shown_from: Some(date(2026, 9, 1)), ..Settings::default() }).await
    }

    /// The same with other settings.
    pub async fn with(db: Db, settings: Settings) -> Self {
        Self::of(db, settings, Catalogue::built_in()).await
    }

    async fn of(db: Db, settings: Settings, catalogue: Catalogue) -> Self {
        sabotage_by_environment();
        let folder = tempfile::tempdir().expect("a folder");
        let cast = Cast::built_in().expect("the cast");
        let pki = Pki::shared(&cast);
        let clock = Arc::new(TestClock::at("2026-09-28T09:00:00Z"));
        let registers = facts(&cast);
        let suspended = Arc::clone(&registers.suspended);
        let (catalogue, registers) = (Arc::new(catalogue), Arc::new(registers));
        let config = Config { catalogue, registers, ..config(db, &cast, &pki, &clock, &folder, settings) };
        let (app, _writer) = App::start(config).await.expect("the archive starts");
        // Only the test of times waits for them.
        app.settings.write().unwrap_or_else(PoisonError::into_inner).refusal_step_ms = 0;
        seed(&app, &cast).await;
        Self { app, clock, cast, pki, suspended, numbers: AtomicU64::new(1), folder }
    }

    /// The same with document structures besides the built-in ones.
    pub async fn knowing(db: Db, catalogue: Catalogue) -> Self {
        Self::of(db, Settings::default(), catalogue).await
    }

    /// An archive that has no key to sign what people express in the citizen view.
    pub async fn without_will_key(db: Db) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let cast = Cast::built_in().expect("the cast");
        let pki = Pki::shared(&cast);
        let clock = Arc::new(TestClock::at("2026-09-28T09:00:00Z"));
        let config = Config { will_key: None, ..config(db, &cast, &pki, &clock, &folder, Settings::default()) };
        let (app, _writer) = App::start(config).await.expect("the archive starts");
        seed(&app, &cast).await;
        Self { app, clock, cast, pki, suspended: Arc::default(), numbers: AtomicU64::new(1), folder }
    }

    /// The register of professionals suspends a right, or gives it back.
    pub fn suspend(&self, number: &RegistrationNumber, suspended: bool) {
        let mut all = self.suspended.lock().unwrap_or_else(PoisonError::into_inner);
        if suspended {
            all.insert(number.as_str().to_owned())
        } else {
            all.remove(number.as_str())
        };
    }

    /// A world whose archive listens on free ports of loopback.
    pub async fn served(db: Db) -> (Self, crate::Handle) {
        let folder = tempfile::tempdir().expect("a folder");
        let cast = Cast::built_in().expect("the cast");
        let pki = Pki::shared(&cast);
        let clock = Arc::new(TestClock::at("2026-09-28T09:00:00Z"));
        let handle = crate::serve(config(db, &cast, &pki, &clock, &folder, Settings::default()))
            .await
            .expect("the archive starts");
        let app = handle.app.clone();
        seed(&app, &cast).await;
        (Self { app, clock, cast, pki, suspended: Arc::default(), numbers: AtomicU64::new(1), folder }, handle)
    }

    /// A folder that lives as long as the world.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// The next running number.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Relaxed)
    }

    /// A worker of the cast, with card when he has one, in his first unit.
    pub fn worker(&self, login: &str) -> Member {
        let worker = self.cast.worker(login).expect("a worker of the cast");
        let employment = worker.employments.first().expect("an employment");
        let membership = employment.units.first().expect("a unit");
        Member {
            login: login.to_owned(),
            hetu: worker.hetu.clone(),
            family: worker.family.clone(),
            given: worker.given.clone(),
            registration: worker.registration.clone(),
            organisation: employment.organisation.clone(),
            unit: membership.unit.clone(),
            duty: membership.duty.clone(),
            tasks: membership.tasks.clone(),
            services: Vec::new(),
            card: worker.card,
        }
    }

    /// What a frame says of its sending.
    pub fn sending(&self, member: &Member, controller: &str) -> Sending {
        Sending {
            message_id: MessageId { root: member.organisation.0.clone(), extension: self.number().to_string() },
            created: self.clock.now(),
            processing: Processing::Debugging,
            receiver: Oid::parse(kanta::ids::ARCHIVE_PARTY).expect("an OID"),
            situation: if member.organisation.as_str() == controller {
                Situation::OwnRegister
            } else {
                Situation::RegisterAccess
            },
            user: User {
                hetu: member.hetu.clone(),
                family: member.family.clone(),
                given: member.given.clone(),
                unit: member.unit.clone(),
                unit_name: "Yksikkö".to_owned(),
            },
        }
    }

    /// The `Toimija` of a worker, unsigned.
    pub fn toimija(&self, member: &Member) -> Toimija {
        let evidence = member.card.then(|| self.evidence(member));
        Toimija {
            worker: member.hetu.clone(),
            registration: member.registration.clone(),
            unit: member.unit.clone(),
            duty: member.duty.clone(),
            own_tasks: member.tasks.clone(),
            own_services: member.services.clone(),
            strength: if member.card { "card" } else { "second_factor" }.to_owned(),
            evidence,
            purpose: "asiakastyo".to_owned(),
            search_key: None,
            special_reason: None,
            time: self.clock.now(),
            nonce: format!("{:032x}", self.number() | (u64::from(std::process::id()) << 32)),
            connecting: member.organisation.clone(),
        }
    }

    fn evidence(&self, member: &Member) -> LoginEvidence {
        self.evidence_of(&member.login, ORIGIN, self.clock.now())
    }

    /// What a card signed at an origin and a time.
    pub fn evidence_of(&self, login: &str, origin: &str, at: Timestamp) -> LoginEvidence {
        let card = self.pki.key(&format!("{login}-login"));
        let challenge = seal::login::Challenge::new(origin, &[7; 32], at);
        LoginEvidence {
            challenge: challenge.text().as_bytes().to_vec(),
            signature: card.sign(challenge.text().as_bytes()).expect("a signature"),
            certificate: card.certificate_der().to_vec(),
        }
    }

    /// A SOAP message of a frame with a signed `Toimija`.
    pub fn message(&self, member: &Member, frame: &Frame) -> Vec<u8> {
        self.message_with(member, frame, &|_| {})
    }

    /// The same with changes to the `Toimija` before it is signed.
    pub fn message_with(&self, member: &Member, frame: &Frame, change: Change<'_>) -> Vec<u8> {
        let mut toimija = self.toimija(member);
        change(&mut toimija);
        let header = self.sign_toimija(&toimija, member.organisation.as_str());
        let body = String::from_utf8(kanta::frame::encode(frame)).expect("UTF-8");
        soap::encode(Some(&header), &body)
    }

    /// A `Toimija` signed with an organisation's system key.
    pub fn sign_toimija(&self, toimija: &Toimija, organisation: &str) -> String {
        let xml = kanta::toimija::encode(toimija);
        let id = xml.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("an ID").to_owned();
        let signed = seal::enveloped::sign(xml.as_bytes(), &id, self.pki.system(organisation)).expect("a signature");
        String::from_utf8(signed).expect("UTF-8")
    }

    /// Posts a message over the router, as a connection of the organisation.
    pub async fn post(&self, organisation: &str, message: Vec<u8>) -> Reply {
        let certificate = self.pki.tls(organisation).certificate_der().to_vec();
        let request = Request::post("/sanomat").body(Body::from(message)).expect("a request");
        let routes = routes::messages(self.app.clone()).layer(Extension(web::PeerCertificate(Arc::new(certificate))));
        let response = routes.oneshot(request).await.expect("an answer");
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.expect("a body").to_bytes();
        read_reply(status, &bytes)
    }

    /// Sends a frame of a worker's organisation.
    pub async fn send(&self, member: &Member, frame: &Frame) -> Reply {
        self.post(member.organisation.as_str(), self.message(member, frame)).await
    }

    /// Sends a signed document of a worker.
    pub async fn archive(&self, member: &Member, document: &kanta::document::Document, bytes: Vec<u8>) -> Reply {
        let controller = document.header.custodian.id.as_str().to_owned();
        let frame = kanta::frame::archive(document, bytes, self.sending(member, &controller));
        self.send(member, &frame).await
    }

    /// Signs with the worker's organisation's system key, and sends.
    pub async fn store(&self, member: &Member, document: &kanta::document::Document) -> Reply {
        let bytes = self.sign(document, member.organisation.as_str());
        self.archive(member, document, bytes).await
    }

    /// The document signed with an organisation's system key.
    pub fn sign(&self, document: &kanta::document::Document, organisation: &str) -> Vec<u8> {
        let xml = kanta::document::encode(document);
        seal::sign(&xml, seal::Role::System, self.pki.system(organisation), self.clock.now()).expect("a signature")
    }

    /// How many rows of a table there are.
    pub async fn count(&self, table: &'static str) -> i64 {
        let mut tx = self.app.db.read().await.expect("a snapshot");
        let sql = sqlx::AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        sqlx::query_scalar(sql).fetch_one(&mut *tx).await.expect("a count")
    }
}

/// Chooses the deliberate fault that `VAKKA_SABOTAGE` names, so that the tests can be seen to fail.
fn sabotage_by_environment() {
    #[cfg(feature = "sabotage")]
    if let Some(fault) = std::env::var("VAKKA_SABOTAGE").ok().and_then(|name| crate::sabotage::Fault::parse(&name)) {
        crate::sabotage::choose(fault);
    }
}

/// Reads what came back from `/sanomat`.
pub fn read_reply(status: u16, bytes: &[u8]) -> Reply {
    let limits = Limits::default();
    let Ok(envelope) = soap::decode(bytes, &limits) else { return Reply::Other(status) };
    if let Ok(ack) = kanta::ack::decode(&envelope.body_xml, &limits) {
        return Reply::Ack(Box::new(ack));
    }
    match kanta::query::decode_response(&envelope.body_xml, &limits) {
        Ok(answer) => Reply::Answer(Box::new(answer)),
        Err(_) => Reply::Other(status),
    }
}

fn config(
    db: Db,
    cast: &Cast,
    pki: &Pki,
    clock: &Arc<TestClock>,
    folder: &tempfile::TempDir,
    settings: Settings,
) -> Config {
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    Config {
        db,
        vault: Vault::open_or_create(&folder.path().join("keys")).expect("keys"),
        registers: Arc::new(facts(cast)),
        trust: Arc::clone(&pki.trust),
        catalogue: Arc::new(Catalogue::built_in()),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        real_clock: Arc::clone(clock) as Arc<dyn Clock>,
        settings,
        witness: folder.path().join("witness"),
        blobs: folder.path().join("blobs"),
        citizen_key: "salaisuus".to_owned(),
        will_key: Some(pki.wills()),
        doors: Doors {
            log: Some(loopback),
            pages: None,
            messages: loopback,
            messages_tls: seal::tls::mutual_server(pki.tls(JHHVA), &pki.trust).expect("TLS"),
            management: loopback,
            citizen: loopback,
        },
    }
}

/// The cast as facts of the registers.
pub fn facts(cast: &Cast) -> Fixed {
    let mut fixed = Fixed::default();
    for organisation in &cast.organisations {
        fixed.organisations.insert(organisation.oid.as_str().to_owned(), organisation.name.clone());
        for unit in &organisation.units {
            let facts = UnitFacts {
                organisation: organisation.oid.clone(),
                name: unit.name.clone(),
                from: Some(unit.valid_from),
                to: unit.valid_to,
            };
            fixed.units.insert(unit.oid.as_str().to_owned(), facts);
        }
    }
    for number in cast.workers.iter().filter_map(|worker| worker.registration.as_ref()) {
        fixed.professionals.insert(number.as_str().to_owned(), true);
    }
    let code = |text: &str| PersonalIdentityCode::parse(text).expect("a code");
    // Leena dies on 1.6.2027: not yet, for any test that does not wait for it.
    fixed.deaths.insert(code(LEENA), date(2027, 6, 1));
    // Pirkko's mandate to act for Aino, Pentti's only to view Väinö's, Noora's guardianship of Eetu.
    fixed.acting.push((code("040569-912U"), code(AINO), ActsAs::Mandate(Scope::ViewAndAct)));
    fixed.acting.push((code("090748-9051"), code("150135-9239"), ActsAs::Mandate(Scope::View)));
    fixed.acting.push((code("150684-946P"), code("230911A957T"), ActsAs::Guardian));
    for person in &cast.people {
        let name = PersonName { family: person.family.clone(), given: person.given.clone() };
        fixed.names.insert(person.hetu.clone(), name);
    }
    fixed
}

/// Joins the cast's organisations and makes them live.
pub async fn seed(app: &App, cast: &Cast) {
    let mut tx = app.db.write().await.expect("a transaction");
    for organisation in &cast.organisations {
        let has = |function: &str| organisation.joining.functions.iter().any(|known| known == function);
        let joining = Joining {
            state: organisation.joining.state.clone(),
            own_register: has("own"),
            rko: has("rko"),
            disclosure: has("disclosure"),
            ..Joining::joined(organisation.oid.as_str())
        };
        joining::set(&mut tx, &joining, app.clock.now()).await.expect("joined");
        for live in &organisation.go_live {
            joining::set_go_live(&mut tx, organisation.oid.as_str(), &live.task, live.from).await.expect("live");
        }
    }
    tx.commit().await.expect("committed");
}
