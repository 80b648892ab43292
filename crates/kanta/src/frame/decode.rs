//! Reading a frame.

use super::Frame;
use crate::ids::Interaction;
use crate::{Fault, Limits};

/// Which interaction a message is, by its root element.
///
/// # Errors
/// `BAD_REQUEST` when it is none that we know.
pub fn interaction(bytes: &[u8], limits: &Limits) -> Result<Interaction, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("/"))
}

/// Reads a frame.
///
/// # Errors
/// The first fault found: `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED`, then `HEADER_INVALID` or `BAD_REQUEST`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("/"))
}
