//! Reading an envelope.

use super::Envelope;
use crate::{Fault, Limits};

/// Reads an envelope.
///
/// # Errors
/// `BAD_REQUEST` when it is not an envelope with one element in its body; `XML_INVALID`, `DTD_FORBIDDEN`,
/// `LIMIT_EXCEEDED` before that.
pub fn decode<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Envelope<'a>, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("Envelope"))
}
