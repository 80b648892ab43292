//! Recording: entries in two actions, structured documents, drafts, corrections and invalidation.

pub mod content;
pub mod correct;
pub mod disclosure;
pub mod documents;
mod drafts;
pub mod editor;
#[cfg(test)]
mod every_tests;
pub mod fields;
#[cfg(test)]
mod form_tests;
pub mod heads;
pub mod judge;
#[cfg(test)]
mod kinds_tests;
pub mod listed;
pub mod many;
pub mod pages;
pub mod parts;
#[cfg(test)]
mod restriction_tests;
pub mod restrictions;
pub mod shape;
pub mod store;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;
