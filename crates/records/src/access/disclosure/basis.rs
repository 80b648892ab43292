//! On what a disclosure rests: the client's permission, or a section of law (law-and-codes 1.10).

use crate::Lang;
use crate::code::pick;
use jiff::Timestamp;

macro_rules! grounds {
    ($($(#[$doc:meta])* $name:ident $code:literal $over:ident $whose:ident [$fi:literal, $sv:literal, $en:literal])+) => {
        /// A legal ground by which a worker of social welfare gets another controller's data without the client's
        /// permission (act 703/2023; the texts are shortened, the codes are our own until Kela's are known).
        ///
        /// Grounds of receivers outside social welfare (§ 62 police, § 63.1–3 courts and prosecutors) are no way to
        /// search the archive: such a disclosure is made by hand and recorded as entry 19010.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum StatutoryGround { $($(#[$doc])* $name,)+ }

        impl StatutoryGround {
            /// Every ground, in the order of the act.
            pub const ALL: &'static [StatutoryGround] = &[$(StatutoryGround::$name,)+];

            /// The word on the wire and in the log.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The name shown to people.
            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => pick([$fi, $sv, $en], lang),)+ }
            }

            /// What the ground goes over besides the missing permission.
            pub fn over(self) -> Over {
                match self { $(Self::$name => Over::$over,)+ }
            }

            /// Who may claim it.
            pub fn claimant(self) -> Claimant {
                match self { $(Self::$name => Claimant::$whose,)+ }
            }

            /// Reads the word.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|ground| ground.code() == code)
            }
        }
    };
}

/// Whether a ground goes over a denial (kielto) too. The act says it of §§ 56 and 62–64 alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Over {
    /// Over the missing permission alone; a denial still holds.
    Permission,
    /// Over a denial as well.
    Denial,
}

/// Who may claim a ground.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Claimant {
    /// Public and private social welfare.
    Anybody,
    /// Authorities: nobody whose duty is of private social welfare (decree § 16).
    Authority,
}

grounds! {
    /// § 55.2: the client cannot assess and has no representative; only data necessary for a necessary service.
    CannotAssess "L55-2A" Permission Anybody [
        "55 § 2 mom.: asiakas ei voi arvioida luvan merkitystä eikä hänellä ole laillista edustajaa",
        "55 § 2 mom.: klienten kan inte bedöma tillståndets betydelse och har ingen laglig företrädare",
        "§ 55.2: the client cannot assess what the permission means and has no legal representative"]
    /// § 55.2: a social-welfare authority's right to data necessary for a statutory task.
    AuthoritysRight "L55-2B" Permission Authority [
        "55 § 2 mom.: sosiaalihuollon viranomaisen oikeus lakisääteisessä tehtävässä välttämättömiin tietoihin",
        "55 § 2 mom.: socialvårdsmyndighetens rätt till uppgifter som är nödvändiga för en lagstadgad uppgift",
        "§ 55.2: a social-welfare authority's right to data necessary for a statutory task"]
    /// § 56 item 1: evident need of care because health, development or safety is endangered. A private provider gets
    /// only what immediate care needs.
    EvidentNeed "L56-1" Denial Anybody [
        "56 § 1 kohta: ilmeinen huolenpidon tarve terveyden, kehityksen tai turvallisuuden vaarantuessa",
        "56 § 1 punkten: uppenbart behov av omsorg när hälsa, utveckling eller säkerhet äventyras",
        "§ 56 item 1: evident need of care because health, development or safety is endangered"]
    /// § 56 item 2: the child's interest.
    ChildsInterest "L56-2" Denial Anybody [
        "56 § 2 kohta: lapsen etu välttämättä vaatii",
        "56 § 2 punkten: barnets bästa kräver det",
        "§ 56 item 2: the child's interest requires it"]
    /// § 56 item 3: to secure the client's necessary interests and rights when the client cannot assess.
    NecessaryInterests "L56-3" Denial Anybody [
        "56 § 3 kohta: asiakkaan välttämättömien etujen ja oikeuksien turvaaminen",
        "56 § 3 punkten: tryggande av klientens nödvändiga intressen och rättigheter",
        "§ 56 item 3: securing the client's necessary interests and rights"]
    /// § 63.4: a public provider checks essential data that it has a right to get.
    CheckingData "L63-4" Denial Authority [
        "63 § 4 mom.: julkinen palvelunjärjestäjä tarkistaa olennaisia tietoja, jotka sillä on oikeus saada",
        "63 § 4 mom.: en offentlig tjänsteanordnare kontrollerar väsentliga uppgifter som den har rätt att få",
        "§ 63.4: a public organiser checks essential data that it has a right to get"]
    /// § 64: an authority's right to get data regardless of secrecy.
    RightToGet "L64" Denial Authority [
        "64 §: sosiaalihuollon viranomaisen oikeus saada tietoja salassapidon estämättä",
        "64 §: socialvårdsmyndighetens rätt att få uppgifter trots sekretess",
        "§ 64: a social-welfare authority's right to get data regardless of secrecy"]
}

impl StatutoryGround {
    /// Whether the ground goes over a denial.
    pub fn passes_denial(self) -> bool {
        self.over() == Over::Denial
    }
}

macro_rules! wide_reasons {
    ($($(#[$doc:meta])* $name:ident $code:literal [$fi:literal, $sv:literal, $en:literal])+) => {
        /// Why a wide search (laaja tiedonhaku) is made. The list is 1.2.246.537.6.1299; its values are not published
        /// where we could read them, so these are our own (open point O5).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum WideSearchReason { $($(#[$doc])* $name,)+ }

        impl WideSearchReason {
            /// Every reason.
            pub const ALL: &'static [WideSearchReason] = &[$(WideSearchReason::$name,)+];

            /// The word on the wire and in the log.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The name shown to people.
            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => pick([$fi, $sv, $en], lang),)+ }
            }

            /// Reads the word.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|reason| reason.code() == code)
            }
        }
    };
}

wide_reasons! {
    /// Earlier services and decisions bear on the present matter.
    EarlierHistory "AIEMMAT_TIEDOT" [
        "Aiemmat tiedot ovat välttämättömiä asian käsittelyssä",
        "Tidigare uppgifter är nödvändiga för att handlägga ärendet",
        "Earlier data are necessary for the matter"]
    /// Assessment of the need for service.
    NeedAssessment "PALVELUTARVE" [
        "Palvelutarpeen arviointi", "Bedömning av servicebehovet", "Assessment of the need for service"]
    /// A child's interest.
    ChildsInterest "LAPSEN_ETU" ["Lapsen etu", "Barnets bästa", "The child's interest"]
    /// Urgent need of help.
    UrgentHelp "KIIREELLINEN_TARVE" [
        "Kiireellinen avun tarve", "Brådskande behov av hjälp", "Urgent need of help"]
    /// The client has asked for it.
    ClientAsked "ASIAKKAAN_PYYNTO" ["Asiakas on pyytänyt", "Klienten har bett om det", "The client has asked for it"]
}

/// What the requester rests the request on. The archive checks it; the frame's usage situation says which (3 by
/// permission, 4 by law).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The client's permission (luovutuslupa).
    Permission,
    /// A legal ground, with the requester's own words beside it.
    Statute {
        /// The ground.
        ground: StatutoryGround,
        /// How many characters the worker wrote; at least [`super::super::REASON_CHARACTERS_MIN`]. The text itself goes
        /// to the log and is no matter of the decision.
        text_characters: usize,
    },
}

/// On what an allowed disclosure rests, for the disclosure log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The client's permission.
    Permission {
        /// Since when it has been in force.
        since: Timestamp,
    },
    /// A legal ground.
    Statute(StatutoryGround),
}

impl Basis {
    /// The code of law-and-codes 1.10: `L55-1` for the permission.
    pub fn code(self) -> &'static str {
        match self {
            Self::Permission { .. } => "L55-1",
            Self::Statute(ground) => ground.code(),
        }
    }

    /// The basis in full, for the log. Holds no client.
    pub fn reference(self) -> String {
        match self {
            Self::Permission { since } => format!("{}@{since}", self.code()),
            Self::Statute(_) => self.code().to_owned(),
        }
    }

    /// Whether it goes over a denial.
    pub fn passes_denial(self) -> bool {
        matches!(self, Self::Statute(ground) if ground.passes_denial())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ground_and_reason_reads_back_and_has_three_names() {
        for ground in StatutoryGround::ALL {
            assert_eq!(StatutoryGround::parse(ground.code()), Some(*ground));
            let [fi, sv, en] = [Lang::Fi, Lang::Sv, Lang::En].map(|lang| ground.name(lang));
            assert!(fi != sv && sv != en);
        }
        for reason in WideSearchReason::ALL {
            assert_eq!(WideSearchReason::parse(reason.code()), Some(*reason));
        }
    }

    #[test]
    fn only_sections_56_63_and_64_go_over_a_denial() {
        for ground in StatutoryGround::ALL {
            let section = ground.code().split('-').next().unwrap();
            assert_eq!(ground.passes_denial(), matches!(section, "L56" | "L63" | "L64"), "{}", ground.code());
        }
    }
}
