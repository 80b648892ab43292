//! Reading the header: CDA's own part and the Finnish one.

use super::parts::{
    code_of, coded, name, named_organisation, oid, patient, required_oid, required_organisation, root_of, short,
    time_of, version,
};
use crate::code::{self, Code};
use crate::document::encode::CONTEXT;
use crate::document::{Author, CaseLink, Header, Organisation, Patient, Recording, Replaced, Signer, Software, Unit};
use crate::limits::{PATIENTS_MAX, REPEATS_MAX};
use crate::xml::{self, EP2, HL7};
use crate::{Fault, Warning, stamp};
use jiff::Timestamp;
use jiff::civil::Date;
use records::Lang;
use records::id::{CaseId, DocumentId, OrganisationId, RegistrationNumber, RelationshipId, ServiceUnitId, SetId};
use roxmltree::Node;

/// The formats of the body that the header names.
pub(crate) struct Formats {
    pub(crate) display: Option<String>,
    pub(crate) structured: Option<String>,
}

impl Formats {
    /// Sees that a format is the one that the body has.
    pub(crate) fn demand(&self, element: &str, given: Option<&str>, expected: &str) -> Result<(), Fault> {
        let place = format!("ClinicalDocument/localSocialHeader/{element}");
        match given {
            Some(code) if code == expected => Ok(()),
            Some(_) => Err(Fault::wrong(place, format!("Muodon koodi ei vastaa sisältöä; odotettu {expected}."))),
            None => Err(Fault::missing(place)),
        }
    }
}

/// Reads the header under `root`.
///
/// # Arguments
/// `whole`: of a document, where formats and clients must be there and every rule holds; otherwise of a row in an
/// answer, where the archive may leave clients out.
pub(crate) fn decode_header(root: Node<'_, '_>, whole: bool) -> Result<(Header, Formats, Vec<Warning>), Fault> {
    let mut warnings = Vec::new();
    cda_constants(root)?;
    let social = Social::read(xml::required(root, EP2, "localSocialHeader")?, whole)?;
    let encounter = Encounter::read(root)?;
    let header = Header {
        id: required_oid(root, "id", DocumentId::parse)?,
        set_id: required_oid(root, "setId", SetId::parse)?,
        version: version(xml::required(root, HL7, "versionNumber")?)?,
        replaces: replaced(root)?,
        general_type: code_of(Some(xml::required(root, HL7, "code")?), code::DOCUMENT_TYPE)?,
        specific_type: social.specific_type,
        structure_oid: social.structure_oid,
        group: social.group,
        language: language(root)?,
        effective_time: time_of(xml::required(root, HL7, "effectiveTime")?)?,
        creation_time: social.creation_time,
        confidentiality: coded(xml::required(root, HL7, "confidentialityCode")?, code::CONFIDENTIALITY)?,
        patients: patients(root, whole)?,
        authors: authors(root, whole)?,
        custodian: custodian(root)?,
        guardian_consent: guardian_consent(root)?,
        case: encounter.case,
        organiser: encounter.organiser,
        unit: encounter.unit,
        tasks: social.tasks,
        services: social.context.services,
        event_time: social.context.event_time,
        shown_from: social.context.shown_from,
        links: social.context.links,
        recording: social.context.recording,
        process: social.process,
        relationship: social.relationship,
        outsourcing_customer: social.outsourcing_customer,
        retention: social.retention,
        special_content: social.special_content,
        inaccessible: social.inaccessible,
        restriction_argument: social.restriction_argument,
        reason_of_correction: social.reason_of_correction,
        register: social.register,
        record_status: social.record_status,
        software: social.software,
        signers: social.signers,
    };
    if whole {
        consistent(&header, &mut warnings)?;
    }
    Ok((header, social.formats, warnings))
}

fn cda_constants(root: Node<'_, '_>) -> Result<(), Fault> {
    let realm = xml::required(root, HL7, "realmCode")?;
    if xml::required_attribute(realm, "code")? != "FI" {
        return Err(Fault::wrong(format!("{}/@code", xml::place(realm)), "Maan on oltava FI."));
    }
    let kind = xml::required(root, HL7, "typeId")?;
    let values = (xml::required_attribute(kind, "root")?, xml::required_attribute(kind, "extension")?);
    if values != ("2.16.840.1.113883.1.3", "POCD_HD000040") {
        return Err(Fault::wrong(xml::place(kind), "typeId ei ole CDA R2:n."));
    }
    Ok(())
}

/// What must hold between elements (wire-format 8, 15).
fn consistent(header: &Header, warnings: &mut Vec<Warning>) -> Result<(), Fault> {
    let place = "ClinicalDocument/relatedDocument/parentDocument";
    match (&header.replaces, header.version) {
        (None, 1) => {}
        (None, _) => return Err(Fault::missing(place)),
        (Some(_), 1) => return Err(Fault::wrong(place, "Ensimmäinen versio ei voi korvata toista.")),
        (Some(replaced), _) if replaced.set_id != header.set_id => {
            return Err(Fault::wrong(format!("{place}/setId"), "Alkuperäinen tunniste on muu kuin asiakirjan."));
        }
        (Some(replaced), number) if replaced.version >= number || replaced.id == header.id => {
            return Err(Fault::wrong(place, "Korvattava versio ei ole aiempi versio."));
        }
        _ => {}
    }
    if header.version == 1 && header.set_id != header.id.as_set() {
        warnings.push(Warning::new("ClinicalDocument/setId", "Ensimmäisen version tunniste ei ole setId."));
    }
    if header.record_status.code != "3" {
        let place = "ClinicalDocument/localSocialHeader/recordStatus/@code";
        return Err(Fault::wrong(place, "Vain arkistointivalmiin asiakirjan (3) voi tallentaa."));
    }
    for (n, patient) in header.patients.iter().enumerate() {
        if header.patients[..n].iter().any(|other| other.id == patient.id) {
            return Err(Fault::wrong("ClinicalDocument/recordTarget", "Sama asiakas esiintyy kahdesti."));
        }
        if let (Some(hetu), Some(date)) = (patient.id.hetu(), patient.birth_date)
            && hetu.birth_date() != date
        {
            warnings.push(Warning::new("ClinicalDocument/recordTarget", "Syntymäaika ei ole henkilötunnuksen."));
        }
    }
    Ok(())
}

fn language(root: Node<'_, '_>) -> Result<Lang, Fault> {
    let node = xml::required(root, HL7, "languageCode")?;
    let tag = xml::required_attribute(node, "code")?;
    let short = tag.split('-').next().unwrap_or_default();
    Lang::parse(short).ok_or_else(|| Fault::wrong(format!("{}/@code", xml::place(node)), "Kieli ei ole fi, sv tai en."))
}

fn few<T>(root: Node<'_, '_>, name: &str, items: Vec<T>, most: usize) -> Result<Vec<T>, Fault> {
    if items.len() > most {
        return Err(Fault::limit(xml::place_of(root, name), format!("Elementti esiintyy yli {most} kertaa.")));
    }
    Ok(items)
}

fn patients(root: Node<'_, '_>, whole: bool) -> Result<Vec<Patient>, Fault> {
    let targets = few(root, "recordTarget", xml::children(root, HL7, "recordTarget").collect(), PATIENTS_MAX)?;
    if whole && targets.is_empty() {
        return Err(Fault::missing(xml::place_of(root, "recordTarget")));
    }
    targets.into_iter().map(|target| patient(xml::required(target, HL7, "patientRole")?, "patient")).collect()
}

/// The authors. One that is only an id without a value is none (group 1, wire-format 15).
fn authors(root: Node<'_, '_>, whole: bool) -> Result<Vec<Author>, Fault> {
    let nodes = few(root, "author", xml::children(root, HL7, "author").collect(), REPEATS_MAX)?;
    if whole && nodes.is_empty() {
        return Err(Fault::missing(xml::place_of(root, "author")));
    }
    let mut authors = Vec::with_capacity(nodes.len());
    for node in nodes {
        let assigned = xml::required(node, HL7, "assignedAuthor")?;
        let registration = registration(xml::required(assigned, HL7, "id")?)?;
        let named = xml::path(assigned, &["assignedPerson", "name"])?.map(name).transpose()?;
        let (given, family) = named
            .map_or_else(Default::default, |n| (n.calling.filter(|_| n.given.is_empty()).unwrap_or(n.given), n.family));
        if registration.is_some() || !family.is_empty() || !given.is_empty() {
            authors.push(Author { registration, family, given });
        }
    }
    Ok(authors)
}

/// The registration number of an id; none with `nullFlavor`. Other roots are not an author's (wire-format 14.2).
fn registration(id: Node<'_, '_>) -> Result<Option<RegistrationNumber>, Fault> {
    match root_of(Some(id))? {
        None => Ok(None),
        Some(RegistrationNumber::ROOT) => {
            let number = xml::required_attribute(id, "extension")?;
            let place = || format!("{}/@extension", xml::place(id));
            RegistrationNumber::parse(number)
                .map(Some)
                .map_err(|_| Fault::wrong(place(), "Rekisteröintinumerossa ei ole 11 numeroa."))
        }
        Some(_) => Err(Fault::wrong(format!("{}/@root", xml::place(id)), "Juuri ei ole rekisteröintinumeron.")),
    }
}

/// The controller. CDA R2's inner element is `representedCustodianOrganization`; the frame's name is accepted too.
fn custodian(root: Node<'_, '_>) -> Result<Organisation, Fault> {
    let assigned = xml::required(xml::required(root, HL7, "custodian")?, HL7, "assignedCustodian")?;
    let organisation = match xml::child(assigned, HL7, "representedCustodianOrganization")? {
        Some(node) => node,
        None => xml::required(assigned, HL7, "representedOrganization")?,
    };
    required_organisation(organisation)
}

fn replaced(root: Node<'_, '_>) -> Result<Option<Replaced>, Fault> {
    let Some(related) = xml::child(root, HL7, "relatedDocument")? else { return Ok(None) };
    if xml::required_attribute(related, "typeCode")? != "RPLC" {
        return Err(Fault::wrong(format!("{}/@typeCode", xml::place(related)), "Suhteen on oltava RPLC."));
    }
    let parent = xml::required(related, HL7, "parentDocument")?;
    Ok(Some(Replaced {
        id: required_oid(parent, "id", DocumentId::parse)?,
        set_id: required_oid(parent, "setId", SetId::parse)?,
        version: version(xml::required(parent, HL7, "versionNumber")?)?,
    }))
}

fn guardian_consent(root: Node<'_, '_>) -> Result<Option<Code>, Fault> {
    match xml::child(root, HL7, "authorization")? {
        Some(node) => {
            let consent = xml::required(node, HL7, "consent")?;
            coded(xml::required(consent, HL7, "code")?, code::GUARDIANS).map(Some)
        }
        None => Ok(None),
    }
}

/// Case, organiser and unit (`componentOf/encompassingEncounter`).
#[derive(Default)]
struct Encounter {
    case: Option<CaseId>,
    organiser: Option<Organisation>,
    unit: Option<Unit>,
}

impl Encounter {
    fn read(root: Node<'_, '_>) -> Result<Self, Fault> {
        let Some(node) = xml::path(root, &["componentOf", "encompassingEncounter"])? else {
            return Ok(Self::default());
        };
        let id = xml::required(node, HL7, "id")?;
        let case = root_of(Some(id))?.map(|root| oid(id, root, CaseId::parse)).transpose()?;
        let organiser = match xml::child(node, HL7, "responsibleParty")? {
            Some(party) => entity(party, OrganisationId::parse)?.map(|(id, name)| Organisation { id, name }),
            None => None,
        };
        let unit = match xml::child(node, HL7, "encounterParticipant")? {
            Some(participant) => {
                if xml::required_attribute(participant, "typeCode")? != "ADM" {
                    let place = format!("{}/@typeCode", xml::place(participant));
                    return Err(Fault::wrong(place, "Palveluyksikön tyypin on oltava ADM."));
                }
                entity(participant, ServiceUnitId::parse)?.map(|(id, name)| Unit { id, name })
            }
            None => None,
        };
        Ok(Self { case, organiser, unit })
    }
}

fn entity<T>(
    node: Node<'_, '_>,
    parse: fn(&str) -> Result<T, records::id::IdError>,
) -> Result<Option<(T, String)>, Fault> {
    let entity = xml::required(node, HL7, "assignedEntity")?;
    named_organisation(xml::required(entity, HL7, "representedOrganization")?, parse)
}

/// The Finnish part (`localSocialHeader`).
struct Social {
    specific_type: Option<Code>,
    creation_time: Timestamp,
    group: Code,
    formats: Formats,
    software: Software,
    tasks: Vec<Code>,
    record_status: Code,
    register: Code,
    outsourcing_customer: Option<Organisation>,
    retention: Code,
    special_content: Option<Code>,
    structure_oid: Option<String>,
    relationship: Option<RelationshipId>,
    process: Option<Code>,
    restriction_argument: Option<String>,
    inaccessible: Option<Code>,
    reason_of_correction: Option<String>,
    signers: Vec<Signer>,
    context: Context,
}

impl Social {
    fn read(node: Node<'_, '_>, whole: bool) -> Result<Self, Fault> {
        let optional = |name, system| code_of(xml::child(node, EP2, name)?, system);
        let needed = |name, system| coded(xml::required(node, EP2, name)?, system);
        let tasks: Vec<_> = few(node, "functionCode", xml::children(node, EP2, "functionCode").collect(), REPEATS_MAX)?;
        let signers: Vec<_> = few(node, "signature", xml::children(node, EP2, "signature").collect(), REPEATS_MAX)?;
        let display = if whole {
            Some(needed("fileFormat", code::DISPLAY_FORMAT)?)
        } else {
            optional("fileFormat", code::DISPLAY_FORMAT)?
        };
        let structured = optional("structuredFileFormat", code::FILE_FORMAT)?;
        Ok(Self {
            specific_type: optional("specificDocumentType", code::DOCUMENT_TYPE)?,
            creation_time: time_of(xml::required(node, EP2, "creationTime")?)?,
            group: needed("documentGroup", code::GROUP)?,
            formats: Formats { display: display.map(|c| c.code), structured: structured.map(|c| c.code) },
            software: software(xml::required(node, EP2, "softwareSupport")?)?,
            tasks: tasks.into_iter().map(|task| coded(task, code::TASK)).collect::<Result<_, _>>()?,
            record_status: needed("recordStatus", code::RECORD_STATUS)?,
            register: needed("registryType", code::REGISTER)?,
            outsourcing_customer: outsourcing(node)?,
            retention: needed("totalRetentionPeriodClass", code::RETENTION)?,
            special_content: optional("specialContent", code::YES_NO)?,
            structure_oid: words(node, "contentSpecificationId")?,
            relationship: relationship(node)?,
            process: process(node)?,
            restriction_argument: words(node, "authorizationRestrictionArgument")?,
            inaccessible: optional("inaccessibleArgument", code::INACCESSIBLE)?,
            reason_of_correction: reason(node)?,
            signers: signers.into_iter().map(signer).collect::<Result<_, _>>()?,
            context: Context::read(node)?,
        })
    }
}

/// The text of a child; none when it is absent or empty.
fn words(node: Node<'_, '_>, name: &'static str) -> Result<Option<String>, Fault> {
    let Some(child) = xml::child(node, EP2, name)? else { return Ok(None) };
    let text = xml::text(child);
    short(child, &text)?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

/// The reason of a correction: words, or the name of a code, since the code list has not been seen (wire-format 5.2).
fn reason(node: Node<'_, '_>) -> Result<Option<String>, Fault> {
    if let Some(text) = words(node, "reasonOfCorrection")? {
        return Ok(Some(text));
    }
    let Some(child) = xml::child(node, EP2, "reasonOfCorrection")? else { return Ok(None) };
    let name = xml::attribute(child, "displayName").or_else(|| xml::attribute(child, "code"));
    Ok(name.map(str::to_owned))
}

fn software(node: Node<'_, '_>) -> Result<Software, Fault> {
    let get = |name| {
        let value = xml::attribute(node, name).unwrap_or_default();
        short(node, value).map(|()| value.to_owned())
    };
    Ok(Software { moderator: get("moderator")?, product: get("product")?, version: get("version")? })
}

fn outsourcing(node: Node<'_, '_>) -> Result<Option<Organisation>, Fault> {
    let child = xml::child(node, EP2, "outsourcingServiceCustomer")?;
    let name = words(node, "outsourcingServiceCustomerName")?.unwrap_or_default();
    match (child, root_of(child)?) {
        (Some(child), Some(root)) => Ok(Some(Organisation { id: oid(child, root, OrganisationId::parse)?, name })),
        _ => Ok(None),
    }
}

fn relationship(node: Node<'_, '_>) -> Result<Option<RelationshipId>, Fault> {
    let child = xml::child(node, EP2, "encompassingClientRelationship")?;
    match (child, root_of(child)?) {
        (Some(child), Some(root)) => oid(child, root, RelationshipId::parse).map(Some),
        _ => Ok(None),
    }
}

fn process(node: Node<'_, '_>) -> Result<Option<Code>, Fault> {
    match xml::child(node, EP2, "serviceProcess")? {
        Some(process) => code_of(either(process, "code"), code::PROCESS),
        None => Ok(None),
    }
}

/// A child in the Finnish namespace or in HL7's: inside the Finnish part both have been seen to be read.
fn either<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|child| {
        let tag = child.tag_name();
        child.is_element() && tag.name() == name && matches!(tag.namespace(), Some(EP2 | HL7))
    })
}

fn signer(node: Node<'_, '_>) -> Result<Signer, Fault> {
    let number = either(node, "assignedAuthorSigner").map(xml::text).filter(|text| !text.is_empty());
    let registration = match number {
        Some(number) => Some(RegistrationNumber::parse(&number).map_err(|_| {
            Fault::wrong(xml::place_of(node, "assignedAuthorSigner"), "Rekisteröintinumerossa ei ole 11 numeroa.")
        })?),
        None => None,
    };
    let named = either(node, "signer").and_then(|signer| either(signer, "name")).map(name).transpose()?;
    let (given, family) = named.map_or_else(Default::default, |name| (name.given, name.family));
    Ok(Signer {
        registration,
        family,
        given,
        method: code_of(either(node, "authenticationMethod"), code::AUTHENTICATION)?,
        time: either(node, "time").filter(|time| xml::attribute(*time, "value").is_some()).map(time_of).transpose()?,
    })
}

/// The element of our own; see [`CONTEXT`].
#[derive(Default)]
struct Context {
    services: Vec<Code>,
    event_time: Option<Timestamp>,
    shown_from: Option<Date>,
    links: Vec<CaseLink>,
    recording: Option<Recording>,
}

impl Context {
    fn read(node: Node<'_, '_>) -> Result<Self, Fault> {
        let Some(node) = xml::child(node, CONTEXT, "context")? else { return Ok(Self::default()) };
        let services = few(node, "service", xml::children(node, CONTEXT, "service").collect(), REPEATS_MAX)?;
        let shown_from =
            match xml::child(node, CONTEXT, "shownFrom")? {
                Some(day) => Some(stamp::parse_date(xml::required_attribute(day, "value")?).ok_or_else(|| {
                    Fault::wrong(format!("{}/@value", xml::place(day)), "Päivä ei ole muotoa VVVVKKPP.")
                })?),
                None => None,
            };
        Ok(Self {
            services: services.into_iter().map(|code| coded(code, code::SERVICE)).collect::<Result<_, _>>()?,
            event_time: xml::child(node, CONTEXT, "eventTime")?.map(time_of).transpose()?,
            shown_from,
            links: few(node, "linkedCase", xml::children(node, CONTEXT, "linkedCase").collect(), REPEATS_MAX)?
                .into_iter()
                .map(linked_case)
                .collect::<Result<_, _>>()?,
            recording: xml::child(node, CONTEXT, "recording")?.map(recording).transpose()?,
        })
    }
}

fn linked_case(node: Node<'_, '_>) -> Result<CaseLink, Fault> {
    let reason = xml::text(node);
    short(node, &reason)?;
    let since = stamp::parse_date(xml::required_attribute(node, "since")?)
        .ok_or_else(|| Fault::wrong(format!("{}/@since", xml::place(node)), "Päivä ei ole muotoa VVVVKKPP."))?;
    let case = oid(node, xml::required_attribute(node, "root")?, CaseId::parse)?;
    Ok(CaseLink { case, since, reason: Some(reason).filter(|reason| !reason.is_empty()) })
}

fn recording(node: Node<'_, '_>) -> Result<Recording, Fault> {
    let wrong = |name: &str, problem| Fault::wrong(format!("{}/@{name}", xml::place(node)), problem);
    let media = xml::required_attribute(node, "mediaType")?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "/+.-".contains(letter);
    let known = media.len() <= 100 && (media.starts_with("audio/") || media.starts_with("video/"));
    if !known || !media.chars().all(plain) {
        return Err(wrong("mediaType", "Tallenteen muodon on oltava audio/… tai video/…."));
    }
    let sha256 = xml::required_attribute(node, "sha256")?;
    if sha256.len() != 64 || !sha256.chars().all(|digit| matches!(digit, '0'..='9' | 'a'..='f')) {
        return Err(wrong("sha256", "Tiivisteen on oltava 64 pientä heksamerkkiä."));
    }
    let number = |name| xml::required_attribute(node, name);
    let basis = xml::text(node);
    short(node, &basis)?;
    Ok(Recording {
        media: media.to_owned(),
        bytes: number("bytes")?.parse().map_err(|_| wrong("bytes", "Pituuden on oltava kokonaisluku."))?,
        sha256: sha256.to_owned(),
        seconds: number("seconds")?.parse().map_err(|_| wrong("seconds", "Keston on oltava kokonaisluku."))?,
        basis,
    })
}
