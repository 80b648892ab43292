//! Decisions that restrict a child (FR-44): what intake reads of them, and which placements the register holds. The rules
//! themselves, and what no archive can judge, stand in [`records::restriction`].

use super::working::{WorkingSet, instant};
use crate::{
    entry::{Basis, Denial, Entry},
    sabotage::{self, Fault as Sabotage},
    sql,
};
use jiff::civil::Date;
use kanta::document::Header;
use records::{
    code::ServiceTask,
    refusal::Refusal,
    restriction::{self, Fault, Placement, Restriction},
    time::finnish_date,
};
use serde_json::Value;
use sqlx::Row;
use std::collections::HashMap;
use store::{StoreError, Tx};

/// Placements by controller and client.
pub type Placements = HashMap<(String, String), Vec<Placement>>;

/// What a document says, when it is a restriction decision; `day` is the day of its event. A client of a temporary id has
/// no known age, and is not judged by it.
pub fn of(header: &Header, json: Option<&Value>, day: Date) -> Option<Restriction> {
    let kind = restriction::kind_of(&header.specific_type.as_ref()?.code)?;
    // Of an old document the law of its own day counts; its data show a part of it only (FR-96).
    if header.group.code == kanta::code::GROUP_OLD {
        return None;
    }
    let root = json.map(super::content::root);
    let period = root.and_then(restriction::period_in);
    let continued = root.is_some_and(restriction::continues);
    let birthdays = header.patients.iter().filter_map(|patient| patient.id.hetu().map(|hetu| hetu.birth_date()));
    let child_protection = |task: &kanta::Code| ServiceTask::parse(&task.code) == Some(ServiceTask::ChildProtection);
    Some(Restriction {
        kind,
        period,
        continued,
        adult: birthdays.into_iter().any(|born| restriction::of_age(born, day)),
        in_child_protection: header.tasks.iter().any(child_protection),
    })
}

/// What the document shows by itself: nothing stored is looked at, so the refusal may be told as it is.
///
/// # Errors
/// `CONTEXT_MISMATCH` outside child protection, `SCHEMA_INVALID` for the days, `ROLE_FORBIDDEN` for who may not decide or
/// be restricted (functional specification 3.34).
pub fn check(entry: &Entry, basis: Basis) -> Result<(), Denial> {
    let Some(restriction) = judged(entry) else { return Ok(()) };
    restriction::check(restriction, basis == Basis::Rko).map_err(denial)
}

/// The child is placed on the first day. Asked when the right is known already, for it tells of the client.
///
/// # Errors
/// `ROLE_FORBIDDEN`.
pub fn check_placed(entry: &Entry, state: &WorkingSet) -> Result<(), Denial> {
    if judged(entry).is_none() {
        return Ok(());
    }
    entry.clients.iter().try_for_each(|client| {
        let key = (entry.controller.as_str().to_owned(), client.index.clone());
        let placements = state.placements.get(&key).map_or(&[][..], Vec::as_slice);
        restriction::check_placed(placements, finnish_date(entry.event.0)).map_err(denial)
    })
}

fn judged(entry: &Entry) -> Option<&Restriction> {
    entry.restriction.as_ref().filter(|_| !sabotage::active(Sabotage::NoRestrictionCheck))
}

fn denial(fault: Fault) -> Denial {
    let refusal = match fault {
        Fault::OtherTask => Refusal::ContextMismatch,
        Fault::NoPeriod | Fault::TooLong(_) => Refusal::SchemaInvalid,
        Fault::Adult | Fault::ContinuedByInstitution | Fault::NotPlaced => Refusal::RoleForbidden,
    };
    Denial::with(refusal, fault.sentence())
}

/// The placements of children in every register.
///
/// # Errors
/// What the database says.
pub async fn load(tx: &mut Tx, clients: &[String]) -> Result<Placements, StoreError> {
    let rows = sql::select_in(
        tx,
        "SELECT d.controller, c.client, d.type_code, d.event_from FROM document_clients c \
         JOIN documents d ON d.document_oid = c.document_oid WHERE d.state = 'current' AND c.client IN",
        clients,
    )
    .await?;
    let mut placements = Placements::new();
    for row in rows {
        let type_code: String = row.get(2);
        if restriction::tells_of_placement(&type_code) {
            let from = finnish_date(instant(row.get(3)));
            placements.entry((row.get(0), row.get(1))).or_default().push(Placement { type_code, from });
        }
    }
    Ok(placements)
}

/// Adds a document that was accepted in the same group. One that is replaced in the same group as a restriction is
/// decided stays in the list until the next group: only an earlier placement of the same child can come of it.
pub fn accept(placements: &mut Placements, entry: &Entry) {
    if !restriction::tells_of_placement(&entry.type_code) {
        return;
    }
    for client in &entry.clients {
        let key = (entry.controller.as_str().to_owned(), client.index.clone());
        let placement = Placement { type_code: entry.type_code.clone(), from: finnish_date(entry.event.0) };
        placements.entry(key).or_default().push(placement);
    }
}
