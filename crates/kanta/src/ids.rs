//! ONE table of what Kela has confirmed and what is ours: interactions, service requests, usage situations.
//!
//! Only `RCMR_IN200002FI01`, SP1, SP17 and situation 1 have been seen on the wire (wire-format 2–4). Everything else is
//! a provisional name of our own, to be corrected here and nowhere else when Kela's document says otherwise.

use crate::code::{
    GROUP_CASE, GROUP_CLIENT, GROUP_CLIENT_PHASE_1, GROUP_DENIAL, GROUP_INFORMING, GROUP_OLD, GROUP_PERMIT,
    GROUP_RECORDING, GROUP_RELATIONSHIP,
};

macro_rules! table {
    ($(#[$doc:meta])* $name:ident: $($variant:ident $code:literal $confirmed:literal $text:literal;)+) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $text] $variant,)+
        }

        impl $name {
            /// Every row of the table.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The code on the wire.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Whether the code has been seen in Kela's messages; otherwise it is ours.
            pub fn confirmed(self) -> bool {
                match self { $(Self::$variant => $confirmed,)+ }
            }

            /// The Finnish name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }

            /// Reads a code.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

table! {
    /// An HL7 V3 interaction: the root element of a message.
    Interaction:
    Archive "RCMR_IN200002FI01" true "Asiakirjan arkistointi";
    QueryMetadata "RCMR_IN200029FI01" false "Metatietojen haku";
    MetadataResponse "RCMR_IN200030FI01" false "Metatietojen haun vastaus";
    QueryDocument "RCMR_IN200031FI01" false "Asiakirjan haku";
    DocumentResponse "RCMR_IN200032FI01" false "Asiakirjan haun vastaus";
    Acknowledgement "MCCI_IN000002UV01" false "Vastaanottokuittaus";
}

table! {
    /// A service request (palvelupyyntö, 1503). Ours are numbered by the chapters of the first published use cases.
    ServiceRequest:
    ArchiveRelationship "SP1" true "Asiakkuusasiakirjan arkistointi";
    ArchiveCase "SP2" false "Asia-asiakirjan arkistointi";
    ArchivePhase1 "SP3" false "I vaiheen asiakasasiakirjan arkistointi";
    ArchiveOld "SP4" false "Vanhan asiakasasiakirjan arkistointi";
    Nullify "SP6" false "Asiakirjan mitätöinti";
    QueryRelationship "SP7" false "Asiakkuuden haku";
    QueryCase "SP8" false "Asian haku";
    QueryMetadata "SP9" false "Asiakirjan metatietojen haku";
    QueryDocument "SP10" false "Asiakirjan haku";
    QuerySummary "SP11" false "Asiakastiedon koosteen haku";
    ArchiveRecording "SP12" false "Tallenteen arkistointi";
    QueryConsents "SP13" false "Tahdonilmaisujen haku";
    DisclosureSearch "SP14" false "Luovutushaku: muiden rekisterinpitäjien asiakirjojen metatiedot";
    DisclosureFetch "SP15" false "Luovutushaku: muiden rekisterinpitäjien asiakirjat";
    ArchiveClient "SP17" true "Asiakasasiakirjan arkistointi";
}

table! {
    /// A usage situation (käyttötilanne, 1289).
    Situation:
    OwnRegister "1" true "Palvelunjärjestäjän rekisterin oma käyttö";
    RegisterAccess "2" false "Rekisterinkäyttöoikeus";
    DisclosurePermit "3" false "Luovutus luovutusluvalla";
    DisclosureLaw "4" false "Luovutus lain nojalla";
    SpecialReason "5" false "Käyttö erityisestä syystä";
}

table! {
    /// Why a new version names another client than the one before it (functional specification 3.15). It stands in
    /// `reasonOfCorrection`, the code first and words after it as the sender likes.
    ClientChange:
    IdentityConfirmed "HENKILOLLISYYS_VAHVISTETTU" false "Henkilöllisyys vahvistettu";
    ConfirmationUndone "VAHVISTUS_PERUTTU" false "Henkilöllisyyden vahvistus peruttu";
}

impl ClientChange {
    /// Reads the reason of a correction: the code or the name, alone or before other words.
    pub fn of_reason(reason: &str) -> Option<Self> {
        let begins = |start: &str| {
            let rest = reason.trim_start().strip_prefix(start);
            rest.is_some_and(|rest| !rest.starts_with(|letter: char| letter.is_alphanumeric() || letter == '_'))
        };
        Self::ALL.iter().copied().find(|row| begins(row.code()) || begins(row.name()))
    }
}

impl ServiceRequest {
    /// The request by which a document of the group is archived; a new version comes by the same one (wire-format 15).
    pub fn archive(group: &str) -> Option<Self> {
        match group {
            GROUP_RELATIONSHIP => Some(Self::ArchiveRelationship),
            GROUP_CASE => Some(Self::ArchiveCase),
            GROUP_CLIENT_PHASE_1 => Some(Self::ArchivePhase1),
            GROUP_OLD => Some(Self::ArchiveOld),
            GROUP_CLIENT | GROUP_PERMIT | GROUP_DENIAL | GROUP_INFORMING => Some(Self::ArchiveClient),
            GROUP_RECORDING => Some(Self::ArchiveRecording),
            _ => None,
        }
    }

    /// Whether the request archives a document.
    pub fn is_archive(self) -> bool {
        matches!(
            self,
            Self::ArchiveRelationship
                | Self::ArchiveCase
                | Self::ArchivePhase1
                | Self::ArchiveOld
                | Self::ArchiveClient
                | Self::ArchiveRecording
        )
    }

    /// The interaction in which the request travels.
    pub fn interaction(self) -> Interaction {
        match self {
            Self::QueryRelationship
            | Self::QueryCase
            | Self::QueryDocument
            | Self::QuerySummary
            | Self::QueryConsents
            | Self::DisclosureFetch => Interaction::QueryDocument,
            Self::QueryMetadata | Self::DisclosureSearch => Interaction::QueryMetadata,
            _ => Interaction::Archive,
        }
    }
}

/// The register of expressions of will (Tahdonilmaisupalvelu): national, of no single controller. Kela's OID for it is
/// not known; this one stands below the arc for examples.
pub const WILL_REGISTER: &str = "2.999.246.537.8";

/// The archive's party id in the test environment (wire-format 2).
pub const ARCHIVE_PARTY: &str = "1.2.246.556.18007.2";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_has_been_seen_is_confirmed() {
        let confirmed: Vec<&str> =
            Interaction::ALL.iter().filter(|row| row.confirmed()).map(|row| row.code()).collect();
        assert_eq!(confirmed, ["RCMR_IN200002FI01"]);
        let confirmed: Vec<&str> =
            ServiceRequest::ALL.iter().filter(|row| row.confirmed()).map(|row| row.code()).collect();
        assert_eq!(confirmed, ["SP1", "SP17"]);
        let confirmed: Vec<&str> = Situation::ALL.iter().filter(|row| row.confirmed()).map(|row| row.code()).collect();
        assert_eq!(confirmed, ["1"]);
    }

    #[test]
    fn every_code_reads_back() {
        assert!(Interaction::ALL.iter().all(|row| Interaction::parse(row.code()) == Some(*row)));
        assert!(ServiceRequest::ALL.iter().all(|row| ServiceRequest::parse(row.code()) == Some(*row)));
        assert!(Situation::ALL.iter().all(|row| Situation::parse(row.code()) == Some(*row)));
        assert_eq!(ServiceRequest::parse("SP99"), None);
    }
}
