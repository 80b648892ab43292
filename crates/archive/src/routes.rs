//! Every route of the archive: method, path, handler, permission. Three listeners, three tables.

use crate::{App, citizen, intake, log, management, notices, validator};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post, put},
};
use std::sync::Arc;

/// `/sanomat` and the disclosure notices' `/fhir`, mutual TLS. Permission: a client certificate of an issuer trusted for `TlsClient`, then the signed
/// `Toimija`, then everything of `intake`.
pub fn messages(app: App) -> Router {
    Router::new()
        .route("/sanomat", post(intake::door::messages))
        .route("/fhir", post(notices::receive))
        .layer(DefaultBodyLimit::max(intake::door::MESSAGE_BYTES_MAX))
        .with_state(app)
}

/// The archive keeper's door, plain HTTP on loopback. Permission: being on the archive's own machine; personal data
/// are never shown here.
pub fn management(app: App) -> Router {
    let pages = Router::new().route("/", get(management::page::show)).with_state(app.clone());
    let kit = web::Kit {
        ready: management::readiness(app.clone()),
        metrics: Arc::new(app.metrics.registry()),
        ..web::Kit::new(Arc::clone(&app.texts), web::Product::Archive)
    };
    let routes = Router::new()
        .route("/openapi.json", get(management::openapi))
        .route("/joining", get(management::joinings))
        .route("/joining/{organisation}", put(management::set_joining))
        .route("/go-live", get(management::go_lives))
        .route("/go-live/{organiser}/{task}", put(management::set_go_live))
        .route("/settings", get(management::settings).put(management::set_settings))
        .route("/registers", get(management::registers))
        .merge(log_routes())
        .route("/shark-validointi/validoi/asiakirja/tulos", post(validator::validate));
    let machine = stand_ins(routes).layer(DefaultBodyLimit::max(2 * intake::door::MESSAGE_BYTES_MAX)).with_state(app);
    // The shell brings `/health/live`, `/health/ready`, `/metrics`, assets and error pages.
    web::wrap(pages, &kit).merge(machine)
}

/// Heads, proofs and the public key of the logs: signed, and without personal data.
fn log_routes() -> Router<App> {
    Router::new()
        .route("/log/key", get(log::key))
        .route("/log/checkpoint", get(management::checkpoints))
        .route("/log/proof/inclusion", get(management::inclusion))
        .route("/log/proof/consistency", get(management::consistency))
}

/// The same on a listener of its own, plain HTTP, for witnesses and auditors on other machines. Permission: none needed.
pub fn log(app: App) -> Router {
    log_routes().with_state(app)
}

/// The test doors; they exist only in builds with `stand-ins`.
#[cfg(feature = "stand-ins")]
fn stand_ins(routes: Router<App>) -> Router<App> {
    routes
        .route("/test/faults", get(management::test_faults).post(management::set_test_faults))
        .route("/test/reset", post(management::test_reset))
}

#[cfg(not(feature = "stand-ins"))]
fn stand_ins(routes: Router<App>) -> Router<App> {
    routes
}

/// The citizen interface, plain HTTP on loopback. Permission: the bearer key of the citizen view; whose data a person
/// may see is decided here, not there.
pub fn citizen(app: App) -> Router {
    Router::new()
        .route("/citizen/overview", post(citizen::overview))
        .route("/citizen/documents", post(citizen::documents))
        .route("/citizen/document", post(citizen::document))
        .route("/citizen/log", post(citizen::log))
        .layer(axum::middleware::from_fn_with_state(app.clone(), citizen::only_with_key))
        .with_state(app)
}
