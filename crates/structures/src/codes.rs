//! Code lists that forms offer where the structure itself names none.

use crate::model::{Accepted, Names};
use records::Lang;
use records::code::{CaseName, CaseState, RelatedRole, ServiceProcess, ServiceTask, SocialService};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every list by the OID of its code system, without version.
static LISTS: LazyLock<BTreeMap<&'static str, Vec<Accepted>>> = LazyLock::new(|| {
    let mut lists: BTreeMap<&'static str, Vec<Accepted>> = BTreeMap::new();
    for line in include_str!("../builtin/codes.tsv").lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let mut cells = line.split('\t');
        let (Some(system), Some(code), Some(fi)) = (cells.next(), cells.next(), cells.next()) else { continue };
        lists.entry(system).or_default().push(accepted(code, fi, cells.next().unwrap_or_default()));
    }
    macro_rules! from_records {
        ($($list:ident)+) => {$(
            let rows = $list::ALL.iter().map(|one| accepted(one.code(), one.name(Lang::Fi), one.name(Lang::Sv)));
            lists.insert($list::LIST, rows.collect());
        )+};
    }
    from_records!(ServiceTask ServiceProcess CaseName CaseState RelatedRole);
    let services = SocialService::table().map(|row| accepted(row.code, row.name(Lang::Fi), row.name(Lang::Sv)));
    lists.insert(records::code::SOCIAL_SERVICES, services.collect());
    lists
});

fn accepted(code: &str, fi: &str, sv: &str) -> Accepted {
    Accepted { code: code.to_owned(), display: Names::new(fi, sv) }
}

/// The codes known of a national code system (bare OID without version), in order of display; empty when none is known.
pub fn known(system_oid: &str) -> &'static [Accepted] {
    LISTS.get(system_oid).map(Vec::as_slice).unwrap_or_default()
}

/// The value of `system` for a national code system: its URN, with the version that documents are known to carry
/// (wire-format 5.3).
pub fn versioned(system_oid: &str) -> String {
    let known = [
        (ServiceTask::LIST, ServiceTask::SYSTEM),
        (ServiceProcess::LIST, ServiceProcess::SYSTEM),
        (CaseName::LIST, CaseName::SYSTEM),
        (CaseState::LIST, CaseState::SYSTEM),
        (records::code::SOCIAL_SERVICES, "1.2.246.537.6.1222.201601"),
        ("1.2.246.537.6.202", records::code::ORGANISATIONS),
    ];
    let system = known.iter().find(|(list, _)| *list == system_oid).map_or(system_oid, |(_, system)| system);
    format!("urn:oid:{system}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_rules_and_lists_of_forms_are_both_found() {
        assert!(known("1.2.246.537.6.1221").iter().any(|one| one.code == "10" && one.display.fi == "Lastensuojelu"));
        assert!(known("1.2.246.537.6.1222").len() > 40);
        assert_eq!(known("1.2.246.537.6.1282").len(), 12);
        assert!(known("1.2.3").is_empty());
        assert_eq!(versioned("1.2.246.537.6.1221"), "urn:oid:1.2.246.537.6.1221.201601");
        assert_eq!(versioned("1.2.246.537.6.1282"), "urn:oid:1.2.246.537.6.1282");
    }
}
