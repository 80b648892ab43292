//! Style sheet, script and the design systems' files.
//!
//! Our own style sheet and script are compiled in and enough by themselves. `assets/dist`, made by
//! `cargo xtask assets` from the lock file, only adds: tokens of the design systems and htmx. It is looked for at run
//! time, so `cargo build` needs no Node.

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::path::PathBuf;

const CSS: &str = include_str!("../assets/vakka.css");
const SCRIPT: &str = include_str!("../assets/vakka.js");
const ICON: &str = include_str!("../assets/vakka.svg");

/// Largest file served from `assets/dist`, in bytes; the largest made is a tenth of it.
const FILE_BYTES_MAX: u64 = 2 * 1024 * 1024;

/// The folder of built assets: `VAKKA_ASSETS`, else `assets/dist` here or next to the sources; `None` when not built.
pub fn folder() -> Option<PathBuf> {
    let named = std::env::var_os("VAKKA_ASSETS").map(PathBuf::from);
    let places =
        [PathBuf::from("assets/dist"), PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/dist"))];
    named.into_iter().chain(places).find(|place| place.join("manifest.json").is_file())
}

/// The sentence to say at start when the folder is missing.
pub const MISSING: &str =
    "assets/dist is missing: pages use Vakka's own style only; `cargo xtask assets` builds it (needs Node).";

/// Routes below `/assets`.
pub(crate) fn routes() -> Router {
    let folder = folder();
    if folder.is_none() {
        tracing::info!("{MISSING}");
    }
    Router::new()
        .route("/assets/vakka.css", get(|| async { kept("text/css; charset=utf-8", CSS) }))
        .route("/assets/vakka.js", get(|| async { kept("text/javascript; charset=utf-8", SCRIPT) }))
        .route("/assets/vakka.svg", get(|| async { kept("image/svg+xml", ICON) }))
        .route("/assets/dist/{file}", get(move |Path(file): Path<String>| built(folder, file)))
}

fn kept(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=3600")], body.into()).into_response()
}

/// One file of the folder. Names are flat: letters, digits, dots and hyphens, so no path can lead outside.
async fn built(folder: Option<PathBuf>, file: String) -> Response {
    let kind = match file.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "woff2")) => "font/woff2",
        Some((_, "svg")) => "image/svg+xml",
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let plain = !file.starts_with('.') && file.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
    let Some(folder) = folder.filter(|_| plain) else {
        // A page links to the design systems' files whether they are built or not; an empty file keeps the browser's log quiet.
        return if plain && file.ends_with(".css") { kept(kind, "") } else { StatusCode::NOT_FOUND.into_response() };
    };
    let path = folder.join(file);
    match tokio::fs::metadata(&path).await {
        Ok(about) if about.is_file() && about.len() <= FILE_BYTES_MAX => match tokio::fs::read(&path).await {
            Ok(bytes) => kept(kind, bytes),
            Err(_) => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
