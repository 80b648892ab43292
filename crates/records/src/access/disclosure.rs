//! Disclosure between controllers (luovutus): informing, permission, denial, legal ground (functional specification
//! 3.11; act 703/2023 §§ 55–59, 68; FR-52–57).
//!
//! One decision is about one client and all other controllers, or one document of theirs. Keys of clients must be of one
//! kind throughout a decision: an archive that keeps another blind index per register maps them before it asks.
//!
//! The checks come in one fixed order: the worker's right in force → joined → strong login → relation → informing →
//! permission or legal ground → the worker's duty at all; then, per document: controller → denial (controller, task,
//! document) → kind of document → what the decree lets the duty reach. Whatever stops a single document is told as if
//! it did not exist ([`super::Denied::told_as_empty`]); what stops the whole says nothing of what exists and is told.

mod basis;
mod decide;

pub use basis::{Basis, Claim, Claimant, Over, StatutoryGround, WideSearchReason};
pub(super) use decide::DisclosureScope;
pub use decide::decide_disclosure;

use super::{ClientKey, DocumentFacts, GivenReason, RelationshipFacts, Settings};
use crate::code::ServiceTask;
use crate::id::{Oid, OrganisationId, SetId};
use crate::joining::Joining;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureSubject {
    /// The client whose data are asked for.
    pub client: ClientKey,
    /// The document, when one is to be read; a search has none and filters with [`super::Allowed::covers`].
    pub document: Option<DocumentFacts>,
}

/// The facts of the moment. A fact that the caller does not know is left out; the decision is then the stricter one, but
/// for `wishes`: by a legal ground whoever is left out denies nothing, so the caller gives those of every client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisclosureSituation {
    /// The present instant of product time.
    pub now: Timestamp,
    /// Joining of the requester.
    pub requester_joining: Joining,
    /// The controllers in question, each with its joining. Documents of others are not reached.
    pub disclosers: Vec<Discloser>,
    /// The client's relationship in the **requester's own** register.
    pub relationships: Vec<RelationshipFacts>,
    /// Whether the client's matter has been given to this worker (assigned case, decision, supervision).
    pub assigned: bool,
    /// The special reason, if one has been given for this client. It opens the relation and nothing else.
    pub reason: Option<GivenReason>,
    /// What the clients have been told and have willed: of the subject's client, and of every client whom a joint
    /// document names.
    pub wishes: Vec<Wishes>,
    /// On what the request rests.
    pub claim: Claim,
    /// The reason of a wide search, when it is one.
    pub wide_search: Option<WideSearchReason>,
    /// Settings.
    pub settings: Settings,
}

impl DisclosureSituation {
    /// A moment of which nothing is known: nothing is allowed in it.
    pub fn empty(now: Timestamp) -> Self {
        Self {
            now,
            requester_joining: Joining::none(),
            disclosers: Vec::new(),
            relationships: Vec::new(),
            assigned: false,
            reason: None,
            wishes: Vec::new(),
            claim: Claim::Permission,
            wide_search: None,
            settings: Settings::default(),
        }
    }
}

/// A controller that may disclose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discloser {
    /// The controller.
    pub controller: OrganisationId,
    /// Its joining; the disclosure function has to be on.
    pub joining: Joining,
}

/// What a client has been told and has willed (tahdonilmaisut).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wishes {
    /// The client.
    pub client: ClientKey,
    /// Whether the client has been informed of the national services (Kanta-informointi).
    pub informed: bool,
    /// Since when a permission is in force; `None` when none is. It covers what is stored before and after it.
    pub permission: Option<Timestamp>,
    /// The denials in force.
    pub denials: Denials,
}

/// The denials in force (§ 59): no disclosure to other controllers. They never touch the controller itself nor a
/// provider that acts for it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Denials {
    /// Arcs of controllers ([`OrganisationId::arc`]) whose whole register is denied.
    pub controllers: BTreeSet<Oid>,
    /// Service tasks that are denied at every controller.
    pub tasks: BTreeSet<ServiceTask>,
    /// Single documents, by what stays the same over their versions (FR-55).
    pub sets: BTreeSet<SetId>,
}

impl Denials {
    /// Whether they stop the document (law-and-codes 1.9, R-404). A document on several tasks is stopped by a denial of
    /// any, and so is a relationship document, whose tasks are those of its rows; where task or set are not known, any
    /// denial of the kind stops it.
    pub fn stop(&self, document: &DocumentFacts) -> bool {
        let unknown = document.tasks.is_empty() && !self.tasks.is_empty();
        let task = unknown || document.tasks.iter().any(|task| self.tasks.contains(task));
        let single = match &document.set {
            Some(set) => self.sets.contains(set),
            None => !self.sets.is_empty(),
        };
        self.controllers.contains(&document.controller.arc()) || task || single
    }
}
