//! The display form (näyttömuoto): the XHTML that is signed and archived beside the content (wire-format 6.2).
//!
//! Written by us from the structure's field names and the content's values, never from markup that somebody typed: every
//! text is escaped, and only the elements and attributes of the allow-list are ever written.

use crate::model::{Field, Kind, Structure};
use jiff::civil::Date;
use records::Lang;
use records::id::{DocumentId, HETU_ROOT, PersonalIdentityCode, TemporaryId};
use serde_json::{Map, Value};

/// What the display form shows besides the content.
#[derive(Debug, Clone)]
pub struct Display<'a> {
    /// The document's OID; the root element's id is `OID` and this.
    pub document: &'a DocumentId,
    /// Name of the organisation whose document it is: the controller.
    pub organisation: &'a str,
    /// The document's date.
    pub date: Date,
    /// Finnish or Swedish; English shows Finnish.
    pub language: Lang,
    /// Filled when the document is made on another's behalf (FR-103).
    pub on_behalf: Option<OnBehalf<'a>>,
}

/// Who made a document on whose behalf (L703 § 37.3, FR-103).
#[derive(Debug, Clone)]
pub struct OnBehalf<'a> {
    /// The basis of processing, as a sentence or phrase.
    pub basis: &'a str,
    /// The organiser on whose behalf it is made.
    pub organiser: Party<'a>,
    /// The producer who made it.
    pub producer: Party<'a>,
    /// The subcontracting chain below the producer, nearest first; empty when there is none.
    pub chain: Vec<Party<'a>>,
}

/// An organisation as a person reads it.
#[derive(Debug, Clone, Copy)]
pub struct Party<'a> {
    /// Name.
    pub name: &'a str,
    /// Business id or other identifier that people know; empty when none. Never an OID (law-and-codes 5.1).
    pub id: &'a str,
}

/// The logo of the header: one transparent pixel, since the organisation's own mark is not ours to draw.
const LOGO: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=";

/// The display form of a content. Deterministic: the same arguments give the same bytes. Personal identity codes are
/// always masked; what stands in a place of another type than the structure's is left out.
pub fn display_form(structure: &Structure, content: &Value, display: &Display<'_>) -> String {
    let lang = if display.language == Lang::Sv { Lang::Sv } else { Lang::Fi };
    let mut page = Page { out: String::with_capacity(4096), lang };
    page.out.push_str("<div class=\"soc-document\" id=\"OID");
    page.text(display.document.as_str());
    page.out.push_str("\" xmlns=\"http://www.w3.org/1999/xhtml\">");
    page.header(structure, display);
    page.open("soc-main-wrapper");
    page.element("h1", "soc-fulltitle", structure.name(lang));
    if let Some(body) = content.get(structure.root_key()).and_then(Value::as_object) {
        page.list(|page| page.group(structure.root(), body));
    }
    if let Some(behalf) = &display.on_behalf {
        page.list(|page| page.behalf(behalf));
    }
    page.close();
    page.footer(structure, display);
    page.close();
    page.out
}

/// The words that are ours and not the structure's.
fn word(lang: Lang, fi: &'static str, sv: &'static str) -> &'static str {
    if lang == Lang::Sv { sv } else { fi }
}

struct Page {
    out: String,
    lang: Lang,
}

impl Page {
    fn open(&mut self, class: &str) {
        self.out.push_str("<div class=\"");
        self.out.push_str(class);
        self.out.push_str("\">");
    }

    fn close(&mut self) {
        self.out.push_str("</div>");
    }

    fn element(&mut self, name: &str, class: &str, text: &str) {
        self.out.push_str(&format!("<{name} class=\"{class}\">"));
        self.text(text);
        self.out.push_str(&format!("</{name}>"));
    }

    /// Writes escaped text; characters that XML 1.0 cannot hold become the replacement character.
    fn text(&mut self, text: &str) {
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                '\t' | '\n' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..='\u{10FFFF}' => {
                    self.out.push(character);
                }
                _ => self.out.push('\u{FFFD}'),
            }
        }
    }

    fn header(&mut self, structure: &Structure, display: &Display<'_>) {
        self.open("soc-header");
        self.open("soc-logo");
        self.out.push_str("<img src=\"");
        self.out.push_str(LOGO);
        self.out.push_str("\" alt=\"\"/>");
        self.close();
        let date = finnish(&display.date.to_string());
        for (class, text) in [
            ("soc-hdr1", display.organisation),
            ("soc-hdr2", structure.general_type_name(self.lang)),
            ("soc-hdr3", date.as_str()),
        ] {
            self.element("div", class, text);
        }
        self.close();
    }

    fn footer(&mut self, structure: &Structure, display: &Display<'_>) {
        self.open("soc-footer");
        let version = format!(
            "{} {}",
            word(self.lang, "Lomakeversio", "Blankettversion"),
            finnish(&structure.version().to_string())
        );
        for (class, text) in [
            ("soc-ftr1", display.organisation),
            ("soc-ftr2", structure.name(self.lang)),
            ("soc-ftr3", version.as_str()),
        ] {
            self.element("div", class, text);
        }
        self.close();
    }

    fn list(&mut self, inside: impl FnOnce(&mut Self)) {
        self.open("soc-list");
        inside(self);
        self.close();
    }

    /// An item with a title, unless the structure hides it, and its content.
    fn item(&mut self, title: Option<&str>, inside: impl FnOnce(&mut Self)) {
        self.open("soc-item");
        if let Some(title) = title {
            self.element("h1", "soc-title", title);
        }
        self.open("soc-content");
        inside(self);
        self.close();
        self.close();
    }

    fn paragraph(&mut self, text: &str) {
        self.out.push_str("<p>");
        for (index, line) in text.lines().enumerate() {
            if index > 0 {
                self.out.push_str("<br/>");
            }
            self.text(line);
        }
        self.out.push_str("</p>");
    }

    /// The fields of a group in the structure's order; empty ones are not shown.
    fn group(&mut self, group: &Field, body: &Map<String, Value>) {
        let guarded;
        let body = if body.get("turvakielto") == Some(&Value::Bool(true)) {
            guarded = without_whereabouts(body);
            &guarded
        } else {
            body
        };
        for field in &group.children {
            let Some(value) = body.get(&field.key) else { continue };
            let values: Vec<&Value> = match value.as_array() {
                Some(items) if field.repeats => items.iter().filter(|one| shown(field, one)).collect(),
                _ => Some(value).into_iter().filter(|one| shown(field, one)).collect(),
            };
            if !values.is_empty() {
                self.field(field, &values);
            }
        }
    }

    /// One field; the heading of a repeated group is shown once.
    fn field(&mut self, field: &Field, values: &[&Value]) {
        if field.is_group() && field.hidden_field {
            return values.iter().filter_map(|value| value.as_object()).for_each(|body| self.group(field, body));
        }
        let title = (!field.hidden_title).then(|| field.name.get(self.lang));
        self.item(title, |page| {
            for value in values {
                match value.as_object() {
                    Some(body) if field.is_group() => page.list(|page| page.group(field, body)),
                    _ => {
                        let text = value_text(field, value, page.lang);
                        page.paragraph(&text);
                    }
                }
            }
        });
    }

    fn behalf(&mut self, behalf: &OnBehalf<'_>) {
        let lang = self.lang;
        self.item(Some(word(lang, "Käsittelyn peruste", "Grund för behandlingen")), |page| {
            page.paragraph(behalf.basis)
        });
        self.item(Some(word(lang, "Palvelunjärjestäjä", "Tjänsteanordnare")), |page| page.party(&behalf.organiser));
        self.item(Some(word(lang, "Palveluntuottaja", "Tjänsteproducent")), |page| page.party(&behalf.producer));
        if !behalf.chain.is_empty() {
            self.item(Some(word(lang, "Alihankintaketju", "Kedja av underleverantörer")), |page| {
                behalf.chain.iter().for_each(|party| page.party(party));
            });
        }
    }

    fn party(&mut self, party: &Party<'_>) {
        if party.id.is_empty() {
            self.paragraph(party.name);
        } else {
            self.paragraph(&format!("{} ({})", party.name, party.id));
        }
    }
}

/// A person under turvakielto: nothing that tells where he lives, except phone and contact address (law-and-codes 1.11).
/// The content should not hold the rest either; the display form does not rely on it.
fn without_whereabouts(person: &Map<String, Value>) -> Map<String, Value> {
    let mut person = person.clone();
    person.retain(|key, _| !matches!(key.as_str(), "kotikunta" | "tilapainen_asuinkunta" | "osoite"));
    if let Some(contacts) = person.get_mut("yhteystiedot").and_then(Value::as_object_mut) {
        contacts.retain(|key, _| matches!(key.as_str(), "puhelinnumero" | "yhteysosoite"));
    }
    person
}

/// Whether a value has anything to show: groups by what stands in them, identifiers that are OIDs never.
fn shown(field: &Field, value: &Value) -> bool {
    match (&field.kind, value) {
        (Kind::Group, Value::Object(body)) => field.children.iter().any(|child| {
            body.get(&child.key).is_some_and(|value| match value.as_array() {
                Some(items) if child.repeats => items.iter().any(|item| shown(child, item)),
                _ => shown(child, value),
            })
        }),
        (Kind::Group, _) => false,
        _ => !value_text(field, value, Lang::Fi).trim().is_empty(),
    }
}

/// A value as people read it; empty when it is not of the field's type.
fn value_text(field: &Field, value: &Value, lang: Lang) -> String {
    let part = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let plain = || value.as_str().unwrap_or_default().to_owned();
    match &field.kind {
        Kind::Group => String::new(),
        Kind::Text | Kind::Name | Kind::Phrase(_) | Kind::Signature => masked(&plain()),
        Kind::Code(_) => masked(part("display")),
        Kind::Id(system) => id_text(system.as_deref(), part("system"), part("value")),
        Kind::Date | Kind::Moment => masked(&finnish(&plain())),
        Kind::Bool => match value.as_bool() {
            Some(true) => word(lang, "Kyllä", "Ja").to_owned(),
            Some(false) => word(lang, "Ei", "Nej").to_owned(),
            None => String::new(),
        },
        Kind::Number | Kind::Count => number_text(value),
        Kind::Quantity => {
            format!("{} {}", number_text(value.get("value").unwrap_or(&Value::Null)), part("code")).trim().to_owned()
        }
    }
}

fn number_text(value: &Value) -> String {
    if value.is_number() { value.to_string().replace('.', ",") } else { String::new() }
}

/// An identifier: a personal identity code masked, an OID not at all, any other as it stands. A temporary id may be
/// shown (wire-format 15), though it looks like a code.
fn id_text(fixed: Option<&str>, system: &str, value: &str) -> String {
    let system = fixed.unwrap_or(system.strip_prefix("urn:oid:").unwrap_or(system));
    if system == HETU_ROOT {
        return mask(value);
    }
    if TemporaryId::parse(system, value).is_ok() {
        return value.to_owned();
    }
    let is_oid = value.contains('.') && value.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_oid { String::new() } else { masked(value) }
}

/// `ddmmyy*****`, also for a code that is not well formed.
fn mask(code: &str) -> String {
    let visible: String = code.trim().chars().take(6).collect();
    format!("{visible}*****")
}

/// Masks every well-formed personal identity code in a text, also one that stands inside other letters: the archive
/// refuses a display form in which a client's code can be read anywhere.
fn masked(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        if is_code(&characters[at..]) {
            out.extend(&characters[at..at + 6]);
            out.push_str("*****");
            at += 11;
        } else {
            out.push(characters[at]);
            at += 1;
        }
    }
    out
}

/// Whether a personal identity code begins here; the cheap look comes first, since it is asked of every letter.
fn is_code(characters: &[char]) -> bool {
    let digit = |at: usize| characters.get(at).is_some_and(char::is_ascii_digit);
    if !digit(0) || !digit(5) || !digit(7) || !digit(9) {
        return false;
    }
    let candidate: String = characters.iter().take(11).collect();
    !candidate.contains(char::is_whitespace) && PersonalIdentityCode::parse(&candidate).is_ok()
}

/// `2026-02-14` → `14.2.2026` written dd.mm.yyyy; `2026-02` → `02.2026`; an instant in Finnish time with its clock.
fn finnish(text: &str) -> String {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return at.to_zoned(records::time::finnish_zone()).strftime("%d.%m.%Y %H.%M").to_string();
    }
    match text.split('-').collect::<Vec<_>>()[..] {
        [year, month, day] => format!("{day}.{month}.{year}"),
        [year, month] => format!("{month}.{year}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_shown_as_finns_write_them() {
        assert_eq!(finnish("2026-02-04"), "04.02.2026");
        assert_eq!(finnish("2026-02"), "02.2026");
        assert_eq!(finnish("2026"), "2026");
        assert_eq!(finnish("2026-09-27T21:00:00Z"), "28.09.2026 00.00");
    }

    #[test]
    fn a_code_is_masked_wherever_it_stands() {
        assert_eq!(mask("120243-934K"), "120243*****");
        assert_eq!(masked("tytär (120243-934K), ei 120243-934L."), "tytär (120243*****), ei 120243-934L.");
        assert_eq!(masked("x120243-934kä 1120243-934K"), "x120243*****ä 1120243*****");
        assert_eq!(masked("120243-934"), "120243-934");
        assert_eq!(masked(""), "");
        assert_eq!(id_text(Some(HETU_ROOT), "", "120243-934X"), "120243*****");
        assert_eq!(id_text(None, "urn:oid:1.2.246.21", "120243-934K"), "120243*****");
        assert_eq!(id_text(None, "1.2.246.10.99990015.22.2026", "010175-901Z"), "010175-901Z");
        assert_eq!(id_text(None, "1.2.246.10.99990015.22.2026", "120243-934K"), "120243-934K");
        assert_eq!(id_text(None, "", "120243-934K"), "120243*****");
        assert_eq!(id_text(None, "urn:oid:1.2.246.1", "1.2.246.10.99990015.95.2026.1.1"), "");
    }
}
