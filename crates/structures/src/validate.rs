//! Whether a content fits its structure: the shape that JSON Schema demands and the conditions that it cannot say.

use crate::model::{CodeSystem, Coded, Field, Kind, Structure};
use crate::{Lang, conditions};
use jiff::civil::Date;
use records::id::{HETU_ROOT, Oid, PersonalIdentityCode};
use serde_json::{Map, Value};

/// Most faults reported of one content: enough to help, little enough not to be a way to make work.
const FAULTS_MAX: usize = 100;

/// What is wrong in one place. Holds names of fields, never what stands in them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where: keys and indexes below the root key, as the form names its fields: `asiakas[0].sukunimi`; empty at the top.
    pub path: String,
    /// The field's Finnish name.
    pub field_fi: String,
    /// The field's Swedish name (the Finnish one where THL gives none).
    pub field_sv: String,
    /// Which rule is broken.
    pub rule: Rule,
}

/// The rules that a content can break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// A required field is missing.
    Required,
    /// A required text is empty, or a required list has no entry.
    Empty,
    /// The group holds a key that the structure does not know.
    UnknownKey,
    /// The value is of another JSON type than the field's.
    Type,
    /// Not a year, a year and month, or a day that exists.
    Date,
    /// Neither a date nor an instant with seconds and zone.
    Moment,
    /// The code system is not the field's.
    CodeSystem,
    /// The code is not among those that the structure allows.
    Code,
    /// The fixed text differs from the structure's.
    Phrase,
    /// The identifier's system is not the one that the structure fixes.
    IdSystem,
    /// The personal identity code is not well formed.
    Hetu,
    /// The top has not exactly the one key of the structure.
    Root,
    /// A condition that the structure states in words; the sentences say which.
    Condition {
        /// Finnish sentence.
        fi: String,
        /// Swedish sentence.
        sv: String,
    },
}

impl Rule {
    /// A stable name for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Rule::Required => "required",
            Rule::Empty => "empty",
            Rule::UnknownKey => "unknown-key",
            Rule::Type => "type",
            Rule::Date => "date",
            Rule::Moment => "moment",
            Rule::CodeSystem => "code-system",
            Rule::Code => "code",
            Rule::Phrase => "phrase",
            Rule::IdSystem => "id-system",
            Rule::Hetu => "hetu",
            Rule::Root => "root",
            Rule::Condition { .. } => "condition",
        }
    }

    /// Whether the fault is one of codes (`CODE_INVALID`) and not of shape (`SCHEMA_INVALID`).
    pub fn is_about_codes(&self) -> bool {
        matches!(self, Rule::CodeSystem | Rule::Code)
    }
}

impl Fault {
    /// Whether the fault is one of codes (`CODE_INVALID`) and not of shape (`SCHEMA_INVALID`).
    pub fn is_about_codes(&self) -> bool {
        self.rule.is_about_codes()
    }

    /// The sentence for a person, beginning with the field's name. English readers get English words around the
    /// Finnish name.
    pub fn message(&self, lang: Lang) -> String {
        let said = match (&self.rule, lang) {
            (Rule::Condition { fi, .. }, Lang::Fi | Lang::En) => fi,
            (Rule::Condition { sv, .. }, Lang::Sv) => sv,
            (rule, lang) => rule_text(rule)[lang as usize],
        };
        let name = if lang == Lang::Sv { &self.field_sv } else { &self.field_fi };
        format!("{name}: {said}")
    }
}

impl Fault {
    /// The sentence with the groups around the field, for readers who do not see the form beside it (an
    /// acknowledgement, the validator): `Asiakas 2 › Sukunimi: tieto puuttuu.`
    pub fn located(&self, structure: &Structure, lang: Lang) -> String {
        let mut around = String::new();
        let mut group = structure.root();
        let parts: Vec<&str> = self.path.split('.').collect();
        for part in parts.split_last().map(|(_, before)| before).unwrap_or_default() {
            let (key, index) = part.split_once('[').unwrap_or((part, ""));
            let Some(below) = group.child(key) else { break };
            group = below;
            if group.hidden_field {
                continue;
            }
            around.push_str(group.name.get(lang));
            if let Ok(index) = index.trim_end_matches(']').parse::<usize>() {
                around.push_str(&format!(" {}", index + 1));
            }
            around.push_str(" › ");
        }
        around + &self.message(lang)
    }
}

/// Finnish, Swedish, English; in the order of [`Lang`].
fn rule_text(rule: &Rule) -> [&'static str; 3] {
    match rule {
        Rule::Required => ["tieto puuttuu.", "uppgiften saknas.", "the information is missing."],
        Rule::Empty => ["tieto on tyhjä.", "uppgiften är tom.", "the information is empty."],
        Rule::UnknownKey => [
            "kohdassa on kenttä, jota rakenne ei tunne.",
            "här finns ett fält som strukturen inte känner till.",
            "holds a field unknown to the structure.",
        ],
        Rule::Type => ["tieto on väärää tyyppiä.", "uppgiften är av fel typ.", "the information is of the wrong type."],
        Rule::Date => [
            "päivämäärää ei ole olemassa tai se on väärässä muodossa.",
            "datumet finns inte eller är i fel form.",
            "the date does not exist or has the wrong form.",
        ],
        Rule::Moment => {
            ["ajankohta on väärässä muodossa.", "tidpunkten är i fel form.", "the time has the wrong form."]
        }
        Rule::CodeSystem => [
            "koodi on väärästä luokituksesta.",
            "koden är från fel klassifikation.",
            "the code is of the wrong code system.",
        ],
        Rule::Code => ["koodi ei ole sallittujen joukossa.", "koden är inte tillåten.", "the code is not allowed."],
        Rule::Phrase => [
            "vakioteksti poikkeaa rakenteen tekstistä.",
            "den fasta texten avviker från strukturens.",
            "the fixed text differs from the structure's.",
        ],
        Rule::IdSystem => [
            "tunnus on väärästä järjestelmästä.",
            "koden är från fel system.",
            "the identifier is of the wrong system.",
        ],
        Rule::Hetu => [
            "henkilötunnus on virheellinen.",
            "personbeteckningen är felaktig.",
            "the personal identity code is not valid.",
        ],
        Rule::Root => [
            "asiakirjan ylin taso ei ole rakenteen mukainen.",
            "handlingens översta nivå följer inte strukturen.",
            "the top level does not fit the structure.",
        ],
        Rule::Condition { .. } => ["", "", ""],
    }
}

/// Checks a content against its structure: types, required fields, forms, codes, fixed texts, and the conditions that
/// are encoded ([`conditions`]).
///
/// Stricter than draft-07 over THL's file where the file cannot speak: a date must exist, a personal identity code must
/// be well formed, encoded conditions must hold. Never laxer.
///
/// # Errors
/// Every fault found, in order of the structure, at most 100.
pub fn validate(structure: &Structure, content: &Value) -> Result<(), Vec<Fault>> {
    let mut check = Check { faults: Vec::new() };
    let root = structure.root();
    match content.as_object() {
        Some(top) if top.len() == 1 && top.contains_key(&root.key) => {
            check.value(root, &top[&root.key], "");
            if let Some(body) = top[&root.key].as_object() {
                check.faults.extend(conditions::faults(structure, body));
            }
        }
        _ => check.report("", root, Rule::Root),
    }
    check.faults.truncate(FAULTS_MAX);
    if check.faults.is_empty() { Ok(()) } else { Err(check.faults) }
}

/// The path of a child: keys below the root, joined as the form joins them.
pub(crate) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

struct Check {
    faults: Vec<Fault>,
}

impl Check {
    fn report(&mut self, path: &str, field: &Field, rule: Rule) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault::new(path, field, rule));
        }
    }

    fn group(&mut self, field: &Field, body: &Map<String, Value>, path: &str) {
        if body.keys().any(|key| field.child(key).is_none()) {
            self.report(path, field, Rule::UnknownKey);
        }
        for child in &field.children {
            let at = join(path, &child.key);
            match body.get(&child.key) {
                None if child.required => self.report(&at, child, Rule::Required),
                None => {}
                Some(value) if child.repeats => self.list(child, value, &at),
                Some(value) => self.value(child, value, &at),
            }
        }
    }

    fn list(&mut self, field: &Field, value: &Value, path: &str) {
        let Some(items) = value.as_array() else { return self.report(path, field, Rule::Type) };
        if items.is_empty() && field.required {
            self.report(path, field, Rule::Empty);
        }
        for (index, item) in items.iter().enumerate() {
            self.value(field, item, &format!("{path}[{index}]"));
        }
    }

    fn value(&mut self, field: &Field, value: &Value, path: &str) {
        let rule = match (&field.kind, value) {
            (Kind::Group, Value::Object(body)) => return self.group(field, body, path),
            (Kind::Text | Kind::Name, Value::String(text)) if field.required && text.is_empty() => Some(Rule::Empty),
            (Kind::Text | Kind::Name | Kind::Signature, Value::String(_)) => None,
            (Kind::Phrase(fixed), Value::String(text)) => (text != fixed).then_some(Rule::Phrase),
            (Kind::Date, Value::String(text)) => (!is_date(text)).then_some(Rule::Date),
            (Kind::Moment, Value::String(text)) => (!is_moment(text)).then_some(Rule::Moment),
            (Kind::Bool, Value::Bool(_)) | (Kind::Number | Kind::Count, Value::Number(_)) => None,
            (Kind::Code(coded), Value::Object(body)) => code_fault(coded, body),
            (Kind::Id(system), Value::Object(body)) => id_fault(system.as_deref(), body),
            (Kind::Quantity, Value::Object(body)) => quantity_fault(body),
            _ => Some(Rule::Type),
        };
        if let Some(rule) = rule {
            self.report(path, field, rule);
        }
    }
}

impl Fault {
    pub(crate) fn new(path: &str, field: &Field, rule: Rule) -> Self {
        Self {
            path: path.to_owned(),
            field_fi: field.name.get(Lang::Fi).to_owned(),
            field_sv: field.name.get(Lang::Sv).to_owned(),
            rule,
        }
    }
}

/// Whether an object has exactly these keys (`needed`, and perhaps `optional`).
fn shape(body: &Map<String, Value>, needed: &[&str], optional: &[&str]) -> Option<Rule> {
    if needed.iter().any(|key| !body.contains_key(*key)) {
        return Some(Rule::Required);
    }
    let known = |key: &String| needed.contains(&key.as_str()) || optional.contains(&key.as_str());
    (!body.keys().all(known)).then_some(Rule::UnknownKey)
}

fn code_fault(coded: &Coded, body: &Map<String, Value>) -> Option<Rule> {
    if let Some(rule) = shape(body, &["system", "code", "display"], &[]) {
        return Some(rule);
    }
    let (Some(system), Some(code), Some(_)) =
        (body["system"].as_str(), body["code"].as_str(), body["display"].as_str())
    else {
        return Some(Rule::Type);
    };
    if !system_fits(&coded.system, system) {
        return Some(Rule::CodeSystem);
    }
    let allowed = coded.accepted.is_empty() || coded.accepted.iter().any(|one| one.code == code);
    (!allowed).then_some(Rule::Code)
}

/// `urn:oid:<system>` with any number of version nodes behind it, as the schema's pattern says.
fn system_fits(expected: &CodeSystem, given: &str) -> bool {
    match expected {
        CodeSystem::Any => true,
        CodeSystem::Internal(text) => given == text,
        CodeSystem::Oid(oid) => {
            let version = given.strip_prefix("urn:oid:").and_then(|bare| bare.strip_prefix(oid.as_str()));
            version.is_some_and(|rest| {
                rest.is_empty()
                    || rest.strip_prefix('.').is_some_and(|nodes| {
                        nodes.split('.').all(|node| !node.is_empty() && node.bytes().all(|b| b.is_ascii_digit()))
                    })
            })
        }
    }
}

/// An identifier's shape, and its form where the structure fixes the system. The value's system may be missing or
/// stand with or without `urn:oid:` (both seen, wire-format 6.3).
fn id_fault(fixed: Option<&str>, body: &Map<String, Value>) -> Option<Rule> {
    if let Some(rule) = shape(body, &["value"], &["system"]) {
        return Some(rule);
    }
    let Some(value) = body["value"].as_str() else { return Some(Rule::Type) };
    let given = match body.get("system") {
        None => None,
        Some(Value::String(text)) => Some(text.strip_prefix("urn:oid:").unwrap_or(text)),
        Some(_) => return Some(Rule::Type),
    };
    if let (Some(fixed), Some(given)) = (fixed, given)
        && fixed != given
    {
        return Some(Rule::IdSystem);
    }
    let is_hetu = fixed.or(given) == Some(HETU_ROOT);
    (is_hetu && PersonalIdentityCode::parse(value).is_err()).then_some(Rule::Hetu)
}

fn quantity_fault(body: &Map<String, Value>) -> Option<Rule> {
    if let Some(rule) = shape(body, &["value", "code"], &[]) {
        return Some(rule);
    }
    (!body["value"].is_number() || !body["code"].is_string()).then_some(Rule::Type)
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of a day that exists. The schema's pattern also lets a minus sign and day 00 pass.
pub(crate) fn is_date(text: &str) -> bool {
    let digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts[..] {
        [year] => digits(year, 4),
        [year, month] => digits(year, 4) && digits(month, 2) && (1..=12).contains(&month.parse().unwrap_or(0)),
        [year, month, day] => {
            digits(year, 4)
                && digits(month, 2)
                && digits(day, 2)
                && Date::new(number(year), number(month) as i8, number(day) as i8).is_ok()
        }
        _ => false,
    }
}

fn number(digits: &str) -> i16 {
    digits.parse().unwrap_or(0)
}

/// A date, or an instant with seconds and `Z` or an offset of at most fourteen hours.
pub(crate) fn is_moment(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return is_date(text) };
    let zone_at = time.find(['Z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone_at);
    date.len() == 10 && is_date(date) && is_clock(clock) && is_zone(zone)
}

fn is_clock(clock: &str) -> bool {
    let (whole, fraction) = clock.split_once('.').map_or((clock, None), |(a, b)| (a, Some(b)));
    let parts: Vec<&str> = whole.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    two_digits(hour, 23)
        && two_digits(minute, 59)
        && two_digits(second, 59)
        && fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()))
}

fn is_zone(zone: &str) -> bool {
    if zone == "Z" {
        return true;
    }
    let Some((hours, minutes)) = zone.strip_prefix(['+', '-']).and_then(|rest| rest.split_once(':')) else {
        return false;
    };
    (two_digits(hours, 13) && two_digits(minutes, 59)) || (hours == "14" && minutes == "00")
}

fn two_digits(text: &str, most: u8) -> bool {
    text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u8>().is_ok_and(|n| n <= most)
}

/// Whether an identifier value names a system; used by forms to complete what a person leaves out.
pub(crate) fn urn(system: &str) -> String {
    Oid::parse(system).map_or_else(|_| system.to_owned(), |oid| oid.urn())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_year_a_month_or_a_day_that_exists() {
        for good in ["2026", "2026-02", "2024-02-29", "0001-01-01"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["", "26", "2026-13", "2026-00", "2026-02-29", "2026-2-9", "-2026", "2026-02-00", "2026-02-01T"] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_moment_is_a_date_or_an_instant_with_its_zone() {
        for good in
            ["2026", "2026-02-03", "2026-02-03T10:11:12Z", "2026-02-03T10:11:12.5+02:00", "2026-02-03T00:00:00-14:00"]
        {
            assert!(is_moment(good), "{good}");
        }
        for bad in [
            "2026-02T10:11:12Z",
            "2026-02-03T10:11Z",
            "2026-02-03T10:11:12",
            "2026-02-03T24:00:00Z",
            "2026-02-03T10:11:12+14:01",
            "2026-02-03T10:11:12.Z",
            "2026-02-30T10:11:12Z",
        ] {
            assert!(!is_moment(bad), "{bad}");
        }
    }

    #[test]
    fn a_code_system_fits_with_and_without_version_and_never_by_prefix_alone() {
        let system = CodeSystem::Oid("1.2.246.537.6.122".into());
        assert!(system_fits(&system, "urn:oid:1.2.246.537.6.122"));
        assert!(system_fits(&system, "urn:oid:1.2.246.537.6.122.201601"));
        for wrong in [
            "1.2.246.537.6.122",
            "urn:oid:1.2.246.537.6.1221",
            "urn:oid:1.2.246.537.6.122.",
            "urn:oid:1.2.246.537.6.122.x",
        ] {
            assert!(!system_fits(&system, wrong), "{wrong}");
        }
    }
}
