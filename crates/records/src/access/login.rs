//! Which operation needs a card: the table of functional specification 3.8b as data.

use super::Settings;
use crate::code::LoginMethod;
use crate::refusal::Refusal;

/// How a worker has logged in, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LoginStrength {
    /// A password alone.
    Password,
    /// A password and a second factor.
    SecondFactor,
    /// A certificate card (or equal).
    Card,
}

impl LoginStrength {
    /// Every strength.
    pub const ALL: &'static [LoginStrength] = &[Self::Password, Self::SecondFactor, Self::Card];

    /// The word on the wire (`Toimija`) and in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SecondFactor => "second_factor",
            Self::Card => "card",
        }
    }

    /// Reads the word.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|strength| strength.code() == code)
    }
}

impl From<LoginMethod> for LoginStrength {
    fn from(method: LoginMethod) -> Self {
        match method {
            LoginMethod::ProfessionalCard | LoginMethod::PersonnelCard | LoginMethod::TemporaryCard => Self::Card,
            LoginMethod::SecondFactor => Self::SecondFactor,
            LoginMethod::Password => Self::Password,
        }
    }
}

/// An operation of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Operation {
    /// Record, draft, finish.
    Record,
    /// See what the own unit's system holds.
    ViewLocal,
    /// Archive a document that needs no professional signature, to the own or the organiser's register.
    ArchiveUnsigned,
    /// Archive a document that a professional has signed with a card.
    ArchiveSigned,
    /// Search or read the archive's own register.
    SearchOwnRegister,
    /// Search or read by a register access right (RKO).
    SearchRegisterRight,
    /// Search or read other controllers' data (disclosure).
    SearchDisclosure,
    /// The client data summary (kooste).
    Summary,
    /// Sign a document.
    Sign,
    /// Archive others' ready entries in a batch.
    MassArchive,
    /// Correct an archived document.
    Correct,
    /// Invalidate an archived document.
    Invalidate,
}

impl Operation {
    /// Every operation.
    pub const ALL: &'static [Operation] = &[
        Self::Record,
        Self::ViewLocal,
        Self::ArchiveUnsigned,
        Self::ArchiveSigned,
        Self::SearchOwnRegister,
        Self::SearchRegisterRight,
        Self::SearchDisclosure,
        Self::Summary,
        Self::Sign,
        Self::MassArchive,
        Self::Correct,
        Self::Invalidate,
    ];

    /// The operation's name in policy tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record, draft, finish",
            Self::ViewLocal => "view local data of own unit",
            Self::ArchiveUnsigned => "archive, no professional signature",
            Self::ArchiveSigned => "archive, signed by a professional",
            Self::SearchOwnRegister => "search and read own register",
            Self::SearchRegisterRight => "search and read by RKO",
            Self::SearchDisclosure => "search and read by disclosure",
            Self::Summary => "client data summary",
            Self::Sign => "sign",
            Self::MassArchive => "mass archive",
            Self::Correct => "correct archived",
            Self::Invalidate => "invalidate archived",
        }
    }
}

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A password is enough.
    Password,
    /// A second factor.
    SecondFactor,
    /// A second factor, but a card in strict mode (FR-46, FR-47).
    CardWhenStrict,
    /// A card, unless the organisation has set otherwise for its own register.
    CardUnlessSet,
    /// A card, always.
    Card,
}

/// The table. A password alone serves only what stays in the unit's own system.
pub const TABLE: &[(Operation, Need)] = &[
    (Operation::Record, Need::Password),
    (Operation::ViewLocal, Need::Password),
    (Operation::ArchiveUnsigned, Need::CardWhenStrict),
    (Operation::ArchiveSigned, Need::CardWhenStrict),
    (Operation::SearchOwnRegister, Need::CardUnlessSet),
    (Operation::SearchRegisterRight, Need::Card),
    (Operation::SearchDisclosure, Need::Card),
    (Operation::Summary, Need::Card),
    (Operation::Sign, Need::Card),
    (Operation::MassArchive, Need::Card),
    (Operation::Correct, Need::Card),
    (Operation::Invalidate, Need::Card),
];

/// The least strength that the operation takes under the settings.
pub fn least(operation: Operation, settings: &Settings) -> LoginStrength {
    let need = TABLE.iter().find(|(row, _)| *row == operation).map_or(Need::Card, |(_, need)| *need);
    match need {
        Need::Password => LoginStrength::Password,
        Need::SecondFactor => LoginStrength::SecondFactor,
        Need::CardWhenStrict if settings.strict => LoginStrength::Card,
        Need::CardUnlessSet if settings.own_search_needs_card => LoginStrength::Card,
        Need::CardWhenStrict | Need::CardUnlessSet => LoginStrength::SecondFactor,
        Need::Card => LoginStrength::Card,
    }
}

/// Whether the login is strong enough.
///
/// # Errors
/// [`Refusal::StrongAuthRequired`] when it is not.
pub fn check(operation: Operation, login: LoginStrength, settings: &Settings) -> Result<(), Refusal> {
    if login >= least(operation, settings) { Ok(()) } else { Err(Refusal::StrongAuthRequired) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_one_row() {
        for operation in Operation::ALL {
            assert_eq!(TABLE.iter().filter(|(row, _)| row == operation).count(), 1, "{}", operation.name());
            assert_eq!(check(*operation, LoginStrength::Card, &Settings::default()), Ok(()));
        }
    }

    #[test]
    fn fr_46_without_a_card_an_entry_is_archived_but_nothing_is_fetched_or_signed() {
        let settings = Settings::default();
        let may = |operation| check(operation, LoginStrength::SecondFactor, &settings).is_ok();
        assert!(may(Operation::Record) && may(Operation::ArchiveUnsigned) && may(Operation::ViewLocal));
        for operation in [
            Operation::SearchRegisterRight,
            Operation::SearchDisclosure,
            Operation::Summary,
            Operation::Sign,
            Operation::MassArchive,
            Operation::Correct,
            Operation::Invalidate,
            Operation::SearchOwnRegister,
        ] {
            assert!(!may(operation), "{}", operation.name());
        }
    }

    #[test]
    fn fr_47_in_strict_mode_archiving_needs_a_card() {
        let strict = Settings { strict: true, ..Settings::default() };
        let refused = Err(Refusal::StrongAuthRequired);
        assert_eq!(check(Operation::ArchiveUnsigned, LoginStrength::SecondFactor, &strict), refused);
        assert_eq!(check(Operation::Record, LoginStrength::SecondFactor, &strict), Ok(()));
    }
}
