//! Facts of the registers outside (SOTE organisations, professional rights, population data, mandates), as the archive
//! asks for them. Two real sources exist: the registers' HTTP interface, and a fixed table for benchmarks and tests.
//!
//! Units, organisations and professional rights are believed for a short time (`register_cache_ms`), since every
//! message asks for them; guardians and mandates are asked anew each time, so that an ended mandate ends at the next
//! request (FR-75).

use futures::future::BoxFuture;
use jiff::civil::Date;
use records::id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use registers::model::Scope;
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// A register could not be asked; the sender may retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a register outside is out of reach")]
pub struct OutOfReach;

/// A service unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFacts {
    /// The organisation it belongs to.
    pub organisation: OrganisationId,
    /// Finnish name.
    pub name: String,
    /// First day.
    pub from: Option<Date>,
    /// Last day, itself included.
    pub to: Option<Date>,
}

impl UnitFacts {
    /// Whether the unit is in force on the day.
    pub fn valid_on(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }
}

/// What the population data call a person.
#[derive(Clone, PartialEq, Eq)]
pub struct PersonName {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
}

/// Nobody's name stands in an error of ours.
impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

/// Where facts come from.
pub trait Registers: Send + Sync {
    /// The unit, or none when the organisation register does not know it.
    fn unit<'a>(&'a self, unit: &'a ServiceUnitId) -> BoxFuture<'a, Result<Option<UnitFacts>, OutOfReach>>;
    /// The organisation's Finnish name, or none when unknown.
    fn organisation<'a>(
        &'a self,
        organisation: &'a OrganisationId,
    ) -> BoxFuture<'a, Result<Option<String>, OutOfReach>>;
    /// Whether the registration number is in force today, or none when unknown.
    fn professional<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<bool>, OutOfReach>>;
    /// Whether `person` may see `subject`'s data on `day`: as guardian of a minor, or by a mandate.
    fn may_act_for<'a>(
        &'a self,
        person: &'a PersonalIdentityCode,
        subject: &'a PersonalIdentityCode,
        day: Date,
    ) -> BoxFuture<'a, Result<Option<ActsAs>, OutOfReach>>;
    /// The day of death in the population data; none while alive, unknown, or dead without a known day.
    fn died<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<Date>, OutOfReach>>;
    /// The person's name in the population data; none when they do not know the person.
    fn name<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<PersonName>, OutOfReach>>;
}

/// As what somebody acts for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActsAs {
    /// Guardian of a minor (FR-68: ends on the 18th birthday).
    Guardian,
    /// Holder of a mandate (FR-75), which lets its holder view, or view and act (functional specification 3.19).
    Mandate(Scope),
}

/// A fixed table of facts.
#[derive(Debug, Default, Clone)]
pub struct Fixed {
    /// Units by OID.
    pub units: HashMap<String, UnitFacts>,
    /// Names of organisations by OID.
    pub organisations: HashMap<String, String>,
    /// Registration numbers and whether they are in force.
    pub professionals: HashMap<String, bool>,
    /// Registration numbers whose right was suspended while the table was in use (FR-104).
    pub suspended: Arc<Mutex<HashSet<String>>>,
    /// Who may act for whom: person, subject, as what.
    pub acting: Vec<(PersonalIdentityCode, PersonalIdentityCode, ActsAs)>,
    /// Who has died, and when.
    pub deaths: HashMap<PersonalIdentityCode, Date>,
    /// What people are called.
    pub names: HashMap<PersonalIdentityCode, PersonName>,
}

impl Registers for Fixed {
    fn unit<'a>(&'a self, unit: &'a ServiceUnitId) -> BoxFuture<'a, Result<Option<UnitFacts>, OutOfReach>> {
        Box::pin(async move { Ok(self.units.get(unit.as_str()).cloned()) })
    }

    fn organisation<'a>(
        &'a self,
        organisation: &'a OrganisationId,
    ) -> BoxFuture<'a, Result<Option<String>, OutOfReach>> {
        Box::pin(async move { Ok(self.organisations.get(organisation.as_str()).cloned()) })
    }

    fn professional<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<bool>, OutOfReach>> {
        let suspended = self.suspended.lock().unwrap_or_else(PoisonError::into_inner).contains(number);
        let in_force = self.professionals.get(number).map(|in_force| *in_force && !suspended);
        Box::pin(async move { Ok(in_force) })
    }

    fn may_act_for<'a>(
        &'a self,
        person: &'a PersonalIdentityCode,
        subject: &'a PersonalIdentityCode,
        _day: Date,
    ) -> BoxFuture<'a, Result<Option<ActsAs>, OutOfReach>> {
        let found = self.acting.iter().find(|(who, whom, _)| who == person && whom == subject).map(|(.., acts)| *acts);
        Box::pin(async move { Ok(found) })
    }

    fn died<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<Date>, OutOfReach>> {
        Box::pin(async move { Ok(self.deaths.get(person).copied()) })
    }

    fn name<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<PersonName>, OutOfReach>> {
        Box::pin(async move { Ok(self.names.get(person).cloned()) })
    }
}

/// The registers over HTTP; see the crate `registers`.
impl Registers for registers::client::Registers {
    fn unit<'a>(&'a self, unit: &'a ServiceUnitId) -> BoxFuture<'a, Result<Option<UnitFacts>, OutOfReach>> {
        Box::pin(async move {
            let found = self.unit(unit).await.map_err(|_| OutOfReach)?;
            Ok(found.map(|unit| UnitFacts {
                organisation: unit.organisation,
                name: unit.name,
                from: Some(unit.valid_from),
                to: unit.valid_to,
            }))
        })
    }

    fn organisation<'a>(
        &'a self,
        organisation: &'a OrganisationId,
    ) -> BoxFuture<'a, Result<Option<String>, OutOfReach>> {
        Box::pin(async move {
            let found = self.organisation(organisation).await.map_err(|_| OutOfReach)?;
            Ok(found.map(|organisation| organisation.name))
        })
    }

    fn professional<'a>(&'a self, number: &'a str) -> BoxFuture<'a, Result<Option<bool>, OutOfReach>> {
        Box::pin(async move {
            let Ok(number) = RegistrationNumber::parse(number) else { return Ok(None) };
            let found = self.right(&number).await.map_err(|_| OutOfReach)?;
            Ok(found.map(|right| !right.suspended))
        })
    }

    fn may_act_for<'a>(
        &'a self,
        person: &'a PersonalIdentityCode,
        subject: &'a PersonalIdentityCode,
        day: Date,
    ) -> BoxFuture<'a, Result<Option<ActsAs>, OutOfReach>> {
        Box::pin(async move {
            let family = self.guardianships(person, day).await.map_err(|_| OutOfReach)?;
            if family.wards.iter().any(|ward| ward.hetu == *subject) {
                return Ok(Some(ActsAs::Guardian));
            }
            let mandates = self.mandates_of_agent(person, day).await.map_err(|_| OutOfReach)?;
            let in_force = |mandate: &registers::model::Mandate| {
                mandate.principal.hetu == *subject
                    && mandate.valid_from <= day
                    && mandate.valid_to.is_none_or(|end| day <= end)
            };
            // Of several mandates the widest holds.
            let scopes = mandates.iter().filter(|mandate| in_force(mandate)).map(|mandate| mandate.scope);
            Ok(scopes.max_by_key(|scope| *scope == Scope::ViewAndAct).map(ActsAs::Mandate))
        })
    }

    fn died<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<Date>, OutOfReach>> {
        Box::pin(async move {
            let found = self.person(person).await.map_err(|_| OutOfReach)?;
            Ok(found.and_then(|person| person.died))
        })
    }

    fn name<'a>(&'a self, person: &'a PersonalIdentityCode) -> BoxFuture<'a, Result<Option<PersonName>, OutOfReach>> {
        Box::pin(async move {
            let found = self.person(person).await.map_err(|_| OutOfReach)?;
            Ok(found.map(|person| PersonName { family: person.family, given: person.given }))
        })
    }
}

type Kept<T> = Mutex<HashMap<String, (Instant, Option<T>)>>;

/// Most facts kept of one kind; beyond it everything is asked anew.
const KEPT_MAX: usize = 50_000;

/// Registers with a short memory.
pub struct Cached {
    inner: Arc<dyn Registers>,
    believed: Duration,
    units: Kept<UnitFacts>,
    organisations: Kept<String>,
    professionals: Kept<bool>,
}

impl std::fmt::Debug for Cached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cached(…)")
    }
}

fn kept<T: Clone>(map: &Kept<T>, key: &str, believed: Duration) -> Option<Option<T>> {
    let map = map.lock().unwrap_or_else(PoisonError::into_inner);
    map.get(key).filter(|(at, _)| at.elapsed() < believed).map(|(_, value)| value.clone())
}

fn keep<T: Clone>(map: &Kept<T>, key: &str, value: &Option<T>) {
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    if map.len() >= KEPT_MAX {
        map.clear();
    }
    map.insert(key.to_owned(), (Instant::now(), value.clone()));
}

impl Cached {
    /// Wraps a source.
    pub fn new(inner: Arc<dyn Registers>, believed: Duration) -> Self {
        Self { inner, believed, units: Kept::default(), organisations: Kept::default(), professionals: Kept::default() }
    }

    /// See [`Registers::unit`].
    ///
    /// # Errors
    /// When the register is out of reach and nothing fresh is kept.
    pub async fn unit(&self, unit: &ServiceUnitId) -> Result<Option<UnitFacts>, OutOfReach> {
        if let Some(value) = kept(&self.units, unit.as_str(), self.believed) {
            return Ok(value);
        }
        let value = self.inner.unit(unit).await?;
        keep(&self.units, unit.as_str(), &value);
        Ok(value)
    }

    /// See [`Registers::organisation`].
    ///
    /// # Errors
    /// When the register is out of reach and nothing fresh is kept.
    pub async fn organisation(&self, organisation: &OrganisationId) -> Result<Option<String>, OutOfReach> {
        if let Some(value) = kept(&self.organisations, organisation.as_str(), self.believed) {
            return Ok(value);
        }
        let value = self.inner.organisation(organisation).await?;
        keep(&self.organisations, organisation.as_str(), &value);
        Ok(value)
    }

    /// See [`Registers::professional`].
    ///
    /// # Errors
    /// When the register is out of reach and nothing fresh is kept.
    pub async fn professional(&self, number: &str) -> Result<Option<bool>, OutOfReach> {
        if let Some(value) = kept(&self.professionals, number, self.believed) {
            return Ok(value);
        }
        let value = self.inner.professional(number).await?;
        keep(&self.professionals, number, &value);
        Ok(value)
    }

    /// See [`Registers::may_act_for`]; never kept.
    ///
    /// # Errors
    /// When the register is out of reach.
    pub async fn may_act_for(
        &self,
        person: &PersonalIdentityCode,
        subject: &PersonalIdentityCode,
        day: Date,
    ) -> Result<Option<ActsAs>, OutOfReach> {
        self.inner.may_act_for(person, subject, day).await
    }

    /// See [`Registers::died`]; never kept.
    ///
    /// # Errors
    /// When the register is out of reach.
    pub async fn died(&self, person: &PersonalIdentityCode) -> Result<Option<Date>, OutOfReach> {
        self.inner.died(person).await
    }

    /// See [`Registers::name`]; never kept.
    ///
    /// # Errors
    /// When the register is out of reach.
    pub async fn name(&self, person: &PersonalIdentityCode) -> Result<Option<PersonName>, OutOfReach> {
        self.inner.name(person).await
    }
}
