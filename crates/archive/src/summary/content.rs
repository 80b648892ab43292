//! Small readers of structured content. A field that is missing or of another form is none: a summary leaves it out.

use jiff::civil::Date;
use kanta::query::summary::{Named, SUMMARY_TEXT_CHARACTERS_MAX};
use serde_json::Value;

/// A text that is not empty, cut to what a summary takes.
pub fn text(value: &Value, key: &str) -> Option<String> {
    let text = value.get(key)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.chars().take(SUMMARY_TEXT_CHARACTERS_MAX).collect())
}

/// A whole date.
pub fn day(value: &Value, key: &str) -> Option<Date> {
    value.get(key)?.as_str()?.parse().ok()
}

/// Whether a field is true.
pub fn yes(value: &Value, key: &str) -> bool {
    value.get(key).and_then(Value::as_bool).unwrap_or(false)
}

/// A coded value; of several the first.
pub fn named(value: &Value, key: &str) -> Option<Named> {
    let code = each(value, key).into_iter().next()?;
    let name = code.get("display").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Named { code: code.get("code")?.as_str()?.to_owned(), name })
}

/// A field as a list: absent, one or many.
pub fn each<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    match value.get(key) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one) => vec![one],
    }
}

/// The first object, from the outside inwards, that has a field of the name. Structures of the same kind keep the same
/// field in groups of other names.
pub fn holder<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) if map.contains_key(key) => Some(value),
        Value::Object(map) => map.values().find_map(|child| holder(child, key)),
        Value::Array(all) => all.iter().find_map(|child| holder(child, key)),
        _ => None,
    }
}

/// An address on one line.
pub fn address(value: &Value) -> Option<String> {
    let place: Vec<String> = ["postinumero", "postitoimipaikka"].iter().filter_map(|key| text(value, key)).collect();
    let street = text(value, "lahiosoite");
    let parts: Vec<String> = street.into_iter().chain((!place.is_empty()).then(|| place.join(" "))).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
