//! Reading an acknowledgement.

use super::encode::RECEIPT;
use super::{AckType, Acknowledgement, Detail, DetailType, Receipt};
use crate::document;
use crate::frame::{self, MessageId};
use crate::ids::Interaction;
use crate::limits::PAGE_ROWS_MAX;
use crate::xml::{self, HL7};
use crate::{Fault, Limits};
use records::id::{DocumentId, IdError, OrganisationId, SetId};
use roxmltree::Node;

/// Reads an acknowledgement.
///
/// # Errors
/// `BAD_REQUEST` when it is not one; `HEADER_INVALID` when something in it is missing or wrong; `XML_INVALID`,
/// `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Acknowledgement, Fault> {
    let tree = xml::parse(bytes, limits, limits.message_bytes)?;
    let root = tree.root();
    if frame::interaction_of(root)? != Interaction::Acknowledgement {
        return Err(frame::bad("/", "Sanoma ei ole kuittaus.", "Odotettu juurielementti on MCCI_IN000002UV01."));
    }
    let (message_id, created, processing) = frame::wrapper(root)?;
    let receiver = match xml::child(root, HL7, "receiver")? {
        Some(_) => Some(OrganisationId(frame::party(root, "receiver")?)),
        None => None,
    };
    let node = xml::required(root, HL7, "acknowledgement")?;
    Ok(Acknowledgement {
        message_id,
        created,
        processing,
        sender: frame::party(root, "sender")?,
        receiver,
        kind: decode_type(node)?,
        target: target(node)?,
        details: decode_details(node)?,
        receipt: receipt(node)?,
    })
}

/// The type of an `acknowledgement` element; HL7 writes it as an attribute, some write an element.
pub(crate) fn decode_type(node: Node<'_, '_>) -> Result<AckType, Fault> {
    let code = match xml::attribute(node, "typeCode") {
        Some(code) => code,
        None => xml::required_attribute(xml::required(node, HL7, "typeCode")?, "code")?,
    };
    AckType::parse(code)
        .ok_or_else(|| Fault::wrong(format!("{}/@typeCode", xml::place(node)), "Kuittauksen tyyppiä ei tunneta."))
}

/// The acknowledged message.
pub(crate) fn target(node: Node<'_, '_>) -> Result<Option<MessageId>, Fault> {
    match xml::path(node, &["targetMessage", "id"])? {
        Some(id) => document::root_and_extension(id).map(|(root, extension)| Some(MessageId { root, extension })),
        None => Ok(None),
    }
}

/// The details, as far as a person could read them.
pub(crate) fn decode_details(node: Node<'_, '_>) -> Result<Vec<Detail>, Fault> {
    xml::children(node, HL7, "acknowledgementDetail").take(PAGE_ROWS_MAX as usize).map(detail).collect()
}

fn detail(node: Node<'_, '_>) -> Result<Detail, Fault> {
    let kind = xml::attribute(node, "typeCode").unwrap_or("E");
    let kind = DetailType::parse(kind)
        .ok_or_else(|| Fault::wrong(format!("{}/@typeCode", xml::place(node)), "Arvon on oltava E, W tai I."))?;
    let code = xml::required_attribute(xml::required(node, HL7, "code")?, "code")?.to_owned();
    let text = xml::child(node, HL7, "text")?.map(xml::text).unwrap_or_default();
    document::short(node, &text)?;
    let place = xml::child(node, HL7, "location")?.map(xml::text).filter(|place| !place.is_empty());
    Ok(Detail { kind, code, text, place })
}

fn receipt(node: Node<'_, '_>) -> Result<Option<Receipt>, Fault> {
    let Some(node) = xml::child(node, RECEIPT, "receipt")? else { return Ok(None) };
    Ok(Some(Receipt {
        document: root(node, "document", DocumentId::parse)?,
        set: root(node, "set", SetId::parse)?,
        version: document::version(xml::required(node, RECEIPT, "version")?)?,
        archived: document::time_of(xml::required(node, RECEIPT, "archived")?)?,
        reference: xml::required_attribute(xml::required(node, RECEIPT, "reference")?, "value")?.to_owned(),
    }))
}

fn root<T>(node: Node<'_, '_>, name: &'static str, parse: fn(&str) -> Result<T, IdError>) -> Result<T, Fault> {
    let child = xml::required(node, RECEIPT, name)?;
    document::oid(child, xml::required_attribute(child, "root")?, parse)
}
