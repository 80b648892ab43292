//! Calendar feeds (RFC 5545): a worker's visits for a calendar program, behind a secret address. A feed tells when and what
//! kind, never who: it leaves our keeping, and calendars are shared and shown on lock screens.

use axum::{
    Extension,
    extract::{RawQuery, State},
    http::{
        HeaderMap,
        header::{CONTENT_TYPE, HOST},
    },
    response::{IntoResponse, Response},
};
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use store::log::Action;
use web::Locale;

use crate::{
    app::App,
    error::{Fault, Result},
    op::{Op, Scheme},
    posted::{Posted, argument},
    routes::see,
    sheet::{Block, Link, Sheet},
    use_log::{self, Event},
};

/// How far back and ahead a feed tells, in days.
const BACK_DAYS: i64 = 7;
const AHEAD_DAYS: i64 = 60;
/// Most visits of a feed.
const VISITS_MAX: i64 = 1000;

/// `POST /asetukset/kalenteri`: makes a feed for the worker in the active unit and shows its address once; an older
/// address stops working.
///
/// # Errors
/// When the database refuses.
pub async fn create(op: Op, scheme: Extension<Scheme>, headers: HeaderMap, _: Posted) -> Result<Response> {
    // A token of the same strength as a session's: 256 random bits, of which the server keeps the hash.
    let secret = web::session::random();
    let mut tx = op.write().await?;
    sqlx::query(
        "INSERT INTO cw_feed (org, person, unit, token, created) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org, person, unit) DO UPDATE SET token = excluded.token, created = excluded.created",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(op.unit.as_str())
    .bind(hash(&secret))
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    use_log::write(&op, &mut tx, Event::plain(Action::Administer, "own_task").detail("kalenterisyöte luotu")).await?;
    tx.commit().await?;
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or("localhost");
    let way = if scheme.https { "https" } else { "http" };
    let sheet = Sheet::new(op.page(op.t.get("feed-title")), op.t.get("feed-title"))
        .with(Block::Text(op.t.get("feed-once")))
        .with(Block::Verbatim { id: "syote", text: format!("{way}://{host}/kalenteri/syote.ics?avain={secret}") })
        .with(Block::Links(vec![Link::main("asetukset", "/asetukset", op.t.get("feed-back"))]));
    Ok(sheet.html())
}

/// `POST /asetukset/kalenteri/poista`
///
/// # Errors
/// When the database refuses.
pub async fn remove(op: Op, _: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    sqlx::query("DELETE FROM cw_feed WHERE org = $1 AND person = $2 AND unit = $3")
        .bind(op.org())
        .bind(&op.actor.person)
        .bind(op.unit.as_str())
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(see("/asetukset"))
}

fn hash(secret: &str) -> String {
    use aws_lc_rs::digest;
    hex::encode(digest::digest(&digest::SHA256, secret.as_bytes()))
}

/// `GET /kalenteri/syote.ics?avain=…`. The key stands in the query, which no log of the program shows. It opens nothing
/// when the worker has left the unit or the organisation.
///
/// # Errors
/// `NotFound` for an unknown key, the same as for one that has ended.
pub async fn show(State(app): State<App>, locale: Locale, RawQuery(query): RawQuery) -> Result<Response> {
    let query = query.unwrap_or_default();
    let secret = argument(&query, "avain").unwrap_or_default();
    let now = app.now();
    let mut tx = app.db.read().await?;
    let feed = sqlx::query(
        "SELECT f.org, f.person, f.unit FROM cw_feed f
           JOIN cw_membership m ON m.org = f.org AND m.person = f.person AND m.unit = f.unit
           JOIN cw_user u ON u.org = f.org AND u.person = f.person
          WHERE f.token = $1 AND u.employed_from <= $2 AND (u.employed_to IS NULL OR u.employed_to >= $2)",
    )
    .bind(hash(secret))
    .bind(records::time::finnish_date(now).to_string())
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Fault::NotFound)?;
    let day = |n: i64| SignedDuration::from_hours(24 * n);
    let rows = sqlx::query(
        "SELECT id, kind, starts, ends FROM cw_visit WHERE org = $1 AND unit = $2 AND starts >= $3 AND starts < $4
            AND state = 'planned' AND (person IS NULL OR person = $5) ORDER BY starts LIMIT $6",
    )
    .bind(feed.try_get::<String, _>("org")?)
    .bind(feed.try_get::<String, _>("unit")?)
    .bind(now.saturating_sub(day(BACK_DAYS)).map_or(0, Timestamp::as_microsecond))
    .bind(now.saturating_add(day(AHEAD_DAYS)).map_or(i64::MAX, Timestamp::as_microsecond))
    .bind(feed.try_get::<String, _>("person")?)
    .bind(VISITS_MAX)
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let t = app.texts.t(locale.0);
    let mut out = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Vakka//tyo//FI\r\n");
    for row in &rows {
        let kind: String = row.try_get("kind")?;
        let id: String = row.try_get("id")?;
        let (starts, ends) = (instant(row.try_get("starts")?)?, instant(row.try_get("ends")?)?);
        let summary = t.get(&format!("visit-{kind}"));
        out.push_str(&format!(
            "BEGIN:VEVENT\r\nUID:{id}@vakka\r\nDTSTAMP:{}\r\nDTSTART:{starts}\r\nDTEND:{ends}\r\nSUMMARY:{summary}\r\nCLASS:PRIVATE\r\nEND:VEVENT\r\n",
            utc(now),
        ));
    }
    out.push_str("END:VCALENDAR\r\n");
    Ok(([(CONTENT_TYPE, "text/calendar; charset=utf-8")], out).into_response())
}

fn instant(micros: i64) -> Result<String> {
    Ok(utc(super::items::moment(micros, "cw_visit")?))
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Whether the worker has a feed in the active unit.
///
/// # Errors
/// When the database does not answer.
pub async fn exists(op: &Op) -> Result<bool> {
    let mut tx = op.read().await?;
    let found: Option<i64> =
        sqlx::query_scalar("SELECT created FROM cw_feed WHERE org = $1 AND person = $2 AND unit = $3")
            .bind(op.org())
            .bind(&op.actor.person)
            .bind(op.unit.as_str())
            .fetch_optional(&mut *tx)
            .await?;
    Ok(found.is_some())
}
