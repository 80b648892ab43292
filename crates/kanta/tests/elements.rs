//! Every element of every golden message has a row in `docs/messages/elements.md` that says whether it has been seen in
//! Kela's messages or is ours; and `docs/messages/beside` shows it beside each element of each form of message. Interactions,
//! service requests and usage situations are judged by the product's own table, [`kanta::ids`].

use kanta::{
    Limits, frame,
    ids::{Interaction, ServiceRequest, Situation},
    query, soap,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    path::{Path, PathBuf},
};

/// Namespaces, the prefix with which the table names them, and the place of their elements when that is one place.
const NAMESPACES: &[(&str, &str, &str)] = &[
    ("http://www.w3.org/2003/05/soap-envelope", "soap:", "envelope"),
    ("http://schemas.xmlsoap.org/soap/envelope/", "soap:", "envelope"),
    ("http://www.w3.org/2000/09/xmldsig#", "ds:", ""),
    ("urn:vakka:toimija:1", "toimija:", "toimija"),
    ("urn:vakka:kuittaus:1", "kuittaus:", "answer"),
    ("urn:vakka:haku:1", "haku:", "answer"),
    ("urn:vakka:kooste:1", "kooste:", "summary"),
    ("urn:hl7finland", "ep2:", ""),
    ("urn:vakka:header:1", "header:", ""),
    ("urn:hl7-org:v3", "", ""),
];

/// Place and name of an element.
type Element = (String, String);

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/messages")
}

/// Every golden below a folder, by its path from `docs/messages`.
fn goldens(at: &Path, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            goldens(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "xml") {
            let name = path.strip_prefix(folder()).unwrap().with_extension("").display().to_string();
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

fn all() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    goldens(&folder(), &mut found);
    found
}

/// The documents that a message carries, in their order.
fn carried(message: &str) -> Vec<Vec<u8>> {
    let limits = Limits::default();
    let Ok(envelope) = soap::decode(message.as_bytes(), &limits) else { return Vec::new() };
    if let Ok(frame) = frame::decode(&envelope.body_xml, &limits) {
        return frame.package.into_iter().collect();
    }
    query::decode_response(&envelope.body_xml, &limits).map_or_else(|_| Vec::new(), |answer| answer.documents)
}

fn local<'a>(node: roxmltree::Node<'_, 'a>) -> &'a str {
    node.tag_name().name()
}

/// Where an element stands; the name is the same in many places and not known equally well in all.
fn place(node: roxmltree::Node<'_, '_>, one: &str) -> String {
    if !one.is_empty() {
        return one.to_owned();
    }
    let names: Vec<&str> = node.ancestors().filter(|node| node.is_element()).map(local).collect();
    let has = |name: &str| names.contains(&name);
    if has("Signature") {
        return if has("Toimija") { "toimija" } else { "signature" }.to_owned();
    }
    let root = names.iter().find_map(|name| Interaction::parse(name));
    let answers = root.is_some_and(|root| {
        matches!(root, Interaction::Acknowledgement | Interaction::MetadataResponse | Interaction::DocumentResponse)
    });
    match (root.is_some(), answers, has("clinicalDocument"), has("queryByParameter")) {
        (false, ..) => "document",
        (true, true, true, _) => "row",
        (true, true, ..) => "answer",
        (true, _, true, _) => "subject",
        (true, _, _, true) => "question",
        _ => "frame",
    }
    .to_owned()
}

fn element(node: roxmltree::Node<'_, '_>) -> Element {
    let namespace = node.tag_name().namespace().unwrap_or_default();
    let (_, prefix, one) = NAMESPACES
        .iter()
        .find(|(known, ..)| *known == namespace)
        .unwrap_or_else(|| panic!("{} in the unknown namespace {namespace}", local(node)));
    (place(node, one), format!("{prefix}{}", local(node)))
}

fn word(confirmed: bool) -> String {
    if confirmed { "confirmed" } else { "ours" }.to_owned()
}

/// What the product's own table says of an element: of the interaction at the root, and of a code in `reasonCode`.
fn known(node: roxmltree::Node<'_, '_>) -> Option<(String, String)> {
    if let Some(interaction) = Interaction::parse(local(node)) {
        return Some((word(interaction.confirmed()), String::new()));
    }
    let code = (local(node) == "reasonCode").then(|| node.attribute("code")).flatten()?;
    let request = ServiceRequest::parse(code).map(ServiceRequest::confirmed);
    let confirmed = request.or_else(|| Situation::parse(code).map(Situation::confirmed))?;
    Some((word(confirmed), format!(" {code}")))
}

/// The rows of `elements.md`: `| place | element | status | note |`.
fn table() -> BTreeMap<Element, String> {
    let text = std::fs::read_to_string(folder().join("elements.md")).unwrap_or_default();
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.strip_prefix("| ")?.split('|').map(str::trim).collect();
        let name = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
        Some(((cells[0].to_owned(), name.to_owned()), cells.get(2)?.to_string()))
    });
    let mut table = BTreeMap::new();
    for (element, status) in rows {
        assert!(["confirmed", "ours"].contains(&status.as_str()), "{element:?} is {status}");
        assert!(table.insert(element.clone(), status).is_none(), "{element:?} has two rows");
    }
    table
}

/// The outline of an element and what is in it; of children that look the same, the first.
fn outline(
    node: roxmltree::Node<'_, '_>,
    depth: usize,
    table: &BTreeMap<Element, String>,
    packages: &mut dyn Iterator<Item = Vec<u8>>,
) -> String {
    let element = element(node);
    let by_row = table.get(&element).map_or("?", String::as_str);
    let (status, code) = known(node).unwrap_or_else(|| (by_row.to_owned(), String::new()));
    let mut out = format!("{status:<10}{}{}{code}\n", "  ".repeat(depth), element.1);
    if node.attribute("mediaType") == Some("multipart/related")
        && let Some(package) = packages.next()
    {
        let text = String::from_utf8(package).unwrap();
        let document = roxmltree::Document::parse(&text).unwrap();
        out += &outline(document.root_element(), depth + 1, table, packages);
    }
    let mut seen = BTreeSet::new();
    for child in node.children().filter(roxmltree::Node::is_element) {
        let text = outline(child, depth + 1, table, packages);
        if seen.insert(text.clone()) {
            out += &text;
        }
    }
    out
}

#[test]
fn every_element_of_every_golden_has_a_row_and_no_row_is_of_nothing() {
    let table = table();
    let mut used = BTreeMap::new();
    for (name, text) in all() {
        let packages = carried(&text).into_iter().map(|bytes| String::from_utf8(bytes).unwrap());
        for text in std::iter::once(text).chain(packages) {
            let message = roxmltree::Document::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
            for node in message.descendants().filter(roxmltree::Node::is_element) {
                used.entry(element(node)).or_insert_with(|| name.clone());
            }
        }
    }
    let lacking: Vec<String> = used
        .iter()
        .filter(|(element, _)| !table.contains_key(element))
        .map(|((place, name), golden)| format!("| {place} | `{name}` | ? | {golden} |"))
        .collect();
    let idle: Vec<_> = table.keys().filter(|element| !used.contains_key(element)).collect();
    assert!(lacking.is_empty(), "docs/messages/elements.md lacks:\n{}", lacking.join("\n"));
    assert!(idle.is_empty(), "docs/messages/elements.md has rows of elements that no golden holds: {idle:?}");
}

#[test]
fn what_is_in_a_namespace_of_ours_is_ours_and_the_interactions_are_as_the_product_says() {
    for ((place, name), status) in table() {
        let of_ours = ["toimija:", "kuittaus:", "haku:", "kooste:", "header:"];
        let ours = of_ours.iter().any(|prefix| name.starts_with(prefix))
            || ["question", "summary", "toimija"].contains(&&*place);
        assert!(!ours || status == "ours", "{place} {name}");
        if let Some(interaction) = Interaction::parse(&name) {
            assert_eq!(status, word(interaction.confirmed()), "{name}");
        }
    }
}

/// `VAKKA_BLESS=1 cargo test -p kanta --test elements` writes the outlines anew.
#[test]
fn the_outlines_beside_the_goldens_are_fresh() {
    let (table, place) = (table(), folder().join("beside"));
    let mut forms: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, text) in all() {
        let message = roxmltree::Document::parse(&text).unwrap();
        let mut packages = carried(&text).into_iter();
        forms.entry(outline(message.root_element(), 0, &table, &mut packages)).or_default().push(name);
    }
    let mut pages = BTreeMap::new();
    for (outline, names) in &forms {
        let mut page = String::from("Form of:\n");
        names.iter().for_each(|name| writeln!(page, "  {name}.xml").unwrap());
        pages.insert(format!("{}.txt", names[0].replace('/', "-")), page + "\n" + outline);
    }
    if std::env::var_os("VAKKA_BLESS").is_some() {
        std::fs::remove_dir_all(&place).ok();
        std::fs::create_dir_all(&place).unwrap();
        pages.iter().for_each(|(name, page)| std::fs::write(place.join(name), page).unwrap());
    }
    for (name, page) in &pages {
        let there = std::fs::read_to_string(place.join(name)).unwrap_or_default();
        assert_eq!(&there, page, "docs/messages/beside/{name}: VAKKA_BLESS=1 cargo test -p kanta --test elements");
    }
    assert_eq!(
        std::fs::read_dir(&place).map_or(0, Iterator::count),
        pages.len(),
        "docs/messages/beside: a page too many"
    );
}
