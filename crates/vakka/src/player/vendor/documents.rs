//! The documents that the vendor's system makes: a client's relationship and case, entries, plain texts, expressions of
//! will, and the next versions of them.

use super::Vendor;
use crate::demo::kit::Worker;
use anyhow::{Context, Result};
use jiff::Timestamp;
use jiff::civil::Date;
use kanta::Code;
use kanta::document::{self, Body, Document, Header, Organisation, Patient, Replaced, Unit};
use records::Lang;
use records::case::{Case, CaseClient};
use records::code::{CaseName, DocumentGroup, ServiceProcess, ServiceTask, SocialService};
use records::consent::{Author, Consent, Will, Written, infotext, to_json};
use records::id::{CaseId, ClientId, DocumentId, HETU_ROOT, OrganisationId, RelationshipId};
use records::relationship::{Relationship, RelationshipClient, UnitRow};
use records::time::{Period, finnish_date, finnish_zone};
use serde_json::{Value, json};
use structures::sample::set_client;
use structures::{Catalogue, Display};

const RELATIONSHIP: &str = "1505.1";
const CASE: &str = "1505.2";
/// A narrative entry about a meeting or a contact.
const MEETING: &str = "19005";
/// Sosiaaliohjaus, the service of the entries.
const GUIDANCE: &str = "45";

/// A client as a form would ask for him.
#[derive(Clone, Copy)]
pub struct Person<'a> {
    /// Identity code, or a temporary id as `system|id`.
    pub code: &'a str,
    /// Family name.
    pub family: &'a str,
    /// Given names.
    pub given: &'a str,
    /// Time of birth as somebody guesses it, where no identity code tells it.
    pub born: Option<&'a str>,
}

impl Person<'_> {
    /// The identifier.
    ///
    /// # Errors
    /// When it is none.
    pub fn id(&self) -> Result<ClientId> {
        let (root, code) = self.code.split_once('|').unwrap_or((HETU_ROOT, self.code));
        Ok(ClientId::parse(root, code)?)
    }

    fn in_header(&self) -> Result<Patient> {
        let id = self.id()?;
        let birth_date = id.hetu().map(|hetu| hetu.birth_date());
        let (family, given) = (self.family.to_owned(), self.given.to_owned());
        Ok(Patient { id, family, given, calling: None, birth_date, sex: None })
    }

    fn in_relationship(&self) -> Result<RelationshipClient> {
        let client = RelationshipClient::new(self.id()?, self.family, self.given);
        let birth = client.birth.or_else(|| self.born.map(str::to_owned));
        Ok(RelationshipClient { birth, ..client })
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
        header.patients = vec![person.in_header()?];
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
        let mut relationship = Relationship::new(id.clone(), person.in_relationship()?, self.today(), unit);
        let period = Period { start: self.today(), end: None };
        let unit = records::id::ServiceUnitId::parse(&worker.unit)?;
        let row = UnitRow::new(unit, worker.unit_name.as_str(), period);
        relationship.task_mut(task, Lang::Fi).organiser_units.push(row);
        header.relationship = Some(id);
        header.authors = Vec::new();
        self.finish(header, RELATIONSHIP, &relationship.to_json())
    }

    /// A new case that is opened today.
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
        self.finish(header, CASE, &case.to_json())
    }

    /// An entry about a meeting just now, in a case that the worker keeps; the first task is the case's.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn entry(
        &self,
        worker: &Worker,
        person: Person<'_>,
        case: &Document,
        tasks: &[ServiceTask],
        text: &str,
    ) -> Result<Document> {
        let first = tasks.first().context("an entry has a service task")?;
        let catalogue = Catalogue::built_in();
        let structure = catalogue.newest(MEETING).context("no structure of an entry")?;
        let begins = self.now.to_zoned(finnish_zone()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
        let mut content = json!({ structure.root_key(): {
            "asiakas": [{}],
            "asiakaskertomusmerkinta": {
                "palvelutehtava": first.to_code(Lang::Fi).to_json(),
                "sosiaalipalvelu": [SocialService::new(GUIDANCE).to_code(Lang::Fi).to_json()],
                "tapahtuma": { "ajanjakso": { "alkamishetki": begins }, "kuvaus": text },
            },
            "paivamaara": self.today().to_string(),
            "laatija": { "sukunimi": worker.family, "etunimet": worker.given },
        } });
        set_client(structure, &mut content, &person.id()?, person.family, person.given);
        let mut header = self.header(worker, person, DocumentGroup::ClientDocument)?;
        header.case.clone_from(&case.header.case);
        header.tasks = tasks.iter().map(|task| Code::new(task.code())).collect();
        header.services = vec![Code::new(GUIDANCE)];
        header.process = Some(Code::new(ServiceProcess::CarryingOut.code()));
        header.specific_type = Some(Code::new(MEETING));
        header.general_type = structure.general_type().map(Code::new);
        self.finish(header, MEETING, &content)
    }

    /// A client plan (15003) of the first phase: a text alone, without structure.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn plan(&self, worker: &Worker, person: Person<'_>, case: &Document, text: &str) -> Result<Document> {
        let mut header = self.header(worker, person, DocumentGroup::FirstPhase)?;
        header.case.clone_from(&case.header.case);
        header.tasks.clone_from(&case.header.tasks);
        header.process = Some(Code::new(ServiceProcess::Planning.code()));
        Ok(plain(header, "15003", text))
    }

    /// An old assessment (1000) from before the archive: a text alone, of no case, about what happened then.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn old(
        &self,
        worker: &Worker,
        person: Person<'_>,
        task: ServiceTask,
        happened: Timestamp,
        text: &str,
    ) -> Result<Document> {
        let mut header = self.header(worker, person, DocumentGroup::Old)?;
        header.tasks = vec![Code::new(task.code())];
        header.event_time = Some(happened);
        Ok(plain(header, "1000", text))
    }

    /// The next version of a relationship document, with its client as he is called now, and with changes.
    ///
    /// # Errors
    /// When the version before is no relationship document or an identifier does not hold.
    pub fn next_relationship(
        &self,
        person: Person<'_>,
        before: &Document,
        reason: &str,
        change: impl FnOnce(&mut Relationship),
    ) -> Result<Document> {
        let mut relationship = Relationship::parse(&content(before)?)?;
        relationship.client = person.in_relationship()?;
        change(&mut relationship);
        self.finish(self.next_header(person, before, reason)?, RELATIONSHIP, &relationship.to_json())
    }

    /// The next version of a case document of one client, as he is called now.
    ///
    /// # Errors
    /// When the version before is no case document or an identifier does not hold.
    pub fn next_case(
        &self,
        person: Person<'_>,
        before: &Document,
        reason: &str,
        change: impl FnOnce(Case) -> Case,
    ) -> Result<Document> {
        let mut case = Case::parse(&content(before)?)?;
        case.clients = vec![CaseClient::new(person.id()?, person.family, person.given)];
        self.finish(self.next_header(person, before, reason)?, CASE, &change(case).to_json())
    }

    /// The next version of an entry, about its client as he is called now.
    ///
    /// # Errors
    /// When the version before is no entry or an identifier does not hold.
    pub fn next_entry(&self, person: Person<'_>, before: &Document, reason: &str) -> Result<Document> {
        let mut content = content(before)?;
        let catalogue = Catalogue::built_in();
        let structure = catalogue.newest(MEETING).context("no structure of an entry")?;
        set_client(structure, &mut content, &person.id()?, person.family, person.given);
        self.finish(self.next_header(person, before, reason)?, MEETING, &content)
    }

    fn next_header(&self, person: Person<'_>, before: &Document, reason: &str) -> Result<Header> {
        let mut header = before.header.clone();
        header.id = DocumentId::parse(&self.oid(&header.custodian.id, 1))?;
        (header.effective_time, header.creation_time) = (self.now, self.now);
        header.patients = vec![person.in_header()?];
        header.reason_of_correction = Some(reason.to_owned());
        follow(&mut header, before);
        Ok(header)
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
            follow(&mut header, before);
        }
        self.finish(header, kind.type_code(), &to_json(&consent, &written))
    }
}

/// Makes a header that of the version after another document's.
fn follow(header: &mut Header, before: &Document) {
    let (id, set_id, version) = (before.header.id.clone(), before.header.set_id.clone(), before.header.version);
    header.set_id = set_id.clone();
    header.version = version + 1;
    header.replaces = Some(Replaced { id, set_id, version });
}

/// The structured content of a document.
fn content(document: &Document) -> Result<Value> {
    let json = document.body.json().context("the document has no structured content")?;
    Ok(serde_json::from_slice(json)?)
}

/// A document of one paragraph. The text is the player's own and holds no markup.
fn plain(mut header: Header, type_code: &str, text: &str) -> Document {
    header.specific_type = Some(Code::new(type_code));
    let xhtml = format!(
        "<div class=\"soc-document\" id=\"OID{}\" xmlns=\"http://www.w3.org/1999/xhtml\"><p>{text}</p></div>",
        header.id
    );
    Document { header, body: Body::Display { xhtml } }
}
