//! Checkpoints of the logs, signed and kept outside the database (decisions.md 17, fault 49).
//!
//! A Merkle root inside the database proves nothing against whoever can write the database. A checkpoint is a C2SP
//! signed note of a C2SP tlog-checkpoint: origin, size, root, signature. The archive puts one file per checkpoint
//! under `witness/<register>/`; a [`keeper`] on another machine, with a key of its own, makes even the hand of the
//! archive's own administrator visible.

pub mod keeper;
pub mod note;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::Ed25519KeyPair,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

pub use note::PublicKey;

use crate::{StoreError, Vault, layout::make_private_folder, merkle::Hash};
use note::Note;

/// Name of the key that signs the checkpoints of every register; a register's own origin begins with it.
pub const LOG_NAME: &str = "vakka/log";
/// Longest note read: one signature line more than ours would still fit.
const MAX_NOTE: u64 = 16 << 10;

/// Size and root of a register's log at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The register (controller and register id), the note's origin after `vakka/log/`.
    pub register: String,
    /// Number of rows.
    pub size: u64,
    /// Root over these rows.
    pub root: Hash,
}

impl Checkpoint {
    fn text(&self) -> String {
        format!("{}\n{}\n{}\n", origin(&self.register), self.size, BASE64.encode(self.root))
    }

    /// Reads the text of a checkpoint, and only in the one form that [`Checkpoint::text`] gives.
    fn of_text(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let checkpoint = Self {
            register: lines.next()?.strip_prefix(LOG_NAME)?.strip_prefix('/')?.to_owned(),
            size: lines.next()?.parse().ok()?,
            root: BASE64.decode(lines.next()?).ok()?.try_into().ok()?,
        };
        (checkpoint.text() == text).then_some(checkpoint)
    }

    /// The checkpoint as a signed note.
    pub fn sign(&self, vault: &Vault) -> String {
        note::sign(&self.text(), &origin(&self.register), &key_pair(vault))
    }

    /// Reads a signed note, believing nothing that our key did not sign.
    pub fn open(note: &str, vault: &Vault) -> Option<Self> {
        Self::open_with(note, &public_key(vault))
    }

    /// Reads a signed note, believing nothing that this key did not sign.
    pub fn open_with(note: &str, key: &PublicKey) -> Option<Self> {
        let note = Note::parse(note)?;
        let checkpoint = Self::of_text(&note.text)?;
        note.signed_by(&origin(&checkpoint.register), key).then_some(checkpoint)
    }
}

/// The public key of the archive's checkpoints.
pub fn public_key(vault: &Vault) -> PublicKey {
    PublicKey::of(&key_pair(vault))
}

/// The public key of a register's checkpoints in C2SP form (`name+hash+key`), for auditors outside.
pub fn verifier_key(vault: &Vault, register: &str) -> String {
    public_key(vault).of_log(&origin(register))
}

fn origin(register: &str) -> String {
    format!("{LOG_NAME}/{register}")
}

fn key_pair(vault: &Vault) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(vault.note_seed()).expect("any 32 bytes are an Ed25519 seed")
}

/// Adds a checkpoint to the witness folder. Durable when it returns; writing the same one again changes nothing.
///
/// # Errors
/// `File` when it cannot be written; `Inconsistent` when another root was witnessed at this size.
pub fn keep(folder: &Path, checkpoint: &Checkpoint, vault: &Vault) -> Result<PathBuf, StoreError> {
    let folder = folder.join(file_name(&checkpoint.register));
    make_private_folder(&folder)?;
    let file = folder.join(format!("{:020}.note", checkpoint.size));
    let note = checkpoint.sign(vault);
    if let Ok(before) = fs::read_to_string(&file) {
        // Ed25519 signs the same text alike, so the same checkpoint is the same note.
        return if before == note {
            // It may stand there by a try whose last sync failed: only a sync that succeeds makes its name durable.
            sync(&folder).map_err(StoreError::file(&file))?;
            Ok(file)
        } else {
            Err(StoreError::Inconsistent {
                table: "log_head",
                what: format!("another root was witnessed at size {}", checkpoint.size),
            })
        };
    }
    add_file(&file, &note)?;
    Ok(file)
}

/// Adds a file that is whole and durable, or not there at all.
fn add_file(file: &Path, text: &str) -> Result<(), StoreError> {
    let folder = file.parent().unwrap_or(Path::new("."));
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}", std::process::id()));
    fs::File::create(&beside)
        .and_then(|mut f| f.write_all(text.as_bytes()).and_then(|()| f.sync_all()))
        .and_then(|()| fs::rename(&beside, file))
        .and_then(|()| sync(folder))
        .map_err(StoreError::file(file))
}

/// Makes the names in a folder durable.
fn sync(folder: &Path) -> std::io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// What the witness folder holds: readable checkpoints, and files that are none, as paths.
///
/// # Errors
/// `File` when the folder cannot be read. A missing folder is an empty one.
pub fn kept(folder: &Path, vault: &Vault) -> Result<(Vec<Checkpoint>, Vec<PathBuf>), StoreError> {
    let (mut checkpoints, mut strangers) = (Vec::new(), Vec::new());
    for file in note_files(folder)? {
        match Checkpoint::open(&read_note(&file), vault) {
            Some(checkpoint) => checkpoints.push(checkpoint),
            None => strangers.push(file),
        }
    }
    checkpoints.sort_by(|a, b| (&a.register, a.size).cmp(&(&b.register, b.size)));
    Ok((checkpoints, strangers))
}

/// The notes of all registers in a folder, by register and size.
fn note_files(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    let mut files = Vec::new();
    for register in list(folder)?.into_iter().filter(|path| path.is_dir()) {
        files.extend(list(&register)?.into_iter().filter(|f| f.extension().is_some_and(|e| e == "note")));
    }
    Ok(files)
}

/// The text of a note, or nothing when it is unreadable or too long to be one.
fn read_note(file: &Path) -> String {
    let small = fs::metadata(file).is_ok_and(|m| m.len() <= MAX_NOTE);
    if small { fs::read_to_string(file).unwrap_or_default() } else { String::new() }
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, StoreError> {
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut paths: Vec<PathBuf> =
        entries.map_err(StoreError::file(folder))?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// A register's folder name: its own name where that is safe on every file system, with a short hash of the name
/// so that two registers never share one.
fn file_name(register: &str) -> String {
    let safe: String =
        register.chars().take(80).map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' }).collect();
    format!("{}-{}", safe.trim_start_matches('.'), &hex::encode(digest(&SHA256, register.as_bytes()))[..8])
}
