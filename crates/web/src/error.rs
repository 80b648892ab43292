//! Errors at the edge: a page that says what happened, whether the text is safe and what to do, or problem+json.

use crate::page::{Page, Product};
use crate::texts::T;
use askama::Template;
use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;

/// A text that is known by its key or already written in the reader's language.
#[derive(Debug, Clone)]
pub enum Said {
    /// A key of the application's texts.
    Key(&'static str),
    /// A finished sentence, e.g. from the refusal catalogue. Holds no personal data.
    Text(String),
}

impl Said {
    /// The sentence in the reader's language.
    pub fn in_words(&self, t: &T) -> String {
        match self {
            Self::Key(key) => t.get(key),
            Self::Text(text) => text.clone(),
        }
    }
}

impl From<&'static str> for Said {
    fn from(key: &'static str) -> Self {
        Self::Key(key)
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// An error that a person sees. Handlers return it; [`crate::shell::wrap`] makes the page in the reader's language.
///
/// `&'static str` arguments are keys of texts, `String` arguments are finished sentences.
#[derive(Debug, Clone)]
pub struct PageError {
    /// Status of the answer. Where existence must stay hidden, use 404.
    pub status: StatusCode,
    /// What happened.
    pub happened: Said,
    /// Whether what the person wrote is safe; `None` when there was nothing to lose.
    pub safe: Option<Said>,
    /// What to do now.
    pub advice: Said,
    /// A link onward: address and label.
    pub onward: Box<(String, Said)>,
    /// A code in small print, such as `RKO_NOT_VALID`.
    pub code: Option<String>,
}

impl PageError {
    /// An error with the onward link to the front page.
    pub fn new(status: StatusCode, happened: impl Into<Said>, advice: impl Into<Said>) -> Self {
        Self {
            status,
            happened: happened.into(),
            safe: None,
            advice: advice.into(),
            onward: Box::new(("/".to_owned(), Said::Key("error-onward-home"))),
            code: None,
        }
    }

    /// With the sentence about what the person wrote.
    pub fn safe(mut self, safe: impl Into<Said>) -> Self {
        self.safe = Some(safe.into());
        self
    }

    /// With another onward link.
    pub fn onward(mut self, href: impl Into<String>, label: impl Into<Said>) -> Self {
        self.onward = Box::new((href.into(), label.into()));
        self
    }

    /// With a code in small print.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// Nothing here, or nothing that this person may know of.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "error-404-happened", "error-404-advice")
    }

    /// The person may not do this.
    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "error-403-happened", "error-403-advice")
    }

    /// A form from before the session, or from another site.
    pub fn stale_form() -> Self {
        Self::new(StatusCode::FORBIDDEN, "error-form-happened", "error-form-advice").safe("error-not-saved")
    }

    /// A fault of ours. `id` stands in the log line too, so that support finds it.
    pub fn internal(id: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "error-500-happened", "error-500-advice")
            .safe("error-maybe-not-saved")
            .code(id)
    }

    /// Something that we need does not answer.
    pub fn unavailable() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "error-503-happened", "error-503-advice")
            .safe("error-maybe-not-saved")
    }

    /// The page of a bare status, for answers made by layers and by axum itself.
    pub fn of_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::not_found(),
            StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED => Self { status, ..Self::forbidden() },
            StatusCode::PAYLOAD_TOO_LARGE => {
                Self::new(status, "error-413-happened", "error-413-advice").safe("error-not-saved")
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => Self { status, ..Self::unavailable() },
            status if status.is_client_error() => {
                Self::new(status, "error-400-happened", "error-400-advice").safe("error-not-saved")
            }
            status => Self { status, ..Self::internal("") },
        }
    }

    /// Writes the page.
    pub(crate) fn render(&self, t: &T, product: Product, path: &str) -> Response {
        let happened = self.happened.in_words(t);
        let template = ErrorPage {
            happened: happened.clone(),
            safe: self.safe.as_ref().map(|said| said.in_words(t)).unwrap_or_default(),
            advice: self.advice.in_words(t),
            href: self.onward.0.clone(),
            label: self.onward.1.in_words(t),
            code: self.code.clone().unwrap_or_default(),
            page: Page::new(t.clone(), product, happened, path),
        };
        let body = template.render().unwrap_or_else(|_| template.happened.clone());
        (self.status, Html(body)).into_response()
    }
}

impl IntoResponse for PageError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    happened: String,
    safe: String,
    advice: String,
    href: String,
    label: String,
    code: String,
}

/// An error for programs: `application/problem+json` (RFC 9457). Holds no personal data.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Status of the answer.
    pub status: u16,
    /// Short name of the kind of problem.
    pub title: String,
    /// Code of the refusal catalogue, or empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// What is wrong with this request.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Problem {
    /// A problem with the status' own name as title.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("error").to_owned(),
            code: String::new(),
            detail: detail.into(),
        }
    }

    /// With a code.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = code.into();
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
