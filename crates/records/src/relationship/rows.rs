//! The rows of the client relationship document.

use super::{put_rows, read_all};
use crate::Lang;
use crate::code::{Code, RelatedRole, ServiceTask, SocialService};
use crate::id::{PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use crate::projection::{Node, Other, ProjectionError, put, put_other, redacted};
use crate::time::Period;
use serde_json::{Map, Value, json};

/// A service task with the units that work in it.
#[derive(Debug, Clone, PartialEq)]
pub struct TaskRow {
    /// The task.
    pub task: ServiceTask,
    /// The task as written, with the list's version and text.
    pub code: Code,
    /// The organiser's units.
    pub organiser_units: Vec<UnitRow>,
    /// The providers.
    pub providers: Vec<ProviderRow>,
    /// Everything else.
    pub other: Other,
}

/// A unit of the organiser.
#[derive(Clone, PartialEq)]
pub struct UnitRow {
    /// The unit.
    pub unit: ServiceUnitId,
    /// Its name at the time of writing.
    pub name: String,
    /// First and last day.
    pub period: Period,
    /// Contacts and everything else.
    pub other: Other,
}

/// A provider's unit (palveluntuottaja).
#[derive(Clone, PartialEq)]
pub struct ProviderRow {
    /// The services that the provider gives.
    pub services: Vec<SocialService>,
    /// The unit: the register access right is given to it.
    pub unit: ServiceUnitId,
    /// Its name at the time of writing.
    pub name: String,
    /// First and last day.
    pub period: Period,
    /// Subcontractors, which stand only under a provider (functional specification 3.2 rule 3).
    pub subcontractors: Vec<SubcontractorRow>,
    /// Contacts and everything else.
    pub other: Other,
}

/// A subcontractor's unit (palveluntoteuttaja).
#[derive(Clone, PartialEq)]
pub struct SubcontractorRow {
    /// The services; when empty, those of the provider.
    pub services: Vec<SocialService>,
    /// The unit.
    pub unit: ServiceUnitId,
    /// Its name at the time of writing.
    pub name: String,
    /// First and last day.
    pub period: Period,
    /// Contacts and everything else.
    pub other: Other,
}

/// A worker responsible for the services (palveluista vastaava työntekijä).
#[derive(Clone, PartialEq)]
pub struct ResponsibleWorker {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// The unit.
    pub unit: Option<Code>,
    /// The registration number, when the worker has one.
    pub registration: Option<RegistrationNumber>,
    /// Phone number.
    pub phone: Option<String>,
    /// Contacts and everything else.
    pub other: Other,
}

/// A person related to the client (asiakkaaseen liittyvä henkilö).
#[derive(Clone, PartialEq)]
pub struct RelatedPerson {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Personal identity code, when known.
    pub hetu: Option<PersonalIdentityCode>,
    /// Roles; unknown codes are kept among `other_roles`.
    pub roles: Vec<RelatedRole>,
    /// Roles outside the known part of list 1284.
    pub other_roles: Vec<Code>,
    /// Authority (toimivalta); mandatory for roles 31–34.
    pub authority: Option<String>,
    /// Non-disclosure for this person's safety.
    pub non_disclosure: bool,
    /// Contacts and everything else.
    pub other: Other,
}

redacted!(UnitRow ProviderRow SubcontractorRow ResponsibleWorker RelatedPerson);

const UNIT: &str = "palveluyksikon_nimi";
const START: &str = "asiakkuuden_alkamispvm";
const END: &str = "asiakkuuden_paattymispvm";

pub(super) fn period(node: &Node, start: &str, end: &str) -> Result<Period, ProjectionError> {
    let first = node.date(start)?.ok_or_else(|| node.missing(start))?;
    Ok(Period { start: first, end: node.date(end)? })
}

pub(super) fn put_period(map: &mut Other, period: Period) {
    map.insert(START.into(), period.start.to_string().into());
    put(map, END, period.end.map(|day| day.to_string()));
}

fn unit(node: &Node) -> Result<(ServiceUnitId, String), ProjectionError> {
    let code = node.code(UNIT)?.ok_or_else(|| node.missing(UNIT))?;
    if !code.is_of("1.2.246.537.6.202") {
        return Err(ProjectionError::Code { path: node.at(UNIT) });
    }
    Ok((ServiceUnitId::parse(&code.code).map_err(node.identifier(UNIT))?, code.display))
}

fn put_unit(map: &mut Other, unit: &ServiceUnitId, name: &str, period: Period) {
    map.insert(UNIT.into(), Code::organisation(&unit.0, name).to_json());
    put_period(map, period);
}

fn services(node: &Node) -> Result<Vec<SocialService>, ProjectionError> {
    let codes = node.codes("sosiaalipalvelu")?;
    let wrong = || ProjectionError::Code { path: node.at("sosiaalipalvelu") };
    codes.iter().map(|code| SocialService::from_code(code).ok_or_else(wrong)).collect()
}

fn put_services(map: &mut Other, services: &[SocialService]) {
    put_rows(map, "sosiaalipalvelu", services.iter().map(|service| service.to_code(Lang::Fi).to_json()));
}

impl TaskRow {
    /// A row without units.
    pub fn new(task: ServiceTask, lang: Lang) -> Self {
        Self { task, code: task.to_code(lang), organiser_units: Vec::new(), providers: Vec::new(), other: Map::new() }
    }

    pub(super) fn read(node: &Node) -> Result<Self, ProjectionError> {
        let code = node.code("palvelutehtava")?.ok_or_else(|| node.missing("palvelutehtava"))?;
        let task = ServiceTask::from_code(&code);
        Ok(Self {
            task: task.ok_or_else(|| ProjectionError::Code { path: node.at("palvelutehtava") })?,
            code,
            organiser_units: read_all(node, "palvelunjarjestajan_palveluyksikko", UnitRow::read)?,
            providers: read_all(node, "palveluntuottaja", ProviderRow::read)?,
            other: node.other(&["palvelutehtava", "palvelunjarjestajan_palveluyksikko", "palveluntuottaja"]),
        })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        map.insert("palvelutehtava".into(), self.code.to_json());
        put_rows(&mut map, "palvelunjarjestajan_palveluyksikko", self.organiser_units.iter().map(UnitRow::write));
        put_rows(&mut map, "palveluntuottaja", self.providers.iter().map(ProviderRow::write));
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}

impl UnitRow {
    /// A row of a unit.
    pub fn new(unit: ServiceUnitId, name: impl Into<String>, period: Period) -> Self {
        Self { unit, name: name.into(), period, other: Map::new() }
    }

    pub(super) fn read(node: &Node) -> Result<Self, ProjectionError> {
        let (unit, name) = unit(node)?;
        Ok(Self { unit, name, period: period(node, START, END)?, other: node.other(&[UNIT, START, END]) })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        put_unit(&mut map, &self.unit, &self.name, self.period);
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}

impl ProviderRow {
    /// A row of a provider's unit, without subcontractors.
    pub fn new(unit: ServiceUnitId, name: impl Into<String>, services: Vec<SocialService>, period: Period) -> Self {
        Self { services, unit, name: name.into(), period, subcontractors: Vec::new(), other: Map::new() }
    }

    fn read(node: &Node) -> Result<Self, ProjectionError> {
        let (unit, name) = unit(node)?;
        Ok(Self {
            services: services(node)?,
            unit,
            name,
            period: period(node, START, END)?,
            subcontractors: read_all(node, "palveluntoteuttaja", SubcontractorRow::read)?,
            other: node.other(&["sosiaalipalvelu", UNIT, START, END, "palveluntoteuttaja"]),
        })
    }

    fn write(&self) -> Value {
        let mut map = Map::new();
        put_services(&mut map, &self.services);
        put_unit(&mut map, &self.unit, &self.name, self.period);
        put_rows(&mut map, "palveluntoteuttaja", self.subcontractors.iter().map(SubcontractorRow::write));
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}

impl SubcontractorRow {
    /// A row of a subcontractor's unit.
    pub fn new(unit: ServiceUnitId, name: impl Into<String>, services: Vec<SocialService>, period: Period) -> Self {
        Self { services, unit, name: name.into(), period, other: Map::new() }
    }

    fn read(node: &Node) -> Result<Self, ProjectionError> {
        let (unit, name) = unit(node)?;
        Ok(Self {
            services: services(node)?,
            unit,
            name,
            period: period(node, START, END)?,
            other: node.other(&["sosiaalipalvelu", UNIT, START, END]),
        })
    }

    fn write(&self) -> Value {
        let mut map = Map::new();
        put_services(&mut map, &self.services);
        put_unit(&mut map, &self.unit, &self.name, self.period);
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}

impl ResponsibleWorker {
    pub(super) fn read(node: &Node) -> Result<Self, ProjectionError> {
        let registration = match node.tunnus("rekisterointitunnus")? {
            Some((_, value)) => {
                Some(RegistrationNumber::parse(&value).map_err(node.identifier("rekisterointitunnus"))?)
            }
            None => None,
        };
        let phone = match node.object("yhteystiedot")? {
            Some(contacts) => contacts.text("puhelinnumero")?,
            None => None,
        };
        let mut other = node.other(&["sukunimi", "etunimet", "palveluyksikko", "rekisterointitunnus"]);
        // The phone is a field of its own; what is left of the contacts is kept.
        if let Some(contacts) = other.get_mut("yhteystiedot").and_then(Value::as_object_mut) {
            contacts.remove("puhelinnumero");
            if contacts.is_empty() {
                other.remove("yhteystiedot");
            }
        }
        Ok(Self {
            family: node.name("sukunimi")?,
            given: node.name("etunimet")?,
            unit: node.code("palveluyksikko")?,
            registration,
            phone,
            other,
        })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        map.insert("sukunimi".into(), self.family.clone().into());
        map.insert("etunimet".into(), self.given.clone().into());
        put(&mut map, "palveluyksikko", self.unit.as_ref().map(Code::to_json));
        let mut contacts = self.other.get("yhteystiedot").and_then(Value::as_object).cloned().unwrap_or_default();
        put(&mut contacts, "puhelinnumero", self.phone.clone());
        put(&mut map, "yhteystiedot", (!contacts.is_empty()).then_some(contacts));
        let number = self.registration.as_ref();
        let tunnus = |n: &RegistrationNumber| json!({ "system": format!("urn:oid:{}", RegistrationNumber::ROOT), "value": n.as_str() });
        put(&mut map, "rekisterointitunnus", number.map(tunnus));
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}

impl RelatedPerson {
    /// Whether the person represents the client by law or mandate.
    pub fn represents(&self) -> bool {
        self.roles.iter().any(|role| role.represents())
    }

    pub(super) fn read(node: &Node) -> Result<Self, ProjectionError> {
        let hetu = match node.tunnus("henkilotunnus")? {
            Some((_, value)) => Some(PersonalIdentityCode::parse(&value).map_err(node.identifier("henkilotunnus"))?),
            None => None,
        };
        let (known, unknown): (Vec<_>, Vec<_>) =
            node.codes("rooli")?.into_iter().partition(|code| RelatedRole::from_code(code).is_some());
        Ok(Self {
            family: node.name("sukunimi")?,
            given: node.name("etunimet")?,
            hetu,
            roles: known.iter().filter_map(RelatedRole::from_code).collect(),
            other_roles: unknown,
            authority: node.text("toimivalta")?,
            non_disclosure: node.flag("turvakielto")?.unwrap_or(false),
            other: node.other(&["sukunimi", "etunimet", "henkilotunnus", "rooli", "toimivalta", "turvakielto"]),
        })
    }

    pub(super) fn write(&self) -> Value {
        let mut map = Map::new();
        map.insert("sukunimi".into(), self.family.clone().into());
        map.insert("etunimet".into(), self.given.clone().into());
        let root = format!("urn:oid:{}", crate::id::HETU_ROOT);
        put(
            &mut map,
            "henkilotunnus",
            self.hetu.as_ref().map(|code| json!({ "system": root, "value": code.as_str() })),
        );
        put(&mut map, "turvakielto", self.non_disclosure.then_some(true));
        let known = self.roles.iter().map(|role| role.to_code(Lang::Fi).to_json());
        put_rows(&mut map, "rooli", known.chain(self.other_roles.iter().map(Code::to_json)));
        put(&mut map, "toimivalta", self.authority.clone());
        put_other(&mut map, &self.other);
        Value::Object(map)
    }
}
