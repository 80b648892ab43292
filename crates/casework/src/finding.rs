//! Finding clients by the beginnings of their names and entries by the stems of their words.
//!
//! Nothing that is searched stands in clear at rest: names and words are kept as keyed pseudonyms under the
//! organisation's key, cut to 64 bits. What is found is shown only as far as the worker's own rights reach.

pub mod backfill;
pub mod index;
pub mod pages;
pub mod stems;
pub mod store;
#[cfg(test)]
mod tests;
