//! The queue to the archive on both engines: functional-spec 3.28, FR-93, FR-94.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use proptest::prelude::*;
use store::{
    Db, StoreError, migrate,
    outbox::{self, Counts, Entry, Item, Kind, Schedule, State},
    testing::{TestDb, for_each_engine},
};

const LEASE: Duration = Duration::from_secs(60);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + seconds).unwrap()
}

fn entry(client: &str, kind: Kind, set: &str, version: u32) -> Entry {
    Entry {
        organisation: "org".into(),
        register: "reg".into(),
        client: client.into(),
        kind,
        document: format!("{set}.{version}"),
        set_id: set.into(),
        version,
        owner: "user".into(),
        state: State::Queued,
    }
}

async fn enqueue(db: &Db, entry: &Entry) -> i64 {
    let mut tx = db.write().await.unwrap();
    let seq = outbox::enqueue(&mut tx, entry, at(0)).await.unwrap();
    tx.commit().await.unwrap();
    seq
}

async fn claim(db: &Db, now: Timestamp, limit: u32) -> Vec<Item> {
    let mut tx = db.write().await.unwrap();
    let items = outbox::claim(&mut tx, "w", now, LEASE, limit).await.unwrap();
    tx.commit().await.unwrap();
    items
}

async fn archived(db: &Db, item: &Item) {
    let mut tx = db.write().await.unwrap();
    outbox::archived(&mut tx, item.seq, at(1)).await.unwrap();
    tx.commit().await.unwrap();
}

fn names(items: &[Item]) -> Vec<&str> {
    items.iter().map(|item| item.entry.document.as_str()).collect()
}

async fn counts(db: &Db) -> Counts {
    let mut tx = db.read().await.unwrap();
    outbox::counts(&mut tx, "org").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_93_relationship_case_documents_and_versions_go_in_order_and_clients_in_parallel() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        for entry in [
            entry("a", Kind::Relationship, "rel", 1),
            entry("a", Kind::Case, "case", 1),
            entry("a", Kind::Document, "note", 1),
            entry("a", Kind::Document, "plan", 1),
            entry("a", Kind::Document, "note", 2),
            entry("a", Kind::Case, "case", 2),
            entry("b", Kind::Document, "other", 1),
        ] {
            enqueue(&db, &entry).await;
        }
        let mut sent = Vec::new();
        loop {
            let items = claim(&db, at(1), 10).await;
            if items.is_empty() {
                break;
            }
            sent.push(names(&items).join(" "));
            for item in &items {
                archived(&db, item).await;
            }
        }
        assert_eq!(sent, ["rel.1 other.1", "case.1", "note.1 plan.1", "note.2", "case.2"]);
        let counts = counts(&db).await;
        assert_eq!((counts.sent, counts.accepted, counts.queued, counts.oldest), (7, 7, 0, None));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_93_a_failure_is_retried_by_the_schedule_under_the_same_oid() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        enqueue(&db, &entry("a", Kind::Document, "note", 1)).await;
        let mut now = at(0);
        for (attempt, minutes) in [(1, 1), (2, 5), (3, 15), (4, 60), (5, 60)] {
            let items = claim(&db, now, 10).await;
            assert_eq!(names(&items), ["note.1"]);
            assert_eq!(items[0].attempts, attempt);
            let mut tx = db.write().await.unwrap();
            let code = "SERVICE_UNAVAILABLE";
            assert!(outbox::retry(&mut tx, &items[0], code, &Schedule::default(), now).await.unwrap());
            tx.commit().await.unwrap();
            let due = now + Duration::from_secs(60 * minutes);
            assert!(claim(&db, due - Duration::from_secs(1), 10).await.is_empty(), "not before {minutes} minutes");
            now = due;
        }
        let mut tx = db.write().await.unwrap();
        let item = outbox::find(&mut tx, "org", "note.1").await.unwrap().unwrap();
        assert_eq!(item.code.as_deref(), Some("SERVICE_UNAVAILABLE"));
        assert_eq!(outbox::find(&mut tx, "other", "note.1").await.unwrap(), None);
        assert_eq!(outbox::hurry(&mut tx, "org", at(1)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, at(1), 10).await.len(), 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_94_a_row_whose_sender_died_is_sent_again_and_late_answers_change_nothing() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        enqueue(&db, &entry("a", Kind::Document, "note", 1)).await;
        let first = claim(&db, at(0), 10).await;
        assert!(claim(&db, at(59), 10).await.is_empty(), "leased");
        let second = claim(&db, at(60), 10).await;
        assert_eq!((names(&second), second[0].attempts), (names(&first), 2));
        let mut tx = db.write().await.unwrap();
        assert!(!outbox::rejected(&mut tx, &first[0], "LATE", at(61)).await.unwrap());
        assert!(!outbox::retry(&mut tx, &first[0], "LATE", &Schedule::default(), at(61)).await.unwrap());
        assert_eq!(outbox::recover(&mut tx, at(62)).await.unwrap(), 1, "a new life of the process waits for nobody");
        tx.commit().await.unwrap();
        assert_eq!(claim(&db, at(62), 10).await[0].attempts, 3);
        // That the archive has it is true whoever heard it.
        archived(&db, &first[0]).await;
        assert!(claim(&db, at(600), 10).await.is_empty());
        assert_eq!(counts(&db).await.accepted, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_document_is_a_persons_work_and_holds_up_what_rests_on_it() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        enqueue(&db, &entry("a", Kind::Case, "case", 1)).await;
        enqueue(&db, &entry("a", Kind::Document, "note", 1)).await;
        let item = claim(&db, at(0), 10).await.remove(0);
        let mut tx = db.write().await.unwrap();
        assert!(outbox::rejected(&mut tx, &item, "STRUCTURE_INVALID", at(1)).await.unwrap());
        tx.commit().await.unwrap();
        assert!(claim(&db, at(9999), 10).await.is_empty());
        let now = counts(&db).await;
        assert_eq!((now.sent, now.rejected, now.queued, now.oldest), (1, 1, 1, Some(at(0))));
        let mut tx = db.write().await.unwrap();
        assert_eq!(outbox::list(&mut tx, "org", State::Rejected, 0, 10).await.unwrap().len(), 1);
        assert!(outbox::list(&mut tx, "other", State::Rejected, 0, 10).await.unwrap().is_empty());
        assert!(!outbox::requeue(&mut tx, "other", item.seq, "case.1b", at(2)).await.unwrap(), "not theirs");
        assert!(!outbox::withdraw(&mut tx, "other", item.seq).await.unwrap(), "not theirs");
        assert!(outbox::requeue(&mut tx, "org", item.seq, "case.1b", at(2)).await.unwrap());
        assert!(!outbox::requeue(&mut tx, "org", item.seq, "case.1b", at(2)).await.unwrap(), "queued already");
        tx.commit().await.unwrap();
        let item = claim(&db, at(3), 10).await.remove(0);
        assert_eq!(item.entry.document, "case.1b");
        archived(&db, &item).await;
        assert_eq!(names(&claim(&db, at(3), 10).await), ["note.1"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_wait_for_start_of_use_or_a_right_until_released() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        let waiting = |set: &str, state| Entry { state, ..entry("a", Kind::Document, set, 1) };
        let local = enqueue(&db, &waiting("local", State::WaitingGoLive)).await;
        enqueue(&db, &waiting("right", State::WaitingRight)).await;
        enqueue(&db, &Entry { organisation: "other".into(), ..waiting("theirs", State::WaitingGoLive) }).await;
        assert!(claim(&db, at(1), 10).await.is_empty());
        assert_eq!(counts(&db).await.waiting, 2);
        let mut tx = db.write().await.unwrap();
        assert_eq!(outbox::release(&mut tx, "org", State::WaitingGoLive, at(2)).await.unwrap(), 1);
        assert_eq!(outbox::release(&mut tx, "org", State::Rejected, at(2)).await.unwrap(), 0, "not a waiting state");
        tx.commit().await.unwrap();
        let items = claim(&db, at(2), 10).await;
        assert_eq!(items.iter().map(|item| item.seq).collect::<Vec<_>>(), [local]);
        let mut tx = db.write().await.unwrap();
        assert!(outbox::wait(&mut tx, &items[0], State::WaitingRight, "RKO_NOT_VALID", at(3)).await.unwrap());
        assert!(outbox::withdraw(&mut tx, "org", local).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(counts(&db).await.waiting, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_document_is_queued_once_and_an_earlier_version_never_after_a_later() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        enqueue(&db, &entry("a", Kind::Document, "note", 2)).await;
        let mut tx = db.write().await.unwrap();
        let early = outbox::enqueue(&mut tx, &entry("a", Kind::Document, "note", 1), at(0)).await;
        assert!(matches!(early, Err(StoreError::Inconsistent { table: "outbox", .. })));
        tx.rollback().await.unwrap();
        let mut tx = db.write().await.unwrap();
        let twice = outbox::enqueue(&mut tx, &entry("a", Kind::Document, "note", 2), at(0)).await;
        assert!(twice.unwrap_err().is_unique_violation());
        tx.rollback().await.unwrap();
        assert_eq!(counts(&db).await.queued, 1);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_senders_never_hold_the_same_row() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        for n in 0..30 {
            enqueue(&db, &entry(&format!("c{n}"), Kind::Document, &format!("d{n}"), 1)).await;
        }
        let senders = (0..4).map(|_| {
            let db = db.clone();
            tokio::spawn(async move { claim(&db, at(1), 20).await.iter().map(|i| i.seq).collect::<Vec<_>>() })
        });
        let mut held = Vec::new();
        for sender in senders.collect::<Vec<_>>() {
            held.extend(sender.await.unwrap());
        }
        held.extend(claim(&db, at(1), 30).await.iter().map(|i| i.seq));
        held.sort_unstable();
        assert_eq!(held, (1..=30).collect::<Vec<_>>());
    })
    .await;
}

/// The race itself: the second sender has chosen the row before the first commits, and waits for its lock.
#[tokio::test(flavor = "multi_thread")]
async fn a_row_claimed_meanwhile_is_not_claimed_again() {
    for_each_engine(async |db| {
        migrate(&db, outbox::MIGRATIONS).await.unwrap();
        enqueue(&db, &entry("a", Kind::Document, "note", 1)).await;
        let mut first = db.write().await.unwrap();
        assert_eq!(outbox::claim(&mut first, "one", at(1), LEASE, 10).await.unwrap().len(), 1);
        let second = tokio::spawn({
            let db = db.clone();
            async move { claim(&db, at(1), 10).await }
        });
        tokio::time::sleep(Duration::from_millis(200)).await;
        first.commit().await.unwrap();
        assert_eq!(second.await.unwrap(), []);
    })
    .await;
}

/// What a sender may meet, drawn at random.
#[derive(Debug, Clone, Copy)]
enum Answer {
    Archived,
    Down,
    Lost,
}

/// Queues the plan and sends until everything has arrived; gives the documents in the order of arrival.
async fn arrivals(db: &Db, queued: &[Entry], answers: &[Answer]) -> Result<Vec<String>, TestCaseError> {
    migrate(db, outbox::MIGRATIONS).await.unwrap();
    for new in queued {
        enqueue(db, new).await;
    }
    let (mut arrived, mut now, mut answers) = (Vec::new(), at(1), answers.iter().cycle());
    while arrived.len() < queued.len() {
        for item in claim(db, now, 3).await {
            let mut tx = db.write().await.unwrap();
            match answers.next().unwrap() {
                Answer::Archived => {
                    outbox::archived(&mut tx, item.seq, now).await.unwrap();
                    arrived.push(item.entry.document);
                }
                Answer::Down => {
                    outbox::retry(&mut tx, &item, "DOWN", &Schedule::default(), now).await.unwrap();
                }
                Answer::Lost => {}
            }
            tx.commit().await.unwrap();
        }
        now += Duration::from_secs(1800);
        prop_assert!(now < at(1800 * 2000), "stuck: {} of {} arrived", arrived.len(), queued.len());
    }
    Ok(arrived)
}

/// Turns drawn numbers into entries whose versions follow each other.
fn entries(plan: &[(u8, u8, u8)]) -> Vec<Entry> {
    let mut versions = BTreeMap::new();
    let number = |(client, kind, set): &(u8, u8, u8)| {
        let set = format!("{client}-{kind}-{set}");
        let version: &mut u32 = versions.entry(set.clone()).or_default();
        *version += 1;
        let kind = [Kind::Relationship, Kind::Case, Kind::Document][usize::from(*kind)];
        entry(&format!("c{client}"), kind, &set, *version)
    };
    plan.iter().map(number).collect()
}

fn check_order(queued: &[Entry], arrived: &[String]) -> Result<(), TestCaseError> {
    let places: BTreeMap<&str, usize> = arrived.iter().enumerate().map(|(n, name)| (name.as_str(), n)).collect();
    prop_assert_eq!(places.len(), queued.len(), "something arrived twice");
    for (n, later) in queued.iter().enumerate() {
        for earlier in queued[..n].iter().filter(|earlier| earlier.client == later.client) {
            let closes = later.kind < Kind::Document && later.version > 1 && earlier.kind == Kind::Document;
            if earlier.kind < later.kind || earlier.set_id == later.set_id || closes {
                let (before, after) = (&*earlier.document, &*later.document);
                prop_assert!(places[before] < places[after], "{} arrived before {}", after, before);
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever is queued and whatever happens on the way: everything arrives once, and nothing before what it
    /// rests on.
    #[test]
    fn fr_93_everything_arrives_once_and_in_order(
        plan in prop::collection::vec((0_u8..3, 0_u8..3, 0_u8..2), 1..25),
        drawn in prop::collection::vec(
            prop_oneof![3 => Just(Answer::Archived), 1 => Just(Answer::Down), 1 => Just(Answer::Lost)], 1..12),
    ) {
        let answers = [drawn, vec![Answer::Archived]].concat();
        let queued = entries(&plan);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            for test in [TestDb::sqlite().await, TestDb::postgres().await] {
                let arrived = arrivals(&test.db, &queued, &answers).await;
                test.drop().await;
                check_order(&queued, &arrived?)?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}

const CHILD: &str = "VAKKA_TEST_OUTBOX_CHILD";

/// FR-93: the process dies between claiming and hearing the answer, without a chance to clean up.
#[tokio::test(flavor = "multi_thread")]
async fn fr_93_the_queue_survives_a_killed_process() {
    const NAME: &str = "fr_93_the_queue_survives_a_killed_process";
    if let Ok(url) = std::env::var(CHILD) {
        let db = Db::open(&url).await.unwrap();
        enqueue(&db, &entry("a", Kind::Document, "note", 1)).await;
        enqueue(&db, &entry("b", Kind::Document, "note-b", 1)).await;
        assert_eq!(claim(&db, at(0), 1).await.len(), 1);
        let mut lost = db.write().await.unwrap();
        outbox::enqueue(&mut lost, &entry("c", Kind::Document, "never committed", 1), at(0)).await.unwrap();
        std::process::abort();
    }
    for test in [TestDb::sqlite().await, TestDb::postgres().await] {
        migrate(&test.db, outbox::MIGRATIONS).await.unwrap();
        let program = std::env::current_exe().unwrap();
        let child = std::process::Command::new(program).args(["--exact", NAME]).env(CHILD, &test.url).output().unwrap();
        assert!(!child.status.success(), "the child was to die");
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(outbox::recover(&mut tx, at(1)).await.unwrap(), 1);
        tx.commit().await.unwrap();
        assert_eq!(names(&claim(&test.db, at(1), 10).await), ["note.1", "note-b.1"]);
        test.drop().await;
    }
}
