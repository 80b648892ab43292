//! What turvakielto and protected units hide (functional specification 3.14, FR-60; act 703/2023 § 38; act on the
//! population information system §§ 36–37).
//!
//! Rules over facts, for every view that puts a person's contact data or a unit's name on a page: the summary, search
//! results, prints. They only take away; the caller must hold an [`super::Allowed`] for what is left.

use super::Route;
use crate::id::{OrganisationId, ServiceUnitId};

/// A piece of contact data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Contact {
    /// Street, postal code and town where the person lives, for good or for a time.
    HomeAddress,
    /// Home municipality (kotikunta).
    HomeMunicipality,
    /// Municipality of a temporary stay.
    TemporaryMunicipality,
    /// Electronic mail and whatever else is not named here.
    Other,
    /// Telephone.
    Phone,
    /// The contact address given to the population information system (yhteysosoite), which exists to be shown.
    ContactAddress,
}

impl Contact {
    /// Every piece.
    pub const ALL: &'static [Contact] = &[
        Self::HomeAddress,
        Self::HomeMunicipality,
        Self::TemporaryMunicipality,
        Self::Other,
        Self::Phone,
        Self::ContactAddress,
    ];

    /// What a relationship document and every view may hold of a person under turvakielto.
    fn safe(self) -> bool {
        matches!(self, Self::Phone | Self::ContactAddress)
    }
}

/// What the rules ask of the person whose contact data it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shielded {
    /// Whether turvakielto is in force. It ends with its own day, not with the matter.
    pub non_disclosure: bool,
    /// Whether the person lives with somebody under turvakielto, whose home this person's address would tell.
    pub lives_with_protected: bool,
    /// What the person is in the matter.
    pub person: Person,
}

/// What a person is in the matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Person {
    /// The client.
    Client,
    /// The client's legal representative (roles 31–34).
    Representative,
    /// Another related person.
    Related,
}

/// Who looks, and by which door.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewer<'a> {
    /// The organisation that the viewer works for.
    pub organisation: &'a OrganisationId,
    /// The route of the right.
    pub route: Route,
    /// Whether the viewer holds the separate right to hidden contact data and has given a reason, which the caller logs.
    /// It counts in the own register alone. A special reason for reaching the client is not it (3.13).
    pub hidden_contact_right: bool,
}

/// Whether the viewer sees the piece of contact data.
pub fn shows_contact(contact: Contact, whose: Shielded, viewer: Viewer<'_>) -> bool {
    if viewer.hidden_contact_right && viewer.route == Route::OwnRegister {
        return true;
    }
    match (whose.non_disclosure, whose.person) {
        (true, Person::Related) => false,
        (true, _) => contact.safe(),
        (false, _) => !whose.lives_with_protected || contact.safe(),
    }
}

/// Whether the viewer sees where the person lives: [`shows_contact`] of the home address.
pub fn shows_address(whose: Shielded, viewer: Viewer<'_>) -> bool {
    shows_contact(Contact::HomeAddress, whose, viewer)
}

/// Whether the viewer sees which unit it is. A protected unit (shelter, foster home) tells the place: others see the
/// controller alone, but for the organisation whose unit it is.
///
/// `protected` is the mark that the controller has set on the unit.
pub fn shows_unit(unit: &ServiceUnitId, protected: bool, viewer: Viewer<'_>) -> bool {
    !protected || viewer.route == Route::OwnRegister || unit.belongs_to(viewer.organisation)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNPROTECTED: Shielded =
        Shielded { non_disclosure: false, lives_with_protected: false, person: Person::Client };
    const PROTECTED: Shielded = Shielded { non_disclosure: true, ..UNPROTECTED };
    const ROUTES: [Route; 3] = [Route::OwnRegister, Route::RegisterRight, Route::Disclosure];

    fn organisation() -> OrganisationId {
        OrganisationId::parse("1.2.246.10.99990031.10.0").unwrap()
    }

    fn shown(whose: Shielded, route: Route, hidden_contact_right: bool) -> Vec<Contact> {
        let organisation = organisation();
        let viewer = Viewer { organisation: &organisation, route, hidden_contact_right };
        Contact::ALL.iter().copied().filter(|contact| shows_contact(*contact, whose, viewer)).collect()
    }

    #[test]
    fn fr_60_under_non_disclosure_only_phone_and_contact_address_are_shown() {
        for route in ROUTES {
            assert_eq!(shown(UNPROTECTED, route, false), Contact::ALL);
            assert_eq!(shown(PROTECTED, route, false), [Contact::Phone, Contact::ContactAddress]);
            let viewer = Viewer { organisation: &organisation(), route, hidden_contact_right: false };
            assert!(shows_address(UNPROTECTED, viewer) && !shows_address(PROTECTED, viewer));
        }
    }

    #[test]
    fn fr_60_a_related_person_under_non_disclosure_has_no_contact_data_unless_representative() {
        let related = Shielded { person: Person::Related, ..PROTECTED };
        let representative = Shielded { person: Person::Representative, ..PROTECTED };
        for route in ROUTES {
            assert_eq!(shown(related, route, false), []);
            assert_eq!(shown(representative, route, false), [Contact::Phone, Contact::ContactAddress]);
        }
    }

    #[test]
    fn fr_60_who_lives_with_a_protected_person_has_no_address_either() {
        let child = Shielded { lives_with_protected: true, ..UNPROTECTED };
        assert_eq!(shown(child, Route::RegisterRight, false), [Contact::Phone, Contact::ContactAddress]);
    }

    #[test]
    fn fr_60_the_separate_right_counts_in_the_own_register_alone() {
        assert_eq!(shown(PROTECTED, Route::OwnRegister, true), Contact::ALL);
        for route in [Route::RegisterRight, Route::Disclosure] {
            assert_eq!(shown(PROTECTED, route, true), [Contact::Phone, Contact::ContactAddress]);
        }
    }

    #[test]
    fn a_protected_unit_is_seen_by_its_controller_and_its_own_organisation_only() {
        let (own, other) = (organisation(), OrganisationId::parse("1.2.246.10.99990023.10.0").unwrap());
        let unit = ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap();
        let viewer = |organisation, route| Viewer { organisation, route, hidden_contact_right: true };
        assert!(shows_unit(&unit, false, viewer(&other, Route::Disclosure)));
        for route in [Route::RegisterRight, Route::Disclosure] {
            assert!(!shows_unit(&unit, true, viewer(&other, route)));
            assert!(shows_unit(&unit, true, viewer(&own, route)));
        }
        assert!(shows_unit(&unit, true, viewer(&other, Route::OwnRegister)));
    }
}
