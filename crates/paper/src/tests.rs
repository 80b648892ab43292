use super::*;
use structures::{Catalogue, Display, sample::Extent};

fn paper() -> Paper {
    Paper {
        language: "fi",
        frame: "sv",
        title: "Toteuttamissuunnitelma".into(),
        head: Letterhead {
            mark: "Koivula".into(),
            name: "Koivula Oy".into(),
            lines: vec!["Koivukuja 1, 00100 Helsinki".into()],
        },
        kind: "Suunnitelma".into(),
        day: "01.12.2026".into(),
        banner: Some(Banner { across: "UTKAST".into(), text: "Utkast: inte färdigt.".into() }),
        blocks: vec![
            Block::Heading(2, "Tavoitteet".into()),
            Block::Named { depth: 1, name: "Tavoite".into(), texts: vec!["Čáhppes ŋ ŧ đ ž → ✓ 😀".into()] },
            Block::Named { depth: 0, name: "Päivämäärä".into(), texts: vec!["01.12.2026".into()] },
            Block::Named { depth: 0, name: "Lakiselostus".into(), texts: vec!["Laki ".repeat(90)] },
            Block::Text("Äiti ja öljy. ".repeat(700)),
            Block::Table {
                head: vec!["Asia".into(), "Tila".into()],
                rows: vec![vec!["Iäkkäiden palvelut".into(), "Auki".into()]; 60],
            },
        ],
        foot: vec!["Utskriven 1.12.2026".into()],
        id: "1.2.246.10.1".into(),
        made: "2026-12-01T06:45:00+02:00[Europe/Helsinki]".parse().unwrap(),
    }
}

#[test]
fn the_same_paper_gives_the_same_bytes_and_the_archive_takes_them_for_pdf_a() {
    let (one, two) = (pdf(&paper()).unwrap(), pdf(&paper()).unwrap());
    assert_eq!(one, two);
    if let Some(place) = std::env::var_os("VAKKA_PAPER") {
        std::fs::write(place, &one).unwrap();
    }
    let level = kanta::pdfa::check(&one).unwrap();
    assert_eq!((level.part, level.conformance), (2, 'A'));
}

#[test]
fn no_character_is_dropped_in_silence() {
    assert_eq!(fonts::printable("Čáhppes ŋ ŧ đ ž š → ✓ ☐"), "Čáhppes ŋ ŧ đ ž š → ✓ ☐");
    assert_eq!(fonts::printable("\u{1F9D1}\u{200D}a\tb"), "[U+1F9D1]a b");
}

#[test]
fn a_line_is_never_wider_than_its_room_and_loses_nothing() {
    let text = "Lyhyt sana ja Kansaneläkelaitoksenvammaisetuuskäsittelyprosessiohjeistus loppuun.";
    let lines = fonts::lines(text, fonts::Weight::Plain, 10.0, 120.0);
    assert!(lines.iter().all(|line| fonts::width(line.trim_end(), fonts::Weight::Plain, 10.0) <= 120.0), "{lines:?}");
    assert_eq!(lines.concat(), text);
}

/// Every text of every built-in structure's display form stands in the parts, in its order.
#[test]
fn fr_30_the_print_holds_every_text_of_the_display_form_in_its_order() {
    let document = records::id::DocumentId::parse("1.2.246.10.1.95.2026.1.1").unwrap();
    let mut seen = 0;
    for structure in Catalogue::built_in().all() {
        let body = structures::sample::sample(structure, Extent::Full, 7);
        let display = Display {
            document: &document,
            organisation: "Järvi-Häme",
            date: jiff::civil::date(2026, 12, 1),
            language: records::Lang::Fi,
            on_behalf: None,
        };
        let xhtml = structures::display_form(structure, &body, &display);
        let read = display::read(&xhtml).unwrap();
        let tree = roxmltree::Document::parse(&xhtml).unwrap();
        let wanted: Vec<&str> = tree.descendants().filter(|n| n.is_text()).filter_map(|n| n.text()).collect();
        assert_eq!(words(&texts(&read)), words(&wanted.join(" ")), "{}", structure.oid());
        let whole = Paper { title: read.title, blocks: read.blocks, ..paper() };
        pdf(&whole).unwrap_or_else(|fault| panic!("{}: {fault}", structure.oid()));
        seen += 1;
    }
    assert!(seen > 20);
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| *word != "·").collect()
}

fn texts(read: &display::Read) -> String {
    let mut out = vec![read.organisation.clone(), read.kind.clone(), read.day.clone(), read.title.clone()];
    for block in &read.blocks {
        match block {
            Block::Heading(_, text) | Block::Text(text) | Block::Small(text) => out.push(text.clone()),
            Block::Named { name, texts, .. } => out.extend([name.clone(), texts.join(" ")]),
            Block::Table { head, rows } => out.extend([head.join(" "), rows.concat().join(" ")]),
        }
    }
    out.push(read.footer.clone());
    out.join(" ")
}
