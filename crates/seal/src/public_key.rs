//! Public keys of certificates and the algorithms allowed with them. Nothing smaller than RSA-2048 or P-256, no SHA-1.

use crate::SealError;
use aws_lc_rs::signature::{self, VerificationAlgorithm};
use x509_parser::public_key::PublicKey as Parsed;

/// Smallest RSA modulus accepted (wire-format 15).
const RSA_BITS_MIN: usize = 2048;

/// Hash under the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

/// How an ECDSA value is written: `r‖s` in XML, DER elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EcForm {
    Fixed,
    Der,
}

/// Kind and size of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    Rsa,
    P256,
    P384,
}

/// A public key of a readable certificate.
#[derive(Debug, Clone)]
pub struct PublicKey {
    pub kind: KeyKind,
    bits: Vec<u8>,
}

impl PublicKey {
    /// Takes the key out of a DER certificate.
    pub fn of_certificate(der: &[u8]) -> Result<Self, SealError> {
        let (rest, certificate) = x509_parser::parse_x509_certificate(der).map_err(|_| SealError::Certificate)?;
        if !rest.is_empty() {
            return Err(SealError::Certificate);
        }
        Self::of_info(certificate.public_key())
    }

    /// Takes the key out of a parsed `SubjectPublicKeyInfo`.
    pub fn of_info(info: &x509_parser::x509::SubjectPublicKeyInfo) -> Result<Self, SealError> {
        let kind = match info.parsed().map_err(|_| SealError::Certificate)? {
            Parsed::RSA(key) => {
                let modulus: &[u8] = key.modulus;
                let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
                let leading = modulus.get(zeros).map_or(8, |byte| byte.leading_zeros() as usize);
                if (modulus.len() - zeros) * 8 < RSA_BITS_MIN + leading {
                    return Err(SealError::SmallKey);
                }
                KeyKind::Rsa
            }
            Parsed::EC(point) => match point.key_size() {
                256 => KeyKind::P256,
                384 => KeyKind::P384,
                size if size < 256 => return Err(SealError::SmallKey),
                _ => return Err(SealError::Algorithm("curve")),
            },
            _ => return Err(SealError::Algorithm("kind of key")),
        };
        Ok(Self { kind, bits: info.subject_public_key.data.to_vec() })
    }

    /// Checks a signature value over data.
    pub fn verify(&self, hash: Hash, form: EcForm, data: &[u8], value: &[u8]) -> Result<(), SealError> {
        let algorithm: &dyn VerificationAlgorithm = match (self.kind, hash, form) {
            (KeyKind::Rsa, Hash::Sha256, _) => &signature::RSA_PKCS1_2048_8192_SHA256,
            (KeyKind::Rsa, Hash::Sha384, _) => &signature::RSA_PKCS1_2048_8192_SHA384,
            (KeyKind::Rsa, Hash::Sha512, _) => &signature::RSA_PKCS1_2048_8192_SHA512,
            (KeyKind::P256, Hash::Sha256, EcForm::Fixed) => &signature::ECDSA_P256_SHA256_FIXED,
            (KeyKind::P384, Hash::Sha384, EcForm::Fixed) => &signature::ECDSA_P384_SHA384_FIXED,
            (KeyKind::P256, Hash::Sha256, EcForm::Der) => &signature::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P384, Hash::Sha384, EcForm::Der) => &signature::ECDSA_P384_SHA384_ASN1,
            (KeyKind::P384, Hash::Sha256, EcForm::Der) => &signature::ECDSA_P384_SHA256_ASN1,
            _ => return Err(SealError::Algorithm("hash and curve do not go together")),
        };
        signature::UnparsedPublicKey::new(algorithm, &self.bits).verify(data, value).map_err(|_| SealError::Value)
    }
}

/// Turns a DER ECDSA value into `r‖s`; gives anything else back as it is.
pub fn fixed_form(kind: KeyKind, value: &[u8]) -> Vec<u8> {
    let size = match kind {
        KeyKind::Rsa => return value.to_vec(),
        KeyKind::P256 => 32,
        KeyKind::P384 => 48,
    };
    if value.len() == 2 * size {
        return value.to_vec();
    }
    let number = |from: &[u8]| -> Option<(Vec<u8>, usize)> {
        let length = *from.get(1)? as usize;
        let digits = from.get(2..2 + length)?;
        let start = digits.iter().take_while(|byte| **byte == 0).count();
        let digits = &digits[start..];
        let padding = size.checked_sub(digits.len())?;
        (from[0] == 2).then(|| ([vec![0; padding], digits.to_vec()].concat(), 2 + length))
    };
    let both = || {
        let (r, taken) = number(value.get(2..)?)?;
        let (s, _) = number(value.get(2 + taken..)?)?;
        Some([r, s].concat())
    };
    both().unwrap_or_else(|| value.to_vec())
}
