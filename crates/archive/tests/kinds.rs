//! Kinds of documents from the outside: without a structured form, PDF/A, old ones, recordings. Both databases.

mod common;

use archive::testing::{kinds::pdf, *};
use common::*;
use kanta::{code, document::Document, query::QueryKind};
use store::testing::for_each_engine;

/// A document of Marja's about Aino, of a group and a type, as a display form or as a PDF.
fn made(aino: &Aino, group: &str, type_code: &str, bytes: Option<Vec<u8>>) -> Document {
    aino.world.unstructured(&aino.marja, JHHVA, &aino.case, AINO, group, type_code, bytes)
}

#[tokio::test]
async fn fr_33_a_document_of_the_first_phase_has_a_display_form_alone_and_one_of_the_second_has_not() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let first = made(&aino, code::GROUP_CLIENT_PHASE_1, "15003", None);
        expect(&aino.world, &aino.marja, &first, "AA").await;
        let found = aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.unwrap();
        assert!(found.contains(&first.header.id.as_str().to_owned()), "it is found and given as any other");
        // The same in group 5, and a structured form in group 3.
        expect(&aino.world, &aino.marja, &made(&aino, code::GROUP_CLIENT, "15003", None), "HEADER_INVALID").await;
        let mut structured = aino.world.entry(&aino.marja, JHHVA, &aino.case, AINO, ENTRY_AT, "Rakenteinen.");
        structured.header.group = kanta::Code::new(code::GROUP_CLIENT_PHASE_1);
        expect(&aino.world, &aino.marja, &structured, "SCHEMA_INVALID").await;
        // A decision is signed by a professional whatever its form (FR-40).
        let decision = made(&aino, code::GROUP_CLIENT_PHASE_1, "11000", None);
        expect(&aino.world, &aino.marja, &decision, "SIGNATURE_MISSING").await;
    })
    .await;
}

#[tokio::test]
async fn fr_33_a_pdf_is_taken_as_pdf_a_without_anything_that_acts() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let scan = made(&aino, code::GROUP_CLIENT, "4006", Some(pdf("")));
        expect(&aino.world, &aino.marja, &scan, "AA").await;
        let given = search(&aino.world, &aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.answer();
        let place = given.rows.iter().position(|row| row.header.id == scan.header.id).expect("found");
        let back = kanta::document::decode(&given.documents[place], &kanta::Limits::default()).unwrap();
        assert_eq!(back.document.body, scan.body, "byte for byte");
        for (bytes, told) in [
            (pdf("4 0 obj << /S /JavaScript >> endobj"), "JavaScript"),
            (pdf("4 0 obj << /Names << /EmbeddedFiles 5 0 R >> >> endobj"), "upotettuja"),
            (pdf("4 0 obj << /Encrypt 5 0 R >> endobj"), "salattu"),
            (b"%PDF-1.4\n1 0 obj << /Type /Catalog >> endobj\n%%EOF".to_vec(), "PDF/A"),
        ] {
            let reply = aino.world.store(&aino.marja, &made(&aino, code::GROUP_CLIENT, "4006", Some(bytes))).await;
            assert_eq!(reply.code(), "DISPLAY_INVALID", "{told}");
            assert!(reply.texts().contains(told), "{}", reply.texts());
        }
        // A case or relationship document is never a PDF.
        expect(&aino.world, &aino.marja, &made(&aino, code::GROUP_CASE, "1505.2", Some(pdf(""))), "SCHEMA_INVALID")
            .await;
    })
    .await;
}

#[tokio::test]
async fn fr_96_an_old_document_is_archived_without_case_and_process_by_the_controller_only() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let archivist = Member { duty: "arkistointi".to_owned(), ..aino.marja.clone() };
        let old = |bytes| {
            let mut document = made(&aino, code::GROUP_OLD, "1000", bytes);
            (document.header.case, document.header.process) = (None, None);
            document.header.event_time = Some("1999-04-12T09:00:00Z".parse().unwrap());
            document
        };
        let (text, scan) = (old(None), old(Some(pdf(""))));
        expect(&aino.world, &archivist, &text, "AA").await;
        expect(&aino.world, &archivist, &scan, "AA").await;
        let found = aino.finds(&aino.marja, by_client(QueryKind::Metadata, JHHVA, AINO)).await.unwrap();
        assert!(
            found.contains(&text.header.id.as_str().to_owned()) && found.contains(&scan.header.id.as_str().to_owned())
        );
        // Without the marker the same document lacks its case, and the archive duty writes no new documents.
        let mut unmarked = old(None);
        unmarked.header.group = kanta::Code::new(code::GROUP_CLIENT_PHASE_1);
        unmarked.header.event_time = None;
        expect(&aino.world, &aino.marja, &unmarked, "CONTEXT_MISSING").await;
        expect(
            &aino.world,
            &archivist,
            &aino.world.entry(&archivist, JHHVA, &aino.case, AINO, ENTRY_AT, "x"),
            "ROLE_FORBIDDEN",
        )
        .await;
        // A producer does not archive the organiser's old documents.
        let mut of_liisa = aino.world.unstructured(&aino.liisa, JHHVA, &aino.case, AINO, code::GROUP_OLD, "1000", None);
        expect(&aino.world, &aino.liisa, &of_liisa, "ROLE_FORBIDDEN").await;
        of_liisa.header.group = kanta::Code::new(code::GROUP_CLIENT_PHASE_1);
        of_liisa.header.specific_type = Some(kanta::Code::new("15004"));
        expect(&aino.world, &aino.liisa, &of_liisa, "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_96_old_relationship_data_stand_apart_and_open_no_right() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let old = aino.world.old_relationship(&aino.marja, AINO);
        expect(&aino.world, &aino.marja, &old, "AA").await;
        // The live one is still the only one, and what it gives is as before.
        let found = aino.finds(&aino.marja, by_client(QueryKind::Relationship, JHHVA, AINO)).await.unwrap();
        assert_eq!(found, [aino.relationship.header.id.as_str()]);
        assert_eq!(aino.world.count("relationships").await, 1);
        expect(&aino.world, &aino.liisa, &aino.entry(), "AA").await;
        let mut asked = by_client(QueryKind::Relationship, JHHVA, AINO);
        asked.type_code = Some("1505.1-vanha".to_owned());
        assert_eq!(aino.finds(&aino.marja, asked).await.unwrap(), [old.header.id.as_str()]);
        // For a client without a live relationship they are no relationship.
        expect(&aino.world, &aino.marja, &aino.world.old_relationship(&aino.marja, LEENA), "AA").await;
        let refused = aino.finds(&aino.marja, by_client(QueryKind::Metadata, JHHVA, LEENA)).await;
        assert_eq!(refused, Err("NO_CONTEXT_RELATION".to_owned()));
        // Without the flag the missing OID is a fault.
        let live =
            aino.world.changed_relationship(&aino.marja, &aino.world.relationship_id(JHHVA), LEENA, |mut one| {
                one.id = None;
                one
            });
        expect(&aino.world, &aino.marja, &live, "SCHEMA_INVALID").await;
    })
    .await;
}

#[tokio::test]
async fn fr_87_patient_documents_are_refused_by_register_and_by_type() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut of_patient_register = aino.entry();
        of_patient_register.header.register = kanta::Code::new("2");
        expect(&aino.world, &aino.liisa, &of_patient_register, "PATIENT_DATA_NOT_ALLOWED").await;
        let medicine = made(&aino, code::GROUP_CLIENT_PHASE_1, "LAAKEHOITO", None);
        expect(&aino.world, &aino.marja, &medicine, "PATIENT_DATA_NOT_ALLOWED").await;
        expect(&aino.world, &aino.marja, &made(&aino, code::GROUP_CLIENT_PHASE_1, "15003", None), "AA").await;
    })
    .await;
}

/// More than one piece of the object store.
fn sound() -> Vec<u8> {
    (0..700_000_u32).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect()
}

/// Settings under which recordings are taken already.
fn from_today() -> archive::Settings {
    archive::Settings { recordings_from: jiff::civil::date(2026, 9, 28), ..archive::Settings::default() }
}

/// Marja in a unit that has no relation to Aino.
fn elsewhere(aino: &Aino) -> Member {
    aino.marja.clone().in_unit("1.2.246.10.99990015.10.12")
}

fn blobs(aino: &Aino) -> usize {
    std::fs::read_dir(aino.world.folder().join("blobs")).map_or(0, Iterator::count)
}

#[tokio::test]
async fn fr_95_recordings_are_refused_before_their_day() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let bytes = sound();
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        let reply = aino.world.send_recording(&aino.marja, &recording, bytes.clone()).await;
        assert_eq!(reply.code(), "GO_LIVE_NOT_REACHED");
        assert!(reply.texts().contains("1.10.2029"), "{}", reply.texts());
        expect(&aino.world, &aino.marja, &recording, "GO_LIVE_NOT_REACHED").await;
        assert_eq!((blobs(&aino), aino.world.count("recordings").await), (0, 0));
        // On the day it is taken.
        aino.world.clock.set("2029-10-01T09:00:00Z");
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        let reply = aino.world.send_recording(&aino.marja, &recording, bytes).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        assert_eq!((blobs(&aino), aino.world.count("recordings").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn fr_95_a_recording_is_kept_encrypted_and_played_by_the_controller_only() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, from_today()).await;
        let bytes = sound();
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        let reply = aino.world.send_recording(&aino.marja, &recording, bytes.clone()).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        for entry in std::fs::read_dir(aino.world.folder().join("blobs")).unwrap() {
            let stored = std::fs::read(entry.unwrap().path()).unwrap();
            let piece = &bytes[1_000..1_032];
            assert!(stored.len() > bytes.len() && !stored.windows(32).any(|window| window == piece));
        }
        let logged = aino.world.count("log_row").await;
        assert!(aino.world.fetch_recording(&aino.marja, &recording).await.is_ok_and(|played| played == bytes));
        assert_eq!(aino.world.count("log_row").await, logged + 1, "playing is logged");
        // A producer, another case's worker, and a document that is no recording.
        assert_eq!(aino.world.fetch_recording(&aino.liisa, &recording).await.unwrap_err(), "ROLE_FORBIDDEN");
        let stranger = elsewhere(&aino);
        assert_eq!(aino.world.fetch_recording(&stranger, &recording).await.unwrap_err(), "NO_CONTEXT_RELATION");
        let entry = aino.stored_entry().await;
        assert_eq!(aino.world.fetch_recording(&aino.marja, &entry).await.unwrap_err(), "BAD_REQUEST");
        // A producer sends what it has recorded for the organiser.
        let theirs = aino.world.recording(&aino.liisa, JHHVA, &aino.case, AINO, &bytes);
        let reply = aino.world.send_recording(&aino.liisa, &theirs, bytes.clone()).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        assert!(aino.world.fetch_recording(&aino.marja, &theirs).await.is_ok_and(|played| played == bytes));
    })
    .await;
}

#[tokio::test]
async fn fr_95_other_bytes_than_the_signed_ones_leave_nothing() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, from_today()).await;
        let bytes = sound();
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        let mut changed = bytes.clone();
        changed[500_000] ^= 1;
        let longer = [bytes.as_slice(), b"x"].concat();
        for wrong in [changed, longer, bytes[..600_000].to_vec(), Vec::new()] {
            let reply = aino.world.send_recording(&aino.marja, &recording, wrong).await;
            assert_eq!(reply.code(), "FRAME_MISMATCH", "{}", reply.texts());
        }
        // The digest of the unsigned header must be the signed one.
        let mut forged = recording.clone();
        forged.header.recording.as_mut().unwrap().sha256 = "0".repeat(64);
        let reply = aino.world.send_recording(&aino.marja, &forged, bytes.clone()).await;
        assert_eq!(reply.code(), "SCHEMA_INVALID", "{}", reply.texts());
        // Without bytes it is no recording, and a client without relation gets nothing in.
        expect(&aino.world, &aino.marja, &recording, "BAD_REQUEST").await;
        let stranger = elsewhere(&aino);
        let other = aino.world.recording(&stranger, JHHVA, &aino.case, AINO, &bytes);
        assert_ne!(aino.world.send_recording(&stranger, &other, bytes.clone()).await.code(), "AA");
        assert_eq!((blobs(&aino), aino.world.count("recordings").await), (0, 0));
        // The same document again gets the first receipt and makes no second blob.
        for _ in 0..2 {
            let reply = aino.world.send_recording(&aino.marja, &recording, bytes.clone()).await;
            assert_eq!(reply.code(), "AA", "{}", reply.texts());
        }
        assert_eq!((blobs(&aino), aino.world.count("recordings").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn fr_95_a_blob_that_nobody_was_promised_is_removed_at_the_start() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, from_today()).await;
        let bytes = sound();
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        assert_eq!(aino.world.send_recording(&aino.marja, &recording, bytes.clone()).await.code(), "AA");
        // What a crash before the commit leaves.
        std::fs::write(aino.world.folder().join("blobs").join("1.2.3-half"), b"half").unwrap();
        assert_eq!(archive::recordings::sweep(&aino.world.app).await.unwrap(), 1);
        assert_eq!(blobs(&aino), 1);
        assert!(aino.world.fetch_recording(&aino.marja, &recording).await.is_ok_and(|played| played == bytes));
    })
    .await;
}

/// Issue 3: `vakka archive verify` reads recordings too, and an export holds them.
#[tokio::test(flavor = "multi_thread")]
async fn fr_95_verify_reads_every_recording_and_an_export_holds_it() {
    for_each_engine(async |db| {
        let aino = Aino::with(db, from_today()).await;
        let (app, folder) = (&aino.world.app, aino.world.folder().join("blobs"));
        let bytes = sound();
        let recording = aino.world.recording(&aino.marja, JHHVA, &aino.case, AINO, &bytes);
        let oid = recording.header.id.as_str();
        assert_eq!(aino.world.send_recording(&aino.marja, &recording, bytes.clone()).await.code(), "AA");
        let clean = archive::verify(app).await.unwrap();
        assert_eq!(clean.faults, Vec::<String>::new());
        assert!(clean.summary().ends_with(", 1 recordings"), "{}", clean.summary());

        let export = aino.world.folder().join("export");
        archive::export(app, &export).await.unwrap();
        assert!(std::fs::read(export.join("recordings").join(oid)).is_ok_and(|given| given == bytes));
        let sha256 = &recording.header.recording.as_ref().unwrap().sha256;
        let sums = std::fs::read_to_string(export.join("sha256sums.txt")).unwrap();
        assert!(sums.contains(&format!("{sha256}  recordings/{oid}\n")), "{sums}");
        let index = std::fs::read_to_string(export.join("recordings.csv")).unwrap();
        let line = format!("{oid},\"audio/ogg\",{},{sha256}", bytes.len());
        assert_eq!(index.lines().nth(1), Some(line.as_str()));

        let faults = async || archive::verify(app).await.unwrap().faults;
        let told = |faults: &[String], about: &str| faults.iter().any(|fault| fault.starts_with(about));
        let blob = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
        let whole = std::fs::read(&blob).unwrap();
        // A byte of the last piece, the end cut off, and nothing at all.
        let mut changed = whole.clone();
        let last = changed.len() - 9;
        changed[last] ^= 1;
        for planted in [Some(changed.as_slice()), Some(&whole[..whole.len() - 1]), Some(&[]), None] {
            match planted {
                Some(planted) => std::fs::write(&blob, planted).unwrap(),
                None => std::fs::remove_file(&blob).unwrap(),
            }
            assert!(told(&faults().await, &format!("recordings {oid}: ")), "{:?}", planted.map(<[u8]>::len));
            assert!(archive::export(app, &export).await.is_err(), "an export of other bytes");
        }
        std::fs::write(&blob, &whole).unwrap();
        assert_eq!(faults().await, Vec::<String>::new(), "whole again");
        for (sql, about) in [
            ("UPDATE recordings SET sha256 = 'x'", format!("documents {oid}: recordings does not fit")),
            ("UPDATE recordings SET document_oid = '1.2.3'", "recordings 1.2.3: no such document".to_owned()),
            ("DELETE FROM recordings", format!("documents {oid}: recordings does not fit")),
        ] {
            let mut tx = app.db.write().await.unwrap();
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            assert!(told(&faults().await, &about), "{sql}");
        }
    })
    .await;
}
