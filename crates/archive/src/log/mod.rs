//! What the archive writes into the logs: one event per message, whatever came of it (functional specification 2.5).
//!
//! The rows themselves, their encryption and their hash tree are `store`'s.

pub mod request;

use crate::{
    entry::{Basis, Denial},
    facts::Cached,
    sabotage::{self, Fault},
};
use jiff::Timestamp;
use records::{
    id::{ClientId, OrganisationId, ServiceUnitId},
    refusal::Refusal,
};
use std::collections::BTreeMap;
use store::log::{
    Action, Actor, Basis as LogBasis, Disclosure, LogClient, LogDocument, LogRow, Outcome, Party, Reason,
};

/// The log of messages that never reached a register: unreadable ones, and those of nobody known.
pub const TECHNICAL: &str = "archive";

/// The public key that signs the heads of every log, in C2SP form (`name+hash+key`). A witness keeps the first one.
pub async fn key(axum::extract::State(app): axum::extract::State<crate::App>) -> String {
    store::witness::public_key(&app.vault).of_log(store::witness::LOG_NAME)
}

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
    /// The newest versions of what the client has expressed, when they were looked at on the way: the look is told in
    /// their register's log too (docs/decisions/0005).
    pub wills: Option<Vec<LogDocument>>,
    /// Both sides, data and ground, when data cross controllers; see [`Event::discloses`].
    pub disclosure: Option<Box<Disclosure>>,
    /// When it happened, if that is not now: a notice tells of the past.
    pub happened: Option<Timestamp>,
    /// Names of organisations and units by OID, as the registers give them now.
    pub names: BTreeMap<String, String>,
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
            wills: None,
            disclosure: None,
            happened: None,
            names: BTreeMap::new(),
        }
    }

    /// Notes the names of the acting unit and organisation, so that the row tells them as they were (fault 48). A
    /// register out of reach costs the name, never the event.
    pub async fn name_places(&mut self, registers: &Cached) {
        let unit = self.unit.as_deref().and_then(|unit| ServiceUnitId::parse(unit).ok());
        let mut organisations = vec![self.organisation.clone()];
        if let Some(unit) = unit
            && let Ok(Some(facts)) = registers.unit(&unit).await
        {
            organisations.push(facts.organisation.as_str().to_owned());
            self.names.insert(unit.as_str().to_owned(), facts.name);
        }
        self.name_organisations(organisations, registers).await;
    }

    /// Notes the names of organisations, for example of both sides of a disclosure.
    pub async fn name_organisations(&mut self, organisations: Vec<String>, registers: &Cached) {
        for oid in organisations {
            if !self.names.contains_key(&oid)
                && let Ok(id) = OrganisationId::parse(&oid)
                && let Ok(Some(name)) = registers.organisation(&id).await
            {
                self.names.insert(oid, name);
            }
        }
    }

    /// Makes the event a row of the disclosure log (luovutusloki, 703/2023 § 10): data cross from one controller to
    /// another. It belongs to the log of the discloser's register, whoever asked. Set `documents` to what was given and
    /// `clients` to whose data; a denied request is such an event too, without documents.
    pub fn discloses(&mut self, disclosure: Disclosure) {
        self.action = Action::Disclose;
        self.register = Some(disclosure.discloser.organisation.clone());
        self.ground = disclosure.basis.clone();
        self.disclosure = Some(Box::new(disclosure));
    }

    /// The acting unit as a side of a disclosure: organisation, unit, person and certificate as they are now.
    pub fn acting_party(&self) -> Party {
        Party {
            organisation: self.organisation.clone(),
            unit: self.unit.clone(),
            person: Some(self.actor.id.clone()),
            person_name: Some(self.actor.name.clone()).filter(|name| !name.is_empty()),
            certificate: self.actor.issuer.as_ref().zip(self.actor.method.as_ref()).map(|(i, m)| format!("{i}: {m}")),
            ..Party::default()
        }
    }

    /// The look at the client's expressions of will that this event took, as their register's log tells it: who, when, on
    /// what ground, and whether or not anything was given afterwards. Taken once.
    pub fn look_at_wills(&mut self) -> Option<Self> {
        let documents = self.wills.take().filter(|_| !sabotage::active(Fault::LooksUnlogged))?;
        Some(Self {
            register: Some(kanta::ids::WILL_REGISTER.to_owned()),
            action: Action::Read,
            outcome: Outcome::Done,
            count: u32::try_from(documents.len()).unwrap_or(u32::MAX),
            documents,
            case: None,
            detail: None,
            disclosure: None,
            ..self.clone()
        })
    }

    /// Whether it rests on a disclosure, by permission or by law.
    pub fn is_disclosure(&self) -> bool {
        matches!(self.ground.kind.as_str(), "disclosure" | "statute")
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
        if matches!(self.action, Action::Archive | Action::Consent) {
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
    pub fn rows(self, outcome: Outcome, now: Timestamp) -> Vec<LogRow> {
        let name = |oid: &str| self.names.get(oid).cloned();
        let at = self.happened.unwrap_or(now);
        let mut row = LogRow::new(at, self.actor, self.organisation, self.action, outcome);
        row.recorded = (at != now).then(|| now.as_microsecond());
        row.organisation_name = name(&row.organisation);
        row.unit_name = self.unit.as_deref().and_then(name);
        row.unit = self.unit;
        row.case = self.case;
        row.documents = self.documents;
        row.purpose = self.purpose;
        row.basis = self.ground;
        if let Some(mut disclosure) = self.disclosure {
            for party in [&mut disclosure.discloser, &mut disclosure.receiver] {
                party.organisation_name = party.organisation_name.take().or_else(|| name(&party.organisation));
                party.unit_name = party.unit_name.take().or_else(|| party.unit.as_deref().and_then(name));
            }
            row.disclose(*disclosure);
        }
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
