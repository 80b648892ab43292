//! What a right reaches: a predicate over facts of a document, for filtering what a search has found.

use super::matrix::{DeniedGroup, Duty, Part};
use super::{ClientKey, DocumentFacts, Narrowing};
use crate::code::{DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService};
use crate::id::{Oid, OrganisationId, ServiceUnitId};

/// The documents that an [`super::Allowed`] reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) controller: OrganisationId,
    pub(super) clients: Vec<ClientKey>,
    pub(super) worker: WorkerReach,
    /// Under grants: a document must also fit one of them for each of its clients.
    pub(super) grants: Option<Vec<GrantReach>>,
    /// The arc of the worker's organisation, whose own documents a grant always reaches.
    pub(super) own_arc: Oid,
}

/// What the worker's duty reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkerReach {
    pub(super) duty: Duty,
    pub(super) tasks: Vec<ServiceTask>,
    /// With the essentially related ones.
    pub(super) services: Vec<SocialService>,
    pub(super) unit: ServiceUnitId,
}

/// What one grant reaches for one of its services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GrantReach {
    pub(super) client: ClientKey,
    pub(super) reach: WorkerReach,
    /// What the organiser has narrowed of grants for this service.
    pub(super) narrowings: Vec<Narrowing>,
}

impl Scope {
    pub(super) fn covers(&self, document: &DocumentFacts) -> bool {
        !document.invalidated
            && document.controller == self.controller
            && document.clients.iter().any(|client| self.clients.contains(client))
            && self.covers_kind(document)
    }

    /// The duty's row of the matrix names them; every grant does (§ 15.1).
    pub(super) fn reaches_basic_data(&self) -> bool {
        self.worker.duty.rule().parts.contains(&Part::Basic)
    }

    /// Under grants every client that the document names must be granted, for a joint document tells of all.
    fn covers_kind(&self, document: &DocumentFacts) -> bool {
        let Some(grants) = &self.grants else {
            return self.worker.covers(document);
        };
        let own = document.author_arc == self.own_arc && document.group == DocumentGroup::ClientDocument;
        let in_grant = |client: &ClientKey| {
            grants.iter().filter(|grant| grant.client == *client).any(|grant| {
                if own {
                    document.tasks.iter().any(|task| grant.reach.tasks.contains(task))
                        && grant.reach.allows_group(document)
                } else {
                    grant.reach.covers_under_grant(document)
                        && grant.narrowings.iter().all(|narrowing| narrowing.covers(document))
                }
            })
        };
        let role = own && self.worker.allows_group(document) || self.worker.covers(document);
        document.clients.iter().all(in_grant) && role
    }
}

impl WorkerReach {
    /// Whether no denied group of the duty stands in the way.
    pub(super) fn allows_group(&self, document: &DocumentFacts) -> bool {
        !self.duty.rule().denied.iter().any(|group| in_group(document, *group))
    }

    /// Whether the decree lets the duty reach the document.
    pub(super) fn covers(&self, document: &DocumentFacts) -> bool {
        self.allows_group(document) && self.duty.rule().parts.iter().any(|part| self.part_covers(*part, document))
    }

    /// Under a grant the case documents of other tasks stay hidden, though the own register shows all cases. So does the
    /// relationship document: it names every unit and task of the client, and its signed bytes cannot be cut to the
    /// provider's own rows (functional specification 3.3; docs/decisions).
    fn covers_under_grant(&self, document: &DocumentFacts) -> bool {
        if document.group == DocumentGroup::Relationship {
            return false;
        }
        let other_case = document.group == DocumentGroup::Case && !self.own_task(document);
        !other_case && self.covers(document)
    }

    fn part_covers(&self, part: Part, document: &DocumentFacts) -> bool {
        let steering = matches!(document.group, DocumentGroup::Relationship | DocumentGroup::Case);
        let carrying_out = document.process == Some(ServiceProcess::CarryingOut);
        let of_any = |tasks: &[ServiceTask]| document.tasks.iter().any(|task| tasks.contains(task));
        match part {
            Part::Basic => steering,
            _ if steering => false,
            Part::AllTasks => true,
            Part::Tasks(tasks) => of_any(tasks),
            Part::OwnTasksAmong(tasks) => {
                document.tasks.iter().any(|task| tasks.contains(task) && self.tasks.contains(task))
            }
            Part::PlansOfOwnTasks => {
                self.own_task(document)
                    && matches!(document.general_type, Some(GeneralType::Plan | GeneralType::Assessment))
            }
            Part::OwnServices => {
                let kind = carrying_out || document.process == Some(ServiceProcess::Arranging);
                self.own_task(document) && self.own_service(document) && kind
            }
            Part::OwnServicesInAllTasks(codes) => {
                let own = |service: &SocialService| self.services.contains(service) && codes.contains(&service.code());
                document.services.iter().any(own)
            }
            Part::Contracts => document.general_type == Some(GeneralType::Agreement),
            Part::CarryingOutPlans => carrying_out && document.general_type == Some(GeneralType::Plan),
            Part::CarryingOutOfOwnTasks => carrying_out && self.own_task(document),
            Part::CarryingOutOfOwnServices => carrying_out && self.own_task(document) && self.own_service(document),
            Part::MediationAlone => document.services.iter().any(|s| s.code() == SocialService::MEDIATION),
        }
    }

    pub(super) fn own_task(&self, document: &DocumentFacts) -> bool {
        document.tasks.iter().any(|task| self.tasks.contains(task))
    }

    /// Without named services only what the worker's own unit has made counts as the own service.
    pub(super) fn own_service(&self, document: &DocumentFacts) -> bool {
        if self.services.is_empty() {
            return document.unit.as_ref() == Some(&self.unit);
        }
        document.services.iter().any(|service| self.services.contains(service))
    }
}

/// Whether the document is of a denied group (law-and-codes 2, "How to recognise in the archive"). Where the process is
/// not known, the stricter reading holds.
pub(super) fn in_group(document: &DocumentFacts, group: DeniedGroup) -> bool {
    let carrying_out = matches!(document.process, None | Some(ServiceProcess::CarryingOut));
    let of = |code: &str| document.services.iter().any(|service| service.code() == code);
    let typed = |codes: &[&str]| codes.contains(&document.type_code.as_str());
    match group {
        DeniedGroup::Mediation => carrying_out && of(SocialService::MEDIATION),
        DeniedGroup::Shelter => {
            typed(&["1011", "15019"]) || (of(SocialService::SHELTER) && (carrying_out || typed(&["19012"])))
        }
        DeniedGroup::Therapy => typed(&["19014"]),
        DeniedGroup::Examination => typed(&["19015"]),
    }
}
