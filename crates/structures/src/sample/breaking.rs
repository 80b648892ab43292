//! Contents that break one encoded condition each, so that a test can see every rule refuse.

use super::{Extent, Maker, change, reach, remove, sample};
use crate::conditions::{Condition, Demand, Test, rules_of};
use crate::model::{CodeSystem, Field, Kind, Structure};
use serde_json::{Map, Value, json};

/// A content that breaks a condition on purpose.
#[derive(Debug, Clone)]
pub struct Breach {
    /// The condition, for messages of tests.
    pub condition: String,
    /// Path of keys, without indexes, of the field that a fault must name.
    pub field: String,
    /// The content.
    pub content: Value,
}

/// One breach of every encoded condition that binds somewhere in the structure, made from its full sample.
pub fn breaches(structure: &Structure) -> Vec<Breach> {
    rules_of(structure)
        .into_iter()
        .filter_map(|(condition, path)| {
            let mut content = sample(structure, Extent::Full, 0);
            let body = content.get_mut(structure.root_key())?.as_object_mut()?;
            let breaker = Breaker { structure, maker: Maker { extent: Extent::Minimal, seed: 0 } };
            breaker.breach(condition, &path, body)?;
            let fields = condition.demand.fields();
            // Of all or none, the one that is then missing is named.
            let named = if matches!(condition.demand, Demand::AllOrNone(_)) { fields[1] } else { fields[0] };
            let field = crate::validate::join(&path, named);
            Some(Breach { condition: format!("{condition:?}"), field, content })
        })
        .collect()
}

struct Breaker<'a> {
    structure: &'a Structure,
    maker: Maker,
}

impl Breaker<'_> {
    fn breach(&self, condition: &Condition, path: &str, body: &mut Map<String, Value>) -> Option<()> {
        let group = self.structure.root().at(path)?;
        if !path.is_empty() {
            self.maker.fill(body, self.structure.root(), path);
        }
        let at = first_instance(body, path)?;
        for test in condition.when.first().into_iter().flatten() {
            self.arrange(test, group, &at, body)?;
        }
        let place = reach(body, &at)?;
        match &condition.demand {
            Demand::Require(field) => remove(place, field),
            Demand::Forbid(field) => self.maker.fill(place, group, field),
            Demand::Single(field) => {
                self.maker.fill(place, group, field);
                let items = place.get_mut(*field)?.as_array_mut()?;
                items.push(items.first()?.clone());
            }
            Demand::Codes(field, _) => self.set_code(place, group, field, "vieras"),
            Demand::AtLeastOne(fields) | Demand::ExactlyOne(fields) => fields.iter().for_each(|one| remove(place, one)),
            Demand::OneYes(fields) => fields.iter().for_each(|one| change(place, one, &|value| *value = json!(false))),
            Demand::AllOrNone(fields) => {
                self.maker.fill(place, group, fields[0]);
                fields[1..].iter().for_each(|one| remove(place, one));
            }
        }
        Some(())
    }

    /// Makes a test true.
    fn arrange(&self, test: &Test, group: &Field, at: &str, body: &mut Map<String, Value>) -> Option<()> {
        if let Test::Adult | Test::Minor = test {
            body.insert("paivamaara".into(), json!("2026-02-14"));
            let code = if *test == Test::Adult { "120243-934K" } else { "230911A957T" };
            let id = json!({ "system": "urn:oid:1.2.246.21", "value": code });
            change(body, "asiakas", &|client| {
                if let Some(client) = client.as_object_mut() {
                    client.insert("henkilotunnus".into(), id.clone());
                }
            });
            return Some(());
        }
        let path = test.field()?;
        let (place, group, path) = match path.strip_prefix('/') {
            Some(path) => (body, self.structure.root(), path),
            None => (reach(body, at)?, group, path),
        };
        match test {
            Test::Missing(_) => remove(place, path),
            Test::Given(_) => self.maker.fill(place, group, path),
            Test::Yes(_) | Test::No(_) | Test::NotYes(_) => {
                let answer = matches!(test, Test::Yes(_));
                self.maker.fill(place, group, path);
                change(place, path, &|value| *value = json!(answer));
            }
            Test::Has(_, codes) => self.set_code(place, group, path, codes[0]),
            Test::Lacks(_, codes) | Test::OtherThan(_, codes) => {
                let other = self.other_code(group.at(path)?, codes);
                self.set_code(place, group, path, &other);
            }
            Test::Adult | Test::Minor => {}
        }
        Some(())
    }

    fn set_code(&self, place: &mut Map<String, Value>, group: &Field, path: &str, code: &str) {
        self.maker.fill(place, group, path);
        change(place, path, &|value| {
            if let Some(value) = value.as_object_mut() {
                value.insert("code".into(), json!(code));
            }
        });
    }

    /// A code of the field that is none of these.
    fn other_code(&self, field: &Field, codes: &[&str]) -> String {
        let Kind::Code(coded) = &field.kind else { return String::new() };
        let known = match &coded.system {
            CodeSystem::Oid(oid) if coded.accepted.is_empty() => crate::codes::known(oid),
            _ => coded.accepted.as_slice(),
        };
        let other = known.iter().find(|one| !codes.contains(&one.code.as_str()));
        other.map_or_else(|| "muu".to_owned(), |one| one.code.clone())
    }
}

/// The path with indexes of the first instance of a group.
fn first_instance(body: &Map<String, Value>, path: &str) -> Option<String> {
    let mut at = String::new();
    let mut place = body;
    for key in path.split('.').filter(|key| !key.is_empty()) {
        at = crate::validate::join(&at, key);
        place = match place.get(key)? {
            Value::Array(items) => {
                at.push_str("[0]");
                items.first()?.as_object()?
            }
            other => other.as_object()?,
        };
    }
    Some(at)
}
