//! How documents lie in the database: exact bytes come back, a search of metadata needs no body, rows of before are
//! read, and nothing of a person stands in clear.

mod common;

use archive::testing::*;
use common::*;
use kanta::query::QueryKind;
use sqlx::Row;
use store::testing::for_each_engine;

/// Liisa's entry as it was signed, stored.
async fn stored(aino: &Aino) -> (kanta::document::Document, Vec<u8>) {
    let entry = aino.entry();
    let bytes = aino.world.sign(&entry, KIELO);
    let reply = aino.world.archive(&aino.liisa, &entry, bytes.clone()).await;
    assert_eq!(reply.code(), "AA", "{}", reply.texts());
    (entry, bytes)
}

async fn fetched(aino: &Aino, document: &kanta::document::Document) -> Reply {
    let mut query = by_case(QueryKind::Document, &aino.case);
    query.document = Some(document.header.id.clone());
    search(&aino.world, &aino.liisa, query).await
}

async fn change(aino: &Aino, sql: &'static str, value: Option<Vec<u8>>, document: &kanta::document::Document) {
    let mut tx = aino.world.app.db.write().await.unwrap();
    let oid = document.header.id.as_str().to_owned();
    let query = sqlx::query(sql);
    let query = if let Some(value) = value { query.bind(value).bind(oid) } else { query.bind(oid) };
    query.execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn fr_35_a_folded_document_comes_back_byte_for_byte() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (entry, bytes) = stored(&aino).await;
        assert_eq!(fetched(&aino, &entry).await.answer().documents, std::slice::from_ref(&bytes));
        let mut tx = aino.world.app.db.read().await.unwrap();
        let (body, certificates): (i64, i64) = sqlx::query_as(
            "SELECT CAST(length(body) AS BIGINT), (SELECT COUNT(*) FROM certificates) FROM bodies WHERE number = \
             (SELECT place & 4294967295 FROM documents WHERE document_oid = $1)",
        )
        .bind(entry.header.id.as_str().to_owned())
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        assert!((body as usize) < bytes.len() / 5, "{body} of {}", bytes.len());
        assert_eq!(certificates, 2, "one for each organisation that signed, however many documents");
    })
    .await;
}

/// The certificate is read from its table when memory does not hold it, as after a start.
#[tokio::test]
async fn fr_35_certificates_are_found_after_a_start() {
    for_each_engine(async |db| {
        let aino = Aino::new(db.clone()).await;
        let (entry, bytes) = stored(&aino).await;
        let app = &aino.world.app;
        let fresh = archive::bodies::Bodies::new(db, app.vault.clone());
        let index = archive::intake::check::client_index(&app.vault, JHHVA, &documents::client(AINO));
        let key = app.keys.for_reading(JHHVA, &index).await.unwrap();
        let mut tx = app.db.read().await.unwrap();
        let body: Vec<u8> =
            sqlx::query_scalar(BODY).bind(entry.header.id.as_str().to_owned()).fetch_one(&mut *tx).await.unwrap();
        tx.rollback().await.unwrap();
        let oid = entry.header.id.as_str();
        let Err(archive::bodies::Unopened::Certificates(names)) = fresh.open(&key, oid, &body) else {
            panic!("nothing is in memory yet")
        };
        fresh.load(&names).await.unwrap();
        assert_eq!(fresh.open(&key, oid, &body).unwrap(), bytes);
    })
    .await;
}

/// A body that is not what was archived is never given; a search of metadata does not even open it.
#[tokio::test]
async fn fr_49_a_search_of_metadata_opens_no_body() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (entry, _) = stored(&aino).await;
        change(&aino, SET_BODY, Some(vec![1, 2, 3]), &entry).await;
        let found = search(&aino.world, &aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.answer();
        let row = found.rows.iter().find(|row| row.header.id == entry.header.id).expect("found without its body");
        assert_eq!(row.header, entry.header);
        assert_eq!(fetched(&aino, &entry).await.code(), "503");
    })
    .await;
}

/// Rows that were stored before: plain compression, no header.
#[tokio::test]
async fn fr_35_rows_of_before_are_read_as_they_are() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let (entry, bytes) = stored(&aino).await;
        let app = &aino.world.app;
        let index = archive::intake::check::client_index(&app.vault, JHHVA, &documents::client(AINO));
        let key = app.keys.for_reading(JHHVA, &index).await.unwrap();
        let old = key.pack(&bytes, &archive::keys::document_aad(entry.header.id.as_str()));
        change(&aino, SET_BODY, Some(old), &entry).await;
        change(&aino, "UPDATE documents SET header = NULL WHERE document_oid = $1", None, &entry).await;
        assert_eq!(fetched(&aino, &entry).await.answer().documents, [bytes]);
        let found = search(&aino.world, &aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.answer();
        assert!(found.rows.iter().any(|row| row.header == entry.header));
        let report = archive::verify(app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    })
    .await;
}

/// Pages follow each other through all of a client's documents, newest first, each document once.
#[tokio::test]
async fn fr_49_pages_give_every_document_once_newest_first() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let mut expected = Vec::new();
        for minute in 0..30 {
            aino.world.clock.set(&format!("2026-09-28T09:{minute:02}:00Z"));
            expected.push(aino.stored_entry().await.header.id.as_str().to_owned());
        }
        expected.reverse();
        let mut query = by_case(QueryKind::Metadata, &aino.case);
        query.type_code = Some("19007".to_owned());
        query.rows_max = Some(7);
        let mut found = Vec::new();
        loop {
            let answer = search(&aino.world, &aino.liisa, query.clone()).await.answer();
            assert!(answer.rows.len() <= 7);
            found.extend(answer.rows.iter().map(|row| row.header.id.as_str().to_owned()));
            query.page = answer.next_page;
            if query.page.is_none() {
                break;
            }
        }
        assert_eq!(found, expected);
    })
    .await;
}

/// What grows with the clients or the documents is asked for by these columns at every message: a read from end to end
/// would make each message slower the more the archive holds.
#[tokio::test]
async fn fr_49_no_message_reads_a_growing_table_from_end_to_end() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let sqlite = aino.world.app.db.engine() == store::Engine::Sqlite;
        let explain = if sqlite { "EXPLAIN QUERY PLAN" } else { "EXPLAIN" };
        for (table, column) in [
            ("documents", "document_oid"),
            ("documents", "set_oid"),
            ("documents", "case_oid"),
            ("document_clients", "client"),
            ("document_clients", "document_oid"),
            ("relationships", "client"),
            ("grants", "client"),
            ("cases", "case_oid"),
            ("case_clients", "case_oid"),
            ("case_clients", "client"),
        ] {
            let mut tx = aino.world.app.db.read().await.unwrap();
            if !sqlite {
                // So few rows are read through in any case; what is asked is whether there is another way.
                sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut *tx).await.unwrap();
            }
            let sql = sqlx::AssertSqlSafe(format!("{explain} SELECT * FROM {table} WHERE {column} IN ('1', '2')"));
            let rows = sqlx::query(sql).fetch_all(&mut *tx).await.unwrap();
            let plan: Vec<String> = rows.iter().map(|row| row.get(if sqlite { 3 } else { 0 })).collect();
            let read_through = plan.iter().any(|line| line.starts_with("SCAN") || line.contains("Seq Scan"));
            assert!(!read_through, "{table}.{column}: {plan:?}");
        }
    })
    .await;
}

/// A folder of before is brought to the new form: each row beside its client's others, each body in the order in which it
/// came, and everything that was there is there.
#[tokio::test]
async fn fr_49_documents_of_before_are_put_side_by_side() {
    for_each_engine(async |db| {
        let (old, new) = archive::schema::MIGRATIONS.split_at(archive::schema::MIGRATIONS.len() - 1);
        assert_eq!(new[0].name, "0017_side_by_side");
        store::migrate(&db, old).await.unwrap();
        let subjects = ["00ff12a9c0", "f0e1d2c3b4", "00ff12a9c0", "9abcdef012"];
        let mut tx = db.write().await.unwrap();
        for (number, subject) in (1_i64..).zip(subjects) {
            for sql in [
                "INSERT INTO documents (document_oid, set_oid, version, controller, document_group, type_code, \
                 general_type, tasks, service, process, unit, author_organisation, connecting_organisation, authors, \
                 basis, language, event_from, event_to, created, archived_at, invalidated_at, state, special_content, \
                 inaccessible, sha256, receipt, key_subject, body, header) VALUES ('1.2.' || CAST($1 AS TEXT), \
                 '1.3.' || CAST($1 AS TEXT), 1, '1.9', '3', 't', 'g', '', '', '', '', '1.9', '1.9', '', 'own', 'fi', 1, \
                 2, $1, $1, 7, 'invalidated', 1, '1', 's', 'r', $2, $3, $4)",
                "INSERT INTO document_clients (client, controller, created, document_oid, temporary) \
                 SELECT key_subject, controller, created, document_oid, 1 FROM documents \
                 WHERE archived_at = $1 AND key_subject = $2 AND body = $3 AND header = $4",
            ] {
                let query = sqlx::query(sql).bind(number).bind(subject).bind(vec![1, number as u8]);
                query.bind(vec![2, number as u8]).execute(&mut *tx).await.unwrap();
            }
        }
        tx.commit().await.unwrap();
        store::migrate(&db, archive::schema::MIGRATIONS).await.unwrap();
        let mut tx = db.read().await.unwrap();
        let rows = sqlx::query(
            "SELECT d.document_oid, d.place, c.place, b.body, d.header, d.invalidated_at, d.special_content, c.temporary \
             FROM documents d JOIN document_clients c ON c.document_oid = d.document_oid AND c.client = d.key_subject \
             JOIN bodies b ON b.number = (d.place & 4294967295) ORDER BY d.place",
        );
        let rows = rows.fetch_all(&mut *tx).await.unwrap();
        let order: Vec<&str> = rows.iter().map(|row| row.get(0)).collect();
        assert_eq!(order, ["1.2.1", "1.2.3", "1.2.4", "1.2.2"], "one key's documents side by side");
        for row in &rows {
            let number: i64 = row.get::<&str, _>(0)[4..].parse().unwrap();
            let place = archive::sql::place(subjects[number as usize - 1], number);
            assert_eq!((row.get::<i64, _>(1), row.get::<i64, _>(2)), (place, place));
            let of_row = vec![number as u8];
            assert_eq!(row.get::<Vec<u8>, _>(3), [vec![1], of_row.clone()].concat());
            assert_eq!(row.get::<Vec<u8>, _>(4), [vec![2], of_row].concat());
            assert_eq!((row.get::<i64, _>(5), row.get::<i64, _>(6), row.get::<i64, _>(7)), (7, 1, 1));
        }
    })
    .await;
}
