//! The client relationship (asiakkuus) and its versions.

pub mod body;
pub mod store;
