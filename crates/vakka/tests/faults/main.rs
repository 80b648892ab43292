//! Faults of the machine below the archive, tried from outside on processes of their own: a disk that is full, that does
//! not say that it has written, or whose power is cut; a database that is killed; memory that runs short; and many peers
//! at once. Which fault of the specification is shown how far stands in `docs/faults.md`.

#[path = "../common/mod.rs"]
mod common;
mod crowd;
mod disk;
mod durable;
mod ground;
mod memory;
mod postgres;
