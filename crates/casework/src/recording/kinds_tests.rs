//! All fourteen kinds of narrative entry, each through its own form to the archive, and each refused for what it lacks
//! (FR-30). What is typed comes from the structure itself, so a field that a form loses is found.

use serde_json::Value;
use store::testing::TestDb;
use structures::{
    Structure,
    form::Form as DocumentForm,
    sample::{Extent, sample},
};

use super::{content, editor, pages::bare, tests::in_the_care_home};
use crate::testing::{Answer, Browser, World, contact};

/// Kind, the field that the twin leaves empty, and what the refusal must say of it. Where the structure itself demands
/// nothing that a worker types, the entry's one text is it.
const KINDS: [(&str, &str, &str); 14] = [
    ("19001", "arvio_asian_kiireellisyydesta", "Arvio asian kiireellisyydestä"),
    ("19002", "sosiaalipalvelu", "sosiaalipalvelu"),
    ("19003", "teksti", "Mitä tapahtui?"),
    ("19004", "teksti", "Mitä tapahtui?"),
    ("19005", "teksti", "Mitä tapahtui?"),
    ("19006", "teksti", "Lisätiedot peruuntumisesta"),
    ("19007", "teksti", "Mitä tapahtui?"),
    ("19008", "yksikko", "Yksikkö"),
    ("19009", "tiedot_antanut_henkilo[0].sukunimi", "Sukunimi"),
    ("19010", "kayttotarkoitus_johon_tiedot_on_luovutettu", "Käyttötarkoitus, johon tiedot on luovutettu"),
    ("19012", "teksti", "Sosiaalipalvelun päättymisen perustelut"),
    ("19013", "teksti", "Mitä tapahtui?"),
    ("19014", "teksti", "Mitä tapahtui?"),
    ("19015", "teksti", "Mitä tapahtui?"),
];

/// A full content of the kind, in the service task of the case in which it is written.
fn wanted(structure: &Structure, task: &str) -> Value {
    let task_of = |body: &Value| -> Option<String> {
        let root = body.get(structure.root_key())?;
        let place = root.pointer("/palvelutehtava").or_else(|| root.pointer("/asiakaskertomusmerkinta/palvelutehtava"));
        let place = place?.get(0).or(place)?;
        Some(place.get("code")?.as_str()?.to_owned())
    };
    let seeds = (0..40).map(|seed| sample(structure, Extent::Full, seed));
    seeds.into_iter().find(|body| task_of(body).as_deref() == Some(task)).expect("a sample in the task")
}

/// What a person types into the page: a value for every field that the page has, as the sample words it.
fn typed(form: &Answer, structure: &Structure, wanted: &Value) -> Vec<(String, String)> {
    let mut values = DocumentForm::of(structure).encode(wanted);
    if let Some(path) = editor::one_text(structure) {
        values.push(("teksti".into(), content::text_at(structure, wanted, &path)));
    }
    let shown: Vec<String> = form.fields("#asiakirja").into_iter().map(|(name, _)| name).collect();
    values.retain(|(name, _)| shown.contains(name));
    values
}

/// Everything that was typed stands in the archived content, at its place and unchanged.
fn holds(archived: &Value, typed: &Value, at: &str) {
    match typed {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let below = archived.get(key).unwrap_or_else(|| panic!("{at}.{key} was typed and is not archived"));
            holds(below, value, &format!("{at}.{key}"));
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            holds(&archived[index], value, &format!("{at}[{index}]"));
        }),
        leaf => assert_eq!(archived, leaf, "{at}"),
    }
}

async fn send(browser: &mut Browser, form: &Answer, fields: &[(String, String)]) -> Answer {
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.fill(form, "#asiakirja", &fields).await
}

/// Writes one kind at a client: first the twin that lacks a field, then the whole.
async fn write(world: &World, browser: &mut Browser, path: &str, task: &str, row: (&str, &str, &str)) {
    let (kind, lacks, named) = row;
    let structure = world.app.config.catalogue.newest(kind).unwrap().clone();
    let wanted = wanted(&structure, task);
    let form = browser.get(&format!("{path}/asiakirja/{kind}")).await;
    assert_eq!(form.status, 200, "{kind}");
    let mut fields = typed(&form, &structure, &wanted);
    if form.fields("#asiakirja").iter().any(|(name, _)| name == "palvelu") {
        fields.push(("palvelu".into(), "85".into()));
    }
    assert!(fields.iter().any(|(name, _)| name == lacks), "{kind}: the form has no {lacks}: {fields:?}");
    // The refused twin: the same but for one field. Nothing goes, and the page names the field in Finnish.
    let before = world.archive.kept().len();
    let mut twin = fields.clone();
    for (name, value) in twin.iter_mut().filter(|(name, _)| name == lacks) {
        assert!(!value.is_empty(), "{kind}: {name} was not typed");
        value.clear();
    }
    let refused = send(browser, &form, &twin).await;
    assert_eq!(refused.status, 422, "{kind}: without {lacks}");
    assert!(refused.text().contains(named), "{kind}: {named} is not named: {}", refused.text());
    world.send_all().await;
    assert_eq!(world.archive.kept().len(), before, "{kind}: the refused twin was archived");
    // The whole.
    let done = send(browser, &form, &fields).await;
    assert_eq!(done.status, 303, "{kind}: {}", done.text());
    world.send_all().await;
    let kept = world.archive.kept();
    assert_eq!(kept.len(), before + 1, "{kind}");
    archived(&kept[before].document, &structure, &fields, kind);
}

fn archived(document: &kanta::document::Document, structure: &Structure, fields: &[(String, String)], kind: &str) {
    assert_eq!(document.header.specific_type.as_ref().unwrap().code, kind);
    let json: Value = serde_json::from_slice(document.body.json().unwrap()).unwrap();
    assert_eq!(structures::validate(structure, &json), Ok(()), "{kind}");
    let own = |name: &str| !content::is_system_path(&bare(name));
    let pairs: Vec<(String, String)> = fields.iter().filter(|(name, _)| own(name)).cloned().collect();
    holds(&json, &DocumentForm::of(structure).decode(&pairs), kind);
    let xhtml = document.body.xhtml().unwrap();
    if let Some(path) = editor::one_text(structure) {
        let (_, text) = fields.iter().find(|(name, _)| name == "teksti").unwrap();
        assert_eq!(&content::text_at(structure, &json, &path), text.trim(), "{kind}");
    }
    // The display form shows words that were typed, whatever the markup around them.
    assert!(xhtml.contains("toinen rivi") && xhtml.contains(structure.name(records::Lang::Fi)), "{kind}: {xhtml}");
}

fn contact_of(hetu: &'static str, task: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut fields = contact();
    fields.retain(|(name, _)| !["hetu", "tapahtuma"].contains(name));
    fields.extend([("hetu", hetu), ("tehtava", task), ("tapahtuma", "2026-09-30T12:00")]);
    fields
}

/// Kaisa of the emergency duty works in every task; restrictions exist only in disability services and child
/// protection, and therapy and examinations are written where the service is carried out (FR-101).
async fn all_kinds(db: TestDb) {
    let world = World::on(&db).await;
    let (mut liisa, at_kielo) = in_the_care_home(&world).await;
    let mut kaisa = world.by_card("kaisa").await;
    let disabled = kaisa.post_to("/yhteydenotto", "#yhteydenotto", &contact_of("010177-9532", "20")).await;
    assert_eq!(disabled.status, 303, "{}", disabled.text());
    world.send_all().await;
    for row in KINDS {
        match row.0 {
            "19014" | "19015" => write(&world, &mut liisa, &at_kielo, "IAKAS", row).await,
            _ => write(&world, &mut kaisa, &disabled.location, "20", row).await,
        }
    }
    drop(world);
    db.drop().await;
}

#[tokio::test]
async fn fr_30_all_fourteen_kinds_are_written_through_their_forms_and_archived_on_sqlite() {
    all_kinds(TestDb::sqlite().await).await;
}

#[tokio::test]
async fn fr_30_all_fourteen_kinds_are_written_through_their_forms_and_archived_on_postgres() {
    all_kinds(TestDb::postgres().await).await;
}
