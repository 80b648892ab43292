//! Transactions whose statements run where they are asked: the same rows, snapshots, locks and refusals as the others.

use sqlx::Row;
use std::time::Duration;
use store::{
    Db, Migration,
    db::{Value, insert_many},
    migrate,
    testing::for_each_engine,
};

const THING: &[Migration] =
    &[Migration { name: "test/0001-thing", sql: "CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT, bytes BLOB)" }];
const INSERT: &str = "INSERT INTO thing (id, n, bytes) VALUES ($1, $2, $3)";

async fn add(db: &Db, id: &str) {
    let mut tx = db.write_here().await.unwrap();
    let query = sqlx::query(INSERT).bind(id).bind(7_i64).bind(None::<Vec<u8>>);
    assert_eq!(query.execute(&mut *tx).await.unwrap().rows_affected(), 1);
    tx.commit().await.unwrap();
}

async fn ids(tx: &mut store::Tx) -> Vec<String> {
    sqlx::query_scalar("SELECT id FROM thing ORDER BY id").fetch_all(&mut **tx).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_the_same_wherever_a_statement_runs() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        let mut tx = db.write_here().await.unwrap();
        let row = |n: i64| vec![Value::Text(format!("{n:03}")), Value::Int(n), Value::Blob(vec![0, 255])];
        insert_many(&mut tx, "INSERT INTO thing (id, n, bytes)", (0..47).map(row).collect()).await.unwrap();
        sqlx::query(INSERT).bind("none").bind(None::<i64>).bind(None::<Vec<u8>>).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        for mut tx in [db.read().await.unwrap(), db.read_here().await.unwrap()] {
            // A number that stands twice and out of order is one value.
            let sql = "SELECT id, n, bytes FROM thing WHERE n = $2 OR id = $1 OR n = $2 ORDER BY id";
            let rows = sqlx::query(sql).bind("none").bind(46_i64).fetch_all(&mut *tx).await.unwrap();
            assert_eq!((rows.len(), rows[0].len()), (2, 3));
            assert_eq!(rows[0].get::<&str, _>(0), "046");
            assert_eq!(rows[0].get::<i64, _>(1), 46);
            assert_eq!(rows[0].get::<Vec<u8>, _>(2), [0, 255]);
            assert_eq!((rows[1].get::<Option<i64>, _>(1), rows[1].get::<Option<Vec<u8>>, _>(2)), (None, None));
            let one = sqlx::query("SELECT n FROM thing ORDER BY id").fetch_optional(&mut *tx).await.unwrap();
            assert_eq!(one.unwrap().get::<i64, _>(0), 0);
            assert_eq!(ids(&mut tx).await.len(), 48);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_keeps_its_snapshot_and_cannot_write() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        add(&db, "a").await;
        let mut reader = db.read_here().await.unwrap();
        assert_eq!(ids(&mut reader).await, ["a"]);
        add(&db, "b").await;
        assert_eq!(ids(&mut reader).await, ["a"]);
        let write = sqlx::query(INSERT).bind("c").bind(1_i64).bind(None::<Vec<u8>>);
        assert!(write.execute(&mut *reader).await.is_err());
        drop(reader);
        assert_eq!(ids(&mut db.read_here().await.unwrap()).await, ["a", "b"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_committed_is_gone_and_a_second_key_is_told_as_such() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        add(&db, "a").await;
        let mut tx = db.write_here().await.unwrap();
        let again = sqlx::query(INSERT).bind("a").bind(1_i64).bind(None::<Vec<u8>>);
        let refused = again.execute(&mut *tx).await.unwrap_err();
        assert!(store::StoreError::from(refused).is_unique_violation());
        drop(tx);
        let mut tx = db.write_here().await.unwrap();
        sqlx::query(INSERT).bind("b").bind(1_i64).bind(None::<Vec<u8>>).execute(&mut *tx).await.unwrap();
        drop(tx);
        assert_eq!(ids(&mut db.read().await.unwrap()).await, ["a"]);
        db.close().await;
    })
    .await;
}

/// Both ways of writing take the same lock: on SQLite the second waits for the first, in order, without trying again and
/// again.
#[tokio::test(flavor = "multi_thread")]
async fn one_writes_at_a_time_whichever_way() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        if db.engine() != store::Engine::Sqlite {
            return;
        }
        for here in [true, false] {
            let first = if here { db.write_here().await.unwrap() } else { db.write().await.unwrap() };
            let second = async { if here { db.write().await.map(drop) } else { db.write_here().await.map(drop) } };
            let waited = tokio::time::timeout(Duration::from_millis(200), second).await;
            assert!(waited.is_err(), "the lock is free though somebody writes");
            first.rollback().await.unwrap();
            drop(db.write_here().await.unwrap());
        }
    })
    .await;
}
