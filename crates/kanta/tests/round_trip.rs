//! What we write, we read; and nothing that arrives makes us panic.

mod common;

use common::{at, hetu_patient, sending};
use jiff::civil::Date;
use kanta::ack::{self, AckType, Acknowledgement, Detail, DetailType, Receipt};
use kanta::document::{self, Author, Body, Document, Header, Organisation, Replaced, Signer, Software, Unit};
use kanta::frame::{self, MessageId};
use kanta::query::summary::{
    self, Address, AddressKind, ClientSummary, Decision, DocumentLine, Named, Person, Plan, Related, Risk, Summary,
    Worker,
};
use kanta::query::{self, MetadataRow, Query, QueryKind, QueryResponse, VersionState};
use kanta::toimija::{self, LoginEvidence, SearchKey, SpecialReason, Toimija};
use kanta::{Code, Limits, soap};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use records::Lang;
use records::id::{
    CaseId, ClientId, DocumentId, Oid, OrganisationId, PersonalIdentityCode, RegistrationNumber, RelationshipId,
    ServiceUnitId, SetId,
};
use records::relationship::UnitKind;
use std::sync::LazyLock;

fn words() -> impl Strategy<Value = String> {
    // Names and reasons as people write them, with everything that needs escaping.
    "[A-Za-zÅÄÖåäö<>&\"'\\]\\-–0-9 €😀]{0,20}".prop_map(|text| format!("x{}", text.trim()))
}

fn oid() -> impl Strategy<Value = String> {
    (1u32..99_999_999, 10u32..99, 1u32..999_999).prop_map(|(a, b, c)| format!("1.2.246.10.{a}.{b}.2026.1.{c}"))
}

fn code() -> impl Strategy<Value = Code> {
    ("[1-9][0-9]{0,4}", of(words())).prop_map(|(code, name)| Code { code, name })
}

fn organisation() -> impl Strategy<Value = Organisation> {
    (oid(), words()).prop_map(|(id, name)| Organisation { id: OrganisationId::parse(&id).unwrap(), name })
}

fn unit() -> impl Strategy<Value = Unit> {
    (oid(), words()).prop_map(|(id, name)| Unit { id: ServiceUnitId::parse(&id).unwrap(), name })
}

fn registration() -> impl Strategy<Value = RegistrationNumber> {
    "[0-9]{11}".prop_map(|digits| RegistrationNumber::parse(&digits).unwrap())
}

fn author() -> impl Strategy<Value = Author> {
    (of(registration()), words(), words()).prop_map(|(registration, family, given)| Author {
        registration,
        family,
        given,
    })
}

fn signer() -> impl Strategy<Value = Signer> {
    (of(registration()), words(), words(), of(code()), of(0i64..4_000_000_000)).prop_map(
        |(registration, family, given, method, time)| Signer {
            registration,
            family,
            given,
            method,
            time: time.map(at),
        },
    )
}

fn software() -> impl Strategy<Value = Software> {
    (words(), words(), words()).prop_map(|(moderator, product, version)| Software { moderator, product, version })
}

fn patients() -> impl Strategy<Value = Vec<kanta::document::Patient>> {
    (1usize..4, words(), words(), of(words()), any::<bool>(), of(code())).prop_map(
        |(count, family, given, calling, dated, sex)| {
            (0..count).map(|n| hetu_patient(n, &family, &given, calling.clone(), dated, sex.clone())).collect()
        },
    )
}

prop_compose! {
    fn first_part()(id in oid(), set in oid(), version in 1u32..9, replaced in oid(), general in of(code()),
                    specific in of(code()), structure in of(oid()), group in code(),
                    language in prop_oneof![Just(Lang::Fi), Just(Lang::Sv), Just(Lang::En)],
                    effective in 0i64..4_000_000_000, creation in 0i64..4_000_000_000)
                   -> Header {
        let id = DocumentId::parse(&id).unwrap();
        let set_id = SetId::parse(&set).unwrap();
        let replaces = (version > 1).then(|| Replaced {
            id: DocumentId::parse(&format!("{replaced}.7")).unwrap(), set_id: set_id.clone(), version: version - 1,
        });
        let custodian = Organisation { id: OrganisationId::parse("1.2.246.10.1.10.0").unwrap(), name: String::new() };
        let mut header = Header::new(id, group, custodian, at(effective));
        (header.set_id, header.version, header.replaces) = (set_id, version, replaces);
        (header.general_type, header.specific_type, header.structure_oid) = (general, specific, structure);
        (header.language, header.creation_time) = (language, at(creation));
        header
    }
}

prop_compose! {
    fn header()(mut header in first_part(), patients in patients(), authors in prop::collection::vec(author(), 0..3),
                custodian in organisation(), guardian in of(code()), case in of(oid()), organiser in of(organisation()),
                unit in of(unit()), tasks in prop::collection::vec(code(), 0..3), services in prop::collection::vec(code(), 0..3),
                process in of(code()))
               -> Header {
        (header.patients, header.authors, header.custodian, header.guardian_consent) = (patients, authors, custodian, guardian);
        header.case = case.map(|id| CaseId::parse(&id).unwrap());
        (header.organiser, header.unit, header.tasks, header.services, header.process) = (organiser, unit, tasks, services, process);
        header
    }
}

prop_compose! {
    fn full_header()(mut header in header(), relationship in of(oid()), outsourcing in of(organisation()), retention in code(),
                     special in of(code()), inaccessible in of(code()), restriction in of(words()), reason in of(words()),
                     software in software(), signers in prop::collection::vec(signer(), 0..3),
                     event in of(0i64..4_000_000_000), shown in of(0i64..4_000_000_000))
                    -> Header {
        header.relationship = relationship.map(|id| RelationshipId::parse(&id).unwrap());
        (header.outsourcing_customer, header.retention, header.special_content) = (outsourcing, retention, special);
        (header.inaccessible, header.restriction_argument, header.reason_of_correction) = (inaccessible, restriction, reason);
        (header.software, header.signers, header.event_time) = (software, signers, event.map(at));
        header.shown_from = shown.map(|seconds| records::time::finnish_date(at(seconds)));
        header
    }
}

fn documents() -> impl Strategy<Value = Document> {
    (full_header(), any::<bool>(), words(), prop::collection::vec(any::<u8>(), 1..200)).prop_map(
        |(header, structured, text, bytes)| {
            let body = if structured {
                Body::Structured { xhtml: common::display(&header.id, &text), json: bytes }
            } else {
                Body::Pdf([b"%PDF-1.7\n".as_slice(), &bytes].concat())
            };
            Document { header, body }
        },
    )
}

fn queries() -> impl Strategy<Value = Query> {
    let kind = prop_oneof![
        Just(QueryKind::Relationship),
        Just(QueryKind::Case),
        Just(QueryKind::Metadata),
        Just(QueryKind::Document),
        Just(QueryKind::Summary),
    ];
    let first = (kind, words(), any::<bool>(), of(oid()), of(oid()), of(oid()), of(code()), of(code()));
    let second = (of(code()), of(code()), of(oid()), of(registration()), of(0i64..4_000_000_000), any::<bool>());
    (first, second, of(words()), of(1u32..100)).prop_map(|(first, second, page, rows_max)| {
        let controller = OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap();
        let (kind, id, client, case, document, set, task, service) = first;
        let (process, type_code, unit, author, from, all_versions) = second;
        Query {
            client: client.then(|| hetu_patient(0, "a", "b", None, false, None).id),
            case: case.map(|id| CaseId::parse(&id).unwrap()),
            document: document.map(|id| DocumentId::parse(&id).unwrap()),
            set: set.map(|id| SetId::parse(&id).unwrap()),
            task: task.map(|c| c.code),
            service: service.map(|c| c.code),
            process: process.map(|c| c.code),
            type_code: type_code.map(|c| c.code),
            unit: unit.map(|id| ServiceUnitId::parse(&id).unwrap()),
            author,
            from: from.map(|s| records::time::finnish_date(at(s))),
            to: from.map(|s| records::time::finnish_date(at(s + 86_400))),
            all_versions,
            enriched: all_versions,
            page,
            rows_max,
            ..Query::new(kind, id, controller)
        }
    })
}

fn named() -> impl Strategy<Value = Named> {
    (words(), words()).prop_map(|(code, name)| Named { code, name })
}

fn day() -> impl Strategy<Value = Date> {
    (0i64..4_000_000_000).prop_map(|second| records::time::finnish_date(at(second)))
}

fn document_id() -> impl Strategy<Value = DocumentId> {
    oid().prop_map(|id| DocumentId::parse(&id).unwrap())
}

fn persons() -> impl Strategy<Value = Person> {
    let place = (of(named()), of(named()), of(words()), of(words()), vec((0usize..3, words()), 0..3));
    (words(), words(), of(words()), any::<bool>(), of(day()), place).prop_map(
        |(family, given, birth, flag, until, (municipality, language, phone, email, addresses))| Person {
            id: hetu_patient(0, "a", "b", None, false, None).id,
            family,
            given,
            birth,
            non_disclosure: flag,
            non_disclosure_until: until,
            municipality,
            mother_tongue: language.clone(),
            service_language: language,
            interpreter: flag,
            phone,
            email,
            addresses: addresses
                .into_iter()
                .map(|(kind, text)| Address {
                    kind: [AddressKind::Home, AddressKind::Temporary, AddressKind::Contact][kind],
                    text,
                })
                .collect(),
        },
    )
}

fn relationships() -> impl Strategy<Value = summary::Relationship> {
    let rows = (of(oid()), words(), 0usize..3, of(code()), vec(code(), 0..3), day(), of(day())).prop_map(
        |(id, name, kind, task, services, from, to)| summary::Unit {
            id: id.map(|id| ServiceUnitId::parse(&id).unwrap()),
            name,
            kind: [UnitKind::Organiser, UnitKind::Provider, UnitKind::Subcontractor][kind],
            task,
            services,
            from,
            to,
        },
    );
    let workers = (words(), words(), of(words()), of(registration()), of(words()))
        .prop_map(|(family, given, unit, registration, phone)| Worker { family, given, unit, registration, phone });
    let related = (words(), words(), vec(words(), 0..2), of(words()), any::<bool>(), of(words())).prop_map(
        |(family, given, roles, authority, non_disclosure, phone)| Related {
            family,
            given,
            roles,
            authority,
            non_disclosure,
            phone,
        },
    );
    let head = (oid(), of(document_id()), day(), of(day()), of(words()), of(day()));
    (head, vec(rows, 0..3), vec(workers, 0..2), vec(related, 0..2)).prop_map(|(head, units, workers, related)| {
        let (id, source, started, ended, end_reason, child_protection) = head;
        summary::Relationship {
            id: RelationshipId::parse(&id).unwrap(),
            source,
            started,
            ended,
            end_reason,
            child_protection,
            child_protection_until: child_protection,
            units,
            workers,
            related,
        }
    })
}

fn client_summaries() -> impl Strategy<Value = ClientSummary> {
    let risks = (of(day()), of(day()), words()).prop_map(|(from, to, text)| Risk { from, to, text });
    let cases = (oid(), document_id(), named(), code(), day(), of(day()), any::<bool>()).prop_map(
        |(id, source, name, task, opened, closed, joint)| summary::Case {
            id: CaseId::parse(&id).unwrap(),
            source,
            name,
            task,
            opened,
            closed,
            joint,
        },
    );
    let decisions = (document_id(), code(), vec(code(), 0..2), of(named()), of(day()), any::<bool>()).prop_map(
        |(source, type_code, codes, outcome, day, restriction)| Decision {
            source,
            type_code,
            tasks: codes.clone(),
            services: codes,
            outcome,
            decided: day,
            from: day,
            to: day,
            restriction,
        },
    );
    let plans = (document_id(), code(), vec(code(), 0..2), day(), of(words()), vec(words(), 0..3)).prop_map(
        |(source, type_code, tasks, drawn_up, review, goals)| Plan {
            source,
            type_code,
            tasks,
            drawn_up,
            review,
            goals,
        },
    );
    let lines = (document_id(), 1u32..9, code(), day(), of(oid())).prop_map(|(id, version, type_code, event, unit)| {
        DocumentLine {
            set: id.as_set(),
            id,
            version,
            state: VersionState::Valid,
            tasks: vec![type_code.clone()],
            type_code,
            event,
            unit: unit.map(|unit| ServiceUnitId::parse(&unit).unwrap()),
        }
    });
    let lists = (vec(risks, 0..2), vec(cases, 0..2), vec(decisions, 0..2), vec(plans, 0..2), vec(lines, 0..2));
    (of(persons()), of(relationships()), lists).prop_map(|(person, relationship, lists)| {
        let (risks, cases, decisions, plans, documents) = lists;
        ClientSummary { person, relationship, risks, cases, decisions, plans, documents }
    })
}

fn summaries() -> impl Strategy<Value = Summary> {
    (0i64..4_000_000_000, any::<bool>(), organisation(), vec(client_summaries(), 0..3)).prop_map(
        |(made, enriched, controller, clients)| Summary {
            made: at(made),
            enriched,
            basis: kanta::ids::Situation::RegisterAccess,
            controller,
            clients,
        },
    )
}

fn id(extension: &str) -> MessageId {
    MessageId { root: Oid::parse("1.2.246.10.99990031.10.0").unwrap(), extension: extension.to_owned() }
}

static SAMPLE: LazyLock<(Vec<u8>, Vec<u8>)> = LazyLock::new(|| {
    let document = common::note();
    let bytes = document::encode(&document);
    let frame = frame::encode(&frame::archive(&document, bytes.clone(), sending()));
    (bytes, soap::encode(None, std::str::from_utf8(&frame).unwrap()))
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn fr_31_every_item_of_metadata_survives_the_wire(document in documents()) {
        let bytes = document::encode(&document);
        let decoded = document::decode(&bytes, &Limits::default()).unwrap();
        prop_assert_eq!(&decoded.document, &document);
        prop_assert_eq!(decoded.signatures, 0);
        prop_assert_eq!(document::encode(&decoded.document), bytes.clone());
        let body = std::str::from_utf8(&bytes[decoded.body.clone()]).unwrap();
        prop_assert!(body.starts_with("<nonXMLBody ID=\"OID") && body.ends_with("</nonXMLBody>"));
        prop_assert!(bytes[decoded.display].starts_with(b"<text "));
        prop_assert!(decoded.json.is_none_or(|json| bytes[json].starts_with(b"<ep2:json ")));
    }

    #[test]
    fn a_frame_carries_the_document_exactly_and_agrees_with_it(document in documents()) {
        let bytes = document::encode(&document);
        let frame = frame::archive(&document, bytes.clone(), sending());
        let coded = frame::encode(&frame);
        let read = frame::decode(&coded, &Limits::default()).unwrap();
        prop_assert_eq!(read.package.as_deref(), Some(bytes.as_slice()));
        prop_assert!(read == frame);
        if kanta::ids::ServiceRequest::archive(&document.header.group.code).is_some() {
            prop_assert!(frame::agree(&read, &document).is_ok_and(|warnings| warnings.is_empty()));
        } else {
            prop_assert!(frame::agree(&read, &document).is_err());
        }
    }

    #[test]
    fn a_nullification_carries_its_reason(header in full_header(), reason in words()) {
        let frame = frame::nullify(&header, reason.clone(), sending());
        let read = frame::decode(&frame::encode(&frame), &Limits::default()).unwrap();
        prop_assert_eq!(read.reason.as_deref(), Some(reason.as_str()));
        prop_assert!(read == frame && read.package.is_none());
    }

    #[test]
    fn a_question_survives_the_wire(query in queries()) {
        let frame = frame::query(query.clone(), sending());
        let read = frame::decode(&frame::encode(&frame), &Limits::default()).unwrap();
        prop_assert_eq!(read.query.as_ref(), Some(&query));
        prop_assert!(read == frame);
    }

    #[test]
    fn an_answer_survives_the_wire(headers in prop::collection::vec(full_header(), 0..4), query in queries(),
                                   content in any::<bool>(), page in of(words()), empty in any::<bool>()) {
        let frame = frame::query(query.clone(), sending());
        let mut answer = QueryResponse::to(&frame, &query, id("9"), at(1_000));
        for (n, mut header) in headers.into_iter().enumerate() {
            if empty { header.patients.clear(); }
            if content { answer.documents.push(format!("<a>{n}</a>\r\n").into_bytes()); }
            let state = [VersionState::Valid, VersionState::Replaced, VersionState::Nullified][n % 3];
            answer.rows.push(MetadataRow { header, state, archived: at(n as i64) });
        }
        answer.next_page = page;
        let read = query::decode_response(&query::encode_response(&answer), &Limits::default()).unwrap();
        prop_assert!(read == answer);
    }

    #[test]
    fn a_summary_survives_the_wire(summary in summaries(), query in queries()) {
        let query = Query { kind: QueryKind::Summary, ..query };
        let mut answer = QueryResponse::to(&frame::query(query.clone(), sending()), &query, id("9"), at(1_000));
        answer.summary = Some(summary);
        let read = query::decode_response(&query::encode_response(&answer), &Limits::default()).unwrap();
        prop_assert!(read == answer);
    }

    #[test]
    fn an_acknowledgement_survives_the_wire(texts in prop::collection::vec((words(), of(words())), 0..4), target in of(words()),
                                            receipt in of((oid(), oid(), 1u32..9, words())), known in any::<bool>()) {
        let acknowledgement = Acknowledgement {
            message_id: id("1"),
            created: at(5),
            processing: frame::Processing::Debugging,
            sender: Oid::parse(kanta::ids::ARCHIVE_PARTY).unwrap(),
            receiver: known.then(|| OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap()),
            kind: if receipt.is_some() { AckType::Accepted } else { AckType::Error },
            target: target.map(|extension| id(&extension)),
            details: texts.into_iter()
                .map(|(text, place)| Detail { kind: DetailType::Error, code: "HEADER_INVALID".into(), text, place })
                .collect(),
            receipt: receipt.map(|(document, set, version, reference)| Receipt {
                document: DocumentId::parse(&document).unwrap(), set: SetId::parse(&set).unwrap(), version,
                archived: at(77), reference,
            }),
        };
        prop_assert_eq!(ack::decode(&ack::encode(&acknowledgement), &Limits::default()).unwrap(), acknowledgement);
    }

    #[test]
    fn who_acts_survives_the_envelope(duty in words(), tasks in prop::collection::vec("[0-9]{1,3}", 0..4), text in words(),
                                      evidence in of(prop::collection::vec(any::<u8>(), 1..300)), number in of(registration()),
                                      key in of(words()), special in any::<bool>()) {
        let toimija = Toimija {
            worker: PersonalIdentityCode::parse("120243-934K").unwrap(),
            registration: number,
            unit: ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap(),
            duty,
            own_services: tasks.iter().rev().cloned().collect(),
            own_tasks: tasks,
            strength: "card".into(),
            evidence: evidence.map(|bytes| LoginEvidence {
                challenge: bytes.clone(), signature: bytes.clone(), certificate: bytes,
            }),
            purpose: "own_task".into(),
            search_key: key.map(|value| SearchKey { kind: "case".into(), value }),
            special_reason: special.then(|| SpecialReason { code: "1".into(), text }),
            time: at(99),
            nonce: "n-1 ä".into(),
            connecting: OrganisationId::parse("1.2.246.10.99990031.10.0").unwrap(),
        };
        let envelope = soap::encode(Some(&toimija::encode(&toimija)), "<a/>");
        let read = soap::decode(&envelope, &Limits::default()).unwrap();
        let actor = toimija::decode(read.toimija_xml.as_deref().unwrap(), &Limits::default()).unwrap();
        prop_assert!(actor == toimija);
    }

    #[test]
    fn random_bytes_never_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in ".{0,200}") {
        common::read_everything(&bytes);
        common::read_everything(text.as_bytes());
        common::read_everything(format!("<a xmlns='urn:hl7-org:v3'>{text}</a>").as_bytes());
    }

    #[test]
    fn changed_bytes_never_make_a_reader_panic(at in any::<prop::sample::Index>(), length in 0usize..40, new in prop::collection::vec(any::<u8>(), 0..40)) {
        for sample in [&SAMPLE.0, &SAMPLE.1] {
            let mut bytes = sample.clone();
            let from = at.index(bytes.len());
            let to = (from + length).min(bytes.len());
            bytes.splice(from..to, new.iter().copied());
            common::read_everything(&bytes);
        }
    }
}

#[test]
fn truncated_messages_never_make_a_reader_panic() {
    for sample in [&SAMPLE.0, &SAMPLE.1] {
        for length in (0..sample.len()).step_by(7) {
            assert!(document::decode(&sample[..length], &Limits::default()).is_err());
            assert!(soap::decode(&sample[..length], &Limits::default()).is_err());
        }
    }
}

#[test]
fn a_temporary_id_survives_the_wire() {
    let mut document = common::note();
    document.header.patients[0].id = ClientId::parse("1.2.246.10.99990015.22.2026", "010175-901Z").unwrap();
    let decoded = document::decode(&document::encode(&document), &Limits::default()).unwrap();
    assert_eq!(decoded.document, document);
}
