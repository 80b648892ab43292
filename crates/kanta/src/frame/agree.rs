//! Frame and document must agree.

use super::{Frame, FrameDocument};
use crate::document::{Document, Header, Patient};
use crate::ids::ServiceRequest;
use crate::{Fault, Warning};
use records::refusal::Refusal;

const PLACE: &str = "controlActProcess/subject/clinicalDocument";

/// Compares a frame with the document it carries (wire-format 15): id, set, version, patients, register, custodian and
/// service request must agree; language, sex and birth date only warn; the time of drawing up may differ.
///
/// # Errors
/// Every disagreement, as `FRAME_MISMATCH`.
pub fn agree(frame: &Frame, document: &Document) -> Result<Vec<Warning>, Vec<Fault>> {
    let header = &document.header;
    let Some(subject) = &frame.subject else {
        return Err(vec![mismatch(PLACE, "Kehyksessä ei ole asiakirjan metatietoja.")]);
    };
    let mut faults = identity(subject, header);
    if frame.controller != header.custodian.id {
        faults.push(mismatch("sender/device/id", "Lähettäjä ei ole asiakirjan rekisterinpitäjä."));
    }
    let fits = ServiceRequest::archive(&header.group.code) == Some(frame.service_request);
    if !fits {
        faults.push(mismatch("controlActProcess/reasonCode", "Palvelupyyntö ei vastaa asiakirjaryhmää."));
    }
    if faults.is_empty() { Ok(warnings(subject, header)) } else { Err(faults) }
}

fn mismatch(place: &str, problem: &str) -> Fault {
    Fault::new(
        Refusal::FrameMismatch,
        place,
        problem,
        "Muodosta kehyksen tiedot asiakirjan otsikosta ja lähetä uudelleen.",
    )
}

fn identity(subject: &FrameDocument, header: &Header) -> Vec<Fault> {
    let mut ours: Vec<_> = subject.patients.iter().map(|patient| &patient.id).collect();
    let mut theirs: Vec<_> = header.patients.iter().map(|patient| &patient.id).collect();
    ours.sort();
    theirs.sort();
    [
        (subject.id == header.id, "id", "Asiakirjan tunniste on eri kuin asiakirjassa."),
        (subject.set_id == header.set_id, "setId", "Alkuperäinen tunniste on eri kuin asiakirjassa."),
        (subject.version == header.version, "versionNumber", "Versionumero on eri kuin asiakirjassa."),
        (ours == theirs, "recordTarget", "Asiakas on eri kuin asiakirjassa."),
        (subject.register.code == header.register.code, "code", "Rekisteritunnus on eri kuin asiakirjassa."),
        (subject.custodian.id == header.custodian.id, "custodian", "Rekisterinpitäjä on eri kuin asiakirjassa."),
    ]
    .into_iter()
    .filter(|(same, _, _)| !same)
    .map(|(_, element, problem)| mismatch(&format!("{PLACE}/{element}"), problem))
    .collect()
}

fn warnings(subject: &FrameDocument, header: &Header) -> Vec<Warning> {
    let language = subject.language.as_ref().is_none_or(|tag| tag.eq_ignore_ascii_case(header.language.tag()));
    let same = |pick: fn(&Patient, &Patient) -> bool| {
        subject
            .patients
            .iter()
            .all(|ours| header.patients.iter().any(|theirs| ours.id == theirs.id && pick(ours, theirs)))
    };
    let birth = same(|a, b| a.birth_date.is_none() || b.birth_date.is_none() || a.birth_date == b.birth_date);
    let sex = same(|a, b| match (&a.sex, &b.sex) {
        (Some(a), Some(b)) => a.code == b.code,
        _ => true,
    });
    [
        (language, "languageCode", "Kieli on eri kuin asiakirjassa."),
        (birth, "recordTarget", "Syntymäaika on eri kuin asiakirjassa."),
        (sex, "recordTarget", "Sukupuoli on eri kuin asiakirjassa."),
    ]
    .into_iter()
    .filter(|(same, _, _)| !same)
    .map(|(_, element, problem)| Warning::new(format!("{PLACE}/{element}"), problem))
    .collect()
}
