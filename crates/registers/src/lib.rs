//! The registers outside the product, as others see them: organisations, codes, professional rights, population data,
//! mandates, and the card reader's software.
//!
//! [`client`] is how archive, client system and citizen view ask; it would point at the real registers' adapter in
//! production. With the feature `stand-ins` the crate also holds the registers themselves ([`server`]), filled from
//! plain data files with the cast of the scenario ([`cast`]), and the card emulator ([`emulator`]).
//! Identity codes travel in bodies only, never in addresses.

#[cfg(feature = "stand-ins")]
pub mod cast;
pub mod client;
#[cfg(feature = "stand-ins")]
pub mod emulator;
pub mod model;
#[cfg(feature = "stand-ins")]
pub mod server;
#[cfg(all(test, feature = "stand-ins"))]
mod tests;
