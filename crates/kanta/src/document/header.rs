//! The metadata of a document, as the header carries them (wire-format 5.1–5.2).

use crate::Code;
use jiff::{Timestamp, civil::Date};
use records::Lang;
use records::id::{
    CaseId, ClientId, DocumentId, OrganisationId, RegistrationNumber, RelationshipId, ServiceUnitId, SetId,
};
use std::fmt;

/// What `xsi:schemaLocation` says.
pub const SCHEMA_LOCATION: &str = "urn:hl7-org:v3 ../../cda/CDA_Fi_sos.xsd";

/// The header of one version of a document. It is not signed: what it says is checked against the body, the frame and
/// the registers, and secured by the hash in the archive's log row (decisions.md 5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// This version (asiakirjan tunniste).
    pub id: DocumentId,
    /// The first version (alkuperäinen tunniste).
    pub set_id: SetId,
    /// 1, 2, …
    pub version: u32,
    /// The version that this one replaces; none for the first.
    pub replaces: Option<Replaced>,
    /// General document type (1506); none on a relationship document (`nullFlavor="NA"`).
    pub general_type: Option<Code>,
    /// Specific document type (1506), e.g. 19007; absent on a relationship document.
    pub specific_type: Option<Code>,
    /// The document structure (`contentSpecificationId`), e.g. `1.2.246.537.6.1506.15007.2024.11.28`.
    pub structure_oid: Option<String>,
    /// Document group (1505); see [`crate::code`].
    pub group: Code,
    /// Language of the display form.
    pub language: Lang,
    /// When the document was drawn up (laatimisaika).
    pub effective_time: Timestamp,
    /// When the document was created in the client system (luontiaika).
    pub creation_time: Timestamp,
    /// Confidentiality (99902), 6 for social welfare.
    pub confidentiality: Code,
    /// The client, or several in a joint case.
    pub patients: Vec<Patient>,
    /// Who wrote the document; empty on a relationship document (`id nullFlavor="NA"`).
    pub authors: Vec<Author>,
    /// The controller (rekisterinpitäjä).
    pub custodian: Organisation,
    /// Whether a minor's data may be given to guardians (1286).
    pub guardian_consent: Option<Code>,
    /// The case (asiatunnus); none on a relationship document.
    pub case: Option<CaseId>,
    /// The organiser of the service (palvelunjärjestäjä).
    pub organiser: Option<Organisation>,
    /// The service unit where the document was born (palveluyksikkö).
    pub unit: Option<Unit>,
    /// Service tasks (1221); the first is the case's.
    pub tasks: Vec<Code>,
    /// Social services (1222). Travels in an element of our own, since no place for it is known: functional spec K8.
    pub services: Vec<Code>,
    /// When what is recorded happened, if not when it was drawn up; in the same element of our own.
    pub event_time: Option<Timestamp>,
    /// First day on which the client sees the document in OmaKanta, when showing is delayed; likewise our own.
    pub shown_from: Option<Date>,
    /// Cases to which a case document joins its case (asialiitos, FR-05). The carrier is not known (open point O4): ours.
    pub links: Vec<CaseLink>,
    /// What a recording is, on the document that describes it (FR-95). Ours.
    pub recording: Option<Recording>,
    /// Service process (1277).
    pub process: Option<Code>,
    /// The client relationship.
    pub relationship: Option<RelationshipId>,
    /// The organiser on whose behalf a bought service is produced (`outsourcingServiceCustomer`).
    pub outsourcing_customer: Option<Organisation>,
    /// Total retention (1258).
    pub retention: Code,
    /// Special content (112): `K` hides the document from all e-services.
    pub special_content: Option<Code>,
    /// Why the document is not shown in OmaKanta (1288).
    pub inaccessible: Option<Code>,
    /// The grounds in words: a minor's wish, or why showing is delayed.
    pub restriction_argument: Option<String>,
    /// Why this version was made.
    pub reason_of_correction: Option<String>,
    /// The register (1264): 1, the register of social welfare clients.
    pub register: Code,
    /// State of completion (40154): 3, ready for archiving.
    pub record_status: Code,
    /// The system that made the document.
    pub software: Software,
    /// The persons named as signers. The signatures themselves are `seal`'s.
    pub signers: Vec<Signer>,
}

impl Header {
    /// A header with the values that are the same on every document we make; the rest is for the caller to fill.
    ///
    /// # Arguments
    /// `at` is both the time of drawing up and of creation until changed.
    pub fn new(id: DocumentId, group: Code, custodian: Organisation, at: Timestamp) -> Self {
        Self {
            set_id: id.as_set(),
            id,
            version: 1,
            replaces: None,
            general_type: None,
            specific_type: None,
            structure_oid: None,
            group,
            language: Lang::Fi,
            effective_time: at,
            creation_time: at,
            confidentiality: Code::named("6", "Sosiaalihuollon salassapidettävä"),
            patients: Vec::new(),
            authors: Vec::new(),
            custodian,
            guardian_consent: None,
            case: None,
            organiser: None,
            unit: None,
            tasks: Vec::new(),
            services: Vec::new(),
            event_time: None,
            shown_from: None,
            links: Vec::new(),
            recording: None,
            process: None,
            relationship: None,
            outsourcing_customer: None,
            retention: Code::named("1", "Säilytetään pysyvästi"),
            special_content: None,
            inaccessible: None,
            restriction_argument: None,
            reason_of_correction: None,
            register: Code::named("1", "Sosiaalihuollon asiakasrekisteri"),
            record_status: Code::named("3", "Arkistointivalmis"),
            software: Software::default(),
            signers: Vec::new(),
        }
    }
}

/// A link of a case to another one of the same register (asialiitos, functional specification 3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLink {
    /// The other case.
    pub case: CaseId,
    /// The day of joining.
    pub since: Date,
    /// Why, in words.
    pub reason: Option<String>,
}

/// An audio or video recording (functional specification 3.29). The bytes travel beside the message; this says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recording {
    /// Media type, `audio/…` or `video/…`.
    pub media: String,
    /// Length in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes, in hexadecimal small letters.
    pub sha256: String,
    /// How long it plays, in seconds.
    pub seconds: u32,
    /// Purpose or legal basis, in words.
    pub basis: String,
}

/// The version that a new version replaces (`relatedDocument typeCode="RPLC"`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replaced {
    /// The replaced version.
    pub id: DocumentId,
    /// Its set, the same as the new one's.
    pub set_id: SetId,
    /// Its version number.
    pub version: u32,
}

/// A client as the header names him.
#[derive(Clone, PartialEq, Eq)]
pub struct Patient {
    /// Personal identity code or temporary id.
    pub id: ClientId,
    /// Family name.
    pub family: String,
    /// Given names, without marking which is used.
    pub given: String,
    /// The given name in use (kutsumanimi, qualifier `CL`).
    pub calling: Option<String>,
    /// Date of birth.
    pub birth_date: Option<Date>,
    /// Sex (1.2.246.537.5.1.1997).
    pub sex: Option<Code>,
}

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Patient(…)")
    }
}

/// An author. Without a registration number the id is `nullFlavor="NA"` and the name is required (wire-format 15).
#[derive(Clone, PartialEq, Eq)]
pub struct Author {
    /// Registration number of a professional.
    pub registration: Option<RegistrationNumber>,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
}

impl fmt::Debug for Author {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Author(…)")
    }
}

/// An organisation with the name it had when the document was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// OID in the SOTE organisation register.
    pub id: OrganisationId,
    /// Name; may be empty where the sender left it out.
    pub name: String,
}

/// A service unit with the name it had when the document was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// OID in the SOTE organisation register.
    pub id: ServiceUnitId,
    /// Name; may be empty where the sender left it out.
    pub name: String,
}

/// The system that made a document (`softwareSupport`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Software {
    /// Who answers for the system.
    pub moderator: String,
    /// Name of the product.
    pub product: String,
    /// Version of the product.
    pub version: String,
}

/// A signer as the header names him (`ep2:signature`).
#[derive(Clone, PartialEq, Eq)]
pub struct Signer {
    /// Registration number (`assignedAuthorSigner`).
    pub registration: Option<RegistrationNumber>,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// How the signer was identified (40128): 1, a professional's certificate.
    pub method: Option<Code>,
    /// When the signer signed.
    pub time: Option<Timestamp>,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(…)")
    }
}
