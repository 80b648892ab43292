//! Reading a frame.

use super::{Frame, FrameDocument, MessageId, Processing, User};
use crate::code;
use crate::document::{self, Organisation, Patient};
use crate::ids::{Interaction, ServiceRequest, Situation};
use crate::limits::PATIENTS_MAX;
use crate::xml::{self, HL7};
use crate::{Fault, Limits, mime, query};
use records::id::{DocumentId, HETU_ROOT, Oid, OrganisationId, PersonalIdentityCode, ServiceUnitId, SetId};
use records::refusal::Refusal;
use roxmltree::Node;

/// Which interaction a message is, by its root element. Looks at the beginning only, so that a door can choose its
/// reader; the reader then checks the rest.
///
/// # Errors
/// `BAD_REQUEST` when it is none that we know.
pub fn interaction(bytes: &[u8]) -> Result<Interaction, Fault> {
    xml::root_name(bytes).and_then(Interaction::parse).ok_or_else(unknown_interaction)
}

pub(crate) fn interaction_of(root: Node<'_, '_>) -> Result<Interaction, Fault> {
    let tag = root.tag_name();
    Interaction::parse(tag.name()).filter(|_| tag.namespace() == Some(HL7)).ok_or_else(unknown_interaction)
}

fn unknown_interaction() -> Fault {
    bad("/", "Juurielementti ei ole tunnettu HL7 V3 -interaktio.", "Tarkista sanoman juurielementti ja nimiavaruus.")
}

pub(crate) fn bad(place: impl Into<String>, problem: &str, remedy: &str) -> Fault {
    Fault::new(Refusal::BadRequest, place, problem, remedy)
}

/// Reads a frame.
///
/// # Errors
/// The first fault found: `XML_INVALID`, `DTD_FORBIDDEN`, `LIMIT_EXCEEDED`, then `HEADER_INVALID` or `BAD_REQUEST`.
pub fn decode(bytes: &[u8], limits: &Limits) -> Result<Frame, Fault> {
    let tree = xml::parse(bytes, limits, limits.message_bytes)?;
    let root = tree.root();
    let interaction = interaction_of(root)?;
    let declared = xml::required(root, HL7, "interactionId")?;
    if xml::required_attribute(declared, "extension")? != interaction.code() {
        let place = format!("{}/@extension", xml::place(declared));
        return Err(Fault::wrong(place, "Interaktion tunnus ei ole sama kuin juurielementti."));
    }
    let (message_id, created, processing) = wrapper(root)?;
    let act = xml::required(root, HL7, "controlActProcess")?;
    let reasons = Reasons::read(act)?;
    if reasons.request.interaction() != interaction {
        return Err(Fault::wrong(xml::place_of(act, "reasonCode"), "Palvelupyyntö ei kuulu tähän interaktioon."));
    }
    let (subject, package) = subject(act, reasons.request, limits)?;
    let controller = OrganisationId(party(root, "sender")?);
    let query = query::decode_request(act, reasons.request, &controller)?;
    Ok(Frame {
        interaction,
        service_request: reasons.request,
        situation: reasons.situation,
        message_id,
        created,
        processing,
        receiver: party(root, "receiver")?,
        controller,
        user: user(act)?,
        subject,
        package,
        query,
        reason: reasons.words,
    })
}

/// Id, time and processing code of a message.
pub(crate) fn wrapper(root: Node<'_, '_>) -> Result<(MessageId, jiff::Timestamp, Processing), Fault> {
    let (id, extension) = document::root_and_extension(xml::required(root, HL7, "id")?)?;
    let created = document::time_of(xml::required(root, HL7, "creationTime")?)?;
    let node = xml::required(root, HL7, "processingCode")?;
    let processing = Processing::parse(xml::required_attribute(node, "code")?)
        .ok_or_else(|| Fault::wrong(format!("{}/@code", xml::place(node)), "Arvon on oltava P, D tai T."))?;
    Ok((MessageId { root: id, extension }, created, processing))
}

/// The id of a receiver or a sender.
pub(crate) fn party(root: Node<'_, '_>, name: &'static str) -> Result<Oid, Fault> {
    let device = xml::required(xml::required(root, HL7, name)?, HL7, "device")?;
    document::required_oid(device, "id", Oid::parse)
}

/// What is asked, in what right, and words beside.
struct Reasons {
    request: ServiceRequest,
    situation: Situation,
    words: Option<String>,
}

impl Reasons {
    /// Told apart by code system, not by order.
    fn read(act: Node<'_, '_>) -> Result<Self, Fault> {
        let (mut request, mut situation, mut words) = (None, None, None);
        let place = xml::place_of(act, "reasonCode");
        let twice = || Fault::wrong(place.clone(), "Sama tieto esiintyy kahdesti.");
        let unknown = |problem| Fault::wrong(place.clone(), problem);
        for node in xml::children(act, HL7, "reasonCode").take(10) {
            let system = xml::attribute(node, "codeSystem").unwrap_or_default();
            let given = xml::attribute(node, "code").unwrap_or_default();
            if code::SERVICE_REQUEST.is(system) {
                let read = ServiceRequest::parse(given).ok_or_else(|| unknown("Palvelupyyntöä ei tunneta."))?;
                request.replace(read).map_or(Ok(()), |_| Err(twice()))?;
            } else if code::SITUATION.is(system) {
                let read = Situation::parse(given).ok_or_else(|| unknown("Käyttötilannetta ei tunneta."))?;
                situation.replace(read).map_or(Ok(()), |_| Err(twice()))?;
            } else if let Some(text) = xml::child(node, HL7, "originalText")? {
                let text = xml::text(text);
                document::short(node, &text)?;
                words.replace(text).map_or(Ok(()), |_| Err(twice()))?;
            }
        }
        Ok(Self {
            request: request.ok_or_else(|| Fault::missing(format!("{place}[palvelupyyntö]")))?,
            situation: situation.ok_or_else(|| Fault::missing(format!("{place}[käyttötilanne]")))?,
            words: words.filter(|text| !text.is_empty()),
        })
    }
}

fn user(act: Node<'_, '_>) -> Result<User, Fault> {
    let person = xml::required(xml::required(act, HL7, "authorOrPerformer")?, HL7, "assignedPerson")?;
    let id = xml::required(person, HL7, "id")?;
    if xml::required_attribute(id, "root")? != HETU_ROOT {
        return Err(Fault::wrong(
            format!("{}/@root", xml::place(id)),
            "Käyttäjän tunnuksen juuri ei ole henkilötunnuksen.",
        ));
    }
    let hetu = PersonalIdentityCode::parse(xml::required_attribute(id, "extension")?).map_err(|_| {
        Fault::wrong(format!("{}/@extension", xml::place(id)), "Käyttäjän henkilötunnus on virheellinen.")
    })?;
    let named = xml::path(person, &["assignedPerson", "name"])?;
    let name = document::name(named.ok_or_else(|| Fault::missing(xml::place_of(person, "assignedPerson/name")))?)?;
    let organisation = xml::required(person, HL7, "representedOrganization")?;
    let unit = document::named_organisation(organisation, ServiceUnitId::parse)?;
    let (unit, unit_name) = unit.ok_or_else(|| Fault::missing(xml::place_of(organisation, "id/@root")))?;
    Ok(User { hetu, family: name.family, given: name.given, unit, unit_name })
}

/// The copy of the metadata, and the package; both must be there when a document is sent, save that the validator gets
/// an empty package.
fn subject(
    act: Node<'_, '_>,
    request: ServiceRequest,
    limits: &Limits,
) -> Result<(Option<FrameDocument>, Option<Vec<u8>>), Fault> {
    let wanted = request.is_archive() || request == ServiceRequest::Nullify;
    if !wanted {
        return Ok((None, None));
    }
    let node = xml::required(xml::required(act, HL7, "subject")?, HL7, "clinicalDocument")?;
    let package = match xml::child(node, HL7, "text")? {
        Some(text) => mime::read(text, limits.document_bytes)?,
        None => None,
    };
    if package.as_ref().is_some_and(|document| document.len() > limits.document_bytes) {
        return Err(Fault::limit(xml::place_of(node, "text"), "Asiakirja on liian suuri."));
    }
    Ok((Some(frame_document(node)?), package))
}

fn frame_document(node: Node<'_, '_>) -> Result<FrameDocument, Fault> {
    let optional = |name, system| document::code_of(xml::child(node, HL7, name)?, system);
    let needed = |name, system| document::coded(xml::required(node, HL7, name)?, system);
    let effective = xml::child(node, HL7, "effectiveTime")?.filter(|time| xml::attribute(*time, "value").is_some());
    let language = xml::child(node, HL7, "languageCode")?.and_then(|tag| xml::attribute(tag, "code"));
    let assigned = xml::required(xml::required(node, HL7, "custodian")?, HL7, "assignedCustodian")?;
    Ok(FrameDocument {
        id: document::required_oid(node, "id", DocumentId::parse)?,
        set_id: document::required_oid(node, "setId", SetId::parse)?,
        version: document::version(xml::required(node, HL7, "versionNumber")?)?,
        register: needed("code", code::REGISTER)?,
        effective_time: effective.map(document::time_of).transpose()?,
        confidentiality: optional("confidentialityCode", code::CONFIDENTIALITY)?,
        language: language.map(str::to_owned),
        patients: patients(node)?,
        custodian: custodian(assigned)?,
        completion: needed("completionCode", code::COMPLETION)?.code,
        storage: needed("storageCode", code::STORAGE)?.code,
    })
}

fn custodian(assigned: Node<'_, '_>) -> Result<Organisation, Fault> {
    let organisation = match xml::child(assigned, HL7, "representedOrganization")? {
        Some(node) => node,
        None => xml::required(assigned, HL7, "representedCustodianOrganization")?,
    };
    document::required_organisation(organisation)
}

fn patients(node: Node<'_, '_>) -> Result<Vec<Patient>, Fault> {
    let targets: Vec<_> = xml::children(node, HL7, "recordTarget").take(PATIENTS_MAX + 1).collect();
    if targets.is_empty() {
        return Err(Fault::missing(xml::place_of(node, "recordTarget")));
    }
    if targets.len() > PATIENTS_MAX {
        return Err(Fault::limit(xml::place_of(node, "recordTarget"), format!("Yli {PATIENTS_MAX} asiakasta.")));
    }
    targets
        .into_iter()
        .map(|target| document::patient(xml::required(target, HL7, "patient")?, "patientPerson"))
        .collect()
}
