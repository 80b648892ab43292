//! The gate of the display form: an allow-list that refuses and never repairs (wire-format 6.2, 15).
//!
//! Documents come from other systems and are shown to workers and citizens. What passes here means the same to an XML
//! reader and to a browser that takes it for HTML: CDATA sections and comments that HTML ends earlier are refused too.

use crate::xml::{self, place};
use crate::{Fault, Limits};
use records::id::DocumentId;
use records::refusal::Refusal;
use roxmltree::{Attribute, Node};

/// The namespace of every element.
pub const NAMESPACE: &str = "http://www.w3.org/1999/xhtml";

/// Elements seen in Kela's messages, and lists and tables, which are ours.
pub const ELEMENTS: &[&str] =
    &["div", "h1", "h2", "h3", "p", "br", "b", "img", "ul", "ol", "li", "table", "tr", "th", "td"];

/// Attributes that may stand on them.
pub const ATTRIBUTES: &[&str] = &["class", "id", "src", "alt", "colspan", "rowspan"];

/// The only thing an image may point to: itself.
const IMAGE: &str = "data:image/png;base64,";

/// Largest side of an image in pixels; a logo is some hundreds. A small file may claim a side of two thousand million.
const IMAGE_SIDE_MAX: u32 = 8_192;

/// Checks a display form against the allow-list.
///
/// # Errors
/// `DISPLAY_INVALID` with the place of the first thing that is not allowed; `LIMIT_EXCEEDED`.
pub fn check(xhtml: &str, document: &DocumentId) -> Result<(), Fault> {
    check_hiding(xhtml, document, &[], &Limits::default())
}

/// As [`check`], and none of the `hidden` texts may be read in it: the clients' personal identity codes, which display
/// forms show masked only (wire-format 6.2).
///
/// # Errors
/// As [`check`].
pub fn check_hiding(xhtml: &str, document: &DocumentId, hidden: &[&str], limits: &Limits) -> Result<(), Fault> {
    markup(xhtml)?;
    let tree = xml::parse(xhtml.as_bytes(), limits, limits.xhtml_bytes).map_err(|fault| match fault.refusal {
        Refusal::LimitExceeded => fault,
        _ => refuse(fault.place, fault.problem),
    })?;
    root(tree.root(), document)?;
    let mut shown = String::with_capacity(if hidden.is_empty() { 0 } else { xhtml.len() });
    for node in tree.root().descendants() {
        if node.is_element() {
            element(node)?;
        } else if node.is_text() && !hidden.is_empty() {
            shown.push_str(node.text().unwrap_or_default());
        }
    }
    shown.make_ascii_uppercase();
    if hidden.iter().any(|secret| shown.contains(secret)) {
        return Err(refuse("div", "Henkilötunnus on näkyvissä kokonaan; loppuosa on korvattava tähdillä."));
    }
    Ok(())
}

fn refuse(place: impl Into<String>, problem: impl Into<String>) -> Fault {
    Fault::new(
        Refusal::DisplayInvalid,
        format!("näyttömuoto: {}", place.into()),
        problem,
        "Käytä vain määrityksen sallimia elementtejä ja attribuutteja.",
    )
}

/// What an XML tree no longer shows, but a browser would see otherwise.
fn markup(xhtml: &str) -> Result<(), Fault> {
    if xhtml.contains("<?") {
        return Err(refuse("/", "Käsittelykäskyjä ja XML-esittelyä ei sallita."));
    }
    if xhtml.contains("<![CDATA[") {
        return Err(refuse("/", "CDATA-osia ei sallita."));
    }
    let early = |comment: &str| comment.starts_with('>') || comment.starts_with("->");
    if xhtml.split("<!--").skip(1).any(early) || xhtml.contains("--!>") {
        return Err(refuse("/", "Kommentti päättyy selaimessa aiemmin kuin XML:ssä."));
    }
    Ok(())
}

fn root(node: Node<'_, '_>, document: &DocumentId) -> Result<(), Fault> {
    if !xml::is(node, NAMESPACE, "div") {
        return Err(refuse(place(node), "Juurielementin on oltava XHTML:n div."));
    }
    let class = xml::attribute(node, "class").unwrap_or_default();
    if !class.split_ascii_whitespace().any(|word| word == "soc-document") {
        return Err(refuse("div/@class", "Juurielementin luokan on oltava soc-document."));
    }
    let id = xml::attribute(node, "id").unwrap_or_default();
    if id.strip_prefix("OID") != Some(document.as_str()) {
        return Err(refuse("div/@id", "Juurielementin id ei ole OID ja sen perässä asiakirjan tunniste."));
    }
    Ok(())
}

fn element(node: Node<'_, '_>) -> Result<(), Fault> {
    let tag = node.tag_name();
    if tag.namespace() != Some(NAMESPACE) || !ELEMENTS.contains(&tag.name()) {
        return Err(refuse(place(node), "Elementti ei ole sallittu."));
    }
    for namespace in node.namespaces() {
        let own = namespace.name().is_none() && namespace.uri() == NAMESPACE;
        if !own && namespace.name() != Some("xml") {
            return Err(refuse(place(node), "Vain XHTML:n oletusnimiavaruus on sallittu."));
        }
    }
    for attribute in node.attributes() {
        allowed(node, attribute)?;
    }
    Ok(())
}

fn allowed(node: Node<'_, '_>, attribute: Attribute<'_, '_>) -> Result<(), Fault> {
    let (name, value) = (attribute.name(), attribute.value());
    let at = || format!("{}/@{name}", place(node));
    if attribute.namespace().is_some() || !ATTRIBUTES.contains(&name) {
        return Err(refuse(at(), "Attribuutti ei ole sallittu."));
    }
    let number = || !value.is_empty() && value.len() <= 4 && value.bytes().all(|b| b.is_ascii_digit());
    match name {
        "src" if node.tag_name().name() != "img" => Err(refuse(at(), "Vain kuvalla voi olla src.")),
        "src" => image(value).map_err(|problem| refuse(at(), problem)),
        "colspan" | "rowspan" if !number() => Err(refuse(at(), "Arvon on oltava kokonaisluku.")),
        _ => Ok(()),
    }
}

/// A PNG inside the attribute itself. The bytes stay unread but for the size they claim.
fn image(value: &str) -> Result<(), &'static str> {
    let data = value.strip_prefix(IMAGE).ok_or("Kuvan osoite ei ole data:image/png;base64,.")?;
    if data.is_empty() || data.contains([' ', '\t', '\r', '\n']) {
        return Err("Kuvan sisältö ei ole base64-koodattua.");
    }
    let bytes =
        xml::decode_into(std::iter::once(data), data.len()).map_err(|_| "Kuvan sisältö ei ole base64-koodattua.")?;
    let side =
        |from: usize| bytes.get(from..from + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
    let is_header = bytes.get(12..16) == Some(b"IHDR");
    if is_header && [16, 20].into_iter().filter_map(side).any(|pixels| pixels > IMAGE_SIDE_MAX) {
        return Err("Kuva on liian suuri.");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id() -> DocumentId {
        DocumentId::parse("1.2.246.10.99990015.95.2026.1.7").unwrap()
    }

    fn wrap(inside: &str) -> String {
        format!(
            "<div class=\"soc-document\" id=\"OID1.2.246.10.99990015.95.2026.1.7\" xmlns=\"http://www.w3.org/1999/xhtml\">{inside}</div>"
        )
    }

    #[test]
    fn fr_30_a_display_form_of_the_allow_list_passes() {
        for inside in [
            "",
            "<!-- kommentti --><p class='a'>Söi lounaan &amp; lepäsi.<br/></p>",
            "<div class='soc-logo'><img alt='' src='data:image/png;base64,iVBORw0KGgo'/></div>",
            "<img alt='' src='data:image/png;base64,iVBORw0KGgo='/>",
            "<table><tr><th colspan='2'>a</th><td rowspan='3'>b</td></tr></table><ul><li>x</li></ul><ol><li>y</li></ol>",
            "<h1 class='soc-title'>a</h1><h2>b</h2><h3>c</h3><b>d</b>",
            "&lt;script&gt;",
        ] {
            assert_eq!(check(&wrap(inside), &id()), Ok(()), "{inside}");
        }
        assert_eq!(check(&format!("\n<!-- a -->\r\n{}\n <!-- b -->", wrap("")), &id()), Ok(()));
    }

    #[test]
    fn fr_30_whatever_is_not_on_the_list_is_refused_and_never_repaired() {
        for inside in [
            "<script>alert(1)</script>",
            "<p onclick='x()'>a</p>",
            "<p style='background:url(//evil)'>a</p>",
            "<a href='javascript:x'>a</a>",
            "<img src='http://evil/x.png'/>",
            "<img src='data:image/svg+xml;base64,AAAA'/>",
            "<img src='data:image/png;base64,'/>",
            "<img src='data:image/png;base64,a&#10;a'/>",
            "<img src='data:image/png;base64,!!!!'/>",
            "<p src='data:image/png;base64,AAAA'/>",
            "<td colspan='x'/>",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "<p xmlns:e='urn:x'>a</p>",
            "<p xmlns='urn:x'>a</p>",
            "<p xml:lang='fi'>a</p>",
            "<span>a</span>",
            "<iframe/>",
            "<?x y?>",
            "<![CDATA[><script>x()</script>]]>",
            "<!--><script>x()</script>-->",
            "<!---><script>x()</script>-->",
            "&nbsp;",
            "<p>",
        ] {
            let fault = check(&wrap(inside), &id()).unwrap_err();
            assert_eq!(fault.refusal, Refusal::DisplayInvalid, "{inside}");
        }
        let prefixed = "<h:div class='soc-document' id='OID1.2.246.10.99990015.95.2026.1.7' xmlns:h='http://www.w3.org/1999/xhtml'/>";
        for whole in [
            "<!DOCTYPE html><div/>",
            "<div/>",
            "",
            "teksti",
            "<div class='soc-document' xmlns='http://www.w3.org/1999/xhtml'/>",
            prefixed,
            &wrap("").replace(".7", ".8"),
            &wrap("").replace("soc-document", "soc-documents"),
            &format!("<?xml version='1.0'?>{}", wrap("")),
        ] {
            assert_eq!(check(whole, &id()).unwrap_err().refusal, Refusal::DisplayInvalid, "{whole}");
        }
    }

    #[test]
    fn a_pixel_flood_and_deep_nesting_are_refused() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        png.extend_from_slice(&[0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1]);
        let image = format!("<img src='data:image/png;base64,{}'/>", xml::base64_encode(&png));
        assert_eq!(check(&wrap(&image), &id()).unwrap_err().refusal, Refusal::DisplayInvalid);
        let deep = format!("{}{}", "<div>".repeat(100_000), "</div>".repeat(100_000));
        assert_eq!(check(&wrap(&deep), &id()).unwrap_err().refusal, Refusal::LimitExceeded);
    }

    #[test]
    fn an_unmasked_identity_code_is_refused_however_it_is_written() {
        let limits = Limits::default();
        for shown in ["<p>120243-934K</p>", "<p>120243&#45;934k</p>", "<p><b>120243</b>-<!-- x -->934K</p>"] {
            let fault = check_hiding(&wrap(shown), &id(), &["120243-934K"], &limits).unwrap_err();
            assert_eq!(fault.refusal, Refusal::DisplayInvalid);
            assert!(!fault.to_string().contains("934K"));
        }
        assert_eq!(check_hiding(&wrap("<p>120243*****</p>"), &id(), &["120243-934K"], &limits), Ok(()));
    }
}
