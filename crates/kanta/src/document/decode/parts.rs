//! Small readers that documents, frames and answers share.

use crate::code::{self, Code, System};
use crate::document::{Organisation, Patient};
use crate::limits::TEXT_CHARACTERS_MAX;
use crate::xml::{self, HL7};
use crate::{Fault, stamp};
use jiff::Timestamp;
use records::id::{ClientId, IdError, Oid};
use roxmltree::Node;

/// The code of a coded element of a known system.
///
/// # Errors
/// `HEADER_INVALID` when the code or the system is missing, or the system is another.
pub(crate) fn coded(node: Node<'_, '_>, system: System) -> Result<Code, Fault> {
    let code = xml::required_attribute(node, "code")?;
    let given = xml::required_attribute(node, "codeSystem")?;
    if !system.is(given) {
        let place = format!("{}/@codeSystem", xml::place(node));
        return Err(Fault::wrong(place, format!("Koodisto ei ole {} ({}).", system.name, system.oid)));
    }
    let name = xml::attribute(node, "displayName");
    short(node, code)?;
    short(node, name.unwrap_or_default())?;
    Ok(Code { code: code.to_owned(), name: name.map(str::to_owned) })
}

/// The code of an element, or none when the element is absent or says `nullFlavor` without a code.
pub(crate) fn code_of(node: Option<Node<'_, '_>>, system: System) -> Result<Option<Code>, Fault> {
    match node {
        Some(node) if xml::attribute(node, "code").is_some() || xml::attribute(node, "nullFlavor").is_none() => {
            coded(node, system).map(Some)
        }
        _ => Ok(None),
    }
}

/// The root of an id, or none when it is absent or `nullFlavor` without a root: a root counts even beside
/// `nullFlavor` (wire-format 15).
pub(crate) fn root_of<'a>(node: Option<Node<'a, '_>>) -> Result<Option<&'a str>, Fault> {
    let Some(node) = node else { return Ok(None) };
    match (xml::attribute(node, "root"), xml::attribute(node, "nullFlavor")) {
        (Some(root), _) => Ok(Some(root)),
        (None, Some(_)) => Ok(None),
        (None, None) => Err(Fault::missing(format!("{}/@root", xml::place(node)))),
    }
}

/// Reads an OID of some kind.
pub(crate) fn oid<T>(node: Node<'_, '_>, text: &str, parse: fn(&str) -> Result<T, IdError>) -> Result<T, Fault> {
    parse(text).map_err(|_| Fault::wrong(format!("{}/@root", xml::place(node)), "Arvo ei ole OID-tunniste."))
}

/// The time of an element's `@value`.
pub(crate) fn time_of(node: Node<'_, '_>) -> Result<Timestamp, Fault> {
    let value = xml::required_attribute(node, "value")?;
    stamp::parse(value)
        .ok_or_else(|| Fault::wrong(format!("{}/@value", xml::place(node)), "Aika ei ole muotoa VVVVKKPPttmmss±ttmm."))
}

/// An organisation: its id, and its name as the caller's type wants them. The name may be left out.
pub(crate) fn named_organisation<T>(
    node: Node<'_, '_>,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<Option<(T, String)>, Fault> {
    let id = xml::required(node, HL7, "id")?;
    let Some(root) = root_of(Some(id))? else { return Ok(None) };
    let name = xml::child(node, HL7, "name")?.map(xml::text).unwrap_or_default();
    short(node, &name)?;
    Ok(Some((oid(id, root, parse)?, name)))
}

/// As [`named_organisation`], for an organisation that must be there.
pub(crate) fn required_organisation(node: Node<'_, '_>) -> Result<Organisation, Fault> {
    named_organisation(node, records::id::OrganisationId::parse)?
        .map(|(id, name)| Organisation { id, name })
        .ok_or_else(|| Fault::missing(xml::place_of(node, "id/@root")))
}

/// Given names without a mark, the one in use, the family name.
pub(crate) struct Name {
    pub(crate) given: String,
    pub(crate) calling: Option<String>,
    pub(crate) family: String,
}

/// Reads a `name`, whose parts stand in its own namespace in any order.
pub(crate) fn name(node: Node<'_, '_>) -> Result<Name, Fault> {
    let (mut given, mut calling, mut family) = (Vec::new(), None, Vec::new());
    for part in node.children().filter(Node::is_element) {
        let text = xml::text(part);
        short(part, &text)?;
        match (part.tag_name().name(), xml::attribute(part, "qualifier")) {
            ("given", Some("CL")) => calling = Some(text),
            ("given", _) => given.push(text),
            ("family", _) => family.push(text),
            _ => {}
        }
    }
    Ok(Name { given: given.join(" "), calling, family: family.join(" ") })
}

/// A client: the role's id, and the person under `person` (`patient` in documents, `patientPerson` in frames).
///
/// # Errors
/// `HEADER_INVALID` when the id is missing or wrong, or there is no name.
pub(crate) fn patient(role: Node<'_, '_>, person: &'static str) -> Result<Patient, Fault> {
    let id = xml::required(role, HL7, "id")?;
    let root = xml::required_attribute(id, "root")?;
    let extension = xml::required_attribute(id, "extension")?;
    let id = ClientId::parse(root, extension).map_err(|error| {
        let problem = match error {
            IdError::Form => "Tunnus ei ole henkilötunnus eikä tilapäinen yksilöintitunnus.",
            IdError::Date => "Tunnuksen päivämäärää ei ole olemassa.",
            IdError::Check => "Henkilötunnuksen tarkistusmerkki on väärä.",
        };
        Fault::wrong(xml::place(id), problem)
    })?;
    let person = xml::required(role, HL7, person)?;
    let Name { given, calling, family } = name(xml::required(person, HL7, "name")?)?;
    if family.is_empty() && given.is_empty() && calling.is_none() {
        return Err(Fault::missing(xml::place_of(person, "name")));
    }
    let sex = code_of(xml::child(person, HL7, "administrativeGenderCode")?, code::SEX)?;
    let birth_date = match xml::child(person, HL7, "birthTime")? {
        Some(node) => match xml::attribute(node, "value") {
            Some(value) => Some(stamp::parse_date(value).ok_or_else(|| {
                Fault::wrong(format!("{}/@value", xml::place(node)), "Syntymäaika ei ole muotoa VVVVKKPP.")
            })?),
            None => None,
        },
        None => None,
    };
    Ok(Patient { id, family, given, calling, birth_date, sex })
}

/// Refuses a text that no person would write.
pub(crate) fn short(node: Node<'_, '_>, text: &str) -> Result<(), Fault> {
    if text.len() > TEXT_CHARACTERS_MAX && text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Fault::limit(xml::place(node), format!("Teksti on yli {TEXT_CHARACTERS_MAX} merkkiä.")));
    }
    Ok(())
}

/// A version number: a whole number from 1.
pub(crate) fn version(node: Node<'_, '_>) -> Result<u32, Fault> {
    let value = xml::required_attribute(node, "value")?;
    match value.parse::<u32>() {
        Ok(number) if number >= 1 && value.bytes().all(|b| b.is_ascii_digit()) => Ok(number),
        _ => {
            Err(Fault::wrong(format!("{}/@value", xml::place(node)), "Versionumero ei ole kokonaisluku 1:stä alkaen."))
        }
    }
}

/// The OID in `@root` of a child that must be there.
pub(crate) fn required_oid<T>(
    node: Node<'_, '_>,
    name: &'static str,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<T, Fault> {
    let id = xml::required(node, HL7, name)?;
    oid(id, xml::required_attribute(id, "root")?, parse)
}

/// Any OID in `@root`, with the extension beside it.
pub(crate) fn root_and_extension(id: Node<'_, '_>) -> Result<(Oid, String), Fault> {
    let root = oid(id, xml::required_attribute(id, "root")?, Oid::parse)?;
    let extension = xml::attribute(id, "extension").unwrap_or_default().to_owned();
    short(id, &extension)?;
    Ok((root, extension))
}
