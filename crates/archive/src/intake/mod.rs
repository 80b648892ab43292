//! The messages' door: what arrives on `/sanomat`, in the order of the plan of the house (house.md 2).

pub mod actor;
pub mod check;
pub mod content;
pub mod decide;
pub mod door;
pub mod join;
pub mod kinds;
pub mod links;
pub mod reply;
pub mod restriction;
pub mod room;
pub mod rows;
pub mod words;
pub mod working;
