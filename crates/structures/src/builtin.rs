//! Structures written by ourselves.

use crate::model::Structure;

/// Every built-in structure.
pub(crate) fn all() -> Vec<Structure> {
    Vec::new()
}
