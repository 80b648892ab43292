//! `/asiakkaat`: the unit's clients, the search by POST, the client's page and the narrative.

use ::store::log::Action;
use axum::{extract::Path, response::Response};
use records::code::CaseName;
use web::{
    T,
    ui::{Chip, Field, Notice, Tone},
};

use super::{
    fresh,
    store::{self, Arrangement, Seen},
};
use crate::{
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
    // Not everybody opens client relationships; a link that leads to a refusal is no help.
    if crate::cases::pages::may_open(op).is_ok() {
        sheet = sheet.with(Block::Links(match op.kind {
            Kind::Organiser => vec![Link::main("yhteydenotto", "/yhteydenotto", op.t.get("contact-new"))],
            Kind::Provider => vec![Link::new("oma-asiakas", "/oma-asiakas", op.t.get("own-client-new"))],
        }));
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

/// `GET /asiakkaat/{client}`
pub async fn show(op: Op, Path(client): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = store::open(&op, &mut tx, &client).await?;
    let mut cases = crate::cases::store::of_client(&op, &mut tx, &client).await?;
    cases.retain(|case| op.covers(case.task));
    let mut documents = recording::documents::of_client(&mut tx, op.org(), &client).await?;
    // Only what the duty needs (functional specification 3.9), by the archive's own function.
    let reach = rights::reach(&op, &mut tx, &seen).await?;
    documents.retain(|one| reach.shows(&op, one));
    let drafts = recording::store::drafts(&op, &mut tx, Some(&client)).await?;
    let mut grants = crate::access_rights::grants::of_client(&op, &mut tx, &client).await?;
    grants.retain(|grant| op.covers(grant.task));
    let responsible = responsible(&op, &mut tx, cases.iter().find(|case| case.open)).await?;
    drop(tx);
    use_log::write_now(&op, Event::of_client(Action::Read, &seen.client).count(documents.len())).await?;
    let mut sheet = Sheet::new(op.page(seen.client.person.name()), seen.client.person.name());
    sheet.identity = Some(identity(&op, &seen));
    if op.app.archive.down_since().is_some() {
        sheet = sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("client-local-only"))));
    }
    if let Some(one) = fresh::written(&op, &documents) {
        sheet = fresh::offer(&op, sheet, one);
    }
    if seen.locked {
        // Local copies of the organiser's documents, old and void versions too, are locked after the end of the right
        // (FR-21).
        documents.retain(|one| !one.was_archived());
    }
    sheet = sheet.with(Block::Links(links(&op, &seen)));
    sheet = sheet.with(Block::Facts(facts(&op, &cases, &documents, responsible)));
    sheet = sheet.with(Block::Heading(op.t.get("client-cases"))).with(case_block(&op, &cases));
    if op.kind == Kind::Organiser {
        sheet = sheet.with(Block::Heading(op.t.get("client-grants")));
        sheet = sheet.with(crate::access_rights::grants::block(&op, &grants));
    }
    if !drafts.is_empty() {
        sheet = sheet.with(Block::Table(draft_table(&op, &drafts)));
    }
    sheet = sheet.with(Block::Heading(op.t.get("client-documents")));
    if seen.locked {
        sheet = sheet.with(Block::Notice(
            Notice::new(Tone::Warning, op.t.get("client-locked")).text(op.t.get("client-locked-more")),
        ));
    }
    Ok(sheet.with(document_block(&op.t, &documents)).html())
}

async fn responsible(op: &Op, tx: &mut ::store::Tx, case: Option<&Case>) -> Result<Option<(String, String)>> {
    let Some(case) = case else { return Ok(None) };
    let row: Option<(String, String, String)> =
        sqlx::query_as("SELECT given, family, phone FROM cw_user WHERE org = $1 AND person = $2")
            .bind(op.org())
            .bind(&case.responsible)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(row.map(|(given, family, phone)| (format!("{given} {family}"), phone)))
}

fn links(op: &Op, seen: &Seen) -> Vec<Link> {
    let id = &seen.client.id;
    let path = |kind: &str| format!("/asiakkaat/{id}/asiakirja/{kind}");
    let mut links = vec![
        Link::main("kirjaa", entry_path(op.kind, id), op.t.get("record")),
        Link::new("kertomus", format!("/asiakkaat/{id}/kertomus"), op.t.get("narrative")),
        Link::new("asiakirja", path("valitse"), op.t.get("document-new")),
    ];
    if op.kind == Kind::Organiser {
        links.push(Link::new("oikeus", format!("/asiakkaat/{id}/oikeus"), op.t.get("grant-new")));
        links.push(Link::new("asia", format!("/asiakkaat/{id}/asia"), op.t.get("case-new")));
    }
    links
}

/// The facts of the fixed place (users-and-screens 3.5): own worker, cases, decisions in force, last contact.
fn facts(
    op: &Op,
    cases: &[Case],
    documents: &[Stored],
    responsible: Option<(String, String)>,
) -> Vec<(String, String)> {
    let none = op.t.get("fact-none");
    let worker = responsible.map_or(none.clone(), |(name, phone)| format!("{name}, {phone}"));
    let open = cases.iter().filter(|case| case.open).count();
    let of_type = |prefix: &str| {
        documents
            .iter()
            .find(|one| one.type_code.starts_with(prefix) && one.type_code.len() == 5 && one.state == "archived")
            .map_or(none.clone(), |one| {
                format!("{} {}", one.title, people::day(records::time::finnish_date(one.event)))
            })
    };
    let last = documents
        .iter()
        .find(|one| one.type_code.starts_with("19"))
        .map_or(none.clone(), |one| people::moment(one.event));
    vec![
        (op.t.get("fact-worker"), worker),
        (op.t.get("fact-cases"), open.to_string()),
        (op.t.get("fact-decision"), of_type("11")),
        (op.t.get("fact-plan"), of_type("15")),
        (op.t.get("fact-last"), last),
    ]
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
                Cell::Text(case_name(op, case)),
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

/// A table of documents with their states.
pub fn document_block(t: &T, documents: &[Stored]) -> Block {
    if documents.is_empty() {
        return Block::Empty(t.get("client-no-documents"));
    }
    let rows = documents.iter().map(|one| Row {
        key: one.oid.to_string(),
        state: one.state.clone(),
        kind: one.type_code.clone(),
        case: one.case.as_ref().map(ToString::to_string).unwrap_or_default(),
        cells: vec![
            Cell::link(format!("/asiakirjat/{}", one.oid), one.title.clone()),
            Cell::Text(people::moment(one.event)),
            Cell::Text(one.author.clone()),
            Cell::Text(one.unit_name.clone()),
            Cell::Chip(Chip::state(t, one.word())),
            Cell::Text(one.version.to_string()),
        ],
    });
    Block::Table(Table {
        id: "asiakirjat",
        caption: t.get("client-documents"),
        head: ["col-document", "col-event", "col-author", "col-unit", "col-state", "col-version"]
            .map(|key| t.get(key))
            .to_vec(),
        rows: rows.collect(),
    })
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
