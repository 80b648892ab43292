//! Login. It stands for the strong identification of Suomi.fi: the people of the exercise choose who they are.

use crate::{
    app::App,
    op::{Fault, Op, Scheme, Visit},
};
use askama::Template;
use axum::{
    Extension, Form,
    extract::State,
    http::header::SET_COOKIE,
    response::{IntoResponse, Redirect, Response},
};
use records::id::PersonalIdentityCode;
use serde::Deserialize;
use web::{
    Locale, Page, PageError, Product, T,
    ui::{Field, Input},
};

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    page: Page,
    people: Field,
    any: bool,
    typed: Field,
}

#[derive(Template)]
#[template(path = "ended.html")]
struct EndedPage {
    page: Page,
}

/// What the two forms send.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    hetu: String,
}

/// The login page.
///
/// # Errors
/// When the population register does not answer.
pub async fn form(State(app): State<App>, Locale(lang): Locale) -> Result<Response, Fault> {
    page(&app, &app.texts.t(lang), "").await
}

async fn page(app: &App, t: &T, wrong: &str) -> Result<Response, Fault> {
    let mut people = Vec::with_capacity(app.people.len());
    for hetu in &app.people {
        // A code that the register does not know cannot log in, so it is not offered either.
        if let Some(person) = app.registers.person(hetu).await? {
            let label = format!("{} ({})", person.name(), web::ui::masked(hetu));
            people.push((hetu.as_str().to_owned(), label));
        }
    }
    let any = !people.is_empty();
    Ok(web::html(&LoginPage {
        page: Page::new(t.clone(), Product::Citizen, t.get("login-title"), "/kirjaudu").clock(app.moved_clock(t)),
        people: Field::new("hetu", t.get("login-who"), "", Input::Radio(people)).required(),
        any,
        // The code that was typed is not written back: a login page may be left open.
        typed: Field::new("hetu", t.get("login-code"), "", Input::Line("text"))
            .hint(t.get("login-code-hint"))
            .error(wrong)
            .required(),
    }))
}

/// Begins a session. The code is read from the body, never from the address.
///
/// # Errors
/// When the population register does not answer.
pub async fn log_in(
    State(app): State<App>,
    Extension(scheme): Extension<Scheme>,
    Locale(lang): Locale,
    form: Result<Form<Chosen>, axum::extract::rejection::FormRejection>,
) -> Result<Response, Fault> {
    let Form(chosen) = form.map_err(|rejection| PageError::of_status(rejection.status()))?;
    let t = app.texts.t(lang);
    let known = PersonalIdentityCode::parse(&chosen.hetu).ok().filter(|hetu| app.people.contains(hetu));
    let person = match &known {
        Some(hetu) => app.registers.person(hetu).await?,
        None => None,
    };
    let (Some(hetu), Some(person)) = (known, person) else {
        return page(&app, &t, &t.get("login-unknown")).await;
    };
    let subject = hetu.as_str().to_owned();
    let token = app.sessions.begin(&subject, Visit { person: hetu, name: person.name(), subject: None, done: None });
    let cookie = app.sessions.policy().set_cookie(&token, scheme.https);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/")).into_response())
}

/// Ends the session.
///
/// # Errors
/// When the form is not ours.
pub async fn log_out(op: Op, Form(form): Form<LogOut>) -> Result<Response, Fault> {
    web::csrf::check(&op.csrf, &form.csrf)?;
    op.app.sessions.end(&op.token);
    let cookie = op.app.sessions.policy().clear_cookie(op.https);
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/ulos")).into_response())
}

/// The form that logs out.
#[derive(Deserialize)]
pub struct LogOut {
    #[serde(default)]
    csrf: String,
}

/// Says that the session has ended.
pub async fn ended(State(app): State<App>, Locale(lang): Locale) -> Response {
    let t = app.texts.t(lang);
    web::html(&EndedPage { page: Page::new(t.clone(), Product::Citizen, t.get("ended-title"), "/ulos") })
}
