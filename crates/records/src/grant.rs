//! The register access right (rekisterinkäyttöoikeus, RKO): what a unit row of the client relationship document gives.
//!
//! There is no separate document of a grant: the row is the grant. One grant is one client, one controller, one service
//! task, one unit and one period (functional specification 3.3). Its life cycle (B.4) is a function of the day, so that
//! no job has to run at midnight for a right to end.

use crate::Lang;
use crate::code::{ServiceTask, SocialService, pick};
use crate::id::{ClientId, DocumentId, Oid, OrganisationId, RelationshipId, ServiceUnitId};
use crate::time::Period;
use jiff::{Timestamp, ToSpan, civil::Date};

/// A right of one unit to one client's documents of one task in another's register.
///
/// `C` is what names the client: the archive keeps clients by a keyed hash and uses `access::ClientKey`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant<C = ClientId> {
    /// The client.
    pub client: C,
    /// The organiser whose register it is.
    pub controller: OrganisationId,
    /// The service task of the row.
    pub task: ServiceTask,
    /// The services of the row; empty when the organiser named none.
    pub services: Vec<SocialService>,
    /// The unit that may act: the provider's or its subcontractor's.
    pub unit: ServiceUnitId,
    /// The arc of the organisation that the unit belongs to.
    pub provider: Oid,
    /// Whether the unit is the provider's own or a subcontractor's.
    pub via: Via,
    /// The days of the right, both ends included.
    pub period: Period,
    /// Where the right was written.
    pub source: GrantSource,
    /// When the organiser took the right back as a mistake ("ends now"); such a grant has no grace.
    pub revoked: Option<Timestamp>,
}

/// By whom the unit of a grant works.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Via {
    /// The provider's own unit (palveluntuottaja).
    Provider,
    /// A subcontractor's unit (palveluntoteuttaja) under this provider unit.
    Subcontractor {
        /// The provider's unit in whose row the subcontractor stands.
        provider_unit: ServiceUnitId,
    },
}

impl Via {
    /// The word in the database and the log.
    pub fn code(&self) -> &'static str {
        match self {
            Via::Provider => "provider",
            Via::Subcontractor { .. } => "subcontractor",
        }
    }
}

/// The relationship version from which a grant was derived.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GrantSource {
    /// The client relationship.
    pub relationship: RelationshipId,
    /// The document version that holds the row, when it has been archived.
    pub document: Option<DocumentId>,
    /// The number of that version.
    pub version: u32,
}

/// The states of a grant (functional specification B.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum GrantState {
    /// The first day has not come.
    Future,
    /// The right is in force.
    Valid,
    /// The last day has passed; own documents about events inside the period may still be written and corrected.
    Grace,
    /// Nothing is allowed any more.
    Ended,
    /// Taken back as a mistake; nothing is allowed and there is no grace.
    Revoked,
}

impl GrantState {
    /// Every state.
    pub const ALL: &'static [GrantState] = &[Self::Future, Self::Valid, Self::Grace, Self::Ended, Self::Revoked];

    /// The word in the database, the API and the life-cycle document.
    pub fn code(self) -> &'static str {
        match self {
            Self::Future => "future",
            Self::Valid => "valid",
            Self::Grace => "grace",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// The word on the screen.
    pub fn name(self, lang: Lang) -> &'static str {
        let names = match self {
            Self::Future => ["Alkaa myöhemmin", "Börjar senare", "Begins later"],
            Self::Valid => ["Voimassa", "Gäller", "Valid"],
            Self::Grace => [
                "Päättynyt, jälkikirjaus sallittu",
                "Avslutad, efterregistrering tillåten",
                "Ended, late entries allowed",
            ],
            Self::Ended => ["Päättynyt", "Avslutad", "Ended"],
            Self::Revoked => ["Peruttu", "Återkallad", "Revoked"],
        };
        pick(names, lang)
    }

    /// The states that may follow this one.
    pub fn next(self) -> &'static [GrantState] {
        match self {
            Self::Future => &[Self::Valid, Self::Revoked],
            Self::Valid => &[Self::Grace, Self::Revoked],
            Self::Grace => &[Self::Ended, Self::Revoked],
            Self::Ended | Self::Revoked => &[],
        }
    }
}

impl<C> Grant<C> {
    /// The state on a Finnish day. `grace_days` is the setting of functional specification E (default 30).
    pub fn state(&self, day: Date, grace_days: u16) -> GrantState {
        if self.revoked.is_some() {
            return GrantState::Revoked;
        }
        if day < self.period.start {
            return GrantState::Future;
        }
        match self.period.end {
            Some(end) if day > end => {
                let last = end.checked_add(i64::from(grace_days).days()).unwrap_or(Date::MAX);
                if day <= last { GrantState::Grace } else { GrantState::Ended }
            }
            _ => GrantState::Valid,
        }
    }

    /// Whether the unit may search and read on the day (FR-21).
    pub fn may_read(&self, day: Date) -> bool {
        self.state(day, 0) == GrantState::Valid
    }

    /// Whether a document about an event of `event_day` may be stored on `day` (FR-22).
    pub fn may_write(&self, day: Date, event_day: Date, grace_days: u16) -> bool {
        matches!(self.state(day, grace_days), GrantState::Valid | GrantState::Grace) && self.period.contains(event_day)
    }

    /// What names this grant in logs: relationship, task, unit and first day. It holds no client.
    pub fn key(&self) -> String {
        format!("{}/{}/{}/{}", self.source.relationship, self.task.code(), self.unit, self.period.start)
    }

    /// The same grant with the client named in another way.
    pub fn with_client<D>(&self, client: D) -> Grant<D> {
        Grant {
            client,
            controller: self.controller.clone(),
            task: self.task,
            services: self.services.clone(),
            unit: self.unit.clone(),
            provider: self.provider.clone(),
            via: self.via.clone(),
            period: self.period,
            source: self.source.clone(),
            revoked: self.revoked,
        }
    }
}
