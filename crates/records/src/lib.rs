//! What a person, an organisation, a case, a client relationship, a document, a grant and a right are.
//!
//! This crate is pure: no I/O, no clock of its own, no randomness, no SQL, no HTTP. Everything that must never be
//! decided twice in two ways is decided here, so that the client system, the archive and the citizen view agree.

pub mod access;
pub mod case;
pub mod code;
pub mod consent;
pub mod deadline;
pub mod document;
pub mod grant;
pub mod id;
pub mod joining;
pub mod numbering;
pub mod projection;
pub mod refusal;
pub mod relationship;
pub mod restriction;
pub mod retention;
pub mod time;
pub mod work;

/// A language of texts shown to people. Finnish and Swedish are complete; English serves visitors (decisions.md 15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Finnish, the first language.
    #[default]
    Fi,
    /// Swedish.
    Sv,
    /// English.
    En,
}

impl Lang {
    /// The tag that HTML and the document header use.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Fi => "fi",
            Lang::Sv => "sv",
            Lang::En => "en",
        }
    }

    /// Reads a tag in any case; both `fi` and `FI` occur in documents (wire-format 14.8).
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.to_ascii_lowercase().as_str() {
            "fi" => Some(Lang::Fi),
            "sv" => Some(Lang::Sv),
            "en" => Some(Lang::En),
            _ => None,
        }
    }
}
