//! A browser window without script: opens pages and sends their forms with what stands in them.

use scraper::{ElementRef, Html, Selector};
use std::time::Duration;

/// What a window shows.
pub struct Page {
    /// HTTP status.
    pub status: u16,
    /// Path after redirects.
    pub path: String,
    html: String,
}

impl Page {
    /// How many elements fit the selector.
    pub fn count(&self, css: &str) -> usize {
        Html::parse_document(&self.html).select(&selector(css)).count()
    }

    /// An attribute of every element that fits.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        document.select(&selector(css)).filter_map(|one| one.attr(name).map(str::to_owned)).collect()
    }

    /// The text of the page, white space folded.
    pub fn text(&self) -> String {
        let document = Html::parse_document(&self.html);
        document.root_element().text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
    }
}

/// One window with its own cookies.
pub struct Window {
    client: reqwest::Client,
    base: String,
    /// What it shows now.
    pub page: Page,
}

impl Window {
    /// A window on a site, `http://localhost:8701`.
    pub fn new(base: &str) -> Self {
        let client = reqwest::Client::builder().cookie_store(true).timeout(Duration::from_secs(30)).build();
        let page = Page { status: 0, path: String::new(), html: String::new() };
        Self { client: client.expect("a client"), base: base.to_owned(), page }
    }

    /// A worker who logs in by password, in a unit.
    pub async fn worker(base: &str, login: &str, password: &str, unit: Option<&str>) -> Self {
        let mut window = Self::new(base);
        window.open("/kirjaudu").await;
        window.submit("#kirjaudu", &[("tunnus", login), ("salasana", password)]).await;
        if let Some(unit) = unit {
            window.open("/yksikko").await;
            window.submit("#yksikko", &[("yksikko", unit)]).await;
        }
        assert_eq!(window.page.count("#kirjaudu"), 0, "{login} is not let in");
        window
    }

    /// Opens a path.
    pub async fn open(&mut self, path: &str) -> &Page {
        let request = self.client.get(format!("{}{path}", self.base));
        self.show(request).await
    }

    /// Sends a form of the page, with these values in place of its own. `button` chooses another place to send it to.
    pub async fn submit(&mut self, form: &str, values: &[(&str, &str)]) -> &Page {
        let action = self.page.attributes(form, "action").into_iter().next().unwrap_or_default();
        self.submit_to(form, &action, values).await
    }

    /// Sends a form of the page to another address than its own, as a button with `formaction` does.
    pub async fn submit_to(&mut self, form: &str, action: &str, values: &[(&str, &str)]) -> &Page {
        let fields = self.fields(form, values);
        let action = if action.is_empty() { self.page.path.clone() } else { action.to_owned() };
        let request = self.client.post(format!("{}{action}", self.base)).form(&fields);
        self.show(request).await
    }

    fn fields(&self, form: &str, values: &[(&str, &str)]) -> Vec<(String, String)> {
        let document = Html::parse_document(&self.page.html);
        let form = document.select(&selector(form)).next();
        let form = form.unwrap_or_else(|| panic!("{} ({}) has no such form", self.page.path, self.page.status));
        let mut fields: Vec<(String, String)> = form
            .select(&selector("input[name], textarea[name], select[name]"))
            .filter_map(|control| Some((control.attr("name")?.to_owned(), present(&control)?)))
            .filter(|(name, _)| !values.iter().any(|(given, _)| given == name))
            .collect();
        fields.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        fields
    }

    async fn show(&mut self, request: reqwest::RequestBuilder) -> &Page {
        let request = request.header("origin", &self.base).header("sec-fetch-site", "same-origin");
        let response = request.send().await.expect("the site answers");
        let path = response.url().path().to_owned();
        self.page = Page { path, status: response.status().as_u16(), html: response.text().await.expect("a text") };
        &self.page
    }
}

/// What a control would send as it stands; nothing for what is not chosen.
fn present(control: &ElementRef<'_>) -> Option<String> {
    match (control.value().name(), control.attr("type")) {
        ("textarea", _) => Some(control.text().collect()),
        ("select", _) => {
            let (chosen, any) = (selector("option[selected]"), selector("option"));
            let option = control.select(&chosen).next().or_else(|| control.select(&any).next())?;
            option.attr("value").map(str::to_owned)
        }
        (_, Some("checkbox" | "radio")) if control.attr("checked").is_none() => None,
        (_, Some("submit" | "button")) => None,
        _ => Some(control.attr("value").unwrap_or_default().to_owned()),
    }
}

fn selector(css: &str) -> Selector {
    Selector::parse(css).expect("a selector of this test")
}
