//! The maximum rights of the decree 457/2024 as data (law-and-codes 2).
//!
//! The decree lists duties (työtehtävä), not professions. A row says which parts of the client documents the duty may
//! reach and which of the four denied groups it never may. Organisations map their roles to duties and may only narrow.

use crate::Lang;
use crate::code::{ServiceTask, SocialService, pick};

macro_rules! duties {
    ($($(#[$doc:meta])* $name:ident $code:literal [$fi:literal, $sv:literal, $en:literal])+) => {
        /// The work that a right is given for (työtehtävä, arbetsuppgift).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Duty { $($(#[$doc])* $name,)+ }

        impl Duty {
            /// Every duty, in the order of the decree.
            pub const ALL: &'static [Duty] = &[$(Duty::$name,)+];

            /// The word on the wire (`Toimija`), in the database and in the log; our own until the code is known.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)+ }
            }

            /// The name shown to people.
            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$name => pick([$fi, $sv, $en], lang),)+ }
            }

            /// Reads the word.
            pub fn parse(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|duty| duty.code() == code)
            }
        }
    };
}

duties! {
    /// Broad responsibility for the client, § 12.1: emergency duty, assessment, planning, own worker.
    BroadResponsibility "laaja_asiakasvastuu" ["Laaja asiakasvastuu", "Brett klientansvar", "Broad responsibility for the client"]
    /// The social worker responsible for a child's affairs or the leading officer of child protection, § 12.2.
    ChildsSocialWorker "lapsen_asioista_vastaava" ["Lapsen asioista vastaava sosiaalityöntekijä", "Socialarbetare som ansvarar för barnets angelägenheter", "Social worker responsible for a child"]
    /// Arranging of services, § 13.
    Arranging "jarjestaminen" ["Sosiaalipalvelun järjestäminen", "Ordnande av socialservice", "Arranging of social services"]
    /// Child welfare officer, § 14.1.
    ChildWelfareOfficer "lastenvalvoja" ["Lastenvalvoja", "Barnatillsyningsman", "Child welfare officer"]
    /// Child welfare officer who makes custody reports or arranges supervised meetings, § 14.2.
    CustodyReports "lastenvalvoja_selvitykset" ["Lastenvalvoja, selvitykset ja tapaamiset", "Barnatillsyningsman, utredningar och umgänge", "Child welfare officer, reports and meetings"]
    /// Carrying out of a service, § 15.1.
    CarryingOut "toteutus" ["Sosiaalipalvelun toteutus", "Genomförande av socialservice", "Carrying out of a service"]
    /// Carrying out of one of the services of § 15.2, whose data are seen in all tasks.
    CarryingOutAcrossTasks "toteutus_15_2" ["Sosiaalipalvelun toteutus, 15 § 2 mom.", "Genomförande av socialservice, 15 § 2 mom.", "Carrying out of a service, § 15.2"]
    /// Adoption counselling, § 15.3.
    AdoptionCounselling "adoptioneuvonta" ["Adoptioneuvonta", "Adoptionsrådgivning", "Adoption counselling"]
    /// Mediation in family matters, § 15.4: its own data only.
    Mediation "perheasioiden_sovittelu" ["Perheasioiden sovittelu", "Medling i familjefrågor", "Family mediation"]
    /// Administration, § 17.
    Administration "hallinto" ["Hallinto", "Förvaltning", "Administration"]
    /// Arranging in private social welfare, § 16.
    PrivateArranging "yksityinen_jarjestaminen" ["Yksityinen järjestäminen", "Privat ordnande", "Private arranging"]
    /// Carrying out in private social welfare, § 16.
    PrivateCarryingOut "yksityinen_toteutus" ["Yksityinen toteutus", "Privat genomförande", "Private carrying out"]
    /// Administration in private social welfare, §§ 16–17.
    PrivateAdministration "yksityinen_hallinto" ["Yksityinen hallinto", "Privat förvaltning", "Private administration"]
    /// Support of information systems, § 22.
    Support "tietojarjestelmatuki" ["Tietojärjestelmätuki", "Informationssystemsstöd", "Information systems support"]
    /// Archive and document administration, § 23.
    Archivist "arkistointi" ["Asiakirjahallinto ja arkisto", "Dokumentförvaltning och arkiv", "Archive"]
    /// Management: complaints, incidents, supervision, § 24.
    Oversight "johtaminen" ["Johtaminen ja valvonta", "Ledning och tillsyn", "Management and supervision"]
}

impl Duty {
    /// The duty under the public matrix: who works for a public organiser follows it (decree § 10.2).
    pub fn when_acting_for_public(self) -> Duty {
        match self {
            Duty::PrivateArranging | Duty::PrivateCarryingOut => Duty::CarryingOut,
            Duty::PrivateAdministration => Duty::Administration,
            duty => duty,
        }
    }

    /// Whether the duty may make and change documents at all.
    pub fn writes(self) -> bool {
        !matches!(self, Duty::Support | Duty::Archivist | Duty::Oversight)
    }

    /// Whether the duty may correct and invalidate archived documents of the own register.
    pub fn corrects(self) -> bool {
        !matches!(self, Duty::Support | Duty::Oversight)
    }

    /// Whether the duty is to carry out a service and nothing before it.
    pub fn only_carries_out(self) -> bool {
        matches!(self, Duty::CarryingOut | Duty::CarryingOutAcrossTasks | Duty::PrivateCarryingOut)
    }

    /// Whether the duty carries out services (§ 15, § 16).
    pub fn carries_out(self) -> bool {
        self.only_carries_out() || matches!(self, Duty::AdoptionCounselling | Duty::Mediation)
    }

    /// Whether the duty is of private social welfare (§ 16).
    pub fn private(self) -> bool {
        matches!(self, Duty::PrivateArranging | Duty::PrivateCarryingOut | Duty::PrivateAdministration)
    }

    /// Whether the duty opens cases and client relationships and writes their documents.
    pub fn opens_cases(self) -> bool {
        matches!(
            self,
            Duty::BroadResponsibility
                | Duty::ChildsSocialWorker
                | Duty::Arranging
                | Duty::ChildWelfareOfficer
                | Duty::CustodyReports
                | Duty::AdoptionCounselling
                | Duty::Mediation
                | Duty::Administration
                | Duty::PrivateArranging
                | Duty::PrivateAdministration
        )
    }

    /// The row of the decree.
    pub fn rule(self) -> &'static Rule {
        MATRIX.iter().find(|rule| rule.duty == self).expect("a test shows that every duty has a row")
    }
}

/// The four groups of data that the decree denies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DeniedGroup {
    /// Carrying out of mediation in family matters.
    Mediation,
    /// Carrying out of shelter services.
    Shelter,
    /// Entries on therapeutic work (19014).
    Therapy,
    /// Entries on an examination made to the client (19015).
    Examination,
}

impl DeniedGroup {
    /// Every group.
    pub const ALL: &'static [DeniedGroup] = &[Self::Mediation, Self::Shelter, Self::Therapy, Self::Examination];

    /// The name used in the specification and in policy tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Mediation => "X-MED",
            Self::Shelter => "X-SHELTER",
            Self::Therapy => "X-THER",
            Self::Examination => "X-EXAM",
        }
    }
}

/// A part of the client documents (law-and-codes 2, "Data groups").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// ASIAKKUUS: basic data of the client relationship, risk data and the cases.
    Basic,
    /// All documents of every task.
    AllTasks,
    /// All documents of these tasks.
    Tasks(&'static [ServiceTask]),
    /// All documents of the worker's own tasks, as far as they are among these.
    OwnTasksAmong(&'static [ServiceTask]),
    /// Plans and assessments of the own tasks.
    PlansOfOwnTasks,
    /// Decisions, preparing and carrying out of the own services and of essentially related ones, in the own tasks.
    OwnServices,
    /// Everything of the own services, as far as they are among these, in all tasks.
    OwnServicesInAllTasks(&'static [&'static str]),
    /// The client's contract (private).
    Contracts,
    /// Plans of carrying out (toteuttamissuunnitelma).
    CarryingOutPlans,
    /// Carrying out of every service that the organisation gives in the own tasks (private arranging).
    CarryingOutOfOwnTasks,
    /// Carrying out of the own services alone (private carrying out).
    CarryingOutOfOwnServices,
    /// Mediation's own documents.
    MediationAlone,
}

/// A row of the matrix.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// The duty.
    pub duty: Duty,
    /// The section of decree 457/2024.
    pub section: &'static str,
    /// What the duty may reach.
    pub parts: &'static [Part],
    /// What it never may, whatever the parts say.
    pub denied: &'static [DeniedGroup],
}

use DeniedGroup::{Examination, Mediation, Shelter, Therapy};
use ServiceTask::{ChildProtection, Disability, Elderly, Families, FamilyLaw, SubstanceAbuse, WorkingAge};

const ALL_FOUR: &[DeniedGroup] = DeniedGroup::ALL;
const BUT_SHELTER: &[DeniedGroup] = &[Mediation, Therapy, Examination];
const BUT_MEDIATION: &[DeniedGroup] = &[Shelter, Therapy, Examination];

/// The services of § 15.2, whose carrying out sees the service in every task.
pub const SERVICES_ACROSS_TASKS: &[&str] = &[
    SocialService::INFORMAL_CARE,
    SocialService::INCOME_SUPPORT,
    SocialService::FINANCIAL_CAPABILITY,
    SocialService::SOCIAL_CREDIT,
    SocialService::SHELTER,
];

/// The matrix.
pub const MATRIX: &[Rule] = &[
    Rule {
        duty: Duty::BroadResponsibility,
        section: "12 § 1 mom.",
        parts: &[Part::Basic, Part::AllTasks],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::ChildsSocialWorker,
        section: "12 § 2 mom.",
        parts: &[Part::Basic, Part::AllTasks],
        denied: BUT_SHELTER,
    },
    Rule {
        duty: Duty::Arranging,
        section: "13 §",
        parts: &[
            Part::Basic,
            Part::Tasks(&[Families, WorkingAge, Elderly]),
            Part::OwnTasksAmong(&[Disability, ChildProtection, SubstanceAbuse, FamilyLaw]),
        ],
        denied: BUT_MEDIATION,
    },
    Rule {
        duty: Duty::ChildWelfareOfficer,
        section: "14 § 1 mom.",
        parts: &[Part::Basic, Part::Tasks(&[FamilyLaw, Families, WorkingAge])],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::CustodyReports,
        section: "14 § 2 mom.",
        parts: &[Part::Basic, Part::Tasks(&[FamilyLaw, Families, WorkingAge, ChildProtection])],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::CarryingOut,
        section: "15 § 1 mom.",
        parts: &[Part::Basic, Part::PlansOfOwnTasks, Part::OwnServices],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::CarryingOutAcrossTasks,
        section: "15 § 2 mom.",
        parts: &[
            Part::Basic,
            Part::PlansOfOwnTasks,
            Part::OwnServices,
            Part::OwnServicesInAllTasks(SERVICES_ACROSS_TASKS),
        ],
        // Shelter data open only to those who carry out shelter services: the parts above let nobody else to them.
        denied: BUT_SHELTER,
    },
    Rule {
        duty: Duty::AdoptionCounselling,
        section: "15 § 3 mom.",
        parts: &[
            Part::Basic,
            Part::PlansOfOwnTasks,
            Part::OwnServices,
            Part::Tasks(&[Families, ChildProtection, WorkingAge]),
        ],
        denied: ALL_FOUR,
    },
    Rule { duty: Duty::Mediation, section: "15 § 4 mom.", parts: &[Part::MediationAlone], denied: BUT_MEDIATION },
    Rule { duty: Duty::Administration, section: "17 §", parts: &[Part::Basic, Part::AllTasks], denied: ALL_FOUR },
    Rule {
        duty: Duty::PrivateArranging,
        section: "16 §",
        parts: &[
            Part::Basic,
            Part::Contracts,
            Part::CarryingOutPlans,
            Part::PlansOfOwnTasks,
            Part::CarryingOutOfOwnTasks,
        ],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::PrivateCarryingOut,
        section: "16 §",
        parts: &[
            Part::Basic,
            Part::Contracts,
            Part::CarryingOutPlans,
            Part::PlansOfOwnTasks,
            Part::CarryingOutOfOwnServices,
        ],
        denied: ALL_FOUR,
    },
    Rule {
        duty: Duty::PrivateAdministration,
        section: "16 ja 17 §",
        parts: &[Part::Basic, Part::AllTasks],
        denied: ALL_FOUR,
    },
    Rule { duty: Duty::Support, section: "22 §", parts: &[Part::Basic, Part::AllTasks], denied: ALL_FOUR },
    Rule { duty: Duty::Archivist, section: "23 §", parts: &[Part::Basic, Part::AllTasks], denied: ALL_FOUR },
    Rule { duty: Duty::Oversight, section: "24 §", parts: &[Part::Basic, Part::AllTasks], denied: ALL_FOUR },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fr_101_every_duty_has_exactly_one_row() {
        for duty in Duty::ALL {
            assert_eq!(MATRIX.iter().filter(|rule| rule.duty == *duty).count(), 1, "{}", duty.code());
            assert_eq!(Duty::parse(duty.code()), Some(*duty));
            assert!(!duty.rule().parts.is_empty());
        }
    }

    #[test]
    fn fr_101_therapy_and_examination_are_denied_in_every_row() {
        for rule in MATRIX {
            assert!(rule.denied.contains(&Therapy) && rule.denied.contains(&Examination), "{}", rule.section);
        }
    }
}
