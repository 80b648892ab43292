//! The documents of a benchmark: what a county and its producers write (users-and-screens 4.3).

use super::{
    author::Author,
    plan::{OPENED, Plan},
    words::{self, Dice},
};
use anyhow::{Context, Result};
use jiff::{Timestamp, civil::Date};
use kanta::Code;
use kanta::document::{self, Body, Document, Header, Organisation, Patient, Replaced, Unit};
use records::Lang;
use records::case::{Case, CaseClient};
use records::code::{CaseName, DocumentGroup, ServiceProcess, ServiceTask, SocialService};
use records::id::{CaseId, ClientId, DocumentId, HETU_ROOT, OrganisationId, RelationshipId};
use records::relationship::{ProviderRow, Relationship, RelationshipClient, UnitRow};
use records::time::{Period, finnish_date};
use serde_json::{Value, json};
use structures::sample::{Extent, sample, set_client};
use structures::{Catalogue, Display, Structure};

/// Day of the notes' events; the producer's right begins on it.
const EVENT_DAY: &str = "2026-09-28";
/// Characters of text per document, so that the signed documents are 15 kB in the mean.
const TEXT_CHARACTERS: u64 = 1_000;
/// 24-hour housing, the service of the producer's right.
const SERVICE: &str = "85";

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The client's relationship with a row for the producer's unit; version 1 or 2.
    Relationship(u32),
    /// The client's case; version 1 or 2.
    Case(u32),
    /// A narrative entry of the type.
    Entry(&'static str),
    /// A client plan.
    Plan,
    /// A decision, signed by the professional who makes it.
    Decision,
}

/// Makes documents. One per thread: it owns nothing that is shared.
pub struct Maker<'a> {
    catalogue: &'a Catalogue,
    controller: OrganisationId,
    producer_unit: records::id::ServiceUnitId,
    seed: u64,
    at: Timestamp,
}

impl<'a> Maker<'a> {
    /// A maker for a plan.
    ///
    /// # Errors
    /// When the plan leaves the calendar.
    pub fn new(catalogue: &'a Catalogue, organiser: &Author, producer: &Author, plan: &Plan) -> Result<Self> {
        Ok(Self {
            catalogue,
            controller: organiser.organisation.clone(),
            producer_unit: producer.unit.clone(),
            seed: plan.seed,
            at: plan.start()?,
        })
    }

    /// A document of a client, unsigned. `number` makes its OID and its text; steering documents have OIDs by client.
    ///
    /// # Errors
    /// When a structure is missing or an identifier does not hold.
    pub fn document(&self, kind: Kind, author: &Author, client: u64, number: u64) -> Result<Document> {
        match kind {
            Kind::Relationship(version) => self.relationship(author, client, version),
            Kind::Case(version) => self.case(author, client, version),
            Kind::Entry(type_code) => self.entry(author, client, number, type_code),
            Kind::Plan => self.sampled(author, client, number, "15003", ServiceProcess::Planning),
            Kind::Decision => self.sampled(author, client, number, "11000", ServiceProcess::Planning),
        }
    }

    fn oid(&self, organisation: &OrganisationId, series: u32, number: u64) -> String {
        format!("{}.95.2026.{series}.{}", organisation.arc(), number + 1)
    }

    /// OID of a client document by its author's organisation and its number.
    ///
    /// # Errors
    /// When the identifier does not hold.
    pub fn document_id(&self, organisation: &OrganisationId, number: u64) -> Result<DocumentId> {
        Ok(DocumentId::parse(&self.oid(organisation, 1, number))?)
    }

    /// The register of all documents.
    pub fn controller(&self) -> &OrganisationId {
        &self.controller
    }

    fn steering(&self, series: u32, client: u64, version: u32) -> Result<DocumentId> {
        let number = client * 10 + u64::from(version);
        Ok(DocumentId::parse(&self.oid(&self.controller, series, number))?)
    }

    /// A client's case.
    ///
    /// # Errors
    /// When the identifier does not hold.
    pub fn case_id(&self, client: u64) -> Result<CaseId> {
        Ok(CaseId::parse(&self.oid(&self.controller, 2, client))?)
    }

    fn relationship_id(&self, client: u64) -> Result<RelationshipId> {
        Ok(RelationshipId::parse(&self.oid(&self.controller, 3, client))?)
    }

    fn header(&self, author: &Author, client: u64, id: DocumentId, group: DocumentGroup) -> Result<Header> {
        let custodian = Organisation { id: self.controller.clone(), name: "Järvi-Hämeen hyvinvointialue".to_owned() };
        let person = person(client)?;
        let (family, given) = words::name(client);
        let mut header = Header::new(id, Code::new(group.code()), custodian.clone(), self.at);
        header.patients = vec![Patient {
            birth_date: person.hetu().map(|hetu| hetu.birth_date()),
            id: person,
            family,
            given,
            calling: None,
            sex: None,
        }];
        header.authors = vec![document::Author {
            registration: author.registration.clone(),
            family: author.family.clone(),
            given: author.given.clone(),
        }];
        header.organiser = Some(custodian);
        header.unit = Some(Unit { id: author.unit.clone(), name: "Palveluyksikkö".to_owned() });
        Ok(header)
    }

    fn client_header(
        &self,
        author: &Author,
        client: u64,
        number: u64,
        structure: &Structure,
        process: ServiceProcess,
    ) -> Result<Header> {
        let id = self.document_id(&author.organisation, number)?;
        let mut header = self.header(author, client, id, DocumentGroup::ClientDocument)?;
        header.case = Some(self.case_id(client)?);
        header.tasks = vec![Code::new(ServiceTask::Elderly.code())];
        header.services = vec![Code::new(SERVICE)];
        header.process = Some(Code::new(process.code()));
        header.specific_type = Some(Code::new(structure.type_code()));
        header.general_type = structure.general_type().map(Code::new);
        if author.organisation != self.controller {
            header.outsourcing_customer = Some(header.custodian.clone());
        }
        Ok(header)
    }

    fn finish(&self, mut header: Header, structure: &Structure, json: &Value) -> Document {
        header.structure_oid = Some(structure.oid().to_owned());
        let display = Display {
            document: &header.id,
            organisation: &header.custodian.name,
            date: finnish_date(self.at),
            language: Lang::Fi,
            on_behalf: None,
        };
        let xhtml = structures::display_form(structure, json, &display);
        Document { header, body: Body::Structured { xhtml, json: json.to_string().into_bytes() } }
    }

    fn structure(&self, type_code: &str) -> Result<&'a Structure> {
        self.catalogue.newest(type_code).with_context(|| format!("no structure {type_code}"))
    }

    fn case(&self, author: &Author, client: u64, version: u32) -> Result<Document> {
        let (person, (family, given)) = (person(client)?, words::name(client));
        let unit = records::code::Code::organisation(&author.organisation.0, "Toimintayksikkö");
        let (id, opened) = (self.case_id(client)?, OPENED.parse::<Date>()?);
        let json = Case::open(
            id.clone(),
            CaseName::ServiceNeed,
            ServiceTask::Elderly,
            unit,
            opened,
            CaseClient::new(person, family, given),
        )
        .to_json();
        let mut header = self.header(author, client, self.steering(5, client, version)?, DocumentGroup::Case)?;
        header.case = Some(id);
        header.tasks = vec![Code::new(ServiceTask::Elderly.code())];
        header.process = Some(Code::new(ServiceProcess::Initiation.code()));
        self.follow(&mut header, 5, client, version)?;
        Ok(self.finish(header, self.structure("1505.2")?, &json))
    }

    fn relationship(&self, author: &Author, client: u64, version: u32) -> Result<Document> {
        let (person, (family, given)) = (person(client)?, words::name(client));
        let unit = records::code::Code::organisation(&author.organisation.0, "Toimintayksikkö");
        let (id, start) = (self.relationship_id(client)?, OPENED.parse::<Date>()?);
        let mut relationship =
            Relationship::new(id.clone(), RelationshipClient::new(person, family, given), start, unit);
        let task = relationship.task_mut(ServiceTask::Elderly, Lang::Fi);
        let period = Period { start, end: None };
        task.organiser_units.push(UnitRow::new(author.unit.clone(), "Palveluyksikkö", period));
        let period = Period { start: EVENT_DAY.parse()?, end: None };
        let services = vec![SocialService::new(SERVICE)];
        task.providers.push(ProviderRow::new(self.producer_unit.clone(), "Tuottajan yksikkö", services, period));
        let mut header =
            self.header(author, client, self.steering(4, client, version)?, DocumentGroup::Relationship)?;
        header.relationship = Some(id);
        header.authors = Vec::new();
        self.follow(&mut header, 4, client, version)?;
        Ok(self.finish(header, self.structure("1505.1")?, &relationship.to_json()))
    }

    /// Version 2 replaces version 1.
    fn follow(&self, header: &mut Header, series: u32, client: u64, version: u32) -> Result<()> {
        if version > 1 {
            let first = self.steering(series, client, 1)?;
            header.set_id = first.as_set();
            header.version = version;
            header.replaces = Some(Replaced { set_id: first.as_set(), id: first, version: version - 1 });
            header.reason_of_correction = Some("Tiedot muuttuneet".to_owned());
        }
        Ok(())
    }

    fn entry(&self, author: &Author, client: u64, number: u64, type_code: &str) -> Result<Document> {
        if type_code != "19007" {
            return self.sampled(author, client, number, type_code, ServiceProcess::CarryingOut);
        }
        let (person, (family, given)) = (person(client)?, words::name(client));
        let json = json!({ "merkinta_asiakkaan_arjesta": {
            "asiakas": [{ "sukunimi": family, "etunimet": given,
                "henkilotunnus": { "system": format!("urn:oid:{HETU_ROOT}"), "value": person.extension() } }],
            "asiakaskertomusmerkinta": {
                "palvelutehtava": ServiceTask::Elderly.to_code(Lang::Fi).to_json(),
                "sosiaalipalvelu": [SocialService::new(SERVICE).to_code(Lang::Fi).to_json()],
                "tapahtuma": { "ajanjakso": { "alkamishetki": format!("{EVENT_DAY}T10:00:00+03:00") },
                    "kuvaus": self.text(number) },
            },
            "paivamaara": EVENT_DAY,
            "laatija": { "sukunimi": author.family, "etunimet": author.given },
        } });
        let structure = self.structure(type_code)?;
        let header = self.client_header(author, client, number, structure, ServiceProcess::CarryingOut)?;
        Ok(self.finish(header, structure, &json))
    }

    /// A document made from its structure's sample, with the run's text in its longest text field.
    fn sampled(
        &self,
        author: &Author,
        client: u64,
        number: u64,
        type_code: &str,
        process: ServiceProcess,
    ) -> Result<Document> {
        let structure = self.structure(type_code)?;
        let (family, given) = words::name(client);
        let mut json = sample(structure, Extent::Minimal, 1);
        set_client(structure, &mut json, &person(client)?, &family, &given);
        for key in ["laatija", "paatoksentekija"] {
            set_person(&mut json, key, author);
        }
        set_text(&mut json, structure, self.text(number));
        let header = self.client_header(author, client, number, structure, process)?;
        Ok(self.finish(header, structure, &json))
    }

    /// Text of uneven length: many short notes, some long ones.
    fn text(&self, number: u64) -> String {
        let mut dice = Dice::of(self.seed, number);
        let length = TEXT_CHARACTERS / 4 + dice.below(TEXT_CHARACTERS) + dice.below(TEXT_CHARACTERS / 2);
        words::text(&mut dice, length as usize)
    }
}

/// The identity code of a client, of the 900 series that belongs to no one.
///
/// # Errors
/// When the identifier does not hold.
pub fn person(client: u64) -> Result<ClientId> {
    Ok(ClientId::parse(HETU_ROOT, &structures::sample::hetu(client))?)
}

/// Writes a worker's name into every object under `key`.
fn set_person(value: &mut Value, key: &str, author: &Author) {
    match value {
        Value::Object(map) => {
            for (name, child) in map.iter_mut() {
                let people = match child {
                    _ if name != key => &mut [],
                    Value::Array(people) => people.as_mut_slice(),
                    one => std::slice::from_mut(one),
                };
                for person in people.iter_mut().filter_map(Value::as_object_mut) {
                    person.insert("sukunimi".to_owned(), author.family.clone().into());
                    person.insert("etunimet".to_owned(), author.given.clone().into());
                }
            }
            map.values_mut().for_each(|child| set_person(child, key, author));
        }
        Value::Array(all) => all.iter_mut().for_each(|child| set_person(child, key, author)),
        _ => {}
    }
}

/// Puts the text into a free-text field that every content of the structure can have: all groups above it are required
/// and none repeats. The topmost such field is the one for the long text.
fn set_text(json: &mut Value, structure: &Structure, text: String) {
    let root = structure.root();
    let mut best: Option<String> = None;
    root.walk(&mut |path, field| {
        let parents = path.rsplit_once('.').map_or("", |(parents, _)| parents);
        let depth = path.matches('.').count();
        let mut known = root;
        let plain = parents.split('.').filter(|key| !key.is_empty()).all(|key| match known.child(key) {
            Some(group) => {
                known = group;
                group.required && !group.repeats
            }
            None => false,
        });
        let better = best.as_ref().is_none_or(|best| depth < best.matches('.').count());
        if plain && better && !field.repeats && field.kind == structures::Kind::Text {
            best = Some(path.to_owned());
        }
    });
    let Some(path) = best else { return };
    let mut place = json.get_mut(structure.root_key());
    for key in path.split('.') {
        place = place.and_then(Value::as_object_mut).map(|map| map.entry(key).or_insert_with(|| json!({})));
    }
    if let Some(place) = place {
        *place = text.into();
    }
}
