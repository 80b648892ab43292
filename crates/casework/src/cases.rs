//! Cases (asia): opening by a contact, and the case document.

pub mod body;
pub mod doubles;
pub mod life;
#[cfg(test)]
mod life_tests;
pub mod open;
pub mod page;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
