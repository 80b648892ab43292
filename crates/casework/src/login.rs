//! Logging in: by password or by card, then the active unit. The strength of the login, with its evidence, goes with
//! everything that the worker does (functional specification 3.8b, decisions.md 2).

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;

use base64::{Engine, prelude::BASE64_STANDARD};

use records::access::LoginStrength;

/// What a session holds.
#[derive(Clone, Default)]
pub struct Login {
    /// The challenge that a card has been asked to sign; forgotten at the first answer.
    pub challenge: Option<String>,
    /// Who has logged in.
    pub worker: Option<Worker>,
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
