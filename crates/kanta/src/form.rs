//! The validator's checks of form that belong to bytes (wire-format 6.7, 15, level 1): frame and document side by side.
//!
//! At the validator both come as text inside JSON, and the frame's package may be empty or a placeholder. Faults of both
//! are told together, so that a vendor does not correct one to meet the next.

use crate::document::{self, Decoded};
use crate::frame::{self, Frame};
use crate::{Fault, Limits, Warning};
use records::refusal::Refusal;

/// A frame and a document whose form is right and which agree.
#[derive(Debug, Clone)]
pub struct Formed {
    /// The frame.
    pub frame: Frame,
    /// The document.
    pub decoded: Decoded,
    /// What is odd in the document or between the two.
    pub warnings: Vec<Warning>,
}

/// Checks a frame and the document given beside it.
///
/// # Errors
/// Every fault found: form of the frame, form of the document, and, when both could be read, every disagreement; a
/// package that is present must equal the document given beside it.
pub fn check(frame: &[u8], document: &[u8], limits: &Limits) -> Result<Formed, Vec<Fault>> {
    let carried = Limits { encoding_ignored: true, ..*limits };
    let (frame, decoded) = match (frame::decode(frame, &carried), document::decode(document, &carried)) {
        (Ok(frame), Ok(decoded)) => (frame, decoded),
        (frame, decoded) => return Err([frame.err(), decoded.err()].into_iter().flatten().collect()),
    };
    let package = frame.package.as_deref().is_some_and(|package| package != document).then(|| {
        Fault::new(
            Refusal::FrameMismatch,
            "clinicalDocument/text",
            "Kehyksen paketissa on eri asiakirja kuin sen rinnalla.",
            "Pakkaa kehykseen sama asiakirja tai jätä paketti tyhjäksi.",
        )
    });
    let mut warnings = decoded.warnings.clone();
    match (frame::agree(&frame, &decoded.document), package) {
        (Ok(more), None) => {
            warnings.extend(more);
            Ok(Formed { frame, decoded, warnings })
        }
        (agreed, package) => Err(package.into_iter().chain(agreed.err().into_iter().flatten()).collect()),
    }
}
