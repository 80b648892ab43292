//! Mass archiving (FR-48): who has no card writes and finishes; a card holder with the role archives it in one batch.
//!
//! A finished entry of somebody who may not archive waits in `cw_ready` (screen word *Odottaa korttia*). A batch takes
//! entries by one statement, so that two presses never take the same one. The worker signs and queues them some at a time;
//! each entry leaves `cw_ready` in the transaction that queues it, so a kill loses nothing and doubles nothing.

pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
pub mod worker;
