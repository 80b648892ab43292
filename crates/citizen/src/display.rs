//! Times, kinds and the display form, as people see them.

use jiff::{Timestamp, civil::Date};
use records::{Lang, code::GeneralType, time::finnish_zone};
use web::T;

/// Elements of the display form that HTML too writes without an end.
const VOID: [&str; 2] = ["br", "img"];

/// A day as the language writes it.
pub fn day(t: &T, day: Date) -> String {
    match t.lang() {
        Lang::En => day.strftime("%-d %B %Y").to_string(),
        Lang::Fi | Lang::Sv => day.strftime("%-d.%-m.%Y").to_string(),
    }
}

/// A day given as ISO 8601 text; what cannot be read is shown as it came.
pub fn day_of(t: &T, text: &str) -> String {
    match (text.parse::<Date>(), text.parse::<Timestamp>()) {
        (Ok(date), _) => day(t, date),
        (_, Ok(at)) => day(t, records::time::finnish_date(at)),
        _ => text.to_owned(),
    }
}

/// A Finnish moment as the language writes it.
pub fn moment(t: &T, at: Timestamp) -> String {
    let zoned = at.to_zoned(finnish_zone());
    let hour = match t.lang() {
        Lang::En => zoned.strftime("%-H:%M"),
        Lang::Fi | Lang::Sv => zoned.strftime("%-H.%M"),
    };
    t.with("moment", [("day", day(t, zoned.date())), ("hour", hour.to_string())])
}

/// A name in the page's language, with the language that it is in when that is another.
pub struct Named {
    /// The name.
    pub text: String,
    /// Tag of its language, or empty when it is the page's.
    pub lang: &'static str,
}

/// Name of a document's type. The structures are named in Finnish and Swedish; an English page shows the general kind.
pub fn type_name(t: &T, general: &str, fi: &str, sv: &str) -> Named {
    let own = match t.lang() {
        Lang::Fi => fi,
        Lang::Sv => sv,
        Lang::En => "",
    };
    if !own.is_empty() {
        return Named { text: own.to_owned(), lang: "" };
    }
    match GeneralType::parse(general) {
        Some(kind) => Named { text: kind.name(t.lang()).to_owned(), lang: "" },
        None if !fi.is_empty() => Named { text: fi.to_owned(), lang: "fi" },
        None => Named { text: t.get("a-document"), lang: "" },
    }
}

/// Writes a display form that has passed the gate of [`kanta::xhtml`] so that an HTML parser builds the same tree as an
/// XML parser: an empty element such as `<td/>` gets its end tag, since HTML would leave it open.
pub fn as_html(xhtml: &str) -> String {
    let mut html = String::with_capacity(xhtml.len() + 64);
    let mut rest = xhtml;
    while let Some(at) = rest.find('<') {
        let (before, tag) = rest.split_at(at);
        html.push_str(before);
        let length = length_of_tag(tag);
        let (tag, after) = tag.split_at(length);
        push_tag(&mut html, tag);
        rest = after;
    }
    html.push_str(rest);
    html
}

fn push_tag(html: &mut String, tag: &str) {
    let name: &str = tag[1..].split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    match tag.strip_suffix("/>") {
        Some(open) if !name.is_empty() && !VOID.contains(&name) => {
            html.push_str(open);
            html.push_str("></");
            html.push_str(name);
            html.push('>');
        }
        _ => html.push_str(tag),
    }
}

/// Bytes of the tag or comment at the beginning of `text`; a `>` inside quotes does not end a tag.
fn length_of_tag(text: &str) -> usize {
    if text.starts_with("<!--") {
        return text.find("-->").map_or(text.len(), |at| at + 3);
    }
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return at + 1,
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::as_html;

    #[test]
    fn an_empty_element_gets_its_end_tag() {
        let xhtml = r#"<div id="a/>"><td/><p class='x>'/>a<br/>ä<!-- <p/> --><img src="y"/></div>"#;
        let html = r#"<div id="a/>"><td></td><p class='x>'></p>a<br/>ä<!-- <p/> --><img src="y"/></div>"#;
        assert_eq!(as_html(xhtml), html);
        assert_eq!(as_html(html), html);
        assert_eq!(as_html("a < "), "a < ");
    }
}
