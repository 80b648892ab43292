//! The timeline: days, events, filters and pages, drawn by one template; every event opens in place without script.

use ::store::{Tx, vault::DataKey};
use askama::Template;
use web::{
    T,
    ui::{Chip, Field, Input, Pager},
};

use super::{
    events::{self, Choices, Event, Filter, Page, Source},
    overview::{Fact, Goal},
    store::{Arrangement, Seen},
};
use crate::{
    error::{Fault, Result},
    op::Op,
    people,
    recording::{content, documents, editor, heads},
};

/// Letters of an event's text that open in place; more is read on the document's own page.
const OPENED_LETTERS: usize = 4_000;
/// Letters of the two lines that show at once.
const LINE_LETTERS: usize = 220;

/// What the template draws of an event.
pub struct Drawn {
    oid: String,
    state: String,
    kind: String,
    case: String,
    class: &'static str,
    icon: &'static str,
    title: String,
    time: String,
    by: String,
    chip: Chip,
    badge: (&'static str, String),
    line: String,
    text: Vec<String>,
    more: bool,
    significant: bool,
    marked: bool,
    live: bool,
    open: Option<(String, String)>,
}

/// The events of a day.
pub struct Day {
    iso: String,
    title: String,
    events: Vec<Drawn>,
}

/// The overview: facts and goals.
#[derive(Template)]
#[template(path = "overview.html")]
pub struct Overview {
    /// Texts.
    pub t: T,
    /// Token of forms.
    pub csrf: String,
    /// The client's path.
    pub path: String,
    /// The eight facts.
    pub facts: Vec<Fact>,
    /// Goals of the plan.
    pub goals: Vec<Goal>,
    /// Whether another note may be pinned.
    pub may_pin: bool,
}

/// The timeline.
#[derive(Template)]
#[template(path = "timeline.html")]
pub struct Timeline {
    t: T,
    csrf: String,
    path: String,
    days: Vec<Day>,
    filters: Vec<Field>,
    words: String,
    narrows: bool,
    counted: String,
    empty: String,
    pager: Pager,
    filter: Filter,
    newer: Option<usize>,
    older: Option<usize>,
    fetched: String,
}

/// What the timeline needs to know beside its page.
pub struct Around<'a> {
    /// The client.
    pub seen: &'a Seen,
    /// The filter.
    pub filter: Filter,
    /// Words of a text search; empty for none.
    pub words: &'a str,
    /// What the filters choose from.
    pub choices: Choices,
    /// When the archive was asked last.
    pub fetched: Option<jiff::Timestamp>,
}

/// Draws a page of events. The content of the page's own documents is opened, and of no others; the OIDs of those come
/// back for the log.
///
/// # Errors
/// When a document does not open.
pub async fn draw(
    op: &Op,
    tx: &mut Tx,
    key: &DataKey,
    page: Page,
    around: Around<'_>,
) -> Result<(Timeline, Vec<(String, u32)>)> {
    let here = |event: &Event| match &event.source {
        Source::Here(one) if event.live() && !one.type_code.starts_with("1505") => Some(one.oid.to_string()),
        _ => None,
    };
    let wanted: Vec<String> = page.events.iter().filter_map(here).collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let whole = heads::with_bodies(tx, op.org(), &wanted).await?;
    let opened = whole.iter().map(|one| (one.oid.to_string(), one.version)).collect();
    let mut texts = std::collections::BTreeMap::new();
    for one in &whole {
        texts.insert(one.oid.to_string(), text(op, one, &one.open_body(key)?));
    }
    let counts = Counts { page: page.page, pages: page.pages(), total: page.total, all: page.all };
    let mut days: Vec<Day> = Vec::new();
    for event in page.events {
        let day = events::day(&event);
        if days.last().is_none_or(|last| last.iso != day.to_string()) {
            days.push(Day { iso: day.to_string(), title: day_title(op, day), events: Vec::new() });
        }
        let text = texts.remove(event.oid()).unwrap_or_default();
        if let Some(last) = days.last_mut() {
            last.events.push(drawn(op, around.seen, event, &text));
        }
    }
    Ok((framed(op, days, &counts, around), opened))
}

/// Which page of how many, of how many events.
struct Counts {
    page: usize,
    pages: usize,
    total: usize,
    all: usize,
}

/// The days with the filters above and the pager below.
fn framed(op: &Op, days: Vec<Day>, counts: &Counts, around: Around<'_>) -> Timeline {
    let path = format!("/asiakkaat/{}", around.seen.client.id);
    let narrows = around.filter.narrows() || !around.words.is_empty();
    let link = |page: usize| match around.filter.query(page) {
        query if query.is_empty() => format!("{path}#aikajana"),
        query => format!("{path}?{query}#aikajana"),
    };
    let newer = counts.page.checked_sub(1);
    let older = (counts.page + 1 < counts.pages).then_some(counts.page + 1);
    let by_link = around.words.is_empty();
    let pager = Pager {
        previous: newer.filter(|_| by_link).map(link).unwrap_or_default(),
        next: older.filter(|_| by_link).map(link).unwrap_or_default(),
    };
    let counted = match narrows {
        true => op.t.with("timeline-filtered", [("n", counts.total), ("all", counts.all)]),
        false => op.t.with("timeline-count", [("n", counts.total)]),
    };
    let empty = if narrows { "timeline-none-fit" } else { "client-no-documents" };
    Timeline {
        t: op.t.clone(),
        csrf: op.csrf.clone(),
        days,
        filters: filters(op, &around.filter, &around.choices),
        words: around.words.to_owned(),
        narrows,
        counted,
        empty: op.t.get(empty),
        pager,
        newer: newer.filter(|_| !by_link),
        older: older.filter(|_| !by_link),
        fetched: around
            .fetched
            .map_or_else(|| op.t.get("kanta-never"), |at| op.t.with("kanta-fetched", [("when", people::moment(at))])),
        filter: around.filter,
        path,
    }
}

fn day_title(op: &Op, day: jiff::civil::Date) -> String {
    let text = people::day(day);
    let back = op.today().since(day).map(|span| span.get_days()).unwrap_or(-1);
    match back {
        0 => op.t.with("day-today", [("day", text)]),
        1 => op.t.with("day-yesterday", [("day", text)]),
        _ => {
            let weekday = op.t.get(&format!("day-name-{}", day.weekday().to_monday_one_offset()));
            format!("{weekday} {text}")
        }
    }
}

/// The words of a document: an entry's one text, else everything that people wrote in it.
fn text(op: &Op, one: &documents::Stored, body: &serde_json::Value) -> String {
    let Some(structure) = op.app.config.catalogue.get(&one.structure) else { return String::new() };
    match editor::one_text(structure) {
        Some(path) => content::text_at(structure, body, &path),
        None => crate::finding::index::text_of(structure, body),
    }
}

fn short(text: &str, letters: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if flat.chars().count() <= letters {
        return flat;
    }
    let cut: String = flat.chars().take(letters).collect();
    format!("{}…", cut.trim_end())
}

fn drawn(op: &Op, seen: &Seen, event: Event, text: &str) -> Drawn {
    let live = event.live();
    let time = people::time_of_day(event.at());
    let (author, unit) = (event.author().1, event.unit().1);
    let by = [author, unit].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
    let paragraphs = |text: &str| -> Vec<String> {
        let cut: String = text.chars().take(OPENED_LETTERS).collect();
        cut.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let badge = badge(op, seen, &event);
    let common = Drawn {
        oid: event.oid().to_owned(),
        state: String::new(),
        kind: String::new(),
        case: String::new(),
        class: event.class.word(),
        icon: event.class.icon(),
        title: String::new(),
        time,
        by,
        chip: Chip::state(&op.t, "archived"),
        badge,
        line: short(text, LINE_LETTERS),
        text: paragraphs(text),
        more: text.chars().count() > OPENED_LETTERS,
        significant: event.significant,
        marked: event.marked,
        live,
        open: None,
    };
    match event.source {
        Source::Here(one) => Drawn {
            state: one.state.clone(),
            kind: one.type_code.clone(),
            case: one.case.as_ref().map(ToString::to_string).unwrap_or_default(),
            title: super::pages::title(op, &one),
            chip: Chip::state(&op.t, one.word()),
            ..common
        },
        Source::Archive(one) => Drawn {
            state: "elsewhere".into(),
            kind: one.type_code,
            case: one.case.clone(),
            title: one.title,
            open: Some((one.register, one.case)),
            ..common
        },
    }
}

/// Whose the document is: own, the organiser's, another producer's. Colour and word say the same.
fn badge(op: &Op, seen: &Seen, event: &Event) -> (&'static str, String) {
    let unit = event.unit().0;
    let arc = op.org.arc();
    let own = unit.strip_prefix(arc.as_str()).is_some_and(|rest| rest.starts_with('.'));
    if own || unit.is_empty() && seen.client.arrangement != Arrangement::Bought {
        return ("own", op.t.get("source-own"));
    }
    let organiser = seen.client.register.arc();
    if unit.is_empty() || unit.strip_prefix(organiser.as_str()).is_some_and(|rest| rest.starts_with('.')) {
        return ("organiser", op.t.get("source-organiser"));
    }
    ("other", op.t.get("source-other"))
}

fn filters(op: &Op, filter: &Filter, choices: &Choices) -> Vec<Field> {
    let any = || (String::new(), op.t.get("any"));
    let classes = choices.classes.iter().map(|one| (one.word().to_owned(), op.t.get(&format!("class-{}", one.word()))));
    let tasks = choices.tasks.iter().map(|task| (task.code().to_owned(), task.name(op.lang()).to_owned()));
    let field = |name: &'static str, key: &str, value: &str, options: Vec<(String, String)>| {
        Field::new(name, op.t.get(key), value, Input::Choice(options)).scoped("suodata_")
    };
    let with_any = |options: Vec<(String, String)>| [vec![any()], options].concat();
    let mut fields = vec![field("laji", "filter-class", &filter.class, with_any(classes.collect()))];
    // A choice of one is none.
    if choices.tasks.len() > 1 {
        fields.push(field("tehtava", "col-task", &filter.task, with_any(tasks.collect())));
    }
    if choices.authors.len() > 1 {
        fields.push(field("laatija", "col-author", &filter.author, with_any(choices.authors.clone())));
    }
    if choices.units.len() > 1 {
        fields.push(field("yksikko", "col-unit", &filter.unit, with_any(choices.units.clone())));
    }
    let ticked = if filter.significant { "on" } else { "" };
    fields.push(Field::new("merkittavat", op.t.get("filter-significant"), ticked, Input::Check).scoped("suodata_"));
    fields
}

/// The data key of a client, fetched once for a whole page.
///
/// # Errors
/// `NotFound` when the key was destroyed with the client's data.
pub async fn key(op: &Op, tx: &mut Tx, client: &str) -> Result<DataKey> {
    op.app.vault.existing_data_key(tx, op.org(), client).await?.ok_or(Fault::NotFound)
}
