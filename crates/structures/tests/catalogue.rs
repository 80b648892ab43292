//! The structures themselves: THL's are read, ours agree with them.

mod common;

use common::{PUBLISHED, built_in, files, thl};
use structures::{Catalogue, Field, ImportError, Kind, Lang, Source, import, key_of};

/// The one built-in structure that THL has not published.
const OWN: &str = "INFORMOINTI";

#[test]
fn fr_30_every_published_structure_is_read_and_each_key_follows_from_its_name() {
    let Some(files) = files("fr_30_every_published_structure") else { return };
    assert_eq!(files.len(), PUBLISHED);
    let mut fields = 0;
    for (name, bytes) in &files {
        let structure = import(bytes).unwrap_or_else(|why| panic!("{name}: {why}"));
        assert_eq!(structure.oid(), name);
        assert_eq!(structure.source(), Source::Thl);
        structure.root().walk(&mut |path, field| {
            assert_eq!(key_of(&field.name.fi), field.key, "{name} {path}");
            fields += 1;
        });
        fields += 1;
    }
    assert_eq!(fields, 12_356);
}

#[test]
fn fr_30_what_is_not_a_structure_is_refused() {
    assert!(matches!(import(b"not json"), Err(ImportError::Json(_))));
    assert_eq!(import(b"{}"), Err(ImportError::Missing("sosmeta")));
    assert_eq!(import(br#"{"sosmeta":{"oid":"1.2.3"}}"#), Err(ImportError::Oid));
    let mut catalogue = Catalogue::built_in();
    let before = catalogue.all().count();
    assert!(catalogue.import(br#"{"sosmeta":{"oid":"1.2.246.537.6.1506.19007.2022.1.10"},"properties":{}}"#).is_err());
    assert_eq!(catalogue.all().count(), before);
    assert_eq!(catalogue.newest("19007").unwrap().source(), Source::BuiltIn);
}

#[test]
fn fr_30_a_key_or_representation_that_we_could_not_show_is_refused() {
    let schema = |key: &str, representation: &str| {
        format!(
            r#"{{"sosmeta":{{"oid":"1.2.246.537.6.1506.1.2022.1.10","documentType":"Arvio"}},"properties":{{"koe":{{"type":"object",
            "sosmeta":{{"name":[{{"lang":"fi","value":"Koe"}}]}},"properties":{{"{key}":{{"type":"string","sosmeta":{{
            "name":[{{"lang":"fi","value":"Kenttä"}}],"representation":[{{"lang":"fi","value":"{representation}"}}]}}}}}}}}}}}}"#
        )
    };
    assert!(import(schema("kentta", "Teksti").as_bytes()).is_ok());
    assert!(matches!(import(schema("kentta", "Hologrammi").as_bytes()), Err(ImportError::Representation { .. })));
    assert!(matches!(import(schema("toinen", "Teksti").as_bytes()), Err(ImportError::Key { .. })));
}

#[test]
fn fr_30_built_in_structures_agree_with_the_published_ones_field_by_field() {
    let Some(published) = thl("fr_30_built_in_structures_agree") else { return };
    for ours in Catalogue::built_in().all().filter(|one| one.type_code() != OWN) {
        let theirs = published.get(ours.oid()).unwrap_or_else(|| panic!("{} is not published", ours.oid()));
        assert_eq!(ours.root_key(), theirs.root_key());
        assert_eq!((ours.general_type(), ours.type_code()), (theirs.general_type(), theirs.type_code()));
        assert_eq!(ours.needs_professional_signature(), theirs.needs_professional_signature(), "{}", ours.oid());
        compare(ours.root(), theirs.root(), ours.oid());
    }
}

fn compare(ours: &Field, theirs: &Field, at: &str) {
    for field in &ours.children {
        let at = format!("{at}.{}", field.key);
        let other = theirs.child(&field.key).unwrap_or_else(|| panic!("{at}: not in the published structure"));
        assert_eq!(
            field.name.fi.split_whitespace().collect::<Vec<_>>(),
            other.name.fi.split_whitespace().collect::<Vec<_>>(),
            "{at}"
        );
        assert_eq!(
            (field.required, field.repeats, field.conditional, field.national, field.hidden_field, field.hidden_title),
            (other.required, other.repeats, other.conditional, other.national, other.hidden_field, other.hidden_title),
            "{at}"
        );
        match (&field.kind, &other.kind) {
            (Kind::Code(ours), Kind::Code(theirs)) => {
                assert_eq!(ours.system, theirs.system, "{at}");
                let codes = |list: &[structures::Accepted]| list.iter().map(|one| one.code.clone()).collect::<Vec<_>>();
                assert_eq!(codes(&ours.accepted), codes(&theirs.accepted), "{at}");
            }
            // THL's fixed texts are not copied: ours takes any wording, theirs demands their own.
            (Kind::Text, Kind::Phrase(_)) => {}
            (ours, theirs) => assert_eq!(ours, theirs, "{at}"),
        }
        compare(field, other, &at);
    }
    for other in &theirs.children {
        assert!(ours.child(&other.key).is_some(), "{at}: {} is missing from ours", other.key);
    }
}

#[test]
fn built_in_texts_of_help_are_our_own() {
    let Some(published) = thl("built_in_texts_of_help") else { return };
    let mut sentences = std::collections::HashSet::new();
    for structure in published.all() {
        structure.root().walk(&mut |_, field| {
            for text in [&field.help, &field.note] {
                for sentence in [&text.fi, &text.sv].iter().flat_map(|text| text.split(". ")) {
                    if sentence.len() > 20 {
                        sentences.insert(sentence.trim_end_matches('.').trim().to_lowercase());
                    }
                }
            }
        });
    }
    for structure in Catalogue::built_in().all() {
        structure.root().walk(&mut |path, field| {
            for sentence in [&field.help.fi, &field.help.sv].iter().flat_map(|text| text.split(". ")) {
                let sentence = sentence.trim_end_matches('.').trim().to_lowercase();
                assert!(!sentences.contains(&sentence), "{path}: {sentence}");
            }
        });
    }
}

#[test]
fn fr_40_needs_signature_is_read_from_the_structure() {
    for (code, needs) in [("11000", true), ("19007", false), ("15004", false), ("19008", false), ("1505.1", false)] {
        assert_eq!(built_in(code).needs_professional_signature(), needs, "{code}");
    }
    let Some(published) = thl("fr_40_needs_signature") else { return };
    let needs = |code: &str| published.newest(code).unwrap().needs_professional_signature();
    assert!(needs("11032"));
    assert!(!needs("19007") && !needs("15004") && !needs("11061"));
    assert_eq!(published.all().filter(|one| one.needs_professional_signature()).count(), 91);
    for (general, count) in [("11", 52), ("13", 6), ("14", 7), ("7", 9), ("3", 3), ("19", 0), ("1", 0), ("15", 1)] {
        let of =
            |one: &&structures::Structure| one.general_type() == Some(general) && one.needs_professional_signature();
        assert_eq!(published.all().filter(of).count(), count, "general type {general}");
    }
}

#[test]
fn fr_61_temporary_ids_and_repeated_clients_are_read_from_the_structure() {
    assert!(built_in("19007").temporary_id_allowed() && built_in("19007").repeats_client());
    assert!(!built_in("19014").temporary_id_allowed() && !built_in("1000").temporary_id_allowed());
    assert!(!built_in("19008").repeats_client() && !built_in("1505.1").repeats_client());
    let Some(published) = thl("fr_61_temporary_ids") else { return };
    assert_eq!(published.all().filter(|one| !one.temporary_id_allowed()).count(), 81);
    assert_eq!(published.all().filter(|one| one.repeats_client()).count(), 128);
}

#[test]
fn fr_30_the_general_type_is_what_the_structure_declares() {
    assert_eq!(built_in("19007").general_type(), Some("19"));
    assert_eq!(built_in("19007").general_type_name(Lang::Sv), "Klientjournalanteckning");
    assert_eq!(built_in("1505.1").general_type(), None);
    let Some(published) = thl("fr_30_the_general_type") else { return };
    let general = |code: &str| published.newest(code).unwrap().general_type().unwrap().to_owned();
    assert_eq!((general("1001"), general("1021"), general("12015")), ("16".into(), "7".into(), "7".into()));
    assert_eq!(published.all().filter(|one| one.general_type().is_none()).count(), 4);
}

#[test]
fn fr_30_versions_are_compared_as_dates() {
    let schema = |version: &str| {
        format!(
            r#"{{"sosmeta":{{"oid":"1.2.246.537.6.1506.19007.{version}","documentType":"Arvio"}},"properties":{{"koe":{{"type":"object",
            "sosmeta":{{"name":[{{"lang":"fi","value":"Koe"}}]}},"properties":{{}}}}}}}}"#
        )
    };
    let mut catalogue = Catalogue::default();
    for version in ["2022.9.28", "2022.10.3", "2021.12.31"] {
        catalogue.import(schema(version).as_bytes()).unwrap();
    }
    assert_eq!(catalogue.newest("19007").unwrap().oid(), "1.2.246.537.6.1506.19007.2022.10.3");
    assert!(catalogue.newest("19008").is_none() && catalogue.get("1.2.3").is_none());
    assert!(catalogue.get("urn:oid:1.2.246.537.6.1506.19007.2022.9.28").is_some());
}

#[test]
fn a_published_structure_replaces_the_built_in_one_of_its_oid() {
    let Some(files) = files("a_published_structure_replaces") else { return };
    let mut catalogue = Catalogue::built_in();
    let before = catalogue.all().count();
    for (_, bytes) in files {
        catalogue.import(&bytes).unwrap();
    }
    assert_eq!((before, catalogue.all().count(), catalogue.count(Source::BuiltIn)), (26, PUBLISHED + 1, 1));
}
