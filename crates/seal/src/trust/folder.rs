//! Trust from a folder of PEM and CRL files, so that an operator can see and change whom the system trusts.

use super::{CardKind, PolicyFamily, Purpose, TrustStore};
pub use crate::revocation::Change;
use crate::{KeyError, TrustError};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use std::path::Path;

/// File (`<name>.cert.pem`) of the self-signed roots.
pub const ROOT: &str = "root";

/// Which file's issuers are trusted for what, and as which kind. A professional may sign with a temporary card as
/// well (security-and-faults 1.2); citizens' issuers have no line.
pub const TRUSTED: [(&str, Purpose, CardKind); 8] = [
    ("professional-ca", Purpose::ProfessionalSignature, CardKind::Professional),
    ("temporary-ca", Purpose::ProfessionalSignature, CardKind::Temporary),
    ("professional-ca", Purpose::ProfessionalLogin, CardKind::Professional),
    ("personnel-ca", Purpose::PersonnelLogin, CardKind::Personnel),
    ("temporary-ca", Purpose::TemporaryLogin, CardKind::Temporary),
    ("service-ca", Purpose::SystemSignature, CardKind::System),
    ("service-ca", Purpose::TlsClient, CardKind::Tls),
    ("service-ca", Purpose::TlsServer, CardKind::Tls),
];

/// So many certificates revoked at once by one issuer are told of: in 2023 an issuer revoked a whole country's cards by
/// mistake (security-and-faults 5.3, fault 24). Ours, no rule of anybody's.
pub const JUMP: usize = 20;

/// What is odd of a revocation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Odd {
    /// Its number is lower than that of the list held: it was not taken.
    Older,
    /// It does not name certificates that the one before it revoked.
    Shrunk(Change),
    /// It revokes many more than the one before it.
    Jumped(Change),
}

impl TrustStore {
    /// Reads roots (`root.cert.pem`), issuing CAs (`professional-ca.cert.pem`, `personnel-ca…`, `temporary-ca…`,
    /// `service-ca…`; several certificates per file for several generations; a missing file trusts nobody) and
    /// revocation lists (`*.crl`, DER) from a folder.
    ///
    /// # Errors
    /// `File`, or `Unreadable` when a file does not hold what its name says.
    pub fn from_folder(folder: &Path, family: PolicyFamily) -> Result<Self, KeyError> {
        let mut store = Self::new(family);
        for root in certificates(folder, ROOT)? {
            store.add_root(&root).map_err(|_| KeyError::Unreadable)?;
        }
        for (name, purpose, kind) in TRUSTED {
            for issuer in certificates(folder, name)? {
                store.trust(purpose, kind, &issuer).map_err(|_| KeyError::Unreadable)?;
            }
        }
        store.read_crls(folder)?;
        Ok(store)
    }

    /// Takes every `*.crl` of the folder anew, and says what somebody should look at: a list that is older than the one
    /// held, one that names fewer certificates, one that names many more at once ([`JUMP`]). Each is a file's name and
    /// what is odd of it; an older list is not taken, the others are. Lists of issuers that the store does not know are
    /// passed over.
    ///
    /// # Errors
    /// `File` when the folder cannot be read.
    pub fn renew_crls(&self, folder: &Path) -> Result<Vec<(String, Odd)>, KeyError> {
        let mut odd = Vec::new();
        for file in std::fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "crl") {
                continue;
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match self.put_own(&std::fs::read(path)?) {
                None => {}
                Some(Err(_)) => odd.push((name, Odd::Older)),
                Some(Ok(change)) if change.gone > 0 => odd.push((name, Odd::Shrunk(change))),
                Some(Ok(change)) if change.now >= change.before + JUMP => odd.push((name, Odd::Jumped(change))),
                Some(Ok(_)) => {}
            }
        }
        Ok(odd)
    }

    /// Takes every `*.crl` of the folder; called again whenever the lists have been fetched anew. A list older than
    /// the one held is passed over, and so is one of an issuer that the store does not know (citizens').
    ///
    /// # Errors
    /// `File` when the folder cannot be read.
    pub fn read_crls(&self, folder: &Path) -> Result<usize, KeyError> {
        let mut taken = 0;
        for file in std::fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|extension| extension == "crl") {
                match self.put_crl(&std::fs::read(path)?) {
                    Ok(_) => taken += 1,
                    Err(TrustError::BadCrl) => {}
                    Err(_) => return Err(KeyError::Unreadable),
                }
            }
        }
        Ok(taken)
    }
}

fn certificates(folder: &Path, name: &str) -> Result<Vec<CertificateDer<'static>>, KeyError> {
    let pem = match std::fs::read(folder.join(format!("{name}.cert.pem"))) {
        Ok(pem) => pem,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    CertificateDer::pem_slice_iter(&pem).map(|one| one.map_err(|_| KeyError::Unreadable)).collect()
}
