//! One note for several clients: one text, a document of its own for each, and nothing in any of them that tells of the
//! others.

pub mod choice;
pub mod drafts;
pub mod pages;
#[cfg(test)]
mod tests;
