//! Everything around an application's routes, in one place and in one order.

use crate::error::{PageError, Problem};
use crate::health::{self, Ready};
use crate::page::Product;
use crate::session::random;
use crate::texts::Texts;
use crate::{assets, headers, lang};
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use prometheus_client::registry::Registry;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tower_http::csrf::CsrfLayer;

/// Largest form accepted unless a route says otherwise, in bytes: the longest note is a hundredth of it.
pub const FORM_BYTES_MAX: usize = 1024 * 1024;

/// What the shell needs to know of an application.
#[derive(Clone)]
pub struct Kit {
    /// The application's texts.
    pub texts: Arc<Texts>,
    /// Which application.
    pub product: Product,
    /// Further origins that its scripts may call (card reader program).
    pub connect: Vec<String>,
    /// Whether people reach it over https: then cookies get `__Host-` and answers HSTS.
    pub https: bool,
    /// Whether it can do its work.
    pub ready: Ready,
    /// Its metrics.
    pub metrics: Arc<Registry>,
}

impl Kit {
    /// A kit over http, always ready, without metrics of its own.
    pub fn new(texts: Arc<Texts>, product: Product) -> Self {
        let metrics = Arc::new(Registry::default());
        Self { texts, product, connect: Vec::new(), https: false, ready: health::always_ready(), metrics }
    }

    /// The same application over https, where scripts may call the card reader program at `connect`.
    pub fn https(mut self, connect: Vec<String>) -> Self {
        self.https = true;
        self.connect = connect;
        self
    }
}

/// Puts the shell around an application's routes: assets, health, language, refusal of cross-site forms, error pages,
/// panics, security headers, request log.
pub fn wrap(routes: Router, kit: &Kit) -> Router {
    let policy = HeaderValue::from_str(&headers::content_security_policy(&kit.connect))
        .unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    let shell = Shell { kit: kit.clone(), policy };
    routes
        .fallback(|| async { PageError::not_found() })
        .merge(assets::routes())
        .layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(from_fn(lang::layer))
        .layer(from_fn_with_state(shell, around))
        .merge(health::routes(kit.ready.clone(), Arc::clone(&kit.metrics)))
}

#[derive(Clone)]
struct Shell {
    kit: Kit,
    policy: HeaderValue,
}

/// Runs the request; turns a panic or a bare error into a page; sets headers; writes one log line.
async fn around(State(shell): State<Shell>, request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let t = shell.kit.texts.t(lang::of(request.uri(), request.headers()));
    let for_person = wants_page(request.headers());
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answer.unwrap_or_else(|_| {
        let id = random()[..12].to_owned();
        tracing::error!(id, "a handler panicked");
        PageError::internal(id).into_response()
    });
    let status = response.status();
    if let Some(error) = response.extensions_mut().remove::<PageError>() {
        response = with_headers_of(&response, error.render(&t, shell.kit.product, &path));
    } else if (status.is_client_error() || status.is_server_error()) && is_bare(&response) {
        let page = if for_person {
            PageError::of_status(status).render(&t, shell.kit.product, &path)
        } else {
            Problem::new(status, "").into_response()
        };
        response = with_headers_of(&response, page);
    }
    let personal = !path.starts_with("/assets/");
    headers::secure(response.headers_mut(), &shell.policy, shell.kit.https, personal);
    // The path of a page may hold a document's OID but never a person's code; queries are left out altogether.
    tracing::info!(product = shell.kit.product.word(), %method, path, status = response.status().as_u16());
    response
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(ACCEPT).and_then(|value| value.to_str().ok()).is_none_or(|text| text.contains("html") || text == "*/*")
}

/// Whether an answer is a layer's or axum's own, without a page or a message of the application.
fn is_bare(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    kind.is_empty() || kind.starts_with("text/plain")
}

fn with_headers_of(old: &Response, mut new: Response) -> Response {
    for (name, value) in old.headers() {
        if name != CONTENT_TYPE && name != axum::http::header::CONTENT_LENGTH && !new.headers().contains_key(name) {
            new.headers_mut().append(name, value.clone());
        }
    }
    if new.status() == StatusCode::OK {
        *new.status_mut() = old.status();
    }
    new
}
