//! What can be checked of a document from its bytes, the catalogue of structures and the trust store: CPU only, on all
//! cores, before anything of the archive's state is looked at (house.md 2).

use super::{content, kinds, restriction, words};
use crate::{
    consents,
    entry::{ClientKey, Denial, Derived, Entry, GROUP_CASE, GROUP_RELATIONSHIP, TYPE_OLD_RELATIONSHIP, Told},
    sabotage::{self, Fault},
};
use jiff::{SignedDuration, Timestamp};
use kanta::{
    Limits, code,
    document::{Body, Decoded, Header},
    frame::{self, Frame},
    ids::ClientChange,
};
use records::{
    Lang,
    code::{ServiceProcess, ServiceTask},
    consent::Channel,
    id::{ClientId, OrganisationId},
    refusal::Refusal,
    time::finnish_date,
};
use seal::{CertificateFacts, Purpose, Role, TrustError, TrustStore, Verified};
use serde_json::Value;
use store::Vault;
use structures::{Catalogue, Structure};

/// Most faults named to the sender at once; a person mends them in turns.
const FAULTS_TOLD_MAX: usize = 20;

/// Most that the tolerance of a header's times may be set to: a week, in minutes.
const DATED_AHEAD_MAX_MIN: i64 = 7 * 24 * 60;

/// A document that is right by itself.
#[derive(Debug)]
pub struct Checked {
    /// Its row; the organisation that acted is filled in when the registers have told it.
    pub entry: Entry,
    /// Its header, as answers carry it.
    pub header: String,
    /// Its clients, for the log.
    pub clients: Vec<ClientId>,
    /// Organisations whose system signed it.
    pub system_signers: Vec<OrganisationId>,
    /// Registration numbers of the professionals who signed it.
    pub professional_signers: Vec<String>,
    /// The earliest signature: the login that a worker proves was alive then, however long the queue waited.
    pub signed_at: Timestamp,
    /// What is odd.
    pub warnings: Vec<kanta::Warning>,
}

/// What checking needs.
#[derive(Clone, Copy)]
pub struct Against<'a> {
    /// The structures.
    pub catalogue: &'a Catalogue,
    /// Whom certificates are believed.
    pub trust: &'a TrustStore,
    /// For the blind indexes.
    pub vault: &'a Vault,
    /// Product time.
    pub now: Timestamp,
    /// How far a signer's clock may be ahead, in seconds.
    pub skew_s: i64,
    /// How far a header may be dated ahead, in minutes.
    pub ahead_min: i64,
}

/// Checks the document that a frame carries.
///
/// # Errors
/// The first kind of fault found, with everything to mend of that kind.
pub fn document(frame: &Frame, bytes: &[u8], against: &Against<'_>) -> Result<Checked, Denial> {
    let decoded = kanta::document::decode(bytes, &Limits::default()).map_err(|fault| fault_denial(&[fault]))?;
    check_dated(&decoded.document.header, against)?;
    let mut warnings = frame::agree(frame, &decoded.document).map_err(|faults| fault_denial(&faults))?;
    warnings.extend(decoded.warnings.iter().cloned());
    Ok(Checked { warnings, ..checked(&decoded, bytes, Channel::ClientSystem, against)? })
}

/// Checks a document that was made in the citizen view: everything that is checked of one that came in a message, but that
/// there is no message with which it could agree.
///
/// # Errors
/// As [`document`].
pub fn expressed(app: &crate::App, bytes: &[u8]) -> Result<Checked, Denial> {
    let decoded = kanta::document::decode(bytes, &Limits::default()).map_err(|fault| fault_denial(&[fault]))?;
    let against = Against {
        catalogue: &app.catalogue,
        trust: &app.trust,
        vault: &app.vault,
        now: app.clock.now(),
        skew_s: app.settings_now().clock_skew_s,
        ahead_min: 0,
    };
    checked(&decoded, bytes, Channel::Citizen, &against)
}

fn checked(decoded: &Decoded, bytes: &[u8], channel: Channel, against: &Against<'_>) -> Result<Checked, Denial> {
    let json = content_of(decoded, against.catalogue)?;
    let verified = signatures(bytes, decoded)?;
    let structure = structure_of(&decoded.document.header, against.catalogue);
    let signers = trusted_signers(&verified, &decoded.document.header, json.as_ref(), structure, against)?;
    let entry = entry_of(decoded, json.as_ref(), structure, bytes, against)?;
    consents::check(&decoded.document.header, json.as_ref(), channel, against.now)?;
    let clients = decoded.document.header.patients.iter().map(|patient| patient.id.clone()).collect();
    let signed_at = verified.iter().map(|signature| signature.at).min().unwrap_or(against.now);
    let header = kanta::query::header_form(&decoded.document.header);
    Ok(Checked {
        entry,
        header,
        clients,
        system_signers: signers.0,
        professional_signers: signers.1,
        signed_at,
        warnings: Vec::new(),
    })
}

/// Nothing is made in the future. The header's times are those by which documents are ordered and looked for, and they
/// are unsigned: a document dated weeks ahead would stand before all others.
fn check_dated(header: &Header, against: &Against<'_>) -> Result<(), Denial> {
    let latest = against.now + SignedDuration::from_mins(against.ahead_min.clamp(0, DATED_AHEAD_MAX_MIN));
    if header.effective_time > latest || header.creation_time > latest {
        let sentence =
            "Asiakirjan laatimis- tai luontiaika on tulevaisuudessa. Tarkista lähettävän järjestelmän kello.";
        return Err(Denial::with(Refusal::HeaderInvalid, sentence));
    }
    Ok(())
}

/// A refusal that names every fault of the wire, the first one's code counting.
pub fn fault_denial(faults: &[kanta::Fault]) -> Denial {
    let refusal = faults.first().map_or(Refusal::BadRequest, |fault| fault.refusal);
    Denial { told: refusal, cause: refusal, details: faults.iter().take(FAULTS_TOLD_MAX).map(Told::from).collect() }
}

/// The structure that the document names; of an unstructured one, the newest of its type when the type's demands hold for
/// it too ([`kinds::Kind::type_demands`]).
pub fn structure_of<'c>(header: &Header, catalogue: &'c Catalogue) -> Option<&'c Structure> {
    if let Some(oid) = header.structure_oid.as_deref() {
        return catalogue.get(oid);
    }
    let kind = kinds::of(header).ok().filter(|kind| kind.type_demands)?;
    let specific = header.specific_type.as_ref().filter(|_| kind.type_demands)?;
    catalogue.newest(&specific.code)
}

/// Structure, codes and content: the JSON when the body has one.
///
/// # Errors
/// `SCHEMA_INVALID`, `CODE_INVALID`, `HEADER_INVALID`, `TEMP_ID_NOT_ALLOWED`.
pub fn content_of(decoded: &Decoded, catalogue: &Catalogue) -> Result<Option<Value>, Denial> {
    let header = &decoded.document.header;
    check_codes(header)?;
    consents::check_identity(header)?;
    kinds::check_body(kinds::of(header)?, header, &decoded.document.body)?;
    let Body::Structured { json, .. } = &decoded.document.body else {
        check_named(header, structure_of(header, catalogue))?;
        check_digest(header, decoded.document.body.xhtml())?;
        return Ok(None);
    };
    let structure = structure_of(header, catalogue)
        .ok_or_else(|| Denial::with(Refusal::SchemaInvalid, "Asiakirjarakennetta ei tunneta."))?;
    check_type(header, structure)?;
    check_named(header, Some(structure))?;
    let json =
        structures::parse_strict(json).map_err(|error| Denial::with(Refusal::SchemaInvalid, words::content(&error)))?;
    // The deliberate fault `no-turvakielto-check`: the structure's own conditions know turvakielto, too.
    let blind = header.group.code == GROUP_RELATIONSHIP && sabotage::active(Fault::NoTurvakieltoCheck);
    if let Err(faults) = structures::validate(structure, &json)
        && !blind
    {
        let codes_only = faults.iter().all(structures::Fault::is_about_codes);
        let refusal = if codes_only { Refusal::CodeInvalid } else { Refusal::SchemaInvalid };
        let told = |fault: &structures::Fault| Told {
            text: fault.message(Lang::Fi),
            place: Some(fault.path.clone()).filter(|path| !path.is_empty()),
        };
        let details = faults.iter().take(FAULTS_TOLD_MAX).map(told).collect();
        return Err(Denial { told: refusal, cause: refusal, details });
    }
    check_clients(header, &json, structure)?;
    Ok(Some(json))
}

/// The header is unsigned, so the signed display form of a recording's description names the digest of its bytes.
fn check_digest(header: &Header, xhtml: Option<&str>) -> Result<(), Denial> {
    match &header.recording {
        Some(recording) if !xhtml.is_some_and(|xhtml| xhtml.contains(&recording.sha256)) => {
            Err(Denial::with(Refusal::SchemaInvalid, "Tallenteen tiiviste puuttuu allekirjoitetusta näyttömuodosta."))
        }
        _ => Ok(()),
    }
}

/// Header codes that rules rest on are of their lists.
fn check_codes(header: &Header) -> Result<(), Denial> {
    let unknown = |what: &str| Err(Denial::with(Refusal::CodeInvalid, format!("{what} ei kuulu luokitukseen.")));
    if header.tasks.iter().any(|task| ServiceTask::parse(&task.code).is_none()) {
        return unknown("Palvelutehtävä");
    }
    if header.process.as_ref().is_some_and(|process| ServiceProcess::parse(&process.code).is_none()) {
        return unknown("Palveluprosessi");
    }
    if header.register.code != "1" {
        // FR-87: register 1 is the social welfare client register; any other is not ours.
        return Err(Denial::new(Refusal::PatientDataNotAllowed));
    }
    if header.record_status.code != "3" {
        return unknown("Asiakirjan tila");
    }
    Ok(())
}

/// Type, group and structure belong together.
fn check_type(header: &Header, structure: &Structure) -> Result<(), Denial> {
    let control = match header.group.code.as_str() {
        GROUP_RELATIONSHIP => Some("1505.1"),
        GROUP_CASE => Some("1505.2"),
        "8" => Some("1505.8"),
        "9" => Some("1505.9"),
        kanta::code::GROUP_INFORMING => Some("INFORMOINTI"),
        _ => None,
    };
    let mismatch = || Err(Denial::with(Refusal::HeaderInvalid, "Asiakirjatyyppi, ryhmä ja rakenne eivät sovi yhteen."));
    match control {
        Some(code) if structure.type_code() != code => return mismatch(),
        None if structure.type_code().starts_with("1505.") || structure.type_code() == "INFORMOINTI" => {
            return mismatch();
        }
        _ => {}
    }
    if control.is_none() {
        let specific = header.specific_type.as_ref().map(|code| code.code.as_str());
        if specific != Some(structure.type_code()) {
            return mismatch();
        }
        let general = header.general_type.as_ref().map(|code| code.code.as_str());
        if general.is_some() && general != structure.general_type() {
            return mismatch();
        }
    }
    Ok(())
}

/// The header is unsigned: the clients in the signed content must be those of the header (wire-format 15).
fn check_clients(header: &Header, json: &Value, structure: &Structure) -> Result<(), Denial> {
    let inside = content::clients(json)?;
    let outside: Vec<&ClientId> = header.patients.iter().map(|patient| &patient.id).collect();
    let same = inside.len() == outside.len()
        && inside.iter().all(|client| outside.contains(&client))
        && outside.iter().all(|client| inside.contains(client));
    if structure.root().child("asiakas").is_some() && !same {
        return Err(Denial::with(Refusal::HeaderInvalid, "Asiakas on eri kuvailutiedoissa ja asiakirjan sisällössä."));
    }
    Ok(())
}

/// How many clients the structure lets the document have, and whether a temporary id may name them (FR-61). Of an
/// unstructured document the type's newest structure says it; its signed body is not compared with the header, for
/// nothing in it can be.
fn check_named(header: &Header, structure: Option<&Structure>) -> Result<(), Denial> {
    let Some(structure) = structure else { return Ok(()) };
    if header.patients.len() > 1 && !structure.repeats_client() {
        return Err(Denial::with(Refusal::SchemaInvalid, "Tällä asiakirjalla on aina yksi asiakas."));
    }
    let temporary = header.patients.iter().any(|patient| patient.id.hetu().is_none());
    if temporary && !structure.temporary_id_allowed() && !sabotage::active(Fault::TemporaryIdAnywhere) {
        return Err(Denial::new(Refusal::TempIdNotAllowed));
    }
    Ok(())
}

/// Mathematics and coverage of every signature (FR-39).
///
/// # Errors
/// `SIGNATURE_MISSING`, `SIGNATURE_INVALID`.
pub fn signatures(bytes: &[u8], decoded: &Decoded) -> Result<Vec<Verified>, Denial> {
    if sabotage::active(Fault::AcceptAnySignature) {
        return Ok(Vec::new());
    }
    seal::verify(bytes, &decoded.document.header.id).map_err(|error| match error {
        seal::SealError::Missing => Denial::new(Refusal::SignatureMissing),
        other => Denial::with(Refusal::SignatureInvalid, other.sentence()),
    })
}

/// Who signed, each trusted for the role at the time of signing.
type Signers = (Vec<OrganisationId>, Vec<String>);

/// Trust, validity, revocation, the structure's demand, and that the card holder is the one named (FR-39–42).
///
/// # Errors
/// `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `SIGNER_FORBIDDEN`, `CARD_REVOKED`, `CARD_EXPIRED`.
pub fn trusted_signers(
    verified: &[Verified],
    header: &Header,
    json: Option<&Value>,
    structure: Option<&Structure>,
    against: &Against<'_>,
) -> Result<Signers, Denial> {
    let (mut systems, mut professionals) = (Vec::new(), Vec::new());
    for signature in verified {
        if signature.at > against.now + SignedDuration::from_secs(against.skew_s) {
            return Err(Denial::with(Refusal::SignatureInvalid, "Allekirjoitus on päivätty tulevaisuuteen."));
        }
        let purpose = match signature.role {
            Role::System => Purpose::SystemSignature,
            Role::Professional => Purpose::ProfessionalSignature,
        };
        let facts = against
            .trust
            .check_as_of(&signature.certificate_der, purpose, signature.at, against.now)
            .map_err(|error| trust_denial(signature.role, error))?;
        match signature.role {
            Role::System => systems.extend(facts.organisation.clone()),
            Role::Professional => professionals.push(professional(&facts, header, json)?),
        }
    }
    if sabotage::active(Fault::AcceptAnySignature) {
        return Ok((systems, professionals));
    }
    if structure.is_some_and(Structure::needs_professional_signature) && professionals.is_empty() {
        return Err(Denial::with(
            Refusal::SignatureMissing,
            "Asiakirjarakenne vaatii ammattihenkilön allekirjoituksen.",
        ));
    }
    if systems.is_empty() && professionals.is_empty() {
        return Err(Denial::new(Refusal::SignatureMissing));
    }
    Ok((systems, professionals))
}

fn trust_denial(role: Role, error: TrustError) -> Denial {
    match (role, error) {
        (Role::Professional, TrustError::Revoked) => Denial::new(Refusal::CardRevoked),
        (Role::Professional, TrustError::Expired) => Denial::new(Refusal::CardExpired),
        // Our own list is old: the sender has done nothing wrong and tries again.
        (_, TrustError::NoFreshCrl) => Denial::new(Refusal::ServiceUnavailable),
        (_, error) => Denial::with(
            Refusal::SignatureInvalid,
            format!("Allekirjoittajan varmenne ei kelpaa: {}", error.sentence()),
        ),
    }
}

/// FR-42: the card holder is the person whom header and content name.
fn professional(facts: &CertificateFacts, header: &Header, json: Option<&Value>) -> Result<String, Denial> {
    let forbidden = || Denial::new(Refusal::SignerForbidden);
    let number = facts.registration.as_ref().ok_or_else(forbidden)?;
    let named: Vec<_> = header.signers.iter().filter_map(|signer| signer.registration.as_ref()).collect();
    if !named.is_empty() && !named.contains(&number) {
        return Err(forbidden());
    }
    if let Some((family, given)) = json.and_then(content::signer) {
        let same_family = facts.family.as_deref().is_some_and(|name| same(name, &family));
        let card_given = facts.given.as_deref().unwrap_or_default();
        let same_given =
            given.split_whitespace().any(|name| card_given.split_whitespace().any(|card| same(card, name)));
        if !same_family || !same_given {
            return Err(forbidden());
        }
    }
    Ok(number.as_str().to_owned())
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

/// Blind index of a client in a register. Root and extension both count: a temporary id looks like a hetu.
pub fn client_index(vault: &Vault, controller: &str, client: &ClientId) -> String {
    vault.blind_index(controller, &format!("{}|{}", client.root(), client.extension()))
}

/// Blind index of an author in a register.
pub fn author_index(vault: &Vault, controller: &str, registration: &str) -> String {
    vault.blind_index(controller, &format!("author|{registration}"))
}

/// Whose key seals a document: its client's, or that of the circle of its clients, so that disposing of one client's
/// data never makes another's unreadable.
pub fn key_subject(vault: &Vault, entry: &Entry) -> String {
    match entry.clients.as_slice() {
        [client] => client.index.clone(),
        many => {
            let mut indexes: Vec<&str> = many.iter().map(|client| client.index.as_str()).collect();
            indexes.sort_unstable();
            vault.blind_index(entry.controller.as_str(), &format!("circle|{}", indexes.join("|")))
        }
    }
}

/// The document's row. Also used by the rebuild of derived rows from stored documents.
///
/// # Errors
/// `SCHEMA_INVALID` or `CODE_INVALID` of a case or relationship document.
pub fn entry_of(
    decoded: &Decoded,
    json: Option<&Value>,
    structure: Option<&Structure>,
    bytes: &[u8],
    against: &Against<'_>,
) -> Result<Entry, Denial> {
    let header = &decoded.document.header;
    let controller = consents::register_of(header);
    let keys: Vec<(ClientId, ClientKey)> = header
        .patients
        .iter()
        .map(|patient| {
            let index = match consents::kind_of(header) {
                Some(_) => consents::client_index(against.vault, &patient.id),
                None => client_index(against.vault, controller.as_str(), &patient.id),
            };
            (patient.id.clone(), ClientKey { index, temporary: patient.id.hetu().is_none() })
        })
        .collect();
    let derived = match (header.group.code.as_str(), json) {
        (GROUP_RELATIONSHIP, Some(json)) => content::relationship(json, &controller)?,
        (GROUP_CASE, Some(json)) => Derived::Case(content::case(json, &keys)?),
        (_, Some(json)) if consents::kind_of(header).is_some() => consents::derive(header, json, against.vault)?,
        _ => Derived::Nothing,
    };
    let authors = header.authors.iter().filter_map(|author| author.registration.as_ref());
    let code_of = |code: &Option<kanta::Code>| code.as_ref().map(|code| code.code.clone());
    let old = header.group.code == code::GROUP_OLD || is_old_relationship(header, &derived);
    let otherwise = header.event_time.unwrap_or(header.effective_time);
    let services = match (header.services.as_slice(), json) {
        ([], Some(json)) if derived == Derived::Nothing => content::services(json),
        (named, _) => named.iter().map(|service| service.code.clone()).collect(),
    };
    let event = json.map_or((otherwise, otherwise), |json| content::event(json, otherwise));
    Ok(Entry {
        document: header.id.clone(),
        set: header.set_id.clone(),
        version: header.version,
        replaces: header.replaces.as_ref().map(|replaced| replaced.id.clone()),
        case: header.case.clone(),
        relationship: header.relationship.clone(),
        group: header.group.code.clone(),
        type_code: match structure {
            _ if is_old_relationship(header, &derived) => TYPE_OLD_RELATIONSHIP.to_owned(),
            Some(structure) => structure.type_code().to_owned(),
            None => code_of(&header.specific_type).or_else(|| code_of(&header.general_type)).unwrap_or_default(),
        },
        general_type: structure
            .and_then(Structure::general_type)
            .map(str::to_owned)
            .or_else(|| code_of(&header.general_type))
            .unwrap_or_default(),
        structure: header.structure_oid.clone(),
        tasks: header.tasks.iter().map(|task| task.code.clone()).collect(),
        services,
        professional: structure.is_some_and(Structure::needs_professional_signature),
        service_possible: structure.is_some_and(names_service),
        process: code_of(&header.process),
        unit: header.unit.as_ref().map(|unit| unit.id.clone()),
        author_organisation: controller.clone(),
        connecting: controller.clone(),
        organiser: header.organiser.as_ref().map(|organiser| organiser.id.clone()),
        customer: header.outsourcing_customer.as_ref().map(|customer| customer.id.clone()),
        authors: authors.map(|number| author_index(against.vault, controller.as_str(), number.as_str())).collect(),
        clients: keys.iter().map(|(_, key)| key.clone()).collect(),
        language: header.language.tag().to_owned(),
        event,
        created: header.creation_time,
        special_content: header.special_content.as_ref().is_some_and(|code| code.code == "K"),
        inaccessible: code_of(&header.inaccessible).unwrap_or_default(),
        sha256: hex::encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes)),
        old,
        change: header.reason_of_correction.as_deref().and_then(ClientChange::of_reason),
        reasoned: header.reason_of_correction.is_some(),
        links: header.links.iter().map(|link| link.case.clone()).collect(),
        shown_from: header.shown_from,
        limit_reason: header.restriction_argument.is_some(),
        recording: header.recording.clone(),
        restriction: restriction::of(header, json, finnish_date(event.0)),
        derived,
        controller,
    })
}

/// Old relationship data archived apart (FR-96): a relationship document from which nothing is derived.
fn is_old_relationship(header: &Header, derived: &Derived) -> bool {
    header.group.code == GROUP_RELATIONSHIP && *derived == Derived::Nothing
}

/// Whether the structure has a place for a social service (list 1222).
fn names_service(structure: &Structure) -> bool {
    let mut names = false;
    structure.root().walk(&mut |_, field| {
        if let structures::Kind::Code(coded) = &field.kind
            && let structures::CodeSystem::Oid(system) = &coded.system
        {
            names |= system.strip_prefix("urn:oid:").unwrap_or(system).starts_with("1.2.246.537.6.1222");
        }
    });
    names
}

/// The row of a stored document, derived anew from its bytes; what intake checked is not checked again.
///
/// # Errors
/// `Inconsistent` when a stored document cannot be read any more.
pub fn stored_entry(app: &crate::App, bytes: &[u8]) -> Result<Entry, store::StoreError> {
    stored_document(app, bytes).map(|(entry, _)| entry)
}

/// The same with the header that the row was derived from.
///
/// # Errors
/// As [`stored_entry`].
pub fn stored_document(app: &crate::App, bytes: &[u8]) -> Result<(Entry, Header), store::StoreError> {
    let broken = |what: String| store::StoreError::Inconsistent { table: "documents", what };
    let decoded = kanta::document::decode(bytes, &Limits::default()).map_err(|fault| broken(fault.to_string()))?;
    let json = match decoded.document.body.json() {
        Some(json) => Some(structures::parse_strict(json).map_err(|error| broken(error.to_string()))?),
        None => None,
    };
    let against = Against {
        catalogue: &app.catalogue,
        trust: &app.trust,
        vault: &app.vault,
        now: app.clock.now(),
        skew_s: 0,
        ahead_min: 0,
    };
    let structure = structure_of(&decoded.document.header, &app.catalogue);
    let entry = entry_of(&decoded, json.as_ref(), structure, bytes, &against)
        .map_err(|denial| broken(denial.cause.code().to_owned()))?;
    Ok((entry, decoded.document.header))
}
