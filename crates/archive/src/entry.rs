//! What the archive knows of a document outside its encrypted body: the row of `documents` and what is derived from it.
//!
//! It holds no identity code, no name and no text: clients and authors are blind indexes made before this value is.

use jiff::{Timestamp, civil::Date};
use kanta::{document::Recording, ids::ClientChange};
use records::{
    id::{CaseId, DocumentId, OrganisationId, RelationshipId, ServiceUnitId, SetId},
    refusal::Refusal,
};

/// Group of client relationship documents (code system 1505).
pub const GROUP_RELATIONSHIP: &str = "1";
/// Group of case documents.
pub const GROUP_CASE: &str = "2";
/// Type under which old relationship data are kept apart from live ones (FR-96). Ours; never on the wire.
pub const TYPE_OLD_RELATIONSHIP: &str = "1505.1-vanha";

/// On what right a document was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The controller's own activity.
    Own,
    /// On behalf of the controller, under a register access right.
    Rko,
}

impl Basis {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Rko => "rko",
        }
    }
}

/// A client of a document: a blind index, never the identity code.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClientKey {
    /// HMAC of the client's identifier.
    pub index: String,
    /// Whether the identifier is a temporary id.
    pub temporary: bool,
}

/// One unit row of a relationship document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitRow {
    /// Service task (1221).
    pub task: String,
    /// Social services (1222) of the row; empty when the row names none.
    pub services: Vec<String>,
    /// The unit.
    pub unit: ServiceUnitId,
    /// Who holds it.
    pub via: Via,
    /// First day.
    pub starts: Date,
    /// Last day, itself included.
    pub ends: Option<Date>,
}

/// Whose unit a row names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// The organiser's own unit: no grant, but a relation (FR-50).
    Organiser,
    /// A producer's unit: a grant (FR-13).
    Provider,
    /// A subcontractor's unit under a producer: a grant (FR-18).
    Subcontractor,
}

impl Via {
    /// The word in the table.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Organiser => "organiser",
            Self::Provider => "provider",
            Self::Subcontractor => "subcontractor",
        }
    }

    /// Reads the word of the table.
    pub fn parse(word: &str) -> Self {
        match word {
            "provider" => Self::Provider,
            "subcontractor" => Self::Subcontractor,
            _ => Self::Organiser,
        }
    }

    /// Whether the row gives another organisation a right to the register.
    pub fn is_grant(self) -> bool {
        self != Self::Organiser
    }
}

/// What a relationship document derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelationshipFacts {
    /// The relationship's OID.
    pub relationship: RelationshipId,
    /// First day.
    pub started: Date,
    /// Last day.
    pub ended: Option<Date>,
    /// All rows, ended ones included (FR-10).
    pub rows: Vec<UnitRow>,
}

/// What a case document derives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFacts {
    /// The case.
    pub case: CaseId,
    /// Its only service task.
    pub task: String,
    /// Day of opening.
    pub opened: Date,
    /// Day of closing, when closed.
    pub closed: Option<Date>,
    /// Clients with the times of joining and leaving (joint case).
    pub clients: Vec<CaseMember>,
}

/// A client of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMember {
    /// Blind index.
    pub client: String,
    /// Time of joining.
    pub joined: Timestamp,
    /// Time of leaving.
    pub left: Option<Timestamp>,
}

/// What an expression of will (permission, denial, informing) derives. It holds nobody's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentFacts {
    /// Which one.
    pub kind: records::consent::Kind,
    /// Informed, permitted, or anything denied.
    pub in_force: bool,
    /// The day on which it was expressed; none when every denial was cancelled.
    pub day: Option<Date>,
    /// The denials in force, each with the day it was set.
    pub denials: Vec<(records::consent::Target, Date)>,
    /// Where it was made.
    pub channel: records::consent::Channel,
    /// Whether a guardian denies for a minor (FR-74).
    pub guardian_denies: bool,
    /// The controller in whose activity it was taken down. The document itself belongs to no controller's register.
    pub received_in: OrganisationId,
    /// Blind index of the client in that controller's register, for the relation of the worker.
    pub client_there: String,
}

/// What a document changes besides its own row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Derived {
    /// Nothing.
    Nothing,
    /// A case.
    Case(CaseFacts),
    /// A client relationship and its grants.
    Relationship(RelationshipFacts),
    /// An expression of will.
    Consent(Box<ConsentFacts>),
}

/// A document's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// This version.
    pub document: DocumentId,
    /// All versions.
    pub set: SetId,
    /// 1, 2, …
    pub version: u32,
    /// The version this one replaces.
    pub replaces: Option<DocumentId>,
    /// The controller (rekisterinpitäjä).
    pub controller: OrganisationId,
    /// The case; none on a relationship document.
    pub case: Option<CaseId>,
    /// The relationship; only on a relationship document.
    pub relationship: Option<RelationshipId>,
    /// Document group (1505).
    pub group: String,
    /// Specific document type (1506), or `1505.n`.
    pub type_code: String,
    /// General document type (1506).
    pub general_type: String,
    /// OID of the structure.
    pub structure: Option<String>,
    /// Service tasks.
    pub tasks: Vec<String>,
    /// Social services named in the content.
    pub services: Vec<String>,
    /// Whether the structure demands a professional's signature.
    pub professional: bool,
    /// Whether the structure has a place for a social service at all.
    pub service_possible: bool,
    /// Service process.
    pub process: Option<String>,
    /// Service unit of origin.
    pub unit: Option<ServiceUnitId>,
    /// Organisation whose unit acted.
    pub author_organisation: OrganisationId,
    /// Organisation of the connection.
    pub connecting: OrganisationId,
    /// Organiser named in the header, for whom a producer acts (FR-103).
    pub organiser: Option<OrganisationId>,
    /// Customer of outsourcing named in the header (FR-103).
    pub customer: Option<OrganisationId>,
    /// Blind indexes of the authors.
    pub authors: Vec<String>,
    /// Clients.
    pub clients: Vec<ClientKey>,
    /// Language tag.
    pub language: String,
    /// First and last moment of the event.
    pub event: (Timestamp, Timestamp),
    /// When the document was made.
    pub created: Timestamp,
    /// Special content: never in e-services.
    pub special_content: bool,
    /// Code of the reason for not showing in OmaKanta; empty when shown.
    pub inaccessible: String,
    /// Digest of the exact signed bytes, hexadecimal.
    pub sha256: String,
    /// From before the start of use: an old document, or old relationship data (FR-96).
    pub old: bool,
    /// Why this version names another client than the one before it, when its reason says so (FR-62).
    pub change: Option<ClientChange>,
    /// Whether the version tells why it was made.
    pub reasoned: bool,
    /// Cases to which a case document joins its case (FR-05).
    pub links: Vec<CaseId>,
    /// First day on which the client sees the document, when showing is delayed (FR-71).
    pub shown_from: Option<Date>,
    /// Whether the reason of limiting is given in words (FR-70).
    pub limit_reason: bool,
    /// What a recording is, on the document that describes it (FR-95).
    pub recording: Option<Recording>,
    /// What a decision that restricts a child says (FR-44).
    pub restriction: Option<records::restriction::Restriction>,
    /// Case or relationship facts.
    pub derived: Derived,
}

impl Entry {
    /// The controller in whose activity the document came. For an expression of will it is not the register that keeps
    /// it, which is national.
    pub fn custodian(&self) -> &OrganisationId {
        match &self.derived {
            Derived::Consent(facts) => &facts.received_in,
            _ => &self.controller,
        }
    }
}

/// What to mend: a Finnish sentence and, when it is known, where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The sentence.
    pub text: String,
    /// A path of elements or of fields; it never holds a value of the document.
    pub place: Option<String>,
}

impl From<&kanta::Fault> for Told {
    fn from(fault: &kanta::Fault) -> Self {
        Self { text: format!("{} {}", fault.problem, fault.remedy), place: Some(fault.place.clone()) }
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.place {
            Some(place) if !place.is_empty() => write!(f, "{place}: {}", self.text),
            _ => f.write_str(&self.text),
        }
    }
}

/// A refusal: what is told, why in truth (only the log knows), and what to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// The code that the requester gets.
    pub told: Refusal,
    /// The code of the real cause, for the log.
    pub cause: Refusal,
    /// What to mend, one for each fault; empty when the catalogue's sentence says it all.
    pub details: Vec<Told>,
}

impl Denial {
    /// A refusal that may be told as it is.
    pub fn new(refusal: Refusal) -> Self {
        Self { told: refusal, cause: refusal, details: Vec::new() }
    }

    /// A refusal with one sentence of what to mend.
    pub fn with(refusal: Refusal, detail: impl Into<String>) -> Self {
        Self { told: refusal, cause: refusal, details: vec![Told { text: detail.into(), place: None }] }
    }

    /// The same refusal as a provider hears it: under a grant the cause is hidden (decisions.md 3).
    pub fn under(mut self, basis: Basis) -> Self {
        if basis == Basis::Rko && self.cause.hidden_under_grant() {
            self.told = Refusal::RkoNotValid;
            self.details.clear();
        }
        if !self.told.may_be_told() {
            self.told = Refusal::RkoNotValid;
            self.details.clear();
        }
        self
    }
}
