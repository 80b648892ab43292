//! How identifiers are numbered under an organisation's arc (decisions.md 7).
//!
//! Pure: the running number comes from a sequence that the caller keeps per arc, year and series. A document's OID is
//! given when the document becomes *ready*; a retry keeps it.

use crate::id::{CaseId, DocumentId, IdError, Oid, RelationshipId, TemporaryId};
use jiff::civil::Date;

/// The node of documents, cases and relationships of social welfare (wire-format 11).
const SOCIAL_WELFARE_NODE: u8 = 95;
/// The node of temporary client ids.
const TEMPORARY_ID_NODE: u8 = 22;
/// How many temporary ids one birth date and century mark can give in a year: individual numbers 900–999.
pub const TEMPORARY_IDS_PER_BIRTH_DATE: u16 = 100;

/// The series keep the running numbers of documents, cases and relationships apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Series {
    /// Document versions.
    Document,
    /// Cases.
    Case,
    /// Client relationships.
    Relationship,
}

impl Series {
    /// The node of the series.
    pub fn node(self) -> u8 {
        match self {
            Series::Document => 1,
            Series::Case => 2,
            Series::Relationship => 3,
        }
    }
}

/// `<arc>.95.<year>.<series>.<n>`.
///
/// # Errors
/// `Form` when the result would be longer than an OID may be.
pub fn compose(arc: &Oid, year: i16, series: Series, number: u64) -> Result<Oid, IdError> {
    Oid::parse(&format!("{arc}.{SOCIAL_WELFARE_NODE}.{year}.{}.{number}", series.node()))
}

/// The OID of a document version.
///
/// # Errors
/// As [`compose`].
pub fn document(arc: &Oid, year: i16, number: u64) -> Result<DocumentId, IdError> {
    compose(arc, year, Series::Document, number).map(DocumentId)
}

/// The OID of a case.
///
/// # Errors
/// As [`compose`].
pub fn case(arc: &Oid, year: i16, number: u64) -> Result<CaseId, IdError> {
    compose(arc, year, Series::Case, number).map(CaseId)
}

/// The OID of a client relationship.
///
/// # Errors
/// As [`compose`].
pub fn relationship(arc: &Oid, year: i16, number: u64) -> Result<RelationshipId, IdError> {
    compose(arc, year, Series::Relationship, number).map(RelationshipId)
}

/// The identifier system of an organisation's temporary ids of a year, `<arc>.22.<year>`.
///
/// # Errors
/// As [`compose`].
pub fn temporary_system(arc: &Oid, year: i16) -> Result<Oid, IdError> {
    Oid::parse(&format!("{arc}.{TEMPORARY_ID_NODE}.{year}"))
}

/// A temporary id for a person born (or estimated to be born) on the day; `number` 0–99 tells apart those of one day.
///
/// The check character is the one that a personal identity code would have, though nobody verifies it (decisions.md 8).
///
/// # Errors
/// `Form` when `number` is over 99 or the arc is not that of an organisation, `Date` for a year outside 1800–2099.
pub fn temporary_id(arc: &Oid, year: i16, birth: Date, number: u16) -> Result<TemporaryId, IdError> {
    if number >= TEMPORARY_IDS_PER_BIRTH_DATE {
        return Err(IdError::Form);
    }
    let separator = match birth.year() {
        1800..=1899 => '+',
        1900..=1999 => '-',
        2000..=2099 => 'A',
        _ => return Err(IdError::Date),
    };
    let date = format!("{:02}{:02}{:02}", birth.day(), birth.month(), birth.year() % 100);
    let individual = 900 + number;
    let digits: usize = format!("{date}{individual}").parse().map_err(|_| IdError::Form)?;
    let check = char::from(b"0123456789ABCDEFHJKLMNPRSTUVWXY"[digits % 31]);
    TemporaryId::parse(temporary_system(arc, year)?.as_str(), &format!("{date}{separator}{individual}{check}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn arc() -> Oid {
        Oid::parse("1.2.246.10.99990015").unwrap()
    }

    #[test]
    fn the_case_of_the_demo_has_its_number() {
        assert_eq!(case(&arc(), 2026, 1001).unwrap().as_str(), "1.2.246.10.99990015.95.2026.2.1001");
    }

    #[test]
    fn the_same_number_in_another_series_is_another_identifier() {
        assert_ne!(document(&arc(), 2026, 7).unwrap().0, relationship(&arc(), 2026, 7).unwrap().0);
    }

    #[test]
    fn fr_61_a_temporary_id_is_of_the_organisers_own_system() {
        let id = temporary_id(&arc(), 2026, date(1975, 1, 1), 1).unwrap();
        assert_eq!(id.system().as_str(), "1.2.246.10.99990015.22.2026");
        assert!(id.as_str().starts_with("010175-901"));
        assert_eq!(temporary_id(&arc(), 2026, date(1975, 1, 1), 100).unwrap_err(), IdError::Form);
        assert_eq!(temporary_id(&arc(), 2026, date(1775, 1, 1), 1).unwrap_err(), IdError::Date);
    }
}
