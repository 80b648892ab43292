//! Which kinds of documents the archive takes, as data: one row per document group (code system 1505), with the forms of
//! body that it may have and what it demands beside (functional specification 3.4, 3.29, 3.30; wire-format 4, 6).
//!
//! Groups 1 and 5 have been seen on the wire. Which bodies Kela's archive takes in which group is not known to us, so
//! every row says whether it is confirmed, and closing the question changes this table alone.

use crate::entry::{Denial, Told};
use kanta::{
    code,
    document::{Body, Header},
};
use records::refusal::Refusal;

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Display form and structured form.
    Structured,
    /// Display form alone.
    Display,
    /// PDF/A.
    Pdf,
}

impl Form {
    fn of(body: &Body) -> Self {
        match body {
            Body::Structured { .. } => Self::Structured,
            Body::Display { .. } => Self::Display,
            Body::Pdf(_) => Self::Pdf,
        }
    }
}

/// A kind of document.
#[derive(Debug)]
pub struct Kind {
    /// Document group.
    pub group: &'static str,
    /// Forms of body that it may have.
    pub forms: &'static [Form],
    /// Whether the newest structure of its type counts when the document names none: its demands of a personal identity
    /// code (FR-61) and of a professional's signature (FR-40) then hold for a scan as for a form.
    pub type_demands: bool,
    /// Whether the row has been seen in Kela's messages or texts.
    pub confirmed: bool,
}

use Form::{Display, Pdf, Structured};

/// The table.
pub const KINDS: &[Kind] = &[
    Kind { group: code::GROUP_RELATIONSHIP, forms: &[Structured], type_demands: false, confirmed: true },
    Kind { group: code::GROUP_CASE, forms: &[Structured], type_demands: false, confirmed: true },
    // Phase I stored display forms; a phase I document with a structured form is one of phase II.
    Kind { group: code::GROUP_CLIENT_PHASE_1, forms: &[Display, Pdf], type_demands: true, confirmed: false },
    // Old documents need a light form only, and what was signed on paper cannot be signed again.
    Kind { group: code::GROUP_OLD, forms: &[Display, Pdf], type_demands: false, confirmed: false },
    // A received document has no structured form: it came on paper or from another house.
    Kind { group: code::GROUP_CLIENT, forms: &[Structured, Pdf], type_demands: true, confirmed: false },
    Kind { group: code::GROUP_PERMIT, forms: &[Structured], type_demands: false, confirmed: true },
    Kind { group: code::GROUP_DENIAL, forms: &[Structured], type_demands: false, confirmed: true },
    Kind { group: code::GROUP_INFORMING, forms: &[Structured], type_demands: false, confirmed: false },
    Kind { group: code::GROUP_RECORDING, forms: &[Display], type_demands: false, confirmed: false },
];

/// The kind of a header's group.
///
/// # Errors
/// `PATIENT_DATA_NOT_ALLOWED` for a patient document's type (FR-87), `CODE_INVALID` for a group that is not of the list.
pub fn of(header: &Header) -> Result<&'static Kind, Denial> {
    let type_code = header.specific_type.as_ref().map(|code| code.code.as_str()).unwrap_or_default();
    if PATIENT_TYPES.contains(&type_code) {
        return Err(Denial::new(Refusal::PatientDataNotAllowed));
    }
    KINDS
        .iter()
        .find(|kind| kind.group == header.group.code)
        .ok_or_else(|| Denial::with(Refusal::CodeInvalid, "Asiakirjaryhmä ei kuulu luokitukseen."))
}

/// The body fits the kind, and a PDF is PDF/A without anything that acts.
///
/// # Errors
/// `SCHEMA_INVALID` for a form that the kind does not have, `DISPLAY_INVALID` for a PDF that is not taken.
pub fn check_body(kind: &Kind, header: &Header, body: &Body) -> Result<(), Denial> {
    let form = Form::of(body);
    if !kind.forms.contains(&form) {
        let sentence = "Asiakirjaryhmän asiakirjalla ei voi olla tämän muotoista sisältöä.";
        return Err(Denial::with(Refusal::SchemaInvalid, sentence));
    }
    if form == Structured {
        return Ok(());
    }
    check_unstructured(header)?;
    let Body::Pdf(bytes) = body else { return Ok(()) };
    kanta::pdfa::check(bytes).map(|_| ()).map_err(|fault| Denial {
        told: Refusal::DisplayInvalid,
        cause: Refusal::DisplayInvalid,
        details: vec![Told {
            text: format!("{fault} Tallenna tiedosto PDF/A-muotoon 1b tai 2b ja lähetä uudelleen."),
            place: Some("ClinicalDocument/component/nonXMLBody/text".to_owned()),
        }],
    })
}

/// Without a structured form the header alone tells the type; a structure that is named says nothing of such a body.
fn check_unstructured(header: &Header) -> Result<(), Denial> {
    let typed = header.specific_type.is_some() || header.general_type.is_some();
    if !typed && header.group.code != code::GROUP_RECORDING {
        return Err(Denial::with(Refusal::HeaderInvalid, "Asiakirjatyyppi puuttuu."));
    }
    if header.structure_oid.is_some() {
        let sentence = "Asiakirja nimeää rakenteen, mutta rakenteinen muoto puuttuu.";
        return Err(Denial::with(Refusal::SchemaInvalid, sentence));
    }
    if header.specific_type.as_ref().is_some_and(|code| code.code.starts_with("1505")) {
        let sentence = "Asia-, asiakkuus- ja tahdonilmaisuasiakirjalla on aina rakenteinen muoto.";
        return Err(Denial::with(Refusal::SchemaInvalid, sentence));
    }
    Ok(())
}

/// Document types of patient records. The archive's own list is not public: these are the names by which such documents
/// are offered by mistake, for example a record of giving medicine (FR-87, functional specification 3.24). Ours.
pub const PATIENT_TYPES: &[&str] = &["LAAKITYS", "LAAKEHOITO", "POTKERT", "YLE"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_that_can_be_sent_stands_in_the_table_once() {
        for group in [
            code::GROUP_RELATIONSHIP,
            code::GROUP_CASE,
            code::GROUP_CLIENT_PHASE_1,
            code::GROUP_OLD,
            code::GROUP_CLIENT,
            code::GROUP_PERMIT,
            code::GROUP_DENIAL,
            code::GROUP_INFORMING,
            code::GROUP_RECORDING,
        ] {
            assert_eq!(KINDS.iter().filter(|kind| kind.group == group).count(), 1, "{group}");
            assert!(kanta::ids::ServiceRequest::archive(group).is_some(), "{group}");
        }
    }
}
