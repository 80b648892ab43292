//! What all readers and writers here share: a scan against the limits, a namespace-aware tree, and a plain writer.
//!
//! The scan sees every byte before the tree is built and refuses what is dangerous to build: DOCTYPE, processing
//! instructions, depth, counts. It is linear and allocates nothing. The tree then judges well-formedness.

mod base64;
mod scan;
mod write;

pub(crate) use self::base64::{DecodeError, decode_into, encode as base64_encode, payload};
pub(crate) use write::Writer;

use crate::{Fault, Limits};
use records::refusal::Refusal;
use roxmltree::Node;
use std::ops::Range;

/// HL7 V3.
pub(crate) const HL7: &str = "urn:hl7-org:v3";
/// The Finnish extension.
pub(crate) const EP2: &str = "urn:hl7finland";
/// What a place is called before anything could be read.
pub(crate) const WHOLE: &str = "/";

/// A parsed message and where its text begins in the bytes (after a byte order mark).
pub(crate) struct Xml<'a> {
    doc: roxmltree::Document<'a>,
    offset: usize,
}

impl<'a> Xml<'a> {
    /// The root element.
    pub(crate) fn root<'s>(&'s self) -> Node<'s, 'a> {
        self.doc.root_element()
    }

    /// Where the node lies in the bytes.
    pub(crate) fn range(&self, node: Node<'_, '_>) -> Range<usize> {
        let range = node.range();
        range.start + self.offset..range.end + self.offset
    }
}

/// Parses bytes after the scan.
///
/// # Errors
/// `LIMIT_EXCEEDED`, `DTD_FORBIDDEN`, `XML_INVALID`.
pub(crate) fn parse<'a>(bytes: &'a [u8], limits: &Limits, bytes_max: usize) -> Result<Xml<'a>, Fault> {
    if bytes.len() > bytes_max {
        return Err(Fault::limit(WHOLE, format!("Koko on yli {bytes_max} tavua.")));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::xml(WHOLE, "Tavut eivät ole UTF-8-merkkejä."))?;
    let (text, offset) = text.strip_prefix('\u{feff}').map_or((text, 0), |rest| (rest, '\u{feff}'.len_utf8()));
    scan::scan(text, limits)?;
    let options = roxmltree::ParsingOptions { allow_dtd: false, ..roxmltree::ParsingOptions::default() };
    match roxmltree::Document::parse_with_options(text, options) {
        Ok(doc) => Ok(Xml { doc, offset }),
        Err(roxmltree::Error::DtdDetected) => Err(dtd()),
        Err(error) => {
            let at = error.pos();
            Err(Fault::xml(format!("rivi {}, merkki {}", at.row, at.col), "XML ei ole hyvin muodostettua."))
        }
    }
}

pub(crate) fn dtd() -> Fault {
    Fault::new(
        Refusal::DtdForbidden,
        WHOLE,
        "Sanomassa on dokumenttityyppimäärittely (DOCTYPE).",
        "Poista DOCTYPE ja sen entiteetit.",
    )
}

/// The local name of the first element, without reading further. A guess for choosing a reader, nothing more.
pub(crate) fn root_name(bytes: &[u8]) -> Option<&str> {
    let mut rest = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    loop {
        let end: &[u8] = match rest {
            [b'<', b'?', ..] => b"?>",
            [b'<', b'!', b'-', b'-', ..] => b"-->",
            _ => break,
        };
        let at = rest.windows(end.len()).position(|window| window == end)?;
        rest = rest[at + end.len()..].trim_ascii_start();
    }
    let name = rest.strip_prefix(b"<")?;
    let length = name.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))?;
    let name = std::str::from_utf8(&name[..length]).ok()?;
    Some(name.rsplit_once(':').map_or(name, |(_, local)| local))
}

/// The path of element names to a node, for faults.
pub(crate) fn place(node: Node<'_, '_>) -> String {
    let mut names: Vec<&str> = node.ancestors().filter(Node::is_element).map(|n| n.tag_name().name()).collect();
    names.reverse();
    names.join("/")
}

/// The path of a child that is not there.
pub(crate) fn place_of(node: Node<'_, '_>, child: &str) -> String {
    format!("{}/{child}", place(node))
}

/// Whether the node is this element.
pub(crate) fn is(node: Node<'_, '_>, namespace: &str, name: &str) -> bool {
    let tag = node.tag_name();
    node.is_element() && tag.name() == name && tag.namespace() == Some(namespace)
}

/// The child elements of a name.
pub(crate) fn children<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    node.children().filter(move |child| is(*child, namespace, name))
}

/// The one child of a name, if there is any.
///
/// # Errors
/// `HEADER_INVALID` when there are two: readers would disagree on which counts.
pub(crate) fn child<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Result<Option<Node<'a, 'i>>, Fault> {
    let mut found = children(node, namespace, name);
    let first = found.next();
    if found.next().is_some() {
        return Err(Fault::wrong(place_of(node, name), "Elementti esiintyy kahdesti."));
    }
    Ok(first)
}

/// The one child of a name.
///
/// # Errors
/// `HEADER_INVALID` when there is none, or two.
pub(crate) fn required<'a, 'i>(
    node: Node<'a, 'i>,
    namespace: &'static str,
    name: &'static str,
) -> Result<Node<'a, 'i>, Fault> {
    child(node, namespace, name)?.ok_or_else(|| Fault::missing(place_of(node, name)))
}

/// Follows one child after another; none as soon as one is missing.
pub(crate) fn path<'a, 'i>(node: Node<'a, 'i>, names: &[&'static str]) -> Result<Option<Node<'a, 'i>>, Fault> {
    let mut at = node;
    for name in names {
        match child(at, HL7, name)? {
            Some(next) => at = next,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// An attribute without surrounding white space; an empty one counts as absent.
pub(crate) fn attribute<'a>(node: Node<'a, '_>, name: &str) -> Option<&'a str> {
    node.attributes()
        .find(|attribute| attribute.namespace().is_none() && attribute.name() == name)
        .map(|attribute| attribute.value().trim())
        .filter(|value| !value.is_empty())
}

/// An attribute that must be there.
pub(crate) fn required_attribute<'a>(node: Node<'a, '_>, name: &str) -> Result<&'a str, Fault> {
    attribute(node, name).ok_or_else(|| Fault::missing(format!("{}/@{name}", place(node))))
}

/// All text of an element without comments, trimmed; an element inside text is not expected and not looked into.
pub(crate) fn text(node: Node<'_, '_>) -> String {
    let mut out = String::new();
    for child in node.children().filter(Node::is_text) {
        out.push_str(child.text().unwrap_or_default());
    }
    out.trim().to_owned()
}

/// Refuses a document in which two elements carry the same ID (wire-format 15): a reference would be ambiguous.
pub(crate) fn ids_unique(root: Node<'_, '_>) -> Result<(), Fault> {
    let mut seen = std::collections::HashSet::new();
    for node in root.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            let is_id = match attribute.namespace() {
                None => matches!(attribute.name(), "ID" | "Id"),
                Some(namespace) => namespace == roxmltree::NS_XML_URI && attribute.name() == "id",
            };
            if is_id && !seen.insert(attribute.value()) {
                return Err(Fault::xml(format!("{}/@{}", place(node), attribute.name()), "Sama ID esiintyy kahdesti."));
            }
        }
    }
    Ok(())
}
