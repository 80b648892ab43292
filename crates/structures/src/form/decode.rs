//! From pairs to a content.

use super::choice::code_of;
use super::pairs::Node;
use super::{FieldKind, Form, FormField};
use crate::model::Accepted;
use crate::validate::urn;
use jiff::civil;
use records::Lang;
use serde_json::{Map, Number, Value};

pub(super) fn content(form: &Form, pairs: &[(String, String)]) -> Value {
    let tree = Node::read(pairs);
    let body = group(&form.fields, Some(&tree), form.language);
    Value::Object(Map::from_iter([(form.root_key.clone(), Value::Object(body))]))
}

fn group(fields: &[FormField], node: Option<&Node>, lang: Lang) -> Map<String, Value> {
    let mut body = Map::new();
    for field in fields {
        let below = node.and_then(|node| node.child(&field.key));
        let value = match below {
            Some(below) if field.repeats => list(field, below, lang),
            Some(below) => one(field, below, lang),
            None => None,
        };
        if let Some(value) = value {
            body.insert(field.key.clone(), value);
        }
    }
    if !body.is_empty() {
        fill_fixed(fields, &mut body);
    }
    body
}

/// A required fixed text, or a required heading without fields, is the program's to fill once its group is used.
fn fill_fixed(fields: &[FormField], body: &mut Map<String, Value>) {
    for field in fields.iter().filter(|field| field.required) {
        let value = match &field.kind {
            FieldKind::Phrase(text) => Value::String(text.clone()),
            FieldKind::Group if field.children.is_empty() => Value::Object(Map::new()),
            _ => continue,
        };
        body.entry(field.key.clone()).or_insert(value);
    }
}

fn list(field: &FormField, node: &Node, lang: Lang) -> Option<Value> {
    let mut items: Vec<Value> = node.items().filter_map(|item| one(field, item, lang)).collect();
    if field.kind != FieldKind::Group {
        items.extend(node.texts().filter_map(|text| value(field, &text, node, lang)));
    }
    (!items.is_empty()).then_some(Value::Array(items))
}

fn one(field: &FormField, node: &Node, lang: Lang) -> Option<Value> {
    if field.kind == FieldKind::Group {
        let body = group(&field.children, Some(node), lang);
        return (!body.is_empty()).then_some(Value::Object(body));
    }
    value(field, &node.text(), node, lang)
}

fn value(field: &FormField, text: &str, node: &Node, lang: Lang) -> Option<Value> {
    let beside = |key: &str| node.child(key).map(Node::text).filter(|text| !text.is_empty());
    if text.is_empty() {
        return None;
    }
    Some(match &field.kind {
        FieldKind::Group => return None,
        FieldKind::Text | FieldKind::LongText => Value::String(text.to_owned()),
        FieldKind::Phrase(fixed) => Value::String(fixed.clone()),
        FieldKind::Date => Value::String(iso_date(text)),
        FieldKind::Moment => Value::String(iso_moment(text)),
        FieldKind::Bool => boolean(text),
        FieldKind::Number => number(text),
        FieldKind::Quantity => {
            object([("value", Some(number(text))), ("code", Some(Value::String(beside("code").unwrap_or_default())))])
        }
        FieldKind::Id { system } => object([
            ("system", beside("system").or(system.as_deref().map(urn)).map(Value::String)),
            ("value", Some(Value::String(text.to_owned()))),
        ]),
        FieldKind::Code { system, options, .. } => {
            let code = code_of(options, text);
            object([
                ("system", Some(Value::String(beside("system").unwrap_or_else(|| system.clone())))),
                ("code", Some(Value::String(code.to_owned()))),
                ("display", Some(Value::String(beside("display").unwrap_or_else(|| display_of(options, code, lang))))),
            ])
        }
    })
}

fn object<const N: usize>(entries: [(&str, Option<Value>); N]) -> Value {
    Value::Object(entries.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect())
}

/// The name of a code in the document's language; a code without a known name is shown as itself.
pub(super) fn display_of(options: &[Accepted], code: &str, lang: Lang) -> String {
    options
        .iter()
        .find(|one| one.code == code)
        .map(|one| one.display.get(lang))
        .filter(|name| !name.is_empty())
        .unwrap_or(code)
        .to_owned()
}

fn boolean(text: &str) -> Value {
    match text {
        "true" | "on" | "1" => Value::Bool(true),
        "false" | "0" => Value::Bool(false),
        other => Value::String(other.to_owned()),
    }
}

/// A number with a decimal point or comma; anything else stays text, which validation then names.
fn number(text: &str) -> Value {
    let plain = text.replace(',', ".").replace(['\u{a0}', ' '], "");
    if let Ok(whole) = plain.parse::<i64>() {
        return Value::Number(whole.into());
    }
    let finite = plain.parse::<f64>().ok().and_then(Number::from_f64);
    finite.map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

/// `14.2.2026` → `2026-02-14`, `2.2026` → `2026-02`; other texts as typed.
fn iso_date(text: &str) -> String {
    let parts: Vec<&str> = text.split('.').map(str::trim).collect();
    let numeric = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let all_numeric = parts.iter().all(numeric);
    match parts[..] {
        [day, month, year] if all_numeric && year.len() == 4 => {
            format!("{year}-{month:0>2}-{day:0>2}")
        }
        [month, year] if all_numeric && year.len() == 4 => format!("{year}-{month:0>2}"),
        _ => text.to_owned(),
    }
}

/// A browser sends `2026-02-14T10:30` in local time; the content needs seconds and zone.
fn iso_moment(text: &str) -> String {
    let local = text.contains('T') && !text.ends_with('Z') && !text[text.len().min(11)..].contains(['+', '-']);
    match text.parse::<civil::DateTime>() {
        Ok(at) if local => match at.to_zoned(records::time::finnish_zone()) {
            Ok(zoned) => zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            Err(_) => text.to_owned(),
        },
        _ => iso_date(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_becomes_what_documents_hold() {
        assert_eq!(iso_date("14.2.2026"), "2026-02-14");
        assert_eq!(iso_date("2026-02-14"), "2026-02-14");
        assert_eq!(iso_date("2.2026"), "2026-02");
        assert_eq!(iso_date("eilen"), "eilen");
        assert_eq!(iso_moment("2026-02-14T10:30"), "2026-02-14T10:30:00+02:00");
        assert_eq!(iso_moment("2026-07-14T10:30:05"), "2026-07-14T10:30:05+03:00");
        assert_eq!(iso_moment("2026-02-14T10:30:00Z"), "2026-02-14T10:30:00Z");
        assert_eq!(iso_moment("2026-02-14T10:30:00-05:00"), "2026-02-14T10:30:00-05:00");
        assert_eq!(iso_moment("ö"), "ö");
        assert_eq!(number("1 234,5"), serde_json::json!(1234.5));
        assert_eq!(number("12"), serde_json::json!(12));
        assert_eq!(number("kaksi"), serde_json::json!("kaksi"));
    }
}
