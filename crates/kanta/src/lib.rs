//! Bytes on the wire: the CDA R2 document with the Finnish header, the transport frame, acknowledgements, queries,
//! the SOAP envelope, and the gate of the display form (wire-format).
//!
//! Pure: no I/O, no clock, no randomness. Everything that arrives passes [`limits`] before a parser sees it, and no
//! bytes whatever make anything here panic. Everything written is deterministic: the same value gives the same bytes.
//! Element names, interactions and codes that Kela has not confirmed stand in one table, [`ids`].

pub mod ack;
pub mod code;
pub mod document;
pub mod fault;
pub mod form;
pub mod frame;
pub mod ids;
pub mod limits;
mod mime;
pub mod pdfa;
pub mod query;
pub mod soap;
pub mod stamp;
pub mod toimija;
pub mod xhtml;
mod xml;

pub use code::Code;
pub use fault::{Fault, Warning};
pub use limits::Limits;
