//! What may not be told apart: refusals under a register access right, whatever their cause, by bytes, by the number of
//! log rows and by time (decisions.md 3; issue "The decision").

mod common;

use archive::testing::{documents::Row, *};
use common::*;
use kanta::query::{Query, QueryKind};
use records::id::CaseId;
use std::time::{Duration, Instant};
use store::testing::for_each_engine;

/// Aino's right of Kielo Ahola, a second client without one, and the questions that must all sound the same.
struct Probes {
    aino: Aino,
    other: CaseId,
    henna: Member,
    unknown: CaseId,
}

impl Probes {
    async fn new(db: store::Db) -> Self {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        let rows = [Row::from(LEHTO, "2026-09-01").until("2026-09-20")];
        let (other, _) = aino.world.open_client(&aino.marja, LEENA, &rows).await;
        let (henna, unknown) = (aino.world.worker("henna"), aino.world.case_id(JHHVA));
        Self { aino, other, henna, unknown }
    }

    /// Cause and question: no such case, another's case, another unit, another task, an ended right, a document that is
    /// not there.
    fn all(&self) -> Vec<(&'static str, Member, Query)> {
        let liisa = &self.aino.liisa;
        let ask = |case: &CaseId| by_case(QueryKind::Document, case);
        let mut absent = ask(&self.aino.case);
        absent.document = Some(self.aino.world.document_id(&organisation(JHHVA)));
        let elsewhere = Member { tasks: vec!["TYOIK".to_owned()], ..liisa.clone() };
        vec![
            ("no such case", liisa.clone(), ask(&self.unknown)),
            ("another client's case", liisa.clone(), ask(&self.other)),
            ("another unit", self.henna.clone(), ask(&self.aino.case)),
            ("another task", elsewhere, ask(&self.aino.case)),
            ("an ended right", self.henna.clone(), ask(&self.other)),
            ("no such document", liisa.clone(), absent),
        ]
    }

    /// The signed message of a question.
    fn message(&self, member: &Member, query: &Query) -> Vec<u8> {
        let frame = kanta::frame::query(query.clone(), self.aino.world.sending(member, JHHVA));
        self.aino.world.message(member, &frame)
    }
}

/// The answer without ids and times.
fn bare(reply: Reply) -> Vec<u8> {
    assert_eq!(reply.code(), "RKO_NOT_VALID", "{}", reply.texts());
    let mut answer = match reply {
        Reply::Answer(answer) => *answer,
        other => panic!("{}", other.code()),
    };
    answer.message_id.extension = String::new();
    answer.target.extension = String::new();
    answer.created = "2026-09-28T09:00:00Z".parse().unwrap();
    kanta::query::encode_response(&answer)
}

#[tokio::test]
async fn fr_14_refusals_under_a_grant_are_alike_in_bytes_and_in_log_rows() {
    for_each_engine(async |db| {
        let probes = Probes::new(db).await;
        let world = &probes.aino.world;
        let mut seen = Vec::new();
        for (cause, member, query) in probes.all() {
            let before = (world.count("log_row").await, world.count("nonces").await);
            let reply = world.post(KIELO, probes.message(&member, &query)).await;
            let after = (world.count("log_row").await, world.count("nonces").await);
            seen.push((cause, bare(reply), (after.0 - before.0, after.1 - before.1)));
        }
        for (cause, bytes, cost) in &seen {
            assert_eq!(bytes, &seen[0].1, "{cause} is told");
            assert_eq!(*cost, (1, 1), "{cause} costs log rows and nonces of its own");
        }
    })
    .await;
}

/// Medians of 1,000 calls of each cause, called in turn: `cargo xtask faults --long`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: measures time"]
async fn fr_14_refusals_under_a_grant_are_alike_in_time() {
    for_each_engine(async |db| {
        let probes = Probes::new(db).await;
        probes.aino.world.app.settings.write().unwrap().refusal_step_ms = archive::Settings::default().refusal_step_ms;
        let all = probes.all();
        let mut times: Vec<Vec<Duration>> = vec![Vec::new(); all.len()];
        for _ in 0..calls() {
            for ((_, member, query), times) in all.iter().zip(&mut times) {
                let message = probes.message(member, query);
                let began = Instant::now();
                let reply = probes.aino.world.post(KIELO, message).await;
                times.push(began.elapsed());
                assert_eq!(reply.code(), "RKO_NOT_VALID");
            }
        }
        let medians: Vec<Duration> = times.iter_mut().map(|times| median(times)).collect();
        for ((cause, ..), median) in all.iter().zip(&medians) {
            eprintln!("{cause}: {median:?}");
        }
        let (least, most) = (medians.iter().min().unwrap(), medians.iter().max().unwrap());
        assert!(most.as_secs_f64() <= least.as_secs_f64() * 1.05, "medians from {least:?} to {most:?}");
    })
    .await;
}

fn calls() -> usize {
    std::env::var("VAKKA_LIKENESS_CALLS").ok().and_then(|text| text.parse().ok()).unwrap_or(1000)
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
