//! Reading an acknowledgement.

use super::Acknowledgement;
use crate::{Fault, Limits};

/// Reads an acknowledgement.
///
/// # Errors
/// `BAD_REQUEST` when it is not one; `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Acknowledgement, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("MCCI_IN000002UV01"))
}
