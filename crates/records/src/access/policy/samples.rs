//! The sample world of the policy: one worker, one client, one document of each kind that the policy tells apart.

use crate::Lang;
use crate::access::disclosure::{Denials, Discloser, DisclosureSituation, DisclosureSubject, Wishes};
use crate::access::{
    Actor, CaseFacts, CaseMember, ClientKey, DocumentFacts, DocumentForm, Duty, GoLive, LoginStrength,
    RelationshipFacts, Situation, Subject,
};
use crate::code::{CaseState, DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService};
use crate::grant::{Grant, GrantSource, Via};
use crate::id::{CaseId, Oid, OrganisationId, RelationshipId, ServiceUnitId, SetId};
use crate::joining::{Functions, Joining};
use crate::relationship::{UnitKind, UnitRelation, arc_of};
use crate::time::Period;
use jiff::{Timestamp, civil::date};

/// The task that the worker works in and that the grant is for.
pub const OWN_TASK: ServiceTask = ServiceTask::Disability;
/// The service that the worker carries out and that the grant is for.
pub const OWN_SERVICE: &str = "85";

/// By which route the worker comes, and so for whom he works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// For the controller.
    Own,
    /// For the provider.
    Right,
    /// For another controller.
    Disclosure,
}

/// A kind of document.
#[derive(Debug, Clone)]
pub struct Kind {
    /// A short stable name.
    pub id: String,
    /// What it is.
    pub name: String,
    /// Whether the worker's own unit has made it; else another unit of the controller has.
    pub own_unit: bool,
    /// Whether the worker could write one like it at all: of a kind that stands for another unit's making, nobody here.
    pub writable: bool,
    /// Its facts.
    pub document: DocumentFacts,
}

impl Kind {
    /// The document as it lies in the register when the worker comes by the route. To a requester from outside every
    /// unit of the controller is another's.
    pub(super) fn stored(&self, by: By) -> DocumentFacts {
        match by {
            By::Own | By::Right if self.own_unit => self.written(by),
            _ => self.document.clone(),
        }
    }

    /// The document as the worker would write it.
    pub(super) fn written(&self, by: By) -> DocumentFacts {
        DocumentFacts { unit: Some(unit(by)), author_arc: organisation(by).arc(), ..self.document.clone() }
    }
}

/// Every kind, in the order of the table.
pub(super) fn kinds() -> Vec<Kind> {
    use GeneralType::{Agreement, Assessment, Decision, Entry, Plan};
    use ServiceProcess::{Arranging, CarryingOut, Planning};
    let (task, own) = (OWN_TASK, OWN_SERVICE);
    let mut kinds = vec![
        steering("relationship", "client relationship document", DocumentGroup::Relationship, "1505.1"),
        steering("case", "case document", DocumentGroup::Case, "1505.2"),
        kind("plan", "plan of own task", sample("15024", Plan, task, "46", Planning)),
        kind(
            "assessment",
            "assessment of own task",
            sample("1008", Assessment, task, "46", ServiceProcess::Assessment),
        ),
        kind("decision", "decision on own service", sample("11001", Decision, task, own, Arranging)),
        here("restriction", "restriction decision in own service", sample("11039", Decision, task, own, CarryingOut)),
        here("entry", "entry on own service, own unit", sample("19007", Entry, task, own, CarryingOut)),
        there("entry-other-unit", "entry on own service, other unit", sample("19007", Entry, task, own, CarryingOut)),
        here(
            "carrying-out-plan",
            "carrying-out plan of own service, own unit",
            sample("15024", Plan, task, own, CarryingOut),
        ),
        kind(
            "entry-other-service",
            "entry on other service, own task",
            sample("19007", Entry, task, "12", CarryingOut),
        ),
        kind("contract", "contract, own task", sample("13001", Agreement, task, own, Arranging)),
    ];
    for other in ServiceTask::ALL.iter().filter(|other| **other != task) {
        let id = format!("entry-in-{}", other.code().to_lowercase());
        let name = format!("entry in task {}", other.name(Lang::Fi));
        kinds.push(kind(&id, &name, sample("19007", Entry, *other, "46", CarryingOut)));
    }
    kinds.extend(special_kinds());
    kinds
}

/// Kinds that a single section or a denied group of the decree tells apart.
fn special_kinds() -> Vec<Kind> {
    use GeneralType::Entry;
    use ServiceProcess::{Arranging, CarryingOut};
    let (task, own, law) = (OWN_TASK, OWN_SERVICE, ServiceTask::FamilyLaw);
    let (mediation, shelter, informal) =
        (SocialService::MEDIATION, SocialService::SHELTER, SocialService::INFORMAL_CARE);
    vec![
        kind(
            "informal-care",
            "entry on informal care, Iäkkäiden palvelut",
            sample("19007", Entry, ServiceTask::Elderly, informal, CarryingOut),
        ),
        kind("mediation-arranging", "arranging of mediation", sample("19007", Entry, law, mediation, Arranging)),
        kind("x-med", "X-MED carrying out of mediation", sample("19007", Entry, law, mediation, CarryingOut)),
        kind(
            "x-shelter",
            "X-SHELTER carrying out of shelter, own task",
            sample("19007", Entry, task, shelter, CarryingOut),
        ),
        there(
            "x-ther-other-unit",
            "X-THER therapeutic work, own service, other unit",
            sample("19014", Entry, task, own, CarryingOut),
        ),
        there(
            "x-exam-other-unit",
            "X-EXAM examination, own service, other unit",
            sample("19015", Entry, task, own, CarryingOut),
        ),
        here(
            "x-ther",
            "X-THER therapeutic work, own service, own unit",
            sample("19014", Entry, task, own, CarryingOut),
        ),
    ]
}

fn kind(id: &str, name: &str, document: DocumentFacts) -> Kind {
    Kind { id: id.to_owned(), name: name.to_owned(), own_unit: false, writable: true, document }
}

/// Made by the worker's own unit.
fn here(id: &str, name: &str, document: DocumentFacts) -> Kind {
    Kind { own_unit: true, ..kind(id, name, document) }
}

/// Made by another unit, which is what the row is about.
fn there(id: &str, name: &str, document: DocumentFacts) -> Kind {
    Kind { writable: false, ..kind(id, name, document) }
}

fn steering(id: &str, name: &str, group: DocumentGroup, type_code: &str) -> Kind {
    let base = sample(type_code, GeneralType::Entry, OWN_TASK, OWN_SERVICE, ServiceProcess::Arranging);
    kind(id, name, DocumentFacts { group, general_type: None, services: Vec::new(), process: None, ..base })
}

fn sample(
    type_code: &str,
    general: GeneralType,
    task: ServiceTask,
    service: &str,
    process: ServiceProcess,
) -> DocumentFacts {
    DocumentFacts {
        clients: vec![client()],
        case: Some(case()),
        type_code: type_code.to_owned(),
        general_type: Some(general),
        tasks: vec![task],
        services: vec![SocialService::new(service)],
        process: Some(process),
        unit: Some(elsewhere()),
        needs_professional_signature: general == GeneralType::Decision,
        set: Some(SetId(oid("1.2.246.10.99990015.95.2026.1.7001"))),
        form: DocumentForm::Structured,
        ..DocumentFacts::unknown(organisation(By::Own), organisation(By::Own).arc(), date(2026, 9, 15))
    }
}

/// The worker of every row.
pub(super) fn worker(duty: Duty, by: By) -> Actor {
    Actor {
        organisation: organisation(by),
        unit: unit(by),
        duty,
        own_tasks: vec![OWN_TASK],
        own_services: own_services(duty),
        login: LoginStrength::Card,
        access: None,
        may_use_special_reason: false,
    }
}

/// The services that the worker of a duty carries out; who acts under § 15.2 also carries out support for informal care.
pub fn own_services(duty: Duty) -> Vec<SocialService> {
    let across = (duty == Duty::CarryingOutAcrossTasks).then(|| SocialService::new(SocialService::INFORMAL_CARE));
    std::iter::once(SocialService::new(OWN_SERVICE)).chain(across).collect()
}

pub(super) fn subject(document: Option<DocumentFacts>) -> Subject {
    Subject { controller: organisation(By::Own), clients: vec![client()], case: Some(case()), document }
}

pub(super) fn joined() -> Joining {
    Joining::joined(Functions { own: true, rko: true, disclosure: true })
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_second(1_790_000_000).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The moment of a row: joined, gone live, the case open and of the task.
pub(super) fn situation(task: ServiceTask, by: By) -> Situation {
    Situation {
        actor_joining: joined(),
        controller_joining: joined(),
        go_live: GoLive::from(date(2026, 9, 1)),
        relationships: vec![relationship_facts(by)],
        grants: if by == By::Right { vec![grant()] } else { Vec::new() },
        case: Some(CaseFacts {
            id: case(),
            controller: organisation(By::Own),
            task,
            clients: vec![CaseMember { client: client(), joined: None, left: None }],
            state: CaseState::Open,
            closed: None,
        }),
        ..Situation::empty(now())
    }
}

/// The client's relationship document, with the worker's unit on it.
pub(super) fn relationship_facts(by: By) -> RelationshipFacts {
    let kind = if by == By::Right { UnitKind::Provider } else { UnitKind::Organiser };
    let row = UnitRelation { unit: unit(by), period: since_september(), task: Some(OWN_TASK), kind };
    RelationshipFacts { client: client(), id: relationship(), units: vec![row] }
}

fn since_september() -> Period {
    Period { start: date(2026, 9, 1), end: None }
}

pub(super) fn grant() -> Grant<ClientKey> {
    Grant {
        client: client(),
        controller: organisation(By::Own),
        task: OWN_TASK,
        services: vec![SocialService::new(OWN_SERVICE)],
        provider: arc_of(&unit(By::Right)),
        unit: unit(By::Right),
        via: Via::Provider,
        period: since_september(),
        source: GrantSource { relationship: relationship(), document: None, version: 1 },
        revoked: None,
    }
}

/// The moment of a disclosure: both joined, the client informed, willing and denying nothing.
pub(super) fn disclosing() -> DisclosureSituation {
    DisclosureSituation {
        requester_joining: joined(),
        disclosers: vec![Discloser { controller: organisation(By::Own), joining: joined() }],
        relationships: vec![relationship_facts(By::Disclosure)],
        wishes: vec![willing(client())],
        ..DisclosureSituation::empty(now())
    }
}

pub(super) fn willing(client: ClientKey) -> Wishes {
    Wishes { client, informed: true, permission: Some(now()), denials: Denials::default() }
}

pub(super) fn sought(document: Option<DocumentFacts>) -> DisclosureSubject {
    DisclosureSubject { client: client(), document }
}

pub(super) fn client() -> ClientKey {
    ClientKey::new("sample")
}

fn oid(text: &'static str) -> Oid {
    crate::code::fixed(text)
}

/// The controller, the provider that works for it, or another controller.
pub(super) fn organisation(by: By) -> OrganisationId {
    OrganisationId(oid(match by {
        By::Own => "1.2.246.10.99990015.10.0",
        By::Right => "1.2.246.10.99990031.10.0",
        By::Disclosure => "1.2.246.10.99990023.10.0",
    }))
}

pub(super) fn unit(by: By) -> ServiceUnitId {
    ServiceUnitId(oid(match by {
        By::Own => "1.2.246.10.99990015.10.11",
        By::Right => "1.2.246.10.99990031.10.31",
        By::Disclosure => "1.2.246.10.99990023.10.21",
    }))
}

/// Another unit of the provider.
pub(super) fn other_unit() -> ServiceUnitId {
    ServiceUnitId(oid("1.2.246.10.99990031.10.32"))
}

fn elsewhere() -> ServiceUnitId {
    ServiceUnitId(oid("1.2.246.10.99990015.10.98"))
}

fn case() -> CaseId {
    CaseId(oid("1.2.246.10.99990015.95.2026.2.1001"))
}

fn relationship() -> RelationshipId {
    RelationshipId(oid("1.2.246.10.99990015.95.2026.3.1001"))
}
