//! Quick lock of a shared device: `/lukitse` takes every page away until the worker shows a password, PIN or card again, or
//! somebody else comes in place. What was being written is among the worker's drafts, wherever he opens it.

use std::net::SocketAddr;

use axum::{
    Extension,
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use sqlx::Row;
use web::{
    Locale,
    session::{Session, Token},
    ui::{Field, Input},
};

use super::{
    Login, Worker,
    pages::{go, https, page},
    store,
};
use crate::{
    app::App,
    error::{Fault, Result},
    op::{Op, Scheme},
    posted::Posted,
    routes::see,
    sheet::{Block, Form, Link, Sheet},
    use_log::{self, Event},
};

/// Address of the form that locks.
pub const LOCK: &str = "/lukitse";
/// Address of the locked page.
pub const PAGE: &str = "/lukittu";
/// Wrong PINs that end the session: four digits are guessed in time, a password is then asked in whole.
const PINS_MAX: u8 = 3;
/// Digits of a PIN.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
/// Name of the preference that holds the PIN's hash.
const PIN: &str = "pin";

/// Where the worker goes on: one of our own pages. What is behind a form's address is found from the list.
fn way_back(text: &str) -> String {
    let ours = text.starts_with('/') && !text.starts_with("//") && text.len() <= 200;
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-".contains(&b));
    let page = ours && plain && ![LOCK, PAGE, "/ulos"].contains(&text);
    if page { text.to_owned() } else { "/tanaan".to_owned() }
}

fn inside(app: &App, https: bool, headers: &HeaderMap) -> Option<(Token, Session<Login>, Worker)> {
    let (token, session) = app.sessions.of(headers, https)?;
    let worker = session.payload.worker.clone()?;
    Some((token, session, worker))
}

fn out() -> Response {
    Redirect::to("/kirjaudu").into_response()
}

/// `POST /lukitse`: `paluu` is where to go on. The session gets a new cookie, so that no browser shows a kept page again.
///
/// # Errors
/// When the form is not ours.
pub async fn lock(
    State(app): State<App>,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let https = https(scheme);
    let Some((token, session, _)) = inside(&app, https, &headers) else { return Ok(out()) };
    web::csrf::check(&session.csrf, posted.get("csrf"))?;
    let back = way_back(posted.get("paluu"));
    app.sessions.update(&token, |login| {
        login.locked.get_or_insert(back);
        login.wrong_pins = 0;
    });
    let fresh = app.sessions.renew(&token).ok_or(Fault::NotFound)?;
    Ok(go(PAGE, app.sessions.policy().set_cookie(&fresh, https)))
}

/// `GET /lukittu`
///
/// # Errors
/// When the database does not answer.
pub async fn show(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Some((_, session, worker)) = inside(&app, https(scheme), &headers) else { return Ok(out()) };
    if session.payload.locked.is_none() {
        return Ok(see("/tanaan"));
    }
    Ok(sheet(&app, locale, &session, &worker).await?.html())
}

async fn sheet(app: &App, locale: Locale, session: &Session<Login>, worker: &Worker) -> Result<Sheet> {
    let t = app.texts.t(locale.0);
    let (name, _) = who(app, worker).await?;
    let has_pin = pin(app, worker).await?.is_some();
    let label = t.get(if has_pin { "lock-secret-pin" } else { "login-password" });
    let field = Field::new("salasana", label, "", Input::Line("password")).required().autocomplete("current-password");
    let form = Form::new("avaa-lukko", PAGE, vec![field], t.get("lock-open"));
    let other = Form::new("vaihda", "/ulos", Vec::new(), t.get("lock-other"));
    let mut shell = page(app, locale, PAGE, "lock-title");
    shell.csrf.clone_from(&session.csrf);
    Ok(Sheet::new(shell, t.with("lock-heading", [("name", name.as_str())]))
        .with(Block::Text(t.get("lock-text")))
        .with(Block::Form(form))
        .with(Block::Links(vec![Link::new("kortilla", "/kirjaudu/kortti", t.get("login-with-card"))]))
        .with(Block::Heading(t.get("lock-other-title")))
        .with(Block::Text(t.get("lock-other-text")))
        .with(Block::Form(other)))
}

/// Name and user name of the worker.
async fn who(app: &App, worker: &Worker) -> Result<(String, String)> {
    let mut tx = app.db.read().await?;
    let row = sqlx::query("SELECT given, family, login FROM cw_user WHERE org = $1 AND person = $2")
        .bind(&worker.org)
        .bind(&worker.person)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let (given, family): (String, String) = (row.try_get("given")?, row.try_get("family")?);
    Ok((format!("{given} {family}"), row.try_get("login")?))
}

async fn pin(app: &App, worker: &Worker) -> Result<Option<String>> {
    let mut tx = app.db.read().await?;
    Ok(sqlx::query_scalar("SELECT value FROM cw_preference WHERE org = $1 AND person = $2 AND name = $3")
        .bind(&worker.org)
        .bind(&worker.person)
        .bind(PIN)
        .fetch_optional(&mut *tx)
        .await?)
}

/// `POST /lukittu`: `salasana` is the worker's password or PIN. Passwords are slowed down as at the door; some wrong PINs
/// end the session.
///
/// # Errors
/// When the form is not ours or the database does not answer.
pub async fn open(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let https = https(scheme);
    let Some((token, session, worker)) = inside(&app, https, &headers) else { return Ok(out()) };
    web::csrf::check(&session.csrf, posted.get("csrf"))?;
    let Some(back) = session.payload.locked.clone() else { return Ok(see("/tanaan")) };
    let secret = posted.0.iter().find(|(key, _)| key == "salasana").map_or("", |(_, value)| value);
    let t = app.texts.t(locale.0);
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip());
    match shown(&app, &token, &worker, secret, address).await? {
        Shown::Right => {}
        Shown::Out => return Ok(go("/kirjaudu", app.sessions.policy().clear_cookie(https))),
        Shown::Wrong => {
            tracing::warn!("a locked page was not opened");
            let sheet = sheet(&app, locale, &session, &worker).await?.fault(t.get("lock-wrong"));
            return Ok(sheet.html_as(StatusCode::UNAUTHORIZED));
        }
        Shown::Slowed(end) => {
            let said = t.with("login-slowed", [("time", crate::people::time_of_day(end))]);
            let sheet = sheet(&app, locale, &session, &worker).await?.fault(said);
            return Ok(sheet.html_as(StatusCode::TOO_MANY_REQUESTS));
        }
    }
    app.sessions.update(&token, |login| {
        login.locked = None;
        login.wrong_pins = 0;
    });
    let fresh = app.sessions.renew(&token).ok_or(Fault::NotFound)?;
    Ok(go(&back, app.sessions.policy().set_cookie(&fresh, https)))
}

/// What came of a secret that was shown at the lock.
enum Shown {
    Right,
    Wrong,
    /// Wrong too often: the session has ended.
    Out,
    /// Not looked at, until then.
    Slowed(jiff::Timestamp),
}

async fn shown(
    app: &App,
    token: &Token,
    worker: &Worker,
    secret: &str,
    address: Option<std::net::IpAddr>,
) -> Result<Shown> {
    if let Some(hash) = pin(app, worker).await?.filter(|_| is_pin(secret)) {
        let found = store::Found::with_hash(&worker.org, &worker.person, hash);
        if store::password_fits(Some(found), secret.to_owned()).await.is_some() {
            return Ok(Shown::Right);
        }
        if !one_more_wrong(app, token) {
            return Ok(Shown::Wrong);
        }
        app.sessions.end(token);
        return Ok(Shown::Out);
    }
    let (_, login) = who(app, worker).await?;
    let tried = match app.throttle.begin(&login, address, app.config.system_clock.now()) {
        Ok(tried) => tried,
        Err(end) => return Ok(Shown::Slowed(end)),
    };
    let found = store::by_login(app, &login).await?.filter(|found| found.person == worker.person);
    if store::password_fits(found, secret.to_owned()).await.is_none() {
        return Ok(Shown::Wrong);
    }
    app.throttle.succeeded(tried);
    Ok(Shown::Right)
}

fn is_pin(text: &str) -> bool {
    PIN_DIGITS.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// Counts a wrong PIN; whether that were too many.
fn one_more_wrong(app: &App, token: &Token) -> bool {
    let mut wrong = 0;
    app.sessions.update(token, |login| {
        login.wrong_pins = login.wrong_pins.saturating_add(1);
        wrong = login.wrong_pins;
    });
    wrong >= PINS_MAX
}

/// `POST /asetukset/pin`: `salasana` is the worker's password, `pin` the new PIN; an empty one takes it away.
///
/// # Errors
/// What the form lacks, in a sentence.
pub async fn set_pin(op: Op, posted: Posted) -> Result<Response> {
    let raw = |name: &str| posted.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
    let worker = op.login.worker.clone().ok_or(Fault::NotFound)?;
    let (_, login) = who(&op.app, &worker).await?;
    let tried = op.app.throttle.begin(&login, None, op.app.config.system_clock.now());
    let Ok(tried) = tried else { return Err(Fault::Form("fault-pin-password")) };
    let found = store::by_login(&op.app, &login).await?.filter(|found| found.person == worker.person);
    if store::password_fits(found, raw("salasana").to_owned()).await.is_none() {
        return Err(Fault::Form("fault-pin-password"));
    }
    op.app.throttle.succeeded(tried);
    let pin = raw("pin").to_owned();
    if !pin.is_empty() && !is_pin(&pin) {
        return Err(Fault::Form("fault-pin"));
    }
    let hash = match pin.is_empty() {
        true => String::new(),
        false => tokio::task::spawn_blocking(move || store::hash_password(&pin)).await.map_err(Fault::failed)??,
    };
    let mut tx = op.write().await?;
    crate::settings::keys::keep(&op, &mut tx, PIN, &hash).await?;
    let event = Event::plain(::store::log::Action::Administer, "own_task").detail("PIN vaihdettu");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/asetukset"))
}
