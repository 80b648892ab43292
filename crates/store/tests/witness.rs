//! The witness: fault 49 (truncation, fork, old backup, re-signing) and fault 50 (forged proofs), on both engines.

use jiff::Timestamp;
use sqlx::Executor;
use std::os::unix::fs::PermissionsExt;
use store::{
    Db, Engine, LogRow, Vault,
    log::{self, Action, Actor, Outcome},
    merkle::{self, Hash},
    migrate,
    testing::for_each_engine,
    witness::{
        self, Checkpoint, LOG_NAME,
        keeper::{Accepted, Doubt, Keeper, KeeperError},
        note,
    },
};

const REGISTER: &str = "1.2.246.10.1246109.10.0";

/// An archive's log and a witness on another machine.
struct Scene {
    db: Db,
    vault: Vault,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn new(db: Db) -> Self {
        migrate(&db, log::MIGRATIONS).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let vault = Vault::open_or_create(&folder.path().join("keys")).unwrap();
        Self { db, vault, folder }
    }

    fn dir(&self) -> std::path::PathBuf {
        self.folder.path().join("elsewhere")
    }

    /// A witness that has been told the archive's key.
    fn keeper(&self) -> Keeper {
        let mut keeper = Keeper::open(&self.dir()).unwrap();
        keeper.trust(&witness::public_key(&self.vault).of_log(LOG_NAME)).unwrap();
        keeper
    }

    async fn append(&self, count: i64, name: &str) {
        let rows: Vec<LogRow> = (0..count).map(|n| row(n, name)).collect();
        let mut tx = self.db.write().await.unwrap();
        log::append(&mut tx, &self.vault, REGISTER, &rows).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// What the archive shows: its head, and the proof from a size.
    async fn shown(&self, from: u64) -> (Checkpoint, Vec<Hash>) {
        let mut tx = self.db.read().await.unwrap();
        let head = log::head(&mut tx, REGISTER).await.unwrap();
        let proof = log::consistency_proof(&mut tx, REGISTER, from, head.size).await.unwrap();
        (head, proof.unwrap_or_default())
    }

    /// Everything gone, as an administrator of the database can do it.
    async fn wipe(&self) {
        let sql = match self.db.engine() {
            Engine::Sqlite => {
                "DROP TRIGGER log_row_no_delete; DROP TRIGGER log_head_no_delete; DELETE FROM log_row; DELETE FROM log_head;"
            }
            Engine::Postgres => {
                "ALTER TABLE log_row DISABLE TRIGGER ALL; ALTER TABLE log_head DISABLE TRIGGER ALL; \
                 DELETE FROM log_row; DELETE FROM log_head;"
            }
        };
        let mut tx = self.db.write().await.unwrap();
        tx.execute(sql).await.unwrap();
        tx.commit().await.unwrap();
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn row(n: i64, name: &str) -> LogRow {
    let actor = Actor { id: name.into(), role: "worker".into(), ..Actor::default() };
    LogRow::new(at(n), actor, REGISTER, Action::Read, Outcome::Done)
}

fn refused(result: Result<Accepted, KeeperError>) -> Doubt {
    match result {
        Err(KeeperError::Refused(doubt)) => doubt,
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_the_witness_cosigns_a_log_that_goes_on_and_remembers_it() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let mut keeper = scene.keeper();
        scene.append(5, "a").await;
        let (five, _) = scene.shown(0).await;
        assert_eq!(keeper.needs_proof(&five), None);
        assert_eq!(keeper.accept(&five.sign(&scene.vault), &[], at(0)).unwrap(), Accepted::Kept);
        assert_eq!(keeper.accept(&five.sign(&scene.vault), &[], at(1)).unwrap(), Accepted::Same);
        scene.append(8, "a").await;
        let (thirteen, proof) = scene.shown(5).await;
        let mut again = scene.keeper();
        assert_eq!(again.needs_proof(&thirteen), Some((5, 13)), "a new process remembers");
        assert_eq!(again.accept(&thirteen.sign(&scene.vault), &proof, at(2)).unwrap(), Accepted::Kept);
        let memory = witness::keeper::memory(&scene.dir()).unwrap();
        assert_eq!((memory.checkpoints, memory.strangers), (vec![five, thirteen], vec![]));
        // A kept note is signed by both, says when, and is not to be written again.
        let register = std::fs::read_dir(scene.dir()).unwrap().flatten().find(|f| f.path().is_dir()).unwrap().path();
        let file = register.join("00000000000000000013.note");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o400);
        let text = note::Note::parse(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let (name, key) = witness::PublicKey::parse(&again.verifier_key()).unwrap();
        assert_eq!(text.cosigned_by(&name, &key), Some(at(2).as_second().unsigned_abs()));
        // And a note that somebody changed is no memory.
        std::fs::remove_file(&file).unwrap();
        std::fs::copy(register.join("00000000000000000005.note"), &file).unwrap();
        let text = std::fs::read_to_string(&file).unwrap().replace("\n5\n", "\n6\n");
        std::fs::remove_file(&file).unwrap();
        std::fs::write(&file, text).unwrap();
        assert!(Keeper::open(&scene.dir()).is_err());
        assert_eq!(witness::keeper::memory(&scene.dir()).unwrap().strangers, [file]);
    })
    .await;
}

/// The attacker has the database and the archive's signing key, and rewrites everything so that it agrees with itself.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_the_witness_refuses_a_rewritten_log_though_the_right_key_signed_it() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let mut keeper = scene.keeper();
        scene.append(9, "a").await;
        let (nine, _) = scene.shown(0).await;
        keeper.accept(&nine.sign(&scene.vault), &[], at(0)).unwrap();
        scene.wipe().await;
        let (gone, _) = scene.shown(0).await;
        let none: Vec<Checkpoint> = Vec::new();
        assert_eq!(keeper.vanished(&none), [Doubt::Vanished { register: REGISTER.into(), kept: 9 }]);
        let shorter = Doubt::Shorter { register: REGISTER.into(), kept: 9, given: 0 };
        assert_eq!(refused(keeper.accept(&gone.sign(&scene.vault), &[], at(1))), shorter);
        scene.append(7, "b").await;
        let shorter = Doubt::Shorter { register: REGISTER.into(), kept: 9, given: 7 };
        assert_eq!(refused(keeper.accept(&scene.shown(0).await.0.sign(&scene.vault), &[], at(1))), shorter);
        for given in [9, 12] {
            scene.append(given - 9 + if given == 9 { 2 } else { 0 }, "b").await;
            let (head, proof) = scene.shown(9).await;
            let forked = Doubt::Forked { register: REGISTER.into(), kept: 9, given: head.size };
            assert_eq!(refused(keeper.accept(&head.sign(&scene.vault), &proof, at(2))), forked);
        }
        assert_eq!(keeper.head(REGISTER), Some(&nine), "what was refused is not remembered");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_84_the_witness_refuses_another_key_and_a_stranger_s_signature() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let mut keeper = scene.keeper();
        scene.append(4, "a").await;
        let (four, _) = scene.shown(0).await;
        keeper.accept(&four.sign(&scene.vault), &[], at(0)).unwrap();
        let other = Vault::open_or_create(&scene.folder.path().join("other")).unwrap();
        let key = witness::public_key(&other).of_log(LOG_NAME);
        assert!(matches!(keeper.trust(&key), Err(KeeperError::Refused(Doubt::OtherKey))));
        assert!(matches!(keeper.trust("vakka/log+00000000+AAAA"), Err(KeeperError::Refused(Doubt::OtherKey))));
        assert!(!keeper.trust(&witness::public_key(&scene.vault).of_log(LOG_NAME)).unwrap());
        assert_eq!(refused(keeper.accept(&four.sign(&other), &[], at(1))), Doubt::Unsigned);
        let note = four.sign(&scene.vault);
        for bad in [note.replace("\n4\n", "\n5\n"), note.replace("\u{2014}", "-"), note[..note.len() - 9].to_owned()] {
            assert_eq!(refused(keeper.accept(&bad, &[], at(1))), Doubt::Unsigned);
        }
        // The history of the first key is not read with the second.
        std::fs::write(scene.dir().join("archive.vkey"), key).unwrap();
        assert!(Keeper::open(&scene.dir()).is_err());
    })
    .await;
}

/// Fault 50: every way in which a proof can be forged, fed to the verifier that the witness uses.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_a_forged_consistency_proof_convinces_nobody() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        scene.append(6, "a").await;
        let (six, _) = scene.shown(0).await;
        scene.append(7, "a").await;
        let (thirteen, proof) = scene.shown(6).await;
        let mut forged: Vec<Vec<Hash>> = vec![Vec::new(), vec![thirteen.root], vec![six.root, thirteen.root]];
        for at in 0..proof.len() {
            for byte in [0, 31] {
                let mut bad = proof.clone();
                bad[at][byte] ^= 1;
                forged.push(bad);
            }
            forged.push(proof[..at].to_vec());
            let mut swapped = proof.clone();
            swapped.swap(at, (at + 1) % proof.len());
            forged.push(swapped);
            let mut twice = proof.clone();
            twice.insert(at, proof[at]);
            forged.push(twice);
        }
        let mut tx = scene.db.read().await.unwrap();
        for from in [1, 5, 7, 12] {
            forged.push(log::consistency_proof(&mut tx, REGISTER, from, 13).await.unwrap().unwrap());
        }
        tx.rollback().await.unwrap();
        let mut keeper = scene.keeper();
        keeper.accept(&six.sign(&scene.vault), &[], at(0)).unwrap();
        let signed = thirteen.sign(&scene.vault);
        for (number, bad) in forged.iter().enumerate().filter(|(_, bad)| **bad != proof) {
            assert!(matches!(refused(keeper.accept(&signed, bad, at(1))), Doubt::Forked { .. }), "forgery {number}");
        }
        assert_eq!(keeper.accept(&signed, &proof, at(1)).unwrap(), Accepted::Kept);
    })
    .await;
}

/// Fault 50, inclusion: a proof for one row convinces of no other row, place, size or root; a node is no leaf.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_a_forged_inclusion_proof_convinces_nobody() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        scene.append(11, "a").await;
        let (head, _) = scene.shown(0).await;
        let mut tx = scene.db.read().await.unwrap();
        let leaves: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT leaf FROM log_row ORDER BY seq").fetch_all(&mut *tx).await.unwrap();
        let leaves: Vec<Hash> = leaves.into_iter().map(|leaf| leaf.try_into().unwrap()).collect();
        for index in 0..11_u64 {
            let leaf = leaves[usize::try_from(index).unwrap()];
            let proof = log::inclusion_proof(&mut tx, REGISTER, index, 11).await.unwrap().unwrap();
            assert!(merkle::verify_inclusion(&leaf, index, 11, &proof, &head.root));
            assert!(!merkle::verify_inclusion(&merkle::node(&leaf, &leaf), index, 11, &proof, &head.root));
            assert!(!merkle::verify_inclusion(&leaf, index, 11, &proof, &leaf));
            assert!(!merkle::verify_inclusion(&leaf, index, 11, &[], &head.root));
            for other in (0..12).filter(|other| *other != index) {
                assert!(!merkle::verify_inclusion(&leaf, other, 11, &proof, &head.root));
            }
            for size in [0, 1, u64::MAX] {
                assert!(!merkle::verify_inclusion(&leaf, index, size, &proof, &head.root));
            }
            for at in 0..proof.len() {
                let mut bad = proof.clone();
                bad[at][31] ^= 0x80;
                assert!(!merkle::verify_inclusion(&leaf, index, 11, &bad, &head.root));
            }
        }
        // The second pre-image of an inner node: the pair of its children is no row.
        let inner = merkle::node(&leaves[0], &leaves[1]);
        let shorter = log::inclusion_proof(&mut tx, REGISTER, 0, 11).await.unwrap().unwrap()[1..].to_vec();
        assert!(!merkle::verify_inclusion(&inner, 0, 11, &shorter, &head.root));
    })
    .await;
}

/// The archive's own folder of checkpoints was rewritten with the database; the witness's memory was not.
#[tokio::test(flavor = "multi_thread")]
async fn fr_84_verification_against_the_witness_finds_what_the_own_checkpoints_hide() {
    for_each_engine(async |db| {
        let scene = Scene::new(db).await;
        let own = scene.folder.path().join("witness");
        scene.append(8, "a").await;
        scene.keeper().accept(&scene.shown(0).await.0.sign(&scene.vault), &[], at(0)).unwrap();
        scene.wipe().await;
        scene.append(6, "b").await;
        log::checkpoint(&scene.db, &scene.vault, &own).await.unwrap();
        assert_eq!(log::verify(&scene.db, &scene.vault, &own).await.unwrap().inconsistencies, vec![]);
        let verify = async |vault: &Vault| {
            let (found, ()) = log::verify_with(&scene.db, vault, &own, Some(&scene.dir()), ()).await.unwrap();
            found.inconsistencies.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let told = verify(&scene.vault).await;
        let expected = format!("log_row {REGISTER} 6: truncated: a checkpoint outside saw 8 rows, the log has 6");
        assert_eq!(told, [expected]);
        scene.append(2, "b").await;
        let told = verify(&scene.vault).await;
        assert!(told.len() == 1 && told[0].starts_with(&format!("log_row {REGISTER} at size 8: ")), "{told:?}");
        let thief = Vault::open_or_create(&scene.folder.path().join("thief")).unwrap();
        let told = verify(&thief).await;
        assert!(told.iter().any(|line| line.contains("the key was replaced")), "{told:?}");
        assert!(log::verify_with(&scene.db, &scene.vault, &own, Some(&own), ()).await.is_err(), "no witness's folder");
    })
    .await;
}
