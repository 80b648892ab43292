//! Clients: the list of the worker's unit, the search, and the client's page.

mod fresh;
pub mod narrative;
pub mod pages;
pub mod store;
#[cfg(test)]
mod tests;
