//! The door: `/kirjaudu`, `/kirjaudu/kortti`, `/yksikko`, `/ulos`.

use std::net::SocketAddr;

use axum::{
    Extension,
    extract::{ConnectInfo, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use seal::{login::Challenge, scs::SignResponse};
use web::{
    Locale, Page, Product,
    session::Token,
    ui::{Field, Input, Notice, Tone},
};

use super::{Card, Login, Worker, store};
use crate::{
    app::App,
    error::{Fault, Result},
    op::Scheme,
    posted::Posted,
    sheet::{Block, Form, Link, Sheet},
};

pub(super) fn page(app: &App, locale: Locale, path: &str, title: &str) -> Page {
    let t = app.texts.t(locale.0);
    let title = t.get(title);
    let mut page = Page::new(t, Product::Casework, title, path);
    if app.config.show_clock {
        page = page.clock(crate::people::moment(app.now()));
    }
    page
}

pub(super) fn https(scheme: Option<Extension<Scheme>>) -> bool {
    scheme.is_some_and(|Extension(scheme)| scheme.https)
}

/// `GET /kirjaudu`
pub async fn show(State(app): State<App>, locale: Locale) -> Response {
    login_sheet(&app, locale).html()
}

fn login_sheet(app: &App, locale: Locale) -> Sheet {
    let t = app.texts.t(locale.0);
    let fields = vec![
        Field::line("tunnus", t.get("login-name"), "").required().autocomplete("username"),
        Field::new("salasana", t.get("login-password"), "", Input::Line("password"))
            .required()
            .autocomplete("current-password"),
    ];
    let form = Form::new("kirjaudu", "/kirjaudu", fields, t.get("login-submit"));
    Sheet::new(page(app, locale, "/kirjaudu", "login-title"), t.get("login-title"))
        .with(Block::Form(form))
        .with(Block::Text(t.get("login-card-text")))
        .with(Block::Links(vec![Link::new("kortilla", "/kirjaudu/kortti", t.get("login-with-card"))]))
}

/// `POST /kirjaudu`: `tunnus`, `salasana`. Too many failures close the door for a while; then the password is not even
/// looked at. A try whose password is being looked at counts as one.
pub async fn enter(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    posted: Posted,
) -> Result<Response> {
    let (name, address) = (posted.get("tunnus"), peer.map(|Extension(ConnectInfo(peer))| peer.ip()));
    let t = app.texts.t(locale.0);
    // The system's own time: a demo's clock that jumps must not open the door.
    let tried = match app.throttle.begin(name, address, app.config.system_clock.now()) {
        Ok(tried) => tried,
        Err(end) => {
            tracing::warn!("a login by password is slowed down");
            return Ok(slowed(&app, locale, &t, end));
        }
    };
    let found = store::by_login(&app, name).await?;
    let password = posted.0.iter().find(|(key, _)| key == "salasana").map_or("", |(_, value)| value);
    let found = store::password_fits(found, password.to_owned()).await;
    let Some(found) = found else {
        tracing::warn!("a login by password failed");
        if let Some(end) = app.throttle.closed_until(name, address, app.config.system_clock.now()) {
            return Ok(slowed(&app, locale, &t, end));
        }
        return Ok(login_sheet(&app, locale).fault(t.get("login-failed")).html_as(StatusCode::UNAUTHORIZED));
    };
    app.throttle.succeeded(tried);
    begin(&app, https(scheme), Worker { org: found.org, person: found.person, unit: None, card: None }).await
}

/// Says when to try again, and nothing else: not whether there is such a user. The time is rounded up to the minute that
/// people see on a clock.
fn slowed(app: &App, locale: Locale, t: &web::T, end: Timestamp) -> Response {
    let minute = end.checked_add(SignedDuration::from_secs(59)).unwrap_or(end);
    let said = t.with("login-slowed", [("time", crate::people::time_of_day(minute))]);
    login_sheet(app, locale).fault(said).html_as(StatusCode::TOO_MANY_REQUESTS)
}

/// Opens a session; a worker with one unit goes straight to work.
async fn begin(app: &App, https: bool, mut worker: Worker) -> Result<Response> {
    let mut units = store::units(app, &worker.org, &worker.person).await?;
    if units.is_empty() {
        return Err(Fault::Refused(records::refusal::Refusal::AccessExpired));
    }
    let target = if units.len() == 1 {
        worker.unit = units.pop().map(|(unit, _)| unit);
        "/tanaan"
    } else {
        "/yksikko"
    };
    let subject = format!("{} {}", worker.org, worker.person);
    let token = app.sessions.begin(&subject, Login { worker: Some(worker), ..Login::default() });
    Ok(go(target, app.sessions.policy().set_cookie(&token, https)))
}

pub(super) fn go(target: &str, cookie: HeaderValue) -> Response {
    let target = HeaderValue::from_str(target).unwrap_or(HeaderValue::from_static("/tanaan"));
    (StatusCode::SEE_OTHER, [(LOCATION, target), (SET_COOKIE, cookie)]).into_response()
}

/// `GET /kirjaudu/kortti`: makes a challenge and shows it. A worker who is in already makes the session stronger.
pub async fn card(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut nonce = [0u8; 32];
    aws_lc_rs::rand::fill(&mut nonce).map_err(|_| Fault::failed("no random bytes"))?;
    let challenge = Challenge::new(&app.config.card_origin, &nonce, app.now());
    let https = https(scheme);
    let text = challenge.text().to_owned();
    let had = app.sessions.of(&headers, https);
    let cookie = match had {
        Some((token, _)) => {
            app.sessions.update(&token, |login| login.challenge = Some(text));
            None
        }
        None => {
            let subject = crate::numbers::random_id();
            let token = app.sessions.begin(&subject, Login { challenge: Some(text), ..Login::default() });
            Some(app.sessions.policy().set_cookie(&token, https))
        }
    };
    let mut response = card_sheet(&app, locale, &challenge)?.html();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn card_sheet(app: &App, locale: Locale, challenge: &Challenge) -> Result<Sheet> {
    let t = app.texts.t(locale.0);
    let request = serde_json::to_string(&challenge.request()).map_err(Fault::failed)?;
    let field = Field::new("vastaus", t.get("card-answer"), "", Input::Text(4)).hint(t.get("card-answer-hint"));
    let mut form = Form::new("kortti", "/kirjaudu/kortti", vec![field], t.get("card-submit"));
    // The script fills the field; who carries the answer by hand opens it.
    for group in &mut form.groups {
        group.legend = t.get("card-answer-open");
        group.folded = true;
    }
    form.scs.clone_from(&request);
    form.scs_urls = app.config.card_urls.join(" ");
    Ok(Sheet::new(page(app, locale, "/kirjaudu/kortti", "card-title"), t.get("card-title"))
        .with(Block::Text(t.get("card-text")))
        .with(Block::Form(form))
        .with(Block::Heading(t.get("card-without-script")))
        .with(Block::Text(t.get("card-without-script-text")))
        .with(Block::Verbatim { id: "pyynto", text: request })
        .with(Block::Links(vec![Link::new("salasanalla", "/kirjaudu", t.get("login-with-password"))])))
}

/// `POST /kirjaudu/kortti`: `vastaus` is the card service's JSON answer
pub async fn card_answer(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let https = https(scheme);
    let failed = || -> Result<Response> {
        tracing::warn!("a login by card failed");
        let t = app.texts.t(locale.0);
        let sheet = Sheet::new(page(&app, locale, "/kirjaudu/kortti", "card-title"), t.get("card-title"))
            .with(Block::Notice(Notice::new(Tone::Bad, t.get("card-failed")).text(t.get("card-failed-more"))))
            .with(Block::Links(vec![Link::main("kortilla", "/kirjaudu/kortti", t.get("card-again"))]));
        Ok(sheet.html_as(StatusCode::UNAUTHORIZED))
    };
    let Some((token, session)) = app.sessions.of(&headers, https) else { return failed() };
    // Once only: whatever the answer is, the challenge is gone.
    app.sessions.update(&token, |login| login.challenge = None);
    let Some(text) = session.payload.challenge.clone() else { return failed() };
    let Ok(answer) = serde_json::from_str::<SignResponse>(posted.get("vastaus")) else { return failed() };
    let now = app.now();
    let challenge = Challenge::from_text(&text);
    let proven = seal::login::verify(&challenge, &app.config.card_origin, &answer, &app.config.trust, now);
    let (facts, evidence) = match proven {
        Ok(proven) => proven,
        Err(error) => {
            tracing::warn!(%error, "a card was not accepted");
            return failed();
        }
    };
    let inside = session.payload.worker.clone();
    let org = inside.as_ref().map(|worker| worker.org.as_str());
    let Some(found) = store::by_card(&app, &facts, org).await? else { return failed() };
    let card = Some(Card { evidence });
    crate::settings::cards::shown(&app, &found.org, &found.person, &facts).await?;
    match inside {
        Some(worker) if worker.person == found.person => strengthen(&app, https, &token, card),
        Some(_) => failed(),
        None => {
            app.sessions.end(&token);
            begin(&app, https, Worker { org: found.org, person: found.person, unit: None, card }).await
        }
    }
}

/// The same worker has shown a card: the session gets a new id, since its strength has changed. A locked page opens.
fn strengthen(app: &App, https: bool, token: &Token, card: Option<Card>) -> Result<Response> {
    let mut back = None;
    app.sessions.update(token, |login| {
        back = login.locked.take();
        if let Some(worker) = &mut login.worker {
            worker.card = card;
        }
    });
    let fresh = app.sessions.renew(token).ok_or(Fault::NotFound)?;
    Ok(go(back.as_deref().unwrap_or("/tanaan"), app.sessions.policy().set_cookie(&fresh, https)))
}

/// `GET /yksikko`: the worker's units
pub async fn units(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
) -> Result<Response> {
    let Some((_, session)) = app.sessions.of(&headers, https(scheme)) else {
        return Ok(axum::response::Redirect::to("/kirjaudu").into_response());
    };
    let Some(worker) = session.payload.worker else {
        return Ok(axum::response::Redirect::to("/kirjaudu").into_response());
    };
    if session.payload.locked.is_some() {
        return Ok(axum::response::Redirect::to(super::lock::PAGE).into_response());
    }
    let t = app.texts.t(locale.0);
    let units = store::units(&app, &worker.org, &worker.person).await?;
    let chosen = worker.unit.unwrap_or_default();
    let field = Field::new("yksikko", t.get("unit-label"), chosen, Input::Radio(units)).required();
    let form = Form::new("yksikko", "/yksikko", vec![field], t.get("unit-submit"));
    let mut shell = page(&app, locale, "/yksikko", "unit-title");
    shell.csrf = session.csrf;
    Ok(Sheet::new(shell, t.get("unit-title")).with(Block::Text(t.get("unit-text"))).with(Block::Form(form)).html())
}

/// `POST /yksikko`: `yksikko` is one of the worker's own units
pub async fn choose_unit(
    State(app): State<App>,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response> {
    let Some((token, session)) = app.sessions.of(&headers, https(scheme)) else {
        return Ok(axum::response::Redirect::to("/kirjaudu").into_response());
    };
    web::csrf::check(&session.csrf, posted.get("csrf"))?;
    if session.payload.locked.is_some() {
        return Ok(axum::response::Redirect::to(super::lock::PAGE).into_response());
    }
    let Some(worker) = session.payload.worker else { return Err(Fault::NotFound) };
    let unit = posted.get("yksikko").to_owned();
    let units = store::units(&app, &worker.org, &worker.person).await?;
    if !units.iter().any(|(oid, _)| *oid == unit) {
        return Err(Fault::Refused(records::refusal::Refusal::UnitMismatch));
    }
    app.sessions.update(&token, |login| {
        if let Some(worker) = &mut login.worker {
            worker.unit = Some(unit);
        }
    });
    Ok(axum::response::Redirect::to("/tanaan").into_response())
}

/// `POST /ulos`
pub async fn leave(State(app): State<App>, scheme: Option<Extension<Scheme>>, headers: HeaderMap) -> Response {
    let https = https(scheme);
    if let Some((token, _)) = app.sessions.of(&headers, https) {
        app.sessions.end(&token);
    }
    go("/kirjaudu", app.sessions.policy().clear_cookie(https))
}
