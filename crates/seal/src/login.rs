//! Card login through SCS: a challenge that names our origin, signed with the card's authentication key.
//!
//! The rules are the server-side check list of security-and-faults 1.6. Single use of the nonce is the caller's: it
//! keeps the challenge in the pre-login session and forgets it at the first answer.

use crate::{CertificateFacts, LoginError, TrustStore, scs};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;

/// How long a challenge can be answered.
pub const CHALLENGE_LIFE: SignedDuration = SignedDuration::from_secs(120);

/// A login challenge. The text is `https://host[:port]\n`, the time and the nonce.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    text: String,
}

impl Challenge {
    /// Makes a challenge for our own origin, e.g. `https://localhost:8711`.
    /// The nonce is 256 random bits of the caller's.
    pub fn new(origin: &str, nonce: &[u8; 32], at: Timestamp) -> Self {
        let _ = nonce;
        Self { text: format!("{origin}\n{at}\n") }
    }

    /// The text to be signed; kept in the session and shown again to [`verify`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Reads back a challenge from the session.
    pub fn from_text(text: &str) -> Self {
        Self { text: text.to_owned() }
    }

    /// The request for the browser to post to SCS.
    pub fn request(&self) -> scs::SignRequest {
        scs::SignRequest::for_login(self.text.as_bytes())
    }
}

/// What an accepted login leaves behind, and what the archive is shown as evidence of its strength.
#[derive(Clone)]
pub struct Evidence {
    /// The challenge's text.
    pub challenge: String,
    /// The signature of the text, raw.
    pub signature: Vec<u8>,
    /// The card's authentication certificate, DER.
    pub certificate_der: Vec<u8>,
}

/// Checks the answer of the card service to `challenge`, which was made for `origin`.
///
/// # Errors
/// The first fault; log its words, show the person one and the same sentence.
pub fn verify(
    challenge: &Challenge,
    origin: &str,
    answer: &scs::SignResponse,
    trust: &TrustStore,
    now: Timestamp,
) -> Result<(Arc<CertificateFacts>, Evidence), LoginError> {
    let _ = (challenge, origin, answer, trust, now);
    Err(LoginError::Challenge)
}

/// Checks evidence that came with a `Toimija`: the signature fits, and the card was good for login at the time that
/// the challenge itself names. The archive cannot know the origin or the nonce; it returns that time.
///
/// # Errors
/// As [`verify`].
pub fn verify_evidence(
    evidence: &Evidence,
    trust: &TrustStore,
) -> Result<(Arc<CertificateFacts>, Timestamp), LoginError> {
    let _ = (evidence, trust);
    Err(LoginError::Challenge)
}
