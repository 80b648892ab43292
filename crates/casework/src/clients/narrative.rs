//! The client narrative: a view of the entries, each a document of its own, in the order of events (FR-29).

use std::collections::BTreeMap;

use ::store::log::Action;
use axum::{
    extract::{Path, RawQuery},
    response::Response,
};
use web::ui::{Notice, Tone};

use super::{
    pages::{entry_path, identity},
    store::{self, Seen},
};
use crate::{
    error::Result,
    op::Op,
    people,
    recording::{
        content,
        documents::{self, Stored},
        editor,
    },
    rights::{self, Reach},
    sheet::{Block, Link, Sheet},
    use_log::{self, Event},
};

/// What the address says for the order of events; without it the newest stands first, since the worker who comes to the
/// shift reads what has happened last.
const OLDEST_FIRST: &str = "jarjestys=vanhin";

/// `GET /asiakkaat/{client}/kertomus`, `?jarjestys=vanhin` for the oldest first
pub async fn show(op: Op, Path(client): Path<String>, RawQuery(query): RawQuery) -> Result<Response> {
    let oldest_first = query.as_deref() == Some(OLDEST_FIRST);
    let mut tx = op.read().await?;
    let seen = store::open(&op, &mut tx, &client).await?;
    let mut sheet = Sheet::new(op.page(op.t.get("narrative")), op.t.get("narrative"));
    sheet.identity = Some(identity(&op, &seen));
    if seen.locked {
        return Ok(sheet.with(Block::Notice(Notice::new(Tone::Warning, op.t.get("client-locked")))).html());
    }
    let reach = rights::reach(&op, &mut tx, &seen).await?;
    let mut entries = entries(&op, &reach, documents::of_client(&mut tx, op.org(), &client).await?);
    if oldest_first {
        entries.reverse();
    }
    sheet = sheet.with(Block::Links(links(&op, &seen, oldest_first)));
    let mut shown = 0;
    for one in &entries {
        let Some(structure) = op.app.config.catalogue.get(&one.structure) else { continue };
        let body = one.body(&op.app, &mut tx, op.org()).await?;
        let text = editor::one_text(structure).map(|path| content::text_at(structure, &body, &path));
        sheet = sheet.with(Block::Heading(format!("{} · {}", people::moment(one.event), one.title)));
        sheet = match text {
            Some(text) => sheet.with(Block::Text(text)),
            // An entry without one text, such as that on a restriction, is read as its display form.
            None => sheet.with(Block::Links(vec![Link::new(
                "avaa-merkinta",
                format!("/asiakirjat/{}", one.oid),
                op.t.get("open"),
            )])),
        };
        sheet = sheet.with(Block::Small(format!("{}, {}", one.author, one.unit_name)));
        shown += 1;
    }
    drop(tx);
    use_log::write_now(&op, Event::of_client(Action::Read, &seen.client).count(shown)).await?;
    if shown == 0 {
        sheet = sheet.with(Block::Empty(op.t.get("narrative-empty")));
    }
    Ok(sheet.html())
}

fn links(op: &Op, seen: &Seen, oldest_first: bool) -> Vec<Link> {
    let here = format!("/asiakkaat/{}/kertomus", seen.client.id);
    let other = match oldest_first {
        true => Link::new("uusin-ensin", here, op.t.get("narrative-newest")),
        false => Link::new("vanhin-ensin", format!("{here}?{OLDEST_FIRST}"), op.t.get("narrative-oldest")),
    };
    let digest = Link::new("koonti", format!("/asiakkaat/{}/koonti", seen.client.id), op.t.get("digest-title"));
    vec![Link::main("kirjaa", entry_path(op.kind, &seen.client.id), op.t.get("record")), other, digest]
}

/// The newest version of every live entry that the worker may see, newest event first. A correction that still waits in
/// the queue hides what it corrects at once.
pub fn entries(op: &Op, reach: &Reach, documents: Vec<Stored>) -> Vec<Stored> {
    let mut newest: BTreeMap<String, u32> = BTreeMap::new();
    for one in &documents {
        let version = newest.entry(one.set_id.to_string()).or_default();
        *version = one.version.max(*version);
    }
    let live = |one: &Stored| {
        editor::is_entry(&one.type_code)
            && !matches!(one.word(), "replaced" | "invalidated")
            && newest.get(one.set_id.as_str()) == Some(&one.version)
            && reach.shows(op, one)
    };
    let mut entries: Vec<Stored> = documents.into_iter().filter(live).collect();
    entries.sort_by_key(|one| std::cmp::Reverse((one.event, one.created)));
    entries
}
