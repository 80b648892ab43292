//! What the model knows, and its rules.

use jiff::{Timestamp, ToSpan, civil::Date};
use kanta::document::Document;
use records::{code::ServiceTask, consent, id::CaseId};
use std::collections::{BTreeMap, HashMap};

/// Days after a grant's end in which its own documents are still taken (setting, open point).
const GRACE_DAYS: i64 = 30;
/// Days after a case's closing (setting, open point).
const LATE_DAYS: i64 = 90;

/// The kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    OpenClient,
    OpenCase,
    Grant,
    EndGrant,
    ProviderEntry,
    OwnEntry,
    Correct,
    CorrectStale,
    Invalidate,
    Resend,
    SameNumberOtherBytes,
    CloseOrReopen,
    ProviderSearch,
    OwnSearch,
    CitizenView,
    SuspendOrJoin,
    ForeignCase,
    Days,
    Inform,
    Permit,
    WithdrawPermission,
    Deny,
    UndoDenial,
    DisclosureSearch,
    DisclosureFetch,
    OldDocument,
    Recording,
    SpecialReason,
}

impl Kind {
    pub const ALL: &'static [Kind] = &[
        Kind::OpenClient,
        Kind::OpenCase,
        Kind::Grant,
        Kind::EndGrant,
        Kind::ProviderEntry,
        Kind::OwnEntry,
        Kind::Correct,
        Kind::CorrectStale,
        Kind::Invalidate,
        Kind::Resend,
        Kind::SameNumberOtherBytes,
        Kind::CloseOrReopen,
        Kind::ProviderSearch,
        Kind::OwnSearch,
        Kind::CitizenView,
        Kind::SuspendOrJoin,
        Kind::ForeignCase,
        Kind::Days,
        Kind::Inform,
        Kind::Permit,
        Kind::WithdrawPermission,
        Kind::Deny,
        Kind::UndoDenial,
        Kind::DisclosureSearch,
        Kind::DisclosureFetch,
        Kind::OldDocument,
        Kind::Recording,
        Kind::SpecialReason,
    ];
}

/// How often each kind of event came, and how often it was allowed.
#[derive(Default, Clone)]
pub struct Histories(BTreeMap<Kind, (u64, u64)>);

impl Histories {
    pub fn note(&mut self, kind: Kind, allowed: bool) {
        let count = self.0.entry(kind).or_default();
        count.0 += 1;
        count.1 += u64::from(allowed);
    }

    pub fn add(&mut self, other: &Self) {
        for (kind, (all, allowed)) in &other.0 {
            let count = self.0.entry(*kind).or_default();
            count.0 += all;
            count.1 += allowed;
        }
    }

    pub fn steps(&self) -> u64 {
        self.0.values().map(|(all, _)| all).sum()
    }

    pub fn table(&self) -> String {
        let steps = self.steps();
        let line = |(kind, (all, allowed)): (&Kind, &(u64, u64))| {
            format!("{:<22}{all:>8} {:>3} %, allowed {allowed}\n", format!("{kind:?}"), all * 100 / steps.max(1))
        };
        format!("{steps} steps\n{}", self.0.iter().map(line).collect::<String>())
    }

    pub fn every_kind_is_at_least_a_hundredth(&self) {
        for kind in Kind::ALL {
            let all = self.0.get(kind).map_or(0, |count| count.0);
            assert!(all * 100 >= self.steps(), "{kind:?} came {all} times in {} steps", self.steps());
        }
    }
}

/// A provider's unit on a client's relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub unit: String,
    pub start: Date,
    pub end: Option<Date>,
}

impl Row {
    pub fn holds_on(&self, day: Date) -> bool {
        self.start <= day && self.end.is_none_or(|end| day <= end)
    }
}

pub struct Relationship {
    pub document: Document,
    pub rows: Vec<Row>,
}

pub struct Case {
    pub oid: CaseId,
    pub controller: &'static str,
    pub client: &'static str,
    pub document: Document,
    pub closed: Option<Date>,
}

/// A set of versions of a client document.
pub struct Set {
    pub controller: &'static str,
    pub client: &'static str,
    pub case: usize,
    /// Index of the worker who made it.
    pub author: usize,
    pub event: Date,
    pub versions: Vec<(Document, Vec<u8>)>,
    pub invalidated: bool,
}

impl Set {
    pub fn newest(&self) -> &Document {
        &self.versions.last().unwrap().0
    }
}

/// What a client has denied; a set stands for all its versions (FR-55).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    Register(&'static str),
    Task(ServiceTask),
    Set(usize),
}

impl Denied {
    /// Whether it stops everything of a controller. Every document of these histories is of older people's services.
    pub fn stops_all_of(&self, controller: &str) -> bool {
        match self {
            Self::Register(denied) => *denied == controller,
            Self::Task(task) => *task == ServiceTask::Elderly,
            Self::Set(_) => false,
        }
    }
}

/// What stands of a client's expressions of will.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    pub informed: bool,
    pub permitted: bool,
    pub denied: Vec<Denied>,
}

/// An old document (FR-96): of no case.
pub struct OldDocument {
    pub controller: &'static str,
    pub client: &'static str,
    pub oid: String,
}

/// The archive as the specification says it is.
#[derive(Default)]
pub struct State {
    pub suspended: HashMap<&'static str, bool>,
    pub relationships: HashMap<(&'static str, &'static str), Relationship>,
    pub cases: Vec<Case>,
    pub sets: Vec<Set>,
    /// The newest document of each expression of will of a client.
    pub wills: HashMap<(&'static str, consent::Kind), Document>,
    pub wishes: HashMap<&'static str, Wishes>,
    pub old: Vec<OldDocument>,
    /// First use of the special reason, by worker and client.
    pub reasons: HashMap<(usize, &'static str), Timestamp>,
    /// Messages answered, each of which leaves one log row.
    pub messages: u64,
}

impl State {
    pub fn joined(&self, organisation: &str) -> bool {
        !self.suspended.get(organisation).copied().unwrap_or(false)
    }

    /// FR-25: the organisers of the cast have taken rights into use; Kielo, controller of its own clients, has not.
    fn live(controller: &str) -> bool {
        controller != archive::testing::KIELO
    }

    /// FR-13, FR-14, FR-17, FR-21, FR-22: a row of this client's newest relationship, for this very unit, holds the day
    /// of the event; and today it holds too, or ended no longer ago than the grace.
    pub fn may_write(
        &self,
        controller: &'static str,
        client: &'static str,
        unit: &str,
        event: Date,
        today: Date,
    ) -> bool {
        let Some(relationship) = self.relationships.get(&(controller, client)) else { return false };
        Self::live(controller)
            && relationship.rows.iter().any(|row| {
                let in_grace = row.end.is_none_or(|end| today <= end.checked_add(GRACE_DAYS.days()).unwrap());
                row.unit == unit && row.holds_on(event) && row.start <= today && in_grace
            })
    }

    /// A provider reads only while its row holds (FR-21).
    pub fn may_read(&self, controller: &'static str, client: &'static str, unit: &str, today: Date) -> bool {
        let relationship = self.relationships.get(&(controller, client));
        Self::live(controller)
            && relationship.is_some_and(|known| known.rows.iter().any(|row| row.unit == unit && row.holds_on(today)))
    }

    /// FR-07: a closed case takes what happened before it closed, for a while.
    pub fn case_takes(&self, case: usize, event: Date, today: Date) -> bool {
        self.cases[case]
            .closed
            .is_none_or(|closed| event <= closed && today <= closed.checked_add(LATE_DAYS.days()).unwrap())
    }

    /// Newest valid versions of a client's documents in a register, or in all of them.
    pub fn current(&self, controller: Option<&str>, client: &str) -> Vec<String> {
        let of = |set: &&Set| {
            !set.invalidated && set.client == client && controller.is_none_or(|controller| controller == set.controller)
        };
        let mut found: Vec<String> =
            self.sets.iter().filter(of).map(|set| set.newest().header.id.as_str().to_owned()).collect();
        found.sort();
        found
    }
}
