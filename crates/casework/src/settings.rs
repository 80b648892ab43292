//! Settings of the organisation and of the worker.

pub mod cards;
pub mod keys;
pub mod pages;
