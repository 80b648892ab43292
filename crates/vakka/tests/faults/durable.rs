//! A disk that does not confirm (fault 7) and a machine without power (faults 3 and 4), by `shim.c` between the archive
//! and its files.
//!
//! What the power cut does not show: order of the device's own cache, half written sectors inside what was synced, and a
//! file system that loses names. Only what was synced is left, byte for byte, and part of the rest where it says so.

use super::ground::{Archive, Ground, Known, Senders, Tally, times};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Compiles the equipment. The C compiler is there: the product's own cryptography needs it.
pub fn shim(folder: &Path) -> PathBuf {
    let library = folder.join("shim.so");
    let mut compile = Command::new("cc");
    compile.args(["-O1", "-shared", "-fPIC", "-w", "-o"]).arg(&library);
    compile.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/shim.c")).args(["-ldl", "-lpthread"]);
    let made = compile.output().expect("NOT TRIED: there is no C compiler (cc)");
    assert!(made.status.success(), "NOT TRIED: {}", String::from_utf8_lossy(&made.stderr));
    library
}

fn environment(library: &Path, ground: &Ground, more: &[(&'static str, &Path)]) -> Vec<(&'static str, OsString)> {
    let own = [("LD_PRELOAD", library), ("FAULTS_ROOT", &ground.folder)];
    own.iter().chain(more).map(|(name, value)| (*name, value.as_os_str().to_owned())).collect()
}

/// From the first sync that fails nothing is acknowledged, not even when the disk says yes again: what the kernel then
/// calls written may be lost already. A restart on a healthy disk goes on, and nothing acknowledged is lost.
#[tokio::test(flavor = "multi_thread")]
async fn fault_07_after_a_failed_sync_nothing_is_acknowledged_until_a_restart() {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (library, eio) = (shim(temporary.path()), temporary.path().join("eio"));
    let ground = Ground::new(&temporary.path().join("data"));
    let with = environment(&library, &ground, &[("FAULTS_EIO", &eio)]);
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &with);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });

    std::fs::write(&eio, "").expect("a signal");
    let failing = senders.send(&archive, &ground.messages("measured", 20, 1), &mut known).await;
    assert_eq!(failing.accepted, 0, "acknowledged what the disk did not confirm");
    std::fs::remove_file(&eio).expect("a signal to take away");
    let healed = senders.send(&archive, &ground.messages("measured", 20, 2), &mut known).await;
    assert_eq!(healed.accepted, 0, "acknowledged after a failed sync, before a restart");
    for tally in [&failing, &healed] {
        assert_eq!(tally.refused, Vec::<String>::new(), "refused for good, though the sender may come again");
        assert!(tally.unheard == 0 || archive.ended().is_some(), "no answer from a process that lives");
    }

    archive.kill();
    let archive = Archive::start(&ground, &with);
    let after = senders.send(&archive, &ground.messages("measured", 20, 3), &mut known).await;
    assert_eq!(after, Tally { accepted: 20, ..Tally::default() });
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
}

/// What a disk holds after the cut: the synced state of every file of the archive, in a folder of its own.
fn after_the_cut(ground: &Ground, shadow: &Path, to: &Path) -> Ground {
    super::common::copy(&ground.folder.join("keys"), &to.join("keys"));
    store::Layout::create(to).expect("a data folder");
    for file in super::common::files(shadow) {
        let name = file.file_name().expect("a name").to_string_lossy().replace('%', "/");
        if name.starts_with("keys/") || name.ends_with('~') {
            continue;
        }
        let target = to.join(name);
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&file, target).expect("a file to copy");
    }
    ground.moved(to)
}

/// Documents on their way, and how many of them are acknowledged when the cut comes.
const DOCUMENTS: u64 = 400;
const BEFORE_THE_CUT: usize = 60;

/// Sends while the power is cut, and gives what was acknowledged until then.
async fn cut_while_sending(ground: &Ground, with: &[(&'static str, OsString)], after: usize) -> Known {
    let (senders, mut known) = (Senders::new(ground), Known::default());
    let archive = Archive::start(ground, with);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });
    let documents = ground.messages("measured", DOCUMENTS, 1);
    let cut = async {
        while senders.answered() < 8 + after {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        archive.cut();
    };
    let (tally, ()) = tokio::join!(senders.send(&archive, &documents, &mut known), cut);
    assert!(tally.unheard > 0 && tally.refused.is_empty(), "cut at another time: {tally:?}");
    known
}

/// The write-ahead log of an archive's database.
fn wal(ground: &Ground) -> PathBuf {
    ground.folder.join("archive/archive.db-wal")
}

/// Only what was synced is left of every file, then also torn pieces of what was not: everything acknowledged is there,
/// and the archive verifies. The long run cuts at many other moments.
#[tokio::test(flavor = "multi_thread")]
async fn fault_03_fault_04_a_power_cut_leaves_everything_acknowledged_whatever_else_is_torn() {
    for cut in 0..times(1) {
        cut_and_tear(BEFORE_THE_CUT + usize::try_from(cut % 40).expect("a small number") * 7).await;
    }
}

async fn cut_and_tear(after: usize) {
    let temporary = tempfile::tempdir().expect("a temporary folder");
    let (library, shadow) = (shim(temporary.path()), temporary.path().join("shadow"));
    std::fs::create_dir(&shadow).expect("a folder");
    let ground = Ground::new(&temporary.path().join("data"));
    let with = environment(&library, &ground, &[("FAULTS_SHADOW", &shadow)]);
    let known = cut_while_sending(&ground, &with, after).await;

    let synced = after_the_cut(&ground, &shadow, &temporary.path().join("synced"));
    assert_eq!(synced.judge(&known).await, Vec::<String>::new(), "cut after {after} answers");

    // The log's tail beyond the last sync: cut in the middle of a page, and filled with what was never written.
    let noise: Vec<u8> = (0..20_000_u32).map(|byte| (byte.wrapping_mul(151) >> 3) as u8).collect();
    for (number, tail) in [vec![0; 2_000], noise].iter().enumerate() {
        let torn = after_the_cut(&ground, &shadow, &temporary.path().join(format!("torn-{number}")));
        let mut bytes = std::fs::read(wal(&torn)).expect("a write-ahead log");
        bytes.extend(tail);
        std::fs::write(wal(&torn), bytes).expect("a torn log");
        assert_eq!(torn.judge(&known).await, Vec::<String>::new(), "torn after {after} answers");
    }
}

/// How often the control is tried: a cut in the moment after everything was moved out of the log loses nothing.
const CONTROLS: usize = 4;

/// The control: a disk that says it has written the log and has not loses what was acknowledged, and the judge says so.
#[tokio::test(flavor = "multi_thread")]
async fn fault_03_a_disk_that_lies_is_found_out() {
    for _ in 0..CONTROLS {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let (library, shadow) = (shim(temporary.path()), temporary.path().join("shadow"));
        std::fs::create_dir(&shadow).expect("a folder");
        let ground = Ground::new(&temporary.path().join("data"));
        let with = environment(&library, &ground, &[("FAULTS_SHADOW", &shadow), ("FAULTS_LIES", Path::new("-wal"))]);
        let known = cut_while_sending(&ground, &with, BEFORE_THE_CUT).await;
        let left = after_the_cut(&ground, &shadow, &temporary.path().join("left"));
        if left.judge(&known).await.iter().any(|fault| fault.ends_with("was acknowledged and is lost")) {
            return;
        }
    }
    panic!("the judge sees no loss on a disk that lies");
}
