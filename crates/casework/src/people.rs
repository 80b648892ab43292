//! A client as this system knows him: kept sealed, shown masked.

use jiff::civil::Date;
use records::id::{ClientId, IdError};

/// What is recorded of a client. Serialised only into a sealed column.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// The identifier system, as the header's `patientRole/id` gives it.
    pub root: String,
    /// The identifier itself.
    pub code: String,
    /// Family name.
    pub family: String,
    /// Given names, in order.
    pub given: String,
    /// Phone, when the client or the population register gave one.
    #[serde(default)]
    pub phone: String,
    /// Street address; never kept while turvakielto is in force (FR-61).
    #[serde(default)]
    pub street: String,
    /// Postal code.
    #[serde(default)]
    pub postal_code: String,
    /// Post office.
    #[serde(default)]
    pub post_office: String,
    /// Whether turvakielto is in force: place and contact are then not shown.
    #[serde(default)]
    pub protected: bool,
}

impl std::fmt::Debug for Person {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Person(…)")
    }
}

impl Person {
    /// The identifier, parsed.
    ///
    /// # Errors
    /// When what was stored is not an identifier; it was parsed before it was stored, so this means damage.
    pub fn id(&self) -> Result<ClientId, IdError> {
        ClientId::parse(&self.root, &self.code)
    }

    /// `Family Given`, as lists show a person.
    pub fn name(&self) -> String {
        format!("{} {}", self.family, self.given)
    }

    /// Date of birth, when the identifier tells it.
    pub fn born(&self) -> Option<Date> {
        match self.id().ok()? {
            ClientId::Hetu(code) => Some(code.birth_date()),
            ClientId::Temporary(_) => None,
        }
    }

    /// Whole years on the day.
    pub fn age(&self, day: Date) -> Option<i16> {
        let born = self.born()?;
        let had = (day.month(), day.day()) >= (born.month(), born.day());
        Some(day.year() - born.year() - i16::from(!had))
    }

    /// `120243-••••`: enough to tell two people apart, never the code (users-and-screens 3.3).
    pub fn masked(&self) -> String {
        self.code.get(..7).map_or_else(String::new, |start| format!("{start}••••"))
    }

    /// Sex as code system 1.2.246.537.5.1 has it: `1` man, `2` woman, by the parity of the individual number.
    pub fn sex(&self) -> Option<&'static str> {
        let digit = self.code.as_bytes().get(9)?.checked_sub(b'0')?;
        Some(if digit % 2 == 1 { "1" } else { "2" })
    }

    /// Words of the name for the blind index: lower case, one per part.
    pub fn words(&self) -> Vec<String> {
        name_words(&self.name())
    }
}

/// The first object, from the outside inwards, that has a field of the name: structures of one kind keep the same field
/// in groups of other names.
pub fn holder<'v>(value: &'v serde_json::Value, key: &str) -> Option<&'v serde_json::Value> {
    use serde_json::Value;
    match value {
        Value::Object(map) if map.contains_key(key) => Some(value),
        Value::Object(map) => map.values().find_map(|child| holder(child, key)),
        Value::Array(all) => all.iter().find_map(|child| holder(child, key)),
        _ => None,
    }
}

/// Splits typed or stored names the same way, so that a blind index can find them.
pub fn name_words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 1).map(str::to_owned).collect()
}

/// Shows a day as Finnish texts do: `7.9.2026`.
pub fn day(date: Date) -> String {
    format!("{}.{}.{}", date.day(), date.month(), date.year())
}

/// Shows an ISO day as Finnish texts do; what is not a day is shown as it is.
pub fn day_text(iso: &str) -> String {
    iso.parse::<Date>().map_or_else(|_| iso.to_owned(), day)
}

/// Shows an instant in Finnish time: `7.9.2026 klo 9.15`.
pub fn moment(at: jiff::Timestamp) -> String {
    let local = at.to_zoned(records::time::finnish_zone());
    format!("{} klo {}.{:02}", day(local.date()), local.hour(), local.minute())
}

/// Shows only the time of day: `14.02`.
pub fn time_of_day(at: jiff::Timestamp) -> String {
    let local = at.to_zoned(records::time::finnish_zone());
    format!("{}.{:02}", local.hour(), local.minute())
}

/// Reads a day as people and browsers write it: `2026-09-28` or `28.9.2026`.
pub fn read_day(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let mut parts = text.trim_end_matches('.').split('.').map(str::trim);
    let (d, m, y) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Date::new(y, m, d).ok()
}

/// Reads a moment of Finnish time as the browser's `datetime-local` gives it, or a day alone (noon).
pub fn read_moment(text: &str) -> Option<jiff::Timestamp> {
    let text = text.trim();
    let local: jiff::civil::DateTime = text.parse().ok().or_else(|| read_day(text).map(|day| day.at(12, 0, 0, 0)))?;
    local.to_zoned(records::time::finnish_zone()).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn aino() -> Person {
        Person {
            root: records::id::HETU_ROOT.into(),
            code: "120243-934K".into(),
            family: "Korpela".into(),
            given: "Aino".into(),
            ..Person::default()
        }
    }

    #[test]
    fn a_code_is_masked_and_nothing_personal_is_in_debug() {
        assert_eq!(aino().masked(), "120243-••••");
        assert_eq!(format!("{:?}", aino()), "Person(…)");
        assert_eq!(Person::default().masked(), "");
    }

    #[test]
    fn age_is_counted_in_whole_years() {
        assert_eq!(aino().age(date(2026, 2, 11)), Some(82));
        assert_eq!(aino().age(date(2026, 2, 12)), Some(83));
    }

    #[test]
    fn days_are_read_in_both_forms_and_nothing_else() {
        assert_eq!(read_day("2026-09-28"), Some(date(2026, 9, 28)));
        assert_eq!(read_day(" 28.9.2026 "), Some(date(2026, 9, 28)));
        assert_eq!(read_day("31.2.2026"), None);
        assert_eq!(read_day("huomenna"), None);
    }

    #[test]
    fn a_local_moment_is_finnish_time() {
        assert_eq!(read_moment("2026-09-07T09:15").unwrap().to_string(), "2026-09-07T06:15:00Z");
        assert_eq!(moment("2026-09-07T06:15:00Z".parse().unwrap()), "7.9.2026 klo 9.15");
    }
}
