//! A browser without script: cookies, forms read from pages, no redirects followed by themselves.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use http_body_util::BodyExt;
use scraper::{Html, Selector};
use tower::ServiceExt;

use crate::{App, routes};

/// A browser.
pub struct Browser {
    routes: Router,
    cookies: BTreeMap<String, String>,
    csrf: String,
}

/// What came back.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Where a redirect leads.
    pub location: String,
    /// The page; of a file that is no text, what can be read as text.
    pub body: String,
    /// The bytes of the answer.
    pub bytes: Vec<u8>,
    /// What it says it is.
    pub kind: String,
    /// What the answer would be called as a file.
    pub named: String,
}

impl Answer {
    /// The words of the page, without markup.
    pub fn text(&self) -> String {
        let page = Html::parse_document(&self.body);
        let main = Selector::parse("main").unwrap();
        let text: String = page.select(&main).flat_map(|node| node.text()).collect();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// An attribute of the first element that fits.
    pub fn attribute(&self, selector: &str, name: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).next()?.value().attr(name).map(str::to_owned)
    }

    /// An attribute of every element that fits.
    pub fn all(&self, selector: &str, name: &str) -> Vec<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).filter_map(|node| node.value().attr(name)).map(str::to_owned).collect()
    }

    /// Ids that more than one element has.
    pub fn ids_twice(&self) -> Vec<String> {
        let mut ids = self.all("[id]", "id");
        ids.sort();
        let twice = ids.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone());
        twice.collect()
    }

    /// Text of the first element that fits.
    pub fn text_of(&self, selector: &str) -> Option<String> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(selector).unwrap();
        page.select(&selector).next().map(|node| node.text().collect())
    }

    /// `data-key` and `data-state` of the rows of a table or a list.
    pub fn rows(&self, table: &str) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        let selector = Selector::parse(&format!("{table} tbody tr, {table} li[data-key]")).unwrap();
        let attribute = |node: &scraper::ElementRef<'_>, name| node.value().attr(name).unwrap_or("").to_owned();
        page.select(&selector).map(|row| (attribute(&row, "data-key"), attribute(&row, "data-state"))).collect()
    }

    /// Keys of the rows of the work list in a state, such as `draft`.
    pub fn work(&self, state: &str) -> Vec<String> {
        self.rows("#tyot").into_iter().filter(|(_, is)| is == state).map(|(key, _)| key).collect()
    }

    /// Text of the row with a key.
    pub fn row(&self, key: &str) -> String {
        self.text_of(&format!(":is(tr, li)[data-key=\"{key}\"]")).unwrap_or_default()
    }

    /// The fields of a form as they stand, with the values a browser would send.
    pub fn fields(&self, form: &str) -> Vec<(String, String)> {
        let page = Html::parse_document(&self.body);
        let inside = |what: &str| Selector::parse(&format!("{form} {what}")).unwrap();
        let mut fields = Vec::new();
        for node in page.select(&inside("input, select, textarea")) {
            let element = node.value();
            let Some(name) = element.attr("name") else { continue };
            let value = match (element.name(), element.attr("type")) {
                ("textarea", _) => node.text().collect(),
                ("select", _) => {
                    let chosen = Selector::parse("option[selected]").unwrap();
                    let first = Selector::parse("option").unwrap();
                    let option = node.select(&chosen).next().or_else(|| node.select(&first).next());
                    option.and_then(|option| option.value().attr("value")).unwrap_or("").to_owned()
                }
                (_, Some("checkbox" | "radio")) if element.attr("checked").is_none() => continue,
                _ => element.attr("value").unwrap_or("").to_owned(),
            };
            fields.push((name.to_owned(), value));
        }
        fields
    }
}

impl Browser {
    /// A browser without cookies.
    pub fn new(app: &App) -> Self {
        Self { routes: routes::router(app, false), cookies: BTreeMap::new(), csrf: String::new() }
    }

    /// The same cookies at another process.
    pub fn at(&self, app: &App) -> Self {
        Self { routes: routes::router(app, false), cookies: self.cookies.clone(), csrf: self.csrf.clone() }
    }

    async fn send(&mut self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let text = cookie.to_str().unwrap();
            let (name, value) = text.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let status = response.status().as_u16();
        let location = response.headers().get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let head = |name| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        let (kind, named) = (head(header::CONTENT_TYPE), head(header::CONTENT_DISPOSITION));
        let bytes = response.into_body().collect().await.unwrap().to_bytes().to_vec();
        let body = match kind.as_str() {
            "application/pdf" => String::from_utf8_lossy(&bytes).into_owned(),
            _ => String::from_utf8(bytes.clone()).unwrap(),
        };
        assert!(!body.contains('⟦'), "a text is missing: {}", around(&body));
        let answer = Answer { status, location, body, bytes, kind, named };
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
            .header(header::COOKIE, cookies.join("; "))
    }

    /// Loads a page.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// Speaks another language from now on.
    pub fn language(&mut self, tag: &str) {
        self.cookies.insert("kieli".into(), tag.into());
    }

    /// Sends exactly these fields and the session's token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_accepting(path, fields, "*/*").await
    }

    /// As [`Self::post`], wishing for a kind of answer as a page's script does.
    pub async fn post_accepting(&mut self, path: &str, fields: &[(&str, &str)], accept: &str) -> Answer {
        let mut all: Vec<(&str, &str)> = fields.to_vec();
        let csrf = self.csrf.clone();
        if !fields.iter().any(|(name, _)| *name == "csrf") {
            all.push(("csrf", &csrf));
        }
        let body = encode(&all);
        let request = self
            .request("POST", path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, accept)
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(body))
            .unwrap();
        self.send(request).await
    }

    /// Loads a page, fills its form, and sends it where the form says.
    pub async fn post_to(&mut self, page: &str, form: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get(page).await;
        assert_eq!(page.status, 200, "{}", page.text());
        self.fill(&page, form, fields).await
    }

    /// Fills the form of a page that is already there.
    pub async fn fill(&mut self, page: &Answer, form: &str, fields: &[(&str, &str)]) -> Answer {
        let action = page.attribute(form, "action").unwrap_or_else(|| panic!("no form {form}: {}", page.text()));
        let mut all = page.fields(form);
        for (name, value) in fields {
            all.retain(|(had, _)| had != name);
            all.push(((*name).to_owned(), (*value).to_owned()));
        }
        let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(&action, &all).await
    }

    /// After a login: takes the first unit when there are several.
    pub async fn choose_first_unit(&mut self, answer: &Answer) {
        if answer.location == "/yksikko" {
            let page = self.get("/yksikko").await;
            let unit = page.attribute("input[name=yksikko]", "value").unwrap();
            let answer = self.post("/yksikko", &[("yksikko", &unit)]).await;
            assert_eq!(answer.status, 303);
        }
        let page = self.get("/tanaan").await;
        assert_eq!(page.status, 200, "{}", page.text());
    }
}

fn around(body: &str) -> String {
    let at = body.find('⟦').unwrap_or(0);
    body[at..].chars().take(60).collect()
}

/// `application/x-www-form-urlencoded`.
pub fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(byte as char),
                b' ' => out.push('+'),
                other => out.push_str(&format!("%{other:02X}")),
            }
        }
        out
    };
    fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}
