//! Who is in: sessions of archivists and keepers, the guard in front of every page, and forms that only they may send.

use super::{Fault, Result};
use crate::{
    app::App,
    archivist::settings::{ArchiveUser, Role},
};
use axum::{
    Form,
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
};
use jiff::Timestamp;
use records::Lang;
use seal::CertificateFacts;
use std::sync::Arc;
use web::{Locale, NavItem, Page, PageError, Product, T, UserLine, session::Token};

/// Whether a request came over https; set by the router.
#[derive(Debug, Clone, Copy)]
pub struct Scheme {
    /// Then cookies are bound to this host.
    pub https: bool,
}

/// What is kept of a session.
#[derive(Clone, Default)]
pub struct Login {
    /// A card's challenge that waits for its answer.
    pub challenge: Option<String>,
    /// Who is in.
    pub card: Option<Arc<CertificateFacts>>,
    /// The organisation whose register is looked at; the first of the person's when none was chosen.
    pub register: Option<String>,
    /// A closing of a connection that has been confirmed once.
    pub closing: Option<Closing>,
}

/// A first confirmation of the keeper's switch.
#[derive(Clone, PartialEq, Eq)]
pub struct Closing {
    /// Whose connection.
    pub organisation: String,
    /// `suspended`, or `joined` to open it again.
    pub state: String,
    /// Why, in the keeper's words.
    pub reason: String,
    /// When it was confirmed first.
    pub at: Timestamp,
}

/// The settings' row of a card holder; professionals by registration number, others by the number of their staff card,
/// so that neither can stand for the other.
pub fn posts(app: &App, card: &CertificateFacts) -> Vec<ArchiveUser> {
    let (professional, number) = match &card.registration {
        Some(number) => (true, number.as_str()),
        None => (false, card.serial_number.as_str()),
    };
    let users = app.settings_now().pages.archivists;
    users.into_iter().filter(|user| user.professional == professional && user.number == number).collect()
}

/// A logged-in person with one request.
pub struct Op {
    /// The archive.
    pub app: App,
    /// Texts in the page's language.
    pub t: T,
    /// The card.
    pub card: Arc<CertificateFacts>,
    /// The duty that the person acts in: an organisation and a role.
    pub post: ArchiveUser,
    /// All duties of the person.
    pub posts: Vec<ArchiveUser>,
    /// The session's token for forms.
    pub csrf: String,
    /// The session itself.
    pub token: Token,
    /// A closing that was confirmed once.
    pub closing: Option<Closing>,
    /// SHA-256 of the session's secret, for the log.
    pub session: String,
    /// Name of the organisation whose register is looked at.
    pub register_name: String,
}

impl FromRequestParts<App> for Op {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let https = parts.extensions.get::<Scheme>().is_some_and(|scheme| scheme.https);
        let (token, session) = app.archivists.of(&parts.headers, https).ok_or(Fault::ToDoor)?;
        let card = session.payload.card.clone().ok_or(Fault::ToDoor)?;
        // Asked at every request: whoever is taken off the list is out at once.
        let posts = posts(app, &card);
        let chosen = session.payload.register.as_ref();
        let post = posts
            .iter()
            .find(|post| chosen.is_none_or(|chosen| post.organisation == *chosen))
            .or_else(|| posts.first())
            .cloned()
            .ok_or(Fault::ToDoor)?;
        let Ok(Locale(lang)) = Locale::from_request_parts(parts, app).await;
        let register_name = match post.role {
            Role::Archivist => super::names::organisation(app, &post.organisation).await,
            Role::Keeper => app.texts.t(lang).get("archive-title"),
        };
        Ok(Self {
            app: app.clone(),
            t: app.texts.t(lang),
            card,
            post,
            posts,
            csrf: session.csrf,
            session: token.hash(),
            token,
            closing: session.payload.closing,
            register_name,
        })
    }
}

impl Op {
    /// Product time.
    pub fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// The page's language.
    pub fn lang(&self) -> Lang {
        self.t.lang()
    }

    /// The register that is looked at.
    ///
    /// # Errors
    /// `ROLE_FORBIDDEN` for the keeper, who has no register and sees no client data.
    pub fn register(&self) -> Result<&str> {
        match self.post.role {
            Role::Archivist => Ok(&self.post.organisation),
            Role::Keeper => Err(Fault::Refused(records::refusal::Refusal::RoleForbidden, self.lang())),
        }
    }

    /// Whether the person is the archive's keeper.
    pub fn keeper(&self) -> bool {
        self.post.role == Role::Keeper
    }

    /// The person's name as the card has it.
    pub fn name(&self) -> String {
        match (&self.card.given, &self.card.family) {
            (Some(given), Some(family)) => format!("{} {family}", given.split(' ').next().unwrap_or(given)),
            _ => self.card.common_name.clone(),
        }
    }

    /// The shell of a page at a path.
    pub fn page(&self, title: &str, path: &str) -> Page {
        let user = UserLine {
            name: self.name(),
            organisation: self.register_name.clone(),
            unit: String::new(),
            duty: self.t.get(match self.post.role {
                Role::Archivist => "archivist-role",
                Role::Keeper => "keeper-role",
            }),
            log_out: "/arkisto/ulos".to_owned(),
            change: String::new(),
        };
        Page::new(self.t.clone(), Product::Archive, title, path).for_user(user, self.csrf.clone(), self.nav(path))
    }

    /// The menu.
    fn nav(&self, path: &str) -> Vec<NavItem> {
        let archivist: &[(&str, &str)] = &[
            ("/arkisto", "nav-registers"),
            ("/arkisto/haku", "nav-search"),
            ("/arkisto/hylatyt", "nav-refusals"),
            ("/arkisto/havittaminen", "nav-disposal"),
            ("/arkisto/lokipyynto", "nav-log-request"),
            ("/arkisto/oikeudet", "nav-grants"),
            ("/arkisto/saapuminen", "nav-arrivals"),
            ("/arkisto/liittymiset", "nav-joinings"),
        ];
        let keeper: &[(&str, &str)] = &[
            ("/arkisto", "nav-registers"),
            ("/arkisto/hylatyt", "nav-refusals"),
            ("/arkisto/saapuminen", "nav-arrivals"),
            ("/arkisto/liittymiset", "nav-joinings"),
        ];
        let items = if self.keeper() { keeper } else { archivist };
        let current = |href: &str| path == href || (href != "/arkisto" && path.starts_with(&format!("{href}/")));
        items
            .iter()
            .map(|(href, key)| NavItem {
                href: (*href).to_owned(),
                label: self.t.get(key),
                current: current(href),
                count: 0,
            })
            .collect()
    }
}

/// The fields of a form, read once; its token was checked before anything else.
pub struct Posted {
    /// Who sent it.
    pub op: Op,
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The first value of a field, trimmed; empty when it is not there.
    pub fn get(&self, name: &str) -> &str {
        self.fields.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.trim())
    }

    /// Whether a box is ticked.
    pub fn ticked(&self, name: &str) -> bool {
        self.get(name) == "on"
    }
}

impl FromRequest<App> for Posted {
    type Rejection = Fault;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        let (mut parts, body) = request.into_parts();
        let op = Op::from_request_parts(&mut parts, app).await?;
        let fields = fields(Request::from_parts(parts, body), app).await?;
        let posted = Self { op, fields };
        web::csrf::check(&posted.op.csrf, posted.get("csrf"))?;
        Ok(posted)
    }
}

/// The fields of any form.
///
/// # Errors
/// A page when they cannot be read.
pub async fn fields(request: Request, app: &App) -> Result<Vec<(String, String)>> {
    let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, app)
        .await
        .map_err(|rejection| PageError::of_status(rejection.status()))?;
    Ok(fields)
}
