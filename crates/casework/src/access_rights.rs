//! Register access rights (RKO): what an organiser has granted, and what a provider has received.

pub mod grants;
pub mod order;
pub mod pages;
pub mod received;
#[cfg(test)]
pub(crate) mod tests;
