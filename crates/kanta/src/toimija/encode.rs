//! Writing the element.

use super::{NAMESPACE, Toimija};
use crate::code;
use crate::stamp;
use crate::xml::{Writer, base64_encode};
use records::id::{HETU_ROOT, RegistrationNumber};

/// Writes the element, unsigned, with an `ID` for `seal` to refer to. No XML declaration: it goes into a SOAP header.
pub fn encode(toimija: &Toimija) -> String {
    let mut w = Writer::new(8_000);
    let id = id(&toimija.nonce);
    w.open("vakka:Toimija", &[("xmlns:vakka", NAMESPACE), ("ID", &id)]);
    w.empty("vakka:worker", &[("root", HETU_ROOT), ("extension", toimija.worker.as_str())]);
    if let Some(number) = &toimija.registration {
        w.empty("vakka:registration", &[("root", RegistrationNumber::ROOT), ("extension", number.as_str())]);
    }
    w.empty("vakka:unit", &[("root", toimija.unit.as_str())]);
    w.empty("vakka:duty", &[("code", &toimija.duty)]);
    for task in &toimija.own_tasks {
        w.empty("vakka:ownTask", &[("code", task), ("codeSystem", code::TASK.oid)]);
    }
    for service in &toimija.own_services {
        w.empty("vakka:ownService", &[("code", service), ("codeSystem", code::SERVICE.oid)]);
    }
    w.open("vakka:login", &[("strength", &toimija.strength)]);
    if let Some(evidence) = &toimija.evidence {
        w.element("vakka:challenge", &[], &base64_encode(&evidence.challenge));
        w.element("vakka:signature", &[], &base64_encode(&evidence.signature));
        w.element("vakka:certificate", &[], &base64_encode(&evidence.certificate));
    }
    w.close("vakka:login");
    w.empty("vakka:purpose", &[("code", &toimija.purpose)]);
    if let Some(key) = &toimija.search_key {
        w.empty("vakka:searchKey", &[("kind", &key.kind), ("value", &key.value)]);
    }
    if let Some(reason) = &toimija.special_reason {
        w.element("vakka:specialReason", &[("code", &reason.code)], &reason.text);
    }
    w.empty("vakka:time", &[("value", &stamp::write(toimija.time))]);
    w.element("vakka:nonce", &[], &toimija.nonce);
    w.empty("vakka:connecting", &[("root", toimija.connecting.as_str())]);
    w.close("vakka:Toimija");
    w.finish()
}

/// An ID out of the nonce: a letter first, and only characters that an ID may have.
fn id(nonce: &str) -> String {
    let kept = nonce.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    format!("T-{}", kept.collect::<String>())
}
