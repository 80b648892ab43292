//! The questions of the reading benchmarks, made and signed before the clock starts: half in the organiser's own
//! register, half under the producer's register access right.

use super::{
    author::{Author, Authors},
    documents::person,
    messages::{Messages, Side},
    plan::{Part, Plan},
    read::Work,
    words::Dice,
};
use anyhow::{Context, Result, anyhow};
use jiff::{SignedDuration, Timestamp};
use kanta::frame::{MessageId, Processing, Sending, User};
use kanta::ids::Situation;
use kanta::query::{Query, QueryKind};
use records::id::Oid;

/// Newest documents of a client that a search asks for.
const NEWEST: u32 = 20;
/// Requests per second that the questions are dated for; the archive accepts five minutes in both directions.
const DATED_RATE: f64 = 2_000.0;

/// One connection's questions and whose they are.
pub type Lane = (Side, Vec<Vec<u8>>);

/// Makes `count` questions over the clients of a filled archive, for so many connections.
///
/// # Arguments
/// `run` makes the nonces; `at` is product time of the first.
///
/// # Errors
/// When something cannot be signed.
pub fn make(
    work: Work,
    plan: &Plan,
    messages: &Messages<'_>,
    authors: &Authors,
    count: u64,
    run: u64,
    at: Timestamp,
) -> Result<Vec<Lane>> {
    let lane = |lane: u64| -> Result<Lane> {
        let side = Side::of(Part::Measured, lane);
        let author = if side == Side::Producer { &authors.nurse } else { &authors.guide };
        let numbers = (lane..count).step_by(plan.lanes as usize);
        let question = |number: u64| -> Result<Vec<u8>> {
            let after = SignedDuration::from_millis((number as f64 / DATED_RATE * 1000.0) as i64);
            let query = query(work, plan, messages, side, number)?;
            message(author, query, number, run, at.checked_add(after)?)
        };
        Ok((side, numbers.map(question).collect::<Result<_>>()?))
    };
    std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..plan.lanes).map(|number| scope.spawn(move || lane(number))).collect();
        lanes.into_iter().map(|made| made.join().map_err(|_| anyhow!("a maker broke"))?).collect()
    })
}

fn query(work: Work, plan: &Plan, messages: &Messages<'_>, side: Side, number: u64) -> Result<Query> {
    let maker = messages.maker();
    let mut dice = Dice::of(plan.seed ^ 0x9e, number);
    let kind = match work {
        Work::Search => QueryKind::Metadata,
        Work::Fetch => QueryKind::Document,
        Work::Kooste => QueryKind::Summary,
    };
    let mut query = Query::new(kind, number.to_string(), maker.controller().clone());
    let mut client = dice.below(plan.clients);
    match work {
        Work::Search => query.rows_max = Some(NEWEST),
        Work::Kooste => query.enriched = true,
        Work::Fetch => {
            let (document, of) = document(plan, messages, side, &mut dice)?;
            (query.document, client) = (Some(document), of);
        }
    }
    match side {
        Side::Producer => query.case = Some(maker.case_id(client)?),
        Side::Organiser if work != Work::Fetch => query.client = Some(person(client)?),
        Side::Organiser => {}
    }
    Ok(query)
}

/// A stored document that the side may read: the producer its own, the organiser any.
fn document(
    plan: &Plan,
    messages: &Messages<'_>,
    side: Side,
    dice: &mut Dice,
) -> Result<(records::id::DocumentId, u64)> {
    for _ in 0..1_000 {
        let Some((document, author, client)) = messages.client_document(dice.below(plan.documents))? else { continue };
        let own = author.organisation == *messages.maker().controller();
        if side == Side::Organiser || !own {
            return Ok((document, client));
        }
    }
    Err(anyhow!("the plan has no document to read"))
}

fn message(author: &Author, query: Query, number: u64, run: u64, at: Timestamp) -> Result<Vec<u8>> {
    let own = author.organisation == query.controller;
    let sending = Sending {
        message_id: MessageId { root: author.organisation.0.clone(), extension: format!("{run}.{number}") },
        created: at,
        processing: Processing::Debugging,
        receiver: Oid::parse(kanta::ids::ARCHIVE_PARTY)?,
        situation: if own { Situation::OwnRegister } else { Situation::RegisterAccess },
        user: User {
            hetu: author.hetu.clone(),
            family: author.family.clone(),
            given: author.given.clone(),
            unit: author.unit.clone(),
            unit_name: "Palveluyksikkö".to_owned(),
        },
    };
    let body = String::from_utf8(kanta::frame::encode(&kanta::frame::query(query, sending)))?;
    let toimija = author.toimija(number, run, at).context("Toimija")?;
    Ok(kanta::soap::encode(Some(&toimija), &body))
}
