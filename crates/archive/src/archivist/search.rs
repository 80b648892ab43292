//! `/arkisto/haku`: the own register by case, document, type, time, unit, state or client. The form is posted, so that
//! nothing of it stands in an address; the rows are metadata without a word about the client.

use super::{
    Fault, Op, Result, names, right,
    session::Posted,
    sheet::{Block, Cell, Form, Sheet, Table},
};
use crate::{
    intake::{check, working::instant},
    log::log_client,
    rights, sql,
};
use axum::response::Response;
use jiff::{Timestamp, civil::Date};
use records::{
    access::{Act, ClientKey, DocumentFacts},
    code::{GeneralType, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, ClientId, DocumentId, OrganisationId, PersonalIdentityCode, ServiceUnitId, TemporaryId},
    refusal::Refusal,
    time::{finnish_date, finnish_zone},
};
use sqlx::{AssertSqlSafe, Row as _};
use std::collections::{BTreeMap, BTreeSet};
use store::{
    Tx,
    log::{Action, LogDocument},
};
use web::ui::{Chip, Field, Input, Notice, Tone};

/// Rows of one page.
const ROWS: usize = 50;

/// Path of the page.
pub const PATH: &str = "/arkisto/haku";

/// A document's row, without its body and without a client's identity.
pub struct Line {
    /// Version.
    pub document: String,
    /// Its set.
    pub set: String,
    /// Number.
    pub version: i64,
    /// Case or empty.
    pub case: String,
    /// Group.
    pub group: String,
    /// Type.
    pub type_code: String,
    general_type: String,
    /// Tasks.
    pub tasks: Vec<String>,
    services: Vec<String>,
    process: String,
    /// Unit of origin, or empty.
    pub unit: String,
    /// Whose unit acted.
    pub author_organisation: String,
    /// Whose connection was used.
    pub connecting: String,
    /// `own`, `rko`, …
    pub basis: String,
    /// Beginning of the event.
    pub event: Timestamp,
    /// Made.
    pub created: Timestamp,
    /// Stored.
    pub archived: Timestamp,
    /// `current`, `replaced` or `invalidated`.
    pub state: String,
    /// Reference of the receipt.
    pub receipt: String,
    /// Digest of the signed bytes.
    pub sha256: String,
    /// Whose key.
    pub key_subject: String,
    /// Blind indexes of the clients.
    pub clients: Vec<String>,
}

const COLUMNS: &str = "d.document_oid, d.set_oid, d.version, d.case_oid, d.document_group, d.type_code, d.general_type, \
    d.tasks, d.service, d.process, d.unit, d.author_organisation, d.connecting_organisation, d.basis, d.event_from, \
    d.created, d.archived_at, d.state, d.receipt, d.sha256, d.key_subject";

impl Line {
    fn read(row: &sqlx::any::AnyRow) -> Self {
        Self {
            document: row.get(0),
            set: row.get(1),
            version: row.get(2),
            case: row.get::<Option<String>, _>(3).unwrap_or_default(),
            group: row.get(4),
            type_code: row.get(5),
            general_type: row.get(6),
            tasks: sql::split(row.get(7)),
            services: sql::split(row.get(8)),
            process: row.get(9),
            unit: row.get(10),
            author_organisation: row.get(11),
            connecting: row.get(12),
            basis: row.get(13),
            event: instant(row.get(14)),
            created: instant(row.get(15)),
            archived: instant(row.get(16)),
            state: row.get(17),
            receipt: row.get(18),
            sha256: row.get(19),
            key_subject: row.get(20),
            clients: Vec::new(),
        }
    }

    /// The facts that the decision needs. `content` tells whether the content is asked for: a void document's content
    /// stays closed, that it is void is what the archivist's history tells.
    pub fn facts(&self, controller: &OrganisationId, content: bool) -> DocumentFacts {
        let author = OrganisationId::parse(&self.author_organisation).unwrap_or_else(|_| controller.clone());
        DocumentFacts {
            clients: self.clients.iter().map(|client| ClientKey::new(client.clone())).collect(),
            case: CaseId::parse(&self.case).ok(),
            group: rights::group_of(&self.group),
            type_code: self.type_code.clone(),
            general_type: GeneralType::parse(&self.general_type),
            tasks: self.tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
            services: self.services.iter().map(|code| SocialService::new(code.clone())).collect(),
            process: ServiceProcess::parse(&self.process),
            unit: ServiceUnitId::parse(&self.unit).ok(),
            invalidated: content && self.state == "invalidated",
            ..DocumentFacts::unknown(controller.clone(), author.arc(), finnish_date(self.event))
        }
    }
}

/// What is searched for.
#[derive(Default)]
struct Terms {
    case: String,
    document: String,
    kind: String,
    unit: String,
    state: String,
    client: Option<ClientId>,
    /// Whether days are those of archiving rather than of the event.
    archived: bool,
    from: Option<Date>,
    to: Option<Date>,
    before: Option<(i64, String)>,
}

/// `GET /arkisto/haku`
///
/// # Errors
/// For the keeper, who has no register.
pub async fn show(op: Op) -> Result<Response> {
    op.register()?;
    Ok(sheet(&op, fields(&op, None, &BTreeMap::new())).html())
}

fn sheet(op: &Op, fields: Vec<Field>) -> Sheet {
    Sheet::new(op.page(&op.t.get("search-title"), PATH))
        .with(Block::Text(op.t.get("search-text")))
        .with(Block::Form(Form::new("haku", PATH, fields, op.t.get("search-submit"))))
}

/// `POST /arkisto/haku`: `asia`, `asiakirja`, `tyyppi`, `yksikko`, `tila`, `asiakas`, `aika`, `alkaen`, `asti`, `ennen`
///
/// # Errors
/// What the database says; when the log cannot be written, nothing is shown.
pub async fn find(posted: Posted) -> Result<Response> {
    let op = &posted.op;
    let register = op.register()?.to_owned();
    let terms = match terms(&posted) {
        Ok(terms) => terms,
        Err(wrong) => {
            let fields = fields(op, Some(&posted), &wrong);
            return Ok(sheet(op, fields).html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    let mut tx = op.app.db.read().await?;
    let mut lines = lines(op, &mut tx, &register, &terms).await?;
    let next = (lines.len() > ROWS).then(|| {
        lines.truncate(ROWS);
        lines.last().map(|line| format!("{} {}", line.archived.as_microsecond(), line.document))
    });
    let lines = allowed_lines(op, &mut tx, &register, lines).await?;
    tx.rollback().await?;
    let mut event = right::event(op, Action::Search);
    event.case = Some(terms.case.clone()).filter(|case| !case.is_empty());
    event.clients = terms.client.iter().map(log_client).collect();
    event.count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    event.documents = lines
        .iter()
        .map(|line| LogDocument { id: line.document.clone(), version: u32::try_from(line.version).unwrap_or(0) })
        .collect();
    event.detail = Some(described(&terms));
    right::record(&op.app, event, op.lang()).await?;
    let mut page =
        sheet(op, fields(op, Some(&posted), &BTreeMap::new())).with(Block::Heading(op.t.get("search-found")));
    if lines.is_empty() {
        return Ok(page.with(Block::Empty(op.t.get("search-nothing"))).html());
    }
    page = page.with(Block::Table(table(op, &lines).await));
    if let Some(Some(next)) = next {
        let mut again: Vec<Field> =
            NAMES.iter().map(|name| Field::new(*name, "", posted.get(name), Input::Hidden)).collect();
        again.push(Field::new("ennen", "", next, Input::Hidden));
        page = page.with(Block::Form(Form::new("vanhemmat", PATH, again, op.t.get("search-older"))));
    }
    Ok(page.html())
}

/// Names of the form's fields.
const NAMES: [&str; 9] = ["asia", "asiakirja", "tyyppi", "yksikko", "tila", "asiakas", "aika", "alkaen", "asti"];

/// The search in words for the log; the client stands in the row's own field.
fn described(terms: &Terms) -> String {
    let mut said = Vec::new();
    let mut term = |name: &str, value: String| {
        if !value.is_empty() {
            said.push(format!("{name}={value}"));
        }
    };
    term("document", terms.document.clone());
    term("type", terms.kind.clone());
    term("unit", terms.unit.clone());
    term("state", terms.state.clone());
    term(
        if terms.archived { "archived_from" } else { "from" },
        terms.from.map(|day| day.to_string()).unwrap_or_default(),
    );
    term(if terms.archived { "archived_to" } else { "to" }, terms.to.map(|day| day.to_string()).unwrap_or_default());
    said.join(" ")
}

/// What is wrong, by field.
type Wrong = BTreeMap<&'static str, String>;

fn terms(posted: &Posted) -> std::result::Result<Terms, Wrong> {
    let t = &posted.op.t;
    let mut wrong = Wrong::new();
    let mut oid = |name: &'static str, fits: &dyn Fn(&str) -> bool| {
        let value = posted.get(name).to_owned();
        if !value.is_empty() && !fits(&value) {
            wrong.insert(name, t.get("search-not-oid"));
        }
        value
    };
    let mut terms = Terms {
        case: oid("asia", &|text| CaseId::parse(text).is_ok()),
        document: oid("asiakirja", &|text| DocumentId::parse(text).is_ok()),
        unit: oid("yksikko", &|text| ServiceUnitId::parse(text).is_ok()),
        kind: posted.get("tyyppi").to_owned(),
        state: posted.get("tila").to_owned(),
        archived: posted.get("aika") == "arkistoitu",
        ..Terms::default()
    };
    for (name, place) in [("alkaen", &mut terms.from), ("asti", &mut terms.to)] {
        match posted.get(name) {
            "" => {}
            text => match text.parse() {
                Ok(day) => *place = Some(day),
                Err(_) => {
                    wrong.insert(name, t.get("search-not-day"));
                }
            },
        }
    }
    match posted.get("asiakas") {
        "" => {}
        text => match client(text) {
            Some(client) => terms.client = Some(client),
            None => {
                wrong.insert("asiakas", t.get("search-not-client"));
            }
        },
    }
    terms.before = posted.get("ennen").split_once(' ').and_then(|(at, oid)| Some((at.parse().ok()?, oid.to_owned())));
    if wrong.is_empty() { Ok(terms) } else { Err(wrong) }
}

/// An identity code, or a temporary one as `OID^code`.
pub fn client(text: &str) -> Option<ClientId> {
    if let Some((root, extension)) = text.split_once('^') {
        return TemporaryId::parse(root, extension).ok().map(ClientId::Temporary);
    }
    PersonalIdentityCode::parse(text).ok().map(ClientId::Hetu)
}

fn fields(op: &Op, posted: Option<&Posted>, wrong: &Wrong) -> Vec<Field> {
    let t = &op.t;
    let had = |name: &str| posted.map_or(String::new(), |posted| posted.get(name).to_owned());
    let line = |name: &'static str, key: &str| Field::line(name, t.get(key), had(name));
    let states = ["current", "replaced", "invalidated"];
    let mut state = vec![(String::new(), t.get("search-any"))];
    state.extend(states.iter().map(|state| ((*state).to_owned(), t.get(&format!("document-state-{state}")))));
    let times = vec![
        ("tapahtuma".to_owned(), t.get("search-time-event")),
        ("arkistoitu".to_owned(), t.get("search-time-archived")),
    ];
    let time = match had("aika").as_str() {
        "arkistoitu" => "arkistoitu",
        _ => "tapahtuma",
    };
    let fields = vec![
        line("asia", "search-case"),
        line("asiakirja", "search-document"),
        Field::new("tyyppi", t.get("search-type"), had("tyyppi"), Input::Choice(types(op))),
        line("yksikko", "search-unit").hint(t.get("search-unit-hint")),
        Field::new("tila", t.get("search-state"), had("tila"), Input::Choice(state)),
        Field::new("aika", t.get("search-time"), time, Input::Radio(times)),
        Field::new("alkaen", t.get("search-from"), had("alkaen"), Input::Line("date")),
        Field::new("asti", t.get("search-to"), had("asti"), Input::Line("date")),
        line("asiakas", "search-client").hint(t.get("search-client-hint")),
    ];
    fields
        .into_iter()
        .map(|field| match wrong.get(field.name.as_str()) {
            Some(said) => field.error(said.clone()),
            None => field,
        })
        .collect()
}

/// The types that the catalogue knows, by name.
fn types(op: &Op) -> Vec<(String, String)> {
    let codes: BTreeSet<&str> = op.app.catalogue.all().map(structures::Structure::type_code).collect();
    let named = |code: &&str| {
        let name = names::document_type(&op.app, code, op.lang());
        ((*code).to_owned(), if name == *code { name } else { format!("{name} ({code})") })
    };
    let mut types: Vec<(String, String)> = codes.iter().map(named).collect();
    types.sort_by(|a, b| a.1.cmp(&b.1));
    types.insert(0, (String::new(), op.t.get("search-any")));
    types
}

/// The rows that fit, newest first, one more than a page holds.
async fn lines(op: &Op, tx: &mut Tx, register: &str, terms: &Terms) -> Result<Vec<Line>> {
    let client = terms.client.as_ref().map(|client| check::client_index(&op.app.vault, register, client));
    let zone = finnish_zone();
    let start = |day: Date| day.to_zoned(zone.clone()).map_or(i64::MIN, |at| at.timestamp().as_microsecond());
    let from = terms.from.map_or(i64::MIN, start);
    let to = terms.to.map_or(i64::MAX, |day| day.tomorrow().map_or(i64::MAX, start));
    let before = terms.before.clone().unwrap_or((i64::MAX, String::new()));
    // The most telling term leads, so that its index is used; the others filter.
    let (lead, key) = if let Some(client) = client {
        ("JOIN document_clients c ON c.document_oid = d.document_oid WHERE c.client = $2", client)
    } else if !terms.document.is_empty() {
        ("WHERE d.document_oid = $2", terms.document.clone())
    } else if !terms.case.is_empty() {
        ("WHERE d.case_oid = $2", terms.case.clone())
    } else {
        ("WHERE $2 = ''", String::new())
    };
    let time = if terms.archived { "d.archived_at" } else { "d.event_from" };
    let text = format!(
        "SELECT {COLUMNS} FROM documents d {lead} AND d.controller = $1 AND ($3 = '' OR d.case_oid = $3) \
         AND ($4 = '' OR d.document_oid = $4) AND ($5 = '' OR d.type_code = $5) AND ($6 = '' OR d.unit = $6) \
         AND ($7 = '' OR d.state = $7) AND {time} >= $8 AND {time} < $9 \
         AND (d.archived_at < $10 OR (d.archived_at = $10 AND d.document_oid < $11)) \
         ORDER BY d.archived_at DESC, d.document_oid DESC LIMIT $12"
    );
    let rows = sqlx::query(AssertSqlSafe(text))
        .bind(register.to_owned())
        .bind(key)
        .bind(terms.case.clone())
        .bind(terms.document.clone())
        .bind(terms.kind.clone())
        .bind(terms.unit.clone())
        .bind(terms.state.clone())
        .bind(from)
        .bind(to)
        .bind(before.0)
        .bind(before.1)
        .bind(i64::try_from(ROWS + 1).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
    let mut lines: Vec<Line> = rows.iter().map(Line::read).collect();
    name_clients(tx, &mut lines).await?;
    Ok(lines)
}

/// One document of the register, with its clients' indexes.
///
/// # Errors
/// What the database says.
pub async fn line(tx: &mut Tx, register: &str, document: &str) -> Result<Option<Line>> {
    let text = format!("SELECT {COLUMNS} FROM documents d WHERE d.document_oid = $1 AND d.controller = $2");
    let row = sqlx::query(AssertSqlSafe(text))
        .bind(document.to_owned())
        .bind(register.to_owned())
        .fetch_optional(&mut **tx)
        .await?;
    let mut lines: Vec<Line> = row.iter().map(Line::read).collect();
    name_clients(tx, &mut lines).await?;
    Ok(lines.pop())
}

/// All versions of a set of the register, newest first.
///
/// # Errors
/// What the database says.
pub async fn versions(tx: &mut Tx, register: &str, set: &str) -> Result<Vec<Line>> {
    let text =
        format!("SELECT {COLUMNS} FROM documents d WHERE d.set_oid = $1 AND d.controller = $2 ORDER BY d.version DESC");
    let rows =
        sqlx::query(AssertSqlSafe(text)).bind(set.to_owned()).bind(register.to_owned()).fetch_all(&mut **tx).await?;
    Ok(rows.iter().map(Line::read).collect())
}

async fn name_clients(tx: &mut Tx, lines: &mut [Line]) -> Result<()> {
    let oids: Vec<String> = lines.iter().map(|line| line.document.clone()).collect();
    let head = "SELECT document_oid, client FROM document_clients WHERE document_oid IN";
    for row in sql::select_in(tx, head, &oids).await? {
        for line in lines.iter_mut().filter(|line| line.document == row.get::<&str, _>(0)) {
            line.clients.push(row.get(1));
        }
    }
    Ok(())
}

/// What the duty covers; the rest leaves no trace.
async fn allowed_lines(op: &Op, tx: &mut Tx, register: &str, lines: Vec<Line>) -> Result<Vec<Line>> {
    let controller = OrganisationId::parse(register).map_err(|_| Fault::Refused(Refusal::OrgUnknown, op.lang()))?;
    let clients: BTreeSet<&String> = lines.iter().flat_map(|line| &line.clients).collect();
    let clients = clients.into_iter().map(|client| ClientKey::new(client.clone())).collect();
    let allowed = right::decide(op, tx, Act::Search, clients, None).await?;
    Ok(lines.into_iter().filter(|line| allowed.covers(&line.facts(&controller, false))).collect())
}

/// A document's state as a chip.
pub fn state_chip(op: &Op, state: &str) -> Chip {
    let tone = match state {
        "current" => Tone::Good,
        "invalidated" => Tone::Warning,
        _ => Tone::Info,
    };
    Chip::new(tone, op.t.get(&format!("document-state-{state}")))
}

async fn table(op: &Op, lines: &[Line]) -> Table {
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let unit = names::unit(&op.app, &line.unit).await.0;
        let cells = vec![
            Cell::Link(
                format!("/arkisto/asiakirjat/{}", line.document),
                names::document_type(&op.app, &line.type_code, op.lang()),
            ),
            Cell::text(&line.document),
            Cell::text(line.version),
            Cell::Chip(state_chip(op, &line.state)),
            Cell::Text(names::moment(line.event, op.lang())),
            Cell::Text(names::moment(line.archived, op.lang())),
            Cell::Text(unit),
            Cell::text(&line.case),
        ];
        rows.push((line.document.clone(), cells));
    }
    let head = ["col-type", "col-oid", "col-version", "col-state", "col-event", "col-archived", "col-unit", "col-case"];
    Table {
        id: "tulokset",
        caption: op.t.with("search-caption", [("n", lines.len())]),
        head: head.iter().map(|key| op.t.get(key)).collect(),
        rows,
    }
}

/// The notice above a list that was cut.
pub fn cut_notice(op: &Op, most: usize) -> Notice {
    Notice::new(Tone::Info, op.t.with("list-cut", [("n", most)]))
}
