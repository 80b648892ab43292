//! Who acts: the signed `Toimija` beside the frame, with everything recomputed that can be (decisions.md 2).

use super::decide::Acting;
use crate::{
    entry::{Basis, Denial},
    facts::{Cached, UnitFacts},
    log::Event,
    settings::Settings,
    writer::Nonce,
};
use jiff::{SignedDuration, Timestamp};
use kanta::{Limits, frame::User, toimija::Toimija};
use records::{
    access::{Duty, GivenReason, LoginStrength},
    code::{ServiceTask, SocialService, SpecialReason},
    id::OrganisationId,
    refusal::Refusal,
    time::finnish_date,
};
use seal::{CertificateFacts, Purpose, TrustError, TrustStore};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use store::log::{Actor as LogActor, Reason};

/// A verified `Toimija`.
#[derive(Debug, Clone)]
pub struct Actor {
    /// What it says.
    pub toimija: Toimija,
    /// Facts of the login card, when one was shown and holds.
    pub card: Option<Arc<CertificateFacts>>,
    /// When that card signed the login's challenge.
    pub logged_in: Option<Timestamp>,
}

impl Actor {
    /// The message's nonce.
    pub fn nonce(&self) -> Nonce {
        Nonce { organisation: self.toimija.connecting.as_str().to_owned(), value: self.toimija.nonce.clone() }
    }

    /// Fills the log event with who acts and why.
    pub fn describe(&self, user: &User, event: &mut Event) {
        let method = match &self.card {
            Some(card) => format!("{:?} {}", card.kind, card.serial_hex).to_lowercase(),
            None => self.toimija.strength.clone(),
        };
        event.actor = LogActor {
            id: self.toimija.worker.as_str().to_owned(),
            registration: self.toimija.registration.as_ref().map(|number| number.as_str().to_owned()),
            name: format!("{} {}", user.given, user.family),
            role: "worker".to_owned(),
            duty: Some(self.toimija.duty.clone()),
            method: Some(method),
            strength: Some(login_of(self).code().to_owned()),
            issuer: self.card.as_ref().map(|card| card.issuer_common_name.clone()),
        };
        event.unit = Some(self.toimija.unit.as_str().to_owned());
        event.purpose = Some(self.toimija.purpose.clone());
        event.reason = self
            .toimija
            .special_reason
            .as_ref()
            .map(|reason| Reason { code: reason.code.clone(), text: Some(reason.text.clone()) });
    }
}

fn invalid(sentence: &str) -> Denial {
    Denial::with(Refusal::ActorInvalid, sentence)
}

/// The login behind a message was alive at `moment`: now for a question, the signing for a document that may have waited
/// in its sender's queue.
///
/// # Errors
/// `ACTOR_INVALID`.
pub fn login_alive(actor: &Actor, settings: &Settings, moment: Timestamp) -> Result<(), Denial> {
    let longest = SignedDuration::from_hours(settings.login_evidence_max_age_h.max(0));
    match actor.logged_in {
        Some(made) if moment.duration_since(made) > longest => {
            Err(invalid("Korttikirjautuminen on vanhentunut. Kirjaudu uudelleen kortilla."))
        }
        _ => Ok(()),
    }
}

/// How long a login's evidence is believed before it is verified anew: a revoked card stops within seconds.
const EVIDENCE_BELIEVED: Duration = Duration::from_secs(10);
/// Most logins kept; beyond it all are verified anew.
const LOGINS_MAX: usize = 20_000;

/// Logins verified a moment ago, so that a worker's tenth message in a minute does not cost ten signature checks.
#[derive(Default)]
pub struct Logins(Mutex<HashMap<[u8; 32], Verified>>);

/// When a login was verified, and what its card says.
type Verified = (Instant, Arc<CertificateFacts>);

impl Logins {
    fn get(&self, key: &[u8; 32]) -> Option<Arc<CertificateFacts>> {
        let logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        logins.get(key).filter(|(at, _)| at.elapsed() < EVIDENCE_BELIEVED).map(|(_, facts)| Arc::clone(facts))
    }

    fn put(&self, key: [u8; 32], facts: &Arc<CertificateFacts>) {
        let mut logins = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if logins.len() >= LOGINS_MAX {
            logins.clear();
        }
        logins.insert(key, (Instant::now(), Arc::clone(facts)));
    }
}

/// Verifies the element: signature by the connecting organisation's system key, trust, time, evidence of login. CPU
/// only; whether the nonce is new is the writer's to say.
///
/// # Errors
/// `ACTOR_INVALID`, or `CARD_REVOKED` / `CARD_EXPIRED` when the login's card does not hold.
pub fn verify(
    xml: Option<&[u8]>,
    connecting: &OrganisationId,
    trust: &TrustStore,
    logins: &Logins,
    settings: &Settings,
    now: Timestamp,
) -> Result<Actor, Denial> {
    let xml = xml.ok_or_else(|| invalid("Sanomasta puuttuu Toimija-otsikko."))?;
    let certificate =
        seal::enveloped::verify(xml).map_err(|_| invalid("Toimija-otsikon allekirjoitus puuttuu tai ei kelpaa."))?;
    let facts = trust
        .check(&certificate, Purpose::SystemSignature, now)
        .map_err(|error| untrusted(error, "Toimija-otsikon allekirjoittajan varmenteeseen ei luoteta."))?;
    if facts.organisation.as_ref() != Some(connecting) {
        return Err(invalid("Toimija-otsikon on allekirjoittanut toinen organisaatio kuin yhteyden organisaatio."));
    }
    let toimija = kanta::toimija::decode(xml, &Limits::default())
        .map_err(|fault| Denial::with(Refusal::ActorInvalid, fault.to_string()))?;
    if toimija.connecting != *connecting {
        return Err(invalid("Toimija-otsikon organisaatio on eri kuin yhteyden organisaatio."));
    }
    let skew = now.duration_since(toimija.time).abs();
    if skew > SignedDuration::from_secs(settings.clock_skew_s) {
        return Err(invalid("Toimija-otsikko on vanhentunut tai kellonaika on väärä."));
    }
    if toimija.nonce.len() < 16 || toimija.nonce.len() > 128 {
        return Err(invalid("Toimija-otsikon kertatunniste on liian lyhyt tai pitkä."));
    }
    let Some(evidence) = &toimija.evidence else { return Ok(Actor { toimija, card: None, logged_in: None }) };
    let evidence = seal::login::Evidence {
        challenge: String::from_utf8(evidence.challenge.clone())
            .map_err(|_| invalid("Kirjautumisen todiste ei kelpaa."))?,
        signature: evidence.signature.clone(),
        certificate_der: evidence.certificate.clone(),
    };
    let logged_in = login_time(&evidence, connecting, settings, now)?;
    let card = card_of(&toimija, &evidence, trust, logins, now)?;
    Ok(Actor { toimija, card: Some(card), logged_in: Some(logged_in) })
}

/// When the challenge was made; not in the future, and at an origin of the connecting organisation, so that what one
/// house's login page was answered proves nothing in another's messages.
fn login_time(
    evidence: &seal::login::Evidence,
    connecting: &OrganisationId,
    settings: &Settings,
    now: Timestamp,
) -> Result<Timestamp, Denial> {
    let challenge = seal::login::Challenge::from_text(&evidence.challenge);
    let (origin, made) = challenge.parts().map_err(login_denial)?;
    let origins = settings.login_origins.get(connecting.as_str());
    if origins.is_some_and(|known| !known.iter().any(|one| one == origin)) {
        return Err(invalid("Kirjautuminen on tehty muualla kuin yhteyden organisaation palvelussa."));
    }
    if made.duration_since(now) > SignedDuration::from_secs(settings.clock_skew_s) {
        return Err(invalid("Kirjautumisen todiste on päivätty tulevaisuuteen."));
    }
    Ok(made)
}

fn card_of(
    toimija: &Toimija,
    evidence: &seal::login::Evidence,
    trust: &TrustStore,
    logins: &Logins,
    now: Timestamp,
) -> Result<Arc<CertificateFacts>, Denial> {
    let mut digest = aws_lc_rs::digest::Context::new(&aws_lc_rs::digest::SHA256);
    for part in [evidence.challenge.as_bytes(), &evidence.signature, &evidence.certificate_der] {
        digest.update(&(part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    let key: [u8; 32] = digest.finish().as_ref().try_into().map_err(|_| invalid("Kirjautumisen todiste ei kelpaa."))?;
    let facts = match logins.get(&key) {
        Some(facts) => facts,
        None => {
            let (facts, _at) = seal::login::verify_evidence(evidence, trust).map_err(login_denial)?;
            // The challenge names its own time; what counts is that the card is still good now (FR-110).
            trust.check_login(&evidence.certificate_der, now).map_err(trust_denial)?;
            logins.put(key, &facts);
            facts
        }
    };
    // A professional is proved by the registration number of the card, a temporary card's too; who claims none must not
    // have one. What a staff card proves is compared with the frame's name in `agrees`, for Toimija has no staff number.
    if toimija.registration == facts.registration {
        Ok(facts)
    } else {
        Err(invalid("Kirjautumiskortti ei ole Toimija-otsikossa nimetyn henkilön."))
    }
}

fn login_denial(error: seal::LoginError) -> Denial {
    match error {
        seal::LoginError::Trust(error) => trust_denial(error),
        _ => invalid("Kirjautumisen todiste ei kelpaa."),
    }
}

fn trust_denial(error: TrustError) -> Denial {
    match error {
        TrustError::Revoked => Denial::new(Refusal::CardRevoked),
        TrustError::Expired => Denial::new(Refusal::CardExpired),
        _ => untrusted(error, "Kirjautumiskortin varmenteeseen ei luoteta."),
    }
}

/// A certificate that is not believed. When it is our own revocation list that is old, the sender has done nothing wrong
/// and comes again.
fn untrusted(error: TrustError, sentence: &str) -> Denial {
    if error == TrustError::NoFreshCrl { out_of_reach() } else { invalid(sentence) }
}

/// The frame and the `Toimija` name the same person and unit.
///
/// # Errors
/// `ACTOR_INVALID`.
pub fn agrees(actor: &Actor, user: &User) -> Result<(), Denial> {
    if actor.toimija.worker != user.hetu || actor.toimija.unit != user.unit {
        return Err(invalid("Siirtokehyksen käyttäjä on eri kuin Toimija-otsikon."));
    }
    match &actor.card {
        Some(card) if card.registration.is_none() && !holder_is(card, user) => {
            Err(invalid("Kirjautumiskortti on toisen henkilön kuin siirtokehyksessä."))
        }
        _ => Ok(()),
    }
}

/// Whether a card without registration number names the user: family name and one given name.
fn holder_is(card: &CertificateFacts, user: &User) -> bool {
    let lower = |text: &str| text.trim().to_lowercase();
    let given = lower(card.given.as_deref().unwrap_or_default());
    card.family.as_deref().is_some_and(|family| lower(family) == lower(&user.family))
        && lower(&user.given).split_whitespace().any(|name| given.split_whitespace().any(|other| other == name))
}

/// The frame's usage situation is the basis that the archive finds itself. Only the sender's own organisation and the
/// register that it names are compared, so the refusal tells nothing of any client and may be told as it is.
///
/// # Errors
/// `FRAME_MISMATCH`.
pub fn check_situation(situation: kanta::ids::Situation, basis: Basis) -> Result<(), Denial> {
    use kanta::ids::Situation;
    let fits = match basis {
        Basis::Own => matches!(situation, Situation::OwnRegister | Situation::SpecialReason),
        Basis::Rko => situation == Situation::RegisterAccess,
    };
    if fits {
        Ok(())
    } else {
        Err(Denial::with(Refusal::FrameMismatch, "Siirtokehyksen käyttötilanne on eri kuin käytön todellinen peruste."))
    }
}

/// What the registers say of the actor: the unit's organisation, its validity today, the professional right.
///
/// # Errors
/// `ORG_UNKNOWN`, `UNIT_EXPIRED`, `ACTOR_INVALID`; `SERVICE_UNAVAILABLE` when a register is out of reach.
pub async fn acting(
    actor: &Actor,
    connecting: &OrganisationId,
    registers: &Cached,
    now: Timestamp,
) -> Result<Acting, Denial> {
    let unit = valid_unit(&actor.toimija.unit, finnish_date(now), registers).await?;
    if let Some(number) = &actor.toimija.registration {
        match registers.professional(number.as_str()).await.map_err(|_| out_of_reach())? {
            Some(true) => {}
            Some(false) => return Err(invalid("Ammattioikeus ei ole voimassa.")),
            None => return Err(invalid("Rekisteröintinumeroa ei löydy.")),
        }
    }
    Ok(Acting {
        connecting: connecting.as_str().to_owned(),
        organisation: unit.organisation.as_str().to_owned(),
        unit: actor.toimija.unit.clone(),
        duty: Duty::parse(&actor.toimija.duty).ok_or_else(|| invalid("Työtehtävää ei tunneta."))?,
        tasks: actor.toimija.own_tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
        services: actor.toimija.own_services.iter().map(|code| SocialService::new(code.clone())).collect(),
        login: login_of(actor),
        reason: actor.toimija.special_reason.as_ref().and_then(|reason| {
            Some(GivenReason {
                reason: SpecialReason::parse(&reason.code)?,
                text_characters: reason.text.chars().count(),
                since: actor.toimija.time,
            })
        }),
    })
}

/// The strength that the evidence proves; a card that is only claimed is no card.
fn login_of(actor: &Actor) -> LoginStrength {
    if actor.card.is_some() {
        return LoginStrength::Card;
    }
    match LoginStrength::parse(&actor.toimija.strength) {
        Some(LoginStrength::SecondFactor) => LoginStrength::SecondFactor,
        _ => LoginStrength::Password,
    }
}

/// A unit that is known and in force on the day (FR-11).
///
/// # Errors
/// `ORG_UNKNOWN`, `UNIT_EXPIRED`, or `SERVICE_UNAVAILABLE`.
pub async fn valid_unit(
    unit: &records::id::ServiceUnitId,
    day: jiff::civil::Date,
    registers: &Cached,
) -> Result<UnitFacts, Denial> {
    let facts = registers.unit(unit).await.map_err(|_| out_of_reach())?;
    let facts = facts.ok_or_else(|| Denial::new(Refusal::OrgUnknown))?;
    if facts.valid_on(day) { Ok(facts) } else { Err(Denial::new(Refusal::UnitExpired)) }
}

/// A register outside did not answer: the sender keeps its document and tries again.
pub fn out_of_reach() -> Denial {
    Denial::new(Refusal::ServiceUnavailable)
}
