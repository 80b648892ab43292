//! The printed table, read as a person reads it: a row's name, then three answers.

use records::access::Duty;
use std::collections::BTreeMap;

const SNAPSHOT: &str = include_str!("../../../records/src/access/snapshots/records__access__tests__policy.snap");

/// The rows by their names: `jarjestaminen/plan`, `rko/not-begun`.
pub struct Table {
    pub rows: BTreeMap<String, [String; 3]>,
}

impl Table {
    /// Reads the committed snapshot.
    pub fn read() -> Self {
        let mut rows = BTreeMap::new();
        let mut duty = None;
        // The logins at the end have a table of their own, tested where it is.
        for line in SNAPSHOT.lines().take_while(|line| *line != "Login") {
            if let Some((code, _)) = line.split_once(" — ") {
                duty = Duty::parse(code);
            }
            if let Some((id, answers)) = row(line, duty) {
                assert!(rows.insert(id.clone(), answers).is_none(), "{id} is printed twice");
            }
        }
        Self { rows }
    }

    /// What a row says of one of its columns.
    pub fn answer(&self, id: &str, column: usize) -> &str {
        self.rows.get(id).map_or("no such row", |answers| answers[column].as_str())
    }
}

fn row(line: &str, duty: Option<Duty>) -> Option<(String, [String; 3])> {
    let words: Vec<&str> = line.strip_prefix("  ")?.split_whitespace().collect();
    let (name, [.., first, second, third]) = words.split_first()? else { return None };
    if *name == "row" || *name == "A457" {
        return None;
    }
    let id = if name.contains('/') { (*name).to_owned() } else { format!("{}/{name}", duty?.code()) };
    Some((id, [first, second, third].map(|word| (*word).to_owned())))
}
