//! The fonts, and how wide a text is in them. Noto Sans carries the text, Finnish, Swedish and Sámi letters among it;
//! DejaVu Sans lends the signs that Noto lacks, such as arrows and ticks.

use krilla::text::{Font, GlyphId, KrillaGlyph};
use rustybuzz::{Face, UnicodeBuffer};
use std::sync::LazyLock;

/// Which of the fonts of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Plain,
    Bold,
}

/// Glyphs of one font in a row.
pub(crate) struct Run {
    pub font: Font,
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    /// Width at size 1.
    pub width: f32,
}

struct Known {
    font: Font,
    face: Face<'static>,
}

struct Fonts {
    plain: Known,
    bold: Known,
    signs: Known,
}

static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts {
    plain: known(notosans::REGULAR_TTF),
    bold: known(notosans::BOLD_TTF),
    signs: known(dejavu::sans::regular()),
});

fn known(bytes: &'static [u8]) -> Known {
    Known {
        font: Font::new(bytes.into(), 0).expect("a compiled-in font is whole"),
        face: Face::from_slice(bytes, 0).expect("a compiled-in font is whole"),
    }
}

/// Characters that are not seen: joiners, marks of direction, selectors of a drawing. They have no glyph to print.
fn unseen(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// The text as it can be printed: what no font knows becomes `[U+1F600]`, white space becomes a space.
pub(crate) fn printable(text: &str) -> String {
    let fonts = &*FONTS;
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => out.push('\n'),
            _ if unseen(character) => {}
            _ if character.is_whitespace() && character != '\u{A0}' => out.push(' '),
            _ if character.is_control() => {}
            _ if has(&fonts.plain, character) || has(&fonts.signs, character) => out.push(character),
            _ => out.push_str(&format!("[U+{:04X}]", character as u32)),
        }
    }
    out
}

fn has(known: &Known, character: char) -> bool {
    known.face.glyph_index(character).is_some_and(|glyph| glyph.0 != 0)
}

/// The glyphs of a printable text, in runs of one font.
pub(crate) fn runs(text: &str, weight: Weight) -> Vec<Run> {
    let fonts = &*FONTS;
    let main = if weight == Weight::Bold { &fonts.bold } else { &fonts.plain };
    let mut runs = Vec::new();
    let (mut from, mut signs) = (0, false);
    for (at, character) in text.char_indices() {
        let foreign = !has(main, character);
        if foreign != signs {
            runs.extend(run(if signs { &fonts.signs } else { main }, &text[from..at]));
            (from, signs) = (at, foreign);
        }
    }
    runs.extend(run(if signs { &fonts.signs } else { main }, &text[from..]));
    runs
}

fn run(known: &Known, text: &str) -> Option<Run> {
    if text.is_empty() {
        return None;
    }
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    // One sign per letter, so that a search and a screen reader find the words as written.
    let no_ligatures: rustybuzz::Feature = "-liga".parse().expect("a feature's name");
    let shaped = rustybuzz::shape(&known.face, &[no_ligatures], buffer);
    let mut starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
    starts.sort_unstable();
    let units = known.font.units_per_em();
    let end = |start: usize| starts.iter().copied().find(|next| *next > start).unwrap_or(text.len());
    let glyphs: Vec<KrillaGlyph> = shaped
        .glyph_infos()
        .iter()
        .zip(shaped.glyph_positions())
        .map(|(info, place)| {
            let start = info.cluster as usize;
            let [advance, x, y, down] =
                [place.x_advance, place.x_offset, place.y_offset, place.y_advance].map(|unit| unit as f32 / units);
            KrillaGlyph::new(GlyphId::new(info.glyph_id), advance, x, y, down, start..end(start), None)
        })
        .collect();
    let width = glyphs.iter().map(|glyph| glyph.x_advance).sum();
    Some(Run { font: known.font.clone(), text: text.to_owned(), glyphs, width })
}

/// How wide a text is, in points.
pub(crate) fn width(text: &str, weight: Weight, size: f32) -> f32 {
    runs(text, weight).iter().map(|run| run.width).sum::<f32>() * size
}

/// Breaks a text into lines of at most `room` points. A line keeps the space at its end, so that its last word does not
/// grow together with the next when the text is taken out of the file.
pub(crate) fn lines(text: &str, weight: Weight, size: f32, room: f32) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in printable(text).split('\n') {
        let (mut line, mut used) = (String::new(), 0.0);
        for word in paragraph.split_inclusive(' ') {
            let bare = width(word.trim_end(), weight, size);
            if !line.is_empty() && used + bare > room {
                lines.push(std::mem::take(&mut line));
                used = 0.0;
            }
            if bare > room {
                for piece in pieces(word, weight, size, room) {
                    if !line.is_empty() {
                        lines.push(std::mem::take(&mut line));
                    }
                    used = width(&piece, weight, size);
                    line = piece;
                }
            } else {
                line.push_str(word);
                used += width(word, weight, size);
            }
        }
        lines.push(line);
    }
    lines
}

/// A word that is longer than a line, cut where it has to be.
fn pieces(word: &str, weight: Weight, size: f32, room: f32) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0.0;
    for character in word.chars() {
        let wide = width(character.encode_utf8(&mut [0; 4]), weight, size);
        if used + wide > room && !pieces.last().is_some_and(String::is_empty) {
            pieces.push(String::new());
            used = 0.0;
        }
        if let Some(last) = pieces.last_mut() {
            last.push(character);
        }
        used += wide;
    }
    pieces
}
