//! What the model knows, and its rules: the oracle.

use super::wills::DISCLOSERS;
use archive::testing::LEENA;
use jiff::{Timestamp, ToSpan, civil::Date};
use kanta::document::Document;
use records::{code::ServiceTask, consent, id::CaseId};
use std::collections::{HashMap, HashSet};

/// Days after a grant's end in which its own documents are still taken (setting, open point).
const GRACE_DAYS: i64 = 30;
/// Days after a case's closing (setting, open point).
const LATE_DAYS: i64 = 90;
/// FR-85: documents of services for older people, after the closing of their case.
const KEPT_YEARS: i64 = 10;
/// FR-85: the relationship document, after the client's death.
const KEPT_AFTER_DEATH_YEARS: i64 = 2;

/// A client as a message names him, by identity code or temporary id.
pub type Client = &'static str;

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
    pub client: Client,
    pub document: Document,
    pub closed: Option<Date>,
    pub disposed: bool,
}

/// A set of versions of a client document.
pub struct Set {
    pub controller: &'static str,
    pub client: Client,
    pub case: usize,
    /// Index of the worker who made it.
    pub author: usize,
    pub event: Date,
    /// What it says, so that it can be written again about the same person's other name.
    pub text: String,
    /// Each with its bytes and the index of the worker who sent it.
    pub versions: Vec<(Document, Vec<u8>, usize)>,
    pub invalidated: bool,
    pub disposed: bool,
}

impl Set {
    pub fn newest(&self) -> &Document {
        &self.versions.last().unwrap().0
    }

    pub fn id(&self) -> &str {
        self.newest().header.set_id.as_str()
    }

    pub fn live(&self) -> bool {
        !self.invalidated && !self.disposed
    }
}

/// A document without a structure: a recording of a case (FR-95), or an old document of none (FR-96).
pub struct Other {
    pub controller: &'static str,
    pub client: Client,
    pub case: Option<usize>,
    pub oid: String,
    pub set: String,
    pub disposed: bool,
}

/// FR-62: who an unknown person turned out to be.
pub struct Link {
    pub controller: &'static str,
    pub temporary: Client,
    pub hetu: Client,
    /// How many cases, sets and others there were: newer ones were never under the temporary id.
    pub before: (usize, usize, usize),
    /// Whether nothing stood under the code before: then undoing names everything by the temporary id again.
    pub alone: bool,
}

/// What a client has denied; a set stands for all its versions (FR-55).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Denied {
    Register(&'static str),
    Task(ServiceTask),
    Set(usize),
}

impl Denied {
    /// Whether it stops everything of a controller. Every document of these histories, and every row of a relationship,
    /// is of older people's services: a denial of another task stops none of them.
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

/// The archive as the specification says it is.
#[derive(Default)]
pub struct State {
    pub suspended: HashMap<&'static str, bool>,
    pub relationships: HashMap<(&'static str, Client), Relationship>,
    /// Whose relationship was disposed of, or went back to a temporary id: a later one is newer than the documents.
    pub ended: HashSet<(&'static str, Client)>,
    pub cases: Vec<Case>,
    pub sets: Vec<Set>,
    pub others: Vec<Other>,
    pub links: Vec<Link>,
    /// The newest document of each expression of will of a client.
    pub wills: HashMap<(Client, consent::Kind), Document>,
    pub wishes: HashMap<Client, Wishes>,
    /// First use of the special reason, by worker and client.
    pub reasons: HashMap<(usize, Client), Timestamp>,
    /// What is held, by register: cases and sets (FR-86).
    pub holds: HashSet<(&'static str, String)>,
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
    pub fn may_write(&self, controller: &'static str, client: Client, unit: &str, event: Date, today: Date) -> bool {
        let Some(relationship) = self.relationships.get(&(controller, client)) else { return false };
        Self::live(controller)
            && relationship.rows.iter().any(|row| {
                let in_grace = row.end.is_none_or(|end| today <= end.checked_add(GRACE_DAYS.days()).unwrap());
                row.unit == unit && row.holds_on(event) && row.start <= today && in_grace
            })
    }

    /// A provider reads only while its row holds (FR-21).
    pub fn may_read(&self, controller: &'static str, client: Client, unit: &str, today: Date) -> bool {
        let relationship = self.relationships.get(&(controller, client));
        Self::live(controller)
            && relationship.is_some_and(|known| known.rows.iter().any(|row| row.unit == unit && row.holds_on(today)))
    }

    /// FR-07: a closed case takes what happened before it closed, for a while.
    pub fn case_takes(&self, case: usize, event: Date, today: Date) -> bool {
        let case = &self.cases[case];
        let late = |closed: Date| event <= closed && today <= closed.checked_add(LATE_DAYS.days()).unwrap();
        !case.disposed && case.closed.is_none_or(late)
    }

    /// FR-62: everything that a client is called in a register.
    pub fn names(&self, controller: &str, client: Client) -> Vec<Client> {
        let mut names = vec![client];
        for link in self.links.iter().filter(|link| link.controller == controller) {
            if link.temporary == client {
                names.push(link.hetu);
            } else if link.hetu == client {
                names.push(link.temporary);
            }
        }
        names
    }

    /// FR-50: the register has a relationship with the client, by whatever name.
    pub fn related(&self, controller: &'static str, client: Client) -> bool {
        self.names(controller, client).into_iter().any(|name| self.relationships.contains_key(&(controller, name)))
    }

    /// Newest valid versions of documents that name the client in a register, or in all of them.
    pub fn current(&self, controller: Option<&str>, client: &str) -> Vec<String> {
        let of = |set: &&Set| set.live() && set.client == client && controller.is_none_or(|one| one == set.controller);
        let mut found: Vec<String> =
            self.sets.iter().filter(of).map(|set| set.newest().header.id.as_str().to_owned()).collect();
        found.sort();
        found
    }

    /// FR-53–56: documents, cases and relationships of the other disclosers, less what is denied; unstructured and old
    /// ones only by a wide search. A legal ground goes over permission and denial.
    pub fn disclosable(
        &self,
        requester: &str,
        client: Client,
        by_law: bool,
        wide: bool,
    ) -> Vec<(&'static str, String)> {
        let wishes = self.wishes.get(client).cloned().unwrap_or_default();
        let gives = |controller: &str| {
            controller != requester
                && DISCLOSERS.contains(&controller)
                && self.joined(controller)
                && (by_law || !wishes.denied.iter().any(|denied| denied.stops_all_of(controller)))
        };
        let open = |set: usize| by_law || !wishes.denied.contains(&Denied::Set(set));
        let oid = |document: &Document| document.header.id.as_str().to_owned();
        let sets = self.sets.iter().enumerate().filter(|(n, set)| set.client == client && set.live() && open(*n));
        let sets = sets.map(|(_, set)| (set.controller, oid(set.newest())));
        let cases = self.cases.iter().filter(|case| case.client == client && !case.disposed);
        let cases = cases.map(|case| (case.controller, oid(&case.document)));
        let others = self.others.iter().filter(|other| wide && other.client == client && !other.disposed);
        let others = others.map(|other| (other.controller, other.oid.clone()));
        let papers = DISCLOSERS.into_iter().filter_map(|giver| self.relationships.get_key_value(&(giver, client)));
        let papers = papers.map(|((giver, _), known)| (*giver, oid(&known.document)));
        sets.chain(cases).chain(others).chain(papers).filter(|(giver, _)| gives(giver)).collect()
    }

    /// What lies in a case beside its own document: set and whether it is a set of ours, by index.
    pub fn papers_of(&self, case: usize) -> Vec<String> {
        let sets = self.sets.iter().filter(|set| set.case == case && !set.disposed).map(|set| set.id().to_owned());
        let others = self.others.iter().filter(|other| other.case == Some(case) && !other.disposed);
        sets.chain(others.map(|other| other.set.clone())).collect()
    }

    /// FR-85: the first day on which a case is disposed of.
    pub fn due(case: &Case) -> Option<Date> {
        let last = case.closed?.checked_add(KEPT_YEARS.years()).ok()?;
        last.tomorrow().ok().filter(|_| !case.disposed)
    }

    /// FR-85, FR-86: the sets of a register whose time is over, each with whether it is held.
    pub fn disposable(&self, controller: &'static str, today: Date) -> Vec<(String, bool)> {
        let held = |target: &str| self.holds.contains(&(controller, target.to_owned()));
        let mut all = Vec::new();
        for (number, case) in self.cases.iter().enumerate().filter(|(_, case)| case.controller == controller) {
            if Self::due(case).is_none_or(|due| today < due) {
                continue;
            }
            let own = case.document.header.set_id.as_str().to_owned();
            let sets = self.papers_of(number).into_iter().chain([own]);
            all.extend(sets.map(|set| (set.clone(), held(&set) || held(case.oid.as_str()))));
        }
        // Leena dies on 1.6.2027 in the population data of this world, and nobody else ever.
        let kept = jiff::civil::date(2027, 6, 1).checked_add(KEPT_AFTER_DEATH_YEARS.years()).unwrap();
        let leena = self.relationships.get(&(controller, LEENA)).filter(|_| kept < today);
        all.extend(
            leena.map(|known| known.document.header.set_id.as_str().to_owned()).map(|set| (set.clone(), held(&set))),
        );
        all.sort();
        all
    }

    /// The sets of an approved list that go now: due, not held, and a case document only with everything of its case.
    pub fn goes(&self, controller: &'static str, listed: &[String], today: Date) -> HashSet<String> {
        let due = self.disposable(controller, today).into_iter();
        let mut goes: HashSet<String> =
            due.filter(|(set, held)| !held && listed.contains(set)).map(|(set, _)| set).collect();
        for (number, case) in self.cases.iter().enumerate() {
            if !self.papers_of(number).iter().all(|set| goes.contains(set)) {
                goes.remove(case.document.header.set_id.as_str());
            }
        }
        goes
    }

    pub fn dispose(&mut self, gone: &HashSet<String>) {
        self.sets.iter_mut().for_each(|set| set.disposed |= gone.contains(set.id()));
        self.others.iter_mut().for_each(|other| other.disposed |= gone.contains(&other.set));
        self.cases.iter_mut().for_each(|case| case.disposed |= gone.contains(case.document.header.set_id.as_str()));
        let stays = |known: &Relationship| !gone.contains(known.document.header.set_id.as_str());
        let ended = self.relationships.iter().filter(|(_, known)| !stays(known)).map(|(key, _)| *key);
        self.ended.extend(ended);
        self.relationships.retain(|_, known| stays(known));
        let relationships = &self.relationships;
        self.links.retain(|link| relationships.contains_key(&(link.controller, link.hetu)));
    }
}
