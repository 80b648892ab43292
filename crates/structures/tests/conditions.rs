//! The conditions in words: each rule of the core documents binds, and releases.

mod common;

use common::{built_in, thl};
use serde_json::{Value, json};
use std::path::Path;
use structures::conditions::{State, register, table};
use structures::sample::{Extent, breaches, sample};
use structures::{Catalogue, Lang, Structure, validate};

/// The faults as `path: Finnish message`.
fn said(structure: &Structure, content: &Value) -> Vec<String> {
    let faults = validate(structure, content).err().unwrap_or_default();
    faults.iter().map(|fault| format!("{} {}", fault.path, fault.message(Lang::Fi))).collect()
}

/// A minimal content, changed. THL's case document could lack the case itself; ours here never does.
fn changed(structure: &Structure, change: impl FnOnce(&mut Value)) -> Value {
    let mut content = sample(structure, Extent::Minimal, 0);
    if structure.type_code() == "1505.2" {
        content["asia_asiakirja"]["asian_tiedot"] = json!({
            "asiatunnus": {"value": "1.2.246.10.99990015.95.2026.2.1"}, "nimi": code("1265", "ASUMINEN"),
            "tila": code("1501", "AVOIN"), "avauspaiva": "2026-01-01", "palvelutehtava": code("1221", "IAKAS"),
        });
    }
    change(&mut content[structure.root_key()]);
    content
}

fn refused(structure: &Structure, path: &str, change: impl FnOnce(&mut Value)) {
    let said = said(structure, &changed(structure, change));
    assert!(said.iter().any(|one| one.starts_with(&format!("{path} "))), "{path}: {said:?}");
}

fn accepted(structure: &Structure, change: impl FnOnce(&mut Value)) {
    assert_eq!(said(structure, &changed(structure, change)), Vec::<String>::new());
}

fn remove(body: &mut Value, key: &str) {
    body.as_object_mut().unwrap().shift_remove(key).unwrap();
}

fn code(system: &str, code: &str) -> Value {
    json!({"system": format!("urn:oid:1.2.246.537.6.{system}"), "code": code, "display": "x"})
}

#[test]
fn fr_33_relationship_demands_what_an_old_relationship_need_not_have() {
    let relationship = built_in("1505.1");
    for key in ["asiakkuuden_yksilointitunnus", "palvelunjarjestajan_toimintayksikko", "sosiaalihuollon_palvelutehtava"]
    {
        refused(&relationship, key, |body| remove(body, key));
        accepted(&relationship, |body| {
            remove(body, key);
            body["sosiaalihuollon_asiakkuus"] =
                json!({"vanha_asiakkuus": true, "asiakkuuden_alkamispvm": "2019-01-01"});
            body["asiakas"]["syntymaaika"] = json!("1943-02-12");
            body["asiakas"]["henkilotunnus"] = json!({"system": "urn:oid:1.2.246.21", "value": "120243-934K"});
        });
    }
    refused(&relationship, "asiakas.syntymaaika", |body| {
        body["sosiaalihuollon_asiakkuus"] = json!({"vanha_asiakkuus": true, "asiakkuuden_alkamispvm": "2019-01-01"});
    });
}

#[test]
fn fr_33_relationship_names_the_organisers_unit_in_exactly_one_place() {
    let relationship = built_in("1505.1");
    let unit = json!([{"palveluyksikon_nimi": code("202.2008", "1.2.3"), "asiakkuuden_alkamispvm": "2026-01-01"}]);
    refused(&relationship, "palvelunjarjestajan_palveluyksikko", |body| {
        body["palvelunjarjestajan_palveluyksikko"] = unit.clone();
    });
    refused(&relationship, "palvelunjarjestajan_palveluyksikko", |body| {
        remove(&mut body["sosiaalihuollon_palvelutehtava"][0], "palvelunjarjestajan_palveluyksikko");
    });
    accepted(&relationship, |body| {
        remove(&mut body["sosiaalihuollon_palvelutehtava"][0], "palvelunjarjestajan_palveluyksikko");
        body["palvelunjarjestajan_palveluyksikko"] = unit.clone();
    });
}

#[test]
fn fr_33_roles_of_related_persons_call_for_their_blocks() {
    let relationship = built_in("1505.1");
    let person = |role: &str, extra: Value| {
        let mut person = json!({"sukunimi": "Virtanen", "etunimet": "Eeva", "rooli": [code("1284", role)]});
        person.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!([person])
    };
    let at = |key: &str| format!("asiakkaaseen_liittyvat_henkilot[0].{key}");
    let put = |persons: Value| move |body: &mut Value| body["asiakkaaseen_liittyvat_henkilot"] = persons;
    for role in ["31", "32", "33", "34"] {
        refused(&relationship, &at("toimivalta"), put(person(role, json!({}))));
        accepted(&relationship, put(person(role, json!({"toimivalta": "kaikki"}))));
    }
    accepted(&relationship, put(person("99", json!({}))));
    for (role, key, value) in [
        ("31", "huoltajuus", json!({"kuvaus": "x"})),
        ("32", "edunvalvonta", json!({"kuvaus": "x"})),
        ("33", "edunvalvontavaltuutus", json!({"kuvaus": "x"})),
        ("12", "vanhemman_tiedonsaantioikeus", json!("x")),
    ] {
        accepted(&relationship, put(person(role, json!({"toimivalta": "x", key: value}))));
        refused(&relationship, &at(key), put(person("99", json!({key: value}))));
    }
}

#[test]
fn fr_33_a_joint_case_has_many_clients_each_with_a_time_of_joining() {
    let case = built_in("1505.2");
    let client = sample(&case, Extent::Minimal, 0)["asia_asiakirja"]["asiakas"][0].clone();
    let mut joined = client.clone();
    joined["asiaan_liittymishetki"] = json!("2026-02-01");
    refused(&case, "asiakas", |body| body["asiakas"] = json!([client, client]));
    refused(&case, "asiakas[1].asiaan_liittymishetki", |body| {
        body["asian_tiedot"]["yhteinen_asia"] = json!(true);
        body["asiakas"] = json!([joined, client]);
    });
    accepted(&case, |body| {
        body["asian_tiedot"]["yhteinen_asia"] = json!(true);
        body["asiakas"] = json!([joined, joined]);
    });
}

#[test]
fn fr_33_a_closed_case_has_its_end_and_another_kind_of_case_its_words() {
    let case = built_in("1505.2");
    refused(&case, "asian_tiedot.paattymispaiva", |body| {
        body["asian_tiedot"]["tila"] = code("1501", "SULJETTU");
    });
    accepted(&case, |body| body["asian_tiedot"]["tila"] = code("1501", "AVOIN"));
    refused(&case, "asian_tiedot.lisatieto_luokkaan_muu", |body| body["asian_tiedot"]["nimi"] = code("1265", "99"));
    accepted(&case, |body| {
        body["asian_tiedot"]["nimi"] = code("1265", "99");
        body["asian_tiedot"]["lisatieto_luokkaan_muu"] = json!("muu asia");
    });
}

#[test]
fn fr_33_urgency_is_assessed_except_in_family_law() {
    let entry = built_in("19001");
    let without = |task: &'static str| {
        move |body: &mut Value| {
            body["palvelutehtava"] = json!([code("1221", task)]);
            body.as_object_mut().unwrap().shift_remove("arvio_asian_kiireellisyydesta");
        }
    };
    refused(&entry, "arvio_asian_kiireellisyydesta", without("10"));
    accepted(&entry, without("PERHEOIK"));
}

#[test]
fn fr_33_restriction_entries_hold_the_services_and_blocks_of_their_task_and_kind() {
    let entry = built_in("19008");
    let kind = |kind: &str| json!({"system": "merkinta_rajoitustoimenpiteesta/millaista_tilannetta_kirjaaminen_koskee", "code": kind, "display": "x"});
    let of = |task: &'static str, service: &'static str, block: Value| {
        move |body: &mut Value| {
            body["palvelutehtava"] = code("1221", task);
            body["sosiaalipalvelu"] = code("1222", service);
            body["rajoitustoimenpide"] = block;
        }
    };
    for (task, service, good) in [
        ("10", "2", true),
        ("10", "31", true),
        ("10", "24", true),
        ("10", "85", false),
        ("20", "85", true),
        ("20", "94", true),
        ("20", "31", false),
    ] {
        if good {
            accepted(&entry, of(task, service, json!({})));
        } else {
            refused(&entry, "sosiaalipalvelu", of(task, service, json!({})));
        }
    }
    refused(&entry, "palvelutehtava", of("24", "24", json!({})));
    for (key, value, right) in [
        ("rajoitustoimenpide", json!([{"kuvaus": "x"}]), "1"),
        ("rajoituksen_aikainen_kirjaaminen", json!({"seuraaminen": "x"}), "2"),
        ("lastensuojelun_eristamiseen_liittyva_kirjaaminen", json!({"eristamisen_toteuttamistapa": "x"}), "3"),
    ] {
        for chosen in ["1", "2", "3"] {
            let block = json!({"millaista_tilannetta_kirjaaminen_koskee": kind(chosen), key: value});
            if chosen == right {
                accepted(&entry, of("10", "24", block));
            } else {
                refused(&entry, &format!("rajoitustoimenpide.{key}"), of("10", "24", block));
            }
        }
    }
    let measure = |key: &str| json!({"millaista_tilannetta_kirjaaminen_koskee": kind("1"), key: code("1218", "9")});
    accepted(&entry, of("10", "24", measure("lastensuojelun_rajoitustoimenpiteen_laji")));
    refused(
        &entry,
        "rajoitustoimenpide.lastensuojelun_rajoitustoimenpiteen_laji",
        of("20", "24", measure("lastensuojelun_rajoitustoimenpiteen_laji")),
    );
}

#[test]
fn fr_33_information_asked_or_received_is_told() {
    let entry = built_in("19009");
    let told = |asked: Option<&'static str>, got: Option<&'static str>, day: Option<&'static str>| {
        move |body: &mut Value| {
            let body = body.as_object_mut().unwrap();
            for (key, value) in
                [("pyydetyt_tiedot", asked), ("saadut_tiedot", got), ("tietojen_saamisen_paivamaara", day)]
            {
                body.shift_remove(key);
                if let Some(value) = value {
                    body.insert(key.into(), json!(value));
                }
            }
        }
    };
    refused(&entry, "saadut_tiedot", told(None, None, None));
    accepted(&entry, told(Some("x"), None, None));
    refused(&entry, "tietojen_saamisen_paivamaara", told(None, Some("x"), None));
    accepted(&entry, told(None, Some("x"), Some("2026-02-01")));
}

#[test]
fn fr_33_the_end_of_shelter_tells_an_adults_housing() {
    let entry = built_in("19012");
    let of = |service: &'static str, hetu: &'static str| {
        move |body: &mut Value| {
            body["sosiaalipalvelu"] = code("1222", service);
            body["paivamaara"] = json!("2026-02-01");
            body["asiakas"][0]["henkilotunnus"] = json!({"system": "urn:oid:1.2.246.21", "value": hetu});
        }
    };
    let key = "turvakotipalvelua_koskevat_tiedot.asuminen_vakivallan_tekijan_kanssa";
    refused(&entry, key, of("TURVAKOTI", "120243-934K"));
    accepted(&entry, of("TURVAKOTI", "230911A957T"));
    accepted(&entry, of("46", "120243-934K"));
}

/// A path without its indexes.
fn keys(path: &str) -> String {
    path.split('.').map(|part| part.split('[').next().unwrap()).collect::<Vec<_>>().join(".")
}

fn every_rule_refuses(structure: &Structure) -> usize {
    let breaches = breaches(structure);
    for breach in &breaches {
        let faults = validate(structure, &breach.content).err().unwrap_or_default();
        let named = |fault: &structures::Fault| fault.rule.code() == "condition" && keys(&fault.path) == breach.field;
        let fault = faults.iter().find(|fault| named(fault));
        let fault = fault.unwrap_or_else(|| panic!("{} {}: {faults:?}", structure.oid(), breach.condition));
        for lang in [Lang::Fi, Lang::Sv] {
            let said = fault.message(lang);
            assert!(said.ends_with('.') && !said.contains("””") && !said.contains('_'), "{said}");
        }
    }
    breaches.len()
}

#[test]
fn fr_33_every_rule_of_the_built_in_structures_refuses_its_breach() {
    let catalogue = Catalogue::built_in();
    let count: usize = catalogue.all().map(every_rule_refuses).sum();
    assert!(count > 60, "{count}");
}

#[test]
fn fr_33_every_rule_of_the_published_structures_refuses_its_breach() {
    let Some(published) = thl("fr_33_every_rule_of_the_published") else { return };
    let count: usize = published.all().map(every_rule_refuses).sum();
    assert!(count > 350, "{count}");
}

#[test]
fn fr_33_under_turvakielto_no_whereabouts_are_written() {
    let relationship = built_in("1505.1");
    let under = |key: &'static str, value: Value| {
        move |body: &mut Value| {
            body["asiakas"]["turvakielto"] = json!(true);
            body["asiakas"][key] = value;
        }
    };
    refused(&relationship, "asiakas.kotikunta", under("kotikunta", json!({"kunta": code("21", "297")})));
    refused(
        &relationship,
        "asiakas.yhteystiedot.osoite",
        under("yhteystiedot", json!({"osoite": [{"lahiosoite": "x"}]})),
    );
    accepted(&relationship, under("yhteystiedot", json!({"puhelinnumero": "1", "yhteysosoite": {"lahiosoite": "x"}})));
    let guarded = |role: &'static str| {
        move |body: &mut Value| {
            body["asiakkaaseen_liittyvat_henkilot"] = json!([{"sukunimi": "a", "etunimet": "b", "turvakielto": true,
                "toimivalta": "x", "rooli": [code("1284", role)], "yhteystiedot": {"puhelinnumero": "1"}}]);
        }
    };
    refused(&relationship, "asiakkaaseen_liittyvat_henkilot[0].yhteystiedot", guarded("12"));
    accepted(&relationship, guarded("31"));
}

#[test]
fn fr_33_every_rule_names_fields_that_published_structures_have() {
    let Some(published) = thl("fr_33_every_rule_names_fields") else { return };
    let built_in = structures::Catalogue::built_in();
    let ours = built_in.all().filter(|one| published.get(one.oid()).is_none());
    let unused = structures::conditions::unused(published.all().chain(ours));
    assert!(unused.is_empty(), "{unused:#?}");
}

#[test]
fn fr_33_conditions_of_all_structures_are_counted_and_the_page_is_fresh() {
    let Some(published) = thl("fr_33_conditions_of_all_structures") else { return };
    let rows: Vec<_> = published.all().flat_map(register).collect();
    let count = |state: State| rows.iter().filter(|row| row.state == state).count();
    assert_eq!(rows.len(), 607);
    assert_eq!((count(State::Encoded), count(State::Open), count(State::NotExpressible)), (599, 3, 5));
    let undone: Vec<_> = rows.iter().filter(|row| row.why == "not encoded yet").collect();
    assert!(undone.is_empty(), "{undone:#?}");
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/conditions.md");
    let fresh = table(published.all());
    if std::env::var_os("VAKKA_WRITE_DOCS").is_some() {
        std::fs::write(&page, &fresh).unwrap();
    }
    assert!(
        std::fs::read_to_string(&page).unwrap_or_default() == fresh,
        "docs/conditions.md is stale: run with VAKKA_WRITE_DOCS=1"
    );
}
