//! A weekly or monthly summary from notes: a draft of the summary document that quotes a case's notes of a period by goal,
//! so that nobody copies by hand what stands in the narrative already.
//!
//! Only what the worker may read is quoted, each note in its newest version and once. The draft is the worker's own and is
//! edited and finished as any document; conclusions are left to be written.

use std::collections::BTreeMap;

use ::store::{Tx, log::Action};
use axum::{extract::Path, response::Response};
use jiff::{ToSpan, civil::Date};
use records::{Lang, time::finnish_date};
use serde_json::json;
use structures::form::Form as DocumentForm;
use web::{
    T,
    ui::{Field, Input, Notice, Tone},
};

use super::marks::{self, Mark};
use crate::{
    cases::store::Case,
    clients::{self, narrative, store::Seen},
    error::Result,
    numbers,
    op::Op,
    people,
    posted::Posted,
    recording::{
        content, editor, heads,
        pages::{case_for, structure},
        store::{Draft, save_draft},
    },
    rights,
    routes::see,
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

/// The summary document (sosiaalihuollon yhteenveto).
pub const SUMMARY: &str = "16009";
/// Most notes in one summary: who has more in a period chooses a shorter one, and nothing is left out unsaid.
const NOTES_MAX: usize = 200;

/// The periods that are offered: the word of the form, and the text.
const PERIODS: [(&str, &str); 4] = [
    ("viime-viikko", "digest-last-week"),
    ("tama-kuukausi", "digest-this-month"),
    ("viime-kuukausi", "digest-last-month"),
    ("omat", "digest-own-days"),
];

/// The days that the form says, both included; `None` when they cannot be read, are in no order or lie ahead.
fn period(posted: &Posted, today: Date) -> Option<(Date, Date)> {
    let month = today.first_of_month();
    let (from, to) = match posted.get("jakso") {
        "viime-viikko" => {
            let monday = today.checked_sub(i64::from(today.weekday().to_monday_zero_offset()).days()).ok()?;
            (monday.checked_sub(7.days()).ok()?, monday.yesterday().ok()?)
        }
        "tama-kuukausi" => (month, today),
        "viime-kuukausi" => (month.checked_sub(1.month()).ok()?, month.yesterday().ok()?),
        _ => (people::read_day(posted.get("alku"))?, people::read_day(posted.get("loppu"))?),
    };
    (from <= to && to <= today).then_some((from, to))
}

/// A note as it is quoted.
struct Quote {
    day: Date,
    kind: String,
    author: String,
    text: String,
    goals: Vec<String>,
}

/// `GET /asiakkaat/{client}/koonti`
///
/// # Errors
/// The refusals of opening the client and of writing the summary.
pub async fn show(op: Op, Path(client): Path<String>) -> Result<Response> {
    Ok(sheet(&op, &client, &Posted(Vec::new()), None).await?.html())
}

async fn sheet(op: &Op, client: &str, typed: &Posted, message: Option<String>) -> Result<Sheet> {
    structure(op, SUMMARY)?;
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let (case, cases) = case_for(op, &mut tx, &seen, &typed.0).await?;
    drop(tx);
    let mut sheet = Sheet::new(op.page(op.t.get("digest-title")), op.t.get("digest-title"));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    if let Some(message) = message {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Bad, message)));
    }
    let periods = PERIODS.map(|(word, key)| (word.to_owned(), op.t.get(key))).into();
    let chosen = Some(typed.get("jakso")).filter(|word| !word.is_empty()).unwrap_or(PERIODS[0].0);
    let mut fields = vec![
        Field::new("jakso", op.t.get("digest-period"), chosen, Input::Radio(periods)).required(),
        Field::new("alku", op.t.get("digest-from"), typed.get("alku"), Input::Line("date"))
            .hint(op.t.get("digest-own-hint")),
        Field::new("loppu", op.t.get("digest-to"), typed.get("loppu"), Input::Line("date")),
    ];
    if cases.len() > 1 {
        let named = cases.iter().map(|one| (one.oid.to_string(), clients::pages::case_name(op, one))).collect();
        let chosen = case.map_or_else(String::new, |case| case.oid.to_string());
        fields.push(Field::new("asia", op.t.get("field-case"), chosen, Input::Choice(named)).required());
    }
    let form = Form::new("koonti", format!("/asiakkaat/{client}/koonti"), fields, op.t.get("digest-submit"));
    Ok(sheet.with(Block::Text(op.t.get("digest-text"))).with(Block::Form(form)))
}

/// `POST /asiakkaat/{client}/koonti`: `jakso`, `alku`, `loppu`, `asia`; leads to the draft
///
/// # Errors
/// The refusals of opening the client, of its right's end, and of writing the summary.
pub async fn make(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let structure = structure(&op, SUMMARY)?;
    let Some((from, to)) = period(&posted, op.today()) else {
        return again(&op, &client, &posted, op.t.get("digest-fault-days")).await;
    };
    let mut tx = op.read().await?;
    let seen = clients::store::open(&op, &mut tx, &client).await?;
    if seen.locked {
        drop(tx);
        return again(&op, &client, &posted, op.t.get("client-locked")).await;
    }
    let (Some(case), _) = case_for(&op, &mut tx, &seen, &posted.0).await? else {
        drop(tx);
        return again(&op, &client, &posted, op.t.get("digest-fault-case")).await;
    };
    let quotes = quotes(&op, &mut tx, &seen, &case, (from, to)).await?;
    drop(tx);
    let days = format!("{}–{}", people::day(from), people::day(to));
    if quotes.is_empty() {
        return again(&op, &client, &posted, op.t.with("digest-none", [("days", days)])).await;
    }
    if quotes.len() > NOTES_MAX {
        return again(&op, &client, &posted, op.t.with("digest-too-many", [("n", quotes.len())])).await;
    }
    let event = Event::of_client(Action::Read, &seen.client).detail(format!("koonti {days}")).count(quotes.len());
    use_log::write_now(&op, event).await?;
    // A document's language is Finnish, whatever its writer reads the pages in.
    let t = op.t.in_lang(Lang::Fi);
    let content = json!({ structure.root_key(): {
        "ajanjakso": { "alkamispaiva": from.to_string(), "paattymispaiva": to.to_string() },
        "yhteenveto": { "tarkoitus": t.with("digest-purpose", [("days", days)]), "asiasisalto": told(&t, &quotes) },
    } });
    let mut fields = DocumentForm::of(structure).encode(&content);
    fields.push(("asia".to_owned(), case.oid.to_string()));
    let draft = Draft {
        id: numbers::random_id(),
        client,
        type_code: SUMMARY.to_owned(),
        fields,
        corrects: None,
        updated: op.now,
    };
    let mut tx = op.write().await?;
    save_draft(&op, &mut tx, &draft).await?;
    tx.commit().await?;
    Ok(see(&format!("/luonnokset/{}", draft.id)))
}

async fn again(op: &Op, client: &str, posted: &Posted, message: String) -> Result<Response> {
    let sheet = sheet(op, client, posted, Some(message)).await?;
    Ok(sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY))
}

/// The case's notes of the period that the worker may read, the oldest first.
async fn quotes(op: &Op, tx: &mut Tx, seen: &Seen, case: &Case, (from, to): (Date, Date)) -> Result<Vec<Quote>> {
    let reach = rights::reach(op, tx, seen).await?;
    let mut heads = narrative::entries(op, &reach, heads::heads_of_client(tx, op.org(), &seen.client.id).await?);
    heads.retain(|one| one.case.as_ref() == Some(&case.oid) && (from..=to).contains(&finnish_date(one.event)));
    let oids: Vec<&str> = heads.iter().map(|one| one.oid.as_str()).collect();
    let mut notes = Vec::with_capacity(heads.len());
    for some in oids.chunks(heads::BODIES_MAX) {
        notes.extend(heads::with_bodies(tx, op.org(), some).await?);
    }
    notes.reverse();
    let mut quotes = Vec::with_capacity(notes.len());
    for one in notes {
        let Some(structure) = op.app.config.catalogue.get(&one.structure) else { continue };
        let body = one.body(&op.app, tx, op.org()).await?;
        // An entry without one text, such as that on a restriction, is told by its kind and read as itself.
        let text = editor::one_text(structure).map(|path| content::text_at(structure, &body, &path));
        let marks = marks::of_set(op, tx, &seen.client.id, one.set_id.as_str()).await?;
        let goals = marks.into_iter().filter_map(|mark| if let Mark::Goal(goal) = mark { Some(goal) } else { None });
        quotes.push(Quote {
            day: finnish_date(one.event),
            kind: structure.name(Lang::Fi).to_owned(),
            author: one.author.clone(),
            text: text.unwrap_or_default(),
            goals: goals.collect(),
        });
    }
    Ok(quotes)
}

/// What the summary says: how many notes of which kind, then the notes by goal. One that is about several goals is quoted
/// under the first and named under the others.
fn told(t: &T, quotes: &[Quote]) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for quote in quotes {
        *kinds.entry(&quote.kind).or_default() += 1;
    }
    let counted: Vec<String> = kinds.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
    let mut goals: Vec<&str> = Vec::new();
    for goal in quotes.iter().flat_map(|quote| &quote.goals) {
        if !goals.contains(&goal.as_str()) {
            goals.push(goal);
        }
    }
    let mut lines = vec![t.with("digest-count", [("n", quotes.len())]), counted.join("\n")];
    for goal in &goals {
        let about = quotes.iter().filter(|quote| quote.goals.iter().any(|one| one == goal));
        lines.push(t.with("digest-goal", [("goal", *goal)]));
        lines.extend(about.map(|quote| match quote.goals.first() {
            Some(first) if first != goal => {
                t.with("digest-see", [("day", people::day(quote.day)), ("goal", first.clone())])
            }
            _ => line(quote),
        }));
    }
    let others: Vec<String> = quotes.iter().filter(|quote| quote.goals.is_empty()).map(line).collect();
    if !others.is_empty() {
        lines.extend((!goals.is_empty()).then(|| t.get("digest-others")));
        lines.extend(others);
    }
    lines.join("\n\n")
}

fn line(quote: &Quote) -> String {
    let said = if quote.text.is_empty() { quote.kind.as_str() } else { quote.text.trim() };
    format!("{} {}: {said}", people::day(quote.day), quote.author)
}
