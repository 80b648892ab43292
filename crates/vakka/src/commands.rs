//! Commands that do one thing and end.

pub mod archive;
pub mod backup;
#[cfg(feature = "stand-ins")]
pub mod pki;
pub mod structures;
pub mod witness;
