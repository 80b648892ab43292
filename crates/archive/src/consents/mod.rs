//! What clients have expressed (tahdonilmaisut): that they were informed, their permission, their denials.
//!
//! They are national: whoever has joined takes them down, they hold at every controller, and no controller's register
//! keeps them. Their documents lie in a register of their own ([`register`]) and their clients are keyed in a key space
//! of its own, so that nothing in the database joins them to a controller's rows. The tables are written by the intake
//! of the documents only ([`table`]) and can be derived anew ([`rebuild`]).

mod made;
mod read;
mod rules;
mod table;

pub use made::{Made, make};
pub use read::{newest, opened, wishes};
pub use rules::{check, check_identity, decide, decide_citizen, derive, may};
pub use table::{Rows, Standing, Will, load, rebuild};

use kanta::document::Header;
use records::{
    consent::Kind,
    id::{ClientId, Oid, OrganisationId},
};
use store::Vault;

/// The key space of the clients of expressions of will.
const KEY_SPACE: &str = "tahdonilmaisu";

/// What the register is called on documents made in it.
pub const REGISTER_NAME: &str = "Tahdonilmaisupalvelu";

/// The register that keeps the documents.
pub fn register() -> OrganisationId {
    OrganisationId(Oid::parse(kanta::ids::WILL_REGISTER).expect("the constant is an OID"))
}

/// Which expression of will a document is, by its group.
pub fn kind_of(header: &Header) -> Option<Kind> {
    Kind::of_group(&header.group.code)
}

/// The register that keeps a document: the custodian's, or that of expressions of will.
pub fn register_of(header: &Header) -> OrganisationId {
    if kind_of(header).is_some() { register() } else { header.custodian.id.clone() }
}

/// Blind index of a client among expressions of will.
pub fn client_index(vault: &Vault, client: &ClientId) -> String {
    vault.blind_index(KEY_SPACE, &format!("{}|{}", client.root(), client.extension()))
}
