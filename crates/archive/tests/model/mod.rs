//! A model of the archive in a few hundred lines: what it must answer, written from the specification and not from the
//! archive's code, and the player that does the same to both.
//!
//! Which check judges which invariant of functional-spec.md B.5:
//!
//! | invariant | judged by |
//! |---|---|
//! | 1 one register and one case | `ForeignCase` is refused; each search compares register, client and case; `archive::verify` at the end |
//! | 2 a right at event time | `ProviderEntry`, `Correct`; `every_document_under_a_right_had_one` |
//! | 3 one identity code per client | not played: a version that changes its client is `special_clients.rs`'s |
//! | 4 ended rows stay | `EndGrant` without an ended row is refused; `grants_are_those_of_the_newest_relationships` |
//! | 5 a set keeps its register | `OwnSearch`, `ProviderSearch`: nothing is found in another register |
//! | 6 an OID is used once | `SameNumberOtherBytes` is refused, `Resend` stores nothing |
//! | 7 the client sees his own | `CitizenView`, exactly |
//! | 8 what is denied is not disclosed | `DisclosureSearch`, `DisclosureFetch`: client documents exactly, cases and relationships never when denied |
//! | 9 each reading has its log row | every message, with the number of rows it must leave |
//! | 10 the order of sending | the client system's: here `CorrectStale` alone |

mod player;
mod reading;
mod rng;
mod state;
mod wills;

pub use player::Player;
pub use state::Histories;
