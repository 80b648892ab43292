//! Whom a certificate is trusted for (security-and-faults 1.2, 1.3; FR-39, FR-42).

use crate::fixture::{NUMBER, ORGANISATION, World, at, noon, professional, system_of};
use jiff::civil::date;
use seal::{
    CardKind, PolicyFamily, Purpose, SigningKey, TrustError, TrustStore,
    pki::{CardUse, Issuer, KeySize, Profile, TestCa, Validity},
    trust::LOGINS,
};

const ALL: [Purpose; 7] = [
    Purpose::ProfessionalSignature,
    Purpose::ProfessionalLogin,
    Purpose::PersonnelLogin,
    Purpose::TemporaryLogin,
    Purpose::SystemSignature,
    Purpose::TlsClient,
    Purpose::TlsServer,
];

#[test]
fn fr_39_each_certificate_is_good_for_its_own_purposes_only() {
    let mut world = World::new();
    let trust = world.trust();
    for (name, good) in [
        ("professional-login", &[Purpose::ProfessionalLogin][..]),
        ("professional-sign", &[Purpose::ProfessionalSignature]),
        ("personnel-login", &[Purpose::PersonnelLogin]),
        ("temporary-login", &[Purpose::TemporaryLogin]),
        ("temporary-sign", &[Purpose::ProfessionalSignature]),
        ("system", &[Purpose::SystemSignature]),
        ("tls", &[Purpose::TlsClient, Purpose::TlsServer]),
        ("citizen-login", &[]),
        ("citizen-sign", &[]),
    ] {
        let key = world.key(name);
        for purpose in ALL {
            let found = trust.check(key.certificate_der(), purpose, noon());
            assert_eq!(found.is_ok(), good.contains(&purpose), "{name} for {purpose:?}: {found:?}");
        }
    }
}

#[test]
fn fr_42_a_card_names_its_holder_by_registration_number() {
    let mut world = World::new();
    let trust = world.trust();
    let key = world.key("professional-sign");
    let facts = trust.check(key.certificate_der(), Purpose::ProfessionalSignature, noon()).unwrap();
    assert_eq!(facts.kind, CardKind::Professional);
    assert_eq!(facts.registration.as_ref().unwrap().as_str(), NUMBER);
    assert_eq!(facts.title.as_deref(), Some("251 sosionomi, socionom"));
    assert_eq!((facts.given.as_deref(), facts.family.as_deref()), (Some("Marja Ääri"), Some("Testinen")));
    assert_eq!(facts.common_name, format!("Testinen Marja Ääri {NUMBER}"));
    assert!(facts.issuer_common_name.contains("Prof. Certs") && facts.organisation.is_none());
    assert_eq!(facts.not_after, at("2099-12-31T23:59:59Z"));
    let shown = format!("{facts:?}");
    assert!(!shown.contains("Testinen") && !shown.contains(NUMBER), "{shown}");
}

#[test]
fn fr_42_a_staff_card_has_no_registration_number_even_when_it_looks_like_one() {
    let mut world = World::new();
    let (key, _) = world.issue(&Profile::Card(Issuer::Personnel, CardUse::Login, professional()), Validity::DEMO);
    let facts = world.trust().check_login(key.certificate_der(), noon()).unwrap();
    assert_eq!((facts.kind, facts.registration.is_none()), (CardKind::Personnel, true));
    assert_eq!(facts.serial_number, NUMBER);
}

#[test]
fn fr_39_a_system_certificate_names_its_organisation() {
    let mut world = World::new();
    let trust = world.trust();
    let key = world.key("system");
    let facts = trust.check(key.certificate_der(), Purpose::SystemSignature, noon()).unwrap();
    assert_eq!(facts.organisation.as_ref().unwrap().as_str(), ORGANISATION);
    assert_eq!(facts.kind, CardKind::System);
}

#[test]
fn a_professional_card_without_a_registration_number_is_refused() {
    let mut world = World::new();
    let holder = seal::pki::Holder { serial_number: "12345".into(), ..professional() };
    let (key, _) = world.issue(&Profile::Card(Issuer::Professional, CardUse::Login, holder), Validity::DEMO);
    let found = world.trust().check(key.certificate_der(), Purpose::ProfessionalLogin, noon());
    assert_eq!(found.unwrap_err(), TrustError::Subject);
}

#[test]
fn fr_39_a_foreign_issuer_of_the_same_name_is_refused() {
    let mut world = World::new();
    let foreign = TestCa::create(KeySize::Rsa2048, Validity::DEMO).unwrap();
    let key = foreign.issue(&system_of(ORGANISATION), KeySize::Rsa2048, Validity::DEMO).unwrap().key().unwrap();
    let found = world.trust().check(key.certificate_der(), Purpose::SystemSignature, noon());
    assert_eq!(found.unwrap_err(), TrustError::Issuer);
}

#[test]
fn an_issuer_that_hangs_under_no_root_of_ours_cannot_be_trusted() {
    let mut world = World::new();
    let mut trust = world.trust();
    let foreign = TestCa::create(KeySize::Rsa2048, Validity::DEMO).unwrap();
    let issuer = pem_der(foreign.issuer_pem(Issuer::Service));
    assert_eq!(trust.trust(Purpose::TlsClient, CardKind::Tls, &issuer).unwrap_err(), TrustError::Issuer);
    assert_eq!(trust.add_root(&issuer).unwrap_err(), TrustError::Issuer, "an issuing CA is no root");
    assert!(trust.trust(Purpose::TlsClient, CardKind::Tls, b"rubbish").is_err());
}

fn pem_der(pem: &str) -> Vec<u8> {
    use rustls::pki_types::{CertificateDer, pem::PemObject};
    CertificateDer::from_pem_slice(pem.as_bytes()).unwrap().to_vec()
}

#[test]
fn fr_39_validity_counts_at_the_signing_time() {
    let mut world = World::new();
    let trust = world.trust();
    let year = Validity { from: date(2026, 3, 1), until: date(2026, 10, 31) };
    let (key, _) = world.issue(&system_of(ORGANISATION), year);
    let found = |time| trust.check(key.certificate_der(), Purpose::SystemSignature, at(time)).map(|_| ());
    assert_eq!(found("2026-02-28T23:59:59Z"), Err(TrustError::NotYetValid));
    assert_eq!(found("2026-03-01T00:00:00Z"), Ok(()));
    assert_eq!(found("2026-10-31T23:59:59Z"), Ok(()));
    assert_eq!(found("2026-11-01T00:00:00Z"), Err(TrustError::Expired));
    let then = at("2026-06-01T00:00:00Z");
    let signed_then = trust.check_as_of(key.certificate_der(), Purpose::SystemSignature, then, noon());
    assert!(signed_then.is_ok(), "an expired certificate's old signatures stay valid");
}

#[test]
fn fr_39_what_was_signed_before_the_revocation_stays_valid_and_nothing_after() {
    let mut world = World::new();
    let trust = world.trust();
    let (key, serial) = world.issue(&system_of(ORGANISATION), Validity::DEMO);
    let found = |time| trust.check_as_of(key.certificate_der(), Purpose::SystemSignature, at(time), noon()).map(|_| ());
    assert_eq!(found("2026-11-14T09:00:00Z"), Ok(()), "remembered as good");

    world.ca.revoke(Issuer::Service, &serial, at("2026-11-14T08:00:00Z")).unwrap();
    let list = world.ca.crl(Some(Issuer::Service), noon(), at("2026-12-01T00:00:00Z")).unwrap();
    trust.put_crl(&list).unwrap();
    assert_eq!(found("2026-11-14T07:59:59Z"), Ok(()));
    assert_eq!(found("2026-11-14T08:00:00Z"), Err(TrustError::Revoked));
    assert_eq!(found("2026-11-14T09:00:00Z"), Err(TrustError::Revoked), "memory does not outlive a new list");
    let other = world.key("system");
    assert!(trust.check(other.certificate_der(), Purpose::SystemSignature, noon()).is_ok(), "nobody else is touched");
}

#[test]
fn a_revocation_list_must_be_there_and_fresh() {
    let mut world = World::new();
    let trust = world.trust();
    let key = world.key("system");
    let stale = trust.check(key.certificate_der(), Purpose::SystemSignature, at("2027-01-01T00:00:01Z"));
    assert_eq!(stale.unwrap_err(), TrustError::NoFreshCrl);

    let mut bare = TrustStore::new(PolicyFamily::Test);
    bare.add_root(&pem_der(world.ca.root_pem())).unwrap();
    let service = pem_der(world.ca.issuer_pem(Issuer::Service));
    bare.trust(Purpose::SystemSignature, CardKind::System, &service).unwrap();
    let none = |bare: &TrustStore| bare.check(key.certificate_der(), Purpose::SystemSignature, noon()).map(|_| ());
    assert_eq!(none(&bare), Err(TrustError::NoFreshCrl));
    let until = at("2027-01-01T00:00:00Z");
    bare.put_crl(&world.ca.crl(Some(Issuer::Service), noon(), until).unwrap()).unwrap();
    assert_eq!(none(&bare), Err(TrustError::NoFreshCrl), "the root's list about the issuing CA is needed too");
    bare.put_crl(&world.ca.crl(None, noon(), until).unwrap()).unwrap();
    assert_eq!(none(&bare), Ok(()));
}

#[test]
fn a_lower_numbered_or_foreign_revocation_list_is_refused() {
    let mut world = World::new();
    let trust = world.trust();
    let until = at("2027-01-01T00:00:00Z");
    let older = world.ca.crl(Some(Issuer::Service), noon(), until).unwrap();
    let newer = world.ca.crl(Some(Issuer::Service), noon(), until).unwrap();
    trust.put_crl(&newer).unwrap();
    assert_eq!(trust.put_crl(&older).unwrap_err(), TrustError::BadCrl);
    assert!(trust.put_crl(&newer).is_ok(), "the same again is no fault");
    let mut foreign = TestCa::create(KeySize::Rsa2048, Validity::DEMO).unwrap();
    let forged = foreign.crl(Some(Issuer::Service), noon(), until).unwrap();
    assert_eq!(trust.put_crl(&forged).unwrap_err(), TrustError::BadCrl);
    assert_eq!(trust.put_crl(&newer[..newer.len() - 1]).unwrap_err(), TrustError::BadCrl);
}

#[test]
fn a_test_certificate_is_refused_in_production() {
    let world = World::new();
    let mut trust = TrustStore::new(PolicyFamily::Production);
    trust.add_root(&pem_der(world.ca.root_pem())).unwrap();
    let service = pem_der(world.ca.issuer_pem(Issuer::Service));
    trust.trust(Purpose::SystemSignature, CardKind::System, &service).unwrap();
    let found = trust.check(world.key("system").certificate_der(), Purpose::SystemSignature, noon());
    assert_eq!(found.unwrap_err(), TrustError::Policy);
}

#[test]
fn rubbish_and_issuing_cas_are_no_holders() {
    let mut world = World::new();
    let trust = world.trust();
    let service = pem_der(world.ca.issuer_pem(Issuer::Service));
    for purpose in ALL {
        assert_eq!(trust.check(b"", purpose, noon()).unwrap_err(), TrustError::Unreadable);
        assert_eq!(trust.check(&service, purpose, noon()).unwrap_err(), TrustError::Issuer);
    }
    let mut longer = world.key("system").certificate_der().to_vec();
    longer.push(0);
    assert_eq!(trust.check(&longer, Purpose::SystemSignature, noon()).unwrap_err(), TrustError::Unreadable);
    assert_eq!(LOGINS.len(), 3);
}
