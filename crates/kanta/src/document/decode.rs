//! Reading a document.

mod header;
mod parts;

pub(crate) use header::{Formats, decode_header};
pub(crate) use parts::{
    code_of, coded, name, named_organisation, oid, patient, required_oid, required_organisation, root_and_extension,
    short, time_of, version,
};

use super::{Body, Document};
use crate::code::{GROUP_CLIENT_PHASE_1, GROUP_OLD, GROUP_RECORDING};
use crate::xml::{self, EP2, HL7};
use crate::{Fault, Limits, Warning, xhtml};
use records::id::DocumentId;
use records::refusal::Refusal;
use roxmltree::Node;
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
    let tree = xml::parse(bytes, limits, limits.document_bytes)?;
    let root = tree.root();
    if !xml::is(root, HL7, "ClinicalDocument") {
        return Err(Fault::wrong(xml::place(root), "Juurielementti ei ole urn:hl7-org:v3 ClinicalDocument."));
    }
    xml::ids_unique(root)?;
    let (header, formats, warnings) = decode_header(root, true)?;
    let found = find_body(root, &header.id)?;
    let body = read_body(&header.group.code, found.text, found.json, &formats, limits)?;
    if let Some(xhtml) = body.xhtml() {
        let codes: Vec<&str> = header.patients.iter().filter_map(|p| p.id.hetu()).map(|hetu| hetu.as_str()).collect();
        xhtml::check_hiding(xhtml, &header.id, &codes, limits)?;
    }
    Ok(Decoded {
        signatures: signatures(root)?,
        warnings,
        body: tree.range(found.body),
        display: tree.range(found.text),
        json: found.json.map(|json| tree.range(json)),
        document: Document { header, body },
    })
}

/// The elements of the body.
struct Found<'a, 'i> {
    body: Node<'a, 'i>,
    text: Node<'a, 'i>,
    json: Option<Node<'a, 'i>>,
}

/// Finds the body where it must be and sees that there is no other: a second one anywhere would let a signature over
/// one vouch for the other (wire-format 15).
fn find_body<'a, 'i>(root: Node<'a, 'i>, id: &DocumentId) -> Result<Found<'a, 'i>, Fault> {
    let component = xml::required(root, HL7, "component")?;
    let body = xml::required(component, HL7, "nonXMLBody")?;
    let bodies = root.descendants().filter(|node| node.is_element() && node.tag_name().name() == "nonXMLBody").count();
    if bodies != 1 {
        return Err(Fault::wrong(xml::place(body), "Asiakirjassa on useampi kuin yksi nonXMLBody."));
    }
    let place = format!("{}/@ID", xml::place(body));
    let given = xml::required_attribute(body, "ID")?;
    if given.strip_prefix("OID") != Some(id.as_str()) {
        return Err(Fault::wrong(place, "ID ei ole OID ja sen perässä asiakirjan tunniste."));
    }
    let text = xml::required(body, HL7, "text")?;
    let json = xml::child(body, EP2, "json")?;
    if body.children().filter(Node::is_element).count() != 1 + usize::from(json.is_some()) {
        return Err(Fault::wrong(xml::place(body), "Sisällössä saa olla vain text ja ep2:json."));
    }
    Ok(Found { body, text, json })
}

/// Decodes the payloads, each once, and sees that the header names their formats.
fn read_body(
    group: &str,
    text: Node<'_, '_>,
    json: Option<Node<'_, '_>>,
    formats: &Formats,
    limits: &Limits,
) -> Result<Body, Fault> {
    let place = xml::place(text);
    if xml::required_attribute(text, "representation")? != "B64" {
        return Err(Fault::wrong(format!("{place}/@representation"), "Arvon on oltava B64."));
    }
    let media = xml::required_attribute(text, "mediaType")?;
    let display_format = formats.display.as_deref();
    match (media, json) {
        ("application/xhtml+xml", Some(json)) => {
            formats.demand("fileFormat", display_format, "2")?;
            formats.demand("structuredFileFormat", formats.structured.as_deref(), "5")?;
            let xhtml = xml::payload(text, limits.xhtml_bytes)?;
            let xhtml = String::from_utf8(xhtml).map_err(|_| display(&place, "Näyttömuoto ei ole UTF-8-tekstiä."))?;
            Ok(Body::Structured { xhtml, json: xml::payload(json, limits.json_bytes)? })
        }
        ("application/pdf", None) => {
            formats.demand("fileFormat", display_format, "1")?;
            let pdf = xml::payload(text, limits.pdf_bytes)?;
            if !pdf.starts_with(b"%PDF-") {
                return Err(display(&place, "Sisältö ei ole PDF-tiedosto."));
            }
            Ok(Body::Pdf(pdf))
        }
        // The structured form is demanded from the second phase on.
        ("application/xhtml+xml", None) if [GROUP_CLIENT_PHASE_1, GROUP_OLD, GROUP_RECORDING].contains(&group) => {
            formats.demand("fileFormat", display_format, "2")?;
            let xhtml = xml::payload(text, limits.xhtml_bytes)?;
            let xhtml = String::from_utf8(xhtml).map_err(|_| display(&place, "Näyttömuoto ei ole UTF-8-tekstiä."))?;
            Ok(Body::Display { xhtml })
        }
        ("application/xhtml+xml", None) => Err(Fault::missing(xml::place_of(text, "../ep2:json"))),
        ("application/pdf", Some(json)) => {
            Err(Fault::wrong(xml::place(json), "PDF-asiakirjalla ei voi olla rakenteista muotoa."))
        }
        _ => Err(Fault::wrong(format!("{place}/@mediaType"), "Sisällön muoto ei ole XHTML eikä PDF.")),
    }
}

fn display(place: &str, problem: &str) -> Fault {
    Fault::new(Refusal::DisplayInvalid, place, problem, "Tuota näyttömuoto määrityksen mukaisena.")
}

/// How many signatures stand in the collection. Whether they hold is `seal`'s to say.
fn signatures(root: Node<'_, '_>) -> Result<usize, Fault> {
    let header = xml::required(root, EP2, "localSocialHeader")?;
    let collection = xml::child(header, EP2, "signatureCollection")?;
    Ok(collection.map_or(0, |node| xml::children(node, EP2, "signature").count()))
}
