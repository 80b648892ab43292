//! Which conditional fields of structures are encoded: the table of `docs/conditions.md`.

use super::rules::{Bound, Condition, Group, Lack, RULES, Unencoded};
use crate::model::{Field, Structure};
use crate::validate::join;
use std::fmt::Write;

/// What has become of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// A rule demands it, or the shape of the structure sees to it.
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
    if demanded(structure, field) {
        return (State::Encoded, "");
    }
    let confessed = RULES.unencoded.iter().find(|one| one.type_code == structure.type_code() && one.path == field);
    match confessed {
        Some(Unencoded { lack: Lack::Beyond, why, .. }) => (State::NotExpressible, why),
        Some(Unencoded { lack: Lack::Open, why, .. }) => (State::Open, why),
        Some(Unencoded { lack: Lack::Shape, .. }) => (State::Encoded, ""),
        None => (State::Open, "not encoded yet"),
    }
}

/// Whether a rule that applies somewhere in the structure is about the field at this path.
fn demanded(structure: &Structure, field: &str) -> bool {
    let about = |path: &str, rule: &Condition| rule.demand.fields().iter().any(|one| join(path, one) == field);
    Bound::of(structure).iter().any(|(path, rules)| rules.iter().any(|rule| about(path, rule)))
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
            structures.iter().filter(of).any(|one| rules_of(one).iter().any(|(found, _)| *found == *rule))
        })
    });
    let gaps = RULES.unencoded.iter().filter(|gap| {
        !structures.iter().any(|one| one.type_code() == gap.type_code && one.root().at(gap.path).is_some())
    });
    rules.map(|rule| format!("{rule:?}")).chain(gaps.map(|gap| format!("{gap:?}"))).collect()
}

/// Every rule with the group's path where it applies in a structure.
pub(crate) fn rules_of(structure: &Structure) -> Vec<(&'static Condition, String)> {
    Bound::of(structure).iter().flat_map(|(path, rules)| rules.iter().map(|rule| (*rule, path.clone()))).collect()
}
