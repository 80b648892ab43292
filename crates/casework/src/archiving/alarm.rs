//! Nothing waits unseen: after a day the writer is told, after three the unit's manager (users-and-screens 3.7). The work
//! items go when the document is in the archive.

use jiff::{SignedDuration, Timestamp};
use records::work::WorkKind;
use sqlx::Row as _;
use store::Tx;

use super::{
    rows::Light,
    store::{self as queue, Work},
};
use crate::{app::App, error::Result, op::Op};

/// After so long the writer is told (setting *archive delay reminder*, functional specification E).
pub const OWNER_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// After so long the manager is told.
pub const MANAGER_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// Roles that hear of what the writer has left.
pub const MANAGERS: [&str; 2] = ["unit_manager", "mass_archiver"];
/// Work items that one look makes at most; the next look makes the rest.
const AT_ONCE: i64 = 200;

/// Whether a document of the desk is older than a day without being in the archive. What is held until a start of use
/// waits by agreement.
pub fn is_late(op: &Op, one: &Light) -> bool {
    let waits = matches!(one.state.as_str(), "queued" | "rejected" | "waiting_right" | "waiting_signature");
    waits && op.now.duration_since(one.created) >= OWNER_AFTER
}

/// How old it is: `3 vrk`.
pub fn age(op: &Op, one: &Light) -> String {
    op.t.with("desk-age-days", [("n", op.now.duration_since(one.created).as_hours() / 24)])
}

/// Makes the work items that are due. An open item is never doubled, and a document that came back again is told anew.
///
/// # Errors
/// When the database does not answer.
pub async fn run(app: &App) -> Result<()> {
    for (kind, after) in [(WorkKind::ArchiveLate, OWNER_AFTER), (WorkKind::ArchiveOverdue, MANAGER_AFTER)] {
        let mut tx = app.db.read().await?;
        let late = late(&mut tx, kind, app.now(), after).await?;
        drop(tx);
        if late.is_empty() {
            continue;
        }
        let mut tx = app.db.write().await?;
        for one in late {
            tell(&mut tx, kind, &one, app.now()).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

struct Late {
    org: String,
    oid: String,
    client: String,
    person: String,
    unit: String,
    title: String,
}

/// What has waited since a time without the alarm of a kind. Asked again and again, so it must not read every document.
pub(super) const LATE: &str = "SELECT d.org, d.oid, d.client, d.person, d.unit, d.title FROM cw_document d
    WHERE d.state IN ('queued', 'rejected', 'waiting_right', 'waiting_signature') AND d.created <= $1
      AND NOT EXISTS (SELECT 1 FROM cw_work w WHERE w.org = d.org AND w.document = d.oid AND w.kind = $2
        AND w.done IS NULL) ORDER BY d.created LIMIT $3";

async fn late(tx: &mut Tx, kind: WorkKind, now: Timestamp, after: SignedDuration) -> Result<Vec<Late>> {
    let before = now.checked_sub(after).unwrap_or(Timestamp::MIN);
    let rows =
        sqlx::query(LATE).bind(before.as_microsecond()).bind(kind.code()).bind(AT_ONCE).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok(Late {
                org: row.try_get("org")?,
                oid: row.try_get("oid")?,
                client: row.try_get("client")?,
                person: row.try_get("person")?,
                unit: row.try_get("unit")?,
                title: row.try_get("title")?,
            })
        })
        .collect()
}

async fn tell(tx: &mut Tx, kind: WorkKind, one: &Late, now: Timestamp) -> Result<()> {
    let mut owners = match kind {
        WorkKind::ArchiveOverdue => queue::with_role(tx, &one.org, &one.unit, &MANAGERS, now).await?,
        _ => Vec::new(),
    };
    if owners.is_empty() {
        // A unit without a manager in the register of users: the writer is told again rather than nobody.
        owners.push(one.person.clone());
    }
    let today = records::time::finnish_date(now).to_string();
    for owner in owners {
        let work = Work {
            kind: kind.code(),
            owner: &owner,
            client: Some(&one.client),
            document: Some(&one.oid),
            detail: &one.title,
            due: Some(&today),
        };
        queue::open_work(tx, &one.org, &work, now).await?;
    }
    Ok(())
}
