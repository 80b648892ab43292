//! What the archive writes into the logs: one event per message, whatever came of it (functional specification 2.5).
//!
//! The rows themselves, their encryption and their hash tree are `store`'s.

use crate::entry::{Basis, Denial};
use jiff::Timestamp;
use records::{id::ClientId, refusal::Refusal};
use store::log::{Action, Actor, Basis as LogBasis, LogClient, LogDocument, LogRow, Outcome, Reason};

/// The log of messages that never reached a register: unreadable ones, and those of nobody known.
pub const TECHNICAL: &str = "archive";

/// One event, before it is known how it ended.
#[derive(Clone)]
pub struct Event {
    /// The register whose log it goes to.
    pub register: Option<String>,
    /// Who.
    pub actor: Actor,
    /// Organisation acted in.
    pub organisation: String,
    /// Unit.
    pub unit: Option<String>,
    /// Whose data; one log row for each.
    pub clients: Vec<LogClient>,
    /// The case.
    pub case: Option<String>,
    /// The documents.
    pub documents: Vec<LogDocument>,
    /// What.
    pub action: Action,
    /// Purpose of use.
    pub purpose: Option<String>,
    /// Ground: kind and reference.
    pub ground: LogBasis,
    /// Special reason.
    pub reason: Option<Reason>,
    /// How it ended, when known already.
    pub outcome: Outcome,
    /// How many documents or rows were given.
    pub count: u32,
    /// Message id and connection.
    pub source: Option<String>,
    /// Digest of a stored document, search terms, or what a refused requester was told.
    pub detail: Option<String>,
}

/// No personal data: an event may be printed in an error of ours.
impl std::fmt::Debug for Event {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Event").field("action", &self.action).finish_non_exhaustive()
    }
}

impl Event {
    /// An event of which only the connection is known.
    pub fn of_connection(connecting: &str, action: Action) -> Self {
        Self {
            register: None,
            actor: Actor { id: connecting.to_owned(), role: "system".to_owned(), ..Actor::default() },
            organisation: connecting.to_owned(),
            unit: None,
            clients: Vec::new(),
            case: None,
            documents: Vec::new(),
            action,
            purpose: None,
            ground: LogBasis { kind: "technical".to_owned(), reference: None },
            reason: None,
            outcome: Outcome::Done,
            count: 0,
            source: None,
            detail: None,
        }
    }

    /// Notes on what right the act rests.
    pub fn basis(&mut self, basis: Basis) {
        let kind = match basis {
            Basis::Own => "own_register",
            Basis::Rko => "grant",
        };
        self.ground.kind = kind.to_owned();
    }

    /// Notes a refusal: its true cause, and what was told when that differs (decisions.md 3).
    pub fn denied(&mut self, denial: &Denial) {
        if matches!(self.action, Action::Archive) {
            self.action = Action::Reject;
        }
        self.outcome = if is_right(denial.cause) {
            Outcome::Denied(denial.cause.code().to_owned())
        } else {
            Outcome::Refused(denial.cause.code().to_owned())
        };
        self.count = 0;
        if denial.told != denial.cause {
            self.detail = Some(format!("told={}", denial.told.code()));
        }
    }

    /// The code of the outcome, for the counters.
    pub fn code(&self) -> &str {
        match &self.outcome {
            Outcome::Denied(code) | Outcome::Refused(code) | Outcome::Failed(code) => code,
            Outcome::Done | Outcome::Repeated => "OK",
        }
    }

    /// What is answered when the right changed between decision and log.
    pub fn changed_under_way(&self) -> Refusal {
        if self.ground.kind == "grant" { Refusal::RkoNotValid } else { Refusal::NoContextRelation }
    }

    /// The rows: one for each client, or one without a client.
    pub fn rows(self, outcome: Outcome, at: Timestamp) -> Vec<LogRow> {
        let mut row = LogRow::new(at, self.actor, self.organisation, self.action, outcome);
        row.unit = self.unit;
        row.case = self.case;
        row.documents = self.documents;
        row.purpose = self.purpose;
        row.basis = self.ground;
        row.reason = self.reason;
        row.count = self.count;
        row.source = self.source;
        row.detail = self.detail;
        if self.clients.is_empty() {
            return vec![row];
        }
        self.clients.into_iter().map(|client| LogRow { client: Some(client), ..row.clone() }).collect()
    }
}

/// Whether a refusal says that there is no right, rather than that something is faulty.
fn is_right(refusal: Refusal) -> bool {
    use Refusal as R;
    matches!(
        refusal,
        R::RkoNotValid
            | R::UnitMismatch
            | R::NoContextRelation
            | R::OrgNotJoined
            | R::RoleForbidden
            | R::AccessExpired
            | R::NotAuthor
            | R::StrongAuthRequired
            | R::GoLiveNotReached
            | R::NotInformed
            | R::NoConsent
            | R::DenialInForce
            | R::CaseClientMismatch
    )
}

/// A client as a log row names him.
pub fn log_client(client: &ClientId) -> LogClient {
    LogClient { root: client.root().to_owned(), id: client.extension().to_owned() }
}
