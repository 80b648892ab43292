//! The request as a handler sees it: who is logged in, on whose behalf, in which language.

use crate::{app::App, archive::ArchiveError, archive::Question};
use aws_lc_rs::digest;
use axum::{
    extract::{FromRef, FromRequestParts},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use records::{Lang, id::PersonalIdentityCode};
use web::{Locale, NavItem, Page, PageError, Product, T, UserLine, session::Token};

/// Whether the listener that took the request speaks https; an extension of every request.
#[derive(Clone, Copy)]
pub struct Scheme {
    /// It does.
    pub https: bool,
}

/// On what right somebody acts for another. Only words for the page: the archive proves the right at every request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ground {
    /// Custody of a minor.
    Guardian,
    /// Suomi.fi mandate to view and act.
    Mandate,
    /// Suomi.fi mandate to view.
    MandateToView,
}

/// Another person whose matters are looked after.
#[derive(Clone)]
pub struct Subject {
    /// Who.
    pub hetu: PersonalIdentityCode,
    /// Name.
    pub name: String,
    /// On what right.
    pub ground: Ground,
}

/// What a session holds.
#[derive(Clone)]
pub struct Visit {
    /// Who has logged in.
    pub person: PersonalIdentityCode,
    /// Name from the population data.
    pub name: String,
    /// For whom, when not for oneself.
    pub subject: Option<Subject>,
    /// What was expressed last, for the page that tells it.
    pub done: Option<Done>,
}

/// Something that was expressed, in the words of the page on which it was.
#[derive(Clone)]
pub struct Done {
    /// What was done.
    pub title: String,
    /// What happens now.
    pub next: String,
    /// What, when, for whom, and the receipt.
    pub facts: Vec<(String, String)>,
}

/// A request of somebody who has logged in.
pub struct Op {
    /// The application.
    pub app: App,
    /// The session's token.
    pub token: Token,
    /// Token for forms.
    pub csrf: String,
    /// Who, and for whom.
    pub visit: Visit,
    /// Texts.
    pub t: T,
    /// Path of the page.
    pub path: String,
    /// Whether over https.
    pub https: bool,
}

/// Why there is no page.
pub enum Fault {
    /// Nobody is logged in: to the login.
    LogIn,
    /// The right to act for another has ended: the person leaves the list (FR-75).
    Ended,
    /// A page that says what happened.
    Page(Box<PageError>),
}

impl From<PageError> for Fault {
    fn from(page: PageError) -> Self {
        Self::Page(Box::new(page))
    }
}

impl From<registers::client::OutOfReach> for Fault {
    fn from(error: registers::client::OutOfReach) -> Self {
        tracing::warn!(%error, "a register gave no answer");
        unavailable("down-registers").into()
    }
}

impl From<ArchiveError> for Fault {
    fn from(error: ArchiveError) -> Self {
        match error {
            ArchiveError::NotFound => PageError::not_found().into(),
            ArchiveError::Down => unavailable("down-archive").into(),
        }
    }
}

fn unavailable(happened: &'static str) -> PageError {
    PageError::new(StatusCode::SERVICE_UNAVAILABLE, happened, "down-advice").onward("/", "down-again")
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        match self {
            Self::LogIn => Redirect::to("/kirjaudu").into_response(),
            Self::Ended => Redirect::to("/puolesta?paattynyt=1").into_response(),
            Self::Page(page) => page.into_response(),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Op
where
    App: FromRef<S>,
{
    type Rejection = Fault;
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let app = App::from_ref(state);
        let https = parts.extensions.get::<Scheme>().is_some_and(|scheme| scheme.https);
        let (token, session) = app.sessions.of(&parts.headers, https).ok_or(Fault::LogIn)?;
        let Locale(lang) = Locale(web::lang::of(&parts.uri, &parts.headers));
        let t = app.texts.t(lang);
        let path = parts.uri.path().to_owned();
        Ok(Self { app, token, csrf: session.csrf, visit: session.payload, t, path, https })
    }
}

impl Op {
    /// The question that goes to the archive.
    pub fn question(&self) -> Question<'_> {
        Question { person: &self.visit.person, subject: self.subject(), name: &self.visit.name }
    }

    /// Whose data are looked at.
    pub fn subject(&self) -> &PersonalIdentityCode {
        self.visit.subject.as_ref().map_or(&self.visit.person, |subject| &subject.hetu)
    }

    /// What stands for the subject in a form: nobody can read the code out of the page's source, and the key means
    /// nothing outside this session.
    pub fn key_of(&self, hetu: &PersonalIdentityCode) -> String {
        let text = format!("{}|{}", self.csrf, hetu.as_str());
        hex::encode(&digest::digest(&digest::SHA256, text.as_bytes()).as_ref()[..8])
    }

    /// Language of the page.
    pub fn lang(&self) -> Lang {
        self.t.lang()
    }

    /// What becomes of an answer about the subject as a whole: when the archive knows no right any more, the session
    /// falls back to the person's own matters.
    ///
    /// # Errors
    /// [`Fault`]
    pub fn about_subject<V>(&self, answer: Result<V, ArchiveError>) -> Result<V, Fault> {
        match answer {
            Err(ArchiveError::NotFound) if self.visit.subject.is_some() => {
                self.app.sessions.update(&self.token, |visit| visit.subject = None);
                Err(Fault::Ended)
            }
            other => other.map_err(Fault::from),
        }
    }

    /// The shell of a page.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let user = UserLine { name: self.visit.name.clone(), log_out: "/ulos".to_owned(), ..UserLine::default() };
        Page::new(self.t.clone(), Product::Citizen, title, self.path.as_str())
            .for_user(user, self.csrf.clone(), self.nav())
            .clock(self.app.moved_clock(&self.t))
    }

    /// "Asioit puolesta: …", or empty.
    pub fn bar(&self) -> String {
        self.visit
            .subject
            .as_ref()
            .map_or_else(String::new, |subject| self.t.with("acting-for", [("name", subject.name.as_str())]))
    }

    fn nav(&self) -> Vec<NavItem> {
        let item = |href: &str, key: &str| NavItem {
            href: href.to_owned(),
            label: self.t.get(key),
            current: self.path == href,
            count: 0,
        };
        vec![
            item("/", "nav-overview"),
            // The pages of one act belong to the page of permissions and denials.
            NavItem { current: self.path.starts_with("/luvat"), ..item("/luvat", "nav-wills") },
            item("/kaytto", "nav-uses"),
            item("/puolesta", "nav-behalf"),
        ]
    }
}
