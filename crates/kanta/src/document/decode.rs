//! Reading a document.

use super::Document;
use crate::{Fault, Limits, Warning};
use std::ops::Range;

/// A document that was read, and where its parts lie in the bytes.
#[derive(Debug, Clone)]
pub struct Decoded {
    /// What it says.
    pub document: Document,
    /// How many `signature` elements stand in the signature collection.
    pub signatures: usize,
    /// What is odd.
    pub warnings: Vec<Warning>,
    /// The `nonXMLBody` element, tags included.
    pub body: Range<usize>,
    /// The element that holds the display form or the PDF, tags included.
    pub display: Range<usize>,
    /// The element that holds the structured form, tags included.
    pub json: Option<Range<usize>>,
}

/// Reads a document.
///
/// # Errors
/// The first fault found: `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED`, then `HEADER_INVALID`, then
/// `DISPLAY_INVALID`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, Fault> {
    let _ = (bytes, limits);
    Err(Fault::missing("ClinicalDocument"))
}
