//! The provider's side: rights that orders have told of, kept per unit; the only ground on which this system may explain
//! `UNIT_MISMATCH` (decisions.md 3).

use axum::{extract::Path, http::StatusCode, response::Response};
use records::{
    code::{CaseName, ServiceTask},
    id::{CaseId, HETU_ROOT, OrganisationId},
};
use sqlx::Row as _;
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Tone};

use super::order::{Order, OrderFault};
use crate::{
    cases::store::{self as cases, Case},
    clients::store::{self as clients, Arrangement},
    error::{Fault, Result},
    op::Op,
    people::{self, Person},
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
    use_log::{self, Event},
};

/// The form of the paste box.
pub fn form(op: &Op) -> Form {
    let field =
        Field::new("tilaus", op.t.get("field-order"), "", Input::Text(8)).hint(op.t.get("field-order-hint")).required();
    Form::new("liita", "/oikeudet/liita", vec![field], op.t.get("order-submit"))
}

/// `POST /oikeudet/liita`: `tilaus` is any text that holds an order
pub async fn paste(op: Op, posted: Posted) -> Result<Response> {
    let order = match Order::read(posted.get("tilaus"), &op.org) {
        Ok(order) => order,
        Err(fault) => {
            let key = match fault {
                OrderFault::NoCase => "order-no-case",
                OrderFault::NoClient => "order-no-client",
                OrderFault::NoUnit => "order-no-unit",
                OrderFault::NoStart => "order-no-start",
            };
            let sheet = Sheet::new(op.page(op.t.get("rights-title")), op.t.get("rights-title"))
                .fault(op.t.get(key))
                .with(Block::Form(form(&op)));
            return Ok(sheet.html_as(StatusCode::UNPROCESSABLE_ENTITY));
        }
    };
    receive(&op, &order).await?;
    Ok(see("/oikeudet"))
}

/// Stores client, case and right together.
///
/// # Errors
/// When the order lacks something, or the database refuses.
pub async fn receive(op: &Op, order: &Order) -> Result<()> {
    let organiser = OrganisationId::parse(&order.organiser).map_err(|_| Fault::Form("order-no-case"))?;
    let case = CaseId::parse(&order.case).map_err(|_| Fault::Form("order-no-case"))?;
    let task = ServiceTask::parse(&order.task).ok_or(Fault::Form("fault-task"))?;
    let person = Person {
        root: HETU_ROOT.into(),
        code: order.hetu.clone(),
        family: order.family.clone(),
        given: order.given.clone(),
        ..Person::default()
    };
    let opened = people::read_day(&order.from).ok_or(Fault::Form("order-no-start"))?;
    let mut tx = op.write().await?;
    let client =
        clients::ensure(&op.app, &mut tx, &op.org, &organiser, &person, Arrangement::Bought, None, op.now).await?;
    let kept = Case {
        oid: case.clone(),
        register: organiser.clone(),
        client: client.clone(),
        name: CaseName::Other,
        extra: op.t.get("case-of-organiser"),
        task,
        open: true,
        opened,
        closed: None,
        responsible: op.actor.person.clone(),
    };
    cases::insert(op.org(), &mut tx, &kept, &order.unit).await?;
    insert(op, &mut tx, order, &client).await?;
    super::required::due(op, &mut tx, order, &client).await?;
    // What waited for this right, also what the archive has refused for lack of it, goes by itself now.
    sqlx::query(
        "UPDATE cw_document SET refusal = NULL, mend = NULL
          WHERE org = $1 AND case_oid = $2 AND unit = $3 AND state = 'waiting_right'",
    )
    .bind(op.org())
    .bind(&order.case)
    .bind(&order.unit)
    .execute(&mut *tx)
    .await?;
    super::messages::right_came(&mut tx, op.org(), &order.case, &order.unit, op.now).await?;
    let whose = clients::by_id(&op.app, &mut tx, op.org(), &client).await?;
    let event = Event::of_client(Action::Grant, &whose).case(case.as_str()).detail("order received");
    use_log::write(op, &mut tx, event).await?;
    tx.commit().await?;
    op.app.wake.notify_one();
    Ok(())
}

async fn insert(op: &Op, tx: &mut Tx, order: &Order, client: &str) -> Result<()> {
    let name = if order.organiser_name.is_empty() { &order.organiser } else { &order.organiser_name };
    sqlx::query(
        "INSERT INTO cw_right (org, id, organiser, organiser_name, case_oid, client, unit, task, service, from_day, to_day,
           received) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (org, case_oid, unit) DO UPDATE SET from_day = excluded.from_day, to_day = excluded.to_day,
           service = excluded.service, received = excluded.received, refused_at = NULL",
    )
    .bind(op.org())
    .bind(crate::numbers::random_id())
    .bind(&order.organiser)
    .bind(name)
    .bind(&order.case)
    .bind(client)
    .bind(&order.unit)
    .bind(&order.task)
    .bind(&order.service)
    .bind(&order.from)
    .bind(Some(&order.to).filter(|to| !to.is_empty()))
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The rights that the organisation has received; clients are named only in the unit that has the right.
///
/// # Errors
/// When the database does not answer.
pub async fn block(op: &Op, tx: &mut Tx) -> Result<Block> {
    let rows = sqlx::query(
        "SELECT r.*, n.name AS unit_name FROM cw_right r LEFT JOIN cw_unit n ON n.org = r.org AND n.unit = r.unit
          WHERE r.org = $1 ORDER BY r.from_day DESC, r.id",
    )
    .bind(op.org())
    .fetch_all(&mut **tx)
    .await?;
    if rows.is_empty() {
        return Ok(Block::Empty(op.t.get("rights-none")));
    }
    let mut table = Table {
        id: "saadut",
        caption: op.t.get("rights-received"),
        head: ["col-case-oid", "col-organiser", "col-unit", "col-period", "col-state", "col-client", "col-action"]
            .map(|key| op.t.get(key))
            .to_vec(),
        rows: Vec::new(),
    };
    for found in &rows {
        table.rows.push(row(op, tx, found).await?);
    }
    Ok(Block::Table(table))
}

async fn row(op: &Op, tx: &mut Tx, found: &sqlx::any::AnyRow) -> Result<Row> {
    let text = |name: &str| found.try_get::<String, _>(name);
    let today = op.today().to_string();
    let (from, to): (String, Option<String>) = (text("from_day")?, found.try_get("to_day")?);
    let state = if to.as_deref().is_some_and(|to| to < today.as_str()) {
        "ended"
    } else if from > today {
        "future"
    } else {
        "valid"
    };
    let tone = if state == "valid" { Tone::Good } else { Tone::Warning };
    // The client is named only in the unit that has the right.
    let client = if text("unit")? == op.unit.as_str() {
        let client = clients::by_id(&op.app, tx, op.org(), &text("client")?).await?;
        Cell::link(format!("/asiakkaat/{}", client.id), client.person.name())
    } else {
        Cell::Text(op.t.get("right-of-other-unit"))
    };
    let id = text("id")?;
    let until = to.clone().unwrap_or_default();
    let end = Form::new(
        format!("paata-saatu-{id}"),
        format!("/oikeudet/{id}/paattyy"),
        vec![
            Field::new("paattyy", op.t.get("field-to"), until, Input::Line("date")).required().scoped(format!("{id}_")),
        ],
        op.t.get("right-note-end"),
    );
    let shown = format!("{}–{}", people::day_text(&from), to.as_deref().map(people::day_text).unwrap_or_default());
    Ok(Row {
        key: text("case_oid")?,
        state: state.into(),
        kind: String::new(),
        case: text("case_oid")?,
        cells: vec![
            Cell::Text(text("case_oid")?),
            Cell::Text(text("organiser_name")?),
            Cell::Text(found.try_get::<Option<String>, _>("unit_name")?.unwrap_or_default()),
            Cell::Text(shown),
            Cell::Chip(Chip::new(tone, op.t.get(&format!("grant-state-{state}")))),
            client,
            Cell::Form(end),
        ],
    })
}

/// `POST /oikeudet/{id}/paattyy`: the end that the organiser has told; local copies lock after it (FR-21)
pub async fn note_end(op: Op, Path(id): Path<String>, posted: Posted) -> Result<Response> {
    let Some(to) = people::read_day(posted.get("paattyy")) else { return Err(Fault::Form("fault-day")) };
    let mut tx = op.write().await?;
    let done = sqlx::query("UPDATE cw_right SET to_day = $3 WHERE org = $1 AND id = $2 AND from_day <= $3")
        .bind(op.org())
        .bind(&id)
        .bind(to.to_string())
        .execute(&mut *tx)
        .await?;
    if done.rows_affected() == 0 {
        return Err(Fault::Form("fault-day"));
    }
    use_log::write(&op, &mut tx, Event::plain(Action::Grant, "grant").detail("end noted")).await?;
    tx.commit().await?;
    Ok(see("/oikeudet"))
}
