//! The SOAP envelope: 1.2, and 1.1 accepted (interfaces.md 3).
//!
//! The envelope is read whole, but its header and body are handed on as their own bytes, so that what was signed stays
//! as it was. Namespace declarations that stand outside are added to the handed-on start tag; exclusive
//! canonicalisation does not see them, so signatures hold.

mod decode;

pub use decode::decode;

use std::borrow::Cow;

/// The namespace of SOAP 1.2.
pub const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";
/// The namespace of SOAP 1.1.
pub const SOAP_11: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Which SOAP an envelope speaks; an answer speaks the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// 1.1, `text/xml`.
    V11,
    /// 1.2, `application/soap+xml`.
    V12,
}

impl Version {
    /// The namespace of the envelope.
    pub fn namespace(self) -> &'static str {
        match self {
            Self::V11 => SOAP_11,
            Self::V12 => SOAP_12,
        }
    }

    /// What `Content-Type` says.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::V11 => "text/xml; charset=utf-8",
            Self::V12 => "application/soap+xml; charset=utf-8",
        }
    }
}

/// An envelope that was read.
#[derive(Clone)]
pub struct Envelope<'a> {
    /// Which SOAP.
    pub version: Version,
    /// The `Toimija` element of the header as it stands, if there is one.
    pub toimija_xml: Option<Cow<'a, [u8]>>,
    /// The one element of the body as it stands: an interaction or a fault.
    pub body_xml: Cow<'a, [u8]>,
}

impl std::fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Envelope({:?}, {} bytes)", self.version, self.body_xml.len())
    }
}

/// Wraps a body, and a header if given, in a SOAP 1.2 envelope. Both are taken as they are, without XML declaration.
pub fn encode(header_xml: Option<&str>, body_xml: &str) -> Vec<u8> {
    encode_as(Version::V12, header_xml, body_xml)
}

/// As [`encode`], in the version that the asker spoke.
pub fn encode_as(version: Version, header_xml: Option<&str>, body_xml: &str) -> Vec<u8> {
    let mut out = String::with_capacity(body_xml.len() + header_xml.map_or(0, str::len) + 256);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"");
    out.push_str(version.namespace());
    out.push_str("\">");
    if let Some(header) = header_xml {
        out.push_str("<soap:Header>");
        out.push_str(without_declaration(header));
        out.push_str("</soap:Header>");
    }
    out.push_str("<soap:Body>");
    out.push_str(without_declaration(body_xml));
    out.push_str("</soap:Body></soap:Envelope>");
    out.into_bytes()
}

/// What stands after the XML declaration, if there is one; inside an envelope there must be none.
fn without_declaration(xml: &str) -> &str {
    let xml = xml.trim_start_matches('\u{feff}').trim_start();
    match xml.strip_prefix("<?xml ").and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest.trim_start(),
        None => xml,
    }
}
