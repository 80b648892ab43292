//! Reads a summary.

use super::encode::UNIT_KINDS;
use super::{
    Address, AddressKind, Case, ClientSummary, Decision, DocumentLine, NAMESPACE, Named, Person, Plan, Related,
    Relationship, Risk, SUMMARY_PARTS_MAX, SUMMARY_TEXT_CHARACTERS_MAX, Summary, Unit, Worker,
};
use crate::code::{self, Code, System};
use crate::document::{Organisation, coded, short};
use crate::ids::Situation;
use crate::query::VersionState;
use crate::{Fault, stamp, xml};
use jiff::civil::Date;
use records::id::{
    CaseId, ClientId, DocumentId, IdError, OrganisationId, RegistrationNumber, RelationshipId, ServiceUnitId, SetId,
};
use roxmltree::Node;

/// Reads the `summary` child of an answer, when there is one.
///
/// # Errors
/// `HEADER_INVALID` when something does not have the form of [`Summary`], `LIMIT_EXCEEDED` past its limits.
pub(in crate::query) fn read(answer: Node<'_, '_>) -> Result<Option<Summary>, Fault> {
    let Some(node) = xml::child(answer, NAMESPACE, "summary")? else { return Ok(None) };
    let made = xml::required_attribute(node, "made")?;
    Ok(Some(Summary {
        made: stamp::parse(made).ok_or_else(|| wrong(node, "made"))?,
        enriched: match xml::required_attribute(node, "extent")? {
            "basic" => false,
            "enriched" => true,
            _ => return Err(wrong(node, "extent")),
        },
        basis: Situation::parse(xml::required_attribute(node, "basis")?).ok_or_else(|| wrong(node, "basis"))?,
        controller: Organisation {
            id: id(node, "controller", OrganisationId::parse)?,
            name: text(node, "controllerName")?.unwrap_or_default(),
        },
        clients: each(node, "client", client)?,
    }))
}

fn wrong(node: Node<'_, '_>, attribute: &str) -> Fault {
    Fault::wrong(format!("{}/@{attribute}", xml::place(node)), "Koosteen arvo ei ole oikeaa muotoa.")
}

/// Every child of a name, read.
fn each<T>(
    node: Node<'_, '_>,
    name: &'static str,
    read: impl Fn(Node<'_, '_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut all = Vec::new();
    for child in xml::children(node, NAMESPACE, name) {
        if all.len() == SUMMARY_PARTS_MAX {
            return Err(Fault::limit(xml::place(child), format!("Koosteessa on yli {SUMMARY_PARTS_MAX} osaa.")));
        }
        all.push(read(child)?);
    }
    Ok(all)
}

fn text(node: Node<'_, '_>, attribute: &str) -> Result<Option<String>, Fault> {
    let value = xml::attribute(node, attribute);
    short(node, value.unwrap_or_default())?;
    Ok(value.map(str::to_owned))
}

fn required_text(node: Node<'_, '_>, attribute: &str) -> Result<String, Fault> {
    text(node, attribute)?.ok_or_else(|| Fault::missing(format!("{}/@{attribute}", xml::place(node))))
}

fn long_text(node: Node<'_, '_>) -> Result<String, Fault> {
    let text = xml::text(node);
    if text.chars().count() > SUMMARY_TEXT_CHARACTERS_MAX {
        let limit = format!("Teksti on yli {SUMMARY_TEXT_CHARACTERS_MAX} merkkiä.");
        return Err(Fault::limit(xml::place(node), limit));
    }
    Ok(text)
}

fn id<T>(node: Node<'_, '_>, attribute: &str, parse: fn(&str) -> Result<T, IdError>) -> Result<T, Fault> {
    parse(xml::required_attribute(node, attribute)?).map_err(|_| wrong(node, attribute))
}

fn some_id<T>(node: Node<'_, '_>, attribute: &str, parse: fn(&str) -> Result<T, IdError>) -> Result<Option<T>, Fault> {
    xml::attribute(node, attribute).map(|value| parse(value).map_err(|_| wrong(node, attribute))).transpose()
}

fn day(node: Node<'_, '_>, attribute: &str) -> Result<Option<Date>, Fault> {
    let Some(value) = xml::attribute(node, attribute) else { return Ok(None) };
    stamp::parse_date(value).map(Some).ok_or_else(|| wrong(node, attribute))
}

fn required_day(node: Node<'_, '_>, attribute: &str) -> Result<Date, Fault> {
    day(node, attribute)?.ok_or_else(|| Fault::missing(format!("{}/@{attribute}", xml::place(node))))
}

fn yes(node: Node<'_, '_>, attribute: &str) -> Result<bool, Fault> {
    match xml::attribute(node, attribute) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(_) => Err(wrong(node, attribute)),
    }
}

fn word<T: Copy>(node: Node<'_, '_>, attribute: &str, table: &[(T, &str)]) -> Result<T, Fault> {
    let value = xml::required_attribute(node, attribute)?;
    table.iter().find(|(_, word)| *word == value).map(|(known, _)| *known).ok_or_else(|| wrong(node, attribute))
}

fn codes(node: Node<'_, '_>, name: &'static str, system: System) -> Result<Vec<Code>, Fault> {
    each(node, name, |child| coded(child, system))
}

fn code(node: Node<'_, '_>, name: &'static str, system: System) -> Result<Code, Fault> {
    coded(xml::required(node, NAMESPACE, name)?, system)
}

fn named(node: Node<'_, '_>, name: &'static str) -> Result<Option<Named>, Fault> {
    let Some(child) = xml::child(node, NAMESPACE, name)? else { return Ok(None) };
    Ok(Some(Named { code: required_text(child, "code")?, name: text(child, "name")?.unwrap_or_default() }))
}

fn client(node: Node<'_, '_>) -> Result<ClientSummary, Fault> {
    Ok(ClientSummary {
        person: xml::child(node, NAMESPACE, "person")?.map(person).transpose()?,
        relationship: xml::child(node, NAMESPACE, "relationship")?.map(relationship).transpose()?,
        risks: each(node, "risk", |node| {
            let text = long_text(xml::required(node, NAMESPACE, "text")?)?;
            Ok(Risk { from: day(node, "from")?, to: day(node, "to")?, text })
        })?,
        cases: each(node, "case", case)?,
        decisions: each(node, "decision", decision)?,
        plans: each(node, "plan", plan)?,
        documents: each(node, "document", line)?,
    })
}

fn person(node: Node<'_, '_>) -> Result<Person, Fault> {
    let root = xml::required_attribute(node, "root")?;
    let extension = xml::required_attribute(node, "extension")?;
    Ok(Person {
        id: ClientId::parse(root, extension).map_err(|_| wrong(node, "extension"))?,
        family: required_text(node, "family")?,
        given: required_text(node, "given")?,
        birth: text(node, "birth")?,
        non_disclosure: yes(node, "nonDisclosure")?,
        non_disclosure_until: day(node, "nonDisclosureUntil")?,
        municipality: named(node, "municipality")?,
        mother_tongue: named(node, "motherTongue")?,
        service_language: named(node, "serviceLanguage")?,
        interpreter: yes(node, "interpreter")?,
        phone: text(node, "phone")?,
        email: text(node, "email")?,
        addresses: each(node, "address", |node| {
            Ok(Address { kind: word(node, "kind", &AddressKind::ALL)?, text: long_text(node)? })
        })?,
    })
}

fn relationship(node: Node<'_, '_>) -> Result<Relationship, Fault> {
    Ok(Relationship {
        id: id(node, "id", RelationshipId::parse)?,
        source: some_id(node, "source", DocumentId::parse)?,
        started: required_day(node, "from")?,
        ended: day(node, "to")?,
        end_reason: xml::child(node, NAMESPACE, "endReason")?.map(long_text).transpose()?,
        child_protection: day(node, "childProtectionFrom")?,
        child_protection_until: day(node, "childProtectionTo")?,
        units: each(node, "unit", unit)?,
        workers: each(node, "worker", worker)?,
        related: each(node, "related", related)?,
    })
}

fn unit(node: Node<'_, '_>) -> Result<Unit, Fault> {
    Ok(Unit {
        id: some_id(node, "id", ServiceUnitId::parse)?,
        name: text(node, "name")?.unwrap_or_default(),
        kind: word(node, "kind", &UNIT_KINDS)?,
        task: codes(node, "task", code::TASK)?.into_iter().next(),
        services: codes(node, "service", code::SERVICE)?,
        from: required_day(node, "from")?,
        to: day(node, "to")?,
    })
}

fn worker(node: Node<'_, '_>) -> Result<Worker, Fault> {
    Ok(Worker {
        family: required_text(node, "family")?,
        given: required_text(node, "given")?,
        unit: text(node, "unit")?,
        registration: some_id(node, "registration", RegistrationNumber::parse)?,
        phone: text(node, "phone")?,
    })
}

fn related(node: Node<'_, '_>) -> Result<Related, Fault> {
    Ok(Related {
        family: required_text(node, "family")?,
        given: required_text(node, "given")?,
        roles: each(node, "role", long_text)?,
        authority: xml::child(node, NAMESPACE, "authority")?.map(long_text).transpose()?,
        non_disclosure: yes(node, "nonDisclosure")?,
        phone: text(node, "phone")?,
    })
}

fn case(node: Node<'_, '_>) -> Result<Case, Fault> {
    Ok(Case {
        id: id(node, "id", CaseId::parse)?,
        source: id(node, "source", DocumentId::parse)?,
        name: named(node, "name")?.ok_or_else(|| Fault::missing(xml::place_of(node, "name")))?,
        task: code(node, "task", code::TASK)?,
        opened: required_day(node, "from")?,
        closed: day(node, "to")?,
        joint: yes(node, "joint")?,
    })
}

fn decision(node: Node<'_, '_>) -> Result<Decision, Fault> {
    Ok(Decision {
        source: id(node, "source", DocumentId::parse)?,
        type_code: code(node, "type", code::DOCUMENT_TYPE)?,
        tasks: codes(node, "task", code::TASK)?,
        services: codes(node, "service", code::SERVICE)?,
        outcome: named(node, "outcome")?,
        decided: day(node, "decided")?,
        from: day(node, "from")?,
        to: day(node, "to")?,
        restriction: yes(node, "restriction")?,
    })
}

fn plan(node: Node<'_, '_>) -> Result<Plan, Fault> {
    Ok(Plan {
        source: id(node, "source", DocumentId::parse)?,
        type_code: code(node, "type", code::DOCUMENT_TYPE)?,
        tasks: codes(node, "task", code::TASK)?,
        drawn_up: required_day(node, "drawnUp")?,
        review: text(node, "review")?,
        goals: each(node, "goal", long_text)?,
    })
}

fn line(node: Node<'_, '_>) -> Result<DocumentLine, Fault> {
    let version = xml::required_attribute(node, "version")?;
    Ok(DocumentLine {
        id: id(node, "id", DocumentId::parse)?,
        set: id(node, "set", SetId::parse)?,
        version: version.parse().map_err(|_| wrong(node, "version"))?,
        state: VersionState::parse(xml::required_attribute(node, "state")?).ok_or_else(|| wrong(node, "state"))?,
        type_code: code(node, "type", code::DOCUMENT_TYPE)?,
        tasks: codes(node, "task", code::TASK)?,
        event: required_day(node, "event")?,
        unit: some_id(node, "unit", ServiceUnitId::parse)?,
    })
}
