//! `/asetukset/kirjepohja`: what the organisation's prints begin with. Name and unit come from the register of users;
//! address, phone and the text in the place of a logo are the organisation's own to write.

use axum::response::Response;
use paper::Letterhead;
use records::refusal::Refusal;
use sqlx::Row as _;
use store::{Tx, log::Action};
use web::ui::{Field, Input};

use crate::{
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    routes::see,
    settings,
    sheet::Form,
    use_log::{self, Event},
};

/// One setting: its name, its field, its label and hint, and the most characters that fit the letterhead's half of a page.
struct Setting {
    name: &'static str,
    field: &'static str,
    label: &'static str,
    hint: &'static str,
    most: usize,
}

const SETTINGS: [Setting; 3] = [
    Setting {
        name: "letterhead.mark",
        field: "tunnusteksti",
        label: "letterhead-mark",
        hint: "letterhead-mark-hint",
        most: 40,
    },
    Setting {
        name: "letterhead.address",
        field: "osoite",
        label: "letterhead-address",
        hint: "letterhead-address-hint",
        most: 120,
    },
    Setting {
        name: "letterhead.contact",
        field: "yhteystiedot",
        label: "letterhead-contact",
        hint: "letterhead-contact-hint",
        most: 120,
    },
];

/// Whoever leads a unit or keeps the users keeps the letterhead.
fn keeps(op: &Op) -> bool {
    op.actor.roles.iter().any(|role| matches!(role.as_str(), "unit_manager" | "access_admin" | "administrator"))
}

async fn values(op: &Op, tx: &mut Tx) -> Result<[String; 3]> {
    let rows = sqlx::query("SELECT name, value FROM cw_setting WHERE org = $1 AND name LIKE 'letterhead.%'")
        .bind(op.org())
        .fetch_all(&mut **tx)
        .await?;
    let mut values = <[String; 3]>::default();
    for row in &rows {
        let name: String = row.try_get("name")?;
        if let Some(place) = SETTINGS.iter().position(|known| known.name == name) {
            values[place] = row.try_get("value")?;
        }
    }
    Ok(values)
}

/// The letterhead of the worker's organisation and unit.
///
/// # Errors
/// When the database does not answer.
pub async fn of(op: &Op, tx: &mut Tx) -> Result<Letterhead> {
    let [mark, address, contact] = values(op, tx).await?;
    let lines = [op.unit_name.clone(), address, contact].into_iter().filter(|line| !line.is_empty()).collect();
    Ok(Letterhead { mark, name: op.org_name.clone(), lines })
}

/// The form on the page of settings; none for those who do not keep it.
///
/// # Errors
/// When the database does not answer.
pub async fn form(op: &Op) -> Result<Option<Form>> {
    if !keeps(op) {
        return Ok(None);
    }
    let mut tx = op.read().await?;
    let values = values(op, &mut tx).await?;
    let fields = SETTINGS
        .iter()
        .zip(values)
        .map(|(one, value)| {
            Field::new(one.field, op.t.get(one.label), &value, Input::Line("text")).hint(op.t.get(one.hint))
        })
        .collect();
    Ok(Some(Form::new("kirjepohja", "/asetukset/kirjepohja", fields, op.t.get("letterhead-submit"))))
}

/// `POST /asetukset/kirjepohja`: `tunnusteksti`, `osoite`, `yhteystiedot`
pub async fn save(op: Op, posted: Posted) -> Result<Response> {
    if !keeps(&op) {
        return Err(op.refuse(Refusal::RoleForbidden));
    }
    if SETTINGS.iter().any(|one| posted.get(one.field).chars().count() > one.most) {
        return Err(Fault::Form("fault-letterhead"));
    }
    let mut tx = op.write().await?;
    for one in &SETTINGS {
        settings::set(&op, &mut tx, one.name, posted.get(one.field)).await?;
    }
    use_log::write(&op, &mut tx, Event::plain(Action::Administer, "own_task").detail("kirjepohja")).await?;
    tx.commit().await?;
    Ok(see("/asetukset"))
}
