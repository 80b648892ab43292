//! Recording: entries in two actions, structured documents, drafts, corrections and invalidation.

pub mod content;
pub mod documents;
pub mod editor;
pub mod pages;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;
