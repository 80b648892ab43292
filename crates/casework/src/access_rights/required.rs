//! What a provider owes the organiser of each service (FR-38), and orders that arrive inside this installation.
//!
//! The organiser keeps a table of the documents that it requires of a service. It travels in the order, so a provider
//! elsewhere gets it too; the provider's list of missing documents rests on what its orders said.

use axum::{extract::Path, response::Response};
use jiff::{Span, civil::Date};
use records::{code::SocialService, id::ServiceUnitId};
use sqlx::Row as _;
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Tone};

use super::{grants::Grant, order::Order, received};
use crate::{
    clients::store as clients,
    error::{Fault, Result},
    notes::digest,
    op::Op,
    people,
    posted::Posted,
    recording::documents::is_client_document,
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Longest time that a document may be due in, in days: ten years, so that a slip of the keyboard is seen.
const DAYS_MAX: i64 = 3650;

/// The required documents of a service as the order says them: `15004 30, 16009 90`.
///
/// # Errors
/// When the database does not answer.
pub async fn of_service(op: &Op, tx: &mut Tx, service: &str) -> Result<String> {
    let rows =
        sqlx::query("SELECT type_code, days FROM cw_required WHERE org = $1 AND service = $2 ORDER BY days, type_code")
            .bind(op.org())
            .bind(service)
            .fetch_all(&mut **tx)
            .await?;
    let said: Vec<String> = rows
        .iter()
        .map(|row| Ok(format!("{} {}", row.try_get::<String, _>("type_code")?, row.try_get::<i64, _>("days")?)))
        .collect::<Result<_>>()?;
    Ok(said.join(", "))
}

/// Notes what an order requires, with the days counted from the right's start.
///
/// # Errors
/// When the database refuses.
pub async fn due(op: &Op, tx: &mut Tx, order: &Order, client: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO cw_chain (org, case_oid, unit, above) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, case_oid, unit) DO UPDATE SET above = excluded.above",
    )
    .bind(op.org())
    .bind(&order.case)
    .bind(&order.unit)
    .bind(&order.chain)
    .execute(&mut **tx)
    .await?;
    let Some(from) = people::read_day(&order.from) else { return Ok(()) };
    for (type_code, days) in read(&order.documents) {
        let day = from.checked_add(Span::new().days(days)).unwrap_or(Date::MAX);
        sqlx::query(
            "INSERT INTO cw_due (org, case_oid, unit, client, type_code, day) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (org, case_oid, unit, type_code) DO UPDATE SET day = excluded.day",
        )
        .bind(op.org())
        .bind(&order.case)
        .bind(&order.unit)
        .bind(client)
        .bind(type_code)
        .bind(day.to_string())
        .execute(&mut **tx)
        .await?;
    }
    Ok(())
}

/// The provider above a document's unit when it works as a subcontractor: name and business id (FR-103).
///
/// # Errors
/// When the database does not answer.
pub async fn above(
    tx: &mut Tx,
    org: &str,
    one: &crate::recording::documents::Stored,
) -> Result<Option<(String, String)>> {
    let said: Option<String> =
        sqlx::query_scalar("SELECT above FROM cw_chain WHERE org = $1 AND case_oid = $2 AND unit = $3")
            .bind(org)
            .bind(one.case.as_ref().map(|case| case.as_str().to_owned()))
            .bind(one.unit.as_str())
            .fetch_optional(&mut **tx)
            .await?;
    let Some(said) = said.filter(|said| !said.is_empty()) else { return Ok(None) };
    let (name, id) = said.rsplit_once(" (").unwrap_or((said.as_str(), ""));
    Ok(Some((name.to_owned(), id.trim_end_matches(')').to_owned())))
}

/// Types and days of the order's line; what is not of this form is passed over, since people write into orders.
fn read(text: &str) -> Vec<(String, i64)> {
    text.split(',')
        .filter_map(|part| {
            let (code, days) = part.trim().split_once(' ')?;
            let days = days.trim().parse().ok().filter(|days| (0..=DAYS_MAX).contains(days))?;
            let fits = !code.is_empty() && code.chars().all(|c| c.is_ascii_digit());
            fits.then(|| (code.to_owned(), days))
        })
        .collect()
}

/// The unit's documents that are required and have not been written: the oldest due day first.
///
/// # Errors
/// When the database does not answer.
pub async fn missing(op: &Op, tx: &mut Tx) -> Result<Option<Block>> {
    let rows = sqlx::query(
        "SELECT u.client, u.type_code, u.day, u.case_oid FROM cw_due u WHERE u.org = $1 AND u.unit = $2
            AND NOT EXISTS (SELECT 1 FROM cw_document d WHERE d.org = u.org AND d.case_oid = u.case_oid
              AND d.unit = u.unit AND d.type_code = u.type_code AND d.state NOT IN ('invalidated', 'rejected'))
            AND EXISTS (SELECT 1 FROM cw_right r WHERE r.org = u.org AND r.case_oid = u.case_oid AND r.unit = u.unit
              AND (r.to_day IS NULL OR r.to_day >= $3))
          ORDER BY u.day, u.type_code LIMIT 200",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(op.today().to_string())
    .fetch_all(&mut **tx)
    .await?;
    let today = op.today().to_string();
    let mut table = Table {
        id: "puuttuvat",
        caption: op.t.get("due-title"),
        head: ["col-client", "col-document", "col-due", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let text = |name: &str| row.try_get::<String, _>(name);
        let (client, code, day) = (text("client")?, text("type_code")?, text("day")?);
        let name = clients::by_id(&op.app, tx, op.org(), &client).await?.person.name();
        let title = title(op, &code);
        let late = day < today;
        table.rows.push(Row {
            key: code.clone(),
            state: if late { "late" } else { "due" }.into(),
            kind: code.clone(),
            case: text("case_oid")?,
            cells: vec![
                Cell::link(format!("/asiakkaat/{client}"), name),
                Cell::Text(title),
                if late {
                    Cell::Chip(Chip::new(Tone::Bad, format!("{} {}", op.t.get("due-late"), people::day_text(&day))))
                } else {
                    Cell::Text(people::day_text(&day))
                },
                // A summary is begun from the notes that it sums up.
                match code.as_str() {
                    digest::SUMMARY => Cell::link(format!("/asiakkaat/{client}/koonti"), op.t.get("digest-title")),
                    _ => Cell::link(format!("/asiakkaat/{client}/asiakirja/{code}"), op.t.get("record")),
                },
            ],
        });
    }
    Ok((!table.rows.is_empty()).then_some(Block::Table(table)))
}

fn title(op: &Op, type_code: &str) -> String {
    op.app.config.catalogue.newest(type_code).map_or_else(|| type_code.to_owned(), |one| one.name(op.lang()).to_owned())
}

/// The provider above a subcontractor's unit, as the order says it: `Hoivakoti Kielo Oy (9999003-1)`; empty for a provider's
/// own unit.
async fn chain_of(op: &Op, tx: &mut Tx, grant: &Grant) -> Result<String> {
    let kept = crate::relationships::store::of_client(&op.app, tx, op.org(), &grant.client).await?;
    let Some(kept) = kept else { return Ok(String::new()) };
    let rows = kept.whole.tasks.iter().flat_map(|task| &task.providers);
    let above = rows.into_iter().find(|row| {
        row.subcontractors.iter().any(|below| below.unit == grant.unit && below.period.start == grant.from)
    });
    let Some(above) = above else { return Ok(String::new()) };
    let row = sqlx::query("SELECT provider, provider_name FROM cw_catalogue WHERE org = $1 AND unit = $2")
        .bind(op.org())
        .bind(above.unit.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    let Some(row) = row else { return Ok(above.name.clone()) };
    let (provider, name): (String, String) = (row.try_get("provider")?, row.try_get("provider_name")?);
    let provider = records::id::OrganisationId::parse(&provider).map_err(|_| Fault::damaged("cw_catalogue"))?;
    Ok(format!("{name} ({})", crate::recording::store::business_id(&provider)))
}

/// What the order says: the grant, the client and the documents that are required of the service.
pub(super) async fn order_of(op: &Op, tx: &mut Tx, grant: &Grant, seen: &clients::Seen) -> Result<Order> {
    let person = &seen.client.person;
    Ok(Order {
        organiser: op.org.to_string(),
        organiser_name: op.org_name.clone(),
        case: grant.case.to_string(),
        hetu: person.code.clone(),
        family: person.family.clone(),
        given: person.given.clone(),
        unit: grant.unit.to_string(),
        task: grant.task.code().to_owned(),
        service: grant.service.code().to_owned(),
        from: grant.from.to_string(),
        to: grant.to.map(|day| day.to_string()).unwrap_or_default(),
        documents: super::required::of_service(op, tx, grant.service.code()).await?,
        chain: chain_of(op, tx, grant).await?,
    })
}

/// `GET /oikeudet/vaadittavat`: the organiser's table
pub async fn show(op: Op) -> Result<Response> {
    Ok(sheet(&op, None).await?.html())
}

async fn sheet(op: &Op, fault: Option<String>) -> Result<Sheet> {
    let mut tx = op.read().await?;
    let rows = sqlx::query(
        "SELECT service, type_code, days FROM cw_required WHERE org = $1 ORDER BY service, days, type_code",
    )
    .bind(op.org())
    .fetch_all(&mut *tx)
    .await?;
    drop(tx);
    let mut table = Table {
        id: "vaadittavat",
        caption: op.t.get("required-title"),
        head: ["col-service", "col-document", "col-days", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let (service, code): (String, String) = (row.try_get("service")?, row.try_get("type_code")?);
        let hidden = |name: &str, value: &str| Field::new(name, "", value, Input::Hidden);
        let fields = vec![hidden("palvelu", &service), hidden("tyyppi", &code)];
        let form = Form::new(
            format!("poista-{service}-{code}"),
            "/oikeudet/vaadittavat/poista",
            fields,
            op.t.get("required-remove"),
        );
        table.rows.push(Row {
            key: format!("{service} {code}"),
            kind: code.clone(),
            cells: vec![
                Cell::Text(SocialService::new(service).name(op.lang())),
                Cell::Text(title(op, &code)),
                Cell::Text(row.try_get::<i64, _>("days")?.to_string()),
                Cell::Form(form),
            ],
            ..Row::default()
        });
    }
    let services = SocialService::table().map(|row| (row.code.to_owned(), row.name(op.lang()).to_owned())).collect();
    let types = types(op);
    let fields = vec![
        Field::new("palvelu", op.t.get("col-service"), "", Input::Choice(services)).required(),
        Field::new("tyyppi", op.t.get("col-document"), "", Input::Choice(types)).required(),
        Field::new("paivia", op.t.get("col-days"), "30", Input::Line("number")).required(),
    ];
    let title = op.t.get("required-title");
    let mut sheet = Sheet::new(op.page(&title), &title).with(Block::Text(op.t.get("required-text")));
    if let Some(fault) = fault {
        sheet = sheet.fault(fault);
    }
    sheet = match table.rows.is_empty() {
        true => sheet.with(Block::Empty(op.t.get("required-none"))),
        false => sheet.with(Block::Table(table)),
    };
    Ok(sheet.with(Block::Form(Form::new("vaadi", "/oikeudet/vaadittavat", fields, op.t.get("required-add")))))
}

/// Kinds that a provider writes: entries, plans, summaries and whatever else is no control document or decision.
fn types(op: &Op) -> Vec<(String, String)> {
    let mut types: Vec<(String, String)> = op
        .app
        .config
        .catalogue
        .all()
        .filter(|one| is_client_document(one.type_code()) && !one.needs_professional_signature())
        .map(|one| (one.type_code().to_owned(), one.name(op.lang()).to_owned()))
        .collect();
    types.sort_by(|a, b| a.1.cmp(&b.1));
    types.dedup();
    types
}

/// `POST /oikeudet/vaadittavat`: `palvelu`, `tyyppi`, `paivia`
pub async fn add(op: Op, posted: Posted) -> Result<Response> {
    let days = posted.get("paivia").parse::<i64>().ok().filter(|days| (0..=DAYS_MAX).contains(days));
    let (service, code) = (posted.get("palvelu"), posted.get("tyyppi"));
    let known = SocialService::table().any(|row| row.code == service) && types(&op).iter().any(|(one, _)| one == code);
    let (Some(days), true) = (days, known) else {
        let sheet = sheet(&op, Some(op.t.get("fault-required"))).await?;
        return Ok(sheet.html_as(axum::http::StatusCode::UNPROCESSABLE_ENTITY));
    };
    let mut tx = op.write().await?;
    sqlx::query(
        "INSERT INTO cw_required (org, service, type_code, days) VALUES ($1, $2, $3, $4)
         ON CONFLICT (org, service, type_code) DO UPDATE SET days = excluded.days",
    )
    .bind(op.org())
    .bind(service)
    .bind(code)
    .bind(days)
    .execute(&mut *tx)
    .await?;
    let event = Event::plain(Action::Administer, "own_task").detail(format!("vaaditaan {service}: {code} {days}"));
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/oikeudet/vaadittavat"))
}

/// `POST /oikeudet/vaadittavat/poista`: `palvelu`, `tyyppi`
pub async fn remove(op: Op, posted: Posted) -> Result<Response> {
    let mut tx = op.write().await?;
    sqlx::query("DELETE FROM cw_required WHERE org = $1 AND service = $2 AND type_code = $3")
        .bind(op.org())
        .bind(posted.get("palvelu"))
        .bind(posted.get("tyyppi"))
        .execute(&mut *tx)
        .await?;
    let event = Event::plain(Action::Administer, "own_task").detail("vaadittava asiakirja poistettu");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/oikeudet/vaadittavat"))
}

/// Whether the unit's organisation uses this installation.
///
/// # Errors
/// When the database does not answer.
pub async fn inside(tx: &mut Tx, unit: &ServiceUnitId) -> Result<bool> {
    Ok(organisation_of(tx, unit).await?.is_some())
}

async fn organisation_of(tx: &mut Tx, unit: &ServiceUnitId) -> Result<Option<String>> {
    Ok(sqlx::query_scalar(
        "SELECT u.org FROM cw_unit u JOIN cw_organisation o ON o.org = u.org WHERE u.unit = $1 AND o.kind = 'provider'",
    )
    .bind(unit.as_str())
    .fetch_optional(&mut **tx)
    .await?)
}

/// Puts an order into the list of the provider that uses this installation; `false` when it does not.
///
/// # Errors
/// When the database refuses.
pub async fn put(op: &Op, tx: &mut Tx, grant: &Grant, text: &str) -> Result<bool> {
    let Some(provider) = organisation_of(tx, &grant.unit).await? else { return Ok(false) };
    let id = crate::numbers::random_id();
    let key = op.app.vault.register_key("casework-message", &provider);
    sqlx::query(
        "INSERT INTO cw_message (org, id, kind, other, other_name, direction, unit, text, prefill, sent_at, delivered)
         VALUES ($1, $2, 'order', $3, $4, 'in', $5, $6, '', $7, $7)",
    )
    .bind(&provider)
    .bind(&id)
    .bind(op.org())
    .bind(&op.org_name)
    .bind(grant.unit.as_str())
    .bind(key.seal(text.as_bytes(), id.as_bytes()))
    .bind(op.now.as_microsecond())
    .execute(&mut **tx)
    .await?;
    Ok(true)
}

/// Orders that have arrived at the worker's unit and wait to be received; no client is named before that.
///
/// # Errors
/// When the database does not answer.
pub async fn arrived(op: &Op, tx: &mut Tx) -> Result<Option<Block>> {
    let rows = sqlx::query(
        "SELECT id, other_name, sent_at FROM cw_message WHERE org = $1 AND unit = $2 AND kind = 'order'
            AND handled_at IS NULL ORDER BY sent_at, id",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .fetch_all(&mut **tx)
    .await?;
    let mut table = Table {
        id: "saapuneet",
        caption: op.t.get("rights-arrived"),
        head: ["col-organiser", "col-when", "col-action"].map(|key| op.t.get(key)).to_vec(),
        rows: Vec::new(),
    };
    for row in &rows {
        let id: String = row.try_get("id")?;
        let at =
            jiff::Timestamp::from_microsecond(row.try_get("sent_at")?).map_err(|_| Fault::damaged("cw_message"))?;
        let form =
            Form::new(format!("ota-{id}"), format!("/oikeudet/saapunut/{id}"), Vec::new(), op.t.get("order-submit"));
        table.rows.push(Row {
            key: id,
            state: "received".into(),
            cells: vec![Cell::Text(row.try_get("other_name")?), Cell::Text(people::moment(at)), Cell::Form(form)],
            ..Row::default()
        });
    }
    Ok((!table.rows.is_empty()).then_some(Block::Table(table)))
}

/// `POST /oikeudet/saapunut/{id}`: the order is received: client, case, right and what is due
pub async fn take(op: Op, Path(id): Path<String>, _: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let sealed: Vec<u8> = sqlx::query_scalar(
        "SELECT text FROM cw_message WHERE org = $1 AND id = $2 AND unit = $3 AND kind = 'order' AND handled_at IS NULL",
    )
    .bind(op.org())
    .bind(&id)
    .bind(op.unit.as_str())
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Fault::NotFound)?;
    drop(tx);
    let text = op.app.vault.register_key("casework-message", op.org()).open(&sealed, id.as_bytes())?;
    let text = String::from_utf8(text).map_err(|_| Fault::damaged("cw_message.text"))?;
    let order = Order::read(&text, &op.org).map_err(|_| Fault::damaged("cw_message.text"))?;
    received::receive(&op, &order).await?;
    let mut tx = op.write().await?;
    sqlx::query("UPDATE cw_message SET read_at = $3, handled_at = $3, handled_by = $4 WHERE org = $1 AND id = $2")
        .bind(op.org())
        .bind(&id)
        .bind(op.now.as_microsecond())
        .bind(&op.actor.person)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(see("/oikeudet"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn fr_38_the_orders_line_is_read_and_words_of_people_are_passed_over() {
        assert_eq!(read("15004 30, 16009 90"), [("15004".to_owned(), 30), ("16009".to_owned(), 90)]);
        assert!(read("suunnitelma pian, 15004, 15004 -1, 15004 99999").is_empty());
        assert!(read("").is_empty());
    }
}
