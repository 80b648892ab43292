//! What a log row says (functional-spec 2.5, security-and-faults 2.3): as it was then, never joined to live data.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who acted: names, role and card as they were at the time.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Personal identity code of the worker, or the identifier of a system or citizen.
    pub id: String,
    /// Registration number of a professional (rekisteröintinumero).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<String>,
    /// Name as then.
    pub name: String,
    /// Role as then: worker, archivist, citizen, guardian, system.
    pub role: String,
    /// Työtehtävä as then, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duty: Option<String>,
    /// Card or method of login: `professional <serial>`, `personnel <serial>`, `second factor`, `suomi.fi`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Strength of the login as it was proved, not as it was claimed: `card`, `second_factor`, `password`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strength: Option<String>,
    /// Issuer of the card's certificate; with the serial of `method` it names one certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}

/// A client as identified then.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogClient {
    /// OID of the identifier's system: hetu root, or a temporary one.
    pub root: String,
    /// The identifier.
    pub id: String,
}

/// A document that the event concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogDocument {
    /// OID.
    pub id: String,
    /// Version; 0 when not told, since a disclosure notice names a version by its OID alone.
    pub version: u32,
}

/// One side of a disclosure (luovuttaja, luovutuksen saaja): as it was then, names included, so that a report of the
/// log is never joined to today's registers (fault 48).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// OID of the organisation; empty when the receiver has none, for example a court.
    #[serde(default)]
    pub organisation: String,
    /// Its name as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_name: Option<String>,
    /// OID of the unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its name as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// Identifier of the person or system, when named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    /// The person's name as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person_name: Option<String>,
    /// Issuer and serial of the certificate that the side proved itself with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// What a row of the disclosure log (luovutusloki) says beyond who acted: both sides, the data, and the legal provision
/// or permission (703/2023 § 10; security-and-faults 2.3). Every disclosure between controllers is one, given or denied.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Who gave: the controller whose register the data lie in.
    pub discloser: Party,
    /// Who received, or asked and was denied.
    pub receiver: Party,
    /// The legal provision or the permission: kind `disclosure` with the permission document's OID and version as
    /// reference, or kind `statute` with the provision as [law-and-codes 1.10] codes it, for example `L56-1`.
    pub basis: Basis,
    /// Description of the disclosed data: data groups or kinds of documents, one line each. The documents themselves
    /// stand in [`LogRow::documents`], for a denied request none.
    pub what: Vec<String>,
    /// State and version of informing, permission and denials as they were evaluated.
    pub evaluated: Option<String>,
    /// The archive's own id of the transaction.
    pub transaction: Option<String>,
}

/// On what ground.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// `own_task`, `own_register`, `grant`, `disclosure`, `special_reason`, `emergency`, `statute`, `citizen_self`,
    /// `guardian`, `mandate`, `technical`.
    pub kind: String,
    /// The grant, permission or section that it rests on, with the version evaluated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// Why, in the worker's own words: special reason or emergency (FR-55 and on).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// Code of the reason.
    pub code: String,
    /// Free text; may hold personal data, so it lies only in the encrypted part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Search (haku).
    Search,
    /// Read (luku).
    Read,
    /// Print (tulostus).
    Print,
    /// Export (vienti).
    Export,
    /// Create (luonti).
    Create,
    /// Change (muutos).
    Change,
    /// Archive (arkistointi).
    Archive,
    /// Reject an arriving document.
    Reject,
    /// Invalidate (mitätöinti).
    Invalidate,
    /// Change of visibility to the citizen.
    Visibility,
    /// Grant given, changed or ended (RKO).
    Grant,
    /// Disclosure between controllers (luovutus).
    Disclose,
    /// Permission, denial or informing recorded.
    Consent,
    /// Disposal (hävittäminen). It names every version that it removes: verification asks for all others.
    Dispose,
    /// Login or logout.
    Login,
    /// Reading of the log itself.
    ReadLog,
    /// Change of users, rights or settings.
    Administer,
}

impl Action {
    /// The word in the column.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Read => "read",
            Self::Print => "print",
            Self::Export => "export",
            Self::Create => "create",
            Self::Change => "change",
            Self::Archive => "archive",
            Self::Reject => "reject",
            Self::Invalidate => "invalidate",
            Self::Visibility => "visibility",
            Self::Grant => "grant",
            Self::Disclose => "disclose",
            Self::Consent => "consent",
            Self::Dispose => "dispose",
            Self::Login => "login",
            Self::ReadLog => "read_log",
            Self::Administer => "administer",
        }
    }
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done.
    Done,
    /// Done before: the same message arrived again and got the first receipt.
    Repeated,
    /// No right: with the rule that said no.
    Denied(String),
    /// Refused as faulty: with the code of functional-spec 2.4.
    Refused(String),
    /// Broke on the way.
    Failed(String),
}

impl Outcome {
    /// The word in the column.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Repeated => "repeated",
            Self::Denied(_) => "denied",
            Self::Refused(_) => "refused",
            Self::Failed(_) => "failed",
        }
    }
}

/// One event of the log (käyttöloki or luovutusloki).
///
/// Everything here is stored encrypted; of it only the blind indexes of client and actor, the time, action and
/// outcome are searchable.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogRow {
    /// When it happened, product time.
    #[serde(with = "micros")]
    pub at: Timestamp,
    /// When it was written down, in microseconds, if later: a disclosure notice tells of the past.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded: Option<i64>,
    /// Who.
    pub actor: Actor,
    /// OID of the organisation that the actor acted in, as then.
    pub organisation: String,
    /// Its name as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_name: Option<String>,
    /// OID of the service unit (palveluyksikkö), as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Its name as then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_name: Option<String>,
    /// Whose data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<LogClient>,
    /// OID of the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The documents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<LogDocument>,
    /// What.
    pub action: Action,
    /// Purpose of use (käyttötarkoitus), by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// On what ground.
    pub basis: Basis,
    /// Special reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// Receiver, when data crossed controllers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receiver: Option<Party>,
    /// Discloser, when data crossed controllers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discloser: Option<Party>,
    /// Description of the disclosed data, one line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disclosed: Vec<String>,
    /// Informing, permission and denials as evaluated for a disclosure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evaluated: Option<String>,
    /// The archive's own id of a disclosure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// How many documents or rows were given.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub count: u32,
    /// Hash of the session, never the session's secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Source: system, address, message id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Search terms or other detail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl LogRow {
    /// An event with the fields that every event has; the others are set on the value.
    pub fn new(at: Timestamp, actor: Actor, organisation: impl Into<String>, action: Action, outcome: Outcome) -> Self {
        Self {
            at,
            recorded: None,
            actor,
            organisation: organisation.into(),
            organisation_name: None,
            unit: None,
            unit_name: None,
            client: None,
            case: None,
            documents: Vec::new(),
            action,
            purpose: None,
            basis: Basis::default(),
            reason: None,
            receiver: None,
            discloser: None,
            disclosed: Vec::new(),
            evaluated: None,
            transaction: None,
            outcome,
            count: 0,
            session: None,
            source: None,
            detail: None,
        }
    }

    /// Makes the event one of the disclosure log: it goes into the log of the *discloser's* register, whose controller
    /// answers for it, and its client sees it there (FR-57, FR-76). The act is [`Action::Disclose`] whatever the outcome.
    pub fn disclose(&mut self, disclosure: Disclosure) {
        let Disclosure { discloser, receiver, basis, what, evaluated, transaction } = disclosure;
        self.action = Action::Disclose;
        self.discloser = Some(discloser);
        self.receiver = Some(receiver);
        self.basis = basis;
        self.disclosed = what;
        self.evaluated = evaluated;
        self.transaction = transaction;
    }
}

/// No personal data: a log row may be printed in an error of ours.
impl std::fmt::Debug for LogRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LogRow")
            .field("at", &self.at)
            .field("action", &self.action)
            .field("outcome", &self.outcome.as_str())
            .finish_non_exhaustive()
    }
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

/// Timestamps as microseconds: exact and short.
mod micros {
    use jiff::Timestamp;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(at.as_microsecond())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        Timestamp::from_microsecond(i64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}
