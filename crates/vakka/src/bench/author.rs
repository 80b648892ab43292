//! The workers who act in benchmarks, their logins, and the `Toimija` beside each message.

use super::keys::{Keys, WORKERS, employer};
use anyhow::{Context, Result};
use jiff::Timestamp;
use kanta::toimija::{LoginEvidence, Toimija};
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use registers::cast::Cast;
use seal::{SigningKey, SoftwareKey, pki::CardUse};

/// Origin that the login challenges name.
const ORIGIN: &str = "https://localhost:8711";
/// Logins per worker. A worker writes a handful of notes per login, so that one login must not stand for all messages:
/// the archive remembers a verified login for ten seconds.
pub const LOGINS: u64 = 1000;

/// A worker with the keys of the employer.
pub struct Author {
    /// Identity code.
    pub hetu: PersonalIdentityCode,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Registration number.
    pub registration: Option<RegistrationNumber>,
    /// Employer.
    pub organisation: OrganisationId,
    /// Active unit.
    pub unit: ServiceUnitId,
    /// Duty.
    pub duty: String,
    /// Own service tasks.
    pub tasks: Vec<String>,
    /// The employer's system signature key.
    pub system: SoftwareKey,
    /// The card's signature key.
    pub signature: SoftwareKey,
    logins: Vec<LoginEvidence>,
}

/// The three workers.
pub struct Authors {
    /// Organiser's service guide: relationships, cases, notes, plans.
    pub guide: Author,
    /// Organiser's social worker: decisions.
    pub decider: Author,
    /// Producer's practical nurse: notes under a register access right.
    pub nurse: Author,
}

impl Authors {
    /// Reads their keys and logs them in at an instant.
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn open(cast: &Cast, keys: &Keys, at: Timestamp) -> Result<Self> {
        let [guide, decider, nurse] = WORKERS.map(|login| Author::open(cast, keys, login, at));
        Ok(Self { guide: guide?, decider: decider?, nurse: nurse? })
    }
}

impl Author {
    fn open(cast: &Cast, keys: &Keys, login: &str, at: Timestamp) -> Result<Self> {
        let worker = cast.worker(login).with_context(|| format!("the cast has no {login}"))?;
        let organisation = &employer(cast, worker)?.oid;
        let membership = worker.employments.first().and_then(|employment| employment.units.first());
        let membership = membership.context("a worker without a unit")?;
        let card = keys.card(login, CardUse::Login)?;
        Ok(Self {
            hetu: worker.hetu.clone(),
            family: worker.family.clone(),
            given: worker.given.clone(),
            registration: worker.registration.clone(),
            organisation: organisation.clone(),
            unit: membership.unit.clone(),
            duty: membership.duty.clone(),
            tasks: membership.tasks.clone(),
            system: keys.system(organisation.as_str())?,
            signature: keys.card(login, CardUse::Signature)?,
            logins: (0..LOGINS).map(|number| evidence(&card, number, at)).collect::<Result<_>>()?,
        })
    }

    /// The signed `Toimija` of a message.
    ///
    /// # Arguments
    /// `number` chooses the login, and with `run` makes the nonce.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn toimija(&self, number: u64, run: u64, at: Timestamp) -> Result<String> {
        let toimija = Toimija {
            worker: self.hetu.clone(),
            registration: self.registration.clone(),
            unit: self.unit.clone(),
            duty: self.duty.clone(),
            own_tasks: self.tasks.clone(),
            own_services: Vec::new(),
            strength: "card".to_owned(),
            evidence: self.logins.get((number % LOGINS) as usize).cloned(),
            purpose: "asiakastyo".to_owned(),
            search_key: None,
            special_reason: None,
            time: at,
            nonce: format!("{run:016x}{number:016x}"),
            connecting: self.organisation.clone(),
        };
        let xml = kanta::toimija::encode(&toimija);
        let id = xml.split(" ID=\"").nth(1).and_then(|rest| rest.split('"').next()).context("Toimija has no ID")?;
        Ok(String::from_utf8(seal::enveloped::sign(xml.as_bytes(), id, &self.system)?)?)
    }
}

fn evidence(card: &SoftwareKey, number: u64, at: Timestamp) -> Result<LoginEvidence> {
    let mut nonce = [7; 32];
    nonce[..8].copy_from_slice(&number.to_be_bytes());
    let challenge = seal::login::Challenge::new(ORIGIN, &nonce, at);
    Ok(LoginEvidence {
        challenge: challenge.text().as_bytes().to_vec(),
        signature: card.sign(challenge.text().as_bytes())?,
        certificate: card.certificate_der().to_vec(),
    })
}
