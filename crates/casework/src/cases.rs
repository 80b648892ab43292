//! Cases (asia): opening by a contact, and the case document.

pub mod body;
pub mod open;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
