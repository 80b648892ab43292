//! The hand-over of a shift: what happened in the unit, first what is out of the ordinary, and what nobody has recorded;
//! to be read in a minute.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use store::{Tx, log::Action};

use super::{
    items::{self, Scope},
    visits,
};
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people,
    recording::{content, documents::Stored, editor},
    rights,
    use_log::{self, Event},
};

/// The choices of the page, in hours: a shift, a long one, a day, a weekend.
const HOURS: [i64; 4] = [8, 12, 24, 72];
/// What is shown when nothing is chosen: since one has gone home.
const HOURS_USUAL: i64 = 12;
/// Most entries of the page; nobody reads more in a minute.
const ENTRIES_MAX: i64 = 120;
/// Letters of an entry that are shown; the rest is a click away.
const LETTERS_MAX: usize = 280;
/// The entry of everyday life: every other kind is out of the ordinary.
const EVERYDAY: &str = "19007";

/// The page's content.
pub struct Shift {
    /// Since when, as people read it.
    pub since: String,
    /// The choices: address, hours, whether it is this one.
    pub choices: Vec<(String, String, bool)>,
    /// Entries out of the ordinary.
    pub significant: Vec<Line>,
    /// Entries of everyday life.
    pub everyday: Vec<Line>,
    /// Visits that nobody has recorded.
    pub unrecorded: Vec<Missing>,
}

/// An entry.
pub struct Line {
    /// Day and time.
    pub when: String,
    /// The client.
    pub client: String,
    /// Name of the client.
    pub name: String,
    /// Kind of entry.
    pub title: String,
    /// Its beginning.
    pub text: String,
    /// Who wrote it.
    pub author: String,
    /// The document.
    pub oid: String,
}

/// A visit without a note.
pub struct Missing {
    /// Day or time.
    pub when: String,
    /// Name of the client.
    pub name: String,
    /// The kind of visit.
    pub thing: String,
    /// Where it is recorded.
    pub href: String,
}

/// Reads the page. Every client whose entry is shown gets a row in the use log.
///
/// # Errors
/// When the database does not answer or the log cannot be written.
pub async fn read(op: &Op, hours: Option<i64>) -> Result<Shift> {
    let hours = hours.filter(|hours| HOURS.contains(hours)).unwrap_or(HOURS_USUAL);
    let from = op.now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(op.now);
    let mut tx = op.read().await?;
    let mut shift = Shift {
        since: people::moment(from),
        choices: HOURS
            .iter()
            .map(|n| (format!("/tanaan?nakyma=vuoro&tunnit={n}"), op.t.with("shift-hours", [("n", *n)]), *n == hours))
            .collect(),
        significant: Vec::new(),
        everyday: Vec::new(),
        unrecorded: Vec::new(),
    };
    let entries = entries(op, &mut tx, from).await?;
    let mut by_client: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
    for one in entries {
        by_client.entry(one.client.clone()).or_default().push(one);
    }
    let mut events = Vec::new();
    for (client, entries) in by_client {
        events.extend(of_client(op, &mut tx, &client, entries, &mut shift).await?);
    }
    shift.unrecorded = unrecorded(op, &mut tx, from).await?;
    drop(tx);
    let mut tx = op.write().await?;
    for event in events {
        use_log::write(op, &mut tx, event).await?;
    }
    tx.commit().await?;
    for lines in [&mut shift.significant, &mut shift.everyday] {
        lines.sort_by(|a, b| a.name.cmp(&b.name).then(b.when.cmp(&a.when)));
    }
    Ok(shift)
}

async fn entries(op: &Op, tx: &mut Tx, from: jiff::Timestamp) -> Result<Vec<Stored>> {
    sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND unit = $2 AND event_at >= $3 AND type_code LIKE '19%'
            AND state NOT IN ('invalidated', 'replaced') ORDER BY event_at DESC LIMIT $4",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(from.as_microsecond())
    .bind(ENTRIES_MAX)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(Stored::read)
    .collect()
}

/// The client's lines and the log row of their reading; nothing of a client whom the worker may not open.
async fn of_client(
    op: &Op,
    tx: &mut Tx,
    client: &str,
    entries: Vec<Stored>,
    shift: &mut Shift,
) -> Result<Option<Event>> {
    let seen = match clients::open(op, tx, client).await {
        Ok(seen) if !seen.locked => seen,
        Ok(_) | Err(Fault::Page(_) | Fault::Refused(_) | Fault::NotFound) => return Ok(None),
        Err(other) => return Err(other),
    };
    let reach = match rights::reach(op, tx, &seen).await {
        Ok(reach) => reach,
        Err(Fault::Page(_) | Fault::Refused(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let marked = crate::clients::marks::significant(op, tx, client).await?;
    let mut shown = 0;
    for one in entries.iter().filter(|one| reach.shows(op, one)) {
        let line = line(op, tx, &seen.client.person.name(), one).await?;
        if one.type_code == EVERYDAY && !marked.contains(one.set_id.as_str()) {
            shift.everyday.push(line)
        } else {
            shift.significant.push(line)
        }
        shown += 1;
    }
    Ok((shown > 0).then(|| Event::of_client(Action::Read, &seen.client).detail("vuoron vaihto").count(shown)))
}

async fn line(op: &Op, tx: &mut Tx, name: &str, one: &Stored) -> Result<Line> {
    let mut text = String::new();
    if let Some(structure) = op.app.config.catalogue.get(&one.structure)
        && let Some(path) = editor::one_text(structure)
    {
        let body = one.body(&op.app, tx, op.org()).await?;
        text = content::text_at(structure, &body, &path);
    }
    if text.chars().count() > LETTERS_MAX {
        text = text.chars().take(LETTERS_MAX).chain(['…']).collect();
    }
    let day = records::time::finnish_date(one.event);
    Ok(Line {
        when: format!("{} {}", items::short_day(day), people::time_of_day(one.event)),
        client: one.client.clone(),
        name: name.to_owned(),
        title: one.title.clone(),
        text,
        author: one.author.clone(),
        oid: one.oid.to_string(),
    })
}

async fn unrecorded(op: &Op, tx: &mut Tx, from: jiff::Timestamp) -> Result<Vec<Missing>> {
    let mut missing = Vec::new();
    for visit in visits::between(op, tx, Scope::Unit, from, op.now).await? {
        if visit.recorded || visit.ends > op.now {
            continue;
        }
        let name = clients::by_id(&op.app, tx, op.org(), &visit.client).await?.person.name();
        missing.push(Missing {
            when: items::time_or_day(op, visit.starts),
            name,
            thing: op.t.get(&format!("visit-{}", visit.kind)),
            href: format!("/kaynnit/{}/kirjaa", visit.id),
        });
    }
    Ok(missing)
}
