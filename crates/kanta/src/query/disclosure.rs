//! What a question to other controllers adds to a query (functional specification 3.11): whose data, on what it rests, and
//! the reason of a wide search. Every name is ours.

use super::request::{coded, parameter, root, value};
use crate::document::write_coded;
use crate::xml::{self, HL7, Writer};
use crate::{Code, Fault, code};
use records::id::OrganisationId;
use roxmltree::Node;

/// Longest text of a ground: a paragraph, not a document.
const TEXT_CHARACTERS_MAX: usize = 2_000;

/// A legal ground as the requester claims it.
#[derive(Clone, PartialEq, Eq)]
pub struct LegalGround {
    /// Its code, for example `L56-1` (law-and-codes 1.10).
    pub code: String,
    /// The requester's own words; they go to the log.
    pub text: String,
}

/// No personal data: the words may name somebody.
impl std::fmt::Debug for LegalGround {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LegalGround").field("code", &self.code).finish_non_exhaustive()
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DisclosureTerms {
    /// Only of this controller; of all that have joined when absent.
    pub holder: Option<OrganisationId>,
    /// The legal ground; the client's permission when absent.
    pub ground: Option<LegalGround>,
    /// Reason of a wide search (laaja tiedonhaku), a code of 1.2.246.537.6.1299.
    pub wide_search: Option<String>,
}

/// Writes the parameters.
pub(super) fn write(w: &mut Writer, terms: &DisclosureTerms) {
    if let Some(holder) = &terms.holder {
        parameter(w, "disclosingCustodianId", |w| w.empty("value", &[("root", holder.as_str())]));
    }
    if let Some(ground) = &terms.ground {
        parameter(w, "legalGround", |w| {
            w.open("value", &[("code", &ground.code)]);
            w.element("originalText", &[], &ground.text);
            w.close("value");
        });
    }
    if let Some(reason) = &terms.wide_search {
        parameter(w, "wideSearchReason", |w| write_coded(w, "value", &Code::new(reason), code::WIDE_SEARCH));
    }
}

/// Reads the parameters.
///
/// # Errors
/// `HEADER_INVALID` when one of them is wrong.
pub(super) fn read(list: Node<'_, '_>) -> Result<DisclosureTerms, Fault> {
    Ok(DisclosureTerms {
        holder: root(list, "disclosingCustodianId", OrganisationId::parse)?,
        ground: ground(list)?,
        wide_search: coded(list, "wideSearchReason", code::WIDE_SEARCH)?,
    })
}

fn ground(list: Node<'_, '_>) -> Result<Option<LegalGround>, Fault> {
    let Some(node) = value(list, "legalGround")? else { return Ok(None) };
    let text = xml::child(node, HL7, "originalText")?.map(xml::text).unwrap_or_default();
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Fault::limit(xml::place(node), format!("Perustelu on yli {TEXT_CHARACTERS_MAX} merkkiä.")));
    }
    Ok(Some(LegalGround { code: xml::required_attribute(node, "code")?.to_owned(), text }))
}
