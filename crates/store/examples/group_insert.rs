//! What a group commit costs through `Any`: 100 documents with 6 rows each, in one transaction, on both engines.
//! Run: `cargo run -p store --example group_insert --features testing`.
#![allow(clippy::print_stdout, reason = "a measurement prints its figures")]

use std::time::{Duration, Instant};

use store::{
    Db, LogRow, Migration, Vault,
    db::{Value, insert_many},
    log::{self, Action, Actor, Outcome},
    migrate,
    testing::for_each_engine,
};

const TABLES: &[Migration] = &[Migration {
    name: "bench/0001",
    sql: "CREATE TABLE document (id TEXT PRIMARY KEY, client TEXT NOT NULL, at BIGINT NOT NULL, body BLOB NOT NULL);
          CREATE TABLE entry (document TEXT NOT NULL, n BIGINT NOT NULL, client TEXT NOT NULL, code TEXT NOT NULL,
            at BIGINT NOT NULL, PRIMARY KEY (document, n));
          CREATE INDEX entry_client ON entry (client, at);",
}];
const GROUPS: usize = 20;
const DOCUMENTS: usize = 100;

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let vault = Vault::open_or_create(folder.path()).expect("keys");
    for_each_engine(async |db| {
        migrate(&db, TABLES).await.expect("tables");
        migrate(&db, log::MIGRATIONS).await.expect("tables");
        println!("{:?}, per group of {DOCUMENTS} documents, 6 rows each:", db.engine());
        for (name, way) in [("one statement per row", false), ("insert_many", true)] {
            let (mut work, mut commit) = (Duration::ZERO, Duration::ZERO);
            for group in 0..GROUPS {
                let began = Instant::now();
                let mut tx = db.write().await.expect("a transaction");
                let prefix = format!("1.2.246.10.1246109.95.2026.{way}.{group}");
                if way {
                    many(&mut tx, &prefix).await
                } else {
                    singly(&mut tx, &prefix).await
                }
                work += began.elapsed();
                let began = Instant::now();
                tx.commit().await.expect("a commit");
                commit += began.elapsed();
            }
            println!("  {name}: {:?} to insert, {:?} to commit", work / GROUPS as u32, commit / GROUPS as u32);
        }
        log_rows(&db, &vault).await;
    })
    .await;
}

async fn log_rows(db: &Db, vault: &Vault) {
    let row = LogRow::new(jiff::Timestamp::UNIX_EPOCH, Actor::default(), "1.2", Action::Archive, Outcome::Done);
    let rows = vec![row; DOCUMENTS];
    let began = Instant::now();
    for _ in 0..GROUPS {
        let mut tx = db.write().await.expect("a transaction");
        log::append(&mut tx, vault, "1.2/1", &rows).await.expect("an append");
        tx.commit().await.expect("a commit");
    }
    println!("  log::append of {DOCUMENTS} rows with commit: {:?}", began.elapsed() / GROUPS as u32);
    let began = Instant::now();
    let found = log::verify(db, vault, std::path::Path::new("/nonexistent")).await.expect("a walk");
    let rows_per_s = found.rows as f64 / began.elapsed().as_secs_f64();
    println!("  log::verify: {rows_per_s:.0} rows/s");
}

async fn singly(tx: &mut store::Tx, prefix: &str) {
    for d in 0..DOCUMENTS {
        let id = format!("{prefix}.{d}");
        sqlx::query("INSERT INTO document (id, client, at, body) VALUES ($1, $2, $3, $4)")
            .bind(&id)
            .bind("c")
            .bind(1_i64)
            .bind(vec![7_u8; 4000])
            .execute(&mut **tx)
            .await
            .expect("a row");
        for n in 0..5_i64 {
            sqlx::query("INSERT INTO entry (document, n, client, code, at) VALUES ($1, $2, $3, $4, $5)")
                .bind(&id)
                .bind(n)
                .bind("c")
                .bind("19007")
                .bind(1_i64)
                .execute(&mut **tx)
                .await
                .expect("a row");
        }
    }
}

async fn many(tx: &mut store::Tx, prefix: &str) {
    let text = |text: &str| Value::Text(text.to_owned());
    let (mut documents, mut entries) = (Vec::new(), Vec::new());
    for d in 0..DOCUMENTS {
        let id = format!("{prefix}.{d}");
        documents.push(vec![text(&id), text("c"), Value::Int(1), Value::Blob(vec![7; 4000])]);
        for n in 0..5 {
            entries.push(vec![text(&id), Value::Int(n), text("c"), text("19007"), Value::Int(1)]);
        }
    }
    insert_many(tx, "INSERT INTO document (id, client, at, body)", documents).await.expect("rows");
    insert_many(tx, "INSERT INTO entry (document, n, client, code, at)", entries).await.expect("rows");
}
