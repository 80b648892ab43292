//! What is wrong with bytes that arrived: a refusal of the catalogue, the place, and what to do.

use records::refusal::Refusal;
use std::fmt;

/// Why bytes were refused. Texts are Finnish, name elements and rules, and never repeat a value from the message:
/// values may be a person's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The entry of the catalogue (functional specification 2.4).
    pub refusal: Refusal,
    /// Where: a path of element names, `@` before an attribute, e.g. `ClinicalDocument/setId/@root`.
    pub place: String,
    /// What is wrong, one Finnish sentence.
    pub problem: String,
    /// What the sender does about it, one Finnish sentence.
    pub remedy: String,
}

impl Fault {
    /// A fault at a place.
    pub fn new(
        refusal: Refusal,
        place: impl Into<String>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { refusal, place: place.into(), problem: problem.into(), remedy: remedy.into() }
    }

    pub(crate) fn missing(place: impl Into<String>) -> Self {
        Self::new(
            Refusal::HeaderInvalid,
            place,
            "Pakollinen tieto puuttuu.",
            "Lisää puuttuva elementti tai arvo ja lähetä uudelleen.",
        )
    }

    pub(crate) fn wrong(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(Refusal::HeaderInvalid, place, problem, "Korjaa arvo määrityksen mukaiseksi ja lähetä uudelleen.")
    }

    pub(crate) fn limit(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(Refusal::LimitExceeded, place, problem, "Pienennä sanomaa tai jaa sisältö useaan asiakirjaan.")
    }

    pub(crate) fn xml(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::new(Refusal::XmlInvalid, place, problem, "Tuota hyvin muodostettua UTF-8-koodattua XML:ää.")
    }

    /// The catalogue code, e.g. `HEADER_INVALID`.
    pub fn code(&self) -> &'static str {
        self.refusal.code()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.place, self.problem, self.remedy)
    }
}

impl std::error::Error for Fault {}

/// What is odd but does not stop a document (wire-format 15).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Where, as in [`Fault::place`].
    pub place: String,
    /// What is odd, one Finnish sentence.
    pub problem: String,
}

impl Warning {
    pub(crate) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self { place: place.into(), problem: problem.into() }
    }
}
