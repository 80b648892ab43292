//! Exclusive XML canonicalisation 1.0 without comments and without a prefix list, of one element.
//!
//! Own, because the format needs exactly this much of it and verification is the archive's hot path; bergshamra and
//! xmlsec1 are its oracles in the tests.

use crate::{
    SealError,
    xml::{prefix_of, qualified_name},
};
use roxmltree::{Attribute, Node};

/// Deeper than any signed element of the format; bounds recursion.
const DEPTH_MAX: usize = 128;

/// The canonical bytes of the element; `without` (an enveloped signature) is left out with all below it.
pub fn canonical(node: Node, without: Option<Node>) -> Result<Vec<u8>, SealError> {
    let source = node.document().input_text();
    let mut writer = Writer { source, out: Vec::with_capacity(node.range().len() + 256), rendered: Vec::new() };
    writer.element(node, without, 0)?;
    Ok(writer.out)
}

struct Writer<'i> {
    source: &'i str,
    out: Vec<u8>,
    /// Namespaces in force in the output: prefix and URI, the innermost last.
    rendered: Vec<(&'i str, &'i str)>,
}

impl<'i> Writer<'i> {
    fn element<'a: 'i>(&mut self, node: Node<'a, 'i>, without: Option<Node>, depth: usize) -> Result<(), SealError> {
        if depth > DEPTH_MAX {
            return Err(SealError::Xml("too deep"));
        }
        let name = qualified_name(node, self.source);
        let outer = self.rendered.len();
        self.out.push(b'<');
        self.out.extend_from_slice(name.as_bytes());
        self.namespaces(node, name);
        self.attributes(node);
        self.out.push(b'>');
        for child in node.children() {
            if child.is_element() {
                if without != Some(child) {
                    self.element(child, without, depth + 1)?;
                }
            } else if child.is_text() {
                escape_text(child.text().unwrap_or_default(), &mut self.out);
            } else if let Some(pi) = child.pi() {
                self.instruction(pi.target, pi.value);
            }
        }
        self.out.extend_from_slice(b"</");
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b'>');
        self.rendered.truncate(outer);
        Ok(())
    }

    /// Declares the namespaces that this element visibly uses and that are not in force already.
    fn namespaces<'a: 'i>(&mut self, node: Node<'a, 'i>, name: &'i str) {
        let source = self.source;
        let own = (prefix_of(name), node.tag_name().namespace().unwrap_or(""));
        let of_attribute = |attribute: Attribute<'a, 'i>| {
            let prefix = prefix_of(&source[attribute.range_qname()]);
            (!prefix.is_empty()).then(|| (prefix, attribute.namespace().unwrap_or("")))
        };
        let mut wanted: Vec<(&str, &str)> =
            std::iter::once(own).chain(node.attributes().filter_map(of_attribute)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        for (prefix, uri) in wanted {
            let in_force = self.rendered.iter().rev().find(|(known, _)| *known == prefix).map_or("", |(_, uri)| uri);
            if prefix == "xml" || in_force == uri {
                continue;
            }
            self.out.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            self.out.extend_from_slice(prefix.as_bytes());
            self.out.extend_from_slice(b"=\"");
            escape_attribute(uri, &mut self.out);
            self.out.push(b'"');
            self.rendered.push((prefix, uri));
        }
    }

    fn attributes<'a: 'i>(&mut self, node: Node<'a, 'i>) {
        let mut sorted: Vec<Attribute> = node.attributes().collect();
        sorted.sort_unstable_by_key(|attribute| (attribute.namespace().unwrap_or(""), attribute.name()));
        for attribute in sorted {
            self.out.push(b' ');
            self.out.extend_from_slice(self.source[attribute.range_qname()].as_bytes());
            self.out.extend_from_slice(b"=\"");
            escape_attribute(attribute.value(), &mut self.out);
            self.out.push(b'"');
        }
    }

    fn instruction(&mut self, target: &str, value: Option<&str>) {
        self.out.extend_from_slice(b"<?");
        self.out.extend_from_slice(target.as_bytes());
        if let Some(value) = value {
            self.out.push(b' ');
            self.out.extend_from_slice(value.as_bytes());
        }
        self.out.extend_from_slice(b"?>");
    }
}

fn escape_text(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape_attribute(text: &str, out: &mut Vec<u8>) {
    escape(text, out, |byte| match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    });
}

fn escape(text: &str, out: &mut Vec<u8>, special: impl Fn(u8) -> Option<&'static str>) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if let Some(escaped) = special(byte) {
            out.extend_from_slice(&text.as_bytes()[from..at]);
            out.extend_from_slice(escaped.as_bytes());
            from = at + 1;
        }
    }
    out.extend_from_slice(&text.as_bytes()[from..]);
}

#[cfg(test)]
mod tests {
    use super::canonical;
    use bergshamra::c14n::{C14nMode, canonicalize};

    /// Whole documents without anything outside the root, so that both sides canonicalise the same node set. Literal
    /// line ends in attributes are left to xmlsec1 (`tests/it/oracles.rs`): bergshamra 0.11 keeps them, XML 1.0
    /// (3.3.3) makes them spaces.
    const SAMPLES: [&str; 10] = [
        "<a/>",
        "<a b='2' a='1'  c = \"&lt;&amp;&quot;&#9;&#10;&#13;'>\"/>",
        "<a>\r\n<![CDATA[<x>&]]>&#13;&gt; <!-- c -->t</a>",
        "<p:a xmlns:p='urn:p' xmlns:q='urn:q'><p:b q:x='1' x='2'/><q:c/><p:d/></p:a>",
        "<a xmlns='urn:1'><b xmlns=''><c xmlns='urn:1'><d/></c></b><e xmlns='urn:2'/></a>",
        "<p:a xmlns:p='urn:1'><p:b xmlns:p='urn:2'><p:c/></p:b><p:d xmlns:p='urn:1'/></p:a>",
        "<a xmlns:z='urn:a' xmlns:b='urn:z' b:x='1' z:x='2' x='3' xml:lang='fi'><b b:q=''/></a>",
        "<a xmlns:p='urn:same' xmlns:q='urn:same'><p:x q:y='1'/><q:x p:y='1'/></a>",
        "<a><?pi?><?pi  some data ?>ÄÖ 😀</a>",
        "<a xmlns:p='urn:1&amp;2'><p:b c='&#10;&#9; x'/></a>",
    ];

    #[test]
    fn canonical_form_is_bergshamras() {
        for sample in SAMPLES {
            let tree = crate::xml::parse(sample.as_bytes()).unwrap();
            let own = String::from_utf8(canonical(tree.root_element(), None).unwrap()).unwrap();
            let others = canonicalize::<&str>(sample, C14nMode::Exclusive, None, &[]).unwrap();
            assert_eq!(own, String::from_utf8(others).unwrap(), "{sample}");
            let again = crate::xml::parse(own.as_bytes()).unwrap();
            assert_eq!(canonical(again.root_element(), None).unwrap(), own.as_bytes(), "{sample}");
        }
    }

    #[test]
    fn what_is_too_deep_is_refused_and_not_followed() {
        let deep = format!("{}{}", "<a>".repeat(1000), "</a>".repeat(1000));
        let tree = crate::xml::parse(deep.as_bytes()).unwrap();
        assert!(canonical(tree.root_element(), None).is_err());
    }
}
