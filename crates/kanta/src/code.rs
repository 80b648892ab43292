//! Coded values and the code systems in which the header and the frame write them (wire-format 5.3).

/// A code as the header carries it. The code system follows from the element; its name is for people only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Code {
    /// The code itself, e.g. `24`.
    pub code: String,
    /// What people call it (`displayName`), e.g. `Lapsiperheiden palvelut`.
    pub name: Option<String>,
}

impl Code {
    /// A code without a name.
    pub fn new(code: impl Into<String>) -> Self {
        Self { code: code.into(), name: None }
    }

    /// A code with the name that people see.
    pub fn named(code: impl Into<String>, name: impl Into<String>) -> Self {
        Self { code: code.into(), name: Some(name.into()) }
    }
}

impl From<records::code::Code> for Code {
    /// The header's form of a coded value: its code system follows from the element.
    fn from(code: records::code::Code) -> Self {
        Self { code: code.code, name: Some(code.display).filter(|name| !name.is_empty()) }
    }
}

/// A code system: the OID that we write, with its version, and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct System {
    /// OID with the version suffix, as written.
    pub oid: &'static str,
    /// The Finnish name of the system (`codeSystemName`).
    pub name: &'static str,
}

impl System {
    /// Whether `oid` names this system, with or without a version (wire-format 14.7).
    pub fn is(&self, oid: &str) -> bool {
        let oid = oid.trim();
        let oid = oid.strip_prefix("urn:oid:").unwrap_or(oid);
        let base = self.oid.rsplit_once('.').map_or(self.oid, |(base, _)| base);
        oid == self.oid || oid == base || oid.strip_prefix(base).is_some_and(|rest| rest.starts_with('.'))
    }
}

macro_rules! systems {
    ($($(#[$doc:meta])* $constant:ident = $oid:literal, $name:literal;)+) => {$(
        $(#[$doc])*
        pub const $constant: System = System { oid: $oid, name: $name };
    )+};
}

systems! {
    /// Document types, general and specific.
    DOCUMENT_TYPE = "1.2.246.537.6.1506.201701", "Sosiaalihuolto - Asiakasasiakirjatyyppi";
    /// Confidentiality.
    CONFIDENTIALITY = "1.2.246.777.5.99902.2006", "KanTa-palvelut - Asiakirjan luottamuksellisuus";
    /// Sex.
    SEX = "1.2.246.537.5.1.1997", "AR/YDIN - Sukupuoli";
    /// Whether a minor's data may be given to guardians.
    GUARDIANS = "1.2.246.537.6.1286.201901", "Sosiaalihuolto - Alaikäisen asiakastietojen luovuttaminen huoltajille";
    /// Document group.
    GROUP = "1.2.246.537.6.1505.201601", "Sosiaalihuolto - Asiakirjaryhmä";
    /// Format of the display form.
    DISPLAY_FORMAT = "1.2.246.537.6.1502.201601", "Sosiaalihuolto - Asiakirjan näyttömuodon formaatti";
    /// Format of the structured form.
    FILE_FORMAT = "1.2.246.537.5.40179.2008", "eArkisto - Asiakirjan tiedostomuoto";
    /// Service task.
    TASK = "1.2.246.537.6.1221.201601", "Sosiaalihuolto - Palvelutehtävä";
    /// Social service.
    SERVICE = "1.2.246.537.6.1222.201601", "Sosiaalihuolto - Sosiaalipalvelut";
    /// State of completion.
    RECORD_STATUS = "1.2.246.537.5.40154.2008", "eArkisto - Asiakirjan valmistumisen tila";
    /// The register.
    REGISTER = "1.2.246.537.6.1264.201701", "Sosiaalihuolto - Asiakirjan rekisteritunnus";
    /// Total retention.
    RETENTION = "1.2.246.537.6.1258.201601", "Sosiaalihuolto - Asiakirjan kokonaissäilytysaika";
    /// Yes, no, not known.
    YES_NO = "1.2.246.537.6.112.2007", "THL - Kyllä/Ei/Ei tietoa";
    /// Service process.
    PROCESS = "1.2.246.537.6.1277.201701", "Sosiaalihuolto - Palveluprosessi";
    /// Why a document is not shown in OmaKanta.
    INACCESSIBLE = "1.2.246.537.6.1288.201901", "Sosiaalihuolto - Perustelut näyttämisen rajaamiselle Omakannassa";
    /// How a signer was identified.
    AUTHENTICATION = "1.2.246.537.5.40128.2006", "eArkisto - Tunnistautumistapa";
    /// Service requests of the frame.
    SERVICE_REQUEST = "1.2.246.537.6.1503.201601", "Sosiaalihuolto - Arkistosanomien palvelupyynnöt";
    /// Usage situations of the frame.
    SITUATION = "1.2.246.537.6.1289.201901", "Sosiaalihuolto - Asiakastiedon arkiston käyttötilanne";
    /// Why a wide search is made.
    WIDE_SEARCH = "1.2.246.537.6.1299", "Sosiaalihuolto - Laajan tiedonhaun peruste";
    /// How ready a document is (frame).
    COMPLETION = "1.2.246.537.5.40115.2006", "KanTa-palvelut - Dokumentin valmiusaste";
    /// How a document is stored (frame).
    STORAGE = "1.2.246.537.5.40116.2006", "KanTa-palvelut - Dokumentin arkistointikoodi";
}

/// Group of client relationship documents (asiakkuusasiakirja).
pub const GROUP_RELATIONSHIP: &str = "1";
/// Group of case documents (asia-asiakirja).
pub const GROUP_CASE: &str = "2";
/// Group of client documents of the first phase; provisional.
pub const GROUP_CLIENT_PHASE_1: &str = "3";
/// Group of old documents (vanha asiakirja); provisional.
pub const GROUP_OLD: &str = "4";
/// Group of client documents of the second or a later phase.
pub const GROUP_CLIENT: &str = "5";
/// Group of disclosure permits (luovutuslupa).
pub const GROUP_PERMIT: &str = "8";
/// Group of denials (kielto).
pub const GROUP_DENIAL: &str = "9";
/// Group of informing documents; a local key, for the list has none (wire-format 10).
pub const GROUP_INFORMING: &str = "INFORMOINTI";
/// Group of the documents that describe recordings (tallenne); ours.
pub const GROUP_RECORDING: &str = "TALLENNE";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_system_is_known_with_and_without_its_version() {
        for oid in ["1.2.246.537.6.1221.201601", "1.2.246.537.6.1221", "urn:oid:1.2.246.537.6.1221.202501"] {
            assert!(TASK.is(oid), "{oid}");
        }
        for oid in ["1.2.246.537.6.12215", "1.2.246.537.6.122", "", "1.2.246.537.6.1222.201601"] {
            assert!(!TASK.is(oid), "{oid}");
        }
    }
}
