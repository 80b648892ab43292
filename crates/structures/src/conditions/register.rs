//! Which conditional fields of structures are encoded: the table of `docs/conditions.md`.

use super::rules::{Condition, Group, RULES};
use crate::model::{Field, Structure};
use crate::validate::join;
use std::fmt::Write;

/// What has become of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A rule demands it.
    Encoded,
    /// Could be encoded, but a code list or fact is not known to us; or nobody has done it yet.
    Open,
    /// The content alone cannot tell.
    NotExpressible,
}

/// One conditional field of a structure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// OID of the structure.
    pub structure: String,
    /// Path of keys below the root.
    pub path: String,
    /// What has become of it.
    pub state: State,
    /// Why it is not encoded; empty when it is.
    pub why: &'static str,
}

/// Every conditional field of a structure, in its order: the flag `conditionalRequired`, or the words for it in the note.
pub fn register(structure: &Structure) -> Vec<Row> {
    let mut rows = Vec::new();
    below(structure, structure.root(), "", &mut rows);
    rows
}

fn below(structure: &Structure, group: &Field, path: &str, rows: &mut Vec<Row>) {
    for field in &group.children {
        let at = join(path, &field.key);
        if field.conditional || says_conditional(&field.note.fi) {
            let (state, why) = state(structure, &at);
            rows.push(Row { structure: structure.oid().to_owned(), path: at.clone(), state, why });
        }
        below(structure, field, &at, rows);
    }
}

fn says_conditional(note: &str) -> bool {
    note.to_lowercase().contains("ehdollisesti pakollinen")
}

fn state(structure: &Structure, field: &str) -> (State, &'static str) {
    if demanded(structure, structure.root(), "", field) {
        return (State::Encoded, "");
    }
    let confessed = RULES.unencoded.iter().find(|one| one.type_code == structure.type_code() && one.path == field);
    match confessed {
        Some(one) if one.beyond => (State::NotExpressible, one.why),
        Some(one) => (State::Open, one.why),
        None => (State::Open, "not encoded yet"),
    }
}

/// Whether a rule that applies in any group of the structure is about the field at this path.
fn demanded(structure: &Structure, group: &Field, path: &str, field: &str) -> bool {
    let here = RULES.conditions.iter().any(|rule| {
        rule.demand.fields().iter().any(|one| join(path, one) == field) && rule.applies(structure, path, group)
    });
    here || group.children.iter().filter(|child| child.is_group()).any(|child| {
        let below = join(path, &child.key);
        field.starts_with(&below) && demanded(structure, child, &below, field)
    })
}

/// The table of `docs/conditions.md` over structures, in Markdown: paths and states only, none of THL's sentences.
pub fn table<'a>(structures: impl Iterator<Item = &'a Structure>) -> String {
    let rows: Vec<Row> = structures.flat_map(register).collect();
    let count = |state: State| rows.iter().filter(|row| row.state == state).count();
    let mut text = format!(
        "# Conditions of document structures\n\n\
         Fields that a structure makes mandatory under a condition stated in words. The rules themselves stand in\n\
         `crates/structures/builtin/conditions.rules`. This page is written by a test of the crate `structures` with\n\
         `VAKKA_WRITE_DOCS=1`, and the same test fails when it is stale.\n\n\
         | State | Fields |\n|---|---|\n| encoded | {} |\n| open | {} |\n| not expressible | {} |\n| together | {} |\n\n\
         | Structure | Field | State |\n|---|---|---|\n",
        count(State::Encoded),
        count(State::Open),
        count(State::NotExpressible),
        rows.len()
    );
    for row in &rows {
        let state = match row.state {
            State::Encoded => "encoded".to_owned(),
            State::Open => format!("open: {}", row.why),
            State::NotExpressible => format!("not expressible: {}", row.why),
        };
        let short = row.structure.trim_start_matches("1.2.246.537.6.");
        let _ = writeln!(text, "| {short} | `{}` | {state} |", row.path);
    }
    text
}

/// Lines of `conditions.rules` that speak of nothing in these structures: misspelt, or left behind by a new version.
pub fn unused<'a>(structures: impl Iterator<Item = &'a Structure>) -> Vec<String> {
    let structures: Vec<&Structure> = structures.collect();
    let rules = RULES.conditions.iter().filter(|rule| {
        let types: Vec<&str> = match &rule.group {
            Group::Any => vec![""],
            Group::At { types, .. } => types.clone(),
        };
        !types.iter().all(|kind| {
            let of = |one: &&&Structure| kind.is_empty() || one.type_code() == *kind;
            structures.iter().filter(of).any(|one| applies_somewhere(rule, one, one.root(), ""))
        })
    });
    let gaps = RULES.unencoded.iter().filter(|gap| {
        !structures.iter().any(|one| one.type_code() == gap.type_code && one.root().at(gap.path).is_some())
    });
    rules.map(|rule| format!("{rule:?}")).chain(gaps.map(|gap| format!("{gap:?}"))).collect()
}

fn applies_somewhere(rule: &Condition, structure: &Structure, group: &Field, path: &str) -> bool {
    rule.applies(structure, path, group)
        || group
            .children
            .iter()
            .filter(|child| child.is_group())
            .any(|child| applies_somewhere(rule, structure, child, &join(path, &child.key)))
}
