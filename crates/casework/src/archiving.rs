//! From the queue to the archive and back: the worker, the wire and the archiving desk.

pub mod alarm;
pub mod cause;
#[cfg(test)]
mod failures;
pub mod identity;
pub mod mend;
pub mod pages;
pub mod quality;
pub mod resend;
pub mod rows;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod wire;
pub mod worker;
