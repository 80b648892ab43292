//! Commands that do one thing and end.

pub mod archive;
pub mod backup;
pub mod pki;
pub mod structures;
