//! Pages as values, all drawn by one template: the same bones, headings, labels and attributes everywhere, so that one
//! look with a screen reader tells of all of them.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use web::{
    Page,
    ui::{Chip, Field, Notice},
};

/// A whole page.
#[derive(Template)]
#[template(path = "arkisto.html")]
pub struct Sheet {
    /// The shell around it; its title is the page's heading.
    pub page: Page,
    /// What stands under the heading.
    pub blocks: Vec<Block>,
}

/// A part of a page.
pub enum Block {
    /// A heading of the second level.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A message.
    Notice(Notice),
    /// Terms and their descriptions.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
    /// Links as a list.
    Links(Vec<(String, String)>),
    /// Text exactly as written.
    Verbatim(String),
    /// A document's display form that has passed `kanta`'s gate.
    Document(String),
    /// What is said when there is nothing.
    Empty(String),
}

/// A table.
#[derive(Default)]
pub struct Table {
    /// Stable id.
    pub id: &'static str,
    /// What it holds.
    pub caption: String,
    /// Column headings.
    pub head: Vec<String>,
    /// Rows: a stable key and the cells; the first cell names the row.
    pub rows: Vec<(String, Vec<Cell>)>,
}

impl Table {
    /// The heading of a column, which a narrow window shows at each cell.
    pub fn label(&self, column: usize) -> &str {
        self.head.get(column).map_or("", String::as_str)
    }
}

/// A cell.
pub enum Cell {
    /// Text.
    Text(String),
    /// A link: address and label.
    Link(String, String),
    /// A state.
    Chip(Chip),
}

impl Cell {
    /// A text cell.
    pub fn text(text: impl ToString) -> Self {
        Self::Text(text.to_string())
    }
}

/// A form that works without script.
#[derive(Default)]
pub struct Form {
    /// Stable id.
    pub id: &'static str,
    /// Where it posts to.
    pub action: String,
    /// Fields.
    pub fields: Vec<Field>,
    /// Text that folds the fields away until it is opened; empty for open fields.
    pub folded: String,
    /// Label of the button.
    pub submit: String,
    /// A card's request for the script; empty for none.
    pub scs: String,
    /// Addresses of the card reader's program.
    pub scs_urls: String,
}

impl Form {
    /// A form of fields and a button.
    pub fn new(id: &'static str, action: impl Into<String>, fields: Vec<Field>, submit: String) -> Self {
        Self { id, action: action.into(), fields, submit, ..Self::default() }
    }
}

impl Sheet {
    /// An empty page.
    pub fn new(page: Page) -> Self {
        Self { page, blocks: Vec::new() }
    }

    /// With a block more.
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// The answer.
    pub fn html(&self) -> Response {
        web::html(self)
    }

    /// The answer with a status of its own.
    pub fn html_as(&self, status: StatusCode) -> Response {
        let mut response = web::html(self);
        if response.status().is_success() {
            *response.status_mut() = status;
        }
        response
    }
}
