//! Makes and judges the dictionary with which bodies, headers and log rows are compressed.
//!
//! It is trained on documents of every built-in structure, filled by the sample maker with invented people, never on
//! anything of anybody. A new one gets a new number; the old one stays as long as rows name it.

mod common;

use archive::testing::{documents::Row, *};
use kanta::document::Body;
use records::{code::ServiceProcess, time::Clock, time::finnish_date};
use structures::sample::{Extent, sample, set_client};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../store/src/dictionary.zstd");
/// zstd's own default; twice as much gains two per cent.
const BYTES: usize = 64 << 10;

/// `VAKKA_DICTIONARY=make cargo test -p archive --test dictionary` writes the file anew.
#[tokio::test]
async fn the_dictionary_is_made_from_samples() {
    if std::env::var_os("VAKKA_DICTIONARY").is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let db = store::Db::open(&format!("sqlite:{}", folder.path().join("a.db").display())).await.unwrap();
    let world = World::new(db).await;
    let samples = samples(&world).await;
    let dictionary = zstd::dict::from_samples(&samples, BYTES).unwrap();
    std::fs::write(FILE, dictionary).unwrap();
}

/// Folded bodies, headers and log rows.
async fn samples(world: &World) -> Vec<Vec<u8>> {
    let (marja, liisa, antti) = (world.worker("marja"), world.worker("liisa"), world.worker("antti"));
    let mut samples = Vec::new();
    for seed in 0..40_u64 {
        let hetu = structures::sample::hetu(1000 + seed);
        let rows = [Row::from(AHOLA, "2026-09-28")];
        let relationship = world.relationship(&marja, &world.relationship_id(JHHVA), &hetu, &rows);
        let case = world.case_id(JHHVA);
        let mut documents = vec![(relationship, JHHVA), (world.case(&marja, &case, &hetu), JHHVA)];
        for structure in world.app.catalogue.all() {
            let narrative = structure.type_code().starts_with("19");
            if structure.type_code().starts_with("1505.") || (seed % 8 != 0 && !narrative) {
                continue;
            }
            let member = [&marja, &liisa, &antti][seed as usize % 3];
            let mut document =
                world.sample(member, JHHVA, &case, &hetu, structure.type_code(), ServiceProcess::CarryingOut);
            let extent = if seed % 2 == 0 { Extent::Full } else { Extent::Minimal };
            let mut json = sample(structure, extent, seed);
            set_client(structure, &mut json, &documents::client(&hetu), "Testi", "Henkilö");
            let display = structures::Display {
                document: &document.header.id,
                organisation: "Rekisterinpitäjä",
                date: finnish_date(world.clock.now()),
                language: if seed % 5 == 0 { records::Lang::Sv } else { records::Lang::Fi },
                on_behalf: None,
            };
            let xhtml = structures::display_form(structure, &json, &display);
            document.body = Body::Structured { xhtml, json: json.to_string().into_bytes() };
            documents.push((document, member.organisation.as_str()));
        }
        for (document, signer) in documents {
            samples.push(archive::bodies::fold(&world.sign(&document, signer)));
            samples.push(kanta::query::header_form(&document.header).into_bytes());
        }
    }
    samples.extend(log_rows().await);
    samples.iter_mut().for_each(|sample| scrub(sample));
    samples
}

/// Rows of the log of stored and sought documents.
async fn log_rows() -> Vec<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let db = store::Db::open(&format!("sqlite:{}", folder.path().join("b.db").display())).await.unwrap();
    let aino = common::Aino::new(db).await;
    for _ in 0..40 {
        aino.stored_entry().await;
        let found = aino.finds(&aino.liisa, common::by_case(kanta::query::QueryKind::Metadata, &aino.case)).await;
        assert!(found.is_ok());
    }
    let mut tx = aino.world.app.db.read().await.unwrap();
    let whose = store::log::Whose::All;
    let log = store::log::rows(&mut tx, &aino.world.app.vault, JHHVA, whose, 0, 1000).await.unwrap();
    log.iter().map(|(_, row)| serde_json::to_vec(row).unwrap()).collect()
}

/// Where an identity code stands.
fn code_at(bytes: &[u8]) -> Option<usize> {
    let is_code = |window: &[u8]| {
        std::str::from_utf8(window).is_ok_and(|text| records::id::PersonalIdentityCode::parse(text).is_ok())
    };
    bytes.windows(11).position(is_code)
}

/// Invented identity codes are taken out too, so that the check below can be strict.
fn scrub(bytes: &mut [u8]) {
    while let Some(at) = code_at(bytes) {
        bytes[at..at + 11].copy_from_slice(b"000000-0000");
    }
}

/// What the dictionary holds is the same for everybody: no identity code of any form stands in it.
#[test]
fn the_dictionary_names_nobody() {
    let bytes = std::fs::read(FILE).unwrap();
    assert!(bytes.starts_with(&[0x37, 0xa4, 0x30, 0xec]), "a trained dictionary");
    assert_eq!(code_at(&bytes), None, "an identity code");
}
