//! From the queue to the archive and back: the worker, the wire and the archiving desk.

pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod wire;
pub mod worker;
