//! Errors of the management interface: `application/problem+json` (RFC 9457) with a stable code of the catalogue.

use axum::{
    extract::Request,
    http::{
        StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use records::{Lang, refusal::Refusal};
use store::StoreError;

/// The media type.
const PROBLEM_JSON: &str = "application/problem+json";

/// A problem: status, code, and what is wrong with this request.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    refusal: Refusal,
    detail: String,
}

impl Problem {
    /// A problem that the code says all of.
    pub fn new(status: StatusCode, refusal: Refusal) -> Self {
        Self { status, refusal, detail: String::new() }
    }

    /// A body that does not fit its description.
    pub fn unfit(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Refusal::BadRequest).detail(detail)
    }

    /// A request that contradicts itself or what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, Refusal::BadRequest).detail(detail)
    }

    fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut body = serde_json::json!({
            "type": "about:blank",
            "status": self.status.as_u16(),
            "code": self.refusal.code(),
            "title": self.refusal.sentence(Lang::Fi),
        });
        if !self.detail.is_empty() {
            body["detail"] = self.detail.into();
        }
        (self.status, [(CONTENT_TYPE, PROBLEM_JSON)], body.to_string()).into_response()
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the management door could not answer");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, Refusal::ServiceUnavailable)
    }
}

/// Turns what axum and its layers refuse by themselves (a query that cannot be read, a method, a body too long) into
/// problems, so that a program meets one form of error.
pub async fn layer(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !(status.is_client_error() || status.is_server_error()) || kind == PROBLEM_JSON {
        return response;
    }
    let refusal = match status {
        StatusCode::PAYLOAD_TOO_LARGE => Refusal::LimitExceeded,
        status if status.is_server_error() => Refusal::ServiceUnavailable,
        _ => Refusal::BadRequest,
    };
    let detail = status.canonical_reason().unwrap_or_default();
    let mut problem = Problem::new(status, refusal).detail(detail).into_response();
    for (name, value) in response.headers() {
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            problem.headers_mut().append(name, value.clone());
        }
    }
    problem
}
