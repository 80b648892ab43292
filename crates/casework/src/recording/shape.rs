//! Buttons that change a form and not the record: add and remove a repeated thing, take answers from the document
//! before. What was typed is kept as a draft first, so that nothing is lost whatever happens next.

use records::Lang;
use store::Tx;
use structures::{Structure, form::Form as DocumentForm};

use super::{
    content,
    documents::Stored,
    editor::{self, Before},
    pages::bare,
};
use crate::{
    clients::store::Seen,
    error::{Fault, Result},
    op::Op,
    people, rights,
};

/// How many of the newest documents of a kind are looked at for one that may be read.
const CANDIDATES: i64 = 5;

/// Carries out what a button says on the fields as typed. `before` is the document that answers are taken from.
pub fn reshape(structure: &Structure, fields: &mut Vec<(String, String)>, button: &str, before: Option<&Before>) {
    let form = DocumentForm::of(structure);
    match button.split_once(':') {
        Some(("lisaa", name)) if form.field(name).is_some_and(|field| field.repeats) => form.add(fields, name),
        Some(("poista", name)) => form.remove(fields, name),
        Some(("edellisesta", section)) => {
            if let Some(before) = before {
                take(fields, section, before);
            }
        }
        _ => {}
    }
    fields.retain(|(name, _)| name != "toiminto");
}

/// Puts the answers of a section (all, when empty) where nothing is typed yet; what is typed is never written over.
fn take(fields: &mut Vec<(String, String)>, section: &str, before: &Before) {
    let inside = |name: &str| section.is_empty() || name.split(['.', '[']).next() == Some(section);
    let day_of_document = |name: &str| matches!(name, "paivamaara" | "paatos.paatospaivamaara");
    for (name, value) in before.fields.iter().filter(|(name, _)| inside(name) && !day_of_document(name)) {
        match fields.iter_mut().find(|(had, _)| had == name) {
            Some((_, typed)) if typed.trim().is_empty() => value.clone_into(typed),
            Some(_) => {}
            None => fields.push((name.clone(), value.clone())),
        }
    }
    if !fields.iter().any(|(name, value)| name == "tuotu" && value == section) {
        fields.push(("tuotu".into(), section.to_owned()));
    }
}

/// The client's newest document of the kind that the worker may read, other than `except`.
///
/// # Errors
/// When the database does not answer.
pub async fn newest(op: &Op, tx: &mut Tx, seen: &Seen, kind: &str, except: Option<&str>) -> Result<Option<Stored>> {
    let rows = sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND client = $2 AND type_code = $3
            AND state NOT IN ('replaced', 'invalidated') ORDER BY event_at DESC, created DESC LIMIT $4",
    )
    .bind(op.org())
    .bind(&seen.client.id)
    .bind(kind)
    .bind(CANDIDATES)
    .fetch_all(&mut **tx)
    .await?;
    for row in &rows {
        let one = Stored::read(row)?;
        let locked = seen.locked && one.was_archived();
        if except == Some(one.oid.as_str()) || locked {
            continue;
        }
        match rights::check_read(op, tx, seen, &one).await {
            Ok(()) => return Ok(Some(one)),
            Err(Fault::NotFound | Fault::Page(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(None)
}

/// What the newest document of the kind says, as the fields of a form in which a worker may go on.
///
/// # Errors
/// When the database does not answer or what is stored is damaged.
pub async fn before(op: &Op, tx: &mut Tx, seen: &Seen, structure: &Structure) -> Result<Option<(Before, Stored)>> {
    if editor::one_text(structure).is_some() {
        return Ok(None);
    }
    let Some(one) = newest(op, tx, seen, structure.type_code(), None).await? else { return Ok(None) };
    let body = one.body(&op.app, tx, op.org()).await?;
    let of = op.app.config.catalogue.get(&one.structure).unwrap_or(structure);
    let form = DocumentForm::in_language(of, Lang::Fi);
    let now = DocumentForm::of(structure);
    let mut fields = form.encode(&body);
    // A newer version of the structure may have dropped a field; a code it no longer knows is seen and chosen anew.
    fields.retain(|(name, _)| {
        let path = bare(name);
        let place = path.strip_suffix(".display").or_else(|| path.strip_suffix(".system")).unwrap_or(&path);
        let place = place.strip_suffix(".code").unwrap_or(place);
        !content::is_system_path(&path) && (now.field(&path).is_some() || now.field(place).is_some())
    });
    let day = people::day(records::time::finnish_date(one.event));
    Ok(Some((Before { day, fields }, one)))
}
