//! The cast of the scenario (functional specification C.0), read from plain data files.
//!
//! The registers answer from it; the demo fills the archive's joinings and the client system's users from it.

use crate::model::{OrganisationKind, Scope, code};
use jiff::Timestamp;
use jiff::civil::Date;
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use serde::Deserialize;

/// Everybody and everything.
#[derive(Debug, Clone, Default)]
pub struct Cast {
    /// Organisations with their units.
    pub organisations: Vec<CastOrganisation>,
    /// Workers.
    pub workers: Vec<Worker>,
    /// Clients and their people.
    pub people: Vec<CastPerson>,
    /// Custody of children.
    pub guardianships: Vec<Guardianship>,
    /// Mandates.
    pub mandates: Vec<CastMandate>,
    /// What older clients have behind them.
    pub history: Vec<History>,
}

/// An organisation.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastOrganisation {
    /// Its OID.
    pub oid: OrganisationId,
    /// Business id.
    pub business_id: String,
    /// Finnish name.
    pub name: String,
    /// Swedish name.
    pub name_sv: String,
    /// A short name for file names and the landing page.
    pub short: String,
    /// What it is.
    pub kind: OrganisationKind,
    /// First day in the register.
    pub valid_from: Date,
    /// Last day in the register.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Joining, for the archive.
    pub joining: CastJoining,
    /// Go-live dates per service task, for the archive.
    #[serde(default)]
    pub go_live: Vec<GoLive>,
    /// Its units.
    #[serde(default, rename = "unit")]
    pub units: Vec<CastUnit>,
}

/// How far an organisation has joined.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastJoining {
    /// Word of `records::joining::JoiningState`.
    pub state: String,
    /// `own`, `rko`, `disclosure`.
    pub functions: Vec<String>,
}

/// From which day a service task's documents go to the archive.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GoLive {
    /// Code of `records::code::ServiceTask`.
    pub task: String,
    /// The first day.
    pub from: Date,
}

/// A service unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastUnit {
    /// Its OID.
    pub oid: ServiceUnitId,
    /// Finnish name.
    pub name: String,
    /// Swedish name.
    pub name_sv: String,
    /// First day in the register.
    pub valid_from: Date,
    /// Last day in the register.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// Service tasks.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Services.
    #[serde(default)]
    pub services: Vec<String>,
}

/// A worker with login, card and employment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Worker {
    /// User name; also the name of the card.
    pub login: String,
    /// The demo's password, public.
    pub password: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Calling name.
    pub calling: String,
    /// Identity code.
    #[serde(with = "code")]
    pub hetu: PersonalIdentityCode,
    /// Registration number of a professional.
    #[serde(default)]
    pub registration: Option<RegistrationNumber>,
    /// The registered right, in words.
    #[serde(default)]
    pub profession: String,
    /// Title at work.
    pub title: String,
    /// Telephone at work.
    #[serde(default)]
    pub phone: String,
    /// Whether the worker has a card.
    pub card: bool,
    /// `mass_archiver`, `unit_manager`, `log_supervisor`, `archivist`, `access_admin`.
    #[serde(default)]
    pub roles: Vec<String>,
    /// Employments.
    #[serde(rename = "employment")]
    pub employments: Vec<Employment>,
    /// Decisions that the worker may sign.
    #[serde(default, rename = "delegation")]
    pub delegations: Vec<Delegation>,
}

impl Worker {
    /// Calling and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.calling, self.family)
    }
}

/// An employment.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Employment {
    /// The employer.
    pub organisation: OrganisationId,
    /// First day.
    pub from: Date,
    /// Last day.
    #[serde(default)]
    pub to: Option<Date>,
    /// Units and duties.
    pub units: Vec<Membership>,
}

/// Work in a unit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The unit.
    pub unit: ServiceUnitId,
    /// Word of `records::access::Duty` (työtehtävä).
    pub duty: String,
    /// Own service tasks.
    #[serde(default)]
    pub tasks: Vec<String>,
    /// Own services.
    #[serde(default)]
    pub services: Vec<String>,
}

/// A right to decide.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Type code of the decision, e.g. `11000`.
    pub document: String,
    /// Services that the delegation does not cover.
    #[serde(default)]
    pub except_services: Vec<String>,
}

/// A person of the population data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastPerson {
    /// Identity code.
    #[serde(with = "code")]
    pub hetu: PersonalIdentityCode,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Calling name.
    pub calling: String,
    /// 1 man, 2 woman.
    pub sex: String,
    /// Municipality.
    pub municipality: String,
    /// Mother tongue.
    pub language: String,
    /// Address.
    pub address: String,
    /// Turvakielto.
    #[serde(default)]
    pub non_disclosure: bool,
    /// Whether the person uses the citizen view in the demo.
    pub login: bool,
}

/// Custody of a child.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardianship {
    /// The child.
    #[serde(with = "code")]
    pub child: PersonalIdentityCode,
    /// The guardian.
    #[serde(with = "code")]
    pub guardian: PersonalIdentityCode,
}

/// A mandate.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CastMandate {
    /// For whom.
    #[serde(with = "code")]
    pub principal: PersonalIdentityCode,
    /// Who acts.
    #[serde(with = "code")]
    pub agent: PersonalIdentityCode,
    /// How far.
    pub scope: Scope,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

/// What an older client has behind them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// The client.
    #[serde(with = "code")]
    pub client: PersonalIdentityCode,
    /// The controller of the register.
    pub controller: OrganisationId,
    /// The controller's unit.
    pub unit: ServiceUnitId,
    /// Login of the own worker.
    pub worker: String,
    /// Code of the service task.
    pub task: String,
    /// Code of `records::code::CaseName`.
    pub case_name: String,
    /// When the case was opened.
    pub opened: Date,
    /// Who carries out the service, if another.
    #[serde(default)]
    pub provider: Option<HistoryProvider>,
    /// Entries, oldest first.
    #[serde(default)]
    pub entries: Vec<HistoryEntry>,
}

/// A provider with a grant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryProvider {
    /// The provider.
    pub organisation: OrganisationId,
    /// Its unit.
    pub unit: ServiceUnitId,
    /// Code of list 1222.
    pub service: String,
    /// First day of the grant.
    pub start: Date,
}

/// A narrative entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryEntry {
    /// Login of the author.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Type code, e.g. `19007`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The text.
    pub text: String,
}

/// Why a cast could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the cast file {file} cannot be read: {fault}")]
pub struct CastError {
    /// Which file.
    pub file: &'static str,
    /// What is wrong; shows no value.
    pub fault: String,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    organisation: Vec<CastOrganisation>,
    worker: Vec<Worker>,
    person: Vec<CastPerson>,
    guardianship: Vec<Guardianship>,
    mandate: Vec<CastMandate>,
    history: Vec<History>,
}

impl Cast {
    /// The cast of the scenario.
    ///
    /// # Errors
    /// [`CastError`]; a test shows that the files in the build are right.
    pub fn built_in() -> Result<Self, CastError> {
        let mut cast = Self::default();
        for (file, text) in [
            ("organisations.toml", include_str!("../cast/organisations.toml")),
            ("workers.toml", include_str!("../cast/workers.toml")),
            ("people.toml", include_str!("../cast/people.toml")),
            ("history.toml", include_str!("../cast/history.toml")),
        ] {
            cast.add(file, text)?;
        }
        Ok(cast)
    }

    fn add(&mut self, file: &'static str, text: &str) -> Result<(), CastError> {
        let read: File = toml::from_str(text).map_err(|error| CastError { file, fault: error.message().to_owned() })?;
        self.organisations.extend(read.organisation);
        self.workers.extend(read.worker);
        self.people.extend(read.person);
        self.guardianships.extend(read.guardianship);
        self.mandates.extend(read.mandate);
        self.history.extend(read.history);
        Ok(())
    }

    /// The worker of a login.
    pub fn worker(&self, login: &str) -> Option<&Worker> {
        self.workers.iter().find(|worker| worker.login == login)
    }

    /// The person of an identity code.
    pub fn person(&self, hetu: &PersonalIdentityCode) -> Option<&CastPerson> {
        self.people.iter().find(|person| &person.hetu == hetu)
    }

    /// The organisation and unit of a unit's OID.
    pub fn unit(&self, oid: &ServiceUnitId) -> Option<(&CastOrganisation, &CastUnit)> {
        self.organisations
            .iter()
            .find_map(|organisation| organisation.units.iter().find(|u| &u.oid == oid).map(|unit| (organisation, unit)))
    }
}
