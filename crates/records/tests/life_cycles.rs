//! The life cycles in `docs/life-cycles` say the same as the enums: states, moves, and the words of the database.

use records::document::DocumentStage;
use records::grant::GrantState;
use std::collections::BTreeSet;
use std::path::PathBuf;

type Moves = BTreeSet<(String, String)>;

/// The text of a life cycle's document.
fn document(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/life-cycles").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// The moves `a --> b : word` inside the Mermaid block, without the entry and exit `[*]`.
fn moves(text: &str) -> Moves {
    let diagram = text.split("```mermaid").nth(1).and_then(|rest| rest.split("```").next()).expect("a Mermaid block");
    let arrows = diagram.lines().filter_map(|line| line.split_once("-->"));
    arrows
        .map(|(from, to)| {
            let to = to.split(':').next().unwrap_or_default();
            (from.trim().to_owned(), to.trim().to_owned())
        })
        .filter(|(from, to)| from != "[*]" && to != "[*]")
        .collect()
}

/// The states that the table of the document explains: the first cell of each row, in backquotes.
fn states(text: &str) -> BTreeSet<String> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `"));
    rows.filter_map(|row| row.split('`').next()).map(str::to_owned).collect()
}

#[test]
fn the_document_life_cycle_is_the_one_drawn() {
    let text = document("document.md");
    let enumerated = DocumentStage::ALL
        .iter()
        .flat_map(|from| from.next().iter().map(|to| (from.code().to_owned(), to.code().to_owned())));
    assert_eq!(moves(&text), enumerated.collect());
    assert_eq!(states(&text), DocumentStage::ALL.iter().map(|stage| stage.code().to_owned()).collect());
    assert!(
        text.contains(&DocumentStage::sql_list()),
        "the CHECK list of document.md is {}",
        DocumentStage::sql_list()
    );
}

#[test]
fn the_words_of_the_screens_are_those_of_the_document() {
    use records::Lang::{Fi, Sv};
    let text = document("document.md");
    for stage in DocumentStage::ALL {
        let row = format!("| `{}` | {} | {} |", stage.code(), stage.name(Fi), stage.name(Sv));
        assert!(text.contains(&row), "missing: {row}");
    }
}

#[test]
fn the_grant_life_cycle_is_the_one_drawn() {
    let text = document("grant.md");
    let enumerated = GrantState::ALL
        .iter()
        .flat_map(|from| from.next().iter().map(|to| (from.code().to_owned(), to.code().to_owned())));
    assert_eq!(moves(&text), enumerated.collect());
    assert_eq!(states(&text), GrantState::ALL.iter().map(|state| state.code().to_owned()).collect());
}

#[test]
fn the_case_life_cycle_is_the_one_drawn() {
    use records::code::CaseState;
    let text = document("case.md");
    let pair = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(moves(&text), [pair("AVOIN", "SULJETTU"), pair("SULJETTU", "AVOIN")].into());
    assert_eq!(states(&text), CaseState::ALL.iter().map(|state| state.code().to_owned()).collect());
}

#[test]
fn a_grant_walks_only_drawn_moves_as_days_pass() {
    use jiff::{ToSpan, civil::date};
    use records::code::ServiceTask;
    use records::grant::{Grant, GrantSource, Via};
    use records::id::{OrganisationId, RelationshipId, ServiceUnitId};
    use records::time::Period;
    let unit = ServiceUnitId::parse("1.2.246.10.99990031.10.31").unwrap();
    let grant = Grant {
        client: (),
        controller: OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap(),
        task: ServiceTask::Elderly,
        services: Vec::new(),
        provider: records::relationship::arc_of(&unit),
        unit,
        via: Via::Provider,
        period: Period { start: date(2026, 9, 28), end: Some(date(2026, 11, 15)) },
        source: GrantSource {
            relationship: RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1").unwrap(),
            document: None,
            version: 1,
        },
        revoked: None,
    };
    let mut seen = Vec::new();
    for days in 0..150 {
        let state = grant.state(date(2026, 9, 1).checked_add(days.days()).unwrap(), 30);
        if seen.last() != Some(&state) {
            assert!(seen.last().is_none_or(|last: &GrantState| last.next().contains(&state)));
            seen.push(state);
        }
    }
    assert_eq!(seen, [GrantState::Future, GrantState::Valid, GrantState::Grace, GrantState::Ended]);
}
