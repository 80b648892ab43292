//! Secrets at rest: whoever takes the database file gets neither identity codes nor texts (house plan §3, fault 51).
//!
//! One master key lies in the keys folder, outside every database. From it come, by HKDF, a key for blind indexes, a
//! key that wraps data keys and a key for log rows, each per register. Every client has a data key of its own in each
//! register, kept wrapped in the table `data_key`: destroying that row makes everything sealed under it unreadable,
//! in backups of the other tables too (disposal, functional-spec 3.23).
//!
//! Unwrapped keys are not cached: unwrapping is one AES-GCM block, cheaper than a lock, and a key that nobody holds
//! cannot outlive its destruction, nor be used when the transaction that made it was rolled back.

use std::{
    fs,
    io::Write,
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::Path,
    sync::Arc,
};

use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac, rand,
};

use crate::{
    Connection, Migration, StoreError, Tx,
    layout::make_private_folder,
    packing::{self, Dictionary},
};

/// First byte of everything sealed here, so that another method can follow without guessing.
const VERSION: u8 = 1;
/// Second byte: plain bytes. Values above [`PACKED`] name the zstd dictionary that the bytes were packed with.
const NOT_PACKED: u8 = 0;
/// Second byte: zstd without a dictionary.
const PACKED: u8 = 1;
const KEY_LEN: usize = 32;
const MASTER_FILE: &str = "master.key";
const NOTE_FILE: &str = "log-signing.key";
/// Bytes of a blind index under a new master key: half of the HMAC tells apart more clients than will ever live, and every
/// row that names one carries it in its indexes too. Stands behind the key in its file; where nothing stands, the key is of
/// before and its indexes are whole.
const INDEX_BYTES: usize = 16;
const WHOLE_INDEX: usize = 32;

/// The table of wrapped data keys. Every database that calls [`Vault::data_key`] needs it.
pub const MIGRATIONS: &[Migration] = &[Migration {
    name: "store/0001-data-key",
    sql: "CREATE TABLE data_key (
            register TEXT NOT NULL,
            client TEXT NOT NULL, -- blind index
            wrapped BLOB NOT NULL,
            PRIMARY KEY (register, client)
          );",
}];

/// The master keys of a data folder. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Inner>);

struct Inner {
    master: hkdf::Prk,
    note_seed: [u8; KEY_LEN],
    index_bytes: usize,
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

/// What came out of a packed row.
pub struct Unpacked {
    /// The dictionary that it was packed with, by number.
    pub dictionary: Option<u8>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// A key of one client in one register, or of one register's log.
pub struct DataKey(LessSafeKey);

impl std::fmt::Debug for DataKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DataKey")
    }
}

impl Vault {
    /// Opens the keys folder, making it and its keys where missing. For a new data folder and for stand-ins.
    ///
    /// # Errors
    /// `File` when it cannot be read or written, `Key` when a key is malformed or readable by others (fault 52).
    pub fn open_or_create(folder: &Path) -> Result<Self, StoreError> {
        make_private_folder(folder)?;
        create_key(&folder.join(MASTER_FILE), &format!(" {INDEX_BYTES}"))?;
        create_key(&folder.join(NOTE_FILE), "")?;
        Self::open(folder)
    }

    /// Opens the keys folder of an existing data folder: a missing key is an error here, since a new one would make
    /// everything stored unreadable.
    ///
    /// # Errors
    /// `Key` when a key is missing, malformed, or readable by others (fault 52).
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        let (master, more) = read_key(&folder.join(MASTER_FILE))?;
        let index_bytes = match more.as_str() {
            "" => WHOLE_INDEX,
            more => more.parse().ok().filter(|bytes| (INDEX_BYTES..=WHOLE_INDEX).contains(bytes)).ok_or_else(|| {
                StoreError::Key(format!("what stands behind the key {MASTER_FILE} is no length of indexes"))
            })?,
        };
        let (note_seed, _) = read_key(&folder.join(NOTE_FILE))?;
        let master = hkdf::Salt::new(hkdf::HKDF_SHA256, b"vakka vault 1").extract(&master);
        Ok(Self(Arc::new(Inner { master, note_seed, index_bytes })))
    }

    /// Keyed pseudonym of a text in a register, in hexadecimal digits. The same person has unlike indexes in two
    /// registers, so registers cannot be joined by them.
    pub fn blind_index(&self, register: &str, text: &str) -> String {
        hex::encode(&self.index_key(register).index(text)[..self.0.index_bytes])
    }

    /// The key of a register's blind indexes, for many of them.
    pub(crate) fn index_key(&self, register: &str) -> IndexKey {
        IndexKey(hmac::Key::new(hmac::HMAC_SHA256, &self.derive("blind index", register)))
    }

    /// Makes a data key. The second value is the key wrapped under the master key, to be stored.
    pub fn new_data_key(&self, register: &str) -> (DataKey, Vec<u8>) {
        let mut bytes = random_key();
        let wrapped = self.wrapping_key(register).seal(&bytes, b"data key");
        let key = DataKey::new(&bytes);
        wipe(&mut bytes);
        (key, wrapped)
    }

    /// Unwraps a stored data key.
    ///
    /// # Errors
    /// `Sealed` when it was wrapped under another master key or for another register.
    pub fn unwrap_data_key(&self, register: &str, wrapped: &[u8]) -> Result<DataKey, StoreError> {
        let mut bytes = self.wrapping_key(register).open(wrapped, b"data key")?;
        if bytes.len() != KEY_LEN {
            return Err(StoreError::Sealed);
        }
        let key = DataKey::new(&bytes);
        wipe(&mut bytes);
        Ok(key)
    }

    /// The data key of a client in a register, made and stored in this transaction when missing.
    /// `client` is a blind index.
    ///
    /// # Errors
    /// `Database`; `Sealed` when the stored key is of another master key.
    pub async fn data_key(&self, tx: &mut Tx, register: &str, client: &str) -> Result<DataKey, StoreError> {
        if let Some(key) = self.existing_data_key(tx, register, client).await? {
            return Ok(key);
        }
        let (key, wrapped) = self.new_data_key(register);
        let made = sqlx::query(
            "INSERT INTO data_key (register, client, wrapped) VALUES ($1, $2, $3) ON CONFLICT (register, client) DO NOTHING",
        )
        .bind(register)
        .bind(client)
        .bind(wrapped)
        .execute(&mut **tx)
        .await?;
        if made.rows_affected() == 1 {
            return Ok(key);
        }
        // Another writer was first; its key is the client's.
        self.existing_data_key(tx, register, client).await?.ok_or(StoreError::Sealed)
    }

    /// The data key of a client in a register; `None` when there is none, or it was destroyed.
    ///
    /// # Errors
    /// `Database`; `Sealed` when the stored key is of another master key.
    pub async fn existing_data_key(
        &self,
        connection: &mut Connection,
        register: &str,
        client: &str,
    ) -> Result<Option<DataKey>, StoreError> {
        let wrapped: Option<Vec<u8>> =
            sqlx::query_scalar("SELECT wrapped FROM data_key WHERE register = $1 AND client = $2")
                .bind(register)
                .bind(client)
                .fetch_optional(connection)
                .await?;
        wrapped.map(|wrapped| self.unwrap_data_key(register, &wrapped)).transpose()
    }

    /// Destroys a client's data key: everything sealed under it becomes unreadable for good (FR-86).
    ///
    /// # Errors
    /// `Database`.
    pub async fn destroy_data_key(&self, tx: &mut Tx, register: &str, client: &str) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM data_key WHERE register = $1 AND client = $2")
            .bind(register)
            .bind(client)
            .execute(&mut **tx)
            .await?;
        Ok(())
    }

    /// A key for things of a register that belong to no client and live as long as the register: log rows, settings.
    pub fn register_key(&self, purpose: &str, register: &str) -> DataKey {
        DataKey::new(&self.derive(purpose, register))
    }

    /// Seed of the Ed25519 key that signs checkpoints.
    pub(crate) fn note_seed(&self) -> &[u8; KEY_LEN] {
        &self.0.note_seed
    }

    fn wrapping_key(&self, register: &str) -> DataKey {
        DataKey::new(&self.derive("wrap", register))
    }

    fn derive(&self, purpose: &str, register: &str) -> [u8; KEY_LEN] {
        let mut key = [0; KEY_LEN];
        // The zero byte ends the purpose, so that no purpose and register can spell another pair.
        let info: [&[u8]; 3] = [purpose.as_bytes(), &[0], register.as_bytes()];
        self.0
            .master
            .expand(&info, hkdf::HKDF_SHA256)
            .and_then(|okm| okm.fill(&mut key))
            .expect("HKDF-SHA-256 gives up to 8160 bytes");
        key
    }
}

/// Makes the blind indexes of one register.
pub(crate) struct IndexKey(hmac::Key);

impl IndexKey {
    /// The index as bytes.
    pub(crate) fn index(&self, text: &str) -> [u8; 32] {
        let mut index = [0; 32];
        index.copy_from_slice(hmac::sign(&self.0, text.as_bytes()).as_ref());
        index
    }
}

impl DataKey {
    fn new(bytes: &[u8]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).expect("32 bytes are an AES-256 key")))
    }

    /// Encrypts. `aad` names what this is and where it belongs (register, document id, version): the bytes open only
    /// under the same name.
    pub fn seal(&self, bytes: &[u8], aad: &[u8]) -> Vec<u8> {
        self.seal_as(NOT_PACKED, bytes, aad)
    }

    /// Opens what [`DataKey::seal`] made.
    ///
    /// # Errors
    /// `Sealed` when altered, under another key, or under another name.
    pub fn open(&self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, StoreError> {
        match self.open_any(sealed, aad)? {
            (NOT_PACKED, bytes) => Ok(bytes),
            _ => Err(StoreError::Sealed),
        }
    }

    /// Compresses, then encrypts. The length stands before the compressed bytes, inside the encryption.
    pub fn pack(&self, bytes: &[u8], aad: &[u8]) -> Vec<u8> {
        match packing::pack(bytes, None) {
            Ok(packed) => self.seal_as(PACKED, &packed, aad),
            // Compression fails only for want of memory; plain is larger and as safe.
            Err(_) => self.seal(bytes, aad),
        }
    }

    /// The same with a dictionary, whose number stands in the second byte.
    ///
    /// # Errors
    /// `Sealed` for want of memory, or past 4 GiB.
    pub fn pack_with(&self, bytes: &[u8], dictionary: &'static Dictionary, aad: &[u8]) -> Result<Vec<u8>, StoreError> {
        let packed = packing::pack(bytes, Some(dictionary)).map_err(|_| StoreError::Sealed)?;
        Ok(self.seal_as(dictionary.number(), &packed, aad))
    }

    /// Opens what [`DataKey::pack`] made.
    ///
    /// # Errors
    /// `Sealed` when altered, under another key or name, packed with an unknown dictionary, or over 128 MiB.
    pub fn unpack(&self, sealed: &[u8], aad: &[u8]) -> Result<Vec<u8>, StoreError> {
        match self.unpack_with(sealed, None, aad)? {
            Unpacked { dictionary: None, bytes } => Ok(bytes),
            Unpacked { .. } => Err(StoreError::Sealed),
        }
    }

    /// Opens what [`DataKey::pack`] or [`DataKey::pack_with`] made, and says with which dictionary.
    ///
    /// # Errors
    /// As [`DataKey::unpack`].
    pub fn unpack_with(
        &self,
        sealed: &[u8],
        dictionary: Option<&'static Dictionary>,
        aad: &[u8],
    ) -> Result<Unpacked, StoreError> {
        let plain = |bytes: Option<Vec<u8>>, dictionary| {
            bytes.map(|bytes| Unpacked { dictionary, bytes }).ok_or(StoreError::Sealed)
        };
        match (self.open_any(sealed, aad)?, dictionary) {
            ((NOT_PACKED, bytes), _) => plain(Some(bytes), None),
            ((PACKED, bytes), _) => plain(packing::unpack(&bytes, None), None),
            ((number, bytes), Some(known)) if known.number() == number => {
                plain(packing::unpack(&bytes, Some(known)), Some(number))
            }
            _ => Err(StoreError::Sealed),
        }
    }

    /// Layout: version, method, nonce (12), ciphertext, tag (16). Version and method are authenticated with the AAD.
    fn seal_as(&self, method: u8, bytes: &[u8], aad: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        rand::fill(&mut nonce).expect("the system gives random bytes");
        let mut sealed = Vec::with_capacity(2 + NONCE_LEN + bytes.len() + AES_256_GCM.tag_len());
        sealed.extend_from_slice(&[VERSION, method]);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(bytes);
        let tag = self
            .0
            .seal_in_place_separate_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(full_aad(method, aad)),
                &mut sealed[2 + NONCE_LEN..],
            )
            .expect("AES-GCM takes up to 64 GiB");
        sealed.extend_from_slice(tag.as_ref());
        sealed
    }

    fn open_any(&self, sealed: &[u8], aad: &[u8]) -> Result<(u8, Vec<u8>), StoreError> {
        let (&[version, method], rest) = sealed.split_first_chunk().ok_or(StoreError::Sealed)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(StoreError::Sealed)?;
        if version != VERSION {
            return Err(StoreError::Sealed);
        }
        let mut bytes = rest.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let len = self
            .0
            .open_in_place(nonce, Aad::from(full_aad(method, aad)), &mut bytes)
            .map_err(|_| StoreError::Sealed)?
            .len();
        bytes.truncate(len);
        Ok((method, bytes))
    }
}

fn full_aad(method: u8, aad: &[u8]) -> Vec<u8> {
    [&[VERSION, method], aad].concat()
}

/// Random bytes for keys and tokens.
fn random_key() -> [u8; KEY_LEN] {
    let mut bytes = [0; KEY_LEN];
    rand::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Overwrites a key that is not needed any more. Without `unsafe` the compiler cannot be forced; `black_box` keeps
/// it from removing the write in practice.
fn wipe(bytes: &mut [u8]) {
    bytes.fill(0);
    std::hint::black_box(bytes);
}

/// Makes a key file of 32 random bytes where there is none; `more` stands behind them.
pub(crate) fn create_key(file: &Path, more: &str) -> Result<(), StoreError> {
    // Written beside and linked into place: a half-written key can never be taken for a whole one, and of two
    // programs that start at once only one makes the key.
    if file.exists() {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(Path::new("."));
    let beside = folder.join(format!(".new-{}-{}", std::process::id(), hex::encode(&random_key()[..8])));
    let mut key = random_key();
    let written = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).and_then(|mut f| {
        writeln!(f, "{}{more}", hex::encode(key))?;
        f.sync_all()
    });
    wipe(&mut key);
    written.map_err(StoreError::file(&beside))?;
    let linked = fs::hard_link(&beside, file);
    fs::remove_file(&beside).map_err(StoreError::file(&beside))?;
    match linked {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(StoreError::file(file)(error)),
        _ => fs::File::open(folder).and_then(|f| f.sync_all()).map_err(StoreError::file(folder)),
    }
}

/// Reads a key file that only its owner may read, and what stands behind the key.
pub(crate) fn read_key(file: &Path) -> Result<([u8; KEY_LEN], String), StoreError> {
    let name = file.display();
    let missing = |error| StoreError::Key(format!("the key {name} cannot be read: {error}"));
    let mode = fs::metadata(file).map_err(missing)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(StoreError::Key(format!("the key {name} is readable by others: set its mode to 0600")));
    }
    let mut text = fs::read_to_string(file).map_err(missing)?;
    let mut key = [0; KEY_LEN];
    let (digits, more) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let (read, more) = (hex::decode_to_slice(digits, &mut key), more.to_owned());
    text.clear();
    read.map_err(|_| StoreError::Key(format!("the key {name} is not 64 hexadecimal digits")))?;
    Ok((key, more))
}
