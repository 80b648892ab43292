//! Reading XML for signatures: one tree, whose very nodes are both checked for position and digested.

use crate::SealError;
use roxmltree::{Document, Node, ParsingOptions};

/// HL7 V3, the document's own elements.
pub const V3: &str = "urn:hl7-org:v3";
/// HL7 Finland, the local header with the signatures.
pub const EP2: &str = "urn:hl7finland";
/// XML signatures.
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// More nodes than any document has whose limits `kanta` has checked; keeps memory bounded when called alone.
const NODES_MAX: u32 = 200_000;
/// Names of attributes that some tool takes for an identifier. Uniqueness is asked over all of them together, so that
/// no two verifiers can resolve one reference differently.
const ID_ATTRIBUTES: [&str; 3] = ["ID", "Id", "id"];

/// Parses bytes as UTF-8 XML without a DOCTYPE.
pub fn parse(xml: &[u8]) -> Result<Document<'_>, SealError> {
    let text = std::str::from_utf8(xml).map_err(|_| SealError::Xml("not UTF-8"))?;
    if text.contains("<!DOCTYPE") {
        return Err(SealError::Xml("a DOCTYPE is forbidden"));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: NODES_MAX, entity_resolver: None };
    Document::parse_with_options(text, options).map_err(|_| SealError::Xml("not well-formed"))
}

/// Whether the node is the named element.
pub fn is(node: Node, namespace: &str, name: &str) -> bool {
    node.is_element() && node.tag_name().name() == name && node.tag_name().namespace() == Some(namespace)
}

/// The only child element of that name.
pub fn only_child<'a, 'i>(
    parent: Node<'a, 'i>,
    namespace: &str,
    name: &str,
    fault: &'static str,
) -> Result<Node<'a, 'i>, SealError> {
    let mut found = parent.children().filter(|child| is(*child, namespace, name));
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        _ => Err(SealError::Layout(fault)),
    }
}

/// All text of an element that holds text only. Comments are skipped as canonicalisation skips them; a child element
/// is a fault.
pub fn text_of(node: Node, fault: &'static str) -> Result<String, SealError> {
    let mut text = String::new();
    for child in node.children() {
        if child.is_element() || child.is_pi() {
            return Err(SealError::Layout(fault));
        }
        if child.is_text() {
            text.push_str(child.text().unwrap_or_default());
        }
    }
    Ok(text)
}

/// The base64 value of an element, white space aside.
pub fn base64_of(node: Node, fault: &'static str) -> Result<Vec<u8>, SealError> {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let mut text = text_of(node, fault)?;
    text.retain(|c| !c.is_ascii_whitespace());
    BASE64_STANDARD.decode(text).map_err(|_| SealError::Layout(fault))
}

/// The value of the attribute `ID`.
pub fn id_of<'a>(node: Node<'a, '_>) -> Option<&'a str> {
    node.attribute("ID").filter(|id| is_nc_name(id))
}

/// Every identifier in the tree, refused when one stands twice.
pub fn unique_ids<'a>(document: &'a Document) -> Result<Vec<&'a str>, SealError> {
    let mut ids: Vec<&str> = Vec::new();
    for node in document.descendants().filter(Node::is_element) {
        for attribute in node.attributes() {
            let plain = attribute.namespace().is_none() && ID_ATTRIBUTES.contains(&attribute.name());
            let xml_id = attribute.name() == "id" && attribute.namespace() == Some(roxmltree::NS_XML_URI);
            if plain || xml_id {
                ids.push(attribute.value());
            }
        }
    }
    ids.sort_unstable();
    if ids.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(SealError::Layout("an identifier stands twice"));
    }
    Ok(ids)
}

/// The element's qualified name as written: roxmltree drops prefixes, canonical form needs them.
pub fn qualified_name<'i>(node: Node<'_, 'i>, source: &'i str) -> &'i str {
    let from = &source[node.range().start + 1..];
    let end = from.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(from.len());
    &from[..end]
}

/// The prefix of a qualified name, empty without one.
pub fn prefix_of(name: &str) -> &str {
    name.split_once(':').map_or("", |(prefix, _)| prefix)
}

fn is_nc_name(text: &str) -> bool {
    let mut characters = text.chars();
    let first = characters.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && characters.all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\u{b7}'))
}
