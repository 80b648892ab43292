//! Queries and their answers (wire-format 3–4, 8). All of this is ours: Kela's forms of it are not known.
//!
//! One form of question serves the own register (by client and metadata) and a register access right (by case OID).
//! Answers are paged by key: the key of the last row begins the next page, so that a page costs the same wherever it is.

mod disclosure;
mod request;
mod response;
pub mod summary;

pub use disclosure::{DisclosureTerms, LegalGround};
pub(crate) use request::{decode_request, write_request};
pub use response::{WrittenRow, decode_response, encode_response, encode_response_with, header_form};

use crate::ack::{AckType, Detail};
use crate::document::Header;
use crate::frame::{MessageId, Processing};
use jiff::{Timestamp, civil::Date};
use records::id::{CaseId, ClientId, DocumentId, Oid, OrganisationId, RegistrationNumber, ServiceUnitId, SetId};

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Which use case.
    pub kind: QueryKind,
    /// The sender's name for this question; the answer repeats it.
    pub id: String,
    /// In whose register.
    pub controller: OrganisationId,
    /// Of which client.
    pub client: Option<ClientId>,
    /// Of which case; the key of a search under a register access right.
    pub case: Option<CaseId>,
    /// One version.
    pub document: Option<DocumentId>,
    /// All versions of a document.
    pub set: Option<SetId>,
    /// Service task (1221).
    pub task: Option<String>,
    /// Social service (1222).
    pub service: Option<String>,
    /// Service process (1277).
    pub process: Option<String>,
    /// Document type (1506), general or specific.
    pub type_code: Option<String>,
    /// Service unit where the document was born.
    pub unit: Option<ServiceUnitId>,
    /// Author's registration number.
    pub author: Option<RegistrationNumber>,
    /// First day of the time of drawing up, Finnish date.
    pub from: Option<Date>,
    /// Last day of the time of drawing up, itself included.
    pub to: Option<Date>,
    /// Replaced versions too; the controller's own only.
    pub all_versions: bool,
    /// The enriched form of a summary.
    pub enriched: bool,
    /// What a disclosure rests on; empty for every other question.
    pub disclosure: DisclosureTerms,
    /// Where the page begins: the key that the last answer gave.
    pub page: Option<String>,
    /// Most rows wanted, at most [`crate::limits::PAGE_ROWS_MAX`].
    pub rows_max: Option<u32>,
}

impl Query {
    /// A question of the kind in a controller's register, with nothing yet narrowed.
    pub fn new(kind: QueryKind, id: impl Into<String>, controller: OrganisationId) -> Self {
        Self {
            kind,
            id: id.into(),
            controller,
            client: None,
            case: None,
            document: None,
            set: None,
            task: None,
            service: None,
            process: None,
            type_code: None,
            unit: None,
            author: None,
            from: None,
            to: None,
            all_versions: false,
            enriched: false,
            disclosure: DisclosureTerms::default(),
            page: None,
            rows_max: None,
        }
    }
}

/// The use cases of searching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QueryKind {
    /// Hae asiakkuus: the newest relationship document, with content.
    Relationship,
    /// Hae asia: case documents, with content.
    Case,
    /// Hae asiakirjan metatiedot: rows without content.
    Metadata,
    /// Hae asiakirja: documents with content.
    Document,
    /// Hae kooste: the summary that the archive makes; no rows.
    Summary,
    /// Hae tahdonilmaisut: the newest informing, permission and denial document of a client, with content.
    Consents,
    /// Luovutushaku: rows of other controllers' documents, without content.
    DisclosureSearch,
    /// Luovutushaku: documents of other controllers, with content.
    DisclosureFetch,
}

impl QueryKind {
    /// The service request that asks it.
    pub fn request(self) -> crate::ids::ServiceRequest {
        use crate::ids::ServiceRequest as R;
        match self {
            Self::Relationship => R::QueryRelationship,
            Self::Case => R::QueryCase,
            Self::Metadata => R::QueryMetadata,
            Self::Document => R::QueryDocument,
            Self::Summary => R::QuerySummary,
            Self::Consents => R::QueryConsents,
            Self::DisclosureSearch => R::DisclosureSearch,
            Self::DisclosureFetch => R::DisclosureFetch,
        }
    }

    /// Every kind of question.
    pub const ALL: &'static [QueryKind] = &[
        Self::Relationship,
        Self::Case,
        Self::Metadata,
        Self::Document,
        Self::Summary,
        Self::Consents,
        Self::DisclosureSearch,
        Self::DisclosureFetch,
    ];

    /// Whether other controllers are asked.
    pub fn is_disclosure(self) -> bool {
        matches!(self, Self::DisclosureSearch | Self::DisclosureFetch)
    }
}

/// Where a version stands in the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionState {
    /// The newest valid version.
    Valid,
    /// A newer version has replaced it.
    Replaced,
    /// Nullified.
    Nullified,
}

/// One found version: its metadata and what the archive knows about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetadataRow {
    /// The header. `patients` may be empty where the archive does not name other clients of a joint case.
    pub header: Header,
    /// Where the version stands.
    pub state: VersionState,
    /// When the archive stored it.
    pub archived: Timestamp,
}

/// The answer to a query.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryResponse {
    /// The answer's own message id.
    pub message_id: MessageId,
    /// When the answer was made.
    pub created: Timestamp,
    /// Production, test or training; that of the question.
    pub processing: Processing,
    /// The archive's party id.
    pub sender: Oid,
    /// The controller that asked.
    pub receiver: OrganisationId,
    /// The message that is answered.
    pub target: MessageId,
    /// Which use case.
    pub kind: QueryKind,
    /// The question's name, repeated.
    pub query_id: String,
    /// AA, or AE with details when the question was refused.
    pub ack: AckType,
    /// Why the question was refused; empty when it was not.
    pub details: Vec<Detail>,
    /// What was found, newest first.
    pub rows: Vec<MetadataRow>,
    /// With content: one document per row, in the same order, bytes exactly as archived. Empty without content.
    pub documents: Vec<Vec<u8>>,
    /// Where the next page begins; none when this is the last.
    pub next_page: Option<String>,
    /// The summary (kooste), when asked for.
    pub summary: Option<summary::Summary>,
}

impl std::fmt::Debug for QueryResponse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueryResponse")
            .field("kind", &self.kind)
            .field("ack", &self.ack)
            .field("details", &self.details)
            .field("rows", &self.rows.len())
            .field("documents", &self.documents.len())
            .field("next_page", &self.next_page)
            .finish_non_exhaustive()
    }
}
