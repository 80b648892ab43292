//! Which language a page speaks: the link `?kieli=sv` sets the cookie `kieli`, the browser's wish decides before that.

use axum::extract::{FromRequestParts, Request};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use records::Lang;
use std::convert::Infallible;

/// Name of the cookie and of the query argument.
pub const NAME: &str = "kieli";

/// How long the choice is remembered, in seconds: one year. It says nothing about the person but the language.
const REMEMBER_SECONDS: u32 = 365 * 24 * 3600;

/// The language of a request; as an axum extractor it never fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locale(pub Lang);

impl<S: Send + Sync> FromRequestParts<S> for Locale {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(of(&parts.uri, &parts.headers)))
    }
}

/// The language of a request: query, then cookie, then `Accept-Language`, then Finnish.
pub fn of(uri: &Uri, headers: &HeaderMap) -> Lang {
    wanted(uri)
        .or_else(|| cookie(headers, NAME).and_then(|value| Lang::parse(&value)))
        .or_else(|| accepted(headers))
        .unwrap_or_default()
}

/// The value of a cookie, if the request has it.
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(';')).find_map(
        |pair| {
            let (key, value) = pair.trim().split_once('=')?;
            (key == name).then(|| value.to_owned())
        },
    )
}

fn wanted(uri: &Uri) -> Option<Lang> {
    uri.query()?.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == NAME)?.1.pipe(Lang::parse)
}

fn accepted(headers: &HeaderMap) -> Option<Lang> {
    let wishes = headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?;
    wishes.split(',').find_map(|wish| Lang::parse(wish.trim().get(..2)?))
}

trait Pipe: Sized {
    fn pipe<R>(self, f: impl FnOnce(Self) -> R) -> R {
        f(self)
    }
}
impl Pipe for &str {}

/// Turns `GET …?kieli=sv` into a redirect without the argument that sets the cookie, so that addresses stay clean.
pub async fn layer(request: Request, next: Next) -> Response {
    let Some(lang) = wanted(request.uri()).filter(|_| request.method() == Method::GET) else {
        return next.run(request).await;
    };
    let rest: Vec<&str> =
        request.uri().query().unwrap_or("").split('&').filter(|pair| !pair.starts_with("kieli=")).collect();
    // A path that begins with two slashes would be read as another host.
    let path = format!("/{}", request.uri().path().trim_start_matches('/'));
    let target = if rest.is_empty() { path } else { format!("{path}?{}", rest.join("&")) };
    let cookie = format!("{NAME}={}; Path=/; Max-Age={REMEMBER_SECONDS}; SameSite=Lax", lang.tag());
    match (HeaderValue::from_str(&target), HeaderValue::from_str(&cookie)) {
        (Ok(target), Ok(cookie)) => (StatusCode::SEE_OTHER, [(LOCATION, target), (SET_COOKIE, cookie)]).into_response(),
        _ => next.run(request).await,
    }
}
