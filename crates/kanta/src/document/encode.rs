//! Writing a document.

use super::{Author, Body, Document, Header, Organisation, Patient, SCHEMA_LOCATION, Signer};
use crate::code::{self, Code, System};
use crate::stamp;
use crate::xml::{EP2, HL7, Writer, base64_encode};
use records::id::{DocumentId, RegistrationNumber};

/// The namespace of the element that carries what the Finnish header has no place for. Ours.
pub(crate) const CONTEXT: &str = "urn:vakka:header:1";

/// Writes a document, unsigned, with an empty signature collection for `seal` to fill; the same value gives the same
/// bytes.
pub fn encode(document: &Document) -> Vec<u8> {
    let mut w = Writer::new(6_000 + body_length(&document.body) * 3 / 2);
    w.declaration();
    w.open(
        "ClinicalDocument",
        &[
            ("xmlns", HL7),
            ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
            ("xsi:schemaLocation", SCHEMA_LOCATION),
        ],
    );
    write_header(&mut w, &document.header, Some(&document.body));
    write_body(&mut w, &document.header.id, &document.body);
    w.close("ClinicalDocument");
    w.finish().into_bytes()
}

fn body_length(body: &Body) -> usize {
    match body {
        Body::Structured { xhtml, json } => xhtml.len() + json.len(),
        Body::Display { xhtml } => xhtml.len(),
        Body::Pdf(bytes) => bytes.len(),
    }
}

/// Writes everything before `component`: of a document with its body's formats, of a row in an answer without.
pub(crate) fn write_header(w: &mut Writer, header: &Header, body: Option<&Body>) {
    w.empty("realmCode", &[("code", "FI")]);
    w.empty("typeId", &[("root", "2.16.840.1.113883.1.3"), ("extension", "POCD_HD000040")]);
    w.empty("id", &[("root", header.id.as_str())]);
    match &header.general_type {
        Some(general) => coded(w, "code", general, code::DOCUMENT_TYPE),
        None => w.empty("code", &[("nullFlavor", "NA")]),
    }
    w.empty("effectiveTime", &[("value", &stamp::write(header.effective_time))]);
    coded(w, "confidentialityCode", &header.confidentiality, code::CONFIDENTIALITY);
    w.empty("languageCode", &[("code", header.language.tag())]);
    w.empty("setId", &[("root", header.set_id.as_str())]);
    w.empty("versionNumber", &[("value", &header.version.to_string())]);
    for patient in &header.patients {
        write_patient(w, patient);
    }
    write_authors(w, &header.authors);
    w.open("custodian", &[]);
    w.open("assignedCustodian", &[]);
    write_organisation(w, "representedCustodianOrganization", header.custodian.id.as_str(), &header.custodian.name);
    w.close("assignedCustodian");
    w.close("custodian");
    write_replaced(w, header);
    if let Some(consent) = &header.guardian_consent {
        w.open("authorization", &[]);
        w.open("consent", &[]);
        coded(w, "code", consent, code::GUARDIANS);
        w.empty("statusCode", &[("code", "completed")]);
        w.close("consent");
        w.close("authorization");
    }
    write_encounter(w, header);
    write_social_header(w, header, body);
}

/// A coded element: code, system with version, names for people.
pub(crate) fn coded(w: &mut Writer, element: &str, value: &Code, system: System) {
    let mut attributes =
        vec![("code", value.code.as_str()), ("codeSystem", system.oid), ("codeSystemName", system.name)];
    if let Some(name) = &value.name {
        attributes.push(("displayName", name));
    }
    w.empty(element, &attributes);
}

fn write_patient(w: &mut Writer, patient: &Patient) {
    w.open("recordTarget", &[]);
    w.open("patientRole", &[]);
    w.empty("id", &[("root", patient.id.root()), ("extension", patient.id.extension())]);
    w.open("patient", &[]);
    w.open("name", &[]);
    if !patient.given.is_empty() {
        w.element("given", &[], &patient.given);
    }
    if let Some(calling) = &patient.calling {
        w.element("given", &[("qualifier", "CL")], calling);
    }
    w.element("family", &[], &patient.family);
    w.close("name");
    if let Some(sex) = &patient.sex {
        coded(w, "administrativeGenderCode", sex, code::SEX);
    }
    if let Some(date) = patient.birth_date {
        w.empty("birthTime", &[("value", &stamp::write_date(date))]);
    }
    w.close("patient");
    w.close("patientRole");
    w.close("recordTarget");
}

/// The authors; without any, one that is only an id without a value (group 1, wire-format 15).
fn write_authors(w: &mut Writer, authors: &[Author]) {
    let open = |w: &mut Writer, registration: Option<&RegistrationNumber>| {
        w.open("author", &[]);
        w.empty("time", &[("nullFlavor", "NA")]);
        w.open("assignedAuthor", &[]);
        match registration {
            Some(number) => w.empty("id", &[("root", RegistrationNumber::ROOT), ("extension", number.as_str())]),
            None => w.empty("id", &[("nullFlavor", "NA")]),
        }
    };
    let close = |w: &mut Writer| {
        w.close("assignedAuthor");
        w.close("author");
    };
    for author in authors {
        open(w, author.registration.as_ref());
        w.open("assignedPerson", &[]);
        write_name(w, "", &author.given, &author.family);
        w.close("assignedPerson");
        close(w);
    }
    if authors.is_empty() {
        open(w, None);
        close(w);
    }
}

fn write_name(w: &mut Writer, prefix: &str, given: &str, family: &str) {
    let name = |local: &str| format!("{prefix}{local}");
    w.open(&name("name"), &[]);
    w.element(&name("given"), &[], given);
    w.element(&name("family"), &[], family);
    w.close(&name("name"));
}

fn write_organisation(w: &mut Writer, element: &str, root: &str, name: &str) {
    w.open(element, &[]);
    w.empty("id", &[("root", root)]);
    if !name.is_empty() {
        w.element("name", &[], name);
    }
    w.close(element);
}

fn write_replaced(w: &mut Writer, header: &Header) {
    let Some(replaced) = &header.replaces else { return };
    w.open("relatedDocument", &[("typeCode", "RPLC")]);
    w.open("parentDocument", &[]);
    w.empty("id", &[("root", replaced.id.as_str())]);
    w.empty("setId", &[("root", replaced.set_id.as_str())]);
    w.empty("versionNumber", &[("value", &replaced.version.to_string())]);
    w.close("parentDocument");
    w.close("relatedDocument");
}

fn write_encounter(w: &mut Writer, header: &Header) {
    w.open("componentOf", &[]);
    w.open("encompassingEncounter", &[]);
    match &header.case {
        Some(case) => w.empty("id", &[("root", case.as_str())]),
        None => w.empty("id", &[("nullFlavor", "NA")]),
    }
    w.empty("effectiveTime", &[("nullFlavor", "NA")]);
    if let Some(Organisation { id, name }) = &header.organiser {
        w.open("responsibleParty", &[]);
        write_entity(w, id.as_str(), name);
        w.close("responsibleParty");
    }
    if let Some(unit) = &header.unit {
        w.open("encounterParticipant", &[("typeCode", "ADM")]);
        write_entity(w, unit.id.as_str(), &unit.name);
        w.close("encounterParticipant");
    }
    w.close("encompassingEncounter");
    w.close("componentOf");
}

fn write_entity(w: &mut Writer, root: &str, name: &str) {
    w.open("assignedEntity", &[]);
    w.empty("id", &[("nullFlavor", "NA")]);
    write_organisation(w, "representedOrganization", root, name);
    w.close("assignedEntity");
}

fn write_social_header(w: &mut Writer, header: &Header, body: Option<&Body>) {
    w.open("ep2:localSocialHeader", &[("xmlns:ep2", EP2)]);
    optional(w, "ep2:specificDocumentType", header.specific_type.as_ref(), code::DOCUMENT_TYPE);
    w.empty("ep2:creationTime", &[("value", &stamp::write(header.creation_time))]);
    coded(w, "ep2:documentGroup", &header.group, code::GROUP);
    write_formats(w, body);
    let software = &header.software;
    w.empty(
        "ep2:softwareSupport",
        &[("moderator", &software.moderator), ("product", &software.product), ("version", &software.version)],
    );
    for task in &header.tasks {
        coded(w, "ep2:functionCode", task, code::TASK);
    }
    coded(w, "ep2:recordStatus", &header.record_status, code::RECORD_STATUS);
    coded(w, "ep2:registryType", &header.register, code::REGISTER);
    if let Some(customer) = &header.outsourcing_customer {
        w.empty("ep2:outsourcingServiceCustomer", &[("root", customer.id.as_str())]);
        if !customer.name.is_empty() {
            w.element("ep2:outsourcingServiceCustomerName", &[], &customer.name);
        }
    }
    coded(w, "ep2:totalRetentionPeriodClass", &header.retention, code::RETENTION);
    optional(w, "ep2:specialContent", header.special_content.as_ref(), code::YES_NO);
    if let Some(structure) = &header.structure_oid {
        w.element("ep2:contentSpecificationId", &[], structure);
    }
    if let Some(relationship) = &header.relationship {
        w.empty("ep2:encompassingClientRelationship", &[("root", relationship.as_str())]);
    }
    if let Some(process) = &header.process {
        w.open("ep2:serviceProcess", &[]);
        w.element("ep2:type", &[], "Sosiaalihuollon palveluprosessi");
        coded(w, "ep2:code", process, code::PROCESS);
        w.close("ep2:serviceProcess");
    }
    if let Some(argument) = &header.restriction_argument {
        w.element("ep2:authorizationRestrictionArgument", &[], argument);
    }
    optional(w, "ep2:inaccessibleArgument", header.inaccessible.as_ref(), code::INACCESSIBLE);
    if let Some(reason) = &header.reason_of_correction {
        w.element("ep2:reasonOfCorrection", &[], reason);
    }
    header.signers.iter().for_each(|signer| write_signer(w, signer));
    if body.is_some() {
        w.empty("ep2:signatureCollection", &[]);
    }
    write_context(w, header);
    w.close("ep2:localSocialHeader");
}

fn optional(w: &mut Writer, element: &str, value: Option<&Code>, system: System) {
    if let Some(value) = value {
        coded(w, element, value, system);
    }
}

/// The formats of the body. PDF/A as code 1 is provisional (wire-format 5.3).
fn write_formats(w: &mut Writer, body: Option<&Body>) {
    match body {
        Some(Body::Structured { .. }) => {
            coded(w, "ep2:fileFormat", &Code::named("2", "XHTML_1.1"), code::DISPLAY_FORMAT);
            coded(w, "ep2:structuredFileFormat", &Code::named("5", "JSON"), code::FILE_FORMAT);
        }
        Some(Body::Display { .. }) => {
            coded(w, "ep2:fileFormat", &Code::named("2", "XHTML_1.1"), code::DISPLAY_FORMAT);
        }
        Some(Body::Pdf(_)) => coded(w, "ep2:fileFormat", &Code::named("1", "PDF/A"), code::DISPLAY_FORMAT),
        None => {}
    }
}

fn write_signer(w: &mut Writer, signer: &Signer) {
    w.open("ep2:signature", &[]);
    if let Some(number) = &signer.registration {
        w.element("ep2:assignedAuthorSigner", &[], number.as_str());
    }
    w.open("ep2:signer", &[]);
    write_name(w, "ep2:", &signer.given, &signer.family);
    w.close("ep2:signer");
    optional(w, "ep2:authenticationMethod", signer.method.as_ref(), code::AUTHENTICATION);
    if let Some(time) = signer.time {
        w.empty("ep2:time", &[("value", &stamp::write(time))]);
    }
    w.close("ep2:signature");
}

/// What the Finnish header has no known place for, in an element of our own; left out when there is nothing to say.
fn write_context(w: &mut Writer, header: &Header) {
    let nothing = header.services.is_empty()
        && header.event_time.is_none()
        && header.shown_from.is_none()
        && header.links.is_empty()
        && header.recording.is_none();
    if nothing {
        return;
    }
    w.open("vakka:context", &[("xmlns:vakka", CONTEXT)]);
    for service in &header.services {
        coded(w, "vakka:service", service, code::SERVICE);
    }
    if let Some(time) = header.event_time {
        w.empty("vakka:eventTime", &[("value", &stamp::write(time))]);
    }
    if let Some(date) = header.shown_from {
        w.empty("vakka:shownFrom", &[("value", &stamp::write_date(date))]);
    }
    for link in &header.links {
        let attributes = [("root", link.case.as_str()), ("since", &stamp::write_date(link.since))];
        w.element("vakka:linkedCase", &attributes, link.reason.as_deref().unwrap_or_default());
    }
    if let Some(recording) = &header.recording {
        let (bytes, seconds) = (recording.bytes.to_string(), recording.seconds.to_string());
        let attributes =
            [("mediaType", &*recording.media), ("bytes", &bytes), ("sha256", &recording.sha256), ("seconds", &seconds)];
        w.element("vakka:recording", &attributes, &recording.basis);
    }
    w.close("vakka:context");
}

fn write_body(w: &mut Writer, id: &DocumentId, body: &Body) {
    w.open("component", &[]);
    w.open("nonXMLBody", &[("ID", &format!("OID{id}"))]);
    let (media, display) = match body {
        Body::Structured { xhtml, .. } | Body::Display { xhtml } => ("application/xhtml+xml", xhtml.as_bytes()),
        Body::Pdf(bytes) => ("application/pdf", bytes.as_slice()),
    };
    w.open("text", &[("mediaType", media), ("representation", "B64")]);
    w.plain(&base64_encode(display));
    w.close("text");
    if let Some(json) = body.json() {
        w.open("ep2:json", &[("xmlns:ep2", EP2)]);
        w.plain(&base64_encode(json));
        w.close("ep2:json");
    }
    w.close("nonXMLBody");
    w.close("component");
}
