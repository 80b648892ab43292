//! Object identifiers and the names that keep them from being mixed up.

use super::IdError;
use std::fmt;

/// Longest OID accepted; HL7's `II.root` practice (wire-format 11).
const OID_CHARACTERS_MAX: usize = 64;

/// An object identifier: numbers joined by dots, no leading zero in a number.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Oid(String);

impl Oid {
    /// Reads a bare OID, or one with the prefix `urn:oid:` that the JSON bodies use.
    ///
    /// # Errors
    /// `Form` when it is not at least two numbers joined by dots or is longer than 64 characters.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let bare = text.strip_prefix("urn:oid:").unwrap_or(text);
        let number = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'))
        };
        if bare.len() > OID_CHARACTERS_MAX || !bare.contains('.') || !bare.split('.').all(number) {
            return Err(IdError::Form);
        }
        Ok(Self(bare.to_owned()))
    }

    /// The bare form, as XML writes it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form with `urn:oid:`, as JSON bodies write it.
    pub fn urn(&self) -> String {
        format!("urn:oid:{}", self.0)
    }

    /// Whether this OID lies below `arc` in the tree.
    pub fn is_under(&self, arc: &Oid) -> bool {
        self.0.strip_prefix(arc.as_str()).is_some_and(|rest| rest.starts_with('.'))
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Oid {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        Self::parse(&text)
    }
}

impl From<Oid> for String {
    fn from(oid: Oid) -> String {
        oid.0
    }
}

macro_rules! named_oid {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Oid);

        impl $name {
            /// Reads the OID; see [`Oid::parse`].
            ///
            /// # Errors
            /// `Form` when the text is not an OID.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                Oid::parse(text).map(Self)
            }

            /// The bare OID.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.0.as_str())
            }
        }
    )+};
}

named_oid! {
    /// An organisation in the SOTE organisation register: a controller, an organiser or a producer.
    OrganisationId;
    /// A service unit (palveluyksikkö, in some texts palvelupiste).
    ServiceUnitId;
    /// A case (asiatunnus).
    CaseId;
    /// A client relationship (asiakkuuden yksilöintitunnus).
    RelationshipId;
    /// One version of a document.
    DocumentId;
    /// All versions of a document: the OID of its first version.
    SetId;
}

impl OrganisationId {
    /// The organisation's arc: the part before `.10.<n>`; documents and temporary ids are numbered below it.
    pub fn arc(&self) -> Oid {
        let text = self.0.as_str();
        let arc = text.rfind(".10.").map_or(text, |at| &text[..at]);
        Oid::parse(arc).unwrap_or_else(|_| self.0.clone())
    }
}

impl ServiceUnitId {
    /// Whether the unit's OID lies under the organisation's arc.
    pub fn belongs_to(&self, organisation: &OrganisationId) -> bool {
        self.0.is_under(&organisation.arc())
    }
}

impl DocumentId {
    /// The set that starts with this document.
    pub fn as_set(&self) -> SetId {
        SetId(self.0.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_oid_has_no_leading_zeros_and_no_empty_parts() {
        assert!(Oid::parse("1.2.246.10.99990015.95.2026.2.1001").is_ok());
        assert_eq!(Oid::parse("urn:oid:1.2.246.21").unwrap().as_str(), "1.2.246.21");
        for wrong in ["", "1", "1.", "1..2", "1.02", "1.2a", " 1 .2", &format!("1.{}", "9".repeat(70))] {
            assert_eq!(Oid::parse(wrong), Err(IdError::Form), "{wrong}");
        }
    }

    #[test]
    fn a_unit_belongs_to_the_organisation_of_its_arc_only() {
        let kielo = OrganisationId::parse("1.2.246.10.99990031.10.0").unwrap();
        assert_eq!(kielo.arc().as_str(), "1.2.246.10.99990031");
        assert!(ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap().belongs_to(&kielo));
        assert!(!ServiceUnitId::parse("1.2.246.10.999900315.10.31").unwrap().belongs_to(&kielo));
    }
}
