//! The desk's buttons: each mends every document of one cause, or opens the one place that is at fault.

use std::collections::BTreeSet;

use axum::{
    extract::Path,
    http::header::LOCATION,
    response::{IntoResponse, Redirect, Response},
};
use kanta::{
    Limits,
    ack::AckType,
    query::{Query, QueryKind},
    toimija::SearchKey,
};
use records::{
    access::{Operation, Settings, login},
    id::{CaseId, DocumentId, OrganisationId, ServiceUnitId},
    work::WorkKind,
};
use sqlx::Row as _;
use store::{Tx, log::Action, outbox};

use super::{
    cause::Cause,
    resend::{Change, Sent, resend},
    rows::{self, Light},
    store::{self as queue, Work},
    wire::WireError,
};
use crate::{
    access_rights::messages,
    cases::store as cases,
    clients::store as clients,
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::{self, documents},
    use_log,
};

/// `POST /arkistointi/syy/{cause}`: `jarjestaja`, `asiakas`; `yksikko` (OID) for units, `asia` for cases
pub async fn all(op: Op, Path(cause): Path<String>, posted: Posted) -> Result<Response> {
    let cause = Cause::parse(&cause).filter(|cause| cause.mends_many()).ok_or(Fault::NotFound)?;
    let register = OrganisationId::parse(posted.get("jarjestaja")).map_err(|_| Fault::Form("fault-organiser"))?;
    let mut tx = op.read().await?;
    let found = rows::of_group(&op, &mut tx, cause, register.as_str(), posted.get("asiakas")).await?;
    drop(tx);
    let (mut done, mut left) = (0, 0);
    match cause {
        Cause::Right => done = messages::request_rights(&op, &register, &found).await?,
        Cause::Signature => done = remind(&op, &found).await?,
        Cause::Certificate | Cause::Duplicate => needs_card(&op)?,
        _ => {}
    }
    if !matches!(cause, Cause::Right | Cause::Signature) {
        let change = change(&op, cause, &posted).await?;
        for one in &found {
            match mend_one(&op, cause, one, &change, &posted).await? {
                Sent::Again => done += 1,
                Sent::Faulty => left += 1,
                Sent::Gone => {}
            }
        }
    }
    let path = format!("/arkistointi?tehty={}&maara={done}&jai={left}", cause.code());
    Ok(Redirect::to(&path).into_response())
}

/// What is the same for the whole group: read and checked once.
async fn change(op: &Op, cause: Cause, posted: &Posted) -> Result<Change<'static>> {
    if cause != Cause::Unit {
        return Ok(Change { newest: cause == Cause::Template, ..Change::default() });
    }
    let mut tx = op.read().await?;
    let units = own_units(op, &mut tx).await?;
    let wanted = posted.get("yksikko");
    let (unit, name) = units.into_iter().find(|(unit, _)| unit == wanted).ok_or(Fault::Form("fault-unit"))?;
    let unit = ServiceUnitId::parse(&unit).map_err(|_| Fault::damaged("cw_membership.unit"))?;
    Ok(Change { unit: Some((unit, name)), ..Change::default() })
}

async fn mend_one(op: &Op, cause: Cause, one: &Light, change: &Change<'static>, posted: &Posted) -> Result<Sent> {
    match cause {
        Cause::Case => {
            let wanted = CaseId::parse(posted.get("asia")).map_err(|_| Fault::Form("fault-case-oid"))?;
            let mut tx = op.read().await?;
            let case = crate::cases::store::case_of(op, &mut tx, &one.client, &wanted).await?;
            drop(tx);
            resend(op, &one.oid, cause, &Change { case: Some(&case), ..Change::default() }).await
        }
        Cause::Duplicate => match stands_in_archive(op, one).await? {
            true => mark_archived(op, one).await,
            false => resend(op, &one.oid, cause, &Change { new_oid: true, ..Change::default() }).await,
        },
        _ => {
            let same = Change { unit: change.unit.clone(), newest: change.newest, ..Change::default() };
            resend(op, &one.oid, cause, &same).await
        }
    }
}

fn needs_card(op: &Op) -> Result<()> {
    login::check(Operation::SearchOwnRegister, op.strength(), &Settings::default()).map_err(|refusal| {
        crate::error::refusal_page(refusal, op.lang()).onward("/kirjaudu/kortti", "login-with-card").into()
    })
}

/// Units that the worker works in and that the organisation register has in force today; a register that does not answer
/// hides none.
///
/// # Errors
/// When the database does not answer.
pub async fn own_units(op: &Op, tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT n.unit, n.name FROM cw_membership m JOIN cw_unit n ON n.org = m.org AND n.unit = m.unit
          WHERE m.org = $1 AND m.person = $2 ORDER BY n.name",
    )
    .bind(op.org())
    .bind(&op.actor.person)
    .fetch_all(&mut **tx)
    .await?;
    let mut units = Vec::new();
    for row in rows {
        let (unit, name): (String, String) = (row.try_get("unit")?, row.try_get("name")?);
        let id = ServiceUnitId::parse(&unit).map_err(|_| Fault::damaged("cw_unit.unit"))?;
        let today = op.today();
        let in_force = match op.app.registers.unit(&id).await {
            Ok(Some(known)) => known.valid_from <= today && known.valid_to.is_none_or(|to| today <= to),
            Ok(None) => false,
            Err(_) => true,
        };
        if in_force {
            units.push((unit, name));
        }
    }
    Ok(units)
}

/// The client's open cases in the worker's tasks, without those that the documents name already.
///
/// # Errors
/// When the database does not answer.
pub async fn other_cases(op: &Op, tx: &mut Tx, client: &str, held: &BTreeSet<&str>) -> Result<Vec<(String, String)>> {
    let cases = cases::of_client(op, tx, client).await?;
    let name = |case: &cases::Case| crate::clients::pages::case_name(op, case);
    Ok(cases
        .iter()
        .filter(|case| case.open && op.covers(case.task) && !held.contains(case.oid.as_str()))
        .map(|case| (case.oid.to_string(), format!("{} · {}", name(case), case.oid)))
        .collect())
}

/// Words about the rights of the group: which have ended, and that one has been asked for already.
///
/// # Errors
/// When the database does not answer.
pub async fn ended_rights(op: &Op, tx: &mut Tx, rows: &[&Light]) -> Result<String> {
    let mut said = BTreeSet::new();
    for case in rows.iter().filter_map(|one| one.case.as_deref()).collect::<BTreeSet<_>>() {
        let to: Option<Option<String>> =
            sqlx::query_scalar("SELECT to_day FROM cw_right WHERE org = $1 AND case_oid = $2 AND unit = $3")
                .bind(op.org())
                .bind(case)
                .bind(op.unit.as_str())
                .fetch_optional(&mut **tx)
                .await?;
        if let Some(Some(to)) = to
            && to < op.today().to_string()
        {
            said.insert(op.t.with("cause-right-ended", &[("day", people::day_text(&to))]));
        }
        if let Some(at) = messages::asked_for(op, tx, case).await? {
            said.insert(op.t.with("cause-right-asked", &[("when", people::moment(at))]));
        }
    }
    Ok(said.into_iter().collect::<Vec<_>>().join(" "))
}

/// Reminds who has to sign: the work item stands on top of the signer's list, due today. What the archive refused for
/// lack of a signature goes to be signed.
async fn remind(op: &Op, found: &[Light]) -> Result<usize> {
    let mut tx = op.write().await?;
    for one in found {
        if one.state == "rejected" {
            if let Some(item) = outbox::find(&mut tx, op.org(), &one.oid).await? {
                outbox::withdraw(&mut tx, op.org(), item.seq).await?;
            }
            sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2")
                .bind(op.org())
                .bind(&one.oid)
                .execute(&mut *tx)
                .await?;
            sqlx::query(
                "UPDATE cw_document SET state = 'waiting_signature', signer = COALESCE(signer, person), refusal = NULL,
                   mend = NULL WHERE org = $1 AND oid = $2 AND state = 'rejected'",
            )
            .bind(op.org())
            .bind(&one.oid)
            .execute(&mut *tx)
            .await?;
        }
        queue::close_work(&mut tx, op.org(), &one.oid, op.now).await?;
        let today = op.today().to_string();
        let work = Work {
            kind: WorkKind::SignatureWaiting.code(),
            owner: one.signer.as_deref().unwrap_or(&one.person),
            client: Some(&one.client),
            document: Some(&one.oid),
            detail: &one.title,
            due: Some(&today),
        };
        queue::open_work(&mut tx, op.org(), &work, op.now).await?;
    }
    tx.commit().await?;
    Ok(found.len())
}

/// Whether the archive has this very content under this OID: then only the receipt is missing here.
async fn stands_in_archive(op: &Op, light: &Light) -> Result<bool> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &light.oid).await?;
    let ours = one.body(&op.app, &mut tx, op.org()).await?;
    drop(tx);
    let document = DocumentId::parse(&light.oid).map_err(|_| Fault::NotFound)?;
    let mut query = Query::new(QueryKind::Document, crate::numbers::random_id(), one.register.clone());
    query.document = Some(document);
    query.case = one.case.clone();
    let rko = one.register != op.org;
    let key = match &one.case {
        Some(case) if rko => SearchKey { kind: "case".into(), value: case.to_string() },
        _ => SearchKey { kind: "document".into(), value: light.oid.clone() },
    };
    let connection = op.app.connection(&op.org).ok_or(Fault::damaged("no connection"))?;
    let answer = match op.app.archive.ask(connection, &queue::acting(op), query, key, op.now).await {
        Ok(answer) => answer,
        Err(WireError::Down | WireError::Garbage) => {
            return Err(op.refuse(records::refusal::Refusal::ServiceUnavailable));
        }
        Err(error) => return Err(Fault::failed(error)),
    };
    let found = answer.documents.first().filter(|_| answer.ack == AckType::Accepted);
    let Some(bytes) = found else { return Ok(false) };
    let decoded = kanta::document::decode(bytes, &Limits::default());
    let theirs =
        decoded.ok().and_then(|one| serde_json::from_slice::<serde_json::Value>(one.document.body.json()?).ok());
    Ok(theirs.is_some_and(|theirs| theirs == ours))
}

async fn mark_archived(op: &Op, one: &Light) -> Result<Sent> {
    let mut tx = op.write().await?;
    let done = sqlx::query(
        "UPDATE cw_document SET state = 'archived', archived_at = $3, refusal = NULL, mend = NULL
          WHERE org = $1 AND oid = $2 AND state = 'rejected'",
    )
    .bind(op.org())
    .bind(&one.oid)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Ok(Sent::Gone);
    }
    if let Some(item) = outbox::find(&mut tx, op.org(), &one.oid).await? {
        outbox::archived(&mut tx, item.seq, op.now).await?;
    }
    sqlx::query("DELETE FROM cw_errand WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(&one.oid)
        .execute(&mut *tx)
        .await?;
    queue::close_work(&mut tx, op.org(), &one.oid, op.now).await?;
    let client = clients::by_id(&op.app, &mut tx, op.org(), &one.client).await?;
    let event =
        use_log::Event::of_client(Action::Change, &client).detail(format!("merkitty arkistoiduksi {}", one.oid));
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(Sent::Again)
}

/// `POST /arkistointi/{oid}/avaa`: the returned document as a draft, at the place that is at fault
pub async fn open(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let place: Option<String> = sqlx::query_scalar("SELECT place FROM cw_place WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(&oid)
        .fetch_optional(&mut *tx)
        .await?;
    drop(tx);
    let answer = recording::correct::mend(op, Path(oid), posted).await?;
    let target = answer.headers().get(LOCATION).and_then(|value| value.to_str().ok()).unwrap_or("/tanaan").to_owned();
    match place.filter(|_| target.starts_with("/luonnokset/")) {
        Some(place) => Ok(Redirect::to(&format!("{target}#{}", anchor(&place))).into_response()),
        None => Ok(Redirect::to(&target).into_response()),
    }
}

/// The element of a field by its path in the content; what is no field's path leads to the page's top.
fn anchor(place: &str) -> String {
    let name: String =
        place.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect();
    format!("id_{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_leads_to_its_field() {
        assert_eq!(anchor("suunnitelma.tavoitteet[0].nimi"), "id_suunnitelma_tavoitteet_0__nimi");
    }
}
