//! One field of a structure as one or two inputs of a page: how it is edited, what helps, what is wrong, where its value
//! came from.

use std::{cell::RefCell, collections::BTreeSet};

use records::Lang;
use serde_json::Value;
use structures::{
    Accepted, Fault as ContentFault, Structure,
    conditions::standing,
    form::{FieldKind, Form as DocumentForm, Input as Place, choice_text},
};
use web::ui::{Field, Input};

use super::{
    content,
    editor::{Before, Editing},
    store,
};
use crate::{op::Op, sheet::Group};

/// Codes up to which a list drops down; a longer one is searched by typing.
const CHOICES_MAX: usize = 15;

/// Units that amounts in structures come in, offered and not forced.
const UNITS: [&str; 9] = ["EUR", "h", "h/kk", "h/vk", "krt/kk", "krt/vk", "kk", "pv", "%"];

/// What is wrong at a place, by the name of its field; of a repeated one also what is wrong with the whole list.
pub fn fault_at(faults: &[ContentFault], name: &str, lang: Lang) -> String {
    let whole = name.strip_suffix("[0]").unwrap_or(name);
    faults.iter().find(|one| one.path == name || one.path == whole).map(|one| one.message(lang)).unwrap_or_default()
}

/// The inputs of one field.
pub struct Leaf {
    /// The field, and beside it a unit or the name of a code.
    pub fields: Vec<Field>,
    /// Whether the worker shall see it before asking for more.
    pub open: bool,
}

/// What stays the same on the way through a structure.
pub struct Gathering<'a> {
    /// Who writes.
    pub op: &'a Op,
    /// What is wrong.
    pub faults: &'a [ContentFault],
    /// Path of the entry's one text, which has a field of its own.
    text: Option<&'a str>,
    /// Whether the service is known from the right or the contract, so that the form does not ask for it (FR-32).
    service_known: bool,
    /// Whether the times are the page's to ask, as on an entry and a contact.
    times_known: bool,
    /// Whether the client is under turvakielto: then nobody asks where he lives (FR-60).
    protected: bool,
    /// Paths of the fields that a rule in words makes mandatory, whatever else is written.
    pub standing: BTreeSet<String>,
    /// The document from which answers were taken, and the sections that were taken.
    before: Option<(&'a Before, Vec<&'a str>)>,
    /// Texts that long lists of codes offer, one list for all fields that offer the same.
    lists: RefCell<Vec<Vec<String>>>,
}

impl<'a> Gathering<'a> {
    /// For the form of a document.
    pub fn of(op: &'a Op, editing: &'a Editing<'_>, text: Option<&'a str>) -> Self {
        let known = |path: &str| path == "asiakas" || content::is_system_path(path);
        let taken = editing.fields.iter().filter(|(name, _)| name == "tuotu").map(|(_, section)| section.as_str());
        Self {
            op,
            faults: editing.faults,
            text,
            service_known: store::default_service(editing.seen).is_some(),
            times_known: text.is_some(),
            protected: editing.seen.client.person.protected,
            standing: standing(editing.structure, editing.now, &known),
            before: editing.before.map(|before| (before, taken.collect())),
            lists: RefCell::default(),
        }
    }

    /// The lists that fields refer to, with their ids.
    pub fn lists(&self) -> Vec<(String, Vec<String>)> {
        let lists = self.lists.take();
        lists.into_iter().enumerate().map(|(index, texts)| (list_id(index), texts)).collect()
    }

    /// Whether the place, with all below, is not the worker's to fill.
    pub fn hides(&self, place: &Place<'_>) -> bool {
        let path = place.field.path.as_str();
        content::is_system_path(path)
            || self.text == Some(path)
            || (self.protected && content::is_whereabouts(path))
            || (self.times_known && is_filled_by_system(path))
            || (self.service_known && path == "sosiaalipalvelu" && !place.filled)
            || (content::is_single(path) && place.index.is_some_and(|index| index > 0))
    }

    /// Whether the field must be filled where its group is.
    pub fn demands(&self, place: &Place<'_>) -> bool {
        place.field.required || self.standing.contains(&place.field.path)
    }

    /// The inputs of a field that is no group; nothing for what the program fills itself. `mandatory` tells whether its
    /// group has to be filled.
    pub fn leaf(&self, place: &Place<'_>, mandatory: bool) -> Option<Leaf> {
        let lang = self.op.lang();
        let label = place.field.label.get(lang);
        let (input, value, list) = self.input(place)?;
        let mut field = Field::new(place.name.clone(), label, value, input);
        field.list = list;
        field.hint = self.hint(place);
        field.error = fault_at(self.faults, &place.name, lang);
        field.mark = self.mark(place);
        let required = self.demands(place);
        let mandatory = mandatory && (required || place.filled);
        field.required = mandatory && required && place.index.is_none_or(|index| index == 0);
        let shown = field.required || place.filled || place.field.conditional || !field.error.is_empty();
        let open = shown && (mandatory || place.filled || !field.error.is_empty());
        let mut fields = vec![field];
        fields.extend(self.beside(place, label));
        Some(Leaf { fields, open })
    }

    /// What a value needs beside it: an amount its unit, a code of an unknown list its name.
    fn beside(&self, place: &Place<'_>, label: &str) -> Option<Field> {
        let told = |key: &str| self.op.t.with(key, [("field", label)]);
        match &place.field.kind {
            FieldKind::Quantity => {
                let mut unit = Field::line(format!("{}.code", place.name), told("field-unit-of"), place.unit.clone());
                unit.list = self.list(UNITS.iter().map(ToString::to_string).collect());
                Some(unit)
            }
            FieldKind::Code { options, .. } if options.is_empty() => {
                Some(Field::line(format!("{}.display", place.name), told("field-name-of-code"), place.display.clone()))
            }
            _ => None,
        }
    }

    /// How the field is edited, what it shows, and the list that it offers.
    fn input(&self, place: &Place<'_>) -> Option<(Input, String, String)> {
        let value = place.value.clone();
        let plain = |input: Input, value: String| Some((input, value, String::new()));
        match &place.field.kind {
            FieldKind::Text | FieldKind::Id { .. } => plain(Input::Line("text"), value),
            FieldKind::LongText if is_short(&place.field.path) && !value.contains('\n') => {
                plain(Input::Line("text"), value)
            }
            FieldKind::LongText => plain(Input::Text(3), value),
            // A year or a month alone, and what is no day at all, would vanish in a field for days.
            FieldKind::Date if is_day(&value) => plain(Input::Line("date"), value),
            FieldKind::Moment if is_local(&place.local_moment()) => {
                plain(Input::Line("datetime-local"), place.local_moment())
            }
            FieldKind::Date | FieldKind::Moment | FieldKind::Number | FieldKind::Quantity => {
                plain(Input::Line("text"), value)
            }
            FieldKind::Bool => {
                let (yes, no) = (self.op.t.get("yes"), self.op.t.get("no"));
                let answers =
                    vec![(String::new(), self.op.t.get("not-answered")), ("true".into(), yes), ("false".into(), no)];
                plain(Input::Choice(answers), value)
            }
            FieldKind::Code { options, .. } if options.is_empty() => plain(Input::Line("text"), value),
            FieldKind::Code { options, .. } if options.len() > CHOICES_MAX => {
                let shown = options.iter().find(|one| one.code == value).map(|one| self.text_of(one));
                let list = self.list(options.iter().map(|one| self.text_of(one)).collect());
                Some((Input::Line("text"), shown.unwrap_or(value), list))
            }
            FieldKind::Code { options, .. } => plain(Input::Choice(self.choices(options, &value)), value),
            // Ticked, the fixed text stands in the document; a mandatory one stands there anyway.
            FieldKind::Phrase(_) if place.field.required => None,
            FieldKind::Phrase(_) => plain(Input::Check, if value.is_empty() { value } else { "on".into() }),
            FieldKind::Group => None,
        }
    }

    /// A mandatory fixed text: its name and the text.
    pub fn fixed(&self, place: &Place<'_>) -> Option<(String, String)> {
        match &place.field.kind {
            FieldKind::Phrase(text) if place.field.required => {
                Some((place.field.label.get(self.op.lang()).to_owned(), text.clone()))
            }
            _ => None,
        }
    }

    fn text_of(&self, option: &Accepted) -> String {
        choice_text(option, self.op.lang())
    }

    /// The codes of a short list; a code that stands in the document but not in the list stays to be chosen.
    fn choices(&self, options: &[Accepted], value: &str) -> Vec<(String, String)> {
        let lang = self.op.lang();
        let named = |one: &Accepted| {
            let name = one.display.get(lang);
            (one.code.clone(), if name.is_empty() { one.code.clone() } else { name.to_owned() })
        };
        let mut all = vec![(String::new(), self.op.t.get("choose"))];
        all.extend(options.iter().map(named));
        if !all.iter().any(|(code, _)| code == value) {
            all.push((value.to_owned(), value.to_owned()));
        }
        all
    }

    fn list(&self, texts: Vec<String>) -> String {
        let mut lists = self.lists.borrow_mut();
        let index = lists.iter().position(|list| *list == texts).unwrap_or(lists.len());
        if index == lists.len() {
            lists.push(texts);
        }
        list_id(index)
    }

    /// The structure's help and example, and for a field that rests on other answers the rule in words, so that it is
    /// known before the first try.
    fn hint(&self, place: &Place<'_>) -> String {
        let lang = self.op.lang();
        let help = place.field.help.get(lang).to_owned();
        let example = match place.field.example.get(lang) {
            "" => String::new(),
            example => self.op.t.with("field-example", [("example", example)]),
        };
        let stands = self.standing.contains(&place.field.path);
        let rule = if stands { String::new() } else { place.field.condition.get(lang).to_owned() };
        let searched = match &place.field.kind {
            FieldKind::Code { options, .. } if options.len() > CHOICES_MAX => self.op.t.get("field-search-hint"),
            FieldKind::Code { options, .. } if options.is_empty() => self.op.t.get("field-code-open-hint"),
            _ => String::new(),
        };
        let fixed = match &place.field.kind {
            FieldKind::Phrase(text) => text.clone(),
            _ => String::new(),
        };
        let parts = [help, example, rule, searched, fixed];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// "Sama kuin 12.3.2026": the answer was taken from the document before and has not been changed.
    fn mark(&self, place: &Place<'_>) -> String {
        let Some((before, taken)) = &self.before else { return String::new() };
        let section = place.field.path.split('.').next().unwrap_or_default();
        let taken = taken.iter().any(|one| *one == section || one.is_empty());
        let same = || before.fields.iter().any(|(name, value)| *name == place.name && *value == place.value);
        if taken && place.filled && same() {
            self.op.t.with("field-from-before", [("day", before.day.as_str())])
        } else {
            String::new()
        }
    }
}

fn list_id(index: usize) -> String {
    format!("lista-{index}")
}

fn is_day(text: &str) -> bool {
    text.is_empty() || text.parse::<jiff::civil::Date>().is_ok_and(|day| day.to_string() == text)
}

fn is_local(text: &str) -> bool {
    text.is_empty() || (text.contains('T') && text.parse::<jiff::civil::DateTime>().is_ok())
}

/// Times and services that the system fills from the context when the worker leaves them empty.
fn is_filled_by_system(path: &str) -> bool {
    matches!(path, "paivamaara" | "lakiselostus" | "asiakaskertomusmerkinta.sosiaalipalvelu")
        || path.ends_with("tapahtuma.ajanjakso.alkamishetki")
}

/// Fields whose type allows long text though people write one line into them.
fn is_short(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    ["numero", "osoite", "nimike", "nimi", "nimet", "toimipaikka", "maaraika", "tunnus"]
        .iter()
        .any(|end| key.ends_with(end))
}

/// The fields of a structure for a page that is about more than the one document, such as the contact: what is mandatory
/// stands open, the rest is folded.
pub fn groups_of(op: &Op, structure: &Structure, fields: &[(String, String)]) -> Vec<Group> {
    let gathering = Gathering {
        op,
        faults: &[],
        text: None,
        service_known: false,
        times_known: true,
        protected: false,
        standing: standing(structure, &Value::Null, &|_| false),
        before: None,
        lists: RefCell::default(),
    };
    let form = DocumentForm::of(structure);
    let (mut open, mut folded) = (Vec::new(), Vec::new());
    for place in form.inputs(fields).iter().filter(|place| place.field.path != "asiakas") {
        gathering.flat(place, true, &[], &mut open, &mut folded);
    }
    let mut groups = Vec::new();
    if !open.is_empty() {
        groups.push(Group { legend: op.t.get("group-required"), fields: open, ..Group::default() });
    }
    if !folded.is_empty() {
        let legend = op.t.with("group-optional", [("n", folded.len())]);
        groups.push(Group { legend, folded: !folded.iter().any(|f: &Field| !f.error.is_empty()), fields: folded });
    }
    groups
}

impl Gathering<'_> {
    fn flat(
        &self,
        place: &Place<'_>,
        mandatory: bool,
        around: &[&str],
        open: &mut Vec<Field>,
        folded: &mut Vec<Field>,
    ) {
        if self.hides(place) {
            return;
        }
        let label = place.field.label.get(self.op.lang());
        if place.field.kind == FieldKind::Group {
            let mandatory = mandatory && (self.demands(place) || place.filled);
            let around: Vec<&str> = around.iter().copied().chain([label]).collect();
            for child in &place.children {
                self.flat(child, mandatory, &around, open, folded);
            }
            return;
        }
        let Some(mut leaf) = self.leaf(place, mandatory) else { return };
        // The outermost group is the document itself, so only a group inside it tells anything.
        if let [_, .., inner] = around {
            for field in &mut leaf.fields {
                field.label = format!("{inner} – {}", lower_first(&field.label));
            }
        }
        if leaf.open { open.extend(leaf.fields) } else { folded.extend(leaf.fields) }
    }
}

/// `Paikka` as `paikka`; an abbreviation stays.
fn lower_first(label: &str) -> String {
    let mut letters = label.chars();
    match (letters.next(), label.chars().nth(1)) {
        (Some(first), Some(second)) if second.is_lowercase() => first.to_lowercase().chain(letters).collect(),
        _ => label.to_owned(),
    }
}
