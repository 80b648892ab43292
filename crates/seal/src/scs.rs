//! The messages of SCS 1.1, the signing service of the card reader's software (wire-format 7.3). [`emulator`] is what
//! that software would do.

#[cfg(feature = "stand-ins")]
pub mod emulator;

#[cfg(feature = "stand-ins")]
pub use emulator::{Emulator, SoftwareCard};

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
