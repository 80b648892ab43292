//! The demo's front page: who is who, where everything is, the clock, and the archive's switch.

use super::places::Places;
use crate::clock::MovableClock;
use askama::Template;
use axum::extract::{Form, OriginalUri, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::DateTime;
use records::Lang;
use records::time::{Clock, finnish_zone};
use registers::cast::Cast;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use web::ui::{Notice, Tone};
use web::{Locale, Page, Product, Texts};

const TEXTS: [(Lang, &str); 3] = [
    (Lang::Fi, include_str!("../../texts/fi.ftl")),
    (Lang::Sv, include_str!("../../texts/sv.ftl")),
    (Lang::En, include_str!("../../texts/en.ftl")),
];

/// What the page shows and moves.
#[derive(Clone)]
pub struct Landing {
    /// The cast with its logins.
    pub cast: Arc<Cast>,
    /// Every address.
    pub places: Arc<Places>,
    /// Product time.
    pub clock: Arc<MovableClock>,
    /// Folder of the connection kit.
    pub kit: PathBuf,
    /// Where the clock's offset is kept, so that a continued demo does not go back in time.
    pub clock_file: PathBuf,
    /// The archive, for its switch.
    pub archive: archive::App,
    /// Whether the older clients have their history, so that a program may begin to play.
    pub ready: Arc<AtomicBool>,
}

#[derive(Clone)]
struct Front {
    landing: Landing,
    texts: Arc<Texts>,
}

/// The page's routes in the common shell.
///
/// # Errors
/// When the texts of the build are broken.
pub fn routes(landing: Landing) -> anyhow::Result<Router> {
    let texts = Texts::with(&TEXTS)?;
    let kit = web::Kit::new(Arc::clone(&texts), Product::Landing);
    let routes = Router::new()
        .route("/", get(show))
        .route("/demo.json", get(facts))
        .route("/clock", post(move_clock))
        .route("/archive", post(switch_archive))
        .with_state(Front { landing, texts });
    Ok(web::wrap(routes, &kit))
}

struct Place<'a> {
    key: &'static str,
    address: &'a str,
    /// Whether a browser can open it.
    opens: bool,
}

struct Worker<'a> {
    name: String,
    work: String,
    login: &'a str,
    password: &'a str,
    card: bool,
}

struct Person<'a> {
    name: String,
    code: &'a str,
}

#[derive(Template)]
#[template(path = "landing.html")]
struct LandingPage<'a> {
    page: Page,
    now: String,
    now_local: String,
    archive_down: bool,
    places: Vec<Place<'a>>,
    workers: Vec<Worker<'a>>,
    people: Vec<Person<'a>>,
    pin1: &'a str,
    pin2: &'a str,
}

async fn show(State(front): State<Front>, locale: Locale, OriginalUri(uri): OriginalUri) -> Response {
    render(&front, locale, uri.path(), None)
}

fn render(front: &Front, Locale(lang): Locale, path: &str, notice: Option<&str>) -> Response {
    let t = front.texts.t(lang);
    let landing = &front.landing;
    let now = landing.clock.now().to_zoned(finnish_zone()).datetime();
    let mut page = Page::new(t.clone(), Product::Landing, t.get("landing-title"), path);
    if let Some(key) = notice {
        page = page.notice(Notice::new(Tone::Warning, t.get(key)));
    }
    web::html(&LandingPage {
        page,
        now: now.strftime("%-d.%-m.%Y %-H.%M").to_string(),
        now_local: now.strftime("%Y-%m-%dT%H:%M").to_string(),
        archive_down: landing.archive.switch.faults().down,
        places: places(&landing.places),
        workers: workers(&landing.cast),
        people: people(&landing.cast),
        pin1: super::keys::PINS.0,
        pin2: super::keys::PINS.1,
    })
}

fn places(places: &Places) -> Vec<Place<'_>> {
    let opens = |key, address| Place { key, address, opens: true };
    vec![
        opens("landing-casework", &places.casework),
        opens("landing-citizen", &places.citizen),
        opens("landing-archive-keeper", &places.archive),
        opens("landing-registers", &places.registers),
        opens("landing-casework-https", &places.casework_https),
        opens("landing-citizen-https", &places.citizen_https),
        opens("landing-archive-https", &places.archive_https),
        opens("landing-reader", &places.reader),
        Place { key: "landing-messages", address: &places.messages, opens: false },
    ]
}

fn workers(cast: &Cast) -> Vec<Worker<'_>> {
    let row = |worker| {
        let worker: &registers::cast::Worker = worker;
        let units = worker.employments.iter().flat_map(|employment| &employment.units);
        let names: Vec<&str> =
            units.filter_map(|unit| cast.unit(&unit.unit)).map(|(_, unit)| unit.name.as_str()).collect();
        Worker {
            name: worker.name(),
            work: format!("{}, {}", worker.title, names.join("; ")),
            login: &worker.login,
            password: &worker.password,
            card: worker.card,
        }
    };
    cast.workers.iter().map(row).collect()
}

fn people(cast: &Cast) -> Vec<Person<'_>> {
    let shown = cast.people.iter().filter(|person| person.login);
    shown
        .map(|person| Person { name: format!("{} {}", person.calling, person.family), code: person.hetu.as_str() })
        .collect()
}

/// Addresses and logins for a program that plays the scenario.
async fn facts(State(front): State<Front>) -> Response {
    let workers: Vec<serde_json::Value> = workers(&front.landing.cast)
        .iter()
        .map(|worker| serde_json::json!({"login": worker.login, "password": worker.password, "name": worker.name, "card": worker.card}))
        .collect();
    let people: Vec<serde_json::Value> = people(&front.landing.cast)
        .iter()
        .map(|person| serde_json::json!({"name": person.name, "code": person.code}))
        .collect();
    Json(serde_json::json!({
        "places": *front.landing.places,
        "workers": workers,
        "people": people,
        "pins": super::keys::PINS,
        "kit": front.landing.kit.display().to_string(),
        "now": front.landing.clock.now().to_string(),
        "ready": front.landing.ready.load(Ordering::Acquire),
    }))
    .into_response()
}

#[derive(serde::Deserialize)]
struct At {
    /// Finnish local time, as `datetime-local` gives it.
    at: String,
}

async fn move_clock(State(front): State<Front>, locale: Locale, Form(At { at }): Form<At>) -> Response {
    let Some(wanted) = at.parse::<DateTime>().ok().and_then(|at| at.to_zoned(finnish_zone()).ok()) else {
        return render(&front, locale, "/", Some("landing-clock-unreadable"));
    };
    match front.landing.clock.move_to(wanted.timestamp()) {
        Ok(()) => match std::fs::write(&front.landing.clock_file, front.landing.clock.offset_ms().to_string()) {
            Ok(()) => Redirect::to("/").into_response(),
            Err(error) => {
                tracing::error!(%error, "the clock's offset could not be kept");
                web::PageError::of_status(axum::http::StatusCode::INTERNAL_SERVER_ERROR).into_response()
            }
        },
        Err(_) => render(&front, locale, "/", Some("landing-clock-back")),
    }
}

#[derive(serde::Deserialize)]
struct Switch {
    down: String,
}

async fn switch_archive(State(front): State<Front>, Form(Switch { down }): Form<Switch>) -> Response {
    let mut faults = front.landing.archive.switch.faults();
    faults.down = down == "1";
    front.landing.archive.switch.set(faults);
    Redirect::to("/").into_response()
}
