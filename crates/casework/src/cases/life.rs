//! The life of a case after its opening: closing with its obstacles (FR-06), reopening (3.1 rule 5), going on in another
//! task as a new case that is joined to the first (asialiitos, FR-05). Every change is a new version of the case
//! document; only its organiser writes it.

use ::store::{Tx, log::Action};
use axum::http::StatusCode;
use jiff::civil::Date;
use kanta::document::CaseLink;
use records::{
    Lang, case as rules,
    code::{CaseState, ServiceTask},
    id::CaseId,
    refusal::Refusal,
};
use serde_json::{Value, json};
use sqlx::Row;

use super::store::Case;
use crate::{
    access_rights::grants,
    archiving,
    clients::{
        events::Class,
        store::{Arrangement, Seen},
    },
    error::{Fault, Result},
    op::{Kind, Op},
    people,
    recording::{
        documents::{self, New, Stored},
        heads, store as recording,
    },
    use_log::{self, Event},
};

/// What the key is for that seals the reasons of links.
const LINK_KEY: &str = "casework-case-link";
/// Kind of the entry on the end of a service, and of the summary: one of them ends a case in good order.
const LAST_KINDS: [&str; 2] = ["19012", "16009"];

/// What stands in the way of closing.
pub struct Obstacle {
    /// The end of the keys of its texts.
    pub key: &'static str,
    /// How many.
    pub count: usize,
    /// Names without personal data of the client: kinds of documents, writers of drafts.
    pub what: String,
    /// Where it is put right.
    pub href: String,
    /// Whether a reason overrides it.
    pub overridable: bool,
}

/// Whether the worker may change the case: the register's own organiser, in one of his tasks.
///
/// # Errors
/// `RegisterMismatch` for another's case, `RoleForbidden` for a duty or a task that is not his.
pub fn may_change(op: &Op, case: &Case) -> Result<()> {
    if case.register != op.org {
        return Err(op.refuse(Refusal::RegisterMismatch));
    }
    super::pages::may_open(op)?;
    if op.covers(case.task) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// Which kind of obstacle a document is to closing its case.
fn hinders(one: &Stored) -> Option<&'static str> {
    match one.state.as_str() {
        _ if one.awaits_signer() => Some("unsigned"),
        "waiting_signature" | "queued" | "waiting_go_live" | "waiting_right" => Some("queued"),
        "rejected" => Some("rejected"),
        _ => None,
    }
}

/// Everything that stands in the way of closing the case today (FR-06).
///
/// # Errors
/// When the database does not answer.
pub async fn obstacles(op: &Op, tx: &mut Tx, seen: &Seen, case: &Case) -> Result<Vec<Obstacle>> {
    let client = &seen.client.id;
    let mut found = Vec::new();
    let here = format!("/asiakkaat/{client}");
    let writers = drafts(op, tx, client, case).await?;
    if !writers.is_empty() {
        let (count, what) = (writers.len(), names(writers));
        found.push(Obstacle { key: "drafts", count, what, href: here.clone(), overridable: false });
    }
    let heads: Vec<Stored> = heads::heads_of_client(tx, op.org(), client)
        .await?
        .into_iter()
        .filter(|one| one.case.as_ref() == Some(&case.oid))
        .collect();
    for (key, href) in [("unsigned", "/allekirjoitus"), ("queued", "/arkistointi"), ("rejected", "/arkistointi")] {
        let all: Vec<&Stored> = heads.iter().filter(|one| hinders(one) == Some(key)).collect();
        if !all.is_empty() {
            let what = names(all.iter().map(|one| crate::clients::pages::title(op, one)).collect());
            found.push(Obstacle { key, count: all.len(), what, href: href.into(), overridable: false });
        }
    }
    let running = running(op, tx, client, &heads).await?;
    if !running.is_empty() {
        let (count, what) = (running.len(), names(running));
        found.push(Obstacle { key: "decisions", count, what, href: here.clone(), overridable: false });
    }
    let today = op.today();
    let granted: Vec<String> = grants::of_client(op, tx, client)
        .await?
        .into_iter()
        .filter(|grant| grant.case == case.oid && grant.to.is_none_or(|to| today <= to))
        .map(|grant| grant.unit_name)
        .collect();
    if !granted.is_empty() {
        let (count, what) = (granted.len(), names(granted));
        found.push(Obstacle { key: "grants", count, what, href: "/oikeudet".into(), overridable: true });
    }
    let ended = heads.iter().any(|one| LAST_KINDS.contains(&one.type_code.as_str()) && one.word() != "invalidated");
    if !ended {
        let href = format!("{here}/asiakirja/19012");
        found.push(Obstacle { key: "unended", count: 1, what: String::new(), href, overridable: true });
    }
    Ok(found)
}

fn names(mut all: Vec<String>) -> String {
    all.sort();
    all.dedup();
    all.join(", ")
}

/// Writers of the drafts that are, or may be, of the case: a draft that names no case yet may belong to any.
async fn drafts(op: &Op, tx: &mut Tx, client: &str, case: &Case) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT d.id, d.body, u.given, u.family FROM cw_draft d
           LEFT JOIN cw_user u ON u.org = d.org AND u.person = d.person WHERE d.org = $1 AND d.client = $2",
    )
    .bind(op.org())
    .bind(client)
    .fetch_all(&mut **tx)
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = op.app.vault.existing_data_key(tx, op.org(), client).await?.ok_or(Fault::NotFound)?;
    let mut writers = Vec::new();
    for row in &rows {
        let id: String = row.try_get("id")?;
        let body = key.unpack(&row.try_get::<Vec<u8>, _>("body")?, id.as_bytes())?;
        let fields: Vec<(String, String)> =
            serde_json::from_slice(&body).map_err(|_| Fault::damaged("cw_draft.body"))?;
        let of = fields.iter().find(|(name, _)| name == "asia").map(|(_, oid)| oid.as_str()).unwrap_or_default();
        if of.is_empty() || of == case.oid.as_str() {
            let name = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
            writers.push(format!("{} {}", name("given")?, name("family")?));
        }
    }
    Ok(writers)
}

/// Service decisions of the case that have not ended.
async fn running(op: &Op, tx: &mut Tx, client: &str, heads: &[Stored]) -> Result<Vec<String>> {
    let decision = |one: &&Stored| {
        Class::of(op, &one.type_code, &one.structure) == Class::Decision
            && !matches!(one.word(), "replaced" | "invalidated" | "waiting_card")
    };
    let oids: Vec<&str> = heads.iter().filter(decision).map(|one| one.oid.as_str()).take(heads::BODIES_MAX).collect();
    if oids.is_empty() {
        return Ok(Vec::new());
    }
    let key = op.app.vault.existing_data_key(tx, op.org(), client).await?.ok_or(Fault::NotFound)?;
    let mut running = Vec::new();
    for one in heads::with_bodies(tx, op.org(), &oids).await? {
        let body = one.open_body(&key)?;
        let place = people::holder(&body, "paatoksen_voimassaolo");
        let end = place.and_then(|group| group.pointer("/paatoksen_voimassaolo/paattymispaiva")?.as_str());
        let end: Option<Date> = end.and_then(|day| day.parse().ok());
        // A refusal grants nothing that could run.
        let outcome = people::holder(&body, "ratkaisun_laji")
            .and_then(|group| group.pointer("/ratkaisun_laji/display").or(group.pointer("/ratkaisun_laji/0/display")))
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_lowercase();
        if !outcome.contains("kieltei") && end.is_none_or(|end| end >= op.today()) {
            running.push(crate::clients::pages::title(op, &one));
        }
    }
    Ok(running)
}

/// What a new version of the case document changes.
pub struct Change<'a> {
    /// The new state; `None` keeps it.
    pub state: Option<(CaseState, Option<Date>)>,
    /// A change of the content.
    pub content: Option<&'a (dyn Fn(&mut Value) + Sync)>,
    /// Why, in words.
    pub reason: &'a str,
}

/// Writes, signs and queues a new version of the case document, and what the tables keep of it. Gives nothing back but
/// that it is done; the second of two who change the same version is refused.
///
/// # Errors
/// `VersionConflict`; a page with the rule that the new version would break.
pub async fn change(op: &Op, seen: &Seen, case: &Case, change: &Change<'_>) -> Result<()> {
    let mut tx = op.read().await?;
    let old = newest(op, &mut tx, case).await?;
    let mut body = old.body(&op.app, &mut tx, op.org()).await?;
    let links = links_of(op, &mut tx, case).await?;
    drop(tx);
    let before = rules::Case::parse(&body).map_err(|_| Fault::damaged("case document"))?;
    // Another may have closed or reopened it after this request read the case.
    if change.state.as_ref().is_some_and(|(state, _)| *state == before.state) {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    if let Some((state, closed)) = change.state {
        set_state(&mut body, state, closed);
    }
    if let Some(content) = change.content {
        content(&mut body);
    }
    let after = rules::Case::parse(&body).map_err(|_| Fault::damaged("case document"))?;
    if let Some(fault) = rules::check_successor(&before, &after).first() {
        let words = fault.sentence(op.lang()).to_owned();
        return Err(web::PageError::new(StatusCode::UNPROCESSABLE_ENTITY, words, "refusal-advice").into());
    }
    let structure = op.app.config.catalogue.newest(documents::CASE).ok_or(Fault::NotFound)?;
    if let Err(faults) = structures::validate(structure, &body) {
        let words = faults.first().map(|fault| fault.message(op.lang())).unwrap_or_default();
        return Err(web::PageError::new(StatusCode::UNPROCESSABLE_ENTITY, words, "refusal-advice").into());
    }
    let mut tx = op.write().await?;
    let oid = crate::numbers::document(&mut tx, &op.org, op.today().year()).await?;
    tx.commit().await?;
    let mut stored = Stored::new(oid, structure, op.org.clone(), &seen.client.id, op, op.now, "queued");
    stored.set_id = old.set_id.clone();
    stored.version = old.version + 1;
    stored.replaces = Some(old.oid.clone());
    stored.case = Some(case.oid.clone());
    stored.task = Some(case.task);
    stored.process = old.process;
    stored.links = links.into_iter().map(|link| link.link).collect();
    stored.give_reason(&op.app, op.org(), change.reason);
    let signed = recording::sign_by_system(op, &stored, structure, &body, seen).await?;
    let mut tx = op.write().await?;
    if newest(op, &mut tx, case).await?.oid != old.oid {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    documents::insert(&op.app, &mut tx, op.org(), &New { stored: &stored, body: &body, signed: &signed }).await?;
    archiving::store::enqueue(op, &mut tx, &stored).await?;
    if let Some((state, closed)) = change.state {
        keep_state(op, &mut tx, case, state, closed).await?;
    }
    let event = Event::of_document(Action::Change, &seen.client, &stored).detail(change.reason);
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(())
}

fn set_state(body: &mut Value, state: CaseState, closed: Option<Date>) {
    let Some(details) = body.pointer_mut("/asia_asiakirja/asian_tiedot").and_then(Value::as_object_mut) else { return };
    details.insert("tila".into(), state.to_code(Lang::Fi).to_json());
    match closed {
        Some(day) => drop(details.insert("paattymispaiva".into(), json!(day.to_string()))),
        None => drop(details.shift_remove("paattymispaiva")),
    }
}

async fn keep_state(op: &Op, tx: &mut Tx, case: &Case, state: CaseState, closed: Option<Date>) -> Result<()> {
    let word = if state == CaseState::Open { "open" } else { "closed" };
    sqlx::query("UPDATE cw_case SET state = $3, closed = $4 WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(case.oid.as_str())
        .bind(word)
        .bind(closed.map(|day| day.to_string()))
        .execute(&mut **tx)
        .await?;
    if state == CaseState::Closed {
        // What was due in the case is due no more.
        sqlx::query(
            "UPDATE cw_work SET done = $3 WHERE org = $1 AND detail = $2 AND document IS NULL AND done IS NULL",
        )
        .bind(op.org())
        .bind(case.oid.as_str())
        .bind(op.now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The newest version of the case document.
async fn newest(op: &Op, tx: &mut Tx, case: &Case) -> Result<Stored> {
    let row = sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND client = $2 AND case_oid = $3 AND type_code = '1505.2'
          ORDER BY version DESC LIMIT 1",
    )
    .bind(op.org())
    .bind(&case.client)
    .bind(case.oid.as_str())
    .fetch_optional(&mut **tx)
    .await?
    .ok_or(Fault::NotFound)?;
    Stored::read(&row)
}

/// A link as a page shows it, from either end.
pub struct Link {
    /// The link as the document carries it; `case` is the other case.
    pub link: CaseLink,
    /// Whether this case goes on from the other; otherwise the other goes on from this.
    pub forward: bool,
    /// `extends` or `moves`.
    pub kind: String,
    /// Who joined them.
    pub by: String,
    /// Task of the other case.
    pub task: Option<ServiceTask>,
}

async fn links_of(op: &Op, tx: &mut Tx, case: &Case) -> Result<Vec<Link>> {
    Ok(links(op, tx, case).await?.into_iter().filter(|link| link.forward).collect())
}

/// The links of a case in both directions, with day, reason and worker (functional specification 3.1).
///
/// # Errors
/// When the database does not answer.
pub async fn links(op: &Op, tx: &mut Tx, case: &Case) -> Result<Vec<Link>> {
    let rows = sqlx::query(
        "SELECT l.from_case, l.to_case, l.reason, l.kind, l.day, u.given, u.family, c.task FROM cw_case_link l
           LEFT JOIN cw_user u ON u.org = l.org AND u.person = l.person
           LEFT JOIN cw_case c ON c.org = l.org AND c.oid = CASE WHEN l.from_case = $2 THEN l.to_case ELSE l.from_case END
          WHERE l.org = $1 AND (l.from_case = $2 OR l.to_case = $2) ORDER BY l.day, l.from_case",
    )
    .bind(op.org())
    .bind(case.oid.as_str())
    .fetch_all(&mut **tx)
    .await?;
    let key = op.app.vault.register_key(LINK_KEY, op.org());
    let read = |row: &sqlx::any::AnyRow| -> Result<Link> {
        let (from, to): (String, String) = (row.try_get("from_case")?, row.try_get("to_case")?);
        let reason = key.open(&row.try_get::<Vec<u8>, _>("reason")?, format!("{from} {to}").as_bytes())?;
        let forward = from == case.oid.as_str();
        let damaged = || Fault::damaged("cw_case_link");
        let name = |column: &str| row.try_get::<Option<String>, _>(column).map(Option::unwrap_or_default);
        Ok(Link {
            link: CaseLink {
                case: CaseId::parse(if forward { &to } else { &from }).map_err(|_| damaged())?,
                since: row.try_get::<String, _>("day")?.parse().map_err(|_| damaged())?,
                reason: Some(String::from_utf8_lossy(&reason).into_owned()).filter(|words| !words.is_empty()),
            },
            forward,
            kind: row.try_get("kind")?,
            by: format!("{} {}", name("given")?, name("family")?),
            task: row.try_get::<Option<String>, _>("task")?.and_then(|task| ServiceTask::parse(&task)),
        })
    };
    rows.iter().map(read).collect()
}

/// Joins a new case to the one that it goes on from, in the transaction that opens it.
///
/// # Errors
/// When the database refuses.
pub async fn join(op: &Op, tx: &mut Tx, from: &CaseId, link: &CaseLink, kind: &str) -> Result<()> {
    let key = op.app.vault.register_key(LINK_KEY, op.org());
    let reason = link.reason.as_deref().unwrap_or_default();
    sqlx::query(
        "INSERT INTO cw_case_link (org, from_case, to_case, reason, kind, day, person) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(op.org())
    .bind(from.as_str())
    .bind(link.case.as_str())
    .bind(key.seal(reason.as_bytes(), format!("{from} {}", link.case).as_bytes()))
    .bind(kind)
    .bind(link.since.to_string())
    .bind(&op.actor.person)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Last day on which a closed case takes late entries about events before its closing (FR-07).
pub fn late_until(case: &Case) -> Option<Date> {
    let days = i64::from(records::access::Settings::default().late_window_days);
    case.closed?.checked_add(jiff::Span::new().days(days)).ok()
}

/// Whether the organisation keeps the case itself, so that its life is led here.
pub fn own(op: &Op, seen: &Seen) -> bool {
    op.kind == Kind::Organiser || seen.client.arrangement == Arrangement::Own
}
