//! Tänään: what must be done now.

pub mod pages;
