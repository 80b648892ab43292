//! Memory (fault 10): many large bodies at once.

use super::ground::{Archive, Ground, Known, Senders, Tally};

/// Large bodies that come at the same moment, and their size: half a gigabyte in all.
const BODIES: usize = 32;
const BODY_BYTES: usize = 16 << 20;
/// Most memory that the archive may ever hold. Its room for bodies is 128 MB, and each one that is being checked is held
/// once more as what was read of it; without the room it would hold all of them.
const MEMORY_MAX: u64 = 416 << 20;

/// So many bodies at once grow the archive by no more than its room for them; every sender is answered, and small
/// messages go in beside them.
#[tokio::test(flavor = "multi_thread")]
async fn fault_10_many_large_bodies_at_once_are_held_within_bounds() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let ground = Ground::new(&temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });
    let documents = ground.messages("measured", 20, 1);

    // Peers of their own: one client would send them over one connection, one after the other.
    let crowd: Vec<Senders> = (0..BODIES).map(|_| Senders::new(&ground)).collect();
    let bodies = crowd.iter().map(|sender| sender.post_bytes(&archive, vec![b' '; BODY_BYTES]));
    let (statuses, tally) =
        tokio::join!(futures::future::join_all(bodies), senders.send(&archive, &documents, &mut known));
    assert_eq!(tally, Tally { accepted: 20, ..Tally::default() });
    // Refused in words, or told to come again: nobody is left without an answer.
    let answered = statuses.iter().filter(|status| matches!(status, Some(200 | 400 | 408 | 503))).count();
    assert_eq!(answered, BODIES, "{statuses:?}");
    let peak = archive.peak_memory();
    eprintln!("{BODIES} bodies of {} MB: at most {} MB held; {statuses:?}", BODY_BYTES >> 20, peak >> 20);
    assert!(peak < MEMORY_MAX, "the archive held {} MB", peak >> 20);
    assert!(archive.ended().is_none());
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
}
