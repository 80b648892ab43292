//! Checkpoints of the logs, signed and kept outside the database (decisions.md 17, fault 49).
//!
//! A Merkle root inside the database proves nothing against whoever can write the database. A checkpoint is a C2SP
//! signed note of a C2SP tlog-checkpoint: origin, size, root, signature. One file per checkpoint is added under
//! `witness/<register>/`; copying that folder to another machine makes even its administrator's hand visible.
//! aws-lc signs; the crates for notes would bring a second library of cryptography for thirty lines.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};

use crate::{StoreError, Vault, layout::make_private_folder, merkle::Hash};

/// Type byte of Ed25519 in C2SP signed-note.
const ED25519_TYPE: u8 = 1;
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

    /// The checkpoint as a signed note.
    pub fn sign(&self, vault: &Vault) -> String {
        let text = self.text();
        let pair = key_pair(vault);
        let name = origin(&self.register);
        let mut signature = key_hash(&name, pair.public_key().as_ref()).to_vec();
        signature.extend_from_slice(pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n\u{2014} {name} {}\n", BASE64.encode(signature))
    }

    /// Reads a signed note, believing nothing that our key did not sign.
    pub fn open(note: &str, vault: &Vault) -> Option<Self> {
        let (text, signatures) = note.split_once("\n\n")?;
        let text = format!("{text}\n");
        let mut lines = text.lines();
        let name = lines.next()?;
        let checkpoint = Self {
            register: name.strip_prefix("vakka/log/")?.to_owned(),
            size: lines.next()?.parse().ok()?,
            root: BASE64.decode(lines.next()?).ok()?.try_into().ok()?,
        };
        let pair = key_pair(vault);
        let public = pair.public_key().as_ref();
        let signed = signatures.lines().any(|line| {
            let Some((signer, signature)) = line.strip_prefix("\u{2014} ").and_then(|l| l.split_once(' ')) else {
                return false;
            };
            let signature = BASE64.decode(signature).unwrap_or_default();
            signer == name
                && signature.split_first_chunk::<4>().is_some_and(|(hash, signature)| {
                    *hash == key_hash(name, public)
                        && UnparsedPublicKey::new(&ED25519, public).verify(text.as_bytes(), signature).is_ok()
                })
        });
        (signed && checkpoint.text() == text).then_some(checkpoint)
    }
}

/// The public key of a register's checkpoints in C2SP form (`name+hash+key`), for auditors outside.
pub fn verifier_key(vault: &Vault, register: &str) -> String {
    let pair = key_pair(vault);
    let (name, public) = (origin(register), pair.public_key().as_ref());
    let typed = [&[ED25519_TYPE], public].concat();
    format!("{name}+{}+{}", hex::encode(key_hash(&name, public)), BASE64.encode(typed))
}

fn origin(register: &str) -> String {
    format!("vakka/log/{register}")
}

fn key_pair(vault: &Vault) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(vault.note_seed()).expect("any 32 bytes are an Ed25519 seed")
}

/// C2SP signed-note: the first four bytes of SHA-256(name, newline, type, key).
fn key_hash(name: &str, public: &[u8]) -> [u8; 4] {
    let hash = digest(&SHA256, &[name.as_bytes(), b"\n", &[ED25519_TYPE], public].concat());
    hash.as_ref()[..4].try_into().expect("SHA-256 has 32 bytes")
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
            Ok(file)
        } else {
            Err(StoreError::Inconsistent {
                table: "log_head",
                what: format!("another root was witnessed at size {}", checkpoint.size),
            })
        };
    }
    let beside = folder.join(format!(".{:020}.{}", checkpoint.size, std::process::id()));
    fs::File::create(&beside)
        .and_then(|mut f| f.write_all(note.as_bytes()).and_then(|()| f.sync_all()))
        .and_then(|()| fs::rename(&beside, &file))
        .and_then(|()| fs::File::open(&folder)?.sync_all())
        .map_err(StoreError::file(&file))?;
    Ok(file)
}

/// What the witness folder holds: readable checkpoints, and files that are none, as paths.
///
/// # Errors
/// `File` when the folder cannot be read. A missing folder is an empty one.
pub fn kept(folder: &Path, vault: &Vault) -> Result<(Vec<Checkpoint>, Vec<PathBuf>), StoreError> {
    let (mut checkpoints, mut strangers) = (Vec::new(), Vec::new());
    for register in list(folder)? {
        for file in list(&register)?.into_iter().filter(|f| f.extension().is_some_and(|e| e == "note")) {
            let small = fs::metadata(&file).is_ok_and(|m| m.len() <= MAX_NOTE);
            let note = if small { fs::read_to_string(&file).unwrap_or_default() } else { String::new() };
            match Checkpoint::open(&note, vault) {
                Some(checkpoint) => checkpoints.push(checkpoint),
                None => strangers.push(file),
            }
        }
    }
    checkpoints.sort_by(|a, b| (&a.register, a.size).cmp(&(&b.register, b.size)));
    Ok((checkpoints, strangers))
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
