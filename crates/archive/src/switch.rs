//! The switches by which a vendor or a test makes the archive misbehave on purpose (functional specification 3.28).
//! In a build without `stand-ins` nothing can set them.

use std::sync::{Mutex, PoisonError};

/// How the archive misbehaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// Answers 503 to everything.
    pub down: bool,
    /// Waits so long before answering, in milliseconds.
    pub slow_ms: u64,
    /// Stores, then closes without the receipt, for so many messages.
    pub lose_receipts: u32,
    /// Refuses every n-th message with `SERVICE_UNAVAILABLE`; 0 refuses none.
    pub refuse_one_of: u32,
    /// Answers something that is no answer.
    pub garbage: bool,
}

#[derive(Debug, Default)]
struct Inner {
    faults: Faults,
    count: u32,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Switch(Mutex<Inner>);

impl Switch {
    /// The faults in force.
    pub fn faults(&self) -> Faults {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).faults.clone()
    }

    /// Sets the faults.
    pub fn set(&self, faults: Faults) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Inner { faults, count: 0 };
    }

    /// Whether this message is the n-th.
    pub fn refuse_this(&self) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if inner.faults.refuse_one_of == 0 {
            return false;
        }
        inner.count = inner.count.wrapping_add(1);
        inner.count.is_multiple_of(inner.faults.refuse_one_of)
    }

    /// Whether this receipt gets lost.
    pub fn lose_this(&self) -> bool {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let lose = inner.faults.lose_receipts > 0;
        inner.faults.lose_receipts = inner.faults.lose_receipts.saturating_sub(1);
        lose
    }
}
