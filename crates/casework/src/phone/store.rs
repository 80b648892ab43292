//! Browsers with a store of their own, and receipts of what was sent from them.
//!
//! The server keeps half of each store's lock: a secret that opens the store's private key, given only to a live session of
//! the same worker. When the store ends the secret is gone, and what lies in the browser cannot be opened with it any more.

use ::store::{Tx, log::Action};
use jiff::Timestamp;
use sqlx::Row as _;

use crate::{
    app::App,
    error::{Fault, Result},
    op::Op,
    settings,
    use_log::{self, Event},
};

/// Tables of the phone.
pub const TABLES: &str = "
CREATE TABLE cw_phone (
  org TEXT NOT NULL, id TEXT PRIMARY KEY, person TEXT NOT NULL, unit TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('browser', 'phone')), secret BLOB NOT NULL, made BIGINT NOT NULL,
  seen BIGINT NOT NULL, ended BIGINT);
CREATE INDEX cw_phone_person ON cw_phone (org, person);
CREATE TABLE cw_sent (
  org TEXT NOT NULL, person TEXT NOT NULL, id TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('saved', 'draft')),
  place TEXT NOT NULL, draft TEXT NOT NULL, phone TEXT, written BIGINT, received BIGINT NOT NULL,
  PRIMARY KEY (org, person, id));
CREATE INDEX cw_sent_draft ON cw_sent (org, person, draft);
";

/// Length of a secret in bytes: a key of AES-256.
const SECRET_BYTES: usize = 32;
/// Stores that one worker may have at once; when one more is made, the one that was seen longest ago ends.
const STORES_MAX: usize = 16;
/// Hours that a phone may show the day's clients without having met us; between a long shift and a night.
const HOURS_USUAL: i64 = 10;
/// Name of the organisation's setting.
pub const HOURS: &str = "phone_hours";
/// What the setting may be.
pub const HOURS_OFFERED: [i64; 4] = [4, 8, 10, 14];

/// Whether a text is an id that a browser makes: 128 random bits in hex.
pub fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

/// The name that a browser knows a worker by: it tells two workers of one phone apart and says nothing of either.
pub fn tag(op: &Op) -> String {
    op.app.vault.blind_index("casework phone", &format!("{} {}", op.org, op.actor.person))[..16].to_owned()
}

/// One store.
pub struct Phone {
    /// Its id, made in the browser.
    pub id: String,
    /// `phone` opens without a network too, by its code; `browser` only with a session.
    pub kind: String,
    /// When it was made.
    pub made: Timestamp,
    /// When it last asked for something.
    pub seen: Timestamp,
}

/// The worker's stores that have not ended, the newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn of_worker(op: &Op, tx: &mut Tx) -> Result<Vec<Phone>> {
    let rows = sqlx::query(
        "SELECT id, kind, made, seen FROM cw_phone WHERE org = $1 AND person = $2 AND ended IS NULL
          ORDER BY seen DESC, id",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?;
    let at = |micros: i64| Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged("cw_phone time"));
    rows.iter()
        .map(|row| {
            Ok(Phone {
                id: row.try_get("id")?,
                kind: row.try_get("kind")?,
                made: at(row.try_get("made")?)?,
                seen: at(row.try_get("seen")?)?,
            })
        })
        .collect()
}

/// Makes a store of this worker, or makes a browser's store one that opens without a network. Gives its secret.
///
/// # Errors
/// `NotFound` when the id is another worker's, or has ended.
pub async fn make(op: &Op, id: &str, kind: &str) -> Result<Vec<u8>> {
    let mut fresh = [0u8; SECRET_BYTES];
    aws_lc_rs::rand::fill(&mut fresh).map_err(|_| Fault::failed("no random bytes"))?;
    let sealed = op.app.vault.register_key("casework-phone", op.org()).seal(&fresh, id.as_bytes());
    let mut tx = op.write().await?;
    for surplus in of_worker(op, &mut tx).await?.iter().filter(|one| one.id != id).skip(STORES_MAX - 1) {
        end_in(op, &mut tx, &surplus.id).await?;
    }
    let done = sqlx::query(
        "INSERT INTO cw_phone (org, id, person, unit, kind, secret, made, seen) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, unit = excluded.unit, seen = excluded.seen
          WHERE cw_phone.org = excluded.org AND cw_phone.person = excluded.person AND cw_phone.ended IS NULL",
    )
    .bind(op.org())
    .bind(id)
    .bind(&op.actor.person)
    .bind(op.unit.as_str())
    .bind(kind)
    .bind(sealed)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Fault::NotFound);
    }
    if kind == "phone" {
        let event = Event::plain(Action::Administer, "own_task").detail(format!("puhelin otettu käyttöön {id}"));
        use_log::write(op, &mut tx, event).await?;
    }
    tx.commit().await?;
    let mut tx = op.read().await?;
    secret(op, &mut tx, id).await
}

/// The secret of the worker's own store.
///
/// # Errors
/// `NotFound` when it is another's, or has ended.
pub async fn secret(op: &Op, tx: &mut Tx, id: &str) -> Result<Vec<u8>> {
    let sealed: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT secret FROM cw_phone WHERE org = $1 AND id = $2 AND person = $3 AND ended IS NULL")
            .bind(op.org())
            .bind(id)
            .bind(&op.actor.person)
            .fetch_optional(&mut **tx)
            .await?;
    let sealed = sealed.ok_or(Fault::NotFound)?;
    Ok(op.app.vault.register_key("casework-phone", op.org()).open(&sealed, id.as_bytes())?)
}

/// Whether the store is the worker's own and has ended.
///
/// # Errors
/// When the database does not answer.
pub async fn has_ended(op: &Op, tx: &mut Tx, id: &str) -> Result<bool> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_phone WHERE org = $1 AND id = $2 AND person = $3 AND ended IS NOT NULL",
    )
    .bind(op.org())
    .bind(id)
    .bind(&op.actor.person)
    .fetch_one(&mut **tx)
    .await?;
    Ok(found > 0)
}

/// Notes that the store has been here, and in which unit its worker works now.
///
/// # Errors
/// `NotFound` as [`secret`].
pub async fn meet(op: &Op, id: &str) -> Result<()> {
    let mut tx = op.write().await?;
    let done = sqlx::query(
        "UPDATE cw_phone SET seen = $4, unit = $5 WHERE org = $1 AND id = $2 AND person = $3 AND ended IS NULL
            AND kind = 'phone'",
    )
    .bind(op.org())
    .bind(id)
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .bind(op.unit.as_str())
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Fault::NotFound) }
}

/// Ends one of the worker's own stores: its secret is gone, and the browser empties it when it asks next.
///
/// # Errors
/// When the database refuses.
pub async fn end(op: &Op, id: &str) -> Result<()> {
    let mut tx = op.write().await?;
    if end_in(op, &mut tx, id).await? {
        let event = Event::plain(Action::Administer, "own_task").detail(format!("puhelin poistettu käytöstä {id}"));
        use_log::write(op, &mut tx, event).await?;
    }
    Ok(tx.commit().await?)
}

async fn end_in(op: &Op, tx: &mut Tx, id: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE cw_phone SET ended = $4, secret = $5 WHERE org = $1 AND id = $2 AND person = $3 AND ended IS NULL",
    )
    .bind(op.org())
    .bind(id)
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .bind(Vec::new())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a store may live on: it has not been ended, and its worker still works in its unit today. The id is the right to
/// ask, since the phone asks without a session; the answer names nobody.
///
/// # Errors
/// When the database does not answer.
pub async fn lives(app: &App, id: &str) -> Result<bool> {
    let today = records::time::finnish_date(app.now()).to_string();
    let mut tx = app.db.read().await?;
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_phone p
           JOIN cw_user u ON u.org = p.org AND u.person = p.person
           JOIN cw_membership m ON m.org = p.org AND m.person = p.person AND m.unit = p.unit
          WHERE p.id = $1 AND p.ended IS NULL AND u.employed_from <= $2
            AND (u.employed_to IS NULL OR u.employed_to >= $2)",
    )
    .bind(id)
    .bind(today)
    .fetch_one(&mut *tx)
    .await?;
    Ok(found > 0)
}

/// For how many hours a phone shows the day's clients without meeting us.
///
/// # Errors
/// When the database does not answer.
pub async fn hours(op: &Op, tx: &mut Tx) -> Result<i64> {
    let value = settings::value(tx, op.org(), HOURS).await?;
    let chosen = value.and_then(|text| text.parse().ok()).filter(|hours| HOURS_OFFERED.contains(hours));
    Ok(chosen.unwrap_or(HOURS_USUAL))
}

/// One sending of a note, as the browser named it: the same id twice is the same note.
#[derive(Clone, Debug)]
pub struct Sending {
    /// Id made in the browser.
    pub id: String,
    /// The store that it comes from, when it was written without a network.
    pub phone: Option<String>,
    /// When it was finished there, by the phone's clock as corrected at its last contact.
    pub written: Option<Timestamp>,
}

impl Sending {
    /// What the use log says of it: that there was no network, both times, the device.
    pub fn detail(&self, received: Timestamp) -> Option<String> {
        let (phone, written) = (self.phone.as_ref()?, self.written?);
        let (written, received) = (crate::people::moment(written), crate::people::moment(received));
        Some(format!("kirjattu ilman verkkoa {written}, lähetetty {received}, laite {phone}"))
    }
}

/// What became of a sending: `saved` with the document, or `draft` with the draft.
pub struct Receipt {
    /// `saved` or `draft`.
    pub state: String,
    /// OID of the document, or id of the draft.
    pub place: String,
}

/// The receipt of a sending of this worker.
///
/// # Errors
/// When the database does not answer.
pub async fn receipt(op: &Op, tx: &mut Tx, id: &str) -> Result<Option<Receipt>> {
    let row = sqlx::query("SELECT state, place FROM cw_sent WHERE org = $1 AND person = $2 AND id = $3")
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?;
    row.map(|row| Ok(Receipt { state: row.try_get("state")?, place: row.try_get("place")? })).transpose()
}

/// Writes the receipt in the transaction that stores the note. `false` when the same sending has been stored before: then
/// nothing else of this transaction may be kept.
///
/// # Errors
/// When the database refuses.
pub async fn give_receipt(
    op: &Op,
    tx: &mut Tx,
    sending: &Sending,
    (state, place): (&str, &str),
    draft: &str,
) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO cw_sent (org, person, id, state, place, draft, phone, written, received)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (org, person, id) DO NOTHING",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(&sending.id)
    .bind(state)
    .bind(place)
    .bind(draft)
    .bind(&sending.phone)
    .bind(sending.written.map(Timestamp::as_microsecond))
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether a note was finished from this draft at or after an instant: then a copy of its text from before is no news.
///
/// # Errors
/// When the database does not answer.
pub async fn finished_since(op: &Op, tx: &mut Tx, draft: &str, at: Timestamp) -> Result<bool> {
    let found: i64 = sqlx::query_scalar(
        "SELECT COUNT(*) FROM cw_sent WHERE org = $1 AND person = $2 AND draft = $3 AND received >= $4",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(draft)
    .bind(at.as_microsecond())
    .fetch_one(&mut **tx)
    .await?;
    Ok(found > 0)
}
