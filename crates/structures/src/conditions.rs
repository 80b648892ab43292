//! The conditions that structures state in words (ehdollisesti pakollinen), as data.
//!
//! JSON Schema cannot say them and THL's files hold them only as Finnish sentences, so they stand normalised in
//! `builtin/conditions.rules`, where somebody who knows the field can read them; here they are parsed, checked against a
//! content, and listed for `docs/conditions.md`.

mod check;
mod register;
mod rules;
mod words;

pub use check::standing;
pub use register::{Row, State, register, table, unused};

pub(crate) use check::{Broken, broken, faults};
pub(crate) use register::rules_of;
pub(crate) use rules::{Bound, Condition, Demand, Test};
pub(crate) use words::in_words;
