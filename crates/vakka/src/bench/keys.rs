//! Keys of a benchmark: made for one run under a test CA of its own, which no other trust store knows.

use anyhow::{Context, Result};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use registers::cast::{Cast, CastOrganisation, Worker};
use seal::pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity};
use seal::{PolicyFamily, SoftwareKey, TrustStore};
use std::path::{Path, PathBuf};

/// Workers of the cast who act in benchmarks: the organiser's two, the producer's one.
pub const WORKERS: [&str; 3] = ["marja", "antti", "liisa"];
/// Who archives for those without a card; writes nothing in the other benchmarks.
pub const ARCHIVER: &str = "ritva";

/// The keys folder of a run.
pub struct Keys {
    folder: PathBuf,
}

/// How large the keys are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// RSA-2048 everywhere: quick to make and to sign with.
    Bench,
    /// The sizes of the profiles: system signature RSA-4096, cards RSA-3072.
    Full,
}

impl Strength {
    fn of(full: bool, size: KeySize) -> KeySize {
        if full { size } else { KeySize::Rsa2048 }
    }

    /// What the output says about it.
    pub fn words(self) -> &'static str {
        match self {
            Self::Bench => "RSA-2048 under an issuer made for this run, which production trust refuses",
            Self::Full => "system signature RSA-4096, cards RSA-3072, under an issuer made for this run",
        }
    }
}

impl Keys {
    /// Opens the keys of a folder and makes those that are missing.
    ///
    /// # Errors
    /// When a key cannot be made or written.
    pub fn open_or_create(folder: &Path, cast: &Cast, strength: Strength) -> Result<Self> {
        let full = strength == Strength::Full;
        let authority = folder.join("ca");
        std::fs::create_dir_all(&authority)?;
        let mut ca = TestCa::open_or_create(&authority, Strength::of(full, KeySize::Rsa4096), Validity::DEMO)?;
        for (name, profile, size) in wanted(cast)? {
            if !folder.join(format!("{name}.cert.pem")).is_file() {
                ca.issue(&profile, Strength::of(full, size), Validity::DEMO)?.write(folder, &name)?;
            }
        }
        ca.publish(&authority, noon(Validity::DEMO.from)?, noon(Validity::DEMO.until)?)?;
        Ok(Self::open(folder))
    }

    /// The keys of a folder that [`Self::open_or_create`] has filled.
    pub fn open(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Whom this run trusts.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn trust(&self) -> Result<TrustStore> {
        Ok(TrustStore::from_folder(&self.folder.join("ca"), PolicyFamily::Test)?)
    }

    /// An organisation's system signature key.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn system(&self, organisation: &str) -> Result<SoftwareKey> {
        self.load(&format!("{organisation}-system"))
    }

    /// An organisation's TLS key.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn tls(&self, organisation: &str) -> Result<SoftwareKey> {
        self.load(&format!("{organisation}-tls"))
    }

    /// One of a worker's two card keys.
    ///
    /// # Errors
    /// When the files cannot be read.
    pub fn card(&self, login: &str, card_use: CardUse) -> Result<SoftwareKey> {
        self.load(&card_name(login, card_use))
    }

    fn load(&self, name: &str) -> Result<SoftwareKey> {
        SoftwareKey::load(&self.folder, name).with_context(|| format!("the key {name} cannot be read"))
    }
}

fn wanted(cast: &Cast) -> Result<Vec<(String, Profile, KeySize)>> {
    let mut wanted: Vec<(String, Profile, KeySize)> = Vec::new();
    for login in WORKERS.into_iter().chain([ARCHIVER]) {
        let worker = cast.worker(login).with_context(|| format!("the cast has no {login}"))?;
        let organisation = employer(cast, worker)?;
        let name = |what: &str| format!("{}-{what}", organisation.oid);
        if !wanted.iter().any(|(known, ..)| *known == name("tls")) {
            let (oid, organisation_name) = (organisation.oid.clone(), organisation.name.clone());
            let hosts = vec!["localhost".to_owned(), "127.0.0.1".to_owned()];
            let tls = Profile::Tls { organisation: oid.clone(), organisation_name: organisation_name.clone(), hosts };
            if wanted.is_empty() {
                // Under this name the other commands look for the server's key in a data folder.
                wanted.push(("server".to_owned(), tls.clone(), KeySize::Rsa2048));
            }
            wanted.push((name("tls"), tls, KeySize::Rsa2048));
            let system = Profile::System { organisation: oid, organisation_name, system: "Vakka".to_owned() };
            wanted.push((name("system"), system, KeySize::Rsa4096));
        }
        let number = worker.registration.as_ref().with_context(|| format!("{login} is no professional"))?;
        for card_use in [CardUse::Login, CardUse::Signature] {
            let holder = Holder::professional(&worker.given, &worker.family, number, &worker.profession);
            let profile = Profile::Card(Issuer::Professional, card_use, holder);
            wanted.push((card_name(login, card_use), profile, KeySize::Rsa3072));
        }
    }
    Ok(wanted)
}

/// A worker's first employer.
///
/// # Errors
/// When the cast names none.
pub fn employer<'c>(cast: &'c Cast, worker: &Worker) -> Result<&'c CastOrganisation> {
    let employment = worker.employments.first().context("a worker without employment")?;
    let found = cast.organisations.iter().find(|organisation| organisation.oid == employment.organisation);
    found.context("an employment in no known organisation")
}

fn card_name(login: &str, card_use: CardUse) -> String {
    let which = if card_use == CardUse::Login { "login" } else { "signature" };
    format!("card-{login}-{which}")
}

fn noon(date: Date) -> Result<Timestamp> {
    Ok(date.at(12, 0, 0, 0).to_zoned(TimeZone::UTC)?.timestamp())
}
