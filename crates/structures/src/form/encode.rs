//! From a content to pairs.

use super::decode::display_of;
use super::{FieldKind, Form, FormField};
use crate::validate::join;
use records::Lang;
use serde_json::{Map, Value};

pub(super) fn pairs(form: &Form, content: &Value) -> Vec<(String, String)> {
    let mut writer = Writer { pairs: Vec::new(), language: form.language };
    if let Some(body) = content.get(&form.root_key).and_then(Value::as_object) {
        writer.group(&form.fields, body, "");
    }
    writer.pairs
}

struct Writer {
    pairs: Vec<(String, String)>,
    language: Lang,
}

impl Writer {
    fn put(&mut self, name: String, text: impl Into<String>) {
        self.pairs.push((name, text.into()));
    }

    fn group(&mut self, fields: &[FormField], body: &Map<String, Value>, path: &str) {
        for field in fields {
            let Some(value) = body.get(&field.key) else { continue };
            let name = join(path, &field.key);
            match value.as_array() {
                Some(items) if field.repeats => {
                    for (index, item) in items.iter().enumerate() {
                        self.one(field, item, format!("{name}[{index}]"));
                    }
                }
                _ => self.one(field, value, name),
            }
        }
    }

    fn one(&mut self, field: &FormField, value: &Value, name: String) {
        match (&field.kind, value) {
            (FieldKind::Group, Value::Object(body)) => self.group(&field.children, body, &name),
            (FieldKind::Code { system, options, .. }, Value::Object(body)) => {
                let code = text_of(body.get("code"));
                if text_of(body.get("system")) != *system {
                    self.put(format!("{name}.system"), text_of(body.get("system")));
                }
                let display = text_of(body.get("display"));
                if display != display_of(options, &code, self.language) {
                    self.put(format!("{name}.display"), display);
                }
                self.put(name, code);
            }
            (FieldKind::Id { .. }, Value::Object(body)) => {
                if body.contains_key("system") {
                    self.put(format!("{name}.system"), text_of(body.get("system")));
                }
                self.put(name, text_of(body.get("value")));
            }
            (FieldKind::Quantity, Value::Object(body)) => {
                self.put(format!("{name}.code"), text_of(body.get("code")));
                self.put(name, text_of(body.get("value")));
            }
            (_, value) => self.put(name, text_of(Some(value))),
        }
    }
}

/// A scalar as an input shows it.
fn text_of(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(_) | Value::Number(_)) => value.map(Value::to_string).unwrap_or_default(),
        _ => String::new(),
    }
}
