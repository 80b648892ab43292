//! What the registers answer.

use jiff::civil::Date;
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An organisation of the SOTE organisation register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its OID.
    pub oid: OrganisationId,
    /// Business id (Y-tunnus).
    pub business_id: String,
    /// Finnish name.
    pub name: String,
    /// Swedish name.
    pub name_sv: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// First day in the register.
    pub valid_from: Date,
    /// Last day in the register, if it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// What an organisation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OrganisationKind {
    /// Arranges services and controls their register (järjestäjä).
    Organiser,
    /// Produces services (tuottaja).
    Provider,
    /// Produces services but need not join (3.27).
    Exempt,
}

/// A service unit of the SOTE organisation register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Its OID.
    pub oid: ServiceUnitId,
    /// The organisation that it belongs to.
    pub organisation: OrganisationId,
    /// Finnish name.
    pub name: String,
    /// Swedish name.
    pub name_sv: String,
    /// First day in the register.
    pub valid_from: Date,
    /// Last day in the register, if it has been closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// Service tasks in which it works: codes of `records::code::ServiceTask`.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Services that it carries out: codes of list 1222.
    #[serde(default)]
    pub services: Vec<String>,
}

impl Unit {
    /// Whether the register holds the unit as working on the day.
    pub fn is_valid_on(&self, day: Date) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day <= end)
    }
}

/// One code of a code system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeRow {
    /// The code.
    pub code: String,
    /// Finnish name.
    pub fi: String,
    /// Swedish name.
    pub sv: String,
    /// Whether the code has been seen in an official source; otherwise it is our local key.
    pub confirmed: bool,
}

/// A code system of the code server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeSystem {
    /// OID of the list, without version.
    pub oid: String,
    /// Finnish name.
    pub name: String,
    /// Its codes.
    pub codes: Vec<CodeRow>,
}

/// A professional's rights (Suosikki/Terhikki).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfessionalRight {
    /// Registration number.
    pub registration: RegistrationNumber,
    /// Name as the register has it; the register is public.
    pub family: String,
    /// Given names.
    pub given: String,
    /// The right, in the register's words; the official code is not public.
    pub profession: String,
    /// Whether the right is suspended now. The card may still work then.
    pub suspended: bool,
}

/// A person of the population data (VTJ). Redacts itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Identity code.
    #[serde(with = "code")]
    pub hetu: PersonalIdentityCode,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Calling name.
    pub calling: String,
    /// Date of birth.
    pub birth_date: Date,
    /// Sex as the document header's code: 1 man, 2 woman.
    pub sex: String,
    /// Municipality of residence; empty when it may not be disclosed.
    #[serde(default)]
    pub municipality: String,
    /// Address; empty when it may not be disclosed.
    #[serde(default)]
    pub address: String,
    /// Mother tongue, `fi`, `sv`, …
    pub language: String,
    /// Non-disclosure for personal safety (turvakielto): contact data may not be shown.
    #[serde(default)]
    pub non_disclosure: bool,
    /// Day of death; absent while alive or when the day is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub died: Option<Date>,
}

impl Person {
    /// Calling and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.calling, self.family)
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Person(…)")
    }
}

/// A person named in a relation to another. Redacts itself.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Identity code.
    #[serde(with = "code")]
    pub hetu: PersonalIdentityCode,
    /// Calling and family name.
    pub name: String,
}

impl fmt::Debug for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Named(…)")
    }
}

/// Who has custody of whom, on one day: custody ends on the 18th birthday.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardianships {
    /// Guardians of the person asked for.
    pub guardians: Vec<Named>,
    /// Children for whom the person asked for may act as guardian: not those under turvakielto.
    pub wards: Vec<Named>,
}

/// How far a mandate (Suomi.fi-valtuus) reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// View only.
    View,
    /// View and act.
    ViewAndAct,
}

/// A mandate to act for an adult.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mandate {
    /// For whom.
    pub principal: Named,
    /// How far.
    pub scope: Scope,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
}

/// Question about a person. Redacts itself.
#[derive(Clone, Serialize, Deserialize)]
pub struct PersonQuestion {
    /// Whom it is about.
    #[serde(with = "code")]
    pub hetu: PersonalIdentityCode,
    /// The day that the answer shall hold for; needed by guardianships and mandates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<Date>,
}

impl fmt::Debug for PersonQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonQuestion(…)")
    }
}

/// Identity codes as text in JSON and TOML, checked when read.
pub(crate) mod code {
    use records::id::PersonalIdentityCode;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(code: &PersonalIdentityCode, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(code.as_str())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PersonalIdentityCode, D::Error> {
        PersonalIdentityCode::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
