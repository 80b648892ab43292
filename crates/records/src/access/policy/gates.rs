//! What must be true besides the matrix: one fact of the sample world is changed at a time, and the answer is what the
//! requester is told.

use super::samples::{self, By, Kind};
use crate::access::disclosure::{Claim, Denials, DisclosureSituation, StatutoryGround, WideSearchReason, Wishes};
use crate::access::{
    Act, Actor, ClientKey, Denied, DocumentFacts, DocumentForm, Duty, GivenReason, GoLive, LoginStrength, Situation,
    Subject, decide, decide_disclosure,
};
use crate::code::{CaseState, ServiceTask, SpecialReason};
use crate::joining::{Joining, JoiningModel, JoiningState};
use crate::time::Period;
use jiff::{SignedDuration, civil::date};

/// A row: a fact that is changed, and what each act is then told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// What names the row: `rko/not-begun`.
    pub id: &'static str,
    /// The fact, in words.
    pub fact: &'static str,
    /// Three answers: `given`, `empty` (the answer of an empty search), or the code that is told. In the own register and
    /// under a right to search, write and correct; by disclosure to read with permission, by § 55.2 and by § 56.
    pub answers: [String; 3],
}

/// The heads of the three answers, by the first part of the row's id.
const COLUMNS: [(&str, [&str; 3]); 3] = [
    ("own", ["search", "write", "correct"]),
    ("rko", ["search", "write", "correct"]),
    ("disclosure", ["by permission", "by law, § 55.2", "by law, § 56"]),
];

/// Every row, in the order of the table.
pub fn gates() -> Vec<Gate> {
    let mut all: Vec<Gate> = OWN.iter().map(|row| row.gate(By::Own)).collect();
    all.extend(RIGHT.iter().map(|row| row.gate(By::Right)));
    all.extend(DISCLOSURE.iter().map(DisclosureRow::gate));
    all
}

/// Prints the rows.
pub(super) fn table() -> String {
    let mut text = String::from(HEAD);
    for (route, [first, second, third]) in COLUMNS {
        text.push_str(&format!("\n  {:<35}{:<66}{first:<22}{second:<22}{third}\n", "row", "what is so"));
        for gate in gates().iter().filter(|gate| gate.id.starts_with(route)) {
            let [first, second, third] = &gate.answers;
            let row = format!("  {:<35}{:<66}{first:<22}{second:<22}{third}", gate.id, gate.fact);
            text.push_str(&format!("{row}\n"));
        }
    }
    text
}

const HEAD: &str = "
What must be true besides. The worker carries out the service (own register, right) or plans with the client (disclosure);
the document is an entry of the own unit on the own service (own register, right), or the controller's decision on it
(disclosure). One fact is changed at a time; the cell says what the requester is told. empty: the answer of an empty
search, so that denied, absent and forbidden look alike.
";

/// A row of the own register or of a right.
struct Row {
    id: &'static str,
    fact: &'static str,
    change: fn(&mut Actor, &mut Subject, &mut Situation),
}

impl Row {
    fn gate(&self, by: By) -> Gate {
        let answer = |act: Act| {
            let mut actor = samples::worker(Duty::CarryingOut, by);
            let document = (act != Act::Search).then(|| entry().written(by));
            let mut subject = samples::subject(document);
            let mut situation = samples::situation(samples::OWN_TASK, by);
            (self.change)(&mut actor, &mut subject, &mut situation);
            told(decide(&actor, act, &subject, &situation).map(|_| ()))
        };
        Gate { id: self.id, fact: self.fact, answers: [Act::Search, Act::Write, Act::Correct].map(answer) }
    }
}

fn told(decided: Result<(), Denied>) -> String {
    match decided {
        Ok(()) => "given".to_owned(),
        Err(denied) if denied.told_as_empty() => "empty".to_owned(),
        Err(denied) => denied.told().code().to_owned(),
    }
}

fn entry() -> Kind {
    named("entry")
}

fn named(id: &str) -> Kind {
    samples::kinds().into_iter().find(|kind| kind.id == id).expect("a kind of the table")
}

fn suspended() -> Joining {
    Joining { state: JoiningState::Suspended, ..samples::joined() }
}

fn mobile(actor: &mut Actor) {
    actor.login = LoginStrength::SecondFactor;
}

fn special_reason(actor: &mut Actor, may: bool) -> GivenReason {
    actor.may_use_special_reason = may;
    let since = samples::now() - SignedDuration::from_hours(1);
    GivenReason { reason: SpecialReason::UrgentHelp, text_characters: 20, since }
}

const OWN: &[Row] = &[
    Row { id: "own/relation", fact: "nothing is changed", change: |_, _, _| {} },
    Row {
        id: "own/no-relation",
        fact: "the worker's unit is not on the relationship document",
        change: |_, _, s| s.relationships[0].units.clear(),
    },
    Row {
        id: "own/relation-not-begun",
        fact: "the unit's row begins tomorrow",
        change: |_, _, s| s.relationships[0].units[0].period.start = date(2026, 9, 22),
    },
    Row {
        id: "own/special-reason",
        fact: "no relation, but a special reason by who may give one",
        change: |a, _, s| {
            s.relationships[0].units.clear();
            s.reason = Some(special_reason(a, true));
        },
    },
    Row { id: "own/without-card", fact: "logged in with a second factor", change: |a, _, _| mobile(a) },
    Row {
        id: "own/strict-without-card",
        fact: "the same in strict mode",
        change: |a, _, s| {
            mobile(a);
            s.settings.strict = true;
        },
    },
    Row {
        id: "own/not-joined",
        fact: "the organisation's connection is suspended",
        change: |_, _, s| {
            s.actor_joining = suspended();
            s.controller_joining = suspended();
        },
    },
    Row {
        id: "own/case-closed",
        fact: "the case was closed before the event",
        change: |_, _, s| {
            if let Some(case) = &mut s.case {
                (case.state, case.closed) = (CaseState::Closed, Some(date(2026, 9, 14)));
            }
        },
    },
    Row { id: "own/case-unknown", fact: "there is no such case", change: |_, _, s| s.case = None },
    Row {
        id: "own/other-client",
        fact: "the client is not of the case",
        change: |_, _, s| s.case.iter_mut().for_each(|case| case.clients.clear()),
    },
];

const RIGHT: &[Row] = &[
    Row { id: "rko/in-force", fact: "nothing is changed", change: |_, _, _| {} },
    Row { id: "rko/no-grant", fact: "nothing is granted", change: |_, _, s| s.grants.clear() },
    Row {
        id: "rko/not-begun",
        fact: "the grant begins tomorrow",
        change: |_, _, s| s.grants[0].period.start = date(2026, 9, 22),
    },
    Row {
        id: "rko/in-grace",
        fact: "the grant ended yesterday, the event lies inside it",
        change: |_, _, s| s.grants[0].period.end = Some(date(2026, 9, 20)),
    },
    Row {
        id: "rko/event-after-the-end",
        fact: "the grant ended before the event",
        change: |_, _, s| s.grants[0].period.end = Some(date(2026, 9, 14)),
    },
    Row {
        id: "rko/past-grace",
        fact: "the grant ended long ago",
        change: |_, _, s| s.grants[0].period = Period { start: date(2026, 6, 1), end: Some(date(2026, 7, 1)) },
    },
    Row {
        id: "rko/other-unit",
        fact: "the grant names another unit of the same provider",
        change: |_, _, s| s.grants[0].unit = samples::other_unit(),
    },
    Row {
        id: "rko/other-client",
        fact: "the grant is for another client",
        change: |_, _, s| s.grants[0].client = ClientKey::new("other"),
    },
    Row {
        id: "rko/other-task",
        fact: "the worker does not work in the grant's task",
        change: |a, _, _| a.own_tasks = vec![ServiceTask::WorkingAge],
    },
    Row { id: "rko/case-unknown", fact: "there is no such case", change: |_, _, s| s.case = None },
    Row {
        id: "rko/not-live",
        fact: "the organiser takes rights into use tomorrow",
        change: |_, _, s| s.go_live = GoLive::from(date(2026, 9, 22)),
    },
    Row {
        id: "rko/not-joined",
        fact: "the provider's connection is suspended",
        change: |_, _, s| s.actor_joining = suspended(),
    },
    Row {
        id: "rko/organiser-not-joined",
        fact: "the organiser's connection is suspended",
        change: |_, _, s| s.controller_joining = suspended(),
    },
    Row {
        id: "rko/guest",
        fact: "not joined, but a guest in the organiser's system",
        change: |_, _, s| {
            s.actor_joining = Joining {
                model: JoiningModel::Parallel { organiser: samples::organisation(By::Own) },
                ..Joining::none()
            };
        },
    },
    Row { id: "rko/without-card", fact: "logged in with a second factor", change: |a, _, _| mobile(a) },
    Row {
        id: "rko/strict-without-card",
        fact: "the same in strict mode",
        change: |a, _, s| {
            mobile(a);
            s.settings.strict = true;
        },
    },
    Row {
        id: "rko/special-reason",
        fact: "nothing is granted, but a special reason is given",
        change: |a, _, s| {
            s.grants.clear();
            s.reason = Some(special_reason(a, true));
        },
    },
];

/// A row of disclosure.
struct DisclosureRow {
    id: &'static str,
    fact: &'static str,
    change: fn(&mut Actor, &mut DocumentFacts, &mut DisclosureSituation),
}

impl DisclosureRow {
    fn gate(&self) -> Gate {
        let by_law = |ground| Claim::Statute { ground, text_characters: 20 };
        let claims = [Claim::Permission, by_law(StatutoryGround::CannotAssess), by_law(StatutoryGround::EvidentNeed)];
        let answer = |claim: Claim| {
            let mut actor = samples::worker(Duty::BroadResponsibility, By::Disclosure);
            let mut document = named("decision").stored(By::Disclosure);
            let mut situation = DisclosureSituation { claim, ..samples::disclosing() };
            (self.change)(&mut actor, &mut document, &mut situation);
            let sought = samples::sought(Some(document));
            told(decide_disclosure(&actor, Act::Read, &sought, &situation).map(|_| ()))
        };
        Gate { id: self.id, fact: self.fact, answers: claims.map(answer) }
    }
}

fn deny(situation: &mut DisclosureSituation, denials: Denials) {
    situation.wishes[0].denials = denials;
}

fn task_denied() -> Denials {
    Denials { tasks: [samples::OWN_TASK].into(), ..Denials::default() }
}

fn other() -> ClientKey {
    ClientKey::new("other")
}

const DISCLOSURE: &[DisclosureRow] = &[
    DisclosureRow { id: "disclosure/open", fact: "nothing is changed", change: |_, _, _| {} },
    DisclosureRow {
        id: "disclosure/not-joined",
        fact: "the requester has not joined with disclosure",
        change: |_, _, s| s.requester_joining.functions.disclosure = false,
    },
    DisclosureRow {
        id: "disclosure/without-card",
        fact: "logged in with a second factor",
        change: |a, _, _| mobile(a),
    },
    DisclosureRow {
        id: "disclosure/no-relation",
        fact: "no relation in the requester's own register",
        change: |_, _, s| s.relationships.clear(),
    },
    DisclosureRow {
        id: "disclosure/special-reason",
        fact: "no relation, but a special reason by who may give one",
        change: |a, _, s| {
            s.relationships.clear();
            s.reason = Some(special_reason(a, true));
        },
    },
    DisclosureRow {
        id: "disclosure/special-reason-denied",
        fact: "the same, and the service task is denied",
        change: |a, _, s| {
            s.relationships.clear();
            s.reason = Some(special_reason(a, true));
            deny(s, task_denied());
        },
    },
    DisclosureRow {
        id: "disclosure/not-informed",
        fact: "the client has not been informed",
        change: |_, _, s| s.wishes[0].informed = false,
    },
    DisclosureRow {
        id: "disclosure/no-permission",
        fact: "the client has given no permission, or has taken it back",
        change: |_, _, s| s.wishes[0].permission = None,
    },
    DisclosureRow {
        id: "disclosure/few-words",
        fact: "the legal ground has fewer than 20 characters of reason",
        change: |_, _, s| {
            if let Claim::Statute { text_characters, .. } = &mut s.claim {
                *text_characters = 19;
            }
        },
    },
    DisclosureRow {
        id: "disclosure/controller-not-joined",
        fact: "the controller has not joined with disclosure",
        change: |_, _, s| s.disclosers[0].joining.functions.disclosure = false,
    },
    DisclosureRow {
        id: "disclosure/controller-denied",
        fact: "the client denies the controller",
        change: |_, d, s| {
            deny(s, Denials { controllers: [d.controller.arc()].into(), ..Denials::default() });
        },
    },
    DisclosureRow {
        id: "disclosure/task-denied",
        fact: "the client denies the service task",
        change: |_, _, s| deny(s, task_denied()),
    },
    DisclosureRow {
        id: "disclosure/document-denied",
        fact: "the client denies the document",
        change: |_, d, s| deny(s, Denials { sets: d.set.iter().cloned().collect(), ..Denials::default() }),
    },
    DisclosureRow {
        id: "disclosure/other-task-denied",
        fact: "the client denies another service task",
        change: |_, _, s| deny(s, Denials { tasks: [ServiceTask::SubstanceAbuse].into(), ..Denials::default() }),
    },
    DisclosureRow {
        id: "disclosure/unstructured",
        fact: "the document has no structure (phase 1)",
        change: |_, d, _| d.form = DocumentForm::Unstructured,
    },
    DisclosureRow {
        id: "disclosure/unstructured-wide",
        fact: "the same by a wide search with its reason",
        change: |_, d, s| {
            d.form = DocumentForm::Unstructured;
            s.wide_search = Some(WideSearchReason::NeedAssessment);
        },
    },
    DisclosureRow {
        id: "disclosure/old",
        fact: "the document is an old one",
        change: |_, d, _| d.form = DocumentForm::Old,
    },
    DisclosureRow {
        id: "disclosure/old-wide",
        fact: "the same by a wide search with its reason",
        change: |_, d, s| {
            d.form = DocumentForm::Old;
            s.wide_search = Some(WideSearchReason::EarlierHistory);
        },
    },
    DisclosureRow {
        id: "disclosure/wide-denied",
        fact: "a wide search, and the service task is denied",
        change: |_, _, s| {
            s.wide_search = Some(WideSearchReason::EarlierHistory);
            deny(s, task_denied());
        },
    },
    DisclosureRow {
        id: "disclosure/temporary-id",
        fact: "the document names its client by a temporary id",
        change: |_, d, _| d.temporary_client = true,
    },
    DisclosureRow {
        id: "disclosure/joint",
        fact: "the document names another client, who permits",
        change: |_, d, s| {
            d.clients.push(other());
            s.wishes.push(samples::willing(other()));
        },
    },
    DisclosureRow {
        id: "disclosure/joint-silent",
        fact: "the document names another client, who has permitted nothing",
        change: |_, d, _| d.clients.push(other()),
    },
    DisclosureRow {
        id: "disclosure/joint-denied",
        fact: "the document names another client, who denies the service task",
        change: |_, d, s| {
            d.clients.push(other());
            s.wishes.push(Wishes { denials: task_denied(), ..samples::willing(other()) });
        },
    },
    DisclosureRow {
        id: "disclosure/own-register",
        fact: "the document lies in the requester's own register",
        change: |_, d, _| d.controller = samples::organisation(By::Disclosure),
    },
];
