//! What a group writes: rows gathered while decisions are made, then written with few statements.

use super::{
    join::{Effects, Link},
    working::micros,
};
use crate::{
    consents,
    entry::{Basis, CaseFacts, Derived, Entry, RelationshipFacts},
    special::{self, SpecialUse},
    sql::{flag, joined, text},
};
use jiff::{Timestamp, civil::Date};
use records::id::CaseId;
use sqlx::Row;
use std::collections::BTreeMap;
use store::{
    LogRow, StoreError, Tx, Vault,
    db::{Value, insert_many},
    log,
};

/// A data key that is not in the database yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// The register.
    pub register: String,
    /// Blind index of the client, or of the circle of clients of a joint document.
    pub subject: String,
    /// The key, wrapped under the master key.
    pub wrapped: Vec<u8>,
}

/// A certificate that is not known to be in the database yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// Its name in bodies.
    pub name: crate::bodies::Name,
    /// Blind index of the name.
    pub id: String,
    /// The certificate, encrypted.
    pub sealed: Vec<u8>,
}

/// A document's bytes, ready for its row.
#[derive(Debug, Clone, Default)]
pub struct Sealed {
    /// The folded, compressed and encrypted bytes.
    pub body: Vec<u8>,
    /// What a search answers with, likewise.
    pub header: Vec<u8>,
    /// Whose key.
    pub subject: String,
    /// Certificates that travel with it.
    pub certificates: Vec<NewCertificate>,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Rows {
    documents: Vec<NewDocument>,
    replaced: Vec<String>,
    invalidated: Vec<(String, Timestamp)>,
    cases: BTreeMap<String, CaseRows>,
    case_links: BTreeMap<String, (u32, Vec<Vec<Value>>)>,
    relationships: BTreeMap<(String, String), (u32, Vec<Value>)>,
    recordings: Vec<Vec<Value>>,
    visible: BTreeMap<String, Option<Vec<Value>>>,
    renamed: Vec<String>,
    links: Vec<(LinkPlace, Link, Timestamp)>,
    superseded: Vec<(String, String, Timestamp)>,
    grants: Vec<Vec<Value>>,
    consents: consents::Rows,
    specials: special::Rows,
    nonces: Vec<Vec<Value>>,
    nonces_until: Option<Timestamp>,
    keys: BTreeMap<(String, String), Vec<u8>>,
    certificates: BTreeMap<String, Vec<u8>>,
    logs: BTreeMap<String, Vec<LogRow>>,
    /// What the archivist's pages look up, noted beside the log.
    pub noted: crate::archivist::noted::Noted,
}

/// A document that has no place yet: its columns but for that, and the rows of its clients.
#[derive(Debug)]
struct NewDocument {
    key_subject: String,
    body: Vec<u8>,
    columns: Vec<Value>,
    clients: Vec<Vec<Value>>,
}

/// A case's version, its row, and the rows of its clients.
type CaseRows = (u32, Vec<Value>, Vec<Vec<Value>>);

/// The register and the relationship version that makes or undoes a link.
type LinkPlace = (String, String);

/// A day as a column: empty for none.
pub fn day_text(day: Option<Date>) -> String {
    day.map(|day| day.to_string()).unwrap_or_default()
}

impl Rows {
    /// A document and what it derives.
    pub fn document(&mut self, entry: &Entry, basis: Basis, receipt: &str, sealed: Sealed, at: Timestamp) {
        let Sealed { body, header, subject, certificates } = sealed;
        self.certificates.extend(certificates.into_iter().map(|one| (one.id, one.sealed)));
        let optional = |value: Option<&str>| value.map_or(Value::NoText, text);
        let columns = vec![
            text(entry.document.as_str()),
            text(entry.set.as_str()),
            Value::Int(i64::from(entry.version)),
            optional(entry.replaces.as_ref().map(|d| d.as_str())),
            text(entry.controller.as_str()),
            optional(entry.case.as_ref().map(|c| c.as_str())),
            optional(entry.relationship.as_ref().map(|r| r.as_str())),
            text(entry.group.as_str()),
            text(entry.type_code.as_str()),
            text(entry.general_type.as_str()),
            optional(entry.structure.as_deref()),
            text(joined(&entry.tasks)),
            text(joined(&entry.services)),
            text(entry.process.clone().unwrap_or_default()),
            text(entry.unit.as_ref().map(|u| u.as_str()).unwrap_or_default()),
            text(entry.author_organisation.as_str()),
            text(entry.connecting.as_str()),
            text(joined(&entry.authors)),
            text(basis.as_str()),
            text(entry.language.as_str()),
            Value::Int(micros(entry.event.0)),
            Value::Int(micros(entry.event.1)),
            Value::Int(micros(entry.created)),
            Value::Int(micros(at)),
            text("current"),
            flag(entry.special_content),
            text(entry.inaccessible.as_str()),
            text(entry.sha256.as_str()),
            text(receipt),
            text(subject.as_str()),
            Value::Blob(header),
        ];
        let of_client = |client: &crate::entry::ClientKey| {
            vec![
                text(client.index.as_str()),
                text(entry.controller.as_str()),
                Value::Int(micros(entry.created)),
                text(entry.document.as_str()),
                flag(client.temporary),
            ]
        };
        let clients = entry.clients.iter().map(of_client).collect();
        self.documents.push(NewDocument { key_subject: subject, body, columns, clients });
        if let Some(replaced) = &entry.replaces {
            self.replaced.push(replaced.as_str().to_owned());
        }
    }

    /// What a document changes besides its own row; `effects` were found before it was taken into account.
    pub fn derived(&mut self, entry: &Entry, effects: &Effects, at: Timestamp) {
        match &entry.derived {
            Derived::Nothing => {}
            Derived::Case(facts) => self.case(entry, facts),
            Derived::Relationship(facts) => self.relationship(entry, facts, effects, at),
            Derived::Consent(facts) => self.consents.add(entry, facts, at),
        }
        if let Some(link) = &effects.link {
            let place = (entry.controller.as_str().to_owned(), entry.document.as_str().to_owned());
            self.links.push((place, link.clone(), at));
        }
    }

    /// Until when the client does not see the set; a new version's word replaces the earlier one's.
    pub fn shown_from(&mut self, entry: &Entry, day: Option<Date>, at: Timestamp) {
        let reason = entry.inaccessible.as_str();
        let rule = day.map(|day| {
            let set = text(entry.set.as_str());
            vec![set, text("delay"), text(day.to_string()), text(reason), Value::Int(micros(at))]
        });
        if rule.is_some() || entry.version > 1 {
            self.visible.insert(entry.set.as_str().to_owned(), rule);
        }
    }

    /// Where the bytes of a recording lie.
    pub fn recording(&mut self, entry: &Entry, blob: Option<String>) {
        let (Some(recording), Some(blob)) = (&entry.recording, blob) else { return };
        self.recordings.push(vec![
            text(entry.document.as_str()),
            text(blob),
            text(recording.media.as_str()),
            Value::Int(i64::try_from(recording.bytes).unwrap_or(i64::MAX)),
            text(recording.sha256.as_str()),
        ]);
    }

    fn case(&mut self, entry: &Entry, facts: &CaseFacts) {
        let state = if facts.closed.is_some() { "closed" } else { "open" };
        let case = vec![
            text(facts.case.as_str()),
            text(entry.controller.as_str()),
            text(entry.set.as_str()),
            text(entry.document.as_str()),
            Value::Int(i64::from(entry.version)),
            text(facts.task.as_str()),
            text(state),
            text(facts.opened.to_string()),
            text(day_text(facts.closed)),
        ];
        let clients = facts
            .clients
            .iter()
            .map(|member| {
                vec![
                    text(facts.case.as_str()),
                    text(member.client.as_str()),
                    Value::Int(micros(member.joined)),
                    Value::Int(member.left.map_or(0, micros)),
                ]
            })
            .collect();
        let linked = |link: &CaseId| vec![text(facts.case.as_str()), text(link.as_str())];
        self.case_links
            .insert(facts.case.as_str().to_owned(), (entry.version, entry.links.iter().map(linked).collect()));
        self.cases.insert(facts.case.as_str().to_owned(), (entry.version, case, clients));
    }

    fn relationship(&mut self, entry: &Entry, facts: &RelationshipFacts, effects: &Effects, at: Timestamp) {
        let Some(client) = entry.clients.first() else { return };
        let row = vec![
            text(entry.controller.as_str()),
            text(client.index.as_str()),
            text(facts.relationship.as_str()),
            text(entry.set.as_str()),
            text(entry.document.as_str()),
            Value::Int(i64::from(entry.version)),
            text(facts.started.to_string()),
            text(day_text(facts.ended)),
        ];
        let key = (entry.controller.as_str().to_owned(), client.index.clone());
        if effects.link.is_some() {
            // Under its other name it lives no more, neither in the table nor in this group.
            self.renamed.push(entry.set.as_str().to_owned());
            self.relationships.retain(|_, (_, row)| row.get(3) != Some(&text(entry.set.as_str())));
        }
        if effects.live {
            self.relationships.insert(key, (entry.version, row));
        }
        if entry.version > 1 {
            self.superseded.push((entry.set.as_str().to_owned(), entry.document.as_str().to_owned(), at));
        }
        self.grants.extend(grant_rows(entry, facts, at));
    }

    /// Marks all versions of a set invalid, and what they derived with them.
    pub fn invalidate(&mut self, set: &str, at: Timestamp) {
        self.invalidated.push((set.to_owned(), at));
    }

    /// A used nonce, remembered until it is too old to be accepted anyway.
    pub fn nonce(&mut self, organisation: &str, nonce: &str, expires: Timestamp) {
        self.nonces.push(vec![text(organisation), text(nonce), Value::Int(micros(expires))]);
    }

    /// Forgets nonces that had expired by an instant; a message that old is refused by its time.
    pub fn forget_nonces(&mut self, expired: Timestamp) {
        self.nonces_until = Some(expired);
    }

    /// A data key to be stored with the group.
    pub fn key(&mut self, key: NewKey) {
        self.keys.insert((key.register, key.subject), key.wrapped);
    }

    /// The use of a special reason.
    pub fn special(&mut self, used: SpecialUse, at: Timestamp) {
        self.specials.add(used, at);
    }

    /// A log row of a register.
    pub fn log(&mut self, register: &str, row: LogRow) {
        self.logs.entry(register.to_owned()).or_default().push(row);
    }

    /// Writes everything; the log comes last, so that its lock is short.
    ///
    /// # Errors
    /// What the database says; then nothing of the group may be acknowledged.
    pub async fn write(self, tx: &mut Tx, vault: &Vault) -> Result<(), StoreError> {
        write_keys(tx, self.keys).await?;
        write_certificates(tx, self.certificates).await?;
        write_documents(tx, self.documents).await?;
        insert_many(tx, "INSERT INTO recordings (document_oid, blob, media, bytes, sha256)", self.recordings).await?;
        for document in self.replaced {
            sqlx::query("UPDATE documents SET state = 'replaced' WHERE document_oid = $1 AND state = 'current'")
                .bind(document)
                .execute(&mut **tx)
                .await?;
        }
        write_visible(tx, self.visible).await?;
        write_cases(tx, self.cases).await?;
        write_case_links(tx, self.case_links).await?;
        insert_many(tx, GRANTS, self.grants).await?;
        for set in self.renamed {
            sqlx::query("DELETE FROM relationships WHERE set_oid = $1").bind(set).execute(&mut **tx).await?;
        }
        for (place, link, at) in self.links {
            write_link(tx, place, link, at).await?;
        }
        write_relationships(tx, self.relationships, self.superseded).await?;
        self.consents.write(tx).await?;
        self.specials.write(tx).await?;
        for (set, at) in self.invalidated {
            write_invalidation(tx, &set, at).await?;
        }
        if let Some(expired) = self.nonces_until {
            sqlx::query("DELETE FROM nonces WHERE expires <= $1").bind(micros(expired)).execute(&mut **tx).await?;
        }
        insert_many(tx, "INSERT INTO nonces (organisation, nonce, expires)", self.nonces).await?;
        self.noted.write(tx).await?;
        for (register, rows) in self.logs {
            log::append(tx, vault, &register, &rows).await?;
        }
        Ok(())
    }
}

const DOCUMENTS: &str = "INSERT INTO documents (document_oid, set_oid, version, replaces, controller, case_oid, \
    relationship_oid, document_group, type_code, general_type, structure_oid, tasks, service, process, unit, \
    author_organisation, connecting_organisation, authors, basis, language, event_from, event_to, created, archived_at, \
    state, special_content, inaccessible, sha256, receipt, key_subject, header, place)";
const CLIENTS: &str = "INSERT INTO document_clients (client, controller, created, document_oid, temporary, place)";
const GRANTS: &str = "INSERT INTO grants (document_oid, row_number, controller, client, task, services, unit, via, \
    starts, ends, granted_at, superseded_at)";
const CASES: &str =
    "INSERT INTO cases (case_oid, controller, set_oid, document_oid, version, task, state, opened, closed)";
const RELATIONSHIPS: &str = "INSERT INTO relationships (controller, client, relationship_oid, set_oid, document_oid, \
    version, started, ended)";

/// The unit rows of a relationship version as table rows; also used by the rebuild, so that both give the same.
pub fn grant_rows(entry: &Entry, facts: &RelationshipFacts, at: Timestamp) -> Vec<Vec<Value>> {
    let Some(client) = entry.clients.first() else { return Vec::new() };
    let row = |(number, row): (i64, &crate::entry::UnitRow)| {
        vec![
            text(entry.document.as_str()),
            Value::Int(number),
            text(entry.controller.as_str()),
            text(client.index.as_str()),
            text(row.task.as_str()),
            text(joined(&row.services)),
            text(row.unit.as_str()),
            text(row.via.as_str()),
            text(row.starts.to_string()),
            text(day_text(row.ends)),
            Value::Int(micros(at)),
            Value::Int(0),
        ]
    };
    (0..).zip(&facts.rows).map(row).collect()
}

/// Inserts the rows of [`grant_rows`].
///
/// # Errors
/// What the database says.
pub async fn insert_grants(tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
    insert_many(tx, GRANTS, rows).await
}

/// Gives each document the next number, and with it its place. The writer is the only one who gives them.
async fn write_documents(tx: &mut Tx, documents: Vec<NewDocument>) -> Result<(), StoreError> {
    if documents.is_empty() {
        return Ok(());
    }
    let first: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(number), 0) + 1 FROM bodies").fetch_one(&mut **tx).await?;
    let (mut bodies, mut rows, mut client_rows) = (Vec::new(), Vec::new(), Vec::new());
    for (number, document) in (first..).zip(documents) {
        let NewDocument { key_subject, body, mut columns, clients } = document;
        let place = crate::sql::place(&key_subject, number);
        columns.push(Value::Int(place));
        client_rows.extend(clients.into_iter().map(|mut row| {
            row.push(Value::Int(place));
            row
        }));
        bodies.push(vec![Value::Int(number), Value::Blob(body)]);
        rows.push(columns);
    }
    insert_many(tx, "INSERT INTO bodies (number, body)", bodies).await?;
    insert_many(tx, DOCUMENTS, rows).await?;
    insert_many(tx, CLIENTS, client_rows).await
}

/// Stores keys that are not stored yet: a document that was prepared before an earlier group's commit still carries its
/// client's key. One process writes to a database, so a stored key is always the one that is carried.
async fn write_keys(tx: &mut Tx, mut keys: BTreeMap<(String, String), Vec<u8>>) -> Result<(), StoreError> {
    let subjects: Vec<String> = keys.keys().map(|(_, subject)| subject.clone()).collect();
    let stored =
        crate::sql::select_in(tx, "SELECT register, client, wrapped FROM data_key WHERE client IN", &subjects).await?;
    for row in stored {
        let name = (row.get(0), row.get(1));
        if keys.remove(&name).is_some_and(|carried| carried != row.get::<Vec<u8>, _>(2)) {
            return Err(StoreError::Inconsistent { table: "data_key", what: "another process writes here".to_owned() });
        }
    }
    let rows = keys
        .into_iter()
        .map(|((register, subject), wrapped)| vec![text(register), text(subject), Value::Blob(wrapped)])
        .collect();
    insert_many(tx, "INSERT INTO data_key (register, client, wrapped)", rows).await
}

/// Stores certificates that are not stored yet: after a start none is known to be.
async fn write_certificates(tx: &mut Tx, mut certificates: BTreeMap<String, Vec<u8>>) -> Result<(), StoreError> {
    let ids: Vec<String> = certificates.keys().cloned().collect();
    for row in crate::sql::select_in(tx, "SELECT id FROM certificates WHERE id IN", &ids).await? {
        certificates.remove(row.get::<&str, _>(0));
    }
    let rows = certificates.into_iter().map(|(id, sealed)| vec![text(id), Value::Blob(sealed)]).collect();
    insert_many(tx, "INSERT INTO certificates (id, sealed)", rows).await
}

/// A first version has no earlier rows (a second set for the same case or client was refused), so it costs no delete.
async fn write_cases(tx: &mut Tx, cases: BTreeMap<String, CaseRows>) -> Result<(), StoreError> {
    let mut case_rows = Vec::with_capacity(cases.len());
    let mut client_rows = Vec::with_capacity(cases.len());
    for (case, (version, row, clients)) in cases {
        let earlier = if version > 1 { 2 } else { 0 };
        for sql in ["DELETE FROM cases WHERE case_oid = $1", "DELETE FROM case_clients WHERE case_oid = $1"]
            .into_iter()
            .take(earlier)
        {
            sqlx::query(sql).bind(case.clone()).execute(&mut **tx).await?;
        }
        case_rows.push(row);
        client_rows.extend(clients);
    }
    insert_many(tx, CASES, case_rows).await?;
    insert_many(tx, "INSERT INTO case_clients (case_oid, client, joined, left_at)", client_rows).await
}

async fn write_visible(tx: &mut Tx, visible: BTreeMap<String, Option<Vec<Value>>>) -> Result<(), StoreError> {
    for set in visible.keys() {
        let delete = "DELETE FROM visibility_rules WHERE set_oid = $1 AND mode = 'delay'";
        sqlx::query(delete).bind(set.clone()).execute(&mut **tx).await?;
    }
    let rows = visible.into_values().flatten().collect();
    insert_many(tx, "INSERT INTO visibility_rules (set_oid, mode, until, reason, set_at)", rows).await
}

async fn write_case_links(tx: &mut Tx, links: BTreeMap<String, (u32, Vec<Vec<Value>>)>) -> Result<(), StoreError> {
    let mut rows = Vec::new();
    for (case, (version, linked)) in links {
        if version > 1 {
            sqlx::query("DELETE FROM case_links WHERE case_oid = $1").bind(case).execute(&mut **tx).await?;
        }
        rows.extend(linked);
    }
    insert_many(tx, "INSERT INTO case_links (case_oid, linked)", rows).await
}

/// A join is a new row; undoing it closes that row and keeps it.
async fn write_link(tx: &mut Tx, place: LinkPlace, link: Link, at: Timestamp) -> Result<(), StoreError> {
    let (controller, document) = place;
    if link.undone {
        sqlx::query(
            "UPDATE temporary_links SET undone_at = $1, undone_by = $2 \
             WHERE undone_at = 0 AND controller = $3 AND temporary = $4 AND hetu = $5",
        )
        .bind(micros(at))
        .bind(document)
        .bind(controller)
        .bind(link.temporary)
        .bind(link.hetu)
        .execute(&mut **tx)
        .await?;
        return Ok(());
    }
    let row = vec![
        text(controller),
        text(link.temporary),
        text(link.hetu),
        text(document),
        Value::Int(micros(at)),
        text(""),
        Value::Int(0),
    ];
    let head =
        "INSERT INTO temporary_links (controller, temporary, hetu, document_oid, linked_at, undone_by, undone_at)";
    insert_many(tx, head, vec![row]).await
}

async fn write_relationships(
    tx: &mut Tx,
    relationships: BTreeMap<(String, String), (u32, Vec<Value>)>,
    superseded: Vec<(String, String, Timestamp)>,
) -> Result<(), StoreError> {
    let mut rows = Vec::with_capacity(relationships.len());
    for ((controller, client), (version, row)) in relationships {
        if version > 1 {
            sqlx::query("DELETE FROM relationships WHERE controller = $1 AND client = $2")
                .bind(controller)
                .bind(client)
                .execute(&mut **tx)
                .await?;
        }
        rows.push(row);
    }
    insert_many(tx, RELATIONSHIPS, rows).await?;
    for (set, document, at) in superseded {
        supersede(tx, &set, &document, at).await?;
    }
    Ok(())
}

/// Ends the rows of all earlier versions of the set at the time of the new one. Only rows of versions before it: in a
/// group that holds two versions the later one stays.
///
/// # Errors
/// What the database says.
pub async fn supersede(tx: &mut Tx, set: &str, document: &str, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE grants SET superseded_at = $1 WHERE superseded_at = 0 AND document_oid IN \
         (SELECT e.document_oid FROM documents e, documents n WHERE e.set_oid = $2 AND n.document_oid = $3 \
          AND e.version < n.version)",
    )
    .bind(micros(at))
    .bind(set.to_owned())
    .bind(document.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn write_invalidation(tx: &mut Tx, set: &str, at: Timestamp) -> Result<(), StoreError> {
    sqlx::query("UPDATE documents SET state = 'invalidated', invalidated_at = $1 WHERE set_oid = $2")
        .bind(micros(at))
        .bind(set.to_owned())
        .execute(&mut **tx)
        .await?;
    for sql in
        ["UPDATE cases SET state = 'invalidated' WHERE set_oid = $1", "DELETE FROM relationships WHERE set_oid = $1"]
    {
        sqlx::query(sql).bind(set.to_owned()).execute(&mut **tx).await?;
    }
    sqlx::query(
        "UPDATE grants SET superseded_at = $1 WHERE superseded_at = 0 AND document_oid IN \
         (SELECT document_oid FROM documents WHERE set_oid = $2)",
    )
    .bind(micros(at))
    .bind(set.to_owned())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
