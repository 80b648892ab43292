//! Who acts (`Toimija`): a SOAP header element of our own, beside the frame (decisions.md 2).
//!
//! The frame names the user; this element carries what the archive needs to judge and to document: duty, strength and
//! evidence of login, purpose, search key. It is signed with the connecting organisation's system key (`seal`,
//! enveloped). Nothing of it is Kela's.

mod decode;
mod encode;

pub use decode::decode;
pub use encode::encode;

use jiff::Timestamp;
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use std::fmt;

/// The namespace of the element.
pub const NAMESPACE: &str = "urn:vakka:toimija:1";

/// Who acts, as what, why, and how we know.
///
/// The codes of duty, strength, purpose and special reason are `records::access`'s; they travel as text, so that the
/// archive can refuse one it does not know by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Toimija {
    /// The worker's personal identity code; equal to the frame's user.
    pub worker: PersonalIdentityCode,
    /// The worker's registration number, if a professional.
    pub registration: Option<RegistrationNumber>,
    /// Active service unit; equal to the frame's.
    pub unit: ServiceUnitId,
    /// Duty (työtehtävä).
    pub duty: String,
    /// Own service tasks (1221) of the worker; the right to search is by task.
    pub own_tasks: Vec<String>,
    /// Social services (1222) that the worker carries out (decree 457/2024 § 15). Believed as the tasks are: the signed
    /// documents do not tell it. Without any, only what the worker's own unit has made is of the own service.
    pub own_services: Vec<String>,
    /// Strength of login.
    pub strength: String,
    /// What shows the login; the archive checks it and does not take the strength on trust.
    pub evidence: Option<LoginEvidence>,
    /// Purpose of use (käyttötarkoitus).
    pub purpose: String,
    /// What was searched by.
    pub search_key: Option<SearchKey>,
    /// Special reason: code and words (erityinen syy).
    pub special_reason: Option<SpecialReason>,
    /// When the element was made; old ones are refused.
    pub time: Timestamp,
    /// Once only; a repeated one is refused.
    pub nonce: String,
    /// The connecting organisation, the one of the TLS certificate.
    pub connecting: OrganisationId,
}

impl fmt::Debug for Toimija {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Toimija")
            .field("unit", &self.unit)
            .field("duty", &self.duty)
            .field("strength", &self.strength)
            .field("purpose", &self.purpose)
            .field("time", &self.time)
            .field("connecting", &self.connecting)
            .finish_non_exhaustive()
    }
}

/// The proof that a card signed the session: what was signed, the signature, the certificate.
#[derive(Clone, PartialEq, Eq)]
pub struct LoginEvidence {
    /// The SCS challenge text that the card signed: origin line, nonce, session.
    pub challenge: Vec<u8>,
    /// The signature over it.
    pub signature: Vec<u8>,
    /// The card's authentication certificate, DER.
    pub certificate: Vec<u8>,
}

impl fmt::Debug for LoginEvidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginEvidence(…)")
    }
}

/// What a search was made by.
#[derive(Clone, PartialEq, Eq)]
pub struct SearchKey {
    /// `case`, `client`, `document` or `set`.
    pub kind: String,
    /// The key itself; may identify a person.
    pub value: String,
}

impl fmt::Debug for SearchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SearchKey").field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// A special reason (FR for erityinen syy): a code and the worker's own words.
#[derive(Clone, PartialEq, Eq)]
pub struct SpecialReason {
    /// Code of the reason.
    pub code: String,
    /// The worker's words.
    pub text: String,
}

impl fmt::Debug for SpecialReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpecialReason").field("code", &self.code).finish_non_exhaustive()
    }
}
