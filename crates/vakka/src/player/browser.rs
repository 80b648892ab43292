//! A person at a browser without script: opens pages, reads them, fills forms, follows links.
//!
//! It knows nothing of the product but what the pages say, so that a step that works here works for a person.

use anyhow::{Context, Result, anyhow, bail};
use scraper::{ElementRef, Html, Selector};

mod form;

/// One window with its own cookies.
pub struct Browser {
    client: reqwest::Client,
    base: String,
    page: Page,
    leads_to: Option<String>,
}

/// What the window shows now.
#[derive(Clone, Default)]
pub struct Page {
    /// Path with query of the page, after redirects.
    pub path: String,
    /// HTTP status.
    pub status: u16,
    /// The page's source.
    pub html: String,
}

impl Page {
    /// The visible text of the page, white space folded.
    pub fn text(&self) -> String {
        let document = Html::parse_document(&self.html);
        let main = select("main").ok().and_then(|main| document.select(&main).next());
        let text: String = main.unwrap_or_else(|| document.root_element()).text().collect::<Vec<_>>().join(" ");
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether the visible text holds the words.
    pub fn shows(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// Fails with an excerpt of the page unless it shows the words.
    ///
    /// # Errors
    /// When the words are not there.
    pub fn must_show(&self, words: &str) -> Result<&Self> {
        if self.shows(words) {
            return Ok(self);
        }
        let seen: String = self.text().chars().take(300).collect();
        bail!("{} ({}) does not show «{words}»; it says: {seen}", self.path, self.status)
    }

    /// Fails when the page shows the words.
    ///
    /// # Errors
    /// When the words are there.
    pub fn must_not_show(&self, words: &str) -> Result<&Self> {
        if self.shows(words) {
            bail!("{} shows «{words}», which it must not", self.path)
        }
        Ok(self)
    }

    /// The value of an attribute of the first element that fits the selector.
    ///
    /// # Errors
    /// When there is none.
    pub fn attribute(&self, css: &str, name: &str) -> Result<String> {
        let document = Html::parse_document(&self.html);
        let found = document.select(&select(css)?).find_map(|element| element.value().attr(name).map(str::to_owned));
        found.with_context(|| format!("{} has no {css} with {name}", self.path))
    }

    /// The value of an attribute of the first element that fits the selector and whose text passes.
    ///
    /// # Errors
    /// When there is none.
    pub fn attribute_where(&self, css: &str, name: &str, passes: impl Fn(&str) -> bool) -> Result<String> {
        let document = Html::parse_document(&self.html);
        let fits = |element: &ElementRef<'_>| passes(&element.text().collect::<String>());
        let mut found = document.select(&select(css)?).filter(fits).collect::<Vec<_>>().into_iter();
        let value = found.find_map(|element| element.value().attr(name).map(str::to_owned));
        value.with_context(|| format!("{} has no such {css} with {name}", self.path))
    }

    /// The values of an attribute of every element that fits the selector.
    pub fn attributes(&self, css: &str, name: &str) -> Vec<String> {
        let document = Html::parse_document(&self.html);
        let Ok(selector) = select(css) else { return Vec::new() };
        document.select(&selector).filter_map(|element| element.value().attr(name).map(str::to_owned)).collect()
    }

    /// The text of the first element that fits the selector.
    ///
    /// # Errors
    /// When there is none.
    pub fn text_of(&self, css: &str) -> Result<String> {
        let document = Html::parse_document(&self.html);
        let element = document.select(&select(css)?).next().with_context(|| format!("{} has no {css}", self.path))?;
        Ok(element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The text of the first element that fits the selector, line by line as a person would copy it.
    ///
    /// # Errors
    /// When there is none.
    pub fn copied(&self, css: &str) -> Result<String> {
        let document = Html::parse_document(&self.html);
        let element = document.select(&select(css)?).next().with_context(|| format!("{} has no {css}", self.path))?;
        Ok(element.text().collect())
    }

    /// How many elements fit the selector.
    pub fn count(&self, css: &str) -> usize {
        let document = Html::parse_document(&self.html);
        select(css).map_or(0, |selector| document.select(&selector).count())
    }
}

impl Browser {
    /// A new window on a site, `http://127.0.0.1:8701`.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn new(base: &str) -> Result<Self> {
        let client =
            reqwest::Client::builder().cookie_store(true).timeout(std::time::Duration::from_secs(30)).build()?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), page: Page::default(), leads_to: None })
    }

    /// A window that shows each answer itself, also one that only leads to another page.
    ///
    /// # Errors
    /// When the client cannot be made.
    pub fn without_redirects(base: &str) -> Result<Self> {
        let client = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(std::time::Duration::from_secs(30))
            .build()?;
        Ok(Self { client, ..Self::new(base)? })
    }

    /// Where the answer leads, in a window made by [`Browser::without_redirects`].
    pub fn leads_to(&self) -> Option<&str> {
        self.leads_to.as_deref()
    }

    /// What the window shows.
    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Opens a path of the site.
    ///
    /// # Errors
    /// When the site does not answer.
    pub async fn open(&mut self, path: &str) -> Result<&Page> {
        let request = self.client.get(self.absolute(path));
        self.show(request).await
    }

    /// Follows the link whose visible text is, or contains, the words.
    ///
    /// # Errors
    /// When there is no such link or the site does not answer.
    pub async fn follow(&mut self, words: &str) -> Result<&Page> {
        let target = {
            let document = Html::parse_document(&self.page.html);
            let links = select("a[href]")?;
            let fitting = |link: &ElementRef<'_>| link.text().collect::<String>().contains(words);
            document.select(&links).find(fitting).and_then(|link| link.value().attr("href")).map(str::to_owned)
        };
        let target = target.with_context(|| format!("{} has no link «{words}»", self.page.path))?;
        self.open(&target).await
    }

    /// Sends the form that fits the selector: its own values, with those given here in their place. A field is given by
    /// its name or by words of its label, as a person finds it.
    ///
    /// # Errors
    /// When there is no such form, when it has no such field, or when the site does not answer.
    pub async fn submit(&mut self, form: &str, values: &[(&str, &str)]) -> Result<&Page> {
        let form = form::Form::read(&self.page, form)?;
        self.send(form.filled(values)?).await
    }

    /// Like [`Browser::submit`], and writes something into every mandatory field that is still empty, as a person would
    /// to whom a field is of no interest.
    ///
    /// # Errors
    /// As [`Browser::submit`].
    pub async fn submit_whole(&mut self, form: &str, values: &[(&str, &str)]) -> Result<&Page> {
        let form = form::Form::read(&self.page, form)?;
        self.send(form.filled(values)?.completed()).await
    }

    /// Sends a form of the page to another address with fields that the page does not offer: a button that is not there
    /// must not be the only guard.
    ///
    /// # Errors
    /// When there is no such form or the site does not answer.
    pub async fn forge(&mut self, form: &str, action: &str, fields: &[(&str, &str)]) -> Result<&Page> {
        self.send(form::Form::read(&self.page, form)?.forged(action, fields)).await
    }

    async fn send(&mut self, form: form::Form) -> Result<&Page> {
        let url = self.absolute(&form.action);
        let fields = form.fields();
        let request =
            if form.posts { self.client.post(url).form(&fields) } else { self.client.get(url).query(&fields) };
        self.show(request).await
    }

    fn absolute(&self, target: &str) -> String {
        match target {
            "" => format!("{}{}", self.base, self.page.path),
            whole if whole.starts_with("http") => whole.to_owned(),
            rooted if rooted.starts_with('/') => format!("{}{rooted}", self.base),
            relative => {
                let folder = self.page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
                format!("{}{folder}/{relative}", self.base)
            }
        }
    }

    async fn show(&mut self, request: reqwest::RequestBuilder) -> Result<&Page> {
        // A browser sends where a form comes from; the site refuses forms from elsewhere by it.
        let response = request.header("origin", &self.base).header("sec-fetch-site", "same-origin").send().await?;
        let url = response.url().clone();
        let location = response.headers().get(reqwest::header::LOCATION).and_then(|value| value.to_str().ok());
        self.leads_to = location.map(str::to_owned);
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        self.page = Page { path, status: response.status().as_u16(), html: response.text().await? };
        Ok(&self.page)
    }
}

fn select(css: &str) -> Result<Selector> {
    Selector::parse(css).map_err(|error| anyhow!("selector {css}: {error}"))
}
