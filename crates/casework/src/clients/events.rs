//! Events of a client: what the timeline shows of the documents, which of them a filter leaves, and their pages.

use std::collections::{BTreeMap, BTreeSet};

use records::code::{GeneralType, ServiceTask};
use records::time::finnish_date;

use super::elsewhere::Elsewhere;
use crate::{
    op::Op,
    recording::{documents::Stored, editor},
};

/// Events on a page: 5,000 open as fast as 50.
pub const PAGE: usize = 50;
/// The entry on a restriction, which is always significant.
const RESTRICTION: &str = "19008";

/// What kind of event a document is, as the filter and the icon tell it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Class {
    /// An entry of the client narrative.
    Entry,
    /// A decision.
    Decision,
    /// A plan.
    Plan,
    /// An assessment or a summary.
    Assessment,
    /// A notification or an application.
    Notification,
    /// Another document.
    Other,
    /// A relationship or case document: the frame of everything, seldom what is sought.
    Control,
}

impl Class {
    /// Every class, in the order of the filter.
    pub const ALL: [Self; 7] =
        [Self::Entry, Self::Decision, Self::Plan, Self::Assessment, Self::Notification, Self::Other, Self::Control];

    /// The word in addresses and in text keys.
    pub fn word(self) -> &'static str {
        match self {
            Self::Entry => "merkinta",
            Self::Decision => "paatos",
            Self::Plan => "suunnitelma",
            Self::Assessment => "arvio",
            Self::Notification => "ilmoitus",
            Self::Other => "muu",
            Self::Control => "hallinta",
        }
    }

    /// The icon; the title says the same in words.
    pub fn icon(self) -> &'static str {
        match self {
            Self::Entry => "✎",
            Self::Decision => "§",
            Self::Plan => "➜",
            Self::Assessment => "◔",
            Self::Notification => "✉",
            Self::Other => "▤",
            Self::Control => "▫",
        }
    }

    /// The class of a kind of document.
    pub fn of(op: &Op, kind: &str, structure: &str) -> Self {
        if kind.starts_with("1505") {
            return Self::Control;
        }
        if editor::is_entry(kind) {
            return Self::Entry;
        }
        let catalogue = &op.app.config.catalogue;
        let known = catalogue.get(structure).or_else(|| catalogue.newest(kind));
        match known.and_then(|known| GeneralType::parse(known.general_type()?)) {
            Some(GeneralType::Decision) => Self::Decision,
            Some(GeneralType::Plan) => Self::Plan,
            Some(GeneralType::Assessment | GeneralType::Summary | GeneralType::Statement | GeneralType::Report) => {
                Self::Assessment
            }
            Some(GeneralType::Notification | GeneralType::Application | GeneralType::Request) => Self::Notification,
            Some(GeneralType::Entry) => Self::Entry,
            _ => Self::Other,
        }
    }
}

/// Where an event's document is.
#[derive(Clone)]
pub enum Source {
    /// In this system.
    Here(Box<Stored>),
    /// In the archive, told by its last answer to this worker.
    Archive(Box<Elsewhere>),
}

/// An event.
#[derive(Clone)]
pub struct Event {
    /// Its document.
    pub source: Source,
    /// Its class.
    pub class: Class,
    /// Whether it is significant: marked by a worker, or of a kind that always is.
    pub significant: bool,
    /// Whether a worker has marked it.
    pub marked: bool,
}

impl Event {
    /// An event of a document of this system.
    pub fn here(op: &Op, one: Stored, marks: &BTreeSet<String>) -> Self {
        let class = Class::of(op, &one.type_code, &one.structure);
        let marked = marks.contains(one.set_id.as_str());
        let always = matches!(class, Class::Notification | Class::Decision) || one.type_code == RESTRICTION;
        Self { significant: marked || always, marked, class, source: Source::Here(Box::new(one)) }
    }

    /// An event that the archive told of.
    pub fn elsewhere(op: &Op, one: Elsewhere) -> Self {
        let class = Class::of(op, &one.type_code, "");
        let significant = matches!(class, Class::Notification | Class::Decision) || one.type_code == RESTRICTION;
        Self { significant, marked: false, class, source: Source::Archive(Box::new(one)) }
    }

    /// When it happened.
    pub fn at(&self) -> jiff::Timestamp {
        match &self.source {
            Source::Here(one) => one.event,
            Source::Archive(one) => one.event,
        }
    }

    /// OID of the document.
    pub fn oid(&self) -> &str {
        match &self.source {
            Source::Here(one) => one.oid.as_str(),
            Source::Archive(one) => &one.oid,
        }
    }

    /// Who wrote it: id and name; the archive tells no id.
    pub fn author(&self) -> (&str, &str) {
        match &self.source {
            Source::Here(one) => (&one.person, &one.author),
            Source::Archive(one) => ("", &one.author),
        }
    }

    /// Unit of origin: OID and name.
    pub fn unit(&self) -> (&str, &str) {
        match &self.source {
            Source::Here(one) => (one.unit.as_str(), &one.unit_name),
            Source::Archive(one) => (&one.unit, &one.unit_name),
        }
    }

    /// Service task.
    pub fn task(&self) -> Option<ServiceTask> {
        match &self.source {
            Source::Here(one) => one.task,
            Source::Archive(one) => one.task,
        }
    }

    /// Whether it counts: not replaced, not void.
    pub fn live(&self) -> bool {
        match &self.source {
            Source::Here(one) => !matches!(one.word(), "replaced" | "invalidated"),
            Source::Archive(_) => true,
        }
    }
}

/// What the reader wants to see. It stands in the address and names no client; the words of a text search do not.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Filter {
    /// Word of a class.
    pub class: String,
    /// Code of a service task.
    pub task: String,
    /// Id of an author.
    pub author: String,
    /// OID of a unit.
    pub unit: String,
    /// Significant ones only.
    pub significant: bool,
    /// Page, from 0.
    pub page: usize,
}

/// Names of the filter's fields.
pub const FIELDS: [&str; 5] = ["laji", "tehtava", "laatija", "yksikko", "merkittavat"];

impl Filter {
    /// Reads pairs of an address or a form; what is not known is left out.
    pub fn read<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut filter = Self::default();
        let plain = |value: &str| -> String {
            let fits = |c: &char| c.is_ascii_alphanumeric() || ".-_".contains(*c);
            value.chars().filter(fits).take(80).collect()
        };
        for (name, value) in pairs {
            match name {
                "laji" => filter.class = plain(value),
                "tehtava" => filter.task = plain(value),
                "laatija" => filter.author = plain(value),
                "yksikko" => filter.unit = plain(value),
                "merkittavat" => filter.significant = matches!(value, "on" | "1"),
                "sivu" => filter.page = value.parse().unwrap_or(0),
                _ => {}
            }
        }
        filter
    }

    /// Whether anything narrows.
    pub fn narrows(&self) -> bool {
        Self { page: 0, ..self.clone() } != Self::default()
    }

    /// The filter as an address's query, with another page.
    pub fn query(&self, page: usize) -> String {
        let significant = if self.significant { "on" } else { "" };
        let page = if page == 0 { String::new() } else { page.to_string() };
        let pairs = [
            ("laji", self.class.as_str()),
            ("tehtava", self.task.as_str()),
            ("laatija", self.author.as_str()),
            ("yksikko", self.unit.as_str()),
            ("merkittavat", significant),
            ("sivu", page.as_str()),
        ];
        let parts: Vec<String> = pairs
            .iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        parts.join("&")
    }

    fn lets(&self, event: &Event) -> bool {
        (self.class.is_empty() || event.class.word() == self.class)
            && (self.task.is_empty() || event.task().is_some_and(|task| task.code() == self.task))
            && (self.author.is_empty() || event.author().0 == self.author)
            && (self.unit.is_empty() || event.unit().0 == self.unit)
            && (!self.significant || event.significant)
    }
}

/// One page of events, and how many there are.
pub struct Page {
    /// The events, newest first.
    pub events: Vec<Event>,
    /// How many the filter lets through.
    pub total: usize,
    /// How many there are without it.
    pub all: usize,
    /// This page, from 0.
    pub page: usize,
}

impl Page {
    /// How many pages.
    pub fn pages(&self) -> usize {
        self.total.div_ceil(PAGE).max(1)
    }
}

/// The page of the events that a filter asks for; `words` holds the OIDs that a text search found.
pub fn page(mut events: Vec<Event>, filter: &Filter, words: Option<&BTreeSet<String>>) -> Page {
    let all = events.len();
    events.sort_by(|one, other| (other.at(), other.oid()).cmp(&(one.at(), one.oid())));
    events.retain(|event| filter.lets(event) && words.is_none_or(|words| event.live() && words.contains(event.oid())));
    let total = events.len();
    let page = filter.page.min(total.saturating_sub(1) / PAGE);
    let events = events.into_iter().skip(page * PAGE).take(PAGE).collect();
    Page { events, total, all, page }
}

/// What the filters may choose from, out of what there is: `(value, label)`.
pub struct Choices {
    /// Classes that occur.
    pub classes: Vec<Class>,
    /// Tasks that occur.
    pub tasks: Vec<ServiceTask>,
    /// Authors: id and name.
    pub authors: Vec<(String, String)>,
    /// Units: OID and name.
    pub units: Vec<(String, String)>,
}

/// Gathers what occurs.
pub fn choices(events: &[Event]) -> Choices {
    let mut authors = BTreeMap::new();
    let mut units = BTreeMap::new();
    for event in events {
        let (id, name) = event.author();
        if !id.is_empty() {
            authors.insert(id.to_owned(), name.to_owned());
        }
        let (unit, name) = event.unit();
        if !unit.is_empty() {
            units.insert(unit.to_owned(), name.to_owned());
        }
    }
    let by_name = |map: BTreeMap<String, String>| {
        let mut all: Vec<(String, String)> = map.into_iter().collect();
        all.sort_by(|one, other| one.1.cmp(&other.1));
        all
    };
    Choices {
        classes: Class::ALL.into_iter().filter(|class| events.iter().any(|event| event.class == *class)).collect(),
        tasks: ServiceTask::ALL
            .iter()
            .copied()
            .filter(|task| events.iter().any(|event| event.task() == Some(*task)))
            .collect(),
        authors: by_name(authors),
        units: by_name(units),
    }
}

/// The Finnish day of an event.
pub fn day(event: &Event) -> jiff::civil::Date {
    finnish_date(event.at())
}
