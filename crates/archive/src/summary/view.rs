//! What of the sources may be seen: the one place where a summary is cut and masked.

use crate::{
    intake::decide::Acting,
    queries::found::Row,
    sabotage::{self, Fault},
    settings::Settings,
};
use kanta::document::Organisation;
use records::{
    access::{Allowed, ClientKey, Route},
    id::ServiceUnitId,
};

/// See the module.
pub struct View<'a> {
    allowed: &'a Allowed,
    unit: &'a ServiceUnitId,
    settings: &'a Settings,
    controller: &'a Organisation,
    /// The deliberate fault `summary-shows-all`.
    all: bool,
}

impl<'a> View<'a> {
    /// The view of a right, for the worker's active unit.
    pub fn new(allowed: &'a Allowed, acting: &'a Acting, settings: &'a Settings, controller: &'a Organisation) -> Self {
        let all = sabotage::active(Fault::SummaryShowsAll);
        Self { allowed, unit: &acting.unit, settings, controller, all }
    }

    /// The clients whom the right reaches.
    pub fn clients(&self) -> &[ClientKey] {
        self.allowed.clients()
    }

    /// The controller's name, which stands in the place of a protected unit.
    pub fn controller_name(&self) -> &str {
        &self.controller.name
    }

    /// Whether the right reaches the document. A relationship document that it reaches is shown whole; one that it does
    /// not reach gives its basic data and the asker's own rows, when the right reaches those.
    pub fn covers(&self, row: &Row) -> bool {
        self.all || self.allowed.covers(&row.facts(&self.controller.id))
    }

    /// Whether the client's basic data may be given.
    pub fn reaches_basic_data(&self) -> bool {
        self.all || self.allowed.reaches_basic_data()
    }

    fn own_register(&self) -> bool {
        self.allowed.route() == Route::OwnRegister
    }

    /// Whether a unit's row is the asker's own.
    pub fn own(&self, unit: &ServiceUnitId) -> bool {
        unit == self.unit
    }

    /// Whether place and contacts but phone and contact address are hidden though the field is filled (FR-60, spec 3.14).
    /// Outside the own register secret contact data (salaiset yhteystiedot) count like turvakielto.
    pub fn hides_place(&self, non_disclosure: bool, secret_contacts: bool) -> bool {
        !self.all && (non_disclosure || (secret_contacts && !self.own_register()))
    }

    /// Whether only the controller may be named instead of the unit.
    pub fn protects(&self, unit: &str, non_disclosure: bool) -> bool {
        let protected = self.settings.protected_units.contains(unit) && unit != self.unit.as_str();
        !self.all && protected && (non_disclosure || !self.own_register())
    }
}
