//! Whom a certificate is trusted for: explicit issuers per purpose, key usage, policy family, validity, revocation.
//!
//! Trust is a list of issuing CAs per purpose and never "anything under the root": the same root also issues
//! citizens' cards (security-and-faults 1.2).

use crate::TrustError;
use jiff::Timestamp;
use records::id::{OrganisationId, RegistrationNumber};
use std::sync::Arc;

/// What a certificate is asked to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Purpose {
    /// A professional's signature on a document: nonRepudiation only.
    ProfessionalSignature,
    /// Login with a professional's card (ammattikortti).
    ProfessionalLogin,
    /// Login with a staff or actor card (henkilöstökortti, toimijakortti).
    PersonnelLogin,
    /// Login with a temporary card (varakortti).
    TemporaryLogin,
    /// The storing organisation's system signature on a document, and its signature of `Toimija`.
    SystemSignature,
    /// The connecting organisation's end of mutual TLS.
    TlsClient,
    /// The server's end of TLS.
    TlsServer,
}

/// The purposes under which a worker may log in with a card.
pub const LOGINS: [Purpose; 3] = [Purpose::ProfessionalLogin, Purpose::PersonnelLogin, Purpose::TemporaryLogin];

/// The family of policy OIDs: production must refuse test certificates, and test production's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PolicyFamily {
    /// 1.2.246.517.99.10…
    Test,
    /// 1.2.246.517.1.10…
    Production,
}

/// What kind of certificate it is, read from its issuer, never from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CardKind {
    /// Ammattikortti.
    Professional,
    /// Henkilöstökortti or toimijakortti.
    Personnel,
    /// Varakortti.
    Temporary,
    /// An organisation's system signature.
    System,
    /// An organisation's TLS certificate.
    Tls,
}

/// What an accepted certificate says. `Debug` hides the holder.
#[derive(Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Kind of card or certificate.
    pub kind: CardKind,
    /// The subject's serialNumber as written. Accounts are keyed by it, never by the certificate's own serial.
    pub serial_number: String,
    /// The holder's registration number; on professional and most temporary cards.
    pub registration: Option<RegistrationNumber>,
    /// The organisation; on system and TLS certificates.
    pub organisation: Option<OrganisationId>,
    /// Common name.
    pub common_name: String,
    /// Given names.
    pub given: Option<String>,
    /// Family name.
    pub family: Option<String>,
    /// The professional title as text; nothing may be decided by it.
    pub title: Option<String>,
    /// The certificate's serial, lower-case hex without separators.
    pub serial_hex: String,
    /// Common name of the issuer.
    pub issuer_common_name: String,
    /// First instant of validity.
    pub not_before: Timestamp,
    /// Last instant of validity.
    pub not_after: Timestamp,
}

/// Configured issuers and their revocation lists. Shared between threads; revocation lists can be renewed while used.
#[derive(Debug)]
pub struct TrustStore {
    family: PolicyFamily,
}

impl TrustStore {
    /// A store that trusts nobody yet.
    pub fn new(family: PolicyFamily) -> Self {
        Self { family }
    }

    /// The family of policy OIDs accepted.
    pub fn family(&self) -> PolicyFamily {
        self.family
    }

    /// Adds a self-signed root, DER. A root alone trusts nobody: see [`Self::trust`].
    ///
    /// # Errors
    /// `Unreadable`, or `Issuer` when it is not self-signed.
    pub fn add_root(&mut self, root_der: &[u8]) -> Result<(), TrustError> {
        let _ = root_der;
        Ok(())
    }

    /// Trusts an issuing CA (DER, under a root already added) for a purpose.
    ///
    /// # Errors
    /// `Unreadable`, or `Issuer` when no root of the store signed it.
    pub fn trust(&mut self, purpose: Purpose, kind: CardKind, issuer_der: &[u8]) -> Result<(), TrustError> {
        let _ = (purpose, kind, issuer_der);
        Ok(())
    }

    /// Takes a revocation list (DER) of a root or of an issuing CA.
    ///
    /// # Errors
    /// `BadCrl` when no CA of the store signed it or when its number is lower than that of the list held.
    pub fn put_crl(&self, crl_der: &[u8]) -> Result<(), TrustError> {
        let _ = crl_der;
        Ok(())
    }

    /// Checks a certificate for a purpose at an instant: for a signature its signing time, for a login now.
    /// The revocation list must be fresh at that same instant.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(
        &self,
        certificate_der: &[u8],
        purpose: Purpose,
        at: Timestamp,
    ) -> Result<Arc<CertificateFacts>, TrustError> {
        self.check_as_of(certificate_der, purpose, at, at)
    }

    /// As [`Self::check`] for something done at `at`, with a revocation list that must be fresh at `now`.
    /// What was signed before the date of revocation stays valid.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check_as_of(
        &self,
        certificate_der: &[u8],
        purpose: Purpose,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<Arc<CertificateFacts>, TrustError> {
        let _ = (certificate_der, purpose, at, now);
        Err(TrustError::Issuer)
    }

    /// Checks a certificate for login with any card ([`LOGINS`]).
    ///
    /// # Errors
    /// The fault under the purpose whose issuer fits, or `Issuer` when none does.
    pub fn check_login(&self, certificate_der: &[u8], now: Timestamp) -> Result<Arc<CertificateFacts>, TrustError> {
        let mut fault = TrustError::Issuer;
        for purpose in LOGINS {
            match self.check(certificate_der, purpose, now) {
                Err(TrustError::Issuer) => {}
                Err(other) => fault = other,
                accepted => return accepted,
            }
        }
        Err(fault)
    }

    /// Every trusted issuing CA of a purpose, DER.
    pub fn issuers(&self, purpose: Purpose) -> Vec<Vec<u8>> {
        let _ = purpose;
        Vec::new()
    }

    /// Every self-signed root, DER.
    pub fn roots(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }
}
