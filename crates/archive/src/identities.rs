//! Who a blind index is, in memory only, so that a search by case OID can log its client without opening a document
//! each time.

use records::id::ClientId;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Most identities kept.
const KEPT_MAX: usize = 50_000;

/// See the module.
#[derive(Default)]
pub struct Identities(Mutex<HashMap<String, ClientId>>);

impl Identities {
    /// The identity of an index, when known.
    pub fn get(&self, index: &str) -> Option<ClientId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(index).cloned()
    }

    /// Keeps an identity.
    pub fn put(&self, index: &str, client: &ClientId) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT_MAX {
            all.clear();
        }
        all.insert(index.to_owned(), client.clone());
    }
}
