//! Fills into a document what the system knows, so that nobody types it and nobody can type it wrong: the client, the
//! author, the service task, the service, the times (FR-31, FR-32). What a worker wrote is never touched.

use jiff::{Timestamp, civil::Date};
use records::code::Code;
use records::id::{ClientId, HETU_ROOT};
use serde_json::{Map, Value, json};
use structures::{Field, Kind, Structure};

use crate::people::Person;

/// A worker as a document names him.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Author {
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Title (tehtävänimike).
    pub title: String,
    /// The unit as a code of 1.2.246.537.6.202.
    pub unit: Code,
    /// Phone, for decisions and for the responsible worker.
    pub phone: String,
}

/// What the system knows when a document is finished.
pub struct Facts<'a> {
    /// The client.
    pub client: &'a Person,
    /// Who wrote it.
    pub author: &'a Author,
    /// Who decides, for structures with a decision maker; the author when empty.
    pub decider: Option<&'a Author>,
    /// The case's service task.
    pub task: Code,
    /// The social service, when one is known.
    pub service: Option<Code>,
    /// When it happened.
    pub event: Timestamp,
    /// The Finnish day on which it is written.
    pub today: Date,
    /// The day on which the case came pending.
    pub pending: Option<Date>,
}

/// What the system knows of the client. Whatever else a structure asks of him (interpreting, family, contact) is written
/// by the worker.
const CLIENT_KEYS: [&str; 6] =
    ["sukunimi", "etunimet", "henkilotunnus", "tilapainen_yksilointitunnus", "turvakielto", "syntymaaika"];

/// What the system knows of a worker: the author, and who decides.
const WORKER_KEYS: [&str; 4] = ["sukunimi", "etunimet", "tehtavanimike", "palveluyksikko"];

/// Where structures name who decides.
const DECIDERS: [&str; 2] = ["paatos.paatoksentekija", "paatoksentekija"];

/// Whether a field of the form belongs to the system, by its dotted path below the root key. Such fields are not shown,
/// and what a request says of them is written over.
pub fn is_system_path(path: &str) -> bool {
    let below = |group: &str, keys: &[&str]| {
        path.strip_prefix(group).and_then(|rest| rest.strip_prefix('.')).is_some_and(|key| keys.contains(&key))
    };
    below("asiakas", &CLIENT_KEYS)
        || below("laatija", &WORKER_KEYS)
        || DECIDERS.iter().any(|group| below(group, &WORKER_KEYS))
        || matches!(path, "palvelutehtava" | "asiakaskertomusmerkinta.palvelutehtava" | "allekirjoitus")
        || path.starts_with("allekirjoitus.")
}

/// Groups of which a document made here has one: the client whose page it is, and the worker who writes.
pub fn is_single(path: &str) -> bool {
    matches!(path, "asiakas" | "laatija") || DECIDERS.contains(&path)
}

/// Where a client under turvakielto could be found: neither asked nor kept (FR-60).
pub fn is_whereabouts(path: &str) -> bool {
    ["asiakas.yhteystiedot", "asiakas.kotikunta"]
        .iter()
        .any(|place| path.strip_prefix(place).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Writes the system's facts into a body. `body` is the whole JSON with its root key, or null for a new one.
pub fn fill(structure: &Structure, body: &mut Value, facts: &Facts<'_>) {
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    let root = child_object(body, structure.root_key());
    let field = structure.root();
    one_each(root);
    if facts.client.protected
        && let Some(client) = first_mut(root, "asiakas")
    {
        client.retain(|key, _| !is_whereabouts(&format!("asiakas.{key}")));
    }
    known(root, field, "asiakas", client_value(field.child("asiakas"), facts.client));
    known(root, field, "laatija", author_value(field.child("laatija"), facts.author));
    missing(root, field, "laatija.yhteystiedot.puhelinnumero", json!(facts.author.phone));
    for path in ["palvelutehtava", "asiakaskertomusmerkinta.palvelutehtava"] {
        always(root, field, path, facts.task.to_json());
    }
    if let Some(service) = &facts.service {
        for path in SERVICE_PATHS {
            missing(root, field, path, service.to_json());
        }
    }
    if let Some(decider) = facts.decider.or(Some(facts.author)) {
        for group in DECIDERS {
            known(root, field, group, author_value(field.at(group), decider));
        }
        missing(root, field, "paatos.lisatietojen_antaja.sukunimi", json!(facts.author.family));
        missing(root, field, "paatos.lisatietojen_antaja.etunimet", json!(facts.author.given));
        missing(root, field, "paatos.lisatietojen_antaja.tehtavanimike", json!(facts.author.title));
        let phone = "paatos.lisatietojen_antaja.yhteystiedot.puhelinnumero";
        missing(root, field, phone, json!(facts.author.phone));
    }
    times(root, field, facts);
    let signed = json!({ "system": "urn:oid:1.2.246.537.5.40161", "code": "1",
        "display": "Asiakirja on allekirjoitettu sähköisesti" });
    always(root, field, "allekirjoitus.allekirjoituksen_tyyppi", signed);
}

/// Names another decision maker in the content (functional specification 3.5 step 5).
pub fn set_decider(structure: &Structure, body: &mut Value, decider: &Author) {
    let field = structure.root();
    for group in DECIDERS {
        known(child_object(body, structure.root_key()), field, group, author_value(field.at(group), decider));
    }
}

const SERVICE_PATHS: [&str; 4] = [
    "sosiaalipalvelu",
    "asiakaskertomusmerkinta.sosiaalipalvelu",
    "suunnitelma.sosiaalipalvelu_jota_suunnitelma_koskee",
    "paatos.sosiaalipalvelu_jota_paatos_koskee.sosiaalipalvelu",
];

fn times(root: &mut Map<String, Value>, field: &Field, facts: &Facts<'_>) {
    let day = json!(facts.today.to_string());
    let event_day = records::time::finnish_date(facts.event).to_string();
    let local = facts.event.to_zoned(records::time::finnish_zone());
    let moment = local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    for path in ["paivamaara", "ilmoittamispaivamaara", "paatos.paatospaivamaara"] {
        missing(root, field, path, day.clone());
    }
    for path in ["asiakaskertomusmerkinta.tapahtuma.ajanjakso.alkamishetki", "tapahtuma.ajanjakso.alkamishetki"] {
        missing(root, field, path, json!(moment));
    }
    for path in ["sosiaalipalvelun_alkamispaiva", "sosiaalipalvelun_paattymispaiva"] {
        missing(root, field, path, json!(event_day));
    }
    if let Some(pending) = facts.pending {
        for path in ["vireilletulopaiva", "asian_vireilletuloa_koskevat_tiedot.vireilletulopaiva"] {
            missing(root, field, path, json!(pending.to_string()));
        }
        missing(root, field, "paatos.vireilletulopaivamaara", json!(pending.to_string()));
    }
}

/// Where the one text of a narrative entry goes: the place that its structure gives for telling what happened. `None`
/// where the structure tells it only inside repeated or conditional groups, as an entry on a restriction (19008) does:
/// such an entry is written through its own fields.
pub fn text_path(structure: &Structure) -> Option<String> {
    let mut best: Option<(u8, String)> = None;
    structure.root().walk(&mut |path, field| {
        if field.kind != Kind::Text || is_system_path(path) || inside_repeating(structure.root(), path) {
            return;
        }
        let rank = match path.rsplit('.').next() {
            Some("kuvaus") if path.contains("tapahtuma.") => 0,
            Some(key) if key.starts_with("kuvaus_") => 1,
            Some("kuvaus") => 2,
            _ if field.required => 3,
            Some(key) if key.ends_with("perustelu") || key.ends_with("perustelut") => 4,
            Some(key) if key.starts_with("lisatiedot") => 5,
            _ => return,
        };
        if best.as_ref().is_none_or(|(had, _)| rank < *had) {
            best = Some((rank, path.to_owned()));
        }
    });
    best.map(|(_, path)| path)
}

fn inside_repeating(root: &Field, path: &str) -> bool {
    let parents = path.match_indices('.').map(|(at, _)| &path[..at]);
    parents.filter_map(|path| root.at(path)).any(|field| field.repeats)
}

/// Puts a text at a dotted path below the root key.
pub fn put_text(structure: &Structure, body: &mut Value, path: &str, text: &str) {
    if !body.is_object() {
        *body = Value::Object(Map::new());
    }
    always(child_object(body, structure.root_key()), structure.root(), path, json!(text));
}

/// The text at a dotted path below the root key, or an empty one.
pub fn text_at(structure: &Structure, body: &Value, path: &str) -> String {
    let start = body.get(structure.root_key());
    let found = path.split('.').fold(start, |value, key| value.and_then(|value| value.get(key)));
    found.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Writes over what the system knows in a group, and leaves the rest of the group as it was written.
fn known(root: &mut Map<String, Value>, field: &Field, group: &str, values: Map<String, Value>) {
    if !may_begin(root, field, group) {
        return;
    }
    for (key, value) in values {
        always(root, field, &format!("{group}.{key}"), value);
    }
}

/// Whether the system may put something into a group: one that nobody has begun and nobody has to fill is left alone when
/// its being there would make other fields mandatory.
fn may_begin(root: &Map<String, Value>, field: &Field, group: &str) -> bool {
    let (mut at, mut here) = (field, Some(root));
    for key in group.split('.').filter(|key| !key.is_empty()) {
        let Some(child) = at.child(key) else { return false };
        let below = here.and_then(|map| map.get(key));
        here = match below {
            Some(Value::Array(items)) => items.first().and_then(Value::as_object),
            other => other.and_then(Value::as_object),
        };
        if here.is_none() && !child.required && child.children.iter().any(|one| one.required && !known_to_system(one)) {
            return false;
        }
        at = child;
    }
    true
}

/// What the system fills itself wherever it stands, so that it burdens nobody.
fn known_to_system(field: &Field) -> bool {
    WORKER_KEYS.contains(&field.key.as_str()) || field.key == "paatoksentekija"
}

/// Whatever a request says, a document has one client and one author.
fn one_each(root: &mut Map<String, Value>) {
    for (_, value) in root.iter_mut().filter(|(key, _)| is_single(key)) {
        if let Value::Array(items) = value {
            items.truncate(1);
        }
    }
}

fn first_mut<'a>(root: &'a mut Map<String, Value>, key: &str) -> Option<&'a mut Map<String, Value>> {
    match root.get_mut(key)? {
        Value::Array(items) => items.first_mut()?.as_object_mut(),
        other => other.as_object_mut(),
    }
}

fn client_value(field: Option<&Field>, client: &Person) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("sukunimi".into(), json!(client.family));
    value.insert("etunimet".into(), json!(client.given));
    let has = |key: &str| field.is_some_and(|field| field.child(key).is_some());
    match client.id() {
        Ok(ClientId::Temporary(id)) if has("tilapainen_yksilointitunnus") => {
            let id = json!({ "system": id.system().as_str(), "value": id.as_str() });
            value.insert("tilapainen_yksilointitunnus".into(), id);
        }
        _ if has("henkilotunnus") => {
            let id = json!({ "system": format!("urn:oid:{HETU_ROOT}"), "value": client.code });
            value.insert("henkilotunnus".into(), id);
        }
        _ => {}
    }
    if has("turvakielto") {
        value.insert("turvakielto".into(), json!(client.protected));
    }
    if let Some(born) = client.born().filter(|_| has("syntymaaika")) {
        value.insert("syntymaaika".into(), json!(born.to_string()));
    }
    value
}

fn author_value(field: Option<&Field>, author: &Author) -> Map<String, Value> {
    let mut value = Map::new();
    value.insert("sukunimi".into(), json!(author.family));
    value.insert("etunimet".into(), json!(author.given));
    let has = |key: &str| field.is_some_and(|field| field.child(key).is_some());
    if has("tehtavanimike") && !author.title.is_empty() {
        value.insert("tehtavanimike".into(), json!(author.title));
    }
    if has("palveluyksikko") {
        value.insert("palveluyksikko".into(), author.unit.to_json());
    }
    value
}

fn child_object<'a>(value: &'a mut Value, key: &str) -> &'a mut Map<String, Value> {
    let slot = match value {
        Value::Object(map) => map.entry(key.to_owned()).or_insert_with(|| Value::Object(Map::new())),
        other => other,
    };
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    match slot {
        Value::Object(map) => map,
        _ => unreachable!("made an object just above"),
    }
}

fn always(root: &mut Map<String, Value>, field: &Field, path: &str, value: Value) {
    set(root, field, path, value, true);
}

fn missing(root: &mut Map<String, Value>, field: &Field, path: &str, value: Value) {
    let group = path.rsplit_once('.').map_or("", |(group, _)| group);
    if is_empty(&value) || !may_begin(root, field, group) {
        return;
    }
    set(root, field, path, value, false);
}

/// Sets a value at a path that the structure has; of a repeated group the first. Elsewhere does nothing.
fn set(map: &mut Map<String, Value>, field: &Field, path: &str, value: Value, replace: bool) {
    let (key, rest) = path.split_once('.').map_or((path, None), |(key, rest)| (key, Some(rest)));
    let Some(child) = field.child(key) else { return };
    match rest {
        None => {
            let value = if child.repeats { Value::Array(vec![value]) } else { value };
            if replace || map.get(key).is_none_or(is_empty) {
                map.insert(key.to_owned(), value);
            }
        }
        Some(rest) if child.at(rest).is_some() => {
            let mut items = match map.shift_remove(key) {
                Some(Value::Array(items)) => items,
                Some(one) => vec![one],
                None => Vec::new(),
            };
            let mut inner = match items.first_mut().map(Value::take) {
                Some(Value::Object(inner)) => inner,
                _ => Map::new(),
            };
            set(&mut inner, child, rest, value, replace);
            let inner = Value::Object(inner);
            let whole = match items.first_mut() {
                _ if !child.repeats => inner,
                Some(first) => {
                    *first = inner;
                    Value::Array(items)
                }
                None => Value::Array(vec![inner]),
            };
            map.insert(key.to_owned(), whole);
        }
        Some(_) => {}
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}
