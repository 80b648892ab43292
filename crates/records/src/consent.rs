//! Expressions of will of a client (tahdonilmaisu): that the client was informed, the permission to disclose
//! (luovutuslupa, 1505.8) and the denials (kielto, 1505.9), as their documents say them.
//!
//! They are national, of no single register: whoever has joined takes them down, and they hold at every controller
//! (act 703/2023 §§ 55, 58, 59, 68, 72). One document of each kind lives per client; a change, a withdrawal too, is its
//! next version. The rules of the content that need no other data stand in [`check`]; who may store one is the
//! archive's to say.

mod document;

pub use document::{DENIAL, INFORMING, PERMISSION, Written, infotext, to_json};

use crate::Lang;
use crate::code::{DocumentGroup, RelatedRole, ServiceTask, pick};
use crate::id::{ClientId, OrganisationId};
use crate::projection::redacted;
use jiff::civil::Date;

/// Which expression of will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// That the client was informed of the national services (informointi, § 68).
    Informing,
    /// The permission to disclose between controllers of social welfare (luovutuslupa, § 55).
    Permission,
    /// The denials in force (kielto, § 59).
    Denial,
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Kind] = &[Self::Informing, Self::Permission, Self::Denial];

    /// The word in tables and interfaces.
    pub fn word(self) -> &'static str {
        match self {
            Self::Informing => "informing",
            Self::Permission => "permission",
            Self::Denial => "denial",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// The kind of a document group (1505); `None` for every other document.
    pub fn of_group(group: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.group().code() == group)
    }

    /// The document group.
    pub fn group(self) -> DocumentGroup {
        match self {
            Self::Informing => DocumentGroup::Informing,
            Self::Permission => DocumentGroup::Permission,
            Self::Denial => DocumentGroup::Denial,
        }
    }

    /// The type code of the structure.
    pub fn type_code(self) -> &'static str {
        match self {
            Self::Informing => "INFORMOINTI",
            Self::Permission => "1505.8",
            Self::Denial => "1505.9",
        }
    }
}

/// What one denial aims at (§ 59.1).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Target {
    /// Everything in a controller's register.
    Controller(OrganisationId),
    /// Everything of a service task, whoever the controller is.
    Task(ServiceTask),
    /// One document in all its versions, by its original OID.
    Document(String),
}

impl Target {
    /// The level as tables and interfaces name it, and the target's code or OID.
    pub fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Controller(organisation) => ("controller", organisation.as_str()),
            Self::Task(task) => ("task", task.code()),
            Self::Document(oid) => ("document", oid),
        }
    }

    /// The reverse of [`Target::columns`].
    pub fn parse(level: &str, code: &str) -> Option<Self> {
        match level {
            "controller" => OrganisationId::parse(code).ok().map(Self::Controller),
            "task" => ServiceTask::parse(code).map(Self::Task),
            "document" => Some(Self::Document(code.to_owned())),
            _ => None,
        }
    }
}

/// One denial in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// What may not be disclosed.
    pub target: Target,
    /// The day on which it was set.
    pub set_on: Date,
    /// Who denied in the client's place; empty when the client did.
    pub representatives: Vec<Representative>,
}

/// Who expresses the will in the client's place.
#[derive(Clone, PartialEq, Eq)]
pub struct Representative {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Identity code or temporary id; a guardian of an adult may have an identifier of another kind.
    pub id: Option<ClientId>,
    /// The other identifier (edunvalvojan tunniste).
    pub other_id: Option<String>,
    /// The role; only 31–34 represent.
    pub role: RelatedRole,
}

/// Who took it down.
#[derive(Clone, PartialEq, Eq)]
pub struct Author {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
}

redacted!(Representative Author);

/// What the client has expressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Will {
    /// Whether the client is informed, and since when.
    Informing {
        /// Informed or not.
        informed: bool,
        /// The day.
        on: Date,
        /// Who took the information in the client's place.
        representatives: Vec<Representative>,
    },
    /// Whether data may be disclosed, and since when.
    Permission {
        /// Given or withdrawn.
        given: bool,
        /// The day.
        on: Date,
        /// Who gave it in the client's place.
        representatives: Vec<Representative>,
    },
    /// The whole set of denials in force; empty when all are cancelled.
    Denials(Vec<Denial>),
}

impl Will {
    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Informing { .. } => Kind::Informing,
            Self::Permission { .. } => Kind::Permission,
            Self::Denials(_) => Kind::Denial,
        }
    }

    /// Whether it is in force: informed, permitted, or anything denied.
    pub fn in_force(&self) -> bool {
        match self {
            Self::Informing { informed, .. } => *informed,
            Self::Permission { given, .. } => *given,
            Self::Denials(denials) => !denials.is_empty(),
        }
    }

    /// The day on which it was expressed; of denials the newest.
    pub fn day(&self) -> Option<Date> {
        match self {
            Self::Informing { on, .. } | Self::Permission { on, .. } => Some(*on),
            Self::Denials(denials) => denials.iter().map(|denial| denial.set_on).max(),
        }
    }

    fn days(&self) -> Vec<Date> {
        match self {
            Self::Informing { on, .. } | Self::Permission { on, .. } => vec![*on],
            Self::Denials(denials) => denials.iter().map(|denial| denial.set_on).collect(),
        }
    }
}

/// An expression of will as its document says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Whose.
    pub client: ClientId,
    /// What.
    pub will: Will,
    /// Who took it down in a client system; none in the citizen view.
    pub author: Option<Author>,
}

/// Where the document was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Channel {
    /// In a client system, by a worker.
    ClientSystem,
    /// In the citizen view (OmaKanta), by the client or a representative.
    Citizen,
}

impl Channel {
    /// The word in tables and interfaces.
    pub fn word(self) -> &'static str {
        match self {
            Self::ClientSystem => "client_system",
            Self::Citizen => "citizen",
        }
    }
}

/// What is wrong with an expression of will.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentFault {
    /// The client has no identity code.
    TemporaryId,
    /// A day lies in the future: nobody permits or denies in advance.
    Future,
    /// Made in a client system without its author.
    AuthorMissing,
    /// A guardian denies for a minor (FR-74, law-and-codes R-308).
    GuardianDenies,
}

impl ConsentFault {
    /// What to mend.
    pub fn sentence(self, lang: Lang) -> &'static str {
        let texts = match self {
            Self::TemporaryId => [
                "Tahdonilmaisu vaatii henkilötunnuksen; tilapäisellä tunnuksella sitä ei voi antaa.",
                "En viljeyttring kräver personbeteckning; den kan inte ges med en temporär kod.",
                "An expression of will needs a personal identity code; a temporary id does not do.",
            ],
            Self::Future => [
                "Päivä on tulevaisuudessa. Tahdonilmaisu alkaa aikaisintaan sinä päivänä, jona se annetaan.",
                "Dagen ligger i framtiden. En viljeyttring börjar gälla tidigast den dag då den ges.",
                "The day lies in the future. An expression of will begins at the earliest on the day it is made.",
            ],
            Self::AuthorMissing => [
                "Laatija puuttuu. Asiakastietojärjestelmässä tehty tahdonilmaisu nimeää laatijansa.",
                "Upprättaren saknas. En viljeyttring som gjorts i ett klientdatasystem namnger sin upprättare.",
                "The author is missing. An expression of will made in a client system names its author.",
            ],
            Self::GuardianDenies => [
                "Huoltaja ei voi asettaa luovutuskieltoa alaikäisen puolesta.",
                "En vårdnadshavare kan inte meddela förbud för en minderårig.",
                "A guardian cannot set a denial for a minor.",
            ],
        };
        pick(texts, lang)
    }
}

/// The rules of the content itself.
///
/// # Arguments
/// * `today` – the Finnish day of the present.
/// * `guardian_may_deny` – a setting: whether a guardian may deny for a minor (open point; no by default).
pub fn check(consent: &Consent, channel: Channel, today: Date, guardian_may_deny: bool) -> Vec<ConsentFault> {
    let mut faults = Vec::new();
    let Some(hetu) = consent.client.hetu() else { return vec![ConsentFault::TemporaryId] };
    if consent.will.days().iter().any(|day| *day > today) {
        faults.push(ConsentFault::Future);
    }
    if channel == Channel::ClientSystem && consent.author.is_none() {
        faults.push(ConsentFault::AuthorMissing);
    }
    if let Will::Denials(denials) = &consent.will
        && !guardian_may_deny
    {
        let by_guardian = |denial: &Denial| {
            let guardian = denial.representatives.iter().any(|who| who.role == RelatedRole::Guardian);
            guardian && is_minor(hetu.birth_date(), denial.set_on)
        };
        if denials.iter().any(by_guardian) {
            faults.push(ConsentFault::GuardianDenies);
        }
    }
    faults
}

/// Whether a person born on a day is under 18 on another.
fn is_minor(birth: Date, on: Date) -> bool {
    let had_birthday = (on.month(), on.day()) >= (birth.month(), birth.day());
    on.year() - birth.year() - i16::from(!had_birthday) < 18
}

#[cfg(test)]
mod tests;
