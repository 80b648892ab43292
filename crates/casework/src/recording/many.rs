//! Several documents of one act, one for each client: all of them are stored, or none (functional specification 3.4).

use super::{
    documents::Stored,
    store::{self, Finished, Finishing},
};
use crate::{
    error::{Fault, Result},
    op::Op,
};

/// Why one of the documents cannot be; then none was stored.
pub enum Stopped {
    /// The worker may not write it.
    Refused,
    /// As of a document alone.
    Unfinished(Finished),
}

/// Checks, signs and queues the documents in one transaction, which ends the common draft too. On the inner error
/// nothing was stored: each document that cannot be is told by its place.
///
/// # Errors
/// When the database refuses; nothing was stored then either.
pub async fn finish(op: &Op, mut all: Vec<Finishing<'_>>, draft: &str) -> Result<Result<usize, Vec<(usize, Stopped)>>> {
    let mut versions: Vec<Stored> = Vec::with_capacity(all.len());
    let mut stopped = Vec::new();
    for (place, what) in all.iter_mut().enumerate() {
        match store::ready(op, what).await {
            Ok(Ok(version)) => versions.push(version),
            Ok(Err(why)) => stopped.push((place, Stopped::Unfinished(why))),
            Err(Fault::Page(_) | Fault::Refused(_) | Fault::NotFound) => stopped.push((place, Stopped::Refused)),
            Err(other) => return Err(other),
        }
    }
    if !stopped.is_empty() {
        return Ok(Err(stopped));
    }
    let mut signed = Vec::with_capacity(all.len());
    for (what, version) in all.iter().zip(&versions) {
        signed.push(store::sign(op, what, version).await?);
    }
    let mut tx = op.write().await?;
    for ((what, version), signed) in all.iter().zip(&versions).zip(&signed) {
        store::put(op, &mut tx, what, version, signed).await?;
    }
    crate::together::drafts::delete(op, &mut tx, draft).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(Ok(versions.len()))
}
