//! Workers' windows at the client system of a run: their cards, and logging in as the pages ask.

use super::{desk, keys::Keys};
use crate::player::browser::Browser;
use anyhow::{Result, ensure};
use seal::pki::CardUse;
use seal::scs::{Emulator, SoftwareCard};

/// PIN of every card of a run.
const PIN: &str = "1234";

/// A reader with the cards of these workers.
pub fn cards(keys: &Keys, logins: &[&str]) -> Result<Emulator> {
    let card = |login: &&str| -> Result<SoftwareCard> {
        Ok(SoftwareCard {
            name: (*login).to_owned(),
            login: keys.card(login, CardUse::Login)?,
            signature: None,
            pin1: PIN.to_owned(),
            pin2: PIN.to_owned(),
        })
    };
    Ok(Emulator::new(logins.iter().map(card).collect::<Result<_>>()?))
}

/// The window of a worker who comes in by card, at a unit.
pub async fn by_card(pages: &str, reader: &Emulator, login: &str, unit: &str) -> Result<Browser> {
    let mut browser = Browser::without_redirects(pages)?;
    browser.open("/kirjaudu/kortti").await?;
    let request = serde_json::from_str(&browser.page().attribute("#kortti", "data-scs")?)?;
    let answer = reader.sign(login, Some(desk::ORIGIN), &request, Some(PIN));
    browser.submit("#kortti", &[("vastaus", &serde_json::to_string(&answer)?)]).await?;
    inside(browser, login, unit).await
}

/// The window of a worker who comes in by password, at a unit.
pub async fn by_password(pages: &str, login: &str, unit: &str) -> Result<Browser> {
    let mut browser = Browser::without_redirects(pages)?;
    browser.open("/kirjaudu").await?;
    browser.submit("#kirjaudu", &[("tunnus", login), ("salasana", &format!("vakka-{login}"))]).await?;
    inside(browser, login, unit).await
}

async fn inside(mut browser: Browser, login: &str, unit: &str) -> Result<Browser> {
    ensure!(browser.page().status == 303, "{login} is not let in ({})", browser.page().status);
    if browser.leads_to() == Some("/yksikko") {
        browser.open("/yksikko").await?;
        browser.submit("#yksikko", &[("yksikko", unit)]).await?;
    }
    Ok(browser)
}
