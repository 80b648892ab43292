//! The making of a case and what belongs to it, in one transaction and in the order in which the archive needs it:
//! relationship, case, then documents (FR-01, FR-08, FR-09).

use jiff::{Timestamp, civil::Date};
use records::{
    Lang,
    code::{CaseName, CaseState, Code, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, DocumentId, RelationshipId},
    relationship::Relationship,
};
use serde_json::Value;
use structures::{
    Fault as ContentFault, Structure,
    form::{FieldKind, Form as DocumentForm},
};

use super::{
    body,
    store::{self, Case},
};
use crate::{
    archiving,
    clients::store::{self as clients, Arrangement, Client, Seen},
    error::{Fault, Result},
    op::Op,
    people::Person,
    recording::{
        content,
        documents::{self, New, Stored},
        store as recording,
    },
    relationships,
    use_log::{self, Event},
};

/// Kind of the entry on coming pending.
const ENTRY: &str = "19001";

/// What a worker has learnt.
pub struct Opening<'a> {
    /// The client.
    pub person: &'a Person,
    /// How the client comes.
    pub arrangement: Arrangement,
    /// The one task of the case.
    pub task: ServiceTask,
    /// Name of the case.
    pub name: CaseName,
    /// Words for the name *other*.
    pub extra: &'a str,
    /// When the matter was recorded: the case's pending date (FR-02).
    pub event: Timestamp,
    /// Code of urgency for the entry on coming pending; none for a client by contract.
    pub urgency: Option<&'a str>,
    /// The notification, without the system's facts.
    pub notification: Option<(&'a Structure, Value)>,
    /// The service of a client by contract.
    pub service: Option<SocialService>,
    /// The case that this one goes on from, with the kind of the link (FR-05).
    pub joins: Option<(kanta::document::CaseLink, &'a str)>,
}

/// How it ended.
pub enum Opened {
    /// Id of the client.
    Client(String),
    /// The notification breaks its structure; nothing was stored.
    Faults(Vec<ContentFault>),
}

/// Codes of urgency with their names, from the structure of the entry.
pub fn urgencies(op: &Op) -> Vec<(String, String)> {
    let Some(structure) = op.app.config.catalogue.newest(ENTRY) else { return Vec::new() };
    match DocumentForm::of(structure).field("arvio_asian_kiireellisyydesta").map(|field| &field.kind) {
        Some(FieldKind::Code { options, .. }) => {
            options.iter().map(|one| (one.code.clone(), one.display.get(op.lang()).to_owned())).collect()
        }
        _ => Vec::new(),
    }
}

/// A document that is ready but for its signature.
struct Part<'a> {
    stored: Stored,
    structure: &'a Structure,
    body: Value,
}

/// Opens the case.
///
/// # Errors
/// When the database refuses or a structure is missing from the catalogue.
pub async fn open(op: &Op, what: Opening<'_>) -> Result<Opened> {
    let pending = records::time::finnish_date(what.event);
    let client_id = ensure_client(op, &what).await?;
    let mut tx = op.read().await?;
    let client = clients::by_id(&op.app, &mut tx, op.org(), &client_id).await?;
    let had = relationships::store::of_client(&op.app, &mut tx, op.org(), &client_id).await?;
    drop(tx);
    let numbers = take_numbers(op, had.is_none(), pending.year(), &what).await?;
    let seen = seen(op, client);
    let mut parts = Vec::new();
    let relationship = relationship_part(op, &what, &seen, had, &numbers, pending)?;
    if let Some((_, part)) = &relationship {
        parts.push(part);
    }
    let case = Case {
        oid: numbers.case.clone(),
        register: op.org.clone(),
        client: client_id.clone(),
        name: what.name,
        extra: what.extra.to_owned(),
        task: what.task,
        open: true,
        opened: pending,
        closed: None,
        responsible: op.actor.person.clone(),
    };
    let case_part = case_part(op, &what, &seen, &case, &numbers.documents[1])?;
    parts.push(&case_part);
    let documents = match document_parts(op, &what, &seen, &case, &numbers.documents[2..])? {
        Ok(documents) => documents,
        Err(faults) => return Ok(Opened::Faults(faults)),
    };
    parts.extend(&documents);
    for part in &parts {
        if let Err(faults) = structures::validate(part.structure, &part.body) {
            return Ok(Opened::Faults(faults));
        }
    }
    let relationship = relationship.as_ref().map(|(whole, part)| (whole, part));
    save(op, &seen, &case, relationship, &parts, what.joins.as_ref()).await?;
    Ok(Opened::Client(client_id))
}

async fn ensure_client(op: &Op, what: &Opening<'_>) -> Result<String> {
    let mut tx = op.write().await?;
    let service = what.service.as_ref().map_or("", |service| service.code());
    let unit = (what.arrangement == Arrangement::Own).then_some((op.unit.as_str(), service));
    let client =
        clients::ensure(&op.app, &mut tx, &op.org, &op.org, what.person, what.arrangement, unit, op.now).await?;
    tx.commit().await?;
    Ok(client)
}

/// The opener sees the client by opening the case, before any relation can exist.
fn seen(op: &Op, client: Client) -> Seen {
    let register_name = op.t.with("register-own", [("name", &op.org_name)]);
    Seen { client, why: op.t.get("why-opening"), register_name, locked: false, right: None }
}

struct Numbers {
    case: CaseId,
    relationship: Option<RelationshipId>,
    documents: Vec<DocumentId>,
}

/// All numbers in one short transaction: signatures need them and are made outside of any.
/// A case is numbered in the year in which it came pending.
async fn take_numbers(op: &Op, relationship: bool, pending: i16, what: &Opening<'_>) -> Result<Numbers> {
    let year = op.today().year();
    let count = 2 + usize::from(what.notification.is_some()) + usize::from(what.urgency.is_some());
    let mut tx = op.write().await?;
    let case = crate::numbers::case(&mut tx, &op.org, pending).await?;
    let relationship =
        if relationship { Some(crate::numbers::relationship(&mut tx, &op.org, year).await?) } else { None };
    let mut documents = Vec::with_capacity(count);
    for _ in 0..count {
        documents.push(crate::numbers::document(&mut tx, &op.org, year).await?);
    }
    tx.commit().await?;
    Ok(Numbers { case, relationship, documents })
}

fn structure<'a>(op: &'a Op, kind: &str) -> Result<&'a Structure> {
    op.app.config.catalogue.newest(kind).ok_or_else(|| Fault::failed(format!("structure {kind} is missing")))
}

/// Version 1 of the relationship, or a new version when the unit or the task is new; nothing when both are there.
fn relationship_part<'a>(
    op: &'a Op,
    what: &Opening<'_>,
    seen: &Seen,
    had: Option<relationships::store::Kept>,
    numbers: &Numbers,
    start: Date,
) -> Result<Option<(Relationship, Part<'a>)>> {
    let structure = structure(op, documents::RELATIONSHIP)?;
    let oid = numbers.documents[0].clone();
    let register = op.org.clone();
    let mut stored = Stored::new(oid, structure, register, &seen.client.id, op, what.event, "queued");
    let author = recording::author(op);
    let whole = match (had, &numbers.relationship) {
        (Some(kept), _) => {
            let mut whole = kept.whole;
            if !relationships::body::add_unit(&mut whole, what.task, &op.unit, &op.unit_name, start) {
                return Ok(None);
            }
            stored.set_id = kept.set_id;
            stored.version = kept.version + 1;
            stored.replaces = Some(kept.newest);
            stored.give_reason(&op.app, op.org(), "uusi palvelutehtävä tai yksikkö");
            whole
        }
        (None, Some(oid)) => relationships::body::first(&relationships::body::First {
            oid,
            client: what.person,
            start,
            operating_unit: operating_unit(op),
            worker: &author,
            registration: op.actor.registration.clone(),
            task: what.task,
        })
        .map_err(Fault::failed)?,
        (None, None) => return Err(Fault::failed("no relationship number")),
    };
    let body = whole.to_json();
    Ok(Some((whole, Part { stored, structure, body })))
}

/// The organisation itself as its operating unit: the register of organisations has no deeper level in the demo.
fn operating_unit(op: &Op) -> Code {
    Code::organisation(&op.org.0, &op.org_name)
}

fn case_part<'a>(op: &'a Op, what: &Opening<'_>, seen: &Seen, case: &Case, oid: &DocumentId) -> Result<Part<'a>> {
    let structure = structure(op, documents::CASE)?;
    let body = body::body(&body::About {
        oid: &case.oid,
        client: what.person,
        name: what.name,
        extra: what.extra,
        state: CaseState::Open,
        opened: case.opened,
        closed: None,
        task: what.task,
        operating_unit: operating_unit(op),
    });
    let mut stored = Stored::new(oid.clone(), structure, op.org.clone(), &seen.client.id, op, what.event, "queued");
    stored.case = Some(case.oid.clone());
    stored.task = Some(what.task);
    stored.process = Some(ServiceProcess::Initiation);
    stored.links = what.joins.iter().map(|(link, _)| link.clone()).collect();
    Ok(Part { stored, structure, body })
}

/// The notification and the entry on coming pending (19001).
fn document_parts<'a>(
    op: &'a Op,
    what: &Opening<'a>,
    seen: &Seen,
    case: &Case,
    numbers: &[DocumentId],
) -> Result<std::result::Result<Vec<Part<'a>>, Vec<ContentFault>>> {
    let mut numbers = numbers.iter();
    let mut parts = Vec::new();
    let author = recording::author(op);
    let facts = content::Facts {
        client: what.person,
        author: &author,
        decider: None,
        task: what.task.to_code(Lang::Fi),
        service: what.service.as_ref().map(|service| service.to_code(Lang::Fi)),
        event: what.event,
        today: op.today(),
        pending: Some(case.opened),
    };
    let mut told = String::new();
    if let Some((structure, body)) = &what.notification {
        let mut body = body.clone();
        content::fill(structure, &mut body, &facts);
        if let Err(faults) = structures::validate(structure, &body) {
            return Ok(Err(faults));
        }
        told = content::text_at(structure, &body, "kuvaus_tilanteesta_ja_huolesta");
        parts.push(part(op, what, seen, case, structure, body, numbers.next())?);
    }
    if let Some(urgency) = what.urgency {
        let structure = structure(op, ENTRY)?;
        let mut body = Value::Null;
        content::fill(structure, &mut body, &facts);
        let text = if told.is_empty() { case.opened.to_string() } else { told };
        content::put_text(structure, &mut body, "kuvaus_asian_vireilletulosta", &text);
        let known = DocumentForm::of(structure).decode(&[("arvio_asian_kiireellisyydesta".into(), urgency.to_owned())]);
        let place = format!("/{}/arvio_asian_kiireellisyydesta", structure.root_key());
        if let (Some(code), Some(root)) = (known.pointer(&place), body.get_mut(structure.root_key())) {
            root["arvio_asian_kiireellisyydesta"] = code.clone();
        }
        parts.push(part(op, what, seen, case, structure, body, numbers.next())?);
    }
    Ok(Ok(parts))
}

fn part<'a>(
    op: &Op,
    what: &Opening<'_>,
    seen: &Seen,
    case: &Case,
    structure: &'a Structure,
    body: Value,
    oid: Option<&DocumentId>,
) -> Result<Part<'a>> {
    let oid = oid.ok_or_else(|| Fault::failed("no document number"))?.clone();
    let mut stored = Stored::new(oid, structure, op.org.clone(), &seen.client.id, op, what.event, "queued");
    stored.case = Some(case.oid.clone());
    stored.task = Some(case.task);
    stored.process = Some(ServiceProcess::Initiation);
    Ok(Part { stored, structure, body })
}

/// Signs everything, then stores and queues everything at once: a case is never half there.
async fn save(
    op: &Op,
    seen: &Seen,
    case: &Case,
    relationship: Option<(&Relationship, &Part<'_>)>,
    parts: &[&Part<'_>],
    joins: Option<&(kanta::document::CaseLink, &str)>,
) -> Result<()> {
    let mut signed = Vec::with_capacity(parts.len());
    for part in parts {
        signed.push(recording::sign_by_system(op, &part.stored, part.structure, &part.body, seen).await?);
    }
    let mut tx = op.write().await?;
    store::insert(op.org(), &mut tx, case, op.unit.as_str()).await?;
    if let Some((link, kind)) = joins {
        super::life::join(op, &mut tx, &case.oid, link, kind).await?;
    }
    if let Some((whole, part)) = relationship {
        relationships::store::save(op, &mut tx, &seen.client.id, whole, &part.stored).await?;
    }
    for (part, signed) in parts.iter().zip(&signed) {
        let new = New { stored: &part.stored, body: &part.body, signed };
        documents::insert(&op.app, &mut tx, op.org(), &new).await?;
        archiving::store::enqueue(op, &mut tx, &part.stored).await?;
    }
    let due = due_day(op, seen, case);
    let work = archiving::store::Work {
        kind: "assessment_due",
        owner: &op.actor.person,
        client: Some(&seen.client.id),
        document: None,
        detail: case.oid.as_str(),
        due: due.as_deref(),
    };
    if due.is_some() {
        archiving::store::open_work(&mut tx, op.org(), &work, op.now).await?;
    }
    let event = Event::of_client(::store::log::Action::Create, &seen.client).case(case.oid.as_str());
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(())
}

/// The assessment of a person over 75 must start by the seventh working day (functional specification 3.1).
fn due_day(op: &Op, seen: &Seen, case: &Case) -> Option<String> {
    let old = seen.client.person.age(op.today()).is_some_and(|age| age >= 75);
    if !old || seen.client.arrangement != Arrangement::Public {
        return None;
    }
    Some(records::deadline::working_day_after(case.opened, 7).to_string())
}
