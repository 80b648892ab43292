//! Documents of the cast: a case, a client relationship with a provider row, entries, a plan, a decision.

use super::{Member, World};
use jiff::{Timestamp, civil::Date};
use kanta::{
    Code,
    document::{Author, Body, Document, Header, Organisation, Patient, Replaced, Unit},
};
use records::{
    Lang,
    case::{Case, CaseClient},
    code::{CaseName, DocumentGroup, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, ClientId, DocumentId, Oid, OrganisationId, RelationshipId, ServiceUnitId},
    relationship::{ProviderRow, Relationship, RelationshipClient, UnitRow},
    time::{Clock, Period, finnish_date},
};
use serde_json::{Value, json};
use structures::{Display, Structure};

/// A provider row to be written into a relationship document.
#[derive(Debug, Clone)]
pub struct Row {
    /// Unit.
    pub unit: String,
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Option<Date>,
    /// Social service.
    pub service: String,
}

impl Row {
    /// An open row.
    pub fn from(unit: &str, start: &str) -> Self {
        Self { unit: unit.to_owned(), start: start.parse().expect("a day"), end: None, service: "85".to_owned() }
    }

    /// The row of another service than 85.
    pub fn on(mut self, service: &str) -> Self {
        service.clone_into(&mut self.service);
        self
    }

    /// The row with an end.
    pub fn until(mut self, end: &str) -> Self {
        self.end = Some(end.parse().expect("a day"));
        self
    }
}

/// A client by identity code, or by temporary id written as `<system>|<id>`.
pub fn client(hetu: &str) -> ClientId {
    let (root, extension) = hetu.split_once('|').unwrap_or((records::id::HETU_ROOT, hetu));
    ClientId::parse(root, extension).expect("a client")
}

/// The client as the content of a document names him.
fn client_json(client: &ClientId, family: &str, given: &str) -> Value {
    let id = json!({ "system": format!("urn:oid:{}", client.root()), "value": client.extension() });
    let key = if client.hetu().is_some() { "henkilotunnus" } else { "tilapainen_yksilointitunnus" };
    json!({ "sukunimi": family, "etunimet": given, key: id })
}

fn organisation(oid: &str) -> OrganisationId {
    OrganisationId::parse(oid).expect("an organisation")
}

impl World {
    /// A new document OID of an organisation.
    pub fn document_id(&self, organisation: &OrganisationId) -> DocumentId {
        let arc = organisation.arc();
        DocumentId::parse(&format!("{arc}.95.2026.1.{}", self.number() + 100_000)).expect("an OID")
    }

    /// A case OID of a controller.
    pub fn case_id(&self, controller: &str) -> CaseId {
        let arc = organisation(controller).arc();
        CaseId::parse(&format!("{arc}.95.2026.2.{}", self.number() + 1000)).expect("an OID")
    }

    /// A client's name in the cast.
    pub(super) fn name(&self, client: &ClientId) -> (String, String) {
        let person = client.hetu().and_then(|hetu| self.cast.person(hetu));
        person
            .map_or(("Testi".to_owned(), "Henkilö".to_owned()), |person| (person.family.clone(), person.given.clone()))
    }

    pub(super) fn header(
        &self,
        member: &Member,
        controller: &str,
        clients: &[ClientId],
        group: DocumentGroup,
    ) -> Header {
        let custodian = Organisation { id: organisation(controller), name: "Rekisterinpitäjä".to_owned() };
        let id = self.document_id(&member.organisation);
        let mut header = Header::new(id, Code::new(group.code()), custodian.clone(), self.clock.now());
        header.patients = clients
            .iter()
            .map(|client| {
                let (family, given) = self.name(client);
                Patient {
                    id: client.clone(),
                    family,
                    given,
                    calling: None,
                    birth_date: client.hetu().map(|hetu| hetu.birth_date()),
                    sex: None,
                }
            })
            .collect();
        header.authors = vec![Author {
            registration: member.registration.clone(),
            family: member.family.clone(),
            given: member.given.clone(),
        }];
        header.organiser = Some(custodian);
        header.unit = Some(Unit { id: member.unit.clone(), name: "Yksikkö".to_owned() });
        header
    }

    /// Puts content and display form into a document.
    pub(super) fn document(&self, mut header: Header, structure: &Structure, json: &Value) -> Document {
        header.structure_oid = Some(structure.oid().to_owned());
        let body = self.body_of(&header, structure, json);
        Document { header, body }
    }

    /// Content and its display form.
    pub fn body_of(&self, header: &Header, structure: &Structure, json: &Value) -> Body {
        let display = Display {
            document: &header.id,
            organisation: "Rekisterinpitäjä",
            date: finnish_date(self.clock.now()),
            language: Lang::Fi,
            on_behalf: None,
        };
        let xhtml = structures::display_form(structure, json, &display);
        Body::Structured { xhtml, json: json.to_string().into_bytes() }
    }

    pub(crate) fn structure(&self, type_code: &str) -> &Structure {
        self.app.catalogue.newest(type_code).unwrap_or_else(|| panic!("no structure {type_code}"))
    }

    /// A case document of one client.
    pub fn case(&self, member: &Member, case: &CaseId, hetu: &str) -> Document {
        self.case_of(member, case, hetu, |case| case)
    }

    /// A case document with changes.
    pub fn case_of(&self, member: &Member, case: &CaseId, hetu: &str, change: impl Fn(Case) -> Case) -> Document {
        let client = client(hetu);
        let (family, given) = self.name(&client);
        let unit = records::code::Code::organisation(&member.organisation.0, "Toimintayksikkö");
        let opened = "2026-09-07".parse().expect("a day");
        let opened = Case::open(
            case.clone(),
            CaseName::ServiceNeed,
            ServiceTask::Elderly,
            unit,
            opened,
            CaseClient::new(client.clone(), family, given),
        );
        let changed = change(opened);
        let mut header = self.header(member, member.organisation.as_str(), &[client], DocumentGroup::Case);
        header.case = Some(case.clone());
        header.tasks = vec![Code::new(changed.task.code())];
        header.process = Some(Code::new(ServiceProcess::Initiation.code()));
        self.document(header, self.structure("1505.2"), &changed.to_json())
    }

    /// A relationship document with provider rows.
    pub fn relationship(&self, member: &Member, id: &RelationshipId, hetu: &str, rows: &[Row]) -> Document {
        let own = Row::from(member.unit.as_str(), "2026-09-07");
        self.relationship_in(ServiceTask::Elderly, member, id, hetu, &[own], rows)
    }

    /// A relationship document of a task with rows of the organiser's own units and of providers.
    pub fn relationship_in(
        &self,
        task: ServiceTask,
        member: &Member,
        id: &RelationshipId,
        hetu: &str,
        own: &[Row],
        rows: &[Row],
    ) -> Document {
        let client = client(hetu);
        let (family, given) = self.name(&client);
        let unit = records::code::Code::organisation(&member.organisation.0, "Toimintayksikkö");
        let start: Date = "2026-09-07".parse().expect("a day");
        let mut relationship =
            Relationship::new(id.clone(), RelationshipClient::new(client.clone(), family, given), start, unit);
        let task = relationship.task_mut(task, Lang::Fi);
        let named =
            |row: &Row| (ServiceUnitId::parse(&row.unit).expect("a unit"), Period { start: row.start, end: row.end });
        for row in own {
            let (unit, period) = named(row);
            task.organiser_units.push(UnitRow::new(unit, "Yksikkö", period));
        }
        for row in rows {
            let (unit, period) = named(row);
            task.providers.push(ProviderRow::new(unit, "Kielo", vec![SocialService::new(row.service.clone())], period));
        }
        let mut header = self.header(member, member.organisation.as_str(), &[client], DocumentGroup::Relationship);
        header.relationship = Some(id.clone());
        header.authors = Vec::new();
        self.document(header, self.structure("1505.1"), &relationship.to_json())
    }

    /// A relationship OID of a controller.
    pub fn relationship_id(&self, controller: &str) -> RelationshipId {
        let arc = organisation(controller).arc();
        RelationshipId::parse(&format!("{arc}.95.2026.3.{}", self.number() + 1000)).expect("an OID")
    }

    /// A narrative entry 19007 about the client's day.
    pub fn entry(
        &self,
        member: &Member,
        controller: &str,
        case: &CaseId,
        hetu: &str,
        at: &str,
        text: &str,
    ) -> Document {
        let client = client(hetu);
        let (family, given) = self.name(&client);
        let json = json!({ "merkinta_asiakkaan_arjesta": {
            "asiakas": [client_json(&client, &family, &given)],
            "asiakaskertomusmerkinta": {
                "palvelutehtava": ServiceTask::Elderly.to_code(Lang::Fi).to_json(),
                "sosiaalipalvelu": [SocialService::new("85").to_code(Lang::Fi).to_json()],
                "tapahtuma": { "ajanjakso": { "alkamishetki": at }, "kuvaus": text },
            },
            "paivamaara": &at[..10],
            "laatija": { "sukunimi": member.family, "etunimet": member.given },
        } });
        let structure = self.structure("19007");
        let header = self.client_header(member, controller, case, &client, structure, ServiceProcess::CarryingOut);
        self.document(header, structure, &json)
    }

    /// A document made from a structure's sample.
    pub fn sample(
        &self,
        member: &Member,
        controller: &str,
        case: &CaseId,
        hetu: &str,
        type_code: &str,
        process: ServiceProcess,
    ) -> Document {
        let client = client(hetu);
        let (family, given) = self.name(&client);
        let structure = self.structure(type_code);
        let mut json = structures::sample::sample(structure, structures::sample::Extent::Minimal, 1);
        structures::sample::set_client(structure, &mut json, &client, &family, &given);
        set_person(&mut json, "paatoksentekija", member);
        set_person(&mut json, "laatija", member);
        let header = self.client_header(member, controller, case, &client, structure, process);
        self.document(header, structure, &json)
    }

    pub(crate) fn client_header(
        &self,
        member: &Member,
        controller: &str,
        case: &CaseId,
        client: &ClientId,
        structure: &Structure,
        process: ServiceProcess,
    ) -> Header {
        let mut header = self.header(member, controller, std::slice::from_ref(client), DocumentGroup::ClientDocument);
        header.case = Some(case.clone());
        header.tasks = vec![Code::new(ServiceTask::Elderly.code())];
        header.services = vec![Code::new("85")];
        header.process = Some(Code::new(process.code()));
        header.specific_type = Some(Code::new(structure.type_code()));
        header.general_type = structure.general_type().map(Code::new);
        if member.organisation.as_str() != controller {
            header.outsourcing_customer = Some(header.custodian.clone());
        }
        header
    }

    /// The next version of a document, with its own OID; the body is the same until changed.
    pub fn next_version(&self, old: &Document) -> Document {
        let mut new = old.clone();
        let organisation = OrganisationId(Oid::parse(&format!("{}.10.0", arc_of(&old.header.id))).expect("an OID"));
        new.header.id = self.document_id(&organisation);
        new.header.set_id = old.header.set_id.clone();
        new.header.version = old.header.version + 1;
        new.header.replaces = Some(Replaced {
            id: old.header.id.clone(),
            set_id: old.header.set_id.clone(),
            version: old.header.version,
        });
        new.header.reason_of_correction = Some("korjaus".to_owned());
        if let Body::Structured { xhtml, .. } = &mut new.body {
            *xhtml = xhtml.replace(old.header.id.as_str(), new.header.id.as_str());
        }
        new
    }

    /// A document made the next version of another one, with the reason of the change.
    pub fn following(&self, mut new: Document, old: &Document, reason: &str) -> Document {
        new.header.set_id = old.header.set_id.clone();
        new.header.version = old.header.version + 1;
        new.header.replaces = Some(Replaced {
            id: old.header.id.clone(),
            set_id: old.header.set_id.clone(),
            version: old.header.version,
        });
        new.header.reason_of_correction = Some(reason.to_owned());
        new
    }

    /// The next version of a relationship, with other rows.
    pub fn next_relationship(&self, member: &Member, old: &Document, hetu: &str, rows: &[Row]) -> Document {
        let id = old.header.relationship.clone().expect("a relationship");
        let mut new = self.relationship(member, &id, hetu, rows);
        new.header.set_id = old.header.set_id.clone();
        new.header.version = old.header.version + 1;
        new.header.replaces = Some(Replaced {
            id: old.header.id.clone(),
            set_id: old.header.set_id.clone(),
            version: old.header.version,
        });
        new
    }

    /// Opens a client in a controller's register: relationship and case are stored. Gives the case and the
    /// relationship's document.
    pub async fn open_client(&self, member: &Member, hetu: &str, rows: &[Row]) -> (CaseId, Document) {
        let controller = member.organisation.as_str().to_owned();
        let relationship = self.relationship(member, &self.relationship_id(&controller), hetu, rows);
        let reply = self.store(member, &relationship).await;
        assert_eq!(reply.code(), "AA", "relationship: {}", reply.texts());
        let case = self.case_id(&controller);
        let reply = self.store(member, &self.case(member, &case, hetu)).await;
        assert_eq!(reply.code(), "AA", "case: {}", reply.texts());
        (case, relationship)
    }
}

fn arc_of(document: &DocumentId) -> String {
    document.as_str().split(".95.").next().unwrap_or_default().to_owned()
}

/// Writes a worker's name into every object under `key`.
fn set_person(value: &mut Value, key: &str, member: &Member) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Object(person)) = map.get_mut(key) {
                person.insert("sukunimi".to_owned(), member.family.clone().into());
                person.insert("etunimet".to_owned(), member.given.clone().into());
            }
            map.values_mut().for_each(|child| set_person(child, key, member));
        }
        Value::Array(all) => all.iter_mut().for_each(|child| set_person(child, key, member)),
        _ => {}
    }
}

/// An instant of a test.
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}
