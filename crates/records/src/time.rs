//! Product time. Dates of the law are Finnish dates; instants are UTC.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

/// Where product time comes from. Two real ones exist: the system's clock and the demo's movable clock, which only
/// moves forward (decisions.md 14). TLS never uses it.
pub trait Clock: Send + Sync {
    /// The present instant of product time.
    fn now(&self) -> Timestamp;
}

/// The Finnish time zone, in which days begin and end.
pub fn finnish_zone() -> TimeZone {
    TimeZone::get("Europe/Helsinki").unwrap_or(TimeZone::UTC)
}

/// The Finnish date of an instant. A grant stops at 00:00 Finnish time of the day after its end (FR-21).
pub fn finnish_date(at: Timestamp) -> Date {
    at.to_zoned(finnish_zone()).date()
}

/// A period of whole Finnish days; without an end it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// First day of the period.
    pub start: Date,
    /// Last day of the period, itself included.
    pub end: Option<Date>,
}

impl Period {
    /// Whether the day lies inside; both ends belong to the period.
    pub fn contains(&self, day: Date) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_finnish_day_begins_before_the_utc_day() {
        assert_eq!(finnish_date("2026-11-15T21:59:59Z".parse().unwrap()), date(2026, 11, 15));
        assert_eq!(finnish_date("2026-11-15T22:00:00Z".parse().unwrap()), date(2026, 11, 16));
        assert_eq!(finnish_date("2026-09-27T21:00:00Z".parse().unwrap()), date(2026, 9, 28));
    }

    #[test]
    fn both_ends_belong_to_a_period() {
        let period = Period { start: date(2026, 9, 28), end: Some(date(2026, 11, 15)) };
        assert!(period.contains(date(2026, 9, 28)) && period.contains(date(2026, 11, 15)));
        assert!(!period.contains(date(2026, 9, 27)) && !period.contains(date(2026, 11, 16)));
    }
}
