//! The archive's verification from the command line: it says that all is well, and finds what an administrator of the
//! database could do (decisions.md 18); the witness, which refuses even what the archive itself cannot see.

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

fn witness(archive: &str, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakka"));
    command.args(["witness", "--once", "--archive", archive, "--dir"]).arg(folder).env("VAKKA_LOG", "off");
    command.output().expect("the command runs")
}

fn alarms(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The attacker replaces the archive's database and its signing key, and everything agrees with itself; the witness, which
/// has a folder and a key of its own, does not cosign and says why. Then he steals the old key, too: the log is another.
#[test]
fn fr_84_the_witness_refuses_an_archive_whose_database_and_key_were_replaced() {
    let (data, elsewhere) = (common::data_folder(), tempfile::tempdir().expect("a temporary folder"));
    let folder = elsewhere.path().join("witness");
    let binary = Path::new(env!("CARGO_BIN_EXE_vakka"));
    let mut demo = Demo::start(binary, data.path(), &["--play-to", "1.6"], None);
    demo.wait_until_ready();
    let archive = demo.at(3);
    for _ in 0..2 {
        let seen = witness(&archive, &folder);
        assert_eq!(seen.status.code(), Some(0), "{}{}", words(&seen), alarms(&seen));
    }
    demo.stop();
    assert_eq!(witness(&archive, &folder).status.code(), Some(2), "nobody answers: no alarm, no success");
    let whole = verify_with(data.path(), &folder);
    assert_eq!(whole.status.code(), Some(0), "{}", words(&whole));

    // Everything of the archive is made anew, with a key that signs.
    let keys = data.path().join("keys");
    std::fs::copy(keys.join("log-signing.key"), elsewhere.path().join("stolen")).expect("a key to steal");
    std::fs::remove_file(keys.join("log-signing.key")).expect("a key to replace");
    for part in ["archive", "casework", "witness"] {
        std::fs::remove_dir_all(data.path().join(part)).expect("a folder to replace");
    }
    let mut demo = Demo::start(binary, data.path(), &[], None);
    demo.wait_until_ready();
    let archive = demo.at(3);
    let refused = witness(&archive, &folder);
    assert_eq!(refused.status.code(), Some(1), "{}", words(&refused));
    assert!(alarms(&refused).contains("HÄLYTYS: arkisto näyttää toista lokiavainta"), "{}", alarms(&refused));
    demo.stop();
    let own = verify(data.path());
    assert_eq!(own.status.code(), Some(0), "the archive itself remembers nothing: {}", words(&own));
    let outside = verify_with(data.path(), &folder);
    assert_eq!(outside.status.code(), Some(1));
    assert!(words(&outside).contains("the key was replaced"), "{}", words(&outside));

    // With the stolen key the signatures are right again, and the rows still are not those that were seen.
    std::fs::copy(elsewhere.path().join("stolen"), keys.join("log-signing.key")).expect("the stolen key");
    std::fs::remove_dir_all(data.path().join("witness")).expect("the checkpoints of the other key");
    let mut demo = Demo::start(binary, data.path(), &[], None);
    demo.wait_until_ready();
    let refused = witness(&demo.at(3), &folder);
    assert_eq!(refused.status.code(), Some(1), "{}", words(&refused));
    let told = alarms(&refused);
    assert!(told.contains("ei ole jatkoa") || told.contains("on lyhentynyt"), "{told}");
    demo.stop();
    let noted = std::fs::read_to_string(folder.join("alarms.log")).expect("the alarms");
    assert!(noted.lines().count() >= 2, "{noted}");
}

fn verify_with(data: &Path, witness: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakka"));
    command.args(["archive", "verify", "--data-dir"]).arg(data).arg("--witness").arg(witness).env("VAKKA_LOG", "off");
    command.output().expect("the command runs")
}
