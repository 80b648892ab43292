//! Code lists that forms offer where the structure itself names none.

use crate::model::{Accepted, Names};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The lists, one line per code: system OID without version, code, Finnish, Swedish, separated by tabs.
static LISTS: LazyLock<BTreeMap<&'static str, Vec<Accepted>>> = LazyLock::new(|| {
    let mut lists: BTreeMap<&'static str, Vec<Accepted>> = BTreeMap::new();
    for line in include_str!("../builtin/codes.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut cells = line.split('\t');
        let (Some(system), Some(code), Some(fi)) = (cells.next(), cells.next(), cells.next()) else { continue };
        let display = Names::new(fi, cells.next().unwrap_or_default());
        lists.entry(system).or_default().push(Accepted { code: code.to_owned(), display });
    }
    lists
});

/// The codes known of a national code system, in order of display; empty when none is known.
pub fn known(system_oid: &str) -> &'static [Accepted] {
    LISTS.get(system_oid).map(Vec::as_slice).unwrap_or_default()
}

/// Versions in which code systems are known to be in use (wire-format 5.3); written into `system` behind the OID.
const VERSIONS: [(&str, &str); 3] =
    [("1.2.246.537.6.1221", "201601"), ("1.2.246.537.6.1222", "201601"), ("1.2.246.537.6.202", "2008")];

/// The value of `system` for a national code system: its URN, with the version that documents are known to carry.
pub fn versioned(system_oid: &str) -> String {
    match VERSIONS.iter().find(|(oid, _)| *oid == system_oid) {
        Some((oid, version)) => format!("urn:oid:{oid}.{version}"),
        None => format!("urn:oid:{system_oid}"),
    }
}
