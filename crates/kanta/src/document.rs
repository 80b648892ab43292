//! The document: a CDA R2 envelope with the Finnish header of social welfare (wire-format 5–7).
//!
//! Decoding is tolerant to everything XML lets a writer choose (prefixes, order of attributes, white space, comments)
//! and strict about everything that carries meaning. Encoding writes one fixed form, unsigned.

mod decode;
mod encode;
mod header;

pub use decode::{Decoded, decode};
pub(crate) use decode::{
    code_of, coded, decode_header, name, named_organisation, oid, patient, required_oid, required_organisation,
    root_and_extension, short, time_of, version,
};
pub use encode::encode;
pub(crate) use encode::{coded as write_coded, write_header};
pub use header::{
    Author, CaseLink, Header, Organisation, Patient, Recording, Replaced, SCHEMA_LOCATION, Signer, Software, Unit,
};

/// What a document says: its header and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The metadata.
    pub header: Header,
    /// The content.
    pub body: Body,
}

/// The content of a document.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// The display form and the structured form; both say the same (wire-format 6.1).
    Structured {
        /// The XHTML fragment, as text.
        xhtml: String,
        /// The JSON, as bytes exactly as signed.
        json: Vec<u8>,
    },
    /// The display form alone: documents of the first phase and old ones (wire-format 6.1, [`crate::code`]).
    Display {
        /// The XHTML fragment, as text.
        xhtml: String,
    },
    /// A PDF/A document without a structured form (wire-format 6.6); the code of its format is provisional.
    Pdf(Vec<u8>),
}

impl Body {
    /// The JSON bytes, if the document has a structured form.
    pub fn json(&self) -> Option<&[u8]> {
        match self {
            Self::Structured { json, .. } => Some(json),
            Self::Display { .. } | Self::Pdf(_) => None,
        }
    }

    /// The display form, if it is XHTML.
    pub fn xhtml(&self) -> Option<&str> {
        match self {
            Self::Structured { xhtml, .. } | Self::Display { xhtml } => Some(xhtml),
            Self::Pdf(_) => None,
        }
    }
}

/// Sizes only: a body is about a person.
impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Structured { xhtml, json } => write!(f, "Structured({} + {} bytes)", xhtml.len(), json.len()),
            Self::Display { xhtml } => write!(f, "Display({} bytes)", xhtml.len()),
            Self::Pdf(bytes) => write!(f, "Pdf({} bytes)", bytes.len()),
        }
    }
}
