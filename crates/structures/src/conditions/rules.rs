//! The small language of `builtin/conditions.rules`.

use crate::model::{Field, Structure};
use crate::validate::join;
use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// Which groups a rule speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Group {
    /// Every group of every structure that holds the named fields and marks the demanded ones conditional.
    Any,
    /// The group at this path of these kinds of document.
    At {
        /// Type codes.
        types: Vec<&'static str>,
        /// Path of keys below the root; empty for the root itself.
        path: &'static str,
    },
}

/// What a rule demands. Paths start at the rule's group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Demand {
    Require(&'static str),
    Forbid(&'static str),
    Single(&'static str),
    Codes(&'static str, Vec<&'static str>),
    AtLeastOne(Vec<&'static str>),
    ExactlyOne(Vec<&'static str>),
    OneYes(Vec<&'static str>),
    AllOrNone(Vec<&'static str>),
}

/// What must hold for the demand to bind. A path that begins with `/` starts at the root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Test {
    Yes(&'static str),
    No(&'static str),
    NotYes(&'static str),
    Has(&'static str, Vec<&'static str>),
    Lacks(&'static str, Vec<&'static str>),
    OtherThan(&'static str, Vec<&'static str>),
    Given(&'static str),
    Missing(&'static str),
    Adult,
    Minor,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Condition {
    pub group: Group,
    pub demand: Demand,
    /// A field whose presence in the structure's group switches the rule off.
    pub without: Option<&'static str>,
    /// Any of the lists, of which all; empty: always.
    pub when: Vec<Vec<Test>>,
}

/// Why a conditional field has no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lack {
    /// A code list or fact is not known to us.
    Open,
    /// The content alone cannot tell.
    Beyond,
    /// The shape of the structure already sees to it.
    Shape,
}

/// A conditional field without a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unencoded {
    pub type_code: &'static str,
    pub path: &'static str,
    pub lack: Lack,
    pub why: &'static str,
}

/// All rules and all confessed gaps.
pub(crate) struct Rules {
    pub conditions: Vec<Condition>,
    pub unencoded: Vec<Unencoded>,
}

/// The rules of the product.
pub(crate) static RULES: LazyLock<Rules> = LazyLock::new(|| {
    parse(include_str!("../../builtin/conditions.rules")).expect("our own rules are well formed: a test reads them")
});

fn parse(text: &'static str) -> Result<Rules, String> {
    let mut rules = Rules { conditions: Vec::new(), unencoded: Vec::new() };
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let at = |why: &str| format!("{why}: {line}");
        let (head, rest) = line.split_once(": ").ok_or_else(|| at("no colon"))?;
        let words: Vec<&'static str> = head.split_whitespace().collect();
        match words[..] {
            [kind @ ("open" | "beyond" | "shape"), type_code, path] => {
                let lack = match kind {
                    "open" => Lack::Open,
                    "beyond" => Lack::Beyond,
                    _ => Lack::Shape,
                };
                rules.unencoded.push(Unencoded { type_code, path, lack, why: rest });
            }
            [types, path] => rules.conditions.push(condition(types, path, rest).ok_or_else(|| at("not a rule"))?),
            _ => return Err(at("not a rule")),
        }
    }
    Ok(rules)
}

fn condition(types: &'static str, path: &'static str, rest: &'static str) -> Option<Condition> {
    let (demand, when) = rest.split_once(" when ").map_or((rest, None), |(demand, when)| (demand, Some(when)));
    let (demand, without) = demand.split_once(" without ").map_or((demand, None), |(a, b)| (a, Some(b)));
    let group = match (types, path) {
        ("*", "*") => Group::Any,
        (_, "*") | ("*", _) => return None,
        _ => Group::At { types: types.split(',').collect(), path: if path == "." { "" } else { path } },
    };
    let when = match when {
        None => Vec::new(),
        Some(when) => {
            when.split(" or ").map(|all| all.split(" and ").map(test).collect()).collect::<Option<Vec<Vec<Test>>>>()?
        }
    };
    Some(Condition { group, demand: demand_of(demand)?, without, when })
}

fn demand_of(text: &'static str) -> Option<Demand> {
    let words: Vec<&'static str> = text.split_whitespace().collect();
    Some(match words[..] {
        ["require", field] => Demand::Require(field),
        ["forbid", field] => Demand::Forbid(field),
        ["single", field] => Demand::Single(field),
        ["codes", field, "=", ref codes @ ..] if !codes.is_empty() => Demand::Codes(field, codes.to_vec()),
        ["at-least-one", ref fields @ ..] if fields.len() > 1 => Demand::AtLeastOne(fields.to_vec()),
        ["exactly-one", ref fields @ ..] if fields.len() > 1 => Demand::ExactlyOne(fields.to_vec()),
        ["one-yes", ref fields @ ..] if fields.len() > 1 => Demand::OneYes(fields.to_vec()),
        ["all-or-none", ref fields @ ..] if fields.len() > 1 => Demand::AllOrNone(fields.to_vec()),
        _ => return None,
    })
}

fn test(text: &'static str) -> Option<Test> {
    let words: Vec<&'static str> = text.split_whitespace().collect();
    Some(match words[..] {
        ["client", "adult"] => Test::Adult,
        ["client", "minor"] => Test::Minor,
        [field, "is", "yes"] => Test::Yes(field),
        [field, "is", "no"] => Test::No(field),
        [field, "is-not", "yes"] => Test::NotYes(field),
        [field, "given"] => Test::Given(field),
        [field, "missing"] => Test::Missing(field),
        [field, "has", ref codes @ ..] if !codes.is_empty() => Test::Has(field, codes.to_vec()),
        [field, "lacks", ref codes @ ..] if !codes.is_empty() => Test::Lacks(field, codes.to_vec()),
        [field, "other-than", ref codes @ ..] if !codes.is_empty() => Test::OtherThan(field, codes.to_vec()),
        _ => return None,
    })
}

impl Demand {
    /// The fields that the demand is about.
    pub(crate) fn fields(&self) -> &[&'static str] {
        match self {
            Demand::Require(field) | Demand::Forbid(field) | Demand::Single(field) | Demand::Codes(field, _) => {
                std::slice::from_ref(field)
            }
            Demand::AtLeastOne(fields)
            | Demand::ExactlyOne(fields)
            | Demand::OneYes(fields)
            | Demand::AllOrNone(fields) => fields,
        }
    }
}

impl Test {
    /// The field that the test reads.
    pub(crate) fn field(&self) -> Option<&'static str> {
        match self {
            Test::Yes(field)
            | Test::No(field)
            | Test::NotYes(field)
            | Test::Has(field, _)
            | Test::Lacks(field, _)
            | Test::OtherThan(field, _)
            | Test::Given(field)
            | Test::Missing(field) => Some(field),
            Test::Adult | Test::Minor => None,
        }
    }
}

impl Condition {
    /// Whether the rule binds in this group of a structure: right kind of document, and every field it names exists.
    pub(crate) fn applies(&self, structure: &Structure, path: &str, group: &Field) -> bool {
        let placed = match &self.group {
            Group::Any => {
                let flagged = |field: &&str| group.child(field).is_some_and(|field| field.conditional);
                self.demand.fields().iter().all(flagged)
            }
            Group::At { types, path: at } => *at == path && types.contains(&structure.type_code()),
        };
        let exists = |field: &str| find(structure, group, field).is_some();
        placed
            && self.without.is_none_or(|field| group.child(field).is_none())
            && self.demand.fields().iter().all(|field| exists(field))
            && self.when.iter().flatten().filter_map(Test::field).all(exists)
    }
}

/// The rules that apply in a structure, by the path of their group. Found once per structure: the archive checks every
/// document, and most groups have none.
#[derive(Debug, Default)]
pub(crate) struct Bound(OnceLock<BTreeMap<String, Vec<&'static Condition>>>);

impl Bound {
    /// All of them.
    pub(crate) fn of(structure: &Structure) -> &BTreeMap<String, Vec<&'static Condition>> {
        structure.bound.0.get_or_init(|| {
            let mut found = BTreeMap::new();
            bind(structure, structure.root(), "", &mut found);
            found
        })
    }
}

impl Clone for Bound {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Bound {
    /// Derived from the rest of the structure, so it never makes a difference.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

fn bind(structure: &Structure, group: &Field, path: &str, found: &mut BTreeMap<String, Vec<&'static Condition>>) {
    let here: Vec<&'static Condition> =
        RULES.conditions.iter().filter(|rule| rule.applies(structure, path, group)).collect();
    if !here.is_empty() {
        found.insert(path.to_owned(), here);
    }
    for child in group.children.iter().filter(|child| child.is_group()) {
        bind(structure, child, &join(path, &child.key), found);
    }
}

/// The field that a path of a rule names: from the group, or with a leading `/` from the root.
pub(crate) fn find<'a>(structure: &'a Structure, group: &'a Field, path: &str) -> Option<&'a Field> {
    match path.strip_prefix('/') {
        Some(path) => structure.root().at(path),
        None => group.at(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_read_and_faulty_lines_are_named() {
        assert!(RULES.conditions.len() > 80 && RULES.unencoded.len() > 5);
        for wrong in [
            "nothing",
            "1 .: require",
            "1 .: demand x",
            "1 .: require x when y is maybe",
            "* .: require x",
            "1 .: at-least-one x",
            "1 .: codes x =",
            "1 2 3 4: require x",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
