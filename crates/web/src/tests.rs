//! Pages render in every language with sample values, the guards guard, and slow peers are let go.

use crate::error::PageError;
use crate::lang::{self, NAME};
use crate::page::{NavItem, Page, Product, UserLine};
use crate::session::{Policy, Sessions};
use crate::texts::{MISSING, Texts};
use crate::ui::{Chip, Empty, Field, Input, Notice, Pager, Table, Tone, masked};
use askama::Template;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use axum::routing::{get, post};
use axum::{Form, Router};
use http_body_util::BodyExt;
use jiff::{SignedDuration, Timestamp};
use records::Lang;
use records::id::PersonalIdentityCode;
use records::time::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use tower::ServiceExt;

const LANGS: [Lang; 3] = [Lang::Fi, Lang::Sv, Lang::En];

#[derive(Template)]
#[template(path = "sample.html")]
struct Sample {
    page: Page,
    fields: Vec<Field>,
    chips: Vec<Chip>,
    table: Table,
    pairs: Vec<(String, String)>,
    masked: String,
    empty: Empty,
    empty_notice: Notice,
    pager: Pager,
}

fn fields() -> Vec<Field> {
    let two = || vec![("a".to_owned(), "Aalto".to_owned()), ("b".to_owned(), "<b>Beeta</b>".to_owned())];
    vec![
        Field::line("nimi", "Nimi", "\"><script>alert(1)</script>").required().hint("Etunimi ja sukunimi"),
        Field::line("pvm", "Päivä", "").error("Päivä puuttuu").hint("Esimerkiksi 7.9.2026"),
        Field::new("teksti", "Teksti", "rivi", Input::Text(6)).error("Kirjoita ainakin yksi lause"),
        Field::new("valinta", "Valinta", "b", Input::Choice(two())),
        Field::new("radio", "Radio", "a", Input::Radio(two())).required(),
        Field::new("rasti", "Rasti", "on", Input::Check),
        Field::new("piilo", "", "x", Input::Hidden),
    ]
}

fn sample(texts: &Arc<Texts>, lang: Lang) -> Sample {
    let t = texts.t(lang);
    let user = UserLine {
        name: "Liisa Kettunen".into(),
        organisation: "Hoivakoti Kielo Oy".into(),
        unit: "Kielo Ahola".into(),
        duty: "lähihoitaja".into(),
        log_out: "/ulos".into(),
        change: "/yksikko".into(),
    };
    let nav = vec![NavItem { href: "/".into(), label: "Tänään".into(), current: true, count: 3 }];
    let page = Page::new(t.clone(), Product::Casework, "Näyte", "/sample")
        .for_user(user, "token", nav)
        .clock("7.9.2026 9.15")
        .notice(Notice::new(Tone::Good, "Tallennettu").text("Luonnos tallennettu 14.02"));
    let states = ["draft", "ready", "sending", "archived", "rejected", "waiting_right", "waiting_card", "held"];
    Sample {
        page,
        fields: fields(),
        chips: states.iter().chain(&["replaced", "invalidated"]).map(|state| Chip::state(&t, state)).collect(),
        table: Table {
            caption: "Asiakkaat".into(),
            head: vec!["Nimi".into(), "Asia".into()],
            rows: vec![vec!["Aino".into(), "2026-1".into()]],
        },
        pairs: vec![("Asia".into(), "palvelutarpeen arviointi".into())],
        masked: masked(&PersonalIdentityCode::parse("120243-934K").unwrap()),
        empty: Empty { text: "Ei vielä kirjauksia.".into(), href: "/uusi".into(), action: "Kirjaa".into() },
        empty_notice: Notice::new(Tone::Warning, "Kanta ei vastaa"),
        pager: Pager { previous: "/?a=1".into(), next: "/?b=2".into() },
    }
}

#[test]
fn every_component_renders_in_every_language_and_escapes_what_people_write() {
    let texts = Texts::with(&[]).unwrap();
    for lang in LANGS {
        let page = sample(&texts, lang).render().unwrap();
        assert!(!page.contains(MISSING), "{page}");
        assert!(page.contains(&format!("<html lang=\"{}\">", lang.tag())));
        assert!(!page.contains("<script>alert") && !page.contains("<b>Beeta"));
        assert!(!page.contains("934") && page.contains("120243-•••K"), "a whole identity code is on the page");
        assert!(!page.contains(" style="), "the content security policy would refuse it");
        let html = scraper::Html::parse_document(&page);
        assert!(html.errors.is_empty(), "{:?}", html.errors);
        every_input_has_a_label(&html);
    }
}

fn every_input_has_a_label(html: &scraper::Html) {
    let select = |css: &str| scraper::Selector::parse(css).unwrap();
    let ids: Vec<String> =
        html.select(&select("[id]")).filter_map(|e| e.value().attr("id").map(str::to_owned)).collect();
    let unique: std::collections::HashSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "an id stands twice");
    for input in html.select(&select("input:not([type=hidden]):not([type=radio]), select, textarea")) {
        let id = input.value().attr("id").unwrap();
        assert_eq!(html.select(&select(&format!("label[for={id}]"))).count(), 1, "{id}");
        for described in input.value().attr("aria-describedby").unwrap_or("").split_whitespace() {
            assert!(ids.iter().any(|known| known == described), "{described}");
        }
    }
}

#[test]
fn texts_are_complete_in_three_languages_and_none_is_unused() {
    let texts = Texts::with(&[]).unwrap();
    let sources: Vec<String> = ["src", "templates"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/").to_owned() + folder).unwrap())
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    let faults = texts.missing_or_unused(include_str!("../texts/fi.ftl"), &sources, &LANGS);
    assert!(faults.is_empty(), "{faults:#?}");
    let short = Texts::with(&[(Lang::Fi, "only-here = x\n")]).unwrap();
    let faults = short.missing_or_unused("only-here = x\n", &[], &LANGS);
    assert_eq!(faults.len(), 3, "missing in sv, in en, and unused: {faults:?}");
}

#[test]
fn a_missing_text_is_loud_and_english_falls_back_to_finnish() {
    let own = [(Lang::Fi, "hello = Hei { $who }\n"), (Lang::Sv, "hello = Hej { $who }\n")];
    let texts = Texts::with(&own).unwrap();
    assert_eq!(texts.t(Lang::Sv).with("hello", [("who", "Aino")]), "Hej Aino");
    assert_eq!(texts.t(Lang::En).with("hello", [("who", "Aino")]), "Hei Aino");
    assert!(texts.t(Lang::Fi).get("hello").starts_with(MISSING), "an argument is missing");
    assert!(texts.t(Lang::Fi).get("nowhere").starts_with(MISSING));
    assert_eq!(texts.t(Lang::Fi).with("form-faults", [("n", 1)]), "Yksi kohta on korjattava");
    assert_eq!(texts.t(Lang::Fi).with("form-faults", [("n", 2)]), "2 kohtaa on korjattava");
    assert!(Texts::with(&[(Lang::Fi, "log-out = again\n")]).is_err(), "a key of the kit is taken");
}

struct Hands(Mutex<Timestamp>);

impl Hands {
    fn turn(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }
}

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

fn sessions() -> (Arc<Hands>, Sessions<u32>) {
    let clock = Arc::new(Hands(Mutex::new("2026-09-07T06:00:00Z".parse().unwrap())));
    (Arc::clone(&clock), Sessions::new(Policy::staff("vakka"), clock))
}

#[test]
fn a_session_ends_when_idle_when_old_and_when_told() {
    let (clock, sessions) = sessions();
    let token = sessions.begin("liisa", 1);
    clock.turn(SignedDuration::from_mins(14));
    assert!(sessions.get(&token).is_some());
    clock.turn(SignedDuration::from_mins(15));
    assert!(sessions.get(&token).is_none(), "idle");
    let token = sessions.begin("liisa", 1);
    for _ in 0..59 {
        clock.turn(SignedDuration::from_mins(10));
        assert!(sessions.get(&token).is_some());
    }
    clock.turn(SignedDuration::from_mins(10));
    assert!(sessions.get(&token).is_none(), "ten hours");
    let token = sessions.begin("liisa", 1);
    assert!(sessions.update(&token, |payload| *payload = 7));
    let renewed = sessions.renew(&token).unwrap();
    assert!(sessions.get(&token).is_none() && sessions.get(&renewed).unwrap().payload == 7);
    sessions.end_subject("liisa");
    assert!(sessions.get(&renewed).is_none());
}

#[test]
fn a_third_session_ends_the_first_and_another_persons_stays() {
    let (clock, sessions) = sessions();
    let other = sessions.begin("ritva", 0);
    let tokens: Vec<_> = (0..3)
        .map(|n| {
            clock.turn(SignedDuration::from_secs(1));
            sessions.begin("liisa", n)
        })
        .collect();
    let live: Vec<bool> = tokens.iter().map(|token| sessions.get(token).is_some()).collect();
    assert_eq!(live, [false, true, true]);
    assert!(sessions.get(&other).is_some());
}

#[test]
fn cookies_are_closed_to_scripts_and_bound_to_the_host_over_https() {
    let (_, sessions) = sessions();
    let token = sessions.begin("liisa", 1);
    let plain = sessions.policy().set_cookie(&token, false).to_str().unwrap().to_owned();
    assert!(plain.starts_with("vakka=") && plain.contains("HttpOnly") && plain.contains("SameSite=Strict"));
    let secure = sessions.policy().set_cookie(&token, true).to_str().unwrap().to_owned();
    assert!(secure.starts_with("__Host-vakka=") && secure.contains("Secure") && secure.contains("Path=/;"));
    assert!(format!("{token:?}").len() < 12, "debug shows no token");
}

fn app() -> Router {
    let kit = crate::Kit::new(Texts::with(&[]).unwrap(), Product::Casework);
    let routes = Router::new()
        .route("/", get(|| async { "hello" }))
        .route("/post", post(|Form(_): Form<HashMap<String, String>>| async { "saved" }))
        .route(
            "/panic",
            get(|| async {
                if true {
                    panic!("on purpose")
                }
            }),
        )
        .route("/refused", get(|| async { PageError::stale_form().code("X_1") }));
    crate::wrap(routes, &kit)
}

async fn ask(request: Request<Body>) -> (StatusCode, axum::http::HeaderMap, String) {
    let response = app().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    (parts.status, parts.headers, String::from_utf8_lossy(&body).into_owned())
}

fn to(path: &str) -> axum::http::request::Builder {
    Request::builder().uri(path).header("host", "localhost").header("accept", "text/html")
}

#[tokio::test]
async fn every_answer_has_the_guards_and_errors_are_pages_with_a_way_onward() {
    let (status, headers, _) = ask(to("/").body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    assert_eq!(headers["cache-control"], "no-store");
    for (path, status, code) in [("/nowhere", 404, ""), ("/panic", 500, ""), ("/refused", 403, "X_1")] {
        let (got, headers, body) = ask(to(path).header("cookie", "kieli=sv").body(Body::empty()).unwrap()).await;
        assert_eq!(got.as_u16(), status, "{path}");
        assert!(body.contains("<html lang=\"sv\">") && body.contains("Till första sidan"), "{path}: {body}");
        assert!(body.contains(code) && !body.contains("on purpose") && !body.contains(MISSING));
        assert!(headers.contains_key("content-security-policy"));
    }
    let json = Request::builder().uri("/nowhere").header("accept", "application/json").body(Body::empty()).unwrap();
    let (_, headers, _) = ask(json).await;
    assert_ne!(headers["content-type"], "application/problem+json", "a handler's own page error stays a page");
}

#[tokio::test]
async fn a_form_of_another_site_is_refused_and_our_own_is_taken() {
    let form = |site: &str| {
        to("/post")
            .method(Method::POST)
            .header("sec-fetch-site", site)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("a=b"))
            .unwrap()
    };
    assert_eq!(ask(form("same-origin")).await.2, "saved");
    let (status, _, body) = ask(form("cross-site")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(body.contains("<html"), "{body}");
    assert!(crate::csrf::check("abc", "abc").is_ok());
    assert!(crate::csrf::check("abc", "abd").is_err() && crate::csrf::check("", "").is_err());
}

#[tokio::test]
async fn the_language_link_sets_the_cookie_and_cleans_the_address() {
    let (status, headers, _) = ask(to("/?q=1&kieli=sv").body(Body::empty()).unwrap()).await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (StatusCode::SEE_OTHER, "/?q=1"));
    assert!(headers["set-cookie"].to_str().unwrap().starts_with(&format!("{NAME}=sv;")));
    let (_, headers, _) = ask(to("//evil.example/?kieli=sv").body(Body::empty()).unwrap()).await;
    assert_eq!(headers["location"], "/evil.example/");
    let mut headers = axum::http::HeaderMap::new();
    headers.insert("accept-language", "sv-FI,fi;q=0.5".parse().unwrap());
    assert_eq!(lang::of(&"/".parse().unwrap(), &headers), Lang::Sv);
    assert_eq!(lang::of(&"/?kieli=xx".parse().unwrap(), &axum::http::HeaderMap::new()), Lang::Fi);
}

#[tokio::test]
async fn health_and_metrics_answer_without_a_session_and_say_what_is_waited_for() {
    let mut kit = crate::Kit::new(Texts::with(&[]).unwrap(), Product::Casework);
    kit.ready = Arc::new(|| Box::pin(async { Err("archive") }));
    let ask = async |path: &str| {
        let response = crate::wrap(Router::new(), &kit).oneshot(to(path).body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status();
        (status, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
    };
    assert_eq!(ask("/health/live").await, (StatusCode::OK, "ok\n".to_owned()));
    assert_eq!(ask("/health/ready").await, (StatusCode::SERVICE_UNAVAILABLE, "archive\n".to_owned()));
    assert_eq!(ask("/metrics").await.0, StatusCode::OK);
}

#[tokio::test]
async fn own_assets_are_served_and_no_path_leads_outside_the_folder() {
    for (path, kind) in
        [("/assets/vakka.css", "text/css; charset=utf-8"), ("/assets/vakka.js", "text/javascript; charset=utf-8")]
    {
        let (status, headers, body) = ask(to(path).body(Body::empty()).unwrap()).await;
        assert_eq!((status, headers["content-type"].to_str().unwrap()), (StatusCode::OK, kind));
        assert!(body.len() > 500);
    }
    for path in ["/assets/dist/..%2f..%2fCargo.toml", "/assets/dist/..%2fbuild.mjs.css", "/assets/dist/manifest.json"] {
        assert_eq!(ask(to(path).body(Body::empty()).unwrap()).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let tokens = ask(to("/assets/dist/tokens-citizen.css").body(Body::empty()).unwrap()).await;
    assert_eq!(tokens.0, StatusCode::OK, "built or not, the page's link leads somewhere");
}
