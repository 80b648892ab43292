//! Settings of the organisation and of the worker.

pub mod keys;
pub mod cards;
pub mod pages;
