//! A small world for tests: the application over a real database, the registers, cards, and a fake `/sanomat` that keeps
//! what it gets and answers as it is told. Tests act through forms, as people do.

mod archive;
mod browser;

pub use archive::{FakeArchive, Kept, Mode};

pub use browser::{Answer, Browser};

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
};

use jiff::Timestamp;
use records::{id::OrganisationId, time::Clock};
use registers::cast::Cast;
use seal::{
    SoftwareKey, TrustStore,
    pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity},
    scs::{Emulator, SoftwareCard},
};
use store::testing::TestDb;
use structures::Catalogue;

use crate::{App, Config, Connection};

/// A clock that tests move.
pub struct TestClock(Mutex<Timestamp>);

impl TestClock {
    /// Moves the clock.
    pub fn set(&self, at: &str) {
        *self.0.lock().unwrap() = at.parse().unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Keys, cards and the cast: made once, since RSA keys take time.
pub struct Stage {
    /// The people.
    pub cast: Cast,
    /// Whom the cards and certificates are trusted by.
    pub trust: Arc<TrustStore>,
    /// System keys and TLS configurations by organisation.
    pub connections: Vec<Connection>,
    /// The archive's own key for TLS.
    pub archive_key: SoftwareKey,
    /// The card reader.
    pub cards: Emulator,
    registers: String,
}

/// Origin of the card logins in tests.
pub const ORIGIN: &str = "https://localhost:8711";

static STAGE: OnceLock<Stage> = OnceLock::new();

fn stage() -> &'static Stage {
    STAGE.get_or_init(|| {
        let cast = Cast::built_in().unwrap();
        let mut ca = TestCa::create(KeySize::Rsa2048, Validity::DEMO).unwrap();
        let (from, to) = ("2020-01-01T00:00:00Z".parse().unwrap(), "2099-01-01T00:00:00Z".parse().unwrap());
        let trust = Arc::new(ca.trust_store(from, to).unwrap());
        let issue = |profile: Profile| ca.issue(&profile, KeySize::Rsa2048, Validity::DEMO).unwrap().key().unwrap();
        let connections = cast
            .organisations
            .iter()
            .filter(|one| one.joining.state == "joined")
            .map(|one| {
                let (organisation, organisation_name) = (one.oid.clone(), one.name.clone());
                let system = Profile::System {
                    organisation: organisation.clone(),
                    organisation_name: organisation_name.clone(),
                    system: "Vakka".into(),
                };
                let hosts = vec!["localhost".to_owned()];
                let tls = issue(Profile::Tls { organisation: organisation.clone(), organisation_name, hosts });
                Connection {
                    system_key: Arc::new(issue(system)),
                    tls: seal::tls::client(Some(&tls), &trust).unwrap(),
                    organisation,
                }
            })
            .collect();
        let archive = Profile::Tls {
            organisation: OrganisationId::parse("1.2.246.10.99990099.10.0").unwrap(),
            organisation_name: "Arkisto".into(),
            hosts: vec!["localhost".to_owned()],
        };
        let archive_key = issue(archive);
        let cards = cast.workers.iter().filter(|one| one.card).map(|one| {
            let (issuer, holder) = match &one.registration {
                Some(number) => {
                    (Issuer::Professional, Holder::professional(&one.given, &one.family, number, &one.profession))
                }
                None => (Issuer::Personnel, Holder::personnel(&one.given, &one.family, &one.login, "Työnantaja")),
            };
            SoftwareCard {
                name: one.login.clone(),
                login: issue(Profile::Card(issuer, CardUse::Login, holder.clone())),
                signature: Some(issue(Profile::Card(issuer, CardUse::Signature, holder))),
                pin1: "1111".into(),
                pin2: "222222".into(),
            }
        });
        let cards = Emulator::new(cards.collect());
        Stage { cast, trust, connections, archive_key, cards, registers: registers() }
    })
}

/// The registers live in a thread of their own, since every test has its own runtime.
fn registers() -> String {
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let (base, task) = registers::server::spawn(Cast::built_in().unwrap(), "127.0.0.1:0").await.unwrap();
            send.send(base).unwrap();
            task.await.unwrap();
        });
    });
    receive.recv().unwrap()
}

/// One test's world.
pub struct World {
    /// The application.
    pub app: App,
    /// The fake archive.
    pub archive: FakeArchive,
    /// Product time.
    pub clock: Arc<TestClock>,
    _keys: tempfile::TempDir,
}

impl World {
    /// A world on SQLite, at nine on Monday 7.9.2026.
    pub async fn new() -> (Self, TestDb) {
        let db = TestDb::sqlite().await;
        (Self::on(&db).await, db)
    }

    /// A world on a database.
    pub async fn on(db: &TestDb) -> Self {
        Self::with_catalogue(db, Arc::new(Catalogue::built_in())).await
    }

    /// A world on a database, with other structures than the built-in ones.
    pub async fn with_catalogue(db: &TestDb, catalogue: Arc<Catalogue>) -> Self {
        let filter = tracing_subscriber::EnvFilter::from_default_env();
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_test_writer().try_init();
        let stage = stage();
        let clock = Arc::new(TestClock(Mutex::new("2026-09-07T06:30:00Z".parse().unwrap())));
        let archive = FakeArchive::start(stage, Arc::clone(&clock)).await;
        let keys = tempfile::tempdir().unwrap();
        let config = Config { catalogue, ..config(stage, &db.url, keys.path().into(), &archive, &clock) };
        let app = App::open(config).await.unwrap();
        crate::seed::seed(&app, &stage.cast).await.unwrap();
        Self { app, archive, clock, _keys: keys }
    }

    /// The same world after a restart: a new process over the same database and keys.
    pub async fn restarted(&self, db: &TestDb) -> App {
        let keys = self._keys.path().into();
        App::open(config(stage(), &db.url, keys, &self.archive, &self.clock)).await.unwrap()
    }

    /// The identity code of a person of the cast who is under turvakielto.
    pub fn protected_hetu(&self) -> &'static str {
        let hidden = stage().cast.people.iter().find(|one| one.non_disclosure).expect("a person under turvakielto");
        hidden.hetu.as_str()
    }

    /// The same world after a restart with another catalogue of structures.
    pub async fn restarted_with(&self, db: &TestDb, catalogue: Catalogue) -> App {
        let mut config = config(stage(), &db.url, self._keys.path().into(), &self.archive, &self.clock);
        config.catalogue = Arc::new(catalogue);
        App::open(config).await.unwrap()
    }

    /// A browser without a session.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.app)
    }

    /// A worker logged in by password.
    pub async fn by_password(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let password = format!("vakka-{login}");
        let answer = browser.post("/kirjaudu", &[("tunnus", login), ("salasana", &password)]).await;
        assert_eq!(answer.status, 303, "{login} could not log in: {}", answer.text());
        browser.choose_first_unit(&answer).await;
        browser
    }

    /// A worker logged in by card.
    pub async fn by_card(&self, login: &str) -> Browser {
        let mut browser = self.browser();
        let page = browser.get("/kirjaudu/kortti").await;
        let answer = self.card(login, &page, "#kortti", "1111");
        let answer = browser.post("/kirjaudu/kortti", &[("vastaus", &answer)]).await;
        assert_eq!(answer.status, 303, "{login}'s card was not accepted: {}", answer.text());
        browser.choose_first_unit(&answer).await;
        browser
    }

    /// What the card service answers to the request that stands on a page.
    pub fn card(&self, login: &str, page: &Answer, form: &str, pin: &str) -> String {
        let request = page.attribute(form, "data-scs").expect("the page asks for a card");
        let request = serde_json::from_str(&request).unwrap();
        let answer = stage().cards.sign(login, Some(ORIGIN), &request, Some(pin));
        serde_json::to_string(&answer).unwrap()
    }

    /// Lets the outbox worker do everything that it can now.
    pub async fn send_all(&self) {
        for _ in 0..50 {
            if crate::archiving::worker::pass(&self.app).await.unwrap() == 0 {
                return;
            }
        }
        panic!("the queue does not become empty");
    }

    /// Aino's case, opened by Marja's contact form, with everything in the archive. Gives the client's path.
    pub async fn aino(&self, marja: &mut Browser) -> String {
        let answer = marja.post_to("/yhteydenotto", "#yhteydenotto", &contact()).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        self.send_all().await;
        answer.location
    }
}

/// The contact of C.2 step 1.
pub fn contact() -> Vec<(&'static str, &'static str)> {
    vec![
        ("hetu", "120243-934K"),
        ("tapahtuma", "2026-09-07T09:15"),
        ("kuvaus_tilanteesta_ja_huolesta", "Äiti on kaatunut kahdesti viikon aikana. En ehdi enää hoitaa yksin."),
        ("ilmoittaja[0].henkilo.sukunimi", "Korpela"),
        ("ilmoittaja[0].henkilo.etunimet", "Pirkko"),
        ("ilmoittaja[0].henkilo.yhteystiedot.puhelinnumero", "040 000 0000"),
    ]
}

fn config(stage: &Stage, url: &str, keys: PathBuf, archive: &FakeArchive, clock: &Arc<TestClock>) -> Config {
    Config {
        http: "127.0.0.1:0".parse().unwrap(),
        https: None,
        card_origin: ORIGIN.into(),
        database_url: url.into(),
        keys,
        archive_url: archive.url.clone(),
        connections: stage.connections.clone(),
        registers_url: stage.registers.clone(),
        card_urls: vec!["https://localhost:53952".into()],
        trust: Arc::clone(&stage.trust),
        catalogue: Arc::new(Catalogue::built_in()),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        system_clock: Arc::clone(clock) as Arc<dyn Clock>,
        retry_waits: vec![std::time::Duration::from_secs(60)],
        registered_devices: true,
        show_clock: true,
    }
}

/// Documents by set, newest version last: what the archive would show.
pub fn by_set(documents: &[Kept]) -> BTreeMap<String, Vec<&Kept>> {
    let mut sets: BTreeMap<String, Vec<&Kept>> = BTreeMap::new();
    for one in documents {
        sets.entry(one.document.header.set_id.to_string()).or_default().push(one);
    }
    sets
}
