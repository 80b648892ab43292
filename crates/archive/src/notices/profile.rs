//! Every name of the disclosure notice's format, with what is known of it (wire-format 10).
//!
//! Kela's package `kanta.sosiaalihuolto.r4` 1.0.0 names the resources, the profiles and the two mandatory extensions; how
//! the sides, the ground and the items are coded inside them could not be read. Those are Vakka's, marked so, and change
//! here alone.

/// A name, and whether Kela's package confirms it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// The name, URL or code.
    pub text: &'static str,
    /// Whether a published source says so.
    pub confirmed: bool,
}

const fn confirmed(text: &'static str) -> Name {
    Name { text, confirmed: true }
}

const fn ours(text: &'static str) -> Name {
    Name { text, confirmed: false }
}

/// Profile of the notice itself.
pub const AUDIT_EVENT: Name = confirmed("https://shark.kanta.fi/fhir/StructureDefinition/SocialWelfareAuditEvent");
/// Profile of who made the notice.
pub const PROVENANCE: Name = confirmed("https://shark.kanta.fi/fhir/StructureDefinition/AuditEventProvenance");
/// Extension with the register (rekisteritunnus). That it is mandatory is confirmed, its address is read from its name.
pub const REGISTER_TYPE: Name = ours("https://gen.kanta.fi/fhir/StructureDefinition/RegisterType");
/// Extension with the service task (palvelutehtävä). As the one above.
pub const FUNCTION_CODE: Name = ours("https://gen.kanta.fi/fhir/StructureDefinition/FunctionCode");
/// Code system of the register.
pub const REGISTER_SYSTEM: Name = confirmed("urn:oid:1.2.246.537.6.1264.201701");
/// The client register of social welfare (sosiaalihuollon asiakasrekisteri).
pub const REGISTER_CODE: Name = confirmed("1");
/// Code system of the service task.
pub const FUNCTION_SYSTEM: Name = ours("urn:oid:1.2.246.537.6.1221.201601");
/// Code of the agent that gave the data (DICOM: source role).
pub const DISCLOSER: Name = ours("110153");
/// Code of the agent that received the data (DICOM: destination role).
pub const RECEIVER: Name = ours("110152");
/// Role of the entity that is the client (FHIR object role: patient).
pub const CLIENT_ROLE: Name = ours("1");
/// Beginning of the policy that names a legal provision; the provision's code follows (law-and-codes 1.10).
pub const STATUTE: Name = ours("urn:vakka:peruste:");
/// Beginning of an OID as a URI; a policy of this form is a permission document.
pub const OID: Name = confirmed("urn:oid:");

/// Legal provisions on which data may be disclosed (law-and-codes 1.10): Vakka's codes, the law's places.
pub const PROVISIONS: &[&str] = &[
    "L55-1", "L55-2A", "L55-2B", "L56-1", "L56-2", "L56-3", "L53-1", "L53-2", "L53-3", "L53-5", "L53-6", "L62",
    "L63-1", "L63-2", "L63-3", "L63-4", "L64",
];

/// Every name, for the documentation and its test.
pub const NAMES: &[(&str, Name)] = &[
    ("AuditEvent.meta.profile", AUDIT_EVENT),
    ("Provenance.meta.profile", PROVENANCE),
    ("AuditEvent.extension RegisterType", REGISTER_TYPE),
    ("RegisterType, system", REGISTER_SYSTEM),
    ("RegisterType, code", REGISTER_CODE),
    ("AuditEvent.extension FunctionCode", FUNCTION_CODE),
    ("FunctionCode, system", FUNCTION_SYSTEM),
    ("AuditEvent.agent.type, discloser", DISCLOSER),
    ("AuditEvent.agent.type, receiver", RECEIVER),
    ("AuditEvent.entity.role, client", CLIENT_ROLE),
    ("AuditEvent.agent.policy, provision", STATUTE),
    ("identifiers", OID),
];
