//! Card login through SCS: a challenge that names our origin, signed with the card's authentication key.
//!
//! The rules are the server-side check list of security-and-faults 1.6. Single use of the nonce is the caller's: it
//! keeps the challenge in the pre-login session and forgets it at the first answer.

use crate::{
    CertificateFacts, LoginError, TrustStore,
    public_key::{EcForm, Hash, KeyKind, PublicKey},
    scs,
};
use jiff::{SignedDuration, Timestamp};
use std::{fmt, sync::Arc};

/// How long a challenge can be answered.
pub const CHALLENGE_LIFE: SignedDuration = SignedDuration::from_secs(120);

/// A login challenge. Its text is `https://host[:port]`, the time and the nonce, each on a line.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    text: String,
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenge(…)")
    }
}

impl Challenge {
    /// Makes a challenge for our own origin, e.g. `https://localhost:8711`. The nonce is 256 random bits of the
    /// caller's.
    pub fn new(origin: &str, nonce: &[u8; 32], at: Timestamp) -> Self {
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        Self { text: format!("{origin}\n{at}\n{}", hex::encode(nonce)) }
    }

    /// The text to be signed; kept in the pre-login session and shown again to [`verify`].
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

    /// The origin and the time that the text names.
    ///
    /// # Errors
    /// `Challenge` when the text is not of this form or its nonce is shorter than 128 bits.
    pub fn parts(&self) -> Result<(&str, Timestamp), LoginError> {
        let mut lines = self.text.split('\n');
        let (Some(origin), Some(time), Some(nonce), None) = (lines.next(), lines.next(), lines.next(), lines.next())
        else {
            return Err(LoginError::Challenge);
        };
        let nonce_fits = hex::decode(nonce).is_ok_and(|bytes| bytes.len() >= 16);
        match time.parse() {
            Ok(at) if nonce_fits && origin.starts_with("https://") => Ok((origin, at)),
            _ => Err(LoginError::Challenge),
        }
    }
}

/// What an accepted login leaves behind, and what the archive is shown as evidence of its strength.
#[derive(Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The challenge's text.
    pub challenge: String,
    /// The signature of the text, raw.
    pub signature: Vec<u8>,
    /// The card's authentication certificate, DER.
    pub certificate_der: Vec<u8>,
}

impl fmt::Debug for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Evidence(…)")
    }
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
    let (named, made) = challenge.parts()?;
    if named != origin || now < made {
        return Err(LoginError::Challenge);
    }
    if now.duration_since(made) > CHALLENGE_LIFE {
        return Err(LoginError::TooOld);
    }
    let (signature, certificate_der) = answer.parts()?;
    let algorithm = answer.signature_algorithm.to_ascii_uppercase();
    if !["SHA256WITHRSA", "SHA256WITHECDSA"].contains(&algorithm.as_str()) {
        return Err(LoginError::Unreadable);
    }
    let evidence = Evidence { challenge: challenge.text.clone(), signature, certificate_der };
    check_signature(&evidence)?;
    let facts = trust.check_login(&evidence.certificate_der, now)?;
    Ok((facts, evidence))
}

/// Checks evidence that came with a `Toimija`: the signature fits, and the card was good for login at the time that
/// the challenge itself names. The archive cannot know whether the nonce was used before; it learns that time and
/// judges it against the age that a session may have.
///
/// # Errors
/// As [`verify`].
pub fn verify_evidence(
    evidence: &Evidence,
    trust: &TrustStore,
) -> Result<(Arc<CertificateFacts>, Timestamp), LoginError> {
    let (_, made) = Challenge::from_text(&evidence.challenge).parts()?;
    check_signature(evidence)?;
    Ok((trust.check_login(&evidence.certificate_der, made)?, made))
}

/// SHA-256, as asked for in the request; an ECDSA card answers in DER, some software in `r‖s`.
fn check_signature(evidence: &Evidence) -> Result<(), LoginError> {
    let key = PublicKey::of_certificate(&evidence.certificate_der).map_err(|_| LoginError::Unreadable)?;
    let form = match (key.kind, evidence.signature.len()) {
        (KeyKind::P256, 64) => EcForm::Fixed,
        _ => EcForm::Der,
    };
    let signed = key.verify(Hash::Sha256, form, evidence.challenge.as_bytes(), &evidence.signature);
    signed.map_err(|_| LoginError::Signature)
}
