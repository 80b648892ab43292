//! PURE: a document on paper. From the display form (näyttömuoto) that is archived, or from parts such as tables, comes a
//! PDF/A-2a that is tagged for screen readers (PDF/UA-1) too: A4, the organisation's letterhead, page numbers, and at the
//! foot of every page who printed it and when.
//!
//! The fonts are compiled in, so that printing needs nothing of the machine. What neither font can show is written as
//! `[U+1F600]`: a print never drops a character in silence.

pub mod display;
mod draw;
mod flow;
mod fonts;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use jiff::Zoned;

/// What is printed, before it is laid on pages.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Language of the content: `fi` or `sv`.
    pub language: &'static str,
    /// Language of letterhead, banner and foot: the reader's.
    pub frame: &'static str,
    /// The title; it becomes the file's title too, so it never holds a person's name.
    pub title: String,
    /// Who sends it.
    pub head: Letterhead,
    /// Kind of document, at the right of the letterhead.
    pub kind: String,
    /// The document's day, below the kind.
    pub day: String,
    /// What a reader has to know before all else: a draft, a replaced version, a void document.
    pub banner: Option<Banner>,
    /// The content.
    pub blocks: Vec<Block>,
    /// Lines at the foot of every page.
    pub foot: Vec<String>,
    /// The document's own id, or what names the print; the file's id is made of it.
    pub id: String,
    /// When it is printed, in Finnish time.
    pub made: Zoned,
}

/// The sender at the top of the first page.
#[derive(Debug, Clone, Default)]
pub struct Letterhead {
    /// A short text in the place of a logo; empty for none.
    pub mark: String,
    /// The organisation's name.
    pub name: String,
    /// Address, phone and the like.
    pub lines: Vec<String>,
}

/// A state that the paper must not hide.
#[derive(Debug, Clone)]
pub struct Banner {
    /// One word in large letters across every page.
    pub across: String,
    /// The same in a sentence, where a screen reader finds it.
    pub text: String,
}

/// A part of the content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading; the highest is 2, since the title is 1.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A paragraph in small print.
    Small(String),
    /// A name and what stands under it; `depth` is how many headings it stands below.
    Named {
        /// How far it is set in.
        depth: u8,
        /// The name.
        name: String,
        /// Paragraphs; a line break inside one is kept.
        texts: Vec<String>,
    },
    /// A table with its column headings; the first cell of a row names the row.
    Table {
        /// Column headings.
        head: Vec<String>,
        /// Rows.
        rows: Vec<Vec<String>>,
    },
}

/// Why something could not be printed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The display form is not one that has passed the gate.
    #[error("the display form cannot be read")]
    Display,
    /// The result would not be PDF/A; it is not given out. Names of the broken rules.
    #[error("the print would not be PDF/A: {0}")]
    NotArchival(String),
}

/// Lays the paper on pages.
///
/// # Errors
/// `NotArchival` when the file would break a rule of PDF/A-2a or PDF/UA-1.
pub fn pdf(paper: &Paper) -> Result<Vec<u8>, Fault> {
    draw::draw(paper, flow::lay(paper))
}
