//! Act 1 at the care home and in the citizen view (C.2, steps 7–17).

use super::Play;
use super::aino::{all_archived, write, write_entry};
use crate::player::browser::Browser;
use crate::player::people::until;
use anyhow::{Result, ensure};

const AHOLA: &str = "1.2.246.10.99990031.10.31";
const LEHTO: &str = "1.2.246.10.99990031.10.32";
const SONG: &str = "Aino osallistui aamupäivän lauluhetkeen ja lauloi mukana. Söi lounaan itse. Iltapäivällä levoton, \
                    rauhoittui kun käytiin yhdessä pihalla.";

/// Step 7: three days too early nothing is told.
pub async fn too_early(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-25T09:00").await?;
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    liisa.open("/oikeudet").await?;
    let order = play.order.clone();
    liisa.submit("#liita", &[("tilaus", &order)]).await?;
    ensure!(liisa.page().status == 200, "the order is not understood: {}", liisa.page().text());
    search(&mut liisa, &play.case).await?;
    refused(&liisa)?;
    liisa.page().must_not_show("Korpela")?;
    Ok("refused three days before the right begins, without a name".to_owned())
}

/// Step 8: another unit of the same company gets nothing; its own system explains.
pub async fn wrong_unit(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-28T08:00").await?;
    let mut henna = play.stage.by_card("henna", Some(LEHTO)).await?;
    search(&mut henna, &play.case).await?;
    refused(&henna)?;
    henna.page().must_show("Kielo Ahola")?.must_not_show("Korpela")?;
    Ok("refused in Kielo Lehto; the own list tells that the right is Kielo Ahola's".to_owned())
}

/// Step 9: with card and unit Liisa sees what the right covers; without a card nothing.
pub async fn right_unit(play: &mut Play) -> Result<String> {
    let mut without = play.stage.by_password("liisa", Some(AHOLA)).await?;
    search(&mut without, &play.case).await?;
    refused(&without)?;
    without.page().must_show("STRONG_AUTH_REQUIRED")?;
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    search(&mut liisa, &play.case).await?;
    let page = liisa.page();
    ensure!(page.status == 200 && page.count("#tulokset [data-key]") > 0, "nothing is found: {}", page.text());
    for (kind, must) in [("11000", true), ("15003", true), ("1000", true), ("19005", false), ("4006", false)] {
        let seen = page.count(&format!("#tulokset [data-kind='{kind}']")) > 0;
        ensure!(seen == must, "{kind} is {} by the right", if seen { "shown" } else { "not shown" });
    }
    Ok("decision, plan and assessment are found; notification and the organiser's entries are not".to_owned())
}

/// Step 10: the service begins; the implementation plan needs no card signature.
pub async fn service_begins(play: &mut Play) -> Result<String> {
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    play.aino_at_kielo = client_page(&mut liisa, "Korpela").await?;
    let aino = play.aino_at_kielo.clone();
    write_entry(&mut liisa, &aino, "19002", "Palvelu alkoi. Aino muutti huoneeseen 12, tytär Pirkko oli mukana.")
        .await?;
    write(&mut liisa, &aino, "15004", &[]).await?;
    all_archived(&mut liisa, &aino, 2).await?;
    play.made(2);
    Ok("entry and implementation plan are archived with the system signature".to_owned())
}

/// Step 11: a note from the phone, without a card, in the organiser's register at once.
pub async fn day(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-30T14:25").await?;
    let mut liisa = play.stage.by_password("liisa", Some(AHOLA)).await?;
    let aino = play.aino_at_kielo.clone();
    write_entry(&mut liisa, &aino, "19007", SONG).await?;
    all_archived(&mut liisa, &aino, 3).await?;
    play.made(1);
    let case = play.case.clone();
    let mut marja = play.marja().await?;
    marja.open("/haku").await?;
    marja.submit("#haku-oma", &[("asia", &case), ("tyyppi", "19007")]).await?;
    ensure!(marja.page().count("#tulokset [data-key]") == 1, "the organiser does not find it: {}", marja.page().text());
    marja.submit("#tulokset form", &[]).await?;
    marja.page().must_show("lauluhetkeen")?;
    Ok("written without a card, found at once in the organiser's own register".to_owned())
}

/// Step 13: a correction is version 2 and alone in use; an entry of another client is invalidated.
pub async fn correction(play: &mut Play) -> Result<String> {
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    let aino = play.aino_at_kielo.clone();
    write_entry(&mut liisa, &aino, "19007", "Iltakahvilla tytär Paula kävi katsomassa. Aino oli iloinen.").await?;
    all_archived(&mut liisa, &aino, 4).await?;
    let wrong = newest(&mut liisa, &aino, "19007").await?;
    liisa.open(&format!("/asiakirjat/{wrong}/korjaa")).await?;
    let right = [("syy", "väärä nimi"), ("teksti", "Iltakahvilla tytär Pirkko kävi katsomassa. Aino oli iloinen.")];
    liisa.submit("#asiakirja", &right).await?;
    ensure!(liisa.page().status == 200, "the correction is refused: {}", liisa.page().text());
    until(&mut liisa, &aino, |page| {
        ensure!(page.count("#asiakirjat [data-state=replaced]") == 1, "version 1 is not replaced");
        Ok(())
    })
    .await?;
    write_entry(&mut liisa, &aino, "19007", "Veikko voitti korttipelin ja kertoi sotavuosista.").await?;
    all_archived(&mut liisa, &aino, 5).await?;
    let mistaken = newest(&mut liisa, &aino, "19007").await?;
    liisa.open(&format!("/asiakirjat/{mistaken}/mitatoi")).await?;
    liisa.submit("#mitatoi", &[("syy", "kirjattu väärälle asiakkaalle")]).await?;
    until(&mut liisa, &aino, |page| {
        ensure!(page.count("#asiakirjat [data-state=invalidated]") == 1, "the entry is not invalidated");
        Ok(())
    })
    .await?;
    play.made(4);
    let shown = citizen_texts(play, "Aino Korpela").await?;
    ensure!(shown.contains("tytär Pirkko kävi"), "the citizen does not see the correction");
    ensure!(!shown.contains("Paula"), "the citizen sees the replaced version");
    ensure!(!shown.contains("Veikko"), "the citizen sees the invalidated entry");
    Ok("the citizen sees version 2 only, and no invalidated entry".to_owned())
}

/// Step 14: Leena's own contract goes to Kielo's own register, where the organiser finds nothing.
pub async fn own_contract(play: &mut Play) -> Result<String> {
    let code = play.stage.code("Leena Heikkinen")?.to_owned();
    let mut ritva = play.stage.by_card("ritva", Some(AHOLA)).await?;
    ritva.open("/oma-asiakas").await?;
    ritva.submit_whole("#oma-asiakas", &[("hetu", &code), ("tehtava", "IAKAS"), ("palvelu", "85")]).await?;
    ensure!(ritva.page().status == 200, "the own client is refused: {}", ritva.page().text());
    let leena = ritva.page().path.clone();
    write_entry(&mut ritva, &leena, "19007", "Leena kävi saunassa ja luki lehden.").await?;
    all_archived(&mut ritva, &leena, 1).await?;
    let own_case = ritva.page().attribute("#asiat [data-key]", "data-key")?;
    ensure!(own_case.starts_with("1.2.246.10.99990031."), "the own case is {own_case}");
    play.made(3);
    let mut marja = play.marja().await?;
    marja.open("/haku").await?;
    marja.submit("#haku-oma", &[("asiakas", &code)]).await?;
    ensure!(marja.page().count("#tulokset [data-key]") == 0, "the organiser finds an own-contract client");
    let aino_case = play.case.clone();
    ritva.open(&format!("{leena}/asiakirja/19007")).await?;
    ritva.submit("#asiakirja", &[("teksti", "Väärään asiaan."), ("asia", &aino_case)]).await?;
    ensure!(ritva.page().status >= 400, "Leena's entry was taken into Aino's case");
    Ok("own register for the own contract; the organiser finds nothing; Aino's case is refused for Leena".to_owned())
}

/// Step 15: Pirkko, with a mandate that is in the register, reads for her mother.
pub async fn daughter_reads(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-10-12T18:00").await?;
    let mut pirkko = play.stage.citizen("Pirkko Korpela").await?;
    pirkko.open("/").await?;
    ensure!(pirkko.page().count("[data-key]") == 0, "Pirkko sees documents of her own, and has none");
    pirkko.open("/puolesta").await?;
    let aino = pirkko.page().attribute_where("#puolesta label", "data-subject", |text| text.contains("Aino"));
    let chosen = match aino {
        Ok(subject) => subject,
        Err(_) => pirkko.page().attribute("#puolesta input[name=kohde]:not([value=''])", "value")?,
    };
    pirkko.submit("#puolesta", &[("kohde", &chosen)]).await?;
    let page = pirkko.open("/").await?;
    for list in ["#paatokset", "#suunnitelmat", "#arviot", "#merkinnat"] {
        ensure!(page.count(&format!("{list} [data-key]")) > 0, "Pirkko does not see {list}");
    }
    page.must_show("Marja Salo")?;
    let own = play.stage.code("Aino Korpela")?.to_owned();
    page.must_not_show(&own)?;
    let page = pirkko.open("/kaytto").await?;
    ensure!(page.count("#kaytto [data-organisation]") > 0, "the use of the data is not told");
    page.must_not_show("Kettunen")?;
    let mut noora = play.stage.citizen("Noora Lahtinen").await?;
    noora.open("/puolesta").await?;
    noora.page().must_not_show("Aino")?;
    Ok("decision, plans, start of the relationship and the own worker are seen with the mandate; strangers have none"
        .to_owned())
}

/// Step 17: at midnight after the last day the right is gone and local copies are locked.
pub async fn right_ends(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-11-15T10:00").await?;
    let mut marja = play.marja().await?;
    marja.open("/oikeudet").await?;
    let case = play.case.clone();
    let row = format!("#myonnetyt tr[data-case='{case}'] a[href*='/paata']");
    let end = marja.page().attribute(&row, "href")?;
    marja.open(&end).await?;
    marja.submit("#paata", &[("paattyy", "2026-11-15")]).await?;
    ensure!(marja.page().status == 200, "the end is refused: {}", marja.page().text());
    play.made(1);
    until(&mut marja, "/arkistointi?nayta=odottaa", |page| {
        ensure!(page.count(".odottavat [data-key]") == 0, "the new relationship version still waits");
        Ok(())
    })
    .await?;
    play.stage.move_clock("2026-11-15T23:55").await?;
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    search(&mut liisa, &case).await?;
    ensure!(liisa.page().count("#tulokset [data-key]") > 0, "the right ended too early: {}", liisa.page().text());
    play.stage.move_clock("2026-11-16T00:01").await?;
    let mut liisa = play.stage.by_card("liisa", Some(AHOLA)).await?;
    search(&mut liisa, &case).await?;
    refused(&liisa)?;
    Ok("found at 23.55, refused at 0.01".to_owned())
}

/// Searches the organiser's register by case OID.
async fn search(worker: &mut Browser, case: &str) -> Result<()> {
    worker.open("/haku").await?;
    worker.submit("#haku-asia", &[("asia", case)]).await?;
    Ok(())
}

fn refused(worker: &Browser) -> Result<()> {
    let page = worker.page();
    let found = page.count("#tulokset [data-key]");
    ensure!(found == 0, "{found} documents are shown, and none may be");
    let explained = page.status >= 400 || page.count("main .notice") > 0;
    ensure!(explained, "nothing explains the refusal: {}", page.text());
    page.must_not_show("TIMEOUT")?;
    Ok(())
}

/// The page of the client of that name in the worker's own list.
async fn client_page(worker: &mut Browser, name: &str) -> Result<String> {
    worker.open("/asiakkaat").await?;
    worker.follow(name).await?;
    ensure!(worker.page().path.starts_with("/asiakkaat/"), "the client's page is {}", worker.page().path);
    Ok(worker.page().path.clone())
}

/// The OID of the newest document of a kind on the client's page.
async fn newest(worker: &mut Browser, client: &str, kind: &str) -> Result<String> {
    worker.open(client).await?;
    worker.page().attribute(&format!("#asiakirjat [data-kind='{kind}'][data-state=archived]"), "data-key")
}

/// Every text that the citizen can read.
pub async fn citizen_texts(play: &Play, name: &str) -> Result<String> {
    let mut browser = play.stage.citizen(name).await?;
    browser.open("/").await?;
    let mut all = browser.page().text();
    for href in browser.page().attributes("a[data-key]", "href") {
        all.push_str(&browser.open(&href).await?.text());
    }
    Ok(all)
}
