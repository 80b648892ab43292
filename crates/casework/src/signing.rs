//! Signing by a professional: the signer's list, the card, moving to another signer.

pub mod pages;
pub mod served;
pub mod store;
pub mod templates;
#[cfg(test)]
pub(crate) mod tests;
