//! The golden messages of `docs/messages`, written by hand in other styles than ours: other prefixes, other orders of
//! attributes, white space, CRLF, comments. They must mean what the table beside them says.

mod common;

use kanta::ack::{self, AckType, DetailType};
use kanta::document::{self, Body, Document};
use kanta::frame::{self, Frame, Processing};
use kanta::ids::{Interaction, ServiceRequest, Situation};
use kanta::query::{self, QueryKind, QueryResponse, VersionState, summary::AddressKind};
use kanta::{Limits, soap, toimija};
use records::Lang;
use records::refusal::Refusal;
use std::path::PathBuf;

const CASE: &str = "1.2.246.10.99990015.95.2026.2.1001";
const NOTE: &str = "1.2.246.10.99990031.95.2026.1.1";
const NOTE_2: &str = "1.2.246.10.99990031.95.2026.1.2";
const COUNTY: &str = "1.2.246.10.99990015.10.0";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/messages")
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn limits() -> Limits {
    Limits::default()
}

/// The frame of a request, the one who acts, and which SOAP.
fn request(name: &str) -> (Frame, toimija::Toimija, soap::Version) {
    let bytes = file(name);
    let envelope = soap::decode(&bytes, &limits()).unwrap();
    let actor = toimija::decode(envelope.toimija_xml.as_deref().unwrap(), &limits()).unwrap();
    assert_eq!(
        frame::interaction(&envelope.body_xml).unwrap(),
        frame::decode(&envelope.body_xml, &limits()).unwrap().interaction
    );
    (frame::decode(&envelope.body_xml, &limits()).unwrap(), actor, envelope.version)
}

fn acknowledgement(name: &str) -> ack::Acknowledgement {
    let bytes = file(name);
    ack::decode(&soap::decode(&bytes, &limits()).unwrap().body_xml, &limits()).unwrap()
}

fn answer(name: &str) -> QueryResponse {
    let bytes = file(name);
    query::decode_response(&soap::decode(&bytes, &limits()).unwrap().body_xml, &limits()).unwrap()
}

/// The document of a frame: exactly the file beside it, agreeing with the frame.
fn carried(frame: &Frame, name: &str) -> Document {
    let package = frame.package.clone().unwrap();
    assert_eq!(package, file(name));
    let decoded = document::decode(&package, &limits()).unwrap();
    assert_eq!(frame::agree(frame, &decoded.document), Ok(vec![]));
    decoded.document
}

fn all(suffix: &str) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(suffix))
        .collect();
    names.sort();
    names
}

#[test]
fn fr_29_a_narrative_entry_is_its_own_document_with_full_metadata() {
    let (frame, actor, version) = request("archive-client-document.request.xml");
    assert_eq!(version, soap::Version::V12);
    assert_eq!((frame.interaction, frame.service_request), (Interaction::Archive, ServiceRequest::ArchiveClient));
    assert_eq!((frame.situation, frame.processing), (Situation::RegisterAccess, Processing::Debugging));
    assert_eq!(frame.message_id.root.as_str(), "1.2.246.10.99990031.10.0");
    assert_eq!(frame.message_id.extension, "1");
    assert_eq!(frame.controller.as_str(), COUNTY);
    assert_eq!(frame.user.hetu.as_str(), "220690-908J");
    assert_eq!(frame.user.unit.as_str(), "1.2.246.10.99990031.10.31");
    assert_eq!(actor.worker, frame.user.hetu);
    assert_eq!(actor.connecting.as_str(), "1.2.246.10.99990031.10.0");
    assert_eq!(actor.evidence.unwrap().challenge, b"https://localhost:8711\nkirjautuminen");
    assert_eq!(actor.search_key.unwrap().value, CASE);

    let document = carried(&frame, "documents/note.xml");
    let header = &document.header;
    assert_eq!((header.id.as_str(), header.set_id.as_str(), header.version), (NOTE, NOTE, 1));
    assert_eq!(header.general_type.as_ref().unwrap().code, "19");
    assert_eq!(header.specific_type.as_ref().unwrap().code, "19007");
    assert_eq!(header.structure_oid.as_deref(), Some("1.2.246.537.6.1506.19007.2022.1.10"));
    assert_eq!(header.effective_time, "2026-09-30T11:25:00Z".parse().unwrap());
    assert_eq!(header.event_time, Some("2026-09-30T06:30:00Z".parse().unwrap()));
    let author = &header.authors[0];
    assert_eq!(author.registration.as_ref().unwrap().as_str(), "90000000037");
    assert_eq!((author.family.as_str(), author.given.as_str()), ("Kettunen", "Liisa Maria"));
    assert_eq!(header.outsourcing_customer.as_ref().unwrap().id.as_str(), COUNTY);
    assert_eq!(header.special_content.as_ref().unwrap().code, "E");
    assert_eq!(document.body.json().unwrap(), file("contents/note.json"));
    assert_eq!(document.body.xhtml().unwrap().as_bytes(), file("contents/note.xhtml"));
}

#[test]
fn fr_31_a_document_carries_the_five_items_of_context() {
    let (frame, _, _) = request("archive-client-document.request.xml");
    let header = carried(&frame, "documents/note.xml").header;
    assert_eq!(header.case.unwrap().as_str(), CASE);
    assert_eq!(header.tasks[0].code, "IAKAS");
    assert_eq!(header.services[0].code, "85");
    assert_eq!(header.process.unwrap().code, "5");
    assert_eq!(header.unit.unwrap().id.as_str(), "1.2.246.10.99990031.10.31");
    assert_eq!(header.organiser.unwrap().name, "Järvi-Hämeen hyvinvointialue");
}

#[test]
fn a_relationship_document_has_neither_case_nor_author() {
    let (frame, actor, _) = request("archive-relationship.request.xml");
    assert_eq!((frame.service_request, frame.situation), (ServiceRequest::ArchiveRelationship, Situation::OwnRegister));
    assert_eq!((actor.duty.as_str(), actor.strength.as_str(), actor.evidence), ("jarjestaminen", "card", None));
    let header = carried(&frame, "documents/relationship.xml").header;
    assert_eq!(header.group.code, "1");
    assert_eq!(header.relationship.unwrap().as_str(), "1.2.246.10.99990015.95.2026.3.501");
    assert_eq!((header.case, header.general_type, header.authors.len(), header.tasks.len()), (None, None, 0, 0));
    assert_eq!(header.language, Lang::Fi);
    let client = &header.patients[0];
    assert_eq!(
        (client.family.as_str(), client.given.as_str(), client.calling.as_deref()),
        ("Korpela", "Aino Maria", Some("Aino"))
    );
    assert_eq!(client.birth_date, Some("1943-02-12".parse().unwrap()));
}

#[test]
fn a_case_document_comes_in_soap_1_1_with_crlf_and_a_coded_part() {
    let (frame, actor, version) = request("archive-case.request.xml");
    assert_eq!(version, soap::Version::V11);
    assert_eq!(frame.service_request, ServiceRequest::ArchiveCase);
    assert_eq!(actor.registration.unwrap().as_str(), "90000000011");
    assert!(file("documents/case.xml").windows(2).any(|pair| pair == b"\r\n"));
    let header = carried(&frame, "documents/case.xml").header;
    assert_eq!((header.group.code.as_str(), header.case.unwrap().as_str()), ("2", CASE));
    assert_eq!(header.authors[0].family, "Salo");
}

#[test]
fn a_new_version_replaces_the_last_and_a_nullification_gives_its_reason() {
    let (frame, _, _) = request("new-version.request.xml");
    assert_eq!((frame.interaction, frame.service_request), (Interaction::Archive, ServiceRequest::ArchiveClient));
    let header = carried(&frame, "documents/note-2.xml").header;
    assert_eq!((header.id.as_str(), header.set_id.as_str(), header.version), (NOTE_2, NOTE, 2));
    let replaced = header.replaces.unwrap();
    assert_eq!((replaced.id.as_str(), replaced.set_id.as_str(), replaced.version), (NOTE, NOTE, 1));
    assert_eq!(header.reason_of_correction.as_deref(), Some("väärä nimi"));

    let (frame, _, _) = request("nullify.request.xml");
    assert_eq!((frame.service_request, frame.package), (ServiceRequest::Nullify, None));
    assert_eq!(frame.reason.as_deref(), Some("kirjattu väärälle asiakkaalle"));
    assert_eq!(frame.subject.unwrap().id.as_str(), NOTE_2);
}

#[test]
fn questions_say_what_is_asked_and_in_whose_register() {
    let asked = |name| request(name).0;
    let own = asked("query-metadata-own.request.xml");
    assert_eq!((own.interaction, own.situation), (Interaction::QueryMetadata, Situation::OwnRegister));
    let query = own.query.unwrap();
    assert_eq!((query.kind, query.id.as_str(), query.rows_max), (QueryKind::Metadata, "haku-2003", Some(20)));
    assert_eq!(query.client.unwrap().hetu().unwrap().as_str(), "120243-934K");
    assert_eq!(
        (query.task.as_deref(), query.type_code.as_deref(), query.all_versions),
        (Some("IAKAS"), Some("19"), true)
    );
    assert_eq!((query.from, query.to), (Some("2026-09-01".parse().unwrap()), Some("2026-10-05".parse().unwrap())));

    let granted = asked("query-metadata-rko.request.xml");
    assert_eq!(granted.situation, Situation::RegisterAccess);
    let query = granted.query.unwrap();
    assert_eq!((query.controller.as_str(), query.case.unwrap().as_str(), query.client), (COUNTY, CASE, None));
    assert!(!query.all_versions);

    let set = asked("query-document-own.request.xml").query.unwrap();
    assert_eq!((set.kind, set.set.unwrap().as_str()), (QueryKind::Document, NOTE));
    let one = asked("query-document-rko.request.xml").query.unwrap();
    assert_eq!((one.kind, one.document.unwrap().as_str()), (QueryKind::Document, NOTE_2));
    assert_eq!(asked("query-relationship.request.xml").query.unwrap().kind, QueryKind::Relationship);
    let case = asked("query-case.request.xml");
    assert_eq!((case.interaction, case.query.unwrap().kind), (Interaction::QueryDocument, QueryKind::Case));
}

#[test]
fn fr_59_a_summary_tells_what_the_table_says() {
    let own = request("query-summary-own.request.xml").0;
    assert_eq!((own.service_request, own.situation), (ServiceRequest::QuerySummary, Situation::OwnRegister));
    assert!(
        own.query.is_some_and(|query| query.kind == QueryKind::Summary && query.enriched && query.client.is_some())
    );
    let granted = request("query-summary-rko.request.xml").0.query.unwrap();
    assert_eq!((granted.enriched, granted.case.unwrap().as_str()), (false, CASE));

    let summary = answer("query-summary-own.answer.xml").summary.unwrap();
    assert_eq!((summary.enriched, summary.basis), (true, Situation::OwnRegister));
    let client = &summary.clients[0];
    let relationship = client.relationship.as_ref().unwrap();
    assert!(relationship.source.is_some() && relationship.units.len() == 2);
    assert_eq!(relationship.units[1].services[0].code, "85");
    assert_eq!(client.plans[0].goals, ["Liikkuminen: Kävely pihalla kahdesti viikossa"]);
    assert_eq!((client.cases.len(), client.decisions.len(), client.documents.len()), (1, 1, 1));

    let summary = answer("query-summary-rko.answer.xml").summary.unwrap();
    assert_eq!((summary.enriched, summary.basis), (false, Situation::RegisterAccess));
    let person = summary.clients[0].person.as_ref().unwrap();
    assert!(person.non_disclosure && person.municipality.is_none());
    assert_eq!(person.addresses.iter().map(|address| address.kind).collect::<Vec<_>>(), [AddressKind::Contact]);
    assert_eq!(summary.clients[0].relationship.as_ref().unwrap().source, None);
}

#[test]
fn fr_56_a_disclosure_names_its_ground_and_the_reason_of_a_wide_search() {
    let asked = |name| request(name).0;
    let permitted = asked("disclosure-search.request.xml");
    assert_eq!(
        (permitted.interaction, permitted.service_request, permitted.situation),
        (Interaction::QueryMetadata, ServiceRequest::DisclosureSearch, Situation::DisclosurePermit)
    );
    let query = permitted.query.unwrap();
    assert_eq!((query.kind, query.disclosure), (QueryKind::DisclosureSearch, query::DisclosureTerms::default()));
    let by_law = asked("disclosure-fetch.request.xml");
    assert_eq!(
        (by_law.interaction, by_law.service_request, by_law.situation),
        (Interaction::QueryDocument, ServiceRequest::DisclosureFetch, Situation::DisclosureLaw)
    );
    let terms = by_law.query.unwrap().disclosure;
    assert_eq!(terms.holder.unwrap().as_str(), COUNTY);
    assert_eq!(terms.wide_search.as_deref(), Some("KIIREELLINEN_TARVE"));
    let ground = terms.ground.unwrap();
    assert_eq!(ground.code, "L56-1");
    assert_eq!(ground.text, "Asiakas on hoidon tarpeessa eikä vastaa yhteydenottoihin.");
    let wills = asked("query-consents.request.xml");
    assert_eq!(
        (wills.service_request, wills.query.unwrap().kind),
        (ServiceRequest::QueryConsents, QueryKind::Consents)
    );
    for (name, kind, rows, documents) in [
        ("disclosure-search.answer.xml", QueryKind::DisclosureSearch, 2, 0),
        ("disclosure-fetch.answer.xml", QueryKind::DisclosureFetch, 1, 1),
        ("query-consents.answer.xml", QueryKind::Consents, 0, 0),
    ] {
        let answer = answer(name);
        assert_eq!((answer.kind, answer.rows.len(), answer.documents.len()), (kind, rows, documents), "{name}");
    }
}

#[test]
fn answers_carry_rows_and_exact_documents() {
    let metadata = answer("query-metadata-own.answer.xml");
    assert_eq!((metadata.kind, metadata.query_id.as_str()), (QueryKind::Metadata, "haku-2003"));
    assert_eq!(metadata.target.extension, "2003");
    assert_eq!(metadata.next_page.as_deref(), Some("20260930142601/311"));
    let states: Vec<_> = metadata.rows.iter().map(|row| (row.header.id.as_str(), row.state)).collect();
    assert_eq!(states, [(NOTE_2, VersionState::Valid), (NOTE, VersionState::Replaced)]);
    assert_eq!(metadata.rows[1].archived, "2026-09-30T11:26:01Z".parse().unwrap());
    assert!(metadata.documents.is_empty());
    for (name, kind, document) in [
        ("query-relationship.answer.xml", QueryKind::Relationship, "documents/relationship.xml"),
        ("query-case.answer.xml", QueryKind::Case, "documents/case.xml"),
        ("query-document-own.answer.xml", QueryKind::Document, "documents/note-2.xml"),
        ("query-document-rko.answer.xml", QueryKind::Document, "documents/note-2.xml"),
    ] {
        let answer = answer(name);
        assert_eq!((answer.kind, answer.ack), (kind, AckType::Accepted), "{name}");
        assert_eq!(answer.documents, [file(document)], "{name}");
        let whole = document::decode(&answer.documents[0], &limits()).unwrap().document;
        assert_eq!(answer.rows[0].header, whole.header, "{name}");
    }
    assert_eq!(answer("query-metadata-rko.answer.xml").rows.len(), 2);
    let nothing = answer("nothing-found.answer.xml");
    assert_eq!((nothing.ack, nothing.rows.len(), nothing.details.len()), (AckType::Accepted, 0, 0));
}

#[test]
fn acknowledgements_tell_what_was_stored_or_why_not() {
    let stored = acknowledgement("new-version.answer.xml");
    assert_eq!((stored.kind, stored.target.unwrap().extension.as_str()), (AckType::Accepted, "2"));
    let receipt = stored.receipt.unwrap();
    assert_eq!((receipt.document.as_str(), receipt.set.as_str(), receipt.version), (NOTE_2, NOTE, 2));
    assert_eq!((receipt.archived, receipt.reference.as_str()), ("2026-10-01T05:16:01Z".parse().unwrap(), "loki:340"));
    for name in ["archive-relationship", "archive-case", "archive-client-document", "nullify"] {
        assert!(acknowledgement(&format!("{name}.answer.xml")).receipt.is_some(), "{name}");
    }
    let refused = acknowledgement("refused.answer.xml");
    assert_eq!((refused.kind, refused.receipt), (AckType::Error, None));
    let codes: Vec<_> = refused.details.iter().map(|detail| (detail.kind, detail.code.as_str())).collect();
    assert_eq!(codes, [(DetailType::Error, "FRAME_MISMATCH"), (DetailType::Error, "CONTEXT_MISSING")]);
    assert_eq!(acknowledgement("rejected.answer.xml").kind, AckType::Rejected);
    assert_eq!(acknowledgement("rejected.answer.xml").details[0].code, Refusal::ActorInvalid.code());
}

#[test]
fn a_refusal_under_a_grant_says_what_the_catalogue_says_and_no_more() {
    let refused = answer("rko-not-valid.answer.xml");
    assert_eq!((refused.ack, refused.rows.len()), (AckType::Error, 0));
    assert_eq!(refused.details, [ack::Detail::refusal(Refusal::RkoNotValid)]);
}

#[test]
fn what_we_write_of_a_golden_means_what_the_golden_means() {
    for name in all(".request.xml") {
        let (frame, actor, version) = request(&name);
        let envelope = soap::encode_as(
            version,
            Some(&toimija::encode(&actor)),
            std::str::from_utf8(&frame::encode(&frame)).unwrap(),
        );
        let read = soap::decode(&envelope, &limits()).unwrap();
        assert!(frame::decode(&read.body_xml, &limits()).unwrap() == frame, "{name}");
        assert!(toimija::decode(read.toimija_xml.as_deref().unwrap(), &limits()).unwrap() == actor, "{name}");
    }
    for name in all(".answer.xml") {
        let bytes = file(&name);
        let body = soap::decode(&bytes, &limits()).unwrap().body_xml.into_owned();
        if frame::interaction(&body).unwrap() == Interaction::Acknowledgement {
            let value = ack::decode(&body, &limits()).unwrap();
            assert_eq!(ack::decode(&ack::encode(&value), &limits()).unwrap(), value, "{name}");
        } else {
            let value = query::decode_response(&body, &limits()).unwrap();
            assert!(query::decode_response(&query::encode_response(&value), &limits()).unwrap() == value, "{name}");
        }
    }
    for name in ["relationship", "case", "note", "note-2"] {
        let value = document::decode(&file(&format!("documents/{name}.xml")), &limits()).unwrap().document;
        let ours = document::encode(&value);
        assert_eq!(document::decode(&ours, &limits()).unwrap().document, value, "{name}");
    }
}

#[test]
fn the_table_beside_the_goldens_names_every_one() {
    let table = String::from_utf8(file("README.md")).unwrap();
    for name in all(".xml") {
        assert!(table.contains(&name), "{name} is not in docs/messages/README.md");
    }
    for row in ServiceRequest::ALL {
        let confirmed = if row.confirmed() { "confirmed" } else { "ours" };
        assert!(table.contains(&format!("| {} | {} | {confirmed} |", row.code(), row.name())), "{}", row.code());
    }
    for row in Interaction::ALL {
        let confirmed = if row.confirmed() { "confirmed" } else { "ours" };
        assert!(table.contains(&format!("| {} | {} | {confirmed} |", row.code(), row.name())), "{}", row.code());
    }
    for row in Situation::ALL {
        let confirmed = if row.confirmed() { "confirmed" } else { "ours" };
        assert!(table.contains(&format!("| {} | {} | {confirmed} |", row.code(), row.name())), "{}", row.code());
    }
}

#[test]
fn broken_goldens_never_make_a_reader_panic() {
    for name in all(".xml") {
        let bytes = file(&name);
        for length in (0..bytes.len()).step_by(bytes.len() / 15 + 1) {
            assert!(soap::decode(&bytes[..length], &limits()).is_err(), "{name}");
            common::read_everything(&bytes[..length]);
        }
        let body = soap::decode(&bytes, &limits()).unwrap().body_xml.into_owned();
        for at in (0..body.len()).step_by(body.len() / 25 + 1) {
            let mut broken = body.clone();
            broken.remove(at);
            common::read_everything(&broken);
            broken.insert(at, b'<');
            common::read_everything(&broken);
        }
    }
}

#[test]
fn the_bodies_of_documents_are_found_in_the_bytes() {
    let bytes = file("documents/case.xml");
    let decoded = document::decode(&bytes, &limits()).unwrap();
    assert!(bytes[decoded.body.clone()].starts_with(b"<nonXMLBody "));
    assert!(bytes[decoded.display.clone()].starts_with(b"<text ") && bytes[decoded.display].ends_with(b"</text>"));
    assert!(bytes[decoded.json.unwrap()].ends_with(b"</j:json>"));
    assert!(matches!(decoded.document.body, Body::Structured { .. }));
}
