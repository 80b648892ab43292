//! Deliberate faults that prove the tests bite.
//!
//! Without the cargo feature `sabotage`, [`active`] is a constant `false` and the compiler removes every trace.
//! With it, `main` chooses one fault once from its environment. Each fault stands at exactly one point of the code.

/// One deliberate fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The right of a provider is not looked at (FR-13, FR-14, FR-21).
    NoGrantCheck,
    /// The unit of the grant is not compared with the worker's active unit (FR-17).
    NoUnitCheck,
    /// The receipt leaves before the group is committed (interfaces.md 4).
    AckBeforeCommit,
    /// No log row is written (decisions.md 18).
    NoLog,
    /// A citizen sees every document, also those that are withheld or not of a shown type (FR-69, FR-72).
    CitizenSeesAll,
    /// A document's signature is not verified (FR-39).
    AcceptAnySignature,
    /// A new version is taken whatever its number (FR-35).
    NoVersionCheck,
    /// A nonce may come again (decisions.md 2).
    NoReplayCheck,
    /// A summary shows every row, unit and address, whatever the right reaches (FR-59, FR-60).
    SummaryShowsAll,
    /// One person approves a disposal twice (FR-86).
    OneApprover,
    /// A hold keeps nothing (FR-86).
    NoHoldCheck,
}

impl Fault {
    /// Reads the name as `VAKKA_SABOTAGE` gives it, for example `no-grant-check`.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "no-grant-check" => Self::NoGrantCheck,
            "no-unit-check" => Self::NoUnitCheck,
            "ack-before-commit" => Self::AckBeforeCommit,
            "no-log" => Self::NoLog,
            "citizen-sees-all" => Self::CitizenSeesAll,
            "accept-any-signature" => Self::AcceptAnySignature,
            "no-version-check" => Self::NoVersionCheck,
            "no-replay-check" => Self::NoReplayCheck,
            "summary-shows-all" => Self::SummaryShowsAll,
            "one-approver" => Self::OneApprover,
            "no-hold-check" => Self::NoHoldCheck,
            _ => return None,
        })
    }
}

#[cfg(feature = "sabotage")]
mod chosen {
    use super::Fault;
    use std::sync::OnceLock;

    static CHOSEN: OnceLock<Fault> = OnceLock::new();

    /// Chooses the fault of this process; a second choice is ignored.
    pub fn choose(fault: Fault) {
        let _ = CHOSEN.set(fault);
    }

    /// Whether the fault was chosen.
    pub fn active(fault: Fault) -> bool {
        CHOSEN.get() == Some(&fault)
    }
}

#[cfg(feature = "sabotage")]
pub use chosen::{active, choose};

/// Always false: this build carries no sabotage.
#[cfg(not(feature = "sabotage"))]
pub const fn active(_: Fault) -> bool {
    false
}
