//! The acknowledgement (vastaanottokuittaus), `MCCI_IN000002UV01` (decisions.md 6).
//!
//! The interaction is HL7's universal one; the codes and the receipt in the details are ours.

mod decode;
mod encode;

pub use decode::decode;
pub(crate) use decode::{decode_details, decode_type, target};
pub use encode::encode;
pub(crate) use encode::write_acknowledgement;

use crate::frame::{MessageId, Processing};
use jiff::Timestamp;
use records::id::{DocumentId, Oid, OrganisationId, SetId};

/// What became of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// The acknowledgement's own message id.
    pub message_id: MessageId,
    /// When it was made.
    pub created: Timestamp,
    /// Production, test or training; that of the message.
    pub processing: Processing,
    /// The archive's party id.
    pub sender: Oid,
    /// The controller of the message; none when the message could not be read so far.
    pub receiver: Option<OrganisationId>,
    /// Accepted, error or rejected.
    pub kind: AckType,
    /// The message that is acknowledged; none when it could not be read so far.
    pub target: Option<MessageId>,
    /// Why not, one entry per fault; or warnings.
    pub details: Vec<Detail>,
    /// What was stored; only with AA.
    pub receipt: Option<Receipt>,
}

/// `acknowledgement/typeCode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AckType {
    /// `AA`: accepted; what was sent is on disk.
    Accepted,
    /// `AE`: the content has faults; correct and send again.
    Error,
    /// `AR`: the message was not taken for handling; nothing in the content is judged.
    Rejected,
}

impl AckType {
    /// The letters on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Accepted => "AA",
            Self::Error => "AE",
            Self::Rejected => "AR",
        }
    }

    /// Reads the letters; the accept-level CA, CE and CR mean the same here.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "AA" | "CA" => Some(Self::Accepted),
            "AE" | "CE" => Some(Self::Error),
            "AR" | "CR" => Some(Self::Rejected),
            _ => None,
        }
    }
}

/// One `acknowledgementDetail`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// How grave.
    pub kind: DetailType,
    /// Our catalogue code, e.g. `FRAME_MISMATCH`; kept as text since another archive may know other codes.
    pub code: String,
    /// A Finnish sentence for a person.
    pub text: String,
    /// Where in the message, if one place is at fault.
    pub place: Option<String>,
}

/// `acknowledgementDetail/@typeCode`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DetailType {
    /// `E`.
    Error,
    /// `W`.
    Warning,
    /// `I`.
    Information,
}

impl DetailType {
    /// The letter on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::Error => "E",
            Self::Warning => "W",
            Self::Information => "I",
        }
    }

    /// Reads the letter.
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "E" => Some(Self::Error),
            "W" => Some(Self::Warning),
            "I" => Some(Self::Information),
            _ => None,
        }
    }
}

impl Detail {
    /// A detail that tells a refusal in the words of the catalogue, with no place: the same bytes for the same refusal
    /// whatever the cause (decisions.md 3).
    pub fn refusal(refusal: records::refusal::Refusal) -> Self {
        Self {
            kind: DetailType::Error,
            code: refusal.code().to_owned(),
            text: refusal.sentence(records::Lang::Fi).to_owned(),
            place: None,
        }
    }
}

impl From<&crate::Fault> for Detail {
    fn from(fault: &crate::Fault) -> Self {
        Self {
            kind: DetailType::Error,
            code: fault.code().to_owned(),
            text: format!("{} {}", fault.problem, fault.remedy),
            place: Some(fault.place.clone()),
        }
    }
}

/// What the archive stored, and when: the same for every repetition of the message (interfaces.md 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The stored version.
    pub document: DocumentId,
    /// Its set.
    pub set: SetId,
    /// Its version number.
    pub version: u32,
    /// When it was stored.
    pub archived: Timestamp,
    /// The archive's own reference to the log row or the stored version.
    pub reference: String,
}

impl Acknowledgement {
    /// The acknowledgement of a frame.
    ///
    /// # Arguments
    /// `message_id` is the acknowledgement's own; `created` when it is made.
    pub fn of(
        frame: &crate::frame::Frame,
        message_id: MessageId,
        created: Timestamp,
        kind: AckType,
        details: Vec<Detail>,
        receipt: Option<Receipt>,
    ) -> Self {
        Self {
            message_id,
            created,
            processing: frame.processing,
            sender: frame.receiver.clone(),
            receiver: Some(frame.controller.clone()),
            kind,
            target: Some(frame.message_id.clone()),
            details,
            receipt,
        }
    }
}
