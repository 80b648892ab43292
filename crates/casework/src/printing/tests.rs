//! Prints through the door, judged by Debian's qpdf and poppler, which know nothing of us. Where they are missing these
//! tests fail and say how to get them.

use std::process::{Command, Output, Stdio};

use store::{
    log::{LogRow, Whose},
    testing::TestDb,
};

use crate::{
    clients::page_tests::aino_summary,
    recording::tests::{entry, in_the_care_home},
    testing::{Answer, World},
};

const KIELO: &str = "casework/1.2.246.10.99990031.10.0";

/// Runs a program with the file on its command line.
fn stranger(program: &str, arguments: &[&str], bytes: &[u8]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tuloste.pdf");
    std::fs::write(&file, bytes).unwrap();
    let arguments = arguments.iter().map(|one| if *one == "FILE" { file.as_os_str() } else { one.as_ref() });
    Command::new(program).args(arguments).stdin(Stdio::null()).output().unwrap_or_else(|_| {
        panic!("{program} IS NOT INSTALLED, nothing was checked: apt-get install -y qpdf poppler-utils")
    })
}

fn said(program: &str, arguments: &[&str], bytes: &[u8]) -> String {
    let output = stranger(program, arguments, bytes);
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The words of a print, as another program reads them.
fn words(bytes: &[u8]) -> String {
    said("pdftotext", &["-raw", "FILE", "-"], bytes).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What every print has to be.
fn is_archival(answer: &Answer, language: &str) {
    assert_eq!((answer.status, answer.kind.as_str()), (200, "application/pdf"), "{}", answer.text());
    let level = kanta::pdfa::check(&answer.bytes).unwrap();
    assert_eq!((level.part, level.conformance), (2, 'A'));
    said("qpdf", &["--check", "FILE"], &answer.bytes);
    let fonts = said("pdffonts", &["FILE"], &answer.bytes);
    let rows: Vec<Vec<&str>> = fonts.lines().skip(2).map(|line| line.split_whitespace().collect()).collect();
    assert!(!rows.is_empty(), "no fonts");
    for row in &rows {
        // emb, sub and uni stand before the object's two numbers.
        assert_eq!(row[row.len() - 5..row.len() - 2], ["yes", "yes", "yes"], "{fonts}");
    }
    let about = said("pdfinfo", &["FILE"], &answer.bytes);
    for line in ["Tagged: yes", "JavaScript: no", "Encrypted: no", "Form: none"] {
        let about = about.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(about.contains(line), "{line}: {about}");
    }
    assert!(about.contains("(A4)"), "{about}");
    let xmp = said("pdfinfo", &["-meta", "FILE"], &answer.bytes);
    for part in ["<pdfaid:part>2<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<", &format!("<rdf:li>{language}<")] {
        assert!(xmp.contains(part), "{part}: {xmp}");
    }
    let plain = said("qpdf", &["--qdf", "--object-streams=disable", "FILE", "-"], &answer.bytes);
    for outward in ["/URI", "/Launch", "/EmbeddedFile", "/JavaScript"] {
        assert!(!plain.contains(outward), "{outward}: a print leads nowhere");
    }
}

async fn log(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

async fn prints(world: &World) -> Vec<LogRow> {
    log(world, KIELO).await.into_iter().filter(|row| row.action == store::log::Action::Print).collect()
}

/// The texts of the display form that the archive got, in their order.
fn archived_texts(world: &World, oid: &str) -> Vec<String> {
    let kept = world.archive.kept();
    let one = kept.iter().find(|one| one.document.header.id.as_str() == oid).expect("archived");
    let page = scraper::Html::parse_fragment(one.document.body.xhtml().unwrap());
    let texts = page.root_element().text().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    texts.filter(|text| !text.is_empty()).collect()
}

async fn a_print_is_the_archived_form(db: &TestDb) {
    let world = World::on(db).await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let text = "Aino lauloi. Čáhppes ŋ, ŧ, đ, ž: äiti → öljy ✓\nToinen rivi.";
    let oid = entry(&mut liisa, &path, text).await;
    world.send_all().await;
    let page = liisa.get(&format!("/asiakirjat/{oid}")).await;
    let before = prints(&world).await.len();
    let print = liisa.fill(&page, "#tulosta", &[]).await;
    is_archival(&print, "fi");
    let words = words(&print.bytes);
    for text in archived_texts(&world, &oid) {
        assert!(words.contains(&text), "{text} is in the archived form and not on paper: {words}");
        assert!(page.body.contains(text.split(' ').next().unwrap()), "{text} is on the page");
    }
    for part in ["Kielo", &oid, "Versio 1", "Arkistoitu", "Tulostettu 30.9.2026 klo 14.20", "Liisa", "1 (1)"] {
        assert!(words.contains(part), "{part}: {words}");
    }
    assert!(!words.replace(' ', "").contains("KORVATTU"), "nothing lies across a document in force");
    let name = format!("inline; filename=\"asiakirja-{oid}-1.pdf\"");
    assert_eq!(print.named, name, "no name of a person");
    let about = said("pdfinfo", &["FILE"], &print.bytes);
    assert!(!about.contains("Aino") && !about.contains("Korpela"), "{about}");
    let rows = prints(&world).await;
    assert_eq!(rows.len(), before + 1);
    let row = &rows[before];
    assert_eq!((row.documents[0].id.as_str(), row.documents[0].version), (oid.as_str(), 1));
    assert!(row.client.is_some() && row.actor.name.contains("Liisa"));
}

#[tokio::test]
async fn fr_30_fr_84_a_print_is_pdf_a_of_the_archived_form_and_is_logged_on_sqlite() {
    let db = TestDb::sqlite().await;
    a_print_is_the_archived_form(&db).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_30_fr_84_a_print_is_pdf_a_of_the_archived_form_and_is_logged_on_postgres() {
    let db = TestDb::postgres().await;
    a_print_is_the_archived_form(&db).await;
    db.drop().await;
}

#[tokio::test]
async fn fr_30_fr_84_who_may_not_read_gets_no_print_and_leaves_no_row_of_one() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let oid = entry(&mut liisa, &path, "Aino lauloi.").await;
    world.send_all().await;
    let door = format!("/asiakirjat/{oid}/tuloste");
    let before = log(&world, "casework/1.2.246.10.99990015.10.0").await.len();
    for login in ["petri", "oona"] {
        let mut other = world.by_card(login).await;
        let refused = other.post(&door, &[]).await;
        assert_eq!((refused.status, refused.kind.starts_with("text/html")), (404, true), "{login}");
        assert!(!refused.body.contains("lauloi") && !refused.body.contains("%PDF"), "{login}");
        let kooste = other.post(&format!("{path}/kooste/tuloste"), &[("laajuus", "perus")]).await;
        assert_eq!(kooste.status, 403, "{login}");
    }
    let mut nobody = world.browser();
    let answer = nobody.post(&door, &[]).await;
    assert!(answer.status != 200 && !answer.body.contains("%PDF"), "{}", answer.status);
    assert!(prints(&world).await.is_empty());
    assert_eq!(log(&world, "casework/1.2.246.10.99990015.10.0").await.len(), before);
    // A void document is opened by nobody, so nobody prints it.
    let done = liisa.post_to(&format!("/asiakirjat/{oid}/mitatoi"), "#mitatoi", &[("syy", "väärä asiakas")]).await;
    assert_eq!(done.status, 303);
    let void = liisa.post(&door, &[]).await;
    assert!(void.status != 200 && void.body.contains("DOC_INVALIDATED"), "{}", void.text());
    assert!(prints(&world).await.is_empty());
    db.drop().await;
}

#[tokio::test]
async fn fr_34_fr_35_a_draft_and_a_replaced_version_say_so_across_the_paper() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let first = entry(&mut liisa, &path, "Soitin tytär Paulalle.").await;
    world.send_all().await;
    let correct = format!("/asiakirjat/{first}/korjaa");
    let fields = [("teksti", "Soitin tytär Pirkolle."), ("syy", "väärä nimi")];
    assert_eq!(liisa.post_to(&correct, "#asiakirja", &fields).await.status, 303);
    world.send_all().await;
    let old = liisa.post(&format!("/asiakirjat/{first}/tuloste"), &[]).await;
    is_archival(&old, "fi");
    let told = words(&old.bytes);
    assert!(told.contains("Tämä versio on korvattu") && told.contains("Paulalle"), "{told}");
    // The word across the page stands aslant, letter by letter.
    assert!(told.replace(' ', "").contains("KORVATTU"), "{told}");
    // A draft, in Swedish around its Finnish text.
    let form = liisa.get(&format!("{path}/asiakirja/19007")).await;
    let save = form.attribute("#asiakirja", "data-autosave").unwrap();
    let mut fields = form.fields("#asiakirja");
    fields.retain(|(name, _)| name != "teksti" && name != "csrf");
    fields.push(("teksti".into(), "Vielä kesken".into()));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(liisa.post(&save, &pairs).await.status, 200);
    let draft = format!("/luonnokset/{}", liisa.get("/tanaan").await.work("draft")[0]);
    liisa.language("sv");
    let page = liisa.get(&draft).await;
    let print = liisa.fill(&page, "#tulosta", &[]).await;
    is_archival(&print, "fi");
    let told = words(&print.bytes);
    assert!(told.replace(' ', "").contains("UTKAST"), "{told}");
    for part in ["Utkast. Dokumentet är inte färdigt", "Vielä kesken", "Utskriven"] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let mut other = world.by_card("petri").await;
    let before = prints(&world).await.len();
    assert_eq!(other.post(&format!("{draft}/tuloste"), &[]).await.status, 404, "a draft is its writer's");
    assert_eq!(prints(&world).await.len(), before);
    db.drop().await;
}

#[tokio::test]
async fn fr_59_fr_84_the_summary_is_printed_with_the_letterhead_that_the_organisation_wrote() {
    let (world, db) = World::new().await;
    let (mut liisa, path) = in_the_care_home(&world).await;
    let lines = [("tunnusteksti", "Kielo"), ("osoite", "Kielotie 1, 40100 Keskinen"), ("yhteystiedot", "014 000 0000")];
    let refused = liisa.post("/asetukset/kirjepohja", &lines).await;
    assert_eq!(refused.status, 403, "a worker does not write the letterhead");
    let mut ritva = world.by_password("ritva").await;
    let long = ritva.post_to("/asetukset", "#kirjepohja", &[("tunnusteksti", &"K".repeat(41))]).await;
    assert!(long.status == 422 || long.status == 400, "{}", long.status);
    assert_eq!(ritva.post_to("/asetukset", "#kirjepohja", &lines).await.status, 303);
    let again = ritva.get("/asetukset").await;
    assert!(again.fields("#kirjepohja").contains(&("osoite".into(), "Kielotie 1, 40100 Keskinen".into())));
    world.archive.summarise(aino_summary(true));
    let page = liisa.post_to(&format!("{path}/kooste"), "#kooste", &[("laajuus", "rikastettu")]).await;
    let print = liisa.fill(&page, "#tulosta", &[]).await;
    is_archival(&print, "fi");
    let told = words(&print.bytes);
    for part in
        ["Kielotie 1, 40100 Keskinen", "014 000 0000", "Salo Marja", "28.9.2026–31.12.2026", "Ympärivuorokautinen"]
    {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(print.named, "inline; filename=\"kooste.pdf\"");
    let rows = prints(&world).await;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].detail.as_deref(), Some("kooste: enriched"));
    db.drop().await;
}
