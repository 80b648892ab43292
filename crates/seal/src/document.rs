//! Signatures of a document: `ep2:signatureCollection` of wire-format 7.1 and 15.
//!
//! A signature covers the body and its own timestamp, not the header (decisions.md 5).

use crate::{SealError, SigningKey};
use jiff::Timestamp;
use records::id::DocumentId;

/// Who a signature speaks for; the code of 1.2.246.537.5.40127.2006.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A professional with a card (ammattihenkilön allekirjoitus).
    Professional = 1,
    /// The storing organisation's system (järjestelmäallekirjoitus).
    System = 3,
}

/// A document with a signature that still lacks its value.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The bytes that the key has to sign: canonical `SignedInfo`. This is what goes to SCS as `content`.
    pub to_sign: Vec<u8>,
}

/// One signature whose mathematics and coverage hold. Whose it is, and whether that one may sign, is not yet decided:
/// give `certificate_der` and `at` to [`crate::TrustStore::check`] with the purpose of the role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The role that the signature claims. The claim is unsigned: only the certificate's purpose makes it true.
    pub role: Role,
    /// The signed time of signing.
    pub at: Timestamp,
    /// The certificate inside the signature.
    pub certificate_der: Vec<u8>,
}

/// Adds a signature without a value to the document's `signatureCollection`.
///
/// # Errors
/// `Xml` or `Layout` when the bytes are not a document of [`kanta`-form](crate::document) with a collection.
pub fn prepare(document_xml: &[u8], role: Role, certificate_der: &[u8], at: Timestamp) -> Result<Prepared, SealError> {
    let _ = (document_xml, role, certificate_der, at);
    Err(SealError::Missing)
}

/// Puts the value into the prepared signature and gives the signed document. The value is not checked here.
pub fn finish(prepared: Prepared, signature_value: &[u8]) -> Vec<u8> {
    let _ = signature_value;
    prepared.to_sign
}

/// Signs with a key at hand: [`prepare`], the key, [`finish`].
///
/// # Errors
/// Those of [`prepare`], and `Key` when the key cannot sign.
pub fn sign(document_xml: &[u8], role: Role, key: &dyn SigningKey, at: Timestamp) -> Result<Vec<u8>, SealError> {
    let prepared = prepare(document_xml, role, key.certificate_der(), at)?;
    let value = key.sign(&prepared.to_sign)?;
    Ok(finish(prepared, &value))
}

/// Verifies every signature of a document, in document order.
///
/// # Errors
/// `Missing` when there is none; otherwise the first fault of any signature: one bad signature spoils the document.
pub fn verify(document_xml: &[u8], document: &DocumentId) -> Result<Vec<Verified>, SealError> {
    let _ = (document_xml, document);
    Err(SealError::Missing)
}
