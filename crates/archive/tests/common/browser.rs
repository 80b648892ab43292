//! A browser without script at the archive's pages: cookies, forms read from pages, cards.
#![allow(dead_code)]

use archive::{
    archivist::settings::{ArchiveUser, PageSettings, Role},
    routes,
    testing::*,
};
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use seal::SigningKey as _;
use std::collections::BTreeMap;
use tower::ServiceExt;

/// The origin of the pages in tests.
pub const PAGES: &str = "https://localhost:8710";

/// Elina keeps Järvi-Häme's register, Ritva Kielo's; Antti plays the archive's keeper. Marja has a card and no duty here.
pub fn pages() -> archive::Settings {
    let user = |number: &str, professional, role, organisation: &str, unit: &str| ArchiveUser {
        number: number.to_owned(),
        professional,
        role,
        organisation: organisation.to_owned(),
        unit: unit.to_owned(),
    };
    let number = |login: &str| {
        let cast = registers::cast::Cast::built_in().unwrap();
        cast.worker(login).unwrap().registration.clone().unwrap().as_str().to_owned()
    };
    archive::Settings {
        pages: PageSettings {
            archivists: vec![
                user("12345", false, Role::Archivist, JHHVA, GUIDANCE),
                // The second pair of eyes that a disposal needs.
                user(&number("henna"), true, Role::Archivist, JHHVA, GUIDANCE),
                user(&number("ritva"), true, Role::Archivist, KIELO, AHOLA),
                user(&number("antti"), true, Role::Keeper, "archive", ""),
            ],
            origin: PAGES.to_owned(),
            ..PageSettings::default()
        },
        ..archive::Settings::default()
    }
}

pub struct Browser<'w> {
    world: &'w World,
    routes: Router,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

pub struct Answer {
    pub status: u16,
    pub location: String,
    pub body: String,
}

impl Answer {
    /// The words of the page, without markup.
    pub fn text(&self) -> String {
        let page = Html::parse_document(&self.body);
        let main = Selector::parse("main").unwrap();
        let text: String = page.select(&main).flat_map(|node| node.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        page.select(&Selector::parse(selector).unwrap()).next()?.value().attr(name).map(str::to_owned)
    }

    /// `data-key` of the rows of a table.
    pub fn keys(&self, table: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(&format!("{table} tbody tr")).unwrap();
        page.select(&selector).map(|row| row.value().attr("data-key").unwrap_or_default().to_owned()).collect()
    }

    /// Text of the row with a key.
    pub fn row(&self, table: &str, key: &str) -> String {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(&format!("{table} tr[data-key=\"{key}\"]")).unwrap();
        page.select(&selector).next().map(|row| row.text().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    pub fn count(&self, selector: &str) -> usize {
        Html::parse_document(&self.body).select(&Selector::parse(selector).unwrap()).count()
    }
}

impl<'w> Browser<'w> {
    pub fn new(world: &'w World) -> Self {
        Self { world, routes: routes::management(world.app.clone()), cookies: BTreeMap::new(), csrf: String::new() }
    }

    pub async fn logged_in(world: &'w World, login: &str) -> Self {
        let mut browser = Self::new(world);
        let answer = browser.log_in(login).await;
        assert_eq!((answer.status, answer.location.as_str()), (303, "/arkisto"), "{}", answer.text());
        browser
    }

    pub async fn log_in(&mut self, login: &str) -> Answer {
        let page = self.get("/arkisto/kirjaudu").await;
        let answer = self.card(&page, login);
        self.post("/arkisto/kirjaudu", &[("vastaus", &answer)]).await
    }

    /// What a card answers to the page's request.
    pub fn card(&self, page: &Answer, login: &str) -> String {
        let request = page.attribute("#kortti", "data-scs").expect("the page asks for a card");
        let request: serde_json::Value = serde_json::from_str(&request).unwrap();
        let content = STANDARD.decode(request["content"].as_str().unwrap()).unwrap();
        let key = self.world.pki.key(&format!("{login}-login"));
        serde_json::json!({
            "version": "1.1", "signatureAlgorithm": "SHA256withRSA", "signatureType": "signature",
            "signature": STANDARD.encode(key.sign(&content).unwrap()),
            "chain": [STANDARD.encode(key.certificate_der())],
            "status": "ok", "reasonCode": 200, "reasonText": "",
        })
        .to_string()
    }

    async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let answer = Answer { status, location, body: String::from_utf8(bytes.to_vec()).unwrap() };
        let missing = answer.body.find('⟦').map(|at| answer.body[at..].chars().take(60).collect::<String>());
        assert_eq!(missing, None, "a text is missing");
        if let Some(csrf) = answer.attribute("input[name=csrf]", "value") {
            self.csrf = csrf;
        }
        answer
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "localhost")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, cookies.join("; "))
    }

    pub fn language(&mut self, tag: &str) {
        self.cookies.insert("kieli".into(), tag.into());
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Sends these fields and the session's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = self.csrf.clone();
        let mut all = fields.to_vec();
        if !fields.iter().any(|(name, _)| *name == "csrf") {
            all.push(("csrf", &csrf));
        }
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(encode(&all)))
            .unwrap();
        self.send(request).await
    }
}

fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        text.bytes()
            .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
            .collect::<String>()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}
