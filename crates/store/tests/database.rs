//! Transactions and migrations, on both engines.

use sqlx::Row;
use store::{
    Db, Engine, Migration, StoreError,
    db::{Value, insert_many},
    migrate,
    testing::{TestDb, for_each_engine},
};

const THING: &[Migration] = &[Migration {
    name: "test/0001-thing",
    sql: "CREATE TABLE thing (id TEXT PRIMARY KEY, n BIGINT, bytes BLOB);
          CREATE INDEX thing_n ON thing (n); -- two statements; and a comment",
}];

async fn count(db: &Db) -> i64 {
    let mut tx = db.read().await.unwrap();
    sqlx::query_scalar("SELECT COUNT(*) FROM thing").fetch_one(&mut *tx).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_kept_when_committed_and_only_then() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        let insert = "INSERT INTO thing (id, n, bytes) VALUES ($1, $2, $3)";
        let mut tx = db.write().await.unwrap();
        sqlx::query(insert).bind("a").bind(i64::MAX).bind(vec![0_u8, 255]).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::query(insert).bind("b").bind(None::<i64>).bind(None::<Vec<u8>>).execute(&mut *tx).await.unwrap();
        drop(tx);
        let mut tx = db.write().await.unwrap();
        sqlx::query(insert).bind("c").bind(1_i64).bind(vec![1_u8]).execute(&mut *tx).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = db.read().await.unwrap();
        let rows = sqlx::query("SELECT id, n, bytes FROM thing").fetch_all(&mut *tx).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].get::<String, _>(0), "a");
        assert_eq!(rows[0].get::<i64, _>(1), i64::MAX);
        assert_eq!(rows[0].get::<Vec<u8>, _>(2), [0, 255]);
    })
    .await;
}

/// PostgreSQL answers COMMIT with success after an error and stores nothing; an acknowledgement must not rest on it.
#[tokio::test(flavor = "multi_thread")]
async fn a_commit_never_says_yes_to_what_is_not_stored() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        let mut tx = db.write().await.unwrap();
        sqlx::query("INSERT INTO thing (id) VALUES ('a')").execute(&mut *tx).await.unwrap();
        assert!(sqlx::query("INSERT INTO thing (id) VALUES ('a')").execute(&mut *tx).await.is_err());
        let committed = tx.commit().await.is_ok();
        assert_eq!(count(&db).await, i64::from(committed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_sees_one_snapshot_and_cannot_write() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        let count = "SELECT COUNT(*) FROM thing";
        let mut reader = db.read().await.unwrap();
        let before: i64 = sqlx::query_scalar(count).fetch_one(&mut *reader).await.unwrap();
        let mut writer = db.write().await.unwrap();
        sqlx::query("INSERT INTO thing (id) VALUES ('x')").execute(&mut *writer).await.unwrap();
        writer.commit().await.unwrap();
        let after: i64 = sqlx::query_scalar(count).fetch_one(&mut *reader).await.unwrap();
        assert_eq!((before, after), (0, 0));
        assert!(sqlx::query("DELETE FROM thing").execute(&mut *reader).await.is_err());
        drop(reader);
        let mut reader = db.read().await.unwrap();
        let new: i64 = sqlx::query_scalar(count).fetch_one(&mut *reader).await.unwrap();
        assert_eq!(new, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_wait_for_each_other_instead_of_failing() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        let writers = (0..40).map(|n| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.write().await?;
                sqlx::query("INSERT INTO thing (id, n) VALUES ($1, 1)").bind(format!("{n}")).execute(&mut *tx).await?;
                tx.commit().await
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
        assert_eq!(count(&db).await, 40);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_runs_once_and_a_changed_one_is_refused() {
    const CHANGED: &[Migration] = &[Migration { name: "test/0001-thing", sql: "CREATE TABLE other (id TEXT)" }];
    const BROKEN: &[Migration] = &[Migration { name: "test/0002", sql: "CREATE TABLE half (id TEXT); NONSENSE" }];
    for_each_engine(async |db| {
        let (first, second) = tokio::join!(migrate(&db, THING), migrate(&db, THING));
        first.unwrap();
        second.unwrap();
        let changed = migrate(&db, CHANGED).await;
        assert!(matches!(changed, Err(StoreError::MigrationChanged(name)) if name == "test/0001-thing"));
        assert!(matches!(migrate(&db, BROKEN).await, Err(StoreError::Migration { name: "test/0002", .. })));
        let mut tx = db.write().await.unwrap();
        sqlx::query("CREATE TABLE half (id TEXT)").execute(&mut *tx).await.expect("nothing of it was left");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn engine_sections_of_a_migration_reach_their_engine_only() {
    const SECTIONS: &[Migration] = &[Migration {
        name: "test/sections",
        sql: "CREATE TABLE every (id TEXT);
              --- sqlite
              CREATE TABLE only_sqlite (id TEXT);
              --- postgres
              CREATE TABLE only_postgres (id TEXT);
              --- both
              CREATE TABLE after (id TEXT);",
    }];
    for_each_engine(async |db| {
        migrate(&db, SECTIONS).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let (there, not_there) = match db.engine() {
            Engine::Sqlite => ("SELECT COUNT(*) FROM only_sqlite, every, after", "SELECT * FROM only_postgres"),
            Engine::Postgres => ("SELECT COUNT(*) FROM only_postgres, every, after", "SELECT * FROM only_sqlite"),
        };
        sqlx::query(there).fetch_one(&mut *tx).await.unwrap();
        assert!(sqlx::query(not_there).fetch_optional(&mut *tx).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rows_go_in_with_few_statements() {
    for_each_engine(async |db| {
        migrate(&db, THING).await.unwrap();
        for n in [0, 1, 31, 32, 33, 100] {
            let mut tx = db.write().await.unwrap();
            sqlx::query("DELETE FROM thing").execute(&mut *tx).await.unwrap();
            let row = |i: i64| vec![Value::Text(format!("{i}")), Value::Int(i), Value::NoBlob];
            insert_many(&mut tx, "INSERT INTO thing (id, n, bytes)", (0..n).map(row).collect()).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(count(&db).await, n);
        }
        let mut tx = db.write().await.unwrap();
        let twice = vec![vec![Value::Text("1".into())], vec![Value::Text("1".into())]];
        let refused = insert_many(&mut tx, "INSERT INTO thing (id)", twice).await.unwrap_err();
        assert!(refused.is_unique_violation());
        assert!(db.size_bytes().await.unwrap() > 8192);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_an_unknown_kind_is_refused() {
    assert!(matches!(Db::open("mysql://localhost/x").await, Err(StoreError::Url)));
}

/// What a commit means: settings that a driver's update or an operator could silently lose (fault 52).
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_not_durable_says_so() {
    for_each_engine(async |db| {
        let faults = db.durability_faults().await.unwrap();
        match db.engine() {
            Engine::Sqlite => assert_eq!(faults, Vec::<String>::new()),
            // The tests' server runs without fsync on purpose.
            Engine::Postgres => assert!(faults[0].contains("fsync is off"), "{faults:?}"),
        }
    })
    .await;
    let test = TestDb::sqlite().await;
    for mut tx in [test.db.write().await.unwrap(), test.db.read().await.unwrap()] {
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *tx).await.unwrap();
        let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *tx).await.unwrap();
        let keys: i64 = sqlx::query_scalar("PRAGMA foreign_keys").fetch_one(&mut *tx).await.unwrap();
        assert_eq!((mode.as_str(), synchronous, keys), ("wal", 2, 1));
    }
}
