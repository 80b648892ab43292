//! Rules against a content.

use super::rules::{Bound, Condition, Demand, Test};
use super::words::sentence;
use crate::model::{Field, Structure};
use crate::validate::{Fault, Rule, is_date, join};
use jiff::civil::Date;
use records::Lang;
use records::id::PersonalIdentityCode;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// A rule that a content breaks, and where.
pub(crate) struct Broken<'a> {
    pub condition: &'static Condition,
    /// The structure's group.
    pub group: &'a Field,
    /// Path of the group's instance, with indexes.
    pub at: String,
    /// The field to name, and its path from the group.
    pub field: &'static str,
}

/// The faults of a body against the conditions encoded for its structure.
pub(crate) fn faults(structure: &Structure, body: &Map<String, Value>) -> Vec<Fault> {
    broken(structure, body)
        .iter()
        .filter_map(|one| {
            let field = one.group.at(one.field)?;
            let words = |lang| sentence(structure, one.group, one.condition, lang);
            let rule = Rule::Condition { fi: words(Lang::Fi), sv: words(Lang::Sv) };
            Some(Fault::new(&join(&one.at, one.field), field, rule))
        })
        .collect()
}

/// Every rule that the body breaks, in order of the structure.
pub(crate) fn broken<'a>(structure: &'a Structure, body: &Map<String, Value>) -> Vec<Broken<'a>> {
    let rules = Bound::of(structure);
    if rules.is_empty() {
        return Vec::new();
    }
    let mut walk = Walk { rules, root: body, found: Vec::new() };
    walk.group(structure.root(), body, "", "");
    walk.found
}

/// Fields that are mandatory by a rule in words whatever the writer fills: of the rules that demand a field, those that
/// always bind, and those that rest only on what the system itself fills and that bind in the content. With each field
/// stand the groups between it and the rule's group, since they must then be there too. So a form can mark the fields
/// before the first try; a rule that rests on another answer is not among them, since the answer may still change.
///
/// `content` is the whole content with its root key, `known` tells of a path of keys whether the system fills it.
pub fn standing(structure: &Structure, content: &Value, known: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let nothing = Map::new();
    let root = content.get(structure.root_key()).and_then(Value::as_object).unwrap_or(&nothing);
    let walk = Walk { rules: Bound::of(structure), root, found: Vec::new() };
    let mut fields = BTreeSet::new();
    for (path, rules) in walk.rules {
        for rule in rules {
            let Demand::Require(field) = &rule.demand else { continue };
            let stands = |test: &Test| match test.field() {
                None => known("asiakas"),
                Some(field) => field.strip_prefix('/').or(path.is_empty().then_some(field)).is_some_and(known),
            };
            let body = if path.is_empty() { root } else { &nothing };
            if rule.when.iter().flatten().all(stands) && walk.binds(rule, body) {
                let ends = field.match_indices('.').map(|(end, _)| end).chain([field.len()]);
                fields.extend(ends.map(|end| join(path, &field[..end])));
            }
        }
    }
    fields
}

struct Walk<'a, 'b> {
    rules: &'a BTreeMap<String, Vec<&'static Condition>>,
    root: &'b Map<String, Value>,
    found: Vec<Broken<'a>>,
}

impl<'a> Walk<'a, '_> {
    /// One instance of a group: `path` without indexes, `at` with them.
    fn group(&mut self, group: &'a Field, body: &Map<String, Value>, path: &str, at: &str) {
        for &condition in self.rules.get(path).into_iter().flatten() {
            if self.binds(condition, body)
                && let Some(field) = fails(&condition.demand, body)
            {
                self.found.push(Broken { condition, group, at: at.to_owned(), field });
            }
        }
        for child in group.children.iter().filter(|child| child.is_group()) {
            let (path, at) = (join(path, &child.key), join(at, &child.key));
            match body.get(&child.key) {
                Some(Value::Object(inner)) => self.group(child, inner, &path, &at),
                Some(Value::Array(items)) => {
                    for (index, inner) in items.iter().enumerate() {
                        if let Some(inner) = inner.as_object() {
                            self.group(child, inner, &path, &format!("{at}[{index}]"));
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn binds(&self, condition: &Condition, body: &Map<String, Value>) -> bool {
        condition.when.is_empty() || condition.when.iter().any(|all| all.iter().all(|test| self.holds(test, body)))
    }

    fn holds(&self, test: &Test, body: &Map<String, Value>) -> bool {
        let at = |path: &str| match path.strip_prefix('/') {
            Some(path) => values(self.root, path),
            None => values(body, path),
        };
        let any = |path: &str, wanted: &dyn Fn(&Value) -> bool| at(path).into_iter().any(wanted);
        match test {
            Test::Yes(path) => any(path, &|value| value.as_bool() == Some(true)),
            Test::No(path) => any(path, &|value| value.as_bool() == Some(false)),
            Test::NotYes(path) => !any(path, &|value| value.as_bool() == Some(true)),
            Test::Has(path, codes) => any(path, &|value| code_of(value).is_some_and(|code| codes.contains(&code))),
            Test::Lacks(path, codes) => !any(path, &|value| code_of(value).is_some_and(|code| codes.contains(&code))),
            Test::OtherThan(path, codes) => {
                any(path, &|value| code_of(value).is_some_and(|code| !codes.contains(&code)))
            }
            Test::Given(path) => any(path, &|_| true),
            Test::Missing(path) => !any(path, &|_| true),
            Test::Adult => self.client_is_adult() == Some(true),
            Test::Minor => self.client_is_adult() == Some(false),
        }
    }

    /// Whether the first client was at least eighteen on the document's day; `None` when the content does not tell.
    fn client_is_adult(&self) -> Option<bool> {
        let day = day(values(self.root, "paivamaara").first()?.as_str()?)?;
        let client = values(self.root, "asiakas").into_iter().next()?.as_object()?;
        let hetu = client.get("henkilotunnus").and_then(|id| id.get("value")).and_then(Value::as_str);
        let born = match hetu.and_then(|code| PersonalIdentityCode::parse(code).ok()) {
            Some(code) => code.birth_date(),
            None => self::day(client.get("syntymaaika")?.as_str()?)?,
        };
        Some(born.saturating_add(jiff::Span::new().years(18)) <= day)
    }
}

/// A whole day; a year or month alone does not tell an age.
fn day(text: &str) -> Option<Date> {
    (text.len() == 10 && is_date(text)).then(|| text.parse().ok()).flatten()
}

fn code_of(value: &Value) -> Option<&str> {
    value.get("code").and_then(Value::as_str)
}

/// Every value at a dotted path; lists on the way are opened.
pub(super) fn values<'b>(body: &'b Map<String, Value>, path: &str) -> Vec<&'b Value> {
    fn open(value: &Value) -> Vec<&Value> {
        match value {
            Value::Array(items) => items.iter().collect(),
            other => vec![other],
        }
    }
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let found = body.get(key).map(open).unwrap_or_default();
    match rest {
        None => found,
        Some(rest) => found.into_iter().filter_map(Value::as_object).flat_map(|inner| values(inner, rest)).collect(),
    }
}

/// The field to name when a demand that binds is not met.
fn fails(demand: &Demand, body: &Map<String, Value>) -> Option<&'static str> {
    let count = |fields: &[&'static str]| fields.iter().filter(|field| !values(body, field).is_empty()).count();
    let yes = |field: &&&str| values(body, field).iter().any(|value| value.as_bool() == Some(true));
    match demand {
        Demand::Require(field) => values(body, field).is_empty().then_some(field),
        Demand::Forbid(field) => (!values(body, field).is_empty()).then_some(field),
        Demand::Single(field) => (values(body, field).len() > 1).then_some(field),
        Demand::Codes(field, codes) => {
            let wrong = |value: &&Value| code_of(value).is_some_and(|code| !codes.contains(&code));
            values(body, field).iter().any(wrong).then_some(field)
        }
        Demand::AtLeastOne(fields) => (count(fields) == 0).then(|| fields[0]),
        Demand::ExactlyOne(fields) => (count(fields) != 1).then(|| fields[0]),
        Demand::OneYes(fields) => fields.iter().find(yes).is_none().then(|| fields[0]),
        Demand::AllOrNone(fields) => {
            let some = count(fields) > 0;
            fields.iter().find(|field| some && values(body, field).is_empty()).copied()
        }
    }
}
