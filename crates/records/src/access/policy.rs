//! The policy as text, for people who read law and not Rust.
//!
//! Nothing here states a right: every cell is an answer of [`decide`] or [`decide_disclosure`] about a sample document.
//! The snapshot of the table in the tests changes when, and only when, somebody's rights change. The rows are also data
//! ([`policy_rows`], [`gates`]): the archive's tests walk the snapshot and hit each row over the wire.

mod gates;
mod samples;

pub use gates::{Gate, gates};
pub use samples::{Kind, OWN_SERVICE, OWN_TASK, own_services};

use super::login::{self, Operation};
use super::matrix::{DeniedGroup, Duty, Part};
use super::{Act, DocumentFacts, Settings, decide, decide_disclosure};
use crate::Lang;
use crate::code::ServiceTask;
use samples::By;

/// A row of the matrix as it is printed: what a duty may do with a kind of document, by each route.
#[derive(Debug, Clone)]
pub struct PolicyRow {
    /// The duty.
    pub duty: Duty,
    /// The kind of document.
    pub kind: Kind,
    /// The letters of the own register: R read and find, W write, C correct, I invalidate, `-` nothing.
    pub own: String,
    /// The same under a register access right.
    pub register_right: String,
    /// The same by disclosure with permission: R or `-`.
    pub disclosure: String,
}

impl PolicyRow {
    /// What names the row, for tests and reviews: `jarjestaminen/plan`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.duty.code(), self.kind.id)
    }
}

/// Every row, in the order of the table.
pub fn policy_rows() -> Vec<PolicyRow> {
    let kinds = samples::kinds();
    let of = |duty: Duty, kind: &Kind| PolicyRow {
        duty,
        own: cells(duty, kind, By::Own),
        register_right: cells(duty, kind, By::Right),
        disclosure: cells(duty, kind, By::Disclosure),
        kind: kind.clone(),
    };
    Duty::ALL.iter().flat_map(|duty| kinds.iter().map(|kind| of(*duty, kind))).collect()
}

/// Prints the whole policy: who may read (R), write (W), correct (C) and invalidate (I) what, by which route; what must
/// be true besides; which operation needs which login.
pub fn policy_table() -> String {
    let mut text = String::from(HEAD);
    let rows = policy_rows();
    for duty in Duty::ALL {
        let rule = duty.rule();
        text.push_str(&format!("\n{} — {} / {}\n", duty.code(), duty.name(Lang::Fi), duty.name(Lang::Sv)));
        let parts: Vec<String> = rule.parts.iter().map(part_name).collect();
        let denied: Vec<&str> = rule.denied.iter().map(|group| group.code()).collect();
        text.push_str(&format!("  A457 {}: {}; never {}\n", rule.section, parts.join(" + "), denied.join(" ")));
        text.push_str(&line("row", "document", ["own register", "register right", "disclosure"]));
        for row in rows.iter().filter(|row| row.duty == *duty) {
            text.push_str(&line(&row.kind.id, &row.kind.name, [&row.own, &row.register_right, &row.disclosure]));
        }
    }
    text.push_str(&gates::table());
    text.push_str(&login_table());
    text
}

fn line(id: &str, name: &str, [own, right, disclosure]: [&str; 3]) -> String {
    format!("  {id:<21}{name:<62}{own:<14}{right:<16}{disclosure}\n")
}

const HEAD: &str = "\
Who may do what. R read and find by search, W write as a new document of the own unit, C correct, I invalidate, - nothing.
Worker: logged in with a card, works in task 20 (disability) and service 85, in a unit of the client's relationship
document (own register), of a valid grant for task 20 and service 85 (register right), or of the client's relationship
document in another controller's register (disclosure; the client is informed and permits). Joined, gone live, open case.
The duty of § 15.2 also carries out support for informal care. W says what the duty may author; the case of the document
is of the document's own task, and under a right it must be the task of the grant.
A row is named by its duty and its own name: jarjestaminen/plan.
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

/// The letters of the acts that the duty may do with the kind of document.
fn cells(duty: Duty, kind: &Kind, by: By) -> String {
    let letters: String = [(Act::Read, 'R'), (Act::Write, 'W'), (Act::Correct, 'C'), (Act::Invalidate, 'I')]
        .into_iter()
        .filter(|(act, _)| match act {
            Act::Write => kind.writable && may(duty, *act, kind.written(by), by),
            _ => may(duty, *act, kind.stored(by), by),
        })
        .map(|(_, letter)| letter)
        .collect();
    if letters.is_empty() { "-".into() } else { letters }
}

fn may(duty: Duty, act: Act, document: DocumentFacts, by: By) -> bool {
    let worker = samples::worker(duty, by);
    if by == By::Disclosure {
        let sought = samples::sought(Some(document));
        return decide_disclosure(&worker, act, &sought, &samples::disclosing()).is_ok();
    }
    // In the own register the case is of the document's task, so that the matrix alone decides.
    let of_document = document.tasks.first().copied().filter(|_| by == By::Own);
    let situation = samples::situation(of_document.unwrap_or(OWN_TASK), by);
    decide(&worker, act, &samples::subject(Some(document)), &situation).is_ok()
}
