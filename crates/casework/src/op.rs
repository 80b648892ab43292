//! Who acts, where, as what and how strongly identified: the one argument that every page and every query takes.
//!
//! Nothing below a handler reads the request for an organisation, a unit or a person: they come from here.

use axum::{
    Extension, RequestPartsExt,
    extract::{FromRequestParts, Request, State},
    http::{StatusCode, header::CONTENT_TYPE, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, civil::Date};
use records::{
    Lang,
    access::{Duty, LoginStrength},
    code::ServiceTask,
    id::{OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId},
    refusal::Refusal,
};
use sqlx::Row;
use std::{collections::HashMap, sync::Arc};
use store::Tx;
use web::{NavItem, Page, PageError, Product, T, UserLine, session::Token};

use crate::{
    app::App,
    error::{Fault, Result},
    login::Login,
    routes::Permission,
};

/// Whether the request came over https; decides the cookie's name and flags.
#[derive(Clone, Copy)]
pub struct Scheme {
    /// True on the https listener.
    pub https: bool,
}

/// What kind of organisation the worker works for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A wellbeing services county: opens cases, grants rights.
    Organiser,
    /// A producer: works under rights, and has clients of its own by contract.
    Provider,
}

/// The worker, as read from the register of users at the beginning of this request.
pub struct Actor {
    /// The worker's id in this system.
    pub person: String,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Title (tehtävänimike).
    pub title: String,
    /// Phone at work.
    pub phone: String,
    /// Registration number, if a professional.
    pub registration: Option<RegistrationNumber>,
    /// Personal identity code; the frame to the archive needs it.
    pub hetu: PersonalIdentityCode,
    /// Duty (työtehtävä) of decree 457/2024.
    pub duty: String,
    /// Own service tasks by code; rights are by task.
    pub tasks: Vec<String>,
    /// Roles: `mass_archiver`, `decider`, `administrator`.
    pub roles: Vec<String>,
}

impl Actor {
    /// `Given Family`, as texts name a worker.
    pub fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }
}

/// Everything that an act needs to know of its actor.
#[derive(Clone)]
pub struct Op {
    /// The application.
    pub app: App,
    /// The worker.
    pub actor: Arc<Actor>,
    /// The organisation worked for.
    pub org: OrganisationId,
    /// Its name.
    pub org_name: String,
    /// What kind of organisation it is.
    pub kind: Kind,
    /// The active unit, chosen at login.
    pub unit: ServiceUnitId,
    /// Its name.
    pub unit_name: String,
    /// Strength and evidence of login.
    pub login: Login,
    /// Language of the page.
    pub t: T,
    /// Path of the request, for the language links.
    pub path: String,
    /// Token of the session's forms.
    pub csrf: String,
    /// The instant of the act in product time; one for the whole request.
    pub now: Timestamp,
    /// The worker's own settings by name.
    pub preferences: Arc<HashMap<String, String>>,
}

impl Op {
    /// The Finnish day of the act.
    pub fn today(&self) -> Date {
        records::time::finnish_date(self.now)
    }

    /// The organisation as queries bind it.
    pub fn org(&self) -> &str {
        self.org.as_str()
    }

    /// How strongly the worker is identified.
    pub fn strength(&self) -> LoginStrength {
        self.login.strength(self.app.config.registered_devices)
    }

    /// Whether the worker works in the service task: rights are by task (functional specification 3.9).
    pub fn covers(&self, task: ServiceTask) -> bool {
        self.actor.tasks.iter().any(|code| code == task.code())
    }

    /// The duty of the decree that the worker acts in; an unknown word is none, and none may do nothing (FR-101).
    pub fn duty(&self) -> Option<Duty> {
        Duty::parse(&self.actor.duty)
    }

    /// A refusal as a page in the reader's language.
    pub fn refuse(&self, refusal: Refusal) -> Fault {
        crate::error::refusal_page(refusal, self.lang()).into()
    }

    /// Language of the page.
    pub fn lang(&self) -> Lang {
        self.t.lang()
    }

    /// Begins a read of one snapshot.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(self.app.db.read().await?)
    }

    /// Begins a write.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn write(&self) -> Result<Tx> {
        Ok(self.app.db.write().await?)
    }

    /// A page of the staff with header, navigation and the banner of a break, ready for its content.
    pub fn page(&self, title: impl Into<String>) -> Page {
        let user = UserLine {
            name: self.actor.name(),
            organisation: self.org_name.clone(),
            unit: self.unit_name.clone(),
            duty: self.actor.title.clone(),
            log_out: "/ulos".into(),
            change: "/yksikko".into(),
        };
        let items = [
            ("/tanaan", "nav-today"),
            ("/asiakkaat", "nav-clients"),
            ("/arkistointi", "nav-archiving"),
            ("/oikeudet", "nav-rights"),
            ("/haku", "nav-search"),
        ];
        let nav = items
            .map(|(href, key)| NavItem {
                href: href.into(),
                label: self.t.get(key),
                current: self.path.starts_with(href),
                count: 0,
            })
            .to_vec();
        let mut page = Page::new(self.t.clone(), Product::Casework, title, &self.path).for_user(user, &self.csrf, nav);
        page.lock = crate::login::lock::LOCK.into();
        page.commands = "/komennot".into();
        page.meta = crate::settings::keys::meta(&self.preferences);
        page.meta.push(("vakka-oma", crate::phone::store::tag(self)));
        page.meta.push(("vakka-lahtee", self.t.get("phone-leave-sure")));
        page.manifest = crate::phone::shell::MANIFEST.into();
        if self.app.config.show_clock {
            page = page.clock(crate::people::moment(self.now));
        }
        match self.app.archive.down_since() {
            Some(since) => page.notice(
                web::ui::Notice::new(
                    web::ui::Tone::Warning,
                    self.t.with("banner-archive-down", &[("time", crate::people::time_of_day(since))]),
                )
                .text(self.t.get("banner-archive-down-more")),
            ),
            None => page,
        }
    }
}

impl FromRequestParts<App> for Op {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> std::result::Result<Self, PageError> {
        match parts.extract::<Extension<Op>>().await {
            Ok(Extension(op)) => Ok(op),
            Err(_) => Err(PageError::forbidden()),
        }
    }
}

/// What the guard of a route needs.
#[derive(Clone)]
pub struct Guard {
    /// The application.
    pub app: App,
    /// Who may pass.
    pub permission: Permission,
}

/// Lets a request pass to its handler when the session allows it, with the [`Op`] as an extension.
pub async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    if guard.permission == Permission::Anyone {
        return next.run(request).await;
    }
    let scheme = request.extensions().get::<Scheme>().copied().unwrap_or(Scheme { https: false });
    let Some((token, session)) = guard.app.sessions.of(request.headers(), scheme.https) else {
        return if by_script(&request) { ended() } else { to_login() };
    };
    if session.payload.locked.is_some() {
        return if by_script(&request) { ended() } else { Redirect::to(crate::login::lock::PAGE).into_response() };
    }
    let locale = web::lang::of(request.uri(), request.headers());
    let path = request.uri().path().to_owned();
    let op = match load(&guard.app, session.payload, locale, path, session.csrf).await {
        Ok(Some(op)) => op,
        Ok(None) => return if by_script(&request) { ended() } else { to_login() },
        Err(fault) => return fault.into_response(),
    };
    if let Err(fault) = guard.permission.allows(&op) {
        return fault.into_response();
    }
    request.extensions_mut().insert(token as Token);
    request.extensions_mut().insert(op);
    next.run(request).await
}

/// Whether a page's script asks in the background: then a redirect to the door would look like success.
fn by_script(request: &Request) -> bool {
    request.headers().contains_key("x-vakka-script")
}

fn ended() -> Response {
    (StatusCode::UNAUTHORIZED, [(CONTENT_TYPE, "text/plain; charset=utf-8")], "").into_response()
}

/// A lost session leads to the login page; what was being written is among the drafts.
fn to_login() -> Response {
    Redirect::to("/kirjaudu").into_response()
}

/// Reads the worker anew at each request, so that a right that has ended ends at once (FR-101, ACCESS_EXPIRED).
async fn load(app: &App, login: Login, lang: Lang, path: String, csrf: String) -> Result<Option<Op>> {
    let Some(worker) = login.worker.clone() else { return Ok(None) };
    let Some(unit) = worker.unit else { return Ok(None) };
    let now = app.now();
    if login.outlived(now) {
        return Ok(None);
    }
    let today = records::time::finnish_date(now).to_string();
    let mut tx = app.db.read().await?;
    let Some(row) = sqlx::query(
        "SELECT u.*, m.duty, m.tasks, o.name AS org_name, o.kind AS org_kind, n.name AS unit_name
           FROM cw_user u JOIN cw_organisation o ON o.org = u.org
           JOIN cw_membership m ON m.org = u.org AND m.person = u.person AND m.unit = $3
           JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE u.org = $1 AND u.person = $2 AND u.employed_from <= $4 AND (u.employed_to IS NULL OR u.employed_to >= $4)",
    )
    .bind(&worker.org)
    .bind(&worker.person)
    .bind(&unit)
    .bind(&today)
    .fetch_optional(&mut *tx)
    .await?
    else {
        return Ok(None);
    };
    let actor = Arc::new(actor(app, &row)?);
    let preferences = crate::settings::keys::read(&mut tx, &worker.org, &worker.person).await?;
    Ok(Some(Op {
        org: OrganisationId::parse(&worker.org).map_err(|_| Fault::damaged("cw_user.org"))?,
        org_name: row.try_get("org_name")?,
        kind: if row.try_get::<String, _>("org_kind")? == "organiser" { Kind::Organiser } else { Kind::Provider },
        unit: ServiceUnitId::parse(&unit).map_err(|_| Fault::damaged("cw_membership.unit"))?,
        unit_name: row.try_get("unit_name")?,
        t: app.texts.t(lang),
        app: app.clone(),
        actor,
        login,
        path,
        csrf,
        now,
        preferences: Arc::new(preferences),
    }))
}

/// Reads a worker's row.
///
/// # Errors
/// When what is sealed does not open, or is not what it should be.
pub fn actor(app: &App, row: &sqlx::any::AnyRow) -> Result<Actor> {
    let org: String = row.try_get("org")?;
    let person: String = row.try_get("person")?;
    let sealed: Vec<u8> = row.try_get("hetu")?;
    let hetu = app.vault.register_key("casework-user", &org).open(&sealed, person.as_bytes())?;
    let words = |text: String| text.split_whitespace().map(str::to_owned).collect();
    Ok(Actor {
        hetu: std::str::from_utf8(&hetu)
            .ok()
            .and_then(|text| PersonalIdentityCode::parse(text).ok())
            .ok_or(Fault::damaged("cw_user.hetu"))?,
        family: row.try_get("family")?,
        given: row.try_get("given")?,
        title: row.try_get("title")?,
        phone: row.try_get("phone")?,
        registration: row
            .try_get::<Option<String>, _>("registration")?
            .and_then(|number| RegistrationNumber::parse(&number).ok()),
        duty: row.try_get("duty")?,
        tasks: words(row.try_get("tasks")?),
        roles: words(row.try_get("roles")?),
        person,
    })
}
