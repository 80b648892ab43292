//! Mutual TLS, with real handshakes over a pair of pipes.

use crate::fixture::{ORGANISATION, World, at, noon};
use rustls::pki_types::ServerName;
use seal::{SoftwareKey, TrustError, TrustStore, tls};
use std::sync::Arc;
use tokio_rustls::{TlsAcceptor, TlsConnector};

/// Shakes hands and gives the certificate that the server saw.
async fn shake(server: Arc<rustls::ServerConfig>, client: Arc<rustls::ClientConfig>) -> std::io::Result<Vec<u8>> {
    let (near, far) = tokio::io::duplex(64 * 1024);
    let name = ServerName::try_from("localhost").unwrap();
    let server_side = async {
        let stream = TlsAcceptor::from(server).accept(far).await?;
        let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
        Ok::<_, std::io::Error>(certificates.first().map(|der| der.to_vec()).unwrap_or_default())
    };
    let (seen, connected) = tokio::join!(server_side, TlsConnector::from(client).connect(name, near));
    let seen = seen?;
    connected?;
    Ok(seen)
}

async fn connect(world: &World, trust: &TrustStore, own: Option<&SoftwareKey>) -> std::io::Result<Vec<u8>> {
    let server = tls::mutual_server(&world.key("tls"), trust).unwrap();
    shake(server, tls::client(own, trust).unwrap()).await
}

#[tokio::test]
async fn the_connecting_organisation_is_named_by_its_certificate() {
    let mut world = World::new();
    let trust = world.trust();
    let seen = connect(&world, &trust, Some(&world.key("tls"))).await.unwrap();
    assert_eq!(tls::connecting_organisation(&seen, &trust, noon()).unwrap().as_str(), ORGANISATION);
}

#[tokio::test]
async fn no_certificate_and_a_card_of_another_issuer_do_not_connect() {
    let mut world = World::new();
    let trust = world.trust();
    assert!(connect(&world, &trust, None).await.is_err());
    for name in ["professional-login", "professional-sign", "citizen-login"] {
        assert!(connect(&world, &trust, Some(&world.key(name))).await.is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_system_signature_certificate_passes_rustls_but_not_our_check() {
    let mut world = World::new();
    let trust = world.trust();
    let seen = connect(&world, &trust, Some(&world.key("system"))).await.unwrap();
    assert_eq!(tls::connecting_organisation(&seen, &trust, noon()), Err(TrustError::KeyUsage));
}

#[tokio::test]
async fn a_revoked_certificate_is_refused_after_the_handshake() {
    let mut world = World::new();
    let trust = world.trust();
    let seen = connect(&world, &trust, Some(&world.key("tls"))).await.unwrap();
    let serial = trust.check(&seen, seal::Purpose::TlsClient, noon()).unwrap().serial_hex.clone();
    world.ca.revoke(seal::pki::Issuer::Service, &serial, at("2026-11-01T00:00:00Z")).unwrap();
    let list = world.ca.crl(Some(seal::pki::Issuer::Service), noon(), at("2026-12-01T00:00:00Z")).unwrap();
    trust.put_crl(&list).unwrap();
    assert_eq!(tls::connecting_organisation(&seen, &trust, noon()), Err(TrustError::Revoked));
}

#[tokio::test]
async fn a_client_does_not_trust_a_server_of_another_ca() {
    let mut world = World::new();
    let trust = world.trust();
    let server = tls::server(&world.key("tls")).unwrap();
    assert!(shake(server.clone(), tls::client(None, &trust).unwrap()).await.is_ok());
    let mut foreign = seal::pki::TestCa::create(seal::pki::KeySize::Rsa2048, seal::pki::Validity::DEMO).unwrap();
    let foreign_trust = foreign.trust_store(noon(), at("2027-01-01T00:00:00Z")).unwrap();
    assert!(shake(server, tls::client(None, &foreign_trust).unwrap()).await.is_err());
}
