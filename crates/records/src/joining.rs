//! Joining (liittyminen): which organisations the archive talks to, and with which functions (3.25).

use crate::Lang;
use crate::code::pick;
use crate::id::OrganisationId;
use crate::refusal::Refusal;

/// How far an organisation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum JoiningState {
    /// Nothing has been done.
    NotJoined,
    /// The organisation has told that it will join.
    Enrolled,
    /// The application has been sent.
    Applied,
    /// The deployment test runs; only 900-series persons (FR-89).
    Testing,
    /// In production use.
    Joined,
    /// Closed by the archive keeper for the time being.
    Suspended,
    /// Left for good.
    Ended,
}

impl JoiningState {
    /// Every state.
    pub const ALL: &'static [JoiningState] =
        &[Self::NotJoined, Self::Enrolled, Self::Applied, Self::Testing, Self::Joined, Self::Suspended, Self::Ended];

    /// The word in the database and the API.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJoined => "not_joined",
            Self::Enrolled => "enrolled",
            Self::Applied => "applied",
            Self::Testing => "testing",
            Self::Joined => "joined",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|state| state.code() == code)
    }

    /// The states that may follow. Suspension can be lifted; an ended joining can only begin anew as another.
    pub fn next(self) -> &'static [JoiningState] {
        match self {
            Self::NotJoined => &[Self::Enrolled],
            Self::Enrolled => &[Self::Applied, Self::Ended],
            Self::Applied => &[Self::Testing, Self::Ended],
            Self::Testing => &[Self::Joined, Self::Ended],
            Self::Joined => &[Self::Suspended, Self::Ended],
            Self::Suspended => &[Self::Joined, Self::Ended],
            Self::Ended => &[],
        }
    }

    /// The word on the screen.
    pub fn name(self, lang: Lang) -> &'static str {
        let names = match self {
            Self::NotJoined => ["Ei liittynyt", "Inte ansluten", "Not joined"],
            Self::Enrolled => ["Ilmoittautunut", "Anmäld", "Enrolled"],
            Self::Applied => ["Hakemus lähetetty", "Ansökan skickad", "Applied"],
            Self::Testing => ["Käyttöönottokokeessa", "I ibruktagningsprov", "Testing"],
            Self::Joined => ["Liittynyt", "Ansluten", "Joined"],
            Self::Suspended => ["Yhteys suljettu", "Förbindelsen stängd", "Suspended"],
            Self::Ended => ["Liittyminen päättynyt", "Anslutningen avslutad", "Ended"],
        };
        pick(names, lang)
    }
}

/// How an organisation has joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JoiningModel {
    /// With its own certified system (suoraliittyminen).
    Direct,
    /// As a tenant in another provider's system (yhteisliittyminen); the main joiner connects.
    Joint {
        /// The main joiner (pääliittyjä).
        main_joiner: OrganisationId,
    },
    /// In the organiser's system (rinnakkaisliittyminen).
    Parallel {
        /// The organiser that offers its system.
        organiser: OrganisationId,
    },
}

impl JoiningModel {
    /// The word in the database and the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Joint { .. } => "joint",
            Self::Parallel { .. } => "parallel",
        }
    }

    /// The organisation whose connection is used, when it is another's.
    pub fn host(&self) -> Option<&OrganisationId> {
        match self {
            Self::Direct => None,
            Self::Joint { main_joiner: host } | Self::Parallel { organiser: host } => Some(host),
        }
    }
}

/// The functions for which an organisation has been approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Functions {
    /// Storing to and searching its own register.
    pub own: bool,
    /// The register access right (RKO).
    pub rko: bool,
    /// Disclosure between controllers.
    pub disclosure: bool,
}

/// A function that a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// The own register.
    Own,
    /// The register access right.
    Rko,
    /// Disclosure between controllers.
    Disclosure,
}

/// What the archive keeper has registered of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joining {
    /// How far it has come.
    pub state: JoiningState,
    /// How it has joined.
    pub model: JoiningModel,
    /// What it has been approved for.
    pub functions: Functions,
    /// Whether its system is registered as a patient data system; such a one is refused always (FR-24).
    pub patient_system: bool,
}

impl Joining {
    /// An organisation of which nothing is known.
    pub fn none() -> Self {
        Self {
            state: JoiningState::NotJoined,
            model: JoiningModel::Direct,
            functions: Functions::default(),
            patient_system: false,
        }
    }

    /// A directly joined organisation with these functions.
    pub fn joined(functions: Functions) -> Self {
        Self { state: JoiningState::Joined, functions, ..Self::none() }
    }

    /// Whether the organisation may use the function.
    ///
    /// # Errors
    /// [`Refusal::OrgNotJoined`] when it has not joined, is suspended, lacks the function, or uses a patient system.
    pub fn check(&self, function: Function) -> Result<(), Refusal> {
        let approved = match function {
            Function::Own => self.functions.own,
            Function::Rko => self.functions.rko,
            Function::Disclosure => self.functions.disclosure,
        };
        if self.state == JoiningState::Joined && approved && !self.patient_system {
            Ok(())
        } else {
            Err(Refusal::OrgNotJoined)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: Functions = Functions { own: true, rko: true, disclosure: true };

    #[test]
    fn fr_24_only_a_joined_organisation_with_the_function_passes() {
        assert_eq!(Joining::joined(ALL).check(Function::Rko), Ok(()));
        let without = Functions { rko: false, ..ALL };
        assert_eq!(Joining::joined(without).check(Function::Rko), Err(Refusal::OrgNotJoined));
        assert_eq!(Joining::joined(without).check(Function::Own), Ok(()));
    }

    #[test]
    fn fr_24_every_other_state_and_a_patient_system_are_refused() {
        for state in JoiningState::ALL.iter().copied().filter(|s| *s != JoiningState::Joined) {
            let joining = Joining { state, ..Joining::joined(ALL) };
            assert_eq!(joining.check(Function::Rko), Err(Refusal::OrgNotJoined), "{}", state.code());
        }
        let patient = Joining { patient_system: true, ..Joining::joined(ALL) };
        assert_eq!(patient.check(Function::Own), Err(Refusal::OrgNotJoined));
    }

    #[test]
    fn the_words_of_the_states_read_back() {
        for state in JoiningState::ALL {
            assert_eq!(JoiningState::parse(state.code()), Some(*state));
        }
        assert!(JoiningState::Ended.next().is_empty());
    }
}
