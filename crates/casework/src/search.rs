//! Searching in the archive: the own register, and another's under a right by case OID.

pub mod pages;
#[cfg(test)]
pub(crate) mod tests;
