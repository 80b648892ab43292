//! `GET /puhelin/paiva`: the least that a phone needs to record a shift without a network: whom, when, what kind.

use ::store::{Tx, log::Action};
use axum::response::Response;
use records::time::finnish_date;
use serde::Serialize;

use super::{pages, store};
use crate::{
    clients::{marks, store as client_store},
    error::{Fault, Result},
    op::Op,
    recording::editor,
    today::{
        items::Scope,
        visits::{self, Visit},
    },
    use_log::{self, Event},
};

/// Clients of one day at most: more than anybody meets in a shift, and a bound for what a lost phone may hold.
const CLIENTS_MAX: usize = 40;
/// Kinds of entry in the phone's short list; the long list needs the network.
const KINDS: [&str; 3] = ["19007", "19005", "19004"];

/// What goes to the phone, and is kept there encrypted.
#[derive(Serialize)]
struct Day {
    /// Now in milliseconds, so that the phone's clock can be corrected.
    nyt: i64,
    /// Until when it may be shown without meeting us again, in milliseconds.
    asti: i64,
    /// The unit's name.
    yksikko: String,
    /// Kinds of entry: code and name.
    lajit: Vec<(String, String)>,
    /// The rows.
    rivit: Vec<Line>,
    /// Minutes without a touch after which the phone asks for its code.
    lukko: i64,
}

/// One visit of today.
#[derive(Serialize)]
struct Line {
    kaynti: String,
    asiakas: String,
    nimi: String,
    /// `13.30`
    aika: String,
    /// What kind of visit, in words.
    mika: String,
    /// The kind of entry that it usually gives.
    laji: String,
    /// Begins and ends, in milliseconds.
    alkaa: i64,
    paattyy: i64,
    kirjattu: bool,
    /// What the client's page has pinned: what a visitor must know at the door.
    nostot: Vec<String>,
}

/// `GET /puhelin/paiva?laite=…`: today's visits of the worker, and those of nobody in particular, whom he may see now.
///
/// # Errors
/// `NotFound` for a store that is not the worker's phone.
pub async fn show(op: Op, axum::extract::RawQuery(query): axum::extract::RawQuery) -> Result<Response> {
    let id = pages::named(query.as_deref())?;
    store::meet(&op, id).await?;
    let mut tx = op.read().await?;
    let hours = store::hours(&op, &mut tx).await?;
    let rows = lines(&op, &mut tx).await?;
    drop(tx);
    let seen: std::collections::BTreeSet<&str> = rows.iter().map(|one| one.asiakas.as_str()).collect();
    let event = Event::plain(Action::Read, "own_task").count(seen.len());
    use_log::write_now(&op, event.detail(format!("päivän asiakkaat puhelimeen {id}"))).await?;
    Ok(pages::json(&Day {
        nyt: op.now.as_millisecond(),
        asti: op.now.as_millisecond() + hours * 3_600_000,
        yksikko: op.unit_name.clone(),
        lajit: kinds(&op),
        rivit: rows,
        lukko: crate::settings::keys::minutes(&op.preferences).parse().unwrap_or(5),
    }))
}

fn kinds(op: &Op) -> Vec<(String, String)> {
    let known = KINDS.iter().filter_map(|kind| op.app.config.catalogue.newest(kind));
    known.map(|one| (one.type_code().to_owned(), one.name(op.lang()).to_owned())).collect()
}

async fn lines(op: &Op, tx: &mut Tx) -> Result<Vec<Line>> {
    let today = op.today();
    let mut lines = Vec::new();
    for visit in visits::around_today(op, tx, Scope::Mine).await? {
        if finnish_date(visit.starts) != today || lines.len() >= CLIENTS_MAX {
            continue;
        }
        // The same judge as everywhere: whose right has ended is not taken along.
        let seen = match client_store::open(op, tx, &visit.client).await {
            Ok(seen) if !seen.locked => seen,
            Ok(_) | Err(Fault::Page(_) | Fault::Refused(_) | Fault::NotFound) => continue,
            Err(other) => return Err(other),
        };
        let pinned = marks::pins(op, tx, &visit.client).await?;
        lines.push(line(op, &visit, seen.client.person.name(), pinned.into_iter().map(|pin| pin.text).collect()));
    }
    Ok(lines)
}

fn line(op: &Op, visit: &Visit, name: String, pinned: Vec<String>) -> Line {
    let kind = visits::entry_kind(op, visit);
    debug_assert!(editor::is_entry(kind), "a visit gives an entry");
    Line {
        kaynti: visit.id.clone(),
        asiakas: visit.client.clone(),
        nimi: name,
        aika: crate::people::time_of_day(visit.starts),
        mika: op.t.get(&format!("visit-{}", visit.kind)),
        laji: kind.to_owned(),
        alkaa: visit.starts.as_millisecond(),
        paattyy: visit.ends.as_millisecond(),
        kirjattu: visit.recorded,
        nostot: pinned,
    }
}

#[cfg(test)]
mod tests {
    /// Two lists of the same thing would drift apart.
    #[test]
    fn the_usual_kind_of_an_entry_is_on_the_short_list() {
        for kind in [crate::op::Kind::Organiser, crate::op::Kind::Provider] {
            assert!(super::KINDS.contains(&crate::clients::pages::entry_kind(kind)));
        }
    }
}
