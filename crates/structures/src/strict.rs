//! JSON as the archive accepts it: one reading only.
//!
//! `serde_json` keeps the last of two equal keys, so that two readers of the same signed bytes could see two contents;
//! this reader refuses them, and stops before it spends memory or stack on what is too large (wire-format 15).

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Largest content accepted, bytes. The largest structure filled once is about 100 kB; the mean is 15 kB.
pub const JSON_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Deepest nesting accepted. The deepest structure of the 202 has nine levels and a code adds one.
pub const JSON_DEPTH_MAX: usize = 40;

/// Why bytes are not strict JSON. Never holds content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StrictJsonError {
    /// More bytes than [`JSON_BYTES_MAX`].
    #[error("the content is larger than {JSON_BYTES_MAX} bytes")]
    TooLarge,
    /// Deeper than [`JSON_DEPTH_MAX`].
    #[error("the content is nested deeper than {JSON_DEPTH_MAX} levels")]
    TooDeep,
    /// The same key twice in one object.
    #[error("a key occurs twice in one object")]
    DuplicateKey,
    /// Not JSON: bad syntax, NaN, bad UTF-8, a lone surrogate, or something after the end.
    #[error("not JSON at line {line}, column {column}")]
    Syntax {
        /// Line from 1.
        line: usize,
        /// Column from 1, bytes.
        column: usize,
    },
}

/// Reads bytes as strict JSON.
///
/// # Errors
/// See [`StrictJsonError`].
pub fn parse_strict(bytes: &[u8]) -> Result<Value, StrictJsonError> {
    if bytes.len() > JSON_BYTES_MAX {
        return Err(StrictJsonError::TooLarge);
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict { depth: 0 }.deserialize(&mut reader).map_err(told)?;
    reader.end().map_err(told)?;
    Ok(value)
}

const DUPLICATE: &str = "vakka: duplicate key";
const DEEP: &str = "vakka: too deep";

fn told(error: serde_json::Error) -> StrictJsonError {
    let text = error.to_string();
    if text.starts_with(DUPLICATE) {
        StrictJsonError::DuplicateKey
    } else if text.starts_with(DEEP) {
        StrictJsonError::TooDeep
    } else {
        StrictJsonError::Syntax { line: error.line(), column: error.column() }
    }
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: de::Error>(self) -> Result<Self, E> {
        if self.depth >= JSON_DEPTH_MAX { Err(E::custom(DEEP)) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;
    fn deserialize<D: de::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }
    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("not a number"))
    }
    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(deeper)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let deeper = self.deeper()?;
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(deeper)?;
            if map.insert(key, value).is_some() {
                return Err(de::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_equal_keys_are_refused_also_when_written_differently() {
        assert_eq!(parse_strict(br#"{"a":1,"a":1}"#), Err(StrictJsonError::DuplicateKey));
        assert_eq!(parse_strict(br#"[{"x":{"a":1,"\u0061":2}}]"#), Err(StrictJsonError::DuplicateKey));
        assert!(parse_strict(br#"[{"a":1},{"a":2}]"#).is_ok());
    }

    #[test]
    fn nan_lone_surrogates_bad_utf8_and_trailing_data_are_refused() {
        for wrong in [
            &br#"{"a":NaN}"#[..],
            br#"{"a":Infinity}"#,
            br#"{"a":1e999}"#,
            br#"{"a":"\ud800"}"#,
            br#"{"a":"\udc00\ud800"}"#,
            b"{\"a\":\"\xff\"}",
            br#"{"a":1} x"#,
            br#"{"a":1}{"#,
            br#"{"a":1,}"#,
            b"\xEF\xBB\xBF{}",
            b"",
        ] {
            assert!(matches!(parse_strict(wrong), Err(StrictJsonError::Syntax { .. })), "{wrong:?}");
        }
        assert!(parse_strict(br#" {"a":"\ud83d\ude00"} "#).is_ok());
    }

    #[test]
    fn depth_and_size_are_limited_before_the_stack_is() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse_strict(deep(JSON_DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(parse_strict(deep(JSON_DEPTH_MAX + 1).as_bytes()), Err(StrictJsonError::TooDeep));
        assert_eq!(parse_strict(deep(100_000).as_bytes()), Err(StrictJsonError::TooDeep));
        assert_eq!(parse_strict(&vec![b' '; JSON_BYTES_MAX + 1]), Err(StrictJsonError::TooLarge));
    }
}
