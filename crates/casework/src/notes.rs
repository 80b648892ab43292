//! What helps while a note is written, and what is noticed before it is saved: phrases, goals, the moment that it begins
//! with, another client's name, facts of health, the whereabouts of a client under turvakielto.

pub mod digest;
#[cfg(test)]
mod digest_tests;
pub mod hints;
pub mod marks;
pub mod moments;
pub mod patient;
pub mod phrases;
#[cfg(test)]
mod tests;
pub mod words;
