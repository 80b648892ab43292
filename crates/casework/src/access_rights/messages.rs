//! Messages between a producer and an organiser, each tied to a case (functional specification 3.39): a request for
//! missing rights, a notice (FR-19), a correction request (FR-23), a word about the case.
//!
//! The way is an adapter. When both organisations are in this installation, the message lies in the other's list at once
//! and both see its states; otherwise it is a text to be copied into secure mail or printed, as orders are.

use std::collections::{BTreeMap, BTreeSet};

use axum::{extract::Path, response::Response};
use jiff::Timestamp;
use records::{
    id::{ClientId, HETU_ROOT, OrganisationId},
    work::WorkKind,
};
use sqlx::{Row as _, any::AnyRow};
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Tone};

use crate::{
    app::App,
    archiving::{
        rows::Light,
        store::{self as queue, Work},
    },
    clients::store as clients,
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Tables of this subject. A message is one row at each side, with the same id.
pub const TABLES: &str = "
CREATE TABLE cw_message (
  org TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, other TEXT NOT NULL, other_name TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')), unit TEXT NOT NULL, text BLOB NOT NULL, prefill TEXT NOT NULL,
  document TEXT, answers TEXT, sent_at BIGINT NOT NULL, delivered BIGINT, read_at BIGINT, handled_at BIGINT, handled_by TEXT,
  PRIMARY KEY (org, id));
CREATE INDEX cw_message_sent ON cw_message (org, sent_at);
CREATE TABLE cw_message_case (
  org TEXT NOT NULL, message TEXT NOT NULL, case_oid TEXT NOT NULL, client TEXT, PRIMARY KEY (org, message, case_oid));
CREATE INDEX cw_message_case_case ON cw_message_case (org, case_oid);
CREATE TABLE cw_required (
  org TEXT NOT NULL, service TEXT NOT NULL, type_code TEXT NOT NULL, days BIGINT NOT NULL,
  PRIMARY KEY (org, service, type_code));
CREATE TABLE cw_due (
  org TEXT NOT NULL, case_oid TEXT NOT NULL, unit TEXT NOT NULL, client TEXT NOT NULL, type_code TEXT NOT NULL,
  day TEXT NOT NULL, PRIMARY KEY (org, case_oid, unit, type_code));
CREATE TABLE cw_chain (
  org TEXT NOT NULL, case_oid TEXT NOT NULL, unit TEXT NOT NULL, above TEXT NOT NULL, PRIMARY KEY (org, case_oid, unit));
CREATE TABLE cw_card (
  org TEXT NOT NULL, person TEXT NOT NULL, from_day TEXT NOT NULL, to_day TEXT NOT NULL, PRIMARY KEY (org, person));
";

/// Kinds of messages, by their word in the database and in the keys of texts.
pub const KINDS: [&str; 8] = [
    "right_request",
    "client_chose_us",
    "subcontractor",
    "service_ends",
    "correction_request",
    "restriction",
    "restriction_month",
    "message",
];
/// Most messages that a list shows.
const SHOWN_MAX: i64 = 100;
/// Longest text of a message.
const TEXT_MAX: usize = 4000;

/// A message to be sent.
pub struct New<'a> {
    /// Kind, one of [`KINDS`].
    pub kind: &'a str,
    /// The receiving organisation.
    pub to: &'a OrganisationId,
    /// What is said.
    pub text: &'a str,
    /// The cases that it is about.
    pub cases: Vec<String>,
    /// The document that it is about.
    pub document: Option<&'a str>,
    /// Start of the grant form's address for the organiser: OIDs and days only.
    pub prefill: String,
    /// The message that it answers.
    pub answers: Option<&'a str>,
    /// The client, when no case tells him: his identity code, never stored in clear.
    pub hetu: Option<&'a str>,
}

fn seal(app: &App, org: &str, id: &str, text: &str) -> Vec<u8> {
    app.vault.register_key("casework-message", org).seal(text.as_bytes(), id.as_bytes())
}

/// Sends: our own row, and the other's when it is in this installation, with a work item for who has to act.
///
/// # Errors
/// When the database refuses.
pub async fn send(op: &Op, tx: &mut Tx, new: &New<'_>) -> Result<String> {
    let id = crate::numbers::random_id();
    let inside: Option<String> = sqlx::query_scalar("SELECT name FROM cw_organisation WHERE org = $1")
        .bind(new.to.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    let delivered = inside.is_some();
    let own = Side { org: op.org(), other: new.to.as_str(), direction: "out" };
    let other_name = match &inside {
        Some(name) => name.clone(),
        None => organiser_name(tx, op.org(), new.to.as_str()).await?,
    };
    insert(op, tx, &id, &own, &other_name, (new, &new.cases), delivered).await?;
    if delivered {
        let side = Side { org: new.to.as_str(), other: op.org(), direction: "in" };
        // Which cases an unnamed client has is the receiver's own knowledge and stays at its side.
        let cases = match (new.cases.is_empty(), new.hetu) {
            (true, Some(hetu)) => cases_of(&op.app, tx, side.org, new.to, hetu).await?,
            _ => new.cases.clone(),
        };
        insert(op, tx, &id, &side, &op.org_name, (new, &cases), true).await?;
        tell(op, tx, &id, new).await?;
    }
    Ok(id)
}

struct Side<'a> {
    org: &'a str,
    other: &'a str,
    direction: &'static str,
}

async fn insert(
    op: &Op,
    tx: &mut Tx,
    id: &str,
    side: &Side<'_>,
    other_name: &str,
    (new, cases): (&New<'_>, &[String]),
    delivered: bool,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_message (org, id, kind, other, other_name, direction, unit, text, prefill, document, answers,
           sent_at, delivered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
    )
    .bind(side.org)
    .bind(id)
    .bind(new.kind)
    .bind(side.other)
    .bind(other_name)
    .bind(side.direction)
    .bind(op.unit.as_str())
    .bind(seal(&op.app, side.org, id, new.text))
    .bind(&new.prefill)
    .bind(new.document)
    .bind(new.answers)
    .bind(op.now.as_microsecond())
    .bind(delivered.then(|| op.now.as_microsecond()))
    .execute(&mut **tx)
    .await?;
    for case in cases.iter().collect::<BTreeSet<_>>() {
        let client: Option<String> = sqlx::query_scalar("SELECT client FROM cw_case WHERE org = $1 AND oid = $2")
            .bind(side.org)
            .bind(case)
            .fetch_optional(&mut **tx)
            .await?;
        sqlx::query("INSERT INTO cw_message_case (org, message, case_oid, client) VALUES ($1, $2, $3, $4)")
            .bind(side.org)
            .bind(id)
            .bind(case)
            .bind(client)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

async fn organiser_name(tx: &mut Tx, org: &str, organiser: &str) -> Result<String> {
    let name: Option<String> =
        sqlx::query_scalar("SELECT organiser_name FROM cw_right WHERE org = $1 AND organiser = $2 LIMIT 1")
            .bind(org)
            .bind(organiser)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(name.unwrap_or_else(|| organiser.to_owned()))
}

/// The receiver's work items: each case's responsible worker gets one, for the notice lands on his list (FR-19).
async fn tell(op: &Op, tx: &mut Tx, id: &str, new: &New<'_>) -> Result<()> {
    let to = new.to.as_str();
    let rows = sqlx::query(
        "SELECT c.responsible, c.client FROM cw_message_case m JOIN cw_case c ON c.org = m.org AND c.oid = m.case_oid
          WHERE m.org = $1 AND m.message = $2",
    )
    .bind(to)
    .bind(id)
    .fetch_all(&mut **tx)
    .await?;
    let mut owners: BTreeMap<String, Option<String>> = BTreeMap::new();
    for row in &rows {
        owners.insert(row.try_get("responsible")?, row.try_get("client")?);
    }
    if owners.is_empty() {
        let managers = queue::with_role(tx, to, "", &["unit_manager", "archivist"], op.now).await?;
        owners.extend(managers.into_iter().map(|person| (person, None)));
    }
    let kind = match new.kind {
        "correction_request" => WorkKind::CorrectionRequest,
        "restriction" | "restriction_month" => WorkKind::RestrictionNotice,
        _ => WorkKind::ProviderNotice,
    };
    for (owner, client) in owners {
        let work = Work {
            kind: kind.code(),
            owner: &owner,
            client: client.as_deref(),
            document: Some(id),
            detail: &op.org_name,
            due: None,
        };
        queue::open_work(tx, to, &work, op.now).await?;
    }
    Ok(())
}

/// Asks the organiser for the rights that these documents lack: one message for all of them (users-and-screens 3.8).
/// Cases that have been asked for already and not answered are not asked for again. Gives how many documents wait for it.
///
/// # Errors
/// When the database refuses.
pub async fn request_rights(op: &Op, organiser: &OrganisationId, found: &[Light]) -> Result<usize> {
    let mut by_case: BTreeMap<&str, Vec<&Light>> = BTreeMap::new();
    for one in found {
        by_case.entry(one.case.as_deref().unwrap_or_default()).or_default().push(one);
    }
    let mut tx = op.write().await?;
    let mut lines = Vec::new();
    let mut cases = Vec::new();
    let mut count = 0;
    for (case, rows) in by_case {
        if case.is_empty() || asked_for(op, &mut tx, case).await?.is_some() {
            continue;
        }
        let first = rows.iter().map(|one| one.created).min().unwrap_or(op.now);
        lines.push(op.t.with(
            "request-line",
            &[
                ("case", case.to_owned()),
                ("n", rows.len().to_string()),
                ("day", people::day(records::time::finnish_date(first))),
            ],
        ));
        cases.push(case.to_owned());
        count += rows.len();
    }
    if cases.is_empty() {
        return Ok(0);
    }
    let begin = op.t.with("request-text", &[("unit", op.unit_name.clone()), ("oid", op.unit.to_string())]);
    let text = format!("{begin}\n{}", lines.join("\n"));
    let new = New {
        kind: "right_request",
        to: organiser,
        text: &text,
        cases,
        document: None,
        prefill: format!("yksikko={}&alkaa={}", op.unit, op.today()),
        answers: None,
        hetu: None,
    };
    let id = send(op, &mut tx, &new).await?;
    use_log::write(op, &mut tx, Event::plain(Action::Grant, "grant").detail(format!("oikeus pyydetty, viesti {id}")))
        .await?;
    tx.commit().await?;
    Ok(count)
}

/// When a right to the case was asked for by this unit, if nobody has handled it since.
///
/// # Errors
/// When the database does not answer.
pub async fn asked_for(op: &Op, tx: &mut Tx, case: &str) -> Result<Option<Timestamp>> {
    let at: Option<i64> = sqlx::query_scalar(
        "SELECT MAX(m.sent_at) FROM cw_message m JOIN cw_message_case c ON c.org = m.org AND c.message = m.id
          WHERE m.org = $1 AND m.kind = 'right_request' AND m.direction = 'out' AND m.unit = $2 AND c.case_oid = $3
            AND m.handled_at IS NULL",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(case)
    .fetch_one(&mut **tx)
    .await?;
    Ok(at.and_then(|at| Timestamp::from_microsecond(at).ok()))
}

/// A message as it lies at one side.
pub struct Message {
    id: String,
    kind: String,
    other: String,
    other_name: String,
    incoming: bool,
    unit: String,
    text: String,
    prefill: String,
    document: Option<String>,
    sent: Timestamp,
    delivered: bool,
    read: Option<Timestamp>,
    handled: Option<Timestamp>,
    cases: Vec<(String, Option<String>)>,
}

impl Message {
    fn state(&self) -> &'static str {
        match (self.handled, self.read, self.delivered) {
            (Some(_), _, _) => "handled",
            (None, Some(_), _) => "read",
            (None, None, true) => "received",
            (None, None, false) => "sent",
        }
    }
}

async fn read(op: &Op, tx: &mut Tx, row: &AnyRow) -> Result<Message> {
    let id: String = row.try_get("id")?;
    let at = |micros: Option<i64>| micros.and_then(|micros| Timestamp::from_microsecond(micros).ok());
    let sealed: Vec<u8> = row.try_get("text")?;
    let text = op.app.vault.register_key("casework-message", op.org()).open(&sealed, id.as_bytes())?;
    let cases =
        sqlx::query("SELECT case_oid, client FROM cw_message_case WHERE org = $1 AND message = $2 ORDER BY case_oid")
            .bind(op.org())
            .bind(&id)
            .fetch_all(&mut **tx)
            .await?;
    Ok(Message {
        kind: row.try_get("kind")?,
        other: row.try_get("other")?,
        other_name: row.try_get("other_name")?,
        incoming: row.try_get::<String, _>("direction")? == "in",
        unit: row.try_get("unit")?,
        text: String::from_utf8(text).map_err(|_| Fault::damaged("cw_message.text"))?,
        prefill: row.try_get("prefill")?,
        document: row.try_get("document")?,
        sent: at(Some(row.try_get("sent_at")?)).ok_or(Fault::damaged("cw_message.sent_at"))?,
        delivered: row.try_get::<Option<i64>, _>("delivered")?.is_some(),
        read: at(row.try_get("read_at")?),
        handled: at(row.try_get("handled_at")?),
        cases: cases.iter().map(|row| Ok((row.try_get("case_oid")?, row.try_get("client")?))).collect::<Result<_>>()?,
        id,
    })
}

/// Whether the worker may see the message: an organiser's worker by a client whom his unit handles or by a work item of
/// his own, a provider's in the unit that wrote it or that it is about.
async fn may_see(op: &Op, tx: &mut Tx, message: &Message) -> Result<bool> {
    if !message.incoming && message.unit == op.unit.as_str() {
        return Ok(true);
    }
    let own: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cw_work WHERE org = $1 AND owner = $2 AND document = $3")
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(&message.id)
        .fetch_one(&mut **tx)
        .await?;
    if own > 0 {
        return Ok(true);
    }
    for client in message.cases.iter().filter_map(|(_, client)| client.as_deref()) {
        if clients::open(op, tx, client).await.is_ok() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The messages that the worker may see, newest first; of one client when `client` is given.
///
/// # Errors
/// When the database does not answer.
pub async fn block(op: &Op, tx: &mut Tx, client: Option<&str>) -> Result<Option<Block>> {
    let rows =
        sqlx::query("SELECT * FROM cw_message WHERE org = $1 AND kind <> 'order' ORDER BY sent_at DESC, id LIMIT $2")
            .bind(op.org())
            .bind(SHOWN_MAX)
            .fetch_all(&mut **tx)
            .await?;
    let mut table = Table {
        id: "viestit",
        caption: op.t.get("messages"),
        head: ["col-message", "col-with", "col-when", "col-state"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let message = read(op, tx, row).await?;
        let about = |wanted: &str| message.cases.iter().any(|(_, client)| client.as_deref() == Some(wanted));
        if client.is_some_and(|wanted| !about(wanted)) || !may_see(op, tx, &message).await? {
            continue;
        }
        let way = if message.incoming { "message-from" } else { "message-to" };
        table.rows.push(Row {
            key: message.id.clone(),
            state: message.state().into(),
            kind: message.kind.clone(),
            cells: vec![
                Cell::link(format!("/viestit/{}", message.id), op.t.get(&format!("message-kind-{}", message.kind))),
                Cell::Text(op.t.with(way, [("name", &message.other_name)])),
                Cell::Text(people::moment(message.sent)),
                Cell::Chip(chip(op, message.state())),
            ],
            ..Row::default()
        });
    }
    Ok((!table.rows.is_empty()).then_some(Block::Table(table)))
}

fn chip(op: &Op, state: &str) -> Chip {
    let tone = match state {
        "handled" => Tone::Good,
        "read" => Tone::Info,
        "received" => Tone::Busy,
        _ => Tone::Warning,
    };
    Chip::new(tone, op.t.get(&format!("message-state-{state}")))
}

async fn load(op: &Op, tx: &mut Tx, id: &str) -> Result<Message> {
    let row = sqlx::query("SELECT * FROM cw_message WHERE org = $1 AND id = $2")
        .bind(op.org())
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let message = read(op, tx, &row).await?;
    if may_see(op, tx, &message).await? { Ok(message) } else { Err(Fault::NotFound) }
}

/// `GET /viestit/{id}`: opening an arrived message is its read receipt
pub async fn show(op: Op, Path(id): Path<String>) -> Result<Response> {
    let mut tx = op.read().await?;
    let message = load(&op, &mut tx, &id).await?;
    drop(tx);
    if message.incoming && message.read.is_none() {
        let mut tx = op.write().await?;
        both_sides(&op, &mut tx, &message, "read_at").await?;
        tx.commit().await?;
    }
    let title = op.t.get(&format!("message-kind-{}", message.kind));
    let way = if message.incoming { "message-from" } else { "message-to" };
    let mut facts = vec![
        (op.t.get("col-with"), op.t.with(way, [("name", &message.other_name)])),
        (op.t.get("col-when"), people::moment(message.sent)),
        (op.t.get("col-state"), op.t.get(&format!("message-state-{}", message.state()))),
    ];
    if let Some(read) = message.read {
        facts.push((op.t.get("message-state-read"), people::moment(read)));
    }
    if let Some(document) = &message.document {
        facts.push((op.t.get("col-document-oid"), document.clone()));
    }
    let mut sheet = Sheet::new(op.page(&title), &title)
        .with(Block::Facts(facts))
        .with(Block::Verbatim { id: "viesti", text: message.text.clone() });
    if !message.delivered {
        sheet = sheet.with(Block::Text(op.t.get("message-by-hand")));
    }
    let links = actions(&op, &message);
    if !links.is_empty() {
        sheet = sheet.with(Block::Links(links));
    }
    if message.incoming && message.handled.is_none() {
        let form = Form::new("kasitelty", format!("/viestit/{id}/kasitelty"), Vec::new(), op.t.get("message-handle"));
        sheet = sheet.with(Block::Form(form));
    }
    let text = Field::new("teksti", op.t.get("message-answer"), "", Input::Text(4)).required();
    let form = Form::new("vastaa", format!("/viestit/{id}/vastaa"), vec![text], op.t.get("message-send"));
    Ok(sheet.with(Block::Form(form.folded(op.t.get("message-answer")))).html())
}

/// What the receiver does about it: the grant form filled, the client's page.
fn actions(op: &Op, message: &Message) -> Vec<Link> {
    let mut links = Vec::new();
    for (case, client) in &message.cases {
        let Some(client) = client else { continue };
        let grants = op.kind == Kind::Organiser
            && !message.prefill.is_empty()
            && message.incoming
            && message.kind != "restriction_month";
        if grants {
            let href = format!("/asiakkaat/{client}/oikeus?asia={case}&{}", message.prefill);
            links.push(Link::main("oikeus", href, op.t.with("message-grant", [("case", case)])));
        }
        links.push(Link::new("asiakas", format!("/asiakkaat/{client}"), op.t.get("to-client")));
    }
    links
}

/// Marks a time at both sides: the same message lies at each.
async fn both_sides(op: &Op, tx: &mut Tx, message: &Message, column: &'static str) -> Result<()> {
    let sql = match column {
        "read_at" => "UPDATE cw_message SET read_at = $4 WHERE id = $1 AND org IN ($2, $3) AND read_at IS NULL",
        _ => "UPDATE cw_message SET handled_at = $4 WHERE id = $1 AND org IN ($2, $3) AND handled_at IS NULL",
    };
    sqlx::query(sql)
        .bind(&message.id)
        .bind(op.org())
        .bind(&message.other)
        .bind(op.now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// `POST /viestit/{id}/kasitelty`
pub async fn handle(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let message = load(&op, &mut tx, &id).await?;
    drop(tx);
    let mut tx = op.write().await?;
    both_sides(&op, &mut tx, &message, "handled_at").await?;
    queue::close_work(&mut tx, op.org(), &id, op.now).await?;
    use_log::write(&op, &mut tx, Event::plain(Action::Change, "own_task").detail(format!("viesti {id} käsitelty")))
        .await?;
    tx.commit().await?;
    Ok(see("/oikeudet"))
}

/// `POST /viestit/{id}/vastaa`: `teksti`
pub async fn answer(op: Op, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let message = load(&op, &mut tx, &id).await?;
    drop(tx);
    let to = OrganisationId::parse(&message.other).map_err(|_| Fault::damaged("cw_message.other"))?;
    let text = text_of(&posted)?;
    let new = New {
        kind: "message",
        to: &to,
        text,
        cases: message.cases.iter().map(|(case, _)| case.clone()).collect(),
        document: message.document.as_deref(),
        prefill: String::new(),
        answers: Some(&id),
        hetu: None,
    };
    let mut tx = op.write().await?;
    let sent = send(&op, &mut tx, &new).await?;
    tx.commit().await?;
    Ok(see(&format!("/viestit/{sent}")))
}

pub(super) fn text_of(posted: &Posted) -> Result<&str> {
    let text = posted.get("teksti");
    if text.is_empty() || text.chars().count() > TEXT_MAX { Err(Fault::Form("fault-message")) } else { Ok(text) }
}

/// The client's open cases in a register, as one side knows them.
pub(super) async fn cases_of(
    app: &App,
    tx: &mut Tx,
    org: &str,
    register: &OrganisationId,
    hetu: &str,
) -> Result<Vec<String>> {
    let Ok(code) = ClientId::parse(HETU_ROOT, hetu) else { return Ok(Vec::new()) };
    Ok(sqlx::query_scalar(
        "SELECT c.oid FROM cw_client k JOIN cw_case c ON c.org = k.org AND c.client = k.client
          WHERE k.org = $1 AND k.register = $2 AND k.identity = $3 AND c.state = 'open' ORDER BY c.oid",
    )
    .bind(org)
    .bind(register.as_str())
    .bind(clients::identity_index(app, org, &code))
    .fetch_all(&mut **tx)
    .await?)
}

/// The open cases' rights that these messages asked for have come: the requests are handled.
///
/// # Errors
/// When the database refuses.
pub async fn right_came(tx: &mut Tx, org: &str, case: &str, unit: &str, now: Timestamp) -> Result<()> {
    sqlx::query(
        "UPDATE cw_message SET handled_at = $4 WHERE org = $1 AND kind = 'right_request' AND direction = 'out' AND unit = $3
            AND handled_at IS NULL AND EXISTS (SELECT 1 FROM cw_message_case c WHERE c.org = cw_message.org
              AND c.message = cw_message.id AND c.case_oid = $2)",
    )
    .bind(org)
    .bind(case)
    .bind(unit)
    .bind(now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
