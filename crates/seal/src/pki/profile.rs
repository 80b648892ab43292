//! Certificate profiles: names, key usages and policies as DVV's, with test words and OIDs of the 99 family.

use super::Validity;
use crate::KeyError;
use jiff::civil::Date;
use rcgen::{
    BasicConstraints, CertificateParams, CrlDistributionPoint, CustomExtension, DistinguishedName, DnType, DnValue,
    ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose, string::PrintableString,
};
use records::id::{OrganisationId, RegistrationNumber};

const O: &str = "Vakka testivarmentaja TEST";
const CERTIFICATE_POLICIES: &[u64] = &[2, 5, 29, 32];
const QC_STATEMENTS: &[u64] = &[1, 3, 6, 1, 5, 5, 7, 1, 3];
const SUBJECT_SERIAL: &[u64] = &[2, 5, 4, 5];
const SURNAME: &[u64] = &[2, 5, 4, 4];
const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
const TITLE: &[u64] = &[2, 5, 4, 12];

/// The issuing CAs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Issuer {
    /// Professionals' cards.
    Professional,
    /// Staff and actor cards.
    Personnel,
    /// Temporary cards.
    Temporary,
    /// System signatures and TLS.
    Service,
    /// Citizens' cards, which open nothing here.
    Citizen,
}

impl Issuer {
    /// Every issuing CA.
    pub const ALL: [Self; 5] = [Self::Professional, Self::Personnel, Self::Temporary, Self::Service, Self::Citizen];
    /// Those that a test trust store trusts for something.
    pub(super) const TRUSTED: [Self; 4] = [Self::Professional, Self::Personnel, Self::Temporary, Self::Service];

    /// Name of its files in the keys folder.
    pub(super) fn file_name(self) -> &'static str {
        match self {
            Self::Professional => "professional-ca",
            Self::Personnel => "personnel-ca",
            Self::Temporary => "temporary-ca",
            Self::Service => "service-ca",
            Self::Citizen => "citizen-ca",
        }
    }

    /// Common name and unit, after those of DVV's test CAs.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Professional => {
                ("VAKKA TEST Social Welfare and Healthcare Prof. Certs - G1R", "Testiammattivarmenteet")
            }
            Self::Personnel => {
                ("VAKKA TEST Social Welfare and Healthcare Personnel Certs - G1R", "Testihenkilostovarmenteet")
            }
            Self::Temporary => {
                ("VAKKA TEST Social Welfare and Healthcare Prof. Temp. Certs - G1R", "Testivaravarmenteet")
            }
            Self::Service => ("VAKKA TEST Social Welfare and Healthcare Service Certs - G1R", "Testipalveluvarmenteet"),
            Self::Citizen => ("VAKKA TEST Citizen Certificates - G1R", "Testikansalaisvarmenteet"),
        }
    }
}

/// Whether a card's login or signature certificate is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardUse {
    /// PIN1: digitalSignature, keyEncipherment, dataEncipherment.
    Login,
    /// PIN2: nonRepudiation only.
    Signature,
}

/// The holder of a card.
#[derive(Clone)]
pub struct Holder {
    /// Given names.
    pub given: String,
    /// Family name.
    pub family: String,
    /// Registration number (professional), staff number, or SATU (citizen): the subject's serialNumber.
    pub serial_number: String,
    /// For example `251 sosionomi, socionom`.
    pub title: Option<String>,
    /// The organisation's name; on staff cards.
    pub organisation: Option<String>,
}

impl std::fmt::Debug for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Holder(…)")
    }
}

impl Holder {
    /// A professional.
    pub fn professional(given: &str, family: &str, number: &RegistrationNumber, title: &str) -> Self {
        Self {
            given: given.into(),
            family: family.into(),
            serial_number: number.as_str().into(),
            title: Some(title.into()),
            organisation: None,
        }
    }

    /// A member of staff without a registered right.
    pub fn personnel(given: &str, family: &str, staff_number: &str, organisation: &str) -> Self {
        Self {
            given: given.into(),
            family: family.into(),
            serial_number: staff_number.into(),
            title: None,
            organisation: Some(organisation.into()),
        }
    }
}

/// What a certificate is made for.
#[derive(Debug, Clone)]
pub enum Profile {
    /// A card of the issuing CA (`Professional`, `Personnel`, `Temporary` or `Citizen`).
    Card(Issuer, CardUse, Holder),
    /// An organisation's system signature: digitalSignature + nonRepudiation, RSA-4096 by profile.
    System {
        /// Goes to the subject's serialNumber.
        organisation: OrganisationId,
        /// Goes to O.
        organisation_name: String,
        /// Name of the system, goes to CN.
        system: String,
    },
    /// An organisation's TLS certificate, good for both ends.
    Tls {
        /// Goes to the subject's serialNumber.
        organisation: OrganisationId,
        /// Goes to O.
        organisation_name: String,
        /// Host names and IP addresses for subjectAltName; the first goes to CN.
        hosts: Vec<String>,
    },
}

impl Profile {
    /// The CA that issues it.
    pub fn issuer(&self) -> Issuer {
        match self {
            Self::Card(issuer, ..) => *issuer,
            Self::System { .. } | Self::Tls { .. } => Issuer::Service,
        }
    }

    pub(super) fn params(&self, validity: Validity) -> Result<CertificateParams, KeyError> {
        let mut params = dated(validity)?;
        match self {
            Self::Card(issuer, card_use, holder) => card(&mut params, *issuer, *card_use, holder)?,
            Self::System { organisation, organisation_name, system } => {
                organisation_subject(&mut params, organisation, organisation_name, system)?;
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
                policies(&mut params, &[&[0, 4, 0, 2042, 1, 7], &[1, 2, 246, 517, 99, 10, 308, 2]]);
            }
            Self::Tls { organisation, organisation_name, hosts } => {
                let name = hosts.first().map_or("tls", String::as_str);
                organisation_subject(&mut params, organisation, organisation_name, name)?;
                let with_hosts = CertificateParams::new(hosts.clone()).map_err(|_| KeyError::Unreadable)?;
                params.subject_alt_names = with_hosts.subject_alt_names;
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::KeyEncipherment];
                // Cards carry none; browsers ask for it of a server.
                params.extended_key_usages =
                    vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
                policies(&mut params, &[&[1, 2, 246, 517, 99, 10, 305, 2]]);
            }
        }
        params.use_authority_key_identifier_extension = true;
        params.crl_distribution_points = vec![CrlDistributionPoint {
            uris: vec![format!("http://localhost/crl/{}.crl", self.issuer().file_name())],
        }];
        Ok(params)
    }
}

fn card(params: &mut CertificateParams, issuer: Issuer, card_use: CardUse, holder: &Holder) -> Result<(), KeyError> {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, printable("FI")?);
    if let Some(organisation) = &holder.organisation {
        subject.push(DnType::OrganizationName, organisation.as_str());
    }
    if let Some(title) = &holder.title {
        subject.push(DnType::from_oid(TITLE), title.as_str());
    }
    subject.push(DnType::from_oid(SUBJECT_SERIAL), printable(&holder.serial_number)?);
    subject.push(DnType::from_oid(GIVEN_NAME), holder.given.as_str());
    subject.push(DnType::from_oid(SURNAME), holder.family.as_str());
    let common = format!("{} {} {}", holder.family, holder.given, holder.serial_number);
    subject.push(DnType::CommonName, common);
    params.distinguished_name = subject;
    // Only the last two arcs of professional cards are known (wire-format 7.2); the others are ours.
    let arc = match issuer {
        Issuer::Professional => 306,
        Issuer::Personnel => 307,
        Issuer::Temporary => 309,
        Issuer::Service => 308,
        Issuer::Citizen => 32,
    };
    match card_use {
        CardUse::Login => {
            params.key_usages = vec![
                KeyUsagePurpose::DigitalSignature,
                KeyUsagePurpose::KeyEncipherment,
                KeyUsagePurpose::DataEncipherment,
            ];
            policies(params, &[&[1, 2, 246, 517, 99, 10, arc, 2]]);
        }
        CardUse::Signature => {
            params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
            policies(params, &[&[1, 2, 246, 517, 99, 10, arc, 1]]);
            // id-etsi-qcs-QcCompliance, as in security-and-faults 1.8.
            let statement = hex::decode("300a3008060604008e460101").map_err(|_| KeyError::Unreadable)?;
            params.custom_extensions.push(CustomExtension::from_oid_content(QC_STATEMENTS, statement));
        }
    }
    Ok(())
}

fn organisation_subject(
    params: &mut CertificateParams,
    organisation: &OrganisationId,
    name: &str,
    common_name: &str,
) -> Result<(), KeyError> {
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, printable("FI")?);
    subject.push(DnType::StateOrProvinceName, "Suomi");
    subject.push(DnType::LocalityName, "Suomi");
    subject.push(DnType::OrganizationName, name);
    subject.push(DnType::from_oid(SUBJECT_SERIAL), printable(organisation.as_str())?);
    subject.push(DnType::CommonName, common_name);
    params.distinguished_name = subject;
    Ok(())
}

/// The root's parameters.
pub(super) fn root(validity: Validity) -> Result<CertificateParams, KeyError> {
    authority("VAKKA TEST Root CA - G1 RSA", "Testivarmenteet", validity, BasicConstraints::Unconstrained)
}

/// An issuing CA's parameters.
pub(super) fn issuing(kind: Issuer, validity: Validity) -> Result<CertificateParams, KeyError> {
    let (name, unit) = kind.names();
    let mut params = authority(name, unit, validity, BasicConstraints::Constrained(0))?;
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn authority(
    name: &str,
    unit: &str,
    validity: Validity,
    constraints: BasicConstraints,
) -> Result<CertificateParams, KeyError> {
    let mut params = dated(validity)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, printable("FI")?);
    subject.push(DnType::OrganizationName, O);
    subject.push(DnType::OrganizationalUnitName, unit);
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.is_ca = IsCa::Ca(constraints);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(params)
}

fn dated(validity: Validity) -> Result<CertificateParams, KeyError> {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    let day = |date: Date| rcgen::date_time_ymd(i32::from(date.year()), date.month() as u8, date.day() as u8);
    params.not_before = day(validity.from);
    params.not_after = day(validity.until) + std::time::Duration::from_secs(24 * 60 * 60 - 1);
    Ok(params)
}

fn printable(text: &str) -> Result<DnValue, KeyError> {
    PrintableString::try_from(text).map(DnValue::PrintableString).map_err(|_| KeyError::Unreadable)
}

/// Adds certificatePolicies, which rcgen has no parameter for.
fn policies(params: &mut CertificateParams, oids: &[&[u64]]) {
    let infos: Vec<u8> = oids.iter().flat_map(|oid| sequence(&object_identifier(oid))).collect();
    params.custom_extensions.push(CustomExtension::from_oid_content(CERTIFICATE_POLICIES, sequence(&infos)));
}

/// DER of a short sequence; policies never reach 128 bytes.
fn sequence(content: &[u8]) -> Vec<u8> {
    [&[0x30, content.len() as u8], content].concat()
}

fn object_identifier(arcs: &[u64]) -> Vec<u8> {
    let mut content = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for arc in &arcs[2..] {
        let groups = (1..10).find(|n| arc >> (7 * n) == 0).unwrap_or(10);
        for group in (0..groups).rev() {
            let more = if group == 0 { 0 } else { 0x80 };
            content.push((arc >> (7 * group)) as u8 & 0x7f | more);
        }
    }
    [&[6, content.len() as u8], content.as_slice()].concat()
}
