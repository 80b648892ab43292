//! Deliberate faults that prove the tests bite.
//!
//! Without the cargo feature `sabotage`, [`active`] is a constant `false` and the compiler removes every trace.
//! With it, `main` chooses one fault once from its environment. Each fault stands at as few points of the code as it can.
//! `tests/sabotage.rs` holds the table of the tests that each of them must turn red; a fault without a row fails it.

macro_rules! faults {
    ($($(#[$about:meta])+ $fault:ident $name:literal;)+) => {
        /// One deliberate fault.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Fault {
            $($(#[$about])+ $fault,)+
        }

        impl Fault {
            /// Every fault.
            pub const ALL: &'static [Self] = &[$(Self::$fault),+];

            /// The name by which `VAKKA_SABOTAGE` chooses it, for example `no-grant-check`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$fault => $name,)+
                }
            }
        }
    };
}

faults! {
    /// A unit without a right in force is treated as if it had one for everything (FR-13, FR-14, FR-21).
    NoGrantCheck "no-grant-check";
    /// The unit of the grant is not compared with the worker's active unit (FR-17).
    NoUnitCheck "no-unit-check";
    /// The receipt leaves before the group is committed (interfaces.md 4): that happens when somebody looks next.
    AckBeforeCommit "ack-before-commit";
    /// No log row is written (decisions.md 18).
    NoLog "no-log";
    /// A citizen sees every document, also those that are withheld or not of a shown type (FR-69, FR-72).
    CitizenSeesAll "citizen-sees-all";
    /// A document's signature is not verified (FR-39).
    AcceptAnySignature "accept-any-signature";
    /// A new version is taken whatever its number (FR-35).
    NoVersionCheck "no-version-check";
    /// A nonce may come again (decisions.md 2).
    NoReplayCheck "no-replay-check";
    /// A summary shows every row, unit and address, whatever the right reaches (FR-59, FR-60).
    SummaryShowsAll "summary-shows-all";
    /// A denial keeps nothing from disclosure (FR-54, FR-55).
    NoDenialCheck "no-denial-check";
    /// Everybody counts as informed and as having permitted disclosure (FR-53).
    NoConsentCheck "no-consent-check";
    /// Every disclosure search is a wide one (FR-56).
    WideSearchAlways "wide-search-always";
    /// One person approves a disposal twice (FR-86).
    OneApprover "one-approver";
    /// A hold keeps nothing (FR-86).
    NoHoldCheck "no-hold-check";
    /// Verification does not look at what the witness kept (FR-84, fault 49).
    TruncateLogUnseen "truncate-log-unseen";
    /// Verification does not hold the documents against the log (FR-84).
    DeletionUnseen "deletion-unseen";
    /// A disclosure notice is taken from any connection (FR-58).
    NoticeOfAnybody "notice-of-anybody";
    /// A relationship document may show the place of a client under turvakielto (FR-60).
    NoTurvakieltoCheck "no-turvakielto-check";
    /// Recordings are taken before their day (FR-95).
    RecordingsAnyDay "recordings-any-day";
    /// A temporary id may name the client of any document (FR-61).
    TemporaryIdAnywhere "temporary-id-anywhere";
    /// A decision that restricts a child is taken whoever the client is and however long it lasts (FR-44).
    NoRestrictionCheck "no-restriction-check";
    /// A professional whose right is suspended may sign (FR-104).
    SuspendedMaySign "suspended-may-sign";
    /// Rows of the log older than two years are given without a reason (FR-83).
    OldLogWithoutReason "old-log-without-reason";
    /// A case takes documents of everybody (B.5 invariant 1, FR-17).
    CaseOfAnybody "case-of-anybody";
    /// A version may be about another client than the one before it (B.5 invariant 3, FR-62).
    ClientMayChange "client-may-change";
    /// Rows of a relationship that have ended may be left out (B.5 invariant 4, FR-10).
    EndedRowsMayGo "ended-rows-may-go";
    /// A set may go on in another register (B.5 invariant 5, FR-27).
    RegisterMayChange "register-may-change";
    /// Other bytes under a number that was used get its first receipt (B.5 invariant 6, FR-94).
    NumberMayReturn "number-may-return";
    /// Whoever may look at somebody's data may express everything for him in the citizen view (FR-74, FR-75).
    CitizenMayAll "citizen-may-all";
    /// A look at what a client has expressed stands in no log of that register (FR-76).
    LooksUnlogged "looks-unlogged";
}

impl Fault {
    /// Reads a name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
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

/// What `ack-before-commit` does with a group whose receipts have left: it lies until somebody comes to the archive, so
/// that a reader never finds it missing. Whether it is found missing after a power cut is then a matter of nobody having
/// come in between, not of the machine's speed.
#[cfg(feature = "sabotage")]
pub mod held {
    use super::{Fault, active};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
    use std::time::{Duration, Instant};
    use tokio::sync::{Mutex, MutexGuard};

    /// A group that nobody asks for is written after all; within this time a scenario pulls the plug.
    const HELD_MAX: Duration = Duration::from_secs(5);
    const GLANCE: Duration = Duration::from_millis(2);

    static UNWRITTEN: Mutex<()> = Mutex::const_new(());
    static VISITORS: AtomicUsize = AtomicUsize::new(0);

    /// To be taken before the receipts leave and dropped after the commit.
    pub async fn group() -> MutexGuard<'static, ()> {
        UNWRITTEN.lock().await
    }

    /// Waits until somebody is at a door, or `more` says that the writer has other work.
    pub async fn until_somebody_looks(more: impl Fn() -> bool) {
        let begun = Instant::now();
        while VISITORS.load(SeqCst) == 0 && !more() && begun.elapsed() < HELD_MAX {
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// Somebody is at the door: waits until the held group is written.
    pub async fn visit() {
        if active(Fault::AckBeforeCommit) {
            VISITORS.fetch_add(1, SeqCst);
            drop(UNWRITTEN.lock().await);
            VISITORS.fetch_sub(1, SeqCst);
        }
    }
}
