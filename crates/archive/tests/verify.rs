//! `archive verify` finds every planted corruption and names its table and row; a clean archive is OK (FR-84, issue 3).
//!
//! Each corruption is what an administrator of the database could do: triggers switched off, and mended as far as he can.

mod common;

use archive::{routes, testing::*};
use axum::{body::Body, http::Request};
use common::*;
use kanta::{document::Document, query::QueryKind};
use sqlx::{Executor, Row};
use store::{
    Engine, merkle,
    testing::for_each_engine,
    witness::{LOG_NAME, keeper::Keeper},
};
use tower::ServiceExt;

/// An archive with a relationship in two versions, a case, and an entry in two versions.
struct Scene {
    aino: Aino,
    entry: Document,
    second: Document,
    relationship: Document,
}

impl Scene {
    async fn new(db: store::Db) -> Self {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let second = aino.world.next_version(&entry);
        expect(&aino.world, &aino.liisa, &second, "AA").await;
        let rows = [documents::Row::from(AHOLA, "2026-09-28"), documents::Row::from(LEHTO, "2026-10-01")];
        let relationship = aino.world.next_relationship(&aino.marja, &aino.relationship, AINO, &rows);
        expect(&aino.world, &aino.marja, &relationship, "AA").await;
        aino.finds(&aino.marja, by_client(QueryKind::Metadata, JHHVA, AINO)).await.unwrap();
        Self { aino, entry, second, relationship }
    }

    /// Invalidates the entry through the door.
    async fn nullify(&self) {
        let world = &self.aino.world;
        let sending = world.sending(&self.aino.liisa, JHHVA);
        let frame = kanta::frame::nullify(&self.second.header, "väärä asiakas", sending);
        assert_eq!(world.send(&self.aino.liisa, &frame).await.code(), "AA");
    }

    async fn faults(&self) -> Vec<String> {
        archive::verify(&self.aino.world.app).await.unwrap().faults
    }

    /// With the rights of the database's owner.
    async fn sql(&self, sql: &str) {
        let db = &self.aino.world.app.db;
        let off = match db.engine() {
            Engine::Sqlite => {
                "DROP TRIGGER IF EXISTS log_row_no_update; DROP TRIGGER IF EXISTS log_row_no_delete; \
                 DROP TRIGGER IF EXISTS log_row_no_replace; DROP TRIGGER IF EXISTS log_head_no_shrink; \
                 DROP TRIGGER IF EXISTS log_head_no_delete; DROP TRIGGER IF EXISTS log_head_no_replace;"
            }
            Engine::Postgres => "ALTER TABLE log_row DISABLE TRIGGER ALL; ALTER TABLE log_head DISABLE TRIGGER ALL;",
        };
        let mut tx = db.write().await.unwrap();
        tx.execute(off).await.unwrap();
        let done = tx.execute(sqlx::AssertSqlSafe(sql.to_owned())).await.unwrap();
        assert!(done.rows_affected() > 0, "nothing was changed: {sql}");
        tx.commit().await.unwrap();
    }
}

/// Plants a corruption on both engines; every expected text must begin one of the lines told.
async fn planted(plant: impl AsyncFn(&Scene) -> Vec<String>) {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        assert_eq!(scene.faults().await, Vec::<String>::new(), "clean before");
        let told = plant(&scene).await;
        let faults = scene.faults().await;
        for beginning in told {
            assert!(faults.iter().any(|fault| fault.starts_with(&beginning)), "{beginning} is not in {faults:#?}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_a_clean_archive_is_ok_also_after_reset() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let report = archive::verify(&scene.aino.world.app).await.unwrap();
        assert!(report.summary().starts_with("OK 5 documents, "), "{}", report.summary());
        scene.nullify().await;
        assert_eq!(scene.faults().await, Vec::<String>::new(), "an invalidation is in the log");
        let reset = Request::post("/test/reset").body(Body::empty()).unwrap();
        let response = routes::management(scene.aino.world.app.clone()).oneshot(reset).await.unwrap();
        assert_eq!(response.status(), 204);
        assert_eq!(scene.aino.world.count("documents").await, 0);
        assert_eq!(scene.faults().await, Vec::<String>::new(), "the log says where the documents have gone");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_changed_document_byte() {
    planted(async |scene| {
        let oid = scene.entry.header.id.as_str();
        let mut tx = scene.aino.world.app.db.write().await.unwrap();
        let row = sqlx::query(BODY).bind(oid.to_owned());
        let mut body: Vec<u8> = row.fetch_one(&mut *tx).await.unwrap().get(0);
        let middle = body.len() / 2;
        body[middle] ^= 1;
        sqlx::query(SET_BODY).bind(body).bind(oid.to_owned()).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        vec![format!("documents {oid}: ")]
    })
    .await;
}

/// The thief of the keys can even write another body with its right digest; its signature and the log remain.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_body_replaced_with_its_digest() {
    planted(async |scene| {
        let app = &scene.aino.world.app;
        let oid = scene.second.header.id.as_str();
        let forged = scene.aino.world.sign(&scene.second, KIELO);
        let client = archive::intake::check::client_index(&app.vault, JHHVA, &documents::client(AINO));
        let key = app.keys.for_reading(JHHVA, &client).await.unwrap();
        let body = key.pack(&[&forged[..], b"\n"].concat(), &archive::keys::document_aad(oid));
        let digest = hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &[&forged[..], b"\n"].concat()));
        let mut tx = app.db.write().await.unwrap();
        sqlx::query(SET_BODY).bind(body).bind(oid.to_owned()).execute(&mut *tx).await.unwrap();
        sqlx::query("UPDATE documents SET sha256 = $1 WHERE document_oid = $2")
            .bind(digest)
            .bind(oid.to_owned())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        vec![format!("documents {oid}: no log row archived it"), format!("documents {oid}: log_row {JHHVA} ")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_changed_index_row() {
    planted(async |scene| {
        let oid = scene.entry.header.id.as_str();
        let mut told = Vec::new();
        for (column, value) in [
            ("unit", "'1.2.3'"),
            ("tasks", "',99,'"),
            ("event_from", "5"),
            ("inaccessible", "'1'"),
            ("special_content", "1"),
            ("general_type", "'x'"),
            ("author_organisation", "'1.2.3'"),
        ] {
            scene.sql(&format!("UPDATE documents SET {column} = {value} WHERE document_oid = '{oid}'")).await;
            told.push(match column {
                "author_organisation" => format!("documents {oid}: no log row archived it"),
                _ => format!("documents {oid}: column {column} does not fit"),
            });
        }
        scene.sql(&format!("DELETE FROM document_clients WHERE document_oid = '{oid}'")).await;
        told.push(format!("documents {oid}: document_clients does not fit"));
        // On a document of its own: the line is the same as for another organisation.
        let second = scene.second.header.id.as_str();
        scene.sql(&format!("UPDATE documents SET archived_at = archived_at + 1 WHERE document_oid = '{second}'")).await;
        told.push(format!("documents {second}: no log row archived it"));
        told
    })
    .await;
}

/// A search answers from the header and finds a row by its place: both are held against the document.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_changed_header_or_place() {
    planted(async |scene| {
        let (oid, second) = (scene.entry.header.id.as_str(), scene.second.header.id.as_str());
        let relationship = scene.relationship.header.id.as_str();
        let header_of = |oid: &str| format!("(SELECT header FROM documents WHERE document_oid = '{oid}')");
        scene.sql(&format!("UPDATE documents SET header = {} WHERE document_oid = '{oid}'", header_of(second))).await;
        // What another document says stands beside the client's key, so that a search would give it.
        let place_of = |oid: &str| format!("(SELECT place FROM documents WHERE document_oid = '{oid}')");
        let wrong = format!("UPDATE document_clients SET place = {} WHERE document_oid = '{second}'", place_of(oid));
        scene.sql(&wrong).await;
        let far = format!("place = place + 4294967296 WHERE document_oid = '{relationship}'");
        scene.sql(&format!("UPDATE documents SET {far}")).await;
        scene.sql("INSERT INTO bodies (number, body) SELECT 4000000, body FROM bodies WHERE number = 1").await;
        vec![
            format!("documents {oid}: column header does not fit"),
            format!("documents {second}: document_clients does not fit"),
            format!("documents {relationship}: column place does not stand beside"),
            "bodies 4000000: no such document".to_owned(),
        ]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_document_without_its_body() {
    planted(async |scene| {
        let oid = scene.entry.header.id.as_str();
        let number = format!("(SELECT place & 4294967295 FROM documents WHERE document_oid = '{oid}')");
        scene.sql(&format!("DELETE FROM bodies WHERE number = {number}")).await;
        vec![format!("documents {oid}: ")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_document_hidden_as_invalidated() {
    planted(async |scene| {
        let set = scene.entry.header.set_id.as_str();
        scene.sql(&format!("UPDATE documents SET state = 'invalidated' WHERE set_oid = '{set}'")).await;
        vec![format!("documents set {set}: column state says invalidated, and no log row does")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_an_invalidation_taken_back() {
    planted(async |scene| {
        scene.nullify().await;
        let oid = scene.second.header.id.as_str();
        let (set, first) = (scene.entry.header.set_id.as_str(), scene.entry.header.id.as_str());
        scene
            .sql(&format!("UPDATE documents SET state = 'replaced', invalidated_at = 0 WHERE set_oid = '{set}'"))
            .await;
        scene.sql(&format!("UPDATE documents SET state = 'current' WHERE document_oid = '{oid}'")).await;
        assert_ne!(first, oid);
        vec![format!("documents {oid}: the log says that it was invalidated")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_changed_log_row() {
    planted(async |scene| {
        scene.sql(&format!("UPDATE log_row SET outcome = 'denied' WHERE register = '{JHHVA}' AND seq = 1")).await;
        vec![format!("log_row {JHHVA} 1: its content does not give its hash")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_changed_stored_hash() {
    planted(async |scene| {
        let oid = scene.entry.header.id.as_str();
        let digest = "0".repeat(64);
        scene.sql(&format!("UPDATE documents SET sha256 = '{digest}' WHERE document_oid = '{oid}'")).await;
        scene
            .sql(&format!(
                "UPDATE log_row SET leaf = (SELECT leaf FROM log_row WHERE register = '{JHHVA}' AND seq = 0) \
                 WHERE register = '{JHHVA}' AND seq = 2"
            ))
            .await;
        vec![format!("documents {oid}: documents: {oid} is not what was archived"), format!("log_row {JHHVA} 2: ")]
    })
    .await;
}

/// The newest version is gone and the one before it made current again: no gap tells it, only the log.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_deleted_version_though_the_rest_was_mended() {
    planted(async |scene| {
        let (first, second) = (scene.entry.header.id.as_str(), scene.second.header.id.as_str());
        scene.sql(&format!("DELETE FROM document_clients WHERE document_oid = '{second}'")).await;
        scene.sql(&format!("DELETE FROM documents WHERE document_oid = '{second}'")).await;
        scene.sql(&format!("UPDATE documents SET state = 'current' WHERE document_oid = '{first}'")).await;
        vec![format!("documents {second}: deleted: log_row {JHHVA} ")]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_changed_added_and_deleted_grant_rows() {
    planted(async |scene| {
        let oid = scene.relationship.header.id.as_str();
        let old = scene.aino.relationship.header.id.as_str();
        scene
            .sql(&format!("UPDATE grants SET ends = '2027-01-01' WHERE document_oid = '{oid}' AND unit = '{AHOLA}'"))
            .await;
        let row: i64 = {
            let mut tx = scene.aino.world.app.db.read().await.unwrap();
            let sql = format!("SELECT row_number FROM grants WHERE document_oid = '{oid}' AND unit = '{AHOLA}'");
            sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut *tx).await.unwrap()
        };
        scene.sql(&format!("DELETE FROM grants WHERE document_oid = '{oid}' AND unit = '{LEHTO}'")).await;
        scene
            .sql(&format!(
                "INSERT INTO grants SELECT document_oid, 77, controller, client, task, services, '1.2.3', via, starts, \
                 ends, granted_at, superseded_at FROM grants WHERE document_oid = '{oid}' AND unit = '{AHOLA}'"
            ))
            .await;
        scene.sql(&format!("UPDATE grants SET superseded_at = 0 WHERE document_oid = '{old}'")).await;
        vec![
            format!("grants {oid} {row}: column ends does not fit the document"),
            format!("grants {oid} 77: the relationship document has no such row"),
            format!("grants {oid} {}: missing", row + 1),
            format!("grants {old}: column superseded_at"),
        ]
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_changed_cases_and_relationships() {
    planted(async |scene| {
        let case = scene.aino.case.as_str();
        scene.sql(&format!("UPDATE cases SET task = '99' WHERE case_oid = '{case}'")).await;
        scene.sql(&format!("UPDATE case_clients SET left_at = 9 WHERE case_oid = '{case}'")).await;
        scene.sql("UPDATE relationships SET ended = '2026-01-01'").await;
        vec![
            format!("cases {case}: "),
            format!("case_clients {case}: "),
            format!("relationships {}: ", scene.relationship.header.id),
        ]
    })
    .await;
}

/// The last row is cut off, the head and the archive's own checkpoints are mended: only the witness remembers.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verify_finds_a_log_truncated_behind_the_witness() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let app = &scene.aino.world.app;
        let elsewhere = scene.aino.world.folder().join("elsewhere");
        let mut keeper = Keeper::open(&elsewhere).unwrap();
        keeper.trust(&store::witness::public_key(&app.vault).of_log(LOG_NAME)).unwrap();
        let mut tx = app.db.read().await.unwrap();
        let head = store::log::head(&mut tx, JHHVA).await.unwrap();
        let leaves: Vec<Vec<u8>> = sqlx::query_scalar("SELECT leaf FROM log_row WHERE register = $1 ORDER BY seq")
            .bind(JHHVA)
            .fetch_all(&mut *tx)
            .await
            .unwrap();
        tx.rollback().await.unwrap();
        keeper.accept(&head.sign(&app.vault), &[], app.clock.now()).unwrap();
        let clean = archive::verify_with(app, Some(&elsewhere)).await.unwrap();
        assert_eq!(clean.faults, Vec::<String>::new());
        let last = leaves.len() - 1;
        scene.sql(&format!("DELETE FROM log_row WHERE register = '{JHHVA}' AND seq = {last}")).await;
        let mut tree = merkle::Frontier::default();
        leaves[..last].iter().for_each(|leaf| tree.push(leaf.as_slice().try_into().unwrap()));
        let mut tx = app.db.write().await.unwrap();
        sqlx::query("UPDATE log_head SET size = $1, frontier = $2 WHERE register = $3")
            .bind(i64::try_from(last).unwrap())
            .bind(tree.to_bytes())
            .bind(JHHVA)
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(scene.faults().await, Vec::<String>::new(), "the archive alone does not remember a search");
        let faults = archive::verify_with(app, Some(&elsewhere)).await.unwrap().faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(faults[0].starts_with(&format!("log_row {JHHVA} {last}: truncated")), "{faults:?}");
    })
    .await;
}
