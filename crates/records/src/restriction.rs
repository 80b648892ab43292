//! Decisions that restrict a child in substitute care (rajoituspäätös, Child Welfare Act 417/2007 chapter 11; functional
//! specification 3.34), as far as the document and the register show whether they may stand (FR-44).
//!
//! What cannot be judged here stays with the client system: who is the child's responsible social worker and the notice
//! to that person, whether the institution's board has delegated its power to the signer, and whether an organiser that
//! decides runs the institution itself. That the signer is a professional whom the content names as decision maker is
//! judged of every decision (FR-40, FR-42).

use jiff::civil::Date;
use serde_json::Value;

/// What kinds of restriction decisions there are, by type code (list 1506).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    /// Specific document type.
    pub type_code: &'static str,
    /// Longest times, where the sources tell them.
    pub days: Option<Days>,
}

/// Longest times in days. A period of n days ends n days after its first day, for it begins at some hour of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// A first decision of the institution.
    pub institution: i32,
    /// A first decision of the organiser.
    pub organiser: i32,
    /// A continuing decision, which is the organiser's alone.
    pub continued: i32,
    /// Whether a published source says all of it.
    pub confirmed: bool,
}

const fn kind(type_code: &'static str) -> Kind {
    Kind { type_code, days: None }
}

/// The table. Decisions that end a restriction are none. Only of freedom of movement do the structure (30 in all, 23
/// continued) and the specification (7 by the institution, K M) tell the days; other measures have limits of the law that
/// no source of ours gives, and none is made up for them.
pub const KINDS: &[Kind] = &[
    Kind { type_code: "11032", days: Some(Days { institution: 7, organiser: 30, continued: 23, confirmed: false }) },
    kind("11009"),
    kind("11010"),
    kind("11012"),
    kind("11014"),
    kind("11019"),
    kind("11021"),
    kind("11028"),
    kind("11033"),
    kind("11036"),
    kind("11050"),
    kind("11056"),
];

/// Decisions that place a child until another decision ends it: taking into care, keeping in it, its enforcement.
pub const CARE: &[&str] = &["11023", "11024", "11061"];
/// Decisions that place a child urgently.
pub const URGENT: &[&str] = &["11025", "11027"];
/// Decisions that end an urgent placement.
pub const URGENT_ENDS: &[&str] = &["11026"];

/// Whether a type says anything of a child's placement.
pub fn tells_of_placement(type_code: &str) -> bool {
    [CARE, URGENT, URGENT_ENDS].iter().any(|types| types.contains(&type_code))
}

/// A restriction decision as its document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restriction {
    /// Its row of [`KINDS`].
    pub kind: &'static Kind,
    /// First and last day, when told.
    pub period: Option<(Date, Date)>,
    /// Whether it continues an earlier decision.
    pub continued: bool,
    /// Whether some client has come of age by its first day.
    pub adult: bool,
    /// Whether it is made in child protection.
    pub in_child_protection: bool,
}

/// A stored decision on the child's placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// Its type.
    pub type_code: String,
    /// From when on.
    pub from: Date,
}

/// Why a restriction decision does not stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a matter of child protection.
    #[error("not in child protection")]
    OtherTask,
    /// The client is no child.
    #[error("not a child")]
    Adult,
    /// It does not say how long, though its time is limited.
    #[error("no period")]
    NoPeriod,
    /// Longer than this many days.
    #[error("longer than {0} days")]
    TooLong(i32),
    /// Only the organiser continues a restriction.
    #[error("continued by the institution")]
    ContinuedByInstitution,
    /// No decision places the child on that day.
    #[error("no valid placement")]
    NotPlaced,
}

impl Fault {
    /// The sentence for the sender.
    pub fn sentence(self) -> String {
        match self {
            Self::OtherTask => "Rajoituspäätös kuuluu lastensuojelun palvelutehtävään.".to_owned(),
            Self::Adult => "Rajoituspäätös koskee vain lasta.".to_owned(),
            Self::NoPeriod => {
                "Rajoituksen alkamis- ja päättymispäivä puuttuu tai ne ovat väärässä järjestyksessä.".to_owned()
            }
            Self::TooLong(days) => format!("Rajoituksesta voi päättää enintään {days} vuorokaudeksi."),
            Self::ContinuedByInstitution => "Rajoituksen jatkamisesta päättää palvelunjärjestäjä.".to_owned(),
            Self::NotPlaced => "Lapsella ei ole voimassa olevaa sijoituspäätöstä tässä rekisterissä.".to_owned(),
        }
    }
}

/// Years at which a child comes of age.
const ADULT_YEARS: i16 = 18;

/// First and last day of a restriction as its content tells them; `root` is the content below its root key.
pub fn period_in(root: &Value) -> Option<(Date, Date)> {
    let period = root.pointer("/rajoitus/ajanjakso")?;
    let day = |key: &str| period.get(key).and_then(Value::as_str).and_then(|text| text.parse::<Date>().ok());
    Some((day("alkamispaiva")?, day("paattymispaiva")?))
}

/// Whether a content says that it continues an earlier decision.
pub fn continues(root: &Value) -> bool {
    let earlier = || root.get("edellisen_paatoksen_alkamis__ja_paattymispaivamaara").is_some();
    root.get("ensimmainen_paatos").and_then(Value::as_bool).map_or_else(earlier, |first| !first)
}

/// Whether somebody has come of age by a day.
pub fn of_age(born: Date, day: Date) -> bool {
    let birthday = (day.month(), day.day()) >= (born.month(), born.day());
    day.year() - born.year() - i16::from(!birthday) >= ADULT_YEARS
}

/// The row of a type, when it is a restriction decision.
pub fn kind_of(type_code: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.type_code == type_code)
}

/// What the document shows by itself. `institution` is whether a producer decides, under its right to the register.
///
/// # Errors
/// See [`Fault`].
pub fn check(restriction: &Restriction, institution: bool) -> Result<(), Fault> {
    if !restriction.in_child_protection {
        return Err(Fault::OtherTask);
    }
    if restriction.adult {
        return Err(Fault::Adult);
    }
    let Some(days) = restriction.kind.days else { return Ok(()) };
    let longest = match (restriction.continued, institution) {
        (true, true) => return Err(Fault::ContinuedByInstitution),
        (true, false) => days.continued,
        (false, true) => days.institution,
        (false, false) => days.organiser,
    };
    let (first, last) = restriction.period.filter(|(first, last)| first <= last).ok_or(Fault::NoPeriod)?;
    if (last - first).get_days() > longest { Err(Fault::TooLong(longest)) } else { Ok(()) }
}

/// Whether the child is placed on a day, by the decisions in the register. How long an urgent placement may last is the
/// client system's to watch: none of its decisions tells an end that could be compared.
///
/// # Errors
/// [`Fault::NotPlaced`].
pub fn check_placed(placements: &[Placement], day: Date) -> Result<(), Fault> {
    let begun = |types: &[&str]| {
        let of = |placement: &&Placement| types.contains(&placement.type_code.as_str()) && placement.from <= day;
        placements.iter().filter(of).map(|placement| placement.from).max()
    };
    let urgent = begun(URGENT).is_some_and(|from| begun(URGENT_ENDS).is_none_or(|end| end < from));
    if urgent || begun(CARE).is_some() { Ok(()) } else { Err(Fault::NotPlaced) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn movement(last: i8, continued: bool) -> Restriction {
        let period = Some((date(2026, 10, 2), date(2026, 10, last)));
        let kind = kind_of("11032").unwrap();
        Restriction { kind, period, continued, adult: false, in_child_protection: true }
    }

    #[test]
    fn fr_44_days_are_limited_by_who_decides() {
        for (last, continued, institution, expected) in [
            (9, false, true, Ok(())),
            (10, false, true, Err(Fault::TooLong(7))),
            (10, false, false, Ok(())),
            (25, true, false, Ok(())),
            (26, true, false, Err(Fault::TooLong(23))),
            (3, true, true, Err(Fault::ContinuedByInstitution)),
            (1, false, true, Err(Fault::NoPeriod)),
        ] {
            assert_eq!(check(&movement(last, continued), institution), expected, "{last} {continued} {institution}");
        }
        let long = Restriction { period: Some((date(2026, 10, 2), date(2026, 11, 2))), ..movement(3, false) };
        assert_eq!(check(&long, false), Err(Fault::TooLong(30)));
        assert_eq!(check(&Restriction { adult: true, ..movement(3, false) }, true), Err(Fault::Adult));
        let elsewhere = Restriction { in_child_protection: false, ..movement(3, false) };
        assert_eq!(check(&elsewhere, true), Err(Fault::OtherTask));
        let seizure = Restriction { kind: kind_of("11009").unwrap(), period: None, ..movement(3, false) };
        assert_eq!(check(&seizure, true), Ok(()), "no day limit is known of it");
    }

    #[test]
    fn fr_44_a_placement_holds_from_its_day_until_it_is_ended() {
        let of = |type_code: &str, day| Placement { type_code: type_code.to_owned(), from: date(2026, 9, day) };
        let (urgent, ended, care) = (of("11027", 20), of("11026", 25), of("11023", 24));
        let on = |placements: &[Placement], day| check_placed(placements, date(2026, 9, day)).is_ok();
        assert!(!on(&[], 20));
        assert!(on(std::slice::from_ref(&urgent), 20) && !on(std::slice::from_ref(&urgent), 19));
        assert!(on(&[urgent.clone(), ended.clone()], 24) && !on(&[urgent.clone(), ended.clone()], 25));
        assert!(on(&[urgent.clone(), ended.clone(), care], 25), "the care order stands");
        assert!(on(&[urgent, ended, of("11027", 28)], 28));
    }

    #[test]
    fn fr_44_a_child_comes_of_age_on_the_eighteenth_birthday() {
        let born = date(2011, 9, 23);
        assert!(!of_age(born, date(2029, 9, 22)) && of_age(born, date(2029, 9, 23)) && of_age(born, date(2030, 1, 1)));
        assert!(!of_age(born, date(2026, 10, 2)) && !of_age(born, date(2029, 1, 30)));
    }
}
