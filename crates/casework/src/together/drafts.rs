//! The personal drafts of common notes (FR-34). They belong to no client, so they are sealed under the organisation's own
//! key: none of the clients' pages and none of their keys opens them.

use jiff::Timestamp;
use sqlx::Row as _;
use store::Tx;
use web::ui::Chip;

use crate::{
    error::{Fault, Result},
    op::Op,
    today::items::{self, Act, Group, Item},
};

/// The table.
pub const TABLES: &str = "
CREATE TABLE cw_joint_draft (
  org TEXT NOT NULL, id TEXT NOT NULL, person TEXT NOT NULL, body BLOB NOT NULL, created BIGINT NOT NULL,
  updated BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE INDEX cw_joint_draft_person ON cw_joint_draft (org, person, updated);
";

/// Where the page is.
pub const PAGE: &str = "/kirjaa-monelle";
/// Drafts that the work list shows; nobody has more common notes open.
const ROWS_MAX: i64 = 20;

/// Saves what was typed, writing over the same draft.
///
/// # Errors
/// `NotFound` when the id is another worker's draft.
pub async fn save(op: &Op, id: &str, fields: &[(String, String)]) -> Result<()> {
    let fields: Vec<&(String, String)> = fields.iter().filter(|(name, _)| name != "csrf").collect();
    let body = serde_json::to_vec(&fields).map_err(Fault::failed)?;
    let sealed = op.app.vault.register_key("casework-joint-draft", op.org()).seal(&body, id.as_bytes());
    let mut tx = op.write().await?;
    let done = sqlx::query(
        "INSERT INTO cw_joint_draft (org, id, person, body, created, updated) VALUES ($1, $2, $3, $4, $5, $5)
         ON CONFLICT (org, id) DO UPDATE SET body = excluded.body, updated = excluded.updated
          WHERE cw_joint_draft.person = excluded.person",
    )
    .bind(op.org())
    .bind(id)
    .bind(&op.actor.person)
    .bind(sealed)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Fault::NotFound);
    }
    Ok(tx.commit().await?)
}

/// The fields of one of the worker's own drafts.
///
/// # Errors
/// `NotFound` for another's.
pub async fn read(op: &Op, tx: &mut Tx, id: &str) -> Result<Vec<(String, String)>> {
    let sealed: Vec<u8> =
        sqlx::query_scalar("SELECT body FROM cw_joint_draft WHERE org = $1 AND id = $2 AND person = $3")
            .bind(op.org())
            .bind(id)
            .bind(&op.actor.person)
            .fetch_optional(&mut **tx)
            .await?
            .ok_or(Fault::NotFound)?;
    let body = op.app.vault.register_key("casework-joint-draft", op.org()).open(&sealed, id.as_bytes())?;
    serde_json::from_slice(&body).map_err(|_| Fault::damaged("cw_joint_draft.body"))
}

/// Ends a draft; nothing when there is none.
///
/// # Errors
/// When the database refuses.
pub async fn delete(op: &Op, tx: &mut Tx, id: &str) -> Result<()> {
    sqlx::query("DELETE FROM cw_joint_draft WHERE org = $1 AND id = $2 AND person = $3")
        .bind(op.org())
        .bind(id)
        .bind(&op.actor.person)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The worker's own common drafts as rows of the work list; they name no client.
///
/// # Errors
/// When the database does not answer.
pub async fn items(op: &Op, tx: &mut Tx) -> Result<Vec<Item>> {
    let rows = sqlx::query(
        "SELECT id, created, updated FROM cw_joint_draft WHERE org = $1 AND person = $2 ORDER BY updated DESC LIMIT $3",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .bind(ROWS_MAX)
    .fetch_all(&mut **tx)
    .await?;
    rows.iter()
        .map(|row| {
            let at = |column: &str| -> Result<Timestamp> { items::moment(row.try_get(column)?, "cw_joint_draft") };
            Ok(item(op, row.try_get("id")?, at("created")?, at("updated")?))
        })
        .collect()
}

fn item(op: &Op, id: String, created: Timestamp, updated: Timestamp) -> Item {
    let passed = op.now.duration_since(created);
    let chip = op.t.with("today-draft-age", [("age", items::age(op, created))]);
    Item {
        key: format!("draft:{id}"),
        state: "draft".into(),
        client: None,
        group: if passed > items::AMBER { Group::Late } else { Group::Now },
        when: items::time_or_day(op, updated),
        thing: op.t.get("together-title"),
        detail: String::new(),
        chip: Some(Chip::new(items::tone(passed), chip)),
        act: Act { href: format!("{PAGE}/{id}"), label: "today-continue", in_row: false },
        discard: format!("{PAGE}/{id}/poista"),
        rank: created.as_microsecond(),
        row: id,
    }
}
