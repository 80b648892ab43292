//! Act 0: before the organiser's go-live documents wait at the producer; then the queue is released (C.1, step 3).

use super::Play;
use super::aino::write_entry;
use crate::player::people::until;
use anyhow::{Result, ensure};

const AHOLA: &str = "1.2.246.10.99990031.10.31";
const ORGANISER: &str = "1.2.246.10.99990015.10.0";

/// The date moves to 1.10., an entry waits; it moves back to 1.9., the entry goes.
pub async fn date_moves(play: &mut Play) -> Result<String> {
    set(play, "2026-10-01").await?;
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    liisa.open("/asiakkaat").await?;
    let elsa = liisa.follow("Elsa").await?.path.clone();
    write_entry(&mut liisa, &elsa, "19007", "Elsa lauloi aamulla ja lepäsi iltapäivän.").await?;
    until(&mut liisa, &elsa, |page| {
        ensure!(page.count("#asiakirjat [data-state=waiting_go_live]") == 1, "the entry does not wait for the go-live");
        Ok(())
    })
    .await?;
    set(play, "2026-09-01").await?;
    liisa.open("/arkistointi").await?;
    liisa.submit("#yrita-nyt", &[]).await?;
    until(&mut liisa, &elsa, |page| {
        ensure!(page.count("#asiakirjat [data-state=waiting_go_live]") == 0, "the entry still waits");
        ensure!(page.count("#asiakirjat [data-state=rejected]") == 0, "the entry came back");
        Ok(())
    })
    .await?;
    play.made(1);
    Ok("held while the date is 1.10., archived when it is 1.9.".to_owned())
}

/// The organiser tells the archive, and the producer notes what it was told.
async fn set(play: &Play, day: &str) -> Result<()> {
    let url = format!("{}/go-live/{ORGANISER}/IAKAS", play.stage.places().archive);
    let body = serde_json::json!({ "starts": day }).to_string();
    let request = reqwest::Client::new().put(url).header("content-type", "application/json").body(body);
    request.send().await?.error_for_status()?;
    let mut ritva = play.stage.by_card("ritva", Some(AHOLA)).await?;
    ritva.open("/asetukset").await?;
    ritva.submit("#kayttoonotto", &[("jarjestaja", ORGANISER), ("tehtava", "IAKAS"), ("paiva", day)]).await?;
    ensure!(ritva.page().status == 200, "the go-live date is refused: {}", ritva.page().text());
    Ok(())
}
