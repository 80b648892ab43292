//! The use log (käyttöloki) of this system: one chained log per organisation (functional specification 2.5).
//!
//! A use is logged in the transaction that does it, or before anything is shown.

use records::id::ClientId;
use store::{
    Tx,
    log::{self, Action, Actor, Basis, LogClient, LogDocument, LogRow, Outcome},
};

use crate::{clients::store::Client, error::Result, op::Op, recording::documents::Stored};

/// What happened.
pub struct Event {
    action: Action,
    client: Option<LogClient>,
    case: Option<String>,
    documents: Vec<LogDocument>,
    basis: String,
    outcome: Outcome,
    detail: Option<String>,
    count: u32,
}

impl Event {
    /// An act that concerns no client.
    pub fn plain(action: Action, basis: &str) -> Self {
        Self {
            action,
            client: None,
            case: None,
            documents: Vec::new(),
            basis: basis.to_owned(),
            outcome: Outcome::Done,
            detail: None,
            count: 0,
        }
    }

    /// An act on a client.
    pub fn of_client(action: Action, client: &Client) -> Self {
        let basis = match client.arrangement {
            crate::clients::store::Arrangement::Bought => "grant",
            _ => "own_task",
        };
        let id = client
            .person
            .id()
            .ok()
            .map(|id: ClientId| LogClient { root: id.root().to_owned(), id: id.extension().to_owned() });
        Self { client: id, ..Self::plain(action, basis) }
    }

    /// An act on a document.
    pub fn of_document(action: Action, client: &Client, document: &Stored) -> Self {
        Self {
            case: document.case.as_ref().map(|case| case.as_str().to_owned()),
            documents: vec![LogDocument { id: document.oid.as_str().to_owned(), version: document.version }],
            ..Self::of_client(action, client)
        }
    }

    /// With the case.
    pub fn case(mut self, case: &str) -> Self {
        self.case = Some(case.to_owned());
        self
    }

    /// With the documents whose content was shown: OID and version.
    pub fn documents(mut self, shown: impl IntoIterator<Item = (String, u32)>) -> Self {
        self.documents.extend(shown.into_iter().map(|(id, version)| LogDocument { id, version }));
        self
    }

    /// With how it ended.
    pub fn outcome(mut self, outcome: Outcome) -> Self {
        self.outcome = outcome;
        self
    }

    /// With words: criteria of a search, a reason. They are stored encrypted.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// With how many were found.
    pub fn count(mut self, count: usize) -> Self {
        self.count = u32::try_from(count).unwrap_or(u32::MAX);
        self
    }
}

/// Writes an event into the organisation's log, in the transaction of the act.
///
/// # Errors
/// When the log cannot be written; then the act must not be done.
pub async fn write(op: &Op, tx: &mut Tx, event: Event) -> Result<()> {
    let actor = Actor {
        id: op.actor.hetu.as_str().to_owned(),
        registration: op.actor.registration.as_ref().map(|number| number.as_str().to_owned()),
        name: op.actor.name(),
        role: "worker".into(),
        duty: Some(op.actor.duty.clone()),
        method: Some(op.strength().code().to_owned()),
        strength: Some(op.strength().code().to_owned()),
        ..Actor::default()
    };
    let mut row = LogRow::new(op.now, actor, op.org(), event.action, event.outcome);
    row.unit = Some(op.unit.as_str().to_owned());
    row.client = event.client;
    row.case = event.case;
    row.documents = event.documents;
    row.basis = Basis { kind: event.basis, reference: None };
    row.detail = event.detail;
    row.count = event.count;
    log::append(tx, &op.app.vault, &format!("casework/{}", op.org), &[row]).await?;
    Ok(())
}

/// Writes an event in a transaction of its own, before something is shown.
///
/// # Errors
/// As [`write`].
pub async fn write_now(op: &Op, event: Event) -> Result<()> {
    let mut tx = op.write().await?;
    write(op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(())
}
