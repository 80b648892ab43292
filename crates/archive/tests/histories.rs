//! Random histories of an archive against a model of it (functional specification B.5): organisers open clients, grant
//! and withdraw rights, providers write, correct and search, houses are suspended, days pass. After every step the
//! archive must have answered as the model says; at the end of every history the invariants hold and the whole
//! archive verifies. `model` says which invariant is judged where.
//!
//! `VAKKA_HISTORIES` and `VAKKA_STEPS` set the length (`cargo xtask faults --long` takes 1,000 × 200); a failure names
//! the seed, and `VAKKA_SEED` plays that history alone.

mod common;
mod model;

use archive::testing::World;
use model::{Histories, Player};
use store::testing::TestDb;

/// Histories and steps of a normal test run: some minutes are too long to wait for between two edits.
const QUICK: (u64, u64) = (6, 60);

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// From so many steps on chance alone does not keep a kind of event below a hundredth of them.
const ENOUGH_STEPS: u64 = 5_000;

async fn play(databases: impl AsyncFn() -> TestDb, share: u64) {
    let only = number("VAKKA_SEED");
    let (histories, steps) =
        (number("VAKKA_HISTORIES").unwrap_or(QUICK.0) / share, number("VAKKA_STEPS").unwrap_or(QUICK.1));
    let mut counts = Histories::default();
    for seed in only.map_or(1..=histories.max(1), |seed| seed..=seed) {
        let database = databases().await;
        let world = World::new(database.db.clone()).await;
        let mut player = Player::new(&world, seed);
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
    }
    eprintln!("{}", counts.table());
    if only.is_none() && counts.steps() >= ENOUGH_STEPS {
        counts.every_kind_is_at_least_a_hundredth();
    }
}

#[tokio::test]
async fn random_histories_answer_as_the_model_on_sqlite() {
    play(TestDb::sqlite, 1).await;
}

/// A database for each history is slow to make here: a tenth of the histories, and never none.
#[tokio::test]
async fn random_histories_answer_as_the_model_on_postgresql() {
    play(TestDb::postgres, 10).await;
}
