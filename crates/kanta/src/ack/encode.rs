//! Writing an acknowledgement.

use super::{AckType, Acknowledgement, Detail, Receipt};
use crate::frame::{MessageId, write_party, write_wrapper};
use crate::ids::Interaction;
use crate::stamp;
use crate::xml::{HL7, Writer};

/// The code system of our refusals and of the receipt's parts. Ours.
pub(crate) const DETAIL_SYSTEM: &str = "urn:vakka:kuittaus:1";
/// The namespace of the receipt. Ours.
pub(crate) const RECEIPT: &str = "urn:vakka:kuittaus:1";

/// Writes an acknowledgement; the same value gives the same bytes.
pub fn encode(ack: &Acknowledgement) -> Vec<u8> {
    let mut w = Writer::new(2_000 + 300 * ack.details.len());
    let root = Interaction::Acknowledgement.code();
    w.open(root, &[("xmlns", HL7), ("ITSVersion", "XML_1.0")]);
    write_wrapper(&mut w, &ack.message_id, ack.created, Interaction::Acknowledgement, ack.processing);
    if let Some(receiver) = &ack.receiver {
        write_party(&mut w, "receiver", "RCV", receiver.as_str());
    }
    write_party(&mut w, "sender", "SND", ack.sender.as_str());
    write_acknowledgement(&mut w, ack.kind, ack.target.as_ref(), &ack.details, ack.receipt.as_ref());
    w.close(root);
    w.finish().into_bytes()
}

/// The `acknowledgement` element, the same in answers to queries.
pub(crate) fn write_acknowledgement(
    w: &mut Writer,
    kind: AckType,
    target: Option<&MessageId>,
    details: &[Detail],
    receipt: Option<&Receipt>,
) {
    w.open("acknowledgement", &[("typeCode", kind.code())]);
    if let Some(target) = target {
        w.open("targetMessage", &[]);
        w.empty("id", &[("root", target.root.as_str()), ("extension", &target.extension)]);
        w.close("targetMessage");
    }
    for detail in details {
        w.open("acknowledgementDetail", &[("typeCode", detail.kind.code())]);
        w.empty("code", &[("code", &detail.code), ("codeSystem", DETAIL_SYSTEM)]);
        w.element("text", &[], &detail.text);
        if let Some(place) = &detail.place {
            w.element("location", &[], place);
        }
        w.close("acknowledgementDetail");
    }
    if let Some(receipt) = receipt {
        let version = receipt.version.to_string();
        let archived = stamp::write(receipt.archived);
        w.open("vakka:receipt", &[("xmlns:vakka", RECEIPT)]);
        w.empty("vakka:document", &[("root", receipt.document.as_str())]);
        w.empty("vakka:set", &[("root", receipt.set.as_str())]);
        w.empty("vakka:version", &[("value", &version)]);
        w.empty("vakka:archived", &[("value", &archived)]);
        w.empty("vakka:reference", &[("value", &receipt.reference)]);
        w.close("vakka:receipt");
    }
    w.close("acknowledgement");
}
