//! What the older clients have behind them, written by their workers through the doors like everything else, so that
//! no page of a fresh demo is empty.

use super::acts::{GUIDANCE, all_archived, write_entry_with};
use super::browser::Browser;
use super::people::{Stage, until};
use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use records::time::finnish_zone;
use registers::cast::{Cast, History, HistoryEntry, HistoryProvider};

/// Ympärivuorokautinen palveluasuminen, what an own contract of the cast is about.
const HOUSING: &str = "85";

/// Writes every history of the cast.
///
/// # Errors
/// When a page refuses what the cast says.
pub async fn play(stage: &Stage, cast: &Cast) -> Result<()> {
    for history in &cast.history {
        write(stage, cast, history).await.with_context(|| format!("the history that opens {}", history.opened))?;
    }
    Ok(())
}

async fn write(stage: &Stage, cast: &Cast, history: &History) -> Result<()> {
    let mut worker = stage.by_card(&history.worker, Some(history.unit.as_str())).await?;
    let own_contract = cast.organisations.iter().any(|one| one.oid == history.controller && one.go_live.is_empty());
    let (page, form) = if own_contract { ("/oma-asiakas", "#oma-asiakas") } else { ("/yhteydenotto", "#yhteydenotto") };
    let opened = format!("{}T09:00", history.opened);
    worker.open(page).await?;
    let mut values = vec![
        ("hetu", history.client.as_str()),
        ("tehtava", history.task.as_str()),
        ("asian_nimi", history.case_name.as_str()),
        ("tapahtuma", opened.as_str()),
    ];
    if own_contract {
        values.push(("palvelu", HOUSING));
    }
    worker.submit_whole(form, &values).await?;
    ensure!(worker.page().status == 200, "the client is not opened: {}", worker.page().text());
    let client = worker.page().path.clone();
    let (own, provided): (Vec<_>, Vec<_>) = history.entries.iter().partition(|entry| works_for(cast, entry, history));
    for entry in &own {
        let at = local(entry.at);
        let mut values = vec![("teksti", entry.text.as_str()), ("tapahtuma", &at)];
        if !own_contract {
            values.push(("palvelu", GUIDANCE));
        }
        write_entry_with(&mut worker, &client, &entry.kind, &values).await?;
    }
    all_archived(&mut worker, &client, own.len()).await?;
    match &history.provider {
        Some(provider) => provide(stage, &mut worker, &client, provider, &provided).await,
        None => Ok(()),
    }
}

/// The organiser gives the right and delivers the order; the provider takes it and writes.
async fn provide(
    stage: &Stage,
    worker: &mut Browser,
    client: &str,
    provider: &HistoryProvider,
    entries: &[&HistoryEntry],
) -> Result<()> {
    worker.open(&format!("{client}/oikeus")).await?;
    let start = provider.start.to_string();
    let values = [("yksikko", provider.unit.as_str()), ("palvelu", &provider.service), ("alkaa", &start)];
    worker.submit("#oikeus", &values).await?;
    let order_page = "#toimittamatta [data-key] a[href*='/tilaus']";
    until(worker, "/oikeudet", |page| page.attribute(order_page, "href").map(drop)).await?;
    let order_page = worker.page().attribute(order_page, "href")?;
    let order = worker.open(&order_page).await?.copied("#tilaus")?;
    worker.submit("#toimitus", &[("vastaanottaja", "Palveluyksikkö")]).await?;
    let Some(first) = entries.first() else { return Ok(()) };
    let mut carer = stage.by_card(&first.by, Some(provider.unit.as_str())).await?;
    carer.open("/oikeudet").await?;
    carer.submit("#liita", &[("tilaus", &order)]).await?;
    let there = carer.page().attribute("#saadut [data-key] a[href*='/asiakkaat/']", "href")?;
    for entry in entries {
        let at = local(entry.at);
        write_entry_with(&mut carer, &there, &entry.kind, &[("teksti", &entry.text), ("tapahtuma", &at)]).await?;
    }
    all_archived(&mut carer, &there, entries.len()).await
}

/// Whether the entry's author works for the register's controller.
fn works_for(cast: &Cast, entry: &HistoryEntry, history: &History) -> bool {
    let author = cast.worker(&entry.by);
    author.is_some_and(|author| author.employments.iter().any(|one| one.organisation == history.controller))
}

fn local(at: Timestamp) -> String {
    at.to_zoned(finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string()
}
