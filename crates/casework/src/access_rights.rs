//! Register access rights (RKO): what an organiser has granted, and what a provider has received.

pub mod grants;
pub mod messages;
pub mod notices;
pub mod order;
pub mod pages;
#[cfg(test)]
mod provider_tests;
pub mod received;
pub mod required;
#[cfg(test)]
pub(crate) mod tests;
