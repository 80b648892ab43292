//! What has to be done now and what is late: the work list, recording in its rows, visits, the hand-over of a shift.

pub mod acts;
pub mod calendar;
pub mod feed;
pub mod items;
pub mod pages;
pub mod shift;
#[cfg(test)]
mod tests;
pub mod timers;
pub mod visits;
