//! A disk that is full (faults 6 and 9): the log stands in the same database as the documents.

use super::ground::{Archive, Ground, Known, Senders, Tally};
use super::postgres::{Postgres, over, reachable};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Size of the small disk: everything of an empty archive and some of its documents; a cluster of PostgreSQL takes more.
const DISK: &str = "size=48m,mode=755";
const POSTGRES_DISK: &str = "size=128m,mode=755";
/// What is left of it for documents.
const ROOM: u64 = 1 << 20;

/// A small disk of its own, in memory.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    /// Without the right to mount, the fault cannot be tried: a line says so past the test's own capture.
    fn mount(options: &str) -> Option<Self> {
        let folder = reachable();
        let mut mount = Command::new("mount");
        let made = mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder.path()).output().expect("mount runs");
        let told = String::from_utf8_lossy(&made.stderr);
        if !made.status.success() {
            let line = format!("NOT TRIED: a full disk needs the right to mount one (run as root): {told}\n");
            std::io::stderr().write_all(line.as_bytes()).expect("standard error");
            return None;
        }
        Some(Self(folder))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it to the last byte, but for so many bytes.
    fn fill(&self, but: u64) {
        let mut file = std::fs::File::options().create(true).append(true).open(self.ballast()).expect("ballast");
        let chunk = vec![7; 16 * 1024];
        while file.write(&chunk).is_ok_and(|written| written > 0) {}
        let length = file.metadata().expect("a size").len();
        file.set_len(length.saturating_sub(but)).expect("a shorter ballast");
    }

    fn make_room(&self) {
        std::fs::remove_file(self.ballast()).expect("ballast to throw off");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: whoever still stands on it after a failed test goes with the test.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Documents are taken until the disk is full; then each is answered *unavailable* and none is acknowledged. With room it
/// goes on in the same process, and everything acknowledged before and after is there.
#[tokio::test(flavor = "multi_thread")]
async fn fault_06_a_full_disk_takes_nothing_loses_nothing_and_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount(DISK) else { return };
    let ground = Ground::new(&disk.path().join("data"));
    let (opening, first, again) =
        (ground.messages("opening", 0, 0), ground.messages("measured", 160, 1), ground.messages("measured", 160, 2));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &opening, &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });

    disk.fill(ROOM);
    let filling = senders.send(&archive, &first, &mut known).await;
    assert!(filling.unavailable > 0, "the disk never became full: {filling:?}");
    disk.fill(0);
    let full = senders.send(&archive, &ground.messages("measured", 160, 3), &mut known).await;
    assert_eq!(full, Tally { unavailable: 160 - filling.accepted, ..Tally::default() });
    assert!(archive.ended().is_none(), "the archive ended on a full disk");

    disk.make_room();
    let rest = senders.send(&archive, &again, &mut known).await;
    assert_eq!(rest, Tally { accepted: 160 - filling.accepted, ..Tally::default() });
    assert_eq!((filling.unheard, filling.refused), (0, Vec::new()));
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
    assert_eq!(known.acknowledged.len(), 168);
}

/// The same with PostgreSQL on the small disk and the archive's own folder on another: nothing is acknowledged that did not
/// fit. The database may stop on a full disk; with room it is started again, and the archive goes on in the same process.
#[tokio::test(flavor = "multi_thread")]
async fn fault_06_a_full_disk_below_postgresql_takes_nothing_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount(POSTGRES_DISK) else { return };
    let elsewhere = tempfile::tempdir().expect("a temporary folder");
    let mut postgres = Postgres::start(&disk.path().join("pg"), &["max_wal_size=8MB"], Vec::new());
    let ground = over(&postgres, &elsewhere.path().join("data"));
    let (senders, mut known) = (Senders::new(&ground), Known::default());
    let mut archive = Archive::start(&ground, &[]);
    let opened = senders.send(&archive, &ground.messages("opening", 0, 0), &mut known).await;
    assert_eq!(opened, Tally { accepted: 8, ..Tally::default() });

    disk.fill(ROOM);
    let filling = senders.send(&archive, &ground.messages("measured", 320, 1), &mut known).await;
    disk.fill(0);
    let full = senders.send(&archive, &ground.messages("measured", 320, 2), &mut known).await;
    assert!(full.unavailable > 0, "the disk never became full: {filling:?}, {full:?}");
    assert!(archive.ended().is_none(), "the archive ended on its database's full disk");

    disk.make_room();
    postgres.start_again_if_ended();
    let missing = 320 - filling.accepted - full.accepted;
    let rest = senders.send(&archive, &ground.messages("measured", 320, 3), &mut known).await;
    assert_eq!(rest, Tally { accepted: missing, ..Tally::default() });
    let heard = [filling.unheard, full.unheard];
    assert_eq!((heard, filling.refused, full.refused), ([0, 0], Vec::new(), Vec::new()));
    archive.stop();
    assert_eq!(ground.judge(&known).await, Vec::<String>::new());
    assert_eq!(known.acknowledged.len(), 328);
}
