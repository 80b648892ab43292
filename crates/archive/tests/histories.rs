//! Random histories of an archive against a model of it (functional specification B.5): organisers open clients, grant
//! and withdraw rights, providers write, correct and search, unknown people get their names, years pass and cases are
//! disposed of. After every event the archive must have answered as the model says; at the end of every history the
//! invariants hold and the whole archive verifies. `model` says which invariant is judged where.
//!
//! `VAKKA_HISTORIES` and `VAKKA_STEPS` set the length, `VAKKA_FIRST` the first seed, and `VAKKA_HISTORIES_LOG` names a
//! file that tells after every hundred histories how many are done ([docs/histories.md](../../../docs/histories.md)). A
//! failure names the seed, and `VAKKA_SEED` plays that history alone.

mod common;
mod model;

use archive::testing::World;
use model::{Histories, Player};
use std::time::Instant;
use store::testing::TestDb;

/// Histories and steps of a normal test run: some minutes are too long to wait for between two edits.
const QUICK: (u64, u64) = (6, 60);
/// A line in the file of progress after so many histories.
const TOLD_EVERY: u64 = 100;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// From so many events on chance alone does not keep a kind of event below a hundredth of them.
const ENOUGH_EVENTS: u64 = 5_000;

async fn play(engine: &str, databases: impl AsyncFn() -> TestDb, share: u64) {
    let only = number("VAKKA_SEED");
    let (histories, steps) =
        (number("VAKKA_HISTORIES").unwrap_or(QUICK.0) / share, number("VAKKA_STEPS").unwrap_or(QUICK.1));
    let (mut counts, begun) = (Histories::default(), Instant::now());
    let first = number("VAKKA_FIRST").unwrap_or(1);
    for seed in only.map_or(first..=first + histories.max(1) - 1, |seed| seed..=seed) {
        let database = databases().await;
        let world = World::new(database.db.clone()).await;
        let mut player = Player::new(&world, seed).await;
        for step in 0..steps {
            if let Err(what) = player.step().await {
                panic!("history {seed}, step {step}: {what}\nplay it alone with VAKKA_SEED={seed}");
            }
        }
        if let Err(what) = player.invariants().await {
            panic!("history {seed}, at its end: {what}\nplay it alone with VAKKA_SEED={seed}");
        }
        counts.add(player.counts());
        drop(player);
        database.drop().await;
        let done = seed + 1 - first;
        if only.is_none() && done.is_multiple_of(TOLD_EVERY) {
            tell(&format!("{engine}: {done} histories of {steps} steps whole, {} s", begun.elapsed().as_secs()));
        }
    }
    eprintln!("{engine}: {}", counts.table());
    if only.is_none() && counts.events() >= ENOUGH_EVENTS {
        counts.every_kind_is_at_least_a_hundredth();
    }
}

/// A line in the file of progress, when one is named.
fn tell(line: &str) {
    use std::io::Write;
    let Some(path) = std::env::var_os("VAKKA_HISTORIES_LOG") else { return };
    let file = std::fs::OpenOptions::new().create(true).append(true).open(path);
    writeln!(file.expect("the file of progress"), "{line}").expect("the file of progress is written");
}

#[tokio::test]
async fn random_histories_answer_as_the_model_on_sqlite() {
    play("SQLite", TestDb::sqlite, 1).await;
}

/// A database for each history is slow to make here: a tenth of the histories, and never none.
#[tokio::test]
async fn random_histories_answer_as_the_model_on_postgresql() {
    play("PostgreSQL", TestDb::postgres, 10).await;
}
