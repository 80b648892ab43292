//! Patient data born in social welfare: kept apart from client documents, never sent to the archive of social welfare, and
//! handed over as a list and a file until a patient repository takes them (FR-87, FR-105, functional specification 3.24).
//!
//! Only a worker with a health profession reads them, and only at the units where he works.

use axum::{
    extract::Path,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use jiff::{Timestamp, civil::date};
use records::refusal::Refusal;
use serde_json::json;
use sqlx::{Row as _, any::AnyRow};
use store::{Tx, log::Action};
use web::ui::{Chip, Field, Input, Notice, Tone};

use crate::{
    clients::{self, store::Seen},
    error::{Fault, Result},
    op::Op,
    people,
    phone::store::{self as phone, Sending},
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Link, Row, Sheet, Table},
    use_log::{self, Event},
};

/// From this day every patient entry has to be in the patient repository (L703/2023; FR-87).
const DUE: jiff::civil::Date = date(2027, 3, 1);
/// Entries of one list and one file.
const LIST_MAX: i64 = 500;

/// Professions of health care (Terhikki), by the beginning of their name.
const HEALTH_PROFESSIONS: [&str; 17] = [
    "lähihoitaja",
    "sairaanhoitaja",
    "terveydenhoitaja",
    "kätilö",
    "lääkäri",
    "erikoislääkäri",
    "hammas",
    "suuhygienisti",
    "fysioterapeutti",
    "toimintaterapeutti",
    "puheterapeutti",
    "psykologi",
    "röntgenhoitaja",
    "ensihoitaja",
    "farmaseutti",
    "proviisori",
    "ravitsemusterapeutti",
];

/// Whether a profession is one of health care.
pub fn is_health_profession(profession: &str) -> bool {
    let name = profession.trim().to_lowercase();
    HEALTH_PROFESSIONS.iter().any(|one| name.starts_with(one))
}

/// Whether the worker has a health profession, by the register of professionals.
///
/// # Errors
/// When the database does not answer.
pub async fn has_health_profession(op: &Op) -> Result<bool> {
    let mut tx = op.read().await?;
    let profession: Option<String> =
        sqlx::query_scalar("SELECT profession FROM cw_profession WHERE org = $1 AND person = $2")
            .bind(op.org())
            .bind(&op.actor.person)
            .fetch_optional(&mut *tx)
            .await?;
    Ok(profession.is_some_and(|profession| is_health_profession(&profession)))
}

async fn only_health(op: &Op) -> Result<()> {
    if has_health_profession(op).await? { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

/// Keeps a patient entry instead of a document, and says where it is seen; its draft ends in the same transaction. The same
/// sending is kept once.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    op: &Op,
    seen: &Seen,
    text: &str,
    event: Timestamp,
    (draft, sending): (&str, Option<&Sending>),
) -> Result<String> {
    let own_list = has_health_profession(op).await?;
    let onward = if own_list { "/potilastiedot".to_owned() } else { format!("/asiakkaat/{}", seen.client.id) };
    let id = crate::numbers::random_id();
    let mut tx = op.write().await?;
    if let Some(sending) = sending
        && !phone::give_receipt(op, &mut tx, sending, ("saved", &id), draft).await?
    {
        return Ok(onward);
    }
    let key = op.app.vault.data_key(&mut tx, op.org(), &seen.client.id).await?;
    sqlx::query(
        "INSERT INTO cw_patient_entry (org, id, client, person, author, unit, unit_name, event_at, created, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(op.org())
    .bind(&id)
    .bind(&seen.client.id)
    .bind(&op.actor.person)
    .bind(op.actor.name())
    .bind(op.unit.as_str())
    .bind(&op.unit_name)
    .bind(event.as_microsecond())
    .bind(op.now.as_microsecond())
    .bind(key.seal(text.as_bytes(), format!("patient {id}").as_bytes()))
    .execute(&mut *tx)
    .await?;
    crate::recording::store::delete_draft(&mut tx, op, draft).await?;
    use_log::write(op, &mut tx, Event::of_client(Action::Create, &seen.client).detail("potilastieto")).await?;
    tx.commit().await?;
    Ok(onward)
}

struct Entry {
    id: String,
    client: String,
    author: String,
    unit_name: String,
    event: Timestamp,
    created: Timestamp,
    handed: Option<(Timestamp, String)>,
    body: Vec<u8>,
}

fn read(op: &Op, row: &AnyRow) -> Result<Entry> {
    let at = |micros: i64| Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged("cw_patient_entry time"));
    let id: String = row.try_get("id")?;
    let handed = match (row.try_get::<Option<i64>, _>("handed_at")?, row.try_get::<Option<Vec<u8>>, _>("handed_to")?) {
        (Some(micros), Some(sealed)) => {
            let key = op.app.vault.register_key("casework-patient", op.org());
            let whom = String::from_utf8(key.open(&sealed, id.as_bytes())?)
                .map_err(|_| Fault::damaged("cw_patient_entry.handed_to"))?;
            Some((at(micros)?, whom))
        }
        _ => None,
    };
    Ok(Entry {
        client: row.try_get("client")?,
        author: row.try_get("author")?,
        unit_name: row.try_get("unit_name")?,
        event: at(row.try_get("event_at")?)?,
        created: at(row.try_get("created")?)?,
        body: row.try_get("body")?,
        handed,
        id,
    })
}

/// The unit's entries, those that wait first.
async fn entries(op: &Op, tx: &mut Tx) -> Result<Vec<Entry>> {
    sqlx::query(
        "SELECT * FROM cw_patient_entry WHERE org = $1 AND unit = $2
          ORDER BY CASE WHEN handed_at IS NULL THEN 0 ELSE 1 END, event_at DESC LIMIT $3",
    )
    .bind(op.org())
    .bind(op.unit.as_str())
    .bind(LIST_MAX)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(|row| read(op, row))
    .collect()
}

async fn text(op: &Op, tx: &mut Tx, one: &Entry) -> Result<String> {
    let key = op.app.vault.existing_data_key(tx, op.org(), &one.client).await?.ok_or(Fault::NotFound)?;
    String::from_utf8(key.open(&one.body, format!("patient {}", one.id).as_bytes())?)
        .map_err(|_| Fault::damaged("cw_patient_entry.body"))
}

/// `GET /potilastiedot`
pub async fn show(op: Op) -> Result<Response> {
    only_health(&op).await?;
    let mut tx = op.read().await?;
    let all = entries(&op, &mut tx).await?;
    let mut rows = Vec::new();
    for one in &all {
        let client = clients::store::by_id(&op.app, &mut tx, op.org(), &one.client).await?;
        rows.push(row(&op, one, &client.person.name()));
    }
    drop(tx);
    use_log::write_now(&op, Event::plain(Action::Search, "own_task").detail("potilastiedot").count(all.len())).await?;
    let mut sheet = Sheet::new(op.page(op.t.get("patient-title")), op.t.get("patient-title"));
    let waiting = all.iter().filter(|one| one.handed.is_none()).count();
    if op.today() >= DUE && waiting > 0 {
        let notice = Notice::new(Tone::Bad, op.t.with("patient-overdue", [("n", waiting)]));
        sheet = sheet.with(Block::Notice(notice.text(op.t.get("patient-overdue-more"))));
    }
    sheet = sheet.with(Block::Text(op.t.get("patient-text")));
    if all.is_empty() {
        return Ok(sheet.with(Block::Empty(op.t.get("patient-none"))).html());
    }
    sheet = sheet.with(Block::Table(Table {
        id: "potilastiedot",
        caption: op.t.get("patient-title"),
        head: ["col-client", "col-event", "col-author", "col-unit", "col-state"].map(|key| op.t.get(key)).to_vec(),
        rows,
    }));
    if waiting > 0 {
        let whom =
            Field::line("vastaanottaja", op.t.get("field-receiver"), "").hint(op.t.get("patient-to-hint")).required();
        let form = Form::new("luovuta", "/potilastiedot/luovuta", vec![whom], op.t.get("patient-hand-over"));
        sheet = sheet
            .with(Block::Heading(op.t.get("patient-file-title")))
            .with(Block::Links(vec![Link::new("tiedosto", "/potilastiedot/tiedosto", op.t.get("patient-file"))]))
            .with(Block::Form(form));
    }
    Ok(sheet.html())
}

fn row(op: &Op, one: &Entry, client: &str) -> Row {
    let chip = match &one.handed {
        Some((at, whom)) => {
            let said = op.t.with("patient-handed", [("when", people::moment(*at)), ("whom", whom.clone())]);
            Chip::new(Tone::Good, said)
        }
        None if op.today() >= DUE => Chip::new(Tone::Bad, op.t.get("patient-late")),
        None => Chip::new(Tone::Warning, op.t.get("patient-waits")),
    };
    Row {
        key: one.id.clone(),
        state: if one.handed.is_some() { "handed" } else { "waiting" }.into(),
        cells: vec![
            Cell::link(format!("/potilastiedot/{}", one.id), client.to_owned()),
            Cell::Text(people::moment(one.event)),
            Cell::Text(one.author.clone()),
            Cell::Text(one.unit_name.clone()),
            Cell::Chip(chip),
        ],
        ..Row::default()
    }
}

/// `GET /potilastiedot/{id}`
pub async fn one(op: Op, Path(id): Path<String>) -> Result<Response> {
    only_health(&op).await?;
    let mut tx = op.read().await?;
    let found = sqlx::query("SELECT * FROM cw_patient_entry WHERE org = $1 AND id = $2 AND unit = $3")
        .bind(op.org())
        .bind(&id)
        .bind(op.unit.as_str())
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Fault::NotFound)?;
    let entry = read(&op, &found)?;
    let seen = clients::store::open(&op, &mut tx, &entry.client).await?;
    let text = text(&op, &mut tx, &entry).await?;
    drop(tx);
    use_log::write_now(&op, Event::of_client(Action::Read, &seen.client).detail("potilastieto")).await?;
    let mut sheet = Sheet::new(op.page(op.t.get("patient-entry")), op.t.get("patient-entry"));
    sheet.identity = Some(clients::pages::identity(&op, &seen));
    let facts = vec![
        (op.t.get("col-event"), people::moment(entry.event)),
        (op.t.get("col-written"), people::moment(entry.created)),
        (op.t.get("col-author"), format!("{}, {}", entry.author, entry.unit_name)),
    ];
    Ok(sheet.with(Block::Verbatim { id: "teksti", text }).with(Block::Facts(facts)).html())
}

/// `GET /potilastiedot/tiedosto`: the entries that wait, as one file for a patient system
pub async fn file(op: Op) -> Result<Response> {
    only_health(&op).await?;
    let mut tx = op.read().await?;
    let waiting: Vec<Entry> = entries(&op, &mut tx).await?.into_iter().filter(|one| one.handed.is_none()).collect();
    let (mut items, mut clients) = (Vec::new(), Vec::new());
    for one in &waiting {
        let seen = crate::clients::store::open(&op, &mut tx, &one.client).await?;
        let person = &seen.client.person;
        items.push(json!({
            "tunnus": one.id,
            "henkilotunnus": person.code,
            "sukunimi": person.family,
            "etunimet": person.given,
            "tapahtui": one.event.to_string(),
            "kirjattu": one.created.to_string(),
            "laatija": one.author,
            "palveluyksikko": one.unit_name,
            "teksti": text(&op, &mut tx, one).await?,
        }));
        clients.push(seen.client);
    }
    drop(tx);
    // Each client's log tells that his entries have been taken out.
    for client in &clients {
        use_log::write_now(&op, Event::of_client(Action::Export, client).detail("potilastiedot tiedostona")).await?;
    }
    let file = json!({ "arkistoidaan": "Potilastietovaranto", "organisaatio": op.org_name, "merkinnat": items });
    let headers = [
        (CONTENT_TYPE, "application/json; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"potilastiedot.json\""),
    ];
    Ok((headers, serde_json::to_string_pretty(&file).map_err(Fault::failed)?).into_response())
}

/// `POST /potilastiedot/luovuta`: `vastaanottaja`; what waited has been handed over
pub async fn hand_over(op: Op, posted: Posted) -> Result<Response> {
    only_health(&op).await?;
    let whom = posted.get("vastaanottaja");
    if whom.is_empty() {
        return Err(Fault::Form("fault-receiver"));
    }
    let key = op.app.vault.register_key("casework-patient", op.org());
    let mut tx = op.write().await?;
    let waiting: Vec<Entry> = entries(&op, &mut tx).await?.into_iter().filter(|one| one.handed.is_none()).collect();
    for one in &waiting {
        sqlx::query("UPDATE cw_patient_entry SET handed_at = $3, handed_to = $4 WHERE org = $1 AND id = $2")
            .bind(op.org())
            .bind(&one.id)
            .bind(op.now.as_microsecond())
            .bind(key.seal(whom.as_bytes(), one.id.as_bytes()))
            .execute(&mut *tx)
            .await?;
    }
    let event =
        Event::plain(Action::Disclose, "own_task").detail(format!("potilastiedot: {whom}")).count(waiting.len());
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see("/potilastiedot"))
}

/// The choice that a worker with a health profession makes at every entry; the kind of entry presets it, and words of
/// health take the preset away.
pub fn choice(op: &Op, typed: &str, preset: bool) -> Field {
    let options =
        vec![("asiakas".to_owned(), op.t.get("data-client")), ("potilas".to_owned(), op.t.get("data-patient"))];
    let value = if typed.is_empty() && preset { "asiakas" } else { typed };
    Field::new("tieto", op.t.get("field-data"), value, Input::Radio(options))
        .hint(op.t.get("field-data-hint"))
        .required()
}
