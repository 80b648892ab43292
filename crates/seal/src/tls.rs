//! TLS between systems: required client certificates from configured issuers, and who it was that connected.
//!
//! rustls checks neither keyUsage nor a revocation list by itself (security-and-faults 1.7): [`connecting_organisation`]
//! does, after the handshake, with [`TrustStore::check`].

use crate::{KeyError, SoftwareKey, TrustError, TrustStore};
use jiff::Timestamp;
use records::id::OrganisationId;
use std::sync::Arc;

/// A server that demands a client certificate of an issuer trusted for [`crate::Purpose::TlsClient`] (`/sanomat`).
///
/// # Errors
/// `Unreadable` when key or issuers cannot be used.
pub fn mutual_server(own: &SoftwareKey, trust: &TrustStore) -> Result<Arc<rustls::ServerConfig>, KeyError> {
    let _ = (own, trust);
    Err(KeyError::Unreadable)
}

/// A server for browsers, without client certificates.
///
/// # Errors
/// `Unreadable` when the key cannot be used.
pub fn server(own: &SoftwareKey) -> Result<Arc<rustls::ServerConfig>, KeyError> {
    let _ = own;
    Err(KeyError::Unreadable)
}

/// A client that trusts issuers of [`crate::Purpose::TlsServer`] and shows `own` when the server asks.
///
/// # Errors
/// `Unreadable` when key or issuers cannot be used.
pub fn client(own: Option<&SoftwareKey>, trust: &TrustStore) -> Result<Arc<rustls::ClientConfig>, KeyError> {
    let _ = (own, trust);
    Err(KeyError::Unreadable)
}

/// The organisation named by the certificate that the peer showed: key usage, policy, validity and revocation hold.
/// `at` is real time, never the demo's clock (decisions.md 14).
///
/// # Errors
/// Those of [`TrustStore::check`], and `Subject` when the certificate names no organisation.
pub fn connecting_organisation(
    peer_certificate_der: &[u8],
    trust: &TrustStore,
    at: Timestamp,
) -> Result<OrganisationId, TrustError> {
    let facts = trust.check(peer_certificate_der, crate::Purpose::TlsClient, at)?;
    facts.organisation.clone().ok_or(TrustError::Subject)
}
