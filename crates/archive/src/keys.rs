//! Data keys in memory: one per client and register, so that encrypting a document costs no round trip (house.md 3).
//!
//! A key that is not stored yet travels with its document to the writer, which stores both in one transaction. Until
//! that commit every further document of the client carries it too; the writer keeps one.

use crate::intake::rows::NewKey;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Db, StoreError, Vault, vault::DataKey};

/// Most keys in memory; 32 bytes and a name each. Beyond it all are read anew as needed.
const KEYS_MAX: usize = 200_000;

#[derive(Clone)]
struct Held {
    key: Arc<DataKey>,
    /// Wrapped form while the key is not known to be stored.
    unstored: Option<Vec<u8>>,
}

/// See the module.
pub struct KeyRing {
    db: Db,
    vault: Vault,
    held: Mutex<HashMap<(String, String), Held>>,
}

impl std::fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("KeyRing(…)")
    }
}

impl KeyRing {
    /// An empty ring over a database.
    pub fn new(db: Db, vault: Vault) -> Self {
        Self { db, vault, held: Mutex::default() }
    }

    fn get(&self, name: &(String, String)) -> Option<Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// Keeps a key unless another task was first; gives the one that is kept.
    fn put(&self, name: (String, String), held: Held) -> Held {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEYS_MAX {
            // Keys that are not stored yet must stay: documents sealed under them are on their way.
            all.retain(|_, held| held.unstored.is_some());
        }
        all.entry(name).or_insert(held).clone()
    }

    /// The key for writing, made when the subject has none; the second value is what the writer must store.
    ///
    /// # Errors
    /// What the database says, or that the stored key does not open.
    pub async fn for_writing(
        &self,
        register: &str,
        subject: &str,
    ) -> Result<(Arc<DataKey>, Option<NewKey>), StoreError> {
        let name = (register.to_owned(), subject.to_owned());
        let held = match self.get(&name) {
            Some(held) => held,
            None => self.load_or_make(name.clone()).await?,
        };
        let new = held.unstored.map(|wrapped| NewKey { register: name.0, subject: name.1, wrapped });
        Ok((held.key, new))
    }

    async fn load_or_make(&self, name: (String, String)) -> Result<Held, StoreError> {
        let mut tx = self.db.read_here().await?;
        let stored = self.vault.existing_data_key(&mut tx, &name.0, &name.1).await?;
        tx.rollback().await?;
        let held = match stored {
            Some(key) => Held { key: Arc::new(key), unstored: None },
            None => {
                let (key, wrapped) = self.vault.new_data_key(&name.0);
                Held { key: Arc::new(key), unstored: Some(wrapped) }
            }
        };
        Ok(self.put(name, held))
    }

    /// Notes that a key is stored now.
    pub fn stored(&self, key: &NewKey) {
        let name = (key.register.clone(), key.subject.clone());
        if let Some(held) = self.held.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&name) {
            held.unstored = None;
        }
    }

    /// The key for reading.
    ///
    /// # Errors
    /// `Sealed` when there is none (destroyed with its client's data), or what the database says.
    pub async fn for_reading(&self, register: &str, subject: &str) -> Result<Arc<DataKey>, StoreError> {
        let name = (register.to_owned(), subject.to_owned());
        if let Some(held) = self.get(&name) {
            return Ok(held.key);
        }
        let mut tx = self.db.read_here().await?;
        let key = self.vault.existing_data_key(&mut tx, register, subject).await?.ok_or(StoreError::Sealed)?;
        tx.rollback().await?;
        Ok(self.put(name, Held { key: Arc::new(key), unstored: None }).key)
    }

    /// Forgets keys that were destroyed (FR-86).
    pub fn forget(&self, register: &str, subjects: &[String]) {
        let mut all = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for subject in subjects {
            all.remove(&(register.to_owned(), subject.clone()));
        }
    }
}

/// The name under which a document's bytes are sealed: they open as this document and as no other.
pub fn document_aad(document: &str) -> Vec<u8> {
    format!("document {document}").into_bytes()
}
