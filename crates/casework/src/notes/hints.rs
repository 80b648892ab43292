//! What is noticed before a note is saved. Each finding is told with the words that gave it, and the writer decides:
//! once he has looked, the same words are not asked about again.
//!
//! Only clients whom the writer may open anyway are looked for, so that nobody learns who else is a client.

use std::collections::BTreeSet;

use sqlx::Row as _;
use store::Tx;

use super::{
    moments,
    words::{self, Word},
};
use crate::{
    clients::{self, store::Seen},
    error::Result,
    op::Op,
    people::{self, Person},
    posted::Posted,
    recording::editor,
};

/// Blind indexes in one question; both databases take more.
const QUESTION_MAX: usize = 400;
/// Clients looked at for one text: the unit's people whose name some word may be.
const CLIENTS_MAX: usize = 200;

/// What a finding is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The name of another client.
    OtherClient,
    /// A fact of health in a note of social welfare (FR-87).
    Health,
    /// Where a client under turvakielto could be found (FR-60).
    Whereabouts,
    /// The text begins with another moment than the time says.
    Moment,
}

impl Kind {
    /// The word in the form.
    pub fn code(self) -> &'static str {
        match self {
            Self::OtherClient => "nimi",
            Self::Health => "terveys",
            Self::Whereabouts => "osoite",
            Self::Moment => "aika",
        }
    }

    /// Whether the writer says by a tick that the words belong where they are; the others have questions of their own.
    pub fn is_ticked(self) -> bool {
        matches!(self, Self::OtherClient | Self::Whereabouts)
    }

    /// Key of the sentence.
    pub fn text(self) -> &'static str {
        match self {
            Self::OtherClient => "hint-other-client",
            Self::Health => "hint-health",
            Self::Whereabouts => "hint-whereabouts",
            Self::Moment => "hint-moment",
        }
    }
}

/// Something to look at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hint {
    /// What it is about.
    pub kind: Kind,
    /// The words of the text.
    pub words: Vec<String>,
}

impl Hint {
    /// As the form carries it: `nimi:eino,nimi:salon`.
    fn marks(&self) -> impl Iterator<Item = String> {
        let code = self.kind.code();
        self.words.iter().map(move |word| format!("{code}:{}", word.to_lowercase()))
    }
}

/// What the form carries of hints, so that only new ones are asked about.
pub fn seen_words(hints: &[Hint]) -> String {
    hints.iter().flat_map(Hint::marks).collect::<Vec<_>>().join("|")
}

/// What the writer has to look at before the note is saved; nothing when he has done so already.
///
/// # Errors
/// When the database does not answer.
pub async fn open_ones(op: &Op, seen: &Seen, kind: &str, posted: &Posted) -> Result<Vec<Hint>> {
    let mut found = all(op, seen, kind, posted).await?;
    found.extend(moments::offer(op, kind, posted).map(|told| Hint { kind: Kind::Moment, words: vec![told.words] }));
    Ok(if answered(&found, posted) { Vec::new() } else { found })
}

/// Whether the writer has looked at all that was found, as the form tells.
pub fn answered(found: &[Hint], posted: &Posted) -> bool {
    let looked: BTreeSet<&str> = posted.get("nahty").split('|').collect();
    found.iter().all(|hint| {
        let looked_at = hint.marks().all(|mark| looked.contains(mark.as_str()));
        looked_at
            && match hint.kind {
                Kind::Health => matches!(posted.get("tieto"), "asiakas" | "potilas"),
                Kind::Moment => moments::kept(posted),
                _ => posted.ticked("tarkistettu"),
            }
    })
}

/// Everything that is found in what was typed, looked at or not.
///
/// # Errors
/// When the database does not answer.
pub async fn all(op: &Op, seen: &Seen, kind: &str, posted: &Posted) -> Result<Vec<Hint>> {
    let text = free_text(kind, posted);
    let mut hints = Vec::new();
    let mut tx = op.read().await?;
    let names = other_clients(op, &mut tx, seen, &text).await?;
    drop(tx);
    // An entry is about the client's matters; a form about health has its own fields for it.
    let health = if editor::is_entry(kind) { words::health_words(&text) } else { Vec::new() };
    let places = if seen.client.person.protected { words::addresses(&text) } else { Vec::new() };
    for (kind, words) in [(Kind::OtherClient, names), (Kind::Health, health), (Kind::Whereabouts, places)] {
        if !words.is_empty() {
            hints.push(Hint { kind, words });
        }
    }
    Ok(hints)
}

/// What a person has written in his own words: the entry's text, and of a structured document every longer value. A
/// field for a name names whom it should.
fn free_text(kind: &str, posted: &Posted) -> String {
    let entry = posted.get("teksti").to_owned();
    let names = |name: &str| ["sukunimi", "etunimet", "nimi"].iter().any(|end| name.ends_with(end));
    let long = posted
        .document_fields()
        .into_iter()
        .filter(|(name, value)| !editor::is_entry(kind) && !names(name) && value.split_whitespace().nth(2).is_some());
    std::iter::once(entry).chain(long.map(|(_, value)| value)).collect::<Vec<_>>().join("\n")
}

/// Words that are the name of another client whom the writer may open.
async fn other_clients(op: &Op, tx: &mut Tx, seen: &Seen, text: &str) -> Result<Vec<String>> {
    let own: BTreeSet<String> =
        seen.client.person.words().into_iter().chain(people::name_words(&op.actor.name())).collect();
    let asked = possible_names(text, &own);
    let forms: BTreeSet<&str> = asked.iter().flat_map(|(_, forms)| forms.iter().map(String::as_str)).collect();
    let others = clients_named(op, tx, &forms.into_iter().collect::<Vec<_>>()).await?;
    let mut found: Vec<String> = Vec::new();
    for id in others.into_iter().filter(|id| *id != seen.client.id).take(CLIENTS_MAX) {
        let Ok(other) = clients::store::open(op, tx, &id).await else { continue };
        if other.client.person.code == seen.client.person.code {
            continue;
        }
        for word in naming(&asked, &other.client.person) {
            if !found.contains(&word) {
                found.push(word);
            }
        }
    }
    Ok(found)
}

/// Words of a text that may be names, each with the forms that a register may have; `own` are names that may stand there.
fn possible_names(text: &str, own: &BTreeSet<String>) -> Vec<(Word, Vec<String>)> {
    let mut asked: Vec<(Word, Vec<String>)> = Vec::new();
    for word in words::words(text) {
        let forms = words::name_forms(&word.lower);
        let known = asked.iter().any(|(had, _)| had.written == word.written);
        if !known && !forms.iter().any(|form| own.contains(form)) && word.lower.chars().count() > 2 {
            asked.push((word, forms));
        }
    }
    asked
}

/// The words that name a person: a capital word that is a name of his, or his family name and given name both, however
/// they are written.
fn naming(asked: &[(Word, Vec<String>)], person: &Person) -> Vec<String> {
    let names = person.words();
    let hits: Vec<&Word> =
        asked.iter().filter(|(_, forms)| forms.iter().any(|form| names.contains(form))).map(|(word, _)| word).collect();
    let several = hits.len() > 1;
    hits.into_iter().filter(|word| word.capital() || several).map(|word| word.written.clone()).collect()
}

/// What of a text tells of one of the people to whom it will be written: names and identity codes, as written. A text of
/// one person alone may name him; the writer's own name may stand anywhere.
pub fn told_of(op: &Op, text: &str, people: &[&Person]) -> Vec<String> {
    let first = people.first().map(|one| one.code.as_str());
    if people.iter().all(|one| Some(one.code.as_str()) == first) {
        return Vec::new();
    }
    let asked = possible_names(text, &people::name_words(&op.actor.name()).into_iter().collect());
    let upper = text.to_uppercase();
    let mut found = Vec::new();
    for person in people {
        found.extend(naming(&asked, person));
        if !person.code.is_empty() && upper.contains(&person.code.to_uppercase()) {
            found.push(person.masked());
        }
    }
    found.sort();
    found.dedup();
    found
}

/// Ids of the organisation's clients one of whose names is among the words.
async fn clients_named(op: &Op, tx: &mut Tx, words: &[&str]) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for some in words.chunks(QUESTION_MAX) {
        let places: Vec<String> = (0..some.len()).map(|n| format!("${}", n + 2)).collect();
        let sql = format!("SELECT client FROM cw_name WHERE org = $1 AND word IN ({})", places.join(", "));
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(op.org());
        for word in some {
            query = query.bind(clients::store::name_index(&op.app, op.org(), word));
        }
        for row in query.fetch_all(&mut **tx).await? {
            found.insert(row.try_get("client")?);
        }
    }
    Ok(found)
}
