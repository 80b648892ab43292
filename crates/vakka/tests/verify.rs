//! The archive's verification from the command line: it says that all is well, and finds what an administrator of the
//! database could do (decisions.md 18).

mod common;

use common::Demo;
use std::path::Path;
use std::process::{Command, Output};

fn verify(data: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakka"));
    command.args(["archive", "verify", "--data-dir"]).arg(data).env("VAKKA_LOG", "off");
    command.output().expect("the command runs")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Yesterday's database put in today's place has an unbroken chain; only the checkpoints outside, of which the last is put
/// aside when the archive stops, tell what is missing.
#[test]
fn fr_84_the_command_finds_a_database_that_was_put_back() {
    let data = common::data_folder();
    let binary = Path::new(env!("CARGO_BIN_EXE_vakka"));
    let mut demo = Demo::start(binary, data.path(), &[], None);
    demo.wait_until_ready();
    demo.stop();
    let whole = verify(data.path());
    assert_eq!(whole.status.code(), Some(0), "{}", words(&whole));

    let before = tempfile::tempdir().expect("a temporary folder");
    common::copy(&data.path().join("archive"), before.path());
    let mut demo = Demo::start(binary, data.path(), &["--play-to", "1.6"], None);
    demo.wait_until_ready();
    demo.stop();
    let later = verify(data.path());
    assert_eq!(later.status.code(), Some(0), "{}", words(&later));

    std::fs::remove_dir_all(data.path().join("archive")).expect("a folder to remove");
    common::copy(before.path(), &data.path().join("archive"));
    let put_back = verify(data.path());
    assert_eq!(put_back.status.code(), Some(1), "{}", words(&put_back));
    assert_ne!(words(&put_back), words(&later));
}
