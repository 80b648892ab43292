//! Writing a frame.

use super::{Frame, FrameDocument, MessageId, Processing, User};
use crate::code::{self, Code};
use crate::document::{Patient, write_coded};
use crate::ids::Interaction;
use crate::xml::{HL7, Writer, base64_encode};
use crate::{mime, query, stamp};
use jiff::Timestamp;
use records::id::HETU_ROOT;

/// Writes a frame; the same value gives the same bytes. No XML declaration: it goes into a SOAP body.
pub fn encode(frame: &Frame) -> Vec<u8> {
    let package = frame.package.as_deref().map(|document| base64_encode(&mime::pack(document)));
    let mut w = Writer::new(4_000 + package.as_ref().map_or(0, String::len));
    let root = frame.interaction.code();
    w.open(root, &[("xmlns", HL7), ("ITSVersion", "XML_1.0")]);
    write_wrapper(&mut w, &frame.message_id, frame.created, frame.interaction, frame.processing);
    write_party(&mut w, "receiver", "RCV", frame.receiver.as_str());
    write_party(&mut w, "sender", "SND", frame.controller.as_str());
    w.open("controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    w.empty("code", &[("code", "RCMR_TE000102UV01"), ("codeSystem", "2.16.840.1.113883.1.18")]);
    w.empty("priorityCode", &[("code", "R")]);
    write_reasons(&mut w, frame);
    write_user(&mut w, &frame.user);
    if let Some(subject) = &frame.subject {
        w.open("subject", &[]);
        write_subject(&mut w, frame, subject, package.as_deref());
        w.close("subject");
    }
    if let Some(query) = &frame.query {
        query::write_request(&mut w, query);
    }
    w.close("controlActProcess");
    w.close(root);
    w.finish().into_bytes()
}

/// The transmission wrapper's first part, the same on every message.
pub(crate) fn write_wrapper(
    w: &mut Writer,
    id: &MessageId,
    created: Timestamp,
    interaction: Interaction,
    processing: Processing,
) {
    w.empty("id", &[("root", id.root.as_str()), ("extension", &id.extension)]);
    w.empty("creationTime", &[("value", &stamp::write(created))]);
    w.empty("interactionId", &[("root", "2.16.840.1.113883.1.6"), ("extension", interaction.code())]);
    w.empty("processingCode", &[("code", processing.code())]);
    w.empty("processingModeCode", &[("code", "T")]);
    w.empty("acceptAckCode", &[("code", "ER")]);
}

/// A receiver or a sender.
pub(crate) fn write_party(w: &mut Writer, element: &str, kind: &str, root: &str) {
    w.open(element, &[("typeCode", kind)]);
    w.open("device", &[("classCode", "DEV"), ("determinerCode", "INSTANCE")]);
    w.empty("id", &[("root", root)]);
    w.close("device");
    w.close(element);
}

/// Service request, usage situation, and when nullifying the reason in words (ours).
fn write_reasons(w: &mut Writer, frame: &Frame) {
    let (request, situation) = (frame.service_request, frame.situation);
    write_coded(w, "reasonCode", &Code::named(request.code(), request.name()), code::SERVICE_REQUEST);
    write_coded(w, "reasonCode", &Code::named(situation.code(), situation.name()), code::SITUATION);
    if let Some(reason) = &frame.reason {
        w.open("reasonCode", &[("nullFlavor", "OTH")]);
        w.element("originalText", &[], reason);
        w.close("reasonCode");
    }
}

fn write_user(w: &mut Writer, user: &User) {
    w.open("authorOrPerformer", &[("typeCode", "PRF")]);
    w.open("assignedPerson", &[]);
    w.empty("id", &[("root", HETU_ROOT), ("extension", user.hetu.as_str())]);
    w.open("assignedPerson", &[]);
    write_user_name(w, user);
    w.close("assignedPerson");
    w.open("representedOrganization", &[]);
    w.empty("id", &[("root", user.unit.as_str())]);
    if !user.unit_name.is_empty() {
        w.element("name", &[], &user.unit_name);
    }
    w.close("representedOrganization");
    w.close("assignedPerson");
    w.close("authorOrPerformer");
}

fn write_user_name(w: &mut Writer, user: &User) {
    w.open("name", &[]);
    w.element("family", &[], &user.family);
    w.element("given", &[], &user.given);
    w.close("name");
}

fn write_subject(w: &mut Writer, frame: &Frame, subject: &FrameDocument, package: Option<&str>) {
    w.open("clinicalDocument", &[("classCode", "DOCCLIN"), ("moodCode", "EVN")]);
    w.empty("realmCode", &[("code", "FI")]);
    w.empty("typeId", &[("root", "2.16.840.1.113883.1.3"), ("extension", "POCD_HD000040")]);
    w.empty("id", &[("root", subject.id.as_str())]);
    write_coded(w, "code", &subject.register, code::REGISTER);
    w.open("text", &[("mediaType", "multipart/related"), ("representation", "B64")]);
    w.plain(package.unwrap_or_default());
    w.close("text");
    w.empty("statusCode", &[("code", "COMPLETED")]);
    if let Some(time) = subject.effective_time {
        w.empty("effectiveTime", &[("value", &stamp::write(time))]);
    }
    if let Some(confidentiality) = &subject.confidentiality {
        write_coded(w, "confidentialityCode", confidentiality, code::CONFIDENTIALITY);
    }
    if let Some(language) = &subject.language {
        w.empty("languageCode", &[("code", language)]);
    }
    w.empty("setId", &[("root", subject.set_id.as_str())]);
    w.empty("versionNumber", &[("value", &subject.version.to_string())]);
    write_coded(w, "completionCode", &Code::new(&subject.completion), code::COMPLETION);
    write_coded(w, "storageCode", &Code::new(&subject.storage), code::STORAGE);
    subject.patients.iter().for_each(|patient| write_patient(w, patient));
    write_author(w, &frame.user);
    w.open("custodian", &[]);
    w.open("assignedCustodian", &[]);
    w.open("representedOrganization", &[]);
    w.empty("id", &[("root", subject.custodian.id.as_str())]);
    if !subject.custodian.name.is_empty() {
        w.element("name", &[], &subject.custodian.name);
    }
    w.close("representedOrganization");
    w.close("assignedCustodian");
    w.close("custodian");
    w.close("clinicalDocument");
}

fn write_patient(w: &mut Writer, patient: &Patient) {
    w.open("recordTarget", &[("typeCode", "RCT")]);
    w.open("patient", &[("classCode", "PAT")]);
    w.empty("id", &[("root", patient.id.root()), ("extension", patient.id.extension())]);
    w.empty("statusCode", &[("code", "normal")]);
    w.open("patientPerson", &[]);
    w.open("name", &[]);
    w.element("family", &[], &patient.family);
    if !patient.given.is_empty() {
        w.element("given", &[], &patient.given);
    }
    if let Some(calling) = &patient.calling {
        w.element("given", &[("qualifier", "CL")], calling);
    }
    w.close("name");
    if let Some(sex) = &patient.sex {
        write_coded(w, "administrativeGenderCode", sex, code::SEX);
    }
    if let Some(date) = patient.birth_date {
        w.empty("birthTime", &[("value", &stamp::write_date(date))]);
    }
    w.close("patientPerson");
    w.close("patient");
    w.close("recordTarget");
}

/// The frame's author is the user with his personal identity code, unlike the document's (wire-format 14.2).
fn write_author(w: &mut Writer, user: &User) {
    w.open("author", &[]);
    w.empty("time", &[("nullFlavor", "NA")]);
    w.open("assignedAuthor", &[]);
    w.empty("id", &[("root", HETU_ROOT), ("extension", user.hetu.as_str())]);
    w.open("assignedPerson", &[]);
    write_user_name(w, user);
    w.close("assignedPerson");
    w.close("assignedAuthor");
    w.close("author");
}
