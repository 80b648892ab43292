//! The tables of what clients have expressed: written by intake, read by decisions, derived anew from the documents.

use crate::{
    App,
    entry::{ConsentFacts, Derived, Entry},
    intake::{
        check,
        rows::day_text,
        working::{day, instant, micros},
    },
    maintenance::stored::{self, StoredBody},
    sql::{self, flag, text},
};
use jiff::{Timestamp, civil::Date};
use records::consent::{Kind, Target};
use sqlx::Row;
use std::collections::{BTreeMap, HashMap};
use store::{
    StoreError, Tx,
    db::{Value, insert_many},
    log::LogDocument,
};

/// The newest version of one expression of will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Will {
    /// Its set.
    pub set: String,
    /// Its newest version.
    pub document: String,
    /// The version's number.
    pub version: u32,
    /// Informed, permitted, or anything denied.
    pub in_force: bool,
    /// The day on which it was expressed.
    pub day: Option<Date>,
    /// When the archive took it: it holds from this instant on.
    pub since: Timestamp,
    /// The denials in force, each with its day.
    pub denials: Vec<(Target, Date)>,
}

/// What a client has expressed, as it stands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing(BTreeMap<Kind, Will>);

impl Standing {
    /// The newest version of a kind; none when the client has never expressed it.
    pub fn of(&self, kind: Kind) -> Option<&Will> {
        self.0.get(&kind)
    }

    /// Whether the kind is in force.
    pub fn in_force(&self, kind: Kind) -> bool {
        self.of(kind).is_some_and(|will| will.in_force)
    }

    /// The newest version of each kind, so that a second look can tell whether anything has changed.
    pub fn versions(&self) -> Vec<String> {
        self.0.values().map(|will| will.document.clone()).collect()
    }

    /// The same as a log event names them.
    pub fn logged(&self) -> Vec<LogDocument> {
        self.0.values().map(|will| LogDocument { id: will.document.clone(), version: will.version }).collect()
    }

    /// Takes an accepted document into account for the rest of the group.
    pub fn accept(&mut self, entry: &Entry, facts: &ConsentFacts, at: Timestamp) {
        let will = Will {
            set: entry.set.as_str().to_owned(),
            document: entry.document.as_str().to_owned(),
            version: entry.version,
            in_force: facts.in_force,
            day: facts.day,
            since: at,
            denials: facts.denials.clone(),
        };
        self.0.insert(facts.kind, will);
    }
}

/// What clients have expressed, by their index; who has expressed nothing is absent.
///
/// # Errors
/// What the database says.
pub async fn load(tx: &mut Tx, clients: &[String]) -> Result<HashMap<String, Standing>, StoreError> {
    let rows = sql::select_in(
        tx,
        "SELECT client, kind, set_oid, document_oid, version, in_force, expressed_on, recorded_at FROM consents \
         WHERE superseded_at = 0 AND client IN",
        clients,
    )
    .await?;
    let denying: Vec<String> =
        rows.iter().filter(|row| row.get::<&str, _>(1) == "denial").map(|row| row.get(3)).collect();
    let mut denials = load_denials(tx, &denying).await?;
    let mut all: HashMap<String, Standing> = HashMap::new();
    for row in rows {
        let unknown = || StoreError::Inconsistent { table: "consents", what: "unknown kind".to_owned() };
        let kind = Kind::parse(row.get(1)).ok_or_else(unknown)?;
        let document: String = row.get(3);
        let will = Will {
            set: row.get(2),
            denials: denials.remove(&document).unwrap_or_default(),
            document,
            version: u32::try_from(row.get::<i64, _>(4)).unwrap_or(0),
            in_force: row.get::<i64, _>(5) == 1,
            day: day(row.get(6)),
            since: instant(row.get(7)),
        };
        all.entry(row.get(0)).or_default().0.insert(kind, will);
    }
    Ok(all)
}

/// A denial that cannot be read would be one that does not hold, so it stops the reading.
async fn load_denials(tx: &mut Tx, documents: &[String]) -> Result<HashMap<String, Vec<(Target, Date)>>, StoreError> {
    let rows = sql::select_in(
        tx,
        "SELECT document_oid, target_level, target, set_on, row_number FROM denials WHERE document_oid IN",
        documents,
    )
    .await?;
    let mut all: HashMap<String, Vec<(i64, Target, Date)>> = HashMap::new();
    for row in rows {
        let broken = || StoreError::Inconsistent { table: "denials", what: "a denial cannot be read".to_owned() };
        let target = Target::parse(row.get(1), row.get(2)).ok_or_else(broken)?;
        let set_on = day(row.get(3)).ok_or_else(broken)?;
        all.entry(row.get(0)).or_default().push((row.get(4), target, set_on));
    }
    let in_order = |mut rows: Vec<(i64, Target, Date)>| {
        rows.sort_by_key(|(number, ..)| *number);
        rows.into_iter().map(|(_, target, set_on)| (target, set_on)).collect()
    };
    Ok(all.into_iter().map(|(document, rows)| (document, in_order(rows))).collect())
}

/// Rows to be written with a group.
#[derive(Debug, Default)]
pub struct Rows {
    consents: Vec<Vec<Value>>,
    denials: Vec<Vec<Value>>,
    superseded: Vec<(String, u32, Timestamp)>,
}

impl Rows {
    /// What a document derives.
    pub fn add(&mut self, entry: &Entry, facts: &ConsentFacts, at: Timestamp) {
        let Some(client) = entry.clients.first() else { return };
        self.consents.push(vec![
            text(entry.document.as_str()),
            text(entry.set.as_str()),
            Value::Int(i64::from(entry.version)),
            text(client.index.as_str()),
            text(facts.kind.word()),
            flag(facts.in_force),
            text(day_text(facts.day)),
            text(facts.channel.word()),
            Value::Int(micros(at)),
            Value::Int(0),
        ]);
        for (number, (target, set_on)) in (0..).zip(&facts.denials) {
            let (level, code) = target.columns();
            self.denials.push(vec![
                text(entry.document.as_str()),
                Value::Int(number),
                text(level),
                text(code),
                text(set_on.to_string()),
            ]);
        }
        if entry.version > 1 {
            self.superseded.push((entry.set.as_str().to_owned(), entry.version, at));
        }
    }

    /// The rows of `consents` and of `denials`, for verification.
    pub fn parts(&self) -> (&[Vec<Value>], &[Vec<Value>]) {
        (&self.consents, &self.denials)
    }

    /// Writes them; every earlier version ends when its successor begins.
    ///
    /// # Errors
    /// What the database says.
    pub async fn write(self, tx: &mut Tx) -> Result<(), StoreError> {
        insert_many(tx, CONSENTS, self.consents).await?;
        insert_many(tx, DENIALS, self.denials).await?;
        for (set, version, at) in self.superseded {
            sqlx::query(
                "UPDATE consents SET superseded_at = $1 WHERE superseded_at = 0 AND set_oid = $2 AND version < $3",
            )
            .bind(micros(at))
            .bind(set)
            .bind(i64::from(version))
            .execute(&mut **tx)
            .await?;
        }
        Ok(())
    }
}

const CONSENTS: &str = "INSERT INTO consents (document_oid, set_oid, version, client, kind, in_force, expressed_on, \
    channel, recorded_at, superseded_at)";
const DENIALS: &str = "INSERT INTO denials (document_oid, row_number, target_level, target, set_on)";

/// Drops all of it and derives it anew from the stored documents, in the order they were archived. Gives the number of
/// documents.
///
/// # Errors
/// What the database says, or a stored document that does not open.
pub async fn rebuild(app: &App) -> Result<usize, StoreError> {
    let mut bodies = Vec::new();
    for kind in Kind::ALL {
        bodies.extend(stored::of_group(app, kind.group().code()).await?);
    }
    let mut rows = Rows::default();
    for StoredBody { archived_at, bytes, .. } in &bodies {
        let entry = check::stored_entry(app, bytes)?;
        if let Derived::Consent(facts) = &entry.derived {
            rows.add(&entry, facts, instant(*archived_at));
        }
    }
    let mut tx = app.db.write().await?;
    sqlx::query("DELETE FROM denials").execute(&mut *tx).await?;
    sqlx::query("DELETE FROM consents").execute(&mut *tx).await?;
    rows.write(&mut tx).await?;
    tx.commit().await?;
    Ok(bodies.len())
}
