//! The policy as text, for people who read law and not Rust.
//!
//! Nothing here states a right: every cell is an answer of [`decide`] about a sample document. The snapshot of the
//! table in the tests changes when, and only when, somebody's rights change.

use super::login::{self, LoginStrength, Operation};
use super::matrix::{DeniedGroup, Duty, Part};
use super::{
    Act, Actor, CaseFacts, CaseMember, ClientKey, DocumentFacts, DocumentForm, GoLive, RelationshipFacts, Settings,
    Situation, Subject, decide,
};
use crate::Lang;
use crate::code::{CaseState, DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService};
use crate::grant::{Grant, GrantSource, Via};
use crate::id::{CaseId, Oid, OrganisationId, RelationshipId, ServiceUnitId};
use crate::joining::{Functions, Joining};
use crate::relationship::{UnitKind, UnitRelation, arc_of};
use crate::time::Period;
use jiff::{Timestamp, civil::date};

const OWN_TASK: ServiceTask = ServiceTask::Disability;
const OWN_SERVICE: &str = "85";
/// A unit of the controller's in which the worker does not work; what is made there is nobody's to write here.
const ELSEWHERE: &str = "1.2.246.10.99990015.10.98";

/// Prints the whole policy: who may read (R), write (W), correct (C) and invalidate (I) what, on which ground; then
/// which operation needs which login.
pub fn policy_table() -> String {
    let mut text = String::from(HEAD);
    for duty in Duty::ALL {
        let rule = duty.rule();
        text.push_str(&format!("\n{} — {} / {}\n", duty.code(), duty.name(Lang::Fi), duty.name(Lang::Sv)));
        let parts: Vec<String> = rule.parts.iter().map(part_name).collect();
        let denied: Vec<&str> = rule.denied.iter().map(|group| group.code()).collect();
        text.push_str(&format!("  A457 {}: {}; never {}\n", rule.section, parts.join(" + "), denied.join(" ")));
        text.push_str(&format!("  {:<62}{:<16}{}\n", "document", "own register", "register right"));
        for (name, document) in kinds() {
            let own = cells(*duty, &document, true);
            let granted = cells(*duty, &document, false);
            text.push_str(&format!("  {name:<62}{own:<16}{granted}\n"));
        }
    }
    text.push_str(&login_table());
    text
}

const HEAD: &str = "\
Who may do what. R read and find by search, W write as a new document of the own unit, C correct, I invalidate, - nothing.
Worker: logged in with a card, works in task 20 (disability) and service 85, in a unit of the client's relationship
document (own register) or of a valid grant for task 20 and service 85 (register right). Joined, gone live, open case.
The duty of § 15.2 also carries out support for informal care. W says what the duty may author; the case of the document
is of the document's own task, and under a right it must be the task of the grant.
";

fn part_name(part: &Part) -> String {
    let tasks = |tasks: &[ServiceTask]| tasks.iter().map(|task| task.name(Lang::Fi)).collect::<Vec<_>>().join(", ");
    match part {
        Part::Basic => "ASIAKKUUS".into(),
        Part::AllTasks => "all tasks".into(),
        Part::Tasks(list) => format!("tasks {}", tasks(list)),
        Part::OwnTasksAmong(list) => format!("own task if among {}", tasks(list)),
        Part::PlansOfOwnTasks => "PLAN/ASSESS of own tasks".into(),
        Part::OwnServices => "SERVICE of own services".into(),
        Part::OwnServicesInAllTasks(codes) => format!("own services in all tasks if among {}", codes.join(", ")),
        Part::Contracts => "contracts".into(),
        Part::CarryingOutPlans => "carrying-out plans".into(),
        Part::CarryingOutOfOwnTasks => "carrying out of services in own tasks".into(),
        Part::CarryingOutOfOwnServices => "carrying out of own services".into(),
        Part::MediationAlone => "mediation's own documents".into(),
    }
}

fn login_table() -> String {
    let mut text = String::from("\nLogin\n");
    text.push_str(&format!("  {:<40}{:<16}{}\n", "operation", "least", "least when strict"));
    let strict = Settings { strict: true, ..Settings::default() };
    for operation in Operation::ALL {
        let least = login::least(*operation, &Settings::default()).code();
        let strict = login::least(*operation, &strict).code();
        text.push_str(&format!("  {:<40}{least:<16}{strict}\n", operation.name()));
    }
    let groups: Vec<_> = DeniedGroup::ALL.iter().map(|group| group.code()).collect();
    text.push_str(&format!("\nDenied under every register right: {}\n", groups.join(" ")));
    text
}

/// The letters of the acts that the duty may do with the document.
fn cells(duty: Duty, document: &DocumentFacts, own: bool) -> String {
    let letters: String = [(Act::Read, 'R'), (Act::Write, 'W'), (Act::Correct, 'C'), (Act::Invalidate, 'I')]
        .into_iter()
        .filter(|(act, _)| {
            let mut document = document.clone();
            if *act == Act::Write {
                if document.unit == Some(ServiceUnitId(oid(ELSEWHERE))) {
                    return false;
                }
                document.unit = Some(own_unit(own));
                document.author_arc = organisation(own).arc();
            }
            if !own && document.unit == Some(own_unit(true)) {
                document.unit = Some(own_unit(false));
                document.author_arc = organisation(false).arc();
            }
            may(duty, *act, document, own)
        })
        .map(|(_, letter)| letter)
        .collect();
    if letters.is_empty() { "-".into() } else { letters }
}

fn may(duty: Duty, act: Act, document: DocumentFacts, own: bool) -> bool {
    let across = (duty == Duty::CarryingOutAcrossTasks).then(|| SocialService::new(SocialService::INFORMAL_CARE));
    let actor = Actor {
        organisation: organisation(own),
        unit: own_unit(own),
        duty,
        own_tasks: vec![OWN_TASK],
        own_services: std::iter::once(SocialService::new(OWN_SERVICE)).chain(across).collect(),
        login: LoginStrength::Card,
        access: None,
        may_use_special_reason: false,
    };
    let situation = situation(&document, own);
    let subject = Subject {
        controller: organisation(true),
        clients: vec![client()],
        case: document.case.clone(),
        document: Some(document),
    };
    decide(&actor, act, &subject, &situation).is_ok()
}

fn situation(document: &DocumentFacts, own: bool) -> Situation {
    let joined = Joining::joined(Functions { own: true, rko: true, disclosure: true });
    let unit = own_unit(own);
    let period = Period { start: date(2026, 9, 1), end: None };
    let kind = if own { UnitKind::Organiser } else { UnitKind::Provider };
    let row = UnitRelation { unit: unit.clone(), period, task: Some(OWN_TASK), kind };
    let grant = Grant {
        client: client(),
        controller: organisation(true),
        task: OWN_TASK,
        services: vec![SocialService::new(OWN_SERVICE)],
        provider: arc_of(&unit),
        unit,
        via: Via::Provider,
        period,
        source: GrantSource { relationship: relationship(), document: None, version: 1 },
        revoked: None,
    };
    // In the own register the case is of the document's task, so that the matrix alone decides.
    let task = if own { document.tasks.first().copied().unwrap_or(OWN_TASK) } else { OWN_TASK };
    Situation {
        actor_joining: joined.clone(),
        controller_joining: joined,
        go_live: GoLive::from(date(2026, 9, 1)),
        relationships: vec![RelationshipFacts { client: client(), id: relationship(), units: vec![row] }],
        grants: if own { Vec::new() } else { vec![grant] },
        case: Some(CaseFacts {
            id: case(),
            controller: organisation(true),
            task,
            clients: vec![CaseMember { client: client(), joined: None, left: None }],
            state: CaseState::Open,
            closed: None,
        }),
        ..Situation::empty(Timestamp::from_second(1_790_000_000).unwrap_or(Timestamp::UNIX_EPOCH))
    }
}

/// Sample documents, one per kind that the policy tells apart.
fn kinds() -> Vec<(String, DocumentFacts)> {
    use GeneralType::{Agreement, Assessment, Decision, Entry, Plan};
    use ServiceProcess::{Arranging, CarryingOut, Planning};
    let own = OWN_SERVICE;
    let mut kinds = vec![
        ("client relationship document".to_owned(), steering(DocumentGroup::Relationship, "1505.1")),
        ("case document".to_owned(), steering(DocumentGroup::Case, "1505.2")),
        ("plan of own task".to_owned(), sample("15024", Plan, OWN_TASK, "46", Planning)),
        ("assessment of own task".to_owned(), sample("1008", Assessment, OWN_TASK, "46", ServiceProcess::Assessment)),
        ("decision on own service".to_owned(), sample("11001", Decision, OWN_TASK, own, Arranging)),
        ("restriction decision in own service".to_owned(), here(sample("11039", Decision, OWN_TASK, own, CarryingOut))),
        ("entry on own service, own unit".to_owned(), here(sample("19007", Entry, OWN_TASK, own, CarryingOut))),
        ("entry on own service, other unit".to_owned(), elsewhere(sample("19007", Entry, OWN_TASK, own, CarryingOut))),
        (
            "carrying-out plan of own service, own unit".to_owned(),
            here(sample("15024", Plan, OWN_TASK, own, CarryingOut)),
        ),
        ("entry on other service, own task".to_owned(), sample("19007", Entry, OWN_TASK, "12", CarryingOut)),
        ("contract, own task".to_owned(), sample("13001", Agreement, OWN_TASK, own, Arranging)),
    ];
    for task in ServiceTask::ALL.iter().filter(|task| **task != OWN_TASK) {
        kinds
            .push((format!("entry in task {}", task.name(Lang::Fi)), sample("19007", Entry, *task, "46", CarryingOut)));
    }
    let law = ServiceTask::FamilyLaw;
    let informal = SocialService::INFORMAL_CARE;
    kinds.extend([
        (
            "entry on informal care, Iäkkäiden palvelut".to_owned(),
            sample("19007", Entry, ServiceTask::Elderly, informal, CarryingOut),
        ),
        ("arranging of mediation".to_owned(), sample("19007", Entry, law, SocialService::MEDIATION, Arranging)),
        (
            "X-MED carrying out of mediation".to_owned(),
            sample("19007", Entry, law, SocialService::MEDIATION, CarryingOut),
        ),
        (
            "X-SHELTER carrying out of shelter, own task".to_owned(),
            sample("19007", Entry, OWN_TASK, SocialService::SHELTER, CarryingOut),
        ),
        (
            "X-THER therapeutic work, own service, other unit".to_owned(),
            elsewhere(sample("19014", Entry, OWN_TASK, own, CarryingOut)),
        ),
        (
            "X-EXAM examination, own service, other unit".to_owned(),
            elsewhere(sample("19015", Entry, OWN_TASK, own, CarryingOut)),
        ),
        (
            "X-THER therapeutic work, own service, own unit".to_owned(),
            here(sample("19014", Entry, OWN_TASK, own, CarryingOut)),
        ),
    ]);
    kinds
}

fn sample(
    type_code: &str,
    general: GeneralType,
    task: ServiceTask,
    service: &str,
    process: ServiceProcess,
) -> DocumentFacts {
    DocumentFacts {
        controller: organisation(true),
        clients: vec![client()],
        case: Some(case()),
        group: DocumentGroup::ClientDocument,
        type_code: type_code.to_owned(),
        general_type: Some(general),
        tasks: vec![task],
        services: vec![SocialService::new(service)],
        process: Some(process),
        unit: Some(ServiceUnitId(oid("1.2.246.10.99990015.10.99"))),
        author_arc: organisation(true).arc(),
        event_day: date(2026, 9, 15),
        needs_professional_signature: general == GeneralType::Decision,
        invalidated: false,
        set: None,
        form: DocumentForm::Structured,
        temporary_client: false,
    }
}

fn steering(group: DocumentGroup, type_code: &str) -> DocumentFacts {
    let base = sample(type_code, GeneralType::Entry, OWN_TASK, OWN_SERVICE, ServiceProcess::Arranging);
    DocumentFacts { group, general_type: None, services: Vec::new(), process: None, ..base }
}

fn here(document: DocumentFacts) -> DocumentFacts {
    DocumentFacts { unit: Some(own_unit(true)), ..document }
}

fn elsewhere(document: DocumentFacts) -> DocumentFacts {
    DocumentFacts { unit: Some(ServiceUnitId(oid(ELSEWHERE))), ..document }
}

fn client() -> ClientKey {
    ClientKey::new("sample")
}

fn oid(text: &'static str) -> Oid {
    crate::code::fixed(text)
}

/// The controller, or the provider that works for it.
fn organisation(own: bool) -> OrganisationId {
    OrganisationId(oid(if own { "1.2.246.10.99990015.10.0" } else { "1.2.246.10.99990031.10.0" }))
}

fn own_unit(own: bool) -> ServiceUnitId {
    ServiceUnitId(oid(if own { "1.2.246.10.99990015.10.11" } else { "1.2.246.10.99990031.10.31" }))
}

fn case() -> CaseId {
    CaseId(oid("1.2.246.10.99990015.95.2026.2.1001"))
}

fn relationship() -> RelationshipId {
    RelationshipId(oid("1.2.246.10.99990015.95.2026.3.1001"))
}
