//! The form of a document: one big text for an entry, the structure's fields for everything, and one line that tells the
//! five context items, so that nobody types them (FR-31, FR-32).

use records::code::{ServiceProcess, SocialService};
use serde_json::Value;
use structures::{Fault as ContentFault, Structure};
use web::ui::{Field, Input};

use super::{
    content,
    fields::{Gathering, fault_at},
    parts, store,
};
use crate::{
    cases::store::Case,
    clients::store::Seen,
    error::Result,
    notes::{
        hints::{self, Hint},
        marks, moments, patient,
        phrases::Phrase,
    },
    op::{Kind, Op},
    posted::Posted,
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
    /// What stands beside a note.
    pub beside: &'a Beside,
    /// The client's newest document of the kind, when there is one to take answers from.
    pub before: Option<&'a Before>,
}

/// What stands beside a note, and what has been noticed in it.
#[derive(Default)]
pub struct Beside {
    /// Whether the draft lies in store already, so that it can be printed.
    pub kept: bool,
    /// The goals of the client's plan.
    pub goals: Vec<String>,
    /// The phrases that may be written.
    pub phrases: Vec<Phrase>,
    /// Whether the writer has a health profession and must say what kind of data it is (FR-87).
    pub health: bool,
    /// What the writer has to look at before the note is saved.
    pub hints: Vec<Hint>,
}

/// The newest document of the same kind, and what it says.
pub struct Before {
    /// The Finnish day of its event, as people write it.
    pub day: String,
    /// Its fields, without those of the system.
    pub fields: Vec<(String, String)>,
}

impl Editing<'_> {
    fn typed(&self, name: &str) -> String {
        self.fields.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default()
    }
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
    groups.extend(beside_note(op, editing));
    if editing.structure.needs_professional_signature() {
        let signers = crate::signing::store::signers(op, editing.structure.type_code()).await?;
        let chosen = editing.typed("allekirjoittaja");
        let chosen = if chosen.is_empty() { op.actor.person.clone() } else { chosen };
        let field = Field::new("allekirjoittaja", op.t.get("field-signer"), chosen, Input::Choice(signers))
            .hint(op.t.get("field-signer-hint"))
            .required();
        groups.push(Group { fields: vec![field], ..Group::default() });
    }
    let gathering = Gathering::of(op, editing, text.as_deref());
    let drawn = parts::draw(&gathering, editing, &groups);
    let client = &editing.seen.client.id;
    let kind = editing.structure.type_code();
    let autosave = format!("/asiakkaat/{client}/luonnos/{kind}");
    Ok(Form {
        id: "asiakirja".into(),
        action: editing.action.clone(),
        context: context_line(op, editing),
        groups,
        parts: drawn.parts,
        lists: drawn.lists.into_iter().chain(phrase_list(editing)).collect(),
        bar: drawn.bar,
        submit: op.t.get(if editing.correcting { "correct-submit" } else { "finish" }),
        second: Some((format!("{autosave}?lista"), op.t.get("draft-save"))),
        autosave,
        ..Form::default()
    })
}

/// What the writer has to look at; what kind of data it is; goals and the mark of significance.
fn beside_note(op: &Op, editing: &Editing<'_>) -> Vec<Group> {
    let kind = editing.structure.type_code();
    let entry = is_entry(kind);
    let beside = editing.beside;
    let about_health = beside.hints.iter().any(|hint| hint.kind == hints::Kind::Health);
    let mut first = Vec::new();
    if !beside.hints.is_empty() {
        first.push(Field::new("nahty", "", hints::seen_words(&beside.hints), Input::Hidden));
        if beside.hints.iter().any(|hint| hint.kind.is_ticked()) {
            first.push(Field::new("tarkistettu", op.t.get("hint-looked"), "", Input::Check));
        }
    } else if !editing.typed("nahty").is_empty() {
        first.push(Field::new("nahty", "", editing.typed("nahty"), Input::Hidden));
        first.push(Field::new("tarkistettu", op.t.get("hint-looked"), editing.typed("tarkistettu"), Input::Check));
        first.push(Field::new(moments::ANSWER, "", editing.typed(moments::ANSWER), Input::Hidden));
    }
    let about_moment = beside.hints.iter().any(|hint| hint.kind == hints::Kind::Moment);
    if about_moment && let Some(told) = moments::offer(op, kind, &Posted(editing.fields.to_vec())) {
        // Answered once is answered, but words that are new are a question anew.
        let asked = editing.typed("nahty").contains(&told.words.to_lowercase());
        first.push(moments::question(op, &told, &if asked { editing.typed(moments::ANSWER) } else { String::new() }));
    }
    if entry && (beside.health || about_health) && !editing.correcting {
        // Words of health take away what was preset: now it is chosen knowingly.
        let typed = if about_health { String::new() } else { editing.typed("tieto") };
        first.push(patient::choice(op, &typed, !about_health));
    }
    let mut groups = Vec::new();
    if !first.is_empty() {
        groups.push(Group { fields: first, ..Group::default() });
    }
    if entry && !editing.correcting {
        let fields = marks::fields(op, &beside.goals, editing.fields);
        groups.push(Group { legend: op.t.get("group-beside"), fields, folded: beside.goals.is_empty() });
    }
    groups
}

/// The phrases as a list that the page's script writes out; without it the server does.
fn phrase_list(editing: &Editing<'_>) -> Option<(String, Vec<String>)> {
    let texts: Vec<String> = editing.beside.phrases.iter().map(|one| format!(";{} {}", one.code, one.text)).collect();
    (!texts.is_empty()).then(|| ("fraasit".to_owned(), texts))
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

/// An instant as a `datetime-local` input holds it.
pub(crate) fn local(at: jiff::Timestamp) -> String {
    at.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string()
}
