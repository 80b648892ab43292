//! The sample world of the policy, built through the archive's own door: one client with a relationship, a case in each
//! task, and documents of every kind.

use super::common::organisation;
use archive::{
    joining,
    testing::{documents::Row, *},
};
use kanta::{
    Code,
    document::{Document, Organisation, Replaced, Unit},
};
use records::{
    access::{
        Duty,
        policy::{Kind, OWN_SERVICE, OWN_TASK, own_services},
    },
    code::{DocumentGroup, ServiceProcess, ServiceTask},
    id::{CaseId, RelationshipId, ServiceUnitId},
};
use std::collections::HashMap;
use structures::Catalogue;

/// Another unit of the organiser, in which the worker of the rows does not work.
pub const OTHER: &str = "1.2.246.10.99990015.10.14";
/// The day of the documents' events.
const EVENT: &str = "2026-09-15T09:00:00Z";

/// By which route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Own,
    Right,
}

/// A world that knows a small structure of our own for every type that the policy names.
pub async fn world(db: store::Db) -> World {
    let mut catalogue = Catalogue::built_in();
    let kinds = [
        ("15024", "Suunnitelma"),
        ("1008", "Arvio"),
        ("11001", "Päätös"),
        ("11039", "Päätös"),
        ("13001", "Sopimus"),
        ("19007", "Asiakaskertomusmerkintä"),
        ("19014", "Asiakaskertomusmerkintä"),
        ("19015", "Asiakaskertomusmerkintä"),
    ];
    for (code, general) in kinds {
        catalogue.import(structure(code, general).to_string().as_bytes()).expect("a structure");
    }
    let world = World::knowing(db, catalogue).await;
    go_live(&world, "2026-09-01").await;
    world
}

fn structure(code: &str, general: &str) -> serde_json::Value {
    let named = |name: &str| serde_json::json!([{ "lang": "fi", "value": name }]);
    serde_json::json!({
        "sosmeta": { "oid": format!("1.2.246.537.6.1506.{code}.2026.1.1"), "documentType": general, "documentSubject": "Koe" },
        "properties": { "koeasiakirja": {
            "type": "object",
            "sosmeta": { "name": named("Koeasiakirja") },
            "required": ["kuvaus"],
            "properties": { "kuvaus": {
                "type": "string",
                "sosmeta": { "name": named("Kuvaus"), "representation": named("Teksti") },
            } },
        } },
    })
}

/// Sets the first day of register access rights at the organiser, for every task.
pub async fn go_live(world: &World, day: &str) {
    let mut tx = world.app.db.write().await.unwrap();
    for task in ServiceTask::ALL {
        joining::set_go_live(&mut tx, JHHVA, task.code(), day.parse().unwrap()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// The worker of a row.
pub fn worker(world: &World, duty: Duty, by: By) -> Member {
    let login = if by == By::Own { "marja" } else { "liisa" };
    let services = own_services(duty).iter().map(|service| service.code().to_owned()).collect();
    Member { duty: duty.code().to_owned(), tasks: vec![OWN_TASK.code().to_owned()], services, ..world.worker(login) }
}

/// Who opens cases at the organiser.
pub fn admin(world: &World) -> Member {
    worker(world, Duty::BroadResponsibility, By::Own)
}

/// A client of the organiser.
pub struct Scene<'w> {
    pub world: &'w World,
    pub hetu: String,
    pub relationship: Document,
    /// The case documents by task.
    pub cases: HashMap<ServiceTask, Document>,
}

impl<'w> Scene<'w> {
    /// Opens a client with cases in the tasks.
    pub async fn open(world: &'w World, tasks: &[ServiceTask]) -> Self {
        let hetu = structures::sample::hetu(world.number());
        let relationship = relationship(world, &hetu, None, &own_rows(), &[right("2026-09-07")]);
        stored(world, &admin(world), &relationship).await;
        let mut cases = HashMap::new();
        for task in tasks {
            let document = case_document(world, &hetu, *task);
            stored(world, &admin(world), &document).await;
            cases.insert(*task, document);
        }
        Self { world, hetu, relationship, cases }
    }

    /// The document of a new case of the client.
    pub fn case_document(&self, task: ServiceTask) -> Document {
        case_document(self.world, &self.hetu, task)
    }

    /// The case in the task of the grant.
    pub fn case(&self) -> &CaseId {
        case_id(&self.cases[&OWN_TASK])
    }

    /// The case that a document of the kind belongs to: in the own register of its own task, under a right the granted.
    pub fn case_of(&self, kind: &Kind, by: By) -> &CaseId {
        match by {
            By::Own => kind.document.tasks.first().and_then(|task| self.cases.get(task)).map_or(self.case(), case_id),
            By::Right => self.case(),
        }
    }

    /// A client document of the kind, as a worker makes it in his unit.
    pub fn document(&self, member: &Member, kind: &Kind, case: &CaseId) -> Document {
        let facts = &kind.document;
        let process = facts.process.unwrap_or(ServiceProcess::Arranging);
        let mut document = self.world.sample(member, JHHVA, case, &self.hetu, &facts.type_code, process);
        document.header.tasks = facts.tasks.iter().map(|task| Code::new(task.code())).collect();
        document.header.services = facts.services.iter().map(|service| Code::new(service.code())).collect();
        document.header.effective_time = documents::at(EVENT);
        document
    }

    /// Stores a document of the kind: by the worker's own unit, or by another of the organiser's.
    pub async fn fixture(&self, kind: &Kind, by: By) -> Document {
        let carrying_out = kind.document.process == Some(ServiceProcess::CarryingOut);
        let duty = if carrying_out { Duty::CarryingOut } else { Duty::BroadResponsibility };
        let mut maker = worker(self.world, duty, if kind.own_unit { by } else { By::Own });
        maker.tasks = kind.document.tasks.iter().map(|task| task.code().to_owned()).collect();
        maker.services = kind.document.services.iter().map(|service| service.code().to_owned()).collect();
        if !kind.own_unit {
            maker = maker.in_unit(OTHER);
        }
        let document = self.document(&maker, kind, self.case_of(kind, if kind.own_unit { by } else { By::Own }));
        stored(self.world, &maker, &document).await;
        document
    }

    /// The relationship's next version.
    pub fn next_relationship(&self, own: &[Row], rows: &[Row]) -> Document {
        let id = self.relationship.header.relationship.clone();
        succeed(relationship(self.world, &self.hetu, id, own, rows), &self.relationship)
    }

    /// Stores a next version of the relationship.
    pub async fn change_relationship(&mut self, own: &[Row], rows: &[Row]) {
        let next = self.next_relationship(own, rows);
        stored(self.world, &admin(self.world).in_unit(OTHER), &next).await;
        self.relationship = next;
    }
}

fn case_document(world: &World, hetu: &str, task: ServiceTask) -> Document {
    let case = world.case_id(JHHVA);
    world.case_of(&admin(world), &case, hetu, |opened| records::case::Case { task, ..opened })
}

fn case_id(document: &Document) -> &CaseId {
    document.header.case.as_ref().expect("a case document names its case")
}

/// The organiser's units on a relationship document.
pub fn own_rows() -> [Row; 2] {
    [Row::from(GUIDANCE, "2026-09-07"), Row::from(OTHER, "2026-09-07")]
}

/// The provider's row.
pub fn right(start: &str) -> Row {
    Row::from(AHOLA, start).on(OWN_SERVICE)
}

/// A relationship document of a client, with a new OID unless one is given.
pub fn relationship(world: &World, hetu: &str, id: Option<RelationshipId>, own: &[Row], rows: &[Row]) -> Document {
    let id = id.unwrap_or_else(|| world.relationship_id(JHHVA));
    world.relationship_in(OWN_TASK, &admin(world), &id, hetu, own, rows)
}

/// Makes a document the next version of another.
pub fn succeed(mut new: Document, old: &Document) -> Document {
    new.header.set_id = old.header.set_id.clone();
    new.header.version = old.header.version + 1;
    new.header.replaces =
        Some(Replaced { id: old.header.id.clone(), set_id: old.header.set_id.clone(), version: old.header.version });
    new.header.reason_of_correction = Some("korjaus".to_owned());
    new
}

/// A steering document of the organiser as another organisation would send it.
pub fn as_sent_by(mut document: Document, member: &Member) -> Document {
    let custodian = Organisation { id: organisation(JHHVA), name: "Rekisterinpitäjä".to_owned() };
    if document.header.group.code != DocumentGroup::Relationship.code() {
        document.header.unit = Some(Unit { id: member.unit.clone(), name: "Yksikkö".to_owned() });
    }
    document.header.outsourcing_customer = Some(custodian.clone());
    document.header.organiser = Some(custodian);
    document
}

/// Names another unit as the one where the document was born.
pub fn born_in(mut document: Document, unit: &str) -> Document {
    document.header.unit = Some(Unit { id: ServiceUnitId::parse(unit).unwrap(), name: "Yksikkö".to_owned() });
    document
}

pub async fn stored(world: &World, member: &Member, document: &Document) {
    let reply = world.store(member, document).await;
    assert_eq!(reply.code(), "AA", "{}", reply.texts());
}
