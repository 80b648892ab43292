//! The management interface and its description: nothing undocumented, nothing told that is not so; and a page for each
//! code of the catalogue, fresh in `docs/errors`.

mod common;

use archive::{
    management::contract,
    routes,
    testing::*,
    validator::explain::{self, EXPLANATIONS},
};
use axum::{body::Body, http::Request};
use common::*;
use http_body_util::BodyExt;
use records::{Lang, refusal::Refusal};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};
use store::testing::{TestDb, for_each_engine};
use tower::ServiceExt;

async fn call(world: &World, method: &str, path: &str, body: &str) -> (u16, String, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let response = routes::management(world.app.clone()).oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let kind = response.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, kind, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

/// The routes that the shell brings, beside those of the table.
const OF_THE_SHELL: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

#[test]
fn every_route_is_described_and_every_description_has_a_route() {
    let mut routes = BTreeSet::new();
    for row in routes::pages().into_iter().chain(routes::machine()) {
        routes.extend(row.methods.iter().map(|method| format!("{method} {}", row.path)));
    }
    routes.extend(OF_THE_SHELL.map(|path| format!("get {path}")));
    let mut described = BTreeSet::new();
    for (path, operations) in contract::document()["paths"].as_object().unwrap() {
        described.extend(operations.as_object().unwrap().keys().map(|method| format!("{method} {path}")));
    }
    assert_eq!(routes, described);
}

#[test]
fn every_setting_is_described() {
    let schema = &contract::document()["components"]["schemas"]["Settings"]["properties"];
    for (name, setting) in schema.as_object().unwrap() {
        let words = setting["description"].as_str().unwrap_or_default();
        assert!(words.len() > 20 && words.ends_with('.'), "{name}: {words}");
    }
}

#[tokio::test]
async fn a_row_of_the_table_answers_its_methods_and_no_others() {
    let test = TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    for row in routes::pages().into_iter().chain(routes::machine()) {
        let path = row.path.replace("{organisation}", KIELO).replace("{organiser}", JHHVA).replace("{task}", "IAKAS");
        for method in ["GET", "POST", "PUT", "DELETE", "PATCH"] {
            let known = row.methods.contains(&method.to_lowercase().as_str());
            let (status, kind, _) = call(&world, method, &path, "{}").await;
            assert_eq!(status != 405, known, "{method} {path} {status}");
            assert!(status < 500, "{method} {path} {status} {kind}");
        }
    }
}

#[tokio::test]
async fn bad_bodies_and_unknown_names_are_problems_with_a_code() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let joining = serde_json::to_value(archive::joining::Joining::joined(KIELO)).unwrap();
        let of_other = joining.to_string().replace(KIELO, JHHVA);
        let mut unknown_key = joining.clone();
        unknown_key["extra"] = json!(1);
        let mut no_state = joining.clone();
        no_state.as_object_mut().unwrap().remove("state");
        let kielo = format!("/joining/{KIELO}");
        let go_live = format!("/go-live/{JHHVA}/IAKAS");
        let faults = [
            ("PUT", kielo.as_str(), "{", 400, "BAD_REQUEST"),
            ("PUT", &kielo, "[]", 400, "BAD_REQUEST"),
            ("PUT", &kielo, &unknown_key.to_string(), 400, "BAD_REQUEST"),
            ("PUT", &kielo, &no_state.to_string(), 400, "BAD_REQUEST"),
            ("PUT", &kielo, &of_other, 409, "BAD_REQUEST"),
            ("PUT", "/joining/1.2.3", &joining.to_string(), 404, "ORG_UNKNOWN"),
            ("PUT", &go_live, r#"{"starts":"2026-02-30"}"#, 400, "BAD_REQUEST"),
            ("PUT", &go_live, r#"{"starts":"2026-02-28","ends":null}"#, 400, "BAD_REQUEST"),
            ("PUT", &format!("/go-live/{JHHVA}/77"), r#"{"starts":"2026-02-28"}"#, 404, "CODE_INVALID"),
            ("PUT", "/settings", r#"{"grace_days":"thirty"}"#, 400, "BAD_REQUEST"),
            ("PUT", "/settings", r#"{"grace_days":-1}"#, 400, "BAD_REQUEST"),
            ("PUT", "/settings", r#"{"gracedays":30}"#, 400, "BAD_REQUEST"),
            ("POST", "/test/faults", r#"{"slow_ms":true}"#, 400, "BAD_REQUEST"),
            ("GET", "/log/proof/inclusion?register=archive", "", 400, "BAD_REQUEST"),
            ("GET", "/log/proof/inclusion?register=archive&index=x&size=1", "", 400, "BAD_REQUEST"),
            ("GET", "/log/proof/consistency?register=nobody&from=1&to=2", "", 404, "BAD_REQUEST"),
            ("DELETE", "/settings", "", 405, "BAD_REQUEST"),
        ];
        for (method, path, body, status, code) in faults {
            let (got, kind, problem) = call(&world, method, path, body).await;
            assert_eq!((got, kind.as_str()), (status, "application/problem+json"), "{method} {path} {body}");
            assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some(code), Some(status.into())));
        }
        // The twins that are right.
        assert_eq!(call(&world, "PUT", &kielo, &joining.to_string()).await.0, 204);
        assert_eq!(call(&world, "PUT", &go_live, r#"{"starts":"2026-02-28"}"#).await.0, 204);
        assert_eq!(call(&world, "POST", "/test/faults", r#"{"slow_ms":0.0}"#).await.0, 204, "0.0 is whole");
    })
    .await;
}

#[tokio::test]
async fn the_settings_that_are_given_are_the_settings_that_are_taken() {
    let test = TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    let (_, _, mut settings) = call(&world, "GET", "/settings", "").await;
    assert_ne!(settings["grace_days"], 31);
    settings["grace_days"] = json!(31);
    assert_eq!(call(&world, "PUT", "/settings", &settings.to_string()).await.0, 204);
    let (_, _, again) = call(&world, "GET", "/settings", "").await;
    assert_eq!(settings, again);
}

#[tokio::test]
async fn a_form_of_another_site_cannot_turn_a_switch() {
    let test = TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    let request = Request::post("/test/reset")
        .header("sec-fetch-site", "cross-site")
        .header("origin", "https://elsewhere.example")
        .body(Body::empty())
        .unwrap();
    let response = routes::management(world.app.clone()).oneshot(request).await.unwrap();
    assert_eq!(response.status(), 403);
}

#[tokio::test]
async fn a_reset_forgets_every_table_that_is_not_an_operators() {
    let test = TestDb::sqlite().await;
    let aino = Aino::new(test.db.clone()).await;
    aino.stored_entry().await;
    let named = |words: &'static str| {
        let rests = archive::schema::MIGRATIONS.iter().flat_map(move |migration| migration.sql.split(words).skip(1));
        rests.map(|rest| rest.split_whitespace().collect::<Vec<_>>())
    };
    let mut tables: BTreeSet<&str> = named("CREATE TABLE ").map(|words| words[0]).collect();
    for renamed in named("ALTER TABLE ").filter(|words| words[1] == "RENAME" && words[2] == "TO") {
        tables.remove(renamed[0]);
    }
    let sorted: BTreeSet<&str> = archive::management::RESET.iter().chain(archive::management::KEPT).copied().collect();
    assert_eq!(tables, sorted, "a new table is either emptied by a reset or kept");
    assert_eq!(call(&aino.world, "POST", "/test/reset", "").await.0, 204);
    for table in archive::management::RESET {
        assert_eq!(aino.world.count(table).await, 0, "{table}");
    }
    assert!(aino.world.count("joining").await > 0);
}

/// The switches in force stand on the front page of a build that has them.
#[tokio::test]
async fn the_front_page_tells_what_this_is_and_which_switches_are_on() {
    let test = TestDb::sqlite().await;
    let world = World::new(test.db.clone()).await;
    assert_eq!(call(&world, "POST", "/test/faults", r#"{"slow_ms":250,"refuse_one_of":3}"#).await.0, 204);
    let request = Request::get("/").body(Body::empty()).unwrap();
    let response = routes::management(world.app.clone()).oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    let page = String::from_utf8_lossy(&bytes);
    for said in ["Ei sertifioitu, ei yhteydessä Kelaan", "250 ms", "joka 3. sanoma", "/virheet", "/openapi.json"] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn every_code_of_the_catalogue_is_explained_once() {
    let explained: Vec<Refusal> = EXPLANATIONS.iter().map(|explanation| explanation.refusal).collect();
    assert_eq!(explained, Refusal::ALL);
    for explanation in EXPLANATIONS {
        for lang in [Lang::Fi, Lang::Sv] {
            assert!(explanation.why(lang).ends_with('.') && explanation.mend(lang).ends_with('.'), "{explanation:?}");
        }
        assert!(!explanation.place.is_empty());
    }
}

fn errors_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors")
}

/// `VAKKA_BLESS=1` writes them anew.
#[test]
fn the_pages_of_docs_errors_are_fresh() {
    let mut pages: Vec<(String, String)> = EXPLANATIONS
        .iter()
        .map(|explanation| (format!("{}.md", explanation.refusal.code()), explain::page(explanation)))
        .collect();
    pages.push(("README.md".to_owned(), explain::index()));
    let folder = errors_folder();
    if std::env::var_os("VAKKA_BLESS").is_some() {
        std::fs::create_dir_all(&folder).unwrap();
        for (name, text) in &pages {
            std::fs::write(folder.join(name), text).unwrap();
        }
    }
    for (name, text) in &pages {
        let written = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(
            &written, text,
            "docs/errors/{name} is not fresh: VAKKA_BLESS=1 cargo test -p archive --test management"
        );
    }
    let there = std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(there, pages.len(), "docs/errors holds a page of no code");
}
