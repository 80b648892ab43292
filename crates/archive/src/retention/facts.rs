//! The facts on which a document's time rests: its case as it is now, and what is known of its clients.

use super::RetentionError;
use crate::{
    App,
    intake::{check, working},
    maintenance::stored,
    queries::fetch,
    rights, sql,
};
use jiff::civil::Date;
use records::{
    code::ServiceTask,
    id::{ClientId, PersonalIdentityCode},
    retention::{self, Client, Due, Facts},
    time::finnish_date,
};
use sqlx::Row;
use std::collections::HashMap;
use store::StoreError;

/// Sets read at a time.
const PAGE: i64 = 500;

/// A set of versions with what decides about its time.
#[derive(Debug, Clone)]
pub struct Set {
    /// OID of the set.
    pub set: String,
    /// Type of its newest version.
    pub type_code: String,
    /// Its case or empty.
    pub case: String,
    /// How many versions there are.
    pub versions: i64,
    /// When its time is over.
    pub due: Due,
}

/// Reads sets of a register page by page and says when the time of each is over. Clients are looked up once each.
pub struct Walk<'a> {
    app: &'a App,
    controller: &'a str,
    after: String,
    clients: HashMap<String, Client>,
}

impl<'a> Walk<'a> {
    /// A walk over a register.
    pub fn new(app: &'a App, controller: &'a str) -> Self {
        Self { app, controller, after: String::new(), clients: HashMap::new() }
    }

    /// The next sets in the order of their OIDs; empty at the end.
    ///
    /// # Errors
    /// `OutOfReach` when the population data cannot be asked; what the database says.
    pub async fn next(&mut self) -> Result<Vec<Set>, RetentionError> {
        let rows = self.page().await?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        self.after = last.get(0);
        let mut sets = Vec::with_capacity(rows.len());
        for row in &rows {
            sets.push(self.set(row).await?);
        }
        Ok(sets)
    }

    /// The newest version of each set, with its case.
    async fn page(&self) -> Result<Vec<sqlx::any::AnyRow>, StoreError> {
        let mut tx = self.app.db.read().await?;
        let rows = sqlx::query(
            "SELECT d.set_oid, d.document_oid, d.type_code, d.case_oid, d.document_group, d.tasks, d.version, \
             c.opened, c.closed FROM documents d LEFT JOIN cases c ON c.case_oid = d.case_oid \
             WHERE d.controller = $1 AND d.set_oid > $2 AND d.version = \
             (SELECT MAX(n.version) FROM documents n WHERE n.set_oid = d.set_oid) ORDER BY d.set_oid LIMIT $3",
        )
        .bind(self.controller.to_owned())
        .bind(self.after.clone())
        .bind(PAGE)
        .fetch_all(&mut *tx)
        .await?;
        Ok(rows)
    }

    async fn set(&mut self, row: &sqlx::any::AnyRow) -> Result<Set, RetentionError> {
        let text = |column: usize| row.get::<Option<String>, _>(column).unwrap_or_default();
        let mut facts = Facts {
            group: records::code::DocumentGroup::parse(&text(4)),
            tasks: sql::split(&text(5)).iter().filter_map(|task| ServiceTask::parse(task)).collect(),
            case_opened: working::day(&text(7)),
            case_closed: working::day(&text(8)),
            replaced: None,
            clients: Vec::new(),
        };
        // Most documents wait for their case only: the clients are looked up where a rule asks for them.
        if facts.case_closed.is_some() || facts.tasks.is_empty() || facts.group != Some(rights::group_of("5")) {
            facts.clients = self.clients_of(&text(1)).await?;
        }
        let due = retention::due(&facts);
        Ok(Set { set: text(0), type_code: text(2), case: text(3), versions: row.get(6), due })
    }

    async fn clients_of(&mut self, document: &str) -> Result<Vec<Client>, RetentionError> {
        let mut tx = self.app.db.read().await?;
        let rows = sql::select_in(
            &mut tx,
            "SELECT client FROM document_clients WHERE document_oid IN",
            &[document.to_owned()],
        )
        .await?;
        tx.rollback().await?;
        let mut clients = Vec::with_capacity(rows.len());
        for row in rows {
            let index: String = row.get(0);
            if let Some(known) = self.clients.get(&index) {
                clients.push(*known);
                continue;
            }
            let client = self.client(&index, document).await?;
            self.clients.insert(index, client);
            clients.push(client);
        }
        Ok(clients)
    }

    async fn client(&self, index: &str, document: &str) -> Result<Client, RetentionError> {
        let disability_closed = self.disability_closed(index).await?;
        let identity = match fetch::identity_of(self.app, self.controller, index).await? {
            Some(identity) => Some(identity),
            // The relationship may be gone before the documents.
            None => self.identity_in(document, index).await?,
        };
        let Some(hetu) = identity.as_ref().and_then(ClientId::hetu) else {
            return Ok(Client { disability_closed, ..Client::default() });
        };
        let died = self.died(hetu).await?;
        Ok(Client { born: Some(hetu.birth_date()), died, disability_closed })
    }

    /// Who the index is, from the document itself.
    async fn identity_in(&self, document: &str, index: &str) -> Result<Option<ClientId>, StoreError> {
        let mut tx = self.app.db.read().await?;
        let row = sqlx::query(concat!(
            "SELECT d.key_subject, d.sha256, b.body FROM documents d ",
            sql::with_body!(),
            " WHERE d.document_oid = $1"
        ))
        .bind(document.to_owned())
        .fetch_one(&mut *tx)
        .await?;
        tx.rollback().await?;
        let body: Vec<u8> = row.get(2);
        let bytes = stored::open(self.app, document, self.controller, row.get(0), row.get(1), &body).await?;
        let Ok(decoded) = kanta::document::decode(&bytes, &kanta::Limits::default()) else { return Ok(None) };
        let mut clients = decoded.document.header.patients.into_iter().map(|patient| patient.id);
        Ok(clients.find(|client| check::client_index(&self.app.vault, self.controller, client) == index))
    }

    async fn died(&self, hetu: &PersonalIdentityCode) -> Result<Option<Date>, RetentionError> {
        let today = finnish_date(self.app.clock.now());
        let died = self.app.registers.died(hetu).await.map_err(|_| RetentionError::OutOfReach)?;
        Ok(died.filter(|day| *day <= today))
    }

    /// When the client's last case of disability services was closed; none while one is open.
    async fn disability_closed(&self, index: &str) -> Result<Option<Date>, StoreError> {
        let mut tx = self.app.db.read().await?;
        let rows = sqlx::query(
            "SELECT c.closed FROM cases c JOIN case_clients m ON m.case_oid = c.case_oid \
             WHERE m.client = $1 AND c.controller = $2 AND c.task = $3 AND c.state <> 'invalidated'",
        )
        .bind(index.to_owned())
        .bind(self.controller.to_owned())
        .bind(ServiceTask::Disability.code())
        .fetch_all(&mut *tx)
        .await?;
        let days: Option<Vec<Date>> = rows.iter().map(|row| working::day(row.get(0))).collect();
        Ok(days.and_then(|days| days.into_iter().max()))
    }
}
