//! Signs and queues the entries of running batches, some at a time. It goes on by itself after a restart.
//!
//! Authors stay authors: the document is built from its row, and only the actor of the message is the archiver. Nobody
//! opens a text: the content goes from the row into the signed bytes.

use std::{collections::BTreeMap, time::Duration};

use records::{Lang, id::OrganisationId, refusal::Refusal};
use seal::Role;
use sqlx::Row as _;
use store::{
    Tx,
    log::{self, Action, Actor, Basis, LogClient, LogDocument, LogRow, Outcome},
};

use super::store::{self as batches, Batch};
use crate::{
    app::App,
    archiving::{store as queue, wire::Acting},
    clients::store as clients,
    error::{Fault, Result},
    people::Person,
    recording::{
        documents::{self, Around, Stored},
        store::business_id,
    },
};

/// Entries of one transaction: few enough that a note saved meanwhile does not wait.
const AT_ONCE: i64 = 24;
/// Sleep while nothing runs.
const IDLE: Duration = Duration::from_millis(300);

/// Runs until the task is aborted.
pub async fn run(app: App) {
    loop {
        match pass(&app).await {
            Ok(0) => tokio::time::sleep(IDLE).await,
            // Let whoever waits for the database have it.
            Ok(_) => tokio::task::yield_now().await,
            Err(error) => {
                tracing::error!(%error, "a batch stands still");
                tokio::time::sleep(IDLE).await;
            }
        }
    }
}

/// Signs and queues the next entries of the oldest running batch. Gives how many left it.
///
/// # Errors
/// When the database does not answer; nothing is lost then.
pub async fn pass(app: &App) -> Result<usize> {
    let mut tx = app.db.read().await?;
    let Some(batch) = batches::next_running(&mut tx).await? else { return Ok(0) };
    let rows = batches::next_rows(&mut tx, &batch, AT_ONCE).await?;
    if rows.is_empty() {
        drop(tx);
        let mut tx = app.db.write().await?;
        batches::set_state(&mut tx, &batch, "done", app.now()).await?;
        return Ok(tx.commit().await.map(|()| 0)?);
    }
    let acting = batch.acting(app)?;
    let mut facts = Known::default();
    let mut prepared = Vec::with_capacity(rows.len());
    for one in rows {
        prepared.push(facts.prepare(app, &mut tx, &batch, one).await?);
    }
    drop(tx);
    let signed = sign_all(app, &batch, prepared).await?;
    let count = signed.len();
    put(app, &batch, &acting, signed).await?;
    app.wake.notify_one();
    Ok(count)
}

/// An entry on its way through the batch: its unsigned bytes, then its signed ones, or why it stays.
struct Ready {
    one: Stored,
    person: Person,
    bytes: std::result::Result<Vec<u8>, &'static str>,
}

/// Facts of the organisation that a batch needs for each entry, read once.
#[derive(Default)]
struct Known {
    org_name: Option<String>,
    authors: BTreeMap<String, kanta::document::Author>,
    registers: BTreeMap<String, String>,
    people: BTreeMap<String, Person>,
}

impl Known {
    async fn prepare(&mut self, app: &App, tx: &mut Tx, batch: &Batch, one: Stored) -> Result<Ready> {
        let org = batch.org.as_str();
        let storing = OrganisationId::parse(org).map_err(|_| Fault::damaged("cw_batch.org"))?;
        let org_name = self.org_name(tx, org).await?;
        let controller = self.controller(tx, org, &one, &org_name).await?;
        let author = self.author(tx, org, &one.person).await?;
        let person = self.person(app, tx, org, &one.client).await?;
        let Some(structure) = app.config.catalogue.get(&one.structure) else {
            return Ok(Ready { one, person, bytes: Err(Refusal::SchemaInvalid.code()) });
        };
        if structure.needs_professional_signature() {
            return Ok(Ready { one, person, bytes: Err(Refusal::SignatureMissing.code()) });
        }
        let body = one.body(app, tx, org).await?;
        let (business, own) = (business_id(&one.register), business_id(&storing));
        let above = crate::access_rights::required::above(tx, org, &one).await?;
        let around = Around {
            client: &person,
            author,
            controller_name: &controller,
            storing: &storing,
            storing_name: &org_name,
            business_ids: (&business, &own),
            above,
            relationship: None,
            signers: Vec::new(),
            reason: one.reason(app, org)?,
        };
        let document = documents::build(structure, &one, &body, &around)?;
        let bytes = kanta::document::encode(&document);
        Ok(Ready { one, person, bytes: Ok(bytes) })
    }

    async fn org_name(&mut self, tx: &mut Tx, org: &str) -> Result<String> {
        if self.org_name.is_none() {
            let name: String = sqlx::query_scalar("SELECT name FROM cw_organisation WHERE org = $1")
                .bind(org)
                .fetch_one(&mut **tx)
                .await?;
            self.org_name = Some(name);
        }
        Ok(self.org_name.clone().unwrap_or_default())
    }

    async fn controller(&mut self, tx: &mut Tx, org: &str, one: &Stored, own: &str) -> Result<String> {
        let register = one.register.as_str();
        if register == org {
            return Ok(own.to_owned());
        }
        if !self.registers.contains_key(register) {
            let name: Option<String> =
                sqlx::query_scalar("SELECT organiser_name FROM cw_right WHERE org = $1 AND organiser = $2 LIMIT 1")
                    .bind(org)
                    .bind(register)
                    .fetch_optional(&mut **tx)
                    .await?;
            self.registers.insert(register.to_owned(), name.unwrap_or_else(|| register.to_owned()));
        }
        Ok(self.registers.get(register).cloned().unwrap_or_default())
    }

    async fn author(&mut self, tx: &mut Tx, org: &str, person: &str) -> Result<kanta::document::Author> {
        if !self.authors.contains_key(person) {
            let row = sqlx::query("SELECT family, given, registration FROM cw_user WHERE org = $1 AND person = $2")
                .bind(org)
                .bind(person)
                .fetch_optional(&mut **tx)
                .await?
                .ok_or(Fault::damaged("cw_ready.person"))?;
            let number = row.try_get::<Option<String>, _>("registration")?;
            let number = number.and_then(|number| records::id::RegistrationNumber::parse(&number).ok());
            let (family, given): (String, String) = (row.try_get("family")?, row.try_get("given")?);
            self.authors.insert(person.to_owned(), documents::header_author(&family, &given, number));
        }
        self.authors.get(person).cloned().ok_or(Fault::damaged("cw_ready.person"))
    }

    async fn person(&mut self, app: &App, tx: &mut Tx, org: &str, client: &str) -> Result<Person> {
        if !self.people.contains_key(client) {
            let person = clients::by_id(app, tx, org, client).await?.person;
            self.people.insert(client.to_owned(), person);
        }
        self.people.get(client).cloned().ok_or(Fault::damaged("cw_ready.oid"))
    }
}

/// Signs on all cores, outside every transaction. The order is kept.
async fn sign_all(app: &App, batch: &Batch, rows: Vec<Ready>) -> Result<Vec<Ready>> {
    let org = OrganisationId::parse(&batch.org).map_err(|_| Fault::damaged("cw_batch.org"))?;
    let key = app.connection(&org).ok_or_else(|| Fault::failed("no system key"))?.system_key.clone();
    let at = app.now();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let share = rows.len().div_ceil(cores).max(1);
    let mut rows = rows.into_iter();
    let mut tasks = Vec::new();
    loop {
        let part: Vec<Ready> = rows.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        let key = std::sync::Arc::clone(&key);
        tasks.push(tokio::task::spawn_blocking(move || {
            part.into_iter().map(|one| sign(one, key.as_ref(), at)).collect()
        }));
    }
    let mut signed = Vec::new();
    for task in tasks {
        let part: Vec<Ready> = task.await.map_err(Fault::failed)?;
        signed.extend(part);
    }
    Ok(signed)
}

fn sign(mut ready: Ready, key: &dyn seal::SigningKey, at: jiff::Timestamp) -> Ready {
    ready.bytes = ready.bytes.and_then(|unsigned| {
        seal::sign(&unsigned, Role::System, key, at).map_err(|_| Refusal::SignatureInvalid.code())
    });
    ready
}

/// Stores and queues the signed entries: each in its whole or not at all, with its row of the log.
async fn put(app: &App, batch: &Batch, acting: &Acting, rows: Vec<Ready>) -> Result<()> {
    let (org, now) = (batch.org.as_str(), app.now());
    let mut logged = Vec::new();
    let mut tx = app.db.write().await?;
    for mut ready in rows {
        let oid = ready.one.oid.clone();
        // Taken back by its writer, or archived by another process, in the meantime: then there is nothing to do.
        let taken = sqlx::query("DELETE FROM cw_ready WHERE org = $1 AND oid = $2 AND batch = $3")
            .bind(org)
            .bind(oid.as_str())
            .bind(&batch.id)
            .execute(&mut *tx)
            .await?;
        if taken.rows_affected() == 0 {
            continue;
        }
        match ready.bytes {
            Ok(signed) => {
                ready.one.state = "queued".into();
                documents::put_signed_bytes(app, &mut tx, org, &ready.one, &signed).await?;
                queue::enqueue_as(app, &mut tx, org, &ready.one, acting, now).await?;
                result(&mut tx, batch, oid.as_str(), "sent", "", now).await?;
                logged.push(log_row(batch, acting, &ready.one, &ready.person, now));
            }
            Err(reason) => {
                stays(&mut tx, org, oid.as_str(), reason).await?;
                result(&mut tx, batch, oid.as_str(), "failed", reason, now).await?;
            }
        }
    }
    if !logged.is_empty() {
        log::append(&mut tx, &app.vault, &format!("casework/{org}"), &logged).await?;
    }
    Ok(tx.commit().await?)
}

/// What cannot go stays on the desk with the reason; a person has to act.
async fn stays(tx: &mut Tx, org: &str, oid: &str, reason: &str) -> Result<()> {
    let mend = Refusal::parse(reason).map_or(reason, |refusal| refusal.sentence(Lang::Fi));
    sqlx::query("UPDATE cw_document SET state = 'rejected', refusal = $3, mend = $4 WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(oid)
        .bind(reason)
        .bind(mend)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn result(tx: &mut Tx, batch: &Batch, oid: &str, state: &str, reason: &str, now: jiff::Timestamp) -> Result<()> {
    sqlx::query("INSERT INTO cw_batch_row (org, batch, oid, state, reason, at) VALUES ($1, $2, $3, $4, $5, $6)")
        .bind(&batch.org)
        .bind(&batch.id)
        .bind(oid)
        .bind(state)
        .bind(reason)
        .bind(now.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The archiver, the batch and the document; the author stands in the document (FR-48).
fn log_row(batch: &Batch, acting: &Acting, one: &Stored, person: &Person, now: jiff::Timestamp) -> LogRow {
    let actor = Actor {
        id: acting.hetu.clone(),
        registration: acting.registration.clone(),
        name: format!("{} {}", acting.given, acting.family),
        role: "worker".into(),
        duty: Some(acting.duty.clone()),
        method: Some(acting.strength.clone()),
        strength: Some(acting.strength.clone()),
        ..Actor::default()
    };
    let mut row = LogRow::new(now, actor, &batch.org, Action::Archive, Outcome::Done);
    row.unit = Some(acting.unit.clone());
    row.client = person.id().ok().map(|id| LogClient { root: id.root().to_owned(), id: id.extension().to_owned() });
    row.case = one.case.as_ref().map(|case| case.as_str().to_owned());
    row.documents = vec![LogDocument { id: one.oid.as_str().to_owned(), version: one.version }];
    let basis = if one.register.as_str() == batch.org { "own_task" } else { "grant" };
    row.basis = Basis { kind: basis.into(), reference: None };
    row.detail = Some(format!("erä {}", batch.id));
    row
}
