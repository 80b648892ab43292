//! What must not pass, and with which code and place it is refused.

mod common;

use base64::Engine;
use common::{note, sending};
use kanta::document::{self, Body, Document, Replaced};
use kanta::frame::{self, FrameDocument};
use kanta::ids::{ServiceRequest, Situation};
use kanta::{Code, Fault, Limits, form, soap};
use records::id::{ClientId, DocumentId, OrganisationId, SetId};
use records::refusal::Refusal;

fn text_of(document: &Document) -> String {
    String::from_utf8(document::encode(document)).unwrap()
}

fn decode(text: &str) -> Result<document::Decoded, Fault> {
    document::decode(text.as_bytes(), &Limits::default())
}

/// The note's XML with one place changed, which must be there.
fn changed(from: &str, to: &str) -> String {
    let text = text_of(&note());
    assert!(text.contains(from), "the sample has no {from}");
    text.replacen(from, to, 1)
}

fn refused(text: &str) -> Fault {
    decode(text).expect_err("must be refused")
}

fn b64(bytes: &[u8]) -> String {
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

#[test]
fn fr_29_a_document_without_a_piece_of_its_header_is_refused_with_the_place() {
    for element in [
        "realmCode",
        "typeId",
        "id",
        "code",
        "effectiveTime",
        "confidentialityCode",
        "languageCode",
        "setId",
        "versionNumber",
        "recordTarget",
        "author",
        "custodian",
        "component",
        "creationTime",
        "documentGroup",
        "fileFormat",
        "structuredFileFormat",
        "softwareSupport",
        "recordStatus",
        "registryType",
        "totalRetentionPeriodClass",
    ] {
        let text = text_of(&note());
        let tree = roxmltree::Document::parse(&text).unwrap();
        let root = tree.root_element();
        let named = |node: &roxmltree::Node<'_, '_>| {
            node.has_tag_name(("urn:hl7-org:v3", element)) || node.has_tag_name(("urn:hl7finland", element))
        };
        let social = root.children().find(|node| node.tag_name().name() == "localSocialHeader").unwrap();
        let node = root.children().find(named).or_else(|| social.children().find(named)).unwrap();
        let without = text.replacen(&text[node.range()], "", 1);
        let fault = refused(&without);
        assert_eq!(fault.refusal, Refusal::HeaderInvalid, "{element}");
        assert!(fault.place.contains(element), "{element}: {}", fault.place);
        assert!(!fault.problem.is_empty() && !fault.remedy.is_empty());
        let twice = text.replacen(&text[node.range()], &text[node.range()].repeat(2), 1);
        if !["author", "functionCode"].contains(&element) {
            assert!(decode(&twice).is_err(), "{element} twice");
        }
    }
}

#[test]
fn wrong_values_of_the_header_are_refused() {
    for (from, to, place) in [
        ("<realmCode code=\"FI\"/>", "<realmCode code=\"SE\"/>", "realmCode"),
        ("POCD_HD000040", "POCD_HD000041", "typeId"),
        ("<versionNumber value=\"1\"/>", "<versionNumber value=\"0\"/>", "versionNumber"),
        ("<versionNumber value=\"1\"/>", "<versionNumber value=\"+1\"/>", "versionNumber"),
        ("<versionNumber value=\"1\"/>", "<versionNumber value=\"99999999999\"/>", "versionNumber"),
        ("<versionNumber value=\"1\"/>", "<versionNumber value=\"2\"/>", "relatedDocument"),
        ("<languageCode code=\"fi\"/>", "<languageCode code=\"de\"/>", "languageCode"),
        ("value=\"20260930142000+0300\"", "value=\"2026-09-30\"", "effectiveTime"),
        ("1.2.246.537.6.1505.201601", "1.2.246.537.6.1506.201701", "documentGroup"),
        ("120243-934K", "120243-934L", "patientRole/id"),
        ("120243-934K", "310243-934K", "patientRole/id"),
        ("root=\"1.2.246.21\"", "root=\"1.2.246.22\"", "patientRole/id"),
        ("25100000017", "2510000001", "assignedAuthor/id"),
        ("root=\"1.2.246.537.26\"", "root=\"1.2.246.21\"", "assignedAuthor/id"),
        ("<ep2:recordStatus code=\"3\"", "<ep2:recordStatus code=\"1\"", "recordStatus"),
        ("<ep2:fileFormat code=\"2\"", "<ep2:fileFormat code=\"1\"", "fileFormat"),
        ("typeCode=\"ADM\"", "typeCode=\"ATND\"", "encounterParticipant"),
        ("ID=\"OID1.2.246.10.99990031.95.2026.1.1\"", "ID=\"OID1.2.246.10.99990031.95.2026.1.2\"", "nonXMLBody/@ID"),
        ("ID=\"OID1.", "ID=\"1.", "nonXMLBody/@ID"),
        ("representation=\"B64\"", "representation=\"TXT\"", "text/@representation"),
        ("application/xhtml+xml", "text/html", "text/@mediaType"),
        ("root=\"1.2.246.10.99990015.95.2026.2.1001\"", "root=\"abc\"", "encompassingEncounter/id"),
    ] {
        let fault = refused(&changed(from, to));
        assert_eq!(fault.refusal, Refusal::HeaderInvalid, "{from}: {fault}");
        assert!(fault.place.contains(place), "{from}: {}", fault.place);
    }
}

#[test]
fn what_may_vary_is_taken() {
    for (from, to) in [
        ("<languageCode code=\"fi\"/>", "<languageCode code=\"FI\"/>"),
        ("1.2.246.537.6.1505.201601", "1.2.246.537.6.1505"),
        ("<ep2:signatureCollection/>", ""),
        ("<ep2:structuredFileFormat", "<!-- a --><ep2:structuredFileFormat"),
        (
            "<id root=\"1.2.246.10.99990015.95.2026.2.1001\"/>",
            "<id nullFlavor=\"NA\" root=\"1.2.246.10.99990015.95.2026.2.1001\"/>",
        ),
        ("representedCustodianOrganization", "representedOrganization"),
        ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", "\u{feff}<?xml version='1.0'?>\r\n"),
        ("</ep2:json>", "  \n<!-- x --></ep2:json>"),
    ] {
        let mut text = changed(from, to);
        if from == "representedCustodianOrganization" {
            text = text.replace("</representedCustodianOrganization>", "</representedOrganization>");
        }
        let decoded = decode(&text).unwrap_or_else(|fault| panic!("{from}: {fault}"));
        assert_eq!(decoded.document, note(), "{from}");
    }
}

#[test]
fn a_header_never_decides_by_who_comes_first() {
    let id = "<id root=\"1.2.246.10.99990031.95.2026.1.1\"/>";
    let fault = refused(&changed(id, &format!("{id}<id root=\"1.2.246.10.99990031.95.2026.1.9\"/>")));
    assert_eq!(fault.refusal, Refusal::HeaderInvalid);
    let target = text_of(&note());
    let (from, to) = (target.find("<recordTarget>").unwrap(), target.find("</recordTarget>").unwrap());
    let again = &target[from..to + "</recordTarget>".len()];
    let fault = refused(&target.replacen(again, &again.repeat(2), 1));
    assert!(fault.place.ends_with("recordTarget") && fault.problem.contains("Sama asiakas"));
}

#[test]
fn there_is_one_body_and_it_stands_in_its_place() {
    let body = text_of(&note());
    let (from, to) = (body.find("<nonXMLBody").unwrap(), body.find("</component>").unwrap());
    let whole = &body[from..to];
    let other = whole.replace("2026.1.1\"", "2026.1.2\"");
    for wrapped in [
        body.replacen(whole, &format!("{whole}{other}"), 1),
        body.replacen("<component>", &format!("<x>{other}</x><component>"), 1),
        body.replacen(
            "<ep2:signatureCollection/>",
            &format!("<ep2:signatureCollection>{other}</ep2:signatureCollection>"),
            1,
        ),
        body.replacen(whole, &format!("<x>{whole}</x>"), 1),
        body.replacen("<ep2:json", "<extra/><ep2:json", 1),
    ] {
        assert_eq!(refused(&wrapped).refusal, Refusal::HeaderInvalid);
    }
    let same_id = body.replacen(
        "<ep2:signatureCollection/>",
        "<ep2:signatureCollection ID=\"OID1.2.246.10.99990031.95.2026.1.1\"/>",
        1,
    );
    assert_eq!(refused(&same_id).refusal, Refusal::XmlInvalid);
}

#[test]
fn doctype_instructions_and_broken_xml_are_refused_before_anything_is_read() {
    for (from, to, refusal) in [
        (
            "<ClinicalDocument",
            "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><ClinicalDocument",
            Refusal::DtdForbidden,
        ),
        ("<realmCode", "<?php x?><realmCode", Refusal::XmlInvalid),
        ("<realmCode", "&x;<realmCode", Refusal::XmlInvalid),
        ("</component>", "", Refusal::XmlInvalid),
        ("encoding=\"UTF-8\"", "encoding=\"UTF-16\"", Refusal::XmlInvalid),
        ("<ClinicalDocument", "<clinicalDocument", Refusal::XmlInvalid),
    ] {
        assert_eq!(refused(&changed(from, to)).refusal, refusal, "{to}");
    }
    let utf16: Vec<u8> = text_of(&note()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(document::decode(&utf16, &Limits::default()).unwrap_err().refusal, Refusal::XmlInvalid);
    assert_eq!(document::decode(b"", &Limits::default()).unwrap_err().refusal, Refusal::XmlInvalid);
    assert_eq!(refused("<a/>").refusal, Refusal::HeaderInvalid);
}

#[test]
fn every_size_has_its_limit() {
    let text = text_of(&note());
    let small = |limits: Limits| document::decode(text.as_bytes(), &limits).unwrap_err().refusal;
    let all = Limits::default();
    for limits in [
        Limits { document_bytes: 1_000, ..all },
        Limits { xhtml_bytes: 50, ..all },
        Limits { json_bytes: 5, ..all },
        Limits { depth: 5, ..all },
        Limits { elements: 20, ..all },
        Limits { attributes: 2, ..all },
        Limits { tag_bytes: 50, ..all },
        Limits { namespaces: 2, ..all },
    ] {
        assert_eq!(small(limits), Refusal::LimitExceeded, "{limits:?}");
    }
    let long = changed("displayName=\"Asiakkaan arki\"", &format!("displayName=\"{}\"", "a".repeat(5_000)));
    assert_eq!(refused(&long).refusal, Refusal::LimitExceeded);
    let many = changed(
        "<ep2:recordStatus",
        &format!("{}<ep2:recordStatus", "<ep2:functionCode code=\"1\" codeSystem=\"1.2.246.537.6.1221\"/>".repeat(60)),
    );
    assert_eq!(refused(&many).refusal, Refusal::LimitExceeded);
    assert_eq!(soap::decode(&vec![b' '; 30_000_000], &all).unwrap_err().refusal, Refusal::LimitExceeded);
}

#[test]
fn fr_30_a_display_form_outside_the_allow_list_is_refused() {
    let mut document = note();
    let Body::Structured { xhtml, json } = note().body else { panic!("structured") };
    for wrong in [
        xhtml.replace("<p>", "<p onclick=\"x()\">"),
        xhtml.replace("<p>", "<script>x()</script><p>"),
        xhtml.replace("<p>", "<p>120243-934K "),
        xhtml.replace("2026.1.1\"", "2026.1.2\""),
        "ei xhtml".to_owned(),
    ] {
        document.body = Body::Structured { xhtml: wrong.clone(), json: json.clone() };
        assert_eq!(refused(&text_of(&document)).refusal, Refusal::DisplayInvalid, "{wrong}");
    }
    let latin = text_of(&note());
    let xhtml = b64(note().body.xhtml().unwrap().as_bytes());
    assert_eq!(refused(&latin.replace(&xhtml, &b64(b"<div>\xe4</div>"))).refusal, Refusal::DisplayInvalid);
    assert_eq!(refused(&latin.replace(&xhtml, "%%%")).refusal, Refusal::HeaderInvalid);
}

#[test]
fn a_pdf_is_a_pdf_and_has_no_structured_form() {
    let mut document = note();
    document.body = Body::Pdf(b"%PDF-1.7 sisalto".to_vec());
    let text = text_of(&document);
    assert_eq!(decode(&text).unwrap().document, document);
    assert_eq!(
        refused(&text.replace(&b64(b"%PDF-1.7 sisalto"), &b64(b"MZ-1.7 sisalto"))).refusal,
        Refusal::DisplayInvalid
    );
    let json = "</text><ep2:json xmlns:ep2=\"urn:hl7finland\">e30=</ep2:json>";
    assert_eq!(refused(&text.replace("</text>", json)).refusal, Refusal::HeaderInvalid);
    let without = changed("<ep2:json", "<!-- <ep2:json").replacen("</ep2:json>", "</ep2:json> -->", 1);
    assert!(refused(&without).place.contains("json"));
}

#[test]
fn a_new_version_must_follow_the_one_it_replaces() {
    let mut document = note();
    let first = document.header.id.clone();
    document.header.id = DocumentId::parse("1.2.246.10.99990031.95.2026.1.2").unwrap();
    document.body = note().body;
    if let Body::Structured { xhtml, .. } = &mut document.body {
        *xhtml = xhtml.replace("2026.1.1\"", "2026.1.2\"");
    }
    document.header.version = 2;
    document.header.replaces = Some(Replaced { id: first.clone(), set_id: first.as_set(), version: 1 });
    assert_eq!(decode(&text_of(&document)).unwrap().document, document);
    for (id, set, version) in [
        (first.as_str(), "1.2.246.10.99990031.95.2026.1.77", 1),
        (first.as_str(), first.as_str(), 2),
        (document.header.id.clone().as_str(), first.as_str(), 1),
    ] {
        document.header.replaces =
            Some(Replaced { id: DocumentId::parse(id).unwrap(), set_id: SetId::parse(set).unwrap(), version });
        assert_eq!(refused(&text_of(&document)).refusal, Refusal::HeaderInvalid, "{set} {version}");
    }
}

#[test]
fn fr_27_a_frame_that_names_another_register_than_the_document_is_refused() {
    let document = note();
    let mut frame = frame::archive(&document, document::encode(&document), sending());
    assert_eq!(frame::agree(&frame, &document), Ok(vec![]));
    frame.controller = OrganisationId::parse("1.2.246.10.99990023.10.0").unwrap();
    let faults = frame::agree(&frame, &document).unwrap_err();
    assert_eq!(
        faults.iter().map(|fault| (fault.refusal, fault.place.as_str())).collect::<Vec<_>>(),
        [(Refusal::FrameMismatch, "sender/device/id")]
    );
}

#[test]
fn frame_and_document_agree_or_every_disagreement_is_told() {
    let document = note();
    let frame = frame::archive(&document, document::encode(&document), sending());
    let other = OrganisationId::parse("1.2.246.10.99990023.10.0").unwrap();
    type Change = fn(&mut FrameDocument, &OrganisationId);
    let changes: [(&str, Change); 6] = [
        ("id", |subject, _| subject.id = DocumentId::parse("1.2.3").unwrap()),
        ("setId", |subject, _| subject.set_id = SetId::parse("1.2.3").unwrap()),
        ("versionNumber", |subject, _| subject.version = 2),
        ("recordTarget", |subject, _| subject.patients[0].id = ClientId::parse("1.2.246.21", "150684-946P").unwrap()),
        ("code", |subject, _| subject.register = Code::new("2")),
        ("custodian", |subject, other| subject.custodian.id = other.clone()),
    ];
    for (element, change) in changes {
        let mut frame = frame.clone();
        change(frame.subject.as_mut().unwrap(), &other);
        let faults = frame::agree(&frame, &document).unwrap_err();
        assert_eq!(faults.len(), 1, "{element}");
        assert_eq!(faults[0].refusal, Refusal::FrameMismatch);
        assert!(faults[0].place.ends_with(element), "{}", faults[0].place);
    }
    let mut wrong = frame.clone();
    wrong.service_request = ServiceRequest::ArchiveRelationship;
    assert_eq!(frame::agree(&wrong, &document).unwrap_err().len(), 1);
    wrong.subject = None;
    assert!(frame::agree(&wrong, &document).is_err());
}

#[test]
fn language_sex_and_birth_date_only_warn_and_the_time_may_differ() {
    let document = note();
    let mut frame = frame::archive(&document, document::encode(&document), sending());
    let subject = frame.subject.as_mut().unwrap();
    subject.effective_time = None;
    subject.language = Some("FI".to_owned());
    assert_eq!(frame::agree(&frame, &document), Ok(vec![]));
    let subject = frame.subject.as_mut().unwrap();
    subject.language = Some("sv".to_owned());
    subject.patients[0].birth_date = Some("1950-01-01".parse().unwrap());
    subject.patients[0].sex = Some(Code::new("1"));
    assert_eq!(frame::agree(&frame, &document).unwrap().len(), 3);
}

#[test]
fn a_frame_with_a_wrong_or_missing_part_is_refused() {
    let document = note();
    let text =
        String::from_utf8(frame::encode(&frame::archive(&document, document::encode(&document), sending()))).unwrap();
    let refused = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        frame::decode(text.replacen(from, to, 1).as_bytes(), &Limits::default()).expect_err(from)
    };
    for (from, to, refusal) in [
        ("extension=\"RCMR_IN200002FI01\"", "extension=\"RCMR_IN200016FI01\"", Refusal::HeaderInvalid),
        ("code=\"SP17\"", "code=\"SP99\"", Refusal::HeaderInvalid),
        ("code=\"SP17\"", "code=\"SP9\"", Refusal::HeaderInvalid),
        ("1.2.246.537.6.1503.201601", "1.2.3", Refusal::HeaderInvalid),
        ("<reasonCode code=\"2\"", "<reasonCode code=\"9\"", Refusal::HeaderInvalid),
        ("170350-962A", "170350-962B", Refusal::HeaderInvalid),
        ("<processingCode code=\"D\"/>", "<processingCode code=\"X\"/>", Refusal::HeaderInvalid),
        ("<sender", "<sendr", Refusal::XmlInvalid),
        ("xmlns=\"urn:hl7-org:v3\"", "xmlns=\"urn:x\"", Refusal::BadRequest),
        ("RCMR_IN200002FI01 ", "RCMR_IN299999FI01 ", Refusal::XmlInvalid),
    ] {
        assert_eq!(refused(from, to).refusal, refusal, "{from} -> {to}");
    }
    assert_eq!(
        frame::decode(b"<x xmlns='urn:hl7-org:v3'/>", &Limits::default()).unwrap_err().refusal,
        Refusal::BadRequest
    );
    assert_eq!(Situation::parse("2"), Some(Situation::RegisterAccess));
}

#[test]
fn a_placeholder_in_place_of_the_package_is_no_package() {
    let document = note();
    let frame = frame::Frame { package: None, ..frame::archive(&document, Vec::new(), sending()) };
    let text = String::from_utf8(frame::encode(&frame)).unwrap();
    let place = "representation=\"B64\"></text>";
    assert!(text.contains(place));
    for inside in ["", "mimeEncode/DXS", "  \r\n ", "Tähän paketti."] {
        let text = text.replace(place, &format!("representation=\"B64\">{inside}</text>"));
        assert_eq!(frame::decode(text.as_bytes(), &Limits::default()).unwrap().package, None, "{inside}");
    }
    let broken =
        text.replace(place, &format!("representation=\"B64\">{}</text>", b64(b"Content-Type: multipart/related\n\nx")));
    assert_eq!(frame::decode(broken.as_bytes(), &Limits::default()).unwrap_err().refusal, Refusal::BadRequest);
}

#[test]
fn no_fault_repeats_what_a_message_says_of_a_person() {
    let text = text_of(&note()).replace("120243-934K", "120243-934L");
    let fault = decode(&text).unwrap_err();
    let shown = format!("{fault} {fault:?} {:?}", decode(&text_of(&note())).unwrap());
    for secret in ["120243", "Korpela", "Aino", "Kettunen", "25100000017", "lauluhet"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn the_validator_tells_the_faults_of_both_and_every_disagreement() {
    let document = note();
    let bytes = document::encode(&document);
    let frame = frame::archive(&document, bytes.clone(), sending());
    let check = |frame: &frame::Frame, bytes: &[u8]| form::check(&frame::encode(frame), bytes, &Limits::default());
    assert!(check(&frame, &bytes).is_ok());
    let empty = frame::Frame { package: None, ..frame.clone() };
    assert!(check(&empty, &bytes).is_ok());
    let declared = text_of(&document).replace("UTF-8", "ISO-8859-15");
    assert!(check(&empty, declared.as_bytes()).is_ok(), "an encoding name inside JSON-carried XML is ignored");

    let codes = |result: Result<form::Formed, Vec<Fault>>| -> Vec<&'static str> {
        result.unwrap_err().iter().map(Fault::code).collect()
    };
    let other = [bytes.as_slice(), b"\n"].concat();
    assert_eq!(codes(check(&frame, &other)), ["FRAME_MISMATCH"]);
    let mut wrong = empty;
    wrong.controller = OrganisationId::parse("1.2.246.10.99990023.10.0").unwrap();
    wrong.service_request = ServiceRequest::ArchiveCase;
    assert_eq!(codes(check(&wrong, &bytes)), ["FRAME_MISMATCH", "FRAME_MISMATCH"]);
    let broken = form::check(b"<a/>", b"<!DOCTYPE a><a/>", &Limits::default());
    assert_eq!(codes(broken), ["BAD_REQUEST", "DTD_FORBIDDEN"]);
}

#[test]
fn ranges_count_from_the_first_byte_even_after_a_byte_order_mark() {
    let text = format!("\u{feff}{}", text_of(&note()));
    let decoded = decode(&text).unwrap();
    assert!(text[decoded.body].starts_with("<nonXMLBody "));
    assert!(text[decoded.display].ends_with("</text>") && text[decoded.json.unwrap()].ends_with("</ep2:json>"));
}
