//! `/health/live`, `/health/ready` and `/metrics`: what operations look at. None of it holds personal data.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures::future::BoxFuture;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;
use std::sync::Arc;

/// Asks whether the application can do its work now; `Err` says in a word what it waits for.
pub type Ready = Arc<dyn Fn() -> BoxFuture<'static, Result<(), &'static str>> + Send + Sync>;

/// Ready as soon as it lives.
pub fn always_ready() -> Ready {
    Arc::new(|| Box::pin(async { Ok(()) }))
}

#[derive(Clone)]
struct Health {
    ready: Ready,
    metrics: Arc<Registry>,
}

/// The three routes. The registry holds the application's own metrics.
pub fn routes(ready: Ready, metrics: Arc<Registry>) -> Router {
    Router::new()
        .route("/health/live", get(|| async { "ok\n" }))
        .route("/health/ready", get(is_ready))
        .route("/metrics", get(metrics_text))
        .with_state(Health { ready, metrics })
}

async fn is_ready(State(health): State<Health>) -> Response {
    match (health.ready)().await {
        Ok(()) => "ok\n".into_response(),
        Err(waits_for) => (StatusCode::SERVICE_UNAVAILABLE, format!("{waits_for}\n")).into_response(),
    }
}

async fn metrics_text(State(health): State<Health>) -> Response {
    let mut text = String::new();
    match encode(&mut text, &health.metrics) {
        Ok(()) => {
            ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
