//! The phone without a network (functional specification 3.8b): which browsers keep an encrypted store, the day's clients
//! that they may hold, and the door through which notes written there arrive, each once.

pub mod day;
pub mod pages;
pub mod receive;
pub mod shell;
pub mod store;
#[cfg(test)]
mod tests;
