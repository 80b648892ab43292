//! Reading THL's published structures: JSON Schema draft-07 with the annotation block `sosmeta`.

use crate::key_of;
use crate::model::{Accepted, CodeSystem, Coded, Field, Kind, Names, Source, Structure};
use crate::strict::{StrictJsonError, parse_strict};
use jiff::civil::Date;
use serde_json::Value;

/// Why a file is not a structure that we can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// The bytes are not JSON, or not strict JSON.
    #[error("the file is not JSON: {0}")]
    Json(#[from] StrictJsonError),
    /// A part of the schema that every structure has is missing or of another shape.
    #[error("the schema has no usable `{0}`")]
    Missing(&'static str),
    /// The OID is not of the form `1.2.246.537.6.1505|1506.<type>.<year>.<month>.<day>`.
    #[error("the OID does not name a structure and its version")]
    Oid,
    /// A field has a representation that this program does not know, so that it could be neither checked nor shown.
    #[error("field {path}: unknown representation {representation}")]
    Representation {
        /// Dotted path of keys.
        path: String,
        /// The representation's Finnish name.
        representation: String,
    },
    /// The key in the schema is not the one that the key rule gives for the Finnish name.
    #[error("field {path}: the key does not follow from the name")]
    Key {
        /// Dotted path of keys.
        path: String,
    },
}

/// Reads one structure; a leading byte order mark is accepted.
///
/// # Errors
/// The first thing that makes the file unusable; see [`ImportError`].
pub fn import(bytes: &[u8]) -> Result<Structure, ImportError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let schema = parse_strict(bytes)?;
    let about = schema.get("sosmeta").ok_or(ImportError::Missing("sosmeta"))?;
    let text = |name: &str| about.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let oid = text("oid");
    let (type_code, version) = split_oid(&oid).ok_or(ImportError::Oid)?;
    let properties = schema.get("properties").and_then(Value::as_object).ok_or(ImportError::Missing("properties"))?;
    let (key, root) = properties.iter().next().ok_or(ImportError::Missing("properties"))?;
    let mut root = read_field(key, root, true, key)?;
    root.required = true;
    Ok(Structure {
        oid,
        type_code,
        version,
        document_type: text("documentType"),
        subject: text("documentSubject"),
        source: Source::Thl,
        root,
        bound: Default::default(),
    })
}

/// Splits `1.2.246.537.6.1506.19007.2022.1.10` into `19007` and the date; `1505.1` keeps its arc.
pub(crate) fn split_oid(oid: &str) -> Option<(String, Date)> {
    let rest = oid.strip_prefix("1.2.246.537.6.")?;
    let nodes: Vec<&str> = rest.split('.').collect();
    let [class, kind, year, month, day] = nodes[..] else { return None };
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
    match class {
        "1506" => Some((kind.to_owned(), date)),
        "1505" => Some((format!("1505.{kind}"), date)),
        _ => None,
    }
}

/// The texts of an annotation by language; a language given twice keeps the first.
fn names(about: &Value, annotation: &str) -> Names {
    let list = about.get(annotation).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let of = |lang: &str| {
        list.iter()
            .find(|one| one.get("lang").and_then(Value::as_str) == Some(lang))
            .and_then(|one| one.get("value").and_then(Value::as_str))
            .unwrap_or_default()
            .to_owned()
    };
    Names::new(of("fi"), of("sv"))
}

/// The values of an annotation that has no language.
fn plain_values<'a>(about: &'a Value, annotation: &str) -> Vec<&'a str> {
    let list = about.get(annotation).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|one| one.get("value").and_then(Value::as_str)).collect()
}

fn read_field(key: &str, node: &Value, required: bool, path: &str) -> Result<Field, ImportError> {
    let repeats = node.get("type").and_then(Value::as_str) == Some("array");
    let item = if repeats { node.get("items").ok_or(ImportError::Missing("items"))? } else { node };
    let about = item.get("sosmeta").ok_or(ImportError::Missing("sosmeta"))?;
    let flag = |name: &str| about.get(name).and_then(Value::as_bool).unwrap_or(false);
    let name = names(about, "name");
    if key_of(&name.fi) != key {
        return Err(ImportError::Key { path: path.to_owned() });
    }
    let kind = read_kind(item, about, path)?;
    let children = if kind == Kind::Group { read_children(item, path)? } else { Vec::new() };
    Ok(Field {
        key: key.to_owned(),
        name,
        kind,
        required,
        repeats,
        conditional: flag("conditionalRequired"),
        national: flag("nationwideRecordedInformation"),
        hidden_field: flag("hiddenField"),
        hidden_title: flag("hiddenTitle"),
        help: names(about, "description"),
        example: names(about, "example"),
        note: names(about, "implementationNote"),
        children,
    })
}

fn read_children(item: &Value, path: &str) -> Result<Vec<Field>, ImportError> {
    let required: Vec<&str> = item
        .get("required")
        .and_then(Value::as_array)
        .map(|list| list.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let properties = item.get("properties").and_then(Value::as_object).ok_or(ImportError::Missing("properties"))?;
    properties
        .iter()
        .map(|(key, node)| read_field(key, node, required.contains(&key.as_str()), &format!("{path}.{key}")))
        .collect()
}

fn read_kind(item: &Value, about: &Value, path: &str) -> Result<Kind, ImportError> {
    let representation = names(about, "representation").fi;
    Ok(match representation.as_str() {
        "" | "Otsikko" => Kind::Group,
        "Teksti" => Kind::Text,
        "Nimi" => Kind::Name,
        "Fraasi" => Kind::Phrase(first_enum(item).ok_or(ImportError::Missing("enum"))?),
        "Koodi" => Kind::Code(read_code(item, about)),
        "Tunnus" => Kind::Id(plain_values(about, "systemUri").first().map(|uri| bare(uri).to_owned())),
        "Pvm" => Kind::Date,
        "Hetki" => Kind::Moment,
        "Kytkin" => Kind::Bool,
        "Numero" => Kind::Number,
        "Lkm" => Kind::Count,
        "Määrä" | "Mitta" | "Prosentti" => Kind::Quantity,
        "Allekirjoitus" => Kind::Signature,
        _ => return Err(ImportError::Representation { path: path.to_owned(), representation }),
    })
}

fn bare(uri: &str) -> &str {
    uri.strip_prefix("urn:oid:").unwrap_or(uri)
}

fn first_enum(node: &Value) -> Option<String> {
    node.get("enum")?.as_array()?.first()?.as_str().map(str::to_owned)
}

/// A code's system stands in the schema as a pattern (national) or an enumeration (a list inside the structure).
fn read_code(item: &Value, about: &Value) -> Coded {
    let system = item.pointer("/properties/system");
    let system = match (system.and_then(|node| node.get("pattern")), system.and_then(first_enum)) {
        (Some(_), _) => match plain_values(about, "classificationOid").first() {
            Some(oid) => CodeSystem::Oid((*oid).to_owned()),
            None => CodeSystem::Any,
        },
        (None, Some(text)) => CodeSystem::Internal(text),
        (None, None) => CodeSystem::Any,
    };
    let displays =
        if names(about, "valueSet").is_empty() { names(about, "classification") } else { names(about, "valueSet") };
    let codes = item.pointer("/properties/code/enum").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let (fi, sv) = (value_set(&displays.fi), value_set(&displays.sv));
    let find = |list: &[(String, String)], code: &str| {
        list.iter().find(|(one, _)| one == code).map(|(_, name)| name.clone()).unwrap_or_default()
    };
    let accepted = codes
        .iter()
        .filter_map(Value::as_str)
        .map(|code| Accepted { code: code.to_owned(), display: Names::new(find(&fi, code), find(&sv, code)) })
        .collect();
    Coded { system, accepted }
}

/// Reads `1 = Isyys, 2 = Äitiys`: a new pair begins where a code and an equals sign follow a comma, a line end, the
/// beginning or a colon; the commas inside names stay.
fn value_set(text: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let pieces: Vec<&str> = text.split(" = ").collect();
    for (index, piece) in pieces.iter().enumerate() {
        if let Some(last) = pairs.last_mut() {
            let end = if index + 1 < pieces.len() { code_start(piece) } else { piece.len() };
            last.1 = piece[..end].trim().trim_end_matches(',').trim().to_owned();
        }
        if index + 1 < pieces.len() {
            pairs.push((piece[code_start(piece)..].trim().to_owned(), String::new()));
        }
    }
    pairs
}

/// Where the last word, a code, begins in a piece of a value set.
fn code_start(piece: &str) -> usize {
    piece.trim_end().rfind(|c: char| c.is_whitespace() || c == ',' || c == ':').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_set_in_words_is_read_as_codes() {
        let pairs = value_set("Sisäinen luokitus: 1 = Isyys, tai muu, \n2 = Äitiys (oma), 99 = Muu");
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(pairs, [("1", "Isyys, tai muu"), ("2", "Äitiys (oma)"), ("99", "Muu")]);
        assert!(value_set("").is_empty());
    }

    #[test]
    fn an_oid_names_its_kind_and_version() {
        let (code, date) = split_oid("1.2.246.537.6.1506.19007.2022.1.10").unwrap();
        assert_eq!((code.as_str(), date.to_string().as_str()), ("19007", "2022-01-10"));
        assert_eq!(split_oid("1.2.246.537.6.1505.1.2023.6.1").unwrap().0, "1505.1");
        for wrong in ["", "1.2.3", "1.2.246.537.6.1506.19007.2022.13.10", "1.2.246.537.6.1507.1.2022.1.10"] {
            assert!(split_oid(wrong).is_none(), "{wrong}");
        }
    }
}
