//! Documents on paper: PDF/A with the organisation's letterhead, from the very form that is archived. A print is a use of
//! its own kind and stands in the log as one.

pub mod letterhead;
pub mod pages;
#[cfg(test)]
mod tests;
