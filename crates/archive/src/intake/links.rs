//! Joined temporary ids as rows: who else a blind index stands for (FR-62).

use sqlx::Row as _;
use std::collections::HashMap;
use store::{StoreError, Tx};

use crate::sql;

/// A link as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The register.
    pub controller: String,
    /// Blind index of the temporary id.
    pub temporary: String,
    /// Blind index of the personal identity code.
    pub hetu: String,
    /// Whether it was undone.
    pub undone: bool,
}

/// The links in which any of the clients stands, on either side.
///
/// # Errors
/// What the database says.
pub async fn rows(tx: &mut Tx, clients: &[String]) -> Result<Vec<Row>, StoreError> {
    const SQL: &str = "SELECT controller, temporary, hetu, undone_at FROM temporary_links WHERE temporary IN";
    let rows = sql::select_in_either(tx, SQL, "OR hetu IN", clients).await?;
    let row = |row: sqlx::any::AnyRow| Row {
        controller: row.get(0),
        temporary: row.get(1),
        hetu: row.get(2),
        undone: row.get::<i64, _>(3) != 0,
    };
    Ok(rows.into_iter().map(row).collect())
}

/// The clients of a search by their lasting names, and under which other names their documents may still stand.
pub struct Names {
    /// The clients, each by the name that counts: a joined temporary id by the code it was joined to.
    pub clients: Vec<String>,
    lasting: HashMap<String, String>,
}

impl Names {
    /// Reads the live links of clients in a register.
    ///
    /// # Errors
    /// What the database says.
    pub async fn of(tx: &mut Tx, controller: &str, clients: Vec<String>) -> Result<Self, StoreError> {
        let mut lasting = HashMap::new();
        let mut named = clients;
        // Twice: a temporary id leads to a code, and the code to all temporary ids that were joined to it.
        for _ in 0..2 {
            let found = rows(tx, &named).await?;
            let before = lasting.len();
            let live = found.into_iter().filter(|row| !row.undone && row.controller == controller);
            lasting.extend(live.map(|row| (row.temporary, row.hetu)));
            if lasting.len() == before {
                break;
            }
            named = named.into_iter().map(|name| lasting.get(&name).cloned().unwrap_or(name)).collect();
            named.sort();
            named.dedup();
        }
        Ok(Self { clients: named, lasting })
    }

    /// Whether any of the clients has another name.
    pub fn joined(&self) -> bool {
        !self.lasting.is_empty()
    }

    /// Every name under which the clients' documents stand.
    pub fn all(&self) -> Vec<String> {
        self.clients.iter().chain(self.lasting.keys()).cloned().collect()
    }

    /// Puts lasting names into a document's list of clients.
    pub fn settle(&self, clients: &mut Vec<String>) {
        if self.lasting.is_empty() {
            return;
        }
        for client in clients.iter_mut() {
            if let Some(lasting) = self.lasting.get(client) {
                client.clone_from(lasting);
            }
        }
        clients.sort();
        clients.dedup();
    }
}
