//! A disclosure by hand, recorded from the document that was given (FR-58): what was given, who gave it and when are filled;
//! to whom, on what ground and for what is asked.

use serde_json::json;
use structures::{Structure, form::Form as DocumentForm};

use super::documents;
use crate::{
    clients,
    error::{Fault, Result},
    op::Op,
    rights,
};

/// The entry on a disclosure of client data.
pub const ENTRY: &str = "19010";

/// The fields that the disclosed document tells.
///
/// # Errors
/// `NotFound` for a document of another client, or one that the worker may not read.
pub async fn fields(op: &Op, client: &str, structure: &Structure, oid: &str) -> Result<Vec<(String, String)>> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), oid).await?;
    if one.client != client {
        return Err(Fault::NotFound);
    }
    let seen = clients::store::open(op, &mut tx, client).await?;
    rights::check_read(op, &mut tx, &seen, &one).await?;
    drop(tx);
    let given = json!({ structure.root_key(): {
        "luovutetut_asiakirjat": [{
            "oid_tunnus": { "system": "urn:oid:1.2.246.1", "value": one.oid.as_str() },
            "nimi": { "system": "urn:oid:1.2.246.537.6.1506", "code": one.type_code, "display": one.title },
        }],
        "tietojen_luovuttamisen_paivamaara": op.today().to_string(),
        "tietojen_luovuttaja": {
            "sukunimi": op.actor.family,
            "etunimet": op.actor.given,
            "tehtavanimike": op.actor.title,
        },
    } });
    let mut fields = DocumentForm::of(structure).encode(&given);
    if let Some(case) = &one.case {
        fields.push(("asia".to_owned(), case.to_string()));
    }
    Ok(fields)
}
