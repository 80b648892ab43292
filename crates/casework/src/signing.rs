//! Signing by a professional: the signer's list, the card, moving to another signer.

pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
