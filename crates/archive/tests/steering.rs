//! The documents that steer the archive, case and relationship, as they live on: a widening, a closing and a reopening,
//! the responsible worker.

mod common;

use archive::testing::*;
use common::*;
use jiff::civil::date;
use kanta::{
    document::{CaseLink, Document},
    query::{Query, QueryKind},
};
use records::{case::Case, code::ServiceTask, id::CaseId, relationship::ResponsibleWorker};
use store::testing::for_each_engine;

fn linked(mut document: Document, to: &CaseId) -> Document {
    document.header.links = vec![CaseLink { case: to.clone(), since: date(2026, 9, 28), reason: None }];
    document
}

/// The links that a search for cases shows, by case.
async fn links(aino: &Aino, marja: &Member) -> Vec<(CaseId, Vec<CaseId>)> {
    let found = search(&aino.world, marja, by_client(QueryKind::Case, JHHVA, AINO)).await.answer();
    let of = |row: &kanta::query::MetadataRow| {
        (row.header.case.clone().unwrap(), row.header.links.iter().map(|link| link.case.clone()).collect())
    };
    found.rows.iter().map(of).collect()
}

#[tokio::test]
async fn fr_05_a_widening_opens_a_new_case_and_both_show_the_link() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let marja = Member { tasks: vec!["IAKAS".to_owned(), "24".to_owned()], ..aino.marja.clone() };
        let (world, marja) = (&aino.world, &marja);
        let first = world.case_id(JHHVA);
        let opened = world.case(marja, &first, AINO);
        expect(world, marja, &opened, "AA").await;
        let in_task = |case: &CaseId, task| world.case_of(marja, case, AINO, |case| Case { task, ..case });
        // The old case does not move to the other task, by whatever reason.
        let moved = world.following(in_task(&first, ServiceTask::Families), &opened, "laajeni");
        expect(world, marja, &moved, "CONTEXT_MISMATCH").await;
        let second = world.case_id(JHHVA);
        expect(world, marja, &linked(in_task(&second, ServiceTask::Families), &first), "AA").await;
        let back = world.following(linked(world.case(marja, &first, AINO), &second), &opened, "liitetty");
        expect(world, marja, &back, "AA").await;
        let shown = links(&aino, marja).await;
        assert!(shown.contains(&(first.clone(), vec![second.clone()])), "the old one");
        assert!(shown.contains(&(second, vec![first])), "the new one");
    })
    .await;
}

#[tokio::test]
async fn fr_06_a_closed_case_says_its_day_and_an_open_or_reopened_one_has_none() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (world, marja) = (&aino.world, &aino.marja);
        let id = world.case_id(JHHVA);
        let opened = world.case(marja, &id, AINO);
        expect(world, marja, &opened, "AA").await;
        let day = date(2026, 9, 27);
        let version = |change: &dyn Fn(Case) -> Case, after: &Document, reason: &str| {
            world.following(world.case_of(marja, &id, AINO, change), after, reason)
        };
        let dayless = version(&|case| Case { closed: None, ..case.closed_on(day) }, &opened, "päättyi");
        expect(world, marja, &dayless, "SCHEMA_INVALID").await;
        let open_with_day = version(&|case| Case { closed: Some(day), ..case }, &opened, "päättyi");
        expect(world, marja, &open_with_day, "SCHEMA_INVALID").await;
        let closed = version(&|case| case.closed_on(day), &opened, "päättyi");
        expect(world, marja, &closed, "AA").await;
        assert_eq!(newest(&aino, &closed).await.closed, Some(day));
        let entry = || world.entry(marja, JHHVA, &id, AINO, ENTRY_AT, "Uusi tapaaminen.");
        expect(world, marja, &entry(), "CASE_CLOSED").await;
        // Reopened with a reason, it has no day any more and takes what happens now.
        let mut silent = version(&|case| case, &closed, "");
        silent.header.reason_of_correction = None;
        expect(world, marja, &silent, "REASON_REQUIRED").await;
        let reopened = version(&|case| case, &closed, "Asia jatkuu");
        expect(world, marja, &reopened, "AA").await;
        assert_eq!(newest(&aino, &reopened).await.closed, None);
        expect(world, marja, &entry(), "AA").await;
    })
    .await;
}

/// The case that the newest version, fetched from the archive, tells.
async fn newest(aino: &Aino, document: &Document) -> Case {
    Case::parse(&fetched(aino, document).await).unwrap()
}

/// The structured content of a document, as the archive gives it.
async fn fetched(aino: &Aino, document: &Document) -> serde_json::Value {
    let mut query = Query::new(QueryKind::Document, "1", organisation(JHHVA));
    query.document = Some(document.header.id.clone());
    let answer = search(&aino.world, &aino.marja, query).await.answer();
    let bytes = answer.documents.first().cloned().expect("the document");
    let decoded = kanta::document::decode(&bytes, &kanta::Limits::default()).unwrap();
    serde_json::from_slice(decoded.document.body.json().unwrap()).unwrap()
}

#[tokio::test]
async fn fr_12_the_relationship_keeps_the_responsible_worker_with_unit_and_contact() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (world, marja) = (&aino.world, &aino.marja);
        let id = aino.relationship.header.relationship.clone().unwrap();
        let named = |family: &str| {
            world.changed_relationship(marja, &id, AINO, |mut relationship| {
                relationship.workers = vec![ResponsibleWorker {
                    family: family.to_owned(),
                    given: "Marja".to_owned(),
                    unit: Some(records::code::Code::organisation(&marja.unit.0, "Asiakasohjaus")),
                    registration: marja.registration.clone(),
                    phone: Some("040 000 0001".to_owned()),
                    other: Default::default(),
                }];
                relationship
            })
        };
        // A worker without a name is nobody whom the client could call.
        let nameless = world.following(named(""), &aino.relationship, "vastuutyöntekijä");
        expect(world, marja, &nameless, "SCHEMA_INVALID").await;
        let next = world.following(named("Mäkelä"), &aino.relationship, "vastuutyöntekijä");
        expect(world, marja, &next, "AA").await;
        let content = fetched(&aino, &next).await.to_string();
        for word in ["Mäkelä", "040 000 0001", marja.unit.as_str()] {
            assert!(content.contains(word), "{word}");
        }
    })
    .await;
}
