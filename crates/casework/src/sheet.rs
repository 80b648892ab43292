//! Pages as values: a heading and blocks, all drawn by one template, so that every page has the same bones, the same
//! accessibility and the same attributes for a player that reads HTML.

use askama::Template;
use axum::response::Response;
use web::{
    Page,
    ui::{Chip, Field, Notice, Tone},
};

/// A whole page.
#[derive(Template)]
#[template(path = "sheet.html")]
pub struct Sheet {
    /// The shell around it.
    pub page: Page,
    /// The client whose page it is.
    pub identity: Option<Identity>,
    /// The page's heading.
    pub heading: String,
    /// What stands under the heading.
    pub blocks: Vec<Block>,
}

/// The bar that tells whose matters the page shows and in which register (functional specification 3.7).
pub struct Identity {
    /// Address of the client's page.
    pub href: String,
    /// Name of the client.
    pub name: String,
    /// Age in years, or empty.
    pub age: String,
    /// The identity code, masked.
    pub masked: String,
    /// Name of the register.
    pub register: String,
    /// Class of its colour: `own` or `organiser`.
    pub register_class: &'static str,
    /// Why the worker sees the client: "Näet tiedot: …".
    pub why: String,
    /// Alerts such as turvakielto.
    pub alerts: Vec<Chip>,
}

/// One part of a page.
#[expect(clippy::large_enum_variant, reason = "a page lives for one answer, and holds few blocks")]
pub enum Block {
    /// A heading of the second level.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A paragraph in small print, such as a code or an OID.
    Small(String),
    /// A message.
    Notice(Notice),
    /// What is wrong in a form, each with the place to go to: id of an element and what is wrong there.
    Faults {
        /// How many.
        title: String,
        /// The places.
        links: Vec<(String, String)>,
        /// Whether what was typed is safe.
        text: String,
    },
    /// Pairs of term and description.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A form.
    Form(Form),
    /// Links, drawn as buttons.
    Links(Vec<Link>),
    /// Text exactly as written, e.g. an order to be copied.
    Verbatim {
        /// Id of the element.
        id: &'static str,
        /// The text.
        text: String,
    },
    /// A document's display form that has passed the gate of `kanta::xhtml`.
    Document(String),
    /// A part that a template of ours has drawn.
    Part(String),
    /// What is said when there is nothing.
    Empty(String),
}

/// A link.
pub struct Link {
    /// Address.
    pub href: String,
    /// Label.
    pub label: String,
    /// Stable name for a player: `data-action`.
    pub action: &'static str,
    /// Whether it is the page's main action.
    pub main: bool,
}

impl Link {
    /// A plain link.
    pub fn new(action: &'static str, href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into(), action, main: false }
    }

    /// The page's main action.
    pub fn main(action: &'static str, href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { main: true, ..Self::new(action, href, label) }
    }
}

/// A table whose cells may be links, chips or small forms.
#[derive(Default)]
pub struct Table {
    /// Stable id for a player.
    pub id: &'static str,
    /// What the table holds.
    pub caption: String,
    /// Column headings.
    pub head: Vec<String>,
    /// Rows; the first cell names the row.
    pub rows: Vec<Row>,
}

impl Table {
    /// The heading of a column, which a narrow window shows at each cell; empty beyond the last.
    pub fn label(&self, column: usize) -> &str {
        self.head.get(column).map_or("", String::as_str)
    }
}

/// A row of a table.
#[derive(Default)]
pub struct Row {
    /// Stable key of the row for a player (`data-key`): an OID or a state, never a person.
    pub key: String,
    /// State word for a player (`data-state`).
    pub state: String,
    /// Kind of document for a player (`data-kind`): `19007`, `1505.1`; empty where there is none.
    pub kind: String,
    /// Case OID for a player (`data-case`); empty where there is none.
    pub case: String,
    /// Cells.
    pub cells: Vec<Cell>,
}

/// A cell.
#[expect(clippy::large_enum_variant, reason = "a table lives for one answer, and most cells are text")]
pub enum Cell {
    /// Text.
    Text(String),
    /// A link.
    Link {
        /// Address.
        href: String,
        /// Label.
        label: String,
    },
    /// A state.
    Chip(Chip),
    /// A small form with one button.
    Form(Form),
}

impl Cell {
    /// A link cell.
    pub fn link(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self::Link { href: href.into(), label: label.into() }
    }
}

/// A form that works without script.
#[derive(Default)]
pub struct Form {
    /// Stable id.
    pub id: String,
    /// Where it posts to.
    pub action: String,
    /// Whether it asks by GET; then the fields stand in the URL and must hold nothing personal.
    pub get: bool,
    /// Whether its button is not the page's main one.
    pub quiet: bool,
    /// Text that folds it away until it is opened; empty for an open form.
    pub folded: String,
    /// A grey line above the fields: the derived context (functional specification 3.6).
    pub context: String,
    /// Groups of fields.
    pub groups: Vec<Group>,
    /// A long form's fields in their sections, after the groups; sections open and close like brackets.
    pub parts: Vec<Part>,
    /// Texts that fields with a `list` offer, by the id of the list.
    pub lists: Vec<(String, Vec<String>)>,
    /// What is still missing, for a form of parts; it stays in sight and leads to each place.
    pub bar: Option<Bar>,
    /// Label of the button.
    pub submit: String,
    /// A second button: its `formaction` and label.
    pub second: Option<(String, String)>,
    /// Where the form's draft is saved while typing; empty for none.
    pub autosave: String,
    /// JSON of an SCS request that the page's script takes to the card reader; empty for none.
    pub scs: String,
    /// Addresses of the card reader's program, separated by spaces.
    pub scs_urls: String,
}

/// A piece of a long form.
pub enum Part {
    /// A field.
    Field(Field),
    /// A fixed text of the document with its name; nobody changes it.
    Fixed(String, String),
    /// Opens a section.
    Open(Section),
    /// Closes the innermost section that can be folded.
    CloseFold,
    /// Closes the innermost section that cannot.
    CloseSet,
    /// A button that changes the form itself, such as "add".
    Button(PartButton),
}

/// A section of a long form.
#[derive(Default)]
pub struct Section {
    /// Id of the element; empty for none.
    pub id: String,
    /// Heading.
    pub legend: String,
    /// Said after the heading: "+12 kenttää"; empty for nothing.
    pub more: String,
    /// What is wrong with the section as a whole; empty for nothing.
    pub error: String,
    /// Whether it can be folded; else it is a plain set of fields.
    pub folds: bool,
    /// Whether a section that folds is open.
    pub open: bool,
}

/// A button inside a form that sends what was typed and gets the form back changed; works without script.
pub struct PartButton {
    /// Label.
    pub label: String,
    /// What to do, e.g. `lisaa:suunnitelma.tavoite`; sent as `toiminto`.
    pub value: String,
    /// Where the answer is shown: the address with the id of the place.
    pub action: String,
    /// Stable name for a player: `data-action`.
    pub name: &'static str,
}

/// The bar alone, for the page's script.
#[derive(Template)]
#[template(path = "bar.html")]
pub struct BarAlone {
    /// The bar.
    pub bar: Bar,
}

/// The bar that tells what a form still lacks.
#[derive(Default)]
pub struct Bar {
    /// What is missing: id of the element and name, in order.
    pub missing: Vec<(String, String)>,
    /// "3 pakollista puuttuu", or that nothing is.
    pub text: String,
    /// Texts for the script: none, one, and several with `#` for the number.
    pub words: [String; 3],
    /// What the list of places is called.
    pub label: String,
}

/// Fields under a heading.
#[derive(Default)]
pub struct Group {
    /// Heading; empty for none.
    pub legend: String,
    /// Whether it is folded until opened.
    pub folded: bool,
    /// The fields.
    pub fields: Vec<Field>,
}

impl Form {
    /// A form of one group without heading.
    pub fn new(
        id: impl Into<String>,
        action: impl Into<String>,
        fields: Vec<Field>,
        submit: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            action: action.into(),
            groups: vec![Group { fields, ..Group::default() }],
            submit: submit.into(),
            ..Self::default()
        }
    }

    /// A form whose button is not the page's main one.
    pub fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// The form folded under a text.
    pub fn folded(mut self, text: impl Into<String>) -> Self {
        self.folded = text.into();
        self
    }
}

impl Sheet {
    /// A page without client.
    pub fn new(page: Page, heading: impl Into<String>) -> Self {
        Self { page, identity: None, heading: heading.into(), blocks: Vec::new() }
    }

    /// With a block more.
    pub fn with(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    /// With a part of its own template.
    ///
    /// # Errors
    /// When the template cannot be drawn.
    pub fn part(self, template: &impl Template) -> crate::error::Result<Self> {
        Ok(self.with(Block::Part(template.render().map_err(crate::error::Fault::failed)?)))
    }

    /// With a form that faults: a summary above.
    pub fn fault(self, text: impl Into<String>) -> Self {
        self.with(Block::Notice(Notice::new(Tone::Bad, text)))
    }

    /// Whether the page has a form that is written in, whose script it then needs.
    pub fn writes(&self) -> bool {
        self.blocks.iter().any(|block| matches!(block, Block::Form(form) if !form.autosave.is_empty()))
    }

    /// The answer.
    pub fn html(&self) -> Response {
        web::html(self)
    }

    /// The answer with a status of its own, for a form that has to be corrected.
    pub fn html_as(&self, status: axum::http::StatusCode) -> Response {
        let mut response = web::html(self);
        if response.status().is_success() {
            *response.status_mut() = status;
        }
        response
    }
}
