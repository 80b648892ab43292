//! The client data summary (asiakastiedon kooste, functional specification 3.12) as an answer carries it. The form is
//! ours (`confirmed = false`): Kela's content definition is not public (open point O7).
//!
//! It is made on request and stored nowhere. What the asker's right does not reach is absent: a missing part does not
//! say whether there is anything. Every part names the document it was taken from, so that the reader can go there; a
//! part whose source may not be fetched under the right has no source.

mod decode;
mod encode;

pub(super) use decode::read;
pub(super) use encode::write;

use super::VersionState;
use crate::Code;
use crate::document::Organisation;
use crate::ids::Situation;
use jiff::{Timestamp, civil::Date};
use records::id::{CaseId, ClientId, DocumentId, RegistrationNumber, RelationshipId, ServiceUnitId, SetId};
use records::relationship::UnitKind;

/// The namespace of the summary's elements.
pub const NAMESPACE: &str = "urn:vakka:kooste:1";
/// Longest text of a goal, a decision or a risk; a longer one is cut where it is made, for the source tells the rest.
pub const SUMMARY_TEXT_CHARACTERS_MAX: usize = 4_000;
/// Most parts of one kind, and most clients: what is more belongs to a search.
pub const SUMMARY_PARTS_MAX: usize = 500;

/// A summary.
#[derive(Clone, PartialEq, Eq)]
pub struct Summary {
    /// When it was made.
    pub made: Timestamp,
    /// The enriched form, with decisions, plans and the list of documents.
    pub enriched: bool,
    /// On which basis: own register, register access right, disclosure.
    pub basis: Situation,
    /// Whose register.
    pub controller: Organisation,
    /// The clients whom the right reaches; more than one only of a joint case.
    pub clients: Vec<ClientSummary>,
}

/// One client's part.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ClientSummary {
    /// Who the client is.
    pub person: Option<Person>,
    /// The client relationship.
    pub relationship: Option<Relationship>,
    /// Risks in force (riskitieto).
    pub risks: Vec<Risk>,
    /// Cases, open ones first.
    pub cases: Vec<Case>,
    /// Enriched: decisions in force, newest first; restriction decisions are among them.
    pub decisions: Vec<Decision>,
    /// Enriched: the newest plan of each type.
    pub plans: Vec<Plan>,
    /// Enriched: documents of the last twelve months, newest first.
    pub documents: Vec<DocumentLine>,
}

/// The client's basic data (law 703/2023 § 38).
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Personal identity code or temporary id.
    pub id: ClientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Date of birth as written: a year or a month may be all that is known.
    pub birth: Option<String>,
    /// Non-disclosure for personal safety (turvakielto): then there is no municipality and no address but the contact
    /// address.
    pub non_disclosure: bool,
    /// Last day of the non-disclosure.
    pub non_disclosure_until: Option<Date>,
    /// Code of the municipality of residence (kotikunta).
    pub municipality: Option<Named>,
    /// Mother tongue.
    pub mother_tongue: Option<Named>,
    /// Language of service (asiointikieli).
    pub service_language: Option<Named>,
    /// Whether an interpreter is needed.
    pub interpreter: bool,
    /// Phone number.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Addresses.
    pub addresses: Vec<Address>,
}

/// A code with its text, of a list that no rule reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The code.
    pub code: String,
    /// Its text; may be empty.
    pub name: String,
}

/// An address on one line.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    /// Which one.
    pub kind: AddressKind,
    /// Street, postal code, place.
    pub text: String,
}

/// Which address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressKind {
    /// Where the client lives.
    Home,
    /// Where the client stays for a time.
    Temporary,
    /// The contact address given to the population register (yhteysosoite), shown under non-disclosure too.
    Contact,
}

/// The client relationship: all of it in the own register, the basic data and the own rows under a right to another's.
#[derive(Clone, PartialEq, Eq)]
pub struct Relationship {
    /// The relationship.
    pub id: RelationshipId,
    /// The relationship document; none where the document itself is not given (docs/decisions/0003).
    pub source: Option<DocumentId>,
    /// First day.
    pub started: Date,
    /// Last day.
    pub ended: Option<Date>,
    /// Why it ended.
    pub end_reason: Option<String>,
    /// Since when the client is a client of child protection.
    pub child_protection: Option<Date>,
    /// Last day of that.
    pub child_protection_until: Option<Date>,
    /// Units, ended ones too (FR-10).
    pub units: Vec<Unit>,
    /// Workers responsible for the services (FR-12).
    pub workers: Vec<Worker>,
    /// People related to the client.
    pub related: Vec<Related>,
}

/// A unit's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// The unit; none when it is protected: then the name is the controller's.
    pub id: Option<ServiceUnitId>,
    /// Name.
    pub name: String,
    /// Whose unit.
    pub kind: UnitKind,
    /// Service task.
    pub task: Option<Code>,
    /// Services that it gives.
    pub services: Vec<Code>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
}

/// A responsible worker.
#[derive(Clone, PartialEq, Eq)]
pub struct Worker {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Name of the unit, the controller's when the unit is protected.
    pub unit: Option<String>,
    /// Registration number.
    pub registration: Option<RegistrationNumber>,
    /// Phone number.
    pub phone: Option<String>,
}

/// A related person.
#[derive(Clone, PartialEq, Eq)]
pub struct Related {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Roles (1284), as words.
    pub roles: Vec<String>,
    /// Authority (toimivalta).
    pub authority: Option<String>,
    /// Non-disclosure of this person: then no phone, unless the person represents the client.
    pub non_disclosure: bool,
    /// Phone number.
    pub phone: Option<String>,
}

/// A risk (riskitieto).
#[derive(Clone, PartialEq, Eq)]
pub struct Risk {
    /// First day.
    pub from: Option<Date>,
    /// Last day.
    pub to: Option<Date>,
    /// What it is.
    pub text: String,
}

/// A case.
#[derive(Clone, PartialEq, Eq)]
pub struct Case {
    /// The case.
    pub id: CaseId,
    /// Its newest document.
    pub source: DocumentId,
    /// Name (1265).
    pub name: Named,
    /// Service task.
    pub task: Code,
    /// Day of opening.
    pub opened: Date,
    /// Day of closing; none while it is open.
    pub closed: Option<Date>,
    /// Whether it is a joint case.
    pub joint: bool,
}

/// A decision in force.
#[derive(Clone, PartialEq, Eq)]
pub struct Decision {
    /// The document.
    pub source: DocumentId,
    /// Type (1506).
    pub type_code: Code,
    /// Service tasks.
    pub tasks: Vec<Code>,
    /// Services that it is about.
    pub services: Vec<Code>,
    /// Kind of the outcome (1248).
    pub outcome: Option<Named>,
    /// Day of the decision.
    pub decided: Option<Date>,
    /// First day of force.
    pub from: Option<Date>,
    /// Last day of force.
    pub to: Option<Date>,
    /// Whether it restricts the client (rajoitustoimenpide).
    pub restriction: bool,
}

/// The newest plan of a type.
#[derive(Clone, PartialEq, Eq)]
pub struct Plan {
    /// The document.
    pub source: DocumentId,
    /// Type (1506).
    pub type_code: Code,
    /// Service tasks.
    pub tasks: Vec<Code>,
    /// When it was drawn up.
    pub drawn_up: Date,
    /// When it is to be reviewed, as written.
    pub review: Option<String>,
    /// Goals.
    pub goals: Vec<String>,
}

/// A line of the list of documents.
#[derive(Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// The version.
    pub id: DocumentId,
    /// All versions.
    pub set: SetId,
    /// Number of the version.
    pub version: u32,
    /// Where it stands.
    pub state: VersionState,
    /// Specific type (1506).
    pub type_code: Code,
    /// Service tasks.
    pub tasks: Vec<Code>,
    /// Day of the event.
    pub event: Date,
    /// Unit of origin; none when there is none or it is protected.
    pub unit: Option<ServiceUnitId>,
}

/// Names of types only: all of it is about people.
macro_rules! redacted {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )+};
}

redacted!(Summary ClientSummary Person Address Relationship Worker Related Risk Case Decision Plan DocumentLine);
