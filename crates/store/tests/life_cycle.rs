//! The life cycle of a queue row stands in four places; this holds them together (house plan §3).

use std::{collections::BTreeSet, time::Duration};

use jiff::Timestamp;
use store::{
    Db, migrate,
    outbox::{self, Entry, Item, Kind, Schedule, State},
    testing::for_each_engine,
};

const DOCUMENT: &str = include_str!("../../../docs/life-cycles/outbox.md");
const TABLE: &str = include_str!("../src/outbox.sql");
const NOW: Timestamp = Timestamp::UNIX_EPOCH;
const ORG: &str = "org";

/// (from, function, to); `[*]` is where rows come from and go to.
type Edge = (String, String, String);

fn drawn() -> BTreeSet<Edge> {
    let edge = |line: &str| {
        let (from, rest) = line.trim().split_once(" --> ")?;
        let (to, function) = rest.split_once(": ")?;
        Some((from.to_owned(), function.to_owned(), to.to_owned()))
    };
    let picture = DOCUMENT.split("```").nth(1).expect("the Mermaid block");
    picture.lines().filter_map(edge).collect()
}

fn entry(state: State) -> Entry {
    Entry {
        organisation: ORG.into(),
        register: "reg".into(),
        client: "c".into(),
        kind: Kind::Document,
        document: "d".into(),
        set_id: "s".into(),
        version: 1,
        owner: "u".into(),
        state,
    }
}

/// Puts a row that was sent once into a state, calls one function, and tells the state after.
async fn after(db: &Db, from: State, function: &str, waiting: State) -> Option<String> {
    let mut tx = db.write().await.unwrap();
    sqlx::query("DELETE FROM outbox").execute(&mut *tx).await.unwrap();
    let seq = outbox::enqueue(&mut tx, &entry(State::Queued), NOW).await.unwrap();
    let item: Item = outbox::claim(&mut tx, "w", NOW, Duration::ZERO, 1).await.unwrap().remove(0);
    sqlx::query("UPDATE outbox SET state = $1").bind(from.as_str()).execute(&mut *tx).await.unwrap();
    let happened = match function {
        "claim" => !outbox::claim(&mut tx, "w", NOW, Duration::ZERO, 1).await.unwrap().is_empty(),
        "archived" => outbox::archived(&mut tx, seq, NOW).await.is_ok(),
        "rejected" => outbox::rejected(&mut tx, &item, "X", NOW).await.unwrap(),
        "retry" => outbox::retry(&mut tx, &item, "X", &Schedule::default(), NOW).await.unwrap(),
        "wait" => outbox::wait(&mut tx, &item, waiting, "X", NOW).await.unwrap(),
        "requeue" => outbox::requeue(&mut tx, ORG, seq, "d", NOW).await.unwrap(),
        "release" => outbox::release(&mut tx, ORG, from, NOW).await.unwrap() == 1,
        "withdraw" => outbox::withdraw(&mut tx, ORG, seq).await.unwrap(),
        other => panic!("the picture names an unknown function {other}"),
    };
    let state: Option<String> = sqlx::query_scalar("SELECT state FROM outbox").fetch_optional(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let state = state.unwrap_or_else(|| "[*]".to_owned());
    assert!(happened || state == from.as_str(), "{function} said no and changed the row");
    happened.then_some(state)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_life_cycle_is_the_same_in_the_document_the_enum_the_table_and_the_code() {
    let in_check = TABLE.split("state IN (").nth(1).unwrap().split(')').next().unwrap();
    let in_table: BTreeSet<String> = in_check.split(',').map(|s| s.trim().trim_matches('\'').to_owned()).collect();
    let in_enum: BTreeSet<String> = State::ALL.iter().map(|state| state.as_str().to_owned()).collect();
    assert_eq!(in_table, in_enum);
    let drawn = drawn();
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        let mut done: BTreeSet<Edge> = BTreeSet::new();
        for from in State::ALL {
            for function in ["claim", "archived", "rejected", "retry", "wait", "requeue", "release", "withdraw"] {
                for waiting in [State::WaitingGoLive, State::WaitingRight] {
                    if let Some(to) = after(&db, from, function, waiting).await {
                        done.insert((from.as_str().to_owned(), function.to_owned(), to));
                    }
                }
            }
        }
        for state in State::ALL {
            let mut tx = db.write().await.unwrap();
            sqlx::query("DELETE FROM outbox").execute(&mut *tx).await.unwrap();
            if outbox::enqueue(&mut tx, &entry(state), NOW).await.is_ok() {
                done.insert(("[*]".to_owned(), "enqueue".to_owned(), state.as_str().to_owned()));
            }
        }
        assert_eq!(done, drawn);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_never_sent_cannot_be_archived() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        let mut tx = db.write().await.unwrap();
        let seq = outbox::enqueue(&mut tx, &entry(State::Queued), NOW).await.unwrap();
        assert!(outbox::archived(&mut tx, seq, NOW).await.is_err());
        assert!(outbox::archived(&mut tx, seq + 1, NOW).await.is_err());
    })
    .await;
}
