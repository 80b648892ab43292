//! Why something is allowed: what the log writes and what the page says.

use super::disclosure::{Basis, WideSearchReason};
use crate::Lang;
use crate::code::{ServiceTask, SpecialReason, pick};
use crate::id::RelationshipId;
use crate::relationship::UnitRelation;
use crate::time::{Period, finnish_date};
use jiff::{Timestamp, civil::Date};

/// Why something is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ground {
    /// The worker's unit is on the client's relationship document.
    Relationship {
        /// The relationship.
        relationship: RelationshipId,
        /// The unit row.
        row: UnitRelation,
    },
    /// The client's matter has been given to the worker.
    Assigned,
    /// The worker has given a special reason.
    SpecialReason {
        /// The reason.
        reason: SpecialReason,
        /// Until when it holds.
        until: Timestamp,
    },
    /// A case or a relationship is being opened, before which no relation can exist.
    Opening,
    /// Register access rights; the keys of their rows ([`crate::grant::Grant::key`]).
    Grants {
        /// One key per grant used.
        keys: Vec<String>,
        /// The period of the first.
        period: Period,
    },
    /// A disclosure between controllers (functional specification 3.11).
    Disclosure {
        /// The requester's own relation to the client: a row of its own relationship document, a given matter, or a
        /// special reason.
        relation: Box<Ground>,
        /// On what the disclosure rests.
        basis: Basis,
        /// The reason of a wide search, when it was one.
        wide_search: Option<WideSearchReason>,
    },
}

impl Ground {
    /// The word in the log.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Relationship { .. } => "relationship",
            Self::Assigned => "assigned",
            Self::SpecialReason { .. } => "special_reason",
            Self::Opening => "opening",
            Self::Grants { .. } => "register_right",
            Self::Disclosure { basis: Basis::Permission { .. }, .. } => "disclosure_permission",
            Self::Disclosure { basis: Basis::Statute(_), .. } => "disclosure_statute",
        }
    }

    /// The ground in full, for the log: the relation row, the grant keys, or the basis of a disclosure with the relation
    /// that it stands on. Holds no client.
    pub fn reference(&self) -> String {
        match self {
            Self::Relationship { relationship, row } => {
                let task = row.task.map_or("-", ServiceTask::code);
                format!("{relationship}/{task}/{}/{}", row.unit, row.period.start)
            }
            Self::SpecialReason { reason, .. } => reason.code().to_owned(),
            Self::Assigned | Self::Opening => String::new(),
            Self::Grants { keys, .. } => keys.join(" "),
            Self::Disclosure { relation, basis, wide_search } => {
                let wide = wide_search.map(|reason| format!(" wide:{}", reason.code())).unwrap_or_default();
                let separator = if relation.reference().is_empty() { "" } else { "/" };
                format!("{}{wide} {}{separator}{}", basis.reference(), relation.code(), relation.reference())
            }
        }
    }

    /// The line on every client page that says why the data are seen.
    pub fn sentence(&self, lang: Lang, names: Names) -> String {
        let see = pick(["Näet tiedot", "Du ser uppgifterna", "You see the data"], lang);
        let unit = format!("{} {}", pick(["palveluyksikkö", "serviceenhet", "service unit"], lang), names.unit);
        match self {
            Ground::Relationship { row, .. } => {
                let word = pick(["asiakkuus", "klientrelation", "client relationship"], lang);
                format!("{see}: {unit}, {word} {}", dates(row.period))
            }
            Ground::Grants { period, .. } => {
                let word =
                    pick(["rekisterinkäyttöoikeus", "rätt att använda registret", "register access right"], lang);
                format!("{see}: {unit}, {word} {}, {}", dates(*period), names.controller)
            }
            Ground::Assigned => {
                let words =
                    ["asia on annettu sinulle", "ärendet har getts till dig", "the matter has been given to you"];
                format!("{see}: {}", pick(words, lang))
            }
            Ground::Opening => {
                format!("{see}: {}", pick(["asiaa avataan", "ärendet öppnas", "the case is being opened"], lang))
            }
            Ground::SpecialReason { reason, .. } => {
                let word = pick(["erityinen syy", "särskilt skäl", "special reason"], lang);
                format!("{see}: {word}: {}", reason.name(lang))
            }
            Ground::Disclosure { basis, .. } => {
                format!("{see}: {unit}, {}, {}", basis_words(basis, lang), names.controller)
            }
        }
    }
}

/// `luovutus luovutusluvalla, lupa annettu 1.10.2026`, or the section of law.
fn basis_words(basis: &Basis, lang: Lang) -> String {
    match basis {
        Basis::Permission { since } => {
            let words = [
                "luovutus luovutusluvalla, lupa annettu",
                "utlämnande med utlämningstillstånd, gett",
                "disclosure by permission, given",
            ];
            format!("{} {}", pick(words, lang), day(finnish_date(*since)))
        }
        Basis::Statute(ground) => {
            let words = ["luovutus lain nojalla", "utlämnande med stöd av lag", "disclosure by law"];
            format!("{}: {}", pick(words, lang), ground.name(lang))
        }
    }
}

/// Names that the sentence shows; the caller takes them from the organisation register.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The worker's unit.
    pub unit: &'a str,
    /// The controller.
    pub controller: &'a str,
}

fn day(date: Date) -> String {
    format!("{}.{}.{}", date.day(), date.month(), date.year())
}

/// `3.2.2025–30.6.2026`, or open-ended.
fn dates(period: Period) -> String {
    format!("{}–{}", day(period.start), period.end.map(day).unwrap_or_default())
}
