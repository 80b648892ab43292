//! The log and the documents, each against the other. The log cannot be changed unseen, so it tells what must be in the
//! tables: a deleted version leaves no gap when it was the newest, and a stored digest can be rewritten with its body, but
//! the log row of the archiving still names the document, its digest, its time and its organisation.

use super::Report;
use crate::App;
use aws_lc_rs::digest::{Context, SHA256};
use sqlx::Row;
use std::collections::{HashMap, HashSet};
use store::{
    LogRow, StoreError,
    log::{Action, Outcome, Visit, Whose},
};

/// Detail of the log row with which a build with stand-ins says that it emptied the archive for a test.
pub const TEST_RESET: &str = "test-reset";
/// Documents told that do not fit the log: the first ones say where to look.
const MAX_TOLD: usize = 100;
/// Documents read at a time when one is looked for that the log does not know.
const PAGE: i64 = 10_000;

/// Half a digest: enough that nobody finds two texts with one, and ten million of them fit in memory.
type Token = u128;

fn token(parts: &[&str]) -> Token {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut half = [0; 16];
    half.copy_from_slice(&context.finish().as_ref()[..16]);
    Token::from_be_bytes(half)
}

/// A version as both the table and the log know it.
fn version(document: &str, sha256: &str, archived_at: i64, organisation: &str) -> Token {
    token(&[document, sha256, &archived_at.to_string(), organisation])
}

/// What was seen in the tables, then in the log.
#[derive(Default)]
pub struct Seen {
    /// Stored versions, and whether the log knows them.
    stored: HashMap<Token, bool>,
    /// Documents of invalidated sets.
    invalid_sets: HashMap<String, Vec<Token>>,
    /// Documents that the log says were invalidated.
    invalidated: HashSet<Token>,
    /// Versions that the log says were archived and that were not seen: where it says so.
    missing: HashMap<Token, (String, u64)>,
}

impl Seen {
    /// A stored version.
    pub fn document(&mut self, document: &str, sha256: &str, archived_at: i64, organisation: &str) {
        self.stored.insert(version(document, sha256, archived_at, organisation), false);
    }

    /// A version whose set is invalidated.
    pub fn invalidated(&mut self, set: &str, document: &str) {
        self.invalid_sets.entry(set.to_owned()).or_default().push(token(&[document]));
    }

    /// What another thread has seen.
    pub fn add(&mut self, other: Self) {
        self.stored.extend(other.stored);
        for (set, documents) in other.invalid_sets {
            self.invalid_sets.entry(set).or_default().extend(documents);
        }
    }
}

impl Visit for Seen {
    fn row(&mut self, register: &str, seq: u64, row: &LogRow) {
        if row.outcome != Outcome::Done {
            return;
        }
        match row.action {
            // An expression of will is archived as an event of its own kind.
            Action::Archive | Action::Consent => {
                let Some(sha256) = digest_of(row) else { return };
                for document in &row.documents {
                    let known = version(&document.id, sha256, row.at.as_microsecond(), &row.organisation);
                    match self.stored.get_mut(&known) {
                        Some(logged) => *logged = true,
                        None => drop(self.missing.insert(token(&[&document.id]), (register.to_owned(), seq))),
                    }
                }
            }
            Action::Invalidate => self.invalidated.extend(row.documents.iter().map(|one| token(&[&one.id]))),
            // Disposal names every version that it removed (FR-86).
            Action::Dispose => row.documents.iter().for_each(|one| drop(self.missing.remove(&token(&[&one.id])))),
            Action::Administer if row.detail.as_deref() == Some(TEST_RESET) => {
                self.missing.retain(|_, (of, _)| of != register);
            }
            _ => {}
        }
    }
}

/// The digest that the log row of an archiving names.
fn digest_of(row: &LogRow) -> Option<&str> {
    row.detail.as_deref()?.split_whitespace().find_map(|word| word.strip_prefix("sha256="))
}

/// Tells what is in one and not in the other.
///
/// # Errors
/// What the database says.
pub async fn settle(app: &App, seen: Seen, report: &mut Report) -> Result<(), StoreError> {
    for (set, documents) in &seen.invalid_sets {
        if !documents.iter().any(|document| seen.invalidated.contains(document)) {
            report.tell("documents set", set, "column state says invalidated, and no log row does");
        }
    }
    let known: HashSet<Token> = seen.invalid_sets.values().flatten().copied().collect();
    if seen.stored.values().any(|logged| !logged) || seen.invalidated.iter().any(|one| !known.contains(one)) {
        tell_unlogged(app, &seen, &known, report).await?;
    }
    let mut missing: Vec<&(String, u64)> = seen.missing.values().collect();
    missing.sort();
    for (register, seq) in missing.into_iter().take(MAX_TOLD) {
        tell_missing(app, register, *seq, report).await?;
    }
    Ok(())
}

/// Names the versions that no log row knows as they stand. Rare, so the table is read again.
async fn tell_unlogged(
    app: &App,
    seen: &Seen,
    invalid: &HashSet<Token>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let (mut after, mut told) = (String::new(), 0);
    loop {
        let mut tx = app.db.read().await?;
        let rows = sqlx::query(
            "SELECT document_oid, sha256, archived_at, author_organisation, state FROM documents \
             WHERE document_oid > $1 ORDER BY document_oid LIMIT $2",
        )
        .bind(after.clone())
        .bind(PAGE)
        .fetch_all(&mut *tx)
        .await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.get(0);
        for row in &rows {
            let (document, of_document) = (row.get::<&str, _>(0), token(&[row.get(0)]));
            let unlogged = seen.stored.get(&version(document, row.get(1), row.get(2), row.get(3))) == Some(&false);
            if unlogged && told < MAX_TOLD {
                let what = "no log row archived it with this sha256, archived_at and author_organisation";
                report.tell("documents", document, what);
                told += 1;
            }
            let valid = !invalid.contains(&of_document) && row.get::<&str, _>(4) != "invalidated";
            if valid && seen.invalidated.contains(&of_document) && told < MAX_TOLD {
                report.tell("documents", document, "the log says that it was invalidated, column state does not");
                told += 1;
            }
        }
    }
}

/// A version that the log says was archived and that the walk did not see: deleted, changed, or stored during the walk.
async fn tell_missing(app: &App, register: &str, seq: u64, report: &mut Report) -> Result<(), StoreError> {
    let mut tx = app.db.read().await?;
    let rows = store::log::rows(&mut tx, &app.vault, register, Whose::All, seq, 1).await?;
    let Some((_, row)) = rows.into_iter().find(|(found, _)| *found == seq) else { return Ok(()) };
    let Some(sha256) = digest_of(&row) else { return Ok(()) };
    for document in &row.documents {
        let stored: Option<String> = sqlx::query_scalar("SELECT sha256 FROM documents WHERE document_oid = $1")
            .bind(document.id.clone())
            .fetch_optional(&mut *tx)
            .await?;
        match stored {
            None => report.tell("documents", &document.id, format!("deleted: log_row {register} {seq} archived it")),
            Some(stored) if stored != sha256 => {
                report.tell("documents", &document.id, format!("log_row {register} {seq} archived other bytes"));
            }
            Some(_) => {}
        }
    }
    Ok(())
}
