//! The enveloped signature of one element, used for the `Toimija` header (decisions.md 2).

use crate::{SealError, SigningKey};

/// Signs the element whose attribute `ID` is `id` in `xml`; the `ds:Signature` becomes its last child.
/// `xml` is that element alone, as [`kanta`] encodes it.
///
/// # Errors
/// `Xml` or `Layout` when there is no such root element, `Key` when the key cannot sign.
pub fn sign(xml: &[u8], id: &str, key: &dyn SigningKey) -> Result<Vec<u8>, SealError> {
    let _ = (xml, id, key);
    Err(SealError::Missing)
}

/// Verifies that the root element of `xml` is signed as a whole, and gives the signer's certificate.
///
/// `xml` is the element as it stood in the message: a slice is right when it declares the namespaces it uses.
///
/// # Errors
/// `Missing` without a signature, otherwise the fault.
pub fn verify(xml: &[u8]) -> Result<Vec<u8>, SealError> {
    let _ = xml;
    Err(SealError::Missing)
}
