//! What a worker finds: clients and documents that the worker's own rights reach, and nothing of others, not even that
//! they exist (FR-50).

use std::collections::{BTreeMap, BTreeSet};

use store::Tx;

use super::{index, stems::Stems};
use crate::{
    clients::store::{self as clients, Seen},
    error::{Fault, Result},
    op::Op,
    people,
    recording::{documents::Stored, heads},
    rights::{self, Reach},
};

/// Most clients and most documents in one answer: who sees more than a screenful types another letter.
pub const SHOWN_MAX: usize = 20;
/// Most candidates of a word that are asked for their rights.
const CANDIDATES_MAX: usize = 200;
/// Shortest word of a phrase that tells what the phrase is about, in letters.
const PHRASE_LETTERS_MIN: usize = 5;
/// Shortest word that is sought in texts, in letters.
const TEXT_LETTERS_MIN: usize = 3;

/// What was found.
#[derive(Default)]
pub struct Found {
    /// Clients by name, code or case OID, in order of name.
    pub clients: Vec<Seen>,
    /// Documents by their words, newest first, each with its client.
    pub documents: Vec<(Seen, Stored)>,
    /// Whether there may be more documents than are shown.
    pub more: bool,
}

impl Found {
    /// How many.
    pub fn len(&self) -> usize {
        self.clients.len() + self.documents.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Seeks what was typed among clients and texts.
///
/// # Errors
/// When the database does not answer.
pub async fn find(op: &Op, tx: &mut Tx, typed: &str) -> Result<Found> {
    let typed: String = typed.chars().take(200).collect();
    let mut found = Found { clients: find_clients(op, tx, &typed).await?, ..Found::default() };
    (found.documents, found.more) = find_texts(op, tx, &typed).await?;
    Ok(found)
}

/// One client's documents that have a stem: each of them is looked for among the stem's rows, since a common word has very
/// many of other clients.
const OF_CLIENT: &str = "SELECT i.oid FROM cw_indexed i WHERE i.org = $1 AND i.client = $2 AND
    EXISTS (SELECT 1 FROM cw_word w WHERE w.stem = $3 AND w.at = i.at AND w.document = i.number)";

/// OIDs of one client's documents that have all the words; `None` when nothing was typed that can be sought. Rights are
/// the caller's to ask.
///
/// # Errors
/// When the database does not answer.
pub async fn of_client(op: &Op, tx: &mut Tx, client: &str, typed: &str) -> Result<Option<BTreeSet<String>>> {
    let mut common: Option<BTreeSet<String>> = None;
    for keys in Stems::default().of_question(typed) {
        let mut have = BTreeSet::new();
        for key in keys {
            let rows: Vec<String> = sqlx::query_scalar(OF_CLIENT)
                .bind(op.org())
                .bind(client)
                .bind(index::stem(&op.app, op.org(), &key))
                .fetch_all(&mut **tx)
                .await?;
            have.extend(rows);
        }
        common = Some(match common {
            None => have,
            Some(had) => had.intersection(&have).cloned().collect(),
        });
    }
    Ok(common)
}

/// OIDs of one client's documents that have any of the longer words of a phrase, such as the name of a goal.
///
/// # Errors
/// When the database does not answer.
pub async fn of_client_any(op: &Op, tx: &mut Tx, client: &str, phrase: &str) -> Result<BTreeSet<String>> {
    let long: Vec<String> =
        super::stems::words(phrase).filter(|word| word.chars().count() >= PHRASE_LETTERS_MIN).collect();
    let mut any = BTreeSet::new();
    for word in long {
        any.extend(of_client(op, tx, client, &word).await?.unwrap_or_default());
    }
    Ok(any)
}

async fn find_clients(op: &Op, tx: &mut Tx, typed: &str) -> Result<Vec<Seen>> {
    let ids = match clients::by_identifier(op, tx, typed).await? {
        Some(ids) => ids,
        None => by_starts(op, tx, typed).await?,
    };
    let mut found = Vec::new();
    for id in ids.into_iter().take(CANDIDATES_MAX) {
        match clients::open(op, tx, &id).await {
            Ok(seen) => found.push(seen),
            // Another unit's client, or a duty that opens none: as if there were nobody.
            Err(Fault::Page(_)) => {}
            Err(other) => return Err(other),
        }
    }
    found.sort_by_key(|seen| seen.client.person.name());
    found.truncate(SHOWN_MAX);
    Ok(found)
}

/// Clients of the worker's unit whose names begin with every word.
async fn by_starts(op: &Op, tx: &mut Tx, typed: &str) -> Result<Vec<String>> {
    let mut common: Option<Vec<String>> = None;
    for word in people::name_words(typed).iter().take(6) {
        let Some(start) = index::start(&op.app, op.org(), word) else { continue };
        let found: Vec<String> =
            sqlx::query_scalar(BY_START).bind(op.org()).bind(start).bind(op.unit.as_str()).fetch_all(&mut **tx).await?;
        common = Some(match common {
            None => found,
            Some(had) => had.into_iter().filter(|id| found.contains(id)).collect(),
        });
    }
    Ok(common.unwrap_or_default())
}

const BY_START: &str = "SELECT s.client FROM cw_name_start s WHERE s.org = $1 AND s.start = $2 AND (
    EXISTS (SELECT 1 FROM cw_handling h WHERE h.org = s.org AND h.client = s.client AND h.unit = $3)
    OR EXISTS (SELECT 1 FROM cw_right r WHERE r.org = s.org AND r.client = s.client AND r.unit = $3)
    OR EXISTS (SELECT 1 FROM cw_client c WHERE c.org = s.org AND c.client = s.client AND c.unit = $3)) LIMIT 200";

/// The newest documents of the unit's clients that have a stem. A very common word is looked up among its newest twenty
/// thousand documents of the organisation.
const BY_STEM: &str = "SELECT i.oid, i.client, i.at FROM
    (SELECT document, at FROM cw_word WHERE stem = $2 ORDER BY at DESC LIMIT 20000) w
    JOIN cw_indexed i ON i.number = w.document WHERE i.org = $1 AND (
    EXISTS (SELECT 1 FROM cw_handling h WHERE h.org = $1 AND h.client = i.client AND h.unit = $3)
    OR EXISTS (SELECT 1 FROM cw_right r WHERE r.org = $1 AND r.client = i.client AND r.unit = $3)
    OR EXISTS (SELECT 1 FROM cw_client c WHERE c.org = $1 AND c.client = i.client AND c.unit = $3))
    ORDER BY w.at DESC LIMIT 2000";

async fn find_texts(op: &Op, tx: &mut Tx, typed: &str) -> Result<(Vec<(Seen, Stored)>, bool)> {
    let long = |word: &String| word.chars().count() >= TEXT_LETTERS_MIN;
    let typed: Vec<String> = super::stems::words(typed).filter(long).collect();
    let mut common: Option<BTreeMap<(i64, String), String>> = None;
    for keys in Stems::default().of_question(&typed.join(" ")) {
        let mut have = BTreeMap::new();
        for key in keys {
            let rows: Vec<(String, String, i64)> = sqlx::query_as(BY_STEM)
                .bind(op.org())
                .bind(index::stem(&op.app, op.org(), &key))
                .bind(op.unit.as_str())
                .fetch_all(&mut **tx)
                .await?;
            have.extend(rows.into_iter().map(|(oid, client, at)| ((at, oid), client)));
        }
        common = Some(match common {
            None => have,
            Some(had) => had.into_iter().filter(|(place, _)| have.contains_key(place)).collect(),
        });
    }
    let newest = common.unwrap_or_default().into_iter().rev();
    shown(op, tx, newest.take(CANDIDATES_MAX).collect()).await
}

/// Those of the candidates that the worker may see, by the same function that his lists are made with.
async fn shown(op: &Op, tx: &mut Tx, newest: Vec<((i64, String), String)>) -> Result<(Vec<(Seen, Stored)>, bool)> {
    let mut reaches: BTreeMap<String, Option<(Seen, Reach)>> = BTreeMap::new();
    let mut found = Vec::new();
    for ((_, oid), client) in newest {
        if found.len() == SHOWN_MAX {
            return Ok((found, true));
        }
        if !reaches.contains_key(&client) {
            let reach = reach(op, tx, &client).await?;
            reaches.insert(client.clone(), reach);
        }
        let Some(Some((seen, reach))) = reaches.get(&client) else { continue };
        let Some(one) = heads::head(tx, op.org(), &oid).await? else { continue };
        let old = matches!(one.word(), "replaced" | "invalidated");
        let locked = seen.locked && one.was_archived();
        if !old && !locked && reach.shows(op, &one) {
            found.push((seen.clone(), one));
        }
    }
    Ok((found, false))
}

async fn reach(op: &Op, tx: &mut Tx, client: &str) -> Result<Option<(Seen, Reach)>> {
    let seen = match clients::open(op, tx, client).await {
        Ok(seen) => seen,
        Err(Fault::Page(_) | Fault::Refused(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    match rights::reach(op, tx, &seen).await {
        Ok(reach) => Ok(Some((seen, reach))),
        Err(Fault::Page(_) | Fault::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
