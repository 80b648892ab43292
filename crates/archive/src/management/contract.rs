//! The description of the management interface, and bodies held against it.
//!
//! `openapi.json` is written by hand. Three parts are added here, since they are true by construction: the schema of the
//! settings, derived from their defaults; the pages for people, from the table of routes; and in builds without
//! stand-ins the test doors are left out.

use super::Problem;
use crate::{routes, settings::Settings};
use axum::{Json, extract::rejection::JsonRejection, http::StatusCode};
use records::refusal::Refusal;
use serde_json::{Map, Value, json};
use std::{collections::HashMap, sync::OnceLock};

/// A JSON body as it came.
pub type Body = Result<Json<Value>, JsonRejection>;

/// Most faults named at once.
const FAULTS_MAX: usize = 10;

/// The whole description.
pub fn document() -> &'static Value {
    static DOCUMENT: OnceLock<Value> = OnceLock::new();
    DOCUMENT.get_or_init(|| {
        // The file is part of the program; a test reads it.
        let mut document: Value = serde_json::from_str(include_str!("openapi.json")).unwrap_or_default();
        document["components"]["schemas"]["Settings"] = settings_schema();
        if let Some(paths) = document["paths"].as_object_mut() {
            if !cfg!(feature = "stand-ins") {
                paths.retain(|path, _| !path.starts_with("/test/"));
            }
            for row in routes::pages() {
                paths.insert(row.path.to_owned(), page(&row));
            }
        }
        document
    })
}

/// Reads a body after holding it against its description.
///
/// # Errors
/// 415, 413 or 400 with the places that do not fit.
pub fn read<T: serde::de::DeserializeOwned>(schema: &str, body: Body) -> Result<T, Problem> {
    let Json(value) = body.map_err(|rejection| {
        let refusal = match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Refusal::LimitExceeded,
            _ => Refusal::BadRequest,
        };
        let status = match rejection.status() {
            StatusCode::UNSUPPORTED_MEDIA_TYPE | StatusCode::PAYLOAD_TOO_LARGE => rejection.status(),
            _ => StatusCode::BAD_REQUEST,
        };
        Problem::new(status, refusal)
    })?;
    fits(schema, &value)?;
    serde_json::from_value(whole(value)).map_err(|error| Problem::unfit(error.to_string()))
}

/// To JSON Schema `3.0` is a whole number as good as `3`; to serde it is another type.
fn whole(value: Value) -> Value {
    /// Beyond it a floating point number is no count of anything.
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    match value {
        Value::Number(number) => match number.as_f64() {
            #[expect(clippy::cast_possible_truncation, reason = "whole, and within what a float holds exactly")]
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() <= EXACT_MAX => json!(float as i64),
            _ => Value::Number(number),
        },
        Value::Array(items) => Value::Array(items.into_iter().map(whole).collect()),
        Value::Object(fields) => Value::Object(fields.into_iter().map(|(name, value)| (name, whole(value))).collect()),
        other => other,
    }
}

fn fits(schema: &str, value: &Value) -> Result<(), Problem> {
    let missing = || Problem::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable);
    let validator = validators().get(schema).ok_or_else(missing)?;
    // Places only: a value may be a secret or a name.
    let places: Vec<String> = validator
        .iter_errors(value)
        .take(FAULTS_MAX)
        .map(|error| format!("{} ({})", error.instance_path(), error.schema_path()))
        .collect();
    if places.is_empty() { Ok(()) } else { Err(Problem::unfit(places.join("; "))) }
}

/// A validator for each schema of the description.
fn validators() -> &'static HashMap<String, jsonschema::Validator> {
    static VALIDATORS: OnceLock<HashMap<String, jsonschema::Validator>> = OnceLock::new();
    VALIDATORS.get_or_init(|| {
        let components = &document()["components"];
        let names = components["schemas"].as_object().into_iter().flat_map(Map::keys);
        let compile = |name: &String| {
            let root = json!({ "$ref": format!("#/components/schemas/{name}"), "components": components });
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
            let compiled = options.should_validate_formats(true).build(&root);
            compiled.inspect_err(|error| tracing::error!(%error, name, "a schema of ours")).ok()
        };
        names.filter_map(|name| Some((name.clone(), compile(name)?))).collect()
    })
}

/// The settings' schema: each has the type of its default. What a type cannot tell stands in [`exact`].
fn settings_schema() -> Value {
    let defaults = serde_json::to_value(Settings::default()).unwrap_or_default();
    let mut properties = Map::new();
    for (name, default) in defaults.as_object().into_iter().flatten() {
        let mut schema = exact(name).unwrap_or_else(|| typed(default));
        schema["default"] = default.clone();
        if let Some(words) = described(name) {
            schema["description"] = json!(words);
        }
        properties.insert(name.clone(), schema);
    }
    json!({
        "type": "object",
        "description": "Settings in force; what is left out of a body has its default.",
        "additionalProperties": false,
        "properties": properties,
    })
}

/// What the source says of a setting: the description and the code cannot come apart.
fn described(name: &str) -> Option<String> {
    let source = include_str!("../settings.rs");
    let (before, _) = source.split_once(&format!("\n    pub {name}: "))?;
    let comment = before.lines().rev().map_while(|line| line.trim().strip_prefix("/// "));
    let lines: Vec<&str> = comment.collect();
    (!lines.is_empty()).then(|| lines.into_iter().rev().collect::<Vec<_>>().join(" "))
}

/// Most that a whole number of the settings may be unless its default is more: thirty years in seconds.
const NUMBER_MAX: u64 = 1_000_000_000;

fn typed(default: &Value) -> Value {
    match default {
        Value::Bool(_) => json!({ "type": "boolean" }),
        Value::Number(number) => {
            let most = number.as_u64().unwrap_or(0).saturating_mul(16).max(NUMBER_MAX);
            json!({ "type": "integer", "minimum": 0, "maximum": most })
        }
        Value::String(text) if text.parse::<jiff::civil::Date>().is_ok() => {
            json!({ "type": "string", "format": "date" })
        }
        Value::String(_) => json!({ "type": "string", "minLength": 1, "maxLength": 300 }),
        Value::Array(_) => {
            json!({ "type": "array", "items": { "type": "string", "maxLength": 300 }, "uniqueItems": true })
        }
        Value::Object(_) => json!({ "type": "object" }),
        Value::Null => json!({ "type": ["string", "null"], "format": "date" }),
    }
}

/// Settings with parts of their own.
fn exact(name: &str) -> Option<Value> {
    Some(match name {
        "login_origins" => json!({
            "type": "object",
            "additionalProperties": { "type": "array", "items": { "$ref": "#/components/schemas/Origin" } },
        }),
        "pages" => json!({ "$ref": "#/components/schemas/PageSettings" }),
        _ => return None,
    })
}

/// A page for people: HTML, a redirect to the door or onward, or a page that tells what is wrong.
fn page(row: &routes::Row) -> Value {
    let names: Vec<&str> = row.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let parameters: Vec<Value> = names
        .iter()
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let file = row.path.ends_with(".js") || row.path.ends_with(".css");
    let kind = match row.path.rsplit('.').next() {
        Some("js") if file => "text/javascript",
        Some("css") if file => "text/css",
        _ => "text/html",
    };
    let html = |description: &str| json!({ "description": description, "content": { "text/html": { "schema": { "type": "string" } } } });
    let mut operations = Map::new();
    for method in row.methods {
        let mut operation = json!({
            "tags": ["pages"],
            "summary": "A page for people",
            "parameters": parameters,
            "responses": {
                "200": { "description": "the page", "content": { kind: { "schema": { "type": "string" } } } },
                "303": { "description": "to the door, or onward" },
                "4XX": html("what is wrong, and a way onward"),
                "503": html("out of reach for now"),
            },
        });
        if *method == "post" {
            let body =
                json!({ "content": { "application/x-www-form-urlencoded": { "schema": { "type": "object" } } } });
            operation["requestBody"] = body;
        }
        operations.insert((*method).to_owned(), operation);
    }
    Value::Object(operations)
}
