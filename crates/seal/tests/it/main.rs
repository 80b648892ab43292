//! Signatures and trust through the crate's public door, with Debian's xmlsec1 and bergshamra as oracles.

mod documents;
mod fixture;
mod keys;
mod login;
mod mutations;
mod oracles;
mod pki;
mod tls;
mod toimija;
mod trust;
