//! Contents made by rule, for tests and benchmarks: the same structure, extent and seed give the same content.

mod breaking;

pub use breaking::{Breach, breaches};

use crate::codes;
use crate::conditions::{Broken, Demand, broken};
use crate::model::{CodeSystem, Coded, Field, Kind, Structure};
use crate::validate::urn;
use records::id::{ClientId, HETU_ROOT};
use serde_json::{Map, Value, json};

/// How much of a structure a sample fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Only what is required, and what the encoded conditions then require.
    Minimal,
    /// Every field, lists twice, as far as the encoded conditions allow it.
    Full,
}

/// Rounds of mending before a sample is given up as it is; a test proves that far fewer are needed.
const ROUNDS_MAX: usize = 50;

/// A valid content of a structure. Persons in it are of the 900 series that belongs to no one. Different seeds take
/// different codes and answers; `branches` gives as many seeds as the structure has alternatives in one place.
pub fn sample(structure: &Structure, extent: Extent, seed: u64) -> Value {
    let maker = Maker { extent, seed };
    let mut body = maker.group(structure.root());
    for _ in 0..ROUNDS_MAX {
        let faults = broken(structure, &body);
        if faults.is_empty() {
            break;
        }
        for fault in &faults {
            maker.mend(&mut body, fault);
        }
    }
    json!({ structure.root_key(): body })
}

/// How many seeds show every allowed code of every field and both answers of every switch.
pub fn branches(structure: &Structure) -> u64 {
    let mut most = 2;
    structure.root().walk(&mut |_, field| {
        if let Kind::Code(coded) = &field.kind {
            most = most.max(coded.accepted.len() as u64);
        }
    });
    most
}

/// Writes a person into every client of a content, so that it agrees with a document header.
pub fn set_client(structure: &Structure, content: &mut Value, client: &ClientId, family: &str, given: &str) {
    let Some(field) = structure.root().child("asiakas") else { return };
    let Some(place) = content.get_mut(structure.root_key()).and_then(|body| body.get_mut("asiakas")) else { return };
    let persons: Vec<&mut Value> = match place {
        Value::Array(items) => items.iter_mut().collect(),
        other => vec![other],
    };
    for person in persons.into_iter().filter_map(Value::as_object_mut) {
        let (key, other) = match client {
            ClientId::Hetu(_) => ("henkilotunnus", "tilapainen_yksilointitunnus"),
            ClientId::Temporary(_) => ("tilapainen_yksilointitunnus", "henkilotunnus"),
        };
        if field.child(key).is_some() {
            person.insert(key.into(), json!({ "system": urn(client.root()), "value": client.extension() }));
            person.remove(other);
        }
        for (key, name) in [("sukunimi", family), ("etunimet", given)] {
            if field.child(key).is_some() {
                person.insert(key.into(), json!(name));
            }
        }
    }
}

/// A well-formed personal identity code of the 900 series, by number.
pub fn hetu(number: u64) -> String {
    let (day, month, year) = (number % 28 + 1, number / 28 % 12 + 1, number / 336 % 80 + 20);
    let individual = 900 + number / 26_880 % 100;
    let digits = format!("{day:02}{month:02}{year:02}{individual}");
    let check = b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(digits.parse::<u64>().unwrap_or(0) % 31) as usize];
    format!("{}-{}{}", &digits[..6], &digits[6..], check as char)
}

struct Maker {
    extent: Extent,
    seed: u64,
}

impl Maker {
    fn group(&self, group: &Field) -> Map<String, Value> {
        // A heading without fields (some structures have them) has nothing to say in a content.
        let fillable = |field: &Field| !field.is_group() || !field.children.is_empty();
        let wanted = |field: &&Field| field.required || (self.extent == Extent::Full && fillable(field));
        group.children.iter().filter(wanted).map(|field| (field.key.clone(), self.value(field))).collect()
    }

    fn value(&self, field: &Field) -> Value {
        let count = if self.extent == Extent::Full { 2 } else { 1 };
        if field.repeats {
            Value::Array((0..count).map(|index| self.one(field, index)).collect())
        } else {
            self.one(field, 0)
        }
    }

    fn one(&self, field: &Field, index: u64) -> Value {
        let number = self.seed * 2 + index;
        match &field.kind {
            Kind::Group => Value::Object(self.group(field)),
            Kind::Text => json!(format!("Näyte {number}: <b>&\"hyvää\" – påsk’s\ntoinen rivi")),
            Kind::Name => json!(format!("Näyte-Åsa {number}")),
            Kind::Signature => json!("Näyte"),
            Kind::Phrase(text) => json!(text),
            Kind::Code(coded) => code(coded, number),
            Kind::Id(Some(system)) if system == HETU_ROOT => json!({ "system": urn(system), "value": hetu(number) }),
            Kind::Id(Some(system)) => json!({ "system": urn(system), "value": format!("{number}") }),
            Kind::Id(None) if field.key == "tilapainen_yksilointitunnus" => {
                json!({ "system": "1.2.246.10.99990015.22.2026", "value": "010175-901Z" })
            }
            Kind::Id(None) => json!({ "value": format!("näyte-{number}") }),
            Kind::Date => {
                json!(["2026-02-14", "2026-02", "2026"][if field.required { 0 } else { number as usize % 3 }])
            }
            Kind::Moment => json!(["2026-02-14T10:30:00+02:00", "2026-02-14"][number as usize % 2]),
            Kind::Bool => json!(number % 4 < 2),
            Kind::Number | Kind::Count => json!(number % 10),
            Kind::Quantity => json!({ "value": 12.5, "code": "EUR" }),
        }
    }

    /// Changes the body where a rule is broken, as a person would who reads the fault.
    fn mend(&self, body: &mut Map<String, Value>, fault: &Broken<'_>) {
        let Some(place) = reach(body, &fault.at) else { return };
        match &fault.condition.demand {
            Demand::Require(_) | Demand::AtLeastOne(_) | Demand::AllOrNone(_) => {
                self.fill(place, fault.group, fault.field)
            }
            Demand::ExactlyOne(fields) => {
                fields.iter().for_each(|field| remove(place, field));
                self.fill(place, fault.group, fields[fields.len() - 1]);
            }
            Demand::Forbid(field) => remove(place, field),
            Demand::Single(field) => {
                if let Some(items) = place.get_mut(*field).and_then(Value::as_array_mut) {
                    items.truncate(1);
                }
            }
            Demand::Codes(field, codes) => change(place, field, &|value| {
                if let Some(value) = value.as_object_mut() {
                    value.insert("code".into(), json!(codes[0]));
                }
            }),
            Demand::OneYes(fields) => {
                self.fill(place, fault.group, fields[0]);
                change(place, fields[0], &|value| *value = json!(true));
            }
        }
    }

    /// Puts a value at a dotted path below a group, making the groups on the way.
    fn fill(&self, place: &mut Map<String, Value>, group: &Field, path: &str) {
        let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
        let Some(field) = group.child(key) else { return };
        let value = place.entry(key.to_owned()).or_insert_with(|| self.value(field));
        if let Some(rest) = rest {
            let below: Vec<&mut Value> = match value {
                Value::Array(items) => items.iter_mut().collect(),
                other => vec![other],
            };
            below.into_iter().filter_map(Value::as_object_mut).for_each(|inner| self.fill(inner, field, rest));
        }
    }
}

fn code(coded: &Coded, number: u64) -> Value {
    let (system, known) = match &coded.system {
        CodeSystem::Oid(oid) => (codes::versioned(oid), codes::known(oid)),
        CodeSystem::Internal(text) => (text.clone(), &[][..]),
        CodeSystem::Any => ("urn:oid:1.2.246.537.6.1".to_owned(), &[][..]),
    };
    let list = if coded.accepted.is_empty() { known } else { coded.accepted.as_slice() };
    let (code, display) = match list.get(number as usize / 2 % list.len().max(1)) {
        Some(one) => {
            (one.code.as_str(), if one.display.fi.is_empty() { one.code.as_str() } else { one.display.fi.as_str() })
        }
        None => ("1", "Näyte"),
    };
    json!({ "system": system, "code": code, "display": display })
}

/// The map at a path with indexes, as faults name it.
fn reach<'b>(body: &'b mut Map<String, Value>, path: &str) -> Option<&'b mut Map<String, Value>> {
    let mut place = body;
    for part in path.split('.').filter(|part| !part.is_empty()) {
        place = match part.strip_suffix(']').and_then(|part| part.split_once('[')) {
            Some((key, index)) => place.get_mut(key)?.get_mut(index.parse::<usize>().ok()?)?.as_object_mut()?,
            None => place.get_mut(part)?.as_object_mut()?,
        };
    }
    Some(place)
}

fn remove(place: &mut Map<String, Value>, path: &str) {
    match path.rsplit_once('.') {
        None => {
            place.shift_remove(path);
        }
        Some((groups, key)) => change(place, groups, &|value| {
            if let Some(inner) = value.as_object_mut() {
                inner.shift_remove(key);
            }
        }),
    }
}

/// Changes every value at a dotted path; lists on the way are opened.
fn change(place: &mut Map<String, Value>, path: &str, how: &dyn Fn(&mut Value)) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let Some(value) = place.get_mut(key) else { return };
    let below: Vec<&mut Value> = match value {
        Value::Array(items) => items.iter_mut().collect(),
        other => vec![other],
    };
    for value in below {
        match (rest, value) {
            (None, value) => how(value),
            (Some(rest), Value::Object(inner)) => change(inner, rest, how),
            _ => {}
        }
    }
}
