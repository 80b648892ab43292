//! What clients have expressed, as others read it: the newest documents, and the facts of a disclosure's decision.

use super::{Standing, client_index, load};
use crate::{
    App,
    queries::{
        fetch,
        found::{self, Row},
    },
    sabotage::{self, Fault},
};
use jiff::Timestamp;
use records::{
    access::{
        ClientKey,
        disclosure::{Denials, Wishes},
    },
    consent::{Kind, Target},
    id::{ClientId, SetId},
};
use store::StoreError;

/// The newest informing, permission and denial document of a client, withdrawn or in force.
///
/// # Errors
/// What the database says.
pub async fn newest(app: &App, client: &ClientId) -> Result<Vec<Row>, StoreError> {
    let index = client_index(&app.vault, client);
    let mut tx = app.db.read_here().await?;
    let standing = load(&mut tx, std::slice::from_ref(&index)).await?.remove(&index).unwrap_or_default();
    let mut rows = found::rows_by_document(&mut tx, &standing.versions()).await?;
    tx.rollback().await?;
    rows.sort_by(|a, b| a.document.cmp(&b.document));
    Ok(rows)
}

/// The exact signed bytes of documents that [`newest`] gave, in their order.
///
/// # Errors
/// What the database says, or a document that does not open.
pub async fn opened(app: &App, rows: &[Row]) -> Result<Vec<Vec<u8>>, StoreError> {
    fetch::open(app, rows).await
}

/// What stands, as the decision about a disclosure reads it.
///
/// # Arguments
/// * `client` – the key by which the decision names the client.
/// * `rows` – all versions of the documents in question: a denial names a document by its original OID and holds for
///   every version of its set (FR-55).
pub fn wishes(client: ClientKey, standing: Option<&Standing>, rows: &[Row]) -> Wishes {
    // The deliberate fault `no-consent-check`: as if everybody had been informed and had permitted.
    let forged = sabotage::active(Fault::NoConsentCheck);
    let permission = standing.and_then(|standing| standing.of(Kind::Permission)).filter(|will| will.in_force);
    let since = permission.map(|will| will.since).or_else(|| forged.then_some(Timestamp::UNIX_EPOCH));
    let denial = standing.and_then(|standing| standing.of(Kind::Denial));
    let mut denials = Denials::default();
    // The deliberate fault `no-denial-check`: as if nobody had denied anything.
    let targets = denial.iter().flat_map(|will| &will.denials).filter(|_| !sabotage::active(Fault::NoDenialCheck));
    for (target, _) in targets {
        match target {
            Target::Controller(controller) => drop(denials.controllers.insert(controller.arc())),
            Target::Task(task) => drop(denials.tasks.insert(*task)),
            Target::Document(oid) => denials.sets.extend(sets_of(oid, rows)),
        }
    }
    let informed = forged || standing.is_some_and(|standing| standing.in_force(Kind::Informing));
    Wishes { client, informed, permission: since, denials }
}

/// The set whose original OID it is, and the set of the version whose OID it is, should somebody have named that.
fn sets_of(oid: &str, rows: &[Row]) -> Vec<SetId> {
    let of_version =
        rows.iter().filter(|row| row.document.as_str() == oid).filter_map(|row| SetId::parse(&row.set).ok());
    SetId::parse(oid).ok().into_iter().chain(of_version).collect()
}
