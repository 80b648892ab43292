//! The prints: a document, a draft, a summary. The right is asked by the page whose print it is, the bytes are made, the
//! log is written, and only then anything is given out.

use ::store::log::Action;
use axum::{
    extract::Path,
    http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use paper::{Banner, Block as Part, Paper, display};
use records::{Lang, id::DocumentId};
use structures::Display;

use super::letterhead;
use crate::{
    clients::{self, store::Seen, summary},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::{self, documents::Stored, view},
    sheet::{Block, Cell},
    use_log::{self, Event},
};

/// The archived form is in Finnish, since the structures' own texts are.
const CONTENT: &str = "fi";

/// `POST /asiakirjat/{oid}/tuloste`
pub async fn document(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let (one, seen) = view::open(&op, &oid).await?;
    let xhtml = view::archived_form(&op, &one, &seen).await?;
    let mut foot = vec![format!(
        "{} {} · {} {} · {}",
        op.t.get("col-document-oid"),
        one.oid,
        op.t.get("col-version"),
        one.version,
        web::ui::Chip::state(&op.t, one.word()).word
    )];
    if let Some(case) = &one.case {
        foot[0].push_str(&format!(" · {} {case}", op.t.get("col-case-oid")));
    }
    let print = Print { xhtml, banner: banner(&op, &one), above: Vec::new(), foot, id: one.oid.to_string() };
    let bytes = pdf(&op, print).await?;
    use_log::write_now(&op, Event::of_document(Action::Print, &seen.client, &one)).await?;
    Ok(answer(bytes, &format!("asiakirja-{}-{}", one.oid, one.version)))
}

/// `POST /luonnokset/{draft}/tuloste`: to be read through with the client before it is finished
pub async fn draft(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let draft = recording::store::draft(&op, &mut tx, &id).await?;
    let seen = clients::store::open(&op, &mut tx, &draft.client).await?;
    drop(tx);
    let structure = op.app.config.catalogue.newest(&draft.type_code).ok_or(Fault::NotFound)?;
    let body = recording::pages::body_of(structure, &Posted(draft.fields.clone()));
    // A draft has no id of its own kind yet; the form wants one, and the print does not show it.
    let nameless = DocumentId::parse(&format!("{}.95.1", op.org.arc())).map_err(Fault::failed)?;
    let display = Display {
        document: &nameless,
        organisation: &seen.register_name,
        date: op.today(),
        language: Lang::Fi,
        on_behalf: None,
    };
    let print = Print {
        xhtml: structures::display_form(structure, &body, &display),
        banner: Some(said(&op, "print-draft", "print-draft-text")),
        above: whose(&op, &seen),
        foot: vec![op.t.with("print-draft-saved", [("when", people::moment(draft.updated))])],
        id: draft.id.clone(),
    };
    let bytes = pdf(&op, print).await?;
    use_log::write_now(&op, Event::of_client(Action::Print, &seen.client).detail("draft")).await?;
    Ok(answer(bytes, "luonnos"))
}

/// `POST /asiakkaat/{client}/kooste/tuloste`: `laajuus`; made anew for the worker's rights, as the page is
pub async fn summary(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let (seen, parts) = summary::fetch(&op, &client, &posted, Action::Print).await?;
    let mut tx = op.read().await?;
    let head = letterhead::of(&op, &mut tx).await?;
    drop(tx);
    let paper = Paper {
        language: word(op.lang()),
        frame: word(op.lang()),
        title: op.t.get("summary-title"),
        head,
        kind: op.t.get("summary-title"),
        day: people::day(op.today()),
        banner: None,
        blocks: whose(&op, &seen).into_iter().chain(parts.into_iter().flat_map(of_sheet)).collect(),
        foot: vec![printed(&op)],
        id: format!("summary {} {}", seen.client.id, op.now),
        made: op.now.to_zoned(records::time::finnish_zone()),
    };
    Ok(answer(draw(paper).await?, "kooste"))
}

fn word(lang: Lang) -> &'static str {
    if lang == Lang::Sv { "sv" } else { "fi" }
}

fn printed(op: &Op) -> String {
    let who = format!("{}, {}, {}", op.actor.name(), op.unit_name, op.org_name);
    op.t.with("printed", [("when", people::moment(op.now)), ("who", who)])
}

/// A display form on its way to paper.
struct Print {
    xhtml: String,
    banner: Option<Banner>,
    /// Parts before the form's own.
    above: Vec<Part>,
    foot: Vec<String>,
    id: String,
}

async fn pdf(op: &Op, print: Print) -> Result<Vec<u8>> {
    let mut tx = op.read().await?;
    let head = letterhead::of(op, &mut tx).await?;
    drop(tx);
    let read = display::read(&print.xhtml).map_err(Fault::failed)?;
    let mut blocks = print.above;
    // Whose document it is stands in the form's own header; it is said when another prints it.
    if read.organisation != head.name {
        blocks.push(named(op.t.get("col-register"), read.organisation));
    }
    blocks.extend(read.blocks);
    blocks.push(Part::Small(read.footer));
    let paper = Paper {
        language: CONTENT,
        frame: word(op.lang()),
        title: read.title,
        head,
        kind: read.kind,
        day: read.day,
        banner: print.banner,
        blocks,
        foot: [print.foot, vec![printed(op)]].concat(),
        id: print.id,
        made: op.now.to_zoned(records::time::finnish_zone()),
    };
    draw(paper).await
}

/// Laying out a long document takes tens of milliseconds of a core: not on the threads that serve requests.
async fn draw(paper: Paper) -> Result<Vec<u8>> {
    tokio::task::spawn_blocking(move || paper::pdf(&paper)).await.map_err(Fault::failed)?.map_err(Fault::failed)
}

/// What must be seen from afar. A void document is not opened at all, so it is not printed either.
fn banner(op: &Op, one: &Stored) -> Option<Banner> {
    match one.state.as_str() {
        "waiting_signature" if one.awaits_signer() => Some(said(op, "print-unsigned", "print-unsigned-text")),
        "replaced" => Some(said(op, "print-replaced", "print-replaced-text")),
        "rejected" => Some(said(op, "print-rejected", "print-rejected-text")),
        _ => None,
    }
}

fn said(op: &Op, word: &str, sentence: &str) -> Banner {
    Banner { across: op.t.get(word), text: op.t.get(sentence) }
}

fn named(name: String, text: String) -> Part {
    Part::Named { depth: 1, name, texts: vec![text] }
}

fn whose(op: &Op, seen: &Seen) -> Vec<Part> {
    let person = &seen.client.person;
    vec![named(op.t.get("print-client"), format!("{}, {}", person.name(), person.masked()))]
}

/// A part of a page as a part of paper. Forms and links are for the screen.
fn of_sheet(block: Block) -> Vec<Part> {
    let cell = |cell: Cell| match cell {
        Cell::Text(text) => text,
        Cell::Link { label, .. } => label,
        Cell::Chip(chip) => chip.word,
        Cell::Form(_) => String::new(),
    };
    match block {
        Block::Heading(text) => vec![Part::Heading(2, text)],
        Block::Text(text) | Block::Empty(text) => vec![Part::Text(text)],
        Block::Small(text) => vec![Part::Small(text)],
        Block::Notice(notice) => vec![named(notice.title, notice.text)],
        Block::Facts(facts) => facts.into_iter().map(|(name, text)| named(name, text)).collect(),
        Block::Table(table) => {
            let rows = table.rows.into_iter().map(|row| row.cells.into_iter().map(cell).collect()).collect();
            vec![Part::Heading(3, table.caption), Part::Table { head: table.head, rows }]
        }
        _ => Vec::new(),
    }
}

/// Shown in the browser's own viewer and kept in no cache. The file's name tells of no person.
fn answer(bytes: Vec<u8>, name: &str) -> Response {
    let headers = [
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{name}.pdf\"")),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, bytes).into_response()
}
