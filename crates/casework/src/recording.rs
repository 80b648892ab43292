//! Recording: entries in two actions, structured documents, drafts, corrections and invalidation.

pub mod content;
pub mod documents;
pub mod editor;
#[cfg(test)]
mod kinds_tests;
pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;
