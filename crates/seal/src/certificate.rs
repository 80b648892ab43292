//! Reading a certificate of DVV's profile (FINEID S2) into what rules ask about.

use crate::{CardKind, CertificateFacts, PolicyFamily, Purpose, SealError, TrustError, public_key::PublicKey};
use jiff::Timestamp;
use records::id::{OrganisationId, RegistrationNumber};
use x509_parser::{
    certificate::X509Certificate,
    extensions::{KeyUsage, ParsedExtension},
    oid_registry::{Oid, asn1_rs::oid},
    prelude::{ASN1Time, AlgorithmIdentifier, X509Name},
    x509::SubjectPublicKeyInfo,
};

/// Policies of the test environment and of production (security-and-faults 1.3).
const POLICY_ARCS: [(PolicyFamily, &str); 2] =
    [(PolicyFamily::Test, "1.2.246.517.99."), (PolicyFamily::Production, "1.2.246.517.1.")];

const SERIAL_NUMBER: Oid<'static> = oid!(2.5.4.5);
const SURNAME: Oid<'static> = oid!(2.5.4.4);
const GIVEN_NAME: Oid<'static> = oid!(2.5.4.42);
const TITLE: Oid<'static> = oid!(2.5.4.12);

/// Parses DER with nothing after it.
pub fn parse(der: &[u8]) -> Result<X509Certificate<'_>, TrustError> {
    match x509_parser::parse_x509_certificate(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(TrustError::Unreadable),
    }
}

/// Checks `signature` over `signed` by an issuer's key. x509-parser would accept SHA-1, so the algorithm is looked at
/// first.
pub fn signed_by(key: &SubjectPublicKeyInfo, algorithm: &AlgorithmIdentifier, signature: &[u8], signed: &[u8]) -> bool {
    use crate::public_key::{EcForm, Hash};
    let hash = match algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" => Hash::Sha256,
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => Hash::Sha384,
        "1.2.840.113549.1.1.13" => Hash::Sha512,
        _ => return false,
    };
    PublicKey::of_info(key).is_ok_and(|key| key.verify(hash, EcForm::Der, signed, signature).is_ok())
}

/// An instant of a certificate.
pub fn instant(time: ASN1Time) -> Result<Timestamp, TrustError> {
    Timestamp::from_second(time.timestamp()).map_err(|_| TrustError::Unreadable)
}

/// Checks what does not depend on time: extensions, key size, policy family, key usage, subject.
pub fn facts(
    certificate: &X509Certificate,
    purpose: Purpose,
    kind: CardKind,
    family: PolicyFamily,
) -> Result<CertificateFacts, TrustError> {
    let unknown_critical = |extension: &x509_parser::extensions::X509Extension| {
        extension.critical && extension.parsed_extension().unsupported()
    };
    if certificate.iter_extensions().any(unknown_critical) {
        return Err(TrustError::Unreadable);
    }
    if certificate.is_ca() {
        return Err(TrustError::Issuer);
    }
    check_key_size(certificate)?;
    check_key_usage(certificate, purpose)?;
    check_policy(certificate, family)?;
    let facts = read_subject(certificate, kind)?;
    let named = match purpose {
        Purpose::ProfessionalSignature | Purpose::ProfessionalLogin => facts.registration.is_some(),
        Purpose::SystemSignature | Purpose::TlsClient => facts.organisation.is_some(),
        Purpose::PersonnelLogin | Purpose::TemporaryLogin => !facts.serial_number.is_empty(),
        Purpose::TlsServer => true,
    };
    if named { Ok(facts) } else { Err(TrustError::Subject) }
}

fn check_key_size(certificate: &X509Certificate) -> Result<(), TrustError> {
    match PublicKey::of_info(certificate.public_key()) {
        Ok(_) => Ok(()),
        Err(SealError::SmallKey) => Err(TrustError::SmallKey),
        Err(_) => Err(TrustError::Unreadable),
    }
}

fn check_key_usage(certificate: &X509Certificate, purpose: Purpose) -> Result<(), TrustError> {
    /// Bit 1 of `KeyUsage` in x509-parser's numbering, alone.
    const NON_REPUDIATION_ONLY: u16 = 1 << 1;
    let usage = certificate.key_usage().map_err(|_| TrustError::Unreadable)?.ok_or(TrustError::KeyUsage)?.value;
    let KeyUsage { flags } = *usage;
    let fits = match purpose {
        Purpose::ProfessionalSignature => flags == NON_REPUDIATION_ONLY,
        Purpose::SystemSignature => usage.digital_signature() && usage.non_repudiation(),
        Purpose::ProfessionalLogin
        | Purpose::PersonnelLogin
        | Purpose::TemporaryLogin
        | Purpose::TlsClient
        | Purpose::TlsServer => usage.digital_signature() && !usage.non_repudiation(),
    };
    if fits { Ok(()) } else { Err(TrustError::KeyUsage) }
}

/// At least one policy of our own family, none of the other.
fn check_policy(certificate: &X509Certificate, family: PolicyFamily) -> Result<(), TrustError> {
    let mut own = false;
    for extension in certificate.iter_extensions() {
        if let ParsedExtension::CertificatePolicies(policies) = extension.parsed_extension() {
            for policy in policies.iter().map(|policy| policy.policy_id.to_id_string()) {
                match POLICY_ARCS.iter().find(|(_, arc)| policy.starts_with(arc)) {
                    Some((found, _)) if *found == family => own = true,
                    Some(_) => return Err(TrustError::Policy),
                    None => {}
                }
            }
        }
    }
    if own { Ok(()) } else { Err(TrustError::Policy) }
}

fn read_subject(certificate: &X509Certificate, kind: CardKind) -> Result<CertificateFacts, TrustError> {
    let subject = certificate.subject();
    let serial_number = attribute(subject, &SERIAL_NUMBER).unwrap_or_default();
    let registration = match kind {
        CardKind::Professional | CardKind::Temporary => RegistrationNumber::parse(&serial_number).ok(),
        _ => None,
    };
    let organisation = match kind {
        CardKind::System | CardKind::Tls => OrganisationId::parse(&serial_number).ok(),
        _ => None,
    };
    Ok(CertificateFacts {
        kind,
        registration,
        organisation,
        serial_number,
        common_name: common_name(subject),
        given: attribute(subject, &GIVEN_NAME),
        family: attribute(subject, &SURNAME),
        title: attribute(subject, &TITLE),
        serial_hex: serial_hex(certificate.raw_serial()),
        issuer_common_name: common_name(certificate.issuer()),
        not_before: instant(certificate.validity().not_before)?,
        not_after: instant(certificate.validity().not_after)?,
    })
}

/// Lower-case hex without the leading zero byte that DER needs.
pub fn serial_hex(raw: &[u8]) -> String {
    hex::encode(trim_serial(raw))
}

/// A serial without leading zero bytes, as revocation lists are searched by it.
pub fn trim_serial(raw: &[u8]) -> &[u8] {
    &raw[raw.iter().take_while(|byte| **byte == 0).count()..]
}

/// The common name, empty without one.
pub fn common_name(name: &X509Name) -> String {
    name.iter_common_name().next().and_then(|value| value.as_str().ok()).unwrap_or_default().to_owned()
}

fn attribute(name: &X509Name, oid: &Oid<'static>) -> Option<String> {
    name.iter_attributes()
        .find(|attribute| attribute.attr_type() == oid)
        .and_then(|attribute| attribute.as_str().ok())
        .map(str::to_owned)
}
