//! The organiser's side: granting, delivering the case OID, ending (functional specification 3.3, FR-13, FR-15, FR-21).
//!
//! The grant is a provider's row in a new version of the relationship document; nothing else makes one.

use std::collections::BTreeMap;

use axum::{
    extract::{Path, Query},
    http::StatusCode,
    response::Response,
};
use jiff::civil::Date;
use records::{
    code::{ServiceTask, SocialService},
    id::{CaseId, ServiceUnitId},
    refusal::Refusal,
    relationship::Relationship,
    time::Period,
};
use sqlx::{Row as _, any::AnyRow};
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Tone};

use super::required::order_of;
use crate::{
    archiving,
    cases::store::Case,
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::{
        documents::{self, New, Stored},
        store as recording,
    },
    relationships::{
        body,
        store::{self as relationships, Kept},
    },
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Ways of delivery; the first is there when the provider uses this installation.
const WAYS: [&str; 4] = ["system", "secure_mail", "order_form", "phone"];

/// A grant as the organiser keeps it beside the document that made it.
#[derive(Clone)]
pub struct Grant {
    /// Id of the row.
    pub id: String,
    /// The client.
    pub client: String,
    /// The case whose OID is delivered.
    pub case: CaseId,
    /// The provider's name.
    pub provider_name: String,
    /// The unit that has the right.
    pub unit: ServiceUnitId,
    /// Its name.
    pub unit_name: String,
    /// Service task.
    pub task: ServiceTask,
    /// Social service.
    pub service: SocialService,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Option<Date>,
    /// How, to whom and when the case OID was delivered.
    pub delivered: Option<(String, String, jiff::Timestamp)>,
}

fn read(row: &AnyRow) -> Result<Grant> {
    let text = |name: &str| row.try_get::<String, _>(name);
    let damaged = || Fault::damaged("cw_grant");
    let at = row.try_get::<Option<i64>, _>("delivered_at")?;
    let way = row.try_get::<Option<String>, _>("delivery_way")?;
    let to_whom = row.try_get::<Option<String>, _>("delivered_to")?;
    Ok(Grant {
        id: text("id")?,
        client: text("client")?,
        case: CaseId::parse(&text("case_oid")?).map_err(|_| damaged())?,
        provider_name: text("provider_name")?,
        unit: ServiceUnitId::parse(&text("unit")?).map_err(|_| damaged())?,
        unit_name: text("unit_name")?,
        task: ServiceTask::parse(&text("task")?).ok_or_else(damaged)?,
        service: SocialService::new(text("service")?),
        from: text("from_day")?.parse().map_err(|_| damaged())?,
        to: row.try_get::<Option<String>, _>("to_day")?.map(|day| day.parse()).transpose().map_err(|_| damaged())?,
        delivered: match (way, to_whom, at.and_then(|at| jiff::Timestamp::from_microsecond(at).ok())) {
            (Some(way), Some(whom), Some(at)) => Some((way, whom, at)),
            _ => None,
        },
    })
}

/// Every grant of the organisation, newest first.
///
/// # Errors
/// When the database does not answer.
pub async fn all(op: &Op, tx: &mut Tx) -> Result<Vec<Grant>> {
    sqlx::query("SELECT * FROM cw_grant WHERE org = $1 ORDER BY from_day DESC, id")
        .bind(op.org())
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(read)
        .collect()
}

/// The client's grants.
///
/// # Errors
/// When the database does not answer.
pub async fn of_client(op: &Op, tx: &mut Tx, client: &str) -> Result<Vec<Grant>> {
    sqlx::query("SELECT * FROM cw_grant WHERE org = $1 AND client = $2 ORDER BY from_day DESC, id")
        .bind(op.org())
        .bind(client)
        .fetch_all(&mut **tx)
        .await?
        .iter()
        .map(read)
        .collect()
}

async fn by_id(op: &Op, tx: &mut Tx, id: &str) -> Result<Grant> {
    let row = sqlx::query("SELECT * FROM cw_grant WHERE org = $1 AND id = $2")
        .bind(op.org())
        .bind(id)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    read(&row)
}

/// A table of one client's grants with their state and what is to be done.
pub fn block(op: &Op, grants: &[Grant]) -> Block {
    table(op, grants, None, "myonnetyt", "grants")
}

/// Names of clients by the ids of their rows.
pub type Names = BTreeMap<String, String>;

/// A table of grants with another id and caption; with `names` each row begins with its client.
pub fn table(op: &Op, grants: &[Grant], names: Option<&Names>, id: &'static str, caption: &'static str) -> Block {
    if grants.is_empty() {
        return Block::Empty(op.t.get(&format!("{caption}-none")));
    }
    let mut head: Vec<&str> = vec!["col-unit", "col-service", "col-period", "col-state", "col-delivery", "col-order"];
    head.push("col-action");
    if names.is_some() {
        head.insert(0, "col-client");
    }
    Block::Table(Table {
        id,
        caption: op.t.get(caption),
        head: head.into_iter().map(|key| op.t.get(key)).collect(),
        rows: grants.iter().map(|grant| row(op, grant, names)).collect(),
    })
}

fn row(op: &Op, grant: &Grant, names: Option<&Names>) -> Row {
    let (state, tone) = state(op, grant);
    let delivered = match &grant.delivered {
        Some((way, whom, at)) => format!("{} · {whom} · {}", op.t.get(&format!("way-{way}")), people::moment(*at)),
        None => op.t.get("grant-undelivered"),
    };
    let path = |what: &str| format!("/oikeudet/{}/{what}", grant.id);
    let mut cells = vec![
        Cell::Text(format!("{} / {}", grant.provider_name, grant.unit_name)),
        Cell::Text(grant.service.name(op.lang())),
        Cell::Text(period(grant.from, grant.to)),
        Cell::Chip(Chip::new(tone, op.t.get(&format!("grant-state-{state}")))),
        Cell::Text(delivered),
        Cell::link(path("tilaus"), op.t.get("grant-order")),
        Cell::link(path("paata"), op.t.get("grant-end")),
    ];
    if let Some(names) = names {
        let name = names.get(&grant.client).cloned().unwrap_or_default();
        cells.insert(0, Cell::link(format!("/asiakkaat/{}", grant.client), name));
    }
    Row { key: grant.id.clone(), state: state.into(), kind: String::new(), case: grant.case.to_string(), cells }
}

fn state(op: &Op, grant: &Grant) -> (&'static str, Tone) {
    let today = op.today();
    if grant.to.is_some_and(|to| to < today) {
        ("ended", Tone::Info)
    } else if grant.from > today {
        ("future", Tone::Warning)
    } else {
        ("valid", Tone::Good)
    }
}

/// `28.9.2026–15.11.2026`, or open-ended.
pub fn period(from: Date, to: Option<Date>) -> String {
    format!("{}–{}", people::day(from), to.map(people::day).unwrap_or_default())
}

/// `GET /asiakkaat/{client}/oikeus`
///
/// A message from a provider opens it filled: `asia`, `yksikko` and `alkaa` are OIDs and a day, no person (FR-19).
pub async fn form(op: Op, Path(client): Path<String>, Query(filled): Query<Vec<(String, String)>>) -> Result<Response> {
    Ok(form_sheet(&op, &client, &filled, None).await?.html())
}

async fn form_sheet(op: &Op, client: &str, typed: &[(String, String)], fault: Option<String>) -> Result<Sheet> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(op, &mut tx, client).await?;
    let cases = crate::cases::store::of_client(op, &mut tx, client).await?;
    let units = catalogue(op, &mut tx).await?;
    let granted = of_client(op, &mut tx, client).await?;
    drop(tx);
    let typed_value =
        |name: &str| typed.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone()).unwrap_or_default();
    let options = |cases: &[Case]| -> Vec<(String, String)> {
        cases
            .iter()
            .filter(|case| case.open && op.covers(case.task))
            .map(|case| (case.oid.to_string(), format!("{} · {}", clients::pages::case_name(op, case), case.oid)))
            .collect()
    };
    let services = SocialService::table().map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned())).collect();
    let mut above = vec![(String::new(), op.t.get("field-above-none"))];
    above.extend(
        granted
            .iter()
            .filter(|grant| grant.to.is_none_or(|to| to >= op.today()))
            .map(|grant| (grant.unit.to_string(), format!("{} / {}", grant.provider_name, grant.unit_name))),
    );
    let unit_options =
        units.into_iter().map(|unit| (unit.unit, format!("{} / {}", unit.provider_name, unit.unit_name))).collect();
    let fields = vec![
        Field::new("asia", op.t.get("field-case"), typed_value("asia"), Input::Choice(options(&cases))).required(),
        Field::new("yksikko", op.t.get("field-unit"), typed_value("yksikko"), Input::Choice(unit_options)).required(),
        Field::new("palvelu", op.t.get("field-service"), typed_value("palvelu"), Input::Choice(services)).required(),
        Field::new("alkaa", op.t.get("field-from"), typed_value("alkaa"), Input::Line("date")).required(),
        Field::new("paattyy", op.t.get("field-to"), typed_value("paattyy"), Input::Line("date"))
            .hint(op.t.get("field-to-hint")),
        Field::new("tuottaja", op.t.get("field-above"), typed_value("tuottaja"), Input::Choice(above))
            .hint(op.t.get("field-above-hint")),
    ];
    let form = Form::new("oikeus", format!("/asiakkaat/{client}/oikeus"), fields, op.t.get("grant-submit"));
    let mut sheet =
        Sheet::new(op.page(op.t.get("grant-new")), op.t.get("grant-new")).with(Block::Text(op.t.get("grant-text")));
    sheet.identity = Some(clients::pages::identity(op, &seen));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    Ok(sheet.with(Block::Form(form)))
}

struct CatalogueUnit {
    unit: String,
    unit_name: String,
    provider: String,
    provider_name: String,
}

async fn catalogue(op: &Op, tx: &mut Tx) -> Result<Vec<CatalogueUnit>> {
    let rows = sqlx::query("SELECT * FROM cw_catalogue WHERE org = $1 ORDER BY provider_name, unit_name")
        .bind(op.org())
        .fetch_all(&mut **tx)
        .await?;
    rows.iter()
        .map(|row| {
            Ok(CatalogueUnit {
                unit: row.try_get("unit")?,
                unit_name: row.try_get("unit_name")?,
                provider: row.try_get("provider")?,
                provider_name: row.try_get("provider_name")?,
            })
        })
        .collect()
}

/// `POST /asiakkaat/{client}/oikeus`: a new version of the relationship with the provider's row
pub async fn give(op: Op, Path(client): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let seen = clients::store::open(&op, &mut tx, &client).await?;
    let kept = relationships::of_client(&op.app, &mut tx, op.org(), &client).await?;
    let kept = kept.ok_or_else(|| op.refuse(Refusal::ClientrelMissing))?;
    let units = catalogue(&op, &mut tx).await?;
    let oid = CaseId::parse(posted.get("asia")).map_err(|_| op.refuse(Refusal::CaseUnknown))?;
    let case = crate::cases::store::case_of(&op, &mut tx, &client, &oid).await?;
    drop(tx);
    let again = async |key: &str| {
        let sheet = form_sheet(&op, &client, &posted.0, Some(op.t.get(key))).await?;
        Ok::<_, Fault>(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY))
    };
    let Some(unit) = units.into_iter().find(|one| one.unit == posted.get("yksikko")) else {
        return again("fault-unit").await;
    };
    let Some(from) = people::read_day(posted.get("alkaa")) else { return again("fault-day").await };
    let to = people::read_day(posted.get("paattyy"));
    if to.is_some_and(|to| to < from) || (to.is_none() && !posted.get("paattyy").is_empty()) {
        return again("fault-day").await;
    }
    let unit_id = ServiceUnitId::parse(&unit.unit).map_err(|_| Fault::damaged("cw_catalogue.unit"))?;
    if !unit_in_force(&op, &unit_id, from).await {
        return again("fault-unit-ended").await;
    }
    let service = SocialService::new(posted.get("palvelu"));
    let mut whole = kept.whole.clone();
    let period = Period { start: from, end: to };
    let above = posted.get("tuottaja");
    if above.is_empty() {
        if !body::grant(&mut whole, case.task, &service, &unit_id, &unit.unit_name, period) {
            return again("fault-grant-twice").await;
        }
    } else {
        // A subcontractor stands under the provider's row (FR-18).
        let Ok(above) = ServiceUnitId::parse(above) else { return again("fault-unit").await };
        if !body::subcontract(&mut whole, case.task, &above, &service, &unit_id, &unit.unit_name, period) {
            return again("fault-subcontract").await;
        }
    }
    let grant = Given { unit: &unit, unit_id, service, case: &case, from, to };
    let id = crate::numbers::random_id();
    new_version(&op, &seen, &kept, &whole, "uusi rekisterinkäyttöoikeus", Some((&id, &grant)), None).await?;
    Ok(see(&format!("/oikeudet/{id}/tilaus")))
}

/// Whether the organisation register has the unit in force on the day; when the register does not answer, the grant is
/// allowed and the archive checks again (users-and-screens 3.8).
async fn unit_in_force(op: &Op, unit: &ServiceUnitId, day: Date) -> bool {
    match op.app.registers.unit(unit).await {
        Ok(Some(known)) => known.valid_from <= day && known.valid_to.is_none_or(|to| day <= to),
        Ok(None) => false,
        Err(_) => true,
    }
}

struct Given<'a> {
    unit: &'a CatalogueUnit,
    unit_id: ServiceUnitId,
    service: SocialService,
    case: &'a Case,
    from: Date,
    to: Option<Date>,
}

/// Stores and queues a new version of the relationship, with the row of the grant that it makes or changes.
async fn new_version(
    op: &Op,
    seen: &Seen,
    kept: &Kept,
    whole: &Relationship,
    reason: &str,
    given: Option<(&str, &Given<'_>)>,
    ended: Option<(&str, Option<Date>)>,
) -> Result<()> {
    let faults = records::relationship::check_successor(&kept.whole, whole, op.today());
    if let Some(fault) = faults.first() {
        let page = web::PageError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            fault.sentence(op.lang()).to_owned(),
            "refusal-advice",
        );
        return Err(page.into());
    }
    let structure = op.app.config.catalogue.newest(documents::RELATIONSHIP).ok_or(Fault::NotFound)?;
    let mut tx = op.write().await?;
    let oid = crate::numbers::document(&mut tx, &op.org, op.today().year()).await?;
    tx.commit().await?;
    let client = &seen.client.id;
    let mut stored = Stored::new(oid, structure, op.org.clone(), client, op, op.now, "queued");
    stored.set_id = kept.set_id.clone();
    stored.version = kept.version + 1;
    stored.replaces = Some(kept.newest.clone());
    stored.give_reason(&op.app, op.org(), reason);
    let json = whole.to_json();
    let signed = recording::sign_by_system(op, &stored, structure, &json, seen).await?;
    let mut tx = op.write().await?;
    relationships::save(op, &mut tx, client, whole, &stored).await?;
    documents::insert(&op.app, &mut tx, op.org(), &New { stored: &stored, body: &json, signed: &signed }).await?;
    archiving::store::enqueue(op, &mut tx, &stored).await?;
    if let Some((id, given)) = given {
        insert(op, &mut tx, id, client, given, &stored).await?;
    }
    if let Some((id, to)) = ended {
        end_row(op, &mut tx, id, to).await?;
    }
    let event = Event::of_document(Action::Grant, &seen.client, &stored).detail(reason);
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(())
}

async fn insert(op: &Op, tx: &mut Tx, id: &str, client: &str, given: &Given<'_>, one: &Stored) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_grant (org, id, client, case_oid, provider, provider_name, unit, unit_name, task, service,
           from_day, to_day, document, delivery_way, delivered_to, delivered_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, NULL, NULL, NULL)",
    )
    .bind(op.org())
    .bind(id)
    .bind(client)
    .bind(given.case.oid.as_str())
    .bind(&given.unit.provider)
    .bind(&given.unit.provider_name)
    .bind(given.unit_id.as_str())
    .bind(&given.unit.unit_name)
    .bind(given.case.task.code())
    .bind(given.service.code())
    .bind(given.from.to_string())
    .bind(given.to.map(|day| day.to_string()))
    .bind(one.oid.as_str())
    .execute(&mut **tx)
    .await?;
    let work = archiving::store::Work {
        kind: records::work::WorkKind::CaseDelivery.code(),
        owner: &op.actor.person,
        client: Some(client),
        document: Some(id),
        detail: &given.unit.unit_name,
        due: None,
    };
    archiving::store::open_work(tx, op.org(), &work, op.now).await
}

async fn end_row(op: &Op, tx: &mut Tx, id: &str, to: Option<Date>) -> Result<()> {
    match to {
        Some(to) => {
            sqlx::query("UPDATE cw_grant SET to_day = $3 WHERE org = $1 AND id = $2")
                .bind(op.org())
                .bind(id)
                .bind(to.to_string())
                .execute(&mut **tx)
                .await?;
        }
        None => {
            sqlx::query("DELETE FROM cw_grant WHERE org = $1 AND id = $2")
                .bind(op.org())
                .bind(id)
                .execute(&mut **tx)
                .await?;
        }
    }
    Ok(())
}

/// A grant in one of the worker's own tasks (FR-101), of a client that the unit handles.
async fn load(op: &Op, id: &str) -> Result<(Grant, Seen)> {
    let mut tx = op.read().await?;
    let grant = by_id(op, &mut tx, id).await?;
    if !op.covers(grant.task) {
        return Err(Fault::NotFound);
    }
    let seen = clients::store::open(op, &mut tx, &grant.client).await?;
    Ok((grant, seen))
}

/// `GET /oikeudet/{id}/tilaus`: the order that carries the case OID, to print or to copy
pub async fn order(op: Op, Path(id): Path<String>) -> Result<Response> {
    let (grant, seen) = load(&op, &id).await?;
    let mut tx = op.read().await?;
    let order = order_of(&op, &mut tx, &grant, &seen).await?;
    let inside = super::required::inside(&mut tx, &grant.unit).await?;
    drop(tx);
    use_log::write_now(&op, Event::of_client(Action::Print, &seen.client).case(grant.case.as_str())).await?;
    // Who uses this installation gets the order into its own list; others by the way that was agreed.
    let known: &[&str] = if inside { &WAYS } else { &WAYS[1..] };
    let ways = known.iter().map(|way| ((*way).to_owned(), op.t.get(&format!("way-{way}")))).collect();
    let (way, whom) = if inside { ("system", grant.provider_name.as_str()) } else { ("order_form", "") };
    let fields = vec![
        Field::new("tapa", op.t.get("field-way"), way, Input::Choice(ways)).required(),
        Field::line("vastaanottaja", op.t.get("field-receiver"), whom).required(),
    ];
    let form = Form::new("toimitus", format!("/oikeudet/{id}/toimitus"), fields, op.t.get("delivery-submit"));
    let mut sheet = Sheet::new(op.page(op.t.get("order-title")), op.t.get("order-title"));
    sheet.identity = Some(clients::pages::identity(&op, &seen));
    sheet = sheet
        .with(Block::Facts(vec![
            (op.t.get("col-unit"), format!("{} / {}", grant.provider_name, grant.unit_name)),
            (op.t.get("col-service"), grant.service.name(op.lang())),
            (op.t.get("col-period"), period(grant.from, grant.to)),
        ]))
        .with(Block::Verbatim { id: "tilaus", text: order.write() })
        .with(Block::Small(op.t.with("printed", &[("who", op.actor.name()), ("when", people::moment(op.now))])));
    if let Some((way, whom, at)) = &grant.delivered {
        let way = op.t.get(&format!("way-{way}"));
        let said = op.t.with("delivered", &[("way", way), ("whom", whom.clone()), ("when", people::moment(*at))]);
        return Ok(sheet.with(Block::Text(said)).html());
    }
    Ok(sheet.with(Block::Heading(op.t.get("delivery-title"))).with(Block::Form(form)).html())
}

/// `POST /oikeudet/{id}/toimitus`: way, time and receiver are kept (FR-15)
pub async fn deliver(op: Op, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (grant, seen) = load(&op, &id).await?;
    let (way, whom) = (posted.get("tapa"), posted.get("vastaanottaja"));
    if whom.is_empty() || !WAYS.contains(&way) {
        return Err(Fault::Form("fault-delivery"));
    }
    let mut tx = op.write().await?;
    if way == "system" {
        let text = order_of(&op, &mut tx, &grant, &seen).await?.write();
        if !super::required::put(&op, &mut tx, &grant, &text).await? {
            return Err(Fault::Form("fault-delivery"));
        }
    }
    sqlx::query(
        "UPDATE cw_grant SET delivery_way = $3, delivered_to = $4, delivered_at = $5
          WHERE org = $1 AND id = $2 AND delivered_at IS NULL",
    )
    .bind(op.org())
    .bind(&id)
    .bind(way)
    .bind(whom)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    archiving::store::close_work(&mut tx, op.org(), &id, op.now).await?;
    let event = Event::of_client(Action::Grant, &seen.client).case(grant.case.as_str()).detail("case OID delivered");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/oikeudet"))
}

/// `GET /oikeudet/{id}/paata`
pub async fn ask_end(op: Op, Path(id): Path<String>) -> Result<Response> {
    let (grant, seen) = load(&op, &id).await?;
    Ok(end_sheet(&op, &grant, &seen).html())
}

fn end_sheet(op: &Op, grant: &Grant, seen: &Seen) -> Sheet {
    let fields = vec![
        Field::new("paattyy", op.t.get("field-to"), op.today().to_string(), Input::Line("date")).required(),
        Field::new("virhe", op.t.get("field-mistake"), "", Input::Check).hint(op.t.get("field-mistake-hint")),
    ];
    let form = Form::new("paata", format!("/oikeudet/{}/paata", grant.id), fields, op.t.get("grant-end"));
    let mut sheet = Sheet::new(op.page(op.t.get("grant-end")), op.t.get("grant-end-title"));
    sheet.identity = Some(clients::pages::identity(op, seen));
    sheet
        .with(Block::Facts(vec![
            (op.t.get("col-unit"), format!("{} / {}", grant.provider_name, grant.unit_name)),
            (op.t.get("col-period"), period(grant.from, grant.to)),
        ]))
        .with(Block::Form(form))
        .with(Block::Links(vec![Link::new("oikeudet", "/oikeudet", op.t.get("nav-rights"))]))
}

/// `POST /oikeudet/{id}/paata`: `paattyy`, or `virhe` for a mistaken grant, which is withdrawn at once
pub async fn end(op: Op, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let (grant, seen) = load(&op, &id).await?;
    let mut tx = op.read().await?;
    let kept = relationships::of_client(&op.app, &mut tx, op.org(), &grant.client).await?;
    let kept = kept.ok_or_else(|| op.refuse(Refusal::ClientrelMissing))?;
    drop(tx);
    let mut whole = kept.whole.clone();
    if posted.ticked("virhe") {
        if !body::withdraw_grant(&mut whole, grant.task, &grant.unit, grant.from) {
            return Err(op.refuse(Refusal::VersionConflict));
        }
        new_version(&op, &seen, &kept, &whole, "virheellinen oikeus peruttu", None, Some((&id, None))).await?;
        return Ok(see("/oikeudet"));
    }
    let Some(to) = people::read_day(posted.get("paattyy")).filter(|to| *to >= grant.from) else {
        let sheet = end_sheet(&op, &grant, &seen).fault(op.t.get("fault-day"));
        return Ok(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY));
    };
    if !body::end_grant(&mut whole, grant.task, &grant.unit, grant.from, to) {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    new_version(&op, &seen, &kept, &whole, "rekisterinkäyttöoikeus päättyy", None, Some((&id, Some(to)))).await?;
    Ok(see("/oikeudet"))
}
