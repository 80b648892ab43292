//! The people of the scenario at their browsers, and the stage they play on.

use super::browser::Browser;
use crate::demo::places::Places;
use anyhow::{Context, Result, bail};
use jiff::Timestamp;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Longest wait for something that the product does by itself, such as archiving.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the landing page tells a program: addresses and logins.
#[derive(Deserialize)]
struct Facts {
    places: Places,
    workers: Vec<Login>,
    people: Vec<Person>,
    pins: (String, String),
    kit: PathBuf,
    now: Timestamp,
    ready: bool,
}

#[derive(Deserialize)]
struct Login {
    login: String,
    password: String,
}

#[derive(Deserialize)]
struct Person {
    name: String,
    code: String,
}

/// The demo as seen from outside.
pub struct Stage {
    facts: Facts,
    /// The card reader has a certificate of the demo's own; a person accepts it once.
    reader: reqwest::Client,
}

impl Stage {
    /// Reads the landing page.
    ///
    /// # Errors
    /// When it does not answer.
    pub async fn at(landing: &str) -> Result<Self> {
        let reader = reqwest::Client::builder().danger_accept_invalid_certs(true).build()?;
        let facts = reader.get(format!("{landing}/demo.json")).send().await?.error_for_status()?.json().await?;
        Ok(Self { facts, reader })
    }

    /// Whether the demo has written its older clients' histories.
    pub fn is_ready(&self) -> bool {
        self.facts.ready
    }

    /// The addresses.
    pub fn places(&self) -> &Places {
        &self.facts.places
    }

    /// Folder of the connection kit, for those who speak to the archive with a system of their own.
    pub fn kit(&self) -> &Path {
        &self.facts.kit
    }

    /// The product's time now.
    ///
    /// # Errors
    /// When the landing page does not answer.
    pub async fn now(&self) -> Result<Timestamp> {
        Ok(Self::at(&self.places().landing).await?.facts.now)
    }

    /// The identity code of a person of the cast, as the landing page shows it.
    ///
    /// # Errors
    /// When the page names no such person.
    pub fn code(&self, name: &str) -> Result<&str> {
        let found = self.facts.people.iter().find(|person| person.name == name);
        found.map(|person| person.code.as_str()).with_context(|| format!("the landing page names no {name}"))
    }

    /// Moves the clock to a Finnish local time, `2026-09-28T09:00`.
    ///
    /// # Errors
    /// When the landing page refuses.
    pub async fn move_clock(&self, to: &str) -> Result<()> {
        let mut landing = Browser::new(&self.places().landing)?;
        landing.open("/").await?;
        let page = landing.submit("#clock-form", &[("at", to)]).await?;
        if page.count("main .notice") > 0 {
            bail!("the clock did not move: {}", page.text_of("main .notice")?);
        }
        Ok(())
    }

    /// Breaks the archive or starts it again.
    ///
    /// # Errors
    /// When the landing page refuses.
    pub async fn archive_down(&self, down: bool) -> Result<()> {
        let mut landing = Browser::new(&self.places().landing)?;
        landing.open("/").await?;
        landing.submit("#archive-form", &[("down", if down { "1" } else { "0" })]).await?;
        Ok(())
    }

    /// A worker who logs in by password and, when there is a choice, picks the unit.
    ///
    /// # Errors
    /// When the login fails.
    pub async fn by_password(&self, login: &str, unit: Option<&str>) -> Result<Browser> {
        let known = self.facts.workers.iter().find(|worker| worker.login == login);
        let password = &known.with_context(|| format!("the landing page names no {login}"))?.password;
        let mut browser = Browser::new(&self.places().casework)?;
        browser.open("/kirjaudu").await?;
        browser.submit("#kirjaudu", &[("tunnus", login), ("salasana", password)]).await?;
        choose_unit(browser, unit).await
    }

    /// A worker who logs in with the card.
    ///
    /// # Errors
    /// When the card or the login is refused.
    pub async fn by_card(&self, login: &str, unit: Option<&str>) -> Result<Browser> {
        let mut browser = Browser::new(&self.places().casework)?;
        browser.open("/kirjaudu/kortti").await?;
        let request = browser.page().attribute("#kortti", "data-scs")?;
        let answer = self.ask_card(login, &self.places().casework_https, &request).await?;
        browser.submit("#kortti", &[("vastaus", &answer)]).await?;
        choose_unit(browser, unit).await
    }

    /// An archivist who logs in with the card at the archive's pages.
    ///
    /// # Errors
    /// When the card or the login is refused.
    pub async fn archivist(&self, login: &str) -> Result<Browser> {
        let mut browser = Browser::new(&self.places().archive)?;
        browser.open("/arkisto/kirjaudu").await?;
        let request = browser.page().attribute("#kortti", "data-scs")?;
        let answer = self.ask_card(login, &self.places().archive_https, &request).await?;
        let page = browser.submit("#kortti", &[("vastaus", &answer)]).await?;
        if page.path != "/arkisto" {
            bail!("the archive does not let {login} in ({}): {}", page.status, page.text());
        }
        Ok(browser)
    }

    /// Signs what the page asks for, with a worker's card.
    ///
    /// # Errors
    /// When the page asks for nothing or the card refuses.
    pub async fn sign(&self, browser: &mut Browser, login: &str) -> Result<()> {
        let request = browser.page().attribute("#allekirjoita", "data-scs")?;
        let answer = self.ask_card(login, &self.places().casework_https, &request).await?;
        browser.submit("#allekirjoita", &[("vastaus", &answer)]).await?;
        Ok(())
    }

    /// Puts a card into the reader and lets it sign, as the script of a page of that origin would.
    async fn ask_card(&self, login: &str, origin: &str, request: &str) -> Result<String> {
        let reader = &self.places().reader;
        let (pin1, pin2) = &self.facts.pins;
        let insert = [("card", login), ("pin1", pin1), ("pin2", pin2)];
        let inserted =
            self.reader.post(format!("{reader}/reader")).header("origin", reader).form(&insert).send().await?;
        if !inserted.status().is_success() {
            bail!("the reader does not take the card of {login}: {}", inserted.status());
        }
        let signed = self.reader.post(format!("{reader}/sign")).header("content-type", "application/json");
        let signed = signed.header("origin", origin).body(request.to_owned()).send().await?;
        Ok(signed.error_for_status()?.text().await?)
    }

    /// A citizen who logs in to the citizen view.
    ///
    /// # Errors
    /// When the login fails.
    pub async fn citizen(&self, name: &str) -> Result<Browser> {
        let mut browser = Browser::new(&self.places().citizen)?;
        browser.open("/kirjaudu").await?;
        browser.submit("#kirjaudu", &[("hetu", self.code(name)?)]).await?;
        Ok(browser)
    }
}

async fn choose_unit(mut browser: Browser, unit: Option<&str>) -> Result<Browser> {
    if let Some(unit) = unit {
        browser.open("/yksikko").await?;
        browser.submit("#yksikko", &[("yksikko", unit)]).await?;
    }
    let page = browser.page();
    if page.status != 200 || page.count("#kirjaudu, #kortti") > 0 {
        bail!("the login is refused ({}): {}", page.status, page.text().chars().take(200).collect::<String>());
    }
    Ok(browser)
}

/// Opens a page again and again until it fits, for what the product does by itself.
///
/// # Errors
/// What did not fit, when patience ends.
pub async fn until(
    browser: &mut Browser,
    path: &str,
    fits: impl Fn(&super::browser::Page) -> Result<()>,
) -> Result<()> {
    let started = std::time::Instant::now();
    loop {
        let outcome = fits(browser.open(path).await?);
        if outcome.is_ok() || started.elapsed() > PATIENCE {
            return outcome;
        }
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
}
