//! What an XMP packet says of PDF/A: `pdfaid:part` and `pdfaid:conformance`, as elements or as attributes.

use super::Level;

/// The namespace of the two properties (ISO 19005-1, 6.7.11).
const NAMESPACE: &str = "http://www.aiim.org/pdfa/ns/id/";

/// The level that a packet names; none when it names none, or two.
pub(super) fn level(packet: &[u8]) -> Option<Level> {
    let text = std::str::from_utf8(packet).ok()?;
    let prefix = prefix(text)?;
    let part = property(text, prefix, "part")?.parse().ok()?;
    let mut conformance = property(text, prefix, "conformance")?.chars();
    match (conformance.next(), conformance.next()) {
        (Some(letter), None) => Some(Level { part, conformance: letter.to_ascii_uppercase() }),
        _ => None,
    }
}

/// The prefix bound to the namespace, almost always `pdfaid`.
fn prefix(text: &str) -> Option<&str> {
    let before = text[..text.find(NAMESPACE)?].trim_end_matches(['"', '\'', ' ', '\t', '\r', '\n']);
    let before = before.strip_suffix('=')?.trim_end();
    let start = before.rfind("xmlns:")? + "xmlns:".len();
    let prefix = &before[start..];
    let name = !prefix.is_empty() && prefix.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    name.then_some(prefix)
}

/// A property's value; none when it is not there or stands twice.
fn property<'t>(text: &'t str, prefix: &str, name: &str) -> Option<&'t str> {
    let full = format!("{prefix}:{name}");
    let mut found = None;
    for (at, _) in text.match_indices(&full) {
        let before = text[..at].chars().next_back()?;
        let after = text[at + full.len()..].trim_start();
        let value = if before == '<' {
            after.strip_prefix('>').and_then(|rest| rest.split('<').next())
        } else if before.is_whitespace() {
            let rest = after.strip_prefix('=').map(str::trim_start);
            rest.and_then(|rest| {
                let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
                rest[1..].split(quote).next()
            })
        } else {
            None
        };
        if let Some(value) = value
            && found.replace(value.trim()).is_some()
        {
            return None;
        }
    }
    found
}
