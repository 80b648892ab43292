//! The pieces that pages are made of, as values; `components.html` has a macro for each.

use crate::texts::T;
use records::id::{ClientId, PersonalIdentityCode};

/// How a form field is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// One line; the word is the `type` attribute: `text`, `date`, `password`, `email`, `search`, `datetime-local`.
    Line(&'static str),
    /// Many lines; the number is the visible rows.
    Text(u8),
    /// One of several: value and label.
    Choice(Vec<(String, String)>),
    /// One of a few, all visible.
    Radio(Vec<(String, String)>),
    /// Yes or nothing; its value is `on`.
    Check,
    /// Travels with the form unseen.
    Hidden,
}

/// One field of a form with everything that accessibility asks: label, hint and error tied to the input.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name in the form; `id_` and the name make the element's id.
    pub name: String,
    /// Visible label.
    pub label: String,
    /// Tells apart the elements of two fields of the same name on one page; empty where there is one.
    pub scope: String,
    /// The value shown.
    pub value: String,
    /// How it is edited.
    pub input: Input,
    /// Help under the label; empty for none.
    pub hint: String,
    /// What is wrong, in the page's language; empty for nothing.
    pub error: String,
    /// Said beside the label, e.g. where the value comes from; empty for nothing.
    pub mark: String,
    /// Id of the `datalist` that offers values; empty for none.
    pub list: String,
    /// Whether it must be filled.
    pub required: bool,
    /// The `autocomplete` attribute (WCAG 1.3.5); `off` by default since most forms are about another person.
    pub autocomplete: &'static str,
}

impl Field {
    /// A field of one line of text.
    pub fn line(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>) -> Self {
        Self::new(name, label, value, Input::Line("text"))
    }

    /// A field of any kind.
    pub fn new(name: impl Into<String>, label: impl Into<String>, value: impl Into<String>, input: Input) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            scope: String::new(),
            value: value.into(),
            input,
            hint: String::new(),
            error: String::new(),
            mark: String::new(),
            list: String::new(),
            required: false,
            autocomplete: "off",
        }
    }

    /// With help under the label.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is wrong.
    pub fn error(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// Must be filled.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With an `autocomplete` attribute.
    pub fn autocomplete(mut self, word: &'static str) -> Self {
        self.autocomplete = word;
        self
    }

    /// With a scope, since the page has another field of this name.
    pub fn scoped(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// Id of the input element.
    pub fn id(&self) -> String {
        let name = self.name.replace(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_', "_");
        format!("id_{}{name}", self.scope)
    }

    /// Ids of the mark, the hint and the error, for `aria-describedby`.
    pub fn described_by(&self) -> String {
        let mut ids = Vec::new();
        if !self.mark.is_empty() {
            ids.push(format!("{}-mark", self.id()));
        }
        if !self.hint.is_empty() {
            ids.push(format!("{}-hint", self.id()));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.id()));
        }
        ids.join(" ")
    }

    /// The `type` attribute of a one-line input.
    pub fn kind(&self) -> &'static str {
        match &self.input {
            Input::Line(kind) => kind,
            _ => "text",
        }
    }

    /// Rows of a text area; zero for every other kind.
    pub fn rows(&self) -> u8 {
        match &self.input {
            Input::Text(rows) => *rows,
            _ => 0,
        }
    }

    /// Options of a choice that drops down.
    pub fn options(&self) -> Option<&[(String, String)]> {
        match &self.input {
            Input::Choice(options) => Some(options),
            _ => None,
        }
    }

    /// Options of a choice where all are visible.
    pub fn radios(&self) -> Option<&[(String, String)]> {
        match &self.input {
            Input::Radio(options) => Some(options),
            _ => None,
        }
    }

    /// Whether the field travels unseen.
    pub fn hidden(&self) -> bool {
        self.input == Input::Hidden
    }

    /// Whether the field is a check box.
    pub fn check(&self) -> bool {
        self.input == Input::Check
    }

    /// Whether the check box is ticked.
    pub fn ticked(&self) -> bool {
        matches!(self.value.as_str(), "on" | "true" | "1")
    }
}

/// How a message or a state feels; each has its icon, so that colour never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Neutral.
    Info,
    /// Done.
    Good,
    /// Waits or needs a look.
    Warning,
    /// Failed or refused.
    Bad,
    /// In progress.
    Busy,
}

impl Tone {
    /// The class in the style sheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Good => "good",
            Self::Warning => "warning",
            Self::Bad => "bad",
            Self::Busy => "busy",
        }
    }

    /// The icon, hidden from screen readers since the word says the same.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Info => "•",
            Self::Good => "✓",
            Self::Warning => "…",
            Self::Bad => "!",
            Self::Busy => "↑",
        }
    }
}

/// A message above the content.
#[derive(Debug, Clone)]
pub struct Notice {
    /// How it feels.
    pub tone: Tone,
    /// One short sentence.
    pub title: String,
    /// More, or empty.
    pub text: String,
}

impl Notice {
    /// A message of a title only.
    pub fn new(tone: Tone, title: impl Into<String>) -> Self {
        Self { tone, title: title.into(), text: String::new() }
    }

    /// With more text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = text.into();
        self
    }
}

/// A state as icon, word and colour (users-and-screens 3.3, decisions.md 11).
#[derive(Debug, Clone)]
pub struct Chip {
    /// How it feels.
    pub tone: Tone,
    /// The word.
    pub word: String,
}

impl Chip {
    /// A chip of any word.
    pub fn new(tone: Tone, word: impl Into<String>) -> Self {
        Self { tone, word: word.into() }
    }

    /// The chip of a document's life-cycle state, by its word in the database: `draft`, `ready`, `sending`,
    /// `archived`, `rejected`, `waiting_right`, `waiting_card`, `held`, `replaced`, `invalidated`. Another word is shown as it is.
    pub fn state(t: &T, state: &str) -> Self {
        let tone = match state {
            "draft" | "ready" => Tone::Info,
            "sending" => Tone::Busy,
            "archived" => Tone::Good,
            "rejected" => Tone::Bad,
            "waiting_right" | "waiting_card" | "held" => Tone::Warning,
            "replaced" | "invalidated" => Tone::Info,
            other => return Self::new(Tone::Info, other),
        };
        Self::new(tone, t.get(&format!("status-{state}")))
    }
}

/// What a page says when there is nothing yet: what will appear, and one action.
#[derive(Debug, Clone)]
pub struct Empty {
    /// What will appear here.
    pub text: String,
    /// Address of the action; empty for none.
    pub href: String,
    /// Label of the action.
    pub action: String,
}

/// Links to the page before and after; paging is by key, so there are no page numbers.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Address of newer rows; empty for none.
    pub previous: String,
    /// Address of older rows; empty for none.
    pub next: String,
}

/// A table of plain cells; a table with links or chips is written in the page's own template with the same classes.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// What the table holds; read out first.
    pub caption: String,
    /// Column headings.
    pub head: Vec<String>,
    /// Rows of cells, as many as headings; the first cell names the row.
    pub rows: Vec<Vec<String>>,
}

/// A personal identity code as pages show it: `120243-•••K`, never whole (users-and-screens 3.3).
pub fn masked(code: &PersonalIdentityCode) -> String {
    let text = code.as_str();
    format!("{}•••{}", &text[..7], &text[10..])
}

/// A client's id as pages show it; a temporary id is not secret in itself and is shown whole.
pub fn masked_client(id: &ClientId) -> String {
    match id {
        ClientId::Hetu(code) => masked(code),
        ClientId::Temporary(id) => id.as_str().to_owned(),
    }
}

/// How many of the fields are wrong.
pub fn faults(fields: &[Field]) -> usize {
    fields.iter().filter(|field| !field.error.is_empty()).count()
}
