//! A copy of the data folder while it is in use, and back (fault 58).

use std::{fs, os::unix::fs::PermissionsExt};

use jiff::Timestamp;
use store::{
    Db, Layout, LogRow, StoreError, Vault, backup,
    log::{self, Action, Actor, Outcome},
    migrate,
};

async fn filled(layout: &Layout) -> (Db, Vault) {
    let vault = Vault::open_or_create(&layout.keys()).unwrap();
    let db = Db::open(&layout.archive_url()).await.unwrap();
    migrate(&db, log::MIGRATIONS).await.unwrap();
    append(&db, &vault).await;
    log::checkpoint(&db, &vault, &layout.witness()).await.unwrap();
    fs::create_dir_all(layout.blobs().join("ab")).unwrap();
    fs::write(layout.blobs().join("ab/cd"), b"recording").unwrap();
    fs::write(layout.config(), "mode = \"demo\"").unwrap();
    (db, vault)
}

async fn append(db: &Db, vault: &Vault) {
    let row = LogRow::new(Timestamp::UNIX_EPOCH, Actor::default(), "1.2", Action::Archive, Outcome::Done);
    let mut tx = db.write().await.unwrap();
    log::append(&mut tx, vault, "r", &vec![row; 40]).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_in_use_comes_back_whole_and_verifies() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::create(folder.path().join("data")).unwrap();
    let (db, vault) = filled(&layout).await;
    let copy = folder.path().join("copy");
    assert_eq!(backup::backup(layout.root(), &copy).await.unwrap(), 6);
    append(&db, &vault).await;

    let back = Layout::new(folder.path().join("back"));
    assert_eq!(backup::restore(&copy, back.root()).unwrap(), 6);
    assert_eq!(fs::read(back.blobs().join("ab/cd")).unwrap(), b"recording");
    assert_eq!(fs::read_to_string(back.config()).unwrap(), "mode = \"demo\"");
    let vault = Vault::open(&back.keys()).unwrap();
    let db = Db::open(&back.archive_url()).await.unwrap();
    let found = log::verify(&db, &vault, &back.witness()).await.unwrap();
    assert_eq!((found.rows, found.checkpoints, found.inconsistencies), (40, 1, vec![]));
    let mode = fs::metadata(back.keys().join("master.key")).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_that_is_older_than_its_witness_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::create(folder.path().join("data")).unwrap();
    let (db, vault) = filled(&layout).await;
    let copy = folder.path().join("copy");
    backup::backup(layout.root(), &copy).await.unwrap();
    append(&db, &vault).await;
    log::checkpoint(&db, &vault, &layout.witness()).await.unwrap();
    let back = Layout::new(folder.path().join("back"));
    backup::restore(&copy, back.root()).unwrap();
    let old = Db::open(&back.archive_url()).await.unwrap();
    let found = log::verify(&old, &vault, &layout.witness()).await.unwrap();
    assert!(found.inconsistencies.iter().any(|i| i.what.contains("truncated")), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_or_a_full_target_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let layout = Layout::create(folder.path().join("data")).unwrap();
    filled(&layout).await;
    let copy = folder.path().join("copy");
    backup::backup(layout.root(), &copy).await.unwrap();
    assert!(matches!(backup::backup(layout.root(), &copy).await, Err(StoreError::File { .. })), "not empty");
    assert!(matches!(backup::restore(&copy, layout.root()), Err(StoreError::File { .. })), "not empty");
    let inside = backup::backup(layout.root(), &layout.root().join("copies")).await;
    assert!(matches!(inside, Err(StoreError::Inconsistent { .. })), "a copy inside itself");
    let blob = copy.join("blobs/ab/cd");
    let target = folder.path().join("back");
    for spoil in
        [&|| fs::write(&blob, b"recordinG").unwrap() as (), &|| fs::remove_file(&blob).unwrap()] as [&dyn Fn(); 2]
    {
        spoil();
        let refused = backup::restore(&copy, &target).unwrap_err().to_string();
        assert!(refused.contains("blobs/ab/cd"), "{refused}");
        assert!(!target.exists(), "nothing of a damaged backup is put in place");
    }
    fs::write(&blob, b"recording").unwrap();
    fs::write(copy.join("blobs/stranger"), b"").unwrap();
    let refused = backup::restore(&copy, &target).unwrap_err().to_string();
    assert!(refused.contains("blobs/stranger"), "{refused}");
}
