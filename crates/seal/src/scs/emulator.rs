//! What the card reader's software does, with software cards. An HTTP server wraps it (`registers`).
//!
//! It keeps the rules that protect a worker from a foreign page: the origin rule of the authentication key, https
//! only, a PIN of its own for each key (security-and-faults 1.6).

use super::{SignRequest, SignResponse, Version};
use crate::{SigningKey, SoftwareKey};
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RsaEncoding};
use base64::{Engine, prelude::BASE64_STANDARD};

/// Largest content, that of the real software.
const CONTENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// With the authentication key the content must go on for at least this many characters after the origin.
const AFTER_ORIGIN_MIN: usize = 64;

/// The cards in the emulator's reader.
#[derive(Debug, Default)]
pub struct Emulator {
    cards: Vec<SoftwareCard>,
}

/// A software card: two keys with their PINs.
pub struct SoftwareCard {
    /// Name by which the person in the demo chooses the card.
    pub name: String,
    /// PIN1's key (login).
    pub login: SoftwareKey,
    /// PIN2's key (signature); staff cards may lack it.
    pub signature: Option<SoftwareKey>,
    /// PIN1.
    pub pin1: String,
    /// PIN2.
    pub pin2: String,
}

impl std::fmt::Debug for SoftwareCard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftwareCard(…)")
    }
}

impl Emulator {
    /// A reader that knows the cards.
    pub fn new(cards: Vec<SoftwareCard>) -> Self {
        Self { cards }
    }

    /// Names of the cards.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cards.iter().map(|card| card.name.as_str())
    }

    /// Answer to `GET /version`. Only `data` is offered: a digest cannot be held against the origin rule.
    pub fn version() -> Version {
        Version {
            version: "1.1".into(),
            http_methods: "GET, POST".into(),
            content_types: "data".into(),
            signature_types: "signature".into(),
            selector_available: true,
            hash_algorithms: "SHA256, SHA384, SHA512".into(),
        }
    }

    /// Which PIN a request needs: true for PIN2 (signature), false for PIN1 (login).
    pub fn wants_signature(request: &SignRequest) -> bool {
        request.selector.keyusages.iter().any(|usage| usage.eq_ignore_ascii_case("nonrepudiation"))
    }

    /// Signs with the named card as the real service would. `origin` is the request's `Origin` header; `pin` is what
    /// the person typed into the service's own window, `None` when they cancelled. `issuers` and `akis` of the
    /// selector are not looked at.
    pub fn sign(&self, card: &str, origin: Option<&str>, request: &SignRequest, pin: Option<&str>) -> SignResponse {
        match self.try_sign(card, origin, request, pin) {
            Ok(answer) => answer,
            Err((code, words)) => SignResponse {
                version: "1.1".into(),
                status: "failed".into(),
                reason_code: code,
                reason_text: words.into(),
                ..SignResponse::default()
            },
        }
    }

    fn try_sign(
        &self,
        card: &str,
        origin: Option<&str>,
        request: &SignRequest,
        pin: Option<&str>,
    ) -> Result<SignResponse, (i64, &'static str)> {
        let content = readable_content(request)?;
        let origin =
            origin.filter(|origin| origin.starts_with("https://")).ok_or((403, "only https pages may sign"))?;
        let signing = Self::wants_signature(request);
        if !signing {
            check_origin_rule(&content, origin)?;
        }
        let (padding, algorithm) = padding_of(&request.hash_algorithm)?;
        let card = self.cards.iter().find(|known| known.name == card).ok_or((404, "no card in the reader"))?;
        let (key, right_pin) = match &card.signature {
            Some(key) if signing => (key, &card.pin2),
            None if signing => return Err((404, "the card has no signature certificate")),
            _ => (&card.login, &card.pin1),
        };
        let typed = pin.ok_or((401, "the user cancelled"))?;
        if typed != right_pin {
            return Err((401, "wrong PIN"));
        }
        let value = key.sign_with(padding, &content).map_err(|_| (500, "the card did not sign"))?;
        debug_assert_eq!(key.certificate_der(), key.chain()[0]);
        Ok(SignResponse {
            version: "1.1".into(),
            signature_algorithm: algorithm.into(),
            signature_type: "signature".into(),
            signature: BASE64_STANDARD.encode(value),
            chain: key.chain().iter().map(|der| BASE64_STANDARD.encode(der)).collect(),
            status: "ok".into(),
            reason_code: 200,
            reason_text: "Signature generated".into(),
        })
    }
}

fn readable_content(request: &SignRequest) -> Result<Vec<u8>, (i64, &'static str)> {
    let known = request.version == "1.1" && request.content_type == "data" && request.signature_type == "signature";
    if !known || request.selector.keyusages.len() != 1 {
        return Err((400, "the request is not of the form that this service knows"));
    }
    let usage = request.selector.keyusages[0].to_ascii_lowercase();
    if usage != "digitalsignature" && usage != "nonrepudiation" {
        return Err((400, "unknown key usage"));
    }
    if request.content.len() > CONTENT_BYTES_MAX / 3 * 4 {
        return Err((400, "the content is too large"));
    }
    BASE64_STANDARD.decode(&request.content).map_err(|_| (400, "the content is not base64"))
}

fn check_origin_rule(content: &[u8], origin: &str) -> Result<(), (i64, &'static str)> {
    let after = content.strip_prefix(origin.as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
    if after.is_some_and(|rest| rest.len() >= AFTER_ORIGIN_MIN) {
        Ok(())
    } else {
        Err((403, "the content does not begin with the origin of the page"))
    }
}

fn padding_of(hash: &str) -> Result<(&'static dyn RsaEncoding, &'static str), (i64, &'static str)> {
    match hash.to_ascii_uppercase().as_str() {
        "SHA256" => Ok((&RSA_PKCS1_SHA256, "SHA256withRSA")),
        "SHA384" => Ok((&RSA_PKCS1_SHA384, "SHA384withRSA")),
        "SHA512" => Ok((&RSA_PKCS1_SHA512, "SHA512withRSA")),
        _ => Err((400, "unknown hash")),
    }
}
