//! The card reader's software of the demo: SCS 1.1 over https around [`seal::scs::Emulator`], with a page in place of
//! the window that asks for the PIN.
//!
//! A page asks to sign; the request waits until a person chooses a card and types its PIN on the emulator's own page,
//! or until a card with ready PINs is in the reader, which demos and tests want. PINs never pass through the page that
//! asks, as with the real software.

use axum::extract::rejection::{FormRejection, JsonRejection};
use axum::extract::{DefaultBodyLimit, OriginalUri, Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use seal::scs::{Emulator, SignRequest, SoftwareCard};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;
use web::{Kit, Locale, PageError, Product, Texts};

mod page;

/// Largest request to sign, in bytes: two megabytes of content in base64, and its frame.
const SIGN_BYTES_MAX: usize = 3 * 1024 * 1024;
/// How long a request waits for its PIN; shorter than the server's time for a request.
const WAIT_FOR_PIN: Duration = Duration::from_secs(50);
/// Requests that may wait at once; a page in a loop shall not fill the memory.
const WAITING_MAX: usize = 20;

/// A card in the reader.
#[derive(Clone, Default)]
struct Inserted {
    name: String,
    /// PINs given beforehand; empty when each signature asks.
    pin1: String,
    pin2: String,
}

/// A request that waits for its PIN.
struct Waiting {
    origin: String,
    signature: bool,
    pin: oneshot::Sender<Option<Typed>>,
}

/// What the person chose and typed.
struct Typed {
    card: String,
    pin: String,
}

#[derive(Default)]
struct Reader {
    inserted: Option<Inserted>,
    waiting: BTreeMap<u64, Waiting>,
    last: u64,
}

/// The emulator; cheap to clone, so that both its ports share one reader.
#[derive(Clone)]
pub struct CardReader {
    emulator: Arc<Emulator>,
    reader: Arc<Mutex<Reader>>,
    texts: Arc<Texts>,
}

impl std::fmt::Debug for CardReader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardReader(…)")
    }
}

impl CardReader {
    /// A reader for these cards; none is inserted.
    ///
    /// # Errors
    /// When the texts of the build are broken.
    pub fn new(cards: Vec<SoftwareCard>) -> Result<Self, web::texts::TextsError> {
        let texts = Texts::with(&crate::server::TEXTS)?;
        Ok(Self { emulator: Arc::new(Emulator::new(cards)), reader: Arc::default(), texts })
    }

    /// The service and its page. Browsers ask the service from other origins, so only the page is behind the refusal of
    /// cross-site forms.
    pub fn routes(&self) -> Router {
        let service = Router::new()
            .route("/version", get(version).options(preflight))
            .route("/sign", post(sign).options(preflight))
            .layer(DefaultBodyLimit::max(SIGN_BYTES_MAX))
            .with_state(self.clone());
        let pages = Router::new()
            .route("/", get(show))
            .route("/reader", post(insert))
            .route("/reader/remove", post(remove))
            .route("/waiting/{id}", post(answer))
            .with_state(self.clone());
        let kit = Kit::new(self.texts.clone(), Product::Registers).https(Vec::new());
        service.merge(web::wrap(pages, &kit))
    }

    /// Serves on a listener with TLS until the process ends.
    ///
    /// # Errors
    /// When the listener is broken.
    pub async fn serve(
        &self,
        listener: tokio::net::TcpListener,
        tls: Arc<rustls::ServerConfig>,
    ) -> std::io::Result<()> {
        let limits = web::Limits { body_bytes: SIGN_BYTES_MAX, connections: 64, ..web::Limits::default() };
        web::serve(listener, self.routes(), Some(tls), limits, std::future::pending()).await
    }

    fn lock(&self) -> MutexGuard<'_, Reader> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the person's PIN, or takes the ready one.
    async fn pin(&self, origin: &str, signature: bool) -> Option<Typed> {
        let (id, typed) = {
            let mut reader = self.lock();
            if let Some(card) = &reader.inserted {
                let pin = if signature { &card.pin2 } else { &card.pin1 };
                if !pin.is_empty() {
                    return Some(Typed { card: card.name.clone(), pin: pin.clone() });
                }
            }
            if reader.waiting.len() >= WAITING_MAX {
                return None;
            }
            let (sender, typed) = oneshot::channel();
            reader.last += 1;
            let id = reader.last;
            reader.waiting.insert(id, Waiting { origin: origin.to_owned(), signature, pin: sender });
            (id, typed)
        };
        let typed = timeout(WAIT_FOR_PIN, typed).await;
        self.lock().waiting.remove(&id);
        typed.ok()?.ok()?
    }
}

/// Lets a page of another origin read the answer; the emulator itself checks that it is an https page.
fn cors(headers: &HeaderMap, response: impl IntoResponse) -> Response {
    let mut response = response.into_response();
    let out = response.headers_mut();
    out.insert(VARY, HeaderValue::from_static("Origin"));
    if let Some(origin) = headers.get(ORIGIN).filter(|origin| origin.as_bytes().starts_with(b"https://")) {
        out.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        out.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS"));
        out.insert(ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("content-type"));
        // Chrome asks before a public page may reach the loopback address (security-and-faults 1.6).
        let private = HeaderName::from_static("access-control-allow-private-network");
        out.insert(private, HeaderValue::from_static("true"));
    }
    response
}

async fn preflight(headers: HeaderMap) -> Response {
    cors(&headers, StatusCode::NO_CONTENT)
}

async fn version(headers: HeaderMap) -> Response {
    cors(&headers, Json(Emulator::version()))
}

async fn sign(
    State(reader): State<CardReader>,
    headers: HeaderMap,
    request: Result<Json<SignRequest>, JsonRejection>,
) -> Response {
    let Ok(Json(request)) = request else { return cors(&headers, StatusCode::BAD_REQUEST) };
    let origin = headers.get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let is_https = origin.is_some_and(|origin| origin.starts_with("https://"));
    // A page that may not sign at all does not get as far as the PIN.
    let typed = match origin {
        Some(origin) if is_https => reader.pin(origin, Emulator::wants_signature(&request)).await,
        _ => None,
    };
    let (card, pin) = typed.map_or((String::new(), None), |typed| (typed.card, Some(typed.pin)));
    let card = if card.is_empty() { reader.lock().inserted.clone().unwrap_or_default().name } else { card };
    let emulator = Arc::clone(&reader.emulator);
    let origin = origin.map(str::to_owned);
    // RSA with a long key takes milliseconds of a core; other requests shall not wait for it.
    let signed =
        tokio::task::spawn_blocking(move || emulator.sign(&card, origin.as_deref(), &request, pin.as_deref())).await;
    match signed {
        Ok(answer) => cors(&headers, Json(answer)),
        Err(_) => cors(&headers, StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn show(State(reader): State<CardReader>, Locale(lang): Locale, OriginalUri(uri): OriginalUri) -> Response {
    web::html(&page::build(&reader, &reader.texts.t(lang), uri.path()))
}

#[derive(Deserialize)]
struct Insert {
    card: String,
    #[serde(default)]
    pin1: String,
    #[serde(default)]
    pin2: String,
}

/// Puts a card into the reader, with ready PINs when they are given.
async fn insert(
    State(reader): State<CardReader>,
    form: Result<Form<Insert>, FormRejection>,
) -> Result<Redirect, PageError> {
    let Ok(Form(form)) = form else { return Err(PageError::of_status(StatusCode::BAD_REQUEST)) };
    if !reader.emulator.names().any(|name| name == form.card) {
        return Err(PageError::of_status(StatusCode::BAD_REQUEST));
    }
    reader.lock().inserted = Some(Inserted { name: form.card, pin1: form.pin1, pin2: form.pin2 });
    Ok(Redirect::to("/"))
}

async fn remove(State(reader): State<CardReader>) -> Redirect {
    reader.lock().inserted = None;
    Redirect::to("/")
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    card: String,
    #[serde(default)]
    pin: String,
    #[serde(default)]
    cancel: String,
}

/// Gives a waiting request its card and PIN, or cancels it.
async fn answer(
    State(reader): State<CardReader>,
    Path(id): Path<u64>,
    form: Result<Form<Answer>, FormRejection>,
) -> Result<Redirect, PageError> {
    let Ok(Form(form)) = form else { return Err(PageError::of_status(StatusCode::BAD_REQUEST)) };
    let waiting = reader.lock().waiting.remove(&id).ok_or_else(PageError::not_found)?;
    let typed = form.cancel.is_empty().then_some(Typed { card: form.card, pin: form.pin });
    // The page may have given up meanwhile; then there is nobody to tell.
    let _ = waiting.pin.send(typed);
    Ok(Redirect::to("/"))
}
