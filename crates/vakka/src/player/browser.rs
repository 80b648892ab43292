//! A person at a browser without script: opens pages, reads them, fills forms, follows links.
//!
//! It knows nothing of the product but what the pages say, so that a step that works here works for a person.

use anyhow::{Context, Result, anyhow, bail};
use scraper::{ElementRef, Html, Selector};

/// One window with its own cookies.
pub struct Browser {
    client: reqwest::Client,
    base: String,
    page: Page,
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

    /// The text of the first element that fits the selector.
    ///
    /// # Errors
    /// When there is none.
    pub fn text_of(&self, css: &str) -> Result<String> {
        let document = Html::parse_document(&self.html);
        let element = document.select(&select(css)?).next().with_context(|| format!("{} has no {css}", self.path))?;
        Ok(element.text().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" "))
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
        let client = reqwest::Client::builder().cookie_store(true).timeout(std::time::Duration::from_secs(30)).build()?;
        Ok(Self { client, base: base.trim_end_matches('/').to_owned(), page: Page::default() })
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

    /// Sends the form that fits the selector: its own values, with those given here in their place or beside them.
    ///
    /// # Errors
    /// When there is no such form, when it has no field of a given name, or when the site does not answer.
    pub async fn submit(&mut self, form: &str, values: &[(&str, &str)]) -> Result<&Page> {
        let (method, action, mut fields) = read_form(&self.page, form)?;
        for (name, value) in values {
            let Some(at) = fields.iter().position(|(field, _)| field == name) else {
                if !names_field(&self.page, form, name)? {
                    bail!("the form {form} of {} has no field {name}", self.page.path);
                }
                fields.push(((*name).to_owned(), (*value).to_owned()));
                continue;
            };
            fields[at].1 = (*value).to_owned();
        }
        let url = self.absolute(&action);
        let request = match method.as_str() {
            "post" => self.client.post(url).form(&fields),
            _ => self.client.get(url).query(&fields),
        };
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
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        self.page = Page { path, status: response.status().as_u16(), html: response.text().await? };
        Ok(&self.page)
    }
}

type Fields = Vec<(String, String)>;

/// Method, action and present values of a form, as a browser would send them.
fn read_form(page: &Page, css: &str) -> Result<(String, String, Fields)> {
    let document = Html::parse_document(&page.html);
    let form = document
        .select(&select(css)?)
        .next()
        .ok_or_else(|| anyhow!("{} ({}) has no form {css}; it says: {}", page.path, page.status, excerpt(page)))?;
    let method = form.value().attr("method").unwrap_or("get").to_ascii_lowercase();
    let action = form.value().attr("action").unwrap_or_default().to_owned();
    let mut fields = Fields::new();
    for control in form.select(&select("input[name], textarea[name], select[name]")?) {
        let name = control.value().attr("name").unwrap_or_default().to_owned();
        if control.value().attr("disabled").is_some() {
            continue;
        }
        match value_of(&control)? {
            Some(value) => fields.push((name, value)),
            None => continue,
        }
    }
    Ok((method, action, fields))
}

fn excerpt(page: &Page) -> String {
    page.text().chars().take(300).collect()
}

/// The value a control sends, if it sends one.
fn value_of(control: &ElementRef<'_>) -> Result<Option<String>> {
    let element = control.value();
    let value = || element.attr("value").unwrap_or_default().to_owned();
    Ok(match (element.name(), element.attr("type").unwrap_or("text")) {
        ("textarea", _) => Some(control.text().collect()),
        ("select", _) => {
            let options: Vec<_> = control.select(&select("option")?).collect();
            let chosen = options.iter().find(|option| option.value().attr("selected").is_some()).or(options.first());
            chosen.map(|option| {
                option.value().attr("value").map_or_else(|| option.text().collect::<String>().trim().to_owned(), str::to_owned)
            })
        }
        (_, "checkbox" | "radio") => element.attr("checked").map(|_| element.attr("value").unwrap_or("on").to_owned()),
        (_, "submit" | "button" | "file" | "image" | "reset") => None,
        _ => Some(value()),
    })
}

/// Whether the form has a control of this name, an unchecked box or a button among them.
fn names_field(page: &Page, form: &str, name: &str) -> Result<bool> {
    let document = Html::parse_document(&page.html);
    let controls = select("[name]")?;
    let form = document.select(&select(form)?).next();
    Ok(form.is_some_and(|form| form.select(&controls).any(|control| control.value().attr("name") == Some(name))))
}

fn select(css: &str) -> Result<Selector> {
    Selector::parse(css).map_err(|error| anyhow!("selector {css}: {error}"))
}
