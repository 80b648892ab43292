//! Whom a certificate is trusted for: explicit issuers per purpose, key usage, policy family, validity, revocation.
//!
//! Trust is a list of issuing CAs per purpose and never "anything under the root": the same root also issues
//! citizens' cards (security-and-faults 1.2).

pub mod folder;

use crate::{
    TrustError, certificate,
    revocation::{Change, RevocationList, RevocationLists},
};
use aws_lc_rs::digest;
use jiff::Timestamp;
use records::id::{OrganisationId, RegistrationNumber};
use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, PoisonError, RwLock},
};

/// Certificates remembered; a county has a few thousand cards. When full the memory starts anew.
const REMEMBERED_MAX: usize = 20_000;

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

impl fmt::Debug for CertificateFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateFacts")
            .field("kind", &self.kind)
            .field("serial_hex", &self.serial_hex)
            .field("issuer_common_name", &self.issuer_common_name)
            .finish_non_exhaustive()
    }
}

/// A root or an issuing CA of the configuration.
pub(crate) struct Authority {
    der: Vec<u8>,
    /// Subject as DER, compared with the issuer field of what it signed.
    name: Vec<u8>,
    common_name: String,
    serial: Vec<u8>,
    not_before: Timestamp,
    not_after: Timestamp,
    /// Index of its root; of itself for a root.
    root: usize,
    purposes: Vec<(Purpose, CardKind)>,
}

impl Authority {
    fn read(der: &[u8], root: usize) -> Result<Self, TrustError> {
        let parsed = certificate::parse(der)?;
        let signs = parsed.key_usage().ok().flatten().is_some_and(|usage| usage.value.key_cert_sign());
        if !parsed.is_ca() || !signs {
            return Err(TrustError::Issuer);
        }
        Ok(Self {
            der: der.to_vec(),
            name: parsed.subject().as_raw().to_vec(),
            common_name: certificate::common_name(parsed.subject()),
            serial: certificate::trim_serial(parsed.raw_serial()).to_vec(),
            not_before: certificate::instant(parsed.validity().not_before)?,
            not_after: certificate::instant(parsed.validity().not_after)?,
            root,
            purposes: Vec::new(),
        })
    }

    /// Whether this authority signed the certificate.
    fn signed(&self, other: &x509_parser::certificate::X509Certificate) -> bool {
        self.name == other.issuer().as_raw()
            && certificate::parse(&self.der).is_ok_and(|own| {
                certificate::signed_by(
                    own.public_key(),
                    &other.signature_algorithm,
                    &other.signature_value.data,
                    other.tbs_certificate.as_ref(),
                )
            })
    }
}

/// A certificate whose lasting properties have been checked for a purpose.
struct Remembered {
    facts: Arc<CertificateFacts>,
    serial: Vec<u8>,
    issuer: usize,
}

type Memory = HashMap<([u8; 32], Purpose), Arc<Remembered>>;

/// Configured issuers and their revocation lists. Shared between threads; revocation lists can be renewed while used.
pub struct TrustStore {
    family: PolicyFamily,
    authorities: Vec<Authority>,
    lists: RevocationLists,
    /// By SHA-256 of the certificate and purpose. Time and revocation are asked anew each time.
    remembered: RwLock<Memory>,
}

impl fmt::Debug for TrustStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.authorities.iter().map(|one| one.common_name.as_str()).collect();
        f.debug_struct("TrustStore").field("family", &self.family).field("authorities", &names).finish_non_exhaustive()
    }
}

impl TrustStore {
    /// A store that trusts nobody yet.
    pub fn new(family: PolicyFamily) -> Self {
        Self { family, authorities: Vec::new(), lists: RevocationLists::default(), remembered: RwLock::default() }
    }

    /// The family of policy OIDs accepted.
    pub fn family(&self) -> PolicyFamily {
        self.family
    }

    /// Adds a self-signed root, DER. A root alone trusts nobody: see [`Self::trust`].
    ///
    /// # Errors
    /// `Unreadable`, or `Issuer` when it is not a self-signed CA.
    pub fn add_root(&mut self, root_der: &[u8]) -> Result<(), TrustError> {
        if self.authorities.iter().any(|known| known.der == root_der) {
            return Ok(());
        }
        let root = Authority::read(root_der, self.authorities.len())?;
        if !root.signed(&certificate::parse(root_der)?) {
            return Err(TrustError::Issuer);
        }
        self.authorities.push(root);
        Ok(())
    }

    /// Trusts an issuing CA (DER, under a root already added) for a purpose.
    ///
    /// # Errors
    /// `Unreadable`, or `Issuer` when no root of the store signed it.
    pub fn trust(&mut self, purpose: Purpose, kind: CardKind, issuer_der: &[u8]) -> Result<(), TrustError> {
        if let Some(known) = self.authorities.iter_mut().find(|known| known.der == issuer_der) {
            known.purposes.push((purpose, kind));
            return Ok(());
        }
        let parsed = certificate::parse(issuer_der)?;
        let root = self
            .authorities
            .iter()
            .position(|one| one.root_of_itself(&self.authorities) && one.signed(&parsed))
            .ok_or(TrustError::Issuer)?;
        let mut issuer = Authority::read(issuer_der, root)?;
        issuer.purposes.push((purpose, kind));
        self.authorities.push(issuer);
        Ok(())
    }

    /// Takes a revocation list (DER) of a root or of an issuing CA.
    ///
    /// # Errors
    /// `BadCrl` when no CA of the store signed it or when its number is lower than that of the list held.
    pub fn put_crl(&self, crl_der: &[u8]) -> Result<Change, TrustError> {
        self.put_own(crl_der).unwrap_or(Err(TrustError::BadCrl))
    }

    /// The same; none when no CA of the store signed it.
    fn put_own(&self, crl_der: &[u8]) -> Option<Result<Change, TrustError>> {
        self.authorities.iter().enumerate().find_map(|(at, authority)| {
            RevocationList::read(crl_der, &authority.name, &authority.der).map(|list| self.lists.put(at, list))
        })
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
        let known = self.known(certificate_der, purpose)?;
        let issuer = &self.authorities[known.issuer];
        let root = &self.authorities[issuer.root];
        let lives = [
            (known.facts.not_before, known.facts.not_after),
            (issuer.not_before, issuer.not_after),
            (root.not_before, root.not_after),
        ];
        if lives.iter().any(|(from, _)| at < *from) {
            return Err(TrustError::NotYetValid);
        }
        if lives.iter().any(|(_, until)| at > *until) {
            return Err(TrustError::Expired);
        }
        self.lists.check(known.issuer, &known.serial, at, now)?;
        self.lists.check(issuer.root, &issuer.serial, at, now)?;
        Ok(Arc::clone(&known.facts))
    }

    /// What does not change with time or revocation, from memory or by looking.
    fn known(&self, certificate_der: &[u8], purpose: Purpose) -> Result<Arc<Remembered>, TrustError> {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, certificate_der).as_ref());
        let key = (hash, purpose);
        if let Some(known) = self.remembered.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(known));
        }
        let known = Arc::new(self.examine(certificate_der, purpose)?);
        let mut remembered = self.remembered.write().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= REMEMBERED_MAX {
            remembered.clear();
        }
        remembered.insert(key, Arc::clone(&known));
        Ok(known)
    }

    fn examine(&self, certificate_der: &[u8], purpose: Purpose) -> Result<Remembered, TrustError> {
        let parsed = certificate::parse(certificate_der)?;
        let kind_for = |authority: &Authority| {
            authority.purposes.iter().find(|(trusted, _)| *trusted == purpose).map(|(_, kind)| *kind)
        };
        let (issuer, kind) = self
            .authorities
            .iter()
            .enumerate()
            .find_map(|(at, one)| kind_for(one).filter(|_| one.signed(&parsed)).map(|kind| (at, kind)))
            .ok_or(TrustError::Issuer)?;
        let facts = Arc::new(certificate::facts(&parsed, purpose, kind, self.family)?);
        Ok(Remembered { facts, serial: certificate::trim_serial(parsed.raw_serial()).to_vec(), issuer })
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
        let trusted = |one: &&Authority| one.purposes.iter().any(|(known, _)| *known == purpose);
        self.authorities.iter().filter(trusted).map(|one| one.der.clone()).collect()
    }

    /// Every self-signed root, DER.
    pub fn roots(&self) -> Vec<Vec<u8>> {
        let roots = self.authorities.iter().filter(|one| one.root_of_itself(&self.authorities));
        roots.map(|one| one.der.clone()).collect()
    }
}

impl Authority {
    fn root_of_itself(&self, all: &[Authority]) -> bool {
        all.get(self.root).is_some_and(|root| root.der == self.der)
    }
}
