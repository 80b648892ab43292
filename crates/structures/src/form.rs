//! The form of a structure: what pages show, and the way between a page's named values and a content.
//!
//! A page's state is a list of pairs `(name, text)`, as HTML sends them. [`Form::decode`] makes a content of them without
//! judging it (what cannot be read stays as typed, so that [`crate::validate`] names the field), [`Form::encode`] makes
//! the pairs of a content, and [`Form::inputs`] lays pairs out for a page, so that a faulty form comes back as typed.
//!
//! Names are keys below the root key: `asiakaskertomusmerkinta.palvelutehtava`, `asiakas[0].sukunimi`. Beside the main
//! value stand `.display` and `.system` of a code, `.system` of an identifier, `.code` (unit) of a quantity.

mod choice;
mod decode;
mod encode;
mod pairs;

pub use choice::{choice_text, code_of};

use crate::model::{Accepted, CodeSystem, Field, Kind, Names, Structure};
use crate::{codes, conditions, validate};
use pairs::Node;
use records::Lang;
use serde_json::Value;

/// Most instances of one repeated group; a family has fewer, and a page stays small enough to draw.
pub const INSTANCES_MAX: usize = 200;

/// Most pairs read of one form.
pub const PAIRS_MAX: usize = 20_000;

/// The form of one structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// The structure's OID, for `contentSpecificationId`.
    pub structure_oid: String,
    /// The key at the top of the content.
    pub root_key: String,
    /// The language in which the names of codes are written into the content.
    pub language: Lang,
    /// The fields, mandatory ones first.
    pub fields: Vec<FormField>,
}

/// One field of a form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormField {
    /// The key.
    pub key: String,
    /// Path of keys below the root, without indexes: `asiakas.sukunimi`.
    pub path: String,
    /// The label.
    pub label: Names,
    /// Help for the one who fills it; may be empty.
    pub help: Names,
    /// An example; may be empty.
    pub example: Names,
    /// When it is mandatory, forbidden or narrowed, in words; empty when no encoded condition is about it.
    pub condition: Names,
    /// What it takes.
    pub kind: FieldKind,
    /// Mandatory where its group is filled.
    pub required: bool,
    /// Mandatory under a condition stated in words.
    pub conditional: bool,
    /// Belongs to the national minimum; shown before the other voluntary ones and never dropped.
    pub national: bool,
    /// May be given several times.
    pub repeats: bool,
    /// Whether the label is shown in the display form.
    pub titled: bool,
    /// Fields of a group.
    pub children: Vec<FormField>,
}

/// What a field takes.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A code.
    Code {
        /// The value for `system`, with version where it is known; empty when the structure leaves it open.
        system: String,
        /// Codes to choose from; may be empty.
        options: Vec<Accepted>,
        /// Whether other codes than the options are allowed, since the whole list is not known to us.
        open: bool,
    },
    /// A date; also a year or a month.
    Date,
    /// A date or an instant.
    Moment,
    /// Yes or no; not answered is a third state.
    Bool,
    /// A number.
    Number,
    /// A number with its unit.
    Quantity,
    /// An identifier.
    Id {
        /// Its system when the structure fixes it (bare OID); personal identity codes are `1.2.246.21`.
        system: Option<String>,
    },
    /// A fixed text that the program fills.
    Phrase(String),
    /// A group of fields.
    Group,
}

/// A place on a page: a field with its full name, what stands in it, and the places below.
#[derive(Debug, Clone, PartialEq)]
pub struct Input<'a> {
    /// The name of the HTML input, with indexes.
    pub name: String,
    /// The field.
    pub field: &'a FormField,
    /// Index within the repetition, from 0.
    pub index: Option<usize>,
    /// The main value as typed: text, code, id, number, `true`/`false`.
    pub value: String,
    /// `.display` of a code, as typed.
    pub display: String,
    /// `.system` of a code or an identifier, as typed.
    pub system: String,
    /// `.code` of a quantity: the unit, as typed.
    pub unit: String,
    /// Whether this is the last instance of a repeated field, so that the page puts its "add" button here.
    pub last: bool,
    /// Whether anything stands here or below.
    pub filled: bool,
    /// Places below a group.
    pub children: Vec<Input<'a>>,
}

impl Form {
    /// The form of a structure; codes are written with their Finnish names.
    pub fn of(structure: &Structure) -> Self {
        Self::in_language(structure, Lang::Fi)
    }

    /// The form of a structure for a document in a language.
    pub fn in_language(structure: &Structure, language: Lang) -> Self {
        Self {
            structure_oid: structure.oid().to_owned(),
            root_key: structure.root_key().to_owned(),
            language,
            fields: fields_of(structure, structure.root(), ""),
        }
    }

    /// The content that the pairs say. Nothing is judged; empty values, groups and instances are left out; pairs that
    /// the form does not know are ignored.
    pub fn decode(&self, pairs: &[(String, String)]) -> Value {
        decode::content(self, pairs)
    }

    /// The pairs of a content. `decode` of them gives the content again, when it is valid and holds nothing empty.
    pub fn encode(&self, content: &Value) -> Vec<(String, String)> {
        encode::pairs(self, content)
    }

    /// The places of a page filled with the pairs; a repeated field has at least one instance.
    pub fn inputs(&self, pairs: &[(String, String)]) -> Vec<Input<'_>> {
        let tree = Node::read(pairs);
        self.fields.iter().flat_map(|field| places(field, tree.child(&field.key), "")).collect()
    }

    /// Adds an empty instance of the repeated field that has this full name (`asiakas`, `asiakas[0].lapsi`): what the
    /// button "add" does without script.
    pub fn add(&self, pairs: &mut Vec<(String, String)>, name: &str) {
        let tree = Node::read(pairs);
        let count = tree.at(name).map_or(0, |node| node.instances()).max(1);
        if count < INSTANCES_MAX {
            pairs.push((format!("{name}[{count}]"), String::new()));
        }
    }

    /// Takes away one instance of a repeated field by its full name (`asiakas[1]`) with all that stands in it; the later
    /// ones move up. What is no name of an instance changes nothing.
    pub fn remove(&self, pairs: &mut Vec<(String, String)>, name: &str) {
        let Some((group, index)) = name.strip_suffix(']').and_then(|rest| rest.rsplit_once('[')) else { return };
        let Ok(gone) = index.parse::<usize>() else { return };
        if !self.field(group).is_some_and(|field| field.repeats) {
            return;
        }
        let prefix = format!("{group}[");
        let index_of = |name: &str| -> Option<(usize, String)> {
            let (index, rest) = name.strip_prefix(&prefix)?.split_once(']')?;
            Some((index.parse().ok()?, rest.to_owned()))
        };
        pairs.retain(|(name, _)| index_of(name).is_none_or(|(index, _)| index != gone));
        for (name, _) in pairs.iter_mut() {
            if let Some((index, rest)) = index_of(name)
                && index > gone
            {
                *name = format!("{prefix}{}]{rest}", index - 1);
            }
        }
    }

    /// The field at a path of keys; indexes in the path are ignored.
    pub fn field(&self, path: &str) -> Option<&FormField> {
        let mut fields = &self.fields;
        let mut found = None;
        for part in path.split('.') {
            let key = part.split('[').next().unwrap_or_default();
            let field = fields.iter().find(|field| field.key == key)?;
            fields = &field.children;
            found = Some(field);
        }
        found
    }
}

impl Input<'_> {
    /// The value as `datetime-local` wants it: Finnish local time without zone.
    pub fn local_moment(&self) -> String {
        match self.value.parse::<jiff::Timestamp>() {
            Ok(at) => at.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M:%S").to_string(),
            Err(_) => self.value.clone(),
        }
    }
}

fn fields_of(structure: &Structure, group: &Field, path: &str) -> Vec<FormField> {
    let make = |field: &Field| {
        let at = validate::join(path, &field.key);
        FormField {
            key: field.key.clone(),
            label: field.name.clone(),
            help: field.help.clone(),
            example: field.example.clone(),
            condition: conditions::in_words(structure, &at),
            kind: field_kind(field),
            required: field.required,
            conditional: field.conditional,
            national: field.national,
            repeats: field.repeats,
            titled: !field.hidden_title && !field.hidden_field,
            children: fields_of(structure, field, &at),
            path: at,
        }
    };
    let mut fields: Vec<FormField> = group.children.iter().map(make).collect();
    fields.sort_by_key(|field| match (field.required, field.conditional || field.national) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    });
    fields
}

fn field_kind(field: &Field) -> FieldKind {
    match &field.kind {
        Kind::Group => FieldKind::Group,
        Kind::Text => FieldKind::LongText,
        Kind::Name | Kind::Signature => FieldKind::Text,
        Kind::Phrase(text) => FieldKind::Phrase(text.clone()),
        Kind::Id(system) => FieldKind::Id { system: system.clone() },
        Kind::Date => FieldKind::Date,
        Kind::Moment => FieldKind::Moment,
        Kind::Bool => FieldKind::Bool,
        Kind::Number | Kind::Count => FieldKind::Number,
        Kind::Quantity => FieldKind::Quantity,
        Kind::Code(coded) => {
            let system = match &coded.system {
                CodeSystem::Oid(oid) => codes::versioned(oid),
                CodeSystem::Internal(text) => text.clone(),
                CodeSystem::Any => String::new(),
            };
            let narrowed = !coded.accepted.is_empty();
            let known = match &coded.system {
                CodeSystem::Oid(oid) => codes::known(oid),
                _ => &[],
            };
            let options = if narrowed { named(&coded.accepted, known) } else { known.to_vec() };
            FieldKind::Code { system, options, open: !narrowed }
        }
    }
}

/// Accepted codes with the names that the list knows, where the structure names only the codes.
fn named(accepted: &[Accepted], known: &[Accepted]) -> Vec<Accepted> {
    accepted
        .iter()
        .map(|one| match known.iter().find(|other| other.code == one.code) {
            Some(other) if one.display.is_empty() => other.clone(),
            _ => one.clone(),
        })
        .collect()
}

fn places<'a>(field: &'a FormField, node: Option<&Node>, path: &str) -> Vec<Input<'a>> {
    let name = validate::join(path, &field.key);
    if !field.repeats {
        return vec![place(field, node, name, None, true)];
    }
    let count = node.map_or(0, Node::instances).clamp(1, INSTANCES_MAX);
    (0..count)
        .map(|index| {
            let item = node.and_then(|node| node.instance(index));
            place(field, item, format!("{name}[{index}]"), Some(index), index + 1 == count)
        })
        .collect()
}

fn place<'a>(field: &'a FormField, node: Option<&Node>, name: String, index: Option<usize>, last: bool) -> Input<'a> {
    let beside = |key: &str| node.and_then(|node| node.child(key)).map(Node::text).unwrap_or_default();
    let own = if field.kind == FieldKind::Group { String::new() } else { node.map(Node::text).unwrap_or_default() };
    let children: Vec<Input<'a>> = field
        .children
        .iter()
        .flat_map(|child| places(child, node.and_then(|node| node.child(&child.key)), &name))
        .collect();
    let filled = !own.is_empty() || children.iter().any(|child| child.filled);
    let coded = matches!(field.kind, FieldKind::Code { .. });
    let id = matches!(field.kind, FieldKind::Id { .. });
    Input {
        display: if coded { beside("display") } else { String::new() },
        system: if coded || id { beside("system") } else { String::new() },
        unit: if field.kind == FieldKind::Quantity { beside("code") } else { String::new() },
        value: own,
        name,
        field,
        index,
        last,
        filled,
        children,
    }
}
