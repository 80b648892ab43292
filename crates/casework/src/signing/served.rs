//! Proof of service (tiedoksianto): who was told of a decision, how and when, and until when he may ask for a change
//! (FR-43, functional specification 3.35). Told beside the document: a decision in force is not edited.

use axum::{extract::Path, http::StatusCode, response::Response};
use jiff::{ToSpan, civil::Date};
use records::refusal::Refusal;
use sqlx::Row as _;
use store::{Tx, log::Action};
use structures::Structure;
use web::ui::{Field, Input};

use crate::{
    clients,
    error::{Fault, Result},
    op::Op,
    people,
    posted::Posted,
    recording::documents::{self, Stored},
    rights,
    routes::see,
    sheet::{Block, Form, Sheet},
    use_log::{self, Event},
};

/// Days for asking for a change, from the day after the service (hallintolaki 49 c §, HOL 13 §; confidence medium).
const APPEAL_DAYS: i64 = 30;

/// Ways of service with the days after which one is taken to have heard (hallintolaki 59 §: a letter on the seventh day;
/// L13/2003 19 §: an electronic message on the third). To be confirmed by the organisation's lawyer.
const WAYS: [(&str, &str, i64); 3] = [
    ("kirje", "served-kirje", 7),
    ("sahkoinen", "served-sahkoinen", 3),
    ("henkilokohtainen", "served-henkilokohtainen", 0),
];

/// Whether a kind of document is a decision that is served: it has a place for the appeal.
pub fn is_served(structure: &Structure) -> bool {
    let root = structure.root();
    structure.needs_professional_signature()
        && (root.at("paatos.muutoksenhaku").is_some() || root.child("muutoksenhaku").is_some())
}

/// The last day of asking for a change; `None` for an unknown way.
pub fn until(way: &str, sent: Date) -> Option<Date> {
    let (_, _, days) = WAYS.iter().find(|(known, ..)| *known == way)?;
    sent.checked_add((days + APPEAL_DAYS).days()).ok()
}

/// The services of a decision, as lines of facts, and the form for the next one.
///
/// # Errors
/// When the database does not answer.
pub async fn blocks(op: &Op, tx: &mut Tx, structure: &Structure, one: &Stored) -> Result<Vec<Block>> {
    if !is_served(structure) || one.state == "waiting_signature" {
        return Ok(Vec::new());
    }
    let rows =
        sqlx::query("SELECT place, way, whom, sent, until FROM cw_served WHERE org = $1 AND oid = $2 ORDER BY place")
            .bind(op.org())
            .bind(one.oid.as_str())
            .fetch_all(&mut **tx)
            .await?;
    let mut facts = Vec::new();
    for row in &rows {
        let key = op.app.vault.existing_data_key(tx, op.org(), &one.client).await?.ok_or(Fault::NotFound)?;
        let whom = key.open(&row.try_get::<Vec<u8>, _>("whom")?, format!("served {}", one.oid).as_bytes())?;
        let whom = String::from_utf8(whom).map_err(|_| Fault::damaged("cw_served.whom"))?;
        let (way, sent, until): (String, String, String) =
            (row.try_get("way")?, row.try_get("sent")?, row.try_get("until")?);
        let way = WAYS.iter().find(|(known, ..)| *known == way).map_or(way.clone(), |(_, key, _)| op.t.get(key));
        let said = op.t.with(
            "served-fact",
            [("whom", whom), ("way", way), ("sent", people::day_text(&sent)), ("until", people::day_text(&until))],
        );
        facts.push((op.t.get("served-title"), said));
    }
    let mut blocks = Vec::new();
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
    if one.state != "invalidated" && one.register == op.org {
        blocks.push(Block::Form(form(op, one, None).folded(op.t.get("served-new"))));
    }
    Ok(blocks)
}

fn form(op: &Op, one: &Stored, typed: Option<&Posted>) -> Form {
    let value = |name: &str| typed.map(|posted| posted.get(name).to_owned()).unwrap_or_default();
    let ways = WAYS.iter().map(|(way, key, _)| ((*way).to_owned(), op.t.get(key))).collect();
    let sent = Some(value("paiva")).filter(|day| !day.is_empty()).unwrap_or_else(|| op.today().to_string());
    let fields = vec![
        Field::line("kenelle", op.t.get("served-whom"), value("kenelle")).required(),
        Field::new("tapa", op.t.get("field-way"), value("tapa"), Input::Radio(ways)).required(),
        Field::new("paiva", op.t.get("served-day"), sent, Input::Line("date")).required(),
    ];
    Form::new("tiedoksianto", format!("/asiakirjat/{}/tiedoksianto", one.oid), fields, op.t.get("served-submit"))
}

/// `POST /asiakirjat/{oid}/tiedoksianto`: `kenelle`, `tapa`, `paiva`
pub async fn serve(op: Op, Path(oid): Path<String>, posted: Posted) -> Result<Response> {
    let mut tx = op.read().await?;
    let one = documents::by_oid(&mut tx, op.org(), &oid).await?;
    let seen = clients::store::open(&op, &mut tx, &one.client).await?;
    rights::check_read(&op, &mut tx, &seen, &one).await?;
    drop(tx);
    let structure = op.app.config.catalogue.get(&one.structure).ok_or(Fault::NotFound)?;
    // An unsigned decision decides nothing, and another's decision is another's to serve.
    if !is_served(structure)
        || matches!(one.state.as_str(), "waiting_signature" | "invalidated")
        || one.register != op.org
    {
        return Err(op.refuse(Refusal::VersionConflict));
    }
    let whom = posted.get("kenelle");
    let decided = records::time::finnish_date(one.created);
    let sent = people::read_day(posted.get("paiva")).filter(|day| *day >= decided && *day <= op.today());
    let last = sent.and_then(|sent| until(posted.get("tapa"), sent));
    let (Some(sent), Some(last), false) = (sent, last, whom.is_empty()) else {
        let mut sheet =
            Sheet::new(op.page(op.t.get("served-new")), op.t.get("served-new")).fault(op.t.get("fault-served"));
        sheet.identity = Some(clients::pages::identity(&op, &seen));
        return Ok(sheet.with(Block::Form(form(&op, &one, Some(&posted)))).html_as(StatusCode::UNPROCESSABLE_ENTITY));
    };
    let mut tx = op.write().await?;
    let place: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cw_served WHERE org = $1 AND oid = $2")
        .bind(op.org())
        .bind(&oid)
        .fetch_one(&mut *tx)
        .await?;
    let key = op.app.vault.data_key(&mut tx, op.org(), &one.client).await?;
    sqlx::query(
        "INSERT INTO cw_served (org, oid, place, client, way, whom, sent, until, person, created)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(op.org())
    .bind(&oid)
    .bind(place)
    .bind(&one.client)
    .bind(posted.get("tapa"))
    .bind(key.seal(whom.as_bytes(), format!("served {oid}").as_bytes()))
    .bind(sent.to_string())
    .bind(last.to_string())
    .bind(&op.actor.person)
    .bind(op.now.as_microsecond())
    .execute(&mut *tx)
    .await?;
    let event = Event::of_document(Action::Change, &seen.client, &one).detail("tiedoksianto");
    use_log::write(&op, &mut tx, event).await?;
    tx.commit().await?;
    Ok(see(&format!("/asiakirjat/{oid}")))
}
