//! Settings of the archivist's pages, a part of the archive's.

/// Who may log in, with what card reader, and when an alarm tells that messages do not come.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PageSettings {
    /// Who may log in with a card, and as what.
    pub archivists: Vec<ArchiveUser>,
    /// The `https` origin that card logins name.
    pub origin: String,
    /// Addresses of the card reader's program (SCS) on the archivist's machine.
    pub card_readers: Vec<String>,
    /// A joined organisation of which nothing has been heard for so many hours is silent, and an alarm tells it.
    pub silent_after_h: i64,
    /// A document that comes so many hours after its event is late, and an alarm tells it.
    pub late_after_h: i64,
}

impl Default for PageSettings {
    fn default() -> Self {
        Self {
            archivists: Vec::new(),
            origin: "https://localhost:8710".to_owned(),
            card_readers: vec!["https://localhost:53952".to_owned()],
            silent_after_h: 24,
            late_after_h: 72,
        }
    }
}

/// A person who may log in: the number of the card's holder and the duty here. A number is told apart by the kind of
/// card, so that a staff card never stands for a professional's.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveUser {
    /// Registration number of a professional, or the number of a staff card's holder.
    pub number: String,
    /// Whether the number is a professional's registration number.
    #[serde(default)]
    pub professional: bool,
    /// As what.
    pub role: Role,
    /// The organisation whose register an archivist keeps; the keeper's own for the keeper.
    pub organisation: String,
    /// The archivist's service unit, for the decision and the log; empty for the keeper.
    #[serde(default)]
    pub unit: String,
}

/// What somebody is at the archive's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Keeps the register of a controller (arkistonhoitaja): sees that register and no other.
    Archivist,
    /// Keeps the archive (arkiston ylläpitäjä): sees who has joined and whether messages come, and no client data.
    Keeper,
}

impl Role {
    /// The word in the log.
    pub fn word(self) -> &'static str {
        match self {
            Self::Archivist => "archivist",
            Self::Keeper => "keeper",
        }
    }
}
