//! TLS between systems: required client certificates from configured issuers, and who it was that connected.
//!
//! rustls checks neither keyUsage nor a revocation list by itself (security-and-faults 1.7): [`connecting_organisation`]
//! does, after the handshake, with [`TrustStore::check`].

use crate::{KeyError, Purpose, SoftwareKey, TrustError, TrustStore};
use jiff::Timestamp;
use records::id::OrganisationId;
use rustls::{
    ClientConfig, RootCertStore, ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use std::sync::Arc;

/// Protocols offered after the handshake, the better first.
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// A server that demands a client certificate of an issuer trusted for [`crate::Purpose::TlsClient`] (`/sanomat`).
///
/// # Errors
/// `Unreadable` when key or issuers cannot be used.
pub fn mutual_server(own: &SoftwareKey, trust: &TrustStore) -> Result<Arc<ServerConfig>, KeyError> {
    let anchors = Arc::new(anchors(trust, Purpose::TlsClient)?);
    let verifier =
        WebPkiClientVerifier::builder_with_provider(anchors, provider()).build().map_err(|_| KeyError::Unreadable)?;
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| KeyError::Unreadable)?
        .with_client_cert_verifier(verifier);
    finish_server(builder.with_single_cert(chain(own), private(own)))
}

/// A server for browsers, without client certificates.
///
/// # Errors
/// `Unreadable` when the key cannot be used.
pub fn server(own: &SoftwareKey) -> Result<Arc<ServerConfig>, KeyError> {
    let builder = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| KeyError::Unreadable)?
        .with_no_client_auth();
    finish_server(builder.with_single_cert(chain(own), private(own)))
}

fn finish_server(made: Result<ServerConfig, rustls::Error>) -> Result<Arc<ServerConfig>, KeyError> {
    let mut config = made.map_err(|_| KeyError::Unreadable)?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(Arc::new(config))
}

/// A client that trusts issuers of [`crate::Purpose::TlsServer`] and shows `own` when the server asks. The protocols
/// of ALPN are left to the HTTP client that takes the configuration.
///
/// # Errors
/// `Unreadable` when key or issuers cannot be used.
pub fn client(own: Option<&SoftwareKey>, trust: &TrustStore) -> Result<Arc<ClientConfig>, KeyError> {
    let builder = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|_| KeyError::Unreadable)?
        .with_root_certificates(anchors(trust, Purpose::TlsServer)?);
    let config = match own {
        Some(own) => builder.with_client_auth_cert(chain(own), private(own)).map_err(|_| KeyError::Unreadable)?,
        None => builder.with_no_client_auth(),
    };
    Ok(Arc::new(config))
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// The issuing CAs themselves are the anchors, not the root, under which others' certificates hang too.
fn anchors(trust: &TrustStore, purpose: Purpose) -> Result<RootCertStore, KeyError> {
    let mut store = RootCertStore::empty();
    for issuer in trust.issuers(purpose) {
        store.add(CertificateDer::from(issuer)).map_err(|_| KeyError::Unreadable)?;
    }
    Ok(store)
}

fn chain(own: &SoftwareKey) -> Vec<CertificateDer<'static>> {
    own.chain().iter().map(|der| CertificateDer::from(der.clone())).collect()
}

fn private(own: &SoftwareKey) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.pkcs8().to_vec()))
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
    let facts = trust.check(peer_certificate_der, Purpose::TlsClient, at)?;
    facts.organisation.clone().ok_or(TrustError::Subject)
}
