//! The doors answer what the cast says, the client tells "unknown" from "out of reach", and the pages are whole.

use crate::cast::Cast;
use crate::client::Registers;
use crate::model::{PersonQuestion, Scope};
use crate::server::{Server, TEXTS, spawn};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt;
use jiff::civil::date;
use records::Lang;
use records::access::Duty;
use records::code::{CaseName, ServiceTask, SocialService};
use records::id::{BusinessId, OrganisationId, PersonalIdentityCode, RegistrationNumber, ServiceUnitId};
use records::joining::JoiningState;
use std::collections::HashSet;
use tower::ServiceExt;
use web::Texts;

fn hetu(text: &str) -> PersonalIdentityCode {
    PersonalIdentityCode::parse(text).unwrap()
}

fn unit(text: &str) -> ServiceUnitId {
    ServiceUnitId::parse(text).unwrap()
}

#[test]
fn every_person_of_the_cast_is_of_the_900_series_and_stands_once() {
    let cast = Cast::built_in().unwrap();
    let workers = cast.workers.iter().map(|worker| &worker.hetu);
    let all: Vec<_> = workers.chain(cast.people.iter().map(|person| &person.hetu)).collect();
    assert!(all.iter().all(|code| code.is_test()));
    assert_eq!(all.iter().map(|code| code.as_str()).collect::<HashSet<_>>().len(), all.len());
    let numbers: Vec<_> = cast.workers.iter().filter_map(|worker| worker.registration.as_ref()).collect();
    assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
    let named = ["Aino Korpela", "Eetu Lahtinen", "Noora Lahtinen", "Mikko Lahtinen", "Sami Virtala", "Tuula Rantanen"];
    for name in named.iter().chain(&["Leena Heikkinen", "Pirkko Korpela"]) {
        let count = cast.people.iter().filter(|p| format!("{} {}", p.calling, p.family) == **name).count();
        assert_eq!(count, 1, "{name}");
    }
}

#[test]
fn every_reference_inside_the_cast_leads_somewhere() {
    let cast = Cast::built_in().unwrap();
    for organisation in &cast.organisations {
        let id = BusinessId::parse(&organisation.business_id).unwrap();
        assert_eq!(id.arc(), organisation.oid.arc(), "{}", organisation.name);
        assert!(JoiningState::parse(&organisation.joining.state).is_some());
        assert!(organisation.units.iter().all(|unit| unit.oid.belongs_to(&organisation.oid)));
        let tasks = organisation.units.iter().flat_map(|unit| &unit.tasks);
        assert!(tasks.chain(organisation.go_live.iter().map(|go| &go.task)).all(|t| ServiceTask::parse(t).is_some()));
        let mut services = organisation.units.iter().flat_map(|unit| &unit.services);
        assert!(services.all(|service| SocialService::new(service.clone()).row().is_some()));
    }
    for worker in &cast.workers {
        for membership in worker.employments.iter().flat_map(|employment| &employment.units) {
            assert!(
                cast.unit(&membership.unit).is_some() && Duty::parse(&membership.duty).is_some(),
                "{}",
                worker.login
            );
            assert!(membership.tasks.iter().all(|task| ServiceTask::parse(task).is_some()));
        }
        let mut excepted = worker.delegations.iter().flat_map(|delegation| &delegation.except_services);
        assert!(excepted.all(|service| SocialService::new(service.clone()).row().is_some()));
    }
    assert!(cast.guardianships.iter().all(|g| cast.person(&g.child).is_some() && cast.person(&g.guardian).is_some()));
    assert!(cast.mandates.iter().all(|m| cast.person(&m.principal).is_some() && cast.person(&m.agent).is_some()));
    for history in &cast.history {
        assert!(cast.person(&history.client).is_some() && cast.unit(&history.unit).is_some());
        assert!(cast.worker(&history.worker).is_some() && CaseName::parse(&history.case_name).is_some());
        assert!(history.entries.iter().all(|entry| cast.worker(&entry.by).is_some()));
    }
}

#[tokio::test]
async fn units_are_told_with_their_validity_and_a_closed_one_is_found_closed() {
    let (base, _serving) = spawn(Cast::built_in().unwrap(), "127.0.0.1:0").await.unwrap();
    let registers = Registers::new(&base);
    let ahola = registers.unit(&unit("1.2.246.10.99990031.10.31")).await.unwrap().unwrap();
    assert!(ahola.is_valid_on(date(2026, 9, 28)) && !ahola.is_valid_on(date(2019, 3, 31)));
    assert!(registers.unit(&unit("1.2.246.10.99990031.10.99")).await.unwrap().is_none());
    let closed = registers.unit(&unit("1.2.246.10.99990015.10.15")).await.unwrap().unwrap();
    assert!(closed.is_valid_on(date(2025, 12, 31)) && !closed.is_valid_on(date(2026, 1, 1)));

    let door = format!("{base}/units/{}/close", ahola.oid);
    let http = reqwest::Client::new();
    let answer = http.post(&door).json(&serde_json::json!({ "valid_to": "2026-10-01" })).send().await.unwrap();
    assert!(answer.status().is_success());
    assert!(registers.unit(&ahola.oid).await.unwrap().unwrap().valid_to.is_none(), "remembered for a minute");
    registers.forget();
    assert_eq!(registers.unit(&ahola.oid).await.unwrap().unwrap().valid_to, Some(date(2026, 10, 1)));
    let on = |day: &str| format!("{base}/units/{}?on={day}", ahola.oid);
    assert_eq!(http.get(on("2026-10-01")).send().await.unwrap().status(), 200);
    assert_eq!(http.get(on("2026-10-02")).send().await.unwrap().status(), 404);
    let foreign = serde_json::json!({ "oid": "1.2.246.10.5.10.1", "organisation": "1.2.246.10.99990031.10.0",
        "name": "x", "name_sv": "x", "valid_from": "2026-01-01" });
    assert_eq!(http.post(format!("{base}/units")).json(&foreign).send().await.unwrap().status(), 400);
    let jarvi = OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap();
    assert_eq!(registers.units_of(&jarvi).await.unwrap().len(), 5);
    assert_eq!(registers.organisation(&jarvi).await.unwrap().unwrap().name, "Järvi-Hämeen hyvinvointialue");
}

#[tokio::test]
async fn population_and_mandates_answer_for_the_day_asked() {
    let (base, _serving) = spawn(Cast::built_in().unwrap(), "127.0.0.1:0").await.unwrap();
    let registers = Registers::new(&base);
    let tuula = registers.person(&hetu("301158-9284")).await.unwrap().unwrap();
    assert!(tuula.non_disclosure && tuula.address.is_empty() && tuula.municipality.is_empty(), "turvakielto");
    assert_eq!(registers.person(&hetu("120243-934K")).await.unwrap().unwrap().birth_date, date(1943, 2, 12));
    assert!(registers.person(&hetu("010101-901S")).await.unwrap().is_none());

    let (eetu, noora) = (hetu("230911A957T"), hetu("150684-946P"));
    assert_eq!(registers.guardianships(&eetu, date(2029, 9, 22)).await.unwrap().guardians.len(), 2);
    assert!(registers.guardianships(&eetu, date(2029, 9, 23)).await.unwrap().guardians.is_empty(), "18 years");
    assert_eq!(registers.guardianships(&noora, date(2026, 9, 7)).await.unwrap().wards[0].hetu, eetu);

    let pirkko = hetu("040569-912U");
    let mandates = registers.mandates_of_agent(&pirkko, date(2026, 10, 12)).await.unwrap();
    assert_eq!(mandates.len(), 1, "the other has ended");
    assert_eq!((mandates[0].scope, mandates[0].principal.name.as_str()), (Scope::ViewAndAct, "Aino Korpela"));
    assert!(registers.mandates_of_agent(&pirkko, date(2026, 1, 14)).await.unwrap().is_empty());
    assert!(registers.mandates_of_agent(&noora, date(2026, 10, 12)).await.unwrap().is_empty());
    let pentti = registers.mandates_of_agent(&hetu("090748-9051"), date(2026, 10, 12)).await.unwrap();
    assert_eq!((pentti.len(), pentti[0].scope), (1, Scope::View), "he may look and not act");
}

#[tokio::test]
async fn fr_74_a_child_under_turvakielto_is_in_no_guardians_list() {
    let mut cast = Cast::built_in().unwrap();
    let (eetu, noora) = (hetu("230911A957T"), hetu("150684-946P"));
    let child = cast.people.iter_mut().find(|person| person.hetu == eetu).unwrap();
    child.non_disclosure = true;
    let (base, _serving) = spawn(cast, "127.0.0.1:0").await.unwrap();
    let registers = Registers::new(&base);
    assert!(registers.guardianships(&noora, date(2026, 9, 7)).await.unwrap().wards.is_empty());
    assert_eq!(registers.guardianships(&eetu, date(2026, 9, 7)).await.unwrap().guardians.len(), 2);
}

#[tokio::test]
async fn a_death_is_noted_with_its_day_and_told_to_who_asks() {
    let (base, _serving) = spawn(Cast::built_in().unwrap(), "127.0.0.1:0").await.unwrap();
    let http = reqwest::Client::new();
    let post = async |door: &str, body: serde_json::Value| {
        let answer = http.post(format!("{base}/population/{door}")).json(&body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let aino = serde_json::json!({ "hetu": "120243-934K" });
    let died = async || {
        let (status, person) = post("person", aino.clone()).await;
        assert_eq!(status, 200);
        serde_json::from_str::<serde_json::Value>(&person).unwrap().get("died").cloned()
    };
    assert_eq!(died().await, None, "alive");
    // The twins: without a day nothing is noted, and nobody dies who is not there.
    let (status, said) = post("death", aino.clone()).await;
    assert_eq!((status, said.contains("934")), (400, false), "{said}");
    let nobody = serde_json::json!({ "hetu": "010101-901S", "on": "2027-06-01" });
    assert_eq!(post("death", nobody).await.0, 404);
    assert_eq!(died().await, None);
    let noted = serde_json::json!({ "hetu": "120243-934K", "on": "2027-06-01" });
    assert_eq!(post("death", noted).await.0, 204);
    assert_eq!(died().await, Some("2027-06-01".into()));
    // What the client of the registers reads is the same day.
    let person = Registers::new(&base).person(&hetu("120243-934K")).await.unwrap().unwrap();
    assert_eq!(person.died, Some(date(2027, 6, 1)));
}

#[tokio::test]
async fn a_right_can_be_suspended_and_codes_are_served() {
    let (base, _serving) = spawn(Cast::built_in().unwrap(), "127.0.0.1:0").await.unwrap();
    let registers = Registers::new(&base);
    let liisa = RegistrationNumber::parse("90000000037").unwrap();
    assert!(!registers.right(&liisa).await.unwrap().unwrap().suspended);
    reqwest::Client::new().post(format!("{base}/rights/{}/suspend", liisa.as_str())).send().await.unwrap();
    registers.forget();
    assert!(registers.right(&liisa).await.unwrap().unwrap().suspended);
    assert!(registers.right(&RegistrationNumber::parse("10000000001").unwrap()).await.unwrap().is_none());
    let tasks = registers.codes(ServiceTask::LIST).await.unwrap().unwrap();
    assert_eq!(tasks.codes.len(), ServiceTask::ALL.len());
    assert!(registers.codes("1.2.3").await.unwrap().is_none());
}

#[tokio::test]
async fn an_unreachable_register_is_not_an_unknown_person() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let registers = Registers::new(&format!("http://{}", silent.local_addr().unwrap()));
    drop(silent);
    assert!(registers.person(&hetu("120243-934K")).await.is_err());
}

async fn ask(request: Request<Body>) -> (StatusCode, String) {
    let routes = Server::new(Cast::built_in().unwrap()).routes().unwrap();
    let response = routes.oneshot(request).await.unwrap();
    let status = response.status();
    (status, String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap())
}

#[tokio::test]
async fn a_wrong_question_is_refused_without_repeating_it() {
    let question = |body: &'static str| {
        Request::post("/population/person").header("content-type", "application/json").body(Body::from(body)).unwrap()
    };
    let (status, answer) = ask(question(r#"{"hetu":"120243-934L"}"#)).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(!answer.contains("934"), "{answer}");
    assert!(!format!("{:?}", PersonQuestion { hetu: hetu("120243-934K"), on: None }).contains("934"));
    let (status, _) = ask(question(r#"{"hetu":"120243-934K"}"#)).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn pages_render_in_every_language_without_a_whole_identity_code() {
    let cast = Cast::built_in().unwrap();
    for path in ["/", "/pages/rights", "/pages/people", "/pages/codes"] {
        for lang in ["fi", "sv", "en"] {
            let request = Request::get(path).header("cookie", format!("kieli={lang}")).body(Body::empty()).unwrap();
            let (status, page) = ask(request).await;
            assert_eq!(status, StatusCode::OK);
            assert!(page.contains(&format!("<html lang=\"{lang}\">")) && !page.contains(web::texts::MISSING), "{path}");
            assert!(cast.people.iter().all(|person| !page.contains(person.hetu.as_str())));
            let html = scraper::Html::parse_document(&page);
            assert!(html.errors.is_empty(), "{path}: {:?}", html.errors);
        }
    }
}

#[test]
fn texts_are_complete_and_none_is_unused() {
    let texts = Texts::with(&TEXTS).unwrap();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/");
    let sources: Vec<String> =
        ["src/server/pages.rs", "src/emulator/page.rs", "templates/register.html", "templates/emulator.html"]
            .iter()
            .map(|file| std::fs::read_to_string(root.to_owned() + file).unwrap())
            .collect();
    let faults = texts.missing_or_unused(TEXTS[0].1, &sources, &[Lang::Fi, Lang::Sv, Lang::En]);
    assert!(faults.is_empty(), "{faults:#?}");
}

mod emulator {
    use super::Body;
    use crate::emulator::CardReader;
    use axum::http::{Request, StatusCode};
    use http_body_util::BodyExt;
    use records::id::RegistrationNumber;
    use seal::pki::{CardUse, Holder, Issued, Issuer, KeySize, Profile, TestCa, Validity};
    use seal::scs::{SignRequest, SignResponse, SoftwareCard};
    use std::sync::OnceLock;
    use std::time::Duration;
    use tower::ServiceExt;

    const ORIGIN: &str = "https://localhost:8711";

    fn reader() -> CardReader {
        static CARD: OnceLock<Issued> = OnceLock::new();
        let issued = CARD.get_or_init(|| {
            let ca = TestCa::create(KeySize::Rsa2048, Validity::DEMO).unwrap();
            let number = RegistrationNumber::parse("90000000037").unwrap();
            let holder = Holder::professional("Liisa Maria", "Kettunen", &number, "lähihoitaja");
            let profile = Profile::Card(Issuer::Professional, CardUse::Login, holder);
            ca.issue(&profile, KeySize::Rsa2048, Validity::DEMO).unwrap()
        });
        let login = issued.key().unwrap();
        let card =
            SoftwareCard { name: "liisa".into(), login, signature: None, pin1: "1234".into(), pin2: "123456".into() };
        CardReader::new(vec![card]).unwrap()
    }

    fn login() -> SignRequest {
        SignRequest::for_login(format!("{ORIGIN}\n{}", "n".repeat(64)).as_bytes())
    }

    fn asking(origin: Option<&str>, request: &SignRequest) -> Request<Body> {
        let mut builder = Request::post("/sign").header("content-type", "application/json");
        // What a browser says of a page on another port.
        builder = builder.header("sec-fetch-site", "same-site");
        if let Some(origin) = origin {
            builder = builder.header("origin", origin);
        }
        builder.body(Body::from(serde_json::to_vec(request).unwrap())).unwrap()
    }

    fn form(path: &str, body: &'static str) -> Request<Body> {
        let builder = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        builder.header("sec-fetch-site", "same-origin").body(Body::from(body)).unwrap()
    }

    async fn signed(reader: &CardReader, request: Request<Body>) -> SignResponse {
        let response = reader.routes().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes()).unwrap()
    }

    async fn page(reader: &CardReader, lang: &str) -> String {
        let request = Request::get("/").header("cookie", format!("kieli={lang}")).body(Body::empty()).unwrap();
        let response = reader.routes().oneshot(request).await.unwrap();
        String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_request_waits_until_the_person_types_the_pin() {
        let reader = reader();
        let asked = tokio::spawn({
            let reader = reader.clone();
            async move { signed(&reader, asking(Some(ORIGIN), &login())).await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        for lang in ["fi", "sv", "en"] {
            let page = page(&reader, lang).await;
            assert!(page.contains(ORIGIN) && !page.contains(web::texts::MISSING), "{page}");
            assert!(scraper::Html::parse_document(&page).errors.is_empty());
        }
        assert!(!asked.is_finished(), "nothing is signed without the PIN");
        let typed = reader.routes().oneshot(form("/waiting/1", "card=liisa&pin=1234")).await.unwrap();
        assert_eq!(typed.status(), StatusCode::SEE_OTHER);
        assert_eq!(asked.await.unwrap().status, "ok");
        let again = reader.routes().oneshot(form("/waiting/1", "card=liisa&pin=1234")).await.unwrap();
        assert_eq!(again.status(), StatusCode::NOT_FOUND, "a request is answered once");
    }

    #[tokio::test]
    async fn a_card_with_ready_pins_signs_at_once_and_only_with_the_right_ones() {
        let reader = reader();
        reader.routes().oneshot(form("/reader", "card=liisa&pin1=1234&pin2=1")).await.unwrap();
        let answer = signed(&reader, asking(Some(ORIGIN), &login())).await;
        assert_eq!((answer.status.as_str(), answer.chain.is_empty()), ("ok", false));
        reader.routes().oneshot(form("/reader", "card=liisa&pin1=9999")).await.unwrap();
        assert_eq!(signed(&reader, asking(Some(ORIGIN), &login())).await.status, "failed");
        let unknown = reader.routes().oneshot(form("/reader", "card=nobody&pin1=1234")).await.unwrap();
        assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
    }

    #[tokio::test]
    async fn a_page_that_is_not_https_or_of_another_origin_gets_no_signature() {
        let reader = reader();
        reader.routes().oneshot(form("/reader", "card=liisa&pin1=1234&pin2=123456")).await.unwrap();
        for origin in [None, Some("http://localhost:8701"), Some("https://evil.example")] {
            assert_eq!(signed(&reader, asking(origin, &login())).await.status, "failed", "{origin:?}");
        }
        let foreign = Request::post("/reader").header("sec-fetch-site", "cross-site").body(Body::empty()).unwrap();
        assert_eq!(reader.routes().oneshot(foreign).await.unwrap().status(), StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn browsers_may_read_the_answer_from_https_pages() {
        let preflight = |origin: &str| {
            Request::builder().method("OPTIONS").uri("/sign").header("origin", origin).body(Body::empty()).unwrap()
        };
        let answer = reader().routes().oneshot(preflight(ORIGIN)).await.unwrap();
        assert_eq!(answer.headers()["access-control-allow-origin"], ORIGIN);
        let answer = reader().routes().oneshot(preflight("http://localhost:8701")).await.unwrap();
        assert!(!answer.headers().contains_key("access-control-allow-origin"));
    }
}
