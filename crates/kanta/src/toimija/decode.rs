//! Reading the element.

use super::Toimija;
use crate::{Fault, Limits};

/// Reads the element, with or without its signature.
///
/// # Errors
/// `ACTOR_INVALID` when something is missing or wrong; `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Toimija, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("Toimija"))
}
