//! Identifiers, parsed once at the edge and trusted afterwards.
//!
//! Those that identify a person redact themselves in `Debug` and have no `Display`: to write one out is always a
//! decision, made by calling `as_str`.

mod oid;
mod person;

pub use oid::{CaseId, DocumentId, Oid, OrganisationId, RelationshipId, ServiceUnitId, SetId};
pub use person::{ClientId, HETU_ROOT, PersonalIdentityCode, RegistrationNumber, TemporaryId};

/// Why an identifier was not accepted. Never holds the identifier itself, which may be a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Length, separator or characters are not those of the identifier.
    #[error("the form of the identifier is wrong")]
    Form,
    /// The date inside a personal identity code does not exist.
    #[error("the date in the identifier does not exist")]
    Date,
    /// The check character does not fit.
    #[error("the check character of the identifier is wrong")]
    Check,
}

/// A Finnish business id (Y-tunnus), `NNNNNNN-N`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BusinessId(String);

impl BusinessId {
    /// Reads a business id; six digits before the hyphen are accepted as an old form with a leading zero.
    ///
    /// # Errors
    /// `Form` for anything but digits and one hyphen, `Check` when the check digit differs (wire-format 11).
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let (number, check) = text.trim().split_once('-').ok_or(IdError::Form)?;
        let number = if number.len() == 6 { format!("0{number}") } else { number.to_owned() };
        if number.len() != 7 || check.len() != 1 || !(number.clone() + check).bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::Form);
        }
        let sum: u32 =
            number.bytes().zip([7, 9, 10, 5, 8, 4, 2]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        let expected = match sum % 11 {
            0 => 0,
            1 => return Err(IdError::Check),
            rest => 11 - rest,
        };
        if check.parse() != Ok(expected) {
            return Err(IdError::Check);
        }
        Ok(Self(format!("{number}-{check}")))
    }

    /// The id as written, `NNNNNNN-N`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The arc of the organisation in the OID tree: `1.2.246.10.<digits without leading zeros>` (decisions.md 7).
    pub fn arc(&self) -> Oid {
        let digits = self.0.replace('-', "");
        Oid::parse(&format!("1.2.246.10.{}", digits.trim_start_matches('0')))
            .expect("digits under a fixed arc are an OID")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_business_id_gives_its_arc_without_leading_zeros() {
        let id = BusinessId::parse("0124610-9").unwrap();
        assert_eq!(id.arc().as_str(), "1.2.246.10.1246109");
        assert_eq!(BusinessId::parse("124610-9").unwrap(), id);
    }

    #[test]
    fn a_business_id_with_a_wrong_check_digit_is_refused() {
        assert_eq!(BusinessId::parse("0124610-8"), Err(IdError::Check));
        assert_eq!(BusinessId::parse("01246109"), Err(IdError::Form));
    }
}
