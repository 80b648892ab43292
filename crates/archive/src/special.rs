//! The 24 hours of a special reason (FR-51, functional specification 3.13): the first use of a reason for a client begins
//! them, and the same words do not begin them anew. What a worker wrote is not kept here, only a blind index of it; the
//! words themselves stand in the log row of every use.

use crate::{
    entry::{Derived, Entry},
    intake::{
        actor::Actor,
        decide::Acting,
        working::{instant, micros},
    },
};
use jiff::Timestamp;
use sqlx::Row;
use std::collections::BTreeMap;
use store::{StoreError, Tx, Vault};

/// One worker's reason for one client in one register.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SpecialUse {
    /// The register.
    pub register: String,
    /// Blind index of the client.
    pub client: String,
    /// Blind index of the worker.
    pub worker: String,
    /// Blind index of code and words.
    pub wording: String,
    /// The reason's code.
    pub code: String,
}

/// The reasons that a message uses, one for each client; none when it gives no reason.
pub fn uses(vault: &Vault, actor: &Actor, register: &str, clients: &[String]) -> Vec<SpecialUse> {
    let Some(reason) = &actor.toimija.special_reason else { return Vec::new() };
    let of = |client: &String| SpecialUse {
        register: register.to_owned(),
        client: client.clone(),
        worker: vault.blind_index(register, &format!("worker|{}", actor.toimija.worker.as_str())),
        wording: vault.blind_index(register, &format!("reason|{}|{}", reason.code, reason.text.trim())),
        code: reason.code.clone(),
    };
    clients.iter().map(of).collect()
}

/// The reasons that a document to be stored uses. An expression of will is of no register: the relation that a reason
/// stands for is one to the client of the register that received it.
pub fn uses_of(vault: &Vault, actor: &Actor, entry: &Entry) -> Vec<SpecialUse> {
    match &entry.derived {
        Derived::Consent(facts) => {
            uses(vault, actor, facts.received_in.as_str(), std::slice::from_ref(&facts.client_there))
        }
        _ => {
            let clients: Vec<String> = entry.clients.iter().map(|client| client.index.clone()).collect();
            uses(vault, actor, entry.controller.as_str(), &clients)
        }
    }
}

/// Lets the reason count from its first use.
///
/// # Errors
/// What the database says.
pub async fn begin(tx: &mut Tx, acting: &mut Acting, uses: &[SpecialUse]) -> Result<(), StoreError> {
    for used in uses {
        let first: Option<Timestamp> = sqlx::query(
            "SELECT first_used FROM special_reasons WHERE register = $1 AND client = $2 AND worker = $3 AND wording = $4",
        )
        .bind(used.register.clone())
        .bind(used.client.clone())
        .bind(used.worker.clone())
        .bind(used.wording.clone())
        .fetch_optional(&mut **tx)
        .await?
        .map(|row| instant(row.get(0)));
        if let (Some(first), Some(reason)) = (first, &mut acting.reason) {
            reason.since = reason.since.min(first);
        }
    }
    Ok(())
}

/// First uses to be written with a group; of one that is known already nothing changes.
#[derive(Debug, Default)]
pub struct Rows(BTreeMap<SpecialUse, Timestamp>);

impl Rows {
    /// A use.
    pub fn add(&mut self, used: SpecialUse, at: Timestamp) {
        self.0.entry(used).or_insert(at);
    }

    /// Writes them.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        for (used, at) in self.0 {
            sqlx::query(
                "INSERT INTO special_reasons (register, client, worker, wording, code, first_used) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (register, client, worker, wording) DO NOTHING",
            )
            .bind(used.register)
            .bind(used.client)
            .bind(used.worker)
            .bind(used.wording)
            .bind(used.code)
            .bind(micros(at))
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }
}
