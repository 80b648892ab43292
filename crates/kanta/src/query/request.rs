//! Questions inside a frame (`queryByParameter`). Every parameter's name is ours.

use super::{Query, QueryKind};
use crate::code::{self, Code};
use crate::document::{self, write_coded};
use crate::ids::ServiceRequest;
use crate::limits::PAGE_ROWS_MAX;
use crate::xml::{self, HL7, Writer};
use crate::{Fault, stamp};
use jiff::civil::Date;
use records::id::{CaseId, ClientId, DocumentId, IdError, OrganisationId, RegistrationNumber, ServiceUnitId, SetId};
use roxmltree::Node;

/// Longest page key and question name.
const KEY_CHARACTERS_MAX: usize = 300;

/// Writes the question.
pub(crate) fn write_request(w: &mut Writer, query: &Query) {
    w.open("queryByParameter", &[]);
    w.empty("queryId", &[("extension", &query.id)]);
    w.empty("statusCode", &[("code", "new")]);
    if let Some(rows) = query.rows_max {
        w.empty("initialQuantity", &[("value", &rows.to_string())]);
    }
    w.open("parameterList", &[]);
    let root = |w: &mut Writer, name, value: Option<&str>| {
        if let Some(value) = value {
            parameter(w, name, |w| w.empty("value", &[("root", value)]));
        }
    };
    root(w, "custodianId", Some(query.controller.as_str()));
    if let Some(client) = &query.client {
        parameter(w, "patientId", |w| w.empty("value", &[("root", client.root()), ("extension", client.extension())]));
    }
    root(w, "encounterId", query.case.as_ref().map(CaseId::as_str));
    root(w, "clinicalDocumentId", query.document.as_ref().map(DocumentId::as_str));
    root(w, "clinicalDocumentSetId", query.set.as_ref().map(SetId::as_str));
    for (name, value, system) in [
        ("functionCode", &query.task, code::TASK),
        ("socialService", &query.service, code::SERVICE),
        ("serviceProcess", &query.process, code::PROCESS),
        ("clinicalDocumentCode", &query.type_code, code::DOCUMENT_TYPE),
    ] {
        if let Some(value) = value {
            parameter(w, name, |w| write_coded(w, "value", &Code::new(value), system));
        }
    }
    root(w, "serviceUnitId", query.unit.as_ref().map(ServiceUnitId::as_str));
    if let Some(author) = &query.author {
        let id = [("root", RegistrationNumber::ROOT), ("extension", author.as_str())];
        parameter(w, "authorId", |w| w.empty("value", &id));
    }
    write_period(w, query);
    if query.all_versions {
        parameter(w, "allVersions", |w| w.empty("value", &[("value", "true")]));
    }
    if query.enriched {
        parameter(w, "enriched", |w| w.empty("value", &[("value", "true")]));
    }
    super::disclosure::write(w, &query.disclosure);
    if let Some(page) = &query.page {
        parameter(w, "pageKey", |w| w.empty("value", &[("value", page)]));
    }
    w.close("parameterList");
    w.close("queryByParameter");
}

pub(super) fn parameter(w: &mut Writer, name: &str, value: impl FnOnce(&mut Writer)) {
    w.open(name, &[]);
    value(w);
    w.close(name);
}

fn write_period(w: &mut Writer, query: &Query) {
    if query.from.is_none() && query.to.is_none() {
        return;
    }
    parameter(w, "clinicalDocumentEffectiveTime", |w| {
        w.open("value", &[]);
        if let Some(from) = query.from {
            w.empty("low", &[("value", &stamp::write_date(from))]);
        }
        if let Some(to) = query.to {
            w.empty("high", &[("value", &stamp::write_date(to))]);
        }
        w.close("value");
    });
}

/// Reads the question, when the service request is one.
///
/// # Errors
/// `HEADER_INVALID` when a parameter is wrong, or the register asked is not the sender's.
pub(crate) fn decode_request(
    act: Node<'_, '_>,
    request: ServiceRequest,
    sender: &OrganisationId,
) -> Result<Option<Query>, Fault> {
    let Some(kind) = QueryKind::ALL.iter().copied().find(|kind| kind.request() == request) else { return Ok(None) };
    let node = xml::required(act, HL7, "queryByParameter")?;
    let list = xml::required(node, HL7, "parameterList")?;
    let period = value(list, "clinicalDocumentEffectiveTime")?;
    let query = Query {
        kind,
        id: key(xml::required(node, HL7, "queryId")?, "extension")?,
        controller: root(list, "custodianId", OrganisationId::parse)?.unwrap_or_else(|| sender.clone()),
        client: client(list)?,
        case: root(list, "encounterId", CaseId::parse)?,
        document: root(list, "clinicalDocumentId", DocumentId::parse)?,
        set: root(list, "clinicalDocumentSetId", SetId::parse)?,
        task: coded(list, "functionCode", code::TASK)?,
        service: coded(list, "socialService", code::SERVICE)?,
        process: coded(list, "serviceProcess", code::PROCESS)?,
        type_code: coded(list, "clinicalDocumentCode", code::DOCUMENT_TYPE)?,
        unit: root(list, "serviceUnitId", ServiceUnitId::parse)?,
        author: author(list)?,
        from: day(period, "low")?,
        to: day(period, "high")?,
        all_versions: flag(list, "allVersions")?,
        enriched: flag(list, "enriched")?,
        disclosure: super::disclosure::read(list)?,
        page: value(list, "pageKey")?.map(|node| key(node, "value")).transpose()?,
        rows_max: rows(node)?,
    };
    if query.controller != *sender {
        return Err(Fault::wrong(
            xml::place_of(list, "custodianId"),
            "Rekisterinpitäjä on muu kuin kehyksen lähettäjä.",
        ));
    }
    Ok(Some(query))
}

pub(super) fn value<'a, 'i>(list: Node<'a, 'i>, name: &'static str) -> Result<Option<Node<'a, 'i>>, Fault> {
    match xml::child(list, HL7, name)? {
        Some(parameter) => xml::required(parameter, HL7, "value").map(Some),
        None => Ok(None),
    }
}

fn key(node: Node<'_, '_>, name: &'static str) -> Result<String, Fault> {
    let text = xml::required_attribute(node, name)?;
    if text.chars().count() > KEY_CHARACTERS_MAX {
        return Err(Fault::limit(xml::place(node), format!("Arvo on yli {KEY_CHARACTERS_MAX} merkkiä.")));
    }
    Ok(text.to_owned())
}

pub(super) fn root<T>(
    list: Node<'_, '_>,
    name: &'static str,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<Option<T>, Fault> {
    match value(list, name)? {
        Some(node) => document::oid(node, xml::required_attribute(node, "root")?, parse).map(Some),
        None => Ok(None),
    }
}

pub(super) fn coded(list: Node<'_, '_>, name: &'static str, system: code::System) -> Result<Option<String>, Fault> {
    Ok(document::code_of(value(list, name)?, system)?.map(|code| code.code))
}

fn client(list: Node<'_, '_>) -> Result<Option<ClientId>, Fault> {
    let Some(node) = value(list, "patientId")? else { return Ok(None) };
    ClientId::parse(xml::required_attribute(node, "root")?, xml::required_attribute(node, "extension")?)
        .map(Some)
        .map_err(|_| Fault::wrong(xml::place(node), "Tunnus ei ole henkilötunnus eikä tilapäinen yksilöintitunnus."))
}

fn author(list: Node<'_, '_>) -> Result<Option<RegistrationNumber>, Fault> {
    let Some(node) = value(list, "authorId")? else { return Ok(None) };
    if xml::required_attribute(node, "root")? != RegistrationNumber::ROOT {
        return Err(Fault::wrong(xml::place(node), "Juuri ei ole rekisteröintinumeron."));
    }
    RegistrationNumber::parse(xml::required_attribute(node, "extension")?)
        .map(Some)
        .map_err(|_| Fault::wrong(xml::place(node), "Rekisteröintinumerossa ei ole 11 numeroa."))
}

fn day(period: Option<Node<'_, '_>>, name: &'static str) -> Result<Option<Date>, Fault> {
    let Some(period) = period else { return Ok(None) };
    let Some(node) = xml::child(period, HL7, name)? else { return Ok(None) };
    stamp::parse_date(xml::required_attribute(node, "value")?)
        .map(Some)
        .ok_or_else(|| Fault::wrong(format!("{}/@value", xml::place(node)), "Päivä ei ole muotoa VVVVKKPP."))
}

fn flag(list: Node<'_, '_>, name: &'static str) -> Result<bool, Fault> {
    match value(list, name)? {
        None => Ok(false),
        Some(node) => match xml::required_attribute(node, "value")? {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err(Fault::wrong(format!("{}/@value", xml::place(node)), "Arvon on oltava true tai false.")),
        },
    }
}

fn rows(node: Node<'_, '_>) -> Result<Option<u32>, Fault> {
    let Some(node) = xml::child(node, HL7, "initialQuantity")? else { return Ok(None) };
    match xml::required_attribute(node, "value")?.parse::<u32>() {
        Ok(rows @ 1..=PAGE_ROWS_MAX) => Ok(Some(rows)),
        Ok(_) => Err(Fault::limit(xml::place(node), format!("Rivejä voi pyytää 1–{PAGE_ROWS_MAX}."))),
        Err(_) => Err(Fault::wrong(format!("{}/@value", xml::place(node)), "Arvo ei ole kokonaisluku.")),
    }
}
