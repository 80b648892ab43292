//! One document as people read it: display form, state, what to mend, versions, invalidation.

use axum::{extract::Path, response::Response};
use records::{
    access::{Act, Duty, Operation, login},
    refusal::Refusal,
};
use sqlx::Row as _;
use store::log::Action;
use web::ui::{Chip, Field, Input, Notice, Tone};

use super::{
    disclosure,
    documents::{self, Stored},
};
use crate::{
    archiving,
    clients::{self, store::Seen},
    error::{Fault, Result},
    notes::marks::Mark,
    op::{Kind, Op},
    people,
    posted::Posted,
    rights,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Opens a document for its reader.
///
/// # Errors
/// As of [`rights::check_read`], and the end of the right that locks local copies.
pub async fn open(op: &Op, oid: &str) -> Result<(Stored, Seen)> {
    let (one, seen) = load(op, oid).await?;
    if seen.locked && one.was_archived() {
        // The local copy of an organiser's document is locked after the right has ended, old versions too (FR-21).
        return Err(op.refuse(Refusal::RkoNotValid));
    }
    Ok((one, seen))
}

/// The display form exactly as it was signed for the archive; of a document that waits for its signature, as it would be
/// signed now.
///
/// # Errors
/// When what is stored is damaged.
pub async fn archived_form(op: &Op, one: &Stored, seen: &Seen) -> Result<String> {
    let mut tx = op.read().await?;
    let mut bytes = one.signed(&op.app, &mut tx, op.org()).await?;
    if bytes.is_empty() {
        let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
        let body = one.body(&op.app, &mut tx, op.org()).await?;
        drop(tx);
        bytes = super::store::bytes(op, one, structure, &body, seen, Vec::new()).await?;
    }
    let decoded = kanta::document::decode(&bytes, &kanta::Limits::default()).map_err(Fault::failed)?;
    decoded.document.body.xhtml().map(str::to_owned).ok_or(Fault::NotFound)
}

async fn load(op: &Op, oid: &str) -> Result<(Stored, Seen)> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), oid).await?;
    let seen = clients::store::open(op, &mut tx, &one.client).await?;
    rights::check_read(op, &mut tx, &seen, &one).await?;
    Ok((one, seen))
}

/// `GET /asiakirjat/{oid}`
pub async fn show(op: Op, Path(oid): Path<String>) -> Result<Response> {
    let (one, seen) = open(&op, &oid).await?;
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    let xhtml = archived_form(&op, &one, &seen).await?;
    let mut tx = op.read().await?;
    let mut versions = versions(&op, &mut tx, &one).await?;
    versions.retain(|version| !(seen.locked && version.was_archived()));
    let served = crate::signing::served::blocks(&op, &mut tx, structure, &one).await?;
    let marks = crate::notes::marks::of_set(&op, &mut tx, &one.client, one.set_id.as_str()).await?;
    drop(tx);
    use_log::write_now(&op, Event::of_document(Action::Read, &seen.client, &one)).await?;
    let mut sheet = Sheet::new(op.page(&one.title), &one.title);
    sheet.identity = Some(clients::pages::identity(&op, &seen));
    if let Some(mend) = &one.mend {
        let code = one.refusal.clone().unwrap_or_default();
        let notice = Notice::new(Tone::Bad, op.t.get("document-returned")).text(format!("{mend} ({code})"));
        sheet = sheet.with(Block::Notice(notice));
    }
    sheet = sheet.with(Block::Text(summary(&op, &one))).with(Block::Links(links(&op, &one)));
    let print = format!("/asiakirjat/{}/tuloste", one.oid);
    sheet = sheet.with(Block::Form(Form::new("tulosta", print, Vec::new(), op.t.get("print-pdf")).quiet()));
    if one.state == "archived" && !one.type_code.starts_with("1505") && !may_change(&op) {
        sheet = sheet.with(Block::Small(op.t.get("change-needs-card")));
    }
    if one.state == "rejected" || one.state == "waiting_right" {
        for form in mending(&op, &one) {
            sheet = sheet.with(Block::Form(form));
        }
    }
    for mark in &marks {
        sheet = sheet.with(Block::Text(match mark {
            Mark::Goal(goal) => op.t.with("note-goal", [("goal", goal.as_str())]),
            Mark::Significant => op.t.get("note-significant"),
        }));
    }
    // The text first: who opens a document wants to read it; what identifies it stands below.
    sheet = sheet.with(Block::Document(xhtml)).with(Block::Facts(facts(&op, &one)?));
    for block in served {
        sheet = sheet.with(block);
    }
    if versions.len() > 1 {
        sheet = sheet.with(version_table(&op, &versions)?);
    }
    Ok(sheet.html())
}

/// State, event and author in one line.
fn summary(op: &Op, one: &Stored) -> String {
    let chip = Chip::state(&op.t, one.word());
    format!("{} {} · {} · {}, {}", chip.tone.icon(), chip.word, people::moment(one.event), one.author, one.unit_name)
}

/// Correcting and invalidating ask for the card; a link that leads to a refusal is no help.
pub fn may_change(op: &Op) -> bool {
    needs_card(op).is_ok()
}

fn facts(op: &Op, one: &Stored) -> Result<Vec<(String, String)>> {
    let name = |key: &str| op.t.get(key);
    let mut facts = vec![
        (name("col-written"), people::moment(one.created)),
        (name("col-version"), one.version.to_string()),
        (name("col-document-oid"), one.oid.to_string()),
    ];
    if let Some(case) = &one.case {
        facts.push((name("col-case-oid"), case.to_string()));
    }
    if let Some(at) = one.archived {
        facts.push((name("col-archived"), people::moment(at)));
    }
    if let Some(reason) = one.reason(&op.app, op.org())? {
        facts.push((name("col-reason"), reason));
    }
    Ok(facts)
}

fn links(op: &Op, one: &Stored) -> Vec<Link> {
    let control = one.type_code.starts_with("1505");
    let mut links = vec![Link::new("asiakas", format!("/asiakkaat/{}", one.client), op.t.get("to-client"))];
    if one.state == "archived" && !control && may_change(op) {
        links.push(Link::new("korjaa", format!("/asiakirjat/{}/korjaa", one.oid), op.t.get("correct")));
        links.push(Link::new("mitatoi", format!("/asiakirjat/{}/mitatoi", one.oid), op.t.get("invalidate")));
    }
    if !control && one.state == "archived" && one.type_code != disclosure::ENTRY {
        let entry = format!("/asiakkaat/{}/asiakirja/{}?luovutus={}", one.client, disclosure::ENTRY, one.oid);
        links.push(Link::new("luovutus", entry, op.t.get("disclosure-record")));
    }
    if !control && op.kind == Kind::Provider && one.register != op.org && one.state == "archived" {
        let request = format!("/asiakirjat/{}/korjauspyynto", one.oid);
        links.push(Link::new("korjauspyynto", request, op.t.get("message-kind-correction_request")));
    }
    if one.state == "archived" && !control && !may_change(op) {
        links.push(Link::new("kortti", "/kirjaudu/kortti", op.t.get("login-with-card")));
    }
    if one.awaits_signer() {
        links.push(Link::main("allekirjoita", format!("/allekirjoitus/{}", one.oid), op.t.get("sign")));
    }
    links
}

fn mending(op: &Op, one: &Stored) -> Vec<Form> {
    let oid = &one.oid;
    let mut forms = vec![Form::new("yrita", format!("/arkistointi/{oid}/yrita"), Vec::new(), op.t.get("retry"))];
    if !one.type_code.starts_with("1505") {
        let path = format!("/asiakirjat/{oid}/luonnokseksi");
        forms.push(Form::new("palauta-luonnokseksi", path, Vec::new(), op.t.get("mend")));
    }
    forms
}

async fn versions(op: &Op, tx: &mut store::Tx, one: &Stored) -> Result<Vec<Stored>> {
    sqlx::query("SELECT * FROM cw_document WHERE org = $1 AND set_id = $2 ORDER BY version DESC")
        .bind(op.org())
        .bind(one.set_id.as_str())
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(Stored::read)
        .collect()
}

fn version_table(op: &Op, versions: &[Stored]) -> Result<Block> {
    let row = |one: &Stored| -> Result<Row> {
        Ok(Row {
            key: one.oid.to_string(),
            state: one.state.clone(),
            kind: one.type_code.clone(),
            case: one.case.as_ref().map(ToString::to_string).unwrap_or_default(),
            cells: vec![
                Cell::link(format!("/asiakirjat/{}", one.oid), one.version.to_string()),
                Cell::Text(people::moment(one.created)),
                Cell::Text(one.author.clone()),
                Cell::Text(one.reason(&op.app, op.org())?.unwrap_or_default()),
                Cell::Chip(Chip::state(&op.t, one.word())),
            ],
        })
    };
    Ok(Block::Table(Table {
        id: "versiot",
        caption: op.t.get("versions"),
        head: ["col-version", "col-written", "col-author", "col-reason", "col-state"].map(|key| op.t.get(key)).to_vec(),
        rows: versions.iter().map(row).collect::<Result<_>>()?,
    }))
}

fn needs_card(op: &Op) -> Result<()> {
    login::check(Operation::Invalidate, op.strength(), &records::access::Settings::default())
        .map_err(|refusal| op.refuse(refusal))?;
    if op.duty().is_some_and(Duty::corrects) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// `GET /asiakirjat/{oid}/mitatoi`
pub async fn ask_invalidate(op: Op, Path(oid): Path<String>) -> Result<Response> {
    needs_card(&op)?;
    let (one, seen) = load(&op, &oid).await?;
    Ok(invalidate_sheet(&op, &one, &seen).html())
}

fn invalidate_sheet(op: &Op, one: &Stored, seen: &Seen) -> Sheet {
    let field = Field::new("syy", op.t.get("field-invalidation-reason"), "", Input::Line("text"))
        .hint(op.t.get("field-invalidation-hint"))
        .required();
    let path = format!("/asiakirjat/{}/mitatoi", one.oid);
    let mut sheet = Sheet::new(op.page(op.t.get("invalidate")), format!("{}: {}", op.t.get("invalidate"), one.title));
    sheet.identity = Some(clients::pages::identity(op, seen));
    sheet.with(Block::Text(op.t.get("invalidate-text"))).with(Block::Form(Form::new(
        "mitatoi",
        path,
        vec![field],
        op.t.get("invalidate-submit"),
    )))
}

/// `POST /asiakirjat/{oid}/mitatoi`: every version disappears from use; the reason, who and when stay (FR-36)
pub async fn invalidate(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    needs_card(&op)?;
    let (one, seen) = load(&op, &oid).await?;
    let reason = posted.get("syy");
    if reason.is_empty() {
        let sheet = invalidate_sheet(&op, &one, &seen).fault(op.t.get("fault-reason"));
        return Ok(sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    }
    if one.state != "archived" || one.type_code.starts_with("1505") {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let mut tx = op.read().await?;
    rights::check(&op, &mut tx, &seen, Act::Invalidate, &one, None).await?;
    drop(tx);
    let acting = archiving::store::acting(&op);
    let sealed = archiving::store::seal_acting(&op.app, op.org(), &oid, &acting)?;
    let key = op.app.vault.register_key("casework-errand", op.org());
    let mut tx = op.write().await?;
    sqlx::query(
        "INSERT INTO cw_nullify (org, oid, actor, reason, attempts, due_at, state) VALUES ($1, $2, $3, $4, 0, $5, 'queued')",
    )
    .bind(op.org())
    .bind(&oid)
    .bind(sealed)
    .bind(key.seal(reason.as_bytes(), oid.as_bytes()))
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    sqlx::query("UPDATE cw_document SET state = 'invalidated', reason = $3 WHERE org = $1 AND set_id = $2")
        .bind(op.org())
        .bind(one.set_id.as_str())
        .bind(documents::seal_reason(&op.app, op.org(), &one.set_id, reason))
        .execute(&mut *tx)
        .await?;
    let event = Event::of_document(Action::Invalidate, &seen.client, &one).detail(reason);
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(see(&format!("/asiakkaat/{}", one.client)))
}

/// How many documents of the organisation are in each state; the archiving desk's head.
///
/// # Errors
/// When the database does not answer.
pub async fn counts(op: &Op, tx: &mut store::Tx) -> Result<Vec<(String, i64)>> {
    let rows = sqlx::query("SELECT state, COUNT(*) AS n FROM cw_document WHERE org = $1 GROUP BY state")
        .bind(op.org())
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("state")?, row.try_get("n")?))).collect()
}
