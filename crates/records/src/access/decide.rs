//! The decision itself: checks in a fixed order, the cheapest and least telling first.

use super::login::{self, Operation};
use super::relation::Relation;
use super::scope::{GrantReach, Scope, WorkerReach, in_group};
use super::{
    Act, Actor, Allowed, CaseFacts, ClientKey, Denied, DocumentFacts, Duty, Ground, Reach, Route, Settings, Situation,
    Subject,
};
use crate::code::{CaseState, DocumentGroup, ServiceProcess, ServiceTask, SocialService};
use crate::grant::Grant;
use crate::joining::{Function, JoiningModel};
use crate::refusal::Refusal;
use crate::time::finnish_date;
use jiff::{ToSpan, civil::Date};

/// Decides whether the worker may do the act.
///
/// The order: the worker's right in force, joining, strength of login, go-live, case, relation or grants, duty and
/// document. Sources: functional specification 3.3, 3.8b, 3.9, 3.10, 3.13; decree 457/2024; decisions.md 3 and 4.
///
/// # Errors
/// [`Denied`] with the true cause and the one that may be told.
pub fn decide(actor: &Actor, act: Act, subject: &Subject, situation: &Situation) -> Result<Allowed, Denied> {
    let route = Route::of(actor, subject);
    let question = Question { actor, act, subject, situation, route, today: finnish_date(situation.now) };
    question.answer().map_err(|refusal| Denied { refusal, told: question.told(refusal), as_empty: false })
}

/// Everything that the checks look at.
struct Question<'a> {
    actor: &'a Actor,
    act: Act,
    subject: &'a Subject,
    situation: &'a Situation,
    route: Route,
    today: Date,
}

impl Question<'_> {
    fn answer(&self) -> Result<Allowed, Refusal> {
        self.check_access()?;
        self.check_joining()?;
        self.check_login()?;
        match self.route {
            Route::OwnRegister => self.own_register(),
            Route::RegisterRight => self.register_right(),
            // `Route::of` never says so: a disclosure is decided by its own function.
            Route::Disclosure => Err(Refusal::BadRequest),
        }
    }

    /// What may be told of a refusal (decisions.md 3, 13).
    fn told(&self, refusal: Refusal) -> Refusal {
        if self.route == Route::OwnRegister {
            return if refusal.may_be_told() { refusal } else { Refusal::NoContextRelation };
        }
        let own_case = self.situation.case.as_ref().is_some_and(|case| case.controller == self.actor.organisation);
        let reading = matches!(self.act, Act::Search | Act::Read);
        match refusal {
            Refusal::RegisterMismatch if own_case => refusal,
            Refusal::RegisterMismatch => Refusal::RkoNotValid,
            // A document outside the scope must look like one that does not exist.
            Refusal::RoleForbidden | Refusal::DocInvalidated if reading => Refusal::RkoNotValid,
            _ if refusal.hidden_under_grant() || !refusal.may_be_told() => Refusal::RkoNotValid,
            _ => refusal,
        }
    }

    fn check_access(&self) -> Result<(), Refusal> {
        require(self.actor.access.is_none_or(|period| period.contains(self.today)), Refusal::AccessExpired)?;
        let act = match self.act {
            Act::Search | Act::Read => true,
            Act::Write => self.actor.duty.writes() || self.archives_old(),
            Act::Correct | Act::Invalidate => self.actor.duty.corrects(),
        };
        require(act, Refusal::RoleForbidden)
    }

    fn check_joining(&self) -> Result<(), Refusal> {
        let Situation { actor_joining, controller_joining, .. } = self.situation;
        if self.route == Route::OwnRegister {
            return controller_joining.check(Function::Own);
        }
        controller_joining.check(Function::Rko)?;
        // A provider that works in the organiser's system and stores only to its register need not join (3.25).
        let guest = matches!(&actor_joining.model,
            JoiningModel::Parallel { organiser } if organiser.arc() == self.subject.controller.arc());
        if guest && !actor_joining.patient_system { Ok(()) } else { actor_joining.check(Function::Rko) }
    }

    fn check_login(&self) -> Result<(), Refusal> {
        let signed = self.subject.document.as_ref().is_some_and(|document| document.needs_professional_signature);
        let operation = match (self.act, self.route) {
            (Act::Search | Act::Read, Route::OwnRegister) => Operation::SearchOwnRegister,
            (Act::Search | Act::Read, Route::RegisterRight) => Operation::SearchRegisterRight,
            (Act::Search | Act::Read, Route::Disclosure) => Operation::SearchDisclosure,
            (Act::Write, _) if signed => Operation::ArchiveSigned,
            (Act::Write, _) => Operation::ArchiveUnsigned,
            (Act::Correct, _) => Operation::Correct,
            (Act::Invalidate, _) => Operation::Invalidate,
        };
        login::check(operation, self.actor.login, &self.situation.settings)
    }

    /// The document of an act that needs one.
    fn document(&self) -> Result<&DocumentFacts, Refusal> {
        self.subject.document.as_ref().ok_or(Refusal::BadRequest)
    }

    fn steering(&self) -> bool {
        self.subject.document.as_ref().is_some_and(|document| document.group != DocumentGroup::ClientDocument)
    }

    // ---- own register ----

    fn own_register(&self) -> Result<Allowed, Refusal> {
        if matches!(self.act, Act::Write | Act::Correct | Act::Invalidate) {
            self.check_document_register()?;
        }
        if matches!(self.act, Act::Write | Act::Correct) && !self.steering() {
            let case = self.own_case()?;
            self.check_context(self.document()?)?;
            self.check_case(case)?;
            self.check_relationships()?;
        }
        let ground = self.own_ground()?;
        let scope = self.own_scope(&ground);
        self.check_own_document(&scope)?;
        Ok(Allowed { act: self.act, route: self.route, ground, reach: Reach::Register(scope) })
    }

    fn check_document_register(&self) -> Result<(), Refusal> {
        require(self.document()?.controller == self.subject.controller, Refusal::RegisterMismatch)
    }

    fn own_case(&self) -> Result<&CaseFacts, Refusal> {
        require(self.subject.case.is_some(), Refusal::ContextMissing)?;
        let case = self.situation.case.as_ref().ok_or(Refusal::CaseUnknown)?;
        require(case.controller == self.subject.controller, Refusal::RegisterMismatch)?;
        Ok(case)
    }

    /// The document fits its case: task, clients on the day of the event, and the case takes it.
    fn check_case(&self, case: &CaseFacts) -> Result<(), Refusal> {
        let document = self.document()?;
        let member = |client: &ClientKey| {
            case.clients.iter().any(|member| member.client == *client && member.belongs_on(document.event_day))
        };
        require(!document.clients.is_empty() && document.clients.iter().all(member), Refusal::CaseClientMismatch)?;
        require(document.tasks.contains(&case.task), Refusal::ContextMismatch)?;
        require(self.case_takes(case, document.event_day), Refusal::CaseClosed)
    }

    /// A closed case takes only events before its closing, inside the late window (FR-07).
    fn case_takes(&self, case: &CaseFacts, event_day: Date) -> bool {
        match (case.state, case.closed) {
            (CaseState::Open, _) => true,
            (CaseState::Closed, None) => false,
            (CaseState::Closed, Some(closed)) => {
                let window = i64::from(self.situation.settings.late_window_days).days();
                event_day <= closed && closed.checked_add(window).is_ok_and(|last| self.today <= last)
            }
        }
    }

    fn check_relationships(&self) -> Result<(), Refusal> {
        let document = self.document()?;
        let has = |client: &ClientKey| self.situation.relationships.iter().any(|facts| facts.client == *client);
        require(document.clients.iter().all(has), Refusal::ClientrelMissing)
    }

    /// The relation to the client (FR-50): unit row, given matter, opening, or special reason (FR-51).
    fn own_ground(&self) -> Result<Ground, Refusal> {
        let relation = self.relation();
        if let Some(ground) = relation.verified() {
            return Ok(ground);
        }
        if self.act == Act::Write && self.steering() && (self.actor.duty.opens_cases() || self.archives_old()) {
            return Ok(Ground::Opening);
        }
        relation.special()
    }

    /// The clients of the subject whose relationship names the worker's unit; a written event may lie in the past.
    fn relation(&self) -> Relation<'_> {
        let writes = matches!(self.act, Act::Write | Act::Correct);
        let event_day = self.subject.document.as_ref().map(|document| document.event_day);
        Relation {
            actor: self.actor,
            clients: &self.subject.clients,
            relationships: &self.situation.relationships,
            assigned: self.situation.assigned,
            reason: self.situation.reason.as_ref(),
            special_reason_hours: self.situation.settings.special_reason_hours,
            now: self.situation.now,
            event_day: event_day.filter(|_| writes),
        }
    }

    /// A relation to one client of a joint case opens that client's documents, not all that the others have.
    fn own_scope(&self, ground: &Ground) -> Scope {
        let actor = self.actor;
        let clients = match ground {
            Ground::Relationship { .. } => self.relation().rows().map(|(client, _)| client.clone()).collect(),
            _ => self.subject.clients.clone(),
        };
        Scope {
            controller: self.subject.controller.clone(),
            clients,
            worker: WorkerReach {
                duty: actor.duty,
                tasks: actor.own_tasks.clone(),
                services: with_related(&actor.own_services, &self.situation.settings),
                unit: actor.unit.clone(),
            },
            grants: None,
            own_arc: actor.organisation.arc(),
        }
    }

    fn check_own_document(&self, scope: &Scope) -> Result<(), Refusal> {
        match self.act {
            Act::Search => Ok(()),
            Act::Read => {
                let document = self.document()?;
                require(!document.invalidated, Refusal::DocInvalidated)?;
                require(scope.covers(document), Refusal::RoleForbidden)
            }
            Act::Write => {
                let document = self.document()?;
                let steers = self.actor.duty.opens_cases() || self.archives_old();
                require(!self.steering() || steers, Refusal::RoleForbidden)?;
                let unit = document.unit.as_ref() == Some(&self.actor.unit);
                require(self.steering() || unit, Refusal::UnitMismatch)?;
                require(self.may_author(scope, document), Refusal::RoleForbidden)
            }
            Act::Correct | Act::Invalidate => {
                let document = self.document()?;
                require(!document.invalidated, Refusal::DocInvalidated)?;
                require(!self.steering() || self.actor.duty.opens_cases() || self.archivist(), Refusal::RoleForbidden)?;
                require(self.archivist() || self.may_author(scope, document), Refusal::RoleForbidden)
            }
        }
    }

    fn archivist(&self) -> bool {
        self.actor.duty == Duty::Archivist
    }

    /// Old documents are archived in batches by the archive duty (functional specification 3.30, FR-96).
    fn archives_old(&self) -> bool {
        let old = self.subject.document.as_ref().is_some_and(|document| document.group == DocumentGroup::Old);
        old && self.archivist()
    }

    /// A duty may write what it may read. What the denied groups hide from reading, the unit that carries out the
    /// service may still write, for otherwise nobody could record therapy or an examination. Who only carries out
    /// writes only of that.
    fn may_author(&self, scope: &Scope, document: &DocumentFacts) -> bool {
        let carried_out = document.process == Some(ServiceProcess::CarryingOut);
        let reach = &scope.worker;
        let here = document.unit.as_ref() == Some(&self.actor.unit)
            && carried_out
            && self.actor.duty.carries_out()
            && reach.own_task(document)
            && reach.own_service(document);
        let may = here || scope.covers(document);
        may && (carried_out || !self.actor.duty.only_carries_out())
    }

    /// The context that every client document carries (FR-31).
    fn check_context(&self, document: &DocumentFacts) -> Result<(), Refusal> {
        let service = self.route == Route::RegisterRight || self.situation.settings.social_service_mandatory;
        let whole = document.process.is_some()
            && document.unit.is_some()
            && !document.tasks.is_empty()
            && !(service && document.services.is_empty());
        require(whole, Refusal::ContextMissing)
    }

    // ---- register access right ----

    fn register_right(&self) -> Result<Allowed, Refusal> {
        let duty = self.actor.duty.when_acting_for_public();
        require(!matches!(duty, Duty::Support | Duty::Archivist | Duty::Oversight), Refusal::RoleForbidden)?;
        let writes = matches!(self.act, Act::Write | Act::Correct | Act::Invalidate);
        self.check_go_live_claimed(writes)?;
        if writes {
            self.check_document_register()?;
        }
        self.check_granted_case(writes)?;
        let grants = self.grants_in_force(writes)?;
        for grant in &grants {
            require(self.situation.go_live.reached(grant.task, self.today), Refusal::GoLiveNotReached)?;
        }
        let scope = self.grant_scope(duty, &grants);
        match self.act {
            Act::Search => {}
            Act::Read => self.check_read(&scope)?,
            Act::Write => self.check_written(&grants)?,
            Act::Correct | Act::Invalidate => self.check_changed(&grants)?,
        }
        let keys = grants.iter().map(|grant| grant.key()).collect();
        let period = grants[0].period;
        let ground = Ground::Grants { keys, period };
        Ok(Allowed { act: self.act, route: self.route, ground, reach: Reach::Register(scope) })
    }

    /// Go-live of what the request itself claims. It says nothing of any client, so it may be told.
    fn check_go_live_claimed(&self, writes: bool) -> Result<(), Refusal> {
        let reached = |task: &ServiceTask| self.situation.go_live.reached(*task, self.today);
        let live = match &self.subject.document {
            Some(document) if writes => document.tasks.iter().all(reached),
            _ => ServiceTask::ALL.iter().any(reached),
        };
        require(live, Refusal::GoLiveNotReached)
    }

    fn check_granted_case(&self, writes: bool) -> Result<(), Refusal> {
        if self.subject.case.is_none() {
            // A relationship document has no case. To say so would tell a provider that one exists.
            return require(!writes, if self.steering() { Refusal::RkoNotValid } else { Refusal::ContextMissing });
        }
        let case = self.situation.case.as_ref().ok_or(Refusal::CaseUnknown)?;
        require(case.controller == self.subject.controller, Refusal::RegisterMismatch)?;
        let member = |client: &ClientKey| case.clients.iter().any(|member| member.client == *client);
        require(self.subject.clients.iter().all(member), Refusal::CaseClientMismatch)
    }

    /// The grants that the act rests on: for a search those of any named client, else one for every client.
    fn grants_in_force(&self, writes: bool) -> Result<Vec<&Grant<ClientKey>>, Refusal> {
        let case_task = self.situation.case.as_ref().filter(|_| self.subject.case.is_some()).map(|case| case.task);
        let tasks = |grant: &Grant<ClientKey>| case_task.is_none_or(|task| task == grant.task);
        let here = |grant: &&Grant<ClientKey>| {
            grant.controller.arc() == self.subject.controller.arc()
                && self.subject.clients.contains(&grant.client)
                && tasks(grant)
        };
        let of_clients: Vec<_> = self.situation.grants.iter().filter(here).collect();
        require(!of_clients.is_empty(), Refusal::RkoNotValid)?;
        let mine = |grant: &&Grant<ClientKey>| {
            grant.unit == self.actor.unit
                && grant.provider == self.actor.organisation.arc()
                && self.actor.unit.belongs_to(&self.actor.organisation)
        };
        let of_unit: Vec<_> = of_clients.into_iter().filter(mine).collect();
        require(!of_unit.is_empty(), Refusal::UnitMismatch)?;
        let grace = self.situation.settings.grace_days;
        let event_day = self.subject.document.as_ref().map(|document| document.event_day);
        let in_force: Vec<_> = of_unit
            .into_iter()
            .filter(|grant| match (writes, event_day) {
                (true, Some(day)) => grant.may_write(self.today, day, grace) && day <= self.today,
                (true, None) => false,
                (false, _) => grant.may_read(self.today),
            })
            .filter(|grant| self.actor.own_tasks.contains(&grant.task))
            .collect();
        let granted = |client: &ClientKey| in_force.iter().any(|grant| grant.client == *client);
        let enough = match self.act {
            Act::Search => !in_force.is_empty(),
            _ => !in_force.is_empty() && self.document()?.clients.iter().all(granted),
        };
        require(enough, Refusal::RkoNotValid)?;
        Ok(in_force)
    }

    /// § 15.1 by the grants, cut by the worker's own duty and by what the organiser has narrowed.
    fn grant_scope(&self, duty: Duty, grants: &[&Grant<ClientKey>]) -> Scope {
        let settings = &self.situation.settings;
        let mut clients: Vec<ClientKey> = grants.iter().map(|grant| grant.client.clone()).collect();
        clients.sort();
        clients.dedup();
        let all_services: Vec<_> = grants.iter().flat_map(|grant| grant.services.iter().cloned()).collect();
        let own = &self.actor.own_services;
        let services = if own.is_empty() { with_related(&all_services, settings) } else { with_related(own, settings) };
        let unit = self.actor.unit.clone();
        Scope {
            controller: self.subject.controller.clone(),
            clients,
            worker: WorkerReach { duty, tasks: self.actor.own_tasks.clone(), services, unit },
            grants: Some(grants.iter().flat_map(|grant| self.reaches(grant)).collect()),
            own_arc: self.actor.organisation.arc(),
        }
    }

    /// A grant reaches for each of its services on its own, since the organiser may have narrowed one and not another.
    fn reaches(&self, grant: &Grant<ClientKey>) -> Vec<GrantReach> {
        let one = |service: Option<&SocialService>| GrantReach {
            client: grant.client.clone(),
            reach: WorkerReach {
                duty: Duty::CarryingOut,
                tasks: vec![grant.task],
                services: service.map_or_else(Vec::new, |service| {
                    with_related(std::slice::from_ref(service), &self.situation.settings)
                }),
                unit: self.actor.unit.clone(),
            },
            narrowings: self.situation.narrowings.iter().filter(|all| all.concerns(service)).cloned().collect(),
        };
        if grant.services.is_empty() { vec![one(None)] } else { grant.services.iter().map(|s| one(Some(s))).collect() }
    }

    fn check_read(&self, scope: &Scope) -> Result<(), Refusal> {
        let document = self.document()?;
        require(!document.invalidated, Refusal::DocInvalidated)?;
        require(scope.covers(document), Refusal::RoleForbidden)
    }

    /// A new document under a grant: carrying out, own unit, own making, of a kind that a provider writes (3.3).
    fn check_written(&self, grants: &[&Grant<ClientKey>]) -> Result<(), Refusal> {
        let document = self.document()?;
        require(document.group == DocumentGroup::ClientDocument, Refusal::RoleForbidden)?;
        self.check_context(document)?;
        require(document.unit.as_ref() == Some(&self.actor.unit), Refusal::UnitMismatch)?;
        require(document.author_arc == self.actor.organisation.arc(), Refusal::NotAuthor)?;
        require(document.process == Some(ServiceProcess::CarryingOut), Refusal::RoleForbidden)?;
        let settings = &self.situation.settings;
        let kind = document.general_type.is_some_and(|general| settings.provider_general_types.contains(&general))
            || settings.provider_types.contains(&document.type_code);
        require(kind, Refusal::RoleForbidden)?;
        self.check_written_context(document, grants)
    }

    fn check_written_context(&self, document: &DocumentFacts, grants: &[&Grant<ClientKey>]) -> Result<(), Refusal> {
        let duty = self.actor.duty.when_acting_for_public();
        let denied = duty.rule().denied.iter().any(|group| in_group(document, *group));
        require(!denied || duty.carries_out(), Refusal::RoleForbidden)?;
        let settings = &self.situation.settings;
        let fits = |grant: &&Grant<ClientKey>| {
            let services = with_related(&grant.services, settings);
            let service = services.is_empty() || document.services.iter().any(|service| services.contains(service));
            document.tasks.contains(&grant.task) && service
        };
        let fit = |client: &ClientKey| grants.iter().filter(|grant| grant.client == *client).any(fits);
        require(document.clients.iter().all(fit), Refusal::ContextMismatch)?;
        let case = self.situation.case.as_ref().ok_or(Refusal::CaseUnknown)?;
        self.check_case(case)
    }

    /// A change under a grant: only what the own organisation has made (FR-23).
    fn check_changed(&self, grants: &[&Grant<ClientKey>]) -> Result<(), Refusal> {
        let document = self.document()?;
        require(document.author_arc == self.actor.organisation.arc(), Refusal::NotAuthor)?;
        require(document.group == DocumentGroup::ClientDocument, Refusal::NotAuthor)?;
        require(!document.invalidated, Refusal::DocInvalidated)?;
        require(document.unit.as_ref() == Some(&self.actor.unit), Refusal::UnitMismatch)?;
        if self.act == Act::Invalidate {
            return Ok(());
        }
        self.check_written_context(document, grants)
    }
}

/// The services with those that are essentially related to them (decree § 15.1; a table, by default empty).
pub(super) fn with_related(services: &[SocialService], settings: &Settings) -> Vec<SocialService> {
    let mut all = services.to_vec();
    for service in services {
        let related = settings.related_services.get(service.code()).into_iter().flatten();
        all.extend(related.map(|code| SocialService::new(code.clone())));
    }
    all.sort();
    all.dedup();
    all
}

pub(super) fn require(holds: bool, refusal: Refusal) -> Result<(), Refusal> {
    if holds { Ok(()) } else { Err(refusal) }
}
