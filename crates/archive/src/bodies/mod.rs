//! How the bytes of documents are stored, and given back byte for byte.
//!
//! A body is folded ([`shape`]), compressed with the dictionary of all documents and encrypted under its client's key.
//! The dictionary's number in the row says so; rows of before have none and hold the signed bytes as they are. Beside the
//! body stands the header in the form in which an answer carries it, so that a search of metadata neither opens nor reads
//! a body. Certificates are kept once, under a key of the archive's own.

mod shape;

use crate::{
    intake::rows::{NewCertificate, Sealed},
    sql,
};
pub use shape::Name;
use shape::{Folded, Unfolding};
use sqlx::Row;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Db, StoreError, Vault, packing::documents, vault::DataKey};

/// Most certificates in memory, about 1.5 kB each; beyond it all are read anew as needed.
const HELD_MAX: usize = 20_000;
/// What the key and the blind indexes of certificates are made for.
const CERTIFICATES: &str = "certificates";

struct Held {
    der: Arc<Vec<u8>>,
    stored: bool,
}

/// Why a body did not open.
#[derive(Debug)]
pub enum Unopened {
    /// These certificates are not in memory: [`Bodies::load`] them and open again.
    Certificates(Vec<Name>),
    /// It does not open at all.
    Store(StoreError),
}

/// See the module.
pub struct Bodies {
    db: Db,
    vault: Vault,
    key: DataKey,
    held: Mutex<HashMap<Name, Held>>,
}

impl std::fmt::Debug for Bodies {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bodies(…)")
    }
}

/// What a document is compressed as, for whoever trains a dictionary.
pub fn fold(bytes: &[u8]) -> Vec<u8> {
    shape::fold(bytes).bytes
}

fn body_aad(document: &str) -> Vec<u8> {
    crate::keys::document_aad(document)
}

fn header_aad(document: &str) -> Vec<u8> {
    format!("header {document}").into_bytes()
}

fn certificate_aad(name: &Name) -> Vec<u8> {
    [b"certificate ", &name[..]].concat()
}

impl Bodies {
    /// Over a database.
    pub fn new(db: Db, vault: Vault) -> Self {
        let key = vault.register_key(CERTIFICATES, CERTIFICATES);
        Self { db, vault, key, held: Mutex::default() }
    }

    /// Makes a document's row ready: body and header under `key`, and certificates that are not known to be stored.
    /// CPU only; the caller names the key's subject.
    ///
    /// # Errors
    /// `Sealed` for want of memory.
    pub fn seal(&self, key: &DataKey, document: &str, bytes: &[u8], header: &str) -> Result<Sealed, StoreError> {
        let Folded { bytes: folded, certificates } = shape::fold(bytes);
        let given =
            |name: &Name| certificates.iter().find(|(known, _)| known == name).map(|(_, der)| Arc::new(der.clone()));
        // Proved here, not believed: bytes that would not come back are stored as they came.
        let comes_back = shape::unfold(&folded, given).is_ok_and(|whole| whole == bytes);
        let body = if comes_back {
            key.pack_with(&folded, documents(), &body_aad(document))?
        } else {
            key.pack(bytes, &body_aad(document))
        };
        let header = key.pack_with(header.as_bytes(), documents(), &header_aad(document))?;
        let certificates = if comes_back { self.unstored(certificates) } else { Vec::new() };
        Ok(Sealed { body, header, subject: String::new(), certificates })
    }

    /// Opens a body: the exact bytes, not yet compared with their digest.
    ///
    /// # Errors
    /// See [`Unopened`].
    pub fn open(&self, key: &DataKey, document: &str, body: &[u8]) -> Result<Vec<u8>, Unopened> {
        let unpacked = key.unpack_with(body, Some(documents()), &body_aad(document)).map_err(Unopened::Store)?;
        if unpacked.dictionary.is_none() {
            return Ok(unpacked.bytes);
        }
        shape::unfold(&unpacked.bytes, |name| self.get(name)).map_err(|error| match error {
            Unfolding::Missing(names) => Unopened::Certificates(names),
            Unfolding::Broken => Unopened::Store(StoreError::Sealed),
        })
    }

    /// Opens a header.
    ///
    /// # Errors
    /// `Sealed` when it is not this document's, or altered.
    pub fn open_header(&self, key: &DataKey, document: &str, header: &[u8]) -> Result<String, StoreError> {
        let unpacked = key.unpack_with(header, Some(documents()), &header_aad(document))?;
        String::from_utf8(unpacked.bytes).map_err(|_| StoreError::Sealed)
    }

    fn get(&self, name: &Name) -> Option<Arc<Vec<u8>>> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.get(name).map(|held| Arc::clone(&held.der))
    }

    fn put(&self, name: Name, der: Vec<u8>, stored: bool) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= HELD_MAX {
            // Those that are not stored yet stay: documents that name them are on their way.
            held.retain(|_, one| !one.stored);
        }
        held.entry(name).or_insert(Held { der: Arc::new(der), stored });
    }

    /// Keeps certificates in memory; gives those that are not known to be stored, for the writer.
    fn unstored(&self, certificates: Vec<(Name, Vec<u8>)>) -> Vec<NewCertificate> {
        let mut new = Vec::new();
        for (name, der) in certificates {
            let known = |held: &HashMap<Name, Held>| held.get(&name).is_some_and(|one| one.stored);
            if known(&self.held.lock().unwrap_or_else(PoisonError::into_inner)) {
                continue;
            }
            let sealed = self.key.pack(&der, &certificate_aad(&name));
            new.push(NewCertificate { name, id: self.id(&name), sealed });
            self.put(name, der, false);
        }
        new
    }

    fn id(&self, name: &Name) -> String {
        self.vault.blind_index(CERTIFICATES, &hex::encode(name))
    }

    /// Notes that certificates are stored now.
    pub fn stored(&self, certificates: &[NewCertificate]) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for certificate in certificates {
            if let Some(one) = held.get_mut(&certificate.name) {
                one.stored = true;
            }
        }
    }

    /// Reads certificates into memory.
    ///
    /// # Errors
    /// What the database says; `Inconsistent` when one is missing or is not the one that it is named as.
    pub async fn load(&self, names: &[Name]) -> Result<(), StoreError> {
        let fault = |what: &str| StoreError::Inconsistent { table: "certificates", what: what.to_owned() };
        let ids: Vec<String> = names.iter().map(|name| self.id(name)).collect();
        let mut tx = self.db.read_here().await?;
        let rows = sql::select_in(&mut tx, "SELECT id, sealed FROM certificates WHERE id IN", &ids).await?;
        tx.rollback().await?;
        for (name, id) in names.iter().zip(&ids) {
            let row = rows.iter().find(|row| row.get::<&str, _>(0) == id).ok_or_else(|| fault("one is missing"))?;
            let der = self.key.unpack(&row.get::<Vec<u8>, _>(1), &certificate_aad(name))?;
            if shape::name_of(&der) != *name {
                return Err(fault("one is not what its name says"));
            }
            self.put(*name, der, true);
        }
        Ok(())
    }
}
