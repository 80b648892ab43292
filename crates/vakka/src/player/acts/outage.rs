//! The archive breaks and comes back (C.6, with Liisa and Marja).

use super::Play;
use super::aino::{GUIDANCE, write_entry, write_entry_with};
use crate::player::people::until;
use anyhow::{Result, ensure};

const AHOLA: &str = "1.2.246.10.99990031.10.31";

/// Work goes on while the archive is down; afterwards everything is there once.
pub async fn archive_breaks(play: &mut Play) -> Result<String> {
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    let mut marja = play.marja().await?;
    let (at_kielo, at_county) = (play.aino_at_kielo.clone(), play.aino.clone());
    let before = archived(&mut liisa, &at_kielo).await?;
    let county_before = archived(&mut marja, &at_county).await?;
    play.stage.archive_down(true).await?;
    for hour in 10..13 {
        write_entry(&mut liisa, &at_kielo, "19007", &format!("Katkon aikana kello {hour}: Aino voi hyvin.")).await?;
    }
    let call = [("teksti", "Puhelu Pirkon kanssa katkon aikana."), ("palvelu", GUIDANCE)];
    write_entry_with(&mut marja, &at_county, "19005", &call).await?;
    until(&mut liisa, &at_kielo, |page| {
        ensure!(page.count("#asiakirjat [data-state=queued]") == 3, "the entries are not in the queue");
        Ok(())
    })
    .await?;
    liisa.open("/arkistointi").await?;
    ensure!(liisa.page().count("main .notice, .archive-down") > 0, "nothing tells that the archive is down");
    play.stage.archive_down(false).await?;
    for worker in [&mut liisa, &mut marja] {
        worker.open("/arkistointi").await?;
        worker.submit("#yrita-nyt", &[]).await?;
    }
    play.made(4);
    let arrived = |now: usize, before: usize, new: usize| {
        ensure!(now == before + new, "{now} are archived, {before} were before and {new} were written");
        Ok(())
    };
    until(&mut liisa, &at_kielo, |page| arrived(page.count("#asiakirjat [data-state=archived]"), before, 3)).await?;
    until(&mut marja, &at_county, |page| arrived(page.count("#asiakirjat [data-state=archived]"), county_before, 1))
        .await?;
    once(play).await?;
    survives_a_power_cut(play).await?;
    Ok("3 + 1 written while the archive was down, 4 arrived afterwards, each once; what was acknowledged survived a \
        power cut"
        .to_owned())
}

/// What the queue calls archived is in the archive, also when the power goes right after the acknowledgement.
async fn survives_a_power_cut(play: &mut Play) -> Result<()> {
    if play.house.is_none() {
        return Ok(());
    }
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    let at_kielo = play.aino_at_kielo.clone();
    let before = archived(&mut liisa, &at_kielo).await?;
    write_entry(&mut liisa, &at_kielo, "19007", "Viimeinen merkintä ennen sähkökatkoa.").await?;
    until(&mut liisa, &at_kielo, |page| {
        ensure!(page.count("#asiakirjat [data-state=archived]") > before, "the entry is not archived");
        Ok(())
    })
    .await?;
    if let Some(house) = &mut play.house {
        house.cut_power().await?;
    }
    play.made(1);
    let mut marja = play.marja().await?;
    marja.open("/haku").await?;
    marja.submit("#haku-oma", &[("asia", &play.case), ("tyyppi", "19007")]).await?;
    let found = marja.page().count("#tulokset [data-key]");
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    let told = liisa.open(&at_kielo).await?.count("#asiakirjat [data-kind='19007'][data-state=archived]");
    ensure!(found >= told, "{told} entries were acknowledged, {found} are in the archive after the power cut");
    Ok(())
}

async fn archived(worker: &mut crate::player::browser::Browser, client: &str) -> Result<usize> {
    Ok(worker.open(client).await?.count("#asiakirjat [data-state=archived]"))
}

/// The organiser finds each of the three exactly once.
async fn once(play: &Play) -> Result<()> {
    let mut marja = play.marja().await?;
    marja.open("/haku").await?;
    marja.submit("#haku-oma", &[("asia", &play.case), ("tyyppi", "19007")]).await?;
    let keys = marja.page().attributes("#tulokset [data-key]", "data-key");
    let distinct: std::collections::BTreeSet<&String> = keys.iter().collect();
    ensure!(distinct.len() == keys.len(), "a document is found twice");
    Ok(())
}
