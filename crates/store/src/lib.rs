//! Where Vakka keeps things: one SQL text for SQLite and PostgreSQL, secrets at rest, a log that shows tampering,
//! and the queue to the archive.
//!
//! The rules that every table follows: TEXT ids, BIGINT microseconds, BLOB bytes, no BOOLEAN, `$1` parameters,
//! `CAST(SUM(x) AS BIGINT)` (PostgreSQL sums to NUMERIC, which `Any` cannot read). House plan §3.
//!
//! | Module | Why it exists |
//! |---|---|
//! | [`db`] | opens a database, one writer and several readers on SQLite, migrations |
//! | `here` | SQLite on the thread of whoever asks, for short statements |
//! | [`vault`] | master keys outside the database, blind indexes, a data key per client and register |
//! | [`merkle`] | RFC 6962 hashing, pure |
//! | [`log`] | the tamper-evident log of each register (functional-spec 2.5, decisions.md 17) |
//! | [`witness`] | signed checkpoints kept outside the database |
//! | [`outbox`] | documents on their way to the archive, in order (functional-spec 3.28) |
//! | [`layout`] | the data folder (interfaces.md §6) |
//! | [`backup`] | copies the data folder while it is in use, and puts it back |
//! | `testing` | a private PostgreSQL and fresh databases (feature `testing`) |

pub mod backup;
mod connection;
pub mod db;
mod disk;
mod here;
pub mod layout;
pub mod log;
mod memory;
pub mod merkle;
pub mod outbox;
pub mod packing;
mod rows;
#[cfg(feature = "testing")]
pub mod testing;
pub mod vault;
mod wal;
pub mod witness;

pub use connection::Connection;
pub use db::{Db, Engine, Migration, StoreError, Tx, migrate};
pub use layout::Layout;
pub use log::LogRow;
pub use vault::Vault;
