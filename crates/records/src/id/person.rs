//! Identifiers of people.

use super::{IdError, Oid};
use jiff::civil::Date;
use std::fmt;

/// The identifier system of personal identity codes (wire-format 11).
pub const HETU_ROOT: &str = "1.2.246.21";

/// Check characters in order of the remainder by 31 (wire-format 11).
const CHECK_CHARACTERS: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

/// A Finnish personal identity code (henkilötunnus, hetu), `DDMMYY<c>NNN<k>`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonalIdentityCode(String);

impl PersonalIdentityCode {
    /// Reads a code with any separator in force since 1.1.2023.
    ///
    /// # Errors
    /// `Form`, `Date` or `Check`, in that order of looking.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim().to_ascii_uppercase();
        let (date, individual) = split_form(&text)?;
        date.ok_or(IdError::Date)?;
        if individual < 2 {
            return Err(IdError::Form);
        }
        let digits: usize = format!("{}{}", &text[..6], &text[7..10]).parse().map_err(|_| IdError::Form)?;
        if text.as_bytes()[10] != CHECK_CHARACTERS[digits % 31] {
            return Err(IdError::Check);
        }
        Ok(Self(text))
    }

    /// The code itself. To call this is to decide that the code may be seen where it goes.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The date of birth that the code holds.
    pub fn birth_date(&self) -> Date {
        split_form(&self.0).ok().and_then(|(date, _)| date).expect("a parsed code has a date")
    }

    /// `ddmmyy*****`, the only form in which display forms show a code (wire-format 6.2).
    pub fn masked(&self) -> String {
        format!("{}*****", &self.0[..6])
    }

    /// Whether the code is of the 900 series that test persons have.
    pub fn is_test(&self) -> bool {
        self.0.as_bytes()[7] == b'9'
    }
}

impl fmt::Debug for PersonalIdentityCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonalIdentityCode(…)")
    }
}

/// Splits `DDMMYY<c>NNN<k>` into the date, if it exists, and the individual number.
fn split_form(text: &str) -> Result<(Option<Date>, u16), IdError> {
    let bytes = text.as_bytes();
    if bytes.len() != 11 || !text.is_ascii() || !bytes[..6].iter().chain(&bytes[7..10]).all(u8::is_ascii_digit) {
        return Err(IdError::Form);
    }
    if !bytes[10].is_ascii_alphanumeric() {
        return Err(IdError::Form);
    }
    let century = match bytes[6] {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return Err(IdError::Form),
    };
    let number = |from: usize, to: usize| text[from..to].parse::<i16>().map_err(|_| IdError::Form);
    let (day, month, year) = (number(0, 2)?, number(2, 4)?, number(4, 6)?);
    let date = Date::new(century + year, month as i8, day as i8).ok();
    Ok((date, number(7, 10)? as u16))
}

/// A temporary id (tilapäinen yksilöintitunnus), given by an organiser to a person whose code is not known.
///
/// It is hetu-shaped with an individual number of 900–999; its check character is not verified (decisions.md 8).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TemporaryId {
    system: Oid,
    value: String,
}

impl TemporaryId {
    /// Reads a temporary id of the system `<arc>.22.<year>`.
    ///
    /// # Errors
    /// `Form` when the system or the shape is wrong, `Date` when the date does not exist.
    pub fn parse(system: &str, value: &str) -> Result<Self, IdError> {
        let system = Oid::parse(system)?;
        let nodes: Vec<&str> = system.as_str().split('.').collect();
        let fits = nodes.len() == 7 && nodes[..4] == ["1", "2", "246", "10"] && nodes[5] == "22" && nodes[6].len() == 4;
        let value = value.trim().to_ascii_uppercase();
        let (date, individual) = split_form(&value)?;
        if !fits || individual < 900 {
            return Err(IdError::Form);
        }
        date.ok_or(IdError::Date)?;
        Ok(Self { system, value })
    }

    /// The identifier system, `<arc>.22.<year>`.
    pub fn system(&self) -> &Oid {
        &self.system
    }

    /// The id itself.
    pub fn as_str(&self) -> &str {
        &self.value
    }
}

impl fmt::Debug for TemporaryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TemporaryId(…)")
    }
}

/// How a client is identified: by exactly one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClientId {
    /// A personal identity code.
    Hetu(PersonalIdentityCode),
    /// A temporary id.
    Temporary(TemporaryId),
}

impl ClientId {
    /// Reads root and extension as the header's `patientRole/id` gives them; `urn:oid:` before the root is accepted.
    ///
    /// # Errors
    /// That of the identifier which the root names.
    pub fn parse(root: &str, extension: &str) -> Result<Self, IdError> {
        let root = root.trim().strip_prefix("urn:oid:").unwrap_or(root.trim());
        if root == HETU_ROOT {
            PersonalIdentityCode::parse(extension).map(Self::Hetu)
        } else {
            TemporaryId::parse(root, extension).map(Self::Temporary)
        }
    }

    /// The identifier system.
    pub fn root(&self) -> &str {
        match self {
            Self::Hetu(_) => HETU_ROOT,
            Self::Temporary(id) => id.system.as_str(),
        }
    }

    /// The identifier within the system.
    pub fn extension(&self) -> &str {
        match self {
            Self::Hetu(code) => code.as_str(),
            Self::Temporary(id) => id.as_str(),
        }
    }

    /// The personal identity code, if that is what identifies the client.
    pub fn hetu(&self) -> Option<&PersonalIdentityCode> {
        match self {
            Self::Hetu(code) => Some(code),
            Self::Temporary(_) => None,
        }
    }
}

/// A professional's registration number (rekisteröintinumero): 11 digits, no known check (wire-format 13).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RegistrationNumber(String);

impl RegistrationNumber {
    /// The identifier system of registration numbers.
    pub const ROOT: &'static str = "1.2.246.537.26";

    /// Reads a number of 11 digits.
    ///
    /// # Errors
    /// `Form` for anything else.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        if text.len() != 11 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(IdError::Form);
        }
        Ok(Self(text.to_owned()))
    }

    /// The eleven digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RegistrationNumber {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<RegistrationNumber> for String {
    fn from(number: RegistrationNumber) -> String {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_separator_in_force_is_read_and_gives_its_century() {
        for (separator, year) in
            "+-YXWVUABCDEF".chars().zip([1843, 1943, 1943, 1943, 1943, 1943, 1943, 2043, 2043, 2043, 2043, 2043, 2043])
        {
            let code = PersonalIdentityCode::parse(&format!("120243{separator}934K")).unwrap();
            assert_eq!(code.birth_date().year(), year, "{separator}");
        }
    }

    #[test]
    fn a_code_with_a_wrong_check_date_or_separator_is_refused() {
        assert_eq!(PersonalIdentityCode::parse("120243-934L").unwrap_err(), IdError::Check);
        assert_eq!(PersonalIdentityCode::parse("310243-934K").unwrap_err(), IdError::Date);
        for wrong in ["120243G934K", "120243T934K", "120243-34K", "12024a-934K", "120243-001C", "120243-934Ä"] {
            assert_eq!(PersonalIdentityCode::parse(wrong).unwrap_err(), IdError::Form, "{wrong}");
        }
    }

    #[test]
    fn the_cast_of_the_demo_has_valid_codes() {
        for code in [
            "120243-934K",
            "230911A957T",
            "150684-946P",
            "081182-941J",
            "010177-9532",
            "301158-9284",
            "170350-962A",
            "040569-912U",
        ] {
            assert!(PersonalIdentityCode::parse(code).unwrap().is_test(), "{code}");
        }
    }

    #[test]
    fn a_temporary_id_keeps_its_system_and_its_check_character_is_not_verified() {
        let id = TemporaryId::parse("1.2.246.10.99990015.22.2026", "010175-901Z").unwrap();
        assert_eq!(id.system().as_str(), "1.2.246.10.99990015.22.2026");
        assert_eq!(TemporaryId::parse("1.2.246.10.99990015.22.2026", "010175-101Z").unwrap_err(), IdError::Form);
        assert_eq!(TemporaryId::parse("1.2.246.10.99990015.23.2026", "010175-901Z").unwrap_err(), IdError::Form);
    }

    #[test]
    fn debug_shows_no_person() {
        let shown = format!("{:?}", ClientId::parse(HETU_ROOT, "120243-934K").unwrap());
        assert!(!shown.contains("120243") && !shown.contains("934"));
    }
}
