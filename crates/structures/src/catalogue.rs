//! The structures that a system holds.

use crate::{ImportError, Source, Structure, builtin, import};
use std::collections::BTreeMap;

/// Structures by OID. A structure of THL's replaces a built-in one of the same OID, never the other way round.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    structures: BTreeMap<String, Structure>,
}

impl Catalogue {
    /// The structures that come with the product, enough for the whole chain without THL's files.
    pub fn built_in() -> Self {
        Self { structures: builtin::all().into_iter().map(|one| (one.oid.clone(), one)).collect() }
    }

    /// Reads one of THL's JSON Schema files and takes it into the catalogue.
    ///
    /// # Errors
    /// What [`import`](fn@crate::import) says; the catalogue is then unchanged.
    pub fn import(&mut self, bytes: &[u8]) -> Result<&Structure, ImportError> {
        let structure = import(bytes)?;
        let oid = structure.oid.clone();
        self.structures.insert(oid.clone(), structure);
        Ok(&self.structures[&oid])
    }

    /// The structure of this OID (with its version), bare or with `urn:oid:`.
    pub fn get(&self, oid: &str) -> Option<&Structure> {
        self.structures.get(oid.strip_prefix("urn:oid:").unwrap_or(oid))
    }

    /// The newest version of a kind of document. Versions are compared as dates: `2023.10.30` is newer than `2023.9.8`.
    pub fn newest(&self, type_code: &str) -> Option<&Structure> {
        self.structures.values().filter(|one| one.type_code == type_code).max_by_key(|one| one.version)
    }

    /// All structures in order of OID text.
    pub fn all(&self) -> impl Iterator<Item = &Structure> {
        self.structures.values()
    }

    /// How many come from a source.
    pub fn count(&self, source: Source) -> usize {
        self.structures.values().filter(|one| one.source == source).count()
    }
}
