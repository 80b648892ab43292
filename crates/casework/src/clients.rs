//! Clients: the list of the worker's unit, the search, and the client's page.

pub mod elsewhere;
pub mod events;
mod fresh;
pub mod marks;
pub mod narrative;
pub mod overview;
#[cfg(test)]
pub(crate) mod page_tests;
pub mod pages;
pub mod store;
pub mod summary;
#[cfg(test)]
mod tests;
pub mod timeline;
