//! Reading an envelope.

use super::{Envelope, SOAP_11, SOAP_12, Version};
use crate::xml::{self, Xml};
use crate::{Fault, Limits, frame, toimija};
use roxmltree::Node;
use std::borrow::Cow;

/// Reads an envelope.
///
/// # Errors
/// `BAD_REQUEST` when it is not an envelope with one element in its body; `XML_INVALID`, `DTD_FORBIDDEN`,
/// `LIMIT_EXCEEDED` before that.
pub fn decode<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Envelope<'a>, Fault> {
    let tree = xml::parse(bytes, limits, limits.message_bytes)?;
    let root = tree.root();
    let version = match (root.tag_name().name(), root.tag_name().namespace()) {
        ("Envelope", Some(SOAP_12)) => Version::V12,
        ("Envelope", Some(SOAP_11)) => Version::V11,
        _ => return Err(broken("Juurielementti ei ole SOAP 1.2- eikä 1.1-kirjekuori.")),
    };
    xml::ids_unique(root)?;
    let namespace = version.namespace();
    let header = one(root, namespace, "Header")?;
    let body = one(root, namespace, "Body")?.ok_or_else(|| broken("Kirjekuoresta puuttuu Body."))?;
    let mut contents = body.children().filter(Node::is_element);
    let (Some(content), None) = (contents.next(), contents.next()) else {
        return Err(broken("Body-elementissä on oltava täsmälleen yksi sanoma."));
    };
    let actor = match header {
        Some(header) => one(header, toimija::NAMESPACE, "Toimija")?,
        None => None,
    };
    Ok(Envelope {
        version,
        toimija_xml: actor.map(|node| cut(bytes, &tree, node)),
        body_xml: cut(bytes, &tree, content),
    })
}

fn broken(problem: &str) -> Fault {
    frame::bad("Envelope", problem, "Lähetä SOAP-kirjekuori, jonka Body-elementissä on yksi HL7 V3 -sanoma.")
}

fn one<'a, 'i>(node: Node<'a, 'i>, namespace: &str, name: &str) -> Result<Option<Node<'a, 'i>>, Fault> {
    let mut found = node.children().filter(|child| xml::is(*child, namespace, name));
    let first = found.next();
    if found.next().is_some() { Err(broken("Kirjekuoren osa esiintyy kahdesti.")) } else { Ok(first) }
}

/// Cuts an element out, with the namespace declarations it needs from outside added to its start tag. Declarations
/// that nothing uses change nothing: exclusive canonicalisation leaves them out.
fn cut<'a>(bytes: &'a [u8], tree: &Xml<'a>, node: Node<'_, '_>) -> Cow<'a, [u8]> {
    let range = tree.range(node);
    let slice = &bytes[range];
    let own = start_tag(slice);
    let mut missing = String::new();
    for namespace in node.namespaces() {
        let (declaration, used) = match namespace.name() {
            Some("xml") => continue,
            Some(prefix) => (format!("xmlns:{prefix}"), contains(slice, format!("{prefix}:").as_bytes())),
            None => ("xmlns".to_owned(), true),
        };
        if used && !declares(own, &declaration) {
            missing.push_str(&format!(" {declaration}=\"{}\"", escape(namespace.uri())));
        }
    }
    if missing.is_empty() {
        return Cow::Borrowed(slice);
    }
    let name_end = own.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/')).unwrap_or(own.len());
    let mut out = Vec::with_capacity(slice.len() + missing.len());
    out.extend_from_slice(&slice[..name_end]);
    out.extend_from_slice(missing.as_bytes());
    out.extend_from_slice(&slice[name_end..]);
    Cow::Owned(out)
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

/// The start tag, its `>` left out; quotes are respected.
fn start_tag(element: &[u8]) -> &[u8] {
    let mut quote = None;
    for (at, &b) in element.iter().enumerate() {
        match (quote, b) {
            (None, b'>') => return &element[..at],
            (None, b'"' | b'\'') => quote = Some(b),
            (Some(open), _) if open == b => quote = None,
            _ => {}
        }
    }
    element
}

/// Whether a start tag has the attribute; text inside other attributes' values does not count.
fn declares(tag: &[u8], attribute: &str) -> bool {
    let (mut quote, mut from) = (None, 0);
    for (at, &b) in tag.iter().enumerate() {
        match (quote, b) {
            (None, b'=') if tag[from..at].trim_ascii() == attribute.as_bytes() => return true,
            (None, b'"' | b'\'') => quote = Some(b),
            (None, b) if b.is_ascii_whitespace() && !tag[from..at].trim_ascii().is_empty() => from = at,
            (Some(open), _) if open == b => (quote, from) = (None, at + 1),
            _ => {}
        }
    }
    false
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(haystack) else { return true };
    std::str::from_utf8(needle).is_ok_and(|needle| text.contains(needle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::soap::{encode, encode_as};

    fn read(text: &str) -> Envelope<'_> {
        decode(text.as_bytes(), &Limits::default()).unwrap()
    }

    #[test]
    fn what_was_wrapped_comes_out_as_it_was() {
        let toimija = "<t:Toimija xmlns:t=\"urn:vakka:toimija:1\" ID=\"T1\"><t:time/></t:Toimija>";
        for version in [Version::V11, Version::V12] {
            let bytes = encode_as(version, Some(toimija), "<?xml version=\"1.0\"?>\n<a xmlns=\"urn:hl7-org:v3\"/>");
            let envelope = decode(&bytes, &Limits::default()).unwrap();
            assert_eq!(envelope.version, version);
            assert_eq!(envelope.toimija_xml.as_deref(), Some(toimija.as_bytes()));
            assert_eq!(&*envelope.body_xml, b"<a xmlns=\"urn:hl7-org:v3\"/>");
            assert!(matches!(envelope.body_xml, Cow::Borrowed(_)));
        }
        assert!(decode(&encode(None, "<a/>"), &Limits::default()).unwrap().toimija_xml.is_none());
    }

    #[test]
    fn declarations_from_outside_follow_the_element() {
        let envelope = "<?xml version='1.0'?><E:Envelope xmlns:E='http://www.w3.org/2003/05/soap-envelope' \
            xmlns:h='urn:hl7-org:v3' xmlns='urn:x'><!-- c --><E:Body>\r\n<h:a b='xmlns:h = > \"'><c h:d=''/></h:a></E:Body></E:Envelope>";
        let body = read(envelope).body_xml.into_owned();
        let text = String::from_utf8(body.clone()).unwrap();
        let tree = roxmltree::Document::parse(&text).unwrap();
        assert_eq!(tree.root_element().tag_name().namespace(), Some("urn:hl7-org:v3"), "{text}");
        assert_eq!(tree.root_element().first_element_child().unwrap().tag_name().namespace(), Some("urn:x"));
        assert!(!text.contains("soap-envelope"));
    }

    #[test]
    fn what_is_not_an_envelope_is_refused() {
        for wrong in [
            "<a/>",
            "<Envelope/>",
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'/>",
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body/></Envelope>",
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body><a/><b/></Body></Envelope>",
            "<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'><Body><a/></Body><Body><a/></Body></Envelope>",
        ] {
            assert_eq!(decode(wrong.as_bytes(), &Limits::default()).unwrap_err().code(), "BAD_REQUEST", "{wrong}");
        }
    }
}
