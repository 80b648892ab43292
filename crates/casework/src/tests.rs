//! Rules over the whole application: texts, permissions, pages in every language.

use records::Lang;

use crate::{TEXTS, testing::World};

#[test]
fn every_text_is_there_in_finnish_and_swedish_and_is_used() {
    let texts = web::Texts::with(&TEXTS).unwrap();
    let mut sources = Vec::new();
    for folder in ["src", "templates"] {
        collect(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut sources);
    }
    let faults = texts.missing_or_unused(TEXTS[0].1, &sources, &[Lang::Fi, Lang::Sv]);
    let own: Vec<&String> = faults.iter().filter(|fault| !is_built(fault)).collect();
    assert!(own.is_empty(), "{own:#?}");
}

/// Keys that are put together at run time from a table's caption and `-none`.
fn is_built(fault: &str) -> bool {
    fault.contains("-none is used nowhere")
}

fn collect(folder: &std::path::Path, sources: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, sources);
        } else {
            sources.push(std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[tokio::test]
async fn every_page_speaks_finnish_and_swedish_without_a_missing_text() {
    let (world, db) = World::new().await;
    let (mut liisa, at_kielo) = crate::recording::tests::in_the_care_home(&world).await;
    let oid = crate::recording::tests::entry(&mut liisa, &at_kielo, "Teksti.").await;
    world.send_all().await;
    let mut marja = world.by_card("marja").await;
    let client = marja.get("/asiakkaat").await.rows("#asiakkaat")[0].0.clone();
    let grant = marja.get("/oikeudet").await.rows("#myonnetyt")[0].0.clone();
    let of_marja = [
        "",
        "/kertomus",
        "/asia",
        "/oikeus",
        "/asiakirja/valitse",
        "/asiakirja/19005",
        "/asiakirja/11000",
        "/asiakirja/1000",
        "/kaynti",
    ]
    .map(|page| format!("/asiakkaat/{client}{page}"));
    let common = [
        "/tanaan",
        "/tanaan?nakyma=yksikko",
        "/tanaan?nakyma=vuoro",
        "/kalenteri",
        "/komennot",
        "/pikanappaimet",
        "/asiakkaat",
        "/allekirjoitus",
        "/arkistointi",
        "/oikeudet",
        "/haku",
        "/asetukset",
        "/fraasit",
        "/yksikko",
        "/puhelin",
    ];
    for tag in ["fi", "sv", "en"] {
        marja.language(tag);
        liisa.language(tag);
        for path in common {
            assert_eq!(marja.get(path).await.status, 200, "{tag} {path}");
            assert_eq!(liisa.get(path).await.status, 200, "{tag} {path}");
        }
        for path in &of_marja {
            assert_eq!(marja.get(path).await.status, 200, "{tag} {path}");
        }
        for path in
            ["/yhteydenotto".to_owned(), format!("/oikeudet/{grant}/tilaus"), format!("/oikeudet/{grant}/paata")]
        {
            assert_eq!(marja.get(&path).await.status, 200, "{tag} {path}");
        }
        for path in ["", "/korjaa", "/mitatoi"] {
            assert_eq!(liisa.get(&format!("/asiakirjat/{oid}{path}")).await.status, 200, "{tag} {path}");
        }
        for tab in ["palautuneet", "odottaa", "pidatetty", "arkistoitu"] {
            assert_eq!(liisa.get(&format!("/arkistointi?nayta={tab}")).await.status, 200, "{tag} {tab}");
        }
        for path in ["/arkistointi/seuranta", "/arkistointi/varmenteet", "/oikeudet/ilmoitus"] {
            assert_eq!(liisa.get(path).await.status, 200, "{tag} {path}");
        }
        assert_eq!(marja.get("/oikeudet/vaadittavat").await.status, 200, "{tag}");
        for path in [format!("/asiakirjat/{oid}/korjauspyynto"), format!("{at_kielo}/viesti")] {
            assert_eq!(liisa.get(&path).await.status, 200, "{tag} {path}");
        }
        let mut ritva = world.by_password("ritva").await;
        ritva.language(tag);
        for path in ["/oma-asiakas", "/arkistointi/era", "/asetukset"] {
            assert_eq!(ritva.get(path).await.status, 200, "{tag} {path}");
        }
        let mut stranger = world.browser();
        stranger.language(tag);
        for path in ["/kirjaudu", "/kirjaudu/kortti", "/puhelin/kuori/fi", "/puhelin/poikki/sv"] {
            assert_eq!(stranger.get(path).await.status, 200, "{tag} {path}");
        }
    }
    db.drop().await;
}

#[tokio::test]
async fn organisations_of_one_installation_never_see_each_other() {
    let (world, db) = World::new().await;
    let mut marja = world.by_password("marja").await;
    let path = world.aino(&mut marja).await;
    let oid = marja.get(&path).await.rows("#asiakirjat")[0].0.clone();
    for login in ["liisa", "petri", "oona"] {
        let mut other = world.by_password(login).await;
        assert_eq!(other.get(&path).await.status, 403, "{login}");
        assert_eq!(other.get(&format!("/asiakirjat/{oid}")).await.status, 404, "{login}");
        assert_eq!(other.get(&format!("/asiakirjat/{oid}/korjaa")).await.status, 403, "{login}");
        let found = other.post("/asiakkaat/haku", &[("haku", "Korpela")]).await;
        assert!(!found.body.contains("/asiakkaat/0") && found.rows("#asiakkaat").is_empty(), "{login}");
    }
    db.drop().await;
}

#[test]
fn the_table_of_routes_says_of_every_path_who_may_pass() {
    let table = crate::routes::table();
    let open: Vec<&str> = table
        .iter()
        .filter(|route| route.permission == crate::routes::Permission::Anyone)
        .map(|route| route.path)
        .collect();
    let doors =
        ["/", "/kirjaudu", "/kirjaudu/kortti", "/yksikko", "/ulos", "/lukitse", "/lukittu", "/kalenteri/syote.ics"];
    let phone = ["/puhelin/tila", "/puhelin/kuori/{lang}", "/puhelin/poikki/{lang}", "/verkotta.js"];
    let open: Vec<&str> = open.into_iter().filter(|path| !path.starts_with("/tyo/")).collect();
    let mut expected = [doors.as_slice(), phone.as_slice()].concat();
    expected.sort_unstable();
    let mut open = open;
    open.sort_unstable();
    assert_eq!(open, expected);
}

#[tokio::test]
async fn an_empty_morning_leads_to_clients_and_search() {
    let (world, db) = World::new().await;
    let mut liisa = world.by_password("liisa").await;
    let page = liisa.get("/tanaan").await;
    assert!(page.rows("#tyot").is_empty());
    for (action, href) in [("asiakkaat", "/asiakkaat"), ("haku", "/haku")] {
        assert_eq!(page.attribute(&format!("main a[data-action={action}]"), "href").as_deref(), Some(href));
    }
    db.drop().await;
}

/// The glossary's word for the register access right is "rätt att använda register"; its plural is "rättigheter".
#[test]
fn swedish_has_one_word_for_the_register_access_right() {
    let own = TEXTS.iter().find(|(lang, _)| *lang == Lang::Sv).unwrap().1;
    for word in ["rättighet ", "rättigheten", "åtkomsträtt"] {
        assert!(!own.to_lowercase().contains(word), "{word}");
    }
    for one in records::refusal::Refusal::ALL {
        assert!(!one.sentence(Lang::Sv).contains("rättigheten"), "{}", one.code());
    }
}
