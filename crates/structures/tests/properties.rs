//! No bytes and no content, however odd, make the crate panic, disagree with itself or write markup it did not mean.

mod common;

use common::built_in;
use proptest::prelude::*;
use records::id::DocumentId;
use serde_json::{Value, json};
use structures::sample::{Extent, hetu, sample};
use structures::{Display, Lang, Structure, display_form, import, parse_strict, validate};

/// Any JSON, with keys that structures know among others.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let key = prop_oneof![
        Just("asiakas".to_owned()),
        Just("sukunimi".to_owned()),
        Just("henkilotunnus".to_owned()),
        Just("value".to_owned()),
        Just("display".to_owned()),
        Just("kuvaus".to_owned()),
        "[a-z]{1,8}",
    ];
    leaf.prop_recursive(5, 60, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::hash_map(key.clone(), inner, 0..5)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// The full sample of a structure with one place replaced.
fn replaced(structure: &Structure, place: usize, with: Value) -> Value {
    fn places(value: &Value, at: &str, found: &mut Vec<String>) {
        found.push(at.to_owned());
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| places(value, &format!("{at}/{key}"), found)),
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(index, value)| places(value, &format!("{at}/{index}"), found));
            }
            _ => {}
        }
    }
    let mut content = sample(structure, Extent::Full, 1);
    let mut found = Vec::new();
    places(&content, "", &mut found);
    *content.pointer_mut(&found[place % found.len()]).unwrap() = with;
    content
}

fn shown(structure: &Structure, content: &Value) -> String {
    let document = DocumentId::parse("1.2.246.10.99990015.95.2026.5.1001").unwrap();
    let date = jiff::civil::date(2026, 2, 4);
    let display = Display { document: &document, organisation: "Kielo", date, language: Lang::Fi, on_behalf: None };
    display_form(structure, content, &display)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn strict_reading_agrees_with_the_ordinary_reader(content in any_json()) {
        let bytes = serde_json::to_vec(&content).unwrap();
        prop_assert_eq!(parse_strict(&bytes).unwrap(), serde_json::from_slice::<Value>(&bytes).unwrap());
    }

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "[{}\\[\\]\":,a-z0-9\\\\u ]{0,80}") {
        for bytes in [bytes.as_slice(), text.as_bytes()] {
            if let Ok(value) = parse_strict(bytes) {
                prop_assert_eq!(value, serde_json::from_slice::<Value>(bytes).unwrap());
            }
            let _ = import(bytes);
        }
    }

    #[test]
    fn any_json_is_judged_and_shown_without_harm(code in "(19007|19008|1505\\.1|11000)", place in 0usize..400, with in any_json()) {
        let structure = built_in(&code);
        for content in [with.clone(), replaced(&structure, place, with)] {
            let faults = validate(&structure, &content).err().unwrap_or_default();
            prop_assert!(faults.len() <= 100);
            let xhtml = shown(&structure, &content);
            let page = roxmltree::Document::parse(&xhtml).unwrap();
            for element in page.descendants().filter(roxmltree::Node::is_element) {
                prop_assert!(["div", "h1", "p", "br", "img"].contains(&element.tag_name().name()));
            }
        }
    }

    #[test]
    fn fr_30_no_identity_code_is_ever_shown_whole(number in 1u64..100_000, before in "\\PC{0,5}", after in "\\PC{0,5}", place in 0usize..400) {
        let structure = built_in("19007");
        let code = hetu(number);
        let text = format!("{before}{code}{after}");
        let id = json!({"system": "urn:oid:1.2.246.21", "value": code});
        for with in [json!(text), id, json!({"system": "x", "code": "1", "display": text})] {
            let xhtml = shown(&structure, &replaced(&structure, place, with));
            prop_assert!(!xhtml.contains(&code), "{}", xhtml);
        }
    }
}

#[test]
fn a_file_with_a_byte_order_mark_is_read() {
    let plain = r#"{"sosmeta":{"oid":"1.2.246.537.6.1506.1.2022.1.10","documentType":"Arvio"},"properties":{"koe":{"type":"object",
        "sosmeta":{"name":[{"lang":"fi","value":"Koe"}]},"properties":{}}}}"#;
    let marked = [b"\xEF\xBB\xBF", plain.as_bytes()].concat();
    assert_eq!(import(&marked).unwrap(), import(plain.as_bytes()).unwrap());
    assert!(import(&[b"\xEF\xBB\xBF\xEF\xBB\xBF", plain.as_bytes()].concat()).is_err());
}
