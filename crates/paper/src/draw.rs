//! Marks into bytes.

use crate::{
    Fault, Paper,
    flow::{BLUE, BOTTOM, Flow, GREY, HALF, INK, LEFT, Look, Mark, PAGE, RIGHT, TOP},
    fonts::{self, Weight},
};
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Accessibility, Archival, ConfigurationBuilder},
    destination::XyzDestination,
    error::KrillaError,
    geom::{PathBuilder, Point, Rect, Transform},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, Stroke},
    surface::Surface,
    tagging::{Artifact, ArtifactType, ContentTag, SpanTag},
};

/// The light red of a word across the page: seen at once, and the text above it stays readable.
const ACROSS: [u8; 3] = [247, 216, 216];
/// Largest size of that word, and how much of the page's diagonal it may take.
const ACROSS_SIZE: f32 = 110.0;
const ACROSS_WIDTH: f32 = 760.0;

pub(crate) fn draw(paper: &Paper, mut flow: Flow) -> Result<Vec<u8>, Fault> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_A)
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|error| wrong(&error))?;
    let settings = SerializeSettings { configuration, enable_tagging: true, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    document.set_metadata(metadata(paper));
    let pages = std::mem::take(&mut flow.pages);
    let count = pages.len();
    for (index, marks) in pages.into_iter().enumerate() {
        let size = PageSettings::from_wh(PAGE.0, PAGE.1).ok_or_else(|| Fault::NotArchival("page".into()))?;
        let mut page = document.start_page_with(size);
        let mut surface = page.surface();
        if let Some(banner) = &paper.banner {
            across(&mut surface, &banner.across);
        }
        frame(&mut surface, paper, index, count);
        for mark in marks {
            mark_down(&mut surface, mark, &mut flow);
        }
        surface.finish();
        page.finish();
    }
    document.set_outline(outline(&flow));
    document.set_tag_tree(flow.tree.tags(paper.language));
    document.finish().map_err(|error| match &error {
        KrillaError::Validation(faults) => {
            let names: Vec<String> = faults.iter().map(|(fault, _)| name(fault)).collect();
            Fault::NotArchival(names.join(", "))
        }
        other => wrong(other),
    })
}

/// What broke, by its name alone: the particulars may hold text of the document, which belongs in no error.
fn wrong(what: &dyn std::fmt::Debug) -> Fault {
    Fault::NotArchival(name(what))
}

fn name(what: &dyn std::fmt::Debug) -> String {
    format!("{what:?}").chars().take_while(|letter| letter.is_alphanumeric()).collect()
}

/// The list of contents that a reader's program shows beside the pages.
fn outline(flow: &Flow) -> Outline {
    let mut places = flow
        .contents
        .iter()
        .map(|(page, y, text)| OutlineNode::new(text.clone(), XyzDestination::new(*page, Point::from_xy(LEFT, *y))));
    let mut outline = Outline::new();
    if let Some(mut title) = places.next() {
        places.for_each(|place| title.push_child(place));
        outline.push_child(title);
    }
    outline
}

fn metadata(paper: &Paper) -> Metadata {
    let made = &paper.made;
    let small = |number: i8| u8::try_from(number).unwrap_or(0);
    let date = DateTime::new(u16::try_from(made.year()).unwrap_or(0))
        .month(small(made.month()))
        .day(small(made.day()))
        .hour(small(made.hour()))
        .minute(small(made.minute()))
        .second(small(made.second()))
        .utc_offset_hour(i8::try_from(made.offset().seconds() / 3600).unwrap_or(0))
        .utc_offset_minute(0);
    Metadata::new()
        .title(paper.title.clone())
        .language(paper.language.to_owned())
        .creator("Vakka".to_owned())
        .authors(vec![paper.head.name.clone()])
        .creation_date(date)
        .document_id(paper.id.clone())
}

fn paint(surface: &mut Surface<'_>, [red, green, blue]: [u8; 3]) {
    let fill = Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, ..Fill::default() };
    surface.set_fill(Some(fill));
    surface.set_stroke(None);
}

/// One line of text.
fn line(surface: &mut Surface<'_>, x: f32, y: f32, look: Look, text: &str) {
    paint(surface, look.colour);
    let mut at = x;
    for run in fonts::runs(text, look.weight) {
        surface.draw_glyphs(Point::from_xy(at, y), &run.glyphs, run.font, &run.text, look.size, false);
        at += run.width * look.size;
    }
}

fn rule(surface: &mut Surface<'_>, points: &[(f32, f32)], [red, green, blue]: [u8; 3], width: f32) {
    let mut path = PathBuilder::new();
    for (index, (x, y)) in points.iter().enumerate() {
        if index == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
    }
    surface.set_fill(None);
    let paint = rgb::Color::new(red, green, blue).into();
    surface.set_stroke(Some(Stroke { paint, width, ..Stroke::default() }));
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

/// Draws what is no content: it stands in no tree.
fn decoration(surface: &mut Surface<'_>, kind: ArtifactType, inside: impl FnOnce(&mut Surface<'_>)) {
    surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(kind)));
    inside(surface);
    surface.end_tagged();
}

fn mark_down(surface: &mut Surface<'_>, mark: Mark, flow: &mut Flow) {
    match mark {
        Mark::Text { x, y, look, text, leaf: Some(leaf) } => {
            let id = surface.start_tagged(ContentTag::Span(SpanTag::empty()));
            line(surface, x, y, look, &text);
            surface.end_tagged();
            flow.tree.claim(leaf, id);
        }
        Mark::Text { x, y, look, text, leaf: None } => {
            decoration(surface, ArtifactType::PaginationOther, |surface| line(surface, x, y, look, &text));
        }
        Mark::Rule { from, to, y, colour } => decoration(surface, ArtifactType::Layout, |surface| {
            rule(surface, &[(from, y), (to, y)], colour, 0.75);
        }),
        Mark::Frame { left, top, right, bottom } => decoration(surface, ArtifactType::Layout, |surface| {
            let corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
            rule(surface, &corners, [170, 30, 30], 1.25);
        }),
    }
}

/// The word that tells a paper's state from afar.
fn across(surface: &mut Surface<'_>, word: &str) {
    let word = fonts::printable(word);
    let natural = fonts::width(&word, Weight::Bold, 1.0).max(0.1);
    let size = (ACROSS_WIDTH / natural).min(ACROSS_SIZE);
    let look = Look::bold(size).colour(ACROSS);
    let middle = (PAGE.0 / 2.0, PAGE.1 / 2.0);
    let box_of_page = Rect::from_xywh(0.0, 0.0, PAGE.0, PAGE.1);
    surface.start_tagged(ContentTag::Artifact(Artifact::new(ArtifactType::Watermark, box_of_page)));
    surface.push_transform(&Transform::from_rotate_at(-54.0, middle.0, middle.1));
    line(surface, middle.0 - natural * size / 2.0, middle.1 + size / 3.0, look, &word);
    surface.pop();
    surface.end_tagged();
}

/// What stands on every page: its number, the sender again from the second on, and who printed it.
fn frame(surface: &mut Surface<'_>, paper: &Paper, index: usize, count: usize) {
    decoration(surface, ArtifactType::Header, |surface| {
        let number = format!("{} ({count})", index + 1);
        let small = Look::plain(10.0);
        line(surface, RIGHT - fonts::width(&number, Weight::Plain, 10.0), TOP, small, &number);
        if index > 0 {
            let name = Look::bold(10.0).colour(BLUE);
            let lines = name.lines(&paper.head.name, HALF - LEFT - 20.0);
            line(surface, LEFT, TOP, name, lines.first().map_or("", |line| line.as_str()));
            let title = small.colour(INK);
            let lines = title.lines(&paper.kind, RIGHT - HALF - 50.0);
            line(surface, HALF, TOP, title, lines.first().map_or("", |line| line.as_str()));
        }
    });
    decoration(surface, ArtifactType::Footer, |surface| {
        rule(surface, &[(LEFT, BOTTOM + 16.0), (RIGHT, BOTTOM + 16.0)], [196, 204, 212], 0.75);
        let look = Look::plain(7.5).colour(GREY);
        let mut y = BOTTOM + 28.0;
        for text in paper.foot.iter().flat_map(|text| look.lines(text, RIGHT - LEFT)).take(4) {
            line(surface, LEFT, y, look, &text);
            y += look.height();
        }
    });
}
