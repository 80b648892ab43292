//! Act 1 at the organiser: from Pirkko's concern to the right of the care home (C.2, steps 1–6).

use super::Play;
use crate::player::browser::{Browser, Page};
use crate::player::people::until;
use anyhow::{Result, bail, ensure};

/// The unit that the right is given to.
const KIELO_AHOLA: &str = "1.2.246.10.99990031.10.31";

/// Sosiaaliohjaus: the organiser's own service, which no grant or decision could tell.
pub const GUIDANCE: &str = "45";

const HOME_VISIT: &str = "Kotikäynti klo 10–11.30. Paikalla Aino Korpela, tytär Pirkko Korpela ja palveluohjaaja Marja \
    Salo. Aino kertoo pelkäävänsä öitä. Liesivahti asennettu, jääkaapissa vanhentunutta ruokaa. Sovittiin \
    RAI-arvioinnista ja lyhytaikaisjaksosta.";

const APPEAL: &str = "Päätökseen voi vaatia oikaisua 30 päivän kuluessa siitä, kun se on annettu tiedoksi.";

/// Step 1: Pirkko calls, Marja writes, and case, relationship, notification and entry are in the archive.
pub async fn concern(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-07T09:20").await?;
    let code = play.stage.code("Aino Korpela")?.to_owned();
    let mut marja = play.marja().await?;
    marja.open("/yhteydenotto").await?;
    marja
        .submit_whole("#yhteydenotto", &[("hetu", &code), ("tehtava", "IAKAS"), ("tapahtuma", "2026-09-07T09:15")])
        .await?;
    ensure!(marja.page().status == 200, "the contact is refused: {}", marja.page().text());
    play.aino = marja.page().path.clone();
    let found = marja.page().attribute("#asiat [data-key]", "data-key")?;
    ensure!(found.starts_with("1.2.246.10.99990015.95.2026."), "the case has the OID {found}");
    play.case = found;
    marja.page().must_not_show(&code)?;
    all_archived(&mut marja, &play.aino, 2).await?;
    play.made(4);
    Ok(format!("case {} is open; relationship, case, notification and entry are archived", play.case))
}

/// Step 2: the notification is assessed; a home visit is written down.
pub async fn assessment_of_notification(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-10T13:00").await?;
    let aino = play.aino.clone();
    let mut marja = play.marja().await?;
    write(&mut marja, &aino, "1009", &[]).await?;
    write_entry_with(&mut marja, &aino, "19005", &[("teksti", HOME_VISIT), ("palvelu", GUIDANCE)]).await?;
    all_archived(&mut marja, &aino, 4).await?;
    play.made(2);
    Ok("assessment of the notification and the home visit are archived".to_owned())
}

/// Step 3: the assessment of service need is seen by Aino at once.
pub async fn assessment_of_need(play: &mut Play) -> Result<String> {
    let aino = play.aino.clone();
    let mut marja = play.marja().await?;
    write(&mut marja, &aino, "1000", &[]).await?;
    all_archived(&mut marja, &aino, 5).await?;
    play.made(1);
    sees(play, "Aino Korpela", "#arviot [data-key]").await?;
    Ok("Aino reads the assessment in the citizen view".to_owned())
}

/// Step 4: the client plan.
pub async fn client_plan(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-18T10:00").await?;
    let aino = play.aino.clone();
    let mut marja = play.marja().await?;
    write(&mut marja, &aino, "15003", &[]).await?;
    all_archived(&mut marja, &aino, 6).await?;
    play.made(1);
    sees(play, "Aino Korpela", "#suunnitelmat [data-key]").await?;
    Ok("the client plan is archived and shown".to_owned())
}

/// Step 5: the decision needs the card of one who has the power to decide.
pub async fn decision(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-21T10:00").await?;
    let aino = play.aino.clone();
    let mut without_card = play.stage.by_password("marja", None).await?;
    write(
        &mut without_card,
        &aino,
        "11000",
        &[("Ohjeteksti", APPEAL), ("paatos.sosiaalipalvelu_jota_paatos_koskee.sosiaalipalvelu", "85")],
    )
    .await?;
    let waiting = without_card.page().path.clone();
    ensure!(waiting.starts_with("/allekirjoitus/"), "the decision does not wait for a signature: {waiting}");
    let page = without_card.submit("#allekirjoita", &[("vastaus", "")]).await?;
    ensure!(page.status >= 400, "a decision without a signature was accepted ({})", page.status);
    let mut marja = play.marja().await?;
    marja.open(&waiting).await?;
    if marja.page().count("#allekirjoita") > 0 {
        play.stage.sign(&mut marja, "marja").await?;
        ensure!(marja.page().status >= 400, "Marja signed a decision that is not hers to make");
    }
    marja.open(&waiting).await?;
    let antti_id = option_of(marja.page(), "#siirra select option", "Hirvonen")?;
    marja.submit("#siirra", &[("allekirjoittaja", &antti_id)]).await?;
    let mut antti = play.stage.by_card("antti", Some("1.2.246.10.99990015.10.11")).await?;
    antti.open(&waiting).await?;
    play.stage.sign(&mut antti, "antti").await?;
    ensure!(antti.page().status == 200, "Antti's signature is refused: {}", antti.page().text());
    all_archived(&mut antti, &aino, 7).await?;
    play.made(1);
    Ok("no card: refused; Marja: not hers to decide; Antti signed with his card".to_owned())
}

/// Step 6: the relationship names Kielo Ahola from 28.9.; the case OID is delivered.
pub async fn grant(play: &mut Play) -> Result<String> {
    play.stage.move_clock("2026-09-24T14:00").await?;
    let aino = play.aino.clone();
    let mut marja = play.marja().await?;
    marja.open(&format!("{aino}/oikeus")).await?;
    let values = [("yksikko", KIELO_AHOLA), ("palvelu", "85"), ("alkaa", "2026-09-28")];
    marja.submit("#oikeus", &values).await?;
    ensure!(marja.page().status == 200, "the grant is refused: {}", marja.page().text());
    until(&mut marja, "/oikeudet", |page| {
        ensure!(page.count("#toimittamatta [data-key]") > 0, "the undelivered case OID is not listed");
        Ok(())
    })
    .await?;
    let right = marja.page().attribute("#toimittamatta [data-key] a[href*='/tilaus']", "href")?;
    let order = marja.open(&right).await?.copied("#tilaus")?;
    marja.submit("#toimitus", &[("vastaanottaja", "Kielo Ahola, Liisa Kettunen")]).await?;
    marja.open("/oikeudet").await?;
    ensure!(marja.page().count("#toimittamatta [data-key]") == 0, "the delivered case OID is still listed");
    play.order = order;
    play.made(1);
    Ok("the right of Kielo Ahola begins 28.9.; the order is delivered".to_owned())
}

/// Writes a structured document with everything mandatory in it.
pub async fn write(worker: &mut Browser, client: &str, kind: &str, values: &[(&str, &str)]) -> Result<()> {
    worker.open(&format!("{client}/asiakirja/{kind}")).await?;
    worker.submit_whole("#asiakirja", values).await?;
    accepted(worker.page(), kind)
}

/// Writes a narrative entry: the text, and nothing else.
pub async fn write_entry(worker: &mut Browser, client: &str, kind: &str, text: &str) -> Result<()> {
    write_entry_with(worker, client, kind, &[("teksti", text)]).await
}

/// Writes a narrative entry with more in it than the text.
pub async fn write_entry_with(worker: &mut Browser, client: &str, kind: &str, values: &[(&str, &str)]) -> Result<()> {
    worker.open(&format!("{client}/asiakirja/{kind}")).await?;
    worker.submit("#asiakirja", values).await?;
    accepted(worker.page(), kind)
}

fn accepted(page: &Page, kind: &str) -> Result<()> {
    ensure!(page.status == 200, "{kind} is not accepted ({}): {}", page.status, page.text());
    Ok(())
}

/// Waits until at least so many documents of the client stand as archived and none as returned.
pub async fn all_archived(worker: &mut Browser, client: &str, at_least: usize) -> Result<()> {
    let waited = until(worker, client, |page| {
        let archived = page.count("#asiakirjat [data-state=archived]");
        let returned = page.count("#asiakirjat [data-state=rejected]");
        ensure!(returned == 0, "{returned} documents came back");
        ensure!(archived >= at_least, "{archived} of {at_least} documents are archived");
        Ok(())
    })
    .await;
    let Err(fault) = waited else { return Ok(()) };
    // Why it came back stands on the document's own page.
    if let Ok(document) = worker.page().attribute("#asiakirjat [data-state=rejected] a", "href") {
        worker.open(&document).await?;
        bail!("{fault}: {}", worker.page().text_of("main .notice").unwrap_or_default());
    }
    Err(fault)
}

/// A citizen looks at the front page of the citizen view.
pub async fn sees(play: &Play, citizen: &str, css: &str) -> Result<()> {
    let mut browser = play.stage.citizen(citizen).await?;
    browser.open("/").await?;
    ensure!(browser.page().count(css) > 0, "{citizen} does not see {css}: {}", browser.page().text());
    Ok(())
}

/// The value of the option whose words hold the name.
fn option_of(page: &Page, css: &str, name: &str) -> Result<String> {
    page.attribute_where(css, "value", |text| text.contains(name))
}
