//! The demo's certificates: the test CA, each organisation's system and TLS certificates, each worker's card.
//!
//! They live in the data folder's `keys`, so that a continued demo believes what it signed before.

use anyhow::{Context, Result};
use records::id::OrganisationId;
use registers::cast::{Cast, CastOrganisation, Worker};
use seal::pki::{CardUse, Holder, Issuer, KeySize, Profile, TestCa, Validity};
use seal::scs::SoftwareCard;
use seal::{SoftwareKey, TrustStore};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// PIN1 and PIN2 of every card of the demo; the landing page tells them.
pub const PINS: (&str, &str) = ("1234", "123456");

/// Name of the key of the register of expressions of will.
const WILLS: &str = "wills-system";

/// Every key of the demo.
pub struct Keys {
    folder: PathBuf,
    /// Whom certificates are believed, per purpose.
    pub trust: Arc<TrustStore>,
}

/// A certificate to be made: file name, profile, key size.
struct Wanted {
    name: String,
    profile: Profile,
    size: KeySize,
}

impl Keys {
    /// Opens the keys of a data folder and makes those that are missing, on all cores.
    ///
    /// # Errors
    /// When a key cannot be made or the folder cannot be written.
    pub fn open(folder: &Path, cast: &Cast) -> Result<Self> {
        let authority = folder.join("ca");
        std::fs::create_dir_all(&authority)?;
        let mut ca = TestCa::open_or_create(&authority, KeySize::Rsa4096, Validity::DEMO)?;
        let missing: Vec<Wanted> =
            wanted(cast)?.into_iter().filter(|one| !folder.join(format!("{}.cert.pem", one.name)).is_file()).collect();
        issue_all(&ca, folder, missing)?;
        ca.publish(&authority, day(Validity::DEMO.from)?, day(Validity::DEMO.until)?)?;
        Ok(Self {
            folder: folder.to_path_buf(),
            trust: Arc::new(ca.trust_store(day(Validity::DEMO.from)?, day(Validity::DEMO.until)?)?),
        })
    }

    /// The system signature key of an organisation.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn system(&self, organisation: &CastOrganisation) -> Result<SoftwareKey> {
        self.load(&system_name(organisation))
    }

    /// The key by which the archive signs what people express in the citizen view.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn wills(&self) -> Result<SoftwareKey> {
        self.load(WILLS)
    }

    /// The TLS key of an organisation.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn tls(&self, organisation: &CastOrganisation) -> Result<SoftwareKey> {
        self.load(&tls_name(organisation))
    }

    /// The key of the demo's https listeners.
    ///
    /// # Errors
    /// When its files cannot be read.
    pub fn server(&self) -> Result<SoftwareKey> {
        self.load("server")
    }

    /// The card of every worker who has one.
    ///
    /// # Errors
    /// When files cannot be read.
    pub fn cards(&self, cast: &Cast) -> Result<Vec<SoftwareCard>> {
        let cards = cast.workers.iter().filter(|worker| worker.card).map(|worker| {
            Ok(SoftwareCard {
                name: worker.login.clone(),
                login: self.load(&card_name(worker, CardUse::Login))?,
                signature: Some(self.load(&card_name(worker, CardUse::Signature))?),
                pin1: PINS.0.to_owned(),
                pin2: PINS.1.to_owned(),
            })
        });
        cards.collect()
    }

    /// Copies what an organisation's own system and its workers' cards hold, and the issuers that it must believe.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn copy_for_vendors(&self, cast: &Cast, to: &Path) -> Result<()> {
        let copy = |from: &str, name: &str| -> Result<()> {
            for end in ["key.pem", "cert.pem"] {
                std::fs::copy(self.folder.join(format!("{from}.{end}")), to.join(format!("{name}.{end}")))?;
            }
            Ok(())
        };
        for organisation in &cast.organisations {
            copy(&system_name(organisation), &format!("{}-system", organisation.oid))?;
            copy(&tls_name(organisation), &format!("{}-tls", organisation.oid))?;
        }
        for worker in cast.workers.iter().filter(|worker| worker.card) {
            for name in [CardUse::Login, CardUse::Signature].map(|card_use| card_name(worker, card_use)) {
                copy(&name, &name)?;
            }
        }
        std::fs::create_dir_all(to.join("ca"))?;
        for entry in std::fs::read_dir(self.folder.join("ca"))?.flatten() {
            let name = entry.file_name();
            let secret = name.to_string_lossy().contains(".key.");
            if entry.file_type()?.is_file() && !secret {
                std::fs::copy(entry.path(), to.join("ca").join(name))?;
            }
        }
        Ok(())
    }

    fn load(&self, name: &str) -> Result<SoftwareKey> {
        SoftwareKey::load(&self.folder, name).with_context(|| format!("the key {name} cannot be read"))
    }
}

/// Key generation takes most of a first start, so every core makes some.
fn issue_all(ca: &TestCa, folder: &Path, missing: Vec<Wanted>) -> Result<()> {
    let queue = Mutex::new(missing);
    let next = || queue.lock().ok().and_then(|mut queue| queue.pop());
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let makers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<()> {
                    while let Some(one) = next() {
                        ca.issue(&one.profile, one.size, Validity::DEMO)?.write(folder, &one.name)?;
                    }
                    Ok(())
                })
            })
            .collect();
        makers.into_iter().try_for_each(|maker| maker.join().map_err(|_| anyhow::anyhow!("a key maker broke"))?)
    })
}

fn wanted(cast: &Cast) -> Result<Vec<Wanted>> {
    let first = cast.organisations.first().context("the cast has no organisation")?;
    let mut wanted = vec![Wanted {
        name: "server".to_owned(),
        profile: Profile::Tls {
            organisation: first.oid.clone(),
            organisation_name: "Vakka".to_owned(),
            hosts: hosts(),
        },
        size: KeySize::Rsa2048,
    }];
    wanted.push(Wanted {
        name: WILLS.to_owned(),
        profile: Profile::System {
            organisation: OrganisationId::parse(kanta::ids::WILL_REGISTER)?,
            organisation_name: "Tahdonilmaisupalvelu".to_owned(),
            system: "Vakka".to_owned(),
        },
        size: KeySize::Rsa4096,
    });
    for organisation in &cast.organisations {
        wanted.push(Wanted {
            name: tls_name(organisation),
            profile: Profile::Tls {
                organisation: organisation.oid.clone(),
                organisation_name: organisation.name.clone(),
                hosts: hosts(),
            },
            size: KeySize::Rsa2048,
        });
        wanted.push(Wanted {
            name: system_name(organisation),
            profile: Profile::System {
                organisation: organisation.oid.clone(),
                organisation_name: organisation.name.clone(),
                system: "Vakka".to_owned(),
            },
            size: KeySize::Rsa4096,
        });
    }
    for worker in cast.workers.iter().filter(|worker| worker.card) {
        for card_use in [CardUse::Login, CardUse::Signature] {
            wanted.push(Wanted {
                name: card_name(worker, card_use),
                profile: card_profile(worker, card_use, cast),
                size: KeySize::Rsa3072,
            });
        }
    }
    Ok(wanted)
}

/// A professional's card names the registration number; others get a staff card of their employer.
fn card_profile(worker: &Worker, card_use: CardUse, cast: &Cast) -> Profile {
    match &worker.registration {
        Some(number) => Profile::Card(
            Issuer::Professional,
            card_use,
            Holder::professional(&worker.given, &worker.family, number, &worker.profession),
        ),
        None => {
            let employer = worker.employments.first().and_then(|employment| {
                cast.organisations.iter().find(|organisation| organisation.oid == employment.organisation)
            });
            let name = employer.map_or("", |organisation| organisation.name.as_str());
            Profile::Card(
                Issuer::Personnel,
                card_use,
                Holder::personnel(&worker.given, &worker.family, &worker.login, name),
            )
        }
    }
}

fn hosts() -> Vec<String> {
    vec!["localhost".to_owned(), "127.0.0.1".to_owned()]
}

fn system_name(organisation: &CastOrganisation) -> String {
    format!("{}-system", organisation.short.to_lowercase())
}

fn tls_name(organisation: &CastOrganisation) -> String {
    format!("{}-tls", organisation.short.to_lowercase())
}

fn card_name(worker: &Worker, card_use: CardUse) -> String {
    let which = if card_use == CardUse::Login { "login" } else { "signature" };
    format!("card-{}-{which}", worker.login)
}

/// Noon of a day; revocation lists of the demo live as long as its certificates (decisions.md 14).
fn day(date: jiff::civil::Date) -> Result<jiff::Timestamp> {
    Ok(date.at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC)?.timestamp())
}
