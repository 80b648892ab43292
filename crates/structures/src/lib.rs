//! Document structures (asiakirjarakenteet): what a document of a kind holds, whether a content is right, how it is
//! shown and how a form for it looks.
//!
//! The crate is pure: bytes in, values out. The client system fills forms with it, the archive checks contents with its
//! own copy of it, and neither can drift from the other. Everything works on one model, [`Field`], so that a structure
//! written by us ([`Catalogue::built_in`]) and one published by THL ([`Catalogue::import`]) are the same thing.

mod builtin;
mod catalogue;
pub mod codes;
pub mod conditions;
mod display;
pub mod form;
mod import;
mod key;
mod model;
pub mod sample;
mod strict;
mod validate;

pub use catalogue::Catalogue;
pub use display::{Display, OnBehalf, Party, display_form};
pub use import::{ImportError, import};
pub use key::key_of;
pub use model::{Accepted, CodeSystem, Coded, Field, Kind, Names, Source, Structure};
pub use records::Lang;
pub use strict::{JSON_BYTES_MAX, JSON_DEPTH_MAX, StrictJsonError, parse_strict};
pub use validate::{Fault, Rule, validate};
