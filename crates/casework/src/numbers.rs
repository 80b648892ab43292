//! The running numbers under an organisation's arc (decisions.md 7), and random ids of our own rows.

use records::id::{CaseId, DocumentId, OrganisationId, RelationshipId};
use records::numbering::{self, Series};
use store::Tx;

use crate::error::{Fault, Result};

/// First running number of each series: four digits from the start, so that lists line up.
const FIRST: i64 = 1001;

/// The next number of a series; numbers are never used twice, but a document that is never sent leaves a gap.
async fn next(tx: &mut Tx, organisation: &OrganisationId, year: i16, series: Series) -> Result<u64> {
    let arc = organisation.arc();
    sqlx::query(
        "INSERT INTO cw_counter (arc, year, series, next) VALUES ($1, $2, $3, $4)
         ON CONFLICT (arc, year, series) DO UPDATE SET next = cw_counter.next + 1",
    )
    .bind(arc.as_str())
    .bind(i64::from(year))
    .bind(i64::from(series.node()))
    .bind(FIRST)
    .execute(&mut **tx)
    .await?;
    let number: i64 = sqlx::query_scalar("SELECT next FROM cw_counter WHERE arc = $1 AND year = $2 AND series = $3")
        .bind(arc.as_str())
        .bind(i64::from(year))
        .bind(i64::from(series.node()))
        .fetch_one(&mut **tx)
        .await?;
    u64::try_from(number).map_err(|_| Fault::damaged("cw_counter.next"))
}

/// The next case of the organisation.
///
/// # Errors
/// When the database refuses.
pub async fn case(tx: &mut Tx, organisation: &OrganisationId, year: i16) -> Result<CaseId> {
    let number = next(tx, organisation, year, Series::Case).await?;
    numbering::case(&organisation.arc(), year, number).map_err(Fault::failed)
}

/// The next client relationship of the organisation.
///
/// # Errors
/// When the database refuses.
pub async fn relationship(tx: &mut Tx, organisation: &OrganisationId, year: i16) -> Result<RelationshipId> {
    let number = next(tx, organisation, year, Series::Relationship).await?;
    numbering::relationship(&organisation.arc(), year, number).map_err(Fault::failed)
}

/// The next document of the storing organisation: given when the document becomes ready; a retry keeps it.
///
/// # Errors
/// When the database refuses.
pub async fn document(tx: &mut Tx, organisation: &OrganisationId, year: i16) -> Result<DocumentId> {
    let number = next(tx, organisation, year, Series::Document).await?;
    numbering::document(&organisation.arc(), year, number).map_err(Fault::failed)
}

/// A random id of a row of ours, 128 bits in hex: it says nothing of a person and may stand in a URL.
pub fn random_id() -> String {
    let mut bytes = [0u8; 16];
    aws_lc_rs::rand::fill(&mut bytes).expect("the operating system gives random bytes");
    hex::encode(bytes)
}
