//! Texts that an organisation gives its decisions: the appeal instructions above all, which must stand in every decision
//! and are the same in most (FR-43). They fill what is empty in a new document; the writer changes them freely.

use axum::response::Response;
use records::refusal::Refusal;
use sqlx::Row as _;
use store::{Tx, log::Action};
use structures::{Kind, Structure};
use web::ui::{Field, Input};

use crate::{
    error::{Fault, Result},
    op::Op,
    posted::Posted,
    routes::see,
    sheet::{Block, Cell, Form, Row, Sheet, Table},
    use_log::{self, Event},
};

/// Ends of the fields that a template may fill: the same words in decision after decision.
const FIELDS: [&str; 4] =
    ["muutoksenhaku.ohjeteksti", "ratkaisun_lakiperuste", "lakiperuste", "ratkaisu_ja_perustelut"];
/// Longest text of one field.
const TEXT_MAX: usize = 10_000;

/// The fields of a structure that a template may fill.
pub fn fields_of(structure: &Structure) -> Vec<String> {
    let mut found = Vec::new();
    structure.root().walk(&mut |path, field| {
        if field.kind == Kind::Text && FIELDS.iter().any(|end| path.ends_with(end)) {
            found.push(path.to_owned());
        }
    });
    found
}

/// The organisation's texts for a kind of document: path and text.
///
/// # Errors
/// When the database does not answer.
pub async fn of_kind(op: &Op, tx: &mut Tx, kind: &str) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query("SELECT path, body FROM cw_template WHERE org = $1 AND type_code = $2 ORDER BY path")
        .bind(op.org())
        .bind(kind)
        .fetch_all(&mut **tx)
        .await?;
    rows.iter().map(|row| Ok((row.try_get("path")?, row.try_get("body")?))).collect()
}

/// Whoever has the power to decide something, or leads a unit, keeps the texts of decisions.
///
/// # Errors
/// When the database does not answer.
pub async fn keeps(op: &Op) -> Result<bool> {
    if op.actor.roles.iter().any(|role| matches!(role.as_str(), "unit_manager" | "access_admin")) {
        return Ok(true);
    }
    let mut tx = op.read().await?;
    let powers: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM cw_delegation WHERE org = $1 AND person = $2")
        .bind(op.org())
        .bind(&op.actor.person)
        .fetch_one(&mut *tx)
        .await?;
    Ok(powers > 0)
}

async fn only_keepers(op: &Op) -> Result<()> {
    if keeps(op).await? { Ok(()) } else { Err(op.refuse(Refusal::RoleForbidden)) }
}

fn kinds(op: &Op) -> Vec<(String, String)> {
    let mut kinds: Vec<(String, String)> = op
        .app
        .config
        .catalogue
        .all()
        .filter(|one| one.needs_professional_signature() && !fields_of(one).is_empty())
        .map(|one| (one.type_code().to_owned(), one.name(op.lang()).to_owned()))
        .collect();
    kinds.sort_by_key(|(_, name)| name.to_lowercase());
    kinds.dedup();
    kinds
}

/// `GET /paatospohjat`
pub async fn show(op: Op) -> Result<Response> {
    only_keepers(&op).await?;
    let kinds = kinds(&op);
    let mut tx = op.read().await?;
    let mut rows = Vec::new();
    for (kind, name) in &kinds {
        for (path, text) in of_kind(&op, &mut tx, kind).await? {
            let field = op.app.config.catalogue.newest(kind).and_then(|one| one.root().at(&path));
            let label = field.map_or_else(|| path.clone(), |field| field.name.get(op.lang()).to_owned());
            rows.push(Row {
                key: format!("{kind} {path}"),
                kind: kind.clone(),
                cells: vec![Cell::Text(name.clone()), Cell::Text(label), Cell::Text(text)],
                ..Row::default()
            });
        }
    }
    drop(tx);
    let mut sheet = Sheet::new(op.page(op.t.get("templates-title")), op.t.get("templates-title"))
        .with(Block::Text(op.t.get("templates-text")));
    sheet = if rows.is_empty() {
        sheet.with(Block::Empty(op.t.get("templates-none")))
    } else {
        sheet.with(Block::Table(Table {
            id: "paatospohjat",
            caption: op.t.get("templates-title"),
            head: ["col-document", "templates-field", "phrase-text"].map(|key| op.t.get(key)).to_vec(),
            rows,
        }))
    };
    let places = vec![
        ("muutoksenhaku.ohjeteksti".to_owned(), op.t.get("templates-appeal")),
        ("lakiperuste".to_owned(), op.t.get("templates-law")),
        ("ratkaisu_ja_perustelut".to_owned(), op.t.get("templates-decision")),
    ];
    let fields = vec![
        Field::new("laji", op.t.get("col-document"), "", Input::Choice(kinds)).required(),
        Field::new("kohta", op.t.get("templates-field"), "", Input::Choice(places)).required(),
        Field::new("sisalto", op.t.get("phrase-text"), "", Input::Text(6)).hint(op.t.get("templates-hint")),
    ];
    Ok(sheet.with(Block::Form(Form::new("paatospohja", "/paatospohjat", fields, op.t.get("golive-submit")))).html())
}

/// `POST /paatospohjat`: `laji`, `kohta`, `sisalto`; an empty text takes the template away
pub async fn save(op: Op, posted: Posted) -> Result<Response> {
    only_keepers(&op).await?;
    let kind = posted.get("laji");
    let structure = op.app.config.catalogue.newest(kind).ok_or(Fault::Form("fault-template"))?;
    let place = posted.get("kohta");
    let path = fields_of(structure)
        .into_iter()
        .find(|path| !place.is_empty() && path.ends_with(place))
        .ok_or(Fault::Form("fault-template"))?;
    let text = posted.get("sisalto").replace("\r\n", "\n");
    if text.len() > TEXT_MAX {
        return Err(Fault::Form("fault-template"));
    }
    let mut tx = op.write().await?;
    if text.is_empty() {
        sqlx::query("DELETE FROM cw_template WHERE org = $1 AND type_code = $2 AND path = $3")
            .bind(op.org())
            .bind(kind)
            .bind(&path)
            .execute(&mut *tx)
            .await?;
    } else {
        sqlx::query(
            "INSERT INTO cw_template (org, type_code, path, body, updated) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (org, type_code, path) DO UPDATE SET body = excluded.body, updated = excluded.updated",
        )
        .bind(op.org())
        .bind(kind)
        .bind(&path)
        .bind(&text)
        .bind(op.now.as_microsecond())
        .execute(&mut *tx)
        .await?;
    }
    use_log::write(&op, &mut tx, Event::plain(Action::Administer, "own_task").detail(format!("paatospohja {kind}")))
        .await?;
    tx.commit().await?;
    Ok(see("/paatospohjat"))
}
