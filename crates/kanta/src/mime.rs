//! The MIME package of the frame: a whole `multipart/related` entity whose first part is the document (wire-format 15).
//!
//! The document's bytes are never changed: no line ends are translated in either direction.

use crate::xml::decode_into;
use crate::{Fault, xml};

const TEXT: &str = "clinicalDocument/text";

/// Packs a document. The boundary is one that the document does not hold.
pub(crate) fn pack(document: &[u8]) -> Vec<u8> {
    let boundary = boundary(document);
    let mut out = Vec::with_capacity(document.len() + 256);
    out.extend_from_slice(
        format!(
            "MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/xml\"; boundary=\"{boundary}\"\r\n\r\n\
             --{boundary}\r\nContent-Type: text/xml; charset=UTF-8\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        )
        .as_bytes(),
    );
    out.extend_from_slice(document);
    out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    out
}

fn boundary(document: &[u8]) -> String {
    let text = String::from_utf8_lossy(document);
    (0_u32..).map(|n| format!("=_vakka_{n}")).find(|candidate| !text.contains(candidate.as_str())).unwrap_or_default()
}

/// Takes the document out of a package. None when the bytes are not a MIME entity at all: a placeholder.
///
/// # Errors
/// `BAD_REQUEST` when it is an entity without a document part; `XML_INVALID` when it is not UTF-8.
pub(crate) fn unpack(entity: &[u8], document_max: usize) -> Result<Option<Vec<u8>>, Fault> {
    let Ok(text) = std::str::from_utf8(entity) else {
        return Err(Fault::xml(TEXT, "MIME-paketti ei ole UTF-8-tekstiä."));
    };
    let Some((head, body)) = split_head(text) else { return Ok(None) };
    let Some(kind) = header(head, "content-type") else { return Ok(None) };
    if !kind.to_ascii_lowercase().starts_with("multipart/") {
        return Err(broken("Paketin Content-Type ei ole multipart/related."));
    }
    let boundary = parameter(&kind, "boundary").filter(|boundary| !boundary.is_empty() && boundary.len() <= 70);
    let boundary = boundary.ok_or_else(|| broken("Paketin boundary puuttuu."))?;
    let part = first_part(body, &boundary).ok_or_else(|| broken("Paketissa ei ole asiakirjaosaa."))?;
    let (head, content) = match part.strip_prefix("\r\n").or_else(|| part.strip_prefix('\n')) {
        Some(content) => ("", content),
        None => split_head(part).ok_or_else(|| broken("Paketin osasta puuttuu tyhjä rivi."))?,
    };
    content_of(head, content, document_max).map(Some)
}

fn content_of(head: &str, content: &str, document_max: usize) -> Result<Vec<u8>, Fault> {
    if let Some(kind) = header(head, "content-type") {
        let kind = kind.to_ascii_lowercase();
        if !["text/xml", "application/xml", "application/xhtml+xml"].iter().any(|known| kind.starts_with(known)) {
            return Err(broken("Paketin ensimmäinen osa ei ole text/xml."));
        }
    }
    let coding = header(head, "content-transfer-encoding").unwrap_or_default().to_ascii_lowercase();
    match coding.as_str() {
        "" | "7bit" | "8bit" | "binary" => Ok(content.as_bytes().to_vec()),
        "base64" => decode_into(std::iter::once(content), document_max)
            .map_err(|_| broken("Paketin osan base64-koodaus on virheellinen tai liian pitkä.")),
        _ => Err(broken("Paketin osan Content-Transfer-Encoding ei ole tuettu.")),
    }
}

fn broken(problem: &str) -> Fault {
    Fault::new(
        records::refusal::Refusal::BadRequest,
        TEXT,
        problem,
        "Pakkaa asiakirja multipart/related-muotoon ensimmäiseksi osaksi.",
    )
}

/// The headers and what follows the first empty line.
fn split_head(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end_matches(['\r', '\n']).is_empty() {
            return (at > 0).then(|| (&text[..at], &text[at + line.len()..]));
        }
        if at > 8_000 {
            return None;
        }
        at += line.len();
    }
    None
}

/// A header's value, folded lines joined. The name is matched in any case.
fn header(head: &str, name: &str) -> Option<String> {
    let mut found: Option<String> = None;
    for line in head.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some(value) = &mut found {
                value.push(' ');
                value.push_str(line.trim());
            }
            continue;
        }
        if found.is_some() {
            break;
        }
        found = line
            .split_once(':')
            .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned());
    }
    found
}

/// A parameter of a header's value, quoted or not.
fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|part| {
        let (key, value) = part.split_once('=')?;
        let value = value.trim();
        let value = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')).unwrap_or(value);
        key.trim().eq_ignore_ascii_case(name).then(|| value.to_owned())
    })
}

/// What stands between the first delimiter line and the next one; the line end before a delimiter belongs to it.
fn first_part<'a>(body: &'a str, boundary: &str) -> Option<&'a str> {
    let delimiter = format!("--{boundary}");
    let start = delimiter_at(body, &delimiter, 0)?;
    let line = body[start..].find('\n')?;
    if body[start + delimiter.len()..].starts_with("--") {
        return None;
    }
    let content = start + line + 1;
    let end = delimiter_at(body, &delimiter, content)?;
    let part = body.get(content..end)?;
    let part = part.strip_suffix('\n')?;
    Some(part.strip_suffix('\r').unwrap_or(part))
}

/// Where the delimiter next begins a line.
fn delimiter_at(body: &str, delimiter: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = body[at..].find(delimiter) {
        let place = at + found;
        let begins = place == 0 || body.as_bytes()[place - 1] == b'\n';
        let rest = body[place + delimiter.len()..].trim_start_matches([' ', '\t', '-']);
        if begins && (rest.is_empty() || rest.starts_with(['\r', '\n'])) {
            return Some(place);
        }
        at = place + delimiter.len();
    }
    None
}

/// The package of a frame's `text` element: base64 of an entity. None when empty or a placeholder.
pub(crate) fn read(node: roxmltree::Node<'_, '_>, document_max: usize) -> Result<Option<Vec<u8>>, Fault> {
    let parts = || node.children().filter(roxmltree::Node::is_text).filter_map(|text| text.text());
    let room = document_max.saturating_mul(3) / 2 + 10_000;
    match decode_into(parts(), room) {
        Ok(entity) => unpack(&entity, document_max),
        Err(xml::DecodeError::TooLong) => Err(Fault::limit(TEXT, format!("Paketti on yli {room} tavua."))),
        Err(xml::DecodeError::Form) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_comes_out_as_it_went_in() {
        for document in ["<a/>", "<a/>\n", "<a/>\r\n\r\n", "\n<a/>", "<a>--=_vakka_0\n--=_vakka_0--</a>", "<ä/>"] {
            assert_eq!(unpack(&pack(document.as_bytes()), 100).unwrap().unwrap(), document.as_bytes(), "{document:?}");
        }
    }

    #[test]
    fn other_ways_of_writing_a_package_are_read() {
        let plain =
            "content-type: Multipart/Related;\n boundary=raja;\n type=text/xml\n\npreamble\n--raja\n\n<a/>\n--raja--";
        assert_eq!(unpack(plain.as_bytes(), 100).unwrap().unwrap(), b"<a/>");
        let coded = "Content-Type: multipart/related; boundary=\"x y\"\r\nMIME-Version: 1.0\r\n\r\n--x y\r\n\
                     Content-Transfer-Encoding: BASE64\r\nContent-Type: application/xml\r\n\r\nPGEv\r\nPg==\r\n--x y--\r\n";
        assert_eq!(unpack(coded.as_bytes(), 100).unwrap().unwrap(), b"<a/>");
    }

    #[test]
    fn a_placeholder_is_no_package_and_a_broken_package_is_refused() {
        assert_eq!(unpack(b"", 10).unwrap(), None);
        assert_eq!(unpack(b"mimeEncode/DXS", 10).unwrap(), None);
        for broken in [
            "Content-Type: text/plain\n\n<a/>",
            "Content-Type: multipart/related\n\n--x\n\n<a/>\n--x--",
            "Content-Type: multipart/related; boundary=x\n\n--y\n\n<a/>\n--y--",
            "Content-Type: multipart/related; boundary=x\n\n--x--\n\n<a/>\n--x--",
            "Content-Type: multipart/related; boundary=x\n\n--x\n\n<a/>",
            "Content-Type: multipart/related; boundary=x\n\n--x\nContent-Type: image/png\n\n<a/>\n--x--",
            "Content-Type: multipart/related; boundary=x\n\n--x\nContent-Transfer-Encoding: quoted-printable\n\n<a/>\n--x--",
        ] {
            assert_eq!(unpack(broken.as_bytes(), 10).unwrap_err().code(), "BAD_REQUEST", "{broken}");
        }
    }
}
