//! A model of the archive in a few hundred lines: what it must answer, written from the specification and not from the
//! archive's code, and the player that does the same to both.

mod player;
mod reading;
mod rng;
mod state;

pub use player::Player;
pub use state::Histories;
