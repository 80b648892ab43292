//! Reading the element.

use super::{LoginEvidence, NAMESPACE, SearchKey, SpecialReason, Toimija};
use crate::limits::{REPEATS_MAX, TEXT_CHARACTERS_MAX, TOIMIJA_BYTES_MAX};
use crate::xml;
use crate::{Fault, Limits, stamp};
use records::id::{HETU_ROOT, OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use records::refusal::Refusal;
use roxmltree::Node;

/// Longest code, nonce and search key.
const WORD_CHARACTERS_MAX: usize = 200;

/// Reads the element, with or without its signature.
///
/// # Errors
/// `ACTOR_INVALID` when something is missing or wrong; `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED` before that.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Toimija, Fault> {
    let tree = xml::parse(bytes, limits, TOIMIJA_BYTES_MAX)?;
    let root = tree.root();
    if !xml::is(root, NAMESPACE, "Toimija") {
        return Err(invalid("Toimija", "Elementti ei ole Toimija."));
    }
    xml::ids_unique(root)?;
    read(root).map_err(|fault| match fault.refusal {
        Refusal::HeaderInvalid => Fault { refusal: Refusal::ActorInvalid, ..fault },
        _ => fault,
    })
}

fn invalid(place: impl Into<String>, problem: &str) -> Fault {
    Fault::new(Refusal::ActorInvalid, place, problem, "Muodosta Toimija uudelleen ja lähetä sanoma uudelleen.")
}

fn read(root: Node<'_, '_>) -> Result<Toimija, Fault> {
    word(root, "ID")?;
    let login = xml::required(root, NAMESPACE, "login")?;
    Ok(Toimija {
        worker: worker(xml::required(root, NAMESPACE, "worker")?)?,
        registration: registration(root)?,
        unit: oid(root, "unit", ServiceUnitId::parse)?,
        duty: word(xml::required(root, NAMESPACE, "duty")?, "code")?,
        own_tasks: codes(root, "ownTask", "palvelutehtävää")?,
        own_services: codes(root, "ownService", "sosiaalipalvelua")?,
        strength: word(login, "strength")?,
        evidence: evidence(login)?,
        purpose: word(xml::required(root, NAMESPACE, "purpose")?, "code")?,
        search_key: match xml::child(root, NAMESPACE, "searchKey")? {
            Some(key) => Some(SearchKey { kind: word(key, "kind")?, value: word(key, "value")? }),
            None => None,
        },
        special_reason: special_reason(root)?,
        time: time(xml::required(root, NAMESPACE, "time")?)?,
        nonce: nonce(xml::required(root, NAMESPACE, "nonce")?)?,
        connecting: oid(root, "connecting", OrganisationId::parse)?,
    })
}

fn codes(root: Node<'_, '_>, name: &'static str, what: &str) -> Result<Vec<String>, Fault> {
    let own: Vec<_> = xml::children(root, NAMESPACE, name).take(REPEATS_MAX + 1).collect();
    if own.len() > REPEATS_MAX {
        return Err(Fault::limit(xml::place_of(root, name), format!("Yli {REPEATS_MAX} {what}.")));
    }
    own.into_iter().map(|code| word(code, "code")).collect()
}

fn word(node: Node<'_, '_>, name: &str) -> Result<String, Fault> {
    let text = xml::required_attribute(node, name)?;
    if text.chars().count() > WORD_CHARACTERS_MAX {
        return Err(Fault::limit(xml::place(node), format!("Arvo on yli {WORD_CHARACTERS_MAX} merkkiä.")));
    }
    Ok(text.to_owned())
}

fn worker(node: Node<'_, '_>) -> Result<PersonalIdentityCode, Fault> {
    if xml::required_attribute(node, "root")? != HETU_ROOT {
        return Err(invalid(xml::place(node), "Työntekijän tunnuksen juuri ei ole henkilötunnuksen."));
    }
    PersonalIdentityCode::parse(xml::required_attribute(node, "extension")?)
        .map_err(|_| invalid(xml::place(node), "Työntekijän henkilötunnus on virheellinen."))
}

fn registration(root: Node<'_, '_>) -> Result<Option<RegistrationNumber>, Fault> {
    let Some(node) = xml::child(root, NAMESPACE, "registration")? else { return Ok(None) };
    if xml::required_attribute(node, "root")? != RegistrationNumber::ROOT {
        return Err(invalid(xml::place(node), "Juuri ei ole rekisteröintinumeron."));
    }
    RegistrationNumber::parse(xml::required_attribute(node, "extension")?)
        .map(Some)
        .map_err(|_| invalid(xml::place(node), "Rekisteröintinumerossa ei ole 11 numeroa."))
}

fn oid<T>(
    root: Node<'_, '_>,
    name: &'static str,
    parse: fn(&str) -> Result<T, records::id::IdError>,
) -> Result<T, Fault> {
    let node = xml::required(root, NAMESPACE, name)?;
    crate::document::oid(node, xml::required_attribute(node, "root")?, parse)
}

/// All three parts or none.
fn evidence(login: Node<'_, '_>) -> Result<Option<LoginEvidence>, Fault> {
    if !login.children().any(|child| child.is_element()) {
        return Ok(None);
    }
    let part = |name| xml::payload(xml::required(login, NAMESPACE, name)?, TOIMIJA_BYTES_MAX);
    Ok(Some(LoginEvidence {
        challenge: part("challenge")?,
        signature: part("signature")?,
        certificate: part("certificate")?,
    }))
}

fn special_reason(root: Node<'_, '_>) -> Result<Option<SpecialReason>, Fault> {
    let Some(node) = xml::child(root, NAMESPACE, "specialReason")? else { return Ok(None) };
    let text = xml::text(node);
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Fault::limit(xml::place(node), format!("Perustelu on yli {TEXT_CHARACTERS_MAX} merkkiä.")));
    }
    Ok(Some(SpecialReason { code: word(node, "code")?, text }))
}

fn time(node: Node<'_, '_>) -> Result<jiff::Timestamp, Fault> {
    stamp::parse(xml::required_attribute(node, "value")?)
        .ok_or_else(|| invalid(xml::place(node), "Aika ei ole muotoa VVVVKKPPttmmss±ttmm."))
}

fn nonce(node: Node<'_, '_>) -> Result<String, Fault> {
    let text = xml::text(node);
    if text.is_empty() || text.chars().count() > WORD_CHARACTERS_MAX {
        return Err(invalid(xml::place(node), "Kertaluku puuttuu tai on liian pitkä."));
    }
    Ok(text)
}
