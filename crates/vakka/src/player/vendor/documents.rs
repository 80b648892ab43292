//! The documents that the vendor's system makes: a client's relationship and case, and expressions of will.

use super::Vendor;
use crate::demo::kit::Worker;
use anyhow::{Context, Result};
use jiff::civil::Date;
use kanta::Code;
use kanta::document::{self, Body, Document, Header, Organisation, Patient, Replaced, Unit};
use records::Lang;
use records::case::{Case, CaseClient};
use records::code::{CaseName, DocumentGroup, ServiceProcess, ServiceTask};
use records::consent::{Author, Consent, Will, Written, infotext, to_json};
use records::id::{CaseId, ClientId, DocumentId, HETU_ROOT, OrganisationId, RelationshipId};
use records::relationship::{Relationship, RelationshipClient, UnitRow};
use records::time::{Period, finnish_date};
use serde_json::Value;
use structures::{Catalogue, Display};

/// A client as a form would ask for him.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// Identity code.
    pub hetu: &'a str,
    /// Family name.
    pub family: &'a str,
    /// Given names.
    pub given: &'a str,
}

impl Person<'_> {
    /// The identifier.
    ///
    /// # Errors
    /// When it is none.
    pub fn id(&self) -> Result<ClientId> {
        Ok(ClientId::parse(HETU_ROOT, self.hetu)?)
    }
}

impl Vendor {
    /// The Finnish day of the product's clock.
    pub fn today(&self) -> Date {
        finnish_date(self.now)
    }

    fn oid(&self, organisation: &OrganisationId, series: u32) -> String {
        format!("{}.95.2026.{series}.{}", organisation.arc(), self.number())
    }

    fn header(&self, worker: &Worker, person: Person<'_>, group: DocumentGroup) -> Result<Header> {
        let controller = OrganisationId::parse(&worker.organisation)?;
        let names = &self.facts.organisations;
        let name = names.iter().find(|one| one.oid == worker.organisation).map(|one| one.name.clone());
        let custodian = Organisation { id: controller.clone(), name: name.unwrap_or_default() };
        let id = DocumentId::parse(&self.oid(&controller, 1))?;
        let mut header = Header::new(id, Code::new(group.code()), custodian.clone(), self.now);
        let client = person.id()?;
        header.patients = vec![Patient {
            birth_date: client.hetu().map(|hetu| hetu.birth_date()),
            id: client,
            family: person.family.to_owned(),
            given: person.given.to_owned(),
            calling: None,
            sex: None,
        }];
        header.authors = vec![document::Author {
            registration: worker.registration.as_deref().map(records::id::RegistrationNumber::parse).transpose()?,
            family: worker.family.clone(),
            given: worker.given.clone(),
        }];
        header.organiser = Some(custodian);
        header.unit =
            Some(Unit { id: records::id::ServiceUnitId::parse(&worker.unit)?, name: worker.unit_name.clone() });
        Ok(header)
    }

    fn finish(&self, mut header: Header, type_code: &str, json: &Value) -> Result<Document> {
        let catalogue = Catalogue::built_in();
        let structure = catalogue.newest(type_code).with_context(|| format!("no structure {type_code}"))?;
        header.structure_oid = Some(structure.oid().to_owned());
        let display = Display {
            document: &header.id,
            organisation: &header.custodian.name,
            date: self.today(),
            language: Lang::Fi,
            on_behalf: None,
        };
        let xhtml = structures::display_form(structure, json, &display);
        Ok(Document { header, body: Body::Structured { xhtml, json: json.to_string().into_bytes() } })
    }

    /// A new relationship document: the client comes to the worker's unit today.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn relationship(&self, worker: &Worker, person: Person<'_>, task: ServiceTask) -> Result<Document> {
        let mut header = self.header(worker, person, DocumentGroup::Relationship)?;
        let controller = header.custodian.id.clone();
        let id = RelationshipId::parse(&self.oid(&controller, 3))?;
        let unit = records::code::Code::organisation(&controller.0, &header.custodian.name);
        let client = RelationshipClient::new(person.id()?, person.family, person.given);
        let mut relationship = Relationship::new(id.clone(), client, self.today(), unit);
        let period = Period { start: self.today(), end: None };
        let unit = records::id::ServiceUnitId::parse(&worker.unit)?;
        let row = UnitRow::new(unit, worker.unit_name.as_str(), period);
        relationship.task_mut(task, Lang::Fi).organiser_units.push(row);
        header.relationship = Some(id);
        header.authors = Vec::new();
        self.finish(header, "1505.1", &relationship.to_json())
    }

    /// A new case.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn case(&self, worker: &Worker, person: Person<'_>, task: ServiceTask) -> Result<Document> {
        let mut header = self.header(worker, person, DocumentGroup::Case)?;
        let controller = header.custodian.id.clone();
        let id = CaseId::parse(&self.oid(&controller, 2))?;
        let unit = records::code::Code::organisation(&controller.0, &header.custodian.name);
        let client = CaseClient::new(person.id()?, person.family, person.given);
        let case = Case::open(id.clone(), CaseName::ServiceNeed, task, unit, self.today(), client);
        header.case = Some(id);
        header.tasks = vec![Code::new(task.code())];
        header.process = Some(Code::new(ServiceProcess::Initiation.code()));
        self.finish(header, "1505.2", &case.to_json())
    }

    /// What the client wants, as the worker takes it down; a version of what was said before when there is one.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn will(&self, worker: &Worker, person: Person<'_>, will: Will, before: Option<&Document>) -> Result<Document> {
        let kind = will.kind();
        let author = Author { family: worker.family.clone(), given: worker.given.clone() };
        let consent = Consent { client: person.id()?, will, author: Some(author) };
        let infotext = infotext(kind, Lang::Fi);
        let written = Written { family: person.family, given: person.given, infotext, made: self.today() };
        let mut header = self.header(worker, person, kind.group())?;
        if let Some(before) = before {
            header.set_id = before.header.set_id.clone();
            header.version = before.header.version + 1;
            header.replaces = Some(Replaced {
                id: before.header.id.clone(),
                set_id: before.header.set_id.clone(),
                version: before.header.version,
            });
        }
        self.finish(header, kind.type_code(), &to_json(&consent, &written))
    }
}
