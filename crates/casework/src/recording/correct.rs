//! Correcting what is archived, and taking back what has not gone yet.

use ::store::log::Action;
use axum::{extract::Path, http::StatusCode, response::Response};
use records::{
    access::{Duty, Operation, login},
    refusal::Refusal,
};
use serde_json::Value;
use structures::{Structure, form::Form as DocumentForm};

use super::{
    content, documents,
    editor::{self, Beside, Editing},
    listed,
    pages::{bare, body_of, chosen_service, draft_id, editor_sheet, event_of, with_facts},
    shape,
    store::{self, Draft, Finished, Finishing},
};
use crate::{
    clients,
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    rights,
    routes::see,
    use_log,
};

/// A card, and a duty that may correct (functional specification 3.8b, FR-101).
fn may_correct(op: &Op) -> Result<()> {
    login::check(Operation::Correct, op.strength(), &records::access::Settings::default())
        .map_err(|refusal| op.refuse(refusal))?;
    if op.duty().is_some_and(Duty::corrects) { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// `GET /asiakirjat/{oid}/korjaa`
pub async fn correct(op: Op, Path(oid): Path<String>) -> Result<Response> {
    may_correct(&op)?;
    let draft = crate::numbers::random_id();
    show_correction(&op, &oid, &draft, Vec::new(), &[], None).await
}

pub(super) async fn show_correction(
    op: &Op,
    oid: &str,
    draft: &str,
    typed: Vec<(String, String)>,
    faults: &[structures::Fault],
    message: Option<String>,
) -> Result<Response> {
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), oid).await?;
    let seen = clients::store::open(op, &mut tx, &old.client).await?;
    rights::check_read(op, &mut tx, &seen, &old).await?;
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let body = old.body(&op.app, &mut tx, op.org()).await?;
    let case = match &old.case {
        Some(case) => Some(crate::cases::store::case_of(op, &mut tx, &old.client, case).await?),
        None => None,
    };
    drop(tx);
    let fields = if typed.is_empty() { fields_of(structure, &body, &old) } else { typed };
    let now = with_facts(op, &seen, case.as_ref(), structure, &fields);
    let editing = Editing {
        seen: &seen,
        structure,
        case: case.as_ref(),
        cases: &[],
        fields: &fields,
        now: &now,
        faults,
        draft,
        action: format!("/asiakirjat/{oid}/korjaa"),
        correcting: true,
        beside: &Beside::default(),
        before: None,
    };
    editor_sheet(op, &seen, &editing, message).await
}

fn fields_of(structure: &Structure, body: &Value, old: &documents::Stored) -> Vec<(String, String)> {
    let mut fields = DocumentForm::of(structure).encode(body);
    fields.retain(|(name, _)| !content::is_system_path(&bare(name)));
    if let Some(path) = editor::one_text(structure) {
        fields.push(("teksti".into(), content::text_at(structure, body, &path)));
    }
    let local = old.event.to_zoned(records::time::finnish_zone()).strftime("%Y-%m-%dT%H:%M").to_string();
    fields.push(("tapahtuma".into(), local));
    if let Some(service) = &old.service {
        fields.push(("palvelu".into(), service.code().to_owned()));
    }
    fields
}

/// `POST /asiakirjat/{oid}/korjaa`: version n+1 with the same set id and the reason (FR-35)
pub async fn finish_correction(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    may_correct(&op)?;
    let draft = draft_id(&posted);
    if !posted.get("toiminto").is_empty() {
        let mut tx = op.read().await?;
        let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
        drop(tx);
        let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
        let button = posted.get("toiminto").to_owned();
        let mut fields = posted.0;
        shape::reshape(structure, &mut fields, &button, None);
        return show_correction(&op, &oid, &draft, fields, &[], None).await;
    }
    let reason = posted.get("syy").to_owned();
    if reason.is_empty() {
        let message = Some(op.t.get("fault-reason"));
        return show_correction(&op, &oid, &draft, posted.0.clone(), &[], message).await;
    }
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::store::open(&op, &mut tx, &old.client).await?;
    let case = match &old.case {
        Some(case) => Some(crate::cases::store::case_of(&op, &mut tx, &old.client, case).await?),
        None => None,
    };
    drop(tx);
    if old.state != "archived" {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let unlisted = listed::unlisted(structure, &posted.document_fields());
    if !unlisted.is_empty() {
        return show_correction(&op, &oid, &draft, posted.0.clone(), &unlisted, None).await;
    }
    let what = Finishing {
        seen: &seen,
        case: case.as_ref(),
        structure,
        body: body_of(structure, &posted),
        event: event_of(&op, &posted).unwrap_or(old.event),
        service: chosen_service(&posted).or_else(|| old.service.clone()),
        process: old.process,
        corrects: Some((&old, &reason)),
        signer: Some(posted.get("allekirjoittaja")).filter(|person| !person.is_empty()),
        draft: &draft,
        marks: &[],
        sending: None,
    };
    match store::finish(&op, what).await? {
        Finished::Stored { oid, .. } => Ok(see(&format!("/asiakirjat/{oid}"))),
        Finished::Before { oid } => Ok(see(&format!("/asiakirjat/{oid}"))),
        Finished::Missing(item) => {
            let message = op.t.with("context-missing", &[("item", op.t.get(item))]);
            show_correction(&op, &oid, &draft, posted.0.clone(), &[], Some(message)).await
        }
        Finished::Faults(faults) => show_correction(&op, &oid, &draft, posted.0.clone(), &faults, None).await,
        Finished::Restricted(fault) => {
            let message = Some(super::restrictions::sentence(&op, fault));
            show_correction(&op, &oid, &draft, posted.0.clone(), &[], message).await
        }
    }
}

/// The sender has the document, so that it may be in the archive already though its receipt is not here.
fn on_its_way(oid: &str) -> web::PageError {
    web::PageError::new(StatusCode::CONFLICT, "mend-on-its-way", "mend-on-its-way-advice")
        .safe("refusal-safe")
        .onward(format!("/asiakirjat/{oid}"), "mend-to-document")
}

/// `POST /asiakirjat/{oid}/luonnokseksi`: a document that has not gone yet, or that came back, becomes a draft again, and
/// its place in the queue ends. Its OID is not used again. What has gone in the meantime is corrected by a new version.
pub async fn mend(op: Op, Path(oid): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let old = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::store::open(&op, &mut tx, &old.client).await?;
    rights::check_read(&op, &mut tx, &seen, &old).await?;
    let structure = op.app.config.catalogue.get(&old.structure).ok_or(Fault::NotFound)?;
    let body = old.body(&op.app, &mut tx, op.org()).await?;
    drop(tx);
    if old.state == "archived" && !old.type_code.starts_with("1505") {
        return Ok(see(&format!("/asiakirjat/{oid}/korjaa")));
    }
    // What is on its way is taken back by its writer alone, and only an entry: a signed decision stays decided.
    let own_entry = old.person == op.actor.person && editor::is_entry(&old.type_code);
    let waits = matches!(old.state.as_str(), "rejected" | "waiting_right")
        || (own_entry && matches!(old.state.as_str(), "waiting_go_live" | "queued" | "waiting_signature"));
    if !waits || old.type_code.starts_with("1505") {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let mut fields = fields_of(structure, &body, &old);
    if let Some(case) = &old.case {
        fields.push(("asia".into(), case.to_string()));
    }
    if let Some(reason) = old.reason(&op.app, op.org())? {
        fields.push(("syy".into(), reason));
    }
    let id = crate::numbers::random_id();
    let draft = Draft {
        id: id.clone(),
        client: old.client.clone(),
        type_code: old.type_code.clone(),
        fields,
        corrects: old.replaces.as_ref().map(ToString::to_string),
        updated: op.now,
    };
    let mut tx = op.write().await?;
    if let Some(item) = ::store::outbox::find(&mut tx, op.org(), &oid).await?
        && !::store::outbox::withdraw(&mut tx, op.org(), item.seq).await?
        && ::store::outbox::find(&mut tx, op.org(), &oid).await?.is_some()
    {
        return Err(on_its_way(&oid).into());
    }
    sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(&oid)
        .execute(&mut *tx)
        .await?;
    let taken = sqlx::query("DELETE FROM cw_document WHERE org = $1 AND oid = $2 AND archived_at IS NULL")
        .bind(op.org())
        .bind(&oid)
        .execute(&mut *tx)
        .await?;
    if taken.rows_affected() == 0 {
        // The button was pressed twice: the draft is among the client's already.
        return Ok(see(&format!("/asiakkaat/{}", old.client)));
    }
    crate::archiving::store::close_work(&mut tx, op.org(), &oid, op.now).await?;
    crate::batches::store::forget(&mut tx, op.org(), &oid).await?;
    store::save_draft(&op, &mut tx, &draft).await?;
    let event = use_log::Event::of_document(Action::Change, &seen.client, &old).detail("palautettu luonnokseksi");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&format!("/luonnokset/{id}")))
}
