//! Deliberate faults of the client information system that prove the tests bite; see `archive::sabotage`, whose way this is.

/// One deliberate fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The form says that an entry is done before its row and its place in the queue are committed (FR-93).
    SayDoneBeforeCommit,
}

impl Fault {
    /// Reads the name by which `VAKKA_SABOTAGE` chooses it.
    pub fn parse(name: &str) -> Option<Self> {
        (name == "say-done-before-commit").then_some(Self::SayDoneBeforeCommit)
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
