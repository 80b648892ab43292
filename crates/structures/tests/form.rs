//! The form: every structure has one, and pairs and contents are two views of the same.

mod common;

use common::{built_in, thl};
use proptest::prelude::*;
use serde_json::{Value, json};
use structures::form::{FieldKind, Form, FormField, INSTANCES_MAX, Input};
use structures::sample::{Extent, branches, sample};
use structures::{Catalogue, Lang, Structure, validate};

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn round_trip(structure: &Structure, extent: Extent, seed: u64, lang: Lang) {
    let form = Form::in_language(structure, lang);
    let content = sample(structure, extent, seed);
    let written = form.encode(&content);
    assert_eq!(form.decode(&written), content, "{} {extent:?} {seed}", structure.oid());
    let again = form.encode(&form.decode(&written));
    assert_eq!(written, again);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn fr_33_a_content_survives_the_form(which in 0usize..23, full: bool, seed in 0u64..1000, swedish: bool) {
        let catalogue = Catalogue::built_in();
        let structure = catalogue.all().nth(which).unwrap();
        let extent = if full { Extent::Full } else { Extent::Minimal };
        round_trip(structure, extent, seed, if swedish { Lang::Sv } else { Lang::Fi });
    }

    #[test]
    fn fr_33_no_pairs_break_the_form(names in proptest::collection::vec(("[a-z_.\\[\\]0-9]{0,30}", ".{0,12}"), 0..30)) {
        let structure = built_in("19007");
        let form = Form::of(&structure);
        let content = form.decode(&names);
        let _ = (validate(&structure, &content), form.inputs(&names));
        prop_assert_eq!(form.decode(&form.encode(&content)), content);
    }
}

#[test]
fn fr_33_every_published_structure_has_a_form_that_keeps_its_contents() {
    let Some(published) = thl("fr_33_every_published_structure_has_a_form") else { return };
    for structure in published.all() {
        let form = Form::of(structure);
        structure.root().walk(&mut |path, field| {
            let found = form.field(path).unwrap_or_else(|| panic!("{} {path}", structure.oid()));
            assert_eq!((&found.label, found.required, found.repeats), (&field.name, field.required, field.repeats));
        });
        for seed in 0..branches(structure).min(4) {
            round_trip(structure, Extent::Minimal, seed, Lang::Fi);
            round_trip(structure, Extent::Full, seed, Lang::Sv);
        }
    }
}

#[test]
fn fr_33_mandatory_fields_come_first_and_national_ones_before_the_rest() {
    let rank = |field: &FormField| match (field.required, field.conditional || field.national) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    fn check(fields: &[FormField], rank: &dyn Fn(&FormField) -> i32) {
        let ranks: Vec<i32> = fields.iter().map(rank).collect();
        assert!(ranks.is_sorted());
        fields.iter().for_each(|field| check(&field.children, rank));
    }
    for structure in Catalogue::built_in().all() {
        check(&Form::of(structure).fields, &rank);
    }
}

#[test]
fn fr_33_what_a_worker_types_becomes_a_valid_note() {
    let structure = built_in("19007");
    let form = Form::of(&structure);
    let typed = pairs(&[
        ("kieli", "fi"),
        ("asiakas[0].sukunimi", " Virtanen "),
        ("asiakas[0].etunimet", "Aino Maria"),
        ("asiakas[0].henkilotunnus", "120243-934K"),
        ("asiakas[0].tilapainen_yksilointitunnus", ""),
        ("asiakaskertomusmerkinta.palvelutehtava", "20"),
        ("asiakaskertomusmerkinta.sosiaalipalvelu", "85"),
        ("asiakaskertomusmerkinta.sosiaalipalvelu", "46"),
        ("asiakaskertomusmerkinta.tapahtuma.kuvaus", "Kävi ulkona.\r\nNukkui hyvin."),
        ("asiakaskertomusmerkinta.tapahtuma.ajanjakso.alkamishetki", "2026-02-04T10:30"),
        ("paivamaara", "4.2.2026"),
        ("laatija.sukunimi", "Laine"),
        ("laatija.etunimet", "Tiina"),
        ("laatija.palveluyksikko", "1.2.246.10.99990031.10.31"),
        ("laatija.palveluyksikko.display", "Hoivakoti Kielo"),
        ("laatija.tehtavanimike", ""),
    ]);
    let code = |system: &str, code: &str, display: &str| json!({"system": format!("urn:oid:{system}"), "code": code, "display": display});
    let services = "1.2.246.537.6.1222.201601";
    let content = form.decode(&typed);
    assert_eq!(
        content,
        json!({"merkinta_asiakkaan_arjesta": {
            "asiakas": [{"sukunimi": "Virtanen", "etunimet": "Aino Maria",
                "henkilotunnus": {"system": "urn:oid:1.2.246.21", "value": "120243-934K"}}],
            "asiakaskertomusmerkinta": {
                "palvelutehtava": code("1.2.246.537.6.1221.201601", "20", "Vammaispalvelut"),
                "sosiaalipalvelu": [code(services, "85", "Ympärivuorokautinen palveluasuminen"), code(services, "46", "Sosiaalityö")],
                "tapahtuma": {"kuvaus": "Kävi ulkona.\nNukkui hyvin.", "ajanjakso": {"alkamishetki": "2026-02-04T10:30:00+02:00"}}},
            "paivamaara": "2026-02-04",
            "laatija": {"sukunimi": "Laine", "etunimet": "Tiina",
                "palveluyksikko": code("1.2.246.537.6.202.2008", "1.2.246.10.99990031.10.31", "Hoivakoti Kielo")}}})
    );
    assert_eq!(validate(&structure, &content), Ok(()));
    let swedish = Form::in_language(&structure, Lang::Sv).decode(&typed);
    let task = &swedish["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]["palvelutehtava"];
    assert_eq!(task["display"], "Funktionshinderservice");
}

#[test]
fn fr_33_what_cannot_be_read_stays_as_typed_and_is_named() {
    let structure = built_in("19007");
    let form = Form::of(&structure);
    let typed =
        pairs(&[("paivamaara", "eilen"), ("asiakaskertomusmerkinta.tapahtuma.ajanjakso.alkamishetki", "aamulla")]);
    let faults = validate(&structure, &form.decode(&typed)).unwrap_err();
    let rule = |path: &str| faults.iter().find(|fault| fault.path == path).map(|fault| fault.rule.code());
    assert_eq!(rule("paivamaara"), Some("date"));
    assert_eq!(rule("asiakaskertomusmerkinta.tapahtuma.ajanjakso.alkamishetki"), Some("moment"));
    let inputs = form.inputs(&typed);
    assert_eq!(inputs.iter().find(|input| input.name == "paivamaara").unwrap().value, "eilen");
    assert!(faults.iter().all(|fault| fault.path.is_empty() || form.field(&fault.path).is_some()));
}

#[test]
fn fr_33_an_instance_is_added_without_script() {
    let form = Form::of(&built_in("19007"));
    let names = |inputs: &[Input<'_>]| {
        inputs
            .iter()
            .filter(|input| input.field.key == "asiakas")
            .map(|input| (input.name.clone(), input.last))
            .collect::<Vec<_>>()
    };
    let mut typed = pairs(&[]);
    assert_eq!(names(&form.inputs(&typed)), [("asiakas[0]".to_owned(), true)]);
    form.add(&mut typed, "asiakas");
    assert_eq!(names(&form.inputs(&typed)), [("asiakas[0]".to_owned(), false), ("asiakas[1]".to_owned(), true)]);
    typed.push(("asiakas[1].sukunimi".into(), "Lahti".into()));
    let people = form.decode(&typed)["merkinta_asiakkaan_arjesta"]["asiakas"].clone();
    assert_eq!(people, json!([{"sukunimi": "Lahti"}]), "an instance left empty is left out");
    for _ in 0..2 * INSTANCES_MAX {
        form.add(&mut typed, "asiakas");
    }
    assert_eq!(names(&form.inputs(&typed)).len(), INSTANCES_MAX);
    typed.push((format!("asiakas[{}].sukunimi", usize::MAX), "x".into()));
    assert_eq!(names(&form.inputs(&typed)).len(), INSTANCES_MAX);
}

#[test]
fn fr_33_fields_offer_the_codes_that_are_known() {
    let structure = built_in("19008");
    let form = Form::of(&structure);
    let FieldKind::Code { system, options, open } = &form.field("palvelutehtava").unwrap().kind else { panic!() };
    assert_eq!((system.as_str(), *open), ("urn:oid:1.2.246.537.6.1221.201601", false));
    assert_eq!(
        options.iter().map(|one| one.display.get(Lang::Sv)).collect::<Vec<_>>(),
        ["Barnskydd", "Funktionshinderservice"]
    );
    let FieldKind::Code { options, open, .. } = &form.field("laatija[0].palveluyksikko").unwrap().kind else {
        panic!()
    };
    assert!(options.is_empty() && *open);
    let kind = form.field("rajoitustoimenpide.millaista_tilannetta_kirjaaminen_koskee").unwrap();
    assert!(!kind.help.get(Lang::Fi).is_empty() && !kind.help.get(Lang::Sv).is_empty());
    let block = form.field("rajoitustoimenpide.rajoituksen_aikainen_kirjaaminen").unwrap();
    assert!(
        block.condition.get(Lang::Fi).contains("”Millaista tilannetta kirjaaminen koskee?”"),
        "{:?}",
        block.condition
    );
    assert!(block.condition.get(Lang::Sv).contains("”Hurudan situation gäller anteckningen?”"));
    assert!(form.field("jatkotoimenpiteet").unwrap().condition.is_empty());
    assert!(form.field("ei.ole").is_none());
    let _: Value = form.decode(&[]);
}

#[test]
fn fr_33_an_instance_is_taken_away_and_the_later_ones_move_up() {
    let form = Form::of(&built_in("19007"));
    let typed = pairs(&[
        ("asiakas[0].sukunimi", "Salo"),
        ("asiakas[1].sukunimi", "Laine"),
        ("asiakas[1].etunimet", "Tiina"),
        ("asiakas[2].sukunimi", "Korpi"),
        ("paivamaara", "4.2.2026"),
    ]);
    let mut left = typed.clone();
    form.remove(&mut left, "asiakas[1]");
    let wanted =
        pairs(&[("asiakas[0].sukunimi", "Salo"), ("asiakas[1].sukunimi", "Korpi"), ("paivamaara", "4.2.2026")]);
    assert_eq!(left, wanted);
    // The twin: what is no instance of a repeated field takes nothing away.
    for wrong in ["asiakas", "asiakas[x]", "paivamaara[0]", "asiakas[9]", "ei_ole[0]", "]", "["] {
        let mut same = typed.clone();
        form.remove(&mut same, wrong);
        assert_eq!(same, typed, "{wrong}");
    }
}
