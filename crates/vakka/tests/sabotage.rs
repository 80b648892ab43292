//! Deliberate faults prove that the scenario's check bites: with each its own steps are red, and no others.
//!
//! They run only from `cargo xtask test`, which builds a binary with the feature `sabotage` and names it in
//! `VAKKA_SABOTAGED`.

mod common;

use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// One play at a time: a step waits some seconds for what the product does by itself, and no longer.
static STAGE: Mutex<()> = Mutex::new(());

/// A data folder whose older clients have their history, written without a fault: a fault is judged by the scenario.
static PREPARED: OnceLock<tempfile::TempDir> = OnceLock::new();

#[derive(Deserialize)]
struct Report {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
struct Step {
    id: String,
    ok: bool,
    detail: String,
}

/// Plays the whole scenario with a fault and gives the steps that did not hold.
fn red_steps(fault: Option<&str>) -> Vec<String> {
    let _alone = STAGE.lock().unwrap_or_else(PoisonError::into_inner);
    let binary = std::env::var_os("VAKKA_SABOTAGED").expect("cargo xtask test names the binary in VAKKA_SABOTAGED");
    let binary = PathBuf::from(binary);
    let data = tempfile::tempdir().expect("a temporary folder");
    common::copy(PREPARED.get_or_init(|| prepare(&binary)).path(), data.path());
    let mut command = Command::new(binary);
    command.args(["demo", "--check", "--json", "--port-base", &common::free_base().to_string(), "--data-dir"]);
    command.arg(data.path()).stdin(Stdio::null()).stderr(Stdio::null()).env("VAKKA_LOG", "off");
    match fault {
        Some(fault) => command.env("VAKKA_SABOTAGE", fault),
        None => command.env_remove("VAKKA_SABOTAGE"),
    };
    let output = command.output().expect("the check runs");
    let report: Report = serde_json::from_slice(&output.stdout).expect("the check prints its report as JSON");
    assert!(report.steps.len() > 10, "the scenario was not played");
    let red: Vec<&Step> = report.steps.iter().filter(|step| !step.ok).collect();
    for step in &red {
        eprintln!("{}: {}", step.id, step.detail);
    }
    assert_eq!(output.status.success(), red.is_empty(), "the exit code does not tell what the report tells");
    red.into_iter().map(|step| step.id.clone()).collect()
}

fn prepare(binary: &Path) -> tempfile::TempDir {
    let data = common::data_folder();
    common::Demo::start(binary, data.path(), &[], None).wait_until_ready();
    data
}

#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn without_a_fault_every_step_holds() {
    assert_eq!(red_steps(None), [""; 0]);
}

/// A right that nobody gave is seen where none may be yet, where none is for that unit, and where it has ended; what rests
/// on a true right is unchanged.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_grant_check_is_seen_where_a_right_is_missing() {
    assert_eq!(red_steps(Some("no-grant-check")), ["C.2/7", "C.2/8", "C.2/17"]);
}

/// Another unit of the same company is let in.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_unit_check_is_seen_by_the_wrong_unit() {
    assert_eq!(red_steps(Some("no-unit-check")), ["C.2/8"]);
}

/// What was acknowledged is gone after a power cut. Those who look find it, for the fault writes before it answers them.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn ack_before_commit_is_seen_after_the_power_cut() {
    assert_eq!(red_steps(Some("ack-before-commit")), ["C.6"]);
}

/// Nobody can tell the client who used the data.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_log_is_seen_by_the_client_who_asks_for_the_uses() {
    assert_eq!(red_steps(Some("no-log")), ["C.2/15", "C.5/4"]);
}

/// A replaced version is shown, and an old document.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn citizen_sees_all_is_seen_in_the_citizen_view() {
    assert_eq!(red_steps(Some("citizen-sees-all")), ["C.2/13", "C.5/3"]);
}

/// A plan stands under a temporary id, and the steps that rest on what the night left do not hold either.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn temporary_id_anywhere_is_seen_by_the_night_duty() {
    assert_eq!(red_steps(Some("temporary-id-anywhere")), ["C.4/1", "C.4/2", "C.5/2", "C.5/3"]);
}

/// Nobody needs to have been informed or to have permitted anything.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_consent_check_is_seen_before_the_permission_and_after_its_withdrawal() {
    assert_eq!(red_steps(Some("no-consent-check")), ["C.5/1", "C.5/4"]);
}

/// What is denied is disclosed.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_denial_check_is_seen_by_the_other_county() {
    assert_eq!(red_steps(Some("no-denial-check")), ["C.5/2"]);
}

/// Old documents and texts alone are disclosed without a reason.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn wide_search_always_is_seen_by_the_usual_search() {
    assert_eq!(red_steps(Some("wide-search-always")), ["C.5/3"]);
}

/// One archivist alone has documents destroyed.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn one_approver_is_seen_in_the_disposal() {
    assert_eq!(red_steps(Some("one-approver")), ["C.9"]);
}

/// What a log investigation needs is destroyed.
#[test]
#[ignore = "cargo xtask test builds the sabotaged binary"]
fn no_hold_check_is_seen_in_the_disposal() {
    assert_eq!(red_steps(Some("no-hold-check")), ["C.9"]);
}
