//! What a phone keeps to show pages without a network: two pages without anybody's data, their style and scripts, and the
//! service worker that puts them in place of what cannot be fetched.

use std::sync::LazyLock;

use askama::Template;
use aws_lc_rs::digest;
use axum::{
    extract::{Path, State},
    http::header::{CACHE_CONTROL, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use records::Lang;
use serde_json::json;
use web::{Locale, Page, Product, T};

use super::pages::missing;
use crate::app::App;

/// Address of the web manifest.
pub const MANIFEST: &str = "/tyo/vakka.webmanifest";
/// The service worker; its version is filled in here.
const WORKER: &str = include_str!("../../assets/verkotta.js");
/// The encrypted store.
pub const STORE: &str = include_str!("../../assets/kaappi.js");
/// The queue and its sending.
pub const QUEUE: &str = include_str!("../../assets/jono.js");
/// The list of notes in this browser.
pub const NOTES: &str = include_str!("../../assets/muistiot.js");
/// What every page of a worker does with them.
pub const PHONE: &str = include_str!("../../assets/puhelin.js");
/// The page of the day without a network.
pub const SHELL: &str = include_str!("../../assets/kuori.js");

/// The part of `/puhelin` that takes a phone into use, by script alone: without one there is no store to make.
#[derive(Template)]
#[template(path = "phone_take_up.html")]
pub struct TakeUp {
    /// Texts.
    pub t: T,
}

/// The page of the day, empty: the script fills it from the encrypted store.
#[derive(Template)]
#[template(path = "phone_shell.html")]
struct Shell {
    page: Page,
    /// Whether it stands in place of the day's page, or of another one.
    today: bool,
}

fn page(app: &App, lang: &str, today: bool) -> Option<Response> {
    let lang = [Lang::Fi, Lang::Sv].into_iter().find(|one| one.tag() == lang)?;
    let t = app.texts.t(lang);
    let title = t.get(if today { "today-title" } else { "phone-no-network" });
    let mut page = Page::new(t, Product::Casework, title, "/tanaan");
    page.manifest = MANIFEST.into();
    Some(web::html(&Shell { page, today }))
}

/// `GET /puhelin/kuori/{lang}`: the page of the day without a network
pub async fn today(State(app): State<App>, Path(lang): Path<String>) -> Response {
    page(&app, &lang, true).unwrap_or_else(missing)
}

/// `GET /puhelin/poikki/{lang}`: any other page without a network
pub async fn elsewhere(State(app): State<App>, Path(lang): Path<String>) -> Response {
    page(&app, &lang, false).unwrap_or_else(missing)
}

/// Changes whenever anything changes that a phone keeps, so that it fetches all of it anew.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let kept = [WORKER, STORE, QUEUE, NOTES, PHONE, SHELL, crate::routes::CSS, crate::TEXTS[0].1, crate::TEXTS[1].1];
    let own = env!("CARGO_PKG_VERSION");
    hex::encode(&digest::digest(&digest::SHA256, format!("{own}{}", kept.concat()).as_bytes()).as_ref()[..8])
});

/// `GET /verkotta.js`: at the root, since a service worker serves what lies below it
pub async fn worker() -> Response {
    let script = WORKER.replace("__VERSION__", &VERSION);
    let kind = "text/javascript; charset=utf-8";
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "no-cache")], script).into_response()
}

/// `GET /tyo/vakka.webmanifest`
pub async fn manifest(State(app): State<App>, Locale(lang): Locale) -> Response {
    let t = app.texts.t(lang);
    let manifest = json!({
        "id": "/tanaan",
        "name": t.get("product-casework"),
        "short_name": "Vakka",
        "lang": t.tag(),
        "start_url": "/tanaan",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f8",
        "theme_color": "#005799",
        "icons": [{ "src": "/assets/vakka.svg", "type": "image/svg+xml", "sizes": "any", "purpose": "any" }],
    });
    ([(CONTENT_TYPE, "application/manifest+json")], manifest.to_string()).into_response()
}
