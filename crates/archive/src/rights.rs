//! The bridge to the one decision function of the product, `records::access::decide`: the archive's facts go in as
//! typed values, the right comes out (house.md 3, "Rights are values").

use crate::{
    entry::{Denial, Entry, UnitRow, Via},
    intake::{
        decide::Acting,
        working::{StoredCase, WorkingSet},
    },
    joining::{self, Joining},
    sabotage::{self, Fault},
    settings::Settings,
};
use jiff::Timestamp;
use records::{
    access::{self, Act, Actor, Allowed, ClientKey, DocumentFacts, DocumentForm, GoLive, Situation, Subject},
    code::{CaseState, DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService},
    grant::{Grant, GrantSource, GrantState},
    id::{CaseId, DocumentId, OrganisationId, RelationshipId},
    joining::{Functions, JoiningModel, JoiningState},
    refusal::Refusal,
    relationship::{UnitKind, UnitRelation, arc_of},
    time::{Period, finnish_date},
};

/// Decides, with the archive's facts.
///
/// # Errors
/// The refusal with its true cause and what may be told of it (decisions.md 3).
pub fn decide(
    acting: &Acting,
    act: Act,
    subject: &Subject,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Result<Allowed, Denial> {
    let actor = actor_of(acting)?;
    let situation = situation(&actor, acting, subject, state, settings, now);
    access::decide(&actor, act, subject, &situation).map_err(|denied| Denial {
        told: denied.told(),
        cause: denied.refusal(),
        details: Vec::new(),
    })
}

/// The worker as a decision sees him.
///
/// # Errors
/// `ORG_UNKNOWN` when the acting organisation has no OID.
pub fn actor_of(acting: &Acting) -> Result<Actor, Denial> {
    Ok(Actor {
        organisation: organisation(&acting.organisation)?,
        unit: acting.unit.clone(),
        duty: acting.duty,
        own_tasks: acting.tasks.clone(),
        own_services: acting.services.clone(),
        login: acting.login,
        access: None,
        may_use_special_reason: acting.reason.is_some(),
    })
}

/// A client's relationship in a register, under the key by which a decision names the client.
pub fn relationship_of(
    state: &WorkingSet,
    controller: &str,
    client: &str,
    key: &ClientKey,
) -> Option<access::RelationshipFacts> {
    let stored = state.relationships.get(&(controller.to_owned(), client.to_owned()))?;
    Some(access::RelationshipFacts {
        client: key.clone(),
        id: RelationshipId::parse(&stored.relationship).ok()?,
        units: stored.all_rows().map(relation_of).collect(),
    })
}

/// Settings as decisions read them.
pub fn settings_of(acting: &Acting, state: &WorkingSet, settings: &Settings) -> access::Settings {
    let mut access = access::Settings {
        grace_days: u16::try_from(settings.grace_days.max(0)).unwrap_or(u16::MAX),
        late_window_days: u16::try_from(settings.late_window_days.max(0)).unwrap_or(u16::MAX),
        strict: state.joining.get(&acting.organisation).is_some_and(|joining| joining.strict),
        own_search_needs_card: settings.own_search_needs_card,
        social_service_mandatory: settings.service_always_required,
        ..access::Settings::default()
    };
    // A producer's recording is of the service that it carries out; which types Kela allows is not known.
    access.provider_types.insert(kanta::code::GROUP_RECORDING.to_owned());
    access
}

fn organisation(oid: &str) -> Result<OrganisationId, Denial> {
    OrganisationId::parse(oid).map_err(|_| Denial::new(Refusal::OrgUnknown))
}

fn situation(
    actor: &Actor,
    acting: &Acting,
    subject: &Subject,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Situation {
    let controller = subject.controller.as_str();
    let joined = |oid: &str| state.joining.get(oid).map_or_else(records::joining::Joining::none, joining_of);
    let case = subject.case.as_ref().and_then(|case| Some((case, state.cases.get(case.as_str())?)));
    let mut situation = Situation::empty(now);
    situation.actor_joining = joined(&acting.organisation);
    situation.controller_joining = joined(controller);
    situation.go_live = go_live(controller, state);
    situation.case = case.and_then(|(oid, case)| case_facts(oid, case));
    if let Some(case) = situation.case.as_mut().filter(|_| sabotage::active(Fault::CaseOfAnybody)) {
        let anybody = |client: &ClientKey| access::CaseMember { client: client.clone(), joined: None, left: None };
        case.clients.extend(subject.clients.iter().map(anybody));
    }
    situation.reason = acting.reason.clone();
    situation.settings = settings_of(acting, state, settings);
    situation.narrowings = state.narrowings(controller);
    for client in &subject.clients {
        let key = (controller.to_owned(), client.as_str().to_owned());
        let Some(stored) = state.relationships.get(&key) else { continue };
        let Ok(relationship) = RelationshipId::parse(&stored.relationship) else { continue };
        let source = GrantSource { relationship, document: DocumentId::parse(&stored.document).ok(), version: 0 };
        let granted = stored.all_rows().filter_map(|row| grant_of(row, client, &subject.controller, &source, actor));
        situation.grants.extend(granted);
        situation.relationships.extend(relationship_of(state, controller, client.as_str(), client));
        if sabotage::active(Fault::NoGrantCheck) && !in_force(&situation, client, actor) {
            situation.grants.extend(forged(client, subject, &source, actor));
        }
    }
    situation
}

/// Whether the worker's unit has a right of the client today.
fn in_force(situation: &Situation, client: &ClientKey, actor: &Actor) -> bool {
    let today = finnish_date(situation.now);
    let here = |grant: &&Grant<ClientKey>| grant.client == *client && grant.unit == actor.unit;
    situation.grants.iter().filter(here).any(|grant| grant.state(today, 0) == GrantState::Valid)
}

/// The deliberate fault `no-grant-check`: as if every unit without a right had one for everything. What rests on a true
/// right stays as narrow as that right, so that the fault is seen where a right is missing and nowhere else.
fn forged<'a>(
    client: &'a ClientKey,
    subject: &'a Subject,
    source: &'a GrantSource,
    actor: &'a Actor,
) -> impl Iterator<Item = Grant<ClientKey>> + 'a {
    ServiceTask::ALL.iter().map(move |task| Grant {
        client: client.clone(),
        controller: subject.controller.clone(),
        task: *task,
        services: Vec::new(),
        unit: actor.unit.clone(),
        provider: arc_of(&actor.unit),
        via: records::grant::Via::Provider,
        period: Period { start: jiff::civil::date(2000, 1, 1), end: None },
        source: source.clone(),
        revoked: None,
    })
}

/// An organisation's joining as decisions read it.
pub fn joining_of(joining: &Joining) -> records::joining::Joining {
    let host = OrganisationId::parse(&joining.main_joiner).ok();
    records::joining::Joining {
        state: JoiningState::parse(&joining.state).unwrap_or(JoiningState::NotJoined),
        model: match (joining.model.as_str(), host) {
            ("joint", Some(main_joiner)) => JoiningModel::Joint { main_joiner },
            ("parallel", Some(organiser)) => JoiningModel::Parallel { organiser },
            _ => JoiningModel::Direct,
        },
        functions: Functions { own: joining.own_register, rko: joining.rko, disclosure: joining.disclosure },
        patient_system: joining.system_kind == "patient",
    }
}

fn go_live(controller: &str, state: &WorkingSet) -> GoLive {
    let tasks = ServiceTask::ALL
        .iter()
        .filter_map(|task| Some((*task, joining::first_day(&state.go_live, controller, task.code())?)));
    GoLive { all: None, tasks: tasks.collect() }
}

fn case_facts(oid: &CaseId, case: &StoredCase) -> Option<access::CaseFacts> {
    if case.invalidated {
        return None;
    }
    Some(access::CaseFacts {
        id: oid.clone(),
        controller: OrganisationId::parse(&case.controller).ok()?,
        task: ServiceTask::parse(&case.task)?,
        clients: case
            .clients
            .iter()
            .map(|(client, (joined, left))| access::CaseMember {
                client: ClientKey::new(client.clone()),
                joined: Some(finnish_date(*joined)).filter(|_| case.clients.len() > 1),
                left: left.map(finnish_date),
            })
            .collect(),
        state: if case.closed.is_some() { CaseState::Closed } else { CaseState::Open },
        closed: case.closed,
    })
}

fn grant_of(
    row: &UnitRow,
    client: &ClientKey,
    controller: &OrganisationId,
    source: &GrantSource,
    actor: &Actor,
) -> Option<Grant<ClientKey>> {
    let via = match row.via {
        Via::Organiser => return None,
        Via::Provider => records::grant::Via::Provider,
        Via::Subcontractor => records::grant::Via::Subcontractor { provider_unit: row.unit.clone() },
    };
    // The deliberate fault `no-unit-check`: any unit of the same organisation passes for the granted one.
    let same_house = arc_of(&row.unit) == arc_of(&actor.unit);
    let unit = if sabotage::active(Fault::NoUnitCheck) && same_house { actor.unit.clone() } else { row.unit.clone() };
    Some(Grant {
        client: client.clone(),
        controller: controller.clone(),
        task: ServiceTask::parse(&row.task)?,
        services: row.services.iter().map(|code| SocialService::new(code.clone())).collect(),
        provider: arc_of(&unit),
        unit,
        via,
        period: Period { start: row.starts, end: row.ends },
        source: source.clone(),
        revoked: None,
    })
}

fn relation_of(row: &UnitRow) -> UnitRelation {
    UnitRelation {
        unit: row.unit.clone(),
        period: Period { start: row.starts, end: row.ends },
        task: ServiceTask::parse(&row.task),
        kind: match row.via {
            Via::Organiser => UnitKind::Organiser,
            Via::Provider => UnitKind::Provider,
            Via::Subcontractor => UnitKind::Subcontractor,
        },
    }
}

/// The facts of a document that arrives.
pub fn facts_of(entry: &Entry) -> DocumentFacts {
    DocumentFacts {
        controller: entry.controller.clone(),
        clients: entry.clients.iter().map(|client| ClientKey::new(client.index.clone())).collect(),
        case: entry.case.clone(),
        group: group_of(&entry.group),
        type_code: entry.type_code.clone(),
        general_type: GeneralType::parse(&entry.general_type),
        tasks: entry.tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
        services: entry.services.iter().map(|code| SocialService::new(code.clone())).collect(),
        process: entry.process.as_deref().and_then(ServiceProcess::parse),
        unit: entry.unit.clone(),
        author_arc: entry.author_organisation.arc(),
        event_day: finnish_date(entry.event.0),
        needs_professional_signature: entry.professional,
        invalidated: false,
        set: Some(entry.set.clone()),
        form: DocumentForm::of(group_of(&entry.group), entry.structure.is_some()),
        temporary_client: entry.clients.iter().any(|client| client.temporary),
    }
}

/// The group of a document; those of the first phase count as client documents, and so do ours.
pub fn group_of(code: &str) -> DocumentGroup {
    match DocumentGroup::parse(code) {
        Some(DocumentGroup::FirstPhase) | None => DocumentGroup::ClientDocument,
        Some(group) => group,
    }
}
