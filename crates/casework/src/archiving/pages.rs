//! `/arkistointi`: the archiving desk — what came back and why, what waits, what is held, what is in the archive
//! (users-and-screens 3.7). Grouped by cause, organiser and client, since one cause fixes many.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use records::{Lang, refusal::Refusal};
use store::{Tx, outbox};
use web::{
    Page,
    ui::{Chip, Field, Input, Notice, Tone},
};

use super::{
    alarm,
    cause::Cause,
    rows::{self, Figures, Light, Tab},
    worker,
};
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::documents,
    routes::see,
    sheet::Link,
};

/// Most rows that a group shows; the others are counted.
const SHOWN_MAX: usize = 100;
/// Groups of at most so many rows lie open.
const OPEN_MAX: usize = 10;

#[derive(Template)]
#[template(path = "desk.html")]
struct Desk {
    page: Page,
    heading: String,
    figures: Vec<(String, String)>,
    notices: Vec<Notice>,
    links: Vec<Link>,
    tabs: Vec<TabLink>,
    empty: String,
    head: Vec<String>,
    groups: Vec<Group>,
}

struct TabLink {
    code: &'static str,
    label: String,
    current: bool,
}

/// One cause.
struct Group {
    code: &'static str,
    table: &'static str,
    tone: Tone,
    title: String,
    advice: String,
    parts: Vec<Part>,
}

/// The documents of one cause for one organiser, or for one of its clients.
struct Part {
    key: String,
    title: String,
    counts: String,
    said: String,
    form: Option<Button>,
    links: Vec<Link>,
    open: bool,
    show: String,
    rows: Vec<Line>,
    more: String,
}

struct Button {
    id: String,
    name: String,
    action: String,
    fields: Vec<Field>,
    submit: String,
}

struct Line {
    oid: String,
    state: String,
    kind: String,
    case: String,
    client: String,
    client_href: String,
    title: String,
    author: String,
    written: String,
    age: Option<Chip>,
    chip: Chip,
    said: String,
    open: Option<Button>,
}

/// What the address of the desk may say.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    nayta: String,
    tehty: String,
    maara: usize,
    jai: usize,
}

/// `GET /arkistointi`: `nayta` is a tab; `tehty`, `maara` and `jai` tell what a button has done
pub async fn show(op: Op, Query(asked): Query<Asked>) -> Result<Response> {
    let mut tx = op.read().await?;
    let figures = rows::figures(&op, &mut tx).await?;
    let start = if figures.returned > 0 { Tab::Returned } else { Tab::Waiting };
    let tab = Tab::parse(&asked.nayta).unwrap_or(start);
    let limit = if tab == Tab::Archived { i64::try_from(SHOWN_MAX).unwrap_or(i64::MAX) } else { rows::ROWS_MAX };
    let found = rows::of_tab(&op, &mut tx, tab, limit).await?;
    let groups = groups(&op, &mut tx, &found, tab).await?;
    let mut links = crate::batches::pages::desk_links(&op, &mut tx).await?;
    drop(tx);
    links.push(Link::new("seuranta", "/arkistointi/seuranta", op.t.get("quality-title")));
    let title = op.t.get("archiving-title");
    let desk = Desk {
        page: op.page(&title),
        heading: title,
        figures: head_line(&op, &figures),
        notices: notices(&op, &asked, &found),
        links,
        tabs: tab_links(&op, &figures, tab),
        empty: empty(&op, &figures, tab),
        head: ["col-client", "col-document", "col-author", "col-written", "col-state"]
            .map(|key| op.t.get(key))
            .to_vec(),
        groups,
    };
    Ok(web::html(&desk))
}

fn head_line(op: &Op, figures: &Figures) -> Vec<(String, String)> {
    let state = match (op.app.archive.down_since(), op.app.archive.answered()) {
        (Some(since), _) => op.t.with("archive-down-since", &[("time", people::time_of_day(since))]),
        (None, Some(at)) => op.t.with("archive-up-at", &[("time", people::time_of_day(at))]),
        (None, None) => op.t.get("archive-up"),
    };
    vec![
        (op.t.get("count-today"), figures.today.to_string()),
        (op.t.get("count-queued"), figures.waiting.to_string()),
        (op.t.get("count-rejected"), figures.returned.to_string()),
        (op.t.get("count-delay"), figures.delay.map_or_else(|| "–".to_owned(), duration)),
        (op.t.get("archive-state"), state),
    ]
}

/// Seconds as `0.41` minutes and seconds, or hours above an hour: `3 h 20 min`.
fn duration(seconds: i64) -> String {
    if seconds < 3600 {
        format!("{}:{:02}", seconds / 60, seconds % 60)
    } else {
        format!("{} h {} min", seconds / 3600, seconds % 3600 / 60)
    }
}

fn tab_links(op: &Op, figures: &Figures, current: Tab) -> Vec<TabLink> {
    let count = |tab| match tab {
        Tab::Returned => figures.returned,
        Tab::Waiting => figures.waiting,
        Tab::Held => figures.held,
        Tab::Archived => figures.today,
    };
    let label = |tab: Tab| op.t.with(&format!("tab-{}", tab.code()), &[("n", count(tab).to_string())]);
    Tab::ALL.map(|tab| TabLink { code: tab.code(), label: label(tab), current: tab == current }).into()
}

fn notices(op: &Op, asked: &Asked, found: &[Light]) -> Vec<Notice> {
    let mut notices = Vec::new();
    if Cause::parse(&asked.tehty).is_some() {
        let key = format!("done-{}", asked.tehty);
        if asked.maara > 0 {
            notices.push(Notice::new(Tone::Good, op.t.with(&key, [("n", asked.maara)])));
        }
        if asked.jai > 0 {
            notices.push(Notice::new(Tone::Warning, op.t.with("done-left", [("n", asked.jai)])));
        }
    }
    let old = found.iter().filter(|one| alarm::is_late(op, one)).count();
    if old > 0 {
        notices.push(Notice::new(Tone::Bad, op.t.with("desk-late", [("n", old)])).text(op.t.get("desk-late-more")));
    }
    notices
}

/// What an empty tab says; nobody is told that all is archived while something waits in another.
fn empty(op: &Op, figures: &Figures, tab: Tab) -> String {
    let rest = figures.waiting + figures.returned + figures.held;
    match (tab, figures.newest) {
        (Tab::Returned | Tab::Waiting, Some(at)) if rest == 0 => {
            op.t.with("desk-all-done", &[("time", people::moment(at))])
        }
        _ => op.t.get(&format!("empty-{}", tab.code())),
    }
}

async fn groups(op: &Op, tx: &mut Tx, found: &[Light], tab: Tab) -> Result<Vec<Group>> {
    let mut by_cause: BTreeMap<Option<Cause>, Vec<&Light>> = BTreeMap::new();
    for one in found {
        by_cause.entry(one.cause).or_default().push(one);
    }
    let mut names = Names::default();
    let mut groups = Vec::new();
    for (cause, rows) in by_cause {
        groups.push(group(op, tx, cause, &rows, tab, &mut names).await?);
    }
    Ok(groups)
}

/// Names of clients and organisers, each looked up once per page.
#[derive(Default)]
struct Names {
    clients: BTreeMap<String, String>,
    organisers: BTreeMap<String, String>,
}

impl Names {
    async fn client(&mut self, op: &Op, tx: &mut Tx, id: &str) -> Result<String> {
        if !self.clients.contains_key(id) {
            let name = clients::by_id(&op.app, tx, op.org(), id).await?.person.name();
            self.clients.insert(id.to_owned(), name);
        }
        Ok(self.clients.get(id).cloned().unwrap_or_default())
    }

    async fn organiser(&mut self, op: &Op, tx: &mut Tx, id: &str) -> Result<String> {
        if id == op.org() {
            return Ok(op.t.with("register-own", [("name", &op.org_name)]));
        }
        if !self.organisers.contains_key(id) {
            let name: Option<String> =
                sqlx::query_scalar("SELECT organiser_name FROM cw_right WHERE org = $1 AND organiser = $2 LIMIT 1")
                    .bind(op.org())
                    .bind(id)
                    .fetch_optional(&mut **tx)
                    .await?;
            self.organisers.insert(id.to_owned(), name.unwrap_or_else(|| id.to_owned()));
        }
        Ok(self.organisers.get(id).cloned().unwrap_or_default())
    }
}

async fn group(
    op: &Op,
    tx: &mut Tx,
    cause: Option<Cause>,
    rows: &[&Light],
    tab: Tab,
    names: &mut Names,
) -> Result<Group> {
    let mut parts: BTreeMap<(String, String), Vec<&Light>> = BTreeMap::new();
    for one in rows {
        let client = if cause.is_some_and(Cause::per_client) { one.client.clone() } else { String::new() };
        parts.entry((one.register.clone(), client)).or_default().push(one);
    }
    let (code, table) = match (cause, tab) {
        (Some(cause), _) => (cause.code(), table_class(cause)),
        (None, Tab::Archived) => ("archived", "arkistoidut"),
        (None, _) if rows.iter().all(|one| one.state == "waiting_signature") => ("card", "odottaa-korttia"),
        (None, _) => ("queued", "odottavat"),
    };
    let mut shown = Vec::new();
    for ((register, client), rows) in parts {
        shown.push(part(op, tx, cause, (&register, &client), &rows, names).await?);
    }
    let advice = match cause {
        Some(_) => op.t.get(&format!("cause-advice-{code}")),
        None => String::new(),
    };
    Ok(Group {
        code,
        table,
        tone: match (cause, code) {
            (Some(Cause::Down | Cause::GoLive | Cause::Signature), _) | (None, "card") => Tone::Warning,
            (Some(_), _) => Tone::Bad,
            (None, "archived") => Tone::Good,
            (None, _) => Tone::Busy,
        },
        title: op.t.get(&format!("cause-{code}")),
        advice,
        parts: shown,
    })
}

/// Class of the rows' table, for players and tests: the old names of the desk's lists where there was one.
fn table_class(cause: Cause) -> &'static str {
    match cause {
        Cause::Right => "odottaa-oikeutta",
        Cause::GoLive => "pidatetyt",
        Cause::Down => "odottavat",
        Cause::Signature => "odottaa-allekirjoitusta",
        _ => "palautuneet",
    }
}

async fn part(
    op: &Op,
    tx: &mut Tx,
    cause: Option<Cause>,
    (register, client): (&str, &str),
    rows: &[&Light],
    names: &mut Names,
) -> Result<Part> {
    let organiser = names.organiser(op, tx, register).await?;
    let title = match client {
        "" => organiser,
        client => format!("{} · {organiser}", names.client(op, tx, client).await?),
    };
    let people: BTreeSet<&str> = rows.iter().map(|one| one.client.as_str()).collect();
    let counts = format!(
        "{} · {}",
        op.t.with("count-documents", [("n", rows.len())]),
        op.t.with("count-clients", [("n", people.len())])
    );
    let mut sorted = rows.to_vec();
    let mut lines = Vec::new();
    sorted.sort_by(|a, b| (&a.client, b.created).cmp(&(&b.client, a.created)));
    for one in sorted.iter().take(SHOWN_MAX) {
        let name = names.client(op, tx, &one.client).await?;
        lines.push(line(op, one, name));
    }
    let form = match cause {
        Some(cause) if cause.mends_many() => Some(button(op, tx, cause, register, client, rows).await?),
        _ => None,
    };
    let hidden = rows.len().saturating_sub(lines.len());
    Ok(Part {
        key: if client.is_empty() { register.to_owned() } else { client.to_owned() },
        title,
        counts,
        said: said(op, tx, cause, register, rows).await?,
        form,
        links: links(op, cause, rows),
        open: rows.len() <= OPEN_MAX,
        show: op.t.with("desk-show", [("n", rows.len())]),
        rows: lines,
        more: if hidden > 0 { op.t.with("desk-more", [("n", hidden)]) } else { String::new() },
    })
}

fn line(op: &Op, one: &Light, client: String) -> Line {
    let word = match one.state.as_str() {
        "waiting_signature" => "waiting_card",
        "queued" => "sending",
        "waiting_go_live" => "held",
        other => other,
    };
    let opens = matches!(one.cause, Some(Cause::Content | Cause::Size));
    let said = match (&one.mend, &one.refusal) {
        (Some(mend), Some(code)) => {
            // The catalogue's own sentence is said in the reader's language; what the archive adds is said as it came.
            let known = Refusal::parse(code).filter(|known| mend == known.sentence(Lang::Fi));
            format!("{} ({code})", known.map_or(mend.as_str(), |known| known.sentence(op.lang())))
        }
        _ => String::new(),
    };
    Line {
        oid: one.oid.clone(),
        state: one.state.clone(),
        kind: one.type_code.clone(),
        case: one.case.clone().unwrap_or_default(),
        client,
        client_href: format!("/asiakkaat/{}", one.client),
        title: one.title.clone(),
        author: one.author.clone(),
        written: people::moment(one.created),
        age: alarm::is_late(op, one).then(|| Chip::new(Tone::Bad, alarm::age(op, one))),
        chip: Chip::state(&op.t, word),
        said,
        open: opens.then(|| Button {
            id: format!("avaa-{}", one.oid),
            name: "avaa-kohta".into(),
            action: format!("/arkistointi/{}/avaa", one.oid),
            fields: Vec::new(),
            submit: op.t.get(if one.cause == Some(Cause::Size) { "mend-size" } else { "mend-content" }),
        }),
    }
}

/// What only this group knows: until when it is held, when the queue tries again, who has to sign, until when a template
/// was in use, when a right ended.
async fn said(op: &Op, tx: &mut Tx, cause: Option<Cause>, register: &str, rows: &[&Light]) -> Result<String> {
    Ok(match cause {
        Some(Cause::Down) => rows
            .iter()
            .filter_map(|one| one.due)
            .min()
            .map(|due| op.t.with("cause-down-next", &[("time", people::moment(due))]))
            .unwrap_or_default(),
        Some(Cause::GoLive) => {
            let day: Option<String> =
                sqlx::query_scalar("SELECT MIN(day) FROM cw_golive WHERE org = $1 AND organiser = $2 AND day > $3")
                    .bind(op.org())
                    .bind(register)
                    .bind(op.today().to_string())
                    .fetch_one(&mut **tx)
                    .await?;
            day.map(|day| op.t.with("cause-golive-day", &[("day", people::day_text(&day))])).unwrap_or_default()
        }
        Some(Cause::Signature) => {
            let mut signers = BTreeSet::new();
            for person in rows.iter().filter_map(|one| one.signer.clone()).collect::<BTreeSet<_>>() {
                signers.insert(super::store::name_of(tx, op.org(), &person).await?);
            }
            let names: Vec<String> = signers.into_iter().filter(|name| !name.is_empty()).collect();
            if names.is_empty() { String::new() } else { op.t.with("cause-signature-of", &[("who", names.join(", "))]) }
        }
        Some(Cause::Right) => super::mend::ended_rights(op, tx, rows).await?,
        _ => String::new(),
    })
}

fn links(op: &Op, cause: Option<Cause>, rows: &[&Light]) -> Vec<Link> {
    match cause {
        Some(Cause::Signature) if rows.iter().any(|one| one.signer.as_deref() == Some(op.actor.person.as_str())) => {
            vec![Link::new("allekirjoita", "/allekirjoitus", op.t.get("sign"))]
        }
        Some(Cause::Identity) => rows
            .first()
            .map(|one| {
                Link::new("henkilo", format!("/arkistointi/{}/henkilo", one.oid), op.t.get("mend-identity-check"))
            })
            .into_iter()
            .collect(),
        Some(Cause::Certificate) => {
            vec![Link::new("ohje", "/arkistointi/varmenteet", op.t.get("mend-certificate-guide"))]
        }
        _ => Vec::new(),
    }
}

/// The button of a group, with the one choice that it may need.
async fn button(op: &Op, tx: &mut Tx, cause: Cause, register: &str, client: &str, rows: &[&Light]) -> Result<Button> {
    let id = format!("korjaa-{}-{}", cause.code(), if client.is_empty() { register } else { client }).replace('.', "-");
    let hidden = |name: &str, value: &str| Field::new(name, "", value, Input::Hidden);
    let mut fields = vec![hidden("jarjestaja", register), hidden("asiakas", client)];
    match cause {
        Cause::Unit => {
            let units = super::mend::own_units(op, tx).await?;
            let value = units.first().map(|(unit, _)| unit.clone()).unwrap_or_default();
            fields.push(
                Field::new("yksikko", op.t.get("col-unit"), value, Input::Choice(units)).scoped(format!("{id}_")),
            );
        }
        Cause::Case => {
            let held: BTreeSet<&str> = rows.iter().filter_map(|one| one.case.as_deref()).collect();
            let cases = super::mend::other_cases(op, tx, client, &held).await?;
            let value = cases.first().map(|(case, _)| case.clone()).unwrap_or_default();
            fields
                .push(Field::new("asia", op.t.get("field-case"), value, Input::Choice(cases)).scoped(format!("{id}_")));
        }
        _ => {}
    }
    Ok(Button {
        id,
        name: format!("korjaa-{}", cause.code()),
        action: format!("/arkistointi/syy/{}", cause.code()),
        fields,
        submit: op.t.get(&format!("mend-{}", cause.code())),
    })
}

/// `POST /arkistointi/yrita`: everything that waits for its next attempt is due now
pub async fn hurry(op: Op, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    outbox::hurry(&mut tx, op.org(), op.now).await?;
    sqlx::query("UPDATE cw_nullify SET due_at = $2 WHERE org = $1 AND state = 'queued'")
        .bind(op.org())
        .bind(op.now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(see("/arkistointi"))
}

/// `POST /arkistointi/{oid}/yrita`: a returned document goes again as it is, when the fault was elsewhere
pub async fn retry(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    clients::open(&op, &mut tx, &one.client).await?;
    drop(tx);
    if !matches!(one.state.as_str(), "rejected" | "waiting_right" | "waiting_go_live") {
        return Err(Fault::NotFound);
    }
    worker::requeue(&op.app, op.org(), &oid).await?;
    Ok(see(&format!("/asiakirjat/{oid}")))
}
