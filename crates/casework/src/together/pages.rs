//! The page of a common note.

use ::store::log::Action;
use axum::{
    extract::Path,
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;
use records::{access::Duty, code::SocialService, refusal::Refusal};
use web::ui::{Field, Input, Notice, Tone};

use super::{
    choice::{self, Candidate},
    drafts,
};
use crate::{
    error::Result,
    notes::{
        hints::{self, Hint},
        marks::Mark,
        phrases,
    },
    op::Op,
    people::{self, Person},
    posted::Posted,
    recording::{
        self, editor, many,
        store::{Finished, Finishing},
    },
    routes::see,
    sheet::{Block, Form, Group, Link, Sheet},
    today,
    use_log::{self, Event},
};

/// What stands against the note as it was sent: one sentence, faults by client, things to look at.
#[derive(Default)]
struct Told {
    forbidden: bool,
    message: String,
    faults: Vec<(String, String)>,
    hints: Vec<Hint>,
}

impl Told {
    fn message(message: String) -> Self {
        Self { message, ..Self::default() }
    }
}

/// Whoever writes nothing of clients has nothing to do here (FR-101).
fn may_write(op: &Op) -> Result<()> {
    if op.duty().is_some_and(Duty::writes) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// `GET /kirjaa-monelle`
///
/// # Errors
/// `RoleForbidden` for a duty that writes nothing.
pub async fn new(op: Op) -> Result<Response> {
    may_write(&op)?;
    let draft = crate::numbers::random_id();
    page(&op, &draft, &Posted(Vec::new()), Told::default()).await
}

/// `GET /kirjaa-monelle/{draft}`
///
/// # Errors
/// `NotFound` for another worker's draft.
pub async fn resume(op: Op, Path(draft): Path<String>) -> Result<Response> {
    may_write(&op)?;
    let mut tx = op.read().await?;
    let fields = drafts::read(&op, &mut tx, &draft).await?;
    drop(tx);
    page(&op, &draft, &Posted(fields), Told::default()).await
}

/// `POST /kirjaa-monelle/luonnos`: saves without judging; answers with the time for the page's script, or leads to the work
/// list when a person pressed the button
///
/// # Errors
/// `NotFound` when the id is another worker's draft.
pub async fn save(op: Op, query: axum::extract::RawQuery, posted: Posted) -> Result<Response> {
    may_write(&op)?;
    drafts::save(&op, &recording::pages::draft_id(&posted), &posted.0).await?;
    if query.0.as_deref() == Some("lista") {
        return Ok(see("/tanaan"));
    }
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], people::time_of_day(op.now)).into_response())
}

/// `POST /kirjaa-monelle/{draft}/poista`
///
/// # Errors
/// When the database refuses.
pub async fn discard(op: Op, Path(draft): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    drafts::delete(&op, &mut tx, &draft).await?;
    tx.commit().await?;
    Ok(see("/tanaan"))
}

/// `POST /kirjaa-monelle`: a document for each client, or none and the form back with what was typed
///
/// # Errors
/// `RoleForbidden` for a duty that writes nothing.
pub async fn finish(op: Op, posted: Posted) -> Result<Response> {
    may_write(&op)?;
    let posted = phrases::expand(&op, posted).await?;
    let draft = recording::pages::draft_id(&posted);
    let told = match judge(&op, &posted).await? {
        Ok(note) => match store(&op, &posted, &note, &draft).await? {
            Ok(count) => {
                return Ok(see(&today::pages::said_path(today::items::Scope::Mine, "yhteinen", count, 0)));
            }
            Err(told) => told,
        },
        Err(told) => told,
    };
    drafts::save(&op, &draft, &posted.0).await?;
    page(&op, &draft, &posted, told).await
}

/// What may be stored.
struct Note {
    chosen: Vec<Candidate>,
    event: Timestamp,
    kind: String,
    service: Option<SocialService>,
}

async fn judge(op: &Op, posted: &Posted) -> Result<Result<Note, Told>> {
    let text = posted.get("teksti");
    if text.is_empty() {
        return Ok(Err(Told::message(op.t.with("entry-empty", [("field", op.t.get("field-text"))]))));
    }
    let Some(event) = recording::pages::event_of(op, posted) else {
        return Ok(Err(Told::message(op.t.get("fault-event"))));
    };
    let mut tx = op.read().await?;
    let (chosen, rest): (Vec<Candidate>, Vec<Candidate>) =
        choice::candidates(op, &mut tx, posted).await?.into_iter().partition(|one| posted.ticked(&one.box_name()));
    let ticked = posted.0.iter().filter(|(name, _)| name.starts_with("asiakas-")).count();
    if ticked == 0 {
        return Ok(Err(Told::message(op.t.get("together-none"))));
    }
    if ticked > chosen.len() {
        // Who is not among the unit's clients is not told of, whoever it is (FR-50).
        let message = op.t.with("together-gone", [("n", ticked - chosen.len())]);
        return Ok(Err(Told { forbidden: true, ..Told::message(message) }));
    }
    let kind = posted.get("laji").to_owned();
    let known = chosen.iter().chain(&rest).find(|one| one.hindrance.is_none());
    if !known.is_some_and(|like| choice::kinds(op, like).iter().any(|(code, _)| *code == kind)) {
        return Ok(Err(Told::message(op.t.get("together-kind"))));
    }
    let service = recording::pages::chosen_service(posted);
    let faults = hindrances(op, &mut tx, &chosen, service.as_ref(), event).await?;
    drop(tx);
    if !faults.is_empty() {
        return Ok(Err(Told { faults, ..Told::default() }));
    }
    let people: Vec<&Person> = chosen.iter().map(|one| &one.seen.client.person).collect();
    let names = hints::told_of(op, text, &people);
    if !names.is_empty() {
        return Ok(Err(Told::message(op.t.with("together-names", [("words", names.join(", "))]))));
    }
    let hints = looked_at(op, &chosen, &kind, posted).await?;
    if !hints.is_empty() {
        return Ok(Err(Told { hints, ..Told::default() }));
    }
    Ok(Ok(Note { chosen, event, kind, service }))
}

/// Why a chosen client cannot be written of: each with the id of his box.
async fn hindrances(
    op: &Op,
    tx: &mut ::store::Tx,
    chosen: &[Candidate],
    service: Option<&SocialService>,
    event: Timestamp,
) -> Result<Vec<(String, String)>> {
    let mut faults = Vec::new();
    for one in chosen {
        let mut fault = |key: &str| faults.push(fault_of(op, one, &op.t.get(key)));
        let fits = |service: &SocialService, case: &crate::cases::store::Case| {
            service.row().is_some_and(|row| row.belongs_to(case.task))
        };
        match (one.hindrance, &one.case) {
            (Some(key), _) => fault(key),
            (None, None) => fault("together-case-missing"),
            (None, Some(case)) => {
                let own = recording::store::default_service(&one.seen);
                if own.is_none() && service.is_some_and(|service| !fits(service, case)) {
                    fault("together-service");
                } else if !choice::covered(op, tx, one, event).await? {
                    fault("together-not-covered");
                }
            }
        }
    }
    Ok(faults)
}

fn fault_of(op: &Op, one: &Candidate, what: &str) -> (String, String) {
    let said = op.t.with("together-fault", [("name", one.seen.client.person.name().as_str()), ("what", what)]);
    (format!("id_{}", one.box_name()), said)
}

/// The check of a note runs over every client; what is found is told once, and what has been looked at is not asked again.
async fn looked_at(op: &Op, chosen: &[Candidate], kind: &str, posted: &Posted) -> Result<Vec<Hint>> {
    let mut found: Vec<Hint> = Vec::new();
    for one in chosen {
        for hint in hints::all(op, &one.seen, kind, posted).await? {
            match found.iter_mut().find(|had| had.kind == hint.kind) {
                Some(had) => {
                    let new: Vec<String> = hint.words.into_iter().filter(|word| !had.words.contains(word)).collect();
                    had.words.extend(new);
                }
                None => found.push(hint),
            }
        }
    }
    // A common note holds no patient data: whoever has looked says that the words of health may stand in it.
    let kind_of_data = if posted.ticked("tarkistettu") { "asiakas" } else { "" };
    let mut fields: Vec<(String, String)> = posted.0.iter().filter(|(name, _)| name != "tieto").cloned().collect();
    fields.push(("tieto".to_owned(), kind_of_data.to_owned()));
    Ok(if hints::answered(&found, &Posted(fields)) { Vec::new() } else { found })
}

async fn store<'a>(op: &'a Op, posted: &Posted, note: &'a Note, draft: &str) -> Result<Result<usize, Told>> {
    let structure = recording::pages::structure(op, &note.kind)?;
    let words = Posted(vec![("teksti".to_owned(), posted.get("teksti").to_owned())]);
    let marks: &[Mark] = if posted.ticked("merkittava") { &[Mark::Significant] } else { &[] };
    let finishing = |one: &'a Candidate| Finishing {
        seen: &one.seen,
        case: one.case.as_ref(),
        structure,
        body: recording::pages::body_of(structure, &words),
        event: note.event,
        service: recording::store::default_service(&one.seen).or_else(|| note.service.clone()),
        process: None,
        corrects: None,
        signer: None,
        draft: "",
        marks,
        sending: None,
    };
    let all = note.chosen.iter().map(finishing).collect();
    let stopped = match many::finish(op, all, draft).await? {
        Ok(count) => return Ok(Ok(count)),
        Err(stopped) => stopped,
    };
    let mut told = Told::default();
    for (place, why) in stopped {
        let Some(one) = note.chosen.get(place) else { continue };
        let what = match why {
            many::Stopped::Refused => {
                told.forbidden = true;
                op.t.get("together-no-right")
            }
            many::Stopped::Unfinished(Finished::Missing(item)) => {
                op.t.with("context-missing", &[("item", op.t.get(item))])
            }
            many::Stopped::Unfinished(_) => op.t.get("together-kind"),
        };
        told.faults.push(fault_of(op, one, &what));
    }
    Ok(Err(told))
}

async fn page(op: &Op, draft: &str, typed: &Posted, told: Told) -> Result<Response> {
    let mut tx = op.read().await?;
    let all = choice::candidates(op, &mut tx, typed).await?;
    let phrases = phrases::of_worker(op, &mut tx).await?;
    drop(tx);
    let listed = Event::plain(Action::Search, "own_task").detail("unit list").count(all.len());
    use_log::write_now(op, listed).await?;
    let mut sheet = Sheet::new(op.page(op.t.get("together-title")), op.t.get("together-title"));
    let status = match &told {
        Told { forbidden: true, .. } => StatusCode::FORBIDDEN,
        told if told.message.is_empty() && told.faults.is_empty() && told.hints.is_empty() => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    sheet = said(op, sheet, &told);
    let Some(like) = all.iter().find(|one| one.hindrance.is_none()) else {
        let links = vec![Link::main("asiakkaat", "/asiakkaat", op.t.get("nav-clients"))];
        return Ok(sheet.with(Block::Empty(op.t.get("together-nobody"))).with(Block::Links(links)).html());
    };
    sheet = sheet.with(Block::Text(op.t.get("together-text")));
    let kinds = choice::kinds(op, like);
    let mut form = form(op, draft, typed, &told, kinds, &all);
    let texts: Vec<String> = phrases.iter().map(|one| format!(";{} {}", one.code, one.text)).collect();
    form.lists = if texts.is_empty() { Vec::new() } else { vec![("fraasit".to_owned(), texts)] };
    sheet = sheet.with(Block::Form(form));
    let out: Vec<(String, String)> =
        all.iter().filter_map(|one| Some((one.seen.client.person.name(), op.t.get(one.hindrance?)))).collect();
    if !out.is_empty() {
        sheet = sheet.with(Block::Heading(op.t.get("together-out"))).with(Block::Facts(out));
    }
    if all.len() == choice::CLIENTS_MAX {
        sheet = sheet.with(Block::Small(op.t.with("together-more", [("n", choice::CLIENTS_MAX)])));
    }
    Ok(sheet.html_as(status))
}

fn said(op: &Op, mut sheet: Sheet, told: &Told) -> Sheet {
    if !told.message.is_empty() {
        let notice = Notice::new(Tone::Bad, told.message.as_str()).text(op.t.get("together-safe"));
        sheet = sheet.with(Block::Notice(notice));
    }
    if !told.faults.is_empty() {
        let title = op.t.with("together-faults", [("n", told.faults.len())]);
        sheet = sheet.with(Block::Faults { title, links: told.faults.clone(), text: op.t.get("together-safe") });
    }
    for hint in &told.hints {
        let said = op.t.with(hint.kind.text(), [("words", hint.words.join(", "))]);
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, said).text(op.t.get("together-safe"))));
    }
    sheet
}

fn form(op: &Op, draft: &str, typed: &Posted, told: &Told, kinds: Vec<(String, String)>, all: &[Candidate]) -> Form {
    let kind = Some(typed.get("laji")).filter(|kind| !kind.is_empty());
    let kind = kind.or(kinds.first().map(|(code, _)| code.as_str())).unwrap_or_default().to_owned();
    let when = Some(typed.get("tapahtuma").to_owned()).filter(|when| !when.is_empty());
    let mut first = vec![
        Field::new("luonnos", "", draft, Input::Hidden),
        Field::new("teksti", op.t.get("field-text"), typed.get("teksti"), Input::Text(6))
            .hint(op.t.get("together-text-hint"))
            .required(),
    ];
    let services = choice::asks_service(op, all, &kind).then(|| services(op, typed));
    first.push(Field::new("laji", op.t.get("together-kind-field"), kind, Input::Choice(kinds)));
    let when = when.unwrap_or_else(|| editor::local(op.now));
    first.push(Field::new("tapahtuma", op.t.get("field-event"), when, Input::Line("datetime-local")));
    first.extend(services);
    let mut groups = vec![Group { fields: first, ..Group::default() }];
    let carried = if told.hints.is_empty() { typed.get("nahty").to_owned() } else { hints::seen_words(&told.hints) };
    if !carried.is_empty() {
        let ticked = if told.hints.is_empty() { typed.get("tarkistettu") } else { "" };
        let fields = vec![
            Field::new("nahty", "", carried.as_str(), Input::Hidden),
            Field::new("tarkistettu", op.t.get("together-looked"), ticked, Input::Check),
        ];
        groups.push(Group { fields, ..Group::default() });
    }
    groups.extend(choice::groups(op, all, typed));
    let mark = Field::new("merkittava", op.t.get("note-significant"), typed.get("merkittava"), Input::Check);
    groups.push(Group { fields: vec![mark], ..Group::default() });
    let autosave = format!("{}/luonnos", drafts::PAGE);
    Form {
        id: "yhteinen".into(),
        action: drafts::PAGE.into(),
        groups,
        submit: op.t.get("together-submit"),
        second: Some((format!("{autosave}?lista"), op.t.get("draft-save"))),
        autosave,
        ..Form::default()
    }
}

fn services(op: &Op, typed: &Posted) -> Field {
    let mut options = vec![(String::new(), op.t.get("choose"))];
    let own = |row: &records::code::SocialServiceRow| {
        records::code::ServiceTask::ALL.iter().any(|task| op.covers(*task) && row.belongs_to(*task))
    };
    options.extend(SocialService::table().filter(own).map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned())));
    Field::new("palvelu", op.t.get("field-service"), typed.get("palvelu"), Input::Choice(options))
        .hint(op.t.get("together-service-hint"))
}
