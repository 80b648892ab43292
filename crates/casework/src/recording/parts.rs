//! The fields of a structure as a page of sections: what is mandatory stands open, the rest is folded with its number, a
//! repeated thing has its buttons, and a bar tells what is missing and leads there.

use structures::{
    Rule,
    form::{FieldKind, Form as DocumentForm, Input as Place},
    validate,
};
use web::ui::Field;

use super::{
    editor::Editing,
    fields::{Gathering, fault_at},
};
use crate::{
    op::Op,
    sheet::{Bar, Group, Part, PartButton, Section},
};

/// What a form of a structure shows.
pub struct Drawn {
    /// Sections and fields.
    pub parts: Vec<Part>,
    /// Lists that fields offer.
    pub lists: Vec<(String, Vec<String>)>,
    /// What is missing; none for an entry, which is one text.
    pub bar: Option<Bar>,
}

/// Lays out a structure. `groups` are the page's own fields above, which may be missing too.
pub fn draw(gathering: &Gathering<'_>, editing: &Editing<'_>, groups: &[Group]) -> Drawn {
    let form = DocumentForm::of(editing.structure);
    let places = form.inputs(editing.fields);
    let entry = super::editor::one_text(editing.structure).is_some();
    let drawing = Drawing { gathering, editing, entry };
    let parts = if entry { drawing.entry(&places) } else { drawing.sections(&places) };
    let bar = (!entry).then(|| bar(gathering.op, editing, groups, &parts));
    Drawn { parts, lists: gathering.lists(), bar }
}

/// Id of a section, by the name of its group.
pub fn section_id(name: &str) -> String {
    format!("osa_{}", name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_"))
}

/// The fields of one group, sorted by whether they are seen at once.
#[derive(Default)]
struct Level {
    fixed: Vec<Part>,
    open: Vec<Part>,
    more: Vec<Part>,
    more_fields: usize,
    folds: Vec<Part>,
    folded_fields: usize,
}

impl Level {
    fn is_empty(&self) -> bool {
        self.open.is_empty() && self.more.is_empty() && self.folds.is_empty()
    }

    fn hidden(&self) -> usize {
        self.more_fields + self.folded_fields
    }

    /// Everything without a fold of its own around the single fields.
    fn flat(self) -> Vec<Part> {
        self.fixed.into_iter().chain(self.open).chain(self.more).chain(self.folds).collect()
    }

    /// What is open, then the single fields folded with their number, then the folded groups.
    fn folded(self, op: &Op) -> Vec<Part> {
        let mut parts = self.fixed;
        parts.extend(self.open);
        if !self.more.is_empty() {
            let legend = op.t.with("fields-more", [("n", self.more_fields)]);
            parts.push(Part::Open(Section { legend, folds: true, ..Section::default() }));
            parts.extend(self.more);
            parts.push(Part::CloseFold);
        }
        parts.extend(self.folds);
        parts
    }
}

struct Drawing<'a, 'b> {
    gathering: &'a Gathering<'b>,
    editing: &'a Editing<'b>,
    entry: bool,
}

impl Drawing<'_, '_> {
    fn op(&self) -> &Op {
        self.gathering.op
    }

    /// A structured document: one section for each group of the first level.
    fn sections(&self, places: &[Place<'_>]) -> Vec<Part> {
        let mut parts = Vec::new();
        if self.editing.before.is_some() {
            parts.push(self.button("before-all", "edellisesta", "edellisesta:", "asiakirja"));
        }
        for same in places.chunk_by(|one, next| one.field.path == next.field.path) {
            if same.iter().all(|place| self.gathering.hides(place)) {
                continue;
            }
            if same[0].field.kind == FieldKind::Group {
                self.section(same, &mut parts);
            } else {
                let mut level = Level::default();
                self.leaves(same, true, &mut level);
                parts.extend(level.flat());
            }
        }
        parts
    }

    fn section(&self, same: &[Place<'_>], parts: &mut Vec<Part>) {
        for place in same.iter().filter(|place| !self.gathering.hides(place)) {
            let mandatory = self.gathering.demands(place) || place.filled;
            let level = self.level(&place.children, mandatory);
            if level.is_empty() {
                continue;
            }
            let open = !level.open.is_empty() || same.len() > 1;
            let more = if level.hidden() == 0 {
                String::new()
            } else {
                self.op().t.with("fields-more", [("n", level.hidden())])
            };
            let section = self.named(place, Section { folds: true, open, more, ..Section::default() });
            let has_before = self.has_before(place);
            parts.push(Part::Open(section));
            parts.extend(level.folded(self.op()));
            if has_before {
                let value = format!("edellisesta:{}", place.field.path);
                parts.push(self.button("before-section", "edellisesta-osa", &value, &section_id(&place.name)));
            }
            self.instance_buttons(place, same, parts);
            parts.push(Part::CloseFold);
        }
    }

    fn has_before(&self, place: &Place<'_>) -> bool {
        let inside = |name: &str| {
            name.strip_prefix(place.field.path.as_str())
                .is_some_and(|rest| rest.starts_with('.') || rest.starts_with('['))
        };
        self.editing.before.is_some_and(|before| before.fields.iter().any(|(name, _)| inside(name)))
    }

    /// An entry is one text; what its structure has besides stands below it, folded unless it is mandatory.
    fn entry(&self, places: &[Place<'_>]) -> Vec<Part> {
        let mut level = self.level(places, true);
        let hidden = level.hidden();
        let mut parts = std::mem::take(&mut level.open);
        let rest = level.flat();
        if !rest.is_empty() {
            let legend = self.op().t.with("group-optional", [("n", hidden)]);
            parts.push(Part::Open(Section { legend, folds: true, ..Section::default() }));
            parts.extend(rest);
            parts.push(Part::CloseFold);
        }
        parts
    }

    fn level(&self, places: &[Place<'_>], mandatory: bool) -> Level {
        let mut level = Level::default();
        for same in places.chunk_by(|one, next| one.field.path == next.field.path) {
            if same[0].field.kind == FieldKind::Group {
                self.group(same, mandatory, &mut level);
            } else {
                self.leaves(same, mandatory, &mut level);
            }
        }
        level
    }

    fn leaves(&self, same: &[Place<'_>], mandatory: bool, level: &mut Level) {
        let (mut parts, mut open, mut fields) = (Vec::new(), false, 0);
        for place in same.iter().filter(|place| !self.gathering.hides(place)) {
            if let Some((name, text)) = self.gathering.fixed(place) {
                // A fixed text is read where its group is open, and needs nobody to open it.
                level.fixed.push(Part::Fixed(name, text));
            }
            let Some(leaf) = self.gathering.leaf(place, mandatory) else { continue };
            open |= leaf.open || same.len() > 1;
            fields += 1;
            parts.extend(leaf.fields.into_iter().map(Part::Field));
            self.instance_buttons(place, same, &mut parts);
        }
        if open {
            level.open.extend(parts);
        } else {
            level.more.extend(parts);
            level.more_fields += fields;
        }
    }

    fn group(&self, same: &[Place<'_>], mandatory: bool, level: &mut Level) {
        for place in same.iter().filter(|place| !self.gathering.hides(place)) {
            let inner = self.level(&place.children, mandatory && (self.gathering.demands(place) || place.filled));
            if inner.is_empty() {
                continue;
            }
            let open = !inner.open.is_empty() || same.len() > 1;
            let top_of_entry = self.entry && !place.field.path.contains('.');
            if open {
                level.open.push(Part::Open(self.named(place, Section::default())));
                level.open.extend(inner.folded(self.op()));
                self.instance_buttons(place, same, &mut level.open);
                level.open.push(Part::CloseSet);
            } else if top_of_entry {
                // The outermost group of an entry is the entry itself and needs no fold of its own.
                level.more_fields += inner.more_fields;
                level.folded_fields += inner.folded_fields;
                level.more.extend(inner.more);
                level.folds.extend(inner.folds);
            } else {
                let hidden = inner.hidden();
                let more = self.op().t.with("fields-more", [("n", hidden)]);
                let section = self.named(place, Section { folds: true, more, ..Section::default() });
                level.folds.push(Part::Open(section));
                level.folds.extend(inner.flat());
                self.instance_buttons(place, same, &mut level.folds);
                level.folds.push(Part::CloseFold);
                level.folded_fields += hidden;
            }
        }
    }

    /// Name, id and fault of a group's section; one of several has its number.
    fn named(&self, place: &Place<'_>, section: Section) -> Section {
        let lang = self.op().lang();
        let label = place.field.label.get(lang);
        let legend = match place.index {
            Some(index) if index > 0 || !place.last => format!("{label} {}", index + 1),
            _ => label.to_owned(),
        };
        Section {
            id: section_id(&place.name),
            legend,
            error: fault_at(self.gathering.faults, &place.name, lang),
            ..section
        }
    }

    /// "Poista" at each of several, "Lisää" after the last.
    fn instance_buttons(&self, place: &Place<'_>, same: &[Place<'_>], parts: &mut Vec<Part>) {
        if !place.field.repeats || super::content::is_single(&place.field.path) {
            return;
        }
        let label = place.field.label.get(self.op().lang());
        let Some((whole, _)) = place.name.rsplit_once('[') else { return };
        let told = |key: &str, n: usize| self.op().t.with(key, [("field", label.to_owned()), ("n", n.to_string())]);
        if same.len() > 1 {
            let number = place.index.unwrap_or(0) + 1;
            let value = format!("poista:{}", place.name);
            parts.push(self.button_with(told("part-remove", number), "poista-osa", &value, &section_id(whole)));
        }
        if place.last {
            let next = format!("{whole}[{}]", same.len());
            let target =
                if place.field.kind == FieldKind::Group { section_id(&next) } else { Field::line(next, "", "").id() };
            let value = format!("lisaa:{whole}");
            parts.push(self.button_with(told("part-add", same.len() + 1), "lisaa-osa", &value, &target));
        }
    }

    fn button(&self, key: &str, name: &'static str, value: &str, target: &str) -> Part {
        let day = self.editing.before.map_or("", |before| before.day.as_str());
        self.button_with(self.op().t.with(key, [("day", day)]), name, value, target)
    }

    fn button_with(&self, label: String, name: &'static str, value: &str, target: &str) -> Part {
        let action = format!("{}#{target}", self.editing.action);
        Part::Button(PartButton { label, value: value.to_owned(), action, name })
    }
}

/// Ids of everything that a link can lead to.
fn ids(groups: &[Group], parts: &[Part]) -> Vec<String> {
    let above = groups.iter().flat_map(|group| group.fields.iter().map(Field::id));
    let below = parts.iter().filter_map(|part| match part {
        Part::Field(field) => Some(field.id()),
        Part::Open(section) if !section.id.is_empty() => Some(section.id.clone()),
        _ => None,
    });
    above.chain(below).collect()
}

/// The id of the element nearest to a path of the content: its field, else the section around it.
pub fn anchor(path: &str, text: Option<&str>, known: &dyn Fn(&str) -> bool) -> String {
    if text == Some(path) {
        return "id_teksti".into();
    }
    let mut name = path;
    loop {
        let first = format!("{name}[0]");
        let candidates = [name, first.as_str()].map(|name| [Field::line(name, "", "").id(), section_id(name)]);
        if let Some(found) = candidates.concat().into_iter().find(|id| known(id)) {
            return found;
        }
        match name.rsplit_once('.') {
            Some((around, _)) => name = around,
            None => return "asiakirja".into(),
        }
    }
}

/// What stops the form from being finished and is not yet written: mandatory fields that are empty, and what the rules in
/// words demand of what is written so far.
fn bar(op: &Op, editing: &Editing<'_>, groups: &[Group], parts: &[Part]) -> Bar {
    let fields = groups.iter().flat_map(|group| &group.fields).chain(parts.iter().filter_map(|part| match part {
        Part::Field(field) => Some(field),
        _ => None,
    }));
    let mut missing: Vec<(String, String)> = fields
        .filter(|field| field.required && field.value.is_empty())
        .map(|field| (field.id(), field.label.clone()))
        .collect();
    let known = ids(groups, parts);
    for fault in validate(editing.structure, editing.now).err().unwrap_or_default() {
        let id = anchor(&fault.path, None, &|id| known.iter().any(|one| one == id));
        let about_words = matches!(fault.rule, Rule::Condition { .. });
        if about_words && !missing.iter().any(|(had, _)| *had == id) {
            missing.push((id, fault.message(op.lang())));
        }
    }
    let words = ["missing-none", "missing-one", "missing-other"].map(|key| op.t.get(key));
    let text = match missing.len() {
        0 => words[0].clone(),
        1 => words[1].clone(),
        n => words[2].replace('#', &n.to_string()),
    };
    Bar { text, words, label: op.t.get("missing-label"), missing }
}

/// Faults of a content as links to their places, for the head of a page.
pub fn fault_links(op: &Op, editing: &Editing<'_>, groups: &[Group], parts: &[Part]) -> Vec<(String, String)> {
    let known = ids(groups, parts);
    let text = super::editor::one_text(editing.structure);
    let link = |fault: &structures::Fault| {
        let id = anchor(&fault.path, text.as_deref(), &|id| known.iter().any(|one| one == id));
        (id, fault.located(editing.structure, op.lang()))
    };
    editing.faults.iter().map(link).collect()
}
