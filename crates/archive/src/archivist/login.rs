//! The door: `/arkisto/kirjaudu`, a card through SCS as in the client system, and `/arkisto/ulos`.

use super::{
    Fault, Result,
    session::{self, Closing, Login, Scheme},
    sheet::{Block, Form, Sheet},
};
use crate::{app::App, log::Event};
use axum::{
    Extension,
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{LOCATION, SET_COOKIE},
    },
    response::{IntoResponse, Response},
};
use seal::{CertificateFacts, login::Challenge, scs::SignResponse};
use std::sync::Arc;
use store::log::{Action, Actor, Outcome};
use web::{
    Locale, Page, PageError, Product,
    ui::{Field, Input, Notice, Tone},
};

/// Address of the door.
pub const DOOR: &str = "/arkisto/kirjaudu";

fn https(scheme: Option<Extension<Scheme>>) -> bool {
    scheme.is_some_and(|Extension(scheme)| scheme.https)
}

fn page(app: &App, locale: Locale) -> Page {
    let t = app.texts.t(locale.0);
    let title = t.get("archive-login-title");
    Page::new(t, Product::Archive, title, DOOR)
}

/// `GET /arkisto/kirjaudu`: makes a challenge and shows it.
///
/// # Errors
/// When the machine gives no random bytes.
pub async fn show(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
) -> Result<Response> {
    let mut nonce = [0u8; 32];
    aws_lc_rs::rand::fill(&mut nonce).map_err(|_| PageError::unavailable())?;
    let settings = app.settings_now().pages;
    let challenge = Challenge::new(&settings.origin, &nonce, app.clock.now());
    let (https, text) = (https(scheme), challenge.text().to_owned());
    // A session that is in already stays in; only its challenge is new.
    let had = app.archivists.of(&headers, https);
    let cookie = match had {
        Some((token, _)) => {
            app.archivists.update(&token, |login| login.challenge = Some(text));
            None
        }
        None => {
            let login = Login { challenge: Some(text), ..Login::default() };
            let token = app.archivists.begin(&web::session::random(), login);
            Some(app.archivists.policy().set_cookie(&token, https))
        }
    };
    let mut response = sheet(&app, locale, &challenge, &settings.card_readers)?.html();
    if let Some(cookie) = cookie {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    Ok(response)
}

fn sheet(app: &App, locale: Locale, challenge: &Challenge, readers: &[String]) -> Result<Sheet> {
    let t = app.texts.t(locale.0);
    let request = serde_json::to_string(&challenge.request()).map_err(|_| PageError::unavailable())?;
    let answer = Field::new("vastaus", t.get("archive-login-answer"), "", Input::Text(4))
        .hint(t.get("archive-login-answer-hint"));
    let form = Form {
        folded: t.get("archive-login-by-hand"),
        scs: request.clone(),
        scs_urls: readers.join(" "),
        ..Form::new("kortti", DOOR, vec![answer], t.get("archive-login-submit"))
    };
    Ok(Sheet::new(page(app, locale))
        .with(Block::Text(t.get("archive-login-text")))
        .with(Block::Form(form))
        .with(Block::Heading(t.get("archive-login-request")))
        .with(Block::Text(t.get("archive-login-request-text")))
        .with(Block::Verbatim(request)))
}

/// `POST /arkisto/kirjaudu`: `vastaus` is the card service's JSON answer.
///
/// # Errors
/// When the form cannot be read or the log cannot be written: then nobody is let in.
pub async fn enter(
    State(app): State<App>,
    locale: Locale,
    scheme: Option<Extension<Scheme>>,
    headers: HeaderMap,
    request: Request,
) -> Result<Response> {
    let https = https(scheme);
    let fields = session::fields(request, &app).await?;
    let Some((token, session)) = app.archivists.of(&headers, https) else { return Ok(failed(&app, locale)) };
    // Once only: whatever the answer is, the challenge is gone.
    app.archivists.update(&token, |login| login.challenge = None);
    let given = fields.iter().find(|(name, _)| name == "vastaus").map_or("", |(_, value)| value);
    let Some(card) = proven(&app, session.payload.challenge.as_deref(), given) else {
        return Ok(failed(&app, locale));
    };
    let posts = session::posts(&app, &card);
    let Some(post) = posts.first() else {
        tracing::warn!("a card that is nobody's of the archive's was shown");
        return Ok(failed(&app, locale));
    };
    let mut event = Event::of_connection(&post.organisation, Action::Login);
    event.register = Some(post.organisation.clone());
    event.unit = Some(post.unit.clone()).filter(|unit| !unit.is_empty());
    event.actor = actor(&card, post.role.word());
    event.outcome = Outcome::Done;
    super::right::record(&app, event, locale.0).await?;
    app.archivists.end(&token);
    let subject = format!("{} {}", post.professional, post.number);
    let token = app.archivists.begin(&subject, Login { card: Some(card), ..Login::default() });
    Ok(go("/arkisto", app.archivists.policy().set_cookie(&token, https)))
}

/// The card, when it answered the challenge.
fn proven(app: &App, challenge: Option<&str>, answer: &str) -> Option<Arc<CertificateFacts>> {
    let challenge = Challenge::from_text(challenge?);
    let answer: SignResponse = serde_json::from_str(answer).ok()?;
    let origin = app.settings_now().pages.origin;
    match seal::login::verify(&challenge, &origin, &answer, &app.trust, app.clock.now()) {
        Ok((card, _)) => Some(card),
        Err(error) => {
            tracing::warn!(%error, "a card was not accepted");
            None
        }
    }
}

/// The person as the log names him: the card tells no identity code, so the number of the card's holder stands for it.
pub fn actor(card: &CertificateFacts, role: &str) -> Actor {
    let kind = format!("{:?}", card.kind).to_lowercase();
    Actor {
        id: card.registration.as_ref().map_or(card.serial_number.as_str(), |number| number.as_str()).to_owned(),
        registration: card.registration.as_ref().map(|number| number.as_str().to_owned()),
        name: card.common_name.clone(),
        role: role.to_owned(),
        duty: (role == "archivist").then(|| records::access::Duty::Archivist.code().to_owned()),
        method: Some(format!("{kind} {}", card.serial_hex)),
        strength: Some("card".to_owned()),
        issuer: Some(card.issuer_common_name.clone()),
    }
}

/// One and the same page for every failure.
fn failed(app: &App, locale: Locale) -> Response {
    let t = app.texts.t(locale.0);
    let notice = Notice::new(Tone::Bad, t.get("archive-login-failed")).text(t.get("archive-login-failed-more"));
    Sheet::new(page(app, locale))
        .with(Block::Notice(notice))
        .with(Block::Links(vec![(DOOR.to_owned(), t.get("archive-login-again"))]))
        .html_as(StatusCode::UNAUTHORIZED)
}

fn go(target: &'static str, cookie: HeaderValue) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, HeaderValue::from_static(target)), (SET_COOKIE, cookie)]).into_response()
}

/// `POST /arkisto/ulos`
///
/// # Errors
/// A form that is not of the session.
pub async fn leave(scheme: Option<Extension<Scheme>>, posted: session::Posted) -> Result<Response> {
    posted.op.app.archivists.end(&posted.op.token);
    Ok(go(DOOR, posted.op.app.archivists.policy().clear_cookie(https(scheme))))
}

/// `POST /arkisto/rekisteri`: `rekisteri` is one of the person's own registers.
///
/// # Errors
/// Not found for any other.
pub async fn choose(posted: session::Posted) -> Result<Response> {
    let chosen = posted.get("rekisteri").to_owned();
    if !posted.op.posts.iter().any(|post| post.organisation == chosen) {
        return Err(Fault::NotFound);
    }
    posted.op.app.archivists.update(&posted.op.token, |login| {
        login.register = Some(chosen);
        login.closing = None::<Closing>;
    });
    Ok(axum::response::Redirect::to("/arkisto").into_response())
}
