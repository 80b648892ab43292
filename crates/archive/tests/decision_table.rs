//! The printed policy, held against the archive: every row of the table that a lawyer reads is hit over `/sanomat`.
//!
//! What is expected comes from the committed snapshot of `records::access::policy_table`, not from the decision itself.
//! So a row that is deleted, inverted or added without a test here fails, and so does an archive that wires a fact wrong.

mod common;
#[path = "decision_table/disclosure.rs"]
mod disclosure;
#[path = "decision_table/gates.rs"]
mod gates;
#[path = "decision_table/matrix.rs"]
mod matrix;
#[path = "decision_table/scene.rs"]
mod scene;
#[path = "decision_table/table.rs"]
mod table;

use records::access::{
    Duty,
    policy::{OWN_TASK, gates as all_gates, policy_rows},
};
use std::collections::BTreeSet;
use store::testing::{TestDb, for_each_engine};
use table::Table;

/// The table names exactly the rows that the decision has.
#[test]
fn fr_101_the_printed_policy_has_every_row_and_no_other() {
    let table = Table::read();
    let printed: BTreeSet<String> = table.rows.keys().cloned().collect();
    let decided: BTreeSet<String> =
        policy_rows().iter().map(|row| row.id()).chain(all_gates().iter().map(|gate| gate.id.to_owned())).collect();
    assert_eq!(printed, decided);
}

/// Walks the rows of the duties on a database, and fails when one was not hit.
async fn every_row(db: store::Db, duties: &[Duty]) {
    let seen = matrix::walk(&scene::world(db).await, &Table::read(), duties).await;
    let expected = policy_rows().iter().filter(|row| duties.contains(&row.duty)).map(|row| row.id()).collect();
    assert_eq!(seen, expected, "a row was not hit");
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_101_every_row_of_the_matrix_holds_over_the_wire() {
    let sqlite = TestDb::sqlite().await;
    every_row(sqlite.db.clone(), Duty::ALL).await;
    sqlite.drop().await;
}

/// The facts are read by the same queries on PostgreSQL; three duties that differ most stand for all in every run.
#[tokio::test(flavor = "multi_thread")]
async fn fr_101_rows_of_three_duties_hold_over_the_wire_on_postgresql() {
    let postgres = TestDb::postgres().await;
    every_row(postgres.db.clone(), &[Duty::ChildsSocialWorker, Duty::CarryingOut, Duty::Archivist]).await;
    postgres.drop().await;
}

/// All of them: `cargo xtask faults --long`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: the whole matrix once more"]
async fn fr_101_every_row_of_the_matrix_holds_over_the_wire_on_postgresql() {
    let postgres = TestDb::postgres().await;
    every_row(postgres.db.clone(), Duty::ALL).await;
    postgres.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_101_what_must_be_true_besides_holds_over_the_wire() {
    for_each_engine(async |db| {
        let table = Table::read();
        let seen = gates::walk(&scene::world(db).await, &table).await;
        let used = |id: &str| id.starts_with("own/") || id.starts_with("rko/");
        let expected = all_gates().iter().filter(|gate| used(gate.id)).map(|gate| gate.id.to_owned()).collect();
        assert_eq!(seen, expected, "a row was not hit");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_53_every_row_of_disclosure_holds_over_the_wire() {
    for_each_engine(async |db| {
        let seen = disclosure::walk(&scene::world(db).await, &Table::read()).await;
        assert_eq!(seen, policy_rows().iter().map(|row| row.id()).collect(), "a row was not hit");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_54_what_must_be_true_of_a_disclosure_holds_over_the_wire() {
    for_each_engine(async |db| {
        let seen = disclosure::walk_gates(&scene::world(db).await, &Table::read()).await;
        let ids = all_gates().into_iter().map(|gate| gate.id.to_owned()).filter(|id| id.starts_with("disclosure/"));
        assert_eq!(seen, ids.collect(), "a row was not hit");
    })
    .await;
}

/// A correction is a right to what is stored: a new header that names one's own unit makes another unit's entry on
/// therapeutic work no more one's own than it was.
#[tokio::test]
async fn fr_101_a_correction_is_decided_on_what_is_stored() {
    for_each_engine(async |db| {
        let world = scene::world(db).await;
        let scene = scene::Scene::open(&world, &[OWN_TASK]).await;
        let kind = policy_rows().into_iter().map(|row| row.kind).find(|kind| kind.id == "x-ther-other-unit").unwrap();
        let stored = scene.fixture(&kind, scene::By::Own).await;
        let carer = scene::worker(&world, Duty::CarryingOut, scene::By::Own);
        let next = scene::succeed(scene.document(&carer, &kind, scene.case()), &stored);
        common::expect(&world, &carer, &next, "ROLE_FORBIDDEN").await;
        let maker = carer.in_unit(scene::OTHER);
        let next = scene::succeed(scene.document(&maker, &kind, scene.case()), &stored);
        common::expect(&world, &maker, &next, "AA").await;
    })
    .await;
}
