//! Retention and disposal (säilytys ja hävittäminen): what the controller's archivist lists, two persons approve, and the
//! archive then destroys for good (law 703/2023 §§ 23–24, FR-85, FR-86, functional specification 3.23).
//!
//! How long a document is kept is decided in [`records::retention`]; here are the facts for it ([`facts`]), the list and
//! its approvals ([`runs`]), holds ([`holds`]), and the act itself ([`dispose`]), which goes through the one writer, so
//! that nothing can arrive for a set while it is being destroyed. The list is made anew from the facts each time: a case
//! that was reopened, or a hold placed after the list, keeps its documents (`RETENTION_LOCK`).

pub mod dispose;
pub mod facts;
pub mod holds;
pub mod runs;

pub use holds::{Hold, HoldReason};
pub use runs::{Item, Outcome, Run, approve, execute, items, plan, runs_of};

use records::refusal::Refusal;
use store::StoreError;

/// Why something about retention could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A rule; the refusal says which.
    #[error("{0}")]
    Refused(Refusal),
    /// The population data could not be asked; nothing was listed.
    #[error("the population data are out of reach")]
    OutOfReach,
}

impl From<Refusal> for RetentionError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// The official who acts, as the login proved it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Official {
    /// Registration number, or the number of a staff card. It stands in the disposal record.
    pub id: String,
    /// The controller whose archivist the official is.
    pub controller: String,
}
