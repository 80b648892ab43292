//! Everything that is proved by a key: document signatures, the signed `Toimija`, certificates and whom they are
//! trusted for, the test CA, mutual TLS, and the card login through SCS.
//!
//! It exists so that the client system, the archive and the validator decide alike what a valid signature is. Its
//! parts are kept apart because they are asked at different times: [`document`] and [`enveloped`] answer *is the
//! mathematics right, and does it cover what we read*; [`trust`] answers *whose key is it, and for what*.
//!
//! Rules: wire-format 7 and 15 (Signatures), security-and-faults 1, FR-39, FR-40, FR-42.

mod c14n;
mod certificate;
pub mod document;
pub mod enveloped;
pub mod error;
pub mod key;
pub mod login;
#[cfg(feature = "stand-ins")]
pub mod pki;
mod public_key;
mod revocation;
pub mod scs;
mod signature;
pub mod tls;
pub mod trust;
mod xml;

pub use document::{Prepared, Role, Verified, finish, prepare, sign, verify};
pub use error::{KeyError, LoginError, SealError, TrustError};
pub use key::{SigningKey, SoftwareKey};
pub use trust::{CardKind, CertificateFacts, PolicyFamily, Purpose, TrustStore};
