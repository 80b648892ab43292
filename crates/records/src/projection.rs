//! Reading structured JSON into types, with errors that name the place and never the content.
//!
//! Two documents steer the archive: the client relationship and the case. What rules need of them is read here once;
//! every other field is kept as it came, so that a new version never loses what it does not understand.

use crate::code::Code;
use crate::id::{ClientId, HETU_ROOT, IdError};
use jiff::{Timestamp, civil::Date};
use serde_json::{Map, Value, json};

/// Fields that the projection does not read, kept for the next version.
pub type Other = Map<String, Value>;

/// Why a document could not be read. Holds the path of the field, never its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProjectionError {
    /// A field that rules need is missing.
    #[error("{path} is missing")]
    Missing {
        /// Path of the field, keys joined by dots, indexes in brackets.
        path: String,
    },
    /// A field is of the wrong kind or its form is wrong.
    #[error("{path} does not have the right form")]
    Form {
        /// Path of the field.
        path: String,
    },
    /// A code is of another list, or not one of its codes.
    #[error("{path} holds a code that is not of its list")]
    Code {
        /// Path of the field.
        path: String,
    },
    /// An identifier is not valid.
    #[error("{path}: {error}")]
    Identifier {
        /// Path of the field.
        path: String,
        /// What is wrong with it.
        error: IdError,
    },
}

impl ProjectionError {
    /// The path of the field.
    pub fn path(&self) -> &str {
        match self {
            Self::Missing { path } | Self::Form { path } | Self::Code { path } | Self::Identifier { path, .. } => path,
        }
    }
}

/// An instant or, where only the day is known, a day (Hetki).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Moment {
    /// The day alone.
    Day(Date),
    /// The instant.
    Instant(Timestamp),
}

impl Moment {
    /// The Finnish day.
    pub fn day(self) -> Date {
        match self {
            Self::Day(day) => day,
            Self::Instant(at) => crate::time::finnish_date(at),
        }
    }

    /// The text of the JSON form.
    pub fn text(self) -> String {
        match self {
            Self::Day(day) => day.to_string(),
            Self::Instant(at) => at.to_string(),
        }
    }
}

/// A cursor over an object that remembers where it stands and which keys have been read.
pub(crate) struct Node<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value, key: &str) -> Result<Self, ProjectionError> {
        let map = value.get(key).and_then(Value::as_object);
        let map = map.ok_or_else(|| ProjectionError::Missing { path: key.to_owned() })?;
        Ok(Self { map, path: key.to_owned() })
    }

    pub(crate) fn at(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }

    fn value(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|value| !value.is_null())
    }

    pub(crate) fn missing(&self, key: &str) -> ProjectionError {
        ProjectionError::Missing { path: self.at(key) }
    }

    pub(crate) fn form(&self, key: &str) -> ProjectionError {
        ProjectionError::Form { path: self.at(key) }
    }

    pub(crate) fn identifier(&self, key: &str) -> impl Fn(IdError) -> ProjectionError {
        let path = self.at(key);
        move |error| ProjectionError::Identifier { path: path.clone(), error }
    }

    pub(crate) fn object(&self, key: &str) -> Result<Option<Node<'a>>, ProjectionError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(map)) => Ok(Some(Node { map, path: self.at(key) })),
            Some(_) => Err(self.form(key)),
        }
    }

    pub(crate) fn objects(&self, key: &str) -> Result<Vec<Node<'a>>, ProjectionError> {
        let Some(value) = self.value(key) else { return Ok(Vec::new()) };
        let rows = value.as_array().ok_or_else(|| self.form(key))?;
        rows.iter()
            .enumerate()
            .map(|(index, row)| {
                let path = format!("{}[{index}]", self.at(key));
                match row.as_object() {
                    Some(map) => Ok(Node { map, path }),
                    None => Err(ProjectionError::Form { path }),
                }
            })
            .collect()
    }

    pub(crate) fn text(&self, key: &str) -> Result<Option<String>, ProjectionError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.form(key)),
        }
    }

    pub(crate) fn name(&self, key: &str) -> Result<String, ProjectionError> {
        self.text(key)?.filter(|text| !text.trim().is_empty()).ok_or_else(|| self.missing(key))
    }

    pub(crate) fn flag(&self, key: &str) -> Result<Option<bool>, ProjectionError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.form(key)),
        }
    }

    /// A whole date. The data type allows `YYYY` and `YYYY-MM`, but a row that gives rights needs its day.
    pub(crate) fn date(&self, key: &str) -> Result<Option<Date>, ProjectionError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if text.len() != 10 {
            return Err(self.form(key));
        }
        text.parse().map(Some).map_err(|_| self.form(key))
    }

    pub(crate) fn moment(&self, key: &str) -> Result<Option<Moment>, ProjectionError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        if text.len() == 10 {
            return text.parse().map(|day| Some(Moment::Day(day))).map_err(|_| self.form(key));
        }
        text.parse().map(|at| Some(Moment::Instant(at))).map_err(|_| self.form(key))
    }

    pub(crate) fn code(&self, key: &str) -> Result<Option<Code>, ProjectionError> {
        match self.value(key) {
            None => Ok(None),
            Some(value) => serde_json::from_value(value.clone()).map(Some).map_err(|_| self.form(key)),
        }
    }

    pub(crate) fn codes(&self, key: &str) -> Result<Vec<Code>, ProjectionError> {
        match self.value(key) {
            None => Ok(Vec::new()),
            Some(value) => serde_json::from_value(value.clone()).map_err(|_| self.form(key)),
        }
    }

    /// The `value` of a Tunnus `{system?, value}`, with its system.
    pub(crate) fn tunnus(&self, key: &str) -> Result<Option<(Option<String>, String)>, ProjectionError> {
        let Some(node) = self.object(key)? else { return Ok(None) };
        let value = node.text("value")?.ok_or_else(|| node.missing("value"))?;
        Ok(Some((node.text("system")?, value)))
    }

    /// The client of a group with `henkilotunnus` or `tilapainen_yksilointitunnus`, exactly one of them.
    pub(crate) fn client(&self) -> Result<ClientId, ProjectionError> {
        let hetu = self.tunnus("henkilotunnus")?;
        let temporary = self.tunnus("tilapainen_yksilointitunnus")?;
        match (hetu, temporary) {
            (Some((_, value)), None) => ClientId::parse(HETU_ROOT, &value).map_err(self.identifier("henkilotunnus")),
            (None, Some((system, value))) => {
                let system = system.ok_or_else(|| self.missing("tilapainen_yksilointitunnus.system"))?;
                let id = ClientId::parse(&system, &value).map_err(self.identifier("tilapainen_yksilointitunnus"))?;
                if id.hetu().is_some() {
                    return Err(self.form("tilapainen_yksilointitunnus"));
                }
                Ok(id)
            }
            (None, None) => Err(self.missing("henkilotunnus")),
            (Some(_), Some(_)) => Err(self.form("tilapainen_yksilointitunnus")),
        }
    }

    /// Everything but the keys that the projection has read.
    pub(crate) fn other(&self, read: &[&str]) -> Other {
        let unread = self.map.iter().filter(|(key, _)| !read.contains(&key.as_str()));
        unread.map(|(key, value)| (key.clone(), value.clone())).collect()
    }
}

/// Writes the client's identifier as the group has it.
pub(crate) fn put_client(map: &mut Other, client: &ClientId) {
    match client {
        ClientId::Hetu(code) => {
            map.insert(
                "henkilotunnus".into(),
                json!({ "system": format!("urn:oid:{HETU_ROOT}"), "value": code.as_str() }),
            );
        }
        ClientId::Temporary(id) => {
            let value = json!({ "system": id.system().as_str(), "value": id.as_str() });
            map.insert("tilapainen_yksilointitunnus".into(), value);
        }
    }
}

/// Writes a value when there is one.
pub(crate) fn put<T: Into<Value>>(map: &mut Other, key: &str, value: Option<T>) {
    if let Some(value) = value {
        map.insert(key.into(), value.into());
    }
}

/// Adds kept fields, without touching those that the projection has written.
pub(crate) fn put_other(map: &mut Other, other: &Other) {
    for (key, value) in other {
        map.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

/// `Debug` that shows nothing of a person.
macro_rules! redacted {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}
pub(crate) use redacted;

#[cfg(test)]
pub(crate) mod testing {
    //! Checks against THL's published structures, which are never part of the project.

    use serde_json::Value;
    use std::path::PathBuf;

    /// The text that a published structure fixes for a field below its root, where the structures are at hand.
    pub(crate) fn fixed_text(structure: &str, root: &str, field: &str) -> Option<String> {
        let given = std::env::var_os("VAKKA_STRUCTURES").map(PathBuf::from);
        let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sosmeta");
        let text = std::fs::read_to_string(given.unwrap_or(beside).join(format!("{structure}.json"))).ok()?;
        let schema: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok()?;
        let fixed = schema.pointer(&format!("/properties/{root}/properties/{field}/enum/0"))?;
        fixed.as_str().map(str::to_owned)
    }

    /// Checks documents against a published structure, where the structures are at hand, and that the check bites:
    /// `spoil` makes a document that must not pass.
    pub(crate) fn valid_by_published(structure: &str, documents: &[Value], spoil: impl Fn(&mut Value)) {
        let given = std::env::var_os("VAKKA_STRUCTURES").map(PathBuf::from);
        let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sosmeta");
        let file = given.unwrap_or(beside).join(format!("{structure}.json"));
        let Ok(text) = std::fs::read_to_string(&file) else {
            eprintln!(
                "!!! {structure}: NOT RUN, THL's structures are neither beside the project nor in VAKKA_STRUCTURES"
            );
            return;
        };
        let schema: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        for document in documents {
            let faults: Vec<String> = validator.iter_errors(document).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:?}");
            let mut spoiled = document.clone();
            spoil(&mut spoiled);
            assert!(!validator.is_valid(&spoiled), "the structure must refuse a spoiled document");
        }
    }
}
