//! Times on the wire: `YYYYMMDDhhmmss±hhmm` (wire-format 15) and civil dates `YYYYMMDD`.

use jiff::civil::{Date, DateTime};
use jiff::{Timestamp, tz};
use records::time::finnish_zone;

/// Writes an instant in Finnish time with its offset, to whole seconds.
pub fn write(at: Timestamp) -> String {
    at.to_zoned(finnish_zone()).strftime("%Y%m%d%H%M%S%z").to_string()
}

/// Reads `YYYYMMDDhhmmss±hhmm`; fractions of a second and `Z` are accepted, a missing offset is not.
pub fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let (digits, rest) = text.split_at_checked(14)?;
    let civil = civil(digits)?;
    let rest = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|c: char| c.is_ascii_digit()),
        None => rest,
    };
    let seconds = offset_seconds(rest)?;
    let offset = tz::Offset::from_seconds(seconds).ok()?;
    offset.to_timestamp(civil).ok()
}

fn civil(digits: &str) -> Option<DateTime> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize, to: usize| part(from, to).and_then(|n| i8::try_from(n).ok());
    DateTime::new(part(0, 4)?, small(4, 6)?, small(6, 8)?, small(8, 10)?, small(10, 12)?, small(12, 14)?, 0).ok()
}

fn offset_seconds(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i32, i32) = (digits[..2].parse().ok()?, digits[2..].parse().ok()?);
    (hours <= 14 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Writes a date as `YYYYMMDD`.
pub fn write_date(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

/// Reads the date of `YYYYMMDD`, with or without a time of day after it (`birthTime` is seen in both lengths).
pub fn parse_date(text: &str) -> Option<Date> {
    let text = text.trim();
    let (digits, rest) = text.split_at_checked(8)?;
    let tail_is_time = rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'Z'));
    if rest.len() > 16 || !tail_is_time || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    Date::new(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..].parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_written_with_the_finnish_offset_of_its_day() {
        let summer: Timestamp = "2026-09-30T11:20:00Z".parse().unwrap();
        let winter: Timestamp = "2026-11-24T20:15:29Z".parse().unwrap();
        assert_eq!(write(summer), "20260930142000+0300");
        assert_eq!(write(winter), "20261124221529+0200");
        assert_eq!(parse(&write(summer)), Some(summer));
        assert_eq!(parse(&write(winter)), Some(winter));
    }

    #[test]
    fn any_offset_is_read_and_no_offset_is_refused() {
        assert_eq!(parse("20260930112000+0000"), parse("20260930142000+0300"));
        assert_eq!(parse("20260930112000Z"), parse("20260930142000+0300"));
        assert_eq!(parse("20260930142000.1234567+0300"), parse("20260930142000+0300"));
        for wrong in [
            "",
            "2026",
            "20260930142000",
            "20260931142000+0300",
            "20260930252000+0300",
            "2026093014200a+0300",
            "20260930142000+03",
            "20260930142000+9900",
            "20260930142000+0360",
            "ääääääääääääää+0300",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_birth_date_may_carry_a_time_of_day() {
        assert_eq!(parse_date("19430212"), Date::new(1943, 2, 12).ok());
        assert_eq!(parse_date("19430212000000+0200"), Date::new(1943, 2, 12).ok());
        assert_eq!(parse_date("1943-02-12"), None);
        assert_eq!(parse_date("19431302"), None);
    }
}
