//! The test CA and its folder.

use crate::fixture::{ORGANISATION, World, at, noon, system_of};
use seal::{
    KeyError, PolicyFamily, Purpose, SigningKey, SoftwareKey, TrustError, TrustStore,
    pki::{Issuer, KeySize, TestCa, Validity},
};

#[test]
fn the_ca_continues_from_its_folder_with_its_revocations_and_numbers() {
    let mut world = World::new();
    let (key, serial) = world.issue(&system_of(ORGANISATION), Validity::DEMO);
    world.ca.revoke(Issuer::Service, &serial, at("2026-01-01T00:00:00Z")).unwrap();
    let until = at("2027-01-01T00:00:00Z");
    let first = world.ca.crl(Some(Issuer::Service), noon(), until).unwrap();
    let root = world.ca.root_pem().to_owned();

    let mut again = TestCa::open_or_create(world.folder.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
    assert_eq!(again.root_pem(), root);
    let trust = again.trust_store(noon(), until).unwrap();
    let found = trust.check(key.certificate_der(), Purpose::SystemSignature, noon());
    assert_eq!(found.unwrap_err(), TrustError::Revoked);
    assert_eq!(trust.put_crl(&first).unwrap_err(), TrustError::BadCrl, "numbers go on from where they were");
    let later = again.issue(&system_of(ORGANISATION), KeySize::Rsa2048, Validity::DEMO).unwrap().key().unwrap();
    assert!(trust.check(later.certificate_der(), Purpose::SystemSignature, noon()).is_ok());
}

#[cfg(unix)]
#[test]
fn private_keys_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let ca = TestCa::open_or_create(folder.path(), KeySize::Rsa2048, Validity::DEMO).unwrap();
    ca.issue(&system_of(ORGANISATION), KeySize::Rsa2048, Validity::DEMO).unwrap().write(folder.path(), "x").unwrap();
    let mut keys = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().ends_with(".key.pem") {
            keys += 1;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", file.file_name());
        }
    }
    assert_eq!(keys, 7);
    assert!(SoftwareKey::load(folder.path(), "x").is_ok());
}

#[test]
fn a_key_and_a_strange_certificate_do_not_go_together() {
    let world = World::new();
    let read = |name: &str| std::fs::read_to_string(world.pem(name)).unwrap();
    let mixed = SoftwareKey::from_pem(&read("system.key.pem"), &read("tls.cert.pem"));
    assert!(matches!(mixed, Err(KeyError::Mismatch)));
    assert!(matches!(SoftwareKey::from_pem("", &read("tls.cert.pem")), Err(KeyError::Unreadable)));
    assert!(matches!(SoftwareKey::from_pem(&read("system.key.pem"), ""), Err(KeyError::Unreadable)));
    assert!(matches!(SoftwareKey::load(world.folder.path(), "nobody"), Err(KeyError::File(_))));
}

#[test]
fn nothing_shows_a_key_or_a_holder_in_debug() {
    let world = World::new();
    let issued = world.ca.issue(&system_of(ORGANISATION), KeySize::Rsa2048, Validity::DEMO).unwrap();
    let shown = format!("{issued:?} {:?} {:?} {:?}", world.ca, world.key("system"), crate::fixture::professional());
    assert!(!shown.contains("PRIVATE") && !shown.contains("Testinen"), "{shown}");
}

#[test]
fn trust_read_from_a_folder_is_the_cas_own() {
    let mut world = World::new();
    let folder = world.folder.path().to_owned();
    world.ca.publish(&folder, noon(), at("2027-01-01T00:00:00Z")).unwrap();
    let trust = TrustStore::from_folder(&folder, PolicyFamily::Test).unwrap();
    let good = |name: &str, purpose| trust.check(world.key(name).certificate_der(), purpose, noon()).map(|_| ());
    assert_eq!(good("professional-sign", Purpose::ProfessionalSignature), Ok(()));
    assert_eq!(good("temporary-sign", Purpose::ProfessionalSignature), Ok(()));
    assert_eq!(good("citizen-login", Purpose::ProfessionalLogin), Err(TrustError::Issuer));
    assert_eq!(good("system", Purpose::SystemSignature), Ok(()));

    let system = trust.check(world.key("system").certificate_der(), Purpose::SystemSignature, noon()).unwrap();
    world.ca.revoke(Issuer::Service, &system.serial_hex, at("2026-11-15T09:00:00Z")).unwrap();
    world.ca.publish(&folder, noon(), at("2027-01-01T00:00:00Z")).unwrap();
    assert_eq!(trust.read_crls(&folder).unwrap(), 5, "root and four issuers; the citizens' list is passed over");
    let found = trust.check(world.key("system").certificate_der(), Purpose::SystemSignature, noon());
    assert_eq!(found.unwrap_err(), TrustError::Revoked);
}

#[test]
fn an_empty_folder_trusts_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let trust = TrustStore::from_folder(folder.path(), PolicyFamily::Test).unwrap();
    assert!(trust.roots().is_empty() && trust.issuers(Purpose::TlsClient).is_empty());
    std::fs::write(folder.path().join("service-ca.cert.pem"), World::new().ca.issuer_pem(Issuer::Service)).unwrap();
    assert!(TrustStore::from_folder(folder.path(), PolicyFamily::Test).is_err(), "an issuer without its root");
}

#[test]
fn a_certificate_written_as_pem_reads_back() {
    let world = World::new();
    let written = seal::key::certificate_pem(world.key("system").certificate_der());
    let read = std::fs::read_to_string(world.pem("system.cert.pem")).unwrap();
    assert!(read.replace("\r\n", "\n").starts_with(&written));
}
