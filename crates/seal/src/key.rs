//! Keys that sign. Two real ones exist: a PEM file ([`SoftwareKey`]) and, through SCS, a card in the worker's hands.

use crate::KeyError;
use aws_lc_rs::{
    rand::SystemRandom,
    rsa,
    signature::{self, RsaEncoding},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, pem::PemObject};
use std::path::Path;

/// A private key with its certificate.
pub trait SigningKey: Send + Sync {
    /// Signs the data: RSA PKCS#1 v1.5 with SHA-256, or ECDSA in the fixed form that XML signatures use.
    ///
    /// # Errors
    /// `Signing` when the key refuses.
    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError>;
    /// The certificate of the key, DER.
    fn certificate_der(&self) -> &[u8];
}

/// An RSA key held in memory, from PEM files of the keys folder.
pub struct SoftwareKey {
    key: rsa::KeyPair,
    pkcs8: Vec<u8>,
    chain: Vec<Vec<u8>>,
}

impl std::fmt::Debug for SoftwareKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SoftwareKey(…)")
    }
}

impl SoftwareKey {
    /// Reads an RSA key (PKCS#8 PEM) and its certificate (PEM, first the leaf, then the chain without the root).
    ///
    /// # Errors
    /// `Unreadable` for other PEM, `Mismatch` when the two do not belong together.
    pub fn from_pem(key_pem: &str, certificate_pem: &str) -> Result<Self, KeyError> {
        let pkcs8 = PrivatePkcs8KeyDer::from_pem_slice(key_pem.as_bytes()).map_err(|_| KeyError::Unreadable)?;
        let key = rsa::KeyPair::from_pkcs8(pkcs8.secret_pkcs8_der()).map_err(|_| KeyError::Unreadable)?;
        let chain: Vec<Vec<u8>> = CertificateDer::pem_slice_iter(certificate_pem.as_bytes())
            .map(|one| one.map(|der| der.to_vec()).map_err(|_| KeyError::Unreadable))
            .collect::<Result<_, _>>()?;
        let own = Self { key, pkcs8: pkcs8.secret_pkcs8_der().to_vec(), chain };
        own.fits_certificate()?;
        Ok(own)
    }

    /// Reads `<name>.key.pem` and `<name>.cert.pem` of the folder, as `vakka pki issue` writes them.
    ///
    /// # Errors
    /// `File` when they cannot be read, and those of [`Self::from_pem`].
    pub fn load(folder: &Path, name: &str) -> Result<Self, KeyError> {
        let key = std::fs::read_to_string(folder.join(format!("{name}.key.pem")))?;
        let certificate = std::fs::read_to_string(folder.join(format!("{name}.cert.pem")))?;
        Self::from_pem(&key, &certificate)
    }

    /// The leaf and the issuing certificates that came with it, DER.
    pub fn chain(&self) -> &[Vec<u8>] {
        &self.chain
    }

    /// The private key in PKCS#8 DER, for TLS.
    pub(crate) fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// Signs with another hash than SHA-256, as a card may be asked to.
    pub(crate) fn sign_with(&self, padding: &'static dyn RsaEncoding, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut value = vec![0; self.key.public_modulus_len()];
        self.key.sign(padding, &SystemRandom::new(), data, &mut value).map_err(|_| KeyError::Signing)?;
        Ok(value)
    }

    fn fits_certificate(&self) -> Result<(), KeyError> {
        use aws_lc_rs::signature::KeyPair;
        let leaf = self.chain.first().ok_or(KeyError::Unreadable)?;
        let (_, parsed) = x509_parser::parse_x509_certificate(leaf).map_err(|_| KeyError::Unreadable)?;
        let public = parsed.public_key().subject_public_key.data.as_ref();
        if public == self.key.public_key().as_ref() { Ok(()) } else { Err(KeyError::Mismatch) }
    }
}

impl SigningKey for SoftwareKey {
    fn sign(&self, data: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_with(&signature::RSA_PKCS1_SHA256, data)
    }

    fn certificate_der(&self) -> &[u8] {
        &self.chain[0]
    }
}

/// A certificate as PEM, for exports and for people.
pub fn certificate_pem(der: &[u8]) -> String {
    let text = BASE64_STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem + "-----END CERTIFICATE-----\n"
}
