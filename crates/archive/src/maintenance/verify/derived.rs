//! Rows derived from documents: what the newest version of a case or relationship says stands in its table, and nothing
//! stands there that no version says.

use super::{
    Report,
    documents::{row_texts, same},
};
use crate::{
    App,
    entry::{Derived, Entry},
    intake::{rows::day_text, working::micros},
    sql,
};
use sqlx::Row;
use store::StoreError;

/// What the newest version of a set must have put into another table.
pub enum Expected {
    /// A row of `cases` and its rows of `case_clients`.
    Case {
        /// The case.
        case: String,
        /// Columns after the case.
        columns: Vec<String>,
        /// Rows of its clients.
        clients: Vec<Vec<String>>,
    },
    /// A row of `relationships`.
    Relationship {
        /// The register and the client's blind index.
        key: (String, String),
        /// Columns after the key.
        columns: Vec<String>,
    },
}

impl Expected {
    /// What a current version derives.
    pub fn of(entry: &Entry) -> Option<Self> {
        let version = [entry.set.as_str().to_owned(), entry.document.as_str().to_owned(), entry.version.to_string()];
        match &entry.derived {
            Derived::Case(facts) => {
                let state = if facts.closed.is_some() { "closed" } else { "open" };
                let [set, document, version] = version;
                let controller = entry.controller.as_str().to_owned();
                let (opened, closed) = (facts.opened.to_string(), day_text(facts.closed));
                let columns =
                    vec![controller, set, document, version, facts.task.clone(), state.to_owned(), opened, closed];
                let client = |member: &crate::entry::CaseMember| {
                    let left = member.left.map_or(0, micros);
                    vec![member.client.clone(), micros(member.joined).to_string(), left.to_string()]
                };
                let clients = facts.clients.iter().map(client).collect();
                Some(Self::Case { case: facts.case.as_str().to_owned(), columns, clients })
            }
            Derived::Relationship(facts) => {
                let client = entry.clients.first()?;
                let mut columns = vec![facts.relationship.as_str().to_owned()];
                columns.extend(version);
                columns.extend([facts.started.to_string(), day_text(facts.ended)]);
                Some(Self::Relationship { key: (entry.controller.as_str().to_owned(), client.index.clone()), columns })
            }
            _ => None,
        }
    }
}

/// Compares the rows of a page of documents with their tables.
///
/// # Errors
/// What the database says.
pub async fn compare(app: &App, expected: Vec<Expected>, report: &mut Report) -> Result<(), StoreError> {
    if expected.is_empty() {
        return Ok(());
    }
    let mut tx = app.db.read().await?;
    for one in expected {
        match one {
            Expected::Case { case, columns, clients } => {
                let key = [case.clone()];
                let document = columns[2].clone();
                let stored = texts(&sql::select_in(&mut tx, CASES, &key).await?)?;
                let case_fits = same(&stored, vec![columns]);
                let stored = texts(&sql::select_in(&mut tx, CASE_CLIENTS, &key).await?)?;
                let clients_fit = same(&stored, clients);
                if (case_fits && clients_fit) || !still_current(&mut tx, &document).await? {
                    continue;
                }
                if !case_fits {
                    report.tell("cases", &case, "does not fit the newest version of its document");
                }
                if !clients_fit {
                    report.tell("case_clients", &case, "do not fit the newest version of the case document");
                }
            }
            Expected::Relationship { key, columns } => {
                let stored = sqlx::query(RELATIONSHIP).bind(key.0).bind(key.1).fetch_all(&mut *tx).await?;
                let (set, document) = (columns[1].clone(), columns[2].clone());
                if same(&texts(&stored)?, vec![columns]) || merged(&mut tx, &set).await? {
                    continue;
                }
                if still_current(&mut tx, &document).await? {
                    report.tell("relationships", &document, "does not fit the newest version of its document");
                }
            }
        }
    }
    tx.rollback().await
}

const CASES: &str =
    "SELECT controller, set_oid, document_oid, version, task, state, opened, closed FROM cases WHERE case_oid IN";
const CASE_CLIENTS: &str = "SELECT client, joined, left_at FROM case_clients WHERE case_oid IN";
const RELATIONSHIP: &str = "SELECT relationship_oid, set_oid, document_oid, version, started, ended FROM relationships \
     WHERE controller = $1 AND client = $2";

/// A relationship that was joined to a client who had an older one is nobody's live one (FR-62).
async fn merged(tx: &mut store::Tx, set: &str) -> Result<bool, StoreError> {
    let links: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM temporary_links l JOIN documents d ON d.document_oid = l.document_oid \
         JOIN relationships r ON r.controller = l.controller AND r.client = l.hetu \
         WHERE l.undone_at = 0 AND d.set_oid = $1 AND r.set_oid <> d.set_oid",
    )
    .bind(set.to_owned())
    .fetch_one(&mut **tx)
    .await?;
    Ok(links > 0)
}

/// The archive may go on working: what a newer version replaced meanwhile is that version's to tell.
async fn still_current(tx: &mut store::Tx, document: &str) -> Result<bool, StoreError> {
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM documents WHERE document_oid = $1")
        .bind(document.to_owned())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(state.as_deref() == Some("current"))
}

/// Every column of rows as text.
fn texts(rows: &[sqlx::any::AnyRow]) -> Result<Vec<Vec<String>>, StoreError> {
    rows.iter().map(|row| row_texts(row, 0)).collect()
}

/// A rule about whole tables: where it stands, the rows that break it, what to say.
type TableRule = (&'static str, &'static str, &'static str);

/// Versions of a set are 1…n without gaps, and exactly the newest is current unless the set is invalidated. A derived row
/// belongs to a version, the newest where there is one row for all.
const RULES: &[TableRule] = &[
    (
        "documents set",
        "SELECT set_oid FROM documents GROUP BY set_oid HAVING COUNT(*) <> MAX(version) OR MIN(version) <> 1 \
         OR SUM(CASE WHEN state = 'current' THEN 1 ELSE 0 END) > 1 \
         OR MAX(CASE WHEN state = 'current' THEN version ELSE 0 END) NOT IN (0, MAX(version)) \
         OR (SUM(CASE WHEN state = 'current' THEN 1 ELSE 0 END) = 0 \
             AND SUM(CASE WHEN state = 'invalidated' THEN 1 ELSE 0 END) <> COUNT(*))",
        "its versions do not follow each other",
    ),
    (
        "document_clients",
        "SELECT document_oid FROM document_clients c \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = c.document_oid)",
        "no such document",
    ),
    (
        "bodies",
        "SELECT CAST(o.number AS TEXT) FROM (SELECT number FROM bodies EXCEPT \
         SELECT place & 4294967295 FROM documents) o",
        "no such document",
    ),
    (
        "recordings",
        "SELECT document_oid FROM recordings r \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = r.document_oid)",
        "no such document",
    ),
    (
        "grants",
        "SELECT document_oid FROM grants g \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = g.document_oid)",
        "no such document",
    ),
    (
        "grants",
        "SELECT g.document_oid FROM grants g JOIN documents d ON d.document_oid = g.document_oid \
         LEFT JOIN documents n ON n.set_oid = d.set_oid AND n.version = d.version + 1 \
         WHERE g.superseded_at <> COALESCE(n.archived_at, d.invalidated_at)",
        "column superseded_at is not the time of the next version or of the invalidation",
    ),
    (
        "consents",
        "SELECT document_oid FROM consents c \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = c.document_oid)",
        "no such document",
    ),
    (
        "denials",
        "SELECT document_oid FROM denials n \
         WHERE NOT EXISTS (SELECT 1 FROM documents d WHERE d.document_oid = n.document_oid)",
        "no such document",
    ),
    (
        "consents",
        "SELECT c.document_oid FROM consents c \
         JOIN documents d ON d.document_oid = c.document_oid AND d.state <> 'invalidated' \
         LEFT JOIN documents n ON n.set_oid = d.set_oid AND n.version = d.version + 1 \
         WHERE c.superseded_at <> COALESCE(n.archived_at, 0)",
        "column superseded_at is not the time of the next version",
    ),
    (
        "cases",
        "SELECT case_oid FROM cases c WHERE NOT EXISTS (SELECT 1 FROM documents d \
         WHERE d.document_oid = c.document_oid \
         AND d.state = CASE WHEN c.state = 'invalidated' THEN 'invalidated' ELSE 'current' END)",
        "its document is not there, or has another state",
    ),
    (
        "case_clients",
        "SELECT case_oid FROM case_clients m WHERE NOT EXISTS (SELECT 1 FROM cases c WHERE c.case_oid = m.case_oid)",
        "no such case",
    ),
    (
        "relationships",
        "SELECT document_oid FROM relationships r WHERE NOT EXISTS (SELECT 1 FROM documents d \
         WHERE d.document_oid = r.document_oid AND d.state = 'current')",
        "its document is not there, or is not current",
    ),
];

/// Checks the rules about whole tables.
///
/// # Errors
/// What the database says.
pub async fn check(app: &App, report: &mut Report) -> Result<(), StoreError> {
    let mut tx = app.db.read().await?;
    for (table, sql, what) in RULES {
        for row in sqlx::query(*sql).fetch_all(&mut *tx).await? {
            report.tell(table, row.get(0), what);
        }
    }
    tx.rollback().await
}
