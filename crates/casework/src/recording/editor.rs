//! The form of a document: one big text for an entry, the structure's fields for everything, and one line that tells the
//! five context items, so that nobody types them (FR-31, FR-32).

use std::collections::BTreeSet;

use records::{
    Lang,
    code::{ServiceProcess, SocialService},
};
use serde_json::Value;
use structures::{
    Fault as ContentFault, Structure,
    conditions::standing,
    form::{FieldKind, Form as DocumentForm, Input as Place},
};
use web::ui::{Field, Input};

use super::{content, store};
use crate::{
    cases::store::Case,
    clients::store::Seen,
    error::Result,
    op::{Kind, Op},
    sheet::{Form, Group},
};

/// What stands in the form, and what is wrong in it.
pub struct Editing<'a> {
    /// The client.
    pub seen: &'a Seen,
    /// The structure.
    pub structure: &'a Structure,
    /// The case that the document will belong to, when it is clear.
    pub case: Option<&'a Case>,
    /// The open cases to choose from, when it is not.
    pub cases: &'a [Case],
    /// The fields as typed.
    pub fields: &'a [(String, String)],
    /// The content as it stands, with the system's facts: what is mandatory may rest on them.
    pub now: &'a Value,
    /// Faults of the content.
    pub faults: &'a [ContentFault],
    /// Id of the draft.
    pub draft: &'a str,
    /// Where the form posts to.
    pub action: String,
    /// Whether it corrects an archived version, and so asks for the reason.
    pub correcting: bool,
}

impl Editing<'_> {
    fn typed(&self, name: &str) -> String {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
}

fn fault_at(faults: &[ContentFault], path: &str, lang: Lang) -> String {
    faults.iter().find(|one| one.path == path).map(|one| one.message(lang)).unwrap_or_default()
}

/// Whether a kind of document is an entry of the client narrative, written as one text.
pub fn is_entry(kind: &str) -> bool {
    kind.len() == 5 && kind.starts_with("19")
}

/// Where the one big text of an entry goes; `None` for what is written field by field.
pub fn one_text(structure: &Structure) -> Option<String> {
    if is_entry(structure.type_code()) { content::text_path(structure) } else { None }
}

/// What the one text is called on the page: what happened, where the structure has such a place, else the name that
/// the structure gives (the reasons of ending a service are no event).
pub fn text_label(op: &Op, structure: &Structure, path: &str) -> String {
    let key = path.rsplit('.').next().unwrap_or(path);
    match structure.root().at(path) {
        Some(field) if !key.starts_with("kuvaus") => field.name.get(op.lang()).to_owned(),
        _ => op.t.get("field-text"),
    }
}

/// The five context items in one line: unit · service · task · process · case · time.
pub fn context_line(op: &Op, editing: &Editing<'_>) -> String {
    let service = store::default_service(editing.seen)
        .map_or_else(|| op.t.get("context-service-none"), |service| service.name(op.lang()));
    let task = editing.case.map_or_else(String::new, |case| case.task.name(op.lang()).to_owned());
    let process = store::default_process(op.kind, editing.structure.type_code()).name(op.lang());
    let case = editing.case.map_or_else(|| op.t.get("context-case-none"), |case| case.oid.to_string());
    let args = [
        ("unit", op.unit_name.as_str()),
        ("service", service.as_str()),
        ("task", task.as_str()),
        ("process", process),
        ("case", case.as_str()),
        ("register", editing.seen.register_name.as_str()),
    ];
    op.t.with("context-line", args)
}

/// The whole form.
///
/// # Errors
/// When the list of possible signers cannot be read.
pub async fn form(op: &Op, editing: &Editing<'_>) -> Result<Form> {
    let text = one_text(editing.structure);
    let mut groups = vec![page_fields(op, editing, text.as_deref())];
    if editing.structure.needs_professional_signature() {
        let signers = crate::signing::store::signers(op, editing.structure.type_code()).await?;
        let chosen = editing.typed("allekirjoittaja");
        let chosen = if chosen.is_empty() { op.actor.person.clone() } else { chosen };
        let field = Field::new("allekirjoittaja", op.t.get("field-signer"), chosen, Input::Choice(signers))
            .hint(op.t.get("field-signer-hint"))
            .required();
        groups.push(Group { fields: vec![field], ..Group::default() });
    }
    groups.extend(structure_groups(op, editing, text.as_deref()));
    let client = &editing.seen.client.id;
    let kind = editing.structure.type_code();
    let autosave = format!("/asiakkaat/{client}/luonnos/{kind}");
    Ok(Form {
        id: "asiakirja".into(),
        action: editing.action.clone(),
        context: context_line(op, editing),
        groups,
        submit: op.t.get(if editing.correcting { "correct-submit" } else { "finish" }),
        second: Some((format!("{autosave}?lista"), op.t.get("draft-save"))),
        autosave,
        ..Form::default()
    })
}

fn page_fields(op: &Op, editing: &Editing<'_>, text: Option<&str>) -> Group {
    let mut fields = vec![Field::new("luonnos", "", editing.draft, Input::Hidden)];
    if editing.correcting {
        fields.push(
            Field::new("syy", op.t.get("field-correction-reason"), editing.typed("syy"), Input::Line("text"))
                .required(),
        );
    }
    if let Some(path) = text {
        let label = text_label(op, editing.structure, path);
        let mut text = Field::new("teksti", label, editing.typed("teksti"), Input::Text(8)).required();
        text.error = fault_at(editing.faults, path, op.lang());
        fields.push(text);
    }
    let when = editing.typed("tapahtuma");
    let when = if when.is_empty() { local(op.now) } else { when };
    fields.push(Field::new("tapahtuma", op.t.get("field-event"), when, Input::Line("datetime-local")));
    match (editing.case, editing.cases) {
        (Some(case), _) => fields.push(Field::new("asia", "", case.oid.to_string(), Input::Hidden)),
        (None, []) => {}
        (None, cases) => {
            let options = cases
                .iter()
                .map(|case| {
                    let name = crate::clients::pages::case_name(op, case);
                    (case.oid.to_string(), format!("{name} · {} · {}", case.task.name(op.lang()), case.oid))
                })
                .collect();
            fields.push(
                Field::new("asia", op.t.get("field-case"), editing.typed("asia"), Input::Radio(options)).required(),
            );
        }
    }
    if let Some(service) = service_choice(op, editing) {
        fields.push(service);
    }
    Group { fields, ..Group::default() }
}

/// The service is asked only where nothing tells it: an organiser's document about carrying out, or a client by own
/// contract whose service is not known.
fn service_choice(op: &Op, editing: &Editing<'_>) -> Option<Field> {
    // A structure that demands the service asks for it itself; nobody is asked twice.
    let asked = editing.structure.root().child("sosiaalipalvelu").is_some_and(|field| field.required);
    let known = asked || store::default_service(editing.seen).is_some();
    let process = store::default_process(op.kind, editing.structure.type_code());
    let needed = op.kind == Kind::Provider || process == ServiceProcess::CarryingOut;
    let task = editing.case.map(|case| case.task);
    if known || !needed {
        return None;
    }
    let mut options: Vec<(String, String)> = SocialService::table()
        .filter(|row| task.is_none_or(|task| row.belongs_to(task)))
        .map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned()))
        .collect();
    options.insert(0, (String::new(), op.t.get("choose")));
    let typed = editing.typed("palvelu");
    Some(
        Field::new("palvelu", op.t.get("field-service"), typed, Input::Choice(options))
            .hint(op.t.get("field-service-hint")),
    )
}

fn local(at: jiff::Timestamp) -> String {
    at.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string()
}

/// The fields of a structure for a page that is about more than the one document, such as the contact.
pub fn groups_of(op: &Op, structure: &Structure, fields: &[(String, String)]) -> Vec<Group> {
    let standing = standing(structure, &Value::Null, &|_| false);
    let gathering = Gathering { op, faults: &[], text: None, service_known: false, standing };
    folding(op, gathering.of(structure, fields))
}

/// The structure's own fields. An entry is one text, so its further fields are folded; a structured document shows its
/// sections in the structure's order.
fn structure_groups(op: &Op, editing: &Editing<'_>, text: Option<&str>) -> Vec<Group> {
    let standing = standing(editing.structure, editing.now, &content::is_system_path);
    let service_known = store::default_service(editing.seen).is_some();
    let gathering = Gathering { op, faults: editing.faults, text, service_known, standing };
    let gathered = gathering.of(editing.structure, editing.fields);
    if text.is_some() { folding(op, gathered) } else { sections(gathered) }
}

/// A field with the names of the groups around it, outermost first.
struct Gathered {
    around: Vec<String>,
    field: Field,
    /// Whether the worker shall see it before asking for more.
    open: bool,
}

/// What is mandatory stands open, the rest is folded ("12 lisäkenttää").
fn folding(op: &Op, gathered: Vec<Gathered>) -> Vec<Group> {
    let (mut open, mut folded) = (Vec::new(), Vec::new());
    for Gathered { around, mut field, open: shown } in gathered {
        // The outermost group is the document itself, so only a group inside it tells anything.
        if let [_, .., inner] = around.as_slice() {
            field.label = format!("{inner} – {}", lower_first(&field.label));
        }
        if shown { open.push(field) } else { folded.push(field) }
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

/// What stands between the names of a group and a group inside it.
const BETWEEN: &str = " – ";

/// Fields beyond which the empty sections of a document are folded, so that the page stays one that a person reads.
const FIELDS_OPEN_MAX: usize = 40;

/// One section for each group of the structure.
fn sections(gathered: Vec<Gathered>) -> Vec<Group> {
    let long = gathered.len() > FIELDS_OPEN_MAX;
    let mut groups: Vec<(Group, bool)> = Vec::new();
    for Gathered { around, field, open } in gathered {
        let legend = around.join(BETWEEN);
        match groups.iter_mut().find(|(group, _)| group.legend == legend) {
            Some((group, needed)) => {
                group.fields.push(field);
                *needed |= open;
            }
            None => groups.push((Group { legend, fields: vec![field], ..Group::default() }, open)),
        }
    }
    shorten(&mut groups);
    let fold = |(group, needed): (Group, bool)| Group { folded: long && !needed && !group.legend.is_empty(), ..group };
    groups.into_iter().map(fold).collect()
}

/// Takes away the name that every section begins with: it is the document's own, and the page's heading says it.
fn shorten(groups: &mut [(Group, bool)]) {
    let Some(deepest) = groups.iter().map(|(group, _)| &group.legend).find(|legend| legend.contains(BETWEEN)) else {
        return;
    };
    let first = deepest.split(BETWEEN).next().unwrap_or_default().to_owned();
    let inside =
        |legend: &str| legend.is_empty() || legend == first || legend.starts_with(&format!("{first}{BETWEEN}"));
    if first.is_empty() || !groups.iter().all(|(group, _)| inside(&group.legend)) {
        return;
    }
    for (group, _) in groups {
        if let Some(rest) = group.legend.strip_prefix(&format!("{first}{BETWEEN}")) {
            group.legend = rest.to_owned();
        }
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

/// What stays the same on the way through a structure.
struct Gathering<'a> {
    op: &'a Op,
    faults: &'a [ContentFault],
    /// Path of the entry's one text, which has a field of its own.
    text: Option<&'a str>,
    /// Whether the service is known from the right or the contract, so that the form does not ask for it (FR-32).
    service_known: bool,
    /// Paths of the fields that a rule in words makes mandatory, whatever else is written.
    standing: BTreeSet<String>,
}

impl Gathering<'_> {
    /// The fields of a structure as they stand in the form.
    fn of(&self, structure: &Structure, fields: &[(String, String)]) -> Vec<Gathered> {
        let form = DocumentForm::of(structure);
        let mut out = Vec::new();
        for place in form.inputs(fields) {
            self.collect(&place, true, &[], &mut out);
        }
        out
    }

    fn collect(&self, place: &Place<'_>, mandatory: bool, around: &[String], out: &mut Vec<Gathered>) {
        let path = place.field.path.as_str();
        if content::is_system_path(path) || self.text == Some(path) || is_filled_by_system(path) {
            return;
        }
        if self.service_known && path == "sosiaalipalvelu" && !place.filled {
            return;
        }
        let lang = self.op.lang();
        let label = place.field.label.get(lang).to_owned();
        let required = place.field.required || self.standing.contains(path);
        let mandatory = mandatory && (required || place.filled);
        if place.field.kind == FieldKind::Group {
            let numbered = place.index.filter(|index| *index > 0).map(|index| format!("{label} {}", index + 1));
            let mut around = around.to_vec();
            around.push(numbered.unwrap_or(label));
            for child in &place.children {
                self.collect(child, mandatory, &around, out);
            }
            return;
        }
        let Some(input) = input_of(self.op, place) else { return };
        let mut field = Field::new(place.name.clone(), label, value_of(place), input);
        field.hint = hint(place, self.standing.contains(path), lang);
        field.error = fault_at(self.faults, &place.name, lang);
        field.required = mandatory && required && place.index.is_none_or(|index| index == 0);
        let shown = field.required || place.filled || place.field.conditional || !field.error.is_empty();
        let open = shown && (mandatory || place.filled || !field.error.is_empty());
        out.push(Gathered { around: around.to_vec(), field, open });
    }
}

/// The structure's help, and for a field that rests on other answers the rule in words, so that it is known before the
/// first try.
fn hint(place: &Place<'_>, standing: bool, lang: Lang) -> String {
    let help = place.field.help.get(lang);
    let rule = if standing { "" } else { place.field.condition.get(lang) };
    [help, rule].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Times and services that the system fills from the context when the worker leaves them empty.
fn is_filled_by_system(path: &str) -> bool {
    matches!(path, "paivamaara" | "lakiselostus" | "asiakaskertomusmerkinta.sosiaalipalvelu")
        || path.ends_with("tapahtuma.ajanjakso.alkamishetki")
}

fn input_of(op: &Op, place: &Place<'_>) -> Option<Input> {
    Some(match &place.field.kind {
        FieldKind::Text | FieldKind::Id { .. } => Input::Line("text"),
        FieldKind::LongText if is_short(&place.field.path) => Input::Line("text"),
        FieldKind::LongText => Input::Text(3),
        FieldKind::Date => Input::Line("date"),
        FieldKind::Moment => Input::Line("datetime-local"),
        FieldKind::Number | FieldKind::Quantity => Input::Line("text"),
        FieldKind::Bool => Input::Choice(vec![
            (String::new(), op.t.get("not-answered")),
            ("true".into(), op.t.get("yes")),
            ("false".into(), op.t.get("no")),
        ]),
        FieldKind::Code { options, .. } if options.is_empty() => Input::Line("text"),
        FieldKind::Code { options, .. } => {
            let mut all: Vec<(String, String)> = options
                .iter()
                .map(|one| {
                    let name = one.display.get(op.lang());
                    (one.code.clone(), if name.is_empty() { one.code.clone() } else { name.to_owned() })
                })
                .collect();
            all.insert(0, (String::new(), op.t.get("choose")));
            Input::Choice(all)
        }
        FieldKind::Phrase(_) | FieldKind::Group => return None,
    })
}

/// Fields whose type allows long text though people write one line into them.
fn is_short(path: &str) -> bool {
    let key = path.rsplit('.').next().unwrap_or(path);
    ["numero", "osoite", "nimike", "nimi", "nimet", "toimipaikka", "maaraika", "tunnus"]
        .iter()
        .any(|end| key.ends_with(end))
}

fn value_of(place: &Place<'_>) -> String {
    match place.field.kind {
        FieldKind::Moment => place.local_moment(),
        _ => place.value.clone(),
    }
}
