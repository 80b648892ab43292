//! Finding: the rows of the clients concerned, in one snapshot, and the filters of FR-49.
//!
//! The rows of one client are read newest first by an index, in pieces, until the page is full; a named document or set by
//! its own key. They are filtered here, in one place, by the same predicate whatever the search.

use crate::{
    app::App,
    entry::TYPE_OLD_RELATIONSHIP,
    intake::{check, links::Names, working::WorkingSet, working::instant},
    rights, sql,
    writer::Rest,
};
use jiff::Timestamp;
use kanta::query::{Query, QueryKind};
use records::{
    access::{ClientKey, DocumentFacts, DocumentForm},
    code::{GeneralType, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, DocumentId, OrganisationId, ServiceUnitId, SetId},
    time::finnish_date,
};
use sqlx::Row as _;
use std::collections::{BTreeSet, HashMap};
use store::{StoreError, Tx};

/// A document's row without its body.
#[derive(Debug, Clone)]
pub struct Row {
    /// Version.
    pub document: DocumentId,
    /// Set.
    pub set: String,
    /// Number.
    pub version: u32,
    /// Case or empty.
    pub case: String,
    /// Group.
    pub group: String,
    /// Specific type.
    pub type_code: String,
    /// General type.
    pub general_type: String,
    /// Tasks.
    pub tasks: Vec<String>,
    /// Services.
    pub services: Vec<String>,
    /// Process or empty.
    pub process: String,
    /// Unit or empty.
    pub unit: String,
    /// Who made it.
    pub author_organisation: String,
    /// Authors' blind indexes.
    pub authors: Vec<String>,
    /// Beginning of the event.
    pub event_from: Timestamp,
    /// Made.
    pub created: Timestamp,
    /// Stored.
    pub archived_at: Timestamp,
    /// State.
    pub state: String,
    /// Clients' blind indexes.
    pub clients: Vec<String>,
    /// Digest of the bytes.
    pub sha256: String,
    /// Whose key.
    pub key_subject: String,
    /// Register.
    pub controller: String,
    /// Special content.
    pub special_content: bool,
    /// Reason for not showing in OmaKanta, or empty.
    pub inaccessible: String,
    /// What an answer carries of it, sealed; none on rows of before.
    pub header: Option<Vec<u8>>,
    /// Whether it has a structure.
    pub structured: bool,
    /// Whether it names a client by a temporary id; looked up where clients are.
    pub temporary: bool,
}

/// The columns of [`Row`], in its order.
macro_rules! columns {
    () => {
        "d.document_oid, d.set_oid, d.version, d.case_oid, d.document_group, d.type_code, \
         d.general_type, d.tasks, d.service, d.process, d.unit, d.author_organisation, d.authors, d.event_from, \
         d.created, d.archived_at, d.state, d.sha256, d.key_subject, d.controller, d.special_content, d.inaccessible, \
         d.header, d.structure_oid"
    };
}

impl Row {
    fn read(row: &sqlx::any::AnyRow) -> Option<Self> {
        Some(Self {
            document: DocumentId::parse(row.get(0)).ok()?,
            set: row.get(1),
            version: u32::try_from(row.get::<i64, _>(2)).ok()?,
            case: row.get::<Option<String>, _>(3).unwrap_or_default(),
            group: row.get(4),
            type_code: row.get(5),
            general_type: row.get(6),
            tasks: sql::split(row.get(7)),
            services: sql::split(row.get(8)),
            process: row.get(9),
            unit: row.get(10),
            author_organisation: row.get(11),
            authors: sql::split(row.get(12)),
            event_from: instant(row.get(13)),
            created: instant(row.get(14)),
            archived_at: instant(row.get(15)),
            state: row.get(16),
            clients: Vec::new(),
            sha256: row.get(17),
            key_subject: row.get(18),
            controller: row.get(19),
            special_content: row.get::<i64, _>(20) == 1,
            inaccessible: row.get(21),
            header: row.get(22),
            structured: row.get::<Option<String>, _>(23).is_some(),
            temporary: false,
        })
    }

    /// The facts that a decision needs.
    pub fn facts(&self, controller: &OrganisationId) -> DocumentFacts {
        DocumentFacts {
            controller: controller.clone(),
            clients: self.clients.iter().map(|client| ClientKey::new(client.clone())).collect(),
            case: CaseId::parse(&self.case).ok(),
            group: rights::group_of(&self.group),
            type_code: self.type_code.clone(),
            general_type: GeneralType::parse(&self.general_type),
            tasks: self.tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
            services: self.services.iter().map(|code| SocialService::new(code.clone())).collect(),
            process: ServiceProcess::parse(&self.process),
            unit: ServiceUnitId::parse(&self.unit).ok(),
            author_arc: OrganisationId::parse(&self.author_organisation).unwrap_or_else(|_| controller.clone()).arc(),
            event_day: finnish_date(self.event_from),
            set: SetId::parse(&self.set).ok(),
            form: DocumentForm::of(rights::group_of(&self.group), self.structured),
            temporary_client: self.temporary,
            needs_professional_signature: false,
            invalidated: self.state == "invalidated",
        }
    }

    /// The key by which pages follow each other: newest first.
    fn key(&self) -> String {
        format!("{:020}|{}", self.created.as_microsecond(), self.document)
    }
}

/// What a query concerns, in one snapshot.
pub struct Asked {
    /// Blind indexes of the clients concerned.
    pub clients: Vec<String>,
    /// Facts for the decision.
    pub state: WorkingSet,
    /// Rows of the register, newest first: those of the named document or set, or all of the clients' where the question
    /// is not for a page ([`pages`]).
    pub rows: Vec<Row>,
    /// Whether the rows are still to be read, by [`page_of`].
    pub paged: bool,
}

impl Asked {
    /// What the decision rests on, for the second look in the writer.
    pub fn rests(&self, controller: &str) -> Vec<Rest> {
        self.clients
            .iter()
            .map(|client| Rest {
                controller: controller.to_owned(),
                client: client.clone(),
                version: self
                    .state
                    .relationships
                    .get(&(controller.to_owned(), client.clone()))
                    .map(|relationship| relationship.document.clone()),
            })
            .collect()
    }
}

/// Whether the answer is a page of one client's rows, read by [`page_of`] after the decision.
fn pages(query: &Query, clients: &[String]) -> bool {
    let listed = matches!(query.kind, QueryKind::Metadata | QueryKind::Document);
    listed && query.document.is_none() && query.set.is_none() && clients.len() == 1
}

/// Reads what a query concerns.
///
/// # Errors
/// What the database says.
pub async fn asked(app: &App, tx: &mut Tx, query: &Query) -> Result<Asked, StoreError> {
    let controller = query.controller.as_str();
    let named = clients_of(app, tx, query).await?;
    // Either name of a joined client finds all of its documents (FR-62); such a one is not read by pages.
    let names = Names::of(tx, controller, named).await?;
    let paged = pages(query, &names.clients) && !names.joined();
    let mut rows = match (&query.document, &query.set) {
        _ if paged => Vec::new(),
        (Some(document), _) => {
            rows_by(tx, concat!("SELECT ", columns!(), " FROM documents d WHERE d.document_oid IN"), document.as_str())
                .await?
        }
        (None, Some(set)) => {
            rows_by(tx, concat!("SELECT ", columns!(), " FROM documents d WHERE d.set_oid IN"), set.as_str()).await?
        }
        (None, None) => rows_of(tx, controller, &names.all()).await?,
    };
    rows.iter_mut().for_each(|row| names.settle(&mut row.clients));
    let clients = names.clients;
    // A named document of somebody else is as if it did not exist.
    rows.retain(|row| row.controller == controller && row.clients.iter().any(|client| clients.contains(client)));
    let case = query.case.clone().or_else(|| {
        let document = query.document.as_ref()?;
        rows.iter().find(|row| row.document == *document).and_then(|row| CaseId::parse(&row.case).ok())
    });
    let state = super::state_of(tx, &clients, case.as_ref()).await?;
    newest_first(&mut rows);
    Ok(Asked { clients, state, rows, paged })
}

/// Rows by a key of theirs.
async fn rows_by(tx: &mut Tx, head: &'static str, key: &str) -> Result<Vec<Row>, StoreError> {
    let rows = sql::select_in(tx, head, &[key.to_owned()]).await?;
    with_clients(tx, rows.iter().filter_map(Row::read).collect(), None).await
}

/// A page of one client's rows that are `wanted`, newest first. Rows are read in pieces of a page, so that the cost does
/// not grow with the client's documents.
///
/// # Errors
/// What the database says.
pub async fn page_of(
    tx: &mut Tx,
    query: &Query,
    client: &str,
    rows_max: usize,
    wanted: impl Fn(&Row) -> bool,
) -> Result<Page, StoreError> {
    let most = page_rows(query, rows_max);
    let (mut created, mut document) = query.page.as_deref().and_then(after_key).unwrap_or((i64::MAX, String::new()));
    let mut taken: Vec<Row> = Vec::with_capacity(most + 1);
    loop {
        let piece = sqlx::query(concat!(
            "SELECT ",
            columns!(),
            " FROM document_clients c JOIN documents d ON d.place = c.place AND d.document_oid = c.document_oid \
             WHERE c.client = $1 AND c.controller = $2 AND (c.created, c.document_oid) < ($3, $4) \
             ORDER BY c.created DESC, c.document_oid DESC LIMIT $5"
        ))
        .bind(client.to_owned())
        .bind(query.controller.as_str().to_owned())
        .bind(created)
        .bind(document.clone())
        .bind(i64::try_from(most + PIECE_EXTRA).unwrap_or(i64::MAX))
        .fetch_all(&mut **tx)
        .await?;
        let last = piece.len() < most + PIECE_EXTRA;
        let rows = with_clients(tx, piece.iter().filter_map(Row::read).collect(), Some(client)).await?;
        if let Some(row) = rows.last() {
            (created, document) = (row.created.as_microsecond(), row.document.as_str().to_owned());
        }
        for row in rows.into_iter().filter(|row| wanted(row)) {
            if taken.len() == most {
                return Ok(Page { next: taken.last().map(Row::key), rows: taken });
            }
            taken.push(row);
        }
        if last {
            return Ok(Page { rows: taken, next: None });
        }
    }
}

/// Rows of a piece beyond the page: some searches pass over a few, and one more tells whether there is a next page.
const PIECE_EXTRA: usize = 4;

/// The place that a page's key names; none when it is not one, which is as the first page.
fn after_key(key: &str) -> Option<(i64, String)> {
    let (created, document) = key.split_once('|')?;
    Some((created.parse().ok()?, document.to_owned()))
}

/// The order in which pages give rows.
pub fn newest_first(rows: &mut [Row]) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.key()));
}

/// The clients whom the query names, directly or by a case or a document of the register.
async fn clients_of(app: &App, tx: &mut Tx, query: &Query) -> Result<Vec<String>, StoreError> {
    let controller = query.controller.as_str();
    if let Some(client) = &query.client {
        return Ok(vec![check::client_index(&app.vault, controller, client)]);
    }
    let (head, key) = if let Some(case) = &query.case {
        (
            "SELECT m.client, c.controller FROM case_clients m JOIN cases c ON c.case_oid = m.case_oid \
             WHERE c.state <> 'invalidated' AND m.case_oid IN",
            case.as_str(),
        )
    } else if let Some(document) = &query.document {
        ("SELECT client, controller FROM document_clients WHERE document_oid IN", document.as_str())
    } else if let Some(set) = &query.set {
        (
            "SELECT m.client, m.controller FROM document_clients m JOIN documents d ON d.document_oid = m.document_oid \
             WHERE d.set_oid IN",
            set.as_str(),
        )
    } else {
        return Ok(Vec::new());
    };
    let rows = sql::select_in(tx, head, &[key.to_owned()]).await?;
    let of_register = rows.iter().filter(|row| row.get::<&str, _>(1) == controller);
    Ok(of_register.map(|row| row.get::<String, _>(0)).collect::<BTreeSet<_>>().into_iter().collect())
}

/// All documents of clients in a register, with every document's clients.
///
/// # Errors
/// What the database says.
pub async fn rows_of(tx: &mut Tx, controller: &str, clients: &[String]) -> Result<Vec<Row>, StoreError> {
    let mut rows = rows_in_all(tx, clients).await?;
    rows.retain(|row| row.controller == controller);
    Ok(rows)
}

/// All documents of clients, each in the register of the index that names it, with every document's clients.
///
/// # Errors
/// What the database says.
pub async fn rows_in_all(tx: &mut Tx, clients: &[String]) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM document_clients c JOIN documents d ON d.place = c.place AND d.document_oid = c.document_oid \
         WHERE c.client IN"
    );
    let rows = sql::select_in(tx, SQL, clients).await?;
    let read = rows.iter().filter_map(Row::read).map(|row| (row.document.as_str().to_owned(), row));
    let found: HashMap<String, Row> = read.collect();
    let known = if let [client] = clients { Some(client.as_str()) } else { None };
    with_clients(tx, found.into_values().collect(), known).await
}

/// Single versions by their OIDs.
///
/// # Errors
/// What the database says.
pub async fn rows_by_document(tx: &mut Tx, documents: &[String]) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM documents d WHERE d.document_oid IN");
    let rows = sql::select_in(tx, SQL, documents).await?;
    with_clients(tx, rows.iter().filter_map(Row::read).collect(), None).await
}

/// Fills in the clients of each row. A document that is sealed under the key of one client is of that client alone
/// (`check::key_subject`), so only joint documents are asked for.
async fn with_clients(tx: &mut Tx, mut rows: Vec<Row>, known: Option<&str>) -> Result<Vec<Row>, StoreError> {
    let mut joint: Vec<String> = Vec::new();
    for row in &mut rows {
        match known {
            Some(client) if row.key_subject == client => row.clients = vec![client.to_owned()],
            _ => joint.push(row.document.as_str().to_owned()),
        }
    }
    let named = sql::select_in(
        tx,
        "SELECT document_oid, client, temporary FROM document_clients WHERE document_oid IN",
        &joint,
    )
    .await?;
    let mut clients: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut temporary: BTreeSet<String> = BTreeSet::new();
    for row in named {
        clients.entry(row.get(0)).or_default().insert(row.get(1));
        if row.get::<i64, _>(2) == 1 {
            temporary.insert(row.get(0));
        }
    }
    for row in &mut rows {
        row.clients.extend(clients.remove(row.document.as_str()).into_iter().flatten());
        row.temporary = temporary.contains(row.document.as_str());
    }
    Ok(rows)
}

/// Whether the row is of what is asked for (FR-49).
pub fn fits(query: &Query, row: &Row) -> bool {
    let kind = match query.kind {
        // Old relationship data are kept apart and asked for by their own type (FR-96).
        QueryKind::Relationship => {
            row.group == "1" && (row.type_code != TYPE_OLD_RELATIONSHIP || query.type_code.is_some())
        }
        QueryKind::Case => row.group == "2",
        QueryKind::Metadata
        | QueryKind::Document
        | QueryKind::Summary
        | QueryKind::Consents
        | QueryKind::DisclosureSearch
        | QueryKind::DisclosureFetch => true,
    };
    let day = finnish_date(row.event_from);
    // A search by case gives the client's documents within the right, not only those of the case (spec 3.10).
    kind && query.document.as_ref().is_none_or(|document| *document == row.document)
        && query.set.as_ref().is_none_or(|set| set.as_str() == row.set)
        && query.task.as_ref().is_none_or(|task| row.tasks.contains(task))
        && query.service.as_ref().is_none_or(|service| row.services.contains(service))
        && query.process.as_ref().is_none_or(|process| *process == row.process)
        && query.type_code.as_ref().is_none_or(|code| *code == row.type_code || *code == row.general_type)
        && query.case.as_ref().is_none_or(|case| query.kind != QueryKind::Case || row.case == case.as_str())
        && query.unit.as_ref().is_none_or(|unit| unit.as_str() == row.unit)
        && query.from.is_none_or(|from| from <= day)
        && query.to.is_none_or(|to| day <= to)
}

/// One page of rows.
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<String>,
}

fn page_rows(query: &Query, rows_max: usize) -> usize {
    query.rows_max.map_or(rows_max, |most| most as usize).clamp(1, kanta::limits::PAGE_ROWS_MAX as usize)
}

/// Cuts a page, newest first.
pub fn page(query: &Query, rows: Vec<&Row>, rows_max: usize) -> Page {
    let most = page_rows(query, rows_max);
    let after = |row: &&&Row| query.page.as_ref().is_none_or(|page| row.key() < *page);
    let mut left = rows.iter().filter(after);
    let taken: Vec<Row> = left.by_ref().take(most).map(|row| (**row).clone()).collect();
    let next = left.next().and_then(|_| taken.last().map(Row::key));
    Page { rows: taken, next }
}
