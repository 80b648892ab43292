//! Every route of the archive: method, path, handler, permission. Three listeners, three tables.

use crate::{
    App,
    archivist::{self, session::Scheme},
    citizen, intake, log, management, notices, recordings, validator,
};
use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post, put},
};
use std::{sync::Arc, time::Duration};
use tower_http::csrf::CsrfLayer;

/// `/sanomat`, recordings beside it, and the disclosure notices' `/fhir`, mutual TLS. Permission: a client certificate of
/// an issuer trusted for `TlsClient`, then the signed `Toimija`, then everything of `intake`.
pub fn messages(app: App) -> Router {
    // A recording takes as long as it takes, as long as bytes flow; a message has a minute.
    let recordings = Router::new()
        .route("/sanomat/tallenne", post(recordings::archive))
        .route("/sanomat/tallenne/haku", post(recordings::fetch));
    Router::new()
        .route("/sanomat", post(intake::door::messages))
        .route("/fhir", post(notices::receive))
        .layer(DefaultBodyLimit::max(intake::door::MESSAGE_BYTES_MAX))
        .layer(from_fn_with_state(app.clone(), intake::room::when_there_is_room))
        .layer(from_fn(in_a_minute))
        .merge(recordings)
        .with_state(app)
}

/// Time for one whole message, its body included, until its answer begins.
const MESSAGE_TIME: Duration = Duration::from_secs(60);

async fn in_a_minute(request: Request, next: Next) -> Response {
    let timed_out = |_| StatusCode::REQUEST_TIMEOUT.into_response();
    tokio::time::timeout(MESSAGE_TIME, next.run(request)).await.unwrap_or_else(timed_out)
}

/// Who may pass at the management listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Anyone who reaches the listener: pages without a word about anybody.
    Anyone,
    /// An archivist or the keeper, logged in with a card; further in, `records::access` decides.
    Archivist,
    /// Programs on the archive's own machine; personal data never pass here.
    Machine,
}

/// One row of the management listener's table.
pub struct Row {
    /// The path.
    pub path: &'static str,
    /// Methods, as the description names them.
    pub methods: &'static [&'static str],
    /// Handlers of the methods.
    pub handlers: MethodRouter<App>,
    /// Who may pass.
    pub permission: Permission,
}

const GET: &[&str] = &["get"];
const POST: &[&str] = &["post"];
const PUT: &[&str] = &["put"];

fn row(
    path: &'static str,
    methods: &'static [&'static str],
    handlers: MethodRouter<App>,
    permission: Permission,
) -> Row {
    Row { path, methods, handlers, permission }
}

/// Pages for people.
#[rustfmt::skip]
pub fn pages() -> Vec<Row> {
    use Permission::{Anyone, Archivist};
    vec![
        row("/", GET, get(archivist::front::show), Anyone),
        row("/virheet", GET, get(archivist::errors::index), Anyone),
        row("/virheet/{code}", GET, get(archivist::errors::show), Anyone),
        // #kortti[data-scs] holds the card's request, also as text in #pyynto: vastaus
        row("/arkisto/kirjaudu", &["get", "post"], get(archivist::login::show).post(archivist::login::enter), Anyone),
        row("/arkisto/arkisto.js", GET, get(archivist::script), Anyone),
        row("/arkisto/arkisto.css", GET, get(archivist::style), Anyone),
        row("/arkisto/ulos", POST, post(archivist::login::leave), Archivist),
        // #rekisteri: rekisteri, one of the own
        row("/arkisto/rekisteri", POST, post(archivist::login::choose), Archivist),
        // table #rekisterit
        row("/arkisto", GET, get(archivist::front::registers), Archivist),
        // #haku: asia, asiakirja, tyyppi, yksikko, tila, aika, alkaen, asti, asiakas; table #tulokset
        row("/arkisto/haku", &["get", "post"], get(archivist::search::show).post(archivist::search::find), Archivist),
        // tables #versiot, #hylkaykset
        row("/arkisto/asiakirjat/{oid}", GET, get(archivist::documents::show), Archivist),
        // #avaa: peruste, perustelu; the content, and a log row with the client
        row("/arkisto/asiakirjat/{oid}/avaa", POST, post(archivist::documents::open), Archivist),
        // tables #syyt, #omaan, #lahetetyt
        row("/arkisto/hylatyt", GET, get(archivist::refusals::show), Archivist),
        // #laadi; tables #ajot, #pidot; forms #pida, #vapauta
        row("/arkisto/havittaminen", &["get", "post"], get(archivist::disposal::show).post(archivist::disposal::make), Archivist),
        // #pida: kohde, syy
        row("/arkisto/havittaminen/pito", POST, post(archivist::disposal::hold), Archivist),
        // #vapauta: kohde
        row("/arkisto/havittaminen/vapautus", POST, post(archivist::disposal::release), Archivist),
        // table #luettelo
        row("/arkisto/havittaminen/{run}", GET, get(archivist::disposal::one), Archivist),
        // #hyvaksy: the first approver, then another
        row("/arkisto/havittaminen/{run}/hyvaksy", POST, post(archivist::disposal::approve), Archivist),
        // #havita: vahvistan; nothing of the content is left
        row("/arkisto/havittaminen/{run}/havita", POST, post(archivist::disposal::execute), Archivist),
        // #lokipyynto: asiakas, alkaen, asti, syy, nimetta; table #rivit
        row("/arkisto/lokipyynto", &["get", "post"], get(archivist::log_request::show).post(archivist::log_request::report), Archivist),
        // table #oikeudet
        row("/arkisto/oikeudet", GET, get(archivist::grants::show), Archivist),
        // table #saapuminen
        row("/arkisto/saapuminen", GET, get(archivist::arrivals::show), Archivist),
        // tables #liittymiset, #kayttoonotot
        row("/arkisto/liittymiset", GET, get(archivist::joinings::show), Archivist),
        // table #historia
        row("/arkisto/liittymiset/{organisation}", GET, get(archivist::joinings::organisation), Archivist),
        // #kytkin: tila, perustelu (keeper); the first confirmation
        row("/arkisto/liittymiset/{organisation}/kytkin", POST, post(archivist::joinings::first), Archivist),
        // #vahvista: vahvistan (keeper); the second
        row("/arkisto/liittymiset/{organisation}/vahvista", &["get", "post"], get(archivist::joinings::ask).post(archivist::joinings::second), Archivist),
    ]
}

/// The management interface; `openapi.json` describes each row.
#[rustfmt::skip]
pub fn machine() -> Vec<Row> {
    use Permission::Machine;
    let mut rows = vec![
        row("/openapi.json", GET, get(management::openapi), Machine),
        row("/joining", GET, get(management::joinings), Machine),
        row("/joining/{organisation}", PUT, put(management::set_joining), Machine),
        row("/go-live", GET, get(management::go_lives), Machine),
        row("/go-live/{organiser}/{task}", PUT, put(management::set_go_live), Machine),
        row("/settings", &["get", "put"], get(management::settings).put(management::set_settings), Machine),
        row("/registers", GET, get(management::registers), Machine),
        row("/shark-validointi/validoi/asiakirja/tulos", POST, post(validator::validate), Machine),
    ];
    rows.extend(log_rows());
    rows.extend(stand_ins());
    rows
}

/// Heads, proofs and the public key of the logs: signed, and without personal data.
#[rustfmt::skip]
fn log_rows() -> Vec<Row> {
    use Permission::Machine;
    vec![
        row("/log/key", GET, get(log::key), Machine),
        row("/log/checkpoint", GET, get(management::checkpoints), Machine),
        row("/log/proof/inclusion", GET, get(management::inclusion), Machine),
        row("/log/proof/consistency", GET, get(management::consistency), Machine),
    ]
}

/// The same on a listener of its own, plain HTTP, for witnesses and auditors on other machines. Permission: none needed.
pub fn log(app: App) -> Router {
    router(log_rows()).layer(from_fn(management::problem::layer)).with_state(app)
}

/// The test doors; they exist only in builds with `stand-ins`.
#[cfg(feature = "stand-ins")]
#[rustfmt::skip]
fn stand_ins() -> Vec<Row> {
    use Permission::Machine;
    vec![
        row("/test/faults", &["get", "post"], get(management::test_faults).post(management::set_test_faults), Machine),
        row("/test/reset", POST, post(management::test_reset), Machine),
    ]
}

#[cfg(not(feature = "stand-ins"))]
fn stand_ins() -> Vec<Row> {
    Vec::new()
}

fn router(rows: Vec<Row>) -> Router<App> {
    rows.into_iter().fold(Router::new(), |router, row| router.route(row.path, row.handlers))
}

/// The management listener, plain HTTP on loopback: pages and interface.
pub fn management(app: App) -> Router {
    let machine = router(machine())
        .layer(DefaultBodyLimit::max(2 * intake::door::MESSAGE_BYTES_MAX))
        .layer(CsrfLayer::new())
        .layer(from_fn(management::problem::layer))
        .with_state(app.clone());
    // The shell brings `/health/live`, `/health/ready`, `/metrics`, assets and error pages.
    archivist_pages(app, false).merge(machine)
}

/// The pages alone, over https: for people on other machines, and for the card reader's program, which answers to
/// https pages only.
pub fn archivist_pages(app: App, https: bool) -> Router {
    let kit = web::Kit {
        ready: management::readiness(app.clone()),
        metrics: Arc::new(app.metrics.registry()),
        connect: app.settings_now().pages.card_readers,
        https,
        ..web::Kit::new(Arc::clone(&app.texts), web::Product::Archive)
    };
    let pages = router(pages()).layer(Extension(Scheme { https })).with_state(app);
    web::wrap(pages, &kit)
}

/// The citizen interface, plain HTTP on loopback. Permission: the bearer key of the citizen view; whose data a person
/// may see is decided here, not there.
pub fn citizen(app: App) -> Router {
    Router::new()
        .route("/citizen/overview", post(citizen::overview))
        .route("/citizen/documents", post(citizen::documents))
        .route("/citizen/document", post(citizen::document))
        .route("/citizen/log", post(citizen::log))
        .route("/citizen/consents", post(citizen::consents))
        .route("/citizen/express", post(citizen::express))
        .layer(axum::middleware::from_fn_with_state(app.clone(), citizen::only_with_key))
        .with_state(app)
}
