//! The tamper-evident log on both engines: FR-84 and fault 49.

use std::path::Path;

use jiff::Timestamp;
use sqlx::{Executor, Row};
use store::{
    Db, Engine, LogRow, StoreError, Vault,
    log::{self, Action, Actor, Basis, LogClient, LogDocument, Outcome, Reason, Verification, Whose},
    merkle, migrate,
    testing::for_each_engine,
    witness,
};

const REGISTER: &str = "1.2.246.10.1246109.10.0/1";
const AINO: &str = "010145-999A";
const WORKER: &str = "020280-9123";

struct Desk {
    db: Db,
    vault: Vault,
    folder: tempfile::TempDir,
}

impl Desk {
    async fn new(db: Db) -> Self {
        migrate(&db, log::MIGRATIONS).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open_or_create(&folder.path().join("keys")).unwrap();
        Self { db, vault, folder }
    }

    fn witness(&self) -> std::path::PathBuf {
        self.folder.path().join("witness")
    }

    async fn append(&self, register: &str, rows: &[LogRow]) -> log::Appended {
        let mut tx = self.db.write().await.unwrap();
        let done = log::append(&mut tx, &self.vault, register, rows).await.unwrap();
        tx.commit().await.unwrap();
        done
    }

    async fn verify(&self) -> Verification {
        log::verify(&self.db, &self.vault, &self.witness()).await.unwrap()
    }

    async fn checkpoint(&self) {
        log::checkpoint(&self.db, &self.vault, &self.witness()).await.unwrap();
    }

    /// Statements that the database is asked to carry out; whether it did.
    async fn try_sql(&self, sql: &'static str) -> bool {
        let mut tx = self.db.write().await.unwrap();
        let done = tx.execute(sql).await.is_ok();
        if done {
            tx.commit().await.unwrap();
        }
        done
    }

    /// What an administrator with the database's own rights can do.
    async fn tamper(&self, sql: &'static str) {
        let drop = match self.db.engine() {
            Engine::Sqlite => {
                "DROP TRIGGER IF EXISTS log_row_no_update; DROP TRIGGER IF EXISTS log_row_no_delete; \
                 DROP TRIGGER IF EXISTS log_row_no_replace; DROP TRIGGER IF EXISTS log_head_no_shrink; \
                 DROP TRIGGER IF EXISTS log_head_no_delete; DROP TRIGGER IF EXISTS log_head_no_replace;"
            }
            Engine::Postgres => "ALTER TABLE log_row DISABLE TRIGGER ALL; ALTER TABLE log_head DISABLE TRIGGER ALL;",
        };
        assert!(self.try_sql(drop).await);
        assert!(self.try_sql(sql).await, "the tampering itself failed: {sql}");
    }
}

fn row(n: i64) -> LogRow {
    let actor = Actor { id: WORKER.into(), name: "Työntekijä".into(), role: "worker".into(), ..Actor::default() };
    let at = Timestamp::from_microsecond(1_790_000_000_000_000 + n).unwrap();
    let mut row = LogRow::new(at, actor, "1.2.246.10.1246109.10.0", Action::Read, Outcome::Done);
    row.client = Some(LogClient { root: "1.2.246.21".into(), id: AINO.into() });
    row.documents = vec![LogDocument { id: format!("1.2.246.10.1246109.95.2026.1.{n}"), version: 1 }];
    row.basis = Basis { kind: "own_task".into(), reference: None };
    row
}

fn rows(n: i64) -> Vec<LogRow> {
    (0..n).map(row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_no_interface_changes_or_deletes_a_log_row() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(5)).await;
        let mut attacks = vec![
            "UPDATE log_row SET outcome = 'denied'",
            "UPDATE log_row SET seq = 9 WHERE seq = 2",
            "DELETE FROM log_row WHERE seq = 4",
            "DELETE FROM log_row",
            "DELETE FROM log_head",
            "UPDATE log_head SET size = 3",
            "UPDATE log_head SET register = 'other'",
            "INSERT INTO log_row SELECT * FROM log_row WHERE seq = 1",
        ];
        match desk.db.engine() {
            Engine::Sqlite => attacks.extend([
                "INSERT OR REPLACE INTO log_row SELECT * FROM log_row WHERE seq = 1",
                "REPLACE INTO log_head (register, size, frontier) SELECT register, 0, '' FROM log_head",
            ]),
            Engine::Postgres => attacks.extend([
                "TRUNCATE log_row",
                "TRUNCATE log_head",
                "INSERT INTO log_row SELECT * FROM log_row WHERE seq = 1 \
                 ON CONFLICT (register, seq) DO UPDATE SET outcome = 'denied'",
            ]),
        }
        for attack in attacks {
            assert!(!desk.try_sql(attack).await, "the database allowed: {attack}");
        }
        let found = desk.verify().await;
        assert_eq!((found.registers, found.rows, found.inconsistencies), (1, 5, vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_tampering_past_the_triggers_is_found_with_its_row() {
    let attacks: &[(&str, &str)] = &[
        ("UPDATE log_row SET outcome = 'denied' WHERE seq = 2", "log_row 1.2.246.10.1246109.10.0/1 2:"),
        ("UPDATE log_row SET at = at + 1 WHERE seq = 2", "log_row 1.2.246.10.1246109.10.0/1 2:"),
        ("UPDATE log_row SET client = actor WHERE seq = 2", "log_row 1.2.246.10.1246109.10.0/1 2:"),
        (
            "UPDATE log_row SET payload = (SELECT payload FROM log_row WHERE seq = 3) WHERE seq = 2",
            "log_row 1.2.246.10.1246109.10.0/1 2:",
        ),
        ("UPDATE log_row SET leaf = (SELECT leaf FROM log_row WHERE seq = 3) WHERE seq = 2", " 2: its content"),
        ("DELETE FROM log_row WHERE seq = 2", " 2: missing"),
        ("DELETE FROM log_row WHERE seq = 4", "log_head 1.2.246.10.1246109.10.0/1: says 5 rows, the log has 4"),
        ("DELETE FROM log_row WHERE seq = 0", " 0: missing"),
        (
            "INSERT INTO log_row SELECT register, 5, at, client, actor, action, outcome, payload, leaf FROM log_row \
             WHERE seq = 4",
            "log_head 1.2.246.10.1246109.10.0/1: says 5 rows, the log has 6",
        ),
        ("DELETE FROM log_head", "log_head 1.2.246.10.1246109.10.0/1: says 0 rows"),
        ("UPDATE log_head SET size = 4", "log_head"),
        ("UPDATE log_head SET frontier = (SELECT leaf FROM log_row WHERE seq = 3)", "log_head"),
    ];
    for_each_engine(async |db| {
        // One desk per attack would be slow: each attack gets a register of its own log in turn, on a fresh schema.
        for (attack, told) in attacks {
            let desk = Desk::new(db.clone()).await;
            desk.append(REGISTER, &rows(5)).await;
            assert_eq!(desk.verify().await.inconsistencies, vec![]);
            desk.tamper(attack).await;
            let found: Vec<String> = desk.verify().await.inconsistencies.iter().map(ToString::to_string).collect();
            assert!(found.iter().any(|line| line.contains(told)), "{attack}: {found:?}");
            desk.tamper("DELETE FROM log_row; DELETE FROM log_head;").await;
        }
    })
    .await;
}

/// A forged head of the right length would let the next rows grow on another tree.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_a_forged_head_is_found() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(4)).await;
        desk.tamper("UPDATE log_head SET frontier = (SELECT leaf FROM log_row WHERE seq = 3)").await;
        let found = desk.verify().await.inconsistencies;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().ends_with("its hashes are not those of the rows"), "{found:?}");
    })
    .await;
}

/// A leaf computed here, not by the log: the layout is fixed, since auditors outside compute it too.
fn leaf_of(register: &str, row: &sqlx::any::AnyRow, client: &[u8]) -> merkle::Hash {
    let mut bytes = vec![1];
    bytes.extend(row.get::<i64, _>("seq").to_be_bytes());
    bytes.extend(row.get::<i64, _>("at").to_be_bytes());
    let (action, outcome): (String, String) = (row.get("action"), row.get("outcome"));
    let (actor, payload): (Vec<u8>, Vec<u8>) = (row.get("actor"), row.get("payload"));
    for part in [register.as_bytes(), client, &actor, action.as_bytes(), outcome.as_bytes(), &payload] {
        bytes.extend((part.len() as u64).to_be_bytes());
        bytes.extend(part);
    }
    merkle::leaf(&bytes)
}

/// An insider hides a row from the client's own request: he files it under nobody and mends every hash in the
/// database. The sealed content still tells whose row it is.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_a_row_hidden_from_its_client_is_found_though_every_hash_was_mended() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(4)).await;
        desk.tamper("SELECT 1").await;
        let mut tx = desk.db.write().await.unwrap();
        let stored = sqlx::query("SELECT * FROM log_row ORDER BY seq").fetch_all(&mut *tx).await.unwrap();
        let mut tree = merkle::Frontier::default();
        for row in &stored {
            let client: Vec<u8> = row.get("client");
            assert_eq!(leaf_of(REGISTER, row, &client).to_vec(), row.get::<Vec<u8>, _>("leaf"));
            let hidden = row.get::<i64, _>("seq") == 2;
            tree.push(leaf_of(REGISTER, row, if hidden { &[] } else { &client }));
        }
        sqlx::query("UPDATE log_row SET client = $1, leaf = $2 WHERE seq = 2")
            .bind(Vec::<u8>::new())
            .bind(leaf_of(REGISTER, &stored[2], &[]).to_vec())
            .execute(&mut *tx)
            .await
            .unwrap();
        sqlx::query("UPDATE log_head SET frontier = $1").bind(tree.to_bytes()).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let found = desk.verify().await.inconsistencies;
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].to_string().ends_with(" 2: its columns differ from its sealed content"), "{found:?}");
    })
    .await;
}

/// Whoever holds the database and the program can rewrite a whole log so that it agrees with itself. Only the
/// checkpoint outside remembers.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_truncation_and_rewriting_are_found_by_the_checkpoint_outside() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(5)).await;
        desk.checkpoint().await;
        desk.append(REGISTER, &rows(3)).await;
        desk.checkpoint().await;
        let found = desk.verify().await;
        assert_eq!((found.rows, found.checkpoints, found.inconsistencies), (8, 2, vec![]));

        desk.tamper("DELETE FROM log_row; DELETE FROM log_head;").await;
        let gone = desk.verify().await.inconsistencies;
        assert!(gone.iter().any(|i| i.what.contains("a checkpoint outside saw 8 rows")), "{gone:?}");

        desk.append(REGISTER, &rows(6)).await;
        let shorter = desk.verify().await.inconsistencies;
        assert!(shorter.iter().any(|i| i.what.contains("saw 8 rows, the log has 6")), "{shorter:?}");
        assert!(shorter.iter().any(|i| i.row.ends_with("at size 5")), "{shorter:?}");

        desk.append(REGISTER, &rows(2)).await;
        let refused = log::checkpoint(&desk.db, &desk.vault, &desk.witness()).await;
        assert!(matches!(refused, Err(StoreError::Inconsistent { .. })), "the witness refuses a fork");
        let rewritten = desk.verify().await.inconsistencies;
        assert_eq!(rewritten.len(), 2, "both checkpoints disagree: {rewritten:?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_that_our_key_did_not_sign_is_not_believed() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(2)).await;
        desk.checkpoint().await;
        let note = note_file(&desk.witness());
        let text = std::fs::read_to_string(&note).unwrap();
        assert!(witness::Checkpoint::open(&text, &desk.vault).is_some());
        assert!(text.starts_with(&format!("vakka/log/{REGISTER}\n2\n")), "{text}");
        for bad in [text.replace("\n2\n", "\n1\n"), text.replace("\u{2014}", "-"), text[..text.len() - 8].to_owned()] {
            assert!(witness::Checkpoint::open(&bad, &desk.vault).is_none(), "{bad}");
            std::fs::write(&note, bad).unwrap();
            let found = desk.verify().await.inconsistencies;
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].table, "witness");
        }
        let other = Vault::open_or_create(&desk.folder.path().join("other")).unwrap();
        assert!(witness::Checkpoint::open(&text, &other).is_none());
        assert!(witness::verifier_key(&desk.vault, REGISTER).starts_with(&format!("vakka/log/{REGISTER}+")));
    })
    .await;
}

fn note_file(folder: &Path) -> std::path::PathBuf {
    let register = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    std::fs::read_dir(register).unwrap().next().unwrap().unwrap().path()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_found_by_client_and_by_actor_in_order() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        let mut mixed = rows(10);
        for row in mixed.iter_mut().step_by(2) {
            row.client = Some(LogClient { root: "1.2.246.21".into(), id: "other".into() });
        }
        mixed[3].actor.id = "somebody".into();
        mixed[3].reason = Some(Reason { code: "1".into(), text: Some("hätä".into()) });
        mixed[3].outcome = Outcome::Denied("no_grant".into());
        let done = desk.append(REGISTER, &mixed).await;
        assert_eq!((done.first, done.head.size), (0, 10));
        desk.append("other/1", &rows(3)).await;
        let mut tx = desk.db.read().await.unwrap();
        let aino = desk.vault.blind_index(REGISTER, AINO);
        let all = log::rows(&mut tx, &desk.vault, REGISTER, Whose::Client(&aino), 0, 100).await.unwrap();
        assert_eq!(all.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [1, 3, 5, 7, 9]);
        assert_eq!(all[1].1, mixed[3]);
        let page = log::rows(&mut tx, &desk.vault, REGISTER, Whose::Client(&aino), 4, 2).await.unwrap();
        assert_eq!(page.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(), [5, 7]);
        let actor = desk.vault.blind_index(REGISTER, "somebody");
        let found = log::rows(&mut tx, &desk.vault, REGISTER, Whose::Actor(&actor), 0, 100).await.unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(log::rows(&mut tx, &desk.vault, REGISTER, Whose::All, 0, 3).await.unwrap().len(), 3);
        let none = log::rows(&mut tx, &desk.vault, REGISTER, Whose::Client("no index"), 0, 3).await.unwrap();
        assert!(none.is_empty());
        assert_eq!(log::registers(&mut tx).await.unwrap(), [REGISTER, "other/1"]);
    })
    .await;
}

/// Fault 51: a stolen database holds no identity code and no name.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_shows_no_personal_data_in_the_database() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(3)).await;
        let mut tx = desk.db.read().await.unwrap();
        let stored: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT payload FROM log_row UNION ALL SELECT client FROM log_row UNION ALL SELECT actor FROM log_row",
        )
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        assert_eq!(stored.len(), 9);
        for secret in [AINO, WORKER, "Työntekijä"] {
            let found = |bytes: &Vec<u8>| bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
            assert!(!stored.iter().any(found));
            assert!(!format!("{:?}", row(1)).contains(secret));
        }
        let stranger = Vault::open_or_create(&desk.folder.path().join("other")).unwrap();
        assert!(log::rows(&mut tx, &stranger, REGISTER, Whose::All, 0, 3).await.is_err());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_at_once_leave_one_log_without_gaps() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        let writers = (0..20).map(|n| {
            let (db, vault) = (desk.db.clone(), desk.vault.clone());
            tokio::spawn(async move {
                let mut tx = db.write().await?;
                log::append(&mut tx, &vault, REGISTER, &rows(n % 4)).await?;
                if n % 5 == 0 { tx.rollback().await } else { tx.commit().await }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
        let kept: i64 = (0..20).filter(|n| n % 5 != 0).map(|n| n % 4).sum();
        let found = desk.verify().await;
        assert_eq!((found.rows, found.inconsistencies), (kept.unsigned_abs(), vec![]));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_against_the_signed_heads() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        let five = desk.append(REGISTER, &rows(5)).await.head;
        let twelve = desk.append(REGISTER, &rows(7)).await.head;
        let mut tx = desk.db.read().await.unwrap();
        assert_eq!(log::head(&mut tx, REGISTER).await.unwrap(), twelve);
        let proof = log::consistency_proof(&mut tx, REGISTER, 5, 12).await.unwrap().unwrap();
        assert!(merkle::verify_consistency(5, 12, &proof, &five.root, &twelve.root));
        assert!(!merkle::verify_consistency(5, 12, &proof, &twelve.root, &five.root));
        let leaf: Vec<u8> =
            sqlx::query_scalar("SELECT leaf FROM log_row WHERE seq = 3").fetch_one(&mut *tx).await.unwrap();
        let leaf: merkle::Hash = leaf.try_into().unwrap();
        let proof = log::inclusion_proof(&mut tx, REGISTER, 3, 12).await.unwrap().unwrap();
        assert!(merkle::verify_inclusion(&leaf, 3, 12, &proof, &twelve.root));
        assert!(!merkle::verify_inclusion(&leaf, 4, 12, &proof, &twelve.root));
        assert_eq!(log::inclusion_proof(&mut tx, REGISTER, 3, 13).await.unwrap(), None);
        assert_eq!(log::inclusion_proof(&mut tx, REGISTER, 12, 12).await.unwrap(), None);
        assert_eq!(log::consistency_proof(&mut tx, REGISTER, 0, 12).await.unwrap(), None);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_needs_a_name_that_a_note_can_carry() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        for name in ["", "two words", "line\nbreak", "a+b"] {
            let mut tx = desk.db.write().await.unwrap();
            assert!(log::append(&mut tx, &desk.vault, name, &rows(1)).await.is_err(), "{name:?}");
        }
    })
    .await;
}

/// A row of the first release: what was added later is absent in it, and it reads and writes back as it was.
#[test]
fn fr_84_rows_written_before_stay_readable() {
    let old = r#"{"at":1790000000000000,"actor":{"id":"020280-9123","name":"Liisa Lehto","role":"worker","duty":"4","method":"professional 0a"},"organisation":"1.2.246.10.1","unit":"1.2.246.10.1.2","client":{"root":"1.2.246.21","id":"010145-999A"},"documents":[{"id":"1.2.3","version":1}],"action":"read","basis":{"kind":"grant"},"receiver":{"organisation":"1.2.246.10.2","unit":"1.2.246.10.2.1"},"outcome":"done","count":1}"#;
    let row: LogRow = serde_json::from_str(old).unwrap();
    assert_eq!(
        (row.actor.strength.as_deref(), row.organisation_name.as_deref(), row.discloser.is_none()),
        (None, None, true)
    );
    assert_eq!(row.receiver.as_ref().unwrap().unit.as_deref(), Some("1.2.246.10.2.1"));
    assert_eq!(serde_json::to_string(&row).unwrap(), old);
}

/// A proof made of remembered tiles is the proof made of every row, at every place around the edges of tiles.
#[tokio::test(flavor = "multi_thread")]
async fn proofs_of_a_long_log_are_those_of_every_row() {
    for_each_engine(async |db| {
        let desk = Desk::new(db).await;
        desk.append(REGISTER, &rows(3100)).await;
        let tiles = log::Tiles::default();
        let mut tx = desk.db.read().await.unwrap();
        let sizes = [1, 2, 700, 1023, 1024, 1025, 2047, 2048, 2049, 3072, 3100];
        for to in sizes {
            for from in sizes {
                let (plain, tiled) = (
                    log::consistency_proof(&mut tx, REGISTER, from, to).await.unwrap(),
                    tiles.consistency_proof(&mut tx, REGISTER, from, to).await.unwrap(),
                );
                assert_eq!(tiled, plain, "{from} in {to}");
                let (plain, tiled) = (
                    log::inclusion_proof(&mut tx, REGISTER, from, to).await.unwrap(),
                    tiles.inclusion_proof(&mut tx, REGISTER, from, to).await.unwrap(),
                );
                assert_eq!(tiled, plain, "row {from} of {to}");
            }
        }
        for (from, to) in [(0, 5), (6, 5), (1, 3101), (1, u64::MAX), (1, 0)] {
            assert_eq!(tiles.consistency_proof(&mut tx, REGISTER, from, to).await.unwrap(), None, "{from} in {to}");
        }
        assert_eq!(tiles.inclusion_proof(&mut tx, REGISTER, 3100, 3100).await.unwrap(), None);
        assert_eq!(tiles.inclusion_proof(&mut tx, "no register", 0, 1).await.unwrap(), None);
    })
    .await;
}
