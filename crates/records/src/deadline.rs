//! Times of the law that run for an organiser's case (law-and-codes 1.15): what starts them, how long they are, which
//! document ends them. The table is data with its source and confidence; a work list counts the days and says them.

use crate::Lang;
use crate::code::{ServiceTask, pick};
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// How long a time is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Days of work: neither Saturday, Sunday nor a Finnish holiday.
    WorkingDays(u8),
    /// Days of the calendar.
    Days(u8),
    /// Months of the calendar; a day that the month lacks is its last one.
    Months(u8),
}

/// What starts a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// The opening of the case (vireilletulo).
    Case,
    /// The newest document of one of these types.
    Document(&'static [&'static str]),
    /// The client's birthday of so many years: no document starts it.
    Birthday(u8),
}

/// A row of the table.
#[derive(Debug, PartialEq, Eq)]
pub struct Timer {
    /// Word in keys of the work list.
    pub code: &'static str,
    /// The tasks whose cases it runs for; empty for all.
    pub tasks: &'static [ServiceTask],
    /// What starts it.
    pub start: Start,
    /// How long it is.
    pub limit: Limit,
    /// Types of documents that end it; for [`Start::Document`] they must be newer than what started it.
    pub ended_by: &'static [&'static str],
    /// Section of the law.
    pub source: &'static str,
    /// Whether a published source says all of it.
    pub confirmed: bool,
    names: [&'static str; 3],
}

impl Timer {
    /// What the work list says.
    pub fn name(&self, lang: Lang) -> &'static str {
        pick(self.names, lang)
    }

    /// Whether it runs for cases of the task.
    pub fn concerns(&self, task: ServiceTask) -> bool {
        self.tasks.is_empty() || self.tasks.contains(&task)
    }

    /// The last day of a time that began on `from`.
    pub fn due(&self, from: Date) -> Date {
        match self.limit {
            Limit::WorkingDays(n) => working_day_after(from, n),
            Limit::Days(n) => from.saturating_add(i32::from(n).days()),
            Limit::Months(n) => from.saturating_add(i32::from(n).months()),
        }
    }
}

/// Assessments of the need of services, finished: what a case's first times wait for.
pub const ASSESSMENTS: &[&str] =
    &["1000", "1004", "1005", "1006", "1008", "1009", "1010", "1012", "1013", "1015", "1019"];

/// An entry of the beginning of a service: a decision is carried out.
const CARRIED_OUT: &[&str] = &["19002"];

/// The table. Times that begin from facts that neither a document of ours nor the client's age tells (the stating of a
/// need, the end of a placement's clienthood) are not in it.
pub const TIMERS: &[Timer] = &[
    Timer {
        code: "assessment_start",
        tasks: &[ServiceTask::Families, ServiceTask::ChildProtection, ServiceTask::Disability],
        start: Start::Case,
        limit: Limit::WorkingDays(7),
        ended_by: ASSESSMENTS,
        source: "SHL 36 §, LSL 26 §",
        confirmed: true,
        names: [
            "Palvelutarpeen arviointi aloitettava",
            "Bedömningen av servicebehovet ska inledas",
            "Assessment of needs to be started",
        ],
    },
    Timer {
        code: "assessment_complete",
        tasks: &[ServiceTask::Families, ServiceTask::ChildProtection],
        start: Start::Case,
        limit: Limit::Months(3),
        ended_by: ASSESSMENTS,
        source: "SHL 36 §, LSL 26 §",
        confirmed: true,
        names: [
            "Palvelutarpeen arviointi oltava valmis",
            "Bedömningen av servicebehovet ska vara klar",
            "Assessment of needs to be finished",
        ],
    },
    Timer {
        code: "carry_out",
        tasks: &[],
        start: Start::Case,
        limit: Limit::Months(3),
        ended_by: CARRIED_OUT,
        source: "SHL 45 §",
        confirmed: true,
        names: ["Päätös toimeenpantava", "Beslutet ska verkställas", "Decision to be carried out"],
    },
    Timer {
        code: "plan_review",
        tasks: &[ServiceTask::ChildProtection],
        start: Start::Document(&["15009"]),
        limit: Limit::Months(12),
        ended_by: &[],
        source: "LSL 30 §",
        confirmed: true,
        names: ["Asiakassuunnitelma tarkistettava", "Klientplanen ska ses över", "Client plan to be reviewed"],
    },
    Timer {
        code: "open_placement",
        tasks: &[ServiceTask::ChildProtection],
        start: Start::Document(&["11030"]),
        limit: Limit::Months(3),
        ended_by: &["11055", "11023"],
        source: "LSL 37 §",
        confirmed: true,
        names: [
            "Avohuollon sijoituksen edellytykset arvioitava",
            "Förutsättningarna för placeringen i öppenvård ska bedömas",
            "Grounds of the placement to be assessed",
        ],
    },
    Timer {
        code: "urgent_placement",
        tasks: &[ServiceTask::ChildProtection],
        start: Start::Document(&["11027", "11025"]),
        limit: Limit::Days(30),
        ended_by: &["11026", "11023"],
        source: "LSL 38 §",
        confirmed: false,
        names: ["Kiireellinen sijoitus päättyy", "Den brådskande placeringen upphör", "Urgent placement ends"],
    },
    Timer {
        code: "aftercare_end",
        tasks: &[ServiceTask::ChildProtection],
        start: Start::Birthday(23),
        limit: Limit::Days(0),
        ended_by: &[],
        source: "LSL 75 §",
        confirmed: true,
        names: ["Jälkihuolto päättyy viimeistään", "Eftervården upphör senast", "Aftercare ends at the latest"],
    },
];

/// Section of the law by which a month's restrictions of a child go to the responsible social worker.
pub const RESTRICTIONS_MONTHLY: &str = "LSL 74 §";

/// The last day for the summary of a month's restrictions, whose first day is given: the law says *monthly*, so the summary
/// of one month is late when the next has passed.
pub fn restrictions_due(month: Date) -> Date {
    month.saturating_add(2.months()).saturating_sub(1.day())
}

/// The day of so many years after a birth; for the 29th of February the 28th where the year has none.
pub fn birthday(born: Date, years: u8) -> Date {
    born.saturating_add(i32::from(years).years())
}

/// The n-th working day after a day, the day itself not counted.
pub fn working_day_after(from: Date, n: u8) -> Date {
    let mut day = from;
    let mut left = n;
    while left > 0 {
        let Ok(next) = day.tomorrow() else { return day };
        day = next;
        if is_working_day(day) {
            left -= 1;
        }
    }
    day
}

/// Whether a day is one of work in Finland: not a weekend, a public holiday, nor the eves of Midsummer and Christmas, on which
/// offices are closed.
pub fn is_working_day(day: Date) -> bool {
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
    let fixed = matches!((day.month(), day.day()), (1, 1 | 6) | (5, 1) | (12, 6 | 24..=26));
    let midsummer_eve = day.month() == 6 && day.weekday() == Weekday::Friday && (19..=25).contains(&day.day());
    let easter = easter(day.year());
    let moving = [-2, 1, 39].iter().any(|days: &i32| easter.saturating_add(days.days()) == day);
    !(weekend || fixed || midsummer_eve || moving)
}

/// Easter Sunday of a year by the Gregorian computus (Meeus, Jones and Butcher).
fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    let of = |number: i32| i8::try_from(number).unwrap_or(1);
    Date::new(year, of(n / 31), of(n % 31 + 1)).unwrap_or_else(|_| Date::constant(year, 4, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn easter_and_the_days_that_move_with_it() {
        assert_eq!(easter(2026), date(2026, 4, 5));
        assert_eq!(easter(2027), date(2027, 3, 28));
        // Good Friday, Easter Monday, Ascension Day.
        for day in [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 14)] {
            assert!(!is_working_day(day), "{day}");
        }
        assert!(is_working_day(date(2026, 4, 7)));
    }

    #[test]
    fn seven_working_days_pass_over_weekends_and_holidays() {
        assert_eq!(working_day_after(date(2026, 9, 7), 7), date(2026, 9, 16));
        // Christmas Eve and Day, the weekend, and New Year's Day lie between.
        assert_eq!(working_day_after(date(2026, 12, 21), 7), date(2027, 1, 4));
        assert!(!is_working_day(date(2026, 6, 19)) && !is_working_day(date(2026, 12, 24)));
    }

    #[test]
    fn a_month_that_lacks_the_day_ends_on_its_last() {
        let carry = TIMERS.iter().find(|one| one.code == "carry_out").unwrap();
        assert_eq!(carry.due(date(2026, 11, 30)), date(2027, 2, 28));
        let urgent = TIMERS.iter().find(|one| one.code == "urgent_placement").unwrap();
        assert_eq!(urgent.due(date(2026, 9, 1)), date(2026, 10, 1));
    }

    #[test]
    fn a_birthday_and_a_month_of_restrictions_have_their_last_days() {
        assert_eq!(birthday(date(2004, 2, 29), 23), date(2027, 2, 28));
        assert_eq!(restrictions_due(date(2026, 9, 1)), date(2026, 10, 31));
        assert_eq!(restrictions_due(date(2026, 12, 1)), date(2027, 1, 31));
    }

    #[test]
    fn rows_are_named_once_and_name_their_source() {
        for one in TIMERS {
            assert_eq!(TIMERS.iter().filter(|other| other.code == one.code).count(), 1);
            assert!(one.source.contains('§') && one.name(Lang::Fi) != one.name(Lang::Sv));
        }
    }
}
