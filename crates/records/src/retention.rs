//! How long a document is kept (säilytysaika), by statute: law 703/2023 §§ 23–24 and its annex (law-and-codes 1.13).
//!
//! The table is data. A document of several service tasks or several clients is kept by the longest of its rules, which
//! is our reading and not the statute's word. A period that rests on a fact nobody knows (a death without a date) does
//! not end: the document is kept and flagged. What the National Archives orders to be kept, an appeal and a log
//! investigation are holds, which whoever disposes looks at besides.

use crate::code::{DocumentGroup, ServiceTask};
use jiff::{ToSpan, civil::Date};

/// The event from which a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Event {
    /// The case was closed.
    CaseClosed,
    /// The client's last case of disability services was closed.
    LastDisabilityCaseClosed,
    /// The client died.
    Death,
    /// The client was born.
    Birth,
    /// The next version replaced this one.
    Replaced,
}

impl Event {
    /// The word in the table and in the disposal record.
    pub fn code(self) -> &'static str {
        match self {
            Self::CaseClosed => "case_closed",
            Self::LastDisabilityCaseClosed => "last_disability_case_closed",
            Self::Death => "death",
            Self::Birth => "birth",
            Self::Replaced => "replaced",
        }
    }
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Its name in the disposal record.
    pub id: &'static str,
    /// Whole years.
    pub years: i16,
    /// Counted from this event.
    pub from: Event,
    /// The row of the annex, in Finnish.
    pub text: &'static str,
}

macro_rules! rules {
    ($($name:ident $years:literal $from:ident $text:literal;)+) => {
        $(#[doc = $text] pub const $name: Rule =
            Rule { id: stringify!($name), years: $years, from: Event::$from, text: $text };)+

        /// Every row, in the order of the annex.
        pub const RULES: &[Rule] = &[$($name,)+];
    };
}

rules! {
    RELATIONSHIP 2 Death "Asiakkuusasiakirja ja asiakkaan perustiedot: 2 vuotta kuolemasta";
    FAMILIES 30 CaseClosed "Lapsiperheiden palvelut: 30 vuotta asian sulkemisesta";
    WORKING_AGE 10 CaseClosed "Työikäisten palvelut: 10 vuotta asian sulkemisesta";
    ELDERLY 10 CaseClosed "Iäkkäiden palvelut: 10 vuotta asian sulkemisesta";
    SUBSTANCE_ABUSE 10 CaseClosed "Päihdehuolto: 10 vuotta asian sulkemisesta";
    DISABILITY 10 LastDisabilityCaseClosed "Vammaispalvelut: 10 vuotta viimeisen asian sulkemisesta";
    CHILD_PROTECTION 2 Death "Lastensuojelu: 2 vuotta kuolemasta";
    FAMILY_LAW_CHILD 120 Birth "Perheoikeudelliset palvelut, lapsen asia: 120 vuotta lapsen syntymästä";
    FAMILY_LAW_OTHER 10 CaseClosed "Perheoikeudelliset palvelut, muu asia: 10 vuotta asian sulkemisesta";
    CONSENT_NEWEST 12 Death "Luovutuslupa tai kielto, uusin: 12 vuotta kuolemasta";
    CONSENT_EARLIER 12 Replaced "Luovutuslupa tai kielto, aiempi: 12 vuotta uuden laatimisesta";
}

/// What is known of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Client {
    /// Day of birth, from the identity code.
    pub born: Option<Date>,
    /// Day of death, from the population data; none while alive or not known.
    pub died: Option<Date>,
    /// Whether all cases of disability services are closed and, if so, when the last was.
    pub disability_closed: Option<Date>,
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Its group; none counts as a client document.
    pub group: Option<DocumentGroup>,
    /// Its service tasks.
    pub tasks: Vec<ServiceTask>,
    /// When its case was opened.
    pub case_opened: Option<Date>,
    /// When its case was closed; none while it is open.
    pub case_closed: Option<Date>,
    /// When a newer version replaced it.
    pub replaced: Option<Date>,
    /// Its clients.
    pub clients: Vec<Client>,
}

/// When a document's time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// The last day on which it is kept, by the rule that keeps it longest.
    Until(Date, Rule),
    /// The event has not come, or nobody knows when it did: it is kept.
    Waiting(Rule),
    /// No rule of the table fits: it is kept and flagged.
    NoRule,
}

impl Due {
    /// Whether the document must be disposed of on the day.
    pub fn is_over(&self, today: Date) -> bool {
        matches!(self, Self::Until(last, _) if *last < today)
    }
}

/// Age below which a family law matter concerns a child.
const ADULT_YEARS: i64 = 18;

/// The longest of the rules that hold for the document.
pub fn due(facts: &Facts) -> Due {
    let mut longest: Option<(Date, Rule)> = None;
    for rule in rules_of(facts) {
        match last_day(rule, facts) {
            None => return Due::Waiting(rule),
            Some(day) if longest.is_none_or(|(known, _)| known < day) => longest = Some((day, rule)),
            Some(_) => {}
        }
    }
    longest.map_or(Due::NoRule, |(day, rule)| Due::Until(day, rule))
}

/// The rules that hold for a document, by its group and its service tasks.
pub fn rules_of(facts: &Facts) -> Vec<Rule> {
    match facts.group {
        Some(DocumentGroup::Relationship) => vec![RELATIONSHIP],
        Some(DocumentGroup::Permission | DocumentGroup::Denial) => {
            vec![if facts.replaced.is_some() { CONSENT_EARLIER } else { CONSENT_NEWEST }]
        }
        _ => facts.tasks.iter().map(|task| rule_of_task(*task, facts)).collect(),
    }
}

fn rule_of_task(task: ServiceTask, facts: &Facts) -> Rule {
    match task {
        ServiceTask::Families => FAMILIES,
        ServiceTask::WorkingAge => WORKING_AGE,
        ServiceTask::Elderly => ELDERLY,
        ServiceTask::SubstanceAbuse => SUBSTANCE_ABUSE,
        ServiceTask::Disability => DISABILITY,
        ServiceTask::ChildProtection => CHILD_PROTECTION,
        ServiceTask::FamilyLaw if concerns_child(facts) => FAMILY_LAW_CHILD,
        ServiceTask::FamilyLaw => FAMILY_LAW_OTHER,
    }
}

/// Whether a client was a child when the case was opened; when that day is not known, one who was ever a client as a
/// child cannot be told apart, and the longer rule holds.
fn concerns_child(facts: &Facts) -> bool {
    facts.clients.iter().any(|client| match (client.born, facts.case_opened) {
        (Some(born), Some(opened)) => adult_on(born).is_none_or(|adult| opened < adult),
        _ => true,
    })
}

fn adult_on(born: Date) -> Option<Date> {
    born.checked_add(ADULT_YEARS.years()).ok()
}

/// The last day of keeping by one rule; the latest among the clients where the rule looks at them.
fn last_day(rule: Rule, facts: &Facts) -> Option<Date> {
    let of_all = |event: fn(&Client) -> Option<Date>| {
        facts.clients.iter().map(event).collect::<Option<Vec<Date>>>().and_then(|days| days.into_iter().max())
    };
    let event = match rule.from {
        Event::CaseClosed => facts.case_closed,
        // The need has ended when no case of the task is open any more, this one included.
        Event::LastDisabilityCaseClosed => {
            of_all(|client| client.disability_closed).zip(facts.case_closed).map(|(last, own)| last.max(own))
        }
        Event::Death => of_all(|client| client.died),
        Event::Birth => of_all(|client| client.born),
        Event::Replaced => facts.replaced,
    }?;
    event.checked_add(i64::from(rule.years).years()).ok()
}

/// The table as text, for those who read the statute beside it.
pub fn retention_table() -> String {
    let mut text = String::from("säilytysajat — laki 703/2023, liite\n\n");
    for rule in RULES {
        text.push_str(&format!("{:<18} {:>4} y  from {:<28} {}\n", rule.id, rule.years, rule.from.code(), rule.text));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn facts(task: ServiceTask) -> Facts {
        Facts {
            group: Some(DocumentGroup::ClientDocument),
            tasks: vec![task],
            case_opened: Some(date(2026, 9, 7)),
            case_closed: Some(date(2026, 11, 15)),
            replaced: None,
            clients: vec![Client { born: Some(date(1943, 2, 12)), ..Client::default() }],
        }
    }

    #[test]
    fn fr_85_each_task_has_its_period_and_its_event() {
        let until = |facts: &Facts| match due(facts) {
            Due::Until(day, rule) => (day, rule.id),
            other => panic!("{other:?}"),
        };
        assert_eq!(until(&facts(ServiceTask::Elderly)), (date(2036, 11, 15), "ELDERLY"));
        assert_eq!(until(&facts(ServiceTask::Families)), (date(2056, 11, 15), "FAMILIES"));
        assert_eq!(until(&facts(ServiceTask::FamilyLaw)), (date(2036, 11, 15), "FAMILY_LAW_OTHER"));
        let mut child = facts(ServiceTask::FamilyLaw);
        child.clients[0].born = Some(date(2011, 9, 23));
        assert_eq!(until(&child), (date(2131, 9, 23), "FAMILY_LAW_CHILD"));
        let mut dead = facts(ServiceTask::ChildProtection);
        assert_eq!(due(&dead), Due::Waiting(CHILD_PROTECTION));
        dead.clients[0].died = Some(date(2030, 1, 31));
        assert_eq!(until(&dead), (date(2032, 1, 31), "CHILD_PROTECTION"));
        let mut disabled = facts(ServiceTask::Disability);
        assert_eq!(due(&disabled), Due::Waiting(DISABILITY));
        disabled.clients[0].disability_closed = Some(date(2028, 2, 29));
        assert_eq!(until(&disabled), (date(2038, 2, 28), "DISABILITY"));
    }

    #[test]
    fn fr_85_an_open_case_and_a_living_client_end_no_period() {
        let mut open = facts(ServiceTask::Elderly);
        open.case_closed = None;
        assert_eq!(due(&open), Due::Waiting(ELDERLY));
        let mut relationship = facts(ServiceTask::Elderly);
        relationship.group = Some(DocumentGroup::Relationship);
        assert_eq!(due(&relationship), Due::Waiting(RELATIONSHIP));
        let mut nothing = facts(ServiceTask::Elderly);
        nothing.tasks.clear();
        assert_eq!(due(&nothing), Due::NoRule);
    }

    #[test]
    fn fr_85_the_last_day_is_still_a_day_of_keeping() {
        let due = due(&facts(ServiceTask::WorkingAge));
        assert!(!due.is_over(date(2036, 11, 15)));
        assert!(due.is_over(date(2036, 11, 16)));
    }

    #[test]
    fn fr_85_the_table_is_that_of_the_annex() {
        insta::assert_snapshot!(retention_table());
    }

    proptest! {
        /// More tasks never make a document go earlier.
        #[test]
        fn the_longest_rule_holds(
            tasks in proptest::collection::vec(0..ServiceTask::ALL.len(), 1..4),
            died in proptest::collection::vec(proptest::option::of(0..40_i64), 1..3),
            more in 0..ServiceTask::ALL.len(),
        ) {
            let day = |years: i64| date(2026, 1, 1).checked_add(years.years()).unwrap();
            let mut one = facts(ServiceTask::Elderly);
            one.tasks = tasks.iter().map(|n| ServiceTask::ALL[*n]).collect();
            one.clients = died
                .iter()
                .map(|years| Client {
                    born: Some(date(1990, 5, 5)),
                    died: years.map(day),
                    disability_closed: years.map(day),
                })
                .collect();
            let mut two = one.clone();
            two.tasks.push(ServiceTask::ALL[more]);
            match (due(&one), due(&two)) {
                (Due::Until(first, _), Due::Until(second, _)) => prop_assert!(first <= second),
                (Due::Waiting(_), second) => prop_assert!(matches!(second, Due::Waiting(_))),
                _ => {}
            }
        }
    }
}
