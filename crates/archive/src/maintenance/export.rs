//! `vakka archive export`: every document and recording in open form, checkable by strangers (interfaces.md 1).

use super::stored::{self, recording};
use crate::App;
use base64::{Engine, engine::general_purpose::STANDARD};
use seal::Purpose;
use sqlx::Row;
use std::{
    fmt::Write as _,
    fs,
    io::{self, Write as _},
    path::Path,
};
use store::StoreError;

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The archive could not be read, or a document is not what was archived.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder could not be written.
    #[error("the export folder cannot be written: {0}")]
    File(#[from] io::Error),
    /// The trust store has no or several roots; `ca.pem` holds exactly one.
    #[error("the trust store has {0} roots; an export needs exactly one")]
    Roots(usize),
}

/// Documents read at a time.
const PAGE: i64 = 200;

/// Writes `<document OID>.xml`, `index.csv`, `sha256sums.txt`, `ca.pem` and `intermediates/NN.pem` into the folder, and
/// recordings as `recordings/<document OID>` with their media types in `recordings.csv`. Gives the number of documents.
///
/// # Errors
/// See [`ExportError`].
pub async fn export(app: &App, folder: &Path) -> Result<u64, ExportError> {
    fs::create_dir_all(folder.join("intermediates"))?;
    certificates(app, folder)?;
    let (mut count, mut after) = (0, String::new());
    let mut index =
        String::from("document,set,version,controller,case,group,type,structure,created,archived,state,sha256\n");
    let mut sums = String::new();
    loop {
        let rows = page(app, &after).await?;
        let Some(last) = rows.last() else { break };
        after = last.get(0);
        for row in &rows {
            let document: String = row.get(0);
            let sha256: String = row.get(11);
            let body: Vec<u8> = row.get(13);
            let bytes = stored::open(app, &document, row.get(3), row.get(12), &sha256, &body).await?;
            fs::write(folder.join(format!("{document}.xml")), &bytes)?;
            index_line(&mut index, row);
            let _ = writeln!(sums, "{sha256}  {document}.xml");
            count += 1;
        }
    }
    recordings(app, folder, &mut sums).await?;
    fs::write(folder.join("index.csv"), index)?;
    fs::write(folder.join("sha256sums.txt"), sums)?;
    Ok(count)
}

/// Recordings, each as it was sent. One that is not what its description says stops the export, as a document does.
async fn recordings(app: &App, folder: &Path, sums: &mut String) -> Result<(), ExportError> {
    fs::create_dir_all(folder.join("recordings"))?;
    let (mut index, mut after) = (String::from("document,media,bytes,sha256\n"), String::new());
    loop {
        let mut tx = app.db.read().await?;
        let rows = sqlx::query(recording::ROWS).bind(after).bind(PAGE).fetch_all(&mut *tx).await;
        let rows = rows.map_err(StoreError::from)?;
        tx.rollback().await?;
        let Some(last) = rows.last() else { break };
        after = last.get(0);
        for row in &rows {
            let stored = recording::Stored::of(row);
            let recording::Stored { document, media, bytes, sha256, .. } = &stored;
            let mut file = io::BufWriter::new(fs::File::create(folder.join("recordings").join(document))?);
            stored.read(app, |piece| file.write_all(piece)).await?;
            file.flush()?;
            // A media type is the sender's text: quoted, so that no comma of it makes a column.
            let _ = writeln!(index, "{document},\"{}\",{bytes},{sha256}", media.replace('"', "\"\""));
            let _ = writeln!(sums, "{sha256}  recordings/{document}");
        }
    }
    fs::write(folder.join("recordings.csv"), index)?;
    Ok(())
}

async fn page(app: &App, after: &str) -> Result<Vec<sqlx::any::AnyRow>, StoreError> {
    let mut tx = app.db.read().await?;
    Ok(sqlx::query(concat!(
        "SELECT d.document_oid, d.set_oid, d.version, d.controller, d.case_oid, d.document_group, d.type_code, \
         d.structure_oid, d.created, d.archived_at, d.state, d.sha256, d.key_subject, b.body FROM documents d ",
        crate::sql::with_body!(),
        " WHERE d.document_oid > $1 ORDER BY d.document_oid LIMIT $2"
    ))
    .bind(after.to_owned())
    .bind(PAGE)
    .fetch_all(&mut *tx)
    .await?)
}

/// Every column is an OID, a code, a time or a digest: none needs quoting.
fn index_line(index: &mut String, row: &sqlx::any::AnyRow) {
    let text = |column: usize| row.get::<Option<String>, _>(column).unwrap_or_default();
    let time = |column: usize| crate::intake::working::instant(row.get(column));
    let _ = writeln!(
        index,
        "{},{},{},{},{},{},{},{},{},{},{},{}",
        text(0),
        text(1),
        row.get::<i64, _>(2),
        text(3),
        text(4),
        text(5),
        text(6),
        text(7),
        time(8),
        time(9),
        text(10),
        text(11)
    );
}

fn certificates(app: &App, folder: &Path) -> Result<(), ExportError> {
    let roots = app.trust.roots();
    let [root] = roots.as_slice() else { return Err(ExportError::Roots(roots.len())) };
    fs::write(folder.join("ca.pem"), pem(root))?;
    let mut issuers: Vec<Vec<u8>> = [Purpose::SystemSignature, Purpose::ProfessionalSignature]
        .into_iter()
        .flat_map(|purpose| app.trust.issuers(purpose))
        .collect();
    issuers.sort();
    issuers.dedup();
    for (number, issuer) in (1..).zip(&issuers) {
        fs::write(folder.join("intermediates").join(format!("{number:02}.pem")), pem(issuer))?;
    }
    Ok(())
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let mut pem = String::from("-----BEGIN CERTIFICATE-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.push_str(&String::from_utf8_lossy(line));
        pem.push('\n');
    }
    pem.push_str("-----END CERTIFICATE-----\n");
    pem
}
