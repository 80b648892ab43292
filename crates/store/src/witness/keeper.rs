//! A witness (todistaja): another process on another machine, with a key and a folder of its own, that remembers what
//! the logs were. It cosigns a checkpoint only when the log's own key signed it and a proof shows that every row it has
//! seen before is still there; a shorter, forked or re-signed log it refuses. It keeps before it answers.
//!
//! Here stand its judgement and its memory; the way to the archive is `vakka witness`.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::signature::Ed25519KeyPair;
use jiff::Timestamp;

use super::{Checkpoint, LOG_NAME, MAX_NOTE, PublicKey, add_file, file_name, note, note::Note, note_files, read_note};
use crate::{
    StoreError,
    layout::make_private_folder,
    merkle::{self, Hash},
    vault::{create_key, read_key},
};

/// Name under which the witness cosigns.
pub const WITNESS_NAME: &str = "vakka/witness";
/// The witness's own key, never anywhere but in its folder.
const KEY_FILE: &str = "witness.key";
/// Its public half, for whoever checks the notes.
const OWN_FILE: &str = "witness.vkey";
/// The archive's public key as it was known first.
const LOG_FILE: &str = "archive.vkey";
/// What was ever refused, one line each.
const ALARM_FILE: &str = "alarms.log";

/// Why a checkpoint is not cosigned. Each is an alarm: somebody has changed a log, or its key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// The archive shows another key than the one known from the beginning.
    #[error("the archive's key is another than the one known from the beginning")]
    OtherKey,
    /// A checkpoint that the known key did not sign, or that is none.
    #[error("a checkpoint is not signed with the archive's known key")]
    Unsigned,
    /// The log has fewer rows than were witnessed.
    #[error("the log of {register} has {given} rows, {kept} were witnessed")]
    Shorter {
        /// The register.
        register: String,
        /// Rows witnessed.
        kept: u64,
        /// Rows shown now.
        given: u64,
    },
    /// No proof that the witnessed rows are a beginning of the log.
    #[error("the log of {register} at {given} rows is not a continuation of the {kept} rows witnessed")]
    Forked {
        /// The register.
        register: String,
        /// Rows witnessed.
        kept: u64,
        /// Rows shown now.
        given: u64,
    },
    /// A witnessed log is not shown at all.
    #[error("the log of {register}, {kept} rows of which were witnessed, is gone")]
    Vanished {
        /// The register.
        register: String,
        /// Rows witnessed.
        kept: u64,
    },
}

/// Why the witness could not do its work.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    /// It refuses: an alarm.
    #[error(transparent)]
    Refused(#[from] Doubt),
    /// Its own folder cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// The log is as it was.
    Same,
    /// Cosigned and kept.
    Kept,
}

/// See the module.
pub struct Keeper {
    folder: PathBuf,
    pair: Ed25519KeyPair,
    log_key: Option<PublicKey>,
    heads: BTreeMap<String, Checkpoint>,
}

impl std::fmt::Debug for Keeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keeper").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Keeper {
    /// Opens a witness's folder, making it and its key where missing, and reads the newest note of every log.
    ///
    /// # Errors
    /// `File` and `Key` when the folder cannot be used; `Inconsistent` when its own history does not hold.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        make_private_folder(folder)?;
        create_key(&folder.join(KEY_FILE), "")?;
        let (seed, _) = read_key(&folder.join(KEY_FILE))?;
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are an Ed25519 seed");
        let own = PublicKey::of(&pair);
        if !folder.join(OWN_FILE).exists() {
            add_file(&folder.join(OWN_FILE), &format!("{}\n", own.of_witness(WITNESS_NAME)))?;
        }
        let log_key = match folder.join(LOG_FILE) {
            file if file.exists() => Some(read_public(&file)?),
            _ => None,
        };
        let mut keeper = Self { folder: folder.to_path_buf(), pair, log_key, heads: BTreeMap::new() };
        let mut newest: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
        for file in note_files(folder)? {
            newest.insert(file.parent().unwrap_or(folder).to_path_buf(), file);
        }
        for file in newest.into_values() {
            let key = keeper.log_key.as_ref().ok_or_else(|| broken(&folder.join(LOG_FILE)))?;
            let head = cosigned(&read_note(&file), key, &own).ok_or_else(|| broken(&file))?;
            keeper.heads.insert(head.register.clone(), head);
        }
        Ok(keeper)
    }

    /// Takes the archive's verifier key: the first one is kept for good, a later one must be the same. Gives whether
    /// it was the first.
    ///
    /// # Errors
    /// `OtherKey`; `File` when it cannot be kept.
    pub fn trust(&mut self, verifier_key: &str) -> Result<bool, KeeperError> {
        let given = PublicKey::parse(verifier_key).filter(|(name, _)| name == LOG_NAME).ok_or(Doubt::OtherKey)?.1;
        match &self.log_key {
            Some(known) if *known == given => Ok(false),
            Some(_) => Err(Doubt::OtherKey.into()),
            None => {
                add_file(&self.folder.join(LOG_FILE), &format!("{}\n", given.of_log(LOG_NAME)))?;
                self.log_key = Some(given);
                Ok(true)
            }
        }
    }

    /// The newest checkpoint kept of a log.
    pub fn head(&self, register: &str) -> Option<&Checkpoint> {
        self.heads.get(register)
    }

    /// Logs witnessed so far.
    pub fn logs(&self) -> usize {
        self.heads.len()
    }

    /// The public key in C2SP form, to be given to whoever checks the notes.
    pub fn verifier_key(&self) -> String {
        PublicKey::of(&self.pair).of_witness(WITNESS_NAME)
    }

    /// Reads a note of the archive's, believing the known key only.
    ///
    /// # Errors
    /// `Unsigned`.
    pub fn read(&self, note: &str) -> Result<Checkpoint, Doubt> {
        let key = self.log_key.as_ref().ok_or(Doubt::Unsigned)?;
        // What is kept, with the witness's own line, must be read back at the next start.
        let fits = note.len() as u64 <= MAX_NOTE / 2;
        fits.then(|| Checkpoint::open_with(note, key)).flatten().ok_or(Doubt::Unsigned)
    }

    /// Witnessed logs that are not among those shown.
    pub fn vanished(&self, shown: &[Checkpoint]) -> Vec<Doubt> {
        let gone = |head: &&Checkpoint| head.size > 0 && !shown.iter().any(|given| given.register == head.register);
        self.heads
            .values()
            .filter(gone)
            .map(|head| Doubt::Vanished { register: head.register.clone(), kept: head.size })
            .collect()
    }

    /// From which size to which a consistency proof is needed before [`Keeper::accept`]; `None` when none is.
    pub fn needs_proof(&self, given: &Checkpoint) -> Option<(u64, u64)> {
        let kept = self.heads.get(&given.register)?.size;
        (kept > 0 && kept < given.size).then_some((kept, given.size))
    }

    /// Judges a checkpoint by what was kept, then cosigns and keeps it. Durable when it returns.
    ///
    /// # Errors
    /// The [`Doubt`]; `File` when it cannot be kept: then it counts as not seen.
    pub fn accept(&mut self, note: &str, proof: &[Hash], now: Timestamp) -> Result<Accepted, KeeperError> {
        let given = self.read(note)?;
        if let Some(kept) = self.heads.get(&given.register) {
            judge(kept, &given, proof)?;
            if kept.size == given.size {
                return Ok(Accepted::Same);
            }
        }
        let time = now.as_second().max(0).unsigned_abs();
        let signed = note::sign_over(note, &note::cosign(&given.text(), WITNESS_NAME, &self.pair, time));
        let folder = self.folder.join(file_name(&given.register));
        make_private_folder(&folder)?;
        let file = folder.join(format!("{:020}.note", given.size));
        add_file(&file, &signed)?;
        // A kept note is never written again; the mode says so to every tool.
        let _ = fs::set_permissions(&file, fs::Permissions::from_mode(0o400));
        self.heads.insert(given.register.clone(), given);
        Ok(Accepted::Kept)
    }

    /// Notes an alarm in the witness's own file, which is only ever added to.
    ///
    /// # Errors
    /// `File`.
    pub fn note_alarm(&self, doubt: &Doubt, now: Timestamp) -> Result<(), StoreError> {
        let file = self.folder.join(ALARM_FILE);
        let line = format!("{now} {doubt}\n");
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&file)
            .and_then(|mut f| f.write_all(line.as_bytes()).and_then(|()| f.sync_all()))
            .map_err(StoreError::file(&file))
    }
}

/// Whether a log went on from what was kept. Pure: fault 50 tries it with every forged proof.
fn judge(kept: &Checkpoint, given: &Checkpoint, proof: &[Hash]) -> Result<(), Doubt> {
    let (register, kept_size, given_size) = (given.register.clone(), kept.size, given.size);
    if given.size < kept.size {
        return Err(Doubt::Shorter { register, kept: kept_size, given: given_size });
    }
    // Nothing was witnessed of an empty log, so everything continues it.
    let continues = kept.size == 0
        || (kept.size == given.size && kept.root == given.root)
        || (kept.size < given.size
            && merkle::verify_consistency(kept.size, given.size, proof, &kept.root, &given.root));
    if continues { Ok(()) } else { Err(Doubt::Forked { register, kept: kept_size, given: given_size }) }
}

/// What a witness's folder says, for whoever verifies an archive against it.
#[derive(Debug)]
pub struct Memory {
    /// The archive's key as the witness knows it.
    pub log_key: PublicKey,
    /// Every checkpoint kept.
    pub checkpoints: Vec<Checkpoint>,
    /// Notes that do not hold.
    pub strangers: Vec<PathBuf>,
}

/// Reads a witness's folder, or a copy of it.
///
/// # Errors
/// `File` when the folder is not a witness's or cannot be read; `Inconsistent` when its keys are none.
pub fn memory(folder: &Path) -> Result<Memory, StoreError> {
    let (log_key, own) = (read_public(&folder.join(LOG_FILE))?, read_public(&folder.join(OWN_FILE))?);
    let (mut checkpoints, mut strangers) = (Vec::new(), Vec::new());
    for file in note_files(folder)? {
        match cosigned(&read_note(&file), &log_key, &own) {
            Some(checkpoint) => checkpoints.push(checkpoint),
            None => strangers.push(file),
        }
    }
    Ok(Memory { log_key, checkpoints, strangers })
}

/// A checkpoint that both the log and the witness signed.
fn cosigned(text: &str, log_key: &PublicKey, own: &PublicKey) -> Option<Checkpoint> {
    Note::parse(text)?.cosigned_by(WITNESS_NAME, own)?;
    Checkpoint::open_with(text, log_key)
}

fn read_public(file: &Path) -> Result<PublicKey, StoreError> {
    let text = fs::read_to_string(file).map_err(StoreError::file(file))?;
    Ok(PublicKey::parse(&text).ok_or_else(|| broken(file))?.1)
}

fn broken(file: &Path) -> StoreError {
    StoreError::Inconsistent {
        table: "witness",
        what: format!("{} does not hold what a witness keeps", file.display()),
    }
}
