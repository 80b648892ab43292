//! Rules against a content.

use super::rules::{Condition, Demand, RULES, Test, find};
use crate::model::{CodeSystem, Field, Kind, Structure};
use crate::validate::{Fault, Rule, is_date, join};
use jiff::civil::Date;
use records::Lang;
use records::id::PersonalIdentityCode;
use serde_json::{Map, Value};

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
    let sentence = |broken: &Broken<'_>, lang| Sentence { structure, group: broken.group, lang }.of(broken.condition);
    broken(structure, body)
        .iter()
        .filter_map(|one| {
            let field = one.group.at(one.field)?;
            let rule = Rule::Condition { fi: sentence(one, Lang::Fi), sv: sentence(one, Lang::Sv) };
            Some(Fault::new(&join(&one.at, one.field), field, rule))
        })
        .collect()
}

/// Every rule that the body breaks, in order of the structure.
pub(crate) fn broken<'a>(structure: &'a Structure, body: &Map<String, Value>) -> Vec<Broken<'a>> {
    let mut walk = Walk { structure, root: body, found: Vec::new() };
    walk.group(structure.root(), body, "", "");
    walk.found
}

struct Walk<'a, 'b> {
    structure: &'a Structure,
    root: &'b Map<String, Value>,
    found: Vec<Broken<'a>>,
}

impl<'a> Walk<'a, '_> {
    /// One instance of a group: `path` without indexes, `at` with them.
    fn group(&mut self, group: &'a Field, body: &Map<String, Value>, path: &str, at: &str) {
        for condition in &RULES.conditions {
            if condition.applies(self.structure, path, group)
                && self.binds(condition, body)
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

/// A rule in words, with the names that people see.
struct Sentence<'a> {
    structure: &'a Structure,
    group: &'a Field,
    lang: Lang,
}

impl Sentence<'_> {
    fn of(&self, condition: &Condition) -> String {
        let demand = self.demand(&condition.demand);
        if condition.when.is_empty() {
            return format!("{demand}.");
        }
        let all = |tests: &Vec<Test>| {
            tests.iter().map(|test| self.test(test)).collect::<Vec<_>>().join(self.word(" ja ", " och "))
        };
        let any: Vec<String> = condition.when.iter().map(all).collect();
        format!("{demand}, {} {}.", self.word("kun", "när"), any.join(self.word(" tai ", " eller ")))
    }

    fn word(&self, fi: &'static str, sv: &'static str) -> &'static str {
        if self.lang == Lang::Sv { sv } else { fi }
    }

    fn name(&self, path: &str) -> String {
        let field = find(self.structure, self.group, path);
        format!("”{}”", field.map_or(path, |field| field.name.get(self.lang)))
    }

    fn names(&self, paths: &[&str]) -> String {
        paths.iter().map(|path| self.name(path)).collect::<Vec<_>>().join(", ")
    }

    /// Codes with their names, as far as they are known.
    fn codes(&self, path: &str, codes: &[&str]) -> String {
        let list = match find(self.structure, self.group, path).map(|field| &field.kind) {
            Some(Kind::Code(coded)) if !coded.accepted.is_empty() => coded.accepted.as_slice(),
            Some(Kind::Code(coded)) => match &coded.system {
                CodeSystem::Oid(oid) => crate::codes::known(oid),
                _ => &[],
            },
            _ => &[],
        };
        let named = |code: &&str| {
            let known = list.iter().find(|one| one.code == **code).map(|one| one.display.get(self.lang));
            known.filter(|name| !name.is_empty()).unwrap_or(code).to_owned()
        };
        codes.iter().map(named).collect::<Vec<_>>().join(self.word(" tai ", " eller "))
    }

    fn demand(&self, demand: &Demand) -> String {
        match demand {
            Demand::Require(_) => self.word("tieto on pakollinen", "uppgiften är obligatorisk").into(),
            Demand::Forbid(_) => self.word("kohtaa ei täytetä", "punkten fylls inte i").into(),
            Demand::Single(_) => {
                self.word("kohdan voi täyttää vain kerran", "punkten kan fyllas i bara en gång").into()
            }
            Demand::Codes(field, codes) => {
                format!("{} {}", self.word("sallittu on vain", "tillåtet är bara"), self.codes(field, codes))
            }
            Demand::AtLeastOne(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä ainakin yksi näistä", "fyll i minst en av dessa"),
                    self.names(fields)
                )
            }
            Demand::ExactlyOne(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä täsmälleen yksi näistä", "fyll i exakt en av dessa"),
                    self.names(fields)
                )
            }
            Demand::OneYes(fields) => {
                format!(
                    "{}: {}",
                    self.word("vastaa kyllä ainakin yhteen näistä", "svara ja på minst en av dessa"),
                    self.names(fields)
                )
            }
            Demand::AllOrNone(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä nämä kaikki tai ei yhtään", "fyll i alla dessa eller ingen"),
                    self.names(fields)
                )
            }
        }
    }

    fn test(&self, test: &Test) -> String {
        let w = |fi, sv| self.word(fi, sv);
        match test {
            Test::Yes(path) => {
                format!("{} {} {}", w("kohtaan", "svaret på"), self.name(path), w("on vastattu kyllä", "är ja"))
            }
            Test::No(path) => {
                format!("{} {} {}", w("kohtaan", "svaret på"), self.name(path), w("on vastattu ei", "är nej"))
            }
            Test::NotYes(path) => {
                format!(
                    "{} {} {}",
                    w("kohtaan", "svaret på"),
                    self.name(path),
                    w("ei ole vastattu kyllä", "inte är ja")
                )
            }
            Test::Has(path, codes) => {
                format!("{} {} {} {}", w("kohdassa", "i"), self.name(path), w("on", "står"), self.codes(path, codes))
            }
            Test::Lacks(path, codes) => {
                format!(
                    "{} {} {} {}",
                    w("kohdassa", "i"),
                    self.name(path),
                    w("ei ole", "inte står"),
                    self.codes(path, codes)
                )
            }
            Test::OtherThan(path, codes) => {
                format!(
                    "{} {} {} {}",
                    w("kohdassa", "i"),
                    self.name(path),
                    w("on muu kuin", "står annat än"),
                    self.codes(path, codes)
                )
            }
            Test::Given(path) => {
                format!("{} {} {}", w("kohta", "punkten"), self.name(path), w("on täytetty", "är ifylld"))
            }
            Test::Missing(path) => format!("{} {} {}", w("kohta", "punkten"), self.name(path), w("on tyhjä", "är tom")),
            Test::Adult => w("asiakas on täysi-ikäinen", "klienten är myndig").into(),
            Test::Minor => w("asiakas on alaikäinen", "klienten är minderårig").into(),
        }
    }
}
