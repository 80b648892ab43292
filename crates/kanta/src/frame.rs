//! The transport frame (siirtokehys): who sends, what is asked, for whom, and a copy of the metadata (wire-format 2–3).

mod agree;
mod archive;
mod decode;
mod encode;

pub use agree::agree;
pub use archive::{archive, nullify, query};
pub(crate) use decode::{bad, interaction_of, party, wrapper};
pub use decode::{decode, interaction};
pub use encode::encode;
pub(crate) use encode::{write_party, write_wrapper};

use crate::Code;
use crate::document::{Organisation, Patient};
use crate::ids::{Interaction, ServiceRequest, Situation};
use crate::query::Query;
use jiff::Timestamp;
use records::id::{DocumentId, Oid, OrganisationId, PersonalIdentityCode, ServiceUnitId, SetId};
use std::fmt;

/// One message to the archive.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// The root element.
    pub interaction: Interaction,
    /// What is asked (reasonCode 1).
    pub service_request: ServiceRequest,
    /// In what right it is asked (reasonCode 2).
    pub situation: Situation,
    /// The message's own id.
    pub message_id: MessageId,
    /// When the message was made.
    pub created: Timestamp,
    /// Production, test or training.
    pub processing: Processing,
    /// The archive's party id.
    pub receiver: Oid,
    /// The controller in whose register the message acts (`sender`); not necessarily who connects (decisions.md 1).
    pub controller: OrganisationId,
    /// The person who acts, and the unit acted for.
    pub user: User,
    /// The copy of the document's metadata; none in queries.
    pub subject: Option<FrameDocument>,
    /// The document's bytes exactly as signed; none in queries, nullifying, and at the validator.
    pub package: Option<Vec<u8>>,
    /// What is searched for; none in archiving and nullifying.
    pub query: Option<Query>,
    /// Why a document is nullified (mitätöinnin syy), in words.
    pub reason: Option<String>,
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frame")
            .field("interaction", &self.interaction)
            .field("service_request", &self.service_request)
            .field("situation", &self.situation)
            .field("message_id", &self.message_id)
            .field("controller", &self.controller)
            .field("document", &self.subject.as_ref().map(|subject| &subject.id))
            .finish_non_exhaustive()
    }
}

/// A message's id: the root of the sending system's operator and its running number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MessageId {
    /// OID of the organisation that runs the sending system.
    pub root: Oid,
    /// Running number.
    pub extension: String,
}

/// The HL7 processing code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Processing {
    /// `P`.
    Production,
    /// `D`, test.
    Debugging,
    /// `T`.
    Training,
}

impl Processing {
    /// The letter on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Production => "P",
            Self::Debugging => "D",
            Self::Training => "T",
        }
    }

    /// Reads the letter.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "P" => Some(Self::Production),
            "D" => Some(Self::Debugging),
            "T" => Some(Self::Training),
            _ => None,
        }
    }
}

/// The person who acts (`authorOrPerformer`), and the service unit acted for.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Personal identity code.
    pub hetu: PersonalIdentityCode,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Active service unit.
    pub unit: ServiceUnitId,
    /// Its name.
    pub unit_name: String,
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").field("unit", &self.unit).finish_non_exhaustive()
    }
}

/// The frame's copy of the document's metadata (`subject/clinicalDocument`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FrameDocument {
    /// This version.
    pub id: DocumentId,
    /// The first version.
    pub set_id: SetId,
    /// 1, 2, …
    pub version: u32,
    /// The register (1264). Not the document type: the frame's `code` is the register (wire-format 14.1).
    pub register: Code,
    /// When the document was drawn up; may differ from the document's.
    pub effective_time: Option<Timestamp>,
    /// Confidentiality, when sent.
    pub confidentiality: Option<Code>,
    /// Language tag as sent, `fi` or `FI`.
    pub language: Option<String>,
    /// The clients.
    pub patients: Vec<Patient>,
    /// The controller.
    pub custodian: Organisation,
    /// How ready the document is (40115): LA.
    pub completion: String,
    /// How it is stored (40116): AC.
    pub storage: String,
}

/// Who sends, and when: the part of a frame that is the same whatever is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sending {
    /// The message's own id.
    pub message_id: MessageId,
    /// When the message was made.
    pub created: Timestamp,
    /// Production, test or training.
    pub processing: Processing,
    /// The archive's party id.
    pub receiver: Oid,
    /// In what right.
    pub situation: Situation,
    /// Who acts.
    pub user: User,
}
