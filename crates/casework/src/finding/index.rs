//! The blind indexes: which word stems a document has, and how the names of clients begin.

use std::collections::BTreeSet;

use serde_json::Value;
use store::{
    Tx,
    db::{Value as Cell, insert_many},
};
use structures::{Kind, Structure};

use super::stems::Stems;
use crate::{
    app::App,
    error::Result,
    people::{self, Person},
    recording::{content, documents::Stored},
};

/// The words of texts by number: a note has some sixty, so a row of them says no more than which word, when, and which
/// document; whose it is stands once. What was indexed in wider rows before is indexed anew by [`super::backfill`].
pub const TABLES: &str = "
DROP TABLE cw_stem;
DROP TABLE cw_stemmed;
CREATE TABLE cw_indexed (
--- sqlite
  number INTEGER PRIMARY KEY,
--- postgres
  number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
--- both
  org TEXT NOT NULL, oid TEXT NOT NULL, client TEXT NOT NULL, at BIGINT NOT NULL, UNIQUE (org, oid));
CREATE INDEX cw_indexed_client ON cw_indexed (org, client);
CREATE TABLE cw_word (
  stem BIGINT NOT NULL, at BIGINT NOT NULL, document BIGINT NOT NULL, PRIMARY KEY (stem, at, document)
--- sqlite
) WITHOUT ROWID;
--- postgres
);
";

/// Shortest and longest beginning of a name, in letters: one letter would find half the clients, and who types twelve has
/// typed the name.
const STARTS: std::ops::RangeInclusive<usize> = 2..=12;

/// A keyed pseudonym as a number: 64 bits tell words apart, and a row of the index stays small.
fn number(app: &App, org: &str, what: &str, text: &str) -> i64 {
    let index = app.vault.blind_index(&format!("casework {org} {what}"), text);
    u64::from_str_radix(index.get(..16).unwrap_or_default(), 16).unwrap_or_default().cast_signed()
}

/// The number of a stem.
pub fn stem(app: &App, org: &str, key: &str) -> i64 {
    number(app, org, "stems", key)
}

/// The number of a beginning of a name; `None` for one that is too short. What is longer than the index is cut.
pub fn start(app: &App, org: &str, word: &str) -> Option<i64> {
    let cut: String = word.chars().take(*STARTS.end()).collect();
    (cut.chars().count() >= *STARTS.start()).then(|| number(app, org, "starts", &cut))
}

/// What of a document's content people wrote: its texts and names, but not the system's facts (client, author), so that
/// nobody is found by being a client of that name.
pub fn text_of(structure: &Structure, body: &Value) -> String {
    let mut text = String::new();
    structure.root().walk(&mut |path, field| {
        if matches!(field.kind, Kind::Text | Kind::Name) && !content::is_system_path(path) {
            let keys: Vec<&str> = path.split('.').collect();
            gather(body.get(structure.root_key()), &keys, &mut text);
        }
    });
    text
}

fn gather(value: Option<&Value>, path: &[&str], text: &mut String) {
    match (value, path) {
        (Some(Value::Array(all)), _) => all.iter().for_each(|one| gather(Some(one), path, text)),
        (Some(Value::String(found)), []) => {
            text.push_str(found);
            text.push('\n');
        }
        (Some(value @ Value::Object(_)), [key, rest @ ..]) => gather(value.get(key), rest, text),
        _ => {}
    }
}

/// Indexes a document's words, in the transaction that stores it. The control documents hold no words of anybody.
///
/// # Errors
/// When the database refuses.
pub async fn document(app: &App, tx: &mut Tx, org: &str, one: &Stored, body: &Value) -> Result<()> {
    let structure = app.config.catalogue.get(&one.structure);
    let keys: BTreeSet<String> = match structure {
        Some(structure) if !one.type_code.starts_with("1505") => {
            Stems::default().of_text(&format!("{}\n{}", text_of(structure, body), one.title))
        }
        _ => BTreeSet::new(),
    };
    let numbers: BTreeSet<i64> = keys.iter().map(|key| stem(app, org, key)).collect();
    let at = one.event.as_microsecond();
    let document: i64 =
        sqlx::query_scalar("INSERT INTO cw_indexed (org, oid, client, at) VALUES ($1, $2, $3, $4) RETURNING number")
            .bind(org)
            .bind(one.oid.as_str())
            .bind(&one.client)
            .bind(at)
            .fetch_one(&mut **tx)
            .await?;
    let rows = numbers.into_iter().map(|stem| vec![Cell::Int(stem), Cell::Int(at), Cell::Int(document)]);
    insert_many(tx, "INSERT INTO cw_word (stem, at, document)", rows.collect()).await?;
    Ok(())
}

/// Indexes the beginnings of a client's names, in the transaction that stores them.
///
/// # Errors
/// When the database refuses.
pub async fn client(app: &App, tx: &mut Tx, org: &str, client: &str, person: &Person) -> Result<()> {
    let mut numbers = BTreeSet::new();
    for word in people::name_words(&person.name()) {
        let letters: Vec<char> = word.chars().collect();
        let longest = letters.len().min(*STARTS.end());
        for length in *STARTS.start()..=longest {
            let beginning: String = letters[..length].iter().collect();
            numbers.extend(start(app, org, &beginning));
        }
    }
    let text = |text: &str| Cell::Text(text.to_owned());
    let rows = numbers.into_iter().map(|number| vec![text(org), Cell::Int(number), text(client)]);
    insert_many(tx, "INSERT INTO cw_name_start (org, start, client)", rows.collect()).await?;
    Ok(())
}
