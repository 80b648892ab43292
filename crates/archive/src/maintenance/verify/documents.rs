//! Each stored version: opened, re-hashed, its signatures verified, and every row that it derives compared. One task reads
//! the next page while every core checks this one.

use super::{Report, against_log::Seen, derived::Expected};
use crate::{
    App, consents,
    entry::{Derived, Entry},
    intake::{
        check,
        rows::grant_rows,
        working::{instant, micros},
    },
    maintenance::stored,
    sql::{self, flag, joined},
};
use sqlx::{Row, any::AnyRow};
use std::{collections::HashMap, sync::Arc, thread};
use store::{StoreError, db::Value};
use tokio::runtime::Handle;

/// Documents read at a time: two megabytes, and a page keeps every core busy for a tenth of a second.
const PAGE: i64 = 512;

/// The columns of a page; their numbers are those of [`columns`] and [`check_row`].
const DOCUMENTS: &str = "SELECT d.document_oid, d.controller, d.key_subject, d.sha256, b.body, k.wrapped, d.archived_at, \
     d.author_organisation, d.state, d.set_oid, d.version, d.case_oid, d.type_code, d.tasks, d.unit, d.process, \
     d.authors, d.service, d.replaces, d.relationship_oid, d.document_group, d.general_type, d.structure_oid, \
     d.language, d.event_from, d.event_to, d.created, d.special_content, d.inaccessible, d.header, d.place \
     FROM documents d LEFT JOIN bodies b ON b.number = (d.place & 4294967295) \
     LEFT JOIN data_key k ON k.register = d.controller AND k.client = d.key_subject \
     WHERE d.document_oid > $1 ORDER BY d.document_oid LIMIT $2";
const CLIENTS: &str = "SELECT document_oid, client, controller, temporary, created, place FROM document_clients \
     WHERE document_oid > $1 AND document_oid <= $2";
const GRANTS: &str = "SELECT document_oid, row_number, controller, client, task, services, unit, via, starts, ends, \
     granted_at FROM grants WHERE document_oid > $1 AND document_oid <= $2";
const CONSENTS: &str = "SELECT document_oid, set_oid, version, client, kind, in_force, expressed_on, channel, recorded_at \
     FROM consents WHERE document_oid > $1 AND document_oid <= $2";
const DENIALS: &str = "SELECT document_oid, row_number, target_level, target, set_on FROM denials \
     WHERE document_oid > $1 AND document_oid <= $2";

const RECORDINGS: &str = "SELECT document_oid, media, bytes, sha256 FROM recordings \
     WHERE document_oid > $1 AND document_oid <= $2";

/// Rows of a table by document, each row as the texts of its columns.
type ByDocument = HashMap<String, Vec<Vec<String>>>;

#[derive(Default)]
struct Page {
    rows: Vec<AnyRow>,
    clients: ByDocument,
    grants: ByDocument,
    consents: ByDocument,
    denials: ByDocument,
    recordings: ByDocument,
}

/// What the checking threads found of a page.
#[derive(Default)]
struct Found {
    faults: Vec<String>,
    expected: Vec<Expected>,
    seen: Seen,
}

/// Walks all versions by their OIDs.
///
/// # Errors
/// What the database says.
pub async fn walk(app: &App, report: &mut Report) -> Result<Seen, StoreError> {
    let mut seen = Seen::default();
    let mut next = read(app, String::new()).await?;
    while let Some(last) = next.rows.last().map(|row| row.get::<String, _>(0)) {
        report.documents += next.rows.len() as u64;
        let page = Arc::new(next);
        let (checking, of_app) = (Arc::clone(&page), app.clone());
        let runtime = tokio::runtime::Handle::current();
        let checked = tokio::task::spawn_blocking(move || check_page(&of_app, &runtime, &checking));
        let (checked, read) = tokio::join!(checked, read(app, last));
        let found = checked.map_err(|_| panicked())??;
        report.faults.extend(found.faults);
        super::derived::compare(app, found.expected, report).await?;
        seen.add(found.seen);
        next = read?;
    }
    Ok(seen)
}

async fn read(app: &App, after: String) -> Result<Page, StoreError> {
    let mut tx = app.db.read_here().await?;
    let rows = sqlx::query(DOCUMENTS).bind(after.clone()).bind(PAGE).fetch_all(&mut *tx).await?;
    let mut page = Page { rows, ..Page::default() };
    let Some(last) = page.rows.last().map(|row| row.get::<String, _>(0)) else { return Ok(page) };
    for (sql, table) in [
        (CLIENTS, &mut page.clients),
        (GRANTS, &mut page.grants),
        (CONSENTS, &mut page.consents),
        (DENIALS, &mut page.denials),
        (RECORDINGS, &mut page.recordings),
    ] {
        for row in sqlx::query(sql).bind(after.clone()).bind(last.clone()).fetch_all(&mut *tx).await? {
            table.entry(row.get(0)).or_default().push(row_texts(&row, 1)?);
        }
    }
    Ok(page)
}

/// The columns of a row from one on as text; the tables read so have TEXT and BIGINT only.
pub fn row_texts(row: &AnyRow, from: usize) -> Result<Vec<String>, StoreError> {
    (from..row.len())
        .map(|column| match row.try_get::<String, _>(column) {
            Ok(text) => Ok(text),
            Err(_) => Ok(row.try_get::<i64, _>(column)?.to_string()),
        })
        .collect()
}

fn check_page(app: &App, runtime: &Handle, page: &Page) -> Result<Found, StoreError> {
    let cores = thread::available_parallelism().map_or(2, usize::from);
    let part = page.rows.len().div_ceil(cores).max(1);
    let mut all = Found::default();
    thread::scope(|scope| {
        let parts: Vec<_> = page
            .rows
            .chunks(part)
            .map(|rows| {
                scope.spawn(move || {
                    let mut found = Found::default();
                    rows.iter().for_each(|row| check_row(app, runtime, row, page, &mut found));
                    found
                })
            })
            .collect();
        for part in parts {
            let found = part.join().map_err(|_| panicked())?;
            all.faults.extend(found.faults);
            all.expected.extend(found.expected);
            all.seen.add(found.seen);
        }
        Ok(all)
    })
}

fn panicked() -> StoreError {
    StoreError::Inconsistent { table: "documents", what: "the check itself broke on a document".to_owned() }
}

fn check_row(app: &App, runtime: &Handle, row: &AnyRow, page: &Page, found: &mut Found) {
    let document: String = row.get(0);
    found.seen.document(&document, row.get(3), row.get(6), row.get(7));
    if row.get::<&str, _>(8) == "invalidated" {
        found.seen.invalidated(row.get(9), &document);
    }
    let mut faults = Vec::new();
    match open(app, runtime, row, &document) {
        Err(error) => faults.push(error.to_string()),
        Ok((bytes, entry, header)) => {
            if let Err(error) = seal::verify(&bytes, &entry.document) {
                faults.push(format!("signature: {error}"));
            }
            for (column, stored, derived) in columns(row, &entry) {
                if stored != derived {
                    faults.push(format!("column {column} does not fit the document"));
                }
            }
            if !header {
                faults.push("column header does not fit the document".to_owned());
            }
            if row.get::<&str, _>(2) != check::key_subject(&app.vault, &entry) {
                faults.push("column key_subject does not fit the document".to_owned());
            }
            let place: i64 = row.get(30);
            if place != sql::place(row.get(2), place & 0xffff_ffff) {
                faults.push("column place does not stand beside its client's others".to_owned());
            }
            let empty = Vec::new();
            if !same(page.clients.get(&document).unwrap_or(&empty), clients(&entry, row.get(30))) {
                faults.push("document_clients does not fit the document".to_owned());
            }
            if !same(page.recordings.get(&document).unwrap_or(&empty), recordings(&entry)) {
                faults.push("recordings does not fit the document".to_owned());
            }
            check_grants(&entry, row.get(6), page.grants.get(&document).unwrap_or(&empty), found);
            check_consents(&entry, row.get(6), page, found);
            if row.get::<&str, _>(8) == "current" {
                found.expected.extend(Expected::of(&entry));
            }
        }
    }
    found.faults.extend(faults.into_iter().map(|what| format!("documents {document}: {what}")));
}

/// The signed bytes, the row that they give, and whether the header beside them is theirs.
fn open(app: &App, runtime: &Handle, row: &AnyRow, document: &str) -> Result<(Vec<u8>, Entry, bool), StoreError> {
    let wrapped = row.get::<Option<Vec<u8>>, _>(5).ok_or(StoreError::Sealed)?;
    let key = app.vault.unwrap_data_key(row.get(1), &wrapped)?;
    let body = row.get::<Option<Vec<u8>>, _>(4).ok_or(StoreError::Sealed)?;
    let bytes = stored::open_waiting(app, runtime, &key, document, row.get(3), &body)?;
    let (entry, header) = check::stored_document(app, &bytes)?;
    let fits = match row.get::<Option<Vec<u8>>, _>(29) {
        // A row of before headers were kept.
        None => true,
        Some(sealed) => {
            let stored = app.bodies.open_header(&key, document, &sealed);
            stored.is_ok_and(|stored| stored == kanta::query::header_form(&header))
        }
    };
    Ok((bytes, entry, fits))
}

/// Columns that searches and decisions rest on, as stored and as the document says.
fn columns(row: &AnyRow, entry: &Entry) -> Vec<(&'static str, String, String)> {
    let oid = |text: Option<&str>| text.unwrap_or_default().to_owned();
    let text = |column: usize| row.get::<Option<String>, _>(column).unwrap_or_default();
    let number = |column: usize| row.get::<i64, _>(column).to_string();
    vec![
        ("document_oid", text(0), entry.document.as_str().to_owned()),
        ("controller", text(1), entry.controller.as_str().to_owned()),
        ("set_oid", text(9), entry.set.as_str().to_owned()),
        ("version", number(10), entry.version.to_string()),
        ("case_oid", text(11), oid(entry.case.as_ref().map(|case| case.as_str()))),
        ("type_code", text(12), entry.type_code.clone()),
        ("tasks", text(13), joined(&entry.tasks)),
        ("unit", text(14), oid(entry.unit.as_ref().map(|unit| unit.as_str()))),
        ("process", text(15), oid(entry.process.as_deref())),
        ("authors", text(16), joined(&entry.authors)),
        ("service", text(17), joined(&entry.services)),
        ("replaces", text(18), oid(entry.replaces.as_ref().map(|replaced| replaced.as_str()))),
        ("relationship_oid", text(19), oid(entry.relationship.as_ref().map(|relationship| relationship.as_str()))),
        ("document_group", text(20), entry.group.clone()),
        ("general_type", text(21), entry.general_type.clone()),
        ("structure_oid", text(22), oid(entry.structure.as_deref())),
        ("language", text(23), entry.language.clone()),
        ("event_from", number(24), micros(entry.event.0).to_string()),
        ("event_to", number(25), micros(entry.event.1).to_string()),
        ("created", number(26), micros(entry.created).to_string()),
        ("special_content", number(27), i64::from(entry.special_content).to_string()),
        ("inaccessible", text(28), entry.inaccessible.clone()),
    ]
}

fn clients(entry: &Entry, place: i64) -> Vec<Vec<String>> {
    let row = |client: &crate::entry::ClientKey| {
        let created = micros(entry.created).to_string();
        let temporary = value_text(&flag(client.temporary));
        vec![client.index.clone(), entry.controller.as_str().to_owned(), temporary, created, place.to_string()]
    };
    entry.clients.iter().map(row).collect()
}

/// The recording that the document describes (FR-95), or none.
fn recordings(entry: &Entry) -> Vec<Vec<String>> {
    let row = |one: &kanta::document::Recording| vec![one.media.clone(), one.bytes.to_string(), one.sha256.clone()];
    entry.recording.iter().map(row).collect()
}

/// The rows of a register access right are those that its relationship document gives, and no others.
fn check_grants(entry: &Entry, archived_at: i64, stored: &[Vec<String>], found: &mut Found) {
    const COLUMNS: [&str; 10] =
        ["row_number", "controller", "client", "task", "services", "unit", "via", "starts", "ends", "granted_at"];
    let derived: HashMap<String, Vec<String>> = match &entry.derived {
        Derived::Relationship(facts) => grant_rows(entry, facts, instant(archived_at))
            .iter()
            .map(|row| row[1..=COLUMNS.len()].iter().map(value_text).collect::<Vec<_>>())
            .map(|row| (row[0].clone(), row))
            .collect(),
        _ => HashMap::new(),
    };
    let mut tell = |row: &str, what: String| found.faults.push(format!("grants {} {row}: {what}", entry.document));
    for row in stored {
        match derived.get(&row[0]) {
            None => tell(&row[0], "the relationship document has no such row".to_owned()),
            Some(right) => {
                let differing = COLUMNS.iter().zip(row.iter().zip(right)).filter(|(_, (a, b))| a != b);
                differing.for_each(|(column, _)| tell(&row[0], format!("column {column} does not fit the document")));
            }
        }
    }
    for number in derived.keys().filter(|number| !stored.iter().any(|row| row[0] == **number)) {
        tell(number, "missing: the relationship document has this row".to_owned());
    }
}

/// What a client has expressed is what its document says (tahdonilmaisut).
fn check_consents(entry: &Entry, archived_at: i64, page: &Page, found: &mut Found) {
    let mut derived = consents::Rows::default();
    if let Derived::Consent(facts) = &entry.derived {
        derived.add(entry, facts, instant(archived_at));
    }
    let (consents, denials) = derived.parts();
    // The last column of a consent, when it ended, is the next version's to tell.
    let tables = [("consents", &page.consents, consents, 9), ("denials", &page.denials, denials, 5)];
    for (table, stored, derived, columns) in tables {
        let derived = derived.iter().map(|row| row[1..columns].iter().map(value_text).collect()).collect();
        let stored = stored.get(entry.document.as_str()).map(Vec::as_slice).unwrap_or_default();
        if !same(stored, derived) {
            found.faults.push(format!("{table} {}: does not fit the document", entry.document));
        }
    }
}

/// A value as the text that [`row_texts`] reads.
fn value_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Int(number) => number.to_string(),
        _ => String::new(),
    }
}

/// Whether two tables hold the same rows.
pub fn same(stored: &[Vec<String>], mut derived: Vec<Vec<String>>) -> bool {
    let mut stored = stored.to_vec();
    stored.sort();
    derived.sort();
    stored == derived
}
