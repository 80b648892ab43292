//! Settings of the organisation that workers see.

pub mod pages;
