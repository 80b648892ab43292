//! Keys and sealed bytes.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use store::{StoreError, Vault, migrate, testing::for_each_engine, vault};

fn new_vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let vault = Vault::open_or_create(&folder.path().join("keys")).unwrap();
    (folder, vault)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn keys_are_made_once_and_are_private() {
    let (folder, vault) = new_vault();
    let keys = folder.path().join("keys");
    assert_eq!(mode(&keys), 0o700);
    for entry in fs::read_dir(&keys).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    assert_eq!(fs::read_dir(&keys).unwrap().count(), 2);
    let again = Vault::open_or_create(&keys).unwrap();
    assert_eq!(vault.blind_index("r", "x"), again.blind_index("r", "x"));
}

#[test]
fn programs_that_start_at_once_agree_on_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let threads: Vec<_> = (0..8)
        .map(|_| {
            let folder = folder.path().to_owned();
            std::thread::spawn(move || Vault::open_or_create(&folder).unwrap().blind_index("r", "x"))
        })
        .collect();
    let indexes: Vec<String> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    assert!(indexes.iter().all(|index| *index == indexes[0]));
}

#[test]
fn a_missing_damaged_or_readable_key_is_refused() {
    let (folder, _) = new_vault();
    let keys = folder.path().join("keys");
    let master = keys.join("master.key");
    fs::set_permissions(&master, fs::Permissions::from_mode(0o640)).unwrap();
    let error = Vault::open(&keys).unwrap_err().to_string();
    assert!(error.contains("0600"), "{error}");
    fs::set_permissions(&master, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&master, "abc").unwrap();
    assert!(matches!(Vault::open(&keys), Err(StoreError::Key(_))));
    fs::remove_file(&master).unwrap();
    assert!(matches!(Vault::open(&keys), Err(StoreError::Key(_))));
}

#[test]
fn a_blind_index_tells_registers_apart_and_hides_the_text() {
    let (_folder, vault) = new_vault();
    let index = vault.blind_index("1.2.3", "010190-999R");
    assert_eq!(index.len(), 32);
    assert!(!index.contains("010190"));
    assert_ne!(index, vault.blind_index("1.2.4", "010190-999R"));
    assert_ne!(index, new_vault().1.blind_index("1.2.3", "010190-999R"));
}

/// The twin: a key of before finds what was stored under whole indexes.
#[test]
fn a_master_key_of_before_keeps_its_whole_indexes() {
    let (folder, vault) = new_vault();
    let (keys, index) = (folder.path().join("keys"), vault.blind_index("1.2.3", "010190-999R"));
    let master = keys.join("master.key");
    let text = fs::read_to_string(&master).unwrap();
    let (key, length) = text.trim().split_once(' ').unwrap();
    assert_eq!(length, "16");
    fs::write(&master, key).unwrap();
    let whole = Vault::open(&keys).unwrap().blind_index("1.2.3", "010190-999R");
    assert!(whole.len() == 64 && whole.starts_with(&index));
    for wrong in ["8", "33", "-16", "x"] {
        fs::write(&master, format!("{key} {wrong}")).unwrap();
        assert!(matches!(Vault::open(&keys), Err(StoreError::Key(_))), "{wrong}");
    }
}

#[test]
fn sealed_bytes_open_under_their_own_name_and_key_only() {
    let (_folder, vault) = new_vault();
    let (key, wrapped) = vault.new_data_key("r");
    for text in [&b""[..], b"Aino", &[7; 100_000]] {
        let sealed = key.seal(text, b"document 1");
        assert_eq!(key.open(&sealed, b"document 1").unwrap(), text);
        assert!(matches!(key.open(&sealed, b"document 2"), Err(StoreError::Sealed)));
        assert!(matches!(vault.new_data_key("r").0.open(&sealed, b"document 1"), Err(StoreError::Sealed)));
        assert_ne!(sealed, key.seal(text, b"document 1"), "every sealing has its own nonce");
        let again = vault.unwrap_data_key("r", &wrapped).unwrap();
        assert_eq!(again.open(&sealed, b"document 1").unwrap(), text);
    }
    assert!(matches!(vault.unwrap_data_key("other", &wrapped), Err(StoreError::Sealed)));
}

#[test]
fn every_changed_or_missing_byte_is_found() {
    let (_folder, vault) = new_vault();
    let (key, _) = vault.new_data_key("r");
    let sealed = key.pack(b"Aino asuu yksin. Aino asuu yksin.", b"name");
    for at in 0..sealed.len() {
        let mut bad = sealed.clone();
        bad[at] ^= 1;
        assert!(matches!(key.unpack(&bad, b"name"), Err(StoreError::Sealed)), "byte {at}");
        assert!(matches!(key.unpack(&sealed[..at], b"name"), Err(StoreError::Sealed)), "{at} bytes");
    }
    assert!(matches!(key.open(&sealed, b"name"), Err(StoreError::Sealed)), "packed bytes are not plain ones");
}

#[test]
fn packing_makes_text_smaller_and_gives_it_back() {
    let (_folder, vault) = new_vault();
    let (key, _) = vault.new_data_key("r");
    let text = "Asiakas kertoi voivansa hyvin. ".repeat(500);
    let packed = key.pack(text.as_bytes(), b"n");
    assert!(packed.len() < text.len() / 10);
    assert_eq!(key.unpack(&packed, b"n").unwrap(), text.as_bytes());
    assert_eq!(key.unpack(&key.pack(b"", b"n"), b"n").unwrap(), b"");
    assert_eq!(key.unpack(&key.seal(b"plain", b"n"), b"n").unwrap(), b"plain");
}

#[test]
fn a_bomb_is_not_unpacked() {
    let (_folder, vault) = new_vault();
    let (key, _) = vault.new_data_key("r");
    let bomb = key.pack(&vec![0; (128 << 20) + 1], b"n");
    assert!(matches!(key.unpack(&bomb, b"n"), Err(StoreError::Sealed)));
}

#[test]
fn keys_say_nothing_of_themselves() {
    let (_folder, vault) = new_vault();
    assert_eq!(format!("{vault:?} {:?}", vault.new_data_key("r").0), "Vault DataKey");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_keeps_one_data_key_and_loses_everything_with_it() {
    for_each_engine(async |db| {
        migrate(&db, vault::MIGRATIONS).await.unwrap();
        let (_folder, vault) = new_vault();
        let mut tx = db.write().await.unwrap();
        vault.data_key(&mut tx, "r", "lost").await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(vault.existing_data_key(&mut tx, "r", "lost").await.unwrap().is_none(), "rolled back means gone");
        let sealed = vault.data_key(&mut tx, "r", "c").await.unwrap().seal(b"text", b"n");
        tx.commit().await.unwrap();
        let mut tx = db.write().await.unwrap();
        assert_eq!(vault.data_key(&mut tx, "r", "c").await.unwrap().open(&sealed, b"n").unwrap(), b"text");
        assert!(vault.data_key(&mut tx, "r", "d").await.unwrap().open(&sealed, b"n").is_err());
        assert!(vault.data_key(&mut tx, "s", "c").await.unwrap().open(&sealed, b"n").is_err());
        tx.commit().await.unwrap();

        let (_other, stranger) = new_vault();
        let mut tx = db.write().await.unwrap();
        let refused = stranger.existing_data_key(&mut tx, "r", "c").await;
        assert!(matches!(refused, Err(StoreError::Sealed)), "with the master key lost the data stays closed");

        vault.destroy_data_key(&mut tx, "r", "c").await.unwrap();
        assert!(vault.existing_data_key(&mut tx, "r", "c").await.unwrap().is_none());
        let new = vault.data_key(&mut tx, "r", "c").await.unwrap();
        assert!(matches!(new.open(&sealed, b"n"), Err(StoreError::Sealed)), "destroyed means unreadable");
        tx.commit().await.unwrap();
    })
    .await;
}
