//! Values that several tests share. People are of the demo's cast (functional specification C.0).
#![allow(dead_code)]

use jiff::Timestamp;
use kanta::document::{self, Author, Body, Document, Header, Organisation, Patient, Unit};
use kanta::frame::{self, MessageId, Processing, Sending, User};
use kanta::ids::Situation;
use kanta::{Code, Limits, ack, code, query, soap, toimija, xhtml};
use records::id::{
    CaseId, ClientId, DocumentId, HETU_ROOT, Oid, OrganisationId, PersonalIdentityCode, RegistrationNumber,
    ServiceUnitId,
};

pub const CODES: [&str; 4] = ["120243-934K", "230911A957T", "150684-946P", "081182-941J"];

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

pub fn hetu_patient(
    n: usize,
    family: &str,
    given: &str,
    calling: Option<String>,
    dated: bool,
    sex: Option<Code>,
) -> Patient {
    let id = ClientId::parse(HETU_ROOT, CODES[n]).unwrap();
    let birth_date = dated.then(|| id.hetu().unwrap().birth_date());
    Patient { id, family: family.to_owned(), given: given.to_owned(), calling, birth_date, sex }
}

pub fn sending() -> Sending {
    Sending {
        message_id: MessageId { root: Oid::parse("1.2.246.10.99990031.10.0").unwrap(), extension: "4711".to_owned() },
        created: "2026-09-30T11:25:00Z".parse().unwrap(),
        processing: Processing::Debugging,
        receiver: Oid::parse(kanta::ids::ARCHIVE_PARTY).unwrap(),
        situation: Situation::RegisterAccess,
        user: User {
            hetu: PersonalIdentityCode::parse("170350-962A").unwrap(),
            family: "Kettunen".to_owned(),
            given: "Liisa".to_owned(),
            unit: ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap(),
            unit_name: "Kielo Ahola".to_owned(),
        },
    }
}

pub fn display(id: &DocumentId, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<div class=\"soc-document\" id=\"OID{id}\" xmlns=\"http://www.w3.org/1999/xhtml\"><p>{text}</p></div>")
}

/// Liisa's note of 30.9. about Aino (functional specification C.2/11).
pub fn note() -> Document {
    let id = DocumentId::parse("1.2.246.10.99990031.95.2026.1.1").unwrap();
    let organiser = Organisation {
        id: OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap(),
        name: "Järvi-Hämeen hyvinvointialue".to_owned(),
    };
    let at = "2026-09-30T11:20:00Z".parse().unwrap();
    let mut header = Header::new(id, Code::named(code::GROUP_CLIENT, "Asiakasasiakirja"), organiser.clone(), at);
    header.general_type = Some(Code::named("19", "Asiakaskertomusmerkintä"));
    header.specific_type = Some(Code::named("19007", "Asiakkaan arki"));
    header.structure_oid = Some("1.2.246.537.6.1506.19007.2024.11.28".to_owned());
    header.patients =
        vec![hetu_patient(0, "Korpela", "Aino Maria", Some("Aino".to_owned()), true, Some(Code::named("2", "Nainen")))];
    header.authors = vec![Author {
        registration: Some(RegistrationNumber::parse("25100000017").unwrap()),
        family: "Kettunen".to_owned(),
        given: "Liisa".to_owned(),
    }];
    header.case = Some(CaseId::parse("1.2.246.10.99990015.95.2026.2.1001").unwrap());
    header.organiser = Some(organiser);
    header.unit = Some(Unit {
        id: ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap(),
        name: "Kielo Ahola, ympärivuorokautinen palveluasuminen".to_owned(),
    });
    header.tasks = vec![Code::named("3", "Iäkkäiden palvelut")];
    header.services = vec![Code::named("85", "Ympärivuorokautinen palveluasuminen")];
    header.process = Some(Code::named("5", "Palvelun toteutus"));
    let xhtml = display(&header.id, "Aino osallistui aamupäivän lauluhetkeen ja lauloi mukana.");
    Document { header, body: Body::Structured { xhtml, json: br#"{"asiakkaan_arki":{}}"#.to_vec() } }
}

/// Gives bytes to every reader; only that none panics matters.
pub fn read_everything(bytes: &[u8]) {
    let limits = Limits::default();
    let _ = document::decode(bytes, &limits);
    let _ = frame::interaction(bytes);
    let _ = frame::decode(bytes, &limits);
    let _ = ack::decode(bytes, &limits);
    let _ = query::decode_response(bytes, &limits);
    let _ = toimija::decode(bytes, &limits);
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = xhtml::check(text, &DocumentId::parse("1.2.3").unwrap());
    }
    if let Ok(envelope) = soap::decode(bytes, &limits)
        && let Ok(frame) = frame::decode(&envelope.body_xml, &limits)
        && let Some(package) = frame.package
    {
        let _ = document::decode(&package, &limits);
    }
}
