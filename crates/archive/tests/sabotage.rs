//! Every deliberate fault of the archive turns the tests that guard its rule red, and none of the others in the table.
//!
//! They run only from `cargo xtask test`, which builds the archive's tests with the feature `sabotage` and names their
//! files in `VAKKA_ARCHIVE_TESTS`. What a fault does to the whole product is shown by `vakka/tests/sabotage.rs`.
//!
//! Where the fault breaks an invariant of the specification (B.5) or another rule that the random histories play, they
//! must find it too, whatever seed they begin with: [`CAUGHT`].

use archive::sabotage::Fault;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A fault and the tests that must turn red with it, `file::test`.
struct Row {
    fault: Fault,
    red: &'static [&'static str],
    /// Whether other tests of the table are asked to stay green. Not where the fault is a race.
    exact: bool,
}

const fn row(fault: Fault, red: &'static [&'static str]) -> Row {
    Row { fault, red, exact: true }
}

/// A fault that [`Fault::ALL`] holds and this table does not fails the test below.
const TABLE: &[Row] = &[
    row(
        Fault::NoGrantCheck,
        &[
            "bad_input::fr_94_a_refused_message_cannot_be_replayed",
            "documents::fr_84_every_reading_is_in_the_log_before_it_is_answered",
            "rko::fr_13_a_right_comes_into_being_only_with_the_unit_row",
            "rko::fr_14_a_right_to_one_client_is_none_to_another",
            "rko::fr_17_another_unit_of_the_same_company_gets_nothing",
            "rko::fr_21_the_right_stops_at_midnight_finnish_time_after_its_end",
        ],
    ),
    row(
        Fault::NoUnitCheck,
        &[
            "documents::fr_84_every_reading_is_in_the_log_before_it_is_answered",
            "rko::fr_17_another_unit_of_the_same_company_gets_nothing",
        ],
    ),
    Row {
        fault: Fault::AckBeforeCommit,
        red: &["keeping::fr_94_no_receipt_is_given_for_what_could_not_be_stored"],
        exact: false,
    },
    row(
        Fault::NoLog,
        &[
            "bad_input::fr_94_a_replayed_message_is_refused",
            "citizen::fr_76_the_client_sees_who_has_used_the_data_by_organisation_only",
            "citizen_wills::fr_76_the_client_sees_who_looked_at_permissions_and_denials",
            "documents::fr_36_an_invalidated_document_is_gone_and_its_reason_stays_in_the_log",
            "disclosure::fr_56_old_documents_come_only_by_a_wide_search_with_its_reason",
            "documents::fr_84_every_reading_is_in_the_log_before_it_is_answered",
            "log_request::fr_83_rows_older_than_two_years_come_with_a_recorded_reason_only",
            "keeping::fr_94_no_receipt_is_given_for_what_could_not_be_stored",
            "verify::fr_84_verify_finds_a_deleted_version_though_the_rest_was_mended",
            "verify::fr_84_verify_finds_a_log_truncated_behind_the_witness",
        ],
    ),
    row(
        Fault::CitizenSeesAll,
        &[
            "citizen::fr_36_an_invalidated_document_is_not_shown",
            "citizen::fr_69_entries_are_not_shown_before_their_day_and_only_the_newest_version_is",
        ],
    ),
    row(
        Fault::AcceptAnySignature,
        &[
            "citizen_wills::fr_74_a_guardian_gives_a_permission_and_has_no_way_to_deny",
            "citizen_wills::fr_75_a_mandate_gives_what_it_says_and_no_more",
            "citizen_wills::fr_76_the_client_sees_who_looked_at_permissions_and_denials",
            "documents::fr_39_a_document_without_the_organisations_signature_is_refused",
            "documents::fr_40_the_structure_says_whether_a_professional_must_sign",
            "documents::fr_42_the_signer_is_the_one_whom_the_content_names",
            "signers::fr_104_a_suspended_professional_signs_no_more_and_the_reason_is_told",
        ],
    ),
    row(
        Fault::NoVersionCheck,
        &[
            "documents::fr_27_a_new_version_stays_in_the_register_of_the_first",
            "documents::fr_35_a_correction_is_the_next_version_and_the_second_of_two_conflicts",
        ],
    ),
    row(
        Fault::NoReplayCheck,
        &["bad_input::fr_94_a_refused_message_cannot_be_replayed", "bad_input::fr_94_a_replayed_message_is_refused"],
    ),
    row(
        Fault::SummaryShowsAll,
        &[
            "summary::fr_59_a_grant_gives_basic_data_and_own_rows_and_nothing_of_other_services",
            "summary::fr_60_under_non_disclosure_a_summary_shows_no_place",
        ],
    ),
    row(
        Fault::NoDenialCheck,
        &[
            "disclosure::fr_54_a_denial_on_any_level_removes_documents_without_trace",
            "disclosure::fr_55_a_denial_of_version_one_holds_for_every_version",
        ],
    ),
    row(
        Fault::NoConsentCheck,
        &[
            "citizen_wills::fr_76_the_client_sees_who_looked_at_permissions_and_denials",
            "disclosure::fr_53_without_informing_and_permission_nothing_is_disclosed",
        ],
    ),
    row(Fault::WideSearchAlways, &["disclosure::fr_56_old_documents_come_only_by_a_wide_search_with_its_reason"]),
    row(Fault::OneApprover, &["retention::fr_86_disposal_needs_two_persons"]),
    row(Fault::NoHoldCheck, &["retention::fr_86_what_is_held_is_not_disposed_of"]),
    row(Fault::TruncateLogUnseen, &["verify::fr_84_verify_finds_a_log_truncated_behind_the_witness"]),
    row(Fault::DeletionUnseen, &["verify::fr_84_verify_finds_a_deleted_version_though_the_rest_was_mended"]),
    row(Fault::NoTurvakieltoCheck, &["special_clients::fr_60_a_relationship_under_turvakielto_shows_no_place"]),
    row(Fault::RecordingsAnyDay, &["kinds::fr_95_recordings_are_refused_before_their_day"]),
    row(
        Fault::TemporaryIdAnywhere,
        &["special_clients::fr_61_a_structure_that_demands_a_personal_identity_code_is_refused_for_a_temporary_id"],
    ),
    row(
        Fault::NoRestrictionCheck,
        &["restrictions::fr_44_a_restriction_decision_is_for_a_placed_child_within_the_days_of_who_decides"],
    ),
    row(
        Fault::CitizenMayAll,
        &[
            "citizen_wills::fr_74_a_guardian_gives_a_permission_and_has_no_way_to_deny",
            "citizen_wills::fr_75_a_mandate_gives_what_it_says_and_no_more",
        ],
    ),
    row(Fault::LooksUnlogged, &["citizen_wills::fr_76_the_client_sees_who_looked_at_permissions_and_denials"]),
    row(Fault::OldLogWithoutReason, &["log_request::fr_83_rows_older_than_two_years_come_with_a_recorded_reason_only"]),
    row(Fault::SuspendedMaySign, &["signers::fr_104_a_suspended_professional_signs_no_more_and_the_reason_is_told"]),
    row(Fault::CaseOfAnybody, &["special_clients::fr_63_a_document_names_only_clients_who_are_in_the_case_on_the_day"]),
    row(
        Fault::ClientMayChange,
        &[
            "special_clients::fr_62_a_version_does_not_change_its_client_without_a_join",
            "special_clients::fr_63_a_document_names_only_clients_who_are_in_the_case_on_the_day",
        ],
    ),
    row(Fault::EndedRowsMayGo, &["documents::fr_10_rows_that_have_ended_stay"]),
    row(Fault::RegisterMayChange, &["documents::fr_27_a_new_version_stays_in_the_register_of_the_first"]),
    row(
        Fault::NumberMayReturn,
        &[
            "documents::fr_29_every_entry_is_a_document_of_its_own",
            "documents::fr_94_the_same_document_again_gets_the_first_receipt",
        ],
    ),
    row(Fault::NoticeOfAnybody, &["notices::fr_58_another_organisation_s_connection_tells_nothing_of_a_register"]),
];

/// What the histories call the rules that a fault breaks: one of them must be in the message of the failure.
const CAUGHT: &[(Fault, &[&str])] = &[
    (Fault::CaseOfAnybody, &["B.5/1"]),
    (Fault::NoGrantCheck, &["B.5/2"]),
    (Fault::NoUnitCheck, &["B.5/2"]),
    (Fault::ClientMayChange, &["B.5/3"]),
    (Fault::TemporaryIdAnywhere, &["B.5/3"]),
    (Fault::EndedRowsMayGo, &["B.5/4"]),
    (Fault::RegisterMayChange, &["B.5/5"]),
    (Fault::NumberMayReturn, &["B.5/6"]),
    (Fault::CitizenSeesAll, &["B.5/7"]),
    (Fault::NoDenialCheck, &["B.5/8"]),
    (Fault::NoConsentCheck, &["B.5/8"]),
    (Fault::WideSearchAlways, &["B.5/8"]),
    (Fault::NoLog, &["B.5/9"]),
    // The author of a document and its register are looked at where its version is.
    (Fault::NoVersionCheck, &["B.5/10", "B.5/2", "B.5/5"]),
    (Fault::NoReplayCheck, &["FR-94"]),
    (Fault::RecordingsAnyDay, &["FR-95"]),
    (Fault::OneApprover, &["FR-86"]),
    (Fault::NoHoldCheck, &["FR-86"]),
];

/// The files of tests, by name.
fn files() -> BTreeMap<String, PathBuf> {
    let told =
        std::env::var_os("VAKKA_ARCHIVE_TESTS").expect("cargo xtask test names the files in VAKKA_ARCHIVE_TESTS");
    std::env::split_paths(&told)
        .filter_map(|path| {
            let name = path.file_stem()?.to_str()?.rsplit_once('-')?.0.to_owned();
            Some((name, path))
        })
        .collect()
}

/// Runs tests with a fault and gives those that failed. Every one of them must have run.
fn failing(files: &BTreeMap<String, PathBuf>, tests: &BTreeSet<&str>, fault: Option<Fault>) -> BTreeSet<String> {
    let mut by_file: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for test in tests {
        let (file, name) = test.split_once("::").expect("file::test");
        by_file.entry(file).or_default().push(name);
    }
    let mut failed = BTreeSet::new();
    for (file, names) in by_file {
        let binary = files.get(file).unwrap_or_else(|| panic!("the archive has no tests/{file}.rs"));
        let mut command = Command::new(binary);
        command.arg("--exact").args(&names).stdin(Stdio::null()).stderr(Stdio::null());
        // A fault of the archive is none of the database: one engine shows it.
        command.env("VAKKA_TEST_ENGINE", "sqlite").current_dir(env!("CARGO_MANIFEST_DIR"));
        match fault {
            Some(fault) => command.env("VAKKA_SABOTAGE", fault.name()),
            None => command.env_remove("VAKKA_SABOTAGE"),
        };
        let output = command.output().expect("a file of tests runs");
        let said = String::from_utf8_lossy(&output.stdout);
        for name in names {
            let line = said.lines().find_map(|line| line.strip_prefix(&format!("test {name} ... ")));
            match line {
                Some("ok") => {}
                Some("FAILED") => drop(failed.insert(format!("{file}::{name}"))),
                other => panic!("{file}::{name} did not run: {other:?}"),
            }
        }
    }
    failed
}

#[test]
fn every_fault_has_a_row() {
    for fault in Fault::ALL {
        let rows = TABLE.iter().filter(|row| row.fault == *fault && !row.red.is_empty()).count();
        assert_eq!(rows, 1, "{} has {rows} rows in the table of this file", fault.name());
    }
}

#[test]
#[ignore = "cargo xtask test builds the sabotaged tests"]
fn each_fault_turns_exactly_its_tests_red() {
    let files = files();
    let all: BTreeSet<&str> = TABLE.iter().flat_map(|row| row.red).copied().collect();
    assert_eq!(failing(&files, &all, None), BTreeSet::new(), "without a fault");
    let mut wrong = Vec::new();
    for row in TABLE {
        let own: BTreeSet<&str> = row.red.iter().copied().collect();
        let red = failing(&files, if row.exact { &all } else { &own }, Some(row.fault));
        let missing: Vec<&&str> = own.iter().filter(|test| !red.contains(**test)).collect();
        let more: Vec<&String> = red.iter().filter(|test| !own.contains(test.as_str())).collect();
        eprintln!("{}: {} red", row.fault.name(), red.len());
        if !missing.is_empty() || !more.is_empty() {
            wrong.push(format!("{}: not red {missing:?}, red too {more:?}", row.fault.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Histories from one seed on until one fails, at most so many: its number and what it said.
fn first_failure(binary: &PathBuf, fault: Fault, first: u64, most: u64) -> Result<(u64, String), String> {
    let mut command = Command::new(binary);
    command.args(["--exact", "random_histories_answer_as_the_model_on_sqlite"]).stdin(Stdio::null());
    command.env("VAKKA_SABOTAGE", fault.name()).current_dir(env!("CARGO_MANIFEST_DIR"));
    for (name, value) in [("VAKKA_HISTORIES", most), ("VAKKA_STEPS", HISTORY_STEPS), ("VAKKA_FIRST", first)] {
        command.env(name, value.to_string());
    }
    let output = command.env_remove("VAKKA_SEED").output().expect("the histories run");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Err(format!("{most} histories from {first} on were whole"));
    }
    let failed = said.lines().find_map(|line| line.strip_prefix("history ")?.split_once(", "));
    let read = failed.and_then(|(number, what)| Some((number.parse().ok()?, what.to_owned())));
    read.ok_or_else(|| format!("the histories broke off: {said}"))
}

/// Steps of a history.
const HISTORY_STEPS: u64 = 200;
/// Within so many histories a fault must be found; the quick form asks for it within fewer.
const HISTORIES_MAX: u64 = 1_000;
const HISTORIES_QUICK: u64 = 50;

/// `VAKKA_ROUNDS` lets each fault be looked for from so many beginnings (`cargo xtask faults --long`).
#[test]
#[ignore = "cargo xtask test builds the sabotaged tests"]
fn histories_catch_each_fault_that_breaks_an_invariant() {
    let files = files();
    let binary = files.get("histories").expect("the histories are among the files");
    let rounds = std::env::var("VAKKA_ROUNDS").ok().and_then(|rounds| rounds.parse::<u64>().ok());
    let most = if rounds.is_some() { HISTORIES_MAX } else { HISTORIES_QUICK };
    let mut wrong = Vec::new();
    for (fault, rules) in CAUGHT {
        for round in 0..rounds.unwrap_or(1) {
            let first = round * HISTORIES_MAX + 1;
            match first_failure(binary, *fault, first, most) {
                Ok((number, what)) => {
                    let what: String = what.chars().take(160).collect();
                    eprintln!("{:<22} {:<8} history {:>3}  {what}", fault.name(), rules[0], number + 1 - first);
                    if !rules.iter().any(|rule| what.contains(&format!("{rule}:"))) {
                        wrong.push(format!("{}: {what} is not of {rules:?}", fault.name()));
                    }
                }
                Err(what) => wrong.push(format!("{}: {what}", fault.name())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
