//! `vakka witness` against an archive that lies about one log and fails at another.

use axum::{Router, extract::State, http::StatusCode, routing::get};
use std::{
    path::Path,
    process::{Command, Output},
    sync::{Arc, Mutex},
};
use store::{
    Vault,
    merkle::{self, Hash},
    witness::{self, Checkpoint, LOG_NAME},
};

/// What the archive shows now.
#[derive(Clone, Default)]
struct Shown {
    key: String,
    notes: Arc<Mutex<String>>,
}

/// An archive that shows notes, and answers every question for a proof with a fault of its own.
fn serve(shown: &Shown) -> String {
    let routes = Router::new()
        .route("/log/key", get(|State(shown): State<Shown>| async move { shown.key }))
        .route(
            "/log/checkpoint",
            get(|State(shown): State<Shown>| async move { shown.notes.lock().expect("the notes").clone() }),
        )
        .route("/log/proof/consistency", get(|| async { StatusCode::INTERNAL_SERVER_ERROR }))
        .with_state(shown.clone());
    let (send, receive) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
            send.send(listener.local_addr().expect("an address")).expect("the test waits");
            axum::serve(listener, routes).await.expect("the archive serves");
        });
    });
    format!("http://{}", receive.recv().expect("the archive starts"))
}

fn look(archive: &str, folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vakka"));
    command.args(["witness", "--once", "--archive", archive, "--dir"]).arg(folder).env("VAKKA_LOG", "off");
    command.output().expect("the command runs")
}

fn log(register: &str, rows: &[Hash]) -> Checkpoint {
    Checkpoint { register: register.to_owned(), size: rows.len() as u64, root: merkle::root(rows) }
}

/// The first register's proof is refused with 500, so that the look at it cannot end; the second one is another log of
/// the same length, and the third is gone. Both are told all the same.
#[test]
fn fr_84_a_log_that_cannot_be_judged_hides_no_fork_and_no_loss_of_another() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let vault = Vault::open_or_create(&place.path().join("keys")).expect("keys");
    let rows: Vec<Hash> = (0..4_u8).map(|n| merkle::leaf(&[n])).collect();
    let others: Vec<Hash> = (10..14_u8).map(|n| merkle::leaf(&[n])).collect();
    let (first, second, third) = ("1.2.246.10.1.10.0", "1.2.246.10.2.10.0", "1.2.246.10.3.10.0");
    let shown = Shown { key: witness::public_key(&vault).of_log(LOG_NAME), ..Shown::default() };
    let show = |checkpoints: &[Checkpoint]| {
        let notes: Vec<String> = checkpoints.iter().map(|one| one.sign(&vault)).collect();
        *shown.notes.lock().expect("the notes") = notes.join("\n");
    };
    let archive = serve(&shown);
    let alarms = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();

    show(&[log(first, &rows[..3]), log(second, &rows), log(third, &rows)]);
    let folder = place.path().join("witness");
    let whole = look(&archive, &folder);
    assert_eq!(whole.status.code(), Some(0), "{}", alarms(&whole));

    // The twin: where nothing is wrong but the proof that does not come, there is no alarm, and no success either.
    show(&[log(first, &rows), log(second, &rows), log(third, &rows)]);
    let unanswered = look(&archive, &folder);
    assert_eq!(unanswered.status.code(), Some(2), "{}", alarms(&unanswered));
    assert!(!alarms(&unanswered).contains("HÄLYTYS"), "{}", alarms(&unanswered));

    show(&[log(first, &rows), log(second, &others)]);
    let refused = look(&archive, &folder);
    assert_eq!(refused.status.code(), Some(1), "{}", alarms(&refused));
    for register in [second, third] {
        assert!(alarms(&refused).contains(register), "{register}: {}", alarms(&refused));
    }
    assert!(alarms(&refused).contains("500"), "{}", alarms(&refused));
    let noted = std::fs::read_to_string(folder.join("alarms.log")).expect("the alarms");
    assert_eq!(noted.lines().count(), 2, "{noted}");
}
