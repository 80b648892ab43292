//! The two real clocks. Ambient time is read here and nowhere else.

use jiff::Timestamp;
use records::time::Clock;

#[cfg(feature = "stand-ins")]
pub use movable::MovableClock;

/// The system's clock.
pub struct SystemClock;

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is where product time comes from")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

#[cfg(feature = "stand-ins")]
mod movable {
    use super::SystemClock;
    use jiff::{SignedDuration, Timestamp};
    use records::time::Clock;
    use std::sync::atomic::{AtomicI64, Ordering};

    /// The demo's clock: the system's, ahead or behind by an offset that only grows (decisions.md 14).
    pub struct MovableClock {
        offset_ms: AtomicI64,
    }

    impl MovableClock {
        /// A clock that shows `at` now.
        pub fn starting(at: Timestamp) -> Self {
            let offset = at.as_millisecond() - SystemClock.now().as_millisecond();
            Self { offset_ms: AtomicI64::new(offset) }
        }

        /// A clock that was left behind with this offset.
        pub fn continuing(offset_ms: i64) -> Self {
            Self { offset_ms: AtomicI64::new(offset_ms) }
        }

        /// How far this clock is from the system's, in milliseconds.
        pub fn offset_ms(&self) -> i64 {
            self.offset_ms.load(Ordering::SeqCst)
        }

        /// Moves the clock to an instant.
        ///
        /// # Errors
        /// The present instant, when the one asked for is behind it.
        pub fn move_to(&self, at: Timestamp) -> Result<(), Timestamp> {
            let wanted = at.as_millisecond() - SystemClock.now().as_millisecond();
            let before = self.offset_ms.fetch_max(wanted, Ordering::SeqCst);
            if before > wanted { Err(self.now()) } else { Ok(()) }
        }
    }

    impl Clock for MovableClock {
        fn now(&self) -> Timestamp {
            let offset = SignedDuration::from_millis(self.offset_ms());
            SystemClock.now().checked_add(offset).unwrap_or(Timestamp::MAX)
        }
    }
}

#[cfg(all(test, feature = "stand-ins"))]
mod tests {
    use super::*;

    #[test]
    fn the_demo_clock_moves_forward_only() {
        let clock = MovableClock::starting("2026-09-07T06:00:00Z".parse().unwrap());
        assert!(clock.move_to("2026-09-28T06:00:00Z".parse().unwrap()).is_ok());
        assert!(clock.move_to("2026-09-27T06:00:00Z".parse().unwrap()).is_err());
        assert_eq!(records::time::finnish_date(clock.now()), jiff::civil::date(2026, 9, 28));
    }
}
