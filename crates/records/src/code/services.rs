//! Social services (sosiaalipalvelut, list 1222) as data.
//!
//! THL's list is not public as a whole: thirteen codes are proven, the others carry local keys (law-and-codes 4.5).
//! A service that a rule names (mediation, shelter, income support …) is found by its local key or code through the
//! constants of [`SocialService`], never by its text.

use super::{Code, SOCIAL_SERVICES, ServiceTask};
use crate::Lang;
use crate::id::Oid;

/// The table: code, confirmed (1/0), tasks it is known to belong to (comma), name fi, name sv, source.
const TABLE: &str = include_str!("services.tsv");

/// A social service, identified by its code in list 1222 (or a local key where the code is not known).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SocialService(String);

/// One row of the table of services.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocialServiceRow {
    /// Code or local key.
    pub code: &'static str,
    /// Whether the code is known for certain.
    pub confirmed: bool,
    /// Codes of the tasks it is known to belong to, joined by commas; empty when no source says so, and then it may
    /// belong to any.
    tasks: &'static str,
    names: [&'static str; 2],
    /// The section of the Act.
    pub source: &'static str,
}

impl SocialServiceRow {
    /// The name; English has none of its own and shows the Finnish.
    pub fn name(&self, lang: Lang) -> &'static str {
        if lang == Lang::Sv { self.names[1] } else { self.names[0] }
    }

    /// Whether the service can belong to the task; a service of which nothing is known belongs to any.
    pub fn belongs_to(&self, task: ServiceTask) -> bool {
        self.tasks.is_empty() || self.tasks.split(',').any(|code| code == task.code())
    }

    /// The service itself.
    pub fn service(&self) -> SocialService {
        SocialService(self.code.to_owned())
    }
}

impl SocialService {
    /// Mediation in family matters (perheasioiden sovittelu): denied group X-MED when carried out.
    pub const MEDIATION: &'static str = "SOVITTELU";
    /// Shelter (turvakotipalvelu): denied group X-SHELTER when carried out.
    pub const SHELTER: &'static str = "TURVAKOTI";
    /// Adoption counselling (adoptioneuvonta), decree 457/2024 § 15.3.
    pub const ADOPTION: &'static str = "ADOPTIO";
    /// Support for informal care (omaishoidon tuki), § 15.2.
    pub const INFORMAL_CARE: &'static str = "OMAISHOITO";
    /// Income support (toimeentulotukipalvelu), § 15.2.
    pub const INCOME_SUPPORT: &'static str = "TOIMEENTULOTUKI";
    /// Promotion of financial capability (taloudellisen toimintakyvyn edistäminen), § 15.2.
    pub const FINANCIAL_CAPABILITY: &'static str = "99";
    /// Social credit (sosiaalinen luototus), § 15.2.
    pub const SOCIAL_CREDIT: &'static str = "LUOTOTUS";

    /// Takes a code as it stands. A code that the table does not hold is kept: new services are data, not errors.
    pub fn new(code: impl Into<String>) -> Self {
        Self(code.into())
    }

    /// Reads a coded value of list 1222; `None` when it is of another list.
    pub fn from_code(code: &Code) -> Option<Self> {
        code.is_of(SOCIAL_SERVICES).then(|| Self(code.code.clone()))
    }

    /// The bare code.
    pub fn code(&self) -> &str {
        &self.0
    }

    /// Every row of the table.
    pub fn table() -> impl Iterator<Item = SocialServiceRow> {
        TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(row)
    }

    /// The row of this service, when the table holds it.
    pub fn row(&self) -> Option<SocialServiceRow> {
        Self::table().find(|row| row.code == self.0)
    }

    /// The name in the language; the code itself when the table does not hold it.
    pub fn name(&self, lang: Lang) -> String {
        self.row().map_or_else(|| self.0.clone(), |row| row.name(lang).to_owned())
    }

    /// The coded value with its name.
    pub fn to_code(&self, lang: Lang) -> Code {
        let system = Oid::parse("1.2.246.537.6.1222.201601").expect("an OID constant of this crate");
        Code { system, code: self.0.clone(), display: self.name(lang) }
    }
}

impl std::fmt::Display for SocialService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

fn row(line: &'static str) -> Option<SocialServiceRow> {
    let mut cells = line.split('\t');
    let mut next = || cells.next();
    let (code, confirmed, tasks) = (next()?, next()? == "1", next()?);
    let names = [next()?, next()?];
    Some(SocialServiceRow { code, confirmed, tasks, names, source: next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_whole_and_named_once() {
        let rows: Vec<_> = SocialService::table().collect();
        assert_eq!(rows.len(), TABLE.lines().filter(|l| !l.starts_with('#')).count());
        for row in &rows {
            assert!(!row.names[0].is_empty() && !row.names[1].is_empty(), "{}", row.code);
            assert_eq!(rows.iter().filter(|other| other.code == row.code).count(), 1, "{}", row.code);
            let tasks = row.tasks.split(',').filter(|t| !t.is_empty());
            assert!(tasks.into_iter().all(|t| ServiceTask::parse(t).is_some()), "{}", row.code);
        }
        assert_eq!(rows.iter().filter(|row| row.confirmed).count(), 13);
    }

    #[test]
    fn services_that_rules_name_are_in_the_table() {
        for code in [
            SocialService::MEDIATION,
            SocialService::SHELTER,
            SocialService::ADOPTION,
            SocialService::INFORMAL_CARE,
            SocialService::INCOME_SUPPORT,
            SocialService::FINANCIAL_CAPABILITY,
            SocialService::SOCIAL_CREDIT,
        ] {
            assert!(SocialService::new(code).row().is_some(), "{code}");
        }
    }

    #[test]
    fn a_service_belongs_only_to_the_tasks_that_the_law_gives_it() {
        let assistance = SocialService::new("12").row().unwrap();
        assert!(assistance.belongs_to(ServiceTask::Disability) && !assistance.belongs_to(ServiceTask::Families));
        assert!(SocialService::new("46").row().unwrap().belongs_to(ServiceTask::Families));
    }
}
