//! Who may do what with which document, and on what ground.
//!
//! Rights are values: [`decide`] is the only maker of [`Allowed`], it is total and pure, and it is the same function in
//! the client system, in the archive and in the citizen view's archive side. `Allowed` carries the ground that the log
//! writes, the predicate that filters search results ([`Allowed::covers`]) and the sentence that the page shows.
//!
//! Three layers narrow each other and none widens another: the decree's matrix for the worker's duty ([`matrix`]), the
//! ground (own register, the grants of the unit, or a disclosure by permission or by law: [`disclosure`]), and what the
//! organiser or the client has taken away. [`login`] holds which
//! operation needs a card. [`policy_table`] prints the whole, from `decide` itself, for people who read law.

mod decide;
pub mod disclosure;
mod ground;
pub mod login;
pub mod matrix;
pub mod policy;
mod relation;
mod scope;

pub use decide::decide;
pub use disclosure::decide_disclosure;
pub use ground::{Ground, Names};
pub use login::{LoginStrength, Operation};
pub use matrix::{DeniedGroup, Duty};
pub use policy::policy_table;

use crate::Lang;
use crate::code::{CaseState, DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService, SpecialReason};
use crate::grant::Grant;
use crate::id::{CaseId, ClientId, Oid, OrganisationId, RelationshipId, ServiceUnitId, SetId};
use crate::joining::Joining;
use crate::refusal::Refusal;
use crate::relationship::UnitRelation;
use crate::time::Period;
use jiff::{Timestamp, civil::Date};
use std::collections::{BTreeMap, BTreeSet};

/// What names a client to the caller: the archive uses its blind index, the client system its own id. Only equality
/// matters here; use one kind throughout a decision.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientKey(String);

impl ClientKey {
    /// A key.
    pub fn new(key: impl Into<String>) -> Self {
        Self(key.into())
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&ClientId> for ClientKey {
    fn from(id: &ClientId) -> Self {
        Self(format!("{}^{}", id.root(), id.extension()))
    }
}

impl std::fmt::Debug for ClientKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ClientKey(…)")
    }
}

/// What the worker wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// Search the client's documents; the answer is filtered by [`Allowed::covers`].
    Search,
    /// Open one document.
    Read,
    /// Store a new document.
    Write,
    /// Store a new version of an archived document.
    Correct,
    /// Make an archived document void.
    Invalidate,
}

impl Act {
    /// Every act.
    pub const ALL: &'static [Act] = &[Self::Search, Self::Read, Self::Write, Self::Correct, Self::Invalidate];

    /// The word in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Read => "read",
            Self::Write => "write",
            Self::Correct => "correct",
            Self::Invalidate => "invalidate",
        }
    }
}

/// Through which door the register is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Route {
    /// The register is the worker's own organisation's.
    OwnRegister,
    /// Another's register, under a register access right (RKO).
    RegisterRight,
    /// Other controllers' registers, by disclosure (luovutus).
    Disclosure,
}

impl Route {
    /// The route of [`decide`] follows from whose the register is; nobody picks it (FR-27). A disclosure is asked for by
    /// its own function, [`decide_disclosure`], and never reaches what one of the other routes does.
    pub fn of(actor: &Actor, subject: &Subject) -> Route {
        if actor.organisation.arc() == subject.controller.arc() { Route::OwnRegister } else { Route::RegisterRight }
    }
}

/// The worker who acts, as the login, the roles and the signed `Toimija` tell it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The organisation that the worker works for.
    pub organisation: OrganisationId,
    /// The active service unit.
    pub unit: ServiceUnitId,
    /// The duty that the act belongs to.
    pub duty: Duty,
    /// The service tasks that the worker works in. Under a register access right the grant's task must be among them.
    pub own_tasks: Vec<ServiceTask>,
    /// The services that the worker carries out. When empty, only documents of the worker's own unit count as the own
    /// service's.
    pub own_services: Vec<SocialService>,
    /// How the worker has logged in.
    pub login: LoginStrength,
    /// When the worker's right is in force; `None` when it has no end that the caller knows of.
    pub access: Option<Period>,
    /// Whether the worker's role may use the special-reason path (FR-51).
    pub may_use_special_reason: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// Whose register.
    pub controller: OrganisationId,
    /// The clients: of the search, of the document, or all of the case.
    pub clients: Vec<ClientKey>,
    /// The case, when one is named. A search under a grant may name the client alone once the case has been used.
    pub case: Option<CaseId>,
    /// The document; needed for every act but a search.
    pub document: Option<DocumentFacts>,
}

/// What a decision needs to know of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// The controller.
    pub controller: OrganisationId,
    /// The clients it names.
    pub clients: Vec<ClientKey>,
    /// Its case.
    pub case: Option<CaseId>,
    /// Its group.
    pub group: DocumentGroup,
    /// The specific type, e.g. `19007`; `1505.1` for a relationship document.
    pub type_code: String,
    /// The general type, as the structure says it.
    pub general_type: Option<GeneralType>,
    /// Its service tasks.
    pub tasks: Vec<ServiceTask>,
    /// Its social services.
    pub services: Vec<SocialService>,
    /// Its service process.
    pub process: Option<ServiceProcess>,
    /// The unit where it was born.
    pub unit: Option<ServiceUnitId>,
    /// The arc of the organisation that made it.
    pub author_arc: Oid,
    /// The Finnish day of the event that it tells of.
    pub event_day: Date,
    /// Whether its structure demands a professional's signature.
    pub needs_professional_signature: bool,
    /// Whether it has been made void.
    pub invalidated: bool,
    /// What stays the same over its versions, and what a denial names (FR-55). `None` when the caller does not know it;
    /// any denial of a single document then stops its disclosure.
    pub set: Option<SetId>,
    /// In which form its content is.
    pub form: DocumentForm,
    /// Whether a client is named by a temporary id (FR-61): never disclosed by permission.
    pub temporary_client: bool,
}

impl DocumentFacts {
    /// A document of which nothing is known but its register, maker and day: to be filled with `..`, so that a new fact
    /// does not have to be named everywhere. What is not known is the stricter way.
    pub fn unknown(controller: OrganisationId, author_arc: Oid, event_day: Date) -> Self {
        Self {
            controller,
            clients: Vec::new(),
            case: None,
            group: DocumentGroup::ClientDocument,
            type_code: String::new(),
            general_type: None,
            tasks: Vec::new(),
            services: Vec::new(),
            process: None,
            unit: None,
            author_arc,
            event_day,
            needs_professional_signature: false,
            invalidated: false,
            set: None,
            form: DocumentForm::Unstructured,
            temporary_client: false,
        }
    }
}

/// In which form a document's content is. Other controllers get structured ones; the others only by a wide search with a
/// reason (FR-56).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentForm {
    /// By a national structure (phase 2).
    Structured,
    /// Text or PDF/A without a structure (phase 1).
    Unstructured,
    /// Older than the archive (vanha asiakirja).
    Old,
}

impl DocumentForm {
    /// Every form.
    pub const ALL: &'static [DocumentForm] = &[Self::Structured, Self::Unstructured, Self::Old];

    /// The form that follows from the document's group and from whether it has a structured part.
    pub fn of(group: DocumentGroup, structured: bool) -> Self {
        match group {
            DocumentGroup::Old => Self::Old,
            DocumentGroup::FirstPhase => Self::Unstructured,
            _ if structured => Self::Structured,
            _ => Self::Unstructured,
        }
    }
}

/// A client's relationship in the register, as its newest version tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationshipFacts {
    /// The client.
    pub client: ClientKey,
    /// The relationship.
    pub id: RelationshipId,
    /// Its unit rows ([`crate::relationship::Relationship::units`]).
    pub units: Vec<UnitRelation>,
}

/// A case, as its newest version tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFacts {
    /// The case.
    pub id: CaseId,
    /// Whose register it is in.
    pub controller: OrganisationId,
    /// Its one task.
    pub task: ServiceTask,
    /// Its clients, with the days of joining and leaving.
    pub clients: Vec<CaseMember>,
    /// Open or closed.
    pub state: CaseState,
    /// The day of closing.
    pub closed: Option<Date>,
}

/// A client of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMember {
    /// The client.
    pub client: ClientKey,
    /// First day in the case; `None` when from the start.
    pub joined: Option<Date>,
    /// Last day in the case.
    pub left: Option<Date>,
}

impl CaseMember {
    /// Whether the client belongs to the case on the day (FR-63).
    pub fn belongs_on(&self, day: Date) -> bool {
        self.joined.is_none_or(|first| first <= day) && self.left.is_none_or(|last| day <= last)
    }
}

/// A special reason that the worker has given for this client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReason {
    /// The reason.
    pub reason: SpecialReason,
    /// How many characters the worker wrote; at least [`REASON_CHARACTERS_MIN`].
    pub text_characters: usize,
    /// When it was given.
    pub since: Timestamp,
}

/// The least that has to be written as a special reason (functional specification 3.13).
pub const REASON_CHARACTERS_MIN: usize = 20;

/// From which days an organiser's register takes documents under a register access right (FR-25).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoLive {
    /// The day for every task that has none of its own.
    pub all: Option<Date>,
    /// Days of single tasks.
    pub tasks: BTreeMap<ServiceTask, Date>,
}

impl GoLive {
    /// In use for every task from the day.
    pub fn from(day: Date) -> Self {
        Self { all: Some(day), tasks: BTreeMap::new() }
    }

    /// The first day of use for the task.
    pub fn date(&self, task: ServiceTask) -> Option<Date> {
        self.tasks.get(&task).copied().or(self.all)
    }

    /// Whether the task is in use on the day.
    pub fn reached(&self, task: ServiceTask, day: Date) -> bool {
        self.date(task).is_some_and(|first| first <= day)
    }
}

/// What an organiser leaves of its grants' scope, for one service or for all. It can only take away (decisions.md 4), and
/// it never touches what the provider itself has made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Narrowing {
    /// Only grants of this service are narrowed; `None` for every grant.
    pub service: Option<SocialService>,
    /// Only documents of this case.
    pub case: Option<CaseId>,
    /// Only documents of these types.
    pub types: Option<BTreeSet<String>>,
}

impl Narrowing {
    /// Whether a grant of the service is narrowed; `None` for a grant that names no service, which only a narrowing of
    /// every grant reaches.
    pub fn concerns(&self, service: Option<&SocialService>) -> bool {
        self.service.is_none() || self.service.as_ref() == service
    }

    /// Whether the document is left.
    pub fn covers(&self, document: &DocumentFacts) -> bool {
        let case = self.case.is_none() || self.case == document.case;
        case && self.types.as_ref().is_none_or(|types| types.contains(&document.type_code))
    }
}

/// Settings that decisions read (functional specification E).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Days after a grant's end in which own documents may be written and corrected (open point).
    pub grace_days: u16,
    /// Days after a case's closing in which late entries and corrections are taken.
    pub late_window_days: u16,
    /// Whether archiving needs a card (strict mode, FR-47).
    pub strict: bool,
    /// Whether a search of the own register needs a card.
    pub own_search_needs_card: bool,
    /// Whether the social service is mandatory in every process of the own register; under a register access right it
    /// always is (FR-31).
    pub social_service_mandatory: bool,
    /// Hours that a special reason opens a client for.
    pub special_reason_hours: u16,
    /// Whether a legal ground opens denied documents only in a wide search with its reason. The specification names
    /// denied documents among those of the wide search, but its source could not be read (3.11 step 5, open point).
    pub denied_only_by_wide_search: bool,
    /// Services essentially related to a service: code → codes. By default none.
    pub related_services: BTreeMap<String, Vec<String>>,
    /// General types that a provider may write under a grant.
    pub provider_general_types: BTreeSet<GeneralType>,
    /// Single types that a provider may write besides: restriction decisions and their assessment, when the law lets
    /// the unit decide. The list is open (L) and configurable per organiser.
    pub provider_types: BTreeSet<String>,
}

impl Default for Settings {
    fn default() -> Self {
        let types = ["1018", "11031", "11032", "11039", "11040", "11041", "11049", "11050", "11066"];
        Self {
            grace_days: 30,
            late_window_days: 90,
            strict: false,
            own_search_needs_card: true,
            social_service_mandatory: false,
            special_reason_hours: 24,
            denied_only_by_wide_search: false,
            related_services: BTreeMap::new(),
            provider_general_types: [GeneralType::Entry, GeneralType::Plan, GeneralType::Summary].into(),
            provider_types: types.map(str::to_owned).into(),
        }
    }
}

/// The facts of the moment. The caller reads them in one snapshot; a caller that does not know a fact leaves it out,
/// and the decision is then the stricter one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// The present instant of product time.
    pub now: Timestamp,
    /// Joining of the worker's organisation.
    pub actor_joining: Joining,
    /// Joining of the controller.
    pub controller_joining: Joining,
    /// Go-live of the controller.
    pub go_live: GoLive,
    /// Client relationships of the subject's clients in the controller's register.
    pub relationships: Vec<RelationshipFacts>,
    /// Whether the client's matter has been given to this worker (assigned case, decision, supervision).
    pub assigned: bool,
    /// The special reason, if one has been given for this client.
    pub reason: Option<GivenReason>,
    /// Grants of the subject's clients in the controller's register; others do no harm.
    pub grants: Vec<Grant<ClientKey>>,
    /// The case that the subject names, when it exists.
    pub case: Option<CaseFacts>,
    /// What the organiser has narrowed; all that concern a grant's service hold at once.
    pub narrowings: Vec<Narrowing>,
    /// Settings.
    pub settings: Settings,
}

impl Situation {
    /// A moment of which nothing is known: nothing is allowed in it.
    pub fn empty(now: Timestamp) -> Self {
        Self {
            now,
            actor_joining: Joining::none(),
            controller_joining: Joining::none(),
            go_live: GoLive::default(),
            relationships: Vec::new(),
            assigned: false,
            reason: None,
            grants: Vec::new(),
            case: None,
            narrowings: Vec::new(),
            settings: Settings::default(),
        }
    }
}

/// A right, for one act. Only [`decide`] and [`decide_disclosure`] make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    act: Act,
    route: Route,
    ground: Ground,
    reach: Reach,
}

/// What an [`Allowed`] reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Reach {
    /// Documents of one register.
    Register(scope::Scope),
    /// Documents of other controllers.
    Disclosure(disclosure::DisclosureScope),
}

impl Allowed {
    /// The act.
    pub fn act(&self) -> Act {
        self.act
    }

    /// The route.
    pub fn route(&self) -> Route {
        self.route
    }

    /// Why it is allowed.
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Whose register; `None` for a disclosure, which may reach the registers of several other controllers.
    pub fn controller(&self) -> Option<&OrganisationId> {
        match &self.reach {
            Reach::Register(scope) => Some(&scope.controller),
            Reach::Disclosure(_) => None,
        }
    }

    /// The clients whose documents it reaches.
    pub fn clients(&self) -> &[ClientKey] {
        match &self.reach {
            Reach::Register(scope) => &scope.clients,
            Reach::Disclosure(scope) => scope.clients(),
        }
    }

    /// Whether the right reaches the document: for filtering what a search has found. What is not covered is left out
    /// without a trace or a count (functional specification 3.9).
    pub fn covers(&self, document: &DocumentFacts) -> bool {
        match &self.reach {
            Reach::Register(scope) => scope.covers(document),
            Reach::Disclosure(scope) => scope.covers(document),
        }
    }

    /// Whether the right reaches the basic data of the client relationship (ASIAKKUUS of decree 457/2024 § 2). Under a
    /// register access right the document that holds them is not given whole; a summary gives the part (FR-59). A
    /// disclosure reaches them only through that document, if at all.
    pub fn reaches_basic_data(&self) -> bool {
        match &self.reach {
            Reach::Register(scope) => scope.reaches_basic_data(),
            Reach::Disclosure(_) => false,
        }
    }

    /// The line on every client page that says why the data are seen.
    pub fn sentence(&self, lang: Lang, names: Names) -> String {
        self.ground.sentence(lang, names)
    }
}

/// A refused act: the true cause for the log, and what the requester may hear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{refusal}")]
pub struct Denied {
    refusal: Refusal,
    told: Refusal,
    as_empty: bool,
}

impl Denied {
    /// The true cause. It goes to the log and nowhere else.
    pub fn refusal(&self) -> Refusal {
        self.refusal
    }

    /// What the requester is told. Under a register access right every cause that depends on the client, the case or
    /// another unit is `RKO_NOT_VALID` (decisions.md 3).
    pub fn told(&self) -> Refusal {
        self.told
    }

    /// Whether the answer must be the one of an empty search, byte for byte: a document of another controller that may
    /// not be given, for whatever cause, is simply not there (decisions.md 13; functional specification 3.11).
    /// [`Denied::told`] is then only for callers that cannot answer with nothing.
    pub fn told_as_empty(&self) -> bool {
        self.as_empty
    }
}

#[cfg(test)]
mod tests;
