//! The scan before the tree: one pass, no allocation, every limit.

use super::{WHOLE, dtd};
use crate::{Fault, Limits};

/// Looks at every tag of the text and refuses what must not reach the tree.
///
/// # Errors
/// `LIMIT_EXCEEDED` on depth, elements, attributes, namespaces or the length of a tag; `DTD_FORBIDDEN` on `<!`;
/// `XML_INVALID` on processing instructions, other encodings, other characters, and tags without an end.
pub(super) fn scan(text: &str, limits: &Limits) -> Result<(), Fault> {
    characters(text.as_bytes())?;
    references(text)?;
    let mut scan = Scan { limits, depth: 0, elements: 0, namespaces: 0 };
    let mut rest = declaration(text, limits)?;
    while let Some(at) = find(rest.as_bytes(), b'<') {
        rest = scan.markup(&rest[at..])?;
    }
    Ok(())
}

/// XML 1.0's characters: no controls but tab, line feed and carriage return; no U+FFFE and U+FFFF.
fn characters(bytes: &[u8]) -> Result<(), Fault> {
    let control = bytes.iter().fold(false, |bad, &b| bad | (b < 0x20 && b != b'\t' && b != b'\n' && b != b'\r'));
    let noncharacter = bytes.contains(&0xEF) && bytes.windows(3).any(|w| w[0] == 0xEF && w[1] == 0xBF && w[2] >= 0xBE);
    if control || noncharacter {
        return Err(Fault::xml(WHOLE, "Sanomassa on merkki, jota XML ei salli."));
    }
    Ok(())
}

/// Character references must name characters that XML allows; the tree puts another in the place of one that does not
/// exist, and other readers do otherwise.
fn references(text: &str) -> Result<(), Fault> {
    for reference in text.split("&#").skip(1) {
        let number = reference.split_once(';').map(|(number, _)| number).filter(|number| number.len() <= 8);
        let number = number.and_then(|number| match number.strip_prefix('x') {
            Some(hex) if hex.bytes().all(|b| b.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16).ok(),
            None if number.bytes().all(|b| b.is_ascii_digit()) => number.parse().ok(),
            _ => None,
        });
        let allowed = |c: char| c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}' || matches!(c, '\t' | '\n' | '\r');
        if !number.and_then(char::from_u32).is_some_and(allowed) {
            return Err(Fault::xml(WHOLE, "Sanomassa on viittaus merkkiin, jota XML ei salli."));
        }
    }
    Ok(())
}

/// Passes over the XML declaration; without one, UTF-8 is taken for granted (wire-format 15).
fn declaration<'a>(text: &'a str, limits: &Limits) -> Result<&'a str, Fault> {
    let Some(rest) = text.strip_prefix("<?xml") else { return Ok(text) };
    if !rest.starts_with([' ', '\t', '\r', '\n']) {
        return Err(instruction());
    }
    let (declared, after) = rest.split_once("?>").ok_or_else(instruction)?;
    if declared.len() > 200 {
        return Err(Fault::xml(WHOLE, "XML-esittely on virheellinen."));
    }
    if !limits.encoding_ignored
        && let Some(encoding) = pseudo_attribute(declared, "encoding")
        && !encoding.eq_ignore_ascii_case("utf-8")
        && !encoding.eq_ignore_ascii_case("utf8")
    {
        return Err(Fault::xml(WHOLE, "XML-esittelyn merkistö ei ole UTF-8."));
    }
    if pseudo_attribute(declared, "version").is_some_and(|version| version != "1.0") {
        return Err(Fault::xml(WHOLE, "XML-versio ei ole 1.0."));
    }
    if pseudo_attribute(declared, "standalone").is_some_and(|word| word != "yes" && word != "no") {
        return Err(Fault::xml(WHOLE, "XML-esittely on virheellinen."));
    }
    Ok(after)
}

fn pseudo_attribute<'a>(declared: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = declared.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'')?;
    rest[1..].split_once(quote).map(|(value, _)| value)
}

fn instruction() -> Fault {
    Fault::xml(WHOLE, "Käsittelykäskyjä (<?…?>) ei sallita.")
}

struct Scan<'l> {
    limits: &'l Limits,
    depth: usize,
    elements: usize,
    namespaces: usize,
}

impl Scan<'_> {
    /// Passes over one piece of markup that begins with `<`, and gives what follows.
    fn markup<'a>(&mut self, text: &'a str) -> Result<&'a str, Fault> {
        let unended = || Fault::xml(WHOLE, "Merkkauksen loppu puuttuu.");
        if let Some(rest) = text.strip_prefix("<!--") {
            let (inside, after) = rest.split_once("-->").ok_or_else(unended)?;
            return if inside.contains("--") || inside.ends_with('-') { Err(unended()) } else { Ok(after) };
        }
        if let Some(rest) = text.strip_prefix("<![CDATA[") {
            return rest.split_once("]]>").map(|(_, after)| after).ok_or_else(unended);
        }
        match text.as_bytes().get(1) {
            Some(b'!') => Err(dtd()),
            Some(b'?') => Err(instruction()),
            Some(b':') => Err(Fault::xml(WHOLE, "Elementin nimi alkaa kaksoispisteellä.")),
            Some(b'/') => {
                self.depth = self.depth.saturating_sub(1);
                text.split_once('>').map(|(_, after)| after).ok_or_else(unended)
            }
            _ => self.start_tag(text),
        }
    }

    fn start_tag<'a>(&mut self, text: &'a str) -> Result<&'a str, Fault> {
        let bytes = text.as_bytes();
        let (mut attributes, mut namespaces, mut at) = (0, 0, 1);
        let end = loop {
            match bytes.get(at) {
                None => return Err(Fault::xml(WHOLE, "Merkkauksen loppu puuttuu.")),
                Some(b'>') => break at,
                Some(quote @ (b'"' | b'\'')) => match find(&bytes[at + 1..], *quote) {
                    Some(length) => at += length + 2,
                    None => return Err(Fault::xml(WHOLE, "Attribuutin loppu puuttuu.")),
                },
                Some(b'=') => {
                    attributes += 1;
                    at += 1;
                }
                Some(b'x') if bytes[at..].starts_with(b"xmlns") && bytes[at - 1].is_ascii_whitespace() => {
                    namespaces += 1;
                    at += 5;
                    prefix(&text[at..])?;
                }
                Some(_) => at += 1,
            }
            if at > self.limits.tag_bytes {
                return Err(Fault::limit(WHOLE, format!("Yksi tunniste on yli {} tavua.", self.limits.tag_bytes)));
            }
        };
        self.count(attributes, namespaces, bytes[end - 1] == b'/')?;
        Ok(&text[end + 1..])
    }

    fn count(&mut self, attributes: usize, namespaces: usize, closed: bool) -> Result<(), Fault> {
        self.elements += 1;
        self.namespaces += namespaces;
        let deepest = self.depth + 1;
        if !closed {
            self.depth = deepest;
        }
        let limits = self.limits;
        for (count, most, what) in [
            (deepest, limits.depth, "sisäkkäistä elementtiä"),
            (self.elements, limits.elements, "elementtiä"),
            (attributes, limits.attributes, "attribuuttia yhdessä elementissä"),
            (self.namespaces, limits.namespaces, "nimiavaruuden esittelyä"),
        ] {
            if count > most {
                return Err(Fault::limit(WHOLE, format!("Sanomassa on yli {most} {what}.")));
            }
        }
        Ok(())
    }
}

/// A declaration may neither take a prefix back (`xmlns:p=""`) nor declare the prefix `xmlns`.
fn prefix(declaration: &str) -> Result<(), Fault> {
    let Some(rest) = declaration.strip_prefix(':') else { return Ok(()) };
    let (name, value) = rest.split_once('=').unwrap_or((rest, ""));
    let value = value.trim_start();
    if name.trim_end() == "xmlns" || value.starts_with("\"\"") || value.starts_with("''") {
        return Err(Fault::xml(WHOLE, "Nimiavaruuden esittely on virheellinen."));
    }
    Ok(())
}

/// The first place of a byte. Text between tags is long (base64), so eight bytes are looked at a time.
fn find(bytes: &[u8], wanted: u8) -> Option<usize> {
    const STEP: usize = 32;
    let mut at = 0;
    for chunk in bytes.chunks_exact(STEP) {
        if chunk.iter().fold(false, |hit, &b| hit | (b == wanted)) {
            break;
        }
        at += STEP;
    }
    bytes[at..].iter().position(|&b| b == wanted).map(|rest| at + rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use records::refusal::Refusal;

    fn refusal(text: &str) -> Option<Refusal> {
        scan(text, &Limits::default()).err().map(|fault| fault.refusal)
    }

    #[test]
    fn doctype_is_refused_wherever_it_stands() {
        for text in [
            "<!DOCTYPE a><a/>",
            "<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a><!DOCTYPE b></a>",
            "<!doctype html><a/>",
            "<!ENTITY % p SYSTEM 'file:///etc/passwd'>",
        ] {
            assert_eq!(refusal(text), Some(Refusal::DtdForbidden), "{text}");
        }
        assert_eq!(refusal("<a>&lt;!DOCTYPE a&gt;<!-- <!DOCTYPE a> --><![CDATA[<!DOCTYPE a>]]></a>"), None);
    }

    #[test]
    fn instructions_encodings_and_characters_are_refused() {
        for text in [
            "<?php x?><a/>",
            "<a><?x y?></a>",
            "<a><?xml version='1.0'?></a>",
            "<?xml version='1.0' encoding='UTF-16'?><a/>",
            "<?xml version='1.0' encoding=\"utf-7\"?><a/>",
            "<?xml version='1.1'?><a/>",
            "<?xml version='1.0'",
            "<a xmlns:x=''/>",
            "<a xmlns:x = \"\"/>",
            "<a xmlns:xmlns='u'/>",
            "<:a/>",
            "<?xml version='1.0' standalone='maybe'?><a/>",
            "<a>&#xD800;</a>",
            "<a>&#x110000;</a>",
            "<a b='&#0;'/>",
            "<a>&#x1F;</a>",
            "<a>&#+9;</a>",
            "<a>&#</a>",
            "<a>\u{1}</a>",
            "<a>\u{ffff}</a>",
            "<a",
            "<a b='",
            "<!-- a",
            "<![CDATA[ a",
        ] {
            assert_eq!(refusal(text), Some(Refusal::XmlInvalid), "{text}");
        }
        assert_eq!(refusal("<?xml version='1.0' encoding='utf-8' standalone='yes'?>\r\n<a/>"), None);
        assert_eq!(refusal("<a xmlns='' xmlns:x='u'>&#228;&#x20AC;&#10;</a>"), None);
        let carried = Limits { encoding_ignored: true, ..Limits::default() };
        assert!(scan("<?xml version='1.0' encoding='UTF-16'?><a/>", &carried).is_ok());
    }

    #[test]
    fn depth_elements_attributes_and_namespaces_have_limits() {
        let limits = Limits { depth: 3, elements: 5, attributes: 2, namespaces: 1, tag_bytes: 40, ..Limits::default() };
        let over = |text: &str| scan(text, &limits).err().map(|fault| fault.refusal) == Some(Refusal::LimitExceeded);
        assert!(!over("<a><b><c/></b></a>") && over("<a><b><c><d/></c></b></a>"));
        assert!(!over("<a><b/><b/><b/><b/></a>") && over("<a><b/><b/><b/><b/><b/></a>"));
        assert!(!over("<a b='=' c='>'/>") && over("<a b='' c='' d=''/>"));
        assert!(!over("<a xmlns='x'/>") && over("<a xmlns='x'><b\nxmlns:p='y'/></a>"));
        assert!(over(&format!("<a b='{}'/>", "x".repeat(60))));
    }

    #[test]
    fn a_million_nested_tags_are_refused_at_once() {
        assert_eq!(refusal(&"<a>".repeat(1_000_000)), Some(Refusal::LimitExceeded));
        let attributes: String = (0..1_000_000).map(|n| format!(" a{n}=''")).collect();
        assert_eq!(refusal(&format!("<a{attributes}/>")), Some(Refusal::LimitExceeded));
    }

    #[test]
    fn a_byte_is_found_at_every_place() {
        for length in 0..100 {
            let mut bytes = vec![b'a'; length];
            bytes.extend(b"<a<");
            assert_eq!(find(&bytes, b'<'), Some(length));
            assert_eq!(find(&bytes, b'>'), None);
        }
    }
}
