//! Answers to queries.

use super::QueryResponse;
use crate::{Fault, Limits};

/// Writes an answer; the same value gives the same bytes.
pub fn encode_response(response: &QueryResponse) -> Vec<u8> {
    let _ = response;
    Vec::new()
}

/// Reads an answer.
///
/// # Errors
/// `BAD_REQUEST` when it is not one; `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode_response(bytes: &[u8], limits: &Limits) -> Result<QueryResponse, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("RCMR_IN200030FI01"))
}
