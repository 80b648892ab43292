//! `vakka archive verify`: believes nothing. Every body is opened, re-hashed, its signatures verified and its row
//! derived anew; every log row is re-hashed and the heads compared with the witness.

use super::stored;
use crate::{App, entry::Entry, intake::check, sql};
use sqlx::Row;
use store::StoreError;

/// Documents read at a time.
const PAGE: i64 = 200;

/// What the walk found.
#[derive(Debug, Default)]
pub struct Report {
    /// Versions checked.
    pub documents: u64,
    /// Log rows re-hashed.
    pub log_rows: u64,
    /// Every inconsistency with its table and row.
    pub faults: Vec<String>,
}

impl Report {
    /// The first line that the command prints.
    pub fn summary(&self) -> String {
        let word = if self.faults.is_empty() { "OK" } else { "INCONSISTENT" };
        format!("{word} {} documents, {} log rows", self.documents, self.log_rows)
    }
}

/// Walks the whole archive.
///
/// # Errors
/// When reading fails; what is wrong with the contents is in the report.
pub async fn verify(app: &App) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let mut after = String::new();
    loop {
        let rows = page(app, &after).await?;
        let Some(last) = rows.last() else { break };
        after = last.get(0);
        for row in &rows {
            report.documents += 1;
            check_row(app, row, &mut report).await;
        }
    }
    check_sets(app, &mut report).await?;
    let log = store::log::verify(&app.db, &app.vault, &app.witness).await?;
    report.log_rows = log.rows;
    report.faults.extend(log.inconsistencies.iter().map(ToString::to_string));
    Ok(report)
}

async fn page(app: &App, after: &str) -> Result<Vec<sqlx::any::AnyRow>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT document_oid, controller, key_subject, sha256, set_oid, version, case_oid, type_code, tasks, unit, \
         process, authors, service, body FROM documents WHERE document_oid > $1 ORDER BY document_oid LIMIT $2",
    )
    .bind(after.to_owned())
    .bind(PAGE)
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows)
}

async fn check_row(app: &App, row: &sqlx::any::AnyRow, report: &mut Report) {
    let document: String = row.get(0);
    let mut tell = |what: String| report.faults.push(format!("documents {document}: {what}"));
    let body: Vec<u8> = row.get(13);
    let bytes = match stored::open(app, &document, row.get(1), row.get(2), row.get(3), &body).await {
        Ok(bytes) => bytes,
        Err(error) => return tell(error.to_string()),
    };
    let entry = match check::stored_entry(app, &bytes) {
        Ok(entry) => entry,
        Err(error) => return tell(error.to_string()),
    };
    if let Err(error) = seal::verify(&bytes, &entry.document) {
        tell(format!("signature: {error}"));
    }
    for (column, stored, derived) in columns(row, &entry) {
        if stored != derived {
            tell(format!("column {column} does not fit the document"));
        }
    }
    match clients(app, &document).await {
        Ok(mut stored) => {
            let mut derived: Vec<String> = entry.clients.iter().map(|client| client.index.clone()).collect();
            stored.sort();
            derived.sort();
            if stored != derived {
                tell("document_clients does not fit the document".to_owned());
            }
        }
        Err(error) => tell(error.to_string()),
    }
}

/// Columns that searches rest on, as stored and as the document says.
fn columns(row: &sqlx::any::AnyRow, entry: &Entry) -> Vec<(&'static str, String, String)> {
    let optional = |text: Option<&str>| text.unwrap_or_default().to_owned();
    vec![
        ("document_oid", row.get(0), entry.document.as_str().to_owned()),
        ("controller", row.get(1), entry.controller.as_str().to_owned()),
        ("set_oid", row.get(4), entry.set.as_str().to_owned()),
        ("version", row.get::<i64, _>(5).to_string(), entry.version.to_string()),
        (
            "case_oid",
            row.get::<Option<String>, _>(6).unwrap_or_default(),
            optional(entry.case.as_ref().map(|case| case.as_str())),
        ),
        ("type_code", row.get(7), entry.type_code.clone()),
        ("tasks", row.get(8), sql::joined(&entry.tasks)),
        ("unit", row.get(9), optional(entry.unit.as_ref().map(|unit| unit.as_str()))),
        ("process", row.get(10), optional(entry.process.as_deref())),
        ("authors", row.get(11), sql::joined(&entry.authors)),
        ("service", row.get(12), sql::joined(&entry.services)),
    ]
}

async fn clients(app: &App, document: &str) -> Result<Vec<String>, StoreError> {
    let mut tx = app.db.read().await?;
    let rows =
        sql::select_in(&mut tx, "SELECT client FROM document_clients WHERE document_oid IN", &[document.to_owned()])
            .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Versions of a set are 1…n without gaps, and exactly the newest is current unless the set is invalidated.
async fn check_sets(app: &App, report: &mut Report) -> Result<(), StoreError> {
    let mut tx = app.db.read().await?;
    let rows = sqlx::query(
        "SELECT set_oid FROM documents GROUP BY set_oid HAVING COUNT(*) <> MAX(version) OR MIN(version) <> 1 \
         OR SUM(CASE WHEN state = 'current' THEN 1 ELSE 0 END) > 1 \
         OR MAX(CASE WHEN state = 'current' THEN version ELSE 0 END) NOT IN (0, MAX(version)) \
         OR (SUM(CASE WHEN state = 'current' THEN 1 ELSE 0 END) = 0 \
             AND SUM(CASE WHEN state = 'invalidated' THEN 1 ELSE 0 END) <> COUNT(*))",
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in rows {
        report.faults.push(format!("documents set {}: its versions do not follow each other", row.get::<&str, _>(0)));
    }
    let orphans = sqlx::query(
        "SELECT document_oid FROM document_clients c \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = c.document_oid)",
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in orphans {
        report.faults.push(format!("document_clients {}: no such document", row.get::<&str, _>(0)));
    }
    Ok(())
}
