//! The decision on a disclosure. The module above says the order of the checks and why.

use super::{Basis, Claim, Claimant, DisclosureSituation, DisclosureSubject, Wishes};
use crate::access::decide::{require, with_related};
use crate::access::login::{self, Operation};
use crate::access::relation::Relation;
use crate::access::scope::WorkerReach;
use crate::access::{
    Act, Actor, Allowed, ClientKey, Denied, DocumentFacts, DocumentForm, Duty, Ground, REASON_CHARACTERS_MIN, Reach,
    Route,
};
use crate::code::DocumentGroup;
use crate::id::Oid;
use crate::joining::Function;
use crate::refusal::Refusal;
use crate::time::finnish_date;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Decides whether the worker gets other controllers' data of a client.
///
/// # Errors
/// [`Denied`] with the true cause and the one that may be told; a cause that lies in a document is told as if there were
/// no document.
pub fn decide_disclosure(
    actor: &Actor,
    act: Act,
    subject: &DisclosureSubject,
    situation: &DisclosureSituation,
) -> Result<Allowed, Denied> {
    let request = Request { actor, act, client: &subject.client, situation };
    let (ground, basis) = request.gate().map_err(told)?;
    let scope = request.scope(basis);
    if act == Act::Read {
        let document = subject.document.as_ref().ok_or_else(|| told(Refusal::BadRequest))?;
        scope.check(document).map_err(told_as_empty)?;
    }
    Ok(Allowed { act, route: Route::Disclosure, ground, reach: Reach::Disclosure(scope) })
}

/// A refusal of the whole request: it rests on the requester, its own register, and what the client has been told and
/// has permitted (decisions.md 13), and says nothing of what others hold.
fn told(refusal: Refusal) -> Denied {
    Denied { refusal, told: refusal, as_empty: false }
}

fn told_as_empty(refusal: Refusal) -> Denied {
    Denied { refusal, told: Refusal::NoContextRelation, as_empty: true }
}

struct Request<'a> {
    actor: &'a Actor,
    act: Act,
    client: &'a ClientKey,
    situation: &'a DisclosureSituation,
}

impl Request<'_> {
    /// Everything that does not depend on a document.
    fn gate(&self) -> Result<(Ground, Basis), Refusal> {
        let situation = self.situation;
        let today = finnish_date(situation.now);
        require(self.actor.access.is_none_or(|period| period.contains(today)), Refusal::AccessExpired)?;
        // Nothing is ever written to another's register by disclosure.
        require(matches!(self.act, Act::Search | Act::Read), Refusal::RoleForbidden)?;
        situation.requester_joining.check(Function::Disclosure)?;
        login::check(Operation::SearchDisclosure, self.actor.login, &situation.settings)?;
        let relation = self.relation()?;
        let basis = self.basis()?;
        // §§ 22–24 of the decree open the own register alone.
        let own_register_only = matches!(self.actor.duty, Duty::Support | Duty::Archivist | Duty::Oversight);
        require(!own_register_only, Refusal::RoleForbidden)?;
        let wide_search = situation.wide_search;
        Ok((Ground::Disclosure { relation: Box::new(relation), basis, wide_search }, basis))
    }

    /// The technically verified relation in the requester's own register, or a special reason (§ 57).
    fn relation(&self) -> Result<Ground, Refusal> {
        let relation = Relation {
            actor: self.actor,
            clients: std::slice::from_ref(self.client),
            relationships: &self.situation.relationships,
            assigned: self.situation.assigned,
            reason: self.situation.reason.as_ref(),
            special_reason_hours: self.situation.settings.special_reason_hours,
            now: self.situation.now,
            event_day: None,
        };
        relation.verified().map_or_else(|| relation.special(), Ok)
    }

    /// Informing and permission, or the legal ground. The act asks for informing only where the client is asked.
    fn basis(&self) -> Result<Basis, Refusal> {
        match self.situation.claim {
            Claim::Permission => {
                let wishes = self.situation.wishes.iter().find(|wishes| wishes.client == *self.client);
                require(wishes.is_some_and(|wishes| wishes.informed), Refusal::NotInformed)?;
                let since = wishes.and_then(|wishes| in_force(wishes, self.situation.now)).ok_or(Refusal::NoConsent)?;
                Ok(Basis::Permission { since })
            }
            Claim::Statute { ground, text_characters } => {
                require(text_characters >= REASON_CHARACTERS_MIN, Refusal::ReasonRequired)?;
                let entitled = ground.claimant() == Claimant::Anybody || !self.actor.duty.private();
                require(entitled, Refusal::RoleForbidden)?;
                Ok(Basis::Statute(ground))
            }
        }
    }

    fn scope(&self, basis: Basis) -> DisclosureScope {
        let Self { actor, situation, .. } = self;
        let joined = situation.disclosers.iter().filter(|other| other.joining.check(Function::Disclosure).is_ok());
        DisclosureScope {
            clients: [self.client.clone()],
            requester: actor.organisation.arc(),
            disclosers: joined.map(|other| other.controller.arc()).collect(),
            worker: WorkerReach {
                duty: actor.duty,
                tasks: actor.own_tasks.clone(),
                services: with_related(&actor.own_services, &situation.settings),
                unit: actor.unit.clone(),
            },
            wishes: situation.wishes.clone(),
            basis,
            wide: situation.wide_search.is_some(),
            denied_only_by_wide_search: situation.settings.denied_only_by_wide_search,
            now: situation.now,
        }
    }
}

/// Since when the client's permission is in force; it cannot be given in advance.
fn in_force(wishes: &Wishes, now: Timestamp) -> Option<Timestamp> {
    wishes.permission.filter(|since| *since <= now)
}

/// The documents that a disclosure reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::access) struct DisclosureScope {
    clients: [ClientKey; 1],
    requester: Oid,
    disclosers: BTreeSet<Oid>,
    worker: WorkerReach,
    wishes: Vec<Wishes>,
    basis: Basis,
    wide: bool,
    denied_only_by_wide_search: bool,
    now: Timestamp,
}

impl DisclosureScope {
    pub(in crate::access) fn clients(&self) -> &[ClientKey] {
        &self.clients
    }

    pub(in crate::access) fn covers(&self, document: &DocumentFacts) -> bool {
        self.check(document).is_ok()
    }

    /// What stops the document, in the order of the module's list; the cause is for the log alone.
    fn check(&self, document: &DocumentFacts) -> Result<(), Refusal> {
        require(!document.invalidated, Refusal::DocInvalidated)?;
        let controller = document.controller.arc();
        // The own register has its own route, whatever is claimed (FR-27).
        require(controller != self.requester, Refusal::RegisterMismatch)?;
        require(self.disclosers.contains(&controller), Refusal::OrgNotJoined)?;
        require(document.clients.contains(&self.clients[0]), Refusal::NoContextRelation)?;
        self.check_wishes(document)?;
        self.check_kind(document)?;
        require(self.worker.covers(document), Refusal::RoleForbidden)
    }

    /// Permission and denial of every client whom the document names: a joint document tells of all of them, so the
    /// denial of one stops it for all (3.16, open point O16). A legal ground is about the client for whom it was
    /// claimed: it goes over that client's denial, not over another's.
    fn check_wishes(&self, document: &DocumentFacts) -> Result<(), Refusal> {
        let of = |client: &ClientKey| self.wishes.iter().find(|wishes| wishes.client == *client);
        if matches!(self.basis, Basis::Permission { .. }) {
            let permits =
                |client: &ClientKey| of(client).is_some_and(|w| w.informed && in_force(w, self.now).is_some());
            require(document.clients.iter().all(permits), Refusal::NoConsent)?;
        }
        let passes = self.basis.passes_denial() && (self.wide || !self.denied_only_by_wide_search);
        let stops = |client: &ClientKey| {
            let passed = passes && *client == self.clients[0];
            !passed && of(client).is_some_and(|wishes| wishes.denials.stop(document))
        };
        require(!document.clients.iter().any(stops), Refusal::DenialInForce)
    }

    /// Old and unstructured documents only by a wide search (FR-56); documents with a temporary id never by permission
    /// (FR-61); what the client has willed is not itself disclosed.
    fn check_kind(&self, document: &DocumentFacts) -> Result<(), Refusal> {
        let will =
            matches!(document.group, DocumentGroup::Permission | DocumentGroup::Denial | DocumentGroup::Informing);
        require(!will, Refusal::RoleForbidden)?;
        require(document.form == DocumentForm::Structured || self.wide, Refusal::ReasonRequired)?;
        let by_permission = matches!(self.basis, Basis::Permission { .. });
        require(!(document.temporary_client && by_permission), Refusal::TempIdNotAllowed)
    }
}
