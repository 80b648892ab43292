//! Logging in: by password or by card, then the active unit. The strength of the login, with its evidence, goes with
//! everything that the worker does (functional specification 3.8b, decisions.md 2).

pub mod lock;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod throttle;

use base64::{Engine, prelude::BASE64_STANDARD};

use jiff::{SignedDuration, Timestamp};
use records::access::LoginStrength;

/// Longest life of a card login: the absolute length of a staff session (security-and-faults 2.5).
const CARD_LOGIN_MAX: SignedDuration = SignedDuration::from_hours(10);

/// What a session holds.
#[derive(Clone, Default)]
pub struct Login {
    /// The challenge that a card has been asked to sign; forgotten at the first answer.
    pub challenge: Option<String>,
    /// Who has logged in.
    pub worker: Option<Worker>,
    /// Where the worker was when the page was locked; while it is there, no page is given (users-and-screens 3.3).
    pub locked: Option<String>,
    /// Wrong PINs since the page was locked.
    pub wrong_pins: u8,
}

/// A worker who has shown a password or a card.
#[derive(Clone)]
pub struct Worker {
    /// The organisation.
    pub org: String,
    /// The worker's id.
    pub person: String,
    /// The active unit, once chosen.
    pub unit: Option<String>,
    /// The card's proof.
    pub card: Option<Card>,
}

/// A proven card.
#[derive(Clone)]
pub struct Card {
    /// What was signed and by whom.
    pub evidence: seal::login::Evidence,
}

impl Login {
    /// How strong the login is, for as long as the session lives: ten hours at most. A password typed at a device that is
    /// registered to the organisation is a password with a second factor (functional specification 3.8b).
    pub fn strength(&self, registered_devices: bool) -> LoginStrength {
        match self.worker.as_ref().and_then(|worker| worker.card.as_ref()) {
            Some(_) => LoginStrength::Card,
            None if registered_devices => LoginStrength::SecondFactor,
            None => LoginStrength::Password,
        }
    }

    /// Whether the card was shown longer ago than a session may last, in product time: the archive would not believe it
    /// any more, so the worker logs in anew. Differs from the session's own end only when a demo's clock is moved.
    pub fn outlived(&self, now: Timestamp) -> bool {
        let Some(card) = self.worker.as_ref().and_then(|worker| worker.card.as_ref()) else { return false };
        let challenge = seal::login::Challenge::from_text(&card.evidence.challenge);
        challenge.parts().map_or(true, |(_, made)| now.duration_since(made) > CARD_LOGIN_MAX)
    }

    /// The evidence as it is kept with a document in the queue: challenge, signature, certificate, in base64.
    pub fn evidence(&self) -> Option<[String; 3]> {
        let evidence = &self.worker.as_ref()?.card.as_ref()?.evidence;
        Some([
            BASE64_STANDARD.encode(evidence.challenge.as_bytes()),
            BASE64_STANDARD.encode(&evidence.signature),
            BASE64_STANDARD.encode(&evidence.certificate_der),
        ])
    }
}
