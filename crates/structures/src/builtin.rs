//! Structures written by ourselves, in a compact text of our own.
//!
//! THL's files may not be copied into the product before somebody has checked their licence (law-and-codes 0.3), and the
//! whole chain must work without them. So the facts that make documents interchangeable (names of fields, kinds, which
//! are required, code systems, OIDs) are written here again; helps are in our own words. Instances of these also pass
//! THL's own schemas, which a test proves where THL's files are at hand.
//!
//! A file begins with `oid`, `type` and `subject`; a structure that THL has not published has an OID of our own and names
//! its `code` too. Then come fields, one a line, indented by two per level:
//!
//! ```text
//! Finnish name | Swedish name : kind arguments flags
//! ```
//!
//! Kinds: group, text, name, date, moment, bool, number, count, quantity, signature, `id [system]`,
//! `code <system below 1.2.246.537> [= allowed codes]`, `list` (its own codes, as `@ system` and `= code | fi | sv` lines
//! below). Flags: `!` required, `*` repeats, `?` conditionally required, `^` national minimum, `~` a group without
//! heading, `-` shown without its name. `{name}` puts the lines of a shared component below.

use crate::import::split_oid;
use crate::key_of;
use crate::model::{Accepted, CodeSystem, Coded, Field, Kind, Names, Source, Structure};
use std::collections::BTreeMap;

/// Root of the national code systems, left out in the files.
const NATIONAL: &str = "1.2.246.537.";

macro_rules! texts {
    ($($code:literal)+) => { [$(include_str!(concat!("../builtin/", $code, ".structure"))),+] };
}

const TEXTS: [&str; 26] = texts!(
    "1505.1" "1505.2" "1505.8" "1505.9" "informointi" "19001" "19002" "19003" "19004" "19005" "19006" "19007" "19008" "19009" "19010" "19012" "19013"
    "19014" "19015" "4006" "1009" "1000" "15003" "15004" "11000" "16009"
);

/// Every built-in structure.
pub(crate) fn all() -> Vec<Structure> {
    let components = read_components(include_str!("../builtin/components.txt"));
    let help = Help::read(include_str!("../builtin/help.txt"));
    TEXTS
        .iter()
        .map(|text| {
            let mut structure = read(text, &components).expect("our own text is well formed: a test reads every one");
            help.put_into(&mut structure);
            structure
        })
        .collect()
}

/// Lines of shared components by name.
type Components<'a> = BTreeMap<&'a str, Vec<Line<'a>>>;

/// A line without its indentation.
#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    level: usize,
    text: &'a str,
}

fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')).map(|line| {
        let text = line.trim_start();
        Line { level: (line.len() - text.len()) / 2, text }
    })
}

fn read_components(text: &str) -> Components<'_> {
    let mut components = Components::new();
    let mut name = "";
    for line in lines(text) {
        match line.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(next) => name = next,
            None => components.entry(name).or_default().push(line),
        }
    }
    components
}

fn read(text: &str, components: &Components<'_>) -> Result<Structure, String> {
    let mut about: BTreeMap<&str, &str> = BTreeMap::new();
    let mut fields: Vec<Line<'_>> = Vec::new();
    for line in lines(text) {
        match line.text.split_once(' ') {
            Some((word @ ("oid" | "code" | "type" | "subject"), rest)) if fields.is_empty() => {
                about.insert(word, rest);
            }
            _ => fields.push(line),
        }
    }
    let said = |word: &str| about.get(word).copied().ok_or_else(|| format!("{word} is missing"));
    let oid = said("oid")?.to_owned();
    let (type_code, version) = match about.get("code") {
        Some(code) => ((*code).to_owned(), own_version(&oid).ok_or("the OID ends in no date")?),
        None => split_oid(&oid).ok_or("the OID names no structure")?,
    };
    let root = read_fields(&fields, components)?.pop().ok_or("there is no root field")?;
    Ok(Structure {
        oid,
        type_code,
        version,
        document_type: said("type")?.to_owned(),
        subject: said("subject")?.to_owned(),
        source: Source::BuiltIn,
        root,
        bound: Default::default(),
    })
}

/// The version of a structure of our own: the last three nodes of its OID.
fn own_version(oid: &str) -> Option<jiff::civil::Date> {
    let mut nodes = oid.rsplit('.');
    let (day, month, year) = (nodes.next()?, nodes.next()?, nodes.next()?);
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads the fields of one level; the lines between two fields of it belong to the first.
fn read_fields(block: &[Line<'_>], components: &Components<'_>) -> Result<Vec<Field>, String> {
    let mut fields = Vec::new();
    let mut rest = block;
    while let Some((first, below)) = rest.split_first() {
        let end = below.iter().position(|line| line.level <= first.level).unwrap_or(below.len());
        let (below, next) = below.split_at(end);
        fields.push(read_field(first.text, below, components).map_err(|why| format!("{}: {why}", first.text))?);
        rest = next;
    }
    Ok(fields)
}

fn read_field(text: &str, below: &[Line<'_>], components: &Components<'_>) -> Result<Field, String> {
    let (name, rest) = text.split_once(" : ").ok_or("no kind")?;
    let (fi, sv) = name.split_once('|').ok_or("no Swedish name")?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let flag = |mark: &str| words.contains(&mark);
    let component = words.iter().find_map(|word| word.strip_prefix('{')?.strip_suffix('}'));
    let children = match component {
        Some(name) => read_fields(components.get(name).ok_or("unknown component")?, components)?,
        None if words[0] == "group" => read_fields(below, components)?,
        None => Vec::new(),
    };
    Ok(Field {
        key: key_of(fi),
        name: Names::new(fi.trim(), sv.trim()),
        kind: read_kind(&words, below)?,
        required: flag("!"),
        repeats: flag("*"),
        conditional: flag("?"),
        national: flag("^"),
        hidden_field: flag("~"),
        hidden_title: flag("-"),
        help: Names::default(),
        example: Names::default(),
        note: Names::default(),
        children,
    })
}

fn read_kind(words: &[&str], below: &[Line<'_>]) -> Result<Kind, String> {
    let plain = |word: &&&str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    let arguments: Vec<&str> = words[1..].iter().filter(plain).copied().collect();
    Ok(match words[0] {
        "group" => Kind::Group,
        "text" => Kind::Text,
        "name" => Kind::Name,
        "date" => Kind::Date,
        "moment" => Kind::Moment,
        "bool" => Kind::Bool,
        "number" => Kind::Number,
        "count" => Kind::Count,
        "quantity" => Kind::Quantity,
        "signature" => Kind::Signature,
        "id" => Kind::Id(arguments.first().map(|&system| system.to_owned())),
        "code" => {
            let (system, codes) = arguments.split_first().ok_or("no code system")?;
            let system_oid = format!("{NATIONAL}{system}");
            let known = crate::codes::known(&system_oid);
            let named = |code: &&str| Accepted {
                code: (*code).to_owned(),
                display: known.iter().find(|one| one.code == *code).map(|one| one.display.clone()).unwrap_or_default(),
            };
            Kind::Code(Coded {
                system: CodeSystem::Oid(system_oid.clone()),
                accepted: codes.iter().map(named).collect(),
            })
        }
        "list" => Kind::Code(read_list(below)?),
        other => return Err(format!("unknown kind {other}")),
    })
}

fn read_list(below: &[Line<'_>]) -> Result<Coded, String> {
    let mut list = Coded { system: CodeSystem::Any, accepted: Vec::new() };
    for line in below {
        if let Some(system) = line.text.strip_prefix("@ ") {
            list.system = CodeSystem::Internal(system.to_owned());
        } else if let Some(row) = line.text.strip_prefix("= ") {
            let mut cells = row.split('|').map(str::trim);
            let (Some(code), Some(fi), Some(sv)) = (cells.next(), cells.next(), cells.next()) else {
                return Err("a code needs two names".into());
            };
            list.accepted.push(Accepted { code: code.to_owned(), display: Names::new(fi, sv) });
        } else {
            return Err("a list holds only codes".into());
        }
    }
    Ok(list)
}

/// Helps in our own words, by the end of a field's path.
struct Help<'a> {
    rows: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Help<'a> {
    fn read(text: &'a str) -> Self {
        let rows = lines(text).filter_map(|line| {
            let mut cells = line.text.split('|').map(str::trim);
            Some((cells.next()?, cells.next()?, cells.next()?))
        });
        Self { rows: rows.collect() }
    }

    fn put_into(&self, structure: &mut Structure) {
        let path = structure.type_code.clone();
        self.below(&mut structure.root, &path);
    }

    fn below(&self, group: &mut Field, path: &str) {
        for field in &mut group.children {
            let path = format!("{path}/{}", field.key);
            let fits = |end: &&str| path == **end || path.ends_with(&format!("/{end}"));
            if let Some((_, fi, sv)) = self.rows.iter().filter(|(end, ..)| fits(end)).max_by_key(|(end, ..)| end.len())
            {
                field.help = Names::new(*fi, *sv);
            }
            self.below(field, &path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_read_and_no_group_is_empty() {
        let all = all();
        assert_eq!(all.len(), TEXTS.len());
        for structure in &all {
            structure.root.walk(&mut |path, field| {
                assert_eq!(field.is_group(), !field.children.is_empty(), "{} {path}", structure.oid);
                assert!(!field.name.fi.is_empty(), "{} {path}", structure.oid);
            });
        }
    }

    #[test]
    fn every_help_belongs_to_a_field_and_has_both_languages() {
        let all = all();
        for (end, fi, sv) in Help::read(include_str!("../builtin/help.txt")).rows {
            assert!(!fi.is_empty() && !sv.is_empty(), "{end}");
            let mut found = false;
            for structure in &all {
                structure.root.walk(&mut |_, field| found |= field.help.fi == fi);
            }
            assert!(found, "help for no field: {end}");
        }
    }

    #[test]
    fn a_faulty_line_is_named() {
        for wrong in [
            "oid 1.2.246.537.6.1506.1.2022.1.1\ntype A\nsubject B\nNimi | Namn : nothing",
            "oid 1.2.246.537.6.1506.1.2022.1.1\ntype A\nsubject B\nNimi : name",
            "oid 1.2.246.537.6.1506.1.2022.1.1\ntype A\nsubject B\nNimi | Namn : group {none}",
            "oid 1.2.3\ntype A\nsubject B\nNimi | Namn : name",
            "type A\nsubject B\nNimi | Namn : name",
        ] {
            assert!(read(wrong, &Components::new()).is_err(), "{wrong}");
        }
    }
}
