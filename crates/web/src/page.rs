//! The shell around every page: who is asking, where, in which language.

use crate::texts::T;
use crate::ui::Notice;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// Which of the applications a page belongs to; decides the name in the header and the theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// The client information system (asiakastietojärjestelmä).
    Casework,
    /// The citizen's view (OmaKanta).
    Citizen,
    /// The archive's pages (asiakastietovaranto).
    Archive,
    /// The stand-ins of the registers outside.
    Registers,
    /// The demo's landing page.
    Landing,
}

impl Product {
    /// Word used in text keys and as the class of `body`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Casework => "casework",
            Self::Citizen => "citizen",
            Self::Archive => "archive",
            Self::Registers => "registers",
            Self::Landing => "landing",
        }
    }
}

/// Who is logged in, as the header shows it.
#[derive(Debug, Clone, Default)]
pub struct UserLine {
    /// The person's name.
    pub name: String,
    /// The organisation, or empty for a citizen.
    pub organisation: String,
    /// The active service unit, or empty.
    pub unit: String,
    /// The työtehtävä, or for a citizen "Asioit puolesta: …"; may be empty.
    pub duty: String,
    /// Where the form that logs out posts to.
    pub log_out: String,
    /// Where unit and duty are changed, or empty when they cannot be.
    pub change: String,
}

/// One link of the main navigation.
#[derive(Debug, Clone)]
pub struct NavItem {
    /// Address.
    pub href: String,
    /// Label in the page's language.
    pub label: String,
    /// Whether this is the page's own section.
    pub current: bool,
    /// A number after the label, such as returned documents; zero is not shown.
    pub count: usize,
}

/// What `base.html` needs; a template holds it in a field called `page`.
#[derive(Debug, Clone)]
pub struct Page {
    /// Texts in the page's language.
    pub t: T,
    /// The page's own title, in the page's language.
    pub title: String,
    /// The application.
    pub product: Product,
    /// Path of the page, for the language links.
    pub path: String,
    /// Who is logged in.
    pub user: Option<UserLine>,
    /// Main navigation; empty before login.
    pub nav: Vec<NavItem>,
    /// The session's token for forms; empty before login.
    pub csrf: String,
    /// Messages above the content.
    pub notices: Vec<Notice>,
    /// The demo's time, when a movable clock runs; shown in the header.
    pub clock: String,
    /// Where the form that locks the page posts to; empty where nobody can lock.
    pub lock: String,
    /// Where commands and clients are looked up (Ctrl+K); empty for none.
    pub commands: String,
    /// Address of the web manifest, where the application can be installed; empty for none.
    pub manifest: String,
    /// Names and values for the page's script, as `meta` elements: nothing personal.
    pub meta: Vec<(&'static str, String)>,
}

impl Page {
    /// A page without a user.
    pub fn new(t: T, product: Product, title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            t,
            title: title.into(),
            product,
            path: path.into(),
            user: None,
            nav: Vec::new(),
            csrf: String::new(),
            notices: Vec::new(),
            clock: String::new(),
            lock: String::new(),
            commands: String::new(),
            manifest: String::new(),
            meta: Vec::new(),
        }
    }

    /// The page with a user, the token of the session's forms and the navigation.
    pub fn for_user(mut self, user: UserLine, csrf: impl Into<String>, nav: Vec<NavItem>) -> Self {
        self.user = Some(user);
        self.csrf = csrf.into();
        self.nav = nav;
        self
    }

    /// The page with one more message above the content.
    pub fn notice(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }

    /// The page with the demo's time in its header.
    pub fn clock(mut self, clock: impl Into<String>) -> Self {
        self.clock = clock.into();
        self
    }

    /// The product's name.
    pub fn product_name(&self) -> String {
        self.t.get(&format!("product-{}", self.product.word()))
    }

    /// The languages for the switch: tag, name in itself, whether it is the page's.
    /// Workers' pages have the languages of the law; visitors read English too (decisions.md 15).
    pub fn languages(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = [("fi", "Suomi"), ("sv", "Svenska"), ("en", "English")];
        let known = if self.product == Product::Casework { 2 } else { all.len() };
        all.into_iter().take(known).map(|(tag, name)| (tag, name, tag == self.t.tag())).collect()
    }
}

/// Renders a template as a page with status 200. A template that fails gives status 500 and a log line.
pub fn html(template: &impl Template) -> Response {
    match template.render() {
        Ok(text) => Html(text).into_response(),
        Err(error) => {
            tracing::error!(%error, "a template failed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
