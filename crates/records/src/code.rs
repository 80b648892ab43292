//! Codes that rules depend on; every other code is data.
//!
//! A code list that a rule reads is an enum here, with the code on the wire, names and whether the code is known for
//! certain (`confirmed`). Codes that nobody outside the authorities has published carry local keys instead of guesses;
//! when the real code is known, one line changes here (law-and-codes 4.2–4.5, functional specification F).

mod lists;
mod services;

pub use lists::{
    CaseName, CaseState, DocumentGroup, GeneralType, LoginMethod, RelatedRole, Retention, ServiceProcess, ServiceTask,
    SpecialReason,
};
pub use services::{SocialService, SocialServiceRow};

use crate::Lang;
use crate::id::{IdError, Oid};

/// The root of THL's classifications.
pub const THL_CLASSIFICATIONS: &str = "1.2.246.537.6";
/// The code system of social services (sosiaalipalvelut), without a version.
pub const SOCIAL_SERVICES: &str = "1.2.246.537.6.1222";
/// The code system whose codes are OIDs of organisations and units (SOTE-organisaatiorekisteri).
pub const ORGANISATIONS: &str = "1.2.246.537.6.202.2008";
/// The code system of client document types (asiakasasiakirjatyyppi).
pub const DOCUMENT_TYPES: &str = "1.2.246.537.6.1506.201701";

/// A coded value (Koodi) as documents carry it: list, code and the text at the time of writing.
///
/// JSON: `{"system":"urn:oid:…","code":"…","display":"…"}`; the prefix is written always and may be missing when read
/// (wire-format 6.3).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Code {
    /// The code system, with a version where one is known.
    pub system: Oid,
    /// The code.
    pub code: String,
    /// The text shown when the code was written.
    pub display: String,
}

impl Code {
    /// Makes a code.
    ///
    /// # Errors
    /// `Form` when the system is not an OID.
    pub fn new(system: &str, code: impl Into<String>, display: impl Into<String>) -> Result<Self, IdError> {
        Ok(Self { system: Oid::parse(system)?, code: code.into(), display: display.into() })
    }

    /// A code of the organisation register: the code is the OID of an organisation or a unit.
    pub fn organisation(oid: &Oid, name: impl Into<String>) -> Self {
        Self { system: fixed(ORGANISATIONS), code: oid.as_str().to_owned(), display: name.into() }
    }

    /// Whether the code is of the list `base` (given without version), whichever version it names.
    pub fn is_of(&self, base: &str) -> bool {
        let system = self.system.as_str();
        system == base || system.strip_prefix(base).is_some_and(|rest| rest.starts_with('.'))
    }

    /// The JSON form.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "system": self.system.urn(), "code": self.code, "display": self.display })
    }
}

impl serde::Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        struct Koodi {
            system: Oid,
            code: String,
            #[serde(default)]
            display: String,
        }
        let Koodi { system, code, display } = Koodi::deserialize(deserializer)?;
        Ok(Self { system, code, display })
    }
}

/// An OID written in this program's own source.
pub(crate) fn fixed(oid: &'static str) -> Oid {
    Oid::parse(oid).expect("an OID constant of this crate")
}

/// Picks the text of a language.
pub(crate) fn pick(names: [&'static str; 3], lang: Lang) -> &'static str {
    match lang {
        Lang::Fi => names[0],
        Lang::Sv => names[1],
        Lang::En => names[2],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_with_and_without_the_prefix_and_written_with_it() {
        for system in ["urn:oid:1.2.246.537.6.1221.201601", "1.2.246.537.6.1221.201601"] {
            let text = format!(r#"{{"system":"{system}","code":"20","display":"Vammaispalvelut"}}"#);
            let code: Code = serde_json::from_str(&text).unwrap();
            assert_eq!(ServiceTask::from_code(&code), Some(ServiceTask::Disability));
            assert_eq!(serde_json::to_value(&code).unwrap()["system"], "urn:oid:1.2.246.537.6.1221.201601");
        }
        assert!(serde_json::from_str::<Code>(r#"{"system":"x","code":"20"}"#).is_err());
    }

    #[test]
    fn a_code_of_another_list_is_not_taken_for_a_task() {
        let code = Code::new("1.2.246.537.6.12211", "20", "").unwrap();
        assert!(!code.is_of(ServiceTask::LIST));
        assert_eq!(ServiceTask::from_code(&code), None);
    }
}
