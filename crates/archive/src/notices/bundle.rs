//! Reads a transaction Bundle of disclosure notices: shape and values, no register and no database. Every fault is told
//! with its place and a sentence; a value is never repeated.

use super::profile::{self, Name};
use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;
use records::{
    code::ServiceTask,
    id::{ClientId, Oid},
    refusal::Refusal,
};
use serde_json::Value;
use std::collections::HashSet;
use store::log::{Basis, LogDocument};

/// Most notices of one bundle.
pub const NOTICES_MAX: usize = 100;
/// Most disclosed items of one notice.
pub const ITEMS_MAX: usize = 500;
/// Most faults told at once.
const FAULTS_MAX: usize = 20;
/// Longest text taken into the log.
const TEXT_MAX: usize = 500;

/// Something to mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Code of the catalogue.
    pub refusal: Refusal,
    /// Finnish sentence.
    pub text: String,
    /// FHIR path.
    pub place: String,
}

/// One side of a disclosure as the notice names it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// OID of the organisation or its unit, when it has one.
    pub oid: Option<String>,
    /// Name of the organisation.
    pub name: Option<String>,
    /// Identifier of the person.
    pub person: Option<String>,
    /// Name of the person.
    pub person_name: Option<String>,
}

/// One disclosure. It holds personal data: no Debug.
#[derive(Clone, PartialEq, Eq)]
pub struct Notice {
    /// Place of the entry, for faults found later.
    pub place: String,
    /// Its own OID.
    pub id: Oid,
    /// Digest of the resource as it stands.
    pub digest: [u8; 32],
    /// The service task.
    pub task: String,
    /// When the data were disclosed.
    pub at: Timestamp,
    /// The element that told the time.
    pub at_path: &'static str,
    /// Who gave.
    pub discloser: Side,
    /// Who received.
    pub receiver: Side,
    /// Whose data.
    pub client: ClientId,
    /// The disclosed documents.
    pub documents: Vec<LogDocument>,
    /// Description of every disclosed item.
    pub what: Vec<String>,
    /// Purpose of use.
    pub purpose: String,
    /// Provision or permission.
    pub basis: Basis,
}

/// Faults with the place where one stands.
struct Reading {
    faults: Vec<Fault>,
}

impl Reading {
    fn tell(&mut self, refusal: Refusal, place: &str, text: &str) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { refusal, text: text.to_owned(), place: place.to_owned() });
        }
    }

    fn invalid(&mut self, place: &str, text: &str) {
        self.tell(Refusal::SchemaInvalid, place, text);
    }

    /// A text that must be there.
    fn text(&mut self, value: &Value, place: &str, sentence: &str) -> Option<String> {
        let text = value.as_str().map(str::trim).filter(|text| !text.is_empty());
        if text.is_none() {
            self.invalid(place, sentence);
        }
        text.map(short)
    }

    fn instant(&mut self, value: &Value, place: &str, sentence: &str) -> Option<Timestamp> {
        let instant = value.as_str().and_then(|text| text.parse().ok());
        if instant.is_none() {
            self.invalid(place, sentence);
        }
        instant
    }
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_MAX).collect()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Reads the bundle.
///
/// # Errors
/// Every fault found, at most twenty.
pub fn read(bundle: &Value) -> Result<Vec<Notice>, Vec<Fault>> {
    let mut reading = Reading { faults: Vec::new() };
    if bundle["resourceType"] != "Bundle" || bundle["type"] != "transaction" {
        reading.invalid("Bundle", "Sanoman on oltava Bundle, jonka tyyppi on transaction.");
        return Err(reading.faults);
    }
    let entries = list(&bundle["entry"]);
    let events = entries.iter().filter(|entry| entry["resource"]["resourceType"] == "AuditEvent").count();
    // A Provenance may stand beside each.
    if entries.is_empty() || events > NOTICES_MAX || entries.len() > 2 * NOTICES_MAX {
        reading.invalid("Bundle.entry", "Sanomassa on oltava 1–100 luovutusilmoitusta.");
        return Err(reading.faults);
    }
    let (mut notices, mut urls) = (Vec::new(), HashSet::new());
    for (number, entry) in entries.iter().enumerate() {
        let place = format!("Bundle.entry[{number}]");
        if !entry["fullUrl"].as_str().is_some_and(|url| urls.insert(url.to_owned())) {
            reading.invalid(&format!("{place}.fullUrl"), "Tunniste puuttuu tai on sanomassa kahteen kertaan.");
        }
        let kind = entry["resource"]["resourceType"].as_str().unwrap_or_default();
        if entry["request"]["method"] != "POST" || entry["request"]["url"] != kind {
            reading.invalid(&format!("{place}.request"), "Pyynnön on oltava POST resurssin omaan osoitteeseen.");
        }
        match kind {
            "AuditEvent" => notices.extend(notice(entry, &place, &mut reading)),
            "Provenance" => provenance(&entry["resource"], entries, &place, &mut reading),
            _ => reading.invalid(
                &format!("{place}.resource"),
                "Luovutusilmoituksessa saa olla vain AuditEvent- ja Provenance-resursseja.",
            ),
        }
    }
    if notices.is_empty() && reading.faults.is_empty() {
        reading.invalid("Bundle.entry", "Sanomassa ei ole yhtään AuditEvent-resurssia.");
    }
    if reading.faults.is_empty() { Ok(notices) } else { Err(reading.faults) }
}

/// Who made the notice: it must be about one of the notices beside it.
fn provenance(resource: &Value, entries: &[Value], place: &str, reading: &mut Reading) {
    has_profile(resource, profile::PROVENANCE, place, reading);
    let targets = list(&resource["target"]);
    let beside = |target: &Value| {
        let about = |entry: &Value| {
            entry["fullUrl"] == target["reference"] && entry["resource"]["resourceType"] == "AuditEvent"
        };
        target["reference"].is_string() && entries.iter().any(about)
    };
    if targets.is_empty() || !targets.iter().all(beside) {
        let sentence = "Provenance-resurssin kohteen on oltava saman sanoman AuditEvent.";
        reading.invalid(&format!("{place}.resource.target"), sentence);
    }
}

fn has_profile(resource: &Value, wanted: Name, place: &str, reading: &mut Reading) {
    if !list(&resource["meta"]["profile"]).iter().any(|profile| profile == wanted.text) {
        reading.invalid(&format!("{place}.resource.meta.profile"), "Resurssin profiili puuttuu tai on väärä.");
    }
}

fn notice(entry: &Value, place: &str, reading: &mut Reading) -> Option<Notice> {
    let resource = &entry["resource"];
    let at_path = |path: &str| format!("{place}.resource.{path}");
    has_profile(resource, profile::AUDIT_EVENT, place, reading);
    let id = entry["fullUrl"].as_str().and_then(oid_of);
    if id.is_none() {
        reading.invalid(&format!("{place}.fullUrl"), "Ilmoituksen tunnisteen on oltava urn:oid-muotoinen OID.");
    }
    register(resource, &at_path("extension"), reading);
    let task = function(resource, &at_path("extension"), reading);
    let sentence = "Kirjausajan on oltava aikaleima, jossa on aikavyöhyke.";
    let recorded = reading.instant(&resource["recorded"], &at_path("recorded"), sentence);
    // The disclosure's own time when it is told; else the notice was written when it happened.
    let (time_path, at) = match &resource["period"]["start"] {
        Value::Null => ("recorded", recorded),
        start => {
            let path = "period.start";
            (path, reading.instant(start, &at_path(path), "Luovutuksen ajan on oltava aikaleima."))
        }
    };
    let discloser = side(resource, profile::DISCLOSER, &at_path("agent"), reading);
    let receiver = side(resource, profile::RECEIVER, &at_path("agent"), reading);
    let basis = basis(resource, &at_path("agent.policy"), reading);
    let purpose = &resource["purposeOfEvent"][0];
    let purpose = if purpose["text"].is_string() { &purpose["text"] } else { &purpose["coding"][0]["code"] };
    let purpose = reading.text(purpose, &at_path("purposeOfEvent"), "Luovutettujen tietojen käyttötarkoitus puuttuu.");
    let client = client(resource, &at_path("entity"), reading);
    let (documents, what) = items(resource, &at_path("entity"), reading);
    Some(Notice {
        place: place.to_owned(),
        id: id?,
        digest: digest(resource),
        task: task?,
        at: at?,
        at_path: time_path,
        discloser: discloser?,
        receiver: receiver?,
        client: client?,
        documents,
        what,
        purpose: purpose?,
        basis: basis?,
    })
}

/// The digest of a resource: its members sorted, so that white space and order do not make it another.
fn digest(resource: &Value) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    feed(resource, &mut context);
    let mut digest = [0; 32];
    digest.copy_from_slice(context.finish().as_ref());
    digest
}

fn feed(value: &Value, context: &mut Context) {
    match value {
        Value::Object(members) => {
            let mut names: Vec<&String> = members.keys().collect();
            names.sort();
            context.update(format!("{{{}", names.len()).as_bytes());
            for name in names {
                context.update(format!("{}:{name}", name.len()).as_bytes());
                feed(&members[name], context);
            }
        }
        Value::Array(items) => {
            context.update(format!("[{}", items.len()).as_bytes());
            items.iter().for_each(|item| feed(item, context));
        }
        simple => {
            let text = simple.to_string();
            context.update(format!("{}={text}", text.len()).as_bytes());
        }
    }
}

fn oid_of(uri: &str) -> Option<Oid> {
    Oid::parse(uri.strip_prefix(profile::OID.text)?).ok()
}

fn extension(resource: &Value, name: Name) -> Option<&Value> {
    list(&resource["extension"])
        .iter()
        .find(|extension| extension["url"] == name.text)
        .map(|found| &found["valueCoding"])
}

fn register(resource: &Value, place: &str, reading: &mut Reading) {
    let right = extension(resource, profile::REGISTER_TYPE).is_some_and(|coding| {
        coding["system"] == profile::REGISTER_SYSTEM.text && coding["code"] == profile::REGISTER_CODE.text
    });
    if !right {
        reading.invalid(place, "RegisterType puuttuu tai ei ole sosiaalihuollon asiakasrekisteri.");
    }
}

fn function(resource: &Value, place: &str, reading: &mut Reading) -> Option<String> {
    let Some(coding) = extension(resource, profile::FUNCTION_CODE) else {
        reading.invalid(place, "FunctionCode eli palvelutehtävä puuttuu.");
        return None;
    };
    let code = coding["code"].as_str().filter(|code| ServiceTask::parse(code).is_some());
    if code.is_none() || coding["system"] != profile::FUNCTION_SYSTEM.text {
        reading.tell(Refusal::CodeInvalid, place, "Palvelutehtävä ei kuulu luokitukseen.");
        return None;
    }
    code.map(str::to_owned)
}

fn agents(resource: &Value, role: Name) -> Vec<&Value> {
    let is = |agent: &&Value| list(&agent["type"]["coding"]).iter().any(|coding| coding["code"] == role.text);
    list(&resource["agent"]).iter().filter(is).collect()
}

fn side(resource: &Value, role: Name, place: &str, reading: &mut Reading) -> Option<Side> {
    let found = agents(resource, role);
    let [agent] = found.as_slice() else {
        let sentence = "Luovuttajia ja luovutuksen saajia on oltava kumpiakin täsmälleen yksi.";
        reading.invalid(place, sentence);
        return None;
    };
    let mut side = Side::default();
    fill(resource, &agent["who"], &mut side, 0);
    side.person_name = side.person_name.or_else(|| agent["name"].as_str().map(short));
    side.person = side.person.or_else(|| agent["altId"].as_str().map(short));
    if side.oid.is_none() && side.name.is_none() {
        reading.invalid(&format!("{place}.who"), "Osapuolen tunniste ja nimi puuttuvat.");
        return None;
    }
    Some(side)
}

/// Follows a reference into the contained resources: an organisation, a person, or a person's role in an organisation.
fn fill(resource: &Value, who: &Value, side: &mut Side, depth: u8) {
    let contained = who["reference"].as_str().and_then(|reference| reference.strip_prefix('#'));
    let found = contained.and_then(|id| list(&resource["contained"]).iter().find(|one| one["id"] == id));
    match found {
        // A role names an organisation and a person, and no further role.
        Some(found) if depth < 2 => match found["resourceType"].as_str() {
            Some("PractitionerRole") => {
                fill(resource, &found["organization"], side, depth + 1);
                fill(resource, &found["practitioner"], side, depth + 1);
            }
            Some("Practitioner") => {
                side.person = found["identifier"][0]["value"].as_str().map(short);
                side.person_name = found["name"][0]["text"].as_str().map(short);
            }
            Some("Organization") => {
                side.oid = found["identifier"][0]["value"].as_str().and_then(oid_of).map(|oid| oid.as_str().to_owned());
                side.name = found["name"].as_str().map(short);
            }
            _ => {}
        },
        _ => {
            side.oid = who["identifier"]["value"].as_str().and_then(oid_of).map(|oid| oid.as_str().to_owned());
            side.name = who["display"].as_str().map(short);
        }
    }
}

/// The provision or the permission, on the discloser's agent.
fn basis(resource: &Value, place: &str, reading: &mut Reading) -> Option<Basis> {
    let policy = agents(resource, profile::DISCLOSER).first().and_then(|agent| agent["policy"][0].as_str());
    let known = policy.and_then(|policy| match policy.strip_prefix(profile::STATUTE.text) {
        Some(code) => profile::PROVISIONS.contains(&code).then(|| ("statute".to_owned(), code.to_owned())),
        None => oid_of(policy).map(|oid| ("disclosure".to_owned(), oid.as_str().to_owned())),
    });
    if known.is_none() {
        reading.invalid(place, "Luovutuksen peruste puuttuu: säännös tai luovutuslupa-asiakirjan OID.");
    }
    known.map(|(kind, reference)| Basis { kind, reference: Some(reference) })
}

fn is_client(entity: &Value) -> bool {
    entity["role"]["code"] == profile::CLIENT_ROLE.text
}

fn client(resource: &Value, place: &str, reading: &mut Reading) -> Option<ClientId> {
    let clients: Vec<&Value> = list(&resource["entity"]).iter().filter(|entity| is_client(entity)).collect();
    let [entity] = clients.as_slice() else {
        reading.invalid(place, "Ilmoituksessa on oltava täsmälleen yksi asiakas (entity, rooli 1).");
        return None;
    };
    let identifier = &entity["what"]["identifier"];
    let root = identifier["system"].as_str().and_then(|system| system.strip_prefix(profile::OID.text));
    let client = root.zip(identifier["value"].as_str()).and_then(|(root, value)| ClientId::parse(root, value).ok());
    if client.is_none() {
        reading.invalid(&format!("{place}.what.identifier"), "Asiakkaan tunniste puuttuu tai on virheellinen.");
    }
    client
}

/// The disclosed items: a document by its OID, or something described in words.
fn items(resource: &Value, place: &str, reading: &mut Reading) -> (Vec<LogDocument>, Vec<String>) {
    // Numbered with the client among them, so that the place told is the sender's own.
    let items: Vec<(usize, &Value)> =
        list(&resource["entity"]).iter().enumerate().filter(|(_, entity)| !is_client(entity)).collect();
    if items.is_empty() || items.len() > ITEMS_MAX {
        reading.invalid(place, "Ilmoituksessa on oltava vähintään yksi luovutettu tieto, enintään 500.");
    }
    let (mut documents, mut what) = (Vec::new(), Vec::new());
    for (number, item) in items.into_iter().take(ITEMS_MAX) {
        let oid = item["what"]["identifier"]["value"].as_str().and_then(oid_of);
        let name = [&item["name"], &item["description"]].into_iter().find_map(Value::as_str).map(short);
        if oid.is_none() && name.as_ref().is_none_or(String::is_empty) {
            let sentence = "Luovutetulla tiedolla on oltava asiakirjan OID tai kuvaus.";
            reading.invalid(&format!("{place}[{number}]"), sentence);
        }
        // Every version has an OID of its own, so the notice names no number.
        documents.extend(oid.map(|oid| LogDocument { id: oid.as_str().to_owned(), version: 0 }));
        what.extend(name);
    }
    (documents, what)
}
