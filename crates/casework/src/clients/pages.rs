//! `/asiakkaat`: the unit's clients, the search by POST, the client's page and the narrative.

use ::store::log::Action;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use records::code::CaseName;
use web::ui::{Chip, Field, Notice, Tone};

use super::{
    elsewhere, events,
    events::Filter,
    fresh, marks, overview,
    store::{self, Arrangement, Seen},
    timeline::{self, Overview, Timeline},
};
use crate::{
    access_rights::grants::Grant,
    cases::store::Case,
    error::Result,
    op::{Kind, Op},
    people,
    posted::Posted,
    recording::{self, documents::Stored},
    rights,
    sheet::{Block, Cell, Form, Identity, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// The bar of a client's pages.
pub fn identity(op: &Op, seen: &Seen) -> Identity {
    let person = &seen.client.person;
    let age = person.age(op.today()).map(|age| op.t.with("age", [("n", age)])).unwrap_or_default();
    let mut alerts = Vec::new();
    if person.protected {
        alerts.push(Chip::new(Tone::Bad, op.t.get("alert-protected")));
    }
    if seen.locked {
        alerts.push(Chip::new(Tone::Warning, op.t.get("alert-locked")));
    }
    Identity {
        href: format!("/asiakkaat/{}", seen.client.id),
        name: person.name(),
        age,
        masked: person.masked(),
        register: seen.register_name.clone(),
        register_class: register_class(seen),
        why: op.t.with("why", [("why", &seen.why)]),
        alerts,
    }
}

/// Class of the register's colour; the word says the same.
pub fn register_class(seen: &Seen) -> &'static str {
    if seen.client.arrangement == Arrangement::Bought { "organiser" } else { "own" }
}

/// `GET /asiakkaat`
pub async fn list(op: Op) -> Result<Response> {
    list_of(&op, "").await
}

/// `POST /asiakkaat/haku`: `haku`
pub async fn find(op: Op, posted: Posted) -> Result<Response> {
    list_of(&op, posted.get("haku")).await
}

async fn list_of(op: &Op, words: &str) -> Result<Response> {
    let mut tx = op.read().await?;
    let found = store::list(op, &mut tx, words).await?;
    drop(tx);
    let criteria = if words.is_empty() { "unit list" } else { "search" };
    use_log::write_now(op, Event::plain(Action::Search, "own_task").detail(criteria).count(found.len())).await?;
    let field = Field::new("haku", op.t.get("clients-search"), words, web::ui::Input::Line("search"))
        .hint(op.t.get("clients-search-hint"));
    let form = Form::new("hae", "/asiakkaat/haku", vec![field], op.t.get("clients-search-submit"));
    let mut sheet = Sheet::new(op.page(op.t.get("clients-title")), op.t.get("clients-title")).with(Block::Form(form));
    let mut links = Vec::new();
    // Not everybody opens client relationships; a link that leads to a refusal is no help.
    if crate::cases::pages::may_open(op).is_ok() {
        links.push(match op.kind {
            Kind::Organiser => Link::main("yhteydenotto", "/yhteydenotto", op.t.get("contact-new")),
            Kind::Provider => Link::new("oma-asiakas", "/oma-asiakas", op.t.get("own-client-new")),
        });
    }
    if found.len() > 1 {
        links.push(Link::new("kirjaa-monelle", crate::together::drafts::PAGE, op.t.get("together-title")));
    }
    if !links.is_empty() {
        sheet = sheet.with(Block::Links(links));
    }
    if found.is_empty() {
        let key = if words.is_empty() { "clients-none" } else { "clients-not-found" };
        return Ok(sheet.with(Block::Empty(op.t.get(key))).html());
    }
    // The two registers of a provider are two lists, never one (FR-26).
    for (arrangement, key) in [
        (Arrangement::Public, "clients-table"),
        (Arrangement::Bought, "clients-table-bought"),
        (Arrangement::Own, "clients-table-own"),
    ] {
        let rows: Vec<&Seen> = found.iter().filter(|seen| seen.client.arrangement == arrangement).collect();
        if !rows.is_empty() {
            sheet = sheet.with(Block::Table(client_table(op, &rows, key)));
        }
    }
    Ok(sheet.html())
}

fn client_table(op: &Op, found: &[&Seen], caption: &'static str) -> Table {
    let rows = found.iter().map(|seen| {
        let id = &seen.client.id;
        Row {
            key: id.clone(),
            state: seen.client.arrangement.word().into(),
            kind: String::new(),
            case: String::new(),
            cells: vec![
                Cell::link(format!("/asiakkaat/{id}"), seen.client.person.name()),
                Cell::Text(seen.client.person.masked()),
                Cell::Text(seen.register_name.clone()),
                Cell::Text(seen.why.clone()),
                Cell::link(entry_path(op.kind, id), op.t.get("record")),
            ],
        }
    });
    Table {
        id: match caption {
            "clients-table-own" => "omat-asiakkaat",
            "clients-table-bought" => "ostopalvelun-asiakkaat",
            _ => "asiakkaat",
        },
        caption: op.t.get(caption),
        head: ["col-client", "col-code", "col-register", "col-why", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}

/// Where "Kirjaa" leads: the entry of everyday life for a provider, of a meeting for an organiser.
pub fn entry_path(kind: Kind, client: &str) -> String {
    format!("/asiakkaat/{client}/asiakirja/{}", entry_kind(kind))
}

/// The kind of entry that a worker writes most.
pub fn entry_kind(kind: Kind) -> &'static str {
    if kind == Kind::Provider { "19007" } else { "19005" }
}

/// `GET /asiakkaat/{client}`, with the filter of the timeline in its query
pub async fn show(op: Op, Path(client): Path<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    shown(&op, &client, Filter::read(pairs), "").await
}

/// `POST /asiakkaat/{client}/aikajana`: `teksti` and the filter: words about a client never stand in an address
pub async fn words(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let pairs = posted.0.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    shown(&op, &client, Filter::read(pairs), posted.get("teksti")).await
}

/// What the page is made of, read in one snapshot.
struct Opened {
    seen: Seen,
    cases: Vec<Case>,
    grants: Vec<Grant>,
    drafts: Vec<(String, String, String, jiff::Timestamp)>,
    overview: Overview,
    timeline: Timeline,
    fresh: Option<Stored>,
    shown: Vec<(String, u32)>,
    count: usize,
}

async fn shown(op: &Op, client: &str, filter: Filter, words: &str) -> Result<Response> {
    let opened = open(op, client, filter, words).await?;
    let event = Event::of_client(Action::Read, &opened.seen.client).documents(opened.shown.clone());
    use_log::write_now(op, event.count(opened.count)).await?;
    let seen = &opened.seen;
    // The title goes into the browser's history, which lies on the disk in clear: it names nobody.
    let mut sheet = Sheet::new(op.page(op.t.get("client-page-title")), seen.client.person.name());
    sheet.identity = Some(identity(op, seen));
    if op.app.archive.down_since().is_some() {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("client-local-only"))));
    }
    if let Some(one) = &opened.fresh {
        sheet = fresh::offer(op, sheet, one);
    }
    if seen.locked {
        sheet = sheet.with(Block::Notice(
            Notice::new(Tone::Warning, op.t.get("client-locked")).text(op.t.get("client-locked-more")),
        ));
    }
    sheet = sheet.with(Block::Links(links(op, seen))).part(&opened.overview)?;
    if !opened.drafts.is_empty() {
        sheet = sheet.with(Block::Table(draft_table(op, &opened.drafts)));
    }
    sheet = sheet.part(&opened.timeline)?;
    sheet = sheet.with(Block::Heading(op.t.get("client-cases"))).with(case_block(op, &opened.cases));
    if op.kind == Kind::Organiser {
        sheet = sheet.with(Block::Heading(op.t.get("client-grants")));
        sheet = sheet.with(crate::access_rights::grants::block(op, &opened.grants));
    }
    Ok(sheet.html())
}

async fn open(op: &Op, client: &str, filter: Filter, words: &str) -> Result<Opened> {
    let mut tx = op.read().await?;
    let seen = store::open(op, &mut tx, client).await?;
    let mut cases = crate::cases::store::of_client(op, &mut tx, client).await?;
    cases.retain(|case| op.covers(case.task));
    let drafts = recording::store::drafts(op, &mut tx, Some(client)).await?;
    let mut grants = crate::access_rights::grants::of_client(op, &mut tx, client).await?;
    grants.retain(|grant| op.covers(grant.task));
    let (events, fetched) = events(op, &mut tx, &seen).await?;
    let fresh = fresh::written(op, &events).cloned();
    let events: Vec<events::Event> = events.into_iter().filter(|event| !locked(&seen, event)).collect();
    let key = timeline::key(op, &mut tx, client).await?;
    let (overview, read) = overview(op, &mut tx, &seen, &key, &cases, &grants, &events).await?;
    let found = match words.is_empty() {
        true => None,
        false => Some(crate::finding::store::of_client(op, &mut tx, client, words).await?.unwrap_or_default()),
    };
    let (count, choices) = (events.len(), events::choices(&events));
    let page = events::page(events, &filter, found.as_ref());
    let around = timeline::Around { seen: &seen, filter, words, choices, fetched };
    let (timeline, mut shown) = timeline::draw(op, &mut tx, &key, page, around).await?;
    shown.extend(read);
    shown.sort();
    shown.dedup();
    Ok(Opened { seen, cases, grants, drafts, overview, timeline, fresh, shown, count })
}

/// Local copies of the organiser's documents, old and void versions too, are locked after the end of the right (FR-21),
/// and so is what the archive told while it lasted.
fn locked(seen: &Seen, event: &events::Event) -> bool {
    seen.locked
        && match &event.source {
            events::Source::Here(one) => one.was_archived(),
            events::Source::Archive(_) => true,
        }
}

/// Every event that the duty needs (functional specification 3.9), by the archive's own function, newest first.
async fn events(op: &Op, tx: &mut ::store::Tx, seen: &Seen) -> Result<(Vec<events::Event>, Option<jiff::Timestamp>)> {
    let client = &seen.client.id;
    let mut documents = recording::heads::heads_of_client(tx, op.org(), client).await?;
    let reach = rights::reach(op, tx, seen).await?;
    documents.retain(|one| reach.shows(op, one));
    let marks = marks::significant(op, tx, client).await?;
    let fetched = elsewhere::fetched(op, tx, client).await?;
    let mut all: Vec<events::Event> = documents.into_iter().map(|one| events::Event::here(op, one, &marks)).collect();
    all.extend(fetched.rows.into_iter().map(|one| events::Event::elsewhere(op, one)));
    all.sort_by(|one, other| (other.at(), other.oid()).cmp(&(one.at(), one.oid())));
    Ok((all, fetched.at))
}

/// The overview, and which documents were opened for it.
async fn overview(
    op: &Op,
    tx: &mut ::store::Tx,
    seen: &Seen,
    key: &::store::vault::DataKey,
    cases: &[Case],
    grants: &[Grant],
    events: &[events::Event],
) -> Result<(Overview, Vec<(String, u32)>)> {
    let client = &seen.client.id;
    let relationship = crate::relationships::store::of_client(&op.app, tx, op.org(), client).await?;
    let workers = overview::workers(op, tx, cases).await?;
    let rights = store::rights_of(op, tx, client).await?;
    let pins = marks::pins(op, tx, client).await?;
    let read = overview::read(op, tx, key, events).await?;
    let facts = overview::facts(
        op,
        &overview::Sources {
            seen,
            cases,
            workers: &workers,
            relationship: relationship.as_ref().map(|kept| &kept.whole),
            grants,
            rights: &rights,
            events,
            pins: &pins,
            read: &read,
        },
    );
    let mut goals = Vec::new();
    for name in overview::goals_of(op, &read) {
        let found = crate::finding::store::of_client_any(op, tx, client, &name).await?;
        let entry = |event: &&events::Event| event.class == events::Class::Entry && event.live();
        let mention = events.iter().filter(entry).find(|event| found.contains(event.oid()));
        goals.push(overview::goal(op, name, mention));
    }
    let opened = read.iter().map(|(one, _)| (one.oid.to_string(), one.version)).collect();
    let overview = Overview {
        t: op.t.clone(),
        csrf: op.csrf.clone(),
        path: format!("/asiakkaat/{client}"),
        facts,
        goals,
        may_pin: pins.len() < marks::PINS_MAX,
    };
    Ok((overview, opened))
}

/// Name of a document's kind in the reader's language; what the catalogue does not know keeps the name that it has.
pub fn title(op: &Op, one: &Stored) -> String {
    let known = op.app.config.catalogue.get(&one.structure);
    known.map_or_else(|| one.title.clone(), |structure| structure.name(op.lang()).to_owned())
}

fn links(op: &Op, seen: &Seen) -> Vec<Link> {
    let id = &seen.client.id;
    let path = |kind: &str| format!("/asiakkaat/{id}/asiakirja/{kind}");
    let mut links = vec![
        Link::main("kirjaa", entry_path(op.kind, id), op.t.get("record")),
        Link::new("kertomus", format!("/asiakkaat/{id}/kertomus"), op.t.get("narrative")),
        Link::new("asiakirja", path("valitse"), op.t.get("document-new")),
        Link::new("kooste", format!("/asiakkaat/{id}/kooste"), op.t.get("summary-title")),
        Link::new("kaynti", format!("/asiakkaat/{id}/kaynti"), op.t.get("visit-plan")),
    ];
    if op.kind == Kind::Organiser || seen.right.is_some() {
        links.push(Link::new("viesti", format!("/asiakkaat/{id}/viesti"), op.t.get("message-new")));
    }
    if op.covers(records::code::ServiceTask::ChildProtection) {
        links.push(Link::new("rajoitukset", format!("/asiakkaat/{id}/rajoitukset"), op.t.get("restrictions-title")));
    }
    if op.kind == Kind::Organiser {
        links.push(Link::new("oikeus", format!("/asiakkaat/{id}/oikeus"), op.t.get("grant-new")));
        links.push(Link::new("asia", format!("/asiakkaat/{id}/asia"), op.t.get("case-new")));
    }
    links
}

fn case_block(op: &Op, cases: &[Case]) -> Block {
    if cases.is_empty() {
        return Block::Empty(op.t.get("client-no-cases"));
    }
    let rows = cases.iter().map(|case| {
        let state = if case.open { "open" } else { "closed" };
        Row {
            key: case.oid.to_string(),
            state: state.into(),
            kind: String::new(),
            case: String::new(),
            cells: vec![
                Cell::link(format!("/asiat/{}", case.oid), case_name(op, case)),
                Cell::Text(case.task.name(op.lang()).to_owned()),
                Cell::Chip(Chip::new(Tone::Info, op.t.get(&format!("case-state-{state}")))),
                Cell::Text(people::day(case.opened)),
                Cell::Text(case.oid.to_string()),
            ],
        }
    });
    Block::Table(Table {
        id: "asiat",
        caption: op.t.get("client-cases"),
        head: ["col-case", "col-task", "col-state", "col-opened", "col-case-oid"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    })
}

/// The case's name; for the name *other* the words.
pub fn case_name(op: &Op, case: &Case) -> String {
    match case.name {
        CaseName::Other if !case.extra.is_empty() => case.extra.clone(),
        name => name.name(op.lang()).to_owned(),
    }
}

/// A table of the worker's own drafts.
pub fn draft_table(op: &Op, drafts: &[(String, String, String, jiff::Timestamp)]) -> Table {
    let name = |kind: &str| {
        op.app.config.catalogue.newest(kind).map_or_else(|| kind.to_owned(), |one| one.name(op.lang()).to_owned())
    };
    let rows = drafts.iter().map(|(id, _, kind, updated)| Row {
        key: id.clone(),
        state: "draft".into(),
        kind: String::new(),
        case: String::new(),
        cells: vec![
            Cell::link(format!("/luonnokset/{id}"), name(kind)),
            Cell::Text(people::moment(*updated)),
            Cell::Chip(Chip::state(&op.t, "draft")),
            Cell::Form(Form::new(
                format!("poista-{id}"),
                format!("/luonnokset/{id}/poista"),
                Vec::new(),
                op.t.get("draft-discard"),
            )),
        ],
    });
    Table {
        id: "luonnokset",
        caption: op.t.get("drafts"),
        head: ["col-document", "col-saved", "col-state", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: rows.collect(),
    }
}
