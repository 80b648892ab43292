//! A moment that a note begins with in people's own words, "eilen 18", "toissapäivänä", "ma 14.30": offered to the writer
//! as the time of what happened, and taken only when he accepts it.
//!
//! Only the beginning of a note is read: inside it "eilen" is a part of the story, and to ask about each would be a nuisance.

use jiff::{
    ToSpan, Zoned,
    civil::{Date, DateTime, Time},
};
use web::ui::{Field, Input};

use crate::{
    op::Op,
    people,
    posted::Posted,
    recording::{editor, pages::event_of},
};

/// The field in which the writer answers: the moment that he accepts, or [`AS_IN_FIELD`].
pub const ANSWER: &str = "milloin";
/// The answer that leaves the time as it stands in its field.
const AS_IN_FIELD: &str = "kentta";

/// Days of the week from Monday: short forms, which need a time beside them, and long ones.
const WEEKDAYS: [(&[&str], &[&str]); 7] = [
    (&["ma", "mån"], &["maanantaina", "måndag", "måndagen"]),
    (&["ti", "tis"], &["tiistaina", "tisdag", "tisdagen"]),
    (&["ke", "ons"], &["keskiviikkona", "onsdag", "onsdagen"]),
    (&["to", "tors"], &["torstaina", "torsdag", "torsdagen"]),
    (&["pe", "fre"], &["perjantaina", "fredag", "fredagen"]),
    (&["la", "lör"], &["lauantaina", "lördag", "lördagen"]),
    (&["su", "sön"], &["sunnuntaina", "söndag", "söndagen"]),
];
/// Days told by their distance from today.
const NEAR_DAYS: [(&str, i64); 9] = [
    ("tänään", 0),
    ("idag", 0),
    ("i dag", 0),
    ("eilen", 1),
    ("igår", 1),
    ("i går", 1),
    ("toissapäivänä", 2),
    ("i förrgår", 2),
    ("förrgår", 2),
];
/// Words before the time of day.
const BEFORE_TIME: [&str; 4] = ["klo", "kello", "kl", "klockan"];
/// A number before one of these is no hour: "eilen 3 kertaa".
const COUNTED: [&str; 14] = [
    "kertaa",
    "krt",
    "kpl",
    "tuntia",
    "t",
    "h",
    "min",
    "minuuttia",
    "henkilöä",
    "gånger",
    "timmar",
    "st",
    "minuter",
    "personer",
];

/// A moment as a note tells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    /// The words, as written.
    pub words: String,
    /// The day.
    pub day: Date,
    /// The time of day, when one is told.
    pub time: Option<Time>,
}

impl Told {
    /// The moment; a day alone means noon, as it does everywhere.
    fn moment(&self) -> DateTime {
        self.day.to_datetime(self.time.unwrap_or(Time::constant(12, 0, 0, 0)))
    }

    /// Whether an event at that time is what the words say.
    fn says(&self, event: &Zoned) -> bool {
        let at = event.datetime();
        at.date() == self.day && self.time.is_none_or(|time| (time.hour(), time.minute()) == (at.hour(), at.minute()))
    }
}

/// The moment that a text begins with, seen from now; nothing that has not come yet.
pub fn told(text: &str, now: DateTime) -> Option<Told> {
    let words: Vec<&str> = text.split_whitespace().take(6).collect();
    let lower: Vec<String> = words.iter().map(|word| trimmed(word).to_lowercase()).collect();
    let (mut used, day) = first_day(&lower)?;
    let time = time_at(&lower[used..]);
    if let Some((more, _)) = time {
        used += more;
    }
    let time = time.map(|(_, time)| time);
    let today = now.date();
    let day = match day {
        Day::Ago(days) if days > 0 || time.is_some() => today.checked_sub(days.days()).ok()?,
        Day::Of { weekday, short } if time.is_some() || !short => {
            let back = (i64::from(today.weekday().to_monday_zero_offset()) - weekday).rem_euclid(7);
            let later_today = back == 0 && time.is_none_or(|time| time > now.time());
            today.checked_sub((if later_today { 7 } else { back }).days()).ok()?
        }
        _ => return None,
    };
    let told = Told { words: trimmed(&words[..used].join(" ")).to_owned(), day, time };
    (told.moment() <= now).then_some(told)
}

enum Day {
    Ago(i64),
    Of { weekday: i64, short: bool },
}

fn trimmed(word: &str) -> &str {
    word.trim_end_matches(['.', ',', ':', ';', '!', '–', '-'])
}

/// How many words tell the day, and which it is.
fn first_day(words: &[String]) -> Option<(usize, Day)> {
    let first = words.first()?;
    let two = words.get(1).map(|second| format!("{first} {second}"));
    for (name, days) in NEAR_DAYS {
        if first == name {
            return Some((1, Day::Ago(days)));
        }
        if two.as_deref() == Some(name) {
            return Some((2, Day::Ago(days)));
        }
    }
    WEEKDAYS.iter().zip(0..).find_map(|((short, long), weekday)| {
        let is_short = short.contains(&first.as_str());
        (is_short || long.contains(&first.as_str())).then_some((1, Day::Of { weekday, short: is_short }))
    })
}

/// How many words tell the time of day, and which it is: `18`, `14.30`, `klo 9`, `18.00–19.30`.
fn time_at(words: &[String]) -> Option<(usize, Time)> {
    let named = words.first().is_some_and(|word| BEFORE_TIME.contains(&word.as_str()));
    let place = usize::from(named);
    let begin = words.get(place)?.split(['-', '–']).next()?;
    let (hour, minute) = match begin.split_once(['.', ':']) {
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None => (begin, "0"),
    };
    let counted = words.get(place + 1).is_some_and(|next| COUNTED.contains(&next.as_str()));
    if hour.len() > 2 || (counted && !named) {
        return None;
    }
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    Some((place + 1, time))
}

/// What an entry offers: the moment that its text begins with, when its time says another.
pub fn offer(op: &Op, kind: &str, posted: &Posted) -> Option<Told> {
    if !editor::is_entry(kind) {
        return None;
    }
    let zone = records::time::finnish_zone();
    let told = told(posted.get("teksti"), op.now.to_zoned(zone.clone()).datetime())?;
    (!told.says(&event_of(op, posted)?.to_zoned(zone))).then_some(told)
}

/// Whether the writer has said that the time stands as it is.
pub fn kept(posted: &Posted) -> bool {
    posted.get(ANSWER) == AS_IN_FIELD
}

/// The form with the moment that its writer accepted in the field of the time.
pub fn accepted(mut posted: Posted) -> Posted {
    let answer = posted.get(ANSWER).to_owned();
    if people::read_moment(&answer).is_some() {
        posted.0.retain(|(name, _)| name != ANSWER && name != "tapahtuma");
        posted.0.push(("tapahtuma".into(), answer));
    }
    posted
}

/// The question: the moment of the text, or the time as it stands. Nothing is chosen beforehand.
pub fn question(op: &Op, told: &Told, answer: &str) -> Field {
    let weekday = op.t.get(&format!("day-name-{}", told.day.weekday().to_monday_one_offset()));
    let at = told.moment();
    let shown = format!("{weekday} {} klo {}.{:02}", people::day(at.date()), at.hour(), at.minute());
    let options = vec![
        (at.strftime("%Y-%m-%dT%H:%M").to_string(), shown),
        (AS_IN_FIELD.to_owned(), op.t.get("moment-as-in-field")),
    ];
    Field::new(ANSWER, op.t.get("moment-question"), answer, Input::Radio(options)).required()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// A Tuesday, at twenty to ten in the evening.
    fn now() -> DateTime {
        date(2026, 12, 1).at(21, 40, 0, 0)
    }

    fn read(text: &str) -> Option<(String, String)> {
        told(text, now()).map(|told| (told.words.clone(), told.moment().strftime("%-d.%-m. %H.%M").to_string()))
    }

    #[test]
    fn the_beginning_of_a_note_tells_its_moment() {
        for (text, words, moment) in [
            ("eilen 18 Aino kaatui.", "eilen 18", "30.11. 18.00"),
            ("Eilen klo 18.45: Aino kaatui.", "Eilen klo 18.45", "30.11. 18.45"),
            ("Toissapäivänä, ennen ruokaa", "Toissapäivänä", "29.11. 12.00"),
            ("ma 14.30 puhelu", "ma 14.30", "30.11. 14.30"),
            ("ti 20.15–21 käynti", "ti 20.15–21", "1.12. 20.15"),
            ("ti 22 käynti", "ti 22", "24.11. 22.00"),
            ("Keskiviikkona kävimme", "Keskiviikkona", "25.11. 12.00"),
            ("i går kl. 9 ringde hon", "i går kl. 9", "30.11. 09.00"),
            ("I förrgår 14:30", "I förrgår 14:30", "29.11. 14.30"),
            ("tänään 8 aamutoimet", "tänään 8", "1.12. 08.00"),
            ("eilen 3 kertaa ulkona", "eilen", "30.11. 12.00"),
        ] {
            assert_eq!(read(text), Some((words.into(), moment.into())), "{text}");
        }
    }

    #[test]
    fn what_is_no_moment_or_has_not_come_is_not_offered() {
        for text in [
            "",
            "Aino kaatui eilen 18.",
            "tänään väsynyt",
            "tänään 23",
            "ma puhelu",
            "to do",
            "eilen",
            "la 25.00",
            "12",
        ] {
            let expected = (text == "eilen").then(|| ("eilen".to_owned(), "30.11. 12.00".to_owned()));
            assert_eq!(read(text), expected, "{text}");
        }
    }
}
