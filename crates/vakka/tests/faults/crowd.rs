//! Many at once (faults 19 and 30): senders who all come back after a break, and peers who say nothing.

use super::ground::{Archive, Ground, Known, Message, Senders, Tally};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Senders of the herd, each with one document on a connection of its own.
const HERD: usize = 160;
/// Times that a sender comes: a busy archive may tell some of the herd to come again.
const COMINGS: u64 = 5;
/// Peers who say nothing, or begin a TLS handshake and then say nothing.
const SILENT: usize = 1000;
/// Longest wait of a sender beside them.
const BESIDE_MAX: Duration = Duration::from_secs(5);
/// When they are let go: the time for a handshake and something for the machine.
const LET_GO: Duration = Duration::from_secs(20);

/// The archive is killed; when it is back, everybody sends at the same moment. Everybody is answered, at the latest when
/// he comes again as he was told, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn fault_19_a_herd_that_comes_back_after_a_break_is_answered_whole() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let ground = Ground::new(&temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let archive = Archive::start(&ground, &[]);
    senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    archive.kill();

    let archive = Archive::start(&ground, &[]);
    let mut waiting = HERD;
    for round in 1..=COMINGS {
        let tally = senders.send(&archive, &herd(&ground, round), &mut known).await;
        assert_eq!((tally.unheard, tally.refused), (0, Vec::new()));
        waiting -= tally.accepted;
        if waiting == 0 {
            break;
        }
    }
    assert_eq!(waiting, 0, "so many of the herd were told to come again {COMINGS} times");
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
}

/// The herd's messages, each document on a connection of its own; a new round has new messages about the same documents.
fn herd(ground: &Ground, round: u64) -> Vec<Vec<Message>> {
    ground.messages("measured", HERD as u64, round).into_iter().flatten().map(|message| vec![message]).collect()
}

/// How long the control waits for an archive that does nothing.
const CONTROL_MAX: Duration = Duration::from_secs(2);

/// The control: an archive that takes connections and serves nobody leaves the herd unheard, and that is seen.
#[tokio::test(flavor = "multi_thread")]
async fn fault_19_an_archive_that_serves_nobody_is_found_out() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let ground = Ground::new(&temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });
    let herd = herd(&ground, 1);
    archive.freeze();
    let answered = tokio::time::timeout(CONTROL_MAX, senders.send(&archive, &herd, &mut known)).await;
    let whole = answered.is_ok_and(|tally| tally == Tally { accepted: HERD, ..Tally::default() });
    assert!(!whole, "an archive that stood still answered {HERD} senders");
}

/// A thousand peers hold connections and say nothing: others are served meanwhile, and the thousand are let go.
#[tokio::test(flavor = "multi_thread")]
async fn fault_30_a_thousand_silent_peers_hinder_nobody_and_are_let_go() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let ground = Ground::new(&temporary.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let archive = Archive::start(&ground, &[]);
    let opening = ground.messages("opening", 0, 0);
    let documents = ground.messages("measured", 20, 1);
    let mut silent = Vec::with_capacity(SILENT);
    for number in 0..SILENT {
        let mut peer = TcpStream::connect(archive.messages).await.expect("a connection: are so many files allowed?");
        if number % 2 == 1 {
            // The head of a TLS record whose content never comes.
            peer.write_all(b"\x16\x03\x01\x02\x00\x01").await.expect("a few bytes");
        }
        silent.push(peer);
    }
    senders.send(&archive, &opening, &mut known).await;
    let begun = Instant::now();
    let tally = senders.send(&archive, &documents, &mut known).await;
    assert_eq!(tally, Tally { accepted: 20, ..Tally::default() });
    assert!(begun.elapsed() < BESIDE_MAX, "beside the silent, senders waited {:?}", begun.elapsed());
    let all_gone = async {
        for peer in &mut silent {
            // The end or a reset: either way it is over.
            while peer.read(&mut [0; 64]).await.is_ok_and(|read| read > 0) {}
        }
    };
    assert!(tokio::time::timeout(LET_GO, all_gone).await.is_ok(), "a silent peer keeps its connection");
    archive.stop();
}
